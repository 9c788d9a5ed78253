//! Problems of an input: a message with its place. All problems of a lab are collected and shown together.

use std::fmt;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// One text that was read: a lab file, a `.rsc` file or an inline config.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// How a person names it: the path as it was given, or `lab.clab.yml (startup-config of r1)`.
    pub name: String,
    /// The text as it stands in the file.
    pub text: String,
    /// The same with LF for each CR that ends a line by itself, where there is one: lines are drawn by it.
    drawn: Option<String>,
}

impl Source {
    /// A source that several places can share.
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        let text = text.into();
        let drawn = text.contains('\r').then(|| text.replace("\r\n", " \n").replace('\r', "\n"));
        Arc::new(Self { name: name.into(), text, drawn })
    }

    /// Line and column (both from 1, column in characters) of a byte offset. LF, CR and CRLF end a line.
    #[must_use]
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let offset = self.floor(offset);
        let (mut line, mut start) = (1, 0);
        for next in line_starts(&self.text).take_while(|next| *next <= offset) {
            (line, start) = (line + 1, next);
        }
        (line, self.text[start..offset].chars().count() + 1)
    }

    /// The byte offset of a line and column (both from 1, column in characters); clamped to the text.
    #[must_use]
    pub fn offset(&self, line: usize, column: usize) -> usize {
        let start = match line.checked_sub(2) {
            None => Some(0),
            Some(before) => line_starts(&self.text).nth(before),
        };
        let Some(start) = start else { return self.text.len() };
        let line_end = self.text[start..].find(['\n', '\r']).map_or(self.text.len(), |i| start + i);
        self.text[start..line_end]
            .char_indices()
            .nth(column.saturating_sub(1))
            .map_or(line_end, |(i, _)| start + i)
    }

    /// The largest character boundary at or before `offset`.
    pub(crate) fn floor(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }
}

/// Where the lines of a text begin, without the first.
fn line_starts(text: &str) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    let ends = text.match_indices(['\n', '\r']).map(|(at, _)| at + 1);
    ends.filter(|after| !(bytes.get(after - 1) == Some(&b'\r') && bytes.get(*after) == Some(&b'\n')))
}

/// A stretch of a [`Source`], as byte offsets.
#[derive(Clone, PartialEq, Eq)]
pub struct Place {
    /// The text that this is a part of.
    pub source: Arc<Source>,
    /// Byte offsets, clamped when shown.
    pub span: Range<usize>,
}

impl Place {
    /// The text that the place covers.
    #[must_use]
    pub fn text(&self) -> &str {
        let start = self.source.floor(self.span.start);
        let end = self.source.floor(self.span.end).max(start);
        &self.source.text[start..end]
    }
}

impl fmt::Display for Place {
    /// `lab.clab.yml:12:5`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = self.source.line_column(self.span.start);
        write!(f, "{}:{line}:{column}", self.source.name)
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// One thing that is wrong with an input.
#[derive(Clone, Debug)]
pub struct Problem {
    /// What is wrong, one sentence.
    pub message: String,
    /// Where; none when the problem is a file that can't be read.
    pub place: Option<Place>,
    /// Words under the underlined text.
    pub label: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// A second place that explains the first ("first used here").
    pub other: Option<(Place, String)>,
    /// A warning has a name that never changes (`shadowed-rule`); what is wrong has none.
    pub code: Option<&'static str>,
}

impl Problem {
    /// A problem at a place.
    #[must_use]
    pub fn at(place: &Place, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            place: Some(place.clone()),
            label: None,
            help: None,
            other: None,
            code: None,
        }
    }

    /// A problem without a place in a text.
    #[must_use]
    pub fn plain(message: impl Into<String>) -> Self {
        Self { message: message.into(), place: None, label: None, help: None, other: None, code: None }
    }

    /// A file that can't be read or written.
    #[must_use]
    pub fn io(path: &Path, doing: &str, error: &std::io::Error) -> Self {
        Self::plain(format!("cannot {doing} {}: {error}", path.display()))
    }

    /// Adds words under the underlined text.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Adds a hint.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a second place.
    #[must_use]
    pub fn other(mut self, place: &Place, label: impl Into<String>) -> Self {
        self.other = Some((place.clone(), label.into()));
        self
    }

    /// Makes it a warning.
    #[must_use]
    pub fn warning(mut self, code: &'static str) -> Self {
        self.code = Some(code);
        self
    }

