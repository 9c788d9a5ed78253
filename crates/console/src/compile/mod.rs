//! The compiler: statement tree → flat program for the machine.
//!
//! Every statement leaves exactly one value on the stack. Control commands become jumps, so that the machine's whole
//! state is a position and some vectors: it can be cloned and suspended anywhere.

mod control;
mod slots;

use crate::language::Builtin;
use crate::matching::Node;
use crate::parse::Script;
use crate::position::Lines;
use crate::syntax::{
    ArgumentValue, Binary, Expression, ExpressionKind, MenuCall, Name, RowField, Statement, StatementKind,
    Unary, Verb,
};
use crate::{ScriptError, Span};
use menu::{LegacyMenu, MenuDef, Text, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

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
    /// The text on top, compared with the property of a row below it, is read as the property is.
    LikeProperty,
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
    /// Pops that many keys.
    RemoveElement(Text, usize),
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
    /// Before a menu command whose block runs for each round of it.
    RoundsBegin,
    /// Pops the value of that command.
    RoundsTake,
    /// Next round, or jump when there is none.
    LoopNext(usize),
    LoopEnd,
    Break(usize),
    Continue(usize),
    /// Pops the function and its arguments.
    Call(Box<FunctionCall>),
    Return,
    Exit,
    /// Ends the job, and the person leaves the terminal.
    Quit,
    /// Pops a message.
    Raise,
    Fail(Box<ScriptError>),
    Now,
    /// Pops the start.
    Elapsed,
    /// Pops what a script printed, and what is looked for in it.
    Grep,
    Enter(Node),
    /// Before `print follow`: nothing was shown yet.
    FollowBegin,
    /// Pops how long to wait.
    Pause,
    /// Prints; leaves nothing on the stack.
    Echo(Text),
    /// Goes on in [`Program::next`].
    Next,
}

/// A call of a function.
#[derive(Debug, Default)]
pub(crate) struct FunctionCall {
    /// What the arguments are called.
    pub(crate) names: Box<[Name]>,
    /// The function as written, its `$0`: `$f`. Without it the first argument is `$0`.
    pub(crate) called: Option<Text>,
}

/// A menu command in a program.
#[derive(Debug)]
pub(crate) struct Site {
    /// What the lines of a long section have in common, and share.
    pub(crate) shape: Arc<Shape>,
    pub(crate) word: Span,
    /// Parallel to the shape's arguments: the values, or the names where there is no value.
    pub(crate) spans: Box<[Span]>,
}

/// A menu command without its values.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) node: Node,
    pub(crate) def: Option<&'static MenuDef>,
    pub(crate) verb: Verb,
    pub(crate) arguments: Box<[SiteArgument]>,
    pub(crate) filtered: bool,
    /// The value is used: `[ … ]`.
    pub(crate) wanted: bool,
    /// The device works out what the command is today.
    pub(crate) old: Option<&'static LegacyMenu>,
}

impl Shape {
    fn is(&self, other: &Self) -> bool {
        // The node tells the menu.
        std::ptr::eq(self.node, other.node)
            && self.verb.is(other.verb)
            && (self.filtered, self.wanted) == (other.filtered, other.wanted)
            && self.old.is_some() == other.old.is_some()
            && self.arguments == other.arguments
    }
}

