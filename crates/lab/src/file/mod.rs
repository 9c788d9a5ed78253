//! The lab file: containerlab's topology format plus what is ours (seed, until, checks, scenario, link impairment).
//!
//! containerlab's own keys are read from `*.clab.yml`; ours stand in `<stem>.lab.yml` beside it, or in the one file when
//! containerlab need not read it. Format: <https://containerlab.dev/manual/topo-def-file/>.

mod boards;
pub(crate) mod keys;
mod links;
mod own;
pub(crate) mod ports;
mod topology;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clock::Duration;

pub use self::boards::model_names;
pub use self::links::Impairment;
pub(crate) use self::links::unknown_node;
pub use self::ports::{MODELS, Model};
use crate::checks::{Check, Event};
use crate::problem::{Place, Problem, Problems, Source, nearest};
use crate::yaml;

/// A lab, read and found sound: every name it uses exists.
#[derive(Clone, Debug)]
pub struct Lab {
    /// `name:` of the topology, else the file's stem; names the output directory.
    pub name: String,
    /// The folder of the topology file: other paths are relative to it.
    pub folder: PathBuf,
    /// Seed of every random stream and address; 1 unless the lab says otherwise.
    pub seed: u64,
    /// How long the run lasts in virtual time; none means "until the last check and event are done".
    pub until: Option<Duration>,
    /// Routers refuse what RouterOS 7 refuses: forms of RouterOS 6 and forms that no RouterOS has. The file does not say it.
    pub strict: bool,
    /// The nodes in the order of the file.
    pub nodes: Vec<Node>,
    /// The cables in the order of the file.
    pub cables: Vec<Cable>,
    /// What the lab promises, in the order of the file.
    pub checks: Vec<Check>,
    /// What happens to it on the way, in the order of the file.
    pub scenario: Vec<Event>,
    /// What a person should know about the file: keys passed over and the like.
    pub notes: Vec<String>,
}

/// Which device a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// `mikrotik_ros`, `vr-ros`, `vr-mikrotik_ros`: a RouterOS router.
    Router,
    /// `linux`: a Linux-like host.
    Host,
    /// `bridge`, `ovs-bridge`: a learning switch.
    Switch,
}

/// How a router takes its startup-config.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConfigMode {
    /// As `/import` does: the first error ends it, and the lab is refused.
    #[default]
    Import,
    /// As text pasted into the console: an error is shown and the next line goes on.
    Paste,
}

/// One node.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub place: Place,
    /// Which device it is.
    pub kind: NodeKind,
    /// Its ports by the device's own names (`ether1`, `eth1`), in the order that the device counts them.
    pub ports: Vec<String>,
    /// RouterOS version; none means the newest that is known.
    pub version: Option<String>,
    /// Board, which decides the ports of a router.
    pub model: Option<&'static Model>,
    /// How the startup-config is taken.
    pub config_mode: ConfigMode,
    /// The startup-config: a file or inline text.
    pub startup_config: Option<Arc<Source>>,
    /// Commands run one after the other once the node has started and its config is loaded.
    pub exec: Vec<Exec>,
    /// Environment of its commands.
    pub env: BTreeMap<String, String>,
    /// When it starts: `startup-delay`, and `stages: wait-for` of other nodes.
    pub start: Duration,
    /// Management address; known by name only, as there is no management network.
    pub mgmt_ipv4: Option<Ipv4Addr>,
    /// Labels; `wirelab.version`, `wirelab.model` and `wirelab.config` are ours.
    pub labels: BTreeMap<String, String>,
}

/// A command of `exec`.
#[derive(Clone, Debug)]
pub struct Exec {
    /// The command line.
    pub command: String,
    /// Where it stands.
    pub place: Place,
}

/// One end of a cable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct End {
    /// Index in [`Lab::nodes`].
    pub node: usize,
    /// Index in [`Node::ports`].
    pub port: usize,
}

/// A cable between two ports.
#[derive(Clone, Debug)]
pub struct Cable {
    /// First endpoint.
    pub a: End,
    /// Second endpoint.
    pub b: End,
    /// What the way from a to b does to frames.
    pub a_to_b: Impairment,
    /// What the way from b to a does to frames.
    pub b_to_a: Impairment,
    /// Where the link stands.
    pub place: Place,
}

impl Lab {
    /// Reads a lab: `path` is its folder or its topology file, whatever its name. `environment` is what `${NAME}` in
    /// the files may stand for.
    ///
    /// # Errors
    /// Everything that is wrong with the files, each with its place.
    pub fn read(path: &Path, environment: &BTreeMap<String, String>) -> Result<Self, Problems> {
        let topology_path = find(path)?;
        let folder = topology_path.parent().map(Path::to_path_buf).unwrap_or_default();
        let topology = read_source(&topology_path)?;
        let stem = stem(&topology_path);
        let own_path = ["lab.yml", "lab.yaml"]
            .map(|end| folder.join(format!("{stem}.{end}")))
            .into_iter()
            .find(|path| path.is_file());
        let own = own_path.map(|path| read_source(&path)).transpose()?;
        Self::from_sources(&topology, own.as_ref(), &stem, folder, environment)
    }

