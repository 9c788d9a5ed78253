//! `ping` of iputils 20221126: sends echo requests, pairs the replies, prints what iputils prints.
//!
//! | state | event | what happens |
//! |---|---|---|
//! | running | interval over | next request; after the last of `-c` the exit is scheduled |
//! | running | reply, ICMP error | printed and counted; all of `-c` answered: end |
//! | waiting | `max(2 × longest round trip, interval)`, or `-W` when nothing came | end |
//! | any | `-w` over, Ctrl-C | end |
//!
//! The send time travels in the first 16 bytes of the payload as iputils' `struct timeval` does.

mod options;
mod report;

use crate::command::Program;
use crate::flow::output::{Kind, OutputRoute, RouteQuery, SendError};
use crate::shell::{Io, Started};
use crate::{Cx, Host};
use clock::{Duration, Instant};
use core::net::Ipv4Addr;
use options::{Options, PathMtu};
use report::Statistics;
use wire::icmpv4::Message;
use wire::ipv4::{self, Protocol};

/// Bytes of the time stamp in the payload.
const STAMP: usize = 16;

/// An echo reply as the stack hands it to a `ping`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reply<'a> {
    /// Who answers.
    pub(crate) from: Ipv4Addr,
    /// TTL that the reply arrived with.
    pub(crate) ttl: u8,
    /// Number of the request.
    pub(crate) sequence: u16,
    /// The body of the message.
    pub(crate) payload: &'a [u8],
}

/// An ICMP error about a request of ours.
#[derive(Clone, Copy, Debug)]
pub(crate) struct IcmpError {
    /// Who reports.
    pub(crate) from: Ipv4Addr,
    /// What happened.
    pub(crate) message: Message,
    /// Number of the request.
    pub(crate) sequence: u16,
}

/// A `ping` under way.
#[derive(Clone, Debug)]
pub(crate) struct Ping {
    options: Options,
    destination: Ipv4Addr,
    source: Option<Ipv4Addr>,
    interface: Option<usize>,
    /// Identifier of the requests.
    id: u16,
    statistics: Statistics,
    started: Instant,
    next_send: Instant,
    last_send: Instant,
    /// End when nothing more comes.
    exit_at: Option<Instant>,
    /// One bit for each sequence number: answered.
    answered: Vec<u64>,
    interrupted: bool,
}

/// Starts `ping` with the words behind it.
pub(super) fn start(host: &mut Host, cx: &mut Cx<'_>, arguments: &[String], io: &mut Io) -> Started {
    match prepare(host, cx, arguments, io) {
        Ok(ping) => Started::Program(Program::Ping(Box::new(ping))),
        Err((status, text)) => {
            if status == 0 {
                io.out(&text)
            } else {
                io.err(&text)
            }
            Started::Done(status)
        }
    }
}

fn prepare(
    host: &mut Host,
    cx: &mut Cx<'_>,
    arguments: &[String],
    io: &mut Io,
) -> Result<Ping, options::Refused> {
    let options = options::parse(arguments)?;
    let fail = |text: String| (2, format!("ping: {text}\n"));
    let name = options.destination.clone();
    let Some(mut destination) = host.resolve(&name) else {
        return Err(fail(format!("{name}: Temporary failure in name resolution")));
    };
    if destination.is_unspecified() {
        destination = Ipv4Addr::LOCALHOST;
    }
    let (mut source, mut interface) = (None, None);
    match options.source.as_deref().map(|s| (s, s.parse::<Ipv4Addr>())) {
        None => {}
        Some((_, Ok(address))) if host.is_local(address) => source = Some(address),
        Some((_, Ok(_))) => return Err(fail("bind: Cannot assign requested address".to_string())),
        Some((name, Err(_))) => match host.interface_named(name) {
            Some(index) => interface = Some(index),
            None => return Err(fail(format!("SO_BINDTODEVICE {name}: No such device"))),
        },
    }
    let query = RouteQuery { destination, source, interface };
    const DENIED: &str = "Do you want to ping broadcast? Then -b. If not, check your local firewall rules";
    let route = host.route_output(cx.now(), &query).map_err(|error| match error {
        // The same error number stands for a broadcast and for a prohibit route, and iputils can't tell.
        SendError::Prohibited => fail(DENIED.to_string()),
        error => fail(format!("connect: {}", error.text())),
    })?;
    if route.kind == Kind::Broadcast {
        if !options.broadcast {
            return Err(fail(DENIED.to_string()));
        }
        io.err("WARNING: pinging broadcast address\n");
    }
    let mut from = String::new();
    if options.source.is_some() {
        let device = interface.and_then(|i| host.interfaces.get(i)).map_or("", |i| i.name.as_str());
        from = format!("from {} {device}: ", route.source);
    }
    let size = options.size;
    io.out(&format!("PING {name} ({destination}) {from}{size}({}) bytes of data.\n", size + 28));
    let now = cx.now();
    Ok(Ping {
        options,
        destination,
        source,
        interface,
        id: host.next_pid(),
        statistics: Statistics::default(),
        started: now,
        next_send: now,
        last_send: now,
        exit_at: None,
        answered: Vec::new(),
        interrupted: false,
    })
}

