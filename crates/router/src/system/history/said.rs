//! What `/log` says of a change: what happened, by whom, and the command.
//!
//! Topics `system,info`; forms seen in logs of RouterOS 7.18 to 7.24:
//!
//! | change | line |
//! |---|---|
//! | added | `log rule added by console:admin@ttyS0 (*5 = /system logging add action=remote topics=info)` |
//! | changed | `device changed by scheduler:guest-off/action:8 (/interface set guest-wifi disabled=yes)` |
//! | removed | `script removed by api:user@::/script:usage/action:3 (/system script remove *2)` |
//!
//! `action:` is the number in `/system/history`; scripts that run stand before it. Each item of a command has a line of its
//! own. Only what [`super::History`] records is said: nothing of what a device starts with.

use super::words;
use crate::Router;
use std::fmt::Write;

const TOPICS: &str = "system,info";

/// Logs the change that was just recorded, if any.
pub(crate) fn say(router: &mut Router) {
    let wanted = router.state.log.wants(TOPICS);
    let Some((action, author)) = router.history.take_unsaid().filter(|_| wanted) else { return };
    let mut by = author.log_name();
    for script in router.jobs.current_scripts().iter().filter(|name| !name.is_empty()) {
        // Writing into a `String` cannot fail.
        let _ = write!(by, "/script:{script}");
    }
    if !action.adds() {
        let _ = write!(by, "/action:{}", action.number);
    }
    let phrase = words::phrase(action.menu, action.verb, action.item.as_deref());
    let commands = action.steps.iter().filter_map(|step| words::logged(&router.config, action, step));
    let lines: Vec<String> = commands.map(|command| format!("{phrase} by {by} ({command})")).collect();
    for line in lines {
        router.state.log.record(router.now, TOPICS, line);
    }
}
