//! `wirelab check`: RouterOS configs, tried on a router without configuration.

use std::path::Path;

use lab::config::{Blank, Tried, try_on_router};
use lab::file::{Lab, Model, NodeKind, model_names};
use lab::problem::{Problem, Problems, Source};
use router::LeftOut;

use crate::arguments::{CheckArguments, Format};
use crate::{BAD_INPUT, terminal};

/// Tries the configs and prints what was found; gives the exit code.
pub(crate) fn run(arguments: &CheckArguments) -> u8 {
    let blank = match blank(arguments) {
        Ok(blank) => blank,
        Err(problems) => {
            terminal::problems(&problems);
            return BAD_INPUT;
        }
    };
    let mut refused = false;
    for path in &arguments.files {
        let name = path.display().to_string();
        let text = read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let (tried, readable) = match text {
            Ok(text) => (try_on_router(&Source::new(&*name, text), &blank), true),
            Err(error) => (Tried::unreadable(Problem::io(path, "read", &error)), false),
        };
        refused |= !tried.errors.is_empty();
        match arguments.format {
            Format::Json => terminal::print(&format!("{}\n", tried.to_json(&name))),
            Format::Text if readable => show(&name, &tried),
            Format::Text => terminal::problems(&Problems(tried.errors)),
        }
    }
    if refused { BAD_INPUT } else { 0 }
}

/// The bytes of a file; of standard input for `-`.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    if path != Path::new("-") {
        return std::fs::read(path);
    }
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut bytes)?;
    Ok(bytes)
}

/// The router that the files are tried on.
fn blank(arguments: &CheckArguments) -> Result<Blank, Problems> {
    let mut blank = match (&arguments.model, &arguments.lab, &arguments.node) {
        (Some(name), ..) => {
            let model = Model::named(name).ok_or_else(|| {
                let problem = Problem::plain(format!("there is no model `{name}`"));
                problem.suggest(name, model_names())
            })?;
            Blank::new(Some(model))
        }
        (None, Some(lab), Some(node)) => node_of(lab, node)?,
        (None, ..) => Blank::new(None),
    };
    blank.strict = arguments.strict;
    Ok(blank)
}

fn node_of(lab: &Path, name: &str) -> Result<Blank, Problems> {
    let lab = Lab::read(lab, &terminal::environment())?;
    let routers = || lab.nodes.iter().filter(|node| node.kind == NodeKind::Router);
    match routers().find(|node| node.name == name) {
        Some(node) => Ok(Blank::like(node)),
        None => {
            let problem = Problem::plain(format!("lab {} has no router `{name}`", lab.name));
            Err(problem.suggest(name, routers().map(|node| node.name.as_str())).into())
        }
    }
}

/// What was found in one file; a file without anything to say is one line.
fn show(name: &str, tried: &Tried) {
    let all = tried.errors.iter().chain(&tried.warnings).cloned().collect();
    terminal::eprint(&terminal::render(&Problems(all)));
    let count = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    let mut line = format!("{name}: {}", count(tried.commands, "command"));
    for (n, word) in [(tried.errors.len(), "error"), (tried.warnings.len(), "warning")] {
        line += &match n {
            0 => format!(", no {word}s"),
            n => format!(", {}", count(n, word)),
        };
    }
    let board = tried.model.map(|name| format!(", {name}")).unwrap_or_default();
    line += &format!(" (RouterOS {}{board})\n", tried.version);
    if !tried.errors.is_empty() {
        line += "  what may be missing was not looked for: a line that was refused may have it\n";
    }
    for words in LeftOut::by_menu(&tried.left_out) {
        line += &format!("  accepted but not simulated: {words}\n");
    }
    terminal::print(&line);
}
