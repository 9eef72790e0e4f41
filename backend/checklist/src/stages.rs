//! The stages of a Dockerfile: who starts from whom, who copies from whom, what ships, and
//! which values hold at the end of each stage.
//!
//! Nothing here knows about the checklist beyond the roles of stages, nor what is inside an
//! image: a value that only the base image could give is `None`.

mod build;
mod ports;
mod roles;
mod sources;
mod values;
mod variables;

pub use variables::Scope;

use std::sync::Arc;

use variables::Variables;

use crate::dockerfile::{Dockerfile, Instruction};
use crate::{LineRange, StageRole};

/// What a stage starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Base {
    /// `FROM scratch`: nothing.
    Scratch,
    /// An earlier stage of this file.
    Stage(usize),
    /// An image, variables filled in, digest included, as written otherwise.
    Image(String),
    /// Not to be known from the file.
    Unknown {
        /// What stands there.
        raw: String,
        /// The variable without a value; none if the reference itself is blank or broken.
        variable: Option<String>,
    },
}

/// The operands of a `FROM`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct From {
    /// The image or stage as written.
    pub raw: String,
    /// The same with variables filled in; one without a value is empty, as in BuildKit.
    pub expanded: String,
    /// `--platform`, variables as written.
    pub platform: Option<String>,
    /// The lines of the instruction.
    pub lines: LineRange,
}

/// Text with its variables filled in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expanded {
    /// The text; a variable without a value is empty.
    pub text: String,
    /// The variables that have no value and for which nothing else stands in.
    pub missing: Vec<String>,
    /// Why it could not be expanded (an open quote, `${X:?}` without X).
    pub error: Option<String>,
}

impl Expanded {
    /// The text if nothing is missing.
    #[must_use]
    pub fn known(&self) -> Option<&str> {
        (self.missing.is_empty() && self.error.is_none()).then_some(self.text.as_str())
    }
}

/// A value and where it was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set<T> {
    /// The value.
    pub value: T,
    /// The lines of the instruction that set it.
    pub lines: LineRange,
    /// The stage in whose text that instruction stands.
    pub stage: usize,
}

/// What a container runs: `ENTRYPOINT` or `CMD`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandLine<'f> {
    /// The words that are run; in shell form the shell in force stands first. Empty after
    /// `ENTRYPOINT []`.
    pub words: Vec<String>,
    /// The instruction.
    pub instruction: &'f Instruction,
}

/// One word of an `EXPOSE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exposed {
    /// The word as written.
    pub raw: String,
    /// First and last port; none if it is no number or a variable has no value.
    pub ports: Option<(u16, u16)>,
    /// `tcp`, `udp` or `sctp`.
    pub protocol: String,
    /// The variables without a value.
    pub missing: Vec<String>,
}

/// Where a `COPY --from` or `RUN --mount=from=` takes files from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// An earlier stage.
    Stage(usize),
    /// An image.
    Image(String),
    /// Neither can be told: a variable, or a number without a stage.
    Unknown(String),
}

/// One dependency of a stage on files of another stage or image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopySource {
    /// Where the files come from.
    pub source: Source,
    /// The lines of the instruction.
    pub lines: LineRange,
}

/// An instruction as one stage executes it.
#[derive(Debug, Clone, Copy)]
pub struct Step<'f> {
    /// The instruction; the one behind `ONBUILD` where a parent's trigger fires.
    pub instruction: &'f Instruction,
    /// The stage that executes it.
    pub stage: usize,
    /// Its place among that stage's steps.
    pub index: usize,
    /// True if it is an `ONBUILD` trigger of the stage's parent.
    pub is_trigger: bool,
}

/// One stage.
#[derive(Debug, Clone)]
pub struct Stage<'f> {
    /// Its place, from 0.
    pub index: usize,
    /// Its name, lower case.
    pub name: Option<String>,
    /// The `FROM`.
    pub from: From,
    /// What it starts from.
    pub base: Base,
    /// What it is for.
    pub role: StageRole,
    /// True if building the target needs it.
    pub reachable: bool,
    /// The stages and images it copies or mounts from, in order, duplicates included.
    pub copies_from: Vec<CopySource>,
    /// The parent's triggers, then its own instructions without `FROM`.
    pub steps: Vec<Step<'f>>,
    /// The user at its end, inherited included; none if only the base image knows.
    pub user: Option<Arc<Set<Expanded>>>,
    /// The working directory at its end, absolute.
    pub workdir: Option<Arc<Set<Expanded>>>,
    /// The entry point at its end.
    pub entrypoint: Option<Arc<Set<CommandLine<'f>>>>,
    /// The command at its end.
    pub cmd: Option<Arc<Set<CommandLine<'f>>>>,
    /// The shell at its end, if a `SHELL` sets it.
    pub shell: Option<Arc<Set<Vec<String>>>>,
    /// The ports, inherited ones first.
    pub exposed: Arc<Vec<Set<Exposed>>>,
    /// Its own `ONBUILD` triggers.
    pub onbuild: Vec<&'f Instruction>,
}

