//! Where a shell prints, and what it hears besides lines: Ctrl-C and real time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyCode, KeyModifiers, poll, read};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode, size};

use super::colour::Colours;
use super::pager;
use crate::terminal;

/// A screen.
pub(crate) trait Screen {
    /// Prints text of a node or of wirelab.
    fn print(&mut self, text: &str);

    /// Prints text that may be longer than the screen, page by page where somebody can turn pages.
    fn page(&mut self, text: &str) {
        self.print(text);
    }

    /// The person sits at another node now: what it shows to who comes.
    fn connected(&mut self, banner: &str) {
        let _ = banner;
    }

    /// Asks the person for the value of an argument; `None` when there is nobody, or they press Ctrl-C.
    fn ask(&mut self, argument: &str) -> Option<String> {
        let _ = argument;
        None
    }

    /// Asks the person what a router asks (`Reboot, yes? [y/N]: `); `None` as with [`Self::ask`].
    fn reply(&mut self, question: &str) -> Option<String> {
        let _ = question;
        None
    }

    /// Lets the person edit a text; `None` as with [`Self::ask`], and when they leave without saving.
    fn edit(&mut self, text: &str) -> Option<String> {
        let _ = text;
        None
    }

    /// A command begins to show what changes, with this line below it, or (`None`) no longer does.
    fn follow(&mut self, footer: Option<&'static str>) {
        let _ = footer;
    }

    /// True once after Ctrl-C.
    fn interrupted(&mut self) -> bool;

    /// Real time since some moment.
    fn real_time(&self) -> Duration;

    /// Waits.
    fn pause(&mut self, time: Duration);
}

/// Standard output without a terminal: plain text, nothing interrupts.
pub(crate) struct Plain {
    begun: Instant,
    colours: Colours,
}

impl Plain {
    pub(crate) fn new(colours: Colours) -> Self {
        Self { begun: Instant::now(), colours }
    }
}

impl Screen for Plain {
    fn print(&mut self, text: &str) {
        terminal::print(&self.colours.output(text));
    }

    fn interrupted(&mut self) -> bool {
        false
    }

    fn real_time(&self) -> Duration {
        self.begun.elapsed()
    }

    fn pause(&mut self, time: Duration) {
        std::thread::sleep(time);
    }
}

/// A terminal with a person.
pub(crate) struct Tty {
    begun: Instant,
    colours: Colours,
    interrupted: Arc<AtomicBool>,
    /// The line below what is followed. While it stands, keys are heard one by one.
    footer: Option<&'static str>,
}

/// The row that the space bar puts between what came before and what comes.
const SEPARATOR: &str = " = = =   = = =   = = =      = = =   = = =   = = =      = = =   = = =   = = =";
/// Goes to the begin of the line and wipes it.
const WIPE: &str = "\r\u{1b}[K";

impl Tty {
    /// Takes over Ctrl-C.
    pub(crate) fn new(colours: Colours) -> Self {
        let interrupted = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&interrupted);
        // Without a handler Ctrl-C ends wirelab, which is second best.
        let _ = ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed));
        end_with_the_terminal();
        Self { begun: Instant::now(), colours, interrupted, footer: None }
    }

    /// Hears keys for a while.
    fn hear(&mut self, time: Duration) {
        let end = Instant::now() + time;
        loop {
            let key = match poll(end.saturating_duration_since(Instant::now())).map(|some| some.then(read)) {
                Ok(None) => return,
                Ok(Some(Ok(Event::Key(key)))) => key,
                Ok(Some(Ok(_))) => continue,
                // The terminal is gone.
                Ok(Some(Err(_))) | Err(_) => {
                    self.interrupted.store(true, Ordering::Relaxed);
                    return std::thread::sleep(time);
                }
            };
            match key.code {
                KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => {
                    self.interrupted.store(true, Ordering::Relaxed);
                    return;
                }
                KeyCode::Char(' ') => {
                    let width = size().map_or(80, |(columns, _)| usize::from(columns));
                    self.print(&format!("{}\n", SEPARATOR.get(..width).unwrap_or(SEPARATOR)));
                }
                _ => {}
            }
        }
    }

    /// A Ctrl-C until now means nothing.
    pub(crate) fn forget_interrupt(&mut self) {
        self.interrupted.store(false, Ordering::Relaxed);
    }
}

/// When the terminal is closed the shell ends, also where its parent ignores hang-ups: reading on would go round for ever.
fn end_with_the_terminal() {
    #[cfg(unix)]
    {
        const HANG_UP: i32 = 1;
        const ENDED_BY_IT: i32 = 128 + HANG_UP;
        let always = Arc::new(AtomicBool::new(true));
        // Without a handler a hang-up ends wirelab unless it is ignored, which is second best.
        let _ = signal_hook::flag::register_conditional_shutdown(HANG_UP, ENDED_BY_IT, always);
    }
}

impl Screen for Tty {
    fn print(&mut self, text: &str) {
        let text = self.colours.output(text);
        match self.footer {
            None => terminal::print(&text),
            Some(_) if text.is_empty() => {}
            // Without line discipline a line feed only goes down.
            Some(footer) => terminal::print(&format!("{WIPE}{}{footer}", text.replace('\n', "\r\n"))),
        }
    }

    fn follow(&mut self, footer: Option<&'static str>) {
        if footer == self.footer || footer.is_some() && enable_raw_mode().is_err() {
            return;
        }
        self.footer = footer;
        match footer {
            Some(footer) => terminal::print(footer),
            None => {
                terminal::print(WIPE);
                let _ = disable_raw_mode();
            }
        }
    }

    fn page(&mut self, text: &str) {
        pager::show(&self.colours.output(text));
    }

    fn connected(&mut self, banner: &str) {
        self.print(banner);
    }

    fn ask(&mut self, argument: &str) -> Option<String> {
        super::editor::ask(argument)
    }

    fn reply(&mut self, question: &str) -> Option<String> {
        super::editor::reply(question)
    }

    fn edit(&mut self, text: &str) -> Option<String> {
        super::edit::edit(text)
    }

    fn interrupted(&mut self) -> bool {
        let interrupted = self.interrupted.swap(false, Ordering::Relaxed);
        if interrupted {
            // The terminal has shown `^C`, which is no part of any answer.
            terminal::print(WIPE);
        }
        interrupted
    }

    fn real_time(&self) -> Duration {
        self.begun.elapsed()
    }

    fn pause(&mut self, time: Duration) {
        match self.footer {
            Some(_) => self.hear(time),
            None => std::thread::sleep(time),
        }
    }
}
