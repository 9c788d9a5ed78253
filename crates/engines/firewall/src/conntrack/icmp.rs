//! ICMP errors: related to the connection of the packet that they quote (RFC 792; Linux `icmp_error_message`).

use super::{Conntrack, Tracked, Tuple};
use crate::packet::{ConnectionState, ICMP, PacketKey, TCP, UDP, read_u16};
use clock::Instant;
use wire::ipv4;

/// Destination unreachable, source quench, redirect, time exceeded, parameter problem.
const fn is_error(kind: u8) -> bool {
    matches!(kind, 3 | 4 | 5 | 11 | 12)
}

impl Conntrack {
    /// `None` when the message is no error. An error about an unknown connection is invalid. It neither refreshes nor
    /// counts in the connection, as in Linux.
    pub(super) fn track_icmp_error(&self, now: Instant, key: &PacketKey, packet: &[u8]) -> Option<Tracked> {
        key.icmp().filter(|(kind, _)| is_error(*kind))?;
        let quoted = key.transport(packet).get(8..).unwrap_or_default();
        let found = quoted_tuple(quoted).and_then(|tuple| self.find(now, &tuple.inverse()));
        let Some((id, inverse_direction)) = found else { return Some(Tracked::INVALID) };
        // The error travels against the packet that it quotes, so its direction is that of the inverse.
        Some(Tracked { state: Some(ConnectionState::Related), id: Some(id), direction: inverse_direction })
    }
}

/// The tuple of a quoted packet, of which only the IP header and 8 more bytes need be there.
fn quoted_tuple(quoted: &[u8]) -> Option<Tuple> {
    let view = ipv4::View::of_quote(quoted).ok().filter(|view| view.fragment_offset() == 0)?;
    let transport = view.payload().get(..8)?;
    let protocol = view.protocol().0;
    let (src_port, dst_port) = match protocol {
        ICMP => (read_u16(transport, 4), read_u16(transport, 0)),
        TCP | UDP | 33 | 132 | 136 => (read_u16(transport, 0), read_u16(transport, 2)),
        _ => (0, 0),
    };
    let (src, dst) = (view.source().to_bits(), view.destination().to_bits());
    Some(Tuple { src, dst, src_port, dst_port, protocol })
}
