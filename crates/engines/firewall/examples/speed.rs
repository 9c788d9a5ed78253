//! Measures the firewall's hot path: ns a rule, and packets a second with 50 rules that do not match.
//!
//! `cargo run --release -p wirelab-firewall --example speed`

#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a measuring program")]

use clock::{Duration, Instant};
use firewall::action::{Action, Effects, Verdict};
use firewall::address_list::{AddressLists, ListId, ListTimeout};
use firewall::chain::Table;
use firewall::conntrack::{Config, Conntrack, Enabled};
use firewall::interface::{Interface, InterfaceLists};
use firewall::matcher::{Environment, Matcher, Test};
use firewall::packet::{ConnectionState, PacketKey};
use firewall::range::{AddressRange, Ports};
use firewall::rule::{ChainId, Rule, RuleId};
use std::hint::black_box;
use std::net::Ipv4Addr;

const ROUNDS: u32 = 2_000_000;

fn udp_packet(src: u32, src_port: u16) -> [u8; 64] {
    let mut packet = [0; 64];
    packet[0] = 0x45;
    packet[3] = 64;
    packet[8] = 64;
    packet[9] = 17;
    packet[12..16].copy_from_slice(&src.to_be_bytes());
    packet[16..20].copy_from_slice(&[10, 2, 0, 1]);
    packet[20..22].copy_from_slice(&src_port.to_be_bytes());
    packet[22..24].copy_from_slice(&53u16.to_be_bytes());
    packet[25] = 44;
    packet
}

fn simple_rule(n: u32) -> Rule {
    let net = AddressRange::from(Ipv4Addr::from_bits(0x0A03_0000 + n));
    let matchers: Vec<Matcher> = vec![
        Test::Protocol(17).into(),
        Test::SrcAddress(net).into(),
        Test::DstPort(Ports::new(&[(53, 53)])).into(),
    ];
    Rule { id: RuleId(n), chain: ChainId(0), matchers, action: Action::Drop, log: false }
}

fn list_rule(n: u32) -> Rule {
    let matchers = vec![Test::SrcAddressList(ListId(0)).into()];
    Rule { matchers, ..simple_rule(n) }
}

fn port_list_rule(n: u32) -> Rule {
    let matchers = vec![Test::DstPort(Ports::new(&[(80, 80), (443, 443), (1000, 2000)])).into()];
    Rule { matchers, ..simple_rule(n) }
}

/// Nanoseconds of one call.
fn time(mut call: impl FnMut(u32)) -> f64 {
    (0..5)
        .map(|_| {
            let start = std::time::Instant::now();
            for round in 0..ROUNDS {
                call(round);
            }
            start.elapsed().as_nanos() as f64 / f64::from(ROUNDS)
        })
        .fold(f64::INFINITY, f64::min)
}

fn traversal(rules: &[Rule]) -> f64 {
    let mut table = Table::default();
    table.replace(rules);
    let mut address_lists = AddressLists::default();
    for n in 0..1000u32 {
        let range = AddressRange::from(Ipv4Addr::from_bits(0xC000_0000 + n));
        let added = address_lists.add(Instant::START, ListId(0), range, ListTimeout::NoneStatic);
        assert!(added.is_ok());
    }
    let mut random = || 0;
    let mut env = Environment {
        now: Instant::START,
        utc_offset_seconds: 0,
        interface_lists: &InterfaceLists::default(),
        address_lists: &mut address_lists,
        conntrack: None,
        connection: None,
        random: &mut random,
    };
    let mut effects = Effects::default();
    let packet = udp_packet(0x0A01_0001, 4000);
    time(|_| {
        effects.clear();
        let packet = black_box(&packet);
        let Some(mut key) = PacketKey::parse(packet) else { return };
        key.set_interfaces(Interface(1), Interface(2));
        key.set_state(Some(ConnectionState::New));
        let verdict = table.traverse(ChainId(0), &mut key, packet, &mut env, &mut effects);
        assert_eq!(black_box(verdict), Verdict::Accept { rule: None });
    })
}

fn tracking(connections: u32) -> f64 {
    let mut conntrack = Conntrack::new(Config { enabled: Enabled::Yes, ..Config::default() });
    let packets: Vec<_> = (0..connections).map(|n| udp_packet(0x0A00_0000 + n / 1000, n as u16)).collect();
    let mut now = Instant::START;
    time(|round| {
        let packet = &packets[(round % connections) as usize];
        now += Duration::from_nanos(10);
        let Some(key) = PacketKey::parse(packet) else { return };
        if let Ok(tracked) = conntrack.track(now, &key, packet)
            && let Some(id) = tracked.id
        {
            assert!(conntrack.confirm(now, id).is_some());
        }
    })
}

fn main() {
    let base = traversal(&[]);
    println!("key and empty chain           {base:7.1} ns a packet");
    for (name, rule) in [
        ("simple", simple_rule as fn(u32) -> Rule),
        ("port list", port_list_rule),
        ("address list", list_rule),
    ] {
        let rules: Vec<Rule> = (0..50).map(rule).collect();
        let total = traversal(&rules);
        let each = (total - base) / 50.0;
        println!(
            "50 {name:12} rules         {total:7.1} ns a packet, {each:.2} ns a rule, {:.1} M packets/s",
            1000.0 / total
        );
    }
    for connections in [1, 1000, 100_000] {
        println!("conntrack, {connections:6} connections {:7.1} ns a packet", tracking(connections));
    }
}
