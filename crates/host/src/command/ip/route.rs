//! `ip route`: add, del, replace, change, append, prepend, get, flush. Showing is in `route_show`.

use super::args::{Arguments, Refused, address, matches, prefix};
use super::{Options, Printed, device, route_show};
use crate::flow::output::{Kind, RouteQuery};
use crate::interface::Scope;
use crate::routes::{Insert, InsertError, Protocol, Route, RouteKind};
use crate::{Cx, Host};
use core::net::Ipv4Addr;
use ipnet::Ipv4Net;

pub(super) const USAGE: &str = "\
Usage: ip route { list | flush } SELECTOR
       ip route get ADDRESS [ from ADDRESS ] [ oif STRING ]
       ip route { add | del | change | append | prepend | replace } ROUTE
SELECTOR := [ root PREFIX ] [ match PREFIX ] [ exact PREFIX ]
            [ table TABLE_ID ] [ proto RTPROTO ] [ type TYPE ] [ scope SCOPE ]
            [ dev STRING ] [ via ADDRESS ]
ROUTE := [ TYPE ] PREFIX [ proto RTPROTO ] [ scope SCOPE ] [ metric METRIC ]
         [ via ADDRESS ] [ dev STRING ] [ src ADDRESS ] [ mtu NUMBER ] [ onlink ]
TYPE := { unicast | unreachable | prohibit | blackhole }
TABLE_ID := [ local | main | default | all ]
SCOPE := [ host | link | global ]
RTPROTO := [ kernel | boot | static | NUMBER ]
";

pub(super) fn run(
    host: &mut Host,
    cx: &mut Cx<'_>,
    options: Options,
    mut arguments: Arguments<'_>,
) -> Result<Printed, Refused> {
    let Some(word) = arguments.next() else { return route_show::show(host, options, arguments) };
    if ["list", "show", "lst"].iter().any(|w| matches(word, w)) {
        return route_show::show(host, options, arguments);
    }
    if matches(word, "get") {
        return get(host, cx, arguments);
    }
    for (name, how) in [
        ("add", Insert::Add),
        ("change", Insert::Change),
        ("chg", Insert::Change),
        ("replace", Insert::Replace),
        ("prepend", Insert::Prepend),
        ("append", Insert::Append),
    ] {
        if matches(word, name) {
            return insert(host, how, arguments);
        }
    }
    if matches(word, "delete") {
        delete(host, arguments)
    } else if matches(word, "flush") {
        route_show::flush(host, arguments)
    } else if matches(word, "help") {
        Err(Refused::new(255, USAGE))
    } else {
        Err(Refused::unknown_command(word, "route"))
    }
}

/// Words of a route as they were given.
#[derive(Default)]
struct Wanted<'a> {
    kind: Option<RouteKind>,
    prefix: Option<Ipv4Net>,
    via: Option<Ipv4Addr>,
    device: Option<&'a str>,
    metric: Option<u32>,
    protocol: Option<Protocol>,
    scope: Option<Scope>,
    source: Option<Ipv4Addr>,
    mtu: Option<u16>,
    onlink: bool,
    local: bool,
}

pub(super) fn scope(word: &str) -> Result<Scope, Refused> {
    match word {
        "global" | "universe" | "0" => Ok(Scope::Global),
        "link" | "253" => Ok(Scope::Link),
        "host" | "254" => Ok(Scope::Host),
        _ => Err(Refused::wrong(word, "invalid \"scope\" value\n")),
    }
}

pub(super) fn protocol(word: &str) -> Result<Protocol, Refused> {
    Protocol::parse(word).ok_or_else(|| Refused::wrong(word, "\"protocol\" value is invalid\n"))
}

pub(super) fn kind(word: &str) -> Option<RouteKind> {
    [RouteKind::Unicast, RouteKind::Blackhole, RouteKind::Unreachable, RouteKind::Prohibit]
        .into_iter()
        .find(|k| k.name() == word)
}

/// True when the word names the table that is simulated.
pub(super) fn is_main(word: &str) -> Result<bool, Refused> {
    match word {
        "main" | "254" => Ok(true),
        "local" | "255" | "default" | "253" | "all" | "unspec" | "0" => Ok(false),
        _ if word.parse::<u32>().is_ok() => Ok(false),
        _ => Err(Refused::wrong(word, "table id value is invalid\n")),
    }
}

