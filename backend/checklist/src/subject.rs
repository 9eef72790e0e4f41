//! What a rule looks at: the file, its stages, and for every stage what it stands on.

use crate::catalog::{Catalog, Family, ForeignImage, Variant};
use crate::dockerfile::{Dockerfile, Keyword};
use crate::image::Reference;
use crate::policy::Policy;
use crate::reference::{Hardened, Standing, catalog_name, familiar_name, short_form, standing};
use crate::shell::{self, Command};
use crate::stages::{Base, BuildOptions, Stage, StageGraph};
use crate::suggest::{self, Use};
use crate::{LineRange, StageRole, Suggestion};

/// The external image under a stage, its own or that of the stage it starts from.
#[derive(Debug, Clone)]
pub(crate) enum Footing<'c> {
    /// Nothing at all.
    Scratch,
    /// An image.
    Image(BaseImage<'c>),
    /// Not to be known from the file.
    Unknown {
        /// What stands there.
        raw: String,
        /// The variable without a value.
        variable: Option<String>,
    },
}

/// An image that a `FROM` names.
#[derive(Debug, Clone)]
pub(crate) struct BaseImage<'c> {
    /// Its parts.
    pub(crate) reference: Reference,
    /// As short as people write it.
    pub(crate) short: String,
    /// What it is.
    pub(crate) standing: Standing<'c>,
}

impl<'c> Footing<'c> {
    /// The hardened image, if it is one.
    pub(crate) fn hardened(&self) -> Option<&Hardened<'c>> {
        match self {
            Self::Image(BaseImage { standing: Standing::Hardened(it), .. }) => Some(it),
            Self::Image(_) | Self::Scratch | Self::Unknown { .. } => None,
        }
    }

    /// The facts of the hardened image, if they are known.
    pub(crate) fn variant(&self) -> Option<&'c Variant> {
        self.hardened()?.variant
    }

    /// What a stage on it may do.
    pub(crate) fn ground(&self) -> Ground {
        let image = match self {
            Self::Scratch => return Ground::Scratch,
            Self::Unknown { .. } => return Ground::Unknown,
            Self::Image(image) => image,
        };
        match &image.standing {
            Standing::Hardened(it) => match it.kind {
                Some(kind) if kind.builds() => Ground::Dev,
                Some(_) => Ground::Runtime,
                None => Ground::Unclear,
            },
            Standing::PerhapsMirror | Standing::Unlisted { .. } | Standing::Placeholder { .. } => {
                Ground::Unclear
            }
            Standing::Impossible { .. } | Standing::Other => Ground::Foreign,
        }
    }

    /// How sentences name it.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Scratch => "scratch",
            Self::Image(image) => &image.short,
            Self::Unknown { raw, .. } => raw,
        }
    }
}

/// What a stage stands on, as far as building and shipping are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ground {
    /// Nothing.
    Scratch,
    /// A hardened image for building.
    Dev,
    /// A hardened image for shipping.
    Runtime,
    /// Hardened, or perhaps, and nobody can say which variant.
    Unclear,
    /// No hardened image.
    Foreign,
    /// The reference could not be read.
    Unknown,
}

/// One file with everything that the rules ask about it.
pub(crate) struct Subject<'a> {
    /// Its stages.
    pub(crate) graph: &'a StageGraph<'a>,
    /// The facts.
    pub(crate) catalog: &'a Catalog,
    /// What each stage names in its `FROM`, none if that is a stage.
    own: Vec<Option<Footing<'a>>>,
    /// The place in `own` of what each stage stands on.
    roots: Vec<usize>,
    /// The commands of each stage's `RUN` steps.
    commands: Vec<Vec<Command>>,
}

/// The stages of a file as a policy wants them built.
pub(crate) fn graph_of<'f>(file: &'f Dockerfile, policy: &Policy) -> StageGraph<'f> {
    StageGraph::of(file, &BuildOptions { target: policy.target.clone(), ..BuildOptions::default() })
}

impl<'a> Subject<'a> {
    /// Looks everything up once.
    pub(crate) fn new(graph: &'a StageGraph<'a>, catalog: &'a Catalog, policy: &Policy) -> Self {
        let own = graph.stages.iter().map(|it| footing(it, catalog, policy)).collect();
        let root = |it: &Stage<'_>| graph.root_of(it.index).map_or(it.index, |root| root.index);
        let roots = graph.stages.iter().map(root).collect();
        let commands = graph.stages.iter().map(|it| run_commands(graph, it)).collect();
        Self { graph, catalog, own, roots, commands }
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

    /// What a stage stands on.
    pub(crate) fn footing(&self, stage: &Stage<'_>) -> &Footing<'a> {
        let root = self.roots.get(stage.index).and_then(|it| self.own.get(*it)?.as_ref());
        root.unwrap_or(&Footing::Scratch)
    }

    /// What the final stage stands on.
    pub(crate) fn final_footing(&self) -> &Footing<'a> {
        self.final_stage().map_or(&Footing::Scratch, |it| self.footing(it))
    }

    /// The lines of the `FROM` on whose image the final stage stands.
    pub(crate) fn final_from(&self) -> LineRange {
        let stage = self.final_stage().and_then(|it| self.graph.root_of(it.index));
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

    /// The hardened image to use instead of a base.
    pub(crate) fn suggestion_for(&self, footing: &Footing<'_>, purpose: Use) -> Suggestion {
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

fn footing<'a>(stage: &Stage<'_>, catalog: &'a Catalog, policy: &Policy) -> Option<Footing<'a>> {
    match &stage.base {
        Base::Stage(_) => None,
        Base::Scratch => Some(Footing::Scratch),
        Base::Unknown { raw, variable } => {
            Some(Footing::Unknown { raw: raw.clone(), variable: variable.clone() })
        }
        Base::Image(text) => {
            let reference = Reference::parse(text);
            let short = short_form(&reference);
            let standing = match standing(&reference, catalog, policy) {
                // Only a build argument can put something else in the place of a mark.
                Standing::Placeholder { name } if !stage.from.raw.contains('$') => {
                    let why = "its tag does not begin with a version".to_owned();
                    Standing::Impossible { name, why }
                }
                found => found,
            };
            Some(Footing::Image(BaseImage { reference, short, standing }))
        }
    }
}

fn run_commands<'a>(graph: &'a StageGraph<'a>, stage: &Stage<'a>) -> Vec<Command> {
    let runs = stage.steps.iter().filter(|it| it.instruction.keyword == Keyword::Run);
    runs.flat_map(|it| shell::commands(it.instruction, &graph.scope(it))).collect()
}
