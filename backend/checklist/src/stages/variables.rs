//! The variables of all stages, each with the step that sets it, so that the value at any
//! place of the file can be asked for without copying an environment for every instruction.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use super::{BuildOptions, Expanded, Set};
use crate::LineRange;
use crate::dockerfile::expand::{Lexed, Lexer, Value};

/// What all expansions of one file together may give, in bytes. Real files stay under 100 kB;
/// only variables that multiply each other come here.
const MOST_TEXT: usize = 1_000_000;

/// What a failed expansion counts for: it may have copied a long value.
const COST_OF_ERROR: usize = 65_536;

/// How many missing variables are named.
const MOST_MISSING: usize = 8;

/// The search path that BuildKit gives to `scratch`.
const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Where a variable gets its value.
#[derive(Debug, Clone)]
struct Assignment {
    step: usize,
    value: Value,
    /// The lines of the `ENV`; none for an `ARG`, which is no part of the image.
    env: Option<LineRange>,
}

/// What a stage's variables stand on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ground {
    Scratch,
    Image,
    Stage(usize),
}

#[derive(Debug, Clone)]
struct StageVariables {
    ground: Ground,
    assigned: HashMap<String, Vec<Assignment>>,
    /// The names that `ENV` sets, in the order of first setting.
    order: Vec<String>,
    /// The `ARG`s without a value and the step that declares each first.
    declared: HashMap<String, usize>,
}

/// All variables of a file.
#[derive(Debug, Clone)]
pub(super) struct Variables {
    escape: char,
    global: HashMap<String, Value>,
    base: HashMap<String, Value>,
    stages: Vec<StageVariables>,
    spent: Cell<usize>,
}

impl Variables {
    pub(super) fn new(escape: char, options: &BuildOptions) -> Self {
        let known = |(name, text): &(String, String)| (name.clone(), known(text));
        Self {
            escape,
            global: platform_arguments(options.platform.as_deref()),
            base: options.base_environment.iter().map(known).collect(),
            stages: Vec::new(),
            spent: Cell::new(0),
        }
    }

    /// Begins the next stage.
    pub(super) fn begin_stage(&mut self, ground: Ground) {
        let (assigned, order, declared) = (HashMap::new(), Vec::new(), HashMap::new());
        self.stages.push(StageVariables { ground, assigned, order, declared });
    }

    /// The variables before a step of a stage.
    pub(super) fn scope(&self, stage: usize, step: usize) -> Scope<'_> {
        Scope { variables: self, place: Some((stage, step)) }
    }

    /// The variables of `FROM`: ARGs before the first one and the platform.
    pub(super) fn global_scope(&self) -> Scope<'_> {
        Scope { variables: self, place: None }
    }

    /// Sets a global ARG.
    pub(super) fn set_global(&mut self, name: String, value: Value) {
        self.global.insert(name, value);
    }

    /// The value of a global ARG.
    pub(super) fn global(&self, name: &str) -> Option<&Value> {
        self.global.get(name)
    }

    /// Sets a variable by a step of the last stage.
    pub(super) fn set(&mut self, step: usize, name: String, value: Value, env: Option<LineRange>) {
        let Some(stage) = self.stages.last_mut() else { return };
        let assignments = stage.assigned.entry(name.clone()).or_default();
        if env.is_some() && assignments.iter().all(|it| it.env.is_none()) {
            stage.order.push(name);
        }
        assignments.push(Assignment { step, value, env });
    }

    /// Declares an `ARG` of the last stage that has no value.
    pub(super) fn declare(&mut self, step: usize, name: String) {
        if let Some(stage) = self.stages.last_mut() {
            stage.declared.entry(name).or_insert(step);
        }
    }

    /// Whether a variable's value before a step is one that a build can pass.
    fn is_argument(&self, stage: usize, step: usize, name: &str) -> bool {
        match self.assignment(stage, step, name) {
            Some(assignment) => assignment.env.is_none(),
            None => {
                let declared = self.stages.get(stage).and_then(|it| it.declared.get(name));
                declared.is_some_and(|it| *it < step)
            }
        }
    }

    /// The environment at the end of a stage.
    pub(super) fn environment(&self, stage: usize) -> Vec<(String, Set<Expanded>)> {
        let mut lineage = vec![stage];
        while let Some(StageVariables { ground: Ground::Stage(parent), .. }) =
            lineage.last().and_then(|it| self.stages.get(*it))
        {
            lineage.push(*parent);
        }
        let own = |index: &usize| self.stages.get(*index).map(|it| (*index, it));
        let (mut seen, mut names) = (HashSet::new(), Vec::new());
        let mut latest = HashMap::new();
        for (index, variables) in lineage.iter().rev().filter_map(own) {
            for name in &variables.order {
                let assignments = variables.assigned.get(name).into_iter().flatten();
                let Some((value, lines)) =
                    assignments.rev().find_map(|it| Some((&it.value, it.env?)))
                else {
                    continue;
                };
                if seen.insert(name) {
                    names.push(name);
                }
                latest.insert(name, Set { value: expanded(value), lines, stage: index });
            }
        }
        names.into_iter().filter_map(|it| Some((it.clone(), latest.remove(it)?))).collect()
    }

    /// Reads a text, unless the file's expansions have given too much already.
    fn spend(&self, read: impl FnOnce() -> Result<Lexed, String>) -> Result<Lexed, String> {
        if self.spent.get() > MOST_TEXT {
            return Err("the variables grow too long".to_owned());
        }
        let lexed = read();
        let cost = lexed.as_ref().map_or(COST_OF_ERROR, |it| it.text.len());
        self.spent.set(self.spent.get().saturating_add(cost));
        lexed
    }

    fn find(&self, stage: usize, step: usize, name: &str) -> Option<Value> {
        if let Some(assignment) = self.assignment(stage, step, name) {
            return Some(assignment.value.clone());
        }
        match self.root(stage)? {
            Ground::Scratch => (name == "PATH").then(|| known(DEFAULT_PATH)),
            Ground::Image | Ground::Stage(_) => self.base.get(name).cloned(),
        }
    }

    /// The latest assignment before a step, in the stage or in those that it starts from.
    fn assignment(&self, mut stage: usize, mut step: usize, name: &str) -> Option<&Assignment> {
        loop {
            let variables = self.stages.get(stage)?;
            let assignments = variables.assigned.get(name).map_or(&[][..], Vec::as_slice);
            let before = assignments.partition_point(|it| it.step < step);
            let latest = before.checked_sub(1).and_then(|it| assignments.get(it));
            let Ground::Stage(parent) = variables.ground else { return latest };
            if latest.is_some() {
                return latest;
            }
            (stage, step) = (parent, usize::MAX);
        }
    }

    /// What the lowest stage under a stage stands on.
    fn root(&self, mut stage: usize) -> Option<Ground> {
        loop {
            match self.stages.get(stage)?.ground {
                Ground::Stage(parent) => stage = parent,
                ground @ (Ground::Scratch | Ground::Image) => return Some(ground),
            }
        }
    }
}

