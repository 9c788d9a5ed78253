//! `/interface/bridge/host`: static hosts to the engine, learned and local ones back.

use super::menu::Host;
use crate::config::Config;
use crate::interface::Number;
use crate::state::State;
use ::bridge::{BridgePort, HostKind};
use ::menu::{Id, Ref, Row};
use clock::Instant;
use std::collections::BTreeMap;
use wire::Mac;

/// The key of a host in the engine.
type Key = (Option<u16>, Mac);

fn key(item: &Host) -> Key {
    (item.vid.and_then(|vid| u16::try_from(vid.get()).ok()), item.mac_address)
}

/// The bridge and the port of it that a static host is at; `None` when its interface is no port of its bridge.
fn place(state: &State, item: &Host) -> Option<(Number, BridgePort)> {
    let (bridge, port) = state.interfaces.get(item.interface.id.into())?.master?;
    (bridge.id() == item.bridge.id).then_some((bridge, port))
}

/// Brings the static hosts of every bridge in line with their items.
pub(super) fn apply(config: &Config, state: &mut State) {
    let mut wanted: BTreeMap<Number, BTreeMap<Key, BridgePort>> = BTreeMap::new();
    for row in config.tables.bridge_host.rows().iter().filter(|row| !row.dynamic && !row.disabled) {
        if let Some((bridge, port)) = place(state, &row.item) {
            wanted.entry(bridge).or_default().insert(key(&row.item), port);
        }
    }
    for row in config.tables.bridge.rows() {
        let number = Number::from(row.id);
        let Some(bridge) = state.interfaces.bridge_mut(number) else { continue };
        let hosts = wanted.remove(&number).unwrap_or_default();
        for (vid, mac) in bridge.static_hosts.iter().filter(|key| !hosts.contains_key(key)) {
            bridge.engine.remove_host(*vid, *mac);
        }
        for ((vid, mac), port) in &hosts {
            bridge.engine.add_static_host(*vid, *mac, *port);
        }
        bridge.static_hosts = hosts.into_keys().collect();
    }
}

/// Makes a row of each learned and local host, and brings the flags of the static ones up to date.
pub(super) fn refresh(config: &mut Config, state: &State, now: Instant) {
    let mut old: Vec<Row<Host>> =
        config.tables.bridge_host.rows().iter().filter(|row| row.dynamic).cloned().collect();
    config.tables.bridge_host.retain(|row| !row.dynamic);
    for row in config.tables.bridge_host.rows_mut() {
        row.invalid = place(state, &row.item).is_none();
    }
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
