//! From a lab to a world: devices, cables, configs. Runs, shells and tests all begin here.

use clock::Duration;
use sim::{Cut, LinkParams, Port, Probability, World, WorldBuilder};

use crate::config::{place, problem};
use crate::device::Device;
use crate::expression;
use crate::file::{ConfigMode, Impairment, Lab, Node};
use crate::problem::{Problem, Problems};

/// Notes of one config, on forms that were read as others, that a run shows.
const NOTES: usize = 6;

/// A world that is ready to run.
#[derive(Clone)]
pub struct Built {
    /// The world, at the start of time.
    pub world: World<Device>,
    /// What pasted configs stumbled over, and the like.
    pub notes: Vec<String>,
}

/// Builds the world of a lab; `cut` says how it is cut into regions that threads may run. Nodes that start at once have
/// their config already; others are tried on a copy, so that a config that is refused is known before anything runs.
///
/// # Errors
/// A router refuses its config, or a check is no expression: all such problems.
pub fn build(lab: &Lab, seed: u64, cut: Cut) -> Result<Built, Problems> {
    let mut builder = WorldBuilder::new();
    let (mut problems, mut notes, mut ids) = (Vec::new(), Vec::new(), Vec::new());
    for node in &lab.nodes {
        let mut device = Device::new(node, seed);
        if let Device::Router(router) = &mut device {
            router.set_strict(lab.strict);
            let radios = node.model.map(crate::file::Model::radio_names).unwrap_or_default();
            radios.iter().for_each(|radio| router.add_radio(radio));
            if let Some(board) = node.model.and_then(crate::file::Model::board) {
                router.set_board(board);
            }
            router.set_ports_on_demand(node.model.is_none() && !lab.strict);
        }
        if node.start == Duration::ZERO {
            load(node, &mut device, &mut notes, &mut problems);
        } else {
            load(node, &mut device.clone(), &mut Vec::new(), &mut problems);
        }
        match builder.add_node(&node.name, device) {
            Ok(id) => ids.push(id),
            Err(error) => problems.push(Problem::at(&node.place, error.to_string())),
        }
    }
    for cable in &lab.cables {
        let end = |end: crate::file::End| {
            let port = u16::try_from(end.port).ok()?;
            Some((*ids.get(end.node)?, Port(port), lab.nodes.get(end.node)?.ports.get(end.port)?.as_str()))
        };
        let (Some(a), Some(b)) = (end(cable.a), end(cable.b)) else {
            problems.push(Problem::at(&cable.place, "this cable ends at a port that no device can have"));
            continue;
        };
        if let Err(error) = builder.connect(a, b, params(&cable.a_to_b), params(&cable.b_to_a)) {
            problems.push(Problem::at(&cable.place, error.to_string()));
        }
    }
    expression::read_all(lab, &mut problems);
    if !problems.is_empty() {
        return Err(Problems(problems));
    }
    builder.cut(cut);
    Ok(Built { world: builder.build(seed), notes })
}

/// Loads a node's startup-config.
pub(crate) fn load(node: &Node, device: &mut Device, notes: &mut Vec<String>, problems: &mut Vec<Problem>) {
    let Some(config) = &node.startup_config else { return };
    let import = node.config_mode == ConfigMode::Import;
    match device.load(&config.text, import) {
        Ok(loaded) => {
            let said = |position, message: &str| format!("{}: {message}", place(config, position));
            notes.extend(loaded.faults.iter().map(|fault| said(fault.position, &fault.message)));
            notes.extend(loaded.notes.iter().take(NOTES).map(|note| said(note.position, &note.message)));
            if let Some(more @ 1..) = loaded.notes.len().checked_sub(NOTES) {
                notes.push(format!("{}: {more} more notes of that kind (wirelab check)", config.name));
            }
        }
        Err(fault) => {
            let otherwise = format!("RouterOS would stop the import of {} here", node.name);
            problems.push(problem(config, fault, device, &otherwise));
        }
    }
}

fn params(impairment: &Impairment) -> LinkParams {
    let kernel = LinkParams::default();
    LinkParams {
        rate_bps: impairment.rate_bps.unwrap_or(kernel.rate_bps),
        delay: impairment.delay.unwrap_or(kernel.delay),
        jitter: impairment.jitter,
        loss: Probability::from_billionths(impairment.loss),
        duplicate: Probability::from_billionths(impairment.duplicate),
        reorder: Probability::from_billionths(impairment.reorder),
        corrupt: Probability::from_billionths(impairment.corrupt),
        mtu: impairment.mtu.unwrap_or(kernel.mtu),
        queue: impairment.queue.unwrap_or(kernel.queue),
    }
}
