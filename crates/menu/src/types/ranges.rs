//! Ranges: of addresses (pools), of ports, of numbers.

use super::address::{parse_ipv4, parse_prefix};
use super::ascii;
use crate::{Names, PropertyType, Value, ValueError, ValueKind};
use std::fmt::Write;
use std::net::Ipv4Addr;

/// From the first to the last address, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ipv4Range {
    /// First address.
    pub first: Ipv4Addr,
    /// Last address, not below the first.
    pub last: Ipv4Addr,
}

impl Ipv4Range {
    /// Number of addresses.
    #[must_use]
    pub const fn size(self) -> u64 {
        self.last.to_bits() as u64 - self.first.to_bits() as u64 + 1
    }

    /// The length of the prefix that has exactly these addresses, when there is one shorter than 32.
    const fn prefix_len(self) -> Option<u32> {
        let (first, last) = (self.first.to_bits(), self.last.to_bits());
        let host = first ^ last;
        // The bits that differ are the lowest ones, 0 in the first address and 1 in the last.
        let is_prefix = host != 0 && host & host.wrapping_add(1) == 0 && first & host == 0;
        if is_prefix { Some(host.leading_zeros()) } else { None }
    }

    fn read(text: &str) -> Option<Self> {
        if let Some((first, last)) = text.split_once('-') {
            let (first, last) = (parse_ipv4(first)?, parse_ipv4(last)?);
            return (first <= last).then_some(Self { first, last });
        }
        let net = parse_prefix(text, Some(32))?;
        Some(Self { first: net.network(), last: net.broadcast() })
    }
}

/// What RouterOS says to a text that is no range of addresses, in its own words; a range the wrong way round is an
/// invalid value (its wording was not seen).
pub(super) fn no_range(text: &str) -> ValueError {
    let message = match text.split_once('-') {
        None => "value of range expects range of ip addresses",
        Some((first, _)) if parse_ipv4(first).is_none() => "value of range must have ip address before '-'",
        Some((_, last)) if parse_ipv4(last).is_none() => "value of range must have ip address after '-'",
        Some(_) => return ValueError::Invalid(Vec::new()),
    };
    ValueError::Text(message.into())
}

/// Ranges of a pool: `a-b,c,d/24`, which may not overlap. A single address prints alone, a range that is a whole prefix
/// as the prefix.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ipv4Ranges(Vec<Ipv4Range>);

impl Ipv4Ranges {
    /// The ranges as given; `None` when two of them overlap.
    #[must_use]
    pub fn new(ranges: Vec<Ipv4Range>) -> Option<Self> {
        let mut sorted = ranges.clone();
        sorted.sort_unstable();
        let apart = |pair: &[Ipv4Range]| matches!(pair, [a, b] if a.last < b.first);
        sorted.windows(2).all(apart).then_some(Self(ranges))
    }

    /// The ranges in the order given.
    #[must_use]
    pub fn ranges(&self) -> &[Ipv4Range] {
        &self.0
    }

    /// Number of addresses.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.0.iter().map(|range| range.size()).sum()
    }
}

fn print_range(range: Ipv4Range, out: &mut String) {
    let _ = write!(out, "{}", range.first);
    if let Some(len) = range.prefix_len() {
        let _ = write!(out, "/{len}");
    } else if range.last != range.first {
        let _ = write!(out, "-{}", range.last);
    }
}

impl PropertyType for Ipv4Ranges {
    const KIND: ValueKind = ValueKind::Other("A.B.C.D[-A.B.C.D |0..32 |/A.B.C.D ]    (IP address range)");

    fn parse(input: &Value, _: &dyn Names) -> Result<Self, ValueError> {
        let bytes = input.argument();
        let text = std::str::from_utf8(&bytes).unwrap_or_default();
        let ranges = text
            .split(',')
            .map(|part| Ipv4Range::read(part).ok_or_else(|| no_range(part)))
            .collect::<Result<Vec<Ipv4Range>, ValueError>>()?;
        // Wording unconfirmed; the rule is documented (/ip/pool: ranges may not overlap).
        Self::new(ranges).ok_or_else(|| ValueError::Text("failure: ranges may not overlap".into()))
    }

    fn print(&self, _: &dyn Names, out: &mut String) {
        for (i, range) in self.0.iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            print_range(*range, out);
        }
    }

    fn to_value(&self, _: &dyn Names) -> Value {
        let text = |range: &Ipv4Range| {
            let mut out = String::new();
            print_range(*range, &mut out);
            Value::text(out)
        };
        match self.0.as_slice() {
            [one] => text(one),
            several => Value::list(several.iter().map(text).collect()),
        }
    }
}

/// `n` or `n-m`, from `MIN` to `MAX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NumRange<const MIN: i64, const MAX: i64> {
    /// First number.
    pub first: i64,
    /// Last number, not below the first.
    pub last: i64,
}

impl<const MIN: i64, const MAX: i64> NumRange<MIN, MAX> {
    /// Does the number lie inside?
    #[must_use]
    pub const fn contains(self, number: i64) -> bool {
        self.first <= number && number <= self.last
    }

