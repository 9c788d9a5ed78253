//! Memory: what the kernel keeps for an idle node with five cabled ports. Read from the kernel's own account of the
//! process, so it runs alone in its binary, and only on Linux.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use clock::Instant;
use common::Busy;
use sim::{LinkParams, NodeId, Port, WorldBuilder};

/// Bytes of memory in use by the process; `None` where there is no `/proc`.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kb| kb * 1024)
}

#[test]
fn an_idle_node_with_five_ports_takes_at_most_2560_bytes() {
    const NODES: u32 = 20_000;
    let Some(before) = resident() else {
        eprintln!("SKIPPED: no /proc/self/status");
        return;
    };
    let mut builder = WorldBuilder::new();
    for n in 0..NODES {
        builder.add_node(&format!("router-{n}"), Busy::new(5, 0)).unwrap();
    }
    for n in (0..NODES).step_by(2) {
        for port in 0..5 {
            let name = format!("ether{}", port + 1);
            let (a, b) = (NodeId(n), NodeId((n + 1 + 2 * u32::from(port)) % NODES));
            let link = LinkParams::default();
            builder.connect((a, Port(port), &name), (b, Port(port), &name), link, link).unwrap();
        }
    }
    let mut world = builder.build(1);
    world.run_until(Instant::from_nanos(1_000_000_000)).unwrap();
    let used = (resident().unwrap() - before) / u64::from(NODES);
    eprintln!("{used} bytes for each node");
    assert!(used <= 2560 + size_of::<Busy>() as u64, "{used} bytes for each node");
    assert_eq!(world.ledger().live(), 0);
}
