//! [`Connection`]: one row of `/ip/firewall/connection`.

use super::tcp::{TcpState, TcpTracking};
use super::tuple::is_icmp_request;
use super::{Config, ConnectionId, Direction, Step, Tracked, Tuple, plain_timeout, table::Slot, tcp_state};
use crate::chain::Counters;
use crate::packet::{ConnectionState, ICMP, Mark, NatStates, PacketKey, TCP};
use clock::{Duration, Instant};

/// Flags of a connection, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConnectionFlags(u16);

impl ConnectionFlags {
    /// `E`: announced by another connection.
    pub const EXPECTED: Self = Self(1);
    /// `S`: packets went both ways.
    pub const SEEN_REPLY: Self = Self(2);
    /// `A`: not removed when the table is full.
    pub const ASSURED: Self = Self(4);
    /// `C`: its first packet has passed all chains.
    pub const CONFIRMED: Self = Self(8);
    /// `D`: about to end.
    pub const DYING: Self = Self(16);
    /// `F`: FastTrack.
    pub const FASTTRACK: Self = Self(32);
    /// `s`: the source is translated.
    pub const SRCNAT: Self = Self(64);
    /// `d`: the destination is translated.
    pub const DSTNAT: Self = Self(128);

    /// True when all bits of `other` are set.
    #[must_use]
    #[inline]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Sets the bits of `other`.
    #[inline]
    pub const fn insert(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// The flags as the menu prints them, such as `SACs`.
    #[must_use]
    pub fn letters(self) -> String {
        "ESACDFsd".char_indices().filter(|(bit, _)| self.0 >> bit & 1 != 0).map(|(_, c)| c).collect()
    }
}

/// `connection-type`: the helper that understands a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Helper {
    /// FTP.
    Ftp,
    /// PPTP.
    Pptp,
    /// H.323.
    H323,
    /// SIP.
    Sip,
    /// IRC.
    Irc,
    /// Quake 3.
    Quake3,
    /// TFTP.
    Tftp,
}

/// One connection.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Tuple of the packets of the end that opened the connection, as they came in.
    pub original: Tuple,
    /// Tuple of the replies, as they come in. It is the inverse of `original` unless NAT changed it.
    pub reply: Tuple,
    /// `connection-mark`.
    pub mark: Mark,
    /// Flags.
    pub flags: ConnectionFlags,
    /// Packets and bytes (IP length), by [`Direction`].
    pub traffic: [Counters; 2],
    /// `connection-type`.
    pub helper: Option<Helper>,
    /// When it ends unless another packet comes.
    pub expires: Instant,
    pub(super) opening_timeout: Duration,
    /// The place that it has in the heap of deadlines.
    pub(super) armed: Instant,
    pub(super) sequence: u64,
    pub(super) tcp: TcpTracking,
    rate_since: Instant,
    rate_bytes: u64,
    rate_bps: u64,
}

const SECOND_NS: u64 = 1_000_000_000;

impl Connection {
    /// The connection that a packet opens; `None` when it may not open one.
    pub(super) fn open(
        config: &Config,
        now: Instant,
        key: &PacketKey,
        packet: &[u8],
        tuple: Tuple,
    ) -> Option<Self> {
        let mut tcp = TcpTracking::default();
        let opening_timeout = match key.protocol() {
            TCP => tcp.open(config, key, packet)?,
            ICMP if !is_icmp_request((tuple.dst_port >> 8) as u8) => return None,
            protocol => plain_timeout(config, protocol, false),
        };
        Some(Self {
            original: tuple,
            reply: tuple.inverse(),
            mark: Mark::NONE,
            flags: ConnectionFlags::default(),
            traffic: [Counters::default(); 2],
            helper: None,
            expires: now + opening_timeout,
            opening_timeout,
            armed: Instant::NEVER,
            sequence: 0,
            tcp,
            rate_since: now,
            rate_bytes: 0,
            rate_bps: 0,
        })
    }

