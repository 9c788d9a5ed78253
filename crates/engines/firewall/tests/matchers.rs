//! Each matcher on its own, plain and negated, against packets of which a person can say the answer.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use clock::Duration;
use firewall::action::{Action, Effects, Verdict};
use firewall::address_list::{AddressLists, ListId, ListTimeout};
use firewall::chain::Table;
use firewall::conntrack::{Config, Conntrack, Enabled, Helper};
use firewall::interface::{Interface, InterfaceClass, InterfaceListId, InterfaceLists};
use firewall::matcher::connection::{ConnectionLimit, ConnectionRate};
use firewall::matcher::header::{Ipv4Options, Ttl};
use firewall::matcher::payload::Glob;
use firewall::matcher::rate::{ClassifierFields, PerConnectionClassifier};
use firewall::matcher::rate::{DstLimit, DstLimitMode, Limit, Nth};
use firewall::matcher::scan::Psd;
use firewall::matcher::time::TimeOfWeek;
use firewall::matcher::transport::{IcmpOptions, TcpFlags};
use firewall::matcher::{Environment, Matcher, Test};
use firewall::packet::{AddressType, ConnectionState, Mark, NatStates, PacketKey};
use firewall::range::{AddressRange, NumberRange, Ports};
use firewall::rule::{ChainId, Rule, RuleId};
use support::*;
use wire::tcp::Flags;
use wire::{Mac, ipv4};

const CHAIN: ChainId = ChainId(0);

fn rule(matcher: Matcher) -> Rule {
    Rule { id: RuleId(1), chain: CHAIN, matchers: vec![matcher], action: Action::Drop, log: false }
}

/// A table of one rule and what it looks at.
struct Bench {
    table: Table,
    address_lists: AddressLists,
    interface_lists: InterfaceLists,
    random: u64,
    now: clock::Instant,
}

impl Bench {
    fn new(matcher: Matcher) -> Self {
        let mut table = Table::default();
        table.replace(&[rule(matcher)]);
        let mut address_lists = AddressLists::default();
        let range = AddressRange::new(ip("10.0.0.5"), ip("10.0.0.9"));
        address_lists.add(at(0), ListId(3), range, ListTimeout::NoneStatic).unwrap();
        let mut interface_lists = InterfaceLists::default();
        interface_lists.set(InterfaceClass::Vlan.list(), [Interface(1), Interface(70)].into_iter().collect());
        interface_lists.set(InterfaceListId(2), [Interface(1), Interface(70)].into_iter().collect());
        Self { table, address_lists, interface_lists, random: 0, now: at(0) }
    }

    fn matches(&mut self, key: &PacketKey, packet: &[u8]) -> bool {
        let random = self.random;
        let mut random = || random;
        let mut env = Environment {
            now: self.now,
            utc_offset_seconds: 0,
            interface_lists: &self.interface_lists,
            address_lists: &mut self.address_lists,
            conntrack: None,
            connection: None,
            random: &mut random,
        };
        let mut key = *key;
        let (mut effects, mut visits) = (Effects::default(), Vec::new());
        // Both variants of the walk agree; the explaining one runs on a copy, as it changes the same state.
        let mut copy = self.table.clone();
        let explained = copy.explain(CHAIN, &mut key, packet, &mut env, &mut effects, &mut visits);
        let verdict = self.table.traverse(CHAIN, &mut key, packet, &mut env, &mut effects);
        assert_eq!(explained, verdict);
        assert_eq!(visits.len(), 1);
        assert_eq!(visits[0].failed.is_none(), verdict == Verdict::Drop { rule: RuleId(1) });
        verdict != Verdict::Accept { rule: None }
    }
}

/// What a matcher says to a packet: yes, no, or "not applicable", which never matches.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Says {
    Yes,
    No,
    Never,
}
use Says::{Never, No, Yes};

fn check(test: &Test, packet: &[u8], says: Says, prepare: impl Fn(&mut PacketKey)) {
    let mut key = PacketKey::parse(packet).unwrap();
    prepare(&mut key);
    let plain = Bench::new(test.clone().into()).matches(&key, packet);
    let negated = Bench::new(Matcher::not(test.clone())).matches(&key, packet);
    let expected = match says {
        Yes => (true, false),
        No => (false, true),
        Never => (false, false),
    };
    assert_eq!((plain, negated), expected, "{test:?}");
}

