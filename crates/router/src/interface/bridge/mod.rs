//! `/interface/bridge`: bridges, their ports and the hosts they know.
//!
//! Manual: "Bridging and Switching". The engine is the crate `bridge` (forwarding, host table, VLAN table); the packet
//! path through it is in `flow/bridging`. Spanning tree, multicast snooping and VLAN filtering are accepted and
//! reported as not simulated: ports forward as soon as they run.

mod apply;
mod hosts;
mod menu;
mod port_types;

pub use self::menu::{
    Bridge, Edge, EtherType, FrameTypes, Host, Learn, LearnedEntries, PointToPoint, Port, PortStatus,
    ProtocolMode,
};
pub use self::port_types::{Horizon, PortInterface};
pub(crate) use apply::refresh;

use super::Number;
use crate::config::{Change, Config, Feature};
use crate::left_out::LeftOut;
use ::menu::{Menu, Or, Rejected};
use std::collections::BTreeSet;

/// `/interface/bridge`, `/interface/bridge/port`, `/interface/bridge/host`.
pub static FEATURE: Feature = Feature { check, apply: apply::apply, refresh, left_out, ..Feature::NONE };

fn left_out(config: &Config) -> Vec<LeftOut> {
    let lists = config.tables.bridge_port.rows().iter().filter(|row| row.item.interface.is_list()).count();
    vec![LeftOut::value(Port::DEF.path, "interface", "members of a list become no ports", lists)]
}

/// A bridge while the device runs.
#[derive(Clone, Debug)]
pub struct Running {
    /// Decides where frames go and knows the hosts.
    pub engine: ::bridge::Bridge,
    /// The interface behind each port of the engine.
    pub ports: Vec<Option<Number>>,
    /// The address of `auto-mac`: of [`Running::mac_from`], or random.
    pub(crate) auto_mac: wire::Mac,
    /// Which port the MAC address came from (`auto-mac`): it stays until that port goes to another bridge.
    pub(crate) mac_from: Option<Number>,
    /// The static hosts that the engine was told of.
    pub(crate) static_hosts: BTreeSet<(Option<u16>, wire::Mac)>,
}

impl Running {
    /// The interface behind a port.
    #[must_use]
    #[inline]
    pub fn interface(&self, port: ::bridge::BridgePort) -> Option<Number> {
        *self.ports.get(usize::from(port.0))?
    }
}

fn check(config: &Config, change: &mut Change<'_>) -> Result<(), Rejected> {
    if let Some((id, item)) = change.item::<Bridge>() {
        if item.name.is_empty() {
            item.name = free_name(config).as_str().into();
        }
        if let Or::Value(mtu) = &item.mtu {
            super::ethernet::refuse_mtu(mtu.get())?;
        }
        return super::ethernet::refuse_taken_name(config, id, &item.name);
    }
    if let Some((id, item)) = change.item::<Port>() {
        return check_port(config, id, item);
    }
    if let Some((id, item)) = change.item::<Host>() {
        item.on_interface = item.interface;
        let same = |row: &::menu::Row<Host>| {
            Some(row.id) != id
                && !row.dynamic
                && row.item.mac_address == item.mac_address
                && row.item.vid == item.vid
                && row.item.bridge == item.bridge
        };
        if config.tables.bridge_host.rows().iter().any(same) {
            return Err(Rejected::failure("already have such entry").at("mac-address"));
        }
        return Ok(());
    }
    match change {
        Change::Remove(menu, id) if std::ptr::eq(*menu, Host::DEF) => {
            match config.tables.bridge_host.by_id(*id) {
                Some(row) if row.dynamic => Err(Rejected::failure("can not remove dynamic host")),
                Some(_) | None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

fn check_port(config: &Config, id: Option<::menu::Id>, item: &Port) -> Result<(), Rejected> {
    let mut others = config.tables.bridge_port.rows().iter().filter(|row| Some(row.id) != id);
    if others.any(|row| row.item.interface == item.interface) {
        return Err(Rejected::failure("device already added as bridge port").at("interface"));
    }
    if item.interface.is_list() {
        return Ok(());
    }
    if item.interface.id() == item.bridge.id {
        return Err(Rejected::failure("can not add bridge to itself").at("interface"));
    }
    // The kernel refuses a bridge in a bridge, the loopback interface, and what carries no Ethernet.
    let port = item.interface.id();
    if config.tables.ethernet.by_id(port).is_none() && !super::stored::carries_ethernet(config, port) {
        return Err(Rejected::failure("this interface can not be a bridge port").at("interface"));
    }
    Ok(())
}

/// `bridge1`, `bridge2` …: the first that no interface has.
fn free_name(config: &Config) -> String {
    (1..)
        .map(|n| format!("bridge{n}"))
        .find(|name| super::ethernet::refuse_taken_name(config, None, &name.as_str().into()).is_ok())
        .unwrap_or_default()
}
