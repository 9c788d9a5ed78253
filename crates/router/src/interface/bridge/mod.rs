//! `/interface/bridge`: bridges, their ports and the hosts they know.
//!
//! Manual: "Bridging and Switching". The engine is the crate `bridge` (forwarding, host table, VLAN table); the packet
//! path through it is in `flow/bridging`. Spanning tree, multicast snooping and VLAN filtering are accepted and
//! reported as not simulated: ports forward as soon as they run.

mod apply;
mod menu;

pub use self::menu::{
    Bridge, Edge, EtherType, FrameTypes, Host, Learn, LearnedEntries, PointToPoint, Port, PortStatus,
    ProtocolMode,
};
pub(crate) use apply::refresh;

use super::Number;
use crate::config::{Change, Config, Feature};
use ::menu::Rejected;

/// `/interface/bridge`, `/interface/bridge/port`, `/interface/bridge/host`.
pub static FEATURE: Feature = Feature { check, apply: apply::apply, refresh, ..Feature::NONE };

/// A bridge while the device runs.
#[derive(Clone, Debug)]
pub struct Running {
    /// Decides where frames go and knows the hosts.
    pub engine: ::bridge::Bridge,
    /// The interface behind each port of the engine.
    pub ports: Vec<Option<Number>>,
    /// Which port the MAC address came from (`auto-mac`), to keep it as long as that port stays.
    pub(crate) mac_from: Option<Number>,
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
        return super::ethernet::refuse_taken_name(config, id, &item.name);
    }
    if let Some((id, item)) = change.item::<Port>() {
        let taken = config.tables.bridge_port.rows().iter();
        if taken.clone().any(|row| Some(row.id) != id && row.item.interface == item.interface) {
            return Err(Rejected::failure("device already added as bridge port").at("interface"));
        }
        if item.interface.id == item.bridge.id {
            return Err(Rejected::failure("can not add bridge to itself").at("interface"));
        }
        return Ok(());
    }
    if let Some((_, item)) = change.item::<Host>() {
        item.on_interface = item.interface;
        return Ok(());
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
