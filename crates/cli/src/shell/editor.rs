//! The terminal: prompt, keys, history, colours while typing.

use std::borrow::Cow;
use std::sync::{Arc, Mutex};

use console::{Candidate, Style as Kind};
use crossterm::terminal::size;
use lab::device::Device;
use lab::file::NodeKind;
use lab::run::Failure;
use nu_ansi_term::{Color, Style};
use reedline::{
    EditCommand, Highlighter, Prompt, PromptEditMode, PromptHistorySearch, PromptHistorySearchStatus,
    Reedline, Signal, StyledText, ValidationResult, Validator,
};
use router::Terminal;

use super::candidates::{self, Tab};
use super::colour::{self, Colours};
use super::hotlock::{Ahead, Typed};
use super::keys::{self, Held, Keys};
use super::own::OWN;
use super::screen::{Screen, Tty};
use super::state::{Ended, Shell};
use super::{banner, hosts};

/// The editor with what it shares with its parts.
struct Desk {
    editor: Reedline,
    context: Arc<Mutex<Context>>,
    held: Arc<Mutex<Held>>,
    colours: Colours,
    /// Line and cursor of the last Tab that changed nothing.
    last_tab: Option<(String, usize)>,
    /// What hotlock has just put behind a word by itself.
    ahead: Ahead,
}

/// Lets a person work until they leave; gives the exit code.
///
/// # Errors
/// The simulation itself can't go on.
pub(crate) fn run(mut shell: Shell<'_>, colours: Colours) -> Result<u8, Failure> {
    let mut desk = Desk::new(colours);
    let mut screen = Tty::new(colours);
    screen.print(&banner(&shell));
    shell.session.log_in(shell.node);
    loop {
        update(&mut shell, &desk.context);
        let signal = match desk.next(&shell) {
            Ok(signal) => signal,
            Err(error) => {
                crate::terminal::eprint(&format!("the terminal is gone: {error}\n"));
                lose(&mut shell);
                return Ok(crate::OUR_FAULT);
            }
        };
        match signal {
            Signal::Success(line) => {
                // A Ctrl-C that came while nothing ran means nothing.
                screen.forget_interrupt();
                let width = size().map_or(80, |(columns, _)| columns.max(20));
                shell.session.set_terminal(Some(width), true);
                if shell.run(&line, &mut screen)? == Ended::Leaves {
                    keep(&mut shell);
                    return Ok(0);
                }
                for note in shell.session.take_notes() {
                    screen.print(&format!("(note: {note})\n"));
                }
            }
            Signal::CtrlD => {
                lose(&mut shell);
                return Ok(0);
            }
            Signal::HostCommand(key) => desk.press(&key, &mut shell, &mut screen),
            _ => {}
        }
    }
}

impl Desk {
    fn new(colours: Colours) -> Self {
        let (context, held) = (Arc::default(), Arc::default());
        let editor = editor(&context, &held, colours);
        Self { editor, context, held, colours, last_tab: None, ahead: Ahead::default() }
    }

    /// What the person, or a key that they pressed before, wants next.
    fn next(&mut self, shell: &Shell<'_>) -> std::io::Result<Signal> {
        if let Some(signal) = keys::press_held(&mut self.editor, &self.held) {
            match signal {
                Signal::HostCommand(key) if key == keys::ENTER => {}
                other => return Ok(other),
            }
            return self.enter(shell);
        }
        match self.read(shell)? {
            Signal::HostCommand(key) if key == keys::ENTER => self.enter(shell),
            signal => Ok(signal),
        }
    }

    fn read(&mut self, shell: &Shell<'_>) -> std::io::Result<Signal> {
        let text = painted_prompt(shell, keys::is_hot(&self.held), self.colours);
        let prompt = Line { text, context: Arc::clone(&self.context) };
        self.editor.read_line(&prompt).map_err(std::io::Error::other)
    }

    /// Enter: the line goes on in the next one while something is open.
    fn enter(&mut self, shell: &Shell<'_>) -> std::io::Result<Signal> {
        let reader = Reader(Arc::clone(&self.context));
        if matches!(reader.validate(self.editor.current_buffer_contents()), ValidationResult::Incomplete) {
            self.editor.run_edit_commands(&[EditCommand::InsertNewline]);
            return Ok(Signal::HostCommand(String::new()));
        }
        self.accept(true);
        let signal = self.read(shell);
        self.accept(false);
        signal
    }

    /// Whether the next reading takes the line as it stands.
    fn accept(&mut self, at_once: bool) {
        let editor = std::mem::replace(&mut self.editor, Reedline::create());
        self.editor = editor.with_immediately_accept(at_once);
    }

