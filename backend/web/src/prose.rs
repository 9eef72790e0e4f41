//! Sentences with code in them: text between backticks is set as code. The text
//! is the engine's, but may quote a hostile file, so it stays text until a
//! template escapes it.

/// A run of characters of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Run {
    /// Whether it is code.
    pub(crate) is_code: bool,
    /// The characters.
    pub(crate) text: String,
}

/// A sentence cut into runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Prose(pub(crate) Vec<Run>);

impl Prose {
    /// Cuts a sentence at its backticks. A backtick without a partner is a character.
    pub(crate) fn of(sentence: &str) -> Self {
        let mut runs = Vec::new();
        let mut rest = sentence;
        while let Some((before, code, after)) = next_code(rest) {
            runs.push(Run { is_code: false, text: before.to_owned() });
            runs.push(Run { is_code: true, text: code.to_owned() });
            rest = after;
        }
        runs.push(Run { is_code: false, text: rest.to_owned() });
        runs.retain(|it| !it.text.is_empty());
        Self(runs)
    }

    /// The same as a sentence among others: a capital letter, a full stop.
    pub(crate) fn sentence(words: &str) -> Self {
        let mut characters = words.trim().chars();
        let Some(first) = characters.next() else { return Self::default() };
        Self::of(&ended(&format!("{}{}", first.to_uppercase(), characters.as_str())))
    }

    /// The same as the end of a sentence that others follow.
    pub(crate) fn ending(words: &str) -> Self {
        Self::of(&ended(words.trim()))
    }
}

fn ended(sentence: &str) -> String {
    let has_end = sentence.is_empty() || sentence.ends_with(['.', '!', '?', ':', '\u{2026}']);
    format!("{sentence}{}", if has_end { "" } else { "." })
}

/// Words to stand inside a sentence of ours: without a full stop of their own.
pub(crate) fn clause(words: &str) -> &str {
    words.trim().trim_end_matches('.')
}

fn next_code(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('`')?;
    let (code, after) = rest.split_once('`')?;
    Some((before, code, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(sentence: &str) -> String {
        let run = |it: &Run| if it.is_code { format!("<{}>", it.text) } else { it.text.clone() };
        Prose::of(sentence).0.iter().map(run).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn text_between_backticks_is_code() {
        assert_eq!(
            shown("use `dhi.io/node:22`, not `node`"),
            "use |<dhi.io/node:22>|, not |<node>"
        );
    }

    #[test]
    fn a_backtick_without_a_partner_stays_a_character() {
        assert_eq!(shown("`a` and `b"), "<a>| and `b");
    }

    #[test]
    fn a_sentence_inside_another_loses_its_full_stop() {
        assert_eq!(clause("GitHub did not answer. "), "GitHub did not answer");
    }

    #[test]
    fn a_sentence_among_others_has_a_capital_and_one_full_stop() {
        assert_eq!(Prose::sentence("ändern").0[0].text, "Ändern.");
        assert_eq!(Prose::sentence("Done. "), Prose::of("Done."));
        assert_eq!(Prose::sentence("use `a`"), Prose::of("Use `a`."));
        assert_eq!(Prose::sentence(""), Prose::default());
    }
}
