//! Scratch folders, the labs of the repository, and the `wirelab` binary.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// The workspace.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}

/// The folders of `topologies/` that hold a lab, sorted.
///
/// # Panics
/// There are none.
#[must_use]
pub fn labs() -> Vec<PathBuf> {
    let folder = root().join("topologies");
    let entries = std::fs::read_dir(&folder).map(|entries| entries.filter_map(Result::ok).map(|e| e.path()));
    let mut labs: Vec<PathBuf> = entries.into_iter().flatten().filter(|path| path.is_dir()).collect();
    labs.sort();
    assert!(!labs.is_empty(), "no labs in {}", folder.display());
    labs
}

/// A folder of a test's own, removed at the end.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    /// A new empty folder; `name` tells tests of one process apart.
    ///
    /// # Panics
    /// The temporary folder can't be written.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("wirelab-tests-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        let made = std::fs::create_dir_all(&folder);
        assert!(made.is_ok(), "{}: {made:?}", folder.display());
        Self(folder)
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// A path in it.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Writes a file.
    ///
    /// # Panics
    /// It can't be written.
    pub fn write(&self, name: &str, text: &str) {
        let written = std::fs::write(self.path(name), text);
        assert!(written.is_ok(), "{name}: {written:?}");
    }

    /// What stands in it, hidden names too.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        contents(&self.0).into_keys().collect()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The files below a folder with their bytes, by path within it.
///
/// # Panics
/// The folder can't be read.
#[must_use]
pub fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut todo = vec![folder.to_path_buf()];
    while let Some(next) = todo.pop() {
        let entries = std::fs::read_dir(&next);
        assert!(entries.is_ok(), "{}: {entries:?}", next.display());
        for path in entries.into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path()) {
            if path.is_dir() {
                todo.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
                found.insert(name, std::fs::read(&path).unwrap_or_default());
            }
        }
    }
    found
}

/// The `wirelab` binary of the profile that the test runs in, built when it is not up to date.
///
/// # Panics
/// It can't be built.
#[must_use]
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        // …/target/debug/deps/errors-0123456789abcdef
        let test = std::env::current_exe().unwrap_or_default();
        let profile = test.parent().and_then(Path::parent).unwrap_or_else(|| Path::new("")).to_path_buf();
        let target = profile.parent().unwrap_or_else(|| Path::new(""));
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--quiet", "--offline", "--package", "wirelab", "--target-dir"]).arg(target);
        if profile.ends_with("release") {
            cargo.arg("--release");
        }
        let built = cargo.current_dir(root()).stdin(Stdio::null()).status();
        assert!(built.as_ref().is_ok_and(std::process::ExitStatus::success), "{built:?}");
        profile.join(format!("wirelab{}", std::env::consts::EXE_SUFFIX))
    })
}

/// Runs the binary in a folder: exit code, standard output, standard error.
///
/// # Panics
/// It can't be started, was killed, or prints no UTF-8.
#[must_use]
pub fn wirelab(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(binary()).args(arguments).current_dir(folder).stdin(Stdio::null()).output();
    let Ok(output) = output else { panic!("{output:?}") };
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap_or_else(|error| panic!("{error}"));
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

/// True when tshark is installed; says loudly when it is not.
#[must_use]
#[allow(clippy::print_stderr, reason = "a check that is left out must be seen")]
pub fn has_tshark() -> bool {
    let found = Command::new("tshark").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    let found = found.is_ok_and(|status| status.success());
    if !found {
        eprintln!(
            "LEFT OUT: tshark is not installed, so nothing judges the captures (apt-get install tshark)"
        );
    }
    found
}
