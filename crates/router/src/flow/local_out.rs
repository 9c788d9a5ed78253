//! LOCAL OUT: the device's own processes send packets.

use super::{Packet, neighbour, out_interface, output, routing_decision};
use crate::device::Context;
use crate::drop::Drop;
use crate::interface::Number;
use crate::state::State;
use core::net::Ipv4Addr;
use firewall::conntrack::Tracked;
use ip::v4::drop::IpDrop;
use ip::v4::fib::Hop;
use ip::v4::input::LinkDestination;
use wire::ethernet::{EtherType, HEADER_LEN, Repr};
use wire::ipv4::View;
use wire::{Frame, Mac};

/// Sends a packet (`frame` begins with its IPv4 header) by the way that the routing decision finds.
pub(crate) fn send(state: &mut State, cx: &mut Context<'_>, frame: Frame) {
    let (source, destination) = match View::new(frame.bytes()) {
        Ok(view) => (view.source(), view.destination()),
        Err(error) => return cx.drop(frame, None, Drop::Output(IpDrop::from(error))),
    };
    match routing_decision::outgoing(state, source, destination) {
        Ok(hop) => send_by(state, cx, hop, frame),
        Err(reason) => cx.drop(frame, None, Drop::Output(reason)),
    }
}

/// Sends a packet (`frame` begins with its IPv4 header) by `hop`. A packet to an own address stays here.
pub(crate) fn send_by(state: &mut State, cx: &mut Context<'_>, hop: Hop, mut frame: Frame) {
    let destination = View::new(frame.bytes()).map_or(Ipv4Addr::UNSPECIFIED, |view| view.destination());
    Repr { destination: Mac::ZERO, source: Mac::ZERO, ethertype: EtherType::IPV4 }.push(&mut frame);
    let packet = Packet { arrival: None, link: LinkDestination::Own, tracked: Tracked::OFF };
    if state.ip.fib.is_local(destination) {
        return output::to_self(state, cx, packet, frame);
    }
    output::send(state, cx, packet, hop, frame);
}

/// Sends a packet (`frame` begins with its IPv4 header) on the link of `number` to a known MAC address, past the
/// routing decision and ARP: DHCP replies to clients that have no address yet.
pub(crate) fn send_on_link(
    state: &mut State,
    cx: &mut Context<'_>,
    number: Number,
    to: Mac,
    mut frame: Frame,
) {
    let source = state.interfaces.get(number).map_or(Mac::ZERO, |interface| interface.mac);
    frame.push_front_zeroed(HEADER_LEN);
    Repr { destination: to, source, ethertype: EtherType::IPV4 }.emit(frame.bytes_mut());
    out_interface::send(state, cx, number, frame);
}

/// Does what features queued while no kernel was at hand (an address was removed, a lease was dropped, packets waited
/// for a neighbour on a link that went down).
#[inline]
pub(crate) fn flush(state: &mut State, cx: &mut Context<'_>) {
    if !state.ip.dhcp.outputs.is_empty() {
        crate::ip::dhcp_server::packet::act(state, cx);
    }
    if !state.ip.neighbour_outputs.is_empty() {
        let outputs = std::mem::take(&mut state.ip.neighbour_outputs);
        neighbour::act(state, cx, outputs);
    }
}
