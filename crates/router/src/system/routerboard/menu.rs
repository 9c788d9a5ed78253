//! `/system/routerboard`.

use menu::Menu;

/// The board under the device.
#[derive(Clone, Debug, Menu)]
#[menu("/system/routerboard", settings, no_name)]
pub struct Routerboard {
    /// It is a board by MikroTik.
    #[prop(read_only)]
    pub routerboard: bool,
}
