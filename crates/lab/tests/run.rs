//! Labs that are played: checks, scenario, late nodes, output, and the same bytes with any number of threads.

#![allow(clippy::unwrap_used, reason = "a test may fail by a panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clock::Duration;
use lab::file::Lab;
use lab::problem::Source;
use lab::report::{Outcome, Report};
use lab::run::{Captures, Failure, Options, run};

const HOSTS: &str = r#"
name: hosts
topology:
  nodes:
    a: { kind: linux, exec: ["ip addr add 10.0.0.1/24 dev eth1"] }
    b: { kind: linux, exec: ["ip addr add 10.0.0.2/24 dev eth1"] }
    c: { kind: linux, startup-delay: 5, exec: ["ip addr add 10.0.0.3/24 dev eth1"] }
    sw: { kind: bridge }
  links:
    - endpoints: ["a:eth1", "sw:port1"]
      vars: { delay: 1ms, jitter: 100us }
    - endpoints: ["b:eth1", "sw:port2"]
      vars: { delay: 2ms, loss: 1% }
    - endpoints: ["c:eth1", "sw:port3"]
"#;

fn lab(text: &str, rest: &str) -> Lab {
    let source = Source::new("t.clab.yml", format!("{text}{rest}"));
    Lab::from_sources(&source, None, "t", PathBuf::new(), &BTreeMap::new())
        .unwrap_or_else(|problems| panic!("{problems}"))
}

fn play(lab: &Lab, options: &Options) -> Report {
    run(lab, options, &mut |_| {}).unwrap_or_else(|failure| panic!("{failure:?}"))
}

fn outcomes(report: &Report) -> Vec<(&str, &str, Outcome)> {
    report.checks.iter().map(|line| (line.name.as_str(), line.node.as_str(), line.outcome)).collect()
}

/// A folder of the test's own, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("wirelab-run-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// All files of a folder, by name.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap()))
        .collect()
}

#[test]
fn checks_hold_or_fail_with_what_came_instead() {
    let checks = r#"
checks:
  - { at: 1s, name: there, on: [a, b], run: ping -c 2 10.0.0.2, received: 2, contains: "64 bytes from" }
  - { at: 1s, name: not there, on: a, run: ping -c 1 -W 1 10.0.0.9, received: 1 }
  - { at: 1s, name: rightly not there, on: a, run: ping -c 1 -W 1 10.0.0.9, received: 0, not: { exit: 0 } }
  - { at: 1s, name: too slow, on: a, run: sleep 30, within: 2s }
"#;
    let report = play(&lab(HOSTS, checks), &Options::default());
    assert_eq!(
        outcomes(&report),
        [
            ("there", "a", Outcome::Ok),
            ("there", "b", Outcome::Ok),
            ("not there", "a", Outcome::Failed),
            ("rightly not there", "a", Outcome::Ok),
            ("too slow", "a", Outcome::Failed),
        ]
    );
    let line = &report.checks[2];
    assert_eq!((line.expected.as_deref(), line.got.as_deref()), (Some("1 received"), Some("0 received")));
    assert_eq!(report.checks[4].got.as_deref(), Some("none in 2s"));
    assert_eq!((report.passed, report.failed, report.skipped), (3, 2, 0));
    assert!(!report.all_held());
}

#[test]
fn frames_are_conserved() {
    let frames = play(
        &lab(HOSTS, "until: 2m\nchecks: [{at: 10s, on: a, run: ping -c 50 10.0.0.2}]"),
        &Options::default(),
    )
    .frames;
    assert!(frames.sent > 100, "{frames:?}");
    assert_eq!(
        frames.sent,
        frames.delivered + frames.merged + frames.dropped + frames.held + frames.in_flight
    );
    assert_eq!(frames.dropped, frames.drops.iter().map(|line| line.frames).sum::<u64>());
}

#[test]
fn a_node_that_starts_late_has_no_carrier_before() {
    let checks = "checks:\n  - { at: 2s, on: a, run: ping -c 1 -W 1 10.0.0.3, received: 0 }\n  - { at: 6s, on: a, run: ping -c 1 10.0.0.3, received: 1 }\n";
    let report = play(&lab(HOSTS, checks), &Options::default());
    assert!(report.all_held(), "{:?}", report.checks);
}

