//! Scripts inside scripts: `:execute` and `/import`.

use super::functions::Given;
use super::{Fault, Flow, Frame, FrameKind, Handler, MAX_CALLS, Machine, Ran};
use crate::compile::{compile, compile_echoed};
use crate::parse::{Script, Surroundings, parse};
use crate::{Job, ScriptError, Session, Target};
use bstr::ByteSlice;
use menu::{Text, Value};
use std::sync::Arc;

/// Jobs that start jobs at one instant, in a line.
const MAX_GENERATIONS: u32 = 100;

/// What a start counts, in steps: a loop cannot start very many.
const START_STEPS: u64 = 10_000;

impl Machine {
    /// `:execute`: with `as-string` the script runs here and its output, or its fault, is the value; else it becomes
    /// a job of its own and its number is the value.
    pub(super) fn execute(&mut self, given: &Given, target: &mut dyn Target) -> Ran<Flow> {
        let code: Arc<str> = given.text("script").to_str_lossy().into();
        if given.flag("as-string") {
            return self.captured(&code, target);
        }
        let mut job = Job::background(code.as_bytes(), Session::script());
        if let Some(file) = given.get("file") {
            job.set_output_file(super::functions::plain_text(file));
        }
        // A job that has waited starts a new line of descent: only those of one instant can run away.
        let generation = if self.started == target.now() { self.generation + 1 } else { 0 };
        if generation > MAX_GENERATIONS {
            return Err(Fault::limit("script stopped: jobs start jobs without a wait"));
        }
        job.generation = generation;
        self.steps += START_STEPS;
        let id = target.start_job(job)?;
        self.values.push(Value::Id(id));
        Ok(Flow::Next)
    }

    pub(super) fn captured(&mut self, code: &Arc<str>, target: &mut dyn Target) -> Ran<Flow> {
        let from = self.output.len();
        let pc = self.frames.last().map_or(0, |frame| frame.pc);
        let handler =
            Handler { frames: self.frames.len(), pc, heights: self.heights(), captured: Some(from) };
        match self.enter(code, Vec::new(), FrameKind::Captured(from), target) {
            Ok(flow) => {
                // Behind the height that the frame remembers: it goes when the frame does.
                self.handlers.push(handler);
                Ok(flow)
            }
            Err(fault) if !fault.fatal => {
                self.values.push(Value::text(fault.message));
                Ok(Flow::Next)
            }
            Err(fault) => Err(fault),
        }
    }

    /// `/import file-name=x.rsc [verbose=yes [from-line=N] [dry-run]]`.
    pub(super) fn import(&mut self, given: &Given, target: &mut dyn Target) -> Ran<Flow> {
        let Some(contents) = target.read_file(&given.text("file-name")) else {
            return Err("Cannot open import file, file does not exist".into());
        };
        let first_line = given.number("from-line")?.unwrap_or(1);
        let (verbose, dry_run) = (given.flag("verbose"), given.flag("dry-run"));
        if !verbose && !dry_run && first_line <= 1 {
            let code: Arc<str> = contents.to_str_lossy().into();
            return self.enter(&code, Vec::new(), FrameKind::File, target);
        }
        if self.frames.len() >= MAX_CALLS {
            return Err(Fault::limit("maximum recursion depth reached"));
        }
        self.steps += u64::try_from(contents.len()).unwrap_or(u64::MAX);
        let mut script = parse(&contents, target.tree(), &Surroundings::default());
        let line = |statement: &crate::syntax::Statement| script.lines.position(statement.span).line;
        let before = script.statements.iter().take_while(|s| i64::from(line(s)) < first_line).count();
        script.statements.drain(..before);
        if !verbose && let Some(error) = script.errors.iter().find(|e| within(e, first_line)) {
            return Err(format!("Script Error: {error}").into());
        }
        let echoes = if verbose { echoes(&script, &contents) } else { Vec::new() };
        if dry_run {
            return self.report(&script, &echoes, first_line);
        }
        let base = self.heights();
        let program = Arc::new(if verbose { compile_echoed(script, echoes) } else { compile(script) });
        self.frames.push(Frame { program, pc: 0, base, kind: FrameKind::File, name: None });
        Ok(Flow::Frame)
    }

    /// `dry-run`: says what is wrong, changes nothing.
    fn report(&mut self, script: &Script, echoes: &[Option<Text>], first_line: i64) -> Ran<Flow> {
        let mut errors: Vec<&ScriptError> =
            script.errors.iter().chain(&script.late).filter(|e| within(e, first_line)).collect();
        errors.sort_by_key(|error| error.position);
        let count = errors.len();
        let mut errors = errors.into_iter().peekable();
        let lines = script.statements.iter().map(|s| script.lines.position(s.span).line).skip(1);
        for (echo, next_line) in echoes.iter().zip(lines.chain([u32::MAX])) {
            if let Some(text) = echo {
                self.print(text)?;
            }
            while let Some(error) = errors.next_if(|error| error.position.line < next_line) {
                self.print(format!("{error}\n").as_bytes())?;
            }
        }
        if count > 0 {
            return Err(format!("Script Error: found {count} error(s) in import file").into());
        }
        self.values.push(Value::Nil);
        Ok(Flow::Next)
    }
}

fn within(error: &ScriptError, first_line: i64) -> bool {
    i64::from(error.position.line) >= first_line
}

/// What `verbose` prints before each statement: `#line N` and its source; nothing for the second one of a line.
fn echoes(script: &Script, source: &[u8]) -> Vec<Option<Text>> {
    let mut last = 0;
    let echo = |statement: &crate::syntax::Statement| {
        let line = script.lines.position(statement.span).line;
        if std::mem::replace(&mut last, line) == line {
            return None;
        }
        let (start, end) = (statement.span.start as usize, statement.span.end as usize);
        let mut text = format!("#line {line}\n").into_bytes();
        text.extend_from_slice(source.get(start..end).unwrap_or_default().trim_ascii_end());
        text.push(b'\n');
        Some(Text::from(text))
    };
    script.statements.iter().map(echo).collect()
}
