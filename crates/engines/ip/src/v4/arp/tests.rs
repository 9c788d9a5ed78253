//! Tests of the neighbour table: the state table of the module, modes, queues, conservation of frames.

use super::*;
use proptest::prelude::*;
use wire::Pool;

const E1: Interface = Interface(1);
const E2: Interface = Interface(2);
const OWN_MAC: Mac = Mac([2, 0, 0, 0, 0, 1]);
const PEER_MAC: Mac = Mac([2, 0, 0, 0, 0, 2]);
const OTHER_MAC: Mac = Mac([2, 0, 0, 0, 0, 3]);
const OWN: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);
const PEER: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 2);
const ELSEWHERE: Ipv4Addr = Ipv4Addr::new(172, 16, 0, 9);
/// Makes the reachable time exactly its base of 30 s.
const MIDDLE: u64 = 15_000_000_000;

fn ms(n: u64) -> Instant {
    Instant::START + Duration::from_millis(n)
}

fn owner(address: Ipv4Addr) -> Owner {
    match address {
        OWN => Owner::Own,
        ELSEWHERE => Owner::Via(E2),
        a if a.octets()[0] == 10 => Owner::Via(E1),
        _ => Owner::Nobody,
    }
}

struct Bench {
    table: Neighbours,
    pool: Pool,
    out: Vec<Output>,
}

impl Bench {
    fn new(mode: Mode) -> Self {
        let mut table = Neighbours::new(Config { queue_max: 3, ..Config::default() });
        for interface in [E1, E2] {
            table.set_link(interface, Link { mac: OWN_MAC, mode, base_reachable: None });
        }
        Self { table, pool: Pool::default(), out: Vec::new() }
    }

    /// Asks for the peer with a frame of one byte; the hardware address when the frame may go.
    fn send(&mut self, now: Instant, name: u8) -> Result<Mac, Option<IpDrop>> {
        let frame = self.pool.frame(&[name]);
        match self.table.resolve(now, E1, PEER, OWN, frame, &mut self.out) {
            Resolution::Resolved(mac, frame) => {
                self.pool.free(frame);
                Ok(mac)
            }
            Resolution::Held => Err(None),
            Resolution::Refused(frame, reason) => {
                self.pool.free(frame);
                Err(Some(reason))
            }
        }
    }

    fn receive(&mut self, now: Instant, packet: Repr) -> Received {
        self.table.receive(now, E1, &packet, MIDDLE, &mut owner, &mut self.out)
    }

    /// The peer answers a request.
    fn reply(&mut self, now: Instant) -> Received {
        self.receive(now, Repr::reply_to(&Repr::request(OWN_MAC, OWN, PEER), PEER_MAC))
    }

    fn state(&self) -> Option<State> {
        self.table.get(E1, PEER).map(|row| row.state)
    }

    /// What came out since the last call, in short: `?` broadcast request, `!` unicast probe, `=` reply, `>n` release,
    /// `xn` failed frame n, `on` overflow, state letters on change (`-` = gone).
    fn told(&mut self) -> String {
        let mut text = String::new();
        for output in self.out.drain(..) {
            match output {
                Output::Send { packet, destination, .. } if packet.operation == Operation::Request => {
                    text.push(if destination.is_broadcast() { '?' } else { '!' });
                }
                Output::Send { .. } => text.push('='),
                Output::Release { frame, mac, .. } => {
                    assert_eq!(mac, PEER_MAC);
                    text += &format!(">{}", frame.bytes()[0]);
                    self.pool.free(frame);
                }
                Output::Drop { frame, reason, .. } => {
                    let letter = match reason {
                        IpDrop::NeighbourFailed => 'x',
                        IpDrop::NeighbourQueueFull => 'o',
                        _ => 'd',
                    };
                    text += &format!("{letter}{}", frame.bytes()[0]);
                    self.pool.free(frame);
                }
                Output::Changed { state, .. } => text.push(match state {
                    Some(State::Incomplete) => 'I',
                    Some(State::Reachable) => 'R',
                    Some(State::Stale) => 'S',
                    Some(State::Delay) => 'D',
                    Some(State::Probe) => 'P',
                    Some(State::Failed) => 'F',
                    Some(State::Permanent) => 'M',
                    None => '-',
                }),
            }
        }
        text
    }

