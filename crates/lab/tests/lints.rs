//! Each lint fires where it should, is silent where it should, and at its edges.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use lab::config::{Blank, try_on_router};
use lab::lint::LINTS;
use lab::problem::{Place, Problem, Source};

/// The warnings of a configuration that every line of is taken.
fn warnings(text: &str) -> Vec<Problem> {
    let tried = try_on_router(&Source::new("r.rsc", text), &Blank::new(None));
    assert!(tried.errors.is_empty(), "{:?}\n{text}", tried.errors);
    tried.warnings
}

/// `code line:underlined` of each warning.
fn found(text: &str) -> Vec<String> {
    let said = |warning: Problem| {
        let place = warning.place.unwrap();
        let (line, _) = place.source.line_column(place.span.start);
        format!("{} {line}:{}", warning.code.unwrap(), Place::text(&place))
    };
    warnings(text).into_iter().map(said).collect()
}

/// Each configuration stands behind `before`; what must be found in it, lines counted from its own first one.
fn table(before: &str, cases: &[(&str, &[&str])]) {
    let lines = before.lines().count();
    for (text, expected) in cases {
        let all = found(&format!("{before}{text}"));
        let shifted = |one: &String| {
            let (code, rest) = one.split_once(' ').unwrap();
            let (line, words) = rest.split_once(':').unwrap();
            format!("{code} {}:{words}", line.parse::<i64>().unwrap() - i64::try_from(lines).unwrap())
        };
        assert_eq!(all.iter().map(shifted).collect::<Vec<_>>(), *expected, "{text}");
    }
}

const FILTER: &str = "/interface bridge add name=lan\n/interface list add name=WAN\n/interface list member add list=WAN interface=ether1\n/ip firewall address-list add list=good address=10.9.0.0/16\n/ip firewall filter\n";

