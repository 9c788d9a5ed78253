//! The machine: runs a [`Program`] with all its state as data.
//!
//! A waiting script is a [`Machine`] at rest: positions, values, variables, loops. Bounds: [`MAX_STEPS`] between two
//! waits, [`MAX_CALLS`] nested calls, [`MAX_SIZE`](crate::operators::MAX_SIZE) per value, [`MAX_OUTPUT`] of text.

mod call;
mod code_text;
mod control;
mod convert;
mod export;
mod functions;
mod grep;
mod items;
mod jobs;
mod legacy;
mod own_menus;
mod pattern;
mod printing;
pub(crate) mod rows;
mod select;
mod text;

pub(crate) use legacy::make;
pub use pattern::Pattern;

use crate::compile::{Op, Program};
use crate::operators;
use crate::syntax::Binary;
use crate::{Mode, Progress, ScriptError, Session, Span, Target, Token};
use bstr::BString;
use clock::Instant;
use menu::{Id, Text, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Steps that a script may make without waiting; then it ends with an error. A fraction of a second of computing.
pub(crate) const MAX_STEPS: u64 = 5_000_000;

/// Deepest nesting of function calls and imports.
pub(crate) const MAX_CALLS: usize = 100;

/// Shortest time between two rounds of `print interval=`, in nanoseconds.
const MIN_PAUSE: u64 = 10_000_000;

/// Most bytes of terminal output that a job keeps until they are taken.
pub(crate) const MAX_OUTPUT: usize = 16 << 20;

/// A fault while running, before its place is worked out.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) message: String,
    /// Where, when better known than by the step.
    pub(crate) span: Option<Span>,
    /// The command at fault.
    pub(crate) command: String,
    /// A limit was hit: no handler catches it.
    pub(crate) fatal: bool,
    /// A fault that was found while reading, with its place.
    pub(crate) known: Option<Box<ScriptError>>,
}

impl From<String> for Fault {
    fn from(message: String) -> Self {
        Self { message, span: None, command: String::new(), fatal: false, known: None }
    }
}

impl From<&str> for Fault {
    fn from(message: &str) -> Self {
        message.to_string().into()
    }
}

impl Fault {
    pub(crate) fn at(mut self, span: Span) -> Self {
        self.span.get_or_insert(span);
        self
    }

    pub(crate) fn by(mut self, command: impl Into<String>) -> Self {
        if self.command.is_empty() {
            self.command = command.into();
        }
        self
    }

    pub(crate) fn limit(message: impl Into<String>) -> Self {
        Self { fatal: true, ..message.into().into() }
    }
}

pub(crate) type Ran<T> = Result<T, Fault>;

/// What a step leads to.
pub(crate) enum Flow {
    Next,
    /// Another frame is on top.
    Frame,
    /// The machine waits.
    Wait,
    Finish(Value),
}

/// A running script, function or file.
#[derive(Clone, Debug)]
struct Frame {
    program: Arc<Program>,
    pc: usize,
    base: Heights,
    kind: FrameKind,
    /// Name of the script, for `:jobname`.
    name: Option<Text>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FrameKind {
    Script,
    Function,
    /// A function that is a block, `do={…}`.
    Block,
    /// `:import`.
    File,
    /// `:execute as-string`: the output from here on is the value.
    Captured(usize),
}

/// Heights of the stacks.
#[derive(Clone, Copy, Debug, Default)]
struct Heights {
    values: usize,
    variables: usize,
    scopes: usize,
    loops: usize,
    handlers: usize,
    rows: usize,
}

#[derive(Clone, Debug)]
struct Variable {
    name: Text,
    slot: Slot,
}

#[derive(Clone, Debug)]
enum Slot {
    Local(Value),
    /// Lives in the device.
    Global,
}

/// Where a fault is caught.
#[derive(Clone, Debug)]
struct Handler {
    frames: usize,
    pc: usize,
    heights: Heights,
    /// `:execute as-string`: the fault and the output from here on become the value.
    captured: Option<usize>,
}

/// What the console prints at Ctrl-C when the command itself says nothing.
const INTERRUPTED: &[u8] = b"interrupted\n";

#[derive(Clone, Debug, Default)]
enum Wait {
    #[default]
    No,
    Until(Instant),
    /// A command of the device, and what to call it in a fault.
    Token(Token, String),
}

/// The state of a job.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    pub(crate) session: Session,
    pub(crate) mode: Mode,
    pub(crate) output: BString,
    pub(crate) errors: Vec<ScriptError>,
    /// What `:jobname` gives.
    pub(crate) name: Text,
    /// When it began, and how many jobs of that instant led to it.
    pub(crate) started: Instant,
    pub(crate) generation: u32,
    frames: Vec<Frame>,
    values: Vec<Value>,
    variables: Vec<Variable>,
    scopes: Vec<usize>,
    loops: Vec<control::Loop>,
    handlers: Vec<Handler>,
    rows: Vec<rows::Rows>,
    wait: Wait,
    steps: u64,
    /// Compiled functions, by their text.
    codes: BTreeMap<Arc<str>, Arc<Program>>,
    patterns: pattern::Patterns,
    /// The rows that `print follow` has shown, as text.
    followed: Option<BTreeMap<Id, String>>,
    /// Commands that a loop waited for when it was left.
    abandoned: Vec<Token>,
    /// The target knows of a script that was started here; it has to be told when that one is over.
    scripts_told: bool,
}

