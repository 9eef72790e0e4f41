//! How arguments are cut into words.

use crate::dockerfile::text::{MappedText, Piece};

/// The blanks that end a keyword and separate words: ASCII white space only.
pub(super) fn is_separator(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\u{b}' | '\u{c}')
}

/// Words at blanks; quotes mean nothing.
pub(super) fn at_blanks(text: &MappedText) -> Vec<Piece> {
    let source = text.as_str();
    let mut words = Vec::new();
    let mut start = None;
    for (at, next) in source.char_indices() {
        match (start, is_separator(next)) {
            (None, false) => start = Some(at),
            (Some(from), true) => {
                words.push(text.piece(from, at));
                start = None;
            }
            (None, true) | (Some(_), false) => {}
        }
    }
    words.extend(start.map(|from| text.piece(from, source.len())));
    words
}

/// Words of `ENV`, `LABEL` and `ARG`: blanks in quotes or behind the escape character do not
/// end a word; quotes and escapes stay.
pub(super) fn quoted(text: &MappedText, escape: char) -> Vec<Piece> {
    let source = text.as_str();
    let mut words = Vec::new();
    let mut word = Word::default();
    let mut characters = source.char_indices().peekable();
    while let Some((at, next)) = characters.next() {
        if word.quote.is_none() && next.is_whitespace() {
            words.extend(word.take(text));
            continue;
        }
        word.start.get_or_insert(at);
        let escapes = next == escape && word.quote != Some('\'');
        if escapes {
            let Some((_, protected)) = characters.next() else { break };
            word.text.push(next);
            word.text.push(protected);
            continue;
        }
        word.text.push(next);
        match word.quote {
            Some(open) if open == next => word.quote = None,
            Some(_) => {}
            None if matches!(next, '\'' | '"') => word.quote = Some(next),
            None => {}
        }
    }
    words.extend(word.take(text));
    words
}

#[derive(Default)]
struct Word {
    start: Option<usize>,
    text: String,
    quote: Option<char>,
}

impl Word {
    fn take(&mut self, source: &MappedText) -> Option<Piece> {
        let word = std::mem::take(self);
        let start = word.start?;
        let line = source.line_at(start);
        (!word.text.is_empty()).then_some(Piece { text: word.text, line })
    }
}

#[cfg(test)]
mod tests {
    use super::{at_blanks, quoted};
    use crate::dockerfile::text::{MappedText, Piece};

    fn texts(words: Vec<Piece>) -> Vec<String> {
        words.into_iter().map(|it| it.text).collect()
    }

    #[test]
    fn a_no_break_space_separates_no_words() {
        let words = at_blanks(&MappedText::of_line("a\u{a0}b \t c", 1));
        assert_eq!(texts(words), ["a\u{a0}b", "c"]);
    }

    #[test]
    fn quotes_and_escapes_hold_a_word_together() {
        let words = quoted(&MappedText::of_line(r#"A="x y"z B=a\ b C='\' D="\"" "#, 1), '\\');
        assert_eq!(texts(words), [r#"A="x y"z"#, r"B=a\ b", r"C='\'", r#"D="\"""#]);
    }
}
