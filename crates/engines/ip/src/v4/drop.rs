//! [`IpDrop`]: every reason for which the internet layer ends a packet, in plain words.

use core::fmt;

/// Why a packet ends here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IpDrop {
    /// The bytes end before the header does.
    Truncated,
    /// The version is not 4.
    Version,
    /// The header length is below 20 bytes.
    HeaderLength,
    /// The total length does not fit the header or the frame.
    TotalLength,
    /// The header checksum is wrong.
    Checksum,
    /// An option of the header has an impossible length or pointer.
    BadOption,
    /// The packet carries a source route and the device does not accept them.
    SourceRoute,
    /// The frame was for another station and was seen only because the port takes all.
    OtherHost,
    /// The source is no address that a station can have: 0/8, 127/8, 224/4, 240/4 or a broadcast address.
    MartianSource,
    /// The source is an address of this device.
    OwnSource,
    /// The destination can't come from a link: 0.0.0.0, 127/8 or 240/4.
    MartianDestination,
    /// A unicast destination in a link-layer broadcast or multicast frame (RFC 1122 §3.3.6).
    UnicastInBroadcast,
    /// The reverse path filter found no route back, or another way back (`rp-filter`).
    ReversePath,
    /// The device does not forward (`ip-forward=no`, or a host).
    ForwardingOff,
    /// No route to the destination.
    NoRoute,
    /// The route is a blackhole.
    Blackhole,
    /// The route is of type unreachable.
    Unreachable,
    /// A broadcast to a connected network does not leave a router (RFC 2644).
    DirectedBroadcast,
    /// Nobody here has joined the group and multicast is not routed.
    Multicast,
    /// The time to live ran out.
    TtlExpired,
    /// Longer than the next link's MTU, and DF forbids to fragment.
    FragmentationNeeded,
    /// The next hop did not answer ARP.
    NeighbourFailed,
    /// The queue of packets that wait for the next hop's ARP answer is full; the oldest goes.
    NeighbourQueueFull,
    /// The neighbour table is full.
    NeighbourTableFull,
    /// ARP is off on the outgoing interface and no static entry exists.
    NeighbourUnknown,
    /// The interface went down while the packet waited.
    InterfaceDown,
    /// A fragment that is there already.
    FragmentDuplicate,
    /// A fragment overlaps another of its datagram (RFC 5722's rule, applied to IPv4 as Linux does).
    FragmentOverlap,
    /// The fragments together are longer than a datagram can be.
    FragmentTooLong,
    /// A fragment that is not the last has a length that is no multiple of 8, or no bytes.
    FragmentLength,
    /// The fragments of the datagram did not arrive in time.
    ReassemblyTimeout,
    /// Too much memory is bound in fragments.
    ReassemblyMemory,
    /// The datagram's protocol is not served here.
    ProtocolUnknown,
    /// Nobody listens on the UDP or TCP port.
    PortClosed,
    /// The transport header is cut short or its checksum is wrong.
    BadTransport,
    /// An ICMP message of a kind that is ignored: unknown type, broadcast echo, unsolicited reply.
    IcmpIgnored,
}

impl IpDrop {
    /// All reasons, in their order.
    pub const ALL: [Self; 36] = [
        Self::Truncated,
        Self::Version,
        Self::HeaderLength,
        Self::TotalLength,
        Self::Checksum,
        Self::BadOption,
        Self::SourceRoute,
        Self::OtherHost,
        Self::MartianSource,
        Self::OwnSource,
        Self::MartianDestination,
        Self::UnicastInBroadcast,
        Self::ReversePath,
        Self::ForwardingOff,
        Self::NoRoute,
        Self::Blackhole,
        Self::Unreachable,
        Self::DirectedBroadcast,
        Self::Multicast,
        Self::TtlExpired,
        Self::FragmentationNeeded,
        Self::NeighbourFailed,
        Self::NeighbourQueueFull,
        Self::NeighbourTableFull,
        Self::NeighbourUnknown,
        Self::InterfaceDown,
        Self::FragmentDuplicate,
        Self::FragmentOverlap,
        Self::FragmentTooLong,
        Self::FragmentLength,
        Self::ReassemblyTimeout,
        Self::ReassemblyMemory,
        Self::ProtocolUnknown,
        Self::PortClosed,
        Self::BadTransport,
        Self::IcmpIgnored,
    ];

    /// The reason in plain words, for the comment of a captured packet and the report.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Truncated => "the IPv4 header is cut short",
            Self::Version => "the IP version is not 4",
            Self::HeaderLength => "the IPv4 header length is impossible",
            Self::TotalLength => "the IPv4 total length does not fit the frame",
            Self::Checksum => "wrong IPv4 header checksum",
            Self::BadOption => "a malformed IPv4 option",
            Self::SourceRoute => "source routed packets are not accepted",
            Self::OtherHost => "the frame was for another station",
            Self::MartianSource => "martian source address",
            Self::OwnSource => "the source is this device's own address",
            Self::MartianDestination => "martian destination address",
            Self::UnicastInBroadcast => "a unicast packet in a broadcast frame",
            Self::ReversePath => "reverse path filter",
            Self::ForwardingOff => "this device does not forward",
            Self::NoRoute => "no route to the destination",
            Self::Blackhole => "blackhole route",
            Self::Unreachable => "unreachable route",
            Self::DirectedBroadcast => "directed broadcasts are not forwarded",
            Self::Multicast => "nobody here has joined the group",
            Self::TtlExpired => "time to live exceeded",
            Self::FragmentationNeeded => "longer than the MTU and must not be fragmented",
            Self::NeighbourFailed => "the next hop does not answer ARP",
            Self::NeighbourQueueFull => "too many packets wait for the next hop's ARP answer",
            Self::NeighbourTableFull => "the neighbour table is full",
            Self::NeighbourUnknown => "ARP is off and no static entry exists",
            Self::InterfaceDown => "the interface went down",
            Self::FragmentDuplicate => "the same fragment twice",
            Self::FragmentOverlap => "overlapping fragments",
            Self::FragmentTooLong => "the fragments exceed a datagram's length",
            Self::FragmentLength => "a fragment of impossible length",
            Self::ReassemblyTimeout => "fragments are missing: reassembly time exceeded",
            Self::ReassemblyMemory => "too much memory is bound in fragments",
            Self::ProtocolUnknown => "protocol not served",
            Self::PortClosed => "nobody listens on the port",
            Self::BadTransport => "malformed transport header or wrong checksum",
            Self::IcmpIgnored => "an ICMP message that is ignored",
        }
    }
}

impl fmt::Display for IpDrop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.describe())
    }
}

impl From<wire::Error> for IpDrop {
    fn from(error: wire::Error) -> Self {
        match (error.layer, error.what) {
            (wire::Layer::Ipv4Option, _) => Self::BadOption,
            (wire::Layer::Ipv4, wire::What::Version) => Self::Version,
            (wire::Layer::Ipv4, wire::What::HeaderLength) => Self::HeaderLength,
            (wire::Layer::Ipv4, wire::What::TotalLength) => Self::TotalLength,
            (wire::Layer::Ipv4, wire::What::Checksum) => Self::Checksum,
            (wire::Layer::Ipv4, _) => Self::Truncated,
            _ => Self::BadTransport,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_reasons_are_listed_once_and_described_differently() {
        let mut words: Vec<_> = IpDrop::ALL.iter().map(|d| d.describe()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), IpDrop::ALL.len());
        assert!(IpDrop::ALL.is_sorted());
        assert_eq!(IpDrop::ALL.map(|d| d as usize), core::array::from_fn(|i| i));
    }
}
