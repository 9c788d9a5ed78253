//! Chains against a naive interpreter: it keeps the rules as written, reads packets field by field and knows no words,
//! masks or order of evaluation.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use clock::{Duration, Instant};
use firewall::action::{Action, Effects, Verdict};
use firewall::address_list::{AddressLists, ListId, ListTimeout};
use firewall::chain::{Counters, MAX_JUMPS, Table};
use firewall::interface::{Interface, InterfaceListId, InterfaceLists};
use firewall::matcher::header::Ttl;
use firewall::matcher::rate::Nth;
use firewall::matcher::transport::{IcmpOptions, TcpFlags};
use firewall::matcher::{Environment, Matcher, Test};
use firewall::packet::{AddressType, ConnectionState, Mark, PacketKey};
use firewall::range::{AddressRange, NumberRange, Ports};
use firewall::reject::RejectWith;
use firewall::rule::{ChainId, Rule, RuleId};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use support::*;
use wire::ipv4;

const BUILT_IN: ChainId = ChainId(0);
const STATES: [ConnectionState; 5] = [
    ConnectionState::Invalid,
    ConnectionState::Established,
    ConnectionState::Related,
    ConnectionState::New,
    ConnectionState::Untracked,
];
const TYPES: [AddressType; 5] = [
    AddressType::Unicast,
    AddressType::Local,
    AddressType::Broadcast,
    AddressType::Multicast,
    AddressType::Blackhole,
];

/// A packet as the naive side sees it.
#[derive(Clone, Debug)]
struct Packet {
    src: u32,
    dst: u32,
    protocol: u8,
    /// Ports; type and code for ICMP.
    a: u16,
    b: u16,
    flags: u8,
    ttl: u8,
    tos: u8,
    later_fragment: bool,
    padding: usize,
    in_interface: u32,
    out_interface: u32,
    state: Option<usize>,
    src_type: usize,
}

impl Packet {
    fn bytes(&self) -> Vec<u8> {
        let mut payload = Vec::new();
        if self.protocol == 1 {
            payload.extend([self.a as u8, self.b as u8]);
            payload.extend([0; 6]);
        } else {
            payload.extend(self.a.to_be_bytes());
            payload.extend(self.b.to_be_bytes());
            payload.extend([0; 16]);
            payload[12] = 0x50;
            payload[13] = self.flags;
        }
        payload.resize(payload.len() + self.padding, 0);
        let header = ipv4::Repr {
            tos: self.tos,
            ttl: self.ttl,
            fragment_offset: if self.later_fragment { 8 } else { 0 },
            protocol: ipv4::Protocol(self.protocol),
            source: Ipv4Addr::from_bits(self.src),
            destination: Ipv4Addr::from_bits(self.dst),
            ..ipv4::Repr::default()
        };
        with_header(header, &payload)
    }

    fn len(&self) -> u64 {
        20 + self.padding as u64 + if self.protocol == 1 { 8 } else { 20 }
    }

    fn key(&self, bytes: &[u8]) -> PacketKey {
        let mut key = PacketKey::parse(bytes).expect("a whole packet");
        key.set_interfaces(Interface(self.in_interface), Interface(self.out_interface));
        key.set_state(self.state.map(|i| STATES[i]));
        key.set_src_type(TYPES[self.src_type]);
        key
    }

    fn has_ports(&self) -> bool {
        !self.later_fragment && [6, 17].contains(&self.protocol)
    }
}

/// The naive interpreter.
#[derive(Default)]
struct Naive {
    rules: Vec<Rule>,
    counters: BTreeMap<RuleId, Counters>,
    nth: BTreeMap<(RuleId, usize), u32>,
    list: BTreeSet<u32>,
}

/// What changes while a packet is walked.
#[derive(Default, PartialEq, Debug)]
struct Trace {
    logs: Vec<RuleId>,
    additions: Vec<RuleId>,
    packet_mark: u32,
    connection_mark: Option<u32>,
    fasttrack: Option<RuleId>,
}

