//! `/ip/firewall/address-list`: named sets of addresses that rules test and fill.
//!
//! Manual: "Address-lists". The engine is [`firewall::address_list`]. Entries given as DNS names are stored and match
//! nothing until the DNS client is simulated.

mod menu;

pub use self::menu::Entry;

use crate::config::{Change, Config, Feature};
use crate::state::State;
use ::menu::{AddressEntry, AddressMatcher, Rejected};
use clock::Instant;
use firewall::address_list::{EntryId, ListTimeout};
use firewall::range::AddressRange;
use std::collections::BTreeSet;

/// `/ip/firewall/address-list`.
pub static FEATURE: Feature = Feature { check, apply, refresh, ..Feature::NONE };

fn check(config: &Config, change: &mut Change<'_>) -> Result<(), Rejected> {
    let is_new = matches!(change, Change::Add(..));
    let Some((id, item)) = change.item::<Entry>() else { return Ok(()) };
    if let AddressEntry::Address(address) = item.address {
        item.address = AddressEntry::Address(address.simplified());
    }
    if is_new {
        item.engine = None;
    }
    let rows = config.tables.address_list.rows();
    if rows
        .iter()
        .any(|row| Some(row.id) != id && row.item.list == item.list && row.item.address == item.address)
    {
        return Err(Rejected::failure("already have such entry").at("address"));
    }
    Ok(())
}

fn range(address: &AddressEntry) -> Option<AddressRange> {
    match address {
        AddressEntry::Address(matcher) => {
            let (first, last) = matcher.bounds();
            Some(AddressRange::new(first, last))
        }
        AddressEntry::Name(_) => None,
    }
}

fn apply(config: &mut Config, state: &mut State, now: Instant) {
    let firewall = &mut state.ip.firewall;
    let mut kept = BTreeSet::new();
    for row in config.tables.address_list.rows_mut() {
        let wanted = (!row.disabled).then(|| range(&row.item.address)).flatten();
        let list = firewall.list_number(&row.item.list.to_string());
        let known = row.item.engine.map(EntryId);
        let same = known
            .and_then(|id| firewall.address_lists.get(id))
            .is_some_and(|entry| Some(entry.range) == wanted && entry.list == list);
        if !same {
            if let Some(id) = known {
                firewall.address_lists.remove(id);
            }
            let timeout = row.item.timeout.map_or(ListTimeout::NoneStatic, ListTimeout::After);
            row.item.engine = wanted
                .and_then(|range| firewall.address_lists.add(now, list, range, timeout).ok())
                .map(|id| id.0);
        }
        kept.extend(row.item.engine);
    }
    // Static entries whose row is gone go; those that rules made stay.
    let gone: Vec<EntryId> = firewall
        .address_lists
        .entries()
        .filter(|(id, entry)| !kept.contains(&id.0) && (!entry.dynamic || firewall.list_rows.contains(&id.0)))
        .map(|(id, _)| id)
        .collect();
    for id in gone {
        firewall.address_lists.remove(id);
    }
    firewall.list_rows = kept;
}

fn refresh(config: &mut Config, state: &mut State, now: Instant) {
    let firewall = &mut state.ip.firewall;
    config.tables.address_list.retain(|row| {
        let alive = row.item.engine.is_some_and(|id| firewall.address_lists.get(EntryId(id)).is_some());
        alive || (row.item.timeout.is_none() && !row.dynamic)
    });
    let shown: BTreeSet<u64> =
        config.tables.address_list.rows().iter().filter_map(|row| row.item.engine).collect();
    for (id, entry) in firewall.address_lists.entries() {
        if !shown.contains(&id.0) {
            let name = firewall.lists.get(entry.list.0 as usize).map(|name| name.to_string());
            let address =
                AddressMatcher::Range(entry.range.first.into(), entry.range.last.into()).simplified();
            let item = Entry {
                list: name.unwrap_or_default().into(),
                address: AddressEntry::Address(address),
                engine: Some(id.0),
                ..Entry::default()
            };
            config.tables.address_list.push(item, true);
            firewall.list_rows.insert(id.0);
        }
    }
    for row in config.tables.address_list.rows_mut() {
        let Some(entry) = row.item.engine.and_then(|id| firewall.address_lists.get(EntryId(id))) else {
            continue;
        };
        row.item.creation_time = Some(crate::log::date_time(entry.created).into());
        row.dynamic = entry.dynamic;
        if let Some(expires) = entry.expires {
            row.item.timeout = Some(clock::Duration::from_secs(expires.since(now).as_secs()));
        }
    }
}
