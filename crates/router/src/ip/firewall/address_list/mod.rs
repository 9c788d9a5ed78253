//! `/ip/firewall/address-list`: named sets of addresses that rules test and fill.
//!
//! Manual: "Address-lists". The engine is [`firewall::address_list`]. Entries given as DNS names are stored and match
//! nothing until the DNS client is simulated.
//!
//! Lists of 100,000 entries are usual (blocklists loaded line by line), so adding one row looks at that row only: the
//! [`Index`] knows what is there, and [`Seen`] where the new rows begin.

mod menu;

pub use self::menu::{Entry, Timeout};

use crate::config::{Change, Config, Feature};
use crate::state::State;
use ::menu::{AddressEntry, AddressMatcher, Id, Menu, Rejected, Row, Text};
use clock::Instant;
use firewall::address_list::{EntryId, ListTimeout};
use firewall::range::AddressRange;
use std::collections::{BTreeMap, BTreeSet};

/// `/ip/firewall/address-list`.
pub static FEATURE: Feature = Feature { check, apply, refresh, ..Feature::NONE };

/// The enabled entries of one list: ranges by first and last address, and DNS names.
#[derive(Clone, Debug, Default)]
struct Known {
    ranges: BTreeMap<(u32, u32), Id>,
    names: BTreeMap<Text, Id>,
}

/// The entries of the menu by list and address.
#[derive(Clone, Debug, Default)]
pub struct Index(BTreeMap<Text, Known>);

fn bounds(address: &AddressMatcher) -> (u32, u32) {
    let (first, last) = address.bounds();
    (first.to_bits(), last.to_bits())
}

impl Index {
    /// Takes an enabled entry in.
    fn insert(&mut self, row: &Row<Entry>) {
        if row.disabled {
            return;
        }
        if !self.0.contains_key(&row.item.list) {
            self.0.insert(row.item.list.clone(), Known::default());
        }
        let Some(list) = self.0.get_mut(&row.item.list) else { return };
        match &row.item.address {
            AddressEntry::Address(address) => list.ranges.insert(bounds(address), row.id),
            AddressEntry::Name(name) => list.names.insert(name.clone(), row.id),
        };
    }

    fn get(&self, item: &Entry) -> Option<Id> {
        let list = self.0.get(&item.list)?;
        match &item.address {
            AddressEntry::Address(address) => list.ranges.get(&bounds(address)).copied(),
            AddressEntry::Name(name) => list.names.get(name).copied(),
        }
    }
}

/// How far the rows were looked at, and when.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen {
    /// Rows at the start of the table that the engine knows.
    applied: usize,
    /// Rows at the start of the table whose fields are of `at` and `version`.
    refreshed: usize,
    at: Option<Instant>,
    version: u64,
    /// Changes of the engine since then that came from rows added at the end.
    own_changes: u64,
}

fn check(config: &Config, change: &mut Change<'_>) -> Result<(), Rejected> {
    let is_new = matches!(change, Change::Add(..));
    if let Change::Disable(def, id, false) = change
        && def.path == Entry::DEF.path
        && let Some(row) = config.tables.address_list.by_id(*id)
    {
        return refuse_taken(config, Some(*id), &row.item);
    }
    let disabled = change.disabled(config);
    let Some((id, item)) = change.item::<Entry>() else { return Ok(()) };
    if let AddressEntry::Address(address) = item.address {
        item.address = AddressEntry::Address(address.simplified());
    }
    if is_new {
        item.engine = None;
        item.creation_time = None;
    }
    if disabled { Ok(()) } else { refuse_taken(config, id, item) }
}

