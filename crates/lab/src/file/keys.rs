//! Reading keys of a mapping: every mistake is noted and reading goes on, so that a person sees all of them at once.

use crate::problem::{Place, Problem};
use crate::yaml::{Key, Kind, Tree};

/// The entries of a mapping; nothing counts as an empty mapping.
pub(crate) fn mapping<'a>(tree: &'a Tree, what: &str, problems: &mut Vec<Problem>) -> &'a [(Key, Tree)] {
    match &tree.kind {
        Kind::Map(entries) => entries,
        Kind::Null => &[],
        Kind::Scalar(_) | Kind::List(_) => {
            let found = tree.what();
            problems.push(Problem::at(
                &tree.place,
                format!("{what} must be a mapping (key: value), not {found}"),
            ));
            &[]
        }
    }
}

/// The items of a list; nothing counts as an empty list.
pub(crate) fn list<'a>(tree: &'a Tree, what: &str, problems: &mut Vec<Problem>) -> &'a [Tree] {
    match &tree.kind {
        Kind::List(items) => items,
        Kind::Null => &[],
        Kind::Scalar(_) | Kind::Map(_) => {
            let found = tree.what();
            problems.push(Problem::at(&tree.place, format!("{what} must be a list (- item), not {found}")));
            &[]
        }
    }
}

/// Notes every key that is not in `known`.
pub(crate) fn only(entries: &[(Key, Tree)], known: &[&str], what: &str, problems: &mut Vec<Problem>) {
    for (key, _) in entries {
        if !known.contains(&key.name.as_str()) {
            let problem = Problem::at(&key.place, format!("{what} has no key `{}`", key.name));
            problems.push(problem.suggest(&key.name, known.iter().copied()));
        }
    }
}

/// A text that must not be empty.
pub(crate) fn text(tree: &Tree, what: &str, problems: &mut Vec<Problem>) -> Option<String> {
    match tree.scalar() {
        Some(text) if !text.trim().is_empty() => Some(text.to_owned()),
        Some(_) => {
            problems.push(Problem::at(&tree.place, format!("{what} is empty")));
            None
        }
        None => {
            let found = tree.what();
            problems.push(Problem::at(&tree.place, format!("{what} must be a text, not {found}")));
            None
        }
    }
}

/// One text or a list of texts, each with its place.
pub(crate) fn texts(tree: &Tree, what: &str, problems: &mut Vec<Problem>) -> Vec<(String, Place)> {
    match &tree.kind {
        Kind::List(items) => items
            .iter()
            .filter_map(|item| text(item, what, problems).map(|text| (text, item.place.clone())))
            .collect(),
        Kind::Null => Vec::new(),
        Kind::Scalar(_) | Kind::Map(_) => {
            text(tree, what, problems).map(|text| (text, tree.place.clone())).into_iter().collect()
        }
    }
}

/// A text that a function understands; its refusal becomes a problem at the place.
pub(crate) fn parsed<T>(
    tree: &Tree,
    what: &str,
    problems: &mut Vec<Problem>,
    parse: impl FnOnce(&str) -> Result<T, String>,
) -> Option<T> {
    let value = text(tree, what, problems)?;
    match parse(&value) {
        Ok(value) => Some(value),
        Err(why) => {
            problems.push(Problem::at(&tree.place, format!("{what}: {why}")));
            None
        }
    }
}
