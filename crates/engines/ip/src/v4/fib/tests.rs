//! Tests of the forwarding table: order of tables, groups, multipath, and a naive scan as oracle.

use super::*;
use proptest::prelude::*;
use smallvec::smallvec;

const E1: Interface = Interface(1);
const E2: Interface = Interface(2);
const ANY: Ipv4Addr = Ipv4Addr::UNSPECIFIED;

fn net(text: &str) -> Ipv4Net {
    text.parse().unwrap()
}

fn ip(text: &str) -> Ipv4Addr {
    text.parse().unwrap()
}

fn forward(hop: Hop) -> Target {
    Target::Forward(smallvec![hop])
}

#[test]
fn the_loopback_network_is_local_before_any_route() {
    let mut fib = Fib::default();
    assert_eq!(fib.lookup(ANY, ip("127.0.0.1")), Route::None);
    fib.set(TableId::MAIN, net("0.0.0.0/0"), forward(Hop::via(E1, ip("10.0.0.254"))));
    assert_eq!(fib.lookup(ANY, ip("127.0.0.1")), Route::Forward(Hop::via(E1, ip("10.0.0.254"))));
    fib.set_loopback(E2);
    for (address, route) in [
        ("127.0.0.1", Route::Local(E2)),
        ("127.255.255.255", Route::Local(E2)),
        ("126.255.255.255", Route::Forward(Hop::via(E1, ip("10.0.0.254")))),
        ("128.0.0.0", Route::Forward(Hop::via(E1, ip("10.0.0.254")))),
    ] {
        // The second answer is a remembered one.
        assert_eq!((fib.lookup(ANY, ip(address)), fib.lookup(ANY, ip(address))), (route, route), "{address}");
    }
    assert_eq!(fib.address_type(ip("127.0.0.1")), AddressType::Local);
    fib.set(TableId::LOCAL, net("127.0.0.0/8"), Target::Local(E1));
    assert_eq!(fib.lookup(ANY, ip("127.0.0.1")), Route::Local(E1));
}

#[test]
fn local_comes_before_main_and_groups_before_the_default_route() {
    let mut fib = Fib::default();
    let default = Hop::via(E1, ip("10.0.0.254"));
    fib.set(TableId::MAIN, net("0.0.0.0/0"), forward(default));
    fib.set(TableId::MAIN, net("10.0.0.1/32"), Target::Blackhole);
    assert_eq!(fib.lookup(ANY, ip("10.0.0.1")), Route::Blackhole);
    fib.set(TableId::LOCAL, net("10.0.0.1/32"), Target::Local(E1));
    fib.set(TableId::LOCAL, net("10.0.0.255/32"), Target::Broadcast(E1));
    fib.set(TableId::MAIN, net("10.7.0.0/16"), Target::Unreachable);
    for (address, route, kind) in [
        ("10.0.0.1", Route::Local(E1), AddressType::Local),
        ("10.0.0.255", Route::Broadcast(Some(E1)), AddressType::Broadcast),
        ("255.255.255.255", Route::Broadcast(None), AddressType::Broadcast),
        ("239.1.1.1", Route::Multicast, AddressType::Multicast),
        ("8.8.8.8", Route::Forward(default), AddressType::Unicast),
        ("10.7.1.1", Route::Unreachable, AddressType::Unreachable),
    ] {
        for _ in 0..2 {
            assert_eq!(fib.lookup(ANY, ip(address)), route, "{address}");
        }
        assert_eq!(fib.address_type(ip(address)), kind);
    }
    assert!(fib.remove(TableId::MAIN, net("0.0.0.0/0")));
    assert!(!fib.remove(TableId::MAIN, net("0.0.0.0/0")));
    assert_eq!(fib.lookup(ANY, ip("8.8.8.8")), Route::None);
}

