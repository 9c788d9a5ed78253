//! `topology:`: nodes with containerlab's inheritance (defaults, then kind, then group, then the node itself).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clock::Duration;

use super::boards::model_names;
use super::ports::Model;
use super::{ConfigMode, Exec, Lab, Node, NodeKind, keys, links, near_file, own};
use crate::problem::{Place, Problem, Source};
use crate::units;
use crate::yaml::{Key, Kind, Tree};

/// Keys of containerlab's topology file that are not ours.
const TOP_KEYS: &[&str] = &["name", "prefix", "mgmt", "settings", "debug", "topology"];
const TOPOLOGY_KEYS: &[&str] = &["defaults", "kinds", "groups", "nodes", "links"];
/// Keys of a node that mean something here.
const READ_KEYS: &[&str] = &[
    "kind",
    "group",
    "startup-config",
    "startup-delay",
    "exec",
    "env",
    "labels",
    "stages",
    "mgmt-ipv4",
    "version",
    "model",
    "config",
];
/// Keys of a node that containerlab knows and a simulation has no use for.
const PASSED_KEYS: &[&str] = &[
    "type",
    "image",
    "image-pull-policy",
    "license",
    "enforce-startup-config",
    "suppress-startup-config",
    "auto-remove",
    "restart-policy",
    "position",
    "entrypoint",
    "cmd",
    "binds",
    "devices",
    "cap-add",
    "shm-size",
    "ports",
    "publish",
    "user",
    "env-files",
    "network-mode",
    "runtime",
    "cpu",
    "cpu-set",
    "memory",
    "sysctls",
    "extras",
    "dns",
    "certificate",
    "healthcheck",
    "aliases",
    "components",
    "credentials",
    "mgmt-ipv6",
    // As containerlab wrote them once; many labs still do.
    "mgmt_ipv4",
    "mgmt_ipv6",
];
const KINDS: &[(&str, NodeKind)] = &[
    ("mikrotik_ros", NodeKind::Router),
    ("vr-ros", NodeKind::Router),
    ("vr-mikrotik_ros", NodeKind::Router),
    ("linux", NodeKind::Host),
    ("bridge", NodeKind::Switch),
    ("ovs-bridge", NodeKind::Switch),
];

/// The definitions that one node inherits from, the node's own first.
struct Layers<'a>([Option<&'a Tree>; 4]);

impl<'a> Layers<'a> {
    /// The nearest definition of a key. Nothing (`key:`) counts as not defined.
    fn get(&self, name: &str) -> Option<&'a Tree> {
        self.all(name).next()
    }

    /// All definitions of a key, nearest first.
    fn all(&self, name: &str) -> impl DoubleEndedIterator<Item = &'a Tree> {
        let found = self.0.iter().flatten().filter_map(|layer| layer.get(name));
        found.filter(|tree| !matches!(tree.kind, Kind::Null)).collect::<Vec<_>>().into_iter()
    }
}

/// Where a lab's files are and what it is called.
struct Context<'a> {
    folder: &'a Path,
    lab_name: &'a str,
    node: &'a str,
}

impl Context<'_> {
    /// Replaces containerlab's magic variables.
    fn magic(&self, text: &str) -> String {
        let lab_folder = self.folder.join(format!("clab-{}", self.lab_name));
        text.replace("__clabNodeName__", self.node)
            .replace("__clabNodeDir__", &lab_folder.join(self.node).display().to_string())
            .replace("__clabDir__", &lab_folder.display().to_string())
    }
}

/// What is collected besides the nodes.
#[derive(Default)]
struct Collected {
    notes: Vec<String>,
    passed: BTreeMap<String, ()>,
    waits: Vec<Vec<(String, Place)>>,
    /// Nodes that are there but could not be read.
    broken: Vec<String>,
}

