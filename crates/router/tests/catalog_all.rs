//! Every menu of the catalogue takes what it asks for and prints it in every layout.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod common;

use common::{load, router};
use menu::{Access, Catalog, CatalogMenu, Id, Kind, Lookup, Names, Namespace, Sampler, Text};
use router::Router;

/// A router that reads forms of today only.
fn strict() -> Router {
    let mut router = router(1, 3);
    router.set_strict(true);
    router
}

/// A value in quotes.
fn quoted(value: &Text) -> String {
    let mut out = String::from("\"");
    for c in value.to_string().chars() {
        if matches!(c, '"' | '\\' | '$') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

/// What the items of menus with a struct are named, so that there is something to refer to.
const TYPED: &str = "/interface bridge add name=br
    /interface list add name=lan
    /ip pool add name=p ranges=10.0.0.5";

fn command(menu: &CatalogMenu, verb: &str, arguments: &[(&str, Text)]) -> String {
    let words = arguments.iter().map(|(name, value)| format!("{name}={}", quoted(value)));
    format!("{} {verb} {}", menu.path, words.collect::<Vec<_>>().join(" "))
}

/// Makes an item of the space when there is none.
fn ensure(r: &mut Router, sampler: &mut Sampler, space: Namespace, depth: usize) {
    if !r.config().all(space).is_empty() || depth > 4 {
        return;
    }
    for path in Catalog::members(space) {
        let menu = Catalog::get().menu(path).unwrap();
        if !router::tree().is_typed(path)
            && menu.kind == Kind::List
            && add(r, sampler, menu, 0, depth + 1).is_ok()
        {
            return;
        }
    }
}

/// The names of a device, of which interfaces and VRFs are only those that are there from the start: an export cannot
/// put interfaces that lie on each other in any order.
struct Plain<'a>(&'a router::Config);

impl Names for Plain<'_> {
    fn lookup(&self, space: Namespace, name: &Text) -> Lookup {
        self.0.lookup(space, name)
    }
    fn name(&self, space: Namespace, id: Id) -> Option<Text> {
        self.0.name(space, id)
    }
    fn all(&self, space: Namespace) -> Vec<Text> {
        let mut names = self.0.all(space);
        match space.0 {
            "interface" => names.retain(|name| name.starts_with(b"ether")),
            "vrf" => names.retain(|name| *name == "main"),
            _ => {}
        }
        names
    }
}

/// Adds an item, what it refers to first; gives the command.
fn add(
    r: &mut Router,
    sampler: &mut Sampler,
    menu: &'static CatalogMenu,
    percent: u64,
    depth: usize,
) -> Result<String, String> {
    for reference in menu.properties.iter().filter_map(|p| p.reference) {
        for space in reference.spaces {
            ensure(r, sampler, *space, depth);
        }
    }
    let arguments = sampler.item(menu, percent, &Plain(r.config()));
    let arguments = arguments.ok_or_else(|| format!("{}: nothing to refer to", menu.path))?;
    let command = command(menu, "add", &arguments);
    load(r, &command).map_err(|fault| format!("{command}\n    {fault}"))?;
    if let Some(space) = menu.facts.space {
        let mut names = r.config().all(space);
        names.sort();
        if let Some(same) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(format!("{command}\n    {} twice", same[0]));
        }
    }
    Ok(command)
}

/// Words drawn by chance may be there already, and ports may be drawn without a protocol that has some.
fn by_chance(fault: &str) -> bool {
    fault.contains("already") || fault.contains("ports can be specified")
}

fn stored_menus() -> impl Iterator<Item = &'static CatalogMenu> {
    Catalog::get().menus().filter(|menu| !router::tree().is_typed(menu.path))
}

