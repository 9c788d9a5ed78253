//! A run on its way: through virtual time to its end, with captures and progress.

use clock::{Duration, Instant};
use sim::Cut;

use super::names::{self, Names};
use super::scenario::Scenario;
use super::{AT_LEAST, Captures, Failure, Options, Progress, captures, drive};
use crate::file::Lab;
use crate::output::Output;
use crate::problem::Problem;
use crate::world;

/// In how many steps a run is made, so that progress can be shown.
const STEPS: u64 = 100;
/// In how many steps at most, when names of addresses are wanted.
const MOST_STEPS: u64 = 1_000;

/// A run on its way.
pub(crate) struct Run<'a> {
    pub(crate) lab: &'a Lab,
    pub(crate) scenario: Scenario<'a>,
    pub(crate) threads: usize,
    /// When it ends, if that is fixed.
    pub(crate) until: Option<Instant>,
    pub(crate) output: Option<Output>,
    pub(crate) files: Option<captures::Files>,
    pub(crate) names: Names,
}

impl<'a> Run<'a> {
    pub(crate) fn new(lab: &'a Lab, seed: u64, options: &Options) -> Result<Self, Failure> {
        let cut = if options.threads > 1 { Cut::Regions(options.threads) } else { Cut::Whole };
        let mut built = world::build(lab, seed, cut)?;
        let cables = options.captures.cables(lab)?;
        let (mut output, mut files) = (None, None);
        if let Some(place) = &options.out {
            let begun = Output::begin(place).map_err(|error| Problem::io(place, "write", &error))?;
            if options.captures != Captures::NONE {
                built.world.record(options.captures.kinds());
                let opened = captures::open(lab, &built.world, &options.captures, &cables, &begun);
                files = Some(opened.map_err(|error| drive::capture_failed(&error))?);
            }
            output = Some(begun);
        }
        let until = options.until.or(lab.until).map(|duration| Instant::START + duration);
        let scenario = Scenario::new(lab, built, true);
        let threads = options.threads;
        Ok(Self { lab, scenario, threads, until, output, files, names: Names::default() })
    }

    /// Goes through virtual time to the end of the run.
    pub(crate) fn play(&mut self, progress: &mut dyn FnMut(Progress)) -> Result<(), Failure> {
        loop {
            self.scenario.happen()?;
            self.name_addresses()?;
            let now = self.scenario.world.now();
            let end = self.end();
            progress(Progress { now, end });
            if now >= end {
                break;
            }
            let next = self.scenario.next_stop(end.min(now + self.step(end)));
            let files = self.files.as_mut().map(|f| &mut f.files);
            drive::advance(&mut self.scenario.world, next, self.threads, files)?;
        }
        self.scenario.give_up();
        Ok(())
    }

    /// How far to go at most before looking around: fine enough for progress and for addresses that change hands.
    fn step(&self, end: Instant) -> Duration {
        let whole = end - Instant::START;
        let step = whole / STEPS + Duration::from_nanos(1);
        if self.files.is_some() { step.min(names::EVERY.max(whole / MOST_STEPS)) } else { step }
    }

    /// Notes who has which address; before the first frame, writes the names into the captures.
    fn name_addresses(&mut self) -> Result<(), Failure> {
        let Some(files) = &mut self.files else { return Ok(()) };
        let world = &self.scenario.world;
        if self.names.are_written() {
            self.names.ask(self.lab, world);
            return Ok(());
        }
        let written = self.names.start(self.lab, world, files);
        written.map_err(|error| drive::capture_failed(&error))
    }

    /// When the run ends, as far as is known.
    fn end(&self) -> Instant {
        if let Some(until) = self.until {
            return until;
        }
        let least = (Instant::START + AT_LEAST).max(self.scenario.world.now());
        self.scenario.last().map_or(least, |last| last.max(least))
    }
}
