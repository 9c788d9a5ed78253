//! The switch in small worlds: learning, flooding, and no frame lost from the count.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use clock::{Duration, Instant};
use host::{Switch, SwitchDrop};
use sim::{Context, LinkParams, Node, NodeId, Port, World, WorldBuilder};
use wire::Frame;

/// A switch, or a station that sends scripted frames and keeps what it hears.
#[derive(Clone)]
enum Device {
    Switch(Box<Switch>),
    Station(Station),
}

#[derive(Clone, Default)]
struct Station {
    heard: Vec<Vec<u8>>,
}

impl Node for Device {
    type Drop = SwitchDrop;

    fn receive(&mut self, cx: &mut Context<'_, SwitchDrop>, port: Port, frame: Frame) {
        match self {
            Self::Switch(switch) => switch.receive(cx, port, frame),
            Self::Station(station) => {
                station.heard.push(frame.bytes().to_vec());
                cx.deliver(frame);
            }
        }
    }
    fn carrier(&mut self, cx: &mut Context<'_, SwitchDrop>, port: Port, up: bool) {
        if let Self::Switch(switch) = self {
            switch.carrier(cx, port, up);
        }
    }
    fn wake(&mut self, cx: &mut Context<'_, SwitchDrop>) {
        if let Self::Switch(switch) = self {
            switch.wake(cx);
        }
    }
    fn deadline(&self) -> Option<Instant> {
        match self {
            Self::Switch(switch) => switch.deadline(),
            Self::Station(_) => None,
        }
    }
    fn held(&self) -> usize {
        0
    }
    fn describe_drop(&self, reason: &SwitchDrop) -> String {
        reason.to_string()
    }
}

const SWITCH: NodeId = NodeId(0);

fn world(stations: u16) -> World<Device> {
    let mut builder = WorldBuilder::new();
    builder.add_node("sw", Device::Switch(Box::new(Switch::new(stations)))).unwrap();
    for i in 0..stations {
        let id = builder.add_node(&format!("s{i}"), Device::Station(Station::default())).unwrap();
        let name = format!("eth{i}");
        let params = LinkParams::default();
        builder.connect((SWITCH, Port(i), &name), (id, Port(0), "eth1"), params, params).unwrap();
    }
    let mut world = builder.build(1);
    world.run_until(Instant::START).unwrap();
    world
}

fn mac(n: u8) -> [u8; 6] {
    [2, 0, 0, 0, 0, n]
}

fn send(world: &mut World<Device>, from: u8, to: [u8; 6], source: [u8; 6]) {
    world.with_node(NodeId(u32::from(from)), |_, cx| {
        let mut bytes = [to, source].concat();
        bytes.extend([0x88, 0xb5, from]);
        let frame = cx.frame(&bytes);
        cx.send(Port(0), frame);
    });
    let until = world.now() + Duration::from_millis(1);
    world.run_until(until).unwrap();
    world.check_conservation().unwrap();
}

fn heard(world: &World<Device>) -> Vec<usize> {
    (1..world.node_count() as u32)
        .map(|n| match world.node(NodeId(n)) {
            Device::Station(station) => station.heard.len(),
            Device::Switch(_) => 0,
        })
        .collect()
}

#[test]
fn unknown_destinations_are_flooded_and_known_ones_are_not() {
    let mut world = world(4);
    send(&mut world, 1, mac(2), mac(1));
    assert_eq!(heard(&world), [0, 1, 1, 1]);
    send(&mut world, 2, mac(1), mac(2));
    assert_eq!(heard(&world), [1, 1, 1, 1]);
    send(&mut world, 1, mac(2), mac(1));
    assert_eq!(heard(&world), [1, 2, 1, 1]);
    send(&mut world, 3, [0xff; 6], mac(3));
    assert_eq!(heard(&world), [2, 3, 1, 2]);
}

#[test]
fn a_frame_to_its_own_port_or_with_nobody_else_is_dropped_with_a_reason() {
    let mut lonely = world(1);
    send(&mut lonely, 1, [0xff; 6], mac(1));
    let ledger = lonely.ledger();
    assert_eq!(ledger.dropped(), 1);
    let mut pair = world(2);
    send(&mut pair, 1, mac(9), mac(1));
    send(&mut pair, 1, mac(1), mac(9));
    assert_eq!(heard(&pair), [0, 1]);
    assert_eq!(pair.ledger().dropped(), 1);
}

#[test]
fn bpdus_pass_and_pause_frames_do_not() {
    let mut world = world(2);
    send(&mut world, 1, [1, 0x80, 0xc2, 0, 0, 0], mac(1));
    assert_eq!(heard(&world), [0, 1]);
    send(&mut world, 1, [1, 0x80, 0xc2, 0, 0, 1], mac(1));
    assert_eq!(heard(&world), [0, 1]);
}

#[test]
fn hosts_are_forgotten_after_five_minutes_and_with_their_cable() {
    let mut world = world(3);
    send(&mut world, 1, mac(9), mac(1));
    send(&mut world, 2, mac(1), mac(2));
    assert_eq!(heard(&world), [1, 1, 1]);
    let until = world.now() + Duration::from_mins(6);
    world.run_until(until).unwrap();
    send(&mut world, 2, mac(1), mac(2));
    assert_eq!(heard(&world), [2, 1, 2], "flooded again");
    send(&mut world, 1, mac(2), mac(1));
    world.set_link(sim::CableId(0), false);
    let until = world.now() + Duration::from_millis(1);
    world.run_until(until).unwrap();
    send(&mut world, 2, mac(1), mac(2));
    assert_eq!(heard(&world), [2, 2, 3], "the port of the station is down, so the rest hears it");
}
