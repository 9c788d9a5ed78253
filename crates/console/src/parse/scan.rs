//! The lowest layer of the parser: blanks, comments, words, strings' raw bytes, ends of statements.

use super::{Parsed, Parser};
use crate::Span;
use crate::highlight::Class;

/// May stand in an unquoted word.
pub(crate) fn word_byte(byte: u8) -> bool {
    !byte.is_ascii_whitespace()
        && !matches!(byte, b'"' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | b';' | b'$' | b'#' | b'\\' | 0)
}

/// May stand in the name of a menu, a command or an argument.
pub(super) fn name_byte(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b'_')
}

/// May stand in an unquoted variable name.
pub(super) fn variable_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

impl Parser<'_> {
    pub(super) fn peek(&self) -> Option<u8> {
        self.source.get(self.at).copied()
    }

    pub(super) fn peek_at(&self, offset: usize) -> Option<u8> {
        self.source.get(self.at + offset).copied()
    }

    pub(super) fn at_end(&self) -> bool {
        self.at >= self.source.len()
    }

    pub(super) fn looking_at(&self, text: &[u8]) -> bool {
        self.source.get(self.at..).is_some_and(|rest| rest.starts_with(text))
    }

    /// Takes `text` when it stands here.
    pub(super) fn eat(&mut self, text: &[u8]) -> bool {
        let found = self.looking_at(text);
        if found {
            self.at += text.len();
        }
        found
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> &[u8] {
        self.source.get(start..end).unwrap_or_default()
    }

    /// The source as text; used where only ASCII can stand.
    pub(super) fn text(&self, start: usize, end: usize) -> &str {
        std::str::from_utf8(self.slice(start, end)).unwrap_or_default()
    }

    /// Length of the line end here: 2 for CRLF, 1 for LF and CR.
    fn line_end(&self, at: usize) -> usize {
        match (self.source.get(at), self.source.get(at + 1)) {
            (Some(b'\r'), Some(b'\n')) => 2,
            (Some(b'\r' | b'\n'), _) => 1,
            _ => 0,
        }
    }

    /// Length of a continuation here: `\`, blanks (which some scripts have there), line end.
    pub(super) fn continuation(&self) -> usize {
        if self.peek() != Some(b'\\') {
            return 0;
        }
        let rest = self.source.get(self.at + 1..).unwrap_or_default();
        let blanks = rest.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        match self.line_end(self.at + 1 + blanks) {
            0 => 0,
            n => 1 + blanks + n,
        }
    }

    /// Skips blanks and continuations, not line ends. True when it moved.
    pub(super) fn skip_blanks(&mut self) -> bool {
        let start = self.at;
        loop {
            match self.peek() {
                Some(b' ' | b'\t') => self.at += 1,
                Some(b'\\') if self.continuation() > 0 => self.at += self.continuation(),
                _ => return self.at > start,
            }
        }
    }

    /// Skips blanks and line ends, as inside `( )` and array literals.
    pub(super) fn skip_space(&mut self) {
        loop {
            self.skip_blanks();
            match self.line_end(self.at) {
                0 => return,
                n => self.at += n,
            }
        }
    }

    /// Skips everything that may stand between two statements: blanks, line ends, `;` and comments.
    pub(super) fn skip_terminators(&mut self) {
        loop {
            self.skip_space();
            match self.peek() {
                Some(b';') => self.at += 1,
                Some(b'#') => self.skip_comment(),
                _ => return,
            }
        }
    }

    /// Skips to the end of the line; a backslash does not extend a comment.
    pub(super) fn skip_comment(&mut self) {
        let start = self.at;
        while self.peek().is_some_and(|b| b != b'\n' && b != b'\r') {
            self.at += 1;
        }
        self.mark(Span::new(start, self.at), Class::Comment);
    }

    /// At the end of a command: line end, `;`, a closing bracket, the end of the source. A comment behind a blank is
    /// skipped: RouterOS itself refuses it there, but configurations in manuals and lessons are full of them.
    pub(super) fn at_terminator(&mut self) -> bool {
        let blank_before = self.at == 0
            || self.source.get(self.at - 1).is_some_and(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r'));
        if self.peek() == Some(b'#') && blank_before {
            self.skip_comment();
        }
        matches!(self.peek(), None | Some(b'\n' | b'\r' | b';' | b'}' | b']' | b')'))
    }

    /// Takes the bytes for which `test` holds.
    pub(super) fn take_while(&mut self, test: impl Fn(u8) -> bool) -> Span {
        let start = self.at;
        while self.peek().is_some_and(&test) {
            self.at += 1;
        }
        Span::new(start, self.at)
    }

    /// The name of an argument. A few have a slash (`basic-rates-a/g=`).
    pub(super) fn argument_word(&mut self) -> Span {
        let name = self.take_while(name_byte);
        if self.peek() != Some(b'/') {
            return name;
        }
        self.at += 1;
        let rest = self.take_while(name_byte);
        if rest.start < rest.end && self.peek() == Some(b'=') {
            return Span::new(name.start as usize, self.at);
        }
        self.at = name.end as usize;
        name
    }

    pub(super) fn bytes(&self, span: Span) -> &[u8] {
        self.slice(span.start as usize, span.end as usize)
    }

    pub(super) fn word(&self, span: Span) -> &str {
        self.text(span.start as usize, span.end as usize)
    }

    /// The word at hand for underlining: up to a blank or bracket.
    pub(super) fn token_here(&self, start: usize) -> Span {
        let rest = self.source.get(start..).unwrap_or_default();
        let length = rest.iter().take_while(|b| word_byte(**b)).count();
        Span::new(start, start + length.max(usize::from(!rest.is_empty())))
    }

    /// Position behind the statement that starts at `start`, found without understanding it: the line end or `;`
    /// outside strings and brackets. When brackets never close, the end of the line where the fault lies.
    pub(super) fn end_of_statement(&self, start: usize) -> usize {
        match self.scan_statement(start, false) {
            Some(end) => end.max(start + 1),
            None => {
                let from = self.at.max(start);
                let rest = self.source.get(from..).unwrap_or_default();
                let line = rest.iter().position(|b| *b == b'\n' || *b == b'\r').unwrap_or(rest.len());
                (from + line).max(start + 1)
            }
        }
    }

    /// Where the line ends that begins at `start` and cannot be read: behind its last statement.
    pub(super) fn end_of_line(&self, start: usize) -> usize {
        let mut at = self.end_of_statement(start);
        while self.source.get(at) == Some(&b';') {
            at = self.end_of_statement(at + 1);
        }
        at
    }

    /// Skips the rest of a command that cannot be understood, up to its terminator or the closing bracket around it.
    pub(super) fn skip_command(&mut self) {
        self.at = self.scan_statement(self.at, true).unwrap_or(self.source.len());
    }

    /// Skips what stands in brackets; the parser stands on the opening one. False when they do not close.
    pub(super) fn skip_brackets(&mut self) -> bool {
        let Some(end) = self.scan_statement(self.at + 1, true) else { return false };
        self.at = end;
        self.eat(b"]")
    }

    /// The end of the statement, or `None` when a bracket or string does not close.
    fn scan_statement(&self, start: usize, stop_at_closing: bool) -> Option<usize> {
        let mut open = 0usize;
        let mut at = start;
        while let Some(byte) = self.source.get(at) {
            match byte {
                b'\\' => at += 1,
                b'"' => at = self.end_of_string(at)?,
                b'#' => at = self.end_of_comment(at).unwrap_or(at),
                b'[' | b'{' | b'(' => open += 1,
                b']' | b'}' | b')' if open == 0 && stop_at_closing => return Some(at),
                b']' | b'}' | b')' => open = open.saturating_sub(1),
                b'\n' | b'\r' | b';' if open == 0 => return Some(at),
                _ => {}
            }
            at += 1;
        }
        (open == 0).then_some(self.source.len())
    }

    /// Index of the quote that closes the string opened at `at`.
    fn end_of_string(&self, at: usize) -> Option<usize> {
        // `$[` and `$(` open a command of their own, which may hold strings.
        let mut open = Vec::new();
        let mut i = at + 1;
        loop {
            let byte = *self.source.get(i)?;
            let in_string = !matches!(open.last(), Some(b'[' | b'('));
            match byte {
                b'\\' => i += 1,
                b'"' if !in_string => open.push(byte),
                b'"' if open.pop().is_none() => return Some(i),
                b'$' if in_string => {
                    if let Some(bracket @ (b'[' | b'(')) = self.source.get(i + 1) {
                        open.push(*bracket);
                        i += 1;
                    }
                }
                b'[' | b'(' if !in_string => open.push(byte),
                b']' | b')' if !in_string => drop(open.pop()),
                _ => {}
            }
            i += 1;
        }
    }

    /// The last byte of the comment whose `#` stands at `at`; `None` when that is no comment.
    fn end_of_comment(&self, at: usize) -> Option<usize> {
        let before = self.source.get(at.checked_sub(1)?)?;
        if !matches!(before, b' ' | b'\t' | b'\n' | b'\r' | b';' | b'{' | b'[') {
            return None;
        }
        let rest = self.source.get(at..)?;
        let length = rest.iter().position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(rest.len());
        Some(at + length - 1)
    }

    /// The raw text of a `{ … }` that is kept as text, braces excluded; the parser stands on the opening brace.
    pub(super) fn raw_block(&mut self) -> Parsed<Span> {
        let open = self.at;
        let mut depth = 0usize;
        let mut at = open;
        while let Some(byte) = self.source.get(at) {
            match byte {
                b'\\' => at += 1,
                b'"' => match self.end_of_string(at) {
                    Some(end) => at = end,
                    None => break,
                },
                b'#' => at = self.end_of_comment(at).unwrap_or(at),
                b'{' => depth += 1,
                b'}' => {
                    depth -= 1;
                    if depth == 0 {
                        self.at = at + 1;
                        return Ok(Span::new(open + 1, at));
                    }
                }
                _ => {}
            }
            at += 1;
        }
        let end = self.source.len();
        self.fault("expected closing brace", Span::new(end, end))
    }
}
