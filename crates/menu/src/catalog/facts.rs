//! Reads `facts.txt`: what the console knows of a catalogue menu beyond its properties.
//!
//! Each line is a word and what belongs to it; a menu begins with its path, menus stand in any order:
//!
//! | line | meaning |
//! |---|---|
//! | `/path` | the menu that the lines below are about |
//! | `space NAME` | the names of its items are looked up here |
//! | `type WORD` | its items are interfaces, of this type in `/interface` |
//! | `names PREFIX` | an item that is added without a name gets the first free of PREFIX1, PREFIX2 … |
//! | `flags X disabled, I invalid; D dynamic` | flags; `;` begins the next character column |
//! | `columns a b c` | columns of the plain table; of a settings menu, what stands first and in which order |
//! | `detail` | the plain print is the detail form |
//! | `stats a b=0 c=0` | what `print stats` shows; the ones with a value are counters, which the catalogue lacks, and what they begin with |
//! | `stats-detail` | `print stats` is in the detail form |
//! | `shown PROPERTY TEXT` | what `print` shows in place of the default (`0bps` of a rate) |
//! | `ref PROPERTY,… SPACE,…[*/] [WORD …]` | the values are names of items of the spaces, or one of the words; `*` = several of them, `/` = a pair |
//! | `unique PROPERTY,… TEXT` | no two items have the same values; `{}` in the text stands for the first of them |
//! | `need PROPERTY,… TEXT` | an item without any of the properties is refused with this text, by `add` and when the last one is taken away |
//! | `item ID PROPERTY=VALUE …` | a built-in item; values with blanks stand in quotes |
//! | `each PROPERTY` | it has an item for each Ethernet interface, which the property names |
//! | `default PROPERTY VALUE` | a default that the catalogue lacks; without a value it is empty |
//! | `range PROPERTY MIN MAX` | bounds of a number that the catalogue lacks |
//! | `is PROPERTY,… FORM` | what the values look like: `protocol`, `ports`, `matcher`, `addresses`, `limit`, `rate`, `rates`, `target`, `ip`, `ip6`, `host`, `host6`, `gateway6`, `week`, `link-modes`; beside `ref`, an item of it may look like this instead |
//! | `silent PROPERTY …` | their defaults are not printed |
//! | `kinds PROPERTY WORD …` | properties called `WORD-…` are shown where the property has that word, or where they were set |
//! | `list PROPERTY …` | they hold several values, though their types do not say so: reading them gives an array |
//! | `oid WORD OID` | what `print oid` shows, in order; `{}` in it stands for the number of the item |
//! | `select HOW` | how an export names built-in items: `id`, `default`, `number`, `find` (by the first value of each); by name without this line |
//! | `fixed TEXT` | why a built-in item cannot be removed, when it is not the usual text |
//! | `#` | a remark |

use super::form::Form;
use crate::{FlagDef, Id, Namespace};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// A property whose values name items of other menus.
#[derive(Clone, Copy, Debug)]
pub struct Reference {
    /// Where the names are looked up, in this order.
    pub spaces: &'static [Namespace],
    /// Words that may stand in place of a name.
    pub words: &'static [&'static str],
    /// What stands between several of them: `,`, or `/` in a pair of them; `None` = takes one.
    pub separator: Option<char>,
}

/// Values that no two items of a menu share.
#[derive(Clone, Copy, Debug)]
pub struct Unique {
    /// The properties that together must differ.
    pub properties: &'static [&'static str],
    /// RouterOS's text, `{}` for the first value.
    pub text: &'static str,
}

/// What `add` wants at least one of.
#[derive(Clone, Copy, Debug)]
pub struct Need {
    /// One of these must be given.
    pub properties: &'static [&'static str],
    /// RouterOS's text.
    pub text: &'static str,
}

/// An item that is there from the start.
#[derive(Debug)]
pub struct Builtin {
    /// Its id (`*0`, `*FFFFFFFE`).
    pub id: Id,
    /// What it has by itself, by property name.
    pub values: &'static [(&'static str, &'static str)],
}

