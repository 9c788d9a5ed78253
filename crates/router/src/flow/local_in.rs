//! LOCAL IN: the device's own processes: ICMP, the DHCP server, and the answers for what nobody listens to.

use super::{Packet, local_out, prerouting, report};
use crate::device::Context;
use crate::drop::Drop;
use crate::interface::Number;
use crate::ip::dhcp_server;
use crate::state::State;
use ip::v4::drop::IpDrop;
use ip::v4::icmp;
use wire::Frame;
use wire::ethernet::HEADER_LEN;
use wire::icmpv4::{Message, Unreachable};
use wire::ipv4::{Protocol, View};

/// A packet that the input chain let in; `frame` begins with its Ethernet header.
pub(crate) fn receive(state: &mut State, cx: &mut Context<'_>, packet: Packet, frame: Frame) {
    let Some(frame) = whole(state, cx, &packet, frame) else { return };
    let bytes = frame.bytes().get(HEADER_LEN..).unwrap_or_default();
    let number = packet.arrival.map_or(Number(0), |arrival| arrival.interface);
    let view = match View::new(bytes) {
        Ok(view) => view,
        Err(error) => return cx.drop(frame, packet.port(), Drop::ip(number, IpDrop::from(error))),
    };
    if !icmp::transport_ok(&view) {
        return cx.drop(frame, packet.port(), Drop::ip(number, IpDrop::BadTransport));
    }
    match view.protocol() {
        Protocol::ICMP => receive_icmp(state, cx, packet, number, frame),
        Protocol::UDP => receive_udp(state, cx, packet, number, frame),
        Protocol::TCP => receive_tcp(state, cx, packet, number, frame),
        _ => {
            report::error(state, cx, &packet, &frame, &Message::Unreachable(Unreachable::Protocol));
            cx.drop(frame, packet.port(), Drop::ip(number, IpDrop::ProtocolUnknown));
        }
    }
}

/// Fragments wait for each other here when connection tracking has not joined them before.
fn whole(state: &mut State, cx: &mut Context<'_>, packet: &Packet, frame: Frame) -> Option<Frame> {
    let fragment =
        View::new(frame.bytes().get(HEADER_LEN..).unwrap_or_default()).is_ok_and(|v| v.is_fragment());
    if fragment { prerouting::reassembly::receive(state, cx, packet, frame) } else { Some(frame) }
}

fn receive_icmp(state: &mut State, cx: &mut Context<'_>, packet: Packet, number: Number, frame: Frame) {
    let Ok(view) = View::new(frame.bytes().get(HEADER_LEN..).unwrap_or_default()) else {
        return cx.drop(frame, packet.port(), Drop::ip(number, IpDrop::BadTransport));
    };
    let Ok((message, _)) = Message::parse(view.payload()) else {
        return cx.drop(frame, packet.port(), Drop::ip(number, IpDrop::BadTransport));
    };
    state.ip.icmp.count_received(&message);
    match message {
        Message::EchoRequest { .. } | Message::TimestampRequest(_)
            if !packet.link.is_group() && state.ip.fib.is_local(view.destination()) =>
        {
            let (destination, id) = (view.destination(), state.ip.next_id());
            let since_midnight = cx.now().unix_nanos() / 1_000_000 % 86_400_000;
            let mut answer = cx.alloc(view.bytes().len());
            if icmp::reply(&view, destination, id, since_midnight as u32, &mut answer) {
                cx.deliver(frame);
                local_out::send(state, cx, answer);
            } else {
                cx.merge(answer);
                cx.drop(frame, packet.port(), Drop::ip(number, IpDrop::IcmpIgnored));
            }
        }
        Message::EchoReply { .. } => {
            dhcp_server::packet::probe_answered(state, cx, view.source());
            if crate::ip::route::check::echo_seen(state, view.source(), &message)
                || crate::tool::ping::receive(state, cx.now(), &view)
            {
                cx.deliver(frame);
            } else {
                cx.drop(frame, packet.port(), Drop::ip(number, IpDrop::IcmpIgnored));
            }
        }
        message if message.is_error() => {
            if crate::tool::ping::receive(state, cx.now(), &view) {
                cx.deliver(frame);
            } else {
                cx.drop(frame, packet.port(), Drop::ip(number, IpDrop::IcmpIgnored));
            }
        }
        _ => cx.drop(frame, packet.port(), Drop::ip(number, IpDrop::IcmpIgnored)),
    }
}

fn receive_udp(state: &mut State, cx: &mut Context<'_>, packet: Packet, number: Number, frame: Frame) {
    if let Some(arrival) = packet.arrival
        && let Ok(ethernet) = wire::ethernet::View::new(frame.bytes())
        && dhcp_server::packet::wants(state, arrival, &ethernet)
    {
        return dhcp_server::packet::receive(state, cx, arrival, frame);
    }
    report::error(state, cx, &packet, &frame, &Message::Unreachable(Unreachable::Port));
    cx.drop(frame, packet.port(), Drop::ip(number, IpDrop::PortClosed));
}

/// Nobody listens: a reset (RFC 9293 §3.10.7.1).
fn receive_tcp(state: &mut State, cx: &mut Context<'_>, packet: Packet, number: Number, frame: Frame) {
    let bytes = frame.bytes().get(HEADER_LEN..).unwrap_or_default();
    let unicast = !packet.link.is_group();
    let reset = super::filter::key(bytes)
        .filter(|_| unicast)
        .and_then(|key| firewall::reject::tcp_reset(&key, bytes));
    if let Some(reset) = reset {
        let reset = cx.frame(&reset);
        local_out::send(state, cx, reset);
    }
    cx.drop(frame, packet.port(), Drop::ip(number, IpDrop::PortClosed));
}