#[test]
fn the_scenario_pulls_cables_and_runs_commands() {
    let rest = r#"
scenario:
  - { at: 10s, down: "sw:port1" }
  - { at: 20s, up: "a:eth1" }
  - { at: 30s, on: b, run: ip addr del 10.0.0.2/24 dev eth1 }
  - { at: 31s, on: b, run: ip addr del 10.0.0.2/24 dev eth1 }
checks:
  - { at: 9s, on: a, run: ping -c 1 -W 1 10.0.0.2, received: 1 }
  - { at: 11s, on: a, run: ping -c 1 -W 1 10.0.0.2, not: { exit: 0 } }
  - { at: 21s, on: a, run: ping -c 1 -W 2 10.0.0.2, received: 1 }
  - { at: 35s, on: a, run: ping -c 1 -W 2 10.0.0.2, received: 0 }
"#;
    let report = play(&lab(HOSTS, rest), &Options::default());
    assert!(report.all_held(), "{:?}", report.checks);
    let note = report.notes.iter().find(|note| note.contains("ended with exit code"));
    assert!(note.is_some_and(|note| note.starts_with("t.clab.yml:")), "{:?}", report.notes);
}

#[test]
fn a_run_lasts_as_long_as_it_was_told() {
    let checks = "checks: [{at: 90s, on: a, run: 'sleep 3'}]";
    let lasts = |options: &Options, rest: &str| play(&lab(HOSTS, rest), options).virtual_ns / 1_000_000;
    assert_eq!(lasts(&Options::default(), ""), 60_000, "at least a minute");
    assert_eq!(lasts(&Options::default(), checks), 93_000, "until the last check is done");
    assert_eq!(lasts(&Options::default(), "until: 5s"), 5_000);
    let until = Options { until: Some(Duration::from_secs(7)), ..Options::default() };
    let report = play(&lab(HOSTS, checks), &until);
    assert_eq!((report.virtual_ns, report.skipped), (7_000_000_000, 1));
    let cut_off = Options { until: Some(Duration::from_secs(91)), ..Options::default() };
    assert_eq!(play(&lab(HOSTS, checks), &cut_off).failed, 1, "an answer that is not there is no answer");
}

#[test]
fn the_output_is_the_same_with_any_number_of_threads() {
    let scratch = Scratch::new("threads");
    let lab = lab(HOSTS, "seed: 9\nchecks: [{at: 3s, on: [a, b, c], run: ping -c 20 -i 0.2 10.0.0.1}]");
    let mut outputs = Vec::new();
    for threads in [1, 2, 3, 8, 1] {
        let out = scratch.path("out");
        let options = Options { out: Some(out.clone()), threads, ..Options::default() };
        play(&lab, &options);
        outputs.push(files(&out));
    }
    let names: Vec<&str> = outputs[0].keys().map(String::as_str).collect();
    let expected = [
        "a-eth1_sw-port1.pcapng",
        "all.pcapng",
        "b-eth1_sw-port2.pcapng",
        "c-eth1_sw-port3.pcapng",
        "drops.pcapng",
        "report.json",
        "report.txt",
    ];
    assert_eq!(names, expected);
    for output in &outputs[1..] {
        assert!(output == &outputs[0], "outputs differ");
    }
    let other = Options { seed: Some(10), out: Some(scratch.path("out")), ..Options::default() };
    play(&lab, &other);
    assert!(files(&scratch.path("out")) != outputs[0], "another seed is another run");
}

#[test]
fn only_the_captures_that_are_wanted_are_written() {
    let scratch = Scratch::new("captures");
    for (captures, names) in [
        (Captures::NONE, vec!["report.json", "report.txt"]),
        (Captures { all: true, ..Captures::NONE }, vec!["all.pcapng", "report.json", "report.txt"]),
    ] {
        let options = Options { out: Some(scratch.path("out")), captures, ..Options::default() };
        play(&lab(HOSTS, "until: 1s"), &options);
        assert_eq!(files(&scratch.path("out")).into_keys().collect::<Vec<_>>(), names);
    }
}

