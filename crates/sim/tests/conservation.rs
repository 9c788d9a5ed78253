//! Promise 2: no frame vanishes. Checked at random instants of random worlds, and in every capture.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use clock::Instant;
use common::{Busy, outcome, plan};
use pcap_file::pcapng::{Block, PcapNgReader};
use proptest::prelude::*;
use sim::{CaptureFile, Context, Cut, LinkParams, Node, NodeId, Port, WorldBuilder};
use wire::Frame;

/// Counts the packets of a capture as pcap-file reads them.
fn packets(bytes: &[u8]) -> u64 {
    let mut reader = PcapNgReader::new(bytes).unwrap();
    let mut count = 0;
    while let Some(block) = reader.next_block() {
        let (block, _) = block.unwrap();
        count += u64::from(matches!(block, Block::EnhancedPacket(_)));
    }
    count
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn frames_are_conserved_at_every_instant(plan in plan(), regions in 1_usize..4, step in 1_000_u64..60_000) {
        let mut world = plan.world(Cut::Regions(regions));
        let mut at = Instant::START;
        while at < Instant::from_nanos(500_000) {
            at = Instant::from_nanos(at.as_nanos() + step);
            plan.run(&mut world, at);
            world.check_conservation().unwrap();
        }
        while let Some(next) = world.next_event() {
            world.run_until(next).unwrap();
        }
        let ledger = world.ledger();
        prop_assert_eq!(ledger.live(), 0, "all came to an end");
        prop_assert_eq!(ledger.created, ledger.delivered + ledger.merged + ledger.dropped());
        let outcome = outcome(&mut world);
        let count = |wanted: CaptureFile| -> u64 {
            outcome.files.iter().filter(|(file, _)| *file == wanted).map(|(_, bytes)| packets(bytes)).sum()
        };
        prop_assert_eq!(count(CaptureFile::Drops), ledger.dropped());
        let by_cable: u64 = (0..plan.cables.len()).map(|c| count(CaptureFile::Cable(sim::CableId(c as u32)))).sum();
        prop_assert_eq!(count(CaptureFile::All), by_cable);
        prop_assert!(by_cable >= ledger.hops.frames);
    }
}

/// Loses every frame without a word.
#[derive(Clone)]
struct Leaky;

impl Node for Leaky {
    type Drop = ();
    fn receive(&mut self, _: &mut Context<'_, ()>, _: Port, frame: Frame) {
        drop(frame);
    }
    fn carrier(&mut self, cx: &mut Context<'_, ()>, port: Port, _: bool) {
        let frame = cx.frame(b"hello");
        cx.send(port, frame);
    }
    fn wake(&mut self, _: &mut Context<'_, ()>) {}
    fn deadline(&self) -> Option<Instant> {
        None
    }
    fn held(&self) -> usize {
        0
    }
    fn describe_drop(&self, (): &()) -> String {
        String::new()
    }
}

#[test]
fn a_node_that_loses_a_frame_is_found_out() {
    let mut builder = WorldBuilder::new();
    builder.add_node("a", Leaky).unwrap();
    builder.add_node("b", Leaky).unwrap();
    let link = LinkParams::default();
    builder.connect((NodeId(0), Port(0), "p"), (NodeId(1), Port(0), "p"), link, link).unwrap();
    let mut world = builder.build(1);
    world.run_until(Instant::from_nanos(1_000)).unwrap();
    world.check_conservation().unwrap();
    world.run_until(Instant::from_nanos(10_000)).unwrap();
    let imbalance = world.check_conservation().unwrap_err();
    assert_eq!((imbalance.created, imbalance.ended, imbalance.in_flight, imbalance.held), (2, 0, 0, 0));
}

#[test]
fn names_and_ports_must_be_free() {
    let mut builder = WorldBuilder::new();
    let a = builder.add_node("a", Busy::new(1, 0)).unwrap();
    assert_eq!(builder.add_node("a", Busy::new(1, 0)).unwrap_err().to_string(), "two nodes are named \"a\"");
    let b = builder.add_node("b", Busy::new(1, 0)).unwrap();
    let link = LinkParams::default();
    builder.connect((a, Port(0), "eth1"), (b, Port(0), "eth1"), link, link).unwrap();
    let again = builder.connect((b, Port(1), "eth2"), (a, Port(0), "eth1"), link, link);
    assert_eq!(again.unwrap_err().to_string(), "a:eth1 already has a cable");
    let loose = builder.connect((b, Port(1), "eth2"), (NodeId(9), Port(0), "eth1"), link, link);
    assert_eq!(loose.unwrap_err().to_string(), "there is no node 9");
}
