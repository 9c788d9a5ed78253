//! What the console shows of interfaces, addresses, routes and neighbours, and in which words it refuses changes. The
//! layouts are those of the captures in RouterOS's documentation.

mod common;

use common::{Net, load, router, transcript};

#[test]
fn interfaces_print_as_on_a_router() {
    let mut r = router(1, 3);
    load(
        &mut r,
        "/interface bridge add name=bridge1\n/interface bridge port add bridge=bridge1 interface=ether2",
    )
    .unwrap();
    let text = transcript(
        &mut r,
        "/interface comment ether1 comment=TO-D1C
         /interface print
         /interface print where type=bridge
         /interface/ethernet print
         /interface ethernet print detail
         /interface/bridge print
         /interface/bridge/port print
         /interface/bridge/host print
         :put [/interface get lo actual-mtu]
         :put [/interface get bridge1 mac-address]
         /interface disable ether3
         /interface print where disabled
         /interface/ethernet print count-only where disabled",
    );
    insta::assert_snapshot!(text);
}

#[test]
fn ethernet_ports_are_renamed_in_every_form_and_exported_by_default_name() {
    let mut r = router(1, 4);
    let text = transcript(
        &mut r,
        "/interface ethernet set [ find default-name=ether1 ] name=wan comment=uplink
         /interface ethernet set ether2 name=lan mtu=1400
         /interface set ether3 name=dmz mtu=1300 disabled=yes
         /interface print
         /interface set dmz name=wan
         /interface ethernet set lan name=lo
         /interface set lo name=loopback
         /interface set lo mtu=1500
         /interface set lan mtu=auto
         /interface ethernet set lan mtu=67
         /interface ethernet set lan mtu=65537
         /interface ethernet set lan mac-address=02:00:00:00:00:99
         /interface ethernet print
         /interface ethernet reset-mac-address lan
         :put [/interface ethernet get lan mac-address]
         /interface export
         /export terse",
    );
    insta::assert_snapshot!(text);
}

#[test]
fn bridges_refuse_what_the_kernel_refuses() {
    let mut r = router(1, 3);
    let text = transcript(
        &mut r,
        "/interface bridge add
         /interface bridge add name=bridge1
         /interface bridge add name=ether1
         /interface bridge add
         /interface bridge add name=tiny mtu=60
         /interface bridge port add bridge=bridge1 interface=ether2
         /interface bridge port add bridge=bridge2 interface=ether2
         /interface bridge port add bridge=bridge1 interface=bridge1
         /interface bridge port add bridge=bridge1 interface=bridge2
         /interface bridge port add bridge=bridge1 interface=lo
         /interface bridge port add bridge=bridge1 interface=ether9
         /interface bridge port add bridge=bridge9 interface=ether3
         /interface bridge port add bridge=bridge1
         /interface bridge host add bridge=bridge1 interface=ether2 mac-address=02:00:00:00:00:77
         /interface bridge host add bridge=bridge1 interface=ether2 mac-address=02:00:00:00:00:77
         /interface bridge host add bridge=bridge1 interface=ether3 mac-address=02:00:00:00:00:78
         /interface bridge host print
         /interface bridge host remove [find local]
         /interface bridge host remove [find mac-address=02:00:00:00:00:77]
         /interface bridge host print where !dynamic
         /interface bridge export",
    );
    insta::assert_snapshot!(text);
}

#[test]
fn a_removed_bridge_leaves_its_number_behind() {
    let mut r = router(1, 3);
    load(
        &mut r,
        "/interface bridge add name=br
         /interface bridge port add bridge=br interface=ether2
         /ip address add address=10.0.0.1/24 interface=br
         /ip route add dst-address=10.9.0.0/16 gateway=br",
    )
    .unwrap();
    let text = transcript(
        &mut r,
        "/ip route print
         /interface bridge remove br
         /interface bridge port print
         /ip address print
         /ip route print",
    );
    insta::assert_snapshot!(text);
}

#[test]
fn addresses_print_with_their_flags_and_words() {
    let mut r = router(1, 3);
    load(&mut r, "/interface bridge add name=br\n/interface bridge port add bridge=br interface=ether2")
        .unwrap();
    let text = transcript(
        &mut r,
        "/ip address add address=192.168.88.1/24 interface=br comment=defconf
         /ip address add address=192.168.88.1/24 interface=br
         /ip address add address=10.0.0.1 interface=ether1 network=10.0.0.2
         /ip address add address=10.1.0.0/31 interface=ether1
         /ip address add address=10.2.0.1 interface=ether3
         /ip address add address=172.16.0.1/16 interface=ether2
         /ip address add address=10.255.0.1/32 interface=lo
         /ip address add address=10.3.0.1/33 interface=ether1
         /ip address add address=10.3.0.1/24 interface=ether7
         /ip address add interface=ether1
         /ip address print
         /ip address print detail where slave
         /ip address set [find interface=ether3] address=10.2.0.9
         :put [/ip address get [find interface=ether3] network]
         /ip address disable [find interface=br]
         /ip address print where disabled
         /ip address export",
    );
    insta::assert_snapshot!(text);
}

