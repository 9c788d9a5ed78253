//! Faults: messages and places, as measured on devices (`/reference` §2.6).

mod support;

use console::{Job, Mode, Session, check};
use support::Device;

/// Source, message, line, column.
const MEASURED: &[(&str, &str, u32, u32)] = &[
    ("/zzz qqq print", "bad command name zzz", 1, 2),
    ("/system license output", "bad command name output", 1, 17),
    // Measured with `poe`, a menu of boards, which the catalogue accepts here.
    ("/interface ethernet foe monitor", "bad command name foe", 1, 21),
    ("/ip address print bogus-attr=1", "bad parameter bogus-attr", 1, 29),
    ("/ip address add name=x", "bad parameter name", 1, 21),
    ("/bogus/command", "syntax error", 1, 7),
    ("/kontainer/print", "syntax error", 1, 11),
    ("/ip/dhcp-server/set [find] disable", "expected end of command", 1, 28),
    (":put $undef", "syntax error", 1, 7),
    (":set undef 1", "syntax error", 1, 6),
    (":put ()", "syntax error", 1, 7),
    ("()", "syntax error", 1, 2),
    ("(1 @@ 2)", "syntax error", 1, 4),
    ("3   www  80", "bad command name 3", 1, 1),
    (";;; text'", "expected command name", 1, 5),
    ("\u{e4}bc", "expected command name", 1, 1),
    (":if (true) do={\n:put 1\n", "expected closing brace", 3, 1),
    ("/export hide-sensitive=yes", "expected end of command", 1, 23),
    ("/ip route add dst-address=10.0.0.0/8 blackhole=yes", "expected end of command", 1, 47),
    ("/ip route add dst-address=10.0.0.0/8 blackhole", "", 0, 0),
    ("/ip address print detail=yes", "expected end of command", 1, 25),
    ("/ip address print where", "missing value for where", 1, 24),
    ("/container/bogus/print", "syntax error", 1, 17),
    ("/ip address\nadd adress=1\n", "bad parameter adress", 2, 11),
    (":put \"a\\q\"", "expected message value", 1, 8),
    ("foo", "bad command name foo", 1, 1),
    (":foo", "bad command name foo", 1, 2),
    ("/ip address print\r\n/ip adress print\r\n", "bad command name adress", 2, 5),
    (":put 1)", "syntax error", 1, 7),
    (":put (1 2)", "syntax error", 1, 9),
    ("/ip address add address=1\\\n", "", 0, 0),
    ("/ip pool add name=a#b", "syntax error", 1, 20),
    ("/ip a print", "ambiguous command name a", 1, 5),
    ("Foo", "expected command name", 1, 1),
    ("/ip pool add name=c \\ # x", "syntax error", 1, 21),
    (".foo", "expected command name", 1, 1),
    ("/ip address -print", "expected command name", 1, 13),
    ("/ip address Print", "expected command name", 1, 13),
    ("/ip address print stats", "expected end of command", 1, 19),
    ("/ip firewall filter print stats", "", 0, 0),
    ("/ip address add comment={1;2}", "syntax error", 1, 25),
    // A number or `true` where `yes` or `no` is wanted is seen at once, other words when the command runs.
    ("/ip address set [find] disabled=2.2", "syntax error", 1, 33),
    ("/ip address set [find] disabled=true", "syntax error", 1, 33),
    ("/ip firewall filter add chain=input log=1", "syntax error", 1, 41),
    ("/ip address set [find] disabled=no", "", 0, 0),
    ("/ip address set [find] disabled=\"yes\"", "", 0, 0),
    ("/ip address set [find] disabled=nope", "", 0, 0),
];

#[test]
fn faults_are_found_at_their_measured_places() {
    for (source, message, line, column) in MEASURED {
        let errors = check(source.as_bytes(), support::tree()).errors;
        let found: Vec<_> =
            errors.iter().map(|e| (e.message.as_str(), e.position.line, e.position.column)).collect();
        if message.is_empty() {
            assert!(found.is_empty(), "{source}: {found:?}");
        } else {
            assert_eq!(found, [(*message, *line, *column)], "{source}");
        }
    }
}

