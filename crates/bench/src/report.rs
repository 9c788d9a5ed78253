//! [`Report`]: the figures of one workload, and a stopwatch.

use serde::Serialize;
use std::io::Write;

/// How to print a report.
#[derive(Clone, Copy, clap::ValueEnum)]
pub(crate) enum Format {
    /// A few lines.
    Text,
    /// One object on one line.
    Json,
}

/// The figures of one workload; those that do not apply are left out.
#[derive(Default, Serialize)]
pub(crate) struct Report {
    /// Name of the workload.
    pub(crate) workload: String,
    /// Frames that crossed a cable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) frame_hops: Option<u64>,
    /// Real time that it took.
    pub(crate) seconds: f64,
    /// The quotient.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) frame_hops_per_second: Option<f64>,
    /// Frame-hops for each second that the process had a core: the figure to look at when the machine is busy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) frame_hops_per_cpu_second: Option<f64>,
    /// Memory of an idle router in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bytes_per_router: Option<f64>,
    /// Routers that boot in a second of a core.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) boots_per_second: Option<f64>,
    /// Lines of the configuration that was loaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lines: Option<usize>,
    /// Time of a core to load it, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) milliseconds_per_load: Option<f64>,
    /// The most memory that the process held at once, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) peak_bytes: Option<u64>,
    /// Cost of recording and writing one frame, in nanoseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) nanoseconds_per_record: Option<f64>,
}

impl Report {
    /// A report of `hops` since `watch` was started.
    pub(crate) fn of_hops(workload: String, hops: u64, watch: &Stopwatch) -> Self {
        let seconds = watch.seconds();
        Self {
            workload,
            frame_hops_per_cpu_second: watch.cpu_seconds().map(|cpu| hops as f64 / cpu),
            frame_hops: Some(hops),
            seconds,
            frame_hops_per_second: Some(hops as f64 / seconds),
            ..Self::default()
        }
    }

    /// The figures that apply, with their names.
    fn lines(&self) -> Vec<(&'static str, String)> {
        let figures = [
            ("frame hops", self.frame_hops.map(|n| plain(n as f64))),
            ("seconds", Some(plain(self.seconds))),
            ("frame hops per second", self.frame_hops_per_second.map(plain)),
            ("... per CPU second", self.frame_hops_per_cpu_second.map(plain)),
            ("bytes per router", self.bytes_per_router.map(plain)),
            ("boots per second", self.boots_per_second.map(plain)),
            ("lines", self.lines.map(|n| n.to_string())),
            ("milliseconds per load", self.milliseconds_per_load.map(plain)),
            ("peak bytes", self.peak_bytes.map(|n| plain(n as f64))),
            ("nanoseconds per record", self.nanoseconds_per_record.map(plain)),
        ];
        let known = figures.into_iter().filter_map(|(name, value)| value.map(|v| (name, v)));
        [("workload", self.workload.clone())].into_iter().chain(known).collect()
    }

    /// Prints it.
    pub(crate) fn print(&self, format: Format) -> Result<(), String> {
        let mut out = std::io::stdout().lock();
        let json = serde_json::to_string(self).map_err(|e| e.to_string())?;
        let written = match format {
            Format::Json => writeln!(out, "{json}"),
            Format::Text => {
                self.lines().iter().try_for_each(|(name, value)| writeln!(out, "{name:<24}{value}"))
            }
        };
        written.map_err(|e| e.to_string())
    }
}

/// A figure for people: three digits that count and a unit.
fn plain(number: f64) -> String {
    match number {
        n if n >= 1e6 => format!("{:.2} M", n / 1e6),
        n if n >= 1e4 => format!("{:.1} k", n / 1e3),
        n => format!("{n:.3}"),
    }
}

/// Prints a message for the user.
pub(crate) fn complain(message: &str) -> std::io::Result<()> {
    writeln!(std::io::stderr(), "error: {message}")
}

/// A real clock, and the time that this thread had a core.
pub(crate) struct Stopwatch {
    started: std::time::Instant,
    cpu: Option<u64>,
}

/// Nanoseconds that this thread has been on a core; `None` where Linux does not tell.
fn cpu_nanos() -> Option<u64> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    stat.split_whitespace().next()?.parse().ok()
}

impl Stopwatch {
    /// Starts it.
    #[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
    pub(crate) fn start() -> Self {
        Self { started: std::time::Instant::now(), cpu: cpu_nanos() }
    }

    /// Seconds since its start.
    pub(crate) fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    /// Seconds of a core since its start.
    pub(crate) fn cpu_seconds(&self) -> Option<f64> {
        Some((cpu_nanos()? - self.cpu?) as f64 / 1e9)
    }
}
