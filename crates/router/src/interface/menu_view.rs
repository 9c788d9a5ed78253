//! `/interface`: every interface of whatever kind, in one list.

use super::bridge::Bridge;
use super::ethernet::Ethernet;
use super::{Kind, loopback};
use crate::Router;
use crate::config::{Change, Config};
use crate::state::State;
use clock::Instant;
use menu::{Counter, Id, Mac, Menu, MenuDef, Name, Num, Or, Rejected, Row, Text, words};

/// All interfaces.
#[derive(Clone, Debug, Menu)]
#[menu("/interface", fixed_list, namespace = "interface-view", comment, can_disable,
    flags(dynamic = 'D'; disabled = 'X', running = 'R'; slave = 'S'),
    columns(name, type_, actual_mtu, l2mtu, mac_address),
    command("reset-counters", args("numbers"), positional = 1, help = "Sets the counters to zero."),
    command("monitor-traffic", args("interface", "once", "interval", "duration", "as-value", "proplist",
        "without-paging", "do", "append", "file", "freeze-frame-interval"), positional = 1,
        help = "Shows how much passes through interfaces at the moment."))]
pub struct Interface {
    /// Name.
    pub name: Name,
    /// Name that a port has by itself.
    #[prop(read_only)]
    pub default_name: Option<Name>,
    /// Kind: `ether`, `bridge` …
    #[prop(read_only, quoted = true)]
    pub type_: Text,
    /// Largest IP packet, as configured.
    #[prop(default = Or::default())]
    pub mtu: Or<words::Auto, Num<0, 65536>>,
    /// Largest IP packet, in force.
    #[prop(read_only)]
    pub actual_mtu: u32,
    /// Largest frame without its MAC header.
    #[prop(read_only)]
    pub l2mtu: Option<u32>,
    /// MAC address.
    #[prop(read_only)]
    pub mac_address: Option<Mac>,
    /// Last change to down.
    #[prop(read_only, quoted = false)]
    pub last_link_down_time: Option<Text>,
    /// Last change to up.
    #[prop(read_only, quoted = false)]
    pub last_link_up_time: Option<Text>,
    /// How often it went down.
    #[prop(read_only)]
    pub link_downs: u32,
    /// Bytes received.
    #[prop(read_only, stats)]
    pub rx_byte: Counter,
    /// Bytes sent.
    #[prop(read_only, stats)]
    pub tx_byte: Counter,
    /// Frames received.
    #[prop(read_only, stats)]
    pub rx_packet: Counter,
    /// Frames sent.
    #[prop(read_only, stats)]
    pub tx_packet: Counter,
    /// Frames dropped on the way in.
    #[prop(read_only, stats)]
    pub rx_drop: Counter,
    /// Frames dropped on the way out.
    #[prop(read_only, stats)]
    pub tx_drop: Counter,
    /// Enabled and with a carrier.
    pub running: bool,
    /// Port of a bridge.
    pub slave: bool,
}

/// Rebuilds the view from the menus of the kinds.
pub(super) fn refresh(config: &mut Config, state: &mut State, now: Instant) {
    super::ethernet::refresh(config, state, now);
    super::bridge::refresh(config, state, now);
    let mut rows: Vec<(Id, Interface, bool, Text)> = Vec::new();
    for row in config.tables.ethernet.rows() {
        let item = Interface {
            name: row.item.name.clone(),
            default_name: Some(row.item.default_name.clone()),
            type_: "ether".into(),
            mtu: Or::Value(row.item.mtu),
            ..Interface::default()
        };
        rows.push((row.id, item, row.disabled, row.comment.clone()));
    }
    for row in config.tables.bridge.rows() {
        let item = Interface {
            name: row.item.name.clone(),
            type_: "bridge".into(),
            mtu: row.item.mtu,
            l2mtu: row.item.l2mtu,
            ..Interface::default()
        };
        rows.push((row.id, item, row.disabled, row.comment.clone()));
    }
    let lo = &config.loopback;
    let item = Interface {
        name: Name::from(loopback::NAME),
        type_: "loopback".into(),
        mtu: Or::Value(Num::new(loopback::MTU.into())),
        ..Interface::default()
    };
    rows.push((lo.id, item, lo.disabled, lo.comment.clone()));
    rows.extend(super::stored::rows(config));
    rows.sort_by_key(|(id, ..)| *id);
    config.tables.interface.retain(|_| false);
    for (id, mut item, disabled, comment) in rows {
        if let Some(running) = state.interfaces.get(id.into()) {
            fill(&mut item, running);
        }
        config.tables.interface.push_with_id(id, item, false);
        if let Some(row) = config.tables.interface.by_id_mut(id) {
            row.disabled = disabled;
            row.comment = comment;
        }
    }
}

