//! [`Position`] and [`Span`]: places in a script's source.

use std::sync::Arc;

/// A place in a source: 1-based line, 1-based **byte** column in the physical line, and how many bytes to underline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1. LF, CR and CRLF end a line.
    pub line: u32,
    /// Byte in the line, from 1.
    pub column: u32,
    /// Bytes of the token at fault; 0 at the end of the source.
    pub length: u32,
}

/// A byte range of the source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
}

impl Span {
    pub(crate) fn new(start: usize, end: usize) -> Self {
        let clip = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { start: clip(start), end: clip(end) }
    }
    pub(crate) fn to(self, other: Self) -> Self {
        Self { start: self.start, end: other.end.max(self.end) }
    }
}

/// Where the lines of a source start.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lines {
    starts: Arc<[u32]>,
}

impl Lines {
    pub(crate) fn new(source: &[u8]) -> Self {
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', source) {
            let crlf = source.get(at..at + 2) == Some(b"\r\n");
            if !crlf {
                starts.push(Span::new(at + 1, at + 1).start);
            }
        }
        Self { starts: starts.into() }
    }

    pub(crate) fn position(&self, span: Span) -> Position {
        let line = self.starts.partition_point(|start| *start <= span.start).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        Position {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: span.start - start + 1,
            length: span.end.saturating_sub(span.start),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_with_lf_cr_or_crlf() {
        let lines = Lines::new(b"ab\r\nc\rd\ne");
        let at = |n| {
            let p = lines.position(Span::new(n, n + 1));
            (p.line, p.column)
        };
        assert_eq!(
            [at(0), at(1), at(4), at(6), at(8), at(9)],
            [(1, 1), (1, 2), (2, 1), (3, 1), (4, 1), (4, 2)]
        );
    }
}
