//! What boards say of themselves, read from `boards.txt` when the first board is asked for.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use router::Board;

use super::ports::{MODELS, Model};

/// A board's facts and its product names.
struct Entry {
    board: Board,
    names: Vec<&'static str>,
}

fn entries() -> &'static BTreeMap<&'static str, Entry> {
    static ENTRIES: OnceLock<BTreeMap<&'static str, Entry>> = OnceLock::new();
    ENTRIES.get_or_init(|| {
        let lines = include_str!("boards.txt").lines().filter(|line| !line.starts_with('#'));
        let mut entries: BTreeMap<&'static str, Entry> = lines.filter_map(entry).collect();
        // A board of which nothing is known is a board all the same.
        for model in MODELS.iter().filter(|model| model.is_board()) {
            entries.entry(model.name).or_insert_with(|| entry_of(model.name));
        }
        entries
    })
}

fn entry_of(model: &'static str) -> Entry {
    Entry { board: Board { model: model.into(), ..Board::default() }, names: Vec::new() }
}

fn entry(line: &'static str) -> Option<(&'static str, Entry)> {
    let cells: Vec<Option<&'static str>> =
        line.split('|').map(str::trim).map(|cell| (cell != "-").then_some(cell)).collect();
    let text = |at: usize| cells.get(at).copied().flatten();
    let number = |at: usize| text(at).and_then(|text| text.parse::<u32>().ok());
    let names: Vec<&str> = text(1).map(|names| names.split(',').map(str::trim).collect()).unwrap_or_default();
    let board = Board {
        model: text(0)?.into(),
        name: names.first().copied(),
        architecture: text(2),
        cpu: text(3),
        cpu_count: number(4),
        cpu_frequency_mhz: number(5),
        memory_mib: number(6).map(u64::from),
        storage_mib: number(7).map(u64::from),
        license_level: number(8),
        firmware_type: text(9),
        switches: number(10).unwrap_or(0),
    };
    Some((text(0)?, Entry { board, names }))
}

/// A name as people type it: case, blanks and how the power is written do not matter (`hAP ac²`, `hap ac^2`, `hAP-ac2`).
fn plain(name: &str) -> String {
    let letter = |c: char| match c {
        '²' => Some('2'),
        '³' => Some('3'),
        '^' | ' ' | '-' | '_' => None,
        c => Some(c.to_ascii_lowercase()),
    };
    name.chars().filter_map(letter).collect()
}

/// The product code of a board by one of its product names.
pub(super) fn code_of(name: &str) -> Option<&'static str> {
    let wanted = plain(name);
    let called = |entry: &Entry| entry.names.iter().any(|known| plain(known) == wanted);
    entries().iter().find(|(_, entry)| called(entry)).map(|(code, _)| *code)
}

/// Product codes and product names of all boards, to tell what was probably meant.
pub fn model_names() -> impl Iterator<Item = &'static str> {
    MODELS
        .iter()
        .map(|model| model.name)
        .chain(entries().values().flat_map(|entry| entry.names.iter().copied()))
}

impl Model {
    /// What the board says of itself; `None` for a CHR, which is none.
    #[must_use]
    pub fn board(&self) -> Option<&'static Board> {
        entries().get(self.name).map(|entry| &entry.board)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_about_a_known_model_and_complete() {
        let lines: Vec<&str> =
            include_str!("boards.txt").lines().filter(|line| !line.starts_with('#')).collect();
        for line in &lines {
            assert_eq!(line.split('|').count(), 11, "{line}");
            let entry = entry(line).map(|(code, _)| code);
            assert!(entry.is_some_and(|code| MODELS.iter().any(|model| model.name == code)), "{line}");
            let numbers = line.split('|').skip(4).enumerate().filter(|(at, _)| *at != 5);
            for (_, cell) in numbers {
                assert!(cell.trim() == "-" || cell.trim().parse::<u32>().is_ok(), "{line}");
            }
        }
        assert_eq!(
            lines.len(),
            lines
                .iter()
                .filter_map(|line| line.split('|').next())
                .collect::<std::collections::BTreeSet<_>>()
                .len()
        );
    }

    #[test]
    fn boards_have_codes_and_names() {
        let code = |name| Model::named(name).map(|model| model.name);
        for name in ["hAP ac²", "hap ac^2", "hAP ac2", "RBD52G-5HacD2HnD", "rbd52g-5hacd2hnd"] {
            assert_eq!(code(name), Some("RBD52G-5HacD2HnD"), "{name}");
        }
        for (name, wanted) in [
            ("hAP ac", Some("RB962UiGS-5HacT2HnT")),
            ("hEX", Some("RB750Gr3")),
            ("RB4011iGS+", Some("RB4011iGS+")),
            ("chr", Some("CHR")),
            ("hAP ac9", None),
            ("", None),
        ] {
            assert_eq!(code(name), wanted, "{name}");
        }
        assert!(Model::named("CHR").is_some_and(|model| model.board().is_none()));
        assert!(MODELS.iter().filter(|model| model.name != "CHR").all(|model| model.board().is_some()));
        assert_eq!(Model::named("hEX S").and_then(Model::board).map(|board| board.switches), Some(1));
    }
}
