//! `export`: the configuration as a script.

use super::items::Call;
use super::{Machine, Ran};
use crate::compile::Site;
use crate::export::{Style, ordered, section, write};
use crate::literal::text_of;
use crate::syntax::Name;
use crate::{Target, View};
use bstr::ByteSlice;
use menu::{Catalog, Id, MenuDef, PropertyType, Text, Value};

impl Machine {
    /// `export` in a menu: the menu itself and those below it.
    pub(super) fn export_menu(&mut self, call: &Call<'_>, target: &mut dyn Target) -> Ran<Value> {
        let style = Style {
            verbose: call.flag("verbose"),
            terse: call.flag("terse"),
            sensitive: call.flag("show-sensitive"),
            width: self.session.width.map_or(79, |w| usize::from(w).saturating_sub(1).max(40)),
        };
        let only = call.named("path").map(text_of);
        let text = match (&call.kept, target.view(call.def)) {
            // `where`: of this menu's items some, and nothing of the menus below.
            (Some(kept), Some(view)) => {
                let mut text = header(target);
                section(call.def, &view, kept, style, &mut text);
                text
            }
            _ => whole(call.site.node, only.as_ref(), style, target),
        };
        match call.named("file").map(text_of) {
            Some(mut name) => {
                name.extend_from_slice(b".rsc");
                target.write_file(&name, &file_text(&text))?;
            }
            None => self.print(text.as_bytes())?,
        }
        Ok(Value::Nil)
    }

    /// `export` of a menu that only holds others (`/ip export`, `/export`).
    pub(super) fn export_directory(&mut self, site: &Site, target: &mut dyn Target) -> Ran<super::Flow> {
        let flag = |name| site.arguments.iter().any(|a| a.name == Name::Static(name));
        let style = Style {
            verbose: flag("verbose"),
            terse: flag("terse"),
            sensitive: flag("show-sensitive"),
            width: self.session.width.map_or(79, |w| usize::from(w).saturating_sub(1).max(40)),
        };
        let valued = site.arguments.iter().filter(|a| a.kind == crate::compile::ArgumentKind::Value);
        let (mut file, mut only) = (None, None);
        for argument in valued.rev() {
            let value = self.pop();
            if argument.name == Name::Static("file") {
                file = Some(text_of(&value));
            } else if argument.name == Name::Static("path") {
                only = Some(text_of(&value));
            }
        }
        let text = whole(site.node, only.as_ref(), style, target);
        match file {
            Some(mut name) => {
                name.extend_from_slice(b".rsc");
                target.write_file(&name, &file_text(&text))?;
            }
            None => self.print(text.as_bytes())?,
        }
        self.values.push(Value::Nil);
        Ok(super::Flow::Next)
    }
}

/// `# 2026-07-04 14:58:30 by RouterOS 7.23.1`, and the lines about the board.
pub(super) fn header(target: &dyn Target) -> String {
    let header = target.export_header();
    if header.is_empty() {
        return header;
    }
    format!("# {} {header}\n", now(target))
}

/// Date and time as RouterOS writes them.
pub(super) fn now(target: &dyn Target) -> String {
    let mut date = String::new();
    menu::Date::at(target.now()).print(&menu::NoNames, &mut date);
    date
}

/// Does `path=/ip/firewall,!/ip/firewall/nat` let this menu through? The longest path that holds it decides.
fn selected(menu: &str, only: &Text) -> bool {
    let list = only.to_str_lossy();
    let entries = list.split(',').map(|entry| match entry.strip_prefix('!') {
        Some(path) => (path, false),
        None => (entry, true),
    });
    let mut decided = (0, entries.clone().all(|(_, wanted)| !wanted));
    for (path, wanted) in entries {
        let path = format!("/{}", path.trim_matches('/').replace(' ', "/"));
        let path = path.trim_end_matches('/');
        let holds = menu.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if holds && path.len() >= decided.0 {
            decided = (path.len(), wanted);
        }
    }
    decided.1
}

/// Header and sections of everything at and below `node`.
fn whole(node: &str, only: Option<&Text>, style: Style, target: &mut dyn Target) -> String {
    let mut out = header(target);
    let mut menus = ordered(target.tree(), node);
    // A menu of the catalogue that was never used has no table, and needs one only to say what it has by itself.
    menus.retain(|def| {
        let wanted = || match target.view(def) {
            Some(view) => !style.verbose || Catalog::is_installed(def.path) || is_changed(def, &view),
            None => style.verbose && Catalog::has_by_itself(def.path),
        };
        only.is_none_or(|only| selected(def.path, only)) && wanted()
    });
    for def in &menus {
        target.refresh(def);
    }
    write(&menus, style, target, &mut out);
    out
}

/// Was anything set here that a compact export says?
fn is_changed(def: &'static MenuDef, view: &View<'_>) -> bool {
    let all: Vec<Id> = (0..view.table.len()).map(|index| view.table.id(index)).collect();
    let mut said = String::new();
    section(def, view, &all, Style { verbose: false, terse: true, sensitive: true, width: 79 }, &mut said);
    !said.is_empty()
}

/// Text for a file: its lines end with CR and LF.
fn file_text(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").into_bytes()
}
