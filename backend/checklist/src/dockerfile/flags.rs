//! The `--name=value` words between keyword and arguments.

use crate::dockerfile::instruction::Flag;
use crate::dockerfile::text::MappedText;

/// The flags at the beginning of the text, and the byte at which the arguments begin. Quotes
/// are removed; the backslash protects the next character whatever the escape directive says;
/// a lone `--` ends the flags.
pub(super) fn read(text: &MappedText) -> (Vec<Flag>, usize) {
    let source = text.as_str();
    let mut flags = Vec::new();
    let mut at = 0;
    loop {
        let rest = source.get(at..).unwrap_or_default();
        let word_start = at + (rest.len() - rest.trim_start().len());
        let rest = rest.trim_start();
        if !rest.starts_with("--") {
            return (flags, word_start);
        }
        let (word, length) = word(rest);
        at = word_start + length;
        if word == "--" {
            return (flags, at);
        }
        flags.push(flag(&word, text.line_at(word_start)));
    }
}

fn flag(word: &str, line: u32) -> Flag {
    let word = word.strip_prefix("--").unwrap_or(word);
    let (name, value) = match word.split_once('=') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (word, None),
    };
    Flag { name: name.to_owned(), value, line }
}

/// The first word without quotes and escapes, and its length in the source.
fn word(source: &str) -> (String, usize) {
    let mut word = String::new();
    let mut quote = None;
    let mut characters = source.char_indices();
    while let Some((at, next)) = characters.next() {
        match (quote, next) {
            (None, blank) if blank.is_whitespace() => return (word, at),
            (None, '\'' | '"') => quote = Some(next),
            (Some(open), close) if open == close => quote = None,
            (_, '\\') => word.extend(characters.next().map(|(_, protected)| protected)),
            (_, other) => word.push(other),
        }
    }
    (word, source.len())
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::dockerfile::text::MappedText;

    #[test]
    fn flags_end_at_the_first_other_word() {
        let source = "--from=b  --link --chown=\"1 1\" a --x";
        let (flags, at) = read(&MappedText::of_line(source, 1));
        let seen: Vec<_> = flags.iter().map(|it| (it.name.as_str(), it.value.as_deref())).collect();
        assert_eq!(seen, [("from", Some("b")), ("link", None), ("chown", Some("1 1"))]);
        assert_eq!(source.split_at(at).1, "a --x");
    }

    #[test]
    fn two_dashes_end_the_flags() {
        let (flags, at) = read(&MappedText::of_line("-- --x", 1));
        assert_eq!((flags.len(), at), (0, 2));
    }
}
