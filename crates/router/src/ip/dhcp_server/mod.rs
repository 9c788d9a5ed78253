//! `/ip/dhcp-server`: DHCP for IPv4 clients.
//!
//! Manual: "DHCP"; RFC 2131, 2132, 3046. The engine is [`dhcp::server`]: one for all servers of the device. Requests
//! reach it from `flow/link_layer.rs` (broadcasts, as a raw socket hears them) and `flow/local_in.rs` (unicasts, when
//! the input chain let them in); what it wants done is done by `packet.rs`.

mod apply;
mod commands;
mod menu;
pub(crate) mod packet;

pub use self::menu::{
    Authoritative, BootpLease, BootpSupport, Lease, LeaseTime, Network, Server, Status, UseRadius,
};

use crate::config::{Change, Config, Feature};
use ::menu::Rejected;
use std::collections::BTreeSet;
use std::net::Ipv4Addr;

/// `/ip/dhcp-server`, `network`, `lease`.
pub static FEATURE: Feature =
    Feature { check, apply: apply::apply, refresh: apply::refresh, command: commands::command };

/// The running servers of a device.
#[derive(Clone, Debug, Default)]
pub struct Running {
    /// All servers, leases and networks.
    pub engine: dhcp::server::Server,
    /// Servers that the engine was told of.
    servers: BTreeSet<u32>,
    /// Leases that have a row: one of them without a row was removed by the user.
    rows: BTreeSet<u32>,
    /// What the engine wants done, until the next call of the kernel.
    pub(crate) outputs: Vec<dhcp::server::Output>,
    /// Addresses that are being probed.
    pub(crate) probes: BTreeSet<Ipv4Addr>,
}

fn check(config: &Config, change: &mut Change<'_>) -> Result<(), Rejected> {
    if let Some((id, item)) = change.item::<Server>() {
        let rows = config.tables.dhcp_server.rows();
        let taken =
            |name: &[u8]| rows.iter().any(|row| Some(row.id) != id && row.item.name.as_slice() == name);
        if item.name.is_empty() {
            let free = (1..).map(|n| format!("server{n}")).find(|name| !taken(name.as_bytes()));
            item.name = free.unwrap_or_default().as_str().into();
        } else if taken(&item.name) {
            return Err(Rejected::failure("server with such name already exists").at("name"));
        }
        let relay = |server: &Server| server.relay.unwrap_or(Ipv4Addr::UNSPECIFIED);
        let clash = rows.iter().any(|row| {
            Some(row.id) != id && row.item.interface == item.interface && relay(&row.item) == relay(item)
        });
        if clash {
            return Err(Rejected::failure("server already running on this interface").at("interface"));
        }
    } else if let Some((id, item)) = change.item::<Network>() {
        let rows = config.tables.dhcp_network.rows();
        if rows.iter().any(|row| Some(row.id) != id && row.item.address == item.address) {
            return Err(Rejected::failure("already have such network").at("address"));
        }
    } else if let Some((_, item)) = change.item::<Lease>()
        && item.mac_address.is_none()
        && item.client_id.is_none()
    {
        return Err(Rejected::failure(
            "mac-address or client-id or agent-remote-id or agent-circuit-id must be present",
        ));
    }
    Ok(())
}
