//! IP addresses, prefixes and matchers.

use super::ascii;
use crate::{Names, PropertyType, Text, Value, ValueError, ValueKind};
use ipnet::Ipv4Net;
use std::fmt::{self, Write};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Deref;

pub(super) const ADDRESS: ValueKind = ValueKind::Other("A.B.C.D    (IP address)");
const PREFIX: ValueKind = ValueKind::Other("A.B.C.D/M    (IP prefix)");
const RANGE: ValueKind = ValueKind::Other("A.B.C.D[-A.B.C.D |0..32 |/A.B.C.D ]    (IP address range)");

/// An IPv4 address as RouterOS reads it; short forms are filled before the last number (`1.1` = `1.0.0.1`).
#[must_use]
pub fn parse_ipv4(text: &str) -> Option<Ipv4Addr> {
    let mut parts = [0_u8; 4];
    let mut count = 0;
    for part in text.split('.') {
        if part.is_empty() || part.len() > 3 || !part.bytes().all(|c| c.is_ascii_digit()) {
            return None;
        }
        *parts.get_mut(count)? = part.parse().ok()?;
        count += 1;
    }
    let [a, b, c, d] = parts;
    match count {
        2 => Some(Ipv4Addr::new(a, 0, 0, b)),
        3 => Some(Ipv4Addr::new(a, b, 0, c)),
        4 => Some(Ipv4Addr::new(a, b, c, d)),
        _ => None,
    }
}

/// `a.b.c.d/len` or `a.b.c.d/255.255.255.0`; `default` is the length when none is given.
pub(super) fn parse_prefix(text: &str, default: Option<u8>) -> Option<Ipv4Net> {
    let Some((address, length)) = text.split_once('/') else {
        return Ipv4Net::new(parse_ipv4(text)?, default?).ok();
    };
    let address = parse_ipv4(address)?;
    if length.contains('.') {
        return Ipv4Net::with_netmask(address, parse_ipv4(length)?).ok();
    }
    if length.is_empty() || !length.bytes().all(|c| c.is_ascii_digit()) {
        return None;
    }
    Ipv4Net::new(address, length.parse().ok()?).ok()
}

impl PropertyType for Ipv4Addr {
    const KIND: ValueKind = ADDRESS;

    fn parse(input: &Value, _: &dyn Names) -> Result<Self, ValueError> {
        match input {
            Value::Ip(address) | Value::IpPrefix(address, 32) => Ok(*address),
            other => ascii(other, |text| parse_ipv4(text.strip_suffix("/32").unwrap_or(text))),
        }
    }

    fn print(&self, _: &dyn Names, out: &mut String) {
        let _ = write!(out, "{self}");
    }

    fn to_value(&self, _: &dyn Names) -> Value {
        Value::Ip(*self)
    }
}

impl PropertyType for Ipv6Addr {
    const KIND: ValueKind = ValueKind::Other("IPv6    (IPv6 address)");

    fn parse(input: &Value, _: &dyn Names) -> Result<Self, ValueError> {
        match input {
            Value::Ip6(address) => Ok(*address),
            other => ascii(other, |text| text.parse().ok()),
        }
    }

    fn print(&self, _: &dyn Names, out: &mut String) {
        let _ = write!(out, "{self}");
    }

    fn to_value(&self, _: &dyn Names) -> Value {
        Value::Ip6(*self)
    }
}