/// The stages of a file.
#[derive(Debug, Clone)]
pub struct StageGraph<'f> {
    /// The stages in the file's order.
    pub stages: Vec<Stage<'f>>,
    /// The stage that is built; none in a file without a stage.
    pub target: Option<usize>,
    variables: Variables,
}

/// What is known of the build beside the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BuildOptions {
    /// The stage to build, by name or number; the last one without it or if there is none such.
    pub target: Option<String>,
    /// Values of the platform ARGs, as `linux/amd64`; without it they have no value.
    pub platform: Option<String>,
    /// What every external image is taken to have in its environment.
    pub base_environment: Vec<(String, String)>,
}

impl<'f> StageGraph<'f> {
    /// The stages of a file.
    #[must_use]
    pub fn of(file: &'f Dockerfile, options: &BuildOptions) -> Self {
        build::graph(file, options)
    }

    /// The stage that ships.
    #[must_use]
    pub fn final_stage(&self) -> Option<&Stage<'f>> {
        self.stages.get(self.target?)
    }

    /// The stages that ship, the one on the external image first, the final stage last.
    #[must_use]
    pub fn chain_stages(&self) -> Vec<&Stage<'f>> {
        let mut chain: Vec<_> = self.target.map_or_else(Vec::new, |it| self.ancestors(it));
        chain.reverse();
        chain
    }

    /// Every instruction that ships, in the order in which they are executed, triggers included.
    #[must_use]
    pub fn chain(&self) -> Vec<Step<'f>> {
        self.chain_stages().iter().flat_map(|it| it.steps.iter().copied()).collect()
    }

    /// The stage on whose external base the given stage stands: follows `FROM stage`.
    #[must_use]
    pub fn root_of(&self, stage: usize) -> Option<&Stage<'f>> {
        self.ancestors(stage).last().copied()
    }

    /// The variables as they stand before a step is executed.
    #[must_use]
    pub fn scope(&self, step: &Step<'f>) -> Scope<'_> {
        self.variables.scope(step.stage, step.index)
    }

    /// The environment of a stage at its end: name and value, in the order of first setting,
    /// inherited included. ARGs are not part of it.
    #[must_use]
    pub fn env(&self, stage: usize) -> Vec<(String, Set<Expanded>)> {
        self.variables.environment(stage)
    }

    /// A stage and those it starts from, itself first.
    fn ancestors(&self, stage: usize) -> Vec<&Stage<'f>> {
        let parent = |it: &&Stage<'f>| match it.base {
            Base::Stage(parent) => self.stages.get(parent),
            Base::Scratch | Base::Image(_) | Base::Unknown { .. } => None,
        };
        std::iter::successors(self.stages.get(stage), parent).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Base, BuildOptions, StageGraph};
    use crate::StageRole;
    use crate::dockerfile;

    fn roles(source: &str) -> Vec<StageRole> {
        let file = dockerfile::read(source.as_bytes());
        let graph = StageGraph::of(&file, &BuildOptions::default());
        graph.stages.iter().map(|it| it.role).collect()
    }

    #[test]
    fn each_stage_has_the_role_that_its_users_give_it() {
        let source = "FROM a AS base\nFROM b AS build\nRUN x\nFROM c AS files\nFROM d AS unit-test\n\
            FROM e AS other\nFROM base\nCOPY --from=build / /\nCOPY --from=2 / /\n";
        let expected = [
            StageRole::Chain,
            StageRole::Build,
            StageRole::Artifact,
            StageRole::Ignored,
            StageRole::OtherTarget,
            StageRole::Final,
        ];
        assert_eq!(roles(source), expected);
    }

    #[test]
    fn values_and_triggers_are_inherited_through_from() {
        let source =
            "FROM a AS x\nUSER u\nENV P=1\nEXPOSE 80\nONBUILD USER ${P}2\nFROM x\nCMD [\"c\"]\n";
        let file = dockerfile::read(source.as_bytes());
        let graph = StageGraph::of(&file, &BuildOptions::default());
        let shown = graph.final_stage().map(|it| {
            let user = it.user.as_ref().map(|it| (it.value.text.clone(), it.lines.first));
            (user, it.exposed.len(), it.cmd.is_some())
        });
        assert_eq!(shown, Some((Some(("12".to_owned(), 5)), 1, true)));
        assert_eq!(graph.chain().len(), 6);
    }

    #[test]
    fn a_base_whose_variable_has_no_value_is_unknown() {
        let file = dockerfile::read(b"ARG V\nFROM a:$V\n");
        let graph = StageGraph::of(&file, &BuildOptions::default());
        let unknown = Base::Unknown { raw: "a:$V".to_owned(), variable: Some("V".to_owned()) };
        assert_eq!(graph.stages.first().map(|it| it.base.clone()), Some(unknown));
    }
}
