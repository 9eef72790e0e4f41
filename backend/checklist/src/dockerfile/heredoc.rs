//! Where an instruction opens heredocs.

use crate::dockerfile::expand::Lexer;

/// A `<<WORD` of an instruction.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Marker {
    /// The terminator line.
    pub name: String,
    /// False if the word is quoted.
    pub expand: bool,
    /// True for `<<-`.
    pub chomp: bool,
}

/// The heredocs that a joined line opens, in order. None inside quotes, and none at all if
/// the line cannot be lexed, as with an open quote. The backslash is the escape character
/// here whatever the directive says.
pub(super) fn markers(line: &str) -> Vec<Marker> {
    if !line.contains("<<") {
        return Vec::new();
    }
    let Ok(lexed) = lexer(true, true).read(line) else { return Vec::new() };
    let mut words = lexed.words.iter();
    let mut found = Vec::new();
    while let Some(word) = words.next() {
        let Some((chomp, rest)) = operator(word) else { continue };
        let name = if rest.is_empty() { words.next().map_or("", String::as_str) } else { rest };
        found.extend(marker(name, chomp));
    }
    found
}

/// True if a single word is a heredoc marker.
pub(super) fn is_marker(word: &str) -> bool {
    operator(word).is_some_and(|(chomp, rest)| marker(rest, chomp).is_some())
}

/// What stands behind `<<` or `<<-` of a word that begins with it, a file number aside.
fn operator(word: &str) -> Option<(bool, &str)> {
    let rest = word.trim_start_matches(|it: char| it.is_ascii_digit()).strip_prefix("<<")?;
    let (chomp, rest) = rest.strip_prefix('-').map_or((false, rest), |it| (true, it));
    (!rest.contains('<')).then_some((chomp, rest))
}

fn marker(word: &str, chomp: bool) -> Option<Marker> {
    let plain = lexer(false, false).read(word).ok()?.words;
    let raw = lexer(true, false).read(word).ok()?.words;
    let ([name], [raw]) = (plain.as_slice(), raw.as_slice()) else { return None };
    Some(Marker { name: name.clone(), expand: quotes(name) == quotes(raw), chomp })
}

fn quotes(text: &str) -> usize {
    text.matches(['\'', '"']).count()
}

fn lexer(raw_quotes: bool, raw_escapes: bool) -> Lexer<'static> {
    Lexer { escape: '\\', raw_quotes, raw_escapes, keep_unset: true, value: &|_| None }
}

#[cfg(test)]
mod tests {
    use super::markers;

    fn names(line: &str) -> Vec<String> {
        markers(line).into_iter().map(|it| it.name).collect()
    }

    #[test]
    fn several_heredocs_are_found_in_order() {
        assert_eq!(names("RUN cat <<A 3<<-'B' << C > x"), ["A", "B", "C"]);
    }

    #[test]
    fn no_heredoc_is_seen_in_quotes_or_in_a_here_string() {
        for line in ["RUN echo \"<<A\"", "RUN cat <<<A", "RUN echo it's <<A", "RUN $((1<<2))"] {
            assert_eq!(names(line), Vec::<String>::new(), "{line}");
        }
    }

    #[test]
    fn a_quoted_word_stops_variables() {
        let expand: Vec<bool> =
            markers("RUN <<A <<\"B\" <<E'O'F").iter().map(|it| it.expand).collect();
        assert_eq!(expand, [true, false, false]);
    }
}