impl Ping {
    /// Identifier of its requests.
    pub(crate) fn id(&self) -> u16 {
        self.id
    }

    pub(super) fn interrupt(&mut self) {
        self.interrupted = true;
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        let send = self.sends_more().then_some(self.next_send);
        let end = self.options.deadline.map(|d| self.started + d);
        let now = (self.interrupted || self.all_answered()).then_some(Instant::START);
        [send, end, self.exit_at, now].into_iter().flatten().min()
    }

    fn sends_more(&self) -> bool {
        self.options
            .count
            .is_none_or(|count| self.statistics.transmitted < count || self.options.deadline.is_some())
    }

    fn all_answered(&self) -> bool {
        let s = &self.statistics;
        self.options.count.is_some_and(|count| s.received + s.errors >= count)
            || (self.options.deadline.is_some() && s.errors > 0)
    }

    /// Sends what is due; the exit status when it has ended.
    pub(super) fn step(&mut self, host: &mut Host, cx: &mut Cx<'_>, io: &mut Io) -> Option<i32> {
        let now = cx.now();
        let over = self.options.deadline.is_some_and(|d| now >= self.started + d);
        if self.interrupted || over || self.all_answered() || self.exit_at.is_some_and(|at| now >= at) {
            return Some(self.finish(io));
        }
        if self.sends_more() && now >= self.next_send {
            self.send(host, cx, io);
            self.last_send = now;
            // An interval of 0 sends at each reply, or 100 times a second.
            let gap = self.options.interval;
            self.next_send = now + if gap == Duration::ZERO { Duration::from_millis(10) } else { gap };
            if !self.sends_more() {
                let s = &self.statistics;
                let wait = if s.received > 0 {
                    self.options.interval.max(Duration::from_micros(2 * s.max_us))
                } else {
                    self.options.linger
                };
                self.exit_at = Some(now + wait);
            }
            if self.all_answered() {
                return Some(self.finish(io));
            }
        }
        None
    }

    fn send(&mut self, host: &mut Host, cx: &mut Cx<'_>, io: &mut Io) {
        let number = self.statistics.transmitted + 1;
        if self.options.outstanding && number > 1 && !self.is_answered((number - 1) as u16) {
            io.out(&format!("no answer yet for icmp_seq={}\n", (number - 1) as u16));
        }
        self.statistics.transmitted = number;
        let sequence = number as u16;
        self.mark(sequence, false);
        let query =
            RouteQuery { destination: self.destination, source: self.source, interface: self.interface };
        let route = match host.route_output(cx.now(), &query) {
            Ok(route) => route,
            Err(error) => {
                if !self.options.quiet {
                    io.err(&format!("ping: sendmsg: {}\n", error.text()));
                }
                return;
            }
        };
        let total = self.options.size + wire::icmpv4::HEADER_LEN + ipv4::HEADER_LEN;
        let whole = self.options.path_mtu == PathMtu::Do && total > usize::from(route.mtu);
        if whole || total > usize::from(u16::MAX) {
            if !self.options.quiet {
                io.err(&format!("ping: local error: message too long, mtu={}\n", route.mtu));
            }
            self.statistics.errors += 1;
            return;
        }
        self.emit(host, cx, &route, sequence, total);
    }

    fn emit(&self, host: &mut Host, cx: &mut Cx<'_>, route: &OutputRoute, sequence: u16, total: usize) {
        let size = self.options.size;
        let mut frame = cx.alloc(total + wire::ethernet::HEADER_LEN);
        let payload = frame.extend_zeroed(size);
        for (i, byte) in payload.iter_mut().enumerate() {
            *byte = i as u8;
        }
        if let Some(stamp) = payload.first_chunk_mut::<STAMP>() {
            let unix = cx.now().unix_nanos();
            let (seconds, micros) = (unix / 1_000_000_000, unix / 1_000 % 1_000_000);
            stamp[..8].copy_from_slice(&seconds.to_le_bytes());
            stamp[8..].copy_from_slice(&micros.to_le_bytes());
        }
        Message::EchoRequest { id: self.id, sequence }.push(&mut frame);
        let dont_fragment = match self.options.path_mtu {
            PathMtu::Dont => false,
            PathMtu::Do => true,
            PathMtu::Want => total <= usize::from(route.mtu),
        };
        let header = ipv4::Repr {
            tos: self.options.tos,
            id: host.next_ip_id(),
            dont_fragment,
            ttl: self.options.ttl.unwrap_or(route.ttl),
            protocol: Protocol::ICMP,
            source: route.source,
            destination: self.destination,
            ..ipv4::Repr::default()
        };
        header.push(&mut frame);
        host.output(cx, route, frame);
    }

