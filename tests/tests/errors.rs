//! What goes wrong is said in one clear error with its place, ends with the right exit code, and leaves nothing half done.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use lab::file::Lab;
use lab::problem::Problems;
use lab::run::{Failure, Options};
use std::collections::BTreeMap;
use wirelab_tests::files::{Scratch, contents, wirelab};

/// A sound lab; the tests break one thing in it.
const LAB: &str = r#"name: ok
topology:
  nodes:
    r1: { kind: mikrotik_ros, startup-config: r1.rsc }
    pc: { kind: linux, exec: [ip addr add 10.0.0.2/24 dev eth1] }
  links:
    - endpoints: ["r1:ether1", "pc:eth1"]
checks:
  - { at: 1s, on: pc, run: ping -c 1 10.0.0.1, received: 1 }
"#;

const CONFIG: &str = "# r1
/system identity set name=r1
/ip address
add address=10.0.0.1/24 interface=ether1

/ip pool
add name=lan ranges=10.0.0.10-10.0.0.20
";

/// A folder with the lab, changed by replacing `from` by `to` in it (which must stand there).
fn folder(name: &str, from: &str, to: &str) -> Scratch {
    let scratch = Scratch::new(name);
    assert!(LAB.contains(from), "{from:?}");
    scratch.write("lab.clab.yml", &LAB.replacen(from, to, 1));
    scratch.write("r1.rsc", CONFIG);
    scratch
}

/// Reads and plays what is in the folder; what is wrong with it.
fn problems(scratch: &Scratch) -> Problems {
    let options = Options { out: Some(scratch.path("lab.out")), ..Options::default() };
    let before = contents(scratch.folder());
    let played = Lab::read(scratch.folder(), &BTreeMap::new())
        .map_err(Failure::Input)
        .and_then(|lab| lab::run::run(&lab, &options, &mut |_| {}));
    assert!(contents(scratch.folder()) == before, "nothing was written: {:?}", scratch.names());
    match played {
        Err(Failure::Input(problems)) => problems,
        other => panic!("it was played: {other:?}"),
    }
}

/// The only problem: (message, line, underlined text).
fn only(problems: &Problems) -> (String, usize, String) {
    assert_eq!(problems.0.len(), 1, "one cause, one error: {problems}");
    let problem = &problems.0[0];
    let place = problem.place.as_ref().unwrap_or_else(|| panic!("{problem:?} has a place"));
    (problem.message.clone(), place.source.line_column(place.span.start).0, place.text().to_owned())
}

#[test]
fn a_lab_file_that_is_wrong_is_refused_at_its_place() {
    let cases = [
        ("unknown node in a link", "\"pc:eth1\"", "\"pd:eth1\"", "there is no node `pd`", 7, "pd"),
        ("unknown node in a check", "on: pc", "on: pcc", "there is no node `pcc`", 9, "pcc"),
        ("no such port", "\"r1:ether1\"", "\"r1:wlan1\"", "r1 has no port `wlan1`", 7, "wlan1"),
        (
            "a port beyond the board",
            "kind: mikrotik_ros, startup-config: r1.rsc }\n    pc",
            "kind: mikrotik_ros, startup-config: r1.rsc, labels: {wirelab.model: RB750Gr3} }\n    r2: { kind: mikrotik_ros, labels: {wirelab.model: RB750Gr3} }\n    pc",
            "r1 has no port `ether9`",
            8,
            "ether9",
        ),
        (
            "cabled twice",
            "[\"r1:ether1\", \"pc:eth1\"]",
            "[\"r1:ether1\", \"r1:ether1\"]",
            "r1:ether1 is cabled twice",
            7,
            "r1:ether1",
        ),
        ("no such file", "startup-config: r1.rsc", "startup-config: r7.rsc", "r7.rsc", 4, "r7.rsc"),
        ("an unknown key", "checks:", "chekcs:", "chekcs", 8, "chekcs"),
        ("a time without unit", "at: 1s", "at: 1", "`at`", 9, "1"),
        ("not YAML", "links:\n", "links: [\n", "this is not YAML", 7, ""),
    ];
    for (name, from, to, message, line, text) in cases {
        let scratch = folder("wrong", from, to);
        if name == "a port beyond the board" {
            let lab = std::fs::read_to_string(scratch.path("lab.clab.yml")).unwrap();
            scratch.write("lab.clab.yml", &lab.replacen("r1:ether1", "r1:ether9", 1));
        }
        let problems = problems(&scratch);
        let (said, at, underlined) = only(&problems);
        assert!(said.contains(message), "{name}: {said}");
        assert_eq!(at, line, "{name}: {problems}");
        assert!(underlined.contains(text), "{name}: {underlined:?} is underlined in\n{problems}");
    }
}

