//! Promise 5: a network can be forked anywhere: the copy goes on exactly as the original, with packets that wait for
//! ARP, DHCP under way, a script in `:delay` and a running ping; and what is done to the copy does not reach the original.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use clock::Instant;
use lab::device::Device;
use sim::{CableId, Cut};
use wirelab_tests::action::Action;
use wirelab_tests::network::{Network as Plan, Shape};
use wirelab_tests::random::Random;
use wirelab_tests::world::{Network, Outcome, at_ms, lab};

const LAB: &str = r#"
name: fork
seed: 7
topology:
  nodes:
    r1:
      kind: mikrotik_ros
      startup-config: |
        /interface bridge add name=lan
        /interface bridge port add bridge=lan interface=ether2
        /interface bridge port add bridge=lan interface=ether3
        /ip address add address=10.1.0.1/24 interface=lan
        /ip address add address=10.2.0.1/24 interface=ether1
        /ip pool add name=lan ranges=10.1.0.100-10.1.0.200
        /ip dhcp-server add name=lan interface=lan address-pool=lan lease-time=1m
        /ip dhcp-server network add address=10.1.0.0/24 gateway=10.1.0.1
        /ip firewall filter add chain=forward protocol=icmp limit=3,5:packet action=accept
        /ip firewall filter add chain=forward action=drop
    pc1: {kind: linux, exec: [dhclient eth1]}
    pc2: {kind: linux, exec: [dhclient eth1]}
    server: {kind: linux, exec: [ip addr add 10.2.0.2/24 dev eth1, ip route add default via 10.2.0.1]}
  links:
    - endpoints: ["r1:ether2", "pc1:eth1"]
      vars: { delay: 3ms, jitter: 2ms, loss: 5%, duplicate: 5% }
    - endpoints: ["r1:ether3", "pc2:eth1"]
      vars: { delay: 1ms, reorder: 10%, mtu: 1000 }
    - endpoints: ["r1:ether1", "server:eth1"]
      vars: { delay: 10ms, rate: 1M, queue: 5 }
"#;

const SCRIPT: &str = ":global tick 0; :for i from=1 to=20 do={ :delay 700ms; :set tick ($tick + 1); /log info message=\"tick $tick\" }; :put $tick";
const PING: &str = "/ping 10.2.0.2 count=12 size=3000 interval=300ms";
/// Nobody has this address: the packets wait for ARP, then end.
const NOWHERE: &str = "/ping 10.2.0.99 count=8 interval=400ms";

const END: Instant = at_const(20_000);

const fn at_const(ms: u64) -> Instant {
    Instant::from_nanos(Instant::START.as_nanos() + ms * 1_000_000)
}

/// Plays the lab's story from where the network is to `until`.
fn play(network: &mut Network, until: Instant) {
    let story = [
        (10, "r1", SCRIPT),
        (20, "r1", PING),
        (30, "r1", NOWHERE),
        (3_000, "pc1", "ping -c 8 -s 2500 -M dont -i 0.3 10.2.0.2"),
        (3_100, "pc2", "ping -c 8 -i 0.3 10.2.0.99"),
        (9_000, "server", "ping -c 4 -i 0.5 10.1.0.200"),
    ];
    let from = network.world.now();
    for (ms, node, text) in story {
        if at_ms(ms) > from && at_ms(ms) <= until {
            network.go(at_ms(ms));
            let node = network.node(node);
            network.run(node, text);
        }
    }
    network.go(until);
}

fn whole() -> Outcome {
    let mut network = Network::new(&lab(LAB), Cut::Whole);
    play(&mut network, END);
    assert_eq!(network.unanswered(), 0, "the story is told by then");
    network.outcome()
}

#[track_caller]
fn assert_equal(what: &str, a: &Outcome, b: &Outcome) {
    if let Some(difference) = a.difference(b) {
        panic!("{what}: {difference}");
    }
}

