//! The language's own functions (`:len`, `:pick`, `:put` …).

use super::convert::convert;
use super::{Fault, Flow, Machine, Ran, Wait};
use crate::language::{Builtin, Command};
use crate::literal::{environment_text, text_of, type_name};
use crate::operators::{MAX_SIZE, element, equal, to_array, to_bool, to_id, to_ip, to_ip6, to_num, to_time};
use crate::parse::{Surroundings, parse};
use crate::{Outcome, ResolveCall, Target};
use crate::{dsv, json};
use bstr::ByteSlice;
use clock::Duration;
use menu::{Text, Tree, Value};

/// The arguments of one call, by place.
pub(super) struct Given {
    builtin: &'static Builtin,
    values: Vec<Option<Value>>,
}

impl Given {
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(self.builtin.parameter(name)?)?.as_ref()
    }
    fn value(&self, name: &str) -> Value {
        self.get(name).cloned().unwrap_or_default()
    }
    pub(super) fn text(&self, name: &str) -> Text {
        self.get(name).map(text_of).unwrap_or_default()
    }
    pub(super) fn number(&self, name: &str) -> Ran<Option<i64>> {
        match self.get(name).map(to_num) {
            None => Ok(None),
            Some(Value::Num(n)) => Ok(Some(n)),
            Some(_) => Err(format!("invalid value for argument {name}").into()),
        }
    }
    /// Given bare, or with anything but `no`.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| to_bool(value) != Value::Bool(false))
    }
}

/// A value as text.
pub(super) fn plain_text(value: &Value) -> Text {
    text_of(value)
}

impl Machine {
    /// What `:put` prints of a value: of code, what it calls.
    fn shown(&mut self, value: Option<&Value>, target: &mut dyn Target) -> Text {
        use super::code_text::{block_text, code_text};
        let Some(value) = value else { return Text::default() };
        let (code, text): (_, fn(&str, &Tree) -> Option<String>) =
            match (value, super::call::block_code(value)) {
                (_, Some(code)) => (code, block_text),
                (Value::Code(code) | Value::Op(code), None) => (code, code_text),
                _ => return text_of(value),
            };
        self.steps += u64::try_from(code.len()).unwrap_or(u64::MAX);
        text(code, target.tree()).map_or_else(|| text_of(value), Text::from)
    }

    /// Runs a command of the language; its arguments lie on the stack.
    pub(super) fn language(
        &mut self,
        builtin: &'static Builtin,
        mask: u16,
        target: &mut dyn Target,
    ) -> Ran<Flow> {
        let mut values: Vec<Option<Value>> = vec![None; builtin.parameters.len()];
        for (index, slot) in values.iter_mut().enumerate().rev() {
            if mask & (1 << index) != 0 {
                *slot = Some(self.pop());
            }
        }
        let given = Given { builtin, values };
        let flow = match builtin.command {
            Command::Delay => self.delay(&given, target),
            Command::Resolve => self.resolve(&given, target),
            Command::Execute => self.execute(&given, target),
            Command::Grep => self.grep_script(&given, target),
            Command::Import => self.import(&given, target),
            Command::Put => {
                let mut text = self.shown(given.get("message"), target);
                text.push(b'\n');
                self.print(&text)?;
                self.values.push(given.value("message"));
                Ok(Flow::Next)
            }
            Command::Log => {
                log(&given, target)?;
                self.values.push(Value::Nil);
                Ok(Flow::Next)
            }
            Command::Environment => {
                self.print(&environment(target))?;
                self.values.push(Value::Nil);
                Ok(Flow::Next)
            }
            Command::Jobname => {
                let script = self.frames.iter().rev().find_map(|frame| frame.name.clone());
                self.values.push(Value::Str(script.unwrap_or_else(|| self.name.clone())));
                Ok(Flow::Next)
            }
            Command::Serialize if given.get("file-name").is_some() => {
                let text = text_of(&serialize(&given)?);
                target.write_file(&given.text("file-name"), &text)?;
                self.values.push(Value::Nil);
                Ok(Flow::Next)
            }
            Command::Deserialize if given.get("value").is_none() => {
                let name = given.get("file-name").map(text_of);
                let name = name.ok_or("missing value(s) of argument(s) value")?;
                let contents = target.read_file(&name).ok_or("failure: file does not exist")?;
                self.steps += u64::try_from(contents.len()).unwrap_or(u64::MAX);
                self.values.push(deserialize(&given, &contents.into())?);
                Ok(Flow::Next)
            }
            Command::Parse => {
                let value = parse_code(&given.text("value"), target);
                self.values.push(value);
                Ok(Flow::Next)
            }
            _ => {
                // These look at an array without going through it.
                let light = matches!(builtin.command, Command::Len | Command::Typeof | Command::Pick);
                for value in given.values.iter().flatten() {
                    match light {
                        true => self.charge_text(value),
                        false => self.charge(value)?,
                    }
                }
                let value = function(&given, target)?;
                self.charge_text(&value);
                self.values.push(value);
                Ok(Flow::Next)
            }
        };
        flow.map_err(|fault| fault.by(format!(":{}", builtin.name)))
    }

