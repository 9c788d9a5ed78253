//! The internet checksum: RFC 1071 over bytes, RFC 1624 when a field changes.

use core::net::Ipv4Addr;

/// A sum of 16-bit words in one's complement, still to be folded.
///
/// Pieces may be added in any order, but each piece except the last must have an even length (a packet's pieces do).
#[derive(Clone, Copy, Debug, Default)]
pub struct Sum(u64);

impl Sum {
    /// An empty sum.
    #[must_use]
    pub const fn new() -> Self {
        Self(0)
    }

    /// Adds `bytes`; an odd last byte counts as if a zero byte followed.
    #[must_use]
    #[inline]
    pub fn add_bytes(self, bytes: &[u8]) -> Self {
        let mut sum = self.0;
        let (words, rest) = bytes.as_chunks::<4>();
        for word in words {
            sum += u64::from(u32::from_be_bytes(*word));
        }
        let (pairs, odd) = rest.as_chunks::<2>();
        for pair in pairs {
            sum += u64::from(u16::from_be_bytes(*pair));
        }
        if let [last] = odd {
            sum += u64::from(*last) << 8;
        }
        Self(sum)
    }

    /// Adds one 16-bit word.
    #[must_use]
    #[inline]
    pub const fn add_u16(self, word: u16) -> Self {
        Self(self.0 + word as u64)
    }

    /// Adds one address.
    #[must_use]
    #[inline]
    pub const fn add_address(self, address: Ipv4Addr) -> Self {
        Self(self.0 + address.to_bits() as u64)
    }

    /// The checksum field's value: the complement of the folded sum.
    #[must_use]
    #[inline]
    pub const fn finish(self) -> u16 {
        !fold(self.0)
    }
}

#[inline]
const fn fold(sum: u64) -> u16 {
    let sum = (sum >> 32) + (sum & 0xFFFF_FFFF);
    let sum = (sum >> 32) + (sum & 0xFFFF_FFFF);
    let sum = (sum >> 16) + (sum & 0xFFFF);
    let sum = (sum >> 16) + (sum & 0xFFFF);
    let sum = (sum >> 16) + (sum & 0xFFFF);
    sum as u16
}

/// Checksum of `bytes`, in which the checksum field itself must be zero. Over bytes with a right checksum it is 0.
#[must_use]
#[inline]
pub fn of(bytes: &[u8]) -> u16 {
    Sum::new().add_bytes(bytes).finish()
}

/// The sum of the pseudo-header of UDP and TCP over IPv4 (RFC 768, RFC 9293 §3.1). `len` = header and payload in bytes.
#[must_use]
#[inline]
pub const fn pseudo_header(source: Ipv4Addr, destination: Ipv4Addr, protocol: u8, len: usize) -> Sum {
    Sum::new().add_address(source).add_address(destination).add_u16(protocol as u16).add_u16(len as u16)
}

/// The checksum after one 16-bit word went from `old` to `new`: HC' = ~(~HC + ~m + m') (RFC 1624 §3, equation 3).
#[must_use]
#[inline]
pub const fn update(checksum: u16, old: u16, new: u16) -> u16 {
    !fold(!checksum as u64 + !old as u64 + new as u64)
}

/// The checksum after an aligned 32-bit field went from `old` to `new`.
#[must_use]
#[inline]
pub const fn update_u32(checksum: u16, old: u32, new: u32) -> u16 {
    !fold(!checksum as u64 + !old as u64 + new as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition of RFC 1071 §1, word by word.
    fn naive(bytes: &[u8]) -> u16 {
        let mut sum = 0u32;
        for pair in bytes.chunks(2) {
            sum += u32::from(pair[0]) << 8 | u32::from(*pair.get(1).unwrap_or(&0));
            sum = (sum & 0xFFFF) + (sum >> 16);
        }
        !(sum as u16)
    }

    #[test]
    fn example_of_rfc_1071_section_3() {
        assert_eq!(of(&[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]), !0xddf2);
    }

    #[test]
    fn example_of_rfc_1624_section_4() {
        // HC = DD2F, a word goes from 5555 to 3285: the right answer is 0000, where RFC 1141 would give FFFF.
        assert_eq!(update(0xDD2F, 0x5555, 0x3285), 0x0000);
    }

    proptest! {
        #[test]
        fn equals_the_definition(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
            prop_assert_eq!(of(&bytes), naive(&bytes));
        }

        #[test]
        fn all_ones_do_not_overflow(n in 0usize..70_000) {
            prop_assert_eq!(of(&vec![0xFF; n]), naive(&vec![0xFF; n]));
        }

        #[test]
        fn update_equals_a_new_sum(mut bytes in proptest::collection::vec(any::<u8>(), 20), at in 0usize..4, new: u32) {
            // The first word keeps the sum from being all zero, where one's complement has two zeros.
            bytes[18] = 0x45;
            let old = u32::from_be_bytes(bytes[at * 4..at * 4 + 4].try_into().unwrap());
            let before = of(&bytes);
            bytes[at * 4..at * 4 + 4].copy_from_slice(&new.to_be_bytes());
            prop_assert_eq!(update_u32(before, old, new), of(&bytes));
            let halves = update(update(before, (old >> 16) as u16, (new >> 16) as u16), old as u16, new as u16);
            prop_assert_eq!(halves, of(&bytes));
        }
    }
}
