//! Builtins that set variables, and functions with the arguments of their calls.

use std::collections::HashSet;

use super::Resolver;
use crate::dockerfile::MappedText;
use crate::shell::Command;
use crate::shell::script::{Item, RawWord};
use crate::shell::variables::{Held, mentioned};

/// How many functions of one script get their arguments.
const MOST_FUNCTIONS: usize = 16;
/// Builtins whose `NAME=value` arguments are assignments.
const DECLARATIONS: [&str; 5] = ["export", "readonly", "local", "declare", "typeset"];

/// The functions of the scripts read so far.
#[derive(Debug, Default)]
pub(super) struct Functions {
    /// The one whose body began last.
    current: Option<String>,
    /// Those that run their arguments (`retry() { "$@" || "$@"; }`).
    runners: HashSet<String>,
    seen: usize,
}

impl Functions {
    /// Notes a command of a body.
    pub(super) fn note(&mut self, words: &[RawWord]) {
        let runs = words.first().is_some_and(is_all_arguments);
        self.runners.extend(self.current.clone().filter(|_| runs));
    }

    /// What a call of a function runs that runs its arguments, which may begin with how often.
    pub(super) fn run_by<'w>(&self, words: &'w [RawWord]) -> Option<&'w [RawWord]> {
        let (first, arguments) = words.split_first()?;
        self.runners.get(&first.raw)?;
        let is_number = |it: &&RawWord| it.raw.bytes().all(|it| it.is_ascii_digit());
        let numbers = arguments.iter().take_while(is_number).count();
        arguments.get(numbers..)
    }
}

/// True for `"$@"`, which is a command line of its own where a program should stand.
pub(super) fn is_all_arguments(word: &RawWord) -> bool {
    matches!(word.raw.trim_matches('"'), "$@" | "${@}" | "$*" | "${*}")
}

impl Resolver<'_, '_> {
    /// What a builtin does to the variables.
    pub(super) fn declare(&mut self, command: &Command) {
        let Some(name) = command.program_name() else { return };
        let arguments = command.program().get(1..).unwrap_or_default();
        match name {
            "shift" => self.variables.forget_arguments(),
            "set" => {
                let end = arguments.iter().position(|it| it.text.as_deref() == Some("--"));
                let Some(given) = end.and_then(|it| arguments.get(it + 1..)) else { return };
                let given = given.iter().map(|it| it.text.clone()).collect();
                self.variables.set_arguments(vec![given]);
            }
            _ if DECLARATIONS.contains(&name) => {
                for word in arguments {
                    let written = word.text.as_deref().unwrap_or(&word.raw);
                    let Some((name, value)) = written.split_once('=') else { continue };
                    let value = word.text.is_some().then(|| value.to_owned());
                    self.assign(name, Held::Text(value), false);
                }
            }
            _ => {}
        }
    }

    /// The arguments of a function are those of its calls. `rest` is the script from the
    /// function on; what it sets before a call is not known yet.
    pub(super) fn give_arguments(&mut self, function: &str, rest: &[Item], text: &MappedText) {
        self.functions.current = Some(function.to_owned());
        self.functions.seen += 1;
        if self.functions.seen > MOST_FUNCTIONS {
            return self.variables.forget_arguments();
        }
        let set: HashSet<&str> = rest.iter().filter_map(Item::set_name).collect();
        let mut calls = Vec::new();
        for item in rest {
            let Item::Command { words, .. } = item else { continue };
            let Some((first, arguments)) = words.split_first() else { continue };
            if first.raw != function {
                continue;
            }
            let mut given = Vec::new();
            for word in arguments {
                match mentioned(&word.raw).any(|it| set.contains(it)) {
                    true => given.push(None),
                    false => given.extend(self.values(std::slice::from_ref(word), text)),
                }
            }
            calls.push(given);
        }
        match calls.is_empty() {
            true => self.variables.forget_arguments(),
            false => self.variables.set_arguments(calls),
        }
    }
}