#[test]
fn another_table_stands_in_for_main() {
    let mut fib = Fib::default();
    let vrf = TableId(1000);
    fib.set(TableId::MAIN, net("0.0.0.0/0"), forward(Hop::on_link(E1)));
    fib.set(vrf, net("0.0.0.0/0"), forward(Hop::on_link(E2)));
    let to = ip("8.8.8.8");
    for _ in 0..2 {
        assert_eq!(fib.lookup(ANY, to), Route::Forward(Hop::on_link(E1)));
        assert_eq!(fib.lookup_table(vrf, ANY, to), Route::Forward(Hop::on_link(E2)));
    }
    fib.remove_table(vrf);
    assert_eq!(fib.lookup_table(vrf, ANY, to), Route::None);
}

#[test]
fn flows_spread_over_equal_hops_and_each_keeps_its_own() {
    let mut fib = Fib::default();
    let hops = [1, 2, 3].map(|n| Hop::via(E1, Ipv4Addr::new(10, 0, 0, n)));
    fib.set(TableId::MAIN, net("0.0.0.0/0"), Target::Forward(hops.into_iter().collect()));
    let mut taken = [0; 3];
    for flow in 0..3000u32 {
        let (source, destination) = (Ipv4Addr::from(0xC0A8_0000 + flow), ip("8.8.8.8"));
        let Route::Forward(hop) = fib.lookup(source, destination) else { panic!("no way") };
        assert_eq!(fib.lookup(source, destination), Route::Forward(hop));
        taken[hops.iter().position(|h| *h == hop).unwrap()] += 1;
    }
    assert!(taken.iter().all(|n| (900..1100).contains(n)), "{taken:?}");
}

#[test]
fn an_empty_table_costs_little() {
    assert_eq!(Fib::default().heap_bytes(), 0);
    assert!(size_of::<Fib>() <= 128, "{}", size_of::<Fib>());
    let mut fib = Fib::default();
    for n in 0..5 {
        fib.set(
            TableId::MAIN,
            Ipv4Net::new(Ipv4Addr::new(10, n, 0, 0), 24).unwrap(),
            forward(Hop::on_link(E1)),
        );
    }
    assert!(fib.heap_bytes() < 600, "{}", fib.heap_bytes());
}

proptest! {
    #[test]
    fn equals_a_linear_scan(
        steps in proptest::collection::vec((any::<u32>(), 0u8..=32, 0u32..3, any::<bool>()), 1..60),
        asked in proptest::collection::vec(any::<u32>(), 30),
    ) {
        let mut fib = Fib::default();
        let mut naive: Vec<(TableId, Ipv4Net, u32)> = Vec::new();
        for (number, (bits, len, table, add)) in steps.into_iter().enumerate() {
            let prefix = Ipv4Net::new((bits & 0x1803_0101).into(), len).unwrap().trunc();
            let table = [TableId::LOCAL, TableId::MAIN, TableId(7)][table as usize];
            naive.retain(|(t, p, _)| (*t, *p) != (table, prefix));
            if add {
                let number = number as u32;
                naive.push((table, prefix, number));
                let hop = forward(Hop::on_link(Interface(number)));
                fib.set(table, prefix, if table == TableId::LOCAL { Target::Local(Interface(number)) } else { hop });
            } else {
                fib.remove(table, prefix);
            }
            for bits in &asked {
                let address = Ipv4Addr::from(bits & 0x1803_0101);
                for table in [TableId::MAIN, TableId(7)] {
                    let best = |table: TableId| naive.iter().filter(|(t, p, _)| *t == table && p.contains(&address))
                        .max_by_key(|(_, p, _)| p.prefix_len()).map(|(_, _, n)| Interface(*n));
                    let local = best(TableId::LOCAL).map(Route::Local);
                    let main = || best(table).map(|i| Route::Forward(Hop::on_link(i)));
                    let expected = local.or_else(main).unwrap_or(Route::None);
                    prop_assert_eq!(fib.lookup_table(table, ANY, address), expected);
                }
            }
        }
    }

    #[test]
    fn multipath_is_in_range(source: u32, destination: u32, count in 1usize..100) {
        prop_assert!(multipath(source.into(), destination.into(), count) < count);
    }
}
