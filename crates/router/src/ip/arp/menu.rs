//! `/ip/arp`.

use crate::names::InterfaceSpace;
use menu::{Keyword, Menu};
use menu::{Mac, Ref};
use std::net::Ipv4Addr;

/// State of a neighbour (RFC 4861 §7.3.2, as the Linux kernel uses it for ARP too).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Keyword)]
pub enum Status {
    /// Configured.
    #[default]
    Permanent,
    /// Asked for, no answer yet.
    Incomplete,
    /// Answered not long ago.
    Reachable,
    /// Not confirmed for a while.
    Stale,
    /// In use since it became stale.
    Delay,
    /// Being asked again.
    Probe,
    /// Did not answer.
    Failed,
}

/// Neighbours: IPv4 addresses and the MAC addresses behind them.
#[derive(Clone, Debug, Menu)]
#[menu("/ip/arp", list, no_name,
    flags(disabled = 'X', invalid = 'I'; dhcp = 'H', dynamic = 'D'; published = 'P', complete = 'C'),
    columns(address, mac_address, interface, vrf, status))]
pub struct Entry {
    /// IPv4 address.
    #[prop(required, default = Ipv4Addr::UNSPECIFIED)]
    pub address: Ipv4Addr,
    /// MAC address behind it; unset while it is not known.
    pub mac_address: Option<Mac>,
    /// Interface that it is on.
    #[prop(required)]
    pub interface: Ref<InterfaceSpace>,
    /// Answer requests for the address with the own MAC address.
    #[prop(settable)]
    pub published: bool,
    /// VRF of the interface.
    #[prop(read_only, quoted = false, default = "main".into())]
    pub vrf: menu::Text,
    /// State.
    #[prop(read_only)]
    pub status: Status,
    /// Made by the DHCP server (`add-arp`).
    pub dhcp: bool,
    /// The MAC address is known.
    pub complete: bool,
}
