//! `/system/reboot`, `/system/shutdown`, `/system/reset-configuration`: the device goes down and comes up again.
//!
//! Manual: "Reset Button", "Configuration Management". At a terminal where a person sits RouterOS asks first; scripts are not
//! asked.
//!
//! | state | what happens | next |
//! |---|---|---|
//! | up, a command wants it down | the call of the kernel ends | down, see [`restart::go_down`] |
//! | down | nothing: no carrier, no console but lines that wait | after [`BOOT_TIME`] up, see [`restart::come_up`]; after `shutdown` never |
//!
//! What is configured survives, as do files; leases, ARP, connections, globals, jobs, sessions and the log in memory do not.
//! A real device keeps dynamic leases that it has written to its disk (`store-leases-disk`); this one has none there.

mod restart;

pub(crate) use self::restart::{come_up, go_down, refuse};

use crate::Router;
use crate::config::{Config, Feature};
use crate::job::JobId;
use crate::system::backup;
use ::menu::{Text, Value};
use clock::{Duration, Instant};
use console::{CommandCall, Outcome, Poll, Token};
use std::sync::Arc;

/// `/system` itself.
pub static FEATURE: Feature = Feature { command, ..Feature::NONE };

/// From the moment a device goes down until it is up again: about what a CHR needs.
pub const BOOT_TIME: Duration = Duration::from_secs(20);

/// Set in the tokens of questions.
const OURS: u64 = 1 << 61;

/// Why a device goes down, and how it comes up.
#[derive(Clone)]
pub(crate) struct Restart {
    /// Who wanted it, with the command: `console:admin@ttyS0/reboot`; empty for nobody in particular.
    by: String,
    source: Source,
    /// It stays down.
    off: bool,
}

/// What configuration it comes up with.
#[derive(Clone)]
pub(crate) enum Source {
    /// The one that it has.
    Same,
    /// None.
    Reset {
        keep_users: bool,
        /// With what the device is delivered with.
        defaults: bool,
        /// Name of a file to import.
        run: Option<Text>,
    },
    /// That of a backup.
    Backup(Arc<Config>),
}

/// A device that goes down or is down.
#[derive(Clone)]
pub(crate) enum Power {
    /// At the end of this call of the kernel.
    Going(Restart),
    /// Up again at this time.
    Starting(Instant, Restart),
    /// For good.
    Off,
}

impl Power {
    /// When something happens by itself.
    pub(crate) const fn deadline(&self) -> Option<Instant> {
        match self {
            Self::Going(_) => Some(Instant::START),
            Self::Starting(at, _) => Some(*at),
            Self::Off => None,
        }
    }
}

/// What a person was asked.
#[derive(Clone)]
pub(crate) struct Question {
    token: Token,
    job: Option<JobId>,
    prompt: &'static str,
    answer: Option<bool>,
    restart: Restart,
    last_words: &'static str,
}

impl Router {
    /// True from the moment that the device goes down until it has started again.
    #[must_use]
    pub fn is_down(&self) -> bool {
        matches!(self.power.as_deref(), Some(Power::Starting(..) | Power::Off))
    }

    /// What a job asks the person who typed it, while it waits for the answer: `Reboot, yes? [y/N]: `.
    #[must_use]
    pub fn question(&self, job: JobId) -> Option<&'static str> {
        let question = self.question.as_ref().filter(|question| question.job == Some(job))?;
        question.answer.is_none().then_some(question.prompt)
    }

    /// The person's answer to [`Router::question`]; all but `y` is a no.
    pub fn answer(&mut self, cx: &mut crate::device::Context<'_>, job: JobId, answer: &str) {
        self.enter(cx);
        if let Some(question) = self.question.as_mut().filter(|question| question.job == Some(job)) {
            question.answer = Some(matches!(answer.trim(), "y" | "Y" | "yes"));
        }
        self.go_on(cx);
    }

    /// Takes the device down, after a question where a person sits.
    pub(crate) fn take_down(
        &mut self,
        command: &str,
        (prompt, last_words): (&'static str, &'static str),
        source: Source,
        off: bool,
    ) -> Outcome {
        let author = self.history.author.clone();
        let mut by = author.as_ref().map(|author| author.log_name()).unwrap_or_default();
        for script in self.jobs.current_scripts().iter().filter(|name| !name.is_empty()) {
            by.push_str(&format!("/script:{script}"));
        }
        if !by.is_empty() {
            by.push_str(&format!("/{command}"));
        }
        let restart = Restart { by, source, off };
        if author.is_some_and(|author| author.asks) {
            // Questions of one instant differ by their job.
            let token = Token(OURS | self.now.as_nanos() & (OURS - 1));
            let job = self.current_job();
            self.question =
                Some(Box::new(Question { token, job, prompt, answer: None, restart, last_words }));
            return Outcome::Pending(token);
        }
        self.power = Some(Box::new(Power::Going(restart)));
        Outcome::Printed(format!("{last_words}\n").into(), Value::Nil)
    }
}