    /// What the protocol says to one more packet. Changes protocol state and the flag `A`.
    pub(super) fn packet(
        &mut self,
        config: &Config,
        key: &PacketKey,
        packet: &[u8],
        direction: Direction,
    ) -> Step {
        let both_seen = self.flags.contains(ConnectionFlags::SEEN_REPLY);
        match key.protocol() {
            TCP => {
                let before = self.tcp.state;
                let step = self.tcp.packet(config, key, packet, direction, both_seen);
                let was_open = matches!(before, TcpState::SynReceived | TcpState::Established);
                if both_seen && was_open && self.tcp.state == TcpState::Established {
                    self.flags.insert(ConnectionFlags::ASSURED);
                }
                step
            }
            protocol => {
                // As in Linux the first reply itself still has the short timeout.
                if protocol == crate::packet::UDP && both_seen {
                    self.flags.insert(ConnectionFlags::ASSURED);
                }
                Step::Refresh(plain_timeout(config, protocol, both_seen))
            }
        }
    }

    /// Counts a valid packet and says in what state it is.
    pub(super) fn accept(
        &mut self,
        now: Instant,
        key: &PacketKey,
        direction: Direction,
        slot: Slot,
    ) -> Tracked {
        let bytes = u64::from(key.total_len);
        if let Some(counters) = self.traffic.get_mut(direction as usize) {
            counters.packets += 1;
            counters.bytes += bytes;
        }
        self.count_rate(now, bytes);
        if direction == Direction::Reply {
            self.flags.insert(ConnectionFlags::SEEN_REPLY);
        }
        let state = if self.flags.contains(ConnectionFlags::SEEN_REPLY) {
            ConnectionState::Established
        } else if self.flags.contains(ConnectionFlags::EXPECTED) {
            ConnectionState::Related
        } else {
            ConnectionState::New
        };
        let id = ConnectionId { sequence: self.sequence, slot };
        Tracked { state: Some(state), id: Some(id), direction }
    }

    fn count_rate(&mut self, now: Instant, bytes: u64) {
        let elapsed = now.since(self.rate_since).as_nanos();
        if elapsed >= SECOND_NS {
            let bits = u128::from(self.rate_bytes) * 8 * u128::from(SECOND_NS);
            self.rate_bps = (bits / u128::from(elapsed)) as u64;
            self.rate_since = now;
            self.rate_bytes = 0;
        }
        self.rate_bytes += bytes;
    }

    /// Rate of both directions together in bit/s over the last full second with packets, without averaging.
    #[must_use]
    pub const fn rate_bps(&self) -> u64 {
        self.rate_bps
    }

    /// `tcp-state`; `None` for other protocols.
    #[must_use]
    pub const fn tcp_state(&self) -> Option<TcpState> {
        tcp_state(self.original.protocol, self.tcp.state)
    }

    /// `timeout`: what is left.
    #[must_use]
    pub const fn timeout(&self, now: Instant) -> Duration {
        self.expires.since(now)
    }

    /// What `connection-nat-state` tests.
    #[must_use]
    #[inline]
    pub const fn nat_states(&self) -> NatStates {
        let src = if self.flags.contains(ConnectionFlags::SRCNAT) { NatStates::SRCNAT.0 } else { 0 };
        let dst = if self.flags.contains(ConnectionFlags::DSTNAT) { NatStates::DSTNAT.0 } else { 0 };
        NatStates(src | dst)
    }

    /// Sets the reply tuple and the flags `s` and `d` that follow from it.
    pub(super) fn set_reply(&mut self, reply: Tuple) {
        let plain = self.original.inverse();
        self.reply = reply;
        if (reply.dst, reply.dst_port) != (plain.dst, plain.dst_port) {
            self.flags.insert(ConnectionFlags::SRCNAT);
        }
        if (reply.src, reply.src_port) != (plain.src, plain.src_port) {
            self.flags.insert(ConnectionFlags::DSTNAT);
        }
    }
}
