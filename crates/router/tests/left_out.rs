//! What a configuration asks for and the simulation leaves out is said, and nothing else is.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

/// What a device with this configuration says that it leaves out.
fn left_out(config: &str) -> Vec<String> {
    let mut router = common::router(1, 2);
    common::load(&mut router, config).unwrap();
    router.left_out()
}

#[test]
fn each_thing_that_is_only_accepted_is_said_once() {
    for (config, said) in [
        ("/ip address add address=10.0.0.1/24 interface=ether1", &[][..]),
        ("/ip firewall filter add chain=forward action=drop", &[]),
        (
            "/ip firewall filter add chain=forward action=fasttrack-connection",
            &["/ip/firewall/filter (action=fasttrack-connection: marked packets still pass every rule)"],
        ),
        (
            "/ip firewall filter add chain=input protocol=tcp action=tarpit",
            &["/ip/firewall/filter (action=tarpit: packets are dropped)"],
        ),
        ("/ip route add gateway=10.0.0.1 check-gateway=bfd", &["/ip/route (check-gateway=bfd)"]),
        ("/ip route add gateway=10.0.0.1 check-gateway=ping", &[]),
        ("/system clock set time-zone-name=Europe/Riga", &["/system/clock (time-zone-name: shown as UTC)"]),
        ("/system clock set time-zone-name=UTC", &[]),
        ("/interface bridge add name=b", &["/interface/bridge (spanning tree: ports forward at once)"]),
        ("/ip dns set servers=8.8.8.8", &["/ip/dns"]),
    ] {
        assert_eq!(left_out(config), said, "{config}");
    }
}
