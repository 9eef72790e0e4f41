//! The first crawl, and the second one that has nothing to do.

use github_fake::{NewRepository, Push, World};
use store::CrawlKind;

use crate::support::{Line, Test, now, world};

#[tokio::test]
async fn a_cold_crawl_stores_every_dockerfile_at_any_depth() -> Test {
    let mut world = world(&["shop", "billing"])?;
    let push = Push::new("More")
        .file("deploy/api.Dockerfile", "FROM scratch\n")
        .file("a/b/c/d/Containerfile", "FROM scratch\n")
        .file("Dockerfile.dockerignore", "*\n")
        .file("vendor/x/Dockerfile", "FROM scratch\n");
    world.push("acme/shop", push)?;
    let line = Line::start(world).await?;
    let summary = line.crawl(CrawlKind::Full).await?;
    let paths = line.paths().await;
    assert_eq!(
        paths,
        [
            "billing/Dockerfile",
            "shop/Dockerfile",
            "shop/a/b/c/d/Containerfile",
            "shop/deploy/api.Dockerfile",
            "shop/vendor/x/Dockerfile"
        ]
    );
    let counts = summary.counts;
    assert_eq!((counts.repositories_listed, counts.repositories_read), (2, 2));
    assert_eq!((counts.dockerfiles, counts.blobs_fetched, counts.repositories_failed), (5, 3, 0));
    let files = line.store.dockerfile_rows().await;
    assert!(files.iter().all(|it| it.is_scored && it.items == 8));
    let excluded: Vec<_> = files.iter().filter_map(|it| it.excluded_by.as_deref()).collect();
    assert_eq!(excluded.len(), 1, "{excluded:?}");
    Ok(())
}

#[tokio::test]
async fn a_cold_crawl_costs_one_tree_a_repository_and_a_point_a_hundred_blobs() -> Test {
    let names: Vec<String> = (0..150).map(|it| format!("shop-{it}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let line = Line::start(world(&names)?).await?;
    let (summary, account) = line.asked_by(CrawlKind::Full).await?;
    assert_eq!((account.trees, account.rest.len(), account.blobs), (150, 150, 150));
    // Two pages of the listing, with the heads, and two batches of blobs.
    assert_eq!((account.graphql.len(), account.points), (4, 4));
    let counts = summary.counts;
    assert_eq!((counts.rest_requests, counts.graphql_requests, counts.graphql_points), (150, 4, 4));
    Ok(())
}

#[tokio::test]
async fn an_unchanged_organization_costs_one_page_and_writes_no_row() -> Test {
    let line = Line::start(world(&["shop", "billing", "search"])?).await?;
    line.crawl(CrawlKind::Full).await?;
    let before = line.store.fingerprint().await;
    for kind in [CrawlKind::Full, CrawlKind::Listing] {
        let (summary, account) = line.asked_by(kind).await?;
        assert_eq!((account.trees, account.blobs, account.rest.len()), (0, 0, 0));
        assert_eq!(account.graphql.len(), 1);
        assert_eq!(summary.counts.repositories_unchanged, 3);
        assert_eq!(line.store.fingerprint().await, before);
    }
    Ok(())
}

#[tokio::test]
async fn the_cheap_listing_stops_at_what_it_has_seen() -> Test {
    let names: Vec<String> = (0..250).map(|it| format!("shop-{it}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let line = Line::start(world(&names)?).await?;
    line.crawl(CrawlKind::Full).await?;
    let (_, full) = line.asked_by(CrawlKind::Full).await?;
    let (_, cheap) = line.asked_by(CrawlKind::Listing).await?;
    assert_eq!((full.points, cheap.points), (3, 1));
    Ok(())
}

#[tokio::test]
async fn the_same_content_is_fetched_and_scored_once() -> Test {
    let mut world = World::new(now());
    world.add_organization("acme")?;
    for name in ["one", "two", "three"] {
        world.create(NewRepository::named("acme", name)?)?;
        let push = Push::new("Begin")
            .file("Dockerfile", "FROM alpine\n")
            .file("b/Dockerfile", "FROM alpine\n");
        world.push(&format!("acme/{name}"), push)?;
    }
    let line = Line::start(world).await?;
    let (summary, account) = line.asked_by(CrawlKind::Full).await?;
    assert_eq!((summary.counts.dockerfiles, account.blobs), (6, 1));
    Ok(())
}

#[tokio::test]
async fn a_fork_that_nobody_changed_costs_no_request() -> Test {
    let mut world = World::new(now());
    world.add_organization("acme")?;
    for name in ["origin", "fork", "another-fork"] {
        world.create(NewRepository::named("acme", name)?)?;
        let push = Push::new("Begin").file("Dockerfile", "FROM alpine\n").file("a/x.rs", "x\n");
        world.push(&format!("acme/{name}"), push)?;
    }
    let line = Line::start(world).await?;
    let (summary, account) = line.asked_by(CrawlKind::Full).await?;
    assert_eq!((summary.counts.repositories_read, summary.counts.dockerfiles), (3, 3));
    assert_eq!((account.rest.len(), account.blobs, account.graphql.len()), (1, 1, 2));
    Ok(())
}

#[tokio::test]
async fn an_empty_repository_is_listed_and_asks_for_nothing() -> Test {
    let mut world = world(&["shop"])?;
    world.create(NewRepository::named("acme", "nothing")?)?;
    let line = Line::start(world).await?;
    let (summary, account) = line.asked_by(CrawlKind::Full).await?;
    assert_eq!((summary.counts.repositories_listed, summary.counts.repositories_failed), (2, 0));
    assert_eq!(account.rest.len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_crawl_tells_how_far_it_is() -> Test {
    let line = Line::start(world(&["shop", "billing"])?).await?;
    line.crawl(CrawlKind::Full).await?;
    let told = line.progress.lock().map_err(|_| "poisoned")?;
    let read: Vec<u32> = told.iter().map(|it| it.counts.repositories_read).collect();
    assert!(read.is_sorted() && read.last() == Some(&2), "{read:?}");
    Ok(())
}

#[tokio::test]
async fn a_newer_catalogue_scores_again_without_asking_github_for_contents() -> Test {
    let line = Line::start(world(&["shop", "billing"])?).await?;
    line.crawl(CrawlKind::Full).await?;
    line.store.age_reports().await;
    let organization = line.store.organization(&line.organization).await?.ok_or("none")?.id;
    let version = crawl::engine_version(checklist::Catalog::built_in());
    assert_eq!(line.store.unscored_blobs(organization, &version, 10).await?.len(), 2);
    let (_, account) = line.asked_by(CrawlKind::Listing).await?;
    assert_eq!((account.trees, account.blobs, account.graphql.len()), (0, 0, 1));
    assert_eq!(line.store.unscored_blobs(organization, &version, 10).await?, []);
    assert_eq!(line.store.outdated_readings(organization, &version).await?, []);
    assert!(line.store.dockerfile_rows().await.iter().all(|it| it.is_scored && it.items == 8));
    Ok(())
}
