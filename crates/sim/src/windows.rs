//! Windows: how far each region may run before it must hear from the others.
//!
//! What happens in one region can be seen in another only after the lookahead of the cables between them (delay and
//! serialisation of the shortest frame). `distance[a][b]` is the sum of lookaheads on the shortest way from a to b, and
//! `distance[a][a]` on the shortest way out and back. So nothing can arrive in b before the earliest, over all a, of
//! a's next event plus the distance, and up to that instant (exclusive) b runs alone. No delivery is ever moved.

use crate::{Node, World};
use clock::Instant;

/// No way from one region to the other.
const NONE: u64 = u64::MAX;

/// Shortest distances between regions in nanoseconds, in rows.
#[derive(Clone)]
pub(crate) struct Distances {
    count: usize,
    rows: Vec<u64>,
}

impl Distances {
    /// From the lookaheads of the cables that are cut: (from region, to region, nanoseconds).
    pub(crate) fn new(count: usize, cut: impl Iterator<Item = (usize, usize, u64)>) -> Self {
        let mut rows = vec![NONE; count * count];
        for (from, to, lookahead) in cut {
            let d = &mut rows[from * count + to];
            *d = lookahead.min(*d);
        }
        for via in 0..count {
            for from in 0..count {
                for to in 0..count {
                    let way = rows[from * count + via].saturating_add(rows[via * count + to]);
                    let d = &mut rows[from * count + to];
                    *d = way.min(*d);
                }
            }
        }
        Self { count, rows }
    }

    /// The first instant at which something may arrive in region `to`, given each region's next event.
    fn horizon(&self, next: &[Instant], to: usize) -> Instant {
        let arrivals = next.iter().enumerate().map(|(from, next)| {
            Instant::from_nanos(next.as_nanos().saturating_add(self.rows[from * self.count + to]))
        });
        arrivals.min().unwrap_or(Instant::NEVER)
    }
}

impl<N: Node> World<N> {
    /// Opens the next window, with events up to and with `until`. True when there is something to run: then call
    /// [`crate::Region::run_window`] on each of [`World::regions_mut`], in any order or at the same time, and
    /// [`World::exchange`] after all of them. False: everything up to `until` has been run, and [`World::now`] is
    /// `until` (or the instant of [`World::storm`]).
    pub fn window(&mut self, until: Instant) -> bool {
        self.rearm_touched();
        let until = match self.storm() {
            Some(storm) => until.min(Instant::from_nanos(storm.at.as_nanos().saturating_sub(1))),
            None => until,
        };
        let mut next = core::mem::take(&mut self.next);
        next.clear();
        next.extend(self.regions.iter_mut().map(|r| r.next_event().unwrap_or(Instant::NEVER)));
        let more = next.iter().any(|at| *at <= until && *at != Instant::NEVER);
        if more {
            for (i, region) in self.regions.iter_mut().enumerate() {
                let end = self.distances.horizon(&next, i).as_nanos();
                region.last = Instant::from_nanos(end.saturating_sub(1)).min(until);
            }
        }
        self.next = next;
        self.midway = more;
        if !more {
            self.set_now(until);
        }
        more
    }

    /// The regions, to run on threads of the caller's.
    pub fn regions_mut(&mut self) -> &mut [crate::Region<N>] {
        &mut self.regions
    }

    /// Hands over what the regions sent each other: the end of a window.
    pub fn exchange(&mut self) {
        for from in 0..self.regions.len() {
            for to in 0..self.regions.len() {
                if self.regions[from].core.outboxes.get(to).is_none_or(Vec::is_empty) {
                    continue;
                }
                let mut outbox = core::mem::take(&mut self.regions[from].core.outboxes[to]);
                for crossing in outbox.drain(..) {
                    self.regions[to].core.accept(crossing);
                }
                self.regions[from].core.outboxes[to] = outbox;
            }
        }
    }

    /// Runs one window here; false when all up to `until` has been run.
    pub(crate) fn step(&mut self, until: Instant) -> bool {
        if let [region] = &mut self.regions[..] {
            region.run(until);
            self.midway = region.core.stop && region.storm.is_none();
            if self.midway {
                return true;
            }
            self.set_now(until);
            return false;
        }
        if !self.window(until) {
            return false;
        }
        for region in &mut self.regions {
            region.run_window();
        }
        self.exchange();
        true
    }
}
