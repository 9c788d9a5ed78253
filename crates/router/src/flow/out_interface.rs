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
        interface.counters.tx_drop += 1;
        return cx.drop(frame, None, Drop::Interface(number, InterfaceDrop::Down));
    }
    interface.counters.tx_byte += frame.len() as u64;
    interface.counters.tx_packet += 1;
    match interface.kind {
        Kind::Ethernet => cx.send(number.port(), frame),
        Kind::Bridge(_) => bridging::output::send(state, cx, number, frame),
        Kind::Loopback => cx.drop(frame, None, Drop::Interface(number, InterfaceDrop::Loopback)),
        // It is never running.
        Kind::Stored => cx.drop(frame, None, Drop::Interface(number, InterfaceDrop::Down)),
    }
}

/// What a frame may be longer than the MTU of a bridge port by: its header and one VLAN tag (`is_skb_forwardable` of the
/// kernel).
const BRIDGED_EXTRA: usize = 18;

/// Sends a frame by a port of a bridge.
#[inline]
pub(crate) fn send_by_bridge_port(
    state: &mut State,
    cx: &mut Context<'_>,
    bridge: Number,
    port: BridgePort,
    frame: Frame,
) {
    let Some(number) = state.interfaces.bridge(bridge).and_then(|bridge| bridge.interface(port)) else {
        return cx.drop(frame, None, Drop::Interface(bridge, InterfaceDrop::Unknown));
    };
    // A bridge cannot fragment: what the port's link does not take ends here.
    if let Some(interface) = state.interfaces.get_mut(number)
        && frame.len() > usize::from(interface.mtu) + BRIDGED_EXTRA
    {
        interface.counters.tx_drop += 1;
        return cx.drop(frame, None, Drop::Interface(number, InterfaceDrop::TooLong));
    }
    send(state, cx, number, frame);
}
