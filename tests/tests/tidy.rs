//! The shape of the code, kept true by a test: dependency arrows, file lengths, module docs, banned words.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the workspace").to_path_buf()
}

/// What each crate may depend on among ours; the layers of ARCHITECTURE.md. Development dependencies count as well,
/// but for `wirelab-tests`, which stands above all.
fn allowed() -> BTreeMap<&'static str, &'static [&'static str]> {
    BTreeMap::from([
        ("wirelab-clock", &[][..]),
        ("wirelab-wire", &["clock"][..]),
        ("wirelab-capture", &["clock", "wire"][..]),
        ("wirelab-menu-derive", &[][..]),
        ("wirelab-menu", &["clock", "wire", "menu-derive"][..]),
        ("wirelab-ip", &["clock", "wire"][..]),
        ("wirelab-bridge", &["clock", "wire"][..]),
        ("wirelab-firewall", &["clock", "wire"][..]),
        ("wirelab-dhcp", &["clock", "wire"][..]),
        ("wirelab-sim", &["clock", "wire", "capture"][..]),
        ("wirelab-console", &["clock", "menu"][..]),
        (
            "wirelab-router",
            &["clock", "wire", "sim", "menu", "console", "ip", "bridge", "firewall", "dhcp"][..],
        ),
        ("wirelab-host", &["clock", "wire", "sim", "ip", "bridge", "dhcp"][..]),
        ("wirelab-lab", &["clock", "wire", "capture", "sim", "menu", "console", "router", "host"][..]),
        ("wirelab", &["clock", "lab", "menu", "router", "console"][..]),
        (
            "wirelab-bench",
            &["clock", "wire", "capture", "sim", "router", "host", "ip", "bridge", "firewall"][..],
        ),
    ])
}

#[test]
fn arrows_point_down() {
    let out = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo metadata runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&out.stdout).expect("metadata is JSON");
    let allowed = allowed();
    let mut wrong = Vec::new();
    for package in metadata["packages"].as_array().expect("packages") {
        let name = package["name"].as_str().expect("name");
        if name == "wirelab-tests" {
            continue;
        }
        let Some(may) = allowed.get(name) else {
            wrong.push(format!("{name} has no place among the layers"));
            continue;
        };
        for dependency in package["dependencies"].as_array().expect("dependencies") {
            let to = dependency["name"].as_str().expect("name");
            if let Some(short) = to.strip_prefix("wirelab-")
                && !may.contains(&short)
            {
                wrong.push(format!("{name} → {to}"));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that point up or sideways: {wrong:#?}");
}

fn sources() -> Vec<PathBuf> {
    fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
        let Ok(entries) = std::fs::read_dir(dir) else { return };
        let mut entries: Vec<_> = entries.filter_map(Result::ok).map(|e| e.path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                if path.file_name().is_some_and(|n| n == "target" || n == "corpus") {
                    continue;
                }
                walk(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    for dir in ["crates", "tests", "fuzz"] {
        walk(&root().join(dir), &mut found);
    }
    assert!(found.len() > 20, "the sources were found");
    found
}

#[test]
fn every_file_says_what_it_is_and_is_one_thing() {
    const LINES_MAX: usize = 700;
    let mut wrong = Vec::new();
    for path in sources() {
        let text = std::fs::read_to_string(&path).expect("readable source");
        let shown = path.strip_prefix(root()).unwrap_or(&path).display().to_string();
        if !text.starts_with("//!") && !text.starts_with("#![no_main]\n//!") {
            wrong.push(format!("{shown}: does not start with a //! doc"));
        }
        let lines = text.lines().count();
        let is_test = shown.contains("/tests/") || shown.ends_with("tests.rs");
        if lines > LINES_MAX && !is_test {
            wrong.push(format!("{shown}: {lines} lines (at most {LINES_MAX}: what else has it become?)"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn nothing_is_left_unfinished_in_the_code() {
    // Spelled in parts so that this file passes its own test.
    let banned = [
        concat!("to", "do!("),
        concat!("unimple", "mented!("),
        concat!("FIX", "ME"),
        concat!("#[ig", "nore]"),
    ];
    let mut wrong = Vec::new();
    for path in sources() {
        let text = std::fs::read_to_string(&path).expect("readable source");
        for (number, line) in text.lines().enumerate() {
            for word in banned {
                if line.contains(word) {
                    wrong.push(format!("{}:{}: {word}", path.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn only_tests_may_reach_a_clock_or_a_thread() {
    // Clippy's disallowed methods say the same; this holds without clippy and names the crates that are free of it.
    let calls = ["Instant::now(", "SystemTime::now(", "thread::spawn(", "thread_rng(", "RandomState"];
    let free =
        ["crates/lab/", "crates/cli/", "crates/bench/", "crates/live/", "crates/api/", "tests/", "fuzz/"];
    let mut wrong = Vec::new();
    for path in sources() {
        let shown = path.strip_prefix(root()).unwrap_or(&path).display().to_string();
        if free.iter().any(|f| shown.starts_with(f))
            || shown.contains("/examples/")
            || shown.contains("/tests/")
        {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("readable source");
        for call in calls {
            if text.contains(call) {
                wrong.push(format!("{shown}: {call}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