    fn delay(&mut self, given: &Given, target: &dyn Target) -> Ran<Flow> {
        let nanos = match given.get("delay-time").map(to_time) {
            None => 1_000_000_000,
            Some(Value::Time(nanos)) => u64::try_from(nanos).unwrap_or(0),
            Some(_) => return Err("invalid value for argument delay-time".into()),
        };
        self.values.push(Value::Nil);
        self.wait = Wait::Until(target.now() + Duration::from_nanos(nanos));
        Ok(Flow::Wait)
    }

    fn resolve(&mut self, given: &Given, target: &mut dyn Target) -> Ran<Flow> {
        let named = ["server", "server-port", "type"];
        let arguments = named.iter().filter_map(|name| Some((*name, given.get(name)?.clone()))).collect();
        let call = ResolveCall { domain_name: given.text("domain-name"), arguments };
        let outcome = target.resolve(&call);
        self.outcome(outcome, ":resolve")
    }

    /// Takes what the device answers to a command.
    pub(super) fn outcome(&mut self, outcome: Outcome, command: &str) -> Ran<Flow> {
        match outcome {
            Outcome::Done(value) => self.values.push(value),
            Outcome::Printed(text, value) => {
                self.print(&text)?;
                self.values.push(value);
            }
            Outcome::Failed(message) => return Err(Fault::from(message).by(command)),
            Outcome::Pending(token) => {
                self.wait = Wait::Token(token, command.to_owned());
                return Ok(Flow::Wait);
            }
        }
        Ok(Flow::Next)
    }
}

/// The variables, as `:environment print` and `/environment/print` show them.
pub(super) fn environment(target: &mut dyn Target) -> Vec<u8> {
    let globals = target.globals().iter();
    globals
        .flat_map(|(name, value)| [name.as_slice(), b"=", &environment_text(value), b"\n"].concat())
        .collect()
}

fn log(given: &Given, target: &mut dyn Target) -> Ran<()> {
    let topic = given.text("topic");
    let topics = ["debug", "error", "info", "warning"];
    let mut starting = topics.iter().filter(|t| !topic.is_empty() && t.as_bytes().starts_with(&topic));
    let Some(topic) = starting.next() else {
        return Err(format!("bad command name {topic}").into());
    };
    target.log(&format!("script,{topic}"), &given.text("message").to_str_lossy());
    Ok(())
}

/// `:parse`: code, or the diagnostic as text.
fn parse_code(text: &Text, target: &dyn Target) -> Value {
    let surroundings = Surroundings { function: true, ..Surroundings::default() };
    let script = parse(text, target.tree(), &surroundings);
    match script.errors.first() {
        Some(error) => Value::text(error.to_string()),
        None => match script.late.first() {
            // What could not be understood is shown as what it would have called.
            Some(error) if error.command.is_empty() => {
                let column = usize::try_from(error.position.column).unwrap_or(1).saturating_sub(1);
                let line = usize::try_from(error.position.line).unwrap_or(1).saturating_sub(1);
                let rest = text.lines().nth(line).and_then(|line| line.get(column..)).unwrap_or_default();
                let end = rest.find_byteset(b";]})").unwrap_or(rest.len());
                let words: Vec<_> = rest
                    .get(..end)
                    .unwrap_or_default()
                    .fields_with(char::is_whitespace)
                    .map(|w| w.to_str_lossy())
                    .collect();
                Value::text(format!("(<%% {error} {})", words.join(";")))
            }
            Some(error) => Value::text(format!("(evl {error} {})", error.command)),
            None => Value::Code(text.to_str_lossy().into()),
        },
    }
}

