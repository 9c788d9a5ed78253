//! Tests of reassembly: any order, duplicates, overlaps, limits, and that no frame is lost.

use super::super::fragment;
use super::*;
use proptest::prelude::*;
use wire::Pool;
use wire::ipv4::Protocol;

const LINK: usize = 14;

fn now(seconds: u64) -> Instant {
    Instant::START + Duration::from_secs(seconds)
}

/// A datagram with a link header in front, its bytes from the IPv4 header on, and its fragments for an MTU.
fn fragments(len: usize, id: u16, mtu: u16, pool: &mut Pool) -> (Vec<u8>, Vec<Frame>) {
    let payload: Vec<u8> = (0..len).map(|i| (i / 3) as u8).collect();
    let mut whole = Pool::default().frame(&payload);
    let repr = Repr { id, ttl: 9, protocol: Protocol::UDP, ..Repr::default() };
    repr.push(&mut whole);
    let view = View::new(whole.bytes()).unwrap();
    let cut = fragment::pieces(&view, mtu).map(|piece| {
        let mut frame = pool.alloc(1600);
        fragment::write(&view, piece, &mut frame);
        frame.push_front_zeroed(LINK);
        frame.pad_to(60);
        frame
    });
    let cut = cut.collect();
    (whole.bytes().to_vec(), cut)
}

fn end(pool: &mut Pool, frames: Vec<Frame>) -> usize {
    let count = frames.len();
    frames.into_iter().for_each(|f| pool.free(f));
    count
}

#[test]
fn a_whole_datagram_passes_through() {
    let mut pool = Pool::default();
    let (whole, mut frames) = fragments(100, 1, 1500, &mut pool);
    let mut table = Reassembler::default();
    let Outcome::Complete { frame, merged } = table.insert(now(0), frames.remove(0), LINK) else { panic!() };
    assert_eq!((&frame.bytes()[LINK..], merged.len(), table.deadline()), (&whole[..], 0, None));
}

#[test]
fn missing_fragments_time_out_thirty_seconds_after_the_first() {
    let mut pool = Pool::default();
    let mut table = Reassembler::default();
    let (_, mut a) = fragments(3000, 1, 1500, &mut pool);
    let (_, mut b) = fragments(3000, 2, 1500, &mut pool);
    assert!(matches!(table.insert(now(0), a.remove(0), LINK), Outcome::Held));
    assert!(matches!(table.insert(now(10), a.remove(0), LINK), Outcome::Held));
    assert!(matches!(table.insert(now(5), b.remove(1), LINK), Outcome::Held));
    assert_eq!((table.held(), table.deadline()), (3, Some(now(30))));
    let mut out = Vec::new();
    table.wake(now(29), &mut out);
    assert!(out.is_empty());
    table.wake(now(35), &mut out);
    let seen: Vec<_> = out.iter().map(|e| (e.has_first, e.frames.len(), e.offset)).collect();
    assert_eq!(seen, [(true, 2, LINK), (false, 1, LINK)]);
    assert_eq!((table.held(), table.bytes(), table.deadline()), (0, 0, None));
}

#[test]
fn the_same_fragment_twice_is_dropped_alone() {
    let mut pool = Pool::default();
    let (_, frames) = fragments(3000, 1, 1500, &mut pool);
    let mut table = Reassembler::default();
    let copy = frames[0].clone();
    assert!(matches!(table.insert(now(0), frames[0].clone(), LINK), Outcome::Held));
    let Outcome::Dropped(reason, dropped) = table.insert(now(0), copy, LINK) else { panic!() };
    assert_eq!((reason, dropped.len(), table.held()), (IpDrop::FragmentDuplicate, 1, 1));
}

/// A fragment with chosen place, made by hand.
fn piece(start: u16, len: usize, more: bool) -> Frame {
    let mut frame = Pool::default().frame(&vec![0xEE; len]);
    let repr = Repr { id: 5, fragment_offset: start, more_fragments: more, ..Repr::default() };
    repr.push(&mut frame);
    frame
}

