//! `/ip/dhcp-server`: DHCP for IPv4 clients.
//!
//! Manual: "DHCP"; RFC 2131, 2132, 3046. The engine is [`dhcp::server`]: one for all servers of the device. Requests
//! reach it from `flow/link_layer.rs` (broadcasts, as a raw socket hears them) and `flow/local_in.rs` (unicasts, when
//! the input chain let them in); what it wants done is done by `packet.rs`.

mod apply;
pub(crate) mod arp;
mod commands;
mod lists;
mod menu;
pub(crate) mod packet;
pub(crate) mod script;

pub use self::menu::{
    Authoritative, BootpLease, BootpSupport, DhcpOption, Lease, LeaseIdentifier, LeaseTime, Matcher,
    MatchingType, Network, OptionSet, RadiusPassword, Server, Settings, Status, StoreLeases, UseRadius,
};

use crate::config::{Change, Config, Feature};
use ::menu::{Either, Id, Menu, Name, Or, Rejected};
use dhcp::option_value::OptionValue;
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

/// `/ip/dhcp-server` with its networks, leases, options, matchers and settings.
pub static FEATURE: Feature = Feature {
    check,
    apply: apply::apply,
    refresh: apply::refresh,
    command: commands::command,
    ..Feature::NONE
};

/// The running servers of a device.
#[derive(Clone, Debug, Default)]
pub struct Running {
    /// All servers, leases and networks.
    pub engine: dhcp::server::Server,
    /// Servers that the engine was told of.
    servers: BTreeSet<u32>,
    /// Leases that have a row: one of them without a row was removed by the user.
    rows: BTreeSet<u32>,
    /// How far the rows of the leases were looked at.
    seen: Seen,
    /// `add-arp`.
    pub(crate) arp: arp::ArpEntries,
    /// `address-lists`.
    lists: lists::Lists,
    /// `lease-script`.
    pub(crate) scripts: script::Scripts,
    /// What the engine wants done, until the next call of the kernel.
    pub(crate) outputs: Vec<dhcp::server::Output>,
    /// Addresses that are being probed.
    pub(crate) probes: BTreeSet<Ipv4Addr>,
}

/// How far the rows of the leases were looked at: thousands of static leases are added one by one, and each looks at
/// its own row only.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    /// Rows at the start of the table that the engine knows.
    applied: usize,
    /// Rows at the start of the table that show the engine's state of `at`.
    refreshed: usize,
    at: Option<clock::Instant>,
}

impl Running {
    /// The engine was given something to do: what the rows show is of the past.
    pub(crate) fn touch(&mut self) {
        self.seen.at = None;
    }
}

fn check(config: &Config, change: &mut Change<'_>) -> Result<(), Rejected> {
    if let Change::Disable(def, id, false) = change {
        return if def.path == Lease::DEF.path { check_enabled(config, *id) } else { Ok(()) };
    }
    let disabled = change.disabled(config);
    if let Some((id, item)) = change.item::<Server>() {
        check_server(config, id, item)
    } else if let Some((id, item)) = change.item::<Network>() {
        check_network(config, id, item)
    } else if let Some((id, item)) = change.item::<Lease>() {
        if matches!(item.server, Some(Or::Word(_))) {
            // `all` is what a lease without a server has.
            item.server = None;
        }
        if id.is_none() {
            item.engine = None;
        }
        check_lease(config, id, item, disabled)
    } else if let Some((id, item)) = change.item::<DhcpOption>() {
        if let Err(unknown) = OptionValue::parse(&item.value.to_string()) {
            return Err(Rejected::failure(unknown).at("value"));
        }
        let rows = config.tables.dhcp_option.rows().iter();
        taken(rows.map(|row| (row.id, &row.item.name)), id, &item.name, "option")
    } else if let Some((id, item)) = change.item::<OptionSet>() {
        let rows = config.tables.dhcp_option_set.rows().iter();
        taken(rows.map(|row| (row.id, &row.item.name)), id, &item.name, "option set")
    } else if let Some((id, item)) = change.item::<Matcher>() {
        let rows = config.tables.dhcp_matcher.rows().iter();
        taken(rows.map(|row| (row.id, &row.item.name)), id, &item.name, "matcher")
    } else {
        Ok(())
    }
}

