//! [`WorldBuilder`]: nodes and cables, and the world that is made of them.

use crate::cable::{Receive, Transmit};
use crate::core::{Core, Counts, NO_END, Rest, Slot};
use crate::cut::{Cut, regions};
use crate::event::{Heap, Key, Rank};
use crate::stream::{node_stream, wire_stream};
use crate::topology::{Cable, End, Topology};
use crate::windows::Distances;
use crate::{CableId, LinkParams, Node, NodeId, Port, Region, World};
use clock::Instant;
use core::fmt;
use petgraph::graph::NodeIndex;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use wire::Pool;

/// Collects nodes and cables.
#[derive(Clone)]
pub struct WorldBuilder<N> {
    nodes: Vec<N>,
    topology: Topology,
    taken: BTreeSet<(NodeId, Port)>,
    named: BTreeMap<Box<str>, NodeId>,
    cut: Cut,
}

/// What is wrong with a topology.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BuildError {
    /// Two nodes have this name; names must differ, for random streams and addresses derive from them.
    SameName(String),
    /// No node has this id.
    UnknownNode(NodeId),
    /// There is a cable on this port already: node and port by name.
    PortTaken(String, String),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SameName(name) => write!(f, "two nodes are named \"{name}\""),
            Self::UnknownNode(node) => write!(f, "there is no node {}", node.0),
            Self::PortTaken(node, port) => write!(f, "{node}:{port} already has a cable"),
        }
    }
}

impl core::error::Error for BuildError {}

impl<N> Default for WorldBuilder<N> {
    fn default() -> Self {
        Self {
            nodes: Vec::new(),
            topology: Topology::default(),
            taken: BTreeSet::new(),
            named: BTreeMap::new(),
            cut: Cut::Whole,
        }
    }
}

impl<N: Node> WorldBuilder<N> {
    /// An empty topology.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a node.
    ///
    /// # Errors
    /// A node has this name already.
    pub fn add_node(&mut self, name: &str, node: N) -> Result<NodeId, BuildError> {
        let id = NodeId(self.nodes.len() as u32);
        if self.named.contains_key(name) {
            return Err(BuildError::SameName(name.into()));
        }
        self.named.insert(name.into(), id);
        self.nodes.push(node);
        self.topology.names.push(name.into());
        self.topology.graph.add_node(id);
        Ok(id)
    }

    /// Plugs a cable into two ports, given as (node, port, name of the port); `a_to_b` is what happens to frames that
    /// leave the first. Both ends may be ports of the same node.
    ///
    /// # Errors
    /// No such node, or a port that has a cable.
    pub fn connect(
        &mut self,
        a: (NodeId, Port, &str),
        b: (NodeId, Port, &str),
        a_to_b: LinkParams,
        b_to_a: LinkParams,
    ) -> Result<CableId, BuildError> {
        for (i, (node, port, name)) in [a, b].into_iter().enumerate() {
            if node.0 as usize >= self.nodes.len() {
                return Err(BuildError::UnknownNode(node));
            }
            if self.taken.contains(&(node, port)) || (i == 1 && (a.0, a.1) == (node, port)) {
                return Err(BuildError::PortTaken(self.topology.name(node).into(), name.into()));
            }
        }
        self.taken.extend([(a.0, a.1), (b.0, b.1)]);
        let id = CableId(self.topology.cables.len() as u32);
        let ends = [a, b].map(|(node, port, name)| End { node, port, name: name.into() });
        self.topology.cables.push(Cable { ends, params: [a_to_b, b_to_a] });
        self.topology.graph.add_edge(NodeIndex::new(a.0.0 as usize), NodeIndex::new(b.0.0 as usize), id);
        Ok(id)
    }

    /// Sets how the world is cut into regions.
    pub fn cut(&mut self, cut: Cut) -> &mut Self {
        self.cut = cut;
        self
    }

    /// What has been added so far.
    #[must_use]
    pub fn topology(&self) -> &Topology {
        &self.topology
    }

    /// Makes the world. At its start every cable comes up: each cabled port gets a carrier event.
    #[must_use]
    pub fn build(self, seed: u64) -> World<N> {
        let Self { nodes, mut topology, cut, .. } = self;
        topology.names.shrink_to_fit();
        topology.cables.shrink_to_fit();
        let region_of = regions(&topology, &cut);
        let count = region_of.iter().max().map_or(1, |last| last + 1);
        let mut world = World {
            seed,
            now: Instant::START,
            regions: (0..count as u32).map(|r| empty_region(r, count)).collect(),
            places: Arc::default(),
            ends: Arc::default(),
            distances: Distances::new(count, cut_lookaheads(&topology, &region_of)),
            topology: Arc::new(topology),
            touched: Vec::new(),
            next: Vec::new(),
            midway: false,
        };
        let places = place_nodes(&mut world, nodes, &region_of);
        world.ends = place_ends(&mut world, &places).into();
        world.places = places.into();
        for region in &mut world.regions {
            for end in 0..region.core.receive.len() {
                region.core.heap.push(Key::new(Instant::START, Rank::Carrier, end));
            }
            for node in 0..region.nodes.len() {
                region.after(node);
            }
        }
        world
    }
}

