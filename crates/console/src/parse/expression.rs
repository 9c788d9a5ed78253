//! Expressions: operators by measured precedence, operands, strings, arrays, `[command]`.

use super::scan::{variable_byte, word_byte};
use super::{MAX_OPERATORS, Parsed, Parser};
use crate::Span;
use crate::highlight::Class;
use crate::literal::{literal, scalar};
use crate::matching::{Node, exact_property, lists_nothing};
use crate::syntax::{Binary, Expression, ExpressionKind, RowField, Unary};
use menu::{MenuDef, Text, Value};

/// Operators by how they are written; longer spellings first.
const OPERATORS: [(&[u8], Binary); 25] = [
    (b"<%%", Binary::Apply),
    (b"->", Binary::Element),
    (b"<<", Binary::ShiftLeft),
    (b">>", Binary::ShiftRight),
    (b"<=", Binary::LessEqual),
    (b">=", Binary::GreaterEqual),
    (b"!=", Binary::NotEqual),
    (b"&&", Binary::And),
    (b"||", Binary::Or),
    (b",", Binary::Join),
    (b"<", Binary::Less),
    (b">", Binary::Greater),
    (b"=", Binary::Equal),
    (b"~", Binary::Match),
    (b".", Binary::Concat),
    (b"|", Binary::BitOr),
    (b"^", Binary::BitXor),
    (b"&", Binary::BitAnd),
    (b"+", Binary::Add),
    (b"-", Binary::Subtract),
    (b"*", Binary::Multiply),
    (b"/", Binary::Divide),
    (b"%", Binary::Remainder),
    (b"and", Binary::And),
    (b"or", Binary::Or),
];

