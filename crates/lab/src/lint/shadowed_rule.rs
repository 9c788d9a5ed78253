//! Rules of a firewall that no packet reaches, because an earlier rule of their chain takes all of theirs.

use super::matchers::{Cover, FIREWALLS, Rule, cover};
use super::view::View;
use super::{Findings, Lint};

pub(super) static SHADOWED: Lint = Lint {
    code: "shadowed-rule",
    title: "a rule that an earlier one shadows",
    explanation: "rules are tried in order and the first that matches decides: move this one up, or remove it",
    missing: false,
    check: |view, findings| check(view, false, findings),
};

pub(super) static DUPLICATE: Lint = Lint {
    code: "duplicate-rule",
    title: "a rule that stands there twice",
    explanation: "the second one never sees a packet: remove it",
    missing: false,
    check: |view, findings| check(view, true, findings),
};

/// What ends the way of a packet through the chain.
fn is_final(rule: &Rule<'_>) -> bool {
    match rule.action.as_str() {
        "accept" | "drop" | "reject" | "tarpit" | "return" => true,
        "masquerade" | "src-nat" | "dst-nat" | "redirect" | "netmap" | "same" => true,
        "mark-connection" | "mark-packet" | "mark-routing" => rule.item.is("passthrough", "no"),
        _ => false,
    }
}

fn check<'a>(view: &View<'a>, duplicates: bool, findings: &mut Findings<'a>) {
    for menu in FIREWALLS {
        let rules = view.items(menu);
        let mut chains: Vec<String> = Vec::new();
        for chain in rules.iter().filter_map(|rule| rule.text("chain")) {
            if !chains.contains(&chain) {
                chains.push(chain);
            }
        }
        for chain in chains {
            let rules = rules.iter().copied().filter(|rule| rule.is("chain", &chain));
            let rules: Vec<Rule<'a>> = rules.take(MAX_RULES).map(Rule::new).collect();
            check_chain(view, &chain, &rules, duplicates, findings);
        }
    }
}

/// The longest chain that is looked at: every pair of rules is compared.
const MAX_RULES: usize = 2000;

fn check_chain<'a>(
    view: &View<'a>,
    chain: &str,
    rules: &[Rule<'a>],
    duplicates: bool,
    findings: &mut Findings<'a>,
) {
    let last: Vec<usize> = (0..rules.len()).filter(|at| is_final(&rules[*at])).collect();
    for (at, later) in rules.iter().enumerate() {
        let mut before = last.iter().copied().take_while(|earlier| *earlier < at);
        let Some(by) = before.find(|earlier| shadows(view, rules, *earlier, at)).map(|by| &rules[by]) else {
            continue;
        };
        if later.repeats(by) == duplicates {
            say(chain, later, by, rules.len() - at - 1, findings);
        }
        // Behind a rule that takes all nothing is worth a further word.
        if by.matchers.is_empty() {
            return;
        }
    }
}

/// One finding; `behind` rules follow in the chain.
fn say<'a>(chain: &str, later: &Rule<'a>, by: &Rule<'a>, behind: usize, findings: &mut Findings<'a>) {
    let does = match by.action.as_str() {
        "accept" => "accepts",
        "drop" => "drops",
        "reject" => "rejects",
        "return" => "sends back",
        _ => "takes",
    };
    if by.matchers.is_empty() {
        let behind = match behind {
            0 => String::new(),
            1 => String::from(", nor the one behind it"),
            n => format!(", nor the {n} behind it"),
        };
        let message =
            format!("a rule of chain {chain} before this one {does} all: nothing reaches it{behind}");
        findings.add(later.item, "", message).label("never reached").other(by.item, format!("{does} all"));
    } else if later.repeats(by) {
        let message = format!("this rule repeats an earlier one of chain {chain}");
        findings.add(later.item, "", message).label("the same again").other(by.item, "first here");
    } else {
        let message = format!("a rule of chain {chain} before this one {does} all that it matches");
        findings
            .add(later.item, "", message)
            .label("never reached")
            .other(by.item, format!("{does} them first"));
    }
}

fn shadows(view: &View<'_>, rules: &[Rule<'_>], earlier: usize, later: usize) -> bool {
    match cover(view, &rules[earlier], &rules[later]) {
        Cover::No => false,
        Cover::Yes => true,
        Cover::IfUnchanged => rules[earlier + 1..later].iter().all(Rule::changes_nothing),
    }
}