fn dns() -> Vec<u8> {
    udp(("10.0.0.5", 4000), ("8.8.8.8", 53), b"where is www.example.com?")
}

fn range(first: &str, last: &str) -> AddressRange {
    AddressRange::new(ip(first), ip(last))
}

fn number(first: u64, last: u64) -> NumberRange {
    NumberRange { first, last }
}

#[test]
fn addresses_protocol_and_ports() {
    let ports = |list: &[(u16, u16)]| Ports::new(list);
    for (test, says) in [
        (Test::SrcAddress(range("10.0.0.0", "10.0.0.255")), Yes),
        (Test::SrcAddress(range("10.0.0.5", "10.0.0.5")), Yes),
        (Test::SrcAddress(range("10.0.0.3", "10.0.0.5")), Yes),
        (Test::SrcAddress(range("10.0.0.6", "10.0.0.9")), No),
        (Test::SrcAddress(range("0.0.0.0", "255.255.255.255")), Yes),
        (Test::SrcAddress(range("5.0.0.0", "200.0.0.0")), Yes),
        (Test::DstAddress(range("8.8.8.8", "8.8.8.8")), Yes),
        (Test::DstAddress(range("10.0.0.0", "10.255.255.255")), No),
        (Test::Protocol(17), Yes),
        (Test::Protocol(6), No),
        (Test::DstPort(ports(&[(53, 53)])), Yes),
        (Test::DstPort(ports(&[(54, 54)])), No),
        (Test::DstPort(ports(&[(80, 80), (50, 60)])), Yes),
        (Test::DstPort(ports(&[(80, 80), (4000, 4000)])), No),
        (Test::SrcPort(ports(&[(4000, 4000)])), Yes),
        (Test::SrcPort(ports(&[(53, 53)])), No),
        (Test::AnyPort(ports(&[(4000, 4000)])), Yes),
        (Test::AnyPort(ports(&[(53, 53)])), Yes),
        (Test::AnyPort(ports(&[(54, 3999)])), No),
        (Test::SrcAddressList(ListId(3)), Yes),
        (Test::DstAddressList(ListId(3)), No),
        (Test::SrcAddressList(ListId(4)), No),
    ] {
        check(&test, &dns(), says, |_| ());
    }
    let ping = icmp("10.0.0.5", "8.8.8.8", 8, 0, &[]);
    for test in [Test::DstPort(ports(&[(0, 65535)])), Test::AnyPort(ports(&[(0, 0)]))] {
        check(&test, &ping, Never, |_| ());
    }
}

#[test]
fn header_fields() {
    for (test, says) in [
        (Test::Ttl(Ttl::Equal(64)), Yes),
        (Test::Ttl(Ttl::NotEqual(64)), No),
        (Test::Ttl(Ttl::LessThan(64)), No),
        (Test::Ttl(Ttl::LessThan(65)), Yes),
        (Test::Ttl(Ttl::GreaterThan(63)), Yes),
        (Test::Ttl(Ttl::GreaterThan(64)), No),
        (Test::PacketSize(number(53, 53)), Yes),
        (Test::PacketSize(number(54, 1500)), No),
        (Test::Dscp(0), Yes),
        (Test::Dscp(46), No),
        (Test::Fragment(false), Yes),
        (Test::Fragment(true), No),
        (Test::Content((*b"example").into()), Yes),
        (Test::Content((*b"EXAMPLE").into()), No),
        (Test::IpsecPolicy { inbound: true, ipsec: false }, Yes),
        (Test::IpsecPolicy { inbound: true, ipsec: true }, No),
        (Test::IpsecPolicy { inbound: false, ipsec: false }, Yes),
    ] {
        check(&test, &dns(), says, |_| ());
    }
    let header = ipv4::Repr { tos: 46 << 2 | 1, fragment_offset: 8, ..ipv4::Repr::default() };
    let header = ipv4::Repr { protocol: ipv4::Protocol(17), ..header };
    let fragment = with_header(header, &[0, 53, 0, 53, 1, 2, 3, 4]);
    for (test, says) in [
        (Test::Dscp(46), Yes),
        (Test::Fragment(true), Yes),
        (Test::Fragment(false), No),
        (Test::Protocol(17), Yes),
        (Test::DstPort(Ports::new(&[(53, 53)])), Never),
    ] {
        check(&test, &fragment, says, |_| ());
    }
}

