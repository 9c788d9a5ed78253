//! [`complete`]: what can stand at the cursor of a command line, for a shell's Tab and the API's `inspect`.
//!
//! Words complete by prefix; where none starts so, by the initials of hyphenated words, then by letters in order
//! (`mt`, `mntr` → `monitor-traffic`), as the reference §1.3 tells of the prompt. Running a line takes prefixes only.

mod help;
mod in_use;

use crate::language::{BUILTINS, Builtin, Takes};
use crate::matching::{Match, Node, ROOT, find_property, parent};
use crate::parse::path::{Target as Found, find_word};
use crate::parse::spec::{Spec, spec};
use crate::quote::{needs_quotes, quote};
use crate::syntax::Verb;
use crate::{Session, Target};
use menu::{Access, MenuDef, PropertyDef, ValueKind};

/// What a candidate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Style {
    /// A menu; a `/` follows.
    Menu,
    /// A command.
    Command,
    /// The name of an argument; a `=` follows unless it stands bare.
    Argument,
    /// A value of an argument.
    Value,
    /// The name of a variable, without `$`.
    Variable,
}

/// A word that can stand at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The whole word, quoted where it must be.
    pub text: String,
    /// Byte of the line where the word begins; what stands from there to the cursor is replaced.
    pub offset: usize,
    /// What it is.
    pub style: Style,
    /// What a shell puts behind it when it is the only candidate: `/`, `=`, a blank, or nothing.
    pub append: &'static str,
    /// Its help text; may be empty.
    pub help: &'static str,
}

/// Longest part of a line that is looked at, as the API's `inspect` does.
const MAX_LINE: usize = 32_767;

/// The candidates at byte `cursor` of a line, in order: menus, commands, arguments, values.
pub fn complete(line: &[u8], cursor: usize, session: &Session, target: &mut dyn Target) -> Vec<Candidate> {
    let before = line.get(..cursor.min(line.len())).unwrap_or_default();
    let Ok(before) = std::str::from_utf8(before) else { return Vec::new() };
    if before.len() > MAX_LINE {
        return Vec::new();
    }
    if let Some(place) = variable_in_string(before) {
        let partial = before.get(place..).unwrap_or("");
        let mut finder = Finder { partial, offset: place, found: Vec::new() };
        variables(&mut finder, before, session);
        return finder.matching();
    }
    let Some((start, menu)) = innermost(before, session.menu, target) else { return Vec::new() };
    let command = Command::read(before, start, menu, target);
    let mut finder = Finder { partial: command.partial, offset: command.offset, found: Vec::new() };
    if let Some(at) = command.partial.rfind('$') {
        let rest = command.partial.get(at + 1..).unwrap_or("");
        if rest.bytes().all(|b| b.is_ascii_alphanumeric()) {
            finder.offset += at + 1;
            finder.partial = rest;
            variables(&mut finder, before, session);
            return finder.matching();
        }
    }
    match command.head {
        Head::Path { node, first } => words(&mut finder, node, first, target),
        Head::Language(builtin) => language_arguments(&mut finder, builtin, &command.words, session),
        Head::Verb { node, verb } => arguments(&mut finder, node, verb, &command.words, target),
        Head::Unknown => {}
    }
    finder.matching()
}

