//! The server's rules, one table or short play each.

mod common;

use clock::Duration;
use common::*;
use dhcp::message::{Message, MessageType, code};
use dhcp::option_value::OptionValue;
use dhcp::server::*;
use std::net::Ipv4Addr;

#[test]
fn discover_probe_offer_request_ack() {
    let mut bench = Bench::new();
    bench.packet(&discover(1));
    assert_eq!(bench.probed(), Some(ip(254)));
    assert!(bench.replies().is_empty(), "nothing before the probe is over");
    assert_eq!(bench.only_lease().status, Status::Testing);
    bench.pass(Duration::from_millis(499));
    assert!(bench.replies().is_empty());
    bench.pass(Duration::from_millis(1));
    let offer = bench.reply();
    assert_eq!(offer.message.message_type(), Some(MessageType::Offer));
    assert_eq!(offer.to, Destination::Direct { address: ip(254), mac: mac(1) });
    assert_eq!((offer.source, offer.message.siaddr), (ip(1), ip(1)));
    bench.packet(&selecting(1, ip(254)));
    let ack = bench.reply();
    assert_eq!(ack.message.message_type(), Some(MessageType::Ack));
    assert_eq!(bench.logs(), ["dhcp,info server1 assigned 221.167.154.254 for 02:00:00:00:00:01 pc1"]);
    let codes: Vec<u8> = ack.message.options.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, [53, 54, 51, 1, 3, 6], "58, 59 and 28 are not sent, also when asked for");
    assert_eq!(ack.message.number_option(code::LEASE_TIME), Some(600));
    assert_eq!(
        ack.message.addresses_option(code::DNS),
        [Ipv4Addr::new(8, 8, 8, 8), Ipv4Addr::new(8, 8, 4, 4)]
    );
    let lease = bench.only_lease();
    assert_eq!((lease.status, lease.mac, lease.host_name.as_str()), (Status::Bound, Some(mac(1)), "pc1"));
    assert_eq!(lease.expires, Some(bench.now + Duration::from_mins(10)));
    assert_eq!(
        bench.changes(),
        [
            (None, Some(Status::Testing)),
            (Some(Status::Testing), Some(Status::Offered)),
            (Some(Status::Offered), Some(Status::Bound))
        ]
    );
}

#[test]
fn renewal_restarts_the_time_and_expiry_frees_the_address() {
    let mut bench = Bench::new();
    bench.bind(1);
    bench.pass(Duration::from_mins(5));
    bench.packet(&renewing(1, ip(254)));
    let ack = bench.reply();
    assert_eq!(ack.to, Destination::Client { address: ip(254) });
    assert_eq!((ack.message.ciaddr, ack.message.yiaddr), (ip(254), ip(254)));
    let _ = bench.changes();
    bench.pass(Duration::from_secs(599));
    assert!(bench.changes().is_empty());
    bench.pass(Duration::from_secs(1));
    assert_eq!(bench.changes(), [(Some(Status::Bound), None)]);
    assert!(
        bench
            .logs()
            .contains(&"dhcp,info server1 deassigned 221.167.154.254 for 02:00:00:00:00:01 pc1".into())
    );
    assert!(bench.pools.is_free(POOL, ip(254)) && bench.server.deadline().is_none());
    bench.bind_at(2, ip(254));
    bench.bind_at(1, ip(253));
}

#[test]
fn an_address_in_use_is_parked_and_the_client_gets_the_next() {
    let mut bench = Bench::new();
    bench.packet(&discover(1));
    bench.input(Input::ProbeAnswered { address: ip(254) });
    assert_eq!(bench.only_lease().status, Status::Conflict);
    bench.input(Input::ProbeAnswered { address: ip(254) });
    bench.pass(Duration::from_secs(4));
    assert!(bench.replies().is_empty());
    bench.bind_at(1, ip(253));
    // check-status: still in use, then not.
    let id = bench.server.leases().next().unwrap().id;
    bench.server.check_status(bench.now, id, &mut bench.out);
    assert_eq!(bench.probed(), Some(ip(254)));
    bench.input(Input::ProbeAnswered { address: ip(254) });
    bench.pass(Duration::from_secs(1));
    assert_eq!(bench.server.lease(id).unwrap().status, Status::Conflict);
    bench.server.check_status(bench.now, id, &mut bench.out);
    bench.pass(Duration::from_secs(1));
    assert!(bench.server.lease(id).is_none() && bench.pools.is_free(POOL, ip(254)));
}

