//! [`Job`]: a script that runs, waits and goes on.

use crate::compile::{Compilation, Program};
use crate::machine::Machine;
use crate::parse::{Needs, Script, Surroundings, parse, parse_each, parse_expression};
use crate::syntax::{Statement, StatementKind};
use crate::{Note, ScriptError, Session, Target, Which};
use bstr::BString;
use clock::Instant;
use menu::{Text, Tree, Value};

/// What happens at a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// As `/import` and stored scripts: parsed as a whole, a parse fault runs nothing, the first run-time fault ends it.
    Import,
    /// As text typed or pasted into a terminal: a fault ends its line and is reported (text into the output, error into
    /// [`Job::errors`]), and the next line runs. A line that cannot be parsed runs nothing.
    Paste,
    /// As [`Mode::Paste`], to find faults: one ends only its own command.
    Check,
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
    state: State,
    mode: Mode,
    /// The source is one expression.
    expression: bool,
    variables: Vec<(Text, Value)>,
    /// What `:jobname` gives.
    name: Text,
    /// Nobody looks at its result: a fault goes to the log.
    background: bool,
    /// What started it, for the log: `script backup from scheduler (night)`.
    origin: Option<Text>,
    /// Jobs of one instant that led to this one.
    pub(crate) generation: u32,
    /// Gets the output at the end.
    output_file: Option<Text>,
    /// The fault is written to that file as well.
    fault_too: bool,
    /// What the parser noted.
    notes: Vec<Note>,
    commands: usize,
    /// The fault that keeps the script from running.
    refused: Option<ScriptError>,
}

#[derive(Clone, Debug)]
enum State {
    New(Session, Vec<u8>),
    Running(Box<Machine>),
}

impl Job {
    /// A script to run. Nothing happens before the first [`Job::run`].
    #[must_use]
    pub fn new(source: impl Into<Vec<u8>>, mode: Mode, session: Session) -> Self {
        Self {
            state: State::New(session, source.into()),
            mode,
            expression: false,
            variables: Vec::new(),
            name: Text::default(),
            background: false,
            origin: None,
            generation: 0,
            output_file: None,
            fault_too: false,
            notes: Vec::new(),
            commands: 0,
            refused: None,
        }
    }

    /// One expression to evaluate (`[:len [/ip/address find]] = 3`), as checks of a lab are. Globals of the device
    /// need no declaration in it.
    #[must_use]
    pub fn expression(source: impl Into<Vec<u8>>, session: Session) -> Self {
        Self { expression: true, ..Self::new(source, Mode::Import, session) }
    }

    /// A script that nobody waits for (`:execute`, `/system/script/run` of the scheduler): a fault goes to the log
    /// (`script,error,debug`), with command and line.
    #[must_use]
    pub fn background(source: impl Into<Vec<u8>>, session: Session) -> Self {
        Self { background: true, ..Self::new(source, Mode::Import, session) }
    }

    /// True for a job that logs its fault itself.
    #[must_use]
    pub fn is_background(&self) -> bool {
        self.background
    }

    /// Gives the job a name, for `:jobname`: that of the script it runs. Before the first run.
    pub fn set_name(&mut self, name: Text) {
        self.name = name;
    }

    /// Says what started a background job, for the log of its fault: `script backup from scheduler (night)`.
    pub fn set_origin(&mut self, origin: Text) {
        self.origin = Some(origin);
    }

    /// Names of the scripts that it runs, the outermost first; the first is its own, empty when it has none.
    #[must_use]
    pub fn scripts(&self) -> Vec<Text> {
        match &self.state {
            State::New(..) => vec![self.name.clone()],
            State::Running(machine) => machine.scripts(),
        }
    }

    /// Writes the output to this file when the job ends (`:execute file=`; `.txt` is added).
    pub fn set_output_file(&mut self, mut name: Text) {
        if !name.ends_with(b".txt") {
            name.extend_from_slice(b".txt");
        }
        self.output_file = Some(name);
    }