fn taken<'a>(
    mut rows: impl Iterator<Item = (Id, &'a Name)>,
    id: Option<Id>,
    name: &Name,
    what: &str,
) -> Result<(), Rejected> {
    match rows.any(|(other, known)| Some(other) != id && known == name) {
        true => Err(Rejected::failure(format_args!("{what} with such name already exists")).at("name")),
        false => Ok(()),
    }
}

fn check_server(config: &Config, id: Option<Id>, item: &mut Server) -> Result<(), Rejected> {
    let rows = config.tables.dhcp_server.rows();
    if item.name.is_empty() {
        let known = |name: &str| rows.iter().any(|row| row.item.name.as_slice() == name.as_bytes());
        let free = (1..).map(|n| format!("server{n}")).find(|name| !known(name));
        item.name = free.unwrap_or_default().as_str().into();
    }
    taken(rows.iter().map(|row| (row.id, &row.item.name)), id, &item.name, "server")?;
    let relay = |server: &Server| server.relay.unwrap_or(Ipv4Addr::UNSPECIFIED);
    let clash = rows.iter().any(|row| {
        Some(row.id) != id && row.item.interface == item.interface && relay(&row.item) == relay(item)
    });
    if clash {
        // Wording unconfirmed.
        return Err(Rejected::failure("server already running on this interface").at("interface"));
    }
    Ok(())
}

fn check_network(config: &Config, id: Option<Id>, item: &Network) -> Result<(), Rejected> {
    if item.address.trunc() != *item.address {
        return Err(Rejected::failure("invalid network").at("address"));
    }
    let mut rows = config.tables.dhcp_network.rows().iter();
    if rows.any(|row| Some(row.id) != id && row.item.address == item.address) {
        return Err(Rejected::failure("such network already exists").at("address"));
    }
    Ok(())
}

fn check_enabled(config: &Config, id: Id) -> Result<(), Rejected> {
    match config.tables.dhcp_lease.by_id(id) {
        Some(row) => check_lease(config, Some(id), &row.item, false),
        None => Ok(()),
    }
}

/// A lease names its client, and no other static lease has the same client or address.
fn check_lease(config: &Config, id: Option<Id>, item: &Lease, disabled: bool) -> Result<(), Rejected> {
    let agent = item.agent_circuit_id.is_some() || item.agent_remote_id.is_some();
    if item.mac_address.is_none() && item.client_id.is_none() && !agent {
        return Err(Rejected::failure(
            "mac-address or client-id or agent-remote-id or agent-circuit-id must be present",
        ));
    }
    if disabled {
        return Ok(());
    }
    let server = |lease: &Lease| lease.server.as_ref().and_then(Or::value).map(|server| server.id);
    let others = config.tables.dhcp_lease.active().filter(|row| Some(row.id) != id && !row.dynamic);
    for other in others.map(|row| &row.item) {
        let one_server = match (server(other), server(item)) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        };
        // Of one MAC address there may be several clients by their identifiers.
        let same_client = other.mac_address == item.mac_address
            && other.client_id == item.client_id
            && other.agent_circuit_id == item.agent_circuit_id
            && other.agent_remote_id == item.agent_remote_id;
        if one_server && same_client {
            return Err(Rejected::failure("already have static lease for this client").at("mac-address"));
        }
        if let (Either::First(address), Either::First(given)) = (other.address, item.address)
            && address == given
            && !given.is_unspecified()
        {
            return Err(Rejected::failure("already have static lease with this IP address").at("address"));
        }
    }
    Ok(())
}
