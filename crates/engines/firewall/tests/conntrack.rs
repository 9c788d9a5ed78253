//! Connection tracking by tables: TCP through its states, ICMP, timeouts, limits, NAT tuples.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use clock::{Duration, Instant};
use firewall::conntrack::tcp::TcpState;
use firewall::conntrack::{Config, Conntrack, Direction, Enabled, TableFull, Tracked, Tuple};
use firewall::packet::{ConnectionState, Mark, NatStates, PacketKey};
use support::*;
use wire::tcp::Flags;

const A: (&str, u16) = ("10.0.0.1", 1000);
const B: (&str, u16) = ("8.8.8.8", 80);
const SYN: Flags = Flags::SYN;
const ACK: Flags = Flags::ACK;
const RST: Flags = Flags::RST;
const FIN: Flags = Flags::FIN;
const SYN_ACK: Flags = Flags(0x12);
const FIN_ACK: Flags = Flags(0x11);
const RST_ACK: Flags = Flags(0x14);

fn on(config: Config) -> Conntrack {
    Conntrack::new(Config { enabled: Enabled::Yes, ..config })
}

/// Tracks a packet and, when it opens a connection, confirms it.
fn pass(conntrack: &mut Conntrack, now: Instant, packet: &[u8]) -> Tracked {
    let key = PacketKey::parse(packet).unwrap();
    let tracked = conntrack.track(now, &key, packet).unwrap();
    let id = tracked.id.map(|id| conntrack.confirm(now, id).unwrap());
    Tracked { id, ..tracked }
}

fn only(conntrack: &Conntrack, now: Instant) -> (String, Option<TcpState>, Duration) {
    let all = conntrack.connections(now);
    assert_eq!(all.len(), 1, "one connection");
    let connection = all[0].1;
    (connection.flags.letters(), connection.tcp_state(), connection.timeout(now))
}

