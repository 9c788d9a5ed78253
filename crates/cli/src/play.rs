//! `wirelab run`.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lab::file::Lab;
use lab::report::TextStyle;
use lab::run::{Failure, Options, Progress};

use crate::arguments::{Format, RunArguments, captures};
use crate::{BAD_INPUT, CHECK_FAILED, OUR_FAULT, terminal};

/// Exit code after Ctrl-C, as shells have it: 128 + SIGINT.
const INTERRUPTED: i32 = 130;

/// Plays the lab and prints its report; gives the exit code.
pub(crate) fn run(arguments: &RunArguments) -> u8 {
    let mut lab = match Lab::read(&arguments.lab, &terminal::environment()) {
        Ok(lab) => lab,
        Err(problems) => {
            terminal::problems(&problems);
            return BAD_INPUT;
        }
    };
    lab.strict = arguments.strict;
    let out = arguments.out.clone().unwrap_or_else(|| PathBuf::from(format!("{}.out", lab.name)));
    let captures = match captures(&arguments.pcap) {
        Ok(captures) => captures,
        Err(words) => {
            terminal::eprint(&format!("error: {words}\n"));
            return BAD_INPUT;
        }
    };
    let options = Options {
        seed: arguments.seed,
        until: arguments.until,
        out: Some(out.clone()),
        captures,
        threads: usize::from(arguments.threads),
    };
    let bar = (terminal::stderr_is_terminal() && !arguments.quiet).then(progress_bar);
    clean_up_when_interrupted(&out);
    let started = Instant::now();
    let result = lab::run::run(&lab, &options, &mut |progress| show(bar.as_ref(), progress));
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    let report = match result {
        Ok(report) => report,
        Err(Failure::Input(problems)) => {
            terminal::problems(&problems);
            return BAD_INPUT;
        }
        Err(Failure::Storm(words)) => {
            terminal::eprint(&format!(
                "{words}\nThe devices keep each other busy for ever; nothing was written.\n"
            ));
            return OUR_FAULT;
        }
    };
    match arguments.format {
        Format::Json => terminal::print(&report.to_json()),
        Format::Text => {
            let color = terminal::color_on_stdout();
            let style = TextStyle { color, verbose: arguments.verbose, quiet: arguments.quiet };
            let real = real_time(started.elapsed());
            terminal::print(&report.to_text(style, Some(&out.display().to_string()), Some(&real)));
        }
    }
    if report.all_held() { 0 } else { CHECK_FAILED }
}

/// Ctrl-C and the like end the run and leave no half-written output.
fn clean_up_when_interrupted(out: &Path) {
    let out = out.to_path_buf();
    let handler = move || {
        lab::output::abandon(&out, || {
            let line = if terminal::stderr_is_terminal() { "\r\u{1b}[2K" } else { "" };
            terminal::eprint(&format!("{line}interrupted; nothing was written\n"));
            std::process::exit(INTERRUPTED)
        });
    };
    // Without a handler the next run removes what this one leaves.
    let _ = ctrlc::set_handler(handler);
}

/// `4 ms`, `1.24 s`.
fn real_time(elapsed: Duration) -> String {
    match elapsed.as_millis() {
        ms @ 0..1_000 => format!("{} ms", ms.max(1)),
        _ => format!("{:.2} s", elapsed.as_secs_f64()),
    }
}

fn progress_bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(1_000), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("  ▕{bar:40}▏ {msg}") {
        bar.set_style(style.progress_chars("██ "));
    }
    bar
}

fn show(bar: Option<&ProgressBar>, progress: Progress) {
    let Some(bar) = bar else { return };
    let (now, end) = (progress.now.as_nanos(), progress.end.as_nanos().max(1));
    let position = u64::try_from(u128::from(now) * 1_000 / u128::from(end)).unwrap_or(1_000);
    // A run reports far more often than a person can see.
    if position == bar.position() {
        return;
    }
    bar.set_position(position);
    bar.set_message(format!("{}s of {}s virtual", now / 1_000_000_000, end / 1_000_000_000));
}
