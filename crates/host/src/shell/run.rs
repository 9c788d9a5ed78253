//! Runs parsed lists: pipelines, redirections, and the hand-over from one command to the next.

use super::parse::{Join, Pipeline, RedirectTo, Simple};
use crate::command::{self, Program};
use crate::{Cx, Host};
use clock::Instant;

/// Where a file descriptor writes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sink {
    Stdout,
    Stderr,
    /// Index into [`Io::files`].
    File(usize),
}

/// The standard streams of one command.
#[derive(Clone, Debug)]
pub(crate) struct Io {
    /// What is to be read.
    pub(crate) stdin: String,
    stdout: String,
    stderr: String,
    /// Path, append, and what was written.
    files: Vec<(String, bool, String)>,
    sinks: [Sink; 2],
}

impl Default for Io {
    fn default() -> Self {
        Self {
            stdin: String::new(),
            stdout: String::new(),
            stderr: String::new(),
            files: Vec::new(),
            sinks: [Sink::Stdout, Sink::Stderr],
        }
    }
}

impl Io {
    /// Writes to standard output.
    pub(crate) fn out(&mut self, text: &str) {
        self.write(self.sinks[0], text);
    }

    /// Writes to standard error.
    pub(crate) fn err(&mut self, text: &str) {
        self.write(self.sinks[1], text);
    }

    fn write(&mut self, sink: Sink, text: &str) {
        match sink {
            Sink::Stdout => self.stdout.push_str(text),
            Sink::Stderr => self.stderr.push_str(text),
            Sink::File(i) => {
                if let Some((_, _, content)) = self.files.get_mut(i) {
                    content.push_str(text);
                }
            }
        }
    }
}

/// How a command began.
pub(crate) enum Started {
    /// It is through, with this exit status.
    Done(i32),
    /// It waits.
    Program(Program),
    /// `sh -c`: a list of its own.
    Script(Vec<Pipeline>),
    /// `exit`: the script ends with this status.
    Exit(i32),
}

#[derive(Clone, Debug)]
enum Running {
    Program(Program),
    Script(Box<Script>),
}

/// A list on its way.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    list: Vec<Pipeline>,
    /// The pipeline that is next or runs.
    at: usize,
    /// The command within it.
    stage: usize,
    /// Exit status of the last pipeline.
    status: i32,
    running: Option<Running>,
    /// Streams of the command that runs.
    io: Io,
    /// What the list has printed so far and what its commands read.
    stdin: String,
    stdout: String,
    stderr: String,
    /// What the stage before wrote.
    pipe: Option<String>,
}

impl Script {
    pub(crate) fn new(list: Vec<Pipeline>) -> Self {
        Self {
            list,
            at: 0,
            stage: 0,
            status: 0,
            running: None,
            io: Io::default(),
            stdin: String::new(),
            stdout: String::new(),
            stderr: String::new(),
            pipe: None,
        }
    }

    /// A script that only says that its text could not be read.
    pub(crate) fn refused(message: &str) -> Self {
        Self { status: 2, stderr: format!("sh: 1: {message}\n"), ..Self::new(Vec::new()) }
    }

    /// Standard output and error so far, that of the running command included.
    pub(crate) fn output(&self) -> (String, String) {
        let (mut out, mut err) = (self.stdout.clone(), self.stderr.clone());
        if let Some(Running::Script(inner)) = &self.running {
            let (inner_out, inner_err) = inner.output();
            out += &inner_out;
            err += &inner_err;
        }
        if self.list.get(self.at).is_some_and(|p| self.stage + 1 == p.commands.len()) {
            out += &self.io.stdout;
        }
        err += &self.io.stderr;
        (out, err)
    }

    /// The program that waits, if any, and its streams.
    pub(crate) fn program(&mut self) -> Option<(&mut Program, &mut Io)> {
        match self.running.as_mut()? {
            Running::Program(program) => Some((program, &mut self.io)),
            Running::Script(script) => script.program(),
        }
    }

