//! `wirelab menus`: which menus of RouterOS are simulated, and what they take, from the menus' own declarations.

use std::fmt::Write as _;

use menu::{Access, Catalog, CatalogMenu, Kind, MenuDef, PropertyDef, ValueKind};

use crate::arguments::{Format, MenusArguments};
use crate::{BAD_INPUT, terminal};

/// A menu as this command shows it.
#[derive(Clone, Copy)]
enum Entry {
    /// Declared by a struct: simulated.
    Simulated(&'static MenuDef),
    /// Known by the catalogue: accepted, stored and exported, unless only boards have it.
    Accepted(&'static CatalogMenu),
}

/// What an accepted menu is.
const ACCEPTED: &str = "accepted: stored, printed and exported, but without effect";
/// What a menu is that a virtual router does not have.
const REFUSED: &str = "refused: only boards with the hardware have it";

impl Entry {
    fn path(self) -> &'static str {
        match self {
            Self::Simulated(def) => def.path,
            Self::Accepted(menu) => menu.def.path,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Simulated(_) => "simulated",
            Self::Accepted(menu) if menu.boards_only => "refused",
            Self::Accepted(_) => "accepted",
        }
    }

    fn def(self) -> &'static MenuDef {
        match self {
            Self::Simulated(def) => def,
            Self::Accepted(menu) => &menu.def,
        }
    }
}

/// Prints the menus at and below a path; gives the exit code.
pub(crate) fn run(arguments: &MenusArguments) -> u8 {
    let wanted = normal(arguments.path.as_deref().unwrap_or("/"));
    let all = entries();
    let below = |path: &str| wanted == "/" || path == wanted || path.starts_with(&format!("{wanted}/"));
    let found: Vec<Entry> = all.iter().copied().filter(|entry| below(entry.path())).collect();
    if found.is_empty() {
        let near = lab::problem::nearest(&wanted, all.iter().map(|entry| entry.path()));
        let hint = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
        terminal::eprint(&format!("error: RouterOS has no menu {wanted}{hint}\n"));
        return BAD_INPUT;
    }
    let exact = found.iter().copied().find(|entry| entry.path() == wanted);
    let text = match (arguments.format, exact) {
        (Format::Json, _) => json(&found),
        (Format::Text, Some(entry)) => {
            let children = found.iter().copied().filter(|entry| entry.path() != wanted).collect::<Vec<_>>();
            describe(entry) + &list(&children)
        }
        (Format::Text, None) => {
            // What is simulated comes first: it is what most ask for.
            let (simulated, others): (Vec<Entry>, Vec<Entry>) =
                found.iter().partition(|entry| matches!(entry, Entry::Simulated(_)));
            list(&simulated) + &list(&others) + &summary(&found)
        }
    };
    terminal::print(&text);
    0
}

/// All menus, sorted by path; a declared one stands in place of the catalogue's.
fn entries() -> Vec<Entry> {
    let mut entries: Vec<Entry> = router::menus().iter().copied().map(Entry::Simulated).collect();
    let declared: Vec<&str> = entries.iter().map(|entry| entry.path()).collect();
    let others = Catalog::get().menus().filter(|menu| !declared.contains(&menu.def.path));
    entries.extend(others.map(Entry::Accepted).collect::<Vec<_>>());
    entries.sort_by_key(|entry| entry.path());
    entries
}

/// `ip dhcp-server lease`, `/ip dhcp-server lease` and `/ip/dhcp-server/lease/` are the same path.
fn normal(path: &str) -> String {
    let parts: Vec<&str> = path.split(['/', ' ']).filter(|part| !part.is_empty()).collect();
    format!("/{}", parts.join("/"))
}

fn list(entries: &[Entry]) -> String {
    let mut text = String::new();
    for entry in entries {
        let word = entry.word();
        let left_out = entry.def().not_simulated.filter(|_| matches!(entry, Entry::Simulated(_)));
        let left_out = left_out.map_or_else(String::new, |words| format!("  without {words}"));
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{word:<10} {}{left_out}", entry.path());
    }
    text
}

fn summary(entries: &[Entry]) -> String {
    let count = |word| entries.iter().filter(|entry| entry.word() == word).count();
    let (simulated, accepted, refused) = (count("simulated"), count("accepted"), count("refused"));
    format!("{simulated} menus simulated; {accepted} {ACCEPTED}; {refused} {REFUSED}\n")
}