/// Reads the lab out of its trees; problems that are found are added, and the lab is only usable when there are none.
pub(super) fn read(
    tree: &Tree,
    own_tree: Option<&Tree>,
    stem: &str,
    folder: PathBuf,
    problems: &mut Vec<Problem>,
) -> Option<Lab> {
    let top = keys::mapping(tree, "the lab file", problems);
    let known: Vec<&str> = TOP_KEYS.iter().chain(own::KEYS).copied().collect();
    keys::only(top, &known, "the lab file", problems);
    let name = tree
        .get("name")
        .and_then(|name| keys::text(name, "`name`", problems))
        .unwrap_or_else(|| stem.to_owned());
    let Some(topology) = tree.get("topology") else {
        let problem = Problem::at(&tree.place, "the lab file has no `topology`");
        problems
            .push(problem.help("a lab file is a containerlab topology: topology: { nodes: …, links: … }"));
        return None;
    };
    let parts = keys::mapping(topology, "`topology`", problems);
    keys::only(parts, TOPOLOGY_KEYS, "`topology`", problems);
    let mut collected = Collected::default();
    let mut nodes = read_nodes(topology, &name, &folder, &mut collected, problems);
    if nodes.is_empty() && problems.is_empty() {
        problems.push(Problem::at(&topology.place, "the lab has no nodes"));
    }
    set_start_times(&mut nodes, &collected.waits, problems);
    let mut notes = std::mem::take(&mut collected.notes);
    let cables = match topology.get("links") {
        Some(links) => links::read(links, &mut nodes, &mut notes, problems),
        None => links::read(
            &Tree { kind: Kind::Null, place: topology.place.clone() },
            &mut nodes,
            &mut notes,
            problems,
        ),
    };
    if !collected.passed.is_empty() {
        let keys: Vec<&str> = collected.passed.keys().map(String::as_str).collect();
        notes.insert(0, format!("passed over, as a simulation needs none of it: {}", keys.join(", ")));
    }
    let mut lab = Lab {
        name,
        folder,
        seed: 1,
        strict: false,
        until: None,
        nodes,
        cables,
        checks: Vec::new(),
        scenario: Vec::new(),
        notes,
    };
    own::read(tree, own_tree, &mut lab, problems);
    // A node of a kind that is not simulated is a fault once, not again wherever it is named.
    let echo =
        |problem: &Problem| collected.broken.iter().any(|name| problem.message == links::no_node(name));
    problems.retain(|problem| !echo(problem));
    Some(lab)
}

fn read_nodes(
    topology: &Tree,
    lab_name: &str,
    folder: &Path,
    collected: &mut Collected,
    problems: &mut Vec<Problem>,
) -> Vec<Node> {
    let defaults = topology.get("defaults");
    if let Some(defaults) = defaults {
        definition(defaults, "`defaults`", problems);
    }
    for (part, word) in [("kinds", "kind"), ("groups", "group")] {
        if let Some(tree) = topology.get(part) {
            for (key, value) in keys::mapping(tree, &format!("`{part}`"), problems) {
                definition(value, &format!("{word} {}", key.name), problems);
            }
        }
    }
    let Some(tree) = topology.get("nodes") else {
        problems.push(Problem::at(&topology.place, "`topology` has no `nodes`"));
        return Vec::new();
    };
    let mut nodes = Vec::new();
    for (key, value) in keys::mapping(tree, "`nodes`", problems) {
        definition(value, &format!("node {}", key.name), problems);
        let good = key.name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && key.name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
        if !good {
            let problem = Problem::at(&key.place, format!("`{}` can't be the name of a node", key.name));
            problems
                .push(problem.help("letters, digits, `-`, `_` and `.`, the first one a letter or a digit"));
        }
        let context = Context { folder, lab_name, node: &key.name };
        let layers = layers(topology, value, problems);
        match read_node(key, &layers, &context, collected, problems) {
            Some(node) => nodes.push(node),
            None => collected.broken.push(key.name.clone()),
        }
    }
    nodes
}

/// Notes unknown keys of a node, kind, group or the defaults.
fn definition(tree: &Tree, what: &str, problems: &mut Vec<Problem>) {
    let known: Vec<&str> = READ_KEYS.iter().chain(PASSED_KEYS).copied().collect();
    keys::only(keys::mapping(tree, what, problems), &known, what, problems);
}

