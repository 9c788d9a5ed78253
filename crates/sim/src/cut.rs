//! [`Cut`]: which nodes share a region. The result of a run does not depend on it.

use crate::topology::Topology;
use petgraph::unionfind::UnionFind;

/// How to cut a world into regions.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Cut {
    /// One region: no windows, the fastest on one thread.
    #[default]
    Whole,
    /// About this many regions of like size, cut where the lookahead is large.
    Regions(usize),
    /// The region of each node, by [`crate::NodeId`]; any numbers. Nodes without an entry are in region 0.
    Given(Vec<usize>),
}

/// The region of each node, numbered from 0 without gaps, in the order of first appearance. Nodes that are joined by a
/// cable without lookahead always share one.
pub(crate) fn regions(topology: &Topology, cut: &Cut) -> Vec<usize> {
    let nodes = topology.node_count();
    let mut together = UnionFind::<usize>::new(nodes);
    let ends = |cable: &crate::Cable| (cable.ends[0].node.0 as usize, cable.ends[1].node.0 as usize);
    let lookahead = |cable: &crate::Cable| cable.params[0].lookahead().min(cable.params[1].lookahead());
    for cable in topology.cables.iter().filter(|c| lookahead(c).as_nanos() == 0) {
        let (a, b) = ends(cable);
        together.union(a, b);
    }
    let wanted: Vec<usize> = match cut {
        Cut::Whole => vec![0; nodes],
        Cut::Given(given) => {
            let root = |n: usize| given.get(together.find(n)).copied().unwrap_or(0);
            (0..nodes).map(root).collect()
        }
        Cut::Regions(count) => {
            let count = (*count).clamp(1, nodes.max(1));
            let mut cables: Vec<_> = topology.cables.iter().collect();
            cables.sort_by_key(|c| lookahead(c));
            let mut size = vec![0_usize; nodes];
            (0..nodes).for_each(|n| size[together.find(n)] += 1);
            for cable in cables {
                let (a, b) = ends(cable);
                let (a, b) = (together.find(a), together.find(b));
                if a != b && size[a] + size[b] <= nodes.div_ceil(count) {
                    together.union(a, b);
                    size[together.find(a)] = size[a] + size[b];
                }
            }
            pack(&together.into_labeling(), count)
        }
    };
    let mut numbers = Vec::new();
    let mut number = |region: usize| {
        numbers.iter().position(|r| *r == region).unwrap_or_else(|| {
            numbers.push(region);
            numbers.len() - 1
        })
    };
    wanted.into_iter().map(&mut number).collect()
}

/// Puts groups of nodes into `count` regions: the largest group first, each into the emptiest region.
fn pack(labels: &[usize], count: usize) -> Vec<usize> {
    let mut size = vec![0_usize; labels.len()];
    labels.iter().for_each(|label| size[*label] += 1);
    let mut groups: Vec<usize> = (0..labels.len()).filter(|label| size[*label] > 0).collect();
    groups.sort_by_key(|label| (usize::MAX - size[*label], *label));
    let mut load = vec![0_usize; count];
    let mut region = vec![0; labels.len()];
    for group in groups {
        let emptiest = (0..count).min_by_key(|r| (load[*r], *r)).unwrap_or(0);
        load[emptiest] += size[group];
        region[group] = emptiest;
    }
    labels.iter().map(|label| region[*label]).collect()
}
