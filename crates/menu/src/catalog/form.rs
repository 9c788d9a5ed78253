//! What values of the catalogue look like where it says no more than "text": the line `is` of `facts.txt`.

use crate::{
    AddressMatcher, Limit, Negated, NoNames, Ports, PropertyType, Protocol, Rate, RatePair, Text, Value,
    ValueError, ValueKind, parse_ipv4,
};
use std::net::Ipv6Addr;

/// What a value looks like; each is a type that menus with a struct have too, but [`Self::Addresses`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Name or number of a protocol; `!` before it.
    Protocol,
    /// Ports and ranges of ports; `!` before them.
    Ports,
    /// An IPv4 address, prefix or range; `!` before it.
    Matcher,
    /// Addresses, prefixes or ranges of both families, with commas; each may have `!` before it.
    Addresses,
    /// `10/1m,5:packet`; `!` before it.
    Limit,
    /// `10M`.
    Rate,
    /// `10M/20M`.
    Rates,
}

impl Form {
    /// By its word in `facts.txt`.
    pub(super) fn named(word: &str) -> Option<Self> {
        Some(match word {
            "protocol" => Self::Protocol,
            "ports" => Self::Ports,
            "matcher" => Self::Matcher,
            "addresses" => Self::Addresses,
            "limit" => Self::Limit,
            "rate" => Self::Rate,
            "rates" => Self::Rates,
            _ => return None,
        })
    }

    /// The text that is stored and printed.
    ///
    /// # Errors
    /// RouterOS's reason.
    pub(super) fn check(self, value: &Value) -> Result<Text, ValueError> {
        match self {
            Self::Protocol => read::<Negated<Protocol>>(value),
            Self::Ports => read::<Negated<Ports>>(value),
            Self::Matcher => read::<Negated<AddressMatcher>>(value),
            Self::Limit => read::<Negated<Limit>>(value),
            Self::Rate => read::<Rate>(value).or_else(|error| rates(value).ok_or(error)),
            Self::Rates => read::<RatePair>(value).or_else(|error| rates(value).ok_or(error)),
            Self::Addresses => addresses(value).ok_or_else(|| ValueError::Invalid(Vec::new())),
        }
    }

    /// In the words of the console's help.
    pub(super) fn hint(self) -> &'static str {
        let kind = match self {
            Self::Protocol => <Negated<Protocol>>::KIND,
            Self::Ports => <Negated<Ports>>::KIND,
            Self::Matcher => <Negated<AddressMatcher>>::KIND,
            Self::Limit => <Negated<Limit>>::KIND,
            Self::Rate => Rate::KIND,
            Self::Rates => RatePair::KIND,
            Self::Addresses => return "A.B.C.D[/M] or IPv6[/0..128]    (IP prefix)",
        };
        match kind {
            ValueKind::Other(hint) => hint,
            _ => "",
        }
    }

    /// One of its values, for a number.
    pub(super) fn sample(self, number: u64) -> String {
        let (high, low) = (number % 200, number % 999 + 1);
        let sign = if number.is_multiple_of(3) { "!" } else { "" };
        match self {
            Self::Protocol => format!("{sign}{}", ["tcp", "udp", "icmp", "gre"][(number % 4) as usize]),
            Self::Ports => format!("{sign}{low},{}-{}", low + 10, low + 20),
            Self::Matcher => format!("{sign}10.{high}.0.0/16"),
            Self::Addresses => format!("10.{high}.0.1,2001:db8:{low}::/48"),
            Self::Limit => format!("{low},{high}:packet"),
            Self::Rate => format!("{low}k"),
            Self::Rates => format!("{low}k/{high}M"),
        }
    }
}

fn read<T: PropertyType>(value: &Value) -> Result<Text, ValueError> {
    let read = T::parse(value, &NoNames)?;
    let mut text = String::new();
    read.print(&NoNames, &mut text);
    Ok(text.into())
}

