//! [`Core`]: all of a region but its nodes, so that a node and its context can be borrowed side by side.

use crate::cable::{Arrival, Receive, SELF_ENABLED, Transmit};
use crate::captures::Recorder;
use crate::event::{Heap, Key, Rank};
use crate::ledger::Tally;
use crate::link::MIN_FRAME;
use crate::{DropPlace, LogRecord, NodeId, Port, WireDrop};
use clock::Instant;
use rand_core::RngCore;
use rand_xoshiro::Xoshiro256PlusPlus;
use std::collections::BTreeMap;
use wire::{Frame, Pool};

/// "No port here" in the table of ports.
pub(crate) const NO_END: u32 = u32::MAX;

/// What the kernel keeps for a node and touches at every event.
#[derive(Clone)]
pub(crate) struct Slot {
    /// The earliest timer entry in the heap that is valid.
    pub(crate) armed: Instant,
    /// The instant that `events` counts.
    pub(crate) instant: Instant,
    pub(crate) events: u32,
    pub(crate) id: NodeId,
    /// Part of the table of ports.
    pub(crate) ports_start: u32,
    pub(crate) ports_count: u32,
}

/// What the kernel keeps for a node and seldom touches.
#[derive(Clone)]
pub(crate) struct Rest {
    pub(crate) stream: Xoshiro256PlusPlus,
    pub(crate) log_lines: u32,
}

/// A frame that a node dropped during the present call; its reason stands at the same place of `Region::reasons`.
#[derive(Clone)]
pub(crate) struct FreshDrop {
    pub(crate) port: Option<Port>,
    pub(crate) len: usize,
}

/// Plain counters of a region.
#[derive(Clone, Default)]
pub(crate) struct Counts {
    pub(crate) created: u64,
    pub(crate) delivered: u64,
    pub(crate) merged: u64,
    pub(crate) dropped: u64,
    pub(crate) sent: u64,
    pub(crate) hops: u64,
    pub(crate) bytes: u64,
}

/// Something on its way to another region.
#[derive(Clone)]
pub(crate) enum Crossing {
    /// A frame for the receiving half with this index.
    Frame(u32, Arrival),
    /// The port at the other end was enabled or disabled: half, time of arrival, enabled.
    Signal(u32, u64, bool),
}

/// A region without its nodes and without anything of their type, so that [`crate::Context::map`] can hand it on.
#[derive(Clone)]
pub(crate) struct Core {
    pub(crate) now: Instant,
    pub(crate) region: u32,
    /// Set to leave the run loop: a storm, or the recorder is full.
    pub(crate) stop: bool,
    pub(crate) heap: Heap,
    pub(crate) pool: Pool,
    pub(crate) counts: Counts,
    pub(crate) slots: Vec<Slot>,
    /// For each node, one entry per port number: index of the halves.
    pub(crate) ports: Vec<u32>,
    pub(crate) transmit: Vec<Transmit>,
    pub(crate) receive: Vec<Receive>,
    pub(crate) recorder: Option<Box<Recorder>>,
    pub(crate) logs: Option<Vec<LogRecord>>,
    pub(crate) rest: Vec<Rest>,
    /// Drops of the present call; empty between calls.
    pub(crate) fresh_drops: Vec<FreshDrop>,
    pub(crate) wire_drops: BTreeMap<(DropPlace, WireDrop), Tally>,
    /// What goes to each other region at the end of the window.
    pub(crate) outboxes: Vec<Vec<Crossing>>,
}

impl Core {
    /// Index of the halves of `port`.
    #[inline]
    pub(crate) fn end(&self, node: usize, port: Port) -> Option<usize> {
        let slot = &self.slots[node];
        if u32::from(port.0) >= slot.ports_count {
            return None;
        }
        let end = self.ports[slot.ports_start as usize + usize::from(port.0)];
        (end != NO_END).then_some(end as usize)
    }

    pub(crate) fn carrier(&self, node: usize, port: Port) -> bool {
        self.end(node, port).is_some_and(|end| self.transmit[end].carrier)
    }

    pub(crate) fn rate(&self, node: usize, port: Port) -> Option<u64> {
        self.end(node, port).map(|end| self.transmit[end].rate_bps)
    }

