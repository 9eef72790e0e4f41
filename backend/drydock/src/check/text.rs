//! Text from files and paths, made harmless for a terminal and a log.

/// What stands in the place of a character that is not printed.
const REPLACEMENT: char = '\u{fffd}';
/// The longest sentence that is printed, in characters.
const SENTENCE_LIMIT: usize = 1000;

/// The text on one line, without characters that steer a terminal or turn the direction
/// of writing, so that a hostile file cannot show something other than what it says.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|it| if it == '\t' { ' ' } else { harmless(it) }).collect()
}

/// A sentence that may quote a hostile file: plain, and not longer than a person reads.
pub(super) fn sentence(text: &str) -> String {
    let mut sentence = plain(text);
    if let Some((end, _)) = sentence.char_indices().nth(SENTENCE_LIMIT) {
        sentence.truncate(end);
        sentence.push('…');
    }
    sentence
}

/// A number of things: `1 file`, `2 files`.
pub(super) fn count(number: u32, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

/// The character, or one that can be seen in its place.
pub(super) fn harmless(character: char) -> char {
    match character {
        // Marks, embeddings, overrides and isolates of bidirectional text.
        '\u{061c}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' => REPLACEMENT,
        // Line and paragraph separators: some viewers begin a new line there.
        '\u{2028}' | '\u{2029}' => REPLACEMENT,
        it if it.is_control() => REPLACEMENT,
        it => it,
    }
}
