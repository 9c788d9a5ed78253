//! The end of a run: counts, report, and the output directory in its place.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write as _};

use sim::{CaptureFile, DropPlace, Ledger, World};

use super::Failure;
use super::drive::capture_failed;
use super::play::Run;
use super::scenario::{Scenario, node_id};
use crate::device::{Device, DeviceDrop};
use crate::file::{Lab, NodeKind};
use crate::output::{Output, REPORT, TEXT};
use crate::problem::Problem;
use crate::report::{DropLine, Frames, HeldLine, LogLine, NodeLine, Outcome, Report};

/// Writes what is left to write and makes the report.
pub(crate) fn finish(lab: &Lab, seed: u64, mut run: Run<'_>) -> Result<Report, Failure> {
    if let Some(files) = &mut run.files {
        run.scenario.world.finish_captures(&mut files.files).map_err(|error| capture_failed(&error))?;
    }
    let captures = run.files.take().map(|files| files.names).unwrap_or_default();
    let report = report(lab, seed, &mut run, &captures);
    if let Some(output) = run.output.take() {
        run.names
            .finish(lab, &run.scenario.world, &captures, &output)
            .map_err(|error| capture_failed(&error))?;
        write_texts(&report, output)
            .map_err(|error| Problem::plain(format!("cannot write the output: {error}")))?;
    }
    Ok(report)
}

fn write_texts(report: &Report, output: Output) -> io::Result<()> {
    output.create(REPORT)?.write_all(report.to_json().as_bytes())?;
    let style = crate::report::TextStyle { verbose: true, ..Default::default() };
    output.create(TEXT)?.write_all(report.to_text(style, None, None).as_bytes())?;
    output.commit()
}

fn report(lab: &Lab, seed: u64, run: &mut Run<'_>, captures: &BTreeMap<CaptureFile, String>) -> Report {
    let kind = |kind| match kind {
        NodeKind::Router => "router",
        NodeKind::Host => "host",
        NodeKind::Switch => "switch",
    };
    let notes = std::mem::take(&mut run.scenario.notes);
    let mut nodes = Vec::new();
    for (index, node) in lab.nodes.iter().enumerate() {
        let device = run.scenario.world.node(node_id(index));
        nodes.push(NodeLine {
            name: node.name.clone(),
            kind: kind(node.kind),
            version: device.version(),
            left_out: device.left_out(),
        });
    }
    let count = |outcome| {
        u32::try_from(run.scenario.checks.iter().filter(|line| line.outcome == outcome).count())
            .unwrap_or(u32::MAX)
    };
    let (passed, failed, skipped) = (count(Outcome::Ok), count(Outcome::Failed), count(Outcome::Skipped));
    let ledger = run.scenario.world.ledger();
    let frames = frames(lab, &run.scenario.world, &ledger);
    let log: Vec<LogLine> = log_lines(&mut run.scenario);
    Report {
        wirelab: env!("CARGO_PKG_VERSION").to_owned(),
        lab: lab.name.clone(),
        seed,
        virtual_ns: run.scenario.world.now().as_nanos(),
        nodes,
        cables: lab
            .cables
            .iter()
            .map(|cable| [cable.a, cable.b].map(|end| lab.end_name(end)).join(" "))
            .collect(),
        frames,
        passed,
        failed,
        skipped,
        captures: captures.values().cloned().collect::<BTreeSet<_>>().into_iter().collect(),
        notes,
        log,
        checks: std::mem::take(&mut run.scenario.checks),
    }
}

/// What all nodes have logged until now.
pub(crate) fn log_lines(scenario: &mut Scenario<'_>) -> Vec<LogLine> {
    let records = scenario.log().to_vec();
    let name = |node: sim::NodeId| scenario.world.topology().name(node).to_owned();
    let line = |line: sim::LogRecord| LogLine {
        at_ns: line.at.as_nanos(),
        node: name(line.node),
        topics: line.topics,
        message: line.message,
    };
    records.into_iter().map(line).collect()
}

/// The nodes that hold frames at the end.
fn held_by(lab: &Lab, world: &World<Device>) -> Vec<HeldLine> {
    let held = lab.nodes.iter().enumerate().map(|(index, node)| HeldLine {
        node: node.name.clone(),
        frames: sim::Node::held(world.node(node_id(index))) as u64,
    });
    held.filter(|line| line.frames > 0).collect()
}

fn frames(lab: &Lab, world: &World<Device>, ledger: &Ledger<DeviceDrop>) -> Frames {
    let place = |place: DropPlace| {
        let node = place.node();
        let port = match place {
            DropPlace::Node(_) => None,
            DropPlace::Sending(_, port) | DropPlace::Receiving(_, port) => {
                let names =
                    lab.nodes.get(node.0 as usize).map(|node| node.ports.as_slice()).unwrap_or_default();
                names.get(usize::from(port.0)).cloned()
            }
        };
        (world.topology().name(node).to_owned(), port)
    };
    // Reasons that differ inside and read the same are one line.
    let mut drops: BTreeMap<(String, Option<String>, String), sim::Tally> = BTreeMap::new();
    let by_wire = ledger.wire_drops.iter().map(|((at, why), tally)| (*at, why.to_string(), *tally));
    let by_node = ledger
        .node_drops
        .iter()
        .map(|((at, why), tally)| (*at, sim::Node::describe_drop(world.node(at.node()), why), *tally));
    for (at, reason, tally) in by_wire.chain(by_node) {
        let (node, port) = place(at);
        let sum = drops.entry((node, port, reason)).or_default();
        sum.frames += tally.frames;
        sum.bytes += tally.bytes;
    }
    let mut drops: Vec<DropLine> = drops
        .into_iter()
        .map(|((node, port, reason), tally)| DropLine {
            node,
            port,
            reason,
            frames: tally.frames,
            bytes: tally.bytes,
        })
        .collect();
    drops.sort_by_key(|line| std::cmp::Reverse(line.frames));
    Frames {
        sent: ledger.created,
        delivered: ledger.delivered,
        merged: ledger.merged,
        dropped: ledger.dropped(),
        held: ledger.held,
        held_by: held_by(lab, world),
        in_flight: ledger.in_flight,
        cable_crossings: ledger.hops.frames,
        drops,
    }
}
