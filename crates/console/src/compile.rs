//! The compiler: statement tree → flat program for the machine.
//!
//! Every statement leaves exactly one value on the stack. Control commands become jumps, so that the machine's whole
//! state is a position and some vectors: it can be cloned and suspended anywhere.

use crate::language::{Builtin, Command};
use crate::matching::Node;
use crate::parse::Script;
use crate::position::Lines;
use crate::syntax::{
    Argument, ArgumentValue, Binary, Expression, ExpressionKind, MenuCall, Name, RowField, Statement,
    StatementKind, Unary, Verb,
};
use crate::{ScriptError, Span};
use menu::{MenuDef, Text, Value};

/// One step of the machine.
#[derive(Debug)]
pub(crate) enum Op {
    Const(Value),
    Pop,
    Jump(usize),
    /// Pops a condition.
    JumpUnless(usize),
    /// Jumps when the condition on top decides `and` (false) or `or` (true); else pops it.
    JumpDecided(bool, usize),
    /// The top must be a condition; makes it a `bool`.
    Condition,
    Load(Text),
    Field(RowField),
    Unary(Unary),
    Binary(Binary),
    /// Joins the texts of the top values.
    Text(usize),
    /// Makes an array of the top values; true = a key stands before the value.
    Array(Box<[bool]>),
    /// Pops the value.
    DeclareLocal(Text),
    DeclareGlobal(Text, bool),
    Store(Text),
    Remove(Text),
    /// Pops a value and that many keys before it.
    StoreElement(Text, usize),
    EnterScope,
    LeaveScope,
    /// Pops the values of the parameters in the mask.
    Language(&'static Builtin, u16),
    /// Pops as many values as the call has arguments with values.
    Menu(usize),
    RowsBegin(usize),
    RowsNext(usize),
    RowsKeep,
    /// On a fault: stacks as now, its message on top, go on there.
    Try(usize),
    TryEnd,
    /// Pops step, to, from.
    ForBegin(Box<[Text]>),
    /// Pops the array.
    ForeachBegin(Box<[Text]>),
    LoopBegin,
    /// Pops max and delay.
    RetryBegin,
    /// Next round, or jump when there is none.
    LoopNext(usize),
    LoopEnd,
    Break(usize),
    Continue(usize),
    /// Pops the function and its arguments.
    Call(Box<[Name]>),
    Return,
    Exit,
    /// Pops a message.
    Raise,
    Fail(Box<ScriptError>),
    Now,
    /// Pops the start.
    Elapsed,
    Enter(Node),
}

/// A menu command in a program.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) node: Node,
    pub(crate) def: Option<&'static MenuDef>,
    pub(crate) verb: Verb,
    pub(crate) word: Span,
    pub(crate) arguments: Vec<SiteArgument>,
    pub(crate) filtered: bool,
    /// The value is used: `[ … ]`.
    pub(crate) wanted: bool,
}

#[derive(Debug)]
pub(crate) struct SiteArgument {
    pub(crate) name: Name,
    pub(crate) span: Span,
    pub(crate) kind: ArgumentKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ArgumentKind {
    /// On the stack.
    Value,
    Unset,
    Flag,
}

/// A compiled script.
#[derive(Debug, Default)]
pub(crate) struct Program {
    pub(crate) ops: Vec<Op>,
    /// Source of each op.
    pub(crate) spans: Vec<Span>,
    pub(crate) sites: Vec<Site>,
    /// Where each statement of the top level begins.
    pub(crate) starts: Vec<usize>,
    pub(crate) lines: Lines,
}

/// Compiles a script.
pub(crate) fn compile(script: Script) -> Program {
    let mut compiler =
        Compiler { program: Program { lines: script.lines, ..Program::default() }, ..Compiler::default() };
    let mut first = true;
    for statement in script.statements {
        if !std::mem::take(&mut first) {
            compiler.emit(Op::Pop, statement.span);
        }
        let start = compiler.here();
        compiler.program.starts.push(start);
        compiler.statement(statement, false);
    }
    if first {
        compiler.emit(Op::Const(Value::Nil), Span::default());
    }
    compiler.emit(Op::Return, Span::default());
    compiler.program
}

#[derive(Default)]
struct Compiler {
    program: Program,
    /// Loops around: jumps to patch to their ends, and where to continue.
    loops: Vec<LoopLabels>,
}

struct LoopLabels {
    breaks: Vec<usize>,
    continues: Vec<usize>,
}

impl Compiler {
    fn here(&self) -> usize {
        self.program.ops.len()
    }

