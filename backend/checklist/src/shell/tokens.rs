//! Cuts a script into words and operators, and takes heredoc bodies out of the way.

use super::nesting;
use super::script::{Body, RawWord};

/// A word or an operator.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A word with its quotes.
    Word(RawWord),
    /// A redirection; its target is the next word.
    Redirect,
    /// `<<` or `<<-`; its word is the next one.
    Heredoc {
        /// True for `<<-`.
        chomp: bool,
    },
    /// A line end, `;`, `&`, `&&`.
    Separator,
    /// `|`, `||`, `|&`: inside a pattern it separates alternatives.
    Pipe,
    /// `;;`, `;&`, `;;&`.
    CaseEnd,
    /// `(`.
    Open,
    /// `)`.
    Close,
}

#[derive(Clone, Copy)]
enum Operator {
    Separator,
    Pipe,
    CaseEnd,
    Redirect,
    Heredoc,
    Open,
    Close,
}

/// The operators, longer ones before those with which they begin.
const OPERATORS: [(&str, Operator); 23] = [
    (";;&", Operator::CaseEnd),
    (";;", Operator::CaseEnd),
    (";&", Operator::CaseEnd),
    (";", Operator::Separator),
    ("&>>", Operator::Redirect),
    ("&>", Operator::Redirect),
    ("&&", Operator::Separator),
    ("&", Operator::Separator),
    ("||", Operator::Separator),
    ("|&", Operator::Pipe),
    ("|", Operator::Pipe),
    ("<<<", Operator::Redirect),
    ("<<-", Operator::Heredoc),
    ("<<", Operator::Heredoc),
    ("<&", Operator::Redirect),
    ("<>", Operator::Redirect),
    ("<", Operator::Redirect),
    (">>", Operator::Redirect),
    (">&", Operator::Redirect),
    (">|", Operator::Redirect),
    (">", Operator::Redirect),
    ("(", Operator::Open),
    (")", Operator::Close),
];

struct Pending {
    word: String,
    chomp: bool,
    slot: usize,
}

/// True if a word goes on with this byte.
fn is_word_byte(byte: u8) -> bool {
    !byte.is_ascii_whitespace()
        && !matches!(byte, 0 | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>')
}

/// The tokens of a script.
pub(super) struct Tokens<'t> {
    text: &'t str,
    at: usize,
    pending: Vec<Pending>,
    bodies: Vec<(usize, Body)>,
    /// True once no `))` stands in the rest of the text.
    no_arithmetic: bool,
}

