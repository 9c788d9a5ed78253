//! `/system/resource`: what the device is and how busy.
//!
//! Manual: "Resource". A virtual router is a CHR; uptime is virtual time, and the rest are the same constants on every
//! device, of the size that a small CHR has, so that runs do not depend on the machine they run on.

mod menu;

pub use self::menu::{Resource, WithUnit};

use crate::config::{Config, Feature};
use crate::state::State;
use ::menu::Bytes;
use clock::{Duration, Instant};

/// `/system/resource`.
pub static FEATURE: Feature = Feature { refresh, ..Feature::NONE };

/// When the version was made: the same for all, as no list of versions is kept.
pub(crate) const BUILD_TIME: &str = "2026-01-01 00:00:00";

const MEBIBYTE: u64 = 1 << 20;
const KIBIBYTE: u64 = 1 << 10;

fn refresh(config: &mut Config, state: &mut State, now: Instant) {
    *config.tables.resource.settings_mut() = Resource {
        uptime: Duration::from_secs(now.since(state.booted).as_nanos() / 1_000_000_000),
        version: format!("{} (stable)", state.version).into(),
        build_time: BUILD_TIME.into(),
        minimum_version: "7.1".into(),
        free_memory: Bytes(178 * MEBIBYTE + 103 * KIBIBYTE),
        total_memory: Bytes(256 * MEBIBYTE),
        cpu: "QEMU".into(),
        cpu_count: 1,
        cpu_frequency: WithUnit(2400),
        cpu_load: WithUnit(0),
        free_hdd_space: Bytes(71 * MEBIBYTE + 205 * KIBIBYTE),
        total_hdd_space: Bytes(89 * MEBIBYTE + 205 * KIBIBYTE),
        write_sect_since_reboot: 296,
        write_sect_total: 296,
        architecture_name: "x86_64".into(),
        board_name: state.model.as_deref().unwrap_or("CHR").into(),
        platform: "MikroTik".into(),
    };
}
