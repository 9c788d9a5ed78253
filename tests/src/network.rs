//! Random networks: routers with valid configs, bridges, switches and hosts, written as lab files.
//!
//! The cables form a tree, plus further cables between routers; so no loop of switches can storm, and every segment has
//! a prefix of its own (`10.0.d.0/24`) to which every router has a route.

use crate::random::Random;
use crate::rules;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write as _;

/// How large and how rough a network is.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// All nodes together, at least 2.
    pub nodes: usize,
    /// Further cables between routers, where there are such routers.
    pub loops: usize,
    /// Filter rules on each router, at most.
    pub rules: u64,
    /// Cables lose, double, reorder, corrupt, jitter; queues and MTUs are small.
    pub harsh: bool,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A RouterOS router; with `bridge` all ports but the first are ports of one bridge.
    Router {
        /// Ports from the second on are bridged.
        bridge: bool,
    },
    /// A learning switch.
    Switch,
    /// A Linux-like host.
    Host,
}

/// A cable: two ends as (node, port from 0), and its `vars`.
#[derive(Clone, Debug)]
pub struct Link {
    /// The ends.
    pub ends: [(usize, usize); 2],
    /// What the cable does to frames, as the lab file writes it; empty = nothing.
    pub vars: String,
}

/// An interface with an address.
#[derive(Clone, Debug)]
pub struct Station {
    /// The node.
    pub node: usize,
    /// The interface by name.
    pub interface: String,
    /// The segment that it is on.
    pub segment: usize,
    /// Last octet of its address; none when it asks by DHCP.
    pub octet: Option<u8>,
}

/// A random network.
#[derive(Clone, Debug)]
pub struct Network {
    /// The seed that it came from.
    pub seed: u64,
    /// The nodes.
    pub nodes: Vec<Kind>,
    /// The cables.
    pub links: Vec<Link>,
    /// All interfaces with addresses.
    pub stations: Vec<Station>,
    /// Segments whose first router serves DHCP.
    dhcp: BTreeSet<usize>,
    /// More lines of each router's config.
    extra: BTreeMap<usize, String>,
}

impl Network {
    /// The network that `seed` and `shape` decide.
    #[must_use]
    pub fn random(seed: u64, shape: Shape) -> Self {
        let mut random = Random::new(seed);
        let mut network = Self {
            seed,
            nodes: Vec::new(),
            links: Vec::new(),
            stations: Vec::new(),
            dhcp: BTreeSet::new(),
            extra: BTreeMap::new(),
        };
        network.grow(&mut random, shape);
        network.address(&mut random);
        for node in 0..network.nodes.len() {
            let lines = network.more_config(&mut random, node, shape);
            network.extra.insert(node, lines);
        }
        network
    }

    /// Nodes and cables.
    fn grow(&mut self, random: &mut Random, shape: Shape) {
        let mut ports = vec![0_usize; shape.nodes];
        let mut take = |node: usize| {
            ports[node] += 1;
            (node, ports[node] - 1)
        };
        for node in 0..shape.nodes {
            let kind = match random.below(if node == 0 { 4 } else { 9 }) {
                0 | 1 => Kind::Router { bridge: false },
                2 => Kind::Router { bridge: true },
                3 => Kind::Switch,
                _ => Kind::Host,
            };
            let parents: Vec<usize> = (0..node).filter(|n| self.nodes[*n] != Kind::Host).collect();
            self.nodes.push(kind);
            if !parents.is_empty() {
                let parent = *random.of(&parents);
                let vars = vars(random, shape.harsh);
                self.links.push(Link { ends: [take(parent), take(node)], vars });
            }
        }
        let routed: Vec<usize> =
            (0..shape.nodes).filter(|n| self.nodes[*n] == Kind::Router { bridge: false }).collect();
        for _ in 0..shape.loops {
            if routed.len() < 2 {
                break;
            }
            let first = random.index(routed.len());
            let second = (first + 1 + random.index(routed.len() - 1)) % routed.len();
            let vars = vars(random, shape.harsh);
            self.links.push(Link { ends: [take(routed[first]), take(routed[second])], vars });
        }
    }

