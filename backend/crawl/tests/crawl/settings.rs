//! What repositories say about themselves, and organizations about all of theirs.

use std::collections::HashMap;

use github_fake::{Facts, Fault, FaultRule, NewRepository, On, Push, World};
use names::RepositoryId;
use store::{Actor, CrawlKind, OrganizationId, Scope, TeamRule};

use crate::support::{Failure, Line, Test, now, world};

async fn organization(line: &Line) -> Result<OrganizationId, Failure> {
    let found = line.store.organization(&line.organization).await?;
    Ok(found.ok_or("no organization")?.id)
}

/// Rows of one column of text.
async fn lines(line: &Line, sql: &'static str) -> Result<Vec<String>, Failure> {
    Ok(sqlx::query_scalar(sql).fetch_all(line.store.pool()).await?)
}

async fn owners(line: &Line) -> Result<Vec<String>, Failure> {
    let sql = r#"
        SELECT concat_ws(' ', name || '/' || path, owner)
        FROM dockerfile JOIN repository USING (repository_id)
        WHERE removed_at IS NULL ORDER BY 1
    "#;
    lines(line, sql).await
}

async fn scope(line: &Line) -> Result<Vec<String>, Failure> {
    let sql = r#"
        SELECT concat_ws(' ', path, excluded_by)
        FROM dockerfile WHERE removed_at IS NULL ORDER BY path COLLATE "C"
    "#;
    lines(line, sql).await
}

fn shop(push: Push) -> Result<World, Failure> {
    let mut world = world(&["shop"])?;
    world.push("acme/shop", push)?;
    Ok(world)
}

#[tokio::test]
async fn codeowners_says_whose_each_dockerfile_is() -> Test {
    let push = Push::new("Own")
        .file("api/Dockerfile", "FROM alpine\n")
        .file("web/Dockerfile", "FROM alpine\n")
        .file("CODEOWNERS", "* @nobody-reads-this\n")
        .file(".github/CODEOWNERS", "/api/ @acme/payments\nweb/ @Ann # herself\n");
    let line = Line::start(shop(push)?).await?;
    let (_, account) = line.asked_by(CrawlKind::Full).await?;
    // Three Dockerfiles, two of one content, and two settings files.
    assert_eq!(account.blobs, 4);
    assert_eq!(
        owners(&line).await?,
        ["shop/Dockerfile", "shop/api/Dockerfile payments", "shop/web/Dockerfile @ann"]
    );
    Ok(())
}

#[tokio::test]
async fn a_change_of_codeowners_alone_is_read_and_costs_its_directory_and_its_blob() -> Test {
    let push = Push::new("Own").file("docs/CODEOWNERS", "* @acme/payments\n");
    let line = Line::start(shop(push)?).await?;
    line.crawl(CrawlKind::Full).await?;
    let push = Push::new("Hand over").file("docs/CODEOWNERS", "* @acme/web\n");
    line.fake.world(|world| world.push("acme/shop", push))?;
    let (summary, account) = line.asked_by(CrawlKind::Listing).await?;
    // The listing, the root, the directory, the blob.
    assert_eq!((account.points, account.blobs, account.rest.len()), (4, 1, 0));
    assert_eq!(summary.counts.repositories_read, 1);
    assert_eq!(owners(&line).await?, ["shop/Dockerfile web"]);
    let before = line.store.fingerprint().await;
    let (_, account) = line.asked_by(CrawlKind::Full).await?;
    assert_eq!((account.blobs, account.trees), (0, 0));
    assert_eq!(line.store.fingerprint().await, before);
    line.fake
        .world(|world| world.push("acme/shop", Push::new("Drop").remove("docs/CODEOWNERS")))?;
    line.crawl(CrawlKind::Listing).await?;
    assert_eq!(owners(&line).await?, ["shop/Dockerfile"]);
    Ok(())
}

#[tokio::test]
async fn an_unchanged_fork_has_the_same_owners_without_a_request_for_them() -> Test {
    let mut world = World::new(now());
    world.add_organization("acme")?;
    for name in ["shop", "fork"] {
        world.create(NewRepository::named("acme", name)?)?;
        let push = Push::new("Begin")
            .file("Dockerfile", "FROM alpine\n")
            .file("CODEOWNERS", "* @acme/payments\n");
        world.push(&format!("acme/{name}"), push.at(now()))?;
    }
    let line = Line::start(world).await?;
    let (_, account) = line.asked_by(CrawlKind::Full).await?;
    assert_eq!((account.trees, account.blobs), (1, 2));
    assert_eq!(owners(&line).await?, ["fork/Dockerfile payments", "shop/Dockerfile payments"]);
    Ok(())
}

