//! The userland: one file for each command, and the table that finds them by name.
//!
//! A command either ends at once or becomes a [`Program`] that waits for time or packets.

pub(crate) mod arping;
mod basic;
pub(crate) mod dhclient;
mod ip;
pub(crate) mod ping;
pub(crate) mod sysctl;

use crate::shell::{Io, Started};
use crate::{Cx, Host};
use arping::Arping;
use clock::Instant;
use dhclient::Dhclient;
use ping::Ping;

/// A command that waits.
#[derive(Clone, Debug)]
pub(crate) enum Program {
    /// `sleep`: ends at this time.
    Sleep(Instant),
    /// `ping`.
    Ping(Box<Ping>),
    /// `arping`.
    Arping(Box<Arping>),
    /// `dhclient` in the foreground, until it has a lease or gives up.
    Dhclient(Dhclient),
}

impl Program {
    /// Goes on; the exit status once it has ended.
    pub(crate) fn step(&mut self, host: &mut Host, cx: &mut Cx<'_>, io: &mut Io) -> Option<i32> {
        match self {
            Self::Sleep(until) => (cx.now() >= *until).then_some(0),
            Self::Ping(ping) => ping.step(host, cx, io),
            Self::Arping(arping) => arping.step(host, cx, io),
            Self::Dhclient(dhclient) => dhclient.step(host, cx, io),
        }
    }

    /// When it wants to go on, if no packet comes before.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        match self {
            Self::Sleep(until) => Some(*until),
            Self::Ping(ping) => ping.deadline(),
            Self::Arping(arping) => arping.deadline(),
            Self::Dhclient(_) => None,
        }
    }

    /// Ctrl-C: `ping` and `arping` print what they have; true when the program ends by the signal alone.
    pub(crate) fn interrupt(&mut self) -> bool {
        match self {
            Self::Ping(ping) => ping.interrupt(),
            Self::Arping(arping) => arping.interrupt(),
            Self::Sleep(_) | Self::Dhclient(_) => return true,
        }
        false
    }
}

/// Starts the command that `words` name.
pub(crate) fn start(host: &mut Host, cx: &mut Cx<'_>, words: &[String], io: &mut Io) -> Started {
    let Some((name, arguments)) = words.split_first() else { return Started::Done(0) };
    let name = ["/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/"]
        .iter()
        .find_map(|directory| name.strip_prefix(directory))
        .unwrap_or(name);
    match name {
        "ip" => Started::Done(ip::run(host, cx, arguments, io)),
        "ping" => ping::start(host, cx, arguments, io),
        "arping" => arping::start(host, cx, arguments, io),
        "dhclient" => dhclient::start(host, cx, arguments, io),
        "sysctl" => Started::Done(sysctl::run(host, arguments, io)),
        "sh" | "bash" | "dash" | "ash" => basic::sh(arguments, io),
        "sleep" => basic::sleep(cx.now(), arguments, io),
        "exit" => basic::exit(arguments, io),
        "hostname" => Started::Done(basic::hostname(host, arguments, io)),
        "echo" => Started::Done(basic::echo(arguments, io)),
        "cat" => Started::Done(basic::cat(host, arguments, io)),
        "grep" => Started::Done(basic::grep(host, arguments, io)),
        "wc" => Started::Done(basic::wc(host, arguments, io)),
        "export" => Started::Done(basic::export(host, arguments)),
        "true" | ":" => Started::Done(0),
        "false" => Started::Done(1),
        name => {
            io.err(&format!("sh: 1: {name}: not found\n"));
            Started::Done(127)
        }
    }
}
