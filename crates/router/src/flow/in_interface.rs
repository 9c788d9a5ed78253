//! IN-INTERFACE: a frame has come in on a port of the device.
//!
//! Counts it, then asks the diagram's first question: is the interface a port of a bridge? Bridging, else the device's
//! own stack.

use super::{Arrival, bridging, link_layer};
use crate::device::Context;
use crate::drop::{Drop, InterfaceDrop};
use crate::interface::Number;
use crate::state::State;
use sim::Port;
use wire::Frame;

/// A frame came in on `port`.
#[inline]
pub(crate) fn receive(state: &mut State, cx: &mut Context<'_>, port: Port, frame: Frame) {
    let number = Number::of_port(port);
    let Some(interface) = state.interfaces.get_mut(number) else {
        return cx.drop(frame, Some(port), Drop::Interface(number, InterfaceDrop::Unknown));
    };
    interface.counters.rx_byte += frame.len() as u64;
    interface.counters.rx_packet += 1;
    if !interface.link.enabled {
        interface.counters.rx_drop += 1;
        return cx.drop(frame, Some(port), Drop::Interface(number, InterfaceDrop::Disabled));
    }
    let arrival = Arrival { interface: number, port: Some(port) };
    match interface.master {
        Some((bridge, bridge_port)) => {
            bridging::decision::receive(state, cx, arrival, bridge, bridge_port, frame)
        }
        None => link_layer::receive(state, cx, arrival, frame),
    }
}
