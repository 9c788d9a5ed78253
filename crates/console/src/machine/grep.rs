//! `:grep`: the lines of what a script prints that a pattern matches.
//!
//! Manual: "Scripting", global commands: `:grep script= pattern= after= before= filename=`.

use super::functions::{Given, plain_text};
use super::{Flow, Machine, Ran};
use crate::Target;
use crate::literal::text_of;
use crate::operators::element;
use bstr::ByteSlice;
use menu::{Array, Value};
use std::sync::Arc;

impl Machine {
    /// Begins `:grep`: keeps what is looked for, and runs the script. [`Machine::grep`] is the other half.
    pub(super) fn grep_script(&mut self, given: &Given, target: &mut dyn Target) -> Ran<Flow> {
        let pattern = given.get("pattern").ok_or("missing value(s) of argument(s) pattern")?;
        let mut wanted = Array::default();
        wanted.keyed.insert("pattern".into(), Value::Str(plain_text(pattern)));
        for name in ["after", "before"] {
            let lines = given.number(name)?.unwrap_or(0);
            if lines < 0 {
                return Err(format!("invalid value for argument {name}").into());
            }
            wanted.keyed.insert(name.into(), Value::Num(lines));
        }
        if let Some(file) = given.get("filename") {
            wanted.keyed.insert("filename".into(), Value::Str(plain_text(file)));
        }
        self.values.push(Value::Array(Arc::new(wanted)));
        let code: Arc<str> = given.text("script").to_str_lossy().into();
        self.captured(&code, target)
    }

    /// Ends `:grep`: prints the lines, or writes them to a file.
    pub(super) fn grep(&mut self, target: &mut dyn Target) -> Ran<()> {
        let (text, wanted) = (text_of(&self.pop()), self.pop());
        let setting = |name: &str| element(&wanted, &Value::text(name));
        let lines_of = |name: &str| match setting(name) {
            Value::Num(lines) => usize::try_from(lines).unwrap_or(usize::MAX),
            _ => 0,
        };
        let (after, before) = (lines_of("after"), lines_of("before"));
        let pattern = setting("pattern");
        let lines: Vec<&[u8]> = text.lines().collect();
        let mut shown = Vec::new();
        // The first line that was not shown yet, and the end of those that a match before asks for.
        let (mut next, mut until) = (0, 0);
        for (at, line) in lines.iter().enumerate() {
            if self.matches(&Value::text(*line), &pattern)? {
                next = next.max(at.saturating_sub(before));
                until = at.saturating_add(after).saturating_add(1);
            }
            while next <= at && next < until {
                shown.extend_from_slice(lines.get(next).copied().unwrap_or_default());
                shown.push(b'\n');
                next += 1;
            }
        }
        match setting("filename") {
            Value::Str(name) => target.write_file(&name, &shown)?,
            _ => self.print(&shown)?,
        }
        self.values.push(Value::Nil);
        Ok(())
    }
}