    /// A key that the shell answers.
    fn press(&mut self, key: &str, shell: &mut Shell<'_>, screen: &mut dyn Screen) {
        let (before, ahead) = (self.last_tab.take(), std::mem::take(&mut self.ahead));
        let line = self.editor.current_buffer_contents().to_owned();
        let cursor = self.editor.current_insertion_point();
        match key {
            keys::TAB => {
                let again = before.is_some_and(|before| before == (line.clone(), cursor));
                self.last_tab = self.press_tab(shell, &line, cursor, again);
            }
            keys::HELP => press_help(shell, &line, cursor, self.colours),
            keys::SAFE => toggle_safe_mode(shell, screen),
            keys::HOT => keys::toggle_hot(&self.held),
            _ => {
                let typed = key.strip_prefix(keys::TYPED).and_then(|text| text.chars().next());
                if let Some(c) = typed {
                    self.type_hot(shell, c, ahead);
                }
            }
        }
    }

    /// Hotlock: a character, and what the word that it makes means when it means one only. `ahead` is what the characters
    /// before have brought with them.
    fn type_hot(&mut self, shell: &mut Shell<'_>, c: char, ahead: Ahead) {
        let at_end =
            |editor: &Reedline| editor.current_insertion_point() == editor.current_buffer_contents().len();
        let ahead = if at_end(&self.editor) { ahead } else { Ahead::default() };
        match ahead.take(self.editor.current_buffer_contents(), c) {
            Typed::Stands(ahead) => return self.ahead = ahead,
            Typed::Text(text) => self.editor.run_edit_commands(&[EditCommand::InsertString(text)]),
        }
        if !at_end(&self.editor) {
            return;
        }
        let line = self.editor.current_buffer_contents().to_owned();
        let found = candidates_at(shell, &line, line.len());
        if let Some((from, text, ahead)) = Ahead::complete(&line, &found) {
            self.ahead = ahead;
            self.replace(&line, from, line.len(), &text);
        }
    }

    /// Puts a text in the place of what stands between two bytes; gives the line and the cursor.
    fn replace(&mut self, line: &str, from: usize, cursor: usize, text: &str) -> (String, usize) {
        let (before, behind) = (line.get(..from).unwrap_or_default(), line.get(cursor..).unwrap_or_default());
        let position = before.len() + text.len();
        let line = format!("{before}{text}{behind}");
        self.editor.run_edit_commands(&[
            EditCommand::Clear,
            EditCommand::InsertString(line.clone()),
            EditCommand::MoveToPosition { position, select: false },
        ]);
        (line, position)
    }

    /// Completes, or lists; gives what to compare the next Tab with.
    fn press_tab(
        &mut self,
        shell: &mut Shell<'_>,
        line: &str,
        cursor: usize,
        again: bool,
    ) -> Option<(String, usize)> {
        let found = candidates_at(shell, line, cursor);
        match candidates::tab(line, cursor, &found, again) {
            Tab::Replace(from, text) => {
                let place = self.replace(line, from, cursor, &text);
                // A second Tab lists what the common beginning has left over.
                (found.len() > 1).then_some(place)
            }
            Tab::List => {
                let width = size().map_or(80, |(columns, _)| usize::from(columns));
                below(&candidates::columns(&found, width, self.colours));
                None
            }
            Tab::Nothing => Some((line.to_owned(), cursor)),
        }
    }
}

/// Asks for the value of an argument, as RouterOS does for one that is missing: `address: `. A password is not shown.
pub(crate) fn ask(argument: &str) -> Option<String> {
    let editor = Reedline::create();
    let hidden = argument.ends_with("password");
    let editor = if hidden { editor.with_highlighter(Box::new(Hidden)) } else { editor };
    answer(editor, &format!("{argument}: "))
}

/// Asks what a router asks, with a blank at the end.
pub(crate) fn reply(question: &str) -> Option<String> {
    answer(Reedline::create(), question)
}

fn answer(editor: Reedline, question: &str) -> Option<String> {
    let prompt = Line { text: question.to_owned(), context: Arc::default() };
    match editor.with_ansi_colors(false).read_line(&prompt) {
        Ok(Signal::Success(value)) => Some(value.trim().to_owned()),
        _ => None,
    }
}

/// What prompt, highlighter and validator need to know of the shell.
#[derive(Default)]
struct Context {
    console: console::Session,
    kind: Option<NodeKind>,
    /// What was open when the last line went on.
    open: Option<char>,
}

fn update(shell: &mut Shell<'_>, context: &Mutex<Context>) {
    if let Ok(mut context) = context.lock() {
        context.kind = Some(shell.kind());
        context.console = shell.session.console(shell.node).cloned().unwrap_or_default();
        context.open = None;
    }
}

