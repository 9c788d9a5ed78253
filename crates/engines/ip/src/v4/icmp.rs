//! ICMP as an engine: which errors may be sent, how they look, replies to queries, errors matched to their flow.
//!
//! Sources: RFC 792, RFC 1122 §3.2.2, RFC 1812 §4.3; figures of RouterOS: TTL 64, an error quotes as much of the
//! datagram as fits into 576 bytes, `icmp-rate-limit` 10 ms per target for the types of `icmp-rate-mask` 0x1818.

use super::fib::{AddressType, Fib};
use super::input::LinkDestination;
use clock::{Duration, Instant};
use core::net::Ipv4Addr;
use std::collections::BTreeMap;
use wire::icmpv4::{self, Message};
use wire::ipv4::{self, Protocol, View};
use wire::{Frame, tcp, udp};

/// Time to live of errors and replies.
pub const TTL: u8 = 64;
/// Longest error, IPv4 header included, in bytes (RFC 1812 §4.3.2.3).
pub const ERROR_MAX: usize = 576;
/// Precedence "internetwork control" (RFC 1812 §4.3.2.5), for the type of service of errors.
const INTERNETWORK_CONTROL: u8 = 0xC0;

/// Why no error is sent about a packet (RFC 1122 §3.2.2, RFC 1812 §4.3.2.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Silence {
    /// The packet is an ICMP error itself (or an ICMP packet too short to tell).
    AboutError,
    /// The packet is a fragment other than the first.
    LaterFragment,
    /// The destination is a broadcast or group address, or the frame was for all.
    Broadcast,
    /// The source is no single station: 0.0.0.0, 127/8, 224/4, 240/4, a broadcast address.
    Source,
    /// The limit for errors to this target is reached.
    RateLimit,
}

/// Whether an error may be sent about `original`.
///
/// # Errors
/// Why not.
pub fn may_report(original: &View<'_>, link: LinkDestination, fib: &mut Fib) -> Result<(), Silence> {
    if original.fragment_offset() != 0 {
        return Err(Silence::LaterFragment);
    }
    let is_query = |kind: &u8| matches!(kind, 0 | 8..=10 | 13..=18);
    if original.protocol() == Protocol::ICMP && !original.payload().first().is_some_and(is_query) {
        return Err(Silence::AboutError);
    }
    let source = original.source();
    let first = source.octets()[0];
    if first == 0 || first == 127 || first >= 224 || fib.address_type(source) == AddressType::Broadcast {
        return Err(Silence::Source);
    }
    let group =
        matches!(fib.address_type(original.destination()), AddressType::Broadcast | AddressType::Multicast);
    if link.is_group() || group {
        return Err(Silence::Broadcast);
    }
    Ok(())
}

/// Writes the error `message` about the datagram `original` (its bytes from the IPv4 header on, without padding) into
/// the empty `frame`: IPv4 header, ICMP header, quote. The link header is the caller's. `id` is the identification.
pub fn error(original: &View<'_>, message: &Message, source: Ipv4Addr, id: u16, frame: &mut Frame) {
    let room = ERROR_MAX - ipv4::HEADER_LEN - message.header_len();
    let quote = original.bytes();
    frame.extend_from_slice(&quote[..quote.len().min(room)]);
    message.push(frame);
    let header = ipv4::Repr {
        tos: original.tos() & 0x1E | INTERNETWORK_CONTROL,
        id,
        ttl: TTL,
        protocol: Protocol::ICMP,
        source,
        destination: original.source(),
        ..ipv4::Repr::default()
    };
    header.push(frame);
}

/// Writes the answer to the query `request` (echo, timestamp) into the empty `frame`, from the address that was asked.
/// `source` replaces that address when it was a group or broadcast address. `ms` = milliseconds since midnight UTC.
/// Returns false, with nothing written, when the message asks for no answer.
///
/// An echo reply keeps the type of service and a record-route option of the request (RFC 1122 §3.2.2.6).
pub fn reply(request: &View<'_>, source: Ipv4Addr, id: u16, ms: u32, frame: &mut Frame) -> bool {
    let Ok((message, body)) = Message::parse(request.payload()) else { return false };
    let answer = match message {
        Message::EchoRequest { id, sequence } => Message::EchoReply { id, sequence },
        Message::TimestampRequest(times) => {
            Message::TimestampReply(icmpv4::Timestamps { receive_ms: ms, transmit_ms: ms, ..times })
        }
        _ => return false,
    };
    frame.extend_from_slice(body);
    answer.push(frame);
    let header = ipv4::Repr {
        tos: request.tos(),
        id,
        ttl: TTL,
        protocol: Protocol::ICMP,
        source,
        destination: request.source(),
        options: recorded_route(request, source),
        ..ipv4::Repr::default()
    };
    header.push(frame);
    true
}

/// The record-route option of a request with the own address added, for its reply.
fn recorded_route(request: &View<'_>, own: Ipv4Addr) -> ipv4::Options {
    for placed in wire::ipv4_option::iter(request.options()).flatten() {
        let wire::ipv4_option::IpOption::RecordRoute { pointer, route } = placed.option else { continue };
        let mut bytes = vec![7, route.len() as u8 + 3, pointer];
        bytes.extend_from_slice(route);
        let at = usize::from(pointer).saturating_sub(1);
        if let Some(slot) = bytes.get_mut(at..).and_then(|b| b.first_chunk_mut::<4>()) {
            *slot = own.octets();
            bytes[2] += 4;
        }
        return ipv4::Options::new(&bytes).unwrap_or_default();
    }
    ipv4::Options::NONE
}

