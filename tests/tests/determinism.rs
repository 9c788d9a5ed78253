//! Promise 1: the same input gives the same bytes: twice in a process, in another process, on any number of threads,
//! however the world is cut, whatever stood in recycled buffers, and whatever else is in the world.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use clock::{Duration, Instant};
use lab::file::Lab;
use lab::run::Options;
use sim::Cut;
use std::collections::BTreeMap;
use std::path::Path;
use wirelab_tests::action::Action;
use wirelab_tests::files::{Scratch, contents, root};
use wirelab_tests::network::{Network as Plan, Shape};
use wirelab_tests::random::Random;
use wirelab_tests::world::{Network, Outcome, at_ms, lab};

const SHAPE: Shape = Shape { nodes: 26, loops: 4, rules: 4, harsh: true };
const SEEDS: [u64; 3] = [1, 2, 3];

/// What a child process is told: the folder to play into.
const CHILD: &str = "WIRELAB_TESTS_PLAY_INTO";

fn actions(plan: &Plan, seed: u64) -> Vec<(u64, Action)> {
    let mut random = Random::new(seed ^ 0xde7e);
    let mut all: Vec<(u64, Action)> =
        (0..80).map(|_| (500 + random.below(4500), Action::random(&mut random, plan))).collect();
    all.sort_by_key(|(at, _)| *at);
    all
}

/// The text of a random lab with a scenario.
fn random_lab(seed: u64) -> Lab {
    let plan = Plan::random(seed, SHAPE);
    let mut text = plan.topology() + "until: 8s\nscenario:\n";
    for (at, action) in actions(&plan, seed) {
        text += &action.scenario(&plan, at).unwrap_or_default();
    }
    lab(&text)
}

fn bridge_44() -> Lab {
    Lab::read(&root().join("topologies/bridge-44"), &BTreeMap::new())
        .unwrap_or_else(|problems| panic!("{problems}"))
}

/// Plays a lab into a folder and gives all bytes that it wrote.
fn played(lab: &Lab, out: &Path, threads: usize) -> BTreeMap<String, Vec<u8>> {
    let options = Options { out: Some(out.to_path_buf()), threads, ..Options::default() };
    if let Err(failure) = lab::run::run(lab, &options, &mut |_| {}) {
        panic!("{failure:?}");
    }
    contents(out)
}

#[track_caller]
fn assert_same(what: &str, a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>) {
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(a), names(b), "{what}");
    for (name, bytes) in a {
        assert!(b.get(name) == Some(bytes), "{what}: {name} differs");
    }
}

/// The labs of this file by name.
fn all_labs() -> Vec<(String, Lab)> {
    let random = SEEDS.map(|seed| (format!("random {seed}"), random_lab(seed)));
    random.into_iter().chain([(String::from("bridge-44"), bridge_44())]).collect()
}

#[test]
fn a_second_run_and_any_number_of_threads_give_the_same_files() {
    let scratch = Scratch::new("threads");
    for (name, lab) in all_labs() {
        let first = played(&lab, &scratch.path("out"), 1);
        assert!(first.len() > 5, "{:?}", first.keys());
        let crossings = first.get("all.pcapng").map_or(0, Vec::len);
        assert!(crossings > 10_000, "{name}: too quiet to prove anything: {crossings} bytes");
        for threads in [1, 2, 3, 8] {
            assert_same(
                &format!("{name}, {threads} threads"),
                &first,
                &played(&lab, &scratch.path("out"), threads),
            );
        }
    }
}

