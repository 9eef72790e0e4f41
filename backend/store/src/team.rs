//! Whose a repository is where `CODEOWNERS` does not say it: by the organization's custom
//! property, else by its topic `team-…`, else by the first rule that fits its name.

use std::collections::HashMap;

use checklist::PathGlob;
use names::RepositoryId;
use serde::Serialize;

use crate::text::storable;
use crate::{ListedFacts, OrganizationId, Store, StoreError, TeamSource};

const TOPIC: &str = "team-";
const LONGEST_TEAM: usize = 100;

/// Repositories whose names fit a glob are a team's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TeamRule {
    /// A glob on the repositories' names.
    pub glob: String,
    /// The team.
    pub team: String,
}

impl TeamRule {
    /// Whether the rule means something.
    ///
    /// # Errors
    /// Why not, in a sentence for people.
    pub fn check(&self) -> Result<(), String> {
        let Self { glob, team } = self;
        PathGlob::new(glob)
            .map_err(|error| format!("\u{201c}{glob}\u{201d} cannot be used: {error}."))?;
        match team.trim().chars().count() {
            0 => Err(format!("The rule \u{201c}{glob}\u{201d} names no team.")),
            1..=LONGEST_TEAM => Ok(()),
            _ => Err("A team's name has at most 100 characters.".to_owned()),
        }
    }
}

/// The team of a `team-…` topic; the first one if there are several.
#[must_use]
pub fn topic_team(topics: &[String]) -> Option<String> {
    let team = topics.iter().find_map(|it| it.strip_prefix(TOPIC));
    team.filter(|it| !it.is_empty()).map(str::to_owned)
}

/// What an organization says of its repositories' teams.
pub(crate) struct Teams {
    rules: Vec<(PathGlob, String)>,
    /// The values of its custom property.
    properties: HashMap<i64, String>,
}

/// A team, and what says so.
pub(crate) type Team = (String, TeamSource);

impl Teams {
    /// Of an organization, with the properties of these repositories.
    pub(crate) async fn read(
        connection: &mut sqlx::PgConnection,
        organization: OrganizationId,
        repositories: &[i64],
    ) -> Result<Self, StoreError> {
        let rules = rules_of(connection, organization).await?;
        let rules = rules.into_iter().filter_map(|it| {
            // GitHub does not tell cases apart in names.
            Some((PathGlob::new(&it.glob.to_lowercase()).ok()?, it.team))
        });
        let properties = sqlx::query!(
            r#"
            SELECT repository_id, property_team AS "team!"
            FROM repository
            WHERE repository_id = ANY($1) AND property_team IS NOT NULL
            "#,
            repositories,
        )
        .fetch_all(connection)
        .await?;
        let properties = properties.into_iter().map(|it| (it.repository_id, it.team));
        Ok(Self { rules: rules.collect(), properties: properties.collect() })
    }

    pub(crate) fn of_listed(&self, listed: &ListedFacts) -> Option<Team> {
        self.of((listed.repository_id.0, listed.name.as_str()), listed.team.clone())
    }

    fn of(&self, (id, name): (i64, &str), topic: Option<String>) -> Option<Team> {
        if let Some(team) = self.properties.get(&id) {
            return Some((team.clone(), TeamSource::Property));
        }
        if let Some(team) = topic {
            return Some((team, TeamSource::Topic));
        }
        let name = name.to_lowercase();
        let rule = self.rules.iter().find(|(glob, _)| glob.matches(&name));
        rule.map(|(_, team)| (team.clone(), TeamSource::Rule))
    }
}

pub(crate) async fn rules_of(
    connection: &mut sqlx::PgConnection,
    organization: OrganizationId,
) -> Result<Vec<TeamRule>, StoreError> {
    let rules = sqlx::query_as!(
        TeamRule,
        r#"SELECT glob, team FROM team_rule WHERE organization_id = $1 ORDER BY ordinal"#,
        organization.0,
    );
    Ok(rules.fetch_all(connection).await?)
}

