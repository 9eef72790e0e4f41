//! What GitHub is asked, counted by GitHub's side: C are REST requests, G are GraphQL
//! points, N repositories, c of them changed, b contents new.

use std::io::Write as _;

use github_fake::Account;
use store::CrawlKind;

use crate::support::{Failure, Line, Test, generated};

fn rest(account: &Account) -> usize {
    account.rest.len()
}

fn points(account: &Account) -> usize {
    usize::try_from(account.points).unwrap_or(usize::MAX)
}

/// A figure and its bound, printed: `cargo test -p crawl --test bars -- --nocapture`.
fn bound(what: &str, figure: usize, most: usize) -> Test {
    writeln!(std::io::stderr(), "{what}: {figure}, at most {most}")?;
    if figure > most { Err(format!("{what} is {figure}, over {most}").into()) } else { Ok(()) }
}

async fn costs(n: usize) -> Result<(), Failure> {
    let line = Line::unlimited(generated(n)?).await?;
    let (summary, cold) = line.asked_by(CrawlKind::Full).await?;
    let b = usize::try_from(summary.counts.blobs_fetched)?;
    writeln!(std::io::stderr(), "N = {n}, b = {b}, {} Dockerfiles", summary.counts.dockerfiles)?;
    assert_eq!(summary.counts.repositories_failed, 0);
    bound("cold C", rest(&cold), n + n / 100)?;
    bound("cold G", points(&cold), n / 100 + b / 100 + 5)?;

    let (_, cheap) = line.asked_by(CrawlKind::Listing).await?;
    bound("unchanged requests", rest(&cheap) + cheap.graphql.len(), 2)?;
    let (_, full) = line.asked_by(CrawlKind::Full).await?;
    bound("full reconciliation C", rest(&full), 0)?;
    bound("full reconciliation G", points(&full), n / 100 + 2)?;

    let c = line.push_to_every(20)?;
    let (summary, changed) = line.asked_by(CrawlKind::Listing).await?;
    let b = usize::try_from(summary.counts.blobs_fetched)?;
    let read = usize::try_from(summary.counts.repositories_read)?;
    assert_eq!((read, summary.counts.repositories_failed), (c, 0));
    let listing = c / 100 + 1;
    bound("5 % changed C", rest(&changed), c / 20)?;
    let most = listing + 6 * c.div_ceil(50) + b.div_ceil(100) + 2;
    bound("5 % changed G", points(&changed), most)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_repositories_cost_what_was_promised() -> Test {
    costs(1_000).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_repositories_cost_what_was_promised() -> Test {
    costs(10_000).await
}
