//! Internet Control Message Protocol (RFC 792, 950, 1122 §3.2.2, 1191, 1256, 1812 §4.3 and §5.2.7).
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! |     Type      |     Code      |           Checksum            |
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! |   four bytes by type: id and sequence, gateway, MTU, pointer  |
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! |   body: echo data, or header and start of the datagram ...
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-
//! ```

use crate::error::{Error, Layer};
use crate::{Frame, checksum};
use core::net::Ipv4Addr;

/// Length of the header with its four typed bytes.
pub const HEADER_LEN: usize = 8;

/// Codes of "destination unreachable" (type 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unreachable {
    /// 0: no route to the network.
    Net,
    /// 1: the host does not answer ARP.
    Host,
    /// 2: the host has no such protocol.
    Protocol,
    /// 3: nobody listens on the port.
    Port,
    /// 4: the datagram is longer than the next link takes and must not be fragmented.
    FragmentationNeeded {
        /// MTU of the next link in bytes (RFC 1191); 0 from old routers.
        mtu: u16,
    },
    /// 5: source route failed.
    SourceRouteFailed,
    /// 6: network unknown.
    NetUnknown,
    /// 7: host unknown.
    HostUnknown,
    /// 8: source host isolated.
    SourceIsolated,
    /// 9: network administratively prohibited.
    NetProhibited,
    /// 10: host administratively prohibited.
    HostProhibited,
    /// 11: network unreachable for this type of service.
    NetTos,
    /// 12: host unreachable for this type of service.
    HostTos,
    /// 13: communication administratively prohibited: a filter.
    AdminProhibited,
    /// 14: host precedence violation.
    PrecedenceViolation,
    /// 15: precedence cutoff in effect.
    PrecedenceCutoff,
    /// Another code.
    Other(u8),
}

impl Unreachable {
    /// The kind from code and the MTU field.
    #[must_use]
    pub const fn from_code(code: u8, mtu: u16) -> Self {
        match code {
            0 => Self::Net,
            1 => Self::Host,
            2 => Self::Protocol,
            3 => Self::Port,
            4 => Self::FragmentationNeeded { mtu },
            5 => Self::SourceRouteFailed,
            6 => Self::NetUnknown,
            7 => Self::HostUnknown,
            8 => Self::SourceIsolated,
            9 => Self::NetProhibited,
            10 => Self::HostProhibited,
            11 => Self::NetTos,
            12 => Self::HostTos,
            13 => Self::AdminProhibited,
            14 => Self::PrecedenceViolation,
            15 => Self::PrecedenceCutoff,
            code => Self::Other(code),
        }
    }

    /// The code.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Net => 0,
            Self::Host => 1,
            Self::Protocol => 2,
            Self::Port => 3,
            Self::FragmentationNeeded { .. } => 4,
            Self::SourceRouteFailed => 5,
            Self::NetUnknown => 6,
            Self::HostUnknown => 7,
            Self::SourceIsolated => 8,
            Self::NetProhibited => 9,
            Self::HostProhibited => 10,
            Self::NetTos => 11,
            Self::HostTos => 12,
            Self::AdminProhibited => 13,
            Self::PrecedenceViolation => 14,
            Self::PrecedenceCutoff => 15,
            Self::Other(code) => code,
        }
    }
}

