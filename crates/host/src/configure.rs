//! Changes of links, addresses and routes, with what the Linux kernel does along with them.
//!
//! | change | along with it |
//! |---|---|
//! | link down | all routes over it and its dynamic neighbours go; addresses stay |
//! | link up | the connected routes of its addresses come back |
//! | address added | local and broadcast rows, and a connected route unless it is a /32 |
//! | address removed | its rows and connected route, routes that name it as source; with the last one all routes of the link |

use crate::flow::neighbour;
use crate::interface::{Address, AddressError, Scope};
use crate::routes::{Insert, InsertError, Protocol, Route};
use crate::{Cx, Host};
use core::net::Ipv4Addr;
use ip::v4::address::Address as Row;
use ip::v4::arp::{Link, Mode};
use ipnet::Ipv4Net;
use wire::Mac;

impl Host {
    /// `ip link set … mtu`.
    pub(crate) fn set_mtu(&mut self, index: usize, mtu: u16) {
        if let Some(interface) = self.interfaces.get_mut(index) {
            interface.mtu = mtu;
        }
    }

    /// `ip link set … address`.
    pub(crate) fn set_mac(&mut self, index: usize, mac: Mac) {
        let id = self.id(index);
        if let Some(interface) = self.interfaces.get_mut(index) {
            interface.mac = mac;
            self.neighbours.set_link(id, Link { mac, mode: Mode::Enabled, base_reachable: None });
        }
    }

    /// `ip link set … up|down`.
    pub(crate) fn set_link(&mut self, cx: &mut Cx<'_>, index: usize, up: bool) {
        let Some(interface) = self.interfaces.get_mut(index).filter(|i| i.up != up) else { return };
        interface.up = up;
        if let Some(port) = interface.port {
            cx.set_port(port, up);
            self.interfaces[index].carrier = cx.carrier(port);
        }
        if up {
            let addresses = self.interfaces[index].addresses.clone();
            for address in &addresses {
                self.connect(index, address);
            }
        } else {
            self.routes.remove_all(|r| r.interface == Some(index));
            neighbour::flush(self, cx, index);
        }
        self.compile_routes();
    }

    /// Adds an address and what follows from it.
    pub(crate) fn add_address(&mut self, index: usize, address: Address) -> Result<(), AddressError> {
        let id = self.id(index);
        let Some(interface) = self.interfaces.get_mut(index) else { return Ok(()) };
        interface.add_address(address.clone())?;
        let up = interface.up;
        let stored = interface.addresses.iter().find(|a| a.local == address.local).cloned();
        // The engine keeps one row for each address of a link, whatever the prefix lengths it has here.
        self.addresses.add(Row::new(id, address.local), &mut self.fib);
        if let Some(stored) = stored.filter(|_| up) {
            self.connect(index, &stored);
        }
        self.address_changed();
        Ok(())
    }

    /// The connected route of a primary address.
    fn connect(&mut self, index: usize, address: &Address) {
        let loopback = self.interfaces.get(index).is_some_and(|i| i.is_loopback());
        if address.secondary || loopback || address.local.prefix_len() == 32 {
            return;
        }
        // The kernel appends; a route that is there already stands.
        let _exists = self.routes.insert(Route::connected(index, address.local), Insert::Append);
    }

    /// Sets new lifetimes for an address that is there.
    pub(crate) fn change_address(&mut self, index: usize, address: &Address) {
        let Some(interface) = self.interfaces.get_mut(index) else { return };
        if let Some(old) = interface.addresses.iter_mut().find(|a| a.local == address.local) {
            old.valid_until = address.valid_until;
            old.preferred_until = address.preferred_until;
        }
        self.address_changed();
    }

    /// Removes an address, with a primary one its secondaries; false when it was not there.
    pub(crate) fn remove_address(&mut self, cx: &mut Cx<'_>, index: usize, local: Ipv4Net) -> bool {
        let id = self.id(index);
        let Some(interface) = self.interfaces.get_mut(index) else { return false };
        let removed = interface.remove_address(local);
        if removed.is_empty() {
            return false;
        }
        let bare = interface.addresses.is_empty();
        for address in &removed {
            let own = address.local.addr();
            self.addresses.remove(id, own, &mut self.fib);
            let again =
                self.interfaces.get(index).and_then(|i| i.addresses.iter().find(|a| a.local.addr() == own));
            if let Some(other) = again {
                self.addresses.add(Row::new(id, other.local), &mut self.fib);
            }
            let prefix = address.local.trunc();
            let connected = |r: &Route| {
                r.protocol == Protocol::KERNEL
                    && r.prefix == prefix
                    && r.interface == Some(index)
                    && r.source == Some(own)
            };
            self.routes.remove_all(connected);
            if !self.fib.is_local(own) {
                self.routes.remove_all(|r| r.source == Some(own));
            }
        }
        if bare {
            self.routes.remove_all(|r| r.interface == Some(index));
            neighbour::flush(self, cx, index);
        }
        self.address_changed();
        true
    }

    /// `ip addr flush dev … label …`.
    pub(crate) fn flush_addresses(&mut self, cx: &mut Cx<'_>, index: usize, label: &str) {
        let Some(interface) = self.interfaces.get(index) else { return };
        let goes: Vec<Ipv4Net> =
            interface.addresses.iter().filter(|a| a.label == label).map(|a| a.local).collect();
        for local in goes {
            self.remove_address(cx, index, local);
        }
    }

    /// Removes the addresses whose lifetime is over.
    pub(crate) fn expire_addresses(&mut self, cx: &mut Cx<'_>) {
        let now = cx.now();
        for index in 0..self.interfaces.len() {
            let Some(interface) = self.interfaces.get(index) else { continue };
            let over = interface.addresses.iter().filter(|a| a.valid_until.is_some_and(|at| at <= now));
            let goes: Vec<Ipv4Net> = over.map(|a| a.local).collect();
            for local in goes {
                self.remove_address(cx, index, local);
            }
        }
    }

    fn address_changed(&mut self) {
        let all = self.interfaces.iter().flat_map(|i| &i.addresses);
        self.address_expiry = all.filter_map(|a| a.valid_until).min();
        self.compile_routes();
    }

    /// Puts a route into the table.
    pub(crate) fn insert_route(&mut self, route: Route, how: Insert) -> Result<(), InsertError> {
        self.routes.insert(route, how)?;
        self.compile_routes();
        Ok(())
    }

    /// Brings the engine in line with the table.
    pub(crate) fn compile_routes(&mut self) {
        self.exceptions.clear();
        self.routes.compile(&self.interfaces, &mut self.fib);
    }

    /// The interface over which `gateway` is a neighbour: that of a route without a router of its own, over `interface` if
    /// one is named (`fib_check_nh`).
    pub(crate) fn gateway_interface(&mut self, gateway: Ipv4Addr, interface: Option<usize>) -> Option<usize> {
        let own = self.interfaces.iter().position(|i| i.up && i.has(gateway));
        if let Some(own) = own {
            return Some(interface.unwrap_or(own)).filter(|i| *i == own);
        }
        if self.interfaces.iter().any(|i| i.is_broadcast(gateway)) || gateway.is_multicast() {
            return None;
        }
        let route = self.routes.longest(gateway, interface)?;
        let neighbour = route.gateway.is_none() && route.scope >= Scope::Link;
        route.interface.filter(|_| neighbour)
    }
}
