//! Checks values by the catalogue's facts and turns stored text back into values.

use super::{CatalogProperty, CatalogType};
use crate::{
    Id, Mac, NoNames, PropertyType, Text, Value, ValueError, colon_time, match_word, parse_ipv4, parse_time,
};
use clock::Duration;
use std::net::IpAddr;

const INVALID: ValueError = ValueError::Invalid(Vec::new());

impl CatalogProperty {
    /// Checks a value and returns the text that is stored and printed.
    ///
    /// The catalogue is evidence, not law: only what it surely knows is refused (words outside an enumeration, numbers
    /// outside a range, what is no time, address or boolean); everything else is kept as it was written.
    ///
    /// # Errors
    /// RouterOS's reason.
    pub fn check(&self, value: &Value) -> Result<Text, ValueError> {
        let text: Text = value.argument().into_owned().into();
        if self.default.is_some_and(|d| d.as_bytes() == text.as_slice())
            || self.absent.is_some_and(|d| d.as_bytes() == text.as_slice())
        {
            return Ok(text);
        }
        if let Some(form) = self.form {
            return form.check(value);
        }
        if !self.values.is_empty() {
            return self.check_words(&text);
        }
        match self.kind {
            CatalogType::Bool => {
                let flag = bool::parse(value, &NoNames)?;
                Ok(if flag { "yes".into() } else { "no".into() })
            }
            CatalogType::Number => self.check_number(text),
            CatalogType::Time => self.check_time(value),
            CatalogType::Mac if !text.is_empty() => {
                // Lists of addresses and masks come here as well.
                if text.contains(&b',') || text.contains(&b'/') {
                    return Ok(text);
                }
                Mac::parse(value, &NoNames).map(|mac| mac.to_string().into())
            }
            CatalogType::Ip => check_address(text),
            _ => Ok(text),
        }
    }

    /// One word, or several separated by commas; each may be negated.
    fn check_words(&self, text: &Text) -> Result<Text, ValueError> {
        let several = self.kind == CatalogType::List || text.contains(&b',') || text.starts_with(b"!");
        if text.is_empty() {
            return if several || self.unset { Ok(Text::default()) } else { Err(ValueError::Ambiguous) };
        }
        let mut out = Vec::new();
        for part in text.split(|c| *c == b',') {
            let (sign, word) = part.strip_prefix(b"!").map_or((false, part), |word| (true, word));
            let words = self.values.iter().map(|word| (word.as_bytes(), *word));
            let word = match_word(&word.into(), words)?;
            if !out.is_empty() {
                out.push(b',');
            }
            if sign {
                out.push(b'!');
            }
            out.extend_from_slice(word.as_bytes());
        }
        Ok(out.into())
    }

    fn check_number(&self, text: Text) -> Result<Text, ValueError> {
        match (i64::parse(&Value::Str(text.clone()), &NoNames), self.range) {
            (Ok(number), Some((min, max))) if number < min || number > max => {
                Err(ValueError::OutOfRange(min.to_string(), max.to_string()))
            }
            (Ok(_), _) => Ok(text),
            // Numbers with units (`2048KiB`), negated matchers and words such as `auto` are kept where the catalogue
            // says nothing against them.
            (Err(error), Some(_)) if !text.starts_with(b"!") => Err(error),
            (Err(_), _) => Ok(text),
        }
    }

    fn check_time(&self, value: &Value) -> Result<Text, ValueError> {
        let text = value.argument();
        if self.list && text.contains(&b',') {
            let parts: Result<Vec<_>, _> =
                text.split(|c| *c == b',').map(|part| self.check_time(&Value::text(part))).collect();
            return Ok(bstr::join(",", parts?).into());
        }
        let Ok(span) = Duration::parse(value, &NoNames) else {
            // `auto`, `none`, `never`: unions whose words the catalogue does not list.
            let text = value.argument();
            let word = !text.is_empty() && text.iter().all(|c| c.is_ascii_lowercase() || *c == b'-');
            // `45m..1h30m`: between two times.
            let times = std::str::from_utf8(&text).ok().and_then(|text| text.split_once(".."));
            if times.is_some_and(|(from, to)| parse_time(from).is_some() && parse_time(to).is_some()) {
                return Ok(text.into_owned().into());
            }
            // `10s,10`: the default shows that more than one time is meant.
            let more = self.default.is_some_and(|default| parse_time(default).is_none());
            return if more || word && self.hint.is_empty() {
                Ok(text.into_owned().into())
            } else {
                Err(INVALID)
            };
        };
        if let Some((min, max)) = self.time_bounds()
            && (span < min || span > max)
        {
            return Err(ValueError::OutOfRange(colon_time(min), colon_time(max)));
        }
        Ok(span.to_string().into())
    }

    /// `1s..30s    (time interval)`.
    pub(super) fn time_bounds(&self) -> Option<(Duration, Duration)> {
        let (min, max) = self.hint.split(' ').next()?.split_once("..")?;
        Some((Duration::from_nanos(parse_time(min)?), Duration::from_nanos(parse_time(max)?)))
    }

