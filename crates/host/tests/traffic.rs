//! UDP flows, closed ports, broken frames, and the books of every frame under random commands and cables.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use clock::{Duration, Instant};
use common::{drops, host, pair, pass, routed, run, sh};
use core::net::Ipv4Addr;
use host::{Host, Pace, UdpFlow};
use proptest::prelude::*;
use sim::{LinkParams, NodeId, Port, Probability, World, WorldBuilder};
use wire::ethernet::EtherType;
use wire::ipv4::Protocol;
use wire::{Mac, arp, ethernet, ipv4, tcp, udp};

const A: NodeId = NodeId(0);
const B: NodeId = NodeId(1);
const C: NodeId = NodeId(2);

fn flow(destination: [u8; 4], count: Option<u64>, pace: Pace) -> UdpFlow {
    UdpFlow {
        destination: Ipv4Addr::from(destination),
        destination_port: 9,
        source_port: 40_000,
        payload_len: 64,
        count,
        pace,
    }
}

#[test]
fn a_paced_flow_reaches_its_sink() {
    let mut world = routed();
    world.node_mut(C).open_udp_sink(9, false);
    let pace = Pace::Interval { every: Duration::from_millis(1), burst: 3 };
    let id = world.with_node(A, |host, cx| host.start_udp_flow(cx, flow([10, 0, 2, 3], Some(100), pace)));
    pass(&mut world, Duration::from_secs(1));
    assert_eq!(world.node(A).udp_flow(id).map(|s| (s.sent, s.received, s.refused)), Some((100, 0, 0)));
    let sink = world.node(C).udp_sink(9).unwrap();
    assert_eq!((sink.datagrams, sink.bytes), (100, 6400));
    assert_eq!(drops(&world), [""; 0]);
}

#[test]
fn a_window_keeps_so_many_on_their_way() {
    let mut world = routed();
    world.node_mut(C).open_udp_sink(9, true);
    let id = world
        .with_node(A, |host, cx| host.start_udp_flow(cx, flow([10, 0, 2, 3], Some(1000), Pace::Window(8))));
    pass(&mut world, Duration::from_secs(1));
    assert_eq!(world.node(A).udp_flow(id).map(|s| (s.sent, s.received)), Some((1000, 1000)));
    assert_eq!(world.node(C).udp_sink(9).map(|s| s.datagrams), Some(1000));
}

#[test]
fn without_a_route_a_flow_counts_refusals() {
    let mut world = pair();
    let pace = Pace::Interval { every: Duration::from_millis(1), burst: 1 };
    let id = world.with_node(A, |host, cx| host.start_udp_flow(cx, flow([8, 8, 8, 8], Some(5), pace)));
    pass(&mut world, Duration::from_secs(1));
    assert_eq!(world.node(A).udp_flow(id).map(|s| (s.sent, s.refused)), Some((0, 5)));
}

#[test]
fn a_closed_udp_port_is_reported() {
    let mut world = pair();
    world.with_node(A, |host, cx| {
        host.start_udp_flow(cx, flow([10, 0, 0, 2], Some(1), Pace::Window(1)));
    });
    pass(&mut world, Duration::from_secs(1));
    assert_eq!(drops(&world), ["1 closed port: UDP 9"]);
    // ARP there and back, the datagram, and the error: four frames, three of them delivered.
    let ledger = world.ledger();
    assert_eq!((ledger.created, ledger.delivered), (4, 3));
}

/// Sends raw bytes out of `a` and returns what `b` makes of them: the reasons of its drops.
fn raw(build: impl FnOnce(&mut wire::Frame)) -> (Vec<String>, u64) {
    let mut world = pair();
    sh(&mut world, 0, "ping -c 1 10.0.0.2");
    let before = world.ledger().created;
    world.with_node(A, |_, cx| {
        let mut frame = cx.alloc(200);
        build(&mut frame);
        cx.send(Port(0), frame);
    });
    pass(&mut world, Duration::from_millis(1));
    (drops(&world), world.ledger().created - before - 1)
}

fn ethernet_to_b(frame: &mut wire::Frame, ethertype: EtherType) {
    let (destination, source) = (Mac([2, 0, 0, 0, 1, 1]), Mac([2, 0, 0, 0, 0, 1]));
    ethernet::Repr { destination, source, ethertype }.push(frame);
}

fn header(protocol: Protocol) -> ipv4::Repr {
    let (source, destination) = (Ipv4Addr::new(10, 0, 0, 1), Ipv4Addr::new(10, 0, 0, 2));
    ipv4::Repr { protocol, source, destination, ..ipv4::Repr::default() }
}

#[test]
fn a_closed_tcp_port_resets() {
    let (drops, answers) = raw(|frame| {
        let syn = tcp::Repr {
            source_port: 50_000,
            destination_port: 80,
            sequence: 7,
            flags: tcp::Flags::SYN,
            ..tcp::Repr::default()
        };
        let ip = header(Protocol::TCP);
        syn.push(ip.source, ip.destination, frame);
        ip.push(frame);
        ethernet_to_b(frame, EtherType::IPV4);
    });
    // The host `a` has no such connection either and drops the reset without an answer.
    assert_eq!(
        (drops, answers),
        (vec!["1 closed port: TCP 50000".to_string(), "1 closed port: TCP 80".into()], 1)
    );
}

