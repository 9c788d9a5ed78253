//! `dhclient` of ISC DHCP 4.4.3 as Debian ships it: the client engine, and what `dhclient-script` does with a lease.
//!
//! The command runs in the foreground until it has a lease (or gives up after 60 s), then the daemon goes on by itself:
//! it belongs to the host, not to the job. `-r` gives the lease back and ends the daemon.
//!
//! | event | what the script does |
//! |---|---|
//! | start | `ip link set up` |
//! | bound | address with lifetime, MTU, routes of option 121 or else a default route, `/etc/resolv.conf` |
//! | renewed | new lifetime, `/etc/resolv.conf` |
//! | expired, released, refused | the interface's addresses are flushed |

use crate::command::Program;
use crate::flow::{local, output};
use crate::interface::{Address, Scope};
use crate::routes::{Insert, Protocol, Route};
use crate::shell::{Io, Started};
use crate::{Cx, Host};
use clock::{Duration, Instant};
use core::net::Ipv4Addr;
use dhcp::client::{Binding, Client, ClientConfig, Destination, Input, Lost, Output};
use dhcp::message::Message;
use ipnet::Ipv4Net;
use wire::dhcp::{CLIENT_PORT, SERVER_PORT};
use wire::ethernet::{self, EtherType};
use wire::ipv4::{self, Protocol as IpProtocol};
use wire::{Mac, arp, udp};

/// `timeout` of dhclient.conf: when a search counts as failed.
const TIMEOUT: Duration = Duration::from_secs(60);
/// `retry` of dhclient.conf: how long a failed client sleeps.
const RETRY: Duration = Duration::from_mins(5);
/// Time that the script takes to start. The message of a release leaves before the address does, ARP included.
const SCRIPT_TIME: Duration = Duration::from_millis(10);
/// TTL and type of service of what dhclient sends past the stack.
const RAW_TTL: u8 = 128;
const RAW_TOS: u8 = 0x10;

/// The client of one interface. It stays when it has ended, because its lease is remembered on disk.
#[derive(Clone, Debug)]
pub(crate) struct Daemon {
    client: Client,
    running: bool,
    /// When the present search fails or, asleep, when the next begins.
    timer: Option<Instant>,
    asleep: bool,
    /// `-1`: ends instead of sleeping.
    once: bool,
    /// Lines for the terminal, while the command is in the foreground.
    lines: Vec<String>,
    /// How the foreground ended: the exit status.
    result: Option<i32>,
    /// After a release: when the script takes the addresses away.
    flush_at: Option<Instant>,
}

impl Daemon {
    pub(crate) fn deadline(&self) -> Option<Instant> {
        let running = [self.client.deadline(), self.timer].into_iter().flatten().min();
        running.filter(|_| self.running).into_iter().chain(self.flush_at).min()
    }
}

/// The command in the foreground: waits for these interfaces.
#[derive(Clone, Debug)]
pub(crate) struct Dhclient {
    interfaces: Vec<usize>,
    verbose: bool,
}

const BANNER: &str = "Internet Systems Consortium DHCP Client 4.4.3-P1\n\
Copyright 2004-2022 Internet Systems Consortium.\n\
All rights reserved.\n\
For info, please visit https://www.isc.org/software/dhcp/\n\n";

const BUG_NOTE: &str = "\nIf you think you have received this message due to a bug rather\n\
than a configuration issue please read the section on submitting\n\
bugs on either our web page at www.isc.org or in the README file\n\
before submitting a bug.  These pages explain the proper\n\
process and the information we find helpful for debugging.\n\nexiting.\n";

/// Starts `dhclient` with the words behind it.
pub(super) fn start(host: &mut Host, cx: &mut Cx<'_>, arguments: &[String], io: &mut Io) -> Started {
    let (mut verbose, mut release, mut stop, mut once, mut detach) = (false, false, false, false, false);
    let mut names = Vec::new();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "-v" => verbose = true,
            "-r" => release = true,
            "-x" => stop = true,
            "-1" => once = true,
            "-nw" => detach = true,
            "-4" | "-q" | "-w" | "-d" | "-I" => {}
            "-pf" | "-lf" | "-sf" | "-cf" | "-p" | "-e" | "-D" | "-timeout" => {
                arguments.next();
            }
            "-6" => {
                io.err("dhclient: IPv6 is not supported\n");
                return Started::Done(1);
            }
            flag if flag.starts_with('-') => {
                io.err(&format!(
                    "Unknown command: {flag}\nUsage: dhclient [-4] [-1] [-v] [-r] [-x] [-nw] [interface]*\n"
                ));
                return Started::Done(1);
            }
            name => names.push(name.to_string()),
        }
    }
    let mut interfaces = Vec::new();
    for name in &names {
        match host.interface_named(name) {
            Some(index) if index > 0 => interfaces.push(index),
            _ => {
                io.err(&format!(
                    "Cannot find device \"{name}\"\nBind socket to interface: No such device\n{BUG_NOTE}"
                ));
                return Started::Done(1);
            }
        }
    }
    if interfaces.is_empty() {
        interfaces = (1..host.interfaces.len()).collect();
    }
    if verbose {
        io.err(BANNER);
        for index in &interfaces {
            io.err(&listening(host, *index));
        }
        io.err("Sending on   Socket/fallback\n");
    }
    if release || stop {
        return end(host, cx, &interfaces, release, verbose, io);
    }
    for index in &interfaces {
        if let Some(status) = begin(host, cx, *index, once, io) {
            return Started::Done(status);
        }
    }
    if detach {
        return Started::Done(0);
    }
    Started::Program(Program::Dhclient(Dhclient { interfaces, verbose }))
}

