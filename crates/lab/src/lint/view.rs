//! A read-only view of a router's items, by menu path and property name, for lints.

use menu::{AnyTable, Id, MenuDef};
use router::{Config, Position, Router};

/// A router's items.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    router: &'a Router,
    /// The RouterOS version that the configuration is for, as numbers: `7.16.2` is `[7, 16]`.
    version: [u32; 2],
}

/// One item of a menu.
#[derive(Clone, Copy)]
pub(crate) struct Item<'a> {
    table: &'a dyn AnyTable,
    row: usize,
    names: &'a Config,
}

impl PartialEq for Item<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.menu(), other.menu()) && self.id() == other.id()
    }
}

impl<'a> View<'a> {
    pub(super) fn new(router: &'a Router, version: &str) -> Self {
        let mut numbers = version.split(|c: char| !c.is_ascii_digit()).map(|part| part.parse().unwrap_or(0));
        let version = [numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)];
        Self { router, version }
    }

    /// True for this RouterOS version and newer ones.
    pub(super) fn since(&self, major: u32, minor: u32) -> bool {
        self.version >= [major, minor]
    }

    /// The items of a menu that somebody made, disabled ones too; none when there is no such menu.
    pub(super) fn all(&self, path: &str) -> Vec<Item<'a>> {
        let Some(table) = self.table(path) else { return Vec::new() };
        self.of(table).filter(|item| !item.table.dynamic(item.row)).collect()
    }

    /// The items of a menu that somebody made and that are not disabled.
    pub(super) fn items(&self, path: &str) -> Vec<Item<'a>> {
        self.all(path).into_iter().filter(|item| !item.disabled()).collect()
    }

    /// True when one of the menus at or below these paths has an item that is not disabled.
    pub(super) fn uses(&self, paths: &[&str]) -> bool {
        let below = |path: &str, of: &str| {
            path.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.tables()
            .filter(|table| paths.iter().any(|path| below(table.def().path, path)))
            .flat_map(|table| self.of(table))
            .any(|item| !item.disabled() && item.is_made())
    }

    /// Every item of every menu.
    pub(super) fn everything(&self) -> impl Iterator<Item = Item<'a>> + '_ {
        self.tables().flat_map(|table| self.of(table))
    }

    /// Where an item was made and set.
    pub(super) fn places(&self, item: &Item<'_>) -> &'a [Position] {
        self.router.places(item.menu(), item.id())
    }

    fn config(&self) -> &'a Config {
        self.router.config()
    }

    fn table(&self, path: &str) -> Option<&'a dyn AnyTable> {
        self.tables().find(|table| table.def().path == path)
    }

    fn tables(&self) -> impl Iterator<Item = &'a dyn AnyTable> + use<'a> {
        let config = self.config();
        let typed = router::menus().iter().filter_map(|def| config.table(def));
        typed.chain(config.catalog.values().map(|table| table as &dyn AnyTable))
    }

    fn of(&self, table: &'a dyn AnyTable) -> impl Iterator<Item = Item<'a>> + use<'a> {
        let names = self.config();
        (0..table.len()).map(move |row| Item { table, row, names })
    }
}

impl<'a> Item<'a> {
    /// The menu.
    pub(super) fn menu(&self) -> &'static MenuDef {
        self.table.def()
    }

    pub(super) fn id(&self) -> Id {
        self.table.id(self.row)
    }

    pub(super) fn disabled(&self) -> bool {
        self.table.disabled(self.row)
    }

    /// True when somebody made it or set something of it.
    fn is_made(&self) -> bool {
        !self.table.dynamic(self.row)
            && (0..self.menu().properties.len()).any(|property| self.table.explicit(self.row, property))
    }

    /// The comment; empty when there is none.
    pub(super) fn comment(&self) -> String {
        self.table.comment(self.row).to_string()
    }

    /// The text of a property as `print` shows it, its default when nobody set it.
    pub(super) fn text(&self, property: &str) -> Option<String> {
        let index = self.menu().find_property(property)?;
        let mut text = String::new();
        self.table.print(self.row, index, self.names, &mut text).then_some(text)
    }

    /// The text of a property that somebody set.
    pub(super) fn given(&self, property: &str) -> Option<String> {
        let index = self.menu().find_property(property)?;
        self.is_given(index).then(|| self.text(property)).flatten()
    }

    /// The words of a property that is a list with commas; none when it is not set.
    pub(super) fn list(&self, property: &str) -> Vec<String> {
        let text = self.text(property).unwrap_or_default();
        text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    }

    /// True when the property has this text.
    pub(super) fn is(&self, property: &str, text: &str) -> bool {
        self.text(property).is_some_and(|own| own == text)
    }

    /// The names and texts of all properties that somebody set.
    pub(super) fn properties(&self) -> Vec<(&'static str, String)> {
        let own = 0..self.menu().properties.len();
        let all = own.chain(self.table.extra(self.row)).filter(|index| self.is_given(*index));
        let named = |index| {
            let name = self.table.property(index)?.name;
            let mut text = String::new();
            self.table.print(self.row, index, self.names, &mut text).then_some((name, text))
        };
        all.filter_map(named).collect()
    }

    fn is_given(&self, index: usize) -> bool {
        let own = index < self.menu().properties.len();
        if own { self.table.explicit(self.row, index) } else { self.table.extra(self.row).contains(&index) }
    }
}
