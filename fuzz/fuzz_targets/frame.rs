#![no_main]
//! Any bytes as a frame: no parser panics, and what parses builds the same bytes again.

use libfuzzer_sys::fuzz_target;
use wire::{arp, dhcp, ethernet, icmpv4, ipv4, ipv4_option, tcp, udp, vlan};

fuzz_target!(|bytes: &[u8]| {
    let _ = ethernet::View::new(bytes);
    let _ = vlan::peek(bytes, ethernet::EtherType::VLAN);
    let _ = vlan::skip(bytes);
    if let Ok(packet) = arp::Repr::parse(bytes) {
        let mut again = [0; arp::LEN];
        packet.emit(&mut again);
        assert_eq!(arp::Repr::parse(&again), Ok(packet));
    }
    if let Ok(view) = ipv4::View::new(bytes) {
        let _ = view.checksum_ok();
        for option in ipv4_option::iter(view.options()) {
            let _ = option;
        }
        let mut copy = view.bytes().to_vec();
        let _ = ipv4::decrement_ttl(&mut copy);
        let _ = firewall::packet::PacketKey::parse(view.bytes());
    }
    let _ = icmpv4::Message::parse(bytes);
    let _ = udp::View::new(bytes);
    if let Ok(view) = tcp::View::new(bytes) {
        for option in tcp::options(view.options()) {
            let _ = option;
        }
    }
    let _ = dhcp::parse(bytes);
    if let Ok(message) = ::dhcp::message::Message::parse(bytes) {
        let encoded = message.encode();
        assert!(::dhcp::message::Message::parse(&encoded).is_ok());
    }
    if let Some(header) = bridge::Header::parse(bytes) {
        let _ = header.tag;
    }
});
