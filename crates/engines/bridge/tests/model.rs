//! The bridge against a naive model: lists instead of tables, every rule written out for each frame.

use bridge::vlan::{TagAction, VlanConfig};
use bridge::{
    Bridge, BridgeConfig, BridgeDrop, BridgePort, FrameTypes, Header, HostKind, Ingress, Learn, PortConfig,
    PortSet, PortState, Tag,
};
use clock::{Duration, Instant};
use proptest::prelude::*;
use wire::Mac;

const PORTS: u16 = 4;
const LIMIT: u32 = 3;
const BRIDGE_MAC: Mac = Mac([2, 0, 0, 0, 1, 0]);
const AGEING: Duration = Duration::from_secs(10);

fn port_mac(port: u16) -> Mac {
    Mac([2, 0, 0, 0, 1, 1 + port as u8])
}

/// Hosts 0..5, then the bridge, a port, a multicast group, broadcast and two reserved addresses.
fn address(n: u8) -> Mac {
    match n {
        0..6 => Mac([2, 0, 0, 0, 2, n]),
        6 => BRIDGE_MAC,
        7 => port_mac(1),
        8 => Mac([1, 0, 0x5e, 0, 0, 5]),
        9 => Mac::BROADCAST,
        10 => Mac([1, 0x80, 0xc2, 0, 0, 0]),
        _ => Mac([1, 0x80, 0xc2, 0, 0, 0x0e]),
    }
}

#[derive(Clone, Debug)]
enum Op {
    Frame { port: Option<u16>, source: u8, destination: u8, tag: Option<u16> },
    State { port: u16, state: PortState },
    Port { port: u16, config: PortConfig },
    Static { host: u8, vid: Option<u16>, port: u16 },
    Flush { port: u16 },
    Pass { millis: u64, wake: bool },
}

fn port_config() -> impl Strategy<Value = PortConfig> {
    let types = prop_oneof![
        Just(FrameTypes::AdmitAll),
        Just(FrameTypes::UntaggedAndPriorityTagged),
        Just(FrameTypes::VlanTagged)
    ];
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (1u16..4, types, flags, prop::option::weighted(0.3, 0u32..2), prop::bool::weighted(0.2)).prop_map(
        |(pvid, frame_types, (unicast, multicast, broadcast, filtering), horizon, no_learn)| PortConfig {
            mac: None,
            pvid,
            frame_types,
            ingress_filtering: filtering,
            tag_stacking: false,
            learn: if no_learn { Learn::No } else { Learn::Auto },
            horizon,
            unknown_unicast_flood: unicast,
            unknown_multicast_flood: multicast,
            broadcast_flood: broadcast,
        },
    )
}

fn op() -> impl Strategy<Value = Op> {
    let state = prop_oneof![
        4 => Just(PortState::Forwarding),
        1 => Just(PortState::Learning),
        1 => Just(PortState::Discarding),
        1 => Just(PortState::Disabled)
    ];
    prop_oneof![
        20 => (prop::option::weighted(0.9, 0..PORTS), 0u8..8, 0u8..12, prop::option::weighted(0.4, 0u16..4))
            .prop_map(|(port, source, destination, tag)| Op::Frame { port, source, destination, tag }),
        2 => (0..PORTS, state).prop_map(|(port, state)| Op::State { port, state }),
        2 => (0..PORTS, port_config()).prop_map(|(port, config)| Op::Port { port, config }),
        1 => (0u8..6, prop::option::of(1u16..4), 0..PORTS)
            .prop_map(|(host, vid, port)| Op::Static { host, vid, port }),
        1 => (0..PORTS).prop_map(|port| Op::Flush { port }),
        4 => (0u64..6_000, any::<bool>()).prop_map(|(millis, wake)| Op::Pass { millis, wake }),
    ]
}

struct ModelHost {
    mac: Mac,
    vid: u16,
    port: u16,
    seen: Option<Instant>,
}

struct Model {
    config: BridgeConfig,
    ports: Vec<(PortConfig, PortState)>,
    hosts: Vec<ModelHost>,
    vlans: Vec<VlanConfig>,
}

/// What must come out: up, ports with their tag action, or a drop.
type Outcome = Result<(bool, Vec<(u16, TagAction)>), BridgeDrop>;

impl Model {
    fn own(&self, mac: Mac) -> bool {
        mac == BRIDGE_MAC || self.ports.iter().any(|(config, _)| config.mac == Some(mac))
    }

    /// Whether a port (`None` = the bridge) is in a VLAN, and tagged.
    fn member(&self, vid: u16, port: Option<u16>) -> Option<bool> {
        let in_rows = |tagged: bool| {
            self.vlans.iter().filter(|row| row.vlan_ids.iter().any(|ids| ids.contains(&vid))).any(
                |row| match (port, tagged) {
                    (Some(port), true) => row.tagged.contains(BridgePort(port)),
                    (Some(port), false) => row.untagged.contains(BridgePort(port)),
                    (None, true) => row.cpu_tagged,
                    (None, false) => row.cpu_untagged,
                },
            )
        };
        let (pvid, types) = match port {
            Some(port) => {
                let config = &self.ports[usize::from(port)].0;
                (config.pvid, config.frame_types)
            }
            None => (self.config.pvid, self.config.frame_types),
        };
        if in_rows(false) || pvid == vid && types != FrameTypes::VlanTagged {
            Some(false)
        } else {
            in_rows(true).then_some(true)
        }
    }

