//! Tests of ICMP: shape of errors and replies, silence, limits.

use super::super::address::{Address, Addresses};
use super::*;
use crate::Interface;
use wire::Pool;
use wire::icmpv4::Unreachable;
use wire::ipv4::{Options, Repr};

const A: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 2);
const B: Ipv4Addr = Ipv4Addr::new(8, 8, 8, 8);
const ROUTER: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);

fn datagram(repr: Repr, payload: &[u8]) -> Vec<u8> {
    let mut frame = Pool::default().frame(payload);
    repr.push(&mut frame);
    frame.bytes().to_vec()
}

fn udp_datagram(len: usize) -> Vec<u8> {
    let mut frame = Pool::default().frame(&vec![7; len]);
    udp::Repr { source_port: 5000, destination_port: 53 }.push(A, B, &mut frame);
    Repr { source: A, destination: B, protocol: Protocol::UDP, tos: 0x5A, ..Repr::default() }
        .push(&mut frame);
    frame.bytes().to_vec()
}

fn fib() -> Fib {
    let mut fib = Fib::default();
    let address = Address::new(Interface(1), "10.0.0.1/24".parse().unwrap());
    Addresses::default().add(address, &mut fib);
    fib
}

#[test]
fn an_error_quotes_up_to_576_bytes_in_all() {
    for payload in [0, 20, 512, 519, 520, 521, 1472] {
        let original = udp_datagram(payload);
        let view = View::new(&original).unwrap();
        let mut frame = Pool::default().alloc(576);
        error(&view, &Message::TimeExceeded { code: 0 }, ROUTER, 99, &mut frame);
        assert_eq!(frame.len(), (original.len() + 28).min(576));
        let error = View::new(frame.bytes()).unwrap();
        assert!(error.checksum_ok() && icmpv4::checksum_ok(error.payload()) && transport_ok(&error));
        assert_eq!((error.ttl(), error.source(), error.destination(), error.id()), (64, ROUTER, A, 99));
        assert_eq!(error.tos(), 0xC0 | 0x5A & 0x1E);
        let (_, body) = Message::parse(error.payload()).unwrap();
        assert!(original.starts_with(body));
        let flow = quoted(body).unwrap();
        assert_eq!((flow.source, flow.destination, flow.protocol), (A, B, Protocol::UDP));
        assert_eq!((flow.source_port, flow.destination_port), (5000, 53));
        assert_eq!(usize::from(flow.total_len), original.len());
    }
}

#[test]
fn the_56_byte_ping_of_routeros_makes_an_84_byte_error() {
    let mut frame = Pool::default().frame(&[0; 28]);
    Message::EchoRequest { id: 1, sequence: 2 }.push(&mut frame);
    let original = datagram(
        Repr { source: A, destination: B, protocol: Protocol::ICMP, ..Repr::default() },
        frame.bytes(),
    );
    assert_eq!(original.len(), 56);
    let view = View::new(&original).unwrap();
    assert_eq!(may_report(&view, LinkDestination::Own, &mut fib()), Ok(()));
    let mut frame = Pool::default().alloc(100);
    error(&view, &Message::Unreachable(Unreachable::Host), ROUTER, 0, &mut frame);
    assert_eq!(frame.len(), 84);
    let error = View::new(frame.bytes()).unwrap();
    let (_, body) = Message::parse(error.payload()).unwrap();
    let flow = quoted(body).unwrap();
    assert_eq!((flow.source_port, flow.destination_port), (1, 2), "identifier and sequence");
}

#[test]
fn errors_are_never_sent_about_these() {
    let plain = Repr { source: A, destination: B, protocol: Protocol::UDP, ..Repr::default() };
    let icmp = |kind: u8| datagram(Repr { protocol: Protocol::ICMP, ..plain }, &[kind, 0, 0, 0, 0, 0, 0, 0]);
    let of = |repr: Repr| datagram(repr, &[0; 8]);
    let from = |source: [u8; 4]| of(Repr { source: source.into(), ..plain });
    let to = |destination: [u8; 4]| of(Repr { destination: destination.into(), ..plain });
    let own = LinkDestination::Own;
    for (bytes, link, expected) in [
        (of(plain), own, Ok(())),
        (icmp(8), own, Ok(())),
        (icmp(0), own, Ok(())),
        (of(Repr { more_fragments: true, ..plain }), own, Ok(())),
        (of(Repr { fragment_offset: 8, ..plain }), own, Err(Silence::LaterFragment)),
        (icmp(3), own, Err(Silence::AboutError)),
        (icmp(5), own, Err(Silence::AboutError)),
        (icmp(11), own, Err(Silence::AboutError)),
        (icmp(12), own, Err(Silence::AboutError)),
        (icmp(200), own, Err(Silence::AboutError)),
        (datagram(Repr { protocol: Protocol::ICMP, ..plain }, &[]), own, Err(Silence::AboutError)),
        (of(plain), LinkDestination::Broadcast, Err(Silence::Broadcast)),
        (of(plain), LinkDestination::Multicast, Err(Silence::Broadcast)),
        (to([10, 0, 0, 255]), own, Err(Silence::Broadcast)),
        (to([255; 4]), own, Err(Silence::Broadcast)),
        (to([224, 0, 0, 1]), own, Err(Silence::Broadcast)),
        (from([0; 4]), own, Err(Silence::Source)),
        (from([127, 0, 0, 1]), own, Err(Silence::Source)),
        (from([224, 0, 0, 1]), own, Err(Silence::Source)),
        (from([10, 0, 0, 255]), own, Err(Silence::Source)),
    ] {
        let view = View::new(&bytes).unwrap();
        assert_eq!(may_report(&view, link, &mut fib()), expected, "{view:?} {link:?}");
    }
}

