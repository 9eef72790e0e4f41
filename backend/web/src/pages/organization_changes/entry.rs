//! One entry of the list.

use names::OrgLogin;
use store::read::changes::{ChangeCause, ChangeDecision, ChangeGroup, Told};
use store::read::overview::Milestone;

use crate::app::App;
use crate::changes::{CommitLink, Step};
use crate::format::{self, Moment, counted};
use crate::links;
use crate::parts::{Linked, Mark};

/// What happened at one moment.
pub(super) struct Entry {
    pub(super) when: Moment,
    pub(super) subject: Linked,
    pub(super) team: Option<Linked>,
    pub(super) commit: Option<CommitLink>,
    /// What happened, where the steps alone do not say it.
    pub(super) what: String,
    pub(super) steps: Vec<Step>,
    /// Who decided, and why.
    pub(super) decisions: Vec<String>,
}

impl Entry {
    pub(super) fn new(app: &App, org: &OrgLogin, told: &Told) -> Self {
        match told {
            Told::Verdicts(group) => Self::of_verdicts(app, org, group),
            Told::Milestone(_, milestone) => Self::of_milestone(app, org, milestone),
        }
    }

    fn of_milestone(app: &App, org: &OrgLogin, it: &Milestone) -> Self {
        let what = match it.is_slip {
            true => "Slipped back: it was finished and is not any more.",
            false => "Finished.",
        };
        let name = &it.repository;
        Self {
            when: Moment::new(it.at, app.now()),
            subject: Linked::new(name.as_str(), links::repository(org, name)),
            team: None,
            commit: None,
            what: what.to_owned(),
            steps: Vec::new(),
            decisions: Vec::new(),
        }
    }

    fn of_verdicts(app: &App, org: &OrgLogin, group: &ChangeGroup) -> Self {
        let (name, path) = (&group.repository, &group.path);
        let commit = group.commit_sha.as_ref().map(|sha| CommitLink {
            short: format::short_sha(sha.as_str()).to_owned(),
            link: links::commit_on_github(&app.github_web, org, name, sha),
        });
        let steps = group.steps.iter().filter_map(|it| {
            let (from, to) = it.from.zip(it.to)?;
            Some(Step { item: it.item, from: Mark::of(from), to: Mark::of(to) })
        });
        let mut decisions: Vec<String> =
            group.steps.iter().filter_map(|it| it.decision.as_ref()).map(decision_words).collect();
        decisions.dedup();
        let team = group.team.as_deref();
        Self {
            when: Moment::new(group.key.at, app.now()),
            subject: Linked::new(format!("{name}/{path}"), links::dockerfile(org, name, path)),
            team: team.map(|it| Linked::new(it, links::team(org, Some(it)))),
            commit,
            what: what(group),
            steps: steps.collect(),
            decisions,
        }
    }
}

fn what(group: &ChangeGroup) -> String {
    let verdicts = |count: usize| {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        counted(count, "item", "items")
    };
    let is_new = group.steps.iter().all(|it| it.from.is_none());
    let is_gone = group.steps.iter().all(|it| it.to.is_none());
    match group.cause {
        ChangeCause::Removed => "Removed.".to_owned(),
        ChangeCause::FirstSight | ChangeCause::Commit if is_new => {
            let left = group.steps.iter().filter(|it| it.to.is_some_and(|it| it.is_left()));
            format!("New, with {} left.", verdicts(left.count()))
        }
        ChangeCause::FirstSight | ChangeCause::Commit if is_gone => "Removed.".to_owned(),
        ChangeCause::FirstSight | ChangeCause::Commit => String::new(),
        ChangeCause::Rules => "Drydock's rules changed.".to_owned(),
        ChangeCause::Catalog => "The catalogue of hardened images changed.".to_owned(),
        ChangeCause::Policy => "Settings changed.".to_owned(),
        ChangeCause::Decision => String::new(),
    }
}

fn decision_words(it: &ChangeDecision) -> String {
    let by = match it.is_from_file {
        true => "by .drydock.yml".to_owned(),
        false => format!("by {}", it.decided_by),
    };
    let reason = if it.reason.is_empty() { String::new() } else { format!(": {}", it.reason) };
    match it.end_reason.as_deref() {
        None => format!("Decided {by}{reason}"),
        Some(why) => format!("Decided {by}{reason} ({})", ending(why)),
    }
}

fn ending(why: &str) -> &'static str {
    match why {
        "withdrawn" => "withdrawn since",
        "replaced" => "replaced since",
        "expired" => "expired since",
        "evidence-changed" => "ended, as the lines changed",
        _ => "ended since",
    }
}
