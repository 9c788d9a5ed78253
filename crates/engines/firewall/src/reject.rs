//! What `action=reject` answers with, and the TCP reset.

use crate::packet::PacketKey;
use std::net::Ipv4Addr;
use wire::ipv4::{self, Protocol};
use wire::tcp::{self, Flags};

/// `reject-with`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum RejectWith {
    /// `icmp-network-unreachable`, 3/0 (the default).
    #[default]
    IcmpNetworkUnreachable,
    /// `icmp-host-unreachable`, 3/1.
    IcmpHostUnreachable,
    /// `icmp-protocol-unreachable`, 3/2.
    IcmpProtocolUnreachable,
    /// `icmp-port-unreachable`, 3/3.
    IcmpPortUnreachable,
    /// `icmp-net-prohibited`, 3/9.
    IcmpNetProhibited,
    /// `icmp-host-prohibited`, 3/10.
    IcmpHostProhibited,
    /// `icmp-admin-prohibited`, 3/13.
    IcmpAdminProhibited,
    /// `tcp-reset`; only for TCP.
    TcpReset,
}

impl RejectWith {
    /// The code of the ICMP destination unreachable message (type 3); `None` for `tcp-reset`.
    #[must_use]
    pub const fn icmp_code(self) -> Option<u8> {
        match self {
            Self::IcmpNetworkUnreachable => Some(0),
            Self::IcmpHostUnreachable => Some(1),
            Self::IcmpProtocolUnreachable => Some(2),
            Self::IcmpPortUnreachable => Some(3),
            Self::IcmpNetProhibited => Some(9),
            Self::IcmpHostProhibited => Some(10),
            Self::IcmpAdminProhibited => Some(13),
            Self::TcpReset => None,
        }
    }
}

/// Builds the 40-byte IPv4 packet that resets the connection of `packet` (RFC 9293 §3.10.7.1): source = the original
/// destination, TTL 64, DF. `None` when the packet is not a whole TCP segment or is itself a reset.
#[must_use]
pub fn tcp_reset(key: &PacketKey, packet: &[u8]) -> Option<[u8; 40]> {
    key.tcp_flags()?;
    let segment = tcp::View::new(key.transport(packet)).ok()?;
    let flags = segment.flags();
    if flags.contains(Flags::RST) {
        return None;
    }
    let (sequence, acknowledgment, answer_flags) = if flags.contains(Flags::ACK) {
        (segment.acknowledgment(), 0, Flags::RST)
    } else {
        // SEG.LEN counts SYN and FIN.
        let control = u32::from(flags.contains(Flags::SYN)) + u32::from(flags.contains(Flags::FIN));
        let len = segment.payload().len() as u32 + control;
        (0, segment.sequence().wrapping_add(len), Flags::RST | Flags::ACK)
    };
    let (source, destination) = (Ipv4Addr::from_bits(key.dst()), Ipv4Addr::from_bits(key.src()));
    let ip = ipv4::Repr {
        dont_fragment: true,
        protocol: Protocol::TCP,
        source,
        destination,
        payload_len: tcp::HEADER_LEN as u16,
        ..ipv4::Repr::default()
    };
    let reset = tcp::Repr {
        source_port: segment.destination_port(),
        destination_port: segment.source_port(),
        sequence,
        acknowledgment,
        flags: answer_flags,
        ..tcp::Repr::default()
    };
    let mut out = [0u8; 40];
    let (ip_bytes, tcp_bytes) = out.split_at_mut(ipv4::HEADER_LEN);
    ip.emit(ip_bytes);
    reset.emit(source, destination, tcp_bytes);
    Some(out)
}
