//! Matchers of the transport header: TCP flags and MSS, ICMP type and code.

use crate::packet::{PacketKey, TCP, read_u16};
use crate::range::NumberRange;

/// `tcp-flags`: all conditions must hold. Bits as in the header: FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64,
/// CWR 128.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TcpFlags {
    /// Flags that must be set.
    pub set: u8,
    /// Flags that must be clear (`!ack`).
    pub clear: u8,
}

impl TcpFlags {
    pub(crate) const fn holds(self, flags: u8) -> bool {
        flags & self.set == self.set && flags & self.clear == 0
    }
}

/// `icmp-options=type:code-code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IcmpOptions {
    /// The type.
    pub kind: u8,
    /// Lowest code.
    pub first_code: u8,
    /// Highest code.
    pub last_code: u8,
}

impl IcmpOptions {
    pub(crate) const fn holds(self, kind: u8, code: u8) -> bool {
        kind == self.kind && self.first_code <= code && code <= self.last_code
    }
}

const SYN: u8 = 2;

/// The MSS option lies in `range`. A segment without the option does not match (Linux xt_tcpmss).
pub(crate) fn tcp_mss(key: &PacketKey, packet: &[u8], range: NumberRange) -> Option<bool> {
    let flags = key.tcp_flags().filter(|_| key.protocol() == TCP)?;
    let mss = mss_option(key.transport(packet)).filter(|_| flags & SYN != 0);
    Some(mss.is_some_and(|mss| range.contains(u64::from(mss))))
}

/// The MSS option (kind 2, length 4) of a TCP header (RFC 9293 §3.2).
fn mss_option(segment: &[u8]) -> Option<u16> {
    let header_len = usize::from(segment.get(12)? >> 4) * 4;
    let mut rest = segment.get(20..header_len)?;
    loop {
        match rest {
            [1, tail @ ..] => rest = tail,
            [2, 4, value @ ..] if value.len() >= 2 => return Some(read_u16(value, 0)),
            [kind, len, ..] if *kind > 1 && *len >= 2 => rest = rest.get(usize::from(*len)..)?,
            _ => return None,
        }
    }
}
