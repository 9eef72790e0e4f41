//! What a query costs by GitHub's formula, and the bounds it must keep.
//!
//! Points: the requests needed to fill each connection once, as if every `first`
//! and `last` were reached, summed, divided by 100 and rounded, at least 1.
//! Nodes: what those connections could return, at most 500,000.
//! <https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api>

use serde_json::{Value, json};

use super::plan::Selected;
use super::refusal::excessive;

const NODE_LIMIT: u64 = 500_000;
const PAGE_LIMIT: u64 = 100;

/// The price of a query.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Cost {
    pub(super) points: u64,
    pub(super) nodes: u64,
}

/// The price of a plan, or why it is refused.
pub(super) fn price(plan: &[Selected]) -> Result<Cost, Value> {
    let mut sum = Sum::default();
    sum.add(plan, 1)?;
    if sum.nodes > NODE_LIMIT {
        let message = format!(
            "This query requests up to {} possible nodes which exceeds the maximum limit of \
             {NODE_LIMIT}.",
            sum.nodes
        );
        return Err(json!({"type": "MAX_NODE_LIMIT_EXCEEDED", "message": message}));
    }
    let points = sum.requests.saturating_add(50) / 100;
    Ok(Cost { points: points.max(1), nodes: sum.nodes })
}

#[derive(Default)]
struct Sum {
    requests: u64,
    nodes: u64,
}

impl Sum {
    fn add(&mut self, fields: &[Selected], times: u64) -> Result<(), Value> {
        for field in fields {
            let mut below = times;
            if field.returns.ends_with("Connection") {
                let size = page_size(field)?;
                self.requests = self.requests.saturating_add(times);
                below = times.saturating_mul(size);
                self.nodes = self.nodes.saturating_add(below);
            } else if field.name == "nodes"
                && let Some(Value::Array(ids)) = field.arguments.get("ids")
            {
                let count = u64::try_from(ids.len()).unwrap_or(u64::MAX);
                if count > PAGE_LIMIT {
                    let message = format!(
                        "You may not provide more than {PAGE_LIMIT} node ids; you provided {count}."
                    );
                    return Err(excessive("ARGUMENT_LIMIT", field.at, &field.path, message));
                }
                below = times.saturating_mul(count);
                self.nodes = self.nodes.saturating_add(below);
            }
            self.add(&field.below, below)?;
        }
        Ok(())
    }
}

/// How many nodes a connection may return; 0 if none are asked for.
fn page_size(field: &Selected) -> Result<u64, Value> {
    let refuse = |kind: &str, message: String| excessive(kind, field.at, &field.path, message);
    let wants_nodes = field.below.iter().any(|it| matches!(it.name.as_str(), "nodes" | "edges"));
    let asked =
        ["first", "last"].into_iter().find_map(|it| Some((it, field.arguments.get(it)?.as_i64()?)));
    let name = &field.name;
    match asked {
        None if wants_nodes => Err(refuse(
            "MISSING_PAGINATION_BOUNDARIES",
            format!(
                "You must provide a `first` or `last` value to properly paginate the `{name}` \
                 connection."
            ),
        )),
        None => Ok(0),
        Some((bound, size)) => match u64::try_from(size) {
            Err(_) => Err(refuse(
                "INVALID_PAGINATION",
                format!("`{bound}` on the `{name}` connection cannot be less than zero."),
            )),
            Ok(size) if size > PAGE_LIMIT => Err(refuse(
                "EXCESSIVE_PAGINATION",
                format!(
                    "Requesting {size} records on the `{name}` connection exceeds the `{bound}` \
                     limit of {PAGE_LIMIT} records."
                ),
            )),
            Ok(size) => Ok(size),
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Map;

    use super::super::plan::plan;
    use super::super::schema::Schema;
    use super::*;

    fn priced(text: &str) -> Result<Cost, Value> {
        price(&plan(&Schema::load().unwrap(), text, Map::new(), None).unwrap())
    }

    #[test]
    fn a_page_of_repositories_with_their_topics_is_one_point() {
        let cost = priced(
            "{ organization(login: \"acme\") { repositories(first: 100) { nodes {
               name repositoryTopics(first: 20) { nodes { topic { name } } } } } } }",
        );
        assert_eq!(cost.unwrap(), Cost { points: 1, nodes: 2_100 });
    }

    #[test]
    fn connections_within_connections_multiply() {
        // 1 + 100 + 100 * 50 = 5,101 requests, GitHub's own worked example in size.
        let cost = priced(
            "{ organization(login: \"acme\") { repositories(first: 100) { nodes {
               defaultBranchRef { target { ... on Commit { history(first: 50) { nodes {
               parents(first: 1) { nodes { oid } } } } } } } } } } }",
        );
        assert_eq!(cost.unwrap(), Cost { points: 51, nodes: 100 + 5_000 + 5_000 });
    }

    #[test]
    fn objects_cost_nothing_of_their_own() {
        let blobs: String = (0..100)
            .map(|it| format!("b{it}: object(oid: \"{it:040}\") {{ ... on Blob {{ text }} }}"))
            .collect();
        let cost = priced(&format!("{{ repository(owner: \"a\", name: \"b\") {{ {blobs} }} }}"));
        assert_eq!(cost.unwrap(), Cost { points: 1, nodes: 0 });
    }

    #[test]
    fn more_than_half_a_million_nodes_are_refused() {
        let refusal = priced(
            "{ organization(login: \"acme\") { repositories(first: 100) { nodes {
               languages(first: 100) { nodes { name } }
               defaultBranchRef { target { ... on Commit { history(first: 100) { nodes {
               parents(first: 100) { nodes { oid } } } } } } } } } } }",
        );
        assert_eq!(refusal.unwrap_err()["type"], "MAX_NODE_LIMIT_EXCEEDED");
    }

    #[test]
    fn a_page_over_one_hundred_is_refused() {
        let refusal =
            priced("{ organization(login: \"a\") { repositories(first: 101) { nodes { id } } } }");
        assert_eq!(refusal.unwrap_err()["type"], "EXCESSIVE_PAGINATION");
    }

    #[test]
    fn a_page_without_a_size_is_refused_unless_only_counted() {
        let nodes = "{ organization(login: \"a\") { repositories { nodes { id } } } }";
        assert_eq!(priced(nodes).unwrap_err()["type"], "MISSING_PAGINATION_BOUNDARIES");
        let count = "{ organization(login: \"a\") { repositories { totalCount } } }";
        assert!(priced(count).is_ok());
    }
}
