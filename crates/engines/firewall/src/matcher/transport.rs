//! Matchers of the transport header: TCP flags and MSS, ICMP type and code.

use crate::packet::PacketKey;
use crate::range::NumberRange;
use wire::tcp;

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

/// The MSS option of a SYN lies in `range`. A segment without the option does not match (Linux xt_tcpmss).
pub(crate) fn tcp_mss(key: &PacketKey, packet: &[u8], range: NumberRange) -> Option<bool> {
    key.tcp_flags()?;
    let segment = tcp::View::new(key.transport(packet)).ok()?;
    let mss = segment.mss().filter(|_| segment.flags().contains(tcp::Flags::SYN));
    Some(mss.is_some_and(|mss| range.contains(u64::from(mss))))
}
