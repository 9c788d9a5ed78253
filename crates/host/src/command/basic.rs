//! The small commands: `echo`, `cat`, `grep`, `wc`, `hostname`, `sleep`, `sh -c`, `export`, `exit`.

use crate::Host;
use crate::command::Program;
use crate::shell::{Io, Started, parse};
use clock::{Duration, Instant};

/// `sh -c LIST`; other options of the shell are passed over when they only tune it.
pub(super) fn sh(arguments: &[String], io: &mut Io) -> Started {
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.strip_prefix('-') {
            Some(flags) if flags.contains('c') => {
                let Some(text) = arguments.next() else {
                    io.err("sh: 0: -c requires an argument\n");
                    return Started::Done(2);
                };
                return match parse::parse(text) {
                    Ok(list) => Started::Script(list),
                    Err(message) => {
                        io.err(&format!("sh: 1: {message}\n"));
                        Started::Done(2)
                    }
                };
            }
            Some(_) => {}
            None => {
                io.err(&format!("sh: 0: cannot open {argument}: No such file\n"));
                return Started::Done(2);
            }
        }
    }
    // A shell that reads its commands from standard input.
    match parse::parse(&core::mem::take(&mut io.stdin)) {
        Ok(list) => Started::Script(list),
        Err(message) => {
            io.err(&format!("sh: 1: {message}\n"));
            Started::Done(2)
        }
    }
}

/// `sleep 1.5`, `sleep 1m 30s`: the times add up.
pub(super) fn sleep(now: Instant, arguments: &[String], io: &mut Io) -> Started {
    if arguments.is_empty() {
        io.err("sleep: missing operand\nTry 'sleep --help' for more information.\n");
        return Started::Done(1);
    }
    let mut total = Duration::ZERO;
    for argument in arguments {
        let Some(time) = sleep_time(argument) else {
            io.err(&format!(
                "sleep: invalid time interval '{argument}'\nTry 'sleep --help' for more information.\n"
            ));
            return Started::Done(1);
        };
        total += time;
    }
    if total == Duration::ZERO {
        return Started::Done(0);
    }
    Started::Program(Program::Sleep(now + total))
}

