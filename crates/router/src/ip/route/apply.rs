//! From the items of `/ip/route` and `/ip/address` to the routing engine, and back.

use super::check::By;
use super::menu::{CheckGateway, Route};
use crate::config::Config;
use crate::interface::Number;
use crate::state::State;
use ::menu::spaces::RoutingTable;
use ::menu::{Gateway, Id, Ipv4Network, Lookup, Names, Num, Ref, Row, Space, Text};
use clock::Instant;
use core::net::Ipv4Addr;
use ip::Interface;
use ip::TableId;
use ip::v4::rib::{self, Candidate, Origin, RouteId};
use std::collections::{BTreeMap, BTreeSet};

/// Number of the connected route of an address: above every menu id.
const fn connected_id(address: Id) -> RouteId {
    RouteId(1 << 32 | address.0 as u64)
}

/// The engine's number of a table: `main`, or one of `/routing/table`.
fn table(id: Option<Id>) -> TableId {
    match id {
        None => TableId::MAIN,
        Some(id) if id == crate::config::MAIN_TABLE => TableId::MAIN,
        Some(id) => TableId(256 + id.0),
    }
}

fn gateway(item: &Route) -> Option<rib::Gateway> {
    if item.blackhole == Some(true) {
        return Some(rib::Gateway::Blackhole);
    }
    let hop = item.gateway.as_ref()?;
    let interface = hop.interface.map(|interface| Interface(interface.id.0));
    match (hop.address, interface) {
        (Some(address), Some(interface)) => Some(rib::Gateway::AddressOn(address, interface)),
        (Some(address), None) => Some(rib::Gateway::Address(address, table(hop.table.map(|table| table.id)))),
        (None, Some(interface)) => Some(rib::Gateway::Interface(interface)),
        (None, None) => None,
    }
}

fn candidate(config: &Config, row: &Row<Route>) -> Option<Candidate> {
    let item = &row.item;
    let named = match item.routing_table.as_slice() {
        b"main" => None,
        _ => match config.lookup(RoutingTable::NAMESPACE, &item.routing_table) {
            Lookup::One(id) => Some(id),
            Lookup::None | Lookup::Ambiguous => return None,
        },
    };
    let byte = |n: i64| u8::try_from(n).unwrap_or(u8::MAX);
    Some(Candidate {
        table: table(named),
        distance: byte(item.distance.get()),
        scope: byte(item.scope.get()),
        target_scope: byte(item.target_scope.map_or(10, Num::get)),
        pref_src: item.pref_src.and_then(|source| source.0),
        disabled: row.disabled,
        check_gateway: matches!(item.check_gateway, Some(CheckGateway::Arp | CheckGateway::Ping)),
        ..Candidate::fixed(*item.dst_address, gateway(item)?)
    })
}

/// Brings candidates in line with routes, addresses and running interfaces.
pub(super) fn apply(config: &mut Config, state: &mut State, now: Instant) {
    let connected = crate::ip::address::connected(config, state);
    let running = &mut state.ip.routes;
    let rib = &mut running.rib;
    for number in state.interfaces.all_numbers() {
        // One that was removed is not up either.
        let interface = state.interfaces.get(number);
        let up = interface.is_some_and(|interface| interface.running() && interface.master.is_none());
        rib.set_interface(Interface(number.0), up);
    }
    let mut wanted = BTreeSet::new();
    for (id, network, interface, address) in connected {
        wanted.insert(connected_id(id));
        rib.insert(connected_id(id), Candidate::connected(network, Interface(interface.0), address));
    }
    let mut checked = BTreeMap::new();
    for row in config.tables.ip_route.rows().iter().filter(|row| !row.dynamic) {
        if let Some(candidate) = candidate(config, row) {
            let id = RouteId(u64::from(row.id.0));
            wanted.insert(id);
            rib.insert(id, candidate);
            let gateway = row.item.gateway.as_ref().and_then(|gateway| gateway.address);
            if let (true, Some(gateway), false) = (candidate.check_gateway, gateway, row.disabled) {
                let by_arp = row.item.check_gateway == Some(CheckGateway::Arp);
                checked.entry(gateway).or_insert(if by_arp { By::Arp } else { By::Ping });
            }
        }
    }
    let gone: Vec<RouteId> = rib.iter().map(|(id, ..)| id).filter(|id| !wanted.contains(id)).collect();
    for id in gone {
        rib.remove(id);
    }
    for forgotten in running.checks.configure(now, &checked) {
        rib.set_gateway_alive(forgotten, true);
    }
    rib.commit(&mut state.ip.fib);
}

