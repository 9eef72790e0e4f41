//! The sample organization, crawled week after week as the demo does.

use chrono::TimeDelta;
use github_fake::World;
use store::CrawlKind;

use crate::support::{Line, Test, now};

const WEEKS: i32 = 26;

#[tokio::test]
async fn week_after_week_ends_where_one_crawl_at_the_end_does() -> Test {
    let weekly = Line::start(World::sample(now())?).await?;
    for week in (0..=WEEKS).rev() {
        let moment = now() - TimeDelta::weeks(1) * week;
        weekly.fake.set_now(moment);
        let kind = if week % 4 == 0 { CrawlKind::Full } else { CrawlKind::Listing };
        weekly.crawl_at(kind, moment).await?;
    }
    let once = Line::start(World::sample(now())?).await?;
    let summary = once.crawl(CrawlKind::Full).await?;
    assert_eq!(weekly.paths().await, once.paths().await);
    assert_eq!(
        weekly.store.repositories_in_scope().await,
        once.store.repositories_in_scope().await
    );
    assert!(summary.counts.dockerfiles >= 70, "{:?}", summary.counts);
    assert!(summary.counts.repositories_listed >= 40, "{:?}", summary.counts);
    // The one behind a legal notice.
    assert_eq!(summary.counts.repositories_failed, 1);
    Ok(())
}
