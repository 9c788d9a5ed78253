//! What `:put` shows of code: `(evl /ip/address/print)`, as devices do.
//!
//! The forms are those seen on devices: commands with words, variables or a joined text as arguments, calls of functions,
//! blocks. Code of another shape shows as `(code)`.

use crate::language::Command;
use crate::literal::text_of;
use crate::parse::{Script, Surroundings, parse};
use crate::syntax::{Argument, ArgumentValue, Expression, ExpressionKind, Name, Statement, StatementKind};
use bstr::ByteSlice;
use menu::{MenuDef, Tree, Value};

/// The text of code: of its commands, `;` between them. `None` when a form is not known.
pub(super) fn code_text(code: &str, tree: &Tree) -> Option<String> {
    let script = read(code, tree);
    if let [Statement { kind: StatementKind::Call(whole, arguments), .. }] = script.statements.as_slice()
        && arguments.is_empty()
    {
        match &whole.kind {
            ExpressionKind::Chain(first, rest) if rest.is_empty() => return value(first),
            ExpressionKind::Command(_) => return value(whole),
            _ => {}
        }
    }
    Some(script.statements.iter().map(statement_text).collect::<Option<Vec<_>>>()?.join(";"))
}

/// The text of a block, `do={…}`: an array of nothing and of its commands.
pub(super) fn block_text(code: &str, tree: &Tree) -> Option<String> {
    Some(format!(";{}", commands(&read(code, tree).statements, " ")?))
}

fn commands(statements: &[Statement], between: &str) -> Option<String> {
    let commands: Vec<_> = statements.iter().map(statement_text).collect::<Option<_>>()?;
    Some(format!("(evl {})", commands.join(between)))
}

fn read(code: &str, tree: &Tree) -> Script {
    parse(code.as_bytes(), tree, &Surroundings { function: true, ..Surroundings::default() })
}

fn statement_text(statement: &Statement) -> Option<String> {
    let (path, arguments) = match &statement.kind {
        StatementKind::Menu(call) if call.filter.is_none() => {
            let name = |name: &Name| argument_name(name, call.def);
            let arguments = words(&call.arguments, &name)?;
            (format!("{}/{}", call.node, call.verb.name()), arguments)
        }
        StatementKind::Language(builtin, given) => {
            let variable = matches!(builtin.command, Command::Local | Command::Global | Command::Set);
            let arguments = words(given, &|name| match argument_name(name, None)? {
                // What is declared and set is a variable.
                name if variable && name == "name" => Some("name=$".to_owned()),
                name => Some(name),
            })?;
            (format!("/{}", builtin.name), arguments)
        }
        // `$f a` is `$f` with itself and `a`.
        StatementKind::Call(Expression { kind: ExpressionKind::Variable(name), .. }, given) => {
            let given = given.iter().map(|argument| match (&argument.name, &argument.value) {
                (Name::Unnamed, ArgumentValue::Expression(expression)) => value(expression),
                (Name::Text(name), ArgumentValue::Expression(expression)) => {
                    Some(format!("{name}={}", value(expression)?))
                }
                _ => None,
            });
            let given: Vec<_> = given.collect::<Option<_>>()?;
            let rest: String = given.iter().flat_map(|text| [";", text]).collect();
            return Some(format!("(<%% ${name} (> ${name}){rest})"));
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
        let name = name(&argument.name)?;
        let expression = match &argument.value {
            ArgumentValue::Expression(expression) => expression,
            ArgumentValue::Body(statements) => {
                words.push(format!("{name}=;{}", commands(statements, " ")?));
                continue;
            }
            _ => return None,
        };
        let sign = if name.ends_with('$') { "" } else { "=" };
        words.push(format!("{name}{sign}{}", value(expression)?));
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
        ExpressionKind::Text(parts) if parts.len() == 1 => value(parts.first()?)?,
        ExpressionKind::Text(parts) => {
            let parts: Option<Vec<String>> = parts.iter().map(value).collect();
            format!("(. {})", parts?.join(" "))
        }
        ExpressionKind::Command(statements) => commands(statements, ";")?,
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
