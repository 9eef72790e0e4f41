//! What a rule looks at: the stages of a file, what each stands on and what it runs.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::catalog::{Catalog, Family, ForeignImage, Variant};
use crate::dockerfile::{Dockerfile, Keyword};
use crate::footing::footing;
pub(crate) use crate::footing::{Footing, Ground};
use crate::image::Reference;
use crate::policy::Policy;
use crate::reference::{Standing, catalog_name, familiar_name, short_form, standing};
use crate::shell::{self, Command};
use crate::stages::{Base, BuildOptions, Stage, StageGraph};
use crate::suggest::{self, Use};
use crate::{LineRange, StageRole, Suggestion};

/// One file with everything that the rules ask about it.
pub(crate) struct Subject<'a> {
    /// Its stages.
    pub(crate) graph: &'a StageGraph<'a>,
    /// The facts.
    pub(crate) catalog: &'a Catalog,
    /// What the organization says.
    policy: &'a Policy,
    /// What each stage names in its `FROM`, none if that is a stage.
    own: Vec<Option<Footing<'a>>>,
    /// The place in `own` of what each stage stands on.
    roots: Vec<usize>,
    /// The commands of each stage's `RUN` steps.
    commands: Vec<Vec<Command>>,
    /// Suggestions made before, by base and purpose.
    suggested: RefCell<BTreeMap<(String, Use), Suggestion>>,
}

/// For how many bases of one file a counterpart is looked for.
const MOST_LOOK_UPS: usize = 200;

/// The stages of a file as a policy wants them built.
pub(crate) fn graph_of<'f>(file: &'f Dockerfile, policy: &Policy) -> StageGraph<'f> {
    StageGraph::of(file, &BuildOptions { target: policy.target.clone(), ..BuildOptions::default() })
}

impl<'a> Subject<'a> {
    /// Looks everything up once.
    pub(crate) fn new(graph: &'a StageGraph<'a>, catalog: &'a Catalog, policy: &'a Policy) -> Self {
        let own = graph.stages.iter().map(|it| footing(it, catalog, policy)).collect();
        let mut roots: Vec<usize> = Vec::new();
        for stage in &graph.stages {
            roots.push(match stage.base {
                Base::Stage(parent) => roots.get(parent).copied().unwrap_or(parent),
                Base::Scratch | Base::Image(_) | Base::Unknown { .. } => stage.index,
            });
        }
        let commands = graph.stages.iter().map(|it| run_commands(graph, it)).collect();
        Self { graph, catalog, policy, own, roots, commands, suggested: RefCell::default() }
    }

    /// The stages that count: all but unused ones whose name says that they are for development.
    pub(crate) fn stages(&self) -> impl Iterator<Item = &'a Stage<'a>> + use<'a, '_> {
        self.graph.stages.iter().filter(|it| it.role != StageRole::Ignored)
    }

    /// The stage that ships. A subject is only made of files that have one.
    pub(crate) fn final_stage(&self) -> Option<&'a Stage<'a>> {
        self.graph.final_stage()
    }

