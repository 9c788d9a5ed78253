//! Promise 1: the same input gives the same bytes, however the world is cut, in a fork, and with other nodes beside.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use clock::{Duration, Instant};
use common::{Busy, Outcome, Plan, outcome, plan};
use proptest::prelude::*;
use sim::{Cut, LinkParams, NodeId, Port, WorldBuilder};

const END: Instant = Instant::from_nanos(500_000);

fn played(plan: &Plan, cut: Cut) -> Outcome {
    let mut world = plan.world(cut);
    plan.run(&mut world, END);
    world.check_conservation().unwrap();
    outcome(&mut world)
}

fn assert_same(a: &Outcome, b: &Outcome) {
    assert_eq!(a.ledger, b.ledger);
    assert_eq!(a.logs, b.logs);
    for (a, b) in a.files.iter().zip(&b.files) {
        assert!(a == b, "{:?} differs", a.0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn any_cut_gives_the_same_bytes(plan in plan(), given in proptest::collection::vec(0_usize..8, 8)) {
        let whole = played(&plan, Cut::Whole);
        for cut in [Cut::Regions(2), Cut::Regions(3), Cut::Regions(8), Cut::Given(given)] {
            assert_same(&whole, &played(&plan, cut));
        }
    }

    #[test]
    fn a_fork_goes_on_as_the_original(plan in plan(), middle in 1_u64..500_000, regions in 1_usize..4) {
        let mut world = plan.world(Cut::Regions(regions));
        plan.run(&mut world, Instant::from_nanos(middle));
        let mut fork = world.clone();
        world.check_conservation().unwrap();
        fork.check_conservation().unwrap();
        fork.fill_pools_with_junk(0xAA);
        for world in [&mut world, &mut fork] {
            plan.run(world, END);
        }
        fork.check_conservation().unwrap();
        let original = outcome(&mut world);
        assert_same(&original, &outcome(&mut fork));
        prop_assert!(original == played(&plan, Cut::Whole), "stopping on the way changes nothing");
    }

    #[test]
    fn recycled_buffers_show_nothing(plan in plan()) {
        let mut world = plan.world(Cut::Whole);
        for step in 1..=50 {
            plan.run(&mut world, Instant::from_nanos(step * 10_000));
            world.fill_pools_with_junk(0xAA);
        }
        assert_same(&played(&plan, Cut::Whole), &outcome(&mut world));
    }
}

/// A pair of nodes with a lossy cable, and perhaps others beside them.
fn pair(others: bool) -> (u64, u64, String) {
    let mut builder = WorldBuilder::new();
    if others {
        builder.add_node("x", Busy::new(1, 20)).unwrap();
        builder.add_node("y", Busy::new(1, 20)).unwrap();
        let link = LinkParams::default();
        builder.connect((NodeId(0), Port(0), "p0"), (NodeId(1), Port(0), "p0"), link, link).unwrap();
    }
    let a = builder.add_node("a", Busy::new(1, 200)).unwrap();
    let b = builder.add_node("b", Busy::new(1, 200)).unwrap();
    let mut link = LinkParams::default();
    link.set("loss", "20%").unwrap();
    link.set("jitter", "1us").unwrap();
    builder.connect((a, Port(0), "p0"), (b, Port(0), "p0"), link, link).unwrap();
    let mut world = builder.build(3);
    world.keep_logs(true);
    world.run_until(Instant::START + Duration::from_millis(8)).unwrap();
    let logs = world.take_logs().into_iter().filter(|l| l.node == a || l.node == b);
    let logs = logs.map(|l| format!("{} {} {}\n", l.at, l.node == a, l.message)).collect();
    (world.node(a).received, world.node(b).received, logs)
}

#[test]
fn another_node_changes_nothing_for_the_others() {
    let alone = pair(false);
    assert!(alone.0 > 20 && alone.1 > 20, "too quiet to prove anything: {} and {}", alone.0, alone.1);
    assert_eq!(alone, pair(true));
}
