//! OUTPUT: a packet that the device itself sends.
//!
//! raw ─▶ **connection tracking** ─▶ mangle ─▶ **filter** ─▶ routing adjustment

pub(crate) mod filter;

use super::{Packet, input, postrouting, prerouting};
use crate::device::Context;
use crate::state::State;
use ip::v4::fib::Hop;
use wire::Frame;

/// A packet of the device, to be sent by `hop`; `frame` begins with an Ethernet header that is still empty.
pub(crate) fn send(state: &mut State, cx: &mut Context<'_>, mut packet: Packet, hop: Hop, frame: Frame) {
    if state.ip.firewall.tracking() {
        prerouting::connection_tracking::track(state, cx, &mut packet, &frame);
    }
    let Some(frame) = filter::pass(state, cx, &packet, &hop, frame) else { return };
    postrouting::send(state, cx, packet, hop, frame);
}

/// A packet of the device to itself: it leaves by the loopback interface and comes in there, through both chains.
pub(crate) fn to_self(state: &mut State, cx: &mut Context<'_>, mut packet: Packet, frame: Frame) {
    if state.ip.firewall.tracking() {
        prerouting::connection_tracking::track(state, cx, &mut packet, &frame);
    }
    let hop = Hop::on_link(ip::Interface(state.interfaces.loopback().0));
    let Some(frame) = filter::pass(state, cx, &packet, &hop, frame) else { return };
    input::receive(state, cx, packet, frame);
}
