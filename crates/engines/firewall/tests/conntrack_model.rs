//! Connection tracking against a naive model: a list that is searched from front to back, with exact ageing.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use clock::{Duration, Instant};
use firewall::conntrack::{Config, Conntrack, Direction, Enabled};
use firewall::packet::{ConnectionState, PacketKey};
use proptest::prelude::*;
use support::*;
use wire::tcp::Flags;

#[derive(Clone, Debug)]
enum Step {
    /// Protocol (17, 47 or 1), from, to, ports; the last says whether the packet passes the chains.
    Packet(u8, u8, u8, u16, u16, bool),
    Wait(u64),
    Wake,
    Remove(usize),
}

fn address(n: u8) -> String {
    format!("10.0.0.{n}")
}

fn bytes(protocol: u8, from: u8, to: u8, a: u16, b: u16) -> Vec<u8> {
    let (from, to) = (address(from), address(to));
    match protocol {
        17 => udp((&from, a), (&to, b), &[]),
        1 => icmp(&from, &to, if a == b { 8 } else { 0 }, 0, &[]),
        other => packet(other, ip(&from), ip(&to), &[0; 4]),
    }
}

#[derive(Debug)]
struct Model {
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    protocol: u8,
    opener: (u8, u16),
    answerer: (u8, u16),
    answered: bool,
    expires: u64,
    packets: [u64; 2],
}

impl Model {
    /// State, direction and whether a row was made.
    fn packet(&mut self, now: u64, step: &Step) -> (ConnectionState, Direction) {
        let Step::Packet(protocol, from, to, a, b, passes) = step.clone() else { panic!("a packet") };
        self.rows.retain(|row| row.expires > now);
        let (is_request, a, b) = match protocol {
            17 => (true, a, b),
            1 => (a == b, 7, 7),
            _ => (true, 0, 0),
        };
        let (src, dst) = ((from, a), (to, b));
        let seconds = |answered: bool| match protocol {
            17 => {
                if answered {
                    180
                } else {
                    30
                }
            }
            1 => 10,
            _ => 600,
        };
        // An ICMP reply belongs to a request only from the other side.
        let row = self.rows.iter_mut().find_map(|row| {
            let forward = row.protocol == protocol && (row.opener, row.answerer) == (src, dst);
            let back = row.protocol == protocol && (row.opener, row.answerer) == (dst, src);
            if forward && is_request {
                Some((row, Direction::Original))
            } else if back && (protocol != 1 || !is_request) {
                Some((row, Direction::Reply))
            } else {
                None
            }
        });
        if let Some((row, direction)) = row {
            row.expires = now + seconds(row.answered);
            row.answered |= direction == Direction::Reply;
            row.packets[direction as usize] += 1;
            let state = if row.answered { ConnectionState::Established } else { ConnectionState::New };
            return (state, direction);
        }
        if !is_request {
            return (ConnectionState::Invalid, Direction::Original);
        }
        if passes {
            let expires = now + seconds(false);
            let row = Row { protocol, opener: src, answerer: dst, answered: false, expires, packets: [1, 0] };
            self.rows.push(row);
        }
        (ConnectionState::New, Direction::Original)
    }
}

