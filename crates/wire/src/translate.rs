//! Address and port translation in place: IPv4 header, transport header and both checksums (RFC 3022 §4.1, RFC 1624).
//!
//! A UDP checksum of 0 ("none") stays 0, and one that comes out as 0 is written as 0xFFFF (RFC 768). Fragments other
//! than the first have no transport header, so only their addresses change.

use crate::error::{Error, Layer, What};
use crate::ipv4::{Protocol, View};
use crate::{checksum, icmpv4};
use core::net::Ipv4Addr;

/// Which end of a datagram to rewrite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// Source address and port.
    Source,
    /// Destination address and port.
    Destination,
}

impl End {
    /// Offset of the address in the IPv4 header.
    const fn address(self) -> usize {
        match self {
            Self::Source => 12,
            Self::Destination => 16,
        }
    }

    /// Offset of the port in a UDP or TCP header.
    const fn port(self) -> usize {
        match self {
            Self::Source => 0,
            Self::Destination => 2,
        }
    }

    /// The other end.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Source => Self::Destination,
            Self::Destination => Self::Source,
        }
    }
}

/// Overwrites the address, and for UDP, TCP and ICMP echo the port or identifier, of one end of the datagram `bytes`.
///
/// `port` None leaves ports alone; it is ignored where the protocol has none. For ICMP queries `port` is the
/// identifier, whichever end is named, as NAT does. A transport header that is cut short (the datagram is a quote, or
/// malformed) is rewritten as far as it is there.
///
/// # Errors
/// `bytes` are not an IPv4 header; nothing is changed then.
pub fn rewrite(bytes: &mut [u8], end: End, address: Ipv4Addr, port: Option<u16>) -> Result<(), Error> {
    let view = View::of_quote(bytes)?;
    let (header_len, protocol) = (view.header_len(), view.protocol());
    let has_transport = view.fragment_offset() == 0;
    let whole = view.header().len() == header_len;
    if !whole {
        return Err(Error::new(Layer::Ipv4, 0, What::HeaderLength));
    }
    let (header, rest) = bytes.split_at_mut(header_len);
    let old = replace_u32(header, end.address(), address.to_bits());
    change(header, 10, false, |sum| checksum::update_u32(sum, old, address.to_bits()));
    if !has_transport {
        return Ok(());
    }
    let (sum_at, zero_is_none) = match protocol {
        Protocol::TCP => (16, false),
        Protocol::UDP | Protocol::UDP_LITE => (6, true),
        Protocol::ICMP => {
            if let Some(id) = port {
                rewrite_icmp_id(rest, id);
            }
            return Ok(());
        }
        _ => return Ok(()),
    };
    change(rest, sum_at, zero_is_none, |sum| checksum::update_u32(sum, old, address.to_bits()));
    if let Some(port) = port
        && let Some(old) = replace_u16(rest, end.port(), port)
    {
        change(rest, sum_at, zero_is_none, |sum| checksum::update(sum, old, port));
    }
    Ok(())
}

/// Overwrites the identifier of an ICMP query or its reply and corrects the checksum; other messages are left alone.
fn rewrite_icmp_id(message: &mut [u8], id: u16) {
    let query = message.first().is_some_and(|kind| matches!(kind, 0 | 8 | 13..=18));
    if !query || message.len() < icmpv4::HEADER_LEN {
        return;
    }
    if let Some(old) = replace_u16(message, 4, id) {
        change(message, 2, false, |sum| checksum::update(sum, old, id));
    }
}

/// Rewrites one end of the datagram quoted in an ICMP error, `bytes` being the whole outer datagram, and corrects the
/// outer ICMP checksum (RFC 5508 §4.2). Returns false when it is not an ICMP error with a readable quote.
pub fn rewrite_quote(bytes: &mut [u8], end: End, address: Ipv4Addr, port: Option<u16>) -> bool {
    let Ok(view) = View::new(bytes) else { return false };
    let (start, len) = (view.header_len(), view.bytes().len());
    let is_error = view.payload().first().is_some_and(|kind| icmpv4::is_error_type(*kind));
    if view.protocol() != Protocol::ICMP || view.fragment_offset() != 0 || !is_error {
        return false;
    }
    let Some(message) = bytes.get_mut(start..len) else { return false };
    let Some(quote) = message.get_mut(icmpv4::HEADER_LEN..) else { return false };
    if rewrite(quote, end, address, port).is_err() {
        return false;
    }
    message[2..4].fill(0);
    let sum = checksum::of(message);
    message[2..4].copy_from_slice(&sum.to_be_bytes());
    true
}

fn replace_u32(bytes: &mut [u8], at: usize, new: u32) -> u32 {
    let Some(place) = bytes.get_mut(at..).and_then(|b| b.first_chunk_mut::<4>()) else { return new };
    u32::from_be_bytes(core::mem::replace(place, new.to_be_bytes()))
}

fn replace_u16(bytes: &mut [u8], at: usize, new: u16) -> Option<u16> {
    let place = bytes.get_mut(at..)?.first_chunk_mut::<2>()?;
    Some(u16::from_be_bytes(core::mem::replace(place, new.to_be_bytes())))
}

