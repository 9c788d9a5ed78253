//! Lists, sets of words, and negation.

use super::word::{Keyword, match_keyword};
use crate::{Id, Names, Namespace, PropertyType, Value, ValueError, ValueKind};
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

/// Values separated by commas; may come from an array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List<T>(pub Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Deref for List<T> {
    type Target = Vec<T>;
    fn deref(&self) -> &Vec<T> {
        &self.0
    }
}

impl<T: PropertyType> PropertyType for List<T> {
    const KIND: ValueKind = match T::KIND {
        ValueKind::Keyword(words) => ValueKind::Keywords(words),
        other => other,
    };
    const WORDS: &'static [&'static str] = T::WORDS;
    const REFERS: bool = T::REFERS;

    /// An empty text is an empty list.
    fn parse(input: &Value, names: &dyn Names) -> Result<Self, ValueError> {
        if let Value::Array(array) = input {
            return array.items.iter().map(|item| T::parse(item, names)).collect::<Result<_, _>>().map(Self);
        }
        let text = match input {
            Value::Str(text) => text,
            other if other.argument().is_empty() => return Ok(Self::default()),
            other => return T::parse(other, names).map(|item| Self(vec![item])),
        };
        if text.is_empty() {
            return Ok(Self::default());
        }
        text.split(|c| *c == b',')
            .map(|part| T::parse(&Value::text(part), names))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    fn print(&self, names: &dyn Names, out: &mut String) {
        for (i, item) in self.0.iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            item.print(names, out);
        }
    }

    fn to_value(&self, names: &dyn Names) -> Value {
        Value::list(self.0.iter().map(|item| item.to_value(names)).collect())
    }

    fn references(&self, f: &mut dyn FnMut(Namespace, Id)) {
        for item in &self.0 {
            item.references(f);
        }
    }
}

/// A set of words, at most 64; printed in the order of the variants.
pub struct Set<K> {
    bits: u64,
    words: PhantomData<fn() -> K>,
}

impl<K: Keyword> Set<K> {
    /// No word.
    pub const EMPTY: Self = Self { bits: 0, words: PhantomData };

    fn bit(word: K) -> u64 {
        K::ALL.iter().position(|other| *other == word).map_or(0, |i| 1_u64.checked_shl(i as u32).unwrap_or(0))
    }

    /// These words.
    #[must_use]
    pub fn of(words: &[K]) -> Self {
        Self { bits: words.iter().fold(0, |bits, word| bits | Self::bit(*word)), words: PhantomData }
    }

    /// Is the word in the set?
    #[must_use]
    pub fn contains(self, word: K) -> bool {
        self.bits & Self::bit(word) != 0
    }

    /// True without any word.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.bits == 0
    }

    /// The words in the order of the variants.
    pub fn iter(self) -> impl Iterator<Item = K> {
        K::ALL.iter().copied().filter(move |word| self.contains(*word))
    }
}

impl<K> Clone for Set<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Set<K> {}
impl<K> Default for Set<K> {
    fn default() -> Self {
        Self { bits: 0, words: PhantomData }
    }
}
impl<K> PartialEq for Set<K> {
    fn eq(&self, other: &Self) -> bool {
        self.bits == other.bits
    }
}
impl<K> Eq for Set<K> {}
impl<K: Keyword> fmt::Debug for Set<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(Keyword::word)).finish()
    }
}

impl<K: Keyword> PropertyType for Set<K> {
    const KIND: ValueKind = ValueKind::Keywords(K::WORDS);

    fn parse(input: &Value, _: &dyn Names) -> Result<Self, ValueError> {
        let text = input.argument();
        let mut set = Self::EMPTY;
        if !text.is_empty() {
            for part in text.split(|c| *c == b',') {
                set.bits |= Self::bit(match_keyword::<K>(part)?);
            }
        }
        Ok(set)
    }

    fn print(&self, _: &dyn Names, out: &mut String) {
        for (i, word) in self.iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            out.push_str(word.word());
        }
    }

    fn to_value(&self, _: &dyn Names) -> Value {
        Value::list(self.iter().map(|word| Value::text(word.word())).collect())
    }
}

/// A matcher's value that may be negated: `10.0.0.0/8`, `!10.0.0.0/8`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Negated<T> {
    /// Written with `!`: everything but this.
    pub negated: bool,
    /// The value.
    pub value: T,
}

impl<T> Negated<T> {
    /// The value without `!`.
    pub const fn plain(value: T) -> Self {
        Self { negated: false, value }
    }
}

