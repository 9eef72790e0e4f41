//! Reads a Dockerfile as BuildKit does: physical lines to logical lines to typed instructions.
//!
//! Total: a bad instruction is a diagnostic of that instruction, the rest is read on. Nothing
//! here knows about stages or values of variables.

mod instruction;
mod text;

pub use instruction::{Arguments, Flag, Heredoc, Instruction, Keyword, Pair};
pub use text::{MappedText, Piece};

use crate::LineRange;

/// How far an error reaches in BuildKit, which stops at the first one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The line parser refuses the file (an open heredoc, `ENV A`, a line over the limit).
    File,
    /// The line parser passes, the instruction is refused (an unknown keyword, a missing argument).
    Instruction,
}

/// Something that BuildKit would refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How far it reaches.
    pub reach: Reach,
    /// The lines it is about; none for the file as a whole.
    pub lines: Option<LineRange>,
    /// What is the matter, lower case, no full stop.
    pub message: String,
}

/// A comment line, which is no part of any instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its physical line.
    pub line: u32,
    /// The text behind `#`, trimmed.
    pub text: String,
}

/// A Dockerfile as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dockerfile {
    /// The instructions in their order, bad ones too.
    pub instructions: Vec<Instruction>,
    /// Everything that BuildKit would refuse, in line order.
    pub diagnostics: Vec<Diagnostic>,
    /// The comment lines, parser directives included.
    pub comments: Vec<Comment>,
    /// The escape character: a backslash, or a backtick by directive.
    pub escape: char,
    /// The `syntax` directive, if there is one.
    pub syntax: Option<String>,
    /// How many physical lines the file has.
    pub line_count: u32,
}

impl Dockerfile {
    /// True if BuildKit's line parser refuses the file.
    #[must_use]
    pub fn is_rejected(&self) -> bool {
        self.diagnostics.iter().any(|it| it.reach == Reach::File)
    }
}

/// Reads a Dockerfile. Bytes that are no UTF-8 become replacement characters.
#[must_use]
pub fn read(bytes: &[u8]) -> Dockerfile {
    let _ = bytes;
    Dockerfile {
        instructions: Vec::new(),
        diagnostics: Vec::new(),
        comments: Vec::new(),
        escape: '\\',
        syntax: None,
        line_count: 0,
    }
}
