//! [`World`]: all regions together, as their caller sees them.

use crate::cable::CABLE_UP;
use crate::captures::CaptureFiles;
use crate::core::Crossing;
use crate::topology::Topology;
use crate::windows::Distances;
use crate::{
    CableId, Context, DropPlace, Imbalance, Ledger, LogRecord, Node, NodeId, Region, Storm, WireDrop,
};
use clock::Instant;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

/// A network: nodes, cables and all that is on them. `Clone` forks it: both go on in the same way.
#[derive(Clone)]
pub struct World<N: Node> {
    pub(crate) seed: u64,
    pub(crate) now: Instant,
    pub(crate) regions: Vec<Region<N>>,
    /// (region, index) of each node.
    pub(crate) places: Arc<[(u32, u32)]>,
    /// (region, index) of each end of a cable, numbered 2 × cable + side.
    pub(crate) ends: Arc<[(u32, u32)]>,
    pub(crate) distances: Distances,
    pub(crate) topology: Arc<Topology>,
    /// Nodes that a caller changed; their deadlines must be read.
    pub(crate) touched: Vec<NodeId>,
    /// Scratch of [`World::window`].
    pub(crate) next: Vec<Instant>,
    /// True between the windows of a run that has not come to its end.
    pub(crate) midway: bool,
}

/// Why [`World::run_until_into`] stopped.
#[derive(Debug)]
pub enum RunError {
    /// Time stands still.
    Storm(Storm),
    /// A capture cannot be written.
    Capture(io::Error),
}

impl core::fmt::Display for RunError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Storm(storm) => storm.fmt(f),
            Self::Capture(error) => write!(f, "cannot write a capture: {error}"),
        }
    }
}

impl core::error::Error for RunError {}

