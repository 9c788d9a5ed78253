//! PREROUTING: what happens to an IPv4 packet before the routing decision.
//!
//! hotspot-in ─▶ raw ─▶ **connection tracking** (with reassembly) ─▶ mangle ─▶ dst-nat; the boxes in bold are here.

pub(crate) mod connection_tracking;
pub(crate) mod reassembly;

use super::{Arrival, Packet, routing_decision};
use crate::device::Context;
use crate::drop::Drop;
use crate::state::State;
use firewall::conntrack::Tracked;
use ip::v4::input::{LinkDestination, validate};
use wire::Frame;
use wire::ethernet::HEADER_LEN;

/// An IPv4 packet has come in; `frame` begins with its Ethernet header.
#[inline]
pub(crate) fn receive(
    state: &mut State,
    cx: &mut Context<'_>,
    arrival: Arrival,
    link: LinkDestination,
    mut frame: Frame,
) {
    let bytes = frame.bytes().get(HEADER_LEN..).unwrap_or_default();
    let view = match validate(bytes, link) {
        Ok(view) => view,
        Err(reason) => return cx.drop(frame, arrival.port, Drop::ip(arrival.interface, reason)),
    };
    let mut packet = Packet { arrival: Some(arrival), link, tracked: Tracked::OFF };
    // Padding of the shortest frame is no part of the packet, and it may go on over a link without one.
    let len = HEADER_LEN + usize::from(view.total_len());
    let fragment = view.is_fragment();
    frame.truncate(len);
    if state.ip.firewall.tracking() {
        if fragment {
            match reassembly::receive(state, cx, &packet, frame) {
                Some(whole) => frame = whole,
                None => return,
            }
        }
        connection_tracking::track(state, cx, &mut packet, &frame);
    }
    routing_decision::incoming(state, cx, packet, frame);
}