/// The definitions that a node inherits from: its own, its group's, its kind's, the defaults.
fn layers<'a>(topology: &'a Tree, node: &'a Tree, problems: &mut Vec<Problem>) -> Layers<'a> {
    let defaults = topology.get("defaults");
    let scalar =
        |tree: Option<&'a Tree>, key: &str| tree.and_then(|tree| tree.get(key)).and_then(Tree::scalar);
    let kind_of = |name: Option<&str>| name.and_then(|name| topology.get("kinds")?.get(name));
    let own_kind = scalar(Some(node), "kind");
    let kind_group = scalar(kind_of(own_kind.or_else(|| scalar(defaults, "kind"))), "group");
    let group_name = scalar(Some(node), "group").or(kind_group).or_else(|| scalar(defaults, "group"));
    let group = group_name.and_then(|name| topology.get("groups")?.get(name));
    if let (Some(name), None, Some(tree)) = (group_name, group, node.get("group")) {
        let known = topology.get("groups").map_or(&[][..], |groups| match &groups.kind {
            Kind::Map(entries) => entries,
            Kind::Null | Kind::Scalar(_) | Kind::List(_) => &[],
        });
        // containerlab takes a group without a definition as a mere label: only a slip is worth a word.
        if let Some(near) = crate::problem::nearest(name, known.iter().map(|(key, _)| key.name.as_str())) {
            problems.push(
                Problem::at(&tree.place, format!("there is no group `{name}`"))
                    .help(format!("did you mean `{near}`?")),
            );
        }
    }
    let kind = kind_of(own_kind.or_else(|| scalar(group, "kind")).or_else(|| scalar(defaults, "kind")));
    Layers([Some(node), group, kind, defaults])
}

fn read_node(
    key: &Key,
    layers: &Layers<'_>,
    context: &Context<'_>,
    collected: &mut Collected,
    problems: &mut Vec<Problem>,
) -> Option<Node> {
    let what = |name: &str| format!("`{name}` of node {}", key.name);
    let kind = read_kind(key, layers, problems)?;
    let mut labels = merged(layers, "labels", &what("labels"), context, problems);
    let env = merged(layers, "env", &what("env"), context, problems);
    let label = |name: &str| labels.get(&format!("wirelab.{name}")).cloned();
    let (version, model, mode) = (label("version"), label("model"), label("config"));
    let version = layers
        .get("version")
        .map(|tree| keys::text(tree, &what("version"), problems))
        .unwrap_or_else(|| version.map(|v| v.0));
    let model = match layers.get("model") {
        Some(tree) => keys::text(tree, &what("model"), problems).map(|text| (text, tree.place.clone())),
        None => model,
    };
    let model = model.and_then(|(name, place)| read_model(&name, &place, problems));
    let config_mode = read_mode(layers, mode, &what("config"), collected, problems);
    let startup_config = read_config(kind, layers, context, collected, problems);
    let mut exec = Vec::new();
    for tree in layers.all("exec").rev() {
        for (command, place) in keys::texts(tree, &what("exec"), problems) {
            exec.push(Exec { command: context.magic(&command), place });
        }
    }
    let waits = read_stages(layers, context, &mut exec, collected, problems);
    if kind == NodeKind::Switch {
        // A bridge has no shell: what it inherits from the defaults means nothing.
        exec.clear();
    }
    collected.waits.push(waits);
    let delay = layers.get("startup-delay");
    let start = delay
        .and_then(|tree| keys::parsed(tree, &what("startup-delay"), problems, seconds))
        .unwrap_or_default();
    let address = layers.get("mgmt-ipv4").or_else(|| layers.get("mgmt_ipv4"));
    let mgmt_ipv4 = address.and_then(|tree| {
        let parse = |text: &str| text.parse().map_err(|_| format!("`{text}` is not an IPv4 address"));
        keys::parsed(tree, &what("mgmt-ipv4"), problems, parse)
    });
    if mgmt_ipv4.is_some() {
        collected.passed.insert(String::from("mgmt-ipv4"), ());
    }
    for layer in layers.0.iter().flatten() {
        if let Kind::Map(entries) = &layer.kind {
            let passed =
                entries.iter().map(|(key, _)| &key.name).filter(|name| PASSED_KEYS.contains(&name.as_str()));
            collected.passed.extend(passed.map(|name| (name.clone(), ())));
        }
    }
    let labels = std::mem::take(&mut labels).into_iter().map(|(name, (value, _))| (name, value)).collect();
    let env = env.into_iter().map(|(name, (value, _))| (name, value)).collect();
    Some(Node {
        name: key.name.clone(),
        place: key.place.clone(),
        kind,
        ports: Vec::new(),
        version,
        model,
        config_mode,
        startup_config,
        exec,
        env,
        start,
        mgmt_ipv4,
        labels,
    })
}

/// containerlab counts `startup-delay` in seconds; ours may carry a unit.
fn seconds(text: &str) -> Result<Duration, String> {
    match text.trim().parse::<u32>() {
        Ok(seconds) => Ok(Duration::from_secs(u64::from(seconds))),
        Err(_) => units::duration(text),
    }
}

