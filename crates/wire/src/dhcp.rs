//! DHCP for IPv4 (RFC 2131, RFC 2132): thin functions over `dhcproto`, which owns messages and options.
//!
//! They close the library's gaps (0.15): it draws transaction ids from the system's random source, takes any magic
//! cookie, and panics on a hardware address length beyond 16 and on some options of a wrong length.

use crate::error::{Error, Layer, What};
use dhcproto::v4::{Encodable, Flags, HType, Message, Opcode};
use dhcproto::{Decodable, Decoder, Encoder};
use std::borrow::Cow;

/// Port that servers and relays listen on.
pub const SERVER_PORT: u16 = 67;
/// Port that clients listen on.
pub const CLIENT_PORT: u16 = 68;
/// Shortest message that is sent, in bytes (RFC 1542 §2.1: a BOOTP message has 300).
pub const MIN_LEN: usize = 300;

/// Offset of the magic cookie.
const COOKIE: usize = 236;

/// An empty message of a client (`xid` chosen by the caller) with its hardware address; Ethernet, no flags, no options.
#[must_use]
pub fn request(xid: u32, mac: crate::Mac) -> Message {
    message(Opcode::BootRequest, xid, &mac.0)
}

/// An empty answer to `request`: same transaction, hardware address, relay address and flags (RFC 2131 §4.3.1).
#[must_use]
pub fn reply_to(request: &Message) -> Message {
    let mut reply = message(Opcode::BootReply, request.xid(), request.chaddr());
    reply.set_giaddr(request.giaddr()).set_flags(request.flags()).set_htype(request.htype());
    reply
}

fn message(opcode: Opcode, xid: u32, mac: &[u8]) -> Message {
    let none = core::net::Ipv4Addr::UNSPECIFIED;
    let mac = mac.get(..16).unwrap_or(mac);
    let mut message = Message::new_with_id(xid, none, none, none, none, mac);
    message.set_opcode(opcode).set_htype(HType::Eth).set_flags(Flags::default());
    message
}

/// Reads a message. Options behind a broken one are left out; bytes behind "end" are padding.
///
/// # Errors
/// Truncated before the options, a wrong magic cookie, an unknown operation, or a hardware address longer than 16.
pub fn parse(bytes: &[u8]) -> Result<Message, Error> {
    let Some(head) = bytes.first_chunk::<{ COOKIE + 4 }>() else {
        return Err(Error::truncated(Layer::Dhcp, bytes.len()));
    };
    if head[COOKIE..] != dhcproto::v4::MAGIC {
        return Err(Error::new(Layer::Dhcp, COOKIE as u16, What::Type));
    }
    if !matches!(head[0], 1 | 2) {
        return Err(Error::new(Layer::Dhcp, 0, What::Type));
    }
    if head[2] > 16 {
        return Err(Error::new(Layer::Dhcp, 2, What::HeaderLength));
    }
    let bytes = without_traps(bytes);
    Message::decode(&mut Decoder::new(&bytes)).map_err(|_| Error::new(Layer::Dhcp, 0, What::Syntax))
}

/// Overwrites with padding the options on which the library panics: those whose length it asserts, when the length is
/// another or when they stand twice (it joins neighbours of one code, RFC 3396, and asserts the sum).
fn without_traps(bytes: &[u8]) -> Cow<'_, [u8]> {
    let mut clean = Cow::Borrowed(bytes);
    let mut seen = [false; 256];
    let mut at = COOKIE + 4;
    while let Some(&code) = bytes.get(at) {
        if code == 0 {
            at += 1;
            continue;
        }
        let Some(&len) = bytes.get(at + 1).filter(|_| code != 255) else { break };
        let fits = match code {
            80 => len == 0,
            81 => len >= 3,
            94 => len == 3,
            151 => len >= 1,
            152..=155 => len == 4,
            _ => true,
        };
        let end = at + 2 + usize::from(len);
        let twice = matches!(code, 80 | 81 | 94 | 151..=155) && seen[usize::from(code)];
        if (!fits || twice)
            && let Some(option) = clean.to_mut().get_mut(at..end)
        {
            option.fill(0);
        }
        seen[usize::from(code)] = true;
        at = end;
    }
    clean
}

