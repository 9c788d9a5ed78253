//! `dhclient` against a scripted server on the same cable: what it prints, what it sets, when it renews.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use clock::{Duration, Instant};
use dhcp::message::{Message, MessageType, code};
use host::{Host, HostSpec, JobResult};
use sim::{Context, LinkParams, Node, NodeId, Port, World, WorldBuilder};
use std::net::Ipv4Addr;
use wire::ethernet::EtherType;
use wire::ipv4::Protocol;
use wire::{Frame, Mac, arp, ethernet, ipv4, udp};

const SERVER: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);
const SERVER_MAC: Mac = Mac([2, 0, 0, 0, 9, 9]);

/// Answers every DISCOVER and REQUEST with the next address of its list; answers ARP for addresses in `used`.
#[derive(Clone, Default)]
struct Server {
    silent: bool,
    refuse: bool,
    offers: Vec<u8>,
    used: Vec<u8>,
    heard: Vec<&'static str>,
}

#[derive(Clone)]
enum Device {
    Host(Box<Host>),
    Server(Server),
}

impl Server {
    fn answer(&mut self, cx: &mut Context<'_, host::Drop>, payload: &[u8]) {
        let request = Message::parse(payload).unwrap();
        let kind = request.message_type().unwrap();
        self.heard.push(kind.name());
        let address = Ipv4Addr::new(10, 0, 0, self.offers[0]);
        let mut reply = Message::reply_to(&request);
        let answer = match kind {
            MessageType::Discover => MessageType::Offer,
            MessageType::Request if self.refuse => MessageType::Nak,
            MessageType::Request => MessageType::Ack,
            MessageType::Decline => {
                self.offers.remove(0);
                return;
            }
            _ => return,
        };
        if self.silent {
            return;
        }
        reply.set(code::MESSAGE_TYPE, [answer as u8]);
        reply.set(code::SERVER_ID, SERVER.octets());
        if answer != MessageType::Nak {
            reply.yiaddr = address;
            reply.set(code::SUBNET_MASK, [255, 255, 255, 0]);
            reply.set(code::ROUTER, SERVER.octets());
            reply.set(code::DNS, [8, 8, 8, 8]);
            reply.set(code::DOMAIN, *b"lab");
            reply.set(code::LEASE_TIME, 600u32.to_be_bytes());
        }
        let payload = reply.encode();
        let mut frame = cx.frame(&payload);
        let to = if answer == MessageType::Nak { Ipv4Addr::BROADCAST } else { address };
        udp::Repr { source_port: 67, destination_port: 68 }.push(SERVER, to, &mut frame);
        let header =
            ipv4::Repr { protocol: Protocol::UDP, source: SERVER, destination: to, ..ipv4::Repr::default() };
        header.push(&mut frame);
        let destination = if answer == MessageType::Nak { Mac::BROADCAST } else { request.mac() };
        ethernet::Repr { destination, source: SERVER_MAC, ethertype: EtherType::IPV4 }.push(&mut frame);
        cx.send(Port(0), frame);
    }
}

impl Node for Device {
    type Drop = host::Drop;

    fn receive(&mut self, cx: &mut Context<'_, host::Drop>, port: Port, frame: Frame) {
        let server = match self {
            Self::Host(host) => return host.receive(cx, port, frame),
            Self::Server(server) => server,
        };
        let bytes = frame.bytes();
        let ethertype = ethernet::View::new(bytes).unwrap().ethertype();
        if ethertype == EtherType::ARP {
            let request = arp::Repr::parse(&bytes[14..]).unwrap();
            let last = request.target_ip.octets()[3];
            if request.target_ip == SERVER || server.used.contains(&last) {
                let mut reply = cx.alloc(42);
                arp::Repr::reply_to(&request, SERVER_MAC).build(&mut reply, request.sender_mac, SERVER_MAC);
                cx.send(Port(0), reply);
            }
        } else if let Ok(view) = ipv4::View::new(&bytes[14..])
            && let Ok(datagram) = udp::View::new(view.payload())
            && datagram.destination_port() == 67
        {
            let payload = datagram.payload().to_vec();
            server.answer(cx, &payload);
        }
        cx.deliver(frame);
    }
    fn carrier(&mut self, cx: &mut Context<'_, host::Drop>, port: Port, up: bool) {
        if let Self::Host(host) = self {
            host.carrier(cx, port, up);
        }
    }
    fn wake(&mut self, cx: &mut Context<'_, host::Drop>) {
        if let Self::Host(host) = self {
            host.wake(cx);
        }
    }
    fn deadline(&self) -> Option<Instant> {
        match self {
            Self::Host(host) => host.deadline(),
            Self::Server(_) => None,
        }
    }
    fn held(&self) -> usize {
        match self {
            Self::Host(host) => host.held(),
            Self::Server(_) => 0,
        }
    }
    fn describe_drop(&self, reason: &host::Drop) -> String {
        reason.to_string()
    }
}