    fn frame(
        &mut self,
        now: Instant,
        port: Option<u16>,
        source: Mac,
        destination: Mac,
        tag: Option<u16>,
    ) -> Outcome {
        let (state, pvid, types, filter, learn) = match port {
            None => {
                let c = &self.config;
                (PortState::Forwarding, c.pvid, c.frame_types, c.ingress_filtering, false)
            }
            Some(port) => {
                let (c, state) = &self.ports[usize::from(port)];
                (*state, c.pvid, c.frame_types, c.ingress_filtering, c.learn != Learn::No)
            }
        };
        if state == PortState::Disabled {
            return Err(BridgeDrop::PortDisabled);
        }
        if destination.is_link_local() {
            let bpdu = destination.0[5] == 0 && self.config.spanning_tree && port.is_some();
            return if bpdu { Ok((true, Vec::new())) } else { Err(BridgeDrop::ReservedAddress) };
        }
        if state == PortState::Discarding {
            return Err(BridgeDrop::PortNotForwarding);
        }
        let mut vid = 0;
        if self.config.vlan_filtering {
            let tagged = tag.unwrap_or(0) != 0;
            match types {
                FrameTypes::VlanTagged if !tagged => return Err(BridgeDrop::FrameTypes),
                FrameTypes::UntaggedAndPriorityTagged if tagged => return Err(BridgeDrop::FrameTypes),
                _ => {}
            }
            vid = tag.filter(|vid| *vid != 0).unwrap_or(pvid);
            if filter && self.member(vid, port).is_none() {
                return Err(BridgeDrop::IngressFiltering);
            }
        }
        if let Some(port) = port.filter(|_| learn) {
            self.learn(now, source, vid, port);
        }
        if state == PortState::Learning {
            return Err(BridgeDrop::PortNotForwarding);
        }
        self.egress(now, port, destination, vid, tag)
    }

    fn alive(&self, now: Instant) -> impl Iterator<Item = &ModelHost> {
        self.hosts.iter().filter(move |host| host.seen.is_none_or(|seen| now.since(seen) < AGEING))
    }

    fn learn(&mut self, now: Instant, mac: Mac, vid: u16, port: u16) {
        self.hosts.retain(|host| host.seen.is_none_or(|seen| now.since(seen) < AGEING));
        if self.own(mac) {
            return;
        }
        let learned = self.hosts.iter().filter(|host| host.seen.is_some()).count();
        match self.hosts.iter_mut().find(|host| (host.mac, host.vid) == (mac, vid)) {
            Some(ModelHost { seen: None, .. }) => {}
            Some(host) => (host.port, host.seen) = (port, Some(now)),
            None if learned as u32 >= LIMIT => {}
            None => self.hosts.push(ModelHost { mac, vid, port, seen: Some(now) }),
        }
    }

    fn egress(
        &self,
        now: Instant,
        from: Option<u16>,
        destination: Mac,
        vid: u16,
        tag: Option<u16>,
    ) -> Outcome {
        let filtering = self.config.vlan_filtering;
        let in_vlan = |port: Option<u16>| !filtering || self.member(vid, port).is_some();
        let horizon = |port: u16| self.ports[usize::from(port)].0.horizon;
        let same_horizon =
            |to: u16| from.is_some_and(|from| horizon(from).is_some() && horizon(from) == horizon(to));
        let forwarding = |to: u16| self.ports[usize::from(to)].1 == PortState::Forwarding;
        let cpu = from.is_some() && in_vlan(None);
        let known =
            self.alive(now).find(|host| (host.mac, host.vid) == (destination, vid)).map(|host| host.port);
        let mut ports: Vec<u16> = Vec::new();
        let mut up = false;
        if let Some(to) = known {
            if from == Some(to) {
                return Err(BridgeDrop::SamePort);
            } else if same_horizon(to) {
                return Err(BridgeDrop::Horizon);
            } else if !forwarding(to) {
                return Err(BridgeDrop::DestinationNotForwarding);
            } else if !in_vlan(Some(to)) {
                return Err(BridgeDrop::EgressVlan);
            }
            ports.push(to);
        } else if self.own(destination) && in_vlan(None) {
            up = cpu;
        } else {
            up = cpu;
            for to in 0..PORTS {
                let config = &self.ports[usize::from(to)].0;
                let flood = if destination.is_broadcast() {
                    config.broadcast_flood
                } else if destination.is_multicast() {
                    config.unknown_multicast_flood
                } else {
                    config.unknown_unicast_flood
                };
                if flood && from != Some(to) && !same_horizon(to) && forwarding(to) && in_vlan(Some(to)) {
                    ports.push(to);
                }
            }
        }
        if !up && ports.is_empty() {
            return Err(BridgeDrop::NoEligiblePort);
        }
        let action = |port: u16| match (filtering, tag, self.member(vid, Some(port)) == Some(true)) {
            (false, ..) | (_, None, false) => TagAction::Keep,
            (_, None, true) => TagAction::Push(vid),
            (_, Some(_), false) => TagAction::Pop,
            (_, Some(0), true) => TagAction::Rewrite(0xa000 | vid),
            (_, Some(_), true) => TagAction::Keep,
        };
        Ok((up, ports.into_iter().map(|port| (port, action(port))).collect()))
    }
}

