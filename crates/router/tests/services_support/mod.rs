//! A router with taps on its ports: a tap sends what a test tells it and keeps what it gets.
#![allow(dead_code, reason = "each test file uses a part of it")]

use clock::{Duration, Instant};
use core::net::Ipv4Addr;
use dhcp::message::{Message, MessageType, code};
use router::{PortSpec, Router, RouterSpec};
use sim::{Context, LinkParams, Node, NodeId, Port, World, WorldBuilder};
use std::fmt::Write;
use wire::ethernet::{EtherType, HEADER_LEN};
use wire::ipv4::{self, Protocol};
use wire::{Frame, Mac, ethernet, udp};

const ROUTER: NodeId = NodeId(0);
const PORTS: u16 = 4;

/// The end of a cable: keeps frames.
#[derive(Clone, Default)]
pub(crate) struct Tap {
    frames: Vec<Vec<u8>>,
}

#[derive(Clone)]
enum Device {
    Router(Box<Router>),
    Tap(Tap),
}

impl Node for Device {
    type Drop = router::Drop;

    fn receive(&mut self, cx: &mut Context<'_, Self::Drop>, port: Port, frame: Frame) {
        match self {
            Self::Router(router) => router.receive(cx, port, frame),
            Self::Tap(tap) => {
                tap.frames.push(frame.bytes().to_vec());
                cx.deliver(frame);
            }
        }
    }
    fn carrier(&mut self, cx: &mut Context<'_, Self::Drop>, port: Port, up: bool) {
        if let Self::Router(router) = self {
            router.carrier(cx, port, up);
        }
    }
    fn wake(&mut self, cx: &mut Context<'_, Self::Drop>) {
        if let Self::Router(router) = self {
            router.wake(cx);
        }
    }
    fn deadline(&self) -> Option<Instant> {
        match self {
            Self::Router(router) => router.deadline(),
            Self::Tap(_) => None,
        }
    }
    fn held(&self) -> usize {
        match self {
            Self::Router(router) => router.held(),
            Self::Tap(_) => 0,
        }
    }
    fn describe_drop(&self, reason: &Self::Drop) -> String {
        match self {
            Self::Router(router) => router.describe_drop(reason),
            Self::Tap(_) => String::new(),
        }
    }
}

/// A router with four ports, ether1 to ether4, and a tap on each.
pub(crate) struct Net {
    world: World<Device>,
}

pub(crate) fn router_mac(port: u8) -> Mac {
    Mac([2, 0, 0, 0, 1, port])
}

pub(crate) fn client_mac(n: u8) -> Mac {
    Mac([2, 0, 0, 0, 2, n])
}

pub(crate) fn spec() -> RouterSpec {
    let ports =
        (1..=PORTS as u8).map(|n| PortSpec { name: format!("ether{n}"), mac: router_mac(n) }).collect();
    RouterSpec { name: "r1".into(), ports, version: "7.24".into(), seed: 1 }
}

impl Net {
    /// The router with this configuration, at time 0 with all cables up.
    pub(crate) fn new(config: &str) -> Self {
        Self::of(Router::new(&spec()), config)
    }

    /// The same on a board.
    pub(crate) fn on(board: &'static router::Board, config: &str) -> Self {
        let mut router = Router::new(&spec());
        router.set_board(board);
        Self::of(router, config)
    }

    fn of(router: Router, config: &str) -> Self {
        let mut builder = WorldBuilder::new();
        builder.add_node("r1", Device::Router(Box::new(router))).unwrap();
        for port in 0..PORTS {
            let tap = builder.add_node(&format!("tap{}", port + 1), Device::Tap(Tap::default())).unwrap();
            let name = format!("ether{}", port + 1);
            builder
                .connect(
                    (ROUTER, Port(port), &name),
                    (tap, Port(0), "eth1"),
                    LinkParams::default(),
                    LinkParams::default(),
                )
                .unwrap();
        }
        let mut net = Self { world: builder.build(1) };
        net.world.run_until(Instant::START).unwrap();
        let said = net.run(config);
        assert_eq!(said, "", "the configuration is taken");
        net
    }

    /// Runs console text; what it printed, and its faults.
    pub(crate) fn run(&mut self, text: &str) -> String {
        let text = text.to_owned();
        self.world.with_node(ROUTER, |device, cx| {
            let Device::Router(router) = device else { return String::new() };
            let id = router.execute(cx, &text);
            let Some(result) = router.take_result(id) else { return "(goes on)".into() };
            result.output.to_string()
        })
    }

    /// The value of an expression.
    pub(crate) fn value(&mut self, expression: &str) -> String {
        self.run(&format!(":put ({expression})")).trim_end().to_owned()
    }

    /// Commands with what each printed.
    pub(crate) fn transcript(&mut self, commands: &[&str]) -> String {
        let mut text = String::new();
        for command in commands {
            let _ = write!(text, "> {command}\n{}", self.run(command));
        }
        text
    }

