//! [`Tree`]: the menus of a device by path, found with abbreviations.

use menu::MenuDef;

/// A menu in a [`Tree`]; the default is the root.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Node(u32);

impl Node {
    /// The root menu.
    pub const ROOT: Self = Self(0);
}

/// What a word names among several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match<T> {
    /// Exactly one: the exact word, or the only one that starts so.
    One(T),
    /// Several start so.
    Ambiguous,
    /// None starts so.
    None,
}

#[derive(Debug, Default)]
struct Entry {
    word: &'static str,
    path: String,
    def: Option<&'static MenuDef>,
    parent: Node,
    /// Sorted by word.
    children: Vec<Node>,
}

/// All menus of a device. Built once; menus that only hold others (`/ip`) need no definition.
#[derive(Debug)]
pub struct Tree {
    entries: Vec<Entry>,
}

impl Tree {
    /// The tree of these menus; of two with the same path the first counts. `"/"` describes the commands of the root.
    #[must_use]
    pub fn new(menus: impl IntoIterator<Item = &'static MenuDef>) -> Self {
        let mut tree = Self { entries: vec![Entry { path: "/".into(), ..Entry::default() }] };
        for def in menus {
            let mut node = Node::ROOT;
            for word in def.path.split('/').filter(|word| !word.is_empty()) {
                node = tree.child_or_insert(node, word);
            }
            if let Some(entry) = tree.entries.get_mut(node.0 as usize) {
                entry.def.get_or_insert(def);
            }
        }
        tree
    }

    fn child_or_insert(&mut self, parent: Node, word: &'static str) -> Node {
        let place = self.children(parent).binary_search_by(|child| self.word(*child).cmp(word));
        match place {
            Ok(at) => self.children(parent).get(at).copied().unwrap_or_default(),
            Err(at) => {
                let node = Node(u32::try_from(self.entries.len()).unwrap_or(u32::MAX));
                let base = if parent == Node::ROOT { "" } else { self.path(parent) };
                let path = format!("{base}/{word}");
                self.entries.push(Entry { word, path, def: None, parent, children: Vec::new() });
                if let Some(entry) = self.entries.get_mut(parent.0 as usize) {
                    entry.children.insert(at, node);
                }
                node
            }
        }
    }

    /// Its definition; `None` for menus that only hold others.
    #[must_use]
    pub fn def(&self, node: Node) -> Option<&'static MenuDef> {
        self.entries.get(node.0 as usize)?.def
    }

    /// `/ip/address`; `/` for the root.
    #[must_use]
    pub fn path(&self, node: Node) -> &str {
        self.entries.get(node.0 as usize).map_or("/", |entry| &entry.path)
    }

    /// Last word of the path; empty for the root.
    #[must_use]
    pub fn word(&self, node: Node) -> &'static str {
        self.entries.get(node.0 as usize).map_or("", |entry| entry.word)
    }

    /// The menu above; the root's is the root.
    #[must_use]
    pub fn parent(&self, node: Node) -> Node {
        self.entries.get(node.0 as usize).map_or(Node::ROOT, |entry| entry.parent)
    }

    /// The menus directly below, sorted by word.
    #[must_use]
    pub fn children(&self, node: Node) -> &[Node] {
        self.entries.get(node.0 as usize).map_or(&[], |entry| &entry.children)
    }

    /// The menu that `word` names below `node`, abbreviations included.
    #[must_use]
    pub fn child(&self, node: Node, word: &str) -> Match<Node> {
        let children = self.children(node);
        let at = children.partition_point(|child| self.word(*child) < word);
        let starts = |i: usize| children.get(i).filter(|child| self.word(**child).starts_with(word));
        match (starts(at), starts(at + 1)) {
            (Some(child), _) if self.word(*child) == word => Match::One(*child),
            (Some(child), None) => Match::One(*child),
            (Some(_), Some(_)) => Match::Ambiguous,
            (None, _) => Match::None,
        }
    }

    /// The menu with this exact path (`/ip/address`).
    #[must_use]
    pub fn find(&self, path: &str) -> Option<Node> {
        let mut node = Node::ROOT;
        for word in path.split('/').filter(|word| !word.is_empty()) {
            let children = self.children(node);
            let at = children.binary_search_by(|child| self.word(*child).cmp(word)).ok()?;
            node = *children.get(at)?;
        }
        Some(node)
    }

    /// All definitions, in the order of their paths.
    pub fn menus(&self) -> impl Iterator<Item = &'static MenuDef> {
        let mut defs: Vec<_> = self.entries.iter().filter_map(|entry| entry.def).collect();
        defs.sort_by_key(|def| def.path);
        defs.into_iter()
    }
}
