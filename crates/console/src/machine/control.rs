//! Variables, scopes, loops, calls, and the way of a fault.

use super::{Fault, Flow, Frame, FrameKind, Handler, Heights, MAX_CALLS, Machine, Ran, Slot, Variable, Wait};
use crate::compile::{Op, Program, compile, compile_function};
use crate::literal::text_of;
use crate::operators::{remove_element, store_element, to_num, to_time};
use crate::parse::{Surroundings, parse};
use crate::{Mode, ScriptError, Span, Target, Token};
use clock::Duration;
use menu::{Array, Text, Tree, Value};
use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;
use std::sync::Arc;

/// A loop that runs.
#[derive(Clone, Debug)]
pub(super) struct Loop {
    kind: LoopKind,
    heights: Heights,
}

#[derive(Clone, Debug)]
enum LoopKind {
    /// `:while`, `:do while=`.
    Plain,
    For {
        names: Box<[Text]>,
        next: i64,
        to: i64,
        step: i64,
        done: bool,
    },
    /// `after` is the key of the element before, once the elements without keys are through.
    Foreach {
        names: Box<[Text]>,
        array: Arc<Array>,
        next: usize,
        after: Option<Text>,
    },
    Retry {
        delay_ns: i64,
        left: i64,
    },
    /// A menu command and the block that runs for each of its rounds.
    Rounds(Rounds),
}

/// What a menu command gave its block to do.
#[derive(Clone, Debug, Default)]
pub(super) struct Rounds {
    /// What the block sees as variables, for each round that waits.
    events: VecDeque<BTreeMap<Text, Value>>,
    /// The command goes on when the block has run.
    pending: Option<(Token, String)>,
    /// The value of the command.
    value: Value,
}

/// Compiled functions kept; more are forgotten and compiled again.
const MAX_CODES: usize = 256;

impl Machine {
    pub(super) fn control(&mut self, op: &Op, target: &mut dyn Target) -> Ran<Flow> {
        match op {
            Op::DeclareLocal(name) => {
                let value = self.pop();
                self.variables.push(Variable { name: name.clone(), slot: Slot::Local(value) });
            }
            Op::DeclareGlobal(name, given) => self.declare_global(name, *given, target),
            Op::Store(name) => {
                let value = self.pop();
                self.store(name, value, target)?;
            }
            Op::Remove(name) => self.remove(name, target),
            Op::StoreElement(name, depth) => {
                let value = self.pop();
                let keys = self.values.split_off(self.values.len().saturating_sub(*depth));
                // Taken out of its place, so that it is changed where it lies.
                let array = self.take(name, target);
                if matches!(&array, Value::Array(shared) if Arc::strong_count(shared) > 1) {
                    self.charge(&array)?;
                }
                let grows_deep = matches!(value, Value::Array(_)) || keys.len() > 1;
                let array = store_element(array, &keys, value)?;
                if grows_deep {
                    self.charge(&array)?;
                }
                self.store(name, array, target)?;
            }
            Op::RemoveElement(name, depth) => {
                let keys = self.values.split_off(self.values.len().saturating_sub(*depth));
                let mut array = self.take(name, target);
                if matches!(&array, Value::Array(shared) if Arc::strong_count(shared) > 1) {
                    self.charge(&array)?;
                }
                remove_element(&mut array, &keys);
                self.store(name, array, target)?;
            }
            Op::EnterScope => self.scopes.push(self.variables.len()),
            Op::LeaveScope => {
                let height = self.scopes.pop().unwrap_or_default();
                self.variables.truncate(height);
            }
            Op::Try(pc) => {
                let (frames, heights) = (self.frames.len(), self.heights());
                self.handlers.push(Handler { frames, pc: *pc, heights, captured: None });
            }
            Op::TryEnd => {
                self.handlers.pop();
            }
            Op::Call(call) => return self.call(call, target),
            Op::Return => return Ok(self.leave_frame()),
            Op::Quit => {
                self.session.quits = true;
                return Ok(Flow::Finish(Value::Nil));
            }
            Op::Exit => return Ok(Flow::Finish(Value::Nil)),
            Op::Raise => {
                let message = text_of(&self.pop());
                return Err(Fault::from(message.to_string()).by(":error"));
            }
            Op::Now => {
                let now = i64::try_from(target.now().as_nanos()).unwrap_or(i64::MAX);
                self.values.push(Value::Num(now));
            }
            Op::Elapsed => {
                let now = i64::try_from(target.now().as_nanos()).unwrap_or(i64::MAX);
                let Value::Num(start) = self.pop() else { return Ok(Flow::Next) };
                self.values.push(Value::Time(now - start));
            }
            Op::Enter(node) => {
                if self.frames.len() == 1 && self.scopes.is_empty() {
                    self.session.menu = *node;
                }
                self.values.push(Value::Nil);
            }
            other => return self.loops(other, target),
        }
        Ok(Flow::Next)
    }