fn sleep_time(text: &str) -> Option<Duration> {
    if text == "infinity" || text == "inf" {
        return Some(Duration::MAX);
    }
    let number = text.trim_end_matches(['s', 'm', 'h', 'd']);
    let factor = match &text[number.len()..] {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return None,
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let seconds = if whole.is_empty() { 0 } else { whole.parse::<u64>().ok()? };
    let nanos = format!("{fraction:0<9}").get(..9)?.parse::<u64>().ok()?;
    Some((Duration::from_secs(seconds) + Duration::from_nanos(nanos)) * factor)
}

/// `exit STATUS`.
pub(super) fn exit(arguments: &[String], io: &mut Io) -> Started {
    let Some(text) = arguments.first() else { return Started::Exit(0) };
    match text.parse::<u8>() {
        Ok(status) => Started::Exit(i32::from(status)),
        Err(_) => {
            io.err(&format!("sh: 1: exit: Illegal number: {text}\n"));
            Started::Exit(2)
        }
    }
}

/// `export NAME=value …`.
pub(super) fn export(host: &mut Host, arguments: &[String]) -> i32 {
    for argument in arguments {
        if let Some((name, value)) = argument.split_once('=') {
            host.variables.insert(name.to_string(), value.to_string());
        }
    }
    0
}

/// `hostname [NAME]`.
pub(super) fn hostname(host: &mut Host, arguments: &[String], io: &mut Io) -> i32 {
    match arguments.first() {
        None => io.out(&format!("{}\n", host.name())),
        Some(name) if name.starts_with('-') => match name.as_str() {
            "-s" => io.out(&format!("{}\n", host.name().split('.').next().unwrap_or_default())),
            "-f" => io.out(&format!("{}\n", host.name())),
            "-I" => {
                let mut line = String::new();
                for interface in host.interfaces.iter().filter(|i| !i.is_loopback()) {
                    for address in &interface.addresses {
                        line += &format!("{} ", address.local.addr());
                    }
                }
                io.out(&format!("{line}\n"));
            }
            other => {
                io.err(&format!("hostname: invalid option -- '{}'\n", other.trim_start_matches('-')));
                return 4;
            }
        },
        Some(name) => host.set_name(name),
    }
    0
}

/// `echo [-n] [-e] WORD…`.
pub(super) fn echo(arguments: &[String], io: &mut Io) -> i32 {
    let mut rest = arguments;
    let (mut new_line, mut escapes) = (true, false);
    while let Some((first, behind)) = rest.split_first() {
        match first.as_str() {
            "-n" => new_line = false,
            "-e" => escapes = true,
            "-ne" | "-en" => (new_line, escapes) = (false, true),
            _ => break,
        }
        rest = behind;
    }
    let mut text = rest.join(" ");
    if escapes {
        text = text.replace("\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\");
    }
    if new_line {
        text.push('\n');
    }
    io.out(&text);
    0
}

/// The content of the named files, or standard input; the exit status tells whether all could be read.
fn read_all(host: &Host, name: &str, files: &[&String], io: &mut Io) -> (String, i32) {
    if files.is_empty() {
        return (core::mem::take(&mut io.stdin), 0);
    }
    let (mut text, mut status) = (String::new(), 0);
    for path in files {
        if *path == "-" {
            text += &core::mem::take(&mut io.stdin);
        } else if let Some(content) = host.read_file(path) {
            text += &content;
        } else {
            io.err(&format!("{name}: {path}: No such file or directory\n"));
            status = 1;
        }
    }
    (text, status)
}

/// `cat [FILE…]`.
pub(super) fn cat(host: &Host, arguments: &[String], io: &mut Io) -> i32 {
    let files: Vec<&String> = arguments.iter().collect();
    let (text, status) = read_all(host, "cat", &files, io);
    io.out(&text);
    status
}

/// `wc -l`, `-w`, `-c` over standard input or files.
pub(super) fn wc(host: &Host, arguments: &[String], io: &mut Io) -> i32 {
    let (flags, files): (Vec<&String>, Vec<&String>) =
        arguments.iter().partition(|a| a.starts_with('-') && a.len() > 1);
    let (text, status) = read_all(host, "wc", &files, io);
    let flags: String = flags.iter().map(|f| f.trim_start_matches('-')).collect();
    let all = flags.is_empty();
    let mut counts = Vec::new();
    if all || flags.contains('l') {
        counts.push(text.matches('\n').count());
    }
    if all || flags.contains('w') {
        counts.push(text.split_whitespace().count());
    }
    if all || flags.contains('c') {
        counts.push(text.len());
    }
    let width = if counts.len() > 1 { 7 } else { 0 };
    let line: Vec<String> = counts.iter().map(|n| format!("{n:>width$}")).collect();
    io.out(&format!("{}\n", line.join(" ")));
    status
}

/// `grep [-Fcivqw] TEXT [FILE…]`: lines that contain a fixed text, with `^` and `$` as anchors. Other regular
/// expressions are refused rather than taken literally.
pub(super) fn grep(host: &Host, arguments: &[String], io: &mut Io) -> i32 {
    let (mut flags, mut operands) = (String::new(), Vec::new());
    for argument in arguments {
        match argument.strip_prefix('-') {
            Some(letters) if !letters.is_empty() && operands.is_empty() => flags += letters,
            _ => operands.push(argument),
        }
    }
    if let Some(unknown) = flags.chars().find(|c| !"FcivqwEe".contains(*c)) {
        io.err(&format!("grep: invalid option -- '{unknown}'\n"));
        return 2;
    }
    let Some((pattern, files)) = operands.split_first() else {
        io.err("Usage: grep [OPTION]... PATTERNS [FILE]...\n");
        return 2;
    };
    let Some(matcher) = Matcher::new(pattern, &flags) else {
        io.err(&format!("grep: only fixed texts with ^ and $ are supported: {pattern}\n"));
        return 2;
    };
    let (text, status) = read_all(host, "grep", files, io);
    let found: Vec<&str> = text.lines().filter(|l| matcher.matches(l) != flags.contains('v')).collect();
    if flags.contains('c') {
        io.out(&format!("{}\n", found.len()));
    } else if !flags.contains('q') {
        for line in &found {
            io.out(&format!("{line}\n"));
        }
    }
    if status != 0 { 2 } else { i32::from(found.is_empty()) }
}

/// A fixed text to look for.
struct Matcher {
    text: String,
    start: bool,
    end: bool,
    word: bool,
    fold: bool,
}

impl Matcher {
    fn new(pattern: &str, flags: &str) -> Option<Self> {
        let fixed = flags.contains('F');
        let (mut text, mut start, mut end) = (pattern.to_string(), false, false);
        if !fixed {
            if let Some(rest) = text.strip_prefix('^') {
                (text, start) = (rest.to_string(), true);
            }
            if let Some(rest) = text.strip_suffix('$').filter(|rest| !rest.ends_with('\\')) {
                (text, end) = (rest.to_string(), true);
            }
            text = unescape(&text)?;
        }
        let fold = flags.contains('i');
        if fold {
            text = text.to_lowercase();
        }
        Some(Self { text, start, end, word: flags.contains('w'), fold })
    }

    fn matches(&self, line: &str) -> bool {
        let folded = if self.fold { line.to_lowercase() } else { line.to_string() };
        folded.match_indices(&self.text).any(|(at, found)| {
            let (before, after) = (&folded[..at], &folded[at + found.len()..]);
            let edge = |c: Option<char>| !c.is_some_and(|c| c.is_alphanumeric() || c == '_');
            (!self.start || before.is_empty())
                && (!self.end || after.is_empty())
                && (!self.word || (edge(before.chars().next_back()) && edge(after.chars().next())))
        })
    }
}

/// The text of a regular expression without operators. A dot stands for itself, as it is mostly meant in an address.
fn unescape(pattern: &str) -> Option<String> {
    let mut text = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => text.push(chars.next().filter(|c| !c.is_alphanumeric())?),
            '*' | '[' | ']' | '+' | '?' | '|' | '(' | ')' | '{' | '}' => return None,
            c => text.push(c),
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sleep_takes_fractions_and_units() {
        assert_eq!(sleep_time("1.5"), Some(Duration::from_millis(1500)));
        assert_eq!(sleep_time(".25m"), Some(Duration::from_secs(15)));
        assert_eq!(sleep_time("2h"), Some(Duration::from_hours(2)));
        for bad in ["", "x", "1x", "-1", ".", "1ms"] {
            assert_eq!(sleep_time(bad), None, "{bad}");
        }
    }

    #[test]
    fn grep_finds_fixed_texts_and_refuses_expressions() {
        let matches =
            |pattern: &str, flags: &str, line: &str| Matcher::new(pattern, flags).map(|m| m.matches(line));
        assert_eq!(matches("10.0.0.1", "", "inet 10.0.0.1/24"), Some(true));
        assert_eq!(matches("^inet", "", "   inet"), Some(false));
        assert_eq!(matches("up$", "", "is up"), Some(true));
        assert_eq!(matches("0.1", "w", "10.0.0.1/24"), Some(true));
        assert_eq!(matches("0.1", "w", "10.0.0.12/24"), Some(false));
        assert_eq!(matches("UP", "i", "is up"), Some(true));
        assert_eq!(matches("a.*b", "", "ab"), None);
        assert_eq!(matches("a*", "F", "a*"), Some(true));
    }
}
