//! The instructions of a file and their lines, for `drydock check --format instructions`.

use crate::dockerfile;

/// One instruction and the physical lines on which it stands.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct InstructionLines {
    /// The keyword in upper case, also an unknown one.
    pub keyword: String,
    /// Its first line, from 1.
    pub first: u32,
    /// Its last line.
    pub last: u32,
}

/// The instructions of a file in their order, bad ones too.
#[must_use]
pub fn instructions(bytes: &[u8]) -> Vec<InstructionLines> {
    let row = |it: dockerfile::Instruction| InstructionLines {
        keyword: it.word,
        first: it.lines.first,
        last: it.lines.last,
    };
    dockerfile::read(bytes).instructions.into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::instructions;

    #[test]
    fn continuations_and_heredocs_belong_to_their_instruction() {
        let rows = instructions(b"from a\nRUN x \\\n  y\nRUN <<E\nz\nE\nFOO\n");
        let shown: Vec<_> =
            rows.iter().map(|it| (it.keyword.as_str(), it.first, it.last)).collect();
        assert_eq!(shown, [("FROM", 1, 1), ("RUN", 2, 3), ("RUN", 4, 6), ("FOO", 7, 7)]);
    }
}
