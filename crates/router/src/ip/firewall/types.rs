//! Values of firewall rules that are more than one word or number; the menus of all tables share them.
//!
//! Each reads the text of the console and prints it as RouterOS does; `get` gives that text.

use clock::Duration;
use menu::{Names, PropertyType, Value, ValueError, ValueKind, parse_time};
use std::fmt::{self, Display, Write};

/// Makes a type with `read` and [`Display`] a property type.
macro_rules! text_type {
    ($name:ident, $hint:literal) => {
        impl PropertyType for $name {
            const KIND: ValueKind = ValueKind::Other($hint);

            fn parse(input: &Value, _: &dyn Names) -> Result<Self, ValueError> {
                let bytes = input.argument();
                let text = std::str::from_utf8(&bytes).ok();
                text.and_then(Self::read).ok_or(ValueError::Invalid(Vec::new()))
            }

            fn print(&self, _: &dyn Names, out: &mut String) {
                let _ = write!(out, "{self}");
            }

            fn to_value(&self, _: &dyn Names) -> Value {
                Value::text(self.to_string())
            }
        }
    };
}

/// A plain decimal number.
fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    let plain = !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

/// A number with `k` or `M` behind it.
fn scaled(text: &str) -> Option<u64> {
    let (digits, unit) = match text.strip_suffix(['k', 'K']) {
        Some(digits) => (digits, 1_000),
        None => text.strip_suffix('M').map_or((text, 1), |digits| (digits, 1_000_000)),
    };
    number::<u64>(digits)?.checked_mul(unit)
}

fn scale(n: u64) -> String {
    match n {
        0 => "0".into(),
        n if n % 1_000_000 == 0 => format!("{}M", n / 1_000_000),
        n if n % 1_000 == 0 => format!("{}k", n / 1_000),
        n => n.to_string(),
    }
}

/// `ttl=equal:64`, `less-than:5`; a plain number means `equal`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ttl(pub firewall::matcher::header::Ttl);

impl Ttl {
    fn read(text: &str) -> Option<Self> {
        use firewall::matcher::header::Ttl as T;
        let (word, value) = text.split_once(':').unwrap_or(("equal", text));
        let value = number(value)?;
        Some(Self(match word {
            "equal" => T::Equal(value),
            "not-equal" => T::NotEqual(value),
            "less-than" => T::LessThan(value),
            "greater-than" => T::GreaterThan(value),
            _ => return None,
        }))
    }
}

impl Display for Ttl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use firewall::matcher::header::Ttl as T;
        match self.0 {
            T::Equal(n) => write!(f, "equal:{n}"),
            T::NotEqual(n) => write!(f, "not-equal:{n}"),
            T::LessThan(n) => write!(f, "less-than:{n}"),
            T::GreaterThan(n) => write!(f, "greater-than:{n}"),
        }
    }
}
text_type!(Ttl, "equal|greater-than|less-than|not-equal:0..255");

/// `connection-limit=100,32`: more connections than this from the source's prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionLimit {
    /// How many.
    pub connections: u32,
    /// Length of the prefix that counts together.
    pub netmask: u8,
}

impl ConnectionLimit {
    fn read(text: &str) -> Option<Self> {
        let (connections, netmask) = text.split_once(',')?;
        let (connections, netmask) = (number(connections)?, number(netmask)?);
        (netmask <= 32).then_some(Self { connections, netmask })
    }
}

impl Display for ConnectionLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{}", self.connections, self.netmask)
    }
}
text_type!(ConnectionLimit, "limit,netmask");

/// `connection-bytes=from-to`, `connection-rate=from-to` with `k` and `M`; `to` 0 = no upper bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Lowest.
    pub from: u64,
    /// Highest; 0 = none.
    pub to: u64,
}

impl Span {
    fn read(text: &str) -> Option<Self> {
        let (from, to) = text.split_once('-')?;
        let (from, to) = (scaled(from)?, scaled(to)?);
        (to == 0 || from <= to).then_some(Self { from, to })
    }

    /// Highest value that is inside.
    #[must_use]
    pub const fn last(self) -> u64 {
        if self.to == 0 { u64::MAX } else { self.to }
    }
}

impl Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", scale(self.from), scale(self.to))
    }
}
text_type!(Span, "from-to");

/// What `dst-limit` counts together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, menu::Keyword)]
pub enum DstLimitMode {
    /// Packets between two addresses to one port.
    AddressesAndDstPort,
    /// Packets to an address.
    DstAddress,
    /// Packets to an address and port.
    DstAddressAndPort,
    /// Packets from an address.
    SrcAddress,
    /// Packets between two addresses.
    SrcAndDstAddresses,
}

