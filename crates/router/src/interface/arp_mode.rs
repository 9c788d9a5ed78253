//! `arp` and `arp-timeout`, which every interface with a MAC address has.

use menu::Keyword;
use menu::{Or, TimeIn, words};

/// How ARP works on an interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Keyword)]
pub enum ArpMode {
    /// Answers for the own addresses and learns.
    #[default]
    Enabled,
    /// Neither answers nor learns: static entries only.
    Disabled,
    /// Answers also for addresses that are reached through another interface.
    ProxyArp,
    /// Answers also for addresses that are reached through the same interface.
    LocalProxyArp,
    /// Answers for the own addresses, does not learn.
    ReplyOnly,
}

/// `arp-timeout`.
pub type ArpTimeout = Or<words::Auto, TimeIn<0, 4_294_967>>;
