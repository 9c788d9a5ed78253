//! The command line, as clap reads it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clock::Duration;
use lab::run::Captures;

/// Plays whole networks of RouterOS routers, Linux-like hosts and switches in virtual time.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, disable_help_subcommand = true)]
#[command(after_help = "Example:\n  wirelab run topologies/bridge-44")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Play a lab: captures, report, checks.
    ///
    /// LAB is a folder with one *.clab.yml, or the file itself whatever its name. Captures and report (report.txt,
    /// report.json) go to `<name of the lab>.out/`, which is replaced as a whole when the run has ended.
    ///
    /// Exit code 0 when all checks hold, 1 when one fails, 2 when the input is wrong, 3 when wirelab itself fails.
    #[command(after_help = "Example:\n  wirelab run topologies/bridge-44 --until 10m --pcap all,drops")]
    Run(RunArguments),
    /// Read RouterOS configs: what a router would refuse, what is hardly meant, and what is not simulated.
    ///
    /// Each file is tried on a router without configuration: one with ether1 to ether24, a board's (--model), or a node of
    /// a lab with its ports and version (--lab, --node). A line that is refused is passed over, so that all errors are shown
    /// at once. Warnings are about forms of RouterOS 6, forms that no RouterOS has, names that nothing bears, and what
    /// RouterOS takes and hardly anyone means (a rule that an earlier one shadows); each has a code.
    ///
    /// With --format json each file gives one object on a line of its own: {"file", "version", "commands", "errors":
    /// [{"line", "column", "message"}], "warnings": [{"line", "column", "message", "code"}], "not_simulated": [{"menu",
    /// "property", "count"}]}. `version` is the one that an export names in its first line, else the router's; `commands` are
    /// those of the file's top level; a `property` that is empty means the menu as a whole.
    ///
    /// Exit code 0 when every line is taken, whatever the warnings; 2 when one is refused.
    #[command(after_help = "Example:\n  wirelab check topologies/bridge-44/r1.rsc")]
    Check(CheckArguments),
    /// Say which menus of RouterOS are simulated, which are only accepted, and what they take.
    ///
    /// PATH may be written in any way of the console: `/ip dhcp-server`, `ip/dhcp-server`.
    #[command(after_help = "Example:\n  wirelab menus /ip/dhcp-server/lease")]
    Menus(MenusArguments),
    /// Sit at the console of a lab's router, or in the shell of a host.
    ///
    /// The console is RouterOS's: Tab completes, F1 helps, F4 is safe mode, Ctrl-C ends a command. While the prompt waits the
    /// network stands still; a command that waits (`/ping`, `:delay`) lets virtual time pass, as fast as real time on a
    /// terminal. Lines that begin with a backslash are wirelab's own: `\advance 10s`, `\connect pc1`, `\save`; `\help` lists
    /// them.
    ///
    /// When standard input is no terminal its lines are run one after the other and time passes as fast as it can.
    ///
    /// Exit code 0, 1 when a line failed and --fail is given, 2 when the input is wrong, 3 when wirelab itself fails.
    #[command(
        after_help = "Example:\n  wirelab shell topologies/bridge-44 r1 --at 10s -c /ip/dhcp-server/lease/print"
    )]
    Shell(ShellArguments),
}

/// Arguments of `wirelab shell`.
#[derive(Args, Debug)]
pub(crate) struct ShellArguments {
    /// Folder of the lab, or its topology file.
    pub(crate) lab: PathBuf,
    /// The node to begin at; the lab's first router when it is missing.
    pub(crate) node: Option<String>,
    /// Run this line instead of reading any; may be given several times.
    #[arg(long = "command", short, value_name = "LINE", allow_hyphen_values = true)]
    pub(crate) commands: Vec<String>,
    /// Let so much virtual time pass first: 90s, 10m.
    #[arg(long, value_name = "TIME", value_parser = lab::units::duration, default_value = "0s")]
    pub(crate) at: Duration,
    /// Seed of all random streams and addresses, instead of the lab's own.
    #[arg(long, value_name = "N", value_parser = seed, allow_negative_numbers = true)]
    pub(crate) seed: Option<u64>,
    /// How fast virtual time passes while a command waits on a terminal: 1 is real time, `max` as fast as it can.
    #[arg(long, value_name = "FACTOR", default_value = "1")]
    pub(crate) speed: Speed,
    /// Without a terminal: the most virtual time that one line may take; then it ends as with Ctrl-C.
    #[arg(long, value_name = "TIME", value_parser = lab::units::duration, default_value = "10m")]
    pub(crate) limit: Duration,
    /// Without a terminal: show the prompt and each line before its answer.
    #[arg(long)]
    pub(crate) echo: bool,
    /// Without a terminal: stop at the first line that fails, with exit code 1.
    #[arg(long)]
    pub(crate) fail: bool,
    /// Colours.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
}

/// When output has colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How fast virtual time passes while a command waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speed {
    /// So many thousandths of virtual time for each of real time.
    Thousandths(u64),
    /// As fast as the machine can.
    Max,
}

impl std::str::FromStr for Speed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "max" {
            return Ok(Self::Max);
        }
        let factor = text.trim_end_matches('x').parse::<f64>().ok().map(|factor| factor * 1000.0);
        let factor = factor.filter(|thousandths| (1.0..=1e9).contains(thousandths));
        factor
            .map(|thousandths| Self::Thousandths(thousandths as u64))
            .ok_or_else(|| String::from("a number from 0.001 to 1000000 (1 is real time), or `max`"))
    }
}