    fn loops(&mut self, op: &Op, target: &mut dyn Target) -> Ran<Flow> {
        match op {
            Op::LoopBegin => self.begin(LoopKind::Plain),
            Op::ForBegin(names) => {
                // Without `step=` it counts towards `to`, up or down.
                let step = match self.values.last() {
                    Some(Value::Nil) => {
                        self.pop();
                        None
                    }
                    _ => Some(self.number()?),
                };
                let (to, from) = (self.number()?, self.number()?);
                let step = step.unwrap_or(if from > to { -1 } else { 1 });
                let done = step == 0;
                self.begin(LoopKind::For { names: names.clone(), next: from, to, step, done });
            }
            Op::ForeachBegin(names) => {
                let array = match self.pop() {
                    Value::Array(array) => array,
                    Value::Nil | Value::Nothing => Arc::default(),
                    one => Arc::new(Array { items: vec![one], ..Array::default() }),
                };
                self.begin(LoopKind::Foreach { names: names.clone(), array, next: 0, after: None });
            }
            Op::RetryBegin => {
                let left = self.number()?;
                let Value::Time(delay_ns) = to_time(&self.pop()) else {
                    return Err("invalid value for argument delay".into());
                };
                self.begin(LoopKind::Retry { delay_ns, left });
            }
            Op::RoundsBegin => self.begin(LoopKind::Rounds(Rounds::default())),
            Op::RoundsTake => {
                let value = self.pop();
                if let Some(rounds) = self.rounds_at_hand() {
                    rounds.value = value;
                }
            }
            Op::LoopNext(end) => return Ok(self.next_round(*end, target)),
            Op::LoopEnd => {
                self.loops.pop();
            }
            Op::Break(to) => {
                if let Some(heights) = self.loops.last().map(|ended| ended.heights) {
                    self.truncate(heights);
                }
                self.jump(*to);
            }
            Op::Continue(to) => {
                if let Some(heights) = self.loops.last().map(|l| l.heights) {
                    self.truncate(Heights { loops: heights.loops + 1, ..heights });
                }
                self.jump(*to);
            }
            _ => debug_assert!(false, "op without a meaning"),
        }
        Ok(Flow::Next)
    }

    fn number(&mut self) -> Ran<i64> {
        match to_num(&self.pop()) {
            Value::Num(n) => Ok(n),
            _ => Err("invalid value for argument, number required".into()),
        }
    }

    fn begin(&mut self, kind: LoopKind) {
        let heights = self.heights();
        self.loops.push(Loop { kind, heights });
    }

