//! Timers that an engine keeps for itself. The device arms one outer deadline: the earliest of all.

use crate::Instant;
use std::collections::{BTreeMap, BTreeSet};

/// A few named timers in a flat array, indexed by an enum cast to `usize`; the next deadline is the minimum.
#[derive(Clone, Debug)]
pub struct TimerTable<const N: usize> {
    due: [Instant; N],
}

impl<const N: usize> Default for TimerTable<N> {
    fn default() -> Self {
        Self { due: [Instant::NEVER; N] }
    }
}

impl<const N: usize> TimerTable<N> {
    /// Sets timer `timer` to go off at `due`, replacing what it was set to.
    ///
    /// # Panics
    /// When `timer >= N`.
    pub fn set(&mut self, timer: usize, due: Instant) {
        self.due[timer] = due;
    }

    /// Stops timer `timer`.
    ///
    /// # Panics
    /// When `timer >= N`.
    pub fn stop(&mut self, timer: usize) {
        self.due[timer] = Instant::NEVER;
    }

    /// When timer `timer` goes off, if it runs.
    #[must_use]
    pub fn get(&self, timer: usize) -> Option<Instant> {
        self.due.get(timer).copied().filter(|due| *due != Instant::NEVER)
    }

    /// The earliest timer and its index; on a tie the lowest index.
    #[must_use]
    pub fn next(&self) -> Option<(Instant, usize)> {
        let (timer, due) = self.due.iter().enumerate().min_by_key(|(i, due)| (**due, *i))?;
        (*due != Instant::NEVER).then_some((*due, timer))
    }

    /// Takes one timer that is due at `now`, earliest first, and stops it.
    pub fn take_due(&mut self, now: Instant) -> Option<usize> {
        let (due, timer) = self.next()?;
        (due <= now).then(|| {
            self.stop(timer);
            timer
        })
    }
}

/// One deadline for each of many keys (leases, neighbours, hosts), ordered by time and then by key.
#[derive(Clone, Debug)]
pub struct Deadlines<K: Ord + Clone> {
    by_time: BTreeSet<(Instant, K)>,
    by_key: BTreeMap<K, Instant>,
}

impl<K: Ord + Clone> Default for Deadlines<K> {
    fn default() -> Self {
        Self { by_time: BTreeSet::new(), by_key: BTreeMap::new() }
    }
}

impl<K: Ord + Clone> Deadlines<K> {
    /// Sets the deadline of `key`, replacing what it was set to.
    pub fn set(&mut self, key: K, due: Instant) {
        if let Some(old) = self.by_key.insert(key.clone(), due) {
            self.by_time.remove(&(old, key.clone()));
        }
        self.by_time.insert((due, key));
    }

    /// Removes the deadline of `key` and returns what it was set to.
    pub fn stop(&mut self, key: &K) -> Option<Instant> {
        let due = self.by_key.remove(key)?;
        self.by_time.remove(&(due, key.clone()));
        Some(due)
    }

    /// The deadline of `key`.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<Instant> {
        self.by_key.get(key).copied()
    }

    /// The earliest deadline.
    #[must_use]
    pub fn next(&self) -> Option<Instant> {
        self.by_time.first().map(|(due, _)| *due)
    }

    /// Takes one key whose deadline has come at `now`, earliest first, then in the order of the keys.
    pub fn take_due(&mut self, now: Instant) -> Option<K> {
        let (due, _) = self.by_time.first()?;
        if *due > now {
            return None;
        }
        let (_, key) = self.by_time.pop_first()?;
        self.by_key.remove(&key);
        Some(key)
    }

    /// True when no deadline is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earliest_timer_goes_off_first_and_once() {
        let mut t = TimerTable::<3>::default();
        t.set(2, Instant::from_nanos(5));
        t.set(0, Instant::from_nanos(7));
        assert_eq!(t.next(), Some((Instant::from_nanos(5), 2)));
        assert_eq!(t.take_due(Instant::from_nanos(4)), None);
        assert_eq!(t.take_due(Instant::from_nanos(9)), Some(2));
        assert_eq!(t.take_due(Instant::from_nanos(9)), Some(0));
        assert_eq!(t.take_due(Instant::from_nanos(9)), None);
    }

    #[test]
    fn a_deadline_that_is_set_again_moves() {
        let mut d = Deadlines::default();
        d.set("b", Instant::from_nanos(1));
        d.set("a", Instant::from_nanos(1));
        d.set("b", Instant::from_nanos(3));
        assert_eq!(d.take_due(Instant::from_nanos(2)), Some("a"));
        assert_eq!(d.take_due(Instant::from_nanos(2)), None);
        assert_eq!(d.stop(&"b"), Some(Instant::from_nanos(3)));
        assert!(d.is_empty() && d.next().is_none());
    }
}