fn editor(context: &Arc<Mutex<Context>>, held: &Arc<Mutex<Held>>, colours: Colours) -> Reedline {
    Reedline::create()
        .with_edit_mode(Box::new(Keys::new(held)))
        .with_highlighter(Box::new(Painter { context: Arc::clone(context), colours }))
        .with_validator(Box::new(Reader(Arc::clone(context))))
        .with_ansi_colors(colours.0)
        .use_bracketed_paste(true)
}

/// The candidates at the cursor: nodes and wirelab's commands behind a backslash, else the words of the node.
fn candidates_at(shell: &mut Shell<'_>, line: &str, cursor: usize) -> Vec<Candidate> {
    let before = line.get(..cursor).unwrap_or_default();
    if before.trim_start().starts_with('\\') {
        return own_candidates(shell, before);
    }
    shell.session.complete(shell.node, line, cursor)
}

fn own_candidates(shell: &Shell<'_>, before: &str) -> Vec<Candidate> {
    let offset = before.rfind(|c: char| c.is_whitespace() || c == '\\').map_or(0, |at| at + 1);
    let partial = before.get(offset..).unwrap_or_default();
    let mut words = before.trim_start().trim_start_matches('\\').split_whitespace();
    let first = if partial.is_empty() || words.clone().count() > 1 { words.next() } else { None };
    let names: Vec<(String, &'static str, Kind)> = match first {
        None => OWN.iter().map(|own| (own.name.to_owned(), own.help, Kind::Command)).collect(),
        Some("connect" | "log") => {
            let nodes = shell.session.lab().nodes.iter();
            let nodes = nodes.filter(|node| first == Some("log") || node.kind != NodeKind::Switch);
            nodes.map(|node| (node.name.clone(), "", Kind::Value)).collect()
        }
        Some("cut" | "restore") => {
            let cables =
                shell.session.cables().into_iter().filter(|cable| cable.up == (first == Some("cut")));
            cables.flat_map(|cable| cable.ends).map(|end| (end, "", Kind::Value)).collect()
        }
        Some("speed") => vec![(String::from("max"), "as fast as the machine can", Kind::Value)],
        Some(_) => Vec::new(),
    };
    let found = names.into_iter().filter(|(name, ..)| name.starts_with(partial));
    found.map(|(text, help, style)| Candidate { text, offset, style, append: " ", help }).collect()
}

/// F1: what can stand at the cursor.
fn press_help(shell: &mut Shell<'_>, line: &str, cursor: usize, colours: Colours) {
    let found = candidates_at(shell, line, cursor);
    let mut text = candidates::help(&found, colours);
    let own = line.trim_start().starts_with('\\');
    if !own
        && shell.kind() == NodeKind::Router
        && let Some(syntax) = shell.session.value_syntax(shell.node, line, cursor)
    {
        text = format!("{syntax}\n{text}");
    }
    if line.trim().is_empty() {
        text.push_str("\\help -- wirelab's own commands: time, other nodes, captures\n");
    }
    below(if text.is_empty() { "nothing can stand here\n" } else { &text });
}

/// Prints text below the line that is being edited.
fn below(text: &str) {
    crate::terminal::print(&format!("\n{text}"));
}

fn toggle_safe_mode(shell: &mut Shell<'_>, screen: &mut dyn Screen) {
    let node = shell.node;
    let Device::Router(router) = shell.session.device_mut(node) else { return };
    let words = match router.safe_mode() {
        Some(Terminal::CONSOLE) => {
            router.release_safe_mode();
            router::safe_mode::RELEASED
        }
        Some(_) | None => {
            router.take_safe_mode(Terminal::CONSOLE);
            router::safe_mode::TAKEN
        }
    };
    screen.print(&format!("\n{words}\n"));
}

/// Ctrl-D: what safe mode holds is taken back, on every router.
fn lose(shell: &mut Shell<'_>) {
    for node in 0..shell.session.lab().nodes.len() {
        if let Device::Router(router) = shell.session.device_mut(node) {
            router.lose_terminal(Terminal::CONSOLE);
        }
    }
}

/// `/quit`: what safe mode holds is kept.
fn keep(shell: &mut Shell<'_>) {
    for node in 0..shell.session.lab().nodes.len() {
        if let Device::Router(router) = shell.session.device_mut(node)
            && router.safe_mode() == Some(Terminal::CONSOLE)
        {
            router.release_safe_mode();
        }
    }
}

/// The prompt with its colours; `hot`: words complete while they are typed, which a second `>` says.
fn painted_prompt(shell: &Shell<'_>, hot: bool, colours: Colours) -> String {
    let prompt = shell.prompt();
    let painted = match prompt.split_once("] ") {
        Some((user, menu)) if colours.0 && shell.kind() == NodeKind::Router => {
            format!("{user}] {}", Style::new().fg(Color::Cyan).bold().paint(menu))
        }
        _ => prompt,
    };
    match painted.rsplit_once(' ') {
        Some((before, behind)) if hot && colours.0 => {
            format!("{before}{} {behind}", Style::new().fg(Color::Yellow).paint(">"))
        }
        Some((before, behind)) if hot => format!("{before}> {behind}"),
        _ => painted,
    }
}

