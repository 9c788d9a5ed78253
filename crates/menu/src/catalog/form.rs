//! What values of the catalogue look like where it says no more than "text": the line `is` of `facts.txt`.

use crate::{
    AddressMatcher, Limit, Negated, NoNames, Ports, PropertyType, Protocol, Rate, RatePair, Text, Value,
    ValueError, ValueKind, match_word, parse_ipv4, parse_time,
};
use clock::Duration;
use std::net::Ipv6Addr;

/// What a value looks like; most are types that menus with a struct have too.
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
    /// An address or prefix of either family; a lone address is the prefix of it. `<pppoe-a>`: an interface of a session.
    Target,
    /// An IPv4 address.
    Ip,
    /// An IPv6 address.
    Ip6,
    /// An IPv4 address, or a name that stands for one.
    Host,
    /// An IPv6 address, or a name that stands for one.
    Host6,
    /// Next hop of an IPv6 route: `fe80::1%ether1`, `2001:db8::1@main`, `ether1`.
    Gateway6,
    /// `8h-17h,mon,tue`; `!` before it.
    Week,
    /// Modes of an Ethernet link: `1G-baseT-full`, with commas.
    LinkModes,
}

/// Modes of Ethernet links since RouterOS 7.12; manual: "Ethernet", `advertise` and `speed`.
const LINK_MODES: [&str; 21] = [
    "10M-baseT-half",
    "10M-baseT-full",
    "100M-baseT-half",
    "100M-baseT-full",
    "1G-baseT-half",
    "1G-baseT-full",
    "1G-baseX",
    "2.5G-baseT",
    "2.5G-baseX",
    "5G-baseT",
    "10G-baseT",
    "10G-baseSR-LR",
    "10G-baseCR",
    "25G-baseSR-LR",
    "25G-baseCR",
    "40G-baseSR4-LR4",
    "40G-baseCR4",
    "50G-baseSR2-LR2",
    "50G-baseCR2",
    "100G-baseSR4-LR4",
    "100G-baseCR4",
];

