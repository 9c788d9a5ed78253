//! Routing filters: RouterOS 6's columns as today's rule text.
//!
//! Manual: "Route Selection and Filters".

use super::Work;

/// Conditions that compare a number.
const NUMBERS: [(&str, &str); 5] = [
    ("distance", "distance"),
    ("bgp-as-path-length", "bgp-path-len"),
    ("bgp-local-pref", "bgp-local-pref"),
    ("bgp-med", "bgp-med"),
    ("bgp-weight", "bgp-weight"),
];

/// Settings.
const SETTINGS: [(&str, &str); 14] = [
    ("set-distance", "set distance"),
    ("set-scope", "set scope"),
    ("set-target-scope", "set scope-target"),
    ("set-pref-src", "set pref-src"),
    ("set-in-nexthop", "set gw"),
    ("set-out-nexthop", "set gw"),
    ("set-check-gateway", "set gw-check"),
    ("set-bgp-local-pref", "set bgp-local-pref"),
    ("set-bgp-med", "set bgp-med"),
    ("set-bgp-weight", "set bgp-weight"),
    ("set-bgp-prepend", "set bgp-path-prepend"),
    ("set-bgp-prepend-path", "set bgp-path-prepend"),
    ("set-bgp-communities", "set bgp-communities"),
    ("append-bgp-communities", "append bgp-communities"),
];

/// `/routing/filter/add`.
pub(super) fn rule(work: &mut Work<'_>) {
    let before = work.arguments.len();
    let conditions = conditions(work);
    let mut steps = settings(work);
    steps.extend(action(work));
    // Nothing but a comment or `disabled` was set.
    if !work.adds && work.arguments.len() == before {
        return;
    }
    let steps = steps.join("; ");
    let text = match (conditions.is_empty(), steps.is_empty()) {
        (true, true) => return,
        (true, false) => steps,
        (false, _) => format!("if ({conditions}) {{ {steps} }}"),
    };
    work.put("rule", text);
}

fn conditions(work: &mut Work<'_>) -> String {
    let mut all: Vec<String> = Vec::new();
    let prefix = work.take_text("prefix");
    let length = work.take_text("prefix-length");
    match (prefix, &length) {
        (Some(prefix), None) => all.push(format!("dst == {prefix}")),
        (Some(prefix), Some(_)) => all.push(format!("dst in {prefix}")),
        (None, _) => {}
    }
    all.extend(length.map(|length| number("dst-len", &length)));
    if let Some(protocols) = work.take_text("protocol") {
        let words = protocols.split(',').map(|word| if word == "connect" { "connected" } else { word });
        all.push(format!("protocol {}", words.collect::<Vec<_>>().join(",")));
    }
    for (old, today) in NUMBERS {
        all.extend(work.take_text(old).map(|value| number(today, &value)));
    }
    all.extend(work.take_text("match-chain").map(|chain| format!("chain {chain}")));
    all.extend(work.take_text("bgp-as-path").map(|path| format!("bgp-as-path {path}")));
    if let Some(communities) = work.take_text("bgp-communities") {
        all.extend(communities.split(',').map(|community| format!("bgp-communities includes {community}")));
    }
    all.extend(work.take_text("bgp-origin").map(|origin| format!("bgp-origin {origin}")));
    all.extend(work.take_text("ospf-type").map(|kind| format!("ospf-type {}", ospf_type(&kind))));
    work.take("pref-src");
    let joined = all.join(" && ");
    match work.take_text("invert-match").as_deref() {
        Some("yes") if !joined.is_empty() => format!("not ({joined})"),
        _ => joined,
    }
}

fn ospf_type(old: &str) -> &str {
    match old {
        "intra-area" => "intra",
        "inter-area" => "inter",
        "external-type-1" => "ext1",
        "external-type-2" => "ext2",
        "nssa-external-type-1" => "nssa1",
        "nssa-external-type-2" => "nssa2",
        other => other,
    }
}

/// `8-24` is a range, `24` one number.
fn number(name: &str, value: &str) -> String {
    match value.split_once('-') {
        Some((from, to)) if from == to => format!("{name} == {from}"),
        Some(_) => format!("{name} in {value}"),
        None => format!("{name} == {value}"),
    }
}

fn settings(work: &mut Work<'_>) -> Vec<String> {
    let mut all = Vec::new();
    for (old, today) in SETTINGS {
        all.extend(work.take_text(old).map(|value| format!("{today} {value}")));
    }
    if work.take_text("set-type").is_some_and(|kind| kind != "unicast") {
        all.push("set blackhole yes".into());
    }
    all.extend(work.take_text("set-route-comment").map(|comment| format!("set comment \"{comment}\"")));
    all
}

fn action(work: &mut Work<'_>) -> Option<String> {
    let target = work.take_text("jump-target");
    match work.take_text("action")?.as_str() {
        "accept" => Some("accept".into()),
        "discard" | "reject" => Some("reject".into()),
        "return" => Some("return".into()),
        "jump" => Some(format!("jump {}", target.unwrap_or_default())),
        _ => None,
    }
}
