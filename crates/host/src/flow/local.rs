//! Delivery to the host itself: reassembly, ICMP, UDP, TCP.

use super::output::{Kind, RouteQuery};
use super::{datagram, error, reassembly};
use crate::command::ping::{IcmpError, Reply};
use crate::{Cx, Drop, Host};
use core::net::Ipv4Addr;
use ip::v4::drop::IpDrop;
use ip::v4::icmp;
use ip::v4::input::LinkDestination;
use wire::icmpv4::{Message, Unreachable};
use wire::ipv4::{self, Protocol, View};
use wire::{Frame, tcp, udp};

/// Takes a datagram that is for this host. `index` = the interface that it came in on.
pub(crate) fn deliver(host: &mut Host, cx: &mut Cx<'_>, index: usize, link: LinkDestination, frame: Frame) {
    let port = host.port(index);
    let Ok(view) = View::new(datagram(&frame)) else {
        return cx.drop(frame, port, IpDrop::Truncated.into());
    };
    if view.is_fragment() {
        return reassembly::insert(host, cx, index, link, frame);
    }
    if !icmp::transport_ok(&view) {
        return cx.drop(frame, port, IpDrop::BadTransport.into());
    }
    match view.protocol() {
        Protocol::ICMP => icmp_message(host, cx, index, frame),
        Protocol::UDP => udp_datagram(host, cx, index, link, frame),
        Protocol::TCP => tcp_segment(host, cx, index, frame),
        _ => {
            error::report(host, cx, &frame, link, &Message::Unreachable(Unreachable::Protocol));
            cx.drop(frame, port, IpDrop::ProtocolUnknown.into());
        }
    }
}

fn icmp_message(host: &mut Host, cx: &mut Cx<'_>, index: usize, frame: Frame) {
    let port = host.port(index);
    let taken = match View::new(datagram(&frame)) {
        Ok(view) => icmp_taken(host, cx, &view),
        Err(reason) => Err(IpDrop::from(reason).into()),
    };
    match taken {
        Ok(()) => cx.deliver(frame),
        Err(reason) => cx.drop(frame, port, reason),
    }
}

/// Acts on an ICMP message; an error when nobody here wants it.
fn icmp_taken(host: &mut Host, cx: &mut Cx<'_>, view: &View<'_>) -> Result<(), Drop> {
    let ignored = Err(IpDrop::IcmpIgnored.into());
    let Ok((message, body)) = Message::parse(view.payload()) else { return ignored };
    match message {
        Message::EchoRequest { .. } | Message::TimestampRequest(_) => {
            // A broadcast is not answered (icmp_echo_ignore_broadcasts = 1).
            if host.settings.ignore_echo || !host.is_local(view.destination()) {
                return ignored;
            }
            answer(host, cx, view);
            Ok(())
        }
        Message::EchoReply { id, sequence } => {
            let reply = Reply { from: view.source(), ttl: view.ttl(), sequence, payload: body };
            if host.echo_reply(cx.now(), id, &reply) { Ok(()) } else { Err(Drop::UnwantedEchoReply) }
        }
        Message::Unreachable(_)
        | Message::TimeExceeded { .. }
        | Message::ParameterProblem { .. }
        | Message::SourceQuench
        | Message::Redirect { .. } => {
            let Ok(quoted) = icmp::quoted(body) else { return ignored };
            if !host.is_local(quoted.source) {
                return ignored;
            }
            match message {
                Message::Unreachable(Unreachable::FragmentationNeeded { mtu }) if mtu > 0 => {
                    host.learn_path_mtu(cx.now(), quoted.destination, mtu);
                }
                Message::Redirect { gateway, .. } => {
                    host.learn_redirect(cx.now(), view.source(), quoted.destination, gateway);
                }
                _ => {}
            }
            if quoted.protocol == Protocol::ICMP {
                let error = IcmpError { from: view.source(), message, sequence: quoted.destination_port };
                host.echo_error(quoted.source_port, &error);
            }
            Ok(())
        }
        _ => ignored,
    }
}

/// Answers an echo or timestamp request.
fn answer(host: &mut Host, cx: &mut Cx<'_>, request: &View<'_>) {
    let query =
        RouteQuery { destination: request.source(), source: Some(request.destination()), interface: None };
    let Ok(route) = host.route_output(cx.now(), &query) else { return };
    let milliseconds = (cx.now().unix_nanos() / 1_000_000 % 86_400_000) as u32;
    let id = host.next_ip_id();
    let mut reply = cx.alloc(request.bytes().len());
    if !icmp::reply(request, route.source, id, milliseconds, &mut reply) {
        return cx.deliver(reply);
    }
    if host.settings.ttl != icmp::TTL {
        // The engine has written a sound header, so this can't fail.
        let _sound = ipv4::set_ttl(reply.bytes_mut(), host.settings.ttl);
    }
    host.output(cx, &route, reply);
}

