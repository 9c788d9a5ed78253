//! Between POSTROUTING and OUT-INTERFACE: fragments for the next link, and the next hop's MAC address by ARP.

use super::{Arrival, Packet, out_interface, report};
use crate::device::Context;
use crate::drop::{ArpDrop, Drop};
use crate::interface::Number;
use crate::ip::dhcp_server;
use crate::state::State;
use core::net::Ipv4Addr;
use firewall::conntrack::Tracked;
use ip::Interface;
use ip::v4::arp::{Output, Owner, Received, Resolution};
use ip::v4::drop::IpDrop;
use ip::v4::fib::{Hop, Route};
use ip::v4::fragment;
use ip::v4::input::LinkDestination;
use wire::ethernet::{HEADER_LEN, set_addresses};
use wire::icmpv4::{Message, Unreachable};
use wire::ipv4::View;
use wire::{Frame, Mac};

/// A packet that leaves by `hop`; `frame` begins with its Ethernet header, whose EtherType is right already.
#[inline]
pub(crate) fn send(state: &mut State, cx: &mut Context<'_>, packet: Packet, hop: Hop, frame: Frame) {
    let number = Number(hop.interface.0);
    if !state.ip.firewall.confirm(cx.now(), &packet.tracked) {
        return cx.drop(frame, packet.port(), Drop::ConnectionClash(number));
    }
    let Some(out) = state.interfaces.get(number) else {
        return cx.drop(frame, packet.port(), Drop::ip(number, IpDrop::InterfaceDown));
    };
    let mtu = out.mtu.max(wire::ipv4::MIN_MTU);
    if frame.len() - HEADER_LEN.min(frame.len()) > usize::from(mtu) {
        return send_fragments(state, cx, packet, hop, mtu, frame);
    }
    let Some(&[a, b, c, d]) = frame.bytes().get(HEADER_LEN + 16..).and_then(|bytes| bytes.first_chunk())
    else {
        return cx.drop(frame, packet.port(), Drop::ip(number, IpDrop::Truncated));
    };
    let destination = Ipv4Addr::new(a, b, c, d);
    let next = hop.neighbour(destination);
    // The fast way: a neighbour that needs no further thought.
    if let Some(mac) = state.ip.neighbours.mac(cx.now(), hop.interface, next) {
        return transmit(state, cx, number, mac, frame);
    }
    resolve(state, cx, packet, hop, destination, frame);
}

#[inline]
fn transmit(state: &mut State, cx: &mut Context<'_>, number: Number, to: Mac, mut frame: Frame) {
    let own = state.interfaces.get(number).map_or(Mac::ZERO, |interface| interface.mac);
    set_addresses(frame.bytes_mut(), to, own);
    out_interface::send(state, cx, number, frame);
}

#[cold]
fn resolve(
    state: &mut State,
    cx: &mut Context<'_>,
    packet: Packet,
    hop: Hop,
    destination: Ipv4Addr,
    frame: Frame,
) {
    let number = Number(hop.interface.0);
    if destination.is_multicast() {
        return transmit(state, cx, number, Mac::of_ipv4_multicast(destination), frame);
    }
    let is_broadcast = matches!(state.ip.fib.lookup(Ipv4Addr::UNSPECIFIED, destination), Route::Broadcast(_));
    if is_broadcast {
        return transmit(state, cx, number, Mac::BROADCAST, frame);
    }
    let next = hop.neighbour(destination);
    let source = View::new(frame.bytes().get(HEADER_LEN..).unwrap_or_default())
        .map_or(Ipv4Addr::UNSPECIFIED, |view| view.source());
    let own = state.ip.fib.is_local(source).then_some(source);
    let from = own.or_else(|| state.ip.addresses.source_for(&hop, destination)).unwrap_or(source);
    let mut out = std::mem::take(&mut state.ip.neighbour_outputs);
    match state.ip.neighbours.resolve(cx.now(), hop.interface, next, from, frame, &mut out) {
        Resolution::Resolved(mac, frame) => transmit(state, cx, number, mac, frame),
        Resolution::Held => {}
        Resolution::Refused(frame, reason) => cx.drop(frame, packet.port(), Drop::ip(number, reason)),
    }
    act(state, cx, out);
}

/// The packet is longer than the next link takes and may be cut.
#[cold]
fn send_fragments(state: &mut State, cx: &mut Context<'_>, packet: Packet, hop: Hop, mtu: u16, frame: Frame) {
    let number = Number(hop.interface.0);
    let Ok(view) = View::new(frame.bytes().get(HEADER_LEN..).unwrap_or_default()) else {
        return cx.drop(frame, packet.port(), Drop::ip(number, IpDrop::Truncated));
    };
    if view.dont_fragment() {
        let needed = Message::Unreachable(Unreachable::FragmentationNeeded { mtu });
        report::error(state, cx, &packet, &frame, &needed);
        return cx.drop(frame, packet.port(), Drop::ip(number, IpDrop::FragmentationNeeded));
    }
    let packet = Packet { tracked: Tracked::OFF, ..packet };
    for piece in fragment::pieces(&view, mtu) {
        let mut part = cx.alloc(usize::from(mtu));
        part.meta = frame.meta;
        fragment::write(&view, piece, &mut part);
        let header = wire::ethernet::Repr {
            destination: Mac::ZERO,
            source: Mac::ZERO,
            ethertype: wire::ethernet::EtherType::IPV4,
        };
        header.push(&mut part);
        send(state, cx, packet, hop, part);
    }
    // What it was made of has gone on.
    cx.merge(frame);
}

