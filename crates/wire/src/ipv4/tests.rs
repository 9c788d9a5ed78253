//! Tests of the IPv4 header: vectors, truncation, rewriting against a fresh sum.

use super::*;
use crate::Pool;
use proptest::prelude::*;

/// The header that RFC 1071's readers know from the wire: UDP, 115 bytes, 192.168.0.1 to 192.168.0.199, sum b861.
const HEADER: [u8; 20] = [
    0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11, 0xb8, 0x61, 0xc0, 0xa8, 0x00, 0x01, 0xc0,
    0xa8, 0x00, 0xc7,
];

fn packet() -> Vec<u8> {
    let mut bytes = HEADER.to_vec();
    bytes.resize(0x73, 0xEE);
    bytes
}

#[test]
fn a_known_header_is_read_and_written() {
    let bytes = packet();
    let view = View::new(&bytes).unwrap();
    assert!(view.checksum_ok() && view.dont_fragment() && !view.more_fragments() && !view.is_fragment());
    assert_eq!((view.ttl(), view.protocol(), view.total_len()), (64, Protocol::UDP, 115));
    assert_eq!(view.destination(), Ipv4Addr::new(192, 168, 0, 199));
    let mut buf = [0xAA; 20];
    Repr::of(&view).emit(&mut buf);
    assert_eq!(buf, HEADER);
}

#[test]
fn padding_is_trimmed_by_the_total_length() {
    let mut bytes = packet();
    bytes.extend([0; 30]);
    let view = View::new(&bytes).unwrap();
    assert_eq!((view.bytes().len(), view.payload().len()), (115, 95));
}

#[test]
fn every_fault_of_shape_has_its_name() {
    let what = |bytes: &[u8]| View::new(bytes).map(|_| ()).map_err(|e| (e.offset, e.what));
    let mut bytes = packet();
    for len in 0..20 {
        assert_eq!(what(&bytes[..len]), Err((len as u16, What::Truncated)));
    }
    for len in 20..115 {
        assert_eq!(what(&bytes[..len]), Err((2, What::TotalLength)));
        assert!(View::of_quote(&bytes[..len]).is_ok(), "a quote may be cut");
    }
    bytes[0] = 0x65;
    assert_eq!(what(&bytes), Err((0, What::Version)));
    bytes[0] = 0x44;
    assert_eq!(what(&bytes), Err((0, What::HeaderLength)));
    bytes[0] = 0x4F;
    bytes[3] = 59;
    assert_eq!(what(&bytes), Err((2, What::TotalLength)), "header beyond the datagram");
    assert!(View::of_quote(&bytes).is_err());
}

#[test]
fn ttl_stops_at_zero() {
    let mut bytes = packet();
    assert_eq!(decrement_ttl(&mut bytes), Ok(63));
    for left in (0..63).rev() {
        assert_eq!(decrement_ttl(&mut bytes), Ok(left));
        assert!(View::new(&bytes).unwrap().checksum_ok());
    }
    assert_eq!(decrement_ttl(&mut bytes), Ok(0));
    assert!(View::new(&bytes).unwrap().checksum_ok());
}

#[test]
fn rewriting_short_bytes_is_an_error() {
    for len in 0..20 {
        let mut bytes = vec![0x45; len];
        assert!(decrement_ttl(&mut bytes).is_err() && set_tos(&mut bytes, 1).is_err());
        assert!(set_id(&mut bytes, 1).is_err() && set_ttl(&mut bytes, 1).is_err());
        assert!(fill_checksum(&mut bytes).is_err() && set_dont_fragment(&mut bytes, true).is_err());
    }
    assert!(fill_checksum(&mut [0x44; 20]).is_err() && fill_checksum(&mut [0x46; 20]).is_err());
    assert!(Options::new(&[0; 41]).is_err());
}

fn any_repr() -> impl Strategy<Value = Repr> {
    let flags = (any::<bool>(), any::<bool>(), 0u16..8192);
    let ends = (any::<u32>(), any::<u32>());
    let options = proptest::collection::vec(any::<u8>(), 0..=40);
    (any::<(u8, u16, u8, u8)>(), flags, ends, options, 0u16..1400).prop_map(
        |((tos, id, ttl, protocol), (dont_fragment, more_fragments, offset), ends, options, payload_len)| {
            Repr {
                tos,
                id,
                dont_fragment,
                more_fragments,
                fragment_offset: offset * 8,
                ttl,
                protocol: Protocol(protocol),
                source: ends.0.into(),
                destination: ends.1.into(),
                options: Options::new(&options).unwrap(),
                payload_len,
            }
        },
    )
}

proptest! {
    #[test]
    fn round_trip(repr in any_repr()) {
        let mut frame = Pool::default().frame(&vec![0xEE; usize::from(repr.payload_len)]);
        repr.push(&mut frame);
        frame.pad_to(60);
        prop_assert_eq!(Repr::parse(frame.bytes()), Ok(repr));
        let view = View::new(frame.bytes()).unwrap();
        prop_assert!(view.checksum_ok());
        prop_assert_eq!(view.is_fragment(), repr.more_fragments || repr.fragment_offset > 0);
    }

    #[test]
    fn rewriting_keeps_the_checksum_right(repr in any_repr(), tos: u8, id: u16, ttl: u8, df: bool) {
        let mut bytes = vec![0; repr.header_len() + usize::from(repr.payload_len)];
        repr.emit(&mut bytes);
        set_tos(&mut bytes, tos).unwrap();
        set_id(&mut bytes, id).unwrap();
        set_ttl(&mut bytes, ttl).unwrap();
        set_dont_fragment(&mut bytes, df).unwrap();
        decrement_ttl(&mut bytes).unwrap();
        let expected = Repr { tos, id, ttl: ttl.saturating_sub(1), dont_fragment: df, ..repr };
        prop_assert_eq!(Repr::parse(&bytes), Ok(expected));
        prop_assert!(View::new(&bytes).unwrap().checksum_ok());
        let before = bytes.clone();
        fill_checksum(&mut bytes).unwrap();
        prop_assert_eq!(bytes, before);
    }

    #[test]
    fn any_bytes_are_read_or_refused(mut bytes in proptest::collection::vec(any::<u8>(), 0..100), first: u8) {
        if let Some(b) = bytes.first_mut() { *b = 0x40 | first & 0x0F; }
        for view in [View::new(&bytes), View::of_quote(&bytes)].into_iter().flatten() {
            let _ = (view.checksum_ok(), view.options(), view.payload(), Repr::of(&view));
        }
    }
}
