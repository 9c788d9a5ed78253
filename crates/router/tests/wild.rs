//! What real exports hold that reads oddly: hardware, forms of early releases, empty values.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use router::LoadMode;

/// Notes of a script, and what `/export terse show-sensitive` of a menu says after it.
fn loaded(script: &str, menu: &str) -> (Vec<String>, Vec<String>) {
    let mut router = common::router(1, 5);
    router.set_ports_on_demand(true);
    let report = router.load(script, LoadMode::Import).unwrap_or_else(|error| panic!("{error}\n{script}"));
    let export = common::load(&mut router, &format!("{menu} export terse show-sensitive")).unwrap();
    let lines = export.lines().filter(|line| line.starts_with('/')).map(str::to_owned).collect();
    (report.notes.iter().map(|note| note.message.clone()).collect(), lines)
}

#[test]
fn hardware_that_nobody_adds_is_made() {
    for (script, menu, note, line) in [
        (
            "/disk\nset sata1 type=hardware",
            "/disk",
            "the device has no disk sata1: it is made",
            "/disk set sata1 type=hardware",
        ),
        (
            "/port\nset 0 name=serial0\nset 1 name=modem",
            "/port",
            "the device has no serial port 1: it is made",
            "/port set 1 name=modem",
        ),
        (
            "/system leds\nset 0 disabled=yes",
            "/system leds",
            "the device has no LED 0: it is made",
            "/system leds set 0 disabled=yes",
        ),
        (
            "/zerotier\nset zt1 comment=x name=zt1",
            "/zerotier",
            "the device has no ZeroTier instance zt1: it is made",
            "/zerotier set zt1 comment=x name=zt1",
        ),
        (
            "/interface wireless nstreme\nset wlan1 enable-nstreme=yes",
            "/interface wireless nstreme",
            "the device has no Nstreme settings for wlan1: it is made",
            "/interface wireless nstreme set wlan1 enable-nstreme=yes",
        ),
        (
            "/system resource irq\nset 70 cpu=1",
            "/system resource irq",
            "the device has no interrupt 70: it is made",
            "/system resource irq set 70 cpu=1",
        ),
        (
            "/system resource irq rps\nset ether1 disabled=yes",
            "/system resource irq rps",
            "the device has no receive queue of ether1: it is made",
            "/system resource irq rps set ether1 disabled=yes",
        ),
    ] {
        let (notes, lines) = loaded(script, menu);
        assert_eq!(notes, [note], "{script}");
        assert_eq!(lines.last().map(String::as_str), Some(line), "{script}");
    }
    // `/export verbose` says the name of the interface that they belong to as well.
    let script = "/interface wireless set [ find default-name=wlan1 ] name=wlan1\n\
        /interface wireless nstreme set wlan1 enable-nstreme=no";
    assert_eq!(loaded(script, "/interface wireless nstreme").0.len(), 2);
    // What a script adds itself is its own.
    assert!(loaded("/disk\nadd slot=ram1 type=tmpfs\nset ram1 comment=x", "/disk").0.is_empty());
}

#[test]
fn values_of_exports_are_taken() {
    for (script, menu, line) in [
        (
            "/interface wireless security-profiles add name=a eap-methods=\"\" mode=none",
            "/interface wireless security-profiles",
            "/interface wireless security-profiles add eap-methods=\"\" name=a",
        ),
        (
            "/interface vxlan add name=v vni=10 group=239.0.0.1 interface=ether1",
            "/interface vxlan",
            "/interface vxlan add group=239.0.0.1 interface=ether1 name=v vni=10",
        ),
        (
            "/ip firewall filter add chain=forward in-interface=all-vlan action=accept",
            "/ip firewall filter",
            "/ip firewall filter add action=accept chain=forward in-interface=all-vlan",
        ),
        (
            "/ip firewall filter add chain=forward out-interface=!all-ppp action=drop",
            "/ip firewall filter",
            "/ip firewall filter add action=drop chain=forward out-interface=!all-ppp",
        ),
        (
            "/ip hotspot profile add name=h https-redirect=no",
            "/ip hotspot profile",
            "/ip hotspot profile add https-redirect=no name=h",
        ),
        (
            "/ip route add dst-address=10.0.0.0/8 gateway=\"\"",
            "/ip route",
            "/ip route add dst-address=10.0.0.0/8 gateway=\"\"",
        ),
    ] {
        let (notes, lines) = loaded(script, menu);
        assert_eq!(notes, Vec::<String>::new(), "{script}");
        assert_eq!(lines.last().map(String::as_str), Some(line), "{script}");
    }
}

