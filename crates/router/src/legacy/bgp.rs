//! BGP: instances, peers, networks, VRFs.
//!
//! RouterOS 6 had the routes to announce in the instance and the session in the peer; today a connection takes both from
//! a template. An instance becomes an instance and a template of its name, a peer a connection that names both.

use super::{Work, named};
use console::{NewItem, Which};
use menu::{Text, Value};

/// `as` of RouterOS 6's own instance.
const DEFAULT_AS: &str = "65530";

/// Instance that a peer belongs to when it names none.
const DEFAULT: &str = "default";

/// Address list that `output.network` of a connection names.
const NETWORKS: &str = "bgp-networks";

const REDISTRIBUTE: [(&str, &str); 5] = [
    ("redistribute-connected", "connected"),
    ("redistribute-static", "static"),
    ("redistribute-rip", "rip"),
    ("redistribute-ospf", "ospf"),
    ("redistribute-other-bgp", "bgp"),
];

/// `/routing/bgp/instance/add` and `set`.
pub(super) fn instance(work: &mut Work<'_>) {
    let name = work.text("name").or_else(|| work.text("numbers")).unwrap_or_else(|| DEFAULT.to_owned());
    let mut template = named("/routing/bgp/template", &name, Vec::new());
    if let Some(number) = work.text("as") {
        template.arguments.push(("as", Value::text(number)));
    }
    if let Some(words) = work.take_words(&REDISTRIBUTE) {
        template.arguments.push(("output.redistribute", Value::text(words)));
    }
    work.hand_over("out-filter", "output.filter-chain", &mut template);
    if work.take_text("client-to-client-reflection").as_deref() == Some("no") {
        template.arguments.push(("output.no-client-to-client-reflection", Value::Bool(true)));
    }
    work.before.push(template);
}

/// The `as` of an instance.
fn as_of(work: &Work<'_>, instance: &str) -> Option<String> {
    let rows = work.rows("/routing/bgp/instance", &["name", "as"]);
    let row = rows.into_iter().find(|row| row.first().is_some_and(|name| name == instance))?;
    row.into_iter().nth(1).filter(|number| !number.is_empty())
}

/// RouterOS 6 had an instance by itself.
fn need_instance(work: &mut Work<'_>, name: &str) {
    let has = |menu: &str| work.all(menu, "name").iter().any(|known| known == name);
    let (instance, template) = (has("/routing/bgp/instance"), has("/routing/bgp/template"));
    for (known, menu) in [(instance, "/routing/bgp/instance"), (template, "/routing/bgp/template")] {
        if !known {
            work.before.push(named(menu, name, vec![("as", Value::text(DEFAULT_AS))]));
        }
    }
}

/// `/routing/bgp/connection/add` of RouterOS before 7.20: what an instance says today was said by the connection or its
/// template. Connections of the same AS and router's id share an instance, as after an upgrade.
pub(super) fn connection(work: &mut Work<'_>) {
    let id = work.take_text("router-id").unwrap_or_default();
    if !work.adds || work.text("instance").is_some() {
        return;
    }
    let templates = work.text("templates").unwrap_or_else(|| DEFAULT.to_owned());
    let own = |number: &String| !number.is_empty();
    let rows = work.rows("/routing/bgp/template", &["name", "as"]);
    let template = rows.into_iter().find(|row| row.first().is_some_and(|name| *name == templates));
    let number = work.text("as").or_else(|| template?.into_iter().nth(1)).filter(own);
    let number = number.unwrap_or_else(|| DEFAULT_AS.to_owned());
    let instances = work.rows("/routing/bgp/instance", &["name", "as", "router-id"]);
    let same = |row: &&Vec<String>| row.get(1) == Some(&number) && (id.is_empty() || row.get(2) == Some(&id));
    if let Some(name) = instances.iter().find(same).and_then(|row| row.first()) {
        return work.put("instance", name.as_str());
    }
    let name = format!("bgp-instance-{}", instances.len() + 1);
    let mut says = vec![("as", Value::text(number))];
    if !id.is_empty() {
        says.push(("router-id", Value::text(id)));
    }
    work.before.push(named("/routing/bgp/instance", &name, says));
    work.put("instance", name);
}

/// `/routing/bgp/template/add` and `set` of RouterOS before 7.20 with `router-id`: the instance of its AS says it today,
/// which the connections of the template find by the AS.
pub(super) fn template(work: &mut Work<'_>) {
    let Some(id) = work.take_text("router-id") else { return };
    let name = work.text("name").or_else(|| work.text("numbers")).unwrap_or_else(|| DEFAULT.to_owned());
    let known = work.rows("/routing/bgp/template", &["name", "as"]);
    let known = known.into_iter().find(|row| row.first().is_some_and(|known| *known == name));
    let own = |number: &String| !number.is_empty();
    let number = work.text("as").or_else(|| known?.into_iter().nth(1)).filter(own);
    let number = number.unwrap_or_else(|| DEFAULT_AS.to_owned());
    let instances = work.rows("/routing/bgp/instance", &["name", "as", "router-id"]);
    let of_as = |row: &&Vec<String>| row.get(1) == Some(&number);
    if instances.iter().filter(of_as).any(|row| row.get(2) == Some(&id)) {
        return;
    }
    // One that connections made before it was known.
    let bare = instances.iter().filter(of_as).find(|row| row.get(2).is_none_or(String::is_empty));
    let name = match bare.and_then(|row| row.first()) {
        Some(name) => name.clone(),
        None => format!("bgp-instance-{}", instances.len() + 1),
    };
    let says = vec![("as", Value::text(number)), ("router-id", Value::text(id))];
    work.before.push(named("/routing/bgp/instance", &name, says));
}