const SETTINGS: &str = r#"
    SELECT concat_ws(' ', exclude, include, final_target, errors) FROM repository_settings
"#;
const OWN: &str = "scope:\n  exclude: [old/]\n  include: [vendor/]\ntarget: runtime\nextra: 1\n";

#[tokio::test]
async fn a_repositorys_own_file_sets_scope_and_target_and_its_errors_have_lines() -> Test {
    let push = Push::new("Set")
        .file("old/Dockerfile", "FROM alpine\n")
        .file("vendor/Dockerfile", "FROM alpine\n")
        .file(".drydock.yml", OWN);
    let line = Line::start(shop(push)?).await?;
    line.crawl(CrawlKind::Full).await?;
    assert_eq!(
        scope(&line).await?,
        ["Dockerfile", "old/Dockerfile .drydock.yml: old/", "vendor/Dockerfile"]
    );
    let said = "\u{201c}extra\u{201d} is not known here; known are `scope`, `target`, `waivers` and \
                `verified`";
    let expected = format!(r#"{{old/}} {{vendor/}} runtime [{{"line": 5, "message": "{said}"}}]"#);
    assert_eq!(lines(&line, SETTINGS).await?, [expected]);
    line.fake.world(|world| world.push("acme/shop", Push::new("Drop").remove(".drydock.yml")))?;
    line.crawl(CrawlKind::Listing).await?;
    assert_eq!(scope(&line).await?, ["Dockerfile", "old/Dockerfile", "vendor/Dockerfile vendor/"]);
    assert_eq!(lines(&line, SETTINGS).await?, Vec::<String>::new());
    Ok(())
}

/// Of every verdict that a crawl changed, why.
const CAUSES: &str = r#"
    SELECT DISTINCT cause FROM verdict_change WHERE cause <> 'first-sight' ORDER BY cause
"#;
const OTHER_TARGET: &str =
    "FROM alpine AS runtime\nFROM debian AS test\nRUN apt-get install -y x\n";

#[tokio::test]
async fn the_final_target_is_scored_and_its_change_is_no_progress() -> Test {
    let line = Line::start(shop(Push::new("Two").file("Dockerfile", OTHER_TARGET))?).await?;
    line.crawl(CrawlKind::Full).await?;
    let push = Push::new("Set").file(".drydock.yml", "target: runtime\n");
    line.fake.world(|world| world.push("acme/shop", push))?;
    let (_, account) = line.asked_by(CrawlKind::Listing).await?;
    assert_eq!(account.blobs, 1);
    assert_eq!(lines(&line, CAUSES).await?, ["policy"]);
    let policies = "SELECT policy FROM repository";
    assert_eq!(lines(&line, policies).await?, ["target runtime\n"]);
    // Everything is as a first look would have it.
    let before = line.store.fingerprint().await;
    line.crawl(CrawlKind::Full).await?;
    assert_eq!(line.store.fingerprint().await, before);
    Ok(())
}

const HARDENED: &str = "FROM registry.acme.example/dhi/node:22\nUSER node\n";

#[tokio::test]
async fn hardened_prefixes_score_stored_contents_anew_without_asking_for_any() -> Test {
    let line = Line::start(shop(Push::new("Harden").file("Dockerfile", HARDENED))?).await?;
    line.crawl(CrawlKind::Full).await?;
    let acme = organization(&line).await?;
    let prefixes = ["registry.acme.example/dhi/".to_owned()];
    line.store.save_hardened_prefixes(acme, &prefixes, &Actor::command_line(), now()).await??;
    let (_, account) = line.asked_by(CrawlKind::Touched).await?;
    assert_eq!((account.points, account.rest.len()), (0, 0));
    assert_eq!(lines(&line, CAUSES).await?, ["policy"]);
    let base = "SELECT verdict FROM dockerfile_item WHERE item = 'base-image'";
    assert_ne!(lines(&line, base).await?, ["remaining"]);
    let push = Push::new("More").file("b/Dockerfile", HARDENED);
    line.fake.world(|world| world.push("acme/shop", push))?;
    line.crawl(CrawlKind::Listing).await?;
    let reports = "SELECT DISTINCT policy FROM report JOIN dockerfile USING (report_id)";
    assert_eq!(lines(&line, reports).await?, ["prefix registry.acme.example/dhi/\n"]);
    assert!(
        line.store
            .save_hardened_prefixes(acme, &["x".to_owned()], &Actor::command_line(), now())
            .await?
            .is_err()
    );
    Ok(())
}

#[tokio::test]
async fn an_organization_may_count_forks_and_leave_out_what_it_wants() -> Test {
    let mut world = world(&["shop"])?;
    let fork = Facts { fork: true, ..Facts::default() };
    world.create(NewRepository::named("acme", "fork")?.facts(fork))?;
    let push = Push::new("Begin").file("legacy/Dockerfile", "FROM alpine\n");
    world.push("acme/fork", push)?;
    let line = Line::start(world).await?;
    let rules = Scope { globs: vec!["legacy/".to_owned()], counts_forks: true, ..Scope::default() };
    line.store
        .save_scope(organization(&line).await?, &rules, &Actor::command_line(), now())
        .await?;
    line.crawl(CrawlKind::Full).await?;
    assert_eq!(line.store.repositories_in_scope().await, ["fork", "shop"]);
    assert_eq!(scope(&line).await?, ["Dockerfile", "legacy/Dockerfile legacy/"]);
    Ok(())
}

async fn teams(line: &Line) -> Result<Vec<String>, Failure> {
    let sql = "SELECT concat_ws(' ', name, team, team_source) FROM repository ORDER BY name";
    lines(line, sql).await
}

#[tokio::test]
async fn a_team_is_the_property_else_the_topic_else_a_rule() -> Test {
    let mut world = world(&["alpha", "beta", "gamma"])?;
    for (name, topic) in [("alpha", "team-a"), ("beta", "team-b")] {
        world.repository_mut(&format!("acme/{name}"))?.facts.topics = vec![topic.to_owned()];
    }
    let alpha = world.repository_mut("acme/alpha")?;
    alpha.facts.properties.insert("squad".to_owned(), "Squad A".to_owned());
    let line = Line::start(world).await?;
    let acme = organization(&line).await?;
    let rules = [TeamRule { glob: "G*".to_owned(), team: "c".to_owned() }];
    line.store.save_team_rules(acme, &rules, &Actor::command_line(), now()).await?;
    let (_, account) = line.asked_by(CrawlKind::Full).await?;
    assert!(account.rest.iter().all(|it| !it.contains("properties")), "{:?}", account.rest);
    assert_eq!(teams(&line).await?, ["alpha a topic", "beta b topic", "gamma c rule"]);
    line.store.save_team_property(acme, Some("squad"), &Actor::command_line(), now()).await?;
    let (_, account) = line.asked_by(CrawlKind::Full).await?;
    assert_eq!(account.rest, ["GET /orgs/acme/properties/values?per_page=100&page=1"]);
    let all = ["alpha Squad A property", "beta b topic", "gamma c rule"];
    assert_eq!(teams(&line).await?, all);
    let before = line.store.fingerprint().await;
    line.crawl(CrawlKind::Full).await?;
    assert_eq!(line.store.fingerprint().await, before);
    // A listing does not forget it.
    line.fake.world(|world| world.push("acme/alpha", Push::new("More").file("a", "b")))?;
    line.crawl(CrawlKind::Listing).await?;
    assert_eq!(teams(&line).await?, all);
    line.store.save_team_property(acme, None, &Actor::command_line(), now()).await?;
    assert_eq!(teams(&line).await?, ["alpha a topic", "beta b topic", "gamma c rule"]);
    Ok(())
}

#[tokio::test]
async fn a_property_that_may_not_be_read_is_told_and_changes_nothing() -> Test {
    let line = Line::start(world(&["shop"])?).await?;
    let acme = organization(&line).await?;
    line.store.save_team_property(acme, Some("squad"), &Actor::command_line(), now()).await?;
    let known: HashMap<RepositoryId, String> =
        HashMap::from([(line.id("acme/shop")?, "a".to_owned())]);
    line.crawl(CrawlKind::Listing).await?;
    line.store.save_property_teams(acme, &known).await?;
    for status in [403, 404] {
        let fault = FaultRule::new(On::Path("properties".to_owned()), Fault::Status(status));
        line.fake.clear_faults();
        line.fake.fault(fault);
        let summary = line.crawl(CrawlKind::Full).await?;
        let failures = line.store.failure_rows(summary.crawl).await;
        assert_eq!(failures.len(), 1);
        assert!(failures[0].reason.contains("\u{201c}squad\u{201d} could not be read"));
        assert_eq!(teams(&line).await?, ["shop a property"]);
    }
    Ok(())
}