#[test]
fn an_offer_without_a_request_ends_with_a_warning() {
    let mut bench = Bench::new();
    bench.packet(&discover(1));
    bench.pass(PROBE_TIME + OFFER_TIME);
    assert_eq!(
        bench.logs(),
        ["dhcp,warning server1 offering lease 221.167.154.254 for 02:00:00:00:00:01 without success"]
    );
    assert_eq!(bench.server.leases().count(), 0);
    assert_eq!(bench.reply().message.message_type(), Some(MessageType::Offer));
    // The third and fourth offer go to everybody.
    bench.packet(&discover(1));
    bench.pass(PROBE_TIME);
    for n in 1..=5 {
        assert_eq!(bench.reply().to == Destination::Broadcast, matches!(n, 3 | 4), "offer {n}");
        bench.packet(&discover(1));
    }
}

#[test]
fn who_is_refused_and_who_gets_silence() {
    // (what, message, NAK expected); the table of RFC 2131 §4.3.2 under authoritative=yes.
    let cases: [(&str, Message, bool); 8] = [
        ("init-reboot, own lease", init_reboot(1, ip(254)), false),
        ("init-reboot, other address", init_reboot(1, ip(200)), true),
        ("init-reboot, other network", init_reboot(1, Ipv4Addr::new(10, 0, 0, 5)), true),
        ("init-reboot, another's address", init_reboot(2, ip(254)), true),
        ("init-reboot, unknown client", init_reboot(3, ip(77)), true),
        ("renewing, another's address", renewing(2, ip(254)), true),
        ("renewing, no lease", renewing(3, ip(100)), true),
        ("selecting, nothing offered", selecting(3, ip(100)), true),
    ];
    for (what, message, refused) in cases {
        let mut bench = Bench::new();
        bench.bind(1);
        bench.packet(&message);
        let reply = bench.reply();
        let kind = if refused { MessageType::Nak } else { MessageType::Ack };
        assert_eq!(reply.message.message_type(), Some(kind), "{what}");
        if refused {
            assert_eq!(reply.to, Destination::Broadcast, "{what}");
            let codes: Vec<u8> = reply.message.options.iter().map(|(code, _)| *code).collect();
            assert_eq!((codes, reply.message.yiaddr), (vec![53, 54], Ipv4Addr::UNSPECIFIED));
        }
        assert_eq!(bench.server.leases().filter(|lease| lease.status == Status::Bound).count(), 1, "{what}");
    }
}

#[test]
fn authoritative_decides_when_a_nak_goes_out() {
    for (authoritative, secs, refused) in [
        (Authoritative::No, 60, false),
        (Authoritative::Yes, 0, true),
        (Authoritative::After2Seconds, 1, false),
        (Authoritative::After2Seconds, 2, true),
        (Authoritative::After10Seconds, 9, false),
        (Authoritative::After10Seconds, 10, true),
    ] {
        let mut bench = Bench::with(|config| config.authoritative = authoritative);
        let mut message = init_reboot(1, ip(77));
        message.secs = secs;
        bench.packet(&message);
        assert_eq!(!bench.replies().is_empty(), refused, "{authoritative:?} {secs}");
    }
}

#[test]
fn another_servers_offer_was_taken() {
    let mut bench = Bench::new();
    bench.packet(&discover(1));
    bench.pass(PROBE_TIME);
    let _ = bench.replies();
    let mut message = selecting(1, ip(99));
    message.set(code::SERVER_ID, ip(2).octets());
    bench.packet(&message);
    assert!(bench.replies().is_empty() && bench.server.leases().count() == 0);
}