#[test]
fn forms_of_early_releases_are_todays() {
    for (script, menu, note, line) in [
        (
            "/ip route add dst-address=\"\" gateway=10.0.0.1",
            "/ip route",
            "dst-address= of older RouterOS is 0.0.0.0/0 today",
            "/ip route add dst-address=0.0.0.0/0 gateway=10.0.0.1",
        ),
        (
            "/ip route add distance=2 gateway=10.0.0.1,10.0.0.2",
            "/ip route",
            "several values of gateway are of RouterOS 6: each becomes a route",
            "/ip route add distance=2 gateway=10.0.0.2",
        ),
        (
            "/container mounts add name=conf src=/a dst=/b",
            "/container mounts",
            "name of older RouterOS 7 is list today",
            "/container mounts add dst=/b list=conf src=/a",
        ),
        (
            "/system logging action add name=far target=remote bsd-syslog=yes remote=10.0.0.1",
            "/system logging action",
            "bsd-syslog of older RouterOS 7 is remote-log-format today",
            "/system logging action add name=far remote=10.0.0.1 remote-log-format=syslog target=remote",
        ),
        (
            "/interface ovpn-client add name=o connect-to=10.0.0.1 user=u cipher=aes256",
            "/interface ovpn-client",
            "cipher=aes256 of older RouterOS is aes256-cbc today",
            "/interface ovpn-client add cipher=aes256-cbc connect-to=10.0.0.1 name=o user=u",
        ),
    ] {
        let (notes, lines) = loaded(script, menu);
        assert_eq!(notes.first().map(String::as_str), Some(note), "{script}");
        assert_eq!(lines.last().map(String::as_str), Some(line), "{script}");
    }
}

/// Before 7.20 a connection said what its instance says today.
#[test]
fn bgp_connections_without_an_instance_get_one() {
    let script = "/routing bgp template set default as=65001 router-id=10.0.0.1\n\
        /routing bgp connection add name=a remote.address=10.0.0.2 .as=65002 local.role=ebgp router-id=10.0.0.1 templates=default\n\
        /routing bgp connection add name=b remote.address=10.0.0.3 .as=65001 local.role=ibgp router-id=10.0.0.1 templates=default\n\
        /routing bgp connection add as=65100 name=c remote.address=10.0.0.4 .as=65002 local.role=ebgp\n";
    let (notes, lines) = loaded(script, "/routing bgp instance");
    assert_eq!(
        lines,
        [
            "/routing bgp instance add as=65001 name=bgp-instance-1 router-id=10.0.0.1",
            "/routing bgp instance add as=65100 name=bgp-instance-2",
        ]
    );
    assert!(
        notes.iter().any(|note| note == "/routing/bgp/connection wants instance: one is made"),
        "{notes:?}"
    );
    let (_, lines) = loaded(script, "/routing bgp connection");
    let instances: Vec<bool> = lines.iter().map(|line| line.contains("instance=bgp-instance-1 ")).collect();
    assert_eq!(instances, [true, true, false]);
    // One that names its instance is of today.
    let today = "/routing bgp instance add name=i as=65001\n\
        /routing bgp connection add instance=i name=a remote.address=10.0.0.2 local.role=ebgp";
    assert!(loaded(today, "/routing bgp instance").0.is_empty());
}

/// What real exports of RouterOS 7 hold and came out changed or was refused.
#[test]
fn values_come_out_as_they_went_in() {
    for (menu, line) in [
        ("/ip pool", "/ip pool add name=a ranges=192.168.90.0/26"),
        ("/ip pool", "/ip pool add name=a ranges=192.168.80.0/21,10.0.0.1-10.0.0.2"),
        (
            "/caps-man access-list",
            "/caps-man access-list add action=accept allow-signal-out-of-range=10s disabled=no interface=any",
        ),
        (
            "/caps-man manager interface",
            "/caps-man manager interface add disabled=no forbid=yes interface=ether1",
        ),
        (
            "/user-manager profile",
            "/user-manager profile add name=a name-for-users=a starts-when=first-auth validity=unlimited",
        ),
        ("/disk settings", "/disk settings set auto-media-sharing=yes auto-smb-sharing=yes"),
        ("/ip hotspot service-port", "/ip hotspot service-port set ftp disabled=yes"),
        ("/interface ethernet poe settings", "/interface ethernet poe settings set psu1-max-power=96W"),
        ("/ip kid-control", "/ip kid-control add fri=0s-1d mon=8h-16h name=a tur-mon=17h-18h"),
        (
            "/interface wireless access-list",
            "/interface wireless access-list add interface=all time=8h-16h,mon,tue",
        ),
        ("/lcd interface", "/lcd interface set ether2 disabled=yes"),
        (
            "/interface sstp-client",
            "/interface sstp-client add connect-to=192.0.2.1 name=s user=u verify-server-address-from-certificate=no",
        ),
    ] {
        let (notes, lines) = loaded(line, menu);
        assert_eq!(notes, Vec::<String>::new(), "{line}");
        assert_eq!(lines.last().map(String::as_str), Some(line));
    }
}

