//! The listing: what there is, what changed, what is gone.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use github::{CommitFacts, GithubError, Heads, ListedRepository, ListingPage};
use names::{CommitSha, RepoName, RepositoryId, TreeSha};
use store::{CrawlFailure, CrawlKind, Known, ListedFacts, Visibility};

use crate::CrawlError;
use crate::context::Context;

/// How often a page is asked for that comes with gaps.
const PAGE_ATTEMPTS: usize = 4;

/// What a listing said, as far as the crawl needs it later.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// The repositories to read, those pushed to last first.
    pub(crate) changed: Vec<Changed>,
    /// The newest push of all.
    pub(crate) newest_push: Option<DateTime<Utc>>,
    /// Those that a listing to its very end named; none if it did not get there.
    pub(crate) all: Option<Vec<RepositoryId>>,
}

/// A repository whose head is not the one that was read last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Changed {
    pub(crate) id: RepositoryId,
    pub(crate) name: RepoName,
    pub(crate) head: CommitSha,
    /// The head's facts, where the listing brought them.
    pub(crate) facts: Option<CommitFacts>,
    /// The root tree that was read last, where the head can be compared with it.
    pub(crate) before: Option<TreeSha>,
    pub(crate) pushed_at: Option<DateTime<Utc>>,
}

/// Reads the listing and saves it page by page: to its end, or to the watermark.
pub(crate) async fn list(context: &Context<'_>, kind: CrawlKind) -> Result<Listing, CrawlError> {
    let organization = &context.organization;
    let watermark = organization.pushed_watermark.filter(|_| kind != CrawlKind::Full);
    // The first crawl reads every head anyway.
    let heads = if organization.crawled_at.is_none() { Heads::Facts } else { Heads::Ids };
    let mut listing = Listing::default();
    let mut seen = HashSet::new();
    let mut is_whole = true;
    let mut after: Option<String> = None;
    loop {
        let page = whole_page(context, after.as_deref(), heads).await?;
        is_whole &= page.missing.is_none();
        seen.extend(page.repositories.iter().map(|it| it.id));
        listing.changed.extend(save_page(context, &page, after.is_none()).await?);
        let newest = page.repositories.iter().filter_map(|it| it.pushed_at).max();
        listing.newest_push = listing.newest_push.max(newest);
        count(context, page.repositories.len(), &listing).await?;
        let is_at_watermark = reaches(&page.repositories, watermark);
        let ListingPage { next, total, .. } = page;
        match next {
            Some(_) if is_at_watermark => break,
            Some(next) => after = Some(next),
            None => {
                // A repository pushed to meanwhile jumps to a page that was read already.
                let is_complete = is_whole && seen.len() >= usize::try_from(total).unwrap_or(0);
                listing.all = (kind == CrawlKind::Full && is_complete)
                    .then(|| seen.iter().copied().collect());
                break;
            }
        }
    }
    if !is_whole {
        // What was left out may be older than the newest push: the next crawl lists it.
        listing.newest_push = None;
    }
    Ok(listing)
}

/// A page without gaps, if GitHub gives one at all.
async fn whole_page(
    context: &Context<'_>,
    after: Option<&str>,
    heads: Heads,
) -> Result<ListingPage, CrawlError> {
    let mut page = ask(context, after, heads).await?;
    for _ in 1..PAGE_ATTEMPTS {
        if page.missing.is_none() {
            break;
        }
        page = ask(context, after, heads).await?;
    }
    Ok(page)
}

async fn ask(
    context: &Context<'_>,
    after: Option<&str>,
    heads: Heads,
) -> Result<ListingPage, CrawlError> {
    let login = &context.organization.login;
    let page = context.patiently(|| context.client.listing(login, after, heads)).await;
    page.map_err(|error| match error {
        GithubError::NotFound => CrawlError::UnknownOrganization(login.clone()),
        other => CrawlError::Github(other),
    })
}

async fn save_page(
    context: &Context<'_>,
    page: &ListingPage,
    is_first: bool,
) -> Result<Vec<Changed>, CrawlError> {
    if is_first {
        let owner = &page.owner;
        let id = context.organization.id;
        let ids = (owner.github_id, owner.node_id.as_str());
        context.store.identify_organization(id, ids, &owner.login).await?;
    }
    if let Some(reason) = &page.missing {
        let reason = format!("GitHub left repositories out of the listing: {reason}");
        context.record(CrawlFailure { repository: None, path: None, reason }).await?;
    }
    save(context, &page.repositories).await
}

/// Keeps what is said about repositories, and gives those that are to be read.
pub(crate) async fn save(
    context: &Context<'_>,
    listed: &[ListedRepository],
) -> Result<Vec<Changed>, CrawlError> {
    let ids: Vec<RepositoryId> = listed.iter().map(|it| it.id).collect();
    let known: HashMap<RepositoryId, Known> = context.store.known_repositories(&ids).await?;
    let facts: Vec<ListedFacts> = listed.iter().map(facts).collect();
    context.store.save_listing(context.organization.id, &facts, context.now()).await?;
    for it in listed.iter().filter(|it| it.head.is_none() && !it.is_disabled) {
        if known.get(&it.id).is_some_and(|known| known.head.is_some()) {
            context.store.clear_repository(it.id, &context.version, context.now()).await?;
        }
    }
    Ok(listed.iter().filter_map(|it| changed(it, known.get(&it.id))).collect())
}