    /// Lets all timers go off up to `until` and returns what came out with the milliseconds.
    fn run(&mut self, until: Instant) -> Vec<(u64, String)> {
        let mut seen = Vec::new();
        while let Some(due) = self.table.deadline().filter(|due| *due <= until) {
            self.table.wake(due - Duration::from_nanos(1), &mut self.out);
            assert!(self.out.is_empty(), "nothing before the deadline");
            self.table.wake(due, &mut self.out);
            seen.push((due.as_nanos() / 1_000_000, self.told()));
        }
        seen
    }

    fn reachable(&mut self) {
        assert_eq!(self.send(ms(0), 0), Err(None));
        assert_eq!(self.reply(ms(1)), Received::Learned);
        assert_eq!(self.told(), "I?R>0");
    }
}

fn at(seen: &[(u64, String)]) -> Vec<(u64, &str)> {
    seen.iter().map(|(t, s)| (*t, s.as_str())).collect()
}

#[test]
fn three_requests_then_every_waiting_frame_fails() {
    let mut b = Bench::new(Mode::Enabled);
    assert_eq!(b.send(ms(0), 1), Err(None));
    assert_eq!(b.send(ms(500), 2), Err(None));
    assert_eq!((b.told().as_str(), b.table.held()), ("I?", 2));
    assert_eq!(at(&b.run(ms(10_000))), [(1000, "?"), (2000, "?"), (3000, "Fx1x2")]);
    assert_eq!((b.state(), b.table.held(), b.pool.live()), (Some(State::Failed), 0, 0));
    // The next frame asks again at once.
    assert_eq!(b.send(ms(4000), 3), Err(None));
    assert_eq!(b.told(), "I?");
}

#[test]
fn a_reply_releases_the_frames_in_their_order() {
    let mut b = Bench::new(Mode::Enabled);
    for name in 1..=3 {
        assert_eq!(b.send(ms(0), name), Err(None));
    }
    b.told();
    assert_eq!(b.reply(ms(2)), Received::Learned);
    assert_eq!(b.told(), "R>1>2>3");
    assert_eq!(b.send(ms(3), 4), Ok(PEER_MAC));
}

#[test]
fn a_full_queue_pushes_the_oldest_out() {
    let mut b = Bench::new(Mode::Enabled);
    for name in 1..=5 {
        assert_eq!(b.send(ms(0), name), Err(None));
    }
    assert_eq!((b.told().as_str(), b.table.held()), ("I?o1o2", 3));
}

#[test]
fn an_idle_entry_grows_stale_and_asks_when_used_again() {
    let mut b = Bench::new(Mode::Enabled);
    b.reachable();
    assert_eq!(at(&b.run(ms(600_000))), [(30_001, "S")]);
    assert_eq!(b.send(ms(700_000), 1), Ok(PEER_MAC), "the known address serves at once");
    assert_eq!(b.told(), "D");
    let seen = b.run(ms(706_500));
    assert_eq!(at(&seen), [(705_000, "P!"), (706_000, "!")]);
    assert_eq!(b.reply(ms(706_600)), Received::Learned);
    assert_eq!(b.told(), "R");
}

#[test]
fn a_dead_neighbour_fails_after_delay_and_three_probes() {
    let mut b = Bench::new(Mode::Enabled);
    b.reachable();
    assert_eq!(b.send(ms(29_000), 1), Ok(PEER_MAC), "used within 5 s of the end of the reachable time");
    let seen = b.run(ms(100_000));
    assert_eq!(at(&seen), [(30_001, "D"), (35_001, "P!"), (36_001, "!"), (37_001, "!"), (38_001, "F")]);
}

#[test]
fn confirmation_from_above_keeps_an_entry_reachable() {
    let mut b = Bench::new(Mode::Enabled);
    b.reachable();
    b.table.confirm(ms(20_000), E1, PEER, MIDDLE);
    b.table.wake(ms(30_001), &mut b.out);
    assert_eq!((b.told().as_str(), b.state()), ("", Some(State::Reachable)));
    assert_eq!(at(&b.run(ms(100_000))), [(50_000, "S")]);
    b.table.confirm(ms(60_000), E1, PEER, MIDDLE);
    assert_eq!(b.state(), Some(State::Reachable));
}

