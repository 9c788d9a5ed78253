//! Matchers of IPv4 header fields: TTL and options.

use crate::packet::PacketKey;
use wire::ipv4_option::{self, IpOption};

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

/// Walks the options (RFC 791 §3.1); a malformed one ends the walk. End-of-list and no-operation do not count.
pub(crate) fn ipv4_options(key: &PacketKey, packet: &[u8], wanted: Ipv4Options) -> bool {
    let bytes = packet.get(20..usize::from(key.header_len)).unwrap_or_default();
    let mut options = ipv4_option::iter(bytes)
        .map_while(Result::ok)
        .map(|placed| placed.option)
        .filter(|option| *option != IpOption::NoOperation);
    let is_record_route = |option: IpOption<'_>| matches!(option, IpOption::RecordRoute { .. });
    let is_router_alert = |option: IpOption<'_>| matches!(option, IpOption::RouterAlert(_));
    let is_timestamp = |option: IpOption<'_>| matches!(option, IpOption::Timestamp { .. });
    match wanted {
        Ipv4Options::Any => options.next().is_some(),
        Ipv4Options::None => options.next().is_none(),
        Ipv4Options::LooseSourceRouting => options.any(|o| matches!(o, IpOption::LooseSourceRoute { .. })),
        Ipv4Options::StrictSourceRouting => options.any(|o| matches!(o, IpOption::StrictSourceRoute { .. })),
        Ipv4Options::NoSourceRouting => !options.any(|o| o.is_source_route()),
        Ipv4Options::RecordRoute => options.any(is_record_route),
        Ipv4Options::NoRecordRoute => !options.any(is_record_route),
        Ipv4Options::RouterAlert => options.any(is_router_alert),
        Ipv4Options::NoRouterAlert => !options.any(is_router_alert),
        Ipv4Options::Timestamp => options.any(is_timestamp),
        Ipv4Options::NoTimestamp => !options.any(is_timestamp),
    }
}