/// One menu with its properties.
fn describe(entry: Entry) -> String {
    let def = entry.def();
    let mut text = match entry {
        Entry::Simulated(_) => format!("{}  simulated", def.path),
        Entry::Accepted(menu) => {
            format!("{}  {}", def.path, if menu.boards_only { REFUSED } else { ACCEPTED })
        }
    };
    text.push('\n');
    if let (Some(words), Entry::Simulated(_)) = (def.not_simulated, entry) {
        let _ = writeln!(text, "  without   {words}");
    }
    if !def.help.is_empty() {
        let _ = writeln!(text, "  {}", def.help.lines().next().unwrap_or_default());
    }
    let mut commands: Vec<&str> = def.common_commands();
    commands.extend(def.commands.iter().map(|command| command.name));
    let _ = writeln!(text, "  commands  {}", commands.join(" "));
    if !def.flags.is_empty() {
        let flags: Vec<String> =
            def.flags.iter().map(|flag| format!("{} {}", flag.letter, flag.name)).collect();
        let _ = writeln!(text, "  flags     {}", flags.join(", "));
    }
    let width = def.properties.iter().map(|property| property.name.len()).max().unwrap_or(0);
    for property in def.properties {
        let _ = writeln!(text, "  {:<width$}  {}", property.name, property_words(property));
    }
    text
}

fn property_words(property: &PropertyDef) -> String {
    let mut words = value_words(&property.value);
    if !property.words.is_empty() {
        words = format!("{} | {words}", property.words.join(" | "));
    }
    match property.access {
        Access::ReadOnly => words += ", read-only",
        Access::WriteOnly | Access::Sensitive => words += ", secret",
        Access::ReadWrite => {}
    }
    if property.required {
        words += ", required";
    }
    if !property.simulated {
        words += ", not simulated";
    }
    let help = property.help.lines().next().unwrap_or_default();
    if help.is_empty() { words } else { format!("{words}  {help}") }
}

fn value_words(value: &ValueKind) -> String {
    match value {
        ValueKind::Bool => String::from("yes | no"),
        ValueKind::Number { min, max } => format!("{min}..{max}"),
        ValueKind::Keyword(words) => words.join(" | "),
        ValueKind::Keywords(words) => format!("some of {}", words.join(",")),
        ValueKind::Reference(namespace) => format!("an item of {}", namespace.0),
        ValueKind::Other(words) => (*words).to_owned(),
    }
}

/// `{"menus": [{"path", "simulated", "accepted", "kind", "without", "commands", "flags", "properties": [{"name", "value", "access",
/// "required", "simulated", "help"}]}]}`.
fn json(entries: &[Entry]) -> String {
    let menus: Vec<serde_json::Value> = entries.iter().map(|entry| menu_json(*entry)).collect();
    let mut text = serde_json::to_string_pretty(&serde_json::json!({ "menus": menus })).unwrap_or_default();
    text.push('\n');
    text
}

fn menu_json(entry: Entry) -> serde_json::Value {
    let def = entry.def();
    let simulated = matches!(entry, Entry::Simulated(_));
    let kind = match def.kind {
        Kind::List => "list",
        Kind::FixedList => "fixed-list",
        Kind::Settings => "settings",
        Kind::Status => "status",
        Kind::Commands => "commands",
    };
    let access = |property: &PropertyDef| match property.access {
        Access::ReadWrite => "read-write",
        Access::ReadOnly => "read-only",
        Access::WriteOnly => "write-only",
        Access::Sensitive => "sensitive",
    };
    let properties: Vec<serde_json::Value> = def
        .properties
        .iter()
        .map(|property| {
            serde_json::json!({
                "name": property.name,
                "value": value_words(&property.value),
                "access": access(property),
                "required": property.required,
                "simulated": simulated && property.simulated,
                "help": property.help,
            })
        })
        .collect();
    serde_json::json!({
        "path": def.path,
        "simulated": simulated,
        "accepted": entry.word() != "refused",
        "kind": kind,
        "without": def.not_simulated,
        "commands": def.common_commands().into_iter().chain(def.commands.iter().map(|command| command.name)).collect::<Vec<_>>(),
        "flags": def.flags.iter().map(|flag| flag.letter.to_string()).collect::<Vec<_>>(),
        "properties": properties,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_may_be_written_in_any_way_of_the_console() {
        for path in ["ip dhcp-server lease", "/ip dhcp-server lease", "/ip/dhcp-server/lease/"] {
            assert_eq!(normal(path), "/ip/dhcp-server/lease");
        }
        assert_eq!(normal(""), "/");
    }

    #[test]
    fn every_menu_is_listed_once() {
        let paths: Vec<&str> = entries().iter().map(|entry| entry.path()).collect();
        let mut once = paths.clone();
        once.dedup();
        assert_eq!(paths, once);
        assert!(paths.contains(&"/ip/dhcp-server/lease"));
    }
}
