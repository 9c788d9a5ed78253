//! YAML as a tree whose every node knows its place, so that problems beyond syntax can point at the text too.
//!
//! Scalars stay text as it was written (`10M`, `0.50`, `yes`): each key decides what it means, as containerlab's keys do.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Location, Spanned};

use crate::problem::{Place, Problem, Problems, Source};

/// A node of the tree.
#[derive(Clone, Debug)]
pub struct Tree {
    /// What stands there.
    pub kind: Kind,
    /// Where it stands.
    pub place: Place,
}

/// What a [`Tree`] node is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Nothing, `~` or `null`.
    Null,
    /// A scalar, as it was written, quotes and escapes resolved.
    Scalar(String),
    /// A list.
    List(Vec<Tree>),
    /// A mapping in the order of the file.
    Map(Vec<(Key, Tree)>),
}

/// The key of a mapping.
#[derive(Clone, Debug)]
pub struct Key {
    /// The key's text.
    pub name: String,
    /// Where it stands.
    pub place: Place,
}

impl Tree {
    /// A word for what stands there, for messages.
    #[must_use]
    pub fn what(&self) -> &'static str {
        match self.kind {
            Kind::Null => "nothing",
            Kind::Scalar(_) => "a value",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a mapping",
        }
    }

    /// The value of a key, when this is a mapping that has it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        match &self.kind {
            Kind::Map(entries) => entries.iter().find(|(key, _)| key.name == name).map(|(_, value)| value),
            Kind::Null | Kind::Scalar(_) | Kind::List(_) => None,
        }
    }

    /// The scalar's text. Nothing counts as absent.
    #[must_use]
    pub fn scalar(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar(text) => Some(text),
            Kind::Null | Kind::List(_) | Kind::Map(_) => None,
        }
    }
}

/// Reads YAML.
///
/// `environment` is what `${NAME}` and `$NAME` may stand for, see [`substitute`].
///
/// # Errors
/// The text is not YAML, or holds a variable without a value that demands one.
pub fn parse(source: &Arc<Source>, environment: &BTreeMap<String, String>) -> Result<Tree, Problems> {
    let (text, origins) = substitute(&source.text, environment);
    let options = serde_saphyr::options! { with_snippet: false };
    let reader = Reader { source, text: &text, origins: &origins };
    match serde_saphyr::from_str_with_options::<Spanned<Raw>>(&text, options) {
        Ok(raw) => Ok(reader.tree(raw)),
        Err(error) => {
            let place = error.location().map(|location| reader.place(&location));
            let message = yaml_message(&error);
            Err(match place {
                Some(place) => Problem::at(&place, message),
                None => Problem::plain(format!("{}: {message}", source.name)),
            }
            .into())
        }
    }
}

/// The parser's message without the place that it appends: places are shown by the underlined text.
fn yaml_message(error: &serde_saphyr::Error) -> String {
    let text = error.without_snippet().to_string();
    let text = text.lines().next().unwrap_or_default();
    let end = [" at line ", ", set "].iter().filter_map(|words| text.find(words)).min().unwrap_or(text.len());
    let message = text[..end].trim_start_matches("error: ").trim_end_matches([':', ',', ' ']);
    format!("this is not YAML: {message}")
}

/// A node as serde hands it over: numbers and truth values are placeholders for their text.
enum Raw {
    Null,
    Plain,
    Text(String),
    List(Vec<Spanned<Self>>),
    Map(Vec<(Spanned<String>, Spanned<Self>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RawVisitor;
        impl<'de> Visitor<'de> for RawVisitor {
            type Value = Raw;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value, a list or a mapping")
            }
            fn visit_unit<E>(self) -> Result<Raw, E> {
                Ok(Raw::Null)
            }
            fn visit_none<E>(self) -> Result<Raw, E> {
                Ok(Raw::Null)
            }
            fn visit_bool<E>(self, _: bool) -> Result<Raw, E> {
                Ok(Raw::Plain)
            }
            fn visit_i64<E>(self, _: i64) -> Result<Raw, E> {
                Ok(Raw::Plain)
            }
            fn visit_u64<E>(self, _: u64) -> Result<Raw, E> {
                Ok(Raw::Plain)
            }
            fn visit_i128<E>(self, _: i128) -> Result<Raw, E> {
                Ok(Raw::Plain)
            }
            fn visit_u128<E>(self, _: u128) -> Result<Raw, E> {
                Ok(Raw::Plain)
            }
            fn visit_f64<E>(self, _: f64) -> Result<Raw, E> {
                Ok(Raw::Plain)
            }
            fn visit_str<E>(self, text: &str) -> Result<Raw, E> {
                Ok(Raw::Text(text.to_owned()))
            }
            fn visit_string<E>(self, text: String) -> Result<Raw, E> {
                Ok(Raw::Text(text))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Raw, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = list.next_element()? {
                    items.push(item);
                }
                Ok(Raw::List(items))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Raw::Map(entries))
            }
        }
        deserializer.deserialize_any(RawVisitor)
    }
}

