//! Exports of whole random devices: an import makes the same device, which exports the same text.
//!
//! `WIRELAB_CASES=2000 cargo test -p wirelab-router --test export_all` tries more devices.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod common;
mod export_support;

use common::{load, router};
use export_support::{Grower, items};

/// How many devices, each with a seed of its own.
#[allow(clippy::disallowed_methods, reason = "a longer run is asked for by the environment")]
fn seeds(usual: u64) -> std::ops::Range<u64> {
    let wanted = std::env::var("WIRELAB_CASES").ok().and_then(|cases| cases.parse().ok());
    let from = std::env::var("WIRELAB_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1000);
    from..from + wanted.unwrap_or(usual)
}

/// The lines in which two lists differ.
fn difference(a: &[String], b: &[String]) -> String {
    let only = |mark: &str, a: &[String], b: &[String]| {
        a.iter().filter(|line| !b.contains(line)).map(|line| format!("{mark} {line}\n")).collect::<String>()
    };
    let found = only("-", a, b) + &only("+", b, a);
    let other = a.iter().zip(b).find(|(a, b)| a != b).filter(|_| found.is_empty());
    other.map_or(found, |(a, b)| format!("another order: {a}\n    {b}\n"))
}

/// The first line of an export that a device refuses.
fn first_refused(device: &mut router::Router, words: &str) -> String {
    let text = load(device, &format!("/export {words} terse")).unwrap();
    let mut again = router(1, 5);
    let mut refused = text.lines().filter(|line| load(&mut again, line).is_err());
    refused.next().unwrap_or("none by itself").to_owned()
}

#[test]
fn a_device_that_was_exported_and_imported_is_the_same() {
    let mut faults = Vec::new();
    let (mut taken, mut refused) = (0, 0);
    for seed in seeds(12) {
        let mut device = Grower::new(seed);
        device.grow(90);
        taken += device.log.len();
        refused += device.refused;
        let mut r = device.router;
        let before = items(&mut r);
        for words in ["show-sensitive", "show-sensitive terse", "show-sensitive verbose"] {
            let text = load(&mut r, &format!("/export {words}")).unwrap();
            let mut again = router(1, 5);
            if let Err(fault) = load(&mut again, &text) {
                let line = first_refused(&mut r, words.trim_end_matches(" terse"));
                faults.push(format!("seed {seed}: import of {words}: {fault}\n    {line}"));
                continue;
            }
            let after = items(&mut again);
            if before != after {
                faults.push(format!("seed {seed}: after {words}\n{}", difference(&before, &after)));
                continue;
            }
            let second = load(&mut again, &format!("/export {words}")).unwrap();
            if second != text {
                let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
                let difference = difference(&lines(&text), &lines(&second));
                faults.push(format!("seed {seed}: text after {words}\n{difference}"));
            }
        }
    }
    println!("{taken} commands taken, {refused} refused");
    assert!(taken > refused, "{taken} commands taken, {refused} refused");
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

/// A device with something of everything that exports are about.
const SAMPLE: &str = include_str!("export_support/sample.rsc");

fn sample() -> router::Router {
    let mut device = router(1, 3);
    load(&mut device, SAMPLE).unwrap();
    device
}

#[test]
fn sections_quotes_and_lines_are_as_routeros_writes_them() {
    insta::assert_snapshot!(load(&mut sample(), "/export show-sensitive").unwrap());
}

#[test]
fn a_verbose_export_says_all_settings_whatever_was_read_before() {
    let mut device = router(1, 3);
    let fresh = load(&mut device, "/export verbose").unwrap();
    for path in ["ip dns", "ip service", "ppp profile", "tool sniffer", "ipv6 nd"] {
        assert!(fresh.contains(&format!("\n/{path}\nset ")), "{path}");
    }
    for package in ["/caps-man", "/interface wireless", "/container", "/user-manager"] {
        assert!(!fresh.contains(package), "{package} is not installed");
    }
    load(&mut device, "/ip dns print; /interface wireless sniffer print; /ip hotspot print").unwrap();
    assert_eq!(load(&mut device, "/export verbose").unwrap(), fresh);
    let mut again = router(1, 3);
    load(&mut again, &fresh).unwrap();
    assert_eq!(load(&mut again, "/export verbose").unwrap(), fresh);
}

#[test]
fn what_refers_to_another_comes_after_it_as_far_as_possible() {
    let mut device = router(1, 3);
    let config = "/interface ethernet
        set ether2 name=uplink
        set ether1 name=ether2
        /interface vlan
        add name=v30 interface=uplink vlan-id=30
        add name=v9 interface=v30 vlan-id=9
        /interface bonding add name=bond slaves=v9,ether3
        /interface vlan add name=v10 interface=bond vlan-id=10
        /interface bridge add name=br
        /interface vrrp
        add name=vr1 interface=br vrid=1
        add name=vr2 interface=v10 vrid=2
        /ppp profile add name=fast
        /interface pppoe-client
        add name=p1 interface=ether2
        add name=p2 interface=vr2 profile=fast
        /queue tree
        add name=child parent=global
        add name=mother parent=global
        set child parent=mother
        /ip vrf add name=red interfaces=p2";
    load(&mut device, config).unwrap();
    let export = load(&mut device, "/export").unwrap();
    insta::assert_snapshot!(export);
    let mut again = router(1, 3);
    load(&mut again, &export).unwrap();
    assert_eq!(load(&mut again, "/export").unwrap(), export);
}

/// The export of a device imports into another and is the same there, in every form.
fn comes_back(device: &mut router::Router) -> String {
    let before = items(device);
    for words in ["", "terse", "verbose"] {
        let text = load(device, &format!("/export show-sensitive {words}")).unwrap();
        let mut again = router(1, 5);
        load(&mut again, &text).unwrap_or_else(|fault| panic!("{words}: {fault}\n{text}"));
        let found = difference(&before, &items(&mut again));
        assert!(found.is_empty(), "{words}\n{found}");
        assert_eq!(load(&mut again, &format!("/export show-sensitive {words}")).unwrap(), text);
    }
    load(device, "/export").unwrap().lines().skip(3).map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_queue_that_stands_before_its_parent_takes_its_place_again() {
    let mut device = router(1, 5);
    let config = "/queue simple
        add name=mother target=10.0.0.0/8
        add name=\"a child\" parent=mother target=10.1.0.0/16
        add name=other target=10.2.0.0/16
        add name=grandchild parent=\"a child\" target=10.1.1.0/24
        move grandchild mother
        move \"a child\" grandchild";
    load(&mut device, config).unwrap();
    insta::assert_snapshot!(comes_back(&mut device));
}

#[test]
fn what_refers_to_itself_round_about_is_set_when_everything_stands() {
    let mut device = router(1, 5);
    let config = "/interface wireguard add name=wg listen-port=1 private-key=\"abc=\"
        /interface wireguard add name=wg-2 listen-port=2 private-key=\"abd=\"
        /interface vlan add name=v5 interface=ether1 vlan-id=5
        /ip vrf add name=red interfaces=wg,v5
        /ip vrf add name=blue interfaces=wg-2
        /interface wireguard set wg vrf=blue
        /interface wireguard set wg-2 vrf=red disabled=yes comment=second";
    load(&mut device, config).unwrap();
    insta::assert_snapshot!(comes_back(&mut device));
}

#[test]
fn routing_says_what_was_set_and_nothing_else() {
    let mut device = router(1, 5);
    let config = "/routing ospf instance add name=a
        /routing ospf instance add name=b disabled=no version=2
        /routing ospf area add instance=a name=area disabled=yes
        /routing ospf area enable area
        /routing table add name=t fib
        /ip route add dst-address=0.0.0.0/0 gateway=10.0.0.1
        /ip route add gateway=10.0.0.2 distance=1 disabled=no routing-table=main scope=30 target-scope=10
        /ip dhcp-server network add address=10.0.0.0/24 dns-none=no
        /interface gre add name=g remote-address=10.0.0.9 !keepalive
        /interface gre add name=h remote-address=10.0.0.8 keepalive=10s,10";
    load(&mut device, config).unwrap();
    insta::assert_snapshot!(comes_back(&mut device));
}

#[test]
fn the_head_says_what_the_device_is() {
    let head = |version: &str, model: Option<&str>| {
        let mut device = common::router_of(1, 2, version);
        model.into_iter().for_each(|model| device.set_model(model));
        let commands =
            "/system routerboard print; /system license print; :put [/system resource get board-name]";
        let text = load(&mut device, &format!("/export; {commands}")).unwrap();
        assert_eq!(load(&mut device, &format!("/export; {commands}")).unwrap(), text);
        text
    };
    insta::assert_snapshot!(
        [head("7.24", None), head("7.16.1", None), head("7.24", Some("RB5009UG+S+"))].join("\n")
    );
}

#[test]
fn what_a_board_and_a_chr_have_by_themselves_differs() {
    let mut board = router(1, 2);
    board.set_model("RB750Gr3");
    load(&mut board, "/interface ethernet set ether1 disable-running-check=no comment=x").unwrap();
    let lines = |device: &mut router::Router| {
        let text = load(device, "/interface ethernet export").unwrap();
        text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect::<Vec<_>>()
    };
    let expected = "set [ find default-name=ether1 ] comment=x disable-running-check=no";
    assert_eq!(lines(&mut board), ["/interface ethernet", expected]);
    load(&mut board, "/interface ethernet set ether1 !comment !disable-running-check").unwrap();
    assert_eq!(lines(&mut board), Vec::<String>::new());
    let mut chr = router(1, 1);
    load(&mut chr, "/interface ethernet set ether1 disable-running-check=yes").unwrap();
    assert_eq!(lines(&mut chr)[1], "set [ find default-name=ether1 ] disable-running-check=yes");
    load(&mut chr, "/interface ethernet set ether1 !disable-running-check").unwrap();
    assert_eq!(lines(&mut chr)[1], "set [ find default-name=ether1 ] disable-running-check=no");
    load(&mut chr, "/interface ethernet set ether1 disable-running-check=yes").unwrap();
    let left_out = router::LeftOut::by_menu(&chr.left_out()).join("\n");
    assert!(left_out.contains("/interface/ethernet (disable-running-check of 1 item"), "{left_out}");
}

#[test]
fn without_sensitive_values_exactly_they_are_left_out() {
    for seed in seeds(3) {
        let mut device = Grower::new(seed);
        device.grow(60);
        let mut r = device.router;
        load(
            &mut r,
            "/ppp secret add name=one password=two; /interface wireguard add name=wg private-key=\"abc=\"",
        )
        .unwrap();
        let shown = load(&mut r, "/export terse show-sensitive").unwrap();
        let hidden = load(&mut r, "/export terse").unwrap();
        assert_eq!(load(&mut r, "/export terse hide-sensitive").unwrap(), hidden);
        assert_ne!(shown, hidden);
        let mut hidden = hidden.lines();
        for shown in shown.lines() {
            let shown = words(shown);
            let title = shown.iter().position(|word| word == "add" || word == "set");
            let path = title.map(|at| shown[..at].join("/")).unwrap_or_default();
            let def = router::tree().menu(&path);
            let secret = |word: &&String| {
                let Some((name, _)) = word.split_once('=') else { return false };
                let extra = || def?.extra_properties().map(|(_, p)| p).find(|p| p.name == name);
                let property =
                    def.and_then(|def| def.properties.iter().find(|p| p.name == name)).or_else(extra);
                property.is_some_and(|p| p.access == menu::Access::Sensitive)
            };
            let rest: Vec<&String> = shown.iter().filter(|word| !secret(word)).collect();
            // A `set` that says nothing else is left out as a whole.
            if rest.len() < shown.len() && sets_nothing(&rest) {
                continue;
            }
            let hidden = words(hidden.next().unwrap_or_default());
            assert_eq!(rest, hidden.iter().collect::<Vec<_>>());
        }
        assert_eq!(hidden.next(), None);
    }
}

/// Is nothing left behind `set` but what names the item?
fn sets_nothing(words: &[&String]) -> bool {
    let Some(at) = words.iter().position(|word| *word == "set" || *word == "add") else { return false };
    let mut rest = words[at + 1..].iter();
    if words[at] == "add" {
        return false;
    }
    match rest.next() {
        Some(word) if *word == "[" => rest.skip_while(|word| **word != "]").count() == 1,
        Some(word) => !word.contains('=') && rest.next().is_none(),
        None => true,
    }
}

/// The words of a line, with the full names of those that begin with a dot.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word) = (Vec::new(), String::new());
    let (mut quoted, mut escaped) = (false, false);
    for c in line.chars() {
        match c {
            ' ' if !quoted => words.push(std::mem::take(&mut word)),
            '"' if !escaped => {
                quoted = !quoted;
                word.push(c);
            }
            _ => word.push(c),
        }
        escaped = c == '\\' && !escaped;
    }
    words.push(word);
    let mut group = String::new();
    for word in &mut words {
        if word.starts_with('.') {
            word.insert_str(0, &group);
        } else {
            group = word.split(['.', '=']).next().unwrap_or("").to_owned();
        }
    }
    words
}

#[test]
fn an_export_of_any_width_reads_back() {
    let mut net = common::Net::new(&[SAMPLE], &[]);
    let expected = net.console(1, "/export terse show-sensitive");
    let expected = expected.split_once('\n').unwrap().1.to_owned();
    for width in 41..=200 {
        let node = net.nodes[0];
        let mut session = console::Session::terminal();
        session.width = Some(width);
        let job =
            net.world.with_node(node, |router, cx| router.type_line(cx, "/export show-sensitive", session));
        let text = net.world.with_node(node, |router, _| router.take_result(job)).unwrap().output.to_string();
        let longest = text.lines().map(str::len).max().unwrap();
        assert!(longest < usize::from(width), "{longest} bytes in a line at {width}\n{text}");
        let mut again = router(1, 5);
        load(&mut again, &text).unwrap_or_else(|fault| panic!("{width}: {fault}\n{text}"));
        let now = load(&mut again, "/export terse show-sensitive").unwrap();
        assert_eq!(now.split_once('\n').unwrap().1, expected, "at width {width}\n{text}");
    }
}

#[test]
fn every_menu_exports_by_itself_what_the_whole_export_says_of_it() {
    let mut device = Grower::new(4242);
    device.grow(150);
    let mut r = device.router;
    let whole = load(&mut r, "/export terse show-sensitive").unwrap();
    for def in export_support::menus() {
        let command = format!("{} export terse show-sensitive", def.path);
        let Ok(own) = load(&mut r, &command) else { continue };
        let below = format!("{} ", def.path.trim_start_matches('/').replace('/', " "));
        let of_it = |line: &&str| line.trim_start_matches('/').starts_with(&below);
        let mut expected: Vec<&str> = whole.lines().filter(of_it).collect();
        let mut own: Vec<&str> = own.lines().filter(|line| !line.starts_with('#')).collect();
        // Menus below it may come in another order when others stand between them.
        expected.sort_unstable();
        own.sort_unstable();
        assert_eq!(own, expected, "{command}");
    }
}

#[test]
fn a_file_that_export_wrote_is_imported_at_once() {
    let mut net = common::Net::new(&[SAMPLE, ""], &[]);
    net.console(1, "/export show-sensitive file=all; /export file=part path=/ip/firewall,!/ip/firewall/nat");
    let (a, b) = (net.nodes[0], net.nodes[1]);
    let text = net.console(1, ":put [/file get part.rsc contents]");
    assert!(text.contains("\r\n/ip firewall filter\r\n") && !text.contains("firewall nat"), "{text:?}");
    let all = net.console(1, ":put [/file get all.rsc contents]");
    let _ = a;
    net.world.with_node(b, |router, _| router.upload("all.rsc", all.trim_end().as_bytes()).unwrap());
    assert_eq!(net.console(2, "/import all.rsc").trim(), "Script file loaded and executed successfully");
    let body = |text: String| text.lines().skip(3).map(str::to_owned).collect::<Vec<_>>();
    let exports = [1, 2].map(|node| body(net.console(node, "/export show-sensitive")));
    assert_eq!(exports[0], exports[1]);
}

#[test]
fn remarks_that_exports_contain_are_taken_in_every_place() {
    let text = "# 2026-07-04 14:58:30 by RouterOS 7.23.1\r\n# software id = J2CB-D9EL\r\n#\r\n# model = RB5009\r\n\
        # serial number = X\r\n#error exporting \"/container\" (timeout)\r\n/interface bridge\r\nadd name=br\r\n\
        #error exporting \"/interface/lte\"\r\n/interface vlan\r\n# interface not ready\r\nadd interface=br \\\r\n    \
        name=v vlan-id=5\r\n#interrupted\r\n/ip address\r\n/ip dhcp-client\r\n# Interface not active\r\nadd interface=v\r\n";
    let mut device = router(1, 2);
    load(&mut device, text).unwrap();
    let export = load(&mut device, "/export terse").unwrap();
    assert!(export.contains("/interface vlan add interface=br name=v vlan-id=5"), "{export}");
    assert!(export.contains("/ip dhcp-client add interface=v"), "{export}");
}
