//! Ethernet II (DIX, IEEE 802.3 clause 3).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! |                      Destination address                      |
//! +                               +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! |                               |                               |
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+                               +
//! |                         Source address                        |
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! |           EtherType           |  Payload ...
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! ```
//! Frames carry no FCS here. A payload shorter than [`MIN_LEN`] minus the header is padded on the cable, so a parser
//! above must trim by its own length field.

use crate::error::{Error, Layer};
use crate::{Frame, Mac};
use core::fmt;

/// Length of the header in bytes.
pub const HEADER_LEN: usize = 14;
/// Shortest frame on a cable without FCS, in bytes.
pub const MIN_LEN: usize = 60;

/// The EtherType field. Values below 0x0600 are an IEEE 802.3 length.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EtherType(pub u16);

impl EtherType {
    /// Internet Protocol version 4.
    pub const IPV4: Self = Self(0x0800);
    /// Address Resolution Protocol.
    pub const ARP: Self = Self(0x0806);
    /// Customer VLAN tag, IEEE 802.1Q.
    pub const VLAN: Self = Self(0x8100);
    /// Service VLAN tag, IEEE 802.1ad.
    pub const SERVICE_VLAN: Self = Self(0x88A8);
    /// Internet Protocol version 6.
    pub const IPV6: Self = Self(0x86DD);
    /// MPLS unicast.
    pub const MPLS: Self = Self(0x8847);
    /// PPPoE discovery stage.
    pub const PPPOE_DISCOVERY: Self = Self(0x8863);
    /// PPPoE session stage.
    pub const PPPOE_SESSION: Self = Self(0x8864);
    /// Slow protocols: LACP.
    pub const SLOW: Self = Self(0x8809);
    /// Link Layer Discovery Protocol.
    pub const LLDP: Self = Self(0x88CC);
    /// RouterOS loop protect.
    pub const LOOP_PROTECT: Self = Self(0x9003);

    /// True when the field is a length (an 802.3 frame with LLC), not a type.
    #[must_use]
    pub const fn is_length(self) -> bool {
        self.0 < 0x0600
    }
}

impl fmt::Debug for EtherType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{:04x}", self.0)
    }
}

/// A frame of at least 14 bytes.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    header: &'a [u8; HEADER_LEN],
    payload: &'a [u8],
}

impl<'a> View<'a> {
    /// Looks at `bytes` as a frame.
    ///
    /// # Errors
    /// [`crate::What::Truncated`] when shorter than the header.
    #[inline]
    pub const fn new(bytes: &'a [u8]) -> Result<Self, Error> {
        match bytes.split_first_chunk() {
            Some((header, payload)) => Ok(Self { header, payload }),
            None => Err(Error::truncated(Layer::Ethernet, bytes.len())),
        }
    }

    /// Station or group that the frame is for.
    #[must_use]
    #[inline]
    pub const fn destination(&self) -> Mac {
        let h = self.header;
        Mac([h[0], h[1], h[2], h[3], h[4], h[5]])
    }

    /// Station that sent the frame.
    #[must_use]
    #[inline]
    pub const fn source(&self) -> Mac {
        let h = self.header;
        Mac([h[6], h[7], h[8], h[9], h[10], h[11]])
    }

    /// What the payload is; for a tagged frame the tag's type.
    #[must_use]
    #[inline]
    pub const fn ethertype(&self) -> EtherType {
        EtherType(u16::from_be_bytes([self.header[12], self.header[13]]))
    }

    /// The bytes behind the header, with padding.
    #[must_use]
    #[inline]
    pub const fn payload(&self) -> &'a [u8] {
        self.payload
    }
}

/// The fields of the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repr {
    /// Station or group that the frame is for.
    pub destination: Mac,
    /// Station that sends the frame.
    pub source: Mac,
    /// What the payload is.
    pub ethertype: EtherType,
}

impl Repr {
    /// Reads the header of `bytes`.
    ///
    /// # Errors
    /// [`crate::What::Truncated`] when shorter than the header.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let view = View::new(bytes)?;
        Ok(Self { destination: view.destination(), source: view.source(), ethertype: view.ethertype() })
    }

    /// Writes the header to the first [`HEADER_LEN`] bytes of `buf`.
    ///
    /// # Panics
    /// When `buf` is shorter.
    pub fn emit(&self, buf: &mut [u8]) {
        buf[..6].copy_from_slice(&self.destination.0);
        buf[6..12].copy_from_slice(&self.source.0);
        buf[12..14].copy_from_slice(&self.ethertype.0.to_be_bytes());
    }

    /// Puts the header in front of what `frame` holds.
    pub fn push(&self, frame: &mut Frame) {
        self.emit(frame.push_front_zeroed(HEADER_LEN));
    }
}

/// Overwrites both addresses: what a router does to a frame that it forwards. Returns false, with nothing changed,
/// when the frame is too short.
#[inline]
pub fn set_addresses(frame: &mut [u8], destination: Mac, source: Mac) -> bool {
    let Some(header) = frame.first_chunk_mut::<12>() else { return false };
    header[..6].copy_from_slice(&destination.0);
    header[6..].copy_from_slice(&source.0);
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn short_frames_are_refused_at_every_length() {
        let bytes = [0u8; HEADER_LEN];
        for len in 0..HEADER_LEN {
            assert_eq!(Repr::parse(&bytes[..len]), Err(Error::truncated(Layer::Ethernet, len)));
            if len < 12 {
                assert!(!set_addresses(&mut { bytes }[..len], Mac::ZERO, Mac::ZERO));
            }
        }
        assert!(Repr::parse(&bytes).is_ok());
    }

    #[test]
    fn addresses_are_rewritten_in_place() {
        let mut bytes = *b"ddddddssssss\x08\x00payload";
        assert!(set_addresses(&mut bytes, Mac([1; 6]), Mac([2; 6])));
        let view = View::new(&bytes).unwrap();
        assert_eq!((view.destination(), view.source()), (Mac([1; 6]), Mac([2; 6])));
        assert_eq!((view.ethertype(), view.payload()), (EtherType::IPV4, &b"payload"[..]));
        assert!(EtherType(0x05FF).is_length() && !EtherType::IPV4.is_length());
    }

    proptest! {
        #[test]
        fn round_trip(d: [u8; 6], s: [u8; 6], t: u16, payload in proptest::collection::vec(any::<u8>(), 0..50)) {
            let repr = Repr { destination: Mac(d), source: Mac(s), ethertype: EtherType(t) };
            let mut frame = crate::Pool::default().frame(&payload);
            repr.push(&mut frame);
            prop_assert_eq!(Repr::parse(frame.bytes()), Ok(repr));
            prop_assert_eq!(View::new(frame.bytes()).unwrap().payload(), &payload[..]);
        }
    }
}
