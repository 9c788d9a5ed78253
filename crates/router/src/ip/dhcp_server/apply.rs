//! From the items of the DHCP server menus to the engine, and back.

use super::menu::{self, Authoritative, BootpLease, BootpSupport, Lease, LeaseTime, Network, Server};
use crate::config::Config;
use crate::interface::Number;
use crate::state::State;
use ::menu::{Id, Row};
use ::menu::{Or, Ref};
use clock::{Duration, Instant};
use dhcp::message::{client_id_text, parse_client_id};
use dhcp::pool::PoolId;
use dhcp::server as engine;
use ipnet::Ipv4Net;
use std::net::Ipv4Addr;

/// Brings servers, networks and static leases in line with their items.
pub(super) fn apply(config: &mut Config, state: &mut State, now: Instant) {
    apply_networks(config, state);
    apply_servers(config, state, now);
    apply_leases(config, state, now);
    let identity = config.tables.identity.rows().first();
    state.ip.dhcp.engine.set_facts(engine::RouterFacts {
        host_name: identity.map(|row| row.item.name.to_string()).unwrap_or_default(),
        ..engine::RouterFacts::default()
    });
    let debug = state.log.rules.rules.iter().any(|rule| rule.matches("dhcp,debug"));
    state.ip.dhcp.engine.set_debug(debug);
}

fn network(item: &Network) -> engine::Network {
    let servers = |none: bool, list: &[Ipv4Addr]| match (none, list) {
        (true, _) => engine::Servers::None,
        (false, []) => engine::Servers::Router,
        (false, list) => engine::Servers::List(list.to_vec()),
    };
    engine::Network {
        address: *item.address,
        netmask: u8::try_from(item.netmask.get()).unwrap_or(0),
        gateway: item.gateway.0.clone(),
        dns: servers(item.dns_none, &item.dns_server.0),
        ntp: servers(item.ntp_none, &item.ntp_server.0),
        wins: item.wins_server.0.clone(),
        domain: item.domain.to_string(),
        caps_manager: item.caps_manager.0.clone(),
        next_server: item.next_server,
        boot_file_name: item.boot_file_name.to_string(),
        options: Vec::new(),
    }
}

fn apply_networks(config: &Config, state: &mut State) {
    let networks = config.tables.dhcp_network.rows().iter().map(|row| network(&row.item)).collect();
    state.ip.dhcp.engine.set_networks(networks);
}

/// The interface that a server works on: none when it is missing, disabled or a port of a bridge.
fn server_interface(state: &State, item: &Server) -> Option<Number> {
    let number = Number::from(item.interface.id);
    let interface = state.interfaces.get(number)?;
    (interface.master.is_none() && interface.link.enabled).then_some(number)
}

fn server(item: &Server, interface: Number, addresses: Vec<Ipv4Net>) -> engine::ServerConfig {
    engine::ServerConfig {
        name: item.name.to_string(),
        interface: engine::InterfaceId(interface.0),
        addresses,
        pool: item.address_pool.value().map(|pool| PoolId(pool.id.0)),
        lease_time: item.lease_time.get(),
        relay: item.relay.unwrap_or(Ipv4Addr::UNSPECIFIED),
        authoritative: match item.authoritative {
            Authoritative::Yes => engine::Authoritative::Yes,
            Authoritative::No => engine::Authoritative::No,
            Authoritative::After2SecDelay => engine::Authoritative::After2Seconds,
            Authoritative::After10SecDelay => engine::Authoritative::After10Seconds,
        },
        delay_threshold: item.delay_threshold.value().map(|time| time.get()),
        bootp_support: match item.bootp_support {
            BootpSupport::None => engine::BootpSupport::None,
            BootpSupport::Static => engine::BootpSupport::Static,
            BootpSupport::Dynamic => engine::BootpSupport::Dynamic,
        },
        bootp_lease_time: match item.bootp_lease_time {
            Or::Word(BootpLease::Forever) => engine::BootpLeaseTime::Forever,
            Or::Word(BootpLease::LeaseTime) => engine::BootpLeaseTime::LeaseTime,
            Or::Value(time) => engine::BootpLeaseTime::Time(time.get()),
        },
        always_broadcast: item.always_broadcast,
        conflict_detection: item.conflict_detection,
        client_mac_limit: item.client_mac_limit.value().map(|n| u32::try_from(n.get()).unwrap_or(u32::MAX)),
        server_address: item.server_address.unwrap_or(Ipv4Addr::UNSPECIFIED),
        // RADIUS is not simulated (the load says so): a server that would ask it gives leases as without.
        use_radius: false,
        ..engine::ServerConfig::new("", engine::InterfaceId(interface.0))
    }
}

fn apply_servers(config: &Config, state: &mut State, now: Instant) {
    let mut wanted = std::collections::BTreeMap::new();
    for row in config.tables.dhcp_server.rows().iter().filter(|row| !row.disabled) {
        let Some(interface) = server_interface(state, &row.item) else { continue };
        let addresses = state
            .ip
            .addresses
            .of(ip::Interface(interface.0))
            .filter_map(|address| Ipv4Net::new(address.address, address.network.prefix_len()).ok())
            .collect();
        wanted.insert(row.id.0, server(&row.item, interface, addresses));
    }
    let crate::ip::IpState { dhcp, pools, .. } = &mut state.ip;
    for id in dhcp.servers.clone() {
        if !wanted.contains_key(&id) {
            dhcp.engine.remove_server(now, engine::ServerId(id), pools, &mut dhcp.outputs);
            dhcp.servers.remove(&id);
        }
    }
    for (id, wanted) in wanted {
        dhcp.servers.insert(id);
        if dhcp.engine.server(engine::ServerId(id)) != Some(&wanted) {
            dhcp.engine.set_server(engine::ServerId(id), wanted, pools);
        }
    }
}

