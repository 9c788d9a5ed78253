//! INPUT: a packet for the device itself.
//!
//! mangle ─▶ **filter** ─▶ queues ─▶ local process

pub(crate) mod filter;

use super::{Packet, local_in};
use crate::device::Context;
use crate::drop::Drop;
use crate::interface::Number;
use crate::state::State;
use wire::Frame;

/// A packet for this device; `frame` begins with its Ethernet header.
pub(crate) fn receive(state: &mut State, cx: &mut Context<'_>, packet: Packet, frame: Frame) {
    let Some(frame) = filter::pass(state, cx, &packet, frame) else { return };
    if !state.ip.firewall.confirm(cx.now(), &packet.tracked) {
        let number = packet.arrival.map_or(Number(0), |arrival| arrival.interface);
        return cx.drop(frame, packet.port(), Drop::ConnectionClash(number));
    }
    local_in::receive(state, cx, packet, frame);
}
