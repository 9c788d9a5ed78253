//! [`PacketKey`]: what rules test, taken from a packet once and packed into words.
//!
//! ```text
//! word 0   src address (32) | dst address (32)
//! word 1   src port (16) | dst port, or ICMP type and code (16) | protocol (8) | TCP flags (8) | what is there (16)
//! word 2   in-interface (32) | out-interface (32)
//! classes  one bit of each group: connection state, src type, dst type, fragment
//! ```
//! A rule compares words under a mask, so most rules that do not match cost a few instructions. Rare fields (options,
//! MSS, payload) are read from the packet when a rule asks for them.

use crate::conntrack::{Conntrack, Tracked};
use crate::interface::Interface;
use wire::Mac;

/// Protocol number of ICMP.
pub const ICMP: u8 = 1;
/// Protocol number of TCP.
pub const TCP: u8 = 6;
/// Protocol number of UDP.
pub const UDP: u8 = 17;

/// The packet has ports (TCP, UDP, UDP-Lite, DCCP, SCTP; not a later fragment).
pub(crate) const HAS_PORTS: u64 = 1;
/// The packet has a whole TCP header.
pub(crate) const HAS_TCP: u64 = 2;
/// The packet has an ICMP type and code.
pub(crate) const HAS_ICMP: u64 = 4;

pub(crate) const CLASS_STATE: u64 = 0x3F;
pub(crate) const CLASS_NO_STATE: u64 = 1 << 5;
pub(crate) const CLASS_SRC_TYPE_SHIFT: u32 = 8;
pub(crate) const CLASS_DST_TYPE_SHIFT: u32 = 16;
pub(crate) const CLASS_NO_TYPE: u64 = 1 << 5;
pub(crate) const CLASS_LATER_FRAGMENT: u64 = 1 << 24;
pub(crate) const CLASS_NOT_LATER_FRAGMENT: u64 = 1 << 25;

/// A mark (connection, packet or routing mark). The device numbers the names; 0 = `no-mark`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark(pub u32);

impl Mark {
    /// `no-mark`.
    pub const NONE: Self = Self(0);
}

/// What kind of address the routing table says that an address is (`src-address-type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AddressType {
    /// An ordinary address.
    Unicast,
    /// An address of the router itself.
    Local,
    /// A broadcast address.
    Broadcast,
    /// A multicast group.
    Multicast,
    /// An address that a blackhole route covers.
    Blackhole,
}

/// A set of address types: `src-address-type=local,broadcast`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AddressTypes(pub(crate) u8);

impl AddressTypes {
    /// True when the type is in the set.
    #[must_use]
    pub const fn contains(self, kind: AddressType) -> bool {
        self.0 >> kind as u8 & 1 != 0
    }
}

impl FromIterator<AddressType> for AddressTypes {
    fn from_iter<T: IntoIterator<Item = AddressType>>(iter: T) -> Self {
        Self(iter.into_iter().fold(0, |bits, kind| bits | 1 << kind as u8))
    }
}

/// State of the packet with regard to its connection (`connection-state`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConnectionState {
    /// Belongs to no connection and opens none.
    Invalid,
    /// Belongs to a connection that has seen packets both ways.
    Established,
    /// Opens an expected connection, or is an ICMP error about a known one.
    Related,
    /// Opens a connection, or belongs to one that has no answer yet.
    New,
    /// Was exempted from tracking in `/ip/firewall/raw`.
    Untracked,
}

impl ConnectionState {
    /// The RouterOS word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Established => "established",
            Self::Related => "related",
            Self::New => "new",
            Self::Untracked => "untracked",
        }
    }
}

/// A set of connection states: `connection-state=established,related`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConnectionStates(pub(crate) u8);

impl ConnectionStates {
    /// True when the state is in the set.
    #[must_use]
    pub const fn contains(self, state: ConnectionState) -> bool {
        self.0 >> state as u8 & 1 != 0
    }
}

impl FromIterator<ConnectionState> for ConnectionStates {
    fn from_iter<T: IntoIterator<Item = ConnectionState>>(iter: T) -> Self {
        Self(iter.into_iter().fold(0, |bits, state| bits | 1 << state as u8))
    }
}

