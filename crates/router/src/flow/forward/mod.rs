//! FORWARD: a packet on its way through the router.
//!
//! **ttl** ─▶ mangle ─▶ **filter** ─▶ accounting

pub(crate) mod filter;
pub(crate) mod ttl;

use super::{Packet, postrouting};
use crate::device::Context;
use crate::state::State;
use ip::v4::fib::Hop;
use wire::Frame;

/// A packet for somebody else, to be sent by `hop`; `frame` begins with its Ethernet header.
#[inline]
pub(crate) fn receive(state: &mut State, cx: &mut Context<'_>, packet: Packet, hop: Hop, frame: Frame) {
    let Some((frame, redirect)) = ttl::pass(state, cx, &packet, &hop, frame) else { return };
    if let Some(frame) = filter::pass(state, cx, &packet, &hop, frame) {
        postrouting::send(state, cx, packet, hop, frame);
    }
    // Behind the packet that it is about: connection tracking has one packet at a time under way.
    if let Some(redirect) = redirect {
        redirect.send(state, cx);
    }
}
