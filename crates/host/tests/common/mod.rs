//! Worlds for the tests: hosts on cables, and commands that run in them.
#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]

use clock::{Duration, Instant};
use host::{Host, HostSpec, JobResult};
use sim::{LinkParams, NodeId, Port, World, WorldBuilder};
use wire::Mac;

/// A host with `ports` interfaces from `eth1` on; the MACs are 02:00:00:00:`n`:01 and up.
pub fn host(name: &str, n: u8, ports: u8) -> Host {
    Host::new(HostSpec {
        name: name.to_string(),
        ports: (1..=ports).map(|i| (format!("eth{i}"), Mac([2, 0, 0, 0, n, i]))).collect(),
        ..HostSpec::default()
    })
}

/// Hosts `a`, `b`, … in a row: `a:eth1 – b:eth1`, `b:eth2 – c:eth1`, and so on.
pub fn chain(hosts: u8) -> World<Host> {
    let mut builder = WorldBuilder::new();
    for n in 0..hosts {
        let name = char::from(b'a' + n).to_string();
        builder.add_node(&name, host(&name, n, 2)).unwrap();
    }
    for n in 1..hosts {
        let from = if n == 1 { (Port(0), "eth1") } else { (Port(1), "eth2") };
        let (left, right) = (NodeId(u32::from(n) - 1), NodeId(u32::from(n)));
        let params = LinkParams::default();
        builder.connect((left, from.0, from.1), (right, Port(0), "eth1"), params, params).unwrap();
    }
    let mut world = builder.build(1);
    world.run_until(Instant::START).unwrap();
    world
}

/// Two hosts `a` 10.0.0.1 and `b` 10.0.0.2 on one cable.
pub fn pair() -> World<Host> {
    let mut world = chain(2);
    sh(&mut world, 0, "ip addr add 10.0.0.1/24 dev eth1");
    sh(&mut world, 1, "ip addr add 10.0.0.2/24 dev eth1");
    world
}

/// Three hosts in a row with routes; `b` forwards: a 10.0.1.1, b 10.0.1.2 and 10.0.2.2, c 10.0.2.3.
pub fn routed() -> World<Host> {
    let mut world = chain(3);
    sh(&mut world, 0, "ip addr add 10.0.1.1/24 dev eth1 && ip route add default via 10.0.1.2");
    sh(&mut world, 1, "ip addr add 10.0.1.2/24 dev eth1; ip addr add 10.0.2.2/24 dev eth2");
    sh(&mut world, 1, "sysctl -qw net.ipv4.ip_forward=1");
    sh(&mut world, 2, "ip addr add 10.0.2.3/24 dev eth1 && ip route add default via 10.0.2.2");
    world
}

/// Runs a command and lets time go until it has ended; checks conservation on the way.
pub fn run(world: &mut World<Host>, node: u32, line: &str) -> JobResult {
    let id = world.with_node(NodeId(node), |host, cx| host.spawn(cx, line));
    for _ in 0..100_000 {
        world.check_conservation().unwrap();
        if let Some(result) = world.node_mut(NodeId(node)).take_job(id) {
            return result;
        }
        let next = world.next_event().unwrap_or_else(|| panic!("`{line}` waits for nothing"));
        world.run_until(next).unwrap();
    }
    panic!("`{line}` does not end");
}

/// Runs a command that must succeed; its output.
pub fn sh(world: &mut World<Host>, node: u32, line: &str) -> String {
    let result = run(world, node, line);
    assert_eq!(result.exit, 0, "`{line}`: {}{}", result.stdout, result.stderr);
    result.stdout
}

/// Lets time go on.
pub fn pass(world: &mut World<Host>, time: Duration) {
    let until = world.now() + time;
    world.run_until(until).unwrap();
    world.check_conservation().unwrap();
}

/// The reasons for which frames were dropped in nodes, with their number.
pub fn drops(world: &World<Host>) -> Vec<String> {
    let ledger = world.ledger();
    ledger.node_drops.iter().map(|((_, reason), tally)| format!("{} {reason}", tally.frames)).collect()
}
