//! [`History`]: the last changes with what takes them back.
//!
//! An action is a list of steps. Undoing a step gives the step that makes it again, so an action turns over in place:
//!
//! | step | takes back by | which gives |
//! |---|---|---|
//! | `Added` | removing the row | `Removed` with the row and its place |
//! | `Removed` | putting the row back | `Added` |
//! | `Changed` | the row as it was | `Changed` with the row as it is |
//! | `Moved` | moving the row back | `Moved` to where it stood |
//!
//! An added row costs its id only: a script that adds 80,000 items keeps the last hundred ids.

use crate::config::Config;
use crate::interface::Interface;
use clock::Instant;
use menu::{AnyTable, Id, Menu, MenuDef, SavedRow};
use std::collections::VecDeque;
use std::sync::Arc;

/// Actions kept.
pub(crate) const MOST_ACTIONS: usize = 100;

/// A console session, as safe mode tells them apart. Scripts and checks are [`Terminal::NONE`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Terminal(pub u32);

impl Terminal {
    /// No session that could be lost.
    pub const NONE: Self = Self(0);
    /// The device's own terminal.
    pub const CONSOLE: Self = Self(1);
}

/// Who changes the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Author {
    /// Name of the user.
    pub(crate) user: Arc<str>,
    pub(crate) terminal: Terminal,
    pub(crate) origin: Origin,
    /// A person sits there and is asked before what cannot be taken back.
    pub(crate) asks: bool,
}

/// By what way a change comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The device's own console.
    Console,
    /// A task of `/system/scheduler`.
    Scheduler(Box<str>),
    /// A script of `/ip/dhcp-server`.
    DhcpLease,
}

impl Author {
    /// What the log names the author by: `console:admin@ttyS0`, `scheduler:night`.
    pub(crate) fn log_name(&self) -> String {
        match &self.origin {
            Origin::Console => format!("console:{}@ttyS0", self.user),
            Origin::Scheduler(task) => format!("scheduler:{task}"),
            Origin::DhcpLease => "dhcp-lease".into(),
        }
    }
}

/// What an action did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Added,
    Changed,
    Removed,
    Moved,
}

/// One row's change.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Added(&'static MenuDef, Id),
    /// The row that went, and the one behind it.
    Removed(&'static MenuDef, SavedRow, Option<Id>),
    /// The row as it was.
    Changed(&'static MenuDef, SavedRow),
    /// The row, and the one behind it before.
    Moved(&'static MenuDef, Id, Option<Id>),
}

impl Step {
    pub(super) fn menu(&self) -> &'static MenuDef {
        match self {
            Self::Added(menu, _)
            | Self::Removed(menu, ..)
            | Self::Changed(menu, _)
            | Self::Moved(menu, ..) => menu,
        }
    }

    /// The row that the step keeps.
    pub(super) fn row(&self) -> Option<&SavedRow> {
        match self {
            Self::Removed(_, saved, _) | Self::Changed(_, saved) => Some(saved),
            Self::Added(..) | Self::Moved(..) => None,
        }
    }

    pub(super) fn id(&self) -> Id {
        match self {
            Self::Added(_, id) | Self::Moved(_, id, _) => *id,
            Self::Removed(_, saved, _) | Self::Changed(_, saved) => saved.id(),
        }
    }
}

/// What one command changed.
#[derive(Clone, Debug)]
pub(crate) struct Action {
    pub(super) number: u32,
    pub(super) by: Arc<str>,
    pub(super) at: Instant,
    pub(super) verb: Verb,
    pub(super) menu: &'static MenuDef,
    pub(super) steps: Vec<Step>,
    /// The item's name, in menus whose words contain it.
    pub(super) item: Option<Box<str>>,
    pub(super) undone: bool,
}

/// Safe mode.
#[derive(Clone, Copy, Debug)]
struct SafeMode {
    holder: Terminal,
    /// Number of the last action that was in force when it was taken.
    since: u32,
}

/// The last changes, oldest first; those that were taken back stand at the end.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    actions: VecDeque<Action>,
    /// How many of the actions are in force.
    done: usize,
    last: u32,
    safe: Option<SafeMode>,
    /// The log does not know of the last action yet.
    unsaid: bool,
    /// Who changes now; `None`: nothing is recorded (a configuration that is loaded before the run).
    pub(crate) author: Option<Author>,
}

/// The row behind `index` that a person made: dynamic ones come and go.
pub(super) fn behind(table: &dyn AnyTable, index: usize) -> Option<Id> {
    (index + 1..table.len()).find(|at| !table.dynamic(*at)).map(|at| table.id(at))
}

impl History {
    pub(super) fn actions(&self) -> &VecDeque<Action> {
        &self.actions
    }