fn listening(host: &Host, index: usize) -> String {
    let Some(interface) = host.interfaces.get(index) else { return String::new() };
    let (name, mac) = (&interface.name, interface.mac.to_string().to_lowercase());
    format!("Listening on LPF/{name}/{mac}\nSending on   LPF/{name}/{mac}\n")
}

/// Starts the daemon of one interface; an exit status when it can't.
fn begin(host: &mut Host, cx: &mut Cx<'_>, index: usize, once: bool, io: &mut Io) -> Option<i32> {
    if host.dhcp.get(&index).is_some_and(|daemon| daemon.running) {
        io.err("dhclient is already running - exiting. \n\nexiting.\n");
        return Some(1);
    }
    host.set_link(cx, index, true);
    let (name, mac) = host.interfaces.get(index).map(|i| (i.name.clone(), i.mac))?;
    let config = ClientConfig::dhclient(&name, mac, host.name());
    let mut daemon = host.dhcp.remove(&index).unwrap_or_else(|| Daemon {
        client: Client::new(config.clone()),
        running: false,
        timer: None,
        asleep: false,
        once,
        lines: Vec::new(),
        result: None,
        flush_at: None,
    });
    daemon.client.configure(config);
    daemon.running = true;
    daemon.asleep = false;
    daemon.once = once;
    daemon.lines.clear();
    daemon.result = None;
    daemon.timer = Some(cx.now() + TIMEOUT);
    host.dhcp.insert(index, daemon);
    input(host, cx, index, Input::Start);
    None
}

/// `-r` and `-x`: ends the daemons.
fn end(
    host: &mut Host,
    cx: &mut Cx<'_>,
    interfaces: &[usize],
    release: bool,
    verbose: bool,
    io: &mut Io,
) -> Started {
    let mut started = Started::Done(0);
    for index in interfaces {
        if !host.dhcp.get(index).is_some_and(|daemon| daemon.running) {
            continue;
        }
        io.err("Killed old client process\n");
        input(host, cx, *index, if release { Input::Release } else { Input::Stop });
        let Some(daemon) = host.dhcp.get_mut(index) else { continue };
        daemon.running = false;
        daemon.timer = None;
        let lines = core::mem::take(&mut daemon.lines);
        for line in lines.iter().filter(|_| verbose) {
            io.err(&format!("{line}\n"));
        }
        if let Some(daemon) = host.dhcp.get_mut(index).filter(|_| release) {
            let done = cx.now() + SCRIPT_TIME;
            daemon.flush_at = Some(done);
            started = Started::Program(Program::Sleep(done));
        }
    }
    started
}

impl Dhclient {
    /// Prints what the daemons said; the exit status once all have a result.
    pub(super) fn step(&mut self, host: &mut Host, _cx: &mut Cx<'_>, io: &mut Io) -> Option<i32> {
        let mut status = Some(0);
        for index in &self.interfaces {
            let Some(daemon) = host.dhcp.get_mut(index) else { continue };
            let lines = core::mem::take(&mut daemon.lines);
            for line in lines.iter().filter(|_| self.verbose) {
                io.err(&format!("{line}\n"));
            }
            status = match (status, daemon.result) {
                (Some(a), Some(b)) => Some(a.max(b)),
                _ => None,
            };
        }
        status
    }
}

/// Wakes the daemons whose time has come.
pub(crate) fn wake(host: &mut Host, cx: &mut Cx<'_>) {
    let now = cx.now();
    let due: Vec<usize> = host
        .dhcp
        .iter()
        .filter(|(_, daemon)| daemon.deadline().is_some_and(|at| at <= now))
        .map(|(index, _)| *index)
        .collect();
    for index in due {
        let Some(daemon) = host.dhcp.get_mut(&index) else { continue };
        if daemon.flush_at.is_some_and(|at| at <= now) {
            daemon.flush_at = None;
            flush(host, cx, index);
        }
        let Some(daemon) = host.dhcp.get_mut(&index).filter(|daemon| daemon.running) else { continue };
        if daemon.timer.is_some_and(|at| at <= now) {
            timer(host, cx, index);
        }
        let random = cx.random();
        let mut out = Vec::new();
        if let Some(daemon) = host.dhcp.get_mut(&index) {
            daemon.client.wake(now, random, &mut out);
        }
        act(host, cx, index, out);
    }
}

