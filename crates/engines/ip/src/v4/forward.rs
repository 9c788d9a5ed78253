//! Transit through a router (RFC 1812 §5.2): time to live, length, redirect. [`decide`] looks, the caller acts:
//! [`wire::ipv4::decrement_ttl`], [`wire::ipv4_option::record`] for a header with options, [`super::fragment`],
//! [`super::icmp::error`].

use super::address::Addresses;
use super::drop::IpDrop;
use super::fib::Hop;
use crate::Interface;
use core::net::Ipv4Addr;
use wire::icmpv4::{Message, Unreachable};
use wire::ipv4::View;

/// What to do with a packet in transit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Take one hop off and send it.
    Send {
        /// It is longer than the MTU and may be cut into fragments.
        fragment: bool,
        /// The sender has a better first hop, to be told by a redirect (RFC 1812 §5.2.7.2): that router.
        redirect: Option<Ipv4Addr>,
    },
    /// End it with this reason, and report this error to the sender.
    Drop(IpDrop, Message),
}

/// Decides about a packet for which the routing decision gave `hop`.
///
/// `mtu` is that of the outgoing interface, in bytes. `redirects` = `/ip/settings send-redirects`; when it is on, a
/// packet that leaves by the interface it came in on, from a sender on the same network as the next hop, calls for a
/// redirect. In the order of the kernel: hops first, then length.
#[inline]
pub fn decide(
    view: &View<'_>,
    in_interface: Interface,
    hop: &Hop,
    mtu: u16,
    redirects: bool,
    addresses: &Addresses,
) -> Outcome {
    if view.ttl() <= 1 {
        return Outcome::Drop(IpDrop::TtlExpired, Message::TimeExceeded { code: 0 });
    }
    let fragment = view.total_len() > mtu;
    if fragment && view.dont_fragment() {
        let error = Message::Unreachable(Unreachable::FragmentationNeeded { mtu });
        return Outcome::Drop(IpDrop::FragmentationNeeded, error);
    }
    let redirect =
        if redirects && in_interface == hop.interface { better_hop(view, hop, addresses) } else { None };
    Outcome::Send { fragment, redirect }
}

/// The router that the sender could use itself: the next hop, when both are on one connected network.
#[cold]
fn better_hop(view: &View<'_>, hop: &Hop, addresses: &Addresses) -> Option<Ipv4Addr> {
    let next = hop.neighbour(view.destination());
    let source_routed = view.header_len() > wire::ipv4::HEADER_LEN
        && wire::ipv4_option::iter(view.options()).flatten().any(|placed| placed.option.is_source_route());
    let shared =
        addresses.of(hop.interface).any(|a| a.network.contains(&next) && a.network.contains(&view.source()));
    (shared && !source_routed).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::super::address::Address;
    use super::super::fib::Fib;
    use super::*;
    use wire::ipv4::{Options, Repr};

    const E1: Interface = Interface(1);
    const E2: Interface = Interface(2);

    fn packet(repr: Repr) -> Vec<u8> {
        let mut bytes = vec![0; repr.header_len() + usize::from(repr.payload_len)];
        repr.emit(&mut bytes);
        bytes
    }

    fn outcome(repr: Repr, hop: Hop, mtu: u16, redirects: bool) -> Outcome {
        let (mut addresses, mut fib) = (Addresses::default(), Fib::default());
        addresses.add(Address::new(E1, "10.0.0.1/24".parse().unwrap()), &mut fib);
        let bytes = packet(Repr {
            source: Ipv4Addr::new(10, 0, 0, 7),
            destination: Ipv4Addr::new(8, 8, 8, 8),
            ..repr
        });
        decide(&View::new(&bytes).unwrap(), E1, &hop, mtu, redirects, &addresses)
    }

    #[test]
    fn the_table_of_rfc_1812() {
        let away = Hop::via(E2, Ipv4Addr::new(1, 1, 1, 1));
        let ttl = |ttl| Repr { ttl, payload_len: 1480, ..Repr::default() };
        let pass = |fragment| Outcome::Send { fragment, redirect: None };
        let expired = Outcome::Drop(IpDrop::TtlExpired, Message::TimeExceeded { code: 0 });
        assert_eq!(outcome(ttl(0), away, 1500, true), expired);
        assert_eq!(outcome(ttl(1), away, 1500, true), expired);
        assert_eq!(outcome(ttl(2), away, 1500, true), pass(false));
        assert_eq!(outcome(ttl(2), away, 1499, true), pass(true));
        let df = Repr { dont_fragment: true, ..ttl(2) };
        assert_eq!(outcome(df, away, 1500, true), pass(false));
        let needed = Message::Unreachable(Unreachable::FragmentationNeeded { mtu: 1499 });
        assert_eq!(outcome(df, away, 1499, true), Outcome::Drop(IpDrop::FragmentationNeeded, needed));
        assert_eq!(outcome(Repr { ttl: 1, ..df }, away, 1499, true), expired, "hops come before length");
    }

    #[test]
    fn redirects_go_to_neighbours_of_the_better_router_only() {
        let plain = Repr::default();
        let redirect = |hop, redirects, repr| match outcome(repr, hop, 1500, redirects) {
            Outcome::Send { redirect, .. } => redirect,
            other @ Outcome::Drop(..) => panic!("{other:?}"),
        };
        let near = Ipv4Addr::new(10, 0, 0, 2);
        assert_eq!(redirect(Hop::via(E1, near), true, plain), Some(near));
        assert_eq!(redirect(Hop::via(E1, near), false, plain), None, "send-redirects=no");
        assert_eq!(redirect(Hop::via(E2, near), true, plain), None, "another interface");
        assert_eq!(redirect(Hop::via(E1, Ipv4Addr::new(10, 9, 0, 2)), true, plain), None, "another network");
        let options = Options::new(&[131, 7, 4, 9, 9, 9, 9]).unwrap();
        assert_eq!(redirect(Hop::via(E1, near), true, Repr { options, ..plain }), None, "source routed");
    }
}
