//! Log lines as real devices print them, and the packets that `reject` answers with.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use firewall::conntrack::{Config, Conntrack, Direction, Enabled, Tuple};
use firewall::log_line::{Names, log_line};
use firewall::packet::{ConnectionState, PacketKey};
use firewall::reject::{RejectWith, tcp_reset};
use support::*;
use wire::tcp::{self, Flags};
use wire::{Mac, ipv4};

const MAC: Option<Mac> = Some(Mac([0xaa, 0xbb, 0xcc, 0xdd, 0xdd, 0xee]));
const SRC_MAC: &str = "src-mac aa:bb:cc:dd:dd:ee, ";

fn line(packet: &[u8], names: Names<'_>, state: Option<ConnectionState>, src_mac: Option<Mac>) -> String {
    let mut key = PacketKey::parse(packet).unwrap();
    key.set_state(state);
    key.src_mac = src_mac;
    log_line(&key, &names, None)
}

#[test]
fn lines_of_packets_without_nat() {
    let new = Some(ConnectionState::New);
    let in_only = |prefix, chain, name| Names { prefix, chain, in_interface: Some(name), ..Names::default() };
    let out_only = |chain, name| Names { chain, out_interface: Some(name), ..Names::default() };
    let syn = tcp_packet(("80.75.212.9", 50264), ("192.168.0.88", 80), Flags::SYN);
    let pong = icmp("111.13.0.1", "111.15.0.1", 0, 0, &[0; 28]);
    let dns = udp(("10.0.0.1", 5678), ("10.0.0.2", 53), &[0; 32]);
    let igmp = packet(2, ip("10.0.0.1"), ip("224.0.0.1"), &[0; 8]);
    let through = Names {
        chain: "forward",
        in_interface: Some("sfp2"),
        out_interface: Some("sfp1"),
        ..Names::default()
    };
    let marked = Names { connection_mark: Some("conn-VPN"), ..in_only("", "prerouting", "LAN") };
    for (packet, names, state, mac, expected) in [
        (
            &syn,
            in_only("BAN INPUT 80", "input", "ether1"),
            new,
            MAC,
            format!(
                "BAN INPUT 80 input: in:ether1 out:(unknown 0), connection-state:new {SRC_MAC}proto TCP (SYN), \
                 80.75.212.9:50264->192.168.0.88:80, len 40"
            ),
        ),
        (
            &pong,
            through,
            Some(ConnectionState::Established),
            MAC,
            format!(
                "forward: in:sfp2 out:sfp1, connection-state:established {SRC_MAC}proto ICMP (type 0, code 0), \
                 111.13.0.1->111.15.0.1, len 56"
            ),
        ),
        (
            &dns,
            out_only("output", "ether2"),
            new,
            None,
            "output: in:(unknown 0) out:ether2, connection-state:new proto UDP, 10.0.0.1:5678->10.0.0.2:53, len 60"
                .to_owned(),
        ),
        (
            &dns,
            marked,
            new,
            MAC,
            format!(
                "prerouting: in:LAN out:(unknown 0), connection-mark:conn-VPN connection-state:new {SRC_MAC}proto \
                 UDP, 10.0.0.1:5678->10.0.0.2:53, len 60"
            ),
        ),
        (
            &igmp,
            in_only("", "input", "ether1"),
            Some(ConnectionState::Untracked),
            None,
            "input: in:ether1 out:(unknown 0), connection-state:untracked proto 2, 10.0.0.1->224.0.0.1, len 28"
                .to_owned(),
        ),
        (
            &igmp,
            in_only("", "input", "ether1"),
            None,
            MAC,
            format!("input: in:ether1 out:(unknown 0), {SRC_MAC}proto 2, 10.0.0.1->224.0.0.1, len 28"),
        ),
    ] {
        assert_eq!(line(packet, names, state, mac), expected);
    }
}

#[test]
fn tcp_flags_are_in_the_order_of_real_lines() {
    for (flags, expected) in [
        (0x12, "TCP (SYN,ACK),"),
        (0x18, "TCP (ACK,PSH),"),
        (0x19, "TCP (ACK,FIN,PSH),"),
        (0x04, "TCP (RST),"),
        (0x00, "TCP,"),
    ] {
        let packet = tcp_packet(("1.1.1.1", 1), ("2.2.2.2", 2), Flags(flags));
        let line = line(&packet, Names::default(), None, None);
        assert!(line.contains(expected), "{line}");
    }
}

#[test]
fn a_changed_priority_stands_before_the_length() {
    let mut key = PacketKey::parse(&udp(("1.1.1.1", 1), ("2.2.2.2", 2), &[])).unwrap();
    key.priority = 5;
    let line = log_line(&key, &Names { chain: "forward", ..Names::default() }, None);
    assert!(line.ends_with("1.1.1.1:1->2.2.2.2:2, prio 0->5, len 28"), "{line}");
}