fn read_kind(key: &Key, layers: &Layers<'_>, problems: &mut Vec<Problem>) -> Option<NodeKind> {
    let Some(tree) = layers.get("kind") else {
        let problem = Problem::at(&key.place, format!("node {} has no `kind`", key.name));
        problems.push(problem.help("kinds here: mikrotik_ros, linux, bridge"));
        return None;
    };
    let kind = keys::text(tree, &format!("`kind` of node {}", key.name), problems)?;
    if let Some((_, kind)) = KINDS.iter().find(|(name, _)| *name == kind) {
        return Some(*kind);
    }
    let message = match kind.as_str() {
        "host" => format!(
            "node {}: kind `host` is the machine that containerlab runs on, which is not in a lab",
            key.name
        ),
        _ => format!("node {}: kind `{kind}` is not simulated", key.name),
    };
    problems.push(Problem::at(&tree.place, message).suggest(&kind, KINDS.iter().map(|(name, _)| *name)));
    None
}

fn read_model(name: &str, place: &Place, problems: &mut Vec<Problem>) -> Option<&'static Model> {
    let model = Model::named(name);
    if model.is_none() {
        let problem = Problem::at(place, format!("there is no model `{name}`"));
        problems.push(problem.suggest(name, model_names()));
    }
    model
}

fn read_mode(
    layers: &Layers<'_>,
    label: Option<(String, Place)>,
    what: &str,
    collected: &mut Collected,
    problems: &mut Vec<Problem>,
) -> ConfigMode {
    let from_key = layers.get("config").and_then(|tree| match &tree.kind {
        // containerlab's own `config:` is a mapping of template variables.
        Kind::Map(_) => {
            collected.passed.insert(String::from("config"), ());
            None
        }
        Kind::Null | Kind::Scalar(_) | Kind::List(_) => {
            keys::text(tree, what, problems).map(|text| (text, tree.place.clone()))
        }
    });
    match from_key.or(label) {
        None => ConfigMode::Import,
        Some((text, place)) => match text.as_str() {
            "import" => ConfigMode::Import,
            "paste" => ConfigMode::Paste,
            _ => {
                let problem = Problem::at(&place, format!("{what} is `import` or `paste`, not `{text}`"));
                problems.push(problem.suggest(&text, ["import", "paste"]));
                ConfigMode::Import
            }
        },
    }
}

/// A mapping of texts, merged over all layers, the node's own winning.
fn merged(
    layers: &Layers<'_>,
    name: &str,
    what: &str,
    context: &Context<'_>,
    problems: &mut Vec<Problem>,
) -> BTreeMap<String, (String, Place)> {
    let mut merged = BTreeMap::new();
    for tree in layers.all(name).rev() {
        for (key, value) in keys::mapping(tree, what, problems) {
            let text = match &value.kind {
                Kind::Null => Some(String::new()),
                Kind::Scalar(text) => Some(context.magic(text)),
                Kind::List(_) | Kind::Map(_) => keys::text(value, what, problems),
            };
            if let Some(text) = text {
                merged.insert(key.name.clone(), (text, value.place.clone()));
            }
        }
    }
    merged
}

/// The startup-config: inline when it has several lines, else a path relative to the lab's folder.
fn read_config(
    kind: NodeKind,
    layers: &Layers<'_>,
    context: &Context<'_>,
    collected: &mut Collected,
    problems: &mut Vec<Problem>,
) -> Option<Arc<Source>> {
    let tree = layers.get("startup-config")?;
    let text = keys::text(tree, &format!("`startup-config` of node {}", context.node), problems)?;
    if kind != NodeKind::Router {
        let note = format!(
            "{}: a startup-config means something for a router only; {}'s is passed over",
            tree.place, context.node
        );
        collected.notes.push(note);
        return None;
    }
    if text.contains('\n') {
        let name = format!("{} (startup-config of {})", tree.place.source.name, context.node);
        return Some(Source::new(name, text));
    }
    if text.starts_with("http://") || text.starts_with("https://") {
        let problem = Problem::at(&tree.place, "wirelab fetches nothing from the network");
        problems.push(problem.help("save the config beside the lab file and name it here"));
        return None;
    }
    let path = context.folder.join(context.magic(&text));
    let bytes = std::fs::read(&path);
    match bytes.map(String::from_utf8) {
        Ok(Ok(text)) => Some(Source::new(path.display().to_string(), text)),
        Ok(Err(_)) => {
            problems.push(Problem::at(
                &tree.place,
                format!("{} is not a text file (it is not UTF-8)", path.display()),
            ));
            None
        }
        Err(error) => {
            let why = match error.kind() {
                std::io::ErrorKind::NotFound => String::from("there is no such file"),
                _ => error.to_string(),
            };
            let problem = Problem::at(
                &tree.place,
                format!("startup-config of {}: {}: {why}", context.node, path.display()),
            );
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            problems.push(match path.parent().and_then(|folder| near_file(folder, &name)) {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None if text.contains(' ') => {
                    problem.help("a config in place is a text of several lines (|)")
                }
                None => problem,
            });
            None
        }
    }
}

