//! The plan of every query of the store over a table that grows uses an index.
//!
//! Each query of `.sqlx` is explained as Postgres would run it for any argument (its generic
//! plan), over a database in which one organization of many has most of the rows.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result};
use drydock_bench::arguments::SeedArguments;
use drydock_bench::seed::seed;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};

/// Tables that grow with repositories and time. Small ones are read whole by right.
const GROWING: [&str; 24] = [
    "api_token",
    "audit",
    "base_use",
    "blob",
    "crawl",
    "crawl_failure",
    "decision",
    "delivery",
    "dockerfile",
    "dockerfile_history",
    "dockerfile_item",
    "dockerfile_version",
    "finding",
    "organization_day",
    "report",
    "repository",
    "repository_day",
    "repository_item",
    "repository_progress",
    "session",
    "settings_file",
    "sign_in_attempt",
    "sign_in_flow",
    "verdict_change",
];

/// A query that may read a whole table: a part of its text that no other has, its words a space
/// apart, and why.
///
/// Most read one organization whole. Where that is a good part of a table, Postgres rightly reads
/// the table.
const WHOLE: &[(&str, &str)] = &[
    (
        r#"SELECT count(*) AS "count!" FROM crawl WHERE ($1"#,
        "all crawls that are shown, counted; those that found nothing are forgotten after a month",
    ),
    (
        "FROM crawl JOIN organization USING (organization_id) WHERE ($1 OR kind",
        "a page of all crawls in the order of an index",
    ),
    (r#"SELECT 'crawl' AS "kind!""#, "all crawls, counted for `/metrics`; as above"),
    (
        "What waits, runs and comes next for each organization",
        "whether any repository of an organization is hidden from the reader: all of it are held against what they may see, none where nothing is hidden",
    ),
    ("UPDATE repository SET property_team", "a whole organization, once a full crawl"),
    (r#"settings.exclude AS "exclude?""#, "a whole organization, after a change of its scope"),
    ("WITH unlisted AS", "a whole organization, once a full crawl"),
    ("DELETE FROM report", "reports of another catalogue, once a full crawl"),
    ("DELETE FROM repository_day", "a whole organization's past, once after an upgrade"),
    ("dockerfile.outcomes, dockerfile.committed_at", "a whole organization: the snapshot"),
    ("head_committed_at AS committed_at, changed_at", "a whole organization: the snapshot"),
    (r#"met + verified AS "all_done!""#, "a whole organization: its history"),
    ("decision.expires_on < $1", "Postgres guesses that a third of all decisions ended today"),
    ("UPDATE decision SET line", "decisions are few: people make them one by one"),
    ("item = 'base-image' OR kind NOT IN", "a whole organization: its changes"),
    ("WITH unscored AS (", "a whole organization, after an upgrade"),
    ("-- Dockerfiles in scope of the organization $1 that", "a whole organization, in pages"),
    (
        "-- The counts of the organization $1 as they are now",
        "the changes of a day, once a crawl and only where the catalogue is another one",
    ),
    ("WITH outdated AS MATERIALIZED", "a whole organization, after an upgrade"),
    ("-- Puts what standing decisions say", "runs where `prefer_indexes` forbids it"),
    ("-- Reckons the days of the organization $1", "a whole organization's past, once"),
    ("-- Reckons the days of the organization's ($1)", "a whole organization's past, once"),
    ("-- Stored contents of past versions", "a whole organization's past, once"),
    ("-- Whether the organization $1 has a past", "a whole organization, once a crawl"),
];

/// A query of the store.
struct Query {
    text: String,
    parameters: usize,
}

#[tokio::test]
async fn every_query_over_a_table_that_grows_uses_an_index_or_says_why_not() -> Result<()> {
    let store = seeded().await?;
    let mut connection = PgConnection::connect(store.url()).await?;
    let partial = partial_indexes(&mut connection).await?;
    let mut without = Vec::new();
    let mut unexplained = Vec::new();
    let mut used = BTreeSet::new();
    for query in queries()? {
        connection.execute("SET enable_seqscan = off").await?;
        let mut reads = whole_reads(&plan(&mut connection, &query).await?, &partial);
        reads.retain(|_, how| how == "Seq Scan");
        connection.execute("SET enable_seqscan = on").await?;
        let chosen = whole_reads(&plan(&mut connection, &query).await?, &partial);
        match reason(&query) {
            Some((part, _)) => drop(used.insert(part)),
            None if !reads.is_empty() => without.push(line(&reads, &query)),
            None if !chosen.is_empty() => unexplained.push(line(&chosen, &query)),
            None => {}
        }
    }
    let stale: Vec<_> = WHOLE.iter().filter(|(part, _)| !used.contains(part)).collect();
    assert!(without.is_empty(), "no index serves\n{}", without.join("\n"));
    assert!(
        unexplained.is_empty(),
        "add an index, or say in WHOLE why the table is read whole\n{}",
        unexplained.join("\n")
    );
    assert!(stale.is_empty(), "no query is like {stale:?} any more");
    Ok(())
}

/// A seeded organization of which a part was given to many small ones.
async fn seeded() -> Result<store::testing::TestStore> {
    let store = store::testing::store().await;
    let arguments = SeedArguments {
        database: store.url().to_owned(),
        repositories: 2_000,
        dockerfiles: 6_000,
        years: 1,
        seed: 3,
    };
    seed(&arguments, "2026-11-23T12:00:00Z".parse()?, &mut std::io::sink()).await?;
    let mut connection = PgConnection::connect(store.url()).await?;
    sqlx::raw_sql(include_str!("plans.sql")).execute(&mut connection).await?;
    connection.execute("VACUUM ANALYZE").await?;
    Ok(store)
}

/// Every query of the store, but the seed's own.
fn queries() -> Result<Vec<Query>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let own = texts_of_seed(&root.join("backend/store"))?;
    let mut queries = Vec::new();
    for entry in std::fs::read_dir(root.join(".sqlx"))? {
        let value: Value = serde_json::from_slice(&std::fs::read(entry?.path())?)?;
        let text = value.pointer("/query").and_then(Value::as_str);
        let text = text.context("a file of .sqlx has no query")?.to_owned();
        let is_own = own.iter().any(|it| it.contains(text.trim()));
        let verb = text.lines().find(|it| !it.trim().is_empty() && !it.trim().starts_with("--"));
        let verb = verb.unwrap_or_default().trim().split(' ').next().unwrap_or_default();
        if !is_own && matches!(verb, "SELECT" | "WITH" | "INSERT" | "UPDATE" | "DELETE") {
            let parameters = value.pointer("/describe/parameters/Left");
            let parameters = parameters.and_then(Value::as_array);
            queries.push(Query { text, parameters: parameters.map_or(0, Vec::len) });
        }
    }
    queries.sort_by(|one, other| one.text.cmp(&other.text));
    assert!(queries.len() > 50, "the queries are not found");
    Ok(queries)
}

fn texts_of_seed(store: &Path) -> Result<Vec<String>> {
    let mut texts = vec![std::fs::read_to_string(store.join("src/seed.rs"))?];
    for folder in ["src/seed", "sql/seed"] {
        for entry in std::fs::read_dir(store.join(folder))? {
            texts.push(std::fs::read_to_string(entry?.path())?);
        }
    }
    Ok(texts)
}

/// The plan that holds for any arguments.
async fn plan(connection: &mut PgConnection, query: &Query) -> Result<Value> {
    connection.execute("SET plan_cache_mode = force_generic_plan").await?;
    let prepare = format!("PREPARE asked AS {}", query.text);
    let failed = || format!("Postgres refuses {}", query.text);
    sqlx::raw_sql(AssertSqlSafe(prepare)).execute(&mut *connection).await.with_context(failed)?;
    let arguments = vec!["NULL"; query.parameters].join(", ");
    let arguments = if arguments.is_empty() { arguments } else { format!("({arguments})") };
    let explain = format!("EXPLAIN (FORMAT JSON) EXECUTE asked{arguments}");
    let row = sqlx::raw_sql(AssertSqlSafe(explain)).fetch_one(&mut *connection).await;
    let plan: Value = row.with_context(failed)?.try_get(0)?;
    connection.execute("DEALLOCATE asked").await?;
    Ok(plan)
}

/// Indexes over some rows only: reading one from end to end reads no whole table.
async fn partial_indexes(connection: &mut PgConnection) -> Result<Vec<String>> {
    let names = "SELECT indexrelid::regclass::text FROM pg_index WHERE indpred IS NOT NULL";
    Ok(sqlx::query_scalar(names).fetch_all(connection).await?)
}

/// The growing tables that a plan reads from end to end, with or without an index's help.
fn whole_reads(plan: &Value, partial: &[String]) -> BTreeMap<String, String> {
    let mut reads = BTreeMap::new();
    let mut nodes = vec![plan];
    while let Some(node) = nodes.pop() {
        match node {
            Value::Array(all) => nodes.extend(all),
            Value::Object(fields) => {
                nodes.extend(fields.values());
                let table = fields.get("Relation Name").and_then(Value::as_str).unwrap_or_default();
                let how = fields.get("Node Type").and_then(Value::as_str).unwrap_or_default();
                let index = fields.get("Index Name").and_then(Value::as_str).unwrap_or_default();
                let reads_all = how == "Seq Scan"
                    || (how.starts_with("Index")
                        && !fields.contains_key("Index Cond")
                        && !partial.iter().any(|it| it == index));
                if reads_all && GROWING.contains(&table) {
                    reads.insert(table.to_owned(), how.to_owned());
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    reads
}

fn reason(query: &Query) -> Option<(&'static str, &'static str)> {
    let text = query.text.split_whitespace().collect::<Vec<_>>().join(" ");
    WHOLE.iter().copied().find(|(part, _)| text.contains(part))
}

/// What is read whole, and what the query begins with.
fn line(reads: &BTreeMap<String, String>, query: &Query) -> String {
    let tables: Vec<&str> = reads.keys().map(String::as_str).collect();
    let words: Vec<&str> = query.text.split_whitespace().take(40).collect();
    format!("{}: {}", tables.join(", "), words.join(" "))
}
