//! `ping` between hosts: what it prints, what it exits with, and that every frame is accounted for.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use clock::Duration;
use common::{chain, drops, pair, pass, routed, run, sh};

#[test]
fn a_ping_asks_by_arp_and_is_answered() {
    let mut world = pair();
    let out = sh(&mut world, 0, "ping -c 3 10.0.0.2");
    assert_eq!(
        out,
        "PING 10.0.0.2 (10.0.0.2) 56(84) bytes of data.\n\
         64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=0.007 ms\n\
         64 bytes from 10.0.0.2: icmp_seq=2 ttl=64 time=0.003 ms\n\
         64 bytes from 10.0.0.2: icmp_seq=3 ttl=64 time=0.003 ms\n\
         \n\
         --- 10.0.0.2 ping statistics ---\n\
         3 packets transmitted, 3 received, 0% packet loss, time 2000ms\n\
         rtt min/avg/max/mdev = 0.003/0.004/0.007/0.001 ms\n"
    );
    assert_eq!(sh(&mut world, 0, "ip neigh"), "10.0.0.2 dev eth1 lladdr 02:00:00:00:01:01 REACHABLE \n");
    assert_eq!(sh(&mut world, 1, "ip neigh show nud stale"), "", "the asker's entry was in use");
}

#[test]
fn nobody_answers_arp() {
    let mut world = pair();
    let result = run(&mut world, 0, "ping -c 3 10.0.0.9");
    assert_eq!(
        result.stdout,
        "PING 10.0.0.9 (10.0.0.9) 56(84) bytes of data.\n\
         From 10.0.0.1 icmp_seq=1 Destination Host Unreachable\n\
         From 10.0.0.1 icmp_seq=2 Destination Host Unreachable\n\
         From 10.0.0.1 icmp_seq=3 Destination Host Unreachable\n\
         \n\
         --- 10.0.0.9 ping statistics ---\n\
         3 packets transmitted, 0 received, +3 errors, 100% packet loss, time 2000ms\n\
         pipe 3\n"
    );
    assert_eq!(result.exit, 1);
    assert_eq!(drops(&world), ["3 no answer to ARP for 10.0.0.9"]);
    assert_eq!(sh(&mut world, 0, "ip neigh"), "10.0.0.9 dev eth1 FAILED \n");
}

#[test]
fn no_route_and_other_refusals_end_at_once() {
    let mut world = pair();
    for (line, exit, text) in [
        ("ping -c 1 8.8.8.8", 2, "ping: connect: Network is unreachable\n"),
        (
            "ip route add prohibit 192.0.5.0/24; ping -c 1 192.0.5.1",
            2,
            "ping: Do you want to ping broadcast? Then -b. If not, check your local firewall rules\n",
        ),
        ("ip route add blackhole 192.0.3.0/24; ping -c 1 192.0.3.1", 2, "ping: connect: Invalid argument\n"),
        (
            "ip route add unreachable 192.0.4.0/24; ping -c 1 192.0.4.1",
            2,
            "ping: connect: No route to host\n",
        ),
        ("ping", 1, "ping: usage error: Destination address required\n"),
        ("ping -c 1 nowhere", 2, "ping: nowhere: Temporary failure in name resolution\n"),
        ("ping -c 1 -I eth7 10.0.0.2", 2, "ping: SO_BINDTODEVICE eth7: No such device\n"),
        ("ping -c 1 -I 10.9.9.9 10.0.0.2", 2, "ping: bind: Cannot assign requested address\n"),
        (
            "ping -c 1 10.0.0.255",
            2,
            "ping: Do you want to ping broadcast? Then -b. If not, check your local firewall rules\n",
        ),
    ] {
        let result = run(&mut world, 0, line);
        assert_eq!((result.exit, result.stdout.as_str(), result.stderr.as_str()), (exit, "", text), "{line}");
    }
    assert_eq!(drops(&world), [""; 0]);
}