/// How the value at byte `cursor` of a line is written, in the words of RouterOS's help (`A.B.C.D    (IP address)`,
/// `time interval`, `0..4294967295    (integer number)`); `None` where no value of a menu's property stands. Words that [`complete`]
/// offers there are not told again.
pub fn value_syntax(
    line: &[u8],
    cursor: usize,
    session: &Session,
    target: &mut dyn Target,
) -> Option<String> {
    let before = line.get(..cursor.min(line.len()))?;
    let before = std::str::from_utf8(before).ok().filter(|before| before.len() <= MAX_LINE)?;
    let (start, menu) = innermost(before, session.menu, target)?;
    let command = Command::read(before, start, menu, target);
    let Head::Verb { node, verb } = command.head else { return None };
    let def = target.tree().menu(node)?;
    let spec = spec(verb, Some(def));
    let (name, _) = command.partial.split_once('=')?;
    let takes = |p: &PropertyDef| p.access != Access::ReadOnly || spec.filter;
    let Match::One(index) = find_property(def, name, takes) else { return None };
    let property = def.property_at(index)?;
    let offered = !complete(line, cursor, session, target).is_empty();
    let kind = match property.value {
        ValueKind::Bool | ValueKind::Keyword(_) if offered => return None,
        ValueKind::Keywords(_) if offered => return Some(String::from("value[,value...]")),
        ValueKind::Bool => String::from("yes | no"),
        ValueKind::Number { min, max } => format!("{min}..{max}    (integer number)"),
        ValueKind::Keyword(words) => words.join(" | "),
        ValueKind::Keywords(words) => format!("{}[,...]", words.join(" | ")),
        ValueKind::Reference(namespace) => format!("name of {}", namespace.0),
        ValueKind::Other(text) => text.to_owned(),
    };
    let words = property.words.join(" | ");
    Some(if words.is_empty() || offered { kind } else { format!("{words} | {kind}") })
}

/// Where the name of a variable begins that stands at the end of a string without an end: `"$na`.
fn variable_in_string(before: &str) -> Option<usize> {
    let (text, name) = before.rsplit_once('$')?;
    let backslashes = text.bytes().rev().take_while(|byte| *byte == b'\\').count();
    let plain = backslashes % 2 == 0 && name.bytes().all(|b| b.is_ascii_alphanumeric());
    (plain && crate::unfinished(before) == Some('"')).then_some(text.len() + 1)
}

/// The variables in sight: globals of the session, and what the text before the cursor declares.
fn variables(finder: &mut Finder<'_>, before: &str, session: &Session) {
    let globals = session.declared.iter().filter_map(|name| std::str::from_utf8(name).ok());
    globals.for_each(|name| finder.offer(name, Style::Variable, "", ""));
    let mut words = before.split(|c: char| !c.is_ascii_alphanumeric() && c != ',').filter(|w| !w.is_empty());
    while let Some(word) = words.next() {
        if matches!(word, "local" | "global" | "for" | "foreach" | "onerror")
            && let Some(names) = words.next()
        {
            names.split(',').for_each(|name| finder.offer(name, Style::Variable, "", ""));
        }
    }
}

/// Where the command around the cursor begins, and the menu it is read in; `None` inside a string or comment.
fn innermost(text: &str, menu: Node, target: &dyn Target) -> Option<(usize, Node)> {
    let mut open: Vec<(usize, Node)> = vec![(0, menu)];
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => loop {
                match bytes.next()?.1 {
                    b'\\' => {
                        bytes.next();
                    }
                    b'"' => break,
                    _ => {}
                }
            },
            b'\\' => {
                bytes.next();
            }
            b'[' | b'{' | b'(' => {
                let (start, menu) = open.last().copied()?;
                // Inside brackets the menu is that of the command around them.
                let inner = match Command::read(text.get(..at)?, start, menu, target).head {
                    Head::Verb { node, .. } if byte != b'{' => node,
                    Head::Path { node, first: false } if byte == b'{' => node,
                    _ => menu,
                };
                open.push((at + 1, inner));
            }
            b']' | b'}' | b')' if open.len() > 1 => {
                open.pop();
            }
            b';' | b'\n' | b'\r' => open.last_mut()?.0 = at + 1,
            b'#' if text.get(open.last()?.0..at).is_some_and(|before| before.trim().is_empty()) => {
                bytes.by_ref().find(|(_, byte)| *byte == b'\n')?;
            }
            _ => {}
        }
    }
    open.pop()
}

/// What stands before the word at the cursor.
enum Head {
    /// A path, perhaps empty; `first`: nothing of the command was written yet.
    Path {
        node: Node,
        first: bool,
    },
    Verb {
        node: Node,
        verb: Verb,
    },
    Language(&'static Builtin),
    /// Nothing that can be understood.
    Unknown,
}

/// A command up to the cursor.
struct Command<'a> {
    head: Head,
    /// The arguments before the word at the cursor.
    words: Vec<&'a str>,
    /// The word at the cursor.
    partial: &'a str,
    offset: usize,
}

