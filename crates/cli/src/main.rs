//! The `wirelab` command.
//!
//! Exit codes: 0 all checks held, 1 a check failed, 2 the input is wrong, 3 wirelab itself failed.

mod arguments;
mod check;
mod failure;
mod menus;
mod play;
mod shell;
mod terminal;

use std::process::ExitCode;

use clap::Parser as _;

use arguments::{Arguments, Command};

/// Some check did not hold.
const CHECK_FAILED: u8 = 1;
/// The input is wrong.
const BAD_INPUT: u8 = 2;
/// wirelab itself failed.
const OUR_FAULT: u8 = 3;

fn main() -> ExitCode {
    failure::install_hook();
    let arguments = Arguments::parse();
    let outcome = std::panic::catch_unwind(|| match &arguments.command {
        Command::Run(run) => play::run(run),
        Command::Check(check) => check::run(check),
        Command::Menus(menus) => menus::run(menus),
        Command::Shell(shell) => shell::run(shell),
    });
    ExitCode::from(outcome.unwrap_or(OUR_FAULT))
}
