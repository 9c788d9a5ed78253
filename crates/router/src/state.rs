//! [`State`]: what the features derive from the configuration, and what the packet path reads and changes.

use crate::interface::Interfaces;
use crate::ip::IpState;
use crate::log::Log;
use crate::tool::ping::Pings;

/// The running state of one device: compiled tables, engines, counters.
#[derive(Clone, Default)]
pub struct State {
    /// Interfaces by number.
    pub interfaces: Interfaces,
    /// IPv4: addresses, routes, neighbours, reassembly, firewall, DHCP servers.
    pub ip: IpState,
    /// `/log`.
    pub log: Log,
    /// When tasks of the scheduler run.
    pub schedule: crate::system::scheduler::machine::Schedule,
    /// Pings that run.
    pub pings: Pings,
    /// Runs of `/interface/monitor-traffic`.
    pub(crate) monitors: crate::interface::monitor::Monitors,
    /// When the device was started.
    pub(crate) booted: clock::Instant,
    /// RouterOS version to show.
    pub(crate) version: Box<str>,
    /// State of the stream behind [`State::random`].
    pub(crate) random: u64,
}

impl State {
    /// The next number for uses without a kernel context (`:rndnum`): a stream of the device's own, stepped by
    /// SplitMix64 from a seed that the kernel's stream sets.
    pub(crate) fn random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}
