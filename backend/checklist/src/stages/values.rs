//! What each instruction does to the values of its stage.

use std::sync::Arc;

use super::ports;
use super::variables::{Scope, Variables};
use super::{CommandLine, Expanded, Exposed, From, Set, Step};
use crate::LineRange;
use crate::dockerfile::{Arguments, Instruction, Keyword};

/// The shell of an image that sets none.
const DEFAULT_SHELL: [&str; 2] = ["/bin/sh", "-c"];
/// How many ports a stage may expose before the rest is left out.
const MOST_PORTS: usize = 100;

/// The values at one place of a stage.
#[derive(Debug, Clone, Default)]
pub(super) struct Values<'f> {
    pub(super) user: Option<Arc<Set<Expanded>>>,
    pub(super) workdir: Option<Arc<Set<Expanded>>>,
    pub(super) entrypoint: Option<Arc<Set<CommandLine<'f>>>>,
    pub(super) cmd: Option<Arc<Set<CommandLine<'f>>>>,
    pub(super) shell: Option<Arc<Set<Vec<String>>>>,
    pub(super) exposed: Arc<Vec<Set<Exposed>>>,
    /// True if this very stage sets `CMD`: its `ENTRYPOINT` then leaves it alone.
    has_own_cmd: bool,
}

impl<'f> Values<'f> {
    /// The values with which a stage begins; a stage on `scratch` begins in `/`.
    pub(super) fn begin(inherited: Option<&Self>, scratch: Option<usize>, from: &From) -> Self {
        let mut values = inherited.cloned().unwrap_or_default();
        values.has_own_cmd = false;
        if let Some(stage) = scratch {
            let value = Expanded { text: "/".to_owned(), ..Expanded::default() };
            values.workdir = Some(Arc::new(Set { value, lines: from.lines, stage }));
        }
        values
    }

    /// Carries out one step.
    pub(super) fn apply(&mut self, step: &Step<'f>, variables: &mut Variables) {
        let instruction = step.instruction;
        let scope = variables.scope(step.stage, step.index);
        match instruction.keyword {
            Keyword::Arg => arguments(step, variables),
            Keyword::Env => environment(step, variables),
            Keyword::User => self.user = one(step, &scope).map(Arc::new).or(self.user.take()),
            Keyword::Workdir => self.change_directory(step, &scope),
            Keyword::Cmd => {
                self.cmd = Some(Arc::new(set(step, self.command_line(instruction))));
                self.has_own_cmd = true;
            }
            Keyword::Entrypoint => {
                self.entrypoint = Some(Arc::new(set(step, self.command_line(instruction))));
                if !self.has_own_cmd {
                    self.cmd = None;
                }
            }
            Keyword::Shell => self.change_shell(step),
            Keyword::Expose => self.expose(step, &scope),
            Keyword::Add
            | Keyword::Copy
            | Keyword::From
            | Keyword::Healthcheck
            | Keyword::Label
            | Keyword::Maintainer
            | Keyword::Onbuild
            | Keyword::Run
            | Keyword::Stopsignal
            | Keyword::Volume
            | Keyword::Unknown => {}
        }
    }

    fn change_directory(&mut self, step: &Step<'f>, scope: &Scope<'_>) {
        let Some(mut next) = one(step, scope) else { return };
        if next.value.text.starts_with('/') {
            next.value.text = clean(&next.value.text);
        } else {
            let current = self.workdir.as_ref().map(|it| it.value.clone()).unwrap_or_default();
            next.value.text = clean(&format!("{}/{}", current.text, next.value.text));
            next.value.missing.extend(current.missing);
        }
        self.workdir = Some(Arc::new(next));
    }

    fn change_shell(&mut self, step: &Step<'f>) {
        if step.instruction.is_exec_form() && !step.instruction.words().is_empty() {
            let words = step.instruction.words().iter().map(|it| it.text.clone()).collect();
            self.shell = Some(Arc::new(set(step, words)));
        }
    }

    fn expose(&mut self, step: &Step<'f>, scope: &Scope<'_>) {
        for word in step.instruction.words() {
            if self.exposed.len() >= MOST_PORTS {
                return;
            }
            let ports = ports::exposed(&word.text, scope).into_iter().map(|it| set(step, it));
            Arc::make_mut(&mut self.exposed).extend(ports);
        }
    }

    fn command_line(&self, instruction: &'f Instruction) -> CommandLine<'f> {
        let words = match &instruction.arguments {
            Arguments::Exec(words) => words.iter().map(|it| it.text.clone()).collect(),
            Arguments::Shell(_)
            | Arguments::Words(_)
            | Arguments::Pairs(_)
            | Arguments::Trigger(_)
            | Arguments::NoHealthcheck
            | Arguments::Nothing => {
                let default = || DEFAULT_SHELL.map(str::to_owned).to_vec();
                let mut words = self.shell.as_ref().map_or_else(default, |it| it.value.clone());
                words.push(instruction.text.as_str().to_owned());
                words
            }
        };
        CommandLine { words, instruction }
    }
}

fn set<T>(step: &Step<'_>, value: T) -> Set<T> {
    Set { value, lines: step.instruction.lines, stage: step.stage }
}

/// The one operand of `USER` or `WORKDIR`, variables filled in.
fn one(step: &Step<'_>, scope: &Scope<'_>) -> Option<Set<Expanded>> {
    let word = step.instruction.words().first()?;
    Some(set(step, scope.expand(&word.text)))
}

/// `ARG`: a default, or the value of the global ARG of that name. Words of one instruction see
/// each other. Without either nothing is set.
fn arguments(step: &Step<'_>, variables: &mut Variables) {
    for pair in step.instruction.pairs() {
        let scope = variables.scope(step.stage, step.index + 1);
        let name = scope.expand(&pair.name.text).text;
        let value = match &pair.value {
            Some(value) => Some(scope.value_of(&name, &value.text)),
            None => variables.global(&name).cloned(),
        };
        match value {
            Some(value) => variables.set(step.index, name, value, None),
            None => variables.declare(step.index, name),
        }
    }
}

/// `ENV`: pairs of one instruction see the values from before it.
fn environment(step: &Step<'_>, variables: &mut Variables) {
    let lines: LineRange = step.instruction.lines;
    for pair in step.instruction.pairs() {
        let Some(value) = &pair.value else { continue };
        let scope = variables.scope(step.stage, step.index);
        let name = scope.expand(&pair.name.text).text;
        let value = scope.value_of(&name, &value.text);
        variables.set(step.index, name, value, Some(lines));
    }
}

/// An absolute path without `.`, `..` and double slashes.
fn clean(path: &str) -> String {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn paths_are_cleaned() {
        assert_eq!(clean("/x/y/../z/./w//"), "/x/z/w");
        assert_eq!(clean("/../.."), "/");
    }
}