#[test]
fn an_echo_reply_gives_back_what_it_got() {
    let mut frame = Pool::default().frame(b"abcdefgh");
    Message::EchoRequest { id: 5, sequence: 6 }.push(&mut frame);
    let repr = Repr {
        source: A,
        destination: ROUTER,
        protocol: Protocol::ICMP,
        tos: 0x10,
        ttl: 1,
        ..Repr::default()
    };
    let request = datagram(repr, frame.bytes());
    let mut frame = Pool::default().alloc(100);
    assert!(reply(&View::new(&request).unwrap(), ROUTER, 3, 0, &mut frame));
    let answer = View::new(frame.bytes()).unwrap();
    assert!(answer.checksum_ok() && transport_ok(&answer));
    assert_eq!((answer.source(), answer.destination(), answer.ttl(), answer.tos()), (ROUTER, A, 64, 0x10));
    let (message, body) = Message::parse(answer.payload()).unwrap();
    assert_eq!((message, body), (Message::EchoReply { id: 5, sequence: 6 }, &b"abcdefgh"[..]));
    let mut none = Pool::default().alloc(100);
    assert!(!reply(&answer, A, 3, 0, &mut none) && none.is_empty(), "a reply gets no reply");
}

#[test]
fn a_recorded_route_comes_back_with_the_own_address() {
    let mut frame = Pool::default().frame(&[]);
    Message::EchoRequest { id: 5, sequence: 6 }.push(&mut frame);
    let options = Options::new(&[7, 11, 8, 1, 1, 1, 1, 0, 0, 0, 0]).unwrap();
    let repr = Repr { source: A, destination: ROUTER, protocol: Protocol::ICMP, options, ..Repr::default() };
    let request = datagram(repr, frame.bytes());
    let mut frame = Pool::default().alloc(100);
    assert!(reply(&View::new(&request).unwrap(), ROUTER, 3, 0, &mut frame));
    let answer = View::new(frame.bytes()).unwrap();
    assert_eq!(answer.options(), [7, 11, 12, 1, 1, 1, 1, 10, 0, 0, 1, 0]);
}

#[test]
fn a_timestamp_request_is_answered_with_the_time() {
    let times = icmpv4::Timestamps { id: 1, sequence: 2, originate_ms: 1000, receive_ms: 0, transmit_ms: 0 };
    let mut frame = Pool::default().alloc(20);
    Message::TimestampRequest(times).push(&mut frame);
    let repr = Repr { source: A, destination: ROUTER, protocol: Protocol::ICMP, ..Repr::default() };
    let request = datagram(repr, frame.bytes());
    let mut frame = Pool::default().alloc(100);
    assert!(reply(&View::new(&request).unwrap(), ROUTER, 0, 1234, &mut frame));
    let (message, _) = Message::parse(View::new(frame.bytes()).unwrap().payload()).unwrap();
    let expected = icmpv4::Timestamps { receive_ms: 1234, transmit_ms: 1234, ..times };
    assert_eq!(message, Message::TimestampReply(expected));
}

#[test]
fn the_limit_lets_six_go_and_then_one_in_ten_milliseconds() {
    let mut limiter = Limiter::default();
    let expired = Message::TimeExceeded { code: 0 };
    let at = |ms| Instant::START + Duration::from_millis(ms);
    let burst = (0..10).filter(|_| limiter.allow(at(1000), A, &expired)).count();
    assert_eq!(burst, 6);
    assert!(limiter.allow(at(1000), B, &expired), "another target");
    assert!(!limiter.allow(at(1009), A, &expired));
    assert!(limiter.allow(at(1010), A, &expired));
    assert!(!limiter.allow(at(1019), A, &expired));
    let needed = Message::Unreachable(Unreachable::FragmentationNeeded { mtu: 1400 });
    assert!(limiter.allow(at(1019), A, &needed), "path MTU discovery is never limited");
    assert!(limiter.allow(at(1019), A, &Message::EchoReply { id: 0, sequence: 0 }), "not in the mask");
    let mut free = Limiter { interval: Duration::ZERO, ..Limiter::default() };
    assert!((0..100).all(|_| free.allow(at(0), A, &expired)));
}

#[test]
fn the_limiter_forgets_targets_and_stays_small() {
    let mut limiter = Limiter::default();
    let expired = Message::TimeExceeded { code: 0 };
    for n in 0..2000u32 {
        assert!(limiter.allow(
            Instant::START + Duration::from_millis(u64::from(n / 500)),
            n.into(),
            &expired
        ));
    }
    assert!(limiter.buckets.len() <= Limiter::TARGETS_MAX);
}

#[test]
fn broken_transport_headers_are_noticed() {
    let good = udp_datagram(10);
    assert!(transport_ok(&View::new(&good).unwrap()));
    for at in 20..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 1;
        assert!(!transport_ok(&View::new(&bad).unwrap()), "{at}");
    }
    for protocol in [Protocol::ICMP, Protocol::UDP, Protocol::TCP] {
        let short = datagram(Repr { protocol, ..Repr::default() }, &[0; 7]);
        assert!(!transport_ok(&View::new(&short).unwrap()));
    }
}