/// One message, without its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// 8: answer me.
    EchoRequest {
        /// Chosen by the sender to tell its runs apart.
        id: u16,
        /// Counts the requests of a run.
        sequence: u16,
    },
    /// 0: the answer, body as in the request.
    EchoReply {
        /// As in the request.
        id: u16,
        /// As in the request.
        sequence: u16,
    },
    /// 3: the datagram quoted in the body did not arrive.
    Unreachable(Unreachable),
    /// 4: send less (deprecated by RFC 6633).
    SourceQuench,
    /// 5: a better first hop for the datagram quoted in the body.
    Redirect {
        /// 0 net, 1 host, 2 net and type of service, 3 host and type of service.
        code: u8,
        /// The better router.
        gateway: Ipv4Addr,
    },
    /// 9: routers of this link (RFC 1256); the addresses are in the body.
    RouterAdvertisement {
        /// Number of addresses.
        count: u8,
        /// 32-bit words for each address: 2.
        entry_words: u8,
        /// Seconds that the addresses are valid.
        lifetime_seconds: u16,
    },
    /// 10: routers, show yourselves (RFC 1256).
    RouterSolicitation,
    /// 11: the hops (code 0) or the time for reassembly (code 1) ran out.
    TimeExceeded {
        /// 0 in transit, 1 in reassembly.
        code: u8,
    },
    /// 12: a field of the quoted datagram is wrong.
    ParameterProblem {
        /// 0 the pointer says where, 1 a required option is missing, 2 bad length.
        code: u8,
        /// Offset of the wrong byte in the quoted header.
        pointer: u8,
    },
    /// 13: what time is it? Times are milliseconds since midnight UTC.
    TimestampRequest(Timestamps),
    /// 14: the answer.
    TimestampReply(Timestamps),
    /// 15: which network is this? (obsolete)
    InformationRequest {
        /// As in echo.
        id: u16,
        /// As in echo.
        sequence: u16,
    },
    /// 16: the answer (obsolete).
    InformationReply {
        /// As in the request.
        id: u16,
        /// As in the request.
        sequence: u16,
    },
    /// 17: which netmask? (RFC 950)
    AddressMaskRequest {
        /// As in echo.
        id: u16,
        /// As in echo.
        sequence: u16,
    },
    /// 18: the answer.
    AddressMaskReply {
        /// As in the request.
        id: u16,
        /// As in the request.
        sequence: u16,
        /// The netmask.
        mask: Ipv4Addr,
    },
    /// Any other type.
    Other {
        /// Type field.
        kind: u8,
        /// Code field.
        code: u8,
        /// The four bytes behind the checksum.
        rest: [u8; 4],
    },
}

/// Fields of both timestamp messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timestamps {
    /// As in echo.
    pub id: u16,
    /// As in echo.
    pub sequence: u16,
    /// When the request was sent, in ms since midnight UTC.
    pub originate_ms: u32,
    /// When it arrived.
    pub receive_ms: u32,
    /// When the reply was sent.
    pub transmit_ms: u32,
}

/// Checks the checksum of a whole message.
#[must_use]
pub fn checksum_ok(bytes: &[u8]) -> bool {
    checksum::of(bytes) == 0
}

impl Message {
    /// Reads a message and returns it with its body, without looking at the checksum.
    ///
    /// # Errors
    /// Shorter than the message of its type.
    pub fn parse(bytes: &[u8]) -> Result<(Self, &[u8]), Error> {
        let Some((h, body)) = bytes.split_first_chunk::<HEADER_LEN>() else {
            return Err(Error::truncated(Layer::Icmpv4, bytes.len()));
        };
        let code = h[1];
        let id = u16::from_be_bytes([h[4], h[5]]);
        let sequence = u16::from_be_bytes([h[6], h[7]]);
        let short = Error::truncated(Layer::Icmpv4, bytes.len());
        let message = match (h[0], code) {
            (0, 0) => Self::EchoReply { id, sequence },
            (3, _) => Self::Unreachable(Unreachable::from_code(code, sequence)),
            (4, 0) => Self::SourceQuench,
            (5, _) => Self::Redirect { code, gateway: Ipv4Addr::new(h[4], h[5], h[6], h[7]) },
            (8, 0) => Self::EchoRequest { id, sequence },
            (9, 0) => {
                Self::RouterAdvertisement { count: h[4], entry_words: h[5], lifetime_seconds: sequence }
            }
            (10, 0) => Self::RouterSolicitation,
            (11, _) => Self::TimeExceeded { code },
            (12, _) => Self::ParameterProblem { code, pointer: h[4] },
            (13 | 14, 0) => {
                let (times, rest) = body.split_first_chunk::<12>().ok_or(short)?;
                let ms =
                    |at: usize| u32::from_be_bytes([times[at], times[at + 1], times[at + 2], times[at + 3]]);
                let times =
                    Timestamps { id, sequence, originate_ms: ms(0), receive_ms: ms(4), transmit_ms: ms(8) };
                let message =
                    if h[0] == 13 { Self::TimestampRequest(times) } else { Self::TimestampReply(times) };
                return Ok((message, rest));
            }
            (15, 0) => Self::InformationRequest { id, sequence },
            (16, 0) => Self::InformationReply { id, sequence },
            (17 | 18, 0) => {
                let (mask, rest) = body.split_first_chunk::<4>().ok_or(short)?;
                let mask = Ipv4Addr::from(*mask);
                let request = Self::AddressMaskRequest { id, sequence };
                return Ok((
                    if h[0] == 17 { request } else { Self::AddressMaskReply { id, sequence, mask } },
                    rest,
                ));
            }
            (kind, code) => Self::Other { kind, code, rest: [h[4], h[5], h[6], h[7]] },
        };
        Ok((message, body))
    }

