//! Menus without a struct, as the console shows them.

mod common;

use common::{load, router, transcript};

#[test]
fn interfaces_of_every_kind_are_interfaces() {
    let mut r = router(1, 3);
    let text = transcript(
        &mut r,
        "/interface bridge add name=bridge
         /interface vlan add vlan-id=10 interface=bridge
         /interface vlan add name=guests vlan-id=20 interface=bridge comment=\"for guests\" mtu=1400
         /interface vlan add name=bad vlan-id=20 interface=brigde
         /interface vlan add name=bad interface=bridge
         /interface vlan add name=guests vlan-id=21 interface=bridge
         /interface wireguard add listen-port=13231
         /interface wireguard peers add interface=wireguard1 allowed-address=10.9.0.2/32 public-key=\"RoH+bXZyRY5gPxTCtsu5AFBsK2NZClExcTMqNak6hjM=\"
         /interface gre add remote-address=192.0.2.1
         /interface eoip add remote-address=192.0.2.1 tunnel-id=5
         /interface bonding add
         /interface bonding add slaves=ether2,ether3
         /interface pppoe-client add
         /interface pppoe-client add interface=ether1 user=me
         /interface macvlan add
         /interface veth add address=172.17.0.2/16
         /interface bridge add name=vlan1
         /ip address add address=10.0.0.1/24 interface=vlan1
         /ip address add address=10.0.1.1/24 interface=guests
         /interface list add name=LAN
         /interface list member add list=LAN interface=guests
         /interface bridge port add bridge=bridge interface=eoip-tunnel1
         /ip route add dst-address=10.5.0.0/16 gateway=wireguard1
         /interface print
         /interface print detail where type=vlan
         /interface vlan print
         /interface wireguard print
         /interface wireguard peers print
         /interface bonding print
         /interface pppoe-client print
         /ip address print
         /ip route print
         /interface bridge port print proplist=interface,bridge",
    );
    insta::assert_snapshot!(text);
}

#[test]
fn names_are_followed_and_ids_are_left_behind() {
    let mut r = router(1, 3);
    load(
        &mut r,
        "/interface vlan add name=vlan10 vlan-id=10 interface=ether1
         /interface vlan add name=q vlan-id=20 interface=vlan10
         /ip address add address=10.0.0.1/24 interface=vlan10
         /interface list add name=WAN
         /interface list member add list=WAN interface=vlan10",
    )
    .unwrap();
    let text = transcript(
        &mut r,
        "/interface set vlan10 name=uplink mtu=1480 comment=changed
         /interface vlan print
         /ip address print
         /interface list member print
         /interface set ether1 name=uplink
         /interface ethernet set ether1 name=uplink
         /interface vlan set q name=uplink
         /interface disable q
         /interface vlan print where disabled
         /interface vlan export
         /interface vlan remove uplink
         /interface vlan print
         /ip address print
         /interface list member print
         :put [/interface vlan get q interface]
         /queue simple add name=a target=ether1
         /queue simple add name=b target=ether1 parent=a
         /queue simple add name=c target=ether1 parent=b
         /queue simple remove a
         /queue simple print
         /queue simple set b parent=none
         /queue simple print proplist=name,parent
         /interface print",
    );
    insta::assert_snapshot!(text);
}