#[test]
fn release_and_decline() {
    let mut bench = Bench::new();
    bench.bind(1);
    let mut release = message(1, MessageType::Release);
    release.ciaddr = ip(200);
    bench.packet(&release);
    assert_eq!(bench.server.leases().count(), 1, "not its address");
    release.ciaddr = ip(254);
    bench.packet(&release);
    assert_eq!(bench.server.leases().count(), 0);
    bench.bind(1);
    let _ = bench.logs();
    let mut decline = message(1, MessageType::Decline);
    decline.set(code::REQUESTED_IP, ip(254).octets());
    bench.packet(&decline);
    assert_eq!(
        bench.logs(),
        ["dhcp,warning server1 client 02:00:00:00:00:01 declines IP address 221.167.154.254"]
    );
    assert_eq!(bench.only_lease().status, Status::Declined);
    bench.bind_at(1, ip(253));
    bench.pass(Duration::from_mins(10));
    assert!(bench.pools.is_free(POOL, ip(254)));
}

#[test]
fn static_leases_match_by_option_82_then_client_id_then_mac() {
    let mut bench = Bench::new();
    let by_mac = StaticLease::new(LeaseAddress::Address(ip(10)), Some(mac(1)));
    let mut by_id = StaticLease::new(LeaseAddress::Address(ip(11)), Some(mac(1)));
    by_id.client_id = Some(vec![1, 9]);
    let mut by_agent = StaticLease::new(LeaseAddress::Address(ip(12)), Some(mac(9)));
    by_agent.agent_circuit_id = Some(b"ether2:10".to_vec());
    let mut by_source = StaticLease::new(LeaseAddress::Address(ip(13)), Some(mac(5)));
    by_source.use_src_mac = true;
    for lease in [by_mac, by_id, by_agent, by_source] {
        bench.server.add_static(bench.now, lease, &mut bench.pools, &mut bench.out);
    }
    let mut message = discover(1);
    bench.packet(&message);
    assert_eq!(bench.reply().message.yiaddr, ip(10), "no probe for a static address");
    message.set(code::CLIENT_ID, [1, 9]);
    bench.packet(&message);
    assert_eq!(bench.reply().message.yiaddr, ip(11));
    message.set(code::RELAY_AGENT, *b"\x01\x09ether2:10");
    bench.packet(&message);
    let reply = bench.reply();
    assert_eq!(reply.message.yiaddr, ip(12));
    assert_eq!(reply.message.options.last(), Some(&(82, b"\x01\x09ether2:10".to_vec())), "echoed, and last");
    bench.packet_from(mac(5), &discover(7));
    assert_eq!(bench.reply().message.yiaddr, ip(13));
    // Static addresses are nobody else's.
    bench.packet(&{
        let mut message = discover(8);
        message.set(code::REQUESTED_IP, ip(10).octets());
        message
    });
    assert_eq!(bench.probed(), Some(ip(254)));
}

#[test]
fn a_static_lease_waits_again_after_its_client() {
    let mut bench = Bench::new();
    let mut lease = StaticLease::new(LeaseAddress::ServerPool, Some(mac(1)));
    lease.lease_time = Some(Duration::from_secs(60));
    let id = bench.server.add_static(bench.now, lease.clone(), &mut bench.pools, &mut bench.out);
    bench.packet(&discover(1));
    assert_eq!(bench.reply().message.number_option(code::LEASE_TIME), Some(60));
    bench.packet(&selecting(1, ip(254)));
    assert_eq!(bench.server.lease(id).unwrap().status, Status::Bound);
    bench.pass(Duration::from_secs(60));
    let row = bench.server.lease(id).unwrap();
    assert_eq!((row.status, row.address, row.mac), (Status::Waiting, None, None));
    assert!(bench.pools.is_free(POOL, ip(254)));
    lease.block_access = true;
    bench.server.set_static(bench.now, id, lease, &mut bench.pools, &mut bench.out);
    let _ = bench.replies();
    bench.packet(&discover(1));
    assert!(bench.replies().is_empty() && bench.server.lease(id).unwrap().is_blocked());
}

