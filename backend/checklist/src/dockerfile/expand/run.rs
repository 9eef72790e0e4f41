//! The reading itself: a stack of frames, one for each quote or `${…}` that is open.

use std::iter::Peekable;
use std::str::Chars;

use super::frame::{Ending, Frame};
use super::{Lexed, Lexer, Value, pattern};

/// Longest text that an expansion may give, so that doubling variables cannot fill the memory.
const LONGEST: usize = 65_536;

/// A text while it is read.
pub(super) struct Run<'a, 's> {
    lexer: &'a Lexer<'a>,
    rest: Peekable<Chars<'s>>,
    top: Frame,
    /// The frames inside `top`, innermost last.
    open: Vec<Frame>,
}

impl<'a, 's> Run<'a, 's> {
    /// A reading at the beginning of the text.
    pub(super) fn new(lexer: &'a Lexer<'a>, source: &'s str) -> Self {
        let top = Frame::new(Ending::Top, lexer.raw_escapes);
        Self { lexer, rest: source.chars().peekable(), top, open: Vec::new() }
    }

    /// Reads the text to its end.
    pub(super) fn read(mut self) -> Result<Lexed, String> {
        while let Some(&next) = self.rest.peek() {
            match self.frame().ending {
                Ending::DoubleQuote => self.quoted(next)?,
                Ending::Top
                | Ending::Modifier { .. }
                | Ending::Pattern { .. }
                | Ending::Replacement { .. } => self.plain(next)?,
            }
            if self.frame().text.len() > LONGEST {
                return Err("the text grows too long".to_owned());
            }
        }
        self.finish()
    }

    fn frame(&mut self) -> &mut Frame {
        self.open.last_mut().unwrap_or(&mut self.top)
    }

    fn finish(self) -> Result<Lexed, String> {
        if let Some(frame) = self.open.last() {
            return Err(match frame.ending {
                Ending::DoubleQuote => "a double quote is not closed".to_owned(),
                Ending::Pattern { .. } => "a '/' is missing in ${}".to_owned(),
                Ending::Top | Ending::Modifier { .. } | Ending::Replacement { .. } => {
                    "a '}' is missing".to_owned()
                }
            });
        }
        let Frame { text, mut words, missing, .. } = self.top;
        if !words.current.is_empty() {
            words.done.push(words.current);
        }
        Ok(Lexed { text, words: words.done, missing })
    }

    /// One step outside double quotes.
    fn plain(&mut self, next: char) -> Result<(), String> {
        let closes = match self.frame().ending {
            Ending::Modifier { .. } | Ending::Replacement { .. } => next == '}',
            Ending::Pattern { .. } => next == '/',
            Ending::Top | Ending::DoubleQuote => false,
        };
        if closes {
            self.rest.next();
            return self.close();
        }
        match next {
            '\'' => return self.single_quoted(),
            '"' => {
                self.rest.next();
                let raw_escapes = self.frame().raw_escapes;
                self.open.push(Frame::new(Ending::DoubleQuote, raw_escapes));
            }
            '$' => return self.dollar(),
            _ => self.literal(),
        }
        Ok(())
    }

    /// An ordinary character, or the escape character with what it protects.
    fn literal(&mut self) {
        let Some(first) = self.rest.next() else { return };
        if first != self.lexer.escape {
            let frame = self.frame();
            frame.words.add(first);
            frame.text.push(first);
            return;
        }
        if self.frame().raw_escapes {
            let frame = self.frame();
            frame.words.add_raw(first);
            frame.text.push(first);
        }
        if let Some(protected) = self.rest.next() {
            let frame = self.frame();
            frame.words.add_raw(protected);
            frame.text.push(protected);
        }
    }

    fn single_quoted(&mut self) -> Result<(), String> {
        self.rest.next();
        let mut text = String::new();
        loop {
            match self.rest.next() {
                None => return Err("a single quote is not closed".to_owned()),
                Some('\'') => break,
                Some(inside) => text.push(inside),
            }
        }
        if self.lexer.raw_quotes {
            text = format!("'{text}'");
        }
        self.frame().add_quoted(&text);
        Ok(())
    }

    /// One step inside double quotes.
    fn quoted(&mut self, next: char) -> Result<(), String> {
        match next {
            '"' => {
                self.rest.next();
                return self.close();
            }
            '$' => return self.dollar(),
            _ => {}
        }
        let escape = self.lexer.escape;
        let Some(mut inside) = self.rest.next() else { return Ok(()) };
        if inside == escape {
            if self.frame().raw_escapes {
                self.frame().text.push(inside);
            }
            match self.rest.peek() {
                None => return Ok(()),
                Some(&protected) if matches!(protected, '"' | '$') || protected == escape => {
                    self.rest.next();
                    inside = protected;
                }
                Some(_) => {}
            }
        }
        self.frame().text.push(inside);
        Ok(())
    }

