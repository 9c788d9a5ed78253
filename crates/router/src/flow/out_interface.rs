//! OUT-INTERFACE: a frame leaves by an interface. Interface queues (HTB) come before this box; without a queue tree
//! the cable's own queue is the interface queue.

use super::bridging;
use crate::device::Context;
use crate::drop::{Drop, InterfaceDrop};
use crate::interface::{Kind, Number};
use crate::state::State;
use bridge::BridgePort;
use wire::Frame;

/// Sends a whole Ethernet frame by interface `number`.
#[inline]
pub(crate) fn send(state: &mut State, cx: &mut Context<'_>, number: Number, frame: Frame) {
    let Some(interface) = state.interfaces.get_mut(number) else {
        return cx.drop(frame, None, Drop::Interface(number, InterfaceDrop::Unknown));
    };
    if !interface.running() {
        return cx.drop(frame, None, Drop::Interface(number, InterfaceDrop::Down));
    }
    interface.counters.tx_byte += frame.len() as u64;
    interface.counters.tx_packet += 1;
    match interface.kind {
        Kind::Ethernet => cx.send(number.port(), frame),
        Kind::Bridge(_) => bridging::output::send(state, cx, number, frame),
    }
}

/// Sends a frame by a port of a bridge.
#[inline]
pub(crate) fn send_by_bridge_port(
    state: &mut State,
    cx: &mut Context<'_>,
    bridge: Number,
    port: BridgePort,
    frame: Frame,
) {
    match state.interfaces.bridge(bridge).and_then(|bridge| bridge.interface(port)) {
        Some(interface) => send(state, cx, interface, frame),
        None => cx.drop(frame, None, Drop::Interface(bridge, InterfaceDrop::Unknown)),
    }
}
