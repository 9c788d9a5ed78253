//! Tests of route selection: the rules of the module one by one, and a fixed-point oracle over random tables.

use super::*;
use proptest::prelude::*;

const E1: Interface = Interface(1);
const E2: Interface = Interface(2);

fn net(text: &str) -> Ipv4Net {
    text.parse().unwrap()
}

fn ip(text: &str) -> Ipv4Addr {
    text.parse().unwrap()
}

fn via(text: &str) -> Gateway {
    Gateway::Address(ip(text), TableId::MAIN)
}

/// Two interfaces, each with a connected route.
fn base() -> (Rib, Fib) {
    let mut rib = Rib::default();
    rib.set_interface(E1, true);
    rib.set_interface(E2, true);
    rib.insert(RouteId(1), Candidate::connected(net("10.1.0.0/24"), E1, ip("10.1.0.1")));
    rib.insert(RouteId(2), Candidate::connected(net("10.2.0.0/24"), E2, ip("10.2.0.1")));
    let mut fib = Fib::default();
    rib.commit(&mut fib);
    (rib, fib)
}

fn active(rib: &Rib) -> Vec<u64> {
    rib.iter().filter(|(_, _, s)| s.is_some_and(|s| s.active)).map(|(id, _, _)| id.0).collect()
}

#[test]
fn lowest_distance_wins_and_the_other_takes_over() {
    let (mut rib, mut fib) = base();
    let default = net("0.0.0.0/0");
    rib.insert(RouteId(3), Candidate::fixed(default, via("10.1.0.254")));
    rib.insert(RouteId(4), Candidate { distance: 2, ..Candidate::fixed(default, via("10.2.0.254")) });
    assert_eq!(rib.commit(&mut fib), [RouteId(3), RouteId(4)]);
    assert_eq!(active(&rib), [1, 2, 3]);
    let state = rib.state(RouteId(4)).unwrap();
    assert!(state.reachable && !state.active && !state.ecmp);
    let hop =
        |interface, gateway: &str| Target::Forward(SmallVec::from_buf([Hop::via(interface, ip(gateway))]));
    assert_eq!(fib.get(TableId::MAIN, default), Some(&hop(E1, "10.1.0.254")));
    rib.set_interface(E1, false);
    rib.commit(&mut fib);
    assert_eq!(active(&rib), [2, 4]);
    assert_eq!(fib.get(TableId::MAIN, default), Some(&hop(E2, "10.2.0.254")));
    assert_eq!(fib.get(TableId::MAIN, net("10.1.0.0/24")), None);
    rib.remove(RouteId(4));
    rib.commit(&mut fib);
    assert_eq!(fib.rows(TableId::MAIN).len(), 1);
}

#[test]
fn equal_distances_share_whoever_brought_them() {
    let (mut rib, mut fib) = base();
    let default = net("0.0.0.0/0");
    rib.insert(RouteId(3), Candidate::fixed(default, via("10.1.0.254")));
    rib.insert(
        RouteId(4),
        Candidate { origin: Origin::Dhcp, ..Candidate::fixed(default, via("10.2.0.254")) },
    );
    rib.insert(RouteId(5), Candidate::fixed(default, via("10.2.0.254")));
    rib.commit(&mut fib);
    assert_eq!(active(&rib), [1, 2, 3, 4, 5]);
    assert!([3, 4, 5].iter().all(|n| rib.state(RouteId(*n)).unwrap().ecmp));
    assert!(!rib.state(RouteId(1)).unwrap().ecmp);
    let Some(Target::Forward(hops)) = fib.get(TableId::MAIN, default) else { panic!() };
    assert_eq!(hops.len(), 2, "the same hop twice adds no weight");
}

