//! `ip neighbour`: show, get, add, change, replace, del, flush.

use super::args::{Arguments, Refused, matches, prefix};
use super::{Family, Options, Printed, device, lower};
use crate::flow::neighbour;
use crate::{Cx, Host};
use core::net::Ipv4Addr;
use ip::v4::arp::{Row, State};
use ipnet::Ipv4Net;
use wire::Mac;

const USAGE: &str = "\
Usage: ip neigh { add | del | change | replace }
                { ADDR [ lladdr LLADDR ] [ nud permanent ] } [ dev DEV ]
       ip neigh { show | flush } [ to PREFIX ] [ dev DEV ] [ nud STATE ]
       ip neigh get ADDR dev DEV

STATE := { delay | failed | incomplete | permanent | probe | reachable | stale }
";

pub(super) fn run(
    host: &mut Host,
    cx: &mut Cx<'_>,
    options: Options,
    mut arguments: Arguments<'_>,
) -> Result<Printed, Refused> {
    let Some(word) = arguments.next() else { return show(host, options, arguments) };
    let action = [
        ("add", Action::Add),
        ("change", Action::Change),
        ("chg", Action::Change),
        ("replace", Action::Replace),
        ("delete", Action::Delete),
    ];
    if let Some((_, action)) = action.into_iter().find(|(name, _)| matches(word, name)) {
        return modify(host, cx, action, arguments);
    }
    if matches(word, "get") {
        get(host, arguments)
    } else if ["show", "lst", "list"].iter().any(|w| matches(word, w)) {
        show(host, options, arguments)
    } else if matches(word, "flush") {
        flush(host, cx, arguments)
    } else if matches(word, "help") {
        Err(Refused::new(255, USAGE))
    } else {
        Err(Refused::unknown_command(word, "neigh"))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Action {
    Add,
    Change,
    Replace,
    Delete,
}

const STATES: [(State, &str); 7] = [
    (State::Incomplete, "INCOMPLETE"),
    (State::Reachable, "REACHABLE"),
    (State::Stale, "STALE"),
    (State::Delay, "DELAY"),
    (State::Probe, "PROBE"),
    (State::Failed, "FAILED"),
    (State::Permanent, "PERMANENT"),
];

fn state_name(state: State) -> &'static str {
    STATES.iter().find(|(s, _)| *s == state).map_or("NONE", |(_, name)| name)
}

/// A state by name; `None` for `all`, which restricts nothing.
fn state(word: &str) -> Result<Option<State>, Refused> {
    if word == "all" {
        return Ok(None);
    }
    let found = STATES.iter().find(|(_, name)| name.to_lowercase() == word);
    found.map(|(state, _)| Some(*state)).ok_or_else(|| Refused::wrong(word, "nud state is bad"))
}

fn modify(
    host: &mut Host,
    cx: &mut Cx<'_>,
    action: Action,
    mut arguments: Arguments<'_>,
) -> Result<Printed, Refused> {
    let (mut to, mut name, mut lladdr, mut nud): (Option<Ipv4Addr>, _, _, _) = (None, None, None, None);
    while let Some(word) = arguments.next() {
        match word {
            "lladdr" => lladdr = Some(arguments.value()?),
            "dev" => name = Some(arguments.value()?),
            "nud" => nud = state(arguments.value()?)?,
            "router" | "use" | "managed" | "extern_learn" => {}
            "proxy" => return Err(Refused::kernel("Operation not supported")),
            _ if matches(word, "help") => return Err(Refused::new(255, USAGE)),
            _ => {
                let word = if word == "to" { arguments.value()? } else { word };
                if to.is_some() {
                    return Err(Refused::garbage("to", word));
                }
                let refused = || {
                    Refused::new(1, format!("Error: any valid address is expected rather than \"{word}\".\n"))
                };
                to = Some(super::args::address(word).map_err(|_| refused())?);
            }
        }
    }
    let (Some(to), Some(name)) = (to, name) else {
        return Err(Refused::new(255, "Device and destination are required arguments.\n"));
    };
    let index = device(host, name)?;
    let id = host.id(index);
    let known = host.neighbours.get(id, to);
    if action == Action::Delete {
        let mut out = Vec::new();
        let removed = host.neighbours.remove(id, to, &mut out);
        neighbour::act(host, cx, out);
        return if removed {
            Ok(Printed::default())
        } else {
            Err(Refused::kernel("No such file or directory"))
        };
    }
    let mac = match lladdr {
        Some(text) => Some(text.parse::<Mac>().map_err(|_| Refused::kernel_says("Invalid link address."))?),
        None => known.and_then(|row| row.mac),
    };
    let Some(mac) = mac else { return Err(Refused::kernel_says("No link layer address given.")) };
    match (action, known) {
        (Action::Add, Some(_)) => return Err(Refused::kernel("File exists")),
        (Action::Change, None) => return Err(Refused::kernel("No such file or directory")),
        _ => {}
    }
    if !matches!(nud, None | Some(State::Permanent)) {
        return Err(Refused::new(2, "Error: only permanent entries can be made (nud permanent).\n"));
    }
    let mut out = Vec::new();
    host.neighbours.set_static(cx.now(), id, to, mac, false, &mut out);
    neighbour::act(host, cx, out);
    Ok(Printed::default())
}

/// Which entries.
#[derive(Default)]
struct Filter {
    to: Option<Ipv4Net>,
    device: Option<usize>,
    state: Option<State>,
    /// `nud all` was given.
    all: bool,
}

impl Filter {
    fn takes(&self, host: &Host, row: &Row) -> bool {
        self.to.is_none_or(|to| to.contains(&row.address))
            && self.device.is_none_or(|d| host.id(d) == row.interface)
            && self.state.is_none_or(|s| s == row.state)
    }
}

fn filter(host: &Host, mut arguments: Arguments<'_>) -> Result<Filter, Refused> {
    let mut f = Filter::default();
    while let Some(word) = arguments.next() {
        match word {
            "dev" => f.device = Some(device(host, arguments.value()?)?),
            "nud" => {
                f.state = state(arguments.value()?)?;
                f.all = f.state.is_none();
            }
            "unused" | "nomaster" | "proxy" => {}
            _ if matches(word, "help") => return Err(Refused::new(255, USAGE)),
            _ => {
                let word = if word == "to" { arguments.value()? } else { word };
                f.to = if word == "all" { None } else { Some(prefix(word)?.0.trunc()) };
            }
        }
    }
    Ok(f)
}

fn show(host: &Host, options: Options, arguments: Arguments<'_>) -> Result<Printed, Refused> {
    let filter = filter(host, arguments)?;
    if options.family == Family::Inet6 {
        return Ok(Printed::default());
    }
    let rows = host.neighbours.rows();
    let shown = rows.iter().filter(|row| filter.takes(host, row));
    Ok(Printed::out(shown.map(|row| line(host, row, filter.device.is_none())).collect()))
}

fn line(host: &Host, row: &Row, with_device: bool) -> String {
    let mut text = format!("{} ", row.address);
    if with_device {
        let name = host.interfaces.get(host.position(row.interface)).map_or("", |i| i.name.as_str());
        text += &format!("dev {name} ");
    }
    if let Some(mac) = row.mac.filter(|_| !matches!(row.state, State::Incomplete | State::Failed)) {
        text += &format!("lladdr {} ", lower(mac));
    }
    text += &format!("{} \n", state_name(row.state));
    text
}

fn get(host: &Host, mut arguments: Arguments<'_>) -> Result<Printed, Refused> {
    let (mut to, mut index) = (None, None);
    while let Some(word) = arguments.next() {
        match word {
            "dev" => index = Some(device(host, arguments.value()?)?),
            _ => {
                let word = if word == "to" { arguments.value()? } else { word };
                to = Some(super::args::address(word)?);
            }
        }
    }
    let (Some(to), Some(index)) = (to, index) else {
        return Err(Refused::new(255, "Device and address are required arguments.\n"));
    };
    let row = host.neighbours.get(host.id(index), to);
    let row = row.ok_or_else(|| Refused::kernel_says("Neighbour entry not found."))?;
    Ok(Printed::out(line(host, &row, true)))
}

/// Without a state, permanent entries stay.
fn flush(host: &mut Host, cx: &mut Cx<'_>, arguments: Arguments<'_>) -> Result<Printed, Refused> {
    if arguments.is_empty() {
        return Err(Refused::new(1, "Flush requires arguments.\n"));
    }
    let filter = filter(host, arguments)?;
    let keeps = |row: &Row| filter.state.is_none() && !filter.all && row.state == State::Permanent;
    let rows = host.neighbours.rows();
    let mut out = Vec::new();
    for row in rows.iter().filter(|row| filter.takes(host, row) && !keeps(row)).copied().collect::<Vec<_>>() {
        host.neighbours.remove(row.interface, row.address, &mut out);
    }
    neighbour::act(host, cx, out);
    Ok(Printed::default())
}
