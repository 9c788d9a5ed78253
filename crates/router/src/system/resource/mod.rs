//! `/system/resource`: what the device is and how busy.
//!
//! Manual: "Resource". A virtual router is a CHR, or the board that its lab names; uptime is virtual time, and the rest are the same constants on every
//! device, of the size that a small CHR has, so that runs do not depend on the machine they run on.

mod menu;

pub use self::menu::{Resource, WithUnit};

use crate::config::{Config, Feature};
use crate::state::State;
use crate::system::routerboard::Board;
use ::menu::{Bytes, Text};
use clock::{Duration, Instant};

/// `/system/resource`.
pub static FEATURE: Feature = Feature { refresh, ..Feature::NONE };

/// When the version was made: the same for all, as no list of versions is kept.
pub(crate) const BUILD_TIME: &str = "2026-01-01 00:00:00";

const MEBIBYTE: u64 = 1 << 20;
const KIBIBYTE: u64 = 1 << 10;

/// What is the same for as long as a device runs.
struct Machine {
    /// Bytes: free and in all.
    memory: Option<(u64, u64)>,
    storage: Option<(u64, u64)>,
    cpu: Option<&'static str>,
    cpu_count: Option<u32>,
    cpu_frequency_mhz: Option<u32>,
    architecture: Option<&'static str>,
    name: Text,
}

/// A small virtual machine.
fn chr() -> Machine {
    Machine {
        memory: Some((178 * MEBIBYTE + 103 * KIBIBYTE, 256 * MEBIBYTE)),
        storage: Some((71 * MEBIBYTE + 205 * KIBIBYTE, 89 * MEBIBYTE + 205 * KIBIBYTE)),
        cpu: Some("QEMU"),
        cpu_count: Some(1),
        cpu_frequency_mhz: Some(2400),
        architecture: Some("x86_64"),
        name: "CHR".into(),
    }
}

/// What RouterOS takes of memory and of storage, in bytes, at most, and at most this part of all of it.
const MEMORY_IN_USE: u64 = 78 * MEBIBYTE;
const STORAGE_IN_USE: u64 = 18 * MEBIBYTE;

impl Machine {
    fn of(board: &Board) -> Self {
        // How much is free depends on the configuration; the constants are of the size that printouts show.
        let memory = |mib: u64| (mib * MEBIBYTE - MEMORY_IN_USE.min(mib * MEBIBYTE / 4 * 3), mib * MEBIBYTE);
        let storage =
            |mib: u64| (mib * MEBIBYTE - STORAGE_IN_USE.min(mib * MEBIBYTE / 4 * 3), mib * MEBIBYTE);
        Self {
            memory: board.memory_mib.map(memory),
            storage: board.storage_mib.map(storage),
            cpu: board.cpu,
            cpu_count: board.cpu_count,
            cpu_frequency_mhz: board.cpu_frequency_mhz,
            architecture: board.architecture,
            name: board.name.unwrap_or(&board.model).into(),
        }
    }
}

fn refresh(config: &mut Config, state: &mut State, now: Instant) {
    let machine = config.board.as_deref().map_or_else(chr, Machine::of);
    *config.tables.resource.settings_mut() = Resource {
        uptime: Duration::from_secs(now.since(state.booted).as_nanos() / 1_000_000_000),
        version: format!("{} (stable)", state.version).into(),
        build_time: BUILD_TIME.into(),
        minimum_version: "7.1".into(),
        free_memory: machine.memory.map(|(free, _)| Bytes(free)),
        total_memory: machine.memory.map(|(_, total)| Bytes(total)),
        cpu: machine.cpu.map(Text::from),
        cpu_count: machine.cpu_count,
        cpu_frequency: machine.cpu_frequency_mhz.map(WithUnit),
        cpu_load: WithUnit(0),
        free_hdd_space: machine.storage.map(|(free, _)| Bytes(free)),
        total_hdd_space: machine.storage.map(|(_, total)| Bytes(total)),
        write_sect_since_reboot: 296,
        write_sect_total: 296,
        architecture_name: machine.architecture.map(Text::from),
        board_name: machine.name,
        platform: "MikroTik".into(),
    };
}