/// Functions of their arguments alone (and of time and chance).
fn function(given: &Given, target: &mut dyn Target) -> Ran<Value> {
    let value = given.value("value");
    Ok(match given.builtin.command {
        Command::Len => Value::Num(len(&value)),
        Command::Typeof => Value::text(type_name(&value)),
        Command::Tostr => match value {
            Value::Array(_) | Value::Nil | Value::Nothing => Value::Str(text_of(&value)),
            other => Value::Str(text_of(&other)),
        },
        Command::Tonum => match value {
            Value::Nothing => Value::Nothing,
            value => to_num(&value),
        },
        // Of texts only those that mean true are read, by devices.
        Command::Tobool => match (&value, to_bool(&value)) {
            (Value::Str(_), Value::Bool(false)) => Value::Nil,
            (_, read) => read,
        },
        Command::Toip => to_ip(&value),
        Command::Toip6 => to_ip6(&value),
        Command::Toid => to_id(&value),
        Command::Totime => to_time(&value),
        Command::Tonsec => match to_time(&value) {
            Value::Time(nanos) => Value::Num(nanos),
            _ => Value::Nil,
        },
        Command::Toarray => {
            let delimiter = given.get("delimiter").map_or_else(|| Text::from(","), text_of);
            to_array(&value, &delimiter)
        }
        Command::Tolf => Value::Str(text_of(&value).replace("\r\n", "\n").into()),
        Command::Tocrlf => Value::Str(text_of(&value).replace("\r\n", "\n").replace("\n", "\r\n").into()),
        Command::Pick => pick(given)?,
        Command::Find => find(given)?,
        Command::Range => range(given)?,
        Command::Timestamp => Value::Time(i64::try_from(target.now().unix_nanos()).unwrap_or(i64::MAX)),
        Command::Rndnum => random_number(given, target)?,
        Command::Rndstr => random_text(given, target)?,
        Command::Convert => convert(given)?,
        Command::Serialize => serialize(given)?,
        Command::Deserialize => deserialize(given, &given.text("value"))?,
        // `:beep` has no loudspeaker.
        _ => Value::Nil,
    })
}

fn len(value: &Value) -> i64 {
    let len = match value {
        Value::Array(array) => array.items.len() + array.keyed.len(),
        other => text_of(other).len(),
    };
    i64::try_from(len).unwrap_or(i64::MAX)
}

/// `:pick counter begin end`: end exclusive; without it one element.
fn pick(given: &Given) -> Ran<Value> {
    let value = given.value("counter");
    let begin = given.number("begin")?.unwrap_or(0);
    let end = match given.get("end") {
        None | Some(Value::Nil | Value::Nothing) => None,
        Some(_) => given.number("end")?,
    };
    let Ok(begin) = usize::try_from(begin) else { return Ok(Value::Nil) };
    if let Value::Array(array) = &value {
        return Ok(match end {
            None => element(&value, &Value::Num(i64::try_from(begin).unwrap_or(i64::MAX))),
            Some(end) => {
                let end = usize::try_from(end).unwrap_or(0).min(array.items.len());
                Value::list(array.items.get(begin..end).unwrap_or_default().to_vec())
            }
        });
    }
    let text = text_of(&value);
    let one_more = begin.saturating_add(1);
    let end = end.map_or(one_more, |end| usize::try_from(end).unwrap_or(0)).min(text.len());
    // Nothing of a text is nil.
    Ok(match text.get(begin..end) {
        None | Some([]) => Value::Nil,
        Some(part) => Value::Str(part.into()),
    })
}

/// `:find in key from`: position, `nil` when absent; the search begins behind `from`.
fn find(given: &Given) -> Ran<Value> {
    let (outer, key) = (given.value("in"), given.value("key"));
    // Nothing is in nothing else: `[:find "abc" [:pick "" 0]]`.
    if matches!(key, Value::Nil | Value::Nothing) {
        return Ok(Value::Nil);
    }
    let from = match given.get("from") {
        None | Some(Value::Nil | Value::Nothing) => -1,
        Some(_) => given.number("from")?.unwrap_or(-1),
    };
    let start = usize::try_from(from.saturating_add(1)).unwrap_or(0);
    let found = match &outer {
        Value::Array(array) => {
            let items = array.items.iter().enumerate().skip(start);
            let by_position = items.into_iter().find(|(_, item)| equal(item, &key)).map(|(at, _)| at);
            if by_position.is_none()
                && let Some((key, _)) = array.keyed.iter().find(|(_, item)| equal(item, &key))
            {
                return Ok(Value::Str(key.clone()));
            }
            by_position
        }
        other => {
            let (text, key) = (text_of(other), text_of(&key));
            text.get(start..).and_then(|rest| rest.find(&key)).map(|at| at + start)
        }
    };
    Ok(found.and_then(|at| i64::try_from(at).ok()).map_or(Value::Nil, Value::Num))
}

