//! The catalogue of all RouterOS menus: storage rules for what has no struct, and the oracle of what has one.

mod check;
mod drift;
mod extra;
mod facts;
mod form;
mod parse;
mod sample;
mod stored;
mod table;
mod tree;

pub use drift::drift;
pub use facts::{Builtin, Facts, Need, Reference, Selector, Unique};
pub use form::Form;
pub use sample::Sampler;
pub use stored::{CatalogValue, Element, Named};
pub use table::{CatalogItem, CatalogTable};
pub use tree::{Step, Tree};

use crate::{Access, CommandDef, Kind, MenuDef, Namespace};
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use parse::Entry;
use std::sync::OnceLock;

/// What the catalogue says of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CatalogType {
    /// Nothing is known.
    Unknown,
    /// Text.
    Text,
    /// `yes`/`no`.
    Bool,
    /// Whole number.
    Number,
    /// Time span.
    Time,
    /// Hardware address.
    Mac,
    /// IP address.
    Ip,
    /// Several values, comma-separated.
    List,
}

/// One property as the catalogue knows it.
#[derive(Debug)]
pub struct CatalogProperty {
    /// Name.
    pub name: &'static str,
    /// The console's own value help; may be empty.
    pub hint: &'static str,
    /// Type.
    pub kind: CatalogType,
    /// Words of an enumeration (may lack rare ones); empty when it is none.
    pub values: &'static [&'static str],
    /// Bounds of a number.
    pub range: Option<(i64, i64)>,
    /// Default as the console prints it (`yes`, `10m`).
    pub default: Option<&'static str>,
    /// `add` fails without it.
    pub required: bool,
    /// May be removed with `!name`.
    pub unset: bool,
    /// Stands bare (`blackhole`): `name=value` is a fault.
    pub bare: bool,
    /// Who may write it.
    pub access: Access,
    /// Holds several values: reading it gives an array, of whatever length.
    pub list: bool,
    /// What is printed while it is unset.
    pub absent: Option<&'static str>,
    /// What `print` shows while nothing is set, where it is not the default itself.
    pub shown: Option<&'static str>,
    /// It counts; `print stats` shows it, the plain print does not.
    pub counter: bool,
    /// Its values name items of other menus.
    pub reference: Option<Reference>,
    /// What its values look like, where the catalogue does not say it.
    pub form: Option<Form>,
}

/// One menu as the catalogue knows it.
#[derive(Debug)]
pub struct CatalogMenu {
    /// Path.
    pub path: &'static str,
    /// Kind.
    pub kind: Kind,
    /// Only on boards with the hardware, or in older versions: a virtual router refuses it.
    pub boards_only: bool,
    /// `print stats` exists.
    pub print_stats: bool,
    /// All commands, the common ones too.
    pub commands: &'static [&'static str],
    /// Commands beyond the common ones with their arguments.
    pub other_commands: &'static [CommandDef],
    /// Properties that identify an item.
    pub keys: &'static [&'static str],
    /// Properties in alphabetical order, without `comment` and `disabled`; parallel to `def.properties`.
    pub properties: &'static [CatalogProperty],
    /// Items are disabled unless they are added with `disabled=no`.
    pub born_disabled: bool,
    /// Built-in items, references, rules of `add`.
    pub facts: &'static Facts,
    /// The same as a menu definition, for the table, the console and the APIs.
    pub def: MenuDef,
}

/// The catalogue; parsed when it is first asked, each menu when it is first needed.
#[derive(Debug)]
pub struct Catalog {
    /// Sorted by path.
    entries: Vec<Entry>,
    /// Where each path stands in `entries`; every command of a script asks.
    places: HashMap<&'static str, usize, FixedState>,
}

/// Menus of optional packages (manual: "Packages", extra packages of CHR and x86).
const PACKAGES: [&str; 17] = [
    "/app",
    "/caps-man",
    "/container",
    "/disk/btrfs",
    "/dude",
    "/file/rsync-daemon",
    "/interface/bridge/calea",
    "/interface/wireless",
    "/iot",
    "/ip/firewall/calea",
    "/openflow",
    "/system/gps",
    "/system/ups",
    "/tool/calea",
    "/tr069-client",
    "/user-manager",
    "/zerotier",
];

static TEXT: &str = include_str!("../../catalog.txt");
static CATALOG: OnceLock<Catalog> = OnceLock::new();

