//! Clients and a server on one wire, with losses, squatters and people who interfere: no address is used twice, all
//! addresses come from the pool, a bound client keeps its address, and in the end everybody has one.

use clock::{Duration, Instant};
use dhcp::client::{self, Client, ClientConfig};
use dhcp::pool::{PoolConfig, PoolId, Pools};
use dhcp::server::{self, Destination, InterfaceId, LeaseId, Network, Server, ServerConfig, ServerId};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use wire::Mac;

const WIRE: Duration = Duration::from_millis(1);
const POOL: PoolId = PoolId(1);

fn ip(last: u8) -> Ipv4Addr {
    Ipv4Addr::new(10, 0, 0, last)
}

#[derive(Clone, Debug)]
enum Arrival {
    AtServer { from: usize, payload: Vec<u8> },
    AtClient { to: usize, payload: Vec<u8> },
    ServerProbeAnswer(Ipv4Addr),
    ClientProbeAnswer { to: usize, address: Ipv4Addr },
}

#[derive(Clone, Debug)]
enum Op {
    Restart(usize),
    Release(usize),
    Renew(usize),
    RemoveLease(u32),
    MakeStatic(u32),
    CheckStatus(u32),
    Pass(u64),
}

struct Net {
    now: Instant,
    server: Server,
    pools: Pools,
    clients: Vec<Client>,
    /// The address that each client probed for last.
    probing: Vec<Option<Ipv4Addr>>,
    squatters: Vec<Ipv4Addr>,
    wire: BTreeMap<(Instant, u64), Arrival>,
    sent: u64,
    random: u64,
    /// Of 100 messages, this many are lost.
    loss: u64,
    held: BTreeMap<usize, Ipv4Addr>,
    pool_size: u8,
}

impl Net {
    fn new(clients: usize, pool_size: u8, squatters: &[u8], loss: u64, seed: u64) -> Self {
        let mut pools = Pools::default();
        let ranges = vec![(ip(1), ip(pool_size))];
        pools.set(POOL, PoolConfig { name: "pool".into(), ranges, next_pool: None });
        let mut server = Server::new();
        let mut config = ServerConfig::new("dhcp1", InterfaceId(1));
        // The server's own address lies in the pool: it must not be given away.
        config.addresses = vec!["10.0.0.1/24".parse().expect("a prefix")];
        config.pool = Some(POOL);
        config.lease_time = Duration::from_mins(10);
        server.set_server(ServerId(1), config, &mut pools);
        server.set_networks(vec![Network::new("10.0.0.0/24".parse().expect("a prefix"))]);
        let new_client = |n: usize| {
            let mac = Mac([2, 0, 0, 0, 0, n as u8]);
            Client::new(match n % 2 {
                0 => ClientConfig::dhclient("eth1", mac, "pc"),
                _ => ClientConfig::routeros("client1", "ether1", mac, "r"),
            })
        };
        Self {
            now: Instant::START,
            server,
            pools,
            clients: (0..clients).map(new_client).collect(),
            probing: vec![None; clients],
            squatters: squatters.iter().map(|last| ip(*last)).collect(),
            wire: BTreeMap::new(),
            sent: 0,
            random: seed | 1,
            loss,
            held: BTreeMap::new(),
            pool_size,
        }
    }

    fn draw(&mut self) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn post(&mut self, arrival: Arrival) {
        let lossy = matches!(arrival, Arrival::AtServer { .. } | Arrival::AtClient { .. });
        if lossy && self.draw() >> 32 < (self.loss << 32) / 100 {
            return;
        }
        self.sent += 1;
        self.wire.insert((self.now + WIRE, self.sent), arrival);
    }

    fn holder(&self, address: Ipv4Addr) -> Option<usize> {
        self.clients
            .iter()
            .position(|client| client.binding().is_some_and(|binding| binding.address == address))
    }

    /// Whether somebody but `who` answers a probe for `address`.
    fn in_use(&self, address: Ipv4Addr, who: Option<usize>) -> bool {
        let checking = |n: &usize| {
            self.clients[*n].state() == client::State::Checking && self.probing[*n] == Some(address)
        };
        self.squatters.contains(&address)
            || (0..self.clients.len())
                .any(|n| Some(n) != who && (self.holder(address) == Some(n) || who.is_some() && checking(&n)))
    }

