//! Address pools (`/ip/pool`): ranges, chains, and who holds which address.
//!
//! Free addresses are kept as runs, one ordered map for each pool, so taking the highest free address, a given one,
//! or giving one back costs the logarithm of the number of runs, even on a /8 in use.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::Ipv4Addr;

/// A pool's id, chosen by the device (its row).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PoolId(pub u32);

/// Settings of a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolConfig {
    /// `name`, for log lines.
    pub name: String,
    /// `ranges`: first and last address of each, as written; they must not overlap. A reversed pair is empty.
    pub ranges: Vec<(Ipv4Addr, Ipv4Addr)>,
    /// `next-pool`: asked when this one is exhausted.
    pub next_pool: Option<PoolId>,
}

/// Which service holds an address (`owner` in `/ip/pool/used`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// A DHCP lease; `info` is the MAC.
    Dhcp,
    /// A PPP session; `info` is the user.
    Ppp,
    /// An IPsec peer; `info` is `<remote-ip>, <id>`.
    Ipsec,
    /// A HotSpot host; `info` is the MAC.
    Hotspot,
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Dhcp => "DHCP",
            Self::Ppp => "PPP",
            Self::Ipsec => "IPsec",
            Self::Hotspot => "Hotspot",
        })
    }
}

/// A row of `/ip/pool/used`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    /// The pool.
    pub pool: PoolId,
    /// The address.
    pub address: Ipv4Addr,
    /// Who holds it.
    pub owner: Owner,
    /// What the owner knows it by.
    pub info: String,
}

/// Who holds or held an address.
type Holder = (Owner, String);

#[derive(Clone, Debug)]
struct Pool {
    config: PoolConfig,
    /// Free runs: (range number, first) → last. Reserved addresses are in no run.
    free: BTreeMap<(usize, u32), u32>,
    used: BTreeMap<u32, Holder>,
    /// Who held a free address last, so that it gets the same one again; both ways.
    former: BTreeMap<u32, Holder>,
    former_of: BTreeMap<Holder, u32>,
}

/// All pools of a device.
#[derive(Clone, Debug, Default)]
pub struct Pools {
    pools: BTreeMap<PoolId, Pool>,
    /// Addresses that are handed out to nobody unless asked for by name; counted, as several may reserve one.
    reserved: BTreeMap<u32, u32>,
}

impl Pools {
    /// Adds a pool or replaces its settings. Addresses in use stay in use, also outside the new ranges.
    pub fn set(&mut self, id: PoolId, config: PoolConfig) {
        let mut pool = Pool {
            config,
            free: BTreeMap::new(),
            used: BTreeMap::new(),
            former: BTreeMap::new(),
            former_of: BTreeMap::new(),
        };
        if let Some(old) = self.pools.remove(&id) {
            pool.used = old.used;
            pool.former = old.former;
            pool.former_of = old.former_of;
        }
        pool.build_free(&self.reserved);
        self.pools.insert(id, pool);
    }

    /// Removes a pool with all that it knew.
    pub fn remove(&mut self, id: PoolId) {
        self.pools.remove(&id);
    }

    /// Settings of a pool.
    #[must_use]
    pub fn config(&self, id: PoolId) -> Option<&PoolConfig> {
        self.pools.get(&id).map(|pool| &pool.config)
    }

    /// The read-only counters `total` and `used` of the pool itself; `available` is the difference.
    #[must_use]
    pub fn counts(&self, id: PoolId) -> (u64, u64) {
        self.pools.get(&id).map_or((0, 0), |pool| (pool.total(), pool.used_inside()))
    }

    /// The rows of `/ip/pool/used`, by pool and address.
    pub fn used(&self) -> impl Iterator<Item = Used> {
        self.pools.iter().flat_map(|(id, pool)| {
            pool.used.iter().map(|(address, (owner, info))| Used {
                pool: *id,
                address: (*address).into(),
                owner: *owner,
                info: info.clone(),
            })
        })
    }