    /// Writes the output, and the fault when there is one, to a file of this name when the job ends.
    pub fn set_log_file(&mut self, name: Text) {
        self.output_file = Some(name);
        self.fault_too = true;
    }

    /// True while its output waits for the end to be written to a file.
    #[must_use]
    pub fn writes_file(&self) -> bool {
        self.output_file.is_some()
    }

    /// Injects a variable (`$leaseBound` of a lease script, `$message` of a log script). Before the first run.
    pub fn set_variable(&mut self, name: &str, value: Value) {
        self.variables.push((name.into(), value));
    }

    /// Runs until the script ends or has to wait. Calling it early does no harm; calling it after the end gives
    /// `Done(Ok(Nil))`.
    pub fn run(&mut self, target: &mut dyn Target) -> Progress {
        let progress = self.run_on(target);
        if let Progress::Done(result) = &progress {
            if let (Err(error), true) = (result, self.background) {
                if let Some(origin) = &self.origin {
                    let text = format!("executing {origin} failed, please check it manually");
                    target.log("script,error", &text);
                }
                target.log("script,error,debug", &error.import_text());
            }
            if let Some(name) = self.output_file.take() {
                let mut output = self.take_output();
                if let (Err(error), true) = (result, self.fault_too) {
                    output.extend_from_slice(format!("{}\n", error.import_text()).as_bytes());
                }
                if let Err(message) = target.write_file(&name, &output) {
                    target.log("script,error", &message);
                }
            }
        }
        progress
    }

    fn run_on(&mut self, target: &mut dyn Target) -> Progress {
        self.prepare(target);
        if let Some(error) = self.refused.take() {
            return Progress::Done(Err(error));
        }
        match &mut self.state {
            State::Running(machine) => machine.run(target),
            State::New(..) => Progress::Done(Ok(Value::Nil)),
        }
    }

    /// Reads the script without running a command of it: [`Job::notes`] are known afterwards. [`Job::run`] does it by
    /// itself when nobody did.
    pub fn prepare(&mut self, target: &mut dyn Target) {
        let State::New(session, source) = &mut self.state else { return };
        let mut session = std::mem::take(session);
        session.implicit_numbers = self.mode != Mode::Import || self.expression;
        let source = std::mem::take(source);
        let (mut script, program, commands) = self.read(&source, &mut session, target);
        self.notes = std::mem::take(&mut script.notes);
        self.commands = commands;
        let needs = std::mem::take(&mut script.needs);
        self.refused = match self.mode {
            Mode::Import => script.errors.first().cloned(),
            Mode::Paste | Mode::Check => None,
        };
        if self.refused.is_none() && !script.hardware.is_empty() {
            self.notes.extend(target.make_hardware(&script.hardware));
            self.notes.sort_by_key(|note| note.position);
        }
        if self.refused.is_none() && !needs.is_empty() {
            self.provide(needs, target);
        }
        let program = if self.refused.is_some() { Program::default() } else { program };
        let mut machine = Machine::new(session, self.mode, program, &self.variables);
        machine.name = std::mem::take(&mut self.name);
        (machine.started, machine.generation) = (target.now(), self.generation);
        self.state = State::Running(Box::new(machine));
    }

    /// Makes what RouterOS 6 had by itself and the device lacks.
    fn provide(&mut self, needs: Needs, target: &mut dyn Target) {
        let names: Vec<_> = needs.keys().cloned().collect();
        let items = target.provide(&names);
        let is_made = |(menu, name): &(&str, Text)| {
            items.iter().any(|i| i.menu == *menu && i.item == Which::Named(name.clone()))
        };
        self.notes.extend(needs.into_iter().filter(|(need, _)| is_made(need)).map(|(_, note)| note));
        self.notes.sort_by_key(|note| note.position);
        for item in &items {
            // What cannot be made is missed by the command that leans on it, in RouterOS's words.
            let _ = crate::machine::make(item, target);
        }
    }

