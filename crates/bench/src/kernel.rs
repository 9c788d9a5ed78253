//! The kernel alone: chains of nodes that hand each frame to their other port; the nodes at the ends send it back.

use crate::report::{Report, Stopwatch};
use clap::Args;
use clock::{Duration, Instant};
use sim::{Context, LinkParams, Node, NodeId, Port, World, WorldBuilder};
use wire::Frame;

/// Options of the workload.
#[derive(Args)]
pub(crate) struct Kernel {
    /// Nodes in each chain.
    #[arg(long, default_value_t = 16)]
    pub(crate) nodes: u32,
    /// Chains beside each other.
    #[arg(long, default_value_t = 1)]
    pub(crate) parallel: u32,
    /// Frames on the way in each chain.
    #[arg(long, default_value_t = 64)]
    pub(crate) frames: u32,
    /// Regions that the world is cut into, all run on one thread.
    #[arg(long, default_value_t = 1)]
    pub(crate) regions: usize,
}

/// A node that forwards without looking.
#[derive(Clone)]
pub(crate) struct Relay {
    last: bool,
}

impl Node for Relay {
    type Drop = ();

    #[inline]
    fn receive(&mut self, cx: &mut Context<'_, ()>, port: Port, frame: Frame) {
        let out = if self.last { port } else { Port(1 - port.0) };
        cx.send(out, frame);
    }

    fn carrier(&mut self, _: &mut Context<'_, ()>, _: Port, _: bool) {}

    fn wake(&mut self, _: &mut Context<'_, ()>) {}

    #[inline]
    fn deadline(&self) -> Option<Instant> {
        None
    }

    fn held(&self) -> usize {
        0
    }

    fn describe_drop(&self, (): &()) -> String {
        String::new()
    }
}

impl Kernel {
    /// The world with its frames on the way.
    pub(crate) fn world(&self) -> Result<World<Relay>, String> {
        let mut builder = WorldBuilder::new();
        let nodes = self.nodes.max(2);
        for chain in 0..self.parallel {
            for i in 0..nodes {
                let last = i == 0 || i == nodes - 1;
                let id =
                    builder.add_node(&format!("n{chain}-{i}"), Relay { last }).map_err(|e| e.to_string())?;
                if i > 0 {
                    let link = LinkParams::default();
                    let a = (NodeId(id.0 - 1), Port(1), "ether2");
                    builder.connect(a, (id, Port(0), "ether1"), link, link).map_err(|e| e.to_string())?;
                }
            }
        }
        if self.regions > 1 {
            builder.cut(sim::Cut::Regions(self.regions));
        }
        let mut world = builder.build(1);
        for chain in 0..self.parallel {
            for i in 0..self.frames {
                let node = NodeId(chain * nodes + i % (nodes - 1));
                world.with_node(node, |_, cx| {
                    let frame = cx.frame(&[0x5A; 106]);
                    cx.send(Port(1), frame);
                });
            }
        }
        Ok(world)
    }

    /// Measures for about `time`.
    pub(crate) fn run(&self, time: std::time::Duration) -> Result<Report, String> {
        let mut world = self.world()?;
        let step = Duration::from_micros(100);
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
        let name = format!("kernel nodes={} parallel={} frames={}", self.nodes, self.parallel, self.frames);
        Ok(Report { workload: name, ..report })
    }
}
