//! Chains that jumps lead into and that hold nothing, and chains that nothing leads into.

use super::matchers::{BUILT_IN, FIREWALLS};
use super::view::{Item, View};
use super::{Findings, Lint};

pub(super) static JUMP_TO_EMPTY: Lint = Lint {
    code: "jump-to-empty-chain",
    title: "a jump to a chain without rules",
    explanation: "the packet comes back at once and the next rule decides: is the name of the chain right?",
    missing: true,
    check: jumps,
};

pub(super) static UNUSED: Lint = Lint {
    code: "unused-chain",
    title: "a chain that nothing jumps to",
    explanation: "its rules never see a packet: add a rule with action=jump and this chain as jump-target",
    missing: true,
    check: unused,
};

/// Chains that RouterOS fills or jumps to by itself (PPP, HotSpot).
fn is_own(chain: &str) -> bool {
    BUILT_IN.contains(&chain)
        || chain == "ppp"
        || ["hs-", "hotspot", "pre-h", "pre-hotspot"].iter().any(|start| chain.starts_with(start))
}

fn menus() -> impl Iterator<Item = &'static str> {
    FIREWALLS.into_iter().chain(["/interface/bridge/filter", "/interface/bridge/nat"])
}

fn is_jump(rule: &Item<'_>) -> bool {
    rule.is("action", "jump")
}

fn jumps<'a>(view: &View<'a>, findings: &mut Findings<'a>) {
    for menu in menus() {
        let rules = view.items(menu);
        for jump in rules.iter().copied().filter(is_jump) {
            let Some(chain) = jump.given("jump-target").filter(|chain| !is_own(chain)) else { continue };
            if rules.iter().any(|rule| rule.is("chain", &chain)) {
                continue;
            }
            let disabled = view.all(menu).iter().any(|rule| rule.is("chain", &chain));
            let why = if disabled { "all rules of it are disabled" } else { "no rule of it exists" };
            findings.add(jump, "jump-target", format!("chain {chain} is empty")).label(why);
        }
    }
}

fn unused<'a>(view: &View<'a>, findings: &mut Findings<'a>) {
    for menu in menus() {
        let mut seen: Vec<String> = Vec::new();
        let all = view.all(menu);
        for rule in view.items(menu) {
            let Some(chain) = rule.text("chain").filter(|chain| !is_own(chain) && !seen.contains(chain))
            else {
                continue;
            };
            // A disabled jump is somebody's intention; a profile or RADIUS may name the chain.
            let led_to = all.iter().any(|rule| is_jump(rule) && rule.is("jump-target", &chain));
            if !led_to && !named_elsewhere(view, &chain) && !view.uses(&["/radius"]) {
                findings.add(rule, "chain", format!("nothing jumps to chain {chain}")).label("never entered");
            }
            seen.push(chain);
        }
    }
}

/// Whether an item outside the firewall names the chain (`incoming-filter` of a PPP profile).
fn named_elsewhere(view: &View<'_>, chain: &str) -> bool {
    view.everything()
        .filter(|item| !menus().any(|menu| menu == item.menu().path))
        .any(|item| item.properties().iter().any(|(name, text)| name.contains("filter") && text == chain))
}
