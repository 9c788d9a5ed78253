//! [`Schedule`]: when tasks run. Knows no menu.
//!
//! A task runs at `start + n · interval`. A start three seconds after the device's own counts only without an interval;
//! with one, the first run is an interval later (manual: "If the interval is set to value other than 0 scheduler will not
//! run at startup").

use clock::{Duration, Instant};
use std::collections::BTreeMap;

/// How long after the device starts `start-time=startup` is.
const STARTUP: Duration = Duration::from_secs(3);

/// When a task runs for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// After the device has started.
    Startup,
    /// At this time, in nanoseconds since 1970, UTC.
    At(u64),
}

/// What a task asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) start: Start,
    /// Zero: one run only.
    pub(crate) interval: Duration,
}

impl Wanted {
    /// The first run after `now` of a device that started at `boot`.
    pub(crate) fn next(&self, boot: Instant, now: Instant) -> Option<Instant> {
        let (now_nanos, interval) = (now.unix_nanos(), self.interval.as_nanos());
        let (base, skipped) = match self.start {
            Start::Startup => ((boot + STARTUP).unix_nanos(), 1),
            Start::At(nanos) => (nanos, 0),
        };
        let nanos = match interval {
            0 if base > now_nanos => base,
            0 => return None,
            _ => {
                let passed = now_nanos.checked_sub(base).map_or(0, |passed| passed / interval + 1);
                base.checked_add(passed.max(skipped).checked_mul(interval)?)?
            }
        };
        let since = nanos.checked_sub(Instant::START.unix_nanos())?;
        Some(Instant::from_nanos(since)).filter(|at| *at != Instant::NEVER)
    }
}

/// The next runs of all tasks.
#[derive(Clone, Debug, Default)]
pub struct Schedule {
    tasks: BTreeMap<u32, (Wanted, Option<Instant>)>,
    earliest: Option<Instant>,
    boot: Instant,
}

impl Schedule {
    /// Takes over what is wanted now: number and wish of each task. The next run of a task that is not new and wants
    /// what it wanted stays.
    pub(crate) fn set(&mut self, wanted: impl Iterator<Item = (u32, Wanted)>, now: Instant) {
        let mut before = std::mem::take(&mut self.tasks);
        for (number, wish) in wanted {
            let next = match before.remove(&number) {
                Some((same, next)) if same == wish => next,
                _ => wish.next(self.boot, now),
            };
            self.tasks.insert(number, (wish, next));
        }
        self.find_earliest();
    }

    /// The schedule of a device that has started at `boot`.
    pub(crate) fn since(boot: Instant) -> Self {
        Self { boot, ..Self::default() }
    }

    fn find_earliest(&mut self) {
        self.earliest = self.tasks.values().filter_map(|(_, next)| *next).min();
    }

    /// The next run of a task.
    pub(crate) fn next(&self, number: u32) -> Option<Instant> {
        self.tasks.get(&number).and_then(|(_, next)| *next)
    }

    /// The next run of any task.
    #[inline]
    pub(crate) const fn deadline(&self) -> Option<Instant> {
        self.earliest
    }

    /// The tasks that are due, each once; runs that were missed are not made up for.
    pub(crate) fn take_due(&mut self, now: Instant) -> Vec<u32> {
        if self.earliest.is_none_or(|at| at > now) {
            return Vec::new();
        }
        let mut due = Vec::new();
        for (number, (wish, next)) in &mut self.tasks {
            if next.is_some_and(|at| at <= now) {
                due.push(*number);
                *next = wish.next(self.boot, now);
            }
        }
        self.find_earliest();
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECOND: u64 = 1_000_000_000;

    fn at(seconds: u64) -> Instant {
        Instant::from_nanos(seconds * SECOND)
    }

    #[test]
    fn runs_by_the_clock() {
        let unix =
            |seconds: i64| Start::At(Instant::START.unix_nanos().strict_add_signed(seconds * 1_000_000_000));
        for (start, interval, boot, now, next) in [
            (unix(10), 0, 0, 0, Some(10)),
            (unix(10), 0, 0, 10, None),
            (unix(-10), 0, 0, 0, None),
            (unix(10), 60, 0, 0, Some(10)),
            (unix(10), 60, 0, 10, Some(70)),
            (unix(0), 60, 0, 0, Some(60)),
            (unix(-3_601), 60, 0, 0, Some(59)),
            (Start::Startup, 0, 0, 0, Some(3)),
            (Start::Startup, 0, 0, 3, None),
            (Start::Startup, 0, 100, 101, Some(103)),
            (Start::Startup, 60, 0, 0, Some(63)),
            (Start::Startup, 60, 0, 63, Some(123)),
        ] {
            let wanted = Wanted { start, interval: Duration::from_secs(interval) };
            assert_eq!(wanted.next(at(boot), at(now)), next.map(at), "{wanted:?} from {now}");
        }
    }

    proptest! {
        /// Against stepping from one run to the next.
        #[test]
        fn the_next_run_is_the_first_one_after_now(start in 0..500_u64, interval in 1..50_u64, now in 0..1_000_u64) {
            let start_nanos = Instant::START.unix_nanos() + start * SECOND;
            let wanted = Wanted { start: Start::At(start_nanos), interval: Duration::from_secs(interval) };
            let expected = (0..).map(|n| start + n * interval).find(|run| *run > now);
            prop_assert_eq!(wanted.next(Instant::START, at(now)), expected.map(at));
        }
    }
}