/// Prints, exports and reads back every layout.
fn look(r: &mut Router, menu: &CatalogMenu, faults: &mut Vec<String>) {
    let path = menu.path;
    for words in [
        "print",
        "print detail",
        "print brief",
        "print terse",
        "print value-list",
        "print count-only",
        "print stats",
        "print show-ids",
        "export",
        "export verbose",
        "export terse show-sensitive",
    ] {
        if (words.starts_with("export") && !menu.commands.contains(&"export"))
            || (words.starts_with("print") && !menu.commands.contains(&"print"))
            || (words == "print stats" && !menu.print_stats)
        {
            continue;
        }
        if let Err(fault) = load(r, &format!("{path} {words}")) {
            faults.push(format!("{path} {words}: {fault}"));
        }
    }
    if menu.commands.contains(&"print")
        && let Err(fault) = load(r, &format!(":local rows [{path} print as-value]"))
    {
        faults.push(format!("{path} print as-value: {fault}"));
    }
}

#[test]
fn every_menu_adds_an_item_with_its_required_arguments_and_prints_it() {
    let mut r = strict();
    load(&mut r, TYPED).unwrap();
    let mut faults = Vec::new();
    let mut count = 0;
    let mut sampler = Sampler::new(7);
    for menu in stored_menus() {
        if menu.kind == Kind::List && menu.commands.contains(&"add") {
            count += 1;
            let fault = add(&mut r, &mut sampler, menu, 0, 0).err();
            faults.extend(fault.filter(|fault| !by_chance(fault)));
        }
        if menu.kind != Kind::Commands {
            look(&mut r, menu, &mut faults);
        }
    }
    assert!(count > 250, "{count} menus have an add");
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_property_takes_a_value_of_its_kind() {
    let mut faults = Vec::new();
    for seed in 0..3 {
        let mut r = strict();
        load(&mut r, TYPED).unwrap();
        let mut sampler = Sampler::new(seed);
        for menu in stored_menus() {
            match menu.kind {
                Kind::List if menu.commands.contains(&"add") => {
                    // Built-in items, or the same word drawn twice.
                    let fault = add(&mut r, &mut sampler, menu, 60, 0).err();
                    faults.extend(fault.filter(|fault| !by_chance(fault)));
                }
                Kind::Settings => {
                    let settable = menu.properties.iter().filter(|p| p.access != Access::ReadOnly && !p.bare);
                    let given: Vec<_> =
                        settable.filter_map(|p| Some((p.name, sampler.value(p, r.config())?))).collect();
                    let command = command(menu, "set", &given);
                    faults.extend(load(&mut r, &command).err().map(|fault| format!("{command}: {fault}")));
                }
                _ => {}
            }
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn an_export_of_every_menu_makes_the_same_device() {
    for seed in 10..14 {
        let mut r = strict();
        load(&mut r, TYPED).unwrap();
        let mut sampler = Sampler::new(seed);
        for menu in stored_menus().filter(|menu| menu.kind == Kind::List && menu.commands.contains(&"add")) {
            let fault = add(&mut r, &mut sampler, menu, 10, 0).err();
            // One that is refused because it is there already adds nothing.
            assert!(fault.as_ref().is_none_or(|fault| by_chance(fault)), "{fault:?}");
        }
        let export = load(&mut r, "/export show-sensitive").unwrap();
        let mut again = strict();
        load(&mut again, &export).unwrap_or_else(|fault| panic!("{fault}\n{export}"));
        assert_eq!(load(&mut again, "/export show-sensitive").unwrap(), export);
    }
}

/// Each command that the catalogue lists for a menu is known there.
#[test]
fn every_command_of_the_catalogue_is_known() {
    let mut unknown = Vec::new();
    for menu in Catalog::get().menus() {
        for name in menu.commands {
            let found = console::check(format!("{} {name}", menu.path).as_bytes(), router::strict_tree());
            let names = |error: &console::ScriptError| error.message.contains("command name");
            if found.errors.iter().any(names) {
                unknown.push(format!("{} {name}", menu.path));
            }
        }
    }
    assert!(unknown.is_empty(), "{unknown:#?}");
}
