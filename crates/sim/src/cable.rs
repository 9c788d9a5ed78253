//! The two halves of a cable direction: [`Transmit`] at the port that sends, [`Receive`] at the port that hears it.
//!
//! ```text
//! send ─► queue (waits while the wire is busy) ─► serialisation ─► delay ± jitter ─► FIFO of the receiving half ─► node
//! ```
//!
//! The halves touch only through a frame and its arrival time, so they may lie in different regions.

use crate::event::{Heap, Key, Rank};
use crate::link::{ETHERNET_HEADER, LinkParams, OVERHEAD};
use crate::{Port, Probability};
use clock::{Duration, Instant};
use rand_core::RngCore;
use rand_xoshiro::Xoshiro256PlusPlus;
use std::collections::{BTreeMap, VecDeque};
use wire::Frame;

/// Carrier of a port: all three bits set.
pub(crate) const CABLE_UP: u8 = 1;
/// The port itself is enabled.
pub(crate) const SELF_ENABLED: u8 = 2;
/// The port at the other end is enabled, as far as this end has heard.
pub(crate) const PEER_ENABLED: u8 = 4;
/// Every condition for a carrier holds.
pub(crate) const CARRIER: u8 = CABLE_UP | SELF_ENABLED | PEER_ENABLED;

/// `ns_per_byte` when a byte does not take a whole number of nanoseconds.
const UNEVEN: u32 = u32::MAX;

/// The sending half.
#[derive(Clone)]
pub(crate) struct Transmit {
    /// When the last bit of the last frame leaves.
    pub(crate) free_at: u64,
    delay_ns: u64,
    pub(crate) rate_bps: u64,
    /// Serialisation of one byte; 0 when infinitely fast.
    ns_per_byte: u32,
    /// Longest frame in bytes.
    pub(crate) longest: u32,
    queue: u32,
    /// Number of this end: 2 × cable + side.
    pub(crate) end: u32,
    /// Receiving half at the other end: its index in its region.
    pub(crate) to: u32,
    /// Region of the receiving half.
    pub(crate) to_region: u32,
    pub(crate) port: Port,
    /// Copy of "all of [`CARRIER`]".
    pub(crate) carrier: bool,
    /// When the frames that still wait will begin to leave. Empty while the wire keeps up.
    waiting: VecDeque<u64>,
    /// `None` when the cable treats all frames alike.
    pub(crate) impairment: Option<Box<Impairment>>,
}

/// What a direction does to frames at random, with its own stream.
#[derive(Clone)]
pub(crate) struct Impairment {
    jitter_ns: u64,
    loss: Probability,
    duplicate: Probability,
    reorder: Probability,
    corrupt: Probability,
    stream: Xoshiro256PlusPlus,
}

/// What happens to a frame that leaves.
pub(crate) struct Passage {
    /// When its first bit leaves.
    pub(crate) start: u64,
    /// When it is there completely.
    pub(crate) arrival: u64,
}

impl Transmit {
    pub(crate) fn new(params: &LinkParams, end: u32, port: Port, stream: Xoshiro256PlusPlus) -> Self {
        let ns_per_byte = match params.rate_bps {
            0 => 0,
            rate if 8_000_000_000 % rate == 0 => u32::try_from(8_000_000_000 / rate).unwrap_or(UNEVEN),
            _ => UNEVEN,
        };
        let impairment = (!params.is_clean()).then(|| {
            Box::new(Impairment {
                jitter_ns: params.jitter.as_nanos(),
                loss: params.loss,
                duplicate: params.duplicate,
                reorder: params.reorder,
                corrupt: params.corrupt,
                stream,
            })
        });
        Self {
            free_at: 0,
            delay_ns: params.delay.as_nanos(),
            rate_bps: params.rate_bps,
            ns_per_byte,
            longest: params.mtu.saturating_add(ETHERNET_HEADER),
            queue: params.queue,
            end,
            to: 0,
            to_region: 0,
            port,
            carrier: true,
            waiting: VecDeque::new(),
            impairment,
        }
    }

    /// Time that a frame of `len` bytes takes on the wire, with FCS, preamble and gap.
    #[inline]
    fn serialisation(&self, len: usize) -> u64 {
        let bytes = len as u64 + OVERHEAD;
        if self.ns_per_byte == UNEVEN {
            return Duration::of_transmission(bytes, self.rate_bps).as_nanos();
        }
        bytes * u64::from(self.ns_per_byte)
    }

