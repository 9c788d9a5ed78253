//! Configurations from documents that people learn from: every block is taken but for lines that name something that is
//! never defined, and what was meant by forms that RouterOS does not have is done.
//!
//! `seeds/NNN.txt` holds the code blocks of a document, each behind `=== LINE`, the line of the document it begins at.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use router::{LoadMode, Router};

const SEEDS: [(&str, &str); 5] = [
    ("000", include_str!("seeds/000.txt")),
    ("001", include_str!("seeds/001.txt")),
    ("002", include_str!("seeds/002.txt")),
    ("003", include_str!("seeds/003.txt")),
    ("004", include_str!("seeds/004.txt")),
];

/// Lines that are refused when their block is pasted into a fresh router, and why they should be.
const REFUSED: &[(&str, &str)] = &[
    ("000:52", "bridge-44 is never made"),
    ("000:72", "the pool is made in another block"),
    ("000:155", "bridge-44 is never made"),
    ("000:158", "bridge-44 is never made"),
    ("001:298", "the certificate is made in another block"),
    ("001:379", "the group is made in another block"),
    ("001:406", "the bridge is made in another block"),
    ("001:407", "the bridge is made in another block"),
    ("001:461", "the profile is made in another block"),
    ("001:524", "the bridge is made in another block"),
    ("001:525", "the bridge is made in another block"),
    ("002:63", "ether-83 is never made"),
    ("002:113", "ether-83 is never made"),
    ("003:297", "the port is called wan in another block"),
    ("003:299", "the port is called lan in another block"),
    ("004:18", "there is no pool called default and no vlan-32"),
    ("004:111", "there is no pool called default and no vlan-32"),
];

/// The blocks of a document: line and text.
fn blocks(text: &str) -> Vec<(u32, String)> {
    let mut blocks: Vec<(u32, String)> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix("=== "), blocks.last_mut()) {
            (Some(number), _) => blocks.push((number.parse().unwrap(), String::new())),
            (None, Some((_, block))) => {
                block.push_str(line);
                block.push('\n');
            }
            (None, None) => panic!("{line} stands before the first block"),
        }
    }
    blocks
}

fn fresh() -> Router {
    let mut router = common::router(1, 8);
    router.set_ports_on_demand(true);
    router
}

/// Pastes a block: the places of the lines that are refused, with the words, and the notes.
fn paste(router: &mut Router, seed: &str, first: u32, block: &str) -> (Vec<(String, String)>, Vec<String>) {
    let report = router.load(block, LoadMode::Paste).unwrap();
    let place = |line: u32| format!("{seed}:{}", first + line - 1);
    let refused = report.errors.iter().map(|error| (place(error.position.line), error.to_string()));
    let notes = report.notes.iter();
    let notes =
        notes.map(|note| format!("{} {}: {}", place(note.position.line), note.kind.word(), note.message));
    (refused.collect(), notes.collect())
}

#[test]
fn each_block_is_taken_but_for_names_that_it_lacks() {
    let (mut refused, mut notes) = (Vec::new(), Vec::new());
    for (seed, text) in SEEDS {
        for (first, block) in blocks(text) {
            let (lines, said) = paste(&mut fresh(), seed, first, &block);
            refused.extend(lines.into_iter().map(|(place, _)| place));
            notes.extend(said);
        }
    }
    let known: Vec<&str> = REFUSED.iter().map(|(line, _)| *line).collect();
    assert_eq!(refused, known);
    insta::assert_snapshot!(notes.join("\n"));
}

/// Pasted one after another into one router, the blocks of a document define what others use.
#[test]
fn a_whole_document_refuses_less() {
    let mut refused = Vec::new();
    for (seed, text) in SEEDS {
        let mut router = fresh();
        for (first, block) in blocks(text) {
            let (lines, _) = paste(&mut router, seed, first, &block);
            refused.extend(lines.into_iter().map(|(place, words)| format!("{place} {words}")));
        }
    }
    insta::assert_snapshot!(refused.join("\n"));
}

#[test]
fn static_leases_of_a_menu_that_does_not_exist_are_made() {
    let mut router = fresh();
    let made = "/interface bridge add name=vlan-32\n/ip pool add name=default ranges=223.203.225.100-223.203.225.200\n";
    common::load(&mut router, made).unwrap();
    let (_, text) = SEEDS.iter().find(|(seed, _)| *seed == "004").unwrap();
    let (first, block) = blocks(text).into_iter().find(|(first, _)| *first == 109).unwrap();
    assert_eq!(paste(&mut router, "004", first, &block).0, []);
    let shown = "/ip dhcp-server lease export\n/ip dhcp-server option export";
    insta::assert_snapshot!(common::transcript(&mut router, shown));
}
