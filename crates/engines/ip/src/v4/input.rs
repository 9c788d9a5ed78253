//! Arrival of a datagram: is it sound, and whose is it?
//!
//! [`validate`] looks at the packet alone, in the order of RFC 1812 §5.2.2 and RFC 1122 §3.2.1: length, version, header
//! length, total length, checksum, then the addresses that no link may carry ("martians", RFC 1812 §5.3.7). [`decide`]
//! asks the forwarding table (the box "routing decision"). Firewall chains and destination NAT stand between the two,
//! so they are two calls. Neither changes the packet.

use super::drop::IpDrop;
use super::fib::{Fib, Hop, Route};
use crate::{Interface, TableId};
use wire::icmpv4::{Message, Unreachable};
use wire::ipv4::View;
use wire::ipv4_option::{self, IpOption};

/// To whom the frame was addressed on the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkDestination {
    /// This station.
    Own,
    /// All stations.
    Broadcast,
    /// A group.
    Multicast,
    /// Another station (a promiscuous port saw it).
    Other,
}

impl LinkDestination {
    /// The kind of `destination` as seen by a station with address `own`.
    #[must_use]
    #[inline]
    pub fn of(destination: wire::Mac, own: wire::Mac) -> Self {
        if destination == own {
            Self::Own
        } else if destination.is_broadcast() {
            Self::Broadcast
        } else if destination.is_multicast() {
            Self::Multicast
        } else {
            Self::Other
        }
    }

    /// True for broadcast and multicast frames.
    #[must_use]
    pub const fn is_group(self) -> bool {
        matches!(self, Self::Broadcast | Self::Multicast)
    }
}

/// Reverse path filter (`/ip/settings rp-filter`, RFC 3704).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReversePathFilter {
    /// No check.
    #[default]
    No,
    /// There must be some route to the source.
    Loose,
    /// The route to the source must leave by the interface that the packet came in on.
    Strict,
}

/// Settings of the routing decision (`/ip/settings`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Forward packets that are for others (`ip-forward`).
    pub forward: bool,
    /// Accept packets with a source route (`accept-source-route`).
    pub source_route: bool,
    /// Reverse path filter (`rp-filter`).
    pub reverse_path: ReversePathFilter,
}

impl Settings {
    /// The defaults of RouterOS.
    pub const ROUTER: Self = Self { forward: true, source_route: false, reverse_path: ReversePathFilter::No };
    /// A host: as a router, but packets for others are dropped.
    pub const HOST: Self = Self { forward: false, ..Self::ROUTER };
}

/// Checks a datagram that came in from a link. `bytes` begin with the IPv4 header; padding behind the total length is
/// left out of the view.
///
/// # Errors
/// The reason to drop it.
#[inline]
pub fn validate(bytes: &[u8], link: LinkDestination) -> Result<View<'_>, IpDrop> {
    if link == LinkDestination::Other {
        return Err(IpDrop::OtherHost);
    }
    let view = View::new(bytes)?;
    if !view.checksum_ok() {
        return Err(IpDrop::Checksum);
    }
    let (source, destination) = (view.source().to_bits(), view.destination().to_bits());
    // Nearly every packet has both addresses in 1/8 to 126/8 or 128/8 to 223/8.
    if !is_ordinary(source) || !is_ordinary(destination) {
        martian(&view)?;
    }
    if view.header_len() > wire::ipv4::HEADER_LEN {
        check_options(&view)?;
    }
    Ok(view)
}

#[inline]
const fn is_ordinary(address: u32) -> bool {
    let first = address >> 24;
    first != 0 && first != 127 && first < 224
}

/// Addresses that must not be on a link (RFC 1122 §3.2.1.3, RFC 1812 §5.3.7; the kernel's martian rules).
#[cold]
fn martian(view: &View<'_>) -> Result<(), IpDrop> {
    let (source, destination) = (view.source(), view.destination());
    // 0.0.0.0 is the source of a host that has no address yet, and then it speaks to everybody (RFC 2131).
    let has_no_address =
        source.is_unspecified() && (destination.is_broadcast() || destination.is_multicast());
    if !is_ordinary(source.to_bits()) && !has_no_address {
        return Err(IpDrop::MartianSource);
    }
    if !is_ordinary(destination.to_bits()) && !destination.is_multicast() && !destination.is_broadcast() {
        return Err(IpDrop::MartianDestination);
    }
    Ok(())
}

/// Every option must have a possible length, and route and time options a possible pointer (RFC 1812 §5.2.4).
#[cold]
fn check_options(view: &View<'_>) -> Result<(), IpDrop> {
    bad_option(view).map_or(Ok(()), |_| Err(IpDrop::BadOption))
}

