//! Commands of RouterOS 6, and commands that no RouterOS has, as commands of today: what a RouterOS upgrade does.
//!
//! The rules that only rename stand in `menu`'s `legacy/rules.txt`; here is what depends on values or on other items. A
//! translator says what a command is today; the console then runs that through the same checks as any other command.
//!
//! Manual: "Moving from ROSv6 to v7", "Upgrading to v7".

mod bgp;
mod filter;
mod ipsec;
mod ospf;
mod pim;
mod provide;
mod rip;
mod route;
mod services;

use crate::Router;
use console::{NewItem, OldArgument, OldCall, Translation, Which};
use menu::{Id, Rejected, Text, Value};

pub(crate) use provide::provide;

/// A command while it is worked out.
struct Work<'r> {
    router: &'r Router,
    adds: bool,
    arguments: Vec<OldArgument>,
    before: Vec<NewItem>,
    after: Vec<NewItem>,
    /// Everything is said by the items before it.
    done: bool,
}

impl Work<'_> {
    /// Takes an argument away.
    fn take(&mut self, name: &str) -> Option<OldArgument> {
        let at = self.arguments.iter().rposition(|argument| argument.name == name)?;
        Some(self.arguments.remove(at))
    }

    /// Takes an argument away, for its text; none for `!name` and nothing.
    fn take_text(&mut self, name: &str) -> Option<String> {
        let value = self.take(name)?.value?;
        Some(text(&value)).filter(|text| !text.is_empty())
    }

    /// The text of an argument.
    fn text(&self, name: &str) -> Option<String> {
        let argument = self.arguments.iter().rev().find(|argument| argument.name == name)?;
        argument.value.as_ref().map(text).filter(|text| !text.is_empty())
    }

    fn has(&self, name: &str) -> bool {
        self.arguments.iter().any(|argument| argument.name == name)
    }

    /// Gives an argument of today, in place of an old one when there is one.
    fn put(&mut self, name: &'static str, value: impl Into<Text>) {
        let origin = self.arguments.last().map_or(usize::MAX, |argument| argument.origin);
        self.arguments.push(OldArgument { name, value: Some(Value::Str(value.into())), origin });
    }

    /// The same with the place of the argument that it comes from.
    fn put_from(&mut self, name: &'static str, value: impl Into<Text>, origin: usize) {
        self.arguments.push(OldArgument { name, value: Some(Value::Str(value.into())), origin });
    }

    /// Gives an argument when the command adds and has none so called.
    fn default(&mut self, name: &'static str, value: impl Into<Text>) {
        if self.adds && !self.has(name) {
            self.put(name, value);
        }
    }

    /// Moves an argument over to an item besides; true when it was there.
    fn hand_over(&mut self, from: &str, to: &'static str, item: &mut NewItem) -> bool {
        match self.take_text(from) {
            Some(text) => {
                item.arguments.push((to, Value::text(text)));
                true
            }
            None => false,
        }
    }

    /// Takes the yes/no arguments that stand for a word of a list (`redistribute-static=yes`): the words.
    fn take_words(&mut self, old: &[(&str, &'static str)]) -> Option<String> {
        let mut given = false;
        let mut words: Vec<&str> = Vec::new();
        for (name, word) in old {
            let Some(argument) = self.take(name) else { continue };
            given = true;
            let value = argument.value.as_ref().map(text).unwrap_or_default();
            if !matches!(value.as_str(), "" | "no" | "false" | "never") {
                words.push(word);
            }
        }
        given.then(|| words.join(","))
    }

    /// The texts of a property of all items of a menu.
    fn all(&self, menu: &str, property: &str) -> Vec<String> {
        self.rows(menu, &[property]).into_iter().map(|mut row| row.pop().unwrap_or_default()).collect()
    }

    /// Some properties of all items of a menu; empty where one is unset.
    fn rows(&self, menu: &str, properties: &[&str]) -> Vec<Vec<String>> {
        rows(self.router, menu, properties)
    }

    /// Makes sure that there is a routing table of this name; RouterOS 6 had no menu of them.
    fn need_table(&mut self, name: &str) {
        let known = name == "main"
            || ["/routing/table", "/ip/vrf"]
                .iter()
                .any(|menu| self.all(menu, "name").iter().any(|known| known == name))
            || self.before.iter().any(|item| item.item == Which::Named(name.into()));
        if !known {
            self.before.push(table(name));
        }
    }
}

/// A routing table that routes are put into.
fn table(name: &str) -> NewItem {
    named("/routing/table", name, vec![("fib", Value::Bool(true))])
}

/// An item that is set when there is one of its name, else added.
fn named(menu: &'static str, name: &str, mut arguments: Vec<(&'static str, Value)>) -> NewItem {
    arguments.push(("name", Value::text(name)));
    NewItem { menu, item: Which::Named(name.into()), arguments }
}

