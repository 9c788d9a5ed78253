//! RouterOS expressions in checks: faults that can be seen before the run, and what stands left of a comparison, so that
//! a check that failed says more than "false".

use std::sync::Arc;

use sim::World;

use crate::checks::{Ask, Check};
use crate::config::place;
use crate::device::Device;
use crate::file::{Lab, NodeKind};
use crate::problem::{Place, Problem, Source};
use crate::run::node_id;

/// What a check's expression is wrapped in to be read but not evaluated.
const WRAP: (&str, &str) = (":if (false) do={:put (", ")}");

/// Notes the expressions of checks that no router could read.
pub(crate) fn read_all(lab: &Lab, problems: &mut Vec<Problem>) {
    for check in &lab.checks {
        let (Ask::That(text, at), Some(node)) =
            (&check.ask, check.on.first().and_then(|i| lab.nodes.get(*i)))
        else {
            continue;
        };
        if node.kind != NodeKind::Router || text.contains('\n') {
            continue;
        }
        let mut router = Device::router(&node.name, &node.ports, node.version.as_deref(), 0);
        let source = Source::new("", format!("{}{text}{}", WRAP.0, WRAP.1));
        let Err(fault) = router.load(&source.text, true) else { continue };
        // What needs the router's state to be judged is left to the run.
        let of_form = ["syntax error", "expected ", "bad command name", "missing "];
        if of_form.iter().any(|words| fault.message.starts_with(words)) {
            let start =
                place(&source, fault.position).span.start.saturating_sub(WRAP.0.len()).min(text.len());
            problems.push(Problem::at(&inside(at, text, start), fault.message).label("in this expression"));
        }
    }
}

/// The rest of `text` from `start` on, where it stands in the lab file.
fn inside(at: &Place, text: &str, start: usize) -> Place {
    match at.text().find(text) {
        Some(found) => {
            let (from, end) = (at.span.start + found + start, at.span.start + found + text.len());
            Place { source: Arc::clone(&at.source), span: from.min(end.saturating_sub(1))..end }
        }
        // Escapes or a variable: the whole value.
        None => at.clone(),
    }
}

/// What a check whose expression is false expected and what it got instead: of a comparison the whole and the value at its
/// left. Evaluated in a fork of the world, so that asking changes nothing.
pub(crate) fn why_false(check: &Check, node: usize, world: &World<Device>) -> Option<(String, String)> {
    let Ask::That(text, _) = &check.ask else { return None };
    let (left, operator, right) = comparison(text)?;
    let mut fork = world.clone();
    fork.record(sim::CaptureKinds::default());
    let mut value = |expression: &str| {
        let job = fork.with_node(node_id(node), |device, cx| device.evaluate(cx, expression))?;
        fork.node_mut(node_id(node)).finished(job)?.value
    };
    let got = value(left)?;
    let is_plain = !right.contains(['[', '(', '$']);
    let got = if is_plain { got } else { format!("{got}, compared with {}", value(right)?) };
    let expected = if check.name == *text { format!("{operator} {right}") } else { text.clone() };
    Some((expected, got))
}

/// The parts of an expression that is one comparison: `[:len [find]]`, `=`, `3`.
fn comparison(text: &str) -> Option<(&str, &str, &str)> {
    let text = text.trim();
    let mut found = None;
    let mut depth = 0_usize;
    let bytes = text.as_bytes();
    let mut i = 0;
    while let Some(byte) = bytes.get(i).copied() {
        let next = bytes.get(i + 1).copied();
        match byte {
            b'\\' => i += 1,
            b'"' => i += quoted(bytes.get(i + 1..)?)?,
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.checked_sub(1)?,
            b'&' | b'|' if depth == 0 => return None,
            // `->` of an array and shifts.
            b'-' | b'<' | b'>' if depth == 0 && next == Some(if byte == b'-' { b'>' } else { byte }) => {
                i += 1
            }
            b'=' | b'~' | b'<' | b'>' | b'!' if depth == 0 => {
                let long = next == Some(b'=') && matches!(byte, b'<' | b'>' | b'!');
                if (byte == b'!' && !long) || found.is_some() {
                    return None;
                }
                found = Some((i, i + 1 + usize::from(long)));
                i += usize::from(long);
            }
            _ => {}
        }
        i += 1;
    }
    let words = |part: &str| part.split_whitespace().any(|word| matches!(word, "and" | "or" | "in"));
    match found {
        Some((start, end)) => {
            let (left, right) = (text.get(..start)?.trim(), text.get(end..)?.trim());
            let operator = text.get(start..end)?;
            let joined = !(left.contains(['[', '(']) || right.contains(['[', '('])) && words(text);
            (!left.is_empty() && !right.is_empty() && !joined && depth == 0)
                .then_some((left, operator, right))
        }
        None => text.strip_prefix('(')?.strip_suffix(')').and_then(comparison),
    }
}

/// Length of the rest of a quoted text, with its closing quote.
fn quoted(rest: &[u8]) -> Option<usize> {
    let mut i = 0;
    loop {
        match rest.get(i)? {
            b'\\' => i += 2,
            b'"' => return Some(i + 1),
            _ => i += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_are_taken_apart() {
        for (text, sides) in [
            ("[:len [find where a=b]] = 3", Some(("[:len [find where a=b]]", "=", "3"))),
            (
                "([/system identity get name] != \"a = b\")",
                Some(("[/system identity get name]", "!=", "\"a = b\"")),
            ),
            ("$x >= 5", Some(("$x", ">=", "5"))),
            ("($a->\"b\") ~ \"^x\"", Some(("($a->\"b\")", "~", "\"^x\""))),
            ("1 << 3 = 8", Some(("1 << 3", "=", "8"))),
            ("a = b && c = d", None),
            ("a = b and c", None),
            ("[find] = 1 = 2", None),
            ("!$x", None),
            ("$x", None),
            ("(a = 1) = (b = 2", None),
            ("\"a", None),
            ("", None),
        ] {
            assert_eq!(comparison(text), sides, "{text}");
        }
    }
}
