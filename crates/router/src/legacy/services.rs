//! Services and tools whose settings are elsewhere today.

use super::{Work, added, named};
use menu::Value;

pub(super) fn translate(path: &str, work: &mut Work<'_>) {
    match path {
        "/system/ntp/client" => ntp_client(work),
        "/tool/mac-server" | "/tool/mac-server/mac-winbox" => {
            interface_list(work, path.rsplit('/').next().unwrap_or_default());
        }
        "/interface/ovpn-server/server" => first_item(work, "/interface/ovpn-server/server", "ovpn-server1"),
        "/mpls/ldp" => ldp(work),
        "/ip/mac-server" => {
            // Static leases need no switch.
            work.take("enabled");
            work.done = !work.adds;
        }
        "/ip/mac-server/entry" => lease(work),
        "/ipv6/dhcp-server/network" => dhcpv6_network(work),
        "/ppp/secret" => secret(work),
        "/interface/macsec" => enabled(work),
        "/interface/vxlan" => vxlan(work),
        "/interface/vrrp" => vrrp(work),
        "/interface/lte" => lte(work),
        _ => {}
    }
}

/// `enabled=` of menus that have `disabled`.
fn enabled(work: &mut Work<'_>) {
    if let Some(enabled) = work.take("enabled") {
        let on = enabled.value.as_ref().map(super::text).is_some_and(|text| text == "yes");
        work.put_from("disabled", if on { "no" } else { "yes" }, enabled.origin);
    }
}

/// `dns-server=` of a static lease: DHCP option 6 (RFC 2132 §3.8).
fn lease(work: &mut Work<'_>) {
    let Some(servers) = work.take("dns-server") else { return };
    let text = servers.value.as_ref().map(super::text).unwrap_or_default();
    if text.is_empty() {
        return;
    }
    let name = format!("dns-{}", text.replace(',', "-"));
    let value: String = text.split(',').map(|server| format!("'{server}'")).collect();
    let option = vec![("code", Value::Num(6)), ("value", Value::text(value))];
    work.before.push(named("/ip/dhcp-server/option", &name, option));
    work.put_from("dhcp-option", name, servers.origin);
}

/// DNS servers of a DHCPv6 server: option 23 (RFC 3646 §3), which the servers send.
fn dhcpv6_network(work: &mut Work<'_>) {
    work.done = true;
    let servers = work.take_text("dns-server").or_else(|| work.take_text("dns-servers"));
    let Some(servers) = servers else { return };
    let name = "dns-servers";
    let value: String = servers.split(',').map(|server| format!("'{server}'")).collect();
    let option = vec![("code", Value::Num(23)), ("value", Value::text(value))];
    work.before.push(named("/ipv6/dhcp-server/option", name, option));
    for server in work.all("/ipv6/dhcp-server", "name") {
        work.before.push(named("/ipv6/dhcp-server", &server, vec![("dhcp-option", Value::text(name))]));
    }
}

/// `/ppp/secret/set use-radius=`.
fn secret(work: &mut Work<'_>) {
    if let Some(radius) = work.take_text("use-radius") {
        work.before.push(added("/ppp/aaa", vec![("use-radius", Value::text(radius))]));
    }
    work.done = work.arguments.is_empty();
}

/// `remote-address=`: a VTEP.
fn vxlan(work: &mut Work<'_>) {
    let Some(remote) = work.take_text("remote-address") else { return };
    let name = work.text("name").or_else(|| work.text("numbers")).unwrap_or_else(|| "vxlan1".to_owned());
    let vtep = vec![("interface", Value::text(name)), ("remote-ip", Value::text(remote))];
    work.after.push(added("/interface/vxlan/vteps", vtep));
}

/// `virtual-address=`: an address of the VRRP interface.
fn vrrp(work: &mut Work<'_>) {
    let Some(address) = work.take_text("virtual-address") else { return };
    let name = work.text("name").or_else(|| work.text("numbers")).unwrap_or_else(|| "vrrp1".to_owned());
    let address = vec![("address", Value::text(address)), ("interface", Value::text(name))];
    work.after.push(added("/ip/address", address));
}