impl Parser<'_> {
    /// An expression that is the whole source.
    pub(super) fn whole_expression(&mut self) -> Parsed<Expression> {
        self.skip_terminators();
        let expression = self.nested(Self::expression)?;
        self.skip_terminators();
        match self.at_end() {
            true => Ok(expression),
            false => self.syntax_error(self.at),
        }
    }

    pub(super) fn expression(&mut self) -> Parsed<Expression> {
        self.binary(1)
    }

    /// An expression of operators of this level and tighter ones.
    fn binary(&mut self, min: u8) -> Parsed<Expression> {
        let mut left = self.unary()?;
        loop {
            let Some((operator, length)) = self.operator().filter(|(op, _)| op.level() >= min) else {
                return Ok(left);
            };
            let level = operator.level();
            let mut rest = Vec::new();
            let mut next = Some((operator, length));
            let mut end = left.span;
            while let Some((operator, length)) = next.filter(|(op, _)| op.level() == level) {
                self.at += length;
                self.skip_space();
                let right = match self.bare_right_side(operator, &left) {
                    Some(value) => value,
                    None => self.tighter(level + 1)?,
                };
                if let (ExpressionKind::Property(RowField::Property(index)), Some(def)) =
                    (&left.kind, self.row)
                    && let Some(property) = def.property_at(*index)
                {
                    self.see_compared(property.name, &right);
                }
                end = right.span;
                rest.push((operator, right));
                next = self.operator();
            }
            let span = left.span.to(end);
            left = Expression { span, kind: ExpressionKind::Chain(Box::new(left), rest) };
        }
    }

    /// The right side of an operator.
    fn tighter(&mut self, level: u8) -> Parsed<Expression> {
        if self.operators >= MAX_OPERATORS {
            return self.syntax_error(self.at);
        }
        self.operators += 1;
        let right = self.binary(level);
        self.operators -= 1;
        right
    }

    /// In `where`, a bare word behind a comparison is a value, not a name: `status=bound`, `list=LAN`.
    fn bare_right_side(&mut self, operator: Binary, left: &Expression) -> Option<Expression> {
        let compares = matches!(operator.level(), 4 | 5);
        let of_property = matches!(left.kind, ExpressionKind::Property(_));
        if self.row.is_none() || !compares || !of_property {
            return None;
        }
        let start = self.at;
        let mut at = start;
        while let Some(byte) = self.source.get(at).copied().filter(|b| word_byte(*b)) {
            let pair = self.source.get(at..at + 2).unwrap_or_default();
            if pair == b"&&" || pair == b"||" {
                break;
            }
            let _ = byte;
            at += 1;
        }
        if at == start {
            return None;
        }
        self.at = at;
        let span = Span::new(start, at);
        Some(Expression { span, kind: ExpressionKind::Literal(literal(self.bytes(span))) })
    }

    /// The operator that stands next and how many bytes it takes, blanks before it skipped.
    fn operator(&mut self) -> Option<(Binary, usize)> {
        match self.row.is_some() && self.depth_of_where() {
            // At the top of `where` a line end ends the command.
            true => {
                self.skip_blanks();
            }
            false => self.skip_space(),
        }
        let found = OPERATORS.iter().find(|(text, _)| self.looking_at(text)).filter(|(text, _)| {
            // `and`, `or` are words.
            !text.first().is_some_and(u8::is_ascii_alphabetic) || self.word_ends(text.len())
        });
        if let Some((text, operator)) = found {
            return Some((*operator, text.len()));
        }
        if self.looking_at(b"in") && self.word_ends(2) {
            return Some((Binary::In, 2));
        }
        // In `where`, conditions side by side are joined by AND.
        let joins = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'"' | b'$' | b'(' | b'[' | b'!' | b'.');
        let blank_before = |b: &u8| b.is_ascii_whitespace() || *b == b')';
        let behind_blank = self.source.get(self.at.wrapping_sub(1)).is_some_and(blank_before);
        if self.row.is_some() && behind_blank && self.peek().is_some_and(joins) {
            return Some((Binary::And, 0));
        }
        None
    }

    fn word_ends(&self, length: usize) -> bool {
        self.peek_at(length).is_none_or(|b| !(b.is_ascii_alphanumeric() || b == b'-' || b == b'_'))
    }

    /// Are line ends significant here? Not inside the parentheses of a condition.
    fn depth_of_where(&self) -> bool {
        self.parentheses == 0
    }

    fn unary(&mut self) -> Parsed<Expression> {
        self.skip_space();
        let start = self.at;
        let operator = match self.peek() {
            Some(b'!') => Some((Unary::Not, 1)),
            Some(b'-') => Some((Unary::Negate, 1)),
            Some(b'~') => Some((Unary::BitNot, 1)),
            Some(b'a') if self.looking_at(b"any") && self.word_ends(3) => Some((Unary::Any, 3)),
            _ => None,
        };
        let Some((operator, length)) = operator else {
            return self.operand();
        };
        self.at += length;
        let inner = self.nested(Self::unary)?;
        let span = Span::new(start, inner.span.end as usize);
        Ok(Expression { span, kind: ExpressionKind::Unary(operator, Box::new(inner)) })
    }

    fn operand(&mut self) -> Parsed<Expression> {
        let start = self.at;
        match self.peek() {
            None => self.fault("syntax error", Span::new(start, start)),
            Some(b'(' | b'$') => self.operand_atom(),
            Some(b'"') => self.string("input"),
            Some(b'[') => {
                let menu = self.menu;
                self.substitution(menu)
            }
            Some(b'{') => self.array(),
            Some(b'>') => self.deferred(),
            Some(b'*') => {
                self.at += 1;
                let digits = self.take_while(|b| b.is_ascii_hexdigit());
                match scalar(self.slice(start, digits.end as usize)) {
                    value @ Value::Id(_) => Ok(self.expression_from(start, ExpressionKind::Literal(value))),
                    _ => self.syntax_error(start),
                }
            }
            Some(b) if b.is_ascii_digit() || b == b':' => self.number_like(),
            Some(b) if b.is_ascii_alphabetic() || b == b'.' => self.bare_word(),
            Some(_) => self.syntax_error(start),
        }
    }

    fn expression_from(&self, start: usize, kind: ExpressionKind) -> Expression {
        Expression { span: Span::new(start, self.at), kind }
    }

    /// `>[…]`, `>(…)`: an expression kept as text.
    fn deferred(&mut self) -> Parsed<Expression> {
        let start = self.at;
        self.at += 1;
        self.skip_space();
        let from = self.at;
        self.function += 1;
        let inner = self.nested(Self::unary);
        self.function -= 1;
        let inner = inner?;
        // `(>{})`: nothing to keep.
        if matches!(&inner.kind, ExpressionKind::Array(members) if members.is_empty()) {
            return Ok(inner);
        }
        let mut text = String::from_utf8_lossy(self.slice(from, self.at)).into_owned();
        if !text.starts_with(['[', '(', '$']) {
            text = format!("({text})");
        }
        Ok(self.expression_from(start, ExpressionKind::Literal(Value::Op(text.into()))))
    }

    /// Numbers, times, addresses, prefixes, MAC addresses.
    fn number_like(&mut self) -> Parsed<Expression> {
        let start = self.at;
        self.take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b':'));
        if self.peek() == Some(b'/') && self.peek_at(1).is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
            self.take_while(|b| b.is_ascii_digit());
        }
        // `1. 2` and `1 .2` concatenate: a point at the end belongs to the operator.
        while self.at > start + 1 && self.source.get(self.at - 1) == Some(&b'.') {
            self.at -= 1;
        }
        let value = scalar(self.slice(start, self.at));
        let mac = self.slice(start, self.at).iter().filter(|b| **b == b':').count() == 5;
        match value {
            Value::Str(_) if !mac && self.row.is_none() => {
                let span = Span::new(start, self.at);
                self.fault("syntax error", span)
            }
            value => Ok(self.expression_from(start, ExpressionKind::Literal(value))),
        }
    }

    /// A bare word: a literal, a property of the row, or a variable.
    fn bare_word(&mut self) -> Parsed<Expression> {
        let start = self.at;
        let row = self.row;
        let whole = self.take_while(|b| b.is_ascii_alphanumeric() || b == b':');
        // `fe80::1`, `AA:BB:CC:DD:EE:FF`.
        if self.bytes(whole).contains(&b':') {
            self.take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b':' | b'.' | b'/'));
            let value = scalar(self.slice(start, self.at));
            return Ok(self.expression_from(start, ExpressionKind::Literal(value)));
        }
        self.at = start;
        let span = match row {
            Some(_) => self.take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_')),
            None => self.take_while(variable_byte),
        };
        if let Value::Bool(b) = scalar(self.bytes(span)) {
            return Ok(self.expression_from(start, ExpressionKind::Literal(Value::Bool(b))));
        }
        if let Some(field) = Self::row_field(row, self.word(span)) {
            self.mark(span, Class::Argument);
            return Ok(self.expression_from(start, ExpressionKind::Property(field)));
        }
        if let Some(kind) = self.legacy_field(span) {
            return Ok(self.expression_from(start, kind));
        }
        if span.start < span.end && row.is_some_and(lists_nothing) {
            return Ok(self.expression_from(start, ExpressionKind::Property(RowField::Unlisted)));
        }
        if span.start == span.end || !self.known(self.bytes(span)) {
            return self.fault("syntax error", Span::new(start, self.at.max(start + 1)));
        }
        let name = Text::from(self.bytes(span));
        Ok(self.expression_from(start, ExpressionKind::Variable(name)))
    }

    fn row_field(row: Option<&'static MenuDef>, word: &str) -> Option<RowField> {
        let def = row.filter(|_| !word.is_empty())?;
        if let Some(index) = exact_property(def, word) {
            return Some(RowField::Property(index));
        }
        if let Some(index) = def.flags.iter().position(|flag| flag.name == word) {
            return Some(RowField::Flag(index));
        }
        match word {
            ".id" => Some(RowField::Id),
            "disabled" => Some(RowField::Disabled),
            "dynamic" => Some(RowField::Dynamic),
            "comment" => Some(RowField::Comment),
            _ => None,
        }
    }

    /// `(…)` or `$x`, with `->` steps behind it.
    pub(super) fn operand_value(&mut self) -> Parsed<Expression> {
        let first = self.operand_atom()?;
        let mut rest = Vec::new();
        while self.looking_at(b"->") {
            self.at += 2;
            rest.push((Binary::Element, self.nested(Self::operand)?));
        }
        if rest.is_empty() {
            return Ok(first);
        }
        let span = Span::new(first.span.start as usize, self.at);
        Ok(Expression { span, kind: ExpressionKind::Chain(Box::new(first), rest) })
    }

    fn operand_atom(&mut self) -> Parsed<Expression> {
        let start = self.at;
        if self.peek() == Some(b'$') {
            self.at += 1;
            return self.variable(start);
        }
        self.at += 1;
        self.skip_space();
        if self.peek() == Some(b')') {
            return self.syntax_error(self.at);
        }
        self.parentheses += 1;
        let inner = self.nested(Self::expression);
        self.parentheses -= 1;
        let inner = inner?;
        self.skip_space();
        if self.at_end() {
            return self.fault("syntax error", Span::new(self.at, self.at));
        }
        if !self.eat(b")") {
            return self.syntax_error(self.at);
        }
        Ok(Expression { span: Span::new(start, self.at), ..inner })
    }

    /// What stands behind `$`.
    fn variable(&mut self, start: usize) -> Parsed<Expression> {
        let at = self.at;
        let name: Text = match self.peek() {
            Some(b'"') => {
                let (name, _) = self.variable_name()?;
                name
            }
            _ => {
                let span = self.take_while(variable_byte);
                self.bytes(span).into()
            }
        };
        if name.is_empty() {
            return self.syntax_error(at);
        }
        let text = std::str::from_utf8(&name).unwrap_or_default();
        let whole = Span::new(start, self.at);
        if let Some(field) = Self::row_field(self.row.or(self.around), text) {
            self.mark(whole, Class::Argument);
            return Ok(self.expression_from(start, ExpressionKind::Property(field)));
        }
        let known = self.known(&name);
        if self.marks.is_some() {
            self.mark(whole, self.variable_class(&name, known));
        }
        if !known {
            return self.fault("syntax error", Span::new(at, self.at));
        }
        Ok(self.expression_from(start, ExpressionKind::Variable(name)))
    }

    fn variable_class(&self, name: &[u8], known: bool) -> Class {
        match known {
            true if self.declared.iter().any(|n| n == name) => Class::Variable,
            true => Class::Parameter,
            false => Class::Undefined,
        }
    }

    /// `[ … ]`: commands, relative to `menu`; the parser stands on the bracket.
    pub(super) fn substitution(&mut self, menu: Node) -> Parsed<Expression> {
        let start = self.at;
        self.at += 1;
        let parentheses = std::mem::take(&mut self.parentheses);
        let around = self.around;
        self.around = self.row.or(around);
        let statements = self.nested(|p| {
            p.scoped(|p| {
                p.menu = menu;
                p.statements(b']')
            })
        });
        self.parentheses = parentheses;
        self.around = around;
        Ok(self.expression_from(start, ExpressionKind::Command(statements?)))
    }

    /// `{1;2;k=v}`; the parser stands on the brace.
    pub(super) fn array(&mut self) -> Parsed<Expression> {
        let start = self.at;
        self.at += 1;
        let members = self.nested(Self::array_members)?;
        Ok(self.expression_from(start, ExpressionKind::Array(members)))
    }

    fn array_members(&mut self) -> Parsed<Vec<(Option<Expression>, Expression)>> {
        let mut members = Vec::new();
        loop {
            self.skip_space();
            match self.peek() {
                None => {
                    return self.fault("expected closing brace", Span::new(self.at, self.at));
                }
                // `({})` is the empty array; `{}` alone is not read as one.
                Some(b'}') if members.is_empty() && self.parentheses == 0 => {
                    return self.syntax_error(self.at);
                }
                Some(b'}') => {
                    self.at += 1;
                    return Ok(members);
                }
                Some(_) => {}
            }
            members.push(self.array_member()?);
            self.skip_space();
            match self.peek() {
                Some(b';') => self.at += 1,
                Some(b'}') => {}
                None => return self.fault("expected closing brace", Span::new(self.at, self.at)),
                Some(_) => return self.syntax_error(self.at),
            }
        }
    }

    fn array_member(&mut self) -> Parsed<(Option<Expression>, Expression)> {
        let start = self.at;
        let key = match self.peek() {
            Some(b'"') => Some(self.string("key")?),
            _ => {
                let span =
                    self.take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'/' | b'_'));
                let text = Value::Str(self.bytes(span).into());
                (span.start < span.end).then_some(Expression { span, kind: ExpressionKind::Literal(text) })
            }
        };
        if key.is_some() && self.eat(b"=") {
            self.skip_space();
            return Ok((key, self.array_value()?));
        }
        self.at = start;
        Ok((None, self.array_value()?))
    }

    /// A member: one token, or operands joined by operators (`"a".$b`).
    fn array_value(&mut self) -> Parsed<Expression> {
        match self.peek() {
            Some(b'"' | b'$' | b'(' | b'[' | b'{') => {
                self.parentheses += 1;
                let value = self.nested(Self::expression);
                self.parentheses -= 1;
                value
            }
            _ => self.value("value"),
        }
    }

    /// A string; the parser stands on the quote. `argument` is named when an escape is wrong.
    pub(super) fn string(&mut self, argument: &str) -> Parsed<Expression> {
        let start = self.at;
        self.at += 1;
        let mut pieces: Vec<Expression> = Vec::new();
        let mut text: Vec<u8> = Vec::new();
        loop {
            let Some(byte) = self.peek() else {
                return self.fault("expected closing quote", Span::new(start, start + 1));
            };
            match byte {
                b'"' => {
                    self.at += 1;
                    break;
                }
                b'\\' => match self.marked_escape() {
                    Some(Some(byte)) => text.push(byte),
                    Some(None) => {}
                    None => {
                        let message = format!("expected {argument} value");
                        return self.fault(message, Span::new(self.at, self.at + 2));
                    }
                },
                b'$' if self.begins_insertion() => {
                    if !text.is_empty() {
                        pieces.push(self.text_piece(&mut text));
                    }
                    pieces.push(self.nested(Self::insertion)?);
                }
                _ => {
                    text.push(byte);
                    self.at += 1;
                }
            }
        }
        let kind = match pieces.is_empty() {
            true => ExpressionKind::Literal(Value::Str(text.into())),
            false => {
                if !text.is_empty() {
                    pieces.push(self.text_piece(&mut text));
                }
                ExpressionKind::Text(pieces)
            }
        };
        self.mark(Span::new(start, self.at), Class::Plain);
        Ok(self.expression_from(start, kind))
    }

    fn marked_escape(&mut self) -> Option<Option<u8>> {
        let start = self.at;
        let escape = self.escape();
        if escape.is_some() {
            self.mark(Span::new(start, self.at), Class::Escaped);
        }
        escape
    }

    fn text_piece(&self, text: &mut Vec<u8>) -> Expression {
        let value = Value::Str(std::mem::take(text).into());
        Expression { span: Span::new(self.at, self.at), kind: ExpressionKind::Literal(value) }
    }

    fn begins_insertion(&self) -> bool {
        match self.peek_at(1) {
            Some(b'(' | b'[') => true,
            // `"…$"`: the quote closes the string unless a name stands in it.
            Some(b'"') => self.quoted_name_follows(),
            other => other.is_some_and(|b| b.is_ascii_alphanumeric()),
        }
    }

    /// Behind `$"`: does a name and a closing quote follow?
    fn quoted_name_follows(&self) -> bool {
        let rest = self.source.get(self.at + 2..).unwrap_or_default();
        let length =
            rest.iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')).count();
        length > 0 && rest.get(length) == Some(&b'"')
    }

    /// `$name`, `$"name"`, `$(…)`, `$[…]` in a string.
    fn insertion(&mut self) -> Parsed<Expression> {
        let start = self.at;
        self.at += 1;
        match self.peek() {
            Some(b'(') => self.operand_atom(),
            Some(b'[') => {
                let menu = self.menu;
                self.substitution(menu)
            }
            _ => self.variable(start),
        }
    }

    /// An escape: the byte it stands for, `Some(None)` for a continuation, `None` when there is no such escape.
    fn escape(&mut self) -> Option<Option<u8>> {
        let next = self.peek_at(1)?;
        let byte = match next {
            b'"' | b'\\' | b'$' | b'?' => next,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'_' => b' ',
            b'a' => 0x07,
            b'b' => 0x08,
            b'f' => 0x0c,
            b'v' => 0x0b,
            b' ' | b'\t' | b'\r' | b'\n' => {
                self.at += 1;
                self.take_while(|b| b.is_ascii_whitespace());
                return Some(None);
            }
            b'0'..=b'9' | b'A'..=b'F' => {
                let second = self.peek_at(2).filter(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F'))?;
                let digit = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
                self.at += 3;
                return Some(Some(digit(next)? * 16 + digit(second)?));
            }
            _ => return None,
        };
        self.at += 2;
        Some(Some(byte))
    }
}
