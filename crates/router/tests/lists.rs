//! Properties that hold lists: what scripts read of them is an array, what people see stays text.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod common;

use common::{load, router};
use menu::Catalog;

/// What a script prints.
fn said(r: &mut router::Router, script: &str) -> String {
    load(r, script).unwrap_or_else(|error| error)
}

#[test]
fn lists_are_arrays_of_any_length() {
    let mut r = router(1, 5);
    load(
        &mut r,
        "/interface bridge add name=br
        /interface wireguard add name=wg
        /interface wireguard peers add name=p interface=wg allowed-address=10.0.0.0/24,::/0 public-key=\"jE6X8qpQJzNoxvsbVzKPJ1KJ3BXyBZJyDqiyHpNrXEk=\"
        /interface bridge vlan add bridge=br vlan-ids=10,20-30 tagged=br,ether2 untagged=ether3
        /interface list add name=in include=static
        /ip dns set servers=8.8.8.8,1.1.1.1",
    )
    .unwrap();
    for (value, expected) in [
        ("[/ip dns get servers]", "array 2 8.8.8.8;1.1.1.1"),
        ("[/ip dns get dynamic-servers]", "array 0 "),
        ("([/ip dns get servers]->1)", "ip 7 1.1.1.1"),
        ("([/ip dns get]->\"servers\")", "array 2 8.8.8.8;1.1.1.1"),
        ("[/interface wireguard peers get p allowed-address]", "array 2 10.0.0.0/24;::/0"),
        ("([/interface wireguard peers get p allowed-address]->0)", "ip-prefix 11 10.0.0.0/24"),
        ("[/interface bridge vlan get [find] tagged]", "array 2 br;ether2"),
        ("[/interface bridge vlan get [find] untagged]", "array 1 ether3"),
        ("[/interface bridge vlan get [find] vlan-ids]", "array 2 10;20-30"),
        ("([/interface bridge vlan get [find] vlan-ids]->0)", "num 2 10"),
        ("([/interface bridge vlan print as-value]->0->\"tagged\")", "array 2 br;ether2"),
        ("[/interface list get in include]", "array 1 static"),
        ("[/user group get read policy]", "array"),
        ("[/system logging get 0 topics]", "array 1 info"),
        ("[/ip dns get max-udp-packet-size]", "num 4 4096"),
        ("[/interface bridge vlan find tagged~\"ether2\"]", "array 1 *1"),
        ("[/interface bridge vlan find untagged=ether3]", "array 1 *1"),
        ("[/interface bridge vlan find tagged=\"br,ether2\"]", "array 1 *1"),
        ("[/interface wireguard peers find allowed-address~\"10.0\"]", "array 1 *1"),
        ("[/interface bridge vlan find (\"ether2\" in tagged)]", "array 1 *1"),
    ] {
        let line = format!(":local v {value}; :put ([:typeof $v] . \" \" . [:len $v] . \" \" . [:tostr $v])");
        let got = said(&mut r, &line);
        assert!(got.trim_end_matches('\n').starts_with(expected), "{value}: {got}");
    }
    assert_eq!(
        said(&mut r, ":foreach s in=[/ip dns get servers] do={ :put \"<$s>\" }"),
        "<8.8.8.8>\n<1.1.1.1>\n"
    );
    assert_eq!(said(&mut r, ":put [/ip dns get servers]"), "8.8.8.8;1.1.1.1\n");
}

#[test]
fn lists_are_set_from_text_and_arrays_and_shown_as_text() {
    let mut r = router(1, 5);
    for (command, count, shown) in [
        ("servers=9.9.9.9", "1", "9.9.9.9"),
        ("servers=({1.1.1.1;8.8.8.8})", "2", "1.1.1.1 8.8.8.8"),
        ("servers=[:toarray \"1.1.1.1,2001:db8::1\"]", "2", "1.1.1.1 2001:db8::1"),
        ("servers=\"\"", "0", ""),
        ("servers=1.1.1.1,8.8.8.8", "2", "1.1.1.1 8.8.8.8"),
    ] {
        load(&mut r, &format!("/ip dns set {command}")).unwrap();
        assert_eq!(said(&mut r, ":put [:len [/ip dns get servers]]").trim(), count, "{command}");
        assert_eq!(said(&mut r, ":put [:typeof [/ip dns get servers]]").trim(), "array", "{command}");
        let print = said(&mut r, "/ip dns print");
        let lines = shown.replace(' ', &format!("\n{}", " ".repeat(31)));
        assert!(print.contains(&format!("servers: {lines}\n")), "{command}\n{print}");
    }
    assert!(said(&mut r, "/ip dns export").contains("set servers=1.1.1.1,8.8.8.8"));
    let copied = "/ip dns set servers=[/ip dns get servers]; :put [/ip dns get servers]";
    assert_eq!(said(&mut r, copied), "1.1.1.1;8.8.8.8\n");
}

