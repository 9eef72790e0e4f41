//! The shell through `brush-parser`, which knows the whole grammar but reads recursively: only
//! for scripts that `script` found to be small. Recursion here follows the tree, so the same
//! bound holds.

use std::panic::catch_unwind;

use brush_parser::ast::{
    AndOr, Assignment, AssignmentName, AssignmentValue, Command, CommandPrefixOrSuffixItem,
    CompoundCommand, CompoundList, ExtendedTestExpr, IoFileRedirectTarget, IoRedirect, Pipeline,
    RedirectList, SimpleCommand, SubshellCommand, Word,
};
use brush_parser::{Parser, ParserOptions};

use super::script::{Body, Item, RawWord, values_only};

/// Reads a script; `None` if it is no valid shell.
pub(super) fn read(text: &str) -> Option<Vec<Item>> {
    let options = ParserOptions::default();
    // `script` keeps away what it is known to panic at; what is not known yet stops no reading.
    let parsed = catch_unwind(|| Parser::new(text.as_bytes(), &options).parse_program());
    let program = parsed.ok()?.ok()?;
    let mut walk = Walk { text, offsets: offsets(text), items: Vec::new(), searched: 0 };
    for list in &program.complete_commands {
        walk.list(list);
    }
    Some(walk.items)
}

/// The byte of each character; none for ASCII text, where they are the same.
fn offsets(text: &str) -> Vec<usize> {
    if text.is_ascii() { Vec::new() } else { text.char_indices().map(|(at, _)| at).collect() }
}

/// The characters without blanks.
fn solid(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|it| !it.is_whitespace())
}

struct Walk<'t> {
    text: &'t str,
    offsets: Vec<usize>,
    items: Vec<Item>,
    /// Where the next heredoc body is looked for.
    searched: usize,
}

/// What a simple command is made of.
#[derive(Default)]
struct Parts {
    words: Vec<RawWord>,
    assignments: Vec<Item>,
    asides: Vec<Item>,
    heredoc: Option<Body>,
}

