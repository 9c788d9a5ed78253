//! Matchers of IPv4 header fields: TTL and options.

use crate::packet::PacketKey;

/// `ttl`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ttl {
    /// `equal:n`, also plain `n`.
    Equal(u8),
    /// `not-equal:n`.
    NotEqual(u8),
    /// `less-than:n`.
    LessThan(u8),
    /// `greater-than:n`.
    GreaterThan(u8),
}

impl Ttl {
    pub(crate) const fn holds(self, ttl: u8) -> bool {
        match self {
            Self::Equal(n) => ttl == n,
            Self::NotEqual(n) => ttl != n,
            Self::LessThan(n) => ttl < n,
            Self::GreaterThan(n) => ttl > n,
        }
    }
}

/// `ipv4-options`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ipv4Options {
    /// Any option.
    Any,
    /// No option at all.
    None,
    /// Loose source routing (131).
    LooseSourceRouting,
    /// Strict source routing (137).
    StrictSourceRouting,
    /// Neither kind of source routing.
    NoSourceRouting,
    /// Record route (7).
    RecordRoute,
    /// No record route.
    NoRecordRoute,
    /// Router alert (148).
    RouterAlert,
    /// No router alert.
    NoRouterAlert,
    /// Timestamp (68).
    Timestamp,
    /// No timestamp.
    NoTimestamp,
}

const RECORD_ROUTE: u8 = 7;
const TIMESTAMP: u8 = 68;
const LOOSE: u8 = 131;
const STRICT: u8 = 137;
const ROUTER_ALERT: u8 = 148;

/// Walks the options (RFC 791 §3.1); a malformed one ends the walk. End-of-list and no-operation do not count.
pub(crate) fn ipv4_options(key: &PacketKey, packet: &[u8], wanted: Ipv4Options) -> bool {
    let has = |kinds: &[u8]| options(key, packet).any(|kind| kinds.contains(&kind));
    match wanted {
        Ipv4Options::Any => options(key, packet).next().is_some(),
        Ipv4Options::None => options(key, packet).next().is_none(),
        Ipv4Options::LooseSourceRouting => has(&[LOOSE]),
        Ipv4Options::StrictSourceRouting => has(&[STRICT]),
        Ipv4Options::NoSourceRouting => !has(&[LOOSE, STRICT]),
        Ipv4Options::RecordRoute => has(&[RECORD_ROUTE]),
        Ipv4Options::NoRecordRoute => !has(&[RECORD_ROUTE]),
        Ipv4Options::RouterAlert => has(&[ROUTER_ALERT]),
        Ipv4Options::NoRouterAlert => !has(&[ROUTER_ALERT]),
        Ipv4Options::Timestamp => has(&[TIMESTAMP]),
        Ipv4Options::NoTimestamp => !has(&[TIMESTAMP]),
    }
}

fn options<'a>(key: &PacketKey, packet: &'a [u8]) -> impl Iterator<Item = u8> + 'a {
    let mut rest = packet.get(20..usize::from(key.header_len)).unwrap_or_default();
    std::iter::from_fn(move || {
        loop {
            match rest {
                [] | [0, ..] => return None,
                [1, tail @ ..] => rest = tail,
                [kind, len, ..] => {
                    let kind = *kind;
                    rest = if *len < 2 { &[] } else { rest.get(usize::from(*len)..).unwrap_or_default() };
                    return Some(kind);
                }
                [_] => return None,
            }
        }
    })
}