impl Machine {
    pub(crate) fn new(session: Session, mode: Mode, program: Program, injected: &[(Text, Value)]) -> Self {
        let global = |name: &Text| Variable { name: name.clone(), slot: Slot::Global };
        let local =
            |(name, value): &(Text, Value)| Variable { name: name.clone(), slot: Slot::Local(value.clone()) };
        let variables = session.declared.iter().map(global).chain(injected.iter().map(local)).collect();
        let frame = Frame {
            program: Arc::new(program),
            pc: 0,
            base: Heights::default(),
            kind: FrameKind::Script,
            name: None,
        };
        Self {
            session,
            mode,
            output: BString::default(),
            errors: Vec::new(),
            name: Text::default(),
            started: Instant::START,
            generation: 0,
            frames: vec![frame],
            values: Vec::new(),
            variables,
            scopes: Vec::new(),
            loops: Vec::new(),
            handlers: Vec::new(),
            rows: Vec::new(),
            wait: Wait::No,
            steps: 0,
            codes: BTreeMap::new(),
            patterns: pattern::Patterns::default(),
            followed: None,
            abandoned: Vec::new(),
            scripts_told: false,
        }
    }

    /// Runs until the end or a wait.
    pub(crate) fn run(&mut self, target: &mut dyn Target) -> Progress {
        loop {
            if let Some(blocked) = self.waits(target) {
                return blocked;
            }
            let result = self.go(target);
            self.cancel_abandoned(target);
            if let Some(result) = result {
                self.leave_loops(0);
                self.cancel_abandoned(target);
                return Progress::Done(result);
            }
        }
    }

    fn cancel_abandoned(&mut self, target: &mut dyn Target) {
        for token in self.abandoned.drain(..) {
            target.cancel(token);
        }
    }

    /// Looks after what the machine waits for; `Some` while it goes on waiting.
    fn waits(&mut self, target: &mut dyn Target) -> Option<Progress> {
        let fault = match std::mem::take(&mut self.wait) {
            Wait::No => return None,
            Wait::Until(at) if target.now() < at => {
                self.wait = Wait::Until(at);
                return Some(Progress::Blocked(Some(at)));
            }
            Wait::Until(_) => None,
            Wait::Token(token, command) => match target.poll(token) {
                crate::Poll::Pending(deadline) => {
                    self.wait = Wait::Token(token, command);
                    return Some(Progress::Blocked(deadline));
                }
                crate::Poll::Output(text) => {
                    self.wait = Wait::Token(token, command);
                    self.print(&text).err()
                }
                crate::Poll::Round(text, event) => {
                    match self.round(event, Some((token, command.clone()))) {
                        true => self.values.push(Value::Nil),
                        false => self.wait = Wait::Token(token, command),
                    }
                    self.print(&text).err()
                }
                crate::Poll::Done(value) => {
                    self.values.push(value);
                    None
                }
                crate::Poll::Failed(message) => Some(Fault::from(message).by(command)),
            },
        };
        self.steps = 0;
        let fault = fault?;
        if let Wait::Token(token, _) = std::mem::take(&mut self.wait) {
            target.cancel(token);
        }
        let span = self.span_of_step();
        self.unwind(fault, span).map(|error| Progress::Done(Err(error)))
    }

