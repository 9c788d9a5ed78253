//! `ip address`: show, add, change, replace, del, flush.

use super::args::{Arguments, Refused, address, matches, prefix};
use super::{Family, Options, Printed, device, link, shown_device};
use crate::interface::{Address, AddressError, Interface, Scope};
use crate::{Cx, Host};
use clock::{Duration, Instant};
use core::net::Ipv4Addr;
use ipnet::Ipv4Net;

const USAGE: &str = "\
Usage: ip address {add|change|replace} IFADDR dev IFNAME [ LIFETIME ]
       ip address del IFADDR dev IFNAME
       ip address flush [ dev IFNAME ] [ scope SCOPE-ID ] [ to PREFIX ] [ label LABEL ] [up]
       ip address [ show [ dev IFNAME ] [ scope SCOPE-ID ] [ to PREFIX ] [ label LABEL ] [up] ]
IFADDR := PREFIX [ broadcast ADDR ] [ label IFNAME ] [ scope SCOPE-ID ]
SCOPE-ID := [ host | link | global ]
LIFETIME := [ valid_lft LFT ] [ preferred_lft LFT ]
LFT := forever | SECONDS
";

pub(super) fn run(
    host: &mut Host,
    cx: &mut Cx<'_>,
    options: Options,
    mut arguments: Arguments<'_>,
) -> Result<Printed, Refused> {
    let Some(word) = arguments.next() else { return show(host, cx.now(), options, arguments) };
    if matches(word, "add") {
        modify(host, cx, Action::Add, arguments)
    } else if matches(word, "change") || word == "chg" {
        // The kernel adds what `change` does not find.
        modify(host, cx, Action::Replace, arguments)
    } else if matches(word, "replace") {
        modify(host, cx, Action::Replace, arguments)
    } else if matches(word, "delete") {
        modify(host, cx, Action::Delete, arguments)
    } else if ["show", "list", "lst"].iter().any(|w| matches(word, w)) {
        show(host, cx.now(), options, arguments)
    } else if matches(word, "flush") {
        flush(host, cx, arguments)
    } else if matches(word, "help") {
        Err(Refused::new(255, USAGE))
    } else {
        Err(Refused::unknown_command(word, "address"))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Action {
    Add,
    Replace,
    Delete,
}

/// Words of `add`, `change`, `replace` and `del`.
#[derive(Default)]
struct Wanted<'a> {
    device: Option<&'a str>,
    local: Option<(Ipv4Net, bool)>,
    broadcast: Option<&'a str>,
    scope: Option<Scope>,
    label: Option<&'a str>,
    valid: Option<Duration>,
    preferred: Option<Duration>,
}

fn read<'a>(mut arguments: Arguments<'a>) -> Result<Wanted<'a>, Refused> {
    let mut w = Wanted::default();
    while let Some(word) = arguments.next() {
        match word {
            "dev" => w.device = Some(arguments.value()?),
            "peer" | "remote" | "anycast" => return Err(Refused::kernel("Operation not supported")),
            "scope" => w.scope = Some(scope(arguments.value()?)?),
            "label" => w.label = Some(arguments.value()?),
            "valid_lft" => w.valid = lifetime(arguments.value()?, "valid_lft")?,
            "preferred_lft" => w.preferred = lifetime(arguments.value()?, "preferred_lft")?,
            "noprefixroute" | "nodad" | "home" => {}
            _ if matches(word, "broadcast") || word == "brd" => w.broadcast = Some(arguments.value()?),
            _ if matches(word, "help") => return Err(Refused::new(255, USAGE)),
            _ => {
                let word = if word == "local" { arguments.value()? } else { word };
                if w.local.is_some() {
                    return Err(Refused::garbage("local", word));
                }
                w.local = Some(prefix(word)?);
            }
        }
    }
    Ok(w)
}

fn lifetime(word: &str, key: &str) -> Result<Option<Duration>, Refused> {
    if word == "forever" {
        return Ok(None);
    }
    let seconds = word.parse::<u32>().map_err(|_| Refused::wrong(word, &format!("{key} value")))?;
    Ok(Some(Duration::from_secs(u64::from(seconds))))
}

fn scope(word: &str) -> Result<Scope, Refused> {
    match word {
        "global" | "universe" | "0" => Ok(Scope::Global),
        "link" | "253" => Ok(Scope::Link),
        "host" | "254" => Ok(Scope::Host),
        _ => Err(Refused::wrong(word, "invalid scope value.")),
    }
}

