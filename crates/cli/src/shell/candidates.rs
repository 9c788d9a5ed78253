//! What Tab and F1 do with the words that can stand at the cursor.

use console::Candidate;

use super::colour::Colours;

/// What a Tab does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tab {
    /// What stands from this byte to the cursor is replaced.
    Replace(usize, String),
    /// The candidates are listed.
    List,
    /// Nothing.
    Nothing,
}

/// What a Tab does with these candidates. `again`: it is the second one at the same place.
pub(crate) fn tab(line: &str, cursor: usize, candidates: &[Candidate], again: bool) -> Tab {
    let Some(first) = candidates.first() else { return Tab::Nothing };
    let written = line.get(first.offset..cursor).unwrap_or_default();
    if let [only] = candidates {
        let behind = line.get(cursor..).unwrap_or_default();
        let append = if behind.starts_with(only.append) { "" } else { only.append };
        let text = format!("{}{append}", only.text);
        return if text == written { Tab::Nothing } else { Tab::Replace(only.offset, text) };
    }
    let common = candidates.iter().skip(1).fold(first.text.as_str(), |common, candidate| {
        let same = common.chars().zip(candidate.text.chars()).take_while(|(a, b)| a == b);
        let length = same.map(|(a, _)| a.len_utf8()).sum();
        common.get(..length).unwrap_or_default()
    });
    if common.len() > written.len() && candidates.iter().all(|candidate| candidate.offset == first.offset) {
        Tab::Replace(first.offset, common.to_owned())
    } else if again {
        Tab::List
    } else {
        Tab::Nothing
    }
}

/// The candidates in columns, for a second Tab.
pub(crate) fn columns(candidates: &[Candidate], width: usize, colours: Colours) -> String {
    let longest = candidates.iter().map(|candidate| candidate.text.chars().count()).max().unwrap_or(0);
    let per_line = (width / (longest + 2)).max(1);
    let lines = candidates.len().div_ceil(per_line);
    let mut text = String::new();
    for line in 0..lines {
        // Down the columns, as lists of words are read.
        let row: Vec<&Candidate> = candidates.iter().skip(line).step_by(lines).collect();
        for (at, candidate) in row.iter().enumerate() {
            text.push_str(&colours.candidate(candidate.style, &candidate.text));
            if at + 1 < row.len() {
                let blanks = longest + 2 - candidate.text.chars().count();
                text.extend(std::iter::repeat_n(' ', blanks));
            }
        }
        text.push('\n');
    }
    text
}

/// The candidates with what they are, one in a line, for F1: `name -- description`.
pub(crate) fn help(candidates: &[Candidate], colours: Colours) -> String {
    let mut text = String::new();
    for candidate in candidates {
        text.push_str(&colours.candidate(candidate.style, &candidate.text));
        // The first sentence says what it is.
        let sentence = candidate.help.split_once(". ").map_or(candidate.help, |(first, _)| first);
        let sentence = sentence.trim_end_matches('.');
        if !sentence.is_empty() {
            text.push_str(" -- ");
            text.push_str(sentence);
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use console::Style;

    fn words(words: &[&str], offset: usize, append: &'static str) -> Vec<Candidate> {
        let candidate = |word: &&str| Candidate {
            text: (*word).to_owned(),
            offset,
            style: Style::Menu,
            append,
            help: "Does it. And more.",
        };
        words.iter().map(candidate).collect()
    }

    #[test]
    fn tab_completes_what_is_unique_and_lists_at_the_second_time() {
        for (line, candidates, again, expected) in [
            ("/ip ad", words(&["address"], 4, "/"), false, Tab::Replace(4, "address/".into())),
            ("/ip a", words(&["address", "arp"], 4, "/"), false, Tab::Nothing),
            ("/ip a", words(&["address", "arp"], 4, "/"), true, Tab::List),
            (
                "/ip dhcp",
                words(&["dhcp-client", "dhcp-server"], 4, "/"),
                false,
                Tab::Replace(4, "dhcp-".into()),
            ),
            (
                "/ip mt",
                words(&["monitor-traffic"], 4, " "),
                false,
                Tab::Replace(4, "monitor-traffic ".into()),
            ),
            ("/ip zz", Vec::new(), true, Tab::Nothing),
            // Initials: what is common to the candidates is shorter than what was written.
            ("/ip mntr", words(&["monitor", "minor-tr"], 4, " "), true, Tab::List),
        ] {
            assert_eq!(tab(line, line.len(), &candidates, again), expected, "{line}");
        }
    }

    #[test]
    fn what_stands_behind_the_cursor_is_not_doubled() {
        let candidates = words(&["address"], 4, "/");
        assert_eq!(tab("/ip ad/print", 6, &candidates, false), Tab::Replace(4, "address".into()));
        assert_eq!(tab("/ip address/print", 11, &candidates, false), Tab::Nothing);
    }

    #[test]
    fn lists_fit_the_terminal() {
        let candidates = words(&["a", "bb", "ccc", "d", "e"], 0, "");
        assert_eq!(columns(&candidates, 10, Colours(false)), "a    d\nbb   e\nccc\n");
        assert_eq!(columns(&candidates, 1, Colours(false)).lines().count(), 5);
        assert_eq!(help(&words(&["a"], 0, ""), Colours(false)), "a -- Does it\n");
    }
}
