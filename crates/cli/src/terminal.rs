//! What standard output and error are: colours and progress belong on a terminal only.

use std::io::{IsTerminal as _, Write as _};

use lab::problem::{Problems, Style};

/// True when standard output is a terminal that wants colours (`NO_COLOR` is obeyed, <https://no-color.org>).
pub(crate) fn color_on_stdout() -> bool {
    std::io::stdout().is_terminal() && colors_wanted()
}

/// True when standard error is a terminal.
pub(crate) fn stderr_is_terminal() -> bool {
    std::io::stderr().is_terminal()
}

fn colors_wanted() -> bool {
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    !no_color && !dumb
}

/// The environment of this process.
pub(crate) fn environment() -> std::collections::BTreeMap<String, String> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// Prints a result. A reader that has gone away (`| head`) is no error.
pub(crate) fn print(text: &str) {
    let mut output = std::io::stdout().lock();
    let _ = output.write_all(text.as_bytes());
    // A line that waits for its end would not be seen.
    if !text.ends_with('\n') {
        let _ = output.flush();
    }
}

/// Prints words about the run.
pub(crate) fn eprint(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// Prints what is wrong with the input, the places underlined.
pub(crate) fn problems(problems: &Problems) {
    eprint(&render(problems));
    let count = problems.0.len();
    if count > 1 {
        eprint(&format!("{count} problems; nothing was written\n"));
    }
}

/// Problems as standard error shows them.
pub(crate) fn render(problems: &Problems) -> String {
    problems.render(Style { color: stderr_is_terminal() && colors_wanted(), unicode: true, width: 110 })
}
