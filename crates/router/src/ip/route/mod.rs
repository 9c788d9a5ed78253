//! `/ip/route`: IPv4 routes, configured and connected.
//!
//! Manual: "IP Routing". The engines are [`ip::v4::rib`] (which candidate is active) and [`ip::v4::fib`] (longest
//! prefix match). Connected routes come from `/ip/address`.

mod apply;
mod menu;

pub use self::menu::{CheckGateway, Route};

use crate::config::{Change, Config, Feature};
use ::menu::Rejected;
use ip::v4::rib::Rib;

/// `/ip/route`.
pub static FEATURE: Feature =
    Feature { check, apply: apply::apply, refresh: apply::refresh, ..Feature::NONE };

/// The routes of a device while it runs.
#[derive(Clone, Debug, Default)]
pub struct Running {
    /// Candidates and their states.
    pub rib: Rib,
}

fn check(_config: &Config, change: &mut Change<'_>) -> Result<(), Rejected> {
    let Some((_, item)) = change.item::<Route>() else { return Ok(()) };
    if item.gateway.is_none() && item.blackhole != Some(true) {
        // RouterOS takes a route without a gateway; it is never active.
        return Ok(());
    }
    if item.routing_table.as_slice() != b"main" {
        return Err(Rejected {
            message: "input does not match any value of routing-table".into(),
            property: Some("routing-table"),
        });
    }
    Ok(())
}