/// The flow of the datagram that an ICMP error quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quoted {
    /// Who had sent it.
    pub source: Ipv4Addr,
    /// To whom.
    pub destination: Ipv4Addr,
    /// What it was.
    pub protocol: Protocol,
    /// UDP or TCP source port; identifier of an ICMP query; 0 when not there.
    pub source_port: u16,
    /// UDP or TCP destination port; sequence of an ICMP query; 0 when not there.
    pub destination_port: u16,
    /// Its total length in bytes.
    pub total_len: u16,
}

/// Reads the flow from the body of an ICMP error.
///
/// # Errors
/// The body does not begin with a sound IPv4 header.
pub fn quoted(body: &[u8]) -> Result<Quoted, wire::Error> {
    let view = View::of_quote(body)?;
    let payload = view.payload();
    let word = |at: usize| {
        let pair = payload.get(at..).and_then(|b| b.first_chunk::<2>());
        pair.map_or(0, |pair| u16::from_be_bytes(*pair))
    };
    let (a, b) = match view.protocol() {
        _ if view.fragment_offset() != 0 => (0, 0),
        Protocol::UDP | Protocol::TCP | Protocol::SCTP | Protocol::UDP_LITE => (word(0), word(2)),
        Protocol::ICMP => (word(4), word(6)),
        _ => (0, 0),
    };
    Ok(Quoted {
        source: view.source(),
        destination: view.destination(),
        protocol: view.protocol(),
        source_port: a,
        destination_port: b,
        total_len: view.total_len(),
    })
}

/// Checks a transport header that is for this device: shape and checksum of ICMP, UDP and TCP.
#[must_use]
pub fn transport_ok(view: &View<'_>) -> bool {
    let (source, destination, payload) = (view.source(), view.destination(), view.payload());
    match view.protocol() {
        Protocol::ICMP => payload.len() >= icmpv4::HEADER_LEN && icmpv4::checksum_ok(payload),
        Protocol::UDP => udp::View::new(payload).is_ok_and(|u| u.checksum_ok(source, destination)),
        Protocol::TCP => tcp::View::new(payload).is_ok_and(|t| t.checksum_ok(source, destination)),
        _ => true,
    }
}

/// Limits messages of some types to one target (`icmp-rate-limit`, `icmp-rate-mask`), as the kernel does: a bucket for
/// each target gains one message in each interval and holds at most [`Limiter::BURST`].
#[derive(Clone, Debug)]
pub struct Limiter {
    /// Time between messages to one target; zero = no limit.
    pub interval: Duration,
    /// Bit n set = messages of type n are limited.
    pub mask: u32,
    /// When each target's bucket was last looked at, and what it held, in nanoseconds of `interval`.
    buckets: BTreeMap<Ipv4Addr, (Instant, Duration)>,
}

impl Default for Limiter {
    /// 10 ms, mask 0x1818: destination unreachable, source quench, time exceeded, parameter problem.
    fn default() -> Self {
        Self { interval: Duration::from_millis(10), mask: 0x1818, buckets: BTreeMap::new() }
    }
}

impl Limiter {
    /// Messages that a target may get at once after a silence (the kernel's XRLIM_BURST_FACTOR).
    pub const BURST: u64 = 6;
    /// More targets than this are forgotten, those with a full bucket first.
    const TARGETS_MAX: usize = 256;

    /// Takes one message to `target` from its bucket; false when the bucket is empty. "Fragmentation needed" is never
    /// limited, since path MTU discovery hangs on it.
    pub fn allow(&mut self, now: Instant, target: Ipv4Addr, message: &Message) -> bool {
        let (kind, code) = message.kind();
        let limited = kind < 32 && self.mask >> kind & 1 == 1 && (kind, code) != (3, 4);
        if !limited || self.interval == Duration::ZERO {
            return true;
        }
        let full = self.interval * Self::BURST;
        if self.buckets.len() >= Self::TARGETS_MAX && !self.buckets.contains_key(&target) {
            self.buckets.retain(|_, (last, held)| *held + now.since(*last) < full);
            if self.buckets.len() >= Self::TARGETS_MAX {
                self.buckets.pop_first();
            }
        }
        let (last, held) = self.buckets.entry(target).or_insert((now, full));
        *held = (*held + now.since(*last)).min(full);
        *last = now;
        if *held < self.interval {
            return false;
        }
        *held -= self.interval;
        true
    }
}

/// Counters of ICMP messages by type, for `/ip` statistics and reports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Received with a right checksum, by type.
    pub received: BTreeMap<u8, u64>,
    /// Sent, by type.
    pub sent: BTreeMap<u8, u64>,
    /// Received with a wrong checksum or cut short.
    pub malformed: u64,
    /// Errors that were not sent, by reason.
    pub silent: BTreeMap<Silence, u64>,
}

impl Statistics {
    /// Counts a received message.
    pub fn count_received(&mut self, message: &Message) {
        *self.received.entry(message.kind().0).or_default() += 1;
    }

    /// Counts a sent message.
    pub fn count_sent(&mut self, message: &Message) {
        *self.sent.entry(message.kind().0).or_default() += 1;
    }

    /// Counts an error that was not sent.
    pub fn count_silent(&mut self, why: Silence) {
        *self.silent.entry(why).or_default() += 1;
    }
}

#[cfg(test)]
mod tests;
