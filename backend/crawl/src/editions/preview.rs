//! What another catalogue would do to the verdicts of an organization, without writing
//! anything: every stored content in scope is scored by it in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use checklist::{Catalog, Item, Policy, SIZE_LIMIT, SourceFile, Verdict};
use store::read::catalog::{ScoredContent, ScoredKey};
use store::{OrganizationId, Store};

use crate::CrawlError;

/// Contents scored together.
const AT_ONCE: i64 = 200;

/// How many verdicts would move, by item, from one verdict to another.
pub type Moves = BTreeMap<(Item, Verdict, Verdict), u64>;

/// How many verdicts of an organization's Dockerfiles in scope another catalogue would move,
/// and how many contents were looked at.
///
/// # Errors
/// If the database fails.
pub async fn preview(
    store: &Store,
    organization: OrganizationId,
    catalog: &Arc<Catalog>,
) -> Result<(Moves, usize), CrawlError> {
    let mut moves = Moves::new();
    let mut looked_at = 0;
    let mut after = ScoredKey::default();
    loop {
        let contents = store.scored_contents(organization, &after, AT_ONCE).await?;
        let Some(last) = contents.last() else { return Ok((moves, looked_at)) };
        after = last.key.clone();
        looked_at += contents.len();
        let catalog = Arc::clone(catalog);
        let moved = tokio::task::spawn_blocking(move || moved(&contents, &catalog)).await;
        for (movement, count) in moved.unwrap_or_default() {
            *moves.entry(movement).or_default() += count;
        }
    }
}

fn moved(contents: &[ScoredContent], catalog: &Catalog) -> Moves {
    let mut moves = Moves::new();
    for content in contents {
        let Some(bytes) = content.content.as_deref().filter(|it| it.len() <= SIZE_LIMIT) else {
            continue;
        };
        let file = SourceFile { kind: content.kind, bytes };
        let report = checklist::check(&file, catalog, &Policy::of_text(&content.key.policy));
        for (item, before) in Item::ALL.into_iter().zip(&content.verdicts) {
            let after = report.outcome(item).verdict;
            if after != *before {
                let count = u64::from(content.dockerfiles);
                *moves.entry((item, *before, after)).or_default() += count;
            }
        }
    }
    moves
}
