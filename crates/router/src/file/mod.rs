//! `/file`: the files of a device.
//!
//! Manual: "Files". Files are no configuration: they are not exported, and undo leaves them alone. What scripts write
//! (`export file=`, `print file=`, `:execute file=`, `:serialize file-name=`) and read (`/import`) is here. A device
//! holds [`MOST_BYTES`] in [`MOST_FILES`] files.

mod menu;

pub use self::menu::{Contents, File, MOST_CONTENTS};

use crate::Router;
use crate::config::{Change, Config, Feature};
use crate::state::State;
use ::menu::{Array, Bytes, Id, Menu, Name, Rejected, Text, Value};
use bstr::ByteSlice;
use clock::Instant;
use console::{CommandCall, Outcome};
use std::sync::Arc;

/// `/file`.
pub static FEATURE: Feature = Feature { check, apply, command, ..Feature::NONE };

/// Most bytes that all files of a device hold together.
pub const MOST_BYTES: usize = 16 << 20;
/// Most files of a device.
pub const MOST_FILES: usize = 10_000;

const NO_SPACE: &str = "not enough space";

/// `script`, `.txt file`, `directory` …
fn type_of(name: &[u8]) -> String {
    let name = name.rsplit(|byte| *byte == b'/').next().unwrap_or(name);
    let ending = name.rfind_byte(b'.').and_then(|at| name.get(at + 1..)).unwrap_or_default();
    match ending {
        b"" => "file".into(),
        b"rsc" => "script".into(),
        b"backup" => "backup".into(),
        b"npk" => "package".into(),
        other => format!(".{} file", other.to_str_lossy()),
    }
}

/// Is there room for so many bytes in the place of what `id` holds?
fn has_room(config: &Config, id: Option<Id>, bytes: usize) -> bool {
    let files = &config.tables.file;
    let others = files.rows().iter().filter(|row| Some(row.id) != id);
    let used: usize =
        others.filter_map(|row| row.item.contents.as_ref()).map(|contents| contents.0.len()).sum();
    used + bytes <= MOST_BYTES && (id.is_some() || files.len() < MOST_FILES)
}

fn check(config: &Config, change: &mut Change<'_>) -> Result<(), Rejected> {
    let Some((id, item)) = change.item::<File>() else { return Ok(()) };
    let mut rows = config.tables.file.rows().iter();
    if rows.any(|row| Some(row.id) != id && row.item.name == item.name) {
        return Err(Rejected::failure("file already exists").at("name"));
    }
    let directory = item.type_.as_slice() == b"directory";
    if !(directory || id.is_some() || matches!(item.type_.as_slice(), b"" | b"file")) {
        return Err(Rejected {
            message: "input does not match any value of type".into(),
            property: Some("type"),
        });
    }
    if directory {
        item.contents = None;
    } else {
        item.type_ = type_of(&item.name).as_str().into();
        item.contents.get_or_insert_default();
    }
    let length = item.contents.as_ref().map_or(0, |contents| contents.0.len());
    if !has_room(config, id, length) {
        return Err(Rejected::failure(NO_SPACE));
    }
    item.size = (!directory).then_some(Bytes(length as u64));
    item.touched = true;
    Ok(())
}

fn apply(config: &mut Config, state: &mut State, now: Instant) {
    if !config.tables.file.rows().iter().any(|row| row.item.touched) {
        return;
    }
    let time = Text::from(state.log.date_time(now).as_str());
    for row in config.tables.file.rows_mut().iter_mut().filter(|row| row.item.touched) {
        row.item.touched = false;
        row.item.last_modified = time.clone();
    }
}

fn find<'a>(router: &'a Router, name: &[u8]) -> Option<&'a ::menu::Row<File>> {
    router.config.tables.file.rows().iter().find(|row| row.item.name.as_slice() == name)
}

/// What a file contains.
pub(crate) fn read(router: &Router, name: &[u8]) -> Option<Vec<u8>> {
    find(router, name)?.item.contents.as_ref().map(|contents| contents.0.to_vec())
}

/// Writes a file, in the place of one that has the name.
///
/// # Errors
/// No room.
pub(crate) fn write(router: &mut Router, name: &[u8], contents: &[u8]) -> Result<(), String> {
    let id = find(router, name).map(|row| row.id);
    if !has_room(&router.config, id, contents.len()) {
        return Err(format!("failure: {NO_SPACE}"));
    }
    let item = File {
        name: Name(name.into()),
        type_: type_of(name).as_str().into(),
        size: Some(Bytes(contents.len() as u64)),
        last_modified: router.state.log.date_time(router.now).as_str().into(),
        contents: Some(Contents(contents.into())),
        touched: false,
    };
    let files = &mut router.config.tables.file;
    match id.and_then(|id| files.by_id_mut(id)) {
        Some(row) => row.item = item,
        None => {
            files.push(item, false);
        }
    }
    Ok(())
}

