//! Control commands: jumps, loops, handlers.

use super::slots::Slots;
use super::{Compiler, LoopLabels, Op};
use crate::language::{Builtin, Command};
use crate::syntax::{Argument, ArgumentValue, Binary, Expression, ExpressionKind, Statement};
use crate::{ScriptError, Span};
use menu::{Text, Value};

impl Compiler {
    /// A command of the language.
    pub(super) fn language(&mut self, builtin: &'static Builtin, arguments: Vec<Argument>, span: Span) {
        let mut slots = Slots::new(arguments);
        match builtin.command {
            Command::Local => self.declare(&mut slots, span, |name, _| Op::DeclareLocal(name)),
            Command::Global => self.declare(&mut slots, span, Op::DeclareGlobal),
            Command::Set => self.set(&mut slots, span),
            Command::If => self.branch(&mut slots, span),
            Command::For => self.for_loop(&mut slots, span),
            Command::Foreach => self.foreach_loop(&mut slots, span),
            Command::While => self.while_loop(&mut slots, span),
            Command::Do => self.do_block(&mut slots, span),
            Command::Onerror => self.onerror(&mut slots, span),
            Command::Retry => self.retry(&mut slots, span),
            Command::Time => {
                self.emit(Op::Now, span);
                self.body(&mut slots, "command", span);
                self.emit(Op::Pop, span);
                self.emit(Op::Elapsed, span);
            }
            Command::Grep => {
                self.given(builtin, &mut slots, span);
                self.emit(Op::Grep, span);
            }
            Command::Error => {
                self.value_or_nil(&mut slots, "message", span);
                self.emit(Op::Raise, span);
            }
            Command::Return => {
                self.value_or_nil(&mut slots, "value", span);
                self.emit(Op::Return, span);
            }
            Command::Exit => {
                self.emit(Op::Exit, span);
            }
            Command::Quit => {
                self.emit(Op::Quit, span);
            }
            Command::Break | Command::Continue => self.leave_round(builtin.command, span),
            _ => self.given(builtin, &mut slots, span),
        }
    }

    /// A command that takes its arguments as values.
    fn given(&mut self, builtin: &'static Builtin, slots: &mut Slots, span: Span) {
        let mut mask = 0u16;
        for (index, parameter) in builtin.parameters.iter().enumerate() {
            match slots.take(parameter.name) {
                Some(ArgumentValue::Expression(value)) => self.expression(value),
                Some(_) => {
                    self.emit(Op::Const(Value::Bool(true)), span);
                }
                None => continue,
            }
            mask |= 1 << index;
        }
        self.emit(Op::Language(builtin, mask), span);
    }

    fn value_or_nil(&mut self, slots: &mut Slots, name: &str, span: Span) {
        match slots.take(name) {
            Some(ArgumentValue::Expression(value)) => self.expression(value),
            _ => self.nil(span),
        }
    }

    fn value_or(&mut self, slots: &mut Slots, name: &str, otherwise: Value, span: Span) {
        match slots.take(name) {
            Some(ArgumentValue::Expression(value)) => self.expression(value),
            _ => {
                self.emit(Op::Const(otherwise), span);
            }
        }
    }

    /// A body: a block, or a value that is called when it is code.
    fn body(&mut self, slots: &mut Slots, name: &str, span: Span) {
        match slots.take(name) {
            Some(ArgumentValue::Body(statements)) => self.block(statements, false, span),
            Some(ArgumentValue::Expression(value)) => {
                let called = matches!(value.kind, ExpressionKind::Variable(_));
                self.expression(value);
                if called {
                    self.emit(Op::Call(Box::default()), span);
                }
            }
            _ => self.nil(span),
        }
    }

    fn declare(&mut self, slots: &mut Slots, span: Span, op: impl Fn(Text, bool) -> Op) {
        let name = slots.text("name");
        let value = slots.take("do").or_else(|| slots.take("value"));
        let given = value.is_some();
        match value {
            Some(ArgumentValue::Expression(value)) => self.expression(value),
            _ => {
                self.emit(Op::Const(Value::Nothing), span);
            }
        }
        self.emit(op(name, given), span);
        self.nil(span);
    }