/// An ARP packet came in on `arrival.interface`.
pub(crate) fn receive_arp(state: &mut State, cx: &mut Context<'_>, arrival: Arrival, frame: Frame) {
    let number = arrival.interface;
    let Ok(packet) = wire::arp::Repr::parse(frame.bytes().get(HEADER_LEN..).unwrap_or_default()) else {
        return cx.drop(frame, arrival.port, Drop::Arp(number, ArpDrop::Malformed));
    };
    dhcp_server::packet::probe_answered(state, cx, packet.sender_ip);
    crate::ip::route::check::arp_seen(state, packet.sender_ip);
    let random = cx.random();
    let fib = &mut state.ip.fib;
    let mut owner = |address: Ipv4Addr| match fib.lookup(Ipv4Addr::UNSPECIFIED, address) {
        Route::Local(_) => Owner::Own,
        Route::Forward(hop) => Owner::Via(hop.interface),
        _ => Owner::Nobody,
    };
    let mut out = std::mem::take(&mut state.ip.neighbour_outputs);
    let received =
        state.ip.neighbours.receive(cx.now(), Interface(number.0), &packet, random, &mut owner, &mut out);
    match received {
        Received::Answered | Received::Learned => cx.deliver(frame),
        Received::NotForUs => cx.drop(frame, arrival.port, Drop::Arp(number, ArpDrop::NotForUs)),
        Received::Disabled => cx.drop(frame, arrival.port, Drop::Arp(number, ArpDrop::Disabled)),
        Received::Malformed => cx.drop(frame, arrival.port, Drop::Arp(number, ArpDrop::Malformed)),
        Received::Conflict => cx.drop(frame, arrival.port, Drop::Arp(number, ArpDrop::Conflict)),
    }
    act(state, cx, out);
}

/// Timers of neighbours.
pub(crate) fn wake(state: &mut State, cx: &mut Context<'_>) {
    if state.ip.neighbours.deadline().is_none_or(|due| due > cx.now()) {
        return;
    }
    let mut out = std::mem::take(&mut state.ip.neighbour_outputs);
    state.ip.neighbours.wake(cx.now(), &mut out);
    act(state, cx, out);
}

/// Does what the neighbour table wants done, and keeps the emptied buffer for the next time.
pub(crate) fn act(state: &mut State, cx: &mut Context<'_>, mut outputs: Vec<Output>) {
    for output in outputs.drain(..) {
        match output {
            Output::Send { interface, destination, packet } => {
                let number = Number(interface.0);
                let source = state.interfaces.get(number).map_or(packet.sender_mac, |i| i.mac);
                let mut frame = cx.alloc(HEADER_LEN + wire::arp::LEN);
                packet.build(&mut frame, destination, source);
                out_interface::send(state, cx, number, frame);
            }
            Output::Release { interface, mac, frame } => {
                transmit(state, cx, Number(interface.0), mac, frame);
            }
            Output::Drop { interface, neighbour, frame, reason } => {
                give_up(state, cx, Number(interface.0), neighbour, frame, reason);
            }
            Output::Changed { .. } => {}
        }
    }
    if state.ip.neighbour_outputs.capacity() == 0 {
        state.ip.neighbour_outputs = outputs;
    }
}

/// A packet waited in vain.
fn give_up(
    state: &mut State,
    cx: &mut Context<'_>,
    number: Number,
    neighbour: Ipv4Addr,
    frame: Frame,
    reason: IpDrop,
) {
    if reason == IpDrop::NeighbourFailed {
        let packet = Packet { arrival: None, link: LinkDestination::Own, tracked: Tracked::OFF };
        report::error(state, cx, &packet, &frame, &Message::Unreachable(Unreachable::Host));
        cx.drop(frame, None, Drop::Arp(number, ArpDrop::NoAnswer(neighbour)));
    } else {
        cx.drop(frame, None, Drop::ip(number, reason));
    }
}

/// An address is probed (DHCP conflict detection): an ARP request that nobody has to remember.
pub(crate) fn probe(
    state: &mut State,
    cx: &mut Context<'_>,
    number: Number,
    from: Ipv4Addr,
    address: Ipv4Addr,
) {
    let Some(interface) = state.interfaces.get(number) else { return };
    let mac = interface.mac;
    let mut frame = cx.alloc(HEADER_LEN + wire::arp::LEN);
    wire::arp::Repr::request(mac, from, address).build(&mut frame, Mac::BROADCAST, mac);
    out_interface::send(state, cx, number, frame);
}
