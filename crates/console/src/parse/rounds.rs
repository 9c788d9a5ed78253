//! Blocks that a menu command runs for each round of its own: `do=` of `monitor`, `on-event=` of `print follow`.
//!
//! They are part of the script around them: they see its variables, and what the round gives as variables besides.

use super::{Parsed, Parser};
use crate::Span;
use crate::highlight::Class;
use crate::syntax::{Argument, ArgumentValue, Name, Verb};

impl Parser<'_> {
    /// The block of such an argument; the parser stands on `=`. `None`: the argument takes a value.
    pub(super) fn rounds_block(
        &mut self,
        verb: Verb,
        argument: &Name,
        name: Span,
    ) -> Parsed<Option<Argument>> {
        let takes_block = match (verb, argument) {
            (Verb::Other(command), Name::Static("do")) => command.arguments.contains(&"do"),
            (Verb::Print, Name::Static("on-event")) => true,
            _ => false,
        };
        if !takes_block {
            return Ok(None);
        }
        self.mark(name, Class::Argument);
        self.at += 1;
        self.skip_blanks();
        if self.peek() != Some(b'{') {
            return self.syntax_error(self.at);
        }
        // A name that the script does not know is one of the round's.
        self.function += 1;
        let row = self.row.take();
        let block = self.block();
        self.row = row;
        self.function -= 1;
        Ok(Some(Argument { name: argument.clone(), span: name, value: ArgumentValue::Body(block?) }))
    }
}