    /// A `$` and what belongs to it.
    fn dollar(&mut self) -> Result<(), String> {
        self.rest.next();
        if self.rest.peek() != Some(&'{') {
            let name = self.name();
            if name.is_empty() {
                self.frame().add_value("$");
            } else {
                self.variable(&name, &format!("${name}"));
            }
            return Ok(());
        }
        self.rest.next();
        match self.rest.peek() {
            None => return Err("a '}' is missing".to_owned()),
            Some('{' | '}' | ':') => return Err("bad substitution".to_owned()),
            Some(_) => {}
        }
        let name = self.name();
        match self.rest.next() {
            Some('}') => self.variable(&name, &format!("${{{name}}}")),
            Some(':') => {
                let operator = self.rest.next().unwrap_or(' ');
                self.open_modifier(name, true, operator);
            }
            Some(operator @ ('+' | '-' | '?' | '#' | '%')) => {
                self.open_modifier(name, false, operator);
            }
            Some('/') => {
                let all = self.rest.next_if_eq(&'/').is_some();
                self.open.push(Frame::new(Ending::Pattern { name, all }, true));
            }
            Some(other) => return Err(format!("unsupported modifier ({other}) in substitution")),
            None => return Err("a '}' is missing".to_owned()),
        }
        Ok(())
    }

    fn open_modifier(&mut self, name: String, colon: bool, operator: char) {
        let ending = Ending::Modifier { name, colon, operator };
        self.open.push(Frame::new(ending, matches!(operator, '#' | '%')));
    }

    fn variable(&mut self, name: &str, written: &str) {
        match (self.lexer.value)(name) {
            Some(value) => self.add(value),
            None if self.lexer.keep_unset => self.frame().add_value(written),
            None => self.frame().missing.push(name.to_owned()),
        }
    }

    /// A variable's name, a positional or special parameter; empty if there is none.
    fn name(&mut self) -> String {
        let mut name = String::new();
        match self.rest.peek() {
            Some(it) if it.is_ascii_digit() => {
                while let Some(digit) = self.rest.next_if(char::is_ascii_digit) {
                    name.push(digit);
                }
            }
            Some('@' | '*' | '#' | '?' | '-' | '$' | '!') => name.extend(self.rest.next()),
            Some(_) | None => {
                while let Some(it) = self.rest.next_if(|it| it.is_alphanumeric() || *it == '_') {
                    name.push(it);
                }
            }
        }
        name
    }

    /// Ends the innermost frame and gives its text to the one around it.
    fn close(&mut self) -> Result<(), String> {
        let Some(frame) = self.open.pop() else { return Ok(()) };
        let Frame { ending, text, missing, .. } = frame;
        match ending {
            Ending::Top => {}
            Ending::DoubleQuote => {
                let text = if self.lexer.raw_quotes { format!("\"{text}\"") } else { text };
                self.frame().missing.extend(missing);
                self.frame().add_quoted(&text);
            }
            Ending::Modifier { name, colon, operator } => {
                let word = Value { text, missing };
                let value = self.modified(&name, colon, operator, word)?;
                self.add(value);
            }
            Ending::Pattern { name, all } => {
                let ending = Ending::Replacement { name, all, pattern: text };
                self.open.push(Frame::new(ending, true));
            }
            Ending::Replacement { name, all, pattern } => {
                let Some(value) = (self.lexer.value)(&name) else {
                    self.variable(&name, &format!("${{{name}/{pattern}/{text}}}"));
                    return Ok(());
                };
                let text = pattern::replace(&value.text, &pattern, &text, all)?;
                self.add(Value { text, missing: value.missing });
            }
        }
        Ok(())
    }

    fn add(&mut self, value: Value) {
        let frame = self.frame();
        frame.missing.extend(value.missing);
        frame.add_value(&value.text);
    }

    fn modified(
        &self,
        name: &str,
        colon: bool,
        operator: char,
        word: Value,
    ) -> Result<Value, String> {
        let value = (self.lexer.value)(name);
        let mark = if colon { ":" } else { "" };
        if value.is_none() && self.lexer.keep_unset {
            let text = format!("${{{name}{mark}{operator}{}}}", word.text);
            return Ok(Value { text, missing: word.missing });
        }
        let unset = value.as_ref().is_none_or(|it| colon && it.text.is_empty());
        match (operator, value) {
            ('-', Some(value)) if !unset => Ok(value),
            ('+', _) if unset => Ok(Value::default()),
            ('-' | '+', _) => Ok(word),
            ('?', Some(value)) if !unset => Ok(value),
            ('?', _) => Err(format!("{name} must have a value")),
            ('#' | '%', Some(value)) => {
                let text = pattern::trim(&value.text, &word.text, operator)?;
                Ok(Value { text, missing: value.missing })
            }
            ('#' | '%', None) => Ok(Value { text: String::new(), missing: vec![name.to_owned()] }),
            _ => Err(format!("unsupported modifier ({mark}{operator}) in substitution")),
        }
    }
}