    /// A reply with our identifier has come in.
    pub(crate) fn on_reply(&mut self, now: Instant, reply: &Reply<'_>, io: &mut Io) {
        let s = &mut self.statistics;
        let us = Self::round_trip(now, reply.payload);
        if let Some(us) = us {
            s.round_trip(us);
        }
        let duplicate = self.is_answered(reply.sequence);
        self.acknowledge(reply.sequence);
        if duplicate {
            self.statistics.repeats += 1;
        } else {
            self.mark(reply.sequence, true);
            self.statistics.received += 1;
        }
        if self.options.interval == Duration::ZERO {
            self.next_send = now;
        }
        if self.options.quiet {
            return;
        }
        let mut line = format!(
            "{} bytes from {}: icmp_seq={} ttl={}",
            reply.payload.len() + wire::icmpv4::HEADER_LEN,
            reply.from,
            reply.sequence,
            reply.ttl
        );
        if let Some(us) = us {
            line += &report::time(us);
        }
        if duplicate {
            line += " (DUP!)";
        }
        let group = self.options.broadcast || self.destination.is_multicast();
        if !group && reply.from != self.destination {
            line += " (DIFFERENT ADDRESS!)";
        }
        io.out(&format!("{line}\n"));
    }

    /// Microseconds since the time in the payload.
    fn round_trip(now: Instant, payload: &[u8]) -> Option<u64> {
        let stamp = payload.first_chunk::<STAMP>()?;
        let (seconds, micros) = (stamp.first_chunk::<8>()?, stamp.last_chunk::<8>()?);
        let sent = u64::from_le_bytes(*seconds).checked_mul(1_000_000)?;
        let sent = sent.checked_add(u64::from_le_bytes(*micros))?;
        Some((now.unix_nanos() / 1_000).saturating_sub(sent))
    }

    /// An ICMP error quotes one of our requests.
    pub(crate) fn on_error(&mut self, error: &IcmpError, io: &mut Io) {
        let (kind, code) = error.message.kind();
        let (info, gateway) = match error.message {
            Message::Unreachable(wire::icmpv4::Unreachable::FragmentationNeeded { mtu }) => {
                (u32::from(mtu), Ipv4Addr::UNSPECIFIED)
            }
            Message::ParameterProblem { pointer, .. } => (u32::from(pointer), Ipv4Addr::UNSPECIFIED),
            Message::Redirect { gateway, .. } => (0, gateway),
            _ => (0, Ipv4Addr::UNSPECIFIED),
        };
        let text = report::icmp_error(kind, code, info, gateway);
        // Source quench and redirect come through the socket itself and are notes, not errors.
        let note = matches!(error.message, Message::SourceQuench | Message::Redirect { .. });
        if !note {
            self.acknowledge(error.sequence);
            self.statistics.errors += 1;
        }
        if !self.options.quiet {
            let colon = if note { ":" } else { "" };
            io.out(&format!("From {}{colon} icmp_seq={} {text}\n", error.from, error.sequence));
        }
    }

    /// Keeps the largest number of requests that were under way.
    fn acknowledge(&mut self, sequence: u16) {
        let under_way = (self.statistics.transmitted as u16).wrapping_sub(sequence);
        if under_way <= 0x7FFF {
            self.statistics.pipe = self.statistics.pipe.max(u64::from(under_way) + 1);
        }
    }

    fn is_answered(&self, sequence: u16) -> bool {
        let word = self.answered.get(usize::from(sequence / 64));
        word.is_some_and(|word| word >> (sequence % 64) & 1 == 1)
    }

    fn mark(&mut self, sequence: u16, answered: bool) {
        let word = usize::from(sequence / 64);
        if self.answered.len() <= word {
            self.answered.resize(word + 1, 0);
        }
        let bit = 1 << (sequence % 64);
        if answered {
            self.answered[word] |= bit;
        } else {
            self.answered[word] &= !bit;
        }
    }

    /// Prints the summary and gives the exit status.
    fn finish(&self, io: &mut Io) -> i32 {
        let s = &self.statistics;
        let time = self.last_send.since(self.started);
        io.out(&s.summary(&self.options.destination, self.options.size >= STAMP, time));
        let short = self.options.deadline.is_some() && s.received < self.options.count.unwrap_or(0);
        i32::from(s.received == 0 || short)
    }
}
