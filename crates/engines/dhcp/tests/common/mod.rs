//! A server with one pool on the network of the lab bridge-44, and messages of clients.

use clock::{Duration, Instant};
use dhcp::message::{Message, MessageType, code};
use dhcp::pool::{PoolConfig, PoolId, Pools};
use dhcp::server::*;
use std::net::Ipv4Addr;
use wire::Mac;

pub(crate) const POOL: PoolId = PoolId(1);
pub(crate) const SERVER: ServerId = ServerId(1);
pub(crate) const INTERFACE: InterfaceId = InterfaceId(3);

pub(crate) fn ip(last: u8) -> Ipv4Addr {
    Ipv4Addr::new(221, 167, 154, last)
}

pub(crate) fn mac(n: u8) -> Mac {
    Mac([2, 0, 0, 0, 0, n])
}

pub(crate) fn network() -> Network {
    let mut network = Network::new("221.167.154.0/24".parse().expect("a prefix"));
    network.gateway = vec![ip(1)];
    network.dns = Servers::List(vec![Ipv4Addr::new(8, 8, 8, 8), Ipv4Addr::new(8, 8, 4, 4)]);
    network.ntp = Servers::None;
    network
}

pub(crate) fn message(client: u8, kind: MessageType) -> Message {
    let mut message = Message::request(client.into(), mac(client));
    message.set(code::MESSAGE_TYPE, [kind as u8]);
    message.set(code::HOST_NAME, format!("pc{client}"));
    message.set(code::PARAMETER_LIST, [1, 3, 6, 28, 58, 59]);
    message
}

pub(crate) fn discover(client: u8) -> Message {
    message(client, MessageType::Discover)
}

pub(crate) fn selecting(client: u8, address: Ipv4Addr) -> Message {
    let mut message = init_reboot(client, address);
    message.set(code::SERVER_ID, ip(1).octets());
    message
}

pub(crate) fn init_reboot(client: u8, address: Ipv4Addr) -> Message {
    let mut message = message(client, MessageType::Request);
    message.set(code::REQUESTED_IP, address.octets());
    message
}

pub(crate) fn renewing(client: u8, address: Ipv4Addr) -> Message {
    let mut message = message(client, MessageType::Request);
    message.ciaddr = address;
    message
}

pub(crate) struct Bench {
    pub(crate) server: Server,
    pub(crate) pools: Pools,
    pub(crate) now: Instant,
    pub(crate) out: Vec<Output>,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut ServerConfig)) -> Self {
        let mut bench =
            Self { server: Server::new(), pools: Pools::default(), now: Instant::START, out: Vec::new() };
        bench.set_range(2, 254);
        let mut config = ServerConfig::new("server1", INTERFACE);
        config.addresses = vec!["221.167.154.1/24".parse().expect("a prefix")];
        config.pool = Some(POOL);
        config.lease_time = Duration::from_mins(10);
        change(&mut config);
        bench.server.set_server(SERVER, config, &mut bench.pools);
        bench.server.set_networks(vec![network()]);
        let facts = RouterFacts { host_name: "r1".into(), dns: vec![ip(1)], ntp: vec![ip(1)] };
        bench.server.set_facts(facts);
        bench
    }

    pub(crate) fn set_range(&mut self, first: u8, last: u8) {
        self.add_pool(POOL.0, first, last);
    }

    pub(crate) fn add_pool(&mut self, id: u32, first: u8, last: u8) {
        let ranges = vec![(ip(first), ip(last))];
        self.pools.set(PoolId(id), PoolConfig { name: format!("pool{id}"), ranges, next_pool: None });
    }

    pub(crate) fn input(&mut self, input: Input<'_>) {
        self.server.handle(self.now, input, &mut self.pools, &mut self.out);
    }

    pub(crate) fn packet(&mut self, message: &Message) {
        self.packet_from(message.mac(), message);
    }

    pub(crate) fn packet_from(&mut self, src_mac: Mac, message: &Message) {
        let payload = message.encode();
        self.input(Input::Packet { interface: INTERFACE, src_mac, payload: &payload, random: 0 });
    }

    pub(crate) fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(at) = self.server.deadline().filter(|at| *at <= end) {
            self.now = self.now.max(at);
            self.server.wake(self.now, &mut self.pools, &mut self.out);
        }
        self.now = end;
    }

    pub(crate) fn bind(&mut self, client: u8) {
        self.bind_at(client, ip(254));
    }

    /// The whole exchange; the client must get `address`.
    pub(crate) fn bind_at(&mut self, client: u8, address: Ipv4Addr) {
        let _ = self.replies();
        self.packet(&discover(client));
        self.pass(PROBE_TIME);
        assert_eq!(self.reply().message.yiaddr, address);
        self.packet(&selecting(client, address));
        assert_eq!(self.reply().message.message_type(), Some(MessageType::Ack));
    }

    /// Takes the replies out of what came out.
    pub(crate) fn replies(&mut self) -> Vec<Reply> {
        let mut replies = Vec::new();
        self.out.retain(|output| match output {
            Output::Send(reply) => {
                replies.push((**reply).clone());
                false
            }
            _ => true,
        });
        replies
    }

    pub(crate) fn reply(&mut self) -> Reply {
        let mut replies = self.replies();
        assert_eq!(replies.len(), 1, "one reply");
        replies.remove(0)
    }

    pub(crate) fn probed(&mut self) -> Option<Ipv4Addr> {
        let at = self.out.iter().position(|output| matches!(output, Output::Probe { .. }))?;
        match self.out.remove(at) {
            Output::Probe { address, .. } => Some(address),
            _ => None,
        }
    }

    pub(crate) fn logs(&mut self) -> Vec<String> {
        let mut logs = Vec::new();
        self.out.retain(|output| match output {
            Output::Log { topics, text } => {
                logs.push(format!("{topics} {text}"));
                false
            }
            _ => true,
        });
        logs
    }

    pub(crate) fn changes(&mut self) -> Vec<(Option<Status>, Option<Status>)> {
        let mut changes = Vec::new();
        self.out.retain(|output| match output {
            Output::LeaseChanged { from, to, .. } => {
                changes.push((*from, *to));
                false
            }
            _ => true,
        });
        changes
    }

    pub(crate) fn only_lease(&self) -> &Lease {
        assert_eq!(self.server.leases().count(), 1);
        self.server.leases().next().expect("one lease")
    }
}
