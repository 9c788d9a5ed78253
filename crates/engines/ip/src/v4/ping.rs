//! [`Ping`]: the echo client behind `/ping` of RouterOS and `ping` of a host, without I/O.
//!
//! The device sends what [`Output::Send`] asks for (it knows routes and source addresses), hands in what comes back, and
//! prints rows. Each request ends in exactly one row: an answer, an error, or a timeout; a group address may give several
//! answers for one request. A late answer counts as a timeout.
//!
//! **Deadline:** changes in every `&mut` call.

use super::icmp;
use clock::{Duration, Instant};
use core::net::Ipv4Addr;
use std::collections::BTreeMap;
use wire::Frame;
use wire::icmpv4::{self, Message};
use wire::ipv4::{self, Protocol, View};

/// Smallest packet: both headers, no data.
pub const SIZE_MIN: u16 = 28;

/// What to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// Whom.
    pub destination: Ipv4Addr,
    /// How often; None = until stopped.
    pub count: Option<u32>,
    /// Time between requests.
    pub interval: Duration,
    /// Time that an answer may take.
    pub timeout: Duration,
    /// Length of the IPv4 packet in bytes, at least [`SIZE_MIN`].
    pub size: u16,
    /// Time to live of requests.
    pub ttl: u8,
    /// Type of service of requests.
    pub tos: u8,
    /// Set DF.
    pub dont_fragment: bool,
    /// Identifier of this run.
    pub id: u16,
    /// Sequence number of the first request: 0 in RouterOS, 1 on Linux.
    pub first_sequence: u16,
}

impl Config {
    /// The defaults of RouterOS `/ping`: 56 bytes, TTL 255, one a second, until stopped.
    #[must_use]
    pub const fn router(destination: Ipv4Addr, id: u16) -> Self {
        Self {
            destination,
            count: None,
            interval: Duration::from_secs(1),
            timeout: Duration::from_secs(1),
            size: 56,
            ttl: 255,
            tos: 0,
            dont_fragment: false,
            id,
            first_sequence: 0,
        }
    }

    /// The defaults of Linux `ping`: 84 bytes, TTL 64, one a second, ten seconds for the last answer.
    #[must_use]
    pub const fn host(destination: Ipv4Addr, id: u16) -> Self {
        Self {
            timeout: Duration::from_secs(10),
            size: 84,
            ttl: 64,
            dont_fragment: true,
            first_sequence: 1,
            ..Self::router(destination, id)
        }
    }
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Answered.
    Reply,
    /// Not answered in time.
    Timeout,
    /// This ICMP error came back.
    Error(Message),
    /// It could not be sent: no route.
    NoRoute,
    /// It could not be sent: longer than the MTU, and DF is set.
    TooLarge,
}

/// The end of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Number of the request, counted on beyond 65535.
    pub sequence: u32,
    /// Who answered; None = nobody.
    pub host: Option<Ipv4Addr>,
    /// Length of the IPv4 packet that came back, in bytes.
    pub size: u16,
    /// Time to live of the packet that came back.
    pub ttl: u8,
    /// Time from request to answer; for a timeout, the time waited.
    pub time: Duration,
    /// How it ended.
    pub status: Status,
}

/// What the device shall do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Send the request with this number: [`Ping::write`].
    Send(u32),
    /// A request ended.
    Row(Row),
    /// All requests have ended.
    Finished,
}

/// The figures of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Requests sent.
    pub sent: u32,
    /// Answers received in time.
    pub received: u32,
    /// ICMP errors received.
    pub errors: u32,
    /// Shortest round trip; zero when nothing was received.
    pub min: Duration,
    /// Longest round trip.
    pub max: Duration,
    /// Sum of the round trips.
    pub total: Duration,
}

impl Summary {
    /// Average round trip.
    #[must_use]
    pub fn average(&self) -> Duration {
        self.total / u64::from(self.received.max(1))
    }

    /// Requests without answer in whole percent, rounded down; negative when a group gave more answers than requests.
    #[must_use]
    pub fn loss_percent(&self) -> i64 {
        let (sent, received) = (i64::from(self.sent), i64::from(self.received));
        if sent == 0 { 0 } else { (sent - received) * 100 / sent }
    }
}

/// One run of the client.
#[derive(Clone, Debug)]
pub struct Ping {
    config: Config,
    /// When the next request is due; None = no more.
    next: Option<Instant>,
    /// Requests not yet ended, with the time they were sent.
    waiting: BTreeMap<u32, Instant>,
    summary: Summary,
    finished: bool,
}

impl Ping {
    /// Starts a run; the first request is due at once.
    #[must_use]
    pub fn new(config: Config, now: Instant) -> Self {
        let next = (config.count != Some(0)).then_some(now);
        Self { config, next, waiting: BTreeMap::new(), summary: Summary::default(), finished: false }
    }

    /// What the run asks.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// The figures so far.
    #[must_use]
    pub const fn summary(&self) -> &Summary {
        &self.summary
    }

    /// True when [`Output::Finished`] has come out.
    #[must_use]
    pub const fn is_finished(&self) -> bool {
        self.finished
    }

