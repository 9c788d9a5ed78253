//! The parser: bytes of a script → statements and faults.
//!
//! It reads without a separate token list, since what a byte means depends on where it stands (a word is a menu, a
//! command, an argument or a value). Menus, commands and argument names are resolved here, once, with abbreviations;
//! a fault that RouterOS reports late (`bad command name`) becomes a statement that fails when it is reached.
//!
//! Source: `/reference` §1 (lexical grammar), §2.6 (messages and columns).

pub(crate) mod argument;
mod expression;
mod hardware;
mod legacy;
pub(crate) mod path;
mod rounds;
mod scan;
pub(crate) mod spec;
mod statement;

use crate::highlight::Class;
use crate::matching::Node;
use crate::position::Lines;
use crate::syntax::{Statement, StatementKind};
use crate::{Note, ScriptError, Span};
use hardware::Hardware;
use menu::{LegacyMenu, MenuDef, Text, Tree};
use std::collections::{BTreeMap, BTreeSet};

/// Deepest nesting of brackets; deeper is a `syntax error`.
pub(crate) const MAX_NESTING: u32 = 100;

/// Deepest nesting of operators of ever tighter levels, over all brackets.
pub(crate) const MAX_OPERATORS: u32 = 300;

/// Longest source read, in bytes; RouterOS's own limit for scripts is 64 KiB, for files its memory.
pub(crate) const MAX_SOURCE: usize = 16 << 20;

/// Most variables in sight at once.
const MAX_VARIABLES: usize = 2000;

/// Faults after which a reader gives up.
const MAX_FAULTS: usize = 100;

/// A fault before its place is worked out.
#[derive(Debug)]
pub(crate) struct Fault {
    message: String,
    span: Span,
    /// Known names only at run time on RouterOS.
    late: bool,
}

/// Items that old forms lean on, by menu and name, with what to say when they are made.
pub(crate) type Needs = BTreeMap<(&'static str, Text), Note>;

pub(crate) type Parsed<T> = Result<T, Fault>;

/// What the surroundings of the source are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Surroundings {
    /// Current menu.
    pub(crate) menu: Node,
    /// Variables that exist.
    pub(crate) declared: Vec<Text>,
    /// Unknown variables are parameters.
    pub(crate) function: bool,
    /// Somebody wants to know what words are taken for.
    pub(crate) marks: bool,
    /// The names of hardware are of interest.
    pub(crate) hardware: bool,
    /// The source is typed: a fault keeps the whole line from running that it stands in.
    pub(crate) typed: bool,
}

/// What the parser gives.
#[derive(Debug)]
pub(crate) struct Script {
    pub(crate) statements: Vec<Statement>,
    /// Faults that keep an import from starting.
    pub(crate) errors: Vec<ScriptError>,
    /// Faults that show when they are reached; they stand in the statements too.
    pub(crate) late: Vec<ScriptError>,
    /// What is taken and worth a word, in order of place.
    pub(crate) notes: Vec<Note>,
    /// Items that old forms lean on.
    pub(crate) needs: Needs,
    /// Ports that it takes for granted.
    pub(crate) hardware: Vec<crate::Piece>,
    pub(crate) lines: Lines,
    /// What the words are taken for, when [`Surroundings::marks`] asks; later ones stand inside or beside earlier ones.
    pub(crate) marks: Option<Vec<(Span, Class)>>,
}

/// Reads a script.
pub(crate) fn parse(source: &[u8], tree: &Tree, surroundings: &Surroundings) -> Script {
    let mut statements = Vec::new();
    let script = parse_each(source, tree, surroundings, |_, statement, _| statements.push(statement));
    Script { statements, ..script }
}

/// The line that is being read, where a fault refuses lines.
struct Line {
    statements: Vec<Statement>,
    start: usize,
    declared: usize,
    menu: Node,
}

