//! [`Frame`]: a single-owner pooled buffer with headroom, and the [`Pool`] that it comes from.
//!
//! A frame is rewritten in place on its way and its buffer goes back to a pool in the end, so a hop allocates
//! nothing. Headroom lets a VLAN tag or an outer header be pushed without moving the payload. The length changes only
//! by writing, so bytes of an earlier frame never surface.

/// Free bytes in front of a fresh frame: an outer Ethernet, two tags, an outer IPv4 and a tunnel header fit.
pub const HEADROOM: usize = 64;

/// Capacities of the size classes; larger frames get a buffer of their own size that is not pooled.
const CLASSES: [usize; 3] = [256, 2048, 10_240];

/// What travels with a frame inside a device. It never reaches the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Meta {
    /// The journey that records this frame's way; 0 = none.
    pub journey: u32,
    /// Number of times that this frame has crossed a cable.
    pub hops: u32,
}

/// One Ethernet frame without FCS, first byte = destination MAC.
///
/// Get one from [`Pool::alloc`], hand it back with [`Pool::free`] (the kernel's context does both and counts). `Clone`
/// exists to fork a world; within a device copy with [`Pool::copy`].
#[derive(Debug)]
pub struct Frame {
    buf: Box<[u8]>,
    start: u32,
    end: u32,
    /// What travels with the frame.
    pub meta: Meta,
}

impl Frame {
    fn with_capacity(capacity: usize) -> Self {
        let start = HEADROOM as u32;
        Self { buf: vec![0; capacity].into_boxed_slice(), start, end: start, meta: Meta::default() }
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        (self.end - self.start) as usize
    }

    /// True when no byte has been written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// The bytes.
    #[must_use]
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        &self.buf[self.start as usize..self.end as usize]
    }

    /// The bytes, to rewrite.
    #[must_use]
    #[inline]
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.buf[self.start as usize..self.end as usize]
    }

    /// Appends `bytes`; grows the buffer when they do not fit.
    pub fn extend_from_slice(&mut self, bytes: &[u8]) {
        self.reserve_back(bytes.len());
        let end = self.end as usize;
        self.buf[end..end + bytes.len()].copy_from_slice(bytes);
        self.end += bytes.len() as u32;
    }

    /// Appends `n` zero bytes and returns them, to be written.
    pub fn extend_zeroed(&mut self, n: usize) -> &mut [u8] {
        self.reserve_back(n);
        let end = self.end as usize;
        self.end += n as u32;
        let new = &mut self.buf[end..end + n];
        new.fill(0);
        new
    }

    /// Puts `n` zero bytes in front and returns them, to be written.
    pub fn push_front_zeroed(&mut self, n: usize) -> &mut [u8] {
        self.reserve_front(n);
        self.start -= n as u32;
        let start = self.start as usize;
        let new = &mut self.buf[start..start + n];
        new.fill(0);
        new
    }

    /// Removes up to `n` bytes from the front.
    pub fn pull_front(&mut self, n: usize) {
        self.start = (self.start + n as u32).min(self.end);
    }

    /// Cuts the frame to `len` bytes; no effect when it is shorter.
    pub fn truncate(&mut self, len: usize) {
        if len < self.len() {
            self.end = self.start + len as u32;
        }
    }

    /// Fills up with zero bytes to `len`; no effect when it is as long already.
    #[inline]
    pub fn pad_to(&mut self, len: usize) {
        if self.len() < len {
            self.extend_zeroed(len - self.len());
        }
    }

    fn reserve_back(&mut self, n: usize) {
        if self.end as usize + n > self.buf.len() {
            self.grow(self.start as usize, n);
        }
    }

    fn reserve_front(&mut self, n: usize) {
        if (self.start as usize) < n {
            self.grow(n + HEADROOM, 0);
        }
    }

    /// Moves the bytes to a larger buffer with `front` free bytes before and `back` behind.
    #[cold]
    fn grow(&mut self, front: usize, back: usize) {
        let len = self.len();
        let capacity = class_for(front + len + back).map_or(front + len + back, |c| CLASSES[c]);
        let mut buf = vec![0; capacity].into_boxed_slice();
        buf[front..front + len].copy_from_slice(self.bytes());
        self.buf = buf;
        self.start = front as u32;
        self.end = (front + len) as u32;
    }
}