#[test]
fn a_config_that_is_refused_writes_nothing_and_names_its_place() {
    let scratch = Scratch::new("refused");
    let config = "/ip address\nadd address=10.0.0.1/24 interface=ether1\n\n/ip pool\nadd name=p ranges=221.167.154.1-221.167.154.300\n";
    fs::write(scratch.path("r1.rsc"), config).unwrap();
    fs::write(
        scratch.path("lab.clab.yml"),
        "topology: {nodes: {r1: {kind: mikrotik_ros, startup-config: r1.rsc}, r2: {kind: mikrotik_ros, startup-delay: 9, startup-config: r1.rsc}}}",
    )
    .unwrap();
    let lab = Lab::read(&scratch.0, &BTreeMap::new()).unwrap();
    let options = Options { out: Some(scratch.path("lab.out")), ..Options::default() };
    let Err(Failure::Input(problems)) = run(&lab, &options, &mut |_| {}) else { panic!("it was taken") };
    assert_eq!(problems.0.len(), 2, "late nodes are tried too: {problems}");
    let (line, _) =
        problems.0[0].place.as_ref().map(|place| place.source.line_column(place.span.start)).unwrap();
    assert_eq!(line, 5, "{problems}");
    assert_eq!(files(&scratch.0).len(), 2, "nothing was written");
}

/// The lab of the repository: its own checks, for several seeds.
#[test]
fn bridge_44_holds_its_checks() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../topologies/bridge-44");
    let lab = Lab::read(&folder, &BTreeMap::new()).unwrap_or_else(|problems| panic!("{problems}"));
    for seed in [44, 1, 2, 3] {
        let report = play(&lab, &Options { seed: Some(seed), ..Options::default() });
        let failed: Vec<_> = report.checks.iter().filter(|line| line.outcome != Outcome::Ok).collect();
        assert!(failed.is_empty(), "seed {seed}: {failed:?}");
        assert_eq!((report.passed, report.virtual_ns), (18, 3_600_000_000_000));
        let frames = &report.frames;
        assert_eq!(
            frames.sent,
            frames.delivered + frames.merged + frames.dropped + frames.held + frames.in_flight
        );
        let leases =
            report.log.iter().filter(|line| line.node == "r1" && line.message.contains("assigned")).count();
        assert_eq!(leases, 3, "each PC is given one address and keeps it");
    }
}

#[test]
fn a_router_tells_what_is_not_simulated() {
    let text = "topology:\n  nodes:\n    r1:\n      kind: mikrotik_ros\n      startup-config: |\n        /interface bridge add name=b protocol-mode=none\n        /tool romon set enabled=yes\n";
    let report = play(&lab(text, "until: 1s"), &Options::default());
    let text = report.to_text(lab::report::TextStyle::default(), None, None);
    let notes: Vec<&str> = text.lines().filter(|line| line.contains("accepted but not simulated")).collect();
    assert_eq!(
        notes,
        [
            "  note: r1: accepted but not simulated: /interface/bridge (1 item, without spanning tree: ports forward at once; protocol-mode of 1 item), /tool/romon (1 item)"
        ]
    );
    let json: serde_json::Value = serde_json::from_str(&report.to_json()).unwrap();
    assert_eq!(
        json["nodes"][0]["not_simulated"].as_array().unwrap()[2..],
        [
            serde_json::json!({"menu": "/tool/romon", "property": "", "count": 1}),
            serde_json::json!({"menu": "/tool/romon", "property": "enabled", "count": 1})
        ]
    );
}

#[test]
fn ports_on_demand_and_old_forms_are_noted_and_a_strict_run_refuses_them() {
    let text = "topology:\n  nodes:\n    r1:\n      kind: mikrotik_ros\n      startup-config: |\n        /ip address add address=10.0.0.1/24 interface=ether9\n        /ip route add gateway=10.0.0.2 routing-mark=x\n";
    let mut lab =
        lab(text, "checks:\n  - {at: 1s, on: r1, that: '[:len [/routing table find name=x]] = 1'}\n");
    let report = play(&lab, &Options::default());
    assert_eq!(report.checks[0].outcome, Outcome::Ok, "{:?}", report.checks);
    for (place, words) in [(":1:47", "has no ether9"), (":2:32", "routing-mark is of RouterOS 6")] {
        let said = |note: &&String| note.contains(place) && note.contains(words);
        assert_eq!(report.notes.iter().filter(said).count(), 1, "{words}: {:?}", report.notes);
    }
    lab.strict = true;
    assert!(run(&lab, &Options::default(), &mut |_| {}).is_err());
}