/// Counts repositories that were listed, and those of all so far that are to be read.
pub(crate) async fn count(
    context: &Context<'_>,
    listed: usize,
    listing: &Listing,
) -> Result<(), CrawlError> {
    let listed = u32::try_from(listed).unwrap_or(u32::MAX);
    let to_read = u32::try_from(listing.changed.len()).unwrap_or(u32::MAX);
    let step = |counts: &mut store::CrawlCounts| {
        counts.repositories_listed = counts.repositories_listed.saturating_add(listed);
        counts.repositories_to_read = to_read;
        counts.repositories_unchanged = counts.repositories_listed.saturating_sub(to_read);
    };
    Ok(context.count(step).await?)
}

/// What to read of a repository: nothing if it is as it was read last, or cannot be.
fn changed(listed: &ListedRepository, known: Option<&Known>) -> Option<Changed> {
    let head = listed.head.as_ref().filter(|_| !listed.is_disabled)?;
    let was_read = known.filter(|it| it.unreadable_reason.is_none() && it.knows_settings);
    if was_read.is_some_and(|it| it.head.as_ref() == Some(head)) {
        return None;
    }
    let before = was_read.filter(|it| !it.has_links).and_then(|it| it.tree.clone());
    Some(Changed {
        id: listed.id,
        name: listed.name.clone(),
        head: head.clone(),
        facts: listed.head_facts.clone(),
        before,
        pushed_at: listed.pushed_at,
    })
}

/// True if a page goes back beyond the watermark. Pushes of the very same moment are
/// taken again: there may have been more of them.
fn reaches(page: &[ListedRepository], watermark: Option<DateTime<Utc>>) -> bool {
    let Some(watermark) = watermark else { return false };
    page.iter().filter_map(|it| it.pushed_at).any(|it| it < watermark)
}

fn facts(listed: &ListedRepository) -> ListedFacts {
    ListedFacts {
        repository_id: listed.id,
        name: listed.name.clone(),
        visibility: match listed.visibility {
            github::Visibility::Public => Visibility::Public,
            github::Visibility::Private => Visibility::Private,
            github::Visibility::Internal => Visibility::Internal,
        },
        is_archived: listed.is_archived,
        is_fork: listed.is_fork,
        is_template: listed.is_template,
        is_disabled: listed.is_disabled,
        is_empty: listed.is_empty,
        language: listed.language.clone(),
        topics: listed.topics.clone(),
        team: store::topic_team(&listed.topics),
        default_branch: listed.default_branch.clone(),
        pushed_at: listed.pushed_at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed() -> ListedRepository {
        ListedRepository {
            id: RepositoryId(1),
            name: "shop".parse().unwrap(),
            visibility: github::Visibility::Private,
            is_archived: false,
            is_fork: false,
            is_template: false,
            is_disabled: false,
            is_empty: false,
            language: None,
            topics: vec!["go".to_owned(), "team-payments".to_owned(), "team-web".to_owned()],
            default_branch: Some("main".to_owned()),
            head: Some("a".repeat(40).parse().unwrap()),
            head_facts: None,
            pushed_at: DateTime::from_timestamp(1_000, 0),
        }
    }

    fn known(head: &str) -> Known {
        Known {
            name: "shop".parse().unwrap(),
            head: Some(head.repeat(40).parse().unwrap()),
            tree: Some("c".repeat(40).parse().unwrap()),
            has_links: false,
            knows_settings: true,
            pushed_at: None,
            excluded_by: None,
            unreadable_reason: None,
        }
    }

    #[test]
    fn a_repository_is_read_when_its_head_moved_or_the_last_attempt_failed() {
        assert!(changed(&listed(), None).is_some());
        assert!(changed(&listed(), Some(&known("b"))).is_some());
        assert!(changed(&listed(), Some(&known("a"))).is_none());
        let failed = Known { unreadable_reason: Some("451".to_owned()), ..known("a") };
        assert!(changed(&listed(), Some(&failed)).is_some());
    }

    #[test]
    fn a_head_is_compared_with_what_was_read_well_and_had_no_links() {
        let before = |known: Option<&Known>| changed(&listed(), known).unwrap().before;
        assert_eq!(before(None), None);
        assert!(before(Some(&known("b"))).is_some());
        assert_eq!(before(Some(&Known { has_links: true, ..known("b") })), None);
        let failed = Known { unreadable_reason: Some("451".to_owned()), ..known("b") };
        assert_eq!(before(Some(&failed)), None);
    }

    #[test]
    fn one_whose_settings_were_never_looked_for_is_read_whole_once_more() {
        let older = Known { knows_settings: false, ..known("a") };
        assert_eq!(changed(&listed(), Some(&older)).unwrap().before, None);
    }

    #[test]
    fn an_empty_or_disabled_repository_is_not_read() {
        assert!(changed(&ListedRepository { head: None, ..listed() }, None).is_none());
        assert!(changed(&ListedRepository { is_disabled: true, ..listed() }, None).is_none());
    }

    #[test]
    fn the_listing_stops_behind_the_watermark_and_not_at_it() {
        let page = [listed()];
        assert!(!reaches(&page, None));
        assert!(!reaches(&page, DateTime::from_timestamp(1_000, 0)));
        assert!(reaches(&page, DateTime::from_timestamp(1_001, 0)));
    }
}