    /// When [`Ping::wake`] has something to do.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        if self.finished {
            return None;
        }
        // Requests time out in the order they were sent.
        let timeout = self.waiting.values().next().map(|sent| *sent + self.config.timeout);
        match (self.next, timeout) {
            (Some(next), Some(timeout)) => Some(next.min(timeout)),
            (next, timeout) => next.or(timeout),
        }
    }

    /// Ends requests whose time is over and sends the next one. A timeout comes before the request due at its time.
    pub fn wake(&mut self, now: Instant, out: &mut Vec<Output>) {
        while let Some((&sequence, &sent)) = self.waiting.first_key_value() {
            if sent + self.config.timeout > now {
                break;
            }
            self.waiting.remove(&sequence);
            // A group address that answered has had its rows.
            if !self.is_group() || self.summary.received == 0 {
                out.push(Output::Row(self.row(sequence, now, sent, Status::Timeout)));
            }
        }
        if let Some(due) = self.next
            && due <= now
        {
            let sequence = u32::from(self.config.first_sequence) + self.summary.sent;
            self.waiting.insert(sequence, now);
            self.summary.sent += 1;
            let more = self.config.count.is_none_or(|count| self.summary.sent < count);
            self.next = more.then(|| now + self.config.interval);
            out.push(Output::Send(sequence));
        }
        self.check_end(out);
    }

    /// Sends no more and waits for nothing (Ctrl-C).
    pub fn stop(&mut self, out: &mut Vec<Output>) {
        self.next = None;
        self.waiting.clear();
        self.check_end(out);
    }

    fn check_end(&mut self, out: &mut Vec<Output>) {
        if !self.finished && self.next.is_none() && self.waiting.is_empty() {
            self.finished = true;
            out.push(Output::Finished);
        }
    }

    /// Writes the request `sequence` (IPv4 header, ICMP, data) into the empty `frame`. `id` is the identification.
    pub fn write(&self, sequence: u32, source: Ipv4Addr, id: u16, frame: &mut Frame) {
        let config = &self.config;
        let data = frame.extend_zeroed(usize::from(config.size.saturating_sub(SIZE_MIN)));
        for (i, byte) in data.iter_mut().enumerate() {
            *byte = i as u8;
        }
        Message::EchoRequest { id: config.id, sequence: sequence as u16 }.push(frame);
        let header = ipv4::Repr {
            tos: config.tos,
            id,
            ttl: config.ttl,
            dont_fragment: config.dont_fragment,
            protocol: Protocol::ICMP,
            source,
            destination: config.destination,
            ..ipv4::Repr::default()
        };
        header.push(frame);
    }

    /// Takes in an ICMP packet for this device, its checksums validated; returns whether it belongs to this run.
    pub fn receive(&mut self, now: Instant, view: &View<'_>, out: &mut Vec<Output>) -> bool {
        let Ok((message, body)) = Message::parse(view.payload()) else { return false };
        if let Message::EchoReply { id, sequence } = message {
            let from_target = view.source() == self.config.destination || self.is_group();
            let number = self.waiting_number(sequence).filter(|_| id == self.config.id && from_target);
            return self.end(number, now, view, Status::Reply, out);
        }
        if !message.is_error() || matches!(message, Message::Redirect { .. } | Message::SourceQuench) {
            return false;
        }
        let Ok(quoted) = icmp::quoted(body) else { return false };
        let ours = quoted.protocol == Protocol::ICMP
            && quoted.destination == self.config.destination
            && quoted.source_port == self.config.id
            && is_request_quote(body);
        let number = self.waiting_number(quoted.destination_port).filter(|_| ours);
        self.end(number, now, view, Status::Error(message), out)
    }

    /// Tells that the request `sequence` could not be sent ([`Status::NoRoute`], [`Status::TooLarge`]), or that this
    /// device itself has an error about it: host unreachable, from its own address `host`.
    pub fn fail(
        &mut self,
        now: Instant,
        sequence: u32,
        host: Option<Ipv4Addr>,
        status: Status,
        out: &mut Vec<Output>,
    ) {
        if let Some(sent) = self.waiting.remove(&sequence) {
            out.push(Output::Row(Row { host, ..self.row(sequence, now, sent, status) }));
        }
        self.check_end(out);
    }

    /// Ends a request with what came back.
    fn end(
        &mut self,
        number: Option<u32>,
        now: Instant,
        view: &View<'_>,
        status: Status,
        out: &mut Vec<Output>,
    ) -> bool {
        let Some((number, sent)) = number.and_then(|n| self.waiting.get(&n).map(|sent| (n, *sent))) else {
            return false;
        };
        if !self.is_group() || status != Status::Reply {
            self.waiting.remove(&number);
        }
        let answer = Row {
            host: Some(view.source()),
            size: view.total_len(),
            ttl: view.ttl(),
            ..self.row(number, now, sent, status)
        };
        let summary = &mut self.summary;
        if status == Status::Reply {
            summary.min = if summary.received == 0 { answer.time } else { summary.min.min(answer.time) };
            summary.max = summary.max.max(answer.time);
            summary.total += answer.time;
            summary.received += 1;
        } else {
            summary.errors += 1;
        }
        out.push(Output::Row(answer));
        self.check_end(out);
        true
    }

    /// The waiting request whose lower 16 bits are `sequence`.
    fn waiting_number(&self, sequence: u16) -> Option<u32> {
        self.waiting.keys().copied().find(|n| *n as u16 == sequence)
    }

    fn is_group(&self) -> bool {
        self.config.destination.is_multicast() || self.config.destination.is_broadcast()
    }

    const fn row(&self, sequence: u32, now: Instant, sent: Instant, status: Status) -> Row {
        Row { sequence, host: None, size: 0, ttl: 0, time: now.since(sent), status }
    }
}

/// True when the datagram quoted in an error is an echo request.
fn is_request_quote(body: &[u8]) -> bool {
    let kind = View::of_quote(body).ok().and_then(|quote| quote.payload().first().copied());
    kind == Some(8) && body.len() >= ipv4::HEADER_LEN + icmpv4::HEADER_LEN
}

#[cfg(test)]
mod tests;
