//! `ip` and `sysctl` against a transcript of iproute2 6.1 on Linux 6.18: same commands, same bytes, same exit codes.
//!
//! The transcript was taken in a network namespace with `lo` and one veth `eth1` (02:00:00:00:03:01, IPv6 off), standard
//! output before standard error; `@ifN` and `link-netnsid`, which only a veth has, were cut out.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use host::{Host, HostSpec};
use sim::{LinkParams, NodeId, Port, World, WorldBuilder};
use wire::Mac;

fn world() -> World<Host> {
    let mut builder = WorldBuilder::new();
    let spec = |name: &str, mac: u8| HostSpec {
        name: name.to_string(),
        ports: vec![("eth1".to_string(), Mac([2, 0, 0, 0, 3, mac]))],
        ..HostSpec::default()
    };
    let a = builder.add_node("a", Host::new(spec("a", 1))).unwrap();
    let b = builder.add_node("b", Host::new(spec("b", 2))).unwrap();
    let params = LinkParams::default();
    builder.connect((a, Port(0), "eth1"), (b, Port(0), "eth1"), params, params).unwrap();
    let mut world = builder.build(1);
    world.run_until(clock::Instant::START).unwrap();
    world
}

#[test]
fn every_command_answers_as_iproute2_does() {
    let transcript = include_str!("transcripts/iproute2.txt");
    let mut world = world();
    let (mut wrong, mut count) = (String::new(), 0);
    for entry in transcript.split("$ ").skip(1) {
        let (command, expected) = entry.split_once('\n').unwrap();
        let id = world.with_node(NodeId(0), |host, cx| host.spawn(cx, command));
        let until = world.now() + clock::Duration::from_micros(10);
        world.run_until(until).unwrap();
        let result = world.node(NodeId(0)).job(id).unwrap();
        let got = format!("{}{}[{}]\n", result.stdout, result.stderr, result.exit);
        count += 1;
        if got != expected {
            wrong += &format!("$ {command}\nexpected:\n{expected}got:\n{got}\n");
        }
    }
    world.check_conservation().unwrap();
    assert!(count > 150, "the transcript is there");
    assert!(wrong.is_empty(), "{wrong}");
}
