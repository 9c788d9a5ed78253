//! [`Rib`]: candidate routes become active routes and rows of the [FIB](super::fib).
//!
//! A candidate is active when it is enabled, its gateway can be resolved, its gateway check has not failed, and no
//! candidate for the same prefix and table has a lower distance. Several with the lowest distance are active together
//! (flag `+`, equal-cost multipath). Distance 255 is never installed.
//!
//! A gateway address is resolved by the longest active route to it in the resolving table whose **scope is at most the
//! target-scope** of the candidate; that route may have a gateway of its own, so resolution goes on until an interface is
//! reached. A route never resolves itself. The active set is found by rounds that start from nothing: what is active
//! after one round resolves gateways in the next, until nothing changes. Routes that still change after
//! 32 rounds depend on each other in a circle and stay inactive.
//!
//! Changes are collected and take effect in [`Rib::commit`], which writes only the rows that differ. A route whose scope
//! is beyond the target-scope of all others can't resolve anything (static routes with default scopes); when only such
//! routes changed, only their prefixes are looked at, so that adding a thousand of them one by one stays cheap.

use super::fib::{Fib, Hop, Target};
use super::prefix_table::PrefixTable;
use crate::{Interface, TableId};
use core::net::Ipv4Addr;
use ipnet::Ipv4Net;
use smallvec::SmallVec;
use std::collections::{BTreeMap, BTreeSet};

/// More rounds than any sane depth of recursion.
const ROUNDS_MAX: usize = 32;

/// Number of a route, chosen by the caller; of equal candidates the lower number comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RouteId(pub u64);

/// Who brought a route (flags `c s d r o b …` of `/ip/route`). It does not take part in the choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// By an address of an interface.
    Connect,
    /// By a person.
    Static,
    /// By a DHCP client.
    Dhcp,
    /// By a PPP or tunnel client.
    Vpn,
    /// By a modem.
    Modem,
    /// By OSPF.
    Ospf,
    /// By RIP.
    Rip,
    /// By BGP.
    Bgp,
}

/// Where a route leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gateway {
    /// To a router that is looked up in the table (`10.0.0.1`, `10.0.0.1@vrf`).
    Address(Ipv4Addr, TableId),
    /// To a router on the link of an interface (`10.0.0.1%ether1`).
    AddressOn(Ipv4Addr, Interface),
    /// To the link of an interface: the destination itself is the neighbour (`ether1`).
    Interface(Interface),
    /// Nowhere, in silence.
    Blackhole,
    /// Nowhere, with "network unreachable".
    Unreachable,
}

/// A candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Who brought it.
    pub origin: Origin,
    /// Table that it is for.
    pub table: TableId,
    /// Destinations.
    pub prefix: Ipv4Net,
    /// Where it leads.
    pub gateway: Gateway,
    /// Preference, 0–255; lower wins, 255 is never used.
    pub distance: u8,
    /// How far away the route's destination is.
    pub scope: u8,
    /// The farthest scope of a route that may resolve the gateway.
    pub target_scope: u8,
    /// Source address for the device's own packets.
    pub pref_src: Option<Ipv4Addr>,
    /// Switched off.
    pub disabled: bool,
    /// The gateway is asked whether it is alive (`check-gateway`); see [`Rib::set_gateway_alive`].
    pub check_gateway: bool,
}

impl Candidate {
    /// The route that an address makes: distance 0, scope 10, target-scope 5.
    #[must_use]
    pub const fn connected(prefix: Ipv4Net, interface: Interface, pref_src: Ipv4Addr) -> Self {
        Self {
            origin: Origin::Connect,
            distance: 0,
            scope: 10,
            target_scope: 5,
            pref_src: Some(pref_src),
            ..Self::fixed(prefix, Gateway::Interface(interface))
        }
    }

