//! The event heap: one key of 128 bits for each busy cable direction and each armed node.
//!
//! ```text
//! | 127 … 64 time in ns | 63 … 60 rank of kind | 59 … 28 id of the port or node | 27 … 0 zero |
//! ```
//!
//! The id is local to the region. Local ids are given out in the order of the global ones, so two events of a region
//! compare the same however the world is cut. A source has at most one valid entry, so no sequence is needed.

use clock::Instant;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

/// What kind of event a key stands for; the order is the order at one instant and part of the semantics.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Rank {
    /// A port's carrier may have changed: a link that fails at an instant delivers nothing at it.
    Carrier,
    /// A frame arrives.
    Frame,
    /// A node's deadline: it sees all that arrived in time.
    Timer,
}

/// Time, rank and id in one comparable number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(u128);

impl Key {
    #[inline]
    pub(crate) fn new(at: Instant, rank: Rank, id: usize) -> Self {
        Self((at.as_nanos() as u128) << 64 | ((rank as u64) << 60 | (id as u64) << 28) as u128)
    }

    #[inline]
    pub(crate) fn at(self) -> Instant {
        Instant::from_nanos((self.0 >> 64) as u64)
    }

    #[inline]
    pub(crate) fn rank(self) -> Rank {
        match (self.0 as u64) >> 60 {
            0 => Rank::Carrier,
            1 => Rank::Frame,
            _ => Rank::Timer,
        }
    }

    #[inline]
    pub(crate) fn id(self) -> usize {
        ((self.0 as u64) << 4 >> 32) as usize
    }
}

/// The earliest key first.
#[derive(Clone, Default)]
pub(crate) struct Heap(BinaryHeap<Reverse<Key>>);

impl Heap {
    #[inline]
    pub(crate) fn peek(&self) -> Option<Key> {
        self.0.peek().map(|k| k.0)
    }

    #[inline]
    pub(crate) fn push(&mut self, key: Key) {
        self.0.push(Reverse(key));
    }

    /// Removes the first key.
    #[inline]
    pub(crate) fn pop(&mut self) {
        self.0.pop();
    }

    /// Puts `key` in the place of the first.
    #[inline]
    pub(crate) fn replace(&mut self, key: Key) {
        if let Some(mut top) = self.0.peek_mut() {
            *top = Reverse(key);
            drop::<PeekMut<'_, Reverse<Key>>>(top);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_orders_by_time_then_kind_then_id() {
        let at = Instant::from_nanos;
        let keys = [
            Key::new(at(5), Rank::Timer, 0),
            Key::new(at(6), Rank::Carrier, 9),
            Key::new(at(6), Rank::Frame, 2),
            Key::new(at(6), Rank::Frame, 3),
            Key::new(at(6), Rank::Timer, 0),
        ];
        assert!(keys.is_sorted());
        let last = Key::new(at(u64::MAX - 1), Rank::Timer, u32::MAX as usize);
        assert_eq!((last.at(), last.rank(), last.id()), (at(u64::MAX - 1), Rank::Timer, u32::MAX as usize));
    }
}
