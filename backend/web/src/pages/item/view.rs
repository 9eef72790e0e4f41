//! What the page of one item prints.

use std::collections::HashMap;

use checklist::rules::REASONS;
use checklist::{Item, item_guide};
use names::OrgLogin;
use store::read::snapshot::{ReasonFile, ReasonGroup, Reasons, Snapshot};

use super::SHOWN;
use crate::counts::{VerdictCount, counted, verdict_counts};
use crate::links;
use crate::pages::dockerfiles::address::NO_CODE;
use crate::pages::items::no_dockerfile;
use crate::parts::{Bar, Empty, Linked, Mark, Tally};
use crate::prose::Prose;

/// The whole page.
pub(super) struct ItemView {
    pub(super) org: OrgLogin,
    pub(super) item: Item,
    pub(super) overview_link: String,
    pub(super) guide_link: String,
    pub(super) asks: Prose,
    pub(super) how: Prose,
    /// The smallest Dockerfile that does not meet the item, and the same one that does.
    pub(super) example: Option<(&'static str, &'static str)>,
    pub(super) others: Vec<OtherItem>,
    pub(super) bar: Bar,
    pub(super) share: String,
    pub(super) counts: Vec<VerdictCount>,
    /// "74 Dockerfiles".
    pub(super) left: Linked,
    /// How the counts of reasons add up, where that is not plain.
    pub(super) adds_up: Option<String>,
    pub(super) reasons: Vec<ReasonRow>,
    pub(super) empty: Option<Empty>,
}

/// The way to one of the eight.
pub(super) struct OtherItem {
    pub(super) title: &'static str,
    pub(super) link: String,
    pub(super) is_current: bool,
}

/// One reason and what is behind it.
pub(super) struct ReasonRow {
    /// For the anchor.
    pub(super) id: String,
    pub(super) title: Prose,
    /// The code, with the way to what explains it.
    pub(super) code: Option<Linked>,
    pub(super) mark: Mark,
    /// "12 Dockerfiles".
    pub(super) dockerfiles: Linked,
    /// "in 9 repositories".
    pub(super) extent: String,
    pub(super) example: Option<Prose>,
    pub(super) files: Vec<FileLink>,
    /// "And 2 more".
    pub(super) more: Option<Linked>,
}

/// A Dockerfile behind a reason.
pub(super) struct FileLink {
    pub(super) text: String,
    pub(super) link: String,
    pub(super) line: Option<String>,
}

impl ItemView {
    pub(super) fn new(
        org: &OrgLogin,
        item: Item,
        snapshot: &Snapshot,
        reasons: &Reasons,
        examples: &HashMap<String, String>,
    ) -> Self {
        let guide = item_guide(item);
        let standing = snapshot.sums().items.iter().find(|it| it.item == item);
        let stored = standing.map(|it| it.tally).unwrap_or_default();
        let tally = Tally::from(stored);
        let other = |it: Item| OtherItem {
            title: it.title(),
            link: links::item(org, it),
            is_current: it == item,
        };
        let is_empty = snapshot.counted_files().next().is_none();
        let row = |it: &ReasonGroup| ReasonRow::new((org, item), snapshot, it, examples);
        Self {
            overview_link: links::items(org),
            guide_link: links::item_guide(item),
            asks: Prose::sentence(guide.asks),
            how: Prose::sentence(guide.how),
            example: example(item),
            others: Item::ALL.map(other).into(),
            bar: Bar::new(tally),
            share: tally.percent().map_or("–".to_owned(), |it| format!("{it}%")),
            counts: verdict_counts(stored, |verdict| {
                let filter = [("item", item.slug()), ("verdict", verdict.slug())];
                links::dockerfiles_where(org, &filter)
            }),
            left: Linked::new(
                counted(reasons.left, "Dockerfile", "Dockerfiles"),
                links::dockerfiles_where(org, &[("item", item.slug())]),
            ),
            adds_up: adds_up(reasons),
            reasons: reasons.groups.iter().map(row).collect(),
            empty: is_empty.then(|| no_dockerfile(org)),
            org: org.clone(),
            item,
        }
    }
}

fn example(item: Item) -> Option<(&'static str, &'static str)> {
    let of_item = REASONS.iter().filter(|it| it.item == item);
    let mut shown = of_item.filter(|it| !it.bad.is_empty() && !it.good.is_empty());
    shown.next().map(|it| (it.bad, it.good))
}

fn adds_up(reasons: &Reasons) -> Option<String> {
    let sum: usize = reasons.groups.iter().map(|it| it.files.len()).sum();
    (reasons.several > 0).then(|| {
        let stand = if reasons.several == 1 { "stands" } else { "stand" };
        format!(
            "{} {stand} under several reasons, so these add up to {}.",
            counted(reasons.several, "Dockerfile", "Dockerfiles"),
            crate::counts::number(sum)
        )
    })
}

impl ReasonRow {
    fn new(
        (org, item): (&OrgLogin, Item),
        snapshot: &Snapshot,
        reason: &ReasonGroup,
        examples: &HashMap<String, String>,
    ) -> Self {
        let code = reason.code.as_deref();
        let known = REASONS.iter().find(|it| Some(it.code) == code && it.item == item);
        let title = known.map_or_else(
            || code.unwrap_or("The file could not be read, or the item has no finding of its own"),
            |it| it.title,
        );
        let all = links::dockerfiles_where(
            org,
            &[("item", item.slug()), ("code", code.unwrap_or(NO_CODE))],
        );
        let shown = reason.files.iter().take(SHOWN);
        let files: Vec<FileLink> =
            shown.filter_map(|it| FileLink::new(org, snapshot, *it)).collect();
        let more = reason.files.len() - files.len();
        Self {
            id: code.unwrap_or("no-reason").to_owned(),
            title: Prose::of(title),
            code: code.map(|it| Linked::new(it, links::reason(it))),
            mark: Mark::of(reason.verdict),
            dockerfiles: Linked::new(
                counted(reason.files.len(), "Dockerfile", "Dockerfiles"),
                all.clone(),
            ),
            extent: format!("in {}", counted(reason.repositories, "repository", "repositories")),
            example: code.and_then(|it| examples.get(it)).map(|it| Prose::sentence(it)),
            files,
            more: (more > 0)
                .then(|| Linked::new(format!("And {} more", crate::counts::number(more)), all)),
        }
    }
}

impl FileLink {
    /// Of a Dockerfile and the line of evidence in it.
    pub(super) fn new(org: &OrgLogin, snapshot: &Snapshot, file: ReasonFile) -> Option<Self> {
        let dockerfile = snapshot.dockerfiles.get(file.place)?;
        let repository = &snapshot.repository_of(dockerfile)?.name;
        let link = links::dockerfile(org, repository, &dockerfile.path);
        Some(Self {
            text: format!("{repository}/{}", dockerfile.path),
            link: file.line.map_or_else(|| link.clone(), |line| format!("{link}#L{line}")),
            line: file.line.map(|it| format!("line {it}")),
        })
    }
}