#[test]
fn routers_forward_and_report_what_they_cannot() {
    let mut world = routed();
    let out = sh(&mut world, 0, "ping -q -c 2 10.0.2.3");
    assert!(out.contains("2 packets transmitted, 2 received, 0% packet loss"), "{out}");
    assert!(sh(&mut world, 0, "ping -c 1 10.0.2.3").contains("icmp_seq=1 ttl=63 time="));
    for (line, text) in [
        ("ping -c 1 -t 1 10.0.2.3", "From 10.0.1.2 icmp_seq=1 Time to live exceeded\n"),
        ("ping -c 1 192.0.2.1", "From 10.0.1.2 icmp_seq=1 Destination Net Unreachable\n"),
        ("ping -c 1 10.0.2.9", "From 10.0.1.2 icmp_seq=1 Destination Host Unreachable\n"),
    ] {
        let result = run(&mut world, 0, line);
        assert!(result.stdout.contains(text), "{line}: {}", result.stdout);
        assert!(
            result
                .stdout
                .contains("1 packets transmitted, 0 received, +1 errors, 100% packet loss, time 0ms\n")
        );
        assert_eq!(result.exit, 1);
    }
    assert_eq!(
        drops(&world),
        ["1 no answer to ARP for 10.0.2.9", "1 no route to 192.0.2.1", "1 time to live exceeded"]
    );
}

#[test]
fn a_host_does_not_forward() {
    let mut world = routed();
    sh(&mut world, 1, "echo 0 > /proc/sys/net/ipv4/ip_forward");
    let result = run(&mut world, 0, "ping -c 2 -W 1 10.0.2.3");
    assert!(result.stdout.contains("2 packets transmitted, 0 received, 100% packet loss, time 1000ms\n\n"));
    assert_eq!(drops(&world), ["2 not for this host"]);
}

#[test]
fn long_packets_are_cut_and_put_together_again() {
    let mut world = routed();
    let out = sh(&mut world, 0, "ping -c 1 -s 4000 10.0.2.3");
    assert!(out.contains("4008 bytes from 10.0.2.3: icmp_seq=1 ttl=63"), "{out}");
    let ledger = world.ledger();
    assert!(ledger.merged > 0);
    let result = run(&mut world, 0, "ping -c 1 -M do -s 4000 10.0.2.3");
    assert_eq!((result.exit, result.stderr.as_str()), (1, "ping: local error: message too long, mtu=1500\n"));
}

#[test]
fn the_path_mtu_is_learned_from_the_router() {
    let mut world = routed();
    sh(&mut world, 1, "ip link set eth2 mtu 1000");
    sh(&mut world, 2, "ip link set eth1 mtu 1000");
    let first = run(&mut world, 0, "ping -c 1 -M do -s 1400 10.0.2.3");
    assert!(
        first.stdout.contains("From 10.0.1.2 icmp_seq=1 Frag needed and DF set (mtu = 1000)\n"),
        "{first:?}"
    );
    let second = run(&mut world, 0, "ping -c 1 -M do -s 1400 10.0.2.3");
    assert_eq!(second.stderr, "ping: local error: message too long, mtu=1000\n");
    let out = sh(&mut world, 0, "ping -c 1 -s 1400 10.0.2.3");
    assert!(out.contains("1408 bytes from 10.0.2.3"), "fragments go through: {out}");
}

