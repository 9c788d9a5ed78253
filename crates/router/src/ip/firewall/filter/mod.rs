//! `/ip/firewall/filter`: which packets pass to, through and from the device.
//!
//! Manual: "Filter", "Common Firewall Matchers and Actions". The engine is the crate `firewall`; the boxes of the packet
//! flow are `flow/input/filter.rs`, `flow/forward/filter.rs`, `flow/output/filter.rs`.

mod compile;
mod menu;

pub use self::menu::{
    Action, AddressType, ConnectionState, ConnectionType, Hotspot, InterfaceClass, InterfaceMatcher,
    Ipv4Options, NatState, RejectWith, Rule, Stays, TcpFlag,
};

use crate::Router;
use crate::config::{Change, Config, Feature};
use crate::interface::Number;
use crate::left_out::LeftOut;
use crate::state::State;
use ::menu::{AnyTable, Counter, Menu, Rejected, Value};
use clock::Instant;
use console::{CommandCall, Outcome};
use firewall::rule::RuleId;
use std::borrow::Cow;

/// `/ip/firewall/filter`.
pub static FEATURE: Feature = Feature { check, apply, refresh, command, left_out };

/// What actions of this configuration do and the simulation leaves out.
fn left_out(config: &Config) -> Vec<LeftOut> {
    let uses = |action: Action, words| {
        let rules = config.tables.filter.rows().iter();
        let count = rules.filter(|row| !row.dynamic && row.item.action == action).count();
        LeftOut::value("/ip/firewall/filter", "action", words, count)
    };
    vec![
        uses(Action::FasttrackConnection, "fasttrack-connection: marked packets still pass every rule"),
        uses(Action::Tarpit, "tarpit: packets are dropped"),
    ]
}

/// Protocols that have ports: tcp, udp, udp-lite, dccp, sctp.
const WITH_PORTS: [u8; 5] = [6, 17, 136, 33, 132];
/// What all menus of rules say of another.
pub(crate) const NO_PORTS: &str = "ports can be specified if proto is tcp,udp,udp-lite,dccp,sctp";

