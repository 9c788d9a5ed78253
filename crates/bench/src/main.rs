//! Benchmarks of wirelab: one workload for each file. Results go to standard output, as text or as one JSON object.
//!
//! This is the one program of the project that may look at a real clock: it measures.

mod capturing;
mod kernel;
mod report;

use clap::{Parser, Subcommand};
use report::{Format, Report};
use std::process::ExitCode;

/// Measures wirelab on one core.
#[derive(Parser)]
#[command(name = "wirelab-bench", version, about)]
struct Arguments {
    #[command(subcommand)]
    workload: Workload,
    /// How to print the result.
    #[arg(long, global = true, value_enum, default_value = "text")]
    format: Format,
    /// Real time to measure for, in milliseconds.
    #[arg(long, global = true, default_value_t = 1000)]
    time: u64,
}

/// What to measure.
#[derive(Subcommand)]
enum Workload {
    /// The kernel alone: frames that go up and down chains of nodes which only hand them on.
    Kernel(kernel::Kernel),
    /// What it costs to capture every cable, beyond what the disk takes.
    Capture(capturing::Capture),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let time = std::time::Duration::from_millis(arguments.time);
    let result: Result<Report, String> = match arguments.workload {
        Workload::Kernel(kernel) => kernel.run(time),
        Workload::Capture(capture) => capture.run(time),
    };
    match result.and_then(|report| report.print(arguments.format)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            let _ = report::complain(&message);
            ExitCode::FAILURE
        }
    }
}
