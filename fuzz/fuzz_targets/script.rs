#![no_main]
//! Any bytes as a `.rsc` file: the reader and the interpreter end, with a result or an error that has a place, and never
//! panic; what was stored can be printed and exported.
//!
//! The first byte chooses how it is read: as an import, as a pasted session or as `wirelab check` does; strict or not;
//! with ports on demand or not.

use libfuzzer_sys::fuzz_target;
use router::{LoadMode, PortSpec, Router, RouterSpec};
use wire::Mac;

fuzz_target!(|bytes: &[u8]| {
    let [how, text @ ..] = bytes else { return };
    let text = String::from_utf8_lossy(text);
    let ports = (1..=3).map(|n| PortSpec { name: format!("ether{n}"), mac: Mac([2, 0, 0, 0, 0, n]) }).collect();
    let spec = RouterSpec { name: "r".into(), ports, version: router::VERSION.into(), seed: 1 };
    let mut router = Router::new(&spec);
    router.set_strict(how & 4 != 0);
    router.set_ports_on_demand(how & 8 != 0);
    let mode = match how & 3 {
        0 | 1 => LoadMode::Paste,
        2 => LoadMode::Import,
        _ => LoadMode::Check,
    };
    match router.load(&text, mode) {
        Ok(report) => assert!(report.notes.iter().all(|note| note.position.line >= 1)),
        Err(error) => assert!(error.position.line >= 1),
    }
    if how & 16 != 0 {
        let verbose = if how & 192 == 192 { " verbose" } else { "" };
        router.load(&format!("/export show-sensitive{verbose}"), LoadMode::Import).expect("any device can be exported");
    }
    drop(router.left_out());
});