#[test]
fn scopes_decide_who_may_resolve() {
    let (mut rib, mut fib) = base();
    let helper = Candidate::fixed(net("8.8.8.8/32"), via("10.1.0.254"));
    let user = Candidate::fixed(net("0.0.0.0/0"), via("8.8.8.8"));
    rib.insert(RouteId(3), helper);
    rib.insert(RouteId(4), user);
    rib.commit(&mut fib);
    assert_eq!(active(&rib), [1, 2, 3], "scope 30 is beyond target-scope 10");
    rib.insert(RouteId(3), Candidate { scope: 10, ..helper });
    rib.commit(&mut fib);
    assert_eq!(active(&rib), [1, 2, 3, 4]);
    let state = rib.state(RouteId(4)).unwrap();
    assert!(state.recursive && !rib.state(RouteId(3)).unwrap().recursive);
    assert_eq!(state.hops.as_slice(), [Hop::via(E1, ip("10.1.0.254"))]);
    rib.set_interface(E1, false);
    rib.commit(&mut fib);
    assert_eq!(active(&rib), [2]);
}

#[test]
fn a_route_does_not_resolve_itself_nor_two_each_other() {
    let (mut rib, mut fib) = base();
    let open = |prefix, gateway| Candidate { scope: 10, ..Candidate::fixed(net(prefix), via(gateway)) };
    rib.insert(RouteId(3), open("20.0.0.0/8", "20.0.0.1"));
    rib.insert(RouteId(4), open("30.0.0.0/8", "40.0.0.1"));
    rib.insert(RouteId(5), open("40.0.0.0/8", "30.0.0.1"));
    rib.commit(&mut fib);
    assert_eq!(active(&rib), [1, 2]);
    // The default route resolves 3's gateway until 3 itself is the longer match: it must not flap.
    rib.insert(RouteId(6), open("0.0.0.0/0", "10.1.0.254"));
    rib.commit(&mut fib);
    let once = active(&rib);
    rib.set_interface(Interface(9), true);
    rib.commit(&mut fib);
    assert_eq!(active(&rib), once);
}

#[test]
fn what_hides_its_own_way_out_ends_inactive_and_settles() {
    let (mut rib, mut fib) = base();
    let open = |prefix, gateway| Candidate { scope: 10, ..Candidate::fixed(net(prefix), via(gateway)) };
    // 4 is active only while 5 is not, because 5 is longer to 4's gateway and leads nowhere but over 4.
    rib.insert(RouteId(3), open("50.0.0.0/8", "10.1.0.254"));
    rib.insert(RouteId(4), open("60.0.0.0/8", "50.1.1.1"));
    rib.insert(RouteId(5), open("50.1.1.1/32", "60.0.0.1"));
    rib.commit(&mut fib);
    assert!(active(&rib).starts_with(&[1, 2, 3]));
    for (id, candidate, state) in rib.iter() {
        if let (Gateway::Address(..), Some(state)) = (candidate.gateway, state) {
            assert!(!state.active || !state.hops.is_empty(), "{id:?}");
        }
    }
}

#[test]
fn a_way_that_ends_by_being_chosen_leaves_the_other_in_place() {
    let (mut rib, mut fib) = base();
    let open = Candidate { scope: 10, ..Candidate::fixed(net("20.0.0.0/8"), via("20.0.0.1")) };
    // 3 would be better than 4, but only 4 can resolve it.
    rib.insert(RouteId(3), open);
    rib.insert(RouteId(4), Candidate { distance: 2, gateway: Gateway::Interface(E2), ..open });
    rib.commit(&mut fib);
    assert_eq!(active(&rib), [1, 2, 4]);
}

