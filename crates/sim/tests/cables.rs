//! What a cable does to frames: times to the nanosecond, queue, MTU, carrier, impairments, and the order of events.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use clock::{Duration, Instant};
use sim::{CableId, Context, DropPlace, LinkParams, Node, NodeId, Port, WireDrop, World, WorldBuilder};
use wire::Frame;

/// What a node saw.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Seen {
    Frame(u64, Port, usize, u8),
    Carrier(u64, Port, bool),
    Wake(u64),
}

/// Writes down all that happens to it, and wakes when told.
#[derive(Clone, Default)]
struct Witness {
    seen: Vec<Seen>,
    wake_at: Option<Instant>,
    /// Never moves its deadline on.
    stubborn: bool,
    /// Sends each frame back at once.
    echo: bool,
}

impl Node for Witness {
    type Drop = ();

    fn receive(&mut self, cx: &mut Context<'_, ()>, port: Port, frame: Frame) {
        if self.echo {
            return cx.send(port, frame);
        }
        let (len, first) = (frame.len(), frame.bytes().first().copied().unwrap_or(0));
        self.seen.push(Seen::Frame(cx.now().as_nanos(), port, len, first));
        cx.deliver(frame);
    }

    fn carrier(&mut self, cx: &mut Context<'_, ()>, port: Port, up: bool) {
        assert_eq!(cx.carrier(port), up);
        self.seen.push(Seen::Carrier(cx.now().as_nanos(), port, up));
    }

    fn wake(&mut self, cx: &mut Context<'_, ()>) {
        self.seen.push(Seen::Wake(cx.now().as_nanos()));
        if !self.stubborn {
            self.wake_at = None;
        }
    }

    fn deadline(&self) -> Option<Instant> {
        self.wake_at
    }

    fn held(&self) -> usize {
        0
    }

    fn describe_drop(&self, (): &()) -> String {
        String::new()
    }
}

const A: NodeId = NodeId(0);
const B: NodeId = NodeId(1);
const PORT: Port = Port(0);
const CABLE: CableId = CableId(0);

fn at(nanos: u64) -> Instant {
    Instant::from_nanos(nanos)
}

/// Two nodes and a cable whose first direction is set by words; time 0, carriers told and forgotten.
fn pair(words: &[(&str, &str)]) -> World<Witness> {
    let mut builder = WorldBuilder::new();
    builder.add_node("a", Witness::default()).unwrap();
    builder.add_node("b", Witness::default()).unwrap();
    let mut link = LinkParams::default();
    for (word, value) in words {
        link.set(word, value).unwrap();
    }
    builder.connect((A, PORT, "eth1"), (B, PORT, "eth1"), link, LinkParams::default()).unwrap();
    let mut world = builder.build(1);
    world.run_until(at(0)).unwrap();
    for node in [A, B] {
        assert_eq!(core::mem::take(&mut world.node_mut(node).seen), [Seen::Carrier(0, PORT, true)]);
    }
    world
}

/// Sends frames of these lengths from A, filled with their number.
fn send(world: &mut World<Witness>, lens: &[usize]) {
    world.with_node(A, |_, cx| {
        for (i, len) in lens.iter().enumerate() {
            let frame = cx.frame(&vec![i as u8; *len]);
            cx.send(PORT, frame);
        }
    });
}

fn drops(world: &World<Witness>) -> Vec<(DropPlace, WireDrop, u64)> {
    world.ledger().wire_drops.iter().map(|((place, why), tally)| (*place, *why, tally.frames)).collect()
}

#[test]
fn serialisation_and_delay_add_up_to_the_nanosecond() {
    let mut world = pair(&[]);
    send(&mut world, &[10, 60, 1514]);
    world.run_until(at(1_000_000)).unwrap();
    // 84 and 1538 bytes on the wire at 8 ns, one after another, and 1 µs each.
    let want = [(1672, 60, 0), (2344, 60, 1), (2344 + 12304, 1514, 2)];
    assert_eq!(world.node(B).seen, want.map(|(t, len, first)| Seen::Frame(t, PORT, len, first)));
    let mut slow = pair(&[("rate", "7mbit"), ("delay", "3ms")]);
    send(&mut slow, &[60]);
    slow.run_until(at(10_000_000)).unwrap();
    assert_eq!(slow.node(B).seen, [Seen::Frame(3_000_000 + 96_000, PORT, 60, 0)]);
    let mut endless = pair(&[("rate", "0"), ("delay", "0")]);
    send(&mut endless, &[60, 60]);
    endless.run_until(at(0)).unwrap();
    assert_eq!(endless.node(B).seen, [Seen::Frame(0, PORT, 60, 0), Seen::Frame(0, PORT, 60, 1)]);
}