    fn read(text: &str) -> Result<Self, ValueError> {
        let number = |text: &str| -> Result<i64, ValueError> {
            if text.is_empty() || !text.bytes().all(|c| c.is_ascii_digit()) {
                return Err(ValueError::Invalid(Vec::new()));
            }
            match text.parse() {
                Ok(number) if (MIN..=MAX).contains(&number) => Ok(number),
                _ => Err(ValueError::OutOfRange(MIN.to_string(), MAX.to_string())),
            }
        };
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let (first, last) = (number(first)?, number(last)?);
        if first > last {
            return Err(ValueError::Invalid(Vec::new()));
        }
        Ok(Self { first, last })
    }

    fn show(self, out: &mut String) {
        let _ = write!(out, "{}", self.first);
        if self.last != self.first {
            let _ = write!(out, "-{}", self.last);
        }
    }
}

impl<const MIN: i64, const MAX: i64> PropertyType for NumRange<MIN, MAX> {
    const KIND: ValueKind = ValueKind::Other("num[-num]    (integer range)");

    fn parse(input: &Value, _: &dyn Names) -> Result<Self, ValueError> {
        Self::read(&ascii(input, |text| Some(text.to_owned()))?)
    }

    fn print(&self, _: &dyn Names, out: &mut String) {
        self.show(out);
    }

    fn to_value(&self, _: &dyn Names) -> Value {
        if self.first == self.last {
            return Value::Num(self.first);
        }
        let mut text = String::new();
        self.show(&mut text);
        Value::text(text)
    }
}

/// Ports and port ranges: `80,443,1000-2000`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ports(pub Vec<NumRange<0, 65_535>>);

impl Ports {
    /// Is the port one of them?
    #[must_use]
    pub fn contains(&self, port: u16) -> bool {
        self.0.iter().any(|range| range.contains(port.into()))
    }
}

impl PropertyType for Ports {
    const KIND: ValueKind = ValueKind::Other("0..65535[-0..65535][,Port*]    (integer range)");

    fn parse(input: &Value, _: &dyn Names) -> Result<Self, ValueError> {
        let text = ascii(input, |text| Some(text.to_owned()))?;
        text.split(',').map(NumRange::read).collect::<Result<_, _>>().map(Self)
    }

    fn print(&self, _: &dyn Names, out: &mut String) {
        for (i, range) in self.0.iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            range.show(out);
        }
    }

    fn to_value(&self, names: &dyn Names) -> Value {
        match self.0.as_slice() {
            [one] => one.to_value(names),
            several => Value::list(several.iter().map(|range| range.to_value(names)).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::testing::*;
    use proptest::prelude::*;

    #[test]
    fn pool_ranges() {
        for (text, printed) in [
            ("221.167.154.2-221.167.154.254", "221.167.154.2-221.167.154.254"),
            ("10.0.0.1,10.0.0.5-10.0.0.9", "10.0.0.1,10.0.0.5-10.0.0.9"),
            ("10.0.0.0/30", "10.0.0.0/30"),
            ("192.168.80.0-192.168.87.255,10.0.0.1-10.0.0.2", "192.168.80.0/21,10.0.0.1-10.0.0.2"),
            ("0.0.0.0-255.255.255.255", "0.0.0.0/0"),
            ("10.0.0.1/32", "10.0.0.1"),
            ("221.167.154.1-221.167.154.300", "value of range must have ip address after '-'"),
            ("first-last", "value of range must have ip address before '-'"),
            ("10.0.0.9-10.0.0.1", "invalid value for argument x"),
            ("", "value of range expects range of ip addresses"),
            ("10.0.0.1-10.0.0.9,10.0.0.9", "failure: ranges may not overlap"),
        ] {
            assert_eq!(read::<Ipv4Ranges>(text), printed, "{text}");
        }
    }

    #[test]
    fn ports_are_checked() {
        assert_eq!(read::<Ports>("80,443,1000-2000"), "80,443,1000-2000");
        assert_eq!(read_value::<Ports>(&Value::list(vec![Value::Num(53), Value::Num(67)])), "53,67");
        assert_eq!(read::<Ports>("70000"), "value of x is out of range (0 .. 65535)");
        assert_eq!(read::<Ports>("80,"), "invalid value for argument x");
        assert_eq!(read::<Ports>("9-5"), "invalid value for argument x");
        assert!(Ports::parse(&Value::text("1-5"), &crate::NoNames).unwrap().contains(3));
    }

    proptest! {
        #[test]
        fn ranges_round_trip(mut edges in proptest::collection::btree_set(any::<u32>(), 2..20),
                             ports in proptest::collection::vec((any::<u16>(), any::<u16>()), 1..9)) {
            if edges.len() % 2 == 1 {
                edges.pop_last();
            }
            let edges: Vec<u32> = edges.into_iter().collect();
            let ranges = edges.chunks(2).map(|pair| Ipv4Range {
                first: Ipv4Addr::from_bits(pair[0]),
                last: Ipv4Addr::from_bits(pair[1]),
            });
            round_trip(&Ipv4Ranges::new(ranges.collect()).unwrap());
            let ports = ports.into_iter().map(|(a, b)| NumRange {
                first: a.min(b).into(),
                last: a.max(b).into(),
            });
            round_trip(&Ports(ports.collect()));
        }
    }
}