impl std::fmt::Display for Speed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Max => f.write_str("max"),
            Self::Thousandths(n) if n % 1000 == 0 => write!(f, "{}", n / 1000),
            Self::Thousandths(n) => {
                f.write_str(format!("{}.{:03}", n / 1000, n % 1000).trim_end_matches('0'))
            }
        }
    }
}

/// Arguments of `wirelab check`.
#[derive(Args, Debug)]
pub(crate) struct CheckArguments {
    /// The configs; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Refuse what RouterOS 7 refuses: forms of RouterOS 6 and forms that no RouterOS has are errors.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Try them on this board, with its ports.
    #[arg(long, conflicts_with = "lab")]
    pub(crate) model: Option<String>,
    /// Try them on a node of this lab, with its ports and version.
    #[arg(long, requires = "node")]
    pub(crate) lab: Option<PathBuf>,
    /// The node of --lab.
    #[arg(long, requires = "lab")]
    pub(crate) node: Option<String>,
    /// Form of the answer.
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub(crate) format: Format,
}

/// Arguments of `wirelab menus`.
#[derive(Args, Debug)]
pub(crate) struct MenusArguments {
    /// The menu to show, with those below it; all when it is missing.
    pub(crate) path: Option<String>,
    /// Form of the answer.
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub(crate) format: Format,
}

/// Arguments of `wirelab run`.
#[derive(Args, Debug)]
pub(crate) struct RunArguments {
    /// Folder of the lab, or its topology file.
    pub(crate) lab: PathBuf,
    /// Seed of all random streams and addresses, instead of the lab's own.
    #[arg(long, value_name = "N", value_parser = seed, allow_negative_numbers = true)]
    pub(crate) seed: Option<u64>,
    /// Let routers refuse what RouterOS 7 refuses: forms of RouterOS 6 and forms that no RouterOS has.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Virtual time at which the run ends, instead of the lab's own: 90s, 10m, 1h30m.
    #[arg(long, value_name = "TIME", value_parser = lab::units::duration, allow_hyphen_values = true)]
    pub(crate) until: Option<Duration>,
    /// Output directory, instead of `<name of the lab>.out` where you stand.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Captures to write, separated by commas: `links` (one file for each cable), `all` (all cables in one file), `drops`
    /// (dropped frames with their reasons), a node or port of the lab (`pc1`, `r1:ether2`: files for its cables alone), or
    /// `none`.
    #[arg(long, value_name = "KINDS", value_delimiter = ',', default_value = "links,all,drops")]
    #[arg(value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(crate) pcap: Vec<String>,
    /// Threads that may work at the network; the result is the same with any number.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) threads: u16,
    /// Form of the report.
    #[arg(long, value_name = "FORM", default_value = "text")]
    pub(crate) format: Format,
    /// Print the last line alone.
    #[arg(long, short, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Print the log of all nodes and every reason for a drop.
    #[arg(long, short)]
    pub(crate) verbose: bool,
}

/// How a result is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a person.
    Text,
    /// One JSON object.
    Json,
}

/// The captures that a list of kinds means; what is no kind is a node or a port, and the lab knows whether it is there.
///
/// # Errors
/// `none` stands beside others.
pub(crate) fn captures(kinds: &[String]) -> Result<Captures, String> {
    let mut captures = Captures::NONE;
    for kind in kinds {
        match kind.as_str() {
            "links" => captures.links = true,
            "all" => captures.all = true,
            "drops" => captures.drops = true,
            "none" if kinds.iter().all(|kind| kind == "none") => {}
            "none" => return Err(String::from("--pcap: `none` can't stand beside other captures")),
            at => captures.at.push(at.to_owned()),
        }
    }
    Ok(captures)
}

/// A seed.
fn seed(text: &str) -> Result<u64, String> {
    lab::units::count(text, 0, u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn kinds_of_captures_are_a_list() {
        let read = |words: &[&str]| {
            let arguments = Arguments::try_parse_from([&["wirelab", "run", "x"], words].concat()).unwrap();
            let Command::Run(run) = arguments.command else { panic!("not a run") };
            captures(&run.pcap)
        };
        assert_eq!(read(&[]), Ok(Captures::default()));
        assert_eq!(read(&["--pcap", "none"]), Ok(Captures::NONE));
        let all_and_drops = Captures { all: true, drops: true, ..Captures::NONE };
        assert_eq!(read(&["--pcap", "all,drops"]), Ok(all_and_drops));
        let at = vec!["pc1".to_owned(), "r1:ether2".to_owned()];
        assert_eq!(read(&["--pcap", "pc1,r1:ether2"]), Ok(Captures { at, ..Captures::NONE }));
        assert!(read(&["--pcap", "none,all"]).is_err());
    }

    #[test]
    fn the_example_of_each_help_is_a_command_line() {
        let mut command = Arguments::command();
        command.build();
        let mut helps = vec![command.get_after_help().unwrap().to_string()];
        helps.extend(command.get_subcommands().map(|sub| sub.get_after_help().unwrap().to_string()));
        for help in helps {
            let example = help.lines().last().unwrap().trim();
            assert!(Arguments::try_parse_from(example.split_whitespace()).is_ok(), "{example}");
        }
    }
}
