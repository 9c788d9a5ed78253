//! [`ScriptError`]: what went wrong in a script, in RouterOS's words, with its place.

use crate::Position;
use std::fmt;

/// When RouterOS finds the fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// While reading: nothing of the script runs in import mode.
    Parse,
    /// While running: what stands before the fault has taken effect.
    Run,
}

/// A fault in a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptError {
    /// RouterOS's words without the place (`bad command name foo`, `failure: already have such address`).
    pub message: String,
    /// Where in the outermost source (a fault inside a called function is placed at the call).
    pub position: Position,
    /// True when the console itself adds the place to the message.
    pub placed: bool,
    /// When it is found.
    pub stage: Stage,
    /// The command that failed (`/ip/address/add`, `:resolve`); empty for faults of the language itself.
    pub command: String,
}

impl ScriptError {
    /// A fault of the parse stage; its text carries the place.
    pub(crate) fn parse(message: impl Into<String>, position: Position) -> Self {
        Self { message: message.into(), position, placed: true, stage: Stage::Parse, command: String::new() }
    }

    /// A fault of the run stage whose text carries the place (`bad command name`, `bad parameter`).
    pub(crate) fn late(message: impl Into<String>, position: Position) -> Self {
        Self { stage: Stage::Run, ..Self::parse(message, position) }
    }

    /// The command whose faults name its place at the console too.
    pub(crate) const IMPORT: &str = ":import";

    /// A fault of the run stage.
    pub(crate) fn run(message: impl Into<String>, position: Position, command: impl Into<String>) -> Self {
        Self { message: message.into(), position, placed: false, stage: Stage::Run, command: command.into() }
    }

    /// The text with the place that `import` and background scripts give:
    /// `failure: already have such address (/ip/address/add; line 2)`.
    #[must_use]
    pub fn import_text(&self) -> String {
        if self.placed || self.command.is_empty() {
            self.to_string()
        } else {
            format!("{} ({}; line {})", self.message, self.command, self.position.line)
        }
    }
}

impl fmt::Display for ScriptError {
    /// The text that the console prints: the message alone; of an import also where the command stands.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if self.placed {
            write!(f, " (line {} column {})", self.position.line, self.position.column)?;
        } else if self.command == Self::IMPORT {
            write!(f, " ({}; line {})", self.command, self.position.line)?;
        }
        Ok(())
    }
}

impl std::error::Error for ScriptError {}
