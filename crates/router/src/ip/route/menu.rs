//! `/ip/route`.

use menu::{
    Gateway, Ipv4Network, Keyword, Menu, Names, Num, PropertyType, Text, Value, ValueError, ValueKind,
};
use std::net::Ipv4Addr;

/// How it is found out that a gateway is alive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Keyword)]
pub enum CheckGateway {
    /// Not at all.
    #[default]
    None,
    /// By ARP requests.
    Arp,
    /// By pings.
    Ping,
    /// By BFD.
    Bfd,
    /// By multi-hop BFD.
    BfdMultihop,
}

/// `pref-src`: an address, or nothing, which prints as `""`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PrefSrc(pub Option<Ipv4Addr>);

impl PropertyType for PrefSrc {
    const KIND: ValueKind = <Ipv4Addr as PropertyType>::KIND;

    fn parse(input: &Value, names: &dyn Names) -> Result<Self, ValueError> {
        if input.argument().is_empty() {
            return Ok(Self(None));
        }
        Ipv4Addr::parse(input, names).map(|address| Self(Some(address)))
    }

    fn print(&self, names: &dyn Names, out: &mut String) {
        if let Some(address) = &self.0 {
            address.print(names, out);
        }
    }

    fn to_value(&self, names: &dyn Names) -> Value {
        self.0.map_or_else(|| Value::text(""), |address| address.to_value(names))
    }
}

/// IPv4 routes.
#[derive(Clone, Debug, Menu)]
#[menu("/ip/route", list, no_name, dynamic_unnumbered,
    flags(dynamic = 'D'; disabled = 'X', inactive = 'I', active = 'A';
        connect = 'c', static_ = 's', rip = 'r', bgp = 'b', ospf = 'o', is_is = 'i', dhcp = 'd', vpn = 'v', modem = 'm',
        bgp_mpls_vpn = 'y'; hw_offloaded = 'H'; ecmp = '+'),
    columns(dst_address, gateway, routing_table, distance))]
pub struct Route {
    /// Destination; host bits are cleared.
    #[prop(default = Ipv4Network::default())]
    pub dst_address: Ipv4Network,
    /// Routing table.
    #[prop(default = "main".into(), quoted = false)]
    pub routing_table: Text,
    /// Source address of packets that the device sends by this route; `""` = chosen by the device.
    #[prop(default = Some(PrefSrc(None)))]
    pub pref_src: Option<PrefSrc>,
    /// Next hop: an address, an interface, or `address%interface`.
    pub gateway: Option<Gateway>,
    /// Packets are dropped silently.
    #[prop(unset)]
    pub blackhole: Option<bool>,
    /// Next hop and interface as resolved.
    #[prop(read_only, quoted = false)]
    pub immediate_gw: Option<Text>,
    /// How the gateway is checked.
    pub check_gateway: Option<CheckGateway>,
    /// Of several routes to the same destination the lowest distance wins.
    #[prop(default = Num::new(1))]
    pub distance: Num<0, 255>,
    /// What the route may resolve the next hops of: those with a target scope of at least this.
    #[prop(default = Num::new(30))]
    pub scope: Num<0, 255>,
    /// Largest scope of the route by which the next hop is resolved.
    #[prop(default = Some(Num::new(10)))]
    pub target_scope: Option<Num<0, 255>>,
    /// Not for the switch chip; a virtual router has none.
    pub suppress_hw_offload: bool,
    /// Own address on the way to the next hop.
    #[prop(read_only, quoted = false)]
    pub local_address: Option<Text>,
    /// Not in effect.
    pub inactive: bool,
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
    /// Learned by OSPF.
    pub ospf: bool,
    /// Learned by IS-IS.
    pub is_is: bool,
    /// Learned by DHCP.
    pub dhcp: bool,
    /// Made by a VPN.
    pub vpn: bool,
    /// Made by a modem.
    pub modem: bool,
    /// Learned by BGP with an MPLS label.
    pub bgp_mpls_vpn: bool,
    /// In the switch chip.
    pub hw_offloaded: bool,
    /// One of several next hops.
    pub ecmp: bool,
}
