//! From the items of the bridge menus to the bridge engines, and back.

use super::menu::{self, Bridge, PortStatus};
use super::{Learn, LearnedEntries, Running, hosts};
use crate::config::Config;
use crate::interface::{Counters, Kind, LinkState, Number, Running as Interface};
use crate::state::State;
use ::bridge::{BridgeConfig, PortConfig, PortState};
use ::menu::{Or, Row};
use clock::Instant;
use std::collections::BTreeSet;

/// Brings bridges, ports and static hosts in line with their items.
pub(super) fn apply(config: &mut Config, state: &mut State, _now: Instant) {
    remove_gone(config, state);
    for row in config.tables.bridge.rows() {
        ensure_bridge(config, state, row);
    }
    apply_ports(config, state);
    for row in config.tables.bridge.rows() {
        choose_mac_and_mtu(config, state, row);
    }
    hosts::apply(config, state);
}

fn remove_gone(config: &Config, state: &mut State) {
    for number in state.interfaces.numbers() {
        let is_bridge = state.interfaces.bridge(number).is_some();
        if is_bridge && config.tables.bridge.by_id(number.id()).is_none() {
            for port in state.interfaces.numbers() {
                if let Some(interface) = state.interfaces.get_mut(port)
                    && interface.master.is_some_and(|(bridge, _)| bridge == number)
                {
                    interface.master = None;
                }
            }
            state.interfaces.remove(number);
        }
    }
}

fn engine_config(item: &Bridge) -> BridgeConfig {
    BridgeConfig {
        ageing_time: item.ageing_time.get(),
        max_learned_entries: match &item.max_learned_entries {
            Or::Word(LearnedEntries::Auto) => Some(131_072),
            Or::Word(LearnedEntries::Unlimited) => None,
            Or::Value(n) => Some(u32::try_from(n.get()).unwrap_or(u32::MAX)),
        },
        spanning_tree: item.protocol_mode != menu::ProtocolMode::None,
        forward_reserved_addresses: item.forward_reserved_addresses,
        ..BridgeConfig::default()
    }
}

fn ensure_bridge(config: &Config, state: &mut State, row: &Row<Bridge>) {
    let number = Number::from(row.id);
    let name: Box<str> = row.item.name.to_string().into();
    let arp_timeout = crate::interface::ethernet::reachable_time(config, &row.item.arp_timeout);
    let link = LinkState { enabled: !row.disabled, carrier: true, ..LinkState::default() };
    match state.interfaces.get_mut(number) {
        Some(interface) => {
            interface.name = name;
            interface.arp = row.item.arp;
            interface.arp_timeout = arp_timeout;
            interface.link.enabled = link.enabled;
        }
        None => {
            let auto_mac = random_mac(state);
            let running = Running {
                engine: ::bridge::Bridge::new(engine_config(&row.item)),
                ports: Vec::new(),
                auto_mac,
                mac_from: None,
                static_hosts: BTreeSet::new(),
            };
            let interface = Interface {
                counters: Counters::default(),
                mac: auto_mac,
                mtu: 1500,
                arp: row.item.arp,
                arp_timeout,
                master: None,
                link,
                kind: Kind::Bridge(Box::new(running)),
                name,
            };
            state.interfaces.insert(number, interface);
        }
    }
}

/// A bridge without ports has a random locally administered address.
fn random_mac(state: &mut State) -> wire::Mac {
    let mut bytes = state.random().to_be_bytes();
    bytes[2] = bytes[2] & 0xFC | 0x02;
    wire::Mac([bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7]])
}

/// What a port item says to the engine.
fn port_config(item: &menu::Port, mac: wire::Mac) -> PortConfig {
    PortConfig {
        mac: Some(mac),
        learn: match item.learn {
            Learn::Auto => ::bridge::Learn::Auto,
            Learn::Yes => ::bridge::Learn::Yes,
            Learn::No => ::bridge::Learn::No,
        },
        horizon: item.horizon.0,
        unknown_unicast_flood: item.unknown_unicast_flood,
        unknown_multicast_flood: item.unknown_multicast_flood,
        broadcast_flood: item.broadcast_flood,
        ..PortConfig::default()
    }
}

fn apply_ports(config: &Config, state: &mut State) {
    let mut wanted: BTreeSet<(Number, Number)> = BTreeSet::new();
    for row in config.tables.bridge_port.rows() {
        let (bridge, port) = (Number::from(row.item.bridge.id), Number::from(row.item.interface.id()));
        // A bridge cannot be a port: the kernel refuses it, and so does the menu.
        let is_ethernet = state.interfaces.get(port).is_some_and(|port| matches!(port.kind, Kind::Ethernet));
        let known = state.interfaces.bridge(bridge).is_some() && is_ethernet;
        if !row.disabled && known {
            wanted.insert((bridge, port));
        }
    }
    for number in state.interfaces.numbers() {
        let Some(interface) = state.interfaces.get_mut(number) else { continue };
        if let Some((bridge, port)) = interface.master
            && !wanted.contains(&(bridge, number))
        {
            interface.master = None;
            if let Some(bridge) = state.interfaces.bridge_mut(bridge) {
                bridge.engine.remove_port(port);
                if let Some(slot) = bridge.ports.get_mut(usize::from(port.0)) {
                    *slot = None;
                }
            }
        }
    }
    for row in config.tables.bridge_port.rows() {
        let (bridge, port) = (Number::from(row.item.bridge.id), Number::from(row.item.interface.id()));
        if wanted.contains(&(bridge, port)) {
            apply_port(state, bridge, port, &row.item);
        }
    }
}