#[test]
fn make_static_keeps_the_client_and_remove_refuses_it() {
    let mut bench = Bench::new();
    bench.bind(1);
    let id = bench.only_lease().id;
    let lease = bench.server.make_static(id, &mut bench.pools).unwrap();
    assert_eq!(
        (lease.address, lease.mac, lease.server),
        (LeaseAddress::Address(ip(254)), Some(mac(1)), Some(SERVER))
    );
    bench.packet(&renewing(1, ip(254)));
    assert_eq!(bench.reply().message.message_type(), Some(MessageType::Ack));
    bench.pass(Duration::from_mins(11));
    assert_eq!(bench.only_lease().status, Status::Waiting);
    assert!(!bench.pools.is_free(POOL, ip(254)));
    bench.server.remove(bench.now, id, &mut bench.pools, &mut bench.out);
    assert!(bench.pools.is_free(POOL, ip(254)) && bench.server.leases().count() == 0);
    let _ = bench.replies();
    bench.packet(&renewing(1, ip(254)));
    assert_eq!(bench.reply().message.message_type(), Some(MessageType::Nak));
}

#[test]
fn bootp_is_answered_as_configured() {
    for (support, has_static, answered) in [
        (BootpSupport::None, true, false),
        (BootpSupport::Static, false, false),
        (BootpSupport::Static, true, true),
        (BootpSupport::Dynamic, false, true),
    ] {
        let mut bench = Bench::with(|config| config.bootp_support = support);
        if has_static {
            let lease = StaticLease::new(LeaseAddress::Address(ip(10)), Some(mac(1)));
            bench.server.add_static(bench.now, lease, &mut bench.pools, &mut bench.out);
        }
        bench.packet(&Message::request(5, mac(1)));
        bench.pass(PROBE_TIME);
        let replies = bench.replies();
        assert_eq!(replies.len(), usize::from(answered), "{support:?} {has_static}");
        if let [reply] = replies.as_slice() {
            assert!(
                reply.message.message_type().is_none() && reply.message.option(code::LEASE_TIME).is_none()
            );
            assert_eq!(reply.message.yiaddr, if has_static { ip(10) } else { ip(254) });
            assert_eq!(reply.message.encode().len(), 300);
            assert_eq!(bench.only_lease().expires, None, "bootp-lease-time=forever");
            assert_eq!(bench.only_lease().status, Status::Bound);
        }
    }
}

#[test]
fn relays_are_matched_by_address() {
    let relay = Ipv4Addr::new(10, 9, 0, 1);
    for (configured, giaddr, answered) in [
        (Ipv4Addr::UNSPECIFIED, Ipv4Addr::UNSPECIFIED, true),
        (Ipv4Addr::UNSPECIFIED, relay, false),
        (relay, relay, true),
        (relay, ip(77), false),
        (relay, Ipv4Addr::UNSPECIFIED, false),
        (Ipv4Addr::BROADCAST, relay, true),
    ] {
        let mut bench = Bench::with(|config| {
            config.relay = configured;
            config.conflict_detection = false;
        });
        let mut message = discover(1);
        message.giaddr = giaddr;
        bench.packet(&message);
        let replies = bench.replies();
        assert_eq!(replies.len(), usize::from(answered), "{configured} {giaddr}");
        if answered && !giaddr.is_unspecified() {
            assert_eq!(replies[0].to, Destination::Relay { address: relay });
            // The renewal comes past the relay.
            bench.packet(&{
                let mut request = selecting(1, ip(254));
                request.giaddr = giaddr;
                request
            });
            assert_eq!(bench.reply().message.message_type(), Some(MessageType::Ack));
            bench.packet(&renewing(1, ip(254)));
            assert_eq!(bench.reply().to, Destination::Client { address: ip(254) });
        }
    }
}