    /// The interface by which a node speaks on a port, if it has an address there.
    fn interface(&self, node: usize, port: usize) -> Option<String> {
        match self.nodes[node] {
            Kind::Router { bridge: true } if port > 0 => Some(String::from("bridge1")),
            Kind::Router { .. } => Some(format!("ether{}", port + 1)),
            Kind::Host => Some(format!("eth{}", port + 1)),
            Kind::Switch => None,
        }
    }

    /// The segment of each cable: cables that switches and bridges join share one.
    fn segments(&self) -> Vec<usize> {
        let mut segment: Vec<usize> = (0..self.links.len()).collect();
        for (node, kind) in self.nodes.iter().enumerate() {
            let joined = |port: usize| match kind {
                Kind::Switch => true,
                Kind::Router { bridge } => *bridge && port > 0,
                Kind::Host => false,
            };
            let touching = |link: &Link| link.ends.iter().any(|(n, port)| *n == node && joined(*port));
            let cables: Vec<usize> = (0..self.links.len()).filter(|l| touching(&self.links[*l])).collect();
            if let Some(first) = cables.first() {
                let to = segment[*first];
                let from: Vec<usize> = cables.iter().map(|cable| segment[*cable]).collect();
                segment.iter_mut().filter(|s| from.contains(s)).for_each(|s| *s = to);
            }
        }
        let mut numbers = Vec::new();
        for s in &mut segment {
            let number = numbers.iter().position(|known| known == s).unwrap_or_else(|| {
                numbers.push(*s);
                numbers.len() - 1
            });
            *s = number;
        }
        segment
    }

    /// Addresses: routers from .1 on, hosts from .100 on or by DHCP.
    fn address(&mut self, random: &mut Random) {
        let segments = self.segments();
        let mut seen = BTreeSet::new();
        let mut next: BTreeMap<(usize, bool), u8> = BTreeMap::new();
        let ends: Vec<(usize, (usize, usize))> = self
            .links
            .iter()
            .enumerate()
            .flat_map(|(l, link)| link.ends.map(|end| (segments[l], end)))
            .collect();
        for (segment, (node, port)) in ends {
            let Some(interface) = self.interface(node, port) else { continue };
            if !seen.insert((node, interface.clone())) {
                continue;
            }
            let host = self.nodes[node] == Kind::Host;
            let octet = next.entry((segment, host)).or_insert(if host { 100 } else { 1 });
            self.stations.push(Station { node, interface, segment, octet: Some(*octet) });
            *octet += 1;
        }
        let segments: BTreeSet<usize> = self.stations.iter().map(|s| s.segment).collect();
        for segment in segments {
            if self.router_of(segment).is_some() && random.chance(50) {
                self.dhcp.insert(segment);
            }
        }
        for station in &mut self.stations {
            let asks = self.nodes[station.node] == Kind::Host && self.dhcp.contains(&station.segment);
            if asks && random.chance(60) {
                station.octet = None;
            }
        }
    }

    /// The first router on a segment.
    fn router_of(&self, segment: usize) -> Option<&Station> {
        self.stations.iter().find(|s| s.segment == segment && self.is_router(s.node))
    }

    /// True for a router.
    #[must_use]
    pub fn is_router(&self, node: usize) -> bool {
        matches!(self.nodes.get(node), Some(Kind::Router { .. }))
    }

    /// (destination segment, gateway) of each segment that a router is not on: the next hop of a shortest way.
    fn routes(&self, router: usize) -> Vec<(usize, String)> {
        let on = |node: usize| self.stations.iter().filter(move |s| s.node == node);
        let mut first: BTreeMap<usize, Option<String>> = on(router).map(|s| (s.segment, None)).collect();
        let mut queue: VecDeque<usize> = first.keys().copied().collect();
        while let Some(segment) = queue.pop_front() {
            let here = first.get(&segment).cloned().flatten();
            let routers = self.stations.iter().filter(|s| s.segment == segment && self.is_router(s.node));
            for via in routers.filter(|s| s.node != router) {
                let gateway = here.clone().or_else(|| via.address());
                for further in on(via.node) {
                    if let std::collections::btree_map::Entry::Vacant(entry) = first.entry(further.segment) {
                        entry.insert(gateway.clone());
                        queue.push_back(further.segment);
                    }
                }
            }
        }
        first.into_iter().filter_map(|(segment, gateway)| Some((segment, gateway?))).collect()
    }

