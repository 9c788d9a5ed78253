//! Arguments: names with abbreviations, positions, values.

use super::scan::{name_byte, word_byte};
use super::spec::{Spec, spec};
use super::{Parsed, Parser};
use crate::Span;
use crate::highlight::Class;
use crate::language::{Builtin, Takes};
use crate::literal::literal;
use crate::matching::{Match, Node, ROOT, exact_property, find_property};
use crate::syntax::{
    Argument, ArgumentValue, Expression, ExpressionKind, MenuCall, Name, StatementKind, Verb,
};
use menu::{Access, LegacyKind, MenuDef, PropertyDef, Value, ValueKind};

/// Properties that hold a script; their value may stand in braces and is then kept as text.
const SCRIPTS: [&str; 12] = [
    "source",
    "on-event",
    "script",
    "lease-script",
    "up-script",
    "down-script",
    "test-script",
    "on-up",
    "on-down",
    "on-error",
    "on-login",
    "on-logout",
];

impl Parser<'_> {
    /// The arguments of a menu command.
    pub(super) fn verb(&mut self, node: Node, verb: Verb, word: Span) -> Parsed<StatementKind> {
        let def = self.command_def(node, verb);
        let spec = spec(verb, def);
        let mut call = MenuCall { node, def, verb, word, arguments: Vec::new(), filter: None, old: None };
        self.note_menu(&call);
        let mut unnamed = spec.positional.iter().copied();
        let mut dotted = String::new();
        loop {
            let blank = self.skip_blanks();
            if self.at_terminator() {
                break;
            }
            let start = self.at;
            if !blank && !matches!(self.peek(), Some(b'[' | b'(' | b'"' | b'$')) {
                return self.fault("expected end of command", self.token_here(start));
            }
            if spec.filter && self.keyword("where") {
                self.mark(Span::new(start, self.at), Class::Argument);
                self.filter(&mut call)?;
                break;
            }
            if matches!(verb, Verb::Print) && self.keyword("!comments") {
                let span = Span::new(start, self.at);
                self.mark(span, Class::Argument);
                let value = ArgumentValue::Unset;
                call.arguments.push(Argument { name: Name::Static("comments"), span, value });
                continue;
            }
            let unset = matches!(verb, Verb::Add | Verb::Set) && self.eat(b"!");
            let name = self.argument_word();
            let named = self.peek() == Some(b'=') && name.start < name.end;
            if named || unset {
                let resolved = self.argument_name(&spec, def, name, &mut dotted, named);
                if named && self.stands_bare(verb, &spec, def, name, &resolved) {
                    return self.fault("expected end of command", Span::new(self.at, self.at + 1));
                }
                let argument = match (resolved, verb) {
                    // `find name=x` is a condition.
                    (_, Verb::Find) => None,
                    (Match::One(argument), _) => {
                        if self.marks.is_some() {
                            self.mark(name, self.argument_class(def, &argument, name));
                        }
                        Some(argument)
                    }
                    (wrong, _) => {
                        if self.legacy_argument(&mut call, name, &dotted, unset)? {
                            continue;
                        }
                        let ambiguous = wrong == Match::Ambiguous;
                        self.mark(name, if ambiguous { Class::Ambiguous } else { Class::Error });
                        let kind = if ambiguous { "ambiguous" } else { "bad" };
                        let message = format!("{kind} parameter {}", self.word(name));
                        let at = Span::new(self.at, self.at + 1);
                        let command = format!("{node}/{}", self.word(word));
                        return Ok(self.late_fault(message, command, at));
                    }
                };
                if let Some(argument) = argument {
                    if named && let Some(block) = self.rounds_block(verb, &argument, name)? {
                        call.arguments.push(block);
                        continue;
                    }
                    let mut argument = self.named_argument(argument, name, unset, node, def)?;
                    if let Name::Property(index) = argument.name
                        && let Some(property) = def.and_then(|def| def.property_at(index))
                    {
                        self.legacy_value(node, property.name, &mut argument);
                        self.see_argument(node, property.name, &argument);
                    }
                    call.arguments.push(argument);
                    continue;
                }
            } else if let Some(flag) = self.flag_name(&spec, def, name) {
                self.mark(name, Class::Argument);
                call.arguments.push(Argument { name: flag, span: name, value: ArgumentValue::Flag });
                continue;
            }
            self.at = start;
            if matches!(verb, Verb::Find) {
                self.filter(&mut call)?;
                break;
            }
            let Some(next) = unnamed.next() else {
                if self.legacy_number(&call)? {
                    continue;
                }
                // The command that an old word means may have a fault as well: then it is not tried again.
                if let Some(meant) = self.legacy_command(node, word).filter(|meant| !meant.is(verb)) {
                    return self.verb(node, meant, word);
                }
                return match self.peek() {
                    Some(b'\\' | b'#') => self.syntax_error(start),
                    _ => self.fault("expected end of command", self.token_here(start)),
                };
            };
            let taken = call.arguments.iter().any(|a| a.name == Name::Static(next));
            if taken {
                return self.fault("expected end of command", self.token_here(start));
            }
            let value = self.menu_value(next, node)?;
            let (name, span) = (Name::Static(next), value.span);
            let mut argument = Argument { name, span, value: ArgumentValue::Expression(value) };
            self.legacy_value(node, next, &mut argument);
            self.see_argument(node, next, &argument);
            call.arguments.push(argument);
        }
        self.legacy_end(&mut call);
        Ok(StatementKind::Menu(Box::new(call)))
    }

    /// Takes a keyword that stands as a word of its own.
    fn keyword(&mut self, word: &str) -> bool {
        let ends = self.peek_at(word.len()).is_none_or(|b| !word_byte(b));
        ends && self.eat(word.as_bytes())
    }

    fn filter(&mut self, call: &mut MenuCall) -> Parsed<()> {
        self.skip_blanks();
        let verb_is_find = matches!(call.verb, Verb::Find);
        if self.at_terminator() {
            if verb_is_find {
                return Ok(());
            }
            return self.fault("missing value for where", Span::new(self.at, self.at));
        }
        let outer = std::mem::replace(&mut self.row, call.def);
        let menu = std::mem::replace(&mut self.menu, call.node);
        let expression = self.nested(Self::expression);
        self.row = outer;
        self.menu = menu;
        call.filter = Some(expression?);
        Ok(())
    }

    /// Finds the argument that a name, perhaps shortened, means.
    fn argument_name(
        &self,
        spec: &Spec,
        def: Option<&'static MenuDef>,
        name: Span,
        dotted: &mut String,
        named: bool,
    ) -> Match<Name> {
        let written = self.word(name);
        let full;
        let word = match written.starts_with('.') {
            // `.width=` after `channel.band=` is `channel.width=`; `.proplist` is a name of its own.
            true if !dotted.is_empty() => {
                // With two dots (`bcast.l1.metric`) what is left out may end at either.
                let known = |word: &str| def.is_some_and(|def| exact_property(def, word).is_some());
                let outer = dotted.split_once('.').map(|(outer, _)| format!("{outer}{written}"));
                let inner = format!("{dotted}{written}");
                full = outer.filter(|outer| !known(&inner) && known(outer)).unwrap_or(inner);
                full.as_str()
            }
            true => written.trim_start_matches('.'),
            false => written,
        };
        let def = def.filter(|_| spec.properties);
        let mut others = spec.positional.iter().chain(&spec.named).copied();
        if let Some(exact) = others.clone().find(|other| *other == word) {
            return Match::One(Name::Static(exact));
        }
        let settable = |p: &PropertyDef| p.access != Access::ReadOnly;
        let property = def.map_or(Match::None, |def| find_property(def, word, settable));
        let other = others.find(|other| other.starts_with(word));
        let exact = |index| def.and_then(|def| exact_property(def, word)) == Some(index);
        let found = match (property, other) {
            (Match::One(index), _) if exact(index) => Match::One(Name::Property(index)),
            (Match::One(index), None) => Match::One(Name::Property(index)),
            (Match::None, Some(first)) => {
                match others.any(|other| other != first && other.starts_with(word)) {
                    true => Match::Ambiguous,
                    false => Match::One(Name::Static(first)),
                }
            }
            (Match::None, None) => Match::None,
            _ => Match::Ambiguous,
        };
        if let (Match::One(Name::Property(index)), true) = (&found, named)
            && let Some(property) = def.and_then(|def| def.property_at(*index))
            && let Some((prefix, _)) = property.name.rsplit_once('.')
        {
            dotted.clear();
            dotted.push_str(prefix);
        }
        found
    }

    /// A name that only older versions have is marked as such.
    fn argument_class(&self, def: Option<&'static MenuDef>, argument: &Name, name: Span) -> Class {
        let property = match argument {
            Name::Property(index) => def.and_then(|def| def.property_at(*index)),
            _ => None,
        };
        match property.is_some_and(|property| property.aliases.contains(&self.word(name))) {
            true => Class::Obsolete,
            false => Class::Argument,
        }
    }

    /// Is this `name=` a flag, which takes no value?
    fn stands_bare(
        &self,
        verb: Verb,
        spec: &Spec,
        def: Option<&'static MenuDef>,
        name: Span,
        resolved: &Match<Name>,
    ) -> bool {
        match resolved {
            Match::One(Name::Property(index)) => def.is_some_and(|def| def.bare_flag(*index)),
            // Commands of the device take their flags with a value too (`once=yes`).
            Match::None if matches!(verb, Verb::Print | Verb::Export) => {
                let word = self.word(name);
                !word.is_empty() && spec.flags.iter().any(|flag| flag.starts_with(word))
            }
            _ => false,
        }
    }

    /// A bare name: a flag of the command, or a yes/no property.
    fn flag_name(&self, spec: &Spec, def: Option<&'static MenuDef>, name: Span) -> Option<Name> {
        let word = self.word(name);
        if word.is_empty() || self.peek().is_some_and(word_byte) {
            return None;
        }
        if let Some(flag) = spec.flags.iter().find(|flag| **flag == word) {
            // A positional argument of another command is no flag.
            return (!spec.positional.contains(flag)).then_some(Name::Static(flag));
        }
        let mut starting = spec.flags.iter().filter(|flag| flag.starts_with(word));
        if spec.positional.is_empty()
            && let (Some(flag), None) = (starting.next(), starting.next())
        {
            return Some(Name::Static(flag));
        }
        let def = def.filter(|_| spec.properties)?;
        let index = exact_property(def, word)?;
        let property = def.property_at(index)?;
        (property.value == ValueKind::Bool && property.access != Access::ReadOnly)
            .then_some(Name::Property(index))
    }

    /// The rest of a named argument; the parser stands on `=`, or behind an `!name`.
    pub(super) fn named_argument(
        &mut self,
        argument: Name,
        name: Span,
        unset: bool,
        node: Node,
        def: Option<&'static MenuDef>,
    ) -> Parsed<Argument> {
        if unset {
            return Ok(Argument { name: argument, span: name, value: ArgumentValue::Unset });
        }
        self.at += 1;
        let full = match argument {
            Name::Static(name) => name,
            Name::Property(index) => def.and_then(|d| d.property_at(index)).map_or("", |p| p.name),
            _ => "",
        };
        let value = match self.absent_value() {
            true => self.empty_text(),
            false => self.menu_value(full, node)?,
        };
        let yes_or_no = match argument {
            Name::Property(index) => {
                def.and_then(|d| d.property_at(index)).is_some_and(|p| p.value == ValueKind::Bool)
            }
            _ => full == "disabled",
        };
        if yes_or_no && self.is_another_literal(&value) {
            return self.syntax_error(value.span.start as usize);
        }
        let span = if value.span.start == value.span.end { name } else { value.span };
        Ok(Argument { name: argument, span, value: ArgumentValue::Expression(value) })
    }

    /// True for a number, a time, an address or `true` where `yes` or `no` is wanted: seen before anything runs. Words
    /// are looked at when the command runs.
    fn is_another_literal(&self, value: &Expression) -> bool {
        let word = self.word(value.span);
        let ExpressionKind::Literal(Value::Str(_)) = value.kind else { return false };
        match word.as_bytes().first() {
            Some(b'0'..=b'9' | b'-') => !matches!(literal(word.as_bytes()), Value::Str(_)),
            _ => matches!(word, "true" | "false"),
        }
    }

    pub(super) fn empty_text(&self) -> Expression {
        let span = Span::new(self.at, self.at);
        Expression { span, kind: ExpressionKind::Literal(Value::Str(menu::Text::default())) }
    }

    /// After `name=`: is there no value? Blanks may follow `=`, but a following `other=` is the next argument.
    fn absent_value(&mut self) -> bool {
        let behind_sign = self.at;
        let continued = self.continuation() > 0;
        if !self.skip_blanks() {
            return self.at_terminator();
        }
        if self.at_terminator() {
            self.at = behind_sign;
            return true;
        }
        let start = self.at;
        self.eat(b"!");
        let name = self.argument_word();
        let is_next = name.start < name.end && self.peek() == Some(b'=');
        self.at = if is_next && !continued { behind_sign } else { start };
        is_next && !continued
    }

    /// A value of a menu command's argument: a word is passed as it is written, the menu's types read it.
    pub(super) fn menu_value(&mut self, argument: &str, node: Node) -> Parsed<Expression> {
        let start = self.at;
        let expression = match self.peek() {
            Some(b'"') => self.string(argument)?,
            Some(b'$' | b'(') => self.operand_value()?,
            Some(b'[') => self.substitution(node)?,
            Some(b'{') if SCRIPTS.contains(&argument) => {
                let raw = self.raw_block()?;
                let text = Value::Str(self.bytes(raw).into());
                Expression { span: Span::new(start, self.at), kind: ExpressionKind::Literal(text) }
            }
            _ => {
                let span = self.menu_word();
                if span.start == span.end {
                    return self.syntax_error(start);
                }
                let text = Value::Str(self.bytes(span).into());
                Expression { span, kind: ExpressionKind::Literal(text) }
            }
        };
        self.value_ends()?;
        Ok(expression)
    }

    /// An unquoted value. RouterOS 6 wrote `#` in one as it is, which RouterOS 7 refuses.
    fn menu_word(&mut self) -> Span {
        let word = self.take_while(word_byte);
        if self.peek() != Some(b'#') || !self.tree.is_lenient() {
            return word;
        }
        let rest = self.take_while(|byte| word_byte(byte) || byte == b'#');
        let span = Span { start: word.start, end: rest.end };
        self.note(LegacyKind::Version, span, "# without quotes is of RouterOS 6".into());
        span
    }

    /// A value must be followed by a blank or the end of the command.
    fn value_ends(&mut self) -> Parsed<()> {
        match self.peek() {
            None | Some(b' ' | b'\t' | b'\n' | b'\r' | b';' | b'}' | b']' | b')') => Ok(()),
            Some(b'\\') if self.continuation() > 0 => Ok(()),
            Some(b'#' | b'\\') => self.syntax_error(self.at),
            // `{` begins a block, `[`, `(` a value of their own.
            Some(b'{' | b'[' | b'(') => Ok(()),
            _ => self.fault("expected end of command", self.token_here(self.at)),
        }
    }

    /// The arguments of a command of the language.
    pub(super) fn language_arguments(&mut self, builtin: &'static Builtin) -> Parsed<Vec<Argument>> {
        let mut arguments: Vec<Argument> = Vec::new();
        let mut unnamed = builtin.parameters.iter().take(builtin.positional);
        let mut first = true;
        loop {
            let blank = self.skip_blanks() || std::mem::take(&mut first);
            if self.at_terminator() {
                return Ok(arguments);
            }
            let start = self.at;
            if !blank && !matches!(self.peek(), Some(b'[' | b'(' | b'"' | b'$' | b'{')) {
                return self.fault("expected end of command", self.token_here(start));
            }
            let name = self.take_while(name_byte);
            if name.start < name.end && self.peek() == Some(b'=') {
                let word = self.word(name);
                let mut starting = builtin.parameters.iter().filter(|p| p.name.starts_with(word));
                let exact = builtin.parameters.iter().find(|p| p.name == word);
                let Some(parameter) = exact.or_else(|| starting.next().filter(|_| starting.next().is_none()))
                else {
                    let message = format!("bad parameter {word}");
                    return self.fault(message, Span::new(self.at, self.at + 1));
                };
                self.mark(name, Class::Argument);
                self.at += 1;
                self.skip_blanks();
                let argument = self.parameter_value(builtin, parameter)?;
                arguments.push(argument);
                continue;
            }
            let word = self.word(name).to_owned();
            if let Some(flag) = builtin.parameters.iter().find(|p| p.name == word && p.takes == Takes::Word)
                && !self.peek().is_some_and(word_byte)
                && builtin.parameters.iter().take(builtin.positional).all(|p| p.name != word)
            {
                self.mark(name, Class::Argument);
                let name_static = Name::Static(flag.name);
                arguments.push(Argument { name: name_static, span: name, value: ArgumentValue::Flag });
                continue;
            }
            if let Some(parameter) = self.spaced_name(builtin, name, &arguments) {
                let argument = self.parameter_value(builtin, parameter)?;
                arguments.push(argument);
                continue;
            }
            self.at = start;
            let next = unnamed.find(|p| !arguments.iter().any(|a| a.name == Name::Static(p.name)));
            let Some(parameter) = next else {
                return self.fault("expected end of command", self.token_here(start));
            };
            let argument = self.parameter_value(builtin, parameter)?;
            arguments.push(argument);
        }
    }

    fn parameter_value(
        &mut self,
        builtin: &'static Builtin,
        parameter: &'static crate::language::Parameter,
    ) -> Parsed<Argument> {
        let name = Name::Static(parameter.name);
        let start = self.at;
        let value = match parameter.takes {
            Takes::Body if self.peek() == Some(b'{') => ArgumentValue::Body(self.block()?),
            Takes::Body => {
                // A body may also be a single value, `do=$f` or `do=[…]`.
                ArgumentValue::Expression(self.value(parameter.name)?)
            }
            Takes::Code if self.peek() == Some(b'{') => ArgumentValue::Expression(self.code_block(builtin)?),
            Takes::Value | Takes::Code => ArgumentValue::Expression(self.value(parameter.name)?),
            Takes::Word => {
                let span = self.take_while(name_byte);
                let text = Value::Str(self.bytes(span).into());
                let kind = ExpressionKind::Literal(text);
                ArgumentValue::Expression(Expression { span, kind })
            }
            Takes::Variable => ArgumentValue::Expression(self.variable_argument(builtin)?),
            Takes::Counter => ArgumentValue::Expression(self.counter_argument()?),
        };
        Ok(Argument { name, span: Span::new(start, self.at), value })
    }

    /// `{ … }` kept as code; its faults are found now.
    fn code_block(&mut self, builtin: &'static Builtin) -> Parsed<Expression> {
        let start = self.at;
        let raw = self.raw_block()?;
        let end = self.at;
        let code = String::from_utf8_lossy(self.bytes(raw)).into_owned();
        self.at = start;
        let menu = std::mem::replace(&mut self.menu, ROOT);
        self.function += 1;
        let block = self.block();
        self.function -= 1;
        self.menu = menu;
        block?;
        self.at = end;
        let value = match builtin.name {
            "execute" | "grep" => Value::text(code),
            // A block is an array: of nothing, and of the code.
            _ => Value::list(vec![Value::Nothing, Value::Code(code.into())]),
        };
        Ok(Expression { span: Span::new(start, end), kind: ExpressionKind::Literal(value) })
    }

    /// The name that `:local`, `:global` and `:set` take.
    fn variable_argument(&mut self, builtin: &'static Builtin) -> Parsed<Expression> {
        use crate::language::Command;
        if builtin.command == Command::Set && self.peek() == Some(b'(') {
            return self.operand_value();
        }
        // `:set $x 5` is `:set x 5`.
        if builtin.command == Command::Set && self.peek() == Some(b'$') {
            self.at += 1;
        }
        let (name, span) = self.variable_name()?;
        if builtin.command == Command::Set && !self.known(&name) {
            return self.syntax_error(span.start as usize).map_err(|mut fault: super::Fault| {
                fault.span = span;
                fault
            });
        }
        if builtin.command != Command::Set {
            self.declare(name.clone(), span)?;
        }
        Ok(Expression { span, kind: ExpressionKind::Literal(Value::Str(name)) })
    }

    /// `i`, or `k,v`.
    fn counter_argument(&mut self) -> Parsed<Expression> {
        let (name, span) = self.variable_name()?;
        self.declare(name.clone(), span)?;
        let mut names = vec![Value::Str(name)];
        if self.eat(b",") {
            let (second, span) = self.variable_name()?;
            self.declare(second.clone(), span)?;
            names.push(Value::Str(second));
        }
        let span = span.to(Span::new(self.at, self.at));
        Ok(Expression { span, kind: ExpressionKind::Literal(Value::list(names)) })
    }

    /// A value of a command of the language: one token, of any type.
    pub(super) fn value(&mut self, argument: &str) -> Parsed<Expression> {
        let start = self.at;
        let expression = match self.peek() {
            Some(b'"') => self.string(argument)?,
            Some(b'$' | b'(') => self.operand_value()?,
            Some(b'[') => {
                let menu = self.menu;
                self.substitution(menu)?
            }
            Some(b'{') => self.array()?,
            _ => {
                let span = self.take_while(word_byte);
                if span.start == span.end {
                    return self.syntax_error(start);
                }
                let kind = ExpressionKind::Literal(literal(self.bytes(span)));
                Expression { span, kind }
            }
        };
        self.value_ends()?;
        Ok(expression)
    }

    /// The arguments of a function: values, and names with values.
    pub(super) fn call_arguments(&mut self) -> Parsed<Vec<Argument>> {
        let mut arguments = Vec::new();
        loop {
            self.skip_blanks();
            if self.at_terminator() {
                return Ok(arguments);
            }
            let start = self.at;
            let span = self.take_while(|b| super::scan::variable_byte(b) || b == b'-' || b == b'_');
            let name = match span.start < span.end && self.eat(b"=") {
                true => Name::Text(self.bytes(span).into()),
                false => {
                    self.at = start;
                    Name::Unnamed
                }
            };
            let value = match name {
                Name::Text(_) if self.absent_value() => self.empty_text(),
                _ => self.value("value")?,
            };
            let span = value.span;
            arguments.push(Argument { name, span, value: ArgumentValue::Expression(value) });
        }
    }
}