fn static_lease(row: &Row<Lease>) -> engine::StaticLease {
    let item = &row.item;
    let address = match item.address {
        Ipv4Addr::UNSPECIFIED => engine::LeaseAddress::ServerPool,
        address => engine::LeaseAddress::Address(address),
    };
    let lease_time = item.lease_time.get();
    engine::StaticLease {
        client_id: item.client_id.as_ref().map(|id| parse_client_id(&id.to_string())),
        server: item.server.value().map(|server| engine::ServerId(server.id.0)),
        lease_time: (lease_time != Duration::ZERO).then_some(lease_time),
        block_access: item.block_access,
        always_broadcast: item.always_broadcast.unwrap_or(false),
        disabled: row.disabled,
        ..engine::StaticLease::new(address, item.mac_address)
    }
}

fn apply_leases(config: &mut Config, state: &mut State, now: Instant) {
    let crate::ip::IpState { dhcp, pools, .. } = &mut state.ip;
    let present: std::collections::BTreeSet<u32> =
        config.tables.dhcp_lease.rows().iter().filter_map(|row| row.item.engine).collect();
    for gone in dhcp.rows.difference(&present).copied().collect::<Vec<_>>() {
        dhcp.engine.remove(now, engine::LeaseId(gone), pools, &mut dhcp.outputs);
        dhcp.rows.remove(&gone);
    }
    for row in config.tables.dhcp_lease.rows_mut().iter_mut().filter(|row| !row.dynamic) {
        let wanted = static_lease(row);
        match row.item.engine {
            None => {
                let id = dhcp.engine.add_static(now, wanted, pools, &mut dhcp.outputs);
                row.item.engine = Some(id.0);
                dhcp.rows.insert(id.0);
            }
            Some(id) => {
                let id = engine::LeaseId(id);
                let known = dhcp.engine.lease(id).and_then(|lease| lease.configured.as_ref());
                if known != Some(&wanted) {
                    dhcp.engine.set_static(now, id, wanted, pools, &mut dhcp.outputs);
                }
            }
        }
    }
}

/// Brings flags, read-only fields and the dynamic leases up to date.
pub(super) fn refresh(config: &mut Config, state: &mut State, now: Instant) {
    let known: Vec<bool> = config
        .tables
        .dhcp_server
        .rows()
        .iter()
        .map(|row| server_interface(state, &row.item).is_some())
        .collect();
    for (row, known) in config.tables.dhcp_server.rows_mut().iter_mut().zip(known) {
        row.invalid = !row.disabled && !known;
    }
    let running = &mut state.ip.dhcp;
    config.tables.dhcp_lease.retain(|row| {
        !row.dynamic || row.item.engine.is_some_and(|id| running.engine.lease(engine::LeaseId(id)).is_some())
    });
    for lease in running.engine.leases() {
        let row = config.tables.dhcp_lease.rows().iter().find(|row| row.item.engine == Some(lease.id.0));
        let id = match row {
            Some(row) => row.id,
            None => {
                running.rows.insert(lease.id.0);
                let item = Lease { engine: Some(lease.id.0), ..Lease::default() };
                config.tables.dhcp_lease.push(item, true)
            }
        };
        if let Some(row) = config.tables.dhcp_lease.by_id_mut(id) {
            fill(row, lease, now);
        }
    }
}

fn fill(row: &mut Row<Lease>, lease: &engine::Lease, now: Instant) {
    let seconds = |span: Duration| LeaseTime::new(Duration::from_secs(span.as_secs()));
    let server = |id: engine::ServerId| Ref::to(Id(id.0));
    let text = |text: &str| (!text.is_empty()).then(|| text.into());
    let item = &mut row.item;
    if row.dynamic {
        item.address = lease.address.unwrap_or(Ipv4Addr::UNSPECIFIED);
        item.mac_address = lease.mac;
        item.client_id = lease.client_id.as_ref().map(|id| client_id_text(id).as_str().into());
        item.server = lease.server.map_or_else(Or::default, |id| Or::Value(server(id)));
    }
    item.status = match lease.status {
        engine::Status::Waiting => menu::Status::Waiting,
        engine::Status::Testing => menu::Status::Testing,
        engine::Status::Authorizing => menu::Status::Authorizing,
        engine::Status::Offered => menu::Status::Offered,
        engine::Status::Bound => menu::Status::Bound,
        engine::Status::Declined => menu::Status::Declined,
        engine::Status::Conflict => menu::Status::Conflict,
    };
    item.expires_after = lease.expires.map(|at| seconds(at - now));
    item.last_seen = lease.last_seen.map_or_else(Or::default, |at| Or::Value(seconds(now - at)));
    item.active_address = lease.address;
    item.active_mac_address = lease.mac;
    item.active_client_id = lease.client_id.as_ref().map(|id| client_id_text(id).as_str().into());
    item.active_server = lease.server.map(server);
    item.host_name = text(&lease.host_name);
    item.class_id = text(&lease.class_id);
    item.radius = lease.radius;
    item.blocked = lease.is_blocked();
}