    /// Lines beyond what makes the network reachable.
    fn more_config(&self, random: &mut Random, node: usize, shape: Shape) -> String {
        let mut text = String::new();
        if !self.is_router(node) {
            return text;
        }
        let interfaces: Vec<&str> =
            self.stations.iter().filter(|s| s.node == node).map(|s| s.interface.as_str()).collect();
        if shape.harsh && !interfaces.is_empty() {
            let ether = interfaces.iter().find(|name| name.starts_with("ether"));
            if let (Some(ether), true) = (ether, random.chance(30)) {
                let mtu = *random.of(&[576, 1280, 1400]);
                let _ = writeln!(text, "/interface ethernet set {ether} mtu={mtu}");
            }
            if let (Some(ether), true) = (ether, random.chance(20)) {
                let _ = writeln!(text, "/interface ethernet set {ether} arp=proxy-arp");
            }
            let gateway = self.stations.iter().filter(|s| self.is_router(s.node) && s.node != node);
            let gateway = gateway.filter_map(Station::address).next();
            if let (Some(gateway), true) = (gateway, random.chance(40)) {
                // May well make a loop, in which packets live until their TTL ends.
                let _ = writeln!(text, "/ip route add dst-address=0.0.0.0/0 gateway={gateway}");
            }
        }
        let count = random.below(shape.rules + 1);
        for _ in 0..count {
            let _ = writeln!(text, "/ip firewall filter add {}", rules::filter(random, &interfaces));
        }
        text
    }

    /// The name of a node.
    #[must_use]
    pub fn name(&self, node: usize) -> String {
        let letter = match self.nodes[node] {
            Kind::Router { .. } => 'r',
            Kind::Switch => 's',
            Kind::Host => 'h',
        };
        format!("{letter}{node}")
    }

    /// The name of a port.
    #[must_use]
    pub fn port(&self, (node, port): (usize, usize)) -> String {
        let stem = match self.nodes[node] {
            Kind::Router { .. } => "ether",
            Kind::Switch => "p",
            Kind::Host => "eth",
        };
        format!("{stem}{}", port + 1)
    }

    /// Addresses that a person may try: those of the stations, some that DHCP may have given, and some that are
    /// nowhere.
    #[must_use]
    pub fn targets(&self) -> Vec<String> {
        let mut targets: Vec<String> = self.stations.iter().filter_map(Station::address).collect();
        targets.extend(self.dhcp.iter().flat_map(|d| [format!("10.0.{d}.250"), format!("10.0.{d}.249")]));
        targets.extend(["10.0.0.77", "10.0.250.1", "192.0.2.1"].map(String::from));
        targets
    }

