//! `/system/script`, its `job` and its `environment`.

use menu::{Keyword, Menu, Name, Set, Text};

/// What a script may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Keyword)]
pub enum Policy {
    /// Transfer files.
    Ftp,
    /// Reboot.
    Reboot,
    /// Read the configuration.
    Read,
    /// Change the configuration.
    Write,
    /// Manage users.
    Policy,
    /// Ping and the like.
    Test,
    /// Change passwords.
    Password,
    /// Sniff packets.
    Sniff,
    /// See passwords and keys.
    Sensitive,
    /// Use RoMON.
    Romon,
    /// Log in by The Dude.
    Dude,
}

/// What the user `admin` may do.
pub(crate) fn all_policies() -> Set<Policy> {
    Set::of(Policy::ALL.split_last().map_or(&[], |(_, others)| others))
}

/// Scripts.
#[derive(Clone, Debug, Menu)]
#[menu(
    "/system/script",
    list,
    detail,
    flags(invalid = 'I'),
    command("run", args("number", "use-script-permissions"), positional = 1, help = "Runs a script.")
)]
pub struct Script {
    /// Name.
    #[prop(always_export)]
    pub name: Name,
    /// Who wrote it.
    #[prop(always_export)]
    pub owner: Text,
    /// What it may do.
    #[prop(always_export, default = all_policies(), not_simulated)]
    pub policy: Set<Policy>,
    /// It may do what its policy says, whoever runs it.
    #[prop(always_export, not_simulated)]
    pub dont_require_permissions: bool,
    /// When it was started last.
    #[prop(read_only, quoted = false)]
    pub last_started: Option<Text>,
    /// How often it was started.
    #[prop(read_only)]
    pub run_count: u64,
    /// Its text.
    #[prop(always_export, quoted = false)]
    pub source: Text,
}

/// Scripts and sessions that run.
#[derive(Clone, Debug, Menu)]
#[menu(
    "/system/script/job",
    fixed_list,
    no_name,
    wide_number,
    columns(type_, script, owner, started),
    command("remove", args("numbers"), positional = 1, help = "Ends jobs.")
)]
pub struct Job {
    /// `login` for a session, `command` for what runs without one.
    #[prop(read_only, quoted = false)]
    pub type_: Text,
    /// Name of the script.
    #[prop(read_only)]
    pub script: Option<Text>,
    /// In whose name it runs.
    #[prop(read_only)]
    pub owner: Text,
    /// When it was started.
    #[prop(read_only, quoted = false)]
    pub started: Text,
    /// The job that it runs in.
    #[prop(read_only, quoted = false)]
    pub parent: Option<Text>,
}

/// Global variables.
#[derive(Clone, Debug, Menu)]
#[menu(
    "/system/script/environment",
    fixed_list,
    wide_number,
    columns(name, value),
    command("remove", args("numbers"), positional = 1, help = "Forgets variables.")
)]
pub struct Variable {
    /// Name.
    #[prop(read_only, quoted = false)]
    pub name: Text,
    /// Value.
    pub value: Text,
}
