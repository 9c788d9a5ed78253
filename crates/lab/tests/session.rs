//! A lab in a person's hands: lines typed at its nodes, time that stands still, captures of what has been so far.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clock::{Duration, Instant};
use lab::file::Lab;
use lab::problem::Source;
use lab::session::{Session, Typed};

const LAB: &str = "\
name: two
topology:
  nodes:
    r1:
      kind: mikrotik_ros
      startup-config: |
        /system identity set name=gate
        /ip address add address=10.0.0.1/24 interface=ether2
    pc1: {kind: linux, exec: ['ip addr add 10.0.0.2/24 dev eth1']}
    sw: {kind: bridge}
  links:
    - endpoints: ['r1:ether2', 'sw:p1']
    - endpoints: ['pc1:eth1', 'sw:p2']
";

fn lab() -> Lab {
    let source = Source::new("two.clab.yml", LAB);
    Lab::from_sources(&source, None, "two", PathBuf::new(), &BTreeMap::new()).expect("a lab")
}

fn at(seconds: u64) -> Instant {
    Instant::START + Duration::from_secs(seconds)
}

/// Types a line and lets time pass until its end, at most ten minutes.
fn typed(session: &mut Session<'_>, node: usize, line: &str) -> (String, i32) {
    let mut typed = session.type_line(node, line);
    let (mut output, limit) = (String::new(), session.now() + Duration::from_secs(600));
    loop {
        let heard = session.wait(&mut typed, limit).expect("time passes");
        output += &heard.output;
        if let Some(exit) = heard.exit {
            return (output, exit);
        }
        assert!(session.now() < limit, "{line} does not end: {output}");
    }
}

#[test]
fn a_line_that_waits_lets_time_pass_and_others_do_not() {
    let lab = lab();
    let mut session = Session::open(&lab, None).unwrap();
    assert_eq!(typed(&mut session, 0, ":put [/system/identity/get name]"), ("gate\n".into(), 0));
    assert_eq!(session.now(), Instant::START);
    assert_eq!(typed(&mut session, 0, ":delay 3s"), (String::new(), 0));
    assert_eq!(session.now(), at(3));
    let (output, exit) = typed(&mut session, 0, "/ping 10.0.0.2 count=2");
    assert!(output.contains("sent=2 received=2"), "{output}");
    assert_eq!(exit, 0);
    let (output, exit) = typed(&mut session, 1, "ping -c 1 10.0.0.1");
    assert!(output.contains("1 packets transmitted, 1 received"), "{output}");
    assert_eq!(exit, 0);
}

#[test]
fn the_console_remembers_its_menu_numbers_and_globals_from_line_to_line() {
    let lab = lab();
    let mut session = Session::open(&lab, None).unwrap();
    typed(&mut session, 0, "/ip/address");
    assert_eq!(session.console(0).unwrap().menu, "/ip/address");
    let (table, _) = typed(&mut session, 0, "print");
    assert!(table.contains("10.0.0.1/24"), "{table}");
    typed(&mut session, 0, "set 0 comment=here");
    typed(&mut session, 0, ":global where \"here\"");
    assert_eq!(typed(&mut session, 0, ":put [:len [find comment=$where]]"), ("1\n".into(), 0));
    let (words, exit) = typed(&mut session, 0, "bogus");
    assert_eq!((words.as_str(), exit), ("bad command name bogus (line 1 column 1)\n", 1));
}

#[test]
fn control_c_ends_a_command_in_its_own_words() {
    let lab = lab();
    let mut session = Session::open(&lab, None).unwrap();
    for (node, line, last) in [
        (0, "/ping 10.0.0.2", "sent=4 received=4 packet-loss=0%"),
        (0, ":delay 1h ; :put never", "interrupted\n"),
        (1, "ping 10.0.0.1", "4 packets transmitted, 4 received"),
        (1, "sleep 100", ""),
    ] {
        let mut typed: Typed = session.type_line(node, line);
        let limit = session.now() + Duration::from_millis(3_500);
        let mut output = String::new();
        while session.now() < limit {
            let heard = session.wait(&mut typed, limit).expect("time passes");
            assert_eq!(heard.exit, None, "{line}");
            output += &heard.output;
        }
        session.interrupt(&typed);
        let heard = session.hear(&mut typed);
        assert!(heard.exit.is_some(), "{line} has not ended");
        output += &heard.output;
        assert!(output.contains(last), "{line}: {output}");
        assert!(!output.contains("never"), "{output}");
    }
}

#[test]
fn cables_are_pulled_and_plugged_in() {
    let lab = lab();
    let mut session = Session::open(&lab, None).unwrap();
    assert!(session.cables()[0].up);
    session.plug(0, false);
    let (output, _) = typed(&mut session, 0, "/ping 10.0.0.2 count=1");
    assert!(output.contains("received=0"), "{output}");
    session.plug(0, true);
    assert_eq!(session.cables()[0].ends, ["r1:ether2", "sw:p1"]);
    let (output, _) = typed(&mut session, 0, "/ping 10.0.0.2 count=1");
    assert!(output.contains("received=1"), "{output}");
}