macro_rules! prefix {
    ($name:ident, $doc:literal, $fix:expr, $value:expr) => {
        #[doc = $doc]
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(Ipv4Net);

        impl $name {
            /// From an address and its prefix.
            #[must_use]
            pub fn new(net: Ipv4Net) -> Self {
                let fix: fn(Ipv4Net) -> Ipv4Net = $fix;
                Self(fix(net))
            }
        }

        impl Deref for $name {
            type Target = Ipv4Net;
            fn deref(&self) -> &Ipv4Net {
                &self.0
            }
        }

        impl From<Ipv4Net> for $name {
            fn from(net: Ipv4Net) -> Self {
                Self::new(net)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }

        impl PropertyType for $name {
            const KIND: ValueKind = PREFIX;

            fn parse(input: &Value, _: &dyn Names) -> Result<Self, ValueError> {
                match input {
                    Value::Ip(address) => Ok(Self::new(Ipv4Net::from(*address))),
                    Value::IpPrefix(address, length) => Ipv4Net::new(*address, *length)
                        .map(Self::new)
                        .map_err(|_| ValueError::Invalid(Vec::new())),
                    other => ascii(other, |text| parse_prefix(text, Some(32)).map(Self::new)),
                }
            }

            fn print(&self, _: &dyn Names, out: &mut String) {
                let _ = write!(out, "{}", self.0);
            }

            fn to_value(&self, _: &dyn Names) -> Value {
                let value: fn(Ipv4Net) -> Value = $value;
                value(self.0)
            }
        }
    };
}

fn typed(net: Ipv4Net) -> Value {
    Value::IpPrefix(net.addr(), net.prefix_len())
}

prefix!(
    Ipv4Prefix,
    "An address with its prefix, host bits kept: `192.168.88.1/24`; without a length `/32`.",
    |n| n,
    typed
);
prefix!(
    InterfaceAddress,
    "The address of an interface, as [`Ipv4Prefix`]; expressions see text, which no prefix equals: `find \
     address=10.0.0.1/24` finds nothing, `find address=\"10.0.0.1/24\"` does.",
    |n| n,
    |net| Value::text(net.to_string())
);
prefix!(
    Ipv4Network,
    "A network, host bits cleared: `192.168.88.1/24` becomes `192.168.88.0/24`; without a length `/32`.",
    |n| n.trunc(),
    typed
);

/// What a firewall rule compares an address with: an address, a network (host bits cleared) or a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressMatcher {
    /// An address or a network; a single address prints without `/32`.
    Network(Ipv4Net),
    /// From the first to the last address, both included.
    Range(Ipv4Addr, Ipv4Addr),
}

impl AddressMatcher {
    /// Does the address lie inside?
    #[must_use]
    pub fn contains(&self, address: Ipv4Addr) -> bool {
        match self {
            Self::Network(net) => net.contains(&address),
            Self::Range(first, last) => *first <= address && address <= *last,
        }
    }

    /// First and last address.
    #[must_use]
    pub fn bounds(&self) -> (Ipv4Addr, Ipv4Addr) {
        match self {
            Self::Network(net) => (net.network(), net.broadcast()),
            Self::Range(first, last) => (*first, *last),
        }
    }

    fn read(text: &str) -> Option<Self> {
        if let Some((first, last)) = text.split_once('-') {
            let (first, last) = (parse_ipv4(first)?, parse_ipv4(last)?);
            return (first <= last).then_some(Self::Range(first, last));
        }
        parse_prefix(text, Some(32)).map(|net| Self::Network(net.trunc()))
    }

    /// The same, with a range that is exactly a network made one, as address lists keep it.
    #[must_use]
    pub fn simplified(self) -> Self {
        let Self::Range(first, last) = self else { return self };
        let size = u64::from(last.to_bits()) - u64::from(first.to_bits()) + 1;
        let length = 32 - size.trailing_zeros();
        match u8::try_from(length).ok().and_then(|length| Ipv4Net::new(first, length).ok()) {
            Some(net) if size.is_power_of_two() && net.trunc() == net => Self::Network(net),
            _ => self,
        }
    }
}

impl fmt::Display for AddressMatcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(net) if net.prefix_len() == 32 => write!(f, "{}", net.addr()),
            Self::Network(net) => write!(f, "{net}"),
            Self::Range(first, last) => write!(f, "{first}-{last}"),
        }
    }
}

impl PropertyType for AddressMatcher {
    const KIND: ValueKind = RANGE;

    fn parse(input: &Value, _: &dyn Names) -> Result<Self, ValueError> {
        let bytes = input.argument();
        let text = std::str::from_utf8(&bytes).unwrap_or_default();
        Self::read(text).ok_or_else(|| super::ranges::no_range(text))
    }

    fn print(&self, _: &dyn Names, out: &mut String) {
        let _ = write!(out, "{self}");
    }

    fn to_value(&self, _: &dyn Names) -> Value {
        match self {
            Self::Network(net) if net.prefix_len() == 32 => Value::Ip(net.addr()),
            Self::Network(net) => Value::IpPrefix(net.addr(), net.prefix_len()),
            Self::Range(..) => Value::text(self.to_string()),
        }
    }
}