    /// Takes the wire for a frame of `len` bytes; `None` when the queue is full.
    #[inline]
    pub(crate) fn take(&mut self, now: u64, len: usize) -> Option<Passage> {
        let start = if self.free_at <= now { now } else { self.wait(now)? };
        self.free_at = start.saturating_add(self.serialisation(len));
        Some(Passage { start, arrival: self.free_at.saturating_add(self.delay_ns) })
    }

    /// Takes a place in the queue and returns when the frame's turn comes.
    fn wait(&mut self, now: u64) -> Option<u64> {
        while self.waiting.front().is_some_and(|start| *start <= now) {
            self.waiting.pop_front();
        }
        if self.waiting.len() >= self.queue as usize {
            return None;
        }
        self.waiting.push_back(self.free_at);
        Some(self.free_at)
    }

    /// Forgets what waits or is being sent: the link went down.
    pub(crate) fn reset(&mut self, now: u64) {
        self.waiting.clear();
        self.free_at = self.free_at.min(now);
    }

    /// Time from now to the earliest arrival at the other end of anything that happens now.
    pub(crate) fn signal_delay(&self) -> u64 {
        let reorders = self.impairment.as_ref().map_or(0, |i| i.jitter_ns);
        let skips = self.impairment.as_ref().is_some_and(|i| i.reorder > Probability::ZERO);
        let delay = if skips { 0 } else { self.delay_ns.saturating_sub(reorders) };
        delay + self.serialisation(crate::link::MIN_FRAME)
    }
}

impl Impairment {
    /// True when the frame that is being sent gets a copy behind it.
    pub(crate) fn duplicates(&mut self) -> bool {
        self.duplicate > Probability::ZERO && self.duplicate.hits(self.stream.next_u64())
    }

    /// True when the frame is lost on the way.
    fn loses(&mut self) -> bool {
        self.loss > Probability::ZERO && self.loss.hits(self.stream.next_u64())
    }

    /// Flips one bit of the frame, or not. True when it did.
    fn corrupts(&mut self, frame: &mut Frame) -> bool {
        if self.corrupt == Probability::ZERO || !self.corrupt.hits(self.stream.next_u64()) {
            return false;
        }
        let bits = frame.len() as u64 * 8;
        let bit = self.stream.next_u64() % bits.max(1);
        if let Some(byte) = frame.bytes_mut().get_mut(bit as usize / 8) {
            *byte ^= 1 << (bit % 8);
        }
        true
    }

    /// Moves the arrival by jitter and reordering, as netem: a reordered frame skips the delay.
    fn moves(&mut self, arrival: u64, delay_ns: u64) -> u64 {
        if self.reorder > Probability::ZERO && self.reorder.hits(self.stream.next_u64()) {
            return arrival - delay_ns;
        }
        if self.jitter_ns == 0 {
            return arrival;
        }
        let span = u128::from(self.jitter_ns) * 2 + 1;
        let shift = ((u128::from(self.stream.next_u64()) * span) >> 64) as u64;
        (arrival + shift).saturating_sub(self.jitter_ns).max(arrival - delay_ns)
    }
}

impl Transmit {
    /// Does to a frame what the cable does at random. Returns when it arrives and whether it is damaged; `None` when it
    /// is lost.
    pub(crate) fn impair(&mut self, frame: &mut Frame, arrival: u64) -> Option<(u64, bool)> {
        let delay = self.delay_ns;
        let Some(impairment) = &mut self.impairment else { return Some((arrival, false)) };
        if impairment.loses() {
            return None;
        }
        let damaged = impairment.corrupts(frame);
        Some((impairment.moves(arrival, delay), damaged))
    }
}

/// A frame on its way.
#[derive(Clone)]
pub(crate) struct Arrival {
    pub(crate) at: u64,
    pub(crate) frame: Frame,
    /// A bit was flipped; the port will see a wrong FCS.
    pub(crate) damaged: bool,
}

/// The receiving half.
#[derive(Clone)]
pub(crate) struct Receive {
    /// Frames in the order of arrival.
    fifo: VecDeque<Arrival>,
    /// Time of the entry in the event heap; [`NEVER`] when there is none. Other entries are stale.
    armed: u64,
    /// Index of the node in the region.
    pub(crate) node: u32,
    pub(crate) port: Port,
    /// Bits of [`CARRIER`].
    pub(crate) state: u8,
    /// The carrier that the node was told last.
    pub(crate) reported: bool,
    /// Frames that arrive before one that was sent earlier, and news of the other port; `None` on a steady cable.
    side: Option<Box<Side>>,
}