#[test]
fn a_pasted_config_goes_on_after_an_error_and_notes_it() {
    let text = "topology:\n  nodes:\n    r1:\n      kind: mikrotik_ros\n      config: paste\n      startup-config: |\n        /ip address add address=10.0.0.1/24 interface=wan9\n        /system identity set name=other\n";
    let lab = lab(
        text,
        "checks:\n  - {at: 1s, on: r1, that: '[/system identity get name] = \"other\"'}\n  - {at: 1s, on: r1, that: '1 = 2'}\n",
    );
    let report = play(&lab, &Options::default());
    assert_eq!(report.checks[0].outcome, Outcome::Ok, "{:?}", report.checks);
    assert_eq!(
        (report.checks[1].expected.as_deref(), report.checks[1].got.as_deref()),
        (Some("= 2"), Some("`1`"))
    );
    let note = report.notes.iter().find(|note| note.contains("any value of interface"));
    assert!(
        note.is_some_and(|note| note.starts_with("t.clab.yml (startup-config of r1):1:")),
        "{:?}",
        report.notes
    );
}

#[test]
fn a_false_comparison_says_what_stood_at_its_left() {
    let text = r#"
name: t
topology:
  nodes:
    r1: { kind: mikrotik_ros, startup-config: "/ip address\nadd address=10.0.0.1/24 interface=ether1" }
checks:
  - { at: 1s, on: r1, that: "[:len [/ip address find]] = 3" }
  - { at: 1s, on: r1, name: named, that: "[/ip address get 0 address] = \"10.0.0.2/24\"" }
  - { at: 1s, on: r1, that: "[/ip address get 0 address]" }
  - { at: 1s, on: r1, that: "!true" }
  - { at: 1s, on: r1, run: "/ip adress print" }
"#;
    let report = play(&lab(text, ""), &Options::default());
    let words: Vec<String> = report
        .checks
        .iter()
        .map(|line| [&line.expected, &line.got].map(|words| words.clone().unwrap_or_default()).join(" | "))
        .collect();
    assert_eq!(words[0], "= 3 | `1`");
    assert_eq!(words[1], "[/ip address get 0 address] = \"10.0.0.2/24\" | `10.0.0.1/24`");
    assert_eq!(words[2], "true | `10.0.0.1/24`");
    assert_eq!(words[3], "true | false");
    assert!(words[4].starts_with("exit code 0 | exit code 1: `bad command name adress"), "{}", words[4]);
}

