//! `wirelab check`: RouterOS configs, tried on a fresh router.

use lab::config::{Tried, try_on_router};
use lab::file::{MODELS, Model};
use lab::problem::{Problem, Problems, Source};

use crate::arguments::{CheckArguments, Format};
use crate::{BAD_INPUT, terminal};

/// Tries the configs and prints what was found; gives the exit code.
pub(crate) fn run(arguments: &CheckArguments) -> u8 {
    let mut unreadable = Vec::new();
    let model = arguments.model.as_deref().and_then(|name| {
        let model = Model::named(name);
        if model.is_none() {
            let problem = Problem::plain(format!("there is no model `{name}`"));
            unreadable.push(problem.suggest(name, MODELS.iter().map(|model| model.name)));
        }
        model
    });
    let mut tried = Vec::new();
    for path in &arguments.files {
        match std::fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()) {
            Ok(text) => {
                let source = Source::new(path.display().to_string(), text);
                tried.push((source.name.clone(), try_on_router(&source, model)));
            }
            Err(error) => unreadable.push(Problem::io(path, "read", &error)),
        }
    }
    if !unreadable.is_empty() {
        terminal::problems(&Problems(unreadable));
        return BAD_INPUT;
    }
    match arguments.format {
        Format::Json => terminal::print(&json(&tried)),
        Format::Text => tried.iter().for_each(|(name, tried)| show(name, tried)),
    }
    if tried.iter().all(|(_, tried)| tried.problems.is_empty()) { 0 } else { BAD_INPUT }
}

fn show(name: &str, tried: &Tried) {
    terminal::eprint(&terminal::render(&Problems(tried.problems.clone())));
    let count = match tried.problems.len() {
        0 => String::from("no problems"),
        1 => String::from("1 problem"),
        n => format!("{n} problems"),
    };
    terminal::print(&format!("{name}: {count}\n"));
    for words in &tried.left_out {
        terminal::print(&format!("  accepted but not simulated: {words}\n"));
    }
}

/// `{"files": [{"file", "problems": [{"line", "column", "message"}], "not_simulated": ["…"]}]}`.
fn json(tried: &[(String, Tried)]) -> String {
    let files: Vec<serde_json::Value> = tried.iter().map(|(name, tried)| file_json(name, tried)).collect();
    let mut text = serde_json::to_string_pretty(&serde_json::json!({ "files": files })).unwrap_or_default();
    text.push('\n');
    text
}

fn file_json(name: &str, tried: &Tried) -> serde_json::Value {
    let problem = |problem: &Problem| {
        let place = problem.place.as_ref().map(|place| place.source.line_column(place.span.start));
        let (line, column) = place.unwrap_or_default();
        serde_json::json!({ "line": line, "column": column, "message": problem.message })
    };
    serde_json::json!({
        "file": name,
        "problems": tried.problems.iter().map(problem).collect::<Vec<_>>(),
        "not_simulated": tried.left_out,
    })
}