/// The end of the line of a translated connection's packet in one direction.
fn nat_part(direction: Direction, reply: Tuple) -> String {
    let (client, server) = (("10.252.0.66", 50419), ("103.4.158.96", 16000));
    let original = tcp_packet(client, server, Flags::SYN);
    let mut conntrack = Conntrack::new(Config { enabled: Enabled::Yes, ..Config::default() });
    let mut key = PacketKey::parse(&original).unwrap();
    let id = conntrack.track(at(0), &key, &original).unwrap().id.unwrap();
    assert!(conntrack.set_reply(id, reply));
    if direction == Direction::Reply {
        key = PacketKey::parse(&tcp_packet(server, client, Flags::SYN)).unwrap();
    }
    key.set_state(Some(ConnectionState::Established));
    let connection = conntrack.get(id).unwrap();
    let line = log_line(&key, &Names::default(), Some((connection, direction)));
    let state = line.split("connection-state:").nth(1).unwrap();
    let (state, rest) = state.split_once(' ').unwrap();
    let nat = rest.split("NAT ").nth(1).unwrap_or("none");
    format!("{state} {nat}")
}

#[test]
fn nat_shows_what_changed_in_the_direction_of_the_packet() {
    let number = |text: &str| ip(text).to_bits();
    let (client, server) = (number("10.252.0.66"), number("103.4.158.96"));
    let plain = Tuple { src: server, dst: client, src_port: 16000, dst_port: 50419, protocol: 6 };
    let snat = Tuple { dst: number("1.20.198.230"), ..plain };
    let dnat = Tuple { src: number("192.168.0.9"), src_port: 80, ..plain };
    let both = Tuple { src: dnat.src, src_port: 80, ..snat };
    use Direction::{Original, Reply};
    for (direction, reply, expected) in [
        (Original, plain, "established none"),
        (
            Original,
            snat,
            "established,snat (10.252.0.66:50419->1.20.198.230:50419)->103.4.158.96:16000, len 40",
        ),
        (Reply, snat, "established,snat 103.4.158.96:16000->(1.20.198.230:50419->10.252.0.66:50419), len 40"),
        (Original, dnat, "established,dnat 10.252.0.66:50419->(103.4.158.96:16000->192.168.0.9:80), len 40"),
        (Reply, dnat, "established,dnat (192.168.0.9:80->103.4.158.96:16000)->10.252.0.66:50419, len 40"),
        (
            Original,
            both,
            "established,snat,dnat (10.252.0.66:50419->1.20.198.230:50419)->(103.4.158.96:16000->192.168.0.9:80), \
             len 40",
        ),
    ] {
        assert_eq!(nat_part(direction, reply), expected);
    }
}

#[test]
fn a_reset_has_the_numbers_of_rfc_9293() {
    let (a, b) = (("10.0.0.1", 1000), ("10.0.0.2", 80));
    for (flags, payload, expected) in [
        (Flags::SYN, &b""[..], Some((0, 101, Flags(0x14)))),
        (Flags::SYN, b"abc", Some((0, 104, Flags(0x14)))),
        (Flags::FIN, b"abc", Some((0, 104, Flags(0x14)))),
        (Flags::ACK, b"abc", Some((777, 0, Flags::RST))),
        (Flags::SYN | Flags::ACK, b"", Some((777, 0, Flags::RST))),
        (Flags::RST, b"", None),
        (Flags::RST | Flags::ACK, b"", None),
    ] {
        let packet = segment(a, b, flags, 100, 777, &[2, 4, 5, 0xB4], payload);
        let key = PacketKey::parse(&packet).unwrap();
        let reset = tcp_reset(&key, &packet);
        let numbers = reset.map(|bytes| {
            let view = ipv4::View::new(&bytes).unwrap();
            assert!(view.checksum_ok() && view.dont_fragment() && view.ttl() == 64);
            assert_eq!((view.source(), view.destination()), (ip(b.0), ip(a.0)));
            let segment = tcp::View::new(view.payload()).unwrap();
            assert!(segment.checksum_ok(view.source(), view.destination()));
            assert_eq!((segment.source_port(), segment.destination_port()), (b.1, a.1));
            (segment.sequence(), segment.acknowledgment(), segment.flags())
        });
        assert_eq!(numbers, expected);
    }
    let query = udp(a, b, &[]);
    assert!(tcp_reset(&PacketKey::parse(&query).unwrap(), &query).is_none());
}

#[test]
fn reject_codes() {
    for (with, code) in [
        (RejectWith::default(), Some(0)),
        (RejectWith::IcmpHostUnreachable, Some(1)),
        (RejectWith::IcmpProtocolUnreachable, Some(2)),
        (RejectWith::IcmpPortUnreachable, Some(3)),
        (RejectWith::IcmpNetProhibited, Some(9)),
        (RejectWith::IcmpHostProhibited, Some(10)),
        (RejectWith::IcmpAdminProhibited, Some(13)),
        (RejectWith::TcpReset, None),
    ] {
        assert_eq!(with.icmp_code(), code);
    }
}