/// Turns places in the substituted text into places in the file.
struct Reader<'a> {
    source: &'a Arc<Source>,
    text: &'a str,
    origins: &'a [Origin],
}

impl Reader<'_> {
    fn tree(&self, raw: Spanned<Raw>) -> Tree {
        let location = raw.referenced;
        let written = || self.written(&raw.defined).to_owned();
        let (kind, place) = match raw.value {
            Raw::Null => (Kind::Null, self.place(&location)),
            Raw::Plain => (Kind::Scalar(written()), self.place(&location)),
            Raw::Text(text) => (Kind::Scalar(text), self.place(&location)),
            Raw::List(items) => {
                let items: Vec<Tree> = items.into_iter().map(|item| self.tree(item)).collect();
                let place = self.around(&location, items.last().map(|item| &item.place));
                (Kind::List(items), place)
            }
            Raw::Map(entries) => {
                let entries: Vec<(Key, Tree)> = entries
                    .into_iter()
                    .map(|(key, value)| {
                        let place = self.place(&key.referenced);
                        (Key { name: key.value, place }, self.tree(value))
                    })
                    .collect();
                let first = entries.first().map(|(key, _)| &key.place);
                let place = self.around(&location, first);
                (Kind::Map(entries), place)
            }
        };
        Tree { kind, place }
    }

    /// The parser places a block at its first character with no length: show the first entry instead.
    fn around(&self, location: &Location, entry: Option<&Place>) -> Place {
        let place = self.place(location);
        match entry {
            Some(entry) if place.span.end <= place.span.start + 1 && entry.source == place.source => {
                if entry.span.start >= place.span.start && !place.text().starts_with(['{', '[']) {
                    Place { source: place.source, span: entry.span.clone() }
                } else if entry.span.end > place.span.start {
                    Place { span: place.span.start..entry.span.end, source: place.source }
                } else {
                    place
                }
            }
            _ => place,
        }
    }

    fn written(&self, location: &Location) -> &str {
        self.text.get(self.range(location)).unwrap_or_default()
    }

    /// Byte range in the substituted text.
    fn range(&self, location: &Location) -> Range<usize> {
        let span = location.span();
        let to_usize = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        let (start, length) = match (span.byte_offset(), span.byte_len()) {
            (Some(start), Some(length)) => (to_usize(start), to_usize(length)),
            _ => {
                let column = to_usize(location.column());
                let before = Source::new("", self.text);
                (before.offset(to_usize(location.line()), column), to_usize(span.len()))
            }
        };
        let end = start.saturating_add(length).min(self.text.len());
        start.min(end)..end
    }

    fn place(&self, location: &Location) -> Place {
        let range = self.range(location);
        let end = range.start + self.text.get(range.clone()).unwrap_or_default().trim_end().len();
        let start = origin(self.origins, range.start).start;
        let end = if end > range.start { origin(self.origins, end - 1).end } else { start };
        Place { source: Arc::clone(self.source), span: start..end.max(start) }
    }
}

/// A stretch of the substituted text and where it came from.
struct Origin {
    /// Offset in the substituted text.
    at: usize,
    /// Offset in the file.
    from: usize,
    /// Length in the file of a replaced variable; 0 for text taken over as it is.
    replaced: usize,
}

/// The file's bytes that the byte at `offset` of the substituted text came from.
fn origin(origins: &[Origin], offset: usize) -> Range<usize> {
    let index = origins.partition_point(|origin| origin.at <= offset);
    match index.checked_sub(1).and_then(|i| origins.get(i)) {
        None => offset..offset + 1,
        Some(o) if o.replaced > 0 => o.from..o.from + o.replaced,
        Some(o) => {
            let from = o.from + (offset - o.at);
            from..from + 1
        }
    }
}

