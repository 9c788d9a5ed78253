//! `/ip/address`: IPv4 addresses of the device.
//!
//! Manual: "IP Addressing". The engine is [`ip::v4::address`]; connected routes are made by `/ip/route` from here.

mod menu;

pub use self::menu::Address;

use crate::config::{Change, Config, Feature};
use crate::interface::Number;
use crate::state::State;
use ::menu::{Id, Ref, Rejected, Row};
use clock::Instant;
use core::net::Ipv4Addr;
use ipnet::Ipv4Net;
use std::collections::BTreeSet;

/// `/ip/address`.
pub static FEATURE: Feature = Feature { check, apply, refresh, ..Feature::NONE };

fn check(config: &Config, change: &mut Change<'_>) -> Result<(), Rejected> {
    let Some((id, item)) = change.item::<Address>() else { return Ok(()) };
    let taken = config.tables.ip_address.rows().iter().any(|row| {
        Some(row.id) != id
            && row.item.interface == item.interface
            && row.item.address.addr() == item.address.addr()
    });
    if taken {
        return Err(Rejected::failure("already have such address").at("address"));
    }
    // `network` follows the address unless it is a point-to-point address with the network of its own.
    let own = item.address.trunc().addr();
    let before = id.and_then(|id| config.tables.ip_address.by_id(id)).map(|row| &row.item);
    let followed = before
        .is_some_and(|old| old.network == item.network && old.network == Some(old.address.trunc().addr()));
    if item.address.prefix_len() < 32 || item.network.is_none() || followed {
        item.network = Some(own);
    }
    Ok(())
}

/// The networks that addresses connect: (id of the address, network, interface, address), the first of each network on an
/// interface only. A second address in a network is for the device itself; the route and the source address are those of
/// the first.
pub(crate) fn connected(config: &Config, state: &State) -> Vec<(Id, Ipv4Net, Number, Ipv4Addr)> {
    let mut known = BTreeSet::new();
    let mut networks = Vec::new();
    for row in config.tables.ip_address.rows().iter().filter(|row| !row.disabled) {
        let Some(interface) = actual(state, row.item.interface.id.into()) else { continue };
        let network = network(&row.item);
        if known.insert((network, interface)) {
            networks.push((row.id, network, interface, row.item.address.addr()));
        }
    }
    networks
}

/// The interface that an address acts on: the bridge, when it was put on one of its ports.
fn actual(state: &State, interface: Number) -> Option<Number> {
    let running = state.interfaces.get(interface)?;
    Some(running.master.map_or(interface, |(bridge, _)| bridge))
}

/// The network that an address connects: its own, or the other end of a point-to-point address.
fn network(item: &Address) -> Ipv4Net {
    match item.network {
        Some(network) if item.address.prefix_len() == 32 => Ipv4Net::from(network),
        _ => item.address.trunc(),
    }
}

fn wanted(config: &Config, state: &State) -> Vec<ip::v4::address::Address> {
    let row = |row: &Row<Address>| {
        let interface = actual(state, row.item.interface.id.into())?;
        if !state.interfaces.get(interface)?.link.enabled {
            return None;
        }
        Some(ip::v4::address::Address {
            interface: ip::Interface(interface.0),
            address: row.item.address.addr(),
            network: network(&row.item),
        })
    };
    config.tables.ip_address.rows().iter().filter(|row| !row.disabled).filter_map(row).collect()
}

fn apply(config: &mut Config, state: &mut State, _now: Instant) {
    let wanted = wanted(config, state);
    if state.ip.addresses.iter().eq(wanted.iter()) {
        return;
    }
    let old: Vec<_> = state.ip.addresses.iter().copied().collect();
    for address in old {
        state.ip.addresses.remove(address.interface, address.address, &mut state.ip.fib);
    }
    for address in wanted {
        state.ip.addresses.add(address, &mut state.ip.fib);
    }
}

fn refresh(config: &mut Config, state: &mut State, _now: Instant) {
    let known: Vec<_> = config
        .tables
        .ip_address
        .rows()
        .iter()
        .map(|row| {
            let interface = Number::from(row.item.interface.id);
            (actual(state, interface), actual(state, interface) != Some(interface))
        })
        .collect();
    for (row, (actual, slave)) in config.tables.ip_address.rows_mut().iter_mut().zip(known) {
        row.invalid = actual.is_none();
        row.item.actual_interface = actual.map(|number| Ref::to(number.id()));
        row.item.slave = actual.is_some() && slave;
    }
}