/// The prompt of one line.
struct Line {
    text: String,
    context: Arc<Mutex<Context>>,
}

impl Prompt for Line {
    fn render_prompt_left(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.text)
    }

    fn render_prompt_right(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    fn render_prompt_indicator(&self, _: PromptEditMode) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    fn render_prompt_multiline_indicator(&self) -> Cow<'_, str> {
        let context = self.context.lock().ok();
        match context.and_then(|context| context.open.filter(|_| context.kind == Some(NodeKind::Router))) {
            Some('\\') => Cow::Borrowed("... "),
            Some(open) => Cow::Owned(format!("{open}... ")),
            None => Cow::Borrowed("> "),
        }
    }

    fn render_prompt_history_search_indicator(&self, search: PromptHistorySearch) -> Cow<'_, str> {
        let failing = match search.status {
            PromptHistorySearchStatus::Passing => "",
            PromptHistorySearchStatus::Failing => "failing ",
        };
        Cow::Owned(format!("({failing}search: {}) ", search.term))
    }

    fn get_prompt_color(&self) -> Color {
        Color::Default
    }

    fn get_prompt_multiline_color(&self) -> Color {
        Color::Default
    }

    fn get_indicator_color(&self) -> Color {
        Color::Default
    }
}

/// Says whether Enter ends the line.
struct Reader(Arc<Mutex<Context>>);

impl Validator for Reader {
    fn validate(&self, line: &str) -> ValidationResult {
        let Ok(mut context) = self.0.lock() else { return ValidationResult::Complete };
        let own = line.trim_start().starts_with('\\');
        context.open = match context.kind {
            _ if own => None,
            Some(NodeKind::Router) => console::unfinished(line),
            _ => hosts::unfinished(line),
        };
        if context.open.is_some() { ValidationResult::Incomplete } else { ValidationResult::Complete }
    }
}

/// Colours the line while it is typed.
struct Painter {
    context: Arc<Mutex<Context>>,
    colours: Colours,
}

impl Highlighter for Painter {
    fn highlight(&self, line: &str, _cursor: usize) -> StyledText {
        let mut text = StyledText::new();
        text.push((Style::new(), line.to_owned()));
        let Ok(context) = self.context.lock() else { return text };
        let of_router = context.kind == Some(NodeKind::Router);
        if self.colours.0 && of_router && !line.trim_start().starts_with('\\') {
            for (range, class) in console::highlight(line.as_bytes(), &context.console, router::tree()) {
                text.style_range(range.start, range.end, colour::style(class));
            }
        }
        text
    }
}

/// Shows a star for each byte that is typed.
struct Hidden;

impl Highlighter for Hidden {
    fn highlight(&self, line: &str, _cursor: usize) -> StyledText {
        let mut text = StyledText::new();
        text.push((Style::new(), "*".repeat(line.len())));
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context(kind: NodeKind) -> Arc<Mutex<Context>> {
        Arc::new(Mutex::new(Context { kind: Some(kind), ..Context::default() }))
    }

    #[test]
    fn an_open_bracket_goes_on_in_the_next_line_with_a_prompt_of_its_own() {
        let context = context(NodeKind::Router);
        let reader = Reader(Arc::clone(&context));
        let prompt = Line { text: String::new(), context };
        let complete = |line: &str| matches!(reader.validate(line), ValidationResult::Complete);
        assert!(!complete(":if (true) do={"));
        assert_eq!(prompt.render_prompt_multiline_indicator(), "{... ");
        assert!(!complete(":put \"a"));
        assert_eq!(prompt.render_prompt_multiline_indicator(), "\"... ");
        assert!(complete(":if (true) do={\n:put 1\n}"));
        assert!(complete("\\connect {"));
    }

    #[test]
    fn a_line_is_coloured_as_it_would_be_run() {
        let painter = Painter { context: context(NodeKind::Router), colours: Colours(true) };
        let text = painter.highlight("/ip address add zzz=1 disabled=no", 0);
        let of = |word: &str| text.buffer.iter().find(|(_, part)| part == word).map(|(style, _)| *style);
        assert_eq!(of("address"), Some(colour::style(console::Class::Menu)));
        assert_eq!(of("add"), Some(colour::style(console::Class::Command)));
        assert_eq!(of("zzz"), Some(colour::style(console::Class::Error)));
        let plain = Painter { context: context(NodeKind::Router), colours: Colours(false) };
        assert_eq!(plain.highlight("/ip address", 0).buffer.len(), 1);
    }
}