fn vlan_rows() -> Vec<VlanConfig> {
    let set = |ports: &[u16]| ports.iter().map(|port| BridgePort(*port)).collect::<PortSet>();
    vec![
        VlanConfig {
            vlan_ids: vec![2..=2],
            tagged: set(&[0, 1]),
            untagged: set(&[1, 2]),
            ..Default::default()
        },
        VlanConfig { vlan_ids: vec![2..=3], tagged: set(&[3]), cpu_tagged: true, ..Default::default() },
    ]
}

fn run(filtering: bool, spanning_tree: bool, ops: &[Op]) -> Result<(), TestCaseError> {
    let config = BridgeConfig {
        mac: Some(BRIDGE_MAC),
        ageing_time: AGEING,
        max_learned_entries: Some(LIMIT),
        vlan_filtering: filtering,
        spanning_tree,
        ..BridgeConfig::default()
    };
    let mut bridge = Bridge::new(config.clone());
    let mut model = Model { config, ports: Vec::new(), hosts: Vec::new(), vlans: vlan_rows() };
    bridge.set_vlans(vlan_rows());
    for port in 0..PORTS {
        let config = PortConfig { mac: Some(port_mac(port)), ..PortConfig::default() };
        prop_assert_eq!(bridge.add_port(config.clone()), BridgePort(port));
        bridge.set_port_state(BridgePort(port), PortState::Forwarding);
        model.ports.push((config, PortState::Forwarding));
    }
    let mut now = Instant::START;
    for op in ops {
        match op.clone() {
            Op::Frame { port, source, destination, tag } => {
                let (source, destination) = (address(source), address(destination));
                let header = Header {
                    destination,
                    source,
                    tag: tag.map(|vid| Tag { tpid: 0x8100, tci: 0xa000 | vid }),
                };
                let ingress = port.map_or(Ingress::Cpu, |port| Ingress::Port(BridgePort(port)));
                let expected = model.frame(now, port, source, destination, tag);
                let found = bridge.decide(now, ingress, &header).map(|decision| {
                    let action =
                        |port| decision.vlan.as_ref().map_or(TagAction::Keep, |vlan| vlan.action(port));
                    (
                        decision.up,
                        decision.ports.iter().map(|port| (port.0, action(port))).collect::<Vec<_>>(),
                    )
                });
                prop_assert_eq!(found, expected, "{:?}", op);
            }
            Op::State { port, state } => {
                bridge.set_port_state(BridgePort(port), state);
                model.ports[usize::from(port)].1 = state;
                if state == PortState::Disabled {
                    model.hosts.retain(|host| host.port != port || host.seen.is_none());
                }
            }
            Op::Port { port, config } => {
                let config = PortConfig { mac: Some(port_mac(port)), ..config };
                bridge.set_port(BridgePort(port), config.clone());
                model.ports[usize::from(port)].0 = config;
            }
            Op::Static { host, vid, port } => {
                bridge.add_static_host(vid, address(host), BridgePort(port));
                let (mac, vid) = (address(host), vid.unwrap_or(0));
                model.hosts.retain(|host| (host.mac, host.vid) != (mac, vid));
                model.hosts.push(ModelHost { mac, vid, port, seen: None });
            }
            Op::Flush { port } => {
                bridge.flush_port(BridgePort(port));
                model.hosts.retain(|host| host.port != port || host.seen.is_none());
            }
            Op::Pass { millis, wake } => {
                now += Duration::from_millis(millis);
                if wake {
                    bridge.wake(now);
                    prop_assert!(bridge.deadline().is_none_or(|at| at > now));
                }
            }
        }
        let mut expected: Vec<_> =
            model.alive(now).map(|host| (host.vid, host.mac, host.port, host.seen)).collect();
        expected.sort();
        let found: Vec<_> = bridge
            .hosts(now)
            .into_iter()
            .filter(|host| host.kind != HostKind::Local)
            .map(|host| {
                (host.vid.unwrap_or(0), host.mac, host.port.map_or(u16::MAX, |port| port.0), host.last_seen)
            })
            .collect();
        prop_assert_eq!(found, expected);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_bridge_decides_as_the_model(
        filtering: bool,
        spanning_tree: bool,
        ops in prop::collection::vec(op(), 1..80),
    ) {
        run(filtering, spanning_tree, &ops)?;
    }
}
