//! [`Drop`]: every reason for which a router ends a packet.

use crate::Router;
use crate::flow::filter::Chain;
use crate::interface::Number;
use bridge::BridgeDrop;
use core::net::Ipv4Addr;
use ip::v4::drop::IpDrop;
use menu::Id;
use wire::ethernet::EtherType;

/// Why a frame ended at an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InterfaceDrop {
    /// The interface is disabled.
    Disabled,
    /// The interface is not running.
    Down,
    /// There is no such interface any more.
    Unknown,
    /// The frame is for another station.
    OtherHost,
    /// The frame is shorter than its header.
    Truncated,
    /// A bridge was to send a frame that is longer than the MTU of the port.
    TooLong,
    /// A packet for somebody else was routed to the loopback interface.
    Loopback,
}

/// Why an ARP packet, or a packet that needed ARP, ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ArpDrop {
    /// The neighbour did not answer.
    NoAnswer(Ipv4Addr),
    /// A request or an answer that is not for this device.
    NotForUs,
    /// ARP is off on the interface.
    Disabled,
    /// Not an ARP packet for IPv4 over Ethernet.
    Malformed,
    /// The sender uses an address of this device.
    Conflict,
}

/// How a filter rule ended a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FilterDrop {
    /// `action=drop`.
    Drop,
    /// `action=reject`.
    Reject,
    /// `action=tarpit`.
    Tarpit,
}

/// Why a DHCP message ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DhcpDrop {
    /// The client could not be told: no interface or no address to send from.
    NoWay,
}

/// Why a router ended a packet, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Drop {
    /// At an interface.
    Interface(Number, InterfaceDrop),
    /// In a bridge.
    Bridge(Number, BridgeDrop),
    /// A protocol that the device does not speak, on an interface.
    EtherType(Number, EtherType),
    /// By ARP.
    Arp(Number, ArpDrop),
    /// In the IP layer, on the way in or through, by the interface that it came in on.
    Ip(Number, IpDrop),
    /// In the IP layer, a packet of the device itself.
    Output(IpDrop),
    /// By a rule of `/ip/firewall/filter`.
    Filter {
        /// The chain in which the packet was.
        chain: Chain,
        /// The rule.
        rule: Id,
        /// What the rule did.
        how: FilterDrop,
    },
    /// Another connection took the same addresses and ports while this packet opened one.
    ConnectionClash(Number),
    /// In the DHCP server.
    Dhcp(Number, DhcpDrop),
}

impl Drop {
    /// A reason of the IP layer for a packet that came in on `interface`; number 0 = the device's own.
    pub(crate) const fn ip(interface: Number, reason: IpDrop) -> Self {
        if interface.0 == 0 { Self::Output(reason) } else { Self::Ip(interface, reason) }
    }

    /// The reason in words, with the names that the device has now.
    pub(crate) fn describe(&self, router: &Router) -> String {
        let name = |number: Number| {
            let known = router.state.interfaces.get(number).map(|interface| interface.name.as_ref());
            known.map_or_else(|| number.id().to_string(), ToOwned::to_owned)
        };
        match self {
            Self::Interface(number, reason) => {
                let text = match reason {
                    InterfaceDrop::Disabled => "the interface is disabled",
                    InterfaceDrop::Down => "the interface is not running",
                    InterfaceDrop::Unknown => "there is no such interface",
                    InterfaceDrop::OtherHost => "the frame is for another station",
                    InterfaceDrop::Truncated => "the frame is shorter than its header",
                    InterfaceDrop::TooLong => "the bridged frame is longer than the MTU of the port",
                    InterfaceDrop::Loopback => "nobody is behind the loopback interface",
                };
                format!("{}: {text}", name(*number))
            }
            Self::Bridge(number, reason) => format!("{}: {reason}", name(*number)),
            Self::EtherType(number, kind) => {
                format!("{}: EtherType {kind:?} is not spoken here", name(*number))
            }
            Self::Arp(_, ArpDrop::NoAnswer(address)) => format!("no answer to ARP for {address}"),
            Self::Arp(number, reason) => {
                let text = match reason {
                    ArpDrop::NoAnswer(_) => "no answer to ARP",
                    ArpDrop::NotForUs => "ARP that is not for this device",
                    ArpDrop::Disabled => "ARP is off on the interface",
                    ArpDrop::Malformed => "not an ARP packet for IPv4 over Ethernet",
                    ArpDrop::Conflict => "the sender uses an address of this device",
                };
                format!("{}: {text}", name(*number))
            }
            Self::Ip(number, reason) => format!("{}: {reason}", name(*number)),
            Self::Output(reason) => format!("output: {reason}"),
            Self::Filter { chain, rule, how } => describe_rule(router, *chain, *rule, *how),
            Self::ConnectionClash(number) => {
                format!("{}: another connection has the same addresses and ports", name(*number))
            }
            Self::Dhcp(number, DhcpDrop::NoWay) => {
                format!("{}: DHCP reply without an address to send from", name(*number))
            }
        }
    }
}

/// `/ip firewall filter forward rule 3 "drop the rest"`: number as `print` shows it, and the comment.
fn describe_rule(router: &Router, chain: Chain, rule: Id, how: FilterDrop) -> String {
    let rows = router.config.tables.filter.rows();
    let number = rows.iter().filter(|row| !row.dynamic).position(|row| row.id == rule);
    let row = rows.iter().find(|row| row.id == rule);
    let verb = match how {
        FilterDrop::Drop => "drop",
        FilterDrop::Reject => "reject",
        FilterDrop::Tarpit => "tarpit",
    };
    let what = number.map_or_else(|| rule.to_string(), |number| number.to_string());
    let comment = row.map(|row| row.comment.to_string()).filter(|comment| !comment.is_empty());
    let comment = comment.map(|comment| format!(" \"{comment}\"")).unwrap_or_default();
    format!("/ip/firewall/filter rule {what}{comment} ({} {verb})", chain.name())
}
