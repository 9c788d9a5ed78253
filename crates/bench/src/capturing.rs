//! What capturing every cable costs: the kernel workload with and without it, written to a sink that takes no time.

use crate::kernel::Kernel;
use crate::report::{Report, Stopwatch};
use clap::Args;
use clock::{Duration, Instant};
use sim::{CaptureFile, CaptureKinds};
use std::io::{BufWriter, Write};

/// Options of the workload.
#[derive(Args)]
pub(crate) struct Capture {
    /// Write one file with all cables instead of one for each.
    #[arg(long)]
    all: bool,
    /// File to write to; by default the null device.
    #[arg(long, default_value = "/dev/null")]
    to: String,
}

impl Capture {
    /// Measures for about `time`, half of it without and half with captures.
    pub(crate) fn run(&self, time: std::time::Duration) -> Result<Report, String> {
        let kernel = Kernel { nodes: 16, parallel: 1, frames: 64, regions: 1 };
        let bare = kernel.run(time / 2)?;
        let mut world = kernel.world()?;
        world.record(CaptureKinds { cables: true, drops: true });
        let all = self.all;
        let open = |file: CaptureFile| -> std::io::Result<Option<Box<dyn Write>>> {
            let wanted = matches!(file, CaptureFile::All) == all && file != CaptureFile::Drops;
            if !wanted {
                return Ok(None);
            }
            Ok(Some(Box::new(BufWriter::new(
                std::fs::OpenOptions::new().append(true).create(true).open(&self.to)?,
            ))))
        };
        let mut files = world.capture_files(open).map_err(|e| e.to_string())?;
        let (mut until, before, watch) = (Instant::START, world.hops(), Stopwatch::start());
        while watch.seconds() < time.as_secs_f64() / 2.0 {
            until += Duration::from_millis(10);
            world.run_until_into(until, &mut files).map_err(|e| e.to_string())?;
        }
        world.finish_captures(&mut files).map_err(|e| e.to_string())?;
        let hops = world.hops() - before;
        let name = if all { "capture of all cables" } else { "capture by cable" };
        let mut report = Report::of_hops(name.into(), hops, &watch);
        let rate = |r: &Report| r.frame_hops_per_cpu_second.or(r.frame_hops_per_second);
        let nanos = |r: &Report| rate(r).map_or(0.0, |rate| 1e9 / rate);
        report.nanoseconds_per_record = Some(nanos(&report) - nanos(&bare));
        Ok(report)
    }
}
