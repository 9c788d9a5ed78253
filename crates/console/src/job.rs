//! [`Job`]: a script that runs, waits and goes on.

use crate::{ScriptError, Session, Target, Tree};
use bstr::BString;
use clock::Instant;
use menu::Value;

/// What happens at a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// As `/import` and stored scripts: parsed as a whole, a parse fault runs nothing, the first run-time fault ends it.
    Import,
    /// As text pasted into a terminal: a faulty line is reported (text into the output, error into
    /// [`Job::errors`]) and the next line runs.
    Paste,
}

/// How far a job came.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// Finished: the value of `:return` or of the evaluated expression, or the fault that ended it.
    Done(Result<Value, ScriptError>),
    /// Waits until this instant (`:delay`), or, when `None`, until something else wakes the device.
    Blocked(Option<Instant>),
}

/// A running script. Plain data: cloning it forks the run.
#[derive(Clone, Debug)]
pub struct Job {
    session: Session,
    mode: Mode,
    source: Vec<u8>,
}

impl Job {
    /// A script to run. Nothing happens before the first [`Job::run`].
    #[must_use]
    pub fn new(source: impl Into<Vec<u8>>, mode: Mode, session: Session) -> Self {
        Self { session, mode, source: source.into() }
    }

    /// One expression to evaluate (`[:len [/ip/address find]] = 3`), as checks of a lab are.
    #[must_use]
    pub fn expression(source: impl Into<Vec<u8>>, session: Session) -> Self {
        Self::new(source, Mode::Import, session)
    }

    /// Injects variables (`$leaseBound` of a lease script, `$message` of a log script).
    pub fn set_variable(&mut self, name: &str, value: Value) {
        let _ = (name, value);
    }

    /// Runs until the script ends or has to wait. Calling it early does no harm.
    pub fn run(&mut self, target: &mut dyn Target) -> Progress {
        let _ = (target, self.mode, &self.source);
        Progress::Done(Ok(Value::Nil))
    }

    /// The terminal output since the last call. Lines end with LF.
    pub fn take_output(&mut self) -> BString {
        BString::default()
    }

    /// The faults that did not end the job, in [`Mode::Paste`].
    #[must_use]
    pub fn errors(&self) -> &[ScriptError] {
        &[]
    }

    /// Ends the job early (Ctrl-C): a pending command is cancelled.
    pub fn cancel(&mut self, target: &mut dyn Target) {
        let _ = target;
    }

    /// The session, with the menu and the print numbers as the script left them.
    #[must_use]
    pub fn into_session(self) -> Session {
        self.session
    }
}

/// Reads a script without running it: every fault that can be seen so, in order.
#[must_use]
pub fn check(source: &[u8], tree: &Tree) -> Vec<ScriptError> {
    let _ = (source, tree);
    Vec::new()
}