/// What does not fit the FIFO.
#[derive(Clone, Default)]
struct Side {
    /// By (arrival, order of sending).
    frames: BTreeMap<(u64, u64), Arrival>,
    sent: u64,
    /// When the other port is enabled or disabled, as this end hears it.
    signals: VecDeque<(u64, bool)>,
}

/// No entry in the heap.
const NEVER: u64 = u64::MAX;

impl Receive {
    pub(crate) fn new(node: u32, port: Port) -> Self {
        Self { fifo: VecDeque::new(), armed: NEVER, node, port, state: CARRIER, reported: false, side: None }
    }

    /// Puts a frame on the way; `index` is the half's own.
    #[inline]
    pub(crate) fn push(&mut self, heap: &mut Heap, index: usize, arrival: Arrival) {
        let at = arrival.at;
        if self.fifo.back().is_none_or(|last| last.at <= at) {
            self.fifo.push_back(arrival);
        } else {
            let side = self.side.get_or_insert_default();
            side.sent += 1;
            side.frames.insert((at, side.sent), arrival);
        }
        if at < self.armed {
            self.armed = at;
            heap.push(Key::new(Instant::from_nanos(at), Rank::Frame, index));
        }
    }

    /// Takes the frame for which the first heap entry stands and re-arms for the next one. `None`: it was stale.
    #[inline]
    pub(crate) fn pop(&mut self, heap: &mut Heap, index: usize, now: u64) -> Option<Arrival> {
        if self.armed != now {
            heap.pop();
            return None;
        }
        let arrival = if self.side.is_none() { self.fifo.pop_front() } else { self.pop_side() };
        let next = self.head();
        self.armed = next;
        if next == NEVER {
            heap.pop();
        } else {
            heap.replace(Key::new(Instant::from_nanos(next), Rank::Frame, index));
        }
        arrival
    }

    /// The earlier of the FIFO's head and the side list's; the FIFO's when they arrive together.
    #[cold]
    fn pop_side(&mut self) -> Option<Arrival> {
        let fifo = self.fifo.front().map_or(NEVER, |a| a.at);
        let side = self.side.as_mut()?;
        match side.frames.first_entry() {
            Some(first) if first.key().0 < fifo => Some(first.remove()),
            _ => self.fifo.pop_front(),
        }
    }

    #[inline]
    fn head(&self) -> u64 {
        let fifo = self.fifo.front().map_or(NEVER, |a| a.at);
        match &self.side {
            None => fifo,
            Some(side) => side.frames.first_key_value().map_or(NEVER, |((at, _), _)| *at).min(fifo),
        }
    }

    /// Takes all frames on the way, in the order of arrival: the link went down.
    pub(crate) fn drain(&mut self) -> Vec<Arrival> {
        let mut all: Vec<Arrival> = self.fifo.drain(..).collect();
        if let Some(side) = &mut self.side {
            all.extend(core::mem::take(&mut side.frames).into_values());
        }
        all.sort_by_key(|a| a.at);
        self.armed = NEVER;
        all
    }

    /// Frames on the way.
    pub(crate) fn in_flight(&self) -> usize {
        self.fifo.len() + self.side.as_ref().map_or(0, |s| s.frames.len())
    }

    /// Notes news of the other port.
    pub(crate) fn signal(&mut self, at: u64, enabled: bool) {
        self.side.get_or_insert_default().signals.push_back((at, enabled));
    }

    /// Applies the news that have come by `now`.
    pub(crate) fn hear(&mut self, now: u64) {
        let Some(side) = &mut self.side else { return };
        while let Some((_, enabled)) = side.signals.front().copied().filter(|(at, _)| *at <= now) {
            side.signals.pop_front();
            self.state = if enabled { self.state | PEER_ENABLED } else { self.state & !PEER_ENABLED };
        }
    }

    /// True when the port has a carrier.
    #[inline]
    pub(crate) fn carrier(&self) -> bool {
        self.state == CARRIER
    }

    /// True when the entry in the heap for `at` is the valid one.
    pub(crate) fn is_armed(&self, at: Instant) -> bool {
        self.armed == at.as_nanos()
    }
}
