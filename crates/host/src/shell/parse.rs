//! The grammar of the small shell: words with quotes and variables, pipelines, and lists with `&&`, `||`, `;` and `&`.
//!
//! It is the part of POSIX `sh` that a lab file's `exec:` and checks need. Compound commands (`if`, `for`, `( )`) and
//! command substitution are refused with a message instead of being misread. Parsing keeps quotes apart from
//! variables; the words are expanded when their command runs (`Word::expand`).

use std::collections::BTreeMap;

/// What joins a pipeline to the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Join {
    /// `;`, a new line, or the start of the list: runs always.
    Always,
    /// `&&`: runs when the status so far is 0.
    And,
    /// `||`: runs when the status so far is not 0.
    Or,
}

/// One pipeline of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pipeline {
    pub(crate) join: Join,
    /// `!` in front: the status is negated.
    pub(crate) negate: bool,
    /// `&` behind: runs as a job of its own while the list goes on.
    pub(crate) background: bool,
    /// The commands, each reading what the one before it wrote.
    pub(crate) commands: Vec<Simple>,
}

/// A command with its redirections.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Simple {
    pub(crate) words: Vec<Word>,
    pub(crate) redirects: Vec<Redirect>,
}

/// `2>/dev/null`, `> file`, `2>&1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Redirect {
    /// File descriptor that is redirected: 0, 1 or 2.
    pub(crate) fd: u8,
    pub(crate) to: RedirectTo,
}

/// Where a redirected descriptor goes to or comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RedirectTo {
    /// `> file`.
    Write(Word),
    /// `>> file`.
    Append(Word),
    /// `< file`.
    Read(Word),
    /// `>&1`.
    Descriptor(u8),
}

/// A word before expansion: literal and variable parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Word(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// Text from inside or outside quotes.
    Literal(String),
    /// `$name`; inside double quotes its value isn't split at blanks.
    Variable { name: String, quoted: bool },
}

impl Word {
    /// The fields that the word expands to. An unquoted variable is split at blanks and may give none or many.
    pub(crate) fn expand(&self, variables: &BTreeMap<String, String>, status: i32) -> Vec<String> {
        let mut fields = Vec::new();
        let mut field: Option<String> = None;
        for part in &self.0 {
            let (name, quoted) = match part {
                Part::Literal(text) => {
                    field.get_or_insert_default().push_str(text);
                    continue;
                }
                Part::Variable { name, quoted } => (name, *quoted),
            };
            let value = match name.as_str() {
                "?" => status.to_string(),
                name => variables.get(name).cloned().unwrap_or_default(),
            };
            if quoted {
                field.get_or_insert_default().push_str(&value);
                continue;
            }
            if value.starts_with(char::is_whitespace) {
                fields.extend(field.take());
            }
            let mut pieces = value.split_whitespace().peekable();
            while let Some(piece) = pieces.next() {
                field.get_or_insert_default().push_str(piece);
                if pieces.peek().is_some() || value.ends_with(char::is_whitespace) {
                    fields.extend(field.take());
                }
            }
        }
        fields.extend(field);
        fields
    }

    /// Name and value when the word is an assignment `NAME=value`.
    pub(crate) fn assignment(&self) -> Option<(&str, Self)> {
        let Some(Part::Literal(first)) = self.0.first() else { return None };
        let (name, rest) = first.split_once('=')?;
        if name.is_empty() || !name.chars().enumerate().all(|(i, c)| is_name_char(c, i == 0)) {
            return None;
        }
        let mut value = vec![Part::Literal(rest.to_string())];
        value.extend(self.0.iter().skip(1).cloned().map(|part| match part {
            Part::Variable { name, .. } => Part::Variable { name, quoted: true },
            literal @ Part::Literal(_) => literal,
        }));
        Some((name, Self(value)))
    }

