//! The hook of the packet flow: requests in, replies, probes and log lines out.

use crate::device::Context;
use crate::drop::{DhcpDrop, Drop};
use crate::flow::{Arrival, local_out, neighbour};
use crate::interface::Number;
use crate::state::State;
use core::net::Ipv4Addr;
use dhcp::server::{Destination, Input, InterfaceId, Output, Reply};
use wire::ethernet::{HEADER_LEN, View};
use wire::ipv4::{self, Protocol};
use wire::{Frame, Mac, icmpv4, udp};

/// Port of servers and relays.
const SERVER_PORT: u16 = 67;
/// Port of clients.
const CLIENT_PORT: u16 = 68;
/// Time to live of replies.
const TTL: u8 = 64;

/// True when a server of this device listens on the interface and the packet is UDP to port 67.
pub(crate) fn wants(state: &State, arrival: Arrival, frame: &View<'_>) -> bool {
    if state.ip.dhcp.servers.is_empty() {
        return false;
    }
    let listens = state.ip.dhcp.servers.iter().any(|id| {
        let server = state.ip.dhcp.engine.server(dhcp::server::ServerId(*id));
        server.is_some_and(|server| {
            server.interface == InterfaceId(arrival.interface.0) || server.relay != Ipv4Addr::UNSPECIFIED
        })
    });
    let Ok(packet) = ipv4::View::new(frame.payload()) else { return false };
    listens
        && packet.protocol() == Protocol::UDP
        && !packet.is_fragment()
        && udp::View::new(packet.payload()).is_ok_and(|udp| udp.destination_port() == SERVER_PORT)
}

/// Takes a request; `frame` begins with its Ethernet header.
pub(crate) fn receive(state: &mut State, cx: &mut Context<'_>, arrival: Arrival, frame: Frame) {
    let random = cx.random();
    let bytes = frame.bytes();
    let source = View::new(bytes).map_or(Mac::ZERO, |view| view.source());
    let sound = ipv4::View::new(bytes.get(HEADER_LEN..).unwrap_or_default())
        .ok()
        .filter(ipv4::View::checksum_ok)
        .and_then(|packet| {
            let udp = udp::View::new(packet.payload()).ok()?;
            udp.checksum_ok(packet.source(), packet.destination()).then(|| udp.payload())
        });
    let Some(payload) = sound else {
        let reason = Drop::ip(arrival.interface, ip::v4::drop::IpDrop::BadTransport);
        return cx.drop(frame, arrival.port, reason);
    };
    let input =
        Input::Packet { interface: InterfaceId(arrival.interface.0), src_mac: source, payload, random };
    let crate::ip::IpState { dhcp, pools, .. } = &mut state.ip;
    dhcp.touch();
    dhcp.engine.handle(cx.now(), input, pools, &mut dhcp.outputs);
    cx.deliver(frame);
    act(state, cx);
}

/// Somebody spoke from this address: if it is being probed, it is in use.
#[inline]
pub(crate) fn probe_answered(state: &mut State, cx: &mut Context<'_>, address: Ipv4Addr) {
    if !state.ip.dhcp.probes.contains(&address) {
        return;
    }
    let crate::ip::IpState { dhcp, pools, .. } = &mut state.ip;
    dhcp.touch();
    dhcp.engine.handle(cx.now(), Input::ProbeAnswered { address }, pools, &mut dhcp.outputs);
    act(state, cx);
}

/// Timers of the server.
pub(crate) fn wake(state: &mut State, cx: &mut Context<'_>) {
    let crate::ip::IpState { dhcp, pools, .. } = &mut state.ip;
    if dhcp.engine.deadline().is_some_and(|due| due <= cx.now()) {
        dhcp.touch();
        dhcp.engine.wake(cx.now(), pools, &mut dhcp.outputs);
    }
    act(state, cx);
}

/// Does what the engine wants done.
pub(crate) fn act(state: &mut State, cx: &mut Context<'_>) {
    while !state.ip.dhcp.outputs.is_empty() {
        for output in std::mem::take(&mut state.ip.dhcp.outputs) {
            match output {
                Output::Send(reply) => send(state, cx, &reply),
                Output::Probe { interface, address, source } => {
                    probe(state, cx, Number(interface.0), address, source);
                }
                Output::LeaseChanged { lease, from, to } => {
                    state.ip.dhcp.scripts.follow(&lease, from, to);
                    let testing = to == Some(dhcp::server::Status::Testing);
                    if let (false, Some(address)) = (testing, lease.address) {
                        state.ip.dhcp.probes.remove(&address);
                    }
                    super::lists::follow(&mut state.ip, cx.now(), &lease, to);
                    super::arp::follow(&mut state.ip, cx.now(), &lease, to);
                }
                Output::Log { topics, text } => state.log.record(cx.now(), topics, text),
                // RADIUS is not simulated and never asked for (`apply.rs`).
                Output::Authorize { .. } => {}
            }
        }
    }
}

fn send(state: &mut State, cx: &mut Context<'_>, reply: &Reply) {
    let (address, port, direct) = match reply.to {
        Destination::Broadcast => (Ipv4Addr::BROADCAST, CLIENT_PORT, Some(Mac::BROADCAST)),
        Destination::Direct { address, mac } => (address, CLIENT_PORT, Some(mac)),
        Destination::Client { address } => (address, CLIENT_PORT, None),
        Destination::Relay { address } => (address, SERVER_PORT, None),
    };
    let payload = reply.message.encode();
    let mut frame = cx.alloc(payload.len() + 64);
    frame.extend_from_slice(&payload);
    udp::Repr { source_port: SERVER_PORT, destination_port: port }.push(reply.source, address, &mut frame);
    let header = ipv4::Repr {
        id: state.ip.next_id(),
        ttl: TTL,
        protocol: Protocol::UDP,
        source: reply.source,
        destination: address,
        ..ipv4::Repr::default()
    };
    header.push(&mut frame);
    let interface = Number(reply.interface.0);
    match direct {
        _ if reply.source.is_unspecified() => {
            cx.drop(frame, None, Drop::Dhcp(interface, DhcpDrop::NoWay));
        }
        Some(mac) => local_out::send_on_link(state, cx, interface, mac, frame),
        None => local_out::send(state, cx, frame),
    }
}

/// Conflict detection: does somebody use the address? On the link that is an ARP request, which an echo request would
/// need first anyway; for clients behind a relay an echo request.
fn probe(state: &mut State, cx: &mut Context<'_>, interface: Number, address: Ipv4Addr, source: Ipv4Addr) {
    state.ip.dhcp.probes.insert(address);
    if state.ip.addresses.on_link(ip::Interface(interface.0), address) {
        return neighbour::probe(state, cx, interface, source, address);
    }
    let mut frame = cx.alloc(64);
    frame.extend_zeroed(28);
    icmpv4::Message::EchoRequest { id: 0, sequence: 0 }.push(&mut frame);
    let header = ipv4::Repr {
        id: state.ip.next_id(),
        ttl: TTL,
        protocol: Protocol::ICMP,
        source,
        destination: address,
        ..ipv4::Repr::default()
    };
    header.push(&mut frame);
    local_out::send(state, cx, frame);
}
