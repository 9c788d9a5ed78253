//! Forms of RouterOS 6 and forms that no RouterOS has: what they are today, what is said of them, what a strict reader
//! says.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use router::LoadMode;

/// What a router with RouterOS 6.48 exported.
const V6: &str = include_str!("legacy/v6.rsc");

#[test]
fn an_export_of_routeros_6_loads() {
    let mut router = common::router(1, 2);
    router.set_ports_on_demand(true);
    let report = router.load(V6, LoadMode::Import).unwrap_or_else(|error| panic!("{error}"));
    let notes: Vec<String> = report.notes.iter().map(|note| format!("{} {note}", note.kind.word())).collect();
    insta::assert_snapshot!("an_export_of_routeros_6_notes", notes.join("\n"));
    let export = common::load(&mut router, "/export").unwrap();
    insta::assert_snapshot!("an_export_of_routeros_6_today", export);
    // What was exported is of today: a strict router takes it without a word, once it has the ports.
    let mut strict = common::router(1, 2);
    strict.set_ports_on_demand(true);
    strict.set_strict(true);
    let report = strict.load(&export, LoadMode::Import).unwrap_or_else(|error| panic!("{error}\n{export}"));
    assert!(report.notes.iter().all(|note| note.kind == console::NoteKind::Port), "{:?}", report.notes);
    assert_eq!(common::load(&mut strict, "/export").unwrap(), export);
}

#[test]
fn ports_are_made_for_a_load_only() {
    let named = "/interface ethernet\nset [ find default-name=ether7 ] name=uplink\n/ip address add address=10.0.0.1/24 interface=sfp-sfpplus1\n/interface bridge add name=combo1\n/interface bridge port add bridge=combo1 interface=ether7\n";
    let ports = |router: &mut router::Router| {
        common::load(router, ":foreach i in=[/interface find] do={ :put [/interface get $i name] }").unwrap()
    };
    let mut router = common::router(1, 1);
    assert_eq!(common::load(&mut router, named).unwrap_err(), "input does not match any value of interface");
    let mut router = common::router(1, 1);
    router.set_ports_on_demand(true);
    // `ether7` has got another name, so that it is none of an interface any more.
    assert_eq!(
        common::load(&mut router, named).unwrap_err().lines().next(),
        Some("invalid value for argument interface:")
    );
    assert_eq!(ports(&mut router), "ether1\nlo\nuplink\nsfp-sfpplus1\ncombo1\n");
}

/// The lines that `/export` has after a script, sections and wrapped lines joined.
fn exported(script: &str) -> Vec<String> {
    let mut router = common::router(1, 5);
    let report = match router.load(script, LoadMode::Import) {
        Ok(report) => report,
        Err(error) => return vec![error.to_string()],
    };
    assert!(!report.notes.is_empty(), "nothing is said of {script}");
    let export = common::load(&mut router, "/export terse show-sensitive").unwrap();
    // Every port of a CHR says this.
    let own = " disable-running-check=no";
    export.lines().filter(|line| line.starts_with('/')).map(|line| line.replace(own, "")).collect()
}

