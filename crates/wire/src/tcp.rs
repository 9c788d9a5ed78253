//! Transmission Control Protocol header (RFC 9293 §3.1, options of RFC 7323 and RFC 2018).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! |          Source Port          |       Destination Port        |
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! |                        Sequence Number                        |
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! |                    Acknowledgment Number                      |
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! |  Data |       |C|E|U|A|P|R|S|F|                               |
//! | Offset| Rsrvd |W|C|R|C|S|S|Y|I|            Window             |
//! |       |       |R|E|G|K|H|T|N|N|                               |
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! |           Checksum            |         Urgent Pointer        |
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! |                    Options, 0 to 40 bytes                     |
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! ```

use crate::error::{Error, Layer, What};
use crate::ipv4::Protocol;
use crate::{Frame, checksum};
use core::net::Ipv4Addr;
use core::ops::BitOr;

/// Length of the header without options, in bytes.
pub const HEADER_LEN: usize = 20;

/// The flag bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Flags(pub u8);

impl Flags {
    /// No more data from the sender.
    pub const FIN: Self = Self(0x01);
    /// Synchronise sequence numbers.
    pub const SYN: Self = Self(0x02);
    /// Reset the connection.
    pub const RST: Self = Self(0x04);
    /// Push.
    pub const PSH: Self = Self(0x08);
    /// The acknowledgment number counts.
    pub const ACK: Self = Self(0x10);
    /// The urgent pointer counts.
    pub const URG: Self = Self(0x20);
    /// ECN echo.
    pub const ECE: Self = Self(0x40);
    /// Congestion window reduced.
    pub const CWR: Self = Self(0x80);

    /// True when all bits of `flags` are set.
    #[must_use]
    pub const fn contains(self, flags: Self) -> bool {
        self.0 & flags.0 == flags.0
    }
}

impl BitOr for Flags {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// A TCP segment whose data offset fits the bytes.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    header: &'a [u8; HEADER_LEN],
    bytes: &'a [u8],
}

impl<'a> View<'a> {
    /// Looks at the payload of an IPv4 datagram.
    ///
    /// # Errors
    /// Truncated, or a data offset below 5 or beyond the bytes.
    #[inline]
    pub fn new(bytes: &'a [u8]) -> Result<Self, Error> {
        let header =
            bytes.first_chunk::<HEADER_LEN>().ok_or_else(|| Error::truncated(Layer::Tcp, bytes.len()))?;
        let len = usize::from(header[12] >> 4) * 4;
        if len < HEADER_LEN || len > bytes.len() {
            return Err(Error::new(Layer::Tcp, 12, What::HeaderLength));
        }
        Ok(Self { header, bytes })
    }

    const fn word(&self, at: usize) -> u32 {
        let h = self.header;
        u32::from_be_bytes([h[at], h[at + 1], h[at + 2], h[at + 3]])
    }

    /// Port of the sender.
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

    /// Number of the first byte of the payload.
    #[must_use]
    pub const fn sequence(&self) -> u32 {
        self.word(4)
    }

    /// Number of the next byte that the sender expects.
    #[must_use]
    pub const fn acknowledgment(&self) -> u32 {
        self.word(8)
    }

    /// Length of the header with options, in bytes.
    #[must_use]
    #[inline]
    pub const fn header_len(&self) -> usize {
        (self.header[12] >> 4) as usize * 4
    }

    /// The flag bits.
    #[must_use]
    #[inline]
    pub const fn flags(&self) -> Flags {
        Flags(self.header[13])
    }

    /// Bytes that the sender takes, before scaling.
    #[must_use]
    pub const fn window(&self) -> u16 {
        u16::from_be_bytes([self.header[14], self.header[15]])
    }

    /// The checksum field.
    #[must_use]
    pub const fn checksum(&self) -> u16 {
        u16::from_be_bytes([self.header[16], self.header[17]])
    }

    /// The urgent pointer.
    #[must_use]
    pub const fn urgent(&self) -> u16 {
        u16::from_be_bytes([self.header[18], self.header[19]])
    }

    /// True when the checksum is right.
    #[must_use]
    pub fn checksum_ok(&self, source: Ipv4Addr, destination: Ipv4Addr) -> bool {
        let sum = checksum::pseudo_header(source, destination, Protocol::TCP.0, self.bytes.len());
        sum.add_bytes(self.bytes).finish() == 0
    }

    /// The bytes of the options, to be read with [`options`].
    #[must_use]
    pub fn options(&self) -> &'a [u8] {
        &self.bytes[HEADER_LEN..self.header_len()]
    }

    /// The bytes behind header and options.
    #[must_use]
    pub fn payload(&self) -> &'a [u8] {
        &self.bytes[self.header_len()..]
    }

    /// The maximum segment size that the sender states, if any.
    #[must_use]
    pub fn mss(&self) -> Option<u16> {
        options(self.options())
            .flatten()
            .find_map(|o| if let TcpOption::Mss(mss) = o { Some(mss) } else { None })
    }
}

/// One TCP option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TcpOption<'a> {
    /// 1: padding between options.
    NoOperation,
    /// 2: largest segment that the sender takes, in bytes.
    Mss(u16),
    /// 3: the window counts in units of 2 to this power.
    WindowScale(u8),
    /// 4: the sender understands selective acknowledgments.
    SackPermitted,
    /// 5: blocks of eight bytes: first and next-after-last number.
    Sack(&'a [u8]),
    /// 8: timestamps.
    Timestamps {
        /// The sender's clock.
        value: u32,
        /// What it got from the other side last.
        echo: u32,
    },
    /// Any other.
    Other {
        /// Kind byte.
        kind: u8,
        /// Bytes behind the length.
        data: &'a [u8],
    },
}

/// Goes through the bytes of [`View::options`]; stops at "end" and after the first error.
pub fn options(mut bytes: &[u8]) -> impl Iterator<Item = Result<TcpOption<'_>, Error>> {
    let total = bytes.len();
    core::iter::from_fn(move || {
        let (&kind, rest) = bytes.split_first()?;
        match kind {
            0 => return None,
            1 => {
                bytes = rest;
                return Some(Ok(TcpOption::NoOperation));
            }
            _ => {}
        }
        let len = rest.first().map_or(0, |len| usize::from(*len));
        let Some(data) = bytes.get(2..len) else {
            let at = HEADER_LEN + total - bytes.len() + 1;
            bytes = &[];
            return Some(Err(Error::new(Layer::TcpOption, at as u16, What::OptionLength)));
        };
        bytes = bytes.get(len..).unwrap_or_default();
        Some(Ok(match (kind, data) {
            (2, [a, b]) => TcpOption::Mss(u16::from_be_bytes([*a, *b])),
            (3, [shift]) => TcpOption::WindowScale(*shift),
            (4, []) => TcpOption::SackPermitted,
            (5, blocks) => TcpOption::Sack(blocks),
            (8, [a, b, c, d, e, f, g, h]) => TcpOption::Timestamps {
                value: u32::from_be_bytes([*a, *b, *c, *d]),
                echo: u32::from_be_bytes([*e, *f, *g, *h]),
            },
            (kind, data) => TcpOption::Other { kind, data },
        }))
    })
}

/// Lowers the MSS of a SYN to at most `mss` and corrects the checksum; returns the old value when it changed.
pub fn clamp_mss(segment: &mut [u8], mss: u16) -> Option<u16> {
    let view = View::new(segment).ok()?;
    let (len, old) = (view.header_len(), view.mss()?);
    if !view.flags().contains(Flags::SYN) || old <= mss {
        return None;
    }
    // The option may stand at an odd offset, so the sum is corrected by the aligned words that it touches.
    let at = mss_offset(&segment[..len])?;
    let first = at & !1;
    let last = (at + 2).next_multiple_of(2);
    let before = checksum::Sum::new().add_bytes(&segment[first..last]).finish();
    segment[at..at + 2].copy_from_slice(&mss.to_be_bytes());
    let after = checksum::Sum::new().add_bytes(&segment[first..last]).finish();
    let sum = u16::from_be_bytes([segment[16], segment[17]]);
    segment[16..18].copy_from_slice(&checksum::update(sum, !before, !after).to_be_bytes());
    Some(old)
}

/// Offset of the two bytes of the MSS value in a header.
fn mss_offset(header: &[u8]) -> Option<usize> {
    let mut at = HEADER_LEN;
    loop {
        match *header.get(at..)? {
            [1, ..] => at += 1,
            [2, 4, _, _, ..] => return Some(at + 2),
            [kind, len, ..] if kind != 0 && len >= 2 => at += usize::from(len),
            _ => return None,
        }
    }
}

/// The fields of a header. The options are bytes; they are padded with "end".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Repr {
    /// Port of the sender.
    pub source_port: u16,
    /// Port of the receiver.
    pub destination_port: u16,
    /// Number of the first byte of the payload.
    pub sequence: u32,
    /// Number of the next byte that the sender expects.
    pub acknowledgment: u32,
    /// The flag bits.
    pub flags: Flags,
    /// Bytes that the sender takes, before scaling.
    pub window: u16,
    /// The urgent pointer.
    pub urgent: u16,
    /// Options.
    pub options: crate::ipv4::Options,
}

impl Repr {
    /// Reads the header of `bytes`, without looking at the checksum.
    ///
    /// # Errors
    /// As [`View::new`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let view = View::new(bytes)?;
        Ok(Self {
            source_port: view.source_port(),
            destination_port: view.destination_port(),
            sequence: view.sequence(),
            acknowledgment: view.acknowledgment(),
            flags: view.flags(),
            window: view.window(),
            urgent: view.urgent(),
            options: crate::ipv4::Options::new(view.options())?,
        })
    }

    /// Length of the header with options, in bytes.
    #[must_use]
    pub fn header_len(&self) -> usize {
        HEADER_LEN + self.options.bytes().len()
    }

    /// Writes the header to the first [`Repr::header_len`] bytes of `buf`; the rest is the payload and is summed.
    ///
    /// # Panics
    /// When `buf` is shorter.
    pub fn emit(&self, source: Ipv4Addr, destination: Ipv4Addr, buf: &mut [u8]) {
        let len = self.header_len();
        buf[..2].copy_from_slice(&self.source_port.to_be_bytes());
        buf[2..4].copy_from_slice(&self.destination_port.to_be_bytes());
        buf[4..8].copy_from_slice(&self.sequence.to_be_bytes());
        buf[8..12].copy_from_slice(&self.acknowledgment.to_be_bytes());
        buf[12] = (len as u8 / 4) << 4;
        buf[13] = self.flags.0;
        buf[14..16].copy_from_slice(&self.window.to_be_bytes());
        buf[16..18].fill(0);
        buf[18..20].copy_from_slice(&self.urgent.to_be_bytes());
        buf[20..len].copy_from_slice(self.options.bytes());
        let sum =
            checksum::pseudo_header(source, destination, Protocol::TCP.0, buf.len()).add_bytes(buf).finish();
        buf[16..18].copy_from_slice(&sum.to_be_bytes());
    }

    /// Puts the header in front of what `frame` holds, which is the payload.
    pub fn push(&self, source: Ipv4Addr, destination: Ipv4Addr, frame: &mut Frame) {
        frame.push_front_zeroed(self.header_len());
        self.emit(source, destination, frame.bytes_mut());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Pool;
    use crate::ipv4::Options;
    use proptest::prelude::*;

    const A: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);
    const B: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 2);
    /// NOP, MSS 1460 at an odd offset, window scale 7, SACK permitted, timestamps, end.
    const OPTIONS: [u8; 20] = [1, 2, 4, 5, 0xB4, 3, 3, 7, 4, 2, 8, 10, 0, 0, 0, 9, 0, 0, 0, 8];

    fn syn() -> Vec<u8> {
        let repr = Repr { flags: Flags::SYN, options: Options::new(&OPTIONS).unwrap(), ..Repr::default() };
        let mut frame = Pool::default().alloc(0);
        repr.push(A, B, &mut frame);
        frame.bytes().to_vec()
    }

    #[test]
    fn options_of_a_linux_syn() {
        let bytes = syn();
        let view = View::new(&bytes).unwrap();
        let seen: Vec<_> = options(view.options()).map(Result::unwrap).collect();
        assert_eq!(
            seen,
            [
                TcpOption::NoOperation,
                TcpOption::Mss(1460),
                TcpOption::WindowScale(7),
                TcpOption::SackPermitted,
                TcpOption::Timestamps { value: 9, echo: 8 },
            ]
        );
        assert!(view.flags().contains(Flags::SYN) && !view.flags().contains(Flags::SYN | Flags::ACK));
    }

    #[test]
    fn clamping_lowers_the_mss_and_keeps_the_checksum_right() {
        let mut bytes = syn();
        assert_eq!(clamp_mss(&mut bytes, 1500), None);
        assert_eq!(clamp_mss(&mut bytes, 1412), Some(1460));
        let view = View::new(&bytes).unwrap();
        assert_eq!(view.mss(), Some(1412));
        assert!(view.checksum_ok(A, B));
    }

    #[test]
    fn truncation_and_bad_offsets_are_refused() {
        let bytes = syn();
        for len in 0..bytes.len() {
            assert!(View::new(&bytes[..len]).is_err(), "{len}");
        }
        let mut bad = bytes;
        bad[12] = 0x40;
        assert_eq!(Repr::parse(&bad), Err(Error::new(Layer::Tcp, 12, What::HeaderLength)));
        let errors: Vec<_> = options(&[1, 2, 1]).filter_map(Result::err).collect();
        assert_eq!(errors, [Error::new(Layer::TcpOption, 22, What::OptionLength)]);
        assert_eq!(options(&[8]).filter(Result::is_err).count(), 1);
    }

    proptest! {
        #[test]
        fn round_trip(ports: [u16; 2], sequence: u32, acknowledgment: u32, flags: u8, window: u16, urgent: u16,
                      option_bytes in proptest::collection::vec(any::<u8>(), 0..=40),
                      payload in proptest::collection::vec(any::<u8>(), 0..100)) {
            let options = Options::new(&option_bytes).unwrap();
            let repr = Repr { source_port: ports[0], destination_port: ports[1], sequence, acknowledgment,
                flags: Flags(flags), window, urgent, options };
            let mut frame = Pool::default().frame(&payload);
            repr.push(A, B, &mut frame);
            prop_assert_eq!(Repr::parse(frame.bytes()), Ok(repr));
            let view = View::new(frame.bytes()).unwrap();
            prop_assert!(view.checksum_ok(A, B));
            prop_assert_eq!(view.payload(), &payload[..]);
            super::options(view.options()).for_each(drop);
            if clamp_mss(frame.bytes_mut(), 500).is_some() {
                prop_assert!(View::new(frame.bytes()).unwrap().checksum_ok(A, B));
            }
        }
    }
}
