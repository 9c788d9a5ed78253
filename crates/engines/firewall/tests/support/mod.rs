//! Packets for tests, built with `wire`.

#![allow(dead_code, reason = "each test uses a part")]

use clock::{Duration, Instant};
use std::net::Ipv4Addr;
use wire::ipv4::{self, Protocol};
use wire::tcp::{self, Flags};

pub(crate) fn ip(text: &str) -> Ipv4Addr {
    text.parse().expect("an address")
}

pub(crate) fn at(seconds: u64) -> Instant {
    Instant::START + Duration::from_secs(seconds)
}

/// A packet with the given bytes behind its IP header.
pub(crate) fn packet(protocol: u8, src: Ipv4Addr, dst: Ipv4Addr, payload: &[u8]) -> Vec<u8> {
    with_header(
        ipv4::Repr { protocol: Protocol(protocol), source: src, destination: dst, ..ipv4::Repr::default() },
        payload,
    )
}

pub(crate) fn with_header(header: ipv4::Repr, payload: &[u8]) -> Vec<u8> {
    let header = ipv4::Repr { payload_len: payload.len() as u16, ..header };
    let mut bytes = vec![0; header.header_len()];
    header.emit(&mut bytes);
    bytes.extend(payload);
    bytes
}

pub(crate) fn udp(src: (&str, u16), dst: (&str, u16), payload: &[u8]) -> Vec<u8> {
    let mut datagram = Vec::new();
    datagram.extend(src.1.to_be_bytes());
    datagram.extend(dst.1.to_be_bytes());
    datagram.extend((payload.len() as u16 + 8).to_be_bytes());
    datagram.extend([0, 0]);
    datagram.extend(payload);
    packet(17, ip(src.0), ip(dst.0), &datagram)
}

/// A segment; `options` are padded to four bytes.
pub(crate) fn segment(
    src: (&str, u16),
    dst: (&str, u16),
    flags: Flags,
    seq: u32,
    ack: u32,
    options: &[u8],
    payload: &[u8],
) -> Vec<u8> {
    let header = tcp::Repr {
        source_port: src.1,
        destination_port: dst.1,
        sequence: seq,
        acknowledgment: ack,
        flags,
        window: 1000,
        options: ipv4::Options::new(options).expect("at most 40 bytes"),
        ..tcp::Repr::default()
    };
    let mut bytes = vec![0; header.header_len()];
    bytes.extend(payload);
    header.emit(ip(src.0), ip(dst.0), &mut bytes);
    packet(6, ip(src.0), ip(dst.0), &bytes)
}

pub(crate) fn tcp_packet(src: (&str, u16), dst: (&str, u16), flags: Flags) -> Vec<u8> {
    segment(src, dst, flags, 100, 0, &[], &[])
}

/// An ICMP message with identifier 7.
pub(crate) fn icmp(src: &str, dst: &str, kind: u8, code: u8, body: &[u8]) -> Vec<u8> {
    let mut message = vec![kind, code, 0, 0, 0, 7, 0, 1];
    message.extend(body);
    packet(1, ip(src), ip(dst), &message)
}
