//! [`Note`]: what a script says in a way that is taken and yet worth a word.

use crate::Position;
use std::fmt;

/// Why something is noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteKind {
    /// A form of RouterOS 6 that was read as today's form.
    Version,
    /// A form that no RouterOS has; it was read as the real form, which the message names.
    Form,
    /// An interface that the device lacked was made.
    Port,
}

impl NoteKind {
    /// The word for reports: `version`, `form`, `port`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Version => "version",
            Self::Form => "form",
            Self::Port => "port",
        }
    }
}

/// A place in a script that is taken, with what should be known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Why it is noted.
    pub kind: NoteKind,
    /// Where in the source.
    pub position: Position,
    /// What it is and what it is read as, without the place.
    pub message: String,
}

impl fmt::Display for Note {
    /// The message with its place.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column, .. } = self.position;
        write!(f, "{} (line {line} column {column})", self.message)
    }
}
