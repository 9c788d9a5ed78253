//! `ip route show` and `ip route flush`: which routes, and how they are printed.

use super::args::{Arguments, Refused, address, matches, prefix};
use super::{Family, Options, Printed, device};
use crate::Host;
use crate::interface::Scope;
use crate::routes::{Protocol, Route, RouteKind};
use core::net::Ipv4Addr;
use ipnet::Ipv4Net;

/// Which routes.
#[derive(Default)]
struct Filter {
    /// This prefix and longer ones.
    root: Option<Ipv4Net>,
    /// Prefixes that hold this one.
    matching: Option<Ipv4Net>,
    exact: Option<Ipv4Net>,
    device: Option<usize>,
    via: Option<Ipv4Addr>,
    protocol: Option<Protocol>,
    scope: Option<Scope>,
    kind: Option<RouteKind>,
    source: Option<Ipv4Addr>,
    table: Option<String>,
}

impl Filter {
    fn takes(&self, r: &Route) -> bool {
        self.root.is_none_or(|p| p.contains(&r.prefix))
            && self.matching.is_none_or(|p| r.prefix.contains(&p))
            && self.exact.is_none_or(|p| r.prefix == p)
            && (self.device.is_none() || r.interface == self.device)
            && self.via.is_none_or(|via| r.gateway == Some(via))
            && self.protocol.is_none_or(|p| p == r.protocol)
            && self.scope.is_none_or(|s| s == r.scope)
            && self.kind.is_none_or(|k| k == r.kind)
            && self.source.is_none_or(|s| r.source == Some(s))
    }
}

fn filter(host: &Host, mut arguments: Arguments<'_>) -> Result<Filter, Refused> {
    let mut f = Filter::default();
    while let Some(word) = arguments.next() {
        match word {
            "dev" | "oif" => f.device = Some(device(host, arguments.value()?)?),
            "via" => f.via = Some(address(arguments.value()?)?),
            "src" => f.source = Some(address(arguments.value()?)?),
            "scope" => f.scope = Some(super::route::scope(arguments.value()?)?),
            "type" => {
                let word = arguments.value()?;
                let kind = super::route::kind(word);
                f.kind = Some(kind.ok_or_else(|| Refused::wrong(word, "node type value is invalid\n"))?);
            }
            _ if matches(word, "table") => {
                let word = arguments.value()?;
                super::route::is_main(word)?;
                f.table = Some(word.to_string());
            }
            "cached" | "cache" => f.table = Some("cache".to_string()),
            _ if matches(word, "protocol") => {
                let word = arguments.value()?;
                f.protocol = if word == "all" { None } else { Some(super::route::protocol(word)?) };
            }
            _ if matches(word, "help") => return Err(Refused::new(255, super::route::USAGE)),
            _ => selector(&mut f, word, &mut arguments)?,
        }
    }
    Ok(f)
}

/// `[to] [root|match|exact] PREFIX`; a prefix alone is exact.
fn selector(f: &mut Filter, word: &str, arguments: &mut Arguments<'_>) -> Result<(), Refused> {
    let word = if word == "to" { arguments.value()? } else { word };
    let read = |word: &str| prefix(word).map(|(p, _)| p.trunc());
    if matches(word, "root") {
        f.root = Some(read(arguments.value()?)?);
    } else if matches(word, "match") {
        f.matching = Some(read(arguments.value()?)?);
    } else {
        let word = if matches(word, "exact") { arguments.value()? } else { word };
        f.exact = Some(read(word)?);
    }
    Ok(())
}

pub(super) fn show(host: &Host, options: Options, arguments: Arguments<'_>) -> Result<Printed, Refused> {
    let filter = filter(host, arguments)?;
    if options.family == Family::Inet6 {
        return Ok(Printed::default());
    }
    let mut out = String::new();
    match filter.table.as_deref() {
        Some("local" | "255") => out = local_table(host, &filter),
        Some("default" | "253" | "cache") => {}
        None | Some("main" | "254" | "all" | "unspec" | "0") => {
            for route in host.routes.iter().filter(|r| filter.takes(r)) {
                out += &line(host, route, &filter);
            }
            if matches!(filter.table.as_deref(), Some("all" | "unspec" | "0")) {
                out += &local_table(host, &filter);
            }
        }
        Some(_) => {
            let text = "Error: ipv4: FIB table does not exist.\nDump terminated\n";
            return Err(Refused::new(2, text));
        }
    }
    Ok(Printed::out(out))
}

