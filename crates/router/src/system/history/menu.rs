//! `/system/history`.

use menu::{Menu, Text};

/// What was changed, newest first.
#[derive(Clone, Debug, Menu)]
#[menu(
    "/system/history",
    status,
    no_name,
    dynamic_unnumbered,
    flags(undoable = 'U', redoable = 'R', floating_undo = 'F'),
    columns(action, by, policy)
)]
pub struct Entry {
    /// Commands that make the change again.
    #[prop(read_only, quoted = false)]
    pub redo: Text,
    /// Commands that take it back.
    #[prop(read_only, quoted = false)]
    pub undo: Text,
    /// What was done.
    #[prop(read_only)]
    pub action: Text,
    /// Who did it.
    #[prop(read_only)]
    pub by: Text,
    /// What a user must be allowed to take it back.
    #[prop(read_only, quoted = false)]
    pub policy: Text,
    /// When.
    #[prop(read_only, quoted = false)]
    pub time: Text,
    /// Can be taken back.
    pub undoable: bool,
    /// Was taken back and can be made again.
    pub redoable: bool,
    /// Is taken back when safe mode ends without release.
    pub floating_undo: bool,
}