/// Offset of the first wrong byte of the options in the header.
fn bad_option(view: &View<'_>) -> Option<u8> {
    for placed in ipv4_option::iter(view.options()) {
        let placed = match placed {
            Ok(placed) => placed,
            Err(error) => return Some(error.offset as u8),
        };
        let pointer_ok = match placed.option {
            IpOption::RecordRoute { pointer, .. }
            | IpOption::LooseSourceRoute { pointer, .. }
            | IpOption::StrictSourceRoute { pointer, .. } => pointer >= 4,
            IpOption::Timestamp { pointer, .. } => pointer >= 5,
            IpOption::NoOperation | IpOption::RouterAlert(_) | IpOption::Other { .. } => true,
        };
        if !pointer_ok {
            return Some((wire::ipv4::HEADER_LEN + placed.offset + 2) as u8);
        }
    }
    None
}

/// The error that the sender of a packet with [`IpDrop::BadOption`] gets: "parameter problem" with the place of the wrong
/// byte (RFC 1122 §3.2.2.5). None when the options are sound.
#[must_use]
pub fn parameter_problem(bytes: &[u8]) -> Option<Message> {
    let view = View::new(bytes).ok()?;
    bad_option(&view).map(|pointer| Message::ParameterProblem { code: 0, pointer })
}

/// What the routing decision says about a packet that came in from a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// For an address of this device, on that interface.
    Local(Interface),
    /// For a broadcast address of the link that it came in on, or 255.255.255.255.
    Broadcast,
    /// For a group; the device knows which it has joined.
    Multicast,
    /// To be forwarded this way.
    Forward(Hop),
    /// To be dropped, with the ICMP error that the sender gets, if the rules of [`super::icmp`] allow one.
    Drop(IpDrop, Option<Message>),
}

/// Decides whose a validated packet is. `table` stands for `main`; own addresses come first.
#[inline]
pub fn decide(
    view: &View<'_>,
    link: LinkDestination,
    interface: Interface,
    table: TableId,
    settings: &Settings,
    fib: &mut Fib,
) -> Decision {
    let (source, destination) = (view.source(), view.destination());
    if let Some(drop) = check_source(source, interface, table, settings, fib) {
        return Decision::Drop(drop, None);
    }
    if view.header_len() > wire::ipv4::HEADER_LEN && !settings.source_route && has_source_route(view) {
        let error = Message::Unreachable(Unreachable::SourceRouteFailed);
        return Decision::Drop(IpDrop::SourceRoute, Some(error));
    }
    let decision = match fib.lookup_table(table, source, destination) {
        Route::Forward(hop) if settings.forward => Decision::Forward(hop),
        Route::Forward(_) => Decision::Drop(IpDrop::ForwardingOff, None),
        Route::Local(on) => Decision::Local(on),
        // The link's own broadcast is for this device; another connected link's would be a directed broadcast.
        Route::Broadcast(None) => return Decision::Broadcast,
        Route::Broadcast(Some(on)) if on == interface => return Decision::Broadcast,
        Route::Broadcast(Some(_)) => Decision::Drop(IpDrop::DirectedBroadcast, None),
        Route::Multicast => return Decision::Multicast,
        Route::Blackhole => Decision::Drop(IpDrop::Blackhole, None),
        Route::Unreachable => unreachable_network(IpDrop::Unreachable, settings),
        Route::None => unreachable_network(IpDrop::NoRoute, settings),
    };
    // Neither a station nor a router takes a unicast packet out of a broadcast frame.
    if link.is_group() { Decision::Drop(IpDrop::UnicastInBroadcast, None) } else { decision }
}

fn unreachable_network(drop: IpDrop, settings: &Settings) -> Decision {
    // A host that does not forward stays silent about other people's packets.
    let error = settings.forward.then_some(Message::Unreachable(Unreachable::Net));
    Decision::Drop(if settings.forward { drop } else { IpDrop::ForwardingOff }, error)
}

/// The source must not be an own or a broadcast address, and must pass the reverse path filter.
#[inline]
fn check_source(
    source: core::net::Ipv4Addr,
    interface: Interface,
    table: TableId,
    settings: &Settings,
    fib: &mut Fib,
) -> Option<IpDrop> {
    if source.is_unspecified() {
        return None;
    }
    match fib.lookup_table(table, source, source) {
        Route::Local(_) => Some(IpDrop::OwnSource),
        Route::Broadcast(_) | Route::Multicast => Some(IpDrop::MartianSource),
        route => match (settings.reverse_path, route) {
            (ReversePathFilter::No, _) => None,
            (ReversePathFilter::Loose, Route::Forward(_)) => None,
            (ReversePathFilter::Strict, Route::Forward(_)) if fib.leaves_by(table, source, interface) => None,
            _ => Some(IpDrop::ReversePath),
        },
    }
}

#[cold]
fn has_source_route(view: &View<'_>) -> bool {
    ipv4_option::iter(view.options()).flatten().any(|placed| placed.option.is_source_route())
}

#[cfg(test)]
mod tests;
