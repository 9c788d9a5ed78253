//! `/system/license`: the licence of a CHR or of a board, and what names the device in an export. The CHR's limit of
//! 1 Mbit/s is not applied: cables have rates of their own.
//!
//! Software id, system id and serial number are made from the first MAC address of the device, so they differ from
//! device to device and stay from run to run.

mod menu;

pub use self::menu::License;

use crate::config::{Config, Feature};
use crate::state::State;
use clock::Instant;

/// `/system/license`.
pub static FEATURE: Feature = Feature { refresh, ..Feature::NONE };

/// What system ids are written with.
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// What software ids and serial numbers are written with.
const CAPITALS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

fn refresh(config: &mut Config, _state: &mut State, _now: Instant) {
    let license = match &config.board {
        Some(board) => License {
            software_id: Some(software_id(config).into()),
            nlevel: board.license_level,
            features: Some("".into()),
            ..License::default()
        },
        None => License {
            system_id: Some(system_id(config).into()),
            level: Some("free".into()),
            ..License::default()
        },
    };
    *config.tables.license.settings_mut() = license;
}

/// The lines of an export's head behind date and version. A CHR said an empty software id before 7.17.
pub(crate) fn export_header(config: &Config, state: &State) -> String {
    if let Some(board) = &config.board {
        let model = &board.model;
        let (id, serial) = (software_id(config), serial_number(config));
        return format!("# software id = {id}\n#\n# model = {model}\n# serial number = {serial}");
    }
    let mut version = state.version.split(|c: char| !c.is_ascii_digit()).map(str::parse::<u32>);
    let old = matches!((version.next(), version.next()), (Some(Ok(7)), Some(Ok(..17))));
    if old { "# software id = \n#".into() } else { format!("# system id = {}\n#", system_id(config)) }
}

/// A number that differs from device to device: FNV-1a over the first MAC address, stirred with what it is for.
fn number(config: &Config, purpose: u64) -> u64 {
    let mac = config.tables.ethernet.rows().first().map_or([0; 6], |row| row.item.orig_mac_address.0);
    let start = 0xcbf2_9ce4_8422_2325_u64 ^ purpose;
    mac.iter().fold(start, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// This many characters of an alphabet, the last of the number's digits first.
fn letters(mut number: u64, alphabet: &[u8], count: usize) -> String {
    let base = alphabet.len() as u64;
    let letter = |_| {
        let digit = usize::try_from(number % base).unwrap_or(0);
        number /= base;
        alphabet.get(digit).map_or('0', |letter| char::from(*letter))
    };
    (0..count).map(letter).collect()
}

/// `V9a+nNcWnED`.
pub(crate) fn system_id(config: &Config) -> String {
    letters(number(config, 0), BASE64, 11)
}

/// `J2CB-D9EL`.
pub(crate) fn software_id(config: &Config) -> String {
    let text = letters(number(config, 1), CAPITALS, 8);
    let (first, second) = text.split_at(4);
    format!("{first}-{second}")
}

/// `HF609CW8B20`.
pub(crate) fn serial_number(config: &Config) -> String {
    format!("H{}", letters(number(config, 2), CAPITALS, 10))
}