    fn emit(&mut self, op: Op, span: Span) -> usize {
        self.program.ops.push(op);
        self.program.spans.push(span);
        self.here() - 1
    }

    fn nil(&mut self, span: Span) {
        self.emit(Op::Const(Value::Nil), span);
    }

    /// Lets the jump at `at` lead here.
    fn patch(&mut self, at: usize) {
        let here = self.here();
        self.patch_to(at, here);
    }

    fn patch_to(&mut self, at: usize, to: usize) {
        match self.program.ops.get_mut(at) {
            Some(
                Op::Jump(target)
                | Op::JumpUnless(target)
                | Op::JumpDecided(_, target)
                | Op::RowsNext(target)
                | Op::Try(target)
                | Op::LoopNext(target)
                | Op::Break(target)
                | Op::Continue(target),
            ) => *target = to,
            _ => debug_assert!(false, "op {at} does not jump"),
        }
    }

    fn block(&mut self, statements: Vec<Statement>, wanted: bool, span: Span) {
        self.emit(Op::EnterScope, span);
        let count = statements.len();
        for (i, statement) in statements.into_iter().enumerate() {
            let last = i + 1 == count;
            self.statement(statement, wanted && last);
            if !last {
                self.emit(Op::Pop, span);
            }
        }
        if count == 0 {
            self.nil(span);
        }
        self.emit(Op::LeaveScope, span);
    }

    fn statement(&mut self, statement: Statement, wanted: bool) {
        let span = statement.span;
        match statement.kind {
            StatementKind::Enter(node) => {
                self.emit(Op::Enter(node), span);
            }
            StatementKind::Language(builtin, arguments) => self.language(builtin, arguments, span),
            StatementKind::Menu(call) => self.menu(*call, wanted),
            StatementKind::Call(function, arguments) => {
                self.expression(function);
                let mut names = Vec::new();
                for argument in arguments {
                    if let ArgumentValue::Expression(value) = argument.value {
                        self.expression(value);
                        names.push(argument.name);
                    }
                }
                self.emit(Op::Call(names.into()), span);
            }
            StatementKind::Block(statements) => self.block(statements, wanted, span),
            StatementKind::Value(expression) => self.expression(expression),
            StatementKind::Fail(error) => {
                self.emit(Op::Fail(Box::new(error)), span);
            }
        }
    }

    fn menu(&mut self, call: MenuCall, wanted: bool) {
        let mut arguments = Vec::new();
        for argument in call.arguments {
            let kind = match argument.value {
                ArgumentValue::Expression(value) => {
                    self.expression(value);
                    ArgumentKind::Value
                }
                ArgumentValue::Unset => ArgumentKind::Unset,
                ArgumentValue::Flag | ArgumentValue::Body(_) => ArgumentKind::Flag,
            };
            arguments.push(SiteArgument { name: argument.name, span: argument.span, kind });
        }
        let site = self.program.sites.len();
        let (node, def, verb, word) = (call.node, call.def, call.verb, call.word);
        let filtered = call.filter.is_some();
        self.program.sites.push(Site { node, def, verb, word, arguments, filtered, wanted });
        if let Some(filter) = call.filter {
            let span = filter.span;
            self.emit(Op::RowsBegin(site), span);
            let next = self.emit(Op::RowsNext(0), span);
            self.expression(filter);
            self.emit(Op::RowsKeep, span);
            self.emit(Op::Jump(next), span);
            self.patch(next);
        }
        self.emit(Op::Menu(site), word);
    }

    fn expression(&mut self, expression: Expression) {
        let span = expression.span;
        match expression.kind {
            ExpressionKind::Literal(value) => {
                self.emit(Op::Const(value), span);
            }
            ExpressionKind::Text(pieces) => {
                let count = pieces.len();
                pieces.into_iter().for_each(|piece| self.expression(piece));
                self.emit(Op::Text(count), span);
            }
            ExpressionKind::Variable(name) => {
                self.emit(Op::Load(name), span);
            }
            ExpressionKind::Property(field) => {
                self.emit(Op::Field(field), span);
            }
            ExpressionKind::Command(statements) => self.block(statements, true, span),
            ExpressionKind::Array(members) => {
                let mut keyed = Vec::new();
                for (key, value) in members {
                    keyed.push(key.is_some());
                    key.into_iter().for_each(|key| self.expression(key));
                    self.expression(value);
                }
                self.emit(Op::Array(keyed.into()), span);
            }
            ExpressionKind::Chain(first, rest) => self.chain(*first, rest, span),
            ExpressionKind::Unary(unary, inner) => {
                self.expression(*inner);
                self.emit(Op::Unary(unary), span);
            }
        }
    }

