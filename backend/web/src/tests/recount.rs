//! The rows behind an address, by plain SQL over facts: verdicts, decisions, findings and
//! images, never a sum that the store keeps.

use std::collections::HashMap;

use chrono::TimeDelta;
use sqlx::{AssertSqlSafe, FromRow, PgPool};

use crate::testing::now;

/// A repository, recounted.
#[derive(Debug, Clone, PartialEq, FromRow)]
pub(super) struct Repository {
    pub(super) name: String,
    pub(super) state: String,
    pub(super) dockerfiles: i64,
    pub(super) items_left: i64,
    pub(super) met: i64,
    pub(super) verified: i64,
    pub(super) verify: i64,
    pub(super) unknown: i64,
    pub(super) remaining: i64,
    pub(super) waived: i64,
    pub(super) not_applicable: i64,
    pub(super) teams: Vec<String>,
    pub(super) has_no_owner: bool,
    pub(super) has_slipped_back: bool,
}

/// A Dockerfile, recounted.
#[derive(Debug, Clone, PartialEq, FromRow)]
pub(super) struct Dockerfile {
    pub(super) repository: String,
    pub(super) path: String,
    pub(super) team: Option<String>,
    pub(super) source: Option<String>,
    pub(super) items_left: i64,
    pub(super) done: i64,
    pub(super) counted: i64,
}

/// Where facts are, and which of them count.
pub(super) struct Facts {
    pub(super) pool: PgPool,
    /// The repositories that there are, by GitHub's ids; none: all.
    pub(super) only: Option<Vec<i64>>,
}

impl Facts {
    /// The facts as SQL, for what follows.
    fn sql(&self, rows: &str) -> String {
        let Some(ids) = &self.only else { return format!("{FACTS}{rows}") };
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let seen = format!(
            "JOIN repository ON repository.organization_id = organization.organization_id
             AND repository.repository_id = ANY ('{{{}}}')",
            ids.join(",")
        );
        format!("{}{rows}", FACTS.replace("JOIN repository USING (organization_id)", &seen))
    }
}

/// The choices of an address.
#[derive(Debug, Clone, Default)]
pub(super) struct Choices(pub(super) HashMap<String, String>);

impl Choices {
    /// Of an address as a page links it.
    pub(super) fn of(address: &str) -> Self {
        let uri = address.parse().unwrap();
        Self(axum::extract::Query::try_from_uri(&uri).unwrap().0)
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|it| !it.is_empty())
    }

    pub(super) fn with(&self, name: &str, value: &str) -> Self {
        let mut changed = self.clone();
        changed.0.insert(name.to_owned(), value.to_owned());
        changed
    }
}

