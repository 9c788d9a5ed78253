//! `/ip/firewall/connection` and `/ip/firewall/connection/tracking`: what connection tracking knows and how it works.
//!
//! Manual: "Connection tracking". The engine is [`firewall::conntrack`]; the box of the packet flow is
//! `flow/prerouting/connection_tracking.rs`.

mod menu;

pub use self::menu::{BitRate, Connection, Enabled, Tracking};

use crate::Router;
use crate::config::{Config, Feature};
use crate::state::State;
use ::menu::{Counter, Id, Menu, Protocol, Value};
use clock::{Duration, Instant};
use console::{CommandCall, Outcome};
use firewall::conntrack::tcp::TcpTimeouts;
use firewall::conntrack::{self as engine, ConnectionFlags, Tuple};
use std::net::Ipv4Addr;

/// `/ip/firewall/connection` and `tracking`.
pub static FEATURE: Feature = Feature { apply, refresh, command, ..Feature::NONE };

/// Protocols whose addresses are shown with ports: TCP, UDP, DCCP, SCTP, UDP-Lite.
const WITH_PORTS: [u8; 5] = [6, 17, 33, 132, 136];
/// Protocol number of ICMP.
const ICMP: u8 = 1;

fn apply(config: &mut Config, state: &mut State, _now: Instant) {
    let Some(row) = config.tables.tracking.rows().first() else { return };
    if row.explicit == 0 && *state.ip.firewall.conntrack.config() == engine::Config::default() {
        return;
    }
    let item = &row.item;
    let wanted = engine::Config {
        enabled: match item.enabled {
            Enabled::Auto => engine::Enabled::Auto,
            Enabled::No => engine::Enabled::No,
            Enabled::Yes => engine::Enabled::Yes,
        },
        tcp: TcpTimeouts {
            syn_sent: item.tcp_syn_sent_timeout,
            syn_received: item.tcp_syn_received_timeout,
            established: item.tcp_established_timeout,
            fin_wait: item.tcp_fin_wait_timeout,
            close_wait: item.tcp_close_wait_timeout,
            last_ack: item.tcp_last_ack_timeout,
            time_wait: item.tcp_time_wait_timeout,
            close: item.tcp_close_timeout,
            max_retrans: item.tcp_max_retrans_timeout,
            unacked: item.tcp_unacked_timeout,
        },
        udp: item.udp_timeout,
        udp_stream: item.udp_stream_timeout,
        icmp: item.icmp_timeout,
        generic: item.generic_timeout,
        loose_tcp: item.loose_tcp_tracking,
        liberal_tcp: item.liberal_tcp_tracking,
        ..engine::Config::default()
    };
    if *state.ip.firewall.conntrack.config() != wanted {
        state.ip.firewall.conntrack.configure(wanted);
    }
}

fn refresh(config: &mut Config, state: &mut State, now: Instant) {
    let conntrack = &state.ip.firewall.conntrack;
    let total = u32::try_from(conntrack.len()).unwrap_or(u32::MAX);
    let tracking = config.tables.tracking.settings_mut();
    tracking.active_ipv4 = conntrack.is_active();
    tracking.max_entries = conntrack.config().max_entries;
    tracking.total_entries = total;
    tracking.total_ip4_entries = total;
    config.tables.connection.retain(|_| false);
    for (id, connection) in conntrack.connections(now) {
        let mut item = shown(connection, now);
        item.connection_mark = state.ip.firewall.mark_name(connection.mark).map(Into::into);
        config.tables.connection.push_with_id(menu_id(id), item, true);
    }
}

/// Ids are handed out in the order of creation, from 1; after four billion connections they begin again.
fn menu_id(id: engine::ConnectionId) -> Id {
    Id((id.number() % u64::from(u32::MAX)) as u32 + 1)
}

fn end(tuple_address: u32, protocol: u8, port: u16) -> ::menu::Text {
    let address = Ipv4Addr::from_bits(tuple_address);
    if WITH_PORTS.contains(&protocol) {
        format!("{address}:{port}").into()
    } else {
        address.to_string().into()
    }
}

fn shown(connection: &engine::Connection, now: Instant) -> Connection {
    let flag = |flag| connection.flags.contains(flag);
    let ends = |tuple: &Tuple| {
        (end(tuple.src, tuple.protocol, tuple.src_port), end(tuple.dst, tuple.protocol, tuple.dst_port))
    };
    let original = &connection.original;
    let (src_address, dst_address) = ends(original);
    let (reply_src_address, reply_dst_address) = ends(&connection.reply);
    let icmp = original.protocol == ICMP;
    let [orig, repl] = connection.traffic;
    Connection {
        protocol: Protocol(original.protocol),
        src_address,
        dst_address,
        reply_src_address,
        reply_dst_address,
        icmp_type: icmp.then_some((original.dst_port >> 8) as u8),
        icmp_code: icmp.then_some(original.dst_port as u8),
        icmp_id: icmp.then_some(original.src_port),
        tcp_state: connection.tcp_state().map(|state| state.name().into()),
        connection_mark: None,
        timeout: Duration::from_secs(connection.timeout(now).as_secs()),
        // The engine measures both directions together, as `connection-rate` does: shown at the opener.
        orig_rate: BitRate(connection.rate_bps()),
        repl_rate: BitRate(0),
        orig_packets: Counter(orig.packets),
        repl_packets: Counter(repl.packets),
        orig_bytes: Counter(orig.bytes),
        repl_bytes: Counter(repl.bytes),
        expected: flag(ConnectionFlags::EXPECTED),
        seen_reply: flag(ConnectionFlags::SEEN_REPLY),
        assured: flag(ConnectionFlags::ASSURED),
        confirmed: flag(ConnectionFlags::CONFIRMED),
        dying: flag(ConnectionFlags::DYING),
        fasttrack: flag(ConnectionFlags::FASTTRACK),
        hw_offload: false,
        srcnat: flag(ConnectionFlags::SRCNAT),
        dstnat: flag(ConnectionFlags::DSTNAT),
        uses_helper: connection.helper.is_some(),
    }
}

fn command(router: &mut Router, call: &CommandCall) -> Option<Outcome> {
    if call.menu.path != Connection::DEF.path || call.command != "remove" {
        return None;
    }
    let now = router.now;
    let conntrack = &mut router.state.ip.firewall.conntrack;
    let known: Vec<engine::ConnectionId> = conntrack.connections(now).into_iter().map(|(id, _)| id).collect();
    for id in known.into_iter().filter(|id| call.items.contains(&menu_id(*id))) {
        conntrack.remove(id);
    }
    Some(Outcome::Done(Value::Nil))
}
