//! Captures of a world: what each region records, and the files that the records end up in.

use crate::topology::Topology;
use crate::{CableId, DropPlace, Node, NodeId, WireDrop, World, mac};
use capture::{Direction, Interface, Packet, Record, Records, Writer};
use clock::Instant;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// What a world records.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CaptureKinds {
    /// Every frame, at the port that sends it, when its first bit leaves.
    pub cables: bool,
    /// Every dropped frame with its reason.
    pub drops: bool,
}

/// A file that captures can go to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum CaptureFile {
    /// The frames of one cable: interface 0 is the port at its first end, interface 1 the port at the other.
    Cable(CableId),
    /// The frames of all cables.
    All,
    /// The dropped frames.
    Drops,
}

/// What a region records.
#[derive(Clone)]
pub(crate) struct Recorder {
    kinds: CaptureKinds,
    /// Source: number of the end that sends.
    sent: Records,
    /// Source: see [`drop_source`].
    drops: Records,
    /// Drops whose reason the node has not yet put into words.
    pending: Vec<Pending>,
    /// Bytes of the frames of `pending`, one after another.
    bytes: Vec<u8>,
    /// When so many bytes are recorded the region stops, for its caller to write them.
    limit: usize,
}

#[derive(Clone)]
struct Pending {
    at: Instant,
    source: u64,
    len: usize,
}

/// Sources from here on are nodes, when no cabled port is known.
const NODE_SOURCE: u64 = 1 << 40;

/// Numbers the place of a drop so that two places never share a number: 4 × end, or 4 × node from [`NODE_SOURCE`] on,
/// plus 0 for the node, 1 for sending and 2 for receiving.
fn drop_source(place: DropPlace, end: Option<u32>) -> u64 {
    let kind = match place {
        DropPlace::Node(_) => 0,
        DropPlace::Sending(..) => 1,
        DropPlace::Receiving(..) => 2,
    };
    let place = end.map_or_else(|| NODE_SOURCE / 4 + u64::from(place.node().0), u64::from);
    place * 4 + kind
}

impl Recorder {
    pub(crate) fn new(kinds: CaptureKinds) -> Self {
        Self {
            kinds,
            sent: Records::default(),
            drops: Records::default(),
            pending: Vec::new(),
            bytes: Vec::new(),
            limit: usize::MAX,
        }
    }

    #[inline]
    pub(crate) fn sent(&mut self, at: Instant, end: u32, bytes: &[u8]) {
        if self.kinds.cables {
            self.sent.push(at, u64::from(end), bytes);
        }
    }

    pub(crate) fn wire_drop(
        &mut self,
        at: Instant,
        place: DropPlace,
        end: Option<u32>,
        bytes: &[u8],
        why: WireDrop,
    ) {
        if self.kinds.drops {
            self.drops.push(at, drop_source(place, end), bytes);
            self.drops.comment_last(&why.to_string());
        }
    }

    pub(crate) fn node_drop(&mut self, at: Instant, node: NodeId, end: Option<u32>, bytes: &[u8]) {
        if self.kinds.drops {
            let source = drop_source(DropPlace::Node(node), end);
            self.pending.push(Pending { at, source, len: bytes.len() });
            self.bytes.extend_from_slice(bytes);
        }
    }

    /// True when [`Recorder::describe`] has work.
    #[inline]
    pub(crate) fn has_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Records the drops of the last call, in the node's words: one text for each, in order.
    pub(crate) fn describe(&mut self, words: impl Iterator<Item = String>) {
        let mut rest = &self.bytes[..];
        for (drop, words) in self.pending.drain(..).zip(words) {
            let (bytes, others) = rest.split_at(drop.len);
            rest = others;
            self.drops.push(drop.at, drop.source, bytes);
            self.drops.comment_last(&words);
        }
        self.bytes.clear();
    }

    /// Forgets what was to leave `end` after `at`.
    pub(crate) fn forget_after(&mut self, at: Instant, end: u32) {
        self.sent.forget_after(at, u64::from(end));
    }

