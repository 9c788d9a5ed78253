//! Compares typed menus with the catalogue.

use super::Catalog;
use crate::{Access, Kind, MenuDef, ValueKind};

/// Where typed menus and the catalogue disagree, one line each: properties, commands or menus that the catalogue
/// lacks, read-only in one and settable in the other, words of enumerations that differ. The catalogue is evidence,
/// not law: a caller keeps a list of the lines that it has looked into.
#[must_use]
pub fn drift(defs: &[&MenuDef]) -> Vec<String> {
    let mut lines = Vec::new();
    for def in defs {
        let path = def.path;
        let Some(menu) = Catalog::get().menu(path) else {
            lines.push(format!("{path}: not in the catalogue"));
            continue;
        };
        if menu.kind != def.kind && !matches!((menu.kind, def.kind), (Kind::FixedList, Kind::Status)) {
            lines.push(format!("{path}: {:?} here, {:?} in the catalogue", def.kind, menu.kind));
        }
        for property in def.properties {
            let name = property.name;
            let Some(known) = menu.properties.iter().find(|p| p.name == name) else {
                // The catalogue lacks most state.
                if property.access != Access::ReadOnly {
                    lines.push(format!("{path} {name}: not in the catalogue"));
                }
                continue;
            };
            let (here, there) = (property.access == Access::ReadOnly, known.access == Access::ReadOnly);
            if here != there && def.kind != Kind::Status && menu.kind != Kind::FixedList {
                let say = |read_only| if read_only { "read-only" } else { "settable" };
                lines.push(format!("{path} {name}: {} here, {} in the catalogue", say(here), say(there)));
            }
            let (ValueKind::Keyword(words) | ValueKind::Keywords(words)) = property.value else { continue };
            if known.values.is_empty() {
                continue;
            }
            let lacks =
                known.values.iter().filter(|word| !words.contains(word) && !property.words.contains(word));
            let missing: Vec<&str> = lacks.copied().collect();
            let extra: Vec<&str> =
                words.iter().filter(|word| !known.values.contains(word)).copied().collect();
            if !missing.is_empty() {
                lines.push(format!("{path} {name}: lacks {}", missing.join(", ")));
            }
            if !extra.is_empty() {
                lines.push(format!("{path} {name}: the catalogue lacks {}", extra.join(", ")));
            }
        }
        for command in def.commands {
            if !menu.commands.contains(&command.name)
                && !menu.other_commands.iter().any(|c| c.name == command.name)
            {
                lines.push(format!("{path} command {}: not in the catalogue", command.name));
            }
        }
    }
    lines
}
