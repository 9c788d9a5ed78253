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
    ] {
        let (notes, lines) = loaded(script, menu);
        assert_eq!(notes, [note], "{script}");
        assert_eq!(lines.last().map(String::as_str), Some(line), "{script}");
    }
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
