//! Which captures a run writes, and their files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufWriter};

use sim::{CaptureFile, CaptureFiles, CaptureKinds, World};

use crate::device::Device;
use crate::file::Lab;
use crate::output::Output;
use crate::problem::{Problem, Problems, nearest};

/// The sink of a capture.
pub(crate) type Sink = BufWriter<File>;

/// Which captures a run writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Captures {
    /// One file for each cable: `r1-ether2_pc1-eth1.pcapng`.
    pub links: bool,
    /// One file for each cable at these nodes (`r1`) and ports (`r1:ether2`).
    pub at: Vec<String>,
    /// All cables in one file: `all.pcapng`.
    pub all: bool,
    /// Every dropped frame with its reason: `drops.pcapng`.
    pub drops: bool,
}

impl Default for Captures {
    /// Everything.
    fn default() -> Self {
        Self { links: true, at: Vec::new(), all: true, drops: true }
    }
}

impl Captures {
    /// Nothing.
    pub const NONE: Self = Self { links: false, at: Vec::new(), all: false, drops: false };

    /// What the kernel must record.
    pub(crate) fn kinds(&self) -> CaptureKinds {
        CaptureKinds { cables: self.links || self.all || !self.at.is_empty(), drops: self.drops }
    }

    /// The cables that have a file of their own.
    ///
    /// # Errors
    /// A name of `at` is no node and no cabled port of the lab.
    pub(crate) fn cables(&self, lab: &Lab) -> Result<BTreeSet<usize>, Problems> {
        if self.links {
            return Ok((0..lab.cables.len()).collect());
        }
        let (mut cables, mut problems) = (BTreeSet::new(), Vec::new());
        for name in &self.at {
            let is_meant = |end| lab.end_name(end) == *name || lab.node(name) == Some(end.node);
            let found = lab.cables.iter().enumerate().filter(|(_, c)| is_meant(c.a) || is_meant(c.b));
            let before = cables.len();
            cables.extend(found.map(|(index, _)| index));
            if cables.len() == before && !lab.cables.iter().any(|c| is_meant(c.a) || is_meant(c.b)) {
                let ends = lab.cables.iter().flat_map(|cable| [lab.end_name(cable.a), lab.end_name(cable.b)]);
                let words = ["links", "all", "drops", "none"].map(str::to_owned);
                let nodes = lab.nodes.iter().map(|node| node.name.clone());
                let known: Vec<String> = words.into_iter().chain(nodes).chain(ends).collect();
                let problem = Problem::plain(format!(
                    "--pcap {name}: neither a kind of capture nor a cabled node or port of {}",
                    lab.name
                ));
                problems.push(match nearest(name, known.iter().map(String::as_str)) {
                    Some(near) => problem.help(format!("did you mean `{near}`?")),
                    None => problem.help("links, all, drops, none, a node (pc1) or a port (r1:ether2)"),
                });
            }
        }
        if problems.is_empty() { Ok(cables) } else { Err(Problems(problems)) }
    }
}

/// The capture files of a run and what they are called.
pub(crate) struct Files {
    pub(crate) files: CaptureFiles<Sink>,
    pub(crate) names: BTreeMap<CaptureFile, String>,
}

/// Opens the files; `cables` are those that have one of their own.
pub(crate) fn open(
    lab: &Lab,
    world: &World<Device>,
    wanted: &Captures,
    cables: &BTreeSet<usize>,
    output: &Output,
) -> io::Result<Files> {
    let mut names = BTreeMap::new();
    let mut taken = BTreeSet::new();
    let files = world.capture_files(|file| {
        let name = match file {
            CaptureFile::Cable(cable) if cables.contains(&(cable.0 as usize)) => {
                cable_file(lab, cable.0 as usize, &taken)
            }
            CaptureFile::All if wanted.all => String::from("all.pcapng"),
            CaptureFile::Drops if wanted.drops => String::from("drops.pcapng"),
            CaptureFile::Cable(_) | CaptureFile::All | CaptureFile::Drops => return Ok(None),
        };
        let sink = BufWriter::with_capacity(1 << 16, output.create(&name)?);
        taken.insert(name.to_ascii_lowercase());
        names.insert(file, name);
        Ok(Some(sink))
    })?;
    Ok(Files { files, names })
}

/// `r1-ether2_pc1-eth1.pcapng`; characters that some file system refuses become `-`, and names that differ in case alone
/// (one file on Windows and macOS) are numbered.
fn cable_file(lab: &Lab, cable: usize, taken: &BTreeSet<String>) -> String {
    let ends = lab.cables.get(cable).map(|cable| [cable.a, cable.b]);
    let ends = ends.map(|ends| ends.map(|end| lab.end_name(end)).join("_")).unwrap_or_default();
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '+');
    let stem: String = ends.chars().map(|c| if good(c) { c } else { '-' }).collect();
    let mut name = format!("{stem}.pcapng");
    let mut number = 2;
    while taken.contains(&name.to_ascii_lowercase()) {
        name = format!("{stem}.{number}.pcapng");
        number += 1;
    }
    name
}
