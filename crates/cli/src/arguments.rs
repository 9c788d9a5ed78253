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
    /// LAB is a folder with one *.clab.yml, or the file itself whatever its name. Captures and report go to
    /// `<name of the lab>.out/`, which is replaced as a whole when the run has ended.
    ///
    /// Exit code 0 when all checks hold, 1 when one fails, 2 when the input is wrong, 3 when wirelab itself fails.
    #[command(after_help = "Example:\n  wirelab run topologies/bridge-44 --until 10m --pcap all,drops")]
    Run(RunArguments),
    /// Read RouterOS configs: what a router would refuse, and what is not simulated.
    ///
    /// Each file is tried on a fresh router with ether1 to ether24. A line that is refused is passed over, so that all
    /// problems are shown at once.
    ///
    /// Exit code 0 when every line is taken, 2 when one is refused.
    #[command(after_help = "Example:\n  wirelab check topologies/bridge-44/r1.rsc")]
    Check(CheckArguments),
    /// Say which menus of RouterOS are simulated, which are only accepted, and what they take.
    ///
    /// PATH may be written in any way of the console: `/ip dhcp-server`, `ip/dhcp-server`.
    #[command(after_help = "Example:\n  wirelab menus /ip/dhcp-server/lease")]
    Menus(MenusArguments),
}

/// Arguments of `wirelab check`.
#[derive(Args, Debug)]
pub(crate) struct CheckArguments {
    /// The configs.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Try them on this board, with its ports.
    #[arg(long)]
    pub(crate) model: Option<String>,
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
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Virtual time at which the run ends, instead of the lab's own: 90s, 10m, 1h30m.
    #[arg(long, value_name = "TIME", value_parser = lab::units::duration)]
    pub(crate) until: Option<Duration>,
    /// Output directory.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Captures to write: links (one file for each cable), all (one file), drops, none.
    #[arg(long, value_name = "KINDS", value_delimiter = ',', default_value = "links,all,drops")]
    pub(crate) pcap: Vec<Pcap>,
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

/// A kind of capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Pcap {
    /// One file for each cable.
    Links,
    /// All cables in one file.
    All,
    /// Dropped frames with their reasons.
    Drops,
    /// No captures.
    None,
}

/// How a result is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a person.
    Text,
    /// One JSON object.
    Json,
}

/// The captures that a list of kinds means: `none` beside others adds nothing.
pub(crate) fn captures(kinds: &[Pcap]) -> Captures {
    let has = |kind| kinds.contains(&kind);
    Captures { links: has(Pcap::Links), all: has(Pcap::All), drops: has(Pcap::Drops) }
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
        assert_eq!(read(&[]), Captures::default());
        assert_eq!(read(&["--pcap", "none"]), Captures::NONE);
        assert_eq!(read(&["--pcap", "all,drops"]), Captures { links: false, all: true, drops: true });
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