impl Naive {
    fn asks(&mut self, rule: RuleId, index: usize, test: &Test, p: &Packet, trace: &Trace) -> Option<bool> {
        let ports = p.has_ports().then_some((p.a, p.b));
        let in_list = |i: u32| i == 1 || i == 2;
        let in_ports = |list: &Ports, n: u16| list.0.iter().any(|(lo, hi)| (*lo..=*hi).contains(&n));
        Some(match test {
            Test::SrcAddress(r) => (r.first..=r.last).contains(&p.src),
            Test::DstAddress(r) => (r.first..=r.last).contains(&p.dst),
            Test::Protocol(n) => p.protocol == *n,
            Test::SrcPort(list) => in_ports(list, ports?.0),
            Test::DstPort(list) => in_ports(list, ports?.1),
            Test::AnyPort(list) => in_ports(list, ports?.0) || in_ports(list, ports?.1),
            Test::IcmpOptions(o) => {
                if p.protocol != 1 || p.later_fragment {
                    return None;
                }
                p.a == u16::from(o.kind) && (o.first_code..=o.last_code).contains(&(p.b as u8))
            }
            Test::TcpFlags(f) => {
                if p.protocol != 6 || p.later_fragment {
                    return None;
                }
                (0..8).all(|i| {
                    let is_set = p.flags >> i & 1 == 1;
                    (f.set >> i & 1 == 0 || is_set) && (f.clear >> i & 1 == 0 || !is_set)
                })
            }
            Test::InInterface(i) => p.in_interface == i.0,
            Test::OutInterface(i) => p.out_interface == i.0,
            Test::InInterfaceList(_) => in_list(p.in_interface),
            Test::ConnectionState(set) => set.contains(STATES[p.state?]),
            Test::SrcAddressType(set) => set.contains(TYPES[p.src_type]),
            Test::SrcAddressList(_) => self.list.contains(&p.src),
            Test::Ttl(Ttl::LessThan(n)) => p.ttl < *n,
            Test::Dscp(n) => p.tos / 4 == *n,
            Test::PacketSize(r) => (r.first..=r.last).contains(&p.len()),
            Test::Fragment(later) => p.later_fragment == *later,
            Test::PacketMark(mark) => trace.packet_mark == mark.0,
            Test::Nth(nth) => {
                let n = self.nth.entry((rule, index)).or_insert(0);
                *n += 1;
                (*n - 1) % nth.every + 1 == nth.packet
            }
            other => panic!("{other:?} is not generated"),
        })
    }

    /// `Some` when the chain ended the table.
    fn walk(&mut self, chain: ChainId, p: &Packet, trace: &mut Trace, depth: usize) -> Option<Verdict> {
        for rule in self.rules.clone() {
            if rule.chain != chain {
                continue;
            }
            // Counting matchers come last; all others in any order.
            let counts = |m: &&(usize, &Matcher)| matches!(m.1.test, Test::Nth(_));
            let matchers: Vec<_> = rule.matchers.iter().enumerate().collect();
            let order = matchers.iter().filter(|m| !counts(m)).chain(matchers.iter().filter(counts));
            let mut holds = true;
            for (index, m) in order {
                let answer = self.asks(rule.id, *index, &m.test, p, trace);
                holds &= answer.is_some_and(|answer| answer != m.negated);
                if !holds {
                    break;
                }
            }
            if !holds {
                continue;
            }
            let counters = self.counters.entry(rule.id).or_default();
            counters.packets += 1;
            counters.bytes += p.len();
            if rule.log || rule.action == Action::Log {
                trace.logs.push(rule.id);
            }
            match rule.action {
                Action::Accept => return Some(Verdict::Accept { rule: Some(rule.id) }),
                Action::Drop => return Some(Verdict::Drop { rule: rule.id }),
                Action::Reject(with) => return Some(Verdict::Reject { rule: rule.id, with }),
                Action::Jump(_) if depth == MAX_JUMPS => return Some(Verdict::Drop { rule: rule.id }),
                Action::Jump(target) => {
                    if let Some(verdict) = self.walk(target, p, trace, depth + 1) {
                        return Some(verdict);
                    }
                }
                Action::Return if depth == 0 => return Some(Verdict::Accept { rule: Some(rule.id) }),
                Action::Return => return None,
                Action::AddSrcToAddressList(..) => {
                    let added = self.list.insert(p.src).then_some(rule.id);
                    trace.additions.extend(added);
                }
                Action::FasttrackConnection => trace.fasttrack = Some(rule.id),
                Action::MarkPacket { mark, passthrough } => {
                    trace.packet_mark = mark.0;
                    if !passthrough {
                        return Some(Verdict::Accept { rule: Some(rule.id) });
                    }
                }
                Action::MarkConnection { mark, .. } => trace.connection_mark = Some(mark.0),
                _ => {}
            }
        }
        None
    }
}

