//! `wirelab shell` as scripts and persons meet it: lines through a pipe, and keys through a pseudo terminal.

#![allow(clippy::unwrap_used, reason = "a test may fail by a panic")]

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A folder of the test's own with a lab in it, removed at the end.
struct Scratch(PathBuf);

const LAB: &str = "\
name: two
topology:
  nodes:
    r1:
      kind: mikrotik_ros
      startup-config: |
        /ip address add address=10.0.0.1/24 interface=ether2
    pc1: {kind: linux, exec: ['ip addr add 10.0.0.2/24 dev eth1']}
    sw: {kind: bridge}
  links:
    - endpoints: ['r1:ether2', 'sw:p1']
    - endpoints: ['pc1:eth1', 'sw:p2']
";

impl Scratch {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("wirelab-shell-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("lab.clab.yml"), LAB).unwrap();
        Self(folder)
    }

    /// Pipes lines into `wirelab shell . ARGUMENTS`: exit code, standard output, standard error.
    fn shell(&self, arguments: &[&str], lines: &str) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wirelab"));
        command.args(["shell", "."]).args(arguments).current_dir(&self.0);
        let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = pipes.spawn().unwrap();
        // A command line that is refused reads nothing.
        let _ = child.stdin.take().unwrap().write_all(lines.as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn lines_of_a_pipe_are_run_in_one_session() {
    let scratch = Scratch::new("pipe");
    let lines =
        "/ip address\nprint\n:global x 5\n:if (true) do={\n  :put (\\$x + 1)\n}\n".replace("\\$", "$");
    let (code, out, err) = scratch.shell(&[], &lines);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    let expected = "\
Columns: ADDRESS, NETWORK, INTERFACE, VRF
# ADDRESS      NETWORK   INTERFACE  VRF 
0 10.0.0.1/24  10.0.0.0  ether2     main
6
";
    assert_eq!(out, expected);
}

#[test]
fn time_passes_only_while_something_waits() {
    let scratch = Scratch::new("time");
    let lines = "\\time\n/ping 10.0.0.2 count=2\n\\time\n\\advance 10s\n\\time\n\\until 1m\n\\time\n";
    let (code, out, _) = scratch.shell(&["r1"], lines);
    assert_eq!(code, 0);
    let times: Vec<&str> = out.lines().filter(|line| line.contains(" since the start")).collect();
    assert_eq!(times.len(), 4, "{out}");
    assert!(times[0].starts_with("0.000000000s") && times[1].starts_with("1.0"), "{out}");
    assert!(times[2].starts_with("11.0") && times[3].starts_with("60.000000000s"), "{out}");
    let (_, again, _) = scratch.shell(&["r1"], lines);
    assert_eq!(out, again, "the same lines give the same bytes");
}

#[test]
fn a_command_that_never_ends_is_ended_and_says_so() {
    let scratch = Scratch::new("endless");
    let (code, out, _) = scratch.shell(&["--limit", "3s", "-c", "/ping 10.0.0.2"], "");
    assert_eq!(code, 0);
    assert!(out.contains("packet-loss=") && out.ends_with("virtual time: --limit)\n"), "{out}");
    let (code, out, _) = scratch.shell(&["pc1", "--limit", "3s", "--fail", "-c", "ping 10.0.0.1"], "");
    assert_eq!(code, 1);
    assert!(out.contains("ping statistics"), "{out}");
}

#[test]
fn exit_codes_tell_failed_lines_from_wrong_input() {
    let scratch = Scratch::new("codes");
    let (code, out, _) = scratch.shell(&["-c", "bogus", "-c", ":put on"], "");
    assert_eq!((code, out.as_str()), (0, "bad command name bogus (line 1 column 1)\non\n"));
    let (code, out, _) = scratch.shell(&["--fail", "-c", "bogus", "-c", ":put on"], "");
    assert_eq!((code, out.as_str()), (1, "bad command name bogus (line 1 column 1)\n"));
    let (code, _, err) = scratch.shell(&["pc2"], "");
    assert!(code == 2 && err.contains("no node `pc2`") && err.contains("did you mean `pc1`"), "{err}");
    let (code, _, err) = scratch.shell(&["sw"], "");
    assert!(code == 2 && err.contains("sw is a switch"), "{err}");
    let (code, out, _) = scratch.shell(&[], "\\conect pc1\n/quit\n:put never\n");
    assert_eq!((code, out.as_str()), (0, "wirelab has no command \\conect; did you mean \\connect?\n"));
}

#[test]
fn wirelabs_own_commands_move_between_nodes_pull_cables_and_save() {
    let scratch = Scratch::new("own");
    let lines = "\\nodes\n\\con pc1\nping -c 1 10.0.0.1\n\\cut pc1:eth1\nping -c 1 -W 1 10.0.0.1\n\\links\n\
                 \\restore pc1:eth1\n\\until ping -c 1 10.0.0.1\n\\save\n\\log r1\n\\connect r1\n\
                 \\until [:len [/ip/address/find]] = 1\n\\speed max\n\\help\n";
    let (code, out, _) = scratch.shell(&[], lines);
    assert_eq!(code, 0);
    for part in [
        "* r1   router  RouterOS ",
        "  sw   switch\n",
        "1 packets transmitted, 1 received",
        "1 packets transmitted, 0 received",
        "pc1:eth1   sw:p2  pulled out",
        "a condition can't wait itself",
        "two.out/: ",
        "interface,info",
        "\\advance TIME",
    ] {
        assert!(out.contains(part), "{part}: {out}");
    }
    assert!(scratch.0.join("two.out/all.pcapng").exists());
}

#[test]
fn safe_mode_shows_in_the_prompt_and_undo_takes_back() {
    let scratch = Scratch::new("safe");
    let lines = "/safe-mode/take\n/system/identity/set name=x\n:put [/system/identity/get name]\n/safe-mode/unroll\n\
                 :put [/system/identity/get name]\n";
    let (_, out, _) = scratch.shell(&["--echo"], lines);
    assert!(out.contains("[admin@MikroTik] <SAFE> /system/identity/set name=x\n"), "{out}");
    assert!(out.contains("[admin@x] <SAFE> "), "{out}");
    assert!(out.ends_with("[admin@MikroTik] > :put [/system/identity/get name]\nMikroTik\n"), "{out}");
}

/// A person's terminal: `script` gives the pseudo terminal, a thread reads it and answers where the cursor is.
struct Terminal {
    child: std::process::Child,
    keys: Arc<Mutex<std::process::ChildStdin>>,
    seen: Arc<Mutex<String>>,
}

impl Terminal {
    /// `None` where there is no `script` of util-linux.
    fn open(folder: &Path) -> Option<Self> {
        let line = format!(
            // `exec`: some shells die of the Ctrl-C that is meant for wirelab.
            "stty cols 100 rows 30; exec {} shell . --color never --speed 20",
            env!("CARGO_BIN_EXE_wirelab")
        );
        let mut command = Command::new("script");
        command.args(["-qec", &line, "/dev/null"]).current_dir(folder).env("TERM", "xterm-256color");
        let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = pipes.spawn().ok()?;
        let mut output = child.stdout.take().unwrap();
        let keys = Arc::new(Mutex::new(child.stdin.take().unwrap()));
        let seen = Arc::new(Mutex::new(String::new()));
        let (sink, answers) = (Arc::clone(&seen), Arc::clone(&keys));
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            let mut answered = 0;
            while let Ok(count @ 1..) = output.read(&mut buffer) {
                let mut seen = sink.lock().unwrap();
                seen.push_str(&String::from_utf8_lossy(&buffer[..count]));
                let asked = seen.matches("\u{1b}[6n").count();
                let mut keys = answers.lock().unwrap();
                for _ in answered..asked {
                    let _ = keys.write_all(b"\x1b[5;1R").and_then(|()| keys.flush());
                }
                answered = asked;
            }
        });
        Some(Self { child, keys, seen })
    }

