//! [`Interfaces`]: the interfaces of a device while it runs.

use super::arp_mode::ArpMode;
use bridge::BridgePort;
use clock::{Duration, Instant};
use menu::Id;
use sim::Port;
use wire::Mac;

/// Number of an interface: its menu id. Stable while it lives, never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(pub u32);

impl Number {
    /// The Ethernet interface on a port of the kernel.
    #[must_use]
    #[inline]
    pub const fn of_port(port: Port) -> Self {
        Self(port.0 as u32 + 1)
    }
    /// The port of an Ethernet interface.
    #[must_use]
    #[inline]
    pub const fn port(self) -> Port {
        Port((self.0 - 1) as u16)
    }
    /// The menu id.
    #[must_use]
    pub const fn id(self) -> Id {
        Id(self.0)
    }
}

impl From<Id> for Number {
    fn from(id: Id) -> Self {
        Self(id.0)
    }
}

/// What an interface is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A port of the device.
    Ethernet,
    /// A bridge, with its engine and the interfaces behind its ports.
    Bridge(Box<super::bridge::Running>),
    /// `lo`.
    Loopback,
    /// Of a menu without a struct: never running.
    Stored,
}

/// Carrier and history of an interface.
#[derive(Clone, Copy, Debug, Default)]
pub struct LinkState {
    /// `disabled=no`.
    pub enabled: bool,
    /// The cable has a carrier (always true for virtual interfaces).
    pub carrier: bool,
    /// Bits per second of the cable; 0 until known.
    pub rate_bps: u64,
    /// Last change to up.
    pub last_up: Option<Instant>,
    /// Last change to down.
    pub last_down: Option<Instant>,
    /// How often it went down.
    pub downs: u32,
}

/// What passed through an interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Bytes received, Ethernet header included, without FCS.
    pub rx_byte: u64,
    /// Frames received.
    pub rx_packet: u64,
    /// Bytes sent.
    pub tx_byte: u64,
    /// Frames sent.
    pub tx_packet: u64,
    /// Frames received and dropped by the interface.
    pub rx_drop: u64,
    /// Frames that were to be sent and dropped by the interface.
    pub tx_drop: u64,
}

/// Keeps a warning from flooding the log: at most [`LogLimit::BURST`] lines in each [`LogLimit::INTERVAL`], as the
/// kernel limits its own (`net_ratelimit`).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LogLimit {
    since: Instant,
    lines: u32,
}

impl LogLimit {
    const BURST: u32 = 10;
    const INTERVAL: Duration = Duration::from_secs(5);

    /// True when one more line may be written.
    pub(crate) fn allow(&mut self, now: Instant) -> bool {
        if self.lines == 0 || now.since(self.since) > Self::INTERVAL {
            *self = Self { since: now, lines: 0 };
        }
        self.lines += 1;
        self.lines <= Self::BURST
    }
}

/// An interface while the device runs.
#[derive(Clone, Debug)]
pub struct Running {
    /// What passed through.
    pub counters: Counters,
    /// MAC address.
    pub mac: Mac,
    /// Largest IP packet in bytes.
    pub mtu: u16,
    /// Answers and learns ARP.
    pub arp: ArpMode,
    /// Reachable time of neighbours here.
    pub arp_timeout: Duration,
    /// The bridge that it is a port of, and its number there.
    pub master: Option<(Number, BridgePort)>,
    /// Carrier and history.
    pub link: LinkState,
    /// What it is.
    pub kind: Kind,
    /// Name, for log lines.
    pub name: Box<str>,
}

impl Running {
    /// Enabled and with a carrier.
    #[must_use]
    #[inline]
    pub fn running(&self) -> bool {
        self.link.enabled && self.link.carrier
    }
}

/// Every interface by number.
#[derive(Clone, Debug, Default)]
pub struct Interfaces {
    list: Vec<Option<Running>>,
    /// Ports that were enabled or disabled and the kernel was not told yet.
    port_changes: Vec<(Port, bool)>,
    ports: usize,
    /// Warnings about frames with own addresses, of all bridges together.
    pub(crate) loop_warnings: LogLimit,
}