    /// Starts the next round of the innermost loop, or ends it.
    fn next_round(&mut self, end: usize, target: &dyn Target) -> Flow {
        let Some(current) = self.loops.last_mut() else { return Flow::Next };
        let mut declared: Vec<(Text, Value)> = Vec::new();
        let heights = current.heights;
        let (goes_on, wait) = match &mut current.kind {
            LoopKind::Plain => (true, None),
            LoopKind::For { names, next, to, step, done } => {
                let within = if *step > 0 { *next <= *to } else { *next >= *to };
                let goes_on = within && !*done;
                declared.extend(names.first().map(|name| (name.clone(), Value::Num(*next))));
                match next.checked_add(*step) {
                    Some(n) => *next = n,
                    None => *done = true,
                }
                (goes_on, None)
            }
            LoopKind::Foreach { names, array, next, after } => {
                let at = *next;
                *next += 1;
                let (key, value) = match array.items.get(at) {
                    Some(value) => (i64::try_from(at).map_or(Value::Nil, Value::Num), Some(value)),
                    None => {
                        let from = after.as_ref().map_or(Bound::Unbounded, Bound::Excluded);
                        match array.keyed.range::<Text, _>((from, Bound::Unbounded)).next() {
                            Some((key, value)) => {
                                *after = Some(key.clone());
                                (Value::Str(key.clone()), Some(value))
                            }
                            None => (Value::Nil, None),
                        }
                    }
                };
                if let (Some(value), [one]) = (value, &**names) {
                    declared.push((one.clone(), value.clone()));
                } else if let (Some(value), [first, second, ..]) = (value, &**names) {
                    declared.extend([(first.clone(), key), (second.clone(), value.clone())]);
                }
                (value.is_some(), None)
            }
            LoopKind::Retry { delay_ns, left } => {
                *left -= 1;
                (*left > 0, u64::try_from(*delay_ns).ok())
            }
            LoopKind::Rounds(rounds) => match (rounds.events.pop_front(), rounds.pending.take()) {
                (Some(event), pending) => {
                    rounds.pending = pending;
                    declared.extend(event);
                    (true, None)
                }
                (None, Some((token, command))) => {
                    // Back to where the value of the command is taken.
                    self.wait = Wait::Token(token, command);
                    let back = self.frames.last().map_or(0, |frame| frame.pc.saturating_sub(2));
                    self.jump(back);
                    return Flow::Wait;
                }
                (None, None) => {
                    let value = std::mem::take(&mut rounds.value);
                    self.truncate(heights);
                    self.values.push(value);
                    self.jump(end);
                    return Flow::Next;
                }
            },
        };
        if !goes_on {
            // The message of a last try stays on the stack.
            self.loops.pop();
            self.variables.truncate(heights.variables);
            self.jump(end);
            return Flow::Next;
        }
        self.truncate(Heights { loops: heights.loops + 1, ..heights });
        let local = |(name, value)| Variable { name, slot: Slot::Local(value) };
        self.variables.extend(declared.into_iter().map(local));
        match wait {
            Some(nanos) => {
                self.wait = Wait::Until(target.now() + Duration::from_nanos(nanos));
                Flow::Wait
            }
            None => Flow::Next,
        }
    }

    pub(super) fn heights(&self) -> Heights {
        Heights {
            values: self.values.len(),
            variables: self.variables.len(),
            scopes: self.scopes.len(),
            loops: self.loops.len(),
            handlers: self.handlers.len(),
            rows: self.rows.len(),
        }
    }

    /// The rounds of the menu command that is at work, when a block waits for them.
    fn rounds_at_hand(&mut self) -> Option<&mut Rounds> {
        match &mut self.loops.last_mut()?.kind {
            LoopKind::Rounds(rounds) => Some(rounds),
            _ => None,
        }
    }

    /// A round for the block of the menu command at work; false when it has none. `pending`: the command goes on
    /// afterwards.
    pub(super) fn round(&mut self, event: BTreeMap<Text, Value>, pending: Option<(Token, String)>) -> bool {
        let Some(rounds) = self.rounds_at_hand() else { return false };
        rounds.events.push_back(event);
        rounds.pending = pending;
        true
    }

    /// Forgets the loops above a height; the commands that wait in them are to be cancelled.
    pub(super) fn leave_loops(&mut self, height: usize) {
        for left in self.loops.drain(height.min(self.loops.len())..) {
            if let LoopKind::Rounds(Rounds { pending: Some((token, _)), .. }) = left.kind {
                self.abandoned.push(token);
            }
        }
    }

    fn truncate(&mut self, to: Heights) {
        self.leave_loops(to.loops);
        self.values.truncate(to.values);
        self.variables.truncate(to.variables);
        self.scopes.truncate(to.scopes);
        self.handlers.truncate(to.handlers);
        self.rows.truncate(to.rows);
    }

    /// The innermost variable of this name that the frame sees.
    fn place(&self, name: &[u8]) -> Option<usize> {
        let base = self.frames.last().map_or(0, |frame| frame.base.variables);
        let visible = self.variables.get(base..).unwrap_or_default();
        visible.iter().rposition(|v| v.name == name).map(|at| at + base)
    }

    pub(super) fn load(&self, name: &Text, target: &mut dyn Target) -> Value {
        match self.place(name).and_then(|at| self.variables.get(at)).map(|v| &v.slot) {
            Some(Slot::Local(value)) => value.clone(),
            Some(Slot::Global) => target.globals().get(name).cloned().unwrap_or(Value::Nothing),
            // A parameter that was not given.
            None => Value::Nothing,
        }
    }