impl Clone for Frame {
    fn clone(&self) -> Self {
        let mut buf = vec![0; self.buf.len()].into_boxed_slice();
        buf[self.start as usize..self.end as usize].copy_from_slice(self.bytes());
        Self { buf, ..*self }
    }
}

/// Smallest size class that holds `capacity` bytes.
fn class_for(capacity: usize) -> Option<usize> {
    CLASSES.iter().position(|c| capacity <= *c)
}

/// Free buffers by size class, and the count of frames that are alive.
///
/// There is one pool for each region of a world. A frame may return to another pool than the one it came from:
/// `live` of all regions together is what counts.
#[derive(Debug, Default)]
pub struct Pool {
    free: [Vec<Box<[u8]>>; CLASSES.len()],
    live: i64,
}

/// At most so many free buffers are kept in each class; a burst does not hold memory for ever.
const FREE_MAX: usize = 4096;

impl Pool {
    /// An empty frame with room for `len` bytes.
    #[inline]
    pub fn alloc(&mut self, len: usize) -> Frame {
        self.live += 1;
        let capacity = HEADROOM + len;
        let Some(class) = class_for(capacity) else { return Frame::with_capacity(capacity) };
        match self.free[class].pop() {
            Some(buf) => Frame { buf, start: HEADROOM as u32, end: HEADROOM as u32, meta: Meta::default() },
            None => Frame::with_capacity(CLASSES[class]),
        }
    }

    /// A frame with the given bytes.
    #[inline]
    pub fn frame(&mut self, bytes: &[u8]) -> Frame {
        let mut frame = self.alloc(bytes.len());
        frame.extend_from_slice(bytes);
        frame
    }

    /// A copy of `frame`, with its journey.
    #[inline]
    pub fn copy(&mut self, frame: &Frame) -> Frame {
        let mut copy = self.frame(frame.bytes());
        copy.meta = frame.meta;
        copy
    }

    /// Ends the frame and keeps its buffer for the next.
    #[inline]
    pub fn free(&mut self, frame: Frame) {
        self.live -= 1;
        if let Some(class) = CLASSES.iter().position(|c| frame.buf.len() == *c)
            && self.free[class].len() < FREE_MAX
        {
            self.free[class].push(frame.buf);
        }
    }

    /// Frames handed out and not yet freed. With several pools only the sum has a meaning.
    #[must_use]
    pub fn live(&self) -> i64 {
        self.live
    }

    /// Overwrites every free buffer, so that a test can show that no recycled byte surfaces.
    pub fn fill_with_junk(&mut self, junk: u8) {
        for buf in self.free.iter_mut().flatten() {
            buf.fill(junk);
        }
    }
}

impl Clone for Pool {
    /// A fork starts with no spare buffers but knows how many frames are alive.
    fn clone(&self) -> Self {
        Self { free: Default::default(), live: self.live }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_pushed_and_pulled_without_moving_the_payload() {
        let mut pool = Pool::default();
        let mut f = pool.frame(b"payload");
        f.push_front_zeroed(3).copy_from_slice(b"hdr");
        assert_eq!(f.bytes(), b"hdrpayload");
        f.pull_front(3);
        assert_eq!(f.bytes(), b"payload");
        f.truncate(3);
        f.pad_to(5);
        assert_eq!(f.bytes(), b"pay\0\0");
        pool.free(f);
        assert_eq!(pool.live(), 0);
    }

    #[test]
    fn a_frame_grows_past_its_class_and_headroom() {
        let mut pool = Pool::default();
        let mut f = pool.frame(&[7; 200]);
        f.extend_from_slice(&[8; 20_000]);
        assert_eq!(f.len(), 20_200);
        f.push_front_zeroed(1000).fill(1);
        assert_eq!((f.bytes()[0], f.bytes()[1000], f.bytes()[21_199]), (1, 7, 8));
        pool.free(f);
    }

    #[test]
    fn recycled_bytes_never_surface() {
        let mut pool = Pool::default();
        let f = pool.frame(&[9; 100]);
        pool.free(f);
        pool.fill_with_junk(0xAA);
        let mut f = pool.alloc(100);
        assert!(f.is_empty());
        f.extend_zeroed(50);
        f.push_front_zeroed(10);
        assert!(f.bytes().iter().all(|b| *b == 0));
        let copy = f.clone();
        assert_eq!(copy.bytes(), f.bytes());
    }
}
