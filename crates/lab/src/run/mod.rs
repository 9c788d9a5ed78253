//! Plays a lab: builds its world, goes through virtual time, asks the checks and writes captures and report.
//!
//! # How long a run lasts
//! `--until`, else the lab's `until`, else until the last check and event are done, and at least [`AT_LEAST`]. Checks that
//! are due after the end are reported as skipped; a check whose answer is not there at the end has failed.
//!
//! # Order
//! At one instant nodes start before events happen, and events happen before checks are asked; each in the order of the
//! file. What the network does at that instant by itself has been done before.

pub(crate) mod captures;
pub(crate) mod drive;
pub(crate) mod finish;
pub(crate) mod names;
pub(crate) mod play;
pub(crate) mod scenario;

use std::path::PathBuf;

use clock::{Duration, Instant};

use crate::file::Lab;
use crate::problem::{Problem, Problems};
use crate::report::Report;

pub use self::captures::Captures;
pub(crate) use self::scenario::node_id;

/// The shortest run of a lab without an `until`.
pub const AT_LEAST: Duration = Duration::from_secs(60);

/// How to play a lab.
#[derive(Clone, Debug)]
pub struct Options {
    /// Instead of the lab's seed.
    pub seed: Option<u64>,
    /// Instead of the lab's `until`.
    pub until: Option<Duration>,
    /// The output directory; none writes nothing.
    pub out: Option<PathBuf>,
    /// Which captures to write.
    pub captures: Captures,
    /// Threads that may work at the world; the result does not depend on it.
    pub threads: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: None, until: None, out: None, captures: Captures::default(), threads: 1 }
    }
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The present virtual time.
    pub now: Instant,
    /// When the run will end, as far as is known.
    pub end: Instant,
}

/// Why a run gave no report.
#[derive(Clone, Debug)]
pub enum Failure {
    /// The input is wrong: a config that a router refuses, a folder that can't be written.
    Input(Problems),
    /// Time stood still: devices kept each other busy at one instant. Words on when and which.
    Storm(String),
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Input(problem.into())
    }
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        Self::Input(problems)
    }
}

/// Plays a lab. `progress` is called now and then.
///
/// # Errors
/// A router refuses its config, the output can't be written, or time stands still. Then nothing has been written.
pub fn run(lab: &Lab, options: &Options, progress: &mut dyn FnMut(Progress)) -> Result<Report, Failure> {
    let seed = options.seed.unwrap_or(lab.seed);
    let mut run = play::Run::new(lab, seed, options)?;
    run.play(progress)?;
    finish::finish(lab, seed, run)
}