impl<'a> Command<'a> {
    fn read(text: &'a str, start: usize, menu: Node, target: &dyn Target) -> Self {
        let mut pieces = split(text, start);
        let (offset, partial) = pieces.pop().unwrap_or((text.len(), ""));
        let mut head = Head::Path { node: menu, first: true };
        let mut words = Vec::new();
        for (_, piece) in pieces {
            match head {
                Head::Path { node, first } => head = path(node, first, piece, target).0,
                _ => words.push(piece),
            }
        }
        let Head::Path { node, first } = head else { return Self { head, words, partial, offset } };
        // The word at the cursor may begin with a path itself.
        match partial.rfind(['/', ':']) {
            Some(at) if !partial.contains('=') => {
                let (before, last) = partial.split_at(at + 1);
                let (head, _) = path(node, first, before, target);
                Self { head, words, partial: last, offset: offset + at + 1 }
            }
            _ => Self { head: Head::Path { node, first }, words, partial, offset },
        }
    }
}

/// The pieces between blanks outside strings and brackets, with their places; the last one is at the cursor.
fn split(text: &str, start: usize) -> Vec<(usize, &str)> {
    let (mut pieces, mut begin, mut depth, mut quoted) = (Vec::new(), start, 0usize, false);
    let mut bytes = text.bytes().enumerate().skip(start);
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' => {
                bytes.next();
            }
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'[' | b'{' | b'(' => depth += 1,
            b']' | b'}' | b')' => depth = depth.saturating_sub(1),
            b' ' | b'\t' | b'\r' | b'\n' if depth == 0 => {
                pieces.extend(
                    text.get(begin..at).filter(|piece| !piece.is_empty()).map(|piece| (begin, piece)),
                );
                begin = at + 1;
            }
            _ => {}
        }
    }
    pieces.push((begin, text.get(begin..).unwrap_or("")));
    pieces
}

/// Goes along a piece of a path; true when it ended with the piece.
fn path(node: Node, first: bool, piece: &str, target: &dyn Target) -> (Head, bool) {
    let tree = target.tree();
    let (mut node, mut first) = (node, first);
    let mut rest = piece;
    if let Some(behind) = rest.strip_prefix('/') {
        (node, rest) = (ROOT, behind);
        first = first && !rest.is_empty();
    } else if let Some(behind) = rest.strip_prefix(':') {
        (node, rest) = (ROOT, behind);
    }
    for word in rest.split('/').filter(|word| !word.is_empty()) {
        if word == ".." {
            node = parent(node);
        } else {
            match find_word(tree, node, word, first) {
                Match::One(Found::Menu(child)) => node = child,
                Match::One(Found::Verb(node, verb)) => return (Head::Verb { node, verb }, true),
                Match::One(Found::Builtin(builtin)) => return (Head::Language(builtin), true),
                _ => return (Head::Unknown, true),
            }
        }
        first = false;
    }
    (Head::Path { node, first }, false)
}

/// Menus and commands below a node.
fn words(finder: &mut Finder<'_>, node: Node, first: bool, target: &dyn Target) {
    let tree = target.tree();
    for word in tree.children(node) {
        let path = format!("{node}/{word}");
        if !tree.boards_only(&path) {
            let own = tree.menu(&path).map_or("", |def| def.help);
            let text = if own.is_empty() && node == ROOT { help::builtin(word) } else { own };
            finder.offer(word, Style::Menu, "/", text);
        }
    }
    for name in tree.commands(node) {
        let own = tree.command(node, name).map_or("", |command| command.help);
        finder.offer(name, Style::Command, " ", if own.is_empty() { help::command(name) } else { own });
    }
    if first && node == ROOT {
        // `environment` is a menu too.
        let menu = |name: &str| tree.children(ROOT).any(|child| child == name);
        for builtin in BUILTINS.iter().filter(|builtin| !menu(builtin.name)) {
            finder.offer(builtin.name, Style::Command, " ", help::builtin(builtin.name));
        }
    }
}