    /// A static route with the defaults of `/ip/route`: table main, distance 1, scope 30, target-scope 10.
    #[must_use]
    pub const fn fixed(prefix: Ipv4Net, gateway: Gateway) -> Self {
        Self {
            origin: Origin::Static,
            table: TableId::MAIN,
            prefix,
            gateway,
            distance: 1,
            scope: 30,
            target_scope: 10,
            pref_src: None,
            disabled: false,
            check_gateway: false,
        }
    }
}

/// What became of a candidate, as of the last commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// It is used (flag `A`); otherwise it is inactive (`I`), unless it is disabled.
    pub active: bool,
    /// It shares its prefix with other active routes (flag `+`).
    pub ecmp: bool,
    /// Its gateway can be reached, though another candidate may be better.
    pub reachable: bool,
    /// The gateway was resolved by a route that has a gateway itself.
    pub recursive: bool,
    /// The neighbours and interfaces that it leads to in the end (`immediate-gw`).
    pub hops: SmallVec<[Hop; 1]>,
}

/// The routes of a device.
#[derive(Clone, Debug, Default)]
pub struct Rib {
    candidates: BTreeMap<RouteId, Candidate>,
    states: BTreeMap<RouteId, State>,
    /// Interfaces that are up. A route over any other is not usable.
    up: BTreeSet<Interface>,
    /// Gateways that failed their check.
    dead: BTreeSet<Ipv4Addr>,
    /// The candidates of each prefix.
    places: BTreeMap<Place, SmallVec<[RouteId; 2]>>,
    /// The candidates of each scope.
    scopes: BTreeMap<u8, BTreeSet<RouteId>>,
    /// How many candidates with a gateway address have each target-scope.
    target_scopes: BTreeMap<u8, usize>,
    /// What this RIB has written to the FIB.
    written: BTreeSet<Place>,
    /// What changed since the last commit.
    changes: Changes,
}

/// A prefix of a table.
type Place = (TableId, Ipv4Net);

#[derive(Clone, Debug, Default)]
struct Changes {
    /// An interface or a gateway check: everything is looked at.
    everything: bool,
    routes: BTreeSet<RouteId>,
    places: BTreeSet<Place>,
    /// The lowest scope of a route that came, went or changed.
    lowest_scope: Option<u8>,
}

impl Rib {
    /// Enters a candidate or replaces it.
    pub fn insert(&mut self, id: RouteId, candidate: Candidate) {
        let candidate = Candidate { prefix: candidate.prefix.trunc(), ..candidate };
        if self.candidates.get(&id) == Some(&candidate) {
            return;
        }
        self.remove(id);
        self.candidates.insert(id, candidate);
        let rivals = self.places.entry((candidate.table, candidate.prefix)).or_default();
        let at = rivals.partition_point(|rival| *rival < id);
        rivals.insert(at, id);
        self.scopes.entry(candidate.scope).or_default().insert(id);
        if matches!(candidate.gateway, Gateway::Address(..)) {
            *self.target_scopes.entry(candidate.target_scope).or_default() += 1;
        }
        self.note(id, &candidate);
    }

    /// Removes a candidate and returns it.
    pub fn remove(&mut self, id: RouteId) -> Option<Candidate> {
        let removed = self.candidates.remove(&id)?;
        self.states.remove(&id);
        let place = (removed.table, removed.prefix);
        if let Some(rivals) = self.places.get_mut(&place) {
            rivals.retain(|rival| *rival != id);
            if rivals.is_empty() {
                self.places.remove(&place);
            }
        }
        if let Some(ids) = self.scopes.get_mut(&removed.scope) {
            ids.remove(&id);
        }
        if matches!(removed.gateway, Gateway::Address(..))
            && let Some(count) = self.target_scopes.get_mut(&removed.target_scope)
        {
            *count -= 1;
            if *count == 0 {
                self.target_scopes.remove(&removed.target_scope);
            }
        }
        self.note(id, &removed);
        Some(removed)
    }