    /// What a stage's own `FROM` names, unless it is a stage.
    pub(crate) fn own_footing(&self, stage: &Stage<'_>) -> Option<&Footing<'a>> {
        self.own.get(stage.index)?.as_ref()
    }

    /// The stage on whose image a stage stands: itself, unless it starts from another one.
    pub(crate) fn root(&self, stage: &Stage<'_>) -> usize {
        self.roots.get(stage.index).copied().unwrap_or(stage.index)
    }

    /// What a stage stands on.
    pub(crate) fn footing(&self, stage: &Stage<'_>) -> &Footing<'a> {
        let own = self.own.get(self.root(stage)).and_then(Option::as_ref);
        own.unwrap_or(&Footing::Scratch)
    }

    /// What the final stage stands on.
    pub(crate) fn final_footing(&self) -> &Footing<'a> {
        self.final_stage().map_or(&Footing::Scratch, |it| self.footing(it))
    }

    /// The lines of the `FROM` on whose image the final stage stands.
    pub(crate) fn final_from(&self) -> LineRange {
        let stage = self.final_stage().and_then(|it| self.graph.stages.get(self.root(it)));
        stage.map_or(LineRange::one(1), |it| it.from.lines)
    }

    /// The commands of a stage's `RUN` steps.
    pub(crate) fn commands(&self, stage: &Stage<'_>) -> &[Command] {
        self.commands.get(stage.index).map_or(&[], Vec::as_slice)
    }

    /// The commands of every `RUN` that ships.
    pub(crate) fn chain_commands(&self) -> impl Iterator<Item = &Command> {
        self.graph.chain_stages().into_iter().flat_map(|it| self.commands(it))
    }

    /// The programs that `SHELL` names in what ships.
    pub(crate) fn chain_shells(&self) -> impl Iterator<Item = &str> {
        let stages = self.graph.chain_stages();
        let shells = stages.into_iter().filter_map(|it| it.shell.as_ref()?.value.first());
        shells.map(String::as_str)
    }

    /// The hardened image to use for what a stage stands on.
    pub(crate) fn suggestion(&self, stage: &Stage<'_>) -> Suggestion {
        self.suggestion_for(self.footing(stage), purpose(stage))
    }

    /// The image to build on instead of a base: its counterpart for building, else the
    /// hardened base of the same distribution.
    pub(crate) fn builder(&self, footing: &Footing<'_>) -> Suggestion {
        match self.suggestion_for(footing, Use::Build) {
            Suggestion::Use(reference) if !suggest::is_for_building(&reference) => {
                let base = if reference.contains("alpine") { "alpine-base" } else { "debian-base" };
                suggest::other_tag(self.catalog, base, None, Use::Build)
            }
            found => found,
        }
    }

    /// The hardened base that everything can be built on or put into.
    pub(crate) fn plain_base(&self, purpose: Use) -> Suggestion {
        suggest::other_tag(self.catalog, "debian-base", None, purpose)
    }

    /// The hardened image to use instead of a base.
    pub(crate) fn suggestion_for(&self, footing: &Footing<'_>, purpose: Use) -> Suggestion {
        let key = (footing.name().to_owned(), purpose);
        let mut suggested = self.suggested.borrow_mut();
        if suggested.len() >= MOST_LOOK_UPS {
            return suggested.get(&key).cloned().unwrap_or(Suggestion::NotKnown);
        }
        suggested.entry(key).or_insert_with(|| self.look_up(footing, purpose)).clone()
    }

    fn look_up(&self, footing: &Footing<'_>, purpose: Use) -> Suggestion {
        let image = match footing {
            Footing::Unknown { .. } => return Suggestion::NotKnown,
            Footing::Scratch => {
                return suggest::suggestion(self.catalog, &Reference::parse("scratch"), purpose);
            }
            Footing::Image(image) => image,
        };
        let tag = image.reference.tag.as_deref();
        match &image.standing {
            Standing::Hardened(it) if it.kind.is_some_and(|it| it.builds() == purpose.builds()) => {
                Suggestion::AlreadyHardened
            }
            Standing::Hardened(it) => suggest::other_tag(self.catalog, &it.name, tag, purpose),
            Standing::Impossible { name, .. } | Standing::Placeholder { name } => {
                suggest::other_tag(self.catalog, name, tag, purpose)
            }
            Standing::PerhapsMirror | Standing::Unlisted { .. } => Suggestion::NotKnown,
            Standing::Other => suggest::suggestion(self.catalog, &image.reference, purpose),
        }
    }

    /// How people write an image, if it is surely no hardened one.
    pub(crate) fn foreign_name(&self, image: &str) -> Option<String> {
        let reference = Reference::parse(image);
        let standing = standing(&reference, self.catalog, self.policy);
        matches!(standing, Standing::Other).then(|| short_form(&reference))
    }

    /// What is known of the final stage's image if it is not hardened.
    pub(crate) fn foreign_final(&self) -> Option<&'a ForeignImage> {
        let Footing::Image(image) = self.final_footing() else { return None };
        let familiar = familiar_name(&image.reference);
        self.catalog.foreign(catalog_name(&familiar))
    }

    /// The account that the final stage's image runs as, if it is not hardened. Variants
    /// without root say so in their tag.
    pub(crate) fn foreign_user(&self) -> Option<&'a str> {
        const ROOTLESS: [&str; 4] = ["nonroot", "rootless", "chiseled", "distroless"];
        let user = self.foreign_final()?.user.as_deref()?;
        let Footing::Image(image) = self.final_footing() else { return None };
        let tag = image.reference.tag.as_deref().unwrap_or_default();
        if ROOTLESS.iter().any(|it| tag.contains(it)) { Some("nonroot") } else { Some(user) }
    }

    /// The facts of the hardened image that would replace what the final stage stands on.
    pub(crate) fn counterpart_of_final(&self) -> Option<&'a Variant> {
        let Suggestion::Use(reference) = self.suggestion_for(self.final_footing(), Use::Ship)
        else {
            return None;
        };
        let reference = Reference::parse(&reference);
        match standing(&reference, self.catalog, &Policy::default()) {
            Standing::Hardened(it) => it.variant,
            Standing::Impossible { .. }
            | Standing::Placeholder { .. }
            | Standing::PerhapsMirror
            | Standing::Unlisted { .. }
            | Standing::Other => None,
        }
    }
}

/// What a stage does with its image.
pub(crate) fn purpose(stage: &Stage<'_>) -> Use {
    match stage.role {
        StageRole::Build | StageRole::Artifact => Use::Build,
        StageRole::Final | StageRole::Chain | StageRole::OtherTarget | StageRole::Ignored => {
            Use::Ship
        }
    }
}

/// True if a stage's instructions ship.
pub(crate) const fn ships(role: StageRole) -> bool {
    match role {
        StageRole::Final | StageRole::Chain => true,
        StageRole::Build | StageRole::Artifact | StageRole::OtherTarget | StageRole::Ignored => {
            false
        }
    }
}

/// The distribution that a package manager belongs to.
pub(crate) fn family_of(footing: &Footing<'_>) -> Option<Family> {
    footing.hardened()?.family
}

fn run_commands<'a>(graph: &'a StageGraph<'a>, stage: &Stage<'a>) -> Vec<Command> {
    let runs = stage.steps.iter().filter(|it| it.instruction.keyword == Keyword::Run);
    runs.flat_map(|it| shell::commands(it.instruction, &graph.scope(it))).collect()
}
