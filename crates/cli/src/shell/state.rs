//! What a shell is at any moment: the open lab, the node at hand, how fast time passes.

use std::time::Duration as Real;

use clock::{Duration, Instant};
use lab::device::Device;
use lab::file::NodeKind;
use lab::run::Failure;
use lab::session::{Heard, Session, Typed};

use router::Terminal;

use super::ask;
use super::edit::{self, Edit};
use super::screen::Screen;
use crate::arguments::Speed;

/// How long a shell sleeps at most between two looks at Ctrl-C.
const NAP: Real = Real::from_millis(20);
/// How much virtual time passes at most between two looks at Ctrl-C when nothing holds it back.
const STRIDE: Duration = Duration::from_secs(1);

/// A shell on an open lab.
pub(crate) struct Shell<'a> {
    pub(crate) session: Session<'a>,
    /// The node at hand.
    pub(crate) node: usize,
    pub(crate) speed: Speed,
    /// Most virtual time that one line may take; none on a terminal, where Ctrl-C ends it.
    pub(crate) limit: Option<Duration>,
}

/// How a line ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// It did what it should.
    Well,
    /// It failed, and said so.
    Failed,
    /// The person leaves: `/quit`, `exit`, `\quit`.
    Leaves,
}

impl Shell<'_> {
    /// What the node at hand is.
    pub(crate) fn kind(&self) -> NodeKind {
        self.session.kind(self.node)
    }

    /// Name of the node at hand in the lab.
    pub(crate) fn node_name(&self) -> &str {
        self.session.lab().nodes.get(self.node).map_or("", |node| node.name.as_str())
    }

    /// The prompt, without colours: `[admin@MikroTik] /ip/address> `, `root@pc1:~# `.
    pub(crate) fn prompt(&self) -> String {
        let Device::Router(router) = self.session.device(self.node) else {
            return format!("root@{}:~# ", self.node_name());
        };
        let menu = self.session.console(self.node).map_or("", |console| console.menu);
        // RouterOS puts the word in the place of the sign.
        let sign = if router.safe_mode() == Some(Terminal::CONSOLE) { "<SAFE>" } else { ">" };
        format!("[admin@{}] {menu}{sign} ", router.identity())
    }

    /// What is open at the end of a line, so that it goes on in the next one.
    pub(crate) fn unfinished(&self, line: &str) -> Option<char> {
        match self.kind() {
            _ if line.trim_start().starts_with('\\') => None,
            NodeKind::Router => console::unfinished(line),
            NodeKind::Host | NodeKind::Switch => super::hosts::unfinished(line),
        }
    }

    /// Runs one line at the node at hand, in its language.
    ///
    /// # Errors
    /// The simulation itself can't go on.
    pub(crate) fn run(&mut self, line: &str, screen: &mut dyn Screen) -> Result<Ended, Failure> {
        let word = line.trim();
        if word.is_empty() {
            return Ok(Ended::Well);
        }
        if let Some(own) = word.strip_prefix('\\') {
            return super::own::run(self, own, screen);
        }
        let leaves = match self.kind() {
            // RouterOS has no such command; a person who asks so is helped.
            NodeKind::Router if word == "help" && self.limit.is_none() => {
                return super::own::run(self, word, screen);
            }
            NodeKind::Router => matches!(word, "/quit" | "quit" | ":quit"),
            NodeKind::Host | NodeKind::Switch => matches!(word, "exit" | "logout"),
        };
        if leaves {
            return Ok(Ended::Leaves);
        }
        let mut line = line.to_owned();
        loop {
            let mut typed = self.session.type_line(self.node, &line);
            let heard = self.session.hear(&mut typed);
            let asked = heard.exit.filter(|exit| *exit != 0).and_then(|_| ask::missing(&heard.output));
            if heard.output == edit::NEEDS_TERMINAL
                && let Some(edit) = self.edit(&line)
                && let Some(value) = self.quiet(&edit.get)
            {
                // A person who leaves without saving changes nothing.
                let Some(value) = screen.edit(&value) else { return Ok(Ended::Well) };
                line = edit.set(&value);
                continue;
            }
            match asked {
                Some(names) if self.kind() == NodeKind::Router && ask::can_be_added_to(&line) => {
                    let Some(answered) = answers(&line, &names, screen) else {
                        // Nobody answers: the console's own words.
                        screen.print(&heard.output);
                        return Ok(Ended::Failed);
                    };
                    line = answered;
                }
                _ => {
                    let ended = self.follow(&line, typed, heard, screen);
                    screen.follow(None);
                    return ended;
                }
            }
        }
    }

    /// The `edit` of this line, when a person can edit here.
    fn edit(&self, line: &str) -> Option<Edit> {
        let person = self.limit.is_none() && ask::can_be_added_to(line);
        let console = self.session.console(self.node).filter(|_| person)?;
        let marks = console::highlight(line.as_bytes(), console, router::tree());
        let is_verb = |range: &std::ops::Range<usize>| {
            line.get(range.clone()).is_some_and(|word| !word.is_empty() && "edit".starts_with(word))
        };
        let mut commands = marks.into_iter().filter(|(_, class)| *class == console::Class::Command);
        Edit::read(line, commands.find_map(|(range, _)| is_verb(&range).then_some(range))?)
    }

    /// What a line puts that needs no time, without its line feed; `None` when it fails.
    fn quiet(&mut self, line: &str) -> Option<String> {
        let mut typed = self.session.type_line(self.node, line);
        let heard = self.session.hear(&mut typed);
        let well = heard.exit == Some(0);
        well.then(|| heard.output.strip_suffix('\n').map(str::to_owned)).flatten()
    }

    /// Shows what a command prints while time passes, until it ends.
    fn follow(
        &mut self,
        line: &str,
        mut typed: Typed,
        mut heard: Heard,
        screen: &mut dyn Screen,
    ) -> Result<Ended, Failure> {
        let begun = self.session.now();
        let mut pace = Pace::new(self.speed, begun);
        let last = self.limit.map_or(Instant::NEVER, |limit| begun + limit);
        let at_once = heard.exit.is_some();
        if !at_once && self.kind() == NodeKind::Router {
            screen.follow(followed(line));
        }
        loop {
            if at_once && pages(line) {
                screen.page(&heard.output);
            } else {
                screen.print(&heard.output);
            }
            if let Some(exit) = heard.exit {
                if self.session.console(self.node).is_some_and(|console| console.quits) {
                    return Ok(Ended::Leaves);
                }
                return Ok(if exit == 0 { Ended::Well } else { Ended::Failed });
            }
            if let Some(question) = self.session.question(&typed) {
                // Nobody there, or Ctrl-C: no.
                let answer = screen.reply(question).unwrap_or_default();
                self.session.answer(&typed, &answer);
                heard = self.session.hear(&mut typed);
                continue;
            }
            let over = self.session.now() >= last;
            if over || screen.interrupted() {
                self.session.interrupt(&typed);
                let Heard { output, .. } = self.session.hear(&mut typed);
                screen.print(&output);
                if over {
                    let limit = self.limit.unwrap_or_default();
                    screen.print(&format!(
                        "(wirelab ended this line after {limit} of virtual time: --limit)\n"
                    ));
                }
                return Ok(Ended::Failed);
            }
            heard = self.wait(&mut typed, last, &mut pace, screen)?;
        }
    }

    /// Lets a little time pass, or as much as the command needs to say something.
    fn wait(
        &mut self,
        typed: &mut Typed,
        last: Instant,
        pace: &mut Pace,
        screen: &mut dyn Screen,
    ) -> Result<Heard, Failure> {
        let now = self.session.now();
        let until = pace.target(screen.real_time()).unwrap_or(now + STRIDE).min(last);
        if until > now {
            let heard = self.session.wait(typed, until)?;
            if heard.exit.is_some() || !heard.output.is_empty() || pace.speed == Speed::Max {
                return Ok(heard);
            }
        }
        screen.pause(NAP);
        Ok(Heard::default())
    }
}