impl<'t> Tokens<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0, pending: Vec::new(), bodies: Vec::new(), no_arithmetic: false }
    }

    fn byte(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.at + ahead).copied().unwrap_or_default()
    }

    fn skip_blanks(&mut self) {
        loop {
            match (self.byte(0), self.byte(1)) {
                (b' ' | b'\t' | b'\r', _) => self.at += 1,
                (b'\\', b'\n') => self.at += 2,
                _ => return,
            }
        }
    }

    pub(super) fn next_token(&mut self) -> Option<Token> {
        self.skip_blanks();
        if self.byte(0) == b'#' {
            let rest = self.text.get(self.at..).unwrap_or_default();
            self.at += rest.find('\n').unwrap_or(rest.len());
        }
        if self.at >= self.text.len() {
            return None;
        }
        if self.byte(0) == b'\n' {
            self.at += 1;
            self.read_bodies();
            return Some(Token::Separator);
        }
        if let Some(token) = self.operator() {
            return Some(token);
        }
        Some(Token::Word(self.word()))
    }

    fn operator(&mut self) -> Option<Token> {
        let digits = self.text.bytes().skip(self.at).take_while(u8::is_ascii_digit).count();
        if matches!(self.byte(digits), b'<' | b'>') && self.byte(digits + 1) != b'(' {
            self.at += digits;
        }
        if matches!(self.byte(0), b'<' | b'>') && self.byte(1) == b'(' {
            return None;
        }
        let rest = self.text.get(self.at..).unwrap_or_default();
        let (text, token) = OPERATORS.iter().find(|(text, _)| rest.starts_with(text))?;
        self.at += text.len();
        Some(match token {
            Operator::CaseEnd => Token::CaseEnd,
            Operator::Redirect => Token::Redirect,
            Operator::Heredoc => Token::Heredoc { chomp: text.ends_with('-') },
            Operator::Separator => Token::Separator,
            Operator::Pipe => Token::Pipe,
            Operator::Open => Token::Open,
            Operator::Close => Token::Close,
        })
    }

    fn word(&mut self) -> RawWord {
        let start = self.at;
        while self.at < self.text.len() {
            match (self.byte(0), self.byte(1)) {
                (b'\\', b'\n') if !is_word_byte(self.byte(2)) => break,
                (b'\\', _) => self.at += 2,
                (b'\'' | b'"' | b'`', _) | (b'$', b'(' | b'{') | (b'<' | b'>', b'(') => {
                    self.at = nesting::end_of(self.text, self.at);
                }
                (
                    b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>',
                    _,
                ) => {
                    break;
                }
                _ => self.at += 1,
            }
        }
        self.at = self.at.min(self.text.len());
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
        let raw = self.text.get(start..self.at).unwrap_or_default().to_owned();
        RawWord { raw, offset: start }
    }

    /// Takes `)` behind an opening parenthesis just read.
    pub(super) fn take_empty_parentheses(&mut self) -> bool {
        let before = self.at;
        self.skip_blanks();
        let empty = self.byte(0) == b')';
        self.at = if empty { self.at + 1 } else { before };
        empty
    }

    /// Takes `()` if it comes next.
    pub(super) fn take_empty_parentheses_ahead(&mut self) {
        let before = self.at;
        self.skip_blanks();
        self.at += 1;
        if self.text.as_bytes().get(self.at - 1) != Some(&b'(') || !self.take_empty_parentheses() {
            self.at = before;
        }
    }

    /// Takes the rest of `((…))` if the parenthesis just read is followed by another one.
    pub(super) fn take_arithmetic(&mut self) -> bool {
        if self.byte(0) != b'(' || self.no_arithmetic {
            return false;
        }
        let rest = self.text.get(self.at..).unwrap_or_default();
        let Some(end) = rest.find("))") else {
            self.no_arithmetic = true;
            return false;
        };
        self.at += end + 2;
        true
    }

    /// Takes the `(` of an array directly behind `NAME=`.
    pub(super) fn take_array_open(&mut self) -> bool {
        let opens = self.byte(0) == b'(';
        self.at += usize::from(opens);
        opens
    }

    /// The words up to the `)` of an array.
    pub(super) fn array_values(&mut self) -> Vec<RawWord> {
        let mut values = Vec::new();
        while let Some(token) = self.next_token() {
            match token {
                Token::Word(word) => values.push(word),
                Token::Close => break,
                Token::Redirect
                | Token::Heredoc { .. }
                | Token::Separator
                | Token::Pipe
                | Token::CaseEnd
                | Token::Open => {}
            }
        }
        values
    }

    /// Notes a heredoc whose body begins behind this line.
    pub(super) fn expect_body(&mut self, word: &str, chomp: bool, slot: usize) {
        let word = word.chars().filter(|it| !matches!(it, '\'' | '"' | '\\')).collect();
        self.pending.push(Pending { word, chomp, slot });
    }

    /// The bodies read since the last call.
    pub(super) fn take_bodies(&mut self) -> Vec<(usize, Body)> {
        std::mem::take(&mut self.bodies)
    }

    /// The bodies of heredocs whose line was the last one.
    pub(super) fn close(&mut self) -> Vec<(usize, Body)> {
        self.read_bodies();
        self.take_bodies()
    }

    fn read_bodies(&mut self) {
        for pending in std::mem::take(&mut self.pending) {
            let start = self.at;
            let mut end = self.text.len();
            while self.at < self.text.len() {
                let rest = self.text.get(self.at..).unwrap_or_default();
                let line = rest.split('\n').next().unwrap_or_default();
                let line_start = self.at;
                self.at = (self.at + line.len() + 1).min(self.text.len());
                let shown = if pending.chomp { line.trim_start_matches('\t') } else { line };
                if shown == pending.word {
                    end = line_start;
                    break;
                }
            }
            self.bodies.push((pending.slot, Body { start, end }));
        }
    }
}