#[test]
fn values_are_refused_in_routeros_words_at_the_value() {
    for (source, message, line, column) in [
        (
            "/ip address add address=1.1.1.1/24 interface=nowhere",
            "input does not match any value of interface",
            1,
            46,
        ),
        (
            "/ip address add address=1.1.1.1/24 interface=ether",
            "ambiguous value of interface, more than one possible value matches input",
            1,
            46,
        ),
        ("/ip address add", "missing value(s) of argument(s) address interface", 1, 13),
        ("/ip address\nadd address=6.6.6.6/24 interface=ether1", "failure: already have such address", 2, 13),
        ("/ip pool set 7 name=x", "no such item", 1, 14),
        ("/ip pool set *99 name=x", "no such item", 1, 14),
        ("/ip pool remove nobody", "no such item", 1, 17),
        ("/ip address set address=1.1.1.1/24", "missing value(s) of argument(s) numbers", 1, 13),
        (":error boom", "boom", 1, 1),
        (":put [:resolve nowhere]", "failure: dns name does not exist", 1, 7),
        (":if (5s) do={}", "conditional not boolean", 1, 1),
        (":put (1 / 0)", "divide by zero", 1, 6),
        ("/interface get ether1 bogus", "input does not match any value of value-name", 1, 23),
    ] {
        let error = Device::default().fails(source);
        let place = (error.position.line, error.position.column);
        assert_eq!((error.message.as_str(), place), (message, (line, column)), "{source}");
    }
}

#[test]
fn the_seeds_bad_pool_is_refused_and_not_made() {
    let mut device = Device::default();
    let error = device.fails("/ip pool add name=p ranges=221.167.154.1-221.167.154.300");
    assert!(error.message.starts_with("value of range must have ip address after '-'"), "{error}");
    assert_eq!((error.position.column, error.position.length), (28, 29));
    assert_eq!(device.put("[:len [/ip/pool/find]]"), "0");
}

#[test]
fn an_import_with_a_parse_fault_runs_nothing() {
    let mut device = Device::default();
    let error = device.fails("/ip pool add name=a ranges=1.1.1.1\n:put (1\n");
    assert_eq!(error.message, "syntax error");
    assert_eq!(device.put("[:len [/ip/pool/find]]"), "0");
}

#[test]
fn an_import_stops_at_the_first_fault_and_keeps_what_stands_before() {
    let mut device = Device::default();
    let error = device.fails("/ip pool\nadd name=a ranges=1.1.1.1\nadd bogus=1\nadd name=b ranges=1.1.1.2\n");
    assert_eq!(error.to_string(), "bad parameter bogus (line 3 column 10)");
    assert_eq!(device.put("[:len [/ip/pool/find]]"), "1");
}

#[test]
fn a_paste_goes_on_after_each_fault() {
    let mut device = Device::default();
    let source = "/ip pool\nadd name=a ranges=1.1.1.1\nadd bogus=1\nadd name=b ranges=oops\n:put (1 @@ 2)\nadd name=c ranges=1.1.1.2\n:local x 5\n:error no\n:put $x\nadd name=";
    let mut job = Job::new(source, Mode::Paste, Session::terminal());
    let (output, result) = device.finish(&mut job);
    assert!(result.is_ok());
    let lines: Vec<u32> = job.errors().iter().map(|e| e.position.line).collect();
    assert_eq!(lines, [3, 4, 5, 8, 10], "{output}");
    assert_eq!(device.put("[:len [/ip/pool/find]]"), "2");
    assert!(output.contains("\n5\n"), "{output}");
    assert!(output.starts_with("bad parameter bogus (line 3 column 10)\n"), "{output}");
}