/// `user=`, `password=`: those of an APN profile, which `apn-profiles` names.
fn lte(work: &mut Work<'_>) {
    enabled(work);
    let name = work.text("apn-profiles").unwrap_or_else(|| "default".to_owned());
    let mut profile = named("/interface/lte/apn", &name, vec![("apn", Value::text(name.as_str()))]);
    let mut given = work.hand_over("user", "user", &mut profile);
    given |= work.hand_over("password", "password", &mut profile);
    if given {
        work.before.push(profile);
    }
}

/// `primary-ntp=`, `secondary-ntp=`, `server-dns-names=`: `servers`.
fn ntp_client(work: &mut Work<'_>) {
    let old = ["primary-ntp", "secondary-ntp", "server-dns-names"];
    let origin = work.arguments.iter().find(|argument| old.contains(&argument.name)).map(|a| a.origin);
    let servers: Vec<String> =
        old.iter().filter_map(|name| work.take_text(name)).filter(|server| server != "0.0.0.0").collect();
    if let (Some(origin), false) = (origin, servers.is_empty()) {
        work.put_from("servers", servers.join(","), origin);
    }
}

/// An interface is named by a list today.
fn interface_list(work: &mut Work<'_>, list: &str) {
    if work.take_text("enabled").as_deref() == Some("no") {
        work.put("allowed-interface-list", "none");
        return;
    }
    let mut interfaces = Vec::new();
    for name in ["interface", "allowed-interfaces"] {
        let text = work.take_text(name).unwrap_or_default();
        interfaces.extend(text.split(',').filter(|word| !word.is_empty()).map(str::to_owned));
    }
    if interfaces.is_empty() {
        // Nothing that is left says anything.
        work.done = work.arguments.is_empty();
        return;
    }
    if interfaces.iter().any(|name| name == "all") {
        work.put("allowed-interface-list", "all");
        return;
    }
    work.before.push(named("/interface/list", list, Vec::new()));
    let known = work.rows("/interface/list/member", &["list", "interface"]);
    for interface in interfaces {
        if known.iter().any(|row| *row == [list.to_owned(), interface.clone()]) {
            continue;
        }
        let member = vec![("list", Value::text(list)), ("interface", Value::text(interface))];
        work.before.push(added("/interface/list/member", member));
    }
    work.put("allowed-interface-list", list);
}

/// `set` of what was one row of settings and is a list today: its first item.
fn first_item(work: &mut Work<'_>, menu: &'static str, name: &str) {
    if work.adds || work.has("numbers") {
        return;
    }
    let mut item = named(menu, name, Vec::new());
    for argument in std::mem::take(&mut work.arguments) {
        let Some(value) = argument.value else { continue };
        match argument.name {
            "enabled" => {
                let off = super::text(&value) != "yes";
                item.arguments.push(("disabled", Value::Bool(off)));
            }
            name => item.arguments.push((name, value)),
        }
    }
    work.before.push(item);
    work.done = true;
}

/// `/mpls/ldp/set enabled=yes lsr-id= transport-address=`: an item of today's list.
fn ldp(work: &mut Work<'_>) {
    let old = [
        ("transport-address", "transport-addresses"),
        ("distribute-for-default-route", "distribute-for-default"),
        ("use-explicit-null", "use-explicit-null"),
    ];
    for (name, today) in old {
        if let Some(argument) = work.take(name)
            && let Some(value) = argument.value
        {
            work.put_from(today, super::text(&value), argument.origin);
        }
    }
    if work.adds || work.has("numbers") {
        return;
    }
    let enabled = work.take_text("enabled");
    let arguments = std::mem::take(&mut work.arguments);
    let mut arguments: Vec<(&'static str, Value)> =
        arguments.into_iter().filter_map(|argument| Some((argument.name, argument.value?))).collect();
    arguments.push(("disabled", Value::Bool(enabled.as_deref() == Some("no"))));
    work.before.push(added("/mpls/ldp", arguments));
    work.done = true;
}
