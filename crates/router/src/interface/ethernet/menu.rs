//! `/interface/ethernet`.

use crate::interface::arp_mode::{ArpMode, ArpTimeout};
use menu::Menu;
use menu::{Counter, Mac, Name, Num};

/// Ethernet ports of the device.
#[derive(Clone, Debug, Menu)]
#[menu("/interface/ethernet", fixed_list, namespace = "interface",
    flags(disabled = 'X', running = 'R'; slave = 'S'),
    columns(name, mtu, mac_address, arp), comment, can_disable, stats_transposed,
    command("reset-counters", args("numbers"), positional = 1, help = "Sets the counters to zero."),
    command("monitor", args("numbers", "once", "interval", "duration", "as-value", "proplist", "without-paging", "do",
        "append", "file", "freeze-frame-interval"), positional = 1, help = "Shows the state of the link."),
    command("reset-mac-address", args("numbers"), positional = 1, help = "Takes the address of the hardware."))]
pub struct Ethernet {
    /// Name of the interface.
    pub name: Name,
    /// Name that the port has by itself: `[find default-name=ether1]` finds it whatever it is called.
    #[prop(read_only)]
    pub default_name: Name,
    /// Largest IP packet that leaves without fragmenting.
    #[prop(default = Num::new(1500))]
    pub mtu: Num<0, 65536>,
    /// MAC address.
    pub mac_address: Mac,
    /// MAC address that the port has by itself.
    #[prop(read_only)]
    pub orig_mac_address: Mac,
    /// How ARP works on the interface.
    pub arp: ArpMode,
    /// How long an ARP entry is taken to be reachable; `auto` = that of `/ip/settings`.
    pub arp_timeout: ArpTimeout,
    /// The port counts as running even without a carrier. Ports of a CHR have `no` by themselves, which its exports show;
    /// boards lack the property.
    #[prop(always_export)]
    pub disable_running_check: Option<bool>,
    /// Bytes received.
    #[prop(read_only, stats)]
    pub driver_rx_byte: Counter,
    /// Frames received.
    #[prop(read_only, stats)]
    pub driver_rx_packet: Counter,
    /// Bytes sent.
    #[prop(read_only, stats)]
    pub driver_tx_byte: Counter,
    /// Frames sent.
    #[prop(read_only, stats)]
    pub driver_tx_packet: Counter,
    /// The interface has a carrier and is enabled.
    pub running: bool,
    /// The interface is a port of a bridge.
    pub slave: bool,
}
