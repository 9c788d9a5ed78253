//! [`Board`]: what a board says of itself, and what it has that others lack.

use crate::Router;
use crate::config::Config;
use menu::Id;
use std::borrow::Cow;
use std::sync::Arc;

/// A board by MikroTik. What is not known is not shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Board {
    /// Product code (`model`).
    pub model: Cow<'static, str>,
    /// `board-name`, where it is not the product code.
    pub name: Option<&'static str>,
    /// `architecture-name`.
    pub architecture: Option<&'static str>,
    /// `cpu`.
    pub cpu: Option<&'static str>,
    /// Cores as RouterOS counts them.
    pub cpu_count: Option<u32>,
    /// Clock of the cores, in MHz.
    pub cpu_frequency_mhz: Option<u32>,
    /// Memory, in MiB.
    pub memory_mib: Option<u64>,
    /// Storage, in MiB.
    pub storage_mib: Option<u64>,
    /// Level of the licence that it is sold with (`nlevel`).
    pub license_level: Option<u32>,
    /// `firmware-type`.
    pub firmware_type: Option<&'static str>,
    /// Switch chips.
    pub switches: u32,
}

/// Above the ids of all ports: the rows of the switch chips' own ports.
const CPU_PORT: u32 = 0x4000;

impl Router {
    /// Makes the device one that runs on this board; without one it is a CHR. Before a configuration is loaded.
    pub fn set_board(&mut self, board: &Board) {
        self.config.board = Some(Arc::new(board.clone()));
        check_running(&mut self.config);
    }

    /// The same for a board of which only the product code is known (`RB750Gr3`).
    pub fn set_model(&mut self, model: &str) {
        self.set_board(&Board { model: Cow::Owned(model.to_owned()), ..Board::default() });
    }
}

/// The ports of a board are not as those of a virtual machine, whose carrier means nothing.
pub(crate) fn check_running(config: &mut Config) {
    if config.board.is_some() {
        for row in config.tables.ethernet.rows_mut() {
            row.item.disable_running_check = None;
        }
    }
}

/// Adds what the board's switch chips have in a menu: `switch2` beside `switch1`, and a port to the CPU for each.
pub(crate) fn add_switches(config: &mut Config, path: &str) {
    let switches = config.board.as_ref().map_or(0, |board| board.switches);
    let first = match path {
        "/interface/ethernet/switch" => 2,
        "/interface/ethernet/switch/port" => 1,
        _ => return,
    };
    let Some(table) = config.catalog.get_mut(path) else { return };
    for number in first..=switches {
        let (id, name) = match first {
            1 => (Id(CPU_PORT + number), format!("switch{number}-cpu")),
            _ => (Id(number - 1), format!("switch{number}")),
        };
        if table.rows().iter().all(|row| row.id != id) {
            table.push_own(id, &[("name", &name)]);
        }
    }
}