fn subset<T: Copy, S: FromIterator<T>>(all: &[T], bits: u8) -> S {
    all.iter().enumerate().filter(|(i, _)| bits >> i & 1 == 1).map(|(_, t)| *t).collect()
}

fn arb_packet() -> impl Strategy<Value = Packet> {
    let address = || prop_oneof![0u32..8, Just(0x0A00_0000), Just(0xFFFF_FFFF)];
    let first = (address(), address(), prop::sample::select(vec![1u8, 6, 17, 47]), 0u16..6, 0u16..6);
    let second = (any::<u8>(), 1u8..6, 0u8..16, prop::bool::weighted(0.1), 0usize..4);
    let third = (0u32..4, 0u32..4, prop::option::weighted(0.9, 0usize..5), 0usize..5);
    (first, second, third).prop_map(|((src, dst, protocol, a, b), second, third)| {
        let (flags, ttl, tos, later_fragment, padding) = second;
        let (in_interface, out_interface, state, src_type) = third;
        Packet {
            src,
            dst,
            protocol,
            a,
            b,
            flags,
            ttl,
            tos,
            later_fragment,
            padding,
            in_interface,
            out_interface,
            state,
            src_type,
        }
    })
}

fn arb_range() -> impl Strategy<Value = AddressRange> {
    let small = (0u32..9, 0u32..9).prop_map(|(a, b)| AddressRange { first: a.min(b), last: a.max(b) });
    let prefix = (0u32..8, 28u32..=32).prop_map(|(a, len)| {
        let host = (1u64 << (32 - len)) as u32 - 1;
        AddressRange { first: a & !host, last: a | host }
    });
    prop_oneof![small, prefix, Just(AddressRange { first: 0, last: u32::MAX })]
}

fn arb_test() -> impl Strategy<Value = Test> {
    let ports = || {
        let one = (0u16..6, 0u16..3).prop_map(|(lo, more)| (lo, lo + more));
        prop::collection::vec(one, 1..3).prop_map(|list| Ports::new(&list))
    };
    let cheap = prop_oneof![
        arb_range().prop_map(Test::SrcAddress),
        arb_range().prop_map(Test::DstAddress),
        prop::sample::select(vec![1u8, 6, 17, 47]).prop_map(Test::Protocol),
        ports().prop_map(Test::SrcPort),
        ports().prop_map(Test::DstPort),
        ports().prop_map(Test::AnyPort),
        (0u8..6, 0u8..4, 0u8..5).prop_map(|(kind, first_code, more)| {
            let last_code = if more == 4 { 255 } else { first_code + more };
            Test::IcmpOptions(IcmpOptions { kind, first_code, last_code })
        }),
        (any::<u8>(), any::<u8>(), any::<u8>()).prop_map(|(set, clear, few)| Test::TcpFlags(TcpFlags {
            set: set & few,
            clear: clear & !few & 0x12
        })),
    ];
    let other = prop_oneof![
        (0u32..4).prop_map(|i| Test::InInterface(Interface(i))),
        (0u32..4).prop_map(|i| Test::OutInterface(Interface(i))),
        Just(Test::InInterfaceList(InterfaceListId(0))),
        (0u8..32).prop_map(|bits| Test::ConnectionState(subset(&STATES, bits))),
        (0u8..32).prop_map(|bits| Test::SrcAddressType(subset(&TYPES, bits))),
        Just(Test::SrcAddressList(ListId(0))),
        (1u8..6).prop_map(|n| Test::Ttl(Ttl::LessThan(n))),
        (0u8..4).prop_map(Test::Dscp),
        (27u64..44, 0u64..4)
            .prop_map(|(first, more)| Test::PacketSize(NumberRange { first, last: first + more })),
        any::<bool>().prop_map(Test::Fragment),
        (0u32..3).prop_map(|n| Test::PacketMark(Mark(n))),
        (1u32..4, 1u32..4).prop_map(|(every, packet)| Test::Nth(Nth { every, packet })),
    ];
    prop_oneof![cheap, other]
}