    fn set(&mut self, slots: &mut Slots, span: Span) {
        let Some(ArgumentValue::Expression(target)) = slots.take("name") else { return self.nil(span) };
        let value = slots.take("do").or_else(|| slots.take("value"));
        let given = value.is_some();
        let Some((name, keys)) = element_path(target.kind) else { return self.cannot_set(target.span) };
        let depth = keys.len();
        keys.into_iter().for_each(|key| self.expression(key));
        match value {
            Some(ArgumentValue::Expression(value)) => self.expression(value),
            _ => {
                self.emit(Op::Const(Value::Nothing), span);
            }
        }
        match (depth, given) {
            (0, true) => self.emit(Op::Store(name), target.span),
            (0, false) => {
                self.emit(Op::Pop, span);
                self.emit(Op::Remove(name), target.span)
            }
            (_, true) => self.emit(Op::StoreElement(name, depth), target.span),
            (_, false) => {
                self.emit(Op::Pop, span);
                self.emit(Op::RemoveElement(name, depth), target.span)
            }
        };
        self.nil(span);
    }

    fn cannot_set(&mut self, span: Span) {
        let error = ScriptError::parse("syntax error", self.program.lines.position(span));
        self.emit(Op::Fail(Box::new(error)), span);
    }

    fn branch(&mut self, slots: &mut Slots, span: Span) {
        self.value_or_nil(slots, "condition", span);
        let otherwise = self.emit(Op::JumpUnless(0), span);
        self.body(slots, "do", span);
        let end = self.emit(Op::Jump(0), span);
        self.patch(otherwise);
        self.body(slots, "else", span);
        self.patch(end);
    }

    /// The rounds of a loop whose beginning is emitted; `next` is where a round starts.
    fn rounds(&mut self, slots: &mut Slots, body: &str, span: Span) -> LoopLabels {
        self.loops.push(LoopLabels { breaks: Vec::new(), continues: Vec::new() });
        self.body(slots, body, span);
        self.emit(Op::Pop, span);
        self.loops.pop().unwrap_or(LoopLabels { breaks: Vec::new(), continues: Vec::new() })
    }

    fn close_loop(&mut self, labels: LoopLabels, next: usize, span: Span) {
        labels.continues.into_iter().for_each(|at| self.patch_to(at, next));
        labels.breaks.into_iter().for_each(|at| self.patch(at));
        self.nil(span);
    }

    fn counted(&mut self, slots: &mut Slots, span: Span) {
        let next = self.emit(Op::LoopNext(0), span);
        let labels = self.rounds(slots, "do", span);
        self.emit(Op::Jump(next), span);
        self.patch(next);
        self.close_loop(labels, next, span);
    }

    /// The rounds of a menu command; its value is left at the end. Gives the jumps that leave it.
    pub(super) fn menu_rounds(&mut self, block: Vec<Statement>, span: Span) -> Vec<usize> {
        let next = self.emit(Op::LoopNext(0), span);
        self.loops.push(LoopLabels { breaks: Vec::new(), continues: Vec::new() });
        self.block(block, false, span);
        self.emit(Op::Pop, span);
        self.emit(Op::Jump(next), span);
        self.patch(next);
        let Some(labels) = self.loops.pop() else { return Vec::new() };
        labels.continues.into_iter().for_each(|at| self.patch_to(at, next));
        labels.breaks
    }

    fn for_loop(&mut self, slots: &mut Slots, span: Span) {
        let names = slots.names("counter");
        self.value_or(slots, "from", Value::Num(0), span);
        self.value_or(slots, "to", Value::Num(0), span);
        self.value_or_nil(slots, "step", span);
        self.emit(Op::ForBegin(names), span);
        self.counted(slots, span);
    }

    fn foreach_loop(&mut self, slots: &mut Slots, span: Span) {
        let names = slots.names("counter");
        self.value_or_nil(slots, "in", span);
        self.emit(Op::ForeachBegin(names), span);
        self.counted(slots, span);
    }

    fn while_loop(&mut self, slots: &mut Slots, span: Span) {
        self.emit(Op::LoopBegin, span);
        let next = self.here();
        self.value_or_nil(slots, "condition", span);
        let exit = self.emit(Op::JumpUnless(0), span);
        let labels = self.rounds(slots, "do", span);
        self.emit(Op::Jump(next), span);
        self.patch(exit);
        self.emit(Op::LoopEnd, span);
        self.close_loop(labels, next, span);
    }

