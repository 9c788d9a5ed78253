//! What `:put` shows of code: `(evl /ip/address/print)`, as devices do.
//!
//! The forms are those seen on devices: one command with words, variables or a joined text as arguments. Code of another
//! shape shows as `(code)`.

use crate::literal::text_of;
use crate::parse::{Surroundings, parse};
use crate::syntax::{Argument, ArgumentValue, Expression, ExpressionKind, Name, StatementKind};
use bstr::ByteSlice;
use menu::{MenuDef, Tree, Value};

/// The text of code that is one simple command; `None` for other code.
pub(super) fn code_text(code: &str, tree: &Tree) -> Option<String> {
    let surroundings = Surroundings { function: true, ..Surroundings::default() };
    let script = parse(code.as_bytes(), tree, &surroundings);
    let [statement] = script.statements.as_slice() else { return None };
    let (path, arguments) = match &statement.kind {
        StatementKind::Menu(call) if call.filter.is_none() => {
            let name = |name: &Name| argument_name(name, call.def);
            let arguments = words(&call.arguments, &name)?;
            (format!("{}/{}", call.node, call.verb.name()), arguments)
        }
        StatementKind::Language(builtin, given) => {
            let arguments = words(given, &|name| argument_name(name, None))?;
            (format!("/{}", builtin.name), arguments)
        }
        _ => return None,
    };
    Some(format!("(evl {path}{arguments})"))
}

fn argument_name(name: &Name, def: Option<&'static MenuDef>) -> Option<String> {
    match name {
        Name::Static(name) | Name::Legacy(name) => Some((*name).to_owned()),
        Name::Property(index) => Some(def?.property_at(*index)?.name.to_owned()),
        Name::Text(name) => Some(name.to_string()),
        Name::Unnamed => None,
    }
}

/// `address=10.9.9.9;32;interface=ether1`.
fn words(arguments: &[Argument], name: &dyn Fn(&Name) -> Option<String>) -> Option<String> {
    let mut words = Vec::with_capacity(arguments.len());
    for argument in arguments {
        let ArgumentValue::Expression(expression) = &argument.value else { return None };
        words.push(format!("{}={}", name(&argument.name)?, value(expression)?));
    }
    Some(words.join(";"))
}

fn value(expression: &Expression) -> Option<String> {
    Some(match &expression.kind {
        ExpressionKind::Literal(value) => match value {
            Value::Str(text) => prefix(text.to_str().ok()?),
            Value::Array(_) | Value::Code(_) | Value::Op(_) => return None,
            other => prefix(text_of(other).to_str().ok()?),
        },
        ExpressionKind::Variable(name) => format!("${name}"),
        ExpressionKind::Text(parts) => {
            let parts: Option<Vec<String>> = parts.iter().map(value).collect();
            format!("(. {})", parts?.join(" "))
        }
        _ => return None,
    })
}

/// The two parts of a prefix stand apart: `10.9.9.9;32`.
fn prefix(text: &str) -> String {
    match crate::literal::literal(text.as_bytes()) {
        Value::Str(_) => text.to_owned(),
        _ => text.replace('/', ";"),
    }
}
