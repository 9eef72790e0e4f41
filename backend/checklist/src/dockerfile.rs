//! Reads a Dockerfile as BuildKit does: physical lines to logical lines to typed instructions.
//!
//! Total: a bad instruction is a diagnostic of that instruction, the rest is read on. Nothing
//! here knows about stages or values of variables.

pub(crate) mod expand;
mod flags;
mod heredoc;
mod instruction;
mod json;
mod lines;
mod parse;
mod text;
mod validate;
mod words;

use std::collections::HashSet;

use lines::LineReader;

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
    let mut reader = LineReader::new(bytes);
    let mut instructions = Vec::new();
    while let Some(line) = reader.logical_line() {
        let (mut instruction, refusal) = parse::instruction(&line.text, line.lines, reader.escape);
        if let Some(message) = refusal {
            reader.refuse(line.lines, message);
        }
        if takes_heredocs(&instruction) {
            attach_heredocs(&mut instruction, &line.text, &mut reader);
        }
        instructions.push(instruction);
    }
    let line_count = reader.line_count();
    let LineReader { escape, syntax, comments, mut diagnostics, .. } = reader;
    if instructions.is_empty() {
        let message = "the file has no instructions".to_owned();
        diagnostics.push(Diagnostic { reach: Reach::File, lines: None, message });
    }
    require_stage(&mut instructions);
    diagnostics.extend(instruction_errors(&instructions, &diagnostics));
    diagnostics.sort_by_key(|it| it.lines);
    Dockerfile { instructions, diagnostics, comments, escape, syntax, line_count }
}

/// Only `RUN`, `COPY`, `ADD` and triggers of them take heredocs, and not in JSON form.
fn takes_heredocs(instruction: &Instruction) -> bool {
    let instruction = match &instruction.arguments {
        Arguments::Trigger(trigger) => trigger,
        _ => instruction,
    };
    matches!(instruction.keyword, Keyword::Run | Keyword::Copy | Keyword::Add)
        && !instruction.is_exec_form()
}

fn attach_heredocs(instruction: &mut Instruction, line: &MappedText, reader: &mut LineReader<'_>) {
    let mut heredocs = Vec::new();
    for marker in heredoc::markers(line.as_str()) {
        let Some((body, line_count)) = reader.heredoc_body(&marker) else {
            let message = format!("the heredoc {} has no end", marker.name);
            reader.refuse(instruction.lines, message.clone());
            instruction.error = Some(message);
            break;
        };
        let heredoc::Marker { name, expand, chomp } = marker;
        heredocs.push(Heredoc { name, expand, chomp, body, line_count });
    }
    instruction.lines.last = instruction.lines.last.max(reader.line_number());
    if let Arguments::Trigger(trigger) = &mut instruction.arguments {
        trigger.heredocs.clone_from(&heredocs);
        trigger.lines = instruction.lines;
    }
    instruction.heredocs = heredocs;
}

/// Before the first `FROM` only `ARG` may stand, and there must be a `FROM`.
fn require_stage(instructions: &mut [Instruction]) {
    for instruction in instructions.iter_mut() {
        match instruction.keyword {
            Keyword::From => return,
            Keyword::Arg => {}
            Keyword::Add
            | Keyword::Cmd
            | Keyword::Copy
            | Keyword::Entrypoint
            | Keyword::Env
            | Keyword::Expose
            | Keyword::Healthcheck
            | Keyword::Label
            | Keyword::Maintainer
            | Keyword::Onbuild
            | Keyword::Run
            | Keyword::Shell
            | Keyword::Stopsignal
            | Keyword::User
            | Keyword::Volume
            | Keyword::Workdir
            | Keyword::Unknown => {
                let message = || "no build stage begins before this instruction".to_owned();
                instruction.error.get_or_insert_with(message);
            }
        }
    }
    if let Some(last) = instructions.last_mut() {
        last.error.get_or_insert_with(|| "the file has no stage to build".to_owned());
    }
}

fn instruction_errors(instructions: &[Instruction], known: &[Diagnostic]) -> Vec<Diagnostic> {
    let told: HashSet<Option<LineRange>> = known.iter().map(|it| it.lines).collect();
    let errors = instructions.iter().filter_map(|it| Some((it.lines, it.error.clone()?)));
    let diagnostic =
        |(lines, message)| Diagnostic { reach: Reach::Instruction, lines: Some(lines), message };
    errors.filter(|(lines, _)| !told.contains(&Some(*lines))).map(diagnostic).collect()
}

#[cfg(test)]
mod tests {
    use super::{Reach, read};

    #[test]
    fn a_bad_instruction_does_not_end_the_reading() {
        let file = read(b"FROM a\nFOO\nENV A\nRUN <<E\nUSER u\n");
        let told: Vec<_> =
            file.diagnostics.iter().map(|it| (it.reach, it.lines.map(|it| it.first))).collect();
        let expected =
            [(Reach::Instruction, Some(2)), (Reach::File, Some(3)), (Reach::File, Some(4))];
        assert_eq!(told, expected);
        assert_eq!(file.instructions.len(), 5);
    }

    #[test]
    fn directives_comments_and_blank_lines_are_no_part_of_an_instruction() {
        let file = read(b"# escape=`\nFROM a\nRUN b `\n  # c\n\n  d\n");
        let shown: Vec<_> =
            file.instructions.iter().map(|it| (it.text.as_str(), it.lines.last)).collect();
        assert_eq!(shown, [("a", 2), ("b   d", 6)]);
        assert_eq!(file.comments.len(), 2);
    }
}