#[test]
fn disabled_far_and_dead_routes_are_inactive() {
    let (mut rib, mut fib) = base();
    let plain = Candidate::fixed(net("20.0.0.0/8"), via("10.1.0.254"));
    for (candidate, is_active) in [
        (plain, true),
        (Candidate { disabled: true, ..plain }, false),
        (Candidate { distance: 255, ..plain }, false),
        (Candidate { distance: 254, ..plain }, true),
        (Candidate { gateway: via("99.0.0.1"), ..plain }, false),
        (Candidate { gateway: Gateway::AddressOn(ip("99.0.0.1"), E2), ..plain }, true),
        (Candidate { gateway: Gateway::Interface(E2), ..plain }, true),
        (Candidate { gateway: Gateway::Interface(Interface(7)), ..plain }, false),
        (Candidate { gateway: Gateway::Blackhole, ..plain }, true),
        (Candidate { gateway: Gateway::Unreachable, ..plain }, true),
        (Candidate { gateway: Gateway::Address(ip("10.1.0.254"), TableId(9)), ..plain }, false),
    ] {
        rib.insert(RouteId(3), candidate);
        rib.commit(&mut fib);
        assert_eq!(rib.state(RouteId(3)).unwrap().active, is_active, "{candidate:?}");
        assert_eq!(fib.get(TableId::MAIN, plain.prefix).is_some(), is_active);
    }
}

#[test]
fn the_gateway_check_counts_for_all_that_ask_for_it() {
    let (mut rib, mut fib) = base();
    let checked = Candidate { check_gateway: true, ..Candidate::fixed(net("20.0.0.0/8"), via("10.1.0.254")) };
    rib.insert(RouteId(3), checked);
    rib.insert(RouteId(4), Candidate { prefix: net("21.0.0.0/8"), ..checked });
    rib.insert(RouteId(5), Candidate { prefix: net("22.0.0.0/8"), check_gateway: false, ..checked });
    rib.commit(&mut fib);
    let expected = BTreeMap::from([(ip("10.1.0.254"), Some(Hop::via(E1, ip("10.1.0.254"))))]);
    assert_eq!(rib.checked_gateways(), expected);
    rib.set_gateway_alive(ip("10.1.0.254"), false);
    assert_eq!(rib.commit(&mut fib), [RouteId(3), RouteId(4)]);
    assert_eq!(active(&rib), [1, 2, 5]);
    assert_eq!(rib.checked_gateways(), expected, "a dead gateway goes on being asked");
    rib.set_gateway_alive(ip("10.1.0.254"), true);
    rib.commit(&mut fib);
    assert_eq!(active(&rib), [1, 2, 3, 4, 5]);
}

#[test]
fn nothing_changed_is_nothing_done() {
    let (mut rib, mut fib) = base();
    let generation = fib.generation();
    rib.insert(RouteId(1), *rib.clone().get(RouteId(1)).unwrap());
    rib.set_interface(E1, true);
    rib.set_gateway_alive(ip("1.1.1.1"), true);
    assert!(rib.commit(&mut fib).is_empty());
    assert_eq!(fib.generation(), generation);
    assert!(rib.remove(RouteId(77)).is_none());
}

fn candidate() -> impl Strategy<Value = Candidate> {
    let gateway = prop_oneof![
        6 => (0u8..6, 1u8..4).prop_map(|(n, h)| Gateway::Address(Ipv4Addr::new(10, n, 0, h), TableId::MAIN)),
        1 => (0u32..3).prop_map(|i| Gateway::Interface(Interface(i))),
        1 => Just(Gateway::Blackhole),
    ];
    let numbers = (0u8..6, prop_oneof![Just(8u8), Just(16), Just(24), Just(32)], 0u8..3);
    (numbers, gateway, 0u8..4, any::<bool>()).prop_map(|((n, len, distance), gateway, below, off)| {
        let prefix = Ipv4Net::new(Ipv4Addr::new(10, n, 0, 1), len).unwrap().trunc();
        // Rivals for a prefix have one scope, and the target-scope lies below it: no circle can come about.
        // Scope 30 is beyond every target-scope, so that both ways of committing are taken.
        let scope = [30, 10, 20, 30][usize::from(prefix.network().octets()[1] % 4)];
        Candidate {
            distance,
            scope,
            target_scope: scope - 1 - below,
            disabled: off && below == 3,
            ..Candidate::fixed(prefix, gateway)
        }
    })
}

