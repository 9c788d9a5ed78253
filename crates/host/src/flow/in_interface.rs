//! A frame comes in from a cable: is the interface up, is the frame for this station, what does it carry?

use super::{input, neighbour};
use crate::{Cx, Drop, Host};
use ip::v4::input::LinkDestination;
use sim::Port;
use wire::Frame;
use wire::ethernet::{EtherType, View};

/// Takes a frame from the kernel.
#[inline]
pub(crate) fn receive(host: &mut Host, cx: &mut Cx<'_>, port: Port, frame: Frame) {
    let index = usize::from(port.0) + 1;
    let Some(interface) = host.interfaces.get_mut(index).filter(|i| i.up) else {
        return cx.drop(frame, Some(port), Drop::InterfaceDown);
    };
    let Ok(view) = View::new(frame.bytes()) else {
        return cx.drop(frame, Some(port), Drop::Truncated);
    };
    let link = LinkDestination::of(view.destination(), interface.mac);
    if link == LinkDestination::Other {
        return cx.drop(frame, Some(port), Drop::OtherStation);
    }
    interface.counters.rx_packets += 1;
    interface.counters.rx_bytes += frame.len() as u64;
    match view.ethertype() {
        EtherType::IPV4 => input::receive(host, cx, index, link, frame),
        EtherType::ARP => neighbour::receive(host, cx, index, frame),
        other => cx.drop(frame, Some(port), Drop::EtherType(other.0)),
    }
}
