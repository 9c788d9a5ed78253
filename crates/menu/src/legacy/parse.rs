//! Reads `rules.txt`.
//!
//! | line | meaning |
//! |---|---|
//! | `= version`, `= older`, `= form` | the kind of what follows: of RouterOS 6, of an early 7, of none |
//! | `/old > /today [computed] [over] [: words]` | a menu that is another today; `-`: none, it is passed over |
//! | `/path [computed]` | a menu that is still there |
//! | ` old > today [from=to …] [+menu] [: words]` | a property, with old values |
//! | ` today = from=to …` | old values of today's property (`numbers` too); `mmm/DD/YYYY=YYYY-MM-DD`: all dates |
//! | ` old ? [: words]` | the device works it out |
//! | ` old @ name=value [+menu]` | in `where`: a condition |
//! | ` today ! [value] [: words]` | what it is when `add` lacks it; without a value the device works it out |
//! | ` today , [: words]` | a value of several, with commas, is worked out by the device |
//! | ` old - [: words]` | passed over |
//! | ` !old > today [: words]`, ` !old - [: words]` | a command |
//! | `#` | a remark |

use super::{Becomes, LegacyCommand, LegacyKind, LegacyMenu, LegacyProperty};

pub(super) fn menus(text: &'static str) -> Vec<LegacyMenu> {
    let mut menus: Vec<LegacyMenu> = Vec::new();
    let mut kind = LegacyKind::Version;
    for line in text.lines() {
        let (facts, words) = line.split_once(" : ").unwrap_or((line, ""));
        if let Some(word) = facts.strip_prefix("= ") {
            kind = match word.trim() {
                "form" => LegacyKind::Form,
                "older" => LegacyKind::Older,
                _ => LegacyKind::Version,
            };
        } else if facts.starts_with('/') {
            let next = menu(facts, words, kind);
            // A path may come up in both parts.
            match menus.iter().position(|menu| menu.path == next.path) {
                Some(at) => {
                    let again = menus.remove(at);
                    menus.push(again);
                }
                None => menus.push(next),
            }
        } else if let (Some(rest), Some(menu)) = (facts.strip_prefix(" !"), menus.last_mut()) {
            menu.commands.extend(command(rest, words, kind));
        } else if let (Some(rest), Some(menu)) = (facts.strip_prefix(' '), menus.last_mut()) {
            let property = property(rest, words, kind);
            let is_today = |p: &LegacyProperty| matches!(p.becomes, Becomes::Property(name) | Becomes::Several(name) if name == p.name);
            menu.has_values |= property.as_ref().is_some_and(is_today);
            menu.properties.extend(property);
        }
    }
    menus.sort_by_key(|menu| menu.path);
    menus
}

fn menu(facts: &'static str, words: &'static str, kind: LegacyKind) -> LegacyMenu {
    let mut parts = facts.split_whitespace();
    let path = parts.next().unwrap_or("");
    let mut today = path;
    let (mut over, mut computed) = (false, false);
    while let Some(part) = parts.next() {
        match part {
            ">" => today = parts.next().filter(|today| *today != "-").unwrap_or(""),
            "over" => over = true,
            "computed" => computed = true,
            _ => {}
        }
    }
    let (properties, commands) = (Vec::new(), Vec::new());
    LegacyMenu { path, today, kind, over, computed, properties, has_values: false, commands, words }
}

fn command(facts: &'static str, words: &'static str, kind: LegacyKind) -> Option<LegacyCommand> {
    let mut parts = facts.split_whitespace();
    let name = parts.next()?;
    let today = if parts.next()? == ">" { Some(parts.next()?) } else { None };
    Some(LegacyCommand { name, kind, today, words })
}

fn property(facts: &'static str, words: &'static str, kind: LegacyKind) -> Option<LegacyProperty> {
    let mut parts = facts.split_whitespace();
    let name = parts.next()?;
    let becomes = match parts.next()? {
        ">" => Becomes::Property(parts.next()?),
        "=" => Becomes::Property(name),
        "?" => Becomes::Computed,
        "!" => Becomes::Given(parts.next().unwrap_or("")),
        "," => Becomes::Several(name),
        "@" => {
            let (property, value) = parts.next()?.split_once('=')?;
            Becomes::Condition(property, value)
        }
        _ => Becomes::Nothing,
    };
    let mut values = Vec::new();
    let mut needs = "";
    for part in parts {
        match (part.strip_prefix('+'), part.split_once('=')) {
            (Some(item), _) => needs = item,
            (None, Some(pair)) => values.push(pair),
            (None, None) => {}
        }
    }
    Some(LegacyProperty { name, kind, becomes, values: values.leak(), needs, words })
}