impl Builtin {
    /// What the item has by itself for a property; `comment` and `disabled` stand here too.
    #[must_use]
    pub fn get(&self, property: &str) -> Option<&'static str> {
        self.values.iter().find(|(name, _)| *name == property).map(|(_, value)| *value)
    }
}

/// How an export names built-in items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Selector {
    /// `set telnet`, `set admin`.
    #[default]
    Name,
    /// `set *0`.
    Id,
    /// `set [ find default=yes ]`.
    Default,
    /// `set 0`.
    Number,
    /// `set [ find vcno=1 ]`: by the first of what each has by itself.
    Find,
}

/// What `facts.txt` says of one menu.
#[derive(Debug, Default)]
pub struct Facts {
    /// Where the names of its items are looked up.
    pub space: Option<Namespace>,
    /// Word that `/interface` shows as the type of its items; `None`: they are no interfaces.
    pub interface_type: Option<&'static str>,
    /// What the names of items begin with that were added without one.
    pub names: Option<&'static str>,
    /// Flags in column order; `None` = `disabled` alone, where items can be disabled.
    pub flags: Option<&'static [FlagDef]>,
    /// Columns of the plain table.
    pub columns: &'static [&'static str],
    /// The plain print is the detail form.
    pub detail: bool,
    /// What `print stats` shows, in order; empty = what names an item and its counters.
    pub stats: &'static [&'static str],
    /// Counters that the catalogue lacks, and what they begin with.
    pub counters: Vec<(&'static str, &'static str)>,
    /// `print stats` is in the detail form.
    pub stats_detail: bool,
    /// What `print` shows in place of a default.
    pub shown: Vec<(&'static str, &'static str)>,
    /// Properties that name items.
    pub references: Vec<(&'static str, Reference)>,
    /// What must differ.
    pub unique: Vec<Unique>,
    /// What must be given.
    pub needs: Vec<Need>,
    /// Built-in items, in order.
    pub items: Vec<Builtin>,
    /// The property that names the Ethernet interface of an item, where there is one for each.
    pub each: Option<&'static str>,
    /// Defaults that the catalogue lacks.
    pub defaults: Vec<(&'static str, &'static str)>,
    /// Bounds of numbers that the catalogue lacks.
    pub ranges: Vec<(&'static str, i64, i64)>,
    /// What values look like where the catalogue takes any text.
    pub forms: Vec<(&'static str, Form)>,
    /// Properties whose defaults are not printed.
    pub silent: &'static [&'static str],
    /// Properties that hold several values, though their types do not say so.
    pub lists: &'static [&'static str],
    /// A property, and the words of it that the names of others begin with.
    pub kinds: Option<(&'static str, &'static [&'static str])>,
    /// What SNMP shows of an item, by the word for it; `{}` stands for the number of the item.
    pub oids: Vec<(&'static str, &'static str)>,
    /// How an export names them.
    pub selector: Selector,
    /// Why they cannot be removed.
    pub fixed: Option<&'static str>,
}

static TEXT: &str = include_str!("../../facts.txt");
static ALL: OnceLock<BTreeMap<&'static str, Facts>> = OnceLock::new();
static NONE: OnceLock<Facts> = OnceLock::new();

/// All facts by path; the first call reads them (well under a millisecond).
fn all() -> &'static BTreeMap<&'static str, Facts> {
    ALL.get_or_init(|| {
        let mut all: BTreeMap<&'static str, Facts> = BTreeMap::new();
        let mut path = "";
        for line in TEXT.lines() {
            match line.as_bytes().first() {
                Some(b'/') => path = line.trim_end(),
                None | Some(b'#') => {}
                Some(_) => all.entry(path).or_default().line(line),
            }
        }
        all
    })
}

/// The facts about a menu; empty ones when there are none.
pub(super) fn of(path: &str) -> &'static Facts {
    all().get(path).unwrap_or_else(|| NONE.get_or_init(Facts::default))
}

/// The menus of the catalogue whose items have names in this space.
pub(super) fn members(space: Namespace) -> &'static [&'static str] {
    static MEMBERS: OnceLock<BTreeMap<Namespace, Vec<&'static str>>> = OnceLock::new();
    let members = MEMBERS.get_or_init(|| {
        let mut members: BTreeMap<Namespace, Vec<&'static str>> = BTreeMap::new();
        for (path, facts) in all() {
            if let Some(space) = facts.space {
                members.entry(space).or_default().push(path);
            }
        }
        members
    });
    members.get(&space).map_or(&[], Vec::as_slice)
}

