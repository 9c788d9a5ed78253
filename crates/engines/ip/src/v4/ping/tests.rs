//! Tests of the echo client: answers, errors, timeouts, figures.

use super::*;
use proptest::prelude::*;
use wire::Pool;
use wire::icmpv4::Unreachable;

const OWN: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 2);
const TARGET: Ipv4Addr = Ipv4Addr::new(8, 8, 8, 8);
const ROUTER: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);

fn ms(n: u64) -> Instant {
    Instant::START + Duration::from_millis(n)
}

fn request(ping: &Ping, sequence: u32) -> Frame {
    let mut frame = Pool::default().alloc(100);
    ping.write(sequence, OWN, 0, &mut frame);
    frame
}

/// What the target sends back.
fn answer(ping: &Ping, sequence: u32) -> Frame {
    let request = request(ping, sequence);
    let mut frame = Pool::default().alloc(100);
    assert!(icmp::reply(&View::new(request.bytes()).unwrap(), TARGET, 0, 0, &mut frame));
    frame
}

fn error(ping: &Ping, sequence: u32, message: Message) -> Frame {
    let request = request(ping, sequence);
    let mut frame = Pool::default().alloc(100);
    icmp::error(&View::new(request.bytes()).unwrap(), &message, ROUTER, 0, &mut frame);
    frame
}

fn wake(ping: &mut Ping, now: Instant) -> Vec<Output> {
    let mut out = Vec::new();
    ping.wake(now, &mut out);
    out
}

fn receive(ping: &mut Ping, now: Instant, frame: &Frame) -> Vec<Output> {
    let mut out = Vec::new();
    let ours = ping.receive(now, &View::new(frame.bytes()).unwrap(), &mut out);
    assert_eq!(ours, !out.is_empty());
    out
}

fn row(sequence: u32, host: Option<Ipv4Addr>, size: u16, time_ms: u64, status: Status) -> Output {
    let ttl = if host.is_some() { 64 } else { 0 };
    Output::Row(Row { sequence, host, size, ttl, time: Duration::from_millis(time_ms), status })
}

#[test]
fn a_run_of_routeros_with_reply_timeout_and_error() {
    let mut ping = Ping::new(Config { count: Some(3), ..Config::router(TARGET, 7) }, ms(0));
    assert_eq!(wake(&mut ping, ms(0)), [Output::Send(0)]);
    assert_eq!(ping.deadline(), Some(ms(1000)));
    let back = answer(&ping, 0);
    assert_eq!(receive(&mut ping, ms(5), &back), [row(0, Some(TARGET), 56, 5, Status::Reply)]);
    assert_eq!(receive(&mut ping, ms(6), &back), [], "a second answer to one request is not ours");
    assert_eq!(wake(&mut ping, ms(1000)), [Output::Send(1)]);
    assert_eq!(wake(&mut ping, ms(2000)), [row(1, None, 0, 1000, Status::Timeout), Output::Send(2)]);
    let late = answer(&ping, 1);
    assert_eq!(receive(&mut ping, ms(2001), &late), [], "too late");
    let unreachable = Message::Unreachable(Unreachable::Host);
    let back = error(&ping, 2, unreachable);
    let expected = [row(2, Some(ROUTER), 84, 20, Status::Error(unreachable)), Output::Finished];
    assert_eq!(receive(&mut ping, ms(2020), &back), expected);
    assert!(ping.is_finished() && ping.deadline().is_none());
    let summary = ping.summary();
    assert_eq!((summary.sent, summary.received, summary.errors, summary.loss_percent()), (3, 1, 1, 66));
    let five = Duration::from_millis(5);
    assert_eq!((summary.min, summary.average(), summary.max), (five, five, five));
}

#[test]
fn requests_have_the_shape_that_was_asked_for() {
    let config = Config { size: 1500, ttl: 3, tos: 0x48, dont_fragment: true, ..Config::router(TARGET, 7) };
    let frame = request(&Ping::new(config, ms(0)), 65_537);
    let view = View::new(frame.bytes()).unwrap();
    assert_eq!((view.total_len(), view.ttl(), view.tos(), view.dont_fragment()), (1500, 3, 0x48, true));
    let (message, _) = Message::parse(view.payload()).unwrap();
    assert_eq!(message, Message::EchoRequest { id: 7, sequence: 1 });
    assert!(view.checksum_ok() && icmp::transport_ok(&view));
}