impl<T: PropertyType> Negated<T> {
    /// Reads the value behind the sign. Matchers name what they expect and not the argument: `in-interface=x` says
    /// `input does not match any value of interface`.
    fn read(input: &Value, names: &dyn Names) -> Result<T, ValueError> {
        T::parse(input, names).map_err(|error| match (error, T::KIND) {
            (ValueError::NoMatch, ValueKind::Reference(space)) => {
                ValueError::Text(format!("input does not match any value of {}", space.0))
            }
            (error, _) => error,
        })
    }
}

impl<T: PropertyType> PropertyType for Negated<T> {
    const KIND: ValueKind = T::KIND;
    const WORDS: &'static [&'static str] = T::WORDS;
    const QUOTED: bool = T::QUOTED;
    const RIGHT_ALIGNED: bool = T::RIGHT_ALIGNED;
    const REFERS: bool = T::REFERS;

    fn parse(input: &Value, names: &dyn Names) -> Result<Self, ValueError> {
        if let Value::Str(text) = input
            && let Some(rest) = text.strip_prefix(b"!")
        {
            return Self::read(&Value::text(rest), names).map(|value| Self { negated: true, value });
        }
        // `{"!a";"b"}`: the first element of an array carries the sign.
        if let Value::Array(array) = input
            && let Some(Value::Str(first)) = array.items.first()
            && first.starts_with(b"!")
        {
            return Self::parse(&Value::text(input.argument().into_owned()), names);
        }
        Self::read(input, names).map(Self::plain)
    }

    fn print(&self, names: &dyn Names, out: &mut String) {
        if self.negated {
            out.push('!');
        }
        self.value.print(names, out);
    }

    fn to_value(&self, names: &dyn Names) -> Value {
        if !self.negated {
            return self.value.to_value(names);
        }
        let mut text = String::new();
        self.print(names, &mut text);
        match self.value.to_value(names) {
            // Names may hold bytes that are no UTF-8.
            Value::Str(name) if text.contains(char::REPLACEMENT_CHARACTER) => {
                Value::text([b"!", name.as_slice()].concat())
            }
            _ => Value::text(text),
        }
    }

    fn references(&self, f: &mut dyn FnMut(Namespace, Id)) {
        self.value.references(f);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::testing::*;
    use crate::{AddressMatcher, Text};
    use proptest::prelude::*;
    use std::net::Ipv4Addr;

    #[derive(Clone, Copy, Debug, PartialEq, Eq, crate::Keyword)]
    enum State {
        Established,
        Invalid,
        New,
        Related,
        Untracked,
    }

    #[test]
    fn lists_and_sets() {
        assert_eq!(read::<List<Ipv4Addr>>("1.1.1.1,8.8.8.8"), "1.1.1.1,8.8.8.8");
        assert_eq!(read::<List<Ipv4Addr>>(""), "");
        assert_eq!(read_value::<List<Ipv4Addr>>(&Value::Ip(Ipv4Addr::LOCALHOST)), "127.0.0.1");
        assert_eq!(read::<List<Ipv4Addr>>("1.1.1.1,"), "invalid value for argument x");
        assert_eq!(read::<Set<State>>("untracked,est,related,est"), "established,related,untracked");
        assert_eq!(read::<Set<State>>("zzz"), "input does not match any value of x");
        assert_eq!(read::<Negated<Set<State>>>("!new,rel"), "!new,related");
        assert_eq!(read::<List<Negated<State>>>("new,!related"), "new,!related");
    }

    #[test]
    fn negation_needs_no_space() {
        assert_eq!(read::<Negated<AddressMatcher>>("!10.0.0.0/8"), "!10.0.0.0/8");
        assert_eq!(
            read::<Negated<AddressMatcher>>("! 10.0.0.0/8"),
            "value of range expects range of ip addresses"
        );
        assert_eq!(read_value::<Negated<Ipv4Addr>>(&Value::Ip(Ipv4Addr::LOCALHOST)), "127.0.0.1");
    }

    proptest! {
        #[test]
        fn lists_round_trip(bits in 0..32_u64, negated: bool, numbers in proptest::collection::vec(any::<u32>(), 0..9),
                            words in proptest::collection::vec("[a-z]{1,5}", 0..4)) {
            let set = Set::<State> { bits, words: PhantomData };
            round_trip(&set);
            if bits != 0 {
                round_trip(&Negated { negated, value: set });
            }
            round_trip(&List(numbers));
            round_trip(&List(words.into_iter().map(Text::from).collect()));
        }
    }
}