#[test]
fn every_mistake_of_a_file_is_told_at_once() {
    let scratch = folder("several", "on: pc", "on: pcc");
    let text =
        std::fs::read_to_string(scratch.path("lab.clab.yml")).unwrap().replace("\"pc:eth1\"", "\"pd:eth1\"");
    scratch.write("lab.clab.yml", &text);
    let lines: Vec<usize> = problems(&scratch)
        .0
        .iter()
        .filter_map(|problem| problem.place.as_ref())
        .map(|place| place.source.line_column(place.span.start).0)
        .collect();
    assert_eq!(lines, [7, 9]);
}

#[test]
fn a_config_that_fails_at_line_7_names_line_7() {
    let long = "name=lan ranges=221.167.154.1-221.167.154.300";
    for (line, message, underlined) in [
        (
            format!("add {long}"),
            "value of range must have ip address after '-'",
            "221.167.154.1-221.167.154.300",
        ),
        (String::from("add name=lan rangers=10.0.0.1-10.0.0.2"), "bad parameter rangers", "="),
        (String::from("/ip pol add"), "bad command name pol", "pol"),
        (
            String::from("add name=lan ranges=10.0.0.1 next-pool=other"),
            "input does not match any value of next-pool",
            "other",
        ),
    ] {
        let scratch = folder("line-7", "", "");
        let config: Vec<&str> =
            CONFIG.lines().take(6).chain([line.as_str(), "/ip route add gateway=10.0.0.2"]).collect();
        scratch.write("r1.rsc", &config.join("\r\n"));
        let problems = problems(&scratch);
        let (said, at, text) = only(&problems);
        assert!(said.starts_with(message), "{line}: {said}");
        assert_eq!(at, 7, "{problems}");
        assert!(text.contains(underlined), "{line}: {text:?} is underlined");
        assert!(problems.0[0].place.as_ref().is_some_and(|place| place.source.name.ends_with("r1.rsc")));
    }
}

/// The seed's error case, at a console: the words of RouterOS, and no pool.
#[test]
fn a_pool_with_a_wrong_range_is_not_made() {
    let lab = wirelab_tests::world::lab(
        "name: pool
topology:
  nodes:
    r1:
      kind: mikrotik_ros
      config: paste
      startup-config: |
        /ip pool add name=pool-221.167.154.0 ranges=221.167.154.1-221.167.154.300
        /ip pool add name=good ranges=221.167.154.1-221.167.154.30
checks:
  - {at: 1s, on: r1, that: '[:len [/ip pool find]] = 1'}
  - {at: 1s, on: r1, that: '[:len [/ip pool find name=pool-221.167.154.0]] = 0'}
  - {at: 2s, on: r1, run: '/ip pool add name=again ranges=221.167.154.1-221.167.154.300', exit: 1, contains: value of range must have ip address after '-'}
  - {at: 3s, on: r1, run: '/ip pool print count-only', output: '1'}
",
    );
    let report =
        lab::run::run(&lab, &Options::default(), &mut |_| {}).unwrap_or_else(|failure| panic!("{failure:?}"));
    assert!(report.all_held() && report.passed == 4, "{:?}", report.checks);
    let told = report
        .notes
        .iter()
        .any(|note| note.contains("startup-config of r1):1:") && note.contains("must have ip address"));
    assert!(told, "{:?}", report.notes);
}

