//! The output directory: written beside its place under another name, and put there as a whole at the end.
//!
//! An error on the way leaves nothing behind, and what an earlier run wrote stays until the new one is complete.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// A file that every output directory has, by which an earlier one is told from a person's own folder.
pub const REPORT: &str = "report.json";
/// The report for a person.
pub const TEXT: &str = "report.txt";

/// Marks a folder in the making as one whose process is alive: the process holds a lock on it.
const LOCK: &str = ".lock";

/// Held while a folder is put in its place, so that an interrupt does not come in between.
static PLACING: Mutex<()> = Mutex::new(());

/// An output directory in the making. Dropped before [`Output::commit`], it vanishes.
#[derive(Debug)]
pub struct Output {
    /// Where it will be.
    place: PathBuf,
    /// Where it is written.
    temporary: PathBuf,
    /// The lock on [`LOCK`]; gone with the process, however it ends.
    lock: Option<fs::File>,
    committed: bool,
}

impl Output {
    /// Starts an output directory that will stand at `place`. What processes that are gone have left half-written there
    /// is removed.
    ///
    /// # Errors
    /// Something stands there that no run has written, or the folder around it can't be written.
    pub fn begin(place: &Path) -> io::Result<Self> {
        if let Some(stranger) = stranger(place)? {
            let message = format!("{stranger}; it is not replaced (choose another --out)");
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
        }
        let (parent, temporary) = temporary(place)
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "not a name of a folder"))?;
        if !parent.as_os_str().is_empty() {
            fs::create_dir_all(&parent)?;
        }
        remove_stale(place, &parent);
        if temporary.exists() {
            fs::remove_dir_all(&temporary)?;
        }
        fs::create_dir(&temporary)?;
        let mut output = Self { place: place.to_path_buf(), temporary, lock: None, committed: false };
        let lock = output.create(LOCK)?;
        // A file system without locks leaves stale folders lie, and nothing worse.
        let _ = lock.try_lock();
        output.lock = Some(lock);
        Ok(output)
    }

    /// Creates a file in it.
    ///
    /// # Errors
    /// The file can't be created.
    pub fn create(&self, name: &str) -> io::Result<fs::File> {
        fs::File::create(self.temporary.join(name))
    }

    /// Where a file of it is while it is in the making.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.temporary.join(name)
    }

    /// Puts it in its place, instead of what an earlier run left there. All files must be closed.
    ///
    /// # Errors
    /// A folder can't be renamed; then what stood there stays.
    pub fn commit(mut self) -> io::Result<()> {
        let _placing = PLACING.lock();
        self.lock = None;
        fs::remove_file(self.temporary.join(LOCK))?;
        let old = self.temporary.with_extension("old");
        let had_old = self.place.exists();
        if had_old {
            fs::rename(&self.place, &old)?;
        }
        if let Err(error) = fs::rename(&self.temporary, &self.place) {
            if had_old {
                fs::rename(&old, &self.place)?;
            }
            return Err(error);
        }
        self.committed = true;
        if had_old { fs::remove_dir_all(&old) } else { Ok(()) }
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if !self.committed {
            // Windows removes no folder with open files.
            self.lock = None;
            // Nothing better can be done about an error here: the folder's name says what it is.
            let _ = fs::remove_dir_all(&self.temporary);
        }
    }
}

/// Removes what this process has half-written for `place`, then calls `exit`, which should end the process: for Ctrl-C.
/// A folder that is just being put in its place is finished first.
pub fn abandon(place: &Path, exit: impl FnOnce()) {
    let _placing = PLACING.lock();
    if let Some((_, temporary)) = temporary(place) {
        // The run may be writing a file into it at this moment: then another try helps.
        for _ in 0..10 {
            if !temporary.exists() || fs::remove_dir_all(&temporary).is_ok() {
                break;
            }
        }
    }
    exit();
}

/// The folder around `place` and the name under which this process writes; none when `place` has no name.
fn temporary(place: &Path) -> Option<(PathBuf, PathBuf)> {
    let name = place.file_name()?.to_string_lossy();
    let parent = place.parent().unwrap_or_else(|| Path::new("")).to_path_buf();
    let temporary = parent.join(format!(".{name}.{}.part", std::process::id()));
    Some((parent, temporary))
}