/// The test starts its own program again, which plays the labs into a folder.
#[test]
fn another_process_gives_the_same_files() {
    if let Some(folder) = std::env::var_os(CHILD) {
        for (name, lab) in all_labs() {
            played(&lab, &Path::new(&folder).join(name), 2);
        }
        return;
    }
    let scratch = Scratch::new("process");
    let program = std::env::current_exe().unwrap();
    let mut child = std::process::Command::new(program);
    child.args(["--exact", "another_process_gives_the_same_files"]).env(CHILD, scratch.folder());
    let output = child.current_dir(scratch.folder()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    for (name, lab) in all_labs() {
        let here = played(&lab, &scratch.path("here"), 1);
        assert_same(&name, &here, &contents(&scratch.path(&name)));
    }
}

/// Plays a random network with all kinds of actions, in the hands of `go`.
fn outcome(text: &str, seed: u64, cut: Cut, mut go: impl FnMut(&mut Network, Instant)) -> Outcome {
    let plan = Plan::random(seed, SHAPE);
    let mut network = Network::new(&lab(text), cut);
    for (at, action) in actions(&plan, seed) {
        go(&mut network, at_ms(at));
        action.perform(&mut network);
    }
    go(&mut network, at_ms(8_000));
    assert!(network.world.check_conservation().is_ok());
    network.outcome()
}

#[track_caller]
fn assert_equal(what: &str, a: &Outcome, b: &Outcome) {
    if let Some(difference) = a.difference(b) {
        panic!("{what}: {difference}");
    }
}

#[test]
fn any_cut_and_real_threads_give_the_same_bytes() {
    for seed in SEEDS {
        let text = Plan::random(seed, SHAPE).topology();
        let whole = outcome(&text, seed, Cut::Whole, Network::go);
        let mut random = Random::new(seed);
        let mut given = |regions| (0..SHAPE.nodes).map(|_| random.index(regions)).collect::<Vec<_>>();
        let cuts = [
            Cut::Regions(2),
            Cut::Regions(5),
            Cut::Given(given(3)),
            Cut::Given(given(7)),
            Cut::Given(given(26)),
        ];
        for cut in cuts {
            let what = format!("seed {seed}, {cut:?}");
            assert_equal(&what, &whole, &outcome(&text, seed, cut, Network::go));
        }
        for threads in [2, 3, 8] {
            let cut = Cut::Regions(threads);
            let go = |network: &mut Network, until: Instant| network.go_on_threads(until, threads);
            assert_equal(&format!("seed {seed}, {threads} threads"), &whole, &outcome(&text, seed, cut, go));
        }
    }
}

#[test]
fn what_stood_in_recycled_buffers_shows_nowhere() {
    for seed in SEEDS {
        let text = Plan::random(seed, SHAPE).topology();
        let clean = outcome(&text, seed, Cut::Whole, Network::go);
        for junk in [0xff, 0x45] {
            let go = |network: &mut Network, until: Instant| {
                while network.world.now() < until {
                    network.go((network.world.now() + Duration::from_millis(20)).min(until));
                    network.world.fill_pools_with_junk(junk);
                }
            };
            assert_equal(
                &format!("seed {seed}, junk {junk:#x}"),
                &clean,
                &outcome(&text, seed, Cut::Whole, go),
            );
        }
    }
}

#[test]
fn stopping_on_the_way_changes_nothing() {
    let seed = SEEDS[0];
    let text = Plan::random(seed, SHAPE).topology();
    let go = |network: &mut Network, until: Instant| {
        while network.world.now() < until {
            network.go((network.world.now() + Duration::from_micros(7_777)).min(until));
        }
    };
    let stops = outcome(&text, seed, Cut::Whole, go);
    assert_equal("stops", &outcome(&text, seed, Cut::Whole, Network::go), &stops);
}

/// More nodes, busy with each other, before or behind the others in the file: MAC addresses, random streams and so
/// every frame of the others stay as they were.
#[test]
fn nodes_beside_the_others_change_nothing_for_them() {
    let nodes = "    x1: {kind: linux, exec: [ip addr add 10.9.9.1/24 dev eth1, ping -c 50 -i 0.1 10.9.9.2]}
    x2: {kind: linux, exec: [ip addr add 10.9.9.2/24 dev eth1, ping -c 50 -i 0.1 10.9.9.1]}
";
    let link = "    - endpoints: [\"x1:eth1\", \"x2:eth1\"]
      vars: { loss: 30%, jitter: 100us, delay: 1ms, duplicate: 10% }
";
    for seed in SEEDS {
        let text = Plan::random(seed, SHAPE).topology();
        let alone = outcome(&text, seed, Cut::Whole, Network::go);
        let behind = text.replacen("  links:\n", &format!("{nodes}  links:\n"), 1) + link;
        let before = text.replacen("  nodes:\n", &format!("  nodes:\n{nodes}"), 1);
        let before = before.replacen("  links:\n", &format!("  links:\n{link}"), 1);
        for (text, shift) in [(behind, (0, 0)), (before, (2, 1))] {
            let plan = Plan::random(seed, SHAPE);
            let mut network = Network::new(&lab(&text), Cut::Whole);
            for (at, action) in actions(&plan, seed) {
                network.go(at_ms(at));
                action.shifted(shift.0, shift.1).perform(&mut network);
            }
            network.go(at_ms(8_000));
            let mut together = network.outcome();
            let strangers = together.captures.remove("x1:eth1 x2:eth1");
            assert!(strangers.is_some_and(|bytes| bytes.len() > 5_000), "the strangers were busy");
            for (name, bytes) in alone.captures.iter().filter(|(name, _)| name.contains(':')) {
                assert!(together.captures.get(name) == Some(bytes), "seed {seed}, {shift:?}: {name} differs");
            }
            let own = |lines: &[String]| {
                let ours = |line: &&String| !line.contains("x1 ") && !line.contains("x2 ");
                let mut lines: Vec<String> = lines.iter().filter(ours).cloned().collect();
                lines.sort();
                lines
            };
            assert_eq!(own(&alone.log), own(&together.log));
            assert_eq!(own(&alone.answers), own(&together.answers));
        }
    }
}

/// Another seed is another run: otherwise all of the above could hold for a network that draws nothing.
#[test]
fn another_seed_is_another_run() {
    let text = Plan::random(1, SHAPE).topology();
    let other = text.replacen("seed: 1\n", "seed: 99\n", 1);
    assert_ne!(text, other);
    let (a, b) = (outcome(&text, 1, Cut::Whole, Network::go), outcome(&other, 1, Cut::Whole, Network::go));
    assert!(a.difference(&b).is_some());
}
