//! [`Host`]: the device: its state, what the kernel calls, and the order in which things happen within one call.

use crate::command::dhclient::{self, Daemon};
use crate::flow::output::Exception;
use crate::flow::{in_interface, local, neighbour, reassembly};
use crate::interface::{Address, Counters, Interface, Scope};
use crate::routes::Routes;
use crate::shell::{Job, JobId};
use crate::udp_flow::{Flow, Sink};
use crate::{Cx, Drop};
use clock::{Duration, Instant};
use core::net::Ipv4Addr;
use ip::v4::address::Addresses;
use ip::v4::arp::{Config as ArpConfig, Link, Mode, Neighbours, Output as NeighbourOutput};
use ip::v4::fib::Fib;
use ip::v4::icmp::Limiter;
use ip::v4::input::LinkDestination;
use ip::v4::reassembly::Reassembler;
use ipnet::Ipv4Net;
use sim::{Context, Node, Port};
use std::collections::{BTreeMap, VecDeque};
use wire::{Frame, Mac};

/// What a host is made from.
#[derive(Clone, Debug, Default)]
pub struct HostSpec {
    /// Its name: `hostname` prints it.
    pub name: String,
    /// The Ethernet interfaces by name and hardware address. Interface `n` of this list is port `n` of the kernel.
    /// containerlab counts cabled interfaces from `eth1`; `eth0` is there only when it is cabled.
    pub ports: Vec<(String, Mac)>,
    /// Environment variables of the shell (containerlab's `env`).
    pub variables: BTreeMap<String, String>,
}

/// Kernel settings (`sysctl`).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    /// `net.ipv4.ip_forward`.
    pub(crate) forward: bool,
    /// `net.ipv4.icmp_echo_ignore_all`.
    pub(crate) ignore_echo: bool,
    /// `net.ipv4.ip_default_ttl`.
    pub(crate) ttl: u8,
}

/// A Linux-like host. See the crate's head for the way of a frame, [`Host::spawn`] for commands.
#[derive(Clone, Debug)]
pub struct Host {
    name: String,
    /// `lo` first, then the ports in order.
    pub(crate) interfaces: Vec<Interface>,
    pub(crate) settings: Settings,
    pub(crate) variables: BTreeMap<String, String>,
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) routes: Routes,
    pub(crate) addresses: Addresses,
    pub(crate) fib: Fib,
    pub(crate) neighbours: Neighbours,
    /// Buffer for the outputs of `neighbours`; empty between calls.
    pub(crate) neighbour_outputs: Vec<NeighbourOutput>,
    pub(crate) fragments: Reassembler,
    pub(crate) exceptions: BTreeMap<Ipv4Addr, Exception>,
    pub(crate) limiter: Limiter,
    /// Frames on their way through `lo`, with the time when they arrive.
    pub(crate) loopback: VecDeque<(Instant, Frame)>,
    pub(crate) dhcp: BTreeMap<usize, Daemon>,
    pub(crate) flows: Vec<Flow>,
    pub(crate) sinks: BTreeMap<u16, Sink>,
    /// A flow may have something to send before its deadline.
    pub(crate) flows_ready: bool,
    pub(crate) jobs: BTreeMap<JobId, Job>,
    pub(crate) next_job: u32,
    /// Something happened that a waiting job may have waited for.
    pub(crate) jobs_ready: bool,
    pid: u16,
    ip_id: u16,
    /// The earliest lifetime of an address.
    pub(crate) address_expiry: Option<Instant>,
    deadline: Option<Instant>,
}

/// Time between ICMP errors to one target after a burst of six (`net.ipv4.icmp_ratelimit`).
const ICMP_RATE_LIMIT: Duration = Duration::from_secs(1);