/// The files inside of directories that are about to go.
pub(crate) fn inside(config: &Config, items: &[Id]) -> Vec<Id> {
    let files = &config.tables.file;
    let going = items.iter().filter_map(|id| files.by_id(*id));
    let directories: Vec<Vec<u8>> = going
        .filter(|row| row.item.type_.as_slice() == b"directory")
        .map(|row| [row.item.name.as_slice(), b"/"].concat())
        .collect();
    let inner = |name: &[u8]| directories.iter().any(|directory| name.starts_with(directory));
    files.rows().iter().filter(|row| inner(&row.item.name)).map(|row| row.id).collect()
}

impl Router {
    /// Puts a file on the device as FTP and SFTP do: one that ends in `.auto.rsc` runs at once, what it prints goes to
    /// a file that ends in `.auto.log`.
    ///
    /// # Errors
    /// No room for it.
    pub fn upload(&mut self, name: &str, contents: &[u8]) -> Result<(), String> {
        write(self, name.as_bytes(), contents)?;
        if let Some(stem) = name.strip_suffix(".auto.rsc") {
            self.start_upload(contents, &format!("{stem}.auto.log"));
        }
        Ok(())
    }
}

fn command(router: &mut Router, call: &CommandCall) -> Option<Outcome> {
    if call.menu.path != File::DEF.path {
        return None;
    }
    let done = match call.command {
        "copy" => copy(router, call),
        "read" => part(router, call),
        "head" => lines(router, call, false),
        "tail" => lines(router, call, true),
        _ => return None,
    };
    Some(done.unwrap_or_else(Outcome::Failed))
}

fn text(call: &CommandCall, name: &str) -> Option<Vec<u8>> {
    call.argument(name).map(|value| value.argument().to_vec())
}

fn number(call: &CommandCall, name: &str, default: usize, most: usize) -> Result<usize, String> {
    let Some(given) = text(call, name) else { return Ok(default) };
    let number = std::str::from_utf8(&given).ok().and_then(|text| text.parse().ok());
    number.filter(|number| *number <= most).ok_or_else(|| format!("invalid value for argument {name}"))
}

/// The contents of the one file that `number` names.
fn only(router: &Router, call: &CommandCall) -> Result<Vec<u8>, String> {
    let [id] = call.items.as_slice() else { return Err("no such item".into()) };
    let row = router.config.tables.file.by_id(*id);
    let contents = row.and_then(|row| row.item.contents.as_ref());
    contents.map(|contents| contents.0.to_vec()).ok_or_else(|| "failure: not a file".into())
}

fn copy(router: &mut Router, call: &CommandCall) -> Result<Outcome, String> {
    let contents = only(router, call)?;
    let name = text(call, "name").filter(|name| !name.is_empty());
    let name = name.ok_or("missing value(s) of argument(s) name")?;
    if find(router, &name).is_some() {
        return Err("failure: file already exists".into());
    }
    write(router, &name, &contents)?;
    Ok(Outcome::Done(Value::Nil))
}

/// `data`, as a line or as a value.
fn shown(call: &CommandCall, data: &[u8]) -> Outcome {
    if call.argument("as-value").is_none() {
        return Outcome::Printed([b"  data: ", data, b"\n"].concat().into(), Value::Nil);
    }
    let mut array = Array::default();
    array.keyed.insert("data".into(), Value::Str(data.into()));
    Outcome::Done(Value::Array(Arc::new(array)))
}

/// `read file= offset= chunk-size=`.
fn part(router: &Router, call: &CommandCall) -> Result<Outcome, String> {
    let name = text(call, "file").ok_or("missing value(s) of argument(s) file")?;
    let contents = read(router, &name).ok_or("no such item")?;
    let offset = number(call, "offset", 0, usize::MAX)?.min(contents.len());
    let chunk = number(call, "chunk-size", 32_768, 32_768)?;
    let end = offset.saturating_add(chunk).min(contents.len());
    Ok(shown(call, contents.get(offset..end).unwrap_or_default()))
}

/// `head FILE n= numbered` and `tail`.
fn lines(router: &Router, call: &CommandCall, last: bool) -> Result<Outcome, String> {
    let contents = only(router, call)?;
    let wanted = number(call, "n", 10, usize::MAX)?;
    let all: Vec<&[u8]> = contents.lines().collect();
    let skipped = if last { all.len().saturating_sub(wanted) } else { 0 };
    let mut out = Vec::new();
    for (at, line) in all.iter().enumerate().skip(skipped).take(wanted) {
        if call.argument("numbered").is_some() {
            out.extend_from_slice(format!("{} ", at + 1).as_bytes());
        }
        out.extend_from_slice(line);
        out.push(b'\n');
    }
    if call.argument("as-value").is_some() {
        return Ok(shown(call, &out));
    }
    Ok(Outcome::Printed(out.into(), Value::Nil))
}
