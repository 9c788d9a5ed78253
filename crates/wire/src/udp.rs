//! User Datagram Protocol (RFC 768).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! |          Source Port          |       Destination Port        |
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! |            Length             |           Checksum            |
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! ```
//! Checksum 0 means "none"; a sum that comes out as 0 is sent as 0xFFFF.

use crate::error::{Error, Layer, What};
use crate::ipv4::Protocol;
use crate::{Frame, checksum};
use core::net::Ipv4Addr;

/// Length of the header in bytes.
pub const HEADER_LEN: usize = 8;

/// A UDP datagram whose length field fits the bytes.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    header: &'a [u8; HEADER_LEN],
    bytes: &'a [u8],
}

impl<'a> View<'a> {
    /// Looks at the payload of an IPv4 datagram; bytes beyond the UDP length are left out.
    ///
    /// # Errors
    /// Truncated, or a length below 8 or beyond the bytes.
    #[inline]
    pub fn new(bytes: &'a [u8]) -> Result<Self, Error> {
        let header =
            bytes.first_chunk::<HEADER_LEN>().ok_or_else(|| Error::truncated(Layer::Udp, bytes.len()))?;
        let len = usize::from(u16::from_be_bytes([header[4], header[5]]));
        if len < HEADER_LEN || len > bytes.len() {
            return Err(Error::new(Layer::Udp, 4, What::TotalLength));
        }
        Ok(Self { header, bytes: &bytes[..len] })
    }

    /// Port of the sender; 0 = none.
    #[must_use]
    #[inline]
    pub const fn source_port(&self) -> u16 {
        u16::from_be_bytes([self.header[0], self.header[1]])
    }

    /// Port of the receiver.
    #[must_use]
    #[inline]
    pub const fn destination_port(&self) -> u16 {
        u16::from_be_bytes([self.header[2], self.header[3]])
    }

    /// The checksum field; 0 = none.
    #[must_use]
    pub const fn checksum(&self) -> u16 {
        u16::from_be_bytes([self.header[6], self.header[7]])
    }

    /// True when there is no checksum or it is right.
    #[must_use]
    pub fn checksum_ok(&self, source: Ipv4Addr, destination: Ipv4Addr) -> bool {
        let sum = checksum::pseudo_header(source, destination, Protocol::UDP.0, self.bytes.len());
        self.checksum() == 0 || sum.add_bytes(self.bytes).finish() == 0
    }

    /// The bytes behind the header.
    #[must_use]
    #[inline]
    pub fn payload(&self) -> &'a [u8] {
        &self.bytes[HEADER_LEN..]
    }
}

/// The fields of the header that are not computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repr {
    /// Port of the sender.
    pub source_port: u16,
    /// Port of the receiver.
    pub destination_port: u16,
}

impl Repr {
    /// Reads the header of `bytes`.
    ///
    /// # Errors
    /// As [`View::new`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let view = View::new(bytes)?;
        Ok(Self { source_port: view.source_port(), destination_port: view.destination_port() })
    }

    /// Writes the header to the first 8 bytes of `buf`; the rest of `buf` is the payload and is summed.
    ///
    /// # Panics
    /// When `buf` is shorter than the header or longer than 65535 bytes.
    pub fn emit(&self, source: Ipv4Addr, destination: Ipv4Addr, buf: &mut [u8]) {
        assert!(buf.len() <= usize::from(u16::MAX), "a UDP datagram has at most 65535 bytes");
        buf[..2].copy_from_slice(&self.source_port.to_be_bytes());
        buf[2..4].copy_from_slice(&self.destination_port.to_be_bytes());
        let len = buf.len();
        buf[4..6].copy_from_slice(&(len as u16).to_be_bytes());
        buf[6..8].fill(0);
        let sum = checksum::pseudo_header(source, destination, Protocol::UDP.0, len).add_bytes(buf).finish();
        let sum = if sum == 0 { 0xFFFF } else { sum };
        buf[6..8].copy_from_slice(&sum.to_be_bytes());
    }

    /// Puts the header in front of what `frame` holds, which is the payload.
    ///
    /// # Panics
    /// When the payload is longer than 65527 bytes.
    pub fn push(&self, source: Ipv4Addr, destination: Ipv4Addr, frame: &mut Frame) {
        frame.push_front_zeroed(HEADER_LEN);
        self.emit(source, destination, frame.bytes_mut());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Pool;
    use proptest::prelude::*;

    const A: Ipv4Addr = Ipv4Addr::new(152, 1, 51, 27);
    const B: Ipv4Addr = Ipv4Addr::new(152, 14, 94, 75);

    #[test]
    fn a_known_datagram() {
        // "Hi" from port 41103 to 9875; the sum comes from a separate script.
        let mut buf = [0; 10];
        buf[8..].copy_from_slice(b"Hi");
        Repr { source_port: 0xa08f, destination_port: 0x2693 }.emit(A, B, &mut buf);
        assert_eq!(buf, [0xa0, 0x8f, 0x26, 0x93, 0x00, 0x0a, 0x2e, 0xd8, b'H', b'i']);
    }

    #[test]
    fn a_sum_of_zero_is_sent_as_all_ones() {
        // Chosen so that pseudo-header and header add up to 0xFFFF.
        let zero = Ipv4Addr::UNSPECIFIED;
        let mut buf = [0; 8];
        let rest = 0xFFFF - 17 - 8 - 8;
        Repr { source_port: rest, destination_port: 0 }.emit(zero, zero, &mut buf);
        assert_eq!(buf[6..], [0xFF, 0xFF]);
        assert!(View::new(&buf).unwrap().checksum_ok(zero, zero));
    }

    #[test]
    fn no_checksum_is_right_and_a_wrong_one_is_not() {
        let mut buf = [0, 1, 0, 2, 0, 8, 0, 0];
        assert!(View::new(&buf).unwrap().checksum_ok(A, B));
        buf[7] = 1;
        assert!(!View::new(&buf).unwrap().checksum_ok(A, B));
    }

    #[test]
    fn lengths_that_do_not_fit_are_refused() {
        let mut buf = [0; 20];
        Repr { source_port: 1, destination_port: 2 }.emit(A, B, &mut buf);
        for len in 0..20 {
            assert!(View::new(&buf[..len]).is_err(), "{len}");
        }
        buf[4..6].copy_from_slice(&[0, 7]);
        assert_eq!(Repr::parse(&buf), Err(Error::new(Layer::Udp, 4, What::TotalLength)));
    }

    proptest! {
        #[test]
        fn round_trip(sp: u16, dp: u16, s: u32, d: u32, payload in proptest::collection::vec(any::<u8>(), 0..200)) {
            let repr = Repr { source_port: sp, destination_port: dp };
            let mut frame = Pool::default().frame(&payload);
            repr.push(s.into(), d.into(), &mut frame);
            frame.pad_to(60);
            prop_assert_eq!(Repr::parse(frame.bytes()), Ok(repr));
            let view = View::new(frame.bytes()).unwrap();
            prop_assert_eq!(view.payload(), &payload[..]);
            prop_assert!(view.checksum() != 0 && view.checksum_ok(s.into(), d.into()));
        }
    }
}