#[test]
fn a_rule_that_an_earlier_one_shadows() {
    table(
        FILTER,
        &[
            // Fires: addresses, ports, protocols, states, interfaces.
            (
                "add chain=forward src-address=10.0.0.0/8 action=drop\nadd chain=forward src-address=10.1.0.0/16 dst-port=80 protocol=tcp action=accept",
                &[
                    "shadowed-rule 2:add chain=forward src-address=10.1.0.0/16 dst-port=80 protocol=tcp action=accept",
                ],
            ),
            (
                "add chain=input protocol=tcp dst-port=20-25,80 action=accept\nadd chain=input protocol=6 dst-port=22 action=drop",
                &["shadowed-rule 2:add chain=input protocol=6 dst-port=22 action=drop"],
            ),
            (
                "add chain=input connection-state=!new action=accept\nadd chain=input connection-state=established,related protocol=udp action=drop",
                &[
                    "shadowed-rule 2:add chain=input connection-state=established,related protocol=udp action=drop",
                ],
            ),
            (
                "add chain=input in-interface-list=WAN action=drop\nadd chain=input in-interface=ether1 protocol=icmp action=accept",
                &["shadowed-rule 2:add chain=input in-interface=ether1 protocol=icmp action=accept"],
            ),
            (
                "add chain=input in-interface-list=!WAN action=drop\nadd chain=input in-interface=lan action=accept",
                &["shadowed-rule 2:add chain=input in-interface=lan action=accept"],
            ),
            // Said once for all that stands behind.
            (
                "add chain=input action=drop\nadd chain=input protocol=icmp\nadd chain=input protocol=tcp\nadd chain=forward",
                &["shadowed-rule 2:add chain=input protocol=icmp"],
            ),
            (
                "add chain=input src-address=!10.0.0.0/8 action=drop\nadd chain=input src-address=192.168.0.5 action=accept",
                &["shadowed-rule 2:add chain=input src-address=192.168.0.5 action=accept"],
            ),
            (
                "add chain=input protocol=udp port=53 action=accept\nadd chain=input protocol=udp dst-port=53 action=drop",
                &["shadowed-rule 2:add chain=input protocol=udp dst-port=53 action=drop"],
            ),
            // Silent: not a subset, another chain, nothing final, disabled, limits, an unlike list.
            (
                "add chain=forward src-address=10.1.0.0/16 action=drop\nadd chain=forward src-address=10.0.0.0/8 action=drop",
                &[],
            ),
            ("add chain=input action=drop\nadd chain=forward action=drop", &[]),
            (
                "add chain=input action=log\nadd chain=input action=passthrough\nadd chain=input protocol=tcp action=drop",
                &[],
            ),
            ("add chain=input action=drop disabled=yes\nadd chain=input action=accept", &[]),
            (
                "add chain=input protocol=icmp limit=50,5:packet action=accept\nadd chain=input protocol=icmp action=drop",
                &[],
            ),
            (
                "add chain=input protocol=icmp limit=50,5:packet action=accept\nadd chain=input protocol=icmp limit=50,5:packet action=accept",
                &[],
            ),
            (
                "add chain=input src-address-list=good action=accept\nadd chain=input src-address=10.9.0.1 action=drop",
                &[],
            ),
            (
                "add chain=input in-interface-list=WAN action=drop\nadd chain=input in-interface=ether2 action=accept",
                &[],
            ),
            (
                "add chain=input in-interface=!ether1 action=drop\nadd chain=input in-interface-list=WAN action=accept",
                &[],
            ),
            (
                "add chain=input protocol=udp port=!53 action=accept\nadd chain=input protocol=udp dst-port=80 action=drop",
                &[],
            ),
            (
                "add chain=input protocol=tcp dst-port=0-65535 action=drop\nadd chain=input protocol=tcp action=accept",
                &[],
            ),
            (
                "add chain=input connection-state=established,related action=accept\nadd chain=input connection-state=new,established action=accept",
                &[],
            ),
            // Edges: what rules between may change.
            (
                "add chain=input src-address-list=good action=accept\nadd chain=input src-address-list=good protocol=tcp action=drop",
                &["shadowed-rule 2:add chain=input src-address-list=good protocol=tcp action=drop"],
            ),
            (
                "add chain=input src-address-list=good action=accept\nadd chain=input protocol=tcp dst-port=22 action=add-src-to-address-list address-list=good\nadd chain=input src-address-list=good protocol=tcp action=drop",
                &[],
            ),
            (
                "add chain=input protocol=tcp dst-port=22 action=drop\nadd chain=input dst-port=22 protocol=tcp action=drop comment=again",
                &["duplicate-rule 2:add chain=input dst-port=22 protocol=tcp action=drop comment=again"],
            ),
            (
                "add chain=input protocol=tcp dst-port=22 action=drop\nadd chain=input dst-port=22 protocol=tcp action=reject",
                &["shadowed-rule 2:add chain=input dst-port=22 protocol=tcp action=reject"],
            ),
            (
                "add chain=input protocol=tcp dst-port=22 action=log\nadd chain=input dst-port=22 protocol=tcp action=log log-prefix=x",
                &[],
            ),
            (
                "add chain=input src-address=0.0.0.0/0 action=accept\nadd chain=input protocol=tcp action=drop",
                &["shadowed-rule 2:add chain=input protocol=tcp action=drop"],
            ),
        ],
    );
}

#[test]
fn rules_of_the_other_firewalls_are_read_alike() {
    table(
        "",
        &[
            (
                "/ip firewall nat\nadd chain=srcnat out-interface=ether1 action=masquerade\nadd chain=srcnat out-interface=ether1 src-address=10.0.0.0/8 action=src-nat to-addresses=192.0.2.1",
                &[
                    "shadowed-rule 3:add chain=srcnat out-interface=ether1 src-address=10.0.0.0/8 action=src-nat to-addresses=192.0.2.1",
                ],
            ),
            (
                "/ip firewall mangle\nadd chain=prerouting src-address=10.0.0.0/8 action=mark-packet new-packet-mark=a passthrough=no\nadd chain=prerouting src-address=10.1.0.0/16 action=mark-packet new-packet-mark=b passthrough=no",
                &[
                    "shadowed-rule 3:add chain=prerouting src-address=10.1.0.0/16 action=mark-packet new-packet-mark=b passthrough=no",
                ],
            ),
            (
                "/ip firewall mangle\nadd chain=prerouting src-address=10.0.0.0/8 action=mark-packet new-packet-mark=a passthrough=yes\nadd chain=prerouting src-address=10.1.0.0/16 action=mark-packet new-packet-mark=b passthrough=no",
                &[],
            ),
            (
                "/ip firewall raw\nadd chain=prerouting action=drop src-address=10.0.0.0/8\nadd chain=prerouting action=accept src-address=10.0.0.1",
                &["shadowed-rule 3:add chain=prerouting action=accept src-address=10.0.0.1"],
            ),
            (
                "/ipv6 firewall filter\nadd chain=input action=drop src-address=2001:db8::/32\nadd chain=input action=accept src-address=2001:db8:1::/48",
                &["shadowed-rule 3:add chain=input action=accept src-address=2001:db8:1::/48"],
            ),
            (
                "/ipv6 firewall filter\nadd chain=input action=drop src-address=2001:db8:1::/48\nadd chain=input action=accept src-address=2001:db8::/32",
                &[],
            ),
        ],
    );
}

