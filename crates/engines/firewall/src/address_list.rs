//! Address lists (`/ip/firewall/address-list`): lookup by prefix, timeouts, entries added by rules.
//!
//! Each list holds its ranges as prefixes, one hash lookup for each prefix length in use, so a list of many single
//! addresses costs one lookup. A range that is no prefix is split into prefixes. DNS names are the caller's: it adds
//! the addresses that a name has and removes them again.
//!
//! `deadline` may change after any `&mut` call. Entries end only in [`AddressLists::wake`].

use crate::range::AddressRange;
use clock::{Deadlines, Duration, Instant};
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use std::collections::BTreeMap;

/// The longest timeout that RouterOS takes: 35w3d13h13m56s.
pub const MAX_TIMEOUT: Duration = Duration::from_secs(((35 * 7 + 3) * 24 + 13) * 3600 + 13 * 60 + 56);

/// A list; the device numbers the names. Small numbers: they index an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListId(pub u32);

/// An entry, in the order of creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(pub u64);

/// `address-list-timeout`, or how long an entry stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListTimeout {
    /// Until the router restarts; a dynamic entry.
    NoneDynamic,
    /// For ever; a saved entry.
    NoneStatic,
    /// For this long since the last hit; a dynamic entry.
    After(Duration),
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The list.
    pub list: ListId,
    /// Its addresses.
    pub range: AddressRange,
    /// Flag D: not saved and not exported.
    pub dynamic: bool,
    /// `creation-time`.
    pub created: Instant,
    /// When it ends, if it does.
    pub expires: Option<Instant>,
}

/// The list has an entry with exactly these addresses: RouterOS says `already have such entry`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duplicate(pub EntryId);

/// What [`AddressLists::touch`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touched {
    /// The address is new on the list.
    Added(EntryId),
    /// The entry was there; its timeout started again, if it has one.
    Refreshed(EntryId),
}

#[derive(Clone, Debug, Default)]
struct List {
    /// Bit n: some entry has prefix length n.
    lengths: u64,
    /// Entries for each network and length; the key is `length << 32 | network`.
    prefixes: HashMap<u64, u32, FixedState>,
    /// Prefixes for each length, to know when a bit of `lengths` goes.
    counts: BTreeMap<u8, u32>,
}

impl List {
    fn contains(&self, address: u32) -> bool {
        let mut lengths = self.lengths;
        while lengths != 0 {
            let len = lengths.trailing_zeros();
            lengths &= lengths - 1;
            if self.prefixes.contains_key(&key(address & mask(len), len)) {
                return true;
            }
        }
        false
    }

    fn insert(&mut self, net: u32, len: u8) {
        let count = self.prefixes.entry(key(net, u32::from(len))).or_insert(0);
        *count += 1;
        if *count == 1 {
            *self.counts.entry(len).or_insert(0) += 1;
            self.lengths |= 1 << len;
        }
    }

    fn remove(&mut self, net: u32, len: u8) {
        let key = key(net, u32::from(len));
        let Some(count) = self.prefixes.get_mut(&key) else { return };
        *count -= 1;
        if *count > 0 {
            return;
        }
        self.prefixes.remove(&key);
        if let Some(count) = self.counts.get_mut(&len) {
            *count -= 1;
            if *count == 0 {
                self.counts.remove(&len);
                self.lengths &= !(1 << len);
            }
        }
    }
}

const fn key(net: u32, len: u32) -> u64 {
    (len as u64) << 32 | net as u64
}

const fn mask(len: u32) -> u32 {
    if len == 0 { 0 } else { u32::MAX << (32 - len) }
}

/// All address lists of a router.
#[derive(Clone, Debug, Default)]
pub struct AddressLists {
    lists: Vec<List>,
    entries: BTreeMap<EntryId, Entry>,
    exact: HashMap<(ListId, AddressRange), EntryId, FixedState>,
    deadlines: Deadlines<EntryId>,
    next_id: u64,
    version: u64,
}

impl AddressLists {
    /// True when an entry of `list` holds `address` (as [`std::net::Ipv4Addr::to_bits`]); an unknown list is empty.
    #[must_use]
    #[inline]
    pub fn contains(&self, list: ListId, address: u32) -> bool {
        self.lists.get(list.0 as usize).is_some_and(|list| list.contains(address))
    }

    /// Adds an entry.
    ///
    /// # Errors
    /// [`Duplicate`] when the list has an entry with exactly these addresses.
    pub fn add(
        &mut self,
        now: Instant,
        list: ListId,
        range: AddressRange,
        timeout: ListTimeout,
    ) -> Result<EntryId, Duplicate> {
        if let Some(id) = self.exact.get(&(list, range)) {
            return Err(Duplicate(*id));
        }
        let id = EntryId(self.next_id);
        self.next_id += 1;
        self.version += 1;
        let expires = match timeout {
            ListTimeout::After(timeout) => Some(now + timeout),
            ListTimeout::NoneDynamic | ListTimeout::NoneStatic => None,
        };
        let dynamic = timeout != ListTimeout::NoneStatic;
        self.entries.insert(id, Entry { list, range, dynamic, created: now, expires });
        self.exact.insert((list, range), id);
        if let Some(expires) = expires {
            self.deadlines.set(id, expires);
        }
        let index = list.0 as usize;
        if self.lists.len() <= index {
            self.lists.resize_with(index + 1, List::default);
        }
        if let Some(list) = self.lists.get_mut(index) {
            each_prefix(range, |net, len| list.insert(net, len));
        }
        Ok(id)
    }

