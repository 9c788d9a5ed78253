//! Lints: what a RouterOS configuration says that RouterOS takes and that hardly anyone means.
//!
//! A lint reads the items of a router that has loaded a configuration, and gives findings; each finding has the line that
//! made the item. **A lint never guesses**: where it does not understand a matcher, or where something that it cannot see
//! (a DHCP client, RADIUS, a script) may make the configuration right, it says nothing.
//!
//! To add one: a file with its `Lint`, a line in [`LINTS`], and tests that it fires, that it does not, and at the edge
//! (`crates/lab/tests/lints.rs`).

mod addresses;
mod bridge_vlan;
mod chains;
mod dhcp;
mod masquerade;
mod matchers;
mod names;
mod net;
mod open_resolver;
mod place;
mod route_gateway;
mod sets;
mod shadowed_rule;
mod view;

use std::sync::Arc;

use router::Router;

use self::view::{Item, View};
use crate::problem::{Problem, Source};

/// One kind of warning.
#[derive(Debug)]
pub struct Lint {
    /// Its name for programs (`shadowed-rule`); it never changes.
    pub code: &'static str,
    /// What it finds, in a few words.
    pub title: &'static str,
    /// Why that is hardly meant, and what to do about it.
    pub explanation: &'static str,
    /// It finds that something is missing: when lines were refused it says nothing, as one of them may be the missing one.
    missing: bool,
    check: for<'a> fn(&View<'a>, &mut Findings<'a>),
}

/// Every lint.
pub static LINTS: &[&Lint] = &[
    &shadowed_rule::SHADOWED,
    &shadowed_rule::DUPLICATE,
    &chains::JUMP_TO_EMPTY,
    &chains::UNUSED,
    &masquerade::LINT,
    &names::EMPTY_ADDRESS_LIST,
    &names::EMPTY_INTERFACE_LIST,
    &names::MARK_NEVER_SET,
    &names::MISSING_SCRIPT,
    &bridge_vlan::LONELY_PVID,
    &bridge_vlan::PVID_WITHOUT_FILTERING,
    &bridge_vlan::NOT_A_PORT,
    &bridge_vlan::TRUNK_WITHOUT_VLANS,
    &bridge_vlan::VLAN_NOT_ON_BRIDGE,
    &dhcp::POOL_OUTSIDE_NETWORK,
    &dhcp::POOL_HOLDS_STATIC_ADDRESS,
    &dhcp::GATEWAY_OUTSIDE_NETWORK,
    &dhcp::NO_NETWORK,
    &dhcp::SERVER_ON_BRIDGE_PORT,
    &addresses::ON_BRIDGE_PORT,
    &addresses::SAME_NETWORK,
    &route_gateway::LINT,
    &open_resolver::LINT,
];

/// Something that a lint found.
struct Finding<'a> {
    /// The item whose line is shown.
    item: Item<'a>,
    /// The property to underline there.
    property: &'static str,
    message: String,
    /// Words under the underlined text.
    label: String,
    /// A second item that explains the first, with words.
    other: Option<(Item<'a>, String)>,
}

/// What a lint found so far.
#[derive(Default)]
struct Findings<'a>(Vec<Finding<'a>>);

impl<'a> Findings<'a> {
    /// Adds a finding about an item; `property` is underlined in its line.
    fn add(&mut self, item: Item<'a>, property: &'static str, message: String) -> &mut Finding<'a> {
        let at = self.0.len();
        self.0.push(Finding { item, property, message, label: String::new(), other: None });
        &mut self.0[at]
    }
}

impl<'a> Finding<'a> {
    /// Adds words under the underlined text.
    fn label(&mut self, words: impl Into<String>) -> &mut Self {
        self.label = words.into();
        self
    }

    /// Adds a second item.
    fn other(&mut self, item: Item<'a>, words: impl Into<String>) -> &mut Self {
        self.other = Some((item, words.into()));
        self
    }
}

/// What all lints find in the configuration that `router` has loaded from `config`. `version` is the RouterOS version that
/// the configuration is for; `whole` says that none of its lines was refused.
pub(crate) fn all(config: &Arc<Source>, router: &Router, version: &str, whole: bool) -> Vec<Problem> {
    let view = View::new(router, version);
    let mut problems = Vec::new();
    for lint in LINTS.iter().filter(|lint| whole || !lint.missing) {
        let mut findings = Findings::default();
        (lint.check)(&view, &mut findings);
        problems.extend(findings.0.iter().map(|finding| problem(config, &view, lint, finding)));
    }
    problems
}

fn problem(config: &Arc<Source>, view: &View<'_>, lint: &Lint, finding: &Finding<'_>) -> Problem {
    let place = |item: &Item<'_>, property| place::of(config, view.places(item), property);
    let mut problem = match place(&finding.item, finding.property) {
        Some(place) => Problem::at(&place, &finding.message),
        None => Problem::plain(&finding.message),
    };
    if !finding.label.is_empty() {
        problem = problem.label(&finding.label);
    }
    if let Some((item, words)) = &finding.other
        && let Some(place) = place(item, "")
    {
        problem = problem.other(&place, words);
    }
    problem.help(lint.explanation).warning(lint.code)
}
