//! An option word as getopt reads it.

/// The options in one word, and whether the next word is the value of the last of them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// `--name` or one `-x` for each letter, values left out.
    pub(crate) names: Vec<String>,
    /// True if the next word is a value.
    pub(crate) takes_next: bool,
}

impl Options {
    /// Reads a word that begins with `-`. `valued` are the options with a value.
    pub(crate) fn of(word: &str, valued: &[&str]) -> Self {
        if word.starts_with("--") {
            let name = word.split('=').next().unwrap_or(word);
            let takes_next = name == word && valued.contains(&name);
            return Self { names: vec![name.to_owned()], takes_next };
        }
        let mut options = Self::default();
        let mut letters = word.chars().skip(1).take_while(|it| *it != '=');
        while let Some(letter) = letters.next() {
            let name = format!("-{letter}");
            let is_valued = valued.contains(&name.as_str());
            options.names.push(name);
            if is_valued {
                options.takes_next = letters.next().is_none() && !word.contains('=');
                break;
            }
        }
        options
    }
}

#[cfg(test)]
mod tests {
    use super::Options;

    #[test]
    fn a_value_is_the_rest_of_the_word_or_the_next_word() {
        let shown = |word: &str| {
            let options = Options::of(word, &["-t", "--to"]);
            format!("{} {}", options.names.join(" "), options.takes_next)
        };
        let cases = [
            ("-t", "-t true"),
            ("-at", "-a -t true"),
            ("-tx", "-t false"),
            ("-t=x", "-t false"),
            ("--to", "--to true"),
            ("--to=x", "--to false"),
            ("--all", "--all false"),
        ];
        for (word, expected) in cases {
            assert_eq!(shown(word), expected, "{word}");
        }
    }
}