impl std::ops::Deref for Site {
    type Target = Shape;
    fn deref(&self) -> &Shape {
        &self.shape
    }
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SiteArgument {
    pub(crate) name: Name,
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
    /// Where it can go on after a fault: at statements of the top level, at the first of each line where lines count.
    pub(crate) starts: Vec<usize>,
    pub(crate) lines: Lines,
    /// Of one statement: its value is the value of the code.
    pub(crate) single: bool,
    /// Names that are set and declared nowhere: in a function they are parameters, given or not.
    pub(crate) parameters: Box<[Text]>,
    /// The rest of a long script: what has run is freed while it runs.
    pub(crate) next: Option<Arc<Self>>,
}

/// Compiles a script.
pub(crate) fn compile(script: Script) -> Program {
    compile_echoed(script, Vec::new())
}

/// Compiles a script that prints these texts before its statements.
pub(crate) fn compile_echoed(script: Script, echoes: Vec<Option<Text>>) -> Program {
    let mut echoes = echoes.into_iter();
    let mut compilation = Compilation::default();
    let single = script.statements.len() == 1;
    for statement in script.statements {
        compilation.add(&script.lines, statement, echoes.next().flatten(), true);
    }
    Program { single, ..compilation.finish(script.lines) }
}

/// Compiles the body of a function.
pub(crate) fn compile_function(script: Script) -> Program {
    let program = compile(script);
    let (mut set, mut declared) = (BTreeSet::new(), BTreeSet::new());
    let mut part = Some(&program);
    while let Some(Program { ops, next, .. }) = part {
        for op in ops {
            match op {
                Op::Store(name) | Op::StoreElement(name, _) => _ = set.insert(name.clone()),
                Op::DeclareLocal(name) | Op::DeclareGlobal(name, _) => _ = declared.insert(name.clone()),
                Op::ForBegin(names) | Op::ForeachBegin(names) => declared.extend(names.iter().cloned()),
                _ => {}
            }
        }
        part = next.as_deref();
    }
    let parameters = set.difference(&declared).cloned().collect();
    Program { parameters, ..program }
}

/// Steps after which a long script goes on in a program of its own.
const SEGMENT_OPS: usize = 2000;

/// A program in the making: one statement of the top level after the other.
#[derive(Default)]
pub(crate) struct Compilation {
    compiler: Compiler,
    /// What stands before, without their links.
    done: Vec<Program>,
}

impl Compilation {
    /// Appends a statement; `echo` is printed before it runs. After a fault before it, the script can go on here when it
    /// `begins_line`.
    pub(crate) fn add(&mut self, lines: &Lines, statement: Statement, echo: Option<Text>, begins_line: bool) {
        if self.compiler.here() >= SEGMENT_OPS {
            let last_shape = self.compiler.last_shape.clone();
            let next = Compiler { last_shape, ..Compiler::default() };
            let mut full = std::mem::replace(&mut self.compiler, next);
            full.emit(Op::Next, statement.span);
            self.done.push(full.program);
        }
        let compiler = &mut self.compiler;
        let first = compiler.here() == 0;
        if first {
            compiler.program.lines = lines.clone();
        }
        if !first || !self.done.is_empty() {
            compiler.emit(Op::Pop, statement.span);
        }
        if begins_line {
            let start = compiler.here();
            compiler.program.starts.push(start);
        }
        if let Some(text) = echo {
            compiler.emit(Op::Echo(text), statement.span);
        }
        compiler.statement(statement, false);
    }

