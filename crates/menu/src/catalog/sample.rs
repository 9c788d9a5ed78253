//! [`Sampler`]: values that menus of the catalogue take, for tests over all menus.

use super::{CatalogMenu, CatalogProperty, CatalogType};
use crate::{Access, Mac, Names, Text, colon_time};
use clock::Duration;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Draws values by what the catalogue says of properties: words of enumerations, numbers within their range, spans
/// within their bounds, names of items that are there. The same seed gives the same values.
#[derive(Clone, Debug)]
pub struct Sampler {
    state: u64,
}

impl Sampler {
    /// A sampler that starts from `seed`.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// A number below `below` (0 when that is 0); SplitMix64.
    pub fn below(&mut self, below: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)).checked_rem(below).unwrap_or(0)
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        let at = self.below(list.len() as u64);
        list.get(usize::try_from(at).unwrap_or(0))
    }

    /// The arguments of an `add`: everything that is required, one of each set of which RouterOS needs one, and each other
    /// settable property with a chance of `percent`. `None` when a required property names an item and there is none:
    /// add to the menus of [`CatalogProperty::reference`]'s spaces first.
    pub fn item(
        &mut self,
        menu: &'static CatalogMenu,
        percent: u64,
        names: &dyn Names,
    ) -> Option<Vec<(&'static str, Text)>> {
        let mut arguments = Vec::new();
        let needs = &menu.facts.needs;
        for property in menu.properties {
            if property.access == Access::ReadOnly || property.bare {
                continue;
            }
            let needed = needs.iter().any(|need| need.properties.first() == Some(&property.name));
            // What others refer to has a name, be it one of its own making.
            let named = property.name == "name" && menu.facts.space.is_some() && menu.facts.names.is_none();
            let required = property.required || needed || named;
            if !required && self.below(100) >= percent {
                continue;
            }
            match self.value(property, names) {
                Some(value) => arguments.push((property.name, value)),
                None if required => return None,
                None => {}
            }
        }
        Some(arguments)
    }

    /// A value that the property takes; `None` when it has to name an item and there is none.
    pub fn value(&mut self, property: &CatalogProperty, names: &dyn Names) -> Option<Text> {
        if let Some(reference) = property.reference
            && (property.form.is_none() || self.below(2) == 0)
        {
            let mut known: Vec<Text> = reference.spaces.iter().flat_map(|space| names.all(*space)).collect();
            known.extend(reference.words.iter().map(|word| Text::from(*word)));
            return self.pick(&known).cloned();
        }
        if let Some(form) = property.form {
            return Some(form.sample(self.below(100_000)).into());
        }
        if !property.values.is_empty() {
            return self.pick(property.values).map(|word| Text::from(*word));
        }
        let text = match property.kind {
            CatalogType::Bool => if self.below(2) == 0 { "no" } else { "yes" }.into(),
            CatalogType::Number => {
                let (min, max) = property.range.unwrap_or((1, 1000));
                let span = max.saturating_sub(min).saturating_add(1).unsigned_abs();
                min.saturating_add_unsigned(self.below(span)).to_string()
            }
            CatalogType::Time => self.span(property),
            CatalogType::Mac => self.mac(),
            CatalogType::Ip => self.ipv4(),
            _ => self.by_hint(property),
        };
        Some(text.into())
    }

    fn span(&mut self, property: &CatalogProperty) -> String {
        const SECOND: u64 = 1_000_000_000;
        let (min, max) =
            property.time_bounds().unwrap_or((Duration::from_secs(1), Duration::from_secs(86_400)));
        let (min, max) = (min.as_nanos(), max.as_nanos());
        let span = min.saturating_add(self.below(max.saturating_sub(min).saturating_add(1)));
        let whole = (span / SECOND * SECOND).max(min);
        colon_time(Duration::from_nanos(whole))
    }

    fn mac(&mut self) -> String {
        let bytes = self.below(u64::MAX).to_be_bytes();
        Mac([0x02, bytes[1], bytes[2], bytes[3], bytes[4], bytes[5]]).to_string()
    }

    fn ipv4(&mut self) -> String {
        let bytes = self.below(u64::MAX).to_be_bytes();
        Ipv4Addr::new(10, bytes[1], bytes[2], bytes[3]).to_string()
    }

    fn ipv6(&mut self) -> String {
        let low = u16::try_from(self.below(65_536)).unwrap_or(1);
        Ipv6Addr::new(0x2001, 0xDB8, low, 0, 0, 0, 0, 0).to_string()
    }

    /// Where only the console's help says what is taken (`A.B.C.D/M    (IP prefix)`, `0..65535`).
    fn by_hint(&mut self, property: &CatalogProperty) -> String {
        let hint = property.hint;
        if let Some((min, max)) = hint.split_once("..")
            && let (Ok(min), Ok(max)) =
                (min.parse::<u64>(), max.split(' ').next().unwrap_or("").parse::<u64>())
        {
            return (min + self.below((max - min).saturating_add(1))).to_string();
        }
        match hint.split(' ').next() {
            Some("A.B.C.D/M") => format!("{}/{}", self.ipv4(), 8 + self.below(25)),
            Some(word) if word.starts_with("A.B.C.D") => self.ipv4(),
            Some("IPv6/0..128") => format!("{}/{}", self.ipv6(), 48 + self.below(17)),
            Some(word) if word.starts_with("IPv6") => self.ipv6(),
            Some("hexadecimal") => format!("{:016x}", self.below(u64::MAX)),
            _ => self.word(property),
        }
    }

    /// Text with what quoting has to mind, as long as the help allows.
    fn word(&mut self, property: &CatalogProperty) -> String {
        const PIECES: [&str; 8] = ["a", "b1", "-", "x y", "\"", "$", "Z;", "="];
        // Properties without a help are words, numbers or addresses.
        let plain = property.hint.is_empty() || property.name == "name";
        let length = |key: &str| {
            let after = property.hint.split_once(key)?.1;
            after.split(|c: char| !c.is_ascii_digit()).next()?.parse::<usize>().ok()
        };
        let (min, max) = (length("min length ").unwrap_or(1), length("max length ").unwrap_or(12));
        let mut text = format!("v{}", self.below(1_000_000));
        while text.len() < min.max(8) {
            text.push_str(if plain { "a" } else { self.pick(&PIECES).copied().unwrap_or("a") });
        }
        text.truncate(max);
        text
    }
}
