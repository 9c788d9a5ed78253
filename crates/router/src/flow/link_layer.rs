//! Between the interface and the protocols: is the frame for this station, and which protocol is it?

use super::{Arrival, neighbour, prerouting};
use crate::device::Context;
use crate::drop::{Drop, InterfaceDrop};
use crate::ip::dhcp_server;
use crate::state::State;
use ip::v4::input::LinkDestination;
use wire::Frame;
use wire::ethernet::{EtherType, View};

/// A frame for the device's own stack, as received on `arrival.interface`.
#[inline]
pub(crate) fn receive(state: &mut State, cx: &mut Context<'_>, arrival: Arrival, frame: Frame) {
    let number = arrival.interface;
    let Some(interface) = state.interfaces.get(number) else {
        return cx.drop(frame, arrival.port, Drop::Interface(number, InterfaceDrop::Unknown));
    };
    let Ok(view) = View::new(frame.bytes()) else {
        return cx.drop(frame, arrival.port, Drop::Interface(number, InterfaceDrop::Truncated));
    };
    let link = LinkDestination::of(view.destination(), interface.mac);
    pass_up(state, cx, arrival, link, frame);
}

/// As [`receive`], for a frame that is known to be for this station: a bridge takes frames for the address of each of its
/// ports.
#[inline(never)]
pub(crate) fn receive_own(state: &mut State, cx: &mut Context<'_>, arrival: Arrival, frame: Frame) {
    pass_up(state, cx, arrival, LinkDestination::Own, frame);
}

// Two copies: the one in `receive` is on the way of every frame.
#[inline(always)]
fn pass_up(state: &mut State, cx: &mut Context<'_>, arrival: Arrival, link: LinkDestination, frame: Frame) {
    let number = arrival.interface;
    let Ok(view) = View::new(frame.bytes()) else {
        return cx.drop(frame, arrival.port, Drop::Interface(number, InterfaceDrop::Truncated));
    };
    if link == LinkDestination::Other {
        return cx.drop(frame, arrival.port, Drop::Interface(number, InterfaceDrop::OtherHost));
    }
    match view.ethertype() {
        EtherType::IPV4 if link.is_group() && dhcp_server::packet::wants(state, arrival, &view) => {
            dhcp_server::packet::receive(state, cx, arrival, frame);
        }
        EtherType::IPV4 => prerouting::receive(state, cx, arrival, link, frame),
        EtherType::ARP => neighbour::receive_arp(state, cx, arrival, frame),
        other => cx.drop(frame, arrival.port, Drop::EtherType(number, other)),
    }
}
