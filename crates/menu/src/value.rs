//! [`Value`]: what the RouterOS language computes with and what properties are set from and read as.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

/// Text as RouterOS keeps it: bytes, mostly UTF-8.
pub type Text = bstr::BString;

/// Internal id of an item, printed `*1A`. Allocated upwards in each menu (interfaces share one space).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub u32);

impl Id {
    /// Ids from here on are given to built-in items only (`*FFFFFFFE`), never counted up to.
    pub const FAR: Self = Self(0xFFFF_FF00);

    /// Reads the printed form, `*1A`.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        let digits = text.strip_prefix(b"*")?;
        if digits.is_empty() || digits.len() > 8 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok().map(Self)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "*{:X}", self.0)
    }
}

/// A value of the RouterOS language (`:typeof` names in the variants' docs).
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Value {
    /// `nothing`: declared without a value, missing array element.
    Nothing,
    /// `nil`: no value.
    #[default]
    Nil,
    /// `bool`.
    Bool(bool),
    /// `num`.
    Num(i64),
    /// `str`.
    Str(Text),
    /// `time`, nanoseconds.
    Time(i64),
    /// `ip`.
    Ip(Ipv4Addr),
    /// `ip-prefix`, host bits kept.
    IpPrefix(Ipv4Addr, u8),
    /// `ip6`.
    Ip6(Ipv6Addr),
    /// `ip6-prefix`, host bits kept.
    Ip6Prefix(Ipv6Addr, u8),
    /// `id`.
    Id(Id),
    /// `array`: unkeyed elements in order, then keyed ones sorted by key.
    Array(Arc<Array>),
    /// `code`: source text of a `:parse` result or function body; the console compiles it on use.
    Code(Arc<str>),
    /// `op`: a deferred expression `(>[...])`, as source text.
    Op(Arc<str>),
}

/// An array of the RouterOS language.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Array {
    /// Elements without a key, in order.
    pub items: Vec<Value>,
    /// Elements with a key; they come after the others, sorted.
    pub keyed: BTreeMap<Text, Value>,
}

impl Value {
    /// A `str` value.
    pub fn text(text: impl Into<Text>) -> Self {
        Self::Str(text.into())
    }

    /// An `array` value without keys.
    #[must_use]
    pub fn list(items: Vec<Self>) -> Self {
        Self::Array(Arc::new(Array { items, keyed: BTreeMap::new() }))
    }

    /// The word that the value stands for as an argument: text as it is, the rest in the form that property types
    /// read (`yes`, `10m`, `a,b`). Keyed elements become `key=value`.
    #[must_use]
    pub fn argument(&self) -> Cow<'_, [u8]> {
        match self {
            Self::Nothing | Self::Nil => Cow::Borrowed(b""),
            Self::Str(text) => Cow::Borrowed(text.as_slice()),
            Self::Bool(true) => Cow::Borrowed(b"yes"),
            Self::Bool(false) => Cow::Borrowed(b"no"),
            Self::Num(n) => Cow::Owned(n.to_string().into_bytes()),
            Self::Time(nanos) => {
                let sign = if *nanos < 0 { "-" } else { "" };
                let span = clock::Duration::from_nanos(nanos.unsigned_abs());
                Cow::Owned(format!("{sign}{span}").into_bytes())
            }
            Self::Ip(ip) => Cow::Owned(ip.to_string().into_bytes()),
            Self::IpPrefix(ip, len) => Cow::Owned(format!("{ip}/{len}").into_bytes()),
            Self::Ip6(ip) => Cow::Owned(ip.to_string().into_bytes()),
            Self::Ip6Prefix(ip, len) => Cow::Owned(format!("{ip}/{len}").into_bytes()),
            Self::Id(id) => Cow::Owned(id.to_string().into_bytes()),
            Self::Array(array) => Cow::Owned(array.argument()),
            Self::Code(code) | Self::Op(code) => Cow::Borrowed(code.as_bytes()),
        }
    }
}

impl Array {
    fn argument(&self) -> Vec<u8> {
        let mut out: Vec<u8> = Vec::new();
        for item in &self.items {
            if !out.is_empty() {
                out.push(b',');
            }
            out.extend_from_slice(&item.argument());
        }
        for (key, item) in &self.keyed {
            if !out.is_empty() {
                out.push(b',');
            }
            out.extend_from_slice(key);
            out.push(b'=');
            out.extend_from_slice(&item.argument());
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_read_as_they_print() {
        assert_eq!(Id::parse(b"*1A"), Some(Id(26)));
        assert_eq!(Id::parse(b"*FFFFFFFE").map(|id| id.to_string()).as_deref(), Some("*FFFFFFFE"));
        for bad in ["", "*", "1A", "*1G", "*123456789", "*+1"] {
            assert_eq!(Id::parse(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn arguments_are_what_property_types_read() {
        let list = Value::list(vec![Value::Num(5), Value::Bool(true), Value::Time(90_000_000_000)]);
        for (value, text) in [
            (Value::Nil, ""),
            (Value::text("a b"), "a b"),
            (list, "5,yes,1m30s"),
            (Value::IpPrefix(Ipv4Addr::LOCALHOST, 8), "127.0.0.1/8"),
            (Value::Time(-1_000_000_000), "-1s"),
            (Value::Id(Id(26)), "*1A"),
        ] {
            assert_eq!(value.argument().as_ref(), text.as_bytes());
        }
        let keyed = [(Text::from("b"), Value::Num(2)), (Text::from("a"), Value::Num(1))];
        let array = Array { items: vec![Value::text("x")], keyed: keyed.into_iter().collect() };
        assert_eq!(Value::Array(Arc::new(array)).argument().as_ref(), b"x,a=1,b=2");
    }
}