impl<N: Node> World<N> {
    /// The present time: everything up to it has happened.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.now
    }

    /// The seed of all random streams.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Names, cables and the graph.
    #[must_use]
    pub fn topology(&self) -> &Topology {
        &self.topology
    }

    /// Runs all events up to and with `until`; then it is `until`.
    ///
    /// # Errors
    /// Time stands still at some instant. The world stays there for good.
    pub fn run_until(&mut self, until: Instant) -> Result<(), Storm> {
        self.rearm_touched();
        self.limit_captures(false);
        while self.step(until) {}
        self.storm().map_or(Ok(()), |storm| Err(storm.clone()))
    }

    /// As [`World::run_until`], and writes what is recorded to `files` on the way, so that a long run takes a few MB.
    /// Call [`World::finish_captures`] at the end of the run.
    ///
    /// # Errors
    /// Time stands still, or a sink fails.
    pub fn run_until_into<W: Write>(
        &mut self,
        until: Instant,
        files: &mut CaptureFiles<W>,
    ) -> Result<(), RunError> {
        self.rearm_touched();
        self.limit_captures(true);
        while self.step(until) {
            if self.captures_full() {
                self.write_captures(files).map_err(RunError::Capture)?;
                self.limit_captures(true);
            }
        }
        self.write_captures(files).map_err(RunError::Capture)?;
        self.storm().map_or(Ok(()), |storm| Err(RunError::Storm(storm.clone())))
    }

    /// The time of the next event, if there is any.
    pub fn next_event(&mut self) -> Option<Instant> {
        self.rearm_touched();
        self.regions.iter_mut().filter_map(Region::next_event).min()
    }

    /// The storm that the world is stuck in, if any: the earliest one.
    #[must_use]
    pub fn storm(&self) -> Option<&Storm> {
        self.regions
            .iter()
            .filter_map(|r| r.storm.as_ref())
            .min_by_key(|s| (s.at, s.members.first().copied()))
    }

    pub(crate) fn set_now(&mut self, until: Instant) {
        self.now = self.storm().map_or(until, |storm| storm.at).max(self.now);
    }

    /// Number of nodes.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.places.len()
    }

    /// A node.
    ///
    /// # Panics
    /// When `node` is not of this world.
    #[must_use]
    pub fn node(&self, node: NodeId) -> &N {
        let (region, local) = self.place(node);
        &self.regions[region].nodes[local]
    }

    /// A node, to change. Its deadline is read again before the world goes on.
    ///
    /// # Panics
    /// When `node` is not of this world.
    pub fn node_mut(&mut self, node: NodeId) -> &mut N {
        let (region, local) = self.place(node);
        self.touched.push(node);
        &mut self.regions[region].nodes[local]
    }

    /// Runs `code` in the node's context at the present time, as if the kernel had called the node.
    ///
    /// # Panics
    /// When `node` is not of this world.
    pub fn with_node<T>(
        &mut self,
        node: NodeId,
        code: impl FnOnce(&mut N, &mut Context<'_, N::Drop>) -> T,
    ) -> T {
        let (region, local) = self.place(node);
        let now = self.now;
        let region = &mut self.regions[region];
        region.core.now = now;
        let context = &mut Context { core: &mut region.core, reasons: &mut region.reasons, local };
        let result = code(&mut region.nodes[local], context);
        region.after(local);
        if self.regions.len() > 1 {
            self.exchange();
        }
        result
    }

    /// Plugs a cable in or pulls it out, now. Both ends hear of it at this instant; frames on the cable, and those that
    /// wait for it, are dropped. No effect when it is so already, or there is no such cable.
    pub fn set_link(&mut self, cable: CableId, up: bool) {
        for side in 0..2 {
            let number = cable.0 as usize * 2 + side;
            let Some((region, end)) = self.ends.get(number).copied() else { return };
            let (core, end) = (&mut self.regions[region as usize].core, end as usize);
            core.now = self.now;
            if (core.receive[end].state & CABLE_UP != 0) == up {
                continue;
            }
            core.set_carrier_bit(end, CABLE_UP, up);
            if up {
                continue;
            }
            core.transmit[end].reset(self.now.as_nanos());
            if let Some(recorder) = &mut core.recorder {
                recorder.forget_after(self.now, number as u32);
            }
            for arrival in core.receive[end].drain() {
                core.drop_when_received(end, arrival.frame, WireDrop::CarrierLost);
            }
        }
    }

    /// True when the cable is plugged in at both ends (whether the ports are enabled does not matter).
    #[must_use]
    pub fn link_up(&self, cable: CableId) -> bool {
        self.ends.get(cable.0 as usize * 2).is_some_and(|(region, end)| {
            self.regions[*region as usize].core.receive[*end as usize].state & CABLE_UP != 0
        })
    }

    /// What became of every frame up to now.
    #[must_use]
    pub fn ledger(&self) -> Ledger<N::Drop> {
        let mut ledger = Ledger {
            created: 0,
            delivered: 0,
            merged: 0,
            node_drops: BTreeMap::new(),
            wire_drops: BTreeMap::new(),
            in_flight: 0,
            held: 0,
            sent: 0,
            hops: crate::Tally::default(),
        };
        for region in &self.regions {
            let counts = &region.core.counts;
            ledger.created += counts.created;
            ledger.delivered += counts.delivered;
            ledger.merged += counts.merged;
            ledger.sent += counts.sent;
            ledger.hops.merge(crate::Tally { frames: counts.hops, bytes: counts.bytes });
            ledger.in_flight += in_flight(region);
            ledger.held += region.nodes.iter().map(|n| n.held() as u64).sum::<u64>();
            for (key, tally) in &region.core.wire_drops {
                ledger.wire_drops.entry(*key).or_default().merge(*tally);
            }
            for (slot, drops) in region.core.slots.iter().zip(&region.drops) {
                for ((port, reason), tally) in drops {
                    let place = port.map_or(DropPlace::Node(slot.id), |p| DropPlace::Receiving(slot.id, p));
                    ledger.node_drops.entry((place, *reason)).or_default().merge(*tally);
                }
            }
        }
        ledger
    }

    /// Frame-hops so far: frames that crossed a cable. Cheaper than the whole ledger.
    #[must_use]
    pub fn hops(&self) -> u64 {
        self.regions.iter().map(|r| r.core.counts.hops).sum()
    }

    /// Checks that no frame vanished: `created = delivered + merged + dropped + in flight + held`, and that as many
    /// buffers are out as frames are alive.
    ///
    /// # Errors
    /// The counts, when they do not agree.
    pub fn check_conservation(&self) -> Result<(), Imbalance> {
        let sum = |f: fn(&Region<N>) -> u64| self.regions.iter().map(f).sum::<u64>();
        let imbalance = Imbalance {
            created: sum(|r| r.core.counts.created),
            ended: sum(|r| r.core.counts.delivered + r.core.counts.merged + r.core.counts.dropped),
            in_flight: sum(in_flight),
            held: sum(|r| r.nodes.iter().map(|n| n.held() as u64).sum()),
        };
        let pooled: i64 = self.regions.iter().map(|r| r.core.pool.live()).sum();
        let live = imbalance.in_flight + imbalance.held;
        let balanced = imbalance.created == imbalance.ended + live && pooled == live as i64;
        if balanced { Ok(()) } else { Err(imbalance) }
    }

    /// Starts or stops to keep log lines.
    pub fn keep_logs(&mut self, keep: bool) {
        for region in &mut self.regions {
            region.core.logs = keep.then(|| region.core.logs.take().unwrap_or_default());
        }
    }

    /// Takes the log lines that were kept, in the order (time, node, sequence).
    pub fn take_logs(&mut self) -> Vec<LogRecord> {
        let logs = self.regions.iter_mut().filter_map(|r| r.core.logs.as_mut());
        let mut all: Vec<LogRecord> = logs.flat_map(core::mem::take).collect();
        all.sort_by_key(|line| (line.at, line.node, line.sequence));
        all
    }

    /// Overwrites all spare frame buffers, so that a test can show that no byte of an earlier frame surfaces.
    pub fn fill_pools_with_junk(&mut self, junk: u8) {
        self.regions.iter_mut().for_each(|r| r.core.pool.fill_with_junk(junk));
    }

    /// Reads the deadlines of nodes that were changed from outside.
    pub(crate) fn rearm_touched(&mut self) {
        while let Some(node) = self.touched.pop() {
            let (region, local) = self.place(node);
            self.regions[region].core.now = self.now;
            self.regions[region].after(local);
        }
    }

    fn place(&self, node: NodeId) -> (usize, usize) {
        let (region, local) = self.places[node.0 as usize];
        (region as usize, local as usize)
    }
}

/// Frames of a region that are on a cable, or on the way to another region.
fn in_flight<N: Node>(region: &Region<N>) -> u64 {
    let core = &region.core;
    let cables: usize = core.receive.iter().map(crate::cable::Receive::in_flight).sum();
    let frames = |o: &Vec<Crossing>| o.iter().filter(|c| matches!(c, Crossing::Frame(..))).count();
    (cables + core.outboxes.iter().map(frames).sum::<usize>()) as u64
}
