//! What the overview prints. Pure: facts in, words and numbers out.

use checklist::Suggestion;
use chrono::{DateTime, Utc};
use names::OrgLogin;
use store::read::OrganizationHeader;
use store::read::overview::{BaseImageWork, ItemStanding, Milestone, TeamStanding};
use store::read::standing::{OrganizationDay, Standing};

use super::chart::Chart;
use super::finish::FinishCard;
use crate::forecast::{Forecast, Point, looks_before_the_first_crawl};
use crate::format::{self, Moment, counted};
use crate::links;
use crate::parts::{Bar, Empty, Linked, Tally, tally_words};

/// How many repositories a list of this week names.
const NAMED: usize = 6;

/// What the store knows.
pub(super) struct Facts {
    pub(super) standing: Standing,
    pub(super) days: Vec<OrganizationDay>,
    pub(super) items: Vec<ItemStanding>,
    pub(super) images: Vec<BaseImageWork>,
    pub(super) teams: Vec<TeamStanding>,
    pub(super) milestones: Vec<Milestone>,
}

/// The whole page.
pub(super) struct Overview {
    pub(super) login: OrgLogin,
    pub(super) lead: Lead,
    pub(super) percent: String,
    pub(super) bar: Bar,
    pub(super) words: String,
    pub(super) finish: FinishCard,
    pub(super) chart: Option<Chart>,
    pub(super) items: Vec<ItemRow>,
    pub(super) images: Vec<ImageRow>,
    pub(super) teams: Vec<TeamRow>,
    pub(super) finished: MilestoneList,
    pub(super) slipped: MilestoneList,
    /// Instead of all the rest while there is nothing to count.
    pub(super) empty: Option<Empty>,
}

/// The counts of the header line and the cards, each with its rows behind it.
pub(super) struct Lead {
    pub(super) repositories: Linked,
    pub(super) total: Linked,
    pub(super) dockerfiles: Linked,
    pub(super) finished: Linked,
    pub(super) finished_lately: Linked,
    pub(super) slipped_back: Linked,
    pub(super) changed: Linked,
    pub(super) quick_wins: Linked,
    pub(super) quick_wins_noun: &'static str,
    pub(super) has_quick_wins: bool,
    pub(super) target: Option<String>,
    /// Those in the count that no crawl could read, where there are some.
    pub(super) unreadable: Option<Linked>,
    /// What stays out of the count.
    pub(super) beside: Vec<Linked>,
}

/// One of the eight items.
pub(super) struct ItemRow {
    pub(super) title: Linked,
    pub(super) bar: Bar,
    pub(super) left: Linked,
    pub(super) repositories: Linked,
}

/// A base image and what to use instead.
pub(super) struct ImageRow {
    pub(super) reference: String,
    pub(super) is_build: bool,
    pub(super) hardened: Option<String>,
    /// Why there is no hardened image to name.
    pub(super) otherwise: &'static str,
    pub(super) dockerfiles: Linked,
}

/// One team.
pub(super) struct TeamRow {
    pub(super) name: Linked,
    pub(super) bar: Bar,
    pub(super) finished: Linked,
    pub(super) repositories: Linked,
    pub(super) left: String,
}

/// The repositories that reached, or left, the finish this week.
pub(super) struct MilestoneList {
    pub(super) shown: Vec<(Linked, Moment)>,
    /// The way to all, where more are than shown.
    pub(super) all: Option<Linked>,
}

impl Overview {
    pub(super) fn new(header: &OrganizationHeader, facts: Facts, now: DateTime<Utc>) -> Self {
        let org = &header.login;
        let tally = Tally::from(facts.standing.tally);
        let history = history(&facts.days);
        let forecast = Forecast::new(&history);
        let finish = FinishCard::new(&forecast, header.target_on);
        let (slipped, finished): (Vec<_>, Vec<_>) =
            facts.milestones.into_iter().partition(|it| it.is_slip);
        Self {
            login: org.clone(),
            lead: Lead::new(header, &facts.standing),
            percent: tally.percent().map_or("–".to_owned(), |it| format!("{it}%")),
            bar: Bar::new(tally),
            words: card_words(tally),
            finish: match looks_before_the_first_crawl(&history) {
                true => finish.partly_by_commits(),
                false => finish,
            },
            chart: Chart::new(&facts.days, &forecast, header.target_on),
            items: facts.items.iter().map(|it| ItemRow::new(org, it)).collect(),
            images: facts.images.into_iter().map(|it| ImageRow::new(org, it)).collect(),
            teams: facts.teams.into_iter().map(|it| TeamRow::new(org, it)).collect(),
            finished: MilestoneList::new(org, &finished, "finished", now),
            slipped: MilestoneList::new(org, &slipped, "slipped-back", now),
            empty: (facts.standing.repositories == 0).then(|| nothing_to_count(header)),
        }
    }
}

/// The counts, and beside them what does not count.
fn card_words(tally: Tally) -> String {
    let words = tally_words(tally);
    match tally.not_applicable {
        0 => words,
        some => format!("{words}; {} not applicable", format::number(some)),
    }
}

fn history(days: &[OrganizationDay]) -> Vec<Point> {
    let point = |it: &OrganizationDay| Point {
        day: it.day,
        met: it.tally.met,
        left: Tally::from(it.tally).left(),
        edition: it.edition.clone(),
        is_reconstructed: it.is_reconstructed,
    };
    days.iter().map(point).collect()
}

