//! From next hop to hardware address: the neighbour table and ARP.

use super::{datagram, error, output};
use crate::command::dhclient;
use crate::{Cx, Drop, Host};
use core::net::Ipv4Addr;
use ip::v4::arp::{Output, Owner, Received, Resolution};
use ip::v4::drop::IpDrop;
use ip::v4::input::LinkDestination;
use wire::icmpv4::{Message, Unreachable};
use wire::{Frame, Mac, arp, ethernet};

/// Sends a frame (Ethernet header in place, addresses not yet) to the neighbour `next`, asking for its hardware address
/// first when it isn't known. `from` is the source of that request.
#[inline]
pub(crate) fn send(
    host: &mut Host,
    cx: &mut Cx<'_>,
    index: usize,
    next: Ipv4Addr,
    from: Ipv4Addr,
    frame: Frame,
) {
    let id = host.id(index);
    let mut out = core::mem::take(&mut host.neighbour_outputs);
    match host.neighbours.resolve(cx.now(), id, next, from, frame, &mut out) {
        Resolution::Resolved(mac, frame) => output::transmit_to(host, cx, index, mac, frame),
        Resolution::Held => {}
        Resolution::Refused(frame, reason) => cx.drop(frame, None, reason.into()),
    }
    act(host, cx, out);
}

/// Takes an ARP frame from a cable.
pub(crate) fn receive(host: &mut Host, cx: &mut Cx<'_>, index: usize, frame: Frame) {
    let Ok(packet) = arp::Repr::parse(datagram(&frame)) else {
        return cx.drop(frame, host.port(index), Drop::BadArp);
    };
    let own = host.interfaces.get(index).map_or(Mac::ZERO, |i| i.mac);
    if !host.dhcp.is_empty() {
        dhclient::heard_arp(host, cx, index, &packet, own);
    }
    host.heard_arp(cx.now(), index, &packet);
    let id = host.id(index);
    let random = cx.random();
    let mut out = core::mem::take(&mut host.neighbour_outputs);
    let fib = &mut host.fib;
    let mut owner = |address| if fib.is_local(address) { Owner::Own } else { Owner::Nobody };
    let received = host.neighbours.receive(cx.now(), id, &packet, random, &mut owner, &mut out);
    act(host, cx, out);
    match received {
        Received::Malformed | Received::Disabled => cx.drop(frame, host.port(index), Drop::BadArp),
        Received::Answered | Received::Learned | Received::NotForUs | Received::Conflict => cx.deliver(frame),
    }
}

/// Lets timers of the table go off.
pub(crate) fn wake(host: &mut Host, cx: &mut Cx<'_>) {
    let mut out = core::mem::take(&mut host.neighbour_outputs);
    host.neighbours.wake(cx.now(), &mut out);
    act(host, cx, out);
}

/// Forgets the dynamic neighbours of an interface that lost its link.
pub(crate) fn flush(host: &mut Host, cx: &mut Cx<'_>, index: usize) {
    let id = host.id(index);
    let mut out = core::mem::take(&mut host.neighbour_outputs);
    host.neighbours.flush(id, &mut out);
    act(host, cx, out);
}

/// Does what the table asks for, and gives the buffer back.
pub(crate) fn act(host: &mut Host, cx: &mut Cx<'_>, mut out: Vec<Output>) {
    for one in out.drain(..) {
        match one {
            Output::Send { interface, destination, packet } => {
                let index = host.position(interface);
                let mut frame = cx.alloc(arp::LEN + ethernet::HEADER_LEN);
                packet.build(&mut frame, destination, packet.sender_mac);
                output::transmit(host, cx, index, frame);
            }
            Output::Release { interface, mac, frame } => {
                let index = host.position(interface);
                output::transmit_to(host, cx, index, mac, frame);
            }
            Output::Drop { neighbour, frame, reason, .. } => {
                if reason == IpDrop::NeighbourFailed {
                    let message = Message::Unreachable(Unreachable::Host);
                    error::report(host, cx, &frame, LinkDestination::Own, &message);
                    cx.drop(frame, None, Drop::NoArpAnswer(neighbour));
                } else {
                    cx.drop(frame, None, reason.into());
                }
            }
            Output::Changed { .. } => {}
        }
    }
    // An error report may have taken a buffer of its own; the larger one is kept.
    if out.capacity() > host.neighbour_outputs.capacity() && host.neighbour_outputs.is_empty() {
        host.neighbour_outputs = out;
    }
}