/// `/routing/bgp/peer/add` and `set`.
pub(super) fn peer(work: &mut Work<'_>) {
    let instance = work.take_text("instance").unwrap_or_else(|| DEFAULT.to_owned());
    let reflect = work.take_text("route-reflect").as_deref() == Some("yes");
    if work.adds {
        need_instance(work, &instance);
        let own = as_of(work, &instance).unwrap_or_else(|| DEFAULT_AS.to_owned());
        let internal = work.text("remote.as").is_none_or(|remote| remote == own);
        let role = match (internal, reflect) {
            (true, true) => "ibgp-rr",
            (true, false) => "ibgp",
            (false, _) => "ebgp",
        };
        work.put("instance", instance.as_str());
        work.put("templates", instance.as_str());
        work.put("local.role", role);
        let count = work.all("/routing/bgp/connection", "name").len();
        work.default("name", format!("peer{}", count + 1));
        let lists = work.all("/ip/firewall/address-list", "list");
        if lists.iter().any(|list| list == NETWORKS) {
            work.put("output.network", NETWORKS);
        }
    }
    if let Some(source) = work.take("update-source") {
        let text = source.value.as_ref().map(super::text).unwrap_or_default();
        // An interface stands for its address; today only addresses are taken.
        let address = if text.contains(['.', ':']) { Some(text) } else { address_of(work, &text) };
        if let Some(address) = address {
            work.put_from("local.address", address, source.origin);
        }
    }
    if let Some(ttl) = work.take("ttl")
        && let Some(text) = ttl.value.as_ref().map(super::text).filter(|text| text != "default")
    {
        work.put_from("local.ttl", text, ttl.origin);
    }
    if let Some(passive) = work.take_text("passive") {
        work.put("connect", if passive == "yes" { "no" } else { "yes" });
    }
}

/// The first address of an interface.
fn address_of(work: &Work<'_>, interface: &str) -> Option<String> {
    let rows = work.rows("/ip/address", &["interface", "address"]);
    let row = rows.into_iter().find(|row| row.first().is_some_and(|name| name == interface))?;
    row.get(1)?.split('/').next().map(str::to_owned)
}

/// `/routing/bgp/network/add`: an address list that connections name.
pub(super) fn network(work: &mut Work<'_>) {
    work.default("list", NETWORKS);
    let connections = work.rows("/routing/bgp/connection", &["name", "output.network"]);
    for row in connections.iter().filter(|row| row.get(1).is_none_or(String::is_empty)) {
        let Some(name) = row.first() else { continue };
        work.after.push(named(
            "/routing/bgp/connection",
            name,
            vec![("output.network", Value::text(NETWORKS))],
        ));
    }
}

/// `/routing/bgp/instance/vrf/add`.
pub(super) fn vrf(work: &mut Work<'_>) {
    if let Some(words) = work.take_words(&REDISTRIBUTE) {
        work.put("export.redistribute", words);
    }
    if !work.adds {
        return;
    }
    let vrf = work.text("vrf").unwrap_or_default();
    let instance = work.text("instance").unwrap_or_else(|| DEFAULT.to_owned());
    need_instance(work, &instance);
    work.default("instance", instance);
    work.default("label-allocation-policy", "per-vrf");
    let vpns = work.rows("/routing/bgp/vpn", &["vrf", "route-distinguisher", "name"]);
    let known = vpns.into_iter().find(|row| row.first().is_some_and(|name| *name == vrf));
    match known {
        // `/ip/route/vrf` made it already: the rest is added to it.
        Some(row) => {
            let arguments = work.arguments.iter().filter(|argument| argument.name != "numbers");
            let arguments = arguments.filter_map(|argument| Some((argument.name, argument.value.clone()?)));
            let item = NewItem {
                menu: "/routing/bgp/vpn",
                item: Which::Named(row.get(2).map(|name| Text::from(name.as_str())).unwrap_or_default()),
                arguments: arguments.collect(),
            };
            work.before.push(item);
            work.done = true;
        }
        None => {
            work.default("name", vrf);
            work.default("route-distinguisher", "0:0");
        }
    }
}

/// What a VPN wants besides.
pub(super) fn complete_vpn(work: &mut Work<'_>, vpn: &mut NewItem) {
    need_instance(work, DEFAULT);
    vpn.arguments.push(("instance", Value::text(DEFAULT)));
    vpn.arguments.push(("label-allocation-policy", Value::text("per-vrf")));
    if !vpn.arguments.iter().any(|(name, _)| *name == "route-distinguisher") {
        vpn.arguments.push(("route-distinguisher", Value::text("0:0")));
    }
}

/// RouterOS 6's own instance.
pub(super) fn default_items() -> [NewItem; 2] {
    let number = || vec![("as", Value::text(DEFAULT_AS))];
    ["/routing/bgp/instance", "/routing/bgp/template"].map(|menu| named(menu, DEFAULT, number()))
}
