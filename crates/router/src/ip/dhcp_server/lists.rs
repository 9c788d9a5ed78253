//! `address-lists` of servers and static leases: a bound address stands on them, as a dynamic entry, while it is bound.

use super::Running;
use crate::config::Config;
use crate::ip::IpState;
use dhcp::server::{Lease, Status};
use firewall::address_list::{EntryId, ListId, ListTimeout};
use menu::Text;
use std::collections::BTreeMap;

/// The lists that leases are put on, and what stands there now.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    /// Of a server.
    servers: BTreeMap<u32, Vec<ListId>>,
    /// Of a static lease, by the engine's number.
    leases: BTreeMap<u32, Vec<ListId>>,
    /// Entries of a bound lease.
    entries: BTreeMap<u32, Vec<EntryId>>,
}

/// Takes over the names from the items. What is bound already keeps its entries until it ends.
pub(super) fn apply(config: &Config, ip: &mut IpState) {
    let IpState { dhcp, firewall, .. } = ip;
    let mut numbers = |names: &[Text]| -> Vec<ListId> {
        names.iter().map(|name| firewall.list_number(&name.to_string())).collect()
    };
    let servers = config.tables.dhcp_server.rows().iter().filter(|row| !row.item.address_lists.is_empty());
    dhcp.lists.servers = servers.map(|row| (row.id.0, numbers(&row.item.address_lists))).collect();
    let leases = config.tables.dhcp_lease.rows().iter().filter(|row| !row.item.address_lists.is_empty());
    dhcp.lists.leases =
        leases.filter_map(|row| Some((row.item.engine?, numbers(&row.item.address_lists)))).collect();
}

/// A lease changed its state.
pub(super) fn follow(ip: &mut IpState, now: clock::Instant, lease: &Lease, to: Option<Status>) {
    let IpState { dhcp: Running { lists, .. }, firewall, .. } = ip;
    for entry in lists.entries.remove(&lease.id.0).unwrap_or_default() {
        firewall.address_lists.remove(entry);
    }
    let (Some(Status::Bound), Some(address), Some(server)) = (to, lease.address, lease.server) else {
        return;
    };
    let wanted = lists.servers.get(&server.0).into_iter().chain(lists.leases.get(&lease.id.0)).flatten();
    let entries: Vec<EntryId> = wanted
        .filter_map(|list| {
            firewall.address_lists.add(now, *list, address.into(), ListTimeout::NoneDynamic).ok()
        })
        .collect();
    if !entries.is_empty() {
        lists.entries.insert(lease.id.0, entries);
    }
}
