//! Masquerading that is not bound to an interface.

use super::view::View;
use super::{Findings, Lint};

pub(super) static LINT: Lint = Lint {
    code: "masquerade-everywhere",
    title: "a masquerade without out-interface",
    explanation: "it hides the senders of traffic between your own networks too, and of what comes back in through a VPN: add out-interface or out-interface-list",
    missing: false,
    check,
};

/// Matchers that say which way the traffic goes, or that it was chosen elsewhere.
const BOUNDS: [&str; 13] = [
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
];

fn check<'a>(view: &View<'a>, findings: &mut Findings<'a>) {
    for menu in ["/ip/firewall/nat", "/ipv6/firewall/nat"] {
        for rule in view.items(menu) {
            // In a chain of its own the jump may have chosen the interface.
            let own = rule.is("chain", "srcnat");
            let bound = BOUNDS.iter().any(|matcher| rule.given(matcher).is_some());
            let everything = match rule.text("action").as_deref() {
                Some("masquerade") => true,
                Some("src-nat") => {
                    rule.given("src-address").is_none() && rule.given("src-address-list").is_none()
                }
                _ => false,
            };
            if own && everything && !bound {
                let action = rule.text("action").unwrap_or_default();
                findings
                    .add(rule, "action", format!("{action} on every interface"))
                    .label("no out-interface says where");
            }
        }
    }
}
