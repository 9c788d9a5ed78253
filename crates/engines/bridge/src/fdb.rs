//! The host table (FDB): MAC, or (VLAN, MAC), to port; hosts age without a timer each.
//!
//! An entry remembers when its host was last heard. A lookup passes over an entry that is too old, so to a reader the
//! host is gone to the nanosecond; the memory is given back by a sweep now and then. `oldest` is a lower bound of the
//! last-heard times, so a sweep that would find nothing is not made.

use crate::BridgePort;
use clock::{Duration, Instant};
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use wire::Mac;

/// How an entry came into the host table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HostKind {
    /// From the source address of a frame (flag `D`).
    Learned,
    /// Configured; never ages and never moves.
    Static,
    /// An address of the device: the bridge's or a port's (flags `DL`).
    Local,
}

/// A row of `/interface/bridge/host`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Host {
    /// The host's address.
    pub mac: Mac,
    /// Its VLAN; `None` without `vlan-filtering`.
    pub vid: Option<u16>,
    /// Where it is; `None` = the bridge interface itself.
    pub port: Option<BridgePort>,
    /// How it came here.
    pub kind: HostKind,
    /// When a frame from it came last; `None` unless learned.
    pub last_seen: Option<Instant>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    /// Last frame from the host; [`Instant::NEVER`] in a static entry, so the age test needs no second look.
    seen: Instant,
    port: BridgePort,
}

impl Entry {
    fn is_static(self) -> bool {
        self.seen == Instant::NEVER
    }
}

/// What a frame from a host did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Update {
    Refreshed,
    New,
    Moved(BridgePort),
    Static,
    Full,
}

#[derive(Clone, Debug)]
pub(crate) struct Fdb {
    entries: HashMap<u64, Entry, FixedState>,
    learned: u32,
    ageing: Duration,
    limit: u32,
    /// No learned entry was heard before this instant.
    oldest: Instant,
    sweep_at: Option<Instant>,
}

/// The key: VLAN ID above the 48 bits of the address.
#[inline]
pub(crate) fn key(vid: u16, mac: Mac) -> u64 {
    u64::from(vid) << 48 | mac.to_u64()
}

impl Fdb {
    pub(crate) fn new(ageing: Duration, limit: Option<u32>) -> Self {
        Self {
            entries: HashMap::with_hasher(FixedState::default()),
            learned: 0,
            ageing,
            limit: limit.unwrap_or(u32::MAX),
            oldest: Instant::NEVER,
            sweep_at: None,
        }
    }

    pub(crate) fn configure(&mut self, ageing: Duration, limit: Option<u32>) {
        self.ageing = ageing;
        self.limit = limit.unwrap_or(u32::MAX);
        if self.learned > 0 {
            self.arm(self.oldest);
        }
    }

    /// The port of a host that is not too old.
    #[inline]
    pub(crate) fn lookup(&self, now: Instant, key: u64) -> Option<BridgePort> {
        let entry = self.entries.get(&key)?;
        self.alive(now, *entry).then_some(entry.port)
    }

    #[inline]
    fn alive(&self, now: Instant, entry: Entry) -> bool {
        // `since` saturates to zero for a static entry, whose `seen` lies at the end of time.
        now.since(entry.seen) < self.ageing || entry.is_static()
    }

    /// Notes a frame from a host that is in the table through `port`; `None` when it is not there. An entry that is
    /// too old counts as new: it is the same memory.
    #[inline]
    pub(crate) fn refresh(&mut self, now: Instant, key: u64, port: BridgePort) -> Option<Update> {
        let ageing = self.ageing;
        let entry = self.entries.get_mut(&key)?;
        if entry.is_static() {
            return Some(Update::Static);
        }
        let fresh = now.since(entry.seen) < ageing;
        let from = entry.port;
        *entry = Entry { seen: now, port };
        Some(match (fresh, from == port) {
            (false, _) => Update::New,
            (true, true) => Update::Refreshed,
            (true, false) => Update::Moved(from),
        })
    }

    /// Adds a host that is not in the table.
    #[cold]
    pub(crate) fn learn(&mut self, now: Instant, key: u64, port: BridgePort) -> Update {
        if self.learned >= self.limit && now.since(self.oldest) >= self.ageing {
            self.sweep(now);
        }
        if self.learned >= self.limit || self.ageing == Duration::ZERO {
            return Update::Full;
        }
        self.entries.insert(key, Entry { seen: now, port });
        self.learned += 1;
        self.oldest = self.oldest.min(now);
        if self.sweep_at.is_none() {
            self.arm(now);
        }
        Update::New
    }

    /// Arms the next sweep: not before something can be too old.
    fn arm(&mut self, oldest: Instant) {
        self.sweep_at = Some(oldest + self.ageing);
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.sweep_at
    }

    /// Gives back the memory of hosts that are too old, when that is due.
    pub(crate) fn wake(&mut self, now: Instant) {
        if self.sweep_at.is_some_and(|at| at <= now) {
            self.sweep(now);
        }
    }

    fn sweep(&mut self, now: Instant) {
        let ageing = self.ageing;
        let mut oldest = Instant::NEVER;
        let mut learned = 0;
        self.entries.retain(|_, entry| {
            if entry.is_static() {
                return true;
            }
            let keep = now.since(entry.seen) < ageing;
            if keep {
                oldest = oldest.min(entry.seen);
                learned += 1;
            }
            keep
        });
        self.learned = learned;
        self.oldest = oldest;
        // Hosts age one by one; a sweep each would cost the square of their number. Readers never see the delay.
        self.sweep_at = (learned > 0).then(|| (oldest + ageing).max(now + ageing / 4));
    }

    /// Adds a static entry, replacing what was there.
    pub(crate) fn add_static(&mut self, key: u64, port: BridgePort) {
        self.remove(key);
        self.entries.insert(key, Entry { seen: Instant::NEVER, port });
    }

    pub(crate) fn remove(&mut self, key: u64) -> bool {
        match self.entries.remove(&key) {
            Some(entry) => {
                self.learned -= u32::from(!entry.is_static());
                true
            }
            None => false,
        }
    }

    /// Removes learned entries that `gone` names (key, port).
    pub(crate) fn flush(&mut self, gone: impl Fn(u64, BridgePort) -> bool) {
        let mut learned = self.learned;
        self.entries.retain(|key, entry| {
            let keep = entry.is_static() || !gone(*key, entry.port);
            learned -= u32::from(!keep);
            keep
        });
        self.learned = learned;
    }

    /// Removes every entry of `port`, static ones too.
    pub(crate) fn forget_port(&mut self, port: BridgePort) {
        self.flush(|_, at| at == port);
        self.entries.retain(|_, entry| entry.port != port);
    }

    /// Live entries as (key, port, last seen), sorted by key.
    pub(crate) fn sorted(&self, now: Instant) -> Vec<(u64, BridgePort, Option<Instant>)> {
        let mut rows: Vec<_> = self
            .entries
            .iter()
            .filter(|(_, entry)| self.alive(now, **entry))
            .map(|(key, entry)| (*key, entry.port, (!entry.is_static()).then_some(entry.seen)))
            .collect();
        rows.sort_unstable_by_key(|(key, ..)| *key);
        rows
    }
}
