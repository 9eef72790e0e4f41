//! From instructions to stages.

use std::collections::HashMap;

use super::values::Values;
use super::variables::{Ground, Variables};
use super::{Base, BuildOptions, Expanded, From, Stage, StageGraph, Step, roles, sources};
use crate::StageRole;
use crate::dockerfile::{Arguments, Dockerfile, Instruction, Keyword};
use crate::image::Reference;

/// How long a chain of `FROM stage` may be; values are looked up along it.
const LONGEST_CHAIN: usize = 128;
/// How many triggers may fire in one file.
const MOST_TRIGGERS: usize = 20_000;
/// The platform on which stages are looked for whose name holds a platform ARG.
const USUAL_PLATFORM: &str = "linux/amd64";

/// Builds the graph.
pub(super) fn graph<'f>(file: &'f Dockerfile, options: &BuildOptions) -> StageGraph<'f> {
    let mut builder = Builder::new(file, options);
    let mut instructions = file.instructions.iter();
    let mut own = Vec::new();
    let mut from = None;
    for instruction in instructions.by_ref() {
        match (instruction.keyword, from) {
            (Keyword::From, None) => from = Some(instruction),
            (Keyword::From, Some(earlier)) => {
                builder.stage(earlier, std::mem::take(&mut own));
                from = Some(instruction);
            }
            (Keyword::Arg, None) => builder.global_arguments(instruction),
            (_, None) => {}
            (_, Some(_)) => own.push(instruction),
        }
    }
    if let Some(last) = from {
        builder.stage(last, own);
    }
    builder.finish(options)
}

struct Builder<'f> {
    variables: Variables,
    /// Global variables with the usual platform filled in.
    usual: Variables,
    stages: Vec<Stage<'f>>,
    values: Vec<Values<'f>>,
    /// How many stages stand below each stage, itself included.
    depths: Vec<usize>,
    names: HashMap<String, usize>,
    triggers_left: usize,
}

impl<'f> Builder<'f> {
    fn new(file: &Dockerfile, options: &BuildOptions) -> Self {
        let platform = options.platform.clone().or_else(|| Some(USUAL_PLATFORM.to_owned()));
        let usual = BuildOptions { platform, ..BuildOptions::default() };
        Self {
            variables: Variables::new(file.escape, options),
            usual: Variables::new(file.escape, &usual),
            stages: Vec::new(),
            values: Vec::new(),
            depths: Vec::new(),
            names: HashMap::new(),
            triggers_left: MOST_TRIGGERS,
        }
    }

    fn global_arguments(&mut self, instruction: &Instruction) {
        for pair in instruction.pairs() {
            let Some(value) = &pair.value else { continue };
            for variables in [&mut self.variables, &mut self.usual] {
                let scope = variables.global_scope();
                let name = scope.expand(&pair.name.text).text;
                let value = scope.value_of(&name, &value.text);
                variables.set_global(name, value);
            }
        }
    }

    fn stage(&mut self, instruction: &'f Instruction, own: Vec<&'f Instruction>) {
        let index = self.stages.len();
        let from = self.from(instruction);
        let base = self.base(&from);
        let parent = match &base {
            Base::Stage(parent) => Some(*parent),
            Base::Scratch | Base::Image(_) | Base::Unknown { .. } => None,
        };
        self.variables.begin_stage(match &base {
            Base::Stage(parent) => Ground::Stage(*parent),
            Base::Scratch => Ground::Scratch,
            Base::Image(_) | Base::Unknown { .. } => Ground::Image,
        });
        let depth = parent.and_then(|it| self.depths.get(it)).map_or(1, |it| it + 1);
        self.depths.push(depth);
        let steps = self.steps(index, parent, &own);
        let inherited = parent.and_then(|it| self.values.get(it));
        let mut values = Values::begin(inherited, (base == Base::Scratch).then_some(index), &from);
        for step in &steps {
            values.apply(step, &mut self.variables);
        }
        let name = stage_name(instruction);
        self.names.extend(name.clone().map(|it| (it, index)));
        let onbuild = own.iter().filter_map(|it| trigger(it)).collect();
        self.stages.push(Stage {
            index,
            name,
            from,
            base,
            role: StageRole::OtherTarget,
            reachable: false,
            copies_from: Vec::new(),
            steps,
            user: values.user.clone(),
            workdir: values.workdir.clone(),
            entrypoint: values.entrypoint.clone(),
            cmd: values.cmd.clone(),
            shell: values.shell.clone(),
            exposed: values.exposed.clone(),
            onbuild,
        });
        self.values.push(values);
    }

