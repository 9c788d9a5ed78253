//! What RouterOS asks a person for: the required arguments that a command lacks, one after the other (`address: `).

/// The arguments that this output says are missing, when it says nothing else.
pub(crate) fn missing(output: &str) -> Option<Vec<String>> {
    let names = output.strip_prefix("missing value(s) of argument(s) ")?.strip_suffix('\n')?;
    let plain =
        names.split(' ').all(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-' || b == b'.'));
    plain.then(|| names.split(' ').map(str::to_owned).collect())
}

/// True for a line that can be run again with more arguments at its end: one command of a menu, nothing before it.
pub(crate) fn can_be_added_to(line: &str) -> bool {
    let open = console::unfinished(line).is_some();
    let filtered = line.split_whitespace().any(|word| word == "where");
    !open
        && !filtered
        && !line.contains([';', '{', '\n', '#', '$'])
        && !line.trim_start().starts_with([':', '\\', '['])
}

/// The line with one more argument. A value that would not be one word is quoted.
pub(crate) fn with_argument(line: &str, name: &str, value: &str) -> String {
    let is_word = !value.is_empty()
        && (value.starts_with(['"', '[', '('])
            || !value.contains([' ', ';', '{', '[', '(', '"', '#', '\\', '$']));
    let value = if is_word {
        value.to_owned()
    } else {
        format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"").replace('$', "\\$"))
    };
    format!("{} {name}={value}", line.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_arguments_are_read_from_what_the_console_says() {
        let names = |text: &str| missing(text).map(|names| names.join(" "));
        assert_eq!(
            names("missing value(s) of argument(s) address interface\n").as_deref(),
            Some("address interface")
        );
        assert_eq!(names("missing value(s) of argument(s) counter begin (line 1 column 6)\n"), None);
        assert_eq!(names("ok\nmissing value(s) of argument(s) address\n"), None);
        assert_eq!(names("no such item\n"), None);
    }

    #[test]
    fn a_line_of_one_command_takes_what_was_asked() {
        assert!(can_be_added_to("/ip/address/add disabled=yes"));
        assert!(can_be_added_to("remove"));
        for line in [":put 1", "/ip/address/add ; :put 1", "{ add }", "print where", "add comment=\"a"] {
            assert!(!can_be_added_to(line), "{line}");
        }
        assert_eq!(with_argument("add ", "address", "10.0.0.1/24"), "add address=10.0.0.1/24");
        assert_eq!(with_argument("add", "comment", "a \"b\" $c"), "add comment=\"a \\\"b\\\" \\$c\"");
        assert_eq!(with_argument("set", "numbers", "[find]"), "set numbers=[find]");
        assert_eq!(with_argument("add", "name", ""), "add name=\"\"");
    }
}