    fn take(&mut self, name: &Text, target: &mut dyn Target) -> Value {
        match self.place(name).and_then(|at| self.variables.get_mut(at)).map(|v| &mut v.slot) {
            Some(Slot::Local(value)) => std::mem::take(value),
            Some(Slot::Global) => target.globals().remove(name).unwrap_or(Value::Nothing),
            None => Value::Nothing,
        }
    }

    fn store(&mut self, name: &Text, value: Value, target: &mut dyn Target) -> Ran<()> {
        match self.place(name).and_then(|at| self.variables.get_mut(at)).map(|v| &mut v.slot) {
            Some(Slot::Local(slot)) => *slot = value,
            Some(Slot::Global) => {
                target.globals().insert(name.clone(), value);
            }
            None => return Err("syntax error".into()),
        }
        Ok(())
    }

    fn remove(&mut self, name: &Text, target: &mut dyn Target) {
        let Some(at) = self.place(name) else { return };
        match self.variables.get_mut(at).map(|v| &mut v.slot) {
            Some(Slot::Local(slot)) => *slot = Value::Nothing,
            Some(Slot::Global) => {
                target.globals().remove(name);
            }
            None => {}
        }
    }

    fn declare_global(&mut self, name: &Text, given: bool, target: &mut dyn Target) {
        let value = self.pop();
        let globals = target.globals();
        match given {
            true => {
                globals.insert(name.clone(), value);
            }
            false => {
                globals.entry(name.clone()).or_insert(Value::Nothing);
            }
        }
        self.variables.push(Variable { name: name.clone(), slot: Slot::Global });
        if self.frames.len() == 1 && self.scopes.is_empty() {
            self.session.declared.insert(name.clone());
        }
    }

    /// Runs code: a function, a `:parse` result, a deferred expression.
    pub(super) fn enter(
        &mut self,
        code: &Arc<str>,
        arguments: Vec<(Text, Value)>,
        kind: FrameKind,
        target: &mut dyn Target,
    ) -> Ran<Flow> {
        if self.frames.len() >= MAX_CALLS {
            return Err(Fault { fatal: true, ..Fault::from("maximum recursion depth reached") });
        }
        let program = self.compiled(code, target.tree(), kind)?;
        let base = self.heights();
        let absent =
            program.parameters.iter().filter(|name| arguments.iter().all(|(given, _)| given != *name));
        let local = |(name, value)| Variable { name, slot: Slot::Local(value) };
        self.variables.extend(absent.map(|name| local((name.clone(), Value::Nothing))));
        self.variables.extend(arguments.into_iter().map(local));
        self.frames.push(Frame { program, pc: 0, base, kind, name: None });
        Ok(Flow::Frame)
    }

    fn compiled(&mut self, code: &Arc<str>, tree: &Tree, kind: FrameKind) -> Ran<Arc<Program>> {
        if let Some(program) = self.codes.get(code) {
            return Ok(Arc::clone(program));
        }
        self.steps += u64::try_from(code.len()).unwrap_or(u64::MAX);
        let surroundings = Surroundings {
            function: matches!(kind, FrameKind::Function | FrameKind::Block),
            ..Surroundings::default()
        };
        let script = parse(code.as_bytes(), tree, &surroundings);
        if let Some(error) = script.errors.first() {
            return Err(match kind {
                FrameKind::File => format!("Script Error: {error}").into(),
                _ => error.to_string().into(),
            });
        }
        let program = Arc::new(match kind {
            FrameKind::Function | FrameKind::Block => compile_function(script),
            _ => compile(script),
        });
        if self.codes.len() >= MAX_CODES {
            self.codes.clear();
        }
        self.codes.insert(Arc::clone(code), Arc::clone(&program));
        Ok(program)
    }

    /// The value on top is the frame's result.
    fn leave_frame(&mut self) -> Flow {
        let value = self.pop();
        let Some(frame) = self.frames.pop() else { return Flow::Finish(value) };
        if self.frames.is_empty() {
            return Flow::Finish(value);
        }
        self.truncate(frame.base);
        let value = match frame.kind {
            FrameKind::File => {
                self.output.extend_from_slice(b"\nScript file loaded and executed successfully\n");
                Value::Nil
            }
            FrameKind::Captured(from) => {
                let captured = self.output.get(from..).unwrap_or_default().into();
                self.output.truncate(from);
                Value::Str(captured)
            }
            // Without `:return` a block gives what it is: an array, of nothing and of the value of its last command.
            FrameKind::Block if !explicit_return(&frame) => Value::list(vec![Value::Nothing, value]),
            FrameKind::Function | FrameKind::Script if !explicit_return(&frame) && !frame.program.single => {
                Value::Nil
            }
            FrameKind::Function | FrameKind::Script | FrameKind::Block => value,
        };
        self.values.push(value);
        Flow::Frame
    }