#[test]
fn foreign_packets_are_left_alone() {
    let mut ping = Ping::new(Config::router(TARGET, 7), ms(0));
    wake(&mut ping, ms(0));
    let other = Ping::new(Config::router(TARGET, 8), ms(0));
    assert_eq!(receive(&mut ping, ms(1), &answer(&other, 0)), [], "another identifier");
    assert_eq!(receive(&mut ping, ms(1), &error(&other, 0, Message::TimeExceeded { code: 0 })), []);
    let elsewhere = Ping::new(Config::router(ROUTER, 7), ms(0));
    assert_eq!(receive(&mut ping, ms(1), &error(&elsewhere, 0, Message::TimeExceeded { code: 0 })), []);
    let redirect = Message::Redirect { code: 1, gateway: ROUTER };
    let back = error(&ping, 0, redirect);
    assert_eq!(receive(&mut ping, ms(1), &back), [], "a redirect ends nothing");
    let asked = request(&ping, 0);
    assert_eq!(receive(&mut ping, ms(1), &asked), [], "a request is no answer");
}

#[test]
fn linux_waits_for_late_answers_and_ends_with_the_last() {
    let mut ping = Ping::new(Config { count: Some(2), ..Config::host(TARGET, 7) }, ms(0));
    assert_eq!(wake(&mut ping, ms(0)), [Output::Send(1)]);
    assert_eq!(wake(&mut ping, ms(1000)), [Output::Send(2)]);
    let (first, second) = (answer(&ping, 1), answer(&ping, 2));
    assert_eq!(receive(&mut ping, ms(1001), &second).len(), 1);
    let last = [row(1, Some(TARGET), 84, 1500, Status::Reply), Output::Finished];
    assert_eq!(receive(&mut ping, ms(1500), &first), last);
}

#[test]
fn what_cannot_be_sent_and_stopping_end_the_run() {
    let mut ping = Ping::new(Config { count: Some(1), ..Config::router(TARGET, 7) }, ms(0));
    wake(&mut ping, ms(0));
    let mut out = Vec::new();
    ping.fail(ms(0), 0, None, Status::NoRoute, &mut out);
    assert_eq!(out, [row(0, None, 0, 0, Status::NoRoute), Output::Finished]);
    let mut ping = Ping::new(Config::router(TARGET, 7), ms(0));
    wake(&mut ping, ms(0));
    out.clear();
    ping.stop(&mut out);
    assert_eq!((out.as_slice(), ping.summary().loss_percent()), (&[Output::Finished][..], 100));
    let mut none = Ping::new(Config { count: Some(0), ..Config::router(TARGET, 7) }, ms(0));
    assert_eq!(wake(&mut none, ms(0)), [Output::Finished]);
}

#[test]
fn a_group_may_answer_more_than_once() {
    let group = Ipv4Addr::new(224, 0, 0, 1);
    let mut ping = Ping::new(Config { count: Some(1), ..Config::router(group, 7) }, ms(0));
    wake(&mut ping, ms(0));
    for time in 1..=2 {
        let back = answer(&ping, 0);
        assert_eq!(receive(&mut ping, ms(time), &back), [row(0, Some(TARGET), 56, time, Status::Reply)]);
    }
    assert_eq!(wake(&mut ping, ms(1000)), [Output::Finished]);
    assert_eq!(ping.summary().loss_percent(), -100);
}

proptest! {
    /// Every request ends in exactly one row, and the run ends.
    #[test]
    fn each_request_has_one_row(count in 1u32..20, delays in proptest::collection::vec(0u64..3000, 20)) {
        let mut ping = Ping::new(Config { count: Some(count), ..Config::router(TARGET, 7) }, ms(0));
        let mut back: Vec<(Instant, u32)> = Vec::new();
        let mut rows = vec![0; count as usize];
        let mut finished = 0;
        while !ping.is_finished() {
            let arrival = back.iter().map(|(t, _)| *t).min();
            let due = ping.deadline();
            let now = [arrival, due].into_iter().flatten().min().unwrap();
            let mut out = Vec::new();
            if arrival == Some(now) {
                let at = back.iter().position(|(t, _)| *t == now).unwrap();
                let (_, sequence) = back.remove(at);
                let frame = answer(&ping, sequence);
                ping.receive(now, &View::new(frame.bytes()).unwrap(), &mut out);
            } else {
                ping.wake(now, &mut out);
                prop_assert!(!out.is_empty());
            }
            for output in out {
                match output {
                    Output::Send(n) => back.push((now + Duration::from_millis(delays[n as usize]), n)),
                    Output::Row(row) => rows[row.sequence as usize] += 1,
                    Output::Finished => finished += 1,
                }
            }
        }
        prop_assert!(rows.iter().all(|n| *n == 1) && finished == 1);
        let in_time = (0..count as usize).filter(|n| delays[*n] <= 1000).count();
        // An answer in the instant of the timeout is taken when it comes first.
        prop_assert_eq!(ping.summary().received as usize, in_time);
    }
}