fn nothing_to_count(header: &OrganizationHeader) -> Empty {
    let crawls = Some(("Look at the crawls".to_owned(), links::CRAWLS.to_owned()));
    let (what, advice, link) = match (header.running_crawl_id, header.crawled_at) {
        (Some(crawl), _) => (
            "The first crawl is running.",
            "The numbers appear as soon as it has read the first repositories.",
            Some(("Watch it".to_owned(), links::crawl(crawl))),
        ),
        (None, None) => {
            ("Nothing was crawled yet.", "Start a crawl to see where you stand.", crawls)
        }
        (None, Some(_)) => (
            "No repository with a Dockerfile was found.",
            "Either there is none, or the credential does not see it.",
            Some((
                "See every repository".to_owned(),
                links::repositories_where(
                    &header.login,
                    &[("state", "all"), ("archived", "shown")],
                ),
            )),
        ),
    };
    Empty { what: what.to_owned(), advice: advice.to_owned(), link }
}

impl Lead {
    fn new(header: &OrganizationHeader, standing: &Standing) -> Self {
        let org = &header.login;
        let number = |count, filter: &[(&str, &str)]| {
            Linked::new(format::number(count), links::repositories_where(org, filter))
        };
        let words = |count, one, many, filter: &[(&str, &str)]| {
            Linked::new(counted(count, one, many), links::repositories_where(org, filter))
        };
        Self {
            repositories: words(standing.repositories, "repository", "repositories", &[]),
            total: Linked::new(
                format!("of {}", format::number(standing.repositories)),
                links::repositories(org),
            ),
            dockerfiles: Linked::new(
                counted(standing.dockerfiles, "Dockerfile", "Dockerfiles"),
                links::dockerfiles_where(org, &[]),
            ),
            finished: number(standing.finished, &[("state", "finished")]),
            finished_lately: Linked::new(
                format!("+{} this week", format::number(standing.finished_lately)),
                links::repositories_where(org, &[("week", "finished")]),
            ),
            slipped_back: Linked::new(
                format!("{} slipped back", format::number(standing.slipped_back)),
                links::repositories_where(org, &[("state", "slipped-back")]),
            ),
            changed: number(standing.changed_lately, &[("week", "changed")]),
            quick_wins: number(standing.quick_wins, &[("quick", "1")]),
            quick_wins_noun: if standing.quick_wins == 1 { "repository" } else { "repositories" },
            has_quick_wins: standing.quick_wins > 0,
            target: header.target_on.map(format::date),
            unreadable: (standing.unreadable > 0)
                .then(|| number(standing.unreadable, &[("state", "unreadable")])),
            beside: beside(org, standing),
        }
    }
}

/// What stands beside the count, where there is some.
fn beside(org: &OrgLogin, standing: &Standing) -> Vec<Linked> {
    let told = [
        (standing.no_dockerfile, "without a Dockerfile", &[("state", "no-dockerfile")][..]),
        (standing.out_of_scope, "out of scope", &[("state", "out-of-scope")][..]),
    ];
    let some = told.into_iter().filter(|(count, ..)| *count > 0);
    some.map(|(count, words, filter)| {
        let text = format!("{} {words}", format::number(count));
        Linked::new(text, links::repositories_where(org, filter))
    })
    .collect()
}

impl ItemRow {
    fn new(org: &OrgLogin, standing: &ItemStanding) -> Self {
        let tally = Tally::from(standing.tally);
        let filter = [("item", standing.item.slug()), ("verdict", "left")];
        Self {
            title: Linked::new(standing.item.title(), links::item(org, standing.item)),
            bar: Bar::new(tally),
            left: Linked::new(format::number(tally.left()), links::dockerfiles_where(org, &filter)),
            repositories: Linked::new(
                format::number(standing.repositories_left),
                links::repositories_where(org, &filter),
            ),
        }
    }
}

impl ImageRow {
    fn new(org: &OrgLogin, work: BaseImageWork) -> Self {
        let stage = if work.is_build { "build" } else { "shipped" };
        let filter = [("image", work.reference.as_str()), ("stage", stage)];
        let dockerfiles =
            Linked::new(format::number(work.dockerfiles), links::dockerfiles_where(org, &filter));
        let (hardened, otherwise) = match work.suggestion {
            Suggestion::Use(reference) => (Some(reference), ""),
            Suggestion::NoneExists => (None, "none exists"),
            Suggestion::NotKnown | Suggestion::AlreadyHardened => (None, "not known"),
        };
        Self {
            reference: work.reference,
            is_build: work.is_build,
            hardened,
            otherwise,
            dockerfiles,
        }
    }
}

impl TeamRow {
    fn new(org: &OrgLogin, standing: TeamStanding) -> Self {
        let team = standing.team.as_deref().unwrap_or("-");
        let tally = Tally::from(standing.tally);
        let of_team = links::repositories_where(org, &[("team", team)]);
        let finished = links::repositories_where(org, &[("team", team), ("state", "finished")]);
        Self {
            finished: Linked::new(format::number(standing.finished), finished),
            repositories: Linked::new(format::number(standing.repositories), of_team.clone()),
            bar: Bar::new(tally),
            left: format::number(tally.left()),
            name: Linked::new(standing.team.unwrap_or_else(|| "no owner".to_owned()), of_team),
        }
    }
}

impl MilestoneList {
    fn new(org: &OrgLogin, milestones: &[Milestone], week: &str, now: DateTime<Utc>) -> Self {
        let shown = milestones.iter().take(NAMED).map(|it| {
            let link = links::repository(org, &it.repository);
            (Linked::new(it.repository.as_str(), link), Moment::new(it.at, now))
        });
        let all = (milestones.len() > NAMED).then(|| {
            let count = i64::try_from(milestones.len()).unwrap_or(i64::MAX);
            let link = links::repositories_where(org, &[("week", week)]);
            Linked::new(format!("All {}", format::number(count)), link)
        });
        Self { shown: shown.collect(), all }
    }
}
