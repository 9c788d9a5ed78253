//! What a configuration asks for and the simulation leaves out is said, and nothing else is.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use router::LeftOut;

/// What a device with this configuration says that it leaves out.
fn left_out(config: &str) -> Vec<LeftOut> {
    let mut router = common::router(1, 2);
    common::load(&mut router, config).unwrap();
    router.left_out()
}

#[test]
fn each_menu_is_said_once_with_a_count() {
    for (config, said) in [
        ("/ip address add address=10.0.0.1/24 interface=ether1", &[][..]),
        ("/ip firewall filter add chain=forward action=drop", &[]),
        (
            "/ip firewall filter add chain=forward action=fasttrack-connection",
            &[
                "/ip/firewall/filter (action of 1 item: fasttrack-connection: marked packets still pass every rule)",
            ],
        ),
        (
            "/ip firewall filter add chain=input protocol=tcp action=tarpit\n/ip firewall filter add chain=input protocol=tcp dst-port=1 action=tarpit",
            &["/ip/firewall/filter (action of 2 items: tarpit: packets are dropped)"],
        ),
        ("/ip route add gateway=10.0.0.1 check-gateway=bfd", &["/ip/route (check-gateway of 1 item: bfd)"]),
        ("/ip route add gateway=10.0.0.1 check-gateway=ping", &[]),
        (
            "/system clock set time-zone-name=Europe/Riga",
            &["/system/clock (time-zone-name of 1 item: shown as UTC)"],
        ),
        ("/system clock set time-zone-name=UTC", &[]),
        (
            "/interface bridge add name=b priority=0x1000",
            &["/interface/bridge (1 item, without spanning tree: ports forward at once; priority of 1 item)"],
        ),
        (
            "/ip cloud set ddns-enabled=yes\n/ip dns static add name=a address=10.0.0.1\n/ip dns static add name=b address=10.0.0.2",
            &["/ip/cloud (1 item)", "/ip/dns/static (2 items)"],
        ),
    ] {
        assert_eq!(LeftOut::by_menu(&left_out(config)), said, "{config}");
    }
}

#[test]
fn properties_and_commands_are_counted() {
    let all = left_out(
        "/ip dns static add name=a address=10.0.0.1\n/ip dns static add name=b address=10.0.0.2 ttl=1h\n/ip dns cache flush\n/ip dns cache flush",
    );
    let counts: Vec<_> = all.iter().map(|one| (one.menu, one.property, one.command, one.count)).collect();
    assert_eq!(
        counts,
        [
            ("/ip/dns/cache", "", "flush", 2),
            ("/ip/dns/static", "", "", 2),
            ("/ip/dns/static", "name", "", 2),
            ("/ip/dns/static", "address", "", 2),
            ("/ip/dns/static", "ttl", "", 1),
        ]
    );
}
