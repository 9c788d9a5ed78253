//! Random streams and addresses that derive from (seed, name), so that adding a device changes nothing for the others.

use rand_core::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

/// FNV-1a over the parts, each followed by a byte that no text contains. The hash is written out here because it is
/// part of the results: a library's hash might change with its version.
fn stable_hash(seed: u64, parts: &[&str]) -> u64 {
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut eat = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(PRIME);
    seed.to_le_bytes().into_iter().for_each(&mut eat);
    for part in parts {
        part.bytes().for_each(&mut eat);
        eat(0xFF);
    }
    hash
}

/// The stream of a node.
pub(crate) fn node_stream(seed: u64, node: &str) -> Xoshiro256PlusPlus {
    Xoshiro256PlusPlus::seed_from_u64(stable_hash(seed, &["node", node]))
}

/// The stream of the direction of a cable that leaves `port` of `node`.
pub(crate) fn wire_stream(seed: u64, node: &str, port: &str) -> Xoshiro256PlusPlus {
    Xoshiro256PlusPlus::seed_from_u64(stable_hash(seed, &["wire", node, port]))
}

/// A MAC address for `port` of `node`: locally administered, unicast, the same in every run with this seed.
#[must_use]
pub fn mac(seed: u64, node: &str, port: &str) -> [u8; 6] {
    // SplitMix64's finaliser: FNV alone leaves the high bytes of short names alike.
    let mut x = stable_hash(seed, &["mac", node, port]);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^= x >> 31;
    let [a, b, c, d, e, f, ..] = x.to_be_bytes();
    [(a & 0xFC) | 0x02, b, c, d, e, f]
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_core::RngCore;
    use std::collections::BTreeSet;

    #[test]
    fn macs_are_local_unicast_distinct_and_fixed() {
        let mut seen = BTreeSet::new();
        for node in 0..200 {
            for port in 0..8 {
                let mac = mac(1, &format!("r{node}"), &format!("ether{port}"));
                assert_eq!(mac[0] & 3, 2);
                seen.insert(mac);
            }
        }
        assert_eq!(seen.len(), 1600);
        assert_eq!(mac(1, "r1", "ether2"), mac(1, "r1", "ether2"));
        assert_ne!(mac(1, "r1", "ether2"), mac(2, "r1", "ether2"));
        assert_ne!(mac(1, "r1", "ether2"), mac(1, "r1e", "ther2"));
    }

    /// A change of the hash or of the generator must not go unseen. The numbers were computed apart, in another language.
    #[test]
    fn streams_are_the_same_for_ever() {
        assert_eq!(stable_hash(1, &["node", "r1"]), 0x11db_3400_6c4c_23f1);
        assert_eq!(node_stream(1, "r1").next_u64(), 0xb3bf_8221_5d0e_c197);
    }
}