#[test]
fn what_is_broken_or_strange_is_dropped_with_its_reason() {
    let one = |reason: &str| vec![format!("1 {reason}")];
    let (d, answers) = raw(|f| {
        header(Protocol(99)).push(f);
        ethernet_to_b(f, EtherType::IPV4);
    });
    assert_eq!((d, answers), (one("protocol not served"), 1), "protocol unreachable");
    let (d, answers) = raw(|f| {
        header(Protocol::UDP).push(f);
        f.bytes_mut()[8] ^= 1;
        ethernet_to_b(f, EtherType::IPV4);
    });
    assert_eq!((d, answers), (one("wrong IPv4 header checksum"), 0));
    let (d, answers) = raw(|f| ethernet_to_b(f, EtherType::IPV6));
    assert_eq!((d, answers), (one("EtherType 0x86dd is not served here"), 0));
    let (d, answers) = raw(|f| {
        f.extend_zeroed(28);
        ethernet_to_b(f, EtherType::ARP);
    });
    assert_eq!((d, answers), (one("malformed ARP packet"), 0));
    let (d, answers) = raw(|f| {
        let ip = ipv4::Repr { destination: Ipv4Addr::new(10, 0, 0, 77), ..header(Protocol::UDP) };
        ip.push(f);
        ethernet_to_b(f, EtherType::IPV4);
    });
    assert_eq!((d, answers), (one("not for this host"), 0));
    let (d, answers) = raw(|f| {
        let (destination, source) = (Mac([2, 0, 0, 0, 7, 7]), Mac([2, 0, 0, 0, 0, 1]));
        ethernet::Repr { destination, source, ethertype: EtherType::IPV4 }.push(f);
    });
    assert_eq!((d, answers), (one("for another station"), 0));
    let (d, answers) = raw(|f| {
        // A broadcast to a closed port calls for no error.
        let ip = ipv4::Repr { destination: Ipv4Addr::BROADCAST, ..header(Protocol::UDP) };
        udp::Repr { source_port: 1, destination_port: 2 }.push(ip.source, ip.destination, f);
        ip.push(f);
        ethernet::Repr {
            destination: Mac::BROADCAST,
            source: Mac([2, 0, 0, 0, 0, 1]),
            ethertype: EtherType::IPV4,
        }
        .push(f);
    });
    assert_eq!((d, answers), (one("closed port: UDP 2"), 0));
}

#[test]
fn missing_fragments_are_given_up_after_thirty_seconds_and_reported() {
    let mut world = pair();
    sh(&mut world, 0, "ping -c 1 10.0.0.2");
    world.with_node(A, |_, cx| {
        let mut frame = cx.frame(&[0; 64]);
        ipv4::Repr { more_fragments: true, id: 5, ..header(Protocol::UDP) }.push(&mut frame);
        ethernet_to_b(&mut frame, EtherType::IPV4);
        cx.send(Port(0), frame);
    });
    pass(&mut world, Duration::from_secs(29));
    assert_eq!(world.ledger().held, 1);
    let created = world.ledger().created;
    pass(&mut world, Duration::from_secs(2));
    assert_eq!(world.ledger().held, 0);
    assert_eq!(drops(&world), ["1 fragments are missing: reassembly time exceeded"]);
    assert!(world.ledger().created > created, "time exceeded in reassembly was sent");
}

#[test]
fn arp_is_answered_for_every_own_address_and_not_announced() {
    let mut world = routed();
    assert_eq!(world.ledger().created, 0, "adding an address says nothing");
    world.with_node(A, |_, cx| {
        let mut frame = cx.alloc(60);
        // b has this address on its other interface: arp_ignore = 0 answers all the same.
        let packet = arp::Repr::request(
            Mac([2, 0, 0, 0, 0, 1]),
            Ipv4Addr::new(10, 0, 1, 1),
            Ipv4Addr::new(10, 0, 2, 2),
        );
        packet.build(&mut frame, Mac::BROADCAST, packet.sender_mac);
        cx.send(Port(0), frame);
    });
    pass(&mut world, Duration::from_millis(1));
    assert_eq!(world.ledger().created, 2);
    let out = sh(&mut world, 0, "arping -c 1 -I eth1 10.0.1.2");
    assert!(out.starts_with(
        "ARPING 10.0.1.2 from 10.0.1.1 eth1\nUnicast reply from 10.0.1.2 [02:00:00:00:01:01]  0.00"
    ));
    assert!(out.ends_with("Sent 1 probes (1 broadcast(s))\nReceived 1 response(s)\n"), "{out}");
    assert_eq!(run(&mut world, 0, "arping -c 2 -I eth1 10.0.1.9").exit, 1);
}