    fn note(&mut self, id: RouteId, candidate: &Candidate) {
        let changes = &mut self.changes;
        changes.routes.insert(id);
        changes.places.insert((candidate.table, candidate.prefix));
        let lowest = changes.lowest_scope.unwrap_or(u8::MAX);
        changes.lowest_scope = Some(lowest.min(candidate.scope));
    }

    /// Tells whether an interface is running.
    pub fn set_interface(&mut self, interface: Interface, up: bool) {
        let changed = if up { self.up.insert(interface) } else { self.up.remove(&interface) };
        self.changes.everything |= changed;
    }

    /// Tells what the check of a gateway found. It counts for all candidates with `check_gateway` and this gateway.
    pub fn set_gateway_alive(&mut self, gateway: Ipv4Addr, alive: bool) {
        let changed = if alive { self.dead.remove(&gateway) } else { self.dead.insert(gateway) };
        self.changes.everything |= changed;
    }

    /// The gateways to be checked, each once, with the hop that leads to it when there is one.
    #[must_use]
    pub fn checked_gateways(&self) -> BTreeMap<Ipv4Addr, Option<Hop>> {
        let mut gateways = BTreeMap::new();
        for (id, candidate) in &self.candidates {
            let (Gateway::Address(address, _) | Gateway::AddressOn(address, _)) = candidate.gateway else {
                continue;
            };
            if candidate.check_gateway && !candidate.disabled {
                let hop = self.states.get(id).and_then(|state| state.hops.first().copied());
                let known = gateways.entry(address).or_insert(None);
                *known = known.or(hop);
            }
        }
        gateways
    }

    /// A candidate.
    #[must_use]
    pub fn get(&self, id: RouteId) -> Option<&Candidate> {
        self.candidates.get(&id)
    }

    /// What became of a candidate.
    #[must_use]
    pub fn state(&self, id: RouteId) -> Option<&State> {
        self.states.get(&id)
    }

    /// All candidates with their state, by number.
    pub fn iter(&self) -> impl Iterator<Item = (RouteId, &Candidate, Option<&State>)> {
        self.candidates.iter().map(|(id, candidate)| (*id, candidate, self.states.get(id)))
    }

    /// Brings states and FIB up to date; returns the routes whose state changed, by number (removed ones are not among
    /// them). Without changes it costs nothing.
    pub fn commit(&mut self, fib: &mut Fib) -> Vec<RouteId> {
        let changes = core::mem::take(&mut self.changes);
        let farthest = self.target_scopes.last_key_value().map(|(scope, _)| *scope);
        let resolves = changes.lowest_scope.is_some_and(|lowest| Some(lowest) <= farthest);
        if changes.everything || resolves { self.commit_all(fib) } else { self.commit_places(&changes, fib) }
    }

    /// Looks at every route.
    fn commit_all(&mut self, fib: &mut Fib) -> Vec<RouteId> {
        let states = self.settle();
        let changed = states.iter().filter(|(id, state)| self.states.get(id) != Some(state));
        let changed = changed.map(|(id, _)| *id).collect();
        self.states = states;
        let places: BTreeSet<Place> = self.written.iter().chain(self.places.keys()).copied().collect();
        for place in places {
            self.write(place, fib);
        }
        changed
    }

    /// Looks at the routes that changed, which resolve no other, and at their rivals.
    fn commit_places(&mut self, changes: &Changes, fib: &mut Fib) -> Vec<RouteId> {
        if changes.routes.is_empty() {
            return Vec::new();
        }
        let mut states: BTreeMap<RouteId, State> = BTreeMap::new();
        for id in changes.places.iter().filter_map(|place| self.places.get(place)).flatten() {
            states.insert(*id, self.states.get(id).cloned().unwrap_or_default());
        }
        let resolver = Resolver::new(self, &self.states);
        for id in &changes.routes {
            if let Some(candidate) = self.candidates.get(id) {
                states.insert(*id, resolver.state_of(*id, candidate));
            }
        }
        for rivals in changes.places.iter().filter_map(|place| self.places.get(place)) {
            self.choose(rivals, &mut states);
        }
        let mut changed = Vec::new();
        for (id, state) in states {
            if self.states.get(&id) != Some(&state) {
                changed.push(id);
                self.states.insert(id, state);
            }
        }
        for place in &changes.places {
            self.write(*place, fib);
        }
        changed
    }