impl Host {
    /// A host that has just booted: `lo` has 127.0.0.1/8, the other interfaces are up and have no address.
    #[must_use]
    pub fn new(spec: HostSpec) -> Self {
        let mut files = BTreeMap::new();
        files.insert("/etc/hostname".to_string(), format!("{}\n", spec.name));
        files.insert("/etc/hosts".to_string(), "127.0.0.1\tlocalhost\n".to_string());
        files.insert("/etc/resolv.conf".to_string(), String::new());
        let mut variables = spec.variables;
        variables.entry("HOSTNAME".to_string()).or_insert_with(|| spec.name.clone());
        let mut host = Self {
            name: spec.name,
            interfaces: Vec::with_capacity(spec.ports.len() + 1),
            settings: Settings { forward: false, ignore_echo: false, ttl: 64 },
            variables,
            files,
            routes: Routes::default(),
            addresses: Addresses::default(),
            fib: Fib::default(),
            neighbours: Neighbours::new(ArpConfig::default()),
            neighbour_outputs: Vec::new(),
            fragments: Reassembler::default(),
            exceptions: BTreeMap::new(),
            limiter: Limiter::default(),
            loopback: VecDeque::new(),
            dhcp: BTreeMap::new(),
            flows: Vec::new(),
            sinks: BTreeMap::new(),
            flows_ready: false,
            jobs: BTreeMap::new(),
            next_job: 1,
            jobs_ready: false,
            pid: 1,
            ip_id: 0,
            address_expiry: None,
            deadline: None,
        };
        host.limiter.interval = ICMP_RATE_LIMIT;
        host.interfaces.push(interface("lo", 0, None, Mac::ZERO, u16::MAX));
        for (i, (name, mac)) in spec.ports.into_iter().enumerate() {
            let port = Port(i as u16);
            host.interfaces.push(interface(&name, i + 1, Some(port), mac, 1500));
            let link = Link { mac, mode: Mode::Enabled, base_reachable: None };
            host.neighbours.set_link(host.id(i + 1), link);
        }
        if let Ok(local) = Ipv4Net::new(Ipv4Addr::LOCALHOST, 8) {
            let address = Address {
                local,
                broadcast: None,
                scope: Scope::Host,
                secondary: false,
                label: "lo".to_string(),
                valid_until: None,
                preferred_until: None,
            };
            let added = host.add_address(0, address);
            debug_assert!(added.is_ok(), "a fresh interface has no address yet");
        }
        host
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn set_name(&mut self, name: &str) {
        self.name = name.to_string();
        self.files.insert("/etc/hostname".to_string(), format!("{name}\n"));
    }

    /// The interfaces, `lo` first.
    #[must_use]
    pub fn interfaces(&self) -> &[Interface] {
        &self.interfaces
    }

    /// Position of the interface with this name.
    pub(crate) fn interface_named(&self, name: &str) -> Option<usize> {
        self.interfaces.iter().position(|i| i.name == name)
    }

    /// The engine's number of the interface at `index`.
    #[inline]
    pub(crate) fn id(&self, index: usize) -> ip::Interface {
        ip::Interface(self.interfaces.get(index).map_or(0, |i| i.index))
    }

    /// Position of the interface with the engine's number `id`: the kernel counts from 1.
    #[inline]
    pub(crate) fn position(&self, id: ip::Interface) -> usize {
        (id.0 as usize).saturating_sub(1)
    }

    #[inline]
    pub(crate) fn port(&self, index: usize) -> Option<Port> {
        self.interfaces.get(index)?.port
    }

    /// True when `address` is one of this host.
    pub(crate) fn is_local(&mut self, address: Ipv4Addr) -> bool {
        self.fib.is_local(address)
    }

    /// Identification for the next datagram.
    pub(crate) fn next_ip_id(&mut self) -> u16 {
        self.ip_id = self.ip_id.wrapping_add(1);
        self.ip_id
    }

    /// A process number, for the identifier of a `ping`.
    pub(crate) fn next_pid(&mut self) -> u16 {
        self.pid = self.pid.checked_add(1).unwrap_or(2);
        self.pid
    }

    /// The address of a host name: a number, this host, or a line of `/etc/hosts`.
    pub(crate) fn resolve(&self, name: &str) -> Option<Ipv4Addr> {
        if let Some(address) = numeric(name) {
            return Some(address);
        }
        let hosts = self.files.get("/etc/hosts")?;
        let found = hosts.lines().find_map(|line| {
            let mut words = line.split('#').next()?.split_whitespace();
            let address = words.next()?.parse().ok()?;
            words.any(|word| word == name).then_some(address)
        });
        found.or_else(|| (name == self.name).then_some(Ipv4Addr::new(127, 0, 1, 1)))
    }

    /// Content of a file: `/etc/resolv.conf`, `/etc/hosts`, `/proc/sys/net/ipv4/ip_forward`, or one that a command wrote.
    #[must_use]
    pub fn read_file(&self, path: &str) -> Option<String> {
        if path == "/dev/null" {
            return Some(String::new());
        }
        if let Some(setting) = path.strip_prefix("/proc/sys/") {
            return crate::command::sysctl::get(self, setting).map(|value| format!("{value}\n"));
        }
        self.files.get(path).cloned()
    }

    /// Writes a file. What goes to `/proc/sys` changes the setting; `/dev/null` swallows.
    ///
    /// # Errors
    /// What the shell says: a setting that isn't there or refuses the value.
    pub fn write_file(&mut self, path: &str, append: bool, content: String) -> Result<(), String> {
        if path.starts_with("/dev/") {
            return Ok(());
        }
        if let Some(setting) = path.strip_prefix("/proc/sys/") {
            if crate::command::sysctl::get(self, setting).is_none() {
                return Err(format!("cannot create {path}: Directory nonexistent"));
            }
            let written = crate::command::sysctl::set(self, setting, content.trim());
            return written.map_err(|()| "echo: I/O error".to_string());
        }
        let file = self.files.entry(path.to_string()).or_default();
        if append {
            file.push_str(&content);
        } else {
            *file = content;
        }
        Ok(())
    }

    /// Everything that may go on now goes on; then the next deadline is known. The end of every call.
    pub(crate) fn settle(&mut self, cx: &mut Cx<'_>) {
        if self.flows_ready {
            self.flows_ready = false;
            self.run_flows(cx);
        }
        if self.jobs_ready {
            self.run_jobs(cx);
        }
        let earliest = |a: Option<Instant>, b: Option<Instant>| match (a, b) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let mut next = earliest(self.neighbours.deadline(), self.fragments.deadline());
        next = earliest(next, self.loopback.front().map(|(at, _)| *at));
        next = earliest(next, self.address_expiry);
        for flow in &self.flows {
            next = earliest(next, flow.deadline());
        }
        for daemon in self.dhcp.values() {
            next = earliest(next, daemon.deadline());
        }
        for job in self.jobs.values().filter(|job| job.exit.is_none()) {
            next = earliest(next, job.script.deadline());
        }
        self.deadline = next;
    }

    fn take_loopback(&mut self, cx: &mut Cx<'_>) {
        let now = cx.now();
        while self.loopback.front().is_some_and(|(at, _)| *at <= now) {
            let Some((_, frame)) = self.loopback.pop_front() else { return };
            if let Some(interface) = self.interfaces.first_mut() {
                interface.counters.rx_packets += 1;
                interface.counters.rx_bytes += frame.len() as u64;
            }
            local::deliver(self, cx, 0, LinkDestination::Own, frame);
        }
    }
}

/// An address in numbers as the C library reads it: the last of one to four parts fills the bytes that are left.
fn numeric(name: &str) -> Option<Ipv4Addr> {
    let parts: Vec<&str> = name.split('.').collect();
    let (last, first) = parts.split_last()?;
    let digits = parts.iter().all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
    if !digits || first.len() > 3 {
        return None;
    }
    let mut address = 0u32;
    for part in first {
        address = address << 8 | u32::from(part.parse::<u8>().ok()?);
    }
    let left = 32 - 8 * first.len() as u32;
    let last = last.parse::<u32>().ok().filter(|n| u64::from(*n) < 1 << left)?;
    let high = u64::from(address) << left;
    Some(Ipv4Addr::from_bits(high as u32 | last))
}

fn interface(name: &str, position: usize, port: Option<Port>, mac: Mac, mtu: u16) -> Interface {
    Interface {
        name: name.to_string(),
        index: position as u32 + 1,
        port,
        mac,
        mtu,
        up: true,
        carrier: port.is_none(),
        addresses: Vec::new(),
        counters: Counters::default(),
    }
}

impl Node for Host {
    type Drop = Drop;

