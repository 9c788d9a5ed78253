//! What people, their programs and the weather do to a network, at random.

use crate::network::{Kind, Network as Plan};
use crate::random::Random;
use crate::world::Network;
use host::{Pace, UdpFlow};
use lab::device::{Device, DeviceDrop};
use sim::{CableId, NodeId, Port};
use std::net::Ipv4Addr;

/// Something that happens.
#[derive(Clone, Debug)]
pub enum Action {
    /// A command on a node.
    Run(usize, String),
    /// A cable is pulled out or plugged in.
    Cable(usize, bool),
    /// A host opens a UDP port that answers or not.
    Sink(usize, u16, bool),
    /// A host sends datagrams.
    Flow(usize, UdpFlow),
    /// A node sends these bytes as a frame, whatever they are.
    Noise(usize, u16, Vec<u8>),
}

impl Action {
    /// A random action in a network.
    #[must_use]
    pub fn random(random: &mut Random, plan: &Plan) -> Self {
        let node = random.index(plan.nodes.len());
        let target = random.of(&plan.targets()).clone();
        if !plan.links.is_empty() && random.chance(8) {
            return Self::Cable(random.index(plan.links.len()), random.chance(60));
        }
        if random.chance(12) {
            let link = random.index(plan.links.len());
            let (node, port) = *random.of(&plan.links[link].ends);
            return Self::Noise(node, u16::try_from(port).unwrap_or(0), noise(random));
        }
        match plan.nodes[node] {
            Kind::Router { .. } => Self::Run(node, router_command(random, &target)),
            Kind::Host => host_action(random, node, &target),
            Kind::Switch => Self::Cable(random.index(plan.links.len()), true),
        }
    }

    /// Does it, now.
    pub fn perform(&self, network: &mut Network) {
        let id = |node: &usize| NodeId(u32::try_from(*node).unwrap_or(0));
        match self {
            Self::Run(node, text) => network.run(id(node), text),
            Self::Cable(cable, up) => {
                network.world.set_link(CableId(u32::try_from(*cable).unwrap_or(0)), *up)
            }
            Self::Sink(node, port, echo) => {
                if let Device::Host(host) = network.world.node_mut(id(node)) {
                    host.open_udp_sink(*port, *echo);
                }
            }
            Self::Flow(node, flow) => network.world.with_node(id(node), |device, cx| {
                if let Device::Host(host) = device {
                    cx.map(DeviceDrop::Host, |cx| host.start_udp_flow(cx, flow.clone()));
                }
            }),
            Self::Noise(node, port, bytes) => network.world.with_node(id(node), |_, cx| {
                let frame = cx.frame(bytes);
                cx.send(Port(*port), frame);
            }),
        }
    }

    /// The same in a network that has so many more nodes and cables before its own.
    #[must_use]
    pub fn shifted(self, nodes: usize, cables: usize) -> Self {
        match self {
            Self::Run(node, text) => Self::Run(node + nodes, text),
            Self::Cable(cable, up) => Self::Cable(cable + cables, up),
            Self::Sink(node, port, echo) => Self::Sink(node + nodes, port, echo),
            Self::Flow(node, flow) => Self::Flow(node + nodes, flow),
            Self::Noise(node, port, bytes) => Self::Noise(node + nodes, port, bytes),
        }
    }

    /// As an event of a lab's scenario; none when a lab can't say it.
    #[must_use]
    pub fn scenario(&self, plan: &Plan, at_ms: u64) -> Option<String> {
        match self {
            Self::Run(node, text) => {
                Some(format!("  - {{ at: {at_ms}ms, on: {}, run: {text:?} }}\n", plan.name(*node)))
            }
            Self::Cable(cable, up) => {
                let end = plan.links.get(*cable)?.ends[0];
                let (word, name, port) = (if *up { "up" } else { "down" }, plan.name(end.0), plan.port(end));
                Some(format!("  - {{ at: {at_ms}ms, {word}: \"{name}:{port}\" }}\n"))
            }
            Self::Sink(..) | Self::Flow(..) | Self::Noise(..) => None,
        }
    }
}

fn router_command(random: &mut Random, target: &str) -> String {
    let size = *random.of(&[28, 50, 56, 600, 1500, 4000, 9000]);
    match random.below(9) {
        0..=3 => {
            let (count, ttl) = (1 + random.below(4), *random.of(&[1, 2, 64, 255]));
            let whole = if random.chance(25) { " do-not-fragment" } else { "" };
            format!("/ping {target} count={count} size={size} ttl={ttl} interval=100ms{whole}")
        }
        4 => String::from("/ip arp remove [find dynamic]"),
        5 => String::from("/interface disable ether1; :delay 500ms; /interface enable ether1"),
        6 => format!("/ip firewall filter add chain=forward dst-address={target} action=drop place-before=0"),
        7 => String::from("/ip firewall filter remove [find action=drop]"),
        _ => String::from("/ip address disable [find]; :delay 300ms; /ip address enable [find]"),
    }
}