    /// The script, its program, and how many commands it has.
    fn read(
        &self,
        source: &[u8],
        session: &mut Session,
        target: &mut dyn Target,
    ) -> (Script, Program, usize) {
        if self.expression {
            session.declared.extend(target.globals().keys().cloned());
        }
        let injected = self.variables.iter().map(|(name, _)| name.clone());
        let declared = session.declared.iter().cloned().chain(injected).collect();
        let hardware = target.wants_hardware();
        let typed = self.mode == Mode::Paste;
        let surroundings =
            Surroundings { menu: session.menu, declared, hardware, typed, ..Surroundings::default() };
        let (mut compilation, mut commands) = (Compilation::default(), 0);
        let mut script = match self.expression {
            true => parse_expression(source, target.tree(), &surroundings),
            false => parse_each(source, target.tree(), &surroundings, |lines, statement, begins_line| {
                commands += commands_of(&statement);
                compilation.add(lines, statement, None, begins_line);
            }),
        };
        for statement in std::mem::take(&mut script.statements) {
            commands += commands_of(&statement);
            compilation.add(&script.lines, statement, None, true);
        }
        let program = compilation.finish(script.lines.clone());
        (script, program, commands)
    }

    /// What the script says in forms of RouterOS 6, or in forms that no RouterOS has, in order of place; also what stands
    /// in blocks that never run. Empty before the first [`Job::run`] and for a device that is strict.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// How many commands the script has: those of its top level, whether they can be read or not. A line that only changes
    /// the menu is none, and what stands in the body of a command is part of that command. 0 before the first [`Job::run`].
    #[must_use]
    pub fn commands(&self) -> usize {
        self.commands
    }

    /// The terminal output since the last call. Lines end with LF.
    pub fn take_output(&mut self) -> BString {
        match &mut self.state {
            State::Running(machine) => std::mem::take(&mut machine.output),
            State::New(..) => BString::default(),
        }
    }

    /// The faults that did not end the job, in [`Mode::Paste`] and [`Mode::Check`].
    #[must_use]
    pub fn errors(&self) -> &[ScriptError] {
        match &self.state {
            State::Running(machine) => &machine.errors,
            State::New(..) => &[],
        }
    }

    /// Ends the job early (Ctrl-C): a pending command is cancelled.
    pub fn cancel(&mut self, target: &mut dyn Target) {
        if let State::Running(machine) = &mut self.state {
            machine.cancel(target);
        }
    }

    /// Ends the job as Ctrl-C at a terminal does: the pending command says its last words (`/ping` its summary, others
    /// `interrupted`), the next [`Job::run`] gives `Done`.
    pub fn interrupt(&mut self, target: &mut dyn Target) {
        if let State::Running(machine) = &mut self.state {
            machine.interrupt(target);
        }
    }

    /// The session, with the menu and the print numbers as the script left them.
    #[must_use]
    pub fn into_session(self) -> Session {
        match self.state {
            State::Running(machine) => machine.session,
            State::New(session, _) => session,
        }
    }
}

/// What [`check`] found, each in order of place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Every fault that can be seen without running the script.
    pub errors: Vec<ScriptError>,
    /// Forms of RouterOS 6 and forms that no RouterOS has.
    pub notes: Vec<Note>,
}

/// Reads a script without running it.
#[must_use]
pub fn check(source: &[u8], tree: &Tree) -> Checked {
    let script = parse(source, tree, &Surroundings::default());
    let mut errors = script.errors;
    errors.extend(script.late);
    errors.sort_by_key(|error| error.position);
    let mut notes = script.notes;
    notes.extend(script.needs.into_values());
    notes.sort_by_key(|note| note.position);
    Checked { errors, notes }
}

/// The commands of a statement: `/ip/pool { add …; add … }` holds two.
fn commands_of(statement: &Statement) -> usize {
    match &statement.kind {
        StatementKind::Enter(_) => 0,
        StatementKind::Block(statements) => statements.iter().map(commands_of).sum(),
        _ => 1,
    }
}