fn apply_port(state: &mut State, bridge: Number, port: Number, item: &menu::Port) {
    let Some(interface) = state.interfaces.get(port) else { return };
    let (master, running) = (interface.master, interface.running());
    let engine_port = port_config(item, interface.mac);
    let Some(bridge_state) = state.interfaces.bridge_mut(bridge) else { return };
    let number = match master {
        Some((_, number)) => {
            bridge_state.engine.set_port(number, engine_port);
            number
        }
        None => {
            let number = bridge_state.engine.add_port(engine_port);
            let at = usize::from(number.0);
            if bridge_state.ports.len() <= at {
                bridge_state.ports.resize(at + 1, None);
            }
            bridge_state.ports[at] = Some(port);
            number
        }
    };
    let wanted = if running { PortState::Forwarding } else { PortState::Disabled };
    if bridge_state.engine.port_state(number) != wanted {
        bridge_state.engine.set_port_state(number, wanted);
    }
    if let Some(interface) = state.interfaces.get_mut(port) {
        interface.master = Some((bridge, number));
    }
}

/// `auto-mac`: the address of the first Ethernet port, kept until that port goes to another bridge; `mtu=auto`: the lowest
/// of the ports.
fn choose_mac_and_mtu(config: &Config, state: &mut State, row: &Row<Bridge>) {
    let number = Number::from(row.id);
    let rows = config.tables.bridge_port.rows().iter().map(|port| Number::from(port.item.interface.id()));
    let is_port =
        |port: &Number| state.interfaces.get(*port).and_then(|i| i.master).map(|(bridge, _)| bridge);
    let ports: Vec<Number> = rows.filter(|port| is_port(port) == Some(number)).collect();
    let Some(bridge) = state.interfaces.bridge(number) else { return };
    let (donor, mut auto_mac) = (bridge.mac_from, bridge.auto_mac);
    let stays = donor.is_some_and(|from| is_port(&from).is_none_or(|bridge| bridge == number));
    let mut new_donor = donor.filter(|_| stays);
    if !stays {
        new_donor = ports.first().copied();
        match new_donor.and_then(|from| state.interfaces.get(from)) {
            Some(port) => auto_mac = port.mac,
            None if donor.is_some() => auto_mac = random_mac(state),
            None => {}
        }
    }
    let lowest = ports.iter().filter_map(|port| state.interfaces.get(*port)).map(|port| port.mtu).min();
    let mtu = match &row.item.mtu {
        Or::Word(_) => lowest.unwrap_or(1500),
        Or::Value(mtu) => u16::try_from(mtu.get()).unwrap_or(u16::MAX),
    };
    let mac = row.item.admin_mac.filter(|_| !row.item.auto_mac).unwrap_or(auto_mac);
    if let Some(interface) = state.interfaces.get_mut(number) {
        interface.mtu = mtu;
        interface.mac = mac;
    }
    if let Some(bridge) = state.interfaces.bridge_mut(number) {
        (bridge.mac_from, bridge.auto_mac) = (new_donor, auto_mac);
        let config = BridgeConfig { mac: Some(mac), ..engine_config(&row.item) };
        if *bridge.engine.config() != config {
            bridge.engine.configure(config);
        }
    }
}

/// Brings flags, read-only fields and the dynamic hosts up to date.
pub(crate) fn refresh(config: &mut Config, state: &mut State, now: Instant) {
    // Ports may name the built-in lists.
    crate::interface::list::ensure_rows(config);
    for row in config.tables.bridge.rows_mut() {
        let Some(interface) = state.interfaces.get(row.id.into()) else { continue };
        row.item.running = interface.running();
        row.item.actual_mtu = u32::from(interface.mtu);
        row.item.mac_address = interface.mac;
        row.item.l2mtu = Some(65_535);
    }
    for row in config.tables.bridge_port.rows_mut() {
        let bridge = Number::from(row.item.bridge.id);
        let bridged = |port: &Interface| {
            port.running()
                && port.master.is_some_and(|(master, _)| master == bridge)
                && state.interfaces.get(bridge).is_some_and(Interface::running)
        };
        let running = state.interfaces.get(row.item.interface.id().into()).is_some_and(bridged);
        row.item.inactive = !row.disabled && !running;
        row.item.status = match (row.disabled, running) {
            (true, _) => PortStatus::Disabled,
            (false, true) => PortStatus::InBridge,
            (false, false) => PortStatus::Inactive,
        };
    }
    hosts::refresh(config, state, now);
}
