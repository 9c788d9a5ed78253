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

/// The commands, sorted by name, each with what it does.
pub const COMMANDS: &[(&str, &str)] = &[
    ("arping", "ask for a neighbour by ARP: arping -c 2 -I eth1 10.0.0.1"),
    ("cat", "print a file"),
    ("dhclient", "get an address by DHCP: dhclient eth1"),
    ("echo", "print words"),
    ("exit", "end the shell or script"),
    ("export", "set a variable"),
    ("false", "fail"),
    ("grep", "print the lines that match"),
    ("help", "this list"),
    ("hostname", "print the name of the host"),
    ("ip", "addresses, links, routes, neighbours: ip addr, ip link, ip route, ip neigh"),
    ("ping", "send echo requests: ping -c 3 10.0.0.1"),
    ("sh", "run a command line: sh -c 'ip addr'"),
    ("sleep", "wait: sleep 0.5"),
    ("sysctl", "kernel settings: sysctl -w net.ipv4.ip_forward=1"),
    ("true", "succeed"),
    ("wc", "count lines, words and bytes"),
];

/// What `help` prints.
fn help() -> String {
    let wide = COMMANDS.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    COMMANDS.iter().map(|(name, what)| format!("{name:<wide$}  {what}\n")).collect()
}

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
        "help" => {
            io.out(&help());
            Started::Done(0)
        }
        "true" | ":" => Started::Done(0),
        "false" => Started::Done(1),
        name => {
            io.err(&format!("sh: 1: {name}: not found\n"));
            Started::Done(127)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::HostSpec;

    #[test]
    fn every_command_of_the_list_is_known_and_help_shows_it() {
        let mut names: Vec<&str> = COMMANDS.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        assert!(names.iter().eq(COMMANDS.iter().map(|(name, _)| name)), "sorted by name");
        for name in names {
            let mut builder = sim::WorldBuilder::new();
            let host =
                Host::new(HostSpec { name: "pc".into(), ports: Vec::new(), variables: Default::default() });
            let id = builder.add_node("pc", host).unwrap();
            let mut world = builder.build(1);
            let job = world.with_node(id, |host, cx| host.spawn(cx, name));
            world.run_until(Instant::START + clock::Duration::from_secs(60)).unwrap();
            let result = world.node_mut(id).take_job(job);
            assert!(result.is_none_or(|result| result.exit != 127), "{name}");
            assert!(help().lines().any(|line| line.split(' ').next() == Some(name)), "{name}");
        }
    }
}
