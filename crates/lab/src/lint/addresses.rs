//! Addresses that sit on the wrong interface.

use super::net::Net;
use super::view::{Item, View};
use super::{Findings, Lint};

pub(super) static ON_BRIDGE_PORT: Lint = Lint {
    code: "address-on-bridge-port",
    title: "an address on a bridge port",
    explanation: "what comes in on a port belongs to the bridge: put the address on the bridge",
    missing: false,
    check: on_ports,
};

pub(super) static SAME_NETWORK: Lint = Lint {
    code: "network-on-two-interfaces",
    title: "one network on two interfaces",
    explanation: "the router sends to that network through one of the two only: bridge them, or give each its own network",
    missing: false,
    check: same_network,
};

/// The item that makes an interface a port, and the bridge.
pub(super) fn is_bridge_port<'a>(view: &View<'a>, interface: &str) -> Option<(Item<'a>, String)> {
    let port =
        view.items("/interface/bridge/port").into_iter().find(|port| port.is("interface", interface))?;
    let bridge = port.text("bridge")?;
    // A port of a disabled bridge is none.
    view.items("/interface/bridge").iter().any(|item| item.is("name", &bridge)).then_some((port, bridge))
}

fn on_ports<'a>(view: &View<'a>, findings: &mut Findings<'a>) {
    for menu in ["/ip/address", "/ipv6/address"] {
        for address in view.items(menu) {
            let Some(interface) = address.text("interface") else { continue };
            if let Some((port, bridge)) = is_bridge_port(view, &interface) {
                let message = format!("{interface} is a port of {bridge}: an address does not work on it");
                findings
                    .add(address, "interface", message)
                    .label(format!("{bridge} is meant"))
                    .other(port, "a port here");
            }
        }
    }
}

/// Interfaces that share a network with another one by their nature.
const SHARING: [&str; 4] = ["/interface/vrrp", "/interface/macvlan", "/interface/ipvlan", "/interface/veth"];

fn same_network<'a>(view: &View<'a>, findings: &mut Findings<'a>) {
    if view.uses(&["/ip/vrf"]) {
        return;
    }
    let shares = |interface: &str| {
        SHARING.iter().any(|menu| view.items(menu).iter().any(|item| item.is("name", interface)))
    };
    let mut seen: Vec<(Net, String, Item<'a>)> = Vec::new();
    for item in view.items("/ip/address") {
        let Some(net) = item.text("address").and_then(|text| Net::parse(&text)) else { continue };
        let Some(interface) = item.text("interface") else { continue };
        // Point-to-point addresses share what they like; so do those whose network is another one.
        if net.length >= 31 || shares(&interface) {
            continue;
        }
        if let Some((_, other, first)) =
            seen.iter().find(|(known, other, _)| *known == net && *other != interface)
        {
            let message = format!("{net} is on {other} and on {interface}");
            findings
                .add(item, "address", message)
                .label("the same network again")
                .other(*first, "first here");
            continue;
        }
        seen.push((net, interface, item));
    }
}
