//! wirelab's own commands: lines that begin with a backslash, which no RouterOS command and no shell command does.

#![allow(clippy::unnecessary_wraps, reason = "the commands of the table have one shape")]

use std::fmt::Write as _;
use std::path::PathBuf;

use clock::{Duration, Instant};
use lab::file::NodeKind;
use lab::problem::nearest;
use lab::report::LogLine;
use lab::run::Failure;

use super::screen::Screen;
use super::state::{Ended, Shell};

/// One command.
pub(crate) struct Own {
    pub(crate) name: &'static str,
    /// How its argument is written; empty when it takes none.
    pub(crate) argument: &'static str,
    pub(crate) help: &'static str,
    run: fn(&mut Shell<'_>, &str, &mut dyn Screen) -> Answer,
}

/// What a command gave, or what is wrong with it in words for the person.
type Answer = Result<Ended, Wrong>;

/// Why a command did not do what it should.
enum Wrong {
    /// In words.
    Words(String),
    /// The simulation itself can't go on.
    Simulation(Failure),
}

impl From<String> for Wrong {
    fn from(words: String) -> Self {
        Self::Words(words)
    }
}

impl From<Failure> for Wrong {
    fn from(failure: Failure) -> Self {
        Self::Simulation(failure)
    }
}

/// All of them, in the order in which `\help` lists them.
pub(crate) static OWN: &[Own] = &[
    Own { name: "help", argument: "", help: "this list", run: help },
    Own { name: "nodes", argument: "", help: "the nodes of the lab", run: nodes },
    Own { name: "connect", argument: "NODE", help: "sit at another node", run: connect },
    Own { name: "time", argument: "", help: "the virtual time", run: time },
    Own { name: "advance", argument: "TIME", help: "let so much time pass: 30s, 10m, 1h30m", run: advance },
    Own {
        name: "until",
        argument: "TIME|CONDITION",
        help: "let time pass up to a moment since the start, or until an expression is true (on a host: a command succeeds)",
        run: until,
    },
    Own {
        name: "speed",
        argument: "[FACTOR|max]",
        help: "how fast time passes while a command waits; 1 is real time",
        run: speed,
    },
    Own { name: "links", argument: "", help: "the cables", run: links },
    Own { name: "cut", argument: "PORT", help: "pull out the cable at a port (r1:ether2)", run: cut },
    Own { name: "restore", argument: "PORT", help: "plug it in again", run: restore },
    Own { name: "log", argument: "[NODE]", help: "the log of all nodes, or of one", run: log },
    Own {
        name: "save",
        argument: "[DIR]",
        help: "write captures and report as they are now (default: <name of the lab>.out)",
        run: save,
    },
    Own { name: "quit", argument: "", help: "leave wirelab", run: quit },
];

/// How often `\until` asks its condition.
const ASK_EVERY: Duration = Duration::from_millis(100);
/// How much time passes between two looks at Ctrl-C.
const STRIDE: Duration = Duration::from_secs(1);
/// How long `\until` waits without a terminal when no limit is given.
const WAIT_MOST: Duration = Duration::from_secs(24 * 3600);

/// Runs a command; the backslash is taken.
///
/// # Errors
/// The simulation itself can't go on.
pub(crate) fn run(shell: &mut Shell<'_>, line: &str, screen: &mut dyn Screen) -> Result<Ended, Failure> {
    let (word, argument) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let answer = match find(word) {
        Ok(own) if own.argument.is_empty() && !argument.trim().is_empty() => {
            Err(Wrong::Words(format!("\\{} takes no argument", own.name)))
        }
        Ok(own) => (own.run)(shell, argument.trim(), screen),
        Err(words) => Err(Wrong::Words(words)),
    };
    match answer {
        Ok(ended) => Ok(ended),
        Err(Wrong::Words(words)) => {
            screen.print(&format!("{words}\n"));
            Ok(Ended::Failed)
        }
        Err(Wrong::Simulation(failure)) => Err(failure),
    }
}

/// The command that a word means: the exact one, or the only one that begins so.
fn find(word: &str) -> Result<&'static Own, String> {
    if let Some(own) = OWN.iter().find(|own| own.name == word) {
        return Ok(own);
    }
    let starting: Vec<&Own> = OWN.iter().filter(|own| own.name.starts_with(word)).collect();
    match starting.as_slice() {
        [own] => Ok(own),
        [] => {
            let near = nearest(word, OWN.iter().map(|own| own.name));
            let hint = near
                .map_or_else(|| String::from("\\help lists them"), |near| format!("did you mean \\{near}?"));
            Err(format!("wirelab has no command \\{word}; {hint}"))
        }
        several => {
            let names: Vec<String> = several.iter().map(|own| format!("\\{}", own.name)).collect();
            Err(format!("\\{word} may mean {}", names.join(" or ")))
        }
    }
}