#[test]
fn old_commands_are_todays() {
    let mut wrong = Vec::new();
    for (old, today) in OLD_AND_TODAY {
        let lines = exported(old);
        for line in today.iter().filter(|line| !lines.iter().any(|known| known == *line)) {
            wrong.push(format!("{old}\n  wants {line}\n  {}", lines.join("\n  ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Scripts in old forms and lines of the export behind them.
const OLD_AND_TODAY: &[(&str, &[&str])] = &[
    // Routes.
    (
        "/ip route add gateway=10.0.0.1 routing-mark=x distance=5",
        &["/routing table add fib name=x", "/ip route add distance=5 gateway=10.0.0.1 routing-table=x"],
    ),
    (
        "/ip route add dst-address=10.0.0.0/8 type=unreachable",
        &["/ip route add blackhole dst-address=10.0.0.0/8"],
    ),
    (
        "/ip route rule add dst-address=10.1.0.0/16 table=x action=lookup-only-in-table",
        &[
            "/routing table add fib name=x",
            "/routing rule add action=lookup-only-in-table dst-address=10.1.0.0/16 table=x",
        ],
    ),
    (
        "/ip route vrf add interfaces=ether2,ether3 routing-mark=red",
        &["/ip vrf add interfaces=ether2,ether3 name=red"],
    ),
    (
        "/ip route vrf add export-route-targets=65000:1 import-route-targets=65000:1 interfaces=ether2 route-distinguisher=65000:1 routing-mark=red\n/routing bgp instance vrf add redistribute-connected=yes routing-mark=red",
        &[
            "/ip vrf add interfaces=ether2 name=red",
            "/routing bgp vpn add export.redistribute=connected .route-targets=65000:1 import.route-targets=65000:1 instance=default label-allocation-policy=per-vrf name=red route-distinguisher=65000:1 vrf=red",
        ],
    ),
    (
        "/ip route rule add table=x\n/ip firewall mangle add action=mark-routing chain=prerouting new-routing-mark=y",
        &["/routing table add fib name=y", "/routing table add fib name=x"],
    ),
    // BGP.
    (
        "/routing bgp instance set default as=65001 router-id=1.1.1.1 redistribute-static=yes client-to-client-reflection=no",
        &["/routing bgp instance add as=65001 name=default router-id=1.1.1.1"],
    ),
    (
        "/ip address add address=10.9.9.1/32 interface=ether5\n/routing bgp peer add name=p remote-address=10.0.0.2 remote-as=65000 in-filter=i out-filter=o multihop=yes hold-time=30s keepalive-time=10s tcp-md5-key=k ttl=5 update-source=ether5 passive=yes address-families=ip,vpnv4",
        &[
            "/routing bgp connection add afi=ip,vpnv4 connect=no hold-time=30s input.filter=i instance=default keepalive-time=10s local.address=10.9.9.1 .role=ebgp .ttl=5 multihop=yes name=p output.filter-chain=o remote.address=10.0.0.2 .as=65000 tcp-md5-key=k templates=default",
        ],
    ),
    (
        "/routing bgp peer add name=p remote-address=10.0.0.2 remote-as=65530 route-reflect=yes\n/routing bgp network add network=192.0.2.0/24 synchronize=no",
        &[
            "/ip firewall address-list add address=192.0.2.0/24 list=bgp-networks",
            "/routing bgp connection add instance=default local.role=ibgp-rr name=p output.network=bgp-networks remote.address=10.0.0.2 .as=65530 templates=default",
        ],
    ),
    (
        "/routing bgp peer add name=p remote-address=10.0.0.2 remote-as=65000\n/routing bgp peer set [ find remote-as=65000 ] out-filter=o",
        &[
            "/routing bgp connection add instance=default local.role=ebgp name=p output.filter-chain=o remote.address=10.0.0.2 .as=65000 templates=default",
        ],
    ),
    (
        "/interface vpls bgp-vpls add name=v route-distinguisher=1:1 site-id=1 export-route-targets=1:1 pw-mtu=1500 use-control-word=yes",
        &[
            "/routing bgp vpls add export-route-targets=1:1 name=v pw-control-word=enabled pw-l2mtu=1500 rd=1:1 site-id=1",
        ],
    ),
    (
        "/routing bgp template set default as=65000 router-id=1.2.3.4\n/routing bgp connection add name=c remote.address=10.0.0.2 .as=65001 local.role=ebgp templates=default",
        &[
            "/routing bgp instance add as=65000 name=bgp-instance-1 router-id=1.2.3.4",
            "/routing bgp template set default as=65000",
            "/routing bgp connection add instance=bgp-instance-1 local.role=ebgp name=c remote.address=10.0.0.2 .as=65001 templates=default",
        ],
    ),
    (
        "/routing bgp template add name=t as=65000\n/routing bgp template set t router-id=1.2.3.4",
        &["/routing bgp instance add as=65000 name=bgp-instance-1 router-id=1.2.3.4"],
    ),
    // Multicast.
    (
        "/routing pim\nset switch-to-spt=no switch-to-spt-bytes=5\n/routing pim interface\nadd assert-time=3m dr-priority=2 hello-period=20s interface=ether2 override-interval=300 protocols=pim,igmp\n/routing pim rp\nadd address=10.1.0.1 comment=c group=239.192.0.66/32 priority=192",
        &[
            "/routing pimsm instance add name=pimsm-instance-1 switch-to-spt=no switch-to-spt-bytes=5",
            "/routing pimsm interface-template add hello-period=20s instance=pimsm-instance-1 interfaces=ether2 override-interval=300ms priority=2",
            "/routing pimsm static-rp add address=10.1.0.1 comment=c group=239.192.0.66/32 instance=pimsm-instance-1",
        ],
    ),
    (
        "/routing pim bsr-candidates add interface=ether1\n/ip dns set servers=10.0.0.1",
        &["/ip dns set servers=10.0.0.1"],
    ),
    (
        "/ip neighbor discovery set ether1 comment=x discover=no disabled=yes\n/ip dns set servers=10.0.0.1",
        &["/ip dns set servers=10.0.0.1"],
    ),
    // OSPF.
    (
        "/routing ospf instance set [ find default=yes ] router-id=1.1.1.1 redistribute-connected=as-type-1 redistribute-static=no",
        &["/routing ospf instance add name=default redistribute=connected router-id=1.1.1.1"],
    ),
    (
        "/routing ospf network add area=backbone network=10.0.0.0/8",
        &[
            "/routing ospf instance add name=default",
            "/routing ospf area add instance=default name=backbone",
            "/routing ospf interface-template add area=backbone networks=10.0.0.0/8",
        ],
    ),
    (
        "/ip address add address=10.1.0.1/24 interface=ether2\n/routing ospf area add area-id=0.0.0.1 name=one\n/routing ospf area add area-id=0.0.0.2 name=two\n/routing ospf interface add interface=ether2 network-type=point-to-point authentication=none cost=5\n/routing ospf network add area=two network=10.1.0.0/16",
        &[
            "/routing ospf area add area-id=0.0.0.1 instance=default name=one",
            "/routing ospf interface-template add area=two cost=5 interfaces=ether2 type=ptp",
            "/routing ospf interface-template add area=two networks=10.1.0.0/16",
        ],
    ),
    (
        "/routing ospf nbma-neighbor add address=10.0.0.9 priority=1",
        &["/routing ospf static-neighbor add address=10.0.0.9 area=backbone"],
    ),
    (
        "/routing ospf-v3 interface add area=backbone interface=ether2",
        &[
            "/routing ospf instance add name=default-v3 version=3",
            "/routing ospf interface-template add area=backbone-v3 interfaces=ether2",
        ],
    ),
    // RIP.
    (
        "/routing rip set redistribute-connected=yes\n/routing rip interface add interface=ether1 passive=yes",
        &[
            "/routing rip instance add name=rip redistribute=connected",
            "/routing rip interface-template add instance=rip interfaces=ether1 mode=passive",
        ],
    ),
    // Filters.
    (
        "/routing filter add chain=in prefix=10.0.0.0/8 prefix-length=8-24 bgp-communities=65000:1 action=accept set-bgp-med=5 set-bgp-prepend=2",
        &[
            "/routing filter rule add chain=in rule=\"if (dst in 10.0.0.0/8 && dst-len in 8-24 && bgp-communities includes 65000:1) { set bgp-med 5; set bgp-path-prepend 2; accept }\"",
        ],
    ),
    (
        "/routing filter add chain=in prefix=10.0.0.0/8 invert-match=yes action=discard disabled=yes",
        &["/routing filter rule add chain=in disabled=yes rule=\"if (not (dst == 10.0.0.0/8)) { reject }\""],
    ),
    (
        "/routing filter\nadd action=jump chain=in jump-target=other\nadd chain=other set-distance=150",
        &[
            "/routing filter rule add chain=in rule=\"jump other\"",
            "/routing filter rule add chain=other rule=\"set distance 150\"",
        ],
    ),
    // IPsec.
    (
        "/ip ipsec peer add address=192.0.2.1/32 secret=words auth-method=pre-shared-key hash-algorithm=sha256 dpd-interval=1m",
        &[
            "/ip ipsec peer add address=192.0.2.1/32 name=peer1 profile=profile_peer1",
            "/ip ipsec identity add peer=peer1 secret=words",
        ],
    ),
    // Interfaces.
    (
        "/interface ethernet set ether2 advertise=10M-half,1000M-full speed=10Mbps",
        &[
            "/interface ethernet set [ find default-name=ether2 ] advertise=10M-baseT-half,1G-baseT-full speed=10M-baseT-full",
        ],
    ),
    (
        "/interface bridge add name=b vlan-protocol=802.1ad",
        &["/interface bridge add ether-type=0x88a8 name=b"],
    ),
    // System and tools.
    (
        "/system ntp client set enabled=yes primary-ntp=10.0.0.1 secondary-ntp=0.0.0.0",
        &["/system ntp client set enabled=yes servers=10.0.0.1"],
    ),
    (
        "/tool mac-server mac-winbox\nadd interface=ether2",
        &[
            "/interface list add name=mac-winbox",
            "/interface list member add interface=ether2 list=mac-winbox",
            "/tool mac-server mac-winbox set allowed-interface-list=mac-winbox",
        ],
    ),
    ("/tool e-mail set address=10.0.0.1 start-tls=tls-only", &["/tool e-mail set server=10.0.0.1 tls=yes"]),
    (
        "/ip accounting set enabled=yes\n/ip accounting\nset threshold=5\n/ip dns set servers=10.0.0.1",
        &["/ip dns set servers=10.0.0.1"],
    ),
    // Forms that no RouterOS has.
    (
        "/ip network add address=192.168.88.0/24 gateway=192.168.88.1 dns-servers=8.8.8.8,8.8.4.4",
        &[
            "/ip dhcp-server network add address=192.168.88.0/24 dns-server=8.8.8.8,8.8.4.4 gateway=192.168.88.1",
        ],
    ),
    (
        "/ip mac-server set enabled=yes\n/ip mac-server entry\nadd mac-address=00:11:22:33:44:55 address=192.168.88.10 dns-server=1.1.1.1",
        &[
            "/ip dhcp-server option add code=6 name=dns-1.1.1.1 value=\"'1.1.1.1'\"",
            "/ip dhcp-server lease add address=192.168.88.10 dhcp-option=dns-1.1.1.1 mac-address=00:11:22:33:44:55",
        ],
    ),
    ("/ppp secret set use-radius=yes", &["/ppp aaa set use-radius=yes"]),
    ("/tool romon interface add interface=ether2", &["/tool romon port add interface=ether2"]),
    (
        "/interface vxlan add name=v vni=5 remote-address=10.0.0.2",
        &["/interface vxlan vteps add interface=v remote-ip=10.0.0.2"],
    ),
];

#[test]
fn each_note_has_its_kind_place_and_words() {
    let script = "/ip route\nadd gateway=10.0.0.1 \\\n    routing-mark=x\n:if (false) do={ /ip network add dns-servers=1.1.1.1 address=10.0.0.0/24 }\n";
    let mut router = common::router(1, 1);
    let report = router.load(script, LoadMode::Import).unwrap();
    let notes: Vec<String> = report.notes.iter().map(|note| format!("{} {note}", note.kind.word())).collect();
    insta::assert_snapshot!(notes.join("\n"));
}

#[test]
fn a_strict_device_refuses_them_as_routeros_7_does() {
    for (line, refusal) in [
        ("/ip route add gateway=10.0.0.1 routing-mark=x", "bad parameter routing-mark (line 1 column 44)"),
        ("/routing bgp peer add name=x", "bad command name peer (line 1 column 14)"),
        ("/ip route vrf print", "bad command name vrf (line 1 column 11)"),
        ("/routing filter add chain=x", "bad command name add (line 1 column 17)"),
        ("/ip network add address=10.0.0.0/24", "bad command name network (line 1 column 5)"),
        ("/ip mac-server entry print", "bad command name mac-server (line 1 column 5)"),
        ("/tool romon set key=x", "bad parameter key (line 1 column 20)"),
        ("/ipv6 pool add name=x prefix=2001:db8::/64", "missing value(s) of argument(s) prefix-length"),
        ("/system ntp client set primary-ntp=1.1.1.1", "bad parameter primary-ntp (line 1 column 35)"),
        (
            "/routing ospf instance set [find default=yes] router-id=1.1.1.1",
            "syntax error (line 1 column 34)",
        ),
    ] {
        let mut router = common::router(1, 2);
        router.set_strict(true);
        assert_eq!(common::load(&mut router, line).unwrap_err(), refusal, "{line}");
        let mut router = common::router(1, 2);
        assert_eq!(common::load(&mut router, line).err(), None, "{line}");
    }
}

#[test]
fn nothing_is_said_of_todays_forms() {
    let script = "/routing table add fib name=x\n/ip firewall mangle add action=mark-routing chain=output new-routing-mark=x\n/ip route add gateway=10.0.0.1 routing-table=x\n/routing ospf instance add name=default\n/routing ospf area add instance=default name=backbone\n/routing ospf interface-template add area=backbone interfaces=ether1\n/interface ethernet set ether1 speed=1G-baseT-full\n/routing filter rule add chain=x rule=accept\n/system ntp client set servers=10.0.0.1\n";
    let mut router = common::router(1, 2);
    let lenient = router.load(script, LoadMode::Import).unwrap();
    assert_eq!(lenient.notes, []);
    let mut strict = common::router(1, 2);
    strict.set_strict(true);
    assert_eq!(strict.load(script, LoadMode::Import).unwrap().notes, []);
    assert_eq!(common::load(&mut router, "/export").unwrap(), common::load(&mut strict, "/export").unwrap());
}

/// Found by fuzzing: the command that an old word means was tried again and again when it had a fault too.
#[test]
fn an_old_command_with_a_fault_is_a_fault() {
    let mut router = common::router(1, 1);
    for wrong in ["/certificate export mycert file", "/certificate export mycert file=x file=y odd"] {
        let message = common::load(&mut router, wrong).unwrap_err();
        assert!(message.starts_with("expected end of command (line 1 column "), "{wrong}: {message}");
    }
}
