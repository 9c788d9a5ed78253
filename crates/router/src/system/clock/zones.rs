//! Names of time zones.

use menu::{Text, ValueError, match_word};

/// An area and the names in it on each line; `-` stands before those that are in none.
static NAMES: &str = include_str!("zones.txt");

/// The name in full: like every word, one may be shortened as long as it is clear.
///
/// # Errors
/// There is no such name, or several begin so.
pub(super) fn named(text: &Text) -> Result<Text, ValueError> {
    let names: Vec<String> = NAMES.lines().filter(|line| !line.starts_with('#')).flat_map(of_area).collect();
    let words = std::iter::once("manual").chain(names.iter().map(String::as_str));
    match_word(text, words.map(|name| (name.as_bytes(), name))).map(Text::from)
}

fn of_area(line: &'static str) -> impl Iterator<Item = String> {
    let mut words = line.split(' ');
    let area = words.next().filter(|area| *area != "-").unwrap_or("");
    words.map(move |name| format!("{area}{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_known_by_their_names() {
        let read = |text: &str| {
            named(&text.into()).map(|name| name.to_string()).map_err(|error| match error {
                ValueError::NoMatch => "none",
                ValueError::Ambiguous => "several",
                _ => "?",
            })
        };
        for name in
            ["Europe/Riga", "UTC", "Etc/GMT+5", "America/Argentina/Buenos_Aires", "Asia/Calcutta", "GB"]
        {
            assert_eq!(read(name), Ok(name.to_owned()));
        }
        assert_eq!(read("Europe/Rig"), Ok("Europe/Riga".to_owned()));
        assert_eq!(read("man"), Ok("manual".to_owned()));
        assert_eq!(read("Europe/"), Err("several"));
        assert_eq!(read("Europe/Nowhere"), Err("none"));
        assert_eq!(read("nowhere"), Err("none"));
    }
}