#[test]
fn ipv4_options() {
    use Ipv4Options::*;
    let with = |options: &[u8]| {
        let options = ipv4::Options::new(options).unwrap();
        with_header(ipv4::Repr { options, ..ipv4::Repr::default() }, b"payload")
    };
    let alert = with(&[1, 148, 4, 0, 0]);
    let route = with(&[7, 7, 4, 0, 0, 0, 0]);
    let loose = with(&[131, 7, 4, 1, 2, 3, 4]);
    let strict = with(&[137, 7, 4, 1, 2, 3, 4]);
    let stamp = with(&[68, 8, 5, 0, 0, 0, 0, 0]);
    let plain = with(&[]);
    for (wanted, packets, others) in [
        (Any, vec![&alert, &route, &loose, &strict, &stamp], vec![&plain]),
        (None, vec![&plain], vec![&alert, &route]),
        (LooseSourceRouting, vec![&loose], vec![&strict, &plain]),
        (StrictSourceRouting, vec![&strict], vec![&loose, &alert]),
        (NoSourceRouting, vec![&plain, &alert], vec![&loose, &strict]),
        (RecordRoute, vec![&route], vec![&loose, &plain]),
        (NoRecordRoute, vec![&loose, &plain], vec![&route]),
        (RouterAlert, vec![&alert], vec![&route, &plain]),
        (NoRouterAlert, vec![&route, &plain], vec![&alert]),
        (Timestamp, vec![&stamp], vec![&plain, &route]),
        (NoTimestamp, vec![&plain, &route], vec![&stamp]),
    ] {
        for (packets, says) in [(packets, Yes), (others, No)] {
            for packet in packets {
                check(&Test::Ipv4Options(wanted), packet, says, |_| ());
            }
        }
    }
}

#[test]
fn tcp_and_icmp() {
    let syn = segment(("1.1.1.1", 5), ("2.2.2.2", 80), Flags::SYN, 0, 0, &[1, 1, 2, 4, 5, 0xB4], &[]);
    let flags = |set: Flags, clear: Flags| Test::TcpFlags(TcpFlags { set: set.0, clear: clear.0 });
    let icmp_options =
        |kind, first_code, last_code| Test::IcmpOptions(IcmpOptions { kind, first_code, last_code });
    for (test, says) in [
        (flags(Flags::SYN, Flags::ACK), Yes),
        (flags(Flags::SYN, Flags::default()), Yes),
        (flags(Flags::SYN | Flags::ACK, Flags::default()), No),
        (flags(Flags::default(), Flags::SYN), No),
        (flags(Flags::SYN, Flags::SYN), No),
        (Test::TcpMss(number(1460, 1460)), Yes),
        (Test::TcpMss(number(0, 1459)), No),
        (icmp_options(8, 0, 0), Never),
    ] {
        check(&test, &syn, says, |_| ());
    }
    let ack = tcp_packet(("1.1.1.1", 5), ("2.2.2.2", 80), Flags::ACK);
    check(&Test::TcpMss(number(0, 65535)), &ack, No, |_| ());
    check(&Test::TcpMss(number(0, 65535)), &dns(), Never, |_| ());
    check(&flags(Flags::default(), Flags::ACK), &dns(), Never, |_| ());
    let unreachable = icmp("1.1.1.1", "2.2.2.2", 3, 4, &[]);
    for (test, says) in [
        (icmp_options(3, 4, 4), Yes),
        (icmp_options(3, 0, 255), Yes),
        (icmp_options(3, 0, 3), No),
        (icmp_options(3, 1, 4), Yes),
        (icmp_options(8, 0, 255), No),
    ] {
        check(&test, &unreachable, says, |_| ());
    }
}