#[test]
fn a_fork_goes_on_as_the_original_from_anywhere() {
    let reference = whole();
    // What was under way at some of the forks, so that the test can't lose its subject.
    let (mut waits_for_arp, mut dhcp_under_way, mut script_waits, mut ping_runs) =
        (false, false, false, false);
    for ms in (0..14_000).step_by(311).chain([1, 4, 5, 9, 25, 40, 1_002, 1_010, 3_003, 3_350]) {
        let mut original = Network::new(&lab(LAB), Cut::Regions(1 + ms as usize % 3));
        play(&mut original, at_ms(ms));
        let mut fork = original.clone();
        let under_way = |text| original.answer(text).is_none();
        waits_for_arp |= original.world.ledger().held > 0;
        dhcp_under_way |= ms < 900 && under_way("dhclient eth1");
        script_waits |= ms > 10 && under_way(SCRIPT);
        ping_runs |= ms > 20 && under_way(PING);
        // The copy first, on another thread, over junk: it shares nothing with the original.
        fork.world.fill_pools_with_junk(0xee);
        let copy = std::thread::scope(|scope| {
            let told = scope.spawn(move || {
                play(&mut fork, END);
                fork.outcome()
            });
            told.join().unwrap()
        });
        play(&mut original, END);
        assert!(original.world.check_conservation().is_ok());
        let original = original.outcome();
        assert_equal(&format!("copy and original, forked at {ms} ms"), &original, &copy);
        assert_equal(&format!("original and a run without a fork, {ms} ms"), &reference, &original);
    }
    assert!(waits_for_arp && dhcp_under_way && script_waits && ping_runs);
}

#[test]
fn the_script_and_the_ping_of_a_fork_give_their_answers() {
    let mut original = Network::new(&lab(LAB), Cut::Whole);
    play(&mut original, at_ms(1_500));
    assert!(original.answer(SCRIPT).is_none() && original.answer(PING).is_none());
    let mut fork = original.clone();
    drop(original);
    play(&mut fork, END);
    assert_eq!(fork.answer(SCRIPT).map(|answer| answer.answer.output.trim()), Some("20"));
    let ping = fork.answer(PING).map(|answer| answer.answer.output.clone()).unwrap_or_default();
    assert!(ping.contains("sent=12"), "{ping}");
}

#[test]
fn what_is_done_to_a_fork_does_not_reach_the_original() {
    let reference = whole();
    let mut original = Network::new(&lab(LAB), Cut::Whole);
    play(&mut original, at_ms(2_000));
    let faults: [fn(&mut Network); 4] = [
        |fork| fork.world.set_link(CableId(2), false),
        |fork| fork.run(fork.node("r1"), "/ip firewall filter remove [find]; /ip pool remove [find]"),
        |fork| fork.run(fork.node("r1"), ":global tick 1000"),
        |fork| {
            let server = fork.node("server");
            if let Device::Host(host) = fork.world.node_mut(server) {
                host.open_udp_sink(9, true);
            }
            fork.run(server, "ip addr flush dev eth1");
        },
    ];
    let mut outcomes = Vec::new();
    for fault in faults {
        let mut fork = original.clone();
        fault(&mut fork);
        play(&mut fork, END);
        assert!(fork.world.check_conservation().is_ok());
        outcomes.push(fork.outcome());
    }
    play(&mut original, END);
    assert_equal("the original is undisturbed", &reference, &original.outcome());
    for (number, outcome) in outcomes.iter().enumerate() {
        assert!(outcome.difference(&reference).is_some(), "fault {number} shows");
        let told = outcome.answers.iter().zip(&reference.answers).any(|(a, b)| a != b);
        assert!(told, "fault {number} shows in what commands answer");
        assert!(outcomes.iter().skip(number + 1).all(|other| other.difference(outcome).is_some()));
    }
}

#[test]
fn forks_of_random_networks_go_on_alike() {
    let shape = Shape { nodes: 12, loops: 2, rules: 4, harsh: true };
    for seed in 100..112 {
        let plan = Plan::random(seed, shape);
        let mut random = Random::new(seed);
        let mut actions: Vec<(u64, Action)> =
            (0..50).map(|_| (random.below(5_000), Action::random(&mut random, &plan))).collect();
        actions.sort_by_key(|(at, _)| *at);
        let middle = 500 + random.below(4_000);
        let mut network = Network::new(&lab(&plan.topology()), Cut::Whole);
        let tell = |network: &mut Network, from: u64, until: u64| {
            for (at, action) in actions.iter().filter(|(at, _)| (from..until).contains(at)) {
                network.go(at_ms(*at));
                action.perform(network);
            }
            network.go(at_ms(until));
        };
        tell(&mut network, 0, middle);
        let mut forks = [network.clone(), network.clone().clone()];
        for fork in &mut forks {
            tell(fork, middle, 7_000);
        }
        tell(&mut network, middle, 7_000);
        let original = network.outcome();
        for fork in &mut forks {
            assert_equal(&format!("seed {seed} at {middle} ms"), &original, &fork.outcome());
        }
    }
}