    /// The program.
    pub(crate) fn finish(self, lines: Lines) -> Program {
        let mut compiler = self.compiler;
        if compiler.here() == 0 {
            compiler.emit(Op::Const(Value::Nil), Span::default());
        }
        compiler.emit(Op::Return, Span::default());
        let last = Program { lines, ..compiler.program };
        let link = |next: Program, program: Program| Program { next: Some(Arc::new(next)), ..program };
        self.done.into_iter().rev().fold(last, link)
    }
}

/// Does this `print` go on until it is cancelled?
fn repeats(call: &MenuCall) -> bool {
    let given = |name| call.arguments.iter().any(|a| a.name == Name::Static(name));
    matches!(call.verb, Verb::Print)
        && ["follow", "follow-only", "interval"].into_iter().any(given)
        && !["as-value", "count-only"].into_iter().any(given)
}

/// Takes the block that runs for each round out of a command; the argument stays as a flag.
fn rounds_block(call: &mut MenuCall) -> Option<Vec<Statement>> {
    let argument = call.arguments.iter_mut().find(|a| matches!(a.value, ArgumentValue::Body(_)))?;
    match std::mem::replace(&mut argument.value, ArgumentValue::Flag) {
        ArgumentValue::Body(block) => Some(block),
        _ => None,
    }
}

#[derive(Default)]
struct Compiler {
    program: Program,
    /// Loops around: jumps to patch to their ends, and where to continue.
    loops: Vec<LoopLabels>,
    /// The shape of the menu command before.
    last_shape: Option<Arc<Shape>>,
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
                let called = match &function.kind {
                    ExpressionKind::Variable(name) => Some(Text::from(format!("${name}"))),
                    _ => None,
                };
                self.expression(function);
                let mut names = Vec::new();
                for argument in arguments {
                    if let ArgumentValue::Expression(value) = argument.value {
                        self.expression(value);
                        names.push(argument.name);
                    }
                }
                self.emit(Op::Call(Box::new(FunctionCall { names: names.into(), called })), span);
            }
            StatementKind::Block(statements) => self.block(statements, wanted, span),
            StatementKind::Value(expression) => self.expression(expression),
            StatementKind::Fail(error) => {
                self.emit(Op::Fail(Box::new(error)), span);
            }
        }
    }

    fn menu(&mut self, mut call: MenuCall, wanted: bool) {
        let word = call.word;
        let block = rounds_block(&mut call);
        if !repeats(&call) {
            let breaks = self.menu_with(block, call, wanted);
            if !breaks.is_empty() {
                let end = self.emit(Op::Jump(0), word);
                breaks.into_iter().for_each(|at| self.patch(at));
                self.nil(word);
                self.patch(end);
            }
            return;
        }
        // `print follow`, `print interval=`: until the job is cancelled.
        self.emit(Op::FollowBegin, word);
        let start = self.here();
        let breaks = self.menu_with(block, call, wanted);
        self.emit(Op::Pause, word);
        self.emit(Op::Jump(start), word);
        breaks.into_iter().for_each(|at| self.patch(at));
        self.nil(word);
    }

    /// A menu command, and the block that runs for each round of it. Gives the jumps that leave it.
    fn menu_with(&mut self, block: Option<Vec<Statement>>, call: MenuCall, wanted: bool) -> Vec<usize> {
        let word = call.word;
        let Some(block) = block else {
            self.menu_once(call, wanted);
            return Vec::new();
        };
        self.emit(Op::RoundsBegin, word);
        self.menu_once(call, wanted);
        self.emit(Op::RoundsTake, word);
        self.menu_rounds(block, word)
    }

    fn menu_once(&mut self, call: MenuCall, wanted: bool) {
        let (mut arguments, mut spans) = (Vec::new(), Vec::new());
        for argument in call.arguments {
            let kind = match argument.value {
                ArgumentValue::Expression(value) => {
                    self.expression(value);
                    ArgumentKind::Value
                }
                ArgumentValue::Unset => ArgumentKind::Unset,
                ArgumentValue::Flag | ArgumentValue::Body(_) => ArgumentKind::Flag,
            };
            spans.push(argument.span);
            arguments.push(SiteArgument { name: argument.name, kind });
        }
        let site = self.program.sites.len();
        let (node, def, verb, word, old) = (call.node, call.def, call.verb, call.word, call.old);
        let filtered = call.filter.is_some();
        let shape = Shape { node, def, verb, arguments: arguments.into(), filtered, wanted, old };
        let shape = match &self.last_shape {
            Some(last) if last.is(&shape) => Arc::clone(last),
            _ => Arc::clone(self.last_shape.insert(Arc::new(shape))),
        };
        self.program.sites.push(Site { shape, word, spans: spans.into() });
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
                // `"$x"` is `$x`, a number too.
                if count != 1 {
                    self.emit(Op::Text(count), span);
                }
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
        let first_kind = match &first.kind {
            ExpressionKind::Property(field) => Some(*field),
            _ => None,
        };
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
                let mut of_row = matches!(first_kind, Some(RowField::Property(_)));
                for (operator, right) in rest {
                    let span = span.to(right.span);
                    self.expression(right);
                    if std::mem::take(&mut of_row) && matches!(operator, Binary::Equal | Binary::NotEqual) {
                        self.emit(Op::LikeProperty, span);
                    }
                    self.emit(Op::Binary(operator), span);
                }
            }
        }
    }
}
