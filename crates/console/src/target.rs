//! [`Target`]: what the console needs of the device it commands.

use bstr::BString;
use clock::Instant;
use menu::{AnyTable, Id, LegacyMenu, MenuDef, Names, Namespace, Prepared, Rejected, Text, Tree, Value};
use std::collections::BTreeMap;

/// A table and the names that its references are read with, borrowed together.
pub struct View<'a> {
    /// The items.
    pub table: &'a dyn AnyTable,
    /// The device's names.
    pub names: &'a dyn Names,
}

/// A piece of hardware that a script takes for granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The menu that has an item for it, where that is no port: `/disk`, `/port`.
    pub menu: Option<&'static str>,
    /// Its name there, or its number.
    pub name: Text,
    /// Where it is first mentioned.
    pub position: crate::Position,
}

/// A device as the console sees it. Object-safe; the console never keeps a borrow over a call.
///
/// The console parses, resolves selectors, checks required arguments and prepares items
/// ([`AnyTable::prepare_add`] over a [`View`]); the device stores them, applies them to its engines and refuses what
/// breaks rules between properties and items.
pub trait Target {
    /// All menus, those with a struct and those of the catalogue. The same answer in every call.
    fn tree(&self) -> &'static Tree;

    /// Brings state rows and fields of a menu up to date, and makes sure that its table exists. Called once before
    /// each command that reads the menu or changes items that are there.
    fn refresh(&mut self, menu: &'static MenuDef);

    /// Makes sure that the menu's table exists. Called before each command that only adds an item or sets the one row
    /// of a settings menu: a device that brings its engines in line in [`Target::refresh`] need not do it between the
    /// lines of a long configuration.
    fn open(&mut self, menu: &'static MenuDef) {
        self.refresh(menu);
    }

    /// The items of a menu; `None` when the menu has no items (commands only).
    fn view(&self, menu: &'static MenuDef) -> Option<View<'_>>;

    /// Stores a new item before `place_before`, at the end when `None`.
    ///
    /// # Errors
    /// The device's rules forbid it (`failure: already have such address`); nothing is changed.
    fn add(
        &mut self,
        menu: &'static MenuDef,
        item: Prepared,
        place_before: Option<Id>,
    ) -> Result<Id, Rejected>;

    /// Stores changed items. All or nothing when the device can; else the items before the refused one are changed.
    /// For settings menus the id is that of the one row.
    ///
    /// # Errors
    /// The device's rules forbid it.
    fn set(&mut self, menu: &'static MenuDef, items: Vec<(Id, Prepared)>) -> Result<(), Rejected>;

    /// Removes items.
    ///
    /// # Errors
    /// Built-in or dynamic items, items in use.
    fn remove(&mut self, menu: &'static MenuDef, items: &[Id]) -> Result<(), Rejected>;

    /// `enable` (`disabled == false`) and `disable`.
    ///
    /// # Errors
    /// Items that cannot be disabled.
    fn set_disabled(&mut self, menu: &'static MenuDef, items: &[Id], disabled: bool) -> Result<(), Rejected>;

    /// `comment`; an empty text removes it.
    ///
    /// # Errors
    /// Items that take no comment.
    fn set_comment(&mut self, menu: &'static MenuDef, items: &[Id], comment: Text) -> Result<(), Rejected>;

    /// `move`: puts the items, in the order given, before `before`, at the end when `None`.
    ///
    /// # Errors
    /// Dynamic or built-in items.
    fn move_items(
        &mut self,
        menu: &'static MenuDef,
        items: &[Id],
        before: Option<Id>,
    ) -> Result<(), Rejected>;

    /// Whether the device wants to be told which command made or changed an item ([`Target::trace`]).
    fn traces(&self) -> bool {
        false
    }

    /// A command at `position` of the job's own source has just added or set these items. Called only while
    /// [`Target::traces`].
    fn trace(&mut self, menu: &'static MenuDef, items: &[Id], position: crate::Position) {
        let _ = (menu, items, position);
    }

    /// Says what an old `add` or `set` is today (RouterOS 6's `/routing/bgp/peer/add`): its arguments by today's names, and
    /// items that come before and behind it.
    ///
    /// # Errors
    /// What an old property asks for cannot be said today.
    fn translate(&mut self, call: OldCall) -> Result<Translation, Rejected> {
        Ok(Translation { arguments: Some(call.arguments), ..Translation::default() })
    }

    /// The items, among those that RouterOS 6 had by itself and a script of it leans on (menu and name:
    /// `/routing/ospf/area`, `backbone`), that the device lacks; they are made before the script runs.
    fn provide(&mut self, needs: &[(&'static str, Text)]) -> Vec<NewItem> {
        let _ = needs;
        Vec::new()
    }

    /// Is the hardware that a script takes for granted of interest ([`Target::make_hardware`])?
    fn wants_hardware(&self) -> bool {
        false
    }

    /// Makes the pieces among these that the device lacks; called before the script runs, when
    /// [`Target::wants_hardware`]. Gives a note for each.
    fn make_hardware(&mut self, pieces: &[Piece]) -> Vec<crate::Note> {
        let _ = pieces;
        Vec::new()
    }

    /// Runs a command of [`MenuDef::commands`], `/ping`, `reset-counters` and the like.
    fn command(&mut self, call: &CommandCall) -> Outcome;

    /// Goes on with a pending command. Called when the time it asked for has come, and whenever the job is run.
    fn poll(&mut self, token: Token) -> Poll;

    /// The job is gone; the pending command ends.
    fn cancel(&mut self, token: Token);

    /// Ctrl-C: the pending command ends. Gives what it prints at its end (`/ping`: the summary); `None` for a command that
    /// has nothing to say, for which the console prints `interrupted`.
    fn interrupt(&mut self, token: Token) -> Option<BString> {
        self.cancel(token);
        None
    }

    /// `:resolve`.
    fn resolve(&mut self, call: &ResolveCall) -> Outcome {
        let _ = call;
        Outcome::Failed("failure: could not get answer from dns server".into())
    }

    /// Virtual time.
    fn now(&self) -> Instant;

    /// `:log` and the messages of failed scripts; topics as RouterOS writes them (`script,info`).
    fn log(&mut self, topics: &str, message: &str);

    /// Variables of `:global`; they live until the device reboots.
    fn globals(&mut self) -> &mut Globals;

    /// The device's own random stream (`:rndnum`, `:rndstr`).
    fn random(&mut self) -> u64;

    /// Starts a script beside the present one (`:execute`): the device runs it from now on, first at this instant, and
    /// forgets it at its end. Gives its number in `/system/script/job`.
    ///
    /// # Errors
    /// The device runs too many jobs, or none of its own.
    fn start_job(&mut self, job: crate::Job) -> Result<Id, String> {
        drop(job);
        Err("failure: no more jobs can run".into())
    }

    /// `/system/script/run` starts this script in the present job.
    fn script_started(&mut self, script: Id) {
        let _ = script;
    }

    /// The names of the scripts that run in the present job, the outermost first; told before the jobs are
    /// listed and before each command of a script that another one runs.
    fn scripts_at_work(&mut self, names: Vec<Text>) {
        let _ = names;
    }

    /// Contents of a file, for `/import` and `:import`; `None` when there is none.
    fn read_file(&mut self, name: &Text) -> Option<Vec<u8>> {
        let _ = name;
        None
    }

    /// Writes a file, for `print file=` and `export file=`.
    ///
    /// # Errors
    /// RouterOS's text when the device has no place for it.
    fn write_file(&mut self, name: &Text, contents: &[u8]) -> Result<(), String> {
        let _ = (name, contents);
        Err("failure: not enough space".into())
    }

    /// The menu that holds an item of a space of names, and the item's id there: an export puts it before what refers to
    /// it. `None` when no menu does.
    fn home(&self, space: Namespace, id: Id) -> Option<(&'static MenuDef, Id)> {
        let _ = (space, id);
        None
    }

    /// First line of an export behind the date (`by RouterOS 7.20.2`) and the lines about the board.
    fn export_header(&self) -> String {
        String::new()
    }
}

/// An `add` or `set` in an old form, with the values of its arguments.
#[derive(Clone, Debug)]
pub struct OldCall {
    /// The old forms that it was read by.
    pub menu: &'static LegacyMenu,
    /// `add`, else `set`.
    pub adds: bool,
    /// All arguments: old ones by their old names, others by today's.
    pub arguments: Vec<OldArgument>,
}

/// One argument of an [`OldCall`] or [`Translation`].
#[derive(Clone, Debug, PartialEq)]
pub struct OldArgument {
    /// Its name.
    pub name: &'static str,
    /// Its value; `None` for `!name`.
    pub value: Option<Value>,
    /// Which argument of the command it comes from, to place faults.
    pub origin: usize,
}

/// What an [`OldCall`] is today.
#[derive(Clone, Debug, Default)]
pub struct Translation {
    /// Items that it leans on.
    pub before: Vec<NewItem>,
    /// Its arguments by today's names; `None`: there is nothing more to do.
    pub arguments: Option<Vec<OldArgument>>,
    /// Items that lean on it.
    pub after: Vec<NewItem>,
}

/// An item that an old command makes besides its own.
#[derive(Clone, Debug)]
pub struct NewItem {
    /// Path of today's menu.
    pub menu: &'static str,
    /// Is it new?
    pub item: Which,
    /// Its properties, `comment` and `disabled` too.
    pub arguments: Vec<(&'static str, Value)>,
}

/// Which item a [`NewItem`] is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// A new one; in a settings menu the one that there is.
    New,
    /// The one of this name, new when there is none.
    Named(Text),
    /// This one.
    Old(Id),
}

/// Variables by name.
pub type Globals = BTreeMap<Text, Value>;

/// A command beyond the common ones.
#[derive(Clone, Debug)]
pub struct CommandCall {
    /// Its menu.
    pub menu: &'static MenuDef,
    /// Its name, written out (`make-static`, `ping`).
    pub command: &'static str,
    /// The items that `numbers` named, when the command takes any.
    pub items: Vec<Id>,
    /// Arguments by their full names, in the order written. A bare flag has the value `true`.
    pub arguments: Vec<(&'static str, Value)>,
    /// The width of the terminal in characters, when the call has one.
    pub width: Option<u16>,
}

impl CommandCall {
    /// The last value given for an argument.
    #[must_use]
    pub fn argument(&self, name: &str) -> Option<&Value> {
        self.arguments.iter().rev().find(|(n, _)| *n == name).map(|(_, value)| value)
    }
}

/// `:resolve`'s arguments.
#[derive(Clone, Debug)]
pub struct ResolveCall {
    /// The name to look up.
    pub domain_name: Text,
    /// `server=`, `server-port=`, `type=` as given.
    pub arguments: Vec<(&'static str, Value)>,
}

/// Names a pending command of a device; chosen by the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Token(pub u64);

/// How a command ended, or that it goes on.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Finished, with its value ([`Value::Nil`] when it has none).
    Done(Value),
    /// Finished, with text for the terminal.
    Printed(BString, Value),
    /// Failed, with RouterOS's text.
    Failed(String),
    /// Takes time; the console polls.
    Pending(Token),
}

/// State of a pending command.
#[derive(Clone, Debug)]
pub enum Poll {
    /// Not finished; poll again at this instant, or when something else wakes the device.
    Pending(Option<Instant>),
    /// Text for the terminal; poll again at once.
    Output(BString),
    /// The same, with what the block of the command (`do=`) sees as variables; polled again when the block has run.
    Round(BString, BTreeMap<Text, Value>),
    /// Finished.
    Done(Value),
    /// Failed, with RouterOS's text.
    Failed(String),
}