#[test]
fn routes_print_with_and_without_detail() {
    let mut net = Net::new(
        &[
            "/ip address add address=172.16.1.2/24 interface=ether1
             /ip route add gateway=172.16.1.1
             /ip route add dst-address=8.8.8.8/32 gateway=172.16.1.1 pref-src=172.16.1.2
             /ip route add dst-address=10.1.0.0/16 gateway=172.16.1.1 comment=first
             /ip route add dst-address=10.1.0.0/16 gateway=172.16.1.3
             /ip route add dst-address=10.2.0.7/16 gateway=ether1 distance=5
             /ip route add dst-address=10.3.0.0/16 gateway=192.0.2.1
             /ip route add dst-address=10.4.0.0/16 gateway=172.16.1.1 disabled=yes
             /ip route add blackhole dst-address=10.5.0.0/16",
            "",
        ],
        &[((1, 1), (2, 1))],
    );
    let mut text = String::new();
    for command in [
        "/ip route print",
        "/ip route print detail",
        "/ip route print where dst-address=10.1.0.0/16 and ecmp",
        "/ip route export",
        "/ip route remove [find connect]",
        "/ip route add gateway=1.2.3.4 routing-table=isp2",
        "/routing table add name=isp2 fib",
        "/ip route add gateway=172.16.1.1@main routing-table=isp2",
        "/ip route print where routing-table=isp2",
        "/ip route add dst-address=10.9.0.0/16 gateway=ether99",
        "/ip route add dst-address=10.9.0.0/16 gateway=1.2.3.400",
    ] {
        text.push_str(&format!("> {command}\n{}", net.console(1, command)));
    }
    insta::assert_snapshot!(text);
}

#[test]
fn arp_prints_dynamic_and_static_entries() {
    let mut net = Net::new(
        &[
            "/ip address add address=10.0.0.1/24 interface=ether1",
            "/ip address add address=10.0.0.2/24 interface=ether1",
        ],
        &[((1, 1), (2, 1))],
    );
    let mut text = String::new();
    for command in [
        "/ping 10.0.0.2 count=1",
        "/ip arp print",
        "/ip arp add address=10.0.0.9 interface=ether1 mac-address=02:00:00:00:00:09",
        "/ip arp add address=10.0.0.9 interface=ether1 mac-address=02:00:00:00:00:09",
        "/ip arp add address=10.0.0.10 interface=ether1 published=yes",
        "/ip arp add address=10.0.0.11",
        "/ip arp add interface=ether1",
        "/ip arp print",
        "/ip arp add address=10.0.0.2 interface=ether1 mac-address=02:00:00:00:02:01",
        "/ip arp print",
        "/ip arp remove [find address=10.0.0.9]",
        "/ip arp export",
        "/ip settings print",
    ] {
        text.push_str(&format!("> {command}\n{}", net.console(1, command)));
    }
    insta::assert_snapshot!(text);
}

#[test]
fn ping_prints_every_kind_of_answer() {
    let mut net = Net::new(
        &[
            "/ip address add address=10.0.0.1/24 interface=ether1
             /ip route add gateway=10.0.0.2",
            "/ip address add address=10.0.0.2/24 interface=ether1
             /ip address add address=10.1.0.1/24 interface=ether2
             /ip route add dst-address=10.3.0.0/16 gateway=10.1.0.2
             /ip firewall filter add chain=forward dst-address=10.3.0.9 action=reject \
                reject-with=icmp-admin-prohibited",
            "/ip address add address=10.1.0.2/24 interface=ether1
             /ip address add address=10.3.0.1/24 interface=lo
             /ip route add gateway=10.1.0.1",
        ],
        &[((1, 1), (2, 1)), ((2, 2), (3, 1))],
    );
    let mut text = String::new();
    for command in [
        "/ping 10.0.0.2 count=2",
        "/ping 10.3.0.1 count=1 size=28",
        "/ping 10.3.0.1 count=1 size=4000",
        "/ping 10.3.0.1 count=1 size=1501 do-not-fragment",
        "/ping 10.3.0.1 count=1 ttl=1",
        "/ping 10.3.0.9 count=1",
        "/ping 10.4.0.1 count=1",
        "/ping 10.1.0.77 count=5",
        "/ping 10.0.0.77 count=5",
        "/ping 10.0.0.1 count=1",
        "/ping 10.0.0.2 count=1 src-address=10.0.0.1",
        "/ping 10.0.0.2 count=1 interface=ether3",
        "/ping 10.0.0.2 size=27",
        "/ping 10.0.0.2 size=70000",
        "/ping 10.0.0.2 interval=1ms",
        "/ping 10.0.0.2 interface=nope",
        "/ping",
        ":put [/ping 10.0.0.2 count=3]",
        "/ip route remove [find static]",
        "/ping 10.3.0.1 count=2",
    ] {
        text.push_str(&format!("> {command}\n{}", net.console(1, command)));
    }
    insta::assert_snapshot!(text);
}

#[test]
fn built_in_items_are_there_for_the_first_command_that_names_one() {
    let mut r = router(1, 2);
    load(
        &mut r,
        "/ip address add address=10.0.0.1/24 interface=ether1\n/system logging add topics=dhcp action=memory\n/ip pool add name=p ranges=10.0.0.2\n/ip firewall filter add chain=input in-interface-list=all",
    )
    .unwrap();
}
