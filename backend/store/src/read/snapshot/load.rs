//! Reads an organization as it is at one moment.

mod reports;

use std::collections::BTreeSet;

use checklist::Item;
use chrono::{DateTime, Utc};
use names::RepositoryId;
use sqlx::PgConnection;

use self::reports::Reports;
use super::{Snapshot, SnapshotDockerfile, SnapshotRepository, TeamSource};
use crate::read::standing::Tally;
use crate::read::words::{ItemVerdict, corrupt, name, state};
use crate::{Store, StoreError};

impl Store {
    /// An organization as it is now. One that is not there has no repositories.
    ///
    /// # Errors
    /// [`StoreError::Query`] or [`StoreError::Corrupt`].
    pub async fn snapshot(&self, organization_id: i64) -> Result<Snapshot, StoreError> {
        // All queries see the same moment.
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        let mut transaction = self.pool.begin_with(begin).await?;
        let repositories = repositories(&mut transaction, organization_id).await?;
        // Without repositories nothing is kept, and nothing is dear to read anew.
        let revision = repositories.first().map_or(0, |it| it.revision);
        let dockerfiles = dockerfiles(&mut transaction, organization_id).await?;
        let mut reports = Reports::of(&dockerfiles);
        reports.add_bases(&mut transaction).await?;
        reports.add_findings(&mut transaction).await?;
        transaction.commit().await?;
        let teams = team_names(&repositories, &dockerfiles);
        let mut snapshot = Snapshot { organization_id, revision, teams, ..Snapshot::default() };
        let mut files = dockerfiles.into_iter().peekable();
        for row in repositories {
            add_repository(&mut snapshot, &row, &mut files, &reports)?;
        }
        snapshot.reports = reports.reports;
        snapshot.learn_words();
        Ok(snapshot)
    }
}

struct RepositoryRow {
    /// The organization's.
    revision: i64,
    repository_id: i64,
    name: String,
    team: Option<String>,
    team_source: Option<String>,
    state: String,
    is_archived: bool,
    has_slipped_back: bool,
    language: Option<String>,
    unreadable_reason: Option<String>,
    committed_at: Option<DateTime<Utc>>,
    changed_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    slipped_back_at: Option<DateTime<Utc>>,
}

struct DockerfileRow {
    repository_id: i64,
    dockerfile_id: i64,
    path: String,
    owner: Option<String>,
    team: Option<String>,
    report_id: Option<i64>,
    outcomes: Option<String>,
    committed_at: DateTime<Utc>,
}

/// By name, and by id between equal names: the same order as [`dockerfiles`].
async fn repositories(
    connection: &mut PgConnection,
    organization_id: i64,
) -> Result<Vec<RepositoryRow>, StoreError> {
    let rows = sqlx::query_as!(
        RepositoryRow,
        r#"
        SELECT (SELECT revision FROM organization WHERE organization_id = $1) AS "revision!",
               repository_id AS "repository_id!", name AS "name!", team, team_source,
               state AS "state!", is_archived AS "is_archived!",
               has_slipped_back AS "has_slipped_back!", language, unreadable_reason,
               head_committed_at AS committed_at, changed_at, finished_at, slipped_back_at
        FROM repository_line
        WHERE organization_id = $1
        ORDER BY lower(name) COLLATE "C", repository_id
        "#,
        organization_id,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows)
}

async fn dockerfiles(
    connection: &mut PgConnection,
    organization_id: i64,
) -> Result<Vec<DockerfileRow>, StoreError> {
    let rows = sqlx::query_as!(
        DockerfileRow,
        r#"
        SELECT dockerfile.repository_id, dockerfile.dockerfile_id, dockerfile.path,
               dockerfile.owner, coalesce(dockerfile.owner, repository.team) AS team,
               dockerfile.report_id, dockerfile.outcomes, dockerfile.committed_at
        FROM repository
        JOIN dockerfile USING (repository_id)
        WHERE repository.organization_id = $1
          AND repository.excluded_by IS NULL
          AND dockerfile.removed_at IS NULL
          AND dockerfile.excluded_by IS NULL
        ORDER BY lower(repository.name) COLLATE "C", dockerfile.repository_id,
                 dockerfile.path COLLATE "C"
        "#,
        organization_id,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows)
}

fn team_names(repositories: &[RepositoryRow], dockerfiles: &[DockerfileRow]) -> Vec<String> {
    let own = repositories.iter().filter_map(|it| it.team.as_deref());
    let files = dockerfiles.iter().filter_map(|it| it.team.as_deref());
    let names: BTreeSet<&str> = own.chain(files).collect();
    names.into_iter().map(str::to_owned).collect()
}