/// Reads a script and hands over each statement as soon as it, and the line around it where lines count, is read: the trees
/// of a long one never stand in memory together. [`Script::statements`] stays empty. The flag says that a line begins.
pub(crate) fn parse_each(
    source: &[u8],
    tree: &Tree,
    surroundings: &Surroundings,
    mut each: impl FnMut(&Lines, Statement, bool),
) -> Script {
    let mut parser = Parser::new(source, tree, surroundings);
    let mut errors = Vec::new();
    let statements = Vec::new();
    if source.len() > MAX_SOURCE {
        errors.push(ScriptError::parse("script is too long", parser.lines.position(Span::new(0, 0))));
        return parser.finish(statements, errors);
    }
    let mut line = parser.line();
    loop {
        let end = parser.at;
        parser.skip_terminators();
        let between = source.get(end..parser.at).unwrap_or_default();
        if !surroundings.typed || parser.at_end() || between.iter().any(|b| matches!(b, b'\n' | b'\r')) {
            for (at, statement) in line.statements.drain(..).enumerate() {
                each(&parser.lines, statement, at == 0);
            }
            line = parser.line_in(line.statements);
        }
        if parser.at_end() {
            break;
        }
        let depth = parser.depth;
        match parser.top_statement() {
            Ok(statement) => line.statements.push(statement),
            Err(fault) => {
                parser.declared.truncate(line.declared);
                parser.depth = depth;
                parser.operators = 0;
                parser.row = None;
                parser.around = None;
                parser.parentheses = 0;
                parser.function = u32::from(surroundings.function);
                parser.menu = line.menu;
                parser.mark_fault(&fault);
                let error = parser.place(fault);
                parser.at = match surroundings.typed {
                    true => parser.end_of_line(line.start),
                    false => parser.end_of_statement(line.start),
                };
                errors.push(error.clone());
                if errors.len() >= MAX_FAULTS {
                    parser.at = source.len();
                }
                line.statements.clear();
                let span = Span::new(line.start, parser.at);
                line.statements.push(Statement { span, kind: StatementKind::Fail(error) });
            }
        }
    }
    parser.finish(statements, errors)
}

/// Reads one expression that fills the whole source (`[:len [find]] = 3`).
pub(crate) fn parse_expression(source: &[u8], tree: &Tree, surroundings: &Surroundings) -> Script {
    let mut parser = Parser::new(source, tree, surroundings);
    let mut errors = Vec::new();
    let mut statements = Vec::new();
    match parser.whole_expression() {
        Ok(expression) => {
            let span = expression.span;
            statements.push(Statement { span, kind: StatementKind::Value(expression) });
        }
        Err(fault) => errors.push(parser.place(fault)),
    }
    errors.append(&mut parser.late);
    parser.finish(statements, errors)
}