/// The line with the arguments that it lacks, asked for one after the other; `None` when nobody answers.
fn answers(line: &str, names: &[String], screen: &mut dyn Screen) -> Option<String> {
    let add = |line: String, name: &String| Some(ask::with_argument(&line, name, &screen.ask(name)?));
    names.iter().try_fold(line.to_owned(), add)
}

/// Keeps virtual time in step with real time while a command waits.
struct Pace {
    speed: Speed,
    begun: Instant,
    real_begun: Option<Real>,
}

impl Pace {
    fn new(speed: Speed, begun: Instant) -> Self {
        Self { speed, begun, real_begun: None }
    }

    /// Where virtual time should be; `None`: wherever it likes.
    fn target(&mut self, real: Real) -> Option<Instant> {
        let Speed::Thousandths(thousandths) = self.speed else { return None };
        let passed = real.saturating_sub(*self.real_begun.get_or_insert(real));
        let nanos = passed.as_nanos() * u128::from(thousandths) / 1000;
        Some(self.begun + Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX / 4)))
    }
}

/// True for a line whose output is shown page by page: a `print` without `without-paging`.
fn pages(line: &str) -> bool {
    let mut words = line.split(|c: char| c.is_whitespace() || c == '/');
    let prints = words.any(|word| word.len() > 1 && "print".starts_with(word));
    prints && !line.contains("without-paging")
}

/// What stands below a `print follow` while it goes on; `None` for another line.
fn followed(line: &str) -> Option<&'static str> {
    let mut words = line.split(|c: char| c.is_whitespace() || c == '/').filter(|word| !word.is_empty());
    let of_log = words.clone().next() == Some("log");
    let prints = words.any(|word| word.len() > 1 && "print".starts_with(word));
    (prints && words.any(|word| matches!(word, "follow" | "follow-only"))).then_some(match of_log {
        true => "-- Ctrl-C to quit. Space prints separator. New entries will appear at bottom.",
        false => "-- Ctrl-C to quit. space prints separator",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_are_paged_and_other_commands_not() {
        for line in ["/ip/address/print", "print", "/ip addr pr detail", "pri where disabled"] {
            assert!(pages(line), "{line}");
        }
        for line in ["/export", "/ping 10.0.0.1", ":put 1", "print without-paging"] {
            assert!(!pages(line), "{line}");
        }
    }

    #[test]
    fn a_print_that_follows_says_how_to_end_it() {
        assert!(followed("/ip/route/print follow").is_some_and(|line| line.ends_with("separator")));
        assert!(
            followed("/log print follow-only where topics~\"dhcp\"")
                .is_some_and(|line| line.ends_with("bottom."))
        );
        assert_eq!(followed("/ip/route/print interval=1s"), None);
        assert_eq!(followed(":put follow"), None);
    }

    #[test]
    fn virtual_time_keeps_step_with_real_time() {
        let at = |ms: u64| Instant::START + Duration::from_millis(ms);
        let mut pace = Pace::new(Speed::Thousandths(10_000), at(500));
        assert_eq!(pace.target(Real::from_secs(7)), Some(at(500)));
        assert_eq!(pace.target(Real::from_millis(7_030)), Some(at(800)));
        assert_eq!(Pace::new(Speed::Max, at(0)).target(Real::from_secs(1)), None);
    }
}
