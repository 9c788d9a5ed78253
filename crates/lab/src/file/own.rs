//! The keys that are ours alone: seed, until, checks, scenario, settings of nodes. They stand in `<stem>.lab.yml` or at the
//! top of the one file.

use super::{Lab, keys};
use crate::checks;
use crate::problem::Problem;
use crate::units;
use crate::yaml::Tree;

/// Our keys at the top of a file.
pub(super) const KEYS: &[&str] = &["seed", "until", "checks", "scenario"];

/// Reads our keys out of both files into the lab.
pub(super) fn read(tree: &Tree, own: Option<&Tree>, lab: &mut Lab, problems: &mut Vec<Problem>) {
    if let Some(own) = own {
        keys::only(
            keys::mapping(own, "the lab's second file", problems),
            KEYS,
            "the lab's second file",
            problems,
        );
    }
    let find = |name: &str, problems: &mut Vec<Problem>| {
        let (first, second) = (tree.get(name), own.and_then(|own| own.get(name)));
        if let (Some(first), Some(second)) = (first, second) {
            let message = format!("`{name}` stands in both files of the lab");
            let note = format!("the other one is at {}", first.place);
            problems.push(Problem::at(&second.place, message).help(note));
        }
        second.or(first)
    };
    if let Some(seed) = find("seed", problems) {
        let parse = |text: &str| units::count(text, 0, u64::MAX);
        lab.seed = keys::parsed(seed, "`seed`", problems, parse).unwrap_or(1);
    }
    let until = find("until", problems);
    lab.until = until.and_then(|tree| keys::parsed(tree, "`until`", problems, units::duration));
    if let Some(tree) = find("checks", problems) {
        lab.checks = checks::read_checks(tree, &lab.nodes, problems);
    }
    if let Some(tree) = find("scenario", problems) {
        lab.scenario = checks::read_scenario(tree, lab, problems);
    }
    if let (Some(until), Some(tree)) = (lab.until, until) {
        let late = lab.checks.iter().map(|check| (check.at, &check.place));
        for (at, place) in late.chain(lab.scenario.iter().map(|event| (event.at, &event.place))) {
            if at > until {
                let problem = Problem::at(place, format!("this is due at {at}, but the run ends at {until}"));
                problems.push(problem.help(format!("see `until` at {}", tree.place)));
            }
        }
    }
}
