//! Looks at what a webhook or a person named.

use github_fake::{NewRepository, Push};
use store::{CrawlKind, Touched, Trigger};

use crate::support::{Line, Test, now, world};

impl Line {
    /// Names a repository as a webhook would.
    async fn touch(&self, name: &str, id: names::RepositoryId) -> Test {
        let organization = self.store.organization(&self.organization).await?.ok_or("none")?;
        let gone_reason = None;
        let name = name.parse()?;
        let touched = Touched { repository: id, name, gone_reason, touched_at: now() };
        self.store.touch(organization.id, &[touched], Trigger::Webhook, now()).await?;
        Ok(())
    }

    async fn gone_reason(&self, id: names::RepositoryId) -> Result<Option<String>, sqlx::Error> {
        sqlx::query_scalar("SELECT gone_reason FROM repository WHERE repository_id = $1")
            .bind(id.0)
            .fetch_one(self.store.pool())
            .await
    }
}

#[tokio::test]
async fn only_what_was_named_is_looked_at() -> Test {
    let line = Line::start(world(&["shop", "billing", "search"])?).await?;
    line.crawl(CrawlKind::Full).await?;
    let push = || Push::new("Grow").file("worker/Dockerfile", "FROM busybox\n");
    line.fake.world(|world| world.push("acme/billing", push()))?;
    line.fake.world(|world| world.push("acme/shop", push()))?;
    line.touch("billing", line.id("acme/billing")?).await?;
    let (summary, account) = line.asked_by(CrawlKind::Touched).await?;
    assert_eq!((summary.counts.repositories_listed, summary.counts.repositories_read), (1, 1));
    // The look, the root, the new directory, the new blob.
    assert_eq!((account.points, account.rest.len(), account.blobs), (4, 0, 1));
    let paths = line.paths().await;
    assert!(paths.contains(&"billing/worker/Dockerfile".to_owned()), "{paths:?}");
    assert!(!paths.contains(&"shop/worker/Dockerfile".to_owned()), "{paths:?}");
    let (again, account) = line.asked_by(CrawlKind::Touched).await?;
    assert_eq!((again.counts.repositories_listed, account.points), (0, 0));
    Ok(())
}

#[tokio::test]
async fn a_named_repository_that_is_gone_says_why() -> Test {
    let line = Line::start(world(&["shop", "billing", "search", "old"])?).await?;
    line.crawl(CrawlKind::Full).await?;
    let names = ["shop", "billing", "search", "old"];
    let mut ids = Vec::new();
    for name in names {
        let id = line.id(&format!("acme/{name}"))?;
        line.touch(name, id).await?;
        ids.push(id);
    }
    line.fake.world(|world| -> Result<(), github_fake::FakeError> {
        world.add_organization("other")?;
        world.delete("acme/shop")?;
        world.transfer("acme/billing", "other")?;
        world.rename("acme/search", "find")?;
        world.delete("acme/old")?;
        world.create(NewRepository::named("acme", "old")?).map(drop)
    })?;
    let summary = line.crawl(CrawlKind::Touched).await?;
    assert_eq!(summary.repositories_gone, 3);
    let mut reasons = Vec::new();
    for id in ids {
        reasons.push(line.gone_reason(id).await?.unwrap_or_default());
    }
    assert!(reasons[0].starts_with("GitHub does not show it any more"), "{reasons:?}");
    assert_eq!(reasons[1], "it was transferred to other");
    assert_eq!(reasons[2], "");
    assert_eq!(reasons[3], "it was deleted, and another repository has its name now");
    assert_eq!(line.store.repositories_in_scope().await, ["find", "old"]);
    Ok(())
}

#[tokio::test]
async fn a_look_at_some_does_not_make_the_others_fresh() -> Test {
    let line = Line::start(world(&["shop"])?).await?;
    line.crawl(CrawlKind::Full).await?;
    let crawled_at = line.store.organization(&line.organization).await?.ok_or("none")?.crawled_at;
    line.crawl_at(CrawlKind::Touched, now() + chrono::TimeDelta::hours(5)).await?;
    let after = line.store.organization(&line.organization).await?.ok_or("none")?;
    assert_eq!(after.crawled_at, crawled_at);
    Ok(())
}
