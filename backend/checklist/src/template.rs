//! Whether a file is a template whatever its name says.
//!
//! Marks inside commands are legitimate (`docker inspect -f '{{.Id}}'`), so a mark counts
//! only where an instruction or an image reference should stand.

use crate::dockerfile::{Dockerfile, Keyword};

/// What a generator's own line begins with.
const LINE_STARTS: [&str; 5] = ["{{", "{%", "<%", "@@", "{#"];

/// What opens and closes a mark.
const MARKS: [(&str, &str); 5] =
    [("{{", "}}"), ("<%", "%>"), ("@@", "@@"), ("{%", "%}"), ("{#", "#}")];

/// What stands on a line as the Dockerfile is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// An instruction that is fine, a comment or nothing.
    Ordinary,
    /// A `FROM`, or an instruction that a build refuses.
    Telling,
    /// Text of a heredoc.
    Heredoc,
}

/// The line of the first mark that shows a template.
pub(crate) fn mark(bytes: &[u8], file: &Dockerfile) -> Option<u32> {
    // Nearly every file ends here, without its lines being searched one by one.
    let mut pairs = bytes.iter().zip(bytes.iter().skip(1));
    if !pairs.any(|pair| matches!(pair, (b'{', b'{' | b'%' | b'#') | (b'<', b'%') | (b'@', b'@'))) {
        return None;
    }
    let text = String::from_utf8_lossy(bytes);
    let places = places(file);
    let numbered = text.lines().zip(1_u32..).filter(|(line, _)| is_marked(line));
    let mut telling = numbered.filter(|(line, number)| {
        let line = line.trim_start();
        let place = usize::try_from(*number).ok().and_then(|it| places.get(it).copied());
        let begins = LINE_STARTS.iter().any(|it| line.starts_with(it));
        match place.unwrap_or(Place::Ordinary) {
            Place::Ordinary => begins,
            Place::Telling => !line.starts_with('#'),
            Place::Heredoc => false,
        }
    });
    telling.next().map(|(_, number)| number)
}

fn is_marked(line: &str) -> bool {
    MARKS
        .iter()
        .any(|(open, close)| line.split_once(open).is_some_and(|(_, rest)| rest.contains(close)))
}

/// What stands on each line, by its number.
fn places(file: &Dockerfile) -> Vec<Place> {
    let count = usize::try_from(file.line_count).unwrap_or_default();
    let mut places = vec![Place::Ordinary; count + 1];
    let mut set = |lines: crate::LineRange, place: Place| {
        let first = usize::try_from(lines.first).unwrap_or_default();
        let last = usize::try_from(lines.last).unwrap_or_default().min(count);
        if let Some(range) = places.get_mut(first..=last.max(first)) {
            range.fill(place);
        }
    };
    for instruction in &file.instructions {
        if instruction.error.is_some() || instruction.keyword == Keyword::From {
            set(instruction.lines, Place::Telling);
        }
        for heredoc in &instruction.heredocs {
            if let Some(lines) = heredoc.body.lines() {
                set(lines, Place::Heredoc);
            }
        }
    }
    places
}