/// Is this the token of a question?
pub(crate) fn owns(token: Token) -> bool {
    token.0 >> 61 == 1
}

/// Goes on with a question.
pub(crate) fn poll(router: &mut Router, token: Token) -> Poll {
    let asked = router.question.as_ref().filter(|question| question.token == token);
    match asked.map(|question| question.answer) {
        // Answered, and its last words are said.
        None => Poll::Done(Value::Nil),
        Some(None) => Poll::Pending(None),
        Some(Some(yes)) => {
            let Some(question) = router.question.take() else { return Poll::Done(Value::Nil) };
            if !yes {
                return Poll::Output("action cancelled\n".into());
            }
            router.power = Some(Box::new(Power::Going(question.restart)));
            Poll::Output(format!("{}\n", question.last_words).into())
        }
    }
}

/// Nobody wants to know any more.
pub(crate) fn cancel(router: &mut Router, token: Token) {
    if router.question.as_ref().is_some_and(|question| question.token == token) {
        router.question = None;
    }
}

/// An argument that is yes or no; given without a value it is yes.
pub(crate) fn is_yes(call: &CommandCall, name: &str) -> Result<bool, String> {
    match call.argument(name).map(|value| (value, value.argument())) {
        None => Ok(false),
        Some((Value::Bool(yes), _)) => Ok(*yes),
        Some((_, text)) if &*text == b"yes" => Ok(true),
        Some((_, text)) if &*text == b"no" => Ok(false),
        Some(_) => Err(format!("input does not match any value of {name}")),
    }
}

fn command(router: &mut Router, call: &CommandCall) -> Option<Outcome> {
    if call.menu.path != "/system" {
        return None;
    }
    match call.command {
        "reboot" => {
            let words = ("Reboot, yes? [y/N]: ", "system will reboot shortly");
            Some(router.take_down("reboot", words, Source::Same, false))
        }
        "shutdown" => {
            let words = ("Shutdown, yes? [y/N]: ", "system will shutdown promptly");
            Some(router.take_down("shutdown", words, Source::Same, true))
        }
        "reset-configuration" => Some(reset(router, call).unwrap_or_else(Outcome::Failed)),
        _ => None,
    }
}

/// Arguments of `reset-configuration` that are read and change nothing, and how they are reported.
const RESET_LEFT_OUT: [(&str, &str); 3] = [
    ("caps-mode", "reset-configuration caps-mode=yes"),
    ("keep-apps", "reset-configuration keep-apps=yes"),
    ("force-v6-to-v7-configuration-upgrade", "reset-configuration force-v6-to-v7-configuration-upgrade=yes"),
];

fn reset(router: &mut Router, call: &CommandCall) -> Result<Outcome, String> {
    let run = call.argument("run-after-reset").map(|value| Text::from(&*value.argument()));
    let run = run.filter(|name| !name.is_empty());
    if run.as_ref().is_some_and(|name| crate::file::read(router, name).is_none()) {
        return Err("input does not match any value of run-after-reset".into());
    }
    let source = Source::Reset {
        keep_users: is_yes(call, "keep-users")?,
        defaults: !is_yes(call, "no-defaults")?,
        run,
    };
    let off = is_yes(call, "shutdown")?;
    for (argument, words) in RESET_LEFT_OUT {
        if is_yes(call, argument)? {
            *router.not_simulated.entry(("/system", words)).or_default() += 1;
        }
    }
    if !is_yes(call, "skip-backup")? {
        backup::write(router, "auto-before-reset.backup", None)?;
    }
    let plain = "system configuration will be reset";
    let last_words = match (&router.config.board, &source) {
        // Each board is delivered with a script of its own, which is not known here.
        (Some(_), Source::Reset { defaults: true, .. }) => {
            *router.not_simulated.entry(("/system", "reset-configuration")).or_default() += 1;
            "system configuration will be reset (to nothing: default configurations of boards are not simulated)"
        }
        _ => plain,
    };
    let words = ("Dangerous! Reset anyway? [y/N]: ", last_words);
    Ok(router.take_down("reset-configuration", words, source, off))
}