#[test]
fn two_sessions_and_a_copy_go_the_same_way() {
    let lab = lab();
    let story = |session: &mut Session<'_>| {
        let mut all = typed(session, 1, "ping -c 3 10.0.0.1").0;
        all += &typed(session, 0, "/ping 10.0.0.2 count=2").0;
        all + &format!("{:?} {:?}", session.log(), session.now())
    };
    let mut first = Session::open(&lab, None).unwrap();
    first.advance(at(5)).unwrap();
    let mut copy = first.clone();
    let mut second = Session::open(&lab, None).unwrap();
    second.advance(at(2)).unwrap();
    second.advance(at(5)).unwrap();
    let told = story(&mut first);
    assert_eq!(told, story(&mut copy));
    assert_eq!(told, story(&mut second));
}

#[test]
fn captures_can_be_saved_again_and_again() {
    let lab = lab();
    let place = std::env::temp_dir().join(format!("wirelab-session-{}.out", std::process::id()));
    let mut session = Session::open(&lab, None).unwrap();
    let sizes: Vec<u64> = (0..2)
        .map(|_| {
            typed(&mut session, 1, "ping -c 1 10.0.0.1");
            session.save(&place).unwrap();
            std::fs::metadata(place.join("all.pcapng")).unwrap().len()
        })
        .collect();
    assert!(sizes[0] < sizes[1], "{sizes:?}");
    assert!(place.join("report.json").exists());
    std::fs::remove_dir_all(&place).unwrap();
}

#[test]
fn words_complete_at_routers_and_hosts() {
    let lab = lab();
    let mut session = Session::open(&lab, None).unwrap();
    let mut words = |node: usize, line: &str| {
        let found = session.complete(node, line, line.len());
        found.iter().map(|candidate| candidate.text.clone()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(words(0, "/ip addr"), "address");
    assert_eq!(words(0, "/ip address add interface=ether"), "ether1 ether2");
    assert_eq!(words(1, "pi"), "ping");
    assert_eq!(words(1, "ip addr ; ip ro"), "route");
    assert_eq!(words(1, "ip addr show e"), "eth1");
    assert_eq!(words(2, ""), "");
    let syntax = session.value_syntax(0, "/ip address add address=", 24);
    assert!(syntax.as_deref().is_some_and(|syntax| syntax.starts_with("A.B.C.D")), "{syntax:?}");
}

#[test]
fn a_narrow_terminal_cuts_the_widest_columns() {
    let lab = lab();
    let mut session = Session::open(&lab, None).unwrap();
    session.set_terminal(Some(36), true);
    let (table, _) = typed(&mut session, 0, "/ip/address/print");
    let expected = "\
Columns: ADDRESS, NETWORK, INTERFACe, VRF
# ADDRESS   NETWORK   INTERFAC  VRF 
0 10.0.0.1  10.0.0.0  ether2    main

";
    assert_eq!(table, expected, "an empty line follows a table for a person");
    let (legend, _) = typed(&mut session, 0, "/ip/firewall/nat/print");
    assert_eq!(legend, "Flags: X - disabled, I - invalid; \nD - dynamic \n\n", "and the legend of no items");
    session.set_terminal(None, false);
    let (wide, _) = typed(&mut session, 0, "/ip/address/print");
    assert!(wide.contains("INTERFACE, VRF\n") && !wide.ends_with("\n\n"), "{wide:?}");
}

#[test]
fn a_router_of_a_model_is_that_board_and_asks_before_it_reboots() {
    let text = "name: one
topology:
  nodes:
    r1: {kind: mikrotik_ros, model: 'hAP ac²'}
    r2: {kind: mikrotik_ros}
  links:
    - endpoints: ['r1:ether1', 'r2:ether1']
";
    let source = Source::new("one.clab.yml", text);
    let lab = Lab::from_sources(&source, None, "one", PathBuf::new(), &BTreeMap::new()).expect("a lab");
    let mut session = Session::open(&lab, None).expect("it opens");
    session.set_terminal(Some(80), true);
    let mut say = |line: &str, answer: &str| {
        let mut typed = session.type_line(0, line);
        let mut said = String::new();
        loop {
            if let Some(question) = session.question(&typed) {
                said.push_str(question);
                session.answer(&typed, answer);
            }
            let now = session.now();
            let heard = session.wait(&mut typed, now + Duration::from_secs(1)).expect("it runs");
            said.push_str(&heard.output);
            if heard.exit.is_some() {
                return said;
            }
        }
    };
    assert_eq!(say(":put [/system resource get board-name]", ""), "hAP ac^2\n");
    assert_eq!(say("/system reboot", ""), "Reboot, yes? [y/N]: action cancelled\n");
    assert_eq!(say("/system reboot", "y"), "Reboot, yes? [y/N]: system will reboot shortly\n");
    // The next line waits until the router is up.
    assert_eq!(say(":put [/system resource get uptime]", ""), "00:00:00\n");
    assert_eq!(say(":put [/system routerboard get model]", ""), "RBD52G-5HacD2HnD\n");
    assert_eq!(say(":put [:len [/user active find]]", ""), "1\n");
}
