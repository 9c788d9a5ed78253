//! `/system/license`.

use menu::{Menu, Text};

/// Licence of the device.
#[derive(Clone, Debug, Menu)]
#[menu("/system/license", settings, no_name)]
pub struct License {
    /// Names the installation.
    #[prop(read_only, quoted = false)]
    pub system_id: Text,
    /// Level.
    #[prop(read_only, quoted = false, default = "free".into())]
    pub level: Text,
}
