//! Ranges that matchers test: addresses, ports and numbers.

use ipnet::Ipv4Net;
use smallvec::SmallVec;
use std::net::Ipv4Addr;

/// A range of IPv4 addresses, both ends included: an address, a prefix or `a-b`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressRange {
    /// First address, as [`Ipv4Addr::to_bits`].
    pub first: u32,
    /// Last address, as [`Ipv4Addr::to_bits`].
    pub last: u32,
}

impl AddressRange {
    /// From `first` to `last`. A range that is the wrong way round holds nothing.
    #[must_use]
    pub const fn new(first: Ipv4Addr, last: Ipv4Addr) -> Self {
        Self { first: first.to_bits(), last: last.to_bits() }
    }

    /// True when `address` (as [`Ipv4Addr::to_bits`]) lies in the range.
    #[must_use]
    #[inline]
    pub const fn contains(self, address: u32) -> bool {
        self.first <= address && address <= self.last
    }

    /// The prefix length, when the range is exactly one prefix.
    #[must_use]
    pub fn prefix_len(self) -> Option<u8> {
        let host = self.first ^ self.last;
        let one_prefix = host & host.wrapping_add(1) == 0 && self.first & host == 0;
        (self.first <= self.last && one_prefix).then(|| host.leading_zeros() as u8)
    }

    /// The largest prefix at the start of the range and the rest: called until the rest is `None` it splits the range
    /// into at most 62 prefixes.
    #[must_use]
    pub(crate) fn split_prefix(self) -> Option<((u32, u8), Option<Self>)> {
        if self.first > self.last {
            return None;
        }
        let mut host_bits = self.first.trailing_zeros();
        while u64::from(self.first) + (1u64 << host_bits) - 1 > u64::from(self.last) {
            host_bits -= 1;
        }
        let end = u64::from(self.first) + (1u64 << host_bits);
        let rest = (end <= u64::from(self.last)).then_some(Self { first: end as u32, last: self.last });
        Some(((self.first, (32 - host_bits) as u8), rest))
    }
}

impl From<Ipv4Addr> for AddressRange {
    fn from(address: Ipv4Addr) -> Self {
        Self::new(address, address)
    }
}

impl From<Ipv4Net> for AddressRange {
    fn from(net: Ipv4Net) -> Self {
        Self::new(net.network(), net.broadcast())
    }
}

/// A list of ports and port ranges: `80,443,1000-2000`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ports(pub SmallVec<[(u16, u16); 4]>);

impl Ports {
    /// A list of ranges, both ends included.
    #[must_use]
    pub fn new(ranges: &[(u16, u16)]) -> Self {
        Self(ranges.iter().copied().collect())
    }

    /// True when one of the ranges holds `port`.
    #[must_use]
    #[inline]
    pub fn contains(&self, port: u16) -> bool {
        self.0.iter().any(|(first, last)| *first <= port && port <= *last)
    }
}

/// A range of numbers, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumberRange {
    /// Lowest number.
    pub first: u64,
    /// Highest number.
    pub last: u64,
}

impl NumberRange {
    /// True when `number` lies in the range.
    #[must_use]
    pub const fn contains(self, number: u64) -> bool {
        self.first <= number && number <= self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn prefixes_are_recognised() {
        for (first, last, len) in [
            ("0.0.0.0", "255.255.255.255", Some(0)),
            ("10.0.0.0", "10.255.255.255", Some(8)),
            ("10.0.0.1", "10.0.0.1", Some(32)),
            ("10.0.0.1", "10.0.0.2", None),
            ("10.0.0.2", "10.0.0.3", Some(31)),
            ("10.0.0.3", "10.0.0.2", None),
            ("10.0.1.0", "10.0.2.255", None),
        ] {
            let range = AddressRange::new(first.parse().unwrap(), last.parse().unwrap());
            assert_eq!(range.prefix_len(), len, "{first}-{last}");
        }
    }

    proptest! {
        #[test]
        fn a_range_splits_into_adjoining_prefixes(a: u32, b: u32) {
            let range = AddressRange { first: a.min(b), last: a.max(b) };
            let (mut next, mut rest, mut pieces) = (u64::from(range.first), Some(range), 0);
            while let Some(((net, len), more)) = rest.and_then(AddressRange::split_prefix) {
                prop_assert_eq!(u64::from(net), next);
                next += 1u64 << (32 - len);
                prop_assert_eq!(u64::from(net) % (1u64 << (32 - len)), 0);
                pieces += 1;
                rest = more;
            }
            prop_assert_eq!(next, u64::from(range.last) + 1);
            prop_assert!(pieces <= 62);
        }
    }
}
