//! Connection tracking (`/ip/firewall/connection`): which connection a packet belongs to and in what state it is.
//!
//! A packet that opens a connection makes it *pending*: it is in the table only once it has passed all chains
//! ([`Conntrack::confirm`]), so a dropped packet leaves nothing behind. There is one pending connection, because a
//! device takes one packet at a time through its chains; the next [`Conntrack::track`] forgets it.
//!
//! Ageing is lazy: a connection keeps one place in a heap of deadlines and moves when that place comes up, so refreshing a
//! timeout costs a store. A connection past its timeout is not found, whether or not `wake` has run.
//!
//! `deadline` may change after any `&mut` call. `wake` with nothing due has no effect. Fragments are reassembled
//! before. Source: manual "Connection tracking"; Linux 5.6 `nf_conntrack_core.c` and `nf_conntrack_proto_*.c`.

mod connection;
mod icmp;
mod table;
pub mod tcp;
mod tuple;
mod window;

pub use connection::{Connection, ConnectionFlags, Helper};
pub use tuple::Tuple;

use crate::packet::{ConnectionState, ICMP, PacketKey, TCP, UDP};
use clock::{Duration, Instant};
use table::{Slot, Table};
use tcp::{TcpState, TcpTimeouts};

/// Which end of the connection sent the packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// The end that opened the connection.
    Original = 0,
    /// The other end.
    Reply = 1,
}

impl Direction {
    /// The other direction.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Original => Self::Reply,
            Self::Reply => Self::Original,
        }
    }
}

/// `enabled`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Enabled {
    /// On as soon as there is a firewall rule.
    #[default]
    Auto,
    /// On.
    Yes,
    /// Off: connection matchers and NAT stop.
    No,
}

/// `/ip/firewall/connection/tracking`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// `enabled`.
    pub enabled: Enabled,
    /// `tcp-*-timeout`.
    pub tcp: TcpTimeouts,
    /// `udp-timeout`: until both directions were seen.
    pub udp: Duration,
    /// `udp-stream-timeout`: afterwards.
    pub udp_stream: Duration,
    /// `icmp-timeout`.
    pub icmp: Duration,
    /// `generic-timeout`: other protocols.
    pub generic: Duration,
    /// `loose-tcp-tracking`: a connection may be picked up in the middle.
    pub loose_tcp: bool,
    /// `liberal-tcp-tracking`: segments outside the window are not invalid.
    pub liberal_tcp: bool,
    /// `max-entries`.
    pub max_entries: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            enabled: Enabled::Auto,
            tcp: TcpTimeouts::default(),
            udp: Duration::from_secs(30),
            udp_stream: Duration::from_mins(3),
            icmp: Duration::from_secs(10),
            generic: Duration::from_mins(10),
            loose_tcp: true,
            liberal_tcp: false,
            max_entries: 1_048_576,
        }
    }
}

/// A connection; stays valid until the connection ends, and then finds nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId {
    /// Order of creation.
    pub(crate) sequence: u64,
    pub(crate) slot: Slot,
}

impl ConnectionId {
    /// Its number in the order of creation, from 0; unlike the whole id it says nothing of the place in the table.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.sequence
    }
}

/// What [`Conntrack::track`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tracked {
    /// State of the packet; `None` when tracking is off.
    pub state: Option<ConnectionState>,
    /// The connection. An ICMP error names the connection that it is about. `None` for invalid packets.
    pub id: Option<ConnectionId>,
    /// Direction of the packet.
    pub direction: Direction,
}

impl Tracked {
    /// Tracking is off.
    pub const OFF: Self = Self { state: None, id: None, direction: Direction::Original };
    /// The packet is exempt (`action=notrack`).
    pub const UNTRACKED: Self = Self { state: Some(ConnectionState::Untracked), ..Self::OFF };
    /// The packet belongs to no connection.
    pub const INVALID: Self = Self { state: Some(ConnectionState::Invalid), ..Self::OFF };
}

/// The table is full of assured connections: the packet must be dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableFull;

/// What a protocol says to a packet of a known connection.
pub(crate) enum Step {
    /// Valid; the connection now lives for this long.
    Refresh(Duration),
    /// Valid, but the connection stays as it is.
    Ignore,
    /// Invalid.
    Invalid,
    /// The connection is over and the packet opens a new one.
    Reopen,
    /// Valid, and the connection ends with it.
    End,
}

