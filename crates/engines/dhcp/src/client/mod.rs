//! [`Client`]: a DHCP client (RFC 2131 §4.4), as RouterOS's `/ip/dhcp-client` or as ISC `dhclient`.
//!
//! ```text
//!  stopped ──start──▶ starting ──▶ selecting ──OFFER──▶ requesting ──ACK──▶ checking ──▶ bound
//!     ▲                  ▲  ▲                              │ NAK              │ in use     │ T1
//!     │                  │  └──────────────────────────────┴──── DECLINE, 10 s┘            ▼
//!   stop              expiry, NAK ◀── rebinding ◀──T2── renewing ◀────────────────────── (ACK ▶ bound)
//! ```
//!
//! An earlier lease that has not run out is asked for at once (rebooting). Retransmissions wait 4, 8, 16, 32, 64 s,
//! each ±1 s (RFC 2131 §4.1); while renewing and rebinding half of the time that is left, at least 60 s (§4.4.5).
//!
//! What may change [`deadline`](Client::deadline): every `&mut` call. Randomness comes as an argument: one draw for
//! each call, used for transaction ids and delays.

mod binding;
mod config;
mod log;
mod messages;

pub use binding::Binding;
pub use config::{Broadcast, ClientConfig, ConflictCheck, Style};

use crate::message::{Message, MessageType, code};
use clock::{Duration, Instant};
use std::net::Ipv4Addr;

/// REQUESTs for one offer before the client starts over (RFC 2131 §3.1: "total delay of 60 seconds").
const REQUEST_TRIES: u32 = 4;
/// How long the client asks for its old address before it looks for any (dhclient's `reboot`).
const REBOOT_TIME: Duration = Duration::from_secs(10);
/// Pause after a DECLINE (RFC 2131 §3.1).
const DECLINE_PAUSE: Duration = Duration::from_secs(10);
/// Shortest retransmission time while renewing and rebinding (RFC 2131 §4.4.5).
const RENEW_PAUSE: Duration = Duration::from_secs(60);
/// How long `use-broadcast=both` asks for broadcast.
const BROADCAST_TIME: Duration = Duration::from_secs(15);

/// What the client is told.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// Look for an address; no effect unless stopped.
    Start,
    /// Stop, without a message to the server; the lease is remembered for INIT-REBOOT.
    Stop,
    /// Ask for more time now; without a lease, look for one now.
    Renew,
    /// Give the address back. RouterOS then looks for a new one, dhclient stops.
    Release,
    /// A UDP payload arrived on port 68.
    Packet {
        /// The payload.
        payload: &'a [u8],
    },
    /// Somebody else answered the ARP probe for this address, or probes for it too.
    ProbeAnswered {
        /// The address in use.
        address: Ipv4Addr,
    },
}

/// Where a message goes, to port 67.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// From 0.0.0.0 (or the address held) to 255.255.255.255 and FF:FF:FF:FF:FF:FF.
    Broadcast,
    /// To this server through the IP stack.
    Server {
        /// Its address.
        address: Ipv4Addr,
    },
}

/// Why an address was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lost {
    /// [`Input::Stop`].
    Stopped,
    /// [`Input::Release`].
    Released,
    /// Nobody extended the lease.
    Expired,
    /// A server refused it.
    Refused,
}

/// What the device has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Send this message from port 68 to port 67.
    Send {
        /// Where to.
        to: Destination,
        /// IP source; 0.0.0.0 while there is no address.
        source: Ipv4Addr,
        /// The message; [`Message::encode`] gives the UDP payload.
        message: Box<Message>,
    },
    /// Send an ARP probe for this address (sender IP 0.0.0.0, RFC 5227 §1.1).
    Probe {
        /// The address.
        address: Ipv4Addr,
    },
    /// The client has a lease, new or extended: install what it gives.
    Bound {
        /// The lease.
        binding: Box<Binding>,
        /// Extended; the address is the same.
        renewed: bool,
    },
    /// The address is lost: remove what the lease gave.
    Lost {
        /// The lease.
        binding: Box<Binding>,
        /// Why.
        reason: Lost,
    },
    /// Write a log line.
    Log {
        /// RouterOS's topics; `daemon` for dhclient, which prints to its terminal and to syslog.
        topics: &'static str,
        /// The text.
        text: String,
    },
}

