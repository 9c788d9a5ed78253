#![no_main]
//! Any bytes as a `.rsc` file: the reader ends, with a result or an error that has a place, and never panics.

use libfuzzer_sys::fuzz_target;
use router::{LoadMode, PortSpec, Router, RouterSpec};
use wire::Mac;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let ports = (1..=3).map(|n| PortSpec { name: format!("ether{n}"), mac: Mac([2, 0, 0, 0, 0, n]) }).collect();
    let spec = RouterSpec { name: "r".into(), ports, version: router::VERSION.into(), seed: 1 };
    let mut router = Router::new(&spec);
    let mode = if bytes.first().is_some_and(|b| b & 1 == 1) { LoadMode::Paste } else { LoadMode::Import };
    match router.load(&text, mode) {
        Ok(report) => drop(report),
        Err(error) => assert!(error.position.line >= 1),
    }
});
