//! `/log`.

use menu::{Menu, Text};

/// The log in memory.
#[derive(Clone, Debug, Menu)]
#[menu(
    "/log",
    status,
    no_name,
    lines,
    columns(time, topics, message),
    command("info", args("message"), positional = 1, help = "Logs a message with the topics script,info."),
    command(
        "warning",
        args("message"),
        positional = 1,
        help = "Logs a message with the topics script,warning."
    ),
    command("error", args("message"), positional = 1, help = "Logs a message with the topics script,error."),
    command("debug", args("message"), positional = 1, help = "Logs a message with the topics script,debug.")
)]
pub struct Entry {
    /// When.
    #[prop(read_only)]
    pub time: Text,
    /// Topics, comma-separated, severity last.
    #[prop(read_only)]
    pub topics: Text,
    /// The message.
    #[prop(read_only)]
    pub message: Text,
    /// Logging action that kept it.
    #[prop(read_only)]
    pub buffer: Text,
}