    pub(crate) fn cancel(&mut self, target: &mut dyn Target) {
        if let Wait::Token(token, _) = std::mem::take(&mut self.wait) {
            target.cancel(token);
        }
        self.end(target);
    }

    /// Nothing follows; what waits is cancelled.
    fn end(&mut self, target: &mut dyn Target) {
        self.frames.clear();
        self.leave_loops(0);
        self.cancel_abandoned(target);
    }

    /// Ctrl-C: the pending command says its last words, and nothing follows it.
    pub(crate) fn interrupt(&mut self, target: &mut dyn Target) {
        match std::mem::take(&mut self.wait) {
            Wait::No => {}
            Wait::Until(_) if self.followed.is_some() => {}
            Wait::Until(_) => self.output.extend_from_slice(INTERRUPTED),
            Wait::Token(token, _) => {
                let words = target.interrupt(token);
                self.output.extend_from_slice(words.as_ref().map_or(INTERRUPTED, |words| words.as_slice()));
            }
        }
        self.end(target);
    }

    fn span_of_step(&self) -> Span {
        let frame = self.frames.last();
        frame.and_then(|f| f.program.spans.get(f.pc.saturating_sub(1))).copied().unwrap_or_default()
    }

    /// Steps until the end (`Some`) or a wait (`None`).
    fn go(&mut self, target: &mut dyn Target) -> Option<Result<Value, ScriptError>> {
        let Some(mut program) = self.frames.last().map(|frame| Arc::clone(&frame.program)) else {
            return Some(Ok(Value::Nil));
        };
        loop {
            if matches!(self.wait, Wait::Token(..) | Wait::Until(_)) {
                return None;
            }
            let pc = match self.frames.last_mut() {
                Some(frame) => {
                    frame.pc += 1;
                    frame.pc - 1
                }
                None => return Some(Ok(Value::Nil)),
            };
            let op = program.ops.get(pc).unwrap_or(&Op::Return);
            self.steps += 1;
            let flow = match self.steps > MAX_STEPS {
                true => {
                    Err(Fault::limit(format!("script stopped: more than {MAX_STEPS} steps without a wait")))
                }
                false => self.step(op, &program, target),
            };
            match flow {
                Ok(Flow::Next) => {}
                Ok(Flow::Wait) => return None,
                Ok(Flow::Finish(value)) => return Some(Ok(value)),
                Ok(Flow::Frame) => program = Arc::clone(&self.frames.last()?.program),
                Err(fault) => {
                    let span = program.spans.get(pc).copied().unwrap_or_default();
                    match self.unwind(fault, span) {
                        Some(error) => return Some(Err(error)),
                        None => program = Arc::clone(&self.frames.last()?.program),
                    }
                }
            }
        }
    }