fn arb_action() -> impl Strategy<Value = Action> {
    let timeout = ListTimeout::NoneDynamic;
    prop_oneof![
        Just(Action::Accept),
        Just(Action::Drop),
        Just(Action::Reject(RejectWith::TcpReset)),
        Just(Action::Return),
        Just(Action::Log),
        Just(Action::Passthrough),
        Just(Action::FasttrackConnection),
        Just(Action::AddSrcToAddressList(ListId(0), timeout)),
        (0u16..5).prop_map(|chain| Action::Jump(ChainId(chain))),
        (0u16..5).prop_map(|chain| Action::Jump(ChainId(chain))),
        (1u32..3, any::<bool>())
            .prop_map(|(m, passthrough)| Action::MarkPacket { mark: Mark(m), passthrough }),
        (1u32..3).prop_map(|m| Action::MarkConnection { mark: Mark(m), passthrough: true }),
    ]
}

fn arb_rules() -> impl Strategy<Value = Vec<Rule>> {
    let matcher =
        (prop::bool::weighted(0.2), arb_test()).prop_map(|(negated, test)| Matcher { negated, test });
    let matchers = prop::collection::vec(matcher, 0..3);
    let rule = (0u16..4, matchers, arb_action(), prop::bool::weighted(0.2));
    // A jump into an own caller multiplies the work without testing more, so chains jump upwards only here; loops have
    // a test of their own.
    prop::collection::vec(rule, 0..14).prop_map(|rules| {
        let numbered = rules.into_iter().enumerate();
        numbered
            .map(|(n, (chain, matchers, action, log))| {
                let action = match action {
                    Action::Jump(target) if target.0 <= chain => Action::Jump(ChainId(chain + 1)),
                    other => other,
                };
                Rule { id: RuleId(100 - n as u32), chain: ChainId(chain), matchers, action, log }
            })
            .collect()
    })
}

struct World {
    address_lists: AddressLists,
    interface_lists: InterfaceLists,
}

impl World {
    fn new() -> Self {
        let mut interface_lists = InterfaceLists::default();
        interface_lists.set(InterfaceListId(0), [Interface(1), Interface(2)].into_iter().collect());
        Self { address_lists: AddressLists::default(), interface_lists }
    }

