//! How much of a password nobody foresees. A common word, a year, a row of keys and a
//! repeated sign each weigh as much as one sign, whatever stands for their letters.

/// Words that passwords are made of.
const WORDS: &str = include_str!("common_words.txt");
/// Rows of signs, any piece of which is foreseen, forwards and backwards.
const ROWS: [&str; 7] = [
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "qwertzuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
];
/// Shorter pieces of a row come about by chance.
const SHORTEST_PIECE: usize = 3;
/// The longest word that is looked for, an account's name.
const LONGEST_PIECE: usize = 64;

/// The fewest signs, words, years and rows that a text is made of; `name` counts as a word.
pub(super) fn weight(text: &str, name: &str) -> usize {
    let signs: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
    // The weight of the first 0, 1, 2, … signs.
    let mut weights = vec![0];
    for end in 1..=signs.len() {
        let first = end.saturating_sub(LONGEST_PIECE);
        let lightest = (first..end).filter_map(|start| {
            let piece = signs.get(start..end)?;
            let weighs_one = piece.len() == 1 || is_foreseen(piece, name);
            weighs_one.then_some(weights.get(start)? + 1)
        });
        weights.push(lightest.min().unwrap_or(end));
    }
    weights.last().copied().unwrap_or_default()
}

fn is_foreseen(piece: &[char], name: &str) -> bool {
    if piece.len() < SHORTEST_PIECE {
        return false;
    }
    let text: String = piece.iter().collect();
    is_repeated(piece) || is_year(&text) || is_of_row(piece, &text) || is_word(&text, name)
}

fn is_repeated(piece: &[char]) -> bool {
    piece.windows(2).all(|it| it.first() == it.last())
}

fn is_year(text: &str) -> bool {
    let is_century = text.starts_with("19") || text.starts_with("20");
    text.len() == 4 && is_century && text.bytes().all(|it| it.is_ascii_digit())
}

fn is_of_row(piece: &[char], text: &str) -> bool {
    let backwards: String = piece.iter().rev().collect();
    ROWS.iter().any(|it| it.contains(text) || it.contains(&backwards))
}

fn is_word(text: &str, name: &str) -> bool {
    let spelled: [String; 2] =
        ['i', 'l'].map(|one| text.chars().map(|it| letter(it, one)).collect());
    let is_it = |word: &str| text == word || spelled.iter().any(|it| it == word);
    is_it(name) || WORDS.lines().any(is_it)
}

/// The letter that a sign stands for; 1 stands for either of two.
fn letter(sign: char, one: char) -> char {
    match sign {
        '0' => 'o',
        '1' | '!' | '|' => one,
        '3' | '\u{20ac}' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' | '+' => 't',
        '8' => 'b',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_foreseen_weighs_one_and_every_other_sign_too() {
        for (text, expected) in [
            ("", 0),
            ("kqx", 3),
            ("password", 1),
            ("P4$$w0rd", 1),
            ("passwordpassword", 2),
            ("password2026!", 3),
            ("zzzzzzzz", 1),
            ("hgfedcba", 1),
            ("anna", 4),
        ] {
            assert_eq!(weight(text, "annamaria"), expected, "{text}");
        }
        assert_eq!(weight("AnnaMaria99", "annamaria"), 3);
    }

    #[test]
    fn the_words_are_in_order_and_in_lower_case() {
        let words: Vec<&str> = WORDS.lines().collect();
        assert!(words.is_sorted() && words.len() > 250);
        assert!(words.iter().all(|it| it.len() > 3 && it.to_lowercase() == **it));
    }
}