    /// Takes a fault to its handler; `Some` when nothing catches it.
    pub(super) fn unwind(&mut self, fault: Fault, span: Span) -> Option<ScriptError> {
        if !fault.fatal
            && let Some(handler) = self.handlers.pop()
        {
            let value = match handler.captured {
                Some(from) => {
                    let mut text = self.output.get(from..).unwrap_or_default().to_vec();
                    self.output.truncate(from);
                    text.extend_from_slice(self.error(handler.frames, &fault, span).import_text().as_bytes());
                    Value::Str(text.into())
                }
                None => Value::text(self.caught(&handler, fault, span)),
            };
            self.frames.truncate(handler.frames);
            self.truncate(handler.heights);
            self.jump(handler.pc);
            self.values.push(value);
            return None;
        }
        let error = self.error(0, &fault, span);
        if self.mode == Mode::Import || fault.fatal {
            return Some(error);
        }
        let text = format!("{error}\n");
        self.errors.push(error);
        self.output.extend_from_slice(text.as_bytes());
        let Some(frame) = self.frames.first_mut() else { return self.errors.pop() };
        let after = frame.program.starts.partition_point(|start| *start < frame.pc);
        let mut next = frame.program.starts.get(after).copied();
        while let (None, Some(program)) = (next, frame.program.next.clone()) {
            next = program.starts.first().copied();
            frame.program = program;
        }
        let Some(next) = next else {
            // The last statement failed: the script is over.
            self.frames.truncate(1);
            self.truncate(Heights::default());
            let end = self.frames.first().map_or(0, |frame| frame.program.ops.len());
            self.jump(end);
            self.values.push(Value::Nil);
            return None;
        };
        frame.pc = next;
        self.frames.truncate(1);
        // Variables of the top level stay.
        let variables = self.scopes.first().copied().unwrap_or(self.variables.len());
        self.truncate(Heights { variables, ..Heights::default() });
        None
    }

    /// The message that a handler gets.
    fn caught(&self, handler: &Handler, fault: Fault, span: Span) -> String {
        let imports = self.frames.iter().skip(handler.frames).any(|frame| frame.kind == FrameKind::File);
        match &fault.known {
            _ if imports => self.error(handler.frames.saturating_sub(1), &fault, span).message,
            Some(error) => error.to_string(),
            None => fault.message,
        }
    }

    /// The place of the step at hand in the job's own source; a step inside a function or a file stands at the call.
    pub(super) fn position_in_script(&self, span: Span) -> crate::Position {
        let Some(frame) = self.frames.first() else { return crate::Position::default() };
        let place = match self.frames.len() {
            1 => span,
            _ => frame.program.spans.get(frame.pc.saturating_sub(1)).copied().unwrap_or(span),
        };
        frame.program.lines.position(place)
    }

    /// The fault as it looks from the frame at `outer`.
    fn error(&self, outer: usize, fault: &Fault, span: Span) -> ScriptError {
        let Some(frame) = self.frames.get(outer) else {
            return ScriptError::run(&*fault.message, crate::Position::default(), &*fault.command);
        };
        let innermost = self.frames.len() == outer + 1;
        if let Some(known) = &fault.known
            && innermost
        {
            return ScriptError::clone(known);
        }
        // A fault inside a function or a file is placed at the call.
        let place = match innermost {
            true => fault.span.unwrap_or(span),
            false => frame.program.spans.get(frame.pc.saturating_sub(1)).copied().unwrap_or(span),
        };
        let position = frame.program.lines.position(place);
        let file = self.frames.iter().skip(outer + 1).position(|frame| frame.kind == FrameKind::File);
        if let Some(file) = file {
            let inner = self.error(outer + 1 + file, fault, span).import_text();
            return ScriptError::run(format!("Script Error: {inner}"), position, ScriptError::IMPORT);
        }
        let message = fault.known.as_ref().map_or_else(|| fault.message.clone(), ToString::to_string);
        ScriptError::run(message, position, &*fault.command)
    }
}

/// Did the frame end by `:return`, not by its end?
fn explicit_return(frame: &Frame) -> bool {
    frame.pc < frame.program.ops.len()
}
