//! Tests of arrival: each rule of the module with a packet that breaks only it.

use super::super::address::{Address, Addresses};
use super::super::fib::Target;
use super::*;
use core::net::Ipv4Addr;
use proptest::prelude::*;
use smallvec::smallvec;
use wire::ipv4::{Options, Repr};

const E1: Interface = Interface(1);
const E2: Interface = Interface(2);
const OWN: LinkDestination = LinkDestination::Own;

fn ip(text: &str) -> Ipv4Addr {
    text.parse().unwrap()
}

fn packet(source: &str, destination: &str, options: &[u8]) -> Vec<u8> {
    let options = Options::new(options).unwrap();
    let repr =
        Repr { source: ip(source), destination: ip(destination), options, payload_len: 8, ..Repr::default() };
    let mut bytes = vec![0; repr.header_len() + 8];
    repr.emit(&mut bytes);
    bytes
}

fn fib() -> Fib {
    let (mut fib, mut addresses) = (Fib::default(), Addresses::default());
    for (interface, text) in [(E1, "10.0.0.1/24"), (E2, "172.16.0.1/24")] {
        let address = Address::new(interface, text.parse().unwrap());
        addresses.add(address, &mut fib);
        fib.set(TableId::MAIN, address.network, Target::Forward(smallvec![Hop::on_link(interface)]));
    }
    let hop = Hop::via(E2, ip("172.16.0.254"));
    fib.set(TableId::MAIN, "8.0.0.0/8".parse().unwrap(), Target::Forward(smallvec![hop]));
    fib.set(TableId::MAIN, "9.1.0.0/16".parse().unwrap(), Target::Blackhole);
    fib.set(TableId::MAIN, "9.2.0.0/16".parse().unwrap(), Target::Unreachable);
    fib
}

#[test]
fn shape_and_checksum_come_first() {
    let good = packet("10.0.0.2", "8.8.8.8", &[]);
    assert!(validate(&good, OWN).is_ok());
    assert_eq!(validate(&good, LinkDestination::Other).err(), Some(IpDrop::OtherHost));
    let broken = |at: usize, value: u8| {
        let mut bytes = good.clone();
        bytes[at] = value;
        validate(&bytes, OWN).err()
    };
    assert_eq!(validate(&good[..19], OWN).err(), Some(IpDrop::Truncated));
    assert_eq!(validate(&good[..27], OWN).err(), Some(IpDrop::TotalLength));
    assert_eq!(broken(0, 0x65), Some(IpDrop::Version));
    assert_eq!(broken(0, 0x44), Some(IpDrop::HeaderLength));
    assert_eq!(broken(3, 19), Some(IpDrop::TotalLength));
    assert_eq!(broken(8, 63), Some(IpDrop::Checksum));
}

#[test]
fn martian_addresses_are_dropped() {
    for (source, destination, expected) in [
        ("0.0.0.0", "8.8.8.8", Some(IpDrop::MartianSource)),
        ("0.1.2.3", "8.8.8.8", Some(IpDrop::MartianSource)),
        ("127.0.0.1", "8.8.8.8", Some(IpDrop::MartianSource)),
        ("224.0.0.5", "8.8.8.8", Some(IpDrop::MartianSource)),
        ("240.0.0.1", "8.8.8.8", Some(IpDrop::MartianSource)),
        ("255.255.255.255", "8.8.8.8", Some(IpDrop::MartianSource)),
        ("10.0.0.2", "127.0.0.1", Some(IpDrop::MartianDestination)),
        ("10.0.0.2", "0.0.0.0", Some(IpDrop::MartianDestination)),
        ("10.0.0.2", "250.0.0.1", Some(IpDrop::MartianDestination)),
        // A DHCP client has no address yet; link-local is routed as any other.
        ("0.0.0.0", "255.255.255.255", None),
        ("0.0.0.0", "224.0.0.1", None),
        ("169.254.1.1", "8.8.8.8", None),
        ("10.0.0.2", "224.0.0.5", None),
        ("10.0.0.2", "255.255.255.255", None),
    ] {
        let seen = validate(&packet(source, destination, &[]), OWN).err();
        assert_eq!(seen, expected, "{source} {destination}");
    }
}

#[test]
fn options_need_possible_lengths_and_pointers() {
    for (options, wrong) in [
        (&[1, 1, 1, 0][..], None),
        (&[7, 7, 4, 0, 0, 0, 0], None),
        (&[7, 7, 3, 0, 0, 0, 0], Some(22)),
        (&[7, 1], Some(21)),
        (&[1, 7, 200, 4], Some(22)),
        (&[68, 8, 4, 0, 0, 0, 0, 0], Some(22)),
        (&[68, 8, 5, 0, 0, 0, 0, 0], None),
    ] {
        let bytes = packet("10.0.0.2", "8.8.8.8", options);
        assert_eq!(validate(&bytes, OWN).err(), wrong.map(|_| IpDrop::BadOption), "{options:?}");
        let problem = wrong.map(|pointer| Message::ParameterProblem { code: 0, pointer });
        assert_eq!(parameter_problem(&bytes), problem, "{options:?}");
    }
    assert_eq!(parameter_problem(&[0x45; 3]), None);
}