fn check(_config: &Config, change: &mut Change<'_>) -> Result<(), Rejected> {
    let Some((_, rule)) = change.item::<Rule>() else { return Ok(()) };
    let protocol = rule.protocol.as_ref().filter(|protocol| !protocol.negated).map(|p| p.value.0);
    let ports = [("src-port", &rule.src_port), ("dst-port", &rule.dst_port), ("port", &rule.port)];
    for (name, value) in ports {
        if value.is_some() && !protocol.is_some_and(|protocol| WITH_PORTS.contains(&protocol)) {
            return Err(Rejected::failure(NO_PORTS).at(name));
        }
    }
    if rule.src_mac_address.is_some() && rule.chain.as_slice() == b"output" {
        let text = "source mac address matching not possible in output and postrouting chains";
        return Err(Rejected::failure(text).at("src-mac-address"));
    }
    let incoming = [
        ("in-interface", rule.in_interface.is_some()),
        ("in-interface-list", rule.in_interface_list.is_some()),
        ("in-bridge-port", rule.in_bridge_port.is_some()),
        ("in-bridge-port-list", rule.in_bridge_port_list.is_some()),
    ];
    let outgoing = [
        ("out-interface", rule.out_interface.is_some()),
        ("out-interface-list", rule.out_interface_list.is_some()),
        ("out-bridge-port", rule.out_bridge_port.is_some()),
        ("out-bridge-port-list", rule.out_bridge_port_list.is_some()),
    ];
    let set = |matchers: [(&'static str, bool); 4]| matchers.into_iter().find(|(_, set)| *set);
    if let (Some((name, _)), b"output") = (set(incoming), rule.chain.as_slice()) {
        let text = "incoming interface matching not possible in output and postrouting chains";
        return Err(Rejected::failure(text).at(name));
    }
    if let (Some((name, _)), b"input") = (set(outgoing), rule.chain.as_slice()) {
        let text = "outgoing interface matching not possible in input and prerouting chains";
        return Err(Rejected::failure(text).at(name));
    }
    if rule.reject_with == Some(RejectWith::TcpReset) && protocol != Some(6) {
        return Err(Rejected::failure("tcp-reset can be used only with tcp protocol").at("reject-with"));
    }
    if rule.action == Action::Jump && rule.jump_target.is_none() {
        return Err(Rejected::failure("jump-target must be set").at("jump-target"));
    }
    Ok(())
}

/// Why a rule cannot work as things are: an interface matcher names a port of a bridge, or what is gone.
fn invalid(rule: &Rule, config: &Config, state: &State) -> Option<Option<String>> {
    let interfaces = [&rule.in_interface, &rule.out_interface];
    for number in interfaces.into_iter().flatten().filter_map(|to| Some(Number::from(to.value.value()?.id))) {
        let Some(interface) = state.interfaces.get(number) else { return Some(None) };
        if let Some((master, _)) = interface.master {
            let master = state.interfaces.get(master).map_or("", |master| &master.name);
            return Some(Some(format!(
                "in/out-interface matcher not possible when interface ({}) is slave - use master instead ({master})",
                interface.name
            )));
        }
    }
    let lists = [&rule.in_interface_list, &rule.out_interface_list];
    let gone = |id| config.tables.interface_list.by_id(id).is_none();
    lists.into_iter().flatten().any(|list| gone(list.value.id)).then_some(None)
}

/// RouterOS shows what FastTrack passes by the rules in a row of its own, before all others, as soon as a rule asks for
/// FastTrack. Here such connections go on through the rules, so that the row counts nothing.
fn show_fasttrack(config: &mut Config) {
    let rows = &mut config.tables.filter;
    let wanted = rows.active().any(|row| row.item.action == Action::FasttrackConnection);
    let shown = rows.rows().iter().any(|row| row.dynamic);
    if shown && !wanted {
        rows.retain(|row| !row.dynamic);
    }
    if wanted && !shown {
        let item = Rule { chain: "forward".into(), action: Action::Passthrough, ..Rule::default() };
        let id = rows.push(item, true);
        if let Some(row) = rows.by_id_mut(id) {
            row.reason = Some(Cow::Borrowed("special dummy rule to show fasttrack counters"));
        }
        rows.move_row(rows.len() - 1, Some(0));
    }
}

fn apply(config: &mut Config, state: &mut State, _now: Instant) {
    let verdicts: Vec<_> =
        config.tables.filter.rows().iter().map(|row| invalid(&row.item, config, state)).collect();
    for (row, verdict) in config.tables.filter.rows_mut().iter_mut().zip(verdicts) {
        if !row.dynamic {
            row.invalid = verdict.is_some();
            row.reason = verdict.flatten().map(Cow::Owned);
        }
    }
    show_fasttrack(config);
    let firewall = &mut state.ip.firewall;
    let rules: Vec<_> = config
        .tables
        .filter
        .active()
        .filter(|row| !row.dynamic && !compile::never_matches(row))
        .map(|row| compile::rule(row, firewall))
        .collect();
    let prefix =
        |row: &::menu::Row<Rule>| Some((RuleId(row.id.0), row.item.log_prefix.as_ref()?.to_string().into()));
    firewall.prefixes = config.tables.filter.rows().iter().filter_map(prefix).collect();
    firewall.filter.replace(&rules);
    firewall.conntrack.set_has_rules(!rules.is_empty());
}

fn refresh(config: &mut Config, state: &mut State, _now: Instant) {
    // Rules may name the built-in lists.
    crate::interface::list::ensure_rows(config);
    for row in config.tables.filter.rows_mut() {
        let counters = state.ip.firewall.filter.counters(RuleId(row.id.0)).unwrap_or_default();
        row.item.bytes = Counter(counters.bytes);
        row.item.packets = Counter(counters.packets);
    }
}

fn command(router: &mut Router, call: &CommandCall) -> Option<Outcome> {
    if call.menu.path != Rule::DEF.path {
        return None;
    }
    let table = &mut router.state.ip.firewall.filter;
    match call.command {
        "reset-counters" => call.items.iter().for_each(|id| table.reset_counters(RuleId(id.0))),
        "reset-counters-all" => table.reset_all_counters(),
        _ => return None,
    }
    Some(Outcome::Done(Value::Nil))
}
