//! The main routing table as Linux keeps it (net/ipv4/fib_trie.c, fib_semantics.c): several routes to a prefix, ordered
//! by metric, each with type, scope, protocol and preferred source.
//!
//! The table is what `ip route` shows and changes; [`Routes::compile`] writes the best of each prefix into the engine's
//! [`Fib`], which is all that packets see.

use crate::interface::{Interface, Scope};
use core::net::Ipv4Addr;
use ip::TableId;
use ip::v4::fib::{Fib, Hop, Target};
use ipnet::Ipv4Net;

/// What a route does with a packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum RouteKind {
    /// Sends it on.
    #[default]
    Unicast,
    /// Discards it in silence.
    Blackhole,
    /// Says "host unreachable".
    Unreachable,
    /// Says "communication prohibited".
    Prohibit,
}

impl RouteKind {
    /// The word of iproute2.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Unicast => "unicast",
            Self::Blackhole => "blackhole",
            Self::Unreachable => "unreachable",
            Self::Prohibit => "prohibit",
        }
    }
}

/// Who made a route: the numbers of `rt_protos`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Protocol(pub(crate) u8);

impl Protocol {
    pub(crate) const KERNEL: Self = Self(2);
    pub(crate) const BOOT: Self = Self(3);
    const NAMES: [(u8, &'static str); 9] = [
        (0, "unspec"),
        (1, "redirect"),
        (2, "kernel"),
        (3, "boot"),
        (4, "static"),
        (8, "gated"),
        (9, "ra"),
        (16, "dhcp"),
        (186, "bgp"),
    ];

    /// A protocol by name or number.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        let named = Self::NAMES.iter().find(|(_, name)| *name == word).map(|(n, _)| *n);
        named.or_else(|| word.parse().ok()).map(Self)
    }

    pub(crate) fn name(self) -> String {
        let named = Self::NAMES.iter().find(|(n, _)| *n == self.0);
        named.map_or_else(|| self.0.to_string(), |(_, name)| (*name).to_string())
    }
}

/// One route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) prefix: Ipv4Net,
    pub(crate) kind: RouteKind,
    pub(crate) gateway: Option<Ipv4Addr>,
    /// Index into the host's interfaces; `None` for routes that lead nowhere.
    pub(crate) interface: Option<usize>,
    pub(crate) metric: u32,
    pub(crate) protocol: Protocol,
    pub(crate) scope: Scope,
    pub(crate) source: Option<Ipv4Addr>,
    /// `onlink`: the gateway counts as a neighbour though no route says so.
    pub(crate) onlink: bool,
    /// `mtu`: datagrams this way are no longer.
    pub(crate) mtu: Option<u16>,
}

impl Route {
    /// The connected route of an address.
    pub(crate) fn connected(interface: usize, local: Ipv4Net) -> Self {
        Self {
            prefix: local.trunc(),
            kind: RouteKind::Unicast,
            gateway: None,
            interface: Some(interface),
            metric: 0,
            protocol: Protocol::KERNEL,
            scope: Scope::Link,
            source: Some(local.addr()),
            onlink: false,
            mtu: None,
        }
    }

    /// Place in the table: network, longer prefix first, lower metric first.
    fn place(&self) -> (Ipv4Addr, u8, u32) {
        (self.prefix.network(), 32 - self.prefix.prefix_len(), self.metric)
    }

    /// Everything that makes two routes the same except who made them.
    fn same_way(&self, other: &Self) -> bool {
        (self.kind, self.gateway, self.interface, self.scope, self.source, self.mtu)
            == (other.kind, other.gateway, other.interface, other.scope, other.source, other.mtu)
    }
}

/// How a route goes into the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Insert {
    /// `add`: no route of this prefix and metric may be there.
    Add,
    /// `replace`: takes the place of the first one.
    Replace,
    /// `change`: there must be one.
    Change,
    /// `append`: behind those of its metric.
    Append,
    /// `prepend`: before those of its metric.
    Prepend,
}

/// Why a route did not go in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InsertError {
    /// EEXIST.
    Exists,
    /// ENOENT.
    NotFound,
}

/// The main table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Routes {
    rows: Vec<Route>,
}