    /// The action that was just recorded and author's, when the log does not know of it yet.
    pub(super) fn take_unsaid(&mut self) -> Option<(&Action, &Author)> {
        if !std::mem::take(&mut self.unsaid) {
            return None;
        }
        Some((self.actions.back()?, self.author.as_ref()?))
    }

    /// True when changes are to be recorded.
    #[inline]
    pub(crate) fn records(&self) -> bool {
        self.author.is_some()
    }

    /// A new action with no steps yet, in the place of what was taken back.
    fn begin(&mut self, at: Instant, verb: Verb, menu: &'static MenuDef) -> Option<&mut Action> {
        // Files are no configuration.
        if std::ptr::eq(menu, crate::file::File::DEF) {
            return None;
        }
        let by = Arc::clone(&self.author.as_ref()?.user);
        self.actions.truncate(self.done);
        let mut steps = Vec::new();
        if self.actions.len() >= MOST_ACTIONS
            && let Some(gone) = self.actions.pop_front()
        {
            if self.safe.is_some_and(|safe| gone.number > safe.since) {
                self.safe = None;
            }
            steps = gone.steps;
            steps.clear();
        }
        self.last = self.last.wrapping_add(1);
        let number = self.last;
        self.actions.push_back(Action { number, by, at, verb, menu, steps, item: None, undone: false });
        self.done = self.actions.len();
        self.unsaid = true;
        self.actions.back_mut()
    }

    /// An item was added.
    pub(crate) fn added(&mut self, config: &Config, at: Instant, menu: &'static MenuDef, id: Id) {
        let Some(action) = self.begin(at, Verb::Added, menu) else { return };
        action.steps.push(Step::Added(menu, id));
        action.name(config, id);
    }

    /// Items are about to be changed.
    pub(crate) fn changing(&mut self, config: &Config, at: Instant, menu: &'static MenuDef, ids: &[Id]) {
        let Some(action) = self.begin(at, Verb::Changed, menu) else { return };
        for id in ids {
            // `/interface` only shows what other menus hold.
            let menu = config.owner_of(menu, *id);
            let Some(table) = config.table(menu) else { continue };
            action.steps.extend(table.index_of(*id).map(|index| Step::Changed(menu, table.save(index))));
        }
        if let [id] = ids {
            action.name(config, *id);
        }
    }

    /// Items are about to be removed, in this order.
    pub(crate) fn removing(&mut self, config: &Config, at: Instant, menu: &'static MenuDef, ids: &[Id]) {
        let Some(action) = self.begin(at, Verb::Removed, menu) else { return };
        if let [id] = ids {
            action.name(config, *id);
        }
        let Some(table) = config.table(menu) else { return };
        action.steps = rows_gone(menu, table, ids.iter().copied(), |index| !table.dynamic(index));
    }

    /// Items are about to be moved, each to before `before`.
    pub(crate) fn moving(&mut self, config: &Config, at: Instant, menu: &'static MenuDef, ids: &[Id]) {
        let Some(action) = self.begin(at, Verb::Moved, menu) else { return };
        if let [id] = ids {
            action.name(config, *id);
        }
        let Some(table) = config.table(menu) else { return };
        for id in ids {
            let Some(index) = table.index_of(*id) else { continue };
            // A row behind that moves as well comes back after this one: look further.
            let place = (index + 1..table.len())
                .map(|at| (table.dynamic(at), table.id(at)))
                .find(|(dynamic, id)| !dynamic && !ids.contains(id));
            action.steps.push(Step::Moved(menu, *id, place.map(|(_, id)| id)));
        }
        let position = |step: &Step| table.index_of(step.id());
        action.steps.sort_by_key(|step| std::cmp::Reverse(position(step)));
    }

    /// The last action that can be taken back, or the first that can be made again.
    fn next(&self, redo: bool) -> Option<usize> {
        match redo {
            true => (self.done < self.actions.len()).then_some(self.done),
            false => self.done.checked_sub(1),
        }
    }

    /// Takes back the last action, or makes the last one that was taken back again; false when there is none.
    pub(crate) fn turn(&mut self, config: &mut Config, redo: bool) -> bool {
        let Some(action) = self.next(redo).and_then(|at| self.actions.get_mut(at)) else { return false };
        action.turn(config);
        self.done = if redo { self.done + 1 } else { self.done - 1 };
        true
    }

    /// Who holds safe mode.
    pub(crate) fn holder(&self) -> Option<Terminal> {
        self.safe.map(|safe| safe.holder)
    }

    /// Takes safe mode for a session, keeping what another one changed in it.
    pub(crate) fn take(&mut self, holder: Terminal) {
        let since = self.done.checked_sub(1).and_then(|at| self.actions.get(at));
        self.safe = Some(SafeMode { holder, since: since.map_or(0, |action| action.number) });
    }

    /// Ends safe mode and keeps the changes.
    pub(crate) fn release(&mut self) {
        self.safe = None;
    }