    fn do_block(&mut self, slots: &mut Slots, span: Span) {
        let guard = slots.take("if").map(|condition| {
            if let ArgumentValue::Expression(condition) = condition {
                self.expression(condition);
            }
            self.emit(Op::JumpUnless(0), span)
        });
        let handler = slots.has("on-error").then(|| self.emit(Op::Try(0), span));
        match slots.take("while") {
            Some(ArgumentValue::Expression(condition)) => {
                self.emit(Op::LoopBegin, span);
                let start = self.here();
                let labels = self.rounds(slots, "command", span);
                let next = self.here();
                self.expression(condition);
                let exit = self.emit(Op::JumpUnless(0), span);
                self.emit(Op::Jump(start), span);
                self.patch(exit);
                self.emit(Op::LoopEnd, span);
                self.close_loop(labels, next, span);
            }
            _ => {
                // The value of a block, as of a function without `:return`.
                self.emit(Op::Const(Value::Nothing), span);
                self.body(slots, "command", span);
                self.emit(Op::Array(Box::new([false, false])), span);
            }
        }
        if let Some(handler) = handler {
            self.emit(Op::TryEnd, span);
            let end = self.emit(Op::Jump(0), span);
            self.patch(handler);
            self.emit(Op::Pop, span);
            self.body(slots, "on-error", span);
            self.patch(end);
        }
        if let Some(guard) = guard {
            let end = self.emit(Op::Jump(0), span);
            self.patch(guard);
            self.nil(span);
            self.patch(end);
        }
    }

    fn onerror(&mut self, slots: &mut Slots, span: Span) {
        let name = slots.names("error").first().cloned().unwrap_or_default();
        let handler = self.emit(Op::Try(0), span);
        self.body(slots, "in", span);
        self.emit(Op::TryEnd, span);
        self.emit(Op::Pop, span);
        self.emit(Op::Const(Value::Bool(false)), span);
        let end = self.emit(Op::Jump(0), span);
        self.patch(handler);
        self.emit(Op::EnterScope, span);
        self.emit(Op::DeclareLocal(name), span);
        self.body(slots, "do", span);
        self.emit(Op::Pop, span);
        self.emit(Op::LeaveScope, span);
        self.emit(Op::Const(Value::Bool(true)), span);
        self.patch(end);
    }

    fn retry(&mut self, slots: &mut Slots, span: Span) {
        self.value_or(slots, "delay", Value::Time(1_000_000_000), span);
        self.value_or(slots, "max", Value::Num(1), span);
        self.emit(Op::RetryBegin, span);
        let round = self.here();
        let handler = self.emit(Op::Try(0), span);
        self.body(slots, "command", span);
        self.emit(Op::TryEnd, span);
        let done = self.emit(Op::Jump(0), span);
        self.patch(handler);
        // The message lies on the stack; it is dropped when there is another round.
        let next = self.emit(Op::LoopNext(0), span);
        self.emit(Op::Jump(round), span);
        self.patch(next);
        match slots.has("on-error") {
            true => {
                self.emit(Op::Pop, span);
                self.body(slots, "on-error", span);
            }
            false => {
                self.emit(Op::Raise, span);
            }
        }
        let end = self.emit(Op::Jump(0), span);
        self.patch(done);
        self.emit(Op::LoopEnd, span);
        self.patch(end);
    }

    fn leave_round(&mut self, command: Command, span: Span) {
        let op = if command == Command::Break { Op::Break(0) } else { Op::Continue(0) };
        let at = self.here();
        match self.loops.last_mut() {
            Some(labels) if command == Command::Break => labels.breaks.push(at),
            Some(labels) => labels.continues.push(at),
            None => return self.cannot_set(span),
        }
        self.emit(op, span);
    }
}

/// What `:set` changes: a variable and the keys of an element in it, as `($a->"b"->0)` and `(($a->"b")->0)` say.
fn element_path(target: ExpressionKind) -> Option<(Text, Vec<Expression>)> {
    match target {
        ExpressionKind::Literal(Value::Str(name)) | ExpressionKind::Variable(name) => {
            Some((name, Vec::new()))
        }
        ExpressionKind::Chain(first, rest)
            if rest.iter().all(|(operator, _)| *operator == Binary::Element) =>
        {
            let (name, mut keys) = element_path(first.kind)?;
            keys.extend(rest.into_iter().map(|(_, key)| key));
            Some((name, keys))
        }
        _ => None,
    }
}
