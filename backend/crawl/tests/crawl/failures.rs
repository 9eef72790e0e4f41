//! What goes wrong, and what stays as it was.

use github_fake::{Content, Facts, Fault, FaultRule, On, Push, git::Mode};
use store::CrawlKind;

use crate::support::{Line, Test, client, now, world};

#[tokio::test]
async fn one_repository_that_cannot_be_read_does_not_stop_the_rest() -> Test {
    for fault in [Fault::Status(451), Fault::Status(404), Fault::Status(500), Fault::Cut] {
        let line = Line::start(world(&["shop", "billing", "search"])?).await?;
        line.fake.fault(FaultRule::new(On::Repository("billing".to_owned()), fault));
        let summary = line.crawl(CrawlKind::Full).await?;
        assert_eq!(line.paths().await, ["search/Dockerfile", "shop/Dockerfile"], "{fault:?}");
        let counts = summary.counts;
        assert_eq!((counts.repositories_read, counts.repositories_failed), (2, 1), "{fault:?}");
        let failures = line.store.failure_rows(summary.crawl).await;
        assert_eq!(failures.len(), 1, "{fault:?}");
        assert_eq!(failures[0].repository.as_deref(), Some("billing"));

        line.fake.clear_faults();
        line.crawl(CrawlKind::Full).await?;
        assert_eq!(line.paths().await.len(), 3, "{fault:?}: it is read once it can be");
    }
    Ok(())
}

#[tokio::test]
async fn what_failed_for_a_passing_reason_is_read_by_the_next_cheap_crawl() -> Test {
    let line = Line::start(world(&["shop", "billing", "search"])?).await?;
    line.fake.fault(FaultRule::new(On::Repository("search".to_owned()), Fault::Status(500)));
    line.crawl(CrawlKind::Full).await?;
    line.fake.clear_faults();
    line.crawl(CrawlKind::Listing).await?;
    assert_eq!(line.paths().await.len(), 3);
    Ok(())
}

#[tokio::test]
async fn a_repository_that_fails_later_keeps_its_verdicts() -> Test {
    let line = Line::start(world(&["shop"])?).await?;
    line.crawl(CrawlKind::Full).await?;
    let notice = Facts { unreadable: Some("a legal notice".to_owned()), ..Facts::default() };
    line.fake.world(|world| -> Result<(), github_fake::FakeError> {
        world.push("acme/shop", Push::new("Grow").file("b/Dockerfile", "FROM busybox\n"))?;
        world.repository_mut("acme/shop")?.facts = notice;
        Ok(())
    })?;
    let summary = line.crawl(CrawlKind::Full).await?;
    assert_eq!(summary.counts.repositories_failed, 1);
    assert_eq!(line.paths().await, ["shop/Dockerfile"]);
    Ok(())
}

#[tokio::test]
async fn a_file_over_the_limit_is_unknown_with_its_reason() -> Test {
    let mut world = world(&["shop"])?;
    let bytes = vec![b'#'; 1_500_000];
    let large = Content::Bytes(Mode::File, bytes.as_slice().into());
    world.push("acme/shop", Push::new("Grow").content("large/Dockerfile", large))?;
    let line = Line::start(world).await?;
    line.crawl(CrawlKind::Full).await?;
    let files = line.store.dockerfile_rows().await;
    let large = files.iter().find(|it| it.path == "large/Dockerfile").ok_or("not found")?;
    assert!(!large.is_scored && large.items == 8);
    assert_eq!(
        large.unread_reason.as_deref(),
        Some("the file is 1500 kB large; files over 1000 kB are not read")
    );
    Ok(())
}

/// Crawls badly, and gives the sentence; the crawl's record must say the same, and no
/// verdict may have changed.
async fn sentence(line: &Line) -> Result<String, Box<dyn std::error::Error>> {
    let before = line.store.fingerprint().await;
    let error = line.crawl(CrawlKind::Full).await.err().ok_or("it went well")?.to_string();
    assert_eq!(line.store.fingerprint().await, before);
    assert_eq!(line.store.last_crawl_failure().await.as_deref(), Some(error.as_str()));
    assert!(!error.contains('\n'), "{error}");
    Ok(error)
}

