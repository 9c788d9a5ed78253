//! Which captures a run writes, and their files.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufWriter};

use sim::{CaptureFile, CaptureFiles, CaptureKinds, World};

use crate::device::Device;
use crate::file::Lab;
use crate::output::Output;

/// The sink of a capture.
pub(super) type Sink = BufWriter<File>;

/// Which captures a run writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Captures {
    /// One file for each cable: `r1-ether2_pc1-eth1.pcapng`.
    pub links: bool,
    /// All cables in one file: `all.pcapng`.
    pub all: bool,
    /// Every dropped frame with its reason: `drops.pcapng`.
    pub drops: bool,
}

impl Default for Captures {
    /// Everything.
    fn default() -> Self {
        Self { links: true, all: true, drops: true }
    }
}

impl Captures {
    /// Nothing.
    pub const NONE: Self = Self { links: false, all: false, drops: false };

    /// What the kernel must record.
    pub(super) fn kinds(self) -> CaptureKinds {
        CaptureKinds { cables: self.links || self.all, drops: self.drops }
    }
}

/// Opens the files; gives their names, sorted.
pub(super) fn open(
    lab: &Lab,
    world: &World<Device>,
    wanted: Captures,
    output: &Output,
) -> io::Result<(CaptureFiles<Sink>, Vec<String>)> {
    let mut names = BTreeSet::new();
    let files = world.capture_files(|file| {
        let name = match file {
            CaptureFile::Cable(cable) if wanted.links => cable_file(lab, cable.0 as usize, &names),
            CaptureFile::All if wanted.all => String::from("all.pcapng"),
            CaptureFile::Drops if wanted.drops => String::from("drops.pcapng"),
            CaptureFile::Cable(_) | CaptureFile::All | CaptureFile::Drops => return Ok(None),
        };
        let sink = BufWriter::with_capacity(1 << 16, output.create(&name)?);
        names.insert(name);
        Ok(Some(sink))
    })?;
    Ok((files, names.into_iter().collect()))
}

/// `r1-ether2_pc1-eth1.pcapng`; characters that some file system refuses become `-`.
fn cable_file(lab: &Lab, cable: usize, taken: &BTreeSet<String>) -> String {
    let ends = lab.cables.get(cable).map(|cable| [cable.a, cable.b]);
    let ends = ends.map(|ends| ends.map(|end| lab.end_name(end)).join("_")).unwrap_or_default();
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '+');
    let stem: String = ends.chars().map(|c| if good(c) { c } else { '-' }).collect();
    let mut name = format!("{stem}.pcapng");
    let mut number = 2;
    while taken.contains(&name) {
        name = format!("{stem}.{number}.pcapng");
        number += 1;
    }
    name
}