/// The states of RFC 2131 figure 5, and three of our own (stopped, starting, checking).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Does nothing.
    Stopped,
    /// Waits before the first DISCOVER (INIT).
    Starting,
    /// Sent DISCOVER.
    Selecting,
    /// Sent REQUEST for an offer.
    Requesting,
    /// Sent REQUEST for the address of an earlier lease.
    Rebooting,
    /// Probes the address of an ACK.
    Checking,
    /// Has a lease.
    Bound,
    /// T1 passed.
    Renewing,
    /// T2 passed.
    Rebinding,
}

impl State {
    /// The word in the `status` column of `/ip/dhcp-client`.
    #[must_use]
    pub const fn status(self) -> &'static str {
        match self {
            Self::Stopped => "stopped",
            Self::Starting | Self::Selecting => "searching...",
            Self::Requesting | Self::Rebooting | Self::Checking => "requesting...",
            Self::Bound => "bound",
            Self::Renewing => "renewing...",
            Self::Rebinding => "rebinding...",
        }
    }

    /// True while the client uses its address.
    #[must_use]
    pub const fn has_address(self) -> bool {
        matches!(self, Self::Bound | Self::Renewing | Self::Rebinding)
    }
}

/// A DHCP client on one interface.
#[derive(Clone, Debug)]
pub struct Client {
    config: ClientConfig,
    state: State,
    timer: Option<Instant>,
    /// When the present attempt to get a lease began: `secs` counts from it.
    began: Instant,
    xid: u32,
    tries: u32,
    secs: u16,
    /// When the last REQUEST was sent.
    requested: Instant,
    /// The offer that was taken: address and server.
    offer: Option<(Ipv4Addr, Ipv4Addr)>,
    /// The lease: held, being checked, or remembered.
    lease: Option<Box<Binding>>,
    /// Probes still to send.
    probes: u8,
}

impl Client {
    /// A client that is stopped.
    #[must_use]
    pub fn new(config: ClientConfig) -> Self {
        Self {
            config,
            state: State::Stopped,
            timer: None,
            began: Instant::START,
            xid: 0,
            tries: 0,
            secs: 0,
            requested: Instant::START,
            offer: None,
            lease: None,
            probes: 0,
        }
    }

    /// The settings.
    #[must_use]
    pub fn config(&self) -> &ClientConfig {
        &self.config
    }

    /// Replaces the settings; they count from the next message on.
    pub fn configure(&mut self, config: ClientConfig) {
        self.config = config;
    }

    /// The state.
    #[must_use]
    pub fn state(&self) -> State {
        self.state
    }

    /// The lease while the client uses its address.
    #[must_use]
    pub fn binding(&self) -> Option<&Binding> {
        self.lease.as_deref().filter(|_| self.state.has_address())
    }

