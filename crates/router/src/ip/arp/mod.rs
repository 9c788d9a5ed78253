//! `/ip/arp`: neighbours and their MAC addresses.
//!
//! Manual: "ARP"; RFC 826. The engine is [`ip::v4::arp`]; requests and answers pass through `flow/neighbour.rs`.

mod menu;

pub use self::menu::{Entry, Status};

use crate::config::{Change, Config, Feature};
use crate::interface::Number;
use crate::interface::arp_mode::ArpMode;
use crate::state::State;
use ::menu::{Id, Ref, Rejected, Row};
use clock::Instant;
use ip::Interface;
use ip::v4::arp::{Link, Mode, Row as Known, State as Neighbour};
use std::collections::BTreeSet;

/// `/ip/arp`.
pub static FEATURE: Feature = Feature { check, apply, refresh, ..Feature::NONE };

fn check(config: &Config, change: &mut Change<'_>) -> Result<(), Rejected> {
    let Some((id, item)) = change.item::<Entry>() else { return Ok(()) };
    let mut others = config.tables.ip_arp.rows().iter().filter(|row| !row.dynamic && Some(row.id) != id);
    if others.any(|row| row.item.address == item.address && row.item.interface == item.interface) {
        return Err(Rejected::failure("already have such entry").at("address"));
    }
    Ok(())
}

const fn mode(mode: ArpMode) -> Mode {
    match mode {
        ArpMode::Enabled => Mode::Enabled,
        ArpMode::Disabled => Mode::Disabled,
        ArpMode::ProxyArp => Mode::ProxyArp,
        ArpMode::LocalProxyArp => Mode::LocalProxyArp,
        ArpMode::ReplyOnly => Mode::ReplyOnly,
    }
}

fn apply(config: &mut Config, state: &mut State, now: Instant) {
    let mut out = std::mem::take(&mut state.ip.neighbour_outputs);
    let neighbours = &mut state.ip.neighbours;
    let mut alive = BTreeSet::new();
    for (number, interface) in state.interfaces.iter() {
        let key = Interface(number.0);
        if interface.running() && interface.master.is_none() {
            alive.insert(number.0);
            let link = Link {
                mac: interface.mac,
                mode: mode(interface.arp),
                base_reachable: Some(interface.arp_timeout),
            };
            neighbours.set_link(key, link);
        } else if state.ip.arp_links.contains(&number.0) {
            neighbours.remove_link(key, &mut out);
        }
    }
    for gone in state.ip.arp_links.difference(&alive) {
        neighbours.remove_link(Interface(*gone), &mut out);
    }
    state.ip.arp_links = alive;
    let (mut wanted, mut published) = (BTreeSet::new(), BTreeSet::new());
    for row in config.tables.ip_arp.rows().iter().filter(|row| !row.dynamic && !row.disabled) {
        let interface = Interface(row.item.interface.id.0);
        let place = (interface, row.item.address);
        if !state.ip.arp_links.contains(&interface.0) {
            continue;
        }
        match row.item.mac_address {
            Some(mac) => {
                wanted.insert(place);
                neighbours.set_static(now, interface, row.item.address, mac, row.item.published, &mut out);
            }
            None if row.item.published => {
                published.insert(place);
            }
            None => {}
        }
    }
    for (interface, address) in state.ip.arp_published.difference(&published) {
        neighbours.publish(*interface, *address, false);
    }
    for (interface, address) in &published {
        neighbours.publish(*interface, *address, true);
    }
    state.ip.arp_published = published;
    state.ip.arp_fixed.clone_from(&wanted);
    // Entries of DHCP leases (`add-arp`); what is configured comes first.
    for (interface, address, mac) in state.ip.dhcp.arp.iter() {
        let known = neighbours.get(interface, address).is_some_and(|row| row.state == Neighbour::Permanent);
        if wanted.insert((interface, address)) && !known && state.ip.arp_links.contains(&interface.0) {
            neighbours.set_static(now, interface, address, mac, false, &mut out);
        }
    }
    for gone in neighbours.rows().iter().filter(|known| known.state == Neighbour::Permanent) {
        if !wanted.contains(&(gone.interface, gone.address)) {
            neighbours.remove(gone.interface, gone.address, &mut out);
        }
    }
    // Dynamic rows that the user removed.
    let shown: BTreeSet<_> = config.tables.ip_arp.rows().iter().map(key).collect();
    let removed: Vec<_> = state.ip.arp_rows.difference(&shown).copied().collect();
    for (interface, address) in removed {
        neighbours.remove(interface, address, &mut out);
        state.ip.arp_rows.remove(&(interface, address));
    }
    state.ip.neighbour_outputs = out;
}

fn key(row: &Row<Entry>) -> (Interface, core::net::Ipv4Addr) {
    (Interface(row.item.interface.id.0), row.item.address)
}

fn status(state: Neighbour) -> Status {
    match state {
        Neighbour::Incomplete => Status::Incomplete,
        Neighbour::Reachable => Status::Reachable,
        Neighbour::Stale => Status::Stale,
        Neighbour::Delay => Status::Delay,
        Neighbour::Probe => Status::Probe,
        Neighbour::Failed => Status::Failed,
        Neighbour::Permanent => Status::Permanent,
    }
}

fn fill(item: &mut Entry, known: &Known) {
    item.mac_address = known.mac;
    item.status = status(known.state);
    item.complete = !matches!(known.state, Neighbour::Incomplete | Neighbour::Failed) && known.mac.is_some();
}

fn refresh(config: &mut Config, state: &mut State, _now: Instant) {
    let known = state.ip.neighbours.rows();
    let alive: BTreeSet<_> = known.iter().map(|row| (row.interface, row.address)).collect();
    let fixed: BTreeSet<_> =
        config.tables.ip_arp.rows().iter().filter(|row| !row.dynamic && !row.disabled).map(key).collect();
    config
        .tables
        .ip_arp
        .retain(|row| !row.dynamic || alive.contains(&key(row)) && !fixed.contains(&key(row)));
    let running: BTreeSet<u32> = state.interfaces.iter().map(|(number, _)| number.0).collect();
    for row in config.tables.ip_arp.rows_mut() {
        row.item.complete = row.item.mac_address.is_some();
        row.item.status = Status::Permanent;
        row.invalid = !running.contains(&Number::from(row.item.interface.id).0);
    }
    state.ip.arp_rows.clear();
    for neighbour in &known {
        let place = (neighbour.interface, neighbour.address);
        let mut rows = config.tables.ip_arp.rows_mut().iter_mut();
        let row = rows.find(|row| key(row) == place && (row.dynamic || !row.disabled));
        match row {
            Some(row) => fill(&mut row.item, neighbour),
            None => {
                let mut item = Entry {
                    address: neighbour.address,
                    interface: Ref::to(Id(neighbour.interface.0)),
                    ..Entry::default()
                };
                fill(&mut item, neighbour);
                config.tables.ip_arp.push(item, true);
            }
        }
        state.ip.arp_rows.insert(place);
    }
    for row in config.tables.ip_arp.rows_mut() {
        row.item.dhcp = row.dynamic && state.ip.dhcp.arp.contains(key(row).0, key(row).1);
    }
}