#[test]
fn what_the_device_says() {
    let prepare = |key: &mut PacketKey| {
        key.set_interfaces(Interface(70), Interface::NONE);
        key.set_src_type(AddressType::Unicast);
        key.src_mac = Some(Mac([2, 0, 0, 0, 0, 1]));
        key.in_bridge_port = Interface(1);
        key.set_state(Some(ConnectionState::Related));
        (key.packet_mark, key.routing_mark, key.connection_mark) = (Mark(3), Mark(4), Mark(5));
        (key.priority, key.ingress_priority, key.realm) = (6, 7, 8);
        key.nat = NatStates::SRCNAT;
        key.to_ipsec = true;
    };
    let types = |list: &[AddressType]| list.iter().copied().collect();
    let states = |list: &[ConnectionState]| Test::ConnectionState(list.iter().copied().collect());
    for (test, says) in [
        (Test::InInterface(Interface(70)), Yes),
        (Test::InInterface(Interface(7)), No),
        (Test::OutInterface(Interface(70)), No),
        (Test::InInterfaceList(InterfaceListId(2)), Yes),
        (Test::OutInterfaceList(InterfaceListId(2)), No),
        (Test::InInterfaceList(InterfaceListId(9)), No),
        (Test::InInterfaceList(InterfaceClass::Vlan.list()), Yes),
        (Test::InInterfaceList(InterfaceClass::Wireless.list()), No),
        (Test::InBridgePort(Interface(1)), Yes),
        (Test::OutBridgePort(Interface(1)), No),
        (Test::InBridgePortList(InterfaceListId(2)), Yes),
        (Test::OutBridgePortList(InterfaceListId(2)), No),
        (Test::SrcMacAddress(Mac([2, 0, 0, 0, 0, 1])), Yes),
        (Test::SrcMacAddress(Mac([2, 0, 0, 0, 0, 2])), No),
        (Test::SrcAddressType(types(&[AddressType::Local, AddressType::Unicast])), Yes),
        (Test::SrcAddressType(types(&[AddressType::Broadcast])), No),
        (Test::DstAddressType(types(&[AddressType::Unicast])), Never),
        (states(&[ConnectionState::Established, ConnectionState::Related]), Yes),
        (states(&[ConnectionState::New]), No),
        (Test::ConnectionMark(Mark(5)), Yes),
        (Test::ConnectionMark(Mark::NONE), No),
        (Test::ConnectionNatState(NatStates::SRCNAT.with(NatStates::DSTNAT)), Yes),
        (Test::ConnectionNatState(NatStates::DSTNAT), No),
        (Test::PacketMark(Mark(3)), Yes),
        (Test::PacketMark(Mark::NONE), No),
        (Test::RoutingMark(Mark(4)), Yes),
        (Test::RoutingMark(Mark(3)), No),
        (Test::Priority(6), Yes),
        (Test::IngressPriority(6), No),
        (Test::Realm(8), Yes),
        (Test::IpsecPolicy { inbound: false, ipsec: true }, Yes),
    ] {
        check(&test, &dns(), says, prepare);
    }
}

#[test]
fn no_connection_matcher_matches_while_tracking_is_off() {
    for test in [
        Test::ConnectionState([ConnectionState::New].into_iter().collect()),
        Test::ConnectionMark(Mark::NONE),
        Test::ConnectionNatState(NatStates::SRCNAT),
        Test::ConnectionBytes(number(0, u64::MAX)),
    ] {
        check(&test, &dns(), Never, |key| key.set_state(None));
    }
}

#[test]
fn no_mac_address_matches_neither_way() {
    check(&Test::SrcMacAddress(Mac([2, 0, 0, 0, 0, 1])), &dns(), Never, |_| ());
}

