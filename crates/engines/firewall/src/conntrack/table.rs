//! The table of confirmed connections: slots, an index by tuple, a heap of deadlines, a count by source.

use super::{Connection, ConnectionFlags, Direction, Tuple};
use clock::Instant;
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// Slots that are looked at for a connection to evict.
const EVICT_SCAN: usize = 64;

/// A place in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Slot(u32);

impl Slot {
    /// Not in the table.
    pub(crate) const PENDING: Self = Self(u32::MAX);
}

#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    slots: Vec<Option<Connection>>,
    free: Vec<u32>,
    /// Both tuples of each connection. Never iterated.
    index: HashMap<Tuple, (Slot, Direction), FixedState>,
    /// Deadlines with the connection's sequence and slot. An entry is stale unless the connection is armed for it.
    heap: BinaryHeap<Reverse<(Instant, u64, Slot)>>,
    /// Connections by the address that opened them.
    sources: BTreeMap<u32, u32>,
    len: usize,
    evict_from: usize,
}

impl Table {
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    #[inline]
    pub(super) fn get(&self, slot: Slot) -> Option<&Connection> {
        self.slots.get(slot.0 as usize)?.as_ref()
    }

    #[inline]
    pub(super) fn get_mut(&mut self, slot: Slot) -> Option<&mut Connection> {
        self.slots.get_mut(slot.0 as usize)?.as_mut()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Slot, &Connection)> {
        self.slots.iter().enumerate().filter_map(|(i, c)| Some((Slot(i as u32), c.as_ref()?)))
    }

    /// The connection of a tuple, if it has not run out.
    #[inline]
    pub(super) fn find(&self, now: Instant, tuple: &Tuple) -> Option<(Slot, Direction)> {
        let (slot, direction) = *self.index.get(tuple)?;
        self.get(slot).filter(|connection| connection.expires > now)?;
        Some((slot, direction))
    }

    /// `None` when another live connection has one of the tuples.
    pub(super) fn insert(&mut self, now: Instant, connection: Connection) -> Option<Slot> {
        for tuple in [connection.original, connection.reply] {
            if let Some((slot, _)) = self.index.get(&tuple).copied() {
                if self.get(slot).is_some_and(|other| other.expires > now) {
                    return None;
                }
                self.remove(slot);
            }
        }
        let slot = Slot(self.free.pop().unwrap_or(self.slots.len() as u32));
        if slot.0 as usize == self.slots.len() {
            self.slots.push(None);
        }
        // A packet to oneself has one tuple for both directions: the original one wins.
        self.index.insert(connection.reply, (slot, Direction::Reply));
        self.index.insert(connection.original, (slot, Direction::Original));
        *self.sources.entry(connection.original.src).or_insert(0) += 1;
        let expires = connection.expires;
        if let Some(place) = self.slots.get_mut(slot.0 as usize) {
            *place = Some(connection);
        }
        self.len += 1;
        self.refresh(slot, expires);
        Some(slot)
    }

    /// Sets when a connection ends. Only an earlier end needs a new place in the heap.
    #[inline]
    pub(super) fn refresh(&mut self, slot: Slot, expires: Instant) {
        let Some(connection) = self.get_mut(slot) else { return };
        connection.expires = expires;
        if expires < connection.armed {
            connection.armed = expires;
            let sequence = connection.sequence;
            self.heap.push(Reverse((expires, sequence, slot)));
        }
    }

    pub(super) fn remove(&mut self, slot: Slot) -> Option<Connection> {
        let connection = self.slots.get_mut(slot.0 as usize)?.take()?;
        self.index.remove(&connection.original);
        self.index.remove(&connection.reply);
        if let Some(count) = self.sources.get_mut(&connection.original.src) {
            *count -= 1;
            if *count == 0 {
                self.sources.remove(&connection.original.src);
            }
        }
        self.free.push(slot.0);
        self.len -= 1;
        Some(connection)
    }

    /// Removes one connection that is not assured, looking at a bounded number (Linux `early_drop`).
    pub(super) fn evict_unassured(&mut self) -> bool {
        for _ in 0..EVICT_SCAN.min(self.slots.len()) {
            self.evict_from = (self.evict_from + 1) % self.slots.len();
            let slot = Slot(self.evict_from as u32);
            if self.get(slot).is_some_and(|c| !c.flags.contains(ConnectionFlags::ASSURED)) {
                self.remove(slot);
                return true;
            }
        }
        false
    }

    pub(super) fn count_sources(&self, first: u32, last: u32) -> u64 {
        self.sources.range(first..=last).map(|(_, count)| u64::from(*count)).sum()
    }

    #[inline]
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.heap.peek().map(|Reverse((due, ..))| *due)
    }

    pub(super) fn sweep(&mut self, now: Instant) -> usize {
        let mut removed = 0;
        while let Some(Reverse((due, sequence, slot))) = self.heap.peek().copied()
            && due <= now
        {
            self.heap.pop();
            let Some(connection) = self.get_mut(slot) else { continue };
            if connection.sequence != sequence || connection.armed != due {
                continue;
            }
            if connection.expires <= now {
                self.remove(slot);
                removed += 1;
            } else {
                connection.armed = connection.expires;
                let again = connection.expires;
                self.heap.push(Reverse((again, sequence, slot)));
            }
        }
        removed
    }
}