/// Organization $1, today $2: every verdict as it counts, every repository.
const FACTS: &str = r#"
WITH file AS (
    SELECT dockerfile.dockerfile_id, dockerfile.repository_id, dockerfile.path,
           dockerfile.report_id, dockerfile.committed_at,
           coalesce(dockerfile.owner, repository.team) AS team,
           CASE WHEN dockerfile.owner IS NULL THEN repository.team_source ELSE 'codeowners' END
               AS source
    FROM organization
    JOIN repository USING (organization_id)
    JOIN dockerfile USING (repository_id)
    WHERE organization.login = $1 AND repository.excluded_by IS NULL
      AND dockerfile.excluded_by IS NULL AND dockerfile.removed_at IS NULL
),
verdict AS (
    SELECT file.repository_id, file.dockerfile_id, each.item,
           CASE WHEN decided.kind = 'verified' AND each.verdict = 'verify' THEN 'verified'
                WHEN decided.kind = 'waived' AND each.verdict NOT IN ('met', 'not-applicable')
                    THEN 'waived'
                ELSE each.verdict END AS verdict
    FROM file
    JOIN dockerfile_item AS each USING (dockerfile_id)
    LEFT JOIN decision AS decided
        ON decided.dockerfile_id = each.dockerfile_id AND decided.item = each.item
        AND decided.ended_at IS NULL AND decided.kind <> 'disputed'
        AND coalesce(decided.expires_on, $2::date) >= $2
),
repo AS (
    SELECT repository.repository_id, repository.name, repository.language,
           repository.is_archived, repository.unreadable_reason, repository.head_committed_at,
           repository.team, each.*, progress.finished_at, progress.slipped_back_at,
           CASE WHEN repository.excluded_by IS NOT NULL THEN 'out-of-scope'
                WHEN repository.head_sha IS NULL AND NOT repository.is_empty THEN 'not-started'
                WHEN each.dockerfiles = 0 THEN 'no-dockerfile'
                WHEN each.items_left = 0 THEN 'finished'
                WHEN each.has_begun THEN 'in-progress'
                ELSE 'not-started' END AS state
    FROM organization
    JOIN repository USING (organization_id)
    JOIN repository_progress AS progress USING (repository_id)
    CROSS JOIN LATERAL (
        SELECT (SELECT count(*) FROM file WHERE file.repository_id = repository.repository_id)
                   AS dockerfiles,
               count(DISTINCT item) FILTER (WHERE verdict IN ('remaining', 'verify', 'unknown'))
                   AS items_left,
               count(*) FILTER (WHERE verdict = 'met') AS met,
               count(*) FILTER (WHERE verdict = 'verified') AS verified,
               count(*) FILTER (WHERE verdict = 'verify') AS verify,
               count(*) FILTER (WHERE verdict = 'unknown') AS unknown,
               count(*) FILTER (WHERE verdict = 'remaining') AS remaining,
               count(*) FILTER (WHERE verdict = 'waived') AS waived,
               count(*) FILTER (WHERE verdict = 'not-applicable') AS not_applicable,
               EXISTS (
                   SELECT FROM file JOIN report USING (report_id)
                   WHERE file.repository_id = repository.repository_id AND report.uses_dhi)
               OR EXISTS (
                   SELECT FROM file JOIN verdict_change AS change USING (dockerfile_id)
                   WHERE file.repository_id = repository.repository_id
                     AND change.to_verdict = 'met' AND change.from_verdict IS NOT NULL
                     AND change.cause = 'commit') AS has_begun
        FROM verdict
        WHERE verdict.repository_id = repository.repository_id
    ) AS each
    WHERE organization.login = $1
),
line AS (
    SELECT repo.*,
           state IN ('finished', 'in-progress', 'not-started') AS is_counted,
           slipped_back_at IS NOT NULL AND state IN ('in-progress', 'not-started')
               AS has_slipped_back,
           CASE WHEN dockerfiles > 0
                THEN ARRAY(SELECT file.team FROM file
                           WHERE file.repository_id = repo.repository_id
                             AND file.team IS NOT NULL
                           GROUP BY file.team ORDER BY count(*) DESC, file.team COLLATE "C")
                WHEN team IS NULL THEN '{}' ELSE ARRAY[team] END AS teams,
           CASE WHEN dockerfiles > 0
                THEN EXISTS (SELECT FROM file WHERE file.repository_id = repo.repository_id
                                                AND file.team IS NULL)
                ELSE team IS NULL END AS has_no_owner
    FROM repo
)
"#;

/// $3 text, $4 item, $5 verdict, $6 team, $7 state, $8 image, $9 language, $10 archived,
/// $11 quick, $12 week, $13 since, $14 column, $15 descending, $16 first day of the line.
const REPOSITORIES: &str = r#"
SELECT line.name, line.state, line.dockerfiles, line.items_left, line.met, line.verified,
       line.verify, line.unknown, line.remaining, line.waived, line.not_applicable, line.teams,
       line.has_no_owner, line.has_slipped_back