    /// The text when the word is one unquoted literal (the lexer's reserved words are compared with it).
    fn literal(&self) -> Option<&str> {
        match self.0.as_slice() {
            [Part::Literal(text)] => Some(text),
            _ => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(Word),
    /// `;`, `&&`, `||`, `|`, `&`, a new line, `(`, `)`.
    Operator(&'static str),
    /// A redirection operator and its descriptor.
    Redirect(u8, &'static str),
}

fn is_name_char(c: char, first: bool) -> bool {
    c == '_' || c.is_ascii_alphabetic() || (!first && c.is_ascii_digit())
}

struct Lexer<'a> {
    rest: &'a str,
    tokens: Vec<Token>,
}

/// Operators, longest first.
const OPERATORS: [&str; 8] = ["&&", "||", ";", "|", "&", "\n", "(", ")"];
const REDIRECTS: [&str; 6] = [">>", ">&", "<&", ">", "<", "&>"];

impl Lexer<'_> {
    fn eat(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = &self.rest[c.len_utf8()..];
        Some(c)
    }

    fn run(mut self) -> Result<Vec<Token>, String> {
        loop {
            self.rest = self.rest.trim_start_matches([' ', '\t', '\r']);
            if self.rest.starts_with("\\\n") {
                self.rest = &self.rest[2..];
                continue;
            }
            if self.rest.starts_with('#') {
                let end = self.rest.find('\n').unwrap_or(self.rest.len());
                self.rest = &self.rest[end..];
            }
            if self.rest.is_empty() {
                return Ok(self.tokens);
            }
            if self.redirect() {
                continue;
            }
            if let Some(op) = OPERATORS.iter().find(|op| self.rest.starts_with(**op)) {
                self.rest = &self.rest[op.len()..];
                self.tokens.push(Token::Operator(op));
                continue;
            }
            let word = self.word()?;
            self.tokens.push(Token::Word(word));
        }
    }

    /// A redirection operator with an optional digit in front.
    fn redirect(&mut self) -> bool {
        let digit = self.rest.chars().next().and_then(|c| c.to_digit(10));
        let at = &self.rest[usize::from(digit.is_some())..];
        let Some(op) = REDIRECTS.iter().find(|op| at.starts_with(**op)) else { return false };
        if *op == "&>" && digit.is_some() {
            return false;
        }
        self.rest = &at[op.len()..];
        let default = u32::from(!op.starts_with('<'));
        self.tokens.push(Token::Redirect(digit.unwrap_or(default) as u8, op));
        true
    }

    fn word(&mut self) -> Result<Word, String> {
        let mut parts = Vec::new();
        let mut text: Option<String> = None;
        while let Some(c) = self.rest.chars().next() {
            if c.is_whitespace() || ";&|()<>".contains(c) {
                break;
            }
            self.eat();
            match c {
                '\'' => {
                    let end = self.rest.find('\'').ok_or("Syntax error: Unterminated quoted string")?;
                    text.get_or_insert_default().push_str(&self.rest[..end]);
                    self.rest = &self.rest[end + 1..];
                }
                '"' => self.double_quoted(&mut parts, &mut text)?,
                '\\' => match self.eat() {
                    Some('\n') => {}
                    Some(c) => text.get_or_insert_default().push(c),
                    None => text.get_or_insert_default().push('\\'),
                },
                '$' => self.variable(false, &mut parts, &mut text)?,
                '`' => return Err("command substitution is not supported".to_string()),
                c => text.get_or_insert_default().push(c),
            }
        }
        parts.extend(text.map(Part::Literal));
        Ok(Word(parts))
    }

    fn double_quoted(&mut self, parts: &mut Vec<Part>, text: &mut Option<String>) -> Result<(), String> {
        text.get_or_insert_default();
        loop {
            match self.eat().ok_or("Syntax error: Unterminated quoted string")? {
                '"' => return Ok(()),
                '\\' => match self.eat() {
                    Some('\n') => {}
                    Some(c @ ('"' | '\\' | '$' | '`')) => text.get_or_insert_default().push(c),
                    Some(c) => text.get_or_insert_default().extend(['\\', c]),
                    None => return Err("Syntax error: Unterminated quoted string".to_string()),
                },
                '$' => self.variable(true, parts, text)?,
                '`' => return Err("command substitution is not supported".to_string()),
                c => text.get_or_insert_default().push(c),
            }
        }
    }

    /// What follows a `$`.
    fn variable(
        &mut self,
        quoted: bool,
        parts: &mut Vec<Part>,
        text: &mut Option<String>,
    ) -> Result<(), String> {
        let name = if self.rest.starts_with('(') {
            return Err("command substitution is not supported".to_string());
        } else if let Some(rest) = self.rest.strip_prefix('{') {
            let end = rest.find('}').ok_or("Syntax error: Missing '}'")?;
            let name = &rest[..end];
            if !name.chars().enumerate().all(|(i, c)| is_name_char(c, i == 0)) || name.is_empty() {
                return Err("Bad substitution".to_string());
            }
            self.rest = &rest[end + 1..];
            name.to_string()
        } else if let Some(rest) = self.rest.strip_prefix('?') {
            self.rest = rest;
            "?".to_string()
        } else {
            let end = self.rest.char_indices().find(|(i, c)| !is_name_char(*c, *i == 0));
            let (name, rest) = self.rest.split_at(end.map_or(self.rest.len(), |(i, _)| i));
            self.rest = rest;
            name.to_string()
        };
        if name.is_empty() {
            text.get_or_insert_default().push('$');
        } else {
            parts.extend(text.take().map(Part::Literal));
            parts.push(Part::Variable { name, quoted });
        }
        Ok(())
    }
}

const RESERVED: [&str; 12] =
    ["if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac"];

/// Parses a whole command line or script.
///
/// # Errors
/// The text that `sh` prints after `sh: 1: `.
pub(crate) fn parse(text: &str) -> Result<Vec<Pipeline>, String> {
    let tokens = Lexer { rest: text, tokens: Vec::new() }.run()?;
    let mut parser = Parser { list: Vec::new(), join: Join::Always, current: None };
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            Token::Operator("&&") => parser.end("&&", Join::And, false)?,
            Token::Operator("||") => parser.end("||", Join::Or, false)?,
            Token::Operator("&") => parser.end("&", Join::Always, true)?,
            Token::Operator("\n") => parser.new_line(),
            Token::Operator("|") => parser.pipe()?,
            Token::Operator(op @ ("(" | ")")) => return Err(format!("Syntax error: \"{op}\" unexpected")),
            Token::Operator(op) => parser.end(op, Join::Always, false)?,
            Token::Word(word) => parser.word(word)?,
            Token::Redirect(fd, op) => {
                let Some(Token::Word(target)) = tokens.next() else {
                    return Err("Syntax error: redirection unexpected".to_string());
                };
                parser.redirect(fd, op, target)?;
            }
        }
    }
    parser.finish()
}

