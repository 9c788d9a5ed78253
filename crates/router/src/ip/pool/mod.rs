//! `/ip/pool`: addresses for DHCP servers, PPP, hotspot and IPsec clients, and who uses them.
//!
//! Manual: "IP Pools". The engine is [`dhcp::pool`].

mod menu;

pub use self::menu::{Pool, Used};

use crate::config::{Change, Config, Feature};
use crate::state::State;
use ::menu::{Id, Rejected};
use ::menu::{Or, Ref};
use clock::Instant;
use dhcp::pool::{PoolConfig, PoolId};

/// `/ip/pool` and `/ip/pool/used`.
pub static FEATURE: Feature = Feature { check, apply, refresh, ..Feature::NONE };

fn check(config: &Config, change: &mut Change<'_>) -> Result<(), Rejected> {
    let Some((id, item)) = change.item::<Pool>() else { return Ok(()) };
    // `none` is what it is without one.
    item.next_pool.take_if(|next| matches!(next, Or::Word(_)));
    let rows = config.tables.pool.rows();
    let taken = |name: &[u8]| rows.iter().any(|row| Some(row.id) != id && row.item.name.as_slice() == name);
    if item.name.is_empty() {
        let free = (1..).map(|n| format!("pool{n}")).find(|name| !taken(name.as_bytes()));
        item.name = free.unwrap_or_default().as_str().into();
    } else if taken(&item.name) {
        return Err(Rejected::failure("pool with such name exists").at("name"));
    }
    Ok(())
}

fn engine_config(item: &Pool) -> PoolConfig {
    PoolConfig {
        name: item.name.to_string(),
        ranges: item.ranges.ranges().iter().map(|range| (range.first, range.last)).collect(),
        next_pool: match &item.next_pool {
            Some(Or::Value(pool)) => Some(PoolId(pool.id.0)),
            Some(Or::Word(_)) | None => None,
        },
    }
}

fn apply(config: &mut Config, state: &mut State, _now: Instant) {
    let pools = &mut state.ip.pools;
    for id in state.ip.pool_ids.iter() {
        if config.tables.pool.by_id(Id(id.0)).is_none() {
            pools.remove(*id);
        }
    }
    state.ip.pool_ids = config.tables.pool.rows().iter().map(|row| PoolId(row.id.0)).collect();
    for row in config.tables.pool.rows() {
        let wanted = engine_config(&row.item);
        if pools.config(PoolId(row.id.0)) != Some(&wanted) {
            pools.set(PoolId(row.id.0), wanted);
        }
    }
}

fn refresh(config: &mut Config, state: &mut State, _now: Instant) {
    for row in config.tables.pool.rows_mut() {
        let (total, used) = state.ip.pools.counts(PoolId(row.id.0));
        let number = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
        row.item.total = number(total);
        row.item.used = number(used);
        row.item.available = number(total.saturating_sub(used));
    }
    config.tables.pool_used.retain(|_| false);
    for (number, used) in (1..).zip(state.ip.pools.used()) {
        let item = Used {
            pool: Ref::to(Id(used.pool.0)),
            address: used.address,
            owner: used.owner.to_string().into(),
            info: used.info.as_str().into(),
        };
        config.tables.pool_used.push_with_id(Id(number), item, true);
    }
}
