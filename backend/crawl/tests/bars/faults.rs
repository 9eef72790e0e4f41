//! Faults of every kind, and an end as if there had been none.

use github_fake::Options;
use store::CrawlKind;

use crate::support::{Line, Test, generated};

const REPOSITORIES: usize = 120;

/// Crawls through faults at this rate, until a crawl has ended well and left nothing out.
async fn end_as_without_faults(rate: f64) -> Test {
    let calm = Line::unlimited(generated(REPOSITORIES)?).await?;
    calm.crawl(CrawlKind::Full).await?;
    let options = Options {
        has_secondary_limits: true,
        rest_limit: 50_000,
        graphql_limit: 50_000,
        ..Options::default()
    };
    let rough = Line::start(generated(REPOSITORIES)?, options).await?;
    for seed in 1..=3 {
        rough.fake.faults_at(rate, seed);
        let crawled = rough.crawl(CrawlKind::Full).await;
        let failed = crawled.as_ref().map_or(1, |it| it.counts.repositories_failed);
        if failed == 0 {
            break;
        }
    }
    let account = rough.fake.account();
    // What was on its way when the answer came cannot be called back, on a busy machine for a
    // while; whoever does not obey goes on asking through the whole second of a wait.
    let on_its_way = std::time::Duration::from_millis(500);
    let early: Vec<_> =
        account.asked_while_told_to_wait.iter().filter(|it| it.since_told > on_its_way).collect();
    assert!(early.is_empty(), "{early:?}");
    assert_eq!(account.secondary_limits_met, 0);
    let (rough, calm) = (rough.store.state().await, calm.store.state().await);
    let differing: Vec<_> = rough.iter().filter(|it| !calm.contains(it)).take(5).collect();
    assert!(rough == calm, "{} and {} lines, differing {differing:#?}", rough.len(), calm.len());
    Ok(())
}

#[tokio::test]
async fn with_one_fault_in_ten_requests_the_end_is_the_same() -> Test {
    end_as_without_faults(0.1).await
}

#[tokio::test]
async fn with_one_fault_in_five_requests_the_end_is_the_same() -> Test {
    end_as_without_faults(0.2).await
}

/// More repositories than a minute's share of the secondary limit.
const MORE_THAN_A_MINUTE: usize = 600;

#[tokio::test]
async fn the_secondary_limits_are_never_met() -> Test {
    let options = Options { has_secondary_limits: true, ..Options::default() };
    let line = Line::start(generated(MORE_THAN_A_MINUTE)?, options).await?;
    line.crawl(CrawlKind::Full).await?;
    let account = line.fake.account();
    assert_eq!(account.secondary_limits_met, 0);
    assert!(account.rest.len() > 540, "{} requests fit in a minute", account.rest.len());
    // A request may take longer than the one after it: minutes are not quite the same there.
    assert!(account.busiest_rest_minute <= 600, "{}", account.busiest_rest_minute);
    assert!(account.peak_concurrency <= 8, "{}", account.peak_concurrency);
    Ok(())
}