/// Each interface has a queue, not only Ethernet ports.
#[test]
fn queues_of_other_interfaces_are_set() {
    let script = "/interface bridge add name=b\n/interface vlan add interface=b name=v vlan-id=2\n\
        /interface wireless set [ find default-name=wlan1 ] ssid=x\n\
        /queue interface set b queue=no-queue\n/queue interface set v queue=ethernet-default\n\
        /queue interface set wlan1 queue=wireless-default";
    let (_, lines) = loaded(script, "/queue interface");
    assert_eq!(lines, ["/queue interface set v queue=ethernet-default"]);
}

/// The members of a list become ports.
#[test]
fn interface_lists_are_ports_of_bridges() {
    let script = "/interface bridge add name=b\n/interface list add name=l\n\
        /interface bridge port add bridge=b interface=l pvid=4\n/interface bridge port add bridge=b interface=all";
    let (notes, lines) = loaded(script, "/interface bridge port");
    assert_eq!(notes, Vec::<String>::new());
    assert_eq!(
        lines,
        [
            "/interface bridge port add bridge=b interface=l pvid=4",
            "/interface bridge port add bridge=b interface=all",
        ]
    );
    let mut router = common::router(1, 2);
    common::load(&mut router, script).unwrap();
    let said: Vec<String> = router.left_out().iter().map(router::LeftOut::words).collect();
    assert!(said.contains(&"interface of 2 items: members of a list become no ports".to_owned()), "{said:?}");
}

