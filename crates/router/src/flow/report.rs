//! ICMP errors about packets that cannot go on (RFC 1812 §4.3).

use super::{Packet, local_out, routing_decision};
use crate::device::Context;
use crate::state::State;
use ip::v4::icmp;
use wire::Frame;
use wire::ethernet::HEADER_LEN;
use wire::icmpv4::Message;
use wire::ipv4::View;

/// Reports `message` to the sender of the packet in `frame` (Ethernet header first), unless the rules forbid it.
#[cold]
pub(crate) fn error(
    state: &mut State,
    cx: &mut Context<'_>,
    packet: &Packet,
    frame: &Frame,
    message: &Message,
) {
    let Ok(view) = View::new(frame.bytes().get(HEADER_LEN..).unwrap_or_default()) else { return };
    if let Err(why) = icmp::may_report(&view, packet.link, &mut state.ip.fib) {
        return state.ip.icmp.count_silent(why);
    }
    let target = view.source();
    if !state.ip.icmp_limit.allow(cx.now(), target, message) {
        return state.ip.icmp.count_silent(icmp::Silence::RateLimit);
    }
    // From the primary address of the interface towards the sender; an error about a packet of our own has our own
    // address as its target and its source.
    let Ok(hop) = routing_decision::outgoing(state, core::net::Ipv4Addr::UNSPECIFIED, target) else { return };
    let own = state.ip.fib.is_local(target).then_some(target);
    let Some(source) = own.or_else(|| state.ip.addresses.source_for(&hop, target)) else { return };
    let id = state.ip.next_id();
    let mut error = cx.alloc(icmp::ERROR_MAX);
    icmp::error(&view, message, source, id, &mut error);
    state.ip.icmp.count_sent(message);
    local_out::send_by(state, cx, hop, error);
}
