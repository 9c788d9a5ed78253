//! What the words of a line typed at a host complete to: commands, what `ip` works on, interfaces.

use console::{Candidate, Style};
use host::Host;

/// What `ip` works on.
const OBJECTS: [(&str, &str); 4] =
    [("addr", "addresses"), ("link", "interfaces"), ("neigh", "neighbours"), ("route", "routes")];

/// What can stand at byte `cursor` of a line.
pub(super) fn complete(host: &Host, line: &str, cursor: usize) -> Vec<Candidate> {
    let before = line.get(..cursor).unwrap_or_default();
    // A new command begins behind each of these.
    let begins = before.rfind([';', '|', '&', '(']).map_or(0, |at| at + 1);
    let offset = before.rfind(|c: char| c.is_ascii_whitespace()).map_or(begins, |at| (at + 1).max(begins));
    let partial = before.get(offset..).unwrap_or_default();
    let candidate = |text: &str, help: &'static str, style| Candidate {
        text: text.to_owned(),
        offset,
        style,
        append: " ",
        help,
    };
    let earlier: Vec<&str> = before.get(begins..offset).unwrap_or_default().split_whitespace().collect();
    let mut found: Vec<Candidate> = match earlier.as_slice() {
        [] => host::COMMANDS.iter().map(|(name, help)| candidate(name, help, Style::Command)).collect(),
        ["ip"] => OBJECTS.iter().map(|(name, help)| candidate(name, help, Style::Argument)).collect(),
        ["dhclient"] | [.., "dev" | "-I" | "show"] => {
            let names = host.interfaces().iter().map(|interface| interface.name.as_str());
            names.map(|name| candidate(name, "interface", Style::Value)).collect()
        }
        _ => Vec::new(),
    };
    found.retain(|candidate| candidate.text.starts_with(partial));
    found
}