/// What rules test. Build it with [`parse`](Self::parse), then tell it what only the device knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PacketKey {
    pub(crate) words: [u64; 3],
    pub(crate) classes: u64,
    /// IP total length in bytes, as counters and `packet-size` use it.
    pub total_len: u16,
    /// Length of the IP header in bytes; the transport header begins there.
    pub header_len: u8,
    /// Time to live.
    pub ttl: u8,
    /// The TOS byte; the DSCP is its upper six bits.
    pub tos: u8,
    /// VLAN priority and the like that the packet came in with (`ingress-priority`).
    pub ingress_priority: u8,
    /// Priority that the packet has now (`priority`).
    pub priority: u8,
    /// The packet came out of an IPsec policy (`ipsec-policy=in,ipsec`).
    pub from_ipsec: bool,
    /// An IPsec policy will take the packet (`ipsec-policy=out,ipsec`).
    pub to_ipsec: bool,
    /// `connection-nat-state` bits of the connection.
    pub nat: NatStates,
    /// Source MAC address, where the packet came in on an Ethernet-like interface.
    pub src_mac: Option<Mac>,
    /// Mark of the connection.
    pub connection_mark: Mark,
    /// Mark of the packet.
    pub packet_mark: Mark,
    /// Routing mark of the packet.
    pub routing_mark: Mark,
    /// Realm of the route, 0 = none.
    pub realm: u32,
    /// Bridge port that a bridged packet came in on.
    pub in_bridge_port: Interface,
    /// Bridge port that a bridged packet leaves by.
    pub out_bridge_port: Interface,
}

/// A set of `connection-nat-state` values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NatStates(pub u8);

impl NatStates {
    /// The source was translated.
    pub const SRCNAT: Self = Self(1);
    /// The destination was translated.
    pub const DSTNAT: Self = Self(2);
    /// Endpoint-independent source translation.
    pub const EIN_SNAT: Self = Self(4);
    /// Endpoint-independent destination translation.
    pub const EIN_DNAT: Self = Self(8);

    /// Both sets together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// True when the sets share a value.
    #[must_use]
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// Reads a big-endian u16; 0 past the end (callers have checked the length).
#[inline]
pub(crate) fn read_u16(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).map_or(0, |b| u16::from(b[0]) << 8 | u16::from(b[1]))
}

/// Reads a big-endian u32; 0 past the end (callers have checked the length).
#[inline]
pub(crate) fn read_u32(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).map_or(0, |b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]))
}

impl PacketKey {
    /// Reads the key of an IPv4 packet (first byte = version and IHL; bytes behind the total length may follow).
    /// `None` when the IPv4 header is not whole or its lengths contradict each other.
    #[must_use]
    #[inline]
    pub fn parse(packet: &[u8]) -> Option<Self> {
        let header: &[u8; 20] = packet.first_chunk()?;
        let header_len = (header[0] & 0x0F) * 4;
        let total_len = u16::from_be_bytes([header[2], header[3]]);
        let whole = packet.len() >= usize::from(total_len) && total_len >= u16::from(header_len);
        if header[0] >> 4 != 4 || header_len < 20 || !whole {
            return None;
        }
        let later_fragment = u16::from_be_bytes([header[6], header[7]]) & 0x1FFF != 0;
        let protocol = header[9];
        let addresses = u64::from_be_bytes([
            header[12], header[13], header[14], header[15], header[16], header[17], header[18], header[19],
        ]);
        let transport = packet.get(usize::from(header_len)..usize::from(total_len)).unwrap_or_default();
        let upper = if later_fragment { 0 } else { transport_word(protocol, transport) };
        let fragment = if later_fragment { CLASS_LATER_FRAGMENT } else { CLASS_NOT_LATER_FRAGMENT };
        let no_types = CLASS_NO_TYPE << CLASS_SRC_TYPE_SHIFT | CLASS_NO_TYPE << CLASS_DST_TYPE_SHIFT;
        Some(Self {
            words: [addresses, upper | u64::from(protocol) << 24, 0],
            classes: fragment | no_types | CLASS_NO_STATE,
            total_len,
            header_len,
            ttl: header[8],
            tos: header[1],
            ingress_priority: 0,
            priority: 0,
            from_ipsec: false,
            to_ipsec: false,
            nat: NatStates::default(),
            src_mac: None,
            connection_mark: Mark::NONE,
            packet_mark: Mark::NONE,
            routing_mark: Mark::NONE,
            realm: 0,
            in_bridge_port: Interface::NONE,
            out_bridge_port: Interface::NONE,
        })
    }

    /// Sets the interfaces; [`Interface::NONE`] where the chain has none.
    #[inline]
    pub fn set_interfaces(&mut self, in_interface: Interface, out_interface: Interface) {
        self.words[2] = u64::from(in_interface.0) << 32 | u64::from(out_interface.0);
    }

    /// Sets what the routing table says about the source. Needed when [`crate::chain::Table::uses_src_type`].
    #[inline]
    pub fn set_src_type(&mut self, kind: AddressType) {
        let group = 0xFF << CLASS_SRC_TYPE_SHIFT;
        self.classes = self.classes & !group | 1 << (CLASS_SRC_TYPE_SHIFT + kind as u32);
    }

    /// Sets what the routing table says about the destination. Needed when [`crate::chain::Table::uses_dst_type`].
    #[inline]
    pub fn set_dst_type(&mut self, kind: AddressType) {
        let group = 0xFF << CLASS_DST_TYPE_SHIFT;
        self.classes = self.classes & !group | 1 << (CLASS_DST_TYPE_SHIFT + kind as u32);
    }

