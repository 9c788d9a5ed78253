//! Where in a configuration a property of an item stands.

use std::ops::Range;
use std::sync::Arc;

use router::Position;

use crate::config;
use crate::problem::{Place, Source};

/// The place of `property` in the last of an item's commands that names it; else the command word of the first one, with
/// all that follows when `property` is empty. `None` for an item that no command made.
pub(super) fn of(source: &Arc<Source>, commands: &[Position], property: &str) -> Option<Place> {
    let words = |position: &Position| config::place(source, (*position).into());
    let named = |position: &Position| {
        let word = words(position);
        let command = command(&source.text, word.span.start)?;
        let span = argument(source.text.get(command.clone())?, property)?;
        Some(Place { source: Arc::clone(source), span: command.start + span.start..command.start + span.end })
    };
    if !property.is_empty()
        && let Some(place) = commands.iter().rev().find_map(named)
    {
        return Some(place);
    }
    let mut place = words(commands.first()?);
    if let Some(command) = command(&source.text, place.span.start) {
        place.span = command;
    }
    Some(place)
}

/// The command whose word begins at `start`, up to its end: a line end or semicolon outside quotes, or the bracket that
/// closes what it stands in. Blanks at the end are left out; a continued command ends with its first line.
fn command(text: &str, start: usize) -> Option<Range<usize>> {
    let (mut quoted, mut depth) = (false, 0_u32);
    let mut bytes = text.as_bytes().get(start..)?.iter().enumerate();
    let mut end = text.len() - start;
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' => drop(bytes.next()),
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'[' | b'{' | b'(' => depth += 1,
            b']' | b'}' | b')' if depth > 0 => depth -= 1,
            b'\n' | b'\r' | b';' | b']' | b'}' | b')' if depth == 0 => {
                end = at;
                break;
            }
            _ => {}
        }
    }
    Some(start..start + text.get(start..start + end)?.trim_end().len())
}

/// Where `name=value` stands in a command; the name may be cut short, as the console allows.
fn argument(command: &str, name: &str) -> Option<Range<usize>> {
    let arguments = arguments(command);
    let called = |range: &&Range<usize>| {
        let text = &command[(*range).clone()];
        text.split_once('=').is_some_and(|(own, _)| own == name)
    };
    let short = |range: &&Range<usize>| {
        let text = &command[(*range).clone()];
        text.split_once('=').is_some_and(|(own, _)| own.len() > 2 && name.starts_with(own))
    };
    arguments.iter().rfind(called).or_else(|| arguments.iter().rfind(short)).cloned()
}

/// The words of a command, cut at blanks outside quotes and brackets.
fn arguments(command: &str) -> Vec<Range<usize>> {
    let (mut quoted, mut depth, mut start) = (false, 0_u32, None);
    let mut words = Vec::new();
    let mut skip = false;
    for (at, byte) in command.bytes().enumerate() {
        if std::mem::take(&mut skip) {
            continue;
        }
        match byte {
            b'\\' => skip = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' | b'(' if !quoted => depth += 1,
            b']' | b'}' | b')' if !quoted => depth = depth.saturating_sub(1),
            b' ' | b'\t' | b'\r' | b'\n' if !quoted && depth == 0 => {
                words.extend(start.take().map(|start| start..at));
                continue;
            }
            _ => {}
        }
        // A backslash at the end of a line is no part of a word.
        let continues = byte == b'\\' && command[at + 1..].starts_with(['\n', '\r']);
        if start.is_none() && !continues {
            start = Some(at);
        } else if continues {
            words.extend(start.take().map(|start| start..at));
        }
    }
    words.extend(start.map(|start| start..command.len()));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_property_is_found_in_its_command() {
        for (text, name, found) in [
            ("add chain=forward action=drop\nadd", "action", Some("action=drop")),
            ("add comment=\"action=x ; y\" action=\"a b\"; add", "action", Some("action=\"a b\"")),
            (
                "add chain=forward \\\n    src-address=10.0.0.0/8 action=drop",
                "src-address",
                Some("src-address=10.0.0.0/8"),
            ),
            ("add chain=forward src-addr=10.0.0.1", "src-address", Some("src-addr=10.0.0.1")),
            ("add chain=[:pick \"a b\" 0] action=drop }", "chain", Some("chain=[:pick \"a b\" 0]")),
            ("add chain=forward\nadd action=drop", "action", None),
        ] {
            let command = &text[command(text, 0).unwrap()];
            assert_eq!(argument(command, name).map(|range| &command[range]), found, "{text}");
        }
    }

    #[test]
    fn a_command_ends_where_it_ends() {
        for (text, found) in [
            ("add a=1 \nadd", "add a=1"),
            ("add a=\"x\ny\";:put 1", "add a=\"x\ny\""),
            ("add a=1 } ", "add a=1"),
            ("add a={1;2} b=[:put 1]\n", "add a={1;2} b=[:put 1]"),
            ("add a=1 \\\n b=2\nadd", "add a=1 \\\n b=2"),
        ] {
            assert_eq!(&text[command(text, 0).unwrap()], found);
        }
    }
}