    fn size(&self) -> usize {
        self.sent.size() + self.drops.size()
    }

    #[inline]
    pub(crate) fn is_full(&self) -> bool {
        self.size() >= self.limit
    }
}

/// Bytes that a region may record before it lets its caller write them.
const LIMIT: usize = 4 << 20;

/// The capture files of a run. The caller opens the sinks; see [`World::capture_files`].
pub struct CaptureFiles<W: Write> {
    /// By cable.
    cables: Vec<Option<Writer<W>>>,
    all: Option<Writer<W>>,
    drops: Option<Drops<W>>,
}

/// `drops.pcapng`; its interfaces are added as they are needed.
struct Drops<W: Write> {
    writer: Writer<W>,
    /// Interface by source without its kind.
    interfaces: BTreeMap<u64, u32>,
}

impl<W: Write> CaptureFiles<W> {
    /// Calls `each` for every file, with what it is.
    ///
    /// # Errors
    /// The first error of `each`.
    pub fn for_each(
        &mut self,
        mut each: impl FnMut(CaptureFile, &mut Writer<W>) -> io::Result<()>,
    ) -> io::Result<()> {
        for (i, writer) in self.cables.iter_mut().enumerate() {
            if let Some(writer) = writer {
                each(CaptureFile::Cable(CableId(i as u32)), writer)?;
            }
        }
        if let Some(all) = &mut self.all {
            each(CaptureFile::All, all)?;
        }
        if let Some(drops) = &mut self.drops {
            each(CaptureFile::Drops, &mut drops.writer)?;
        }
        Ok(())
    }

    #[inline]
    fn write_sent(&mut self, record: &Record<'_>) -> io::Result<()> {
        let end = record.source as u32;
        let mut packet = Packet {
            interface: end % 2,
            at: record.at,
            direction: Direction::Outbound,
            bytes: record.bytes,
            comment: "",
        };
        if let Some(Some(writer)) = self.cables.get_mut(end as usize / 2) {
            writer.packet(&packet)?;
        }
        if let Some(writer) = &mut self.all {
            packet.interface = end;
            writer.packet(&packet)?;
        }
        Ok(())
    }

    fn write_drop(&mut self, topology: &Topology, seed: u64, record: &Record<'_>) -> io::Result<()> {
        let Some(Drops { writer, interfaces }) = &mut self.drops else { return Ok(()) };
        let place = record.source / 4;
        let interface = match interfaces.get(&place) {
            Some(interface) => *interface,
            None => {
                let new = if record.source < NODE_SOURCE {
                    port_interface(topology, seed, place as u32)
                } else {
                    let node = NodeId((place - NODE_SOURCE / 4) as u32);
                    Interface { name: topology.name(node).to_owned(), mac: None, speed_bps: None }
                };
                let interface = writer.interface(&new)?;
                interfaces.insert(place, interface);
                interface
            }
        };
        let direction = match record.source % 4 {
            0 => Direction::Unknown,
            1 => Direction::Outbound,
            _ => Direction::Inbound,
        };
        writer.packet(&Packet {
            interface,
            at: record.at,
            direction,
            bytes: record.bytes,
            comment: record.comment,
        })
    }
}

/// The interface for the port at `end`.
fn port_interface(topology: &Topology, seed: u64, end: u32) -> Interface {
    let (cable, side) = (end as usize / 2, end as usize % 2);
    let rate = topology.cables.get(cable).map_or(0, |c| c.params[side].rate_bps);
    Interface {
        name: topology.end_name(end),
        mac: topology.end(end).map(|e| mac(seed, topology.name(e.node), &e.name)),
        speed_bps: (rate > 0).then_some(rate),
    }
}

impl<N: Node> World<N> {
    /// Starts recording; what was recorded and not yet written is lost. Off costs one predictable branch for a frame.
    pub fn record(&mut self, kinds: CaptureKinds) {
        let on = kinds != CaptureKinds::default();
        for region in &mut self.regions {
            region.core.recorder = on.then(|| Box::new(Recorder::new(kinds)));
        }
    }

