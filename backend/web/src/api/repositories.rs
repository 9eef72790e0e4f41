//! The repositories of an organization: the rows of their table, in its filters and orders.

use checklist::Item;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use store::read::repositories::Shares;
use store::read::repository_filter::{Column, Order};
use store::read::snapshot::{Snapshot, SnapshotRepository};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::{Answer, Page};
use super::counts::{Counts, ItemCounts};
use super::cursor::{Lead, Part, Position};
use super::query::{Paged, Query};
use super::scope::Scope;
use super::words;
use crate::app::Site;
use crate::pages::repositories::Request as Table;

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(list))
}

/// A row of the table.
#[derive(Serialize, ToSchema)]
pub(super) struct RepositoryRow {
    /// GitHub's id.
    id: i64,
    #[schema(example = "ledger-service")]
    name: String,
    #[schema(schema_with = words::state)]
    state: &'static str,
    is_archived: bool,
    has_slipped_back: bool,
    /// Finished but for one item.
    is_quick_win: bool,
    language: Option<String>,
    /// The teams of its Dockerfiles in scope, most Dockerfiles first.
    teams: Vec<String>,
    /// Some Dockerfile in scope, or it as a whole, has no owner.
    has_no_owner: bool,
    /// Why it could not be read at the last attempt.
    unreadable_reason: Option<String>,
    /// Dockerfiles in scope.
    dockerfiles: i64,
    /// Items, of eight, with anything left.
    items_left: i64,
    progress: Counts,
    /// The eight items in the checklist's order.
    items: Vec<ItemCounts>,
    last_commit_at: Option<DateTime<Utc>>,
    /// When a commit last changed one of its verdicts.
    changed_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    slipped_back_at: Option<DateTime<Utc>>,
}

/// The filters and orders of the table, a page at a time.
#[expect(dead_code, reason = "names and describes what the table's address reads")]
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RepositoriesQuery {
    /// A part of the name.
    q: Option<String>,
    /// An item at which some Dockerfile has the verdict.
    #[param(schema_with = words::item)]
    item: Option<String>,
    /// With `item`: one of the seven verdicts, or `left` for what is remaining, to verify or
    /// unknown, which it is without a choice.
    verdict: Option<String>,
    /// A team, or `-` for no owner.
    team: Option<String>,
    /// A state, `all`, `slipped-back` or `unreadable`. Without it: those in the count.
    state: Option<String>,
    /// A base image, with or without its tag.
    image: Option<String>,
    /// The main language.
    language: Option<String>,
    /// `shown` or `only`.
    archived: Option<String>,
    /// `1`: finished but for one item.
    quick: Option<String>,
    /// What happened within a week: `finished`, `slipped-back` or `changed`.
    week: Option<String>,
    /// `name`, `team`, `progress`, `left` (without a choice), `dockerfiles`, `gained`,
    /// `committed` or an item; largest first with `-` before it.
    sort: Option<String>,
    /// How many rows at most, from 1 to 200; 50 without a choice.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// Where the last page ended: its `next_cursor`.
    cursor: Option<String>,
}

/// Its repositories
#[utoipa::path(get, path = "/api/v1/orgs/{org}/repositories", tag = "Organizations",
    params(RepositoriesQuery), responses((status = 200, body = Page<RepositoryRow>)))]
async fn list(scope: Scope, Query(query): Query<RepositoriesQuery>) -> Answer {
    let paged = Paged { limit: query.limit, cursor: query.cursor };
    let part = Part::parse(&scope.request.address, &paged)?;
    let (app, asked) = (&scope.app, &scope.request.address);
    let table = Table::of(app, scope.header.clone(), asked, scope.hour).await?;
    let (snapshot, order) = (&table.snapshot, table.address.order);
    let before = table.before(app).await?;
    let total = table.matching.len();
    // Where a later page begins is found among all rows in order.
    let last = if part.after.is_none() { total.min(part.limit + 1) } else { total };
    let places = snapshot.ordered(&table.matching, order, &before, 0..last);
    let rows: Vec<_> = places.iter().filter_map(|it| snapshot.repositories.get(*it)).collect();
    let cut = part.cut(&rows, |it| position(snapshot, order, &before, it));
    let cut = cut.map(|it| RepositoryRow::new(snapshot, it));
    Ok(scope.page(snapshot.revision, Some(total), cut))
}

/// The place of a row in the table, by keys that outlive a snapshot.
fn position(
    snapshot: &Snapshot,
    order: Order,
    before: &Shares,
    it: &SnapshotRepository,
) -> Position {
    let name = it.name.as_str().to_lowercase();
    let text = |text| Lead::text(text, order.is_descending);
    let lead = match order.column {
        // Another repository had the same name before.
        Column::Name => text(Some(format!("{name}\0{:020}", it.id.0))),
        Column::Team => {
            let team = it.teams.first().map(|it| snapshot.team(*it));
            text(team.map(|it| format!("{}\0{it}", it.to_lowercase())))
        }
        column => Lead::number(it.number_in(column, before), order.is_descending),
    };
    Position { lead, name, id: it.id.0, path: String::new() }
}

impl RepositoryRow {
    fn new(snapshot: &Snapshot, it: &SnapshotRepository) -> Self {
        Self {
            id: it.id.0,
            name: it.name.to_string(),
            state: it.state.slug(),
            is_archived: it.is_archived,
            has_slipped_back: it.has_slipped_back,
            is_quick_win: it.is_quick_win(),
            language: it.language.clone(),
            teams: it.teams.iter().map(|it| snapshot.team(*it).to_owned()).collect(),
            has_no_owner: it.has_no_owner,
            unreadable_reason: it.unreadable_reason.clone(),
            dockerfiles: count(it.dockerfiles.len()),
            items_left: count(it.items_left()),
            progress: it.tally().into(),
            items: ItemCounts::each(Item::ALL.into_iter().zip(*it.items)),
            last_commit_at: it.committed_at,
            changed_at: it.changed_at,
            finished_at: it.finished_at,
            slipped_back_at: it.slipped_back_at,
        }
    }
}

/// A length as a count.
pub(super) fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