FROM line
CROSS JOIN LATERAL (
    SELECT (line.met + line.verified)::float8
           / nullif(line.met + line.verified + line.remaining + line.verify + line.unknown, 0)
               AS share
) AS present
LEFT JOIN LATERAL (
    SELECT (met + verified)::float8
           / nullif(met + verified + remaining + verify + unknown, 0) AS share
    FROM repository_day AS day
    WHERE day.repository_id = line.repository_id
    ORDER BY day.day <= $16 DESC, CASE WHEN day.day <= $16 THEN $16 - day.day ELSE day.day - $16 END
    LIMIT 1
) AS before ON true
CROSS JOIN LATERAL (
    SELECT CASE $14::text
               WHEN 'progress' THEN present.share
               WHEN 'left' THEN CASE WHEN line.dockerfiles > 0 THEN line.items_left END
               WHEN 'dockerfiles' THEN line.dockerfiles
               WHEN 'gained' THEN present.share - before.share
               WHEN 'committed' THEN extract(epoch FROM line.head_committed_at)
               WHEN 'name' THEN 0
               WHEN 'team' THEN 0
               ELSE (SELECT count(*) FILTER (WHERE verdict = 'remaining') * 1e6
                          + count(*) FILTER (WHERE verdict = 'unknown') * 1e3
                          + count(*) FILTER (WHERE verdict = 'verify')
                     FROM verdict
                     WHERE verdict.repository_id = line.repository_id AND verdict.item = $14
                     HAVING count(*) > 0)
           END AS number,
           CASE $14 WHEN 'name' THEN lower(line.name) WHEN 'team' THEN lower(line.teams[1]) END
               COLLATE "C" AS words,
           CASE $14 WHEN 'name' THEN '' WHEN 'team' THEN line.teams[1] END COLLATE "C" AS exact,
           CASE WHEN $14 = 'name' THEN line.repository_id END AS id
) AS key
WHERE ($3::text IS NULL OR position(lower($3) IN lower(line.name)) > 0)
  AND ($4::text IS NULL OR EXISTS (
      SELECT FROM verdict
      WHERE verdict.repository_id = line.repository_id AND verdict.item = $4
        AND (verdict.verdict = $5::text
             OR ($5 = 'left' AND verdict.verdict IN ('remaining', 'verify', 'unknown')))))
  AND ($6::text IS NULL OR CASE $6 WHEN '-' THEN line.has_no_owner ELSE $6 = ANY(line.teams) END)
  AND CASE $7::text
          WHEN '' THEN line.is_counted
                       OR ($10::text <> '' AND line.is_archived AND line.state = 'out-of-scope')
          WHEN 'all' THEN true
          WHEN 'slipped-back' THEN line.has_slipped_back
          WHEN 'unreadable' THEN line.is_counted AND line.unreadable_reason IS NOT NULL
          ELSE line.state = $7
      END
  AND ($8::text IS NULL OR EXISTS (
      SELECT FROM file JOIN base_use USING (report_id)
      WHERE file.repository_id = line.repository_id AND $8 IN (reference, image)))
  AND ($9::text IS NULL OR line.language = $9)
  AND ($10 <> 'only' OR line.is_archived)
  AND ($11::text IS NULL OR (line.is_counted AND line.items_left = 1))
  AND CASE $12::text
          WHEN 'finished' THEN line.state = 'finished' AND line.finished_at >= $13::timestamptz
          WHEN 'slipped-back' THEN line.has_slipped_back AND line.slipped_back_at >= $13
          WHEN 'changed' THEN line.is_counted AND EXISTS (
              SELECT FROM verdict_change JOIN dockerfile USING (dockerfile_id)
              WHERE dockerfile.repository_id = line.repository_id
                AND verdict_change.changed_at >= $13
                AND verdict_change.cause IN ('commit', 'removed'))
          ELSE true
      END
ORDER BY CASE WHEN $15::boolean THEN key.number END DESC NULLS LAST,
         CASE WHEN NOT $15 THEN key.number END NULLS LAST,
         CASE WHEN $15 THEN key.words END DESC NULLS LAST,
         CASE WHEN NOT $15 THEN key.words END NULLS LAST,
         CASE WHEN $15 THEN key.exact END DESC NULLS LAST,
         CASE WHEN NOT $15 THEN key.exact END NULLS LAST,
         CASE WHEN $15 THEN key.id END DESC NULLS LAST,
         lower(line.name) COLLATE "C", line.repository_id
"#;

/// The repositories behind an address, in its order.
pub(super) async fn repositories(facts: &Facts, org: &str, asked: &Choices) -> Vec<Repository> {
    let sort = asked.get("sort").unwrap_or("left");
    let verdict = asked.get("verdict").unwrap_or("left");
    sqlx::query_as(AssertSqlSafe(facts.sql(REPOSITORIES)))
        .bind(org)
        .bind(now().date_naive())
        .bind(asked.get("q"))
        .bind(asked.get("item"))
        .bind(verdict)
        .bind(asked.get("team"))
        .bind(asked.get("state").unwrap_or_default())
        .bind(asked.get("image"))
        .bind(asked.get("language"))
        .bind(asked.get("archived").unwrap_or_default())
        .bind(asked.get("quick"))
        .bind(asked.get("week"))
        .bind(now() - TimeDelta::days(7))
        .bind(sort.trim_start_matches('-'))
        .bind(sort.starts_with('-'))
        .bind((now() - TimeDelta::days(90)).date_naive())
        .fetch_all(&facts.pool)
        .await
        .unwrap()
}