/// The bytes of a message, filled up with zeros to [`MIN_LEN`].
///
/// # Errors
/// An option or name that does not fit its field.
pub fn emit(message: &Message) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::with_capacity(MIN_LEN);
    message.encode(&mut Encoder::new(&mut bytes)).map_err(|_| Error::new(Layer::Dhcp, 0, What::Syntax))?;
    if bytes.len() < MIN_LEN {
        bytes.resize(MIN_LEN, 0);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Mac;
    use dhcproto::v4::{DhcpOption, MessageType, OptionCode};
    use proptest::prelude::*;

    fn discover() -> Message {
        let mut message = request(0x1234_5678, Mac([2, 0, 0, 0, 0, 9]));
        message.opts_mut().insert(DhcpOption::MessageType(MessageType::Discover));
        message.opts_mut().insert(DhcpOption::ParameterRequestList(vec![OptionCode::Router]));
        message
    }

    #[test]
    fn a_discover_goes_round_and_has_bootp_length() {
        let bytes = emit(&discover()).unwrap();
        assert_eq!(bytes.len(), MIN_LEN);
        assert_eq!(bytes[..8], [1, 1, 6, 0, 0x12, 0x34, 0x56, 0x78]);
        assert_eq!(parse(&bytes), Ok(discover()));
    }

    #[test]
    fn a_reply_keeps_transaction_client_relay_and_flags() {
        let mut request = discover();
        request.set_giaddr([10, 0, 0, 1]).set_flags(Flags::default().set_broadcast());
        let reply = reply_to(&request);
        assert_eq!(
            (reply.opcode(), reply.xid(), reply.chaddr()),
            (Opcode::BootReply, 0x1234_5678, request.chaddr())
        );
        assert!(reply.flags().broadcast() && reply.giaddr() == request.giaddr() && reply.opts().is_empty());
    }

    #[test]
    fn broken_heads_are_refused() {
        let bytes = emit(&discover()).unwrap();
        for len in 0..COOKIE + 4 {
            assert_eq!(parse(&bytes[..len]), Err(Error::truncated(Layer::Dhcp, len)));
        }
        for len in COOKIE + 4..bytes.len() {
            assert!(parse(&bytes[..len]).is_ok(), "cut options are left out");
        }
        for (at, offset, what) in [(236, 236, What::Type), (0, 0, What::Type), (2, 2, What::HeaderLength)] {
            let mut bad = bytes.clone();
            bad[at] = 99;
            bad[at] += u8::from(bytes[at] == 99);
            assert_eq!(parse(&bad), Err(Error::new(Layer::Dhcp, offset, what)));
        }
    }

    #[test]
    fn options_that_break_the_library_are_left_out_and_the_rest_is_kept() {
        let lease_time = [51, 4, 0, 0, 2, 88];
        let traps: [&[u8]; 6] = [
            &[152, 5, 1, 2, 3, 4, 5],
            &[152, 4, 1, 2, 3, 4, 152, 4, 1, 2, 3, 4],
            &[80, 1, 0],
            &[81, 1, 0],
            &[94, 1, 0],
            &[151, 0],
        ];
        for trap in traps {
            let mut bytes = emit(&discover()).unwrap();
            bytes.truncate(COOKIE + 4);
            bytes.extend(trap);
            bytes.extend(lease_time);
            bytes.push(255);
            let message = parse(&bytes).unwrap();
            let time = message.opts().get(OptionCode::AddressLeaseTime);
            assert_eq!(time, Some(&DhcpOption::AddressLeaseTime(600)), "{trap:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn any_options_are_read_without_panic(options in proptest::collection::vec(any::<u8>(), 0..300)) {
            let mut bytes = emit(&discover()).unwrap();
            bytes.truncate(COOKIE + 4);
            bytes.extend(options);
            if let Ok(message) = parse(&bytes) {
                let _ = (message.chaddr().len(), message.opts().msg_type(), emit(&message));
            }
        }
    }
}
