//! `check-gateway`: gateways are asked every ten seconds, by ping or ARP. After two requests without an answer within a
//! second the routes through the gateway are inactive; any answer brings them back (manual: "IP Routing").
//!
//! | state | event | then |
//! |---|---|---|
//! | due | time | ask, wait one second |
//! | waiting | answer | alive, losses = 0, due ten seconds after the request |
//! | waiting | one second over | losses + 1, dead from the second on, due ten seconds after the request |

use crate::device::Context;
use crate::flow::{local_out, neighbour};
use crate::interface::Number;
use crate::state::State;
use clock::{Duration, Instant};
use core::net::Ipv4Addr;
use ip::v4::ping::{Config, Ping};
use std::collections::BTreeMap;
use wire::icmpv4::Message;

/// Between two requests (`/routing/settings check-gateway-ping-interval`).
const INTERVAL: Duration = Duration::from_secs(10);
/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(1);
/// Losses after which a gateway is dead.
const LOSSES: u8 = 2;
/// Identifier of the echo requests.
const ECHO_ID: u16 = 0xFFFF;

/// How a gateway is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// An ARP request.
    Arp,
    /// An echo request.
    Ping,
}

#[derive(Clone, Copy, Debug)]
struct Check {
    by: By,
    /// When the last request was made.
    asked: Instant,
    waiting: bool,
    losses: u8,
    sequence: u16,
    /// When something is to be done.
    due: Instant,
}

/// The gateways that are checked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Checks {
    list: BTreeMap<Ipv4Addr, Check>,
    next: Option<Instant>,
}

impl Checks {
    /// Takes over which gateways are checked; returns those that are no longer.
    pub(super) fn configure(&mut self, now: Instant, wanted: &BTreeMap<Ipv4Addr, By>) -> Vec<Ipv4Addr> {
        let gone = self.list.keys().filter(|gateway| !wanted.contains_key(gateway)).copied().collect();
        self.list.retain(|gateway, check| wanted.get(gateway).is_some_and(|by| *by == check.by));
        for (gateway, by) in wanted {
            self.list.entry(*gateway).or_insert(Check {
                by: *by,
                asked: now,
                waiting: false,
                losses: 0,
                sequence: 0,
                due: now,
            });
        }
        self.arm();
        gone
    }

    fn arm(&mut self) {
        self.next = self.list.values().map(|check| check.due).min();
    }

    /// When [`wake`] has something to do.
    #[inline]
    pub(crate) const fn deadline(&self) -> Option<Instant> {
        self.next
    }

    /// An answer: true when it was waited for or the gateway was given up.
    fn answer(&mut self, gateway: Ipv4Addr, by: By) -> bool {
        let Some(check) = self.list.get_mut(&gateway).filter(|check| check.by == by) else { return false };
        let news = check.waiting || check.losses > 0;
        check.waiting = false;
        check.losses = 0;
        check.due = check.asked + INTERVAL;
        self.arm();
        news
    }
}

/// Asks gateways that are due, and counts the losses of those that did not answer.
pub(crate) fn wake(state: &mut State, cx: &mut Context<'_>) {
    let now = cx.now();
    if state.ip.routes.checks.deadline().is_none_or(|due| due > now) {
        return;
    }
    let hops = state.ip.routes.rib.checked_gateways();
    let mut requests = Vec::new();
    let mut dead = Vec::new();
    for (gateway, check) in &mut state.ip.routes.checks.list {
        if check.due > now {
            continue;
        }
        if check.waiting {
            check.waiting = false;
            check.losses = check.losses.saturating_add(1);
            check.due = check.asked + INTERVAL;
            if check.losses == LOSSES {
                dead.push(*gateway);
            }
        } else {
            check.waiting = true;
            check.asked = now;
            check.sequence = check.sequence.wrapping_add(1);
            check.due = now + TIMEOUT;
            requests.push((*gateway, *check, hops.get(gateway).copied().flatten()));
        }
    }
    state.ip.routes.checks.arm();
    for gateway in dead {
        set_alive(state, gateway, false);
    }
    for (gateway, check, hop) in requests {
        // Without a way there is nothing to send, and so no answer.
        let Some(hop) = hop else { continue };
        let Some(source) = state.ip.addresses.source_for(&hop, gateway) else { continue };
        match check.by {
            By::Arp => neighbour::probe(state, cx, Number(hop.interface.0), source, gateway),
            By::Ping => {
                let id = state.ip.next_id();
                let config = Config::router(gateway, ECHO_ID);
                let mut frame = cx.alloc(usize::from(config.size));
                Ping::new(config, now).write(check.sequence.into(), source, id, &mut frame);
                local_out::send_by(state, cx, hop, frame);
            }
        }
    }
}

fn set_alive(state: &mut State, gateway: Ipv4Addr, alive: bool) {
    state.ip.routes.rib.set_gateway_alive(gateway, alive);
    state.ip.routes.rib.commit(&mut state.ip.fib);
}

/// A neighbour showed by ARP that it is there.
#[inline]
pub(crate) fn arp_seen(state: &mut State, address: Ipv4Addr) {
    if state.ip.routes.checks.next.is_some() && state.ip.routes.checks.answer(address, By::Arp) {
        set_alive(state, address, true);
    }
}

/// An echo reply came in; true when it answers a check.
pub(crate) fn echo_seen(state: &mut State, source: Ipv4Addr, message: &Message) -> bool {
    let Message::EchoReply { id: ECHO_ID, .. } = message else { return false };
    if state.ip.routes.checks.list.get(&source).is_none_or(|check| check.by != By::Ping) {
        return false;
    }
    if state.ip.routes.checks.answer(source, By::Ping) {
        set_alive(state, source, true);
    }
    true
}