/// The variables visible at one place of the file.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'g> {
    variables: &'g Variables,
    /// Stage and step; none for what is visible in `FROM`.
    place: Option<(usize, usize)>,
}

impl Scope<'_> {
    /// The value of a variable, from `ENV` or a declared `ARG` with a default; none if it has no
    /// value here or only a part of it is known.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<String> {
        self.find(name).filter(|it| it.missing.is_empty()).map(|it| it.text)
    }

    /// The first variable in a text that is an `ARG` here, so that a build can pass its value.
    #[must_use]
    pub fn argument_in<'t>(&self, text: &'t str) -> Option<&'t str> {
        let (stage, step) = self.place?;
        let names = text.split('$').skip(1).map(|it| {
            let it = it.strip_prefix('{').unwrap_or(it);
            let end = it.find(|it: char| !it.is_ascii_alphanumeric() && it != '_');
            it.get(..end.unwrap_or(it.len())).unwrap_or_default()
        });
        let mut names = names.filter(|it| !it.is_empty());
        names.find(|it| self.variables.is_argument(stage, step, it))
    }

    /// Fills in the variables of a text as BuildKit does in `USER`, `COPY`, `EXPOSE` and so on;
    /// quotes are removed.
    #[must_use]
    pub fn expand(&self, text: &str) -> Expanded {
        self.lex(text).0
    }

    /// The same, split at blanks outside quotes.
    pub(super) fn lex(&self, text: &str) -> (Expanded, Vec<String>) {
        let escape = self.variables.escape;
        if !text.contains(['$', '\'', '"', escape]) {
            let words = text.split_whitespace().map(str::to_owned).collect();
            return (Expanded { text: text.to_owned(), ..Expanded::default() }, words);
        }
        let value = |name: &str| self.find(name);
        match self.variables.spend(|| Lexer::new(escape, &value).read(text)) {
            Ok(Lexed { text, words, mut missing }) => {
                let mut seen = HashSet::new();
                missing.retain(|it| seen.len() < MOST_MISSING && seen.insert(it.clone()));
                (Expanded { text, missing, error: None }, words)
            }
            Err(error) => (Expanded { error: Some(error), ..Expanded::default() }, Vec::new()),
        }
    }

    /// An expanded text as the value of another variable.
    pub(super) fn value_of(&self, name: &str, text: &str) -> Value {
        let Expanded { text, mut missing, error } = self.expand(text);
        missing.extend(error.map(|_| name.to_owned()));
        Value { text, missing }
    }

    fn find(&self, name: &str) -> Option<Value> {
        match self.place {
            Some((stage, step)) => self.variables.find(stage, step, name),
            None => self.variables.global(name).cloned(),
        }
    }
}

fn known(text: &str) -> Value {
    Value { text: text.to_owned(), missing: Vec::new() }
}

fn expanded(value: &Value) -> Expanded {
    Expanded { text: value.text.clone(), missing: value.missing.clone(), error: None }
}

/// The ARGs that BuildKit sets from the platform, for an image built on its own platform.
fn platform_arguments(platform: Option<&str>) -> HashMap<String, Value> {
    let Some(platform) = platform else { return HashMap::new() };
    let mut parts = platform.splitn(3, '/');
    let mut part = || parts.next().unwrap_or_default();
    let (os, arch, variant) = (part(), part(), part());
    let names = [("PLATFORM", platform), ("OS", os), ("ARCH", arch), ("VARIANT", variant)];
    let mut arguments = HashMap::from([("TARGETSTAGE".to_owned(), known("default"))]);
    for (name, text) in names {
        arguments.insert(format!("BUILD{name}"), known(text));
        arguments.insert(format!("TARGET{name}"), known(text));
    }
    arguments
}
