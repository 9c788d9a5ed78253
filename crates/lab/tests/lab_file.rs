//! Lab files as people write them: good ones are read, bad ones are refused with the place underlined.

#![allow(clippy::unwrap_used, reason = "a test may fail by a panic")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use clock::Duration;
use lab::checks::{Action, Ask, Expect};
use lab::file::{ConfigMode, Lab, NodeKind};
use lab::problem::{Problems, Source, Style};

/// Reads a lab that stands in one text, or in two.
fn read(topology: &str, own: Option<&str>) -> Result<Lab, Problems> {
    let own = own.map(|own| Source::new("t.lab.yml", own));
    let environment = BTreeMap::from([("IMAGE".to_owned(), "ros:7".to_owned())]);
    Lab::from_sources(
        &Source::new("t.clab.yml", topology),
        own.as_ref(),
        "t",
        PathBuf::from("no-folder"),
        &environment,
    )
}

fn render(topology: &str, own: Option<&str>) -> String {
    match read(topology, own) {
        Ok(lab) => format!("this was taken: {lab:#?}"),
        Err(problems) => problems.render(Style { color: false, unicode: true, width: 110 }),
    }
}

/// Two routers and a host with a line for links and one for what follows.
fn small(links: &str, rest: &str) -> String {
    format!(
        "name: small\ntopology:\n  nodes:\n    r1: {{kind: mikrotik_ros}}\n    r2: {{kind: mikrotik_ros, model: RB750Gr3}}\n    pc1: {{kind: linux}}\n    sw: {{kind: bridge}}\n  links:\n{links}\n{rest}\n"
    )
}

