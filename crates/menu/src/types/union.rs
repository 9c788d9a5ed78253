//! Values of two kinds: a word or something else, and one type or another.

use super::word::{Keyword, match_keyword};
use crate::{Id, Names, Namespace, PropertyType, Value, ValueError, ValueKind};

/// A word of `W`, or a `T`: `auto`/`1500`, `all`/server, `none`/time.
///
/// An exact word wins. When the input is a prefix of a word and also fits `T` without being its full text, it is
/// ambiguous.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Or<W, T> {
    /// The word.
    Word(W),
    /// The value.
    Value(T),
}

impl<W: Default, T> Default for Or<W, T> {
    /// The default word.
    fn default() -> Self {
        Self::Word(W::default())
    }
}

impl<W, T> Or<W, T> {
    /// The value, when it is not the word.
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Word(_) => None,
            Self::Value(value) => Some(value),
        }
    }
}

impl<W: Keyword, T: PropertyType> PropertyType for Or<W, T> {
    const KIND: ValueKind = T::KIND;
    const RIGHT_ALIGNED: bool = T::RIGHT_ALIGNED;
    const REFERS: bool = T::REFERS;
    const WORDS: &'static [&'static str] = W::WORDS;

    fn parse(input: &Value, names: &dyn Names) -> Result<Self, ValueError> {
        let text = input.argument();
        let word = match match_keyword::<W>(&text) {
            Ok(word) if word.word().as_bytes() == text.as_ref() => return Ok(Self::Word(word)),
            word => word,
        };
        let value = T::parse(input, names);
        if text.is_empty() {
            return value.map(Self::Value).map_err(|_| ValueError::Ambiguous);
        }
        match (word, value) {
            (Ok(_) | Err(ValueError::Ambiguous), Err(ValueError::Ambiguous)) => Err(ValueError::Ambiguous),
            (Ok(_), Ok(value)) => {
                let mut full = String::new();
                value.print(names, &mut full);
                if full.as_bytes() == text.as_ref() {
                    Ok(Self::Value(value))
                } else {
                    Err(ValueError::Ambiguous)
                }
            }
            (Ok(word), Err(_)) => Ok(Self::Word(word)),
            (Err(_), Ok(value)) => Ok(Self::Value(value)),
            (Err(ValueError::Ambiguous), Err(_)) => Err(ValueError::Ambiguous),
            (Err(_), Err(error)) => Err(error),
        }
    }

    fn print(&self, names: &dyn Names, out: &mut String) {
        match self {
            Self::Word(word) => out.push_str(word.word()),
            Self::Value(value) => value.print(names, out),
        }
    }

    fn to_value(&self, names: &dyn Names) -> Value {
        match self {
            Self::Word(word) => Value::text(word.word()),
            Self::Value(value) => value.to_value(names),
        }
    }

    fn references(&self, f: &mut dyn FnMut(Namespace, Id)) {
        if let Self::Value(value) = self {
            value.references(f);
        }
    }
}

/// An `A` or a `B`, tried in this order (an interface or an interface list).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Either<A, B> {
    /// The first kind.
    First(A),
    /// The second kind.
    Second(B),
}

impl<A: Default, B> Default for Either<A, B> {
    fn default() -> Self {
        Self::First(A::default())
    }
}

/// One indented line of a union type's message.
fn reason(kind: ValueKind, error: &ValueError) -> String {
    let what = match kind {
        ValueKind::Reference(space) => space.0,
        ValueKind::Bool => "bool",
        ValueKind::Number { .. } => "number",
        ValueKind::Keyword(_) | ValueKind::Keywords(_) => "keyword",
        ValueKind::Other(help) => match help {
            "A.B.C.D    (IP address)" => "ip-address",
            "time interval" => "time",
            super::mac::HINT => return "invalid value of mac-address, mac address required".into(),
            _ => "value",
        },
    };
    match error {
        ValueError::NoMatch => format!("input does not match any value of {what}"),
        ValueError::Ambiguous => {
            format!("ambiguous value of {what}, more than one possible value matches input")
        }
        ValueError::Invalid(_) => format!("invalid value for argument {what}"),
        ValueError::OutOfRange(min, max) => format!("value of {what} is out of range ({min} .. {max})"),
        ValueError::Text(text) => text.clone(),
    }
}

impl<A: PropertyType, B: PropertyType> PropertyType for Either<A, B> {
    const KIND: ValueKind = A::KIND;
    const QUOTED: bool = A::QUOTED && B::QUOTED;
    const RIGHT_ALIGNED: bool = A::RIGHT_ALIGNED && B::RIGHT_ALIGNED;
    const REFERS: bool = A::REFERS || B::REFERS;

    /// The first type that takes the input; with neither, both reasons are given as RouterOS does for union types.
    fn parse(input: &Value, names: &dyn Names) -> Result<Self, ValueError> {
        let first = match A::parse(input, names) {
            Ok(value) => return Ok(Self::First(value)),
            Err(error) => error,
        };
        match B::parse(input, names) {
            Ok(value) => Ok(Self::Second(value)),
            Err(second) => Err(ValueError::Invalid(vec![reason(A::KIND, &first), reason(B::KIND, &second)])),
        }
    }

    fn print(&self, names: &dyn Names, out: &mut String) {
        match self {
            Self::First(value) => value.print(names, out),
            Self::Second(value) => value.print(names, out),
        }
    }

    fn to_value(&self, names: &dyn Names) -> Value {
        match self {
            Self::First(value) => value.to_value(names),
            Self::Second(value) => value.to_value(names),
        }
    }

    fn references(&self, f: &mut dyn FnMut(Namespace, Id)) {
        match self {
            Self::First(value) => value.references(f),
            Self::Second(value) => value.references(f),
        }
    }
}