fn udp_datagram(host: &mut Host, cx: &mut Cx<'_>, index: usize, link: LinkDestination, frame: Frame) {
    let Ok(view) = View::new(datagram(&frame)) else {
        return cx.drop(frame, host.port(index), IpDrop::Truncated.into());
    };
    let Ok(datagram) = udp::View::new(view.payload()) else {
        return cx.drop(frame, host.port(index), IpDrop::BadTransport.into());
    };
    let (from, from_port) = (view.source(), datagram.source_port());
    let (to, to_port) = (view.destination(), datagram.destination_port());
    let now = cx.now();
    let mine = |f: &&mut crate::udp_flow::Flow| f.spec.source_port == to_port && f.spec.destination == from;
    if let Some(flow) = host.flows.iter_mut().find(mine) {
        flow.answered(now);
        host.flows_ready = true;
        return cx.deliver(frame);
    }
    if let Some(sink) = host.sinks.get_mut(&to_port) {
        sink.stats.datagrams += 1;
        sink.stats.bytes += datagram.payload().len() as u64;
        if sink.echo {
            let source = if host.is_local(to) { to } else { Ipv4Addr::UNSPECIFIED };
            send_udp(host, cx, source, to_port, from, from_port, datagram.payload());
        }
        return cx.deliver(frame);
    }
    error::report(host, cx, &frame, link, &Message::Unreachable(Unreachable::Port));
    cx.drop(frame, host.port(index), Drop::ClosedUdpPort(to_port));
}

/// Sends a UDP datagram; false when no route leads there. `source` 0.0.0.0 = the route chooses.
pub(crate) fn send_udp(
    host: &mut Host,
    cx: &mut Cx<'_>,
    source: Ipv4Addr,
    source_port: u16,
    destination: Ipv4Addr,
    destination_port: u16,
    payload: &[u8],
) -> bool {
    let source = (!source.is_unspecified()).then_some(source);
    let Ok(route) = host.route_output(cx.now(), &RouteQuery { destination, source, interface: None }) else {
        return false;
    };
    // Room for the headers is kept in front of every frame.
    let mut frame = cx.alloc(payload.len());
    frame.extend_from_slice(payload);
    udp::Repr { source_port, destination_port }.push(route.source, destination, &mut frame);
    let fits = frame.len() + ipv4::HEADER_LEN <= usize::from(route.mtu);
    let header = ipv4::Repr {
        id: host.next_ip_id(),
        dont_fragment: fits && route.kind == Kind::Unicast,
        ttl: route.ttl,
        protocol: Protocol::UDP,
        source: route.source,
        destination,
        ..ipv4::Repr::default()
    };
    header.push(&mut frame);
    host.output(cx, &route, frame);
    true
}

/// There is no listener: a segment gets a reset (RFC 9293 §3.10.7.1).
fn tcp_segment(host: &mut Host, cx: &mut Cx<'_>, index: usize, frame: Frame) {
    let port = host.port(index);
    let Ok(view) = View::new(datagram(&frame)) else {
        return cx.drop(frame, port, IpDrop::Truncated.into());
    };
    let Ok(segment) = tcp::View::new(view.payload()) else {
        return cx.drop(frame, port, IpDrop::BadTransport.into());
    };
    let to_port = segment.destination_port();
    if !segment.flags().contains(tcp::Flags::RST) && host.is_local(view.destination()) {
        reset(host, cx, &view, &segment);
    }
    cx.drop(frame, port, Drop::ClosedTcpPort(to_port));
}

fn reset(host: &mut Host, cx: &mut Cx<'_>, view: &View<'_>, segment: &tcp::View<'_>) {
    let flags = segment.flags();
    let (sequence, acknowledgment, reset) = if flags.contains(tcp::Flags::ACK) {
        (segment.acknowledgment(), 0, tcp::Flags::RST)
    } else {
        // SYN and FIN take a sequence number each.
        let extra = u32::from(flags.contains(tcp::Flags::SYN)) + u32::from(flags.contains(tcp::Flags::FIN));
        let end = segment.sequence().wrapping_add(segment.payload().len() as u32).wrapping_add(extra);
        (0, end, tcp::Flags(tcp::Flags::RST.0 | tcp::Flags::ACK.0))
    };
    let query = RouteQuery { destination: view.source(), source: Some(view.destination()), interface: None };
    let Ok(route) = host.route_output(cx.now(), &query) else { return };
    let mut frame = cx.alloc(tcp::HEADER_LEN + ipv4::HEADER_LEN);
    let answer = tcp::Repr {
        source_port: segment.destination_port(),
        destination_port: segment.source_port(),
        sequence,
        acknowledgment,
        flags: reset,
        window: 0,
        urgent: 0,
        options: ipv4::Options::NONE,
    };
    answer.push(route.source, route.destination, &mut frame);
    let header = ipv4::Repr {
        dont_fragment: true,
        ttl: route.ttl,
        protocol: Protocol::TCP,
        source: route.source,
        destination: route.destination,
        ..ipv4::Repr::default()
    };
    header.push(&mut frame);
    host.output(cx, &route, frame);
}
