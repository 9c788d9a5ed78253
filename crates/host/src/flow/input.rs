//! Header checks and the routing decision for a datagram from a cable.

use super::{datagram, error, forward, local};
use crate::command::dhclient;
use crate::{Cx, Drop, Host};
use ip::TableId;
use ip::v4::drop::IpDrop;
use ip::v4::input::{self, Decision, LinkDestination, ReversePathFilter, Settings};
use wire::ipv4::{Protocol, View};
use wire::{Frame, udp};

/// Takes an IPv4 frame that is for this station.
#[inline]
pub(crate) fn receive(host: &mut Host, cx: &mut Cx<'_>, index: usize, link: LinkDestination, frame: Frame) {
    if !host.dhcp.is_empty() && dhcp(host, cx, index, &frame) {
        return cx.deliver(frame);
    }
    let settings =
        Settings { forward: host.settings.forward, source_route: false, reverse_path: ReversePathFilter::No };
    let interface = host.id(index);
    let port = host.port(index);
    let (decision, destination) = match input::validate(datagram(&frame), link) {
        Ok(view) => {
            let fib = &mut host.fib;
            let decision = input::decide(&view, link, interface, TableId::MAIN, &settings, fib);
            (decision, view.destination())
        }
        Err(reason) => return cx.drop(frame, port, reason.into()),
    };
    match decision {
        Decision::Local(_) | Decision::Broadcast => local::deliver(host, cx, index, link, frame),
        // Every host is a member of "all systems" (RFC 1112 §4) and this one of no other group.
        Decision::Multicast if destination.octets() == [224, 0, 0, 1] => {
            local::deliver(host, cx, index, link, frame);
        }
        Decision::Multicast => cx.drop(frame, port, IpDrop::Multicast.into()),
        Decision::Forward(hop) => forward::forward(host, cx, index, link, &hop, frame),
        Decision::Drop(reason, message) => {
            if let Some(message) = message {
                error::report(host, cx, &frame, link, &message);
            }
            let reason = match reason {
                IpDrop::NoRoute => Drop::NoRoute(destination),
                IpDrop::Blackhole | IpDrop::Unreachable => Drop::RouteForbids(destination),
                reason => reason.into(),
            };
            cx.drop(frame, port, reason);
        }
    }
}

/// A DHCP client hears its messages past the stack, by a packet socket: it has no address yet.
#[cold]
fn dhcp(host: &mut Host, cx: &mut Cx<'_>, index: usize, frame: &Frame) -> bool {
    let Ok(view) = View::new(datagram(frame)) else { return false };
    if view.protocol() != Protocol::UDP || view.is_fragment() || !view.checksum_ok() {
        return false;
    }
    let Ok(datagram) = udp::View::new(view.payload()) else { return false };
    if datagram.destination_port() != wire::dhcp::CLIENT_PORT
        || !datagram.checksum_ok(view.source(), view.destination())
    {
        return false;
    }
    dhclient::packet(host, cx, index, datagram.payload())
}
