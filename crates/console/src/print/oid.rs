//! `print oid`: under which numbers SNMP shows the values.
//!
//! Manual: "SNMP", object identifiers. What is known of a menu stands in the catalogue's facts.

use super::{Page, Row};
use menu::{Catalog, Kind};

impl Page<'_> {
    /// Like detail, and like the plain print of a settings menu, with numbers for values.
    pub(super) fn oids(&self) -> String {
        if self.def.kind == Kind::Settings {
            let lines = self.rows.first().map(|row| self.numbers(row)).unwrap_or_default();
            return super::lines::labelled(&lines);
        }
        self.items(|row| self.numbers(row).into_iter().map(|(word, oid)| format!("{word}={oid}")).collect())
    }

    fn numbers(&self, row: &Row) -> Vec<(&'static str, String)> {
        let known = Catalog::get().menu(self.def.path).map(|menu| menu.facts.oids.as_slice());
        let item = row.id.0.to_string();
        known.unwrap_or_default().iter().map(|(word, oid)| (*word, oid.replace("{}", &item))).collect()
    }
}
