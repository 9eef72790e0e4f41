//! Custom properties: what an organization says of its repositories in fields of its own.

use std::collections::HashMap;

use names::{OrgLogin, RepositoryId};
use serde::Deserialize;

use crate::GithubError;
use crate::client::Client;

const ANSWER_LIMIT: usize = 16_000_000;
/// GitHub gives no more a page.
const PAGE: usize = 100;
/// An organization of a hundred thousand repositories; more pages than that never end.
const MOST_PAGES: usize = 1_000;
/// GitHub's own limit is 75 characters for a choice.
const LONGEST_VALUE: usize = 200;

#[derive(Deserialize)]
struct RepositoryProperties {
    repository_id: RepositoryId,
    properties: Vec<Property>,
}

#[derive(Deserialize)]
struct Property {
    property_name: String,
    value: Value,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Value {
    One(String),
    Several(Vec<String>),
    Nothing(()),
}

impl Client {
    /// The value of one custom property for every repository that has one; of several
    /// values the first.
    ///
    /// # Errors
    /// `Forbidden` and `NotFound` where the credential may not read properties, and whatever
    /// stops everything.
    pub async fn property_values(
        &self,
        organization: &OrgLogin,
        property: &str,
    ) -> Result<HashMap<RepositoryId, String>, GithubError> {
        let mut values = HashMap::new();
        for page in 1..=MOST_PAGES {
            let path =
                format!("/orgs/{organization}/properties/values?per_page={PAGE}&page={page}");
            let (rows, _) = self.get_json::<Vec<RepositoryProperties>>(&path, ANSWER_LIMIT).await?;
            let is_last = rows.len() < PAGE;
            values.extend(rows.into_iter().filter_map(|row| {
                let said = row.properties.into_iter();
                let value = said.filter(|it| it.property_name == property).find_map(first)?;
                Some((row.repository_id, value))
            }));
            if is_last {
                break;
            }
        }
        Ok(values)
    }
}

fn first(property: Property) -> Option<String> {
    let value = match property.value {
        Value::One(value) => value,
        Value::Several(values) => values.into_iter().next()?,
        Value::Nothing(()) => return None,
    };
    let value: String = value.trim().chars().take(LONGEST_VALUE).collect();
    (!value.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(json: &str) -> Option<String> {
        let json = format!(r#"{{"property_name":"team","value":{json}}}"#);
        first(serde_json::from_str(&json).unwrap())
    }

    #[test]
    fn a_value_is_a_text_the_first_of_a_list_or_nothing() {
        assert_eq!(value(r#"" web ""#).as_deref(), Some("web"));
        assert_eq!(value(r#"["web","app"]"#).as_deref(), Some("web"));
        for nothing in ["null", "[]", r#""""#] {
            assert_eq!(value(nothing), None, "{nothing}");
        }
    }
}
