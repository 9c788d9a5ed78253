//! The client's messages and times: RFC 2131 tables 4 and 5, §4.1, §4.4.5.

use clock::{Duration, Instant};
use dhcp::client::*;
use dhcp::message::{Message, MessageType, code};
use std::net::Ipv4Addr;
use wire::Mac;

const MAC: Mac = Mac([2, 0, 0, 0, 0, 7]);
/// A draw whose upper half gives no jitter (the middle of ±1 s) and whose lower half is the transaction id.
const EVEN: u64 = (1_000_000_000 << 32) | 0xabcd;

fn ip(last: u8) -> Ipv4Addr {
    Ipv4Addr::new(10, 0, 0, last)
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

struct Bench {
    client: Client,
    now: Instant,
    out: Vec<Output>,
}

impl Bench {
    fn new(config: ClientConfig) -> Self {
        Self { client: Client::new(config), now: Instant::START, out: Vec::new() }
    }

    fn dhclient() -> Self {
        let config =
            ClientConfig { initial_delay: Duration::ZERO, ..ClientConfig::dhclient("eth1", MAC, "pc1") };
        Self::new(config)
    }

    fn routeros() -> Self {
        Self::new(ClientConfig::routeros("client1", "ether1", MAC, "r1"))
    }

    fn input(&mut self, input: Input<'_>) {
        self.client.handle(self.now, input, EVEN, &mut self.out);
    }

    /// Goes to the next deadline and gives the time that passed.
    fn step(&mut self) -> Duration {
        let at = self.client.deadline().expect("a deadline");
        let passed = at.since(self.now);
        self.now = self.now.max(at);
        self.client.wake(self.now, EVEN, &mut self.out);
        passed
    }

    fn reply(&mut self, kind: MessageType, address: Ipv4Addr, lease: u32) {
        let mut message = Message::request(0xabcd, MAC);
        message.reply = true;
        message.yiaddr = address;
        message.set(code::MESSAGE_TYPE, [kind as u8]);
        message.set(code::SERVER_ID, ip(1).octets());
        message.set(code::LEASE_TIME, lease.to_be_bytes());
        message.set(code::SUBNET_MASK, [255, 255, 255, 0]);
        message.set(code::ROUTER, ip(1).octets());
        let payload = message.encode();
        self.input(Input::Packet { payload: &payload });
    }

    fn sent(&mut self) -> (Destination, Ipv4Addr, Message) {
        let at = self.out.iter().position(|output| matches!(output, Output::Send { .. })).expect("a message");
        match self.out.remove(at) {
            Output::Send { to, source, message } => (to, source, *message),
            _ => unreachable!("the position is that of a message"),
        }
    }

    fn logs(&mut self) -> Vec<String> {
        let logs = self.out.iter().filter_map(|output| match output {
            Output::Log { topics, text } => Some(format!("{topics} {text}")),
            _ => None,
        });
        let logs = logs.collect();
        self.out.retain(|output| !matches!(output, Output::Log { .. }));
        logs
    }

    fn bind(&mut self, lease: u32) {
        self.input(Input::Start);
        self.step();
        self.reply(MessageType::Offer, ip(9), lease);
        self.reply(MessageType::Ack, ip(9), lease);
        self.step();
        assert_eq!(self.client.state(), State::Bound);
        self.out.clear();
    }
}

fn codes(message: &Message) -> Vec<u8> {
    message.options.iter().map(|(code, _)| *code).collect()
}

#[test]
fn the_whole_way_to_an_address() {
    let mut bench = Bench::routeros();
    assert_eq!(bench.client.state().status(), "stopped");
    bench.input(Input::Start);
    bench.step();
    assert_eq!(bench.client.state().status(), "searching...");
    let (to, source, discover) = bench.sent();
    assert_eq!((to, source), (Destination::Broadcast, Ipv4Addr::UNSPECIFIED));
    assert_eq!(codes(&discover), [53, 55, 12, 61]);
    assert_eq!(discover.option(code::PARAMETER_LIST), Some(&[1, 121, 3, 33, 6, 42, 138, 43][..]));
    assert!(discover.broadcast() && discover.ciaddr.is_unspecified());
    bench.reply(MessageType::Offer, ip(9), 600);
    assert_eq!(bench.client.state().status(), "requesting...");
    let (to, _, request) = bench.sent();
    assert_eq!(to, Destination::Broadcast);
    assert_eq!(codes(&request), [53, 54, 50, 55, 12, 61]);
    assert_eq!(
        (request.xid, request.secs, request.ciaddr),
        (discover.xid, discover.secs, Ipv4Addr::UNSPECIFIED)
    );
    assert_eq!(request.address_option(code::REQUESTED_IP), Some(ip(9)));
    bench.reply(MessageType::Ack, ip(9), 600);
    assert_eq!(bench.out, [Output::Probe { address: ip(9) }]);
    bench.out.clear();
    assert!(bench.client.binding().is_none(), "not before the probe is over");
    bench.step();
    assert_eq!(bench.logs(), ["dhcp,info client1 on ether1 got IP address 10.0.0.9"]);
    let [Output::Bound { binding, renewed: false }] = bench.out.as_slice() else { panic!("{:?}", bench.out) };
    assert_eq!((binding.address, binding.prefix_len, binding.server), (ip(9), 24, ip(1)));
    assert_eq!(binding.routers, [ip(1)]);
    // The times count from the REQUEST.
    assert_eq!(
        (binding.renew, binding.rebind, binding.expires),
        (Instant::START + secs(300), Instant::START + secs(525), Instant::START + secs(600))
    );
    assert_eq!(bench.client.state().status(), "bound");
}

#[test]
fn discover_and_request_are_sent_again_with_backoff() {
    let mut bench = Bench::dhclient();
    bench.input(Input::Start);
    bench.step();
    let waits: Vec<u64> = (0..7).map(|_| bench.step().as_secs()).collect();
    assert_eq!(waits, [4, 8, 16, 32, 64, 64, 64]);
    bench.out.clear();
    bench.reply(MessageType::Offer, ip(9), 600);
    let mut waits = Vec::new();
    while bench.client.state() == State::Requesting {
        waits.push(bench.step().as_secs());
    }
    assert_eq!(waits, [4, 8, 16, 32], "60 seconds, then from the start");
    let mut jitter = Vec::new();
    for random in [0u64, 2_000_000_000 << 32] {
        let mut bench = Bench::dhclient();
        bench.input(Input::Start);
        bench.client.wake(bench.now, random, &mut bench.out);
        jitter.push(bench.client.deadline().expect("a deadline").since(bench.now).as_secs());
    }
    assert_eq!(jitter, [3, 5]);
}

#[test]
fn renewing_rebinding_and_expiry() {
    let mut bench = Bench::routeros();
    bench.bind(3600);
    bench.step();
    assert_eq!((bench.client.state().status(), bench.now), ("renewing...", Instant::START + secs(1800)));
    let (to, source, request) = bench.sent();
    assert_eq!((to, source), (Destination::Server { address: ip(1) }, ip(9)));
    assert_eq!((codes(&request), request.ciaddr, request.broadcast()), (vec![53, 55, 12, 61], ip(9), false));
    let mut times = Vec::new();
    while bench.client.state().has_address() {
        bench.step();
        times.push((bench.client.state().status(), bench.now.since(Instant::START).as_secs()));
    }
    // T2 = 3150: half of what is left to it, at least 60 s; then half of what is left to 3600.
    let expected = [
        ("renewing...", 2475),
        ("renewing...", 2812),
        ("renewing...", 2981),
        ("renewing...", 3065),
        ("renewing...", 3125),
        ("rebinding...", 3150),
        ("rebinding...", 3375),
        ("rebinding...", 3487),
        ("rebinding...", 3547),
        ("searching...", 3600),
    ];
    assert_eq!(times, expected);
    assert!(bench.out.iter().any(|output| matches!(output, Output::Lost { reason: Lost::Expired, .. })));
    assert!(
        bench.logs().contains(&"dhcp,info client1 on ether1 lost IP address 10.0.0.9 - lease expired".into())
    );
    let rebinding = bench.out.iter().filter(|output| {
        matches!(output, Output::Send { to: Destination::Broadcast, source, message } if *source == ip(9) && message.ciaddr == ip(9))
    });
    assert_eq!(rebinding.count(), 4);
}

#[test]
fn an_ack_while_renewing_extends_the_lease_silently() {
    let mut bench = Bench::routeros();
    bench.bind(600);
    bench.step();
    bench.out.clear();
    bench.reply(MessageType::Ack, ip(8), 600);
    assert_eq!(bench.client.state(), State::Renewing, "another address is no extension");
    bench.reply(MessageType::Ack, ip(9), 600);
    let [Output::Bound { binding, renewed: true }] = bench.out.as_slice() else { panic!("{:?}", bench.out) };
    assert_eq!(binding.expires, Instant::START + secs(900));
}

#[test]
fn a_nak_takes_the_address_away() {
    let mut bench = Bench::routeros();
    bench.bind(600);
    bench.step();
    bench.out.clear();
    bench.reply(MessageType::Nak, Ipv4Addr::UNSPECIFIED, 0);
    assert!(matches!(bench.out.as_slice(), [Output::Log { .. }, Output::Lost { reason: Lost::Refused, .. }]));
    bench.step();
    let (_, _, discover) = bench.sent();
    assert_eq!(discover.option(code::REQUESTED_IP), None);
}

#[test]
fn an_address_in_use_is_declined_and_ten_seconds_pass() {
    let mut bench = Bench::dhclient();
    bench.input(Input::Start);
    bench.step();
    bench.reply(MessageType::Offer, ip(9), 600);
    bench.reply(MessageType::Ack, ip(9), 600);
    bench.out.clear();
    bench.input(Input::ProbeAnswered { address: ip(8) });
    assert_eq!(bench.client.state(), State::Checking);
    bench.input(Input::ProbeAnswered { address: ip(9) });
    let (to, source, decline) = bench.sent();
    assert_eq!(
        (to, source, decline.ciaddr),
        (Destination::Broadcast, Ipv4Addr::UNSPECIFIED, Ipv4Addr::UNSPECIFIED)
    );
    assert_eq!((decline.message_type(), codes(&decline)), (Some(MessageType::Decline), vec![53, 54, 50]));
    assert_eq!(bench.step(), secs(10));
    assert_eq!(bench.client.state(), State::Selecting);
}

#[test]
fn rfc_5227_probes_three_times() {
    let mut bench = Bench::routeros();
    let config = ClientConfig { check: Some(ConflictCheck::RFC_5227), ..bench.client.config().clone() };
    bench.client.configure(config);
    bench.input(Input::Start);
    bench.step();
    bench.reply(MessageType::Offer, ip(9), 600);
    bench.reply(MessageType::Ack, ip(9), 600);
    let waits: Vec<u64> = (0..3).map(|_| bench.step().as_millis()).collect();
    assert_eq!((waits, bench.client.state()), (vec![1500, 1500, 2000], State::Bound));
    assert_eq!(bench.out.iter().filter(|output| matches!(output, Output::Probe { .. })).count(), 3);
}

#[test]
fn an_earlier_lease_is_asked_for_by_init_reboot() {
    let mut bench = Bench::dhclient();
    bench.bind(600);
    bench.input(Input::Stop);
    assert!(matches!(bench.out.as_slice(), [Output::Lost { reason: Lost::Stopped, .. }]));
    bench.out.clear();
    bench.now += secs(20);
    bench.input(Input::Start);
    let (to, _, request) = bench.sent();
    assert_eq!((to, request.message_type()), (Destination::Broadcast, Some(MessageType::Request)));
    assert_eq!((codes(&request), request.ciaddr), (vec![53, 50, 55, 12], Ipv4Addr::UNSPECIFIED));
    // Nobody answers: after 10 seconds the client asks for any address, this one if it may.
    let mut waited = Duration::ZERO;
    while bench.client.state() == State::Rebooting {
        waited += bench.step();
    }
    assert_eq!(waited, secs(10));
    bench.out.retain(|output| matches!(output, Output::Send { message, .. } if message.message_type() == Some(MessageType::Discover)));
    assert_eq!(bench.sent().2.address_option(code::REQUESTED_IP), Some(ip(9)));
    // A lease that has run out is not asked for.
    let mut bench = Bench::dhclient();
    bench.bind(600);
    bench.input(Input::Stop);
    bench.now += secs(600);
    bench.input(Input::Start);
    assert_eq!(bench.client.state(), State::Starting);
}

#[test]
fn release_gives_the_address_back() {
    for (mut bench, after) in [(Bench::routeros(), State::Starting), (Bench::dhclient(), State::Stopped)] {
        bench.bind(600);
        bench.input(Input::Release);
        let (to, source, release) = bench.sent();
        assert_eq!((to, source, release.ciaddr), (Destination::Server { address: ip(1) }, ip(9), ip(9)));
        assert_eq!(release.message_type(), Some(MessageType::Release));
        assert!(
            release.option(code::PARAMETER_LIST).is_none() && release.option(code::REQUESTED_IP).is_none()
        );
        assert!(bench.out.iter().any(|output| matches!(output, Output::Lost { reason: Lost::Released, .. })));
        assert_eq!(bench.client.state(), after);
    }
}

#[test]
fn t1_and_t2_of_the_server_count_when_they_make_sense() {
    for (t1, t2, expected) in [
        (Some(100), Some(200), (100, 200)),
        (None, None, (300, 525)),
        (Some(500), Some(100), (100, 100)),
        (Some(50), Some(700), (50, 525)),
    ] {
        let mut ack = Message::request(1, MAC);
        ack.yiaddr = ip(9);
        ack.set(code::SERVER_ID, ip(1).octets());
        ack.set(code::LEASE_TIME, 600u32.to_be_bytes());
        for (code, seconds) in [(code::T1, t1), (code::T2, t2)] {
            if let Some(seconds) = seconds {
                ack.set(code, u32::to_be_bytes(seconds));
            }
        }
        let binding = Binding::from_ack(&ack, Instant::START).expect("a lease");
        let seconds = |at: Instant| at.since(Instant::START).as_secs();
        assert_eq!((seconds(binding.renew), seconds(binding.rebind)), expected, "{t1:?} {t2:?}");
        ack.set(code::LEASE_TIME, u32::MAX.to_be_bytes());
        assert_eq!(Binding::from_ack(&ack, Instant::START).expect("a lease").expires, Instant::NEVER);
    }
}

#[test]
fn what_is_not_for_this_client_is_not_heard() {
    let mut bench = Bench::routeros();
    bench.input(Input::Start);
    bench.step();
    bench.out.clear();
    for change in [
        |m: &mut Message| m.xid += 1,
        |m: &mut Message| m.chaddr[5] = 99,
        |m: &mut Message| m.reply = false,
        |m: &mut Message| m.options.retain(|(code, _)| *code != code::SERVER_ID),
        |m: &mut Message| m.yiaddr = Ipv4Addr::new(224, 0, 0, 1),
        |m: &mut Message| m.yiaddr = Ipv4Addr::UNSPECIFIED,
    ] {
        let mut message = Message::request(0xabcd, MAC);
        message.reply = true;
        message.yiaddr = ip(9);
        message.set(code::MESSAGE_TYPE, [MessageType::Offer as u8]);
        message.set(code::SERVER_ID, ip(1).octets());
        change(&mut message);
        let payload = message.encode();
        bench.input(Input::Packet { payload: &payload });
        assert!(bench.out.is_empty() && bench.client.state() == State::Selecting);
    }
}

#[test]
fn dhclient_prints_what_isc_prints() {
    let mut bench = Bench::dhclient();
    bench.input(Input::Start);
    bench.step();
    bench.reply(MessageType::Offer, ip(9), 600);
    bench.reply(MessageType::Ack, ip(9), 600);
    bench.step();
    assert_eq!(
        bench.logs(),
        [
            "daemon DHCPDISCOVER on eth1 to 255.255.255.255 port 67 interval 4",
            "daemon DHCPOFFER of 10.0.0.9 from 10.0.0.1",
            "daemon DHCPREQUEST for 10.0.0.9 on eth1 to 255.255.255.255 port 67",
            "daemon DHCPACK of 10.0.0.9 from 10.0.0.1",
            "daemon bound to 10.0.0.9 -- renewal in 299 seconds.",
        ]
    );
}