    /// Ends safe mode and takes the changes back; those that were taken back meanwhile are made again.
    pub(crate) fn unroll(&mut self, config: &mut Config) {
        let Some(safe) = self.safe.take() else { return };
        let number =
            |history: &Self, redo| history.next(redo).and_then(|at| Some(history.actions.get(at)?.number));
        while number(self, false).is_some_and(|number| number > safe.since) {
            self.turn(config, false);
        }
        while number(self, true).is_some_and(|number| number <= safe.since) {
            self.turn(config, true);
        }
    }

    /// True when the action goes with safe mode.
    pub(super) fn floats(&self, action: &Action) -> bool {
        !action.undone && self.safe.is_some_and(|safe| action.number > safe.since)
    }
}

impl Action {
    /// It made an item.
    pub(super) fn adds(&self) -> bool {
        self.verb == Verb::Added
    }

    fn name(&mut self, config: &Config, id: Id) {
        if !super::words::names_items(self.menu) {
            return;
        }
        let Some(table) = config.table(self.menu) else { return };
        let row = table.index_of(id);
        self.item = row.and_then(|row| super::words::item_name(config, table, row)).map(Into::into);
    }

    /// The row that this action keeps of the item of another one's step.
    pub(super) fn row_of(&self, step: &Step) -> Option<&SavedRow> {
        let same = |own: &&Step| own.id() == step.id() && std::ptr::eq(own.menu(), step.menu());
        self.steps.iter().filter(same).find_map(Step::row)
    }

    /// Turns every step over, the last one first.
    fn turn(&mut self, config: &mut Config) {
        // What others refer to may go or come back.
        config.removals += 1;
        let steps: Vec<Step> = std::mem::take(&mut self.steps).into_iter().rev().collect();
        // All steps of an action are of one kind.
        self.steps = match steps.first() {
            Some(Step::Added(menu, _)) => take_away(config, menu, &steps),
            Some(Step::Removed(menu, ..)) => put_back(config, menu, steps),
            _ => steps.iter().filter_map(|step| turn_one(config, step)).collect(),
        };
        self.undone = !self.undone;
    }
}

/// The steps that removing these rows is, in the order of the rows: the last one has to come back first, so that each
/// finds the row behind it.
fn rows_gone(
    menu: &'static MenuDef,
    table: &dyn AnyTable,
    ids: impl Iterator<Item = Id>,
    counts: impl Fn(usize) -> bool,
) -> Vec<Step> {
    let mut rows: Vec<usize> = ids.filter_map(|id| table.index_of(id)).collect();
    rows.sort_unstable();
    rows.dedup();
    rows.retain(|index| counts(*index));
    rows.into_iter().map(|index| Step::Removed(menu, table.save(index), behind(table, index))).collect()
}

/// Removes rows that were added.
fn take_away(config: &mut Config, menu: &'static MenuDef, steps: &[Step]) -> Vec<Step> {
    let table = config.table_mut(menu);
    // What a person added is taken away though it be dynamic by now, as an entry with a timeout is.
    let turned = rows_gone(menu, table, steps.iter().map(Step::id), |_| true);
    let ids: Vec<Id> = turned.iter().map(Step::id).collect();
    table.remove_ids(&ids);
    config.mark_removed(menu);
    turned
}

/// Puts rows back that were removed, in one pass.
fn put_back(config: &mut Config, menu: &'static MenuDef, steps: Vec<Step>) -> Vec<Step> {
    let row = |step| match step {
        Step::Removed(_, saved, before) => Some((saved, before)),
        Step::Added(..) | Step::Changed(..) | Step::Moved(..) => None,
    };
    let table = config.table_mut(menu);
    let mut rows: Vec<(SavedRow, Option<Id>)> = steps.into_iter().filter_map(row).collect();
    rows.retain(|(saved, _)| table.index_of(saved.id()).is_none());
    table.put_back(&rows);
    config.mark(menu);
    rows.iter().map(|(saved, _)| Step::Added(menu, saved.id())).collect()
}

/// Takes back one change or move and gives the step that makes it again; `None` when its row is gone.
fn turn_one(config: &mut Config, step: &Step) -> Option<Step> {
    let (menu, id) = (step.menu(), step.id());
    let table = config.table_mut(menu);
    let index = table.index_of(id)?;
    let turned = match step {
        Step::Changed(_, saved) => {
            let turned = Step::Changed(menu, table.save(index));
            table.restore(saved);
            turned
        }
        Step::Moved(_, _, before) => {
            let turned = Step::Moved(menu, id, behind(table, index));
            let to = before.and_then(|before| table.index_of(before));
            table.move_row(index, to);
            turned
        }
        Step::Added(..) | Step::Removed(..) => return None,
    };
    config.mark(menu);
    if std::ptr::eq(menu, Interface::DEF) {
        crate::interface::write_loopback(config);
    }
    Some(turned)
}
