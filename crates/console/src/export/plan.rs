//! Puts the items of an export in an order that can be imported.

use super::order::{by_name, in_rounds};
use super::{Part, Style, found, never, title, told, write_item};
use crate::{Target, View};
use menu::{Id, Kind, MenuDef, Namespace};
use std::collections::BTreeSet;

/// Which items are put off.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wait {
    /// Those that lack something, and where the order means something those behind them.
    All,
    /// Those that lack something.
    Own,
    /// None.
    Never,
}

/// What an item refers to and is not yet written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lacks {
    Nothing,
    /// Another item of its menu.
    Own,
    /// An item of another menu.
    Other,
}

/// Where the names of interfaces are.
const INTERFACE: Namespace = Namespace("interface");

/// A menu and those of its rows that are not yet written.
struct Section<'a> {
    def: &'static MenuDef,
    view: View<'a>,
    rows: Vec<usize>,
    /// Where the order means something: the rows that stand already.
    written: BTreeSet<usize>,
}

/// An export while it is written.
struct Plan<'a> {
    target: &'a dyn Target,
    style: Style,
    sections: Vec<Section<'a>>,
    /// Items that are not yet written and that others may refer to.
    waiting: BTreeSet<(&'static str, Id)>,
    /// The section whose title was written last.
    open: Option<usize>,
    out: &'a mut String,
}

