//! [`highlight`]: what the parts of a line are, for the colours of a terminal and the API's `inspect`.
//!
//! The parser itself says what it takes a word for while it reads; so a line is coloured as it would be run. Classes are
//! those of RouterOS's `/console/inspect request=highlight`.

use crate::Session;
use crate::Span;
use crate::parse::{Surroundings, parse};
use core::ops::Range;
use menu::{Text, Tree};

/// What a part of a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// A value, or nothing in particular (`none`).
    Plain,
    /// A menu (`dir`).
    Menu,
    /// A command (`cmd`).
    Command,
    /// The name of an argument, a property or a flag (`arg`).
    Argument,
    /// A name that RouterOS no longer has (`syntax-obsolete`).
    Obsolete,
    /// Brackets, `=`, `;` and other signs of the language (`syntax-meta`).
    Meta,
    /// A backslash and what it stands for (`escaped`).
    Escaped,
    /// A comment.
    Comment,
    /// A variable that is known (`variable-local`, `variable-global`).
    Variable,
    /// A variable inside a function, which may be a parameter (`variable-parameter`).
    Parameter,
    /// A variable that nobody has declared (`variable-undefined`).
    Undefined,
    /// A word that may mean several things (`ambiguous`).
    Ambiguous,
    /// A word that means nothing here (`error`).
    Error,
}

/// Longest line that is looked at, as the API's `inspect` does.
const MAX_LINE: usize = 32_767;

/// The parts of a line that are more than plain, in order, without overlaps; ranges are bytes of the line. What stands
/// at its end and may only be unfinished is no error.
#[must_use]
pub fn highlight(line: &[u8], session: &Session, tree: &Tree) -> Vec<(Range<usize>, Class)> {
    if line.len() > MAX_LINE {
        return Vec::new();
    }
    let declared: Vec<Text> = session.declared.iter().cloned().collect();
    let surroundings = Surroundings { menu: session.menu, declared, marks: true, ..Surroundings::default() };
    let mut marks = parse(line, tree, &surroundings).marks.unwrap_or_default();
    // The inner ones are painted over those around them.
    marks.sort_by_key(|(span, _)| core::cmp::Reverse(span.end - span.start));
    let mut classes = vec![None; line.len()];
    for (span, class) in marks {
        paint(&mut classes, span, class);
    }
    signs(line, &mut classes);
    let mut parts: Vec<(Range<usize>, Class)> = Vec::new();
    for (at, class) in classes.into_iter().enumerate() {
        let class = class.unwrap_or(Class::Plain);
        match parts.last_mut() {
            Some((range, last)) if *last == class && range.end == at => range.end = at + 1,
            _ if class == Class::Plain => {}
            _ => parts.push((at..at + 1, class)),
        }
    }
    parts
}

fn paint(classes: &mut [Option<Class>], span: Span, class: Class) {
    let range = span.start as usize..(span.end as usize).min(classes.len());
    classes.get_mut(range).unwrap_or_default().fill(Some(class));
}

/// Signs that nothing has marked and that stand in no string.
fn signs(line: &[u8], classes: &mut [Option<Class>]) {
    let mut before = b' ';
    for (byte, class) in line.iter().zip(classes) {
        let is_sign = match byte {
            b'[' | b']' | b'{' | b'}' | b'(' | b')' | b';' | b'$' => true,
            // `name=`; inside values it is a byte like others.
            b'=' => before == b'=',
            _ => false,
        };
        if class.is_none() && is_sign {
            *class = Some(Class::Meta);
        }
        // What stands behind the name of an argument.
        before = if *class == Some(Class::Argument) { b'=' } else { *byte };
    }
}