    /// Adds "did you mean" when a known name is near `word`, else lists `known` when the list is short.
    #[must_use]
    pub fn suggest<'a>(self, word: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let known: Vec<&str> = known.into_iter().collect();
        match nearest(word, known.iter().copied()) {
            Some(near) => self.help(format!("did you mean `{near}`?")),
            None if !known.is_empty() && known.len() <= 12 => {
                self.help(format!("known here: {}", known.join(", ")))
            }
            None => self,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

impl miette::SourceCode for Source {
    fn read_span<'a>(
        &'a self,
        span: &miette::SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn miette::SpanContents<'a> + 'a>, miette::MietteError> {
        let text = self.drawn.as_ref().unwrap_or(&self.text);
        let inner = text.read_span(span, lines_before, lines_after)?;
        // Said of the place itself; it counts bytes.
        let column = match inner.column() {
            0 => 0,
            _ => self.line_column(span.offset()).1 - 1,
        };
        Ok(Box::new(miette::MietteSpanContents::new_named(
            self.name.clone(),
            inner.data(),
            *inner.span(),
            inner.line(),
            column,
            inner.line_count(),
        )))
    }
}

impl miette::Diagnostic for Problem {
    fn severity(&self) -> Option<miette::Severity> {
        Some(if self.code.is_some() { miette::Severity::Warning } else { miette::Severity::Error })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        self.place.as_ref().map(|place| &*place.source as &dyn miette::SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = miette::LabeledSpan> + '_>> {
        let place = self.place.as_ref()?;
        let span = |place: &Place| {
            let start = place.source.floor(place.span.start);
            let end = place.source.floor(place.span.end).max(start);
            (start, end - start)
        };
        let mut labels = vec![miette::LabeledSpan::new_primary_with_span(self.label.clone(), span(place))];
        if let Some((other, label)) = &self.other
            && Arc::ptr_eq(&other.source, &place.source)
        {
            labels.push(miette::LabeledSpan::new_with_span(Some(label.clone()), span(other)));
        }
        Some(Box::new(labels.into_iter()))
    }
}

/// Everything that is wrong with an input; never empty.
#[derive(Clone, Debug)]
pub struct Problems(pub Vec<Problem>);

/// How problems are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// With colours.
    pub color: bool,
    /// With line-drawing characters beyond ASCII.
    pub unicode: bool,
    /// Width of the terminal in characters.
    pub width: usize,
}

impl Problems {
    /// All problems with the text around them, the place underlined.
    #[must_use]
    pub fn render(&self, style: Style) -> String {
        let mut theme = match (style.unicode, style.color) {
            (true, true) => miette::GraphicalTheme::unicode(),
            (true, false) => miette::GraphicalTheme::unicode_nocolor(),
            (false, _) => miette::GraphicalTheme::ascii(),
        };
        if !style.color {
            theme.styles = miette::ThemeStyles::none();
        }
        theme.characters.error = String::from("error:");
        let mut out = String::new();
        for problem in &self.0 {
            let mut theme = theme.clone();
            theme.characters.warning = format!("warning[{}]:", problem.code.unwrap_or_default());
            let handler = miette::GraphicalReportHandler::new_themed(theme)
                .with_width(style.width)
                .with_context_lines(1);
            if handler.render_report(&mut out, problem).is_err() {
                out.push_str(&problem.message);
            }
        }
        out
    }
}

impl fmt::Display for Problems {
    /// One line for each problem, `place: message`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            match &problem.place {
                Some(place) => write!(f, "{place}: {problem}")?,
                None => write!(f, "{problem}")?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

/// The known name that is nearest to `word`, when it is near enough to be a slip of the finger.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).clamp(1, 3);
    known
        .into_iter()
        .map(|name| (strsim::osa_distance(word, name), name))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_characters_from_one() {
        let source = Source::new("a", "one\nzwölf x\n");
        assert_eq!(source.line_column(0), (1, 1));
        let x = source.text.find('x').unwrap();
        assert_eq!(source.line_column(x), (2, 7));
        assert_eq!(source.offset(2, 7), x);
        assert_eq!(source.offset(9, 1), source.text.len());
    }

    #[test]
    fn lines_end_as_the_console_ends_them() {
        for text in ["ab\ncd\n\nx\n", "ab\rcd\r\rx\r", "ab\r\ncd\r\n\r\nx\r\n", "ab\rcd\n\r\nx"] {
            let source = Source::new("a", text);
            for (found, line, column) in [('b', 1, 2), ('c', 2, 1), ('d', 2, 2), ('x', 4, 1)] {
                let at = source.text.find(found).unwrap();
                assert_eq!(source.line_column(at), (line, column), "{text:?} {found}");
                assert_eq!(source.offset(line, column), at, "{text:?} {found}");
            }
            let style = Style { color: false, unicode: false, width: 80 };
            let at = source.text.find('d').unwrap();
            let place = Place { source, span: at..at + 1 };
            let drawn = Problems(vec![Problem::at(&place, "no")]).render(style);
            assert!(drawn.contains("[a:2:2]") && drawn.contains(" 2 | cd"), "{text:?}: {drawn}");
        }
    }

    #[test]
    fn the_heading_of_a_drawn_problem_counts_characters_too() {
        let source = Source::new("a", "one\nzwölf x\n");
        let x = source.text.find('x').unwrap();
        let place = Place { source, span: x..x + 1 };
        let style = Style { color: false, unicode: false, width: 80 };
        let drawn = Problems(vec![Problem::at(&place, "no")]).render(style);
        assert!(drawn.contains("[a:2:7]"), "{drawn}");
    }

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        assert_eq!(nearest("brige", ["bridge", "host"]), Some("bridge"));
        assert_eq!(nearest("pc4", ["pc1", "r1"]), Some("pc1"));
        assert_eq!(nearest("server", ["pc1", "r1"]), None);
    }
}
