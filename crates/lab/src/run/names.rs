//! Whose address is whose: the names that Wireshark shows instead of addresses.
//!
//! A reader that goes through a capture once knows only the names that stand before a packet, so the names belong in
//! front. Those that are known when the run starts are written there at once; when the run has brought others (a DHCP
//! lease), each file is copied once at its end with the complete list in that place. An address that two nodes had, at
//! one time or one after the other, names nobody: it would mislead.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::net::IpAddr;
use std::ops::Range;
use std::path::Path;

use clock::{Duration, Instant};
use sim::{CaptureFile, World};

use super::captures::{Files, Sink};
use super::scenario::node_id;
use crate::device::Device;
use crate::file::Lab;
use crate::output::Output;

/// How often nodes are asked for their addresses.
pub(crate) const EVERY: Duration = Duration::from_secs(1);

/// Who has had which address.
#[derive(Clone, Default)]
pub(crate) struct Names {
    /// The node (index in the lab) that alone has had an address; none when several have.
    owners: BTreeMap<IpAddr, Option<usize>>,
    asked: Option<Instant>,
    /// What stands in the files, and where in each.
    written: Vec<(IpAddr, String)>,
    places: BTreeMap<CaptureFile, Range<u64>>,
}

impl Names {
    /// Asks the nodes for the addresses that they have now, unless that was done less than [`EVERY`] ago.
    pub(crate) fn ask(&mut self, lab: &Lab, world: &World<Device>) {
        if self.asked.is_none_or(|asked| world.now() >= asked + EVERY) {
            self.ask_now(lab, world);
        }
    }

    /// True once [`Names::start`] has written what was known.
    pub(crate) fn are_written(&self) -> bool {
        !self.places.is_empty()
    }

    fn ask_now(&mut self, lab: &Lab, world: &World<Device>) {
        self.asked = Some(world.now());
        for index in 0..lab.nodes.len() {
            for address in world.node(node_id(index)).addresses() {
                let owner = self.owners.entry(address).or_insert(Some(index));
                if *owner != Some(index) {
                    *owner = None;
                }
            }
        }
    }

    fn list(&self, lab: &Lab) -> Vec<(IpAddr, String)> {
        let named = self.owners.iter().filter(|(address, _)| !address.is_unspecified());
        named
            .filter_map(|(address, owner)| Some((*address, lab.nodes.get((*owner)?)?.name.clone())))
            .collect()
    }

    /// Writes the names that are known, in front of all packets.
    ///
    /// # Errors
    /// A file can't be written.
    pub(crate) fn start(&mut self, lab: &Lab, world: &World<Device>, files: &mut Files) -> io::Result<()> {
        self.ask_now(lab, world);
        self.written = self.list(lab);
        files.files.for_each(|file, writer: &mut capture::Writer<Sink>| {
            let before = writer.position();
            writer.names(&self.written)?;
            self.places.insert(file, before..writer.position());
            Ok(())
        })
    }

    /// Puts the names that the run has brought into the files, which must be complete and closed.
    ///
    /// # Errors
    /// A file can't be copied.
    pub(crate) fn finish(
        &mut self,
        lab: &Lab,
        world: &World<Device>,
        files: &BTreeMap<CaptureFile, String>,
        output: &Output,
    ) -> io::Result<()> {
        self.ask_now(lab, world);
        let names = self.list(lab);
        if names == self.written {
            return Ok(());
        }
        let block = capture::name_bytes(&names)?;
        for (file, name) in files {
            if let Some(place) = self.places.get(file) {
                replace(&output.path(name), place, &block)?;
            }
        }
        Ok(())
    }
}

/// Replaces a stretch of a file by other bytes, by copying the file once.
fn replace(path: &Path, stretch: &Range<u64>, bytes: &[u8]) -> io::Result<()> {
    let copy_path = path.with_extension("named");
    let mut source = File::open(path)?;
    let mut copy = BufWriter::new(File::create(&copy_path)?);
    io::copy(&mut io::Read::by_ref(&mut source).take(stretch.start), &mut copy)?;
    copy.write_all(bytes)?;
    source.seek(SeekFrom::Start(stretch.end))?;
    io::copy(&mut source, &mut copy)?;
    copy.flush()?;
    // Windows renames no open file; and some file systems write a file to disk at once that is renamed over another.
    drop((source, copy));
    std::fs::remove_file(path)?;
    std::fs::rename(&copy_path, path)
}
