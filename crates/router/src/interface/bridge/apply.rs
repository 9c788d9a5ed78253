//! From the items of the bridge menus to the bridge engines, and back.

use super::menu::{self, Bridge, Host, PortStatus};
use super::{Learn, LearnedEntries, Running};
use crate::config::Config;
use crate::interface::{Counters, Kind, LinkState, Number, Running as Interface};
use crate::state::State;
use ::bridge::{BridgeConfig, HostKind, PortConfig, PortState};
use ::menu::{Id, Row};
use ::menu::{Or, Ref};
use clock::Instant;
use std::collections::BTreeSet;

/// Brings bridges, ports and static hosts in line with their items.
pub(super) fn apply(config: &mut Config, state: &mut State, now: Instant) {
    remove_gone(config, state);
    for row in config.tables.bridge.rows() {
        ensure_bridge(config, state, row);
    }
    apply_ports(config, state);
    for row in config.tables.bridge.rows() {
        choose_mac_and_mtu(state, row);
    }
    apply_static_hosts(config, state);
    let _ = now;
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
            let running = Running {
                engine: ::bridge::Bridge::new(engine_config(&row.item)),
                ports: Vec::new(),
                mac_from: None,
            };
            let interface = Interface {
                counters: Counters::default(),
                mac: random_mac(state),
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
        horizon: item.horizon.value().map(|n| u32::try_from(n.get()).unwrap_or(u32::MAX)),
        unknown_unicast_flood: item.unknown_unicast_flood,
        unknown_multicast_flood: item.unknown_multicast_flood,
        broadcast_flood: item.broadcast_flood,
        ..PortConfig::default()
    }
}

fn apply_ports(config: &Config, state: &mut State) {
    let mut wanted: BTreeSet<(Number, Number)> = BTreeSet::new();
    for row in config.tables.bridge_port.rows() {
        let (bridge, port) = (Number::from(row.item.bridge.id), Number::from(row.item.interface.id));
        let known = state.interfaces.bridge(bridge).is_some() && state.interfaces.get(port).is_some();
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
        let (bridge, port) = (Number::from(row.item.bridge.id), Number::from(row.item.interface.id));
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

/// `auto-mac`: the address of an Ethernet port, kept while that port stays; `mtu=auto`: the lowest of the ports.
fn choose_mac_and_mtu(state: &mut State, row: &Row<Bridge>) {
    let number = Number::from(row.id);
    let Some(bridge) = state.interfaces.bridge(number) else { return };
    let ports: Vec<Number> = bridge.ports.iter().flatten().copied().collect();
    let donor = bridge.mac_from.filter(|from| ports.contains(from)).or_else(|| ports.first().copied());
    let donor_mac = donor.and_then(|from| state.interfaces.get(from)).map(|port| port.mac);
    let lowest = ports.iter().filter_map(|port| state.interfaces.get(*port)).map(|port| port.mtu).min();
    let mtu = match &row.item.mtu {
        Or::Word(_) => lowest.unwrap_or(1500),
        Or::Value(mtu) => u16::try_from(mtu.get()).unwrap_or(u16::MAX),
    };
    let Some(interface) = state.interfaces.get_mut(number) else { return };
    interface.mtu = mtu;
    match (row.item.auto_mac, row.item.admin_mac, donor_mac) {
        (false, Some(mac), _) => interface.mac = mac,
        (true, _, Some(mac)) => interface.mac = mac,
        (false, None, _) | (true, _, None) => {}
    }
    let mac = interface.mac;
    if let Some(bridge) = state.interfaces.bridge_mut(number) {
        bridge.mac_from = donor;
        let config = BridgeConfig { mac: Some(mac), ..engine_config(&row.item) };
        if *bridge.engine.config() != config {
            bridge.engine.configure(config);
        }
    }
}

fn apply_static_hosts(config: &Config, state: &mut State) {
    for row in config.tables.bridge_host.rows().iter().filter(|row| !row.dynamic && !row.disabled) {
        let port = Number::from(row.item.interface.id);
        let Some((bridge, port)) = state.interfaces.get(port).and_then(|interface| interface.master) else {
            continue;
        };
        if let Some(bridge) = state.interfaces.bridge_mut(bridge) {
            bridge.engine.add_static_host(None, row.item.mac_address, port);
        }
    }
}

/// Brings flags, read-only fields and the dynamic hosts up to date.
pub(crate) fn refresh(config: &mut Config, state: &mut State, now: Instant) {
    for row in config.tables.bridge.rows_mut() {
        let Some(interface) = state.interfaces.get(row.id.into()) else { continue };
        row.item.running = interface.running();
        row.item.actual_mtu = u32::from(interface.mtu);
        row.item.mac_address = interface.mac;
        row.item.l2mtu = Some(65_535);
    }
    for row in config.tables.bridge_port.rows_mut() {
        let running = state.interfaces.get(row.item.interface.id.into()).is_some_and(Interface::running);
        row.item.inactive = !row.disabled && !running;
        row.item.status = match (row.disabled, running) {
            (true, _) => PortStatus::Disabled,
            (false, true) => PortStatus::InBridge,
            (false, false) => PortStatus::Inactive,
        };
    }
    refresh_hosts(config, state, now);
}

fn refresh_hosts(config: &mut Config, state: &State, now: Instant) {
    let mut old: Vec<Row<Host>> =
        config.tables.bridge_host.rows().iter().filter(|row| row.dynamic).cloned().collect();
    config.tables.bridge_host.retain(|row| !row.dynamic);
    for (number, _) in state.interfaces.iter() {
        let Some(bridge) = state.interfaces.bridge(number) else { continue };
        for host in bridge.engine.hosts(now) {
            if host.kind == HostKind::Static {
                continue;
            }
            let interface = host.port.and_then(|port| bridge.interface(port)).unwrap_or(number);
            let item = Host {
                mac_address: host.mac,
                vid: None,
                interface: Ref::to(interface.id()),
                on_interface: Ref::to(interface.id()),
                bridge: Ref::to(number.id()),
                local: host.kind == HostKind::Local,
                external: false,
            };
            push_keeping_id(config, &mut old, item);
        }
    }
}

/// A host keeps its id from one print to the next.
fn push_keeping_id(config: &mut Config, old: &mut Vec<Row<Host>>, item: Host) {
    let known = old
        .iter()
        .position(|row| row.item.mac_address == item.mac_address && row.item.bridge == item.bridge)
        .map(|at| old.swap_remove(at).id);
    match known {
        Some(id) => config.tables.bridge_host.push_with_id(id, item, true),
        None => {
            let _: Id = config.tables.bridge_host.push(item, true);
        }
    }
}