fn world(server: Server) -> World<Device> {
    let mut builder = WorldBuilder::new();
    let pc = Host::new(HostSpec {
        name: "pc1".to_string(),
        ports: vec![("eth1".to_string(), Mac([2, 0, 0, 0, 3, 1]))],
        ..HostSpec::default()
    });
    let pc = builder.add_node("pc1", Device::Host(Box::new(pc))).unwrap();
    let server = builder.add_node("server", Device::Server(server)).unwrap();
    let params = LinkParams::default();
    builder.connect((pc, Port(0), "eth1"), (server, Port(0), "eth1"), params, params).unwrap();
    let mut world = builder.build(7);
    world.run_until(Instant::START).unwrap();
    world
}

fn run(world: &mut World<Device>, line: &str, within: Duration) -> Option<JobResult> {
    let id = world.with_node(NodeId(0), |device, cx| match device {
        Device::Host(host) => host.spawn(cx, line),
        Device::Server(_) => panic!("no host"),
    });
    pass(world, within);
    match world.node(NodeId(0)) {
        Device::Host(host) => host.job(id),
        Device::Server(_) => None,
    }
}

fn sh(world: &mut World<Device>, line: &str) -> String {
    run(world, line, Duration::ZERO).unwrap().stdout
}

fn pass(world: &mut World<Device>, time: Duration) {
    let until = world.now() + time;
    world.run_until(until).unwrap();
    world.check_conservation().unwrap();
}

fn heard(world: &World<Device>) -> Vec<&'static str> {
    match world.node(NodeId(1)) {
        Device::Server(server) => server.heard.clone(),
        Device::Host(_) => Vec::new(),
    }
}

#[test]
fn a_lease_sets_address_route_and_resolver_and_is_renewed() {
    let mut world = world(Server { offers: vec![5], ..Server::default() });
    let result = run(&mut world, "dhclient -v eth1", Duration::from_secs(5)).unwrap();
    assert_eq!((result.exit, result.stdout.as_str()), (0, ""));
    let lines: Vec<&str> = result.stderr.lines().collect();
    assert_eq!(
        lines[..8],
        [
            "Internet Systems Consortium DHCP Client 4.4.3-P1",
            "Copyright 2004-2022 Internet Systems Consortium.",
            "All rights reserved.",
            "For info, please visit https://www.isc.org/software/dhcp/",
            "",
            "Listening on LPF/eth1/02:00:00:00:03:01",
            "Sending on   LPF/eth1/02:00:00:00:03:01",
            "Sending on   Socket/fallback",
        ]
    );
    assert!(
        lines[8].starts_with("DHCPDISCOVER on eth1 to 255.255.255.255 port 67 interval "),
        "{}",
        lines[8]
    );
    assert_eq!(
        lines[9..12],
        [
            "DHCPOFFER of 10.0.0.5 from 10.0.0.1",
            "DHCPREQUEST for 10.0.0.5 on eth1 to 255.255.255.255 port 67",
            "DHCPACK of 10.0.0.5 from 10.0.0.1",
        ]
    );
    assert!(lines[12].starts_with("bound to 10.0.0.5 -- renewal in "), "{}", lines[12]);
    let shown = sh(&mut world, "ip -4 addr show eth1");
    assert!(shown.contains("    inet 10.0.0.5/24 brd 10.0.0.255 scope global dynamic eth1\n"), "{shown}");
    assert_eq!(
        sh(&mut world, "ip route"),
        "default via 10.0.0.1 dev eth1 \n10.0.0.0/24 dev eth1 proto kernel scope link src 10.0.0.5 \n"
    );
    assert_eq!(sh(&mut world, "cat /etc/resolv.conf"), "domain lab\nnameserver 8.8.8.8\n");
    assert_eq!(run(&mut world, "dhclient eth1", Duration::ZERO).unwrap().exit, 1, "it runs already");
    pass(&mut world, Duration::from_hours(1));
    let heard = heard(&world);
    assert_eq!(heard.iter().filter(|m| **m == "discover").count(), 1, "{heard:?}");
    assert!((11..=13).contains(&heard.iter().filter(|m| **m == "request").count()), "{heard:?}");
    assert!(sh(&mut world, "ip -4 addr show eth1").contains("inet 10.0.0.5/24"));
}

