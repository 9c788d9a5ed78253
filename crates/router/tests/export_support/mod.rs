//! Random devices: items of every menu that refer to each other, set, commented, disabled and moved at random.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses a part")]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod values;

use super::common::{load, router};
use menu::{Access, AnyTable, Catalog, CatalogProperty, Id, Kind, MenuDef, Names, Namespace, Sampler, Text};
use router::Router;

/// What a device under test is made with, so that there is something to refer to.
const START: &str = "/interface bridge add name=br
    /interface list add name=lan
    /ip pool add name=p ranges=10.0.0.5-10.0.0.50";

/// What real devices have most, so that it is drawn more often than the rest.
const COMMON: &[&str] = &[
    "/interface/bridge",
    "/interface/bridge/port",
    "/interface/bridge/vlan",
    "/interface/vlan",
    "/interface/bonding",
    "/interface/vrrp",
    "/interface/ethernet",
    "/interface/list",
    "/interface/list/member",
    "/interface/pppoe-client",
    "/interface/l2tp-client",
    "/interface/wireguard",
    "/interface/wireguard/peers",
    "/ip/address",
    "/ip/dhcp-client",
    "/ip/dhcp-server",
    "/ip/dhcp-server/lease",
    "/ip/dhcp-server/network",
    "/ip/dhcp-server/option",
    "/ip/dhcp-server/option/sets",
    "/ip/dns",
    "/ip/dns/static",
    "/ip/firewall/address-list",
    "/ip/firewall/filter",
    "/ip/firewall/mangle",
    "/ip/firewall/nat",
    "/ip/firewall/raw",
    "/ip/ipsec/peer",
    "/ip/ipsec/profile",
    "/ip/pool",
    "/ip/route",
    "/ip/service",
    "/ip/vrf",
    "/ipv6/address",
    "/ppp/profile",
    "/ppp/secret",
    "/queue/simple",
    "/queue/tree",
    "/queue/type",
    "/routing/bgp/connection",
    "/routing/bgp/template",
    "/routing/ospf/area",
    "/routing/ospf/instance",
    "/routing/ospf/interface-template",
    "/routing/rule",
    "/routing/table",
    "/snmp",
    "/system/identity",
    "/system/logging",
    "/system/logging/action",
    "/system/scheduler",
    "/system/script",
];

/// Menus whose items an export leaves out, or whose items change by themselves.
const LEFT_OUT: &[&str] = &["/user", "/user/ssh-keys", "/certificate", "/file", "/interface"];

/// A device that grows by random commands.
pub struct Grower {
    pub router: Router,
    sampler: Sampler,
    /// Every command that was taken.
    pub log: Vec<String>,
    /// How many commands were refused.
    pub refused: usize,
}

/// Menus with items that an export tells.
pub fn menus() -> Vec<&'static MenuDef> {
    let tree = router::tree();
    let defs = tree.paths().filter_map(|path| tree.menu(path));
    let stored = |def: &&MenuDef| matches!(def.kind, Kind::List | Kind::FixedList | Kind::Settings);
    defs.filter(stored).filter(|def| !LEFT_OUT.contains(&def.path)).collect()
}

/// Text in quotes, every byte that could mean something else escaped.
pub fn quoted(text: &[u8]) -> String {
    let mut out = String::from("\"");
    for byte in text {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b' '..=b'!' | b'#' | b'\''..=b'>' | b'@' | b'_' => {
                out.push(char::from(*byte));
            }
            _ => out.push_str(&format!("\\{byte:02X}")),
        }
    }
    out.push('"');
    out
}

impl Grower {
    /// An empty device.
    pub fn new(seed: u64) -> Self {
        let mut router = router(1, 5);
        load(&mut router, START).unwrap();
        Self { router, sampler: Sampler::new(seed), log: Vec::new(), refused: 0 }
    }

