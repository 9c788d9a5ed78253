//! The command as a person or a script meets it: exit codes, what goes where, and nothing half-written.

#![allow(clippy::unwrap_used, reason = "a test may fail by a panic")]

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// A folder of the test's own, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("wirelab-command-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn lab(&self, text: &str) -> &Self {
        fs::write(self.0.join("lab.clab.yml"), text).unwrap();
        self
    }

    fn wirelab(&self, arguments: &[&str]) -> (i32, String, String) {
        let binary = env!("CARGO_BIN_EXE_wirelab");
        let Output { status, stdout, stderr } =
            Command::new(binary).args(arguments).current_dir(&self.0).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (status.code().unwrap(), text(stdout), text(stderr))
    }

    /// What stands in the folder, hidden names too.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<String> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn two_hosts(received: u32) -> String {
    format!(
        "name: two\ntopology:\n  nodes:\n    a: {{kind: linux, exec: [ip addr add 10.0.0.1/24 dev eth1]}}\n    b: {{kind: linux, exec: [ip addr add 10.0.0.2/24 dev eth1]}}\n  links:\n    - endpoints: [\"a:eth1\", \"b:eth1\"]\nchecks:\n  - {{at: 1s, name: b answers, on: a, run: ping -c 2 10.0.0.2, received: {received}}}\n"
    )
}

#[test]
fn exit_code_0_when_all_checks_hold_and_1_when_one_fails() {
    let scratch = Scratch::new("checks");
    let (code, stdout, stderr) = scratch.lab(&two_hosts(2)).wirelab(&["run", "."]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    assert!(stdout.starts_with("two: 2 nodes, 1 cable, seed 1"), "{stdout}");
    assert!(stdout.contains("1 passed, 0 failed"), "{stdout}");
    assert!(!stdout.contains('\u{1b}'), "no colours into a pipe");
    assert_eq!(scratch.names(), ["lab.clab.yml", "two.out"]);
    let (code, stdout, _) = scratch.lab(&two_hosts(3)).wirelab(&["run", "lab.clab.yml"]);
    assert_eq!(code, 1);
    assert!(stdout.contains("expected  3 received") && stdout.contains("got       2 received"), "{stdout}");
}

#[test]
fn exit_code_2_for_bad_input_and_nothing_written() {
    let scratch = Scratch::new("bad");
    let bad = two_hosts(2).replace("\"b:eth1\"", "\"c:eth1\"");
    let (code, stdout, stderr) = scratch.lab(&bad).wirelab(&["run", "."]);
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.contains("there is no node `c`") && stderr.contains("lab.clab.yml:7:"), "{stderr}");
    assert_eq!(scratch.names(), ["lab.clab.yml"]);
    for arguments in [&["run", "nothing-here"][..], &["run"], &["run", ".", "--until", "5"], &["dance"]] {
        assert_eq!(scratch.wirelab(arguments).0, 2, "{arguments:?}");
    }
}

#[test]
fn an_earlier_output_stays_when_a_run_is_refused() {
    let scratch = Scratch::new("earlier");
    scratch.lab(&two_hosts(2)).wirelab(&["run", "."]);
    let before = fs::read(scratch.0.join("two.out/report.json")).unwrap();
    assert_eq!(scratch.lab("topology: {nodes: {}}").wirelab(&["run", "."]).0, 2);
    assert_eq!(fs::read(scratch.0.join("two.out/report.json")).unwrap(), before);
}

