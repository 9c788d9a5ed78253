//! `/system/routerboard`.

use menu::{Menu, Text};

/// The board under the device.
#[derive(Clone, Debug, Menu)]
#[menu("/system/routerboard", settings, no_name)]
pub struct Routerboard {
    /// It is a board by MikroTik.
    #[prop(read_only)]
    pub routerboard: bool,
    /// Name of the product.
    #[prop(read_only, quoted = false)]
    pub board_name: Option<Text>,
    /// Code of the product.
    #[prop(read_only, quoted = false)]
    pub model: Option<Text>,
    /// Number of the board.
    #[prop(read_only, quoted = false)]
    pub serial_number: Option<Text>,
    /// Kind of its boot loader.
    #[prop(read_only, quoted = false)]
    pub firmware_type: Option<Text>,
    /// Version of its boot loader.
    #[prop(read_only, quoted = false)]
    pub current_firmware: Option<Text>,
    /// Version that an upgrade would install.
    #[prop(read_only, quoted = false)]
    pub upgrade_firmware: Option<Text>,
}
