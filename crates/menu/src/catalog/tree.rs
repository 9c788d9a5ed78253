//! [`Tree`]: the menus of a device by path, typed ones before the catalogue's.

use super::Catalog;
use crate::{CommandDef, MenuDef};
use foldhash::fast::FixedState;
use hashbrown::HashMap;

/// One menu of the tree.
#[derive(Debug)]
struct Node {
    path: &'static str,
    /// Last word of the path.
    word: &'static str,
    typed: Option<&'static MenuDef>,
    /// Only boards have it: gives way to others when a prefix is ambiguous.
    boards_only: bool,
    /// Indices of the children, sorted by word.
    children: Vec<u32>,
}

/// The outcome of one step down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The menu with this path.
    Menu(&'static str),
    /// Several menus start with the word.
    Ambiguous,
    /// No menu starts with the word.
    None,
}

/// All menus by path: the device's typed ones and, behind them, the catalogue's. Build it once per kind of device
/// (`OnceLock`): it reads the catalogue.
#[derive(Debug)]
pub struct Tree {
    /// Sorted by path; the first is the root with the empty path.
    nodes: Vec<Node>,
    /// Where each path stands in `nodes`.
    places: HashMap<&'static str, usize, FixedState>,
    lenient: bool,
}

impl Tree {
    /// The tree of these typed menus and the catalogue. It knows today's RouterOS only: see [`Tree::lenient`].
    #[must_use]
    pub fn new(typed: &'static [&'static MenuDef]) -> Self {
        let mut paths: Vec<(&'static str, bool)> = vec![("", false)];
        for (path, boards_only) in
            Catalog::get().outline().chain(typed.iter().map(|def| (def.path.trim_end_matches('/'), false)))
        {
            // Parents that have no entry of their own.
            for (at, _) in path.match_indices('/').skip(1) {
                paths.push((path.get(..at).unwrap_or(""), boards_only));
            }
            paths.push((path, boards_only));
        }
        paths.sort_unstable();
        // The first of equals has `boards_only = false` when any has.
        paths.dedup_by_key(|(path, _)| *path);
        let mut nodes: Vec<Node> = paths
            .into_iter()
            .map(|(path, boards_only)| Node {
                path,
                word: path.rsplit('/').next().unwrap_or(""),
                typed: typed.iter().find(|def| def.path.trim_end_matches('/') == path).copied(),
                boards_only,
                children: Vec::new(),
            })
            .collect();
        let places: HashMap<_, _, FixedState> =
            nodes.iter().enumerate().map(|(at, node)| (node.path, at)).collect();
        for child in 1..nodes.len() {
            let path = nodes[child].path;
            let parent = path.rfind('/').and_then(|at| path.get(..at)).unwrap_or("");
            if let Some(&at) = places.get(parent)
                && let Ok(child) = u32::try_from(child)
            {
                nodes[at].children.push(child);
            }
        }
        let words: Vec<&'static str> = nodes.iter().map(|node| node.word).collect();
        for node in &mut nodes {
            node.children.sort_by_key(|child| words.get(*child as usize));
        }
        Self { nodes, places, lenient: false }
    }

    /// The same tree for readers that also take forms of RouterOS 6 and forms that no RouterOS has, with a note for each.
    #[must_use]
    pub fn lenient(self) -> Self {
        Self { lenient: true, ..self }
    }

    /// Are such forms taken? Else they are faults in RouterOS's own words.
    #[must_use]
    pub fn is_lenient(&self) -> bool {
        self.lenient
    }

    fn node(&self, path: &str) -> Option<&Node> {
        let path = path.trim_end_matches('/');
        if path.is_empty() {
            return self.nodes.first();
        }
        self.nodes.get(*self.places.get(path)?)
    }

    fn children_of(&self, node: &Node) -> impl Iterator<Item = &Node> {
        node.children.iter().filter_map(|child| self.nodes.get(*child as usize))
    }

    /// One step down.
    fn step(&self, node: &Node, word: &str) -> Result<&Node, Step> {
        let before = |child: &u32| self.nodes.get(*child as usize).is_some_and(|child| child.word < word);
        let from = node.children.partition_point(before);
        let mut found: [Option<&Node>; 2] = [None, None];
        let mut several = [false; 2];
        for child in node.children.iter().skip(from).filter_map(|child| self.nodes.get(*child as usize)) {
            if child.word == word {
                return Ok(child);
            }
            if !child.word.starts_with(word) {
                break;
            }
            // 0: menus of every router; 1: menus that only boards have.
            let rank = usize::from(child.boards_only);
            several[rank] = found[rank].is_some();
            found[rank] = Some(child);
        }
        match (found, several) {
            ([Some(child), _], [false, _]) | ([None, Some(child)], [_, false]) => Ok(child),
            ([None, None], _) => Err(Step::None),
            _ => Err(Step::Ambiguous),
        }
    }

    /// The menu below `path` that `word` means: exact, else an unambiguous prefix; menus that only boards have give
    /// way to others. The root is `""` or `"/"`.
    #[must_use]
    pub fn child(&self, path: &str, word: &str) -> Step {
        let Some(node) = self.node(path) else { return Step::None };
        self.step(node, word).map_or_else(|step| step, |child| Step::Menu(child.path))
    }

    /// Walks down from `from` word by word (each may hold several, separated by `/`; `..` goes up). Gives the path
    /// reached, how many words were taken, and why the next one was not: `Step::Menu` when all were.
    #[must_use]
    pub fn resolve(&self, from: &str, words: &[&str]) -> (&'static str, usize, Step) {
        let Some(mut reached) = self.node(from) else { return ("", 0, Step::None) };
        for (taken, word) in words.iter().enumerate() {
            let mut node = reached;
            for part in word.split('/').filter(|part| !part.is_empty()) {
                let next = match part {
                    ".." => {
                        let parent = node.path.rfind('/').and_then(|at| node.path.get(..at));
                        self.node(parent.unwrap_or("")).ok_or(Step::None)
                    }
                    _ => self.step(node, part),
                };
                match next {
                    Ok(next) => node = next,
                    Err(step) => return (reached.path, taken, step),
                }
            }
            reached = node;
        }
        (reached.path, words.len(), Step::Menu(reached.path))
    }

    /// The words below a path, sorted.
    pub fn children(&self, path: &str) -> impl Iterator<Item = &'static str> {
        self.node(path).into_iter().flat_map(|node| self.children_of(node)).map(|child| child.word)
    }

    /// Does the tree have this path (menus and the directories between them)?
    #[must_use]
    pub fn contains(&self, path: &str) -> bool {
        self.node(path).is_some()
    }

    /// The definition at a path: the device's own, else the catalogue's; `None` for plain directories.
    #[must_use]
    pub fn menu(&self, path: &str) -> Option<&'static MenuDef> {
        let node = self.node(path)?;
        node.typed.or_else(|| Catalog::get().menu(node.path).map(|menu| &menu.def))
    }

    /// Has this path a struct in the device?
    #[must_use]
    pub fn is_typed(&self, path: &str) -> bool {
        self.node(path).is_some_and(|node| node.typed.is_some())
    }

    /// True for menus that a virtual router does not have: `bad command name` there.
    #[must_use]
    pub fn boards_only(&self, path: &str) -> bool {
        self.node(path).is_some_and(|node| node.boards_only && node.typed.is_none())
    }

    /// The commands of a menu, sorted: the catalogue's, the common ones by kind, and the struct's own.
    #[must_use]
    pub fn commands(&self, path: &str) -> Vec<&'static str> {
        let mut commands: Vec<&'static str> = Vec::new();
        let Some(node) = self.node(path) else { return commands };
        if let Some(menu) = Catalog::get().menu(node.path) {
            commands.extend(menu.commands);
        }
        if let Some(def) = node.typed {
            commands.extend(def.commands.iter().map(|command| command.name));
            commands.extend(def.common_commands());
        }
        commands.sort_unstable();
        commands.dedup();
        commands
    }

    /// A command beyond the common ones: the struct's, else the catalogue's.
    #[must_use]
    pub fn command(&self, path: &str, name: &str) -> Option<&'static CommandDef> {
        let node = self.node(path)?;
        let own = node.typed.and_then(|def| def.commands.iter().find(|command| command.name == name));
        own.or_else(|| {
            Catalog::get().menu(node.path)?.other_commands.iter().find(|command| command.name == name)
        })
    }

    /// All paths with a definition, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &'static str> {
        self.nodes.iter().map(|node| node.path).filter(|path| self.menu(path).is_some())
    }
}
