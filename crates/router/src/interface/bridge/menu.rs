//! `/interface/bridge`, `/interface/bridge/port`, `/interface/bridge/host`.

use super::port_types::{Horizon, PortInterface};
use crate::interface::arp_mode::{ArpMode, ArpTimeout};
use crate::names::{BridgeSpace, InterfaceSpace};
use clock::Duration;
use menu::{Hex, Mac, Name, Num, Or, Ref, TimeIn, words};
use menu::{Keyword, Menu};

/// `auto`, `unlimited`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Keyword)]
pub enum LearnedEntries {
    /// By the memory of the device: 131072 with 1 GiB or more.
    #[default]
    Auto,
    /// No limit.
    Unlimited,
}

/// Spanning tree protocol of a bridge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Keyword)]
pub enum ProtocolMode {
    /// None.
    None,
    /// Rapid Spanning Tree.
    #[default]
    Rstp,
    /// Spanning Tree.
    Stp,
    /// Multiple Spanning Tree.
    Mstp,
}

/// Which frames a port admits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Keyword)]
pub enum FrameTypes {
    /// All.
    #[default]
    AdmitAll,
    /// Untagged and priority-tagged ones.
    AdmitOnlyUntaggedAndPriorityTagged,
    /// Tagged ones.
    AdmitOnlyVlanTagged,
}

/// TPID that counts as a tag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Keyword)]
pub enum EtherType {
    /// Customer tag.
    #[default]
    #[keyword("0x8100")]
    Customer,
    /// Service tag.
    #[keyword("0x88a8")]
    Service,
    /// Old double tag.
    #[keyword("0x9100")]
    Old,
}

/// Bridges: several interfaces as one Ethernet network.
#[derive(Clone, Debug, Menu)]
#[menu("/interface/bridge", list, namespace = "interface", detail,
    flags(dynamic = 'D'; disabled = 'X', running = 'R'),
    not_simulated = "spanning tree: ports forward at once")]
pub struct Bridge {
    /// Name of the bridge; `bridge1` and so on when not given.
    #[prop(always_export)]
    pub name: Name,
    /// Largest IP packet; `auto` = the lowest of the ports.
    #[prop(default = Or::default())]
    pub mtu: Or<words::Auto, Num<0, 65536>>,
    /// MTU in force.
    #[prop(read_only)]
    pub actual_mtu: u32,
    /// Largest frame without its MAC header: the lowest of the ports, 65535 without ports.
    #[prop(read_only)]
    pub l2mtu: Option<u32>,
    /// How ARP works on the bridge interface.
    pub arp: ArpMode,
    /// How long an ARP entry is taken to be reachable.
    pub arp_timeout: ArpTimeout,
    /// MAC address in force.
    #[prop(read_only)]
    pub mac_address: Mac,
    /// Spanning tree protocol.
    #[prop(not_simulated)]
    pub protocol_mode: ProtocolMode,
    /// Shortcut for bridges with two ports.
    #[prop(default = true, not_simulated)]
    pub fast_forward: bool,
    /// IGMP and MLD snooping.
    #[prop(not_simulated)]
    pub igmp_snooping: bool,
    /// The MAC address comes from a port.
    #[prop(default = true)]
    pub auto_mac: bool,
    /// MAC address with `auto-mac=no`.
    pub admin_mac: Option<Mac>,
    /// How long a learned host stays without a frame from it.
    #[prop(default = TimeIn::new(Duration::from_secs(300)))]
    pub ageing_time: TimeIn<0, 1_000_000>,
    /// Bridge priority of the spanning tree.
    #[prop(default = Hex(0x8000), not_simulated)]
    pub priority: Hex<65_535, 4>,
    /// Spanning tree: how long information stays valid.
    #[prop(default = TimeIn::new(Duration::from_secs(20)), not_simulated)]
    pub max_message_age: TimeIn<6, 40>,
    /// Spanning tree: time in listening and in learning state.
    #[prop(default = TimeIn::new(Duration::from_secs(15)), not_simulated)]
    pub forward_delay: TimeIn<4, 30>,
    /// BPDUs per second and port.
    #[prop(default = Num::new(6), not_simulated)]
    pub transmit_hold_count: Num<1, 10>,
    /// Forwarding by VLAN.
    #[prop(not_simulated)]
    pub vlan_filtering: bool,
    /// DHCP server messages only from trusted ports.
    #[prop(not_simulated)]
    pub dhcp_snooping: bool,
    /// Forward 01:80:C2:00:00:0x, with `protocol-mode=none`.
    pub forward_reserved_addresses: bool,
    /// Most hosts that are learned at a time.
    #[prop(default = Or::default())]
    pub max_learned_entries: Or<LearnedEntries, Num<0, 4_294_967_295>>,
    /// The bridge is enabled.
    pub running: bool,
}

