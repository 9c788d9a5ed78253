//! Files are read back by pcap-file and, when it is installed, by tshark.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use capture::{Direction, Interface, Packet, Writer, name_bytes};
use clock::Instant;
use pcap_file::pcapng::blocks::enhanced_packet::EnhancedPacketOption;
use pcap_file::pcapng::blocks::interface_description::InterfaceDescriptionOption;
use pcap_file::pcapng::blocks::name_resolution::Record;
use pcap_file::pcapng::{Block, PcapNgReader};
use std::process::Command;

/// A broadcast ARP request for 10.0.0.2 from 10.0.0.1.
const ARP: [u8; 60] = {
    let head: [u8; 42] = [
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1,
        10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2,
    ];
    let mut frame = [0; 60];
    let mut i = 0;
    while i < head.len() {
        frame[i] = head[i];
        i += 1;
    }
    frame
};

/// (interface, time, direction, frame, comment) of each packet of the file.
fn packets() -> Vec<(u32, u64, Direction, Vec<u8>, &'static str)> {
    let mut odd = ARP.to_vec();
    odd.extend_from_slice(b"xyz");
    vec![
        (0, 0, Direction::Outbound, ARP.to_vec(), ""),
        (1, 1_000_000_001, Direction::Inbound, odd, "a"),
        (0, 5_000_000_000_123, Direction::Unknown, ARP.to_vec(), "queue full: 7 wait"),
        (1, 3_600_000_000_000_000, Direction::Unknown, ARP.to_vec(), ""),
    ]
}

fn file() -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), "wirelab", "a test").unwrap();
    let one =
        Interface { name: "r1:ether2".into(), mac: Some([2, 0, 0, 0, 0, 1]), speed_bps: Some(1_000_000_000) };
    assert_eq!(writer.interface(&one).unwrap(), 0);
    assert_eq!(writer.interface(&Interface { name: "pc1".into(), ..Interface::default() }).unwrap(), 1);
    let names = [([10, 0, 0, 1].into(), "r1".to_owned()), ("fe80::1".parse().unwrap(), "pc1".to_owned())];
    writer.names(&names).unwrap();
    for (interface, at, direction, bytes, comment) in packets() {
        let at = Instant::from_nanos(at);
        writer.packet(&Packet { interface, at, direction, bytes: &bytes, comment }).unwrap();
    }
    assert_eq!(writer.packets(), 4);
    writer.finish().unwrap()
}

#[test]
fn pcap_file_reads_what_was_written() {
    let bytes = file();
    let mut reader = PcapNgReader::new(&bytes[..]).unwrap();
    let (mut names, mut interfaces, mut read) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(block) = reader.next_block() {
        match block.unwrap().0 {
            Block::InterfaceDescription(interface) => interfaces.push(interface.into_owned()),
            Block::NameResolution(block) => names.extend(block.into_owned().records),
            Block::EnhancedPacket(packet) => read.push(packet.into_owned()),
            other => panic!("unexpected block {other:?}"),
        }
    }
    use InterfaceDescriptionOption as Opt;
    let has = |i: usize, wanted: fn(&Opt<'_>) -> bool| interfaces[i].options.iter().any(wanted);
    assert!(has(0, |o| matches!(o, Opt::IfName(n) if n == "r1:ether2")));
    assert!(has(0, |o| matches!(o, Opt::IfMacAddr(m) if **m == [2, 0, 0, 0, 0, 1])));
    assert!(has(0, |o| matches!(o, Opt::IfSpeed(1_000_000_000))));
    assert!(has(1, |o| matches!(o, Opt::IfName(n) if n == "pc1")));
    assert!(!has(1, |o| matches!(o, Opt::IfMacAddr(_) | Opt::IfSpeed(_))));
    assert!(matches!(&names[0], Record::Ipv4(r) if r.ip_addr.octets() == [10, 0, 0, 1] && r.names == ["r1"]));
    assert!(matches!(&names[1], Record::Ipv6(r) if r.names == ["pc1"]));
    assert_eq!(read.len(), 4);
    for (packet, (interface, at, direction, bytes, comment)) in read.iter().zip(packets()) {
        assert_eq!((packet.interface_id, packet.original_len as usize), (interface, bytes.len()));
        assert_eq!(packet.timestamp.as_nanos() as u64, Instant::from_nanos(at).unix_nanos());
        assert_eq!(*packet.data, bytes);
        let text = format!("{:?}", packet.options);
        assert_eq!(text.contains("Comment"), !comment.is_empty(), "{text}");
        assert!(text.contains(comment));
        let flags = packet.options.iter().find_map(|o| match o {
            EnhancedPacketOption::Flags(flags) => Some(*flags),
            _ => None,
        });
        let want = match direction {
            Direction::Unknown => None,
            Direction::Inbound => Some(1),
            Direction::Outbound => Some(2),
        };
        assert_eq!(flags, want);
    }
}

#[test]
fn tshark_reads_what_was_written() {
    let path = std::env::temp_dir().join(format!("wirelab-capture-{}.pcapng", std::process::id()));
    std::fs::write(&path, file()).unwrap();
    let fields =
        ["frame.interface_name", "frame.time_epoch", "frame.comment", "arp.dst.proto_ipv4", "frame.len"];
    let mut tshark = Command::new("tshark");
    tshark.args(["-T", "fields", "-E", "separator=|", "-r"]).arg(&path);
    tshark.args(fields.iter().flat_map(|field| ["-e", field]));
    let output = tshark.output();
    std::fs::remove_file(&path).unwrap();
    let Ok(output) = output else {
        eprintln!("SKIPPED: tshark is not installed");
        return;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let want = "\
        r1:ether2|1767225600.000000000||10.0.0.2|60\n\
        pc1|1767225601.000000001|a|10.0.0.2|63\n\
        r1:ether2|1767230600.000000123|queue full: 7 wait|10.0.0.2|60\n\
        pc1|1770825600.000000000||10.0.0.2|60\n";
    assert_eq!(String::from_utf8_lossy(&output.stdout), want);
}

#[test]
fn names_by_themselves_are_the_bytes_that_a_file_has() {
    for count in [0, 1, 5_000] {
        let names: Vec<_> =
            (0..count).map(|n: u32| (std::net::Ipv4Addr::from(n).into(), format!("node-{n}"))).collect();
        let mut writer = Writer::new(Vec::new(), "wirelab", "").unwrap();
        let before = writer.position();
        writer.names(&names).unwrap();
        let after = writer.position();
        let file = writer.finish().unwrap();
        assert_eq!(after, file.len() as u64);
        assert_eq!(file[usize::try_from(before).unwrap()..], name_bytes(&names).unwrap()[..], "{count}");
    }
}