#[test]
fn chains_without_rules_and_without_jumps() {
    table(
        "/ip firewall filter\n",
        &[
            (
                "add chain=forward action=jump jump-target=guests",
                &["jump-to-empty-chain 1:jump-target=guests"],
            ),
            ("add chain=guests action=drop", &["unused-chain 1:chain=guests"]),
            ("add chain=forward action=jump jump-target=guests\nadd chain=guests action=drop", &[]),
            (
                "add chain=forward action=jump jump-target=guests\nadd chain=guests action=drop disabled=yes",
                &["jump-to-empty-chain 1:jump-target=guests"],
            ),
            (
                "add chain=forward action=jump jump-target=guests disabled=yes\nadd chain=guests action=drop",
                &[],
            ),
            ("add chain=forward action=jump jump-target=ppp\nadd chain=hs-input action=accept", &[]),
            ("add chain=users action=drop\n/ppp profile add name=p incoming-filter=users", &[]),
        ],
    );
}

#[test]
fn masquerading_everywhere() {
    table(
        "/ip firewall nat\n",
        &[
            ("add chain=srcnat action=masquerade", &["masquerade-everywhere 1:action=masquerade"]),
            // Of one network: nothing is known of others.
            ("add chain=srcnat action=masquerade src-address=10.0.0.0/8", &[]),
            (
                "add chain=srcnat action=masquerade src-address-list=guests\n/ip firewall address-list add list=guests address=10.0.0.0/8",
                &[],
            ),
            (
                "add chain=srcnat action=masquerade src-address=!10.0.0.0/8",
                &["masquerade-everywhere 1:action=masquerade"],
            ),
            ("add chain=srcnat action=masquerade out-interface=ether1", &[]),
            ("add chain=srcnat action=masquerade out-interface-list=all", &[]),
            ("add chain=srcnat action=masquerade src-address=10.0.0.0/8 dst-address=10.0.0.0/8", &[]),
            ("add chain=srcnat action=masquerade disabled=yes", &[]),
            ("add chain=srcnat action=src-nat src-address=10.0.0.5 to-addresses=192.0.2.5", &[]),
            (
                "add chain=srcnat action=src-nat to-addresses=192.0.2.5",
                &["masquerade-everywhere 1:action=src-nat"],
            ),
        ],
    );
}

#[test]
fn masquerading_one_network() {
    const RULE: &str = "add chain=srcnat action=masquerade src-address=10.0.0.0/24";
    const FIRES: &[&str] = &["masquerade-everywhere 1:action=masquerade"];
    let own = "/ip address add interface=ether2 address=10.0.0.1/24";
    let other = "/ip address add interface=ether3 address=10.0.1.1/24";
    let way_out = "/ip dhcp-client add interface=ether1";
    let route = "/ip route add gateway=10.0.1.254";
    for (lines, expected) in [
        (vec![RULE, own, other, way_out], FIRES),
        (vec!["add chain=srcnat action=masquerade src-address=10.0.0.7", own, other, way_out], FIRES),
        (
            vec![
                RULE,
                own,
                other,
                "/ip address add interface=ether1 address=192.168.9.2/24",
                "/ip route add gateway=192.168.9.1",
            ],
            FIRES,
        ),
        // No other network inside, or it may be the way out.
        (vec![RULE, own, way_out], &[]),
        (vec![RULE, own, other], &[]),
        (vec![RULE, own, other, way_out, route], &[]),
        (vec![RULE, own, other, "/ip route add gateway=ether3"], &[]),
        (vec![RULE, own, way_out, "/ip address add interface=ether3 address=198.51.100.2/24"], &[]),
        (vec![RULE, own, way_out, "/ip address add interface=ether3 address=10.0.1.1/30 disabled=yes"], &[]),
        // The rule says where, or the hotspot's setup made it.
        (
            vec![
                "add chain=srcnat action=masquerade src-address=10.0.0.0/24 dst-address=10.0.0.0/24",
                own,
                other,
                way_out,
            ],
            &[],
        ),
        (
            vec![
                "add chain=srcnat action=masquerade src-address=10.0.0.0/24 comment=\"masquerade hotspot network\"",
                own,
                other,
                way_out,
            ],
            &[],
        ),
        (vec!["add chain=srcnat action=masquerade src-address=10.0.0.0/16", own, other, way_out], &[]),
    ] {
        table("/ip firewall nat\n", &[(&lines.join("\n"), expected)]);
    }
}

