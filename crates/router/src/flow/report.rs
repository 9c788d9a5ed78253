//! ICMP errors about packets that cannot go on (RFC 1812 §4.3).

use super::{Packet, local_out, routing_decision};
use crate::device::Context;
use crate::state::State;
use core::net::Ipv4Addr;
use ip::v4::fib::Hop;
use ip::v4::icmp;
use wire::Frame;
use wire::ethernet::HEADER_LEN;
use wire::icmpv4::Message;
use wire::ipv4::View;

/// An error that is ready to be sent.
pub(crate) struct Prepared {
    hop: Hop,
    frame: Frame,
}

impl Prepared {
    /// Sends it.
    pub(crate) fn send(self, state: &mut State, cx: &mut Context<'_>) {
        local_out::send_by(state, cx, self.hop, self.frame);
    }
}

/// Reports `message` to the sender of the packet in `frame` (Ethernet header first), unless the rules forbid it.
#[cold]
pub(crate) fn error(
    state: &mut State,
    cx: &mut Context<'_>,
    packet: &Packet,
    frame: &Frame,
    message: &Message,
) {
    if let Some(prepared) = prepare(state, cx, packet, frame, message) {
        prepared.send(state, cx);
    }
}

/// Builds the error, unless the rules forbid it.
#[cold]
pub(crate) fn prepare(
    state: &mut State,
    cx: &mut Context<'_>,
    packet: &Packet,
    frame: &Frame,
    message: &Message,
) -> Option<Prepared> {
    let view = View::new(frame.bytes().get(HEADER_LEN..)?).ok()?;
    if let Err(why) = icmp::may_report(&view, packet.link, &mut state.ip.fib) {
        state.ip.icmp.count_silent(why);
        return None;
    }
    let target = view.source();
    if !state.ip.icmp_limit.allow(cx.now(), target, message) {
        state.ip.icmp.count_silent(icmp::Silence::RateLimit);
        return None;
    }
    // From the primary address of the interface towards the sender; an error about a packet of our own has our own
    // address as its target and its source.
    let hop = routing_decision::outgoing(state, Ipv4Addr::UNSPECIFIED, target).ok()?;
    let own = state.ip.fib.is_local(target).then_some(target);
    let inbound = packet.arrival.filter(|_| state.ip.errors_from_inbound);
    let inbound = inbound.and_then(|arrival| state.ip.addresses.primary(ip::Interface(arrival.interface.0)));
    let source = own.or(inbound).or_else(|| state.ip.addresses.source_for(&hop, target))?;
    let id = state.ip.next_id();
    let mut error = cx.alloc(icmp::ERROR_MAX);
    icmp::error(&view, message, source, id, &mut error);
    state.ip.icmp.count_sent(message);
    Some(Prepared { hop, frame: error })
}