fn add_repository(
    snapshot: &mut Snapshot,
    row: &RepositoryRow,
    files: &mut std::iter::Peekable<std::vec::IntoIter<DockerfileRow>>,
    reports: &Reports,
) -> Result<(), StoreError> {
    let source = row.team_source.as_deref().map(team_source).transpose()?;
    let place = snapshot.repositories.len();
    let state = state(&row.state)?;
    let first = snapshot.dockerfiles.len();
    while let Some(file) = files.next_if(|it| it.repository_id == row.repository_id) {
        let owned = file.owner.is_some();
        let items = outcomes(file.outcomes.as_deref())?;
        snapshot.dockerfiles.push(SnapshotDockerfile {
            id: file.dockerfile_id,
            repository: place,
            path: name(&file.path)?,
            team_source: if owned { Some(TeamSource::Codeowners) } else { source },
            team: file.team.and_then(|it| snapshot.teams.binary_search(&it).ok()),
            left: items.iter().filter(|it| it.is_left()).count(),
            items,
            report: file.report_id.and_then(|it| reports.places.get(&it).copied()),
            committed_at: file.committed_at,
            is_counted: state.is_counted(),
        });
    }
    let dockerfiles = first..snapshot.dockerfiles.len();
    let own = snapshot.dockerfiles.get(dockerfiles.clone()).unwrap_or_default();
    let own_team = row.team.as_ref().and_then(|it| snapshot.teams.binary_search(it).ok());
    let (teams, has_no_owner) = owners(own_team, own);
    let repository = SnapshotRepository {
        id: RepositoryId(row.repository_id),
        name: name(&row.name)?,
        state,
        is_archived: row.is_archived,
        has_slipped_back: row.has_slipped_back,
        language: row.language.clone(),
        unreadable_reason: row.unreadable_reason.clone(),
        committed_at: row.committed_at,
        changed_at: row.changed_at,
        finished_at: row.finished_at,
        slipped_back_at: row.slipped_back_at,
        teams,
        has_no_owner,
        images: Vec::new(),
        place,
        own_team,
        verdicts: verdicts_of(own),
        tally: own.iter().map(SnapshotDockerfile::tally).sum(),
        items: Box::new(items_of(own)),
        language_place: None,
        dockerfiles,
    };
    snapshot.repositories.push(repository);
    Ok(())
}

/// The teams of a repository, and whether some of it has no owner.
fn owners(team: Option<usize>, own: &[SnapshotDockerfile]) -> (Vec<usize>, bool) {
    match own {
        [] => (team.into_iter().collect(), team.is_none()),
        own => (teams_of(own), own.iter().any(|it| it.team.is_none())),
    }
}

/// Most Dockerfiles first, by name between equals.
fn teams_of(dockerfiles: &[SnapshotDockerfile]) -> Vec<usize> {
    let mut counts: Vec<(usize, usize)> = Vec::new();
    for team in dockerfiles.iter().filter_map(|it| it.team) {
        match counts.iter_mut().find(|(it, _)| *it == team) {
            Some((_, count)) => *count += 1,
            None => counts.push((team, 1)),
        }
    }
    counts.sort_by_key(|(team, count)| (std::cmp::Reverse(*count), *team));
    counts.into_iter().map(|(team, _)| team).collect()
}

fn items_of(dockerfiles: &[SnapshotDockerfile]) -> [Tally; Item::ALL.len()] {
    let mut items = [Tally::default(); Item::ALL.len()];
    for file in dockerfiles {
        for (tally, verdict) in items.iter_mut().zip(file.items) {
            tally.add(verdict);
        }
    }
    items
}

fn verdicts_of(dockerfiles: &[SnapshotDockerfile]) -> [u8; Item::ALL.len()] {
    let mut verdicts = [0; Item::ALL.len()];
    for file in dockerfiles {
        for (bits, verdict) in verdicts.iter_mut().zip(file.items) {
            *bits |= verdict.bit();
        }
    }
    verdicts
}

fn outcomes(letters: Option<&str>) -> Result<[ItemVerdict; Item::ALL.len()], StoreError> {
    // A Dockerfile whose verdicts were never summed is one that nobody knows.
    let Some(letters) = letters else { return Ok([ItemVerdict::Unknown; Item::ALL.len()]) };
    let read: Option<Vec<ItemVerdict>> = letters.bytes().map(ItemVerdict::from_letter).collect();
    let read = read.and_then(|it| it.try_into().ok());
    read.ok_or_else(|| corrupt("outcomes", letters))
}

fn team_source(slug: &str) -> Result<TeamSource, StoreError> {
    TeamSource::from_slug(slug).ok_or_else(|| corrupt("team source", slug))
}
