//! What a bridge and its ports are told: plain values, set by the device from its menus.

use clock::Duration;
use wire::Mac;

/// Settings of the bridge itself (`/interface/bridge`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BridgeConfig {
    /// MAC of the bridge interface; `None` for a switch that has no stack of its own: nothing ever goes up.
    pub mac: Option<Mac>,
    /// How long a learned host stays without a frame from it (`ageing-time`, 5 minutes).
    pub ageing_time: Duration,
    /// Most hosts that are learned at a time (`max-learned-entries`); `None` = unlimited.
    pub max_learned_entries: Option<u32>,
    /// A spanning tree runs: frames to the BPDU address go up, whatever the state of the port (`protocol-mode`).
    pub spanning_tree: bool,
    /// Forward `01:80:C2:00:00:0x` except `:01` (`forward-reserved-addresses`); only without spanning tree.
    pub forward_reserved_addresses: bool,
    /// Hosts and forwarding per VLAN (`vlan-filtering`).
    pub vlan_filtering: bool,
    /// TPID that counts as a tag (`ether-type`): 0x8100, 0x88A8 or 0x9100.
    pub ether_type: u16,
    /// VLAN of untagged frames from the device's own stack (`pvid`), 1..4094.
    pub pvid: u16,
    /// Which frames the device's own stack may send (`frame-types`).
    pub frame_types: FrameTypes,
    /// Drop frames of the own stack whose VLAN the bridge interface is no member of (`ingress-filtering`).
    pub ingress_filtering: bool,
}

impl Default for BridgeConfig {
    /// RouterOS's defaults, without a MAC and with the spanning tree off.
    fn default() -> Self {
        Self {
            mac: None,
            ageing_time: Duration::from_mins(5),
            max_learned_entries: None,
            spanning_tree: false,
            forward_reserved_addresses: false,
            vlan_filtering: false,
            ether_type: 0x8100,
            pvid: 1,
            frame_types: FrameTypes::AdmitAll,
            ingress_filtering: true,
        }
    }
}

/// Settings of a port (`/interface/bridge/port`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortConfig {
    /// The port's own MAC: frames to it go up. `None` for a plain switch.
    pub mac: Option<Mac>,
    /// VLAN of untagged and priority-tagged frames that arrive (`pvid`), 1..4094.
    pub pvid: u16,
    /// Which frames may arrive (`frame-types`).
    pub frame_types: FrameTypes,
    /// Drop at arrival what belongs to a VLAN that the port is no member of (`ingress-filtering`).
    pub ingress_filtering: bool,
    /// Treat every arriving frame as untagged and push the pvid's tag (`tag-stacking`).
    pub tag_stacking: bool,
    /// Whether sources are learned here (`learn`).
    pub learn: Learn,
    /// Ports with the same value never send to each other (`horizon`); `None` = no limit.
    pub horizon: Option<u32>,
    /// Frames to unknown unicast addresses leave here (`unknown-unicast-flood`).
    pub unknown_unicast_flood: bool,
    /// Multicast without a known group leaves here (`unknown-multicast-flood`).
    pub unknown_multicast_flood: bool,
    /// Broadcasts leave here (`broadcast-flood`).
    pub broadcast_flood: bool,
}

impl Default for PortConfig {
    /// RouterOS's defaults, without a MAC.
    fn default() -> Self {
        Self {
            mac: None,
            pvid: 1,
            frame_types: FrameTypes::AdmitAll,
            ingress_filtering: true,
            tag_stacking: false,
            learn: Learn::Auto,
            horizon: None,
            unknown_unicast_flood: true,
            unknown_multicast_flood: true,
            broadcast_flood: true,
        }
    }
}

/// `frame-types`: which frames are admitted at arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FrameTypes {
    /// All.
    AdmitAll,
    /// `admit-only-untagged-and-priority-tagged`.
    UntaggedAndPriorityTagged,
    /// `admit-only-vlan-tagged`.
    VlanTagged,
}

/// `learn` of a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Learn {
    /// As `Yes` on an Ethernet port (a wireless port with its own table would say no).
    Auto,
    /// Sources are learned.
    Yes,
    /// Sources are not learned.
    No,
}

/// What a port does, from the carrier and the spanning tree (IEEE 802.1Q §13.36).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PortState {
    /// No carrier, or switched off: hears nothing.
    Disabled,
    /// Discarding (blocking, listening): hears BPDUs only.
    Discarding,
    /// Learns sources, forwards nothing.
    Learning,
    /// Learns and forwards.
    Forwarding,
}