/// The search has failed, or the sleep is over.
fn timer(host: &mut Host, cx: &mut Cx<'_>, index: usize) {
    let now = cx.now();
    let Some(daemon) = host.dhcp.get_mut(&index) else { return };
    if daemon.asleep {
        daemon.asleep = false;
        daemon.timer = Some(now + TIMEOUT);
        return input(host, cx, index, Input::Start);
    }
    say(cx, daemon, "No DHCPOFFERS received.");
    if daemon.once {
        say(cx, daemon, "Unable to obtain a lease on first try.  Exiting.");
        daemon.running = false;
        daemon.timer = None;
        daemon.result = Some(2);
    } else {
        say(cx, daemon, "No working leases in persistent database - sleeping.");
        daemon.asleep = true;
        daemon.timer = Some(now + RETRY);
        daemon.result = Some(daemon.result.unwrap_or(0));
    }
    input(host, cx, index, Input::Stop);
    host.jobs_ready = true;
}

fn say(cx: &mut Cx<'_>, daemon: &mut Daemon, line: &str) {
    cx.log("dhclient", || line.to_string());
    if daemon.result.is_none() {
        daemon.lines.push(line.to_string());
    }
}

/// A UDP payload for port 68 came in on the interface; false when no client listens there.
pub(crate) fn packet(host: &mut Host, cx: &mut Cx<'_>, index: usize, payload: &[u8]) -> bool {
    let listens = host.dhcp.get(&index).is_some_and(|daemon| daemon.running);
    if listens {
        input(host, cx, index, Input::Packet { payload });
    }
    listens
}

/// An ARP packet on the interface may show that a probed address is in use: somebody speaks from it, or probes for it.
pub(crate) fn heard_arp(host: &mut Host, cx: &mut Cx<'_>, index: usize, packet: &arp::Repr, own: Mac) {
    if host.dhcp.get(&index).is_none_or(|daemon| !daemon.running) || packet.sender_mac == own {
        return;
    }
    let address = if packet.is_probe() { packet.target_ip } else { packet.sender_ip };
    input(host, cx, index, Input::ProbeAnswered { address });
}

fn input(host: &mut Host, cx: &mut Cx<'_>, index: usize, input: Input<'_>) {
    let random = cx.random();
    let now = cx.now();
    let mut out = Vec::new();
    if let Some(daemon) = host.dhcp.get_mut(&index) {
        daemon.client.handle(now, input, random, &mut out);
    }
    act(host, cx, index, out);
}

/// Does what the engine asks for.
fn act(host: &mut Host, cx: &mut Cx<'_>, index: usize, outputs: Vec<Output>) {
    for one in outputs {
        match one {
            Output::Send { to: Destination::Broadcast, source, message } => {
                send_raw(host, cx, index, source, &message);
            }
            Output::Send { to: Destination::Server { address }, source, message } => {
                let payload = message.encode();
                local::send_udp(host, cx, source, CLIENT_PORT, address, SERVER_PORT, &payload);
            }
            Output::Probe { address } => {
                let Some(mac) = host.interfaces.get(index).map(|i| i.mac) else { continue };
                let mut frame = cx.alloc(arp::LEN + ethernet::HEADER_LEN);
                arp::Repr::probe(mac, address).build(&mut frame, Mac::BROADCAST, mac);
                output::transmit(host, cx, index, frame);
            }
            Output::Bound { binding, renewed } => {
                if let Some(daemon) = host.dhcp.get_mut(&index) {
                    daemon.timer = None;
                    daemon.result = Some(daemon.result.unwrap_or(0));
                }
                bound(host, cx, index, &binding, renewed);
                host.jobs_ready = true;
            }
            // `-r` and `-x` end the daemon and see to the address themselves.
            Output::Lost { reason: Lost::Released | Lost::Stopped, .. } => {}
            Output::Lost { .. } => {
                if let Some(daemon) = host.dhcp.get_mut(&index) {
                    daemon.timer = Some(cx.now() + TIMEOUT);
                }
                flush(host, cx, index);
            }
            Output::Log { text, .. } => {
                if let Some(daemon) = host.dhcp.get_mut(&index) {
                    say(cx, daemon, &text);
                }
                host.jobs_ready = true;
            }
        }
    }
}

