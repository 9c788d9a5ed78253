//! Items that RouterOS 6 had by itself and a script of it leans on.

use super::{added, bgp, ospf, rows, table};
use crate::Router;
use console::NewItem;
use menu::{Text, Value};

/// The items, by menu and name, that are missing and that RouterOS 6 had. Others are left: the command that leans on them
/// says what is wrong.
pub(crate) fn provide(router: &Router, needs: &[(&'static str, Text)]) -> Vec<NewItem> {
    let names = |menu: &str| -> Vec<String> {
        rows(router, menu, &[key(menu)]).into_iter().map(|mut row| row.pop().unwrap_or_default()).collect()
    };
    let mut items = Vec::new();
    for (menu, name) in needs {
        let name = name.to_string();
        if names(menu).contains(&name) {
            continue;
        }
        let instances = names("/routing/ospf/instance");
        match (*menu, name.as_str()) {
            ("/routing/ospf/instance", "default") => {
                items.extend(ospf::default_items("default", None, &instances, 2));
            }
            ("/routing/ospf/instance", "default-v3") => {
                items.extend(ospf::default_items("default-v3", None, &instances, 3));
            }
            ("/routing/ospf/area", "backbone") => {
                items.extend(ospf::default_items("default", Some("backbone"), &instances, 2));
            }
            ("/routing/ospf/area", "backbone-v3") => {
                items.extend(ospf::default_items("default-v3", Some("backbone-v3"), &instances, 3));
            }
            ("/routing/bgp/instance", "default") => {
                let own = |item: &NewItem| !names(item.menu).contains(&name);
                items.extend(bgp::default_items().into_iter().filter(own));
            }
            ("/mpls/interface" | "/routing/bfd/configuration", "all") => {
                items.push(added(menu, vec![(key(menu), Value::text("all"))]));
            }
            // A VRF has a table of its name.
            ("/routing/table", name) if name != "main" && !names("/ip/vrf").iter().any(|vrf| vrf == name) => {
                items.push(table(name));
            }
            _ => {}
        }
    }
    items
}

/// What items of a menu are called by.
fn key(menu: &str) -> &'static str {
    match menu {
        "/mpls/interface" => "interface",
        "/routing/bfd/configuration" => "interfaces",
        _ => "name",
    }
}
