//! PIM: RouterOS 6 had one instance, by itself.

use super::{Work, named};
use menu::Value;

/// What RouterOS 7 calls the first instance that is added without a name.
const INSTANCE: &str = "pimsm-instance-1";

/// `/routing/pim/set`.
pub(super) fn settings(work: &mut Work<'_>) {
    let rest = std::mem::take(&mut work.arguments);
    let arguments = rest.into_iter().filter_map(|argument| Some((argument.name, argument.value?))).collect();
    work.before.push(named("/routing/pimsm/instance", INSTANCE, arguments));
    work.done = true;
}

/// `/routing/pim/interface/add` and `/routing/pim/rp/add`.
pub(super) fn member(work: &mut Work<'_>) {
    // Bare numbers were milliseconds.
    for name in ["override-interval", "propagation-delay"] {
        let Some(argument) = work.take(name) else { continue };
        let text = argument.value.as_ref().map(super::text).unwrap_or_default();
        let bare = text.bytes().all(|c| c.is_ascii_digit());
        let time = if bare && !text.is_empty() { format!("{text}ms") } else { text };
        work.arguments.push(console::OldArgument { value: Some(Value::text(time)), ..argument });
    }
    if !work.adds {
        return;
    }
    if !work.all("/routing/pimsm/instance", "name").iter().any(|name| name == INSTANCE) {
        work.before.push(named("/routing/pimsm/instance", INSTANCE, Vec::new()));
    }
    work.default("instance", INSTANCE);
}
