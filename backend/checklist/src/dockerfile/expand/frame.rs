//! What has been read so far of one quote or `${…}`.

/// What ends a frame and what is then done with its text.
pub(super) enum Ending {
    Top,
    DoubleQuote,
    Modifier { name: String, colon: bool, operator: char },
    Pattern { name: String, all: bool },
    Replacement { name: String, all: bool, pattern: String },
}

/// The text between an opener and its closer.
pub(super) struct Frame {
    pub(super) ending: Ending,
    pub(super) raw_escapes: bool,
    pub(super) text: String,
    pub(super) words: Words,
    pub(super) missing: Vec<String>,
}

impl Frame {
    pub(super) fn new(ending: Ending, raw_escapes: bool) -> Self {
        let (text, words, missing) = (String::new(), Words::default(), Vec::new());
        Self { ending, raw_escapes, text, words, missing }
    }

    /// Adds what a variable gave: its blanks separate words.
    pub(super) fn add_value(&mut self, value: &str) {
        self.text.push_str(value);
        value.chars().for_each(|it| self.words.add(it));
    }

    /// Adds what stood in quotes: its blanks do not separate words.
    pub(super) fn add_quoted(&mut self, text: &str) {
        self.text.push_str(text);
        self.words.current.push_str(text);
        self.words.inside = true;
    }
}

/// A text cut into words while it grows.
#[derive(Default)]
pub(super) struct Words {
    pub(super) done: Vec<String>,
    pub(super) current: String,
    pub(super) inside: bool,
}

impl Words {
    pub(super) fn add(&mut self, next: char) {
        if !next.is_whitespace() {
            self.add_raw(next);
        } else if self.inside && !self.current.is_empty() {
            self.done.push(std::mem::take(&mut self.current));
            self.inside = false;
        }
    }

    pub(super) fn add_raw(&mut self, next: char) {
        self.current.push(next);
        self.inside = true;
    }
}
