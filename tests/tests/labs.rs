//! Every folder of `topologies/` is played with its checks, which must all hold; and what a run reports is sane.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use lab::file::Lab;
use lab::run::Options;
use std::collections::{BTreeMap, BTreeSet};
use wirelab_tests::files::{Scratch, labs};

fn read(path: &std::path::Path) -> Lab {
    Lab::read(path, &BTreeMap::new()).unwrap_or_else(|problems| panic!("{problems}"))
}

#[test]
fn every_lab_holds_its_checks() {
    for path in labs() {
        let lab = read(&path);
        assert!(!lab.checks.is_empty(), "{} promises nothing", lab.name);
        for threads in [1, 3] {
            let options = Options { threads, ..Options::default() };
            let report =
                lab::run::run(&lab, &options, &mut |_| {}).unwrap_or_else(|failure| panic!("{failure:?}"));
            let text =
                report.to_text(lab::report::TextStyle { verbose: true, ..Default::default() }, None, None);
            assert!(report.all_held(), "{text}");
            assert_eq!(report.skipped, 0, "{text}");
            let asked: usize = lab.checks.iter().map(|check| check.on.len()).sum();
            assert_eq!(report.passed as usize, asked, "{text}");
        }
    }
}

#[test]
fn every_lab_is_explained_and_named_as_its_folder() {
    for path in labs() {
        let folder = path.file_name().unwrap().to_string_lossy().into_owned();
        let lab = read(&path);
        assert_eq!(lab.name, folder);
        let readme = std::fs::read_to_string(path.join("README.md")).unwrap_or_default();
        assert!(
            readme.starts_with(&format!("# {folder}\n")),
            "{folder}: README.md starts with the lab's name"
        );
        assert!(readme.contains(&format!("wirelab run topologies/{folder}")), "{folder}: how to play it");
        for node in &lab.nodes {
            assert!(readme.contains(&node.name), "{folder}: README.md tells of {}", node.name);
        }
        assert_eq!(lab.notes, Vec::<String>::new(), "{folder}: every key of the lab file means something");
    }
}

#[test]
fn the_report_of_every_lab_adds_up() {
    let scratch = Scratch::new("reports");
    for path in labs() {
        let lab = read(&path);
        let out = scratch.path("out");
        let options = Options { out: Some(out.clone()), ..Options::default() };
        lab::run::run(&lab, &options, &mut |_| {}).unwrap_or_else(|failure| panic!("{failure:?}"));
        let report: serde_json::Value =
            serde_json::from_slice(&std::fs::read(out.join("report.json")).unwrap()).unwrap();
        let number = |value: &serde_json::Value| {
            value.as_u64().unwrap_or_else(|| panic!("{value} is no whole number"))
        };
        let list = |value: &serde_json::Value| value.as_array().expect("a list").clone();

        assert_eq!(report["lab"], lab.name.as_str());
        assert_eq!(number(&report["seed"]), lab.seed);
        assert_eq!(list(&report["nodes"]).len(), lab.nodes.len());
        assert_eq!(list(&report["cables"]).len(), lab.cables.len());

        let frames = &report["frames"];
        let ended: u64 = ["delivered", "merged", "dropped", "held", "in_flight"]
            .iter()
            .map(|key| number(&frames[*key]))
            .sum();
        assert_eq!(number(&frames["sent"]), ended, "{frames}");
        let drops = list(&frames["drops"]);
        assert_eq!(drops.iter().map(|line| number(&line["frames"])).sum::<u64>(), number(&frames["dropped"]));
        let nodes: BTreeSet<String> = lab.nodes.iter().map(|node| node.name.clone()).collect();
        for line in &drops {
            assert!(nodes.contains(line["node"].as_str().unwrap()), "{line}");
            assert!(line["reason"].as_str().unwrap().contains(' '), "{line}");
            assert!(number(&line["bytes"]) >= number(&line["frames"]), "{line}");
        }

        let outcome =
            |wanted: &str| list(&report["checks"]).iter().filter(|c| c["outcome"] == wanted).count() as u64;
        for (word, key) in [("ok", "passed"), ("failed", "failed"), ("skipped", "skipped")] {
            assert_eq!(outcome(word), number(&report[key]), "{key}");
        }
        let end = number(&report["virtual_ns"]);
        for check in list(&report["checks"]) {
            let answered = number(&check["answered_ns"]);
            assert!(number(&check["at_ns"]) <= answered && answered <= end, "{check}");
        }
        let times: Vec<u64> = list(&report["log"]).iter().map(|line| number(&line["at_ns"])).collect();
        assert!(times.is_sorted() && times.iter().all(|at| *at <= end), "the log is in order");
        for name in list(&report["captures"]) {
            assert!(out.join(name.as_str().unwrap()).is_file(), "{name}");
        }
        let text = std::fs::read_to_string(out.join("report.txt")).unwrap();
        assert!(text.starts_with(&format!("{}: ", lab.name)) && text.contains(" passed, 0 failed"), "{text}");
    }
}
