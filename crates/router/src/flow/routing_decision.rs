//! ROUTING DECISION: is a packet for the device itself, or which way does it go?

use super::{Packet, forward, input, report};
use crate::device::Context;
use crate::drop::Drop;
use crate::state::State;
use core::net::Ipv4Addr;
use ip::TableId;
use ip::v4::drop::IpDrop;
use ip::v4::fib::{Hop, Route};
use ip::v4::input::{Decision, Settings, decide};
use wire::Frame;
use wire::ethernet::HEADER_LEN;
use wire::ipv4::View;

/// A packet that came in from a link, validated; `frame` begins with its Ethernet header.
#[inline]
pub(crate) fn incoming(state: &mut State, cx: &mut Context<'_>, packet: Packet, frame: Frame) {
    let Some(arrival) = packet.arrival else { return cx.deliver(frame) };
    let number = arrival.interface;
    let bytes = frame.bytes().get(HEADER_LEN..).unwrap_or_default();
    let view = match View::new(bytes) {
        Ok(view) => view,
        Err(error) => return cx.drop(frame, arrival.port, Drop::ip(number, IpDrop::from(error))),
    };
    let settings =
        Settings { forward: state.ip.forward, source_route: false, reverse_path: state.ip.reverse_path };
    let interface = ip::Interface(number.0);
    match decide(&view, packet.link, interface, TableId::MAIN, &settings, &mut state.ip.fib) {
        Decision::Forward(hop) => forward::receive(state, cx, packet, hop, frame),
        Decision::Local(_) | Decision::Broadcast => input::receive(state, cx, packet, frame),
        // 224.0.0.1: every station hears it (RFC 1112 §4).
        Decision::Multicast if view.destination() == Ipv4Addr::new(224, 0, 0, 1) => {
            input::receive(state, cx, packet, frame);
        }
        Decision::Multicast => cx.drop(frame, arrival.port, Drop::ip(number, IpDrop::Multicast)),
        Decision::Drop(reason, error) => {
            if let Some(message) = error {
                report::error(state, cx, &packet, &frame, &message);
            }
            cx.drop(frame, arrival.port, Drop::ip(number, reason));
        }
    }
}

/// The way of a packet that the device itself sends.
#[inline]
pub(crate) fn outgoing(state: &mut State, source: Ipv4Addr, destination: Ipv4Addr) -> Result<Hop, IpDrop> {
    match state.ip.fib.lookup(source, destination) {
        Route::Forward(hop) => Ok(hop),
        Route::Local(on) | Route::Broadcast(Some(on)) => Ok(Hop::on_link(on)),
        Route::Broadcast(None) | Route::Multicast | Route::None => Err(IpDrop::NoRoute),
        Route::Blackhole => Err(IpDrop::Blackhole),
        Route::Unreachable => Err(IpDrop::Unreachable),
    }
}
