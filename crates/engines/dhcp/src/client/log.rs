//! Log lines of the client: RouterOS's, or those that dhclient prints.

use super::{Binding, Client, Lost, Output, State, Style};
use clock::{Duration, Instant};
use std::net::Ipv4Addr;

const INFO: &str = "dhcp,info";
const STATE: &str = "dhcp,debug,state";
/// dhclient's facility in syslog.
const DAEMON: &str = "daemon";

impl Client {
    fn dhclient(&self, out: &mut Vec<Output>, text: impl FnOnce(&str) -> String) {
        if self.config.style == Style::Dhclient {
            out.push(Output::Log { topics: DAEMON, text: text(&self.config.interface) });
        }
    }

    fn routeros(&self, out: &mut Vec<Output>, topics: &'static str, text: impl FnOnce() -> String) {
        if self.config.style == Style::RouterOs {
            let text = format!("{} on {} {}", self.config.name, self.config.interface, text());
            out.push(Output::Log { topics, text });
        }
    }

    pub(super) fn log_state(&self, out: &mut Vec<Output>) {
        let word = match self.state {
            State::Stopped => "stopped",
            State::Starting => return,
            State::Selecting => "selecting...",
            State::Requesting => "requesting...",
            State::Rebooting => "rebooting...",
            State::Checking => return,
            State::Bound => "bound",
            State::Renewing => "renewing...",
            State::Rebinding => "rebinding...",
        };
        if self.config.debug {
            self.routeros(out, STATE, || format!("entering <{word}> state"));
        }
    }

    pub(super) fn log_discover(&self, pause: Duration, out: &mut Vec<Output>) {
        let seconds = pause.as_secs();
        self.dhclient(out, |on| {
            format!("DHCPDISCOVER on {on} to 255.255.255.255 port 67 interval {seconds}")
        });
    }

    pub(super) fn log_offer(&self, address: Ipv4Addr, server: Ipv4Addr, out: &mut Vec<Output>) {
        self.dhclient(out, |_| format!("DHCPOFFER of {address} from {server}"));
    }

    pub(super) fn log_request(&self, address: Ipv4Addr, server: Option<Ipv4Addr>, out: &mut Vec<Output>) {
        let to = server.unwrap_or(Ipv4Addr::BROADCAST);
        self.dhclient(out, |on| format!("DHCPREQUEST for {address} on {on} to {to} port 67"));
    }

    pub(super) fn log_ack(&self, binding: &Binding, out: &mut Vec<Output>) {
        self.dhclient(out, |_| format!("DHCPACK of {} from {}", binding.address, binding.server));
    }

    pub(super) fn log_nak(&self, server: Ipv4Addr, out: &mut Vec<Output>) {
        self.dhclient(out, |_| format!("DHCPNAK from {server}"));
    }

    pub(super) fn log_decline(&self, address: Ipv4Addr, server: Ipv4Addr, out: &mut Vec<Output>) {
        self.dhclient(out, |on| format!("DHCPDECLINE of {address} on {on} to 255.255.255.255 port 67"));
        self.routeros(out, "dhcp,warning", || format!("declined IP address {address} from {server}: in use"));
    }

    pub(super) fn log_release(&self, address: Ipv4Addr, server: Ipv4Addr, out: &mut Vec<Output>) {
        self.dhclient(out, |on| format!("DHCPRELEASE of {address} on {on} to {server} port 67"));
    }

    pub(super) fn log_bound(&self, now: Instant, binding: &Binding, renewed: bool, out: &mut Vec<Output>) {
        let seconds = binding.renew.since(now).as_secs();
        self.dhclient(out, |_| format!("bound to {} -- renewal in {seconds} seconds.", binding.address));
        if !renewed {
            self.routeros(out, INFO, || format!("got IP address {}", binding.address));
        }
    }

    pub(super) fn log_lost(&self, binding: &Binding, reason: Lost, out: &mut Vec<Output>) {
        let why = match reason {
            Lost::Stopped => "lease stopped locally",
            Lost::Released => "lease released",
            Lost::Expired => "lease expired",
            Lost::Refused => "received NAK from dhcp server",
        };
        self.routeros(out, INFO, || format!("lost IP address {} - {why}", binding.address));
    }
}
