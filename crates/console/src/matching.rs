//! Abbreviations: what a word names among several.

use menu::{Kind, MenuDef, PropertyDef};

/// The exact word counts, else the only one that starts so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Match<T> {
    /// Exactly one.
    One(T),
    /// Several start so.
    Ambiguous,
    /// None starts so.
    None,
}

/// A menu: its path, `""` for the root.
pub(crate) type Node = &'static str;

/// The root menu.
pub(crate) const ROOT: Node = "";

/// The menu above; the root's is the root.
pub(crate) fn parent(node: Node) -> Node {
    node.rfind('/').and_then(|at| node.get(..at)).unwrap_or(ROOT)
}

/// Index of the property called `name`, one that only the catalogue knows too; no abbreviation.
pub(crate) fn exact_property(def: &'static MenuDef, name: &str) -> Option<usize> {
    // The catalogue is asked only for what the struct lacks.
    let further = || def.extra_properties().find(|(_, p)| p.name == name).map(|(index, _)| index);
    def.property(name).or_else(further)
}

/// A menu of sessions and the like of which no property is known: `where` then takes any name.
pub(crate) fn lists_nothing(def: &'static MenuDef) -> bool {
    def.kind == Kind::Status && def.properties.is_empty() && def.extra_properties().next().is_none()
}

/// The property, among those that `test` admits, that a shortened name means.
pub(crate) fn find_property(
    def: &'static MenuDef,
    word: &str,
    test: impl Fn(&PropertyDef) -> bool,
) -> Match<usize> {
    if let Some(index) = exact_property(def, word)
        && def.property_at(index).is_some_and(&test)
    {
        return Match::One(index);
    }
    let starting = |p: &PropertyDef| p.name.starts_with(word) && test(p);
    let one = |mut found: Box<dyn Iterator<Item = usize>>| match (found.next(), found.next()) {
        (Some(index), None) => Match::One(index),
        (Some(_), Some(_)) => Match::Ambiguous,
        (None, _) => Match::None,
    };
    let own = def.properties.iter().enumerate().filter(|(_, p)| starting(p)).map(|(index, _)| index);
    match one(Box::new(own)) {
        Match::None => {
            one(Box::new(def.extra_properties().filter(|(_, p)| starting(p)).map(|(index, _)| index)))
        }
        found => found,
    }
}
