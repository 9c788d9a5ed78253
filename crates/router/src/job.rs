//! Console jobs of a device: scripts that run, wait in virtual time and go on.

use crate::Router;
use crate::device::Context;
use crate::system::history::{Author, Origin, Terminal};
use bstr::BString;
use clock::Instant;
use console::{Job, Mode, Note, Progress, ScriptError, Session};
use menu::{Text, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

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
    /// As pasted, on a device that belongs to no network: where the script waits for a time, the device's clock jumps there
    /// at once, so that all of it is tried. What waits for something else (`/ping`) ends it.
    Check,
}

/// Waits that [`LoadMode::Check`] jumps over, and how far it goes: a script may wait for ever.
const MAX_JUMPS: usize = 1000;
const MAX_WAIT: clock::Duration = clock::Duration::from_hours(24);

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
    /// How many commands the text has; see [`Job::commands`].
    pub commands: usize,
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
    current: Option<Current>,
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
    started: Instant,
}

/// What `/system/script/job` says of a job.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    /// A session, not a script by itself.
    pub(crate) login: bool,
    pub(crate) owner: Arc<str>,
    pub(crate) started: Instant,
}

/// The job that runs at this moment; it is not among the others meanwhile.
#[derive(Clone, Debug)]
struct Current {
    id: JobId,
    facts: Facts,
    scripts: Vec<Text>,
    /// It removed itself: it ends when it would wait.
    ended: bool,
}

impl Running {
    fn facts(&self) -> Facts {
        let author = self.author.as_ref();
        Facts {
            login: author.is_some_and(|author| author.terminal != Terminal::NONE),
            owner: author.map_or_else(|| "admin".into(), |author| Arc::clone(&author.user)),
            started: self.started,
        }
    }
}

impl Jobs {
    /// The next instant at which a waiting job goes on.
    #[inline]
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
        let running = Running { job, output, due: Some(now), unattended, author, started: now };
        self.running.insert(id, running);
        id
    }

    /// Every job in the order of their numbers, with the names of the scripts that it runs.
    pub(crate) fn all(&self) -> Vec<(JobId, Facts, Vec<Text>)> {
        let waiting = self.running.iter().map(|(id, job)| (*id, job.facts(), job.job.scripts()));
        let current = self.current.iter().map(|job| (job.id, job.facts.clone(), job.scripts.clone()));
        let mut jobs: Vec<_> = waiting.chain(current).collect();
        jobs.sort_by_key(|(id, ..)| *id);
        jobs
    }

    /// The scripts that the job at work runs, the outermost first; one without a name is empty.
    pub(crate) fn current_scripts(&self) -> &[Text] {
        self.current.as_ref().map_or(&[], |current| &current.scripts)
    }

    /// What the job at work runs.
    pub(crate) fn name_current(&mut self, scripts: Vec<Text>) {
        if let Some(current) = &mut self.current {
            current.scripts = scripts;
        }
    }
}

/// Who works at a session; nobody logs in by another name yet.
fn admin(terminal: Terminal) -> Author {
    Author { user: "admin".into(), terminal, origin: Origin::Console, asks: false }
}

