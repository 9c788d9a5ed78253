//! [`Drop`]: every reason for which a host ends a frame, in plain words.

use core::fmt;
use core::net::Ipv4Addr;
use ip::v4::drop::IpDrop;

/// Why a host ended a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Drop {
    /// The frame is shorter than an Ethernet header (14 bytes).
    Truncated,
    /// The interface is down (`ip link set … down`), or a datagram waited for ARP when it went down.
    InterfaceDown,
    /// The frame's destination is another station's MAC address; a switch flooded it.
    OtherStation,
    /// The EtherType is not served here (IPv6, a VLAN tag, a control protocol).
    EtherType(u16),
    /// The ARP packet is malformed or not for IPv4 over Ethernet.
    BadArp,
    /// The datagram is for another host and this one does not forward.
    NotForThisHost,
    /// No route leads to the destination.
    NoRoute(Ipv4Addr),
    /// The route to the destination says to discard it (blackhole, unreachable, prohibit).
    RouteForbids(Ipv4Addr),
    /// The next hop did not answer ARP.
    NoArpAnswer(Ipv4Addr),
    /// Nobody listens on this UDP port.
    ClosedUdpPort(u16),
    /// Nobody listens on this TCP port; the sender got a reset.
    ClosedTcpPort(u16),
    /// An ICMP echo reply that no `ping` waits for.
    UnwantedEchoReply,
    /// A reason of the internet layer.
    Ip(IpDrop),
}

impl fmt::Display for Drop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated => f.write_str("shorter than an Ethernet header"),
            Self::InterfaceDown => f.write_str("interface is down"),
            Self::OtherStation => f.write_str("for another station"),
            Self::EtherType(n) => write!(f, "EtherType 0x{n:04x} is not served here"),
            Self::BadArp => f.write_str("malformed ARP packet"),
            Self::NotForThisHost => f.write_str("not for this host"),
            Self::NoRoute(to) => write!(f, "no route to {to}"),
            Self::RouteForbids(to) => write!(f, "the route to {to} says to discard"),
            Self::NoArpAnswer(from) => write!(f, "no answer to ARP for {from}"),
            Self::ClosedUdpPort(port) => write!(f, "closed port: UDP {port}"),
            Self::ClosedTcpPort(port) => write!(f, "closed port: TCP {port}"),
            Self::UnwantedEchoReply => f.write_str("echo reply that no ping waits for"),
            Self::Ip(reason) => reason.fmt(f),
        }
    }
}

impl From<IpDrop> for Drop {
    fn from(reason: IpDrop) -> Self {
        match reason {
            IpDrop::OtherHost => Self::OtherStation,
            IpDrop::ForwardingOff => Self::NotForThisHost,
            IpDrop::InterfaceDown => Self::InterfaceDown,
            reason => Self::Ip(reason),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_told_in_plain_words() {
        let a = Ipv4Addr::new(10, 0, 0, 1);
        assert_eq!(Drop::NoRoute(a).to_string(), "no route to 10.0.0.1");
        assert_eq!(Drop::NoArpAnswer(a).to_string(), "no answer to ARP for 10.0.0.1");
        assert_eq!(Drop::from(IpDrop::ForwardingOff).to_string(), "not for this host");
        assert_eq!(Drop::EtherType(0x86dd).to_string(), "EtherType 0x86dd is not served here");
        assert_eq!(Drop::Ip(IpDrop::Checksum).to_string(), "wrong IPv4 header checksum");
    }
}