/// Direction, flags, seq, ack, payload → packet state, and then TCP state and seconds of the connection.
type Line = (char, Flags, u32, u32, &'static [u8], &'static str, Option<(&'static str, u64)>);

fn play(config: Config, lines: &[Line]) -> Conntrack {
    let mut conntrack = on(config);
    for (n, (from, flags, seq, ack, payload, expected, after)) in lines.iter().enumerate() {
        let (src, dst) = if *from == '>' { (A, B) } else { (B, A) };
        let packet = segment(src, dst, *flags, *seq, *ack, &[], payload);
        let tracked = pass(&mut conntrack, at(0), &packet);
        assert_eq!(tracked.state.map(ConnectionState::name), Some(*expected), "line {n}");
        let seen = conntrack.connections(at(0)).first().map(|(_, connection)| {
            (connection.tcp_state().unwrap().name(), connection.timeout(at(0)).as_secs())
        });
        assert_eq!(seen, *after, "line {n}");
    }
    conntrack
}

const DAY: u64 = 86_400;

#[test]
fn tcp_opens_carries_data_and_closes() {
    let conntrack = play(
        Config::default(),
        &[
            ('>', SYN, 100, 0, b"", "new", Some(("syn-sent", 5))),
            ('>', SYN, 100, 0, b"", "new", Some(("syn-sent", 5))),
            ('<', SYN_ACK, 900, 101, b"", "established", Some(("syn-recv", 5))),
            ('>', ACK, 101, 901, b"", "established", Some(("established", DAY))),
            ('>', ACK, 101, 901, b"hello", "established", Some(("established", 300))),
            ('<', ACK, 901, 106, b"", "established", Some(("established", DAY))),
            ('>', FIN_ACK, 106, 901, b"", "established", Some(("fin-wait", 10))),
            ('<', ACK, 901, 107, b"", "established", Some(("close-wait", 10))),
            ('<', FIN_ACK, 901, 107, b"", "established", Some(("last-ack", 10))),
            ('>', ACK, 107, 902, b"", "established", Some(("time-wait", 10))),
        ],
    );
    assert_eq!(only(&conntrack, at(0)).0, "SAC");
}

#[test]
fn a_refused_connection_leaves_nothing() {
    play(
        Config::default(),
        &[
            ('>', SYN, 100, 0, b"", "new", Some(("syn-sent", 5))),
            ('<', RST_ACK, 0, 101, b"", "established", None),
        ],
    );
}

#[test]
fn the_packet_that_ends_a_connection_still_finds_it() {
    let mut conntrack = on(Config::default());
    let syn = segment(A, B, SYN, 100, 0, &[], &[]);
    let id = pass(&mut conntrack, at(0), &syn).id.unwrap();
    conntrack.get_mut(id).unwrap().mark = Mark(4);
    let refusal = segment(B, A, RST_ACK, 0, 101, &[], &[]);
    let mut key = PacketKey::parse(&refusal).unwrap();
    let tracked = conntrack.track(at(0), &key, &refusal).unwrap();
    key.set_connection(&tracked, &conntrack);
    assert_eq!((key.connection_mark, conntrack.len()), (Mark(4), 0));
    let id = tracked.id.unwrap();
    assert_eq!(conntrack.get(id).unwrap().flags.letters(), "SCD");
    assert!(conntrack.confirm(at(0), id).is_some() && conntrack.is_empty() && conntrack.get(id).is_none());
}

#[test]
fn a_reset_closes_and_an_old_one_is_invalid() {
    play(
        Config::default(),
        &[
            ('>', SYN, 100, 0, b"", "new", Some(("syn-sent", 5))),
            ('<', SYN_ACK, 900, 101, b"", "established", Some(("syn-recv", 5))),
            ('>', ACK, 101, 901, b"", "established", Some(("established", DAY))),
            ('<', RST, 890, 0, b"", "invalid", Some(("established", DAY))),
            ('<', RST, 901, 0, b"", "established", Some(("close", 10))),
            ('>', ACK, 101, 901, b"", "established", Some(("close", 10))),
        ],
    );
}

#[test]
fn a_stray_syn_ack_is_invalid_even_when_loose() {
    for loose_tcp in [true, false] {
        let config = Config { loose_tcp, ..Config::default() };
        play(config, &[('>', SYN_ACK, 1, 1, b"", "invalid", None)]);
        play(config, &[('>', FIN_ACK, 1, 1, b"", "invalid", None)]);
        play(config, &[('>', RST, 1, 0, b"", "invalid", None)]);
    }
}

#[test]
fn a_connection_is_picked_up_midway_only_when_loose() {
    let loose = Config::default();
    play(
        loose,
        &[
            ('>', ACK, 5000, 7000, b"data", "new", Some(("established", DAY))),
            ('<', ACK, 7000, 5004, b"", "established", Some(("established", DAY))),
            ('>', ACK, 900_000, 1, b"", "established", Some(("established", DAY))),
        ],
    );
    let strict = Config { loose_tcp: false, ..loose };
    play(strict, &[('>', ACK, 5000, 7000, b"data", "invalid", None)]);
}

#[test]
fn flags_that_no_stack_sends_are_invalid() {
    for flags in [Flags(0), FIN, SYN | FIN, SYN | RST, Flags(0xFF), Flags::PSH, FIN | Flags::URG | Flags::PSH]
    {
        play(Config::default(), &[('>', flags, 1, 0, b"", "invalid", None)]);
    }
}

#[test]
fn a_segment_outside_the_window_is_invalid_unless_liberal() {
    let open: [Line; 3] = [
        ('>', SYN, 100, 0, b"", "new", Some(("syn-sent", 5))),
        ('<', SYN_ACK, 900, 101, b"", "established", Some(("syn-recv", 5))),
        ('>', ACK, 101, 901, b"", "established", Some(("established", DAY))),
    ];
    // The window is 1000 bytes: seq 1101 is the first number too far.
    for (seq, ack, expected, seconds) in [
        (101, 901, "established", DAY),
        (1101, 901, "established", 300),
        (1102, 901, "invalid", DAY),
        (101, 902, "invalid", DAY),
        (101, 901u32.wrapping_sub(70_000), "invalid", DAY),
    ] {
        let mut lines = open.to_vec();
        lines.push(('>', ACK, seq, ack, b"", expected, Some(("established", seconds))));
        play(Config::default(), &lines);
        let Some(last) = lines.last_mut() else { panic!("there are lines") };
        last.5 = "established";
        play(Config { liberal_tcp: true, ..Config::default() }, &lines);
    }
}

#[test]
fn three_retransmissions_shorten_the_timeout() {
    let mut lines: Vec<Line> = vec![
        ('>', SYN, 100, 0, b"", "new", Some(("syn-sent", 5))),
        ('<', SYN_ACK, 900, 101, b"", "established", Some(("syn-recv", 5))),
        ('>', ACK, 101, 901, b"", "established", Some(("established", DAY))),
    ];
    for seconds in [DAY, DAY, 300, 300] {
        lines.push(('>', ACK, 101, 901, b"", "established", Some(("established", seconds))));
    }
    play(Config::default(), &lines);
}

#[test]
fn the_other_end_may_reopen_and_the_closer_is_followed() {
    let closed: [Line; 6] = [
        ('>', SYN, 100, 0, b"", "new", Some(("syn-sent", 5))),
        ('<', SYN_ACK, 900, 101, b"", "established", Some(("syn-recv", 5))),
        ('>', ACK, 101, 901, b"", "established", Some(("established", DAY))),
        ('<', FIN_ACK, 901, 101, b"", "established", Some(("fin-wait", 10))),
        ('>', FIN_ACK, 101, 902, b"", "established", Some(("last-ack", 10))),
        ('<', ACK, 902, 102, b"", "established", Some(("time-wait", 10))),
    ];
    let mut lines = closed.to_vec();
    lines.push(('>', SYN, 5000, 0, b"", "new", Some(("syn-sent", 5))));
    lines.push(('<', SYN_ACK, 1, 5001, b"", "established", Some(("syn-recv", 5))));
    play(Config::default(), &lines);
    // The end that closed first starts again: its SYN is let through, the answer shows that it was right.
    let mut conntrack = on(Config::default());
    for (from, flags, seq, ack) in [
        ('>', SYN, 100, 0),
        ('<', SYN_ACK, 900, 101),
        ('>', ACK, 101, 901),
        ('>', FIN_ACK, 101, 901),
        ('<', FIN_ACK, 901, 102),
        ('>', ACK, 102, 902),
        ('>', SYN, 5000, 0),
        ('<', SYN_ACK, 7000, 5001),
    ] {
        let (src, dst) = if from == '>' { (A, B) } else { (B, A) };
        let tracked = pass(&mut conntrack, at(0), &segment(src, dst, flags, seq, ack, &[], &[]));
        assert_ne!(tracked.state, Some(ConnectionState::Invalid));
    }
    assert_eq!(only(&conntrack, at(0)).1, Some(TcpState::SynReceived));
}

#[test]
fn udp_becomes_a_stream_after_an_answer() {
    let mut conntrack = on(Config::default());
    let (query, answer) = (udp(A, B, b"q"), udp(B, A, b"a"));
    for (packet, state, flags, seconds) in [
        (&query, ConnectionState::New, "C", 30),
        (&query, ConnectionState::New, "C", 30),
        (&answer, ConnectionState::Established, "SC", 30),
        (&query, ConnectionState::Established, "SAC", 180),
    ] {
        assert_eq!(pass(&mut conntrack, at(1), packet).state, Some(state));
        assert_eq!(only(&conntrack, at(1)), (flags.to_owned(), None, Duration::from_secs(seconds)));
    }
    let (_, connection) = conntrack.connections(at(1))[0];
    assert_eq!(connection.traffic.map(|t| (t.packets, t.bytes)), [(3, 87), (1, 29)]);
}

#[test]
fn a_dropped_packet_leaves_nothing_and_a_confirmed_one_ages() {
    let mut conntrack = on(Config::default());
    let query = udp(A, B, b"q");
    let key = PacketKey::parse(&query).unwrap();
    let tracked = conntrack.track(at(0), &key, &query).unwrap();
    let id = tracked.id.unwrap();
    assert!(conntrack.get(id).is_some() && conntrack.is_empty());
    assert_eq!(conntrack.connections_from(key.src(), 24), 1);
    conntrack.discard();
    assert!(
        conntrack.get(id).is_none()
            && conntrack.confirm(at(0), id).is_none()
            && conntrack.deadline().is_none()
    );
    let id = pass(&mut conntrack, at(10), &query).id.unwrap();
    assert_eq!(conntrack.deadline(), Some(at(40)));
    pass(&mut conntrack, at(20), &query);
    assert_eq!((conntrack.wake(at(40)), conntrack.len()), (0, 1));
    assert_eq!(conntrack.deadline(), Some(at(50)), "a refreshed connection moves when its place comes up");
    // Past its time it is not found, although nobody swept.
    assert!(conntrack.find(at(50), &Tuple::of(&key, &query).unwrap()).is_none());
    assert!(conntrack.connections(at(50)).is_empty());
    assert_eq!((conntrack.wake(at(50)), conntrack.len()), (1, 0));
    assert!(conntrack.get(id).is_none());
}

#[test]
fn icmp_pairs_requests_with_replies_and_errors_are_related() {
    let mut conntrack = on(Config::default());
    let states = |conntrack: &mut Conntrack, packet: &[u8]| {
        let tracked = pass(conntrack, at(0), packet);
        (tracked.state.map(ConnectionState::name), tracked.direction)
    };
    let ping = icmp("10.0.0.1", "8.8.8.8", 8, 0, b"x");
    let pong = icmp("8.8.8.8", "10.0.0.1", 0, 0, b"x");
    let stray = icmp("8.8.8.8", "10.0.0.2", 0, 0, b"x");
    assert_eq!(states(&mut conntrack, &stray), (Some("invalid"), Direction::Original));
    assert_eq!(states(&mut conntrack, &ping), (Some("new"), Direction::Original));
    assert_eq!(states(&mut conntrack, &pong), (Some("established"), Direction::Reply));
    assert_eq!(only(&conntrack, at(0)), ("SC".to_owned(), None, Duration::from_secs(10)));
    let query = udp(A, B, b"q");
    pass(&mut conntrack, at(0), &query);
    let answer = udp(B, A, b"a");
    for (from, to, quoted, expected) in [
        ("1.1.1.1", "10.0.0.1", &query, (Some("related"), Direction::Reply)),
        ("10.0.0.1", "8.8.8.8", &answer, (Some("related"), Direction::Original)),
        ("1.1.1.1", "10.0.0.1", &ping, (Some("related"), Direction::Reply)),
        ("1.1.1.1", "10.0.0.1", &udp(("10.0.0.1", 9), B, b""), (Some("invalid"), Direction::Original)),
    ] {
        for kind in [3, 11] {
            let error = icmp(from, to, kind, 0, &quoted[..28]);
            assert_eq!(states(&mut conntrack, &error), expected);
        }
    }
    for (kind, body) in [(3, &query[..27]), (9, &query[..28]), (3, &[][..])] {
        let message = icmp("1.1.1.1", "10.0.0.1", kind, 0, body);
        assert_eq!(states(&mut conntrack, &message).0, Some("invalid"));
    }
}

#[test]
fn other_protocols_have_ten_minutes() {
    let mut conntrack = on(Config::default());
    let gre = packet(47, ip("1.1.1.1"), ip("2.2.2.2"), &[0; 8]);
    assert_eq!(pass(&mut conntrack, at(0), &gre).state, Some(ConnectionState::New));
    let back = packet(47, ip("2.2.2.2"), ip("1.1.1.1"), &[0; 8]);
    assert_eq!(pass(&mut conntrack, at(0), &back).state, Some(ConnectionState::Established));
    assert_eq!(only(&conntrack, at(0)).2, Duration::from_mins(10));
}

#[test]
fn auto_is_on_when_there_are_rules() {
    let mut conntrack = Conntrack::default();
    let query = udp(A, B, b"q");
    let key = PacketKey::parse(&query).unwrap();
    assert_eq!(conntrack.track(at(0), &key, &query), Ok(Tracked::OFF));
    conntrack.set_has_rules(true);
    assert_eq!(pass(&mut conntrack, at(0), &query).state, Some(ConnectionState::New));
    conntrack.set_has_rules(false);
    assert!(!conntrack.is_active() && conntrack.is_empty());
    conntrack.configure(Config { enabled: Enabled::Yes, ..Config::default() });
    assert!(conntrack.is_active());
    conntrack.set_has_rules(true);
    conntrack.configure(Config { enabled: Enabled::No, ..Config::default() });
    assert!(!conntrack.is_active());
}

#[test]
fn a_full_table_gives_up_an_unassured_connection_but_no_assured_one() {
    let mut conntrack = on(Config { max_entries: 2, ..Config::default() });
    for port in [1, 2] {
        let (query, answer) = (udp(("10.0.0.1", port), B, b""), udp(B, ("10.0.0.1", port), b""));
        for packet in [&query, &answer, &query] {
            pass(&mut conntrack, at(0), packet);
        }
    }
    let third = udp(("10.0.0.1", 3), B, b"");
    let key = PacketKey::parse(&third).unwrap();
    assert_eq!(conntrack.track(at(0), &key, &third), Err(TableFull));
    let (first, _) = conntrack.connections(at(0))[0];
    conntrack.remove(first);
    pass(&mut conntrack, at(0), &third);
    pass(&mut conntrack, at(0), &udp(("10.0.0.1", 4), B, b""));
    let ports: Vec<_> = conntrack.connections(at(0)).iter().map(|(_, c)| c.original.src_port).collect();
    assert_eq!(ports, [2, 4]);
}

#[test]
fn nat_changes_the_reply_tuple_before_the_connection_is_confirmed() {
    let mut conntrack = on(Config::default());
    let query = udp(A, B, b"q");
    let mut key = PacketKey::parse(&query).unwrap();
    let tracked = conntrack.track(at(0), &key, &query).unwrap();
    let id = tracked.id.unwrap();
    let plain = Tuple::of(&key, &query).unwrap().inverse();
    assert!(conntrack.set_reply(id, Tuple { dst: ip("1.2.3.4").to_bits(), dst_port: 5555, ..plain }));
    conntrack.get_mut(id).unwrap().mark = Mark(9);
    assert!(conntrack.confirm(at(0), id).is_some());
    let answer = udp(B, ("1.2.3.4", 5555), b"a");
    assert_eq!(pass(&mut conntrack, at(0), &answer).direction, Direction::Reply);
    assert_eq!(only(&conntrack, at(0)).0, "SCs");
    let tracked = pass(&mut conntrack, at(0), &query);
    assert!(!conntrack.set_reply(tracked.id.unwrap(), plain), "confirmed connections keep their tuples");
    key.set_connection(&tracked, &conntrack);
    assert_eq!((key.connection_mark, key.nat), (Mark(9), NatStates::SRCNAT));
    assert_eq!(key.state(), Some(ConnectionState::Established));
}

#[test]
fn two_connections_cannot_share_a_reply_tuple() {
    let mut conntrack = on(Config::default());
    let reply = Tuple { src: 1, dst: 2, src_port: 3, dst_port: 4, protocol: 17 };
    for (port, expected) in [(1, true), (2, false)] {
        let query = udp(("10.0.0.1", port), B, b"");
        let key = PacketKey::parse(&query).unwrap();
        let id = conntrack.track(at(0), &key, &query).unwrap().id.unwrap();
        assert!(conntrack.set_reply(id, reply));
        assert_eq!(conntrack.confirm(at(0), id).is_some(), expected);
    }
    assert_eq!(conntrack.len(), 1);
}

#[test]
fn sources_are_counted_by_prefix() {
    let mut conntrack = on(Config::default());
    for src in ["10.0.0.1", "10.0.0.2", "10.0.1.1"] {
        pass(&mut conntrack, at(0), &udp((src, 1), B, b""));
    }
    let address = ip("10.0.0.1").to_bits();
    for (len, expected) in [(32, 1), (24, 2), (16, 3), (0, 3)] {
        assert_eq!(conntrack.connections_from(address, len), expected, "/{len}");
    }
}

#[test]
fn the_rate_is_that_of_the_last_second() {
    let mut conntrack = on(Config::default());
    let packet = udp(A, B, &[0; 97]); // 125 bytes
    let mut rates = Vec::new();
    for ms in [0, 500, 1000, 1500, 4000] {
        let now = Instant::START + Duration::from_millis(ms);
        let id = pass(&mut conntrack, now, &packet).id.unwrap();
        rates.extend(conntrack.get(id).map(|c| c.rate_bps()));
    }
    assert_eq!(rates[1..], [0, 2000, 2000, 666]);
}
