//! What goes into a forwarding decision and what comes out of it.

use crate::vlan::EgressVlan;
use crate::{BridgePort, PortSet};
use wire::Mac;

/// The first bytes of a frame that a bridge looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Destination MAC.
    pub destination: Mac,
    /// Source MAC.
    pub source: Mac,
    /// The outermost tag, whatever its TPID, when the EtherType is 0x8100, 0x88A8 or 0x9100.
    pub tag: Option<Tag>,
}

impl Header {
    /// Reads the header of an Ethernet frame without FCS; `None` when it is shorter than 14 bytes. A frame that ends
    /// inside its tag counts as untagged.
    #[must_use]
    #[inline]
    pub fn parse(frame: &[u8]) -> Option<Self> {
        let head: &[u8; 14] = frame.first_chunk()?;
        let [d0, d1, d2, d3, d4, d5, s0, s1, s2, s3, s4, s5, t0, t1] = *head;
        let tpid = u16::from_be_bytes([t0, t1]);
        let tag = match (tpid, frame.get(14..16)) {
            (0x8100 | 0x88a8 | 0x9100, Some(&[a, b])) => Some(Tag { tpid, tci: u16::from_be_bytes([a, b]) }),
            _ => None,
        };
        Some(Self { destination: Mac([d0, d1, d2, d3, d4, d5]), source: Mac([s0, s1, s2, s3, s4, s5]), tag })
    }
}

/// A VLAN tag: TPID and tag control information (IEEE 802.1Q §9.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag {
    /// EtherType of the tag.
    pub tpid: u16,
    /// PCP (3 bits), DEI (1 bit), VID (12 bits).
    pub tci: u16,
}

impl Tag {
    /// The VLAN ID; 0 in a priority tag.
    #[must_use]
    pub fn vid(self) -> u16 {
        self.tci & 0x0fff
    }
}

/// Where a frame comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ingress {
    /// It arrived at a port.
    Port(BridgePort),
    /// The device's own stack sends it through the bridge interface.
    Cpu,
}

/// Which kind of destination a frame had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Destination {
    /// A host in the table.
    Known,
    /// The bridge's own MAC or that of one of its ports.
    Local,
    /// A unicast address that is not in the table.
    UnknownUnicast,
    /// A group address.
    Multicast,
    /// `FF:FF:FF:FF:FF:FF`.
    Broadcast,
    /// The BPDU address while a spanning tree runs.
    Bpdu,
}

/// What the source address did to the host table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Learned {
    /// Nothing: learning is off here, the table is full, the source is a group address, static, or the device's own.
    No,
    /// The host was known here.
    Refreshed,
    /// A new host.
    New,
    /// The host was known at another port.
    Moved {
        /// Where it was before.
        from: BridgePort,
    },
}

/// Where a frame goes. The device sends one copy to each port, and one up when `up` is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The device's own stack hears it.
    pub up: bool,
    /// Ports that it leaves through; never the one that it came in on.
    pub ports: PortSet,
    /// Kind of destination.
    pub destination: Destination,
    /// What was learned from the source.
    pub learned: Learned,
    /// The frame came from outside with one of the device's own addresses as source: probably a loop. The device
    /// warns (and limits how often): see [`own_address_warning`](crate::Bridge::own_address_warning).
    pub own_source: bool,
    /// With `vlan-filtering`: the frame's VLAN and where it leaves tagged. `None`: the tag stays as it is.
    pub vlan: Option<EgressVlan>,
}

/// Why a bridge forwards a frame nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BridgeDrop {
    /// The port that it arrived at is disabled, or is no port of this bridge.
    PortDisabled,
    /// The spanning tree keeps the port that it arrived at in discarding or learning state.
    PortNotForwarding,
    /// The destination is one of 01:80:C2:00:00:00-0F and the bridge does not forward those.
    ReservedAddress,
    /// `frame-types` of the port does not admit it.
    FrameTypes,
    /// `ingress-filtering`: the port is no member of the frame's VLAN.
    IngressFiltering,
    /// The destination is at the port that it arrived at.
    SamePort,
    /// The destination's port has the same `horizon`.
    Horizon,
    /// The destination's port is disabled or not in forwarding state.
    DestinationNotForwarding,
    /// The destination's port is no member of the frame's VLAN.
    EgressVlan,
    /// No other port may send it: flood flags, horizon, VLAN membership, or none is up.
    NoEligiblePort,
}

impl BridgeDrop {
    /// Every reason, in order.
    pub const ALL: [Self; 10] = [
        Self::PortDisabled,
        Self::PortNotForwarding,
        Self::ReservedAddress,
        Self::FrameTypes,
        Self::IngressFiltering,
        Self::SamePort,
        Self::Horizon,
        Self::DestinationNotForwarding,
        Self::EgressVlan,
        Self::NoEligiblePort,
    ];

    /// The reason in the words of the manual, for reports and the comments of `drops.pcapng`.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::PortDisabled => "bridge: ingress port disabled",
            Self::PortNotForwarding => "bridge: ingress port not in forwarding state",
            Self::ReservedAddress => "bridge: reserved address 01:80:C2:00:00:0x not forwarded",
            Self::FrameTypes => "bridge: frame-types does not admit the frame",
            Self::IngressFiltering => "bridge: ingress-filtering, port is not a member of the VLAN",
            Self::SamePort => "bridge: destination is on the ingress port",
            Self::Horizon => "bridge: destination port has the same horizon",
            Self::DestinationNotForwarding => "bridge: destination port not in forwarding state",
            Self::EgressVlan => "bridge: destination port is not a member of the VLAN",
            Self::NoEligiblePort => "bridge: no port to send to",
        }
    }
}

impl std::fmt::Display for BridgeDrop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_at_every_length() {
        let frame = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0x81, 0x00, 0xa0, 0x14, 8, 0];
        for len in 0..14 {
            assert_eq!(Header::parse(&frame[..len]), None);
        }
        assert_eq!(Header::parse(&frame[..15]).unwrap().tag, None);
        let header = Header::parse(&frame).unwrap();
        assert_eq!(header.destination, Mac([1, 2, 3, 4, 5, 6]));
        assert_eq!(header.source, Mac([7, 8, 9, 10, 11, 12]));
        assert_eq!(header.tag, Some(Tag { tpid: 0x8100, tci: 0xa014 }));
        assert_eq!(header.tag.unwrap().vid(), 20);
    }

    #[test]
    fn every_reason_has_its_own_text() {
        for (i, a) in BridgeDrop::ALL.iter().enumerate() {
            assert!(BridgeDrop::ALL[..i].iter().all(|b| a.text() != b.text()));
        }
    }
}