fn arb_step() -> impl Strategy<Value = Step> {
    let protocol = prop::sample::select(vec![17u8, 17, 1, 47]);
    let packet = (protocol, 1u8..4, 1u8..4, 1u16..4, 1u16..4, prop::bool::weighted(0.8))
        .prop_filter("two hosts", |p| p.1 != p.2)
        .prop_map(|(p, from, to, a, b, passes)| Step::Packet(p, from, to, a, b, passes));
    prop_oneof![
        8 => packet,
        2 => (0u64..60).prop_map(Step::Wait),
        1 => (100u64..700).prop_map(Step::Wait),
        1 => Just(Step::Wake),
        1 => (0usize..8).prop_map(Step::Remove),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]
    #[test]
    fn the_table_equals_a_list(steps in prop::collection::vec(arb_step(), 1..60)) {
        let mut conntrack = Conntrack::new(Config { enabled: Enabled::Yes, ..Config::default() });
        let mut model = Model { rows: Vec::new() };
        let mut now = 0;
        for step in &steps {
            match step {
                Step::Wait(seconds) => now += seconds,
                Step::Wake => {
                    conntrack.wake(at(now));
                    model.rows.retain(|row| row.expires > now);
                    prop_assert_eq!(conntrack.len(), model.rows.len());
                }
                Step::Remove(n) => {
                    model.rows.retain(|row| row.expires > now);
                    let id = conntrack.connections(at(now)).get(*n).map(|(id, _)| *id);
                    if let Some(id) = id {
                        conntrack.remove(id);
                        model.rows.remove(*n);
                    }
                }
                Step::Packet(protocol, from, to, a, b, passes) => {
                    let bytes = bytes(*protocol, *from, *to, *a, *b);
                    let key = PacketKey::parse(&bytes).unwrap();
                    let tracked = conntrack.track(at(now), &key, &bytes).unwrap();
                    if let Some(id) = tracked.id && *passes {
                        prop_assert!(conntrack.confirm(at(now), id).is_some());
                    }
                    let expected = model.packet(now, step);
                    prop_assert_eq!((tracked.state, tracked.direction), (Some(expected.0), expected.1));
                }
            }
            let seen: Vec<_> = conntrack
                .connections(at(now))
                .iter()
                .map(|(_, c)| (c.original.protocol, c.expires, c.traffic.map(|t| t.packets)))
                .collect();
            let live = model.rows.iter().filter(|row| row.expires > now);
            let expected: Vec<_> =
                live.map(|row| (row.protocol, at(row.expires), row.packets)).collect();
            prop_assert_eq!(seen, expected);
            if let Some(first) = model.rows.iter().map(|row| at(row.expires)).filter(|e| *e > at(now)).min() {
                prop_assert!(conntrack.deadline().is_some_and(|deadline| deadline <= first));
            }
        }
        conntrack.wake(at(now + 10_000));
        prop_assert!(conntrack.is_empty() && conntrack.deadline().is_none());
    }

    /// Whatever segments come, states are consistent and the table can be swept empty.
    #[test]
    fn any_segments_leave_a_table_that_ages_out(
        segments in prop::collection::vec((any::<bool>(), any::<u8>(), 0u32..3000, 0u32..3000, 0u64..30), 1..60),
        loose_tcp: bool,
        liberal_tcp: bool,
    ) {
        let config = Config { enabled: Enabled::Yes, loose_tcp, liberal_tcp, ..Config::default() };
        let mut conntrack = Conntrack::new(config);
        let mut now = 0;
        for (forward, flags, seq, ack, wait) in segments {
            now += wait;
            let (a, b) = (("10.0.0.1", 1), ("10.0.0.2", 2));
            let (src, dst) = if forward { (a, b) } else { (b, a) };
            let packet = segment(src, dst, Flags(flags), seq, ack, &[], &[]);
            let key = PacketKey::parse(&packet).unwrap();
            let tracked = conntrack.track(at(now), &key, &packet).unwrap();
            prop_assert!(tracked.state.is_some());
            if tracked.state == Some(ConnectionState::Invalid) {
                prop_assert!(tracked.id.is_none());
            }
            if let Some(id) = tracked.id {
                prop_assert!(conntrack.confirm(at(now), id).is_some());
            }
            prop_assert!(conntrack.len() <= 1);
        }
        let end = at(now) + Duration::from_days(2);
        prop_assert!(conntrack.connections(end).is_empty());
        conntrack.wake(end);
        prop_assert!(conntrack.is_empty() && conntrack.deadline().is_none());
    }

    /// Bytes from outside never panic.
    #[test]
    fn any_bytes_are_tracked_without_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..120)) {
        if let [first, _, hi, lo, ..] = bytes.as_mut_slice() {
            *first = 0x40 | (*first & 7) | 5;
            (*hi, *lo) = (0, *lo % 120);
        }
        if let Some(key) = PacketKey::parse(&bytes) {
            let mut conntrack = Conntrack::new(Config { enabled: Enabled::Yes, ..Config::default() });
            let _ = conntrack.track(Instant::START, &key, &bytes);
            let _ = firewall::reject::tcp_reset(&key, &bytes);
            let _ = key.payload(&bytes);
        }
    }
}