#[test]
fn a_containerlab_file_with_many_keys_is_read() {
    let lab =
        read(include_str!("labs/many-keys.clab.yml"), None).unwrap_or_else(|problems| panic!("{problems}"));
    let node = |name: &str| &lab.nodes[lab.node(name).unwrap()];
    assert_eq!(lab.name, "many-keys");
    assert_eq!(lab.nodes.len(), 6);
    let r1 = node("r1");
    assert_eq!((r1.kind, r1.config_mode), (NodeKind::Router, ConfigMode::Import));
    assert_eq!(r1.ports, ["ether1", "ether2", "ether3"]);
    assert_eq!(
        r1.startup_config.as_ref().unwrap().text,
        "/ip address\nadd address=10.0.0.1/24 interface=ether2\n"
    );
    assert_eq!(r1.version.as_deref(), Some("7.20"));
    let exec: Vec<&str> = r1.exec.iter().map(|exec| exec.command.as_str()).collect();
    assert_eq!(exec, ["echo default r1", "echo kind", "echo group", "echo node", "echo staged"]);
    let env: Vec<_> = r1.env.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(env, ["A=node", "B=group", "C=kind", "D=default"]);
    assert_eq!(r1.labels.get("wirelab.version").map(String::as_str), Some("7.20"));
    assert_eq!(node("r2").model.map(|model| model.name), Some("RB5009UG+S+"));
    assert_eq!(node("r2").ports.len(), 9);
    assert_eq!(node("pc1").start, Duration::from_secs(5));
    assert_eq!(node("pc2").start, Duration::from_secs(5), "pc2 waits for pc1");
    assert_eq!(node("sw").kind, NodeKind::Switch);
    assert_eq!(node("pc1").mgmt_ipv4.map(|address| address.to_string()).as_deref(), Some("172.20.20.11"));
    let cables: Vec<_> = lab
        .cables
        .iter()
        .map(|cable| format!("{} {}", lab.end_name(cable.a), lab.end_name(cable.b)))
        .collect();
    insta::assert_snapshot!(cables.join("\n"), @r"
    r1:ether2 pc1:eth1
    r1:ether3 r2:ether1
    r2:sfp-sfpplus1 sw:eth1
    sw:eth2 pc2:eth1
    ");
    let wan = &lab.cables[1];
    assert_eq!(wan.a_to_b.delay, Some(Duration::from_millis(20)));
    assert_eq!(wan.b_to_a.delay, Some(Duration::from_millis(40)));
    assert_eq!((wan.a_to_b.loss, wan.b_to_a.loss), (5_000_000, 5_000_000));
    assert_eq!(
        (wan.a_to_b.rate_bps, wan.a_to_b.mtu, wan.a_to_b.queue),
        (Some(10_000_000), Some(1400), Some(100))
    );
    insta::assert_snapshot!("many_keys_notes", lab.notes.join("\n"));
}

#[test]
fn our_keys_may_stand_in_a_second_file_or_in_the_one() {
    let links = "  - endpoints: [\"r1:eth1\", \"pc1:eth1\"]";
    let own = "seed: 7\nuntil: 1m30s\nchecks:\n  - {at: 10s, on: r1, that: '1 = 1'}\n  - {at: 11s, on: [pc1], run: ping -c 3 8.8.8.8, received: at least 2, not: {contains: [a, b]}, within: 5s}\nscenario:\n  - {at: 20s, down: \"r1:ether2\"}\n  - {at: 30s, on: pc1, run: ip link}\n";
    for lab in [read(&small(links, own), None), read(&small(links, ""), Some(own))] {
        let lab = lab.unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!((lab.seed, lab.until), (7, Some(Duration::from_secs(90))));
        assert!(matches!(&lab.checks[0].ask, Ask::That(text, _) if text == "1 = 1"));
        assert_eq!(lab.checks[1].name, "ping -c 3 8.8.8.8");
        assert_eq!((lab.checks[1].on.as_slice(), lab.checks[1].within), (&[2][..], Duration::from_secs(5)));
        let Ask::Run(_, expectations) = &lab.checks[1].ask else { panic!("not a command") };
        assert_eq!(expectations.len(), 3);
        assert!(matches!(&expectations[1].expect, Expect::Contains(text) if text == "a"));
        assert!(!expectations[0].negated && expectations[1].negated && expectations[2].negated);
        assert!(matches!(lab.scenario[0].action, Action::Cable(0, false)));
        assert!(matches!(&lab.scenario[1].action, Action::Run(on, _) if on == &[2]));
    }
}

#[test]
fn a_check_without_an_expectation_wants_exit_code_0() {
    let lab = read(&small("", "checks: [{at: 1s, on: pc1, run: 'true'}]"), None).unwrap();
    let Ask::Run(_, expectations) = &lab.checks[0].ask else { panic!("not a command") };
    assert!(matches!(expectations[0].expect, Expect::Exit(bounds) if (bounds.low, bounds.high) == (0, 0)));
}

#[test]
fn bad_files_are_refused_with_the_place() {
    let plain = "  - endpoints: [\"r1:ether2\", \"pc1:eth1\"]";
    let cases: &[(&str, String)] = &[
        ("not YAML", "topology:\n  nodes: [r1\n  links:\n".into()),
        ("twice the same key", "name: a\nname: b\n".into()),
        ("no topology", "name: a\n".into()),
        ("a slip in a key of the file", "name: a\ntopolgy: {}\n".into()),
        ("a slip in a key of a node", "topology: {nodes: {r1: {kind: linux, startup-confg: x.rsc}}}\n".into()),
        ("unknown kind", "topology:\n  nodes:\n    srl:\n      kind: nokia_srlinux\n".into()),
        ("kind host", "topology: {nodes: {me: {kind: host}}}\n".into()),
        ("no kind", "topology: {nodes: {r1: }}\n".into()),
        ("no such startup-config", "topology: {nodes: {r1: {kind: mikrotik_ros, startup-config: r1.rsc}}}\n".into()),
        ("unknown model", "topology: {nodes: {r1: {kind: mikrotik_ros, model: RB750Gr4}}}\n".into()),
        ("unknown node in a link", small("  - endpoints: [\"r1:ether2\", \"pc3:eth1\"]", "")),
        ("no such port", small("  - endpoints: [\"r1:wlan9\", \"pc1:eth1\"]", "")),
        ("a slip in a port", small("  - endpoints: [\"r1:eter2\", \"pc1:eth1\"]", "")),
        ("a port that the model does not have", small("  - endpoints: [\"r2:ether6\", \"pc1:eth1\"]", "")),
        ("a port cabled twice", small(&format!("{plain}\n  - endpoints: [\"sw:eth1\", \"r1:eth1\"]"), "")),
        ("one endpoint", small("  - endpoints: [\"r1:ether2\"]", "")),
        ("no port in an endpoint", small("  - endpoints: [r1, \"pc1:eth1\"]", "")),
        ("a link out of the lab", small("  - endpoints: [\"r1:ether2\", \"host:eth1\"]", "")),
        ("bad units", small(&format!("{plain}\n    vars: {{delay: 20, loss: 200%, rate: fast, mtu: 1}}"), "")),
        ("unknown direction", small(&format!("{plain}\n    vars: {{delay: {{a-b: 1ms, a-c: 2ms}}}}"), "")),
        ("nodes that wait for each other", "topology:\n  nodes:\n    a: {kind: linux, stages: {create: {wait-for: [{node: b, stage: healthy}]}}}\n    b: {kind: linux, stages: {create: {wait-for: [{node: a}]}}}\n".into()),
        ("a check that asks a node that is not there", small(plain, "checks:\n  - at: 10s\n    on: [pc1, pc2]\n    run: ping -c 1 8.8.8.8")),
        ("a slip in an expectation", small(plain, "checks: [{at: 1s, on: pc1, run: ls, recieved: 3}]")),
        ("a RouterOS expression for a host", small(plain, "checks: [{at: 1s, on: pc1, that: '1 = 1'}]")),
        ("expectations of an expression", small(plain, "checks: [{at: 1s, on: r1, that: '1 = 1', received: 3}]")),
        ("a check after the end", small(plain, "until: 5s\nchecks: [{at: 10s, on: pc1, run: ls}]")),
        ("a bad number and a bad expression", small(plain, "checks: [{at: 1s, on: pc1, run: ls, received: many, matches: '('}]")),
        ("a check of a switch", small(plain, "checks: [{at: 1s, on: sw, run: ls}]")),
        ("an event without a cable", small(plain, "scenario: [{at: 1s, down: \"pc1:eth2\"}]")),
        ("many at once", small("  - endpoints: [\"r3:ether2\", \"pc1:eth1\"]\n  - endpoints: [\"r1:foo\", \"sw:eth1\"]", "seed: x\nchekcs: []")),
    ];
    let mut all = String::new();
    for (name, text) in cases {
        writeln!(all, "── {name}\n{}", render(text, None)).unwrap();
    }
    insta::assert_snapshot!("bad_files", all);
}

#[test]
fn a_key_in_both_files_is_refused() {
    insta::assert_snapshot!(render(&small("", "seed: 1"), Some("seed: 2\n")));
}

#[test]
fn a_folder_without_a_lab_says_so() {
    let problems =
        Lab::read(&PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &BTreeMap::new()).unwrap_err();
    assert!(problems.to_string().starts_with("there is no lab file in "), "{problems}");
    let problems =
        Lab::read(&PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/srk")), &BTreeMap::new()).unwrap_err();
    assert!(problems.0[0].help.as_ref().is_some_and(|help| help.ends_with("/src`?")), "{problems:?}");
}

#[test]
fn any_name_is_taken_and_the_folder_stands_for_its_file() {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/labs"));
    let by_file = Lab::read(&folder.join("many-keys.clab.yml"), &BTreeMap::new()).unwrap();
    let by_folder = Lab::read(&folder, &BTreeMap::new()).unwrap();
    assert_eq!(by_file.name, by_folder.name);
    let other = Lab::read(&folder.join("plain.yaml"), &BTreeMap::new()).unwrap();
    assert_eq!((other.name.as_str(), other.nodes.len()), ("plain", 1));
}

/// Whatever stands in a file, reading and rendering must not panic: every truncation, and every byte replaced by one that
/// means something in YAML or in our own syntax.
#[test]
fn broken_files_never_panic() {
    let own = "seed: 7\nuntil: 1m\nchecks:\n  - {at: 10s, on: [r1, pc1], run: ping, received: 2..3, not: {matches: 'a+'}}\nscenario:\n  - {at: 20s, down: \"r1:ether2\"}\n";
    let text = small(
        "  - endpoints: [\"r1:eth1\", \"pc1:eth1\"]\n    vars: {delay: {a-b: ${D:-1ms}}, löss: 1%}",
        own,
    );
    let read_and_render = |text: &str| {
        if let Err(problems) = read(text, None) {
            assert!(!problems.render(Style { color: false, unicode: true, width: 80 }).is_empty());
            for problem in &problems.0 {
                assert!(!problem.message.is_empty());
            }
        }
    };
    for (at, _) in text.char_indices() {
        read_and_render(&text[..at]);
        for replacement in [":", "[", "$", "ü"] {
            let rest = text[at..].chars().next().map_or(0, char::len_utf8);
            read_and_render(&format!("{}{replacement}{}", &text[..at], &text[at + rest..]));
        }
    }
}
