//! [`Region`]: a part of the world that runs on its own up to the end of a window.

use crate::core::Core;
use crate::event::{Key, Rank};
use crate::ledger::Tally;
use crate::{Context, Node, NodeId, Port, WireDrop};
use clock::Instant;
use core::fmt;
use std::collections::BTreeMap;

/// How many events one node may have at one instant before it counts as a storm.
const EVENTS_PER_INSTANT: u32 = 100_000;

/// Nodes that keep each other busy without time going on: a loop of cables without delay, or a deadline that never
/// moves. The world stops at this instant; what it recorded before is complete.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Storm {
    /// The instant that does not end.
    pub at: Instant,
    /// The nodes that are busy at it, the one that reached the limit first.
    pub members: Vec<NodeId>,
    /// Events of the first member at this instant.
    pub events: u32,
}

impl fmt::Display for Storm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, members, events } = self;
        write!(
            f,
            "time stands still at {at}: {events} events at one instant, between {} nodes",
            members.len()
        )
    }
}

impl core::error::Error for Storm {}

/// The dropped frames of a node, by port (none: in the node) and reason.
pub(crate) type DropTable<D> = BTreeMap<(Option<Port>, D), Tally>;

/// A part of the world: nodes, the halves of cables at them, and all that belongs to them. It is `Send`, so a caller
/// may run the regions of a window on threads of its own; see [`crate::World::window`].
#[derive(Clone)]
pub struct Region<N: Node> {
    pub(crate) nodes: Vec<N>,
    pub(crate) core: Core,
    /// Reasons of the drops of the present call; empty between calls.
    pub(crate) reasons: Vec<N::Drop>,
    /// By node.
    pub(crate) drops: Vec<DropTable<N::Drop>>,
    /// Last instant of the window.
    pub(crate) last: Instant,
    pub(crate) storm: Option<Storm>,
}

impl<N: Node> Region<N> {
    /// Runs all events of the window that [`crate::World::window`] opened. It may stop early, when much has been
    /// recorded; the next window goes on from there.
    pub fn run_window(&mut self) {
        self.run(self.last);
    }

    /// Number of nodes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// True when it has no node.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Runs all events up to and with `last`, or until `stop` is set.
    pub(crate) fn run(&mut self, last: Instant) {
        self.core.stop = self.storm.is_some();
        while let Some(key) = self.core.heap.peek() {
            let at = key.at();
            if at > last || self.core.stop {
                return;
            }
            assert!(at >= self.core.now, "time runs back");
            self.core.now = at;
            match key.rank() {
                Rank::Frame => self.frame(key),
                Rank::Timer => self.timer(key),
                Rank::Carrier => self.carrier(key),
            }
        }
    }

    #[inline]
    fn frame(&mut self, key: Key) {
        let core = &mut self.core;
        let end = key.id();
        let receive = &mut core.receive[end];
        let Some(arrival) = receive.pop(&mut core.heap, end, key.at().as_nanos()) else { return };
        let (node, port) = (receive.node as usize, receive.port);
        if arrival.damaged || !receive.carrier() {
            let reason = if receive.carrier() { WireDrop::Corrupted } else { WireDrop::CarrierLost };
            return core.drop_when_received(end, arrival.frame, reason);
        }
        let mut frame = arrival.frame;
        frame.meta.hops += 1;
        core.counts.hops += 1;
        core.counts.bytes += frame.len() as u64;
        self.count_event(node);
        self.nodes[node].receive(
            &mut Context { core: &mut self.core, reasons: &mut self.reasons, local: node },
            port,
            frame,
        );
        self.after(node);
    }

    #[inline]
    fn timer(&mut self, key: Key) {
        let node = key.id();
        self.core.heap.pop();
        let slot = &mut self.core.slots[node];
        if slot.armed != key.at() {
            return; // a stale entry: the deadline was moved to an earlier instant, or has been served
        }
        slot.armed = Instant::NEVER;
        if self.nodes[node].deadline().is_some_and(|due| due <= key.at()) {
            self.count_event(node);
            self.nodes[node].wake(&mut Context {
                core: &mut self.core,
                reasons: &mut self.reasons,
                local: node,
            });
        }
        self.after(node);
    }

    #[cold]
    fn carrier(&mut self, key: Key) {
        let end = key.id();
        self.core.heap.pop();
        let receive = &mut self.core.receive[end];
        receive.hear(key.at().as_nanos());
        let (up, node, port) = (receive.carrier(), receive.node as usize, receive.port);
        let changed = receive.reported != up;
        receive.reported = up;
        self.core.carrier_changed(end);
        if changed {
            self.count_event(node);
            self.nodes[node].carrier(
                &mut Context { core: &mut self.core, reasons: &mut self.reasons, local: node },
                port,
                up,
            );
            self.after(node);
        }
    }

    /// What follows every call of a node.
    #[inline]
    pub(crate) fn after(&mut self, node: usize) {
        if let Some(due) = self.nodes[node].deadline() {
            self.core.arm(node, due);
        }
        if !self.reasons.is_empty() {
            self.settle_drops(node);
        }
    }

    /// Counts the drops of the last call of `node`, and records them in its words.
    #[inline(never)]
    fn settle_drops(&mut self, node: usize) {
        let drops = &mut self.drops[node];
        for (fresh, reason) in self.core.fresh_drops.drain(..).zip(&self.reasons) {
            drops.entry((fresh.port, *reason)).or_default().add(fresh.len);
        }
        if let Some(recorder) = &mut self.core.recorder
            && recorder.has_pending()
        {
            let speaker = &self.nodes[node];
            recorder.describe(self.reasons.iter().map(|reason| speaker.describe_drop(reason)));
        }
        self.reasons.clear();
    }

    /// Counts an event of `node` at this instant. The count is the node's own, so the limit does not depend on what
    /// else shares the region.
    #[inline]
    fn count_event(&mut self, node: usize) {
        let slot = &mut self.core.slots[node];
        if slot.instant != self.core.now {
            slot.instant = self.core.now;
            slot.events = 0;
        }
        slot.events += 1;
        if slot.events > EVENTS_PER_INSTANT {
            self.raise_storm(node);
        }
    }

    #[cold]
    fn raise_storm(&mut self, node: usize) {
        let at = self.core.now;
        let slots = &self.core.slots;
        let first = &slots[node];
        let busy = |slot: &&crate::core::Slot| {
            slot.instant == at && slot.events > EVENTS_PER_INSTANT / 100 && slot.id != first.id
        };
        let mut members = vec![first.id];
        members.extend(slots.iter().filter(busy).map(|slot| slot.id));
        self.storm.get_or_insert(Storm { at, members, events: first.events });
        self.core.stop = true;
    }

    /// The time of the next event that means something; stale entries on the way are removed.
    pub(crate) fn next_event(&mut self) -> Option<Instant> {
        loop {
            let key = self.core.heap.peek()?;
            if key.rank() == Rank::Timer {
                let (node, slot) = (key.id(), &mut self.core.slots[key.id()]);
                let due = self.nodes[node].deadline();
                if slot.armed == key.at() && due.is_some_and(|due| due <= key.at()) {
                    return Some(key.at());
                }
                self.core.heap.pop();
                if slot.armed == key.at() {
                    slot.armed = Instant::NEVER;
                    if let Some(due) = due {
                        self.core.arm(node, due);
                    }
                }
            } else if key.rank() == Rank::Frame && !self.core.receive[key.id()].is_armed(key.at()) {
                self.core.heap.pop();
            } else {
                return Some(key.at());
            }
        }
    }
}