#[test]
fn built_in_items_are_there_and_are_set_not_added() {
    let mut r = router(1, 2);
    let text = transcript(
        &mut r,
        "/ip service print
         /ip service set telnet disabled=yes
         /ip service set [ find name=www ] port=8080
         /ip service set www-ssl disabled=no certificate=server
         /ip service add name=x
         /ip service export
         /ppp profile print
         /ppp profile add name=p1 local-address=10.0.0.1 copy-from=default-encryption
         /ppp profile set *FFFFFFFE dns-server=10.0.0.1
         /ppp profile set *0 change-tcp-mss=no
         /ppp profile set [ find name=p1 ] bridge=none
         /ppp profile add name=p1
         /ppp profile remove default
         /ppp profile remove [find default=yes]
         /ppp profile export
         /ppp secret add name=u password=x profile=p
         /ppp secret add name=u password=x profile=zz
         /ppp profile set p1 name=q1
         /ppp secret print
         /ppp secret export
         /ppp secret export show-sensitive
         /queue type print proplist=name,kind
         /queue simple add target=10.0.0.0/24 queue=default/default-small max-limit=1M/1M
         /queue simple add name=child target=10.0.0.5/32 parent=queue1 queue=nope/default
         /queue simple add name=child target=10.0.0.5/32 parent=queue1
         /queue simple set queue1 name=top
         /queue simple print
         /queue tree add name=t parent=global queue=default
         /queue tree print
         /user print
         /user add name=op group=write password=x
         /user add name=op group=full password=x
         /user add name=op2 group=nobody password=x
         /user group print
         /user group add policy=read
         /snmp community set [ find default=yes ] name=private
         /snmp community print
         /snmp set trap-community=private
         /snmp export
         /ip vrf add name=blue interfaces=ether2
         /ip vrf print
         /routing table add name=wan2 fib
         /routing table print
         /routing table remove main
         /ip route add dst-address=10.9.0.0/16 gateway=10.0.0.9 routing-table=wan2
         /ip ipsec policy print
         /ip ipsec policy set 0 proposal=default disabled=yes
         /ip ipsec policy add src-address=10.0.0.0/24
         /ip ipsec policy export
         /port set 0 name=com0
         /port print
         /port export
         /tool mac-server print
         /tool mac-server set allowed-interface-list=none
         /tool mac-server export
         /ipv6 nd set [ find default=yes ] disabled=yes
         /ipv6 nd print
         /ipv6 nd add
         /interface lte apn print
         /interface wireless security-profiles set [ find default=yes ] mode=dynamic-keys
         /interface wireless security-profiles export",
    );
    insta::assert_snapshot!(text);
}

#[test]
fn what_refers_to_a_removed_item_is_valid_again_when_it_comes_back() {
    let mut net = common::Net::new(&["/interface vlan add name=v vlan-id=5 interface=ether1"], &[]);
    let mut out = String::new();
    for command in [
        "/interface set v name=w mtu=1400",
        "/undo",
        "/interface vlan print",
        "/interface vlan add name=q vlan-id=6 interface=v",
        "/queue simple add name=a target=ether1",
        "/queue simple add name=b target=ether1 parent=a",
        "/queue simple remove a",
        "/interface vlan remove v",
        "/queue simple print proplist=name,parent",
        "/undo",
        "/undo",
        "/queue simple print proplist=name,parent",
        "/interface vlan print",
        "/interface print",
    ] {
        out.push_str(&format!("> {command}\n{}", net.console(1, command)));
    }
    insta::assert_snapshot!(out);
}

#[test]
fn items_without_a_name_get_the_first_free_one() {
    let mut r = router(1, 1);
    let text = transcript(
        &mut r,
        "/caps-man rates add
         /caps-man rates add name=rate3
         /caps-man rates add
         /caps-man rates add
         /caps-man rates print proplist=name",
    );
    assert!(text.ends_with("0  rate1\n1  rate3\n2  rate2\n3  rate4\n"), "{text}");
}

#[test]
fn lists_of_what_the_ports_have_are_set_by_name_and_number() {
    let mut r = router(1, 3);
    let text = transcript(
        &mut r,
        "/queue interface set ether2 queue=ethernet-default
         /queue interface print
         /queue interface set [ find interface=ether1 ] queue=nothing
         /interface ethernet set ether2 name=lan
         /queue interface export
         /interface ethernet switch set 0 name=sw
         /interface ethernet switch print proplist=name
         /interface ethernet switch port set 1 vlan-mode=secure
         /interface ethernet switch port print proplist=name,vlan-mode
         /interface ethernet switch export
         /interface wifi set [ find default-name=wifi1 ] channel.band=5ghz-ax .width=20mhz disabled=no
         /interface wifi channel add name=ch1 band=5ghz-ax width=20mhz
         /interface wifi add name=w1 channel=ch1 channel.band=2ghz-ax .width=20mhz configuration.ssid=net .mode=ap
         /interface wifi set w1 !channel.band
         /interface wifi unset w1 value-name=channel
         /interface wifi set w1 disabled=no
         /interface wifi export
         /interface wifi print
         /interface wifi scan w1
         /ip dns cache flush
         /ip dns cache flush",
    );
    insta::assert_snapshot!(text);
    let said: Vec<_> = r.left_out().iter().map(|left| (left.menu, left.command, left.count)).collect();
    assert!(said.contains(&("/queue/interface", "", 1)), "{said:?}");
    assert!(said.contains(&("/ip/dns/cache", "flush", 2)), "{said:?}");
}

