//! RIP: RouterOS 6 had one instance, by itself.

use super::{Work, named};
use menu::Value;

const INSTANCE: &str = "rip";

const REDISTRIBUTE: [(&str, &str); 4] = [
    ("redistribute-connected", "connected"),
    ("redistribute-static", "static"),
    ("redistribute-bgp", "bgp"),
    ("redistribute-ospf", "ospf"),
];

/// `/routing/rip/set`.
pub(super) fn settings(work: &mut Work<'_>) {
    let mut arguments = Vec::new();
    if let Some(words) = work.take_words(&REDISTRIBUTE) {
        arguments.push(("redistribute", Value::text(words)));
    }
    let rest = std::mem::take(&mut work.arguments);
    arguments.extend(rest.into_iter().filter_map(|argument| Some((argument.name, argument.value?))));
    work.before.push(named("/routing/rip/instance", INSTANCE, arguments));
    work.done = true;
}

/// `/routing/rip/network/add` and `/routing/rip/interface/add`.
pub(super) fn interface(work: &mut Work<'_>) {
    if let Some(passive) = work.take_text("passive")
        && passive == "yes"
    {
        work.put("mode", "passive");
    }
    if !work.adds {
        return;
    }
    if !work.all("/routing/rip/instance", "name").iter().any(|name| name == INSTANCE) {
        work.before.push(named("/routing/rip/instance", INSTANCE, Vec::new()));
    }
    work.default("instance", INSTANCE);
}
