//! The result of a run: as text for a person, as one JSON object for a program.
//!
//! # JSON
//! ```json
//! { "wirelab": "0.1.0", "lab": "bridge-44", "seed": 44, "virtual_ns": 3600000000000,
//!   "nodes": [{"name": "r1", "kind": "router", "version": "7.24",
//!              "not_simulated": [{"menu": "/ip/dns", "property": "servers", "count": 1}]}], "cables": ["r1:ether2 pc1:eth1"],
//!   "frames": {"sent": 9, "delivered": 8, "merged": 0, "dropped": 1, "held": 0, "held_by": [{"node": "r1", "frames": 1}],
//!              "in_flight": 0, "cable_crossings": 9,
//!              "drops": [{"node": "r1", "port": "ether1", "reason": "…", "frames": 1, "bytes": 60}]},
//!   "checks": [{"at_ns": 10000000000, "name": "…", "node": "r1", "outcome": "ok|failed|skipped",
//!               "expected": "…", "got": "…", "answered_ns": 10000000000}],
//!   "passed": 1, "failed": 0, "skipped": 0,
//!   "captures": ["all.pcapng"], "notes": ["…"], "log": [{"at_ns": 0, "node": "r1", "topics": "dhcp,info", "message": "…"}] }
//! ```
//! Keys are added in later versions, none is taken away or changes its meaning. `version`, `not_simulated`, `port`,
//! `expected`, `got` and `answered_ns` are left out where there is none; [`LeftOutJson`] describes `not_simulated`. All numbers are integers; nothing in it depends on the wall clock, the machine or the number of threads.

mod text;

use router::LeftOut;
use serde::Serialize;

pub use self::text::TextStyle;

/// What a run gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Version of wirelab.
    pub wirelab: String,
    /// Name of the lab.
    pub lab: String,
    /// Seed of the run.
    pub seed: u64,
    /// Virtual time that was played, in nanoseconds.
    pub virtual_ns: u64,
    /// The nodes, in the order of the lab file.
    pub nodes: Vec<NodeLine>,
    /// The cables, as `r1:ether2 pc1:eth1`.
    pub cables: Vec<String>,
    /// What became of the frames.
    pub frames: Frames,
    /// The checks, in the order in which they were asked; one for each node that was asked.
    pub checks: Vec<CheckLine>,
    /// Checks that held.
    pub passed: u32,
    /// Checks that did not.
    pub failed: u32,
    /// Checks that were due after the end of the run.
    pub skipped: u32,
    /// Names of the capture files in the output directory.
    pub captures: Vec<String>,
    /// What a person should know: keys passed over, menus accepted but not simulated, errors of pasted configs.
    pub notes: Vec<String>,
    /// Log lines of all nodes, in order.
    pub log: Vec<LogLine>,
}

/// A node of the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NodeLine {
    /// Its name.
    pub name: String,
    /// `router`, `host` or `switch`.
    pub kind: &'static str,
    /// RouterOS version of a router.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What a router's config asks for and the simulation leaves out; see [`LeftOutJson`].
    #[serde(
        rename = "not_simulated",
        skip_serializing_if = "Vec::is_empty",
        serialize_with = "left_out_list"
    )]
    pub left_out: Vec<LeftOut>,
}

/// `{"menu", "property", "count"}`: so many items of the menu set a property that changes nothing. `property` is empty for
/// the menu as a whole, whose items have no effect at all, or not what `"without"` says. `"command"` stands in an entry
/// for a command that did nothing, and how often it ran.
#[derive(Clone, Debug, Serialize)]
pub struct LeftOutJson {
    menu: &'static str,
    property: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    command: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    without: &'static str,
    count: usize,
}

impl From<&LeftOut> for LeftOutJson {
    fn from(one: &LeftOut) -> Self {
        let LeftOut { menu, property, command, without, count } = *one;
        Self { menu, property, command, without, count }
    }
}

fn left_out_list<S: serde::Serializer>(list: &[LeftOut], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(list.iter().map(LeftOutJson::from))
}

/// What became of every frame; `sent = delivered + merged + dropped + held + in_flight`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Frames {
    /// Frames that devices made.
    pub sent: u64,
    /// Frames that a device took in.
    pub delivered: u64,
    /// Frames that became part of another one (reassembly).
    pub merged: u64,
    /// Frames that were dropped.
    pub dropped: u64,
    /// Frames that wait in a device at the end (for an answer to ARP, for the other fragments).
    pub held: u64,
    /// Which devices hold them.
    pub held_by: Vec<HeldLine>,
    /// Frames that are on a cable at the end.
    pub in_flight: u64,
    /// How often a frame crossed a cable.
    pub cable_crossings: u64,
    /// The drops by node, port and reason, most frequent first.
    pub drops: Vec<DropLine>,
}

/// Frames that a device holds at the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HeldLine {
    /// The node.
    pub node: String,
    /// How many frames.
    pub frames: u64,
}