    /// Presses keys, then waits until `expected` is shown behind what was there before.
    fn press(&mut self, keys: &str, expected: &str) {
        let before = self.seen.lock().unwrap().len();
        {
            let mut terminal = self.keys.lock().unwrap();
            terminal.write_all(keys.as_bytes()).and_then(|()| terminal.flush()).unwrap();
        }
        for _ in 0..400 {
            if self.seen.lock().unwrap().get(before..).is_some_and(|new| new.contains(expected)) {
                // A little longer, until the prompt that follows waits for keys.
                std::thread::sleep(Duration::from_millis(150));
                return;
            }
            std::thread::sleep(Duration::from_millis(25));
        }
        panic!("{keys:?} did not show {expected:?}:\n{}", self.seen.lock().unwrap());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn keys_complete_help_interrupt_and_leave() {
    let scratch = Scratch::new("keys");
    let Some(mut terminal) = Terminal::open(&scratch.0) else { return };
    for (keys, expected) in [
        ("", "[admin@MikroTik] > "),
        ("/ip ad\t", "/ip address/"),
        ("pr\t", "/ip address/print "),
        ("\r", "0 10.0.0.1/24  10.0.0.0  ether2     main"),
        // A burst of keys does what the same keys do one by one.
        ("/ip rou\tpri\t\r", "DST-ADDRESS"),
        ("/ip dhcp\t", "/ip dhcp-"),
        ("\t", "dhcp-client  dhcp-relay   dhcp-server"),
        ("\x03", "[admin@MikroTik] > "),
        ("/ip address \x1bOP", "add -- Create a new item"),
        ("\x03", "[admin@MikroTik] > "),
        ("/ping 10.0.0.2\r", "    2 10.0.0.2"),
        ("\x03", "packet-loss="),
        ("/ip/address/print follow\r", "-- Ctrl-C to quit. space prints separator"),
        (" ", " = = =   = = =   = = =      = = ="),
        ("\x03", "[admin@MikroTik] > "),
        ("\x1b[18~", "[admin@MikroTik] >> "),
        ("/ip ad p\r", "NETWORK"),
        ("\x1b[18~", "[admin@MikroTik] > "),
        ("\x18", "<SAFE> "),
        ("/system identity set name=lost\r", "[admin@lost] <SAFE> "),
        ("\x18", "[Safe Mode released]"),
        ("/ip address add disabled=yes\r", "address: "),
        ("10.0.9.1/24\r", "interface: "),
        ("ether1\r", "[admin@lost] > "),
        (":put (\"count=\" . [:len [/ip/address/find]])\r", "count=2"),
        ("/ip address remove\r", "numbers: "),
        ("\x03", "missing value(s) of argument(s) numbers"),
        ("/system script add name=s source=\":put 1\"\r", "[admin@lost] > "),
        ("/system script ed s source\r", "C-c quit C-o save&quit"),
        ("\x05 ;\r:put \"$x\"\x0f", "[admin@lost] > "),
        (":put [/system script get s source]\r", ":put 1 ;\r\r\n:put \"$x\""),
        (
            ":for i from=1 to=80 do={/ip firewall address-list add list=l address=\"10.9.0.$i\"}\r",
            "[admin@lost] > ",
        ),
        ("/ip firewall address-list print\r", "-- [Q quit|D dump|down]"),
        (" ", "-- [Q quit|D dump|up|down]"),
        ("q", "[admin@lost] > "),
        ("/system script edit s source\r", "C-c quit C-o save&quit"),
        ("gone\x03", "[admin@lost] > "),
        (":put [:len [/system script get s source]]\r", "19"),
        ("/password\r", "old-password: "),
        ("\r", "new-password: "),
        ("abc", "***"),
        ("\x03", "[admin@lost] > "),
        ("\\con\t", "\\connect "),
        ("pc\t", "\\connect pc1 "),
        ("\r", "root@pc1:~# "),
        ("\\connect r1\r", "[admin@lost] > "),
        (":if (true) do={\r", "{... "),
        (":put (6*7)\r}\r", "42"),
    ] {
        terminal.press(keys, expected);
    }
    terminal.press(":if (true) do={ /quit }\r", "");
    assert!(terminal.child.wait().unwrap().success());
}