/// The paths that the file speaks of.
#[cfg(test)]
pub(super) fn paths() -> impl Iterator<Item = &'static str> {
    all().keys().copied()
}

fn split(text: &'static str, separator: char) -> &'static [&'static str] {
    text.split(separator).filter(|word| !word.is_empty()).collect::<Vec<_>>().leak()
}

impl Facts {
    fn line(&mut self, line: &'static str) {
        let (key, rest) = line.split_once(' ').unwrap_or((line, ""));
        match key {
            "space" => self.space = Some(Namespace(rest)),
            "type" => {
                self.interface_type = Some(rest);
                self.space = Some(Namespace("interface"));
            }
            "names" => self.names = Some(rest),
            "flags" => self.flags = Some(flags(rest)),
            "columns" => self.columns = split(rest, ' '),
            "detail" => self.detail = true,
            "stats" => {
                let words = rest.split(' ').map(|word| word.split_once('=').unwrap_or((word, "")));
                self.stats = words.clone().map(|(name, _)| name).collect::<Vec<_>>().leak();
                self.counters = words.filter(|(_, zero)| !zero.is_empty()).collect();
            }
            "stats-detail" => self.stats_detail = true,
            "shown" => self.shown.extend(rest.split_once(' ')),
            "ref" => self.references(rest),
            "unique" => {
                let (properties, text) = rest.split_once(' ').unwrap_or((rest, "already have such entry"));
                self.unique.push(Unique { properties: split(properties, ','), text });
            }
            "need" => {
                let (properties, text) = rest.split_once(' ').unwrap_or((rest, ""));
                self.needs.push(Need { properties: split(properties, ','), text });
            }
            "each" => self.each = Some(rest),
            "range" => {
                if let [property, min, max] = *split(rest, ' ')
                    && let (Ok(min), Ok(max)) = (min.parse(), max.parse())
                {
                    self.ranges.push((property, min, max));
                }
            }
            "is" => {
                let (properties, form) = rest.split_once(' ').unwrap_or((rest, ""));
                let form = Form::named(form);
                debug_assert!(form.is_some(), "facts.txt: {line}");
                self.forms.extend(properties.split(',').filter_map(|property| Some((property, form?))));
            }
            "default" => self.defaults.push(rest.split_once(' ').unwrap_or((rest, ""))),
            "list" => self.lists = split(rest, ' '),
            "silent" => self.silent = split(rest, ' '),
            "kinds" => {
                self.kinds = rest.split_once(' ').map(|(property, words)| (property, split(words, ' ')))
            }
            "oid" => self.oids.extend(rest.split_once(' ')),
            "item" => self.items.extend(item(rest)),
            "select" => {
                self.selector = match rest {
                    "id" => Selector::Id,
                    "default" => Selector::Default,
                    "number" => Selector::Number,
                    "find" => Selector::Find,
                    _ => Selector::Name,
                };
            }
            "fixed" => self.fixed = Some(rest),
            other => debug_assert!(false, "facts.txt: {other}"),
        }
    }

    fn references(&mut self, rest: &'static str) {
        let mut fields = rest.split(' ');
        let (properties, spaces) = (fields.next().unwrap_or(""), fields.next().unwrap_or(""));
        let separator = match spaces.chars().last() {
            Some('*') => Some(','),
            Some('/') => Some('/'),
            _ => None,
        };
        let spaces = spaces.trim_end_matches(['*', '/']).split(',').map(Namespace).collect::<Vec<_>>().leak();
        let words = fields.collect::<Vec<_>>().leak();
        let reference = Reference { spaces, words, separator };
        self.references.extend(properties.split(',').map(|property| (property, reference)));
    }
}

/// `X disabled, I invalid; D dynamic`.
fn flags(text: &'static str) -> &'static [FlagDef] {
    let mut flags = Vec::new();
    for (group, column) in (0_u8..).zip(text.split(';')) {
        for flag in column.split(',') {
            let Some((letter, name)) = flag.trim().split_once(' ') else { continue };
            flags.extend(letter.chars().next().map(|letter| FlagDef { letter, name, group }));
        }
    }
    flags.leak()
}

/// `*0 name=default comment="a b"`.
fn item(text: &'static str) -> Option<Builtin> {
    let (id, mut rest) = text.split_once(' ')?;
    let mut values = Vec::new();
    while let Some((name, after)) = rest.trim_start().split_once('=') {
        let quoted = after.strip_prefix('"').and_then(|text| text.split_once('"'));
        let (value, behind) = quoted.unwrap_or_else(|| after.split_once(' ').unwrap_or((after, "")));
        values.push((name, value));
        rest = behind;
    }
    Some(Builtin { id: Id::parse(id.as_bytes())?, values: values.leak() })
}

#[cfg(test)]
mod tests {
    use super::super::Catalog;
    use super::*;

    /// A fact about a menu or property that the catalogue lacks would silently do nothing.
    #[test]
    fn facts_speak_of_what_the_catalogue_has() {
        let mut faults = Vec::new();
        for path in paths() {
            let Some(menu) = Catalog::get().menu(path) else {
                faults.push(path.to_owned());
                continue;
            };
            let facts = of(path);
            let known = |name: &str| {
                menu.properties.iter().any(|p| p.name == name)
                    || menu.def.flag(name).is_some()
                    || name == "comment" && menu.def.can_comment
                    || name == "disabled" && menu.def.can_disable
            };
            let named = facts
                .references
                .iter()
                .map(|(name, _)| *name)
                .chain(facts.columns.iter().copied())
                .chain(facts.stats.iter().copied())
                .chain(facts.shown.iter().map(|(name, _)| *name))
                .chain(facts.each)
                .chain(facts.defaults.iter().map(|(name, _)| *name))
                .chain(facts.silent.iter().copied())
                .chain(facts.lists.iter().copied())
                .chain(facts.kinds.map(|(property, _)| property))
                .chain(facts.ranges.iter().map(|(name, ..)| *name))
                .chain(facts.forms.iter().map(|(name, _)| *name))
                .chain(facts.unique.iter().flat_map(|unique| unique.properties.iter().copied()))
                .chain(facts.needs.iter().flat_map(|need| need.properties.iter().copied()))
                .chain(facts.items.iter().flat_map(|item| item.values.iter().map(|(name, _)| *name)));
            faults.extend(named.filter(|name| !known(name)).map(|name| format!("{path} {name}")));
            let owned = |space: &Namespace| !members(*space).is_empty() || TYPED.contains(&space.0);
            let spaces = facts.references.iter().flat_map(|(_, reference)| reference.spaces);
            faults.extend(spaces.filter(|space| !owned(space)).map(|space| format!("{path}: {}", space.0)));
            if facts.names.is_some() && menu.def.name_property.is_none() {
                faults.push(format!("{path}: no names"));
            }
        }
        assert!(faults.is_empty(), "{faults:#?}");
    }

    /// Spaces that menus with a struct own.
    const TYPED: [&str; 4] = ["interface", "bridge", "interface-list", "pool"];

    #[test]
    fn lines_read_as_the_table_says() {
        let mut facts = Facts::default();
        facts.line("flags X disabled, I invalid; D dynamic");
        facts.line("ref interface,parent interface,interface-list* all none");
        facts.line("item *FFFFFFFE name=default-encryption comment=\"a b\" use-encryption=yes");
        let groups: Vec<(char, u8)> =
            facts.flags.unwrap_or_default().iter().map(|flag| (flag.letter, flag.group)).collect();
        assert_eq!(groups, [('X', 0), ('I', 0), ('D', 1)]);
        assert_eq!(facts.references.len(), 2);
        assert_eq!(facts.references[1].1.words, ["all", "none"]);
        assert!(facts.references[0].1.separator == Some(',') && facts.references[0].1.spaces.len() == 2);
        let item = &facts.items[0];
        assert_eq!(
            (item.id, item.get("comment"), item.get("use-encryption")),
            (Id(0xFFFF_FFFE), Some("a b"), Some("yes"))
        );
    }
}
