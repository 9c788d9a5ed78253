//! [`Records`]: recorded frames in memory, and [`drain`]: the ordered merge of several of them.

use clock::Instant;

/// A recorded frame. Records are ordered by (time, source), and those of one source by the order of recording.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Record<'a> {
    /// When.
    pub at: Instant,
    /// Who: any number that names the source (a port, a node). One source must record into one [`Records`] only.
    pub source: u64,
    /// The frame without FCS.
    pub bytes: &'a [u8],
    /// A remark: why the frame was dropped. Empty when there is none.
    pub comment: &'a str,
}

/// Where the bytes of a record are.
#[derive(Clone, Copy, Debug)]
struct Entry {
    at: u64,
    source: u64,
    /// Start in `bytes`; the comment stands behind the frame.
    start: usize,
    len: u32,
    comment: u32,
}

/// Recorded frames, waiting to be merged and written.
#[derive(Clone, Default, Debug)]
pub struct Records {
    entries: Vec<Entry>,
    bytes: Vec<u8>,
}

impl Records {
    /// Records a frame at `at`.
    #[inline]
    pub fn push(&mut self, at: Instant, source: u64, bytes: &[u8]) {
        let (start, len) = (self.bytes.len(), bytes.len() as u32);
        self.bytes.extend_from_slice(bytes);
        self.entries.push(Entry { at: at.as_nanos(), source, start, len, comment: 0 });
    }

    /// Adds a remark to the frame that was recorded last; no effect when there is none, or it has a remark.
    pub fn comment_last(&mut self, comment: &str) {
        if let Some(last) = self.entries.last_mut()
            && last.comment == 0
        {
            last.comment = comment.len() as u32;
            self.bytes.extend_from_slice(comment.as_bytes());
        }
    }

    /// Forgets the records of `source` after `at`: frames that were to leave later but never did.
    pub fn forget_after(&mut self, at: Instant, source: u64) {
        self.entries.retain(|e| e.source != source || e.at <= at.as_nanos());
    }

    /// Bytes of memory that the recorded frames take.
    #[must_use]
    pub fn size(&self) -> usize {
        self.bytes.len() + self.entries.len() * size_of::<Entry>()
    }

    /// True when nothing is recorded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn record(&self, entry: &Entry) -> Record<'_> {
        let (frame, comment) = (entry.start + entry.len as usize, entry.comment as usize);
        Record {
            at: Instant::from_nanos(entry.at),
            source: entry.source,
            bytes: self.bytes.get(entry.start..frame).unwrap_or_default(),
            comment: core::str::from_utf8(self.bytes.get(frame..frame + comment).unwrap_or_default())
                .unwrap_or_default(),
        }
    }

    /// Drops the records before `end` and moves the others to the front.
    fn keep_from(&mut self, end: u64) {
        if self.entries.iter().all(|e| e.at < end) {
            self.entries.clear();
            self.bytes.clear();
            return;
        }
        let mut kept = Self::default();
        for entry in self.entries.iter().filter(|e| e.at >= end) {
            let stop = entry.start + entry.len as usize + entry.comment as usize;
            kept.entries.push(Entry { start: kept.bytes.len(), ..*entry });
            kept.bytes.extend_from_slice(self.bytes.get(entry.start..stop).unwrap_or_default());
        }
        *self = kept;
    }
}

/// Hands all records before `end` (exclusive) to `each` in the order (time, source, recording), and forgets them.
///
/// # Errors
/// The first error of `each`; the records that were not handed out by then are lost.
pub fn drain<E>(
    all: &mut [&mut Records],
    end: Instant,
    mut each: impl FnMut(Record<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let end = end.as_nanos();
    let mut order: Vec<(u64, u64, u32, u32)> = Vec::with_capacity(all.iter().map(|r| r.entries.len()).sum());
    for (r, records) in all.iter().enumerate() {
        let due = records.entries.iter().enumerate().filter(|(_, e)| e.at < end);
        order.extend(due.map(|(i, e)| (e.at, e.source, r as u32, i as u32)));
    }
    order.sort();
    let mut result = Ok(());
    for &(_, _, r, i) in &order {
        let records = &all[r as usize];
        result = each(records.record(&records.entries[i as usize]));
        if result.is_err() {
            break;
        }
    }
    all.iter_mut().for_each(|records| records.keep_from(end));
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(n: u64) -> Instant {
        Instant::from_nanos(n)
    }

    fn drained(all: &mut [&mut Records], end: u64) -> Vec<(u64, u64, String, String)> {
        let mut out = Vec::new();
        let done: Result<(), ()> = drain(all, at(end), |r| {
            let text = String::from_utf8_lossy(r.bytes).into_owned();
            out.push((r.at.as_nanos(), r.source, text, r.comment.to_owned()));
            Ok(())
        });
        done.unwrap();
        out
    }

    #[test]
    fn records_of_several_regions_come_out_in_one_order() {
        let (mut a, mut b) = (Records::default(), Records::default());
        a.push(at(5), 1, b"second");
        a.push(at(5), 1, b"third");
        a.push(at(3), 9, b"first");
        a.comment_last("why");
        a.push(at(20), 1, b"later");
        b.push(at(5), 2, b"fourth");
        let got = drained(&mut [&mut a, &mut b], 20);
        let texts: Vec<_> = got.iter().map(|r| r.2.as_str()).collect();
        assert_eq!(texts, ["first", "second", "third", "fourth"]);
        assert_eq!((got[0].3.as_str(), got[1].3.as_str()), ("why", ""));
        assert!(b.is_empty() && !a.is_empty());
        assert_eq!(drained(&mut [&mut b, &mut a], 21)[0].2, "later");
        assert_eq!((a.size(), b.size()), (0, 0));
    }

    #[test]
    fn frames_that_never_left_are_forgotten() {
        let mut a = Records::default();
        a.push(at(5), 1, b"left");
        a.push(at(9), 1, b"never left");
        a.push(at(9), 2, b"other port");
        a.forget_after(at(7), 1);
        let texts: Vec<_> = drained(&mut [&mut a], 100).into_iter().map(|r| r.2).collect();
        assert_eq!(texts, ["left", "other port"]);
    }

    #[test]
    fn an_error_of_the_sink_is_handed_on() {
        let mut a = Records::default();
        a.push(at(5), 1, b"x");
        assert_eq!(drain(&mut [&mut a], at(9), |_| Err("full")), Err("full"));
    }
}
