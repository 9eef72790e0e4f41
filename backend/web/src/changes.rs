//! Changes of verdicts as pages tell them: what one commit changed in one
//! Dockerfile is one entry.

use checklist::Item;
use chrono::{DateTime, Utc};
use names::{OrgLogin, RepoName};
use store::read::ItemVerdict;
use store::read::changes::{ChangeCause, VerdictChange};

use crate::format::{self, Moment};
use crate::links;
use crate::parts::{Mark, Tally, tally_words};

/// What happened to one Dockerfile at one moment.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ChangeEntry {
    pub(crate) when: Moment,
    pub(crate) path: String,
    pub(crate) path_link: String,
    pub(crate) commit: Option<CommitLink>,
    /// What happened, where it was not simply a commit.
    pub(crate) what: String,
    pub(crate) steps: Vec<Step>,
}

/// A commit as people know it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CommitLink {
    pub(crate) short: String,
    pub(crate) link: String,
}

/// One item's way from one verdict to another.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) item: Item,
    pub(crate) from: Mark,
    pub(crate) to: Mark,
}

/// Where the changes are told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Telling<'a> {
    pub(crate) owner: &'a OrgLogin,
    pub(crate) name: &'a RepoName,
    pub(crate) github_web: &'a str,
    pub(crate) now: DateTime<Utc>,
}

impl Telling<'_> {
    /// Gathers changes that stand side by side and belong together.
    pub(crate) fn entries(&self, changes: &[VerdictChange]) -> Vec<ChangeEntry> {
        changes.chunk_by(belong_together).filter_map(|it| self.entry(it)).collect()
    }

    fn entry(&self, changes: &[VerdictChange]) -> Option<ChangeEntry> {
        let first = changes.first()?;
        let commit = first.commit_sha.as_ref().map(|sha| CommitLink {
            short: format::short_sha(sha.as_str()).to_owned(),
            link: links::commit_on_github(self.github_web, self.owner, self.name, sha),
        });
        let (what, steps) = match first.cause {
            ChangeCause::FirstSight => (format!("First seen: {}", counts(changes)), Vec::new()),
            ChangeCause::Removed => ("Removed".to_owned(), Vec::new()),
            ChangeCause::Commit => (String::new(), steps(changes)),
            ChangeCause::Rules => ("Drydock's rules changed".to_owned(), steps(changes)),
            ChangeCause::Catalog => {
                ("The catalogue of hardened images changed".to_owned(), steps(changes))
            }
            ChangeCause::Decision => ("A decision".to_owned(), steps(changes)),
            ChangeCause::Policy => ("The settings changed".to_owned(), steps(changes)),
        };
        Some(ChangeEntry {
            when: Moment::new(first.changed_at, self.now),
            path: first.path.to_string(),
            path_link: links::dockerfile(self.owner, self.name, &first.path),
            commit,
            what,
            steps,
        })
    }
}

fn belong_together(one: &VerdictChange, other: &VerdictChange) -> bool {
    one.path == other.path
        && one.changed_at == other.changed_at
        && one.cause == other.cause
        && one.commit_sha == other.commit_sha
}

fn counts(changes: &[VerdictChange]) -> String {
    let of = |verdict| {
        let found = changes.iter().filter(|it| it.to == Some(verdict)).count();
        i64::try_from(found).unwrap_or(i64::MAX)
    };
    tally_words(Tally {
        met: of(ItemVerdict::Met),
        verified: of(ItemVerdict::Verified),
        verify: of(ItemVerdict::Verify),
        unknown: of(ItemVerdict::Unknown),
        remaining: of(ItemVerdict::Remaining),
        waived: of(ItemVerdict::Waived),
        not_applicable: of(ItemVerdict::NotApplicable),
    })
}

fn steps(changes: &[VerdictChange]) -> Vec<Step> {
    let step = |it: &VerdictChange| {
        let (from, to) = it.from.zip(it.to)?;
        Some(Step { item: it.item, from: Mark::of(from), to: Mark::of(to) })
    };
    changes.iter().filter_map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use checklist::Verdict;

    fn change(item: Item, from: Option<Verdict>, to: Verdict, cause: ChangeCause) -> VerdictChange {
        VerdictChange {
            path: "Dockerfile".parse().unwrap(),
            item,
            from: from.map(ItemVerdict::from),
            to: Some(to.into()),
            cause,
            commit_sha: Some("3f9c1ab0".repeat(5).parse().unwrap()),
            changed_at: "2026-11-01T10:00:00Z".parse().unwrap(),
        }
    }

    fn told(changes: &[VerdictChange]) -> String {
        let (owner, name) = ("acme".parse().unwrap(), "shop".parse().unwrap());
        let now = "2026-11-03T10:00:00Z".parse().unwrap();
        let telling = Telling { owner: &owner, name: &name, github_web: "https://github.com", now };
        let entry = |it: ChangeEntry| {
            let steps = it.steps.iter();
            let steps =
                steps.map(|it| format!(" {} {}→{}", it.item.title(), it.from.sign, it.to.sign));
            let commit = it.commit.map_or("-".to_owned(), |it| it.short);
            format!("{} {commit} {}{}", it.when.ago, it.what, steps.collect::<String>())
        };
        telling.entries(changes).into_iter().map(entry).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_one_commit_changed_in_a_file_is_one_entry() {
        let told = told(&[
            change(Item::BaseImage, Some(Verdict::Remaining), Verdict::Met, ChangeCause::Commit),
            change(Item::Ports, Some(Verdict::Verify), Verdict::Remaining, ChangeCause::Commit),
            change(Item::BaseImage, None, Verdict::Remaining, ChangeCause::FirstSight),
            change(Item::Ports, None, Verdict::Verify, ChangeCause::FirstSight),
        ]);
        insta::assert_snapshot!(told, @r"
        2 days ago 3f9c1ab  Base image ✕→✓ Ports ?→✕
        2 days ago 3f9c1ab First seen: 0 met · 1 to verify · 1 remaining
        ");
    }

    #[test]
    fn a_change_of_our_rules_is_told_as_ours() {
        let changed = change(Item::Ports, Some(Verdict::Met), Verdict::Verify, ChangeCause::Rules);
        assert!(told(&[changed]).contains("Drydock's rules changed Ports ✓→?"));
    }
}
