//! [`PortSet`]: which ports hear a frame, as a bit set that needs no allocation up to 128 ports.

use std::fmt;

/// Ports that fit without an allocation.
const INLINE: u16 = 128;

/// A port of one bridge, counted from 0 in the order in which the ports were added. The number is free again once
/// the port is removed. RouterOS allows 1024 ports in a bridge.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct BridgePort(pub u16);

/// A set of ports of one bridge, iterated from the lowest number.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PortSet {
    low: u128,
    /// Ports from [`INLINE`] on, 64 in each word; no trailing zero words, and `None` when there is no such port, so
    /// that equal sets compare equal.
    #[expect(
        clippy::box_collection,
        reason = "one word keeps the set at 32 bytes; it is part of every decision"
    )]
    high: Option<Box<Vec<u64>>>,
}

impl PortSet {
    /// The empty set.
    pub const EMPTY: Self = Self { low: 0, high: None };

    /// The set with `port` alone.
    #[must_use]
    #[inline]
    pub fn of(port: BridgePort) -> Self {
        if port.0 < INLINE {
            return Self { low: 1 << port.0, high: None };
        }
        let mut set = Self::EMPTY;
        set.insert(port);
        set
    }

    /// Adds `port`.
    pub fn insert(&mut self, port: BridgePort) {
        if port.0 < INLINE {
            self.low |= 1 << port.0;
            return;
        }
        let (word, bit) = Self::place(port);
        let high = self.high.get_or_insert_default();
        if high.len() <= word {
            high.resize(word + 1, 0);
        }
        high[word] |= bit;
    }

    /// Takes `port` out.
    pub fn remove(&mut self, port: BridgePort) {
        if port.0 < INLINE {
            self.low &= !(1 << port.0);
            return;
        }
        let (word, bit) = Self::place(port);
        let mut words = self.words().to_vec();
        if let Some(bits) = words.get_mut(word) {
            *bits &= !bit;
        }
        *self = Self::from_words(self.low, words);
    }

    /// Adds `port` or takes it out.
    pub fn set(&mut self, port: BridgePort, member: bool) {
        if member { self.insert(port) } else { self.remove(port) }
    }

    /// True when `port` is a member.
    #[must_use]
    #[inline]
    pub fn contains(&self, port: BridgePort) -> bool {
        if port.0 < INLINE {
            return self.low >> port.0 & 1 == 1;
        }
        let (word, bit) = Self::place(port);
        self.words().get(word).is_some_and(|bits| bits & bit != 0)
    }

    /// True when there is no member.
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.low == 0 && self.high.is_none()
    }

    /// Number of members.
    #[must_use]
    pub fn len(&self) -> usize {
        (self.low.count_ones() + self.words().iter().map(|bits| bits.count_ones()).sum::<u32>()) as usize
    }

    /// Members of both.
    #[must_use]
    #[inline]
    pub fn and(&self, other: &Self) -> Self {
        let low = self.low & other.low;
        if self.high.is_none() || other.high.is_none() {
            return Self { low, high: None };
        }
        Self::from_words(low, self.words().iter().zip(other.words()).map(|(a, b)| a & b).collect())
    }

    /// Members of this set that are not in `other`.
    #[must_use]
    #[inline]
    pub fn without(&self, other: &Self) -> Self {
        let low = self.low & !other.low;
        if self.high.is_none() {
            return Self { low, high: None };
        }
        let others = other.words().iter().chain(std::iter::repeat(&0));
        Self::from_words(low, self.words().iter().zip(others).map(|(a, b)| a & !b).collect())
    }

    /// Members of either.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        let (long, short) =
            if self.words().len() >= other.words().len() { (self, other) } else { (other, self) };
        let mut words = long.words().to_vec();
        for (bits, more) in words.iter_mut().zip(short.words()) {
            *bits |= more;
        }
        Self::from_words(self.low | other.low, words)
    }

    /// The members, lowest number first.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = BridgePort> + '_ {
        let low = Bits { bits: self.low, base: 0 };
        let words = self.words().iter().enumerate();
        let high = words.flat_map(|(i, bits)| Bits { bits: u128::from(*bits), base: INLINE + 64 * i as u16 });
        low.chain(high)
    }

    fn place(port: BridgePort) -> (usize, u64) {
        let above = port.0 - INLINE;
        (usize::from(above / 64), 1 << (above % 64))
    }

    #[inline]
    fn words(&self) -> &[u64] {
        self.high.as_ref().map_or(&[], |words| words.as_slice())
    }

    #[cold]
    fn from_words(low: u128, mut words: Vec<u64>) -> Self {
        while words.last() == Some(&0) {
            words.pop();
        }
        Self { low, high: (!words.is_empty()).then(|| Box::new(words)) }
    }
}

struct Bits {
    bits: u128,
    base: u16,
}

impl Iterator for Bits {
    type Item = BridgePort;
    #[inline]
    fn next(&mut self) -> Option<BridgePort> {
        if self.bits == 0 {
            return None;
        }
        let port = BridgePort(self.base + self.bits.trailing_zeros() as u16);
        self.bits &= self.bits - 1;
        Some(port)
    }
}

impl FromIterator<BridgePort> for PortSet {
    fn from_iter<I: IntoIterator<Item = BridgePort>>(ports: I) -> Self {
        let mut set = Self::EMPTY;
        for port in ports {
            set.insert(port);
        }
        set
    }
}

impl fmt::Debug for PortSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(|p| p.0)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_set_behaves_as_a_sorted_set_across_the_inline_limit() {
        let ports = [0u16, 1, 63, 64, 127, 128, 129, 191, 192, 1023];
        let set: PortSet = ports.iter().map(|p| BridgePort(*p)).collect();
        assert_eq!(set.iter().map(|p| p.0).collect::<Vec<_>>(), ports);
        assert_eq!(set.len(), ports.len());
        let evens: PortSet = (0..1024).step_by(2).map(BridgePort).collect();
        let naive: BTreeSet<u16> = ports.into();
        let both: Vec<u16> = set.and(&evens).iter().map(|p| p.0).collect();
        assert_eq!(both, naive.iter().copied().filter(|p| p % 2 == 0).collect::<Vec<_>>());
        let odd: Vec<u16> = set.without(&evens).iter().map(|p| p.0).collect();
        assert_eq!(odd, naive.iter().copied().filter(|p| p % 2 == 1).collect::<Vec<_>>());
        assert_eq!(set.and(&evens).or(&set.without(&evens)), set);
    }

    #[test]
    fn equal_sets_are_equal_however_they_came_about() {
        let mut set: PortSet = [BridgePort(3), BridgePort(700)].into_iter().collect();
        set.remove(BridgePort(700));
        assert_eq!(set, [BridgePort(3)].into_iter().collect());
        assert!(!set.contains(BridgePort(700)) && set.contains(BridgePort(3)));
    }
}