#[test]
fn tls_host_reads_the_client_hello() {
    let mut hello = vec![22, 3, 1, 0, 0, 1, 0, 0, 0, 3, 3];
    hello.extend([7; 32]);
    hello.extend([0, 0, 2, 0x13, 1, 1, 0, 0, 0, 0, 0, 0, 8, 0, 6, 0, 0, 3]);
    hello.extend(b"a.b");
    let packet = segment(("1.1.1.1", 5), ("2.2.2.2", 443), Flags::ACK, 0, 0, &[], &hello);
    check(&Test::TlsHost(Glob::new("*.b")), &packet, Yes, |_| ());
    check(&Test::TlsHost(Glob::new("*.c")), &packet, No, |_| ());
    check(&Test::TlsHost(Glob::new("*")), &dns(), Never, |_| ());
}

/// Which of `packets` sent one second apart match.
fn hits(test: Test, packets: &[Vec<u8>], step: Duration) -> Vec<bool> {
    let mut bench = Bench::new(test.into());
    let mut hits = Vec::new();
    for packet in packets {
        hits.push(bench.matches(&PacketKey::parse(packet).unwrap(), packet));
        bench.now += step;
    }
    hits
}

#[test]
fn counting_matchers() {
    let one_second = Duration::from_secs(1);
    let same: Vec<_> = (0..4).map(|_| dns()).collect();
    let nth = Test::Nth(Nth { every: 2, packet: 1 });
    assert_eq!(hits(nth, &same, one_second), [true, false, true, false]);
    let limit = Limit { rate: 1, time: Duration::from_secs(2), burst: 1, bits: false };
    assert_eq!(hits(Test::Limit(limit), &same, one_second), [true, false, true, false]);
    let expire = Duration::from_secs(60);
    let dst_limit = |mode| Test::DstLimit(DstLimit { limit, mode, expire });
    let two: Vec<_> = [1, 2, 1, 2].map(|n| udp(("10.0.0.5", n), ("8.8.8.8", n), &[])).into();
    let tenth = Duration::from_millis(100);
    assert_eq!(hits(dst_limit(DstLimitMode::DstAddress), &two, tenth), [true, false, false, false]);
    assert_eq!(hits(dst_limit(DstLimitMode::DstAddressAndPort), &two, tenth), [true, true, false, false]);
    assert_eq!(hits(dst_limit(DstLimitMode::SrcAddress), &two, tenth), [true, false, false, false]);
}

#[test]
fn a_flow_that_was_forgotten_has_its_burst_again() {
    let limit = Limit { rate: 1, time: Duration::from_hours(1), burst: 1, bits: false };
    let dst_limit = DstLimit { limit, mode: DstLimitMode::SrcAddress, expire: Duration::from_secs(5) };
    let same: Vec<_> = (0..3).map(|_| dns()).collect();
    let seen = hits(Test::DstLimit(dst_limit), &same, Duration::from_secs(4));
    assert_eq!(seen, [true, false, false]);
    assert_eq!(hits(Test::DstLimit(dst_limit), &same, Duration::from_secs(5)), [true, true, true]);
}

#[test]
fn a_port_scan_reaches_its_weight() {
    let psd = Test::Psd(Psd {
        weight_threshold: 7,
        delay_threshold: Duration::from_secs(3),
        low_port_weight: 3,
        high_port_weight: 1,
    });
    let to = |ports: &[u16]| -> Vec<_> {
        ports.iter().map(|port| tcp_packet(("1.1.1.1", 9), ("2.2.2.2", *port), Flags::SYN)).collect()
    };
    let quick = Duration::from_millis(10);
    let scan = hits(psd.clone(), &to(&[22, 22, 23, 8000, 8000]), quick);
    assert_eq!(scan, [false, false, false, true, true]);
    let slow = hits(psd, &to(&[22, 23, 25, 80]), Duration::from_secs(4));
    assert_eq!(slow, [false; 4]);
}

#[test]
fn random_takes_the_given_number() {
    for (number, expected) in [(0, true), (29, true), (30, false), (99, false), (130, false), (129, true)] {
        let mut bench = Bench::new(Test::Random(30).into());
        bench.random = number;
        assert_eq!(bench.matches(&PacketKey::parse(&dns()).unwrap(), &dns()), expected, "{number}");
    }
}

