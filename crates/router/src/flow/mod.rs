//! The packet flow: one file for each box of RouterOS's diagram ("Packet Flow in RouterOS").
//!
//! ```text
//!              in_interface ──▶ bridging/decision ──▶ bridging (port to port)
//!                    │                 │ for the bridge itself
//!                    ▼                 ▼
//!                link_layer (station address, EtherType, ARP)
//!                    ▼
//! PREROUTING     prerouting: validate ─▶ reassembly, connection_tracking
//!                    ▼
//!              routing_decision ───────────────┐
//!                    │ for others              │ for us
//! FORWARD        forward: ttl ─▶ filter    INPUT   input: filter ─▶ local_in ─▶ local process
//!                    ▼                                                            │
//! POSTROUTING    postrouting ◀── OUTPUT   output: filter ◀── routing_decision ◀── local_out
//!                    ▼
//!              neighbour (fragments, next hop's MAC address) ─▶ out_interface ─▶ bridging/output or cable
//! ```
//! Each box is a plain function: decide, record, act. A frame goes on, is held (by `neighbour`, by reassembly) or ends
//! with a typed reason. The boxes that a later feature fills (raw, mangle, NAT, queues, IPsec, hotspot) stand at their
//! place in the diagram when they come; the ones here are what is simulated.

pub(crate) mod bridging;
pub mod filter;
pub(crate) mod forward;
pub(crate) mod in_interface;
pub(crate) mod input;
pub(crate) mod link_layer;
pub(crate) mod local_in;
pub(crate) mod local_out;
pub(crate) mod neighbour;
pub(crate) mod out_interface;
pub(crate) mod output;
pub(crate) mod postrouting;
pub(crate) mod prerouting;
pub(crate) mod report;
pub(crate) mod routing_decision;

use crate::device::Context;
use crate::interface::Number;
use crate::state::State;
use clock::Instant;
use firewall::conntrack::Tracked;
use ip::v4::input::LinkDestination;
use sim::Port;

/// Where a frame came in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrival {
    /// The interface that the stack sees: a bridge for frames of its ports.
    pub interface: Number,
    /// The port of the device.
    pub port: Option<Port>,
}

/// What is known of a packet on its way, besides its bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Packet {
    /// Where it came in; `None` = made by the device itself.
    pub arrival: Option<Arrival>,
    /// To whom its frame was addressed.
    pub link: LinkDestination,
    /// Its connection; untracked while connection tracking is off.
    pub tracked: Tracked,
}

impl Packet {
    /// The port that it came in on, for the record of a drop.
    pub(crate) fn port(&self) -> Option<Port> {
        self.arrival.and_then(|arrival| arrival.port)
    }
}

/// Does what is due: each engine is asked once.
pub(crate) fn wake(state: &mut State, cx: &mut Context<'_>) {
    let now = cx.now();
    neighbour::wake(state, cx);
    prerouting::reassembly::wake(state, cx);
    crate::ip::dhcp_server::packet::wake(state, cx);
    crate::tool::ping::wake(state, cx);
    crate::ip::route::check::wake(state, cx);
    state.ip.firewall.wake(now);
    for number in state.interfaces.numbers() {
        if let Some(bridge) = state.interfaces.bridge_mut(number) {
            bridge.engine.wake(now);
        }
    }
}

/// When [`wake`] has something to do.
#[inline]
pub(crate) fn deadline(state: &State) -> Option<Instant> {
    let mut earliest = Instant::NEVER;
    let mut at = |deadline: Option<Instant>| {
        if let Some(deadline) = deadline {
            earliest = earliest.min(deadline);
        }
    };
    at(state.ip.neighbours.deadline());
    at(state.ip.reassembly.deadline());
    at(state.ip.dhcp.engine.deadline());
    if !state.ip.dhcp.outputs.is_empty() || !state.ip.neighbour_outputs.is_empty() {
        at(Some(Instant::START));
    }
    at(state.pings.deadline());
    at(state.ip.routes.checks.deadline());
    at(state.ip.firewall.deadline());
    at(state.interfaces.bridge_deadline());
    at(state.schedule.deadline());
    (earliest != Instant::NEVER).then_some(earliest)
}
