//! The RouterOS language over any set of menus: lexer, parser, interpreter, print.
//!
//! A [`Job`] runs a script on a [`Target`]. The parser resolves menu paths, abbreviations and argument names once,
//! against the device's [`menu::Tree`]; the compiler turns statements into a flat program; the machine runs it with its stack
//! as data, so that a job can wait (`:delay`, `/ping`), be cloned and go on later.
//!
//! **Invariant:** knows no router, no engine and no packet: only `&'static MenuDef`, `AnyTable` and [`Target`]. No
//! input, however wrong, panics, overflows the stack or runs for ever: nesting, steps and sizes are bounded.

mod compile;
mod complete;
mod digest;
mod dsv;
mod error;
mod export;
mod highlight;
mod job;
mod json;
mod language;
mod literal;
mod machine;
mod matching;
mod note;
mod operators;
mod parse;
mod position;
mod print;
mod quote;
mod session;
mod syntax;
mod target;
mod unfinished;

pub use complete::{Candidate, Style, complete, value_syntax};
pub use error::{ScriptError, Stage};
pub use export::{item_arguments, word_of};
pub use highlight::{Class, highlight};
pub use job::{Checked, Job, Mode, Progress, check};
pub use literal::environment_text;
pub use machine::Pattern;
pub use note::{Note, NoteKind};
pub use position::{Position, Span};
pub use session::Session;
pub use target::{
    CommandCall, Globals, NewItem, OldArgument, OldCall, Outcome, Piece, Poll, ResolveCall, Target, Token,
    Translation, View, Which,
};
pub use unfinished::unfinished;
