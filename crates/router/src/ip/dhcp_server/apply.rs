//! From the items of the DHCP server menus to the engine, and back.

use super::menu::{self, Authoritative, BootpLease, BootpSupport, Lease, LeaseTime, Network, Server};
use crate::config::Config;
use crate::interface::Number;
use crate::state::State;
use ::menu::{Either, HexText, Id, Menu, Or, Ref, Row};
use clock::{Duration, Instant};
use dhcp::message::{client_id_text, parse_client_id};
use dhcp::option_value::OptionValue;
use dhcp::pool::PoolId;
use dhcp::server as engine;
use ipnet::Ipv4Net;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

/// Brings options, servers, networks, matchers and static leases in line with their items.
pub(super) fn apply(config: &mut Config, state: &mut State, now: Instant) {
    let options = config.tables.dhcp_option.rows().iter().map(option).collect();
    state.ip.dhcp.engine.set_options(options);
    let networks = config.tables.dhcp_network.rows().iter().map(|row| network(config, &row.item)).collect();
    state.ip.dhcp.engine.set_networks(networks);
    let matchers = config.tables.dhcp_matcher.active().map(|row| matcher(config, &row.item)).collect();
    state.ip.dhcp.engine.set_matchers(matchers);
    mark_invalid(config, state);
    apply_servers(config, state, now);
    apply_leases(config, state, now);
    super::lists::apply(config, &mut state.ip);
    state.ip.dhcp.scripts.apply(config);
}

fn option(row: &Row<menu::DhcpOption>) -> engine::OptionDef {
    engine::OptionDef {
        id: engine::OptionId(row.id.0),
        code: row.item.code.get() as u8,
        value: OptionValue::parse(&row.item.value.to_string()).unwrap_or_default(),
        force: row.item.force,
    }
}

type OptionSetRef = Option<Or<::menu::words::None, Ref<::menu::spaces::DhcpOptionSet>>>;

/// The options of a list and of a set; those of the list count first.
fn options(
    config: &Config,
    list: &[Ref<::menu::spaces::DhcpOption>],
    set: &OptionSetRef,
) -> Vec<engine::OptionId> {
    let set = set.as_ref().and_then(Or::value).and_then(|set| config.tables.dhcp_option_set.by_id(set.id));
    let of_set = set.into_iter().flat_map(|row| row.item.options.iter());
    list.iter().chain(of_set).map(|option| engine::OptionId(option.id.0)).collect()
}

fn matcher(config: &Config, item: &menu::Matcher) -> engine::Matcher {
    let text = item.value.to_string();
    let value = match text.starts_with("0x") {
        true => OptionValue::parse(&text).map(|value| value.bytes(|_| None)).ok(),
        false => None,
    };
    engine::Matcher {
        server: item.server.value().map(|server| engine::ServerId(server.id.0)),
        code: item.code.get() as u8,
        value: value.unwrap_or_else(|| text.into_bytes()),
        matching_type: match item.matching_type {
            menu::MatchingType::Exact => engine::MatchingType::Exact,
            menu::MatchingType::Substring => engine::MatchingType::Substring,
        },
        pool: item.address_pool.value().map(|pool| PoolId(pool.id.0)),
        options: options(config, &[], &item.option_set),
    }
}

fn network(config: &Config, item: &Network) -> engine::Network {
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
        options: options(config, &item.dhcp_option, &item.dhcp_option_set),
    }
}

/// The interface that a server works on: none when it is missing, disabled or a port of a bridge.
fn server_interface(state: &State, item: &Server) -> Option<Number> {
    let number = Number::from(item.interface.id);
    let interface = state.interfaces.get(number)?;
    (interface.master.is_none() && interface.link.enabled).then_some(number)
}

/// Flag `I` with its reason, of servers that cannot run.
fn mark_invalid(config: &mut Config, state: &State) {
    for row in config.tables.dhcp_server.rows_mut() {
        let interface = state.interfaces.get(Number::from(row.item.interface.id));
        let slave = interface.is_some_and(|interface| interface.master.is_some());
        row.invalid = !row.disabled && server_interface(state, &row.item).is_none();
        row.reason =
            (slave && !row.disabled).then_some(Cow::Borrowed("DHCP server can not run on slave interface!"));
    }
}

fn server(
    config: &Config,
    item: &Server,
    interface: Number,
    addresses: Vec<Ipv4Net>,
) -> engine::ServerConfig {
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
        identifiers: engine::Identifiers {
            client_id: item.dynamic_lease_identifiers.contains(menu::LeaseIdentifier::ClientId),
            client_mac: item.dynamic_lease_identifiers.contains(menu::LeaseIdentifier::ClientMac),
            option_82: item.dynamic_lease_identifiers.contains(menu::LeaseIdentifier::Opt82),
        },
        options: options(config, &[], &item.dhcp_option_set),
        // RADIUS is not simulated (the load says so): a server that would ask it gives leases as without.
        use_radius: false,
    }
}

