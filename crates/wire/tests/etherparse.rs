//! What we emit, read by `etherparse`: an implementation that shares no code with ours.

use core::net::Ipv4Addr;
use etherparse::{NetSlice, SlicedPacket, TransportSlice};
use proptest::prelude::*;
use wire::{Mac, Pool, arp, ethernet, icmpv4, ipv4, tcp, udp, vlan};

const A: Ipv4Addr = Ipv4Addr::new(192, 168, 88, 1);
const B: Ipv4Addr = Ipv4Addr::new(8, 8, 8, 8);

/// Ethernet, optional tag and IPv4 round `frame`, which holds the transport header and payload.
fn wrap(frame: &mut wire::Frame, protocol: ipv4::Protocol, options: &[u8], tag: Option<u16>) {
    let options = ipv4::Options::new(options).unwrap_or_default();
    ipv4::Repr { protocol, source: A, destination: B, ttl: 9, options, ..Default::default() }.push(frame);
    let ethertype = ethernet::EtherType::IPV4;
    ethernet::Repr { destination: Mac([4; 6]), source: Mac([2; 6]), ethertype }.push(frame);
    if let Some(vid) = tag {
        vlan::push(frame, ethernet::EtherType::VLAN, vlan::Tag::of(vid));
    }
}

proptest! {
    #[test]
    fn udp_in_tagged_ipv4_with_options(sp: u16, dp: u16, vid in 0u16..4096, words in 0usize..=10, payload: Vec<u8>) {
        let mut frame = Pool::default().frame(&payload);
        udp::Repr { source_port: sp, destination_port: dp }.push(A, B, &mut frame);
        wrap(&mut frame, ipv4::Protocol::UDP, &vec![1; words * 4], Some(vid));
        let packet = SlicedPacket::from_ethernet(frame.bytes()).unwrap();
        prop_assert_eq!(packet.vlan_ids().iter().map(|id| id.value()).collect::<Vec<_>>(), [vid]);
        let Some(NetSlice::Ipv4(ip)) = &packet.net else { panic!("{packet:?}") };
        let header = ip.header().to_header();
        prop_assert_eq!(header.calc_header_checksum(), header.header_checksum);
        prop_assert_eq!((header.time_to_live, header.options.len()), (9, words * 4));
        let Some(TransportSlice::Udp(u)) = &packet.transport else { panic!("{packet:?}") };
        prop_assert_eq!((u.source_port(), u.destination_port(), u.payload()), (sp, dp, &payload[..]));
        let sum = u.to_header().calc_checksum_ipv4(&header, &payload).unwrap();
        prop_assert_eq!(sum, u.checksum());
    }

    #[test]
    fn tcp_in_ipv4(sp: u16, sequence: u32, flags: u8, payload: Vec<u8>) {
        let repr = tcp::Repr { source_port: sp, sequence, flags: tcp::Flags(flags), ..Default::default() };
        let mut frame = Pool::default().frame(&payload);
        repr.push(A, B, &mut frame);
        wrap(&mut frame, ipv4::Protocol::TCP, &[], None);
        let packet = SlicedPacket::from_ethernet(frame.bytes()).unwrap();
        let Some(TransportSlice::Tcp(t)) = &packet.transport else { panic!("{packet:?}") };
        prop_assert_eq!((t.source_port(), t.sequence_number(), t.payload()), (sp, sequence, &payload[..]));
        prop_assert_eq!((t.syn(), t.ack(), t.fin()), (flags & 2 != 0, flags & 16 != 0, flags & 1 != 0));
        prop_assert_eq!(t.calc_checksum_ipv4(A.octets(), B.octets()).unwrap(), t.checksum());
    }

    #[test]
    fn echo_in_ipv4(id: u16, sequence: u16, payload: Vec<u8>) {
        let mut frame = Pool::default().frame(&payload);
        icmpv4::Message::EchoRequest { id, sequence }.push(&mut frame);
        wrap(&mut frame, ipv4::Protocol::ICMP, &[], None);
        let packet = SlicedPacket::from_ethernet(frame.bytes()).unwrap();
        let Some(TransportSlice::Icmpv4(i)) = &packet.transport else { panic!("{packet:?}") };
        let header = i.header();
        let echo = etherparse::IcmpEchoHeader { id, seq: sequence };
        prop_assert_eq!(&header.icmp_type, &etherparse::Icmpv4Type::EchoRequest(echo));
        prop_assert_eq!(header.icmp_type.calc_checksum(i.payload()), header.checksum);
    }

    #[test]
    fn arp_request(sender: [u8; 6], ip: u32, target: u32) {
        let mut frame = Pool::default().alloc(60);
        arp::Repr::request(Mac(sender), ip.into(), target.into()).build(&mut frame, Mac::BROADCAST, Mac(sender));
        frame.pad_to(60);
        let packet = SlicedPacket::from_ethernet(frame.bytes()).unwrap();
        let Some(NetSlice::Arp(arp)) = &packet.net else { panic!("{packet:?}") };
        prop_assert_eq!(arp.operation(), etherparse::ArpOperation::REQUEST);
        prop_assert_eq!((arp.sender_hw_addr(), arp.target_protocol_addr()), (&sender[..], &target.to_be_bytes()[..]));
    }
}
