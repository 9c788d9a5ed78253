//! `wirelab shell`: a person at the console of a lab's router, or in the shell of a host.
//!
//! [`state`] runs lines and lets time pass, [`own`] has the commands that begin with a backslash, [`editor`] is the
//! terminal, [`batch`] what happens without one.

mod ask;
mod batch;
mod candidates;
mod colour;
mod edit;
mod editor;
mod hosts;
mod hotlock;
mod keys;
mod own;
mod pager;
mod screen;
mod state;

use std::collections::BTreeMap;
use std::io::IsTerminal as _;

use lab::device::Device;
use lab::file::{Lab, NodeKind};
use lab::problem::{Problem, Problems};
use lab::run::Failure;
use lab::session::Session;

use self::colour::Colours;
use self::state::Shell;
use crate::arguments::{Color, ShellArguments, Speed};
use crate::{BAD_INPUT, OUR_FAULT, terminal};

/// Opens the lab and lets a person, or a script, work in it; gives the exit code.
pub(crate) fn run(arguments: &ShellArguments) -> u8 {
    let environment: BTreeMap<String, String> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let lab = match Lab::read(&arguments.lab, &environment) {
        Ok(lab) => lab,
        Err(problems) => {
            terminal::problems(&problems);
            return BAD_INPUT;
        }
    };
    let node = match first_node(&lab, arguments.node.as_deref()) {
        Ok(node) => node,
        Err(problems) => {
            terminal::problems(&problems);
            return BAD_INPUT;
        }
    };
    match work(&lab, node, arguments) {
        Ok(code) => code,
        Err(Failure::Input(problems)) => {
            terminal::problems(&problems);
            BAD_INPUT
        }
        Err(Failure::Storm(words)) => {
            terminal::eprint(&format!("{words}\nThe devices keep each other busy for ever.\n"));
            OUR_FAULT
        }
    }
}

fn work(lab: &Lab, node: usize, arguments: &ShellArguments) -> Result<u8, Failure> {
    let mut session = Session::open(lab, arguments.seed)?;
    let start = session.now() + arguments.at;
    session.advance(start)?;
    for note in session.take_notes() {
        terminal::eprint(&format!("note: {note}\n"));
    }
    let with_person =
        arguments.commands.is_empty() && std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    let colours = Colours(match arguments.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal::color_on_stdout(),
    });
    if with_person {
        let shell = Shell { session, node, speed: arguments.speed, limit: None };
        editor::run(shell, colours)
    } else {
        session.set_terminal(None, false);
        let shell = Shell { session, node, speed: Speed::Max, limit: Some(arguments.limit) };
        batch::run(shell, arguments, colours)
    }
}

/// The node to begin at: the one that is named, else the first router, else the first host.
fn first_node(lab: &Lab, name: Option<&str>) -> Result<usize, Problems> {
    let Some(name) = name else {
        let of = |kind| lab.nodes.iter().position(|node| node.kind == kind);
        return of(NodeKind::Router)
            .or_else(|| of(NodeKind::Host))
            .ok_or_else(|| Problem::plain(format!("{} has neither a router nor a host", lab.name)).into());
    };
    let unknown = || Problem::plain(format!("{} has no node `{name}`", lab.name));
    let index = lab
        .node(name)
        .ok_or_else(|| unknown().suggest(name, lab.nodes.iter().map(|node| node.name.as_str())))?;
    match lab.nodes.get(index).map(|node| node.kind) {
        Some(NodeKind::Switch) => {
            Err(Problem::plain(format!("{name} is a switch: it has no console")).into())
        }
        _ => Ok(index),
    }
}

/// The logo that RouterOS shows at login.
const LOGO: &str = "
  MMM      MMM       KKK                          TTTTTTTTTTT      KKK
  MMMM    MMMM       KKK                          TTTTTTTTTTT      KKK
  MMM MMMM MMM  III  KKK  KKK  RRRRRR     OOOOOO      TTT     III  KKK  KKK
  MMM  MM  MMM  III  KKKKK     RRR  RRR  OOO  OOO     TTT     III  KKKKK
  MMM      MMM  III  KKK KKK   RRRRRR    OOO  OOO     TTT     III  KKK KKK
  MMM      MMM  III  KKK  KKK  RRR  RRR   OOOOOO      TTT     III  KKK  KKK
";

/// What a node shows to who comes to it.
fn banner(shell: &Shell<'_>) -> String {
    let since = shell.session.now() - clock::Instant::START;
    let passes = "virtual time passes while a command waits; \\help";
    match shell.session.device(shell.node) {
        Device::Router(router) => format!(
            "{LOGO}\n  MikroTik RouterOS {} (c) 1999-2026       https://www.mikrotik.com/\n\n\
             Press F1 for help\n\n(wirelab: {} at {since}; {passes})\n\n",
            router.version(),
            shell.node_name(),
        ),
        Device::Host(_) | Device::Switch(_) => {
            format!("(wirelab: {} at {since}; {passes}; help lists its commands)\n", shell.node_name())
        }
    }
}