fn apply_servers(config: &Config, state: &mut State, now: Instant) {
    let mut wanted = BTreeMap::new();
    for row in config.tables.dhcp_server.rows().iter().filter(|row| !row.disabled) {
        let Some(interface) = server_interface(state, &row.item) else { continue };
        let addresses = state
            .ip
            .addresses
            .of(ip::Interface(interface.0))
            .filter_map(|address| Ipv4Net::new(address.address, address.network.prefix_len()).ok())
            .collect();
        wanted.insert(row.id.0, server(config, &row.item, interface, addresses));
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
    let with_arp = config.tables.dhcp_server.rows().iter().filter(|row| row.item.add_arp && !row.disabled);
    super::arp::apply(&mut state.ip, now, with_arp.map(|row| row.id.0).collect());
}

fn static_lease(config: &Config, row: &Row<Lease>) -> engine::StaticLease {
    let item = &row.item;
    let address = match item.address {
        Either::First(Ipv4Addr::UNSPECIFIED) => engine::LeaseAddress::ServerPool,
        Either::First(address) => engine::LeaseAddress::Address(address),
        Either::Second(pool) => engine::LeaseAddress::Pool(PoolId(pool.id.0)),
    };
    let lease_time = item.lease_time.map_or(Duration::ZERO, |time| time.get());
    engine::StaticLease {
        client_id: item.client_id.as_ref().map(|id| parse_client_id(&id.to_string())),
        use_src_mac: item.use_src_mac.unwrap_or(false),
        agent_circuit_id: item.agent_circuit_id.as_ref().map(|id| id.0.clone()),
        agent_remote_id: item.agent_remote_id.as_ref().map(|id| id.0.clone()),
        server: item.server.as_ref().and_then(Or::value).map(|server| engine::ServerId(server.id.0)),
        options: options(config, &item.dhcp_option, &item.dhcp_option_set),
        lease_time: (lease_time != Duration::ZERO).then_some(lease_time),
        block_access: item.block_access.unwrap_or(false),
        always_broadcast: item.always_broadcast.unwrap_or(false),
        disabled: row.disabled,
        ..engine::StaticLease::new(address, item.mac_address)
    }
}

fn apply_leases(config: &mut Config, state: &mut State, now: Instant) {
    let crate::ip::IpState { dhcp, pools, .. } = &mut state.ip;
    let len = config.tables.dhcp_lease.len();
    let only_added = config.only_added(Lease::DEF) && dhcp.seen.applied <= len;
    let from = if only_added { dhcp.seen.applied } else { 0 };
    if !only_added {
        dhcp.touch();
        let rows = config.tables.dhcp_lease.rows().iter();
        let present: BTreeSet<u32> = rows.filter_map(|row| row.item.engine).collect();
        for gone in dhcp.rows.difference(&present).copied().collect::<Vec<_>>() {
            dhcp.engine.remove(now, engine::LeaseId(gone), pools, &mut dhcp.outputs);
            dhcp.rows.remove(&gone);
        }
    }
    let rows = config.tables.dhcp_lease.rows().iter().skip(from);
    let wanted: Vec<_> = rows.map(|row| (!row.dynamic).then(|| static_lease(config, row))).collect();
    for (row, wanted) in config.tables.dhcp_lease.rows_mut().iter_mut().skip(from).zip(wanted) {
        let Some(wanted) = wanted else { continue };
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
    dhcp.seen.applied = len;
}

/// Brings flags, read-only fields and the dynamic leases up to date.
pub(super) fn refresh(config: &mut Config, state: &mut State, now: Instant) {
    mark_invalid(config, state);
    let identity = config.tables.identity.rows().first().map(|row| row.item.name.to_string());
    for row in config.tables.dhcp_option.rows_mut() {
        let value = OptionValue::parse(&row.item.value.to_string()).unwrap_or_default();
        let variable = |name: &str| match name {
            "HOSTNAME" => identity.as_ref().map(|name| name.clone().into_bytes()),
            _ => None,
        };
        row.item.raw_value = value.raw_text(variable).into();
    }
    let running = &mut state.ip.dhcp;
    let len = config.tables.dhcp_lease.len();
    let from = match running.seen.at == Some(now) && running.seen.applied == len {
        true => running.seen.refreshed,
        false => {
            follow_engine(config, running);
            0
        }
    };
    for row in config.tables.dhcp_lease.rows_mut().iter_mut().skip(from) {
        if let Some(lease) = row.item.engine.and_then(|id| running.engine.lease(engine::LeaseId(id))) {
            fill(row, lease, now);
        }
    }
    let len = config.tables.dhcp_lease.len();
    running.seen = super::Seen { applied: len, refreshed: len, at: Some(now) };
}

/// Rows of leases that are gone go; new leases get rows.
fn follow_engine(config: &mut Config, running: &mut super::Running) {
    config.tables.dhcp_lease.retain(|row| {
        !row.dynamic || row.item.engine.is_some_and(|id| running.engine.lease(engine::LeaseId(id)).is_some())
    });
    let rows = config.tables.dhcp_lease.rows().iter();
    let known: BTreeSet<u32> = rows.filter_map(|row| row.item.engine).collect();
    for lease in running.engine.leases().filter(|lease| !known.contains(&lease.id.0)) {
        running.rows.insert(lease.id.0);
        let item = Lease { engine: Some(lease.id.0), ..Lease::default() };
        config.tables.dhcp_lease.push(item, true);
    }
}

fn fill(row: &mut Row<Lease>, lease: &engine::Lease, now: Instant) {
    let seconds = |span: Duration| LeaseTime::new(Duration::from_secs(span.as_secs()));
    let server = |id: engine::ServerId| Ref::to(Id(id.0));
    let text = |text: &str| (!text.is_empty()).then(|| text.into());
    let item = &mut row.item;
    if row.dynamic {
        item.address = Either::First(lease.address.unwrap_or(Ipv4Addr::UNSPECIFIED));
        item.mac_address = lease.mac;
        item.client_id = lease.client_id.as_ref().map(|id| client_id_text(id).as_str().into());
        item.server = lease.server.map(|id| Or::Value(server(id)));
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
    let hex = |id: &Option<Vec<u8>>| id.clone().map(HexText);
    item.active_agent_circuit_id = hex(&lease.agent_circuit_id);
    item.active_agent_remote_id = hex(&lease.agent_remote_id);
    item.src_mac_address = lease.src_mac;
    item.age = lease.address.map(|_| seconds(now - lease.since));
    item.radius = lease.radius;
    item.blocked = lease.is_blocked();
}
