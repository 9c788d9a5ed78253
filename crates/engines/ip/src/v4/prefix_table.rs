//! [`PrefixTable`]: longest prefix match from prefixes to small numbers.
//!
//! Most tables of a lab have a handful of prefixes: they are a short list, sorted by falling length, which costs 12
//! bytes a prefix and is scanned in a few nanoseconds. A longer table moves to a tree bitmap (27 ns a lookup with a
//! thousand prefixes).

use core::net::Ipv4Addr;
use ipnet::Ipv4Net;
use prefix_trie::PrefixMap;

/// A list longer than this becomes a tree.
const LIST_MAX: usize = 16;

#[derive(Clone, Copy, Debug)]
struct Row {
    network: u32,
    mask: u32,
    value: u32,
}

#[derive(Clone)]
enum Shape {
    /// By falling prefix length, so that the first match is the longest.
    List(Vec<Row>),
    Tree(Box<PrefixMap<Ipv4Net, u32>>),
}

/// Prefixes with a number each.
#[derive(Clone)]
pub(super) struct PrefixTable(Shape);

impl Default for PrefixTable {
    fn default() -> Self {
        Self(Shape::List(Vec::new()))
    }
}

impl PrefixTable {
    /// Sets the number of `prefix` (host bits clear) and returns the one it had.
    pub(super) fn insert(&mut self, prefix: Ipv4Net, value: u32) -> Option<u32> {
        let rows = match &mut self.0 {
            Shape::Tree(tree) => return tree.insert(prefix, value),
            Shape::List(rows) => rows,
        };
        let (network, mask) = (prefix.network().to_bits(), prefix.netmask().to_bits());
        if let Some(row) = rows.iter_mut().find(|r| r.network == network && r.mask == mask) {
            return Some(core::mem::replace(&mut row.value, value));
        }
        if rows.len() < LIST_MAX {
            let at = rows.partition_point(|r| r.mask >= mask);
            rows.reserve_exact(1);
            rows.insert(at, Row { network, mask, value });
            return None;
        }
        let mut tree = Box::new(PrefixMap::new());
        for row in rows.iter() {
            tree.insert(prefix_of(row), row.value);
        }
        tree.insert(prefix, value);
        self.0 = Shape::Tree(tree);
        None
    }

    /// Removes `prefix` and returns its number. A tree stays a tree until it is empty.
    pub(super) fn remove(&mut self, prefix: Ipv4Net) -> Option<u32> {
        match &mut self.0 {
            Shape::List(rows) => {
                let (network, mask) = (prefix.network().to_bits(), prefix.netmask().to_bits());
                let at = rows.iter().position(|r| r.network == network && r.mask == mask)?;
                Some(rows.remove(at).value)
            }
            Shape::Tree(tree) => {
                let value = tree.remove(&prefix);
                if tree.is_empty() {
                    *self = Self::default();
                }
                value
            }
        }
    }

    /// The number of exactly `prefix`.
    pub(super) fn get(&self, prefix: Ipv4Net) -> Option<u32> {
        match &self.0 {
            Shape::List(rows) => {
                let (network, mask) = (prefix.network().to_bits(), prefix.netmask().to_bits());
                rows.iter().find(|r| r.network == network && r.mask == mask).map(|r| r.value)
            }
            Shape::Tree(tree) => tree.get(&prefix).copied(),
        }
    }

    /// The number of the longest prefix that covers `address`.
    #[inline]
    pub(super) fn longest(&self, address: u32) -> Option<u32> {
        match &self.0 {
            Shape::List(rows) => rows.iter().find(|r| address & r.mask == r.network).map(|r| r.value),
            Shape::Tree(tree) => tree.get_lpm(&Ipv4Net::from(Ipv4Addr::from_bits(address))).map(|(_, v)| *v),
        }
    }

    /// All prefixes that cover `address`, longest first, with their numbers.
    pub(super) fn covering(&self, address: u32) -> Vec<(Ipv4Net, u32)> {
        match &self.0 {
            Shape::List(rows) => {
                let covering = rows.iter().filter(|r| address & r.mask == r.network);
                covering.map(|r| (prefix_of(r), r.value)).collect()
            }
            Shape::Tree(tree) => {
                let address = Ipv4Net::from(Ipv4Addr::from_bits(address));
                let mut all: Vec<_> = tree.cover(&address).map(|(p, v)| (p, *v)).collect();
                all.reverse();
                all
            }
        }
    }

    /// All prefixes with their numbers, in the order of network and then length.
    pub(super) fn rows(&self) -> Vec<(Ipv4Net, u32)> {
        let mut rows: Vec<_> = match &self.0 {
            Shape::List(rows) => rows.iter().map(|r| (prefix_of(r), r.value)).collect(),
            Shape::Tree(tree) => tree.iter().map(|(p, v)| (p, *v)).collect(),
        };
        rows.sort_unstable();
        rows
    }

    /// Bytes on the heap.
    pub(super) fn heap_bytes(&self) -> usize {
        match &self.0 {
            Shape::List(rows) => rows.capacity() * size_of::<Row>(),
            Shape::Tree(tree) => size_of::<PrefixMap<Ipv4Net, u32>>() + tree.mem_size(),
        }
    }
}

fn prefix_of(row: &Row) -> Ipv4Net {
    Ipv4Net::new_assert(row.network.into(), row.mask.leading_ones() as u8)
}

impl core::fmt::Debug for PrefixTable {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_map().entries(self.rows()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn prefix() -> impl Strategy<Value = Ipv4Net> {
        // Few different bits, so that prefixes nest.
        (any::<u32>(), 0u8..=32).prop_map(|(bits, len)| {
            Ipv4Net::new((0x0A00_0000 | bits & 0x8003_8101).into(), len).unwrap().trunc()
        })
    }

    proptest! {
        #[test]
        fn equals_a_linear_scan(
            steps in proptest::collection::vec((prefix(), prop::option::weighted(0.7, any::<u32>())), 0..80),
            asked in proptest::collection::vec(any::<u32>(), 20),
        ) {
            let mut table = PrefixTable::default();
            let mut naive = BTreeMap::new();
            for (prefix, value) in steps {
                match value {
                    Some(value) => prop_assert_eq!(table.insert(prefix, value), naive.insert(prefix, value)),
                    None => prop_assert_eq!(table.remove(prefix), naive.remove(&prefix)),
                }
                prop_assert_eq!(table.get(prefix), naive.get(&prefix).copied());
                for bits in &asked {
                    let address = 0x0A00_0000 | bits & 0x8003_8101;
                    let mut covering: Vec<_> = naive.iter().filter(|(p, _)| p.contains(&Ipv4Addr::from(address)))
                        .map(|(p, v)| (*p, *v)).collect();
                    covering.sort_by_key(|(p, _)| core::cmp::Reverse(p.prefix_len()));
                    prop_assert_eq!(table.longest(address), covering.first().map(|(_, v)| *v));
                    prop_assert_eq!(table.covering(address), covering);
                }
                prop_assert_eq!(table.rows(), naive.iter().map(|(p, v)| (*p, *v)).collect::<Vec<_>>());
            }
        }
    }
}
