//! Calls of functions.

use super::{Flow, FrameKind, Machine, Ran};
use crate::Target;
use crate::compile::FunctionCall;
use crate::syntax::Name;
use menu::{Text, Value};
use std::sync::Arc;

impl Machine {
    /// `$f a b name=c`: the function and its arguments are on the stack.
    pub(super) fn call(&mut self, call: &FunctionCall, target: &mut dyn Target) -> Ran<Flow> {
        let names = &call.names;
        let values = self.values.split_off(self.values.len().saturating_sub(names.len()));
        let mut arguments = Vec::with_capacity(values.len() + 1);
        let mut position = usize::from(call.called.is_some());
        for (name, value) in names.iter().zip(values) {
            let name = match name {
                Name::Text(name) => name.clone(),
                _ => {
                    position += 1;
                    Text::from((position - 1).to_string())
                }
            };
            arguments.push((name, value));
        }
        if let Some(called) = &call.called {
            arguments.push((Text::from("0"), Value::Str(called.clone())));
        }
        let function = self.pop();
        if let Some((code, kind)) = callable(&function) {
            return self.enter(&code, arguments, kind, target);
        }
        match function {
            // What is not there does nothing.
            Value::Nil | Value::Nothing => {
                self.values.push(Value::Nil);
                Ok(Flow::Next)
            }
            // A value called without arguments is itself.
            value if names.is_empty() => {
                self.values.push(value);
                Ok(Flow::Next)
            }
            _ => Err("attempt to call a value that is not a function".into()),
        }
    }

    /// `$f <%% {1;2;k=v}`: positions count from 0.
    pub(super) fn apply(&mut self, target: &mut dyn Target) -> Ran<Flow> {
        let (arguments, function) = (self.pop(), self.pop());
        let mut named = Vec::new();
        if let Value::Array(array) = &arguments {
            let position = |(i, value): (usize, &Value)| (Text::from(i.to_string()), value.clone());
            named.extend(array.items.iter().enumerate().map(position));
            named.extend(array.keyed.iter().map(|(k, v)| (k.clone(), v.clone())));
        }
        match callable(&function) {
            Some((code, kind)) => self.enter(&code, named, kind, target),
            None => Err("attempt to call a value that is not a function".into()),
        }
    }
}

/// The code of a function, and what its value is: of `:parse`, of `(>…)`, of a block.
fn callable(value: &Value) -> Option<(Arc<str>, FrameKind)> {
    match value {
        Value::Code(code) | Value::Op(code) => Some((Arc::clone(code), FrameKind::Function)),
        value => block_code(value).map(|code| (Arc::clone(code), FrameKind::Block)),
    }
}

/// The code of `do={…}`.
pub(super) fn block_code(value: &Value) -> Option<&Arc<str>> {
    match value {
        Value::Array(array) if array.keyed.is_empty() => match array.items.as_slice() {
            [Value::Nothing, Value::Code(code)] => Some(code),
            _ => None,
        },
        _ => None,
    }
}