fn decision(source: &str, destination: &str, link: LinkDestination, settings: &Settings) -> Decision {
    let bytes = packet(source, destination, &[]);
    let view = validate(&bytes, link).unwrap();
    decide(&view, link, E1, TableId::MAIN, settings, &mut fib())
}

#[test]
fn the_routing_decision_of_a_router() {
    let net = Some(Message::Unreachable(Unreachable::Net));
    let hop = Hop::via(E2, ip("172.16.0.254"));
    for (source, destination, expected) in [
        ("10.0.0.2", "10.0.0.1", Decision::Local(E1)),
        ("10.0.0.2", "172.16.0.1", Decision::Local(E2)),
        ("10.0.0.2", "10.0.0.255", Decision::Broadcast),
        ("10.0.0.2", "255.255.255.255", Decision::Broadcast),
        ("10.0.0.2", "172.16.0.255", Decision::Drop(IpDrop::DirectedBroadcast, None)),
        ("10.0.0.2", "224.0.0.1", Decision::Multicast),
        ("10.0.0.2", "8.8.8.8", Decision::Forward(hop)),
        ("10.0.0.2", "172.16.0.9", Decision::Forward(Hop::on_link(E2))),
        ("10.0.0.2", "9.1.1.1", Decision::Drop(IpDrop::Blackhole, None)),
        ("10.0.0.2", "9.2.1.1", Decision::Drop(IpDrop::Unreachable, net)),
        ("10.0.0.2", "1.1.1.1", Decision::Drop(IpDrop::NoRoute, net)),
        ("10.0.0.1", "8.8.8.8", Decision::Drop(IpDrop::OwnSource, None)),
        ("172.16.0.1", "8.8.8.8", Decision::Drop(IpDrop::OwnSource, None)),
        ("10.0.0.255", "8.8.8.8", Decision::Drop(IpDrop::MartianSource, None)),
        ("0.0.0.0", "255.255.255.255", Decision::Broadcast),
    ] {
        assert_eq!(decision(source, destination, OWN, &Settings::ROUTER), expected, "{source} {destination}");
    }
}

#[test]
fn a_host_drops_what_is_not_its_own_in_silence() {
    let off = Decision::Drop(IpDrop::ForwardingOff, None);
    assert_eq!(decision("10.0.0.2", "8.8.8.8", OWN, &Settings::HOST), off);
    assert_eq!(decision("10.0.0.2", "1.1.1.1", OWN, &Settings::HOST), off);
    assert_eq!(decision("10.0.0.2", "10.0.0.1", OWN, &Settings::HOST), Decision::Local(E1));
}

#[test]
fn unicast_in_a_broadcast_frame_is_dropped() {
    let dropped = Decision::Drop(IpDrop::UnicastInBroadcast, None);
    let group = LinkDestination::Broadcast;
    assert_eq!(decision("10.0.0.2", "8.8.8.8", group, &Settings::ROUTER), dropped);
    assert_eq!(decision("10.0.0.2", "10.0.0.1", group, &Settings::ROUTER), dropped);
    assert_eq!(decision("10.0.0.2", "1.1.1.1", group, &Settings::ROUTER), dropped, "and no error either");
    assert_eq!(decision("10.0.0.2", "10.0.0.255", group, &Settings::ROUTER), Decision::Broadcast);
}

#[test]
fn the_reverse_path_filter() {
    let with = |reverse_path| Settings { reverse_path, ..Settings::ROUTER };
    for (source, loose, strict) in
        [("10.0.0.2", true, true), ("172.16.0.2", true, false), ("1.1.1.1", false, false)]
    {
        for (filter, passes) in [
            (ReversePathFilter::No, true),
            (ReversePathFilter::Loose, loose),
            (ReversePathFilter::Strict, strict),
        ] {
            let dropped =
                decision(source, "8.8.8.8", OWN, &with(filter)) == Decision::Drop(IpDrop::ReversePath, None);
            assert_eq!(dropped, !passes, "{source} {filter:?}");
        }
    }
}

#[test]
fn source_routes_are_refused_unless_accepted() {
    let bytes = packet("10.0.0.2", "8.8.8.8", &[131, 7, 4, 9, 9, 9, 9]);
    let view = validate(&bytes, OWN).unwrap();
    let error = Message::Unreachable(Unreachable::SourceRouteFailed);
    let seen = decide(&view, OWN, E1, TableId::MAIN, &Settings::ROUTER, &mut fib());
    assert_eq!(seen, Decision::Drop(IpDrop::SourceRoute, Some(error)));
    let accepting = Settings { source_route: true, ..Settings::ROUTER };
    let seen = decide(&view, OWN, E1, TableId::MAIN, &accepting, &mut fib());
    assert!(matches!(seen, Decision::Forward(_)));
}

proptest! {
    #[test]
    fn any_bytes_get_a_verdict(mut bytes in proptest::collection::vec(any::<u8>(), 0..80), fix: bool) {
        if fix && bytes.len() >= 20 {
            bytes[0] = 0x40 | bytes[0] & 0x0F;
            let len = (bytes.len() as u16).to_be_bytes();
            bytes[2..4].copy_from_slice(&len);
            let _ = wire::ipv4::fill_checksum(&mut bytes);
        }
        if let Ok(view) = validate(&bytes, OWN) {
            let _ = decide(&view, OWN, E1, TableId::MAIN, &Settings::ROUTER, &mut fib());
        }
    }
}
