//! A node that does a bit of everything, and random worlds of such nodes.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses a part")]

use clock::{Duration, Instant};
use proptest::prelude::*;
use sim::{
    CableId, CaptureFile, CaptureKinds, Context, Cut, LinkParams, Node, NodeId, Port, Probability, World,
    WorldBuilder,
};
use std::collections::VecDeque;
use std::io::Write;
use std::sync::{Arc, Mutex};
use wire::Frame;

/// Why a [`Busy`] node drops.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Why {
    TooManyHops,
    Bored,
}

/// Sends, forwards, copies, holds, merges, delivers and drops, as its random stream tells it.
#[derive(Clone)]
pub struct Busy {
    pub ports: u16,
    held: VecDeque<(Instant, Frame)>,
    next: Option<Instant>,
    left: u32,
    pub received: u64,
}

impl Busy {
    pub fn new(ports: u16, frames: u32) -> Self {
        Self { ports, held: VecDeque::new(), next: Some(Instant::START), left: frames, received: 0 }
    }

    fn any_port(&self, cx: &mut Context<'_, Why>) -> Port {
        // One more than there are: the last has no cable.
        Port((cx.random() % (u64::from(self.ports) + 1)) as u16)
    }

    fn originate(&mut self, cx: &mut Context<'_, Why>) {
        let len = [20, 60, 300, 1514, 3000][(cx.random() % 5) as usize];
        let fill = cx.random() as u8;
        let frame = cx.frame(&vec![fill; len]);
        let port = self.any_port(cx);
        cx.send(port, frame);
    }
}

impl Node for Busy {
    type Drop = Why;

    fn receive(&mut self, cx: &mut Context<'_, Why>, port: Port, mut frame: Frame) {
        self.received += 1;
        cx.log("busy,info", || format!("got {} bytes on {}", frame.len(), port.0));
        if frame.meta.hops > 6 {
            return cx.drop(frame, Some(port), Why::TooManyHops);
        }
        match cx.random() % 10 {
            0 => cx.deliver(frame),
            1 => cx.drop(frame, None, Why::Bored),
            2 | 3 => self.held.push_back((cx.now() + Duration::from_nanos(cx.random() % 20_000), frame)),
            4 => {
                if let Some((_, mut first)) = self.held.pop_front() {
                    first.extend_from_slice(&frame.bytes()[..20]);
                    cx.merge(frame);
                    let out = self.any_port(cx);
                    cx.send(out, first);
                } else {
                    cx.deliver(frame);
                }
            }
            5 | 6 => {
                let copy = cx.copy(&frame);
                let (a, b) = (self.any_port(cx), self.any_port(cx));
                cx.send(a, copy);
                cx.send(b, frame);
            }
            _ => {
                if let Some(byte) = frame.bytes_mut().first_mut() {
                    *byte = byte.wrapping_add(1);
                }
                let out = self.any_port(cx);
                cx.send(out, frame);
            }
        }
    }

    fn carrier(&mut self, cx: &mut Context<'_, Why>, port: Port, up: bool) {
        cx.log("link", || format!("port {} is {}", port.0, if up { "up" } else { "down" }));
    }

    fn wake(&mut self, cx: &mut Context<'_, Why>) {
        let now = cx.now();
        while let Some(i) = self.held.iter().position(|(due, _)| *due <= now) {
            let Some((_, frame)) = self.held.remove(i) else { break };
            let out = self.any_port(cx);
            cx.send(out, frame);
        }
        if self.next.is_some_and(|next| next <= now) {
            self.next = None;
            if self.left > 0 {
                self.left -= 1;
                self.originate(cx);
                self.next = Some(now + Duration::from_nanos(cx.random() % 30_000));
            }
            if cx.random().is_multiple_of(16) {
                let port = self.any_port(cx);
                let enabled = !cx.random().is_multiple_of(3);
                cx.set_port(port, enabled);
            }
        }
    }

    fn deadline(&self) -> Option<Instant> {
        self.held.iter().map(|(due, _)| *due).chain(self.next).min()
    }

    fn held(&self) -> usize {
        self.held.len()
    }

    fn describe_drop(&self, reason: &Why) -> String {
        format!("{reason:?} after {} frames", self.received)
    }
}

/// A topology to build again and again.
#[derive(Clone, Debug)]
pub struct Plan {
    pub seed: u64,
    pub nodes: usize,
    pub cables: Vec<(usize, usize, LinkParams, LinkParams)>,
    pub frames: u32,
    /// Cable changes: time in ns, cable, up.
    pub flaps: Vec<(u64, usize, bool)>,
}

