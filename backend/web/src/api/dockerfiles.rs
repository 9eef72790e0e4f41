//! The Dockerfiles in scope of an organization, behind any of its numbers.

use std::collections::BTreeMap;

use checklist::Item;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use store::read::dockerfiles::{DockerfileColumn, DockerfileOrder};
use store::read::snapshot::{
    Snapshot, SnapshotDockerfile, SnapshotFinding, SnapshotRepository, TeamSource,
};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::{Answer, Page};
use super::counts::Counts;
use super::cursor::{Lead, Part, Position};
use super::query::{Paged, Query};
use super::scope::Scope;
use super::words;
use crate::app::Site;
use crate::pages::dockerfiles::Request as Table;

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(list))
}

/// A Dockerfile in scope.
#[derive(Serialize, ToSchema)]
struct DockerfileRow {
    #[schema(example = "ledger-service")]
    repository: String,
    #[schema(example = "docker/Dockerfile")]
    path: String,
    /// Its owner; null where nobody is known.
    team: Option<String>,
    /// Where the owner comes from.
    #[schema(schema_with = words::team_source_or_null)]
    team_source: Option<&'static str>,
    #[schema(schema_with = words::verdicts)]
    items: BTreeMap<&'static str, &'static str>,
    progress: Counts,
    /// The external images that its stages start from, as people write them.
    images: Vec<String>,
    /// Why items are left.
    findings: Vec<FindingRow>,
    /// When its present content was committed.
    committed_at: DateTime<Utc>,
}

/// A reason why an item is left.
#[derive(Serialize, ToSchema)]
struct FindingRow {
    #[schema(schema_with = words::item)]
    item: &'static str,
    #[schema(example = "not-hardened")]
    code: String,
    #[schema(schema_with = words::verdict)]
    verdict: &'static str,
    /// The first line of its evidence.
    line: Option<u32>,
}

/// The filters and orders of the list, a page at a time.
#[expect(dead_code, reason = "names and describes what the list's address reads")]
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct DockerfilesQuery {
    /// A part of `repository/path`.
    q: Option<String>,
    #[param(schema_with = words::item)]
    item: Option<String>,
    /// With `item`: one of the seven verdicts, or `left`, which it is without a choice.
    verdict: Option<String>,
    /// A reason code; with `item`: of that item. `-`: an item without a finding of its own.
    code: Option<String>,
    /// A base image as people write it: `node` is not `node:20`.
    image: Option<String>,
    /// `any`: the image with any tag and digest.
    tag: Option<String>,
    /// The stages that start from the image.
    #[param(schema_with = words::image_stage)]
    stage: Option<String>,
    /// A team, or `-` for no owner.
    team: Option<String>,
    /// Where it is said whose they are.
    #[param(schema_with = words::team_source)]
    source: Option<String>,
    /// `repository` (without a choice), `path`, `left` or `changed`; largest first with `-`
    /// before it.
    sort: Option<String>,
    /// How many rows at most, from 1 to 200; 50 without a choice.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// Where the last page ended: its `next_cursor`.
    cursor: Option<String>,
}

/// Its Dockerfiles in scope
#[utoipa::path(get, path = "/api/v1/orgs/{org}/dockerfiles", tag = "Organizations",
    params(DockerfilesQuery), responses((status = 200, body = Page<DockerfileRow>)))]
async fn list(scope: Scope, Query(query): Query<DockerfilesQuery>) -> Answer {
    let paged = Paged { limit: query.limit, cursor: query.cursor };
    let part = Part::parse(&scope.request.address, &paged)?;
    let mut table = Table::of(&scope.app, scope.header.clone(), &scope.request.address).await?;
    table.order(usize::MAX);
    let snapshot = &table.snapshot;
    let file = |place: &usize| {
        let file = snapshot.dockerfiles.get(*place)?;
        Some((snapshot.repository_of(file)?, file))
    };
    let rows: Vec<_> = table.rows.iter().filter_map(file).collect();
    let cut = part.cut(&rows, |it| position(table.address.order, it));
    let cut = cut.map(|(of, it)| DockerfileRow::new(snapshot, of, it));
    Ok(scope.page(snapshot.revision, Some(rows.len()), cut))
}

/// The place of a row in the list, by keys that outlive a snapshot.
fn position(
    order: DockerfileOrder,
    (repository, file): (&SnapshotRepository, &SnapshotDockerfile),
) -> Position {
    let DockerfileOrder { column, is_descending } = order;
    let (name, path) = (repository.name.as_str().to_lowercase(), file.path.to_string());
    let lead = match column {
        DockerfileColumn::Repository if !is_descending => Lead::Nothing,
        DockerfileColumn::Repository => {
            let whole = format!("{name}\0{:020}\0{path}", repository.id.0);
            Lead::text(Some(whole), is_descending)
        }
        DockerfileColumn::Path => Lead::text(Some(path.clone()), is_descending),
        DockerfileColumn::Left => Lead::number(Some(file.left() as f64), is_descending),
        DockerfileColumn::Changed => {
            let at = file.committed_at.timestamp_micros();
            Lead::number(Some(at as f64), is_descending)
        }
    };
    Position { lead, name, id: repository.id.0, path }
}

impl DockerfileRow {
    fn new(snapshot: &Snapshot, of: &SnapshotRepository, it: &SnapshotDockerfile) -> Self {
        let report = snapshot.report_of(it).cloned().unwrap_or_default();
        let left = report.findings.into_iter().filter(|found| it.verdict(found.item).is_left());
        let finding = |it: SnapshotFinding| FindingRow {
            item: it.item.slug(),
            code: it.code,
            verdict: it.verdict.slug(),
            line: it.line,
        };
        Self {
            repository: of.name.to_string(),
            path: it.path.to_string(),
            team: it.team.map(|team| snapshot.team(team).to_owned()),
            team_source: it.team.and(it.team_source).map(TeamSource::slug),
            items: Item::ALL
                .into_iter()
                .map(|item| (item.slug(), it.verdict(item).slug()))
                .collect(),
            progress: it.tally().into(),
            images: report.bases.into_iter().map(|it| it.reference).collect(),
            findings: left.map(finding).collect(),
            committed_at: it.committed_at,
        }
    }
}