fn host_action(random: &mut Random, node: usize, target: &str) -> Action {
    let size = *random.of(&[0, 16, 56, 548, 1472, 1473, 4000, 20_000]);
    let command = match random.below(14) {
        0..=3 => {
            let count = 1 + random.below(4);
            let whole = random.of(&["", " -M dont", " -M do", " -t 1", " -t 3"]);
            format!("ping -c {count} -i 0.1 -W 1 -s {size}{whole} {target}")
        }
        4 => {
            let all = target.rsplit_once('.').map_or("10.0.0", |(net, _)| net);
            format!("ping -b -c 2 -i 0.2 -W 1 {all}.255")
        }
        5 => String::from("ip neigh flush dev eth1"),
        6 => String::from("ip link set eth1 down ; sleep 0.3 ; ip link set eth1 up"),
        7 => format!("arping -c 2 -I eth1 {target}"),
        8 => return Action::Sink(node, *random.of(&[7, 9, 5000]), random.chance(50)),
        _ => {
            let pace = match random.below(3) {
                0 => Pace::Window(1 + u32::try_from(random.below(5)).unwrap_or(0)),
                _ => Pace::Interval {
                    every: clock::Duration::from_micros(500 + random.below(50_000)),
                    burst: 1 + u32::try_from(random.below(6)).unwrap_or(0),
                },
            };
            let broadcast = random.chance(10);
            let destination = if broadcast { "255.255.255.255" } else { target };
            let flow = UdpFlow {
                destination: destination.parse().unwrap_or(Ipv4Addr::BROADCAST),
                destination_port: *random.of(&[7, 9, 5000, 67, 68]),
                source_port: *random.of(&[40_000, 7, 68]),
                payload_len: *random.of(&[0, 8, 64, 512, 1472, 1473, 3000, 9000]),
                count: Some(1 + random.below(20)),
                pace,
            };
            return Action::Flow(node, flow);
        }
    };
    Action::Run(node, command)
}

/// A frame that may be anything: random bytes, or an Ethernet header with a broken IPv4, ARP or DHCP packet.
fn noise(random: &mut Random) -> Vec<u8> {
    let len = usize::try_from(random.below(200)).unwrap_or(0);
    let mut bytes = random.bytes(len);
    if random.chance(75) {
        let all = random.chance(70);
        let mut head = if all { vec![0xff; 6] } else { random.bytes(6) };
        head.extend([2, 0, 0, 0, 0, 9]);
        head.extend(*random.of(&[[8_u8, 0], [8, 0], [8, 6], [0x81, 0], [0x86, 0xdd], [0, 20]]));
        if head.ends_with(&[8, 0]) {
            let total = u16::try_from(20 + bytes.len()).unwrap_or(20).to_be_bytes();
            let protocol = *random.of(&[1, 6, 17, 2, 99]);
            let options = if random.chance(20) { 0x46 } else { 0x45 };
            let fragment = if random.chance(30) { random.bytes(2) } else { vec![0, 0] };
            let mut ip =
                vec![options, 0, total[0], total[1], 0, 7, fragment[0], fragment[1], 3, protocol, 0, 0];
            ip.extend([10, 0, 0, 200]);
            ip.extend(*random.of(&[
                [10, 0, 0, 1],
                [10, 0, 0, 100],
                [255, 255, 255, 255],
                [10, 0, 1, 1],
                [224, 0, 0, 1],
            ]));
            if random.chance(85) {
                let sum = checksum(&ip);
                ip[10..12].copy_from_slice(&sum.to_be_bytes());
            }
            head.extend(ip);
        } else if head.ends_with(&[8, 6]) && random.chance(70) {
            head.extend([0, 1, 8, 0, 6, 4, 0, 1 + u8::from(random.chance(40))]);
        }
        head.append(&mut bytes);
        bytes = head;
    }
    bytes
}

/// The internet checksum of a header (RFC 1071).
fn checksum(bytes: &[u8]) -> u16 {
    let words = bytes.chunks(2).map(|w| u32::from(w[0]) << 8 | w.get(1).map_or(0, |b| u32::from(*b)));
    let sum: u32 = words.sum();
    let sum = (sum & 0xffff) + (sum >> 16);
    !u16::try_from((sum & 0xffff) + (sum >> 16)).unwrap_or(0)
}
