//! `/system/backup`: the configuration as it is, and back.
//!
//! Manual: "Backup". The file holds no bytes of a real backup but the number of one that wirelab keeps: it can be copied and
//! renamed, and loaded on the device that made it (as RouterOS means it: MAC addresses are restored too).

use crate::Router;
use crate::config::{Config, Feature};
use crate::system::power::Source;
use ::menu::Text;
use bstr::ByteSlice;
use console::{CommandCall, Outcome};
use std::sync::Arc;

/// `/system/backup`.
pub static FEATURE: Feature = Feature { command, ..Feature::NONE };

/// What the contents of a file begin with.
const MARK: &str = "wirelab backup ";

/// A saved configuration, without the files.
#[derive(Clone)]
struct Saved {
    config: Arc<Config>,
    password: Option<Text>,
}

/// All that were saved since the device was made, oldest first.
#[derive(Clone, Default)]
pub(crate) struct Backups(Vec<Saved>);

fn command(router: &mut Router, call: &CommandCall) -> Option<Outcome> {
    if call.menu.path != "/system/backup" {
        return None;
    }
    let done = match call.command {
        "save" => save(router, call),
        "load" => load(router, call),
        _ => return None,
    };
    Some(done.unwrap_or_else(Outcome::Failed))
}

fn text(call: &CommandCall, name: &str) -> Option<Text> {
    let text = call.argument(name).map(|value| Text::from(&*value.argument()));
    text.filter(|text| !text.is_empty())
}

fn save(router: &mut Router, call: &CommandCall) -> Result<Outcome, String> {
    let name = match text(call, "name") {
        Some(name) => name.to_string(),
        None => {
            // `2026-01-01 00:10:00` as `20260101-0010`.
            let time = router.state.log.date_time(router.now).replace(['-', ':'], "").replace(' ', "-");
            format!("{}-{}", router.identity(), time.get(..13).unwrap_or(&time))
        }
    };
    let name = if name.ends_with(".backup") { name } else { format!("{name}.backup") };
    write(router, &name, text(call, "password"))?;
    Ok(Outcome::Printed("Configuration backup saved\n".into(), ::menu::Value::Nil))
}

/// Saves the configuration in a file.
///
/// # Errors
/// No room for it.
pub(crate) fn write(router: &mut Router, name: &str, password: Option<Text>) -> Result<(), String> {
    let number = router.backups.as_ref().map_or(0, |backups| backups.0.len()) + 1;
    let contents = format!("{MARK}{number} of {}\n", router.name());
    crate::file::write(router, name.as_bytes(), contents.as_bytes())?;
    router.settle();
    let mut config = router.config.clone();
    config.tables.file.retain(|_| false);
    router.backups.get_or_insert_default().0.push(Saved { config: Arc::new(config), password });
    Ok(())
}

fn load(router: &mut Router, call: &CommandCall) -> Result<Outcome, String> {
    let name = text(call, "name").ok_or("missing value(s) of argument(s) name")?;
    let contents = crate::file::read(router, &name).ok_or("input does not match any value of name")?;
    let wanted = format!(" of {}\n", router.name());
    let number = contents
        .to_str()
        .ok()
        .and_then(|text| text.strip_prefix(MARK)?.strip_suffix(wanted.as_str())?.parse::<usize>().ok());
    let saved = number.and_then(|number| router.backups.as_ref()?.0.get(number.checked_sub(1)?));
    let saved = saved.ok_or("failure: not a backup of this device")?;
    if saved.password != text(call, "password") {
        return Err("failure: wrong password".into());
    }
    let config = Arc::clone(&saved.config);
    let words = ("Restore and reboot? [y/N]: ", "System configuration restored, rebooting now");
    Ok(router.take_down("load", words, Source::Backup(config), false))
}
