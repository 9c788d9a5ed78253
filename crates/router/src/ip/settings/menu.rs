//! `/ip/settings`.

use clock::Duration;
use menu::{Hex, Num, TimeIn};
use menu::{Keyword, Menu};

/// Reverse path filter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Keyword)]
pub enum RpFilter {
    /// Off.
    #[default]
    No,
    /// The source must be reachable.
    Loose,
    /// The source must be reachable through the same interface.
    Strict,
}

/// What TCP timestamps begin with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Keyword)]
pub enum TcpTimestamps {
    /// No timestamps.
    Disabled,
    /// The uptime.
    Enabled,
    /// The uptime and a random number.
    #[default]
    RandomOffset,
}

/// What the choice among several next hops depends on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Keyword)]
pub enum HashPolicy {
    /// Both addresses.
    #[default]
    L3,
    /// Addresses, protocol and ports.
    L4,
    /// Addresses of the inner packet of a tunnel.
    L3Inner,
}

/// Settings of IPv4.
#[derive(Clone, Debug, Menu)]
#[menu("/ip/settings", settings)]
pub struct Settings {
    /// Packets for others are forwarded.
    #[prop(default = true)]
    pub ip_forward: bool,
    /// ICMP redirects are sent.
    #[prop(default = true)]
    pub send_redirects: bool,
    /// Source routes are obeyed.
    #[prop(not_simulated)]
    pub accept_source_route: bool,
    /// ICMP redirects are obeyed.
    #[prop(not_simulated)]
    pub accept_redirects: bool,
    /// Redirects only from gateways.
    #[prop(default = true, not_simulated)]
    pub secure_redirects: bool,
    /// Reverse path filter.
    pub rp_filter: RpFilter,
    /// TCP SYN cookies.
    #[prop(not_simulated)]
    pub tcp_syncookies: bool,
    /// TCP timestamps.
    #[prop(not_simulated)]
    pub tcp_timestamps: TcpTimestamps,
    /// Most ARP entries.
    #[prop(default = Num::new(16_384))]
    pub max_neighbor_entries: Num<0, 4_294_967_295>,
    /// How long an ARP entry is taken to be reachable, on average.
    #[prop(default = TimeIn::new(Duration::from_secs(30)))]
    pub arp_timeout: TimeIn<0, 4_294_967>,
    /// Milliseconds between limited ICMP messages to one target; 0 = no limit.
    #[prop(default = Num::new(10))]
    pub icmp_rate_limit: Num<0, 4_294_967_295>,
    /// Types of ICMP messages that are limited, bit by bit.
    #[prop(default = Hex(0x1818))]
    pub icmp_rate_mask: Hex<0xFFFF_FFFF, 4>,
    /// ICMP errors come from the address of the interface that the packet came in on.
    pub icmp_errors_use_inbound_interface_address: bool,
    /// What picks one of several next hops; `l3`: source and destination address.
    #[prop(not_simulated)]
    pub ipv4_multipath_hash_policy: HashPolicy,
    /// Seconds that fragments wait for each other.
    #[prop(default = Num::new(30))]
    pub ipv4_fragment_time: Num<1, 4_294_967>,
    /// Shortcut of the kernel; changes nothing that can be seen from outside.
    #[prop(default = true)]
    pub allow_fast_path: bool,
}
