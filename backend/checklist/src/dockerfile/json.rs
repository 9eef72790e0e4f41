//! The JSON form of arguments: a strict array of strings, as Go's decoder takes it.

/// A string of the array and the byte at which it begins.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Element {
    /// The string, escapes resolved.
    pub text: String,
    /// The offset of its opening quote.
    pub offset: usize,
}

/// What an argument text is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Json {
    /// An array of strings.
    Strings(Vec<Element>),
    /// A valid array that holds something else too: BuildKit refuses it.
    NotOnlyStrings,
    /// No JSON array: the shell form.
    None,
}

/// Reads a text as a JSON array.
pub(super) fn read(text: &str) -> Json {
    let trimmed = text.trim_start();
    if !trimmed.starts_with('[') {
        return Json::None;
    }
    let at = text.len() - trimmed.len();
    let mut scanner = Scanner { text, at, open: Vec::new(), found: Vec::new(), mixed: false };
    match scanner.document() {
        None => Json::None,
        Some(()) if scanner.mixed => Json::NotOnlyStrings,
        Some(()) => Json::Strings(scanner.found),
    }
}

/// Deepest nesting that Go's decoder takes.
const DEEPEST: usize = 10_000;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Container {
    Array,
    Object,
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    open: Vec<Container>,
    found: Vec<Element>,
    mixed: bool,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let taken = self.peek() == Some(byte);
        self.at += usize::from(taken);
        taken
    }

    /// The whole text; `None` if it is no valid JSON.
    fn document(&mut self) -> Option<()> {
        self.value()?;
        while let Some(container) = self.open.last().copied() {
            self.skip_blanks();
            let closer = if container == Container::Array { b']' } else { b'}' };
            if self.take(closer) {
                self.open.pop();
                continue;
            }
            if !self.take(b',') {
                return None;
            }
            self.member(container)?;
        }
        self.skip_blanks();
        self.peek().is_none().then_some(())
    }

    /// A member of a container: in an object, its name first.
    fn member(&mut self, container: Container) -> Option<()> {
        self.skip_blanks();
        if container == Container::Object {
            self.string()?;
            self.skip_blanks();
            self.take(b':').then_some(())?;
        }
        self.value()
    }

    /// A value; containers with content stay open and are closed by `document`.
    fn value(&mut self) -> Option<()> {
        loop {
            self.skip_blanks();
            let offset = self.at;
            let is_element = self.open.as_slice() == [Container::Array];
            match self.peek()? {
                b'"' => {
                    let text = self.string()?;
                    self.found.extend(is_element.then_some(Element { text, offset }));
                    return Some(());
                }
                b'[' => {
                    if !self.enter(Container::Array, b']')? {
                        return Some(());
                    }
                }
                b'{' => {
                    if !self.enter(Container::Object, b'}')? {
                        return Some(());
                    }
                    self.string()?;
                    self.skip_blanks();
                    self.take(b':').then_some(())?;
                }
                _ => {
                    self.mixed = true;
                    return self.scalar();
                }
            }
        }
    }

    /// Opens a container; false if it is empty and closed at once.
    fn enter(&mut self, container: Container, closer: u8) -> Option<bool> {
        self.at += 1;
        self.mixed |= !self.open.is_empty();
        (self.open.len() < DEEPEST).then_some(())?;
        self.skip_blanks();
        if self.take(closer) {
            return Some(false);
        }
        self.open.push(container);
        Some(true)
    }

    fn scalar(&mut self) -> Option<()> {
        let rest = self.text.get(self.at..)?;
        if let Some(word) = ["true", "false", "null"].into_iter().find(|it| rest.starts_with(it)) {
            self.at += word.len();
            return Some(());
        }
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            if !self.take(b'+') {
                self.take(b'-');
            }
            self.digits()?;
        }
        Some(())
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_some_and(|it| it.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    fn string(&mut self) -> Option<String> {
        self.take(b'"').then_some(())?;
        let mut text = String::new();
        loop {
            let next = self.text.get(self.at..)?.chars().next()?;
            self.at += next.len_utf8();
            match next {
                '"' => return Some(text),
                '\\' => text.push(self.escape()?),
                it if it < ' ' => return None,
                it => text.push(it),
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        let byte = self.peek()?;
        self.at += 1;
        Some(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => self.unicode()?,
            _ => return None,
        })
    }

    /// The four digits behind `\u`; half a surrogate pair becomes the replacement character.
    fn unicode(&mut self) -> Option<char> {
        let high = self.hex()?;
        if let Some(character) = char::from_u32(high) {
            return Some(character);
        }
        let back = self.at;
        if high < 0xDC00 && self.take(b'\\') && self.take(b'u') {
            let low = self.hex()?;
            if (0xDC00..0xE000).contains(&low) {
                return char::from_u32(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00));
            }
        }
        self.at = back;
        Some(char::REPLACEMENT_CHARACTER)
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        let valid = digits.bytes().all(|it| it.is_ascii_hexdigit());
        valid.then(|| u32::from_str_radix(digits, 16).ok())?
    }
}

#[cfg(test)]
mod tests {
    use super::{Json, read};

    fn strings(text: &str) -> Option<Vec<String>> {
        let Json::Strings(elements) = read(text) else { return None };
        Some(elements.into_iter().map(|it| it.text).collect())
    }

    #[test]
    fn a_strict_array_of_strings_is_read() {
        let expected = ["a", "/b", "é😀", "\""].map(str::to_owned).to_vec();
        assert_eq!(strings(r#" [ "a" , "\/b", "\u00e9\ud83d\ude00", "\"" ] "#), Some(expected));
        assert_eq!(strings("[]"), Some(Vec::new()));
    }

    #[test]
    fn what_is_no_json_is_no_array() {
        for text in ["['a']", "[\"a\",]", "[\"a\"] b", "[\"C:\\x\"]", "[ -f a ]", "[\"a\"", "[01]"]
        {
            assert_eq!(read(text), Json::None, "{text}");
        }
    }

    #[test]
    fn other_elements_are_told_apart() {
        for text in ["[1]", "[\"a\", null]", "[[\"a\"]]", "[{\"a\": [1.5e3, {}]}]"] {
            assert_eq!(read(text), Json::NotOnlyStrings, "{text}");
        }
    }
}
