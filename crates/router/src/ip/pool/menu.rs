//! `/ip/pool` and `/ip/pool/used`.

use crate::names::PoolSpace;
use menu::{Ipv4Ranges, Name, Or, Ref, words};
use menu::{Menu, Text};
use std::net::Ipv4Addr;

/// Pools of addresses for DHCP servers, PPP, hotspot and IPsec clients.
#[derive(Clone, Debug, Menu)]
#[menu("/ip/pool", list, namespace = "pool", wide_number, columns(name, ranges, total, used, available))]
pub struct Pool {
    /// Name of the pool; `pool1` and so on when not given.
    pub name: Name,
    /// The addresses: `a-b[,c-d…]`; ranges may not overlap.
    #[prop(required)]
    pub ranges: Ipv4Ranges,
    /// The pool that is asked when this one is exhausted.
    pub next_pool: Option<Or<words::None, Ref<PoolSpace>>>,
    /// How many addresses the ranges hold.
    #[prop(read_only)]
    pub total: u32,
    /// How many are in use.
    #[prop(read_only)]
    pub used: u32,
    /// How many are free.
    #[prop(read_only)]
    pub available: u32,
}

/// Addresses of pools that are in use.
#[derive(Clone, Debug, Menu)]
#[menu("/ip/pool/used", status, no_name, wide_number, columns(pool, address, owner, info))]
pub struct Used {
    /// The pool.
    #[prop(read_only)]
    pub pool: Ref<PoolSpace>,
    /// The address.
    #[prop(read_only, default = Ipv4Addr::UNSPECIFIED)]
    pub address: Ipv4Addr,
    /// Service that uses it: `DHCP`, `PPP`, `IPsec`, `Hotspot`.
    #[prop(read_only)]
    pub owner: Text,
    /// For whom: a MAC address, a user name.
    #[prop(read_only)]
    pub info: Text,
}
