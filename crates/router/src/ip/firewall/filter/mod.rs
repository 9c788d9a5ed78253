//! `/ip/firewall/filter`: which packets pass to, through and from the device.
//!
//! Manual: "Filter", "Common Firewall Matchers and Actions". The engine is the crate `firewall`; the boxes of the packet
//! flow are `flow/input/filter.rs`, `flow/forward/filter.rs`, `flow/output/filter.rs`.

mod compile;
mod menu;

pub use self::menu::{Action, AddressType, ConnectionState, NatState, RejectWith, Rule, Stays, TcpFlag};

use crate::Router;
use crate::config::{Change, Config, Feature};
use crate::state::State;
use ::menu::{Menu, Rejected, Value};
use clock::Instant;
use console::{CommandCall, Outcome};
use firewall::rule::RuleId;

/// `/ip/firewall/filter`.
pub static FEATURE: Feature = Feature { check, apply, refresh, command };

/// Protocols that have ports: tcp, udp, udp-lite, dccp, sctp.
const WITH_PORTS: [u8; 5] = [6, 17, 136, 33, 132];

fn check(_config: &Config, change: &mut Change<'_>) -> Result<(), Rejected> {
    let Some((_, rule)) = change.item::<Rule>() else { return Ok(()) };
    let protocol = rule.protocol.as_ref().filter(|protocol| !protocol.negated).map(|p| p.value.0);
    let ports = [("src-port", &rule.src_port), ("dst-port", &rule.dst_port), ("port", &rule.port)];
    for (name, value) in ports {
        if value.is_some() && !protocol.is_some_and(|protocol| WITH_PORTS.contains(&protocol)) {
            let text = "ports can be specified if proto is tcp,udp,udp-lite,dccp,sctp";
            return Err(Rejected::failure(text).at(name));
        }
    }
    if rule.src_mac_address.is_some() && rule.chain.as_slice() == b"output" {
        let text = "source mac address matching not possible in output and postrouting chains";
        return Err(Rejected::failure(text).at("src-mac-address"));
    }
    if rule.in_interface.is_some() && rule.chain.as_slice() == b"output" {
        let text = "incoming interface matching not possible in output and postrouting chains";
        return Err(Rejected::failure(text).at("in-interface"));
    }
    if rule.out_interface.is_some() && rule.chain.as_slice() == b"input" {
        let text = "outgoing interface matching not possible in input and prerouting chains";
        return Err(Rejected::failure(text).at("out-interface"));
    }
    if rule.reject_with == Some(RejectWith::TcpReset) && protocol != Some(6) {
        return Err(Rejected::failure("tcp-reset can be used only with tcp protocol").at("reject-with"));
    }
    if rule.action == Action::Jump && rule.jump_target.is_none() {
        return Err(Rejected::failure("jump-target must be set").at("jump-target"));
    }
    Ok(())
}

fn apply(config: &mut Config, state: &mut State, _now: Instant) {
    let slaves: Vec<_> =
        state.interfaces.iter().filter(|(_, i)| i.master.is_some()).map(|(n, _)| n).collect();
    for row in config.tables.filter.rows_mut() {
        let interfaces = [&row.item.in_interface, &row.item.out_interface];
        let slave = interfaces.iter().any(|interface| {
            interface.as_ref().is_some_and(|interface| slaves.contains(&interface.value.id.into()))
        });
        let gone = interfaces.iter().any(|interface| {
            interface.as_ref().is_some_and(|i| state.interfaces.get(i.value.id.into()).is_none())
        });
        row.invalid = slave || gone;
        row.reason = slave
            .then_some("in/out-interface matcher not possible when interface is slave - use master instead");
    }
    let rules: Vec<_> =
        config.tables.filter.active().map(|row| compile::rule(row, &mut state.ip.firewall)).collect();
    state.ip.firewall.prefixes = config
        .tables
        .filter
        .rows()
        .iter()
        .filter_map(|row| Some((RuleId(row.id.0), row.item.log_prefix.as_ref()?.to_string().into())))
        .collect();
    state.ip.firewall.filter.replace(&rules);
    state.ip.firewall.conntrack.set_has_rules(!rules.is_empty());
}

fn refresh(config: &mut Config, state: &mut State, _now: Instant) {
    for row in config.tables.filter.rows_mut() {
        let counters = state.ip.firewall.filter.counters(RuleId(row.id.0)).unwrap_or_default();
        row.item.bytes = counters.bytes;
        row.item.packets = counters.packets;
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
