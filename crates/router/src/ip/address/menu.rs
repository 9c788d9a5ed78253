//! `/ip/address`.

use crate::names::InterfaceSpace;
use menu::Menu;
use menu::{InterfaceAddress, Ref};
use std::net::Ipv4Addr;

/// IPv4 addresses of the device.
#[derive(Clone, Debug, Menu)]
#[menu("/ip/address", list, no_name,
    flags(disabled = 'X', invalid = 'I'; dynamic = 'D'; slave = 'S'),
    columns(address, network, interface, vrf))]
pub struct Address {
    /// Address and prefix length; /32 when the length is left out.
    #[prop(required)]
    pub address: InterfaceAddress,
    /// Network of the address; the other end when it is a /32.
    #[prop(always_export)]
    pub network: Option<Ipv4Addr>,
    /// Interface that it is on.
    #[prop(required)]
    pub interface: Ref<InterfaceSpace>,
    /// Interface that it acts on: the bridge when `interface` is a port of one.
    #[prop(read_only)]
    pub actual_interface: Option<Ref<InterfaceSpace>>,
    /// VRF of the interface.
    #[prop(read_only, quoted = false, default = "main".into())]
    pub vrf: menu::Text,
    /// The interface is a port of a bridge.
    pub slave: bool,
}