fn empty_region<N: Node>(region: u32, count: usize) -> Region<N> {
    let core = Core {
        now: Instant::START,
        region,
        stop: false,
        heap: Heap::default(),
        pool: Pool::default(),
        counts: Counts::default(),
        slots: Vec::new(),
        ports: Vec::new(),
        transmit: Vec::new(),
        receive: Vec::new(),
        recorder: None,
        logs: None,
        rest: Vec::new(),
        fresh_drops: Vec::new(),
        wire_drops: BTreeMap::new(),
        outboxes: if count > 1 { vec![Vec::new(); count] } else { Vec::new() },
    };
    Region {
        nodes: Vec::new(),
        reasons: Vec::new(),
        drops: Vec::new(),
        core,
        last: Instant::START,
        storm: None,
    }
}

/// (from region, to region, lookahead) of each direction of each cable that is cut.
fn cut_lookaheads(topology: &Topology, region_of: &[usize]) -> impl Iterator<Item = (usize, usize, u64)> {
    topology.cables.iter().flat_map(|cable| {
        let [a, b] = [0, 1].map(|side: usize| region_of[cable.ends[side].node.0 as usize]);
        let [ab, ba] = [0, 1].map(|side: usize| cable.params[side].lookahead().as_nanos());
        [(a, b, ab), (b, a, ba)].into_iter().filter(|(from, to, _)| from != to)
    })
}

/// Puts the nodes into their regions, in the order of their ids, and returns (region, index) of each.
fn place_nodes<N: Node>(world: &mut World<N>, nodes: Vec<N>, region_of: &[usize]) -> Vec<(u32, u32)> {
    let mut port_counts = vec![0_u32; nodes.len()];
    for end in world.topology.cables.iter().flat_map(|c| &c.ends) {
        let count = &mut port_counts[end.node.0 as usize];
        *count = (*count).max(u32::from(end.port.0) + 1);
    }
    let mut sizes = vec![0; world.regions.len()];
    region_of.iter().for_each(|r| sizes[*r] += 1);
    for (region, size) in world.regions.iter_mut().zip(sizes) {
        region.nodes.reserve_exact(size);
        region.core.slots.reserve_exact(size);
        region.core.rest.reserve_exact(size);
        region.drops.reserve_exact(size);
    }
    let mut places = Vec::with_capacity(nodes.len());
    for (i, node) in nodes.into_iter().enumerate() {
        let region = &mut world.regions[region_of[i]];
        places.push((region_of[i] as u32, region.nodes.len() as u32));
        region.nodes.push(node);
        let core = &mut region.core;
        core.slots.push(Slot {
            armed: Instant::NEVER,
            instant: Instant::NEVER,
            events: 0,
            id: NodeId(i as u32),
            ports_start: core.ports.len() as u32,
            ports_count: port_counts[i],
        });
        core.ports.resize(core.ports.len() + port_counts[i] as usize, NO_END);
        let stream = node_stream(world.seed, &world.topology.names[i]);
        core.rest.push(Rest { stream, log_lines: 0 });
        region.drops.push(BTreeMap::new());
    }
    places
}

/// Makes the halves of all cables, in the order of the ends' numbers, and returns (region, index) of each end.
fn place_ends<N: Node>(world: &mut World<N>, places: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let topology = Arc::clone(&world.topology);
    let ends = || topology.cables.iter().flat_map(|c| c.ends.iter().zip(&c.params));
    let mut sizes = vec![0; world.regions.len()];
    ends().for_each(|(end, _)| sizes[places[end.node.0 as usize].0 as usize] += 1);
    for (region, size) in world.regions.iter_mut().zip(sizes) {
        region.core.transmit.reserve_exact(size);
        region.core.receive.reserve_exact(size);
        region.core.ports.shrink_to_fit();
    }
    let mut placed = Vec::with_capacity(topology.cables.len() * 2);
    for (number, (end, params)) in ends().enumerate() {
        let (region, node) = places[end.node.0 as usize];
        let core = &mut world.regions[region as usize].core;
        let index = core.transmit.len() as u32;
        placed.push((region, index));
        let stream = wire_stream(world.seed, topology.name(end.node), &end.name);
        core.transmit.push(Transmit::new(params, number as u32, end.port, stream));
        core.receive.push(Receive::new(node, end.port));
        let start = core.slots[node as usize].ports_start as usize;
        core.ports[start + usize::from(end.port.0)] = index;
    }
    for (number, (region, index)) in placed.iter().enumerate() {
        let (to_region, to) = placed[number ^ 1];
        let transmit = &mut world.regions[*region as usize].core.transmit[*index as usize];
        (transmit.to_region, transmit.to) = (to_region, to);
    }
    placed
}