#[test]
fn what_is_gone_stays_in_its_list_as_an_id() {
    let mut r = router(1, 2);
    load(
        &mut r,
        "/interface bridge add name=br
        /interface vlan add name=v interface=br vlan-id=5
        /interface bridge vlan add bridge=br vlan-ids=10 tagged=v
        /interface vlan remove v",
    )
    .unwrap();
    let types =
        ":local t [/interface bridge vlan get [find] tagged]; :put ([:typeof $t] . [:typeof ($t->0)])";
    assert_eq!(said(&mut r, types), "arrayid\n");
}

/// Whatever the type of the catalogue says several of is a list, and what has one value is none.
#[test]
fn the_catalogue_knows_its_lists() {
    let list = |path: &str, name: &str| {
        let menu = Catalog::get().menu(path).unwrap();
        menu.properties.iter().find(|property| property.name == name).unwrap().list
    };
    for (path, name) in [
        ("/ip/dns", "servers"),
        ("/interface/bridge/vlan", "tagged"),
        ("/interface/bridge/vlan", "current-tagged"),
        ("/interface/wireguard/peers", "allowed-address"),
        ("/interface/bonding", "slaves"),
        ("/user/group", "policy"),
        ("/tool/sniffer", "filter-mac-address"),
        ("/ip/firewall/mangle", "connection-state"),
        ("/interface/wifi", "security.authentication-types"),
        ("/ip/service", "address"),
    ] {
        assert!(list(path, name), "{path} {name}");
    }
    for (path, name) in [
        ("/ip/dns", "cache-size"),
        ("/interface/wireguard/peers", "endpoint-address"),
        ("/ip/firewall/mangle", "in-interface-list"),
        ("/queue/simple", "queue"),
        ("/interface/gre", "keepalive"),
    ] {
        assert!(!list(path, name), "{path} {name}");
    }
}

/// Numbers that no print has shown follow the rows.
#[test]
fn numbers_given_to_an_empty_menu_do_not_stay() {
    let mut net = common::Net::new(&[""], &[]);
    let typed = common::typed(
        &mut net,
        "/ip firewall nat reset-counters 0
        /ip firewall nat add chain=srcnat action=masquerade
        /ip firewall nat set 0 comment=x
        :put [/ip firewall nat get 0 comment]
        /ip firewall nat add chain=srcnat action=accept place-before=0
        :put [/ip firewall nat get 0 action]",
    );
    assert_eq!(typed.matches("no such item").count(), 1, "{typed}");
    assert!(typed.contains("get 0 comment]\nx\n") && typed.ends_with("accept\n"), "{typed}");
}

/// `enable` and `disable` of menus whose properties the catalogue has without `disabled`.
#[test]
fn commands_that_only_the_catalogue_lists_work() {
    let mut r = router(1, 2);
    load(&mut r, "/ip ipsec mode-config add name=m\n/ip ipsec mode-config disable m").unwrap();
    assert!(said(&mut r, "/ip ipsec mode-config export").contains("disabled=yes"));
    load(&mut r, "/ip ipsec mode-config enable [find name=m]").unwrap();
    assert!(!said(&mut r, "/ip ipsec mode-config export").contains("disabled=yes"));
    load(&mut r, "/ip ipsec mode-config set m system-dns=no\n/ip ipsec mode-config reset m system-dns")
        .unwrap();
    assert!(!said(&mut r, "/ip ipsec mode-config export").contains("system-dns"));
    for line in [
        "/ip hotspot host reset [find] value-name=comment",
        "/ip ipsec installed-sa edit",
        "/system package enable nothing",
        "/iot wiliot enable",
        "/ip neighbor unset [find] x",
    ] {
        let got = said(&mut r, line);
        assert!(!got.contains("command name"), "{line}: {got}");
    }
}
