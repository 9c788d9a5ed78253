//! Address Resolution Protocol for IPv4 over Ethernet (RFC 826, RFC 5227).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! |     Hardware type = 1         |    Protocol type = 0x0800     |
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! | HW length = 6 | Pr length = 4 |          Operation            |
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! |                   Sender hardware address                     |
//! +                               +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! |                               |   Sender protocol address     |
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! |   Sender protocol address     |   Target hardware address     |
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+                               +
//! |                                                               |
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! |                   Target protocol address                     |
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! ```

use crate::error::{Error, Layer, What};
use crate::ethernet::{self, EtherType};
use crate::{Frame, Mac};
use core::net::Ipv4Addr;

/// Length of the packet in bytes.
pub const LEN: usize = 28;

/// The operation field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// 1: who has the target address?
    Request,
    /// 2: the sender has its address.
    Reply,
    /// Another value (RARP, InARP); receivers of IPv4 over Ethernet ignore it.
    Other(u16),
}

impl Operation {
    /// The operation from its number.
    #[must_use]
    pub const fn from_u16(n: u16) -> Self {
        match n {
            1 => Self::Request,
            2 => Self::Reply,
            n => Self::Other(n),
        }
    }

    /// The number of the operation.
    #[must_use]
    pub const fn to_u16(self) -> u16 {
        match self {
            Self::Request => 1,
            Self::Reply => 2,
            Self::Other(n) => n,
        }
    }
}

/// One ARP packet for IPv4 over Ethernet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repr {
    /// What the sender asks or says.
    pub operation: Operation,
    /// Hardware address of the sender.
    pub sender_mac: Mac,
    /// IPv4 address of the sender; 0.0.0.0 in a probe.
    pub sender_ip: Ipv4Addr,
    /// Hardware address of the target; zero when asked for.
    pub target_mac: Mac,
    /// IPv4 address that is asked for, or of the station that is answered.
    pub target_ip: Ipv4Addr,
}

impl Repr {
    /// A request: who has `target`? Tell `sender`.
    #[must_use]
    pub const fn request(sender_mac: Mac, sender_ip: Ipv4Addr, target: Ipv4Addr) -> Self {
        Self {
            operation: Operation::Request,
            sender_mac,
            sender_ip,
            target_mac: Mac::ZERO,
            target_ip: target,
        }
    }

    /// A probe (RFC 5227 §1.1): does somebody use `target`? The sender does not say an address of its own.
    #[must_use]
    pub const fn probe(sender_mac: Mac, target: Ipv4Addr) -> Self {
        Self::request(sender_mac, Ipv4Addr::UNSPECIFIED, target)
    }

    /// An announcement (RFC 5227 §1.1): a gratuitous request for the sender's own address.
    #[must_use]
    pub const fn announcement(sender_mac: Mac, address: Ipv4Addr) -> Self {
        Self::request(sender_mac, address, address)
    }

    /// The reply to `request`: `mac` has the address asked for.
    #[must_use]
    pub const fn reply_to(request: &Self, mac: Mac) -> Self {
        Self {
            operation: Operation::Reply,
            sender_mac: mac,
            sender_ip: request.target_ip,
            target_mac: request.sender_mac,
            target_ip: request.sender_ip,
        }
    }

    /// True for a request from 0.0.0.0 (RFC 5227 probe).
    #[must_use]
    pub const fn is_probe(&self) -> bool {
        matches!(self.operation, Operation::Request) && self.sender_ip.is_unspecified()
    }

    /// True when sender and target address are the same: an announcement in a request or a reply.
    #[must_use]
    pub const fn is_gratuitous(&self) -> bool {
        self.sender_ip.to_bits() == self.target_ip.to_bits() && !self.sender_ip.is_unspecified()
    }

    /// Reads the packet from the payload of a frame; padding behind it is ignored.
    ///
    /// # Errors
    /// Truncated, or another hardware or protocol type than IPv4 over Ethernet.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let p = bytes.first_chunk::<LEN>().ok_or_else(|| Error::truncated(Layer::Arp, bytes.len()))?;
        for (offset, expected) in [(0, [0, 1]), (2, [8, 0]), (4, [6, 4])] {
            if p[offset..offset + 2] != expected {
                return Err(Error::new(Layer::Arp, offset as u16, What::Type));
            }
        }
        Ok(Self {
            operation: Operation::from_u16(u16::from_be_bytes([p[6], p[7]])),
            sender_mac: Mac([p[8], p[9], p[10], p[11], p[12], p[13]]),
            sender_ip: Ipv4Addr::new(p[14], p[15], p[16], p[17]),
            target_mac: Mac([p[18], p[19], p[20], p[21], p[22], p[23]]),
            target_ip: Ipv4Addr::new(p[24], p[25], p[26], p[27]),
        })
    }

    /// Writes the packet to the first [`LEN`] bytes of `buf`.
    ///
    /// # Panics
    /// When `buf` is shorter.
    pub fn emit(&self, buf: &mut [u8]) {
        buf[..6].copy_from_slice(&[0, 1, 8, 0, 6, 4]);
        buf[6..8].copy_from_slice(&self.operation.to_u16().to_be_bytes());
        buf[8..14].copy_from_slice(&self.sender_mac.0);
        buf[14..18].copy_from_slice(&self.sender_ip.octets());
        buf[18..24].copy_from_slice(&self.target_mac.0);
        buf[24..28].copy_from_slice(&self.target_ip.octets());
    }

    /// Appends the whole Ethernet frame, from `source` to `destination`, to an empty frame.
    pub fn build(&self, frame: &mut Frame, destination: Mac, source: Mac) {
        ethernet::Repr { destination, source, ethertype: EtherType::ARP }
            .emit(frame.extend_zeroed(ethernet::HEADER_LEN));
        self.emit(frame.extend_zeroed(LEN));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Pool;
    use proptest::prelude::*;

    const REQUEST: [u8; LEN] = [
        0, 1, 8, 0, 6, 4, 0, 1, 0x4C, 0x5E, 0x0C, 0, 0, 1, 192, 168, 88, 1, 0, 0, 0, 0, 0, 0, 192, 168, 88,
        254,
    ];

    #[test]
    fn the_packet_of_rfc_826() {
        let mac = Mac([0x4C, 0x5E, 0x0C, 0, 0, 1]);
        let repr = Repr::request(mac, Ipv4Addr::new(192, 168, 88, 1), Ipv4Addr::new(192, 168, 88, 254));
        assert_eq!(Repr::parse(&REQUEST), Ok(repr));
        let mut frame = Pool::default().alloc(64);
        repr.build(&mut frame, Mac::BROADCAST, mac);
        assert_eq!(&frame.bytes()[14..], REQUEST);
        assert_eq!(ethernet::Repr::parse(frame.bytes()).unwrap().ethertype, EtherType::ARP);
        let reply = Repr::reply_to(&repr, Mac([9; 6]));
        assert_eq!((reply.sender_ip, reply.target_ip), (repr.target_ip, repr.sender_ip));
        assert_eq!((reply.sender_mac, reply.target_mac), (Mac([9; 6]), mac));
    }

    #[test]
    fn probes_and_announcements_are_told_apart() {
        let address = Ipv4Addr::new(10, 0, 0, 1);
        let probe = Repr::probe(Mac([1; 6]), address);
        assert!(probe.is_probe() && !probe.is_gratuitous());
        let announcement = Repr::announcement(Mac([1; 6]), address);
        assert!(!announcement.is_probe() && announcement.is_gratuitous());
        assert!(!Repr::parse(&REQUEST).unwrap().is_gratuitous());
    }

    #[test]
    fn truncation_and_foreign_types_are_refused() {
        for len in 0..LEN {
            assert_eq!(Repr::parse(&REQUEST[..len]), Err(Error::truncated(Layer::Arp, len)));
        }
        for (byte, offset) in [(0, 0), (1, 0), (2, 2), (3, 2), (4, 4), (5, 4)] {
            let mut bad = REQUEST;
            bad[byte] ^= 0x10;
            assert_eq!(Repr::parse(&bad), Err(Error::new(Layer::Arp, offset, What::Type)));
        }
    }

    proptest! {
        #[test]
        fn round_trip(op: u16, sm: [u8; 6], si: u32, tm: [u8; 6], ti: u32) {
            let repr = Repr {
                operation: Operation::from_u16(op),
                sender_mac: Mac(sm), sender_ip: si.into(), target_mac: Mac(tm), target_ip: ti.into(),
            };
            let mut buf = [0xAA; LEN + 3];
            repr.emit(&mut buf);
            prop_assert_eq!(Repr::parse(&buf), Ok(repr));
        }
    }
}
