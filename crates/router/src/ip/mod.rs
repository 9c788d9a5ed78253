//! `/ip`: the running state of IPv4.

pub mod address;
pub mod arp;
pub mod dhcp_server;
pub mod firewall;
pub mod pool;
pub mod route;
pub mod settings;

use clock::Instant;
use dhcp::pool::{PoolId, Pools};
use ip::Interface;
use ip::v4::address::Addresses;
use ip::v4::arp::{Neighbours, Output};
use ip::v4::fib::Fib;
use ip::v4::icmp::{Limiter, Statistics};
use ip::v4::input::ReversePathFilter;
use ip::v4::reassembly::Reassembler;
use std::collections::BTreeSet;

/// IPv4 of a device.
#[derive(Clone)]
pub struct IpState {
    /// Time of the present call of the kernel.
    pub(crate) now: Instant,
    /// Packets for others are forwarded.
    pub(crate) forward: bool,
    /// ICMP redirects are sent.
    pub(crate) send_redirects: bool,
    /// `rp-filter`.
    pub(crate) reverse_path: ReversePathFilter,
    /// `icmp-errors-use-inbound-interface-address`.
    pub(crate) errors_from_inbound: bool,
    /// Own addresses.
    pub addresses: Addresses,
    /// Forwarding tables.
    pub fib: Fib,
    /// Candidate routes and what became of them.
    pub routes: route::Running,
    /// Neighbours.
    pub neighbours: Neighbours,
    /// What the neighbour table wants done; empty once the kernel has called the device.
    pub(crate) neighbour_outputs: Vec<Output>,
    /// Interfaces that the neighbour table knows.
    pub(crate) arp_links: BTreeSet<u32>,
    /// Addresses that are published without an entry of their own.
    pub(crate) arp_published: BTreeSet<(Interface, core::net::Ipv4Addr)>,
    /// Neighbours that are configured in `/ip/arp`.
    pub(crate) arp_fixed: BTreeSet<(Interface, core::net::Ipv4Addr)>,
    /// Neighbours that have a row: one of them without a row was removed by the user.
    pub(crate) arp_rows: BTreeSet<(Interface, core::net::Ipv4Addr)>,
    /// Fragments that wait for each other.
    pub reassembly: Reassembler,
    /// Limit of ICMP errors.
    pub(crate) icmp_limit: Limiter,
    /// Counters of ICMP.
    pub icmp: Statistics,
    /// Firewall.
    pub firewall: firewall::Running,
    /// Pools.
    pub pools: Pools,
    /// Pools that the engine was told of.
    pub(crate) pool_ids: Vec<PoolId>,
    /// DHCP servers.
    pub dhcp: dhcp_server::Running,
    identification: u16,
}

impl Default for IpState {
    fn default() -> Self {
        Self {
            now: Instant::START,
            forward: true,
            send_redirects: true,
            reverse_path: ReversePathFilter::No,
            errors_from_inbound: false,
            addresses: Addresses::default(),
            fib: Fib::default(),
            routes: route::Running::default(),
            neighbours: Neighbours::default(),
            neighbour_outputs: Vec::new(),
            arp_links: BTreeSet::new(),
            arp_published: BTreeSet::new(),
            arp_fixed: BTreeSet::new(),
            arp_rows: BTreeSet::new(),
            reassembly: Reassembler::default(),
            icmp_limit: Limiter::default(),
            icmp: Statistics::default(),
            firewall: firewall::Running::default(),
            pools: Pools::default(),
            pool_ids: Vec::new(),
            dhcp: dhcp_server::Running::default(),
            identification: 0,
        }
    }
}

impl IpState {
    /// Identification of the next packet that the device makes (RFC 6864: unique as long as fragments may live).
    pub(crate) fn next_id(&mut self) -> u16 {
        self.identification = self.identification.wrapping_add(1);
        self.identification
    }

    /// Frames that wait for ARP or for fragments.
    #[must_use]
    pub fn held(&self) -> usize {
        // Packets of a link that has just gone down wait for the kernel's next call to be dropped.
        let waits = |output: &&Output| matches!(output, Output::Release { .. } | Output::Drop { .. });
        let going = self.neighbour_outputs.iter().filter(waits).count();
        self.neighbours.held() + self.reassembly.held() + going
    }
}