/// `dst-limit=rate[/time],burst,mode[/expire]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DstLimit {
    /// Packets in each `time`.
    pub rate: u64,
    /// The time of `rate`.
    pub time: Duration,
    /// Packets that may pass at once.
    pub burst: u64,
    /// What a flow is.
    pub mode: DstLimitMode,
    /// Flows that are quiet for so long are forgotten.
    pub expire: Duration,
}

/// `expire` when it is not given. The manual names no default; Linux `hashlimit` uses 10 s.
const DST_LIMIT_EXPIRE: Duration = Duration::from_secs(10);

impl DstLimit {
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(',');
        let (rate, burst, mode) = (parts.next()?, parts.next()?, parts.next()?);
        let (rate, time) = rate.split_once('/').unwrap_or((rate, "1s"));
        let (mode, expire) = mode.split_once('/').map_or((mode, None), |(mode, time)| (mode, Some(time)));
        let time = Duration::from_nanos(parse_time(time)?);
        let expire = expire.map_or(Some(DST_LIMIT_EXPIRE), |text| parse_time(text).map(Duration::from_nanos));
        let mode = <DstLimitMode as menu::Keyword>::ALL
            .iter()
            .copied()
            .find(|known| menu::Keyword::word(*known) == mode)?;
        if parts.next().is_some() || time == Duration::ZERO {
            return None;
        }
        Some(Self { rate: scaled(rate)?, time, burst: scaled(burst)?, mode, expire: expire? })
    }
}

impl Display for DstLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.rate)?;
        if self.time != Duration::from_secs(1) {
            write!(f, "/{}", self.time)?;
        }
        write!(f, ",{},{}", self.burst, menu::Keyword::word(self.mode))?;
        if self.expire == DST_LIMIT_EXPIRE { Ok(()) } else { write!(f, "/{}", self.expire) }
    }
}
text_type!(DstLimit, "rate[/time],burst,mode[/expire]");

/// `nth=every,packet`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nth {
    /// Length of the cycle.
    pub every: u32,
    /// Which of the cycle matches.
    pub packet: u32,
}

impl Nth {
    fn read(text: &str) -> Option<Self> {
        let (every, packet) = text.split_once(',')?;
        let (every, packet) = (number::<u32>(every)?, number::<u32>(packet)?);
        (packet >= 1 && packet <= every).then_some(Self { every, packet })
    }
}

impl Display for Nth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{}", self.every, self.packet)
    }
}
text_type!(Nth, "every,packet");

/// What `per-connection-classifier` hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, menu::Keyword)]
pub enum Classifier {
    /// Both addresses.
    BothAddresses,
    /// Both addresses and both ports.
    BothAddressesAndPorts,
    /// Both ports.
    BothPorts,
    /// Destination address.
    DstAddress,
    /// Destination address and port.
    DstAddressAndPort,
    /// Destination port.
    DstPort,
    /// Source address.
    SrcAddress,
    /// Source address and port.
    SrcAddressAndPort,
    /// Source port.
    SrcPort,
}

/// `per-connection-classifier=both-addresses:2/0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PerConnectionClassifier {
    /// What is hashed.
    pub fields: Classifier,
    /// The hash is taken modulo this.
    pub denominator: u32,
    /// The remainder that matches.
    pub remainder: u32,
}

impl PerConnectionClassifier {
    fn read(text: &str) -> Option<Self> {
        let (fields, fraction) = text.split_once(':')?;
        let (denominator, remainder) = fraction.split_once('/')?;
        let (denominator, remainder) = (number::<u32>(denominator)?, number::<u32>(remainder)?);
        let fields = <Classifier as menu::Keyword>::ALL
            .iter()
            .copied()
            .find(|known| menu::Keyword::word(*known) == fields)?;
        (remainder < denominator).then_some(Self { fields, denominator, remainder })
    }
}

impl Display for PerConnectionClassifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}/{}", menu::Keyword::word(self.fields), self.denominator, self.remainder)
    }
}
text_type!(PerConnectionClassifier, "classifier:denominator/remainder");

/// `psd=weight,delay,low,high`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Psd {
    /// Total weight that makes a scan.
    pub weight: u32,
    /// Packets that lie further apart start again.
    pub delay: Duration,
    /// Weight of a port below 1024.
    pub low: u32,
    /// Weight of another port.
    pub high: u32,
}

impl Psd {
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(',');
        let (weight, delay) = (number(parts.next()?)?, parse_time(parts.next()?)?);
        let (low, high) = (number(parts.next()?)?, number(parts.next()?)?);
        let psd = Self { weight, delay: Duration::from_nanos(delay), low, high };
        parts.next().is_none().then_some(psd)
    }
}

