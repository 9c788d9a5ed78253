//! [`MenuDef`] and its parts: the static description of one menu.

use crate::{Names, Namespace};

/// What kind of menu it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `add` and `remove`.
    List,
    /// Items exist by themselves; `set` only.
    FixedList,
    /// One object.
    Settings,
    /// Read-only rows.
    Status,
    /// Commands only.
    Commands,
}

/// How a plain `print` shows the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// `Columns: …` table.
    Table,
    /// `name=value` pairs, wrapped.
    Detail,
    /// The values of the columns behind each other, without a header (`/log`).
    Lines,
}

/// Who may write a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Settable and printed.
    ReadWrite,
    /// Printed only: state, computed by the feature.
    ReadOnly,
    /// Settable, never printed (passwords without `show-sensitive` are `Sensitive`, not this).
    WriteOnly,
    /// Settable; printed and exported only with `show-sensitive`.
    Sensitive,
}

/// What a property takes: for completion, help, and range messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// `yes`/`no`.
    Bool,
    /// Whole number with bounds.
    Number {
        /// Smallest value taken.
        min: i64,
        /// Largest value taken.
        max: i64,
    },
    /// One of these words.
    Keyword(&'static [&'static str]),
    /// Some of these words, comma-separated.
    Keywords(&'static [&'static str]),
    /// An item of another menu, by name or id.
    Reference(Namespace),
    /// Anything else, described as the console's help does (`A.B.C.D    (IP address)`, `time interval`).
    Other(&'static str),
}

/// One property.
#[derive(Debug)]
pub struct PropertyDef {
    /// Name as RouterOS spells it.
    pub name: &'static str,
    /// Older spellings taken on input, each reported as such.
    pub aliases: &'static [&'static str],
    /// Who may write it.
    pub access: Access,
    /// `add` fails without it: `missing value(s) of argument(s) …`.
    pub required: bool,
    /// May be removed with `!name`.
    pub unset: bool,
    /// False when it is accepted, stored and printed, but changes nothing in the simulation.
    pub simulated: bool,
    /// Exported even at its default (`chain`, `action`, `network`).
    pub always_export: bool,
    /// A counter: printed by `print stats` only.
    pub stats: bool,
    /// A number or rate, right-aligned in tables.
    pub right_aligned: bool,
    /// Strings are quoted in detail print; words, numbers and addresses are not.
    pub quoted: bool,
    /// Help text, from the doc comment.
    pub help: &'static str,
    /// What it takes.
    pub value: ValueKind,
    /// Words taken besides (`auto`, `none`), for completion.
    pub words: &'static [&'static str],
}

/// One flag letter.
#[derive(Debug)]
pub struct FlagDef {
    /// The letter.
    pub letter: char,
    /// Its name in lower case (`disabled`); also the name of a boolean in `where`, API and REST.
    pub name: &'static str,
    /// Character column; flags that share one have the same number.
    pub group: u8,
}

/// A command beyond the common ones.
#[derive(Debug)]
pub struct CommandDef {
    /// Name (`make-static`).
    pub name: &'static str,
    /// Argument names; unnamed arguments bind in this order up to `positional`.
    pub arguments: &'static [&'static str],
    /// How many of the arguments may stand unnamed.
    pub positional: usize,
    /// Help text.
    pub help: &'static str,
}

/// How `print stats` is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StatsLayout {
    /// A table (`/ip/firewall/filter`).
    #[default]
    Table,
    /// A column for each item (`/interface/ethernet`).
    Transposed,
    /// `name="q1" bytes=0/0` (`/queue/simple`); the digits of counters stand together.
    Detail,
}

