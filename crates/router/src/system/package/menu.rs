//! `/system/package` and `/system/package/update`.

use menu::{Bytes, Keyword, Menu, Name, Text};

/// Packages of the device.
#[derive(Clone, Debug, Menu)]
#[menu("/system/package", status, flags(disabled = 'X'; available = 'A'),
    columns(name, version, build_time, scheduled, size))]
pub struct Package {
    /// Name.
    #[prop(read_only)]
    pub name: Name,
    /// Version.
    #[prop(read_only)]
    pub version: Option<Text>,
    /// When it was made.
    #[prop(read_only, quoted = false)]
    pub build_time: Option<Text>,
    /// What happens at the next start.
    #[prop(read_only)]
    pub scheduled: Option<Text>,
    /// Size.
    #[prop(read_only)]
    pub size: Bytes,
    /// Not installed.
    pub available: bool,
}

/// Where updates come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Keyword)]
pub enum Channel {
    /// New features and fixes, tested.
    #[default]
    Stable,
    /// Fixes of important faults only.
    LongTerm,
    /// Candidates for the next stable release.
    Testing,
    /// What developers work at.
    Development,
}

/// Updates of the device.
#[derive(Clone, Debug, Menu)]
#[menu("/system/package/update", settings)]
pub struct Update {
    /// Releases to choose from.
    #[prop(not_simulated)]
    pub channel: Channel,
    /// Version that runs.
    #[prop(read_only)]
    pub installed_version: Option<Text>,
    /// Version that the server has, once it was asked.
    #[prop(read_only)]
    pub latest_version: Option<Text>,
    /// What the last command came to.
    #[prop(read_only)]
    pub status: Option<Text>,
}