    /// Type and code.
    #[must_use]
    pub const fn kind(&self) -> (u8, u8) {
        match self {
            Self::EchoReply { .. } => (0, 0),
            Self::Unreachable(kind) => (3, kind.code()),
            Self::SourceQuench => (4, 0),
            Self::Redirect { code, .. } => (5, *code),
            Self::EchoRequest { .. } => (8, 0),
            Self::RouterAdvertisement { .. } => (9, 0),
            Self::RouterSolicitation => (10, 0),
            Self::TimeExceeded { code } => (11, *code),
            Self::ParameterProblem { code, .. } => (12, *code),
            Self::TimestampRequest(_) => (13, 0),
            Self::TimestampReply(_) => (14, 0),
            Self::InformationRequest { .. } => (15, 0),
            Self::InformationReply { .. } => (16, 0),
            Self::AddressMaskRequest { .. } => (17, 0),
            Self::AddressMaskReply { .. } => (18, 0),
            Self::Other { kind, code, .. } => (*kind, *code),
        }
    }

    /// True for the messages that report an error and quote a datagram (RFC 1122 §3.2.2): types 3, 4, 5, 11 and 12.
    /// No error is ever sent about one of them.
    #[must_use]
    pub const fn is_error(&self) -> bool {
        is_error_type(self.kind().0)
    }

    /// Length of the message without body, in bytes.
    #[must_use]
    pub const fn header_len(&self) -> usize {
        match self {
            Self::TimestampRequest(_) | Self::TimestampReply(_) => HEADER_LEN + 12,
            Self::AddressMaskRequest { .. } | Self::AddressMaskReply { .. } => HEADER_LEN + 4,
            _ => HEADER_LEN,
        }
    }