/// Whether sources are learned at a port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Keyword)]
pub enum Learn {
    /// As the port's kind demands: yes on Ethernet.
    #[default]
    Auto,
    /// They are.
    Yes,
    /// They are not.
    No,
}

/// `edge` and `point-to-point` of a port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Keyword)]
pub enum Edge {
    /// Found out.
    #[default]
    Auto,
    /// Never an edge port.
    No,
    /// Starts as no edge port, finds out.
    NoDiscover,
    /// Always an edge port.
    Yes,
    /// Starts as an edge port, until a BPDU arrives.
    YesDiscover,
}

/// `point-to-point`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Keyword)]
pub enum PointToPoint {
    /// Full duplex is point-to-point.
    #[default]
    Auto,
    /// It is.
    Yes,
    /// It is not.
    No,
}

/// Ports of bridges.
#[derive(Clone, Debug, Menu)]
#[menu("/interface/bridge/port", list, ordered, no_name,
    flags(disabled = 'X', inactive = 'I'; dynamic = 'D'; hw_offload = 'H'),
    columns(interface, bridge, hw, horizon, trusted, fast_leave, bpdu_guard, edge, point_to_point, pvid, frame_types))]
pub struct Port {
    /// The interface that becomes a port.
    #[prop(required)]
    pub interface: PortInterface,
    /// The bridge.
    #[prop(required)]
    pub bridge: Ref<BridgeSpace>,
    /// Use the switch chip; a virtual router has none.
    #[prop(default = true)]
    pub hw: bool,
    /// Ports with the same value never send to each other.
    pub horizon: Horizon,
    /// DHCP server messages are taken here.
    #[prop(not_simulated)]
    pub trusted: bool,
    /// A multicast group leaves at once.
    #[prop(not_simulated)]
    pub fast_leave: bool,
    /// A BPDU disables the port.
    #[prop(not_simulated)]
    pub bpdu_guard: bool,
    /// Edge port of the spanning tree.
    #[prop(not_simulated)]
    pub edge: Edge,
    /// Point-to-point link of the spanning tree.
    #[prop(not_simulated)]
    pub point_to_point: PointToPoint,
    /// VLAN of untagged frames.
    #[prop(default = Num::new(1), not_simulated)]
    pub pvid: Num<1, 4094>,
    /// Which frames are admitted.
    #[prop(not_simulated)]
    pub frame_types: FrameTypes,
    /// Port priority of the spanning tree.
    #[prop(default = Hex(0x80), not_simulated)]
    pub priority: Hex<240, 2>,
    /// Whether sources are learned here.
    pub learn: Learn,
    /// Frames to unknown unicast addresses leave here.
    #[prop(default = true)]
    pub unknown_unicast_flood: bool,
    /// Multicast without a known group leaves here.
    #[prop(default = true)]
    pub unknown_multicast_flood: bool,
    /// Broadcasts leave here.
    #[prop(default = true)]
    pub broadcast_flood: bool,
    /// `in-bridge`, `inactive` or `disabled`.
    #[prop(read_only)]
    pub status: PortStatus,
    /// The interface is down or disabled.
    pub inactive: bool,
    /// Never: a virtual router has no switch chip.
    pub hw_offload: bool,
}

/// State of a bridge port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Keyword)]
pub enum PortStatus {
    /// Down.
    #[default]
    Inactive,
    /// Part of the bridge.
    InBridge,
    /// `disabled=yes`.
    Disabled,
}

/// Hosts that bridges know.
#[derive(Clone, Debug, Menu)]
#[menu("/interface/bridge/host", list, no_name,
    flags(disabled = 'X', invalid = 'I'; dynamic = 'D'; local = 'L'; external = 'E'),
    columns(mac_address, vid, on_interface, bridge))]
pub struct Host {
    /// Address of the host.
    #[prop(required)]
    pub mac_address: Mac,
    /// VLAN, with `vlan-filtering`.
    #[prop(not_simulated)]
    pub vid: Option<Num<1, 4094>>,
    /// Port behind which it is (rows that are configured).
    #[prop(required)]
    pub interface: Ref<InterfaceSpace>,
    /// Port behind which it is.
    #[prop(read_only)]
    pub on_interface: Ref<InterfaceSpace>,
    /// The bridge.
    #[prop(required)]
    pub bridge: Ref<BridgeSpace>,
    /// An address of the device itself.
    pub local: bool,
    /// Learned by a switch chip; a virtual router has none.
    pub external: bool,
}