fn read<'a>(mut arguments: Arguments<'a>) -> Result<Wanted<'a>, Refused> {
    let mut w = Wanted::default();
    while let Some(word) = arguments.next() {
        match word {
            "src" => w.source = Some(arguments.address()?),
            "via" => {
                if w.via.is_some() {
                    return Err(Refused::wrong("via", "use nexthop syntax to specify multiple via\n"));
                }
                let mut value = arguments.value()?;
                if value == "inet" {
                    value = arguments.value()?;
                }
                w.via = Some(address(value)?);
            }
            "dev" | "oif" => w.device = Some(arguments.value()?),
            "scope" => w.scope = Some(scope(arguments.value()?)?),
            "mtu" => {
                let mut value = arguments.value()?;
                if value == "lock" {
                    value = arguments.value()?;
                }
                let mtu = value.parse().map_err(|_| Refused::wrong(value, "\"mtu\" value is invalid\n"))?;
                w.mtu = Some(mtu);
            }
            "onlink" => w.onlink = true,
            "pervasive" => {}
            "nexthop" | "nhid" | "encap" | "tos" | "dsfield" => {
                return Err(Refused::kernel("Operation not supported"));
            }
            _ if matches(word, "metric") || matches(word, "priority") || word == "preference" => {
                w.metric = Some(arguments.number("\"metric\" value is invalid\n")?);
            }
            _ if matches(word, "protocol") => w.protocol = Some(protocol(arguments.value()?)?),
            _ if matches(word, "table") => {
                if !is_main(arguments.value()?)? {
                    return Err(Refused::kernel("Operation not supported"));
                }
            }
            _ => destination(&mut w, word, &mut arguments)?,
        }
    }
    Ok(w)
}

/// `[to] [TYPE] PREFIX`.
fn destination<'a>(w: &mut Wanted<'a>, word: &'a str, arguments: &mut Arguments<'a>) -> Result<(), Refused> {
    let mut word = if word == "to" { arguments.value()? } else { word };
    if let Some(kind) = kind(word) {
        w.kind = Some(kind);
        word = arguments.value()?;
    } else if matches!(word, "local" | "broadcast" | "multicast" | "throw" | "nat" | "anycast") {
        w.local = true;
        word = arguments.value()?;
    }
    if matches(word, "help") {
        return Err(Refused::new(255, USAGE));
    }
    if w.prefix.is_some() {
        return Err(Refused::garbage("to", word));
    }
    w.prefix = Some(prefix(word)?.0);
    Ok(())
}

/// Exit status of `ip` when the kernel refuses.
fn refuse(error: InsertError) -> Refused {
    Refused::kernel(match error {
        InsertError::Exists => "File exists",
        InsertError::NotFound => "No such file or directory",
    })
}

fn insert(host: &mut Host, how: Insert, arguments: Arguments<'_>) -> Result<Printed, Refused> {
    if arguments.is_empty() {
        return Err(Refused::new(255, USAGE));
    }
    let wanted = read(arguments)?;
    let index = wanted.device.map(|name| device(host, name)).transpose()?;
    if wanted.local {
        return Err(Refused::kernel("Operation not supported"));
    }
    let Some(prefix) = wanted.prefix else { return Err(Refused::kernel("No such device")) };
    if prefix != prefix.trunc() {
        return Err(Refused::kernel_says("Invalid prefix for given prefix length."));
    }
    let kind = wanted.kind.unwrap_or_default();
    let interface = if kind == RouteKind::Unicast { Some(next_hop(host, &wanted, index)?) } else { None };
    if wanted.source.is_some_and(|source| !host.is_local(source)) {
        return Err(Refused::kernel_says("Invalid prefsrc address."));
    }
    let on_link = kind == RouteKind::Unicast && wanted.via.is_none();
    let route = Route {
        prefix,
        kind,
        gateway: wanted.via.filter(|_| kind == RouteKind::Unicast),
        interface,
        metric: wanted.metric.unwrap_or(0),
        protocol: wanted.protocol.unwrap_or(Protocol::BOOT),
        scope: wanted.scope.unwrap_or(if on_link { Scope::Link } else { Scope::Global }),
        source: wanted.source,
        onlink: wanted.onlink,
        mtu: wanted.mtu,
    };
    host.insert_route(route, how).map_err(refuse)?;
    Ok(Printed::default())
}

