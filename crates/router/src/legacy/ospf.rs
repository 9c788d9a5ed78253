//! OSPF: instances, areas, interfaces.
//!
//! RouterOS 6 had an instance `default` and an area `backbone` by itself; they are made when something leans on them. (An
//! upgrade calls them `default-v2` and `backbone-v2`; here they keep their names, so that what is typed later finds them.)
//! OSPFv3's, which had menus of their own, get `-v3`. Networks and interfaces are interface templates today.

use super::{Work, named};
use console::{NewItem, Which};
use menu::{Ipv4Prefix, PropertyType, Value};

const REDISTRIBUTE: [(&str, &str); 5] = [
    ("redistribute-connected", "connected"),
    ("redistribute-static", "static"),
    ("redistribute-rip", "rip"),
    ("redistribute-bgp", "bgp"),
    ("redistribute-other-ospf", "ospf"),
];

/// `/routing/ospf/instance/add` and `set`.
pub(super) fn instance(work: &mut Work<'_>, version: u8) {
    if let Some(words) = work.take_words(&REDISTRIBUTE) {
        work.put("redistribute", words);
    }
    if version == 3 {
        work.default("version", "3");
    }
}

/// `/routing/ospf/area/add` and `set`.
pub(super) fn area(work: &mut Work<'_>, instance: &str) {
    if let Some(inject) = work.take_text("inject-summary-lsas") {
        work.put("no-summaries", if inject == "yes" { "no" } else { "yes" });
    }
    work.default("instance", instance);
}

/// The area that an item without one belongs to: the only one, else the backbone.
fn only_area(work: &mut Work<'_>) -> String {
    let mut areas = work.all("/routing/ospf/area", "name");
    if areas.len() == 1 {
        return areas.remove(0);
    }
    let backbone = "backbone".to_owned();
    if !areas.contains(&backbone) {
        let instances = work.all("/routing/ospf/instance", "name");
        work.before.extend(default_items("default", Some(&backbone), &instances, 2));
    }
    backbone
}

/// `/routing/ospf/interface/add`: an interface template, whose area the networks told.
pub(super) fn interface(work: &mut Work<'_>) {
    if let Some(auth) = work.take("authentication")
        && let Some(text) = auth.value.as_ref().map(super::text).filter(|text| text != "none")
    {
        work.put_from("auth", text, auth.origin);
    }
    if work.adds && !work.has("area") {
        let area = only_area(work);
        work.put("area", area);
    }
}

/// `/routing/ospf/network/add area= network=`: an interface template. The interfaces of the network that have a template of
/// their own (RouterOS 6 exported them first, and they name no area) belong to its area.
pub(super) fn network(work: &mut Work<'_>) {
    let (Some(area), Some(network)) = (work.text("area"), work.text("networks")) else { return };
    let inside = |address: &str| covers(&network, address);
    let addresses = work.rows("/ip/address", &["interface", "address"]);
    let on = |interface: &str| {
        addresses.iter().any(|row| row.first().is_some_and(|name| name == interface) && inside(&row[1]))
    };
    let templates =
        super::items(work.router, "/routing/ospf/interface-template", &["interfaces", "networks", "area"]);
    for (id, row) in templates {
        if row[1].is_empty() && row[2] != area && on(&row[0]) {
            let arguments = vec![("area", Value::text(area.as_str()))];
            let item = Which::Old(id);
            work.before.push(NewItem { menu: "/routing/ospf/interface-template", item, arguments });
        }
    }
}

/// Is the address in the network?
fn covers(network: &str, address: &str) -> bool {
    let prefix = |text: &str| Ipv4Prefix::parse(&Value::text(text), &menu::NoNames).ok();
    match (prefix(network), prefix(address)) {
        (Some(network), Some(address)) => network.contains(&*address),
        _ => false,
    }
}

/// `/routing/ospf/nbma-neighbor/add`.
pub(super) fn neighbor(work: &mut Work<'_>) {
    if work.adds && !work.has("area") {
        let area = only_area(work);
        work.put("area", area);
    }
}

/// `/routing/ospf/virtual-link/add`.
pub(super) fn virtual_link(work: &mut Work<'_>) {
    neighbor(work);
    work.default("type", "virtual-link");
}

/// RouterOS 6's own instance and area, as far as they are missing.
pub(super) fn default_items(
    instance: &'static str,
    area: Option<&str>,
    instances: &[String],
    version: u8,
) -> Vec<NewItem> {
    let mut items = Vec::new();
    if !instances.iter().any(|known| known == instance) {
        let version = if version == 3 { vec![("version", Value::Num(3))] } else { Vec::new() };
        items.push(named("/routing/ospf/instance", instance, version));
    }
    if let Some(area) = area {
        items.push(named("/routing/ospf/area", area, vec![("instance", Value::text(instance))]));
    }
    items
}