impl Router {
    /// Loads a configuration before the run (or at any time): a script of RouterOS commands.
    ///
    /// # Errors
    /// In import mode the first fault. What stands before it has taken effect, as on a router; a caller that wants
    /// nothing half-done discards the device.
    pub fn load(&mut self, source: &str, mode: LoadMode) -> Result<LoadReport, LoadError> {
        let console_mode = match mode {
            LoadMode::Import => Mode::Import,
            LoadMode::Paste => Mode::Paste,
            LoadMode::Check => Mode::Check,
        };
        let mut job = Job::new(source, console_mode, Session::script());
        self.loading = true;
        job.prepare(self);
        self.loading = false;
        let mut progress = job.run(self);
        let end = self.now + MAX_WAIT;
        for _ in 0..MAX_JUMPS {
            match progress {
                Progress::Blocked(Some(due)) if mode == LoadMode::Check && due <= end => {
                    self.now = self.now.max(due);
                    progress = job.run(self);
                }
                Progress::Blocked(_) | Progress::Done(_) => break,
            }
        }
        let (notes, commands) = (job.notes().to_vec(), job.commands());
        match progress {
            Progress::Done(Ok(_)) => {
                let (output, errors) = (job.take_output(), job.errors().to_vec());
                Ok(LoadReport { output, errors, notes, commands, pending: false })
            }
            Progress::Done(Err(error)) => Err(error),
            Progress::Blocked(due) => {
                // Those of the rest come with the job's own result.
                let errors = job.errors().to_vec();
                let id = self.jobs.start(job, self.now, false, None);
                if let Some(running) = self.jobs.running.get_mut(&id) {
                    running.due = due;
                }
                Ok(LoadReport { pending: true, errors, notes, commands, ..LoadReport::default() })
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
        let asks = session.person;
        let author = Author { asks, ..admin(terminal) };
        self.start_as(cx, Job::new(line, Mode::Paste, session), author)
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
        self.start_as(cx, job, admin(terminal))
    }

    fn start_as(&mut self, cx: &mut Context<'_>, job: Job, author: Author) -> JobId {
        self.enter(cx);
        if self.is_down() {
            return self.start_later(job, author);
        }
        crate::user::active::begin(self, author.terminal);
        let id = self.jobs.start(job, self.now, false, Some(author));
        self.run_jobs(cx);
        self.leave(cx);
        id
    }

    /// What is started while the device is down: a line typed at its console waits until it has started, all else fails.
    fn start_later(&mut self, job: Job, author: Author) -> JobId {
        let starts = self.power.as_ref().and_then(|power| power.deadline());
        let waits = starts.filter(|_| author.terminal != Terminal::NONE);
        let id = self.jobs.start(job, self.now, false, Some(author));
        match (waits, self.jobs.running.get_mut(&id)) {
            (Some(at), Some(running)) => running.due = Some(at),
            _ => self
                .fail_job(id, if starts.is_some() { "the router is starting" } else { "the router is off" }),
        }
        id
    }

    /// Ends a job that cannot go on.
    fn fail_job(&mut self, id: JobId, words: &str) {
        let Some(mut running) = self.jobs.running.remove(&id) else { return };
        running.job.cancel(self);
        running.output.extend_from_slice(&running.job.take_output());
        if running.unattended {
            return;
        }
        let error = ScriptError {
            message: words.into(),
            position: console::Position::default(),
            placed: false,
            stage: console::Stage::Run,
            command: String::new(),
        };
        let result = JobResult {
            output: running.output,
            value: Err(error),
            errors: Vec::new(),
            at: self.now,
            session: running.job.into_session(),
        };
        self.jobs.finished.insert(id, result);
    }

    /// The device goes down: every job ends.
    pub(crate) fn end_jobs(&mut self) {
        let ids: Vec<JobId> = self.jobs.running.keys().copied().collect();
        for id in ids {
            self.fail_job(id, "the router went down");
        }
    }

    /// Starts a script of the device itself: what it changes is nobody's doing.
    pub(crate) fn start_own(&mut self, job: Job) {
        self.jobs.start(job, self.now, true, None);
    }

    /// The terminals whose lines wait.
    pub(crate) fn waiting_terminals(&self) -> Vec<Terminal> {
        let authors = self.jobs.running.values().filter_map(|running| running.author.as_ref());
        authors.map(|author| author.terminal).collect()
    }

    /// The job at work.
    pub(crate) fn current_job(&self) -> Option<JobId> {
        self.jobs.current.as_ref().map(|current| current.id)
    }

    /// Has a job go on that waits for something other than time.
    pub(crate) fn go_on(&mut self, cx: &mut Context<'_>) {
        self.run_jobs(cx);
        self.leave(cx);
    }

    /// Starts a script that nobody waits for; [`Router::run_jobs`] runs it. `name`: of the script, empty for one without;
    /// `event`: what started it.
    pub(crate) fn start_event(&mut self, source: &[u8], name: &str, event: Origin, user: &str) {
        let words = match &event {
            Origin::Scheduler(task) => format!("scheduler ({task})"),
            Origin::DhcpLease => "dhcp".into(),
            Origin::Console => "console".into(),
        };
        let origin = match name {
            "" => format!("script from {words}"),
            name => format!("script {name} from {words}"),
        };
        if self.jobs.running.len() >= MAX_JOBS {
            let text = format!("executing {origin} failed: no more jobs can run");
            self.state.log.record(self.now, "script,error", text);
            return;
        }
        let mut job = Job::background(source, Session::script());
        job.set_name(name.into());
        job.set_origin(origin.as_str().into());
        let author = Author { user: user.into(), terminal: Terminal::NONE, origin: event, asks: false };
        self.jobs.start(job, self.now, true, Some(author));
    }

    /// Runs a file that was uploaded and says that it wants to be run; what it prints goes to another file.
    pub(crate) fn start_upload(&mut self, source: &[u8], log_file: &str) {
        let mut job = Job::background(source, Session::script());
        job.set_log_file(log_file.into());
        self.start_beside(job);
    }

    /// `/system/script/job/remove`: the job ends, with the command that it waits for.
    pub(crate) fn end_job(&mut self, id: JobId) {
        if let Some(current) = self.jobs.current.as_mut().filter(|current| current.id == id) {
            current.ended = true;
        } else if let Some(mut running) = self.jobs.running.remove(&id) {
            running.job.interrupt(self);
            running.due = Some(self.now);
            self.jobs.running.insert(id, running);
        }
    }

    /// Starts a job beside the one that runs (`:execute`); [`Router::run_jobs`] runs it. `None`: too many run.
    pub(crate) fn start_beside(&mut self, job: Job) -> Option<JobId> {
        // It changes things as what started it does, but at no terminal.
        let starter = self.history.author.clone().unwrap_or_else(|| admin(Terminal::NONE));
        let author = Author { terminal: Terminal::NONE, asks: false, ..starter };
        (self.jobs.running.len() < MAX_JOBS).then(|| self.jobs.start(job, self.now, true, Some(author)))
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
        let scripts = running.job.scripts();
        self.jobs.current = Some(Current { id, facts: running.facts(), scripts, ended: false });
        let mut progress = running.job.run(self);
        self.history.author = None;
        if self.jobs.current.take().is_some_and(|current| current.ended) {
            running.job.cancel(self);
            progress = Progress::Done(Ok(Value::Nil));
        }
        if !running.job.writes_file() {
            running.output.extend_from_slice(&running.job.take_output());
        }
        match progress {
            Progress::Blocked(due) => {
                running.due = due;
                self.jobs.running.insert(id, running);
            }
            // A background job has logged its fault.
            Progress::Done(_) if running.unattended => {}
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
