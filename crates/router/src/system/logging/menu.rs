//! `/system/logging` and `/system/logging/action`.

use crate::names::LoggingActionSpace;
use menu::{Keyword, Menu, Text};
use menu::{List, Name, Num, Ref};

/// Which messages go where.
#[derive(Clone, Debug, Menu)]
#[menu("/system/logging", list, no_name,
    flags(disabled = 'X', invalid = 'I'; default_ = '*'), columns(topics, action, prefix))]
pub struct Rule {
    /// Topics that a message must have; `!topic` = must not have.
    pub topics: List<Text>,
    /// What is done with it.
    #[prop(default = Ref::to(menu::Id(1)))]
    pub action: Ref<LoggingActionSpace>,
    /// Put before the message.
    pub prefix: Text,
    /// A regular expression that the message must match.
    pub regex: Option<Text>,
    /// There from the start.
    pub default_: bool,
}

/// What is done with a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Keyword)]
pub enum Target {
    /// Kept in memory, for `/log`.
    #[default]
    Memory,
    /// Written to a file.
    Disk,
    /// Shown on the console.
    Echo,
    /// Sent to a syslog server.
    Remote,
    /// Sent by mail.
    Email,
}

/// Where log messages go.
#[derive(Clone, Debug, Menu)]
#[menu(
    "/system/logging/action",
    list,
    namespace = "logging-action",
    flags(default_ = '*'),
    columns(name, target),
    not_simulated = "targets disk, remote and email"
)]
pub struct Action {
    /// Name.
    #[prop(required)]
    pub name: Name,
    /// What is done.
    #[prop(required, always_export)]
    pub target: Target,
    /// How many lines are kept in memory.
    #[prop(default = Num::new(1000))]
    pub memory_lines: Num<1, 65535>,
    /// Keep the oldest lines rather than the newest.
    pub memory_stop_on_full: bool,
    /// Show what was logged while nobody was at the console.
    #[prop(default = true, not_simulated)]
    pub remember: bool,
    /// There from the start.
    pub default_: bool,
}