    /// When [`wake`](Self::wake) has something to do.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.timer
    }

    /// Takes an input; `random` is a fresh draw from the device's stream.
    pub fn handle(&mut self, now: Instant, input: Input<'_>, random: u64, out: &mut Vec<Output>) {
        match input {
            Input::Start => self.start(now, random, out),
            Input::Stop => self.stop(out),
            Input::Renew => self.renew(now, random, out),
            Input::Release => self.release(now, random, out),
            Input::Packet { payload } => {
                if let Ok(message) = Message::parse(payload) {
                    self.message(now, &message, random, out);
                }
            }
            Input::ProbeAnswered { address } => self.probe_answered(now, address, random, out),
        }
    }

    /// Does what is due; no effect before [`deadline`](Self::deadline).
    pub fn wake(&mut self, now: Instant, random: u64, out: &mut Vec<Output>) {
        if self.timer.is_none_or(|at| now < at) {
            return;
        }
        self.timer = None;
        match self.state {
            State::Stopped => {}
            State::Starting => self.select(now, random, out),
            State::Selecting => self.send_discover(now, random, out),
            State::Requesting if self.tries < REQUEST_TRIES => self.send_request(now, random, out),
            State::Requesting => self.search(now, Duration::ZERO, out),
            State::Rebooting if now.since(self.began) < REBOOT_TIME => self.send_request(now, random, out),
            State::Rebooting => self.select(now, random, out),
            State::Checking => self.check(now, random, out),
            State::Bound => self.enter_renewing(now, random, out),
            State::Renewing | State::Rebinding => self.continue_renewing(now, random, out),
        }
    }

    fn start(&mut self, now: Instant, random: u64, out: &mut Vec<Output>) {
        if self.state != State::Stopped {
            return;
        }
        let remembered = self.lease.as_ref().is_some_and(|lease| now < lease.expires);
        if remembered && self.config.init_reboot {
            self.began = now;
            self.xid = random as u32;
            self.tries = 0;
            self.secs = 0;
            self.enter(State::Rebooting, out);
            self.send_request(now, random, out);
        } else {
            let delay = (random >> 32) % self.config.initial_delay.as_nanos().max(1);
            self.search(now, Duration::from_nanos(delay), out);
        }
    }

    fn stop(&mut self, out: &mut Vec<Output>) {
        self.lose(Lost::Stopped, out);
        self.timer = None;
        self.enter(State::Stopped, out);
    }

    fn renew(&mut self, now: Instant, random: u64, out: &mut Vec<Output>) {
        match self.state {
            State::Stopped => {}
            State::Bound => self.enter_renewing(now, random, out),
            State::Renewing | State::Rebinding => self.send_request(now, random, out),
            _ => self.search(now, Duration::ZERO, out),
        }
    }

    fn release(&mut self, now: Instant, random: u64, out: &mut Vec<Output>) {
        if !self.state.has_address() {
            return;
        }
        self.send_release(random, out);
        self.lose(Lost::Released, out);
        self.lease = None;
        match self.config.style {
            Style::RouterOs => self.search(now, Duration::ZERO, out),
            Style::Dhclient => {
                self.timer = None;
                self.enter(State::Stopped, out);
            }
        }
    }

    /// Looks for a server after `pause`.
    fn search(&mut self, now: Instant, pause: Duration, out: &mut Vec<Output>) {
        self.enter(State::Starting, out);
        self.timer = Some(now + pause);
    }

    fn select(&mut self, now: Instant, random: u64, out: &mut Vec<Output>) {
        self.began = now;
        self.xid = random as u32;
        self.tries = 0;
        self.offer = None;
        self.enter(State::Selecting, out);
        self.send_discover(now, random, out);
    }

    fn message(&mut self, now: Instant, message: &Message, random: u64, out: &mut Vec<Output>) {
        if !message.reply || message.xid != self.xid || message.mac() != self.config.mac {
            return;
        }
        let Some(server) = message.address_option(code::SERVER_ID) else { return };
        let chosen =
            self.state != State::Requesting || self.offer.is_some_and(|(_, chosen)| chosen == server);
        match (message.message_type(), self.state) {
            (Some(MessageType::Offer), State::Selecting) if binding::is_host(message.yiaddr) => {
                self.log_offer(message.yiaddr, server, out);
                self.offer = Some((message.yiaddr, server));
                self.tries = 0;
                self.enter(State::Requesting, out);
                self.send_request(now, random, out);
            }
            (
                Some(kind @ (MessageType::Ack | MessageType::Nak)),
                State::Requesting | State::Rebooting | State::Renewing | State::Rebinding,
            ) if chosen => match kind {
                MessageType::Ack => self.acknowledged(now, message, random, out),
                _ => self.refused(now, server, out),
            },
            _ => {}
        }
    }

    fn acknowledged(&mut self, now: Instant, message: &Message, random: u64, out: &mut Vec<Output>) {
        let Some(binding) = Binding::from_ack(message, self.requested) else { return };
        let held = self.lease.as_ref().map(|lease| lease.address);
        let confirmed = self.state != State::Requesting && held == Some(binding.address);
        if self.state.has_address() && !confirmed {
            // An extension of a lease that is not ours.
            return;
        }
        self.log_ack(&binding, out);
        let renewed = self.state.has_address();
        self.lease = Some(Box::new(binding));
        match self.config.check {
            Some(check) if !renewed => {
                self.probes = check.probes.max(1);
                self.enter(State::Checking, out);
                self.check(now, random, out);
            }
            _ => self.bind(now, renewed, out),
        }
    }

    fn bind(&mut self, now: Instant, renewed: bool, out: &mut Vec<Output>) {
        let Some(binding) = self.lease.clone() else { return };
        self.timer = (binding.renew != Instant::NEVER).then_some(binding.renew);
        self.enter(State::Bound, out);
        self.log_bound(now, &binding, renewed, out);
        out.push(Output::Bound { binding, renewed });
    }

    fn refused(&mut self, now: Instant, server: Ipv4Addr, out: &mut Vec<Output>) {
        self.log_nak(server, out);
        self.lose(Lost::Refused, out);
        self.lease = None;
        self.search(now, Duration::ZERO, out);
    }

    /// Tells the device that the address is gone, if it was in use.
    fn lose(&mut self, reason: Lost, out: &mut Vec<Output>) {
        if let Some(binding) = self.lease.clone().filter(|_| self.state.has_address()) {
            self.log_lost(&binding, reason, out);
            out.push(Output::Lost { binding, reason });
        }
    }

    /// Sends the next probe, or takes the address when all went unanswered.
    fn check(&mut self, now: Instant, random: u64, out: &mut Vec<Output>) {
        let (Some(check), Some(lease)) = (self.config.check, &self.lease) else {
            return self.search(now, Duration::from_nanos(random % 1_000_000_000), out);
        };
        if self.probes == 0 {
            return self.bind(now, false, out);
        }
        out.push(Output::Probe { address: lease.address });
        self.probes -= 1;
        self.timer = Some(now + if self.probes == 0 { check.wait } else { check.interval });
    }

    fn probe_answered(&mut self, now: Instant, address: Ipv4Addr, random: u64, out: &mut Vec<Output>) {
        if self.state != State::Checking || self.lease.as_ref().is_none_or(|lease| lease.address != address) {
            return;
        }
        self.send_decline(random, out);
        self.lease = None;
        self.search(now, DECLINE_PAUSE, out);
    }

    fn enter_renewing(&mut self, now: Instant, random: u64, out: &mut Vec<Output>) {
        self.began = now;
        self.xid = random as u32;
        self.tries = 0;
        self.enter(State::Renewing, out);
        self.continue_renewing(now, random, out);
    }

    /// T1 has passed and nobody has answered yet: ask again, the server until T2, any server until the end.
    fn continue_renewing(&mut self, now: Instant, random: u64, out: &mut Vec<Output>) {
        let Some(lease) = &self.lease else { return };
        if now >= lease.expires {
            self.lose(Lost::Expired, out);
            self.lease = None;
            return self.search(now, Duration::ZERO, out);
        }
        if now >= lease.rebind && self.state == State::Renewing {
            self.enter(State::Rebinding, out);
        }
        self.send_request(now, random, out);
    }

    fn enter(&mut self, state: State, out: &mut Vec<Output>) {
        if self.state != state {
            self.state = state;
            self.log_state(out);
        }
    }
}