    #[inline]
    fn receive(&mut self, cx: &mut Context<'_, Drop>, port: Port, frame: Frame) {
        in_interface::receive(self, cx, port, frame);
        self.settle(cx);
    }

    fn carrier(&mut self, cx: &mut Context<'_, Drop>, port: Port, up: bool) {
        let index = usize::from(port.0) + 1;
        if let Some(interface) = self.interfaces.get_mut(index) {
            interface.carrier = up;
            if !up {
                neighbour::flush(self, cx, index);
            }
        }
        self.settle(cx);
    }

    fn wake(&mut self, cx: &mut Context<'_, Drop>) {
        if self.deadline.is_none_or(|at| cx.now() < at) {
            return;
        }
        self.take_loopback(cx);
        neighbour::wake(self, cx);
        reassembly::wake(self, cx);
        if self.address_expiry.is_some_and(|at| at <= cx.now()) {
            self.expire_addresses(cx);
        }
        dhclient::wake(self, cx);
        self.flows_ready = true;
        self.jobs_ready = true;
        self.settle(cx);
    }

    #[inline]
    fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    fn held(&self) -> usize {
        self.neighbours.held() + self.fragments.held() + self.loopback.len()
    }

    fn describe_drop(&self, reason: &Drop) -> String {
        reason.to_string()
    }
}
