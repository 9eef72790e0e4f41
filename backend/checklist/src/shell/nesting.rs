//! Where a quote or substitution ends. Iterative: nesting in the input never nests calls.

#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Single,
    Double,
    Backtick,
    Paren,
    Brace,
    /// `${` inside double quotes, where a single quote is an ordinary character.
    QuotedBrace,
}

/// The byte behind the closer of what opens at `at`: `'`, `"`, a backtick, `$(`, `$((`, `${`,
/// `<(`, `>(`. The end of the text if it is never closed.
pub(super) fn end_of(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let byte = |at: usize| bytes.get(at).copied().unwrap_or_default();
    let Some((first, width)) = opener(byte(at), byte(at + 1), None) else { return at + 1 };
    let mut open = vec![first];
    let mut at = at + width;
    while let (Some(top), true) = (open.last().copied(), at < bytes.len()) {
        let here = byte(at);
        if here == b'\\' && top != Open::Single {
            at += 2;
        } else if closes(top, here) {
            open.pop();
            at += 1;
        } else if let Some((inner, width)) = opener(here, byte(at + 1), Some(top)) {
            open.push(inner);
            at += width;
        } else {
            at += 1;
        }
    }
    at.min(bytes.len())
}

fn closes(open: Open, byte: u8) -> bool {
    match open {
        Open::Single => byte == b'\'',
        Open::Double => byte == b'"',
        Open::Backtick => byte == b'`',
        Open::Paren => byte == b')',
        Open::Brace | Open::QuotedBrace => byte == b'}',
    }
}

/// What opens here inside `top`, and how many bytes the opener has.
fn opener(here: u8, next: u8, top: Option<Open>) -> Option<(Open, usize)> {
    if matches!(top, Some(Open::Single | Open::Backtick)) {
        return None;
    }
    let quoted = matches!(top, Some(Open::Double | Open::QuotedBrace));
    match (here, next) {
        (b'\'', _) if !quoted => Some((Open::Single, 1)),
        (b'"', _) if top != Some(Open::Double) => Some((Open::Double, 1)),
        (b'`', _) => Some((Open::Backtick, 1)),
        (b'$', b'(') => Some((Open::Paren, 2)),
        (b'$', b'{') => Some((if quoted { Open::QuotedBrace } else { Open::Brace }, 2)),
        (b'<' | b'>', b'(') if top.is_none() => Some((Open::Paren, 2)),
        (b'(', _) if top == Some(Open::Paren) => Some((Open::Paren, 1)),
        _ => None,
    }
}

/// The scripts inside a word: what stands in `$(…)`, backticks, `<(…)` and `>(…)`, as byte
/// ranges of the word. Those inside others are left to the reading of the outer one.
pub(super) fn substitutions(word: &str) -> Vec<(usize, usize)> {
    let bytes = word.as_bytes();
    let byte = |at: usize| bytes.get(at).copied().unwrap_or_default();
    let (mut found, mut at, mut quoted) = (Vec::new(), 0, false);
    while at < bytes.len() {
        match (byte(at), byte(at + 1)) {
            (b'\\', _) => at += 2,
            (b'\'', _) if !quoted => at = end_of(word, at),
            (b'"', _) => {
                quoted = !quoted;
                at += 1;
            }
            (b'$', b'(') if byte(at + 2) == b'(' => at = end_of(word, at),
            (b'`', _) => {
                let end = end_of(word, at);
                found.push((at + 1, end.saturating_sub(1).max(at + 1)));
                at = end;
            }
            (b'$', b'(') | (b'<' | b'>', b'(') if !quoted || byte(at) == b'$' => {
                let end = end_of(word, at);
                found.push((at + 2, end.saturating_sub(1).max(at + 2)));
                at = end;
            }
            _ => at += 1,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{end_of, substitutions};

    #[test]
    fn quotes_and_parentheses_nest() {
        for text in
            ["'a\\'", "\"a'$(b \"c)\")\"", "$(a (b) ')' `c)`)", "${a:-\"}\"}", "\"${a:-'}\""]
        {
            assert_eq!(end_of(text, 0), text.len(), "{text}");
        }
        assert_eq!(end_of("$(never", 0), 7);
    }

    #[test]
    fn scripts_inside_a_word_are_found() {
        let inside = |word: &str| -> Vec<String> {
            let ranges = substitutions(word).into_iter();
            ranges.filter_map(|(from, to)| Some(word.get(from..to)?.to_owned())).collect()
        };
        assert_eq!(inside("a$(b $(c))\"`d`\"'$(e)'$((1+2))<(f)"), ["b $(c)", "d", "f"]);
    }
}
