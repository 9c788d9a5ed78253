//! [`CatalogValue`]: what is kept of a property of a catalogue item.

use super::CatalogProperty;
use super::facts::Reference;
use crate::{Id, Lookup, Names, Namespace, Text, Value, ValueError};
use bstr::{ByteSlice, ByteVec};

/// What was set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CatalogValue {
    /// Text as it is printed.
    Text(Text),
    /// Items of other menus and words, printed with the separator between them. Items are kept by id, so that a new
    /// name of theirs is followed and `*5` is shown when they are gone.
    Items(char, Box<[Element]>),
    /// Taken away with `!name`, though it is there by default (`keepalive` of tunnels).
    Unset,
}

/// One element of [`CatalogValue::Items`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// Written `!name`.
    pub negated: bool,
    /// What it names.
    pub named: Named,
}

/// What an element names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// A word (`all`, `none`).
    Word(Text),
    /// An item.
    Item(Namespace, Id),
}

impl CatalogValue {
    /// The text, when it refers to nothing.
    #[must_use]
    pub fn text(&self) -> Option<&Text> {
        match self {
            Self::Text(text) => Some(text),
            Self::Items(..) | Self::Unset => None,
        }
    }

    /// Appends what is printed.
    pub(super) fn print(&self, names: &dyn Names, out: &mut Text) {
        let (separator, parts) = match self {
            Self::Text(text) => return out.extend_from_slice(text),
            Self::Items(separator, parts) => (*separator, parts),
            Self::Unset => return,
        };
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                out.push_char(separator);
            }
            if part.negated {
                out.push(b'!');
            }
            match &part.named {
                Named::Word(word) => out.extend_from_slice(word),
                Named::Item(space, id) => match names.name(*space, *id) {
                    Some(name) => out.extend_from_slice(&name),
                    None => out.extend_from_slice(id.to_string().as_bytes()),
                },
            }
        }
    }

    /// The items that it names.
    pub fn items(&self) -> impl Iterator<Item = (Namespace, Id)> {
        let parts: &[Element] = match self {
            Self::Text(_) | Self::Unset => &[],
            Self::Items(_, parts) => parts,
        };
        parts.iter().filter_map(|part| match part.named {
            Named::Item(space, id) => Some((space, id)),
            Named::Word(_) => None,
        })
    }
}

impl CatalogProperty {
    /// Checks a value as [`CatalogProperty::check`] does and gives what is to be kept; names of items are looked up.
    ///
    /// # Errors
    /// RouterOS's reason.
    pub fn read(&self, value: &Value, names: &dyn Names) -> Result<CatalogValue, ValueError> {
        let Some(reference) = self.reference else { return self.check(value).map(CatalogValue::Text) };
        let text: Text = value.argument().into_owned().into();
        if text.is_empty() {
            let may = reference.separator.is_some()
                || self.unset
                || self.default == Some("")
                || self.absent == Some("");
            return if may { Ok(CatalogValue::Text(text)) } else { Err(ValueError::Ambiguous) };
        }
        let separator = reference.separator.unwrap_or('\0');
        let mut bytes = [0; 4];
        let parts = text.split_str(separator.encode_utf8(&mut bytes));
        let parts: Result<Box<[Element]>, _> =
            parts.map(|part| self.element(part, &reference, names)).collect();
        let parts = parts?;
        Ok(match &*parts {
            [Element { negated: false, named: Named::Word(word) }] => CatalogValue::Text(word.clone()),
            _ => CatalogValue::Items(separator, parts),
        })
    }

    fn element(&self, text: &[u8], reference: &Reference, names: &dyn Names) -> Result<Element, ValueError> {
        let (negated, name) = text.strip_prefix(b"!").map_or((false, text), |name| (true, name));
        let Some(form) = self.form else {
            return Ok(Element { negated, named: self.named(name, reference, names)? });
        };
        // An address or the name of an item.
        let named = match form.check(&Value::text(name)) {
            Ok(word) => Named::Word(word),
            Err(error) => match self.named(name, reference, names) {
                Err(ValueError::NoMatch) => return Err(error),
                named => named?,
            },
        };
        Ok(Element { negated, named })
    }

    /// Exact wins over a prefix, whether it is a word or a name.
    fn named(&self, text: &[u8], reference: &Reference, names: &dyn Names) -> Result<Named, ValueError> {
        if let Some(id) = Id::parse(text) {
            let known = reference.spaces.iter().find(|space| names.name(**space, id).is_some());
            return known.map(|space| Named::Item(*space, id)).ok_or(ValueError::NoMatch);
        }
        if text.is_empty() {
            return Err(ValueError::Ambiguous);
        }
        let own = [self.default, self.absent].into_iter().flatten().filter(|word| !word.is_empty());
        let words = reference.words.iter().chain(self.values).copied().chain(own);
        let mut found = None;
        let mut several = false;
        for word in words {
            if word.as_bytes() == text {
                // A name that is also the default (`main`, `default`) is the item, which may get another name.
                found = Some(Named::Word(word.into()));
                several = false;
                break;
            }
            if word.as_bytes().starts_with(text) && found != Some(Named::Word(word.into())) {
                several |= found.is_some();
                found = Some(Named::Word(word.into()));
            }
        }
        let text = Text::from(text);
        for space in reference.spaces {
            match names.lookup(*space, &text) {
                Lookup::None => {}
                Lookup::Ambiguous => several = true,
                Lookup::One(id) => {
                    let name = names.name(*space, id);
                    if name.as_ref() == Some(&text) {
                        return Ok(Named::Item(*space, id));
                    }
                    if matches!((&found, &name), (Some(Named::Word(word)), Some(name)) if word == name) {
                        continue;
                    }
                    several |= found.is_some();
                    found = Some(Named::Item(*space, id));
                }
            }
        }
        match found {
            Some(Named::Word(word)) if word == text => Ok(Named::Word(word)),
            Some(target) if !several => Ok(target),
            None if !several => Err(ValueError::NoMatch),
            _ => Err(ValueError::Ambiguous),
        }
    }
}