#[test]
fn names_that_nothing_bears() {
    table(
        "",
        &[
            (
                "/ip firewall filter add chain=input src-address-list=friends",
                &["empty-address-list 1:src-address-list=friends"],
            ),
            (
                "/ip firewall filter add chain=input src-address-list=friends\n/ip firewall address-list add list=friends address=10.0.0.1",
                &[],
            ),
            (
                "/ip firewall raw add chain=prerouting src-address-list=bad action=drop\n/ip firewall filter add chain=input protocol=tcp dst-port=23 action=add-src-to-address-list address-list=bad",
                &[],
            ),
            (
                "/ip firewall raw add chain=prerouting src-address-list=bad action=drop\n/system script add name=s source=\"/ip firewall address-list add list=bad address=10.0.0.1\"",
                &[],
            ),
            (
                "/interface list add name=WAN\n/ip firewall filter add chain=input in-interface-list=WAN",
                &["empty-interface-list 2:in-interface-list=WAN"],
            ),
            (
                "/interface list add name=WAN\n/interface list member add list=WAN interface=ether1\n/ip firewall filter add chain=input in-interface-list=WAN",
                &[],
            ),
            (
                "/interface list add name=VPN\n/ppp profile add name=p interface-list=VPN\n/ip firewall filter add chain=input in-interface-list=VPN",
                &[],
            ),
            (
                "/ip firewall filter add chain=forward packet-mark=voice",
                &["mark-never-set 1:packet-mark=voice"],
            ),
            ("/ip firewall filter add chain=forward packet-mark=!no-mark", &[]),
            (
                "/ip firewall mangle add chain=forward action=mark-packet new-packet-mark=voice disabled=yes\n/ip firewall filter add chain=forward packet-mark=voice",
                // Whoever enables the one rule has the other work.
                &[],
            ),
            (
                "/ip firewall mangle add chain=forward action=mark-connection new-connection-mark=voice\n/ip firewall filter add chain=forward packet-mark=voice",
                &["mark-never-set 2:packet-mark=voice"],
            ),
            (
                "/ip firewall mangle add chain=forward action=mark-packet new-packet-mark=voice\n/ip firewall filter add chain=forward packet-mark=voice",
                &[],
            ),
            (
                "/system scheduler add name=s interval=1h on-event=backup",
                &["missing-script 1:on-event=backup"],
            ),
            (
                "/system scheduler add name=s interval=1h on-event=backup\n/system script add name=backup source=\":put 1\"",
                &[],
            ),
            ("/system scheduler add name=s interval=1h on-event=\":log info x\"", &[]),
        ],
    );
}

const BRIDGE: &str = "/interface bridge add name=b vlan-filtering=yes\n";