struct Parser {
    list: Vec<Pipeline>,
    join: Join,
    current: Option<Pipeline>,
}

impl Parser {
    fn pipeline(&mut self) -> &mut Pipeline {
        let join = self.join;
        self.current.get_or_insert_with(|| Pipeline {
            join,
            negate: false,
            background: false,
            commands: vec![Simple::default()],
        })
    }

    fn simple(&mut self) -> Option<&mut Simple> {
        self.pipeline().commands.last_mut()
    }

    fn word(&mut self, word: Word) -> Result<(), String> {
        let first = self.simple().is_some_and(|s| s.words.is_empty());
        if first && let Some(text) = word.literal() {
            if text == "!" {
                let pipeline = self.pipeline();
                pipeline.negate = !pipeline.negate;
                return Ok(());
            }
            if RESERVED.contains(&text) || text == "{" || text == "}" {
                return Err(format!("Syntax error: \"{text}\" is not supported"));
            }
        }
        if let Some(simple) = self.simple() {
            simple.words.push(word);
        }
        Ok(())
    }

    fn redirect(&mut self, fd: u8, op: &str, target: Word) -> Result<(), String> {
        let to = match op {
            ">" => RedirectTo::Write(target),
            ">>" => RedirectTo::Append(target),
            "<" => RedirectTo::Read(target),
            "&>" => {
                self.push_redirect(1, RedirectTo::Write(target));
                self.push_redirect(2, RedirectTo::Descriptor(1));
                return Ok(());
            }
            _ => match target.literal().and_then(|t| t.parse().ok()) {
                Some(to @ 0..=2) => RedirectTo::Descriptor(to),
                _ => return Err("Syntax error: Bad fd number".to_string()),
            },
        };
        self.push_redirect(fd, to);
        Ok(())
    }

    fn push_redirect(&mut self, fd: u8, to: RedirectTo) {
        if let Some(simple) = self.simple() {
            simple.redirects.push(Redirect { fd, to });
        }
    }

