//! `/system/license`: the licence of a CHR. Its limit of 1 Mbit/s is not applied: cables have rates of their own.

mod menu;

pub use self::menu::License;

use crate::config::{Config, Feature};
use crate::state::State;
use clock::Instant;

/// `/system/license`.
pub static FEATURE: Feature = Feature { refresh, ..Feature::NONE };

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn refresh(config: &mut Config, _state: &mut State, _now: Instant) {
    config.tables.license.settings_mut().system_id = system_id(config).into();
}

/// The system id: eleven characters, made from the first MAC address of the device.
pub(crate) fn system_id(config: &Config) -> String {
    let mac = config.tables.ethernet.rows().first().map_or([0; 6], |row| row.item.mac_address.0);
    // FNV-1a: a number of 64 bits that differs from device to device and stays.
    let hash = mac.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let letter = |at: u32| char::from(LETTERS[(hash >> (6 * at) & 63) as usize]);
    (0..11).map(letter).collect()
}