    fn server_output(&mut self, out: Vec<server::Output>) {
        for output in out {
            match output {
                server::Output::Send(reply) => {
                    let payload = reply.message.encode();
                    let all: Vec<usize> = match reply.to {
                        Destination::Broadcast => (0..self.clients.len()).collect(),
                        Destination::Direct { mac, .. } => self
                            .clients
                            .iter()
                            .position(|client| client.config().mac == mac)
                            .into_iter()
                            .collect(),
                        Destination::Client { address } => self.holder(address).into_iter().collect(),
                        Destination::Relay { .. } => panic!("there is no relay"),
                    };
                    for to in all {
                        self.post(Arrival::AtClient { to, payload: payload.clone() });
                    }
                }
                server::Output::Probe { address, .. } => {
                    assert_ne!(address, ip(1));
                    if self.in_use(address, None) {
                        self.post(Arrival::ServerProbeAnswer(address));
                    }
                }
                server::Output::Authorize { .. } => panic!("there is no RADIUS"),
                server::Output::LeaseChanged { .. } | server::Output::Log { .. } => {}
            }
        }
    }

    fn client_output(&mut self, from: usize, out: Vec<client::Output>) {
        for output in out {
            match output {
                client::Output::Send { message, .. } => {
                    self.post(Arrival::AtServer { from, payload: message.encode() });
                }
                client::Output::Probe { address } => {
                    self.probing[from] = Some(address);
                    if self.in_use(address, Some(from)) {
                        self.post(Arrival::ClientProbeAnswer { to: from, address });
                    }
                }
                client::Output::Bound { binding, renewed } => {
                    let before = self.held.insert(from, binding.address);
                    assert_eq!(
                        before,
                        renewed.then_some(binding.address),
                        "a bound client keeps its address"
                    );
                }
                client::Output::Lost { binding, .. } => {
                    assert_eq!(self.held.remove(&from), Some(binding.address));
                }
                client::Output::Log { .. } => {}
            }
        }
    }

    fn client(&mut self, n: usize, input: client::Input<'_>) {
        let random = self.draw();
        let mut out = Vec::new();
        self.clients[n].handle(self.now, input, random, &mut out);
        self.client_output(n, out);
        self.check();
    }

    fn arrive(&mut self, arrival: Arrival) {
        let mut out = Vec::new();
        match arrival {
            Arrival::AtServer { from, payload } => {
                let src_mac = self.clients[from].config().mac;
                let random = self.draw();
                let input =
                    server::Input::Packet { interface: InterfaceId(1), src_mac, payload: &payload, random };
                self.server.handle(self.now, input, &mut self.pools, &mut out);
            }
            Arrival::AtClient { to, payload } => self.client(to, client::Input::Packet { payload: &payload }),
            Arrival::ServerProbeAnswer(address) => {
                let input = server::Input::ProbeAnswered { address };
                self.server.handle(self.now, input, &mut self.pools, &mut out);
            }
            Arrival::ClientProbeAnswer { to, address } => {
                self.client(to, client::Input::ProbeAnswered { address });
            }
        }
        self.server_output(out);
        self.check();
    }

    fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        loop {
            let wire = self.wire.keys().next().map(|(at, _)| *at);
            let clients = self.clients.iter().filter_map(Client::deadline).min();
            let next = [wire, self.server.deadline(), clients].into_iter().flatten().min();
            let Some(next) = next.filter(|next| *next <= end) else { break };
            assert!(next >= self.now, "time does not run back");
            self.now = next;
            if wire == Some(next) {
                if let Some((_, arrival)) = self.wire.pop_first() {
                    self.arrive(arrival);
                }
            } else if self.server.deadline() == Some(next) {
                let mut out = Vec::new();
                self.server.wake(next, &mut self.pools, &mut out);
                self.server_output(out);
            } else {
                for n in 0..self.clients.len() {
                    let random = self.draw();
                    let mut out = Vec::new();
                    self.clients[n].wake(next, random, &mut out);
                    self.client_output(n, out);
                }
            }
            self.check();
        }
        self.now = end;
    }

    /// What must hold at every moment.
    fn check(&self) {
        let mut addresses: Vec<Ipv4Addr> = self.held.values().copied().collect();
        addresses.sort_unstable();
        assert!(addresses.windows(2).all(|pair| pair[0] != pair[1]), "twice: {addresses:?}");
        assert!(addresses.iter().all(|address| (ip(2)..=ip(self.pool_size)).contains(address)));
        assert!(addresses.iter().all(|address| !self.squatters.contains(address)));
        for (n, client) in self.clients.iter().enumerate() {
            assert_eq!(client.binding().map(|binding| binding.address), self.held.get(&n).copied());
        }
        let mut leased: Vec<Ipv4Addr> = self.server.leases().filter_map(|lease| lease.address).collect();
        let mut used: Vec<Ipv4Addr> = self.pools.used().map(|used| used.address).collect();
        leased.sort_unstable();
        used.sort_unstable();
        assert_eq!(leased, used, "each lease has its address and each used address its lease");
    }

    fn lease(&self, n: u32) -> Option<LeaseId> {
        let leases: Vec<LeaseId> = self.server.leases().map(|lease| lease.id).collect();
        leases.get((n as usize).checked_rem(leases.len())?).copied()
    }

    fn run(&mut self, op: &Op) {
        match *op {
            Op::Restart(n) => {
                self.client(n, client::Input::Stop);
                self.client(n, client::Input::Start);
            }
            Op::Release(n) => {
                self.client(n, client::Input::Release);
                self.client(n, client::Input::Start);
            }
            Op::Renew(n) => self.client(n, client::Input::Renew),
            Op::RemoveLease(n) => {
                if let Some(id) = self.lease(n) {
                    let mut out = Vec::new();
                    self.server.remove(self.now, id, &mut self.pools, &mut out);
                    self.server_output(out);
                }
            }
            Op::MakeStatic(n) => {
                if let Some(id) = self.lease(n) {
                    self.server.make_static(id, &mut self.pools);
                }
            }
            Op::CheckStatus(n) => {
                if let Some(id) = self.lease(n) {
                    let mut out = Vec::new();
                    self.server.check_status(self.now, id, &mut out);
                    self.server_output(out);
                }
            }
            Op::Pass(millis) => self.pass(Duration::from_millis(millis)),
        }
        self.check();
    }
}