const STAGES: &[&str] = &["create", "create-links", "configure", "healthy", "exit"];

/// `stages:`: commands of a stage run after `exec`; `wait-for` makes a node start after others.
fn read_stages(
    layers: &Layers<'_>,
    context: &Context<'_>,
    exec: &mut Vec<Exec>,
    collected: &mut Collected,
    problems: &mut Vec<Problem>,
) -> Vec<(String, Place)> {
    let what = format!("`stages` of node {}", context.node);
    let mut waits = Vec::new();
    let Some(tree) = layers.get("stages") else { return waits };
    let stages = keys::mapping(tree, &what, problems);
    keys::only(stages, STAGES, &what, problems);
    for (_, stage) in stages {
        keys::only(keys::mapping(stage, &what, problems), &["wait-for", "exec"], "a stage", problems);
        if let Some(tree) = stage.get("wait-for") {
            for item in keys::list(tree, "`wait-for`", problems) {
                keys::only(
                    keys::mapping(item, "an item of `wait-for`", problems),
                    &["node", "stage"],
                    "`wait-for`",
                    problems,
                );
                if let Some(node) = item.get("node")
                    && let Some(name) = keys::text(node, "`node` of `wait-for`", problems)
                {
                    waits.push((name, node.place.clone()));
                }
            }
        }
        if let Some(tree) = stage.get("exec") {
            for item in keys::list(tree, "`exec` of a stage", problems) {
                stage_exec(item, context, exec, collected, problems);
            }
        }
    }
    waits
}

fn stage_exec(
    item: &Tree,
    context: &Context<'_>,
    exec: &mut Vec<Exec>,
    collected: &mut Collected,
    problems: &mut Vec<Problem>,
) {
    let (command, target) = match &item.kind {
        Kind::Map(entries) => {
            keys::only(entries, &["command", "target", "phase"], "`exec` of a stage", problems);
            (item.get("command"), item.get("target").and_then(Tree::scalar).unwrap_or("container"))
        }
        Kind::Null | Kind::Scalar(_) | Kind::List(_) => (Some(item), "container"),
    };
    let Some(command) = command.and_then(|tree| keys::text(tree, "a command", problems)) else { return };
    if target == "host" {
        collected
            .notes
            .push(format!("{}: a command for the machine outside the lab is passed over", item.place));
    } else {
        exec.push(Exec { command: context.magic(&command), place: item.place.clone() });
    }
}

/// A node starts when its own delay is over and all that it waits for have started.
fn set_start_times(nodes: &mut [Node], waits: &[Vec<(String, Place)>], problems: &mut Vec<Problem>) {
    let mut open: Vec<(usize, Vec<(usize, &Place)>)> = Vec::new();
    for (index, wait) in waits.iter().enumerate() {
        let mut others = Vec::new();
        for (name, place) in wait {
            match nodes.iter().position(|node| node.name == *name) {
                Some(other) => others.push((other, place)),
                None => problems.push(links::unknown_node(name, place, nodes)),
            }
        }
        open.push((index, others));
    }
    while !open.is_empty() {
        let waiting: Vec<usize> = open.iter().map(|(index, _)| *index).collect();
        let (ready, rest): (Vec<_>, Vec<_>) = open
            .into_iter()
            .partition(|(_, others)| others.iter().all(|(other, _)| !waiting.contains(other)));
        if ready.is_empty() {
            if let Some((_, place)) = rest.first().and_then(|(_, others)| others.first()) {
                problems.push(Problem::at(place, "these nodes wait for each other"));
            }
            return;
        }
        for (index, others) in ready {
            let starts = others.iter().filter_map(|(other, _)| nodes.get(*other)).map(|node| node.start);
            let latest = starts.max().unwrap_or_default();
            if let Some(node) = nodes.get_mut(index) {
                node.start = node.start.max(latest);
            }
        }
        open = rest;
    }
}