/// $3 text, $4 item, $5 verdict, $6 team, $7 code, $8 image, $9 any tag, $10 stage,
/// $11 source, $12 column, $13 descending.
const DOCKERFILES: &str = r#"
SELECT line.name AS repository, file.path, file.team, file.source, sums.items_left, sums.done,
       sums.counted
FROM line
JOIN file USING (repository_id)
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE verdict IN ('remaining', 'verify', 'unknown')) AS items_left,
           count(*) FILTER (WHERE verdict IN ('met', 'verified')) AS done,
           count(*) FILTER (WHERE verdict NOT IN ('waived', 'not-applicable')) AS counted
    FROM verdict WHERE verdict.dockerfile_id = file.dockerfile_id
) AS sums
WHERE line.is_counted
  AND ($3::text IS NULL OR position(lower($3) IN lower(line.name || '/' || file.path)) > 0)
  AND ($4::text IS NULL OR EXISTS (
      SELECT FROM verdict
      WHERE verdict.dockerfile_id = file.dockerfile_id AND verdict.item = $4
        AND (verdict.verdict = $5::text
             OR ($5 = 'left' AND verdict.verdict IN ('remaining', 'verify', 'unknown')))))
  AND ($6::text IS NULL OR CASE $6 WHEN '-' THEN file.team IS NULL ELSE file.team = $6 END)
  AND ($7::text IS DISTINCT FROM '-' OR EXISTS (
      SELECT FROM verdict
      WHERE verdict.dockerfile_id = file.dockerfile_id
        AND CASE WHEN $4 IS NULL THEN verdict.verdict IN ('remaining', 'verify', 'unknown')
                 ELSE verdict.item = $4 END
        AND NOT EXISTS (SELECT FROM finding
                        WHERE finding.report_id = file.report_id AND finding.item = verdict.item)))
  AND (coalesce($7, '-') = '-' OR EXISTS (
      SELECT FROM finding
      JOIN verdict ON verdict.dockerfile_id = file.dockerfile_id AND verdict.item = finding.item
      WHERE finding.report_id = file.report_id AND finding.code = $7
        AND CASE WHEN $4 IS NULL THEN verdict.verdict IN ('remaining', 'verify', 'unknown')
                 ELSE finding.item = $4 END))
  AND (coalesce($8::text, $10::text) IS NULL OR EXISTS (
      SELECT FROM base_use
      WHERE base_use.report_id = file.report_id
        AND ($8 IS NULL OR $8 = CASE WHEN $9::text IS NULL THEN reference ELSE image END)
        AND CASE $10 WHEN 'build' THEN role NOT IN ('final', 'chain')
                     WHEN 'shipped' THEN role IN ('final', 'chain') ELSE true END))
  AND ($11::text IS NULL OR file.source = $11)
ORDER BY CASE WHEN $12::text = 'path' AND $13::boolean THEN file.path END COLLATE "C" DESC,
         CASE WHEN $12 = 'path' AND NOT $13 THEN file.path END COLLATE "C",
         CASE WHEN $12 = 'left' THEN sums.items_left END * CASE WHEN $13 THEN -1 ELSE 1 END,
         CASE WHEN $12 = 'changed' THEN extract(epoch FROM file.committed_at) END
             * CASE WHEN $13 THEN -1 ELSE 1 END,
         CASE WHEN $12 = 'repository' AND $13 THEN lower(line.name) END COLLATE "C" DESC,
         CASE WHEN $12 = 'repository' AND $13 THEN line.repository_id END DESC,
         CASE WHEN $12 = 'repository' AND $13 THEN file.path END COLLATE "C" DESC,
         lower(line.name) COLLATE "C", line.repository_id, file.path COLLATE "C"
"#;

/// The Dockerfiles behind an address, in its order.
pub(super) async fn dockerfiles(facts: &Facts, org: &str, asked: &Choices) -> Vec<Dockerfile> {
    let sort = asked.get("sort").unwrap_or("repository");
    sqlx::query_as(AssertSqlSafe(facts.sql(DOCKERFILES)))
        .bind(org)
        .bind(now().date_naive())
        .bind(asked.get("q"))
        .bind(asked.get("item"))
        .bind(asked.get("verdict").unwrap_or("left"))
        .bind(asked.get("team"))
        .bind(asked.get("code"))
        .bind(asked.get("image"))
        .bind(asked.get("tag"))
        .bind(asked.get("stage"))
        .bind(asked.get("source"))
        .bind(sort.trim_start_matches('-'))
        .bind(sort.starts_with('-'))
        .fetch_all(&facts.pool)
        .await
        .unwrap()
}