/// Arguments of a command of the language, and the words that they take.
fn language_arguments(finder: &mut Finder<'_>, builtin: &'static Builtin, words: &[&str], session: &Session) {
    if let Some((name, value)) = finder.partial.split_once('=') {
        finder.offset += name.len() + 1;
        finder.partial = value;
        if let Some(at) = value.rfind(',') {
            finder.offset += at + 1;
            finder.partial = value.get(at + 1..).unwrap_or("");
        }
        let words = help::builtin_words(builtin.name, name);
        return words.iter().for_each(|word| finder.offer(word, Style::Value, " ", ""));
    }
    let given = |name: &str| words.iter().any(|word| word.split('=').next() == Some(name));
    let unnamed = words.iter().filter(|word| !word.contains('=')).count();
    let parameters = builtin.parameters.iter();
    let next = parameters.take(builtin.positional).filter(|p| !given(p.name)).nth(unnamed);
    if let Some(next) = next {
        for word in help::builtin_words(builtin.name, next.name) {
            finder.offer(word, Style::Value, " ", "");
        }
        if next.takes == Takes::Variable {
            let globals = session.declared.iter().filter_map(|name| std::str::from_utf8(name).ok());
            globals.for_each(|name| finder.offer(name, Style::Variable, " ", ""));
        }
    }
    for parameter in builtin.parameters.iter().filter(|parameter| !given(parameter.name)) {
        let append = if parameter.takes == Takes::Word { " " } else { "=" };
        finder.offer(parameter.name, Style::Argument, append, help::argument(parameter.name));
    }
}

/// Arguments of a menu command and their values.
fn arguments(finder: &mut Finder<'_>, node: Node, verb: Verb, words: &[&str], target: &mut dyn Target) {
    let def = target.tree().menu(node);
    let spec = spec(verb, def);
    if let Some((name, value)) = finder.partial.split_once('=') {
        finder.offset += name.len() + 1;
        finder.partial = value;
        return values(finder, name, &spec, def, target);
    }
    let asks = matches!(verb, Verb::Find) || spec.filter && words.contains(&"where");
    if let (true, Some(def)) = (asks, def) {
        if let Some(rest) = finder.partial.strip_prefix('!') {
            finder.offset += 1;
            finder.partial = rest;
        }
        def.properties.iter().for_each(|p| finder.offer(p.name, Style::Argument, "=", p.help));
        def.flags.iter().for_each(|flag| finder.offer(flag.name, Style::Argument, " ", ""));
        finder.offer("comment", Style::Argument, "=", "");
        return;
    }
    let given = |name: &str| words.iter().any(|word| word.split('=').next() == Some(name));
    let unnamed = words.iter().filter(|word| !word.contains('=') && !spec.flags.contains(word)).count();
    match (spec.positional.get(unnamed), def) {
        (Some(&"numbers" | &"number"), Some(def)) => item_names(finder, def, target),
        (Some(&"value-name"), Some(def)) => {
            let readable = def.properties.iter().filter(|p| p.access != Access::WriteOnly);
            readable.for_each(|p| finder.offer(p.name, Style::Value, " ", p.help));
        }
        _ => {}
    }
    for name in spec.positional.iter().chain(&spec.named).filter(|name| !given(name)) {
        let append = if spec.flags.contains(name) { " " } else { "=" };
        finder.offer(name, Style::Argument, append, help::argument(name));
    }
    for flag in spec.flags.iter().filter(|flag| !given(flag) && !spec.named.contains(flag)) {
        finder.offer(flag, Style::Argument, " ", help::argument(flag));
    }
    if spec.filter {
        finder.offer("where", Style::Argument, " ", help::argument("where"));
    }
    if let Some(def) = def.filter(|_| spec.properties) {
        let own = def.properties.iter().enumerate();
        for (index, p) in own.chain(def.extra_properties()) {
            if p.access != Access::ReadOnly && !given(p.name) {
                let append = if def.bare_flag(index) { " " } else { "=" };
                finder.offer(p.name, Style::Argument, append, p.help);
            }
        }
    }
}

