//! What the client sends and when it sends it again.

use super::{BROADCAST_TIME, Broadcast, Client, Destination, Output, RENEW_PAUSE, State};
use crate::message::{Message, MessageType, code};
use clock::{Duration, Instant};
use std::net::Ipv4Addr;

impl Client {
    /// A message with type, options 61 and 12 and the parameter list still to come.
    fn new_message(&self, kind: MessageType) -> Message {
        let mut message = Message::request(self.xid, self.config.mac);
        message.set(code::MESSAGE_TYPE, [kind as u8]);
        message
    }

    /// Options that DISCOVER and REQUEST end with.
    fn add_identity(&self, message: &mut Message) {
        if !self.config.parameter_list.is_empty() {
            message.set(code::PARAMETER_LIST, self.config.parameter_list.clone());
        }
        if let Some(name) = &self.config.host_name {
            message.set(code::HOST_NAME, name.as_bytes());
        }
        self.add_client_id(message);
        for (code, data) in &self.config.options {
            message.set(*code, data.clone());
        }
    }

    fn add_client_id(&self, message: &mut Message) {
        if let Some(id) = &self.config.client_id {
            message.set(code::CLIENT_ID, id.clone());
        }
    }

    fn set_flags(&self, now: Instant, message: &mut Message) {
        let broadcast = match self.config.broadcast {
            Broadcast::Always => true,
            Broadcast::Both => now.since(self.began) < BROADCAST_TIME,
            Broadcast::Never => false,
        };
        // A client that has its address hears unicast (RFC 2131 §4.1).
        if broadcast && !self.state.has_address() {
            message.flags = Message::BROADCAST_FLAG;
        }
    }

    /// 4, 8, 16, 32, 64, 64 … s, each ±1 s (RFC 2131 §4.1).
    fn backoff(&self, random: u64) -> Duration {
        let base = Duration::from_secs(4 << (self.tries.saturating_sub(1)).min(4));
        let jitter = (random >> 32) % 2_000_000_001;
        base + Duration::from_nanos(jitter) - Duration::from_secs(1)
    }

    pub(super) fn send_discover(&mut self, now: Instant, random: u64, out: &mut Vec<Output>) {
        self.tries += 1;
        self.secs = seconds(now.since(self.began));
        let mut message = self.new_message(MessageType::Discover);
        message.secs = self.secs;
        self.set_flags(now, &mut message);
        if let Some(lease) = &self.lease {
            message.set(code::REQUESTED_IP, lease.address.octets());
        }
        self.add_identity(&mut message);
        let pause = self.backoff(random);
        self.log_discover(pause, out);
        self.timer = Some(now + pause);
        broadcast(message, Ipv4Addr::UNSPECIFIED, out);
    }

    /// The REQUEST of the present state (RFC 2131 table 5) and the time of the next one.
    pub(super) fn send_request(&mut self, now: Instant, random: u64, out: &mut Vec<Output>) {
        self.tries += 1;
        self.requested = now;
        let mut message = self.new_message(MessageType::Request);
        let lease =
            self.lease.as_ref().map(|lease| (lease.address, lease.server, lease.rebind, lease.expires));
        match (self.state, self.offer, lease) {
            (State::Requesting, Some((address, server)), _) => {
                // The same `secs` as in the DISCOVER (RFC 2131 §4.4.1).
                message.secs = self.secs;
                self.set_flags(now, &mut message);
                message.set(code::SERVER_ID, server.octets());
                message.set(code::REQUESTED_IP, address.octets());
                self.finish_request(now, self.backoff(random), address, message, out);
            }
            (State::Rebooting, _, Some((address, ..))) => {
                message.secs = seconds(now.since(self.began));
                self.set_flags(now, &mut message);
                message.set(code::REQUESTED_IP, address.octets());
                let left = super::REBOOT_TIME - now.since(self.began);
                self.finish_request(now, self.backoff(random).min(left), address, message, out);
            }
            (State::Renewing, _, Some((address, server, rebind, _))) => {
                message.secs = seconds(now.since(self.began));
                message.ciaddr = address;
                self.add_identity(&mut message);
                self.timer = Some((now + half_of_rest(now, rebind)).min(rebind));
                self.log_request(address, Some(server), out);
                let to = Destination::Server { address: server };
                out.push(Output::Send { to, source: address, message: Box::new(message) });
            }
            (State::Rebinding, _, Some((address, _, _, expires))) => {
                message.secs = seconds(now.since(self.began));
                message.ciaddr = address;
                self.add_identity(&mut message);
                self.timer = Some((now + half_of_rest(now, expires)).min(expires));
                self.log_request(address, None, out);
                broadcast(message, address, out);
            }
            // No other state sends a REQUEST.
            _ => {}
        }
    }

    fn finish_request(
        &mut self,
        now: Instant,
        pause: Duration,
        address: Ipv4Addr,
        mut message: Message,
        out: &mut Vec<Output>,
    ) {
        self.add_identity(&mut message);
        self.timer = Some(now + pause);
        self.log_request(address, None, out);
        broadcast(message, Ipv4Addr::UNSPECIFIED, out);
    }

    pub(super) fn send_decline(&mut self, random: u64, out: &mut Vec<Output>) {
        let Some(lease) = &self.lease else { return };
        let (address, server) = (lease.address, lease.server);
        self.xid = random as u32;
        let mut message = self.new_message(MessageType::Decline);
        message.set(code::SERVER_ID, server.octets());
        message.set(code::REQUESTED_IP, address.octets());
        self.add_client_id(&mut message);
        self.log_decline(address, server, out);
        broadcast(message, Ipv4Addr::UNSPECIFIED, out);
    }

    pub(super) fn send_release(&mut self, random: u64, out: &mut Vec<Output>) {
        let Some(lease) = &self.lease else { return };
        let (address, server) = (lease.address, lease.server);
        self.xid = random as u32;
        let mut message = self.new_message(MessageType::Release);
        message.ciaddr = address;
        message.set(code::SERVER_ID, server.octets());
        self.add_client_id(&mut message);
        self.log_release(address, server, out);
        let to = Destination::Server { address: server };
        out.push(Output::Send { to, source: address, message: Box::new(message) });
    }
}

fn broadcast(message: Message, source: Ipv4Addr, out: &mut Vec<Output>) {
    out.push(Output::Send { to: Destination::Broadcast, source, message: Box::new(message) });
}

fn seconds(time: Duration) -> u16 {
    u16::try_from(time.as_secs()).unwrap_or(u16::MAX)
}

/// RFC 2131 §4.4.5: half of the remaining time, at least a minute.
fn half_of_rest(now: Instant, end: Instant) -> Duration {
    (end.since(now) / 2).max(RENEW_PAUSE)
}