    /// Reads a lab whose texts are at hand; configs that it names are still read from `folder`.
    ///
    /// # Errors
    /// Everything that is wrong with the texts, each with its place.
    pub fn from_sources(
        topology: &Arc<Source>,
        own: Option<&Arc<Source>>,
        stem: &str,
        folder: PathBuf,
        environment: &BTreeMap<String, String>,
    ) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let tree = yaml::parse(topology, environment).map_err(|more| problems.extend(more.0)).ok();
        let own_tree =
            own.and_then(|own| yaml::parse(own, environment).map_err(|more| problems.extend(more.0)).ok());
        let Some(tree) = tree else { return Err(Problems(problems)) };
        let lab = topology::read(&tree, own_tree.as_ref(), stem, folder, &mut problems);
        match lab {
            Some(lab) if problems.is_empty() => Ok(lab),
            _ => {
                problems.sort_by_key(|problem| {
                    problem
                        .place
                        .as_ref()
                        .map(|place| (!Arc::ptr_eq(&place.source, topology), place.span.start))
                });
                Err(Problems(problems))
            }
        }
    }

    /// The port of an end as captures name it: `r1:ether2`.
    #[must_use]
    pub fn end_name(&self, end: End) -> String {
        match self.nodes.get(end.node) {
            Some(node) => format!("{}:{}", node.name, node.ports.get(end.port).map_or("?", String::as_str)),
            None => String::from("?"),
        }
    }

    /// Index of a node by name.
    #[must_use]
    pub fn node(&self, name: &str) -> Option<usize> {
        self.nodes.iter().position(|node| node.name == name)
    }
}

/// The stem that names the second file: `branch` of `branch.clab.yml`.
fn stem(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let name = name.strip_suffix(".yml").or_else(|| name.strip_suffix(".yaml")).unwrap_or(&name);
    name.strip_suffix(".clab").unwrap_or(name).to_owned()
}

/// The topology file that a path means.
fn find(path: &Path) -> Result<PathBuf, Problems> {
    let metadata = std::fs::metadata(path).map_err(|error| missing(path, &error))?;
    if path.extension().is_some_and(|end| end == "rsc") {
        let problem = Problem::plain(format!("{} is a RouterOS config, not a lab", path.display()));
        return Err(problem.help(format!("`wirelab check {}` tries it on a router", path.display())).into());
    }
    if !metadata.is_dir() {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let ours = name.strip_suffix(".lab.yml").or_else(|| name.strip_suffix(".lab.yaml"));
        let sibling = ours.and_then(|stem| {
            let names = ["clab.yml", "clab.yaml", "yml", "yaml"]
                .map(|end| path.with_file_name(format!("{stem}.{end}")));
            names.into_iter().find(|path| path.is_file())
        });
        return Ok(sibling.unwrap_or_else(|| path.to_path_buf()));
    }
    let entries = std::fs::read_dir(path).map_err(|error| Problem::io(path, "read", &error))?;
    let mut names: Vec<String> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.path().is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".yml") || name.ends_with(".yaml"))
        .filter(|name| !name.ends_with(".lab.yml") && !name.ends_with(".lab.yaml"))
        .collect();
    names.sort();
    let is_clab = |name: &&String| name.ends_with(".clab.yml") || name.ends_with(".clab.yaml");
    let clab: Vec<&String> = names.iter().filter(is_clab).collect();
    let candidates: Vec<&String> = if clab.is_empty() { names.iter().collect() } else { clab };
    match candidates.as_slice() {
        [one] => Ok(path.join(one)),
        [] => {
            let below = labs_below(path);
            let problem = Problem::plain(format!("there is no lab file in {}", path.display()));
            Err(match below.as_slice() {
                [] => problem.help("a lab is a folder with one *.clab.yml, or name the file itself"),
                labs => problem.help(format!("labs below it: {}", labs.join(", "))),
            }
            .into())
        }
        several => {
            let list: Vec<&str> = several.iter().map(|name| name.as_str()).collect();
            Err(Problem::plain(format!("{} holds several lab files: {}", path.display(), list.join(", ")))
                .help("name the file that you mean")
                .into())
        }
    }
}

/// The folders right below one that look like labs.
fn labs_below(path: &Path) -> Vec<String> {
    let folders = std::fs::read_dir(path).into_iter().flatten().filter_map(Result::ok).map(|e| e.path());
    let is_lab = |folder: &PathBuf| {
        let mut names = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
        names.any(|entry| entry.file_name().to_string_lossy().ends_with(".clab.yml"))
    };
    let mut labs: Vec<String> = folders.filter(is_lab).map(|folder| folder.display().to_string()).collect();
    labs.sort();
    labs.truncate(12);
    labs
}

/// A path that is not there, with the name beside it that was probably meant.
fn missing(path: &Path, error: &std::io::Error) -> Problem {
    let problem = Problem::io(path, "read", error);
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let parent =
        path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    match near_file(parent, &name) {
        Some(near) => problem.help(format!("did you mean `{}`?", path.with_file_name(near).display())),
        None => problem,
    }
}

/// The file of a folder whose name is nearest to `name`.
fn near_file(folder: &Path, name: &str) -> Option<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(Result::ok)
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    nearest(name, names.iter().map(String::as_str)).map(str::to_owned)
}

fn read_source(path: &Path) -> Result<Arc<Source>, Problems> {
    let bytes = std::fs::read(path).map_err(|error| missing(path, &error))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Problem::plain(format!("{} is not a text file (it is not UTF-8)", path.display())))?;
    Ok(Source::new(path.display().to_string(), text))
}