#[test]
fn nothing_passes_through_an_interface_that_is_not_simulated_and_nothing_breaks() {
    let config = "/interface bridge add name=br
        /interface vlan add name=vlan10 vlan-id=10 interface=ether1
        /interface gre add name=gre1 remote-address=192.0.2.1
        /interface eoip add name=eoip1 remote-address=192.0.2.1 tunnel-id=1
        /interface bridge port add bridge=br interface=eoip1
        /interface bridge port add bridge=br interface=ether2
        /ip address add address=10.0.0.1/24 interface=vlan10
        /ip address add address=10.0.1.1/24 interface=eoip1
        /ip address add address=10.0.2.1/24 interface=ether1
        /ip pool add name=p ranges=10.0.0.10-10.0.0.20
        /ip dhcp-server add name=d interface=vlan10 address-pool=p
        /ip dhcp-server network add address=10.0.0.0/24
        /ip route add dst-address=10.7.0.0/16 gateway=gre1
        /ip route add dst-address=10.8.0.0/16 gateway=10.0.0.9
        /ip arp add address=10.0.0.9 mac-address=02:00:00:00:00:09 interface=vlan10
        /ip firewall filter add chain=forward in-interface=vlan10 out-interface=!gre1 action=drop
        /interface list add name=L
        /interface list member add list=L interface=vlan10";
    let other = "/ip address add address=10.0.2.2/24 interface=ether1
        /ip route add gateway=10.0.2.1";
    let mut net = common::Net::new(&[config, other], &[((1, 1), (2, 1))]);
    let mut out = String::new();
    for (router, command) in [
        (2, "/ping 10.0.2.1 count=1"),
        (2, "/ping 10.0.0.1 count=1"),
        (2, "/ping 10.0.0.9 count=1"),
        (2, "/ping 10.7.0.1 count=1"),
        (1, "/ping 10.0.0.9 count=1"),
        (1, "/ping 10.7.0.1 count=1"),
        (1, "/ip route print"),
        (1, "/ip dhcp-server print"),
        (1, "/interface bridge port print proplist=interface,bridge"),
        (1, "/interface vlan disable vlan10"),
        (2, "/ping 10.0.0.1 count=1"),
        (1, "/interface vlan remove vlan10"),
        (1, "/interface eoip remove eoip1"),
        (1, "/interface gre remove gre1"),
        (2, "/ping 10.0.0.1 count=1"),
        (2, "/ping 10.7.0.1 count=1"),
        (1, "/ip address print"),
        (1, "/ip dhcp-server print"),
        (1, "/interface bridge port print proplist=interface,bridge"),
        (1, "/ip firewall filter print"),
        (1, "/ip route print"),
    ] {
        out.push_str(&format!("{router}> {command}\n{}", net.console(router, command)));
    }
    insta::assert_snapshot!(out);
}

#[test]
fn a_vrf_has_a_routing_table_of_its_name() {
    let mut r = router(1, 2);
    let text = transcript(
        &mut r,
        "/ip vrf add name=blue interfaces=ether2
         /routing table add name=red fib
         /ip route add dst-address=10.1.0.0/16 gateway=10.0.0.1@main routing-table=blue
         /ip route add dst-address=10.2.0.0/16 gateway=10.0.0.1@blue
         /routing rule add table=red action=lookup
         /routing rule add table=blue action=lookup
         /routing rule add table=green action=lookup
         /ip vrf set blue name=azure
         /routing rule print
         /ip route print proplist=dst-address,gateway,routing-table",
    );
    insta::assert_snapshot!(text);
}