/// The interface of a new route, when its next hop is sound.
fn next_hop(host: &mut Host, wanted: &Wanted<'_>, index: Option<usize>) -> Result<usize, Refused> {
    let down = |index: usize| !host.interfaces.get(index).is_some_and(|i| i.up);
    match (wanted.via, index) {
        (None, None) => Err(Refused::kernel("No such device")),
        (None, Some(index)) if down(index) => Err(Refused::kernel_says("Device for nexthop is not up.")),
        (None, Some(index)) => Ok(index),
        (Some(gateway), _) if gateway.is_unspecified() => {
            index.ok_or_else(|| Refused::kernel("No such device"))
        }
        (Some(_), Some(index)) if wanted.onlink && !down(index) => Ok(index),
        (Some(gateway), index) => host
            .gateway_interface(gateway, index)
            .ok_or_else(|| Refused::kernel_says("Nexthop has invalid gateway.")),
    }
}

fn delete(host: &mut Host, arguments: Arguments<'_>) -> Result<Printed, Refused> {
    if arguments.is_empty() {
        return Err(Refused::new(255, USAGE));
    }
    let wanted = read(arguments)?;
    let index = wanted.device.map(|name| device(host, name)).transpose()?;
    let prefix = wanted.prefix.unwrap_or_default();
    let fits = |r: &Route| {
        r.prefix == prefix
            && wanted.kind.is_none_or(|k| k == r.kind)
            && wanted.via.is_none_or(|via| r.gateway == Some(via))
            && (index.is_none() || r.interface == index)
            && wanted.metric.is_none_or(|m| m == r.metric)
            && wanted.protocol.is_none_or(|p| p == r.protocol)
            && wanted.scope.is_none_or(|s| s == r.scope)
            && wanted.source.is_none_or(|s| r.source == Some(s))
    };
    if host.routes.remove(fits).is_none() {
        return Err(Refused::kernel("No such process"));
    }
    host.compile_routes();
    Ok(Printed::default())
}

fn get(host: &mut Host, cx: &mut Cx<'_>, mut arguments: Arguments<'_>) -> Result<Printed, Refused> {
    let (mut to, mut from, mut index) = (None, None, None);
    while let Some(word) = arguments.next() {
        match word {
            "from" => from = Some(prefix(arguments.value()?)?.0.addr()),
            "oif" | "dev" => index = Some(device(host, arguments.value()?)?),
            "iif" | "tos" | "mark" | "uid" | "ipproto" | "sport" | "dport" | "vrf" => {
                return Err(Refused::kernel("Operation not supported"));
            }
            _ if matches(word, "help") => return Err(Refused::new(255, USAGE)),
            _ => {
                let word = if word == "to" { arguments.value()? } else { word };
                to = Some(prefix(word)?.0.addr());
            }
        }
    }
    let Some(destination) = to else {
        return Err(Refused::new(1, "need at least a destination address\n"));
    };
    if from.is_some_and(|source| !host.is_local(source)) {
        return Err(Refused::kernel("Network is unreachable"));
    }
    let query = RouteQuery { destination, source: from, interface: index };
    let route = host.route_output(cx.now(), &query).map_err(|error| Refused::kernel(error.text()))?;
    let (kind, cache) = match route.kind {
        Kind::Local => ("local ", "<local> "),
        Kind::Unicast => ("", ""),
        Kind::Broadcast => ("broadcast ", "<local,brd> "),
        Kind::Multicast => ("multicast ", "<mc> "),
    };
    let mut text = format!("{kind}{destination} ");
    if let Some(source) = from {
        text += &format!("from {source} ");
    }
    if let Some(gateway) = route.gateway {
        text += &format!("via {gateway} ");
    }
    let name = host.interfaces.get(route.interface).map_or("", |i| i.name.as_str());
    text += &format!("dev {name} ");
    if from.is_none() {
        text += &format!("src {} ", route.source);
    }
    text += &format!("uid 0 \n    cache {cache}\n");
    Ok(Printed::out(text))
}