/// Two enabled entries of a list may not be the same.
fn refuse_taken(config: &Config, id: Option<Id>, item: &Entry) -> Result<(), Rejected> {
    let held = config.address_lists.get(item).filter(|known| Some(*known) != id);
    let same = |known: Id| {
        config.tables.address_list.by_id(known).is_some_and(|row| {
            !row.disabled && row.item.list == item.list && row.item.address == item.address
        })
    };
    if held.is_some_and(same) {
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

/// Brings the engine's entry of one row in line.
fn apply_row(row: &mut Row<Entry>, firewall: &mut super::Running, now: Instant) {
    let before = firewall.address_lists.version();
    if row.item.creation_time.is_none() {
        row.item.creation_time = Some(crate::log::local_date(now, firewall.utc_offset_seconds));
    }
    let wanted = (!row.disabled).then(|| range(&row.item.address)).flatten();
    let list = firewall.list_number(&row.item.list.to_string());
    let known = row.item.engine.map(EntryId);
    let entry = known.and_then(|id| firewall.address_lists.get(id));
    let same = entry.is_some_and(|entry| Some(entry.range) == wanted && entry.list == list)
        && row.item.timeout == row.item.given_timeout;
    if !same {
        if let Some(id) = known {
            firewall.address_lists.remove(id);
            firewall.list_rows.remove(&id.0);
        }
        let timeout = row.item.timeout.map_or(ListTimeout::NoneStatic, |time| ListTimeout::After(time.get()));
        row.item.engine = wanted.and_then(|range| {
            let made = firewall.address_lists.add(now, list, range, timeout).or_else(|held| {
                // A rule put the same address there: the row that a person writes takes its place.
                firewall.address_lists.remove(held.0);
                firewall.list_seen.at = None;
                firewall.address_lists.add(now, list, range, timeout)
            });
            made.ok().map(|id| id.0)
        });
        row.item.given_timeout = row.item.timeout;
    }
    firewall.list_rows.extend(row.item.engine);
    firewall.list_seen.own_changes += firewall.address_lists.version() - before;
}

fn apply(config: &mut Config, state: &mut State, now: Instant) {
    let firewall = &mut state.ip.firewall;
    let seen = firewall.list_seen.applied;
    let only_added = config.only_added(Entry::DEF);
    let rows = config.tables.address_list.rows_mut();
    if only_added && seen <= rows.len() {
        for row in rows.iter_mut().skip(seen) {
            apply_row(row, firewall, now);
            config.address_lists.insert(row);
        }
        firewall.list_seen.applied = rows.len();
        return;
    }
    config.address_lists = Index::default();
    let mut kept = BTreeSet::new();
    for row in rows.iter_mut() {
        apply_row(row, firewall, now);
        config.address_lists.insert(row);
        kept.extend(row.item.engine);
    }
    // Entries whose row is gone go; those that rules made and no print has shown yet stay.
    let gone: Vec<u64> = firewall.list_rows.difference(&kept).copied().collect();
    for id in gone {
        firewall.address_lists.remove(EntryId(id));
    }
    firewall.list_rows = kept;
    firewall.list_seen = Seen { applied: rows.len(), ..Seen::default() };
}

/// Brings the rows up to date: expired ones go, those that rules made come, and the remaining times are told.
fn refresh(config: &mut Config, state: &mut State, now: Instant) {
    let firewall = &mut state.ip.firewall;
    let Seen { applied, refreshed, at, version, own_changes } = firewall.list_seen;
    let len = config.tables.address_list.len();
    let only_added =
        at == Some(now) && version + own_changes == firewall.address_lists.version() && applied == len;
    if only_added && refreshed == len {
        return;
    }
    let from = if only_added { refreshed } else { 0 };
    if !only_added {
        follow_engine(config, firewall);
    }
    for row in config.tables.address_list.rows_mut().iter_mut().skip(from) {
        fill(row, firewall, now);
    }
    let len = config.tables.address_list.len();
    let version = firewall.address_lists.version();
    firewall.list_seen = Seen { applied: len, refreshed: len, at: Some(now), version, own_changes: 0 };
}

/// Rows of entries that ended go; entries that rules made get rows.
fn follow_engine(config: &mut Config, firewall: &mut super::Running) {
    config
        .tables
        .address_list
        .retain(|row| row.item.engine.is_none_or(|id| firewall.address_lists.get(EntryId(id)).is_some()));
    let shown: BTreeSet<u64> =
        config.tables.address_list.rows().iter().filter_map(|row| row.item.engine).collect();
    for (id, entry) in firewall.address_lists.entries() {
        if shown.contains(&id.0) {
            continue;
        }
        let name = firewall.lists.get(entry.list.0 as usize).map(|name| name.to_string());
        let address = AddressMatcher::Range(entry.range.first.into(), entry.range.last.into()).simplified();
        let item = Entry {
            list: name.unwrap_or_default().into(),
            address: AddressEntry::Address(address),
            engine: Some(id.0),
            ..Entry::default()
        };
        config.tables.address_list.push(item, true);
    }
    firewall.list_rows = config.tables.address_list.rows().iter().filter_map(|row| row.item.engine).collect();
    config.address_lists = Index::default();
    for row in config.tables.address_list.rows() {
        config.address_lists.insert(row);
    }
}

fn fill(row: &mut Row<Entry>, firewall: &super::Running, now: Instant) {
    let Some(entry) = row.item.engine.and_then(|id| firewall.address_lists.get(EntryId(id))) else {
        return;
    };
    if row.item.creation_time.is_none() {
        row.item.creation_time = Some(crate::log::local_date(entry.created, firewall.utc_offset_seconds));
    }
    row.dynamic = entry.dynamic;
    row.item.timeout = entry.expires.map(|expires| {
        Timeout::new(clock::Duration::from_secs(expires.since(now).as_nanos().div_ceil(1_000_000_000)))
    });
    row.item.given_timeout = row.item.timeout;
}
