//! The counts at the head of the overview, each with its rows behind it.

use store::read::standing::Standing;

use super::{Number, Sources};
use crate::format::{self, counted};
use crate::links;
use crate::parts::Empty;

/// The counts of the header line and the cards.
pub(crate) struct Lead {
    pub(crate) repositories: Number,
    pub(crate) total: Number,
    pub(crate) dockerfiles: Number,
    pub(crate) finished: Number,
    pub(crate) finished_lately: Number,
    pub(crate) slipped_back: Number,
    pub(crate) changed: Number,
    /// "changed this week", with the way to what it was.
    pub(crate) changes: Number,
    pub(crate) quick_wins: Number,
    pub(crate) quick_wins_noun: &'static str,
    pub(crate) has_quick_wins: bool,
    pub(crate) target: Option<String>,
    /// Those in the count that no crawl could read, where there are some.
    pub(crate) unreadable: Option<Number>,
    /// What stays out of the count.
    pub(crate) beside: Vec<Number>,
}

impl Lead {
    pub(super) fn new(sources: &Sources<'_>, standing: &Standing) -> Self {
        let part = sources.part;
        let number = |count, choices: &[(&str, &str)]| {
            Number::new(format::number(count), part.rows(choices))
        };
        let words = |text: String, choices: &[(&str, &str)]| Number::new(text, part.rows(choices));
        let of = format!("of {}", format::number(standing.repositories));
        let lately = format!("+{} this week", format::number(standing.finished_lately));
        let slipped = format!("{} slipped back", format::number(standing.slipped_back));
        let dockerfiles = counted(standing.dockerfiles, "Dockerfile", "Dockerfiles");
        Self {
            repositories: words(counted(standing.repositories, "repository", "repositories"), &[]),
            total: words(of, &[]),
            dockerfiles: Number::new(dockerfiles, dockerfile_rows(sources, &[])),
            finished: number(standing.finished, &[("state", "finished")]),
            finished_lately: words(lately, &[("week", "finished")]),
            slipped_back: words(slipped, &[("state", "slipped-back")]),
            changed: number(standing.changed_lately, &[("week", "changed")]),
            changes: Number::new(
                "changed this week",
                part.is_whole().then(|| links::changes_where(&sources.header.login, &[])),
            ),
            quick_wins: number(standing.quick_wins, &[("quick", "1")]),
            quick_wins_noun: if standing.quick_wins == 1 { "repository" } else { "repositories" },
            has_quick_wins: standing.quick_wins > 0,
            target: sources.header.target_on.map(format::date),
            unreadable: (standing.unreadable > 0)
                .then(|| number(standing.unreadable, &[("state", "unreadable")])),
            beside: beside(sources, standing),
        }
    }
}

/// The Dockerfiles behind a number of the whole organization; their table knows no more.
pub(super) fn dockerfile_rows(sources: &Sources<'_>, choices: &[(&str, &str)]) -> Option<String> {
    sources.part.is_whole().then(|| links::dockerfiles_where(&sources.header.login, choices))
}

/// What stands beside the count, where there is some.
fn beside(sources: &Sources<'_>, standing: &Standing) -> Vec<Number> {
    let told = [
        (standing.no_dockerfile, "without a Dockerfile", "no-dockerfile"),
        (standing.out_of_scope, "out of scope", "out-of-scope"),
    ];
    let some = told.into_iter().filter(|(count, ..)| *count > 0);
    some.map(|(count, words, state)| {
        let text = format!("{} {words}", format::number(count));
        Number::new(text, sources.part.rows(&[("state", state)]))
    })
    .collect()
}

pub(super) fn nothing_to_count(sources: &Sources<'_>) -> Empty {
    let header = sources.header;
    let crawls = Some(("Look at the crawls".to_owned(), links::CRAWLS.to_owned()));
    let (what, advice, link) = match (header.running_crawl_id, header.crawled_at) {
        _ if !sources.part.is_whole() => (
            "No repository with a Dockerfile in scope matches.",
            "Nothing in this part counts.",
            Some(("Show the whole organization".to_owned(), links::organization(&header.login))),
        ),
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