#[test]
fn a_full_queue_drops_and_empties_again() {
    let mut world = pair(&[("queue", "2")]);
    send(&mut world, &[60; 5]);
    world.run_until(at(672)).unwrap();
    send(&mut world, &[60; 2]);
    world.run_until(at(100_000)).unwrap();
    // One is being sent and two wait; at 672 the first has left and the second is being sent, so one more may wait.
    assert_eq!(world.node(B).seen.len(), 4);
    assert_eq!(drops(&world), [(DropPlace::Sending(A, PORT), WireDrop::QueueFull, 3)]);
    world.check_conservation().unwrap();
}

#[test]
fn frames_larger_than_the_mtu_do_not_fit() {
    let mut world = pair(&[("mtu", "1500")]);
    send(&mut world, &[1514, 1515]);
    world.run_until(at(100_000)).unwrap();
    assert_eq!(world.node(B).seen.len(), 1);
    assert_eq!(drops(&world), [(DropPlace::Sending(A, PORT), WireDrop::LargerThanMtu, 1)]);
}

#[test]
fn a_port_without_cable_and_a_cable_without_carrier_have_their_own_reasons() {
    let mut world = pair(&[]);
    world.set_link(CABLE, false);
    assert!(!world.link_up(CABLE));
    world.with_node(A, |_, cx| {
        assert!(!cx.carrier(PORT) && !cx.carrier(Port(7)));
        for port in [PORT, Port(7)] {
            let frame = cx.frame(&[1; 60]);
            cx.send(port, frame);
        }
    });
    let want = [
        (DropPlace::Sending(A, PORT), WireDrop::NoCarrier, 1),
        (DropPlace::Sending(A, Port(7)), WireDrop::NoCable, 1),
    ];
    assert_eq!(drops(&world), want);
}

#[test]
fn frames_on_a_cable_that_is_pulled_are_lost_and_both_ends_hear_of_it() {
    let mut world = pair(&[]);
    send(&mut world, &[60; 3]);
    world.run_until(at(2000)).unwrap();
    world.set_link(CABLE, false);
    world.run_until(at(5000)).unwrap();
    world.set_link(CABLE, true);
    send(&mut world, &[60]);
    world.run_until(at(10_000)).unwrap();
    let want = [
        Seen::Frame(1672, PORT, 60, 0),
        Seen::Carrier(2000, PORT, false),
        Seen::Carrier(5000, PORT, true),
        Seen::Frame(6672, PORT, 60, 0),
    ];
    assert_eq!(world.node(B).seen, want);
    assert_eq!(world.node(A).seen, want[1..3]);
    assert_eq!(drops(&world), [(DropPlace::Receiving(B, PORT), WireDrop::CarrierLost, 2)]);
    world.check_conservation().unwrap();
}

#[test]
fn a_disabled_port_is_dead_here_at_once_and_there_when_the_news_arrives() {
    let mut world = pair(&[]);
    world.with_node(B, |_, cx| {
        let frame = cx.frame(&[1; 60]);
        cx.send(PORT, frame);
    });
    world.with_node(A, |_, cx| cx.set_port(PORT, false));
    world.run_until(at(10_000)).unwrap();
    assert_eq!(world.node(A).seen, [Seen::Carrier(0, PORT, false)]);
    assert_eq!(world.node(B).seen, [Seen::Carrier(1672, PORT, false)]);
    assert_eq!(drops(&world), [(DropPlace::Receiving(A, PORT), WireDrop::CarrierLost, 1)]);
    world.with_node(A, |_, cx| cx.set_port(PORT, true));
    world.run_until(at(20_000)).unwrap();
    assert_eq!(world.node(B).seen.last(), Some(&Seen::Carrier(11_672, PORT, true)));
}

/// Sends 2000 frames 10 µs apart and returns what B saw.
fn stream(words: &[(&str, &str)]) -> World<Witness> {
    let mut world = pair(words);
    for i in 0..2000_u64 {
        world.run_until(at(i * 10_000)).unwrap();
        world.with_node(A, |_, cx| {
            let mut bytes = [0x77; 64];
            bytes[0] = i as u8;
            let frame = cx.frame(&bytes);
            cx.send(PORT, frame);
        });
    }
    world.run_until(at(1_000_000_000)).unwrap();
    world.check_conservation().unwrap();
    world
}

#[test]
fn probabilities_come_out_as_set() {
    let lossy = stream(&[("loss", "10%")]);
    let lost = drops(&lossy)[0].2;
    assert!((150..250).contains(&lost), "{lost} of 2000 lost at 10 %");
    let bad = stream(&[("corrupt", "25%")]);
    assert!((420..580).contains(&drops(&bad)[0].2));
    assert_eq!(drops(&bad)[0].1, WireDrop::Corrupted);
    let doubled = stream(&[("duplicate", "50%")]);
    assert!((2900..3100).contains(&doubled.node(B).seen.len()));
    assert_eq!(doubled.ledger().created, doubled.node(B).seen.len() as u64);
    assert_eq!(drops(&stream(&[("loss", "100%")]))[0].2, 2000);
}