/// The static description of a menu; everything a user sees of it derives from this.
#[derive(Debug)]
pub struct MenuDef {
    /// `/ip/dhcp-server/lease`.
    pub path: &'static str,
    /// Kind.
    pub kind: Kind,
    /// Help text, from the doc comment.
    pub help: &'static str,
    /// Properties in print order (export sorts by name).
    pub properties: &'static [PropertyDef],
    /// Flags in column order.
    pub flags: &'static [FlagDef],
    /// Columns of the plain table, in order; empty = all properties.
    pub columns: &'static [&'static str],
    /// Plain print layout.
    pub layout: Layout,
    /// Commands beyond the common ones.
    pub commands: &'static [CommandDef],
    /// Index of the property that names an item.
    pub name_property: Option<usize>,
    /// Where the names of its items are looked up.
    pub namespace: Option<Namespace>,
    /// Order matters and `move`, `place-before` work.
    pub ordered: bool,
    /// Items have `disabled`.
    pub can_disable: bool,
    /// Items have `comment`.
    pub can_comment: bool,
    /// Dynamic rows are printed without a number (`/ip/route`).
    pub dynamic_unnumbered: bool,
    /// Row numbers are followed by two spaces since the menu has no flags at all (`/ip/pool`).
    pub wide_number: bool,
    /// How `print stats` is laid out.
    pub stats_layout: StatsLayout,
    /// What `print stats` shows, in order; empty = what names an item and its counters.
    pub stats_columns: &'static [&'static str],
    /// What the feature behind this menu leaves out, said once at the end of a load; `None` = fully simulated.
    pub not_simulated: Option<&'static str>,
}

impl MenuDef {
    /// Index of the property called `name`, aliases included; exact. The catalogue's further properties are not
    /// looked at: see [`MenuDef::find_property`].
    #[must_use]
    pub fn property(&self, name: &str) -> Option<usize> {
        self.properties.iter().position(|p| p.name == name || p.aliases.contains(&name))
    }

    /// The commands that every menu of this kind has, `print` and `export` first.
    #[must_use]
    pub fn common_commands(&self) -> Vec<&'static str> {
        let mut commands = vec!["print", "get"];
        if self.kind != Kind::Status {
            commands.push("export");
        }
        match self.kind {
            Kind::Commands => return Vec::new(),
            Kind::Settings => commands.extend(["set", "edit", "reset"]),
            Kind::Status => commands.push("find"),
            Kind::List | Kind::FixedList => {
                commands.extend(["find", "set", "edit", "reset"]);
                if self.properties.iter().any(|p| p.unset) {
                    commands.push("unset");
                }
                if self.can_disable {
                    commands.extend(["enable", "disable"]);
                }
                if self.can_comment {
                    commands.push("comment");
                }
            }
        }
        if self.kind == Kind::List {
            commands.extend(["add", "remove"]);
            if self.ordered {
                commands.push("move");
            }
        }
        commands
    }

    /// Index of the flag called `name`; exact.
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<usize> {
        self.flags.iter().position(|flag| flag.name == name)
    }
}

/// A type that a property can have: it owns its syntax.
pub trait PropertyType: Sized + Clone {
    /// What it takes.
    const KIND: ValueKind;
    /// Strings are quoted in detail print.
    const QUOTED: bool = false;
    /// Numbers are right-aligned in tables.
    const RIGHT_ALIGNED: bool = false;
    /// Words taken besides what [`Self::KIND`] says, for completion.
    const WORDS: &'static [&'static str] = &[];

    /// Reads a value, as the console passes it (often `str`: the word as written).
    ///
    /// # Errors
    /// RouterOS's own reasons; the caller adds the name of the argument.
    fn parse(input: &crate::Value, names: &dyn Names) -> Result<Self, crate::ValueError>;

    /// The text that `print` and the API show.
    fn print(&self, names: &dyn Names, out: &mut String);

    /// The typed value that `get` and expressions see.
    fn to_value(&self, names: &dyn Names) -> crate::Value;

    /// The value itself when it is text, without copying it: for looking up names.
    fn text(&self) -> Option<&crate::Text> {
        None
    }

    /// Values of this type can point at items of other menus.
    const REFERS: bool = false;

    /// Calls `f` with each item that the value points at.
    fn references(&self, f: &mut dyn FnMut(Namespace, crate::Id)) {
        let _ = f;
    }
}
