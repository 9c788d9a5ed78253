//! A shell without a terminal: lines one after the other, plain output, time as fast as it can.

use std::io::BufRead as _;

use lab::run::Failure;

use super::colour::Colours;
use super::screen::{Plain, Screen};
use super::state::{Ended, Shell};
use crate::CHECK_FAILED;
use crate::arguments::ShellArguments;

/// Runs the lines of `-c`, else those of standard input; gives the exit code.
///
/// # Errors
/// The simulation itself can't go on.
pub(crate) fn run(mut shell: Shell<'_>, arguments: &ShellArguments, colours: Colours) -> Result<u8, Failure> {
    let mut screen = Plain::new(colours);
    let mut stdin = std::io::stdin().lock();
    let mut given = arguments.commands.iter();
    let mut next_line = || match arguments.commands.is_empty() {
        false => given.next().cloned(),
        true => {
            let mut bytes = Vec::new();
            let read = stdin.read_until(b'\n', &mut bytes).unwrap_or(0);
            (read > 0).then(|| String::from_utf8_lossy(&bytes).trim_end_matches(['\r', '\n']).to_owned())
        }
    };
    while let Some(mut line) = next_line() {
        // What is not complete goes on in the next line.
        while shell.unfinished(&line).is_some() {
            let Some(more) = next_line() else { break };
            line = format!("{line}\n{more}");
        }
        if arguments.echo {
            screen.print(&format!("{}{line}\n", shell.prompt()));
        }
        let ended = shell.run(&line, &mut screen)?;
        for note in shell.session.take_notes() {
            crate::terminal::eprint(&format!("note: {note}\n"));
        }
        match ended {
            Ended::Leaves => break,
            Ended::Failed if arguments.fail => return Ok(CHECK_FAILED),
            Ended::Failed | Ended::Well => {}
        }
    }
    Ok(0)
}
