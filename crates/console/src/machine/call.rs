//! Calls of functions.

use super::{Flow, FrameKind, Machine, Ran};
use crate::Target;
use crate::compile::FunctionCall;
use crate::syntax::Name;
use menu::{Text, Value};

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
        match self.pop() {
            Value::Code(code) | Value::Op(code) => self.enter(&code, arguments, FrameKind::Function, target),
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
        match function {
            Value::Code(code) | Value::Op(code) => self.enter(&code, named, FrameKind::Function, target),
            _ => Err("attempt to call a value that is not a function".into()),
        }
    }
}