    /// Rounds from nothing until nothing changes.
    fn settle(&self) -> BTreeMap<RouteId, State> {
        let mut states: BTreeMap<RouteId, State> = BTreeMap::new();
        let mut barred: BTreeSet<RouteId> = BTreeSet::new();
        for round in 0..ROUNDS_MAX * 2 {
            let next = self.round(&states, &barred);
            if next == states {
                break;
            }
            if round >= ROUNDS_MAX {
                // Whose way out changes is in the circle; who only wins or loses by that is not.
                let way = |state: &State| (state.reachable, state.hops.clone());
                let moved = next.iter().filter(|(id, state)| states.get(id).map(way) != Some(way(state)));
                barred.extend(moved.map(|(id, _)| *id));
            }
            states = next;
        }
        states
    }

    /// One round: resolves every candidate by what was active before, then chooses.
    fn round(
        &self,
        before: &BTreeMap<RouteId, State>,
        barred: &BTreeSet<RouteId>,
    ) -> BTreeMap<RouteId, State> {
        let resolver = Resolver::new(self, before);
        let mut states = BTreeMap::new();
        for (id, candidate) in &self.candidates {
            let state =
                if barred.contains(id) { State::default() } else { resolver.state_of(*id, candidate) };
            states.insert(*id, state);
        }
        for rivals in self.places.values() {
            self.choose(rivals, &mut states);
        }
        states
    }

    /// Makes the reachable candidates with the lowest distance active.
    fn choose(&self, rivals: &[RouteId], states: &mut BTreeMap<RouteId, State>) {
        let distance = |id: &RouteId| self.candidates.get(id).map_or(u8::MAX, |candidate| candidate.distance);
        let usable = |id: &&RouteId| states.get(id).is_some_and(|state| state.reachable);
        let best = rivals.iter().filter(usable).map(distance).min();
        let winners: SmallVec<[RouteId; 4]> =
            rivals.iter().filter(usable).filter(|id| Some(distance(id)) == best).copied().collect();
        for id in rivals {
            if let Some(state) = states.get_mut(id) {
                state.active = winners.contains(id);
                state.ecmp = state.active && winners.len() > 1;
            }
        }
    }

    /// Writes what the active routes make of a prefix, or removes it.
    fn write(&mut self, place: Place, fib: &mut Fib) {
        let mut wanted: Option<Target> = None;
        for id in self.places.get(&place).into_iter().flatten() {
            let (Some(candidate), Some(state)) = (self.candidates.get(id), self.states.get(id)) else {
                continue;
            };
            if !state.active {
                continue;
            }
            let own = match candidate.gateway {
                Gateway::Blackhole => Target::Blackhole,
                Gateway::Unreachable => Target::Unreachable,
                _ => Target::Forward(state.hops.clone()),
            };
            wanted = Some(match (wanted, own) {
                (Some(Target::Forward(mut hops)), Target::Forward(more)) => {
                    for hop in more {
                        if !hops.contains(&hop) {
                            hops.push(hop);
                        }
                    }
                    Target::Forward(hops)
                }
                // Among equals a way on is better than none.
                (Some(_), own @ Target::Forward(_)) => own,
                (Some(known), _) => known,
                (None, own) => own,
            });
        }
        let (table, prefix) = place;
        match wanted {
            Some(target) => {
                self.written.insert(place);
                if fib.get(table, prefix) != Some(&target) {
                    fib.set(table, prefix, target);
                }
            }
            None if self.written.remove(&place) => {
                fib.remove(table, prefix);
            }
            None => {}
        }
    }
}