#[test]
fn the_reachable_time_is_half_to_one_and_a_half_of_its_base() {
    let base = Duration::from_secs(30);
    for random in [0, 1, 15_000_000_000, 29_999_999_999, 30_000_000_000, u64::MAX] {
        let time = reachable_time(base, random);
        assert!(time >= base / 2 && time < base / 2 * 3, "{time:?}");
    }
}

#[test]
fn requests_for_own_addresses_are_answered_and_their_senders_learnt() {
    let mut b = Bench::new(Mode::Enabled);
    let request = Repr::request(PEER_MAC, PEER, OWN);
    assert_eq!(b.receive(ms(0), request), Received::Answered);
    let Some(Output::Send { destination, packet, .. }) = b.out.first() else { panic!("no reply") };
    assert_eq!((*destination, *packet), (PEER_MAC, Repr::reply_to(&request, OWN_MAC)));
    assert_eq!(b.told(), "=S");
    // A probe is answered and teaches nothing.
    assert_eq!(b.receive(ms(0), Repr::probe(OTHER_MAC, OWN)), Received::Answered);
    assert_eq!((b.told().as_str(), b.table.rows().len()), ("=", 1));
}

#[test]
fn what_is_not_asked_for_creates_no_entry() {
    let mut b = Bench::new(Mode::Enabled);
    assert_eq!(b.receive(ms(0), Repr::announcement(PEER_MAC, PEER)), Received::NotForUs);
    assert_eq!(b.reply(ms(0)), Received::NotForUs);
    assert_eq!(
        b.receive(ms(0), Repr::request(PEER_MAC, PEER, Ipv4Addr::new(10, 0, 0, 77))),
        Received::NotForUs
    );
    assert!(b.table.rows().is_empty());
}

#[test]
fn an_announcement_changes_a_known_address() {
    let mut b = Bench::new(Mode::Enabled);
    b.reachable();
    assert_eq!(b.receive(ms(100), Repr::announcement(OTHER_MAC, PEER)), Received::Learned);
    assert_eq!(b.table.get(E1, PEER).unwrap().mac, Some(OTHER_MAC));
    assert_eq!(b.told(), "S");
}

#[test]
fn of_two_answers_the_first_wins() {
    let mut b = Bench::new(Mode::Enabled);
    b.reachable();
    let second = Repr::reply_to(&Repr::request(OWN_MAC, OWN, PEER), OTHER_MAC);
    assert_eq!(b.receive(ms(2), second), Received::NotForUs);
    assert_eq!(b.table.get(E1, PEER).unwrap().mac, Some(PEER_MAC));
    assert_eq!(b.receive(ms(2000), second), Received::Learned, "later it is a new address");
    assert_eq!(b.table.get(E1, PEER).unwrap().mac, Some(OTHER_MAC));
}

#[test]
fn a_foreign_user_of_an_own_address_is_a_conflict() {
    let mut b = Bench::new(Mode::Enabled);
    assert_eq!(b.receive(ms(0), Repr::announcement(PEER_MAC, OWN)), Received::Conflict);
    assert_eq!(b.receive(ms(0), Repr::announcement(OWN_MAC, OWN)), Received::NotForUs, "an own echo");
    assert!(b.table.rows().is_empty());
}

#[test]
fn senseless_packets_are_malformed() {
    let mut b = Bench::new(Mode::Enabled);
    let good = Repr::request(PEER_MAC, PEER, OWN);
    for bad in [
        Repr { operation: Operation::Other(3), ..good },
        Repr { sender_mac: Mac::BROADCAST, ..good },
        Repr { sender_mac: Mac::ZERO, ..good },
        Repr { sender_ip: Ipv4Addr::new(224, 0, 0, 1), ..good },
        Repr { sender_ip: Ipv4Addr::BROADCAST, ..good },
        Repr { target_ip: Ipv4Addr::new(127, 0, 0, 1), ..good },
        Repr { target_ip: Ipv4Addr::UNSPECIFIED, ..good },
    ] {
        assert_eq!(b.receive(ms(0), bad), Received::Malformed, "{bad:?}");
    }
    assert!(b.out.is_empty());
}

