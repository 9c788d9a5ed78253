//! Arguments of a language command, taken one by one.

use crate::syntax::{Argument, ArgumentValue, Expression, ExpressionKind, Name};
use menu::{Text, Value};

/// Arguments of a language command by parameter name.
pub(super) struct Slots {
    arguments: Vec<Argument>,
}

impl Slots {
    pub(super) fn new(arguments: Vec<Argument>) -> Self {
        Self { arguments }
    }

    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.arguments.iter().rposition(|a| matches!(a.name, Name::Static(n) if n == name))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.place(name).is_some()
    }

    pub(super) fn take(&mut self, name: &str) -> Option<ArgumentValue> {
        self.place(name).map(|at| self.arguments.remove(at).value)
    }

    pub(super) fn text(&mut self, name: &str) -> Text {
        match self.take(name) {
            Some(ArgumentValue::Expression(Expression {
                kind: ExpressionKind::Literal(Value::Str(text)),
                ..
            })) => text,
            _ => Text::default(),
        }
    }

    pub(super) fn names(&mut self, name: &str) -> Box<[Text]> {
        let Some(ArgumentValue::Expression(value)) = self.take(name) else { return Box::default() };
        let ExpressionKind::Literal(Value::Array(array)) = value.kind else { return Box::default() };
        let texts = array.items.iter().filter_map(|v| match v {
            Value::Str(text) => Some(text.clone()),
            _ => None,
        });
        texts.collect()
    }
}
