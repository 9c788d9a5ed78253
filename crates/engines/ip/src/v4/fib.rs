//! [`Fib`]: the forwarding table. One question, answered for each packet: where does this destination go?
//!
//! Tables are numbered; [`TableId::LOCAL`] holds own and broadcast addresses and is looked up first, as by the rule
//! "lookup local" of Linux. A small direct-mapped cache remembers the last answers by destination, so that a steady flow
//! does not pay for the size of the table; every change of any table empties it by counting a generation.

use super::prefix_table::PrefixTable;
use crate::{Interface, TableId};
use core::net::Ipv4Addr;
use ipnet::Ipv4Net;
use smallvec::SmallVec;
use std::collections::BTreeMap;

/// One way on: over which interface, and to which neighbour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hop {
    /// The interface that the packet leaves by.
    pub interface: Interface,
    /// The router to hand it to; None = the destination itself is on the link.
    pub gateway: Option<Ipv4Addr>,
    /// Source address for packets that the device itself sends this way, if the route names one.
    pub pref_src: Option<Ipv4Addr>,
}

impl Hop {
    /// A hop to a destination on the link of `interface`.
    #[must_use]
    pub const fn on_link(interface: Interface) -> Self {
        Self { interface, gateway: None, pref_src: None }
    }

    /// A hop to a router.
    #[must_use]
    pub const fn via(interface: Interface, gateway: Ipv4Addr) -> Self {
        Self { interface, gateway: Some(gateway), pref_src: None }
    }

    /// The neighbour whose hardware address is needed: the gateway, or `destination` when it is on the link.
    #[must_use]
    #[inline]
    pub const fn neighbour(&self, destination: Ipv4Addr) -> Ipv4Addr {
        match self.gateway {
            Some(gateway) => gateway,
            None => destination,
        }
    }
}

/// What a prefix of a table stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// An address of this device, on that interface.
    Local(Interface),
    /// A broadcast address of the link of that interface.
    Broadcast(Interface),
    /// Forward by one of these hops (equal-cost multipath when there are several).
    Forward(SmallVec<[Hop; 1]>),
    /// Discard in silence.
    Blackhole,
    /// Discard and report "network unreachable".
    Unreachable,
}

/// The answer of a lookup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// The destination is an address of this device, on that interface.
    Local(Interface),
    /// The destination is a broadcast address: of that interface's link, or 255.255.255.255 (None).
    Broadcast(Option<Interface>),
    /// The destination is a group address (224.0.0.0/4); multicast routing is not the FIB's.
    Multicast,
    /// Forward this way.
    Forward(Hop),
    /// A blackhole route: discard in silence.
    Blackhole,
    /// A route of type unreachable: report "network unreachable".
    Unreachable,
    /// No route: report "network unreachable".
    None,
}

/// Kind of an address as the firewall matcher `dst-address-type` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AddressType {
    /// An address of this device.
    Local,
    /// A broadcast address of one of its links, or 255.255.255.255.
    Broadcast,
    /// 224.0.0.0/4.
    Multicast,
    /// Anything that is routed, or for which there is no route.
    Unicast,
    /// Covered by a blackhole route.
    Blackhole,
    /// Covered by an unreachable route.
    Unreachable,
}

/// Number of slots of the cache; a power of two.
const CACHE_SLOTS: usize = 64;

/// One remembered answer: `destination` was answered by `target` in the tables of `generation`.
#[derive(Clone, Copy, Debug)]
struct Slot {
    destination: u32,
    table: u32,
    generation: u32,
    target: u32,
}

/// Number of the answer "no route" in the cache.
const NO_TARGET: u32 = u32::MAX;

/// Number of the answer "the loopback interface" in the cache.
const LOOPBACK: u32 = u32::MAX - 1;

/// The tables.
#[derive(Clone, Debug, Default)]
pub struct Fib {
    tables: BTreeMap<TableId, PrefixTable>,
    targets: Vec<Target>,
    free: Vec<u32>,
    /// Counts changes from 1 on; a slot of generation 0 is empty.
    generation: u32,
    /// Made at the first lookup, so that an idle device does not carry it.
    cache: Option<Box<[Slot; CACHE_SLOTS]>>,
    loopback: Option<Interface>,
}

