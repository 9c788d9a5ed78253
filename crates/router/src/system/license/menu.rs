//! `/system/license`.

use menu::{Menu, Text};

/// Licence of the device.
#[derive(Clone, Debug, Menu)]
#[menu("/system/license", settings, no_name)]
pub struct License {
    /// Names the installation on a board.
    #[prop(read_only, quoted = false)]
    pub software_id: Option<Text>,
    /// Names the installation of a CHR.
    #[prop(read_only, quoted = false)]
    pub system_id: Option<Text>,
    /// Level of a CHR.
    #[prop(read_only, quoted = false)]
    pub level: Option<Text>,
    /// Level of a board.
    #[prop(read_only)]
    pub nlevel: Option<u32>,
    /// What is licensed on a board beyond that.
    #[prop(read_only, quoted = false)]
    pub features: Option<Text>,
}
