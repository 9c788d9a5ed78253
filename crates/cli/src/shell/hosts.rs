//! The lines of a host: when one goes on in the next.

/// An open quote, or a backslash at the end, as `sh` reads them.
pub(crate) fn unfinished(line: &str) -> Option<char> {
    let mut quote = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match (c, quote) {
            ('\\', None | Some('"')) if chars.next().is_none() => return Some('\\'),
            ('\'' | '"', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            _ => {}
        }
    }
    quote
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_goes_on_as_in_sh() {
        for (line, expected) in [
            ("echo a", None),
            ("echo 'a", Some('\'')),
            ("echo \"it's", Some('"')),
            ("echo \\", Some('\\')),
            ("echo it\\'s", None),
        ] {
            assert_eq!(unfinished(line), expected, "{line}");
        }
    }
}
