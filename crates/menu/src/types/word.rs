//! Words: enumerations and their unambiguous prefixes.

use crate::{Value, ValueError, match_word};

/// An enumeration of words; written by `#[derive(Keyword)]`.
pub trait Keyword: Copy + PartialEq + Send + Sync + 'static {
    /// The words in the order of the variants.
    const WORDS: &'static [&'static str];
    /// The variants.
    const ALL: &'static [Self];
    /// Other spellings taken on input; exact only.
    const ALIASES: &'static [(&'static str, Self)] = &[];
    /// The word of this variant.
    fn word(self) -> &'static str;
}

/// Reads a keyword: exact, an alias, else an unambiguous prefix. `yes`/`no` may come as typed booleans.
///
/// # Errors
/// [`ValueError::NoMatch`] or [`ValueError::Ambiguous`].
pub fn parse_keyword<K: Keyword>(input: &Value) -> Result<K, ValueError> {
    match_keyword(&input.argument())
}

/// The same from bytes.
pub(super) fn match_keyword<K: Keyword>(text: &[u8]) -> Result<K, ValueError> {
    for (word, value) in K::ALL.iter().map(|k| (k.word(), *k)).chain(K::ALIASES.iter().copied()) {
        if word.as_bytes() == text {
            return Ok(value);
        }
    }
    match_word(&text.into(), K::ALL.iter().map(|k| (k.word().as_bytes(), *k)))
}

/// One-word keywords for [`super::Or`]: `Or<words::Auto, Num<1, 9>>`.
pub mod words {
    macro_rules! words {
        ($($name:ident $word:literal),* $(,)?) => {$(
            #[doc = concat!("The word `", $word, "`.")]
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, crate::Keyword)]
            pub enum $name {
                #[doc = concat!("`", $word, "`.")]
                #[default]
                #[keyword($word)]
                It,
            }
        )*};
    }
    words! {
        Auto "auto", None "none", Unlimited "unlimited", All "all", Any "any", Forever "forever", Never "never",
        Default "default", Disabled "disabled", StaticOnly "static-only", LeaseTime "lease-time",
        NoneDynamic "none-dynamic", NoneStatic "none-static", Main "main", First "first",
        NoMark "no-mark", Static "static",
    }
}

#[cfg(test)]
mod tests {
    use crate::types::testing::*;
    use crate::*;

    #[derive(Clone, Copy, Debug, PartialEq, Eq, Keyword)]
    enum Action {
        Accept,
        AddSrcToAddressList,
        #[keyword("fasttrack-connection", alias = "ft")]
        Fasttrack,
        Drop,
    }

    #[test]
    fn prefixes_match_when_only_one_word_fits() {
        assert_eq!(read::<Action>("acc"), "accept");
        assert_eq!(read::<Action>("ft"), "fasttrack-connection");
        assert_eq!(read::<Action>("d"), "drop");
        assert_eq!(read::<Action>("a"), "ambiguous value of x, more than one possible value matches input");
        assert_eq!(read::<Action>("Accept"), "input does not match any value of x");
        for action in Action::ALL {
            round_trip(action);
        }
    }
}