    /// Does this many random things.
    pub fn grow(&mut self, steps: usize) {
        let menus = menus();
        let tree = router::tree();
        for _ in 0..steps {
            let def = match self.sampler.below(10) {
                0..=6 => tree.menu(COMMON[self.sampler.below(COMMON.len() as u64) as usize]).unwrap(),
                _ => menus[self.sampler.below(menus.len() as u64) as usize],
            };
            self.step(def);
        }
    }

    /// One random thing in a menu.
    pub fn step(&mut self, def: &'static MenuDef) {
        let adds = def.kind == Kind::List && self.sampler.below(10) < 6;
        let made = if adds { self.add(def) } else { self.pick(def) };
        let Some(id) = made else { return };
        for _ in 0..self.sampler.below(6) {
            self.set(def, id);
        }
        match self.sampler.below(12) {
            0 | 1 if def.can_comment => {
                let comment = self.bytes();
                self.run(&format!("{} set {id} comment={}", def.path, quoted(&comment)));
            }
            2 if def.can_disable => {
                self.run(&format!("{} disable {id}", def.path));
            }
            3 if def.can_disable => {
                self.run(&format!("{} enable {id}", def.path));
            }
            4 | 5 if def.ordered && !self.builtin(def, id) => {
                if let Some(before) = self.pick(def).filter(|before| !self.builtin(def, *before)) {
                    self.run(&format!("{} move {id} {before}", def.path));
                }
            }
            _ => {}
        }
    }

    fn run(&mut self, command: &str) -> bool {
        let taken = load(&mut self.router, command).is_ok();
        if taken {
            self.log.push(command.to_owned());
        } else {
            self.refused += 1;
        }
        taken
    }

    fn builtin(&self, def: &'static MenuDef, id: Id) -> bool {
        let table = self.table(def);
        table.is_some_and(|table| table.index_of(id).is_some_and(|row| table.builtin(row)))
    }

    fn table(&self, def: &'static MenuDef) -> Option<&dyn AnyTable> {
        self.router.config().table(def)
    }

    /// Adds an item with what it needs.
    fn add(&mut self, def: &'static MenuDef) -> Option<Id> {
        let catalog = Catalog::get().menu(def.path);
        let mut words = String::new();
        let needs = catalog.map(|menu| menu.facts.needs.as_slice()).unwrap_or_default();
        for (at, property) in def.properties.iter().enumerate() {
            let needed = needs.iter().any(|need| need.properties.first() == Some(&property.name));
            let named = def.name_property == Some(at);
            if !(property.required || needed || named) || property.access == Access::ReadOnly {
                continue;
            }
            let known = catalog.and_then(|menu| menu.properties.iter().find(|p| p.name == property.name));
            let value = values::value(&mut self.sampler, property, known, self.router.config())?;
            words.push_str(&format!(" {}={}", property.name, quoted(&value)));
        }
        self.run(&format!("{} add{words}", def.path));
        let table = self.table(def)?;
        // The newest id: menus may keep their items sorted.
        (0..table.len())
            .filter(|row| !table.dynamic(*row))
            .map(|row| table.id(row))
            .filter(|id| *id < Id::FAR)
            .max()
    }

    /// An item that is there and may be changed.
    fn pick(&mut self, def: &'static MenuDef) -> Option<Id> {
        load(&mut self.router, &format!("{} print count-only", def.path)).ok();
        let table = self.router.config().table(def)?;
        let rows: Vec<Id> =
            (0..table.len()).filter(|row| !table.dynamic(*row)).map(|row| table.id(row)).collect();
        rows.get(usize::try_from(self.sampler.below(rows.len() as u64)).unwrap_or(0)).copied()
    }

