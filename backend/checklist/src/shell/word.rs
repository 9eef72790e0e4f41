//! What the shell makes of a word: quotes, variables, word splitting.

use super::nesting;
use super::script::RawWord;
use crate::dockerfile::MappedText;
use crate::dockerfile::expand::{Lexer, Value};

/// A word as a program gets it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Field {
    /// The text; what is known only at build time stands there as written.
    pub text: MappedText,
    /// True if all of it is known.
    pub known: bool,
}

/// The value of a variable: none if it was never set here, `Some(None)` if it is set to
/// something that only the build knows.
pub(super) type Lookup<'a> = &'a dyn Fn(&str) -> Option<Option<String>>;

/// The fields of a word, usually one. `script` is the text in which the word stands.
pub(super) fn fields(word: &RawWord, script: &MappedText, lookup: Lookup<'_>) -> Vec<Field> {
    if !word.raw.contains(['\\', '"', '\'', '$', '`', '<', '>']) {
        let text = MappedText::of_line(&word.raw, script.line_at(word.offset));
        return vec![Field { text, known: true }];
    }
    let mut reader = Reader { word, script, lookup, at: 0, fields: Vec::new(), current: None };
    reader.read();
    reader.fields.extend(reader.current.take());
    reader.fields
}

struct Reader<'a> {
    word: &'a RawWord,
    script: &'a MappedText,
    lookup: Lookup<'a>,
    at: usize,
    fields: Vec<Field>,
    current: Option<Field>,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.word.raw.get(self.at..).unwrap_or_default()
    }

    fn line(&self) -> u32 {
        self.script.line_at(self.word.offset + self.at)
    }

    fn field(&mut self) -> &mut Field {
        let empty = || Field { text: MappedText::default(), known: true };
        self.current.get_or_insert_with(empty)
    }

    fn push(&mut self, text: &str) {
        let line = self.line();
        self.field().text.push(text, line);
    }

    /// Takes the next bytes of the word as they are, on however many lines they stand.
    fn take(&mut self, length: usize) {
        let start = self.word.offset + self.at;
        let word = self.word;
        let text = word.raw.get(self.at..self.at + length).unwrap_or_default();
        if self.script.line_at(start) == self.script.line_at(start + length.saturating_sub(1)) {
            self.push(text);
            self.at += length;
            return;
        }
        for character in text.chars() {
            self.push(character.encode_utf8(&mut [0; 4]));
            self.at += character.len_utf8();
        }
    }

    fn read(&mut self) {
        let mut quoted = false;
        while let Some(next) = self.rest().chars().next() {
            let second = self.rest().chars().nth(1);
            match (next, second) {
                ('\\', Some(protected)) => self.escaped(protected, quoted),
                ('"', _) => {
                    quoted = !quoted;
                    self.field();
                    self.at += 1;
                }
                ('\'', _) if !quoted => self.single_quoted(),
                ('$', Some('\'' | '"')) if !quoted => self.at += 1,
                ('$', _) | ('`', _) => self.substitution(quoted),
                ('<' | '>', Some('(')) if !quoted => self.unknown(),
                _ => self.ordinary(next),
            }
        }
    }

    /// Everything up to the next character that may mean something.
    fn ordinary(&mut self, first: char) {
        const MEANING: [char; 7] = ['\\', '"', '\'', '$', '`', '<', '>'];
        let rest = self.word.raw.get(self.at..).unwrap_or_default();
        let length = match rest.find(MEANING) {
            Some(0) => first.len_utf8(),
            Some(length) => length,
            None => rest.len(),
        };
        self.take(length);
    }

    fn escaped(&mut self, protected: char, quoted: bool) {
        let keeps = quoted && !matches!(protected, '"' | '$' | '`' | '\\' | '\n');
        if keeps {
            self.push("\\");
        }
        self.at += 1;
        if protected != '\n' {
            self.push(protected.encode_utf8(&mut [0; 4]));
        }
        self.at += protected.len_utf8();
    }

    fn single_quoted(&mut self) {
        let end = nesting::end_of(&self.word.raw, self.at);
        self.at += 1;
        self.field();
        self.take(end.saturating_sub(self.at + 1));
        self.at = end;
    }

    /// `$NAME`, `${…}`, `$(…)`, `$((…))` or backticks.
    fn substitution(&mut self, quoted: bool) {
        let rest = self.rest();
        let end = if rest.starts_with("${") {
            nesting::end_of(&self.word.raw, self.at)
        } else if rest.starts_with("$(") || rest.starts_with('`') {
            return self.unknown();
        } else {
            self.at + 1 + name_length(rest.get(1..).unwrap_or_default())
        };
        let written = self.word.raw.get(self.at..end).unwrap_or_default().to_owned();
        if written == "$" {
            self.push("$");
            self.at = end;
            return;
        }
        match self.value(&written) {
            Some(value) => self.add_value(&value, quoted),
            None => {
                self.push(&written);
                self.field().known = false;
            }
        }
        self.at = end;
    }

    /// The value of a written variable, if it is known.
    fn value(&self, written: &str) -> Option<String> {
        let list = written.strip_suffix("[@]}").or_else(|| written.strip_suffix("[*]}"));
        let written = list.map_or_else(|| written.to_owned(), |it| format!("{it}}}"));
        if written.contains("$(") || written.contains('`') {
            return None;
        }
        let lookup = |name: &str| {
            let (text, missing) = match (self.lookup)(name)? {
                Some(text) => (text, Vec::new()),
                None => (String::new(), vec![name.to_owned()]),
            };
            Some(Value { text, missing })
        };
        let lexed = Lexer::new('\\', &lookup).read(&written).ok()?;
        lexed.missing.is_empty().then_some(lexed.text)
    }

    /// Adds a value; outside quotes its blanks separate fields.
    fn add_value(&mut self, value: &str, quoted: bool) {
        if quoted {
            return self.push(value);
        }
        let mut parts = value.split([' ', '\t', '\n']).peekable();
        while let Some(part) = parts.next() {
            if !part.is_empty() {
                self.push(part);
            }
            if parts.peek().is_some() {
                self.fields.extend(self.current.take());
            }
        }
    }

    /// What only the build knows, as written.
    fn unknown(&mut self) {
        let end = nesting::end_of(&self.word.raw, self.at);
        while self.at < end {
            let Some(next) = self.rest().chars().next() else { break };
            self.push(next.encode_utf8(&mut [0; 4]));
            self.at += next.len_utf8();
        }
        self.field().known = false;
        self.at = end;
    }
}