#[test]
fn release_gives_everything_back() {
    let mut world = world(Server { offers: vec![5], ..Server::default() });
    assert_eq!(run(&mut world, "dhclient eth1", Duration::from_secs(5)).unwrap(), JobResult::default());
    let result = run(&mut world, "dhclient -r eth1", Duration::from_secs(1)).unwrap();
    assert_eq!(result.stderr, "Killed old client process\n");
    assert_eq!(heard(&world).last(), Some(&"release"));
    assert_eq!(sh(&mut world, "ip -4 addr show eth1; ip route"), "");
    pass(&mut world, Duration::from_hours(1));
    assert_eq!(heard(&world).last(), Some(&"release"));
}

#[test]
fn without_a_server_it_gives_up_after_a_minute_and_tries_again_later() {
    let mut world = world(Server { offers: vec![5], silent: true, ..Server::default() });
    let once = run(&mut world, "dhclient -1 -v eth1", Duration::from_secs(61)).unwrap();
    assert_eq!(once.exit, 2);
    assert!(
        once.stderr.ends_with("No DHCPOFFERS received.\nUnable to obtain a lease on first try.  Exiting.\n")
    );
    let tries = heard(&world).len();
    pass(&mut world, Duration::from_mins(10));
    assert_eq!(heard(&world).len(), tries, "it has ended");
    let quiet = run(&mut world, "dhclient eth1", Duration::from_secs(61)).unwrap();
    assert_eq!(quiet, JobResult::default());
    if let Device::Server(server) = world.node_mut(NodeId(1)) {
        server.silent = false;
    }
    pass(&mut world, Duration::from_mins(4));
    assert_eq!(sh(&mut world, "ip -4 addr show eth1"), "", "asleep");
    pass(&mut world, Duration::from_mins(2));
    assert!(sh(&mut world, "ip -4 addr show eth1").contains("inet 10.0.0.5/24"));
}

#[test]
fn an_address_in_use_is_declined() {
    let mut world = world(Server { offers: vec![5, 6], used: vec![5], ..Server::default() });
    let result = run(&mut world, "dhclient -v eth1", Duration::from_secs(30)).unwrap();
    assert!(result.stderr.contains("DHCPDECLINE of 10.0.0.5 on eth1"), "{}", result.stderr);
    assert!(sh(&mut world, "ip -4 addr show eth1").contains("inet 10.0.0.6/24"));
}

#[test]
fn a_refused_or_lost_lease_goes_away() {
    let mut world = world(Server { offers: vec![5], ..Server::default() });
    run(&mut world, "dhclient eth1", Duration::from_secs(5)).unwrap();
    if let Device::Server(server) = world.node_mut(NodeId(1)) {
        server.silent = true;
    }
    pass(&mut world, Duration::from_mins(9));
    assert!(sh(&mut world, "ip -4 addr show eth1").contains("inet 10.0.0.5/24"), "rebinding");
    pass(&mut world, Duration::from_mins(2));
    assert_eq!(sh(&mut world, "ip -4 addr show eth1; ip route"), "");
    let error = run(&mut world, "dhclient eth7", Duration::ZERO).unwrap();
    assert_eq!(error.exit, 1);
    assert!(error.stderr.starts_with("Cannot find device \"eth7\"\n"));
}
