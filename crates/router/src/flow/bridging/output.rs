//! BRIDGE OUTPUT: the device's own stack sends through a bridge interface.

use super::super::out_interface;
use crate::device::Context;
use crate::drop::{Drop, InterfaceDrop};
use crate::interface::Number;
use crate::state::State;
use bridge::{Header, Ingress};
use wire::Frame;

/// Sends a frame of the own stack through bridge `number`.
pub(crate) fn send(state: &mut State, cx: &mut Context<'_>, number: Number, frame: Frame) {
    let Some(header) = Header::parse(frame.bytes()) else {
        return cx.drop(frame, None, Drop::Interface(number, InterfaceDrop::Truncated));
    };
    let Some(bridge) = state.interfaces.bridge_mut(number) else {
        return cx.drop(frame, None, Drop::Interface(number, InterfaceDrop::Unknown));
    };
    let decision = match bridge.engine.decide(cx.now(), Ingress::Cpu, &header) {
        Ok(decision) => decision,
        Err(reason) => return cx.drop(frame, None, Drop::Bridge(number, reason)),
    };
    let Some(last) = decision.ports.iter().last() else {
        return cx.drop(frame, None, Drop::Bridge(number, bridge::BridgeDrop::NoEligiblePort));
    };
    for port in decision.ports.iter().filter(|port| *port != last) {
        let copy = cx.copy(&frame);
        out_interface::send_by_bridge_port(state, cx, number, port, copy);
    }
    out_interface::send_by_bridge_port(state, cx, number, last, frame);
}
