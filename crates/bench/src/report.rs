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
    /// Memory of an idle router in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bytes_per_router: Option<f64>,
    /// Routers that boot in a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) boots_per_second: Option<f64>,
    /// Cost of recording and writing one frame, in nanoseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) nanoseconds_per_record: Option<f64>,
}

impl Report {
    /// A report of `hops` in `seconds`.
    pub(crate) fn of_hops(workload: String, hops: u64, seconds: f64) -> Self {
        Self {
            workload,
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
            ("bytes per router", self.bytes_per_router.map(plain)),
            ("boots per second", self.boots_per_second.map(plain)),
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

/// A real clock.
pub(crate) struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// Starts it.
    #[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
    pub(crate) fn start() -> Self {
        Self(std::time::Instant::now())
    }

    /// Seconds since its start.
    pub(crate) fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}
