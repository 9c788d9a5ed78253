//! The menus of a device: those with a struct and those of the catalogue, as one tree.

use crate::features::MENUS;
use menu::{CommandDef, Kind, Layout, MenuDef, StatsLayout, Tree};
use std::sync::OnceLock;

/// The commands of the root menu that a device answers itself; those of the language are the console's.
static ROOT: MenuDef = MenuDef {
    path: "/",
    kind: Kind::Commands,
    help: "",
    properties: &[],
    flags: &[],
    columns: &[],
    layout: Layout::Table,
    commands: &[
        CommandDef {
            name: "ping",
            arguments: &[
                "address",
                "count",
                "interval",
                "size",
                "ttl",
                "src-address",
                "interface",
                "do-not-fragment",
                "dscp",
                "arp-ping",
                "vrf",
                "duration",
                "as-value",
            ],
            positional: 1,
            help: "Sends ICMP echo requests.",
        },
        CommandDef {
            name: "password",
            arguments: &["old-password", "new-password", "confirm-new-password"],
            positional: 0,
            help: "Changes the password of the user.",
        },
        CommandDef { name: "undo", arguments: &[], positional: 0, help: "Takes back the last change." },
        CommandDef {
            name: "redo",
            arguments: &[],
            positional: 0,
            help: "Makes the last change that was taken back again.",
        },
    ],
    name_property: None,
    namespace: None,
    ordered: false,
    can_disable: false,
    can_comment: false,
    dynamic_unnumbered: false,
    wide_number: false,
    stats_layout: StatsLayout::Table,
    stats_columns: &[],
    not_simulated: None,
};

/// Menus that have a struct.
#[must_use]
pub fn menus() -> &'static [&'static MenuDef] {
    MENUS
}

/// Every menu of RouterOS, the ones with a struct in place of the catalogue's. Built once for the process. Forms of
/// RouterOS 6 and forms that no RouterOS has are read as today's.
#[must_use]
pub fn tree() -> &'static Tree {
    static TREE: OnceLock<Tree> = OnceLock::new();
    TREE.get_or_init(|| Tree::new(all()).lenient())
}

/// The same menus for a reader that refuses every form that RouterOS 7 refuses.
#[must_use]
pub fn strict_tree() -> &'static Tree {
    static TREE: OnceLock<Tree> = OnceLock::new();
    TREE.get_or_init(|| Tree::new(all()))
}

fn all() -> &'static [&'static MenuDef] {
    static ALL: OnceLock<Vec<&'static MenuDef>> = OnceLock::new();
    ALL.get_or_init(|| std::iter::once(&ROOT).chain(MENUS.iter().copied()).collect())
}
