//! What can be wrong with a value or a change, in RouterOS's words.

use crate::Text;
use std::fmt;

/// Why a value was not taken; the argument's name is added by the caller ([`PropertyError`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueError {
    /// `input does not match any value of <arg>`.
    NoMatch,
    /// `ambiguous value of <arg>, more than one possible value matches input`.
    Ambiguous,
    /// `invalid value for argument <arg>`, with indented reasons for union types.
    Invalid(Vec<String>),
    /// `value of <arg> is out of range (<min> .. <max>)`.
    OutOfRange(String, String),
    /// A text of its own, printed as it is.
    Text(String),
}

/// A [`ValueError`] with the property it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyError {
    /// Property name.
    pub property: &'static str,
    /// Why.
    pub error: ValueError,
}

impl PropertyError {
    /// A read-only property stood where a settable one is expected: `bad parameter <name>`, as for an unknown one.
    #[must_use]
    pub fn read_only(property: &'static str) -> Self {
        Self { property, error: ValueError::Text(format!("bad parameter {property}")) }
    }
}

impl fmt::Display for PropertyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.property;
        match &self.error {
            ValueError::NoMatch => write!(f, "input does not match any value of {name}"),
            ValueError::Ambiguous => {
                write!(f, "ambiguous value of {name}, more than one possible value matches input")
            }
            ValueError::Invalid(reasons) if reasons.is_empty() => {
                write!(f, "invalid value for argument {name}")
            }
            ValueError::Invalid(reasons) => {
                write!(f, "invalid value for argument {name}:")?;
                reasons.iter().try_for_each(|reason| write!(f, "\n    {reason}"))
            }
            ValueError::OutOfRange(min, max) => write!(f, "value of {name} is out of range ({min} .. {max})"),
            ValueError::Text(text) => f.write_str(text),
        }
    }
}

/// A change that was refused as a whole: cross-property rules, uniqueness, built-in items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// RouterOS's exact text (`failure: already have such address`).
    pub message: String,
    /// The property at fault, for pointing at its place in the source.
    pub property: Option<&'static str>,
}

impl Rejected {
    /// `failure: <text>`.
    pub fn failure(text: impl fmt::Display) -> Self {
        Self { message: format!("failure: {text}"), property: None }
    }
    /// The same, pointing at a property.
    #[must_use]
    pub fn at(mut self, property: &'static str) -> Self {
        self.property = Some(property);
        self
    }
}

impl From<PropertyError> for Rejected {
    fn from(e: PropertyError) -> Self {
        Self { message: e.to_string(), property: Some(e.property) }
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Rejected {}
impl std::error::Error for PropertyError {}

/// Matches `input` against words as RouterOS does: exact wins, else an unambiguous prefix.
///
/// # Errors
/// [`ValueError::NoMatch`] or [`ValueError::Ambiguous`]; an empty input is ambiguous.
pub fn match_word<'a, T: Copy>(
    input: &Text,
    words: impl Iterator<Item = (&'a [u8], T)>,
) -> Result<T, ValueError> {
    let mut found = None;
    let mut several = false;
    for (word, value) in words {
        if word == input.as_slice() {
            return Ok(value);
        }
        if word.starts_with(input.as_slice()) {
            several |= found.is_some();
            found = Some(value);
        }
    }
    match found {
        Some(_) if several => Err(ValueError::Ambiguous),
        Some(value) => Ok(value),
        None => Err(ValueError::NoMatch),
    }
}