#[test]
fn a_fault_ends_the_line_that_was_typed() {
    for (line, expected) in [
        // Seen while it is read: nothing of the line runs.
        (":put 1; :put (; :put 2", "syntax error (line 1 column 15)\n"),
        (":put 1; :put (1 1); :put 2", "syntax error (line 1 column 17)\n"),
        ("/ip pool; add name=a ranges=1.1.1.1; :put (]; :put 2", "syntax error (line 1 column 44)\n"),
        // Seen when it is reached: what stands before has run.
        (":put 1; zzz; :put 2", "1\nbad command name zzz (line 1 column 9)\n"),
        (
            ":put 1; /ip pool add name=p ranges=oops; :put 2",
            "1\nvalue of range expects range of ip addresses\n",
        ),
        (":put 1; :error \"no\"; :put 2", "1\nno\n"),
        (":put 1;; ; :do { :error \"no\" } on-error={ :put caught }; :put 2 ;", "1\ncaught\n2\n"),
        ("{ :put 1; :error \"no\"; :put 2 }; :put 3", "1\nno\n"),
    ] {
        let mut device = Device::default();
        let (output, _) = device.finish(&mut Job::new(line, Mode::Paste, Session::terminal()));
        assert_eq!(output, expected, "{line}");
        // The next line runs, in the menu that the refused one was typed in.
        let source = format!("{line}\n:put next; :put [:len [/ip/pool/find]]\n");
        let (output, _) = device.finish(&mut Job::new(source, Mode::Paste, Session::terminal()));
        assert_eq!(output, format!("{expected}next\n0\n"), "{line}");
        // To find faults, each command counts.
        let mut job = Job::new(line, Mode::Check, Session::terminal());
        let (output, _) = device.finish(&mut job);
        let last = if line.contains(":put (;") { "15)\n" } else { "2\n" };
        assert!(output.ends_with(last) || output.ends_with("3\n"), "{line}: {output}");
    }
}

#[test]
fn a_long_line_that_fails_takes_all_of_itself_along() {
    let mut device = Device::default();
    let rest = ":put x;".repeat(3000);
    let source = format!(":error \"no\"; {rest}\n:put next\n");
    let (output, _) = device.finish(&mut Job::new(source, Mode::Paste, Session::terminal()));
    assert_eq!(output, "no\nnext\n");
}

#[test]
fn an_import_names_command_and_line() {
    let error = Device::default().fails("\n/ip address add address=6.6.6.6/24 interface=ether1");
    assert_eq!(error.import_text(), "failure: already have such address (/ip/address/add; line 2)");
}

#[test]
fn check_reports_every_fault() {
    let errors = check(
        b"/ip bogus\n:put (1 1)\n/ip address\nadd bad=1\n:foreach i in=[find] do={ remve $i }\n",
        support::tree(),
    )
    .errors;
    let lines: Vec<u32> = errors.iter().map(|e| e.position.line).collect();
    assert_eq!(lines, [1, 2, 4, 5], "{errors:?}");
}

#[test]
fn a_pasted_table_is_refused_line_by_line_and_the_rest_runs() {
    let mut device = Device::default();
    let source = "[admin@MikroTik] > /ip/pool/print\n\
        Flags: X - DISABLED, I - INVALID\n\
        Columns: NAME, PORT\n\
        #   NAME     PORT\n\
        ;;; text'\n\
        3   www  80\n\
        4 X www-ssl   443\n\
        /ip pool add name=a ranges=1.1.1.1\n\
        :put (1 + ]\n\
        :put ok\n";
    let mut job = Job::new(source, Mode::Paste, Session::terminal());
    let (output, _) = device.finish(&mut job);
    let faults: Vec<_> = job.errors().iter().map(|e| (e.position.line, e.message.as_str())).collect();
    let expected = [
        (1, "expected command name"),
        (2, "expected command name"),
        (3, "expected command name"),
        (5, "expected command name"),
        (6, "bad command name 3"),
        (7, "bad command name 4"),
        (9, "syntax error"),
    ];
    assert_eq!(faults, expected, "{output}");
    assert_eq!(device.put("[:len [/ip/pool/find]]"), "1");
    assert!(output.ends_with("\nok\n"), "{output}");
}

#[test]
fn what_never_closes_takes_the_rest_with_it_and_nothing_before() {
    for (open, message) in [
        (":if (true) do={", "expected closing brace"),
        (":put [:len a", "syntax error"),
        (":put (1 +", "syntax error"),
    ] {
        let mut device = Device::default();
        let source = format!(":put before\n{open}\n:put inside\n");
        let mut job = Job::new(source, Mode::Paste, Session::terminal());
        let (output, _) = device.finish(&mut job);
        assert!(output.starts_with("before\n") && !output.contains("\ninside"), "{open}: {output}");
        assert_eq!(job.errors().len(), 1, "{open}: {output}");
        assert_eq!(job.errors()[0].message, message, "{open}");
    }
}
