//! Old and mistaken forms: what RouterOS 6 called otherwise, and what people write that no RouterOS has, with what each is
//! today. Data only (`rules.txt`): readers that are lenient ask for it when today's menus lack a word, and say a note for
//! each; strict readers never ask.
//!
//! **Invariant:** legacy words are matched whole, only where today's menus know no such word, so none of them ever makes an
//! abbreviation ambiguous; none is completed, printed or exported.
//!
//! Sources: RouterOS manual, "Moving from ROSv6 to v7", "Upgrading to v7", and the changelogs that name what was renamed.

mod parse;

use std::borrow::Cow;
use std::sync::OnceLock;

/// What kind of form something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LegacyKind {
    /// RouterOS 6 (or an early 7) had it.
    Version,
    /// An early RouterOS 7 had it, RouterOS 6 not.
    Older,
    /// No RouterOS has it.
    Form,
}

impl LegacyKind {
    /// The RouterOS that had it.
    const fn release(self) -> &'static str {
        match self {
            Self::Version => "RouterOS 6",
            Self::Older | Self::Form => "older RouterOS 7",
        }
    }
}

/// What becomes of an old property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Becomes {
    /// Today's property of this name; the same name when only values changed.
    Property(&'static str),
    /// The device works it out when the command runs.
    Computed,
    /// In `where`: today's property with this value (`default` is `name=default`).
    Condition(&'static str, &'static str),
    /// The value that it has when `add` does not give it, though RouterOS wants one; empty: the device works it out.
    Given(&'static str),
    /// Today's property of this name; a value of several with commas is worked out by the device.
    Several(&'static str),
    /// Nothing: it is passed over.
    Nothing,
}

/// One old property, or one of today's with old values.
#[derive(Clone, Debug)]
pub struct LegacyProperty {
    /// The old name.
    pub name: &'static str,
    /// Kind of form.
    pub kind: LegacyKind,
    /// What it is today.
    pub becomes: Becomes,
    /// Old values and today's.
    pub values: &'static [(&'static str, &'static str)],
    /// The menu where the device has to have an item of the name that it gives, as RouterOS 6 had by itself; empty for
    /// none.
    pub needs: &'static str,
    /// What to say besides; may be empty.
    pub words: &'static str,
}

impl LegacyProperty {
    /// What an old value is today; `None` when it is none of the old ones.
    #[must_use]
    pub fn value(&self, old: &str) -> Option<Cow<'static, str>> {
        self.values.iter().find_map(|(from, to)| match *from {
            DATE => date(old).map(Cow::Owned),
            from => (from == old).then_some(Cow::Borrowed(*to)),
        })
    }
}

/// Stands in `rules.txt` for all dates as RouterOS wrote them before 7.10.
const DATE: &str = "mmm/DD/YYYY";
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// `nov/21/2022 10:00:00` as RouterOS writes it today, `2022-11-21 10:00:00`.
fn date(old: &str) -> Option<String> {
    let (day, time) = old.split_once(' ').map_or((old, ""), |(day, time)| (day, time));
    let mut parts = day.split('/');
    let month = parts.next()?.to_ascii_lowercase();
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    let (day, year) = (parts.next()?.parse::<u8>().ok()?, parts.next()?.parse::<u16>().ok()?);
    let blank = if time.is_empty() { "" } else { " " };
    parts.next().is_none().then(|| format!("{year:04}-{month:02}-{day:02}{blank}{time}"))
}

/// One old command.
#[derive(Clone, Debug)]
pub struct LegacyCommand {
    /// The old name.
    pub name: &'static str,
    /// Kind of form.
    pub kind: LegacyKind,
    /// Today's command of the same menu; `None`: it is passed over.
    pub today: Option<&'static str>,
    /// What to say besides; may be empty.
    pub words: &'static str,
}

/// The old forms of one menu path.
#[derive(Clone, Debug)]
pub struct LegacyMenu {
    /// The path, in today's tree or not.
    pub path: &'static str,
    /// Where its items are today; the same path when the menu is still there, empty when they are nowhere.
    pub today: &'static str,
    /// Kind of form, when the menu itself is old.
    pub kind: LegacyKind,
    /// Commands go to today's menu though the tree has one at the old path too.
    pub over: bool,
    /// `add` and `set` are worked out by the device even without an old property.
    pub computed: bool,
    /// Old properties.
    pub properties: Vec<LegacyProperty>,
    /// Some of the properties are today's, with old values.
    pub has_values: bool,
    /// Old commands.
    pub commands: Vec<LegacyCommand>,
    /// What to say besides; may be empty.
    pub words: &'static str,
}

impl LegacyMenu {
    /// Are its items in another menu today?
    #[must_use]
    pub fn is_moved(&self) -> bool {
        self.path != self.today
    }

    /// Is there nothing like it today? Its commands are passed over.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.today.is_empty()
    }

    /// The old argument of this name that is today's `argument` of a command for one of `arguments`.
    #[must_use]
    pub fn argument(&self, name: &str, arguments: &[&str]) -> Option<(&LegacyProperty, &'static str)> {
        self.properties.iter().filter(|property| property.name == name).find_map(|property| {
            match property.becomes {
                Becomes::Property(today) if arguments.contains(&today) => Some((property, today)),
                _ => None,
            }
        })
    }

    /// The old property of this name.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&LegacyProperty> {
        self.properties.iter().find(|property| property.name == name)
    }

    /// The old command of this name.
    #[must_use]
    pub fn command(&self, name: &str) -> Option<&LegacyCommand> {
        self.commands.iter().find(|command| command.name == name)
    }

    /// What to say of its path.
    #[must_use]
    pub fn note(&self) -> String {
        let text = match self.kind {
            LegacyKind::Form if self.is_gone() => format!("RouterOS has no {}", self.path),
            LegacyKind::Form => format!("RouterOS has no {}: read as {}", self.path, self.today),
            kind if self.is_gone() => format!("{} of {} is gone", self.path, kind.release()),
            kind => format!("{} of {} is {} today", self.path, kind.release(), self.today),
        };
        with(text, self.words)
    }

    /// What to say of a property.
    #[must_use]
    pub fn property_note(&self, property: &LegacyProperty) -> String {
        let (name, menu) = (property.name, self.path);
        let version = property.kind != LegacyKind::Form;
        let release = property.kind.release();
        let text = match &property.becomes {
            Becomes::Property(today) | Becomes::Condition(today, _) if version => {
                format!("{name} of {release} is {today} today")
            }
            Becomes::Several(_) => format!("several values of {name} are of {release}"),
            Becomes::Property(today) | Becomes::Condition(today, _) => {
                format!("{menu} has no {name} in RouterOS: read as {today}")
            }
            Becomes::Given("") => format!("{menu} wants {name}"),
            Becomes::Given(value) => format!("{menu} wants {name}: read as {name}={value}"),
            Becomes::Computed if version => format!("{name} is of {release}"),
            Becomes::Nothing if version => format!("{name} of {release} is gone, it is passed over"),
            Becomes::Computed => format!("{menu} has no {name} in RouterOS"),
            Becomes::Nothing => format!("{menu} has no {name} in RouterOS, it is passed over"),
        };
        with(text, property.words)
    }

    /// What to say of an old value.
    #[must_use]
    pub fn value_note(&self, property: &LegacyProperty, old: &str, today: &str) -> String {
        let name = property.name;
        if !property.words.is_empty() {
            return format!("{old}: {}", property.words);
        }
        match property.kind {
            LegacyKind::Version | LegacyKind::Older => {
                format!("{name}={old} of older RouterOS is {today} today")
            }
            LegacyKind::Form => format!("RouterOS has no {name}={old}: read as {today}"),
        }
    }

    /// What to say of an item that RouterOS 6 had by itself, when there is none.
    #[must_use]
    pub fn need_note(menu: &str, name: &str) -> String {
        format!("RouterOS 6 had {name} in {menu} by itself: it is made")
    }

    /// What to say of a command.
    #[must_use]
    pub fn command_note(&self, command: &LegacyCommand) -> String {
        let name = command.name;
        let version = command.kind != LegacyKind::Form;
        let release = command.kind.release();
        let text = match command.today {
            Some(today) if version => format!("{name} of {release} is {today} today"),
            Some(today) => format!("RouterOS has no {}/{name}: read as {today}", self.path),
            None if version => format!("{name} of {release} is gone, it is passed over"),
            None => format!("RouterOS has no {}/{name}, it is passed over", self.path),
        };
        with(text, command.words)
    }
}