#[test]
fn json_is_one_object_and_the_same_in_every_process() {
    let scratch = Scratch::new("json");
    let (code, first, stderr) =
        scratch.lab(&two_hosts(2)).wirelab(&["run", ".", "--format", "json", "--seed", "5"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    let object: serde_json::Value = serde_json::from_str(&first).unwrap();
    assert_eq!((object["seed"].as_u64(), object["passed"].as_u64()), (Some(5), Some(1)));
    let out = scratch.0.join("elsewhere");
    let arguments =
        ["run", ".", "--format", "json", "--seed", "5", "--threads", "4", "--out", out.to_str().unwrap()];
    assert_eq!(scratch.wirelab(&arguments).1, first);
}

#[test]
fn quiet_is_one_line_and_verbose_is_more() {
    let scratch = Scratch::new("quiet");
    let lines = |arguments: &[&str]| scratch.lab(&two_hosts(2)).wirelab(arguments).1.lines().count();
    assert_eq!(lines(&["run", ".", "--quiet"]), 1);
    assert!(lines(&["run", ".", "-v"]) > 3);
}

#[test]
fn every_problem_of_a_config_is_shown() {
    let scratch = Scratch::new("check");
    fs::write(
        scratch.0.join("r1.rsc"),
        "/ip address\nadd address=10.0.0.1/24 interface=eter1\n/ip pool add name=p ranges=1.2.3.400\n/ip firewall nat add chain=srcnat action=masquerade\n",
    )
    .unwrap();
    fs::write(scratch.0.join("r2.rsc"), "/ip cloud set ddns-enabled=yes\n").unwrap();
    let (code, stdout, stderr) = scratch.wirelab(&["check", "r1.rsc", "r2.rsc"]);
    assert_eq!(code, 2, "{stdout}{stderr}");
    assert!(stderr.contains("r1.rsc:2:") && stderr.contains("r1.rsc:3:"), "{stderr}");
    assert!(stderr.contains("warning[masquerade-everywhere]:"), "{stderr}");
    assert!(stdout.contains("r1.rsc: 3 commands, 2 errors, 1 warning (RouterOS "), "{stdout}");
    assert!(stdout.contains("r2.rsc: 1 command, no errors, no warnings (RouterOS "), "{stdout}");
    assert!(stdout.contains("accepted but not simulated: /ip/cloud (1 item)"), "{stdout}");
}

#[test]
fn a_check_gives_a_program_one_object_for_each_file() {
    let scratch = Scratch::new("check-json");
    fs::write(scratch.0.join("bad.rsc"), "# 2024-02-03 10:00:00 by RouterOS 7.12\n/ip pool\nadd nme=x\n")
        .unwrap();
    fs::write(
        scratch.0.join("odd.rsc"),
        "/ip firewall nat add chain=srcnat action=masquerade\n/ip cloud set ddns-enabled=yes\n",
    )
    .unwrap();
    let (code, stdout, stderr) = scratch.wirelab(&["check", "bad.rsc", "odd.rsc", "--format", "json"]);
    assert_eq!((code, stderr.as_str()), (2, ""));
    let objects: Vec<serde_json::Value> =
        stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(objects.len(), 2);
    assert_eq!((&objects[0]["file"], &objects[0]["version"]), (&"bad.rsc".into(), &"7.12".into()));
    let error = &objects[0]["errors"][0];
    assert_eq!((&error["line"], &error["message"]), (&3.into(), &"bad parameter nme".into()));
    let warning = &objects[1]["warnings"][0];
    assert_eq!((&warning["code"], &warning["column"]), (&"masquerade-everywhere".into(), &35.into()));
    assert_eq!(objects[1]["commands"], 2);
    let ddns = serde_json::json!({"menu": "/ip/cloud", "property": "ddns-enabled", "count": 1});
    assert!(objects[1]["not_simulated"].as_array().unwrap().contains(&ddns), "{stdout}");
    // Warnings alone are no failure.
    assert_eq!(scratch.wirelab(&["check", "odd.rsc"]).0, 0);
}

#[test]
fn a_file_that_cannot_be_read_does_not_keep_the_others_from_being_checked() {
    let scratch = Scratch::new("check-unreadable");
    fs::write(scratch.0.join("good.rsc"), "/ip pool add name=p ranges=10.0.0.1\n").unwrap();
    let (code, stdout, stderr) = scratch.wirelab(&["check", "none.rsc", "good.rsc"]);
    assert_eq!(code, 2);
    assert!(stdout.starts_with("good.rsc: 1 command, no errors"), "{stdout}");
    assert!(stderr.contains("none.rsc"), "{stderr}");
    let (code, stdout, stderr) = scratch.wirelab(&["check", "none.rsc", "good.rsc", "--format", "json"]);
    assert_eq!((code, stderr.as_str()), (2, ""));
    let objects: Vec<serde_json::Value> =
        stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [none, good] = objects.as_slice() else { panic!("{stdout}") };
    assert_eq!((&none["file"], &good["file"]), (&"none.rsc".into(), &"good.rsc".into()));
    assert!(none["errors"][0]["message"].as_str().unwrap().contains("none.rsc"), "{none}");
    assert_eq!(good["errors"], serde_json::json!([]));
}

#[test]
fn a_config_comes_from_standard_input_too() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_wirelab"))
        .args(["check", "-", "--format", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"/ip pool\r\nadd name=\xff ranges=x\r\n").unwrap();
    let output = child.wait_with_output().unwrap();
    let object: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!((&object["file"], &object["errors"][0]["line"]), (&"-".into(), &2.into()));
}

#[test]
fn a_config_is_checked_for_a_node_of_a_lab() {
    let scratch = Scratch::new("check-node");
    scratch.lab("name: l\ntopology:\n  nodes:\n    r1: {kind: mikrotik_ros}\n    pc: {kind: linux}\n  links:\n    - endpoints: [\"r1:ether1\", \"pc:eth1\"]\n");
    fs::write(scratch.0.join("r1.rsc"), "/ip address add address=10.0.0.1/24 interface=ether1\n").unwrap();
    let node = |name| scratch.wirelab(&["check", "r1.rsc", "--lab", ".", "--node", name]);
    assert_eq!(node("r1").0, 0);
    let (code, _, stderr) = node("pc");
    assert_eq!(code, 2);
    assert!(stderr.contains("lab l has no router `pc`"), "{stderr}");
    assert_eq!(scratch.wirelab(&["check", "r1.rsc", "--lab", "."]).0, 2);
}

#[test]
fn menus_are_listed_and_described() {
    let scratch = Scratch::new("menus");
    let (code, stdout, _) = scratch.wirelab(&["menus", "/ip/dhcp-server"]);
    assert_eq!(code, 0);
    assert!(stdout.contains("simulated  /ip/dhcp-server/lease"), "{stdout}");
    let (code, _, stderr) = scratch.wirelab(&["menus", "/ip/dhcp-sever"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("did you mean /ip/dhcp-server?"), "{stderr}");
    let (_, stdout, _) = scratch.wirelab(&["menus", "ip pool", "--format", "json"]);
    let object: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(object["menus"][0]["path"], "/ip/pool");
}

/// A run that is interrupted leaves nothing behind, and says so.
#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_nothing() {
    let scratch = Scratch::new("interrupt");
    let lab = two_hosts(2)
        .replace("checks:", "until: 9000h\nscenario:\n  - {at: 2s, on: a, run: ping 10.0.0.2}\nchecks:");
    scratch.lab(&lab);
    let mut child = Command::new(env!("CARGO_BIN_EXE_wirelab"))
        .args(["run", "."])
        .current_dir(&scratch.0)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let begun = |name: &String| name.ends_with(".part");
    for _ in 0..500 {
        if scratch.names().iter().any(begun) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert!(scratch.names().iter().any(begun), "{:?}", scratch.names());
    let pid = child.id().to_string();
    assert!(Command::new("sh").args(["-c", &format!("kill -INT {pid}")]).status().unwrap().success());
    let status = child.wait().unwrap();
    let mut words = String::new();
    std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut words).unwrap();
    assert_eq!((status.code(), words.as_str()), (Some(130), "interrupted; nothing was written\n"));
    assert_eq!(scratch.names(), ["lab.clab.yml"]);
}
