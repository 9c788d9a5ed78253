//! Console jobs of a device: scripts that run, wait in virtual time and go on.

use crate::Router;
use crate::device::Context;
use crate::system::history::{Author, Terminal};
use bstr::BString;
use clock::Instant;
use console::{Job, Mode, Note, Progress, ScriptError, Session};
use menu::Value;
use std::collections::BTreeMap;

/// Names a job of one device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct JobId(pub u64);

/// What a finished job left.
#[derive(Clone, Debug)]
pub struct JobResult {
    /// What it printed.
    pub output: BString,
    /// Its value, or the fault that ended it.
    pub value: Result<Value, ScriptError>,
    /// Faults that did not end it (paste mode).
    pub errors: Vec<ScriptError>,
    /// When it ended.
    pub at: Instant,
    /// The session as the job left it: current menu, print numbers, globals. A terminal goes on with it.
    pub session: Session,
}

/// How a configuration is read (conventions: node setting `config`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadMode {
    /// As `/import` does: the first fault ends it.
    Import,
    /// As pasted into a terminal: each faulty line is reported and the next one runs.
    Paste,
}

/// What loading a configuration gave.
#[derive(Clone, Debug, Default)]
pub struct LoadReport {
    /// What it printed (`:put`, `print`).
    pub output: BString,
    /// The faults of paste mode.
    pub errors: Vec<ScriptError>,
    /// Forms of RouterOS 6 and forms that no RouterOS has, which were read as today's, and ports that were made on
    /// demand; in order of place.
    pub notes: Vec<Note>,
    /// The script waits (`:delay`) and goes on when the run has started.
    pub pending: bool,
}

/// Why a configuration was not loaded: RouterOS's words and the place.
pub type LoadError = ScriptError;

/// Most jobs that scripts may have running at once.
const MAX_JOBS: usize = 1000;

/// The jobs of a device.
#[derive(Clone, Debug, Default)]
pub(crate) struct Jobs {
    running: BTreeMap<JobId, Running>,
    finished: BTreeMap<JobId, JobResult>,
    last: u64,
}

#[derive(Clone, Debug)]
struct Running {
    job: Job,
    output: BString,
    /// When it wants to go on; `None` = when something wakes the device.
    due: Option<Instant>,
    /// Nobody asks for its result: what goes wrong is logged.
    unattended: bool,
    /// In whose name it changes the configuration; `None`: it is what the device starts with.
    author: Option<Author>,
}

impl Jobs {
    /// The next instant at which a waiting job goes on.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        if self.running.is_empty() {
            return None;
        }
        self.running.values().filter_map(|running| running.due).min()
    }

    /// True when no job waits.
    pub(crate) fn is_idle(&self) -> bool {
        self.running.is_empty()
    }

    fn start(&mut self, job: Job, now: Instant, unattended: bool, author: Option<Author>) -> JobId {
        self.last += 1;
        let id = JobId(self.last);
        let output = BString::default();
        self.running.insert(id, Running { job, output, due: Some(now), unattended, author });
        id
    }
}

/// Who works at a session; nobody logs in by another name yet.
fn admin(terminal: Terminal) -> Author {
    Author { user: "admin".into(), terminal }
}

impl Router {
    /// Loads a configuration before the run (or at any time): a script of RouterOS commands.
    ///
    /// # Errors
    /// In import mode the first fault. What stands before it has taken effect, as on a router; a caller that wants
    /// nothing half-done discards the device.
    pub fn load(&mut self, source: &str, mode: LoadMode) -> Result<LoadReport, LoadError> {
        let mode = match mode {
            LoadMode::Import => Mode::Import,
            LoadMode::Paste => Mode::Paste,
        };
        let mut job = Job::new(source, mode, Session::script());
        let progress = job.run(self);
        let notes = job.notes().to_vec();
        match progress {
            Progress::Done(Ok(_)) => {
                let (output, errors) = (job.take_output(), job.errors().to_vec());
                Ok(LoadReport { output, errors, notes, pending: false })
            }
            Progress::Done(Err(error)) => Err(error),
            Progress::Blocked(due) => {
                let id = self.jobs.start(job, self.now, false, None);
                if let Some(running) = self.jobs.running.get_mut(&id) {
                    running.due = due;
                }
                Ok(LoadReport { pending: true, notes, ..LoadReport::default() })
            }
        }
    }

    /// Runs console text as if typed at a terminal without a width (`ssh router '…'`).
    pub fn execute(&mut self, cx: &mut Context<'_>, text: &str) -> JobId {
        self.start(cx, Job::new(text, Mode::Paste, Session::script()), Terminal::NONE)
    }