#[test]
fn vlans_of_a_bridge() {
    table(
        BRIDGE,
        &[
            (
                "/interface bridge port add bridge=b interface=ether2 pvid=10\n/interface bridge port add bridge=b interface=ether3",
                &["pvid-without-vlan 1:pvid=10"],
            ),
            // RouterOS makes the entry of a pvid itself: two such ports reach each other.
            (
                "/interface bridge port add bridge=b interface=ether2 pvid=10\n/interface bridge port add bridge=b interface=ether3 pvid=10",
                &[],
            ),
            (
                "/interface bridge port add bridge=b interface=ether2 pvid=10\n/interface bridge port add bridge=b interface=ether3\n/interface bridge vlan add bridge=b vlan-ids=5-20 tagged=ether3",
                &[],
            ),
            (
                "/interface bridge port add bridge=b interface=ether2 pvid=10\n/interface bridge vlan add bridge=b vlan-ids=10 tagged=b",
                &[],
            ),
            (
                "/interface bridge port add bridge=b interface=ether2 pvid=10\n/interface vlan add name=v10 interface=b vlan-id=10",
                &[],
            ),
            (
                "/interface bridge port add bridge=b interface=ether2 frame-types=admit-only-vlan-tagged",
                &["trunk-without-vlans 1:frame-types=admit-only-vlan-tagged"],
            ),
            (
                "/interface bridge port add bridge=b interface=ether2 frame-types=admit-only-vlan-tagged\n/interface bridge vlan add bridge=b vlan-ids=7 tagged=ether2",
                &[],
            ),
            (
                "/interface bridge port add bridge=b interface=ether2\n/interface bridge vlan add bridge=b vlan-ids=7 tagged=b,ether3",
                &["bridge-vlan-without-port 2:tagged=b,ether3"],
            ),
            (
                "/interface bridge port add bridge=b interface=ether2\n/interface bridge port add bridge=b interface=ether3\n/interface bridge vlan add bridge=b vlan-ids=7 tagged=b,ether3",
                &[],
            ),
            (
                "/interface bridge port add bridge=b interface=ether2\n/interface bridge vlan add bridge=b vlan-ids=7 tagged=b,ether3 disabled=yes",
                &[],
            ),
            (
                "/interface bridge port add bridge=b interface=ether2 frame-types=admit-only-vlan-tagged disabled=yes",
                &[],
            ),
            (
                "/interface bridge port add bridge=b interface=ether2 frame-types=admit-only-untagged-and-priority-tagged",
                &[],
            ),
            (
                "/interface bridge port add bridge=b interface=ether2\n/interface vlan add name=v30 interface=b vlan-id=30",
                &["vlan-not-on-bridge 2:vlan-id=30"],
            ),
            (
                "/interface bridge port add bridge=b interface=ether2\n/interface bridge vlan add bridge=b vlan-ids=30 tagged=b,ether2\n/interface vlan add name=v30 interface=b vlan-id=30",
                &[],
            ),
        ],
    );
    table(
        "/interface bridge add name=b\n",
        &[
            (
                "/interface bridge port add bridge=b interface=ether2 pvid=10",
                &["pvid-without-vlan-filtering 1:pvid=10"],
            ),
            ("/interface bridge port add bridge=b interface=ether2 pvid=1", &[]),
            (
                "/interface bridge port add bridge=b interface=ether2 pvid=10\n/interface bridge set b vlan-filtering=yes\n/interface bridge vlan add bridge=b vlan-ids=10 tagged=b",
                &[],
            ),
        ],
    );
}

#[test]
fn before_7_16_the_bridge_is_in_no_vlan_by_itself() {
    let rest = "/interface bridge add name=b vlan-filtering=yes\n/interface bridge port add bridge=b interface=ether2\n/interface bridge vlan add bridge=b vlan-ids=30 tagged=ether2\n/interface vlan add name=v30 interface=b vlan-id=30\n";
    let exported = |version: &str| found(&format!("# 2024-02-03 10:00:00 by RouterOS {version}\n{rest}"));
    assert_eq!(exported("7.12.1"), ["vlan-not-on-bridge 5:vlan-id=30"]);
    assert_eq!(exported("7.16"), Vec::<String>::new());
    assert_eq!(exported("6.48.6"), ["vlan-not-on-bridge 5:vlan-id=30"]);
}

const LAN: &str = "/interface bridge add name=lan\n/interface bridge port add bridge=lan interface=ether2\n/ip address add address=192.168.1.1/24 interface=lan\n";