const CLIENTS: usize = 5;

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        2 => (0..CLIENTS).prop_map(Op::Restart),
        1 => (0..CLIENTS).prop_map(Op::Release),
        1 => (0..CLIENTS).prop_map(Op::Renew),
        1 => any::<u32>().prop_map(Op::RemoveLease),
        1 => any::<u32>().prop_map(Op::MakeStatic),
        1 => any::<u32>().prop_map(Op::CheckStatus),
        4 => (0u64..400_000).prop_map(Op::Pass),
        4 => (0u64..3_000).prop_map(Op::Pass),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn no_address_is_used_twice_and_everybody_gets_one(
        seed: u64,
        loss in 0u64..60,
        squatters in prop::collection::vec(2u8..12, 0..3),
        ops in prop::collection::vec(op(), 0..40),
    ) {
        // Room for every client, every squatter and the server.
        let mut net = Net::new(CLIENTS, 24, &squatters, loss, seed);
        for n in 0..CLIENTS {
            net.client(n, client::Input::Start);
        }
        for op in &ops {
            net.run(op);
        }
        net.loss = 0;
        net.pass(Duration::from_mins(30));
        prop_assert_eq!(net.held.len(), CLIENTS);
        let before = net.held.clone();
        net.pass(Duration::from_hours(2));
        prop_assert_eq!(&net.held, &before, "renewals keep the address");
    }

    #[test]
    fn any_bytes_leave_the_server_whole(
        seed: u64,
        tail in prop::collection::vec(any::<u8>(), 0..80),
        flips in prop::collection::vec((0usize..300, any::<u8>()), 0..20),
    ) {
        let mut net = Net::new(2, 8, &[], 0, seed);
        net.client(0, client::Input::Start);
        net.pass(Duration::from_secs(5));
        let mut message = dhcp::message::Message::request(7, Mac([2, 0, 0, 0, 0, 9])).encode();
        message.truncate(240);
        message.extend(&tail);
        message.resize(300, 0);
        for (at, byte) in flips {
            message[at] = byte;
        }
        net.arrive(Arrival::AtServer { from: 1, payload: message.clone() });
        net.client(0, client::Input::Packet { payload: &message });
        net.pass(Duration::from_hours(1));
        prop_assert_eq!(net.held.len(), 1);
    }
}

#[test]
fn an_hour_on_a_clean_wire_is_one_exchange_and_eleven_renewals() {
    let mut net = Net::new(3, 254, &[], 0, 1);
    for n in 0..3 {
        net.client(n, client::Input::Start);
    }
    net.pass(Duration::from_secs(3));
    let held: Vec<Ipv4Addr> = net.held.values().copied().collect();
    assert_eq!(held.len(), 3);
    assert!(held.iter().all(|address| (ip(252)..=ip(254)).contains(address)), "highest first");
    let sent = net.sent;
    net.pass(Duration::from_hours(1) - Duration::from_secs(3));
    assert_eq!(net.sent - sent, 3 * 11 * 2);
}
