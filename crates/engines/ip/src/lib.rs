//! The internet layer as sans-IO pieces: what a router or host does with a datagram, shared by every device.
//!
//! The pieces are plain state and functions that a device's packet flow calls one after another: validate
//! ([`v4::input`]), look up ([`v4::fib`]), decide about forwarding ([`v4::forward`]), find the neighbour's hardware
//! address ([`v4::arp`]), report errors ([`v4::icmp`]). They return typed values and rewrite nothing behind the
//! caller's back: *decide → record → act*, where recording and acting are the device's.
//!
//! | box | file |
//! |---|---|
//! | own addresses, source selection | [`v4::address`] |
//! | candidate routes → active routes | [`v4::rib`] |
//! | longest prefix match | [`v4::fib`] |
//! | neighbours and ARP | [`v4::arp`], address conflicts [`v4::conflict`] |
//! | arrival | [`v4::input`], why it ends [`v4::drop`] |
//! | transit | [`v4::forward`], [`v4::fragment`] |
//! | local delivery | [`v4::reassembly`], [`v4::icmp`] |
//! | the echo client | [`v4::ping`] |
//!
//! **Invariant:** no menu, no device, no kernel of the simulation; time, random numbers and identifiers are
//! arguments; all state is `Clone + Send`. IPv6 gets a folder `v6` beside [`v4`].

pub mod v4;

/// Number of an interface of one device, chosen by the device and stable as long as the interface exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Interface(pub u32);

/// Number of a routing table of one device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableId(pub u32);

impl TableId {
    /// The table `main`, as numbered by Linux.
    pub const MAIN: Self = Self(254);
    /// The table of own and broadcast addresses, which is looked up first.
    pub const LOCAL: Self = Self(255);
}
