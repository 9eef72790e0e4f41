//! The shell without a grammar: finds the commands of any text, valid or not, in one pass.
//! For scripts that are too large or too odd for `brush`.

use super::script::{Body, Item, RawWord, values_only};
use super::tokens::{Token, Tokens};

/// Reads a script.
pub(super) fn read(text: &str) -> Vec<Item> {
    let mut scanner = Scanner::new(text);
    while let Some(token) = scanner.tokens.next_token() {
        scanner.take(token);
        for (slot, body) in scanner.tokens.take_bodies() {
            scanner.attach(slot, body);
        }
    }
    scanner.finish_command();
    for (slot, body) in scanner.tokens.close() {
        scanner.attach(slot, body);
    }
    scanner.items
}

/// What the next word means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    /// The first word of a command, an assignment or a keyword.
    Command,
    /// A further word of the command.
    Argument,
    /// What a redirection names.
    Target,
    /// The word of a heredoc.
    HeredocWord { chomp: bool },
    /// The name behind `for`.
    LoopName,
    /// `in`, or the `do` of a loop over the arguments.
    LoopIn,
    /// A value of a loop or of an array.
    Value,
    /// The word behind `case`.
    CaseWord,
    /// The `in` of a `case`.
    CaseIn,
    /// A pattern of a `case`.
    Pattern,
    /// The name behind `function`.
    FunctionName,
    /// A word inside `[[ ]]`.
    Test,
}

struct Scanner<'t> {
    tokens: Tokens<'t>,
    items: Vec<Item>,
    expect: Expect,
    /// What is expected after a redirection's target.
    after_target: Expect,
    words: Vec<RawWord>,
    assignments: Vec<Item>,
    asides: Vec<Item>,
    /// Commands and heredocs find each other by this number.
    slot: usize,
    slots: Vec<(usize, usize)>,
    has_heredoc: bool,
    list: Option<(String, Vec<RawWord>)>,
    /// How many `case` are open at each level of parentheses.
    cases: Vec<usize>,
}

