//! [`Neighbours`]: which hardware address an IPv4 neighbour has, found and kept up to date by ARP.
//!
//! RFC 826 for the packets, the neighbour states of Linux (RFC 4861 §7.3.2) for their age, as RouterOS prints them:
//!
//! | state | meaning | leaves it |
//! |---|---|---|
//! | incomplete | asked by broadcast at 0, 1 and 2 s | reply → reachable; at 3 s → failed |
//! | reachable | confirmed within the reachable time, 0.5–1.5 × base | time over: used in the last 5 s → delay, else → stale |
//! | stale | address known, not confirmed | use → delay |
//! | delay | in use, waiting for a sign of life | confirmation → reachable; after 5 s → probe |
//! | probe | asked by unicast at 0, 1 and 2 s | reply → reachable; at 3 s → failed |
//! | failed | no answer | use → incomplete |
//! | permanent | a static entry | never |
//!
//! Frames for an incomplete neighbour wait in its queue: up to [`Config::queue_max`], 101 by default, which is what the
//! kernel's 212,992 bytes hold; a further one pushes the oldest out. Frames for a stale, delayed or probed neighbour go
//! at once to the known address.
//!
//! **Deadline:** may change after any `&mut` call except [`Neighbours::mac`] on a reachable entry. Calls of
//! [`Neighbours::wake`] before it have no effect.

use super::drop::IpDrop;
use crate::Interface;
use clock::{Deadlines, Duration, Instant};
use core::net::Ipv4Addr;
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use std::collections::{BTreeMap, VecDeque};
use wire::arp::{Operation, Repr};
use wire::{Frame, Mac};

mod types;

pub use types::{Config, Link, Mode, Output, Owner, Received, Resolution, Row, State};

#[derive(Clone, Debug)]
struct Entry {
    mac: Mac,
    state: State,
    published: bool,
    /// Requests sent in this state.
    probes: u8,
    /// Source address for requests.
    from: Ipv4Addr,
    /// Last time a frame went to it.
    used: Instant,
    /// Last time it showed that it is there.
    confirmed: Instant,
    /// How long the last confirmation counts.
    reachable: Duration,
    /// Last change of hardware address or state by a packet.
    updated: Instant,
    queue: VecDeque<Frame>,
}

/// Interface in the upper half, address in the lower.
const fn key(interface: Interface, address: Ipv4Addr) -> u64 {
    (interface.0 as u64) << 32 | address.to_bits() as u64
}

const fn parts(key: u64) -> (Interface, Ipv4Addr) {
    (Interface((key >> 32) as u32), Ipv4Addr::from_bits(key as u32))
}

/// The neighbour table of a device.
#[derive(Clone, Debug, Default)]
pub struct Neighbours {
    config: Config,
    links: BTreeMap<Interface, Link>,
    entries: HashMap<u64, Entry, FixedState>,
    timers: Deadlines<u64>,
    held: usize,
    /// Addresses that are answered for, with the interface that they are on.
    published: Vec<(Interface, Ipv4Addr)>,
    /// Last time that old entries were looked for.
    swept: Instant,
}