    /// What the parent's triggers do, then the stage's own instructions.
    fn steps(
        &mut self,
        stage: usize,
        parent: Option<usize>,
        own: &[&'f Instruction],
    ) -> Vec<Step<'f>> {
        let onbuild = parent.and_then(|it| self.stages.get(it)).map_or(&[][..], |it| &it.onbuild);
        let fires = onbuild.len().min(self.triggers_left);
        self.triggers_left -= fires;
        let triggers = onbuild.iter().take(fires).map(|it| (*it, true));
        let all = triggers.chain(own.iter().map(|it| (*it, false))).enumerate();
        let step =
            |(index, (instruction, is_trigger))| Step { instruction, stage, index, is_trigger };
        all.map(step).collect()
    }

    fn from(&self, instruction: &Instruction) -> From {
        let raw = instruction.words().first().map(|it| it.text.clone()).unwrap_or_default();
        From {
            expanded: self.variables.global_scope().expand(&raw).text,
            raw,
            platform: instruction.flag("platform").map(str::to_owned),
            lines: instruction.lines,
        }
    }

    fn base(&self, from: &From) -> Base {
        let expanded = self.variables.global_scope().expand(&from.raw);
        let stage = match expanded.known() {
            Some(name) => self.names.get(name),
            None => self.names.get(&self.usual.global_scope().expand(&from.raw).text),
        };
        if let Some(stage) = stage {
            return self.parent(*stage, from);
        }
        match expanded.known() {
            Some("scratch") => Base::Scratch,
            Some(image) if Reference::parse(image).is_valid() => Base::Image(image.to_owned()),
            Some(_) | None => unknown_base(from, &expanded),
        }
    }

    /// The stage as a base, unless the chain grows beyond what anyone writes.
    fn parent(&self, stage: usize, from: &From) -> Base {
        if self.depths.get(stage).is_some_and(|it| *it < LONGEST_CHAIN) {
            return Base::Stage(stage);
        }
        Base::Unknown { raw: from.raw.clone(), variable: None }
    }

    fn finish(self, options: &BuildOptions) -> StageGraph<'f> {
        let Self { variables, mut stages, names, .. } = self;
        let target = target(&names, stages.len(), options.target.as_deref());
        sources::connect(&mut stages, &names);
        roles::assign(&mut stages, target);
        StageGraph { stages, target, variables }
    }
}

fn unknown_base(from: &From, expanded: &Expanded) -> Base {
    Base::Unknown { raw: from.raw.clone(), variable: expanded.missing.first().cloned() }
}

fn stage_name(from: &Instruction) -> Option<String> {
    match from.words() {
        [_, as_word, name, ..] if as_word.text.eq_ignore_ascii_case("as") => {
            Some(name.text.to_lowercase())
        }
        _ => None,
    }
}

fn trigger(instruction: &Instruction) -> Option<&Instruction> {
    match &instruction.arguments {
        Arguments::Trigger(trigger) => Some(trigger),
        Arguments::Exec(_)
        | Arguments::Shell(_)
        | Arguments::Words(_)
        | Arguments::Pairs(_)
        | Arguments::NoHealthcheck
        | Arguments::Nothing => None,
    }
}

fn target(names: &HashMap<String, usize>, count: usize, wanted: Option<&str>) -> Option<usize> {
    let last = count.checked_sub(1)?;
    let Some(wanted) = wanted else { return Some(last) };
    let by_number = || wanted.parse().ok().filter(|it| *it < count);
    let found = names.get(&wanted.to_lowercase()).copied().or_else(by_number);
    Some(found.unwrap_or(last))
}
