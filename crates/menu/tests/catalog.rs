//! Menus without a struct, and the tree of all menus.

use menu::{AnyTable, CatalogTable, Ipv4Prefix, Menu, MenuDef, NoNames, Step, Tree, Value, not_simulated};

/// Addresses.
#[derive(Clone, Debug, Menu)]
#[menu("/ip/address", list)]
struct Address {
    /// Address.
    #[prop(required)]
    address: Ipv4Prefix,
}

/// A menu that RouterOS lacks.
#[derive(Clone, Debug, Menu)]
#[menu("/wirelab/deep/menu", settings)]
struct Own {
    /// Something.
    level: u8,
}

static TYPED: &[&MenuDef] = &[Address::DEF, Own::DEF];

fn property(table: &CatalogTable, name: &str) -> usize {
    table.def().property(name).expect("known")
}

fn text(table: &CatalogTable, index: usize, name: &str) -> Option<String> {
    let mut out = String::new();
    table.print(index, property(table, name), &NoNames, &mut out).then_some(out)
}

#[test]
fn items_are_checked_stored_and_printed() {
    let mut eoip = CatalogTable::at("/interface/eoip").unwrap();
    let give =
        |table: &CatalogTable, name: &str, value: &str| (property(table, name), Some(Value::text(value)));
    let missing = eoip.prepare_add(None, &[give(&eoip, "name", "e1")], &NoNames).unwrap_err();
    assert_eq!(missing.to_string(), "missing value(s) of argument(s) remote-address tunnel-id");
    let arguments = [
        give(&eoip, "name", "e1"),
        give(&eoip, "remote-address", "10.0.0.2"),
        give(&eoip, "tunnel-id", "7"),
        give(&eoip, "clamp-tcp-mss", "yes"),
    ];
    let prepared = eoip.prepare_add(None, &arguments, &NoNames).unwrap();
    let id = eoip.insert(prepared, None, None);
    assert_eq!((eoip.index_of(id), eoip.len()), (Some(0), 1));
    assert_eq!(text(&eoip, 0, "remote-address").as_deref(), Some("10.0.0.2"));
    assert_eq!(text(&eoip, 0, "loop-protect").as_deref(), Some("default"), "defaults are shown");
    let tunnel_id = property(&eoip, "tunnel-id");
    assert!(eoip.explicit(0, tunnel_id) && !eoip.is_default(0, tunnel_id, &NoNames));
    let out = eoip.prepare_set(0, &[give(&eoip, "loop-protect-send-interval", "0s")], &NoNames).unwrap_err();
    assert_eq!(
        out.to_string(),
        "value of loop-protect-send-interval is out of range (00:00:01 .. 7101w3d06:28:15)"
    );
    let needed = eoip.prepare_set(0, &[(tunnel_id, None)], &NoNames).unwrap_err();
    assert_eq!(needed.to_string(), "missing value(s) of argument(s) tunnel-id");
    let clamp = property(&eoip, "clamp-tcp-mss");
    assert!(eoip.explicit(0, clamp));
    let unset = eoip.prepare_set(0, &[(clamp, None)], &NoNames).unwrap();
    eoip.replace(0, unset);
    assert!(!eoip.explicit(0, clamp));
    eoip.set_disabled(0, true);
    assert!(eoip.flag(0, 0), "X");
    assert_eq!(
        not_simulated(&eoip).unwrap().to_string(),
        "/interface/eoip (the whole menu; 1 item): name, remote-address, tunnel-id"
    );
}

#[test]
fn settings_have_their_row_and_commands_have_none() {
    let snmp = CatalogTable::at("/snmp").unwrap();
    assert_eq!((snmp.len(), text(&snmp, 0, "enabled").as_deref()), (1, Some("no")));
    assert!(not_simulated(&snmp).is_none());
    assert!(CatalogTable::at("/ip").unwrap().is_empty() && CatalogTable::at("/nowhere").is_none());
    assert!(CatalogTable::new(Own::DEF).def().properties.is_empty());
}

#[test]
fn the_widest_menu_has_room_for_all_its_properties() {
    let mut wifi = CatalogTable::at("/interface/wifi").unwrap();
    let last = wifi.def().properties.len() - 1;
    assert!(last > 128);
    let prepared = wifi.prepare_add(None, &[(last, Some(Value::text("x")))], &NoNames);
    if let Ok(prepared) = prepared {
        wifi.insert(prepared, None, None);
        assert!(wifi.explicit(0, last) && !wifi.explicit(0, last - 1));
    }
}

#[test]
fn paths_resolve_by_unambiguous_prefixes() {
    let tree = Tree::new(TYPED);
    assert_eq!(tree.child("", "ip"), Step::Menu("/ip"), "exact wins over /ipv6");
    assert_eq!(tree.child("/", "i"), Step::Ambiguous);
    assert_eq!(tree.child("/ip", "zz"), Step::None);
    assert_eq!(tree.child("/system", "routerb"), Step::Menu("/system/routerboard"));
    assert_eq!(
        tree.resolve("", &["int", "eth"]),
        ("/interface/ethernet", 2, Step::Menu("/interface/ethernet"))
    );
    assert_eq!(tree.resolve("/", &["ip/fire/fil"]).0, "/ip/firewall/filter");
    assert_eq!(tree.resolve("/ip/dhcp-server", &["..", "addr", "print"]), ("/ip/address", 2, Step::None));
    assert_eq!(tree.resolve("/wirelab", &["deep", "menu"]).0, "/wirelab/deep/menu");
    assert!(tree.contains("/wirelab/deep") && tree.menu("/wirelab/deep").is_none());
}

#[test]
fn typed_menus_stand_before_the_catalogue() {
    let tree = Tree::new(TYPED);
    assert!(std::ptr::eq(tree.menu("/ip/address").unwrap(), Address::DEF));
    assert!(tree.is_typed("/ip/address") && !tree.is_typed("/ip/arp"));
    assert_eq!(tree.menu("/ip/arp").unwrap().path, "/ip/arp");
    assert!(tree.children("/ip/dhcp-server").any(|word| word == "lease"));
    let commands = tree.commands("/ip/address");
    for command in ["add", "print", "remove", "set", "enable", "export"] {
        assert!(commands.contains(&command), "{command}");
    }
    let monitor = tree.command("/interface/bridge", "monitor").unwrap();
    assert_eq!((monitor.positional, &monitor.arguments[..3]), (1, &["numbers", "append", "as-value"][..]));
    assert!(tree.command("/ip/address", "monitor").is_none());
    assert_eq!(tree.commands("/wirelab/deep/menu"), ["edit", "export", "get", "print", "reset", "set"]);
    assert!(tree.boards_only("/interface/ethernet/poe") && !tree.boards_only("/ip/address"));
    assert!(tree.paths().count() > 600);
}