#[test]
fn options_of_ping() {
    let mut world = pair();
    let out = sh(&mut world, 0, "ping -c 2 -i 0.2 -s 8 -I eth1 10.0.0.2");
    assert_eq!(
        out,
        "PING 10.0.0.2 (10.0.0.2) from 10.0.0.1 eth1: 8(36) bytes of data.\n\
         16 bytes from 10.0.0.2: icmp_seq=1 ttl=64\n\
         16 bytes from 10.0.0.2: icmp_seq=2 ttl=64\n\
         \n\
         --- 10.0.0.2 ping statistics ---\n\
         2 packets transmitted, 2 received, 0% packet loss, time 200ms\n\n"
    );
    let out = sh(&mut world, 0, "ping -w 3 -i 0.5 -q 10.0.0.2");
    assert!(out.contains("6 packets transmitted, 6 received, 0% packet loss, time 2500ms\n"), "{out}");
    let out = sh(&mut world, 0, "ping -c 1 127.0.0.1");
    assert!(out.contains("64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.020 ms\n"), "{out}");
    assert!(sh(&mut world, 0, "ping -c 1 10.2").starts_with("PING 10.2 (10.0.0.2) 56(84) bytes of data.\n"));
    let long = run(&mut world, 0, "ping -c 1 -s 65508 10.0.0.2");
    assert_eq!((long.exit, long.stderr.as_str()), (1, "ping: local error: message too long, mtu=1500\n"));
    assert!(
        sh(&mut world, 0, "ping -c 1 -s 65507 10.0.0.2").contains("\n65515 bytes from 10.0.0.2: icmp_seq=1")
    );
    let out = sh(&mut world, 0, "ping -c 1 10.0.0.1");
    assert!(out.contains("64 bytes from 10.0.0.1: icmp_seq=1 ttl=64 time=0.020 ms\n"), "{out}");
    let dead = run(&mut world, 0, "ping -c 2 -W 1 -O 10.0.0.2 & ip link set eth1 down; ping -c 1 10.0.0.2");
    assert_eq!(dead.stderr, "ping: connect: Network is unreachable\n");
}

#[test]
fn ctrl_c_prints_the_statistics() {
    let mut world = pair();
    let id = world.with_node(sim::NodeId(0), |host, cx| host.spawn(cx, "ping 10.0.0.2 || echo bad"));
    pass(&mut world, Duration::from_millis(4500));
    let (so_far, _) = world.node(sim::NodeId(0)).job_output(id).unwrap();
    assert_eq!(so_far.lines().count(), 6);
    assert!(world.node(sim::NodeId(0)).job(id).is_none());
    world.with_node(sim::NodeId(0), |host, cx| host.interrupt(cx, id));
    let result = world.node(sim::NodeId(0)).job(id).unwrap();
    assert!(result.stdout.contains("5 packets transmitted, 5 received, 0% packet loss, time 4000ms\n"));
    assert_eq!(result.exit, 0);
}

#[test]
fn a_redirect_is_believed() {
    // b and c are on one cable behind a switch in real life; here b sends back over the interface it came in on.
    let mut world = chain(2);
    sh(&mut world, 0, "ip addr add 10.0.0.1/24 dev eth1 && ip route add default via 10.0.0.2");
    sh(&mut world, 1, "ip addr add 10.0.0.2/24 dev eth1 && ip route add 192.0.2.0/24 via 10.0.0.3");
    sh(&mut world, 1, "sysctl -qw net.ipv4.ip_forward=1");
    sh(&mut world, 1, "ip neigh add 10.0.0.3 lladdr 02:00:00:00:09:09 dev eth1");
    let result = run(&mut world, 0, "ping -c 1 -W 1 192.0.2.1");
    assert!(
        result.stdout.contains("From 10.0.0.2: icmp_seq=1 Redirect Host(New nexthop: 10.0.0.3)\n"),
        "{result:?}"
    );
    let route = sh(&mut world, 0, "ip route get 192.0.2.1");
    assert!(route.starts_with("192.0.2.1 via 10.0.0.3 dev eth1 src 10.0.0.1"), "{route}");
}

#[test]
fn a_fork_continues_as_the_original() {
    let mut world = routed();
    let id =
        world.with_node(sim::NodeId(0), |host, cx| host.spawn(cx, "ping -c 5 10.0.2.3; ping -c 2 10.0.2.9"));
    pass(&mut world, Duration::from_millis(1500));
    let mut fork = world.clone();
    pass(&mut world, Duration::from_secs(30));
    pass(&mut fork, Duration::from_secs(30));
    let results = [&world, &fork].map(|w| w.node(sim::NodeId(0)).job(id).unwrap());
    assert_eq!(results[0], results[1]);
    assert_eq!(world.ledger(), fork.ledger());
}