impl Fib {
    /// Makes 127.0.0.0/8 local to an interface without a row of its own (RFC 1122 §3.2.1.3 g), as on devices whose loopback
    /// interface shows no address. Rows of [`TableId::LOCAL`] come first.
    pub fn set_loopback(&mut self, interface: Interface) {
        self.loopback = Some(interface);
        // Nothing of an empty FIB is remembered.
        if self.generation != 0 {
            self.changed();
        }
    }

    /// Sets what `prefix` (host bits are cleared) of `table` stands for, in place of what it was.
    pub fn set(&mut self, table: TableId, prefix: Ipv4Net, target: Target) {
        self.changed();
        let rows = self.tables.entry(table).or_default();
        let prefix = prefix.trunc();
        if let Some(old) = rows.get(prefix) {
            self.targets[old as usize] = target;
            return;
        }
        let number = self.free.pop().unwrap_or(self.targets.len() as u32);
        if number as usize == self.targets.len() {
            self.targets.push(target);
        } else {
            self.targets[number as usize] = target;
        }
        rows.insert(prefix, number);
    }

    /// Removes `prefix` from `table`; returns whether it was there.
    pub fn remove(&mut self, table: TableId, prefix: Ipv4Net) -> bool {
        let Some(rows) = self.tables.get_mut(&table) else { return false };
        let Some(number) = rows.remove(prefix.trunc()) else { return false };
        self.targets[number as usize] = Target::Blackhole;
        self.free.push(number);
        self.changed();
        true
    }

    /// Removes a whole table.
    pub fn remove_table(&mut self, table: TableId) {
        let Some(rows) = self.tables.remove(&table) else { return };
        for (_, number) in rows.rows() {
            self.targets[number as usize] = Target::Blackhole;
            self.free.push(number);
        }
        self.changed();
    }

    /// What exactly `prefix` of `table` stands for.
    #[must_use]
    pub fn get(&self, table: TableId, prefix: Ipv4Net) -> Option<&Target> {
        let number = self.tables.get(&table)?.get(prefix.trunc())?;
        self.targets.get(number as usize)
    }

    /// The rows of a table in the order of network and length.
    #[must_use]
    pub fn rows(&self, table: TableId) -> Vec<(Ipv4Net, &Target)> {
        let rows = self.tables.get(&table).map(PrefixTable::rows).unwrap_or_default();
        rows.into_iter().map(|(prefix, number)| (prefix, &self.targets[number as usize])).collect()
    }

    /// Where packets from `source` to `destination` go: first the table of own addresses, then `main`.
    ///
    /// Of several equal hops the one that the hash of both addresses picks (policy l3), so a flow keeps its way.
    #[inline]
    pub fn lookup(&mut self, source: Ipv4Addr, destination: Ipv4Addr) -> Route {
        self.lookup_table(TableId::MAIN, source, destination)
    }

    /// As [`Fib::lookup`], with `table` in the place of `main`.
    #[inline]
    pub fn lookup_table(&mut self, table: TableId, source: Ipv4Addr, destination: Ipv4Addr) -> Route {
        let address = destination.to_bits();
        let at = slot_of(address);
        if let Some(cache) = &self.cache {
            let slot = cache[at];
            if slot.destination == address && slot.generation == self.generation && slot.table == table.0 {
                return self.route(slot.target, source, destination);
            }
        }
        self.miss(table, source, destination)
    }

    /// The lookup without a remembered answer.
    #[inline(never)]
    fn miss(&mut self, table: TableId, source: Ipv4Addr, destination: Ipv4Addr) -> Route {
        let address = destination.to_bits();
        let of = |table| self.tables.get(&table).and_then(|rows: &PrefixTable| rows.longest(address));
        let loopback = (destination.is_loopback() && self.loopback.is_some()).then_some(LOOPBACK);
        let target = of(TableId::LOCAL).or(loopback).or_else(|| of(table)).unwrap_or(NO_TARGET);
        let slot = Slot { destination: address, table: table.0, generation: self.generation, target };
        let empty = Slot { destination: 0, table: 0, generation: 0, target: NO_TARGET };
        // The generation of an empty FIB is 0 too; nothing is worth remembering there.
        if self.generation != 0 {
            self.cache.get_or_insert_with(|| Box::new([empty; CACHE_SLOTS]))[slot_of(address)] = slot;
        }
        self.route(target, source, destination)
    }

