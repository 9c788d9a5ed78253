//! The output directory: written beside its place under another name, and put there as a whole at the end.
//!
//! An error on the way leaves nothing behind, and what an earlier run wrote stays until the new one is complete.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A file that every output directory has, by which an earlier one is told from a person's own folder.
pub const REPORT: &str = "report.json";

/// An output directory in the making. Dropped before [`Output::commit`], it vanishes.
#[derive(Debug)]
pub struct Output {
    /// Where it will be.
    place: PathBuf,
    /// Where it is written.
    temporary: PathBuf,
    committed: bool,
}

impl Output {
    /// Starts an output directory that will stand at `place`.
    ///
    /// # Errors
    /// Something stands there that no run has written, or the folder around it can't be written.
    pub fn begin(place: &Path) -> io::Result<Self> {
        if place.exists() && !is_ours(place)? {
            let message =
                "this exists and is not the output of a run; it is not replaced (choose another --out)";
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
        }
        let name = place
            .file_name()
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "not a name of a folder"))?;
        let parent = place.parent().unwrap_or_else(|| Path::new(""));
        if !parent.as_os_str().is_empty() {
            fs::create_dir_all(parent)?;
        }
        let temporary = parent.join(format!(".{}.{}.part", name.to_string_lossy(), std::process::id()));
        if temporary.exists() {
            fs::remove_dir_all(&temporary)?;
        }
        fs::create_dir(&temporary)?;
        Ok(Self { place: place.to_path_buf(), temporary, committed: false })
    }

    /// Creates a file in it.
    ///
    /// # Errors
    /// The file can't be created.
    pub fn create(&self, name: &str) -> io::Result<fs::File> {
        fs::File::create(self.temporary.join(name))
    }

    /// Puts it in its place, instead of what an earlier run left there. All files must be closed.
    ///
    /// # Errors
    /// A folder can't be renamed; then what stood there stays.
    pub fn commit(mut self) -> io::Result<()> {
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
            // Nothing better can be done about an error here: the folder's name says what it is.
            let _ = fs::remove_dir_all(&self.temporary);
        }
    }
}

/// True for an empty folder and for one that a run has written.
fn is_ours(place: &Path) -> io::Result<bool> {
    if !place.is_dir() {
        return Ok(false);
    }
    Ok(place.join(REPORT).is_file() || fs::read_dir(place)?.next().is_none())
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
        for text in ["one", "two"] {
            let output = Output::begin(&place).unwrap();
            output.create(REPORT).unwrap().write_all(text.as_bytes()).unwrap();
            output.commit().unwrap();
            assert_eq!(fs::read_to_string(place.join(REPORT)).unwrap(), text);
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
        let folder = scratch("own");
        fs::write(folder.join("thesis.txt"), "x").unwrap();
        assert_eq!(Output::begin(&folder).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert!(folder.join("thesis.txt").is_file());
        fs::remove_dir_all(folder).unwrap();
    }
}