#[test]
fn exit_codes_are_0_1_and_2() {
    let scratch = folder("codes", "", "");
    let (code, stdout, stderr) = wirelab(scratch.folder(), &["run", "."]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    assert!(scratch.path("ok.out/report.json").is_file());
    scratch.write("lab.clab.yml", &LAB.replace("received: 1", "received: 2"));
    let (code, stdout, stderr) = wirelab(scratch.folder(), &["run", "."]);
    assert_eq!((code, stderr.as_str()), (1, ""), "{stdout}");
    assert!(stdout.contains("FAILED") && stdout.contains("expected  2 received"), "{stdout}");
    for arguments in [
        &["run", "."][..],
        &["run", "nowhere"],
        &["run", "r1.rsc"],
        &["run"],
        &["run", ".", "--seed", "many"],
        &["run", ".", "--until", "soon"],
        &["run", ".", "--out", "r1.rsc"],
        &["no-such-command"],
    ] {
        let text = if arguments == ["run", "."] { LAB.replace("pc:eth1", "px:eth1") } else { LAB.to_owned() };
        scratch.write("lab.clab.yml", &text);
        let before = contents(scratch.folder());
        let (code, stdout, stderr) = wirelab(scratch.folder(), arguments);
        assert_eq!((code, stdout.as_str()), (2, ""), "{arguments:?}: {stderr}");
        assert!(!stderr.trim().is_empty(), "{arguments:?} says why");
        assert!(contents(scratch.folder()) == before, "{arguments:?} leaves everything as it was");
    }
}

#[test]
fn a_person_sees_file_line_column_and_the_text_underlined() {
    let scratch = folder("shown", "", "");
    scratch.write("r1.rsc", &(CONFIG.to_owned() + "add name=bad ranges=221.167.154.1-221.167.154.300\n"));
    let (code, _, stderr) = wirelab(scratch.folder(), &["run", "lab.clab.yml"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("value of range must have ip address after '-'"), "{stderr}");
    assert!(stderr.contains("r1.rsc:8:21"), "{stderr}");
    let lines: Vec<&str> = stderr.lines().collect();
    let at = lines.iter().position(|line| line.contains("add name=bad ranges=")).expect("the line is shown");
    let (shown, under) = (lines[at], lines[at + 1]);
    let column = |line: &str, text: &str| line.find(text).map(|byte| line[..byte].chars().count());
    assert_eq!(column(under, "─"), column(shown, "221.167"), "{stderr}");
    let marks = under.chars().filter(|c| matches!(c, '─' | '┬')).count();
    assert_eq!(marks, "221.167.154.1-221.167.154.300".len(), "{stderr}");
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let scratch = folder("unreadable", "", "");
    std::fs::write(scratch.path("binary.clab.yml"), [0xff, 0xfe, 0]).unwrap();
    std::fs::create_dir(scratch.path("empty")).unwrap();
    for (path, word) in
        [("binary.clab.yml", "UTF-8"), ("empty", "no lab file"), ("nowhere.yml", "nowhere.yml")]
    {
        let Err(problems) = Lab::read(&scratch.path(path), &BTreeMap::new()) else {
            panic!("{path} was read")
        };
        let text = problems.to_string();
        assert!(text.contains(word) && text.contains(path.trim_end_matches(".yml")), "{text}");
    }
    std::fs::remove_file(scratch.path("r1.rsc")).unwrap();
    std::fs::create_dir(scratch.path("r1.rsc")).unwrap();
    let Err(problems) = Lab::read(&scratch.path("lab.clab.yml"), &BTreeMap::new()) else {
        panic!("a folder was read")
    };
    assert!(problems.to_string().contains("r1.rsc"), "{problems}");
}

#[test]
fn an_output_directory_is_left_alone_on_error() {
    let scratch = folder("left-alone", "", "");
    assert_eq!(wirelab(scratch.folder(), &["run", "."]).0, 0);
    let good = contents(&scratch.path("ok.out"));
    assert!(good.contains_key("all.pcapng"));
    for (name, text) in [
        ("lab.clab.yml", LAB.replace("on: pc", "on: nobody")),
        ("r1.rsc", CONFIG.replace("10.0.0.1/24", "10.0.0.1/33")),
    ] {
        let kept = std::fs::read_to_string(scratch.path(name)).unwrap();
        scratch.write(name, &text);
        assert_eq!(wirelab(scratch.folder(), &["run", "."]).0, 2, "{name}");
        scratch.write(name, &kept);
        assert!(contents(&scratch.path("ok.out")) == good, "{name}: the earlier output is still there");
        assert_eq!(
            std::fs::read_dir(scratch.folder()).unwrap().count(),
            3,
            "no scraps: {:?}",
            scratch.names()
        );
    }
    // A folder of a person's own is not replaced, not even by a run that would succeed.
    std::fs::create_dir(scratch.path("mine")).unwrap();
    scratch.write("mine/thesis.txt", "ten years of work");
    let (code, _, stderr) = wirelab(scratch.folder(), &["run", ".", "--out", "mine"]);
    assert_eq!(code, 2, "{stderr}");
    assert_eq!(contents(&scratch.path("mine")).keys().collect::<Vec<_>>(), ["thesis.txt"]);
}