/// The connections of a router.
#[derive(Clone, Debug, Default)]
pub struct Conntrack {
    config: Config,
    has_rules: bool,
    table: Table,
    pending: Option<Connection>,
    next_sequence: u64,
}

impl Conntrack {
    /// An empty table.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self { config, ..Self::default() }
    }

    /// The settings.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// Changes the settings; timeouts apply from the next packet of each connection. Turning tracking off forgets all
    /// connections.
    pub fn configure(&mut self, config: Config) {
        self.config = config;
        self.forget_when_off();
    }

    /// Says whether filter, nat or mangle has a rule, which is what `enabled=auto` asks.
    pub fn set_has_rules(&mut self, has_rules: bool) {
        self.has_rules = has_rules;
        self.forget_when_off();
    }

    fn forget_when_off(&mut self) {
        if !self.is_active() {
            self.table.clear();
            self.pending = None;
        }
    }

    /// True when packets are tracked.
    #[must_use]
    #[inline]
    pub const fn is_active(&self) -> bool {
        match self.config.enabled {
            Enabled::Auto => self.has_rules,
            Enabled::Yes => true,
            Enabled::No => false,
        }
    }

    /// Finds or opens the connection of a packet (from its IPv4 header on), counts the packet and moves the state on.
    ///
    /// # Errors
    /// [`TableFull`] when the packet opens a connection and there is no room.
    pub fn track(&mut self, now: Instant, key: &PacketKey, packet: &[u8]) -> Result<Tracked, TableFull> {
        if !self.is_active() {
            return Ok(Tracked::OFF);
        }
        self.pending = None;
        if key.protocol() == ICMP
            && let Some(answer) = self.track_icmp_error(now, key, packet)
        {
            return Ok(answer);
        }
        let Some(tuple) = Tuple::of(key, packet) else { return Ok(Tracked::INVALID) };
        if let Some((slot, direction)) = self.table.find(now, &tuple)
            && let Some(tracked) = self.follow(now, key, packet, slot, direction)
        {
            return Ok(tracked);
        }
        self.open(now, key, packet, tuple)
    }

    /// A packet of a known connection; `None` when it opens a new one in its place.
    fn follow(
        &mut self,
        now: Instant,
        key: &PacketKey,
        packet: &[u8],
        slot: Slot,
        direction: Direction,
    ) -> Option<Tracked> {
        let connection = self.table.get_mut(slot)?;
        match connection.packet(&self.config, key, packet, direction) {
            Step::Refresh(timeout) => {
                let tracked = connection.accept(now, key, direction, slot);
                self.table.refresh(slot, now + timeout);
                Some(tracked)
            }
            Step::Ignore => Some(connection.accept(now, key, direction, slot)),
            Step::Invalid => Some(Tracked::INVALID),
            Step::End => {
                // This last packet still needs the connection: its mark, its translation.
                connection.flags.insert(ConnectionFlags::DYING);
                let tracked = connection.accept(now, key, direction, Slot::PENDING);
                self.pending = self.table.remove(slot);
                Some(tracked)
            }
            Step::Reopen => {
                self.table.remove(slot);
                None
            }
        }
    }

    fn open(
        &mut self,
        now: Instant,
        key: &PacketKey,
        packet: &[u8],
        tuple: Tuple,
    ) -> Result<Tracked, TableFull> {
        let Some(mut connection) = Connection::open(&self.config, now, key, packet, tuple) else {
            return Ok(Tracked::INVALID);
        };
        let max = self.config.max_entries as usize;
        if self.table.len() >= max && !self.table.evict_unassured() {
            return Err(TableFull);
        }
        connection.sequence = self.next_sequence;
        self.next_sequence += 1;
        let tracked = connection.accept(now, key, Direction::Original, Slot::PENDING);
        self.pending = Some(connection);
        Ok(tracked)
    }

    /// Puts the pending connection `id` into the table; its packet has passed all chains. Returns the id that it has
    /// from now on; one that was in the table keeps its id, and one that ended with its packet is gone. `None` when another connection has taken one of its
    /// tuples, or when `id` is gone: the packet must be dropped.
    #[must_use]
    pub fn confirm(&mut self, now: Instant, id: ConnectionId) -> Option<ConnectionId> {
        if id.slot != Slot::PENDING {
            return Some(id);
        }
        let mut connection = self.pending.take_if(|pending| pending.sequence == id.sequence)?;
        if connection.flags.contains(ConnectionFlags::DYING) {
            return Some(id);
        }
        connection.flags.insert(ConnectionFlags::CONFIRMED);
        connection.expires = now + connection.opening_timeout;
        let slot = self.table.insert(now, connection)?;
        Some(ConnectionId { slot, ..id })
    }

    /// Forgets the pending connection: its packet was dropped.
    pub fn discard(&mut self) {
        self.pending = None;
    }

    /// A connection, pending or in the table.
    #[must_use]
    #[inline]
    pub fn get(&self, id: ConnectionId) -> Option<&Connection> {
        let found = if id.slot == Slot::PENDING { self.pending.as_ref() } else { self.table.get(id.slot) };
        found.filter(|connection| connection.sequence == id.sequence)
    }

    /// A connection, to set its mark or FastTrack.
    #[must_use]
    pub fn get_mut(&mut self, id: ConnectionId) -> Option<&mut Connection> {
        let found =
            if id.slot == Slot::PENDING { self.pending.as_mut() } else { self.table.get_mut(id.slot) };
        found.filter(|connection| connection.sequence == id.sequence)
    }

    /// The connection that a packet with this tuple belongs to.
    #[must_use]
    pub fn find(&self, now: Instant, tuple: &Tuple) -> Option<(ConnectionId, Direction)> {
        let (slot, direction) = self.table.find(now, tuple)?;
        Some((ConnectionId { sequence: self.table.get(slot)?.sequence, slot }, direction))
    }

    /// Changes the tuple that replies of a pending connection have: what NAT does. Must come before
    /// [`confirm`](Self::confirm); false when the connection is not pending.
    pub fn set_reply(&mut self, id: ConnectionId, reply: Tuple) -> bool {
        match &mut self.pending {
            Some(connection) if id.slot == Slot::PENDING && connection.sequence == id.sequence => {
                connection.set_reply(reply);
                true
            }
            _ => false,
        }
    }

    /// `remove`: ends a connection.
    pub fn remove(&mut self, id: ConnectionId) {
        if id.slot == Slot::PENDING {
            self.pending = None;
        } else if self.get(id).is_some() {
            self.table.remove(id.slot);
        }
    }

    /// Connections in the table.
    #[must_use]
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// True when the table is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.table.len() == 0
    }

    /// Connections whose opener lies in the same prefix as `address`, the pending one included.
    #[must_use]
    pub fn connections_from(&self, address: u32, prefix_len: u8) -> u64 {
        let mask = u32::MAX.checked_shl(32 - u32::from(prefix_len.min(32))).unwrap_or(0);
        let pending = self.pending.as_ref().is_some_and(|c| c.original.src & mask == address & mask);
        self.table.count_sources(address & mask, address | !mask) + u64::from(pending)
    }

    /// All connections in the table that have not run out, in the order of creation. Sorts; for printing.
    #[must_use]
    pub fn connections(&self, now: Instant) -> Vec<(ConnectionId, &Connection)> {
        let mut all: Vec<_> = self.table.iter().filter(|(_, c)| c.expires > now).collect();
        all.sort_by_key(|(_, connection)| connection.sequence);
        all.into_iter().map(|(slot, c)| (ConnectionId { sequence: c.sequence, slot }, c)).collect()
    }

    /// When [`wake`](Self::wake) should be called; may be earlier than the first connection ends.
    #[must_use]
    #[inline]
    pub fn deadline(&self) -> Option<Instant> {
        self.table.deadline()
    }

    /// Removes the connections whose time has come; returns how many.
    pub fn wake(&mut self, now: Instant) -> usize {
        self.table.sweep(now)
    }
}

/// The timeout of protocols other than TCP.
pub(crate) fn plain_timeout(config: &Config, protocol: u8, both_seen: bool) -> Duration {
    match protocol {
        UDP if both_seen => config.udp_stream,
        UDP => config.udp,
        ICMP => config.icmp,
        _ => config.generic,
    }
}

/// `tcp-state` of a connection, or `None` when it is not TCP.
pub(crate) const fn tcp_state(protocol: u8, state: TcpState) -> Option<TcpState> {
    if protocol == TCP { Some(state) } else { None }
}