const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

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
            "target" => Self::Target,
            "ip" => Self::Ip,
            "ip6" => Self::Ip6,
            "host" => Self::Host,
            "host6" => Self::Host6,
            "gateway6" => Self::Gateway6,
            "week" => Self::Week,
            "link-modes" => Self::LinkModes,
            _ => return None,
        })
    }

    /// The text that is stored and printed.
    ///
    /// # Errors
    /// RouterOS's reason.
    pub(super) fn check(self, value: &Value) -> Result<Text, ValueError> {
        let text = value.argument();
        let text = std::str::from_utf8(&text).unwrap_or("\0");
        let kept =
            |good: bool| if good { Ok(Text::from(text)) } else { Err(ValueError::Invalid(Vec::new())) };
        match self {
            Self::Protocol => read::<Negated<Protocol>>(value),
            Self::Ports => read::<Negated<Ports>>(value),
            Self::Matcher => read::<Negated<AddressMatcher>>(value),
            Self::Limit => read::<Negated<Limit>>(value),
            Self::Rate => read::<Rate>(value).or_else(|error| rates(value).ok_or(error)),
            Self::Rates => read::<RatePair>(value).or_else(|error| rates(value).ok_or(error)),
            Self::Addresses => addresses(value).ok_or_else(|| ValueError::Invalid(Vec::new())),
            Self::Target => target(text).ok_or_else(|| ValueError::Invalid(Vec::new())),
            Self::Ip => kept(parse_ipv4(text).is_some()),
            Self::Ip6 => kept(is_ipv6(text)),
            Self::Host => kept(parse_ipv4(text).is_some() || is_host_name(text)),
            Self::Host6 => kept(is_ipv6(text) || is_host_name(text)),
            Self::Gateway6 => kept(is_gateway6(text)),
            Self::Week => week(text).ok_or_else(|| ValueError::Invalid(Vec::new())),
            Self::LinkModes => link_modes(text),
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
            Self::Addresses | Self::Target => return "A.B.C.D[/M] or IPv6[/0..128]    (IP prefix)",
            Self::Ip | Self::Host => return "A.B.C.D    (IP address)",
            Self::Ip6 | Self::Host6 | Self::Gateway6 => return "IPv6    (IPv6 address)",
            Self::Week => return "time-time,sat|fri|thu|wed|tue|mon|sun",
            Self::LinkModes => return "",
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
            Self::Target => format!("10.{high}.0.0/16"),
            Self::Ip | Self::Host => format!("10.{high}.0.1"),
            Self::Ip6 | Self::Host6 | Self::Gateway6 => format!("2001:db8::{low}"),
            Self::Week => format!("{}h-{}h,mon,fri", number % 12, number % 12 + 1),
            Self::LinkModes => LINK_MODES[(number % 21) as usize].into(),
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

/// `10.0.0.1` is `10.0.0.1/32`, as RouterOS writes what a queue is for.
fn target(text: &str) -> Option<Text> {
    if text.starts_with('<') && text.ends_with('>') {
        return Some(text.into());
    }
    if !text.starts_with(|c: char| c.is_ascii_hexdigit() || c == ':') || text.contains(['-', '%', '@']) {
        return None;
    }
    match (text.contains('/'), parse_ipv4(text), text.parse::<Ipv6Addr>()) {
        (false, Some(_), _) => Some(format!("{text}/32").into()),
        (false, None, Ok(_)) => Some(format!("{text}/128").into()),
        _ => is_address(text).then(|| text.into()),
    }
}

/// An IPv6 address, with the interface of a link-local one.
fn is_ipv6(text: &str) -> bool {
    let (address, zone) = text.split_once('%').unwrap_or((text, "lo"));
    address.parse::<Ipv6Addr>().is_ok() && !zone.is_empty()
}

/// A name that a resolver is asked for (RFC 1123 section 2.1, and the underscores that are in use); what is all digits
/// and dots was meant as an address.
fn is_host_name(text: &str) -> bool {
    let label = |label: &str| {
        (1..64).contains(&label.len())
            && label.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_'))
    };
    text.bytes().any(|c| c.is_ascii_alphabetic())
        && text.len() < 254
        && text.strip_suffix('.').unwrap_or(text).split('.').all(label)
}

/// What looks like an address but is none was never meant as an interface.
fn is_gateway6(text: &str) -> bool {
    let hop = text.split('@').next().unwrap_or("");
    if let Some((address, interface)) = hop.split_once('%') {
        return address.parse::<Ipv6Addr>().is_ok() && !interface.is_empty();
    }
    let meant = |signs: &str| hop.chars().all(|c| c.is_ascii_hexdigit() || signs.contains(c));
    let like_ipv6 = hop.contains(':') && meant(":./");
    let like_ipv4 = hop.contains('.') && hop.chars().all(|c| c.is_ascii_digit() || c == '.');
    text.is_empty() || hop.parse::<Ipv6Addr>().is_ok() || !hop.is_empty() && !like_ipv6 && !like_ipv4
}

/// `8h-17h,mon,tue`, the days in the order of a week.
fn week(text: &str) -> Option<Text> {
    let (sign, rest) = text.strip_prefix('!').map_or(("", text), |rest| ("!", rest));
    let mut parts = rest.split(',');
    let (from, to) = parts.next()?.split_once('-')?;
    let moment = |text: &str| {
        let time = Duration::from_nanos(parse_time(text)?);
        (time <= Duration::from_days(1)).then_some(time)
    };
    let given: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    if !given.iter().all(|day| DAYS.contains(day)) {
        return None;
    }
    let mut out = format!("{sign}{}-{}", moment(from)?, moment(to)?);
    for day in DAYS.iter().filter(|day| given.contains(day)) {
        out.push(',');
        out.push_str(day);
    }
    Some(out.into())
}

/// The modes in full. Boards get faster ones than the manual lists: what is built alike is taken too.
fn link_modes(text: &str) -> Result<Text, ValueError> {
    let alike = |mode: &str| {
        mode.split_once("G-base").is_some_and(|(speed, kind)| {
            speed.parse::<u16>().is_ok_and(|speed| speed >= 100)
                && !kind.is_empty()
                && kind.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-')
        })
    };
    let mut modes = Vec::new();
    for mode in text.split(',').filter(|_| !text.is_empty()) {
        modes.push(
            match match_word(&mode.into(), LINK_MODES.iter().map(|known| (known.as_bytes(), *known))) {
                Ok(known) => known,
                Err(_) if alike(mode) => mode,
                Err(error) => return Err(error),
            },
        );
    }
    Ok(modes.join(",").into())
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
            ("target", "10.0.0.1", Some("10.0.0.1/32")),
            ("target", "2001:db8::1", Some("2001:db8::1/128")),
            ("target", "10.0.0.0/24", Some("10.0.0.0/24")),
            ("target", "<pppoe-a>", Some("<pppoe-a>")),
            ("target", "10.0.0.300", None),
            ("target", "10.0.0.0/33", None),
            ("target", "ether1", None),
            ("ip", "10.0.0.1", Some("10.0.0.1")),
            ("ip", "ether1", None),
            ("ip6", "fe80::1%ether1", Some("fe80::1%ether1")),
            ("ip6", "10.0.0.1", None),
            ("host", "10.0.0.1", Some("10.0.0.1")),
            ("host", "vpn.example.com", Some("vpn.example.com")),
            ("host", "10.0.0.300", None),
            ("host", "a b", None),
            ("host", "2001:db8::1", None),
            ("host6", "2001:db8::1", Some("2001:db8::1")),
            ("host6", "2001:db8:::1", None),
            ("gateway6", "fe80::1%ether1", Some("fe80::1%ether1")),
            ("gateway6", "2001:db8::1@main", Some("2001:db8::1@main")),
            ("gateway6", "ether1", Some("ether1")),
            ("gateway6", "", Some("")),
            ("gateway6", "2001:db8::g", Some("2001:db8::g")),
            ("gateway6", "2001:db8:::1", None),
            ("gateway6", "10.0.0.300", None),
            ("week", "8h-17h,tue,mon", Some("8h-17h,mon,tue")),
            ("week", "!8:00:00-17:30:00,sun", Some("!8h-17h30m,sun")),
            ("week", "8h-25h,mon", None),
            ("week", "8h-17h,foo", None),
            ("week", "always", None),
            ("link-modes", "1G-baseT-full,10M-baseT-half", Some("1G-baseT-full,10M-baseT-half")),
            ("link-modes", "100G-baseC", Some("100G-baseCR4")),
            ("link-modes", "400G-baseSR8-LR8", Some("400G-baseSR8-LR8")),
            ("link-modes", "1G-basefoo", None),
            ("link-modes", "fast", None),
            ("link-modes", "", Some("")),
        ] {
            assert_eq!(read(form, text).as_deref(), expected, "{form} {text}");
        }
        assert_eq!(Form::named("foo"), None);
    }

    #[test]
    fn samples_are_values() {
        for word in [
            "protocol",
            "ports",
            "matcher",
            "addresses",
            "limit",
            "rate",
            "rates",
            "target",
            "ip",
            "ip6",
            "host",
            "host6",
            "gateway6",
            "week",
            "link-modes",
        ] {
            let form = Form::named(word).unwrap();
            for number in 0..2000 {
                let sample = form.sample(number);
                assert!(form.check(&Value::text(&*sample)).is_ok(), "{word} {sample}");
            }
        }
    }
}