/// How long the name at the start of a text is, in bytes.
pub(super) fn name_length(text: &str) -> usize {
    let special = text.starts_with(|it: char| it.is_ascii_digit() || "@*#?-$!".contains(it));
    if special {
        return 1;
    }
    let is_name = |it: char| it.is_ascii_alphanumeric() || it == '_';
    text.find(|it| !is_name(it)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::{RawWord, fields};
    use crate::dockerfile::MappedText;

    fn shown(raw: &str) -> Vec<String> {
        let word = RawWord { raw: raw.to_owned(), offset: 0 };
        let lookup = |name: &str| match name {
            "LIST" => Some(Some("a b".to_owned())),
            "E" => Some(Some(String::new())),
            "LATER" => Some(None),
            _ => None,
        };
        let fields = fields(&word, &MappedText::of_line(raw, 1), &lookup);
        let mark = |it: bool| if it { "" } else { "?" };
        fields.iter().map(|it| format!("{}{}", mark(it.known), it.text.as_str())).collect()
    }

    #[test]
    fn quotes_vanish_and_escapes_are_resolved() {
        assert_eq!(shown(r#"a"b c"'d $e'\ f"\$g\h""#), [r"ab cd $e f$g\h"]);
        assert_eq!(shown("''"), [""]);
    }

    #[test]
    fn a_list_is_split_outside_quotes_only() {
        assert_eq!(shown("x$LIST"), ["xa", "b"]);
        assert_eq!(shown("\"$LIST\""), ["a b"]);
        assert_eq!(shown("${LIST[@]}"), ["a", "b"]);
        assert_eq!(shown("$E"), Vec::<String>::new());
    }

    #[test]
    fn what_only_the_build_knows_stays_as_written() {
        assert_eq!(shown("a=$LATER"), ["?a=$LATER"]);
        assert_eq!(shown("a$(b 'c)')d"), ["?a$(b 'c)')d"]);
        assert_eq!(shown("${X:-y}$1"), ["?y$1"]);
    }
}
