//! A learning switch between stations that do nothing but talk: each frame crosses two cables, a flooded one as many as
//! the switch has ports.

use crate::report::{Report, Stopwatch};
use clap::Args;
use clock::{Duration, Instant};
use host::{Switch, SwitchDrop};
use sim::{Context, LinkParams, Node, Port, World, WorldBuilder};
use wire::Frame;

/// Options of the workload.
#[derive(Args)]
pub(crate) struct SwitchBench {
    /// Stations on the switch.
    #[arg(long, default_value_t = 32)]
    hosts: u16,
    /// One station sends broadcasts at the speed of its cable, instead of pairs that send each other frames.
    #[arg(long)]
    flood: bool,
}

/// Bytes of a frame: a UDP datagram with 64 bytes of payload.
const LENGTH: usize = 14 + 20 + 8 + 64;

/// A device of this workload.
#[derive(Clone)]
enum Device {
    Switch(Box<Switch>),
    Station(Station),
}

/// Sends frames of one kind: one for each that it gets, or at fixed times.
#[derive(Clone)]
struct Station {
    frame: [u8; LENGTH],
    answers: bool,
    every: Option<Duration>,
    next: Option<Instant>,
}

impl Station {
    fn send(&self, cx: &mut Context<'_, SwitchDrop>) {
        let frame = cx.frame(&self.frame);
        cx.send(Port(0), frame);
    }
}

impl Node for Device {
    type Drop = SwitchDrop;

    #[inline]
    fn receive(&mut self, cx: &mut Context<'_, SwitchDrop>, port: Port, frame: Frame) {
        match self {
            Self::Switch(switch) => switch.receive(cx, port, frame),
            Self::Station(station) => {
                cx.deliver(frame);
                if station.answers {
                    station.send(cx);
                }
            }
        }
    }

    fn carrier(&mut self, cx: &mut Context<'_, SwitchDrop>, port: Port, up: bool) {
        if let Self::Switch(switch) = self {
            switch.carrier(cx, port, up);
        }
    }

    fn wake(&mut self, cx: &mut Context<'_, SwitchDrop>) {
        match self {
            Self::Switch(switch) => switch.wake(cx),
            Self::Station(station) => {
                if station.next.is_some_and(|next| next <= cx.now()) {
                    station.next = station.every.map(|every| cx.now() + every);
                    station.send(cx);
                }
            }
        }
    }

    #[inline]
    fn deadline(&self) -> Option<Instant> {
        match self {
            Self::Switch(switch) => switch.deadline(),
            Self::Station(station) => station.next,
        }
    }

    fn held(&self) -> usize {
        0
    }

    fn describe_drop(&self, reason: &SwitchDrop) -> String {
        reason.to_string()
    }
}

impl SwitchBench {
    /// The MAC address of a station.
    fn mac(station: u16) -> [u8; 6] {
        let [high, low] = station.to_be_bytes();
        [2, 0, 0, 0, high, low]
    }

    /// What `station` sends: to its neighbour in the list, or to all.
    fn frame(&self, station: u16) -> [u8; LENGTH] {
        let mut frame = [0; LENGTH];
        frame[..6].copy_from_slice(&if self.flood { [0xFF; 6] } else { Self::mac(station ^ 1) });
        frame[6..12].copy_from_slice(&Self::mac(station));
        frame[12..14].copy_from_slice(&[0x08, 0x00]);
        frame
    }

    fn world(&self) -> Result<World<Device>, String> {
        let hosts = (self.hosts.max(2) + 1) & !1;
        let mut builder = WorldBuilder::new();
        let switch = Device::Switch(Box::new(Switch::new(hosts)));
        let switch = builder.add_node("switch", switch).map_err(|e| e.to_string())?;
        let link = LinkParams::default();
        // The wire takes 24 bytes more: FCS, preamble and gap.
        let line_rate = Duration::of_transmission(LENGTH as u64 + 24, link.rate_bps);
        for n in 0..hosts {
            let sends = !self.flood || n == 0;
            let station = Station {
                frame: self.frame(n),
                answers: !self.flood,
                every: (self.flood && n == 0).then_some(line_rate),
                // One after another, so that the switch knows all stations before the measurement begins.
                next: sends.then(|| Instant::START + Duration::from_micros(10) * u64::from(n + 1)),
            };
            let id =
                builder.add_node(&format!("h{n}"), Device::Station(station)).map_err(|e| e.to_string())?;
            let (a, b) = ((switch, Port(n), format!("ether{}", n + 1)), (id, Port(0), "eth1"));
            builder.connect((a.0, a.1, &a.2), b, link, link).map_err(|e| e.to_string())?;
        }
        Ok(builder.build(1))
    }

    /// Measures for about `time`.
    pub(crate) fn run(&self, time: std::time::Duration) -> Result<Report, String> {
        let mut world = self.world()?;
        let step = Duration::from_millis(5);
        let mut until = Instant::START + step;
        world.run_until(until).map_err(|e| e.to_string())?;
        let (before, watch) = (world.hops(), Stopwatch::start());
        while watch.seconds() < time.as_secs_f64() {
            until += step;
            world.run_until(until).map_err(|e| e.to_string())?;
        }
        let hops = world.hops() - before;
        let report = Report::of_hops(String::new(), hops, &watch);
        world.check_conservation().map_err(|e| e.to_string())?;
        let dropped = world.ledger().dropped();
        if dropped > u64::from(self.hosts) {
            return Err(format!("{dropped} frames were dropped: this measures something else"));
        }
        let kind = if self.flood { "flood" } else { "unicast" };
        let name = format!("switch {kind} hosts={}", world.node_count() - 1);
        Ok(Report { workload: name, ..report })
    }
}
