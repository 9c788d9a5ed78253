//! Benchmarks of wirelab: one workload for each file. Results go to standard output, as text or as one JSON object.
//!
//! This is the one program of the project that may look at a real clock: it measures.

mod capturing;
mod chain;
mod device;
mod idle;
mod kernel;
mod load;
mod report;
mod switch;

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
    /// A host, routers, a host: datagrams there and back.
    Chain(chain::Chain),
    /// A learning switch between talking stations.
    Switch(switch::SwitchBench),
    /// Routers that boot and do nothing: memory and boots per second.
    Idle(idle::Idle),
    /// The kernel alone: frames that go up and down chains of nodes which only hand them on.
    Kernel(kernel::Kernel),
    /// A configuration that is loaded: 80,000 address-list lines, or a 1,000-line export.
    Load(load::Load),
    /// What it costs to capture every cable, beyond what the disk takes.
    Capture(capturing::Capture),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let time = std::time::Duration::from_millis(arguments.time);
    let result: Result<Report, String> = match arguments.workload {
        Workload::Chain(chain) => chain.run(time),
        Workload::Switch(switch) => switch.run(time),
        Workload::Idle(idle) => idle.run(),
        Workload::Kernel(kernel) => kernel.run(time),
        Workload::Load(load) => load.run(time),
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