fn probability() -> impl Strategy<Value = Probability> {
    prop_oneof![3 => Just(Probability::ZERO), 1 => (0_u32..50).prop_map(Probability::from_percent)]
}

fn link() -> impl Strategy<Value = LinkParams> {
    let time = (0_u64..20_000, prop_oneof![3 => Just(0_u64), 1 => 0_u64..30_000]);
    let chance = (probability(), probability(), probability(), probability());
    let size = (
        prop_oneof![Just(1_000_000_000_u64), Just(0), Just(7_000_000), Just(100_000_000)],
        prop_oneof![Just(10_000_u32), Just(1500)],
        0_u32..5,
    );
    (time, chance, size).prop_map(
        |((delay, jitter), (loss, duplicate, reorder, corrupt), (rate, mtu, queue))| LinkParams {
            rate_bps: rate,
            delay: Duration::from_nanos(delay),
            jitter: Duration::from_nanos(jitter),
            loss,
            duplicate,
            reorder,
            corrupt,
            mtu,
            queue,
        },
    )
}

/// Random plans.
pub fn plan() -> impl Strategy<Value = Plan> {
    (2_usize..9, any::<u64>()).prop_flat_map(|(nodes, seed)| {
        let cables = proptest::collection::vec((0..nodes, 0..nodes, link(), link()), 1..14);
        cables.prop_flat_map(move |cables| {
            let flap = (0_u64..400_000, 0..cables.len(), any::<bool>());
            let flaps = proptest::collection::vec(flap, 0..5);
            flaps.prop_map(move |mut flaps| {
                flaps.sort();
                Plan { seed, nodes, cables: cables.clone(), frames: 12, flaps }
            })
        })
    })
}

impl Plan {
    /// The world, cut as told.
    pub fn world(&self, cut: Cut) -> World<Busy> {
        let mut builder = WorldBuilder::new();
        let degree = |n: usize| {
            self.cables.iter().map(|c| usize::from(c.0 == n) + usize::from(c.1 == n)).sum::<usize>()
        };
        for n in 0..self.nodes {
            builder.add_node(&format!("n{n}"), Busy::new(degree(n) as u16, self.frames)).unwrap();
        }
        let mut used = vec![0_u16; self.nodes];
        for (a, b, ab, ba) in &self.cables {
            let mut end = |n: usize| {
                used[n] += 1;
                (NodeId(n as u32), Port(used[n] - 1), format!("p{}", used[n] - 1))
            };
            let (a, b) = (end(*a), end(*b));
            builder.connect((a.0, a.1, &a.2), (b.0, b.1, &b.2), *ab, *ba).unwrap();
        }
        builder.cut(cut);
        let mut world = builder.build(self.seed);
        world.keep_logs(true);
        world.record(CaptureKinds { cables: true, drops: true });
        world
    }

    /// Runs the world to `end` with the cable changes on the way, after `from`.
    pub fn run(&self, world: &mut World<Busy>, end: Instant) {
        let from = world.now();
        for (at, cable, up) in &self.flaps {
            let at = Instant::from_nanos(*at);
            if at > from && at <= end {
                world.run_until(at).unwrap();
                world.check_conservation().unwrap();
                world.set_link(CableId(*cable as u32), *up);
                world.check_conservation().unwrap();
            }
        }
        world.run_until(end).unwrap();
    }
}

/// A file in memory that can be read while a writer owns it.
#[derive(Clone, Default)]
pub struct Memory(pub Arc<Mutex<Vec<u8>>>);

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Everything that a run gives to the outside, as text and bytes.
#[derive(PartialEq, Eq)]
pub struct Outcome {
    pub ledger: String,
    pub logs: String,
    pub files: Vec<(CaptureFile, Vec<u8>)>,
}

/// Takes the outcome of a world that has run.
pub fn outcome(world: &mut World<Busy>) -> Outcome {
    let mut sinks = Vec::new();
    let mut files = world
        .capture_files(|file| {
            let memory = Memory::default();
            sinks.push((file, memory.clone()));
            Ok(Some(memory))
        })
        .unwrap();
    world.finish_captures(&mut files).unwrap();
    Outcome {
        ledger: format!("{:?}", world.ledger()),
        logs: format!("{:?}", world.take_logs()),
        files: sinks.into_iter().map(|(file, m)| (file, m.0.lock().unwrap().clone())).collect(),
    }
}