/// The script for EXPIRE, FAIL and RELEASE.
fn flush(host: &mut Host, cx: &mut Cx<'_>, index: usize) {
    let name = host.interfaces.get(index).map(|i| i.name.clone()).unwrap_or_default();
    host.flush_addresses(cx, index, &name);
}

/// Sends a broadcast past the stack, as dhclient's packet socket does: it works without an address.
fn send_raw(host: &mut Host, cx: &mut Cx<'_>, index: usize, source: Ipv4Addr, message: &Message) {
    let Some(mac) = host.interfaces.get(index).map(|i| i.mac) else { return };
    let payload = message.encode();
    let destination = Ipv4Addr::BROADCAST;
    let mut frame = cx.alloc(payload.len() + udp::HEADER_LEN + ipv4::HEADER_LEN + ethernet::HEADER_LEN);
    frame.extend_from_slice(&payload);
    let ports = udp::Repr { source_port: CLIENT_PORT, destination_port: SERVER_PORT };
    ports.push(source, destination, &mut frame);
    let header = ipv4::Repr {
        tos: RAW_TOS,
        ttl: RAW_TTL,
        protocol: IpProtocol::UDP,
        source,
        destination,
        ..ipv4::Repr::default()
    };
    header.push(&mut frame);
    ethernet::Repr { destination: Mac::BROADCAST, source: mac, ethertype: EtherType::IPV4 }.push(&mut frame);
    output::transmit(host, cx, index, frame);
}

/// `dhclient-script` for BOUND, REBOOT, RENEW and REBIND.
fn bound(host: &mut Host, cx: &mut Cx<'_>, index: usize, binding: &Binding, renewed: bool) {
    let Ok(local) = Ipv4Net::new(binding.address, binding.prefix_len) else { return };
    let Some(name) = host.interfaces.get(index).map(|i| i.name.clone()) else { return };
    let until = (binding.expires != Instant::NEVER).then_some(binding.expires);
    let broadcast = binding.options.iter().find(|(code, _)| *code == 28).and_then(|(_, data)| {
        let octets: [u8; 4] = data.as_slice().try_into().ok()?;
        Some(Ipv4Addr::from(octets))
    });
    let address = Address {
        local,
        broadcast: broadcast.or_else(|| (local.prefix_len() < 31).then(|| local.broadcast())),
        scope: Scope::Global,
        secondary: false,
        label: name,
        valid_until: until,
        preferred_until: until,
    };
    // The script's commands fail one by one when the user has made the same setting already; it goes on all the same.
    if host.interfaces.get(index).is_some_and(|i| i.addresses.iter().any(|a| a.local == local)) {
        host.change_address(index, &address);
    } else if host.add_address(index, address).is_err() {
        cx.log("dhclient", || format!("address {local} was not added"));
    }
    write_resolv_conf(host, binding);
    if renewed {
        return;
    }
    let mtu =
        binding.options.iter().find(|(code, _)| *code == 26).and_then(|(_, data)| data.first_chunk::<2>());
    if let Some(mtu) = mtu.map(|b| u16::from_be_bytes(*b)).filter(|mtu| *mtu >= 576) {
        host.set_mtu(index, mtu);
    }
    let routes = match &binding.classless_routes {
        Some(routes) => routes.clone(),
        None => binding.routers.iter().map(|router| (Ipv4Addr::UNSPECIFIED, 0, *router)).collect(),
    };
    for (network, len, gateway) in routes {
        let Ok(prefix) = Ipv4Net::new(network, len) else { continue };
        if local.prefix_len() == 32 {
            add_route(host, index, gateway.into(), None);
        }
        add_route(host, index, prefix.trunc(), Some(gateway).filter(|g| !g.is_unspecified()));
    }
}

/// `ip -4 route add PREFIX [via GATEWAY] dev IF`; as in the script, a route that is there already stays.
fn add_route(host: &mut Host, index: usize, prefix: Ipv4Net, gateway: Option<Ipv4Addr>) {
    let reachable = gateway.is_none_or(|gateway| host.gateway_interface(gateway, Some(index)).is_some());
    if !reachable {
        return;
    }
    let scope = if gateway.is_some() { Scope::Global } else { Scope::Link };
    let route =
        Route { gateway, scope, protocol: Protocol::BOOT, source: None, ..Route::connected(index, prefix) };
    let _exists = host.insert_route(route, Insert::Add);
}

fn write_resolv_conf(host: &mut Host, binding: &Binding) {
    if binding.dns.is_empty() && binding.domain.is_none() {
        return;
    }
    let mut text = String::new();
    if let Some(domain) = &binding.domain {
        text += &format!("domain {domain}\n");
    }
    for server in &binding.dns {
        text += &format!("nameserver {server}\n");
    }
    host.files.insert("/etc/resolv.conf".to_string(), text);
}
