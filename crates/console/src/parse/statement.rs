//! Statements: what a command line begins with, and blocks.

use super::scan::variable_byte;
use super::{Fault, Parsed, Parser};
use crate::Span;
use crate::highlight::Class;
use crate::language::{self, Builtin};
use crate::matching::{Match, Node, ROOT};
use crate::syntax::{Expression, ExpressionKind, Statement, StatementKind};

impl Parser<'_> {
    /// A statement at the top level; what follows it must be a terminator.
    pub(super) fn top_statement(&mut self) -> Parsed<Statement> {
        let statement = self.statement(true)?;
        self.end_of_command()?;
        // A closing bracket that nothing opened.
        match self.peek() {
            Some(b'}' | b']' | b')') => self.syntax_error(self.at),
            _ => Ok(statement),
        }
    }

    /// A command must end here.
    pub(super) fn end_of_command(&mut self) -> Parsed<()> {
        self.skip_blanks();
        if self.at_terminator() {
            return Ok(());
        }
        match self.peek() {
            Some(b'\\' | b'#') => self.syntax_error(self.at),
            _ => self.fault("expected end of command", self.token_here(self.at)),
        }
    }

    /// One statement; `sticky` when a path alone changes the menu for those that follow.
    pub(super) fn statement(&mut self, sticky: bool) -> Parsed<Statement> {
        let start = self.at;
        let kind = match self.peek() {
            Some(b':') => {
                self.at += 1;
                self.colon_command()?
            }
            Some(b'{') => StatementKind::Block(self.block()?),
            Some(b'$') => self.function_call()?,
            Some(b'[') => self.bracket_call()?,
            Some(b'(') => match self.function_call()? {
                // `($f) a` is a call of a value, not of a name.
                StatementKind::Call(function, arguments) => {
                    let span = function.span;
                    let kind = ExpressionKind::Chain(Box::new(function), Vec::new());
                    StatementKind::Call(Expression { span, kind }, arguments)
                }
                other => other,
            },
            _ => self.menu_command(sticky)?,
        };
        Ok(Statement { span: Span::new(start, self.at), kind })
    }

    /// `[:parse "…"] 5 a=2`: the value of the brackets is called, as in `$f 5 a=2`.
    fn bracket_call(&mut self) -> Parsed<StatementKind> {
        let menu = self.menu;
        let function = self.substitution(menu)?;
        let arguments = self.call_arguments()?;
        Ok(StatementKind::Call(function, arguments))
    }

    /// The statements of `{ … }`; the parser stands on the brace.
    pub(super) fn block(&mut self) -> Parsed<Vec<Statement>> {
        self.at += 1;
        self.nested(|p| p.scoped(|p| p.statements(b'}')))
    }

    /// Statements up to the closing bracket, which is taken.
    pub(super) fn statements(&mut self, closing: u8) -> Parsed<Vec<Statement>> {
        let mut statements = Vec::new();
        loop {
            self.skip_terminators();
            match self.peek() {
                None => {
                    let end = self.source.len();
                    let message = match closing {
                        b'}' => "expected closing brace",
                        _ => "syntax error",
                    };
                    return self.fault(message, Span::new(end, end));
                }
                Some(byte) if byte == closing => {
                    self.at += 1;
                    return Ok(statements);
                }
                Some(b'}' | b']' | b')') => return self.syntax_error(self.at),
                Some(_) => {
                    statements.push(self.statement(true)?);
                    self.end_of_command()?;
                }
            }
        }
    }

    /// `:put …`; the colon is taken.
    fn colon_command(&mut self) -> Parsed<StatementKind> {
        let span = self.take_while(|b| b.is_ascii_alphanumeric() || b == b'-');
        match language::builtin(self.word(span)) {
            Match::One(builtin) => {
                let colon = (span.start as usize).saturating_sub(1);
                self.mark(Span::new(colon, span.end as usize), Class::Command);
                self.language_command(builtin)
            }
            _ if span.start == span.end => self.fault("expected command name", self.token_here(self.at)),
            // `:ping` is the root's command whatever the menu.
            _ => {
                self.at = span.start as usize;
                self.path_command(ROOT, false, true)
            }
        }
    }

    /// `$f 5 a=2`, `($functions->"f") 5 a=2`.
    fn function_call(&mut self) -> Parsed<StatementKind> {
        let function = self.operand_value()?;
        let arguments = self.call_arguments()?;
        Ok(StatementKind::Call(function, arguments))
    }

    /// A command whose first word is not marked: of a menu, or of the language when the menu has none so called.
    fn menu_command(&mut self, sticky: bool) -> Parsed<StatementKind> {
        if self.peek() == Some(b'/') {
            self.at += 1;
            self.skip_blanks();
            if self.at_terminator() {
                return Ok(self.enter(ROOT, sticky));
            }
            return match self.peek() {
                Some(b'{') => self.menu_block(ROOT),
                _ => self.path_command(ROOT, sticky, true),
            };
        }
        let menu = self.menu;
        self.path_command(menu, sticky, true)
    }

    pub(super) fn enter(&mut self, node: Node, sticky: bool) -> StatementKind {
        if sticky {
            self.menu = node;
        }
        StatementKind::Enter(node)
    }

    /// A statement of `command` (empty when there is none) that fails when it is reached; the rest of the command is skipped.
    pub(super) fn late_fault(&mut self, message: String, command: String, span: Span) -> StatementKind {
        let mut error = self.place(Fault { message, span, late: true });
        error.command = command;
        self.late.push(error.clone());
        self.skip_command();
        StatementKind::Fail(error)
    }

    /// The name of a variable: letters and digits, or a string.
    pub(super) fn variable_name(&mut self) -> Parsed<(menu::Text, Span)> {
        let start = self.at;
        if self.peek() == Some(b'"') {
            let expression = self.string("name")?;
            let ExpressionKind::Literal(menu::Value::Str(name)) = expression.kind else {
                return self.syntax_error(start);
            };
            return Ok((name, expression.span));
        }
        let span = self.take_while(|b| variable_byte(b) || b == b'-' || b == b'_');
        if span.start == span.end {
            return self.syntax_error(start);
        }
        self.mark(span, Class::Variable);
        Ok((self.bytes(span).into(), span))
    }

    /// `:foreach k,v in $all do={…}`, `:if (…) do={…} else {…}`: the name of an argument whose `=` is left out. The parser
    /// stands behind it, and at the value when it is one.
    pub(super) fn spaced_name(
        &mut self,
        builtin: &'static Builtin,
        word: Span,
        given: &[crate::syntax::Argument],
    ) -> Option<&'static language::Parameter> {
        let parameter = builtin.parameters.iter().skip(1).find(|p| p.name.as_bytes() == self.bytes(word))?;
        let control = builtin.parameters.iter().any(|p| p.takes == language::Takes::Body);
        if !control
            || given.is_empty()
            || given.iter().any(|a| a.name == crate::syntax::Name::Static(parameter.name))
        {
            return None;
        }
        self.skip_blanks();
        let value = match parameter.takes {
            language::Takes::Body => self.peek() == Some(b'{'),
            _ => self
                .peek()
                .is_some_and(|b| matches!(b, b'$' | b'(' | b'[' | b'{' | b'"') || b.is_ascii_digit()),
        };
        value.then(|| self.mark(word, Class::Argument))?;
        Some(parameter)
    }

    pub(super) fn language_command(&mut self, builtin: &'static Builtin) -> Parsed<StatementKind> {
        let declared = self.declared.len();
        let arguments = self.language_arguments(builtin)?;
        use crate::language::Command;
        match builtin.command {
            Command::Local | Command::Global => {}
            // Counters are seen by the bodies only.
            _ => self.declared.truncate(declared),
        }
        if let Some(missing) = missing_parameter(builtin, &arguments) {
            let message = format!("missing value(s) of argument(s) {missing}");
            return self.fault(message, Span::new(self.at, self.at));
        }
        Ok(StatementKind::Language(builtin, arguments))
    }
}

/// Names of the required parameters that are absent.
fn missing_parameter(builtin: &'static Builtin, arguments: &[crate::syntax::Argument]) -> Option<String> {
    let given = |name| arguments.iter().any(|a| a.name == crate::syntax::Name::Static(name));
    let required = builtin.parameters.iter().take(builtin.required);
    let missing: Vec<_> = required.map(|p| p.name).filter(|name| !given(name)).collect();
    (!missing.is_empty()).then(|| missing.join(" "))
}