    /// The typed value of a stored text.
    #[must_use]
    pub fn value(&self, text: &Text) -> Value {
        let as_text = || Value::Str(text.clone());
        let Ok(string) = std::str::from_utf8(text) else { return as_text() };
        if self.list {
            return self.list_value(string);
        }
        match self.kind {
            CatalogType::Bool if string == "yes" => Value::Bool(true),
            CatalogType::Bool if string == "no" => Value::Bool(false),
            CatalogType::Number => string.parse().map_or_else(|_| as_text(), Value::Num),
            CatalogType::Time => match parse_time(string).and_then(|nanos| i64::try_from(nanos).ok()) {
                Some(nanos) => Value::Time(nanos),
                None => as_text(),
            },
            CatalogType::Ip => parse_ipv4(string).map_or_else(as_text, Value::Ip),
            _ => as_text(),
        }
    }

    /// The array of a list, however many elements it has.
    fn list_value(&self, text: &str) -> Value {
        // `!new,related` is all but these words; elements of other lists carry their signs by themselves.
        if text.starts_with('!') && !self.values.is_empty() {
            return Value::text(text);
        }
        let parts = text.split(',').filter(|_| !text.is_empty());
        Value::list(parts.map(|part| self.element_value(part)).collect())
    }

    /// An element: where it is no word, name or string, it is what it looks like, as with lists of a known type.
    fn element_value(&self, part: &str) -> Value {
        // What is left of an item that is gone.
        if self.reference.is_some()
            && let Some(id) = Id::parse(part.as_bytes())
        {
            return Value::Id(id);
        }
        let refers = self.reference.is_some() && self.form.is_none();
        let named = !self.values.is_empty() || refers || self.hint.starts_with("string");
        let read = if named { None } else { looks_like(part) };
        // What is spelt otherwise than it would be shown stays as it is.
        read.filter(|value| *value.argument() == *part.as_bytes()).unwrap_or_else(|| Value::text(part))
    }
}

/// A number, an address or a prefix.
fn looks_like(part: &str) -> Option<Value> {
    if let Some((address, bits)) = part.split_once('/') {
        let bits = bits.parse::<u8>().ok()?;
        return match address.parse().ok()? {
            IpAddr::V4(ip) => (bits <= 32).then_some(Value::IpPrefix(ip, bits)),
            IpAddr::V6(ip) => (bits <= 128).then_some(Value::Ip6Prefix(ip, bits)),
        };
    }
    match part.parse() {
        Ok(IpAddr::V4(ip)) => Some(Value::Ip(ip)),
        Ok(IpAddr::V6(ip)) => Some(Value::Ip6(ip)),
        Err(_) => part.parse().map(Value::Num).ok(),
    }
}

/// Addresses, prefixes, several of them, with scope or table: each part must start as an address.
fn check_address(text: Text) -> Result<Text, ValueError> {
    let address = |part: &[u8]| {
        let Ok(part) = std::str::from_utf8(part) else { return false };
        let bare = part.trim_start_matches('!').split(['/', '@', '%', '-']).next().unwrap_or("");
        parse_ipv4(bare).is_some() || bare.parse::<std::net::Ipv6Addr>().is_ok()
    };
    if text.is_empty() || text.split(|c| *c == b',').all(address) { Ok(text) } else { Err(INVALID) }
}

#[cfg(test)]
mod tests {
    use super::super::Catalog;
    use super::*;

    fn set(path: &str, property: &str, value: &Value) -> String {
        let menu = Catalog::get().menu(path).unwrap();
        let property = menu.properties.iter().find(|p| p.name == property).unwrap();
        match property.check(value) {
            Ok(text) => text.to_string(),
            Err(error) => crate::PropertyError { property: property.name, error }.to_string(),
        }
    }

    #[test]
    fn values_are_checked_with_routeros_messages() {
        let bridge = "/interface/bridge";
        for (property, value, expected) in [
            ("protocol-mode", "rs", "rstp"),
            ("protocol-mode", "s", "stp"),
            ("protocol-mode", "foo", "input does not match any value of protocol-mode"),
            (
                "port-cost-mode",
                "",
                "ambiguous value of port-cost-mode, more than one possible value matches input",
            ),
            ("pvid", "4095", "value of pvid is out of range (1 .. 4094)"),
            ("pvid", "x", "invalid value for argument pvid"),
            ("ageing-time", "1s", "value of ageing-time is out of range (00:00:10 .. 1w4d13:46:40)"),
            ("ageing-time", "00:05:00", "5m"),
            ("ageing-time", "soon", "invalid value for argument ageing-time"),
            ("admin-mac", "02-00-00-00-00-0a", "02:00:00:00:00:0A"),
            ("admin-mac", "02", "invalid value for argument admin-mac"),
            ("igmp-snooping", "yes", "yes"),
            ("igmp-snooping", "maybe", "input does not match any value of igmp-snooping"),
            ("mtu", "auto", "auto"),
        ] {
            assert_eq!(set(bridge, property, &Value::text(value)), expected, "{property}={value}");
        }
        assert_eq!(
            set("/ip/firewall/filter", "connection-state", &Value::text("!new,est")),
            "!new,established"
        );
        assert_eq!(set("/interface/eoip", "keepalive", &Value::text("20s,5")), "20s,5");
        assert_eq!(set("/ip/dns", "cache-size", &Value::text("4096KiB")), "4096KiB");
        assert_eq!(set(bridge, "igmp-snooping", &Value::Bool(true)), "yes");
    }
}
