//! A Dockerfile's source, cut into coloured spans for the page.

/// What a span is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpanKind {
    /// An instruction word.
    Keyword,
    /// A `--flag`.
    Flag,
    /// A quoted text.
    String,
    /// A `$variable`.
    Variable,
    /// A comment line.
    Comment,
    /// Everything else.
    Plain,
}

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// What it is.
    pub kind: SpanKind,
    /// Its text.
    pub text: String,
}

/// One physical line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceLine {
    /// Its number, from 1.
    pub number: u32,
    /// Its spans; together they are the line without its line end.
    pub spans: Vec<Span>,
}