impl Walk<'_> {
    fn byte(&self, index: usize) -> usize {
        if self.offsets.is_empty() {
            return index.min(self.text.len());
        }
        self.offsets.get(index).copied().unwrap_or(self.text.len())
    }

    /// A word as it stands in the text: the parser writes blanks inside `$(…)` anew.
    fn word(&self, word: &Word) -> RawWord {
        let (start, end) = match &word.loc {
            Some(loc) => (self.byte(loc.start.index), self.byte(loc.end.index)),
            None => (0, 0),
        };
        let written = self.text.get(start..end).unwrap_or_default();
        if solid(written).eq(solid(&word.value)) {
            let offset = start + (written.len() - written.trim_start().len());
            return RawWord { raw: written.trim_start().to_owned(), offset };
        }
        self.value_from(&word.value, start)
    }

    /// A value whose place is known only roughly: where it next stands in the text.
    fn value_from(&self, value: &str, near: usize) -> RawWord {
        let found = self.text.get(near..).and_then(|it| it.find(value));
        RawWord { raw: value.to_owned(), offset: near + found.unwrap_or_default() }
    }

    fn aside(&mut self, word: &Word) {
        let word = self.word(word);
        self.items.push(Item::Aside(word));
    }

    fn list(&mut self, list: &CompoundList) {
        for item in &list.0 {
            self.pipeline(&item.0.first);
            for next in &item.0.additional {
                match next {
                    AndOr::And(pipeline) | AndOr::Or(pipeline) => self.pipeline(pipeline),
                }
            }
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline) {
        for command in &pipeline.seq {
            match command {
                Command::Simple(simple) => self.simple(simple),
                Command::Compound(compound, redirects) => {
                    self.compound(compound);
                    self.redirects(redirects.as_ref());
                }
                Command::Function(function) => {
                    self.items.push(Item::Function { name: function.fname.value.clone() });
                    self.compound(&function.body.0);
                    self.redirects(function.body.1.as_ref());
                }
                Command::ExtendedTest(test, redirects) => {
                    self.test(&test.expr);
                    self.redirects(redirects.as_ref());
                }
            }
        }
    }

    fn compound(&mut self, compound: &CompoundCommand) {
        match compound {
            CompoundCommand::Arithmetic(_) => {}
            CompoundCommand::ArithmeticForClause(clause) => self.list(&clause.body.list),
            CompoundCommand::BraceGroup(group) => self.list(&group.list),
            CompoundCommand::Subshell(subshell) => self.list(&subshell.list),
            CompoundCommand::ForClause(clause) => {
                let words = clause.values.iter().flatten();
                let values = words.map(|it| self.word(it)).collect();
                let name = clause.variable_name.clone();
                self.items.push(Item::List { name, values, append: false });
                self.list(&clause.body.list);
            }
            CompoundCommand::CaseClause(clause) => {
                self.aside(&clause.value);
                clause.cases.iter().filter_map(|it| it.cmd.as_ref()).for_each(|it| self.list(it));
            }
            CompoundCommand::IfClause(clause) => {
                self.list(&clause.condition);
                self.list(&clause.then);
                for other in clause.elses.iter().flatten() {
                    other.condition.iter().for_each(|it| self.list(it));
                    self.list(&other.body);
                }
            }
            CompoundCommand::WhileClause(clause) | CompoundCommand::UntilClause(clause) => {
                self.list(&clause.0);
                self.list(&clause.1.list);
            }
            CompoundCommand::Coprocess(coprocess) => match coprocess.body.as_ref() {
                Command::Simple(simple) => self.simple(simple),
                Command::Compound(compound, _) => self.compound(compound),
                Command::Function(_) | Command::ExtendedTest(..) => {}
            },
        }
    }

    fn test(&mut self, expression: &ExtendedTestExpr) {
        match expression {
            ExtendedTestExpr::And(left, right) | ExtendedTestExpr::Or(left, right) => {
                self.test(left);
                self.test(right);
            }
            ExtendedTestExpr::Not(inner) | ExtendedTestExpr::Parenthesized(inner) => {
                self.test(inner)
            }
            ExtendedTestExpr::UnaryTest(_, word) => self.aside(word),
            ExtendedTestExpr::BinaryTest(_, left, right) => {
                self.aside(left);
                self.aside(right);
            }
        }
    }

    fn simple(&mut self, simple: &SimpleCommand) {
        let mut parts = Parts::default();
        let prefix = simple.prefix.iter().flat_map(|it| &it.0);
        prefix.for_each(|it| self.part(it, &mut parts, true));
        parts.words.extend(simple.word_or_name.iter().map(|it| self.word(it)));
        let suffix = simple.suffix.iter().flat_map(|it| &it.0);
        suffix.for_each(|it| self.part(it, &mut parts, false));
        parts.into_items(&mut self.items);
    }

    fn part(&mut self, part: &CommandPrefixOrSuffixItem, parts: &mut Parts, is_prefix: bool) {
        match part {
            CommandPrefixOrSuffixItem::IoRedirect(redirect) => self.redirect(redirect, parts),
            CommandPrefixOrSuffixItem::Word(word) => parts.words.push(self.word(word)),
            CommandPrefixOrSuffixItem::AssignmentWord(assignment, _) if is_prefix => {
                parts.assignments.extend(self.assignment(assignment));
            }
            CommandPrefixOrSuffixItem::AssignmentWord(_, word) => parts.words.push(self.word(word)),
            CommandPrefixOrSuffixItem::ProcessSubstitution(_, subshell) => {
                parts.words.push(self.process(subshell));
            }
        }
    }

    /// A process substitution as the word as which it is written.
    fn process(&self, subshell: &SubshellCommand) -> RawWord {
        let start = self.byte(subshell.loc.start.index);
        let end = self.byte(subshell.loc.end.index);
        let inside = self.text.get(start..end).unwrap_or_default();
        let offset = start.saturating_sub(1);
        let sign = self.text.get(offset..start).unwrap_or("<");
        RawWord { raw: format!("{sign}{inside}"), offset }
    }

    fn assignment(&self, assignment: &Assignment) -> Option<Item> {
        let AssignmentName::VariableName(name) = &assignment.name else { return None };
        let name = name.clone();
        Some(match &assignment.value {
            AssignmentValue::Array(values) => {
                let mut near = self.byte(assignment.loc.start.index);
                let mut listed = Vec::new();
                for (_, value) in values {
                    let word = self.value_from(&value.value, near);
                    near = word.offset + word.raw.len();
                    listed.push(word);
                }
                Item::List { name, values: listed, append: assignment.append }
            }
            AssignmentValue::Scalar(word) => {
                let written = name.len() + 1 + usize::from(assignment.append);
                let start = self.byte(assignment.loc.start.index) + written;
                let end = self.byte(assignment.loc.end.index);
                let text = self.text.get(start..end).unwrap_or_default();
                let value = if solid(text).eq(solid(&word.value)) {
                    RawWord { raw: text.to_owned(), offset: start }
                } else {
                    self.value_from(&word.value, start)
                };
                Item::Assignment { name, value, append: assignment.append }
            }
        })
    }

    fn redirects(&mut self, redirects: Option<&RedirectList>) {
        let mut parts = Parts::default();
        for redirect in redirects.iter().flat_map(|it| &it.0) {
            self.redirect(redirect, &mut parts);
        }
        self.items.append(&mut parts.asides);
    }

    fn redirect(&mut self, redirect: &IoRedirect, parts: &mut Parts) {
        match redirect {
            IoRedirect::File(_, _, target) => match target {
                IoFileRedirectTarget::Filename(word) | IoFileRedirectTarget::Duplicate(word) => {
                    parts.asides.push(Item::Aside(self.word(word)));
                }
                IoFileRedirectTarget::ProcessSubstitution(_, subshell) => {
                    parts.asides.push(Item::Aside(self.process(subshell)));
                }
                IoFileRedirectTarget::Fd(_) => {}
            },
            IoRedirect::HereDocument(_, heredoc) => parts.heredoc = self.body(&heredoc.doc),
            IoRedirect::HereString(_, word) | IoRedirect::OutputAndError(word, _) => {
                parts.asides.push(Item::Aside(self.word(word)));
            }
        }
    }

    /// Where the body of a heredoc stands; bodies follow each other in the text.
    fn body(&mut self, doc: &Word) -> Option<Body> {
        let near = doc.loc.as_ref().map_or(0, |it| self.byte(it.start.index));
        let from = near.max(self.searched);
        let found = self.text.get(from..).and_then(|it| it.find(&doc.value)).map(|it| from + it);
        let again =
            || self.text.get(self.searched..)?.find(&doc.value).map(|it| self.searched + it);
        let start = found.or_else(again)?;
        self.searched = start + doc.value.len();
        Some(Body { start, end: self.searched })
    }
}

impl Parts {
    fn into_items(self, items: &mut Vec<Item>) {
        let Self { words, assignments, asides, heredoc } = self;
        if words.is_empty() {
            items.extend(assignments);
        } else {
            items.extend(assignments.into_iter().flat_map(values_only));
        }
        items.extend(asides);
        if !words.is_empty() || heredoc.is_some() {
            items.push(Item::Command { words, heredoc });
        }
    }
}