/// Names of old exports are often in a code page of Windows.
#[test]
fn names_that_are_no_utf8_stay_where_others_name_them() {
    let script = "/interface bridge add name=\"br\\F3\"\n/interface list add name=\"l\\E0\"\n\
        /interface list member add interface=\"br\\F3\" list=\"l\\E0\"\n\
        /ip pool add name=\"p\\F3\" ranges=10.0.0.2-10.0.0.9\n\
        /ip dhcp-server add address-pool=\"p\\F3\" interface=\"br\\F3\" name=d\n\
        /interface bridge vlan add bridge=\"br\\F3\" tagged=\"br\\F3,ether3\" vlan-ids=4\n\
        /ip firewall filter add action=drop chain=input in-interface-list=\"!l\\E0\"\n\
        /ip route add gateway=\"10.0.0.2%br\\F3\"";
    for (menu, line) in [
        ("/ip dhcp-server", r#"/ip dhcp-server add address-pool="p\F3" interface="br\F3" name=d"#),
        (
            "/interface bridge vlan",
            r#"/interface bridge vlan add bridge="br\F3" tagged="br\F3,ether3" vlan-ids=4"#,
        ),
        (
            "/ip firewall filter",
            r#"/ip firewall filter add action=drop chain=input in-interface-list="!l\E0""#,
        ),
        ("/ip route", r#"/ip route add gateway="10.0.0.2%br\F3""#),
    ] {
        let (_, lines) = loaded(script, menu);
        assert_eq!(lines, [line]);
    }
}

/// `/export verbose` of RouterOS 6 and of an early 7 names everything, what is gone today too.
#[test]
fn verbose_exports_of_old_releases_load() {
    for (script, menu, note, line) in [
        (
            "/system scheduler add name=a on-event=b policy=read start-date=nov/21/2022 start-time=04:30:00",
            "/system scheduler",
            "start-date=nov/21/2022 of older RouterOS is 2022-11-21 today",
            "/system scheduler add name=a on-event=b policy=read start-date=2022-11-21 start-time=04:30:00",
        ),
        (
            "/system clock manual set dst-end=\"mar/02/2021 01:00:00\"",
            "/system clock manual",
            "dst-end=mar/02/2021 01:00:00 of older RouterOS is 2021-03-02 01:00:00 today",
            "/system clock manual set dst-end=\"2021-03-02 01:00:00\"",
        ),
        (
            "/system script add name=##a&b owner=admin policy=read source=\"\"",
            "/system script",
            "# without quotes is of RouterOS 6",
            "/system script add dont-require-permissions=no name=\"##a&b\" owner=admin policy=read source=\"\"",
        ),
        (
            "/ip dhcp-server add interface=ether1 name=d src-address=192.0.2.1",
            "/ip dhcp-server",
            "src-address of RouterOS 6 is server-address today",
            "/ip dhcp-server add interface=ether1 name=d server-address=192.0.2.1",
        ),
        (
            "/mpls interface set [ find default=yes ] disabled=no interface=all mpls-mtu=1508",
            "/mpls interface",
            "default of RouterOS 6 is interface today",
            "/mpls interface add disabled=no interface=all mpls-mtu=1508",
        ),
        (
            "/routing bfd interface set [ find default=yes ] disabled=no interface=all interval=0.2s min-rx=0.2s multiplier=5",
            "/routing bfd configuration",
            "/routing/bfd/interface of RouterOS 6 is /routing/bfd/configuration today",
            "/routing bfd configuration add disabled=no interfaces=all min-rx=200ms min-tx=200ms multiplier=5",
        ),
        (
            "/ip ssh set allow-none-crypto=no always-allow-password-login=yes forwarding-enabled=no",
            "/ip ssh",
            "always-allow-password-login of RouterOS 6 is password-authentication today",
            "/ip ssh set password-authentication=yes",
        ),
        (
            "/ip ipsec peer add address=192.0.2.68/32 auth-method=rsa-signature certificate=c",
            "/ip ipsec identity",
            "auth-method is of RouterOS 6: /ip/ipsec/identity has it",
            "/ip ipsec identity add auth-method=digital-signature certificate=c peer=peer1",
        ),
        (
            "/ip ipsec peer add address=192.0.2.67/32 name=a\n/ip ipsec peer add address=192.0.2.68/32 name=b\n\
             /ip ipsec policy add dst-address=10.1.0.0/16 sa-dst-address=192.0.2.68 sa-src-address=192.0.2.1 \
             src-address=10.0.0.0/16 tunnel=yes",
            "/ip ipsec policy",
            "sa-dst-address is of RouterOS 6: the peer has it, peer is the one with this address",
            "/ip ipsec policy add dst-address=10.1.0.0/16 peer=b src-address=10.0.0.0/16 tunnel=yes",
        ),
        (
            "/interface wifiwave2 security\nadd authentication-types=wpa2-psk name=s\n/interface wifiwave2\n\
             set [ find default-name=wifi1 ] configuration.mode=ap disabled=no security=s",
            "/interface wifi",
            "/interface/wifiwave2/security of older RouterOS 7 is /interface/wifi/security today",
            "/interface wifi set [ find default-name=wifi1 ] configuration.mode=ap disabled=no security=s",
        ),
        (
            "/interface lte set [ find ] band=3 name=lte1",
            "/interface lte",
            "the device has no lte1: it is made, without a cable",
            "/interface lte set [ find default-name=lte1 ] band=3",
        ),
        (
            "/ip ipsec user settings set xauth-use-radius=yes",
            "/ip ipsec settings",
            "/ip/ipsec/user/settings of RouterOS 6 is /ip/ipsec/settings today",
            "/ip ipsec settings set xauth-use-radius=yes",
        ),
        (
            "/system ups add name=u port=usbhid1",
            "/system ups",
            "the device has no serial port usbhid1: it is made",
            "/system ups add name=u port=usbhid1",
        ),
        (
            "/lcd screen\nset 3 disabled=yes\n/lcd interface pages\nset 0 interfaces=ether1,ether2",
            "/lcd interface pages",
            "the device has no screen 3: it is made",
            "/lcd interface pages set 0 interfaces=ether1,ether2",
        ),
        (
            "/tool mac-server set [ find default=yes ] disabled=no interface=all",
            "/tool mac-server",
            "numbers of RouterOS 6 is gone, it is passed over",
            "",
        ),
        (
            "/system resource usb settings set authorization=yes",
            "/system resource hardware usb-settings",
            "/system/resource/usb/settings of older RouterOS 7 is /system/resource/hardware/usb-settings today",
            "/system resource hardware usb-settings set authorization=yes",
        ),
        (
            "/system upgrade mirror\nset check-interval=1d enabled=no primary-server=0.0.0.0\n\
             /system lcd page\nset time disabled=yes display-time=5s\n/routing mme\nset ttl=50\n\
             /interface bridge port-controller\n# disabled\nset bridge=none cascade-ports=\"\" switch=none\n\
             /port firmware\nset directory=firmware\n/system identity set name=a",
            "/system identity",
            "/system/upgrade/mirror of RouterOS 6 is gone: passed over",
            "/system identity set name=a",
        ),
        (
            "/ip firewall filter add chain=input !routing-table !tls-host !ttl\n\
             /interface sstp-server server set force-aes=no pfs=no\n\
             /interface ethernet set [ find default-name=ether1 ] orig-mac-address=02:00:00:00:00:01\n\
             /ip route add !bgp-atomic-aggregate distance=1 gateway=192.0.2.1",
            "/ip firewall filter",
            "routing-table of RouterOS 6 is gone, it is passed over: routing-mark says it",
            "/ip firewall filter add action=accept chain=input",
        ),
    ] {
        let (notes, lines) = loaded(script, menu);
        assert!(notes.iter().any(|said| said == note), "{script}: {notes:?}");
        assert_eq!(lines.last().map_or("", String::as_str), line, "{script}");
    }
}
