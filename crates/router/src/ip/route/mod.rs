//! `/ip/route`: IPv4 routes, configured and connected.
//!
//! Manual: "IP Routing". The engines are [`ip::v4::rib`] (which candidate is active) and [`ip::v4::fib`] (longest
//! prefix match). Connected routes come from `/ip/address`.

mod apply;
pub(crate) mod check;
mod menu;

pub use self::menu::{CheckGateway, PrefSrc, Route};

use crate::config::{Change, Config, Feature};
use crate::left_out::LeftOut;
use ::menu::spaces::RoutingTable;
use ::menu::{Lookup, Menu, Names, Rejected, Space};
use ip::v4::rib::Rib;

/// `/ip/route`.
pub static FEATURE: Feature =
    Feature { check, apply: apply::apply, refresh: apply::refresh, left_out, ..Feature::NONE };

/// The routes of a device while it runs.
#[derive(Clone, Debug, Default)]
pub struct Running {
    /// Candidates and their states.
    pub rib: Rib,
    /// `check-gateway`.
    pub(crate) checks: check::Checks,
}

fn check(config: &Config, change: &mut Change<'_>) -> Result<(), Rejected> {
    if let Change::Remove(menu, id) = change
        && std::ptr::eq(*menu, Route::DEF)
        && config.tables.ip_route.by_id(*id).is_some_and(|row| row.dynamic)
    {
        return Err(Rejected::failure("can not remove dynamic route"));
    }
    let Some((_, item)) = change.item::<Route>() else { return Ok(()) };
    if !matches!(config.lookup(RoutingTable::NAMESPACE, &item.routing_table), Lookup::One(_)) {
        return Err(Rejected {
            message: "input does not match any value of routing-table".into(),
            property: Some("routing-table"),
        });
    }
    Ok(())
}

/// What routes of this configuration ask for and the simulation leaves out.
fn left_out(config: &Config) -> Vec<LeftOut> {
    let bfd = |row: &&::menu::Row<Route>| {
        matches!(row.item.check_gateway, Some(CheckGateway::Bfd | CheckGateway::BfdMultihop))
    };
    let count = config.tables.ip_route.rows().iter().filter(bfd).count();
    vec![LeftOut::value("/ip/route", "check-gateway", "bfd", count)]
}
