//! DHCP servers whose pool, network and interface do not fit together.

use std::net::Ipv4Addr;

use super::addresses::is_bridge_port;
use super::net::{Net, address_of, ranges};
use super::view::{Item, View};
use super::{Findings, Lint};

pub(super) static POOL_OUTSIDE_NETWORK: Lint = Lint {
    code: "dhcp-pool-outside-network",
    title: "a DHCP pool outside the network of its server",
    explanation: "clients get addresses that the router does not reach: the pool must lie in the network of an address on the server's interface",
    missing: true,
    check: pools_outside,
};

pub(super) static POOL_HOLDS_STATIC_ADDRESS: Lint = Lint {
    code: "dhcp-pool-holds-static-address",
    title: "a DHCP pool that holds an address which is in use",
    explanation: "a client may be given that address, and then two devices have it: leave it out of the pool's ranges",
    missing: false,
    check: pools_with_static_addresses,
};

pub(super) static GATEWAY_OUTSIDE_NETWORK: Lint = Lint {
    code: "dhcp-gateway-outside-network",
    title: "a DHCP network whose gateway lies outside it",
    explanation: "clients cannot reach that gateway: it must be an address of the network",
    missing: false,
    check: gateways_outside,
};

pub(super) static NO_NETWORK: Lint = Lint {
    code: "dhcp-without-network",
    title: "a DHCP server without a network entry",
    explanation: "clients get an address and no gateway, no DNS server: add the network in /ip/dhcp-server/network",
    missing: true,
    check: servers_without_network,
};

pub(super) static SERVER_ON_BRIDGE_PORT: Lint = Lint {
    code: "dhcp-server-on-bridge-port",
    title: "a DHCP server on a bridge port",
    explanation: "what comes in there belongs to the bridge: RouterOS marks such a server invalid; set interface to the bridge",
    missing: false,
    check: servers_on_ports,
};

/// A pool's ranges with those of the pools that it goes on in.
fn pool_ranges(view: &View<'_>, name: &str) -> Option<Vec<(u32, u32)>> {
    let pools = view.items("/ip/pool");
    let (mut all, mut next) = (Vec::new(), name.to_owned());
    // A chain of pools that comes back to one of them ends there.
    for _ in 0..=pools.len() {
        let Some(pool) = pools.iter().find(|pool| pool.is("name", &next)) else { break };
        all.extend(ranges(&pool.text("ranges")?)?);
        next = pool.text("next-pool").unwrap_or_default();
    }
    Some(all)
}

/// A server with the pool that it gives from.
struct Server<'a> {
    item: Item<'a>,
    interface: String,
    pool: String,
    ranges: Vec<(u32, u32)>,
}

fn servers<'a>(view: &View<'a>) -> Vec<Server<'a>> {
    let read = |item: Item<'a>| {
        let (interface, pool) = (item.text("interface")?, item.text("address-pool")?);
        let ranges = pool_ranges(view, &pool)?;
        Some(Server { item, interface, pool, ranges })
    };
    view.items("/ip/dhcp-server")
        .into_iter()
        .filter_map(read)
        .filter(|server| !server.ranges.is_empty())
        .collect()
}

/// Whether requests come through a relay: then the interface says nothing of the clients' network.
fn relayed(server: &Item<'_>) -> bool {
    server.given("relay").is_some_and(|relay| relay != "0.0.0.0")
}

fn text_of(range: (u32, u32)) -> String {
    format!("{}-{}", Ipv4Addr::from(range.0), Ipv4Addr::from(range.1))
}

fn pools_outside<'a>(view: &View<'a>, findings: &mut Findings<'a>) {
    // An interface may get its address otherwise.
    let dynamic = |interface: &str| {
        view.items("/ip/dhcp-client").iter().any(|client| client.is("interface", interface))
    };
    for server in servers(view).iter().filter(|server| !relayed(&server.item) && !dynamic(&server.interface))
    {
        let addresses =
            view.items("/ip/address").into_iter().filter(|item| item.is("interface", &server.interface));
        let nets: Vec<Net> = addresses.filter_map(|item| Net::parse(&item.text("address")?)).collect();
        let inside = |range: &&(u32, u32)| nets.iter().any(|net| net.holds(range.0) && net.holds(range.1));
        let Some(outside) = server.ranges.iter().find(|range| !inside(range)).filter(|_| !nets.is_empty())
        else {
            continue;
        };
        let shown: Vec<String> = nets.iter().map(ToString::to_string).collect();
        let message = format!("pool {} is outside the network of {}", server.pool, server.interface);
        let label = format!("{} is not in {}", text_of(*outside), shown.join(" or "));
        let finding = findings.add(server.item, "address-pool", message).label(label);
        if let Some(pool) = view.items("/ip/pool").into_iter().find(|pool| pool.is("name", &server.pool)) {
            finding.other(pool, "the pool");
        }
    }
}

