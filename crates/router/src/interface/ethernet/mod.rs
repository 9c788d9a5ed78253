//! `/interface/ethernet`: the ports of the device.
//!
//! Manual: "Ethernet". The engine behind a port is the kernel's cable; the menu sets name, MAC address, MTU and ARP
//! mode and switches the port on and off.

mod menu;

pub use self::menu::Ethernet;

use super::{Kind, LinkState, Number, Running};
use crate::Router;
use crate::config::{Change, Config, Feature};
use crate::left_out::LeftOut;
use crate::state::State;
use ::menu::{AnyTable, Counter, Id, Menu, Or, Rejected, Text};
use clock::{Duration, Instant};

/// `/interface/ethernet`.
pub static FEATURE: Feature = Feature { check, apply, refresh, command, left_out };

/// Refuses a name that another interface has.
pub(crate) fn refuse_taken_name(config: &Config, id: Option<Id>, name: &Text) -> Result<(), Rejected> {
    let taken = config.tables.ethernet.rows().iter().any(|row| Some(row.id) != id && *row.item.name == *name)
        || config.tables.bridge.rows().iter().any(|row| Some(row.id) != id && *row.item.name == *name)
        || (id != Some(config.loopback.id) && name.as_slice() == super::loopback::NAME.as_bytes())
        || config.stored_interfaces().any(|table| {
            let called = |row: &usize| {
                table.name(*row, table.def().name_property.unwrap_or(0)) == Some(name.as_slice())
            };
            (0..table.len()).filter(called).any(|row| Some(table.id(row)) != id)
        });
    if taken {
        return Err(Rejected::failure(format_args!("already have interface with name {name}")).at("name"));
    }
    Ok(())
}

/// Refuses an MTU that no driver takes: IPv4 needs 68 bytes (RFC 791), and the kernel counts to 65535.
pub(crate) fn refuse_mtu(mtu: i64) -> Result<(), Rejected> {
    if (i64::from(wire::ipv4::MIN_MTU)..=i64::from(u16::MAX)).contains(&mtu) {
        return Ok(());
    }
    Err(Rejected::failure("could not set mtu").at("mtu"))
}

fn check(config: &Config, change: &mut Change<'_>) -> Result<(), Rejected> {
    if let Some((id, item)) = change.item::<Ethernet>() {
        refuse_taken_name(config, id, &item.name)?;
        refuse_mtu(item.mtu.get())?;
    }
    Ok(())
}

/// `reset-mac-address`.
fn command(router: &mut Router, call: &console::CommandCall) -> Option<console::Outcome> {
    if call.menu.path != Ethernet::DEF.path || call.command != "reset-mac-address" {
        return None;
    }
    for id in &call.items {
        if let Some(row) = router.config.tables.ethernet.by_id_mut(*id) {
            row.item.mac_address = row.item.orig_mac_address;
        }
    }
    router.config.mark(Ethernet::DEF);
    Some(console::Outcome::Done(::menu::Value::Nil))
}

/// Milliseconds-exact reachable time of an interface: its own, or that of `/ip/settings`.
pub(crate) fn reachable_time(config: &Config, timeout: &super::arp_mode::ArpTimeout) -> Duration {
    match timeout {
        Or::Value(time) => time.get(),
        Or::Word(_) => config
            .tables
            .ip_settings
            .rows()
            .first()
            .map_or(Duration::from_secs(30), |row| row.item.arp_timeout.get()),
    }
}

/// What a port has by itself counts as never set: it is not exported.
fn forget_defaults(config: &mut Config) {
    if config.tables.ethernet.rows().iter().all(|row| row.explicit == 0) {
        return;
    }
    let bit = |property| Ethernet::DEF.property(property).map_or(0, |at| 1_u128 << at);
    let (name, mac) = (bit("name"), bit("mac-address"));
    for row in config.tables.ethernet.rows_mut() {
        if row.item.name == row.item.default_name {
            row.explicit &= !name;
        }
        if row.item.mac_address == row.item.orig_mac_address {
            row.explicit &= !mac;
        }
    }
}

fn apply(config: &mut Config, state: &mut State, now: Instant) {
    forget_defaults(config);
    if config.board.is_none() {
        // On a CHR it can be changed, not taken away.
        for row in config.tables.ethernet.rows_mut() {
            row.item.disable_running_check.get_or_insert(false);
        }
    }
    for row in config.tables.ethernet.rows() {
        let number = Number::from(row.id);
        let item = &row.item;
        let mtu = u16::try_from(item.mtu.get()).unwrap_or(u16::MAX);
        let arp_timeout = reachable_time(config, &item.arp_timeout);
        let enabled = !row.disabled;
        // Ports that were made on demand come behind the loopback interface.
        let has_cable = number < state.interfaces.loopback();
        match state.interfaces.get_mut(number) {
            Some(interface) => {
                let was = interface.link.enabled;
                interface.mac = item.mac_address;
                interface.mtu = mtu;
                interface.arp = item.arp;
                interface.arp_timeout = arp_timeout;
                interface.link.enabled = enabled;
                let had_carrier = interface.link.carrier;
                if interface.name.as_bytes() != item.name.as_slice() {
                    interface.name = item.name.to_string().into();
                }
                if was != enabled && has_cable {
                    state.interfaces.change_port(number.port(), enabled);
                    if !enabled && had_carrier {
                        super::log_link(state, now, number, &item.name.to_string(), false);
                    }
                }
            }
            None => {
                let running = Running {
                    counters: super::Counters::default(),
                    mac: item.mac_address,
                    mtu,
                    arp: item.arp,
                    arp_timeout,
                    master: None,
                    link: LinkState { enabled, ..LinkState::default() },
                    kind: if has_cable { Kind::Ethernet } else { Kind::Stored },
                    name: item.name.to_string().into(),
                };
                state.interfaces.insert(number, running);
                if !enabled && has_cable {
                    state.interfaces.change_port(number.port(), false);
                }
            }
        }
    }
}

fn left_out(config: &Config) -> Vec<LeftOut> {
    let rows = config.tables.ethernet.rows();
    let count = rows.iter().filter(|row| row.item.disable_running_check == Some(true)).count();
    let path = <Ethernet as Menu>::DEF.path;
    vec![LeftOut::value(path, "disable-running-check", "without a carrier a port does not run", count)]
}

/// Brings the flags up to date.
pub(crate) fn refresh(config: &mut Config, state: &mut State, _now: Instant) {
    for row in config.tables.ethernet.rows_mut() {
        if let Some(interface) = state.interfaces.get(row.id.into()) {
            row.item.running = interface.running();
            row.item.slave = interface.master.is_some();
            row.item.driver_rx_byte = Counter(interface.counters.rx_byte);
            row.item.driver_rx_packet = Counter(interface.counters.rx_packet);
            row.item.driver_tx_byte = Counter(interface.counters.tx_byte);
            row.item.driver_tx_packet = Counter(interface.counters.tx_packet);
        }
    }
}