#[test]
fn dhcp_servers_that_do_not_fit() {
    let network = "/ip dhcp-server network add address=192.168.1.0/24 gateway=192.168.1.1\n";
    let server = "/ip dhcp-server add name=d interface=lan address-pool=p\n";
    let with = |pool: &str, more: &str| format!("/ip pool add name=p ranges={pool}\n{server}{more}");
    let cases: Vec<(String, &[&str])> = vec![
        (with("192.168.1.10-192.168.1.99", network), &[]),
        (
            with(
                "192.168.2.10-192.168.2.99",
                "/ip dhcp-server network add address=192.168.2.0/24 gateway=192.168.2.1\n",
            ),
            &["dhcp-pool-outside-network 2:address-pool=p"],
        ),
        (with("192.168.1.200-192.168.2.20", network), &["dhcp-pool-outside-network 2:address-pool=p"]),
        (
            with(
                "10.0.0.10-10.0.0.99",
                "/ip dhcp-server set d relay=10.0.0.1\n/ip dhcp-server network add address=10.0.0.0/24 gateway=10.0.0.1\n",
            ),
            &[],
        ),
        (
            with("192.168.1.1-192.168.1.99", network),
            &["dhcp-pool-holds-static-address 1:ranges=192.168.1.1-192.168.1.99"],
        ),
        (
            with(
                "192.168.1.10-192.168.1.99",
                "/ip dhcp-server network add address=192.168.1.0/24 gateway=192.168.1.50\n",
            ),
            &["dhcp-pool-holds-static-address 1:ranges=192.168.1.10-192.168.1.99"],
        ),
        // A lease of its own in the pool is how `make-static` leaves it.
        (
            with(
                "192.168.1.10-192.168.1.99",
                &format!(
                    "{network}/ip dhcp-server lease add address=192.168.1.20 mac-address=02:00:00:00:00:01\n"
                ),
            ),
            &[],
        ),
        (
            with(
                "192.168.1.10-192.168.1.99",
                "/ip dhcp-server network add address=192.168.1.0/24 gateway=192.168.2.1\n",
            ),
            &["dhcp-gateway-outside-network 3:gateway=192.168.2.1"],
        ),
        (
            with(
                "192.168.1.10-192.168.1.99",
                "/ip dhcp-server network add address=192.168.1.0/24 netmask=32 gateway=10.0.0.1\n",
            ),
            &[],
        ),
        (with("192.168.1.10-192.168.1.99", ""), &["dhcp-without-network 2:address-pool=p"]),
        (
            format!(
                "/ip pool add name=p ranges=192.168.1.10-192.168.1.99\n{network}/ip dhcp-server add name=d interface=ether2 address-pool=p\n"
            ),
            &["dhcp-server-on-bridge-port 3:interface=ether2"],
        ),
        (
            format!(
                "/ip pool add name=p ranges=192.168.1.10-192.168.1.99\n{network}/ip dhcp-server add name=d interface=ether2 address-pool=p disabled=yes\n"
            ),
            &[],
        ),
        (
            format!(
                "/interface bridge port disable [find interface=ether2]\n/ip address add address=192.168.1.129/24 interface=ether2 disabled=yes\n/ip pool add name=p ranges=192.168.1.10-192.168.1.99\n{network}/ip dhcp-server add name=d interface=ether2 address-pool=p\n"
            ),
            &[],
        ),
        (
            with(
                "192.168.1.10-192.168.1.99",
                "/ip dhcp-server network add address=192.168.0.0/16 gateway=192.168.1.1\n",
            ),
            &[],
        ),
    ];
    for (text, expected) in cases {
        table(LAN, &[(&text, expected)]);
    }
}

#[test]
fn addresses_in_the_wrong_place() {
    table(
        LAN,
        &[
            (
                "/ip address add address=10.0.0.1/24 interface=ether2",
                &["address-on-bridge-port 1:interface=ether2"],
            ),
            ("/ip address add address=10.0.0.1/24 interface=ether3", &[]),
            (
                "/interface bridge port disable [find]\n/ip address add address=10.0.0.1/24 interface=ether2",
                &[],
            ),
            (
                "/ip address add address=192.168.1.2/24 interface=ether3",
                &["network-on-two-interfaces 1:address=192.168.1.2/24"],
            ),
            ("/ip address add address=192.168.1.2/24 interface=lan", &[]),
            ("/ip address add address=192.168.1.2/24 interface=ether3 disabled=yes", &[]),
            ("/ip address add address=192.168.1.2/25 interface=ether3", &[]),
        ],
    );
}

