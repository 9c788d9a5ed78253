//! BRIDGING DECISION: which ports hear a frame that came in on one of them, and whether the device itself does.

use super::super::{Arrival, link_layer, out_interface};
use crate::device::Context;
use crate::drop::{Drop, InterfaceDrop};
use crate::interface::Number;
use crate::state::State;
use bridge::{BridgePort, Destination, Header, Ingress};
use wire::Frame;

/// A frame came in on a port of a bridge.
pub(crate) fn receive(
    state: &mut State,
    cx: &mut Context<'_>,
    arrival: Arrival,
    number: Number,
    port: BridgePort,
    frame: Frame,
) {
    let Some(interface) = state.interfaces.get_mut(number) else {
        return cx.drop(frame, arrival.port, Drop::Interface(number, InterfaceDrop::Unknown));
    };
    if !interface.link.enabled {
        interface.counters.rx_drop += 1;
        return cx.drop(frame, arrival.port, Drop::Interface(number, InterfaceDrop::Disabled));
    }
    let Some(header) = Header::parse(frame.bytes()) else {
        return cx.drop(frame, arrival.port, Drop::Interface(number, InterfaceDrop::Truncated));
    };
    let Some(bridge) = state.interfaces.bridge_mut(number) else {
        return cx.drop(frame, arrival.port, Drop::Interface(number, InterfaceDrop::Unknown));
    };
    let decision = match bridge.engine.decide(cx.now(), Ingress::Port(port), &header) {
        Ok(decision) => decision,
        Err(reason) => return cx.drop(frame, arrival.port, Drop::Bridge(number, reason)),
    };
    if decision.own_source {
        warn_own_address(state, cx, arrival.interface, header.source);
    }
    let Some(last) = decision.ports.iter().last() else {
        return up(state, cx, arrival, number, decision.destination, frame);
    };
    // Every port but the last gets a copy; the last one, or the device itself, takes the frame.
    for port in decision.ports.iter().filter(|port| decision.up || *port != last) {
        let copy = cx.copy(&frame);
        out_interface::send_by_bridge_port(state, cx, number, port, copy);
    }
    if decision.up {
        up(state, cx, arrival, number, decision.destination, frame);
    } else {
        out_interface::send_by_bridge_port(state, cx, number, last, frame);
    }
}

/// The device's own stack hears the frame, as received on the bridge interface.
fn up(
    state: &mut State,
    cx: &mut Context<'_>,
    arrival: Arrival,
    number: Number,
    destination: Destination,
    frame: Frame,
) {
    if destination == Destination::Bpdu {
        // Taken off the wire as a bridge with a spanning tree does; the tree itself is not simulated yet, which
        // the load of the configuration says.
        return cx.deliver(frame);
    }
    if let Some(interface) = state.interfaces.get_mut(number) {
        interface.counters.rx_byte += frame.len() as u64;
        interface.counters.rx_packet += 1;
    }
    let arrival = Arrival { interface: number, ..arrival };
    if destination == Destination::Local {
        return link_layer::receive_own(state, cx, arrival, frame);
    }
    link_layer::receive(state, cx, arrival, frame);
}

/// A loop brings such frames by the thousand; the log hears of some of them only.
#[cold]
fn warn_own_address(state: &mut State, cx: &Context<'_>, port: Number, mac: wire::Mac) {
    if !state.interfaces.loop_warnings.allow(cx.now()) {
        return;
    }
    let name = state.interfaces.get(port).map(|interface| interface.name.clone()).unwrap_or_default();
    let text = bridge::Bridge::own_address_warning(&name, mac);
    state.log.record(cx.now(), "interface,warning", text);
}
