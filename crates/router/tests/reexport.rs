//! Exports in the forms of real ones come out again as they went in, line by line: order of sections and properties,
//! quotes, line breaks, values that are shown though they are the default, `[ find default-name=… ]`, numbers.
//!
//! The files of `exports` were put together from what public exports of RouterOS 7.20 to 7.24 show, with names and
//! addresses of our own. A line that does not come back is named in `EXPLAINED`, with the reason.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use router::LoadMode;

/// A device: its export, its board, its radios.
type Case = (&'static str, &'static str, Option<&'static str>, &'static [&'static str]);

const CASES: &[Case] = &[
    ("chr-core", include_str!("exports/chr-core.rsc"), None, &[]),
    ("chr-hotspot", include_str!("exports/chr-hotspot.rsc"), None, &[]),
    ("board-home", include_str!("exports/board-home.rsc"), Some("RB962UiGS-5HacT2HnT"), &["wlan1", "wlan2"]),
    ("board-wifi", include_str!("exports/board-wifi.rsc"), Some("C53UiG+5HPaxD2HPaxD"), &["wifi1", "wifi2"]),
];

/// Lines that do not come back: the export, the line, why.
const EXPLAINED: &[(&str, &str, &str)] = &[(
    "board-home",
    "/system logging action set 1 disk-file-name=log",
    "boards with flash have flash/log by themselves, which makes `log` worth a word; here `log` is the default",
)];

/// Each command with its section in front, wrapped lines kept as they are.
fn lines(text: &str) -> Vec<String> {
    let (mut all, mut section) = (Vec::<String>::new(), "");
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        match all.last_mut() {
            _ if line.starts_with('/') => section = line,
            Some(last) if line.starts_with("    ") => last.push_str(&format!("\n{line}")),
            _ => all.push(format!("{section} {line}")),
        }
    }
    all
}

fn exported((name, text, model, radios): &Case) -> String {
    let mut device = common::router(1, 5);
    model.iter().for_each(|model| device.set_model(model));
    radios.iter().for_each(|radio| device.add_radio(radio));
    device.set_ports_on_demand(true);
    let report = device.load(text, LoadMode::Import);
    report.unwrap_or_else(|fault| panic!("{name}: {fault}"));
    common::load(&mut device, "/export show-sensitive").unwrap()
}

#[test]
fn exports_come_out_as_they_went_in() {
    for case in CASES {
        let (name, text, ..) = case;
        let (before, after) = (lines(text), lines(&exported(case)));
        let explained = |line: &&String| EXPLAINED.iter().any(|(of, known, _)| of == name && known == *line);
        let lost: Vec<&String> =
            before.iter().filter(|line| !after.contains(line)).filter(|line| !explained(line)).collect();
        let new: Vec<&String> = after.iter().filter(|line| !before.contains(line)).collect();
        assert!(lost.is_empty() && new.is_empty(), "{name}: lost {lost:#?}\nnew {new:#?}");
        let kept: Vec<&String> = before.iter().filter(|line| !explained(line)).collect();
        assert_eq!(kept, after.iter().collect::<Vec<_>>(), "{name}: another order");
    }
}

#[test]
fn what_is_explained_is_still_so() {
    for (name, line, reason) in EXPLAINED {
        let case = CASES.iter().find(|case| case.0 == *name).unwrap();
        assert!(lines(case.1).contains(&(*line).to_owned()), "{name}: {line}: {reason}");
        assert!(!lines(&exported(case)).contains(&(*line).to_owned()), "{name} comes back now: {line}");
    }
}
