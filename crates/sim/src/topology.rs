//! [`Topology`]: the names and the graph of the nodes and cables. It does not change during a run.

use crate::{CableId, LinkParams, NodeId, Port};
use petgraph::graph::UnGraph;

/// One end of a cable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct End {
    /// The node.
    pub node: NodeId,
    /// The node's port.
    pub port: Port,
    /// The name of the port: `ether2`.
    pub name: Box<str>,
}

/// A cable with its two ends. Side 0 is the end that was named first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cable {
    /// The ends.
    pub ends: [End; 2],
    /// What happens to frames that leave each end.
    pub params: [LinkParams; 2],
}

/// Nodes and cables as they were built.
#[derive(Clone, Debug, Default)]
pub struct Topology {
    pub(crate) names: Vec<Box<str>>,
    pub(crate) cables: Vec<Cable>,
    pub(crate) graph: UnGraph<NodeId, CableId>,
}

impl Topology {
    /// Number of nodes; their ids count from 0.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.names.len()
    }

    /// All nodes in order.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.names.len() as u32).map(NodeId)
    }

    /// The name of `node`; empty when there is none.
    #[must_use]
    pub fn name(&self, node: NodeId) -> &str {
        self.names.get(node.0 as usize).map_or("", |n| n)
    }

    /// The node with this name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<NodeId> {
        self.names.iter().position(|n| &**n == name).map(|i| NodeId(i as u32))
    }

    /// All cables; the index is the [`CableId`].
    #[must_use]
    pub fn cables(&self) -> &[Cable] {
        &self.cables
    }

    /// The cable with this id.
    #[must_use]
    pub fn cable(&self, cable: CableId) -> Option<&Cable> {
        self.cables.get(cable.0 as usize)
    }

    /// The structure as a graph: what to draw, and what algorithms run on.
    #[must_use]
    pub fn graph(&self) -> &UnGraph<NodeId, CableId> {
        &self.graph
    }

    /// `r1:ether2`, the name of an end of a cable. `end` = 2 × cable + side.
    pub(crate) fn end_name(&self, end: u32) -> String {
        self.end(end).map_or_else(String::new, |e| format!("{}:{}", self.name(e.node), e.name))
    }

    /// The end with the number 2 × cable + side.
    pub(crate) fn end(&self, end: u32) -> Option<&End> {
        self.cables.get(end as usize / 2)?.ends.get(end as usize % 2)
    }
}
