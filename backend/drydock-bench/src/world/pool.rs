//! All contents that the organization's Dockerfiles ever had, scored by the engine.

use checklist::{Catalog, FileKind, Item, Policy, Report, SourceFile, Verdict, check, rules};
use github_fake::Dice;
use names::BlobSha;
use sha1::{Digest, Sha1};
use store::{EngineVersion, NewBlob, NewReport};

use super::texts::{Recipe, Step};

/// Verdicts on the eight items, in the checklist's order.
pub(crate) type Verdicts = [Verdict; Item::ALL.len()];

/// A content and what the engine says about it.
#[derive(Debug)]
pub(crate) struct Content {
    pub(crate) sha: BlobSha,
    text: String,
    report: Report,
}

/// The contents: each recipe on each step.
#[derive(Debug)]
pub(crate) struct Pool {
    recipes: Vec<Recipe>,
    contents: Vec<Content>,
}

/// By which rules and which catalogue everything is scored.
pub(crate) fn engine_version() -> EngineVersion {
    EngineVersion { rules: rules::VERSION, catalog: Catalog::built_in().version().to_owned() }
}

impl Pool {
    /// So many recipes, on all steps.
    ///
    /// # Errors
    /// A sha that is none, which cannot be.
    pub(crate) fn scored(recipes: usize, dice: &mut Dice) -> anyhow::Result<Self> {
        let recipes: Vec<Recipe> = (0..recipes).map(|_| Recipe::thrown(dice)).collect();
        let mut contents = Vec::with_capacity(recipes.len() * Step::ALL.len());
        for recipe in &recipes {
            for step in Step::ALL {
                contents.push(Content::scored(recipe.text(step))?);
            }
        }
        Ok(Self { recipes, contents })
    }

    /// One of the recipes.
    pub(crate) fn thrown(&self, dice: &mut Dice) -> usize {
        dice.index(self.recipes.len())
    }

    /// A recipe's language.
    pub(crate) fn language(&self, recipe: usize) -> &'static str {
        self.recipes.get(recipe).map_or("Go", Recipe::language)
    }

    /// A recipe's content on a step.
    pub(crate) fn content(&self, recipe: usize, step: Step) -> Option<&Content> {
        self.contents.get(recipe * Step::ALL.len() + step as usize)
    }

    /// The contents as the store keeps them.
    pub(crate) fn blobs(&self) -> Vec<NewBlob> {
        let blob = |it: &Content| NewBlob {
            sha: it.sha.clone(),
            byte_size: it.text.len() as u64,
            content: Some(it.text.clone().into_bytes()),
        };
        self.contents.iter().map(blob).collect()
    }

    /// Their reports.
    pub(crate) fn reports(&self) -> Vec<NewReport> {
        let report = |it: &Content| NewReport {
            blob: it.sha.clone(),
            kind: FileKind::Dockerfile,
            policy: String::new(),
            report: it.report.clone(),
        };
        self.contents.iter().map(report).collect()
    }
}

impl Content {
    fn scored(text: String) -> anyhow::Result<Self> {
        let file = SourceFile { kind: FileKind::Dockerfile, bytes: text.as_bytes() };
        let report = check(&file, Catalog::built_in(), &Policy::default());
        Ok(Self { sha: sha(&text)?, report, text })
    }

    pub(crate) fn verdicts(&self) -> Verdicts {
        std::array::from_fn(|place| {
            self.report.outcomes.get(place).map_or(Verdict::Unknown, |it| it.verdict)
        })
    }

    /// What the rules before the present ones said: a low port was to verify.
    pub(crate) fn verdicts_before(&self) -> Verdicts {
        let mut verdicts = self.verdicts();
        for (item, verdict) in Item::ALL.into_iter().zip(&mut verdicts) {
            if item == Item::Ports && *verdict == Verdict::Remaining {
                *verdict = Verdict::Verify;
            }
        }
        verdicts
    }

    /// The item that settles each.
    pub(crate) fn settled_by(&self, item: Item) -> Option<&'static str> {
        self.report.outcome(item).settled_by.map(Item::slug)
    }

    /// The code of an item's first finding.
    pub(crate) fn code(&self, item: Item) -> Option<String> {
        self.report.outcome(item).findings.first().map(|it| it.code.clone())
    }
}

/// As git names a content.
fn sha(text: &str) -> anyhow::Result<BlobSha> {
    let mut hasher = Sha1::new();
    hasher.update(format!("blob {}\0", text.len()));
    hasher.update(text);
    let hex: String = hasher.finalize().iter().map(|it| format!("{it:02x}")).collect();
    Ok(hex.parse()?)
}