fn modify(
    host: &mut Host,
    cx: &mut Cx<'_>,
    action: Action,
    arguments: Arguments<'_>,
) -> Result<Printed, Refused> {
    let wanted = read(arguments)?;
    let Some(name) = wanted.device else {
        return Err(Refused::new(1, "Not enough information: \"dev\" argument is required.\n"));
    };
    let index = device(host, name)?;
    let Some((local, length_given)) = wanted.local else {
        return Err(Refused::kernel("Operation not supported"));
    };
    if action == Action::Delete {
        return delete(host, cx, index, local, length_given);
    }
    let usual = if local.addr().is_loopback() { Scope::Host } else { Scope::Global };
    let scope = wanted.scope.unwrap_or(usual);
    let broadcast = match wanted.broadcast {
        None => None,
        Some("+") => Some(local.broadcast()).filter(|_| local.prefix_len() < 31),
        Some("-") => Some(local.network()).filter(|_| local.prefix_len() < 31),
        Some(word) => Some(address(word)?),
    };
    if wanted.valid == Some(Duration::ZERO) {
        return Err(Refused::new(1, "valid_lft is zero\n"));
    }
    if wanted.preferred.unwrap_or(Duration::ZERO) > wanted.valid.unwrap_or(Duration::MAX) {
        return Err(Refused::new(1, "preferred_lft is greater than valid_lft\n"));
    }
    let now = cx.now();
    let added = Address {
        local,
        broadcast,
        scope,
        secondary: false,
        label: wanted.label.unwrap_or(name).to_string(),
        valid_until: wanted.valid.map(|d| now + d),
        preferred_until: wanted.preferred.or(wanted.valid).map(|d| now + d),
    };
    let exists = host.interfaces.get(index).is_some_and(|i| i.addresses.iter().any(|a| a.local == local));
    if exists && action != Action::Add {
        host.change_address(index, &added);
        return Ok(Printed::default());
    }
    match host.add_address(index, added) {
        Ok(()) => Ok(Printed::default()),
        Err(AddressError::Exists) => Err(Refused::kernel_says("ipv4: Address already assigned.")),
        Err(AddressError::Scope) => Err(Refused::kernel_says("ipv4: Invalid scope value.")),
    }
}

fn delete(
    host: &mut Host,
    cx: &mut Cx<'_>,
    index: usize,
    local: Ipv4Net,
    length_given: bool,
) -> Result<Printed, Refused> {
    let Some(interface) = host.interfaces.get(index) else {
        return Err(Refused::kernel_says("ipv4: Address not found."));
    };
    let mut printed = Printed::default();
    let exact = interface.addresses.iter().any(|a| a.local == local);
    let mut local = local;
    if !exact && !length_given {
        let by_address = interface.addresses.iter().find(|a| a.local.addr() == local.addr());
        if let Some(found) = by_address {
            printed.err = format!(
                "Warning: Executing wildcard deletion to stay compatible with old scripts.\n         \
                 Explicitly specify the prefix length ({}/32) to avoid this warning.\n         \
                 This special behaviour is likely to disappear in further releases,\n         \
                 fix your scripts!\n",
                local.addr()
            );
            local = found.local;
        }
    }
    if !host.remove_address(cx, index, local) {
        return Err(Refused::kernel_says("ipv4: Address not found."));
    }
    Ok(printed)
}

/// Which interfaces and addresses `show` and `flush` are about.
#[derive(Default)]
struct Filter<'a> {
    device: Option<usize>,
    up: bool,
    to: Option<Ipv4Net>,
    scope: Option<Scope>,
    label: Option<&'a str>,
    secondary: Option<bool>,
    dynamic: Option<bool>,
}

impl Filter<'_> {
    /// True when nothing but the interface restricts the addresses.
    fn any_address(&self) -> bool {
        self.to.is_none()
            && self.scope.is_none()
            && self.label.is_none()
            && self.secondary.is_none()
            && self.dynamic.is_none()
    }

    fn takes(&self, address: &Address) -> bool {
        self.to.is_none_or(|to| to.contains(&address.local.addr()))
            && self.scope.is_none_or(|s| s == address.scope)
            && self.label.is_none_or(|l| l == address.label)
            && self.secondary.is_none_or(|s| s == address.secondary)
            && self.dynamic.is_none_or(|d| d == address.valid_until.is_some())
    }
}