    /// Takes an address for (`owner`, `info`) from pool `id` or one of its next pools: the one that they held last if
    /// it is free, else the highest free one (of several ranges the last). Returns the pool that gave it.
    pub fn take(&mut self, id: PoolId, owner: Owner, info: &str) -> Option<(PoolId, Ipv4Addr)> {
        let holder = (owner, info.to_owned());
        for id in self.chain(id) {
            let Some(pool) = self.pools.get_mut(&id) else { continue };
            let address = match pool.former_of.get(&holder) {
                Some(address) if pool.is_free(*address) => Some(*address),
                _ => pool.free.last_key_value().map(|(_, last)| *last),
            };
            if let Some(address) = address {
                pool.occupy(address, holder);
                return Some((id, address.into()));
            }
        }
        None
    }

    /// Takes `address` itself, from the first pool of the chain that has it in a range; also a reserved one. `None`
    /// when none has it or it is in use.
    pub fn take_exact(&mut self, id: PoolId, address: Ipv4Addr, owner: Owner, info: &str) -> Option<PoolId> {
        let address = u32::from(address);
        for id in self.chain(id) {
            let Some(pool) = self.pools.get_mut(&id).filter(|pool| pool.range_of(address).is_some()) else {
                continue;
            };
            if pool.used.contains_key(&address) {
                return None;
            }
            pool.occupy(address, (owner, info.to_owned()));
            return Some(id);
        }
        None
    }

    /// The address that (`owner`, `info`) held last from pool `id` or its chain, when it is free.
    #[must_use]
    pub fn remembered(&self, id: PoolId, owner: Owner, info: &str) -> Option<Ipv4Addr> {
        let holder = (owner, info.to_owned());
        self.chain(id).0.iter().filter_map(|id| self.pools.get(id)).find_map(|pool| {
            let address = *pool.former_of.get(&holder)?;
            pool.is_free(address).then(|| address.into())
        })
    }

    /// Whether `address` could be taken from pool `id` or its chain and is not reserved.
    #[must_use]
    pub fn is_free(&self, id: PoolId, address: Ipv4Addr) -> bool {
        self.chain(id).any_in(&self.pools, |pool| pool.is_free(address.into()))
    }

    /// Gives an address back to the pool that gave it; no effect when it is not in use.
    pub fn give_back(&mut self, id: PoolId, address: Ipv4Addr) {
        if let Some(pool) = self.pools.get_mut(&id) {
            pool.vacate(address.into(), &self.reserved);
        }
    }

    /// Keeps `address` from being handed out by [`take`](Self::take), in every pool (static leases, own addresses).
    pub fn reserve(&mut self, address: Ipv4Addr) {
        let address = u32::from(address);
        let count = self.reserved.entry(address).or_default();
        *count += 1;
        if *count == 1 {
            for pool in self.pools.values_mut() {
                pool.cut(address);
            }
        }
    }

    /// Ends one [`reserve`](Self::reserve).
    pub fn unreserve(&mut self, address: Ipv4Addr) {
        let address = u32::from(address);
        match self.reserved.get_mut(&address) {
            Some(count) if *count > 1 => *count -= 1,
            Some(_) => {
                self.reserved.remove(&address);
                for pool in self.pools.values_mut().filter(|pool| !pool.used.contains_key(&address)) {
                    pool.join(address);
                }
            }
            None => {}
        }
    }

    /// The pool and those after it, each once: a circle of next pools ends.
    fn chain(&self, id: PoolId) -> Chain {
        let mut seen = BTreeSet::new();
        let mut ids = Vec::new();
        let mut next = Some(id);
        while let Some(id) = next.filter(|id| seen.insert(*id)) {
            ids.push(id);
            next = self.pools.get(&id).and_then(|pool| pool.config.next_pool);
        }
        Chain(ids)
    }
}