    /// Sets the connection state; `None` when tracking is off, and then no connection matcher matches.
    #[inline]
    pub fn set_state(&mut self, state: Option<ConnectionState>) {
        let bit = state.map_or(CLASS_NO_STATE, |state| 1 << state as u64);
        self.classes = self.classes & !CLASS_STATE | bit;
    }

    /// Takes over state, mark and NAT state of the connection that [`Conntrack::track`] found.
    #[inline]
    pub fn set_connection(&mut self, tracked: &Tracked, conntrack: &Conntrack) {
        self.set_state(tracked.state);
        if let Some(connection) = tracked.id.and_then(|id| conntrack.get(id)) {
            self.connection_mark = connection.mark;
            self.nat = connection.nat_states();
        }
    }

    /// Source address, as [`std::net::Ipv4Addr::to_bits`].
    #[must_use]
    #[inline]
    pub const fn src(&self) -> u32 {
        (self.words[0] >> 32) as u32
    }
    /// Destination address, as [`std::net::Ipv4Addr::to_bits`].
    #[must_use]
    #[inline]
    pub const fn dst(&self) -> u32 {
        self.words[0] as u32
    }
    /// Protocol number.
    #[must_use]
    #[inline]
    pub const fn protocol(&self) -> u8 {
        (self.words[1] >> 24) as u8
    }
    /// Source and destination port, where the packet has ports.
    #[must_use]
    #[inline]
    pub const fn ports(&self) -> Option<(u16, u16)> {
        if self.words[1] & HAS_PORTS == 0 {
            return None;
        }
        Some(((self.words[1] >> 48) as u16, (self.words[1] >> 32) as u16))
    }
    /// The TCP flags byte (FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128), where there is a TCP header.
    #[must_use]
    #[inline]
    pub const fn tcp_flags(&self) -> Option<u8> {
        if self.words[1] & HAS_TCP == 0 {
            return None;
        }
        Some((self.words[1] >> 16) as u8)
    }
    /// ICMP type and code.
    #[must_use]
    #[inline]
    pub const fn icmp(&self) -> Option<(u8, u8)> {
        if self.words[1] & HAS_ICMP == 0 {
            return None;
        }
        Some(((self.words[1] >> 40) as u8, (self.words[1] >> 32) as u8))
    }
    /// The interface that the packet came in on.
    #[must_use]
    #[inline]
    pub const fn in_interface(&self) -> Interface {
        Interface((self.words[2] >> 32) as u32)
    }
    /// The interface that the packet leaves by.
    #[must_use]
    #[inline]
    pub const fn out_interface(&self) -> Interface {
        Interface(self.words[2] as u32)
    }
    /// True for a fragment that is not the first.
    #[must_use]
    #[inline]
    pub const fn is_later_fragment(&self) -> bool {
        self.classes & CLASS_LATER_FRAGMENT != 0
    }
    /// The connection state, `None` when tracking is off.
    #[must_use]
    pub const fn state(&self) -> Option<ConnectionState> {
        match self.classes & CLASS_STATE {
            1 => Some(ConnectionState::Invalid),
            2 => Some(ConnectionState::Established),
            4 => Some(ConnectionState::Related),
            8 => Some(ConnectionState::New),
            16 => Some(ConnectionState::Untracked),
            _ => None,
        }
    }
    /// The transport header and payload: what follows the IP header up to the total length.
    #[must_use]
    pub fn transport<'a>(&self, packet: &'a [u8]) -> &'a [u8] {
        packet.get(usize::from(self.header_len)..usize::from(self.total_len)).unwrap_or_default()
    }
    /// The TCP payload or, for other protocols, what follows the IP header.
    #[must_use]
    pub fn payload<'a>(&self, packet: &'a [u8]) -> &'a [u8] {
        let transport = self.transport(packet);
        let skip = match self.protocol() {
            TCP => transport.get(12).map_or(0, |b| usize::from(b >> 4) * 4),
            UDP => 8,
            _ => 0,
        };
        transport.get(skip..).unwrap_or_default()
    }
}

/// Ports, flags, ICMP type and code in the layout of word 1.
#[inline]
fn transport_word(protocol: u8, transport: &[u8]) -> u64 {
    let Some(ports) = transport.first_chunk::<4>() else { return 0 };
    let ports = u64::from(u32::from_be_bytes(*ports)) << 32 | HAS_PORTS;
    match protocol {
        TCP if transport.len() >= 20 => {
            ports | HAS_TCP | transport.get(13).map_or(0, |flags| u64::from(*flags)) << 16
        }
        TCP | UDP | 33 | 132 | 136 => ports,
        ICMP => u64::from(read_u16(transport, 0)) << 32 | HAS_ICMP,
        _ => 0,
    }
}