    /// Puts one address on a list, as a rule does. An entry that exists with a timeout starts it again; one without
    /// (static or `none-dynamic`) stays as it is.
    pub fn touch(&mut self, now: Instant, list: ListId, address: u32, timeout: ListTimeout) -> Touched {
        let range = AddressRange { first: address, last: address };
        match self.add(now, list, range, timeout) {
            Ok(id) => Touched::Added(id),
            Err(Duplicate(id)) => {
                if let (Some(entry), ListTimeout::After(timeout)) = (self.entries.get_mut(&id), timeout)
                    && entry.expires.is_some()
                {
                    entry.expires = Some(now + timeout);
                    self.version += 1;
                    self.deadlines.set(id, now + timeout);
                }
                Touched::Refreshed(id)
            }
        }
    }

    /// Changes when an entry ends; `None` = never. No effect on an entry that is gone.
    pub fn set_expires(&mut self, id: EntryId, expires: Option<Instant>) {
        let Some(entry) = self.entries.get_mut(&id) else { return };
        entry.expires = expires;
        self.version += 1;
        match expires {
            Some(at) => self.deadlines.set(id, at),
            None => {
                self.deadlines.stop(&id);
            }
        }
    }

    /// Removes an entry.
    pub fn remove(&mut self, id: EntryId) -> Option<Entry> {
        let entry = self.entries.remove(&id)?;
        self.version += 1;
        self.exact.remove(&(entry.list, entry.range));
        self.deadlines.stop(&id);
        if let Some(list) = self.lists.get_mut(entry.list.0 as usize) {
            each_prefix(entry.range, |net, len| list.remove(net, len));
        }
        Some(entry)
    }

    /// An entry.
    #[must_use]
    pub fn get(&self, id: EntryId) -> Option<&Entry> {
        self.entries.get(&id)
    }

    /// All entries in the order of creation.
    pub fn entries(&self) -> impl Iterator<Item = (EntryId, &Entry)> {
        self.entries.iter().map(|(id, entry)| (*id, entry))
    }

    /// Goes up with every change of an entry, so that a device need not look at all of them to see that there is none.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// When the next entry ends.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.deadlines.next()
    }

    /// Removes the entries whose time has come and appends their ids to `ended`.
    pub fn wake(&mut self, now: Instant, ended: &mut Vec<EntryId>) {
        while let Some(id) = self.deadlines.take_due(now) {
            self.remove(id);
            ended.push(id);
        }
    }
}

fn each_prefix(range: AddressRange, mut each: impl FnMut(u32, u8)) {
    let mut rest = Some(range);
    while let Some(((net, len), more)) = rest.and_then(AddressRange::split_prefix) {
        each(net, len);
        rest = more;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LIST: ListId = ListId(1);

    fn at(seconds: u64) -> Instant {
        Instant::START + Duration::from_secs(seconds)
    }

    #[test]
    fn a_timed_entry_is_refreshed_and_ends_on_time() {
        let mut lists = AddressLists::default();
        let timeout = ListTimeout::After(Duration::from_secs(10));
        let Touched::Added(id) = lists.touch(at(0), LIST, 5, timeout) else { panic!("added") };
        assert_eq!(lists.touch(at(4), LIST, 5, timeout), Touched::Refreshed(id));
        assert_eq!(lists.deadline(), Some(at(14)));
        let mut ended = Vec::new();
        lists.wake(at(13), &mut ended);
        assert!(lists.contains(LIST, 5) && ended.is_empty());
        lists.wake(at(14), &mut ended);
        assert!(!lists.contains(LIST, 5) && !lists.contains(ListId(9), 5));
        assert_eq!((ended, lists.deadline()), (vec![id], None));
    }

    #[test]
    fn a_static_entry_stays_static_when_a_rule_adds_it() {
        let mut lists = AddressLists::default();
        let range = AddressRange { first: 5, last: 5 };
        let id = lists.add(at(0), LIST, range, ListTimeout::NoneStatic).unwrap();
        let timeout = ListTimeout::After(Duration::from_secs(1));
        assert_eq!(lists.touch(at(1), LIST, 5, timeout), Touched::Refreshed(id));
        assert_eq!(lists.deadline(), None);
        assert!(!lists.get(id).unwrap().dynamic);
        assert_eq!(lists.add(at(0), LIST, range, ListTimeout::NoneDynamic), Err(Duplicate(id)));
        assert!(lists.add(at(0), ListId(0), range, ListTimeout::NoneDynamic).is_ok());
    }

    #[test]
    fn the_longest_timeout_is_35w3d13h13m56s() {
        assert_eq!(MAX_TIMEOUT.to_string(), "35w3d13h13m56s");
    }

    fn arb_range() -> impl Strategy<Value = AddressRange> {
        (0u32..64, 0u32..64).prop_map(|(a, b)| AddressRange { first: a.min(b), last: a.max(b) })
    }

    proptest! {
        #[test]
        fn lookup_equals_a_scan_of_the_ranges(
            ranges in prop::collection::vec((arb_range(), any::<bool>()), 0..12),
        ) {
            let mut lists = AddressLists::default();
            let mut model = Vec::new();
            for (range, keep) in ranges {
                if let Ok(id) = lists.add(at(0), LIST, range, ListTimeout::NoneStatic) {
                    if keep { model.push(range) } else { lists.remove(id); }
                }
            }
            for address in 0..70 {
                let expected = model.iter().any(|range| range.contains(address));
                prop_assert_eq!(lists.contains(LIST, address), expected);
            }
        }
    }
}