#[test]
fn options_are_chosen_by_precedence_and_asked_for_unless_forced() {
    let option = |id, code, value: &str, force| OptionDef {
        id: OptionId(id),
        code,
        value: OptionValue::parse(value).unwrap(),
        force,
    };
    let mut bench = Bench::with(|config| config.options = vec![OptionId(2), OptionId(3)]);
    bench.server.set_options(vec![
        option(1, 66, "s'10.0.0.1'", false),
        option(2, 66, "'server'", false),
        option(3, 150, "'10.0.0.2'$(NETWORK_GATEWAY)", true),
        option(4, 150, "'10.0.0.3'", true),
        option(5, 6, "'9.9.9.9'", false),
    ]);
    let mut net = network();
    net.options = vec![OptionId(1), OptionId(4), OptionId(5)];
    net.domain = "lab".into();
    net.boot_file_name = "boot".into();
    net.next_server = Some(ip(9));
    net.ntp = Servers::Router;
    bench.server.set_networks(vec![net]);
    let mut message = message(1, MessageType::Discover);
    message.set(code::PARAMETER_LIST, [66]);
    bench.packet(&message);
    bench.pass(PROBE_TIME);
    let reply = bench.reply().message;
    let codes: Vec<u8> = reply.options.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, [53, 54, 51, 1, 3, 6, 15, 42, 66, 150]);
    assert_eq!(reply.option(66), Some(&b"server"[..]), "server before network");
    assert_eq!(reply.option(150), Some(&[10, 0, 0, 2, 221, 167, 154, 1][..]), "forced");
    assert_eq!(reply.addresses_option(code::DNS).len(), 2, "not asked for: the network's own stays");
    assert_eq!((reply.siaddr, reply.file), (ip(9), b"boot".to_vec()));
}

#[test]
fn the_most_specific_network_counts() {
    let mut bench = Bench::new();
    let mut narrow = network();
    narrow.address = "221.167.154.252/30".parse().unwrap();
    narrow.netmask = 25;
    narrow.gateway = vec![ip(2)];
    bench.server.set_networks(vec![network(), narrow]);
    bench.packet(&discover(1));
    bench.pass(PROBE_TIME);
    let reply = bench.reply().message;
    assert_eq!(reply.address_option(code::ROUTER), Some(ip(2)));
    assert_eq!(reply.option(code::SUBNET_MASK), Some(&[255, 255, 255, 128][..]));
    bench.server.set_networks(Vec::new());
    bench.packet(&discover(1));
    let reply = bench.reply().message;
    assert_eq!((reply.option(code::SUBNET_MASK), reply.option(code::ROUTER)), (None, None));
}

#[test]
fn inform_gets_parameters_without_a_lease() {
    let mut bench = Bench::new();
    let mut inform = message(1, MessageType::Inform);
    inform.ciaddr = ip(40);
    bench.packet(&inform);
    let reply = bench.reply();
    assert_eq!(reply.to, Destination::Client { address: ip(40) });
    let codes: Vec<u8> = reply.message.options.iter().map(|(code, _)| *code).collect();
    assert_eq!((codes, reply.message.yiaddr), (vec![53, 54, 1, 3, 6], Ipv4Addr::UNSPECIFIED));
    assert_eq!(bench.server.leases().count(), 0);
}

#[test]
fn thresholds_limits_and_an_empty_pool() {
    let mut bench = Bench::with(|config| config.delay_threshold = Some(Duration::from_secs(3)));
    let mut message = discover(1);
    bench.packet(&message);
    assert_eq!(bench.server.leases().count(), 0);
    message.secs = 3;
    bench.packet(&message);
    assert_eq!(bench.server.leases().count(), 1);

    let mut bench = Bench::with(|config| config.client_mac_limit = Some(2));
    for id in 0..3 {
        let mut message = discover(1);
        message.set(code::CLIENT_ID, [1, id]);
        bench.packet(&message);
    }
    assert_eq!(bench.server.leases().count(), 2, "a new client id is a new client, up to the limit");

    let mut bench = Bench::new();
    bench.set_range(250, 250);
    bench.bind_at(1, ip(250));
    let _ = bench.logs();
    bench.packet(&discover(2));
    assert_eq!(bench.logs(), ["dhcp,error server1 failed to give out IP address: pool <pool1> is empty"]);
}