#[test]
fn overlaps_and_second_ends_spoil_the_datagram() {
    for (first, second) in [
        (piece(0, 16, true), piece(8, 16, true)),
        (piece(8, 16, true), piece(0, 16, true)),
        (piece(8, 8, true), piece(0, 24, true)),
        (piece(0, 24, true), piece(8, 8, true)),
        (piece(16, 8, false), piece(24, 8, true)),
        (piece(16, 8, false), piece(8, 4, false)),
        (piece(24, 8, true), piece(8, 8, false)),
    ] {
        let mut table = Reassembler::default();
        assert!(matches!(table.insert(now(0), first, 0), Outcome::Held));
        let Outcome::Dropped(reason, frames) = table.insert(now(0), second, 0) else { panic!() };
        assert_eq!((reason, frames.len(), table.held()), (IpDrop::FragmentOverlap, 2, 0));
    }
}

#[test]
fn impossible_fragments_are_dropped() {
    let reason = |frame| match Reassembler::default().insert(now(0), frame, 0) {
        Outcome::Dropped(reason, _) => Some(reason),
        Outcome::Held | Outcome::Complete { .. } => None,
    };
    assert_eq!(reason(piece(0, 12, true)), Some(IpDrop::FragmentLength));
    assert_eq!(reason(piece(8, 0, false)), Some(IpDrop::FragmentLength));
    assert_eq!(reason(piece(65_528, 8, false)), Some(IpDrop::FragmentTooLong), "the ping of death");
    assert_eq!(reason(piece(65_504, 8, false)), None);
    let mut full = Reassembler { memory_max: 50, ..Reassembler::default() };
    assert!(matches!(full.insert(now(0), piece(0, 16, true), 0), Outcome::Held));
    let dropped = full.insert(now(0), piece(16, 16, true), 0);
    assert!(matches!(dropped, Outcome::Dropped(IpDrop::ReassemblyMemory, _)));
}

proptest! {
    #[test]
    fn any_order_gives_the_datagram_back(
        lens in proptest::collection::vec(1usize..4000, 1..4), mtu in 68u16..1500, seed: u64,
    ) {
        let mut pool = Pool::default();
        let mut table = Reassembler::default();
        let (mut wholes, mut all) = (Vec::new(), Vec::new());
        for (id, len) in lens.iter().enumerate() {
            let (whole, frames) = fragments(*len, id as u16, mtu, &mut pool);
            wholes.push(whole);
            all.extend(frames);
        }
        // A fixed shuffle from the seed.
        let mut random = seed;
        for i in (1..all.len()).rev() {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            all.swap(i, (random >> 33) as usize % (i + 1));
        }
        let (total, mut ended, mut seen) = (all.len(), 0, 0);
        for frame in all {
            match table.insert(now(0), frame, LINK) {
                Outcome::Held => {}
                Outcome::Complete { frame, merged } => {
                    let view = View::new(&frame.bytes()[LINK..]).unwrap();
                    prop_assert!(view.checksum_ok());
                    prop_assert_eq!(view.bytes(), &wholes[usize::from(view.id())][..]);
                    ended += end(&mut pool, merged) + end(&mut pool, vec![frame]);
                    seen += 1;
                }
                Outcome::Dropped(reason, _) => prop_assert!(false, "{reason:?}"),
            }
            prop_assert_eq!(pool.live(), (total - ended) as i64);
        }
        prop_assert_eq!((seen, table.held(), table.bytes(), pool.live()), (wholes.len(), 0, 0, 0));
    }

    #[test]
    fn frames_are_conserved_whatever_comes(
        steps in proptest::collection::vec((0u16..6, 0usize..40, any::<bool>(), 0u16..2, 0u64..20), 0..40),
    ) {
        let mut pool = Pool::default();
        let mut table = Reassembler { memory_max: 300, ..Reassembler::default() };
        let mut clock = 0;
        for (place, len, more, id, wait) in steps {
            clock += wait;
            let mut frame = pool.frame(&vec![1; len]);
            let repr = Repr { id, fragment_offset: place * 8, more_fragments: more, ..Repr::default() };
            repr.push(&mut frame);
            match table.insert(now(clock), frame, 0) {
                Outcome::Held => {}
                Outcome::Complete { frame, merged } => {
                    prop_assert!(View::new(frame.bytes()).unwrap().checksum_ok());
                    end(&mut pool, merged);
                    pool.free(frame);
                }
                Outcome::Dropped(_, frames) => { end(&mut pool, frames); }
            }
            let mut out = Vec::new();
            table.wake(now(clock), &mut out);
            for expired in out {
                prop_assert!(end(&mut pool, expired.frames) > 0);
            }
            prop_assert_eq!(pool.live(), table.held() as i64);
            prop_assert_eq!(table.deadline().is_some(), table.held() > 0);
        }
    }
}