#[test]
fn an_expression_that_cannot_be_read_is_refused_before_the_run() {
    let text =
        "topology:\n  nodes:\n    r1: {kind: mikrotik_ros}\nchecks:\n  - {at: 1s, on: r1, that: '1 +'}\n";
    match run(&lab(text, ""), &Options::default(), &mut |_| {}) {
        Err(Failure::Input(problems)) => {
            assert!(problems.to_string().starts_with("t.clab.yml:5:"), "{problems}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_frames_add_up_and_who_holds_some_is_named() {
    let checks = "checks:\n  - { at: 1s, on: a, run: ping -c 9 10.0.0.9, exit: 1 }\nuntil: 3s\n";
    let frames = play(&lab(HOSTS, checks), &Options::default()).frames;
    let ends = frames.delivered + frames.merged + frames.dropped + frames.held + frames.in_flight;
    assert_eq!(frames.sent, ends, "{frames:?}");
    assert!(frames.held > 0);
    assert_eq!(frames.held, frames.held_by.iter().map(|line| line.frames).sum::<u64>());
    assert_eq!(frames.held_by[0].node, "a");
}

#[test]
fn a_script_without_an_end_is_refused_with_one_problem() {
    let text = "topology:\n  nodes:\n    r1: {kind: mikrotik_ros, startup-config: \"# no end\\n:while (true) do={}\"}\n";
    match run(&lab(text, ""), &Options::default(), &mut |_| {}) {
        Err(Failure::Input(problems)) => {
            assert_eq!(problems.0.len(), 1);
            assert!(problems.to_string().contains("script stopped"), "{problems}");
        }
        other => panic!("{other:?}"),
    }
}

/// What the first name block of a capture says, and how many packets stand before it.
fn named(file: &[u8]) -> (Vec<String>, usize) {
    let number = |at: usize| {
        let bytes = file.get(at..at + 4).map(|b| <[u8; 4]>::try_from(b).unwrap());
        bytes.map(|b| u32::from_le_bytes(b) as usize)
    };
    let (mut at, mut packets) = (0, 0);
    while let (Some(kind), Some(length)) = (number(at), number(at + 4)) {
        match kind {
            4 => {
                let (mut record, mut names) = (at + 8, Vec::new());
                while let Some(head) = number(record).filter(|head| *head != 0) {
                    let length = head >> 16;
                    let value = &file[record + 4..record + 4 + length];
                    let name = String::from_utf8_lossy(&value[4..length - 1]).into_owned();
                    names.push(format!("{}.{}.{}.{} {name}", value[0], value[1], value[2], value[3]));
                    record += 4 + length.next_multiple_of(4);
                }
                return (names, packets);
            }
            6 => packets += 1,
            _ => {}
        }
        at += length;
    }
    (Vec::new(), packets)
}

#[test]
fn names_stand_before_the_packets_and_an_address_of_two_nodes_names_nobody() {
    let scratch = Scratch::new("names");
    let scenario = r#"
until: 40s
scenario:
  - { at: 10s, on: a, run: ping -c 2 10.0.0.2 }
  - { at: 20s, on: b, run: ip addr add 10.0.0.7/24 dev eth1 }
  - { at: 22s, on: a, run: ip addr add 10.0.0.8/24 dev eth1 }
  - { at: 25s, on: a, run: ip addr del 10.0.0.8/24 dev eth1 }
  - { at: 26s, on: b, run: ip addr add 10.0.0.8/24 dev eth1 }
"#;
    for (rest, expected) in [
        // Known before the run.
        ("until: 2s", &["10.0.0.1 a", "10.0.0.2 b"][..]),
        // Learned in the run; 10.0.0.8 was a's and then b's.
        (scenario, &["10.0.0.1 a", "10.0.0.2 b", "10.0.0.3 c", "10.0.0.7 b"]),
    ] {
        let out = scratch.path("out");
        play(&lab(HOSTS, rest), &Options { out: Some(out.clone()), ..Options::default() });
        for (name, file) in files(&out).iter().filter(|(name, _)| name.ends_with(".pcapng")) {
            let (names, before) = named(file);
            assert_eq!(
                (names.iter().map(String::as_str).collect::<Vec<_>>(), before),
                (expected.to_vec(), 0),
                "{name}"
            );
        }
    }
}

#[test]
fn captures_may_be_of_a_node_or_a_port() {
    let scratch = Scratch::new("at");
    let both = ["a-eth1_sw-port1.pcapng", "b-eth1_sw-port2.pcapng"];
    for (at, expected) in [(vec!["a"], &both[..1]), (vec!["sw:port2", "a:eth1"], &both[..])] {
        let out = scratch.path("out");
        let captures = Captures { at: at.into_iter().map(str::to_owned).collect(), ..Captures::NONE };
        let report = play(&lab(HOSTS, ""), &Options { out: Some(out), captures, ..Options::default() });
        assert_eq!(report.captures, expected);
    }
    let captures = Captures { at: vec!["sw:port9".to_owned(), "dropz".to_owned()], ..Captures::NONE };
    let options = Options { out: Some(scratch.path("no")), captures, ..Options::default() };
    match run(&lab(HOSTS, ""), &options, &mut |_| {}) {
        Err(Failure::Input(problems)) => {
            let hints: Vec<_> = problems.0.iter().filter_map(|problem| problem.help.as_deref()).collect();
            assert_eq!(hints, ["did you mean `sw:port1`?", "did you mean `drops`?"]);
        }
        other => panic!("{other:?}"),
    }
    assert!(!scratch.path("no").exists());
}