    /// Walks with `traverse`, or with `explain`.
    fn run(&mut self, table: &mut Table, packet: &Packet, explain: bool) -> (Verdict, Trace) {
        let bytes = packet.bytes();
        let mut key = packet.key(&bytes);
        let mut random = || 0;
        let mut env = Environment {
            now: Instant::START,
            utc_offset_seconds: 0,
            interface_lists: &self.interface_lists,
            address_lists: &mut self.address_lists,
            conntrack: None,
            connection: None,
            random: &mut random,
        };
        let mut effects = Effects::default();
        let mut visits = Vec::new();
        let verdict = if explain {
            table.explain(BUILT_IN, &mut key, &bytes, &mut env, &mut effects, &mut visits)
        } else {
            table.traverse(BUILT_IN, &mut key, &bytes, &mut env, &mut effects)
        };
        let trace = Trace {
            logs: effects.logs.iter().map(|log| log.rule).collect(),
            additions: effects.list_additions.iter().map(|addition| addition.rule).collect(),
            packet_mark: key.packet_mark.0,
            connection_mark: effects.connection_mark.map(|mark| mark.0),
            fasttrack: effects.fasttrack,
        };
        (verdict, trace)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn the_compiled_walk_equals_the_naive_one(
        rules in arb_rules(),
        packets in prop::collection::vec((arb_packet(), any::<bool>()), 1..12),
    ) {
        let mut table = Table::default();
        table.replace(&rules);
        let mut world = World::new();
        let mut naive = Naive { rules: rules.clone(), ..Naive::default() };
        for (packet, explain) in &packets {
            let mut trace = Trace::default();
            let expected = naive.walk(BUILT_IN, packet, &mut trace, 0).unwrap_or(Verdict::Accept { rule: None });
            let (verdict, seen) = world.run(&mut table, packet, *explain);
            prop_assert_eq!(verdict, expected);
            prop_assert_eq!(seen, trace);
            // Compiling again between packets keeps counters and state.
            table.replace(&rules);
        }
        for rule in &rules {
            let expected = naive.counters.get(&rule.id).copied().unwrap_or_default();
            prop_assert_eq!(table.counters(rule.id), Some(expected));
        }
    }
}

fn rule(id: u32, chain: u16, matchers: Vec<Matcher>, action: Action) -> Rule {
    Rule { id: RuleId(id), chain: ChainId(chain), matchers, action, log: false }
}

fn plain_packet() -> Packet {
    Packet {
        src: 1,
        dst: 2,
        protocol: 17,
        a: 3,
        b: 4,
        flags: 0,
        ttl: 5,
        tos: 0,
        later_fragment: false,
        padding: 0,
        in_interface: 1,
        out_interface: 2,
        state: Some(3),
        src_type: 0,
    }
}

#[test]
fn a_loop_of_jumps_ends_with_a_drop() {
    let mut table = Table::default();
    table.replace(&[
        rule(1, 0, vec![], Action::Jump(ChainId(1))),
        rule(2, 1, vec![], Action::Jump(ChainId(1))),
    ]);
    let (verdict, _) = World::new().run(&mut table, &plain_packet(), false);
    assert_eq!(verdict, Verdict::Drop { rule: RuleId(2) });
    assert_eq!(table.counters(RuleId(2)).unwrap().packets, MAX_JUMPS as u64);
}

#[test]
fn a_jump_to_an_empty_chain_comes_back() {
    let mut table = Table::default();
    table.replace(&[rule(1, 0, vec![], Action::Jump(ChainId(9))), rule(2, 0, vec![], Action::Drop)]);
    let (verdict, _) = World::new().run(&mut table, &plain_packet(), false);
    assert_eq!(verdict, Verdict::Drop { rule: RuleId(2) });
    assert!(table.is_chain_empty(ChainId(9)) && !table.is_chain_empty(BUILT_IN) && !table.is_empty());
}

#[test]
fn a_rule_sees_the_list_entry_that_the_rule_before_it_made() {
    let mut table = Table::default();
    let timeout = ListTimeout::After(Duration::from_secs(5));
    table.replace(&[
        rule(1, 0, vec![], Action::AddSrcToAddressList(ListId(0), timeout)),
        rule(2, 0, vec![Test::SrcAddressList(ListId(0)).into()], Action::Drop),
    ]);
    let mut world = World::new();
    let (verdict, _) = world.run(&mut table, &plain_packet(), false);
    assert_eq!(verdict, Verdict::Drop { rule: RuleId(2) });
    assert_eq!(world.address_lists.deadline(), Some(at(5)));
}

#[test]
fn explain_names_the_first_matcher_in_the_documented_order() {
    let mut table = Table::default();
    table.replace(&[
        rule(1, 0, vec![Test::DstPort(Ports::new(&[(9, 9)])).into(), Test::Protocol(6).into()], Action::Drop),
        rule(
            2,
            0,
            vec![Test::DstPort(Ports::new(&[(9, 9)])).into(), Test::Protocol(17).into()],
            Action::Drop,
        ),
        rule(3, 0, vec![], Action::Passthrough),
        rule(4, 0, vec![Matcher::not(Test::SrcAddress(AddressRange { first: 0, last: 9 }))], Action::Drop),
    ]);
    let packet = plain_packet();
    let bytes = packet.bytes();
    let mut world = World::new();
    let mut random = || 0;
    let mut env = Environment {
        now: Instant::START,
        utc_offset_seconds: 0,
        interface_lists: &world.interface_lists,
        address_lists: &mut world.address_lists,
        conntrack: None,
        connection: None,
        random: &mut random,
    };
    let (mut effects, mut visits) = (Effects::default(), Vec::new());
    let mut key = packet.key(&bytes);
    let verdict = table.explain(BUILT_IN, &mut key, &bytes, &mut env, &mut effects, &mut visits);
    assert_eq!(verdict, Verdict::Accept { rule: None });
    let seen: Vec<_> = visits.iter().map(|visit| (visit.rule.0, visit.failed)).collect();
    assert_eq!(seen, [(1, Some("protocol")), (2, Some("dst-port")), (3, None), (4, Some("src-address"))]);
}

#[test]
fn counters_are_reset_one_or_all() {
    let mut table = Table::default();
    table.replace(&[rule(1, 0, vec![], Action::Passthrough), rule(2, 0, vec![], Action::Passthrough)]);
    let _ = World::new().run(&mut table, &plain_packet(), false);
    assert_eq!(table.counters(RuleId(1)), Some(Counters { packets: 1, bytes: 40 }));
    table.reset_counters(RuleId(1));
    assert_eq!(table.counters(RuleId(1)), Some(Counters::default()));
    assert_eq!(table.counters(RuleId(2)), Some(Counters { packets: 1, bytes: 40 }));
    table.reset_all_counters();
    assert_eq!(table.counters(RuleId(2)), Some(Counters::default()));
    assert_eq!(table.counters(RuleId(3)), None);
}