impl Interfaces {
    /// The interface with this number.
    #[must_use]
    #[inline]
    pub fn get(&self, number: Number) -> Option<&Running> {
        self.list.get(number.0 as usize)?.as_ref()
    }

    /// The interface with this number, to change it.
    #[inline]
    pub fn get_mut(&mut self, number: Number) -> Option<&mut Running> {
        self.list.get_mut(number.0 as usize)?.as_mut()
    }

    /// Every interface, by number.
    pub fn iter(&self) -> impl Iterator<Item = (Number, &Running)> {
        self.list.iter().enumerate().filter_map(|(n, i)| Some((Number(n as u32), i.as_ref()?)))
    }

    /// Numbers given so far, also those of interfaces that were removed.
    pub(crate) fn all_numbers(&self) -> impl Iterator<Item = Number> + use<> {
        (1..self.list.len()).map(|number| Number(number as u32))
    }

    /// Numbers of all interfaces, lowest first.
    #[must_use]
    pub fn numbers(&self) -> Vec<Number> {
        self.iter().map(|(number, _)| number).collect()
    }

    /// Puts an interface in place.
    pub(crate) fn insert(&mut self, number: Number, interface: Running) {
        let at = number.0 as usize;
        if self.list.len() <= at {
            self.list.resize_with(at + 1, || None);
        }
        self.list[at] = Some(interface);
    }

    /// Takes an interface away.
    pub(crate) fn remove(&mut self, number: Number) -> Option<Running> {
        self.list.get_mut(number.0 as usize)?.take()
    }

    /// The bridge with this number.
    #[must_use]
    pub fn bridge(&self, number: Number) -> Option<&super::bridge::Running> {
        match &self.get(number)?.kind {
            Kind::Bridge(bridge) => Some(bridge),
            Kind::Ethernet | Kind::Loopback | Kind::Stored => None,
        }
    }

    /// The bridge with this number, to change it.
    #[inline]
    pub fn bridge_mut(&mut self, number: Number) -> Option<&mut super::bridge::Running> {
        match &mut self.get_mut(number)?.kind {
            Kind::Bridge(bridge) => Some(bridge),
            Kind::Ethernet | Kind::Loopback | Kind::Stored => None,
        }
    }

    /// When some bridge has hosts to sweep out.
    #[inline]
    pub(crate) fn bridge_deadline(&self) -> Option<Instant> {
        // Bridges come behind the ports and the loopback interface, and most devices have none or one.
        self.list
            .iter()
            .skip(self.ports + 2)
            .flatten()
            .filter_map(|interface| match &interface.kind {
                Kind::Bridge(bridge) => bridge.engine.deadline(),
                Kind::Ethernet | Kind::Loopback | Kind::Stored => None,
            })
            .min()
    }

    /// The loopback interface: the one behind the ports.
    #[must_use]
    pub(crate) const fn loopback(&self) -> Number {
        Number(self.ports as u32 + 1)
    }

    /// How many ports the device has.
    pub(crate) fn set_ports(&mut self, ports: usize) {
        self.ports = ports;
        // Numbers begin at 1, and the loopback interface comes behind the ports.
        self.list.reserve_exact(ports + 2);
    }

    /// True when the interface of a port was made already.
    #[must_use]
    pub(crate) fn knows(&self, port: Port) -> bool {
        self.get(Number::of_port(port)).is_some()
    }

    /// The kernel is to be told that a port was enabled or disabled.
    pub(crate) fn change_port(&mut self, port: Port, enabled: bool) {
        self.port_changes.push((port, enabled));
    }

    /// True when the kernel has to be told something.
    #[inline]
    pub(crate) fn wants_port_change(&self) -> bool {
        !self.port_changes.is_empty()
    }

    /// What the kernel has to be told, once.
    pub(crate) fn take_port_changes(&mut self) -> Vec<(Port, bool)> {
        std::mem::take(&mut self.port_changes)
    }
}