/// Brings flags up to date and makes a row for each connected route.
pub(super) fn refresh(config: &mut Config, state: &mut State, _now: Instant) {
    let rib = &state.ip.routes.rib;
    let mut texts = Vec::new();
    for row in config.tables.ip_route.rows().iter().filter(|row| !row.dynamic) {
        let known = rib.state(RouteId(u64::from(row.id.0)));
        texts.push((
            row.id,
            known.and_then(|state| immediate(config, state)),
            known.cloned().unwrap_or_default(),
        ));
    }
    let mut old: Vec<(Ipv4Network, Option<Gateway>, Id)> = Vec::new();
    for row in config.tables.ip_route.rows().iter().filter(|row| row.dynamic) {
        old.push((row.item.dst_address, row.item.gateway, row.id));
    }
    config.tables.ip_route.retain(|row| !row.dynamic);
    for (id, immediate, known) in texts {
        let Some(row) = config.tables.ip_route.by_id_mut(id) else { continue };
        row.item.immediate_gw = immediate;
        row.item.static_ = true;
        row.item.active = known.active && !row.disabled;
        row.item.inactive = !known.active && !row.disabled;
        row.item.ecmp = known.ecmp;
    }
    let connected: Vec<Route> = connected(config, state);
    for item in connected {
        let known = old
            .iter()
            .position(|(dst, gateway, _)| *dst == item.dst_address && *gateway == item.gateway)
            .map(|at| old.swap_remove(at).2);
        match known {
            Some(id) => config.tables.ip_route.push_with_id(id, item, true),
            None => {
                let _: Id = config.tables.ip_route.push(item, true);
            }
        }
    }
}

/// One row for each connected network of an interface; a second address in it adds none.
fn connected(config: &Config, state: &State) -> Vec<Route> {
    let mut shown = BTreeSet::new();
    let mut rows = Vec::new();
    for (id, candidate, known) in state.ip.routes.rib.iter() {
        let rib::Gateway::Interface(interface) = candidate.gateway else { continue };
        if candidate.origin != Origin::Connect
            || id.0 < 1 << 32
            || !shown.insert((candidate.prefix, interface))
        {
            continue;
        }
        let name = config.name(crate::config::INTERFACE, Id(interface.0)).unwrap_or_default();
        let own = candidate.pref_src.unwrap_or(Ipv4Addr::UNSPECIFIED);
        let active = known.is_some_and(|known| known.active);
        rows.push(Route {
            dst_address: candidate.prefix.into(),
            gateway: Some(Gateway { address: None, interface: Some(Ref::to(Id(interface.0))), table: None }),
            immediate_gw: active.then(|| name.clone()),
            distance: Num::new(0),
            scope: Num::new(10),
            target_scope: None,
            pref_src: None,
            local_address: Some(Text::from(format!("{own}%{name}"))),
            connect: true,
            active,
            inactive: !active,
            ecmp: known.is_some_and(|known| known.ecmp),
            ..Route::default()
        });
    }
    rows
}

/// `172.16.1.1%ether8`, or the interface alone.
fn immediate(config: &Config, state: &rib::State) -> Option<Text> {
    let hop = state.hops.first()?;
    let name = config.name(crate::config::INTERFACE, Number(hop.interface.0).id())?;
    Some(hop.gateway.map_or_else(|| name.clone(), |gateway| Text::from(format!("{gateway}%{name}"))))
}
