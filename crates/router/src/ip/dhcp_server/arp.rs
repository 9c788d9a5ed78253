//! `add-arp`: while a lease is bound its client has an entry in `/ip/arp` (flags D and H), so that with
//! `arp=reply-only` on the interface only clients of the server are spoken to.

use super::Running;
use crate::ip::IpState;
use clock::Instant;
use core::net::Ipv4Addr;
use dhcp::server::{Lease, LeaseId, ServerId, Status};
use ip::Interface;
use std::collections::{BTreeMap, BTreeSet};
use wire::Mac;

/// Entries that leases have in `/ip/arp`.
#[derive(Clone, Debug, Default)]
pub(crate) struct ArpEntries {
    /// Servers with `add-arp=yes`.
    servers: BTreeSet<u32>,
    entries: BTreeMap<LeaseId, (Interface, Ipv4Addr, Mac)>,
}

impl ArpEntries {
    /// Interface, address and client of each entry.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Interface, Ipv4Addr, Mac)> {
        self.entries.values().copied()
    }

    /// True when a lease has the entry.
    pub(crate) fn contains(&self, interface: Interface, address: Ipv4Addr) -> bool {
        self.entries.values().any(|(on, has, _)| *on == interface && *has == address)
    }
}

/// The entry that a lease has to have.
fn wanted(running: &Running, lease: &Lease) -> Option<(Interface, Ipv4Addr, Mac)> {
    let ServerId(id) = lease.server?;
    let bound = lease.status == Status::Bound && running.arp.servers.contains(&id);
    let interface = running.engine.server(ServerId(id))?.interface;
    bound.then_some((Interface(interface.0), lease.address?, lease.mac?))
}

/// A lease changed.
pub(super) fn follow(ip: &mut IpState, now: Instant, lease: &Lease, to: Option<Status>) {
    if ip.dhcp.arp.servers.is_empty() && ip.dhcp.arp.entries.is_empty() {
        return;
    }
    // A lease that goes is told as it was.
    let wanted = if to == Some(Status::Bound) { wanted(&ip.dhcp, lease) } else { None };
    set(ip, now, lease.id, wanted);
}

fn set(ip: &mut IpState, now: Instant, id: LeaseId, wanted: Option<(Interface, Ipv4Addr, Mac)>) {
    let known = ip.dhcp.arp.entries.get(&id).copied();
    if known == wanted {
        return;
    }
    if let Some((interface, address, _)) = known {
        ip.dhcp.arp.entries.remove(&id);
        ip.neighbours.remove(interface, address, &mut ip.neighbour_outputs);
    }
    if let Some((interface, address, mac)) = wanted {
        ip.dhcp.arp.entries.insert(id, (interface, address, mac));
        if !ip.arp_fixed.contains(&(interface, address)) {
            ip.neighbours.set_static(now, interface, address, mac, false, &mut ip.neighbour_outputs);
        }
    }
}

/// Brings the entries of all leases in line after the servers changed.
pub(super) fn apply(ip: &mut IpState, now: Instant, servers: BTreeSet<u32>) {
    if servers.is_empty() && ip.dhcp.arp.entries.is_empty() {
        return;
    }
    ip.dhcp.arp.servers = servers;
    let all: Vec<_> = ip.dhcp.engine.leases().map(|lease| (lease.id, wanted(&ip.dhcp, lease))).collect();
    let alive: BTreeSet<LeaseId> = all.iter().map(|(id, _)| *id).collect();
    let gone: Vec<LeaseId> = ip.dhcp.arp.entries.keys().filter(|id| !alive.contains(id)).copied().collect();
    for id in gone {
        set(ip, now, id, None);
    }
    for (id, wanted) in all {
        set(ip, now, id, wanted);
    }
}