/// An item that is added.
fn added(menu: &'static str, arguments: Vec<(&'static str, Value)>) -> NewItem {
    NewItem { menu, item: Which::New, arguments }
}

/// The text of a value.
fn text(value: &Value) -> String {
    String::from_utf8_lossy(&value.argument()).into_owned()
}

/// Some properties of all items of a menu; empty where one is unset.
fn rows(router: &Router, menu: &str, properties: &[&str]) -> Vec<Vec<String>> {
    items(router, menu, properties).into_iter().map(|(_, row)| row).collect()
}

/// The same with the items' ids.
fn items(router: &Router, menu: &str, properties: &[&str]) -> Vec<(Id, Vec<String>)> {
    let Some(def) = crate::menus::tree().menu(menu) else { return Vec::new() };
    let Some(table) = router.config.table(def) else { return Vec::new() };
    let get = |row, name: &str| {
        let property = def.property(name)?;
        table.get(row, property, &router.config).map(|value| text(&value))
    };
    let row = |row| properties.iter().map(|name| get(row, name).unwrap_or_default()).collect();
    (0..table.len()).map(|index| (table.id(index), row(index))).collect()
}

/// What an old command is today.
///
/// # Errors
/// A value cannot be said today.
pub(crate) fn translate(router: &Router, call: OldCall) -> Result<Translation, Rejected> {
    let mut work = Work {
        router,
        adds: call.adds,
        arguments: call.arguments,
        before: Vec::new(),
        after: Vec::new(),
        done: false,
    };
    match call.menu.path {
        "/ip/route" | "/ipv6/route" => route::route(&mut work)?,
        "/ip/route/vrf" => route::vrf(&mut work),
        "/ip/route/rule" => route::rule(&mut work),
        "/routing/bgp/instance" => bgp::instance(&mut work),
        "/routing/bgp/connection" => bgp::connection(&mut work),
        "/routing/bgp/template" => bgp::template(&mut work),
        "/routing/bgp/peer" => bgp::peer(&mut work),
        "/routing/bgp/network" => bgp::network(&mut work),
        "/routing/bgp/instance/vrf" => bgp::vrf(&mut work),
        "/routing/ospf/instance" => ospf::instance(&mut work, 2),
        "/routing/ospf-v3/instance" => ospf::instance(&mut work, 3),
        "/routing/ospf/area" => ospf::area(&mut work, "default"),
        "/routing/ospf-v3/area" => ospf::area(&mut work, "default-v3"),
        "/routing/ospf/network" => ospf::network(&mut work),
        "/routing/ospf/interface" => ospf::interface(&mut work),
        "/routing/ospf/nbma-neighbor" => ospf::neighbor(&mut work),
        "/routing/ospf/virtual-link" => ospf::virtual_link(&mut work),
        "/routing/rip" => rip::settings(&mut work),
        "/routing/rip/network" | "/routing/rip/interface" => rip::interface(&mut work),
        "/routing/pimsm" => pim::settings(&mut work),
        "/routing/pimsm/interface" | "/routing/pimsm/rp" => pim::member(&mut work),
        "/routing/filter" | "/routing/prefix-lists" => filter::rule(&mut work),
        "/ip/ipsec/peer" => ipsec::peer(&mut work),
        "/ip/ipsec/policy" => ipsec::policy(&mut work),
        path => services::translate(path, &mut work),
    }
    let arguments = (!work.done).then_some(work.arguments);
    Ok(Translation { before: work.before, arguments, after: work.after })
}