/// What `\help` says, in lines that fit on a terminal of 80 columns.
pub(crate) fn help_text() -> String {
    let mut text = folded(
        "While the prompt waits, the network stands still: virtual time passes only while a command waits \
         (/ping, :delay, print follow) and with \\advance and \\until. The same lines give the same answers \
         every time. On a terminal a command that waits goes at the pace of \\speed; otherwise as fast as the \
         machine can.",
        "",
    );
    text.push('\n');
    let wide = OWN.iter().map(|own| own.name.len() + own.argument.len() + 2).max().unwrap_or(0);
    let behind = " ".repeat(wide + 4);
    for own in OWN {
        let usage = format!("\\{} {}", own.name, own.argument);
        let help = folded(own.help, &behind);
        let _ = write!(text, "  {usage:<wide$}  {}", help.trim_start());
    }
    text.push('\n');
    text += &folded(
        "Keys: Tab completes, twice lists; F1 what can stand here; Up, Down history; F3, Ctrl-R search it; F4, \
         Ctrl-X safe mode; F7 hotlock (words complete while they are typed); Ctrl-\\ splits the line; F5, F8, \
         Ctrl-L repaint; Ctrl-C ends a command or clears the line; Ctrl-D leaves and takes back what safe mode \
         holds.",
        "",
    );
    text
}

/// The words in lines of at most 79 characters, each behind `indent`.
fn folded(words: &str, indent: &str) -> String {
    let mut text = String::new();
    let mut width = 0;
    for word in words.split_whitespace() {
        let fits = width > 0 && width + 1 + word.len() <= 79;
        if fits {
            text.push(' ');
        } else {
            text.push_str(if width > 0 { "\n" } else { "" });
            text.push_str(indent);
        }
        width = if fits { width + 1 } else { indent.len() } + word.len();
        text.push_str(word);
    }
    text + "\n"
}

fn help(_: &mut Shell<'_>, _: &str, screen: &mut dyn Screen) -> Answer {
    screen.print(&help_text());
    Ok(Ended::Well)
}

fn nodes(shell: &mut Shell<'_>, _: &str, screen: &mut dyn Screen) -> Answer {
    let names = shell.session.lab().nodes.iter().map(|node| node.name.len()).max().unwrap_or(0);
    for (index, node) in shell.session.lab().nodes.iter().enumerate() {
        let here = if index == shell.node { "*" } else { " " };
        let version = shell.session.device(index).version();
        let kind = match (node.kind, version) {
            (NodeKind::Router, Some(version)) => format!("router  RouterOS {version}"),
            (NodeKind::Router, None) => String::from("router"),
            (NodeKind::Host, _) => String::from("host"),
            (NodeKind::Switch, _) => String::from("switch"),
        };
        screen.print(&format!("{here} {:<names$}  {kind}\n", node.name));
    }
    Ok(Ended::Well)
}

/// The node with this name.
pub(crate) fn node(shell: &Shell<'_>, name: &str) -> Result<usize, String> {
    let lab = shell.session.lab();
    lab.node(name).ok_or_else(|| {
        let near = nearest(name, lab.nodes.iter().map(|node| node.name.as_str()));
        let hint = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
        format!("{} has no node `{name}`{hint}", lab.name)
    })
}