/// Removes what killed processes have half-written for `place`: folders whose lock nobody holds.
fn remove_stale(place: &Path, parent: &Path) {
    let Some(name) = place.file_name() else { return };
    let prefix = format!(".{}.", name.to_string_lossy());
    let here = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
    for entry in fs::read_dir(here).into_iter().flatten().filter_map(Result::ok) {
        let file_name = entry.file_name().to_string_lossy().into_owned();
        let number = file_name.strip_prefix(&prefix).and_then(|rest| rest.strip_suffix(".part"));
        if !number.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit())) {
            continue;
        }
        let dead = fs::File::open(entry.path().join(LOCK)).is_ok_and(|lock| lock.try_lock().is_ok());
        if dead {
            // What can't be removed stays, as before.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Why what stands at `place` is not to be replaced: it holds something that no run has written. None for nothing, an
/// empty folder and the output of a run.
fn stranger(place: &Path) -> io::Result<Option<String>> {
    if !place.exists() {
        return Ok(None);
    }
    if !place.is_dir() {
        return Ok(Some(String::from("this exists and is no folder")));
    }
    let (mut names, mut report) = (Vec::new(), false);
    for entry in fs::read_dir(place)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        report |= name == REPORT && fs::read(entry.path())?.starts_with(b"{\n  \"wirelab\": ");
        let ours = name == REPORT || name == TEXT || name.ends_with(".pcapng");
        if !ours || !entry.file_type()?.is_file() {
            names.push(name);
        }
    }
    names.sort();
    Ok(match (names.first(), report) {
        (Some(name), true) => Some(format!("this holds `{name}` besides the output of a run")),
        (Some(_), false) => Some(String::from("this exists and is not the output of a run")),
        (None, false) if fs::read_dir(place)?.next().is_some() => {
            Some(String::from("this exists and is not the output of a run"))
        }
        (None, _) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn scratch(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("wirelab-output-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn it_appears_as_a_whole_and_replaces_the_last_one() {
        let folder = scratch("whole");
        let place = folder.join("lab.out");
        for text in ["{\n  \"wirelab\": 1", "{\n  \"wirelab\": 2"] {
            let output = Output::begin(&place).unwrap();
            output.create(REPORT).unwrap().write_all(text.as_bytes()).unwrap();
            output.commit().unwrap();
            assert_eq!(fs::read_to_string(place.join(REPORT)).unwrap(), text);
            assert_eq!(fs::read_dir(&place).unwrap().count(), 1, "no lock stays");
        }
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing else is left");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn an_error_leaves_nothing_behind() {
        let folder = scratch("error");
        let output = Output::begin(&folder.join("lab.out")).unwrap();
        output.create("all.pcapng").unwrap();
        drop(output);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_persons_own_folder_is_not_replaced() {
        let ours = "{\n  \"wirelab\": \"0.1.0\"";
        for (files, words) in [
            (&[("thesis.txt", "x")][..], "not the output of a run"),
            (&[("report.json", "{}")], "not the output of a run"),
            (&[("all.pcapng", "x")], "not the output of a run"),
            (&[("report.json", ours), ("thesis.txt", "x")], "holds `thesis.txt`"),
            (&[("report.json", ours), ("all.pcapng", "x"), ("report.txt", "x")], ""),
            (&[], ""),
        ] {
            let folder = scratch("own");
            for (name, text) in files {
                fs::write(folder.join(name), text).unwrap();
            }
            match Output::begin(&folder) {
                Ok(_) => assert_eq!(words, "", "{files:?}"),
                Err(error) => {
                    assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
                    assert!(!words.is_empty() && error.to_string().contains(words), "{files:?}: {error}");
                }
            }
            assert_eq!(fs::read_dir(&folder).unwrap().count(), files.len());
            fs::remove_dir_all(folder).unwrap();
        }
    }

    #[test]
    fn what_a_killed_process_left_is_removed_and_what_a_living_one_writes_is_not() {
        let folder = scratch("stale");
        let place = folder.join("lab.out");
        let stale = folder.join(".lab.out.1.part");
        let living = folder.join(".lab.out.2.part");
        let other = folder.join(".other.out.1.part");
        for path in [&stale, &living, &other] {
            fs::create_dir(path).unwrap();
            fs::write(path.join(LOCK), "").unwrap();
        }
        let lock = fs::File::open(living.join(LOCK)).unwrap();
        lock.lock().unwrap();
        let output = Output::begin(&place).unwrap();
        assert!(!stale.exists() && living.exists() && other.exists());
        let mut ended = false;
        abandon(&place, || ended = true);
        assert!(ended && !output.path("x").parent().unwrap().exists());
        drop(output);
        fs::remove_dir_all(folder).unwrap();
    }
}
