//! [`OptionValue`]: the value syntax of `/ip/dhcp-server/option` and `/ip/dhcp-client/option`.
//!
//! | written | bytes |
//! |---|---|
//! | `'text'` | ASCII |
//! | `'10.10.10.10'` | 4 address bytes |
//! | `'10'` | the number in as few bytes as it needs |
//! | `s'10.10.10.10'`, `s'160'` | the text itself |
//! | `0x0a0a` | as written |
//! | `$(VAR)` | filled in when the option is sent |
//!
//! Parts stand one behind the other without a separator: `0x01'vards'$(HOSTNAME)`.

use std::fmt;
use std::net::Ipv4Addr;

/// A parsed value: bytes and variables in order.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct OptionValue {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Bytes(Vec<u8>),
    Variable(String),
}

/// Why a text is no option value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownDataType {
    /// Byte offset of the part that was not understood.
    pub at: usize,
}

impl fmt::Display for UnknownDataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Unknown data type!")
    }
}

impl OptionValue {
    /// A value of these bytes.
    #[must_use]
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self { parts: vec![Part::Bytes(bytes.into())] }
    }

    /// Parses a value as it is written in the console.
    ///
    /// # Errors
    /// [`UnknownDataType`], whose text RouterOS prints behind `failure: `.
    pub fn parse(text: &str) -> Result<Self, UnknownDataType> {
        let mut parts = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let at = text.len() - rest.len();
            let (part, after) = parse_part(rest).ok_or(UnknownDataType { at })?;
            parts.push(part);
            rest = after;
        }
        Ok(Self { parts })
    }

    /// The bytes, with each variable asked of `variable`; an unknown variable stands for nothing.
    pub fn bytes(&self, mut variable: impl FnMut(&str) -> Option<Vec<u8>>) -> Vec<u8> {
        let mut bytes = Vec::new();
        for part in &self.parts {
            match part {
                Part::Bytes(part) => bytes.extend(part),
                Part::Variable(name) => bytes.extend(variable(name).unwrap_or_default()),
            }
        }
        bytes
    }

    /// The read-only `raw-value`: `0x` and the bytes in hexadecimal.
    #[must_use]
    pub fn raw_text(&self, variable: impl FnMut(&str) -> Option<Vec<u8>>) -> String {
        let mut text = String::from("0x");
        for byte in self.bytes(variable) {
            text.push_str(&format!("{byte:02x}"));
        }
        text
    }
}

fn parse_part(text: &str) -> Option<(Part, &str)> {
    if let Some(rest) = text.strip_prefix("$(") {
        let (name, rest) = rest.split_once(')')?;
        return (!name.is_empty()).then(|| (Part::Variable(name.into()), rest));
    }
    if let Some(rest) = text.strip_prefix("0x") {
        let end = rest.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(rest.len());
        let (digits, rest) = rest.split_at(end);
        return Some((Part::Bytes(hex(digits)?), rest));
    }
    let as_text = text.strip_prefix('s');
    let (quoted, rest) = as_text.unwrap_or(text).strip_prefix('\'')?.split_once('\'')?;
    let bytes = if as_text.is_some() { quoted.as_bytes().to_vec() } else { typed(quoted) };
    Some((Part::Bytes(bytes), rest))
}

/// Pairs of digits; none or an odd number is no value.
fn hex(digits: &str) -> Option<Vec<u8>> {
    let (pairs, []) = digits.as_bytes().as_chunks::<2>() else { return None };
    let digit = |b: u8| char::from(b).to_digit(16).map(|d| d as u8);
    let bytes: Vec<u8> =
        pairs.iter().map(|[a, b]| Some(digit(*a)? << 4 | digit(*b)?)).collect::<Option<_>>()?;
    (!bytes.is_empty()).then_some(bytes)
}

/// Quoted text that looks like an address or a number stands for that.
fn typed(text: &str) -> Vec<u8> {
    if let Ok(address) = text.parse::<Ipv4Addr>() {
        return address.octets().to_vec();
    }
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match text.parse::<u64>() {
        Ok(number) if digits => {
            let bytes = number.to_be_bytes();
            let first = bytes.iter().position(|b| *b != 0).unwrap_or(bytes.len() - 1);
            bytes[first..].to_vec()
        }
        _ => text.as_bytes().to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn raw(text: &str) -> String {
        let value = OptionValue::parse(text).unwrap();
        value.raw_text(|name| (name == "HOSTNAME").then(|| b"kvm".to_vec()))
    }

    #[test]
    fn values_follow_the_manual() {
        for (written, bytes) in [
            ("'text'", "0x74657874"),
            ("'10.10.10.10'", "0x0a0a0a0a"),
            ("'10'", "0x0a"),
            ("'256'", "0x0100"),
            ("'0'", "0x00"),
            ("s'10.10.10.10'", "0x31302e31302e31302e3130"),
            ("s'160'", "0x313630"),
            ("0x0a0a", "0x0a0a"),
            ("$(HOSTNAME)", "0x6b766d"),
            ("$(NOTHING)", "0x"),
            ("0x01'vards'$(HOSTNAME)", "0x0176617264736b766d"),
            ("'10.0.0.1''10.0.0.2'", "0x0a0000010a000002"),
            ("", "0x"),
        ] {
            assert_eq!(raw(written), bytes, "{written}");
        }
    }

    #[test]
    fn what_is_not_understood_is_refused_where_it_stands() {
        for (written, at) in
            [("text", 0), ("'a", 0), ("0x", 0), ("0x0", 0), ("0x01text", 4), ("$(HOST", 0), ("'a' 'b'", 3)]
        {
            assert_eq!(OptionValue::parse(written), Err(UnknownDataType { at }), "{written}");
        }
        assert_eq!(UnknownDataType { at: 0 }.to_string(), "Unknown data type!");
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_or_refused(text in "\\PC{0,40}") {
            if let Err(error) = OptionValue::parse(&text) {
                prop_assert!(text.is_char_boundary(error.at));
            }
        }

        #[test]
        fn hexadecimal_stands_for_itself(bytes in proptest::collection::vec(any::<u8>(), 1..40)) {
            let text = OptionValue::from_bytes(bytes).raw_text(|_| None);
            prop_assert_eq!(OptionValue::parse(&text).unwrap().raw_text(|_| None), text);
        }
    }
}
