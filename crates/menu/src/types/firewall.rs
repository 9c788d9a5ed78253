//! Values of firewall rules that no other menu has.

use super::ascii;
use crate::{Names, PropertyType, Value, ValueError, ValueKind, match_word};
use clock::Duration;
use std::fmt::Write;

/// An IP protocol by number; the well-known ones print their names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Protocol(pub u8);

/// Names as RouterOS prints them (IANA protocol numbers).
const PROTOCOLS: &[(&str, u8)] = &[
    ("icmp", 1),
    ("igmp", 2),
    ("ggp", 3),
    ("ipencap", 4),
    ("st", 5),
    ("tcp", 6),
    ("egp", 8),
    ("pup", 12),
    ("udp", 17),
    ("hmp", 20),
    ("xns-idp", 22),
    ("rdp", 27),
    ("iso-tp4", 29),
    ("dccp", 33),
    ("xtp", 36),
    ("ddp", 37),
    ("idpr-cmtp", 38),
    ("ipv6-encap", 41),
    ("ipv6-route", 43),
    ("ipv6-frag", 44),
    ("rsvp", 46),
    ("gre", 47),
    ("ipsec-esp", 50),
    ("ipsec-ah", 51),
    ("icmpv6", 58),
    ("ipv6-nonxt", 59),
    ("ipv6-opts", 60),
    ("rspf", 73),
    ("vmtp", 81),
    ("ospf", 89),
    ("ipip", 94),
    ("etherip", 97),
    ("encap", 98),
    ("pim", 103),
    ("vrrp", 112),
    ("l2tp", 115),
    ("sctp", 132),
    ("udp-lite", 136),
];

const PROTOCOL_WORDS: [&str; PROTOCOLS.len()] = {
    let mut words = [""; PROTOCOLS.len()];
    let mut i = 0;
    while i < words.len() {
        words[i] = PROTOCOLS[i].0;
        i += 1;
    }
    words
};

impl PropertyType for Protocol {
    const KIND: ValueKind = ValueKind::Keyword(&PROTOCOL_WORDS);

    /// A name (or its unambiguous prefix) or a number up to 255.
    fn parse(input: &Value, names: &dyn Names) -> Result<Self, ValueError> {
        let text = input.argument();
        if text.first().is_some_and(u8::is_ascii_digit) {
            return u8::parse(input, names).map(Self);
        }
        let words = PROTOCOLS.iter().map(|(name, number)| (name.as_bytes(), *number));
        match_word(&text.as_ref().into(), words).map(Self)
    }

    fn print(&self, _: &dyn Names, out: &mut String) {
        match PROTOCOLS.iter().find(|(_, number)| *number == self.0) {
            Some((name, _)) => out.push_str(name),
            None => {
                let _ = write!(out, "{}", self.0);
            }
        }
    }

    fn to_value(&self, names: &dyn Names) -> Value {
        let mut text = String::new();
        self.print(names, &mut text);
        Value::text(text)
    }
}

/// ICMP type and codes: `8:0`, `3:0-15`; without codes any code (`8`, printed `8:0-255`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IcmpOptions {
    /// ICMP type.
    pub icmp_type: u8,
    /// First code.
    pub first_code: u8,
    /// Last code.
    pub last_code: u8,
}

impl PropertyType for IcmpOptions {
    const KIND: ValueKind = ValueKind::Other("type[:code[-code]]");

    fn parse(input: &Value, _: &dyn Names) -> Result<Self, ValueError> {
        ascii(input, |text| {
            let (icmp_type, codes) = text.split_once(':').map_or((text, "0-255"), |pair| pair);
            let (first, last) = codes.split_once('-').unwrap_or((codes, codes));
            let number = |text: &str| if text.starts_with('+') { None } else { text.parse::<u8>().ok() };
            let (icmp_type, first_code, last_code) = (number(icmp_type)?, number(first)?, number(last)?);
            (first_code <= last_code).then_some(Self { icmp_type, first_code, last_code })
        })
    }

    fn print(&self, _: &dyn Names, out: &mut String) {
        let _ = write!(out, "{}:{}", self.icmp_type, self.first_code);
        if self.last_code != self.first_code {
            let _ = write!(out, "-{}", self.last_code);
        }
    }

    fn to_value(&self, names: &dyn Names) -> Value {
        let mut text = String::new();
        self.print(names, &mut text);
        Value::text(text)
    }
}

