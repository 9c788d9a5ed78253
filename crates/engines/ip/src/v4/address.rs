//! [`Addresses`]: the IPv4 addresses of a device, the rows of the local table that they make, and the choice of a
//! source address.
//!
//! Each address gives `address/32` as local. A prefix of up to /30 also gives two broadcast addresses, the last one and
//! the first one (the kernel of RouterOS 7, Linux 5.6, still treats the network address as a broadcast). The connected
//! route is not made here: it is a candidate of the [RIB](super::rib).

use super::fib::{Fib, Hop, Target};
use crate::{Interface, TableId};
use core::net::Ipv4Addr;
use ipnet::Ipv4Net;
use std::collections::BTreeMap;

/// One address on one interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// Where it sits.
    pub interface: Interface,
    /// The address.
    pub address: Ipv4Addr,
    /// The connected network (host bits clear). For a point-to-point address (/32 with a `network`) the peer's /32.
    pub network: Ipv4Net,
}

impl Address {
    /// An address with its prefix length, as `192.168.88.1/24` is written.
    #[must_use]
    pub fn new(interface: Interface, address: Ipv4Net) -> Self {
        Self { interface, address: address.addr(), network: address.trunc() }
    }

    /// The subnet's broadcast address; None for /31 and /32 (RFC 3021).
    #[must_use]
    pub fn broadcast(&self) -> Option<Ipv4Addr> {
        (self.network.prefix_len() <= 30).then(|| self.network.broadcast())
    }
}

/// The addresses of a device in the order in which they were added: the first of a subnet is its primary.
#[derive(Clone, Debug, Default)]
pub struct Addresses {
    rows: Vec<Address>,
}

impl Addresses {
    /// Adds an address behind the others; false when the interface has it already.
    pub fn add(&mut self, address: Address, fib: &mut Fib) -> bool {
        if self.rows.iter().any(|row| row.interface == address.interface && row.address == address.address) {
            return false;
        }
        self.rows.reserve_exact(1);
        self.rows.push(address);
        self.write(fib, &[address]);
        true
    }

    /// Removes an address; returns it when it was there.
    pub fn remove(&mut self, interface: Interface, address: Ipv4Addr, fib: &mut Fib) -> Option<Address> {
        let at = self.rows.iter().position(|row| row.interface == interface && row.address == address)?;
        let removed = self.rows.remove(at);
        self.write(fib, &[removed]);
        Some(removed)
    }

    /// Removes all addresses of an interface and returns them.
    pub fn remove_interface(&mut self, interface: Interface, fib: &mut Fib) -> Vec<Address> {
        let (removed, kept) = self.rows.iter().partition(|row| row.interface == interface);
        self.rows = kept;
        self.write(fib, &removed);
        removed
    }

    /// All addresses in their order.
    pub fn iter(&self) -> impl Iterator<Item = &Address> {
        self.rows.iter()
    }

    /// The addresses of one interface in their order.
    pub fn of(&self, interface: Interface) -> impl Iterator<Item = &Address> {
        self.rows.iter().filter(move |row| row.interface == interface)
    }

    /// The first address of an interface.
    #[must_use]
    pub fn primary(&self, interface: Interface) -> Option<Ipv4Addr> {
        self.of(interface).map(|row| row.address).next()
    }

    /// True when `address` is on a network that is connected to `interface`.
    #[must_use]
    pub fn on_link(&self, interface: Interface, address: Ipv4Addr) -> bool {
        self.of(interface).any(|row| row.network.contains(&address))
    }

    /// The source address for a packet of this device that leaves by `hop` to `destination`.
    ///
    /// In this order (RFC 1122 §3.3.4.3, Linux `inet_select_addr`): the route's pref-src; the first address of the
    /// interface whose network holds the neighbour; the first address of the interface; the first of any interface.
    #[must_use]
    pub fn source_for(&self, hop: &Hop, destination: Ipv4Addr) -> Option<Ipv4Addr> {
        let neighbour = hop.neighbour(destination);
        let near =
            || self.of(hop.interface).find(|row| row.network.contains(&neighbour)).map(|row| row.address);
        let elsewhere = || self.rows.iter().map(|row| row.address).find(|address| !address.is_loopback());
        hop.pref_src.or_else(near).or_else(|| self.primary(hop.interface)).or_else(elsewhere)
    }

    /// Brings the local table up to date for what the addresses `changed` stand or stood for.
    fn write(&self, fib: &mut Fib, changed: &[Address]) {
        let wanted = self.local_rows(changed);
        for prefix in changed.iter().flat_map(prefixes) {
            match wanted.get(&prefix) {
                Some(target) if fib.get(TableId::LOCAL, prefix) == Some(target) => {}
                Some(target) => fib.set(TableId::LOCAL, prefix, target.clone()),
                None => {
                    fib.remove(TableId::LOCAL, prefix);
                }
            }
        }
    }

    /// The wanted rows of the local table for the prefixes of `changed`: local before broadcast, earlier before later.
    fn local_rows(&self, changed: &[Address]) -> BTreeMap<Ipv4Net, Target> {
        let asked: Vec<Ipv4Net> = changed.iter().flat_map(prefixes).collect();
        let mut wanted = BTreeMap::new();
        for row in &self.rows {
            for (i, prefix) in prefixes(row).enumerate() {
                if !asked.contains(&prefix) {
                    continue;
                }
                let local = i == 0;
                let target =
                    if local { Target::Local(row.interface) } else { Target::Broadcast(row.interface) };
                let known = wanted.get(&prefix);
                if known.is_none() || local && matches!(known, Some(Target::Broadcast(_))) {
                    wanted.insert(prefix, target);
                }
            }
        }
        wanted
    }
}