impl Routes {
    /// The routes in the order in which Linux lists them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Route> {
        self.rows.iter()
    }

    /// Puts a route in.
    pub(crate) fn insert(&mut self, route: Route, how: Insert) -> Result<(), InsertError> {
        let place = route.place();
        let start = self.rows.partition_point(|r| r.place() < place);
        let end = self.rows.partition_point(|r| r.place() <= place);
        let twin = self.rows[start..end].iter().position(|r| r.same_way(&route));
        match how {
            Insert::Add if start < end => return Err(InsertError::Exists),
            Insert::Change if start == end => return Err(InsertError::NotFound),
            Insert::Replace | Insert::Change if start < end => {
                // A twin further down would stand twice.
                if twin.is_some_and(|at| at > 0) {
                    return Err(InsertError::Exists);
                }
                self.rows[start] = route;
            }
            Insert::Append | Insert::Prepend if twin.is_some() => return Err(InsertError::Exists),
            Insert::Append => self.rows.insert(end, route),
            Insert::Add | Insert::Replace | Insert::Change | Insert::Prepend => {
                self.rows.insert(start, route)
            }
        }
        Ok(())
    }

    /// Removes the first route that `matches`; returns it.
    pub(crate) fn remove(&mut self, matches: impl FnMut(&Route) -> bool) -> Option<Route> {
        let at = self.rows.iter().position(matches)?;
        Some(self.rows.remove(at))
    }

    /// Removes all routes that `matches`.
    pub(crate) fn remove_all(&mut self, mut matches: impl FnMut(&Route) -> bool) {
        self.rows.retain(|r| !matches(r));
    }

    /// The route that decides for `destination`, optionally only among those over `interface`.
    pub(crate) fn longest(&self, destination: Ipv4Addr, interface: Option<usize>) -> Option<&Route> {
        let takes =
            |r: &&Route| r.prefix.contains(&destination) && (interface.is_none() || r.interface == interface);
        // Rows of one prefix stand in the order of their metric, and the first of equals wins.
        self.rows.iter().filter(takes).rev().max_by_key(|r| r.prefix.prefix_len())
    }

    /// Writes the best route of each prefix into the engine.
    pub(crate) fn compile(&self, interfaces: &[Interface], fib: &mut Fib) {
        fib.remove_table(TableId::MAIN);
        for route in self.rows.iter().rev() {
            let target = match (route.kind, route.interface) {
                (RouteKind::Unicast, Some(index)) => {
                    let Some(interface) = interfaces.get(index) else { continue };
                    let interface = ip::Interface(interface.index);
                    let hop = Hop { interface, gateway: route.gateway, pref_src: route.source };
                    Target::Forward([hop].into_iter().collect())
                }
                (RouteKind::Blackhole, _) => Target::Blackhole,
                _ => Target::Unreachable,
            };
            fib.set(TableId::MAIN, route.prefix, target);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(prefix: &str, gateway: u8, metric: u32) -> Route {
        Route {
            gateway: Some(Ipv4Addr::new(10, 0, 0, gateway)),
            metric,
            protocol: Protocol::BOOT,
            scope: Scope::Global,
            source: None,
            ..Route::connected(1, prefix.parse().unwrap())
        }
    }

    fn gateways(routes: &Routes) -> Vec<(String, u8, u32)> {
        let octet = |r: &Route| r.gateway.map_or(0, |g| g.octets()[3]);
        routes.iter().map(|r| (r.prefix.to_string(), octet(r), r.metric)).collect()
    }

    #[test]
    fn routes_stand_in_the_kernels_order() {
        let mut routes = Routes::default();
        for (prefix, metric) in
            [("10.0.0.0/16", 0), ("10.0.0.0/24", 5), ("0.0.0.0/0", 0), ("10.0.0.0/24", 0), ("1.2.3.4/32", 0)]
        {
            assert_eq!(routes.insert(route(prefix, 1, metric), Insert::Add), Ok(()));
        }
        let order: Vec<_> = gateways(&routes).into_iter().map(|(p, _, m)| (p, m)).collect();
        let expected =
            [("0.0.0.0/0", 0), ("1.2.3.4/32", 0), ("10.0.0.0/24", 0), ("10.0.0.0/24", 5), ("10.0.0.0/16", 0)];
        assert_eq!(order, expected.map(|(p, m)| (p.to_string(), m)));
        let best = |a: [u8; 4]| routes.longest(a.into(), None).map(|r| (r.prefix.prefix_len(), r.metric));
        assert_eq!(best([10, 0, 0, 7]), Some((24, 0)));
        assert_eq!(best([10, 0, 1, 7]), Some((16, 0)));
        assert_eq!(best([8, 8, 8, 8]), Some((0, 0)));
    }

    #[test]
    fn add_replace_append_and_prepend_differ_as_in_linux() {
        let mut routes = Routes::default();
        let r = |gateway| route("1.2.3.4/32", gateway, 0);
        assert_eq!(routes.insert(r(1), Insert::Change), Err(InsertError::NotFound));
        assert_eq!(routes.insert(r(1), Insert::Add), Ok(()));
        assert_eq!(routes.insert(r(2), Insert::Add), Err(InsertError::Exists));
        assert_eq!(routes.insert(r(9), Insert::Append), Ok(()));
        assert_eq!(routes.insert(r(9), Insert::Append), Err(InsertError::Exists));
        assert_eq!(routes.insert(r(10), Insert::Prepend), Ok(()));
        assert_eq!(routes.insert(r(11), Insert::Replace), Ok(()));
        let order: Vec<_> = gateways(&routes).into_iter().map(|(_, g, _)| g).collect();
        assert_eq!(order, [11, 1, 9]);
    }
}