#[test]
fn gateways_that_nothing_reaches() {
    table(
        LAN,
        &[
            ("/ip route add gateway=10.0.0.1", &["unreachable-gateway 1:gateway=10.0.0.1"]),
            ("/ip route add gateway=192.168.1.254", &[]),
            ("/ip route add gateway=10.0.0.1 disabled=yes", &[]),
            ("/ip route add dst-address=10.9.0.0/16 blackhole", &[]),
            ("/ip route add dst-address=10.9.0.0/16 gateway=ether3", &[]),
            // Recursive: through a route whose scope is not above the target scope.
            (
                "/ip route add dst-address=10.0.0.1/32 gateway=192.168.1.254 scope=10\n/ip route add gateway=10.0.0.1",
                &[],
            ),
            (
                "/ip route add dst-address=10.0.0.1/32 gateway=192.168.1.254\n/ip route add gateway=10.0.0.1",
                &["unreachable-gateway 2:gateway=10.0.0.1"],
            ),
            (
                "/ip route add dst-address=10.0.0.1/32 gateway=192.168.1.254\n/ip route add gateway=10.0.0.1 target-scope=30",
                &[],
            ),
            // A DHCP client may bring the network.
            ("/ip dhcp-client add interface=ether1\n/ip route add gateway=10.0.0.1", &[]),
            (
                "/ip address add address=10.5.0.1/32 network=10.0.0.1 interface=ether4\n/ip route add gateway=10.0.0.1",
                &[],
            ),
        ],
    );
}

#[test]
fn a_dns_server_for_everybody() {
    let wan = "/ip address add address=8.8.4.1/30 interface=ether1\n/ip route add gateway=8.8.4.2\n";
    table(
        &format!("{LAN}{wan}"),
        &[
            ("/ip dns set allow-remote-requests=yes", &["open-resolver 1:allow-remote-requests=yes"]),
            ("/ip dns set servers=9.9.9.9", &[]),
            (
                "/ip dns set allow-remote-requests=yes\n/ip firewall filter add chain=input in-interface=ether1 action=drop",
                &[],
            ),
            (
                "/ip dns set allow-remote-requests=yes\n/ip firewall filter add chain=input in-interface=ether1 action=log",
                &["open-resolver 1:allow-remote-requests=yes"],
            ),
            (
                "/ip dns set allow-remote-requests=yes\n/ip firewall filter add chain=forward in-interface=ether1 action=drop",
                &["open-resolver 1:allow-remote-requests=yes"],
            ),
        ],
    );
    table(LAN, &[("/ip dns set allow-remote-requests=yes", &[])]);
}

#[test]
fn what_may_be_missing_is_not_looked_for_when_lines_were_refused() {
    let text = "/ip firewall filter add chain=input src-address-list=friends\n/ip firewall address-list add lst=friends address=10.0.0.1\n/ip firewall nat add chain=srcnat action=masquerade\n";
    let tried = try_on_router(&Source::new("r.rsc", text), &Blank::new(None));
    assert_eq!(tried.errors.len(), 1, "{:?}", tried.errors);
    let codes: Vec<_> = tried.warnings.iter().filter_map(|warning| warning.code).collect();
    assert_eq!(codes, ["masquerade-everywhere"]);
}

#[test]
fn an_item_that_a_loop_made_stands_where_the_loop_does() {
    let text = ":foreach i in={1;2} do={\n  /ip firewall nat add chain=srcnat action=masquerade dst-port=$i protocol=tcp\n}\n";
    let all = found(text);
    assert_eq!(
        all,
        ["masquerade-everywhere 2:action=masquerade", "masquerade-everywhere 2:action=masquerade"]
    );
}

#[test]
fn the_labs_of_this_repository_give_no_warning() {
    let topologies = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../topologies");
    let mut count = 0;
    for lab in std::fs::read_dir(topologies).unwrap() {
        for file in std::fs::read_dir(lab.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "rsc") {
                let text = std::fs::read_to_string(&path).unwrap();
                assert_eq!(found(&text), Vec::<String>::new(), "{}", path.display());
                count += 1;
            }
        }
    }
    assert!(count >= 6, "{count}");
}

#[test]
fn every_lint_has_a_name_of_its_own_and_words() {
    let mut codes: Vec<&str> = LINTS.iter().map(|lint| lint.code).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), LINTS.len());
    for lint in LINTS {
        assert!(lint.code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", lint.code);
        assert!(!lint.title.is_empty() && !lint.explanation.is_empty(), "{}", lint.code);
        let row = format!("| `{}` | {} |", lint.code, lint.title);
        assert!(include_str!("../../../README.md").contains(&row), "README.md lacks {row}");
        // Each one fires in a test of this file.
        let tested = include_str!("lints.rs").contains(&format!("\"{} ", lint.code));
        assert!(tested, "{} is not tested", lint.code);
    }
}