/// Changes the checksum at `at`, if the bytes reach that far.
fn change(bytes: &mut [u8], at: usize, zero_is_none: bool, new: impl Fn(u16) -> u16) {
    let Some(place) = bytes.get_mut(at..).and_then(|b| b.first_chunk_mut::<2>()) else { return };
    let old = u16::from_be_bytes(*place);
    if zero_is_none && old == 0 {
        return;
    }
    let sum = new(old);
    *place = if zero_is_none && sum == 0 { [0xFF; 2] } else { sum.to_be_bytes() };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipv4::Repr;
    use crate::{Frame, Pool, tcp, udp};
    use proptest::prelude::*;

    const A: Ipv4Addr = Ipv4Addr::new(192, 168, 88, 10);
    const B: Ipv4Addr = Ipv4Addr::new(8, 8, 8, 8);
    const NAT: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 5);

    fn datagram(protocol: Protocol, fill: impl FnOnce(&mut Frame)) -> Frame {
        let mut frame = Pool::default().frame(b"some payload");
        fill(&mut frame);
        Repr { protocol, source: A, destination: B, ..Repr::default() }.push(&mut frame);
        frame
    }

    fn udp_datagram() -> Frame {
        datagram(Protocol::UDP, |f| udp::Repr { source_port: 5000, destination_port: 53 }.push(A, B, f))
    }

    proptest! {
        #[test]
        fn translated_udp_and_tcp_have_right_checksums(address: u32, port: u16, source: bool, keep: bool, payload: [u8; 7]) {
            let end = if source { End::Source } else { End::Destination };
            let port = (!keep).then_some(port);
            let mut u = Pool::default().frame(&payload);
            udp::Repr { source_port: 1, destination_port: 2 }.push(A, B, &mut u);
            let mut t = Pool::default().frame(&payload);
            tcp::Repr { source_port: 1, destination_port: 2, ..Default::default() }.push(A, B, &mut t);
            for (protocol, mut frame) in [(Protocol::UDP, u), (Protocol::TCP, t)] {
                Repr { protocol, source: A, destination: B, ..Repr::default() }.push(&mut frame);
                rewrite(frame.bytes_mut(), end, address.into(), port).unwrap();
                let ip = View::new(frame.bytes()).unwrap();
                prop_assert!(ip.checksum_ok());
                let (s, d) = (ip.source(), ip.destination());
                let expected: [Ipv4Addr; 2] = if source { [address.into(), B] } else { [A, address.into()] };
                prop_assert_eq!([s, d], expected);
                let (ports, ok) = if protocol == Protocol::UDP {
                    let v = udp::View::new(ip.payload()).unwrap();
                    prop_assert!(v.checksum() != 0);
                    ([v.source_port(), v.destination_port()], v.checksum_ok(s, d))
                } else {
                    let v = tcp::View::new(ip.payload()).unwrap();
                    ([v.source_port(), v.destination_port()], v.checksum_ok(s, d))
                };
                let expected = match (port, source) { (None, _) => [1, 2], (Some(p), true) => [p, 2], (Some(p), false) => [1, p] };
                prop_assert_eq!(ports, expected);
                prop_assert!(ok);
            }
        }

        #[test]
        fn no_bytes_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..60), port: u16) {
            let _ = rewrite(&mut bytes, End::Source, NAT, Some(port));
            if let Some(first) = bytes.first_mut() { *first = 0x45; }
            let _ = rewrite(&mut bytes, End::Destination, NAT, Some(port));
            let _ = rewrite_quote(&mut bytes, End::Source, NAT, Some(port));
        }
    }

    #[test]
    fn udp_without_checksum_stays_without() {
        let mut frame = udp_datagram();
        frame.bytes_mut()[26..28].fill(0);
        rewrite(frame.bytes_mut(), End::Source, NAT, Some(1024)).unwrap();
        assert_eq!(frame.bytes()[26..28], [0, 0]);
        assert_eq!(frame.bytes()[20..22], 1024u16.to_be_bytes());
    }

    #[test]
    fn a_later_fragment_keeps_its_payload() {
        let mut frame = Pool::default().frame(&[0xAB; 16]);
        let repr = Repr {
            protocol: Protocol::UDP,
            source: A,
            destination: B,
            fragment_offset: 8,
            ..Repr::default()
        };
        repr.push(&mut frame);
        rewrite(frame.bytes_mut(), End::Source, NAT, Some(1)).unwrap();
        let view = View::new(frame.bytes()).unwrap();
        assert!(view.checksum_ok() && view.source() == NAT);
        assert_eq!(view.payload(), [0xAB; 16]);
    }

    #[test]
    fn echo_identifiers_are_ports_to_nat() {
        let mut frame =
            datagram(Protocol::ICMP, |f| icmpv4::Message::EchoRequest { id: 7, sequence: 3 }.push(f));
        rewrite(frame.bytes_mut(), End::Source, NAT, Some(900)).unwrap();
        let view = View::new(frame.bytes()).unwrap();
        assert!(icmpv4::checksum_ok(view.payload()));
        let (message, _) = icmpv4::Message::parse(view.payload()).unwrap();
        assert_eq!(message, icmpv4::Message::EchoRequest { id: 900, sequence: 3 });
    }

    #[test]
    fn the_quote_of_an_error_is_translated_back() {
        let mut quote = udp_datagram();
        rewrite(quote.bytes_mut(), End::Source, NAT, Some(1024)).unwrap();
        let expected = udp_datagram();
        for cut in [quote.len(), 28] {
            let mut error = Pool::default().frame(&quote.bytes()[..cut]);
            icmpv4::Message::TimeExceeded { code: 0 }.push(&mut error);
            Repr { protocol: Protocol::ICMP, source: B, destination: NAT, ..Repr::default() }
                .push(&mut error);
            assert!(rewrite_quote(error.bytes_mut(), End::Source, A, Some(5000)));
            let view = View::new(error.bytes()).unwrap();
            assert!(icmpv4::checksum_ok(view.payload()));
            let (_, body) = icmpv4::Message::parse(view.payload()).unwrap();
            assert_eq!(body, &expected.bytes()[..cut]);
        }
        assert!(!rewrite_quote(udp_datagram().bytes_mut(), End::Source, A, None));
    }
}
