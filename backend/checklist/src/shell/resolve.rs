//! From the items of a script to commands with resolved words.

mod arguments;
mod words;

use arguments::{Functions, is_all_arguments};

use super::nesting;
use super::prefix::{self, Script};
use super::script::{self, Body, Item, RawWord};
use super::variables::{Held, Variables};
use super::word::Field;
use super::{Command, Word};
use crate::dockerfile::MappedText;
use crate::stages::Scope;

/// How deep scripts in scripts are followed.
const DEEPEST: usize = 8;
/// How many words are resolved for one instruction; real ones have some hundred.
const MOST_WORDS: usize = 50_000;
/// How much text the words of one instruction may have together, in bytes.
const MOST_TEXT: usize = 4_000_000;

/// Reads scripts and collects their commands.
pub(super) struct Resolver<'a, 'g> {
    read: script::Reader,
    scope: &'a Scope<'g>,
    variables: Variables,
    functions: Functions,
    words_left: usize,
    text_left: usize,
    /// The commands found so far.
    pub commands: Vec<Command>,
}

impl<'a, 'g> Resolver<'a, 'g> {
    pub(super) fn new(read: script::Reader, scope: &'a Scope<'g>) -> Self {
        Self {
            read,
            scope,
            variables: Variables::default(),
            functions: Functions::default(),
            words_left: MOST_WORDS,
            text_left: MOST_TEXT,
            commands: Vec::new(),
        }
    }

    /// Reads a script. Calls nest with the scripts inside it, `DEEPEST` at most.
    pub(super) fn script(&mut self, text: &MappedText, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        let items = (self.read)(text.as_str());
        if let [Item::Command { words, heredoc: Some(body) }] = items.as_slice()
            && words.is_empty()
        {
            self.heredoc_script(text, body, depth);
            return;
        }
        for (index, item) in items.iter().enumerate() {
            match item {
                Item::Aside(word) => self.inside(word, text, depth),
                Item::Assignment { name, value, append } => {
                    self.inside(value, text, depth);
                    let held = match append {
                        true => Held::Text(self.joined(value, text)),
                        false => self.held(name, value, text),
                    };
                    self.assign(name, held, *append);
                }
                Item::List { name, values, append } => {
                    values.iter().for_each(|it| self.inside(it, text, depth));
                    let held = Held::Each(self.values(values, text));
                    self.assign(name, held, *append);
                }
                Item::Function { name } => {
                    self.give_arguments(name, items.get(index..).unwrap_or_default(), text);
                }
                Item::Command { words, heredoc } => {
                    self.command(words, heredoc.as_ref(), text, depth);
                }
            }
        }
    }

    /// `RUN <<EOF`: the body is the script, unless its first line names another interpreter.
    fn heredoc_script(&mut self, text: &MappedText, body: &Body, depth: usize) {
        let body = text.slice(body.start, body.end);
        let first = body.as_str().lines().next().unwrap_or_default();
        let interpreter = first.strip_prefix("#!").unwrap_or("sh");
        let shells = ["sh", "bash", "ash", "dash", "zsh", "ksh"];
        let words = interpreter.split_whitespace().map(prefix::file_name);
        if words.into_iter().any(|it| shells.contains(&it)) {
            self.script(&body, depth + 1);
        }
    }

    /// The scripts inside a word.
    fn inside(&mut self, word: &RawWord, text: &MappedText, depth: usize) {
        for (start, end) in nesting::substitutions(&word.raw) {
            self.script(&text.slice(word.offset + start, word.offset + end), depth + 1);
        }
    }

    fn command(
        &mut self,
        raw: &[RawWord],
        heredoc: Option<&Body>,
        text: &MappedText,
        depth: usize,
    ) {
        let (mut words, mut texts, mut origins) = (Vec::new(), Vec::new(), Vec::new());
        for (origin, word) in raw.iter().enumerate() {
            let line = text.line_at(word.offset);
            let fields = match origin == 0 && is_all_arguments(word) {
                true => vec![Field { text: MappedText::of_line(&word.raw, line), known: false }],
                false => self.fields(word, text),
            };
            for field in fields {
                let known = field.known.then(|| field.text.as_str().to_owned());
                words.push(Word { text: known, raw: word.raw.clone(), line });
                texts.push(field.text);
                origins.push(origin);
            }
        }
        let Some(first) = words.first() else { return };
        let command = Command { line: first.line, words };
        let skipped = command.words.len() - command.program().len();
        let script = prefix::script(command.program());
        let given = match script {
            Some(Script::Word(index)) => Some(skipped + index),
            Some(Script::Input) | None => None,
        };
        // A script in a word holds its substitutions itself.
        let own = given.and_then(|it| origins.get(it));
        for (_, word) in raw.iter().enumerate().filter(|(origin, _)| Some(origin) != own) {
            self.inside(word, text, depth);
        }
        self.declare(&command);
        self.functions.note(raw);
        self.commands.push(command);
        if let Some(inner) = given.and_then(|it| texts.get(it)) {
            self.script(inner, depth + 1);
        }
        if let (Some(Script::Input), Some(body)) = (script, heredoc) {
            self.script(&text.slice(body.start, body.end), depth + 1);
        }
        if let Some(run) = self.functions.run_by(raw).filter(|_| skipped == 0 && depth < DEEPEST) {
            self.command(run, heredoc, text, depth + 1);
        }
    }

    /// A command given as a list of words, as in the JSON form.
    pub(super) fn list(&mut self, words: Vec<Word>) {
        let Some(first) = words.first() else { return };
        let command = Command { line: first.line, words };
        let script = prefix::script(command.program());
        let inner = match script {
            Some(Script::Word(index)) => command.program().get(index).cloned(),
            Some(Script::Input) | None => None,
        };
        self.commands.push(command);
        if let Some(Word { raw, line, .. }) = inner {
            self.script(&MappedText::of_line(&raw, line), 1);
        }
    }
}