/// The active routes of a round, to be looked up by address.
struct Resolver<'a> {
    rib: &'a Rib,
    /// By table and prefix: a number in `groups`.
    tables: BTreeMap<TableId, PrefixTable>,
    /// Active routes of one prefix with their state.
    groups: Vec<Vec<(RouteId, &'a Candidate, &'a State)>>,
}

impl<'a> Resolver<'a> {
    fn new(rib: &'a Rib, states: &'a BTreeMap<RouteId, State>) -> Self {
        let mut resolver = Self { rib, tables: BTreeMap::new(), groups: Vec::new() };
        let Some((&farthest, _)) = rib.target_scopes.last_key_value() else { return resolver };
        for id in rib.scopes.range(..=farthest).flat_map(|(_, ids)| ids) {
            let (Some(candidate), Some(state)) = (rib.candidates.get(id), states.get(id)) else { continue };
            if !state.active {
                continue;
            }
            let table = resolver.tables.entry(candidate.table).or_default();
            let number = table.get(candidate.prefix).unwrap_or(resolver.groups.len() as u32);
            if number as usize == resolver.groups.len() {
                resolver.groups.push(Vec::new());
                table.insert(candidate.prefix, number);
            }
            resolver.groups[number as usize].push((*id, candidate, state));
        }
        resolver
    }

    /// Whether and where a candidate leads; nothing is chosen yet.
    fn state_of(&self, id: RouteId, candidate: &Candidate) -> State {
        let mut state = State::default();
        if !candidate.disabled && candidate.distance != u8::MAX {
            self.resolve(id, candidate, &mut state);
        }
        state
    }

    /// Fills in whether and where an enabled candidate leads.
    fn resolve(&self, id: RouteId, candidate: &Candidate, state: &mut State) {
        let hop = |interface, gateway| Hop { interface, gateway, pref_src: candidate.pref_src };
        let alive = |gateway| !candidate.check_gateway || !self.rib.dead.contains(&gateway);
        match candidate.gateway {
            Gateway::Blackhole | Gateway::Unreachable => state.reachable = true,
            Gateway::Interface(interface) if self.rib.up.contains(&interface) => {
                state.hops.push(hop(interface, None));
            }
            Gateway::AddressOn(gateway, interface) if self.rib.up.contains(&interface) => {
                state.hops.push(hop(interface, Some(gateway)));
                state.reachable = alive(gateway);
                return;
            }
            Gateway::Interface(_) | Gateway::AddressOn(..) => {}
            Gateway::Address(gateway, table) => {
                for (via, resolved) in self.longest(id, candidate, gateway, table) {
                    state.recursive |= !matches!(via.gateway, Gateway::Interface(_));
                    for next in &resolved.hops {
                        let hop = hop(next.interface, Some(next.gateway.unwrap_or(gateway)));
                        if !state.hops.contains(&hop) {
                            state.hops.push(hop);
                        }
                    }
                }
                state.reachable = !state.hops.is_empty() && alive(gateway);
                return;
            }
        }
        state.reachable |= !state.hops.is_empty();
    }

    /// The routes of the longest prefix that may resolve the gateway of `candidate`.
    fn longest(
        &self,
        id: RouteId,
        candidate: &Candidate,
        gateway: Ipv4Addr,
        table: TableId,
    ) -> Vec<(&'a Candidate, &'a State)> {
        let covering = self.tables.get(&table).map(|t| t.covering(gateway.to_bits())).unwrap_or_default();
        for (_, number) in covering {
            let group = self.groups[number as usize].iter();
            let usable = group.filter(|(own, via, _)| *own != id && via.scope <= candidate.target_scope);
            let usable: Vec<_> = usable.map(|(_, via, state)| (*via, *state)).collect();
            if !usable.is_empty() {
                return usable;
            }
        }
        Vec::new()
    }
}

#[cfg(test)]
mod tests;
