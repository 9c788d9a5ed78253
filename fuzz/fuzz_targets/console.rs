#![no_main]
//! Any bytes as a line at the prompt, the cursor anywhere in it: completion, colours and the reader's faults come, with
//! places that lie in the line.

use console::{Session, Target};
use libfuzzer_sys::fuzz_target;
use router::{LoadMode, PortSpec, Router, RouterSpec};
use wire::Mac;

fuzz_target!(|bytes: &[u8]| {
    let [cursor, how, line @ ..] = bytes else { return };
    let ports = (1..=3).map(|n| PortSpec { name: format!("ether{n}"), mac: Mac([2, 0, 0, 0, 0, n]) }).collect();
    let spec = RouterSpec { name: "r".into(), ports, version: router::VERSION.into(), seed: 1 };
    let mut router = Router::new(&spec);
    router
        .load("/interface bridge add name=\"b r\"; /ip pool add name=p ranges=10.0.0.2-10.0.0.9", LoadMode::Import)
        .expect("the configuration is sound");
    let mut session = Session::terminal();
    session.menu = match how & 3 {
        0 => "",
        1 => "/ip/address",
        2 => "/interface/bridge/port",
        _ => "/ip/firewall/filter",
    };
    let cursor = usize::from(*cursor).min(line.len());
    for candidate in console::complete(line, cursor, &session, &mut router) {
        assert!(candidate.offset <= line.len() && !candidate.text.is_empty());
    }
    let mut end = 0;
    for (range, _) in console::highlight(line, &session, router.tree()) {
        assert!(end <= range.start && range.start <= range.end && range.end <= line.len());
        end = range.end;
    }
    let tree = if how & 4 == 0 { router.tree() } else { router::strict_tree() };
    let checked = console::check(line, tree);
    assert!(checked.errors.iter().all(|error| error.position.line >= 1 && error.position.column >= 1));
});