fn pools_with_static_addresses<'a>(view: &View<'a>, findings: &mut Findings<'a>) {
    let used: Vec<(u32, Item<'a>, &str)> = static_addresses(view);
    let pools = view.items("/ip/pool");
    for server in view.items("/ip/dhcp-server") {
        let Some(name) = server.text("address-pool") else { continue };
        let Some(pool) = pools.iter().find(|pool| pool.is("name", &name)) else { continue };
        let Some(ranges) = pool.text("ranges").and_then(|text| ranges(&text)) else { continue };
        let holds = |address: u32| ranges.iter().any(|(first, last)| (*first..=*last).contains(&address));
        let mut said = Vec::new();
        for (address, item, what) in used.iter().filter(|(address, ..)| holds(*address)) {
            if said.contains(address) {
                continue;
            }
            said.push(*address);
            let message = format!("pool {name} holds {}, {what}", Ipv4Addr::from(*address));
            findings.add(*pool, "ranges", message).label("ranges hold it").other(*item, "in use here");
        }
    }
}

/// Addresses that devices have by hand: the router's own, and the gateways and name servers that clients are told.
fn static_addresses<'a>(view: &View<'a>) -> Vec<(u32, Item<'a>, &'static str)> {
    let own = view.items("/ip/address").into_iter().filter_map(|item| {
        Some((address_of(&item.text("address")?)?, item, "which is the router's own address"))
    });
    let told = view.items("/ip/dhcp-server/network").into_iter().flat_map(|item| {
        let words = [
            ("gateway", "which is the clients' gateway"),
            ("dns-server", "which is the clients' DNS server"),
        ];
        words.into_iter().flat_map(move |(property, what)| {
            let all = item.list(property).into_iter();
            all.filter_map(move |text| Some((address_of(&text)?, item, what)))
        })
    });
    own.chain(told).collect()
}

fn gateways_outside<'a>(view: &View<'a>, findings: &mut Findings<'a>) {
    for network in view.items("/ip/dhcp-server/network") {
        let Some(net) = network.text("address").and_then(|text| Net::parse(&text)) else { continue };
        let mask = network.given("netmask").and_then(|text| text.parse::<u8>().ok()).filter(|mask| *mask > 0);
        // Clients with /32 reach a gateway anywhere; `netmask` widens or narrows what they see as their network.
        if net.length >= 31 || mask.is_some_and(|mask| mask >= 31 || mask < net.length) {
            continue;
        }
        let outside =
            |text: &String| address_of(text).is_some_and(|address| address != 0 && !net.holds(address));
        if let Some(gateway) = network.list("gateway").into_iter().find(outside) {
            let message = format!("gateway {gateway} is not in {net}");
            findings.add(network, "gateway", message).label("outside the network");
        }
    }
}

fn servers_without_network<'a>(view: &View<'a>, findings: &mut Findings<'a>) {
    // What a server tells its clients may come from elsewhere.
    if view.uses(&["/radius", "/ip/dhcp-server/option/sets", "/ip/dhcp-server/matcher"]) {
        return;
    }
    let networks = view.items("/ip/dhcp-server/network");
    let nets: Option<Vec<Net>> = networks.iter().map(|item| Net::parse(&item.text("address")?)).collect();
    let Some(nets) = nets else { return };
    for server in servers(view) {
        let held = |range: &&(u32, u32)| nets.iter().any(|net| net.holds(range.0));
        let options = server.item.given("dhcp-option-set").is_some();
        if let Some(range) = server.ranges.iter().find(|range| !held(range)).filter(|_| !options) {
            let message = format!("no network entry for the clients of pool {}", server.pool);
            let label = format!("{} is in none", Ipv4Addr::from(range.0));
            findings.add(server.item, "address-pool", message).label(label);
        }
    }
}

fn servers_on_ports<'a>(view: &View<'a>, findings: &mut Findings<'a>) {
    for server in view.items("/ip/dhcp-server") {
        let Some(interface) = server.text("interface") else { continue };
        if let Some((port, bridge)) = is_bridge_port(view, &interface) {
            let message = format!("{interface} is a port of {bridge}: a DHCP server cannot run on it");
            findings
                .add(server, "interface", message)
                .label(format!("{bridge} is meant"))
                .other(port, "a port here");
        }
    }
}