#[test]
fn radius_is_asked_and_matchers_choose_the_pool() {
    let mut bench = Bench::with(|config| config.use_radius = true);
    bench.packet(&discover(1));
    bench.pass(PROBE_TIME);
    let id = bench.only_lease().id;
    assert!(bench.out.contains(&Output::Authorize { lease: id }) && bench.replies().is_empty());
    bench.input(Input::Authorized { lease: id, accept: true });
    assert_eq!(bench.reply().message.message_type(), Some(MessageType::Offer));
    assert!(bench.only_lease().radius);
    bench.packet(&discover(2));
    bench.pass(PROBE_TIME);
    let second = bench.server.leases().nth(1).unwrap().id;
    bench.input(Input::Authorized { lease: second, accept: false });
    assert_eq!(bench.server.leases().count(), 1);

    let mut bench = Bench::new();
    bench.add_pool(7, 30, 40);
    bench.server.set_matchers(vec![Matcher {
        server: None,
        code: code::CLASS_ID,
        value: b"phone".to_vec(),
        matching_type: MatchingType::Substring,
        pool: Some(dhcp::pool::PoolId(7)),
        options: Vec::new(),
    }]);
    let mut message = discover(1);
    message.set(code::CLASS_ID, *b"a phone 3");
    bench.packet(&message);
    assert_eq!(bench.probed(), Some(ip(40)));
}

#[test]
fn the_debug_log_has_routeros_lines() {
    let mut bench = Bench::new();
    bench.server.set_debug(true);
    let mut message = discover(1);
    message.set(code::CLIENT_ID, [1, 0xc4, 0x5d]);
    bench.packet(&message);
    let logs = bench.logs();
    assert_eq!(logs[0], "dhcp,debug server1 received discover id 1 from 0.0.0.0 '1:c4:5d'");
    for line in [
        "dhcp,debug,packet     Msg-Type = discover",
        "dhcp,debug,packet     Host-Name = \"pc1\"",
        "dhcp,debug,packet     Client-Id = 01-C4-5D",
        "dhcp,debug,packet     Parameter-List = Subnet-Mask,Router,Domain-Server,Unknown(28),Renewal-Time,Rebinding-Time",
    ] {
        assert!(logs.contains(&line.to_owned()), "{line} in {logs:#?}");
    }
}

#[test]
fn overlapping_pools_do_not_lease_an_address_twice() {
    let mut bench = Bench::new();
    bench.bind(1);
    bench.bind_at(2, ip(253));
    bench.add_pool(9, 250, 254);
    let config =
        ServerConfig { pool: Some(dhcp::pool::PoolId(9)), ..bench.server.server(SERVER).unwrap().clone() };
    bench.server.set_server(SERVER, config, &mut bench.pools);
    bench.bind_at(3, ip(252));
    assert_eq!(bench.pools.counts(dhcp::pool::PoolId(9)), (5, 1));
    // The leases stay over the change.
    bench.packet(&renewing(1, ip(254)));
    assert_eq!(bench.reply().message.message_type(), Some(MessageType::Ack));
}

#[test]
fn a_removed_server_takes_its_leases_along() {
    let mut bench = Bench::new();
    bench.bind(1);
    bench.server.remove_server(bench.now, SERVER, &mut bench.pools, &mut bench.out);
    assert_eq!((bench.server.leases().count(), bench.pools.used().count()), (0, 0));
    assert!(bench.server.deadline().is_none());
}