#[tokio::test]
async fn what_stops_everything_is_one_clear_sentence() -> Test {
    let mut line = Line::start(world(&["shop"])?).await?;
    line.crawl(CrawlKind::Full).await?;
    line.client = client(&line.fake, "ghp_wrong")?;
    let wrong = sentence(&line).await?;
    assert!(wrong.contains("did not accept the token") && !wrong.contains("ghp_"), "{wrong}");

    line.client = client(&line.fake, line.fake.token())?;
    line.fake.stop().await;
    let fake = github_fake::Fake::start(world(&[])?, github_fake::Options::default()).await?;
    line.fake = fake;
    let down = sentence(&line).await?;
    assert!(down.contains("could not be reached"), "{down}");

    line.client = client(&line.fake, line.fake.token())?;
    line.fake.fault(FaultRule::new(On::Graphql, Fault::PrimaryLimit(3 * 3600)));
    let limited = sentence(&line).await?;
    assert!(limited.contains("rate limit is reached until 20"), "{limited}");
    Ok(())
}

#[tokio::test]
async fn an_organization_that_github_does_not_know_is_named() -> Test {
    let mut line = Line::start(world(&["shop"])?).await?;
    line.organization = "no-such".parse()?;
    let new = store::NewOrganization { login: line.organization.clone(), is_sample: false };
    line.store.add_organization(&new, now()).await?;
    let unknown = sentence(&line).await?;
    assert!(unknown.contains("knows no organization \u{201c}no-such\u{201d}"), "{unknown}");
    Ok(())
}

#[tokio::test]
async fn a_rate_limit_is_waited_for_and_the_crawl_says_until_when() -> Test {
    for fault in [Fault::SecondaryLimit(1), Fault::PrimaryLimit(1)] {
        let line = Line::start(world(&["shop"])?).await?;
        line.fake.fault(FaultRule::new(On::Graphql, fault).times(1));
        let summary = line.crawl(CrawlKind::Full).await?;
        assert_eq!((summary.counts.repositories_read, summary.counts.repositories_failed), (1, 0));
        let told = line.progress.lock().map_err(|_| "poisoned")?;
        let waited = told.iter().find_map(|it| it.waiting.as_ref()).ok_or("it did not say so")?;
        assert!(waited.until.is_some() && waited.reason.contains("rate limit"), "{waited:?}");
        assert!(told.last().is_some_and(|it| it.waiting.is_none()));
    }
    Ok(())
}

#[tokio::test]
async fn a_crawl_with_many_faults_ends_as_one_without() -> Test {
    let names = ["one", "two", "three", "four", "five", "six"];
    let calm = Line::start(world(&names)?).await?;
    calm.crawl(CrawlKind::Full).await?;
    let rough = Line::start(world(&names)?).await?;
    for (skip, fault) in [(1, Fault::Status(502)), (3, Fault::Cut), (6, Fault::Malformed)] {
        rough.fake.fault(FaultRule::new(On::Any, fault).after(skip).times(1));
    }
    rough.crawl(CrawlKind::Full).await?;
    assert_eq!(rough.paths().await, calm.paths().await);
    Ok(())
}

#[tokio::test]
async fn a_crawl_killed_anywhere_loses_nothing() -> Test {
    let names = ["one", "two", "three", "four", "five", "six"];
    let calm = Line::start(world(&names)?).await?;
    calm.crawl(CrawlKind::Full).await?;
    let killed = Line::start(world(&names)?).await?;
    for milliseconds in [5, 15, 30, 45, 60, 80, 100, 130] {
        let limit = std::time::Duration::from_millis(milliseconds);
        // Dropped in the middle, as when its process dies.
        drop(tokio::time::timeout(limit, killed.crawl(CrawlKind::Full)).await);
    }
    let (_, last) = killed.asked_by(CrawlKind::Full).await?;
    assert!(last.trees <= names.len());
    assert_eq!(killed.paths().await, calm.paths().await);
    let (_, nothing) = killed.asked_by(CrawlKind::Full).await?;
    assert_eq!((nothing.trees, nothing.blobs), (0, 0));
    Ok(())
}