    /// Evaluates an expression, as checks do: `[:len [/ip dhcp-server lease find where status=bound]] = 3`.
    pub fn evaluate(&mut self, cx: &mut Context<'_>, expression: &str) -> JobId {
        self.start(cx, Job::expression(expression, Session::script()), Terminal::NONE)
    }

    /// Runs a line that was typed at the device's own terminal. Its session goes on with what the result holds.
    pub fn type_line(&mut self, cx: &mut Context<'_>, line: &str, session: Session) -> JobId {
        self.type_line_at(cx, line, session, Terminal::CONSOLE)
    }

    /// The same at another terminal, which safe mode tells from the others.
    pub fn type_line_at(
        &mut self,
        cx: &mut Context<'_>,
        line: &str,
        session: Session,
        terminal: Terminal,
    ) -> JobId {
        self.start(cx, Job::new(line, Mode::Paste, session), terminal)
    }

    /// What a job that still runs has printed since the last call; what it prints until it ends comes with the result.
    pub fn take_output(&mut self, id: JobId) -> BString {
        self.jobs.running.get_mut(&id).map(|running| std::mem::take(&mut running.output)).unwrap_or_default()
    }

    /// Ctrl-C: the job ends, and prints what RouterOS prints then (the summary of `/ping`, else `interrupted`).
    pub fn interrupt(&mut self, cx: &mut Context<'_>, id: JobId) {
        self.enter(cx);
        if let Some(mut running) = self.jobs.running.remove(&id) {
            running.job.interrupt(self);
            running.due = Some(self.now);
            self.jobs.running.insert(id, running);
            self.run_jobs(cx);
        }
        self.leave(cx);
    }

    /// The result of a job once it has finished, handed out once; `None` while it runs.
    pub fn take_result(&mut self, id: JobId) -> Option<JobResult> {
        self.jobs.finished.remove(&id)
    }

    /// True while the job runs or waits.
    #[must_use]
    pub fn is_running(&self, id: JobId) -> bool {
        self.jobs.running.contains_key(&id)
    }

    fn start(&mut self, cx: &mut Context<'_>, job: Job, terminal: Terminal) -> JobId {
        self.enter(cx);
        let id = self.jobs.start(job, self.now, false, Some(admin(terminal)));
        self.run_jobs(cx);
        self.leave(cx);
        id
    }

    /// Starts a script that nobody waits for (a lease script); [`Router::run_jobs`] runs it.
    pub(crate) fn start_unattended(&mut self, source: &str) {
        self.jobs.start(
            Job::new(source, Mode::Import, Session::script()),
            self.now,
            true,
            Some(admin(Terminal::NONE)),
        );
    }

    /// Starts a job beside the one that runs (`:execute`); [`Router::run_jobs`] runs it. `None`: too many run.
    pub(crate) fn start_beside(&mut self, job: Job) -> Option<JobId> {
        (self.jobs.running.len() < MAX_JOBS)
            .then(|| self.jobs.start(job, self.now, true, Some(admin(Terminal::NONE))))
    }

    /// Runs every job that is due, and those that wait for something other than time.
    pub(crate) fn run_jobs(&mut self, cx: &mut Context<'_>) {
        let due: Vec<JobId> = self
            .jobs
            .running
            .iter()
            .filter(|(_, running)| running.due.is_none_or(|due| due <= self.now))
            .map(|(id, _)| *id)
            .collect();
        for id in due {
            self.run_job(id);
            self.flush_output(cx);
        }
    }

    fn run_job(&mut self, id: JobId) {
        let Some(mut running) = self.jobs.running.remove(&id) else { return };
        self.history.author.clone_from(&running.author);
        let progress = running.job.run(self);
        self.history.author = None;
        running.output.extend_from_slice(&running.job.take_output());
        match progress {
            Progress::Blocked(due) => {
                running.due = due;
                self.jobs.running.insert(id, running);
            }
            Progress::Done(value) if running.unattended => {
                if let Err(error) = value
                    && !running.job.is_background()
                {
                    self.state.log.record(self.now, "script,error", format!("script error: {error}"));
                }
            }
            Progress::Done(value) => {
                let result = JobResult {
                    output: running.output,
                    value,
                    errors: running.job.errors().to_vec(),
                    at: self.now,
                    session: running.job.into_session(),
                };
                self.jobs.finished.insert(id, result);
            }
        }
    }
}