    /// The config of a router.
    #[must_use]
    pub fn config(&self, router: usize) -> String {
        let mut text = format!("/system identity set name={}\n", self.name(router));
        let bridged = self.nodes[router] == Kind::Router { bridge: true };
        let ports: BTreeSet<usize> =
            self.links.iter().flat_map(|l| l.ends).filter(|end| end.0 == router).map(|end| end.1).collect();
        if bridged && ports.len() > 1 {
            text += "/interface bridge add name=bridge1\n";
            for port in ports.iter().filter(|port| **port > 0) {
                let _ =
                    writeln!(text, "/interface bridge port add bridge=bridge1 interface=ether{}", port + 1);
            }
        }
        for station in self.stations.iter().filter(|s| s.node == router) {
            let (Some(address), interface) = (station.address(), &station.interface) else { continue };
            let _ = writeln!(text, "/ip address add address={address}/24 interface={interface}");
            let segment = station.segment;
            let first = self.router_of(segment).is_some_and(|s| s.node == router);
            if first && self.dhcp.contains(&segment) {
                let _ = writeln!(
                    text,
                    "/ip pool add name=pool{segment} ranges=10.0.{segment}.200-10.0.{segment}.250"
                );
                let _ = writeln!(
                    text,
                    "/ip dhcp-server add name=dhcp{segment} interface={interface} address-pool=pool{segment} lease-time=1m"
                );
                let _ = writeln!(
                    text,
                    "/ip dhcp-server network add address=10.0.{segment}.0/24 gateway={address}"
                );
            }
        }
        for (segment, gateway) in self.routes(router) {
            let _ = writeln!(text, "/ip route add dst-address=10.0.{segment}.0/24 gateway={gateway}");
        }
        text + self.extra.get(&router).map_or("", String::as_str)
    }

    /// The commands that a host starts with.
    fn exec(&self, host: usize) -> Vec<String> {
        let mut commands = Vec::new();
        for station in self.stations.iter().filter(|s| s.node == host) {
            let interface = &station.interface;
            match station.address() {
                None => commands.push(format!("dhclient {interface}")),
                Some(address) => {
                    commands.push(format!("ip addr add {address}/24 dev {interface}"));
                    if let Some(gateway) = self.router_of(station.segment).and_then(Station::address) {
                        commands.push(format!("ip route add default via {gateway}"));
                    }
                }
            }
        }
        commands
    }

    /// The topology file, with the configs inside.
    #[must_use]
    pub fn topology(&self) -> String {
        let mut text = format!("name: random\nseed: {}\ntopology:\n  nodes:\n", self.seed % 1_000_000);
        for (node, kind) in self.nodes.iter().enumerate() {
            let name = self.name(node);
            match kind {
                Kind::Router { .. } => {
                    let _ = writeln!(text, "    {name}:\n      kind: mikrotik_ros\n      startup-config: |");
                    for line in self.config(node).lines() {
                        let _ = writeln!(text, "        {line}");
                    }
                }
                Kind::Switch => {
                    let _ = writeln!(text, "    {name}: {{kind: bridge}}");
                }
                Kind::Host => {
                    let _ = writeln!(text, "    {name}: {{kind: linux, exec: {:?}}}", self.exec(node));
                }
            }
        }
        text += "  links:\n";
        for link in &self.links {
            let [a, b] = link.ends.map(|end| format!("{}:{}", self.name(end.0), self.port(end)));
            let _ = writeln!(text, "    - endpoints: [\"{a}\", \"{b}\"]");
            if !link.vars.is_empty() {
                let _ = writeln!(text, "      vars: {{ {} }}", link.vars);
            }
        }
        text
    }
}

impl Station {
    /// The address, if it is fixed.
    #[must_use]
    pub fn address(&self) -> Option<String> {
        Some(format!("10.0.{}.{}", self.segment, self.octet?))
    }
}

/// What a cable does to frames.
fn vars(random: &mut Random, harsh: bool) -> String {
    let mut vars = vec![format!("delay: {}us", 1 + random.below(3000))];
    if random.chance(30) {
        vars.push(format!("rate: {}", random.of(&["100M", "10M", "1G", "2M"])));
    }
    if random.chance(30) {
        vars.push(format!("jitter: {}us", random.below(500)));
    }
    if harsh {
        for (word, chance) in [("loss", 40), ("duplicate", 30), ("reorder", 30), ("corrupt", 30)] {
            if random.chance(chance) {
                vars.push(format!("{word}: {}%", 1 + random.below(20)));
            }
        }
        if random.chance(30) {
            vars.push(format!("queue: {}", 1 + random.below(3)));
        }
        if random.chance(30) {
            vars.push(format!("mtu: {}", random.of(&[68, 300, 576, 1000, 1499, 1500])));
        }
    }
    vars.join(", ")
}