impl Store {
    /// The rules of an organization, in their order: the first that fits counts.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn team_rules(
        &self,
        organization: OrganizationId,
    ) -> Result<Vec<TeamRule>, StoreError> {
        rules_of(&mut *self.pool.acquire().await?, organization).await
    }

    /// Keeps the values of the organization's team property: a repository that is not named
    /// has none. What is as it was writes no row.
    ///
    /// # Errors
    /// [`StoreError::Query`].
    pub async fn save_property_teams(
        &self,
        organization: OrganizationId,
        teams: &HashMap<RepositoryId, String>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        if write_properties(&mut transaction, organization, teams).await? {
            settle(&mut transaction, organization).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

/// True if a value changed.
pub(crate) async fn write_properties(
    connection: &mut sqlx::PgConnection,
    organization: OrganizationId,
    teams: &HashMap<RepositoryId, String>,
) -> Result<bool, StoreError> {
    let ids: Vec<i64> = teams.keys().map(|it| it.0).collect();
    let values: Vec<String> = teams.values().map(|it| storable(it).into_owned()).collect();
    let changed = sqlx::query!(
        r#"
        UPDATE repository
        SET property_team = said.team
        FROM repository AS old
        LEFT JOIN unnest($2::bigint[], $3::text[]) AS said (repository_id, team)
            USING (repository_id)
        WHERE repository.repository_id = old.repository_id
          AND old.organization_id = $1
          AND old.property_team IS DISTINCT FROM said.team
        "#,
        organization.0,
        &ids,
        &values,
    )
    .execute(connection)
    .await?;
    Ok(changed.rows_affected() > 0)
}

/// Says anew whose every repository of an organization is, and tells its pages.
pub(crate) async fn settle(
    connection: &mut sqlx::PgConnection,
    organization: OrganizationId,
) -> Result<(), StoreError> {
    let rows = sqlx::query!(
        r#"
        SELECT repository_id, name, topics, team, team_source
        FROM repository
        WHERE organization_id = $1
        ORDER BY repository_id
        FOR NO KEY UPDATE
        "#,
        organization.0,
    )
    .fetch_all(&mut *connection)
    .await?;
    let ids: Vec<i64> = rows.iter().map(|it| it.repository_id).collect();
    let said = Teams::read(connection, organization, &ids).await?;
    let (mut changed, mut teams, mut sources) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        let team = said.of((row.repository_id, &row.name), topic_team(&row.topics));
        let (team, source) = team.unzip();
        let source = source.map(TeamSource::slug);
        if team != row.team || source != row.team_source.as_deref() {
            changed.push(row.repository_id);
            teams.push(team);
            sources.push(source);
        }
    }
    sqlx::query!(
        r#"
        UPDATE repository
        SET team = said.team, team_source = said.team_source
        FROM unnest($1::bigint[], $2::text[], $3::text[]) AS said (repository_id, team, team_source)
        WHERE repository.repository_id = said.repository_id
        "#,
        &changed,
        &teams as _,
        &sources as _,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        r#"UPDATE organization SET revision = revision + 1 WHERE organization_id = $1"#,
        organization.0,
    )
    .execute(connection)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(topics: &[&str]) -> Option<String> {
        topic_team(&topics.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn the_first_team_topic_names_the_team() {
        assert_eq!(named(&["go", "team-payments", "team-web"]).as_deref(), Some("payments"));
        assert_eq!(named(&["teams", "team-"]), None);
    }

    #[test]
    fn a_rule_names_a_team_by_a_glob() {
        let rule =
            |glob: &str, team: &str| TeamRule { glob: glob.to_owned(), team: team.to_owned() };
        assert_eq!(rule("shop-*", "payments").check(), Ok(()));
        for bad in [rule("", "a"), rule("[a]", "a"), rule("a", " "), rule("a", &"x".repeat(101))] {
            assert!(bad.check().is_err(), "{bad:?}");
        }
    }
}
