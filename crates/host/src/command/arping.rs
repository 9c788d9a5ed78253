//! `arping` of iputils: asks for an address by ARP and prints who answers.

use crate::command::Program;
use crate::flow::output::{self, RouteQuery};
use crate::shell::{Io, Started};
use crate::{Cx, Host};
use clock::{Duration, Instant};
use core::net::Ipv4Addr;
use wire::arp::{self, Operation};
use wire::{Mac, ethernet};

/// An `arping` under way.
#[derive(Clone, Debug)]
pub(crate) struct Arping {
    target: Ipv4Addr,
    source: Ipv4Addr,
    interface: usize,
    count: Option<u64>,
    deadline: Option<Instant>,
    /// `-f`: ends at the first reply.
    first: bool,
    quiet: bool,
    sent: u64,
    broadcasts: u64,
    received: u64,
    last_send: Instant,
    next: Instant,
    /// Where requests go: everybody, then the one who answered.
    peer: Mac,
    interrupted: bool,
}

/// Starts `arping` with the words behind it.
pub(super) fn start(host: &mut Host, cx: &mut Cx<'_>, arguments: &[String], io: &mut Io) -> Started {
    let (mut count, mut wait, mut device, mut source, mut target) = (None, None, None, None, None);
    let (mut first, mut quiet) = (false, false);
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let flag = word.strip_prefix('-').filter(|f| !f.is_empty());
        let Some(flag) = flag else {
            target = Some(word.clone());
            continue;
        };
        let (letter, rest) = flag.split_at(flag.chars().next().map_or(0, char::len_utf8));
        match letter {
            "f" => first = true,
            "q" => quiet = true,
            "b" => {}
            "c" | "w" | "I" | "s" => {
                let attached = (!rest.is_empty()).then(|| rest.to_string());
                let Some(value) = attached.or_else(|| words.next().cloned()) else {
                    io.err(&format!("arping: option requires an argument -- '{letter}'\n"));
                    return Started::Done(2);
                };
                match letter {
                    "c" => count = value.parse::<u64>().ok(),
                    "w" => wait = value.parse::<u64>().ok(),
                    "I" => device = Some(value),
                    _ => source = value.parse::<Ipv4Addr>().ok(),
                }
            }
            _ => {
                io.err(&format!("arping: invalid option -- '{letter}'\n"));
                return Started::Done(2);
            }
        }
    }
    let Some(target) = target else {
        io.err("Usage: arping [-fqb] [-c count] [-w timeout] [-I device] [-s source] <destination>\n");
        return Started::Done(2);
    };
    let Some(address) = host.resolve(&target) else {
        io.err(&format!("arping: {target}: Temporary failure in name resolution\n"));
        return Started::Done(2);
    };
    let interface = match &device {
        Some(name) => host.interface_named(name).filter(|i| *i > 0),
        None => Some(1).filter(|i| *i < host.interfaces.len()),
    };
    let Some(interface) = interface else {
        io.err(&format!("arping: Interface \"{}\" is not available\n", device.unwrap_or_default()));
        return Started::Done(2);
    };
    let query = RouteQuery { destination: address, source, interface: Some(interface) };
    let from = host.route_output(cx.now(), &query).map_or(Ipv4Addr::UNSPECIFIED, |route| route.source);
    let name = host.interfaces.get(interface).map_or("", |i| i.name.as_str());
    if !quiet {
        io.out(&format!("ARPING {address} from {from} {name}\n"));
    }
    let now = cx.now();
    Started::Program(Program::Arping(Box::new(Arping {
        target: address,
        source: from,
        interface,
        count,
        deadline: wait.map(|seconds| now + Duration::from_secs(seconds)),
        first,
        quiet,
        sent: 0,
        broadcasts: 0,
        received: 0,
        last_send: now,
        next: now,
        peer: Mac::BROADCAST,
        interrupted: false,
    })))
}

impl Arping {
    pub(super) fn interrupt(&mut self) {
        self.interrupted = true;
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        if self.over() {
            return Some(Instant::START);
        }
        [Some(self.next), self.deadline].into_iter().flatten().min()
    }

    fn over(&self) -> bool {
        let all = self.count.is_some_and(|count| self.received >= count);
        self.interrupted || all || (self.first && self.received > 0)
    }

    /// Sends what is due; the exit status when it has ended.
    pub(super) fn step(&mut self, host: &mut Host, cx: &mut Cx<'_>, io: &mut Io) -> Option<i32> {
        let now = cx.now();
        let sent_all = self.count.is_some_and(|count| self.sent >= count) && now >= self.next;
        if self.over() || sent_all || self.deadline.is_some_and(|at| now >= at) {
            return Some(self.finish(io));
        }
        if now >= self.next {
            let own = host.interfaces.get(self.interface).map_or(Mac::ZERO, |i| i.mac);
            let mut frame = cx.alloc(arp::LEN + ethernet::HEADER_LEN);
            let mut request = arp::Repr::request(own, self.source, self.target);
            if !self.peer.is_broadcast() {
                request.target_mac = self.peer;
            }
            request.build(&mut frame, self.peer, own);
            self.sent += 1;
            self.broadcasts += u64::from(self.peer.is_broadcast());
            self.last_send = now;
            self.next = now + Duration::from_secs(1);
            output::transmit(host, cx, self.interface, frame);
        }
        None
    }

    /// An ARP packet came in.
    pub(crate) fn heard(&mut self, now: Instant, interface: usize, packet: &arp::Repr, io: &mut Io) {
        let ours = interface == self.interface
            && packet.operation == Operation::Reply
            && packet.sender_ip == self.target
            && packet.target_ip == self.source;
        if !ours {
            return;
        }
        self.received += 1;
        self.peer = packet.sender_mac;
        if !self.quiet {
            let us = now.since(self.last_send).as_micros();
            io.out(&format!(
                "Unicast reply from {} [{}]  {}.{:03}ms\n",
                packet.sender_ip,
                packet.sender_mac,
                us / 1000,
                us % 1000
            ));
        }
    }

    fn finish(&self, io: &mut Io) -> i32 {
        if !self.quiet {
            io.out(&format!(
                "Sent {} probes ({} broadcast(s))\nReceived {} response(s)\n",
                self.sent, self.broadcasts, self.received
            ));
        }
        i32::from(self.received == 0)
    }
}
