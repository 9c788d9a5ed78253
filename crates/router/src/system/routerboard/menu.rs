//! `/system/routerboard`.

use menu::{Menu, Text};

/// The board under the device.
#[derive(Clone, Debug, Menu)]
#[menu("/system/routerboard", settings, no_name)]
pub struct Routerboard {
    /// It is a board by MikroTik.
    #[prop(read_only)]
    pub routerboard: bool,
    /// Product code of the board.
    #[prop(read_only, quoted = false)]
    pub model: Option<Text>,
    /// Serial number of the board.
    #[prop(read_only, quoted = false)]
    pub serial_number: Option<Text>,
}
