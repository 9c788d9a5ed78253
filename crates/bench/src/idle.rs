//! Routers that boot and then do nothing: boots per second, and the memory of each.

use crate::device::{Device, SEED, router_spec};
use crate::report::{Report, Stopwatch};
use clap::Args;
use clock::{Duration, Instant};
use router::{LoadMode, Router};
use sim::{LinkParams, NodeId, Port, WorldBuilder};

/// Options of the workload.
#[derive(Args)]
pub(crate) struct Idle {
    /// Routers, each with five cabled ports.
    #[arg(long, default_value_t = 10_000)]
    routers: u32,
    /// Lines of RouterOS configuration for every router, from a file.
    #[arg(long)]
    config: Option<String>,
}

/// Bytes of memory that the process has in use, as Linux tells.
fn resident() -> Result<u64, String> {
    let status =
        std::fs::read_to_string("/proc/self/status").map_err(|e| format!("/proc/self/status: {e}"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.map(|kb| kb * 1024).ok_or_else(|| "/proc/self/status has no VmRSS".into())
}

impl Idle {
    /// Boots the routers and lets a minute of virtual time pass.
    pub(crate) fn run(&self) -> Result<Report, String> {
        let config = match &self.config {
            Some(path) => std::fs::read_to_string(path).map_err(|e| format!("{path}: {e}"))?,
            None => String::new(),
        };
        let count = self.routers.max(12) & !1;
        // Tables that all routers share are made by the first; they are not part of its memory.
        drop(self.boot("warm-up", &config)?);
        let (before, watch) = (resident()?, Stopwatch::start());
        let mut builder = WorldBuilder::new();
        for n in 0..count {
            let name = format!("r{n}");
            builder.add_node(&name, self.boot(&name, &config)?).map_err(|e| e.to_string())?;
        }
        let link = LinkParams::default();
        for n in (0..count).step_by(2) {
            for port in 0..5_u16 {
                let name = format!("ether{}", port + 1);
                let peer = NodeId((n + 1 + 2 * u32::from(port)) % count);
                let (a, b) = ((NodeId(n), Port(port), name.as_str()), (peer, Port(port), name.as_str()));
                builder.connect(a, b, link, link).map_err(|e| e.to_string())?;
            }
        }
        let mut world = builder.build(SEED);
        world.run_until(Instant::START + Duration::from_millis(1)).map_err(|e| e.to_string())?;
        let seconds = watch.seconds();
        let busy = watch.cpu_seconds().unwrap_or(seconds);
        world.run_until(Instant::START + Duration::from_mins(1)).map_err(|e| e.to_string())?;
        world.check_conservation().map_err(|e| e.to_string())?;
        let used = resident()?.saturating_sub(before);
        Ok(Report {
            workload: format!("idle routers={count}{}", self.config.as_ref().map_or("", |_| " configured")),
            seconds,
            bytes_per_router: Some(used as f64 / f64::from(count)),
            boots_per_second: Some(f64::from(count) / busy),
            ..Report::default()
        })
    }

    fn boot(&self, name: &str, config: &str) -> Result<Device, String> {
        let mut router = Router::new(&router_spec(name, 5));
        if !config.is_empty() {
            router.load(config, LoadMode::Paste).map_err(|e| format!("{name}: {e:?}"))?;
        }
        Ok(Device::Router(Box::new(router)))
    }
}
