//! Internet Protocol version 4 (RFC 791, with RFC 2474 and RFC 3168 for the former type of service).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! |Version|  IHL  |    DSCP   |ECN|          Total Length         |
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! |         Identification        |0|D|M|     Fragment Offset     |
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! |  Time to Live |    Protocol   |         Header Checksum       |
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! |                         Source Address                        |
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! |                      Destination Address                      |
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! |                    Options, 0 to 40 bytes                     |
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! ```
//! [`View::new`] checks the shape and trims Ethernet padding; the checksum is a question of its own
//! ([`View::checksum_ok`]), because an engine counts it apart. Addresses and ports together with the transport checksum
//! are rewritten in [`crate::translate`].

use crate::error::{Error, Layer, What};
use crate::{Frame, checksum};
use core::fmt;
use core::net::Ipv4Addr;

/// Length of the header without options, in bytes.
pub const HEADER_LEN: usize = 20;
/// Most bytes of options.
pub const OPTIONS_MAX: usize = 40;
/// Every host takes datagrams up to this length, in bytes (RFC 791 §3.1).
pub const MIN_REASSEMBLY: usize = 576;
/// Smallest MTU of a link that carries IPv4 (RFC 791 §3.2), in bytes.
pub const MIN_MTU: u16 = 68;

/// The protocol field: what the payload is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Protocol(pub u8);

impl Protocol {
    /// Internet Control Message Protocol.
    pub const ICMP: Self = Self(1);
    /// Internet Group Management Protocol.
    pub const IGMP: Self = Self(2);
    /// IPv4 in IPv4.
    pub const IPIP: Self = Self(4);
    /// Transmission Control Protocol.
    pub const TCP: Self = Self(6);
    /// User Datagram Protocol.
    pub const UDP: Self = Self(17);
    /// IPv6 in IPv4.
    pub const IPV6: Self = Self(41);
    /// Generic Routing Encapsulation.
    pub const GRE: Self = Self(47);
    /// IPsec encapsulating security payload.
    pub const ESP: Self = Self(50);
    /// IPsec authentication header.
    pub const AH: Self = Self(51);
    /// Open Shortest Path First.
    pub const OSPF: Self = Self(89);
    /// Virtual Router Redundancy Protocol.
    pub const VRRP: Self = Self(112);
    /// Stream Control Transmission Protocol.
    pub const SCTP: Self = Self(132);
    /// UDP-Lite.
    pub const UDP_LITE: Self = Self(136);
}

impl fmt::Debug for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::ICMP => f.write_str("ICMP"),
            Self::TCP => f.write_str("TCP"),
            Self::UDP => f.write_str("UDP"),
            Self(n) => write!(f, "protocol {n}"),
        }
    }
}

/// A datagram whose lengths fit: header within the total length, total length within the bytes.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    header: &'a [u8; HEADER_LEN],
    /// Header, options and payload, without padding.
    bytes: &'a [u8],
}

impl<'a> View<'a> {
    /// Looks at `bytes` as a datagram. What lies behind the total length (Ethernet padding) is left out.
    ///
    /// # Errors
    /// Truncated, another version, a header length below 5 or beyond the total length, a total length beyond the bytes.
    #[inline]
    pub fn new(bytes: &'a [u8]) -> Result<Self, Error> {
        let Some(header) = bytes.first_chunk::<HEADER_LEN>() else {
            return Err(Error::truncated(Layer::Ipv4, bytes.len()));
        };
        let header_len = usize::from(header[0] & 0x0F) * 4;
        let total_len = usize::from(u16::from_be_bytes([header[2], header[3]]));
        if header[0] >> 4 != 4 {
            return Err(Error::new(Layer::Ipv4, 0, What::Version));
        }
        if header_len < HEADER_LEN {
            return Err(Error::new(Layer::Ipv4, 0, What::HeaderLength));
        }
        if total_len < header_len || total_len > bytes.len() {
            return Err(Error::new(Layer::Ipv4, 2, What::TotalLength));
        }
        Ok(Self { header, bytes: &bytes[..total_len] })
    }

    /// Looks at the head of a datagram of which only the beginning is there, as quoted in an ICMP error.
    ///
    /// # Errors
    /// As [`View::new`], but a total length beyond the bytes is no error.
    pub fn of_quote(bytes: &'a [u8]) -> Result<Self, Error> {
        match Self::new(bytes) {
            Err(Error { what: What::TotalLength, .. }) => {}
            other => return other,
        }
        let header =
            bytes.first_chunk::<HEADER_LEN>().ok_or_else(|| Error::truncated(Layer::Ipv4, bytes.len()))?;
        let header_len = usize::from(header[0] & 0x0F) * 4;
        let total_len = usize::from(u16::from_be_bytes([header[2], header[3]]));
        if header_len > bytes.len() || total_len < header_len {
            return Err(Error::new(Layer::Ipv4, 2, What::TotalLength));
        }
        Ok(Self { header, bytes })
    }

    /// Header, options and payload.
    #[must_use]
    #[inline]
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Length of the header with options, in bytes: 20 to 60.
    #[must_use]
    #[inline]
    pub const fn header_len(&self) -> usize {
        (self.header[0] & 0x0F) as usize * 4
    }

    /// Header with options.
    #[must_use]
    #[inline]
    pub fn header(&self) -> &'a [u8] {
        &self.bytes[..self.header_len().min(self.bytes.len())]
    }

    /// Length of header, options and payload as the header states it, in bytes.
    #[must_use]
    #[inline]
    pub const fn total_len(&self) -> u16 {
        u16::from_be_bytes([self.header[2], self.header[3]])
    }

    /// The former type of service: DSCP and ECN.
    #[must_use]
    pub const fn tos(&self) -> u8 {
        self.header[1]
    }

    /// Differentiated services code point, 0–63.
    #[must_use]
    pub const fn dscp(&self) -> u8 {
        self.header[1] >> 2
    }

    /// Explicit congestion notification, 0–3.
    #[must_use]
    pub const fn ecn(&self) -> u8 {
        self.header[1] & 3
    }

    /// Number that the fragments of a datagram share.
    #[must_use]
    pub const fn id(&self) -> u16 {
        u16::from_be_bytes([self.header[4], self.header[5]])
    }

    /// DF: routers must not fragment.
    #[must_use]
    #[inline]
    pub const fn dont_fragment(&self) -> bool {
        self.header[6] & 0x40 != 0
    }

    /// MF: this is a fragment and not the last.
    #[must_use]
    #[inline]
    pub const fn more_fragments(&self) -> bool {
        self.header[6] & 0x20 != 0
    }

    /// Offset of this fragment's payload in the datagram's, in bytes: 0 to 65528.
    #[must_use]
    #[inline]
    pub const fn fragment_offset(&self) -> usize {
        (u16::from_be_bytes([self.header[6] & 0x1F, self.header[7]]) as usize) * 8
    }

    /// True for any fragment: first, middle or last.
    #[must_use]
    #[inline]
    pub const fn is_fragment(&self) -> bool {
        self.header[6] & 0x3F != 0 || self.header[7] != 0
    }

    /// Hops that are left.
    #[must_use]
    #[inline]
    pub const fn ttl(&self) -> u8 {
        self.header[8]
    }

    /// What the payload is.
    #[must_use]
    #[inline]
    pub const fn protocol(&self) -> Protocol {
        Protocol(self.header[9])
    }

    /// The checksum field.
    #[must_use]
    pub const fn checksum(&self) -> u16 {
        u16::from_be_bytes([self.header[10], self.header[11]])
    }

    /// True when the checksum fits the header.
    #[must_use]
    #[inline]
    pub fn checksum_ok(&self) -> bool {
        if self.header[0] == 0x45 { checksum::of(self.header) == 0 } else { checksum::of(self.header()) == 0 }
    }

    /// Who sent the datagram.
    #[must_use]
    #[inline]
    pub const fn source(&self) -> Ipv4Addr {
        Ipv4Addr::new(self.header[12], self.header[13], self.header[14], self.header[15])
    }

    /// Whom the datagram is for.
    #[must_use]
    #[inline]
    pub const fn destination(&self) -> Ipv4Addr {
        Ipv4Addr::new(self.header[16], self.header[17], self.header[18], self.header[19])
    }

    /// The bytes of the options, to be read with [`crate::ipv4_option::iter`].
    #[must_use]
    pub fn options(&self) -> &'a [u8] {
        self.bytes.get(HEADER_LEN..self.header_len()).unwrap_or_default()
    }

    /// The bytes behind header and options.
    #[must_use]
    #[inline]
    pub fn payload(&self) -> &'a [u8] {
        self.bytes.get(self.header_len()..).unwrap_or_default()
    }
}

/// The bytes of the options of a header, padded to a multiple of four with "end of options".
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Options {
    bytes: [u8; OPTIONS_MAX],
    len: u8,
}

impl Options {
    /// No options.
    pub const NONE: Self = Self { bytes: [0; OPTIONS_MAX], len: 0 };

    /// Options from their bytes.
    ///
    /// # Errors
    /// More than [`OPTIONS_MAX`] bytes.
    pub fn new(bytes: &[u8]) -> Result<Self, Error> {
        let mut options = Self::NONE;
        let place = options.bytes.get_mut(..bytes.len());
        let place =
            place.ok_or_else(|| Error::new(Layer::Ipv4Option, OPTIONS_MAX as u16, What::OptionLength))?;
        place.copy_from_slice(bytes);
        options.len = bytes.len().next_multiple_of(4) as u8;
        Ok(options)
    }

    /// The bytes; the length is a multiple of four.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::NONE
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bytes().fmt(f)
    }
}

/// The fields of a header. `Default` is a plain datagram: TTL 64, no flags, no options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repr {
    /// DSCP and ECN.
    pub tos: u8,
    /// Number that the fragments of a datagram share.
    pub id: u16,
    /// DF: routers must not fragment.
    pub dont_fragment: bool,
    /// MF: a fragment that is not the last.
    pub more_fragments: bool,
    /// Offset of the payload in the datagram's, in bytes; a multiple of 8, at most 65528.
    pub fragment_offset: u16,
    /// Hops that are left.
    pub ttl: u8,
    /// What the payload is.
    pub protocol: Protocol,
    /// Who sends.
    pub source: Ipv4Addr,
    /// Whom it is for.
    pub destination: Ipv4Addr,
    /// Options.
    pub options: Options,
    /// Bytes behind header and options.
    pub payload_len: u16,
}

impl Default for Repr {
    fn default() -> Self {
        Self {
            tos: 0,
            id: 0,
            dont_fragment: false,
            more_fragments: false,
            fragment_offset: 0,
            ttl: 64,
            protocol: Protocol(0),
            source: Ipv4Addr::UNSPECIFIED,
            destination: Ipv4Addr::UNSPECIFIED,
            options: Options::NONE,
            payload_len: 0,
        }
    }
}

impl Repr {
    /// Reads the header of `bytes`, without looking at the checksum.
    ///
    /// # Errors
    /// As [`View::new`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        Ok(Self::of(&View::new(bytes)?))
    }

    /// The fields of a datagram.
    #[must_use]
    pub fn of(view: &View<'_>) -> Self {
        Self {
            tos: view.tos(),
            id: view.id(),
            dont_fragment: view.dont_fragment(),
            more_fragments: view.more_fragments(),
            fragment_offset: view.fragment_offset() as u16,
            ttl: view.ttl(),
            protocol: view.protocol(),
            source: view.source(),
            destination: view.destination(),
            options: Options::new(view.options()).unwrap_or_default(),
            payload_len: view.payload().len() as u16,
        }
    }

    /// Length of the header with options, in bytes.
    #[must_use]
    pub fn header_len(&self) -> usize {
        HEADER_LEN + self.options.bytes().len()
    }

    /// Writes header and options with the right checksum to the first [`Repr::header_len`] bytes of `buf`.
    ///
    /// # Panics
    /// When `buf` is shorter.
    pub fn emit(&self, buf: &mut [u8]) {
        let len = self.header_len();
        let total = len as u16 + self.payload_len;
        buf[0] = 0x40 | (len / 4) as u8;
        buf[1] = self.tos;
        buf[2..4].copy_from_slice(&total.to_be_bytes());
        buf[4..6].copy_from_slice(&self.id.to_be_bytes());
        let flags = u16::from(self.dont_fragment) << 14 | u16::from(self.more_fragments) << 13;
        buf[6..8].copy_from_slice(&(flags | (self.fragment_offset / 8)).to_be_bytes());
        buf[8] = self.ttl;
        buf[9] = self.protocol.0;
        buf[10..12].fill(0);
        buf[12..16].copy_from_slice(&self.source.octets());
        buf[16..20].copy_from_slice(&self.destination.octets());
        buf[20..len].copy_from_slice(self.options.bytes());
        let sum = checksum::of(&buf[..len]);
        buf[10..12].copy_from_slice(&sum.to_be_bytes());
    }

    /// Puts the header in front of what `frame` holds, which is the payload; `payload_len` is set to its length.
    pub fn push(&self, frame: &mut Frame) {
        let header = Self { payload_len: frame.len() as u16, ..*self };
        header.emit(frame.push_front_zeroed(header.header_len()));
    }
}

/// Overwrites the 16-bit word at even offset `at` and keeps the checksum right (RFC 1624).
#[inline]
fn replace_word(header: &mut [u8; HEADER_LEN], at: usize, new: [u8; 2]) {
    let old = u16::from_be_bytes([header[at], header[at + 1]]);
    let sum = u16::from_be_bytes([header[10], header[11]]);
    header[at] = new[0];
    header[at + 1] = new[1];
    header[10..12].copy_from_slice(&checksum::update(sum, old, u16::from_be_bytes(new)).to_be_bytes());
}

fn head_mut(bytes: &mut [u8]) -> Result<&mut [u8; HEADER_LEN], Error> {
    let len = bytes.len();
    bytes.first_chunk_mut().ok_or_else(|| Error::truncated(Layer::Ipv4, len))
}

/// Takes one hop off and corrects the checksum. Returns the TTL that is left; a TTL of 0 stays 0.
///
/// # Errors
/// Truncated: shorter than a header.
#[inline]
pub fn decrement_ttl(bytes: &mut [u8]) -> Result<u8, Error> {
    let header = head_mut(bytes)?;
    let ttl = header[8].saturating_sub(1);
    let protocol = header[9];
    replace_word(header, 8, [ttl, protocol]);
    Ok(ttl)
}

/// Sets the TTL and corrects the checksum.
///
/// # Errors
/// Truncated: shorter than a header.
pub fn set_ttl(bytes: &mut [u8], ttl: u8) -> Result<(), Error> {
    let header = head_mut(bytes)?;
    let protocol = header[9];
    replace_word(header, 8, [ttl, protocol]);
    Ok(())
}

/// Sets DSCP and ECN and corrects the checksum.
///
/// # Errors
/// Truncated: shorter than a header.
pub fn set_tos(bytes: &mut [u8], tos: u8) -> Result<(), Error> {
    let header = head_mut(bytes)?;
    let version = header[0];
    replace_word(header, 0, [version, tos]);
    Ok(())
}

/// Sets the identification and corrects the checksum.
///
/// # Errors
/// Truncated: shorter than a header.
pub fn set_id(bytes: &mut [u8], id: u16) -> Result<(), Error> {
    replace_word(head_mut(bytes)?, 4, id.to_be_bytes());
    Ok(())
}

/// Sets or clears DF and corrects the checksum.
///
/// # Errors
/// Truncated: shorter than a header.
pub fn set_dont_fragment(bytes: &mut [u8], dont_fragment: bool) -> Result<(), Error> {
    let header = head_mut(bytes)?;
    let flags = header[6] & !0x40 | u8::from(dont_fragment) << 6;
    let low = header[7];
    replace_word(header, 6, [flags, low]);
    Ok(())
}

/// Computes the header's checksum anew, over options too.
///
/// # Errors
/// Truncated, or a header length that does not fit.
pub fn fill_checksum(bytes: &mut [u8]) -> Result<(), Error> {
    let len = usize::from(head_mut(bytes)?[0] & 0x0F) * 4;
    let header = bytes.get_mut(..len).filter(|h| h.len() >= HEADER_LEN);
    let header = header.ok_or_else(|| Error::new(Layer::Ipv4, 0, What::HeaderLength))?;
    header[10..12].fill(0);
    let sum = checksum::of(header);
    header[10..12].copy_from_slice(&sum.to_be_bytes());
    Ok(())
}

#[cfg(test)]
mod tests;