impl Neighbours {
    /// An empty table.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self { config, ..Self::default() }
    }

    /// Changes times and limits; running timers keep the time they were set to.
    pub const fn set_config(&mut self, config: Config) {
        self.config = config;
    }

    /// Introduces an interface or changes its address, mode or timeout.
    pub fn set_link(&mut self, interface: Interface, link: Link) {
        self.links.insert(interface, link);
    }

    /// Forgets the dynamic entries of an interface that went down; frames that waited come out as drops.
    pub fn flush(&mut self, interface: Interface, out: &mut Vec<Output>) {
        for key in self.keys_of(interface) {
            if self.entries.get(&key).is_some_and(|e| e.state != State::Permanent) {
                self.forget(key, IpDrop::InterfaceDown, out);
            }
        }
    }

    /// Forgets an interface with all its entries.
    pub fn remove_link(&mut self, interface: Interface, out: &mut Vec<Output>) {
        for key in self.keys_of(interface) {
            self.forget(key, IpDrop::InterfaceDown, out);
        }
        self.links.remove(&interface);
    }

    /// The hardware address of a neighbour that needs no further thought: permanent, or reachable and in time. This is
    /// the packet path: one hash lookup.
    #[inline]
    pub fn mac(&mut self, now: Instant, interface: Interface, neighbour: Ipv4Addr) -> Option<Mac> {
        let entry = self.entries.get_mut(&key(interface, neighbour))?;
        if matches!(entry.state, State::Reachable | State::Permanent | State::Delay | State::Probe) {
            entry.used = now;
            return Some(entry.mac);
        }
        None
    }

    /// Finds the hardware address of `neighbour` for `frame`, or holds the frame until it is found.
    ///
    /// `from` is the source address for the request: that of the packet when it is an own address, else the one that
    /// [`super::address::Addresses::source_for`] gives.
    #[inline]
    pub fn resolve(
        &mut self,
        now: Instant,
        interface: Interface,
        neighbour: Ipv4Addr,
        from: Ipv4Addr,
        frame: Frame,
        out: &mut Vec<Output>,
    ) -> Resolution {
        match self.mac(now, interface, neighbour) {
            Some(mac) => Resolution::Resolved(mac, frame),
            None => self.resolve_slowly(now, interface, neighbour, from, frame, out),
        }
    }

    #[cold]
    fn resolve_slowly(
        &mut self,
        now: Instant,
        interface: Interface,
        neighbour: Ipv4Addr,
        from: Ipv4Addr,
        frame: Frame,
        out: &mut Vec<Output>,
    ) -> Resolution {
        let key = key(interface, neighbour);
        let Some(link) = self.links.get(&interface).copied() else {
            return Resolution::Refused(frame, IpDrop::InterfaceDown);
        };
        if let Some(entry) = self.entries.get_mut(&key)
            && entry.state == State::Stale
        {
            entry.used = now;
            entry.state = State::Delay;
            entry.from = from;
            self.timers.set(key, now + self.config.delay);
            out.push(Output::Changed { interface, address: neighbour, state: Some(State::Delay) });
            return Resolution::Resolved(entry.mac, frame);
        }
        if !link.mode.resolves() {
            return Resolution::Refused(frame, IpDrop::NeighbourUnknown);
        }
        let asked = self.entries.get(&key).is_some_and(|e| e.state == State::Incomplete);
        if !asked && !self.start(now, interface, neighbour, from, link.mac, out) {
            return Resolution::Refused(frame, IpDrop::NeighbourTableFull);
        }
        self.enqueue(now, key, frame, out);
        Resolution::Held
    }

    /// Begins to ask for a neighbour that is new or failed; false when the table is full.
    fn start(
        &mut self,
        now: Instant,
        interface: Interface,
        neighbour: Ipv4Addr,
        from: Ipv4Addr,
        mac: Mac,
        out: &mut Vec<Output>,
    ) -> bool {
        let key = key(interface, neighbour);
        if !self.entries.contains_key(&key) && !self.make_room(now, out) {
            return false;
        }
        let published = self.entries.get(&key).is_some_and(|e| e.published);
        let entry =
            Entry { state: State::Incomplete, published, probes: 1, ..Entry::stale(Mac::ZERO, from, now) };
        self.entries.insert(key, entry);
        self.timers.set(key, now + self.config.retransmit);
        out.push(Output::Changed { interface, address: neighbour, state: Some(State::Incomplete) });
        let packet = Repr::request(mac, from, neighbour);
        out.push(Output::Send { interface, destination: Mac::BROADCAST, packet });
        true
    }

    fn enqueue(&mut self, now: Instant, key: u64, frame: Frame, out: &mut Vec<Output>) {
        let Some(entry) = self.entries.get_mut(&key) else { return };
        entry.used = now;
        entry.queue.push_back(frame);
        self.held += 1;
        if entry.queue.len() > self.config.queue_max
            && let Some(frame) = entry.queue.pop_front()
        {
            self.held -= 1;
            let (interface, neighbour) = parts(key);
            out.push(Output::Drop { interface, neighbour, frame, reason: IpDrop::NeighbourQueueFull });
        }
    }

    /// Takes in an ARP packet. `owner` says whose its target address is; it is asked at most twice (sender, target).
    /// `random` spreads the reachable time.
    pub fn receive(
        &mut self,
        now: Instant,
        interface: Interface,
        packet: &Repr,
        random: u64,
        owner: &mut impl FnMut(Ipv4Addr) -> Owner,
        out: &mut Vec<Output>,
    ) -> Received {
        let Some(link) = self.links.get(&interface).copied() else { return Received::Disabled };
        if link.mode == Mode::Disabled {
            return Received::Disabled;
        }
        let (sender, target) = (packet.sender_ip, packet.target_ip);
        let known_operation = matches!(packet.operation, Operation::Request | Operation::Reply);
        let bad_target = target.is_multicast() || target.is_loopback() || target.is_unspecified();
        if !known_operation || bad_target || !packet.sender_mac.is_unicast() || !is_station(sender) {
            return Received::Malformed;
        }
        if packet.sender_mac == link.mac {
            return Received::NotForUs;
        }
        if !sender.is_unspecified() && owner(sender) == Owner::Own {
            // Not defended by an announcement, as in the kernel; a host that wants to uses `conflict::Detector`.
            return Received::Conflict;
        }
        let answers = packet.operation == Operation::Request && self.answers(&link, interface, packet, owner);
        if answers {
            let destination = packet.sender_mac;
            out.push(Output::Send { interface, destination, packet: Repr::reply_to(packet, link.mac) });
        }
        // A probe has no sender address to learn. Who asks for an own address will be answered soon, so it is worth an
        // entry; others only refresh what is known (RFC 826 "merge flag", arp_accept=0).
        let learns = link.mode != Mode::ReplyOnly && !sender.is_unspecified();
        let learned = learns && self.learn(now, interface, packet, link.mac, answers, random, out);
        match (answers, learned) {
            (true, _) => Received::Answered,
            (false, true) => Received::Learned,
            (false, false) => Received::NotForUs,
        }
    }

    /// Whether a request is answered, by mode and published entries.
    fn answers(
        &self,
        link: &Link,
        interface: Interface,
        packet: &Repr,
        owner: &mut impl FnMut(Ipv4Addr) -> Owner,
    ) -> bool {
        let published = || self.published.iter().any(|(_, address)| *address == packet.target_ip);
        // An announcement asks nobody, and proxies do not defend addresses of others.
        let proxied = !packet.is_gratuitous() && !packet.is_probe();
        match owner(packet.target_ip) {
            Owner::Own => true,
            Owner::Via(way) => {
                let by_mode = match link.mode {
                    Mode::ProxyArp => way != interface,
                    Mode::LocalProxyArp => way == interface,
                    Mode::Enabled | Mode::Disabled | Mode::ReplyOnly => false,
                };
                proxied && (by_mode || published())
            }
            Owner::Nobody => false,
        }
    }

    /// Brings the sender's entry up to date; returns whether there was something to learn.
    ///
    /// A reply to this station confirms; any other packet only tells the address. Another hardware address within a
    /// second of the last change is ignored, so that of two answers the first wins (kernel: locktime), unless it is
    /// announced.
    fn learn(
        &mut self,
        now: Instant,
        interface: Interface,
        packet: &Repr,
        own: Mac,
        create: bool,
        random: u64,
        out: &mut Vec<Output>,
    ) -> bool {
        let (address, mac) = (packet.sender_ip, packet.sender_mac);
        let key = key(interface, address);
        let confirms = packet.operation == Operation::Reply && packet.target_mac == own;
        let Some(entry) = self.entries.get(&key) else {
            if !create || !self.make_room(now, out) {
                return false;
            }
            self.entries.insert(key, Entry::stale(mac, packet.target_ip, now));
            out.push(Output::Changed { interface, address, state: Some(State::Stale) });
            return true;
        };
        let known = !matches!(entry.state, State::Incomplete | State::Failed);
        let locked = now.since(entry.updated) < Duration::from_secs(1) && !packet.is_gratuitous();
        if entry.state == State::Permanent || known && entry.mac != mac && locked {
            return false;
        }
        if confirms {
            self.confirm_with(now, key, mac, random, out);
        } else if !known || entry.mac != mac {
            self.set_stale(now, key, mac, out);
        }
        true
    }

    /// Tells that `neighbour` is alive, as an upper layer knows from an answer (TCP acknowledgment, echo reply). Cheap
    /// for a reachable entry.
    pub fn confirm(&mut self, now: Instant, interface: Interface, neighbour: Ipv4Addr, random: u64) {
        let key = key(interface, neighbour);
        let Some(entry) = self.entries.get_mut(&key) else { return };
        match entry.state {
            State::Reachable => entry.confirmed = now,
            State::Stale | State::Delay | State::Probe => {
                let mac = entry.mac;
                self.confirm_with(now, key, mac, random, &mut Vec::new());
            }
            State::Incomplete | State::Failed | State::Permanent => {}
        }
    }

    /// Makes the entry reachable at `mac` and lets its frames go.
    fn confirm_with(&mut self, now: Instant, key: u64, mac: Mac, random: u64, out: &mut Vec<Output>) {
        let (interface, address) = parts(key);
        let base =
            self.links.get(&interface).and_then(|l| l.base_reachable).unwrap_or(self.config.base_reachable);
        let Some(entry) = self.entries.get_mut(&key) else { return };
        if entry.mac != mac || entry.state != State::Reachable {
            entry.updated = now;
            entry.mac = mac;
            entry.state = State::Reachable;
            out.push(Output::Changed { interface, address, state: Some(State::Reachable) });
        }
        entry.confirmed = now;
        entry.probes = 0;
        entry.reachable = reachable_time(base, random);
        self.timers.set(key, now + entry.reachable);
        self.release(key, out);
    }

    /// Enters an address that was seen but not asked for.
    fn set_stale(&mut self, now: Instant, key: u64, mac: Mac, out: &mut Vec<Output>) {
        let (interface, address) = parts(key);
        let Some(entry) = self.entries.get_mut(&key) else { return };
        entry.mac = mac;
        entry.state = State::Stale;
        entry.updated = now;
        self.timers.stop(&key);
        out.push(Output::Changed { interface, address, state: Some(State::Stale) });
        if !entry.queue.is_empty() {
            // Sending the waiting frames is a use, after which the address is to be confirmed.
            entry.used = now;
            entry.state = State::Delay;
            self.timers.set(key, now + self.config.delay);
            out.push(Output::Changed { interface, address, state: Some(State::Delay) });
        }
        self.release(key, out);
    }

    fn release(&mut self, key: u64, out: &mut Vec<Output>) {
        let (interface, _) = parts(key);
        let Some(entry) = self.entries.get_mut(&key) else { return };
        let mac = entry.mac;
        for frame in core::mem::take(&mut entry.queue) {
            self.held -= 1;
            out.push(Output::Release { interface, mac, frame });
        }
    }

    /// Answers requests for `address`, which is on `interface`, as a proxy on every interface, or no longer does:
    /// `published=yes` without a hardware address of its own.
    pub fn publish(&mut self, interface: Interface, address: Ipv4Addr, published: bool) {
        self.published.retain(|known| *known != (interface, address));
        if published {
            self.published.push((interface, address));
        }
    }

    /// Enters or replaces a static entry (`/ip/arp add`); requests for it are answered when `published`.
    pub fn set_static(
        &mut self,
        now: Instant,
        interface: Interface,
        address: Ipv4Addr,
        mac: Mac,
        published: bool,
        out: &mut Vec<Output>,
    ) {
        let key = key(interface, address);
        self.timers.stop(&key);
        let entry = self.entries.entry(key).or_insert_with(|| Entry::stale(mac, address, now));
        entry.mac = mac;
        entry.state = State::Permanent;
        entry.published = published;
        self.publish(interface, address, published);
        out.push(Output::Changed { interface, address, state: Some(State::Permanent) });
        self.release(key, out);
    }

    /// Removes an entry, static or not; returns whether there was one. Frames that waited come out as drops.
    pub fn remove(&mut self, interface: Interface, address: Ipv4Addr, out: &mut Vec<Output>) -> bool {
        let key = key(interface, address);
        let known = self.entries.contains_key(&key);
        self.forget(key, IpDrop::NeighbourUnknown, out);
        known
    }

    fn forget(&mut self, key: u64, reason: IpDrop, out: &mut Vec<Output>) {
        let (interface, neighbour) = parts(key);
        let Some(entry) = self.entries.remove(&key) else { return };
        self.timers.stop(&key);
        self.publish(interface, neighbour, false);
        for frame in entry.queue {
            self.held -= 1;
            out.push(Output::Drop { interface, neighbour, frame, reason });
        }
        out.push(Output::Changed { interface, address: neighbour, state: None });
    }

    /// Frames that wait in queues.
    #[must_use]
    pub const fn held(&self) -> usize {
        self.held
    }

    /// When [`Neighbours::wake`] has something to do.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.timers.next()
    }

    /// Lets timers go off that are due.
    pub fn wake(&mut self, now: Instant, out: &mut Vec<Output>) {
        while let Some(key) = self.timers.take_due(now) {
            self.timer(now, key, out);
        }
    }

    fn timer(&mut self, now: Instant, key: u64, out: &mut Vec<Output>) {
        let (interface, address) = parts(key);
        let delay = self.config.delay;
        let Some(entry) = self.entries.get_mut(&key) else { return };
        let fresh_until = entry.confirmed + entry.reachable;
        let next = match entry.state {
            State::Reachable if now < fresh_until => {
                self.timers.set(key, fresh_until);
                return;
            }
            State::Reachable if now.since(entry.used) <= delay => State::Delay,
            State::Reachable => State::Stale,
            State::Delay => State::Probe,
            State::Incomplete | State::Probe if entry.probes < self.config.probes => entry.state,
            State::Incomplete | State::Probe => State::Failed,
            State::Stale | State::Failed | State::Permanent => return,
        };
        let changed = next != entry.state;
        entry.state = next;
        if changed {
            out.push(Output::Changed { interface, address, state: Some(next) });
        }
        match next {
            State::Delay => self.timers.set(key, now + delay),
            State::Incomplete | State::Probe => {
                entry.probes = if changed { 1 } else { entry.probes + 1 };
                let (mac, from) = (entry.mac, entry.from);
                self.timers.set(key, now + self.config.retransmit);
                let own = self.links.get(&interface).map_or(Mac::ZERO, |link| link.mac);
                let mut packet = Repr::request(own, from, address);
                let mut destination = Mac::BROADCAST;
                if next == State::Probe {
                    destination = mac;
                    packet.target_mac = mac;
                }
                out.push(Output::Send { interface, destination, packet });
            }
            State::Failed => self.fail(key, out),
            State::Stale | State::Reachable | State::Permanent => {}
        }
    }

    /// Hands the frames of a neighbour that did not answer back.
    fn fail(&mut self, key: u64, out: &mut Vec<Output>) {
        let (interface, neighbour) = parts(key);
        let Some(entry) = self.entries.get_mut(&key) else { return };
        for frame in core::mem::take(&mut entry.queue) {
            self.held -= 1;
            out.push(Output::Drop { interface, neighbour, frame, reason: IpDrop::NeighbourFailed });
        }
    }

    /// Makes room for one more entry; false when all of a full table are in use. As the kernel does, nothing is thrown
    /// out of a table below 128 entries; above, stale and failed entries that were not used for a minute go.
    fn make_room(&mut self, now: Instant, out: &mut Vec<Output>) -> bool {
        const SMALL: usize = 128;
        const OLD: Duration = Duration::from_secs(60);
        let full = self.entries.len() >= self.config.entries_max;
        if !full && (self.entries.len() < SMALL || now.since(self.swept) < Duration::from_secs(5)) {
            return true;
        }
        self.swept = now;
        let idle = |e: &Entry| matches!(e.state, State::Stale | State::Failed) && !e.published;
        let mut old: Vec<(Instant, u64)> = self
            .entries
            .iter()
            .filter(|(_, e)| idle(e))
            .map(|(k, e)| (e.used.max(e.confirmed), *k))
            .collect();
        old.sort_unstable();
        for (i, (used, key)) in old.into_iter().enumerate() {
            if now.since(used) >= OLD || full && i == 0 {
                self.forget(key, IpDrop::NeighbourTableFull, out);
            }
        }
        self.entries.len() < self.config.entries_max
    }

    fn keys_of(&self, interface: Interface) -> Vec<u64> {
        let mut keys: Vec<u64> = self.entries.keys().copied().filter(|k| parts(*k).0 == interface).collect();
        keys.sort_unstable();
        keys
    }

    /// The entry of one neighbour.
    #[must_use]
    pub fn get(&self, interface: Interface, address: Ipv4Addr) -> Option<Row> {
        self.entries.get(&key(interface, address)).map(|entry| entry.row(interface, address))
    }

    /// All entries by interface and address.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        let mut rows: Vec<Row> = self
            .entries
            .iter()
            .map(|(key, entry)| {
                let (interface, address) = parts(*key);
                entry.row(interface, address)
            })
            .collect();
        rows.sort_unstable_by_key(|row| (row.interface, row.address));
        rows
    }
}

impl Entry {
    const fn stale(mac: Mac, from: Ipv4Addr, now: Instant) -> Self {
        Self {
            mac,
            state: State::Stale,
            published: false,
            probes: 0,
            from,
            used: now,
            confirmed: Instant::START,
            reachable: Duration::ZERO,
            updated: now,
            queue: VecDeque::new(),
        }
    }

    fn row(&self, interface: Interface, address: Ipv4Addr) -> Row {
        let mac = (self.mac != Mac::ZERO).then_some(self.mac);
        Row { interface, address, mac, state: self.state, published: self.published }
    }
}

/// A random time between half and one and a half of `base` (RFC 4861 §6.3.2).
fn reachable_time(base: Duration, random: u64) -> Duration {
    let spread = base.as_nanos().max(1);
    Duration::from_nanos(base.as_nanos() / 2) + Duration::from_nanos(random % spread)
}

/// An address that one station can have, or 0.0.0.0 of a probe.
const fn is_station(address: Ipv4Addr) -> bool {
    let first = address.octets()[0];
    address.is_unspecified() || first != 0 && first != 127 && first < 224
}

#[cfg(test)]
mod tests;