/// What a limit counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, crate::Keyword)]
pub enum LimitUnit {
    /// Packets.
    #[default]
    Packet,
    /// Bits.
    Bit,
}

/// A token bucket: `rate[/time],burst[:packet|bit]`; time defaults to 1s and is not printed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Tokens for each `time`.
    pub rate: u64,
    /// The time that `rate` refers to.
    pub time: Duration,
    /// Size of the bucket.
    pub burst: u64,
    /// What a token stands for.
    pub unit: LimitUnit,
}

impl PropertyType for Limit {
    const KIND: ValueKind = ValueKind::Other("rate[/time],burst[:packet|bit]");

    fn parse(input: &Value, _: &dyn Names) -> Result<Self, ValueError> {
        ascii(input, |text| {
            let (text, unit) = match text.split_once(':') {
                Some((text, "bit")) => (text, LimitUnit::Bit),
                Some((text, "packet")) => (text, LimitUnit::Packet),
                Some(_) => return None,
                None => (text, LimitUnit::Packet),
            };
            let (rate, burst) = text.split_once(',').unwrap_or((text, "5"));
            let (rate, time) = rate.split_once('/').unwrap_or((rate, "1s"));
            let number = |text: &str| -> Option<u64> {
                let (digits, unit) = match text.strip_suffix(['k', 'K']) {
                    Some(digits) => (digits, 1_000),
                    None => text.strip_suffix('M').map_or((text, 1), |digits| (digits, 1_000_000)),
                };
                let plain = !digits.is_empty() && digits.bytes().all(|c| c.is_ascii_digit());
                if plain { digits.parse::<u64>().ok()?.checked_mul(unit) } else { None }
            };
            let time = Duration::from_nanos(super::parse_time(time)?);
            if time == Duration::ZERO {
                return None;
            }
            Some(Self { rate: number(rate)?, time, burst: number(burst)?, unit })
        })
    }

    fn print(&self, _: &dyn Names, out: &mut String) {
        let _ = write!(out, "{}", self.rate);
        if self.time != Duration::from_secs(1) {
            let _ = write!(out, "/{}", self.time);
        }
        let _ = write!(out, ",{}:{}", self.burst, crate::Keyword::word(self.unit));
    }

    fn to_value(&self, names: &dyn Names) -> Value {
        let mut text = String::new();
        self.print(names, &mut text);
        Value::text(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::testing::*;
    use proptest::prelude::*;

    #[test]
    fn protocols_have_names() {
        assert_eq!(read::<Protocol>("6"), "tcp");
        assert_eq!(read::<Protocol>("tcp"), "tcp");
        assert_eq!(read::<Protocol>("99"), "99");
        assert_eq!(read::<Protocol>("256"), "value of x is out of range (0 .. 255)");
        assert_eq!(
            read::<Protocol>("ip"),
            "ambiguous value of x, more than one possible value matches input"
        );
        assert_eq!(read::<Protocol>("quic"), "input does not match any value of x");
    }

    #[test]
    fn icmp_and_limits() {
        assert_eq!(read::<IcmpOptions>("8:0"), "8:0");
        assert_eq!(read::<IcmpOptions>("3:0-15"), "3:0-15");
        assert_eq!(read::<IcmpOptions>("8"), "8:0-255");
        assert_eq!(read::<IcmpOptions>("8:5-1"), "invalid value for argument x");
        assert_eq!(read::<Limit>("5,5:packet"), "5,5:packet");
        assert_eq!(read::<Limit>("10/1m,20"), "10/1m,20:packet");
        assert_eq!(read::<Limit>("1M,100k:bit"), "1000000,100000:bit");
        assert_eq!(read::<Limit>("5/0s,5"), "invalid value for argument x");
    }

    proptest! {
        #[test]
        fn firewall_values_round_trip(n: u8, a: u8, b: u8, rate: u64, burst: u64, secs in 1..100_000_u64) {
            round_trip(&Protocol(n));
            round_trip(&IcmpOptions { icmp_type: n, first_code: a.min(b), last_code: a.max(b) });
            let unit = if n > 9 { LimitUnit::Bit } else { LimitUnit::Packet };
            round_trip(&Limit { rate, time: Duration::from_secs(secs), burst, unit });
        }
    }
}
