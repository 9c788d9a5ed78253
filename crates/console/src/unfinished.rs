//! [`unfinished`]: does a line go on in the next one?

/// What is still open at the end of a text: `"`, `{`, `[` or `(` (the innermost one), or `\` for a continuation. A
/// terminal then shows a prompt like `{... ` and reads on.
#[must_use]
pub fn unfinished(text: &str) -> Option<char> {
    let mut open: Vec<char> = Vec::new();
    let mut starts_command = true;
    let mut chars = text.chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        // The reader takes a comment at the begin of a command and behind a blank.
        let comment = c == '#' && (starts_command || matches!(before, ' ' | '\t'));
        before = c;
        let quoted = open.last() == Some(&'"');
        let starts = std::mem::replace(&mut starts_command, false);
        match c {
            '\\' => match chars.next() {
                None | Some('\n') if chars.peek().is_none() => return Some('\\'),
                Some('\r') if chars.clone().eq(['\n']) => return Some('\\'),
                _ => {}
            },
            // `$[` and `$(` in a string open a command of their own.
            '$' if quoted && matches!(chars.peek(), Some('[' | '(')) => open.extend(chars.next()),
            '"' if quoted => {
                open.pop();
            }
            _ if quoted => {}
            '"' | '[' | '{' | '(' => {
                starts_command = c == '{' || c == '[';
                open.push(c);
            }
            ']' | '}' | ')' => {
                open.pop();
            }
            '#' if comment => while chars.next_if(|c| *c != '\n').is_some() {},
            ';' | '\n' | '\r' => starts_command = true,
            ' ' | '\t' => starts_command = starts,
            _ => {}
        }
    }
    open.last().copied()
}

#[cfg(test)]
mod tests {
    use super::unfinished;

    #[test]
    fn what_is_open_at_the_end_is_told() {
        for (text, expected) in [
            ("", None),
            ("/ip/address/print", None),
            (":if (true) do={", Some('{')),
            (":if (true) do={\n:put 1\n", Some('{')),
            (":if (true) do={\n:put 1\n}", None),
            (":put 1 # says \"x", None),
            (":put 1 # {", None),
            (":put a#\"", Some('"')),
            ("#{", None),
            (":put \"a", Some('"')),
            (":put \"a\\\"", Some('"')),
            (":put \"a{[\"", None),
            (":put \"a $[:len", Some('[')),
            (":put \"a $[:len \"x\"]\"", None),
            (":put [:len (1", Some('(')),
            ("add name=x \\", Some('\\')),
            ("add name=x \\\n", Some('\\')),
            ("add name=x \\\ncomment=y", None),
            ("# {", None),
            (":put 1\r# {", None),
            (":put a#{", Some('{')),
            ("{ # {\n", Some('{')),
            ("}}", None),
        ] {
            assert_eq!(unfinished(text), expected, "{text:?}");
        }
    }
}
