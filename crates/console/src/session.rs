//! [`Session`]: what a terminal remembers from one line to the next.

use menu::{Id, Text};
use std::collections::{BTreeMap, BTreeSet};

/// A console session: the current menu, the print numbers, the width of the terminal, the globals it has declared.
#[derive(Clone, Debug, Default)]
pub struct Session {
    /// Path of the current menu, `""` for the root; a line that is only a path changes it.
    pub menu: &'static str,
    /// Width of the terminal in characters; `None` = no wrapping (`ssh router '…'`, files). Detail output wraps at it.
    pub width: Option<u16>,
    /// A person sits at it: an empty line follows a table.
    pub person: bool,
    /// A line has said `/quit`: whoever sits there leaves.
    pub quits: bool,
    /// Globals that were declared on earlier lines.
    pub(crate) declared: BTreeSet<Text>,
    /// Items behind numbers, by menu path.
    pub(crate) numbers: BTreeMap<&'static str, Numbers>,
    /// Numbers count without a `print` before, as at a terminal; scripts and imports have only those that they printed.
    pub(crate) implicit_numbers: bool,
}

/// Items behind the numbers of a menu.
#[derive(Clone, Debug)]
pub(crate) struct Numbers {
    pub(crate) items: Vec<Id>,
    /// By a `print`; else by the first use of a number, as if the menu had been printed then.
    pub(crate) printed: bool,
}

impl Session {
    /// A terminal 80 characters wide, at the root menu.
    #[must_use]
    pub fn terminal() -> Self {
        Self { width: Some(80), ..Self::default() }
    }

    /// A session without a terminal: scripts, `import`, checks.
    #[must_use]
    pub fn script() -> Self {
        Self::default()
    }
}