    #[inline]
    fn route(&self, target: u32, source: Ipv4Addr, destination: Ipv4Addr) -> Route {
        match self.targets.get(target as usize) {
            Some(Target::Forward(hops)) => match hops.as_slice() {
                [] => Route::Blackhole,
                [hop] => group_or(destination, Route::Forward(*hop)),
                hops => {
                    group_or(destination, Route::Forward(hops[multipath(source, destination, hops.len())]))
                }
            },
            Some(Target::Local(interface)) => Route::Local(*interface),
            Some(Target::Broadcast(interface)) => Route::Broadcast(Some(*interface)),
            Some(Target::Blackhole) => group_or(destination, Route::Blackhole),
            Some(Target::Unreachable) => group_or(destination, Route::Unreachable),
            None => match self.loopback {
                Some(loopback) if target == LOOPBACK => Route::Local(loopback),
                _ => group_or(destination, Route::None),
            },
        }
    }

    /// What kind of address it is, by the tables `local` and `main`.
    #[must_use]
    pub fn address_type(&mut self, address: Ipv4Addr) -> AddressType {
        match self.lookup(Ipv4Addr::UNSPECIFIED, address) {
            Route::Local(_) => AddressType::Local,
            Route::Broadcast(_) => AddressType::Broadcast,
            Route::Multicast => AddressType::Multicast,
            Route::Forward(_) | Route::None => AddressType::Unicast,
            Route::Blackhole => AddressType::Blackhole,
            Route::Unreachable => AddressType::Unreachable,
        }
    }

    /// True when `address` is one of this device.
    #[must_use]
    pub fn is_local(&mut self, address: Ipv4Addr) -> bool {
        matches!(self.lookup(Ipv4Addr::UNSPECIFIED, address), Route::Local(_))
    }

    /// True when a packet to `destination` may leave by `interface`: any of several equal hops counts.
    #[must_use]
    pub fn leaves_by(&self, table: TableId, destination: Ipv4Addr, interface: Interface) -> bool {
        let number = self.tables.get(&table).and_then(|rows| rows.longest(destination.to_bits()));
        match number.and_then(|number| self.targets.get(number as usize)) {
            Some(Target::Forward(hops)) => hops.iter().any(|hop| hop.interface == interface),
            _ => false,
        }
    }

    /// Counts up at every change, to notice that answers kept elsewhere are old.
    #[must_use]
    pub const fn generation(&self) -> u32 {
        self.generation
    }

    /// Bytes on the heap.
    #[must_use]
    pub fn heap_bytes(&self) -> usize {
        let tables = self.tables.values().map(|t| t.heap_bytes() + size_of::<(TableId, PrefixTable)>());
        let cache = self.cache.as_ref().map_or(0, |c| size_of_val(&**c));
        tables.sum::<usize>()
            + self.targets.capacity() * size_of::<Target>()
            + self.free.capacity() * 4
            + cache
    }

    fn changed(&mut self) {
        if self.generation == u32::MAX {
            // A slot of a former round could seem to be of now.
            self.cache = None;
        }
        self.generation = self.generation.checked_add(1).unwrap_or(1);
    }
}

/// Group and limited broadcast addresses are what they are, whatever a default route covers.
#[inline]
fn group_or(destination: Ipv4Addr, route: Route) -> Route {
    if destination.to_bits() < 0xE000_0000 {
        return route;
    }
    if destination.is_multicast() {
        Route::Multicast
    } else if destination.is_broadcast() {
        Route::Broadcast(None)
    } else {
        route
    }
}

#[inline]
const fn slot_of(address: u32) -> usize {
    // Multiplicative hashing: hosts of one network and networks of one host part both spread.
    (address.wrapping_mul(0x9E37_79B1) >> 26) as usize % CACHE_SLOTS
}

/// Which of `count` equal hops the flow takes: policy l3, source and destination address.
#[must_use]
pub fn multipath(source: Ipv4Addr, destination: Ipv4Addr, count: usize) -> usize {
    let pair = u64::from(source.to_bits()) << 32 | u64::from(destination.to_bits());
    let hash = (pair ^ pair >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let hash = (hash ^ hash >> 32).wrapping_mul(0x94D0_49BB_1331_11EB) >> 32;
    ((hash * count as u64) >> 32) as usize
}

#[cfg(test)]
mod tests;