fn fill(item: &mut Interface, running: &super::Running) {
    item.actual_mtu = match running.kind {
        Kind::Loopback => loopback::MTU,
        Kind::Ethernet | Kind::Bridge(_) | Kind::Stored => u32::from(running.mtu),
    };
    item.mac_address =
        Some(running.mac).filter(|mac| !matches!(running.kind, Kind::Stored) || *mac != Mac::ZERO);
    item.running = running.running();
    item.slave = running.master.is_some();
    item.link_downs = running.link.downs;
    item.last_link_up_time = running.link.last_up.map(|at| crate::log::date_time(at).into());
    item.last_link_down_time = running.link.last_down.map(|at| crate::log::date_time(at).into());
    let counters = running.counters;
    item.rx_byte = Counter(counters.rx_byte);
    item.tx_byte = Counter(counters.tx_byte);
    item.rx_packet = Counter(counters.rx_packet);
    item.tx_packet = Counter(counters.tx_packet);
    item.rx_drop = Counter(counters.rx_drop);
    item.tx_drop = Counter(counters.tx_drop);
}

/// What `/interface set` may not do. The built-in loopback keeps its name and MTU.
pub(super) fn check(config: &Config, change: &mut Change<'_>) -> Result<(), Rejected> {
    let Some((Some(id), item)) = change.item::<Interface>() else { return Ok(()) };
    super::ethernet::refuse_taken_name(config, Some(id), &item.name)?;
    let is_lo = id == config.loopback.id;
    match &item.mtu {
        Or::Word(_) if config.tables.bridge.by_id(id).is_some() => Ok(()),
        Or::Word(_) if config.stored_interface(id).is_some() => Ok(()),
        Or::Value(mtu) if !is_lo => super::ethernet::refuse_mtu(mtu.get()),
        Or::Value(mtu) if mtu.get() == i64::from(loopback::MTU) => Ok(()),
        Or::Word(_) | Or::Value(_) => Err(Rejected::failure("could not set mtu").at("mtu")),
    }?;
    if is_lo && item.name.as_slice() != loopback::NAME.as_bytes() {
        return Err(Rejected::failure("can not change builtin interface").at("name"));
    }
    Ok(())
}

/// The bit of a property among the explicit ones of its row.
fn bit(def: &'static MenuDef, property: &str) -> u128 {
    def.property(property).map_or(0, |at| 1 << at)
}

/// Carries what was set on the view over to the menu of the interface's kind.
pub(crate) fn write_through(config: &mut Config) {
    let view = std::mem::take(&mut config.tables.interface);
    for view in view.rows() {
        write_row(config, view);
    }
    config.tables.interface = view;
    config.mark_all();
}

/// Carries what the view's row of `lo` says over to it, which has no menu of its own.
pub(crate) fn write_loopback(config: &mut Config) {
    if let Some(row) = config.tables.interface.by_id(config.loopback.id) {
        config.loopback.disabled = row.disabled;
        config.loopback.comment = row.comment.clone();
    }
    config.mark_all();
}

fn write_row(config: &mut Config, view: &Row<Interface>) {
    if let Some(row) = config.tables.ethernet.by_id_mut(view.id) {
        if row.item.name != view.item.name {
            row.item.name = view.item.name.clone();
            row.explicit |= bit(Ethernet::DEF, "name");
        }
        if let Or::Value(mtu) = &view.item.mtu
            && row.item.mtu != *mtu
        {
            row.item.mtu = *mtu;
            row.explicit |= bit(Ethernet::DEF, "mtu");
        }
        row.disabled = view.disabled;
        row.comment = view.comment.clone();
    } else if let Some(row) = config.tables.bridge.by_id_mut(view.id) {
        if row.item.name != view.item.name {
            row.item.name = view.item.name.clone();
            row.explicit |= bit(Bridge::DEF, "name");
        }
        if row.item.mtu != view.item.mtu {
            row.item.mtu = view.item.mtu;
            row.explicit |= bit(Bridge::DEF, "mtu");
        }
        row.disabled = view.disabled;
        row.comment = view.comment.clone();
    } else if view.id == config.loopback.id {
        config.loopback.disabled = view.disabled;
        config.loopback.comment = view.comment.clone();
    } else {
        super::stored::write_through(config, view);
    }
}

/// `lo` follows its row; the other kinds have menus of their own.
pub(super) fn apply(config: &mut Config, state: &mut State, _now: Instant) {
    if let Some(interface) = state.interfaces.get_mut(config.loopback.id.into()) {
        interface.link.enabled = !config.loopback.disabled;
    }
}

/// `reset-counters` and `monitor-traffic`.
pub(super) fn command(router: &mut Router, call: &console::CommandCall) -> Option<console::Outcome> {
    if let Some(outcome) = super::monitor::command(router, call) {
        return Some(outcome);
    }
    let ours = call.menu.path == Interface::DEF.path || call.menu.path == Ethernet::DEF.path;
    if !ours || call.command != "reset-counters" {
        return None;
    }
    for id in &call.items {
        if let Some(interface) = router.state.interfaces.get_mut((*id).into()) {
            interface.counters = super::Counters::default();
        }
    }
    Some(console::Outcome::Done(menu::Value::Nil))
}