    pub(crate) fn random(&mut self, node: usize) -> u64 {
        self.rest[node].stream.next_u64()
    }

    #[cold]
    pub(crate) fn log(&mut self, node: usize, topics: &str, message: String) {
        let (at, id) = (self.now, self.slots[node].id);
        let Some(logs) = &mut self.logs else { return };
        let sequence = self.rest[node].log_lines;
        self.rest[node].log_lines += 1;
        logs.push(LogRecord { at, node: id, sequence, topics: topics.into(), message });
    }

    #[inline]
    pub(crate) fn send(&mut self, node: usize, port: Port, mut frame: Frame) {
        self.counts.sent += 1;
        let Some(end) = self.end(node, port) else {
            return self.drop_at_dead_port(node, port, frame, WireDrop::NoCable);
        };
        frame.pad_to(MIN_FRAME);
        let tx = &self.transmit[end];
        if !tx.carrier {
            return self.drop_at_dead_port(node, port, frame, WireDrop::NoCarrier);
        }
        if tx.impairment.is_some() {
            return self.send_impaired(end, frame);
        }
        self.transmit_frame(end, frame);
    }

    /// Sends on a cable that treats all frames alike.
    #[inline]
    fn transmit_frame(&mut self, end: usize, frame: Frame) {
        let tx = &mut self.transmit[end];
        if frame.len() > tx.longest as usize {
            return self.drop_when_sent(end, frame, WireDrop::LargerThanMtu);
        }
        let Some(passage) = tx.take(self.now.as_nanos(), frame.len()) else {
            return self.drop_when_sent(end, frame, WireDrop::QueueFull);
        };
        if self.recorder.is_some() {
            self.record_sent(end, passage.start, &frame);
        }
        self.put_on_wire(end, Arrival { at: passage.arrival, frame, damaged: false });
    }

    #[inline]
    fn put_on_wire(&mut self, end: usize, arrival: Arrival) {
        let tx = &self.transmit[end];
        if tx.to_region == self.region {
            let to = tx.to as usize;
            self.receive[to].push(&mut self.heap, to, arrival);
        } else {
            self.outboxes[tx.to_region as usize].push(Crossing::Frame(tx.to, arrival));
        }
    }

    /// Sends on a cable with random impairments. The draws are in a fixed order: duplicate, then for each of the two
    /// loss, corruption, reordering or jitter.
    #[cold]
    fn send_impaired(&mut self, end: usize, frame: Frame) {
        let duplicated = self.transmit[end].impairment.as_mut().is_some_and(|i| i.duplicates());
        let copy = duplicated.then(|| {
            self.counts.created += 1;
            self.pool.copy(&frame)
        });
        self.send_one_impaired(end, frame);
        if let Some(copy) = copy {
            self.send_one_impaired(end, copy);
        }
    }

    fn send_one_impaired(&mut self, end: usize, mut frame: Frame) {
        let tx = &mut self.transmit[end];
        if frame.len() > tx.longest as usize {
            return self.drop_when_sent(end, frame, WireDrop::LargerThanMtu);
        }
        let Some(passage) = tx.take(self.now.as_nanos(), frame.len()) else {
            return self.drop_when_sent(end, frame, WireDrop::QueueFull);
        };
        if self.recorder.is_some() {
            self.record_sent(end, passage.start, &frame);
        }
        match self.transmit[end].impair(&mut frame, passage.arrival) {
            Some((at, damaged)) => self.put_on_wire(end, Arrival { at, frame, damaged }),
            None => self.drop_when_sent(end, frame, WireDrop::Lost),
        }
    }

    /// Takes in what came from another region.
    pub(crate) fn accept(&mut self, crossing: Crossing) {
        match crossing {
            Crossing::Frame(to, arrival) => {
                assert!(arrival.at >= self.now.as_nanos(), "a frame from another region comes too late");
                self.receive[to as usize].push(&mut self.heap, to as usize, arrival);
            }
            Crossing::Signal(to, at, enabled) => self.signal(to as usize, at, enabled),
        }
    }

    fn signal(&mut self, to: usize, at: u64, enabled: bool) {
        self.receive[to].signal(at, enabled);
        self.heap.push(Key::new(Instant::from_nanos(at), Rank::Carrier, to));
    }