#[test]
fn modes_answer_as_their_table_says() {
    let near = Ipv4Addr::new(10, 0, 0, 50);
    // Which of own, near (same interface), elsewhere (another interface) is answered.
    for (mode, answered) in [
        (Mode::Enabled, [true, false, false]),
        (Mode::Disabled, [false, false, false]),
        (Mode::ProxyArp, [true, false, true]),
        (Mode::LocalProxyArp, [true, true, false]),
        (Mode::ReplyOnly, [true, false, false]),
    ] {
        for (target, answered) in [OWN, near, ELSEWHERE].into_iter().zip(answered) {
            let mut b = Bench::new(mode);
            let received = b.receive(ms(0), Repr::request(PEER_MAC, PEER, target));
            assert_eq!(received == Received::Answered, answered, "{mode:?} {target}");
            let learns = answered && mode != Mode::ReplyOnly;
            assert_eq!(b.table.rows().len(), usize::from(learns), "{mode:?} {target}");
        }
        let mut b = Bench::new(mode);
        let expected = if mode.resolves() { Err(None) } else { Err(Some(IpDrop::NeighbourUnknown)) };
        assert_eq!(b.send(ms(0), 1), expected, "{mode:?}");
    }
    // No proxy answers a probe: the prober would think that its address is taken.
    let mut b = Bench::new(Mode::ProxyArp);
    assert_eq!(b.receive(ms(0), Repr::probe(PEER_MAC, ELSEWHERE)), Received::NotForUs);
}

#[test]
fn static_entries_serve_in_every_mode_and_never_age() {
    for mode in [Mode::Enabled, Mode::Disabled, Mode::ReplyOnly] {
        let mut b = Bench::new(mode);
        b.table.set_static(ms(0), E1, PEER, PEER_MAC, false, &mut b.out);
        assert_eq!(b.send(ms(9_000_000), 1), Ok(PEER_MAC));
        b.receive(ms(9_000_000), Repr::announcement(OTHER_MAC, PEER));
        assert_eq!((b.table.get(E1, PEER).unwrap().mac, b.table.deadline()), (Some(PEER_MAC), None));
        b.table.flush(E1, &mut b.out);
        assert_eq!(b.state(), Some(State::Permanent));
        assert!(b.table.remove(E1, PEER, &mut b.out) && !b.table.remove(E1, PEER, &mut b.out));
    }
}

#[test]
fn a_published_entry_is_answered_for() {
    let mut b = Bench::new(Mode::Enabled);
    let near = Ipv4Addr::new(10, 0, 0, 50);
    b.table.set_static(ms(0), E2, near, OTHER_MAC, true, &mut b.out);
    assert_eq!(b.receive(ms(0), Repr::request(PEER_MAC, PEER, near)), Received::Answered);
    b.table.remove(E2, near, &mut b.out);
    assert_eq!(
        b.receive(ms(0), Repr::request(PEER_MAC, PEER, near)),
        Received::Learned,
        "only a refresh now"
    );
}

#[test]
fn an_interface_that_goes_down_gives_its_frames_back() {
    let mut b = Bench::new(Mode::Enabled);
    assert_eq!(b.send(ms(0), 1), Err(None));
    b.table.flush(E1, &mut b.out);
    assert_eq!((b.told().as_str(), b.table.held(), b.table.deadline()), ("I?d1-", 0, None));
    b.table.remove_link(E1, &mut b.out);
    assert_eq!(b.send(ms(0), 1), Err(Some(IpDrop::InterfaceDown)));
}

#[test]
fn a_full_table_throws_out_the_longest_idle_or_refuses() {
    let mut table = Neighbours::new(Config { entries_max: 2, ..Config::default() });
    table.set_link(E1, Link { mac: OWN_MAC, mode: Mode::Enabled, base_reachable: None });
    let mut out = Vec::new();
    let mut receive = |table: &mut Neighbours, now, n| {
        let request = Repr::request(PEER_MAC, Ipv4Addr::new(10, 0, 0, n), OWN);
        table.receive(now, E1, &request, 0, &mut owner, &mut out);
    };
    for n in 2..=4u8 {
        receive(&mut table, ms(u64::from(n)), n);
    }
    let left: Vec<_> = table.rows().iter().map(|r| r.address.octets()[3]).collect();
    assert_eq!(left, [3, 4]);
    for n in 3..=4 {
        let frame = Pool::default().frame(b"x");
        let address = Ipv4Addr::new(10, 0, 0, n);
        let went = table.resolve(ms(5), E1, address, OWN, frame, &mut Vec::new());
        assert!(matches!(went, Resolution::Resolved(..)));
    }
    let refused = table.resolve(ms(6), E1, PEER, OWN, Pool::default().frame(b"x"), &mut Vec::new());
    assert!(matches!(refused, Resolution::Refused(_, IpDrop::NeighbourTableFull)));
}

