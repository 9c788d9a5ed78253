//! Moves a world through time, on one thread or several, and writes captures on the way.
//!
//! The result does not depend on the number of threads: regions hand frames over at the end of a window only, and the
//! kernel orders what happens by keys that know nothing of the cut.

use clock::Instant;
use sim::{CaptureFiles, World};

use super::Failure;
use super::captures::Sink;
use crate::device::Device;
use crate::problem::Problem;

/// Frames that must have crossed cables in one window before threads are worth their start (some 20 µs each).
const BUSY_WINDOW: u64 = 2_000;
/// Frames that may be recorded before they are written.
const RECORDED: u64 = 20_000;

/// Runs the world up to and with `until`.
pub(crate) fn advance(
    world: &mut World<Device>,
    until: Instant,
    threads: usize,
    files: Option<&mut CaptureFiles<Sink>>,
) -> Result<(), Failure> {
    if threads > 1 && world.regions_mut().len() > 1 {
        advance_regions(world, until, threads, BUSY_WINDOW, files)?;
    } else if let Some(files) = files {
        world.run_until_into(until, files).map_err(|error| match error {
            sim::RunError::Storm(storm) => Failure::Storm(storm_text(world, &storm)),
            sim::RunError::Capture(error) => capture_failed(&error),
        })?;
    } else if let Err(storm) = world.run_until(until) {
        return Err(Failure::Storm(storm_text(world, &storm)));
    }
    Ok(())
}

/// `busy`: frames in one window from which on threads are started for the next.
fn advance_regions(
    world: &mut World<Device>,
    until: Instant,
    threads: usize,
    busy: u64,
    mut files: Option<&mut CaptureFiles<Sink>>,
) -> Result<(), Failure> {
    let mut last_window = 0;
    let mut written = world.hops();
    while world.window(until) {
        let before = world.hops();
        let regions = world.regions_mut();
        if last_window >= busy {
            let share = regions.len().div_ceil(threads).max(1);
            std::thread::scope(|scope| {
                for part in regions.chunks_mut(share) {
                    scope.spawn(|| part.iter_mut().for_each(sim::Region::run_window));
                }
            });
        } else {
            regions.iter_mut().for_each(sim::Region::run_window);
        }
        world.exchange();
        let after = world.hops();
        last_window = after - before;
        if let Some(files) = files.as_deref_mut()
            && after - written >= RECORDED
        {
            world.write_captures(files).map_err(|error| capture_failed(&error))?;
            written = after;
        }
    }
    if let Some(files) = files {
        world.write_captures(files).map_err(|error| capture_failed(&error))?;
    }
    match world.storm().cloned() {
        Some(storm) => Err(Failure::Storm(storm_text(world, &storm))),
        None => Ok(()),
    }
}

/// An error of a capture file, as a problem.
pub(crate) fn capture_failed(error: &std::io::Error) -> Failure {
    Problem::plain(format!("cannot write the captures: {error}")).into()
}

fn storm_text(world: &World<Device>, storm: &sim::Storm) -> String {
    let names: Vec<&str> = storm.members.iter().map(|node| world.topology().name(*node)).collect();
    format!("{storm}: {}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::Lab;
    use crate::problem::Source;
    use clock::Duration;
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    /// A ring of switches would storm, so a chain: four switches with a host each, who ping each other.
    fn world(threads: usize) -> World<Device> {
        let mut text = String::from("topology:\n  nodes:\n");
        for i in 1..=4 {
            text += &format!("    s{i}: {{kind: bridge}}\n    h{i}: {{kind: linux}}\n");
        }
        text += "  links:\n";
        for i in 1..=4 {
            text += &format!(
                "    - endpoints: [\"h{i}:eth1\", \"s{i}:p1\"]\n      vars: {{jitter: 500ns, loss: 2%}}\n"
            );
        }
        for i in 1..=3 {
            let next = i + 1;
            text += &format!("    - endpoints: [\"s{i}:p2\", \"s{next}:p3\"]\n      vars: {{delay: 1ms}}\n");
        }
        let source = Source::new("t.clab.yml", text);
        let lab = Lab::from_sources(&source, None, "t", PathBuf::new(), &BTreeMap::new()).unwrap();
        let mut world = crate::world::build(&lab, 3, sim::Cut::Regions(threads)).unwrap().world;
        world.keep_logs(true);
        for i in 0..4 {
            let host = super::super::scenario::node_id(2 * i + 1);
            let other = (i + 1) % 4 + 1;
            let me = i + 1;
            for command in [
                format!("ip addr add 10.0.0.{me}/24 dev eth1"),
                format!("ping -c 200 -i 0.01 10.0.0.{other}"),
            ] {
                assert!(world.with_node(host, |device, cx| device.execute(cx, &command)).is_some());
            }
        }
        world
    }

    #[test]
    fn threads_that_really_run_give_the_same_world() {
        let until = Instant::START + Duration::from_secs(3);
        let mut alone = world(1);
        advance(&mut alone, until, 1, None).unwrap();
        for threads in [2, 3, 8] {
            let mut together = world(threads);
            assert!(together.regions_mut().len() > 1);
            advance_regions(&mut together, until, threads, 0, None).unwrap();
            let count = |world: &World<Device>| {
                let ledger = world.ledger();
                (ledger.created, ledger.delivered, ledger.held, ledger.wire_drops, ledger.node_drops)
            };
            assert_eq!(count(&together), count(&alone), "{threads} threads");
            assert!(together.check_conservation().is_ok());
        }
    }
}
