//! Hotlock: a word completes as soon as it means one thing only (`/in et` is `/interface/ethernet/`). Who types the rest
//! of the word all the same, as hands do that know it, gets it once.

use console::{Candidate, Style};

use super::candidates::{self, Tab};

/// What hotlock has just put behind the cursor's word by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ahead {
    /// The line that it made; after any other change the person types anew.
    line: String,
    /// The letters of the word that were not typed.
    rest: String,
    /// The letters of `rest` that were typed since.
    again: String,
    /// What was put behind the word: `/`, `=`, a blank or nothing.
    append: &'static str,
}

/// What a typed character becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Typed {
    /// It stands in the line already.
    Stands(Ahead),
    /// This text goes into the line.
    Text(String),
}

impl Ahead {
    /// What a character becomes that is typed at the end of `line`.
    pub(crate) fn take(self, line: &str, c: char) -> Typed {
        if self.line.is_empty() || self.line != line {
            return Typed::Text(c.to_string());
        }
        let left = self.rest.get(self.again.len()..).unwrap_or_default();
        if left.starts_with(c) {
            let mut again = self.again;
            again.push(c);
            return Typed::Stands(Self { again, ..self });
        }
        // A blank or a slash ends the word: also one of which a part was typed again.
        let ends = match self.append {
            "/" => c == ' ' || c == '/',
            append => append.starts_with(c),
        };
        match ends {
            // The next character begins a word.
            true => Typed::Stands(Self::default()),
            // It was the next word that began like the rest of this one.
            false => Typed::Text(format!("{}{c}", self.again)),
        }
    }

    /// Completes the word at the end of a line when only one candidate is left that a person may mean by it: what is
    /// replaced, by what, and what to remember.
    pub(crate) fn complete(line: &str, found: &[Candidate]) -> Option<(usize, String, Self)> {
        let [only] = found else { return None };
        let cursor = line.len();
        let word = matches!(only.style, Style::Menu | Style::Command | Style::Argument);
        if !word || only.offset >= cursor {
            return None;
        }
        let Tab::Replace(from, text) = candidates::tab(line, cursor, found, false) else { return None };
        let written = line.get(from..).unwrap_or_default();
        let rest = only.text.strip_prefix(written).unwrap_or_default().to_owned();
        let line = format!("{}{text}", line.get(..from).unwrap_or_default());
        Some((from, text, Self { line, rest, again: String::new(), append: only.append }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The line that keys make where these words can stand, each at the beginning or behind a blank or slash.
    fn line(keys: &str) -> String {
        let words = [
            ("interface", Style::Menu, "/"),
            ("ip", Style::Menu, "/"),
            ("ethernet", Style::Menu, "/"),
            ("print", Style::Command, " "),
            ("terse", Style::Argument, " "),
            ("name", Style::Argument, "="),
        ];
        let (mut line, mut ahead) = (String::new(), Ahead::default());
        for c in keys.chars() {
            match std::mem::take(&mut ahead).take(&line, c) {
                Typed::Stands(next) => ahead = next,
                Typed::Text(text) => line.push_str(&text),
            }
            let offset = line.rfind([' ', '/', '=']).map_or(0, |at| at + 1);
            let written = line.get(offset..).unwrap().to_owned();
            let found: Vec<Candidate> = words
                .iter()
                .filter(|(word, ..)| !written.is_empty() && word.starts_with(&written))
                .map(|(word, style, append)| Candidate {
                    text: (*word).to_owned(),
                    offset,
                    style: *style,
                    append,
                    help: "",
                })
                .collect();
            if ahead == Ahead::default()
                && let Some((from, text, next)) = Ahead::complete(&line, &found)
            {
                line.replace_range(from.., &text);
                ahead = next;
            }
        }
        line
    }

    #[test]
    fn letters_that_were_completed_are_not_doubled() {
        for (keys, expected) in [
            ("/in", "/interface/"),
            ("/in e", "/interface/ethernet/"),
            ("/in/e", "/interface/ethernet/"),
            ("/ine", "/interface/ethernet/"),
            ("/interface", "/interface/"),
            ("/interface ethernet print", "/interface/ethernet/print "),
            ("/interface/ethernet/print", "/interface/ethernet/print "),
            ("/interface ethernet print ", "/interface/ethernet/print "),
            // A part of the rest, then the next word.
            ("/inter e", "/interface/ethernet/"),
            ("/inter/p", "/interface/print "),
            // What looks like the rest first, and is the next word.
            ("/inter p name=x", "/interface/print name=x"),
            ("/inter p n=x", "/interface/print name=x"),
            ("/intz", "/interface/tz"),
            ("p  name", "print  name="),
        ] {
            assert_eq!(line(keys), expected, "{keys}");
        }
    }

    #[test]
    fn a_line_that_was_changed_meanwhile_is_typed_anew() {
        let ahead =
            Ahead { line: "interface/".into(), rest: "terface".into(), again: String::new(), append: "/" };
        assert_eq!(ahead.clone().take("interface", 't'), Typed::Text("t".into()));
        assert_eq!(ahead.clone().take("interface", '/'), Typed::Text("/".into()));
        assert!(matches!(ahead.take("interface/", 't'), Typed::Stands(_)));
    }
}