    fn pipe(&mut self) -> Result<(), String> {
        match self.current.as_mut() {
            Some(p) if p.commands.last().is_some_and(|c| !c.words.is_empty()) => {
                p.commands.push(Simple::default());
                Ok(())
            }
            _ => Err("Syntax error: \"|\" unexpected".to_string()),
        }
    }

    /// Ends the pipeline at `op`; the next one is joined by `next`.
    fn end(&mut self, op: &str, next: Join, background: bool) -> Result<(), String> {
        let Some(mut pipeline) = self.current.take().filter(Self::complete) else {
            return Err(format!("Syntax error: \"{op}\" unexpected"));
        };
        pipeline.background = background;
        self.list.push(pipeline);
        self.join = next;
        Ok(())
    }

    /// A new line ends a command like `;`, but may also stand after `&&`, `||` and `|`, and alone.
    fn new_line(&mut self) {
        if self.current.as_ref().is_some_and(Self::complete) {
            self.list.extend(self.current.take());
            self.join = Join::Always;
        }
    }

    fn complete(pipeline: &Pipeline) -> bool {
        pipeline.commands.last().is_some_and(|c| !c.words.is_empty() || !c.redirects.is_empty())
    }

    fn finish(mut self) -> Result<Vec<Pipeline>, String> {
        let open = self.current.is_some() && !self.current.as_ref().is_some_and(Self::complete);
        if open || (self.current.is_none() && self.join != Join::Always) {
            return Err("Syntax error: end of file unexpected".to_string());
        }
        self.list.extend(self.current.take());
        Ok(self.list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Vec<String>> {
        let variables = BTreeMap::from([("A".to_string(), "x  y".to_string())]);
        let list = parse(text).expect("parses");
        list.iter()
            .flat_map(|p| &p.commands)
            .map(|c| c.words.iter().flat_map(|w| w.expand(&variables, 3)).collect())
            .collect()
    }

    #[test]
    fn quotes_and_escapes_make_words_as_in_sh() {
        assert_eq!(
            words(r#"echo a'b c'"d e"\ f '' "" "a\"b\c""#),
            [["echo", "ab cd e f", "", "", "a\"b\\c"]]
        );
        assert_eq!(words("a # b\nc"), [["a"], ["c"]]);
        assert_eq!(words("a#b \\\n c"), [["a#b", "c"]]);
    }

    #[test]
    fn variables_are_split_only_outside_quotes() {
        assert_eq!(
            words(r#"e $A "$A" "${A}z" '$A' $? $ $none "$none""#),
            [["e", "x", "y", "x  y", "x  yz", "$A", "3", "$", ""]]
        );
        assert_eq!(words("e 1${A}2"), [["e", "1x", "y2"]]);
    }

    #[test]
    fn lists_and_pipelines_keep_their_operators() {
        let list = parse("a && b || ! c; d | e & f").expect("parses");
        let joins: Vec<_> = list.iter().map(|p| (p.join, p.negate, p.background, p.commands.len())).collect();
        assert_eq!(
            joins,
            [
                (Join::Always, false, false, 1),
                (Join::And, false, false, 1),
                (Join::Or, true, false, 1),
                (Join::Always, false, true, 2),
                (Join::Always, false, false, 1),
            ]
        );
    }

    #[test]
    fn redirections_name_descriptor_and_target() {
        let list = parse("a >f 2>&1 <g 2>>h &>i").expect("parses");
        let fds: Vec<_> = list[0].commands[0].redirects.iter().map(|r| r.fd).collect();
        assert_eq!(fds, [1, 2, 0, 2, 1, 2]);
        assert_eq!(list[0].commands[0].redirects[1].to, RedirectTo::Descriptor(1));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for (text, message) in [
            ("a 'b", "Syntax error: Unterminated quoted string"),
            ("&& a", "Syntax error: \"&&\" unexpected"),
            ("a &&", "Syntax error: end of file unexpected"),
            ("a | ; b", "Syntax error: \";\" unexpected"),
            ("a >", "Syntax error: redirection unexpected"),
            ("(a)", "Syntax error: \"(\" unexpected"),
            ("echo $(a)", "command substitution is not supported"),
            ("if a; then b; fi", "Syntax error: \"if\" is not supported"),
        ] {
            assert_eq!(parse(text), Err(message.to_string()), "{text}");
        }
        assert_eq!(parse(" \n # nothing\n"), Ok(vec![]));
    }
}