impl<'t> Scanner<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            tokens: Tokens::new(text),
            items: Vec::new(),
            expect: Expect::Command,
            after_target: Expect::Command,
            words: Vec::new(),
            assignments: Vec::new(),
            asides: Vec::new(),
            slot: 0,
            slots: Vec::new(),
            has_heredoc: false,
            list: None,
            cases: vec![0],
        }
    }

    fn take(&mut self, token: Token) {
        match token {
            Token::Word(word) => self.word(word),
            Token::Redirect => self.redirect(Expect::Target),
            Token::Heredoc { chomp } => self.redirect(Expect::HeredocWord { chomp }),
            Token::Separator => self.separator(),
            Token::CaseEnd => {
                self.finish_command();
                if self.cases.last().is_some_and(|it| *it > 0) {
                    self.expect = Expect::Pattern;
                }
            }
            Token::Pipe => {
                if !matches!(self.expect, Expect::Pattern | Expect::Test) {
                    self.separator();
                }
            }
            Token::Open => self.open(),
            Token::Close => self.close(),
        }
    }

    fn redirect(&mut self, target: Expect) {
        if !matches!(self.expect, Expect::Pattern | Expect::Test) {
            self.after_target = self.expect;
            self.expect = target;
        }
    }

    fn separator(&mut self) {
        match self.expect {
            Expect::Pattern | Expect::Test | Expect::CaseIn | Expect::LoopIn => {}
            Expect::Command
            | Expect::Argument
            | Expect::Target
            | Expect::HeredocWord { .. }
            | Expect::LoopName
            | Expect::Value
            | Expect::CaseWord
            | Expect::FunctionName => self.finish_command(),
        }
    }

    fn open(&mut self) {
        match self.expect {
            Expect::Pattern | Expect::Test => {}
            Expect::Argument if self.words.len() == 1 && self.tokens.take_empty_parentheses() => {
                // `name()` begins a function: what follows is its body.
                let names = self.words.drain(..).map(|it| Item::Function { name: it.raw });
                self.items.extend(names);
                self.expect = Expect::Command;
            }
            Expect::LoopName | Expect::Command if self.tokens.take_arithmetic() => {
                self.expect = Expect::Command;
            }
            Expect::Command
            | Expect::Argument
            | Expect::Target
            | Expect::HeredocWord { .. }
            | Expect::LoopName
            | Expect::LoopIn
            | Expect::Value
            | Expect::CaseWord
            | Expect::CaseIn
            | Expect::FunctionName => {
                self.finish_command();
                self.cases.push(0);
            }
        }
    }

    fn close(&mut self) {
        match self.expect {
            Expect::Pattern => self.expect = Expect::Command,
            Expect::Test => {}
            Expect::Command
            | Expect::Argument
            | Expect::Target
            | Expect::HeredocWord { .. }
            | Expect::LoopName
            | Expect::LoopIn
            | Expect::Value
            | Expect::CaseWord
            | Expect::CaseIn
            | Expect::FunctionName => {
                self.finish_command();
                if self.cases.len() > 1 {
                    self.cases.pop();
                }
                // Behind a subshell only an operator or a redirection may stand.
            }
        }
    }

    fn word(&mut self, word: RawWord) {
        match self.expect {
            Expect::Command => self.first_word(word),
            Expect::Argument => self.words.push(word),
            Expect::Target => {
                self.asides.push(Item::Aside(word));
                self.expect = self.after_target;
            }
            Expect::HeredocWord { chomp } => {
                self.tokens.expect_body(&word.raw, chomp, self.slot);
                self.has_heredoc = true;
                self.expect = self.after_target;
            }
            Expect::LoopName => {
                self.list = Some((word.raw, Vec::new()));
                self.expect = Expect::LoopIn;
            }
            Expect::LoopIn if word.raw == "in" => self.expect = Expect::Value,
            Expect::LoopIn => {
                self.finish_command();
                self.first_word(word);
            }
            Expect::Value => self.list.iter_mut().for_each(|(_, it)| it.push(word.clone())),
            Expect::CaseWord => {
                self.items.push(Item::Aside(word));
                self.expect = Expect::CaseIn;
            }
            Expect::CaseIn => self.expect = Expect::Pattern,
            Expect::Pattern if word.raw == "esac" => self.end_case(),
            Expect::Pattern => {}
            Expect::FunctionName => {
                self.items.push(Item::Function { name: word.raw });
                self.tokens.take_empty_parentheses_ahead();
                self.expect = Expect::Command;
            }
            Expect::Test if word.raw == "]]" => self.expect = Expect::Argument,
            Expect::Test => self.items.push(Item::Aside(word)),
        }
    }

    fn end_case(&mut self) {
        if let Some(open) = self.cases.last_mut() {
            *open = open.saturating_sub(1);
        }
        self.expect = Expect::Command;
    }

    fn first_word(&mut self, word: RawWord) {
        match word.raw.as_str() {
            "if" | "then" | "elif" | "else" | "fi" | "while" | "until" | "do" | "done" | "{"
            | "}" | "!" | "time" | "coproc" => {}
            "for" | "select" => self.expect = Expect::LoopName,
            "case" => {
                self.expect = Expect::CaseWord;
                self.cases.last_mut().into_iter().for_each(|it| *it += 1);
            }
            "esac" => self.end_case(),
            "function" => self.expect = Expect::FunctionName,
            "[[" => self.expect = Expect::Test,
            _ => self.assignment_or_program(word),
        }
    }

    fn assignment_or_program(&mut self, word: RawWord) {
        let Some((name, append, value)) = assignment(&word) else {
            self.words.push(word);
            self.expect = Expect::Argument;
            return;
        };
        if value.raw.is_empty() && self.tokens.take_array_open() {
            let values = self.tokens.array_values();
            self.assignments.push(Item::List { name, values, append });
        } else {
            self.assignments.push(Item::Assignment { name, value, append });
        }
    }

    fn finish_command(&mut self) {
        if let Some((name, values)) = self.list.take() {
            self.items.push(Item::List { name, values, append: false });
        }
        let assignments = std::mem::take(&mut self.assignments);
        if self.words.is_empty() {
            self.items.extend(assignments);
        } else {
            self.items.extend(assignments.into_iter().flat_map(values_only));
        }
        self.items.append(&mut self.asides);
        if !self.words.is_empty() || self.has_heredoc {
            if self.has_heredoc {
                self.slots.push((self.slot, self.items.len()));
            }
            let words = std::mem::take(&mut self.words);
            self.items.push(Item::Command { words, heredoc: None });
        }
        self.has_heredoc = false;
        self.slot += 1;
        self.expect = Expect::Command;
    }

    fn attach(&mut self, slot: usize, body: Body) {
        let Ok(place) = self.slots.binary_search_by_key(&slot, |it| it.0) else { return };
        let index = self.slots.get(place).map_or(usize::MAX, |it| it.1);
        if let Some(Item::Command { heredoc, .. }) = self.items.get_mut(index) {
            *heredoc = Some(body);
        }
    }
}

/// Name, whether it appends, and value of `NAME=value` or `NAME+=value`.
fn assignment(word: &RawWord) -> Option<(String, bool, RawWord)> {
    let (name, value) = word.raw.split_once('=')?;
    let (name, append) = name.strip_suffix('+').map_or((name, false), |it| (it, true));
    let starts = name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_');
    let is_name = starts && name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_');
    let offset = word.offset + word.raw.len() - value.len();
    is_name.then(|| (name.to_owned(), append, RawWord { raw: value.to_owned(), offset }))
}
