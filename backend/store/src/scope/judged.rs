//! Every repository and Dockerfile of an organization, as it is and as other rules have it.

use std::collections::HashMap;

use super::{Flags, Moving, SHOWN, Scope, ScopePreview};
use crate::settings_file::own_rules;
use crate::{OrganizationId, StoreError};

pub(super) struct Judged {
    repositories: Vec<Repository>,
    dockerfiles: Vec<Dockerfile>,
}

struct Repository {
    id: i64,
    name: String,
    before: Option<String>,
    now: Option<String>,
}

struct Dockerfile {
    id: i64,
    /// Its place among the repositories.
    repository: usize,
    path: String,
    before: Option<String>,
    now: Option<String>,
}

impl Judged {
    pub(super) async fn read(
        connection: &mut sqlx::PgConnection,
        organization: OrganizationId,
        scope: &Scope,
    ) -> Result<Self, StoreError> {
        let repositories = repositories(connection, organization, scope).await?;
        let dockerfiles = dockerfiles(connection, organization, (scope, &repositories)).await?;
        Ok(Self { repositories, dockerfiles })
    }

    /// What enters and leaves; a Dockerfile is in if its repository is, too.
    pub(super) fn preview(&self) -> ScopePreview {
        let mut preview = ScopePreview::default();
        for it in &self.repositories {
            let sides = (&mut preview.repositories_leaving, &mut preview.repositories_entering);
            note(sides, it.before.is_none(), it.now.is_none(), || it.name.clone());
        }
        for it in &self.dockerfiles {
            let Some(repository) = self.repositories.get(it.repository) else { continue };
            let was_in = it.before.is_none() && repository.before.is_none();
            let is_in = it.now.is_none() && repository.now.is_none();
            let sides = (&mut preview.dockerfiles_leaving, &mut preview.dockerfiles_entering);
            note(sides, was_in, is_in, || format!("{}/{}", repository.name, it.path));
        }
        preview
    }

    /// Writes what differs; gives the repositories with a difference.
    pub(super) async fn save(
        &self,
        connection: &mut sqlx::PgConnection,
    ) -> Result<Vec<i64>, StoreError> {
        let repositories: Vec<&Repository> =
            self.repositories.iter().filter(|it| it.before != it.now).collect();
        let dockerfiles: Vec<&Dockerfile> =
            self.dockerfiles.iter().filter(|it| it.before != it.now).collect();
        let ids: Vec<i64> = repositories.iter().map(|it| it.id).collect();
        let reasons: Vec<Option<&str>> = repositories.iter().map(|it| it.now.as_deref()).collect();
        sqlx::query!(
            r#"
            UPDATE repository
            SET excluded_by = judged.excluded_by
            FROM unnest($1::bigint[], $2::text[]) AS judged (repository_id, excluded_by)
            WHERE repository.repository_id = judged.repository_id
            "#,
            &ids,
            &reasons as _,
        )
        .execute(&mut *connection)
        .await?;
        let files: Vec<i64> = dockerfiles.iter().map(|it| it.id).collect();
        let reasons: Vec<Option<&str>> = dockerfiles.iter().map(|it| it.now.as_deref()).collect();
        sqlx::query!(
            r#"
            UPDATE dockerfile
            SET excluded_by = judged.excluded_by
            FROM unnest($1::bigint[], $2::text[]) AS judged (dockerfile_id, excluded_by)
            WHERE dockerfile.dockerfile_id = judged.dockerfile_id
            "#,
            &files,
            &reasons as _,
        )
        .execute(connection)
        .await?;
        let of_files =
            dockerfiles.iter().filter_map(|it| Some(self.repositories.get(it.repository)?.id));
        let mut changed: Vec<i64> = ids.into_iter().chain(of_files).collect();
        changed.sort_unstable();
        changed.dedup();
        Ok(changed)
    }
}

fn note(
    (leaving, entering): (&mut Moving, &mut Moving),
    was_in: bool,
    is_in: bool,
    name: impl Fn() -> String,
) {
    let side = match (was_in, is_in) {
        (true, false) => leaving,
        (false, true) => entering,
        _ => return,
    };
    side.count += 1;
    if side.first.len() < SHOWN {
        side.first.push(name());
    }
}

async fn repositories(
    connection: &mut sqlx::PgConnection,
    organization: OrganizationId,
    scope: &Scope,
) -> Result<Vec<Repository>, StoreError> {
    let rows = sqlx::query!(
        r#"
        SELECT repository_id, name, is_archived, is_disabled, is_fork, is_template, excluded_by
        FROM repository
        WHERE organization_id = $1 AND gone_at IS NULL
        ORDER BY name COLLATE "C"
        "#,
        organization.0,
    )
    .fetch_all(connection)
    .await?;
    let repositories = rows.into_iter().map(|row| {
        let flags = Flags {
            is_archived: row.is_archived,
            is_disabled: row.is_disabled,
            is_fork: row.is_fork,
            is_template: row.is_template,
        };
        let now = scope.exclusion(flags).map(|it| it.slug().to_owned());
        Repository { id: row.repository_id, name: row.name, before: row.excluded_by, now }
    });
    Ok(repositories.collect())
}

async fn dockerfiles(
    connection: &mut sqlx::PgConnection,
    organization: OrganizationId,
    (scope, repositories): (&Scope, &[Repository]),
) -> Result<Vec<Dockerfile>, StoreError> {
    let rows = sqlx::query!(
        r#"
        SELECT dockerfile.dockerfile_id, dockerfile.repository_id, dockerfile.path,
               dockerfile.excluded_by,
               settings.exclude AS "exclude?", settings.include AS "include?"
        FROM dockerfile
        JOIN repository USING (repository_id)
        LEFT JOIN repository_settings AS settings USING (repository_id)
        WHERE repository.organization_id = $1
          AND repository.gone_at IS NULL
          AND dockerfile.removed_at IS NULL
        ORDER BY repository.name COLLATE "C", dockerfile.path COLLATE "C"
        "#,
        organization.0,
    )
    .fetch_all(connection)
    .await?;
    let places: HashMap<i64, usize> =
        repositories.iter().enumerate().map(|(place, it)| (it.id, place)).collect();
    let rules = scope.rules();
    let dockerfiles = rows.into_iter().filter_map(|row| {
        let exclude = row.exclude.unwrap_or_default();
        let own = own_rules(&exclude, &row.include.unwrap_or_default());
        Some(Dockerfile {
            id: row.dockerfile_id,
            repository: *places.get(&row.repository_id)?,
            now: rules.excluded_by(&row.path, &own),
            path: row.path,
            before: row.excluded_by,
        })
    });
    Ok(dockerfiles.collect())
}