#[test]
fn counters_are_reset_and_sessions_removed_where_routeros_can() {
    let mut r = router(1, 2);
    let text = transcript(
        &mut r,
        "/ip firewall nat add chain=srcnat action=masquerade
         /ip firewall nat reset-counters [find]
         /ip firewall nat reset-counters *77
         /ip firewall nat reset-counters-all
         /queue simple reset-counters-all
         /ip pool reset-counters 0
         /ppp active remove [find name=x service~\"l2tp\"]
         /ppp active remove *1
         /ppp active print where name=x
         :foreach i in=[/ip hotspot active find (user=\"a\" || !radius)] do={:put $i}
         :global f do={:put [:len [/interface wifi registration-table find where interface=$1]]}; $f wifi1
         /ip neighbor remove 0
         /ip address print where nosuch=1
         /ip address add address=10.0.0.1/24 interface=ether1 comment=abc
         /ip address add address=10.0.1.1/24 interface=ether2
         :put [/ip address find where [:len $comment] > 0]
         :put [/ip address find where ([:pick $address 0 6] = \"10.0.1\" && [:typeof [:find $interface 2]] = \"num\")]
         :global g do={:return [/ip address find where [:len $comment] > $1]}; :put [$g 0]",
    );
    insta::assert_snapshot!(text);
}

#[test]
fn values_of_rules_and_queues_are_checked_though_nothing_simulates_them() {
    let mut r = router(1, 2);
    let ports = "failure: ports can be specified if proto is tcp,udp,udp-lite,dccp,sctp";
    let protocol = "input does not match any value of protocol";
    let nat = "/ip firewall nat add chain=dstnat action=dst-nat ";
    for (line, expected) in [
        (format!("{nat}protocol=tpc"), protocol),
        (format!("{nat}dst-port=80"), ports),
        (format!("{nat}dst-port=80 protocol=icmp"), ports),
        (format!("{nat}dst-port=80 protocol=!tcp"), ports),
        (format!("{nat}protocol=tcp dst-port=80x"), "invalid value for argument dst-port"),
        (format!("{nat}dst-address=1.2.3.x"), "value of range expects range of ip addresses"),
        (format!("{nat}to-addresses=1.1.1.x"), "invalid value for argument to-addresses"),
        (String::from("/ip firewall mangle add chain=forward action=accept src-port=1"), ports),
        (String::from("/ipv6 firewall raw add chain=output action=drop port=1"), ports),
        (
            String::from("/ipv6 firewall filter add chain=input src-address=10.0.0.1/99"),
            "invalid value for argument src-address",
        ),
        (
            String::from("/queue simple add name=q target=10.0.0.1 max-limit=much"),
            "invalid value for argument max-limit",
        ),
        (String::from("/ip dns set servers=8.8.8.8,foo"), "invalid value for argument servers"),
        (String::from("/ip service set ssh address=foo"), "invalid value for argument address"),
    ] {
        assert_eq!(transcript(&mut r, &line).lines().nth(1), Some(expected), "{line}");
    }
    load(
        &mut r,
        "/ip firewall nat add chain=dstnat action=dst-nat protocol=6 dst-port=80,8000-8080 dst-address=!10.0.0.5/24 to-addresses=10.0.0.9 to-ports=80
         /ipv6 firewall filter add chain=input protocol=udp dst-port=546 src-address=fe80::/10
         /queue simple add name=q target=10.0.0.0/24 max-limit=10000000
         /ip dns set servers=8.8.8.8,2001:db8::1
         /ip service set ssh address=10.0.0.0/8,2001:db8::/32",
    )
    .unwrap();
    // What has ports keeps a protocol that has them.
    assert_eq!(load(&mut r, "/ip firewall nat set [find] !protocol").unwrap_err(), ports);
    let read = |r: &mut router::Router, what: &str| load(r, &format!(":put [{what}]")).unwrap();
    assert_eq!(read(&mut r, "/ip firewall nat get [find] protocol"), "tcp\n");
    assert_eq!(read(&mut r, "/ip firewall nat get [find] dst-address"), "!10.0.0.0/24\n");
    assert_eq!(read(&mut r, "/queue simple get q max-limit"), "10M/10M\n");
}

#[test]
fn a_print_says_what_items_do_where_the_columns_are_not_known() {
    let mut r = router(1, 2);
    let text = transcript(
        &mut r,
        "/ipv6 nd proxy add address=2001:db8::1 interface=ether1
         /ipv6 nd proxy print
         /mpls ldp advertise-filter add prefix=10.0.0.0/8 advertise=no
         /mpls ldp advertise-filter print
         /interface wifi provisioning add action=create-dynamic-enabled supported-bands=5ghz-ax comment=\"all APs\"
         /interface wifi provisioning print
         /caps-man channel add name=c1 band=2ghz-g/n frequency=2412
         /caps-man channel print",
    );
    insta::assert_snapshot!(text);
}

#[test]
fn a_comment_can_be_unset_with_properties_or_alone() {
    let mut r = router(1, 2);
    load(
        &mut r,
        "/interface bridge add name=b comment=x; /ip firewall nat add chain=srcnat action=accept comment=y src-address=10.0.0.0/8",
    )
    .unwrap();
    load(&mut r, "/interface bridge unset b comment; /ip firewall nat unset [find] comment,src-address")
        .unwrap();
    let export = load(&mut r, "/export terse").unwrap();
    assert!(export.contains("/ip firewall nat add action=accept chain=srcnat\n"), "{export}");
    assert!(!export.contains("comment"), "{export}");
    let fault = load(&mut r, "/interface bridge unset b nothing").unwrap_err();
    assert_eq!(fault, "input does not match any value of value-name");
}

#[test]
fn what_an_item_needs_cannot_be_taken_away() {
    let mut r = router(1, 3);
    load(&mut r, "/mpls mangle add exp=1 set-exp=2; /lcd interface add interface=lo").unwrap();
    let text = transcript(
        &mut r,
        "/mpls mangle add exp=1
         /mpls mangle set [find] !set-exp
         /mpls mangle unset [find] set-exp
         /mpls mangle set [find] set-mark=a !set-exp
         /mpls mangle export terse",
    );
    assert_eq!(text.matches("failure: set-exp or set-mark required\n").count(), 3, "{text}");
    assert!(text.contains("/mpls mangle add exp=1 set-mark=a\n"), "{text}");
    // Items of ports come first, whenever the others were added.
    let screens =
        transcript(&mut r, ":foreach i in=[/lcd interface find] do={:put [/lcd interface get $i interface]}");
    assert!(screens.ends_with("ether1\nether2\nether3\nlo\n"), "{screens}");
}

#[test]
fn addresses_times_and_modes_are_checked_though_nothing_simulates_them() {
    let mut r = router(1, 2);
    r.set_strict(true);
    for (line, expected) in [
        ("/queue simple add name=q target=10.0.0.300", "invalid value for argument target"),
        ("/queue simple add name=q target=10.0.0.1,nosuch", "invalid value for argument target"),
        ("/queue simple add name=q target=10.0.0.1 time=noon", "invalid value for argument time"),
        ("/interface gre add remote-address=10.0.0.300", "invalid value for argument remote-address"),
        (
            "/interface gre add remote-address=10.0.0.1 local-address=x",
            "invalid value for argument local-address",
        ),
        (
            "/interface eoip add remote-address=\"a b\" tunnel-id=1",
            "invalid value for argument remote-address",
        ),
        ("/interface gre6 add remote-address=10.0.0.1", "invalid value for argument remote-address"),
        ("/interface ethernet set ether1 speed=fast", "input does not match any value of speed"),
        (
            "/interface ethernet set ether1 advertise=1G-baseT-full,x",
            "input does not match any value of advertise",
        ),
        (
            "/ip firewall mangle add chain=output action=mark-routing new-routing-mark=nosuch",
            "input does not match any value of new-routing-mark",
        ),
        (
            "/ipv6 firewall mangle add chain=output action=mark-routing new-routing-mark=nosuch",
            "input does not match any value of new-routing-mark",
        ),
        ("/ip firewall nat add chain=srcnat action=masquerade time=8h", "invalid value for argument time"),
        ("/ip firewall raw add chain=output action=drop time=8h-17h,x", "invalid value for argument time"),
        ("/ipv6 route add gateway=2001:db8:::1", "invalid value for argument gateway"),
    ] {
        assert_eq!(transcript(&mut r, line).lines().nth(1), Some(expected), "{line}");
    }
    load(
        &mut r,
        "/queue simple add name=q target=10.0.0.1,2001:db8::1,10.1.0.0/16,ether1 time=8h-17h30m,tue,mon
         /queue simple add name=none target=\"\"
         /interface gre add name=g remote-address=vpn.example.com local-address=10.0.0.1
         /interface ipip add name=i remote-address=10.0.0.2 local-address=0.0.0.0
         /interface gre6 add name=g6 remote-address=2001:db8::2 local-address=::
         /interface ethernet set ether1 speed=10G-baseCR advertise=1G-baseT-full,2.5G-baseT
         /routing table add name=t fib
         /ip vrf add name=red interfaces=ether2
         /ip firewall mangle add chain=output action=mark-routing new-routing-mark=t
         /ip firewall mangle add chain=output action=mark-routing new-routing-mark=red
         /ip firewall mangle add chain=output action=mark-routing new-routing-mark=main
         /ipv6 route add gateway=fe80::1%ether1
         /ipv6 route add gateway=ether1 dst-address=2001:db8::/32
         /ipv6 route add gateway=2001:db8::1@main dst-address=2001:db8:1::/48
         /interface ethernet set ether1 name=wan",
    )
    .unwrap();
    let read = |r: &mut router::Router, what: &str| load(r, &format!(":put [{what}]")).unwrap();
    // An interface is followed when its name changes.
    assert_eq!(read(&mut r, "/queue simple get q target"), "10.0.0.1/32;2001:db8::1/128;10.1.0.0/16;wan\n");
    assert_eq!(read(&mut r, "/queue simple get q time"), "8h-17h30m,mon,tue\n");
    assert_eq!(read(&mut r, ":typeof ([/queue simple get q target]->0)"), "ip-prefix\n");
}

#[test]
fn consoles_of_a_device_are_found_by_what_verbose_exports_name() {
    let mut r = router(1, 1);
    let text = transcript(
        &mut r,
        "/system console print
         /system console set [find vcno=7] disabled=yes
         /system console set [find port=serial0] term=linux
         /system console export
         /system console set [find vcno=7] disabled=no
         /system console set [find port=serial0] term=vt102
         /system console export",
    );
    insta::assert_snapshot!(text);
}

#[test]
fn names_that_others_refer_to_are_given_once() {
    let mut r = router(1, 2);
    r.set_strict(true);
    let twice = "failure: already have such entry";
    for (add, rename) in [
        ("/interface wifi security add name=a", "/interface wifi security set b name=a"),
        ("/interface wifi configuration add name=a", "/interface wifi configuration set b name=a"),
        ("/caps-man security add name=a", "/caps-man security set b name=a"),
        ("/ip ipsec profile add name=a", "/ip ipsec profile set b name=a"),
        ("/ip ipsec peer add name=a address=10.0.0.1/32", "/ip ipsec peer set b name=a"),
        ("/ip vrf add name=a interfaces=none", "/ip vrf set b name=a"),
        ("/routing ospf instance add name=a", "/routing ospf instance set b name=a"),
        ("/routing ospf area add name=a instance=a", "/routing ospf area set b name=a"),
        ("/routing bgp template add name=a as=65000", "/routing bgp template set b name=a"),
    ] {
        load(&mut r, add).unwrap();
        assert_eq!(load(&mut r, add).unwrap_err(), twice, "{add}");
        load(&mut r, &add.replace("name=a", "name=b")).unwrap();
        assert_eq!(load(&mut r, rename).unwrap_err(), twice, "{rename}");
        // Its own name is no other's.
        load(&mut r, &rename.replace("set b", "set a")).unwrap();
    }
    // A built-in one has its name.
    assert_eq!(load(&mut r, "/ip ipsec proposal add name=default").unwrap_err(), twice);
}
