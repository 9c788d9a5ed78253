//! What `action=reject` answers with, and the TCP reset.

use crate::packet::{PacketKey, read_u32};

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

const RST: u8 = 4;
const ACK: u8 = 16;

/// Builds the 40-byte IPv4 packet that resets the connection of `packet` (RFC 9293 §3.10.7.1): source = the original
/// destination, TTL 64, DF. `None` when the packet is not a whole TCP segment or is itself a reset.
#[must_use]
pub fn tcp_reset(key: &PacketKey, packet: &[u8]) -> Option<[u8; 40]> {
    let flags = key.tcp_flags().filter(|flags| flags & RST == 0)?;
    let (src_port, dst_port) = key.ports()?;
    let segment = key.transport(packet);
    let (seq, ack, answer_flags) = if flags & ACK != 0 {
        (read_u32(segment, 8), 0, RST)
    } else {
        // SEG.LEN counts SYN and FIN.
        let payload = key.payload(packet).len() as u32 + u32::from(flags & 1) + u32::from(flags >> 1 & 1);
        (0, read_u32(segment, 4).wrapping_add(payload), RST | ACK)
    };
    let mut out = [0u8; 40];
    let (ip, tcp) = out.split_at_mut(20);
    ip[0] = 0x45;
    ip[3] = 40;
    ip[6] = 0x40;
    ip[8] = 64;
    ip[9] = 6;
    ip[12..16].copy_from_slice(&key.dst().to_be_bytes());
    ip[16..20].copy_from_slice(&key.src().to_be_bytes());
    tcp[0..2].copy_from_slice(&dst_port.to_be_bytes());
    tcp[2..4].copy_from_slice(&src_port.to_be_bytes());
    tcp[4..8].copy_from_slice(&seq.to_be_bytes());
    tcp[8..12].copy_from_slice(&ack.to_be_bytes());
    tcp[12] = 5 << 4;
    tcp[13] = answer_flags;
    let checksum = !fold(sum(ip));
    ip[10..12].copy_from_slice(&checksum.to_be_bytes());
    let pseudo = sum(&ip[12..20]) + 6 + 20;
    let checksum = !fold(pseudo + sum(tcp));
    tcp[16..18].copy_from_slice(&checksum.to_be_bytes());
    Some(out)
}

/// Sum of big-endian 16-bit words (RFC 1071), not folded.
fn sum(bytes: &[u8]) -> u32 {
    bytes.chunks_exact(2).map(|pair| u32::from(pair[0]) << 8 | u32::from(pair[1])).sum()
}

fn fold(sum: u32) -> u16 {
    let once = (sum & 0xFFFF) + (sum >> 16);
    ((once & 0xFFFF) + (once >> 16)) as u16
}
