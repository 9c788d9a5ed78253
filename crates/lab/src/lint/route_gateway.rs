//! Routes whose gateway no connected network holds.

use super::net::{Net, address_of};
use super::view::{Item, View};
use super::{Findings, Lint};

pub(super) static LINT: Lint = Lint {
    code: "unreachable-gateway",
    title: "a route through a gateway that is not reachable",
    explanation: "the route stays inactive: the gateway must lie in the network of one of the router's addresses, or be reached by a route whose scope is not above this one's target-scope",
    missing: true,
    check,
};

/// What gives addresses and routes that the configuration does not show.
const DYNAMIC: [&str; 24] = [
    "/interface/6to4",
    "/interface/l2tp-client",
    "/interface/l2tp-server",
    "/interface/lte",
    "/interface/ovpn-client",
    "/interface/ovpn-server",
    "/interface/ppp-client",
    "/interface/ppp-server",
    "/interface/pppoe-client",
    "/interface/pppoe-server",
    "/interface/pptp-client",
    "/interface/pptp-server",
    "/interface/sstp-client",
    "/interface/sstp-server",
    "/ip/dhcp-client",
    "/ip/hotspot",
    "/ip/ipsec",
    "/ip/vrf",
    "/ppp/secret",
    "/routing/bgp",
    "/routing/isis",
    "/routing/ospf",
    "/routing/rip",
    "/zerotier",
];

fn check<'a>(view: &View<'a>, findings: &mut Findings<'a>) {
    if view.uses(&DYNAMIC) {
        return;
    }
    let connected: Vec<Net> = view.items("/ip/address").iter().filter_map(network).collect();
    // Without any address it is a part of a configuration.
    if connected.is_empty() {
        return;
    }
    let routes: Vec<Route<'a>> = view.items("/ip/route").into_iter().filter_map(route).collect();
    for route in routes.iter().filter(|route| route.main) {
        for gateway in &route.gateways {
            let Gateway::Address(address) = gateway else { continue };
            if !reachable(*address, route, &connected, &routes, 0) {
                let gateway = std::net::Ipv4Addr::from(*address);
                let message = format!("gateway {gateway} is not reachable");
                findings.add(route.item, "gateway", message).label("in no connected network");
            }
        }
    }
}

/// The network behind an address of the router; that of a point-to-point address is the other end.
fn network(item: &Item<'_>) -> Option<Net> {
    let own = Net::parse(&item.text("address")?)?;
    let network = item.text("network").and_then(|text| address_of(&text)).unwrap_or(own.address);
    Some(Net { address: network, length: own.length })
}

struct Route<'a> {
    item: Item<'a>,
    to: Net,
    main: bool,
    gateways: Vec<Gateway>,
    scope: u32,
    target_scope: u32,
}

enum Gateway {
    /// Looked up in the table main.
    Address(u32),
    /// An interface, an address on a named one, an address of another table.
    Other,
}

fn route(item: Item<'_>) -> Option<Route<'_>> {
    let to = Net::parse(&item.text("dst-address").unwrap_or_else(|| "0.0.0.0/0".into()))?;
    let main = item.text("routing-table").is_none_or(|table| table == "main");
    let gateway = |text: &String| {
        text.parse().map_or(Gateway::Other, |ip: std::net::Ipv4Addr| Gateway::Address(ip.into()))
    };
    let blackhole = item.given("blackhole").is_some_and(|value| value != "no");
    let gateways = if blackhole { Vec::new() } else { item.list("gateway").iter().map(gateway).collect() };
    let number =
        |property: &str, default| item.text(property).and_then(|text| text.parse().ok()).unwrap_or(default);
    Some(Route {
        item,
        to,
        main,
        gateways,
        scope: number("scope", 30),
        target_scope: number("target-scope", 10),
    })
}

/// Longest chain of routes through routes that is followed.
const MAX_DEPTH: u32 = 8;

fn reachable(gateway: u32, of: &Route<'_>, connected: &[Net], routes: &[Route<'_>], depth: u32) -> bool {
    if connected.iter().any(|net| net.holds(gateway)) || depth > MAX_DEPTH {
        return true;
    }
    let leads = |route: &&Route<'_>| {
        // A route out of an interface is not asked for its scope: those differ between versions.
        let direct = route.gateways.iter().any(|gateway| matches!(gateway, Gateway::Other));
        route.main
            && route.item != of.item
            && route.to.holds(gateway)
            && (direct || route.scope <= of.target_scope)
    };
    routes.iter().filter(leads).any(|route| {
        route.gateways.iter().any(|gateway| match gateway {
            Gateway::Address(address) => reachable(*address, route, connected, routes, depth + 1),
            Gateway::Other => true,
        })
    })
}
