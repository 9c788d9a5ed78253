//! [`Error`]: why bytes are not a packet. Small, `Copy`, no strings.

use core::fmt;

/// Protocol whose header could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// A MAC address written as text.
    Mac,
    /// Ethernet II header.
    Ethernet,
    /// IEEE 802.1Q tag.
    Vlan,
    /// Address Resolution Protocol.
    Arp,
    /// Internet Protocol version 4.
    Ipv4,
    /// An option of the IPv4 header.
    Ipv4Option,
    /// Internet Control Message Protocol.
    Icmpv4,
    /// User Datagram Protocol.
    Udp,
    /// Transmission Control Protocol.
    Tcp,
    /// An option of the TCP header.
    TcpOption,
    /// Dynamic Host Configuration Protocol for IPv4.
    Dhcp,
}

/// What is wrong with the field at [`Error::offset`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// The bytes end before the header or the stated length does.
    Truncated,
    /// A version field has another value than the protocol's.
    Version,
    /// The header length field is below the minimum or beyond the bytes.
    HeaderLength,
    /// The total length field is below the header length or beyond the bytes.
    TotalLength,
    /// The checksum does not fit the bytes.
    Checksum,
    /// An option's length is impossible.
    OptionLength,
    /// A hardware or protocol type that the parser does not serve (ARP for something else than IPv4 over Ethernet).
    Type,
    /// Text or a field of another form than the protocol allows.
    Syntax,
}

/// Why bytes could not be read as a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Error {
    /// The protocol.
    pub layer: Layer,
    /// Byte offset of the field within that protocol's header.
    pub offset: u16,
    /// What is wrong there.
    pub what: What,
}

impl Error {
    pub(crate) const fn new(layer: Layer, offset: u16, what: What) -> Self {
        Self { layer, offset, what }
    }

    /// The bytes of `layer` end after `len` bytes, too early.
    pub(crate) const fn truncated(layer: Layer, len: usize) -> Self {
        let offset = if len > u16::MAX as usize { u16::MAX } else { len as u16 };
        Self { layer, offset, what: What::Truncated }
    }
}

impl fmt::Display for Error {
    /// `Ipv4: TotalLength at byte 2`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {:?} at byte {}", self.layer, self.what, self.offset)
    }
}

impl core::error::Error for Error {}