    pub(crate) fn set_port(&mut self, node: usize, port: Port, enabled: bool) {
        let Some(end) = self.end(node, port) else { return };
        let state = self.receive[end].state;
        if (state & SELF_ENABLED != 0) == enabled {
            return;
        }
        self.set_carrier_bit(end, SELF_ENABLED, enabled);
        let tx = &self.transmit[end];
        let at = self.now.as_nanos() + tx.signal_delay();
        let (to, region) = (tx.to, tx.to_region);
        if region == self.region {
            self.signal(to as usize, at, enabled);
        } else {
            self.outboxes[region as usize].push(Crossing::Signal(to, at, enabled));
        }
    }

    /// Changes a condition of a port's carrier now, and lets the node know at this instant.
    pub(crate) fn set_carrier_bit(&mut self, end: usize, bit: u8, set: bool) {
        let rx = &mut self.receive[end];
        rx.state = if set { rx.state | bit } else { rx.state & !bit };
        self.carrier_changed(end);
        self.heap.push(Key::new(self.now, Rank::Carrier, end));
    }

    /// Brings the sending half in line with the state of the receiving one.
    pub(crate) fn carrier_changed(&mut self, end: usize) {
        self.transmit[end].carrier = self.receive[end].carrier();
    }

    /// Arms the timer of `node`, unless it is armed for the same instant or an earlier one.
    #[inline]
    pub(crate) fn arm(&mut self, node: usize, due: Instant) {
        let due = due.max(self.now);
        if due < self.slots[node].armed {
            self.slots[node].armed = due;
            self.heap.push(Key::new(due, Rank::Timer, node));
        }
    }

    /// Ends a frame in a node.
    pub(crate) fn drop_in_node(&mut self, node: usize, frame: Frame, port: Option<Port>) {
        self.counts.dropped += 1;
        self.fresh_drops.push(FreshDrop { port, len: frame.len() });
        if self.recorder.is_some() {
            let end = port.and_then(|p| self.end(node, p)).map(|end| self.transmit[end].end);
            let (at, id) = (self.now, self.slots[node].id);
            if let Some(recorder) = &mut self.recorder {
                recorder.node_drop(at, id, end, frame.bytes());
                self.stop |= recorder.is_full();
            }
        }
        self.pool.free(frame);
    }

    #[cold]
    fn drop_at_dead_port(&mut self, node: usize, port: Port, frame: Frame, reason: WireDrop) {
        let id = self.slots[node].id;
        let end = self.end(node, port).map(|end| self.transmit[end].end);
        self.drop_on_wire(DropPlace::Sending(id, port), end, frame, reason);
    }

    /// Ends a frame at the sending half.
    #[cold]
    fn drop_when_sent(&mut self, end: usize, frame: Frame, reason: WireDrop) {
        let node = self.receive[end].node as usize;
        let place = DropPlace::Sending(self.slots[node].id, self.transmit[end].port);
        let number = self.transmit[end].end;
        self.drop_on_wire(place, Some(number), frame, reason);
    }

    /// Ends a frame at the receiving half.
    #[cold]
    pub(crate) fn drop_when_received(&mut self, end: usize, frame: Frame, reason: WireDrop) {
        let rx = &self.receive[end];
        let place = DropPlace::Receiving(self.slots[rx.node as usize].id, rx.port);
        let number = self.transmit[end].end;
        self.drop_on_wire(place, Some(number), frame, reason);
    }

    fn drop_on_wire(&mut self, place: DropPlace, end: Option<u32>, frame: Frame, reason: WireDrop) {
        self.counts.dropped += 1;
        self.wire_drops.entry((place, reason)).or_default().add(frame.len());
        if let Some(recorder) = &mut self.recorder {
            recorder.wire_drop(self.now, place, end, frame.bytes(), reason);
            self.stop |= recorder.is_full();
        }
        self.pool.free(frame);
    }

    fn record_sent(&mut self, end: usize, start: u64, frame: &Frame) {
        if let Some(recorder) = &mut self.recorder {
            recorder.sent(Instant::from_nanos(start), self.transmit[end].end, frame.bytes());
            self.stop |= recorder.is_full();
        }
    }
}