struct Chain(Vec<PoolId>);

impl Chain {
    fn any_in(&self, pools: &BTreeMap<PoolId, Pool>, test: impl Fn(&Pool) -> bool) -> bool {
        self.0.iter().filter_map(|id| pools.get(id)).any(test)
    }
}

impl IntoIterator for Chain {
    type Item = PoolId;
    type IntoIter = std::vec::IntoIter<PoolId>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl Pool {
    fn build_free(&mut self, reserved: &BTreeMap<u32, u32>) {
        self.free.clear();
        for (number, (first, last)) in self.config.ranges.iter().enumerate() {
            let (first, last) = (u32::from(*first), u32::from(*last));
            if first <= last {
                self.free.insert((number, first), last);
            }
        }
        let taken: Vec<u32> = self.used.keys().chain(reserved.keys()).copied().collect();
        for address in taken {
            self.cut(address);
        }
    }

    fn total(&self) -> u64 {
        let ranges = self.config.ranges.iter();
        ranges.map(|(a, b)| (u64::from(u32::from(*b)) + 1).saturating_sub(u64::from(u32::from(*a)))).sum()
    }

    fn used_inside(&self) -> u64 {
        let ranges = self.config.ranges.iter().map(|(a, b)| (u32::from(*a), u32::from(*b)));
        ranges.filter(|(a, b)| a <= b).map(|(a, b)| self.used.range(a..=b).count() as u64).sum()
    }

    fn range_of(&self, address: u32) -> Option<usize> {
        self.config.ranges.iter().position(|(a, b)| (u32::from(*a)..=u32::from(*b)).contains(&address))
    }

    /// The free run that holds `address`.
    fn run_of(&self, address: u32) -> Option<((usize, u32), u32)> {
        let number = self.range_of(address)?;
        let (key, last) = self.free.range((number, 0)..=(number, address)).next_back()?;
        (*last >= address).then_some((*key, *last))
    }

    fn is_free(&self, address: u32) -> bool {
        self.run_of(address).is_some()
    }

    /// Takes `address` out of the free runs; no effect when it is in none.
    fn cut(&mut self, address: u32) {
        let Some(((number, first), last)) = self.run_of(address) else { return };
        self.free.remove(&(number, first));
        if first < address {
            self.free.insert((number, first), address - 1);
        }
        if address < last {
            self.free.insert((number, address + 1), last);
        }
    }

    /// Puts `address` back into the free runs when a range holds it, joining its neighbours.
    fn join(&mut self, address: u32) {
        let Some(number) = self.range_of(address) else { return };
        if self.is_free(address) {
            return;
        }
        let (mut first, mut last) = (address, address);
        if let Some(below) = address.checked_sub(1).and_then(|below| self.run_of_in(number, below)) {
            first = below.0;
            self.free.remove(&(number, first));
        }
        if let Some(above) = address.checked_add(1).and_then(|above| self.run_of_in(number, above)) {
            last = above.1;
            self.free.remove(&(number, above.0));
        }
        self.free.insert((number, first), last);
    }

    fn run_of_in(&self, number: usize, address: u32) -> Option<(u32, u32)> {
        let ((_, first), last) = self.free.range((number, 0)..=(number, address)).next_back()?;
        (*last >= address).then_some((*first, *last))
    }

    fn occupy(&mut self, address: u32, holder: Holder) {
        self.cut(address);
        if let Some(former) = self.former.remove(&address) {
            self.former_of.remove(&former);
        }
        self.used.insert(address, holder);
    }

    fn vacate(&mut self, address: u32, reserved: &BTreeMap<u32, u32>) {
        let Some(holder) = self.used.remove(&address) else { return };
        if let Some(older) = self.former_of.insert(holder.clone(), address) {
            self.former.remove(&older);
        }
        self.former.insert(address, holder);
        if !reserved.contains_key(&address) {
            self.join(address);
        }
    }
}