#[derive(Clone, Debug)]
enum Step {
    Send(u8),
    Reply(u8, bool),
    Request(u8),
    Announce(u8, bool),
    Wait(u32),
    Static(u8),
    Remove(u8),
    Flush,
}

fn step() -> impl Strategy<Value = Step> {
    let host = 2u8..5;
    prop_oneof![
        4 => host.clone().prop_map(Step::Send),
        2 => (host.clone(), any::<bool>()).prop_map(|(h, o)| Step::Reply(h, o)),
        1 => host.clone().prop_map(Step::Request),
        1 => (host.clone(), any::<bool>()).prop_map(|(h, o)| Step::Announce(h, o)),
        4 => (0u32..40_000).prop_map(Step::Wait),
        1 => host.clone().prop_map(Step::Static),
        1 => host.prop_map(Step::Remove),
        1 => Just(Step::Flush),
    ]
}

proptest! {
    /// Whatever happens: each frame comes back exactly once, `held` counts those that have not, and a fork of the table
    /// goes on exactly as the original does.
    #[test]
    fn frames_are_conserved(steps in proptest::collection::vec(step(), 0..60)) {
        let mut b = Bench::new(Mode::Enabled);
        let mut now = ms(1);
        for step in steps {
            let mut fork = b.table.clone();
            let address = |host| Ipv4Addr::new(10, 0, 0, host);
            let mac = |other| if other { OTHER_MAC } else { PEER_MAC };
            let out = &mut b.out;
            match step {
                Step::Send(host) => {
                    let frame = b.pool.frame(&[host]);
                    match b.table.resolve(now, E1, address(host), OWN, frame, out) {
                        Resolution::Resolved(_, frame) | Resolution::Refused(frame, _) => b.pool.free(frame),
                        Resolution::Held => {}
                    }
                }
                Step::Reply(host, other) => {
                    let reply = Repr::reply_to(&Repr::request(OWN_MAC, OWN, address(host)), mac(other));
                    b.table.receive(now, E1, &reply, MIDDLE, &mut owner, out);
                }
                Step::Request(host) => {
                    b.table.receive(now, E1, &Repr::request(PEER_MAC, address(host), OWN), MIDDLE, &mut owner, out);
                }
                Step::Announce(host, other) => {
                    let packet = Repr::announcement(mac(other), address(host));
                    b.table.receive(now, E1, &packet, MIDDLE, &mut owner, out);
                }
                Step::Wait(n) => {
                    let until = now + Duration::from_millis(u64::from(n));
                    while let Some(due) = b.table.deadline().filter(|due| *due <= until) {
                        prop_assert!(due > now || b.table.deadline() >= Some(now));
                        b.table.wake(due, out);
                        let mut forked = Vec::new();
                        fork.wake(due, &mut forked);
                        prop_assert_eq!(fork.rows(), b.table.rows());
                    }
                    now = until;
                }
                Step::Static(host) => b.table.set_static(now, E1, address(host), PEER_MAC, false, out),
                Step::Remove(host) => { b.table.remove(E1, address(host), out); }
                Step::Flush => b.table.flush(E1, out),
            }
            for output in b.out.drain(..) {
                if let Output::Release { frame, .. } | Output::Drop { frame, .. } = output {
                    b.pool.free(frame);
                }
            }
            prop_assert_eq!(b.pool.live(), b.table.held() as i64);
            for row in b.table.rows() {
                let open = matches!(row.state, State::Incomplete);
                prop_assert_eq!(open && row.mac.is_some(), false);
                // Every state that ends by itself has a timer, so nothing waits for ever.
                let timed = matches!(row.state, State::Incomplete | State::Reachable | State::Delay | State::Probe);
                prop_assert_eq!(b.table.timers.get(&key(row.interface, row.address)).is_some(), timed);
            }
        }
    }
}
