//! `/ping`, `/tool/ping`.
//!
//! Manual: "Ping". The engine is [`ip::v4::ping`]; a console job waits for a run by polling its token. Pings to MAC
//! addresses, over ARP and over IPv6 are not simulated yet and say so.

mod command;
mod print;

pub(crate) use command::{cancel, command, interrupt, poll};

use crate::config::Feature;
use crate::device::Context;
use crate::flow::{local_out, routing_decision};
use crate::interface::Number;
use crate::state::State;
use clock::Instant;
use core::net::Ipv4Addr;
use ip::v4::fib::Hop;
use ip::v4::ping::{Output, Ping, Row, Status};
use std::collections::BTreeMap;
use wire::icmpv4::Message;
use wire::ipv4::View;

/// `/ping`.
pub static FEATURE: Feature = Feature { command, ..Feature::NONE };

/// A run of `/ping`.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    engine: Ping,
    source: Option<Ipv4Addr>,
    /// `interface=`: targets without a covering route are taken to be on its link.
    interface: Option<Number>,
    /// `duration=`: when it ends by itself.
    until: Option<Instant>,
    rows: Vec<Row>,
    printed: usize,
    header: bool,
    summary: bool,
    finished: bool,
    /// `as-value`: nothing is printed, the rows are the value.
    as_value: bool,
    /// Characters in a line of the terminal that it prints to.
    width: Option<u16>,
}

/// The runs of a device.
#[derive(Clone, Debug, Default)]
pub struct Pings {
    runs: BTreeMap<u64, Run>,
    last: u64,
    news: bool,
}

impl Pings {
    /// When a run has something to do.
    #[inline]
    pub(crate) fn deadline(&self) -> Option<Instant> {
        if self.runs.is_empty() {
            return None;
        }
        self.runs
            .values()
            .flat_map(|run| [run.engine.deadline(), run.until.filter(|_| !run.finished)])
            .flatten()
            .min()
    }

    /// True once after something happened that a waiting job wants to hear of.
    #[inline]
    pub(crate) fn take_news(&mut self) -> bool {
        std::mem::take(&mut self.news)
    }
}

/// Timers of every run.
pub(crate) fn wake(state: &mut State, cx: &mut Context<'_>) {
    let now = cx.now();
    let due: Vec<u64> = state
        .pings
        .runs
        .iter()
        .filter(|(_, run)| {
            run.engine.deadline().is_some_and(|due| due <= now) || run.until.is_some_and(|due| due <= now)
        })
        .map(|(token, _)| *token)
        .collect();
    for token in due {
        let mut out = Vec::new();
        if let Some(run) = state.pings.runs.get_mut(&token) {
            run.engine.wake(now, &mut out);
            if run.until.is_some_and(|until| until <= now) {
                run.until = None;
                run.engine.stop(&mut out);
            }
        }
        act(state, cx, token, out);
    }
}

/// Does what a run wants done.
fn act(state: &mut State, cx: &mut Context<'_>, token: u64, outputs: Vec<Output>) {
    for output in outputs {
        match output {
            Output::Send(sequence) => send(state, cx, token, sequence),
            Output::Row(row) => record(state, token, row),
            Output::Finished => finish(state, token),
        }
    }
}

fn record(state: &mut State, token: u64, row: Row) {
    if let Some(run) = state.pings.runs.get_mut(&token) {
        run.rows.push(row);
        state.pings.news = true;
    }
}

fn finish(state: &mut State, token: u64) {
    if let Some(run) = state.pings.runs.get_mut(&token) {
        run.finished = true;
        state.pings.news = true;
    }
}

/// Sends one request, or ends it when there is no way.
fn send(state: &mut State, cx: &mut Context<'_>, token: u64, sequence: u32) {
    let Some(run) = state.pings.runs.get(&token) else { return };
    let config = *run.engine.config();
    let (source, interface) = (run.source, run.interface);
    let destination = config.destination;
    let routed = routing_decision::outgoing(state, source.unwrap_or(Ipv4Addr::UNSPECIFIED), destination).ok();
    // `interface=` binds the request to it: a route by another interface does not count, and without a route the target
    // is taken to be on the link. An own address is reached whatever the interface.
    let bound =
        interface.filter(|_| !state.ip.fib.is_local(destination)).map(|number| ip::Interface(number.0));
    let hop = match bound {
        Some(bound) => routed.filter(|hop| hop.interface == bound).or_else(|| Some(Hop::on_link(bound))),
        None => routed,
    };
    let own = state.ip.fib.is_local(destination).then_some(destination);
    let chosen =
        hop.and_then(|hop| source.or(own).or_else(|| state.ip.addresses.source_for(&hop, destination)));
    let (Some(hop), Some(source)) = (hop, chosen) else {
        return fail(state, cx.now(), token, sequence, None, Status::NoRoute);
    };
    let mtu = state.interfaces.get(Number(hop.interface.0)).map_or(u16::MAX, |interface| interface.mtu);
    if config.dont_fragment && config.size > mtu {
        return fail(state, cx.now(), token, sequence, None, Status::TooLarge);
    }
    let id = state.ip.next_id();
    let mut frame = cx.alloc(usize::from(config.size));
    let Some(run) = state.pings.runs.get(&token) else { return cx.merge(frame) };
    run.engine.write(sequence, source, id, &mut frame);
    local_out::send_by(state, cx, hop, frame);
}

fn fail(state: &mut State, now: Instant, token: u64, sequence: u32, host: Option<Ipv4Addr>, status: Status) {
    let mut out = Vec::new();
    if let Some(run) = state.pings.runs.get_mut(&token) {
        run.engine.fail(now, sequence, host, status, &mut out);
    }
    for output in out {
        match output {
            Output::Row(row) => record(state, token, row),
            Output::Finished => finish(state, token),
            Output::Send(_) => {}
        }
    }
}

/// An echo reply or an ICMP error came in; true when it belongs to a run.
pub(crate) fn receive(state: &mut State, now: Instant, view: &View<'_>) -> bool {
    let tokens: Vec<u64> = state.pings.runs.keys().copied().collect();
    for token in tokens {
        let mut out = Vec::new();
        let Some(run) = state.pings.runs.get_mut(&token) else { continue };
        if !run.engine.receive(now, view, &mut out) {
            continue;
        }
        for output in out {
            match output {
                Output::Row(row) => record(state, token, row),
                Output::Finished => finish(state, token),
                Output::Send(_) => {}
            }
        }
        return true;
    }
    false
}

/// What a message means in the STATUS column.
fn status_text(status: Status) -> &'static str {
    match status {
        Status::Reply => "",
        Status::Timeout => "timeout",
        Status::NoRoute => "no route to host",
        Status::TooLarge => "packet too large and cannot be fragmented",
        Status::Error(message) => match message {
            Message::TimeExceeded { .. } => "TTL exceeded",
            Message::Unreachable(reason) => match reason.code() {
                1 | 7 => "host unreachable",
                2 => "protocol unreachable",
                3 => "port unreachable",
                4 => "fragmentation needed and DF set",
                9 | 10 | 13 => "admin prohibited",
                _ => "net unreachable",
            },
            _ => "packet rejected",
        },
    }
}
