//! Promise 2: no frame vanishes, at any instant, whatever people, cables and strangers do; and every drop says why.

use proptest::prelude::*;
use sim::{CableId, Cut};
use wirelab_tests::action::Action;
use wirelab_tests::network::{Network as Plan, Shape};
use wirelab_tests::random::Random;
use wirelab_tests::world::{Network, at_ms, lab};

/// How long the busy part of a case lasts.
const BUSY_MS: u64 = 4_000;

fn assert_books_balance(network: &Network, when: &str) {
    let world = &network.world;
    if let Err(imbalance) = world.check_conservation() {
        panic!("{when} at {}: {imbalance}", world.now());
    }
    let ledger = world.ledger();
    assert_eq!(
        ledger.created,
        ledger.delivered + ledger.merged + ledger.dropped() + ledger.in_flight + ledger.held,
        "{when}: {ledger:?}"
    );
}

/// A reason is words for a person: not empty, and no name of a Rust type.
fn assert_drops_say_why(network: &Network) {
    for (place, words) in network.drops() {
        assert!(words.len() > 5 && words.contains(' '), "{place}: {words:?} is no reason");
        assert!(!words.contains("Drop(") && !words.contains("Drop {"), "{place}: {words:?} is code");
    }
}

fn play(actions: &[(u64, Action)], stops: &[u64], plan: &Plan) -> Network {
    let mut network = Network::new(&lab(&plan.topology()), Cut::Regions(1 + (plan.seed % 3) as usize));
    assert_books_balance(&network, "new");
    let mut times: Vec<(u64, Option<&Action>)> =
        actions.iter().map(|(at, action)| (*at, Some(action))).collect();
    times.extend(stops.iter().map(|at| (*at, None)));
    times.sort_by_key(|(at, _)| *at);
    for (at, action) in times {
        network.go(clock::Instant::START + clock::Duration::from_micros(at));
        assert_books_balance(&network, "on the way");
        if let Some(action) = action {
            action.perform(&mut network);
            assert_books_balance(&network, &format!("after {action:?}"));
        }
    }
    network
}

fn actions(seed: u64, count: usize, plan: &Plan) -> Vec<(u64, Action)> {
    let mut random = Random::new(seed ^ 0xac71);
    (0..count).map(|_| (random.below(BUSY_MS * 1000), Action::random(&mut random, plan))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_frame_vanishes_and_every_drop_says_why(
        seed in any::<u64>(),
        nodes in 2_usize..9,
        loops in 0_usize..3,
        rules in 0_u64..6,
        harsh in prop::bool::weighted(0.8),
        count in 0_usize..60,
        stops in prop::collection::vec(0_u64..BUSY_MS * 1000, 0..40),
    ) {
        let shape = Shape { nodes, loops, rules, harsh };
        let plan = Plan::random(seed, shape);
        let actions = actions(seed, count, &plan);
        let mut network = play(&actions, &stops, &plan);
        assert_drops_say_why(&network);
        // Without cables nothing new can come in: what was on its way ends, and what devices hold times out.
        for cable in 0..plan.links.len() {
            network.world.set_link(CableId(cable as u32), false);
            assert_books_balance(&network, "a cable pulled");
        }
        network.go(at_ms(BUSY_MS + 150_000));
        assert_books_balance(&network, "at rest");
        assert_drops_say_why(&network);
        let ledger = network.world.ledger();
        prop_assert_eq!((ledger.in_flight, ledger.held), (0, 0), "a frame stays for ever");
        prop_assert_eq!(network.unanswered(), 0, "a command never ends");
    }
}

/// The property above is worth something only when its networks do all that networks do.
#[test]
fn the_random_networks_see_every_kind_of_end() {
    let (mut merged, mut held, mut in_flight, mut reasons) = (0, 0, 0, std::collections::BTreeSet::new());
    for seed in 0..12 {
        let plan = Plan::random(seed, Shape { nodes: 8, loops: 1, rules: 4, harsh: true });
        let actions = actions(seed, 60, &plan);
        let mut network = play(&actions, &[], &plan);
        for ms in (0..BUSY_MS).step_by(50) {
            if at_ms(ms) > network.world.now() {
                network.go(at_ms(ms));
            }
            let ledger = network.world.ledger();
            held = held.max(ledger.held);
            in_flight = in_flight.max(ledger.in_flight);
        }
        merged += network.world.ledger().merged;
        reasons.extend(network.drops().into_iter().map(|(_, words)| words));
    }
    assert!(merged > 0 && held > 0 && in_flight > 0, "{merged} merged, {held} held, {in_flight} in flight");
    for part in [
        "lost on",
        "FCS",
        "queue of the cable",
        "larger than",
        "no carrier",
        "went down",
        "/ip/firewall/filter rule",
        "ARP",
        "time to live",
        "port",
    ] {
        assert!(reasons.iter().any(|words| words.contains(part)), "no {part:?} among {reasons:#?}");
    }
}