    /// Sets one property of an item.
    fn set(&mut self, def: &'static MenuDef, id: Id) {
        let all: Vec<_> = def.properties.iter().enumerate().chain(def.extra_properties()).collect();
        let Some((at, property)) = all.get(self.sampler.below(all.len() as u64) as usize).copied() else {
            return;
        };
        if property.access == Access::ReadOnly {
            return;
        }
        if self.builtin(def, id) && def.name_property == Some(at) {
            // What others have by default is called as it is.
            return;
        }
        let known = Catalog::get().menu(def.path);
        let known = known.and_then(|menu| menu.properties.iter().find(|p| p.name == property.name));
        let names = Older { config: self.router.config(), own: def.namespace, id };
        let Some(value) = values::value(&mut self.sampler, property, known, &names) else { return };
        let numbers = if def.kind == Kind::Settings { String::new() } else { format!("{id} ") };
        if property.unset && self.sampler.below(8) == 0 {
            self.run(&format!("{} set {numbers}!{}", def.path, property.name));
        } else if def.bare_flag(at) {
            self.run(&format!("{} set {numbers}{}", def.path, property.name));
        } else {
            self.run(&format!("{} set {numbers}{}={}", def.path, property.name, quoted(&value)));
        }
    }

    /// Text of every kind of byte.
    fn bytes(&mut self) -> Vec<u8> {
        let length = self.sampler.below(1 << self.sampler.clone().below(7));
        (0..length)
            .map(|_| match self.sampler.below(4) {
                0 => *b"\"\\$?\r\n\t ;{}[]()=#'`~^&|,".get(self.sampler.below(25) as usize).unwrap_or(&b' '),
                1 => self.sampler.below(255) as u8 + 1,
                _ => b'a' + self.sampler.below(26) as u8,
            })
            .collect()
    }
}

/// The names of a device; of an item's own space only those of older items, so that none lies on itself round about.
struct Older<'a> {
    config: &'a router::Config,
    own: Option<Namespace>,
    id: Id,
}

impl Names for Older<'_> {
    fn lookup(&self, space: Namespace, name: &Text) -> menu::Lookup {
        self.config.lookup(space, name)
    }
    fn name(&self, space: Namespace, id: Id) -> Option<Text> {
        self.config.name(space, id)
    }
    fn all(&self, space: Namespace) -> Vec<Text> {
        let mut names = self.config.all(space);
        if self.own == Some(space) {
            let older = |name: &Text| matches!(self.config.lookup(space, name), menu::Lookup::One(id) if id < self.id);
            names.retain(older);
        }
        names
    }
}

/// Every item as text: what is set or shown of each settable property, whether it is disabled, its comment.
pub fn items(router: &mut Router) -> Vec<String> {
    let mut all = Vec::new();
    for def in menus() {
        // Makes sure that the table is there, and what its feature says of the items.
        load(router, &format!("{} print count-only", def.path)).ok();
        let config = router.config();
        let Some(table) = config.table(def) else { continue };
        let mut rows = Vec::new();
        for row in (0..table.len()).filter(|row| !table.dynamic(*row)) {
            let mut line = format!("{}:", def.path);
            for property in (0..def.properties.len()).chain(table.extra(row)) {
                let known = table.property(property).unwrap();
                let mut text = String::new();
                // What the clock says goes on.
                if !(def.path == "/system/clock" && matches!(known.name, "time" | "date"))
                    && matches!(known.access, Access::ReadWrite | Access::Sensitive)
                    && table.print(row, property, config, &mut text)
                    && !(property >= def.properties.len() && table.is_default(row, property, config))
                {
                    let bytes = table.name(row, property).filter(|_| text.contains('\u{FFFD}'));
                    let bytes = bytes.map_or_else(|| text.clone().into_bytes(), <[u8]>::to_vec);
                    line.push_str(&format!(" {}={}", known.name, bytes.escape_ascii()));
                }
            }
            line.push_str(&format!(
                " disabled={} {}",
                table.disabled(row),
                table.comment(row).escape_ascii()
            ));
            rows.push(line);
        }
        // What others refer to comes first where the order means nothing; interfaces are sorted by name.
        if !def.ordered {
            rows.sort();
        }
        all.extend(rows);
    }
    all
}

/// A catalogue property by menu and name.
pub fn known(path: &str, name: &str) -> Option<&'static CatalogProperty> {
    Catalog::get().menu(path)?.properties.iter().find(|p| p.name == name)
}
