//! `/system/routerboard`: the board under the device. A CHR has none and says only that.

mod board;
mod menu;

pub use self::board::Board;
pub(crate) use self::board::{add_switches, check_running};
pub use self::menu::Routerboard;

use crate::config::{Config, Feature};
use crate::state::State;
use ::menu::Text;
use clock::Instant;

/// `/system/routerboard`.
pub static FEATURE: Feature = Feature { refresh, ..Feature::NONE };

fn refresh(config: &mut Config, state: &mut State, _now: Instant) {
    let Some(board) = config.board.clone() else { return };
    let version: Text = state.version.as_ref().into();
    let serial = crate::system::license::serial_number(config);
    *config.tables.routerboard.settings_mut() = Routerboard {
        routerboard: true,
        // Boards whose name is their product code do not repeat it.
        board_name: board.name.map(Text::from),
        model: Some((&*board.model).into()),
        serial_number: Some(serial.as_str().into()),
        firmware_type: board.firmware_type.map(Text::from),
        current_firmware: Some(version.clone()),
        upgrade_firmware: Some(version),
    };
}