impl Catalog {
    /// The catalogue. The first call finds the menus (about a millisecond), later ones cost nothing.
    #[must_use]
    pub fn get() -> &'static Self {
        CATALOG.get_or_init(|| {
            let entries = parse::entries(TEXT);
            let places = entries.iter().enumerate().map(|(at, entry)| (entry.path, at)).collect();
            Self { entries, places }
        })
    }

    /// The menu with this path (`/ip/pool`).
    #[must_use]
    pub fn menu(&'static self, path: &str) -> Option<&'static CatalogMenu> {
        self.entries.get(*self.places.get(path)?).map(Entry::menu)
    }

    /// Paths of the menus whose items have names in a space.
    #[must_use]
    pub fn members(space: Namespace) -> &'static [&'static str] {
        facts::members(space)
    }

    /// The built-in items of a menu, without reading the menu itself.
    #[must_use]
    pub fn builtin(path: &str) -> &'static [Builtin] {
        &facts::of(path).items
    }

    /// Is this menu part of RouterOS itself, and of no package that is installed on its own?
    #[must_use]
    pub fn is_installed(path: &str) -> bool {
        let holds = |prefix: &&str| {
            path.strip_prefix(*prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        !PACKAGES.iter().any(holds)
    }

    /// Has a fresh router something to say in this menu of the catalogue: settings or built-in items? Menus that only
    /// boards have and those of packages are not there.
    #[must_use]
    pub fn has_by_itself(path: &str) -> bool {
        Self::is_installed(path)
            && Self::get().menu(path).is_some_and(|menu| {
                !menu.boards_only && (menu.kind == Kind::Settings || !menu.facts.items.is_empty())
            })
    }

    /// All paths, sorted.
    pub fn paths(&'static self) -> impl Iterator<Item = &'static str> {
        self.entries.iter().map(|entry| entry.path)
    }

    /// All menus, sorted by path; parses what was not yet parsed.
    pub fn menus(&'static self) -> impl Iterator<Item = &'static CatalogMenu> {
        self.entries.iter().map(Entry::menu)
    }

    /// Path and whether only boards have it, without parsing the menu.
    fn outline(&'static self) -> impl Iterator<Item = (&'static str, bool)> {
        self.entries.iter().map(|entry| (entry.path, entry.boards_only))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ValueKind;

    #[test]
    fn every_menu_parses_and_stands_in_order() {
        let mut count = 0;
        let mut before = "";
        for menu in Catalog::get().menus() {
            assert!(before < menu.path, "{} is out of order", menu.path);
            assert_eq!(menu.properties.len(), menu.def.properties.len());
            before = menu.path;
            count += 1;
        }
        assert_eq!(count, 622);
    }

    #[test]
    fn facts_of_some_menus() {
        let pool = Catalog::get().menu("/ip/pool").unwrap();
        let names: Vec<&str> = pool.properties.iter().map(|p| p.name).collect();
        assert_eq!(names, ["name", "ranges", "next-pool"]);
        assert!(pool.def.can_comment && !pool.def.can_disable && pool.properties[1].required);
        assert_eq!(pool.def.name_property, Some(0));
        let filter = Catalog::get().menu("/ip/firewall/filter").unwrap();
        assert!(filter.print_stats && filter.def.ordered && filter.def.can_disable);
        let log = filter.properties.iter().find(|p| p.name == "log").unwrap();
        assert_eq!((log.kind, log.default), (CatalogType::Bool, Some("no")));
        let lease = Catalog::get().menu("/ip/dhcp-server/lease").unwrap();
        assert_eq!(lease.other_commands[1].name, "make-static");
        assert_eq!(lease.other_commands[1].arguments, ["numbers"]);
        let bridge = Catalog::get().menu("/interface/bridge").unwrap();
        let max_hops = &bridge.def.properties[bridge.def.property("max-hops").unwrap()];
        assert_eq!(max_hops.value, ValueKind::Number { min: 6, max: 40 });
        let action = Catalog::get().menu("/system/logging/action").unwrap();
        let delimiter = action.properties.iter().find(|p| p.name == "cef-event-delimiter").unwrap();
        assert_eq!(delimiter.default, Some("\r\n"));
        let server = Catalog::get().menu("/ip/dhcp-server").unwrap();
        let lists = server.properties.iter().find(|p| p.name == "dynamic-lease-identifiers").unwrap();
        assert_eq!(lists.values, ["client-mac", "client-id", "opt-82"]);
        assert!(Catalog::get().menu("/nowhere").is_none());
        let route = Catalog::get().menu("/ip/route").unwrap();
        let bare = |name: &str| route.def.property(name).is_some_and(|p| route.def.bare_flag(p));
        assert!(bare("blackhole") && !bare("check-gateway") && !bare("suppress-hw-offload"));
    }

    /// What the reference's prose names and the machine-made description left out or called read-only.
    #[test]
    fn what_the_prose_names_is_there() {
        for (path, settable) in [
            (
                "/system/scheduler",
                &["interval", "start-date", "start-time", "on-event", "policy", "owner", "name"][..],
            ),
            ("/system/script", &["owner", "policy", "source", "dont-require-permissions"]),
            ("/tool/netwatch", &["interval", "host", "type", "up-script", "down-script"]),
            ("/interface/vrrp", &["interval", "vrid", "priority"]),
            ("/tool/e-mail", &["from", "server", "port"]),
            ("/ip/dns/adlist", &["file", "url"]),
            ("/interface/vxlan", &["ttl", "vni"]),
            ("/ip/dhcp-server/lease", &["agent-circuit-id", "agent-remote-id"]),
        ] {
            let menu = Catalog::get().menu(path).unwrap();
            for name in settable {
                let found = menu.properties.iter().find(|p| p.name == *name);
                assert!(found.is_some_and(|p| p.access == Access::ReadWrite), "{path} {name}");
            }
        }
    }
}
