//! `print`, `find` and `get` in the forms that scripts lean on: which rows a condition keeps, which properties a list names,
//! counters, rates.

mod common;

use clock::Duration;
use common::{Net, load, router, transcript};

const CONFIG: &str = "/ip address\nadd address=10.0.0.1/24 interface=ether1 comment=\"to r2\"\n\
    add address=10.0.1.1/24 interface=ether2 disabled=yes\n\
    /ip route add dst-address=0.0.0.0/0 gateway=10.0.0.2\n\
    /ip firewall filter add chain=input src-address=10.9.0.0/16 action=drop\n";

#[test]
fn conditions_keep_the_rows_that_a_router_keeps() {
    let mut net = Net::new(&[CONFIG], &[]);
    for (condition, count) in [
        // Addresses of interfaces are text, which no prefix equals.
        ("/ip address find address=10.0.0.1/24", "0"),
        ("/ip address find address=\"10.0.0.1/24\"", "1"),
        ("/ip address find address!=\"10.0.0.1/24\"", "1"),
        ("/ip address find address in 10.0.0.0/16", "2"),
        ("/ip address find address~\"^10.0.1\"", "1"),
        ("/ip address find network=10.0.0.0", "1"),
        ("/ip address find network=\"10.0.0.0\"", "1"),
        // Routes are found both ways.
        ("/ip route find dst-address=0.0.0.0/0", "1"),
        ("/ip route find dst-address=\"0.0.0.0/0\"", "1"),
        ("/ip route find dst-address!=\"0.0.0.0/0\" !dynamic", "0"),
        ("/ip firewall filter find src-address=10.9.0.0/16", "1"),
        ("/ip firewall filter find src-address=\"10.9.0.0/16\"", "1"),
        ("/ip address find comment", "1"),
        ("/ip address find !comment", "1"),
        ("/ip address find comment=\"to r2\" interface=ether1", "1"),
        ("/ip address find disabled", "1"),
        ("/ip address find where !disabled", "1"),
        ("/ip address find disabled=no", "1"),
        ("/ip address find disabled=yes or interface=ether1", "2"),
        ("/ip address find where (interface=ether1 || interface=ether2) && !dynamic", "2"),
        ("/ip address find interface>\"ether1\"", "1"),
        ("/ip address find .id=*1", "1"),
        ("/ip address find invalid", "0"),
    ] {
        assert_eq!(net.value(1, &format!("[:len [{condition}]]")), count, "{condition}");
    }
    for (expression, shown) in [
        ("[:typeof [/ip address get 0 address]]", "str"),
        ("[:typeof [/ip address get 0 network]]", "ip"),
        ("[:typeof [/ip address get 0 disabled]]", "bool"),
        ("[:typeof [/ip address get 0 comment]]", "str"),
        ("[:typeof [/ip route get 0 distance]]", "num"),
        ("[:typeof [/system clock get time]]", "time"),
        ("[:typeof [/system resource get uptime]]", "time"),
        ("(1.1.1.1/24 = \"1.1.1.1/24\")", "false"),
    ] {
        assert_eq!(net.value(1, expression), shown, "{expression}");
    }
}

#[test]
fn lists_of_properties_are_kept_to() {
    let mut r = router(1, 2);
    load(&mut r, CONFIG).unwrap();
    insta::assert_snapshot!(transcript(
        &mut r,
        "/ip address print proplist=interface,address
         /ip address print proplist=inter
         /ip address print proplist=foo
         /ip address print terse proplist=interface
         :put [/ip address print as-value proplist=interface,comment]
         :put [/ip address print as-value proplist=address where interface=ether2]
         /ip address print value-list proplist=address,interface
         /ip address print stats
         /ip dns print
         /ip dns set servers=1.1.1.1,8.8.8.8 allow-remote-requests=yes
         /ip dns print
         /ip dns print proplist=servers
         /ip firewall nat add chain=srcnat out-interface=ether1 action=masquerade comment=out
         /ip firewall nat print
         /ip firewall nat print terse
         /interface vlan add interface=ether1 vlan-id=4095
         /interface vlan add interface=ether1 vlan-id=0
         /interface vlan add interface=ether1 vlan-id=4094
         /system clock print proplist=time
         /system clock set time=25:00:00"
    ));
}

#[test]
fn counters_and_rates_are_shown() {
    let configs = [
        "/ip address add address=10.0.0.1/24 interface=ether1",
        "/ip address add address=10.0.0.2/24 interface=ether1",
    ];
    let mut net = Net::new(&configs, &[((1, 1), (2, 1))]);
    net.console(1, "/ping 10.0.0.2 size=1400 count=4 interval=100ms");
    // What passed before does not count.
    net.run(Duration::from_secs(2));
    net.console(1, ":execute {/ping 10.0.0.2 size=1000 interval=500ms duration=5s}");
    let mut text = String::new();
    for command in [
        "/interface monitor-traffic ether1 once",
        "/interface monitor-traffic ether1,ether2 once proplist=name,rx-packets-per-second,tx-bits-per-second",
        "/interface monitor-traffic aggregate once interval=2s proplist=tx-packets-per-second",
        "/interface monitor-traffic [find name=ether1] duration=2s proplist=name,tx-packets-per-second",
        ":put ([/interface monitor-traffic ether1 once as-value]->\"tx-packets-per-second\")",
        "/interface monitor-traffic ether9 once",
        "/interface monitor-traffic",
        "/interface print stats where name~\"ether[12]\"",
        "/interface print stats-detail where name=ether1",
        "/interface ethernet print stats where name~\"ether[12]\"",
        "/interface reset-counters ether1",
        ":put [/interface get ether1 rx-byte]",
    ] {
        let shown = net.console(1, command);
        text.push_str(&format!("> {command}\n{shown}"));
    }
    insta::assert_snapshot!(text);
}