#[test]
fn counters_count() {
    let mut world = pair();
    sh(&mut world, 0, "ping -c 1 10.0.0.2");
    let out = sh(&mut world, 0, "ip -s link show eth1");
    assert!(out.contains("    RX:  bytes packets errors dropped  missed   mcast           \n"), "{out}");
    assert!(out.contains("           158       2      0       0       0       0 \n"), "{out}");
    assert!(out.contains("    TX:  bytes packets errors dropped carrier collsns           \n"), "{out}");
}

/// A triangle of hosts that all forward, with addresses and routes that may loop, on poor cables.
fn triangle(loss: u32, seed: u64) -> World<Host> {
    let mut builder = WorldBuilder::new();
    for (name, n) in [("a", 0), ("b", 1), ("c", 2)] {
        builder.add_node(name, host(name, n, 2)).unwrap();
    }
    let params = LinkParams {
        loss: Probability::from_percent(loss),
        duplicate: Probability::from_percent(loss / 2),
        corrupt: Probability::from_percent(loss / 2),
        jitter: Duration::from_micros(50),
        delay: Duration::from_micros(60),
        queue: 4,
        ..LinkParams::default()
    };
    for (x, y) in [(A, B), (B, C), (C, A)] {
        builder.connect((x, Port(1), "eth2"), (y, Port(0), "eth1"), params, params).unwrap();
    }
    let mut world = builder.build(seed);
    world.run_until(Instant::START).unwrap();
    for node in 0..3u8 {
        let (left, right) = ((node + 2) % 3, node);
        let line = format!(
            "ip addr add 10.0.{left}.2/24 dev eth1; ip addr add 10.0.{right}.1/24 dev eth2; \
             ip route add default via 10.0.{right}.2; echo 1 > /proc/sys/net/ipv4/ip_forward"
        );
        sh(&mut world, u32::from(node), &line);
    }
    world
}

fn command() -> impl Strategy<Value = String> {
    let to = (0u8..4, 1u8..4);
    prop_oneof![
        (to, 0usize..4).prop_map(|((net, host), size)| {
            let size = [56, 1472, 3000, 9000][size];
            format!("ping -c 3 -i 0.1 -W 1 -s {size} 10.0.{net}.{host}")
        }),
        (1u8..3).prop_map(|i| format!("ip link set eth{i} down")),
        (1u8..3).prop_map(|i| format!("ip link set eth{i} up")),
        (1u8..3, 0u8..4).prop_map(|(i, n)| format!("ip addr add 10.0.{n}.3/24 dev eth{i}")),
        (1u8..3).prop_map(|i| format!("ip addr flush dev eth{i}")),
        (0u8..4, 1u8..3).prop_map(|(n, h)| format!("ip route replace 10.0.9.0/24 via 10.0.{n}.{h}")),
        Just("ip neigh flush all".to_string()),
        (1u8..3).prop_map(|i| format!("ip link set eth{i} mtu 600")),
        (1u8..3).prop_map(|i| format!("dhclient -1 eth{i} &")),
        Just("ping -c 2 -i 0.3 -t 40 10.0.9.9".to_string()),
        Just("arping -c 2 -w 2 10.0.0.1".to_string()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_frame_vanishes_and_a_fork_agrees(
        steps in proptest::collection::vec((0u32..3, command(), 0u64..1500), 1..12),
        loss in 0u32..30,
        seed: u64,
    ) {
        let mut world = triangle(loss, seed);
        let mut fork = None;
        for (i, (node, line, ms)) in steps.iter().enumerate() {
            if i == steps.len() / 2 {
                fork = Some((world.clone(), i));
            }
            world.with_node(NodeId(*node), |host, cx| host.spawn(cx, line));
            let until = world.now() + Duration::from_millis(*ms);
            world.run_until(until).unwrap();
            prop_assert!(world.check_conservation().is_ok(), "{:?}", world.check_conservation());
        }
        pass(&mut world, Duration::from_mins(3));
        prop_assert_eq!(world.ledger().live(), 0, "nothing is held for ever");
        if let Some((mut fork, from)) = fork {
            for (node, line, ms) in &steps[from..] {
                fork.with_node(NodeId(*node), |host, cx| host.spawn(cx, line));
                let until = fork.now() + Duration::from_millis(*ms);
                fork.run_until(until).unwrap();
            }
            pass(&mut fork, Duration::from_mins(3));
            prop_assert_eq!(world.ledger(), fork.ledger());
        }
    }

    #[test]
    fn any_bytes_from_the_cable_are_taken(bytes in proptest::collection::vec(any::<u8>(), 0..200), arp in any::<bool>()) {
        let mut world = pair();
        world.with_node(A, |_, cx| {
            let mut frame = cx.frame(&bytes);
            if arp {
                ethernet_to_b(&mut frame, EtherType::ARP);
            } else {
                ethernet_to_b(&mut frame, EtherType::IPV4);
            }
            cx.send(Port(0), frame);
            let frame = cx.frame(&bytes);
            cx.send(Port(0), frame);
        });
        pass(&mut world, Duration::from_mins(1));
        prop_assert_eq!(world.ledger().live(), 0);
    }
}
