//! What goes into and comes out of the neighbour table.

use crate::Interface;
use crate::v4::drop::IpDrop;
use clock::Duration;
use core::net::Ipv4Addr;
use wire::arp::Repr;
use wire::{Frame, Mac};

/// How an interface answers and learns (`arp=` of RouterOS).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// Answer for own addresses, learn.
    #[default]
    Enabled,
    /// Neither ask, answer nor learn: static entries only.
    Disabled,
    /// Answer also for addresses that are routed by another interface.
    ProxyArp,
    /// Answer also for addresses that are routed by the same interface.
    LocalProxyArp,
    /// Answer for own addresses, but do not ask and do not learn.
    ReplyOnly,
}

impl Mode {
    pub(super) const fn resolves(self) -> bool {
        !matches!(self, Self::Disabled | Self::ReplyOnly)
    }
}

/// State of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Asked, no answer yet.
    Incomplete,
    /// Confirmed lately.
    Reachable,
    /// Known, not confirmed lately.
    Stale,
    /// In use, waiting for a sign of life.
    Delay,
    /// Asked by unicast whether it is still there.
    Probe,
    /// Did not answer.
    Failed,
    /// Static.
    Permanent,
}

/// Times and limits of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    /// Base of the reachable time (`/ip/settings arp-timeout`); an interface may have its own.
    pub base_reachable: Duration,
    /// Stay in "delay".
    pub delay: Duration,
    /// Between two requests.
    pub retransmit: Duration,
    /// Requests before an entry fails, by broadcast or by unicast.
    pub probes: u8,
    /// Frames that wait for one neighbour.
    pub queue_max: usize,
    /// Most entries (`max-neighbor-entries`).
    pub entries_max: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            base_reachable: Duration::from_secs(30),
            delay: Duration::from_secs(5),
            retransmit: Duration::from_secs(1),
            probes: 3,
            queue_max: 101,
            entries_max: 16_384,
        }
    }
}

/// What the table must know of an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Own hardware address.
    pub mac: Mac,
    /// How it answers and learns.
    pub mode: Mode,
    /// Base of the reachable time (`arp-timeout`); None = that of the table (`auto`).
    pub base_reachable: Option<Duration>,
}

/// What the device shall do. The order of outputs is the order to do it in.
#[derive(Clone, Debug)]
pub enum Output {
    /// Send this ARP packet.
    Send {
        /// Leaves by.
        interface: Interface,
        /// Hardware address of the receiver.
        destination: Mac,
        /// The packet.
        packet: Repr,
    },
    /// The neighbour was found: send the frame that waited.
    Release {
        /// Leaves by.
        interface: Interface,
        /// Hardware address of the neighbour.
        mac: Mac,
        /// The frame, as it was handed in.
        frame: Frame,
    },
    /// The frame ends. For [`IpDrop::NeighbourFailed`] its sender gets "host unreachable".
    Drop {
        /// Was to leave by.
        interface: Interface,
        /// The neighbour.
        neighbour: Ipv4Addr,
        /// The frame, as it was handed in.
        frame: Frame,
        /// Why.
        reason: IpDrop,
    },
    /// An entry came, went (None) or changed its state.
    Changed {
        /// On this interface.
        interface: Interface,
        /// The neighbour.
        address: Ipv4Addr,
        /// Its new state.
        state: Option<State>,
    },
}

/// Outcome of [`super::Neighbours::resolve`].
#[derive(Debug)]
#[must_use]
pub enum Resolution {
    /// The address is known; the frame comes back to be sent.
    Resolved(Mac, Frame),
    /// The frame waits; it comes out as [`Output::Release`] or [`Output::Drop`].
    Held,
    /// The frame can't go; it comes back to be dropped.
    Refused(Frame, IpDrop),
}

/// Whose an address is, as the device's tables say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// An address of this device, on any interface (weak host model, `arp_ignore=0`).
    Own,
    /// Reached by an active route over this interface.
    Via(Interface),
    /// Nobody's.
    Nobody,
}

/// What became of an ARP packet that came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Received {
    /// A request that was answered.
    Answered,
    /// A reply or announcement that brought an entry up to date.
    Learned,
    /// A request or reply that is none of this device's business.
    NotForUs,
    /// ARP is off on the interface.
    Disabled,
    /// An operation, sender address or hardware address that makes no sense.
    Malformed,
    /// The sender uses an address of this device: a conflict, to be logged.
    Conflict,
}

/// One entry to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// On this interface.
    pub interface: Interface,
    /// The neighbour.
    pub address: Ipv4Addr,
    /// Its hardware address, when known.
    pub mac: Option<Mac>,
    /// Its state.
    pub state: State,
    /// Requests for it are answered (`published=yes`).
    pub published: bool,
}