#[test]
fn jitter_stays_in_its_bounds_and_lets_frames_overtake() {
    let world = stream(&[("delay", "100us"), ("jitter", "50us")]);
    let seen = &world.node(B).seen;
    assert_eq!(seen.len(), 2000);
    let times = |s: &Seen| if let Seen::Frame(t, ..) = s { *t } else { 0 };
    assert!(seen.is_sorted_by_key(times));
    let numbers: Vec<u8> = seen.iter().map(|s| if let Seen::Frame(.., n) = s { *n } else { 0 }).collect();
    let overtaken = numbers.windows(2).filter(|w| w[1] != w[0].wrapping_add(1)).count();
    assert!(overtaken > 200, "{overtaken}");
    // Frame 0 leaves at 0 and is there 704 ns of serialisation and 50 to 150 µs later.
    let first = seen.iter().find(|s| matches!(s, Seen::Frame(.., 0))).map_or(0, times);
    assert!((50_704..=150_704).contains(&first), "{first}");
}

#[test]
fn reordered_frames_skip_the_delay() {
    let world = stream(&[("delay", "100us"), ("reorder", "25%")]);
    let early = |s: &&Seen| matches!(s, Seen::Frame(t, ..) if t % 10_000 == 704);
    let seen = &world.node(B).seen;
    let delays: Vec<u64> =
        seen.iter().filter(early).map(|s| if let Seen::Frame(t, ..) = s { *t } else { 0 }).collect();
    assert_eq!((seen.len(), delays.len()), (2000, 2000));
    let overtakes = seen.windows(2).filter(|w| match (&w[0], &w[1]) {
        (Seen::Frame(.., a), Seen::Frame(.., b)) => *b != a.wrapping_add(1),
        _ => false,
    });
    assert!(overtakes.count() > 400);
}

#[test]
fn at_one_instant_carrier_comes_before_frames_and_frames_before_the_deadline() {
    let mut world = pair(&[]);
    send(&mut world, &[60]);
    world.node_mut(B).wake_at = Some(at(1672));
    assert_eq!(world.next_event(), Some(at(1672)));
    world.run_until(at(1672)).unwrap();
    assert_eq!(world.node(B).seen, [Seen::Frame(1672, PORT, 60, 0), Seen::Wake(1672)]);
    // A signal that takes as long as a frame: the port is down before the frame is there.
    world.with_node(A, |_, cx| {
        let frame = cx.frame(&[0; 60]);
        cx.send(PORT, frame);
        cx.set_port(PORT, false);
    });
    world.run_until(at(10_000)).unwrap();
    assert_eq!(world.node(B).seen[2..], [Seen::Carrier(1672 * 2, PORT, false)]);
}

#[test]
fn a_deadline_that_moves_wakes_once_at_its_last_place() {
    let mut world = pair(&[]);
    for due in [5000, 3000, 9000, 7000] {
        world.node_mut(B).wake_at = Some(at(due));
        world.run_until(world.now() + Duration::from_nanos(100)).unwrap();
    }
    assert_eq!(world.next_event(), Some(at(7000)));
    world.run_until(at(20_000)).unwrap();
    assert_eq!(world.node(B).seen, [Seen::Wake(7000)]);
    assert_eq!(world.next_event(), None);
    world.node_mut(B).wake_at = Some(at(50));
    world.run_until(at(20_000)).unwrap();
    assert_eq!(world.node(B).seen, [Seen::Wake(7000), Seen::Wake(20_000)], "a past deadline means now");
}

#[test]
fn a_storm_is_reported_with_its_members() {
    let mut world = pair(&[]);
    world.node_mut(B).wake_at = Some(at(700));
    world.node_mut(B).stubborn = true;
    let storm = world.run_until(at(1_000_000)).unwrap_err();
    assert_eq!((storm.at, &storm.members[..]), (at(700), &[B][..]));
    assert_eq!(world.now(), at(700));
    assert_eq!(world.run_until(at(2_000_000)).unwrap_err(), storm);

    for cut in [sim::Cut::Whole, sim::Cut::Given(vec![0, 1, 2, 3])] {
        let mut builder = WorldBuilder::new();
        let ids = ["a", "b", "c", "d"]
            .map(|name| builder.add_node(name, Witness { echo: name < "c", ..Witness::default() }).unwrap());
        let none = LinkParams { rate_bps: 0, delay: Duration::ZERO, ..LinkParams::default() };
        builder.connect((ids[0], PORT, "e"), (ids[1], PORT, "e"), none, none).unwrap();
        let link = LinkParams::default();
        builder.connect((ids[2], PORT, "e"), (ids[3], PORT, "e"), link, link).unwrap();
        builder.cut(cut);
        let mut world = builder.build(1);
        world.run_until(at(5000)).unwrap();
        for node in [ids[0], ids[2]] {
            world.with_node(node, |_, cx| {
                let frame = cx.frame(&[1; 60]);
                cx.send(PORT, frame);
            });
        }
        let storm = world.run_until(at(1_000_000)).unwrap_err();
        assert_eq!((storm.at, storm.members.len(), world.now()), (at(5000), 2, at(5000)));
        world.check_conservation().unwrap();
    }
}
