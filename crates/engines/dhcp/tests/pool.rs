//! Pools against a naive model: a set of addresses, scanned from the top.

use dhcp::pool::{Owner, PoolConfig, PoolId, Pools};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

const FIRST: PoolId = PoolId(1);
const NEXT: PoolId = PoolId(2);

fn address(last: u8) -> Ipv4Addr {
    Ipv4Addr::new(10, 0, 0, last)
}

fn config(ranges: &[(u8, u8)], next_pool: Option<PoolId>) -> PoolConfig {
    let ranges = ranges.iter().map(|(a, b)| (address(*a), address(*b))).collect();
    PoolConfig { name: "pool".into(), ranges, next_pool }
}

fn pools() -> Pools {
    let mut pools = Pools::default();
    pools.set(FIRST, config(&[(10, 12), (20, 22)], Some(NEXT)));
    // A circle: it must end.
    pools.set(NEXT, config(&[(100, 101)], Some(FIRST)));
    pools
}

#[test]
fn the_highest_free_address_of_the_last_range_comes_first() {
    let mut pools = pools();
    let taken: Vec<_> = (0..9).map(|n| pools.take(FIRST, Owner::Dhcp, &n.to_string())).collect();
    let expected = [
        (FIRST, 22),
        (FIRST, 21),
        (FIRST, 20),
        (FIRST, 12),
        (FIRST, 11),
        (FIRST, 10),
        (NEXT, 101),
        (NEXT, 100),
    ];
    let expected: Vec<_> =
        expected.iter().map(|(pool, last)| Some((*pool, address(*last)))).chain([None]).collect();
    assert_eq!(taken, expected);
    assert_eq!((pools.counts(FIRST), pools.counts(NEXT)), ((6, 6), (2, 2)));
}

#[test]
fn the_same_owner_gets_the_same_address_while_it_is_free() {
    let mut pools = pools();
    let _ = pools.take(FIRST, Owner::Dhcp, "a");
    let (pool, second) = pools.take(FIRST, Owner::Dhcp, "b").unwrap();
    pools.give_back(pool, second);
    assert_eq!(pools.remembered(FIRST, Owner::Dhcp, "b"), Some(second));
    pools.give_back(FIRST, address(22));
    assert_eq!(pools.take(FIRST, Owner::Dhcp, "b"), Some((FIRST, second)), "not .22, though it is higher");
    // The other service's "a" is somebody else.
    assert_eq!(pools.take(FIRST, Owner::Ppp, "a"), Some((FIRST, address(22))));
    assert_eq!(pools.remembered(FIRST, Owner::Dhcp, "a"), None, "taken meanwhile");
    assert_eq!(pools.take(FIRST, Owner::Dhcp, "a"), Some((FIRST, address(20))));
}

#[test]
fn addresses_in_use_survive_new_ranges() {
    let mut pools = pools();
    let _ = pools.take(FIRST, Owner::Dhcp, "a");
    pools.set(FIRST, config(&[(20, 30)], None));
    assert_eq!(pools.counts(FIRST), (11, 1));
    assert_eq!(pools.take(FIRST, Owner::Dhcp, "b"), Some((FIRST, address(30))));
    pools.set(FIRST, config(&[(40, 41)], None));
    assert_eq!(pools.counts(FIRST), (2, 0));
    assert_eq!(pools.used().count(), 2);
    pools.give_back(FIRST, address(22));
    assert!(!pools.is_free(FIRST, address(22)), "outside the ranges now");
    assert_eq!(
        pools.used().map(|used| (used.address, used.info)).collect::<Vec<_>>(),
        [(address(30), "b".into())]
    );
}

#[test]
fn a_slash_8_in_use_costs_no_scan() {
    let mut pools = Pools::default();
    let all = (Ipv4Addr::new(10, 0, 0, 0), Ipv4Addr::new(10, 255, 255, 255));
    pools.set(FIRST, PoolConfig { name: "big".into(), ranges: vec![all], next_pool: None });
    // A scan of what is in use would make this 2 * 10^9 steps.
    for n in 0..60_000u32 {
        let (_, address) = pools.take(FIRST, Owner::Dhcp, &n.to_string()).unwrap();
        assert_eq!(u32::from(address), u32::from(all.1) - n);
    }
    assert_eq!(pools.counts(FIRST), (1 << 24, 60_000));
}

#[derive(Clone, Debug)]
enum Op {
    Take(u8),
    TakeExact(u8, u8),
    GiveBack(u8),
    Reserve(u8),
    Unreserve(u8),
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        4 => (0u8..6).prop_map(Op::Take),
        2 => (0u8..6, 8u8..24).prop_map(|(who, last)| Op::TakeExact(who, last)),
        4 => (8u8..24).prop_map(Op::GiveBack),
        1 => (8u8..24).prop_map(Op::Reserve),
        1 => (8u8..24).prop_map(Op::Unreserve),
    ]
}

proptest! {
    #[test]
    fn pools_behave_as_a_scanned_set(ops in prop::collection::vec(op(), 1..120)) {
        let mut pools = Pools::default();
        pools.set(FIRST, config(&[(10, 13), (18, 22)], None));
        let mut used: BTreeMap<u8, u8> = BTreeMap::new();
        let mut former: BTreeMap<u8, u8> = BTreeMap::new();
        let mut reserved: BTreeMap<u8, u32> = BTreeMap::new();
        let inside = |last: u8| (10..=13).contains(&last) || (18..=22).contains(&last);
        for op in ops {
            match op {
                Op::Take(who) => {
                    let free = |last: &u8| inside(*last) && !used.contains_key(last) && !reserved.contains_key(last);
                    let old = former.get(&who).copied().filter(free);
                    let expected = old.or_else(|| (0..=255).rev().find(free));
                    let found = pools.take(FIRST, Owner::Dhcp, &who.to_string());
                    prop_assert_eq!(found, expected.map(|last| (FIRST, address(last))));
                    if let Some(last) = expected {
                        former.retain(|_, held| *held != last);
                        used.insert(last, who);
                    }
                }
                Op::TakeExact(who, last) => {
                    let expected = inside(last) && !used.contains_key(&last);
                    let found = pools.take_exact(FIRST, address(last), Owner::Dhcp, &who.to_string());
                    prop_assert_eq!(found.is_some(), expected);
                    if expected {
                        former.retain(|_, held| *held != last);
                        used.insert(last, who);
                    }
                }
                Op::GiveBack(last) => {
                    pools.give_back(FIRST, address(last));
                    if let Some(who) = used.remove(&last) {
                        former.insert(who, last);
                    }
                }
                Op::Reserve(last) => {
                    pools.reserve(address(last));
                    *reserved.entry(last).or_default() += 1;
                }
                Op::Unreserve(last) => {
                    pools.unreserve(address(last));
                    if let Some(count) = reserved.get_mut(&last) {
                        *count -= 1;
                        if *count == 0 {
                            reserved.remove(&last);
                        }
                    }
                }
            }
            for last in 8..24 {
                let free = inside(last) && !used.contains_key(&last) && !reserved.contains_key(&last);
                prop_assert_eq!(pools.is_free(FIRST, address(last)), free, "{}", last);
            }
            let rows: Vec<_> = pools.used().map(|used| (used.address, used.info)).collect();
            let expected: Vec<_> = used.iter().map(|(last, who)| (address(*last), who.to_string())).collect();
            prop_assert_eq!(rows, expected);
        }
    }
}