#[test]
fn a_classifier_puts_each_connection_in_exactly_one_class() {
    let fields = ClassifierFields { src_address: true, dst_port: true, ..ClassifierFields::default() };
    for port in 1..50u16 {
        let class_of = |src_port: u16| -> Vec<u32> {
            let packet = udp(("10.0.0.5", src_port), ("8.8.8.8", port), &[]);
            let classifier = |remainder| PerConnectionClassifier { fields, denominator: 3, remainder };
            (0..3)
                .filter(|remainder| {
                    let mut bench = Bench::new(Test::PerConnectionClassifier(classifier(*remainder)).into());
                    bench.matches(&PacketKey::parse(&packet).unwrap(), &packet)
                })
                .collect()
        };
        let class = class_of(1000);
        assert_eq!(class.len(), 1);
        assert_eq!(class, class_of(2000), "a field that is not asked changes nothing");
    }
}

#[test]
fn time_of_the_week() {
    let all_day = TimeOfWeek { first_second: 0, last_second: 86_399, days: 1 << 4 };
    check(&Test::Time(all_day), &dns(), Yes, |_| ());
    check(&Test::Time(TimeOfWeek { days: 1 << 5, ..all_day }), &dns(), No, |_| ());
}

/// Connections that are tracked, and what a matcher says to the last packet.
fn with_connections(test: Test, packets: &[Vec<u8>]) -> bool {
    let mut conntrack = Conntrack::new(Config { enabled: Enabled::Yes, ..Config::default() });
    let (mut verdict, mut bench) = (Verdict::Accept { rule: None }, Bench::new(test.into()));
    for packet in packets {
        let mut key = PacketKey::parse(packet).unwrap();
        let tracked = conntrack.track(bench.now, &key, packet).unwrap();
        key.set_connection(&tracked, &conntrack);
        if let Some(connection) = tracked.id.and_then(|id| conntrack.get_mut(id)) {
            connection.helper = Some(Helper::Ftp);
        }
        let mut random = || 0;
        let mut env = Environment {
            now: bench.now,
            utc_offset_seconds: 0,
            interface_lists: &bench.interface_lists,
            address_lists: &mut bench.address_lists,
            conntrack: Some(&conntrack),
            connection: tracked.id,
            random: &mut random,
        };
        verdict = bench.table.traverse(CHAIN, &mut key, packet, &mut env, &mut Effects::default());
        assert!(tracked.id.is_none_or(|id| conntrack.confirm(bench.now, id).is_some()));
        bench.now += Duration::from_secs(1);
    }
    verdict == Verdict::Drop { rule: RuleId(1) }
}

#[test]
fn connection_matchers_ask_the_table() {
    let query = || udp(("10.0.0.5", 1), ("8.8.8.8", 53), &[0; 72]); // 100 bytes
    let three = [query(), udp(("8.8.8.8", 53), ("10.0.0.5", 1), &[0; 72]), query()];
    let many: Vec<_> = (1..=3).map(|n| udp(("10.0.0.5", n), ("8.8.8.8", 53), &[])).collect();
    let connections = |connections, netmask| Test::ConnectionLimit(ConnectionLimit { connections, netmask });
    let rate = |first, last| Test::ConnectionRate(ConnectionRate { first, last });
    for (test, packets, expected) in [
        (Test::ConnectionBytes(number(300, 300)), &three[..], true),
        (Test::ConnectionBytes(number(0, 299)), &three, false),
        (Test::ConnectionBytes(number(301, u64::MAX)), &three, false),
        (rate(800, 800), &three, true),
        (rate(801, u64::MAX), &three, false),
        (connections(2, 32), &many, true),
        (connections(3, 32), &many, false),
        (connections(2, 0), &many, true),
        (connections(0, 32), &three, true),
        (connections(1, 32), &three, false),
        (Test::ConnectionType(Helper::Ftp), &three, true),
        (Test::ConnectionType(Helper::Sip), &three, false),
        (Test::ConnectionState([ConnectionState::Established].into_iter().collect()), &three, true),
        (Test::ConnectionState([ConnectionState::New].into_iter().collect()), &many, true),
    ] {
        assert_eq!(with_connections(test.clone(), packets), expected, "{test:?}");
    }
}
