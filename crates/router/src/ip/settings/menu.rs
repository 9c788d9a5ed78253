//! `/ip/settings`.

use clock::Duration;
use menu::{Keyword, Menu};
use menu::{Num, TimeIn};

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
    #[prop(not_simulated)]
    pub rp_filter: RpFilter,
    /// How long an ARP entry is taken to be reachable, on average.
    #[prop(default = TimeIn::new(Duration::from_secs(30)))]
    pub arp_timeout: TimeIn<0, 4_294_967>,
    /// Milliseconds between limited ICMP messages to one target; 0 = no limit.
    #[prop(default = Num::new(10))]
    pub icmp_rate_limit: Num<0, 4_294_967_295>,
}
