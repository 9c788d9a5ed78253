//! The ledger: what became of every frame. `created = delivered + merged + dropped + in flight + held`, at any instant.

use crate::{DropPlace, WireDrop};
use core::fmt;
use std::collections::BTreeMap;

/// Frames and their bytes.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Tally {
    /// Number of frames.
    pub frames: u64,
    /// Sum of their lengths without FCS.
    pub bytes: u64,
}

impl Tally {
    /// Counts one more frame.
    #[inline]
    pub(crate) fn add(&mut self, len: usize) {
        self.frames += 1;
        self.bytes += len as u64;
    }

    /// Counts the frames of `other` too.
    pub(crate) fn merge(&mut self, other: Self) {
        self.frames += other.frames;
        self.bytes += other.bytes;
    }
}

/// What became of every frame of the world, up to now. Made on demand by [`crate::World::ledger`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ledger<D: Ord> {
    /// Frames that nodes made, and copies that cables made (`duplicate`).
    pub created: u64,
    /// Frames that a device consumed.
    pub delivered: u64,
    /// Frames that became part of another (reassembly).
    pub merged: u64,
    /// Frames that a node dropped, by place and its own reason.
    pub node_drops: BTreeMap<(DropPlace, D), Tally>,
    /// Frames that a cable or a dead port dropped, by place and reason.
    pub wire_drops: BTreeMap<(DropPlace, WireDrop), Tally>,
    /// Frames that are on a cable, or wait for one.
    pub in_flight: u64,
    /// Frames that nodes hold.
    pub held: u64,
    /// Frames handed to ports, whatever became of them. A frame that is forwarded counts at each node.
    pub sent: u64,
    /// Cable crossings, with the bytes that crossed (frame-hops).
    pub hops: Tally,
}

impl<D: Ord> Ledger<D> {
    /// All dropped frames.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        let node: u64 = self.node_drops.values().map(|t| t.frames).sum();
        let wire: u64 = self.wire_drops.values().map(|t| t.frames).sum();
        node + wire
    }

    /// Frames that have not ended.
    #[must_use]
    pub fn live(&self) -> u64 {
        self.in_flight + self.held
    }
}

/// The books do not balance: a node lost a frame without a word, or counts wrongly what it holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Imbalance {
    /// Frames made.
    pub created: u64,
    /// Frames ended: delivered, merged or dropped.
    pub ended: u64,
    /// Frames found on cables.
    pub in_flight: u64,
    /// Frames that the nodes say they hold.
    pub held: u64,
}

impl fmt::Display for Imbalance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { created, ended, in_flight, held } = self;
        write!(f, "{created} frames created, but {ended} ended + {in_flight} in flight + {held} held")
    }
}

impl core::error::Error for Imbalance {}