/// What stands for a rate besides whole numbers, as it was written: `1.5M`, `unlimited`.
fn rates(value: &Value) -> Option<Text> {
    let text: Text = value.argument().into_owned().into();
    let rate = |part: &str| {
        let number = part.strip_suffix(['k', 'K', 'M', 'G']).unwrap_or(part);
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
        let (whole, rest) = number.split_once('.').unwrap_or((number, "0"));
        part == "unlimited" || digits(whole) && digits(rest)
    };
    std::str::from_utf8(&text).is_ok_and(|text| text.split('/').all(rate)).then_some(text)
}

/// Addresses without the blanks between them.
fn addresses(value: &Value) -> Option<Text> {
    let text = value.argument();
    let parts: Vec<&str> = std::str::from_utf8(&text).ok()?.split(',').map(str::trim).collect();
    let good = parts.iter().all(|part| is_address(part)) || parts == [""];
    good.then(|| parts.join(",").into())
}

/// `10.0.0.1`, `!10.0.0.0/8`, `10.0.0.1-10.0.0.9`, `2001:db8::/32`, `fe80::1%ether1`, `8.8.8.8@main`.
fn is_address(part: &str) -> bool {
    let part = part.strip_prefix('!').unwrap_or(part);
    let part = part.split(['%', '@']).next().unwrap_or(part);
    let one = |text: &str| (parse_ipv4(text).map(|_| 32), text.parse::<Ipv6Addr>().ok().map(|_| 128));
    let longest = |text: &str| match one(text) {
        (Some(bits), _) | (None, Some(bits)) => Some(bits),
        (None, None) => None,
    };
    if let Some((from, to)) = part.split_once('-') {
        return longest(from).is_some() && longest(from) == longest(to);
    }
    let Some((address, length)) = part.split_once('/') else { return longest(part).is_some() };
    let fits = |longest: u8| length.parse::<u8>().is_ok_and(|bits| bits <= longest);
    longest(address).is_some_and(|longest| fits(longest) || parse_ipv4(length).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_take_what_routeros_takes_and_nothing_else() {
        let read = |form: &str, text: &str| {
            Form::named(form).unwrap().check(&Value::text(text)).map(|text| text.to_string()).ok()
        };
        for (form, text, expected) in [
            ("protocol", "6", Some("tcp")),
            ("protocol", "!udp", Some("!udp")),
            ("protocol", "tpc", None),
            ("ports", "80,443,8000-8080", Some("80,443,8000-8080")),
            ("ports", "80x", None),
            ("matcher", "10.0.0.5/24", Some("10.0.0.0/24")),
            ("matcher", "1.2.3.x", None),
            ("limit", "10,5:packet", Some("10,5:packet")),
            ("limit", "foo", None),
            ("rate", "10M", Some("10M")),
            ("rates", "10M", Some("10M/10M")),
            ("rates", "1.5M/unlimited", Some("1.5M/unlimited")),
            ("rates", "x/1", None),
            ("rate", "1.M", None),
            ("addresses", "8.8.8.8,2001:db8::1", Some("8.8.8.8,2001:db8::1")),
            ("addresses", "!10.0.0.0/8,fe80::1%ether1", Some("!10.0.0.0/8,fe80::1%ether1")),
            ("addresses", "10.0.0.1-10.0.0.9", Some("10.0.0.1-10.0.0.9")),
            ("addresses", "8.8.8.8, 1.1.1.1", Some("8.8.8.8,1.1.1.1")),
            ("addresses", "10.0.0.0/33", None),
            ("addresses", "foo", None),
            ("addresses", "", Some("")),
        ] {
            assert_eq!(read(form, text).as_deref(), expected, "{form} {text}");
        }
        assert_eq!(Form::named("foo"), None);
    }

    #[test]
    fn samples_are_values() {
        for word in ["protocol", "ports", "matcher", "addresses", "limit", "rate", "rates"] {
            let form = Form::named(word).unwrap();
            for number in 0..2000 {
                let sample = form.sample(number);
                assert!(form.check(&Value::text(&*sample)).is_ok(), "{word} {sample}");
            }
        }
    }
}