    fn chain(&mut self, first: Expression, rest: Vec<(Binary, Expression)>, span: Span) {
        self.expression(first);
        let operator = rest.first().map(|(operator, _)| *operator);
        match operator {
            Some(Binary::And | Binary::Or) => {
                let decides = operator == Some(Binary::Or);
                let mut jumps = Vec::new();
                for (_, right) in rest {
                    jumps.push(self.emit(Op::JumpDecided(decides, 0), span));
                    self.expression(right);
                }
                self.emit(Op::Condition, span);
                jumps.into_iter().for_each(|jump| self.patch(jump));
            }
            Some(operator) if operator.right_associative() => {
                let operators: Vec<_> = rest.iter().map(|(operator, _)| *operator).collect();
                rest.into_iter().for_each(|(_, right)| self.expression(right));
                for operator in operators.into_iter().rev() {
                    self.emit(Op::Binary(operator), span);
                }
            }
            _ => {
                for (operator, right) in rest {
                    let span = span.to(right.span);
                    self.expression(right);
                    self.emit(Op::Binary(operator), span);
                }
            }
        }
    }

    /// A command of the language.
    fn language(&mut self, builtin: &'static Builtin, arguments: Vec<Argument>, span: Span) {
        let mut slots = Slots::new(builtin, arguments);
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
            Command::Break | Command::Continue => self.leave_round(builtin.command, span),
            _ => {
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
        }
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
        let (name, keys) = match target.kind {
            ExpressionKind::Literal(Value::Str(name)) => (name, Vec::new()),
            ExpressionKind::Variable(name) => (name, Vec::new()),
            ExpressionKind::Chain(first, rest)
                if rest.iter().all(|(operator, _)| *operator == Binary::Element) =>
            {
                match first.kind {
                    ExpressionKind::Variable(name) => (name, rest),
                    _ => return self.cannot_set(target.span),
                }
            }
            _ => return self.cannot_set(target.span),
        };
        let depth = keys.len();
        keys.into_iter().for_each(|(_, key)| self.expression(key));
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
            _ => self.emit(Op::StoreElement(name, depth), target.span),
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

    fn for_loop(&mut self, slots: &mut Slots, span: Span) {
        let names = slots.names("counter");
        self.value_or(slots, "from", Value::Num(0), span);
        self.value_or(slots, "to", Value::Num(0), span);
        self.value_or(slots, "step", Value::Num(1), span);
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
            _ => self.body(slots, "command", span),
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

/// Arguments of a language command by parameter name.
struct Slots {
    arguments: Vec<Argument>,
}

impl Slots {
    fn new(_builtin: &'static Builtin, arguments: Vec<Argument>) -> Self {
        Self { arguments }
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.arguments.iter().rposition(|a| matches!(a.name, Name::Static(n) if n == name))
    }

    fn has(&self, name: &str) -> bool {
        self.place(name).is_some()
    }

    fn take(&mut self, name: &str) -> Option<ArgumentValue> {
        self.place(name).map(|at| self.arguments.remove(at).value)
    }

    fn text(&mut self, name: &str) -> Text {
        match self.take(name) {
            Some(ArgumentValue::Expression(Expression {
                kind: ExpressionKind::Literal(Value::Str(text)),
                ..
            })) => text,
            _ => Text::default(),
        }
    }

    fn names(&mut self, name: &str) -> Box<[Text]> {
        let Some(ArgumentValue::Expression(value)) = self.take(name) else { return Box::default() };
        let ExpressionKind::Literal(Value::Array(array)) = value.kind else { return Box::default() };
        let texts = array.items.iter().filter_map(|v| match v {
            Value::Str(text) => Some(text.clone()),
            _ => None,
        });
        texts.collect()
    }
}
