//! What the parts of a line are, and that no line is too odd for completion, syntax and colours.

mod support;

use console::{Class, Job, Mode, Session, complete, highlight, unfinished, value_syntax};
use proptest::prelude::*;
use support::Device;

fn session(device: &mut Device) -> Session {
    let mut job = Job::new(
        ":global counter 1\n/ip pool add name=alpha ranges=10.0.0.1",
        Mode::Paste,
        Session::terminal(),
    );
    let _ = device.finish(&mut job);
    job.into_session()
}

/// The parts of a line as `class:text`, plain ones left out.
fn parts(line: &str) -> String {
    let mut device = Device::default();
    let session = session(&mut device);
    let tree = console::Target::tree(&device);
    let parts = highlight(line.as_bytes(), &session, tree);
    let parts = parts.iter().filter(|(_, class)| *class != Class::Meta);
    parts.map(|(range, class)| format!("{class:?}:{}", &line[range.clone()])).collect::<Vec<_>>().join(" ")
}

#[test]
fn words_have_the_class_that_the_parser_takes_them_for() {
    for (line, expected) in [
        ("/ip/pool/print detail", "Menu:ip Menu:pool Command:print Argument:detail"),
        ("/ip pool add name=x", "Menu:ip Menu:pool Command:add Argument:name"),
        ("/ip pool add nmae=x", "Menu:ip Menu:pool Command:add Error:nmae"),
        ("/ip zzz print", "Menu:ip Error:zzz"),
        (
            "/ip pool add addresses=10.0.0.1 name=x",
            "Menu:ip Menu:pool Command:add Obsolete:addresses Argument:name",
        ),
        ("/ip dhcp print", "Menu:ip Ambiguous:dhcp"),
        (":put $counter", "Command::put Variable:$counter"),
        (":put $nobody ; :put 1", "Command::put Undefined:$nobody Command::put"),
        (":put \"a $counter \\n\"", "Command::put Variable:$counter Escaped:\\n"),
        ("# a comment", "Comment:# a comment"),
        ("/ip pool print where name=\"x\"", "Menu:ip Menu:pool Command:print Argument:where Argument:name"),
        (
            ":foreach i in=[/ip/pool/find] do={ :put $i }",
            "Command::foreach Variable:i Argument:in Menu:ip Menu:pool Command:find Argument:do Command::put Variable:$i",
        ),
        (":local f do={ :put $1 }", "Command::local Variable:f Argument:do Command::put Parameter:$1"),
        // What may only be unfinished is no error.
        ("/ip pool add na", "Menu:ip Menu:pool Command:add"),
        (":put \"open", "Command::put"),
        (":if (true) do={ :put 1", "Command::if Argument:do Command::put"),
    ] {
        assert_eq!(parts(line), expected, "{line}");
    }
}

#[test]
fn signs_of_the_language_are_told_from_values() {
    let mut device = Device::default();
    let session = session(&mut device);
    let tree = console::Target::tree(&device);
    let line = "/ip pool set [find name=\"a;b\"] comment=a=b";
    let signs = highlight(line.as_bytes(), &session, tree);
    let signs = signs.iter().filter(|(_, class)| *class == Class::Meta);
    let text: String = signs.map(|(range, _)| &line[range.clone()]).collect();
    assert_eq!(text, "[=]=");
}

#[test]
fn the_syntax_of_a_value_is_told() {
    let mut device = Device::default();
    let session = session(&mut device);
    for (line, expected) in [
        ("/ip address add address=", Some("string value")),
        // What can be completed is listed by that.
        ("/interface bridge add protocol-mode=r", None),
        ("/interface bridge add vlan-filtering=", None),
        ("/interface bridge add protocol-mode=x", Some("none | rstp | stp | mstp")),
        ("/interface bridge add vlan-filtering=x", Some("yes | no")),
        ("/ip address add interface=", Some("name of interface")),
        ("/ip address add disabled", None),
        ("/ip pool", None),
        (":put ", None),
    ] {
        let told = value_syntax(line.as_bytes(), line.len(), &session, &mut device);
        match expected {
            Some(part) => {
                assert!(told.as_deref().is_some_and(|told| told.contains(part)), "{line}: {told:?}")
            }
            None => assert_eq!(told, None, "{line}"),
        }
    }
}

/// Pieces that lines are made of, in any order.
fn line() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "/ip",
        "/",
        " ",
        "pool",
        " add ",
        "name=",
        "\"",
        "\\",
        "$",
        "counter",
        "[",
        "]",
        "{",
        "}",
        "(",
        ")",
        ";",
        "#",
        "\n",
        ":if",
        ":foreach i in=",
        " do=",
        " where ",
        "!",
        ",",
        "..",
        "=",
        "->",
        "\u{e4}",
        ":local x ",
        "print",
        "-",
        "address=10.0.0.1/24",
        "$\"a",
        "\r",
        "\t",
        ":",
        "*1",
    ]);
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_line_and_any_cursor_are_answered(line in line(), cursor in 0usize..120) {
        let mut device = Device::default();
        let session = session(&mut device);
        let found = complete(line.as_bytes(), cursor, &session, &mut device);
        for candidate in &found {
            prop_assert!(candidate.offset <= cursor.min(line.len()));
            prop_assert!(line.is_char_boundary(candidate.offset));
        }
        let _ = value_syntax(line.as_bytes(), cursor, &session, &mut device);
        let _ = unfinished(&line);
    }

    #[test]
    fn parts_are_in_order_and_inside_the_line(line in line()) {
        let device = Device::default();
        let parts = highlight(line.as_bytes(), &Session::terminal(), console::Target::tree(&device));
        let mut end = 0;
        for (range, _) in parts {
            prop_assert!(range.start >= end && range.start < range.end && range.end <= line.len());
            end = range.end;
        }
    }

    /// The oracle for `unfinished` is the parser: what it runs without a word about an end that is missing was complete.
    #[test]
    fn what_is_unfinished_does_not_parse(line in line()) {
        if matches!(unfinished(&line), Some('"' | '{' | '[' | '(')) {
            let device = Device::default();
            let errors = console::check(line.as_bytes(), console::Target::tree(&device));
            prop_assert!(!errors.errors.is_empty(), "{line:?}");
        }
    }

    #[test]
    fn any_bytes_are_coloured(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let device = Device::default();
        let _ = highlight(&bytes, &Session::terminal(), console::Target::tree(&device));
    }
}

#[test]
fn long_lines_are_answered_at_once() {
    let mut device = Device::default();
    let session = session(&mut device);
    for piece in ["[", "a/", "a ", "{", "\"", "$a", "\\\n", "/ip pool add name=x;", "(", "a=b,"] {
        let line = piece.repeat(32_000 / piece.len());
        let _ = complete(line.as_bytes(), line.len(), &session, &mut device);
        let _ = highlight(line.as_bytes(), &session, console::Target::tree(&device));
        let _ = unfinished(&line);
    }
}