    /// Writes the message to the first [`Message::header_len`] bytes of `buf`; the rest is the body and is summed.
    ///
    /// # Panics
    /// When `buf` is shorter.
    pub fn emit(&self, buf: &mut [u8]) {
        let (kind, code) = self.kind();
        buf[0] = kind;
        buf[1] = code;
        buf[2..4].fill(0);
        let pair = |id: u16, sequence: u16| {
            let (i, s) = (id.to_be_bytes(), sequence.to_be_bytes());
            [i[0], i[1], s[0], s[1]]
        };
        let rest = match *self {
            Self::EchoRequest { id, sequence }
            | Self::EchoReply { id, sequence }
            | Self::InformationRequest { id, sequence }
            | Self::InformationReply { id, sequence }
            | Self::AddressMaskRequest { id, sequence }
            | Self::AddressMaskReply { id, sequence, .. } => pair(id, sequence),
            Self::TimestampRequest(t) | Self::TimestampReply(t) => pair(t.id, t.sequence),
            Self::Unreachable(Unreachable::FragmentationNeeded { mtu }) => pair(0, mtu),
            Self::Unreachable(_)
            | Self::SourceQuench
            | Self::RouterSolicitation
            | Self::TimeExceeded { .. } => [0; 4],
            Self::Redirect { gateway, .. } => gateway.octets(),
            Self::RouterAdvertisement { count, entry_words, lifetime_seconds } => {
                pair(u16::from_be_bytes([count, entry_words]), lifetime_seconds)
            }
            Self::ParameterProblem { pointer, .. } => [pointer, 0, 0, 0],
            Self::Other { rest, .. } => rest,
        };
        buf[4..8].copy_from_slice(&rest);
        match *self {
            Self::TimestampRequest(t) | Self::TimestampReply(t) => {
                for (i, ms) in [t.originate_ms, t.receive_ms, t.transmit_ms].into_iter().enumerate() {
                    buf[8 + i * 4..12 + i * 4].copy_from_slice(&ms.to_be_bytes());
                }
            }
            Self::AddressMaskRequest { .. } => buf[8..12].fill(0),
            Self::AddressMaskReply { mask, .. } => buf[8..12].copy_from_slice(&mask.octets()),
            _ => {}
        }
        let sum = checksum::of(buf);
        buf[2..4].copy_from_slice(&sum.to_be_bytes());
    }

    /// Puts the message in front of what `frame` holds, which is the body.
    pub fn push(&self, frame: &mut Frame) {
        frame.push_front_zeroed(self.header_len());
        self.emit(frame.bytes_mut());
    }
}

/// True for the type numbers of error messages: 3, 4, 5, 11 and 12.
#[must_use]
pub const fn is_error_type(kind: u8) -> bool {
    matches!(kind, 3 | 4 | 5 | 11 | 12)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Pool;
    use proptest::prelude::*;

    #[test]
    fn a_known_echo_request() {
        // The sum comes from a separate script.
        let mut frame = Pool::default().frame(b"abcd");
        Message::EchoRequest { id: 0x1f2b, sequence: 1 }.push(&mut frame);
        assert_eq!(frame.bytes(), [8, 0, 0x14, 0x0d, 0x1f, 0x2b, 0, 1, b'a', b'b', b'c', b'd']);
        assert!(checksum_ok(frame.bytes()));
    }

    #[test]
    fn every_type_and_code_round_trips() {
        for kind in 0..=255u8 {
            for code in 0..=20u8 {
                let bytes = [kind, code, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17];
                let (message, body) = Message::parse(&bytes).unwrap();
                assert_eq!(message.kind(), (kind, code));
                assert_eq!(message.is_error(), [3, 4, 5, 11, 12].contains(&kind));
                let mut frame = Pool::default().frame(body);
                message.push(&mut frame);
                assert_eq!(frame.len(), bytes.len());
                assert!(checksum_ok(frame.bytes()));
                assert_eq!(Message::parse(frame.bytes()), Ok((message, body)));
            }
        }
    }

    #[test]
    fn fragmentation_needed_carries_the_mtu_of_rfc_1191() {
        let message = Message::Unreachable(Unreachable::FragmentationNeeded { mtu: 1400 });
        let mut buf = [0; 8];
        message.emit(&mut buf);
        assert_eq!(buf[..2], [3, 4]);
        assert_eq!(buf[4..], [0, 0, 5, 0x78]);
    }

    #[test]
    fn truncation_at_every_length_is_an_error() {
        for kind in [0, 3, 8, 13, 14, 17, 18] {
            let mut bytes = [0u8; 20];
            bytes[0] = kind;
            let need = Message::parse(&bytes).unwrap().0.header_len();
            for len in 0..need {
                assert_eq!(Message::parse(&bytes[..len]), Err(Error::truncated(Layer::Icmpv4, len)));
            }
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            if let Ok((message, body)) = Message::parse(&bytes) {
                prop_assert_eq!(message.header_len() + body.len(), bytes.len());
            }
        }
    }
}
