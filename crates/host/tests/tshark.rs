//! Every frame that a host sends is well formed: tshark finds nothing malformed and no bad checksum.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails by panicking and says when it is skipped"
)]

mod common;

use clock::Duration;
use common::{pass, routed, run, sh};
use core::net::Ipv4Addr;
use host::{Host, Pace, UdpFlow};
use sim::{CaptureFile, CaptureKinds, NodeId, World};
use std::process::Command;

/// Frames that the display filter takes, one line each; `None` without tshark.
fn tshark(path: &str, filter: &str) -> Option<Vec<String>> {
    let checks = ["ip", "udp", "tcp"].map(|p| format!("{p}.check_checksum:TRUE"));
    let mut command = Command::new("tshark");
    command.args(["-n", "-r", path, "-Y", filter]);
    for check in &checks {
        command.args(["-o", check]);
    }
    let output = command.output().ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8_lossy(&output.stdout).lines().map(str::to_string).collect())
}

fn traffic(world: &mut World<Host>) {
    for line in [
        "ping -c 2 10.0.2.3",
        "ping -c 1 -s 5000 10.0.2.3",
        "ping -c 1 -t 1 10.0.2.3",
        "ping -c 1 10.0.2.77",
        "ping -c 1 192.0.2.1",
        "ping -b -c 1 -W 1 10.0.1.255",
        "arping -c 1 -I eth1 10.0.1.2",
        "dhclient -1 eth1",
    ] {
        run(world, 0, line);
    }
    world.with_node(NodeId(0), |host, cx| {
        let flow = UdpFlow {
            destination: Ipv4Addr::new(10, 0, 2, 3),
            destination_port: 9,
            source_port: 40_000,
            payload_len: 3000,
            count: Some(3),
            pace: Pace::Interval { every: Duration::from_millis(1), burst: 1 },
        };
        host.start_udp_flow(cx, flow);
    });
    pass(world, Duration::from_secs(1));
    sh(world, 0, "ip link set eth1 mtu 600; ping -c 1 -s 1400 10.0.2.3");
    sh(world, 1, "ip link set eth2 mtu 700");
    run(world, 2, "ping -c 1 -M do -s 1000 10.0.1.1");
}

#[test]
fn tshark_finds_nothing_wrong() {
    let mut world = routed();
    world.record(CaptureKinds { cables: true, drops: true });
    traffic(&mut world);
    let directory = env!("CARGO_TARGET_TMPDIR");
    let name = |file| match file {
        CaptureFile::All => Some(format!("{directory}/all.pcapng")),
        CaptureFile::Drops => Some(format!("{directory}/drops.pcapng")),
        CaptureFile::Cable(_) => None,
    };
    let mut files = world.capture_files(|file| name(file).map(std::fs::File::create).transpose()).unwrap();
    world.write_captures(&mut files).unwrap();
    world.finish_captures(&mut files).unwrap();
    drop(files);
    let all = format!("{directory}/all.pcapng");
    let wrong = "_ws.malformed || _ws.expert.severity == error || ip.checksum.status == 0 || \
                 icmp.checksum.status == 0 || udp.checksum.status == 0";
    let Some(frames) = tshark(&all, "frame") else {
        eprintln!("SKIPPED: tshark is not installed");
        return;
    };
    assert!(frames.len() > 60, "{}", frames.len());
    assert_eq!(tshark(&all, wrong).unwrap(), [""; 0]);
    let drops = tshark(&format!("{directory}/drops.pcapng"), "frame").unwrap();
    assert!(drops.len() > 5, "{drops:?}");
    for kind in ["arp", "dhcp", "icmp.type == 11", "icmp.type == 3", "ip.flags.mf == 1", "udp.port == 9"] {
        assert!(!tshark(&all, kind).unwrap().is_empty(), "{kind}");
    }
}