/// Appends the sections of these menus, in this order as far as what is referred to comes before what refers to it.
pub(crate) fn write(menus: &[&'static MenuDef], style: Style, target: &dyn Target, out: &mut String) {
    let mut waiting = BTreeSet::new();
    let mut sections = Vec::new();
    for def in menus.iter().copied().filter(|def| !never(def)) {
        let Some(view) = target.view(def) else { continue };
        let mut rows: Vec<usize> = (0..view.table.len()).filter(|row| !view.table.dynamic(*row)).collect();
        if rows.is_empty() {
            continue;
        }
        if let (Some(INTERFACE), Some(property)) = (def.namespace, def.name_property) {
            let name = |row: &usize| view.table.name(*row, property).unwrap_or_default();
            rows.sort_by(|a, b| by_name(name(a), name(b)));
        }
        if def.namespace.is_some() {
            let waits = rows.iter().filter(|row| made_here(def, &view, **row));
            waiting.extend(waits.map(|row| (def.path, view.table.id(*row))));
        }
        sections.push(Section { def, view, rows, written: BTreeSet::new() });
    }
    let mut plan = Plan { target, style, sections, waiting, open: None, out };
    for at in 0..plan.sections.len() {
        plan.section(at, Wait::All);
        let rounds = |at: usize| plan.sections.get(at).is_some_and(|section| in_rounds(section.def.path));
        if !(rounds(at) && rounds(at + 1)) {
            plan.rounds(at, Wait::All);
        }
    }
    let last = plan.sections.len().saturating_sub(1);
    plan.rounds(last, Wait::Own);
    plan.cut_circles(last);
}

/// Does the export make the item, or give it its name? Others may be referred to at any time.
fn made_here(def: &'static MenuDef, view: &View<'_>, row: usize) -> bool {
    let named =
        |property| view.table.explicit(row, property) && !view.table.is_default(row, property, view.names);
    def.kind == Kind::List && !view.table.builtin(row) || def.name_property.is_some_and(named)
}

impl Plan<'_> {
    /// Writes what was put off in the sections up to this one and can come now.
    fn rounds(&mut self, last: usize, wait: Wait) {
        loop {
            let mut wrote = false;
            for at in 0..=last {
                wrote |= self.section(at, wait);
            }
            if !wrote {
                return;
            }
        }
    }

    /// Writes the rows of a section that can come now; false when none was.
    fn section(&mut self, at: usize, wait: Wait) -> bool {
        let Some(section) = self.sections.get_mut(at) else { return false };
        let ordered = section.def.ordered && wait == Wait::All;
        let mut rows = std::mem::take(&mut section.rows);
        let mut wrote = false;
        while !rows.is_empty() {
            let before = rows.len();
            let mut left = Vec::new();
            let mut stopped = false;
            for row in rows {
                let lacks = if wait == Wait::Never { Lacks::Nothing } else { self.lacks(at, row) };
                stopped |= ordered && lacks == Lacks::Other;
                if lacks == Lacks::Nothing && !stopped {
                    self.write(at, row, Part::Whole);
                } else {
                    left.push(row);
                }
            }
            wrote |= left.len() < before;
            let stuck = left.len() == before;
            rows = left;
            if stuck {
                break;
            }
        }
        if let Some(section) = self.sections.get_mut(at) {
            section.rows = rows;
        }
        wrote
    }

    fn write(&mut self, at: usize, row: usize, part: Part<'_>) {
        let Some(section) = self.sections.get_mut(at) else { return };
        let (def, view) = (section.def, &section.view);
        self.waiting.remove(&(def.path, view.table.id(row)));
        let titled = self.open == Some(at);
        if !write_item(def, view, row, titled, part, self.style, self.out) {
            return;
        }
        if !self.style.terse {
            self.open = Some(at);
        }
        if !def.ordered || def.name_property.is_none() || matches!(part, Part::Only(_)) {
            return;
        }
        // One that had to wait takes its place again.
        if let Some(next) = section.written.range(row..).next() {
            let (own, next) = (found(def, view, row), found(def, view, *next));
            let title = if self.style.terse { format!("{} ", title(def)) } else { String::new() };
            self.out.push_str(&format!("{title}move {own} {next}\n"));
        }
        section.written.insert(row);
    }

    /// Writes what refers to itself round about (an interface in a VRF whose socket is in the VRF): an item of each
    /// circle comes without the references that close it, which a `set` adds when everything stands.
    fn cut_circles(&mut self, last: usize) {
        let mut later = Vec::new();
        while let Some((at, row, properties)) = self.cut() {
            if let Some(section) = self.sections.get_mut(at) {
                section.rows.retain(|other| *other != row);
            }
            self.write(at, row, Part::Without(&properties));
            later.push((at, row, properties));
            self.rounds(last, Wait::Own);
        }
        self.rounds(last, Wait::Never);
        for (at, row, properties) in later {
            self.write(at, row, Part::Only(&properties));
        }
    }

    /// The first item that can do without what it lacks and can be found again, with the properties that refer to that.
    fn cut(&self) -> Option<(usize, usize, Vec<usize>)> {
        let rows = self
            .sections
            .iter()
            .enumerate()
            .flat_map(|(at, section)| section.rows.iter().map(move |row| (at, section, *row)));
        for (at, section, row) in rows {
            let named =
                |property| section.view.table.name(row, property).is_some_and(|name| !name.is_empty());
            let kept = section.def.kind != Kind::List || section.view.table.builtin(row);
            let mut properties = Vec::new();
            self.lacking(section, row, &mut |property, _| properties.push(property));
            properties.dedup();
            let may_go = |property: &usize| section.def.property_at(*property).is_some_and(|p| !p.required);
            if (kept || section.def.name_property.is_some_and(named))
                && !properties.is_empty()
                && properties.iter().all(may_go)
            {
                return Some((at, row, properties));
            }
        }
        None
    }

    /// What the row refers to and is not yet written; a name that it is to have and another holds counts too.
    fn lacks(&self, at: usize, row: usize) -> Lacks {
        let Some(section) = self.sections.get(at) else { return Lacks::Nothing };
        let mut lacks = Lacks::Nothing;
        self.lacking(section, row, &mut |_, home| {
            if lacks != Lacks::Other {
                lacks = if home == section.def.path { Lacks::Own } else { Lacks::Other };
            }
        });
        if lacks == Lacks::Nothing && self.name_taken(section, row) { Lacks::Own } else { lacks }
    }

    /// Calls `f` with each property of the row that refers to an item that is not yet written, and that item's menu.
    fn lacking(&self, section: &Section<'_>, row: usize, f: &mut dyn FnMut(usize, &'static str)) {
        let (def, view) = (section.def, &section.view);
        let own = view.table.id(row);
        view.table.references(row, &mut |property, space, id| {
            let told = def.property_at(property).is_some_and(|p| told(def, p));
            let home = if told { self.target.home(space, id) } else { None };
            let Some((home, id)) = home else { return };
            if (home.path, id) != (def.path, own) && self.waiting.contains(&(home.path, id)) {
                f(property, home.path);
            }
        });
    }

    /// Is there a port, still to be renamed, that by itself is called as this one is to be?
    fn name_taken(&self, section: &Section<'_>, row: usize) -> bool {
        let (Some(name), Some(born)) = (section.def.name_property, section.def.property("default-name"))
        else {
            return false;
        };
        let table = section.view.table;
        let wanted = table.name(row, name).filter(|name| !name.is_empty());
        wanted.is_some_and(|wanted| {
            (0..table.len()).any(|other| {
                other != row
                    && table.name(other, born) == Some(wanted)
                    && self.waiting.contains(&(section.def.path, table.id(other)))
            })
        })
    }
}