/// The state of a parse.
pub(crate) struct Parser<'a> {
    source: &'a [u8],
    at: usize,
    tree: &'a Tree,
    lines: Lines,
    depth: u32,
    /// Operators whose right sides are being read.
    operators: u32,
    /// Open parentheses since the last `[`; inside them a line end means nothing.
    parentheses: u32,
    /// Current menu of the statement at hand.
    menu: Node,
    declared: Vec<Text>,
    /// Inside a function body: unknown variables are parameters.
    function: u32,
    /// Inside `where`: the menu whose rows are asked.
    row: Option<&'static MenuDef>,
    /// Inside `[…]` in `where`: the same, for `$property`.
    around: Option<&'static MenuDef>,
    /// The definition asked for last: one line asks several times.
    last_menu: std::cell::Cell<Option<(Node, Option<&'static MenuDef>)>>,
    late: Vec<ScriptError>,
    notes: Vec<Note>,
    /// What words are taken for, when somebody wants to know ([`crate::highlight`]).
    marks: Option<Vec<(Span, Class)>>,
    needs: Needs,
    /// Names of hardware, when they are of interest.
    hardware: Option<Hardware>,
    /// An argument has several values where today takes one.
    several: bool,
    /// Names of items that the script makes, by menu.
    defined: BTreeSet<(&'static str, Text)>,
    /// The old forms asked for last.
    last_rules: std::cell::Cell<Option<(Node, Option<&'static LegacyMenu>)>>,
}

impl<'a> Parser<'a> {
    fn new(source: &'a [u8], tree: &'a Tree, surroundings: &Surroundings) -> Self {
        Self {
            source,
            // A byte order mark is not part of the script.
            at: if source.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 },
            tree,
            lines: Lines::new(source),
            depth: 0,
            operators: 0,
            parentheses: 0,
            menu: surroundings.menu,
            declared: surroundings.declared.clone(),
            function: u32::from(surroundings.function),
            row: None,
            around: None,
            last_menu: std::cell::Cell::new(None),
            late: Vec::new(),
            notes: Vec::new(),
            marks: surroundings.marks.then(Vec::new),
            needs: Needs::new(),
            hardware: surroundings.hardware.then(Hardware::default),
            several: false,
            defined: BTreeSet::new(),
            last_rules: std::cell::Cell::new(None),
        }
    }

    /// A line that begins here.
    fn line(&self) -> Line {
        self.line_in(Vec::new())
    }

    /// The same, with an empty vector that was used before.
    fn line_in(&self, statements: Vec<Statement>) -> Line {
        Line { statements, start: self.at, declared: self.declared.len(), menu: self.menu }
    }

    /// Notes what a stretch of the source is taken for.
    #[inline]
    fn mark(&mut self, span: Span, class: Class) {
        if let Some(marks) = &mut self.marks {
            marks.push((span, class));
        }
    }

    /// Marks a fault, unless what stands at the end of the source may only be unfinished.
    fn mark_fault(&mut self, fault: &Fault) {
        let ends = fault.span.end as usize >= self.source.len();
        let last = self.marks.as_ref().and_then(|marks| marks.last());
        // The name of a variable that nobody has declared says it already.
        let told = last.is_some_and(|(span, class)| *class == Class::Undefined && span.end == fault.span.end);
        if !ends && !told && !fault.message.starts_with("expected closing") {
            self.mark(fault.span, Class::Error);
        }
    }

    fn finish(mut self, statements: Vec<Statement>, errors: Vec<ScriptError>) -> Script {
        self.settle_needs();
        self.notes.sort_by_key(|note| note.position);
        let Self { late, notes, needs, lines, hardware, marks, .. } = self;
        let hardware = hardware.map(Hardware::pieces).unwrap_or_default();
        Script { statements, errors, late, notes, needs, hardware, lines, marks }
    }

    fn place(&self, fault: Fault) -> ScriptError {
        let position = self.lines.position(fault.span);
        match fault.late {
            true => ScriptError::late(fault.message, position),
            false => ScriptError::parse(fault.message, position),
        }
    }

    fn fault<T>(&self, message: impl Into<String>, span: Span) -> Parsed<T> {
        Err(Fault { message: message.into(), span, late: false })
    }

    /// `syntax error` at one byte.
    fn syntax_error<T>(&self, at: usize) -> Parsed<T> {
        self.fault("syntax error", Span::new(at, (at + 1).min(self.source.len().max(at))))
    }

    /// Runs `f` one bracket deeper.
    fn nested<T>(&mut self, f: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_NESTING {
            return self.syntax_error(self.at);
        }
        self.depth += 1;
        let result = f(self);
        self.depth -= 1;
        result
    }

    /// Runs `f` in a scope of its own: what it declares is forgotten afterwards, and so is a change of menu.
    fn scoped<T>(&mut self, f: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        let (declared, menu, row) = (self.declared.len(), self.menu, self.row.take());
        let result = f(self);
        self.declared.truncate(declared);
        self.menu = menu;
        self.row = row;
        result
    }

    /// The definition of a menu.
    fn def(&self, node: Node) -> Option<&'static MenuDef> {
        if let Some((last, def)) = self.last_menu.get()
            && std::ptr::eq(last, node)
        {
            return def;
        }
        let def = self.tree.menu(node).or_else(|| self.moved(node));
        self.last_menu.set(Some((node, def)));
        def
    }

    fn known(&self, name: &[u8]) -> bool {
        self.function > 0 || self.declared.iter().rev().any(|n| n == name)
    }

    fn declare(&mut self, name: Text, span: Span) -> Parsed<()> {
        if self.declared.len() >= MAX_VARIABLES {
            return self.fault("too many variables", span);
        }
        self.declared.push(name);
        Ok(())
    }
}