/// What can stand behind `name=`.
fn values(
    finder: &mut Finder<'_>,
    name: &str,
    spec: &Spec,
    def: Option<&'static MenuDef>,
    target: &mut dyn Target,
) {
    let Some(def) = def else { return };
    // Of a list, the part at the cursor; of a negated one, what is negated.
    if let Some(at) = finder.partial.rfind([',', '!']) {
        finder.offset += at + 1;
        finder.partial = finder.partial.get(at + 1..).unwrap_or("");
    }
    match name {
        "numbers" | "number" | "from" | "copy-from" | "place-before" | "destination" => {
            return item_names(finder, def, target);
        }
        "proplist" | ".proplist" | "order-by" | "value-name" => {
            return def.properties.iter().for_each(|p| finder.offer(p.name, Style::Value, "", p.help));
        }
        "disabled" => return ["no", "yes"].iter().for_each(|word| finder.offer(word, Style::Value, " ", "")),
        _ => {}
    }
    let takes = |p: &PropertyDef| p.access != Access::ReadOnly || spec.filter;
    let Match::One(index) = find_property(def, name, takes) else { return };
    let Some(property) = def.property_at(index) else { return };
    property.words.iter().for_each(|word| finder.offer(word, Style::Value, " ", ""));
    match property.value {
        ValueKind::Bool => ["no", "yes"].iter().for_each(|word| finder.offer(word, Style::Value, " ", "")),
        ValueKind::Keyword(words) => words.iter().for_each(|word| finder.offer(word, Style::Value, " ", "")),
        ValueKind::Keywords(words) => words.iter().for_each(|word| finder.offer(word, Style::Value, "", "")),
        ValueKind::Reference(namespace) => {
            target.refresh(def);
            let names = target.view(def).map(|view| view.names.all(namespace)).unwrap_or_default();
            names.iter().for_each(|name| finder.offer(&name.to_string(), Style::Value, " ", ""));
        }
        ValueKind::Number { .. } | ValueKind::Other(_) => in_use::offer(finder, def, property.name, target),
    }
}

/// The names of a menu's items.
fn item_names(finder: &mut Finder<'_>, def: &'static MenuDef, target: &mut dyn Target) {
    target.refresh(def);
    let (Some(property), Some(view)) = (def.name_property, target.view(def)) else { return };
    for index in 0..view.table.len() {
        let mut name = String::new();
        if view.table.print(index, property, view.names, &mut name) {
            finder.offer(&name, Style::Value, " ", "");
        }
    }
}

/// Collects candidates.
struct Finder<'a> {
    partial: &'a str,
    offset: usize,
    /// With how well they match.
    found: Vec<(Likeness, Candidate)>,
}

/// How a word matches what was written; the better first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    Prefix,
    Initials,
    Letters,
}

fn likeness(word: &str, written: &str) -> Option<Likeness> {
    if word.starts_with(written) {
        return Some(Likeness::Prefix);
    }
    if word.split(['-', '.']).filter_map(|part| part.chars().next()).eq(written.chars()) {
        return Some(Likeness::Initials);
    }
    let mut letters = word.chars();
    let begins = word.chars().next() == written.chars().next();
    (begins && written.chars().all(|c| letters.any(|letter| letter == c))).then_some(Likeness::Letters)
}

impl Finder<'_> {
    fn offer(&mut self, word: &str, style: Style, append: &'static str, help: &'static str) {
        let written = self.partial.strip_prefix('"').unwrap_or(self.partial);
        // A variable without a name can be declared, but not be written behind a `$`.
        let Some(likeness) = likeness(word, written).filter(|_| !word.is_empty()) else { return };
        let text = match style == Style::Value && needs_quotes(word.as_bytes()) {
            true => quote(word.as_bytes()),
            false => word.to_owned(),
        };
        self.found.push((likeness, Candidate { text, offset: self.offset, style, append, help }));
    }

    /// The candidates of the best kind of match, each once, sorted by style and text.
    fn matching(self) -> Vec<Candidate> {
        let Some(best) = self.found.iter().map(|(likeness, _)| *likeness).min() else { return Vec::new() };
        let best = self.found.into_iter().filter(|(likeness, _)| *likeness == best);
        let mut candidates: Vec<Candidate> = best.map(|(_, candidate)| candidate).collect();
        candidates.sort_by(|a, b| (a.style, &a.text).cmp(&(b.style, &b.text)));
        candidates.dedup_by(|a, b| a.text == b.text && a.style == b.style);
        candidates
    }
}