    /// Starts capture files: `open` gives the sink of each file, or `None` for a file that is not wanted. The files
    /// have their headers and interfaces (`r1:ether2`, with [`mac`] as hardware address and the rate as speed).
    ///
    /// # Errors
    /// `open` or a sink fails.
    pub fn capture_files<W: Write>(
        &self,
        mut open: impl FnMut(CaptureFile) -> io::Result<Option<W>>,
    ) -> io::Result<CaptureFiles<W>> {
        let (topology, seed) = (&*self.topology, self.seed);
        let mut start = |file, ends: core::ops::Range<u32>| -> io::Result<Option<Writer<W>>> {
            let Some(sink) = open(file)? else { return Ok(None) };
            let what = match file {
                CaptureFile::Cable(_) | CaptureFile::All => "each frame once, at the port that sent it",
                CaptureFile::Drops => "dropped frames, each with its reason as comment",
            };
            let application = concat!("wirelab ", env!("CARGO_PKG_VERSION"));
            let mut writer = Writer::new(sink, application, &format!("seed {seed}; {what}"))?;
            for end in ends {
                writer.interface(&port_interface(topology, seed, end))?;
            }
            Ok(Some(writer))
        };
        let count = topology.cables.len() as u32;
        let mut cables = Vec::new();
        for cable in 0..count {
            cables.push(start(CaptureFile::Cable(CableId(cable)), cable * 2..cable * 2 + 2)?);
        }
        let all = start(CaptureFile::All, 0..count * 2)?;
        let drops = start(CaptureFile::Drops, 0..0)?;
        let drops = drops.map(|writer| Drops { writer, interfaces: BTreeMap::new() });
        Ok(CaptureFiles { cables, all, drops })
    }

    /// Writes what is recorded and complete: all records before the present, because more may still be recorded at it.
    ///
    /// # Errors
    /// A sink fails.
    pub fn write_captures<W: Write>(&mut self, files: &mut CaptureFiles<W>) -> io::Result<()> {
        let next = self.next_event().unwrap_or(Instant::NEVER);
        let end = if self.midway { next } else { next.min(self.now()) };
        self.write_before(files, end)
    }

    /// Writes the records up to and with the present, then flushes all files: the end of the run.
    ///
    /// # Errors
    /// A sink fails.
    pub fn finish_captures<W: Write>(&mut self, files: &mut CaptureFiles<W>) -> io::Result<()> {
        let now = self.now();
        let end = if self.storm().is_some() { now } else { Instant::from_nanos(now.as_nanos() + 1) };
        self.write_before(files, end)?;
        files.for_each(|_, writer| writer.flush())
    }

    /// True when a region has recorded so much that it waits for [`World::write_captures`].
    #[must_use]
    pub fn captures_full(&self) -> bool {
        self.regions.iter().any(|r| r.core.recorder.as_ref().is_some_and(|r| r.is_full()))
    }

    /// Lets regions stop when they have recorded some MB, for the caller to write them. When the records are of one
    /// instant, nothing can be written yet, and the region goes on with twice the bytes.
    pub(crate) fn limit_captures(&mut self, limited: bool) {
        for recorder in self.regions.iter_mut().filter_map(|r| r.core.recorder.as_mut()) {
            recorder.limit = if limited { LIMIT.max(recorder.size() * 2) } else { usize::MAX };
        }
    }

    fn write_before<W: Write>(&mut self, files: &mut CaptureFiles<W>, end: Instant) -> io::Result<()> {
        let (topology, seed) = (&*self.topology, self.seed);
        let (mut sent, mut drops) = (Vec::new(), Vec::new());
        for recorder in self.regions.iter_mut().filter_map(|r| r.core.recorder.as_mut()) {
            let Recorder { sent: s, drops: d, .. } = &mut **recorder;
            sent.push(s);
            drops.push(d);
        }
        capture::drain(&mut sent, end, |record| files.write_sent(&record))?;
        capture::drain(&mut drops, end, |record| files.write_drop(topology, seed, &record))
    }
}
