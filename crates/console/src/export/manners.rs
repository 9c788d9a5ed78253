//! Manners of exports that hold for a few menus and properties only, as exports of real devices show them.

use crate::View;
use menu::MenuDef;

/// Does a menu keep what was set apart from what is so by default? Such menus show what was set by name even where that is
/// the default (`distance=1`, `routing-table=main`, `disabled=no`), and leave it out where it was not.
pub(super) fn remembers(def: &MenuDef) -> bool {
    const BELOW: [&str; 4] = ["/interface/wifi", "/mpls", "/routing", "/zerotier"];
    const EXACTLY: [&str; 8] = [
        "/caps-man/access-list",
        "/caps-man/interface",
        "/caps-man/manager/interface",
        "/interface/veth",
        "/ip/route",
        "/ipv6/route",
        "/port",
        "/tool/netwatch",
    ];
    let below = |path: &&str| {
        def.path.strip_prefix(*path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    EXACTLY.contains(&def.path) || BELOW.iter().any(below)
}

/// Properties that are shown when they were set, default or not, of menus that do not do so as a whole.
pub(super) fn remembered(def: &MenuDef, property: &str) -> bool {
    const PROPERTIES: [(&str, &str); 3] = [
        ("/interface/wireless/security-profiles", "supplicant-identity"),
        ("/ip/dhcp-client", "default-route-tables"),
        ("/ip/ipsec/mode-config", "system-dns"),
    ];
    PROPERTIES.contains(&(def.path, property))
}

/// Properties of menus without a struct that are shown whatever they are.
pub(super) fn always(def: &MenuDef, property: &str) -> bool {
    (def.path, property) == ("/interface/wireguard", "mtu")
}

/// Properties with a value that are written as flags, without it (`passive`), when they are `yes`.
pub(super) fn flag(def: &MenuDef, property: &str) -> bool {
    (def.path, property) == ("/routing/ospf/interface-template", "passive")
}

/// Is a built-in item named by its number, though it has a name (`set 3 remote=10.0.0.1`)?
pub(super) fn numbered(def: &MenuDef) -> bool {
    def.path == "/system/logging/action"
}

/// Is a property left out that goes without saying by another one? A task that runs when the device starts has no day.
pub(super) fn goes_without_saying(def: &MenuDef, view: &View<'_>, row: usize, property: &str) -> bool {
    if (def.path, property) != ("/system/scheduler", "start-date") {
        return false;
    }
    let mut time = String::new();
    let start = def.property("start-time");
    start.is_some_and(|start| view.table.print(row, start, view.names, &mut time)) && time == "startup"
}

/// A value as an export has it: a host's address comes without its `/32`.
pub(super) fn written(def: &MenuDef, property: &str, mut value: Vec<u8>) -> Vec<u8> {
    if (def.path, property) == ("/ip/address", "address") && value.ends_with(b"/32") {
        value.truncate(value.len() - 3);
    }
    value
}
