//! A DNS server that answers the whole internet.

use super::view::View;
use super::{Findings, Lint};

pub(super) static LINT: Lint = Lint {
    code: "open-resolver",
    title: "a DNS server that the internet may ask",
    explanation: "such servers are used to flood others: drop input from the WAN in /ip/firewall/filter",
    missing: true,
    check,
};

fn check<'a>(view: &View<'a>, findings: &mut Findings<'a>) {
    let open = view.items("/ip/dns").into_iter().find(|dns| dns.is("allow-remote-requests", "yes"));
    let Some(dns) = open else { return };
    let refuses = |menu: &str, chain: &str| {
        view.items(menu).iter().any(|rule| {
            let action = rule.text("action").unwrap_or_default();
            rule.is("chain", chain) && !matches!(action.as_str(), "accept" | "log" | "passthrough" | "")
        })
    };
    let guarded = refuses("/ip/firewall/filter", "input")
        || refuses("/ip/firewall/raw", "prerouting")
        || refuses("/ip/firewall/nat", "dstnat")
        || view.uses(&["/interface/bridge/filter", "/ip/hotspot", "/ip/vrf"]);
    let to_internet = view.items("/ip/route").into_iter().any(|route| {
        let everywhere = route.text("dst-address").is_none_or(|to| to == "0.0.0.0/0");
        everywhere && !route.is("blackhole", "yes")
    });
    let public = view.items("/ip/address").into_iter().any(|item| {
        let address = item.text("address").and_then(|text| super::net::address_of(&text));
        address.is_some_and(|address| !is_local(address.into()))
    });
    if !guarded && to_internet && public {
        findings
            .add(dns, "allow-remote-requests", "the DNS server answers everybody".into())
            .label("no rule of chain input drops anything");
    }
}

/// Addresses that are not routed on the internet.
fn is_local(address: std::net::Ipv4Addr) -> bool {
    let shared = address.octets()[0] == 100 && address.octets()[1] & 0xc0 == 64;
    address.is_private()
        || address.is_link_local()
        || address.is_loopback()
        || address.is_documentation()
        || address.is_multicast()
        || shared
}
