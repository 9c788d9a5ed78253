//! Masquerading that is not bound to an interface.

use super::net::{Net, address_of, ranges};
use super::view::{Item, View};
use super::{Findings, Lint};

pub(super) static LINT: Lint = Lint {
    code: "masquerade-everywhere",
    title: "a masquerade without out-interface",
    explanation: "it hides the senders of traffic between your own networks too, VPNs among them: add out-interface or out-interface-list",
    missing: false,
    check,
};

/// Matchers that say which way the traffic goes, or that it was chosen elsewhere.
const BOUNDS: [&str; 14] = [
    "out-interface",
    "out-interface-list",
    "out-bridge-port",
    "out-bridge-port-list",
    "dst-address",
    "dst-address-list",
    "dst-address-type",
    "ipsec-policy",
    "packet-mark",
    "connection-mark",
    "routing-mark",
    "hotspot",
    "realm",
    // Which networks it names is not looked up.
    "src-address-list",
];

/// The comment of the rule that `/ip/hotspot/setup` makes for the network of its guests.
const HOTSPOT_SETUP: &str = "masquerade hotspot network";

/// What may be the way out of the router besides its routes.
const UPLINKS: [&str; 6] = [
    "/interface/l2tp-client",
    "/interface/lte",
    "/interface/pppoe-client",
    "/interface/pptp-client",
    "/interface/sstp-client",
    "/ip/dhcp-client",
];

fn check<'a>(view: &View<'a>, findings: &mut Findings<'a>) {
    for menu in ["/ip/firewall/nat", "/ipv6/firewall/nat"] {
        for rule in view.items(menu) {
            // In a chain of its own the jump may have chosen the interface.
            let own = rule.is("chain", "srcnat");
            let bound = BOUNDS.iter().any(|matcher| rule.given(matcher).is_some());
            let source = rule.given("src-address");
            let hides = match rule.text("action").as_deref() {
                Some("masquerade") => true,
                Some("src-nat") => source.is_none(),
                _ => false,
            };
            if !own || !hides || bound {
                continue;
            }
            let action = rule.text("action").unwrap_or_default();
            let Some(source) = source.filter(|source| !source.starts_with('!')) else {
                findings
                    .add(rule, "action", format!("{action} on every interface"))
                    .label("no out-interface says where");
                continue;
            };
            if let Some((net, address)) = hidden_from(view, &rule, &source) {
                findings
                    .add(rule, "action", format!("{action} of {source} on every interface"))
                    .label(format!("also on the way to {net}"))
                    .other(address, "this network sees the router as the sender");
            }
        }
    }
}

/// A network inside, with its address, that a rule with this source hides senders from; `None` where there is none for
/// sure. Networks of gateways are not inside.
fn hidden_from<'a>(view: &View<'a>, rule: &Item<'a>, source: &str) -> Option<(Net, Item<'a>)> {
    if rule.comment() == HOTSPOT_SETUP {
        return None;
    }
    let sources = ranges(source)?;
    let ways: Vec<String> = view.items("/ip/route").iter().flat_map(|route| route.list("gateway")).collect();
    // `10.0.0.1`, `ether1` or `10.0.0.1%ether1`.
    let words: Vec<&str> = ways.iter().flat_map(|way| way.split('%')).collect();
    let gateways: Vec<u32> = words.iter().filter_map(|word| address_of(word)).collect();
    // Without a way out that can be told, any of the networks may be it.
    if words.is_empty() && !view.uses(&UPLINKS) {
        return None;
    }
    view.items("/ip/address").into_iter().find_map(|address| {
        let net = Net::parse(&address.text("address")?)?;
        let inside = net.length < 31
            && net.is_private()
            && !words.iter().any(|word| address.is("interface", word))
            && !gateways.iter().any(|gateway| net.holds(*gateway))
            && !sources.iter().any(|(first, last)| *first <= net.last() && net.address <= *last);
        inside.then_some((net, address))
    })
}