fn filter<'a>(host: &Host, mut arguments: Arguments<'a>) -> Result<Filter<'a>, Refused> {
    let mut f = Filter::default();
    while let Some(word) = arguments.next() {
        match word {
            "up" => f.up = true,
            "to" => f.to = Some(prefix(arguments.value()?)?.0.trunc()),
            "scope" => {
                let word = arguments.value()?;
                f.scope = if word == "all" { None } else { Some(scope(word)?) };
            }
            "label" => f.label = Some(arguments.value()?),
            "primary" => f.secondary = Some(false),
            "secondary" | "temporary" => f.secondary = Some(true),
            "dynamic" => f.dynamic = Some(true),
            "permanent" => f.dynamic = Some(false),
            _ if matches(word, "help") => return Err(Refused::new(255, USAGE)),
            _ => {
                let word = if word == "dev" { arguments.value()? } else { word };
                if f.device.is_some() {
                    return Err(Refused::garbage("dev", word));
                }
                f.device = Some(shown_device(host, word)?);
            }
        }
    }
    Ok(f)
}

fn flush(host: &mut Host, cx: &mut Cx<'_>, arguments: Arguments<'_>) -> Result<Printed, Refused> {
    if arguments.is_empty() {
        return Err(Refused::new(1, "Flush requires arguments.\n"));
    }
    let filter = filter(host, arguments)?;
    for index in 0..host.interfaces.len() {
        let Some(interface) = host.interfaces.get(index) else { continue };
        if filter.device.is_some_and(|d| d != index) || (filter.up && !interface.up) {
            continue;
        }
        let goes: Vec<Ipv4Net> =
            interface.addresses.iter().filter(|a| filter.takes(a)).map(|a| a.local).collect();
        for local in goes {
            host.remove_address(cx, index, local);
        }
    }
    Ok(Printed::default())
}

fn show(host: &Host, now: Instant, options: Options, arguments: Arguments<'_>) -> Result<Printed, Refused> {
    let filter = filter(host, arguments)?;
    let mut out = String::new();
    for (i, interface) in host.interfaces.iter().enumerate() {
        if filter.device.is_some_and(|d| d != i) || (filter.up && !interface.up) {
            continue;
        }
        let shown = |a: &&Address| options.family != Family::Inet6 && filter.takes(a);
        let addresses: Vec<&Address> = interface.addresses.iter().filter(shown).collect();
        let restricted = options.family != Family::Any || !filter.any_address();
        if addresses.is_empty() && restricted {
            continue;
        }
        if options.brief {
            out += &link::brief(interface);
            for a in addresses {
                out += &format!("{} ", a.local);
            }
            out.push('\n');
            continue;
        }
        // With `label` iproute2 prints no head, and with `to` it shows this family alone.
        if !options.oneline && filter.label.is_none() {
            out += &link::head(interface, false);
            out.push('\n');
            if options.family == Family::Any && filter.to.is_none() {
                out += &link::hardware(interface);
                out.push('\n');
            }
        }
        for a in addresses {
            out += &one(interface, a, now, options.oneline);
        }
    }
    Ok(Printed::out(out))
}

fn one(interface: &Interface, a: &Address, now: Instant, oneline: bool) -> String {
    let mut text = String::new();
    if oneline {
        text += &format!("{}: {}", interface.index, interface.name);
    }
    text += &format!("    inet {}", a.local);
    if let Some(broadcast) = a.broadcast.filter(|b| *b != Ipv4Addr::UNSPECIFIED) {
        text += &format!(" brd {broadcast}");
    }
    text += &format!(" scope {}", a.scope.name());
    if a.secondary {
        text += " secondary";
    }
    if a.preferred_until.is_some_and(|until| until <= now) {
        text += " deprecated";
    }
    if a.valid_until.is_some() {
        text += " dynamic";
    }
    let left = |until: Option<Instant>| match until {
        None => "forever".to_string(),
        Some(until) => format!("{}sec", until.since(now).as_nanos().div_ceil(1_000_000_000)),
    };
    let line = if oneline { "\\" } else { "\n" };
    text += &format!(
        " {}{line}       valid_lft {} preferred_lft {}\n",
        a.label,
        left(a.valid_until),
        left(a.preferred_until)
    );
    text
}