/// The prefixes of the local table that an address makes: first the address itself, then broadcasts. An address in
/// 127.0.0.0/8 makes its whole network local (RFC 1122 §3.2.1.3 g).
fn prefixes(row: &Address) -> impl Iterator<Item = Ipv4Net> + use<> {
    let own = Ipv4Net::from(row.address);
    let loopback = row.address.is_loopback();
    let broadcast = row.broadcast().filter(|_| !loopback).map(Ipv4Net::from);
    let first = broadcast.map(|_| Ipv4Net::from(row.network.network()));
    let own = if loopback { row.network } else { own };
    core::iter::once(own).chain(broadcast).chain(first)
}

#[cfg(test)]
mod tests {
    use super::super::fib::Route;
    use super::*;
    use proptest::prelude::*;

    const E1: Interface = Interface(1);
    const E2: Interface = Interface(2);

    fn net(text: &str) -> Ipv4Net {
        text.parse().unwrap()
    }

    fn ip(text: &str) -> Ipv4Addr {
        text.parse().unwrap()
    }

    fn with(rows: &[(Interface, &str)]) -> (Addresses, Fib) {
        let (mut addresses, mut fib) = (Addresses::default(), Fib::default());
        for (interface, text) in rows {
            assert!(addresses.add(Address::new(*interface, net(text)), &mut fib));
        }
        (addresses, fib)
    }

    #[test]
    fn an_address_makes_local_and_broadcast_rows() {
        let (mut addresses, mut fib) =
            with(&[(E1, "192.168.88.1/24"), (E2, "10.0.0.0/31"), (E2, "10.9.9.9/32")]);
        let any = Ipv4Addr::UNSPECIFIED;
        for (address, route) in [
            ("192.168.88.1", Route::Local(E1)),
            ("192.168.88.255", Route::Broadcast(Some(E1))),
            ("192.168.88.0", Route::Broadcast(Some(E1))),
            ("192.168.88.2", Route::None),
            ("10.0.0.0", Route::Local(E2)),
            ("10.0.0.1", Route::None),
            ("10.9.9.9", Route::Local(E2)),
            ("255.255.255.255", Route::Broadcast(None)),
            ("224.0.0.1", Route::Multicast),
        ] {
            assert_eq!(fib.lookup(any, ip(address)), route, "{address}");
        }
        assert!(!addresses.add(Address::new(E1, net("192.168.88.1/25")), &mut fib), "the interface has it");
        assert_eq!(addresses.remove_interface(E1, &mut fib).len(), 1);
        assert_eq!(fib.lookup(any, ip("192.168.88.255")), Route::None);
        assert_eq!(fib.lookup(any, ip("10.0.0.0")), Route::Local(E2));
    }

    #[test]
    fn loopback_is_local_as_a_whole() {
        let (_, mut fib) = with(&[(E1, "127.0.0.1/8")]);
        assert_eq!(fib.lookup(Ipv4Addr::UNSPECIFIED, ip("127.5.5.5")), Route::Local(E1));
        assert_eq!(fib.lookup(Ipv4Addr::UNSPECIFIED, ip("127.255.255.255")), Route::Local(E1));
    }

    #[test]
    fn the_source_is_near_the_neighbour() {
        let (addresses, _) = with(&[(E1, "192.168.1.1/24"), (E1, "10.0.0.1/24"), (E2, "172.16.0.1/16")]);
        let lab = Interface(9);
        let source = |hop: Hop, to: &str| addresses.source_for(&hop, ip(to));
        assert_eq!(source(Hop::on_link(E1), "10.0.0.7"), Some(ip("10.0.0.1")));
        assert_eq!(source(Hop::via(E1, ip("10.0.0.254")), "8.8.8.8"), Some(ip("10.0.0.1")));
        assert_eq!(source(Hop::via(E1, ip("1.1.1.1")), "8.8.8.8"), Some(ip("192.168.1.1")));
        assert_eq!(source(Hop::on_link(lab), "8.8.8.8"), Some(ip("192.168.1.1")));
        let preferred = Hop { pref_src: Some(ip("172.16.0.1")), ..Hop::on_link(E1) };
        assert_eq!(source(preferred, "10.0.0.7"), Some(ip("172.16.0.1")));
        assert_eq!(Addresses::default().source_for(&Hop::on_link(E1), ip("8.8.8.8")), None);
    }

    proptest! {
        #[test]
        fn the_local_table_depends_only_on_what_is_left(
            steps in proptest::collection::vec((any::<bool>(), 0u32..2, 0u32..8, 28u8..=32), 0..30),
        ) {
            let (mut addresses, mut fib) = with(&[]);
            for (add, interface, host, len) in steps {
                let interface = Interface(interface);
                let address = Ipv4Net::new((0x0A00_0000 + host).into(), len).unwrap();
                if add {
                    addresses.add(Address::new(interface, address), &mut fib);
                } else {
                    addresses.remove(interface, address.addr(), &mut fib);
                }
                let (mut again, mut fresh) = with(&[]);
                for row in addresses.iter() {
                    again.add(*row, &mut fresh);
                }
                prop_assert_eq!(fib.rows(TableId::LOCAL), fresh.rows(TableId::LOCAL));
            }
        }
    }
}