    fn step(&mut self, op: &Op, program: &Arc<Program>, target: &mut dyn Target) -> Ran<Flow> {
        match op {
            Op::Const(value) => {
                self.charge_text(value);
                self.values.push(value.clone());
            }
            Op::Pop => {
                self.pop();
            }
            Op::Jump(to) => self.jump(*to),
            Op::JumpUnless(to) => {
                let value = self.pop();
                if !operators::condition(&value)? {
                    self.jump(*to);
                }
            }
            Op::JumpDecided(decides, to) => match self.values.last().is_some_and(lenient_condition) {
                value if value == *decides => {
                    self.pop();
                    self.values.push(Value::Bool(value));
                    self.jump(*to);
                }
                _ => {
                    self.pop();
                }
            },
            Op::Condition => {
                let value = self.pop();
                self.values.push(Value::Bool(lenient_condition(&value)));
            }
            Op::Load(name) => {
                let value = self.load(name, target);
                self.charge_text(&value);
                self.values.push(value);
            }
            Op::Field(field) => {
                let value = self.field(*field, target);
                self.values.push(value);
            }
            Op::Unary(operator) => {
                let value = self.pop();
                self.values.push(operators::unary(*operator, &value)?);
            }
            Op::Binary(Binary::Apply) => return self.apply(target),
            Op::Binary(operator) => {
                let (right, left) = (self.pop(), self.pop());
                if *operator != Binary::Element {
                    self.charge(&left)?;
                    self.charge(&right)?;
                }
                let value = match operator {
                    Binary::Match => Value::Bool(self.matches(&left, &right)?),
                    operator => operators::binary(*operator, &left, &right)?,
                };
                self.charge_text(&value);
                self.values.push(value);
            }
            Op::LikeProperty => {
                if let [.., property, text] = self.values.as_mut_slice() {
                    operators::read_like(property, text);
                }
            }
            Op::Text(count) => {
                let value = self.join_text(*count)?;
                self.values.push(value);
            }
            Op::Array(keyed) => {
                let value = self.make_array(keyed);
                self.charge(&value)?;
                self.values.push(value);
            }
            other => return self.step_in_menus(other, program, target),
        }
        Ok(Flow::Next)
    }

    /// Steps that lead to menus, and those that change the way.
    fn step_in_menus(&mut self, op: &Op, program: &Arc<Program>, target: &mut dyn Target) -> Ran<Flow> {
        match op {
            Op::Menu(site) => return self.menu_command(*site, program, target),
            Op::Language(builtin, mask) => return self.language(builtin, *mask, target),
            Op::RowsBegin(site) => self.rows_begin(*site, program, target),
            Op::RowsNext(end) => {
                if !self.rows_next(target) {
                    self.jump(*end);
                }
            }
            Op::RowsKeep => self.rows_keep(),
            Op::FollowBegin => self.followed = None,
            Op::Pause => {
                let nanos = match self.pop() {
                    Value::Time(nanos) => u64::try_from(nanos).unwrap_or(0),
                    _ => 0,
                };
                let at = target.now() + clock::Duration::from_nanos(nanos.max(MIN_PAUSE));
                self.wait = Wait::Until(at);
                return Ok(Flow::Wait);
            }
            Op::Echo(text) => self.print(text)?,
            Op::Grep => self.grep(target)?,
            Op::Next => {
                if let (Some(next), Some(frame)) = (&program.next, self.frames.last_mut()) {
                    (frame.program, frame.pc) = (Arc::clone(next), 0);
                }
                return Ok(Flow::Frame);
            }
            Op::Fail(error) => {
                let mut fault = Fault::from(error.message.clone());
                fault.known = Some(error.clone());
                return Err(fault);
            }
            control => return self.control(control, target),
        }
        Ok(Flow::Next)
    }

    fn pop(&mut self) -> Value {
        self.values.pop().unwrap_or_default()
    }

    fn jump(&mut self, to: usize) {
        if let Some(frame) = self.frames.last_mut() {
            frame.pc = to;
        }
    }

    /// Large values cost steps by their size, so that the limit bounds time and memory.
    fn charge(&mut self, value: &Value) -> Ran<()> {
        if matches!(value, Value::Array(_) | Value::Str(_)) {
            self.steps += u64::try_from(operators::weight(value)?).unwrap_or(u64::MAX);
        }
        Ok(())
    }

    /// The same for a copy: arrays are shared, texts are not.
    fn charge_text(&mut self, value: &Value) {
        if let Value::Str(text) = value {
            self.steps += u64::try_from(text.len() / 64).unwrap_or(u64::MAX);
        }
    }

    /// Appends to the terminal output.
    fn print(&mut self, text: &[u8]) -> Ran<()> {
        self.output.extend_from_slice(text);
        self.steps += u64::try_from(text.len() / 64).unwrap_or(0);
        match self.output.len() > MAX_OUTPUT {
            true => Err(Fault::limit("script stopped: too much output")),
            false => Ok(()),
        }
    }
}

fn lenient_condition(value: &Value) -> bool {
    match operators::to_bool(value) {
        Value::Bool(b) => b,
        _ => operators::truthy(value),
    }
}
