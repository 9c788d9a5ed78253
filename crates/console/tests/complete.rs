//! Completion at the cursor.

mod support;

use console::{Job, Mode, Session, Style, complete};
use support::Device;

fn words(device: &mut Device, session: &Session, line: &str) -> String {
    let found = complete(line.as_bytes(), line.len(), session, device);
    found.iter().map(|c| format!("{}{}", c.text, c.append)).collect::<Vec<_>>().join("|")
}

#[test]
fn a_variable_without_a_name_is_no_candidate() {
    let mut device = Device::default();
    let mut job = Job::new(":global \"\" 5", Mode::Paste, Session::terminal());
    assert!(device.finish(&mut job).1.is_ok());
    let session = job.into_session();
    for line in [":set $", ":put $", ":local ,\"x\"; :local $", ":set "] {
        let found = complete(line.as_bytes(), line.len(), &session, &mut device);
        assert!(found.iter().all(|candidate| !candidate.text.is_empty()), "{line}: {found:?}");
    }
}

#[test]
fn words_complete_where_they_stand() {
    let mut device = Device::default();
    device.run("/ip pool\nadd name=alpha ranges=10.0.0.1\nadd name=\"be ta\" ranges=10.0.0.2");
    for (line, expected) in [
        // Menus and commands, by prefix.
        ("/ip po", "pool/"),
        ("/ip/po", "pool/"),
        ("ip po", "pool/"),
        ("/ip/dhcp-c", "dhcp-client/"),
        ("/ip pool pri", "print "),
        ("/ip pool/pri", "print "),
        ("/ip pool .. po", "pool/"),
        (":fore", "foreach "),
        ("/ip pool add name=x; :whi", "while "),
        // By initials and letters when nothing starts so.
        ("/interface mt", "monitor-traffic "),
        ("/interface mntrf", "monitor-traffic "),
        ("/ip fi", "firewall/"),
        ("/ip fw", "firewall/"),
        // Arguments.
        ("/ip pool add na", "name="),
        ("/ip pool add name=x n", "next-pool="),
        ("/ip pool print prop", "proplist="),
        ("/ip pool print det", "detail "),
        ("/ip route add black", "blackhole "),
        ("/ip pool print wh", "where "),
        ("/ip pool print where na", "name="),
        ("/ip pool find ran", "ranges="),
        ("/interface find where !dis", "disabled "),
        (":for i fr", "from="),
        // Values of the language's own commands.
        (":convert hello to=ba", "base32 |base64 "),
        (":log inf", "info "),
        (":convert hello transform=sha", "sha512 "),
        (":serialize to=json options=json.p", "json.pretty "),
        // Variables that the line itself declares.
        (":foreach item in={1} do={ :put $it", "item"),
        (":local abc 5 ; :put \"x $ab", "abc"),
        (":local abc 5 ; :put \"x \\\\$ab", "abc"),
        (":local abc 5 ; :put \"x \\$ab", ""),
        (":local abc 5 ; :put \"x\" $ab", "abc"),
        // Behind a bracket, a brace, a semicolon.
        (":put 1 ; /ip po", "pool/"),
        (":put [/ip/pool/get al", "alpha "),
        ("{ :local a ; /ip po", "pool/"),
        // Values.
        ("/ip address add interface=bridge-", "bridge-44 "),
        ("/ip address add disabled=", "no |yes "),
        ("/interface bridge add protocol-mode=r", "rstp "),
        ("/ip firewall filter add connection-state=new,est", ""),
        ("/ip firewall mangle add connection-state=new,est", "established "),
        ("/ip pool set al", "alpha "),
        ("/ip pool set be", "\"be ta\" "),
        ("/ip pool get alpha ran", "ranges "),
        ("/ip pool print proplist=name,ran", "ranges"),
        // Inside brackets: the menu of the command around them.
        ("/ip pool set [fin", "find "),
        (":put [/ip/po", "pool/"),
        (":if (true) do={ /ip po", "pool/"),
        ("/ip pool { ad", "add "),
        // Not inside strings and comments.
        ("/ip pool add name=\"na", ""),
        ("# /ip po", ""),
        ("/zzz/po", ""),
    ] {
        assert_eq!(words(&mut device, &Session::terminal(), line), expected, "{line}");
    }
}

#[test]
fn the_session_gives_menu_and_variables() {
    let mut device = Device::default();
    let mut job = Job::new(":global counter 1\n:global color 2\n/ip pool", Mode::Paste, Session::terminal());
    let _ = device.finish(&mut job);
    let session = job.into_session();
    assert_eq!(words(&mut device, &session, "pri"), "print ");
    assert_eq!(words(&mut device, &session, ":put $co"), "color|counter");
    assert_eq!(words(&mut device, &session, ":put [fi"), "find ");
    assert_eq!(words(&mut device, &session, "/ip ro"), "route/");
}

#[test]
fn a_candidate_says_what_it_replaces() {
    let mut device = Device::default();
    let line = "/ip address add interface=eth comment=x";
    let found = complete(line.as_bytes(), 29, &Session::terminal(), &mut device);
    assert_eq!(found.len(), 5);
    assert_eq!((found[0].text.as_str(), found[0].offset, found[0].style), ("ether1", 26, Style::Value));
    let menu = &complete(b"/ip addr", 8, &Session::terminal(), &mut device)[0];
    assert_eq!(
        (menu.text.as_str(), menu.offset, menu.style, menu.help),
        ("address", 4, Style::Menu, "Addresses.")
    );
}

#[test]
fn any_line_and_any_cursor_is_taken() {
    let mut device = Device::default();
    let line = "/ip pool { add name=[:put \"\\\u{e4}\" ($x->{1;2})] } ; ]]} $ := .. / # \\";
    for cursor in 0..=line.len() + 2 {
        let found = complete(line.as_bytes(), cursor, &Session::terminal(), &mut device);
        assert!(found.iter().all(|c| c.offset <= cursor), "{cursor}");
    }
}

#[test]
fn commands_and_arguments_say_what_they_do() {
    let mut device = Device::default();
    let mut help = |line: &str, word: &str| {
        let found = complete(line.as_bytes(), line.len(), &Session::terminal(), &mut device);
        found.into_iter().find(|candidate| candidate.text == word).map(|candidate| candidate.help)
    };
    assert_eq!(help("/ip pool ", "add"), Some("Create a new item."));
    assert_eq!(help("/ip pool print ", "detail"), Some("Displays detailed information."));
    assert_eq!(help(":", "foreach"), Some("Run a command for each element of an array."));
    for builtin in complete(b":", 1, &Session::terminal(), &mut device) {
        assert!(
            !builtin.help.is_empty() || builtin.style == Style::Menu || builtin.text == "ping",
            "{}",
            builtin.text
        );
    }
}
