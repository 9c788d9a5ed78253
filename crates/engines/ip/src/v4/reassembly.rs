//! [`Reassembler`]: fragments back into datagrams (RFC 791 §3.2, RFC 815, RFC 1122 §3.3.2).
//!
//! Fragments with the same source, destination, protocol and identification belong together. The datagram is complete
//! when its bytes are there without a gap; it is given up 30 s after its first fragment arrived
//! (`/ip/settings ipv4-fragment-time`), and at once when two fragments overlap without being the same.
//!
//! **Deadline:** may change in [`Reassembler::insert`] and [`Reassembler::wake`].

use super::drop::IpDrop;
use clock::{Deadlines, Duration, Instant};
use core::net::Ipv4Addr;
use std::collections::BTreeMap;
use wire::Frame;
use wire::ipv4::{Repr, View};

/// Longest datagram, header included, in bytes.
const DATAGRAM_MAX: usize = 65_535;

/// What fragments of one datagram share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Who sent it.
    pub source: Ipv4Addr,
    /// Whom it is for.
    pub destination: Ipv4Addr,
    /// Protocol number.
    pub protocol: u8,
    /// Identification.
    pub id: u16,
}

impl Key {
    /// The key of a fragment.
    #[must_use]
    pub const fn of(view: &View<'_>) -> Self {
        Self {
            source: view.source(),
            destination: view.destination(),
            protocol: view.protocol().0,
            id: view.id(),
        }
    }
}

/// What became of a fragment.
#[derive(Debug)]
#[must_use]
pub enum Outcome {
    /// It waits for the others.
    Held,
    /// The datagram is whole.
    Complete {
        /// The first fragment's frame, grown to the whole datagram, its link header as it was.
        frame: Frame,
        /// The other frames, whose bytes are in `frame` now; to be ended as merged.
        merged: Vec<Frame>,
    },
    /// These frames end: the fragment alone, or with all that waited for it.
    Dropped(IpDrop, Vec<Frame>),
}

/// A datagram that was given up.
#[derive(Debug)]
pub struct Expired {
    /// Its fragments in the order of their place.
    pub frames: Vec<Frame>,
    /// The first frame is the first fragment, so that "time exceeded in reassembly" (11/1) may be sent about it.
    pub has_first: bool,
    /// Offset of the IPv4 header in the first frame.
    pub offset: usize,
}

#[derive(Clone, Debug)]
struct Fragment {
    start: usize,
    end: usize,
    /// Offset of the IPv4 header in the frame.
    offset: usize,
    header_len: usize,
    frame: Frame,
}

#[derive(Clone, Debug, Default)]
struct Datagram {
    /// By place, without overlap.
    fragments: Vec<Fragment>,
    /// Length of the whole payload, known from the last fragment.
    total: Option<usize>,
}

impl Datagram {
    fn frames(self) -> Vec<Frame> {
        self.fragments.into_iter().map(|f| f.frame).collect()
    }

    fn is_complete(&self) -> bool {
        let mut end = 0;
        for fragment in &self.fragments {
            if fragment.start != end {
                return false;
            }
            end = fragment.end;
        }
        self.total == Some(end)
    }
}

/// Fragments that wait for their datagram.
#[derive(Clone, Debug)]
pub struct Reassembler {
    /// Time from the first fragment to giving up.
    pub timeout: Duration,
    /// Most bytes that may wait (`ipv4-high-fragment-thresh`).
    pub memory_max: usize,
    datagrams: BTreeMap<Key, Datagram>,
    timers: Deadlines<Key>,
    bytes: usize,
    held: usize,
}

impl Default for Reassembler {
    /// 30 s, 4 MiB.
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            memory_max: 4 << 20,
            datagrams: BTreeMap::new(),
            timers: Deadlines::default(),
            bytes: 0,
            held: 0,
        }
    }
}

