//! A name with the part that was searched for marked.

/// A run of characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) text: String,
    pub(super) is_match: bool,
}

/// A name cut at what was searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marked(pub(super) Vec<Run>);

impl Marked {
    /// Marks the first occurrence, whatever the case.
    pub(super) fn new(name: &str, text: &str) -> Self {
        let text = text.to_lowercase();
        let starts = name.char_indices().map(|(start, _)| start);
        let mut places = starts.filter_map(|it| Some((it, end_of(name.get(it..)?, &text)?)));
        let Some((start, length)) = places.next() else {
            return Self(vec![Run { text: name.to_owned(), is_match: false }]);
        };
        let (before, rest) = name.split_at(start);
        let (found, after) = rest.split_at(length);
        let runs = [(before, false), (found, true), (after, false)].into_iter();
        let runs = runs.filter(|(text, _)| !text.is_empty());
        Self(runs.map(|(text, is_match)| Run { text: text.to_owned(), is_match }).collect())
    }
}

/// How long the beginning of `name` is that is `text` in small letters.
fn end_of(name: &str, text: &str) -> Option<usize> {
    let mut left = text;
    for (place, letter) in name.char_indices() {
        if left.is_empty() {
            return Some(place);
        }
        for small in letter.to_lowercase() {
            left = left.strip_prefix(small)?;
        }
    }
    left.is_empty().then_some(name.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(name: &str, text: &str) -> String {
        let run = |it: &Run| if it.is_match { format!("<{}>", it.text) } else { it.text.clone() };
        Marked::new(name, text).0.iter().map(run).collect()
    }

    #[test]
    fn the_part_that_was_searched_for_is_marked_whatever_its_case() {
        let told = [
            shown("web-Shop", "sHOP"),
            shown("shop", "shop"),
            shown("Größe", "ÖSS"),
            shown("Größe", "ösS"),
            shown("İstanbul", "i"),
            shown("nothing", "else"),
            shown("", "x"),
        ];
        assert_eq!(told.join(" "), "web-<Shop> <shop> Größe Größe İstanbul nothing ");
    }
}