fn with(text: String, words: &str) -> String {
    if words.is_empty() { text } else { format!("{text}: {words}") }
}

/// All old forms.
#[derive(Debug)]
pub struct Legacy {
    /// Sorted by path.
    menus: Vec<LegacyMenu>,
}

static TEXT: &str = include_str!("rules.txt");
static LEGACY: OnceLock<Legacy> = OnceLock::new();

impl Legacy {
    /// The old forms; read when first asked.
    #[must_use]
    pub fn get() -> &'static Self {
        LEGACY.get_or_init(|| Self { menus: parse::menus(TEXT) })
    }

    /// The old forms of this path.
    #[must_use]
    pub fn menu(&'static self, path: &str) -> Option<&'static LegacyMenu> {
        let at = self.menus.binary_search_by(|menu| menu.path.cmp(path)).ok()?;
        self.menus.get(at)
    }

    /// The old menu, which is another today, with exactly this word below `path`.
    #[must_use]
    pub fn child(&'static self, path: &str, word: &str) -> Option<&'static LegacyMenu> {
        let is = |menu: &&LegacyMenu| {
            let rest = menu.path.strip_prefix(path).and_then(|rest| rest.strip_prefix('/'));
            menu.is_moved() && rest == Some(word)
        };
        self.menus.iter().find(is)
    }

    /// All of them, sorted by path.
    pub fn menus(&'static self) -> impl Iterator<Item = &'static LegacyMenu> {
        self.menus.iter()
    }
}
