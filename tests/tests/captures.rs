//! Promise 3: real bytes. Every lab of `topologies/` and some random networks are played, and what they captured is read
//! back twice: by `pcap-file` for the shape of the files, and by tshark, where it is installed, for the frames.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use lab::file::Lab;
use lab::run::Options;
use pcap_file::DataLink;
use pcap_file::pcapng::blocks::enhanced_packet::EnhancedPacketOption;
use pcap_file::pcapng::blocks::interface_description::InterfaceDescriptionOption;
use pcap_file::pcapng::blocks::name_resolution::Record;
use pcap_file::pcapng::blocks::opt_common::CommonOption;
use pcap_file::pcapng::{Block, PcapNgReader};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use wirelab_tests::action::Action;
use wirelab_tests::files::{Scratch, has_tshark, labs};
use wirelab_tests::network::{Network as Plan, Shape};
use wirelab_tests::random::Random;
use wirelab_tests::world::{Network, at_ms, lab};

/// A capture file as its reader sees it.
struct Capture {
    /// Names of the interfaces.
    interfaces: Vec<String>,
    /// Names of addresses.
    names: BTreeMap<String, String>,
    packets: Vec<Packet>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Packet {
    interface: String,
    at_ns: u128,
    /// 1 in, 2 out.
    direction: Option<u32>,
    comment: Option<String>,
    bytes: Vec<u8>,
}

fn read(bytes: &[u8]) -> Capture {
    let mut reader = PcapNgReader::new(bytes).unwrap();
    let mut capture = Capture { interfaces: Vec::new(), names: BTreeMap::new(), packets: Vec::new() };
    while let Some(block) = reader.next_block() {
        match block.unwrap().0 {
            Block::InterfaceDescription(interface) => {
                assert_eq!(interface.linktype, DataLink::ETHERNET);
                let name = interface.options.iter().find_map(|option| match option {
                    InterfaceDescriptionOption::IfName(name) => Some(name.to_string()),
                    _ => None,
                });
                assert_eq!(interface.ts_resolution().to_u8(), 9, "{name:?} has nanosecond stamps");
                capture.interfaces.push(name.expect("an interface has a name"));
            }
            Block::NameResolution(block) => {
                for record in &block.records {
                    if let Record::Ipv4(record) = record {
                        capture.names.insert(record.ip_addr.to_string(), record.names.join(","));
                    }
                }
            }
            Block::EnhancedPacket(packet) => {
                assert_eq!(packet.original_len as usize, packet.data.len(), "frames are whole");
                let flags = packet.options.iter().find_map(|option| match option {
                    EnhancedPacketOption::Flags(flags) => Some(*flags & 3),
                    _ => None,
                });
                let comment = packet.options.iter().find_map(|option| match option {
                    EnhancedPacketOption::Common(CommonOption::Comment(comment)) => Some(comment.to_string()),
                    _ => None,
                });
                capture.packets.push(Packet {
                    interface: capture.interfaces[packet.interface_id as usize].clone(),
                    at_ns: packet.timestamp.as_nanos(),
                    direction: flags.filter(|flags| *flags != 0),
                    comment,
                    bytes: packet.data.to_vec(),
                });
            }
            other => panic!("unexpected block {other:?}"),
        }
    }
    capture
}

/// What one lab wrote.
struct Played {
    name: String,
    report: serde_json::Value,
    files: BTreeMap<String, Vec<u8>>,
    folder: PathBuf,
}

fn play(path: &Path, scratch: &Scratch) -> Played {
    let lab = Lab::read(path, &BTreeMap::new()).unwrap_or_else(|problems| panic!("{problems}"));
    let folder = scratch.path(&lab.name);
    let options = Options { out: Some(folder.clone()), ..Options::default() };
    if let Err(failure) = lab::run::run(&lab, &options, &mut |_| {}) {
        panic!("{failure:?}");
    }
    let files = wirelab_tests::files::contents(&folder);
    let report = serde_json::from_slice(&files["report.json"]).unwrap();
    Played { name: lab.name, report, files, folder }
}

fn count(value: &serde_json::Value) -> u64 {
    value.as_u64().expect("a number")
}

/// Frames, interfaces, stamps and directions of the file of one cable.
fn check_cable(name: &str, cable: &str, capture: &Capture) {
    let ends: Vec<&str> = cable.split(' ').collect();
    assert_eq!(capture.interfaces, ends, "{name}");
    let mut last = BTreeMap::new();
    for packet in &capture.packets {
        assert_eq!(packet.direction, Some(2), "{name}: captured where it leaves");
        assert_eq!(packet.comment, None, "{name}");
        assert!(packet.bytes.len() >= 60, "{name}: padded as Ethernet asks");
        // A frame takes time to send, so two never start at one instant from one port.
        let before = last.insert(packet.interface.clone(), packet.at_ns);
        assert!(
            before.is_none_or(|before| before < packet.at_ns),
            "{name}: {} after {before:?}",
            packet.at_ns
        );
    }
}

fn check_drops(played: &Played, capture: &Capture) {
    let dropped = played.report["frames"]["drops"].as_array().unwrap();
    let place = |line: &serde_json::Value| match line["port"].as_str() {
        Some(port) => format!("{}:{port}", line["node"].as_str().unwrap()),
        None => line["node"].as_str().unwrap().to_owned(),
    };
    let mut told: BTreeMap<(String, String), u64> = BTreeMap::new();
    for line in dropped {
        *told.entry((place(line), line["reason"].as_str().unwrap().to_owned())).or_default() +=
            count(&line["frames"]);
    }
    let mut captured: BTreeMap<(String, String), u64> = BTreeMap::new();
    for packet in &capture.packets {
        let comment = packet.comment.clone().expect("a dropped packet says why");
        assert!(comment.contains(' '), "{comment:?} is no reason");
        *captured.entry((packet.interface.clone(), comment)).or_default() += 1;
    }
    assert_eq!(captured, told, "{}: drops.pcapng and report.json agree", played.name);
    assert!(capture.packets.is_sorted_by_key(|packet| packet.at_ns));
}

#[test]
fn the_captures_of_every_lab_are_complete_and_in_order() {
    let scratch = Scratch::new("captures");
    for path in labs() {
        let played = play(&path, &scratch);
        let all = read(&played.files["all.pcapng"]);
        let mut of_cables = Vec::new();
        let cables: Vec<&str> =
            played.report["cables"].as_array().unwrap().iter().filter_map(|c| c.as_str()).collect();
        for cable in &cables {
            let name = format!("{}.pcapng", cable.replace(':', "-").replace(' ', "_"));
            let capture = read(&played.files[&name]);
            check_cable(&name, cable, &capture);
            of_cables.extend(capture.packets);
        }
        assert_eq!(played.files.len(), cables.len() + 4, "{:?}", played.files.keys());
        let ends: Vec<&str> = cables.iter().flat_map(|cable| cable.split(' ')).collect();
        assert_eq!(all.interfaces, ends);
        assert!(!all.packets.is_empty(), "{}: nothing was captured", played.name);
        assert!(
            all.packets.is_sorted_by_key(|packet| packet.at_ns),
            "{}: all.pcapng is in order",
            played.name
        );
        let key = |packet: &Packet| (packet.at_ns, packet.interface.clone(), packet.bytes.clone());
        of_cables.sort_by_key(key);
        let mut sorted = all.packets.clone();
        sorted.sort_by_key(key);
        assert!(sorted == of_cables, "{}: all.pcapng holds the frames of all cables", played.name);
        let end = count(&played.report["virtual_ns"]);
        let start = u128::from(clock::START_UNIX_SECONDS) * 1_000_000_000;
        let within = |packet: &Packet| (start..=start + u128::from(end)).contains(&packet.at_ns);
        assert!(all.packets.iter().all(within), "{}: stamps are of the run", played.name);
        let nodes: BTreeSet<&str> = played.report["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|node| node["name"].as_str())
            .collect();
        assert!(!all.names.is_empty(), "addresses have names");
        assert!(all.names.values().all(|name| nodes.contains(name.as_str())), "{:?}", all.names);
        let drops = read(&played.files["drops.pcapng"]);
        assert_eq!(drops.packets.len() as u64, count(&played.report["frames"]["dropped"]));
        check_drops(&played, &drops);
    }
}

/// Runs tshark over a file with every checksum verified; gives the fields of every packet.
fn tshark(file: &Path, fields: &[&str]) -> Vec<Vec<String>> {
    let mut command = Command::new("tshark");
    for protocol in ["ip", "udp", "tcp"] {
        command.arg("-o").arg(format!("{protocol}.check_checksum:TRUE"));
    }
    command.args(["-n", "-T", "fields", "-E", "separator=|", "-E", "occurrence=a", "-r"]).arg(file);
    command.args(fields.iter().flat_map(|field| ["-e", field]));
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| line.split('|').map(str::to_owned).collect()).collect()
}

const FIELDS: [&str; 10] = [
    "frame.number",
    "_ws.malformed",
    "_ws.unreassembled",
    "ip.checksum.status",
    "udp.checksum.status",
    "tcp.checksum.status",
    "icmp.checksum.status",
    "frame.interface_name",
    "frame.protocols",
    "_ws.expert.severity",
];

/// Wireshark's `PI_ERROR`.
const ERROR: &str = "8388608";

/// Nothing malformed, no error that Wireshark's experts find, no bad checksum (status 0). Gives how many checksums of each kind were good (status 1).
fn judge(file: &Path, packets: usize) -> [usize; 4] {
    let rows = tshark(file, &FIELDS);
    assert_eq!(rows.len(), packets, "{}: tshark reads every packet", file.display());
    let mut good = [0; 4];
    for row in &rows {
        assert_eq!(row[1], "", "{}: malformed: {row:?}", file.display());
        assert!(
            !row[9].split(',').any(|severity| severity == ERROR),
            "{}: an error: {row:?}",
            file.display()
        );
        for (kind, status) in row[3..7].iter().enumerate() {
            let statuses: Vec<&str> = status.split(',').collect();
            assert!(!statuses.contains(&"0"), "{}: bad checksum: {row:?}", file.display());
            good[kind] += usize::from(statuses.contains(&"1"));
        }
    }
    good
}

#[test]
fn tshark_finds_nothing_wrong_in_the_labs() {
    if !has_tshark() {
        return;
    }
    let scratch = Scratch::new("tshark");
    for path in labs() {
        let played = play(&path, &scratch);
        let mut good = [0; 4];
        for name in ["all.pcapng", "drops.pcapng"] {
            let packets = read(&played.files[name]).packets.len();
            let found = judge(&played.folder.join(name), packets);
            good.iter_mut().zip(found).for_each(|(sum, n)| *sum += n);
        }
        assert!(good[0] > 0 && good[3] > 0, "{}: checksums were checked: {good:?}", played.name);
    }
}

/// Datagrams that tshark takes for a protocol of their port would be malformed as that.
fn is_honest(action: &Action) -> bool {
    match action {
        Action::Noise(..) => false,
        Action::Flow(_, flow) => [7, 9].contains(&flow.destination_port) && flow.source_port == 40_000,
        _ => true,
    }
}

#[test]
fn tshark_finds_nothing_wrong_in_random_networks() {
    if !has_tshark() {
        return;
    }
    let scratch = Scratch::new("tshark-random");
    let (mut judged, mut good) = (0, [0; 4]);
    for seed in 0..4 {
        let plan = Plan::random(seed, Shape { nodes: 14, loops: 2, rules: 4, harsh: true });
        let mut random = Random::new(seed);
        let mut actions: Vec<(u64, Action)> =
            (0..160).map(|_| (random.below(6_000), Action::random(&mut random, &plan))).collect();
        actions.retain(|(_, action)| is_honest(action));
        actions.sort_by_key(|(at, _)| *at);
        let mut network = Network::new(&lab(&plan.topology()), sim::Cut::Whole);
        for (at, action) in &actions {
            network.go(at_ms(*at));
            action.perform(&mut network);
        }
        network.go(at_ms(12_000));
        let bytes = &network.outcome().captures["all"];
        let file = scratch.path("all.pcapng");
        std::fs::write(&file, bytes).unwrap();
        let packets = read(bytes).packets.len();
        judged += packets;
        good.iter_mut().zip(judge(&file, packets)).for_each(|(sum, n)| *sum += n);
    }
    let [ip, udp, _, icmp] = good;
    assert!(judged > 500 && ip > 300 && udp > 20 && icmp > 100, "{judged} packets, {good:?} good checksums");
}

/// The judge itself: a frame with a wrong checksum and one that is cut short are found.
#[test]
fn tshark_would_find_a_wrong_frame() {
    if !has_tshark() {
        return;
    }
    let scratch = Scratch::new("tshark-wrong");
    let lab = lab(
        "name: t\ntopology:\n  nodes:\n    a: {kind: linux, exec: [ip addr add 10.0.0.1/24 dev eth1]}\n    b: {kind: linux, exec: [ip addr add 10.0.0.2/24 dev eth1]}\n  links:\n    - endpoints: [\"a:eth1\", \"b:eth1\"]\n",
    );
    let mut network = Network::new(&lab, sim::Cut::Whole);
    network.go(at_ms(100));
    network.run(network.node("a"), "ping -c 1 10.0.0.2");
    network.go(at_ms(2_000));
    let good = network.outcome().captures["all"].clone();
    let payload =
        good.windows(4).rposition(|bytes| bytes == [0x34, 0x35, 0x36, 0x37]).expect("a ping's last bytes");
    let mut bad = good.clone();
    bad[payload] ^= 1;
    for (name, bytes, status) in [("good.pcapng", good, "1"), ("bad.pcapng", bad, "0")] {
        let file = scratch.path(name);
        std::fs::write(&file, bytes).unwrap();
        let rows = tshark(&file, &FIELDS);
        let echo = rows.iter().rfind(|row| row[8].contains("icmp")).expect("the echo reply");
        assert_eq!(echo[6], status, "{name}");
    }
}
