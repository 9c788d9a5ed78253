//! Interfaces: the running state of every kind of them, and the `/interface` view.
//!
//! An interface's number is its menu id: all `/interface/*` menus share one id space, so a number never changes while
//! the interface lives and is never used again.
//!
//! Manual: "Interface" (`/interface`).

pub mod arp_mode;
pub mod bridge;
pub mod ethernet;
pub(crate) mod hardware;
pub mod list;
pub mod loopback;
mod menu_view;
pub(crate) mod monitor;
pub mod stored;
mod table;

pub(crate) use ethernet::refuse_taken_name;
pub use menu_view::Interface;
pub(crate) use menu_view::{write_loopback, write_through};
pub use table::{Counters, Interfaces, Kind, LinkState, Number, Running};

use crate::Router;
use crate::config::{Config, Feature};
use crate::device::{Context, PortSpec};
use crate::state::State;
use clock::Instant;
use menu::Name;
use sim::Port;

/// `/interface`.
pub static FEATURE: Feature = Feature {
    check: menu_view::check,
    apply: menu_view::apply,
    refresh: menu_view::refresh,
    command: menu_view::command,
    ..Feature::NONE
};

/// Makes the Ethernet ports of a new device: port *n* of the kernel is interface number *n* + 1.
pub(crate) fn create_ports(config: &mut Config, state: &mut State, ports: &[PortSpec]) {
    for port in ports {
        let id = config.next_interface_id();
        let mac = port.mac;
        let item = ethernet::Ethernet {
            name: Name::from(port.name.as_str()),
            default_name: Name::from(port.name.as_str()),
            mac_address: mac,
            orig_mac_address: mac,
            disable_running_check: Some(false),
            ..ethernet::Ethernet::default()
        };
        config.tables.ethernet.push_with_id(id, item, false);
    }
    state.interfaces.set_ports(ports.len());
    loopback::create(config, state);
}

/// The carrier of a port changed.
pub(crate) fn carrier(
    config: &mut Config,
    state: &mut State,
    now: Instant,
    port: Port,
    up: bool,
    rate_bps: Option<u64>,
) {
    let number = Number::of_port(port);
    let Some(interface) = state.interfaces.get_mut(number) else { return };
    interface.link.rate_bps = rate_bps.unwrap_or(interface.link.rate_bps);
    if interface.link.carrier == up {
        return;
    }
    interface.link.carrier = up;
    if interface.link.enabled {
        let name = interface.name.clone();
        log_link(state, now, number, &name, up);
    }
    // Running interfaces decide about bridge ports, connected routes and DHCP servers.
    config.mark_all();
}

/// Logs and counts that an interface went up or down.
pub(crate) fn log_link(state: &mut State, now: Instant, number: Number, name: &str, up: bool) {
    let Some(interface) = state.interfaces.get_mut(number) else { return };
    if up {
        interface.link.last_up = Some(now);
        let speed = speed_word(interface.link.rate_bps);
        state.log.record(now, "interface,info", format!("{name} link up (speed {speed}, full duplex)"));
    } else {
        interface.link.last_down = Some(now);
        interface.link.downs += 1;
        state.log.record(now, "interface,info", format!("{name} link down"));
    }
}

/// `1G`, `100M`: how RouterOS writes a link speed in bits per second.
fn speed_word(rate_bps: u64) -> String {
    match rate_bps {
        0 => "1G".into(),
        r if r % 1_000_000_000 == 0 => format!("{}G", r / 1_000_000_000),
        r if r % 1_000_000 == 0 => format!("{}M", r / 1_000_000),
        r if r >= 1_000_000_000 => format!("{}.{}G", r / 1_000_000_000, r % 1_000_000_000 / 100_000_000),
        r => format!("{}M", (r / 1_000_000).max(1)),
    }
}

/// Tells the kernel which ports were enabled or disabled since the last call.
pub(crate) fn apply_port_changes(router: &mut Router, cx: &mut Context<'_>) {
    for (port, enabled) in router.state.interfaces.take_port_changes() {
        if let Some(rate) = cx.rate(port)
            && let Some(interface) = router.state.interfaces.get_mut(Number::of_port(port))
        {
            interface.link.rate_bps = rate;
        }
        cx.set_port(port, enabled);
    }
}