impl Display for Psd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{},{},{}", self.weight, self.delay, self.low, self.high)
    }
}
text_type!(Psd, "weight,delay,low-port-weight,high-port-weight");

/// `time=8h-17h,mon,tue`: of the router's own clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeOfWeek {
    /// First moment of the day.
    pub from: Duration,
    /// Last moment of the day.
    pub to: Duration,
    /// Bit 0 = Sunday … bit 6 = Saturday.
    pub days: u8,
}

const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

impl TimeOfWeek {
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(',');
        let (from, to) = parts.next()?.split_once('-')?;
        let moment = |text| {
            let time = Duration::from_nanos(parse_time(text)?);
            (time <= Duration::from_days(1)).then_some(time)
        };
        let mut days = 0;
        for day in parts {
            days |= 1 << DAYS.iter().position(|known| *known == day)?;
        }
        (days != 0).then_some(Self { from: moment(from)?, to: moment(to)?, days })
    }
}

impl Display for TimeOfWeek {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.from, self.to)?;
        let set = (0..7).filter(|day| self.days >> day & 1 == 1);
        set.filter_map(|day: usize| DAYS.get(day)).try_for_each(|day| write!(f, ",{day}"))
    }
}
text_type!(TimeOfWeek, "time-time,sat|fri|thu|wed|tue|mon|sun");

/// `ipsec-policy=in,ipsec`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IpsecPolicy {
    /// `in` as against `out`.
    pub inbound: bool,
    /// `ipsec` as against `none`.
    pub ipsec: bool,
}

impl IpsecPolicy {
    fn read(text: &str) -> Option<Self> {
        let (inbound, ipsec) = match text.split_once(',')? {
            ("in", what) => (true, what),
            ("out", what) => (false, what),
            _ => return None,
        };
        match ipsec {
            "ipsec" => Some(Self { inbound, ipsec: true }),
            "none" => Some(Self { inbound, ipsec: false }),
            _ => None,
        }
    }
}

impl Display for IpsecPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let direction = if self.inbound { "in" } else { "out" };
        write!(f, "{direction},{}", if self.ipsec { "ipsec" } else { "none" })
    }
}
text_type!(IpsecPolicy, "in|out,ipsec|none");

#[cfg(test)]
mod tests {
    use super::*;

    fn shown<T: PropertyType>(text: &str) -> Option<String> {
        let value = T::parse(&Value::text(text), &menu::NoNames).ok()?;
        let mut out = String::new();
        value.print(&menu::NoNames, &mut out);
        let again = T::parse(&Value::text(&*out), &menu::NoNames).ok()?;
        let mut second = String::new();
        again.print(&menu::NoNames, &mut second);
        assert_eq!(out, second, "what is printed reads back");
        Some(out)
    }

    #[test]
    fn values_print_as_written_and_nonsense_is_refused() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(shown::<Ttl>("64"), some("equal:64"));
        assert_eq!(shown::<Ttl>("less-than:5"), some("less-than:5"));
        assert_eq!(shown::<Ttl>("below:5"), None);
        assert_eq!(shown::<ConnectionLimit>("100,32"), some("100,32"));
        assert_eq!(shown::<ConnectionLimit>("100,33"), None);
        assert_eq!(shown::<Span>("500000-0"), some("500k-0"));
        assert_eq!(shown::<Span>("2M-1M"), None);
        assert_eq!(shown::<DstLimit>("50,100,dst-address"), some("50,100,dst-address"));
        assert_eq!(shown::<DstLimit>("5/1m,5,src-address/1m"), some("5/1m,5,src-address/1m"));
        assert_eq!(shown::<DstLimit>("5,5"), None);
        assert_eq!(shown::<Nth>("2,1"), some("2,1"));
        assert_eq!(shown::<Nth>("2,3"), None);
        let pcc = "both-addresses-and-ports:3/1";
        assert_eq!(shown::<PerConnectionClassifier>(pcc), some(pcc));
        assert_eq!(shown::<PerConnectionClassifier>("both-addresses:2/2"), None);
        assert_eq!(shown::<Psd>("21,3s,3,1"), some("21,3s,3,1"));
        assert_eq!(shown::<Psd>("21,3s,3"), None);
        assert_eq!(shown::<TimeOfWeek>("8h-17h,mon,tue"), some("8h-17h,mon,tue"));
        assert_eq!(shown::<TimeOfWeek>("8h-17h"), None);
        assert_eq!(shown::<IpsecPolicy>("in,ipsec"), some("in,ipsec"));
        assert_eq!(shown::<IpsecPolicy>("in"), None);
    }
}