/// The address of an address-list entry: a matcher (exact ranges become networks) or else a DNS name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddressEntry {
    /// Address, network or range.
    Address(AddressMatcher),
    /// A name that is resolved, with each address as a dynamic entry.
    Name(Text),
}

impl Default for AddressEntry {
    fn default() -> Self {
        Self::Address(AddressMatcher::Network(Ipv4Net::default()))
    }
}

impl PropertyType for AddressEntry {
    const KIND: ValueKind = RANGE;

    fn parse(input: &Value, names: &dyn Names) -> Result<Self, ValueError> {
        if let Ok(matcher) = AddressMatcher::parse(input, names) {
            return Ok(Self::Address(matcher.simplified()));
        }
        let text = input.argument();
        let dns = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'.' | b'_');
        if text.is_empty() || !text.iter().all(|c| dns(*c)) {
            let text = String::from_utf8_lossy(&text);
            return Err(ValueError::Text(format!("failure: {text} is not a valid dns name")));
        }
        Ok(Self::Name(text.into_owned().into()))
    }

    fn print(&self, names: &dyn Names, out: &mut String) {
        match self {
            Self::Address(matcher) => matcher.print(names, out),
            Self::Name(name) => name.print(names, out),
        }
    }

    fn to_value(&self, names: &dyn Names) -> Value {
        match self {
            Self::Address(matcher) => matcher.to_value(names),
            Self::Name(name) => Value::Str(name.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::testing::*;
    use proptest::prelude::*;

    #[test]
    fn host_bits_are_kept_or_cleared() {
        assert_eq!(read::<Ipv4Prefix>("192.168.88.1/24"), "192.168.88.1/24");
        assert_eq!(read::<Ipv4Prefix>("192.168.88.1/255.255.255.0"), "192.168.88.1/24");
        assert_eq!(read::<Ipv4Prefix>("10.1"), "10.0.0.1/32");
        assert_eq!(read::<Ipv4Network>("192.168.88.1/24"), "192.168.88.0/24");
        for bad in ["", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4.5", "1.2.3.256", "1.2.3.4/255.0.255.0", "5"] {
            assert_eq!(read::<Ipv4Prefix>(bad), "invalid value for argument x", "{bad}");
        }
        assert_eq!(read_value::<Ipv4Addr>(&Value::IpPrefix(Ipv4Addr::LOCALHOST, 32)), "127.0.0.1");
    }

    #[test]
    fn matchers_and_list_entries() {
        assert_eq!(read::<AddressMatcher>("10.0.0.5"), "10.0.0.5");
        assert_eq!(read::<AddressMatcher>("10.0.0.5/8"), "10.0.0.0/8");
        assert_eq!(read::<AddressMatcher>("10.0.0.5-10.0.0.9"), "10.0.0.5-10.0.0.9");
        assert_eq!(read::<AddressMatcher>("10.0.0.9-10.0.0.5"), "invalid value for argument x");
        assert_eq!(read::<AddressEntry>("10.0.0.0-10.0.0.255"), "10.0.0.0/24");
        assert_eq!(read::<AddressEntry>("0.0.0.0-255.255.255.255"), "0.0.0.0/0");
        assert_eq!(read::<AddressEntry>("example.com"), "example.com");
        assert_eq!(
            read::<AddressEntry>("2001:db8::1-2001:db8::5"),
            "failure: 2001:db8::1-2001:db8::5 is not a valid dns name"
        );
    }

    fn net() -> impl Strategy<Value = Ipv4Net> {
        (any::<u32>(), 0..=32_u8)
            .prop_map(|(bits, len)| Ipv4Net::new(Ipv4Addr::from_bits(bits), len).unwrap())
    }

    proptest! {
        #[test]
        fn addresses_round_trip(net in net(), a: u32, b: u32, six: u128) {
            round_trip(&net.addr());
            round_trip(&Ipv4Prefix::new(net));
            round_trip(&Ipv4Network::new(net));
            round_trip(&Ipv6Addr::from_bits(six));
            let range = AddressMatcher::Range(Ipv4Addr::from_bits(a.min(b)), Ipv4Addr::from_bits(a.max(b)));
            round_trip(&range);
            round_trip(&AddressMatcher::Network(net.trunc()));
            prop_assert_eq!(range.simplified().bounds(), range.bounds());
        }
    }
}
