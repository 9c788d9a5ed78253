//! [`Tuple`]: what identifies a connection in one direction.

use crate::packet::{ICMP, PacketKey, TCP, UDP, read_u16};
use std::hash::{Hash, Hasher};

/// Addresses, ports and protocol of packets in one direction. For ICMP `src_port` is the identifier and `dst_port` is
/// type × 256 + code; protocols without ports have zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tuple {
    /// Source address, as [`std::net::Ipv4Addr::to_bits`].
    pub src: u32,
    /// Destination address, as [`std::net::Ipv4Addr::to_bits`].
    pub dst: u32,
    /// Source port or ICMP identifier.
    pub src_port: u16,
    /// Destination port, or ICMP type and code.
    pub dst_port: u16,
    /// Protocol number.
    pub protocol: u8,
}

impl Hash for Tuple {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(u64::from(self.src) << 32 | u64::from(self.dst));
        state.write_u64(
            u64::from(self.src_port) << 32 | u64::from(self.dst_port) << 16 | u64::from(self.protocol),
        );
    }
}

impl Tuple {
    /// The tuple of a packet; `None` when it has none (transport header cut off, ICMP of an unknown kind).
    #[must_use]
    #[inline]
    pub fn of(key: &PacketKey, packet: &[u8]) -> Option<Self> {
        let (src_port, dst_port) = match key.protocol() {
            TCP => key.tcp_flags().and_then(|_| key.ports())?,
            UDP => key.ports().filter(|_| key.transport(packet).len() >= 8)?,
            ICMP => {
                let (kind, code) = key.icmp()?;
                let message = key.transport(packet);
                if message.len() < 8 || answer_to(kind).is_none() {
                    return None;
                }
                (read_u16(message, 4), u16::from(kind) << 8 | u16::from(code))
            }
            _ => key.ports().unwrap_or_default(),
        };
        Some(Self { src: key.src(), dst: key.dst(), src_port, dst_port, protocol: key.protocol() })
    }

    /// The tuple that answers have.
    #[must_use]
    pub const fn inverse(self) -> Self {
        let Self { src, dst, src_port, dst_port, protocol } = self;
        if protocol == ICMP {
            // `Tuple::of` lets only kinds in that have an answer.
            let kind = match answer_to((dst_port >> 8) as u8) {
                Some(kind) => kind,
                None => (dst_port >> 8) as u8,
            };
            let dst_port = (kind as u16) << 8 | dst_port & 0xFF;
            return Self { src: dst, dst: src, src_port, dst_port, protocol };
        }
        Self { src: dst, dst: src, src_port: dst_port, dst_port: src_port, protocol }
    }
}

/// Pairs of ICMP request and reply: echo, timestamp, information, address mask.
const fn answer_to(kind: u8) -> Option<u8> {
    match kind {
        0 => Some(8),
        8 => Some(0),
        13 => Some(14),
        14 => Some(13),
        15 => Some(16),
        16 => Some(15),
        17 => Some(18),
        18 => Some(17),
        _ => None,
    }
}

/// True for ICMP messages that may open a connection.
pub(crate) const fn is_icmp_request(kind: u8) -> bool {
    matches!(kind, 8 | 13 | 15 | 17)
}