/// Resolves a gateway by brute force over the final active set: recursion instead of rounds.
fn brute(rib: &Rib, id: RouteId, depth: u8) -> BTreeSet<Hop> {
    let candidate = *rib.get(id).unwrap();
    assert!(depth < 40, "a circle");
    let usable = |i| rib.up.contains(&i);
    match candidate.gateway {
        Gateway::Interface(i) if usable(i) => BTreeSet::from([Hop::on_link(i)]),
        Gateway::Address(gateway, _) => {
            let covers = |c: &Candidate| c.prefix.contains(&gateway) && c.scope <= candidate.target_scope;
            let mut by_len: BTreeMap<u8, Vec<RouteId>> = BTreeMap::new();
            for (other, c, state) in rib.iter() {
                if other != id && state.is_some_and(|s| s.active) && covers(c) {
                    by_len.entry(c.prefix.prefix_len()).or_default().push(other);
                }
            }
            let best = by_len.last_key_value().map(|(_, ids)| ids.clone()).unwrap_or_default();
            let hops = best.into_iter().flat_map(|other| brute(rib, other, depth + 1));
            hops.map(|hop| Hop::via(hop.interface, hop.gateway.unwrap_or(gateway))).collect()
        }
        _ => BTreeSet::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    /// The result explains itself: hops follow from the active set, the active set from the hops, the FIB from both. And
    /// a table that was changed step by step equals one that was built at once.
    #[test]
    fn equals_the_oracle(steps in proptest::collection::vec((0u64..12, prop::option::weighted(0.8, candidate())), 1..25)) {
        let (mut rib, mut fib) = base();
        rib.set_interface(Interface(0), true);
        for (id, change) in steps {
            match change {
                Some(candidate) => rib.insert(RouteId(10 + id), candidate),
                None => { rib.remove(RouteId(10 + id)); }
            }
            rib.commit(&mut fib);
        }
        let mut wanted: BTreeMap<Ipv4Net, BTreeSet<Hop>> = BTreeMap::new();
        for (id, candidate, state) in rib.iter() {
            let state = state.unwrap();
            let hops: BTreeSet<Hop> = brute(&rib, id, 0).into_iter()
                .map(|hop| Hop { pref_src: candidate.pref_src, ..hop }).collect();
            let blackhole = candidate.gateway == Gateway::Blackhole;
            let reachable = !candidate.disabled && (blackhole || !hops.is_empty());
            prop_assert_eq!(state.reachable, reachable, "{:?} {:?}", id, candidate);
            let rivals = rib.iter().filter(|(_, c, s)| c.prefix == candidate.prefix && s.unwrap().reachable);
            let best = rivals.map(|(_, c, _)| c.distance).min();
            prop_assert_eq!(state.active, reachable && best == Some(candidate.distance));
            if state.active {
                prop_assert_eq!(state.hops.iter().copied().collect::<BTreeSet<_>>(), hops.clone());
                wanted.entry(candidate.prefix).or_default().extend(hops);
            }
        }
        let rows: BTreeMap<Ipv4Net, BTreeSet<Hop>> = fib.rows(TableId::MAIN).into_iter().map(|(prefix, target)| {
            let Target::Forward(hops) = target else { return (prefix, BTreeSet::new()) };
            (prefix, hops.iter().copied().collect())
        }).collect();
        prop_assert_eq!(rows, wanted);
        let (mut again, mut fresh) = base();
        again.set_interface(Interface(0), true);
        for (id, candidate, _) in rib.iter() {
            again.insert(id, *candidate);
        }
        again.commit(&mut fresh);
        prop_assert_eq!(&again.states, &rib.states);
        prop_assert_eq!(fresh.rows(TableId::MAIN), fib.rows(TableId::MAIN));
    }
}
