//! `/system/routerboard`: which board the device is; a CHR has none and says only that.

mod menu;

pub use self::menu::Routerboard;

use crate::Router;
use crate::config::{Config, Feature};
use crate::state::State;
use crate::system::license::serial_number;
use clock::Instant;

/// `/system/routerboard`.
pub static FEATURE: Feature = Feature { refresh, ..Feature::NONE };

fn refresh(config: &mut Config, state: &mut State, _now: Instant) {
    let Some(model) = &state.model else { return };
    let serial = serial_number(config);
    *config.tables.routerboard.settings_mut() =
        Routerboard { routerboard: true, model: Some((&**model).into()), serial_number: Some(serial.into()) };
}

impl Router {
    /// Makes the device a board, by its product code (`RB750Gr3`), instead of a CHR. Before a configuration is loaded.
    pub fn set_model(&mut self, model: &str) {
        self.state.model = Some(model.into());
        for row in self.config.tables.ethernet.rows_mut() {
            row.item.disable_running_check = None;
        }
    }
}
