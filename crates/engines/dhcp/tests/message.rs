//! Messages: bytes and back, against `wire::dhcp` (dhcproto) as a second reader.

use dhcp::message::{
    Message, MessageError, MessageType, classless_routes, client_id_text, code, encode_classless_routes,
    parse_client_id,
};
use proptest::prelude::*;
use std::net::Ipv4Addr;
use wire::Mac;

fn offer() -> Message {
    let mut message = Message::request(0x1234_5678, Mac([2, 0, 0, 0, 0, 1]));
    message.reply = true;
    message.secs = 3;
    message.flags = Message::BROADCAST_FLAG;
    message.yiaddr = Ipv4Addr::new(10, 0, 0, 9);
    message.siaddr = Ipv4Addr::new(10, 0, 0, 1);
    message.file = b"pxelinux.0".to_vec();
    message.set(code::MESSAGE_TYPE, [MessageType::Offer as u8]);
    message.set(code::SERVER_ID, [10, 0, 0, 1]);
    message.set(code::LEASE_TIME, 600u32.to_be_bytes());
    message.set(code::SUBNET_MASK, [255, 255, 255, 0]);
    message
}

#[test]
fn options_keep_their_order_and_a_second_reader_agrees() {
    let bytes = offer().encode();
    assert_eq!(bytes.len(), 300);
    assert_eq!(bytes[240..249], [53, 1, 2, 54, 4, 10, 0, 0, 1]);
    assert_eq!(Message::parse(&bytes), Ok(offer()));
    let other = wire::dhcp::parse(&bytes).unwrap();
    assert_eq!((other.xid(), other.yiaddr(), other.siaddr()), (0x1234_5678, offer().yiaddr, offer().siaddr));
    assert_eq!(
        (other.chaddr(), other.fname(), other.secs()),
        (&[2, 0, 0, 0, 0, 1][..], Some(&b"pxelinux.0\0"[..]), 3)
    );
    assert!(other.flags().broadcast() && other.opts().len() == 4);
    assert_eq!(Message::parse(&wire::dhcp::emit(&other).unwrap()).unwrap().options.len(), 4);
}

#[test]
fn cut_messages_lose_options_and_nothing_else() {
    let bytes = offer().encode();
    for len in 0..236 {
        assert_eq!(Message::parse(&bytes[..len]), Err(MessageError::Truncated));
    }
    for len in 236..240 {
        assert!(!Message::parse(&bytes[..len]).unwrap().cookie);
    }
    for len in 240..bytes.len() {
        let cut = Message::parse(&bytes[..len]).unwrap();
        assert!(offer().options.starts_with(&cut.options));
    }
    for (at, value, error) in [(0, 3, MessageError::Operation), (2, 17, MessageError::HardwareLength)] {
        let mut bad = bytes.clone();
        bad[at] = value;
        assert_eq!(Message::parse(&bad), Err(error));
    }
}

#[test]
fn long_options_go_in_parts_and_overloaded_fields_are_read() {
    let mut message = offer();
    message.set(code::CLASSLESS_ROUTE, vec![7; 600]);
    assert_eq!(Message::parse(&message.encode()), Ok(message));
    let mut bytes = offer().encode();
    // Option 52 = 3: sname holds a router, file a host name.
    bytes[240..244].copy_from_slice(&[52, 1, 3, 255]);
    bytes[44..51].copy_from_slice(&[3, 4, 10, 0, 0, 1, 255]);
    bytes[108..114].copy_from_slice(&[12, 2, b'p', b'c', 255, 0]);
    let read = Message::parse(&bytes).unwrap();
    assert_eq!(read.addresses_option(code::ROUTER), [Ipv4Addr::new(10, 0, 0, 1)]);
    assert_eq!(read.text_option(code::HOST_NAME), Some("pc".into()));
    assert!(read.sname.is_empty() && read.file.is_empty());
}

#[test]
fn client_ids_print_as_routeros_prints_them() {
    let id = [1, 0x30, 0x07, 0x4d, 0xf5, 0x07, 0x49];
    assert_eq!(client_id_text(&id), "1:30:7:4d:f5:7:49");
    assert_eq!(parse_client_id("1:30:7:4d:f5:7:49"), id);
    assert_eq!(parse_client_id("printer"), b"printer");
    assert_eq!(parse_client_id("1:zz"), b"1:zz");
}

#[test]
fn classless_routes_follow_rfc_3442() {
    // The examples of RFC 3442: 10.27.129.0/24 and the default route.
    let gateway = Ipv4Addr::new(10, 0, 0, 1);
    let routes = [(Ipv4Addr::UNSPECIFIED, 0, gateway), (Ipv4Addr::new(10, 27, 129, 0), 24, gateway)];
    let bytes = [0, 10, 0, 0, 1, 24, 10, 27, 129, 10, 0, 0, 1];
    assert_eq!(encode_classless_routes(&routes), bytes);
    assert_eq!(classless_routes(&bytes), routes);
    assert_eq!(classless_routes(&bytes[..12]), routes[..1]);
    assert_eq!(classless_routes(&[33, 1, 2, 3, 4, 5, 6, 7, 8, 9]), []);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Message::parse(&bytes);
        let mut message = offer().encode();
        message.truncate(240);
        message.extend(&bytes);
        let read = Message::parse(&message).unwrap();
        let _ = (read.text_option(12), read.message_type(), read.addresses_option(3), read.number_option(51));
    }

    #[test]
    fn any_options_go_round(options in prop::collection::btree_map(1u8..255, prop::collection::vec(any::<u8>(), 0..300), 0..12)) {
        let mut message = offer();
        message.options = options.into_iter().filter(|(code, _)| *code != code::OVERLOAD).collect();
        prop_assert_eq!(Message::parse(&message.encode()), Ok(message));
    }
}