pub(super) fn flush(host: &mut Host, arguments: Arguments<'_>) -> Result<Printed, Refused> {
    if arguments.is_empty() {
        return Err(Refused::new(1, "\"ip route flush\" requires arguments.\n"));
    }
    let filter = filter(host, arguments)?;
    match filter.table.as_deref() {
        Some("cache") => host.exceptions.clear(),
        None | Some("main" | "254" | "all" | "unspec" | "0") => {
            host.routes.remove_all(|r| filter.takes(r));
            host.compile_routes();
        }
        Some(_) => {}
    }
    Ok(Printed::default())
}

/// One route as a line; what the filter fixed is left out.
fn line(host: &Host, r: &Route, filter: &Filter) -> String {
    let mut text = String::new();
    if r.kind != RouteKind::Unicast {
        text += &format!("{} ", r.kind.name());
    }
    text += &match r.prefix.prefix_len() {
        0 => "default ".to_string(),
        32 => format!("{} ", r.prefix.addr()),
        _ => format!("{} ", r.prefix),
    };
    if let Some(gateway) = r.gateway.filter(|_| filter.via.is_none()) {
        text += &format!("via {gateway} ");
    }
    let interface = r.interface.and_then(|index| host.interfaces.get(index));
    if let Some(interface) = interface.filter(|_| filter.device.is_none()) {
        text += &format!("dev {} ", interface.name);
    }
    if r.protocol != Protocol::BOOT && filter.protocol.is_none() {
        text += &format!("proto {} ", r.protocol.name());
    }
    if r.scope != Scope::Global && filter.scope.is_none() {
        text += &format!("scope {} ", r.scope.name());
    }
    if let Some(source) = r.source {
        text += &format!("src {source} ");
    }
    if r.metric != 0 {
        text += &format!("metric {} ", r.metric);
    }
    if r.onlink {
        text += "onlink ";
    }
    if interface.is_some_and(|i| !i.running()) {
        text += "linkdown ";
    }
    if let Some(mtu) = r.mtu {
        text += &format!("mtu {mtu} ");
    }
    text.push('\n');
    text
}

/// The rows that addresses make, as `table local` lists them.
fn local_table(host: &Host, filter: &Filter) -> String {
    let mut rows: Vec<(Ipv4Addr, u8, String)> = Vec::new();
    for (index, interface) in host.interfaces.iter().enumerate() {
        if filter.device.is_some_and(|d| d != index) {
            continue;
        }
        let device = if filter.device.is_some() { String::new() } else { format!("dev {} ", interface.name) };
        for a in &interface.addresses {
            let own = a.local.addr();
            let primary =
                interface.addresses.iter().find(|p| !p.secondary && p.local.trunc() == a.local.trunc());
            let source = primary.map_or(own, |p| p.local.addr());
            let row = |kind: &str, to: &str, scope: &str| {
                format!("{kind} {to} {device}proto kernel scope {scope} src {source} \n")
            };
            if interface.is_loopback() {
                let net = a.local.trunc();
                rows.push((net.network(), 32 - net.prefix_len(), row("local", &net.to_string(), "host")));
            }
            rows.push((own, 0, row("local", &own.to_string(), "host")));
            if !a.secondary && a.local.prefix_len() < 31 && interface.up {
                let broadcast = a.local.broadcast();
                rows.push((broadcast, 0, row("broadcast", &broadcast.to_string(), "link")));
            }
        }
    }
    rows.sort_by_key(|(network, host_bits, _)| (*network, *host_bits));
    rows.dedup_by(|a, b| a.2 == b.2);
    let shown = |(network, host_bits, _): &&(Ipv4Addr, u8, String)| {
        let net = Ipv4Net::new(*network, 32 - host_bits).unwrap_or_default();
        filter.exact.is_none_or(|p| p == net) && filter.root.is_none_or(|p| p.contains(&net))
    };
    rows.iter().filter(shown).map(|(_, _, text)| text.as_str()).collect()
}
