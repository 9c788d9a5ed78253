//! Whatever is changed: taking it all back gives the former configuration and the former behaviour, and making it all
//! again gives the later ones.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod common;

use common::Net;
use proptest::prelude::*;

/// One command; those that the device refuses change nothing.
fn command() -> impl Strategy<Value = String> {
    let n = 1..4_u8;
    let one = |text: &'static str| n.clone().prop_map(move |n| text.replace('N', &n.to_string()));
    let two = |text: &'static str| {
        (1..4_u8, 0..4_u8)
            .prop_map(move |(n, m)| text.replace('N', &n.to_string()).replace('M', &m.to_string()))
    };
    prop_oneof![
        one("/ip address add address=10.N.1.1/24 interface=etherN"),
        one("/ip address disable [find interface=etherN]"),
        one("/ip address remove [find address~\"10.N\"]"),
        two("/ip address set [find interface=etherN] comment=M"),
        one("/ip route add dst-address=10.9.N.0/24 gateway=10.0.0.2"),
        one("/ip route remove [find dst-address~\"9.N\"]"),
        two("/ip firewall filter add chain=input action=drop protocol=icmp src-address=10.0.0.N comment=M"),
        two("/ip firewall filter add chain=input action=accept comment=M place-before=[find comment=N]"),
        two("/ip firewall filter move [find comment=N] [find comment=M]"),
        one("/ip firewall filter move [find comment=N]"),
        one("/ip firewall filter disable [find comment=N]"),
        one("/ip firewall filter enable [find]"),
        one("/ip firewall filter remove [find comment=N]"),
        one("/ip firewall filter set [find comment=N] action=accept !protocol"),
        two("/ip firewall address-list add list=lN address=10.0.M.0/24"),
        two("/ip firewall address-list add list=lN address=10.0.0.M timeout=1d"),
        one("/ip firewall address-list remove [find list=lN]"),
        one("/interface bridge add name=brN vlan-filtering=yes"),
        one("/interface bridge remove [find name=brN]"),
        two("/interface bridge port add bridge=brN interface=etherM"),
        one("/interface bridge port remove [find interface=etherN]"),
        one("/interface set etherN comment=seen"),
        one("/interface set lo comment=N"),
        one("/interface ethernet set etherN name=wan"),
        one("/interface ethernet disable etherN"),
        one("/interface vlan add name=vN vlan-id=N interface=etherN"),
        one("/interface vlan set [find vlan-id=N] name=wN"),
        one("/interface vlan remove [find vlan-id=N]"),
        one("/interface set [find name=vN] comment=N disabled=yes"),
        one("/ip address add address=10.6.N.1/24 interface=vN"),
        one("/interface list add name=LN"),
        two("/interface list member add list=LN interface=etherM"),
        one("/interface list remove [find name=LN]"),
        one("/ip pool add name=pN ranges=10.7.N.1-10.7.N.9"),
        one("/ip pool set pN name=qN"),
        one("/ip pool remove [find]"),
        one("/ip dhcp-server lease add address=10.7.0.N mac-address=02:00:00:00:00:0N"),
        one("/ip dhcp-server lease remove [find address~\"N\\$\"]"),
        one("/ip dns set servers=1.1.1.N"),
        one("/ip dns static add name=hN address=10.8.0.N"),
        one("/ip dns static remove [find name=hN]"),
        one("/queue simple add name=sN target=10.0.0.N"),
        one("/queue simple move [find name=sN]"),
        one("/system identity set name=rN"),
        one("/system script add name=xN source={:put N}"),
        one("/system script remove [find name=xN]"),
        one("/system scheduler add name=tN interval=1h on-event=xN"),
    ]
}

/// Addresses of the device.
const TARGETS: [&str; 3] = ["10.0.0.1", "10.1.1.1", "10.2.1.1"];

/// The configuration, and what pings get through.
fn picture(net: &mut Net) -> (String, [String; 3]) {
    // The peer may hold a MAC address that the device had as a bridge: it asks anew when the entry is stale (after 45 s at
    // most), used again, and its probes (within 8 s) stay without an answer. Failed neighbours are forgotten as well.
    net.run(clock::Duration::from_secs(60));
    for to in TARGETS {
        net.replies(2, &format!("{to} count=1"));
    }
    net.run(clock::Duration::from_secs(15));
    let export = net.console(1, "/export terse");
    let export = export.lines().skip(1).collect::<Vec<_>>().join("\n");
    let pings = TARGETS.map(|to| net.replies(2, &format!("{to} count=1")));
    (export, pings)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn undo_and_redo_go_all_the_way(commands in proptest::collection::vec(command(), 1..25)) {
        let own = "/ip address add address=10.0.0.1/24 interface=ether1
            /ip firewall filter add chain=input comment=0";
        let peer = "/ip address add address=10.0.0.2/24 interface=ether1
            /ip route add dst-address=10.1.0.0/16 gateway=10.0.0.1
            /ip route add dst-address=10.2.0.0/16 gateway=10.0.0.1";
        let mut net = Net::new(&[own, peer], &[((1, 1), (2, 1))]);
        let before = picture(&mut net);
        for command in &commands {
            net.console(1, command);
        }
        let after = picture(&mut net);
        let actions = net.value(1, "[:len [/system history find]]");
        net.console(1, &format!(":for i from=1 to={actions} step=1 do={{:do {{/undo}} on-error={{}}}}"));
        prop_assert_eq!(picture(&mut net), before, "undone: {:?}", commands);
        net.console(1, &format!(":for i from=1 to={actions} step=1 do={{:do {{/redo}} on-error={{}}}}"));
        prop_assert_eq!(picture(&mut net), after, "redone: {:?}", commands);
    }
}
