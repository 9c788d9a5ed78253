//! Free text.

use crate::{Names, PropertyType, Text, Value, ValueError, ValueKind};
use std::ops::Deref;

const STRING: ValueKind = ValueKind::Other("string value");

/// Bytes as text; what is not UTF-8 is printed with replacement characters, as a terminal would.
fn push_text(text: &Text, out: &mut String) {
    out.push_str(&String::from_utf8_lossy(text));
}

impl PropertyType for Text {
    const KIND: ValueKind = STRING;
    const QUOTED: bool = true;

    fn parse(input: &Value, _: &dyn Names) -> Result<Self, ValueError> {
        match input {
            Value::Str(text) => Ok(text.clone()),
            other => Ok(other.argument().into_owned().into()),
        }
    }

    fn print(&self, _: &dyn Names, out: &mut String) {
        push_text(self, out);
    }

    fn text(&self) -> Option<&Text> {
        Some(self)
    }

    fn to_value(&self, _: &dyn Names) -> Value {
        Value::Str(self.clone())
    }
}

/// The name of an item. Unlike other text it cannot be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(pub Text);

impl Deref for Name {
    type Target = Text;
    fn deref(&self) -> &Text {
        &self.0
    }
}

impl From<&str> for Name {
    fn from(name: &str) -> Self {
        Self(name.into())
    }
}

impl PropertyType for Name {
    const KIND: ValueKind = STRING;
    const QUOTED: bool = true;

    fn parse(input: &Value, names: &dyn Names) -> Result<Self, ValueError> {
        let text = Text::parse(input, names)?;
        if text.is_empty() {
            // Wording unconfirmed.
            return Err(ValueError::Text("failure: name cannot be empty".into()));
        }
        Ok(Self(text))
    }

    fn print(&self, _: &dyn Names, out: &mut String) {
        push_text(&self.0, out);
    }

    fn text(&self) -> Option<&Text> {
        Some(&self.0)
    }

    fn to_value(&self, _: &dyn Names) -> Value {
        Value::Str(self.0.clone())
    }
}

/// Bytes written as hexadecimal digits, lower case, without separators (DHCP `raw-value`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HexText(pub Vec<u8>);

impl PropertyType for HexText {
    const KIND: ValueKind = ValueKind::Other("hexadecimal string value");
    const QUOTED: bool = true;

    /// Two digits a byte; an `0x` in front is passed over.
    fn parse(input: &Value, _: &dyn Names) -> Result<Self, ValueError> {
        super::ascii(input, |text| {
            let digits = text.strip_prefix("0x").unwrap_or(text);
            if digits.len() % 2 != 0 || !digits.is_ascii() {
                return None;
            }
            let byte = |pair: &[u8]| {
                let [high, low] = pair else { return None };
                let digit = |c: u8| char::from(c).to_digit(16);
                u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()
            };
            digits.as_bytes().chunks(2).map(byte).collect::<Option<_>>().map(Self)
        })
    }

    fn print(&self, _: &dyn Names, out: &mut String) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        for byte in &self.0 {
            out.push(char::from(DIGITS[usize::from(byte >> 4)]));
            out.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }

    fn to_value(&self, names: &dyn Names) -> Value {
        let mut text = String::new();
        self.print(names, &mut text);
        Value::text(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::testing::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_not_empty_and_hex_needs_pairs() {
        assert_eq!(read::<Name>("bridge-44"), "bridge-44");
        assert_eq!(read::<Name>(""), "failure: name cannot be empty");
        assert_eq!(read_value::<Text>(&Value::Num(5)), "5");
        assert_eq!(read::<HexText>("0x0A0b"), "0a0b");
        assert_eq!(read::<HexText>("0a0"), "invalid value for argument x");
        assert_eq!(read::<HexText>("zz"), "invalid value for argument x");
    }

    proptest! {
        #[test]
        fn texts_round_trip(text in ".{0,20}", bytes in proptest::collection::vec(any::<u8>(), 0..9)) {
            round_trip(&Text::from(text));
            round_trip(&HexText(bytes));
        }
    }
}
