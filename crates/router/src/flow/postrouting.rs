//! POSTROUTING: mangle ─▶ src-nat ─▶ hotspot-out ─▶ queue tree ─▶ simple queues. None of these boxes is filled yet: a
//! packet goes straight to its next hop.

use super::{Packet, neighbour};
use crate::device::Context;
use crate::state::State;
use ip::v4::fib::Hop;
use wire::Frame;

/// A packet that leaves by `hop`; `frame` begins with its Ethernet header, whose addresses are the former link's.
#[inline]
pub(crate) fn send(state: &mut State, cx: &mut Context<'_>, packet: Packet, hop: Hop, frame: Frame) {
    neighbour::send(state, cx, packet, hop, frame);
}
