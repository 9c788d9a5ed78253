//! `/system/package`.

use menu::{Bytes, Menu, Name, Text};

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
