//! `/routing/route`.

use crate::ip::route::PrefSrc;
use menu::{Gateway, Ipv4Network, Menu, Names, Num, PropertyType, Text, Value, ValueError, ValueKind};

/// Where a route leads: a network, or the link of an interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// `10.0.0.0/24`.
    Network(Ipv4Network),
    /// `ether1`.
    Link(Text),
}

impl Default for Destination {
    fn default() -> Self {
        Self::Network(Ipv4Network::default())
    }
}

impl PropertyType for Destination {
    const KIND: ValueKind = <Ipv4Network as PropertyType>::KIND;

    fn parse(input: &Value, names: &dyn Names) -> Result<Self, ValueError> {
        Ipv4Network::parse(input, names).map(Self::Network)
    }

    fn print(&self, names: &dyn Names, out: &mut String) {
        match self {
            Self::Network(network) => network.print(names, out),
            Self::Link(name) => out.push_str(&name.to_string()),
        }
    }

    fn to_value(&self, names: &dyn Names) -> Value {
        match self {
            Self::Network(network) => network.to_value(names),
            Self::Link(name) => Value::Str(name.clone()),
        }
    }
}

/// Routes of all address families.
#[derive(Clone, Debug, Menu)]
#[menu("/routing/route", status, no_name, dynamic_unnumbered,
    flags(disabled = 'X', filtered = 'F', unreachable = 'U', active = 'A';
        connect = 'c', static_ = 's', rip = 'r', bgp = 'b', bgp_net = 'n', ospf = 'o', isis = 'i', dhcp = 'd', vpn = 'v',
        modem = 'm', ldp_address = 'a', ldp_mapping = 'l', slaac = 'g', bgp_mpls_vpn = 'y', evpn = 'e';
        hw_offloaded = 'H'; ecmp = '+', blackhole = 'B'),
    columns(dst_address, gateway, afi, distance, scope, target_scope, immediate_gw))]
pub struct Entry {
    /// Address family.
    #[prop(read_only, quoted = false)]
    pub afi: Text,
    /// What the routing table makes of it.
    #[prop(read_only, quoted = false)]
    pub contribution: Option<Text>,
    /// Destination.
    #[prop(read_only)]
    pub dst_address: Destination,
    /// Routing table.
    #[prop(read_only, quoted = false)]
    pub routing_table: Option<Text>,
    /// Source address of packets that the device sends by this route.
    #[prop(read_only)]
    pub pref_src: Option<PrefSrc>,
    /// Next hop.
    #[prop(read_only)]
    pub gateway: Option<Gateway>,
    /// Next hop and interface as resolved.
    #[prop(read_only, quoted = false)]
    pub immediate_gw: Option<Text>,
    /// Of several routes to the same destination the lowest distance wins.
    #[prop(read_only)]
    pub distance: Num<0, 255>,
    /// What the route may resolve the next hops of.
    #[prop(read_only)]
    pub scope: Option<Num<0, 255>>,
    /// Largest scope of the route by which the next hop is resolved.
    #[prop(read_only)]
    pub target_scope: Option<Num<0, 255>>,
    /// Where it comes from.
    #[prop(read_only)]
    pub belongs_to: Option<Text>,
    /// Own address on the way to the next hop.
    #[prop(read_only, quoted = false)]
    pub local_address: Option<Text>,
    /// A routing filter refused it.
    pub filtered: bool,
    /// Its next hop cannot be reached.
    pub unreachable: bool,
    /// In effect.
    pub active: bool,
    /// From an address of the device.
    pub connect: bool,
    /// Configured.
    pub static_: bool,
    /// Learned by RIP.
    pub rip: bool,
    /// Learned by BGP.
    pub bgp: bool,
    /// A network that BGP announces.
    pub bgp_net: bool,
    /// Learned by OSPF.
    pub ospf: bool,
    /// Learned by IS-IS.
    pub isis: bool,
    /// Learned by DHCP.
    pub dhcp: bool,
    /// Made by a VPN.
    pub vpn: bool,
    /// Made by a modem.
    pub modem: bool,
    /// An address of an LDP neighbour.
    pub ldp_address: bool,
    /// A label of LDP.
    pub ldp_mapping: bool,
    /// Learned by IPv6 router advertisements.
    pub slaac: bool,
    /// Learned by BGP with an MPLS label.
    pub bgp_mpls_vpn: bool,
    /// Learned by BGP EVPN.
    pub evpn: bool,
    /// In the switch chip.
    pub hw_offloaded: bool,
    /// One of several next hops.
    pub ecmp: bool,
    /// Packets are dropped silently.
    pub blackhole: bool,
}