/// Replaces environment variables as containerlab does: `${NAME}`, `$NAME`, `${NAME:-default}` (also `-`, `:=`, `=`,
/// `:+`, `+`). A variable that is not set and has no default stays as it is written, since RouterOS scripts and
/// password hashes are full of `$`; for the same reason `$NAME` without braces counts only in capitals.
fn substitute(text: &str, environment: &BTreeMap<String, String>) -> (String, Vec<Origin>) {
    let mut out = String::with_capacity(text.len());
    let mut origins = Vec::new();
    let mut rest = 0;
    while let Some(found) = text[rest..].find('$') {
        let dollar = rest + found;
        let value = variable(&text[dollar + 1..], environment);
        let (end, value) = match value {
            Some((length, value)) => (dollar + 1 + length, Some(value)),
            None => (dollar + 1, None),
        };
        match value {
            Some(value) => {
                out.push_str(&text[rest..dollar]);
                origins.push(Origin { at: out.len(), from: dollar, replaced: end - dollar });
                out.push_str(&value);
                origins.push(Origin { at: out.len(), from: end, replaced: 0 });
            }
            None => out.push_str(&text[rest..end]),
        }
        rest = end;
    }
    out.push_str(&text[rest..]);
    (out, origins)
}

/// The value of the variable whose text follows a `$`, with the length of that text.
fn variable(text: &str, environment: &BTreeMap<String, String>) -> Option<(usize, String)> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let Some(inner) = text.strip_prefix('{') else {
        let length = text.find(|c| !is_name(c)).unwrap_or(text.len());
        let name = &text[..length];
        let capitals = name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
            && !name.contains(|c: char| c.is_ascii_lowercase());
        return if capitals { environment.get(name).map(|value| (length, value.clone())) } else { None };
    };
    let close = inner.find('}')?;
    if inner[..close].contains('\n') {
        return None;
    }
    let split = inner[..close].find(|c| !is_name(c)).unwrap_or(close);
    let (name, operator) = inner[..close].split_at(split);
    if name.is_empty() {
        return None;
    }
    let set = environment.get(name);
    let filled = set.filter(|value| !value.is_empty());
    let value = if operator.is_empty() {
        set?.clone()
    } else if let Some(word) = operator.strip_prefix(":-").or_else(|| operator.strip_prefix(":=")) {
        filled.map_or(word, String::as_str).to_owned()
    } else if let Some(word) = operator.strip_prefix(['-', '=']) {
        set.map_or(word, String::as_str).to_owned()
    } else if let Some(word) = operator.strip_prefix(":+") {
        filled.map_or("", |_| word).to_owned()
    } else {
        let word = operator.strip_prefix('+')?;
        set.map_or("", |_| word).to_owned()
    };
    Some((close + 2, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str, environment: &[(&str, &str)]) -> Tree {
        let environment = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        parse(&Source::new("t.yml", text), &environment).unwrap()
    }

    #[test]
    fn scalars_keep_their_text_and_their_place() {
        let t = tree("a: 0.50\nb:\n  - yes\n  - \"q x\"\n  - 0x10\nc: {d: ~, e: [1, 2]}\n", &[]);
        let a = t.get("a").unwrap();
        assert_eq!((a.scalar(), a.place.to_string().as_str()), (Some("0.50"), "t.yml:1:4"));
        let Kind::List(items) = &t.get("b").unwrap().kind else { panic!("not a list") };
        let texts: Vec<_> = items.iter().map(|item| item.scalar().unwrap()).collect();
        assert_eq!(texts, ["yes", "q x", "0x10"]);
        assert_eq!(items[1].place.text(), "\"q x\"");
        assert!(matches!(t.get("c").unwrap().get("d").unwrap().kind, Kind::Null));
    }

    #[test]
    fn variables_are_replaced_and_places_point_at_the_file() {
        let t = tree("a: ${X:-long default} \nb: $HOME-x\nc: $name $5$ ${UNSET}\nd: z", &[("HOME", "h")]);
        assert_eq!(t.get("a").unwrap().scalar(), Some("long default"));
        assert_eq!(t.get("a").unwrap().place.text(), "${X:-long default}");
        assert_eq!(t.get("b").unwrap().scalar(), Some("h-x"));
        assert_eq!(t.get("c").unwrap().scalar(), Some("$name $5$ ${UNSET}"));
        assert_eq!(t.get("d").unwrap().place.to_string(), "t.yml:4:4");
    }

    #[test]
    fn anchors_and_merge_keys_work() {
        let t = tree("x: &x {kind: linux}\ny: {<<: *x, z: 1}\n", &[]);
        assert_eq!(t.get("y").unwrap().get("kind").unwrap().scalar(), Some("linux"));
    }

    #[test]
    fn broken_yaml_names_its_place() {
        let problem = parse(&Source::new("t.yml", "a: [1, 2\nb: 3\n"), &BTreeMap::new()).unwrap_err();
        assert!(problem.0[0].place.is_some(), "{problem:?}");
        let twice = parse(&Source::new("t.yml", "a: 1\na: 2\n"), &BTreeMap::new()).unwrap_err();
        assert_eq!(twice.0[0].place.as_ref().unwrap().to_string(), "t.yml:2:1");
    }
}
