//! Sets of numbers as ordered ranges: what a matcher of a firewall rule lets through.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Ranges, ordered, apart from each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Set(Vec<(u128, u128)>);

impl Set {
    /// The union of ranges; one whose end stands before its begin is empty.
    pub(super) fn new(mut ranges: Vec<(u128, u128)>) -> Self {
        ranges.retain(|(first, last)| first <= last);
        ranges.sort_unstable();
        let mut joined: Vec<(u128, u128)> = Vec::new();
        for (first, last) in ranges {
            match joined.last_mut() {
                Some((_, end)) if first <= end.saturating_add(1) => *end = last.max(*end),
                _ => joined.push((first, last)),
            }
        }
        Self(joined)
    }

    /// All numbers up to `max` that are not in it.
    fn complement(&self, max: u128) -> Self {
        let mut rest = Vec::new();
        let mut next = Some(0);
        for (first, last) in &self.0 {
            if let Some(start) = next
                && start < *first
            {
                rest.push((start, first - 1));
            }
            next = last.checked_add(1);
        }
        if let Some(start) = next.filter(|start| *start <= max) {
            rest.push((start, max));
        }
        Self(rest)
    }

    /// True when all of `other` is in it.
    pub(super) fn holds(&self, other: &Self) -> bool {
        other.0.iter().all(|(first, last)| self.0.iter().any(|(a, b)| a <= first && last <= b))
    }
}

/// Reads `!a,b` with `range` for each part; `max` is the largest number there is.
fn read(text: &str, max: u128, range: impl Fn(&str) -> Option<(u128, u128)>) -> Option<Set> {
    let (negated, text) = text.strip_prefix('!').map_or((false, text), |rest| (true, rest));
    let set = Set::new(text.split(',').map(|part| range(part.trim())).collect::<Option<_>>()?);
    Some(if negated { set.complement(max) } else { set })
}

/// Ports: `80,443,8000-8080`, `!22`.
pub(super) fn ports(text: &str) -> Option<Set> {
    let port = |text: &str| text.parse::<u16>().ok().map(u128::from);
    read(text, u128::from(u16::MAX), |part| match part.split_once('-') {
        Some((first, last)) => Some((port(first)?, port(last)?)),
        None => port(part).map(|port| (port, port)),
    })
}

/// Addresses: `10.0.0.0/8`, `10.0.0.1-10.0.0.9`, `!2001:db8::/32`. An IPv4 address lies in a space of its own, below all of
/// IPv6's that are in use.
pub(super) fn addresses(text: &str) -> Option<Set> {
    let v6 = text.contains(':');
    let max = if v6 { u128::MAX } else { u128::from(u32::MAX) };
    let bits = if v6 { 128 } else { 32 };
    let address = |text: &str| match v6 {
        true => text.parse::<Ipv6Addr>().ok().map(u128::from),
        false => text.parse::<Ipv4Addr>().ok().map(|address| u128::from(u32::from(address))),
    };
    read(text, max, |part| {
        if let Some((first, last)) = part.split_once('-') {
            return Some((address(first)?, address(last)?));
        }
        let (start, length) = part.split_once('/').unwrap_or((part, if v6 { "128" } else { "32" }));
        let length = length.parse::<u32>().ok().filter(|length| *length <= bits)?;
        let host = max.checked_shr(length).unwrap_or(0);
        let start = address(start)? & !host;
        Some((start, start | host))
    })
}

/// Words of a closed list, as places in it: `established,related`, `!new`.
pub(super) fn words(text: &str, known: &[&str]) -> Option<Set> {
    let max = u128::try_from(known.len().saturating_sub(1)).ok()?;
    read(text, max, |part| {
        let at = u128::try_from(known.iter().position(|word| *word == part)?).ok()?;
        Some((at, at))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_hold_what_they_hold() {
        for (large, small, holds) in [
            ("10.0.0.0/8", "10.1.2.0/24", true),
            ("10.1.2.0/24", "10.0.0.0/8", false),
            ("0.0.0.0/0", "!10.0.0.0/8", true),
            ("!10.0.0.0/8", "192.168.0.0/16", true),
            ("!10.0.0.0/8", "10.1.0.0/16", false),
            ("!10.1.0.0/16", "!10.0.0.0/8", true),
            ("10.0.0.1-10.0.0.9", "10.0.0.5", true),
            ("10.0.0.1-10.0.0.9", "10.0.0.0/29", false),
            ("2001:db8::/32", "2001:db8:1::/48", true),
            ("::/0", "!2001:db8::/32", true),
        ] {
            assert_eq!(addresses(large).unwrap().holds(&addresses(small).unwrap()), holds, "{large} {small}");
        }
        for (large, small, holds) in [
            ("80,443", "443", true),
            ("1-10,11-20", "5-15", true),
            ("!22", "23-80", true),
            ("!22", "20-23", false),
        ] {
            assert_eq!(ports(large).unwrap().holds(&ports(small).unwrap()), holds, "{large} {small}");
        }
    }

    #[test]
    fn what_is_not_understood_is_nothing() {
        assert_eq!(addresses("10.0.0.0/33"), None);
        assert_eq!(addresses("a.example"), None);
        assert_eq!(ports("http"), None);
        assert_eq!(words("new,odd", &["new"]), None);
    }
}
