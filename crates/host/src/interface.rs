//! Interfaces and their addresses, kept as the Linux kernel keeps them (net/ipv4/devinet.c).

use clock::Instant;
use core::net::Ipv4Addr;
use ipnet::Ipv4Net;
use sim::Port;
use wire::Mac;

/// How far an address or route is valid. The order is the kernel's: a later variant reaches less far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Everywhere.
    #[default]
    Global,
    /// On the cable.
    Link,
    /// Within the host.
    Host,
}

impl Scope {
    /// The word of iproute2.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Link => "link",
            Self::Host => "host",
        }
    }
}

/// An address of an interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The address with its prefix length, host bits kept.
    pub local: Ipv4Net,
    /// Broadcast address, when one was given.
    pub broadcast: Option<Ipv4Addr>,
    /// How far it is valid.
    pub scope: Scope,
    /// Another address of the interface has the same prefix and came first.
    pub secondary: bool,
    /// `eth1` or an alias such as `eth1:0`.
    pub label: String,
    /// When the address goes away, for one with a lifetime (DHCP).
    pub valid_until: Option<Instant>,
    /// When it stops being preferred.
    pub preferred_until: Option<Instant>,
}

/// Why an address was not added. The texts are the kernel's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AddressError {
    /// The interface has it already.
    Exists,
    /// Another scope than the primary address of the same prefix.
    Scope,
}

/// `lo` or an Ethernet port.
#[derive(Clone, Debug)]
pub struct Interface {
    /// `lo`, `eth0`, …
    pub name: String,
    /// The kernel's number, from 1.
    pub index: u32,
    /// Port of the simulation; `None` for `lo`.
    pub port: Option<Port>,
    /// Hardware address.
    pub mac: Mac,
    /// Largest IPv4 packet in bytes.
    pub mtu: u16,
    /// Administrative state (`ip link set … up`).
    pub up: bool,
    /// The cable is up.
    pub carrier: bool,
    /// Addresses in the kernel's order.
    pub addresses: Vec<Address>,
    /// Frames and bytes received, sent and dropped.
    pub counters: Counters,
}

/// Traffic of an interface since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Frames received.
    pub rx_packets: u64,
    /// Bytes received, Ethernet header included.
    pub rx_bytes: u64,
    /// Frames sent.
    pub tx_packets: u64,
    /// Bytes sent, Ethernet header included.
    pub tx_bytes: u64,
}

impl Interface {
    /// True for `lo`.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.port.is_none()
    }

    /// Up and with carrier.
    #[must_use]
    pub fn running(&self) -> bool {
        self.up && (self.carrier || self.is_loopback())
    }

    /// Inserts an address where the kernel would and marks it secondary when its prefix is there already.
    pub(crate) fn add_address(&mut self, mut address: Address) -> Result<(), AddressError> {
        let mut at = 0;
        address.secondary = false;
        for (i, other) in self.addresses.iter().enumerate() {
            if !other.secondary && address.scope <= other.scope {
                at = i + 1;
            }
            if other.local.trunc() == address.local.trunc() {
                if other.local.addr() == address.local.addr() {
                    return Err(AddressError::Exists);
                }
                if other.scope != address.scope {
                    return Err(AddressError::Scope);
                }
                address.secondary = true;
            }
        }
        let at = if address.secondary { self.addresses.len() } else { at };
        self.addresses.insert(at, address);
        Ok(())
    }

    /// Removes an address, and with a primary one its secondaries (`promote_secondaries` = 0). Returns what went.
    pub(crate) fn remove_address(&mut self, local: Ipv4Net) -> Vec<Address> {
        let Some(found) = self.addresses.iter().find(|a| a.local == local).cloned() else {
            return Vec::new();
        };
        let prefix = found.local.trunc();
        let goes = |a: &mut Address| a.local == local || (!found.secondary && a.local.trunc() == prefix);
        self.addresses.extract_if(.., goes).collect()
    }

    /// True when `address` is one of the interface's own.
    #[must_use]
    pub fn has(&self, address: Ipv4Addr) -> bool {
        self.addresses.iter().any(|a| a.local.addr() == address)
            || (self.is_loopback() && self.up && address.is_loopback())
    }

    /// True when `address` is a broadcast address of a subnet here. A /31 or /32 has none (RFC 3021).
    #[must_use]
    pub fn is_broadcast(&self, address: Ipv4Addr) -> bool {
        self.addresses.iter().any(|a| {
            a.broadcast == Some(address) || (a.local.prefix_len() < 31 && a.local.broadcast() == address)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interface() -> Interface {
        Interface {
            name: "eth1".to_string(),
            index: 2,
            port: Some(Port(0)),
            mac: Mac([2, 0, 0, 0, 0, 1]),
            mtu: 1500,
            up: true,
            carrier: true,
            addresses: Vec::new(),
            counters: Counters::default(),
        }
    }

    fn address(text: &str, scope: Scope) -> Address {
        Address {
            local: text.parse().unwrap(),
            broadcast: None,
            scope,
            secondary: false,
            label: "eth1".to_string(),
            valid_until: None,
            preferred_until: None,
        }
    }

    fn list(i: &Interface) -> Vec<(String, bool)> {
        i.addresses.iter().map(|a| (a.local.to_string(), a.secondary)).collect()
    }

    #[test]
    fn the_first_of_a_prefix_is_primary_and_takes_its_secondaries_along() {
        let mut i = interface();
        for text in ["10.0.0.2/24", "10.0.0.3/24", "10.0.0.4/32", "10.0.5.4/16"] {
            i.add_address(address(text, Scope::Global)).unwrap();
        }
        let list_of = |items: &[(&str, bool)]| -> Vec<(String, bool)> {
            items.iter().map(|(t, s)| ((*t).to_string(), *s)).collect()
        };
        assert_eq!(
            list(&i),
            list_of(&[
                ("10.0.0.2/24", false),
                ("10.0.0.4/32", false),
                ("10.0.5.4/16", false),
                ("10.0.0.3/24", true)
            ])
        );
        assert_eq!(i.add_address(address("10.0.0.3/24", Scope::Global)), Err(AddressError::Exists));
        assert_eq!(i.add_address(address("10.0.0.9/24", Scope::Link)), Err(AddressError::Scope));
        assert_eq!(i.remove_address("10.0.0.2/24".parse().unwrap()).len(), 2);
        assert_eq!(list(&i), list_of(&[("10.0.0.4/32", false), ("10.0.5.4/16", false)]));
        assert!(i.remove_address("10.0.0.2/24".parse().unwrap()).is_empty());
    }

    #[test]
    fn narrower_scopes_stand_first() {
        let mut i = interface();
        for (text, scope) in
            [("10.0.0.2/24", Scope::Global), ("127.0.0.5/8", Scope::Host), ("10.60.0.2/24", Scope::Link)]
        {
            i.add_address(address(text, scope)).unwrap();
        }
        let order: Vec<_> = i.addresses.iter().map(|a| a.scope).collect();
        assert_eq!(order, [Scope::Host, Scope::Link, Scope::Global]);
    }

    #[test]
    fn directed_broadcast_exists_up_to_slash_30() {
        let mut i = interface();
        i.add_address(address("10.0.0.2/30", Scope::Global)).unwrap();
        i.add_address(address("10.0.1.2/31", Scope::Global)).unwrap();
        assert!(i.is_broadcast(Ipv4Addr::new(10, 0, 0, 3)));
        assert!(!i.is_broadcast(Ipv4Addr::new(10, 0, 1, 3)));
    }
}