    /// Lets time pass.
    pub(crate) fn pass(&mut self, span: Duration) {
        let until = self.world.now() + span;
        self.world.run_until(until).unwrap();
    }

    /// The tap on ether`n` sends a frame; a millisecond passes.
    pub(crate) fn send(&mut self, n: u32, bytes: &[u8]) {
        self.world.with_node(NodeId(n), |_, cx| {
            let frame = cx.frame(bytes);
            cx.send(Port(0), frame);
        });
        self.pass(Duration::from_millis(1));
    }

    /// What the tap on ether`n` got since the last time.
    pub(crate) fn got(&mut self, n: u32) -> Vec<Vec<u8>> {
        match self.world.node_mut(NodeId(n)) {
            Device::Tap(tap) => std::mem::take(&mut tap.frames),
            Device::Router(_) => Vec::new(),
        }
    }

    /// Each frame that was made is accounted for.
    pub(crate) fn assert_conserved(&self) {
        self.world.check_conservation().unwrap();
    }

    /// A client on ether`n` sends a DHCP message to everybody.
    pub(crate) fn broadcast(&mut self, n: u32, client: Mac, message: &Message) {
        let frame = udp_frame(
            (client, Ipv4Addr::UNSPECIFIED, 68),
            (Mac::BROADCAST, Ipv4Addr::BROADCAST, 67),
            &message.encode(),
        );
        self.send(n, &frame);
    }

    /// The DHCP messages among what the tap got.
    pub(crate) fn replies(&mut self, n: u32) -> Vec<Message> {
        self.got(n).iter().filter_map(|frame| dhcp_of(frame)).collect()
    }

    /// A client gets a lease: the acknowledged address.
    pub(crate) fn lease(&mut self, n: u32, client: u8) -> Option<Ipv4Addr> {
        self.broadcast(n, client_mac(client), &discover(client));
        self.pass(Duration::from_secs(1));
        let offer = self.replies(n).into_iter().find(|m| m.message_type() == Some(MessageType::Offer))?;
        let server = offer.address_option(code::SERVER_ID)?;
        self.broadcast(n, client_mac(client), &request(client, offer.yiaddr, server));
        let answers = self.replies(n);
        answers.into_iter().find(|m| m.message_type() == Some(MessageType::Ack)).map(|ack| ack.yiaddr)
    }
}

/// A UDP packet in an Ethernet frame.
pub(crate) fn udp_frame(from: (Mac, Ipv4Addr, u16), to: (Mac, Ipv4Addr, u16), payload: &[u8]) -> Vec<u8> {
    let mut pool = wire::Pool::default();
    let mut frame = pool.alloc(payload.len() + 64);
    frame.extend_from_slice(payload);
    udp::Repr { source_port: from.2, destination_port: to.2 }.push(from.1, to.1, &mut frame);
    let header = ipv4::Repr {
        ttl: 64,
        protocol: Protocol::UDP,
        source: from.1,
        destination: to.1,
        ..ipv4::Repr::default()
    };
    header.push(&mut frame);
    ethernet::Repr { destination: to.0, source: from.0, ethertype: EtherType::IPV4 }.push(&mut frame);
    let bytes = frame.bytes().to_vec();
    pool.free(frame);
    bytes
}

/// The DHCP message in a frame to port 68.
pub(crate) fn dhcp_of(frame: &[u8]) -> Option<Message> {
    let packet = ipv4::View::new(frame.get(HEADER_LEN..)?).ok()?;
    if packet.protocol() != Protocol::UDP {
        return None;
    }
    let udp = udp::View::new(packet.payload()).ok()?;
    (udp.destination_port() == 68).then(|| Message::parse(udp.payload()).ok())?
}

pub(crate) fn discover(client: u8) -> Message {
    let mut message = Message::request(u32::from(client), client_mac(client));
    message.set(code::MESSAGE_TYPE, [MessageType::Discover as u8]);
    message.set(code::HOST_NAME, format!("pc{client}"));
    message.set(code::PARAMETER_LIST, [1, 3, 6, 15]);
    message
}

pub(crate) fn request(client: u8, address: Ipv4Addr, server: Ipv4Addr) -> Message {
    let mut message = discover(client);
    message.set(code::MESSAGE_TYPE, [MessageType::Request as u8]);
    message.set(code::REQUESTED_IP, address.octets());
    message.set(code::SERVER_ID, server.octets());
    message
}

/// A client that holds `address` asks to keep it, by broadcast (rebinding).
pub(crate) fn rebind(client: u8, address: Ipv4Addr) -> Message {
    let mut message = discover(client);
    message.set(code::MESSAGE_TYPE, [MessageType::Request as u8]);
    message.ciaddr = address;
    message
}