fn range(given: &Given) -> Ran<Value> {
    let (from, to) = (given.number("from")?.unwrap_or(0), given.number("to")?.unwrap_or(0));
    let count = to.saturating_sub(from).saturating_add(1);
    if usize::try_from(count).is_ok_and(|count| count > MAX_SIZE) {
        return Err("array is too large".into());
    }
    Ok(Value::list((from..=to).map(Value::Num).collect()))
}

fn random_number(given: &Given, target: &mut dyn Target) -> Ran<Value> {
    let (from, to) = (given.number("from")?.unwrap_or(0), given.number("to")?.unwrap_or(0));
    let Some(span) = to.checked_sub(from).and_then(|span| u64::try_from(span).ok()) else {
        return Err("invalid value for argument to".into());
    };
    let drawn = match span.checked_add(1) {
        Some(count) => target.random() % count,
        None => target.random(),
    };
    Ok(Value::Num(from.wrapping_add_unsigned(drawn)))
}

fn random_text(given: &Given, target: &mut dyn Target) -> Ran<Value> {
    /// Without `from`: all letters and digits of ASCII, 16 of them without `length` (manual "Scripting", `:rndstr`).
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let length = usize::try_from(given.number("length")?.unwrap_or(16)).unwrap_or(usize::MAX);
    let letters = match given.text("from") {
        none if none.is_empty() => LETTERS.into(),
        letters => letters,
    };
    if length > MAX_SIZE {
        return Err("invalid value for argument length".into());
    }
    let count = u64::try_from(letters.len()).unwrap_or(1);
    let letter = |_| {
        let at = usize::try_from(target.random() % count).unwrap_or(0);
        letters.get(at).copied().unwrap_or_default()
    };
    Ok(Value::Str((0..length).map(letter).collect::<Vec<u8>>().into()))
}

/// `:serialize to=json` and `to=dsv` with their `options=`.
fn serialize(given: &Given) -> Ran<Value> {
    let options = given.get("options").map(dsv::names).unwrap_or_default();
    let has = |name: &str| options.iter().any(|option| option == name);
    match given.text("to").as_slice() {
        b"json" => {
            let style =
                json::Style { keep_strings: has("json.no-string-conversion"), pretty: has("json.pretty") };
            Ok(Value::Str(json::write(&given.value("value"), style).into()))
        }
        b"dsv" => {
            let style = dsv::Style {
                delimiter: delimiter(given)?,
                wrap: has("dsv.wrap-strings"),
                remap: has("dsv.remap"),
                order: given.get("order").map(dsv::names).unwrap_or_default(),
            };
            let limit = if has("dsv.ignore-size") { MAX_SIZE } else { dsv::MAX_TEXT };
            let text = dsv::write(&given.value("value"), &style);
            match text.len() > limit {
                true => Err("failure: dsv text is too long".into()),
                false => Ok(Value::Str(text)),
            }
        }
        _ => Err("input does not match any value of to".into()),
    }
}

/// `:deserialize from=json` and `from=dsv`.
fn deserialize(given: &Given, text: &Text) -> Ran<Value> {
    let options = given.get("options").map(dsv::names).unwrap_or_default();
    let has = |name: &str| options.iter().any(|option| option == name);
    match given.text("from").as_slice() {
        b"json" => {
            json::read(text, has("json.no-string-conversion")).ok_or_else(|| "failure: invalid json".into())
        }
        b"dsv" => Ok(dsv::read(text, &delimiter(given)?, has("dsv.plain"))),
        _ => Err("input does not match any value of from".into()),
    }
}

fn delimiter(given: &Given) -> Ran<Text> {
    match given.get("delimiter").map(text_of) {
        None => Err("missing value(s) of argument(s) delimiter".into()),
        Some(text) if text.is_empty() => Err("invalid value for argument delimiter".into()),
        Some(text) => Ok(text),
    }
}