fn connect(shell: &mut Shell<'_>, argument: &str, screen: &mut dyn Screen) -> Answer {
    if argument.is_empty() {
        return Err(String::from("\\connect needs the name of a node; \\nodes lists them").into());
    }
    let index = node(shell, argument)?;
    if shell.session.kind(index) == NodeKind::Switch {
        return Err(format!("{argument} is a switch: it has no console").into());
    }
    shell.node = index;
    shell.session.log_in(index);
    screen.connected(&super::banner(shell));
    Ok(Ended::Well)
}

fn time(shell: &mut Shell<'_>, _: &str, screen: &mut dyn Screen) -> Answer {
    let now = shell.session.now();
    let next = match shell.session.next_event() {
        Some(next) => format!("next event at {next}"),
        None => String::from("nothing will happen by itself"),
    };
    screen.print(&format!("{now} since the start ({}); {next}\n", now - Instant::START));
    Ok(Ended::Well)
}

/// Lets time pass, as fast as the machine can, until `until` or Ctrl-C; false after Ctrl-C.
fn go(shell: &mut Shell<'_>, until: Instant, screen: &mut dyn Screen) -> Result<bool, Failure> {
    while shell.session.now() < until {
        if screen.interrupted() {
            screen.print(&format!("interrupted at {}\n", shell.session.now()));
            return Ok(false);
        }
        let next = (shell.session.now() + STRIDE).min(until);
        shell.session.advance(next)?;
    }
    Ok(true)
}

fn advance(shell: &mut Shell<'_>, argument: &str, screen: &mut dyn Screen) -> Answer {
    let time = lab::units::duration(argument).map_err(|words| format!("\\advance: {words}"))?;
    let until = shell.session.now() + time;
    Ok(if go(shell, until, screen)? { Ended::Well } else { Ended::Failed })
}

fn until(shell: &mut Shell<'_>, argument: &str, screen: &mut dyn Screen) -> Answer {
    if argument.is_empty() {
        return Err(String::from("\\until needs a time (30s) or a condition").into());
    }
    if let Ok(time) = lab::units::duration(argument) {
        let moment = Instant::START + time;
        if moment < shell.session.now() {
            return Err(format!("it is {} already", shell.session.now()).into());
        }
        return Ok(if go(shell, moment, screen)? { Ended::Well } else { Ended::Failed });
    }
    let last = shell.session.now() + shell.limit.unwrap_or(WAIT_MOST);
    loop {
        let Some(answer) = shell.session.ask(shell.node, argument) else {
            return Err(String::from("a condition can't wait itself").into());
        };
        let holds = match (shell.kind(), answer.value.as_deref()) {
            (NodeKind::Host, _) => answer.answer.exit == 0,
            (_, Some("true")) => true,
            (_, Some("false")) => false,
            (_, Some(value)) => {
                return Err(format!("the condition is {value}, neither true nor false").into());
            }
            (_, None) => return Err(answer.answer.output.trim().to_owned().into()),
        };
        let now = shell.session.now();
        if holds {
            screen.print(&format!("{now}\n"));
            return Ok(Ended::Well);
        }
        if now >= last {
            return Err(format!("it does not hold until {now}").into());
        }
        let next = (now + ASK_EVERY).min(last);
        if !go(shell, next, screen)? {
            return Ok(Ended::Failed);
        }
    }
}

fn speed(shell: &mut Shell<'_>, argument: &str, screen: &mut dyn Screen) -> Answer {
    if argument.is_empty() {
        screen.print(&format!("{}\n", shell.speed));
    } else {
        shell.speed = argument.parse().map_err(|words| format!("\\speed: {words}"))?;
    }
    Ok(Ended::Well)
}

fn links(shell: &mut Shell<'_>, _: &str, screen: &mut dyn Screen) -> Answer {
    let cables = shell.session.cables();
    let wide = cables.iter().map(|cable| cable.ends[0].len()).max().unwrap_or(0);
    let wide_too = cables.iter().map(|cable| cable.ends[1].len()).max().unwrap_or(0);
    for cable in &cables {
        let state = if cable.up { "plugged in" } else { "pulled out" };
        screen.print(&format!("{:<wide$}  {:<wide_too$}  {state}\n", cable.ends[0], cable.ends[1]));
    }
    Ok(Ended::Well)
}

fn cut(shell: &mut Shell<'_>, argument: &str, _: &mut dyn Screen) -> Answer {
    plug(shell, argument, false)
}

