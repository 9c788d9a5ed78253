//! The shell: command lines run as jobs in virtual time.
//!
//! A job is data: what is left of its list, the program that it waits for and what it has printed. Nothing blocks; a
//! program that waits (`ping`, `sleep`, `dhclient`) has a deadline or waits for packets, and the job goes on when
//! the host is woken or receives. So any number of jobs run at once and a fork of the world carries them along.

pub(crate) mod parse;
mod run;

pub(crate) use run::{Io, Script, Started};

/// A job of one host, unique within that host's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct JobId(pub u32);

/// What a finished job gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobResult {
    /// Exit status, 0 to 255.
    pub exit: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

/// A command line on its way.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    /// What runs; its own buffers hold what was printed.
    pub(crate) script: Script,
    /// Exit status once finished.
    pub(crate) exit: Option<i32>,
    /// Started with `&`: nobody asks for its result.
    pub(crate) detached: bool,
}
