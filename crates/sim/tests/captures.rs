//! Capture files of a world: what stands in them, that they stream, and that threads do not show in them.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use clock::{Duration, Instant};
use common::{Busy, Memory, Plan, outcome};
use pcap_file::pcapng::blocks::enhanced_packet::EnhancedPacketOption;
use pcap_file::pcapng::{Block, PcapNgReader};
use sim::{CableId, CaptureFile, Cut, LinkParams, World};
use std::collections::BTreeMap;

/// A ring of nodes with a lossy cable and much traffic.
fn ring(nodes: usize, frames: u32) -> Plan {
    let mut lossy = LinkParams::default();
    lossy.set("loss", "30%").unwrap();
    let clean = LinkParams { queue: 3, ..LinkParams::default() };
    let cables =
        (0..nodes).map(|n| (n, (n + 1) % nodes, if n == 0 { lossy } else { clean }, clean)).collect();
    Plan { seed: 5, nodes, cables, frames, flaps: vec![(100_000, 1, false), (150_000, 1, true)] }
}

/// Interface name, time, flags and comment of each packet.
fn read(bytes: &[u8]) -> Vec<(String, Duration, Option<u32>, String)> {
    let mut reader = PcapNgReader::new(bytes).unwrap();
    let mut interfaces = Vec::new();
    let mut packets = Vec::new();
    while let Some(block) = reader.next_block() {
        match block.unwrap().0 {
            Block::InterfaceDescription(i) => {
                interfaces.push(format!("{:?}", i.options[0]).split('"').nth(1).unwrap().to_owned());
            }
            Block::EnhancedPacket(p) => {
                let mut flags = None;
                let mut comment = String::new();
                for option in &p.options {
                    match option {
                        EnhancedPacketOption::Flags(f) => flags = Some(*f),
                        EnhancedPacketOption::Common(c) => comment = format!("{c:?}"),
                        _ => {}
                    }
                }
                let at = Duration::from_nanos(p.timestamp.as_nanos() as u64);
                packets.push((interfaces[p.interface_id as usize].clone(), at, flags, comment));
            }
            _ => {}
        }
    }
    packets
}

fn files(world: &mut World<Busy>) -> BTreeMap<CaptureFile, Vec<u8>> {
    outcome(world).files.into_iter().collect()
}

#[test]
fn each_frame_stands_once_at_the_port_that_sent_it() {
    let plan = ring(4, 2000);
    let mut world = plan.world(Cut::Whole);
    plan.run(&mut world, Instant::from_nanos(50_000_000));
    let ledger = world.ledger();
    let files = files(&mut world);
    let all = read(&files[&CaptureFile::All]);
    assert!(all.is_sorted_by_key(|p| p.1), "in the order of time");
    assert!(all.iter().all(|p| p.2 == Some(2) && p.3.is_empty()), "outbound");
    let first = read(&files[&CaptureFile::Cable(CableId(0))]);
    assert!(first.iter().any(|p| p.0 == "n0:p0") && first.iter().any(|p| p.0 == "n1:p0"));
    let of_first: Vec<_> = all.iter().filter(|p| p.0 == "n0:p0" || p.0 == "n1:p0").cloned().collect();
    assert_eq!(first, of_first);
    let wire = |why| -> u64 {
        ledger.wire_drops.iter().filter(|((_, w), _)| *w == why).map(|(_, tally)| tally.frames).sum()
    };
    let on_way: u64 = wire(sim::WireDrop::Lost) + wire(sim::WireDrop::CarrierLost);
    assert!(wire(sim::WireDrop::Lost) > 20);
    // Frames that waited for the cable when it was pulled never left it.
    let seen = all.len() as u64;
    assert!(seen <= ledger.hops.frames + on_way + ledger.in_flight);
    assert!(seen >= ledger.hops.frames + wire(sim::WireDrop::Lost));
}

#[test]
fn each_dropped_frame_stands_with_its_reason_where_it_was_dropped() {
    let plan = ring(4, 2000);
    let mut world = plan.world(Cut::Whole);
    plan.run(&mut world, Instant::from_nanos(50_000_000));
    let ledger = world.ledger();
    let drops = read(&files(&mut world)[&CaptureFile::Drops]);
    assert_eq!(drops.len() as u64, ledger.dropped());
    assert!(drops.iter().all(|d| !d.3.is_empty()));
    let with =
        |name: &str, why: &str| drops.iter().filter(|d| d.0 == name && d.3.contains(why)).count() as u64;
    for ((place, why), tally) in &ledger.wire_drops {
        let topology = world.topology();
        let node = topology.name(place.node());
        let name = match place {
            sim::DropPlace::Sending(_, port) | sim::DropPlace::Receiving(_, port) if port.0 < 2 => {
                format!("{node}:p{}", port.0)
            }
            _ => node.to_owned(),
        };
        assert_eq!(with(&name, &why.to_string()), tally.frames, "{place:?} {why}");
    }
    assert!(with("n2", "Bored after") > 0, "the node's own words, at the node");
    assert!(with("n2:p0", "TooManyHops after") > 0, "and at its port");
}

#[test]
fn a_long_run_is_written_on_the_way_and_reads_the_same() {
    let plan = ring(3, 30_000);
    let end = Instant::from_nanos(400_000_000);
    let mut world = plan.world(Cut::Whole);
    world.run_until(end).unwrap();
    let at_once = files(&mut world);
    for cut in [Cut::Whole, Cut::Regions(3)] {
        let mut world = plan.world(cut);
        let mut sinks = BTreeMap::new();
        let mut files = world
            .capture_files(|file| {
                let memory = Memory::default();
                sinks.insert(file, memory.clone());
                Ok((file != CaptureFile::All).then_some(memory))
            })
            .unwrap();
        let size = |sinks: &BTreeMap<CaptureFile, Memory>| -> usize {
            sinks.values().map(|m| m.0.lock().unwrap().len()).sum()
        };
        world.run_until_into(Instant::from_nanos(200_000_000), &mut files).unwrap();
        assert!(size(&sinks) > 4 << 20, "half of it is written at half time");
        world.run_until_into(end, &mut files).unwrap();
        world.finish_captures(&mut files).unwrap();
        for (file, bytes) in &at_once {
            if *file != CaptureFile::All {
                assert!(*sinks[file].0.lock().unwrap() == *bytes, "{file:?}");
            }
        }
    }
}

#[test]
fn a_sink_that_fails_stops_the_run_with_its_error() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::Error::new(std::io::ErrorKind::StorageFull, "no space"))
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut world = ring(3, 2000).world(Cut::Whole);
    let mut files = world.capture_files(|_| Ok(Some(Full))).unwrap();
    let error = world.run_until_into(Instant::from_nanos(50_000_000), &mut files).unwrap_err();
    assert_eq!(error.to_string(), "cannot write a capture: no space");
}

#[test]
fn threads_do_not_show() {
    let plan = ring(9, 300);
    let end = Instant::from_nanos(1_000_000);
    let mut whole = plan.world(Cut::Whole);
    whole.run_until(end).unwrap();
    let mut world = plan.world(Cut::Regions(3));
    assert_eq!(world.regions_mut().len(), 3);
    let mut windows = 0;
    while world.window(end) {
        windows += 1;
        std::thread::scope(|scope| {
            for region in world.regions_mut() {
                scope.spawn(|| region.run_window());
            }
        });
        world.exchange();
    }
    assert!(windows > 10 && world.now() == end);
    assert!(outcome(&mut whole) == outcome(&mut world));
}
