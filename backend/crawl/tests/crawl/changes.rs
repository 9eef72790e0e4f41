//! What people do between two crawls.

use chrono::TimeDelta;
use github_fake::{Facts, NewRepository, Push};
use store::{CrawlKind, Exclusion};

use crate::support::{Line, Test, now, world};

#[tokio::test]
async fn one_pushed_repository_costs_its_changed_directories_and_its_new_blobs() -> Test {
    let line = Line::start(world(&["shop", "billing", "search"])?).await?;
    line.crawl(CrawlKind::Full).await?;
    let push = Push::new("Grow").file("worker/Dockerfile", "FROM busybox\n");
    line.fake.world(|world| world.push("acme/billing", push))?;
    let (summary, account) = line.asked_by(CrawlKind::Listing).await?;
    // The listing, the root, the new directory, the new blob.
    assert_eq!((account.points, account.blobs, account.rest.len()), (4, 1, 0));
    assert_eq!((summary.counts.repositories_read, summary.counts.dockerfiles), (1, 2));
    assert!(line.paths().await.contains(&"billing/worker/Dockerfile".to_owned()));
    Ok(())
}

#[tokio::test]
async fn a_removed_dockerfile_leaves() -> Test {
    let line = Line::start(world(&["shop"])?).await?;
    line.crawl(CrawlKind::Full).await?;
    line.fake.world(|world| world.push("acme/shop", Push::new("Drop").remove("Dockerfile")))?;
    line.crawl(CrawlKind::Listing).await?;
    assert_eq!(line.paths().await, Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn a_renamed_repository_keeps_its_history() -> Test {
    let line = Line::start(world(&["shop", "billing"])?).await?;
    line.crawl(CrawlKind::Full).await?;
    let before = line.store.dockerfile_rows().await;
    line.fake.world(|world| world.rename("acme/shop", "store"))?;
    let (summary, account) = line.asked_by(CrawlKind::Full).await?;
    assert_eq!((summary.repositories_gone, account.trees), (0, 0));
    let after = line.store.dockerfile_rows().await;
    assert_eq!(line.paths().await, ["billing/Dockerfile", "store/Dockerfile"]);
    let ids = |rows: &[store::testing::DockerfileRow]| -> Vec<i64> {
        let mut ids: Vec<i64> = rows.iter().map(|it| it.dockerfile_id).collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!(ids(&before), ids(&after));
    Ok(())
}

#[tokio::test]
async fn a_deleted_repository_is_gone_at_the_next_full_crawl_and_comes_back_as_it_was() -> Test {
    let line = Line::start(world(&["shop", "billing"])?).await?;
    line.crawl(CrawlKind::Full).await?;
    let id = line.id("acme/shop")?;
    line.fake.world(|world| world.delete("acme/shop"))?;
    let cheap = line.crawl(CrawlKind::Listing).await?;
    assert_eq!(cheap.repositories_gone, 0);
    let full = line.crawl(CrawlKind::Full).await?;
    assert_eq!(full.repositories_gone, 1);
    let known = line.store.known_repositories(&[id]).await?;
    let gone = known.get(&id).ok_or("forgotten")?;
    assert_eq!((gone.excluded_by, gone.name.as_str()), (Some(Exclusion::Gone), "shop"));
    assert_eq!(line.crawl(CrawlKind::Full).await?.repositories_gone, 0);
    Ok(())
}

#[tokio::test]
async fn a_renamed_organization_is_found_again_and_keeps_everything() -> Test {
    let mut line = Line::start(world(&["shop", "billing"])?).await?;
    line.crawl(CrawlKind::Full).await?;
    let before = line.store.dockerfile_rows().await;
    line.fake.world(|world| world.rename_owner("acme", "umbrella"))?;
    let told = line.crawl(CrawlKind::Listing).await.err().ok_or("it went well")?.to_string();
    assert!(told.contains("called \u{201c}umbrella\u{201d} on GitHub now"), "{told}");
    line.organization = "umbrella".parse()?;
    let (summary, account) = line.asked_by(CrawlKind::Full).await?;
    assert_eq!((summary.repositories_gone, account.trees), (0, 0));
    assert_eq!(line.store.dockerfile_rows().await, before);
    Ok(())
}

#[tokio::test]
async fn an_archived_repository_leaves_the_totals_and_keeps_its_verdicts() -> Test {
    let line = Line::start(world(&["shop", "billing"])?).await?;
    line.crawl(CrawlKind::Full).await?;
    assert_eq!(line.store.repositories_in_scope().await, ["billing", "shop"]);
    line.fake.world(|world| world.archive("acme/shop"))?;
    line.crawl(CrawlKind::Full).await?;
    assert_eq!(line.store.repositories_in_scope().await, ["billing"]);
    assert_eq!(line.paths().await.len(), 2);
    Ok(())
}

#[tokio::test]
async fn forks_and_templates_are_read_and_out_of_scope() -> Test {
    let mut world = world(&["shop"])?;
    let fork = Facts { fork: true, ..Facts::default() };
    let template = Facts { template: true, ..Facts::default() };
    for (name, facts) in [("fork", fork), ("template", template)] {
        world.create(NewRepository::named("acme", name)?.facts(facts))?;
        world.push(
            &format!("acme/{name}"),
            Push::new("Begin").file("Dockerfile", "FROM alpine\n"),
        )?;
    }
    let line = Line::start(world).await?;
    line.crawl(CrawlKind::Full).await?;
    assert_eq!(line.store.repositories_in_scope().await, ["shop"]);
    assert_eq!(line.paths().await.len(), 3);
    Ok(())
}

#[tokio::test]
async fn a_force_pushed_branch_is_read_anew() -> Test {
    let line = Line::start(world(&["shop"])?).await?;
    line.crawl(CrawlKind::Full).await?;
    let push = Push::new("Rewrite").file("new/Dockerfile", "FROM busybox\n").forced();
    line.fake.world(|world| world.push("acme/shop", push))?;
    line.crawl(CrawlKind::Listing).await?;
    assert!(line.paths().await.contains(&"shop/new/Dockerfile".to_owned()));
    Ok(())
}

#[tokio::test]
async fn links_are_followed_inside_the_repository_and_nowhere_else() -> Test {
    let mut world = world(&["shop"])?;
    let push = Push::new("Link")
        .symlink("docker/Dockerfile", "../Dockerfile")
        .symlink("again/Dockerfile", "../docker/Dockerfile")
        .symlink("out/Dockerfile", "../../secret/Dockerfile")
        .symlink("absolute/Dockerfile", "/etc/passwd")
        .symlink("loop/Dockerfile", "Dockerfile");
    world.push("acme/shop", push)?;
    let line = Line::start(world).await?;
    let summary = line.crawl(CrawlKind::Full).await?;
    assert_eq!(
        line.paths().await,
        ["shop/Dockerfile", "shop/again/Dockerfile", "shop/docker/Dockerfile"]
    );
    let failures = line.store.failure_rows(summary.crawl).await;
    let reasons: Vec<_> = failures.iter().map(|it| format!("{it:?}")).collect();
    assert_eq!(failures.len(), 3, "{reasons:?}");
    Ok(())
}

#[tokio::test]
async fn the_time_of_a_change_is_that_of_its_commit() -> Test {
    let line = Line::start(world(&["shop"])?).await?;
    line.crawl(CrawlKind::Full).await?;
    let files = line.store.dockerfile_rows().await;
    assert_eq!(files[0].committed_at, now() - TimeDelta::hours(1));
    Ok(())
}