/// Frames that were dropped for one reason at one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DropLine {
    /// The node.
    pub node: String,
    /// The port, when the drop was at one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
    /// The reason in words.
    pub reason: String,
    /// How many frames.
    pub frames: u64,
    /// How many bytes.
    pub bytes: u64,
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It held.
    Ok,
    /// It did not.
    Failed,
    /// The run ended before it was due.
    Skipped,
}

/// One check on one node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CheckLine {
    /// When it was asked, in nanoseconds.
    pub at_ns: u64,
    /// What it is called.
    pub name: String,
    /// The node that was asked.
    pub node: String,
    /// How it ended.
    pub outcome: Outcome,
    /// What was expected, when it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What came instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub got: Option<String>,
    /// When the answer was there, in nanoseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_ns: Option<u64>,
}

/// One line of a node's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogLine {
    /// When, in nanoseconds.
    pub at_ns: u64,
    /// Which node.
    pub node: String,
    /// `dhcp,info`.
    pub topics: String,
    /// The words.
    pub message: String,
}

impl Report {
    /// True when every check that was asked held.
    #[must_use]
    pub fn all_held(&self) -> bool {
        self.failed == 0
    }

    /// The report as JSON, ending in a line feed.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Report {
        let check = |at_s: u64, name: &str, node: &str| CheckLine {
            at_ns: at_s * 1_000_000_000,
            name: name.to_owned(),
            node: node.to_owned(),
            outcome: Outcome::Ok,
            expected: None,
            got: None,
            answered_ns: Some(at_s * 1_000_000_000),
        };
        let node = |name: &str, kind, version: Option<&str>| NodeLine {
            left_out: Vec::new(),
            name: name.to_owned(),
            kind,
            version: version.map(str::to_owned),
        };
        let failed = CheckLine {
            outcome: Outcome::Failed,
            expected: Some("3 received".to_owned()),
            got: Some("1 received".to_owned()),
            ..check(12, "the internet answers", "pc3")
        };
        let drop = |port: Option<&str>, reason: &str, frames| DropLine {
            node: "r1".to_owned(),
            port: port.map(str::to_owned),
            reason: reason.to_owned(),
            frames,
            bytes: frames * 60,
        };
        Report {
            wirelab: "0.1.0".to_owned(),
            lab: "branch".to_owned(),
            seed: 1,
            virtual_ns: 3_600_000_000_000,
            nodes: vec![
                node("r1", "router", Some("7.24")),
                node("pc1", "host", None),
                node("pc3", "host", None),
            ],
            cables: vec!["r1:ether2 pc1:eth1".to_owned(), "r1:ether3 pc3:eth1".to_owned()],
            frames: Frames {
                sent: 18_204,
                delivered: 18_189,
                merged: 0,
                dropped: 14,
                held: 1,
                held_by: vec![HeldLine { node: "pc1".to_owned(), frames: 1 }],
                in_flight: 0,
                cable_crossings: 30_000,
                drops: vec![
                    drop(None, "/ip firewall filter rule 3 of chain forward", 9),
                    drop(Some("ether3"), "lost on a lossy cable", 5),
                ],
            },
            checks: vec![
                check(10, "leases are bound", "r1"),
                check(11, "the gateway answers", "pc1"),
                check(11, "the gateway answers", "pc3"),
                failed,
            ],
            passed: 3,
            failed: 1,
            skipped: 0,
            captures: vec![
                "all.pcapng".to_owned(),
                "drops.pcapng".to_owned(),
                "r1-ether2_pc1-eth1.pcapng".to_owned(),
            ],
            notes: vec!["r1: /tool romon is accepted but not simulated".to_owned()],
            log: (0..8)
                .map(|i| LogLine {
                    at_ns: i * 4_000_000,
                    node: "r1".to_owned(),
                    topics: "dhcp,info".to_owned(),
                    message: format!("line {i}"),
                })
                .collect(),
        }
    }

    #[test]
    fn a_person_sees_what_happened() {
        insta::assert_snapshot!(sample().to_text(TextStyle::default(), Some("branch.out"), Some("0.11 s")));
    }

    #[test]
    fn quiet_is_one_line_and_colours_only_when_asked_for() {
        let report = sample();
        let quiet = TextStyle { quiet: true, ..TextStyle::default() };
        assert_eq!(report.to_text(quiet, None, None), "branch: 3 passed, 1 failed; 1h of virtual time\n");
        assert!(!report.to_text(TextStyle::default(), None, None).contains('\u{1b}'));
        assert!(report.to_text(TextStyle { color: true, ..quiet }, None, None).contains('\u{1b}'));
    }

    #[test]
    fn a_program_gets_one_object_of_integers() {
        let json: serde_json::Value = serde_json::from_str(&sample().to_json()).unwrap();
        assert_eq!(json["frames"]["drops"][1]["port"], "ether3");
        assert_eq!(json["checks"][3]["outcome"], "failed");
        assert!(!sample().to_json().contains("0.11"), "no wall clock");
    }
}