fn restore(shell: &mut Shell<'_>, argument: &str, _: &mut dyn Screen) -> Answer {
    plug(shell, argument, true)
}

fn plug(shell: &mut Shell<'_>, port: &str, up: bool) -> Answer {
    let cables = shell.session.cables();
    let found = cables.iter().position(|cable| cable.ends.iter().any(|end| end == port));
    let Some(index) = found else {
        let ends = cables.iter().flat_map(|cable| &cable.ends).map(String::as_str);
        let hint = match nearest(port, ends) {
            Some(near) => format!("did you mean {near}?"),
            None => String::from("\\links lists the cables"),
        };
        return Err(format!("there is no cable at `{port}`; {hint}").into());
    };
    if cables.get(index).is_some_and(|cable| cable.up == up) {
        return Err(String::from(if up { "it is plugged in" } else { "it is pulled out" }).into());
    }
    shell.session.plug(index, up);
    // The ends notice at once.
    let now = shell.session.now();
    shell.session.advance(now)?;
    Ok(Ended::Well)
}

fn log(shell: &mut Shell<'_>, argument: &str, screen: &mut dyn Screen) -> Answer {
    if !argument.is_empty() {
        node(shell, argument)?;
    }
    let lines = shell.session.log();
    let lines: Vec<&LogLine> =
        lines.iter().filter(|line| argument.is_empty() || line.node == argument).collect();
    if lines.is_empty() {
        screen.print("nothing was logged\n");
    }
    let nodes = lines.iter().map(|line| line.node.len()).max().unwrap_or(0);
    let topics = lines.iter().map(|line| line.topics.len()).max().unwrap_or(0);
    let mut text = String::new();
    for line in lines {
        let (seconds, ms) = (line.at_ns / 1_000_000_000, line.at_ns / 1_000_000 % 1000);
        let at = format!("{seconds}.{ms:03}s");
        let _ = writeln!(text, "{at:>9}  {:<nodes$}  {:<topics$}  {}", line.node, line.topics, line.message);
    }
    screen.page(&text);
    Ok(Ended::Well)
}

fn save(shell: &mut Shell<'_>, argument: &str, screen: &mut dyn Screen) -> Answer {
    let place = match argument {
        "" => PathBuf::from(format!("{}.out", shell.session.lab().name)),
        given => PathBuf::from(given),
    };
    match shell.session.save(&place) {
        Ok(report) => {
            let frames = report.frames.sent;
            let files = report.captures.len();
            screen.print(&format!(
                "{}/: {frames} frames in {files} captures, and the report\n",
                place.display()
            ));
            Ok(Ended::Well)
        }
        Err(Failure::Input(problems)) => {
            let words: Vec<String> = problems.0.iter().map(|problem| problem.message.clone()).collect();
            Err(words.join("\n").into())
        }
        Err(other) => Err(other.into()),
    }
}

fn quit(_: &mut Shell<'_>, _: &str, _: &mut dyn Screen) -> Answer {
    Ok(Ended::Leaves)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_fits_on_a_terminal() {
        let text = help_text();
        assert!(text.lines().all(|line| line.chars().count() <= 79), "{text}");
        let all = OWN.iter().all(|own| text.contains(&format!("  \\{}", own.name)));
        assert!(all && text.ends_with("holds.\n"), "{text}");
        assert_eq!(folded("aa bb", ""), "aa bb\n");
    }

    #[test]
    fn commands_may_be_shortened_while_they_are_unique() {
        assert_eq!(find("adv").map(|own| own.name), Ok("advance"));
        assert_eq!(find("help").map(|own| own.name), Ok("help"));
        assert_eq!(find("l").err().as_deref(), Some("\\l may mean \\links or \\log"));
        assert_eq!(
            find("conect").err().as_deref(),
            Some("wirelab has no command \\conect; did you mean \\connect?")
        );
    }

    #[test]
    fn every_command_is_in_the_help() {
        let text = help_text();
        for own in OWN {
            assert!(text.contains(&format!("\\{}", own.name)), "{}", own.name);
        }
        assert!(text.lines().all(|line| line.chars().count() <= 140), "{text}");
    }
}
