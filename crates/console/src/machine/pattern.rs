//! `~`: POSIX extended regular expressions, over an engine that takes linear time.

use super::{Machine, Ran};
use crate::literal::text_of;
use bstr::ByteSlice;
use menu::{Text, Value};
use regex_lite::{Regex, RegexBuilder};

/// Compiled patterns kept.
const MAX_PATTERNS: usize = 16;

/// A POSIX extended regular expression, as `~` takes it; for what of a device goes by such (`/system/logging regex`).
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// What is said of one that is none.
    pub fn new(pattern: &str) -> Result<Self, String> {
        compile(pattern).map(Self)
    }

    /// Does the pattern match somewhere in the text?
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

fn compile(pattern: &str) -> Result<Regex, String> {
    let regex = RegexBuilder::new(&translate(pattern)).size_limit(1 << 18).build();
    regex.map_err(|_| format!("invalid regular expression {pattern}"))
}

/// The patterns used last.
#[derive(Clone, Debug, Default)]
pub(super) struct Patterns {
    compiled: Vec<(Text, Regex)>,
}

impl Patterns {
    fn get(&mut self, pattern: &Text) -> Result<&Regex, String> {
        if let Some(at) = self.compiled.iter().position(|(text, _)| text == pattern) {
            let last = self.compiled.len() - 1;
            self.compiled.swap(at, last);
        } else {
            let regex = compile(&pattern.to_str_lossy())?;
            if self.compiled.len() >= MAX_PATTERNS {
                self.compiled.remove(0);
            }
            self.compiled.push((pattern.clone(), regex));
        }
        self.compiled.last().map(|(_, regex)| regex).ok_or_else(String::new)
    }
}

impl Machine {
    /// `left ~ right`; the elements of a list are joined by commas.
    pub(super) fn matches(&mut self, left: &Value, right: &Value) -> Ran<bool> {
        let text = match left {
            Value::Array(array) => {
                let elements: Vec<_> = array.items.iter().map(text_of).collect();
                bstr::join(",", elements).into()
            }
            other => text_of(other),
        };
        let pattern = text_of(right);
        self.steps += u64::try_from(text.len().saturating_mul(pattern.len()) / 64).unwrap_or(u64::MAX);
        Ok(self.patterns.get(&pattern)?.is_match(&text.to_str_lossy()))
    }
}

/// POSIX spelling → the engine's: in brackets a backslash and the engine's set operators are ordinary characters.
fn translate(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(c);
        if c == '\\' {
            out.extend(chars.next());
            continue;
        }
        if c != '[' {
            continue;
        }
        if chars.peek() == Some(&'^') {
            out.extend(chars.next());
        }
        let mut first = true;
        while let Some(c) = chars.next() {
            match c {
                ']' if !first => {
                    out.push(']');
                    break;
                }
                // `[:alpha:]` keeps its form.
                '[' if chars.peek() == Some(&':') => {
                    out.push('[');
                    for c in chars.by_ref() {
                        out.push(c);
                        if c == ']' {
                            break;
                        }
                    }
                }
                '\\' | '[' | ']' | '&' | '~' => out.extend(['\\', c]),
                c => out.push(c),
            }
            first = false;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_are_posix() {
        let mut patterns = Patterns::default();
        for (pattern, text, matches) in [
            ("^ether[0-9]+$", "ether10", true),
            ("^ether[0-9]+$", "ether", false),
            ("[]x]", "]", true),
            (r"[\.]", r"\", true),
            ("[[:digit:]]{2}", "a12", true),
            ("[a&&b]", "&", true),
            (r"\.rsc$", "a.rsc", true),
            ("Ether", "ether1", false),
        ] {
            assert_eq!(patterns.get(&pattern.into()).unwrap().is_match(text), matches, "{pattern} {text}");
        }
        assert!(patterns.get(&"(".into()).is_err());
    }
}
