//! Names that exist by being used: chains, address lists, marks. The ones in use complete.

use super::{Finder, Style};
use crate::Target;
use menu::MenuDef;
use std::collections::BTreeSet;

/// The chains that packets enter by themselves, by the menu's last words (manual: "Firewall", "Bridge").
const BUILTIN_CHAINS: [(&str, &[&str]); 6] = [
    ("/firewall/filter", &["forward", "input", "output"]),
    ("/firewall/nat", &["dstnat", "input", "output", "srcnat"]),
    ("/firewall/mangle", &["forward", "input", "output", "postrouting", "prerouting"]),
    ("/firewall/raw", &["output", "prerouting"]),
    ("/bridge/filter", &["forward", "input", "output"]),
    ("/bridge/nat", &["dstnat", "srcnat"]),
];

/// Where the names of a property come into use: menus beside the property's own, and the properties there.
fn makers(name: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match name {
        "src-address-list" | "dst-address-list" | "address-list" | "list" => (&["address-list"], &["list"]),
        "packet-mark" | "new-packet-mark" => (&["mangle"], &["new-packet-mark"]),
        "connection-mark" | "new-connection-mark" => (&["mangle"], &["new-connection-mark"]),
        "layer7-protocol" => (&["layer7-protocol"], &["name"]),
        _ => (&[], &[]),
    }
}

/// Offers what a free text is usually one of.
pub(super) fn offer(finder: &mut Finder<'_>, def: &'static MenuDef, name: &str, target: &mut dyn Target) {
    let mut names = BTreeSet::new();
    if matches!(name, "chain" | "jump-target") {
        let builtin = BUILTIN_CHAINS.iter().find(|(menu, _)| name == "chain" && def.path.ends_with(menu));
        let builtin = builtin.map_or(&[][..], |(_, chains)| *chains);
        names.extend(builtin.iter().map(|chain| String::from(*chain)));
        collect(def, "chain", target, &mut names);
        if name == "jump-target" {
            // What a jump leads to may have no rule yet.
            collect(def, "jump-target", target, &mut names);
        }
    } else if let Some((firewall, _)) =
        def.path.rsplit_once('/').filter(|(path, _)| path.ends_with("/firewall"))
    {
        let (menus, properties) = makers(name);
        for menu in menus {
            let made = target.tree().menu(&format!("{firewall}/{menu}"));
            if let Some(made) = made {
                properties.iter().for_each(|property| collect(made, property, target, &mut names));
            }
        }
    }
    names.iter().for_each(|name| finder.offer(name, Style::Value, " ", ""));
}

/// The values of a property of all items.
fn collect(def: &'static MenuDef, property: &str, target: &mut dyn Target, names: &mut BTreeSet<String>) {
    target.refresh(def);
    let (Some(index), Some(view)) = (def.property(property), target.view(def)) else { return };
    let mut text = String::new();
    for row in 0..view.table.len() {
        text.clear();
        if view.table.print(row, index, view.names, &mut text) && !names.contains(&text) {
            names.insert(text.clone());
        }
    }
}