impl Reassembler {
    /// Takes in the fragment in `frame`, whose IPv4 header begins at `offset` and has been validated. A datagram that is
    /// no fragment is complete at once.
    pub fn insert(&mut self, now: Instant, frame: Frame, offset: usize) -> Outcome {
        let bytes = frame.bytes().get(offset..).unwrap_or_default();
        let view = match View::new(bytes) {
            Ok(view) => view,
            Err(error) => return Outcome::Dropped(error.into(), vec![frame]),
        };
        if !view.is_fragment() {
            return Outcome::Complete { frame, merged: Vec::new() };
        }
        let (key, last) = (Key::of(&view), !view.more_fragments());
        let (start, len, header_len) = (view.fragment_offset(), view.payload().len(), view.header_len());
        let end = start + len;
        if len == 0 || !last && len % 8 != 0 {
            return Outcome::Dropped(IpDrop::FragmentLength, vec![frame]);
        }
        if end + header_len > DATAGRAM_MAX {
            return self.give_up(key, IpDrop::FragmentTooLong, frame);
        }
        if self.bytes + frame.len() > self.memory_max {
            return Outcome::Dropped(IpDrop::ReassemblyMemory, vec![frame]);
        }
        let datagram = self.datagrams.entry(key).or_default();
        if datagram.fragments.is_empty() {
            self.timers.set(key, now + self.timeout);
        }
        match place(datagram, start, end, last) {
            Place::Duplicate => return Outcome::Dropped(IpDrop::FragmentDuplicate, vec![frame]),
            Place::Overlap => return self.give_up(key, IpDrop::FragmentOverlap, frame),
            Place::Free(at) => {
                self.bytes += frame.len();
                self.held += 1;
                datagram.fragments.insert(at, Fragment { start, end, offset, header_len, frame });
            }
        }
        if last {
            datagram.total = Some(end);
        }
        if datagram.is_complete() { self.complete(key) } else { Outcome::Held }
    }

    /// Ends all that waits for a datagram, with `frame`, which spoilt it.
    fn give_up(&mut self, key: Key, reason: IpDrop, frame: Frame) -> Outcome {
        let mut frames = self.take(key).frames();
        frames.push(frame);
        Outcome::Dropped(reason, frames)
    }

    fn take(&mut self, key: Key) -> Datagram {
        self.timers.stop(&key);
        let datagram = self.datagrams.remove(&key).unwrap_or_default();
        self.held -= datagram.fragments.len();
        self.bytes -= datagram.fragments.iter().map(|f| f.frame.len()).sum::<usize>();
        datagram
    }

    /// Puts the payloads behind the first fragment's and rewrites its header.
    fn complete(&mut self, key: Key) -> Outcome {
        let mut fragments = self.take(key).fragments.into_iter();
        let Some(Fragment { mut frame, offset, header_len, end, .. }) = fragments.next() else {
            return Outcome::Held;
        };
        frame.truncate(offset + header_len + end);
        let mut merged = Vec::with_capacity(fragments.len());
        for fragment in fragments {
            let from = fragment.offset + fragment.header_len;
            let payload = fragment.frame.bytes().get(from..from + (fragment.end - fragment.start));
            frame.extend_from_slice(payload.unwrap_or_default());
            merged.push(fragment.frame);
        }
        let packet = frame.bytes_mut().get_mut(offset..).unwrap_or_default();
        let len = packet.len();
        if let Ok(first) = View::of_quote(packet) {
            let payload_len = (len - header_len) as u16;
            let header = Repr { more_fragments: false, fragment_offset: 0, payload_len, ..Repr::of(&first) };
            header.emit(packet);
        }
        Outcome::Complete { frame, merged }
    }

    /// Frames that wait.
    #[must_use]
    pub const fn held(&self) -> usize {
        self.held
    }

    /// Bytes that wait.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// When [`Reassembler::wake`] has something to do.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.timers.next()
    }

    /// Gives up the datagrams whose time is over.
    pub fn wake(&mut self, now: Instant, out: &mut Vec<Expired>) {
        while let Some(key) = self.timers.take_due(now) {
            let datagram = self.take(key);
            let first = datagram.fragments.first();
            let has_first = first.is_some_and(|f| f.start == 0);
            let offset = first.map_or(0, |f| f.offset);
            out.push(Expired { has_first, offset, frames: datagram.frames() });
        }
    }
}

enum Place {
    Free(usize),
    Duplicate,
    Overlap,
}

/// Where the bytes from `start` to `end` go among the fragments that are there.
fn place(datagram: &Datagram, start: usize, end: usize, last: bool) -> Place {
    let fragments = &datagram.fragments;
    let at = fragments.partition_point(|f| f.start < start);
    if fragments.get(at).is_some_and(|f| f.start == start && f.end == end) {
        return Place::Duplicate;
    }
    let meets_before = at > 0 && fragments[at - 1].end > start;
    let meets_after = fragments.get(at).is_some_and(|f| f.start < end);
    // A second end, or bytes behind the end.
    let beyond = datagram.total.is_some_and(|total| end > total || last && end != total)
        || last && fragments.last().is_some_and(|f| f.end > end);
    if meets_before || meets_after || beyond { Place::Overlap } else { Place::Free(at) }
}

#[cfg(test)]
mod tests;
