//! `/routing/route`: every route of every address family, read only.
//!
//! The rows are made when somebody looks: of those of `/ip/route`, and one for the link of each interface.
//!
//! Manual: "IP Routing".

mod menu;

pub use self::menu::{Destination, Entry};

use crate::config::{Config, Feature};
use crate::ip::route::Route;
use crate::state::State;
use ::menu::{Id, Names, Num, Row, Text};
use clock::Instant;
use ip::v4::rib::RouteId;

/// `/routing/route`.
pub static FEATURE: Feature = Feature { refresh, ..Feature::NONE };

fn refresh(config: &mut Config, state: &mut State, now: Instant) {
    (crate::ip::route::FEATURE.refresh)(config, state, now);
    let mut rows: Vec<&Row<Route>> = config.tables.ip_route.rows().iter().collect();
    rows.sort_by_key(|row| {
        let item = &row.item;
        (
            item.routing_table.as_slice() != b"main",
            &item.routing_table,
            *item.dst_address,
            item.distance.get(),
        )
    });
    let routes: Vec<_> =
        rows.into_iter().map(|row| (row.disabled, row.comment.clone(), entry(state, row))).collect();
    let links = state.interfaces.all_numbers().filter_map(|number| {
        let name = config.name(crate::config::INTERFACE, number.id())?;
        Some((false, Text::default(), link(name)))
    });
    let entries: Vec<_> = routes.into_iter().chain(links).collect();
    let table = &mut config.tables.routing_route;
    table.retain(|_| false);
    for (number, (disabled, comment, item)) in (1..).zip(entries) {
        table.push_with_id(Id(number), item, true);
        if let Some(row) = table.by_id_mut(Id(number)) {
            (row.disabled, row.comment) = (disabled, comment);
        }
    }
}

/// A route of `/ip/route` as it is shown here.
fn entry(state: &State, row: &Row<Route>) -> Entry {
    let item = &row.item;
    let known = state.ip.routes.rib.state(RouteId(u64::from(row.id.0)));
    let reachable = item.active || known.is_some_and(|known| known.reachable);
    let contribution = match (item.active, row.disabled, reachable) {
        (true, ..) => Some("active"),
        (false, false, true) => Some("candidate"),
        (false, false, false) => Some("unreachable"),
        (false, true, _) => None,
    };
    let belongs_to = match () {
        () if item.connect => "connected",
        () if item.dhcp => "DHCP route",
        () => "Static route",
    };
    Entry {
        afi: "ip4".into(),
        contribution: contribution.map(Text::from),
        dst_address: Destination::Network(item.dst_address),
        routing_table: Some(item.routing_table.clone()),
        pref_src: item.pref_src,
        gateway: item.gateway,
        immediate_gw: item.immediate_gw.clone(),
        distance: Num::new(item.distance.get()),
        scope: Some(Num::new(item.scope.get())),
        target_scope: item.target_scope,
        belongs_to: Some(belongs_to.into()),
        local_address: item.local_address.clone(),
        unreachable: !row.disabled && !reachable,
        active: item.active,
        connect: item.connect,
        static_: item.static_,
        dhcp: item.dhcp,
        ecmp: item.ecmp,
        blackhole: item.blackhole == Some(true),
        ..Entry::default()
    }
}

/// The row that each interface has.
fn link(name: Text) -> Entry {
    Entry {
        afi: "link".into(),
        contribution: Some("active".into()),
        dst_address: Destination::Link(name),
        distance: Num::new(0),
        active: true,
        hw_offloaded: true,
        ..Entry::default()
    }
}