    /// When the waiting program wants to go on.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        match self.running.as_ref()? {
            Running::Program(program) => program.deadline(),
            Running::Script(script) => script.deadline(),
        }
    }

    /// Runs until the list is through (the exit status) or a program waits (`None`).
    pub(crate) fn advance(&mut self, host: &mut Host, cx: &mut Cx<'_>) -> Option<i32> {
        loop {
            match &mut self.running {
                Some(Running::Program(program)) => {
                    let status = program.step(host, cx, &mut self.io)?;
                    self.finish_command(host, status);
                }
                Some(Running::Script(script)) => {
                    let status = script.advance(host, cx)?;
                    let (out, err) = script.output();
                    self.io.out(&out);
                    self.io.err(&err);
                    self.finish_command(host, status);
                }
                None => {}
            }
            if !self.start_next(host, cx) {
                return Some(self.status);
            }
        }
    }

    /// Starts the next command; false when the list is through.
    fn start_next(&mut self, host: &mut Host, cx: &mut Cx<'_>) -> bool {
        let Some(pipeline) = self.list.get(self.at) else { return false };
        if self.stage == 0 {
            let skip = match pipeline.join {
                Join::Always => false,
                Join::And => self.status != 0,
                Join::Or => self.status == 0,
            };
            if skip {
                self.at += 1;
                return true;
            }
            if pipeline.background {
                let list = vec![Pipeline { join: Join::Always, background: false, ..pipeline.clone() }];
                host.start_job(Self::new(list), true);
                self.status = 0;
                self.at += 1;
                return true;
            }
        }
        let Some(simple) = pipeline.commands.get(self.stage).cloned() else { return false };
        let (words, io) = match self.prepare(host, &simple) {
            Ok(prepared) => prepared,
            Err(message) => {
                self.io.err(&format!("sh: 1: {message}\n"));
                self.finish_command(host, 2);
                return true;
            }
        };
        self.io = io;
        let started = if words.is_empty() {
            Started::Done(Self::assign(host, &simple, self.status))
        } else {
            command::start(host, cx, &words, &mut self.io)
        };
        match started {
            Started::Done(status) => self.finish_command(host, status),
            Started::Program(program) => self.running = Some(Running::Program(program)),
            Started::Script(list) => {
                let mut script = Self::new(list);
                script.stdin = core::mem::take(&mut self.io.stdin);
                self.running = Some(Running::Script(Box::new(script)));
            }
            Started::Exit(status) => {
                self.finish_command(host, status);
                self.at = self.list.len();
            }
        }
        true
    }

    /// Expands the words and opens the redirections.
    fn prepare(&mut self, host: &Host, simple: &Simple) -> Result<(Vec<String>, Io), String> {
        let stdin = self.pipe.take().unwrap_or_else(|| core::mem::take(&mut self.stdin));
        let mut io = Io { stdin, ..Io::default() };
        for redirect in &simple.redirects {
            let path = |word: &super::parse::Word| {
                let fields = word.expand(&host.variables, self.status);
                match fields.as_slice() {
                    [path] => Ok(path.clone()),
                    _ => Err("Syntax error: Bad redirection".to_string()),
                }
            };
            let sink = match &redirect.to {
                RedirectTo::Write(word) | RedirectTo::Append(word) => {
                    let append = matches!(redirect.to, RedirectTo::Append(_));
                    io.files.push((path(word)?, append, String::new()));
                    Sink::File(io.files.len() - 1)
                }
                RedirectTo::Read(word) => {
                    let path = path(word)?;
                    let content = host.read_file(&path);
                    io.stdin = content.ok_or_else(|| format!("cannot open {path}: No such file"))?;
                    continue;
                }
                RedirectTo::Descriptor(1) => io.sinks[0],
                RedirectTo::Descriptor(2) => io.sinks[1],
                RedirectTo::Descriptor(_) => continue,
            };
            if let Some(slot) = io.sinks.get_mut(usize::from(redirect.fd).wrapping_sub(1)) {
                *slot = sink;
            }
        }
        let leading = simple.words.iter().take_while(|w| w.assignment().is_some()).count();
        let words = simple.words.iter().skip(leading);
        Ok((words.flat_map(|w| w.expand(&host.variables, self.status)).collect(), io))
    }

    /// A command of assignments alone sets variables.
    fn assign(host: &mut Host, simple: &Simple, status: i32) -> i32 {
        for word in &simple.words {
            if let Some((name, value)) = word.assignment() {
                let value = value.expand(&host.variables, status).concat();
                host.variables.insert(name.to_string(), value);
            }
        }
        0
    }

    /// Takes the streams of the command that ended and moves on.
    fn finish_command(&mut self, host: &mut Host, status: i32) {
        self.running = None;
        let io = core::mem::take(&mut self.io);
        self.stderr += &io.stderr;
        let mut status = status;
        for (path, append, content) in io.files {
            if let Err(message) = host.write_file(&path, append, content) {
                self.stderr += &format!("sh: 1: {message}\n");
                status = 2;
            }
        }
        let Some(pipeline) = self.list.get(self.at) else { return };
        if self.stage + 1 < pipeline.commands.len() {
            self.pipe = Some(io.stdout);
            self.stage += 1;
            return;
        }
        self.stdout += &io.stdout;
        self.status = if pipeline.negate { i32::from(status == 0) } else { status };
        self.stage = 0;
        self.at += 1;
    }
}
