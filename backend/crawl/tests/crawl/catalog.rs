//! The catalogue: read from the stand-in, kept, and what a new edition does to verdicts.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use checklist::Catalog;
use chrono::TimeDelta;
use crawl::{
    Backfill, CatalogRepository, CatalogSource, Moves, PresentCatalog, Standing, Worker, preview,
};
use flate2::read::GzDecoder;
use github_fake::{Account, Facts, Fault, FaultRule, NewRepository, On, Push, Visibility, World};
use store::{CrawlKind, JobKind};
use tokio_util::sync::CancellationToken;

use crate::support::{Failure, Line, Test, client, now, world};
use crate::worker::Hands;

const REPOSITORY: &str = "docker-hardened-images/catalog";
/// As many images as make a catalogue of its own, beside those that a test is about.
const OTHERS: usize = 300;

fn definition(kind: &str, tags: &[&str]) -> String {
    let user = if kind == "dev" { "root" } else { "nonroot" };
    let tags = tags.join("', '");
    format!(
        "variant: {kind}\ntags: ['{tags}']\naccounts: {{root: true, run-as: {user}, \
         users: [{{name: nonroot, uid: 65532}}]}}\n"
    )
}

/// The catalogue with `node` in two series, and much that nobody uses.
fn catalogue() -> Push {
    let mut push = Push::new("Begin")
        .file("README.md", "read me\n")
        .file("image/node/info.yaml", "metadata: {display-name: Node.js}\n")
        .file("image/node/debian-13/24.yaml", &definition("runtime", &["24", "24-debian13"]))
        .file("image/node/debian-13/24-dev.yaml", &definition("dev", &["24-dev"]))
        .file("image/node/debian-13/22.yaml", &definition("runtime", &["22", "22-debian13"]));
    for number in 0..OTHERS {
        let path = format!("image/other-{number}/debian-13/1.yaml");
        push = push.file(&path, &definition("runtime", &["1", &format!("1-{number}")]));
    }
    push.at(now() - TimeDelta::days(1))
}

/// `shop` is on a tag that goes, `billing` on an image that is not listed yet, and `search`
/// on one that has no counterpart yet.
fn worlds() -> Result<World, Failure> {
    let mut world = world(&["shop", "billing", "search"])?;
    let shop = "FROM dhi.io/node:22\nCMD [\"node\", \"app.js\"]\n";
    let billing = "FROM dhi.io/fresh:1\nCMD [\"/app\"]\n";
    world.push("acme/shop", Push::new("Harden").file("Dockerfile", shop))?;
    world.push("acme/billing", Push::new("Move").file("Dockerfile", billing))?;
    world.add_organization("docker-hardened-images")?;
    let facts = Facts { visibility: Visibility::Public, ..Facts::default() };
    world.create(NewRepository::named("docker-hardened-images", "catalog")?.facts(facts))?;
    world.push(REPOSITORY, catalogue())?;
    Ok(world)
}

fn worker(line: &Line, name: &str, hands: &Hands) -> Result<Worker, Failure> {
    let of_organization = line.client.clone();
    let repository: CatalogRepository = REPOSITORY.parse()?;
    let general = Some(client(&line.fake, line.fake.token())?);
    Ok(Worker {
        store: (*line.store).clone(),
        name: name.to_owned(),
        clients: Arc::new(move |_| Some(of_organization.clone())),
        lease: Duration::from_secs(60),
        backfill: Backfill { share: 0, months: 12 },
        catalog: PresentCatalog::built_in(),
        catalog_source: Some(CatalogSource { repository, general }),
        clock: hands.clock(),
    })
}

/// A stand-in with the catalogue, a worker that has looked at it once, and its clock.
async fn looked() -> Result<(Line, Worker, Hands), Failure> {
    let line = Line::start(worlds()?).await?;
    let hands = Hands::default();
    let worker = worker(&line, "one", &hands)?;
    assert!(worker.look_at_catalog().await?);
    assert_eq!(line.store.refresh_standing(now()).await?.failure, None);
    Ok((line, worker, hands))
}

async fn look_a_day_later(worker: &Worker, hands: &Hands) -> Test {
    hands.forward(TimeDelta::days(1));
    assert!(worker.look_at_catalog().await?);
    Ok(())
}

fn asked(account: &Account) -> (usize, usize, u64) {
    (
        account.graphql.len(),
        account.rest.iter().filter(|it| !it.contains("_codeload")).count(),
        account.points,
    )
}

#[tokio::test]
async fn the_first_edition_is_an_archive_and_an_unchanged_one_a_single_request() -> Test {
    let (line, worker, hands) = looked().await?;
    assert_eq!(asked(&line.fake.take_account()), (1, 1, 1));
    let kept = line.store.present_edition().await?.ok_or("nothing was kept")?;
    assert_eq!((kept.images, kept.tags), (301, 605));
    assert!(kept.source.starts_with("docker-hardened-images/catalog at "), "{}", kept.source);
    assert_eq!(kept.day, now().date_naive());
    assert!(worker.catalog.now().version().starts_with(&kept.version));
    assert!(!worker.look_at_catalog().await?, "not before a day is over");
    look_a_day_later(&worker, &hands).await?;
    assert_eq!(asked(&line.fake.take_account()), (1, 0, 1));
    assert_eq!(line.store.present_edition().await?, Some(kept));
    let standing = line.store.refresh_standing(now()).await?;
    assert_eq!(standing.looked_at, Some(now() + TimeDelta::days(1)));
    Ok(())
}

#[tokio::test]
async fn a_few_changed_files_are_fetched_by_their_blobs() -> Test {
    let (line, worker, hands) = looked().await?;
    let push = Push::new("Go on")
        .file("image/node/debian-13/24.yaml", &definition("runtime", &["24", "24.1"]))
        .remove("image/node/debian-13/22.yaml")
        .file("guide.md", "more\n");
    line.fake.world(|world| world.push(REPOSITORY, push))?;
    drop(line.fake.take_account());
    look_a_day_later(&worker, &hands).await?;
    let account = line.fake.take_account();
    // The look, the tree, the blob.
    assert_eq!((asked(&account), account.blobs), ((2, 1, 2), 1));
    let brought = line.store.present_edition().await?.and_then(|it| it.brought).ok_or("none")?;
    assert_eq!((brought.tags_new, brought.tags_withdrawn, brought.images_gone), (1, 3, 0));
    // What is nothing but a guide makes no edition, and is not looked at twice.
    let id = line.store.present_edition_id().await?;
    line.fake.world(|world| world.push(REPOSITORY, Push::new("x").file("guide.md", "x\n")))?;
    look_a_day_later(&worker, &hands).await?;
    assert_eq!(line.store.present_edition_id().await?, id);
    drop(line.fake.take_account());
    look_a_day_later(&worker, &hands).await?;
    assert_eq!(asked(&line.fake.take_account()), (1, 0, 1));
    Ok(())
}

#[tokio::test]
async fn two_workers_look_once() -> Test {
    let line = Line::start(worlds()?).await?;
    let hands = Hands::default();
    let (one, two) = (worker(&line, "one", &hands)?, worker(&line, "two", &hands)?);
    let (looked, also) = tokio::join!(one.look_at_catalog(), two.look_at_catalog());
    assert!(looked? != also?, "exactly one of them looked");
    let archives = line.fake.account().rest.iter().filter(|it| it.contains("tarball")).count();
    assert_eq!(archives, 1);
    // The other one follows.
    one.look_at_catalog().await?;
    two.look_at_catalog().await?;
    assert_eq!(one.catalog.now().version(), two.catalog.now().version());
    assert!(one.catalog.now().version().starts_with("dhi-"));
    Ok(())
}

#[tokio::test]
async fn what_is_broken_never_takes_the_place_of_what_is_good_and_is_tried_again_later() -> Test {
    let (line, worker, hands) = looked().await?;
    let id = line.store.present_edition_id().await?;
    let mut many = Push::new("Lose most");
    for number in 0..OTHERS {
        many = many.remove(&format!("image/other-{number}/debian-13/1.yaml"));
    }
    line.fake.world(|world| world.push(REPOSITORY, many))?;
    look_a_day_later(&worker, &hands).await?;
    let standing = line.store.refresh_standing(now()).await?;
    let failure = standing.failure.ok_or("it went well")?;
    assert!(failure.contains("this is no change of a day but a broken download"), "{failure}");
    assert_eq!(standing.next_at, now() + TimeDelta::days(1) + TimeDelta::hours(1));
    assert!(!worker.look_at_catalog().await?);
    hands.forward(TimeDelta::hours(1));
    assert!(worker.look_at_catalog().await?);
    let standing = line.store.refresh_standing(now()).await?;
    assert_eq!(standing.next_at, now() + TimeDelta::days(1) + TimeDelta::hours(3));
    assert_eq!((standing.failures, standing.looked_at), (2, Some(now())));
    assert_eq!(line.store.present_edition_id().await?, id);
    Ok(())
}

/// Why the first look fails under a fault.
async fn failure_of_first_look(on: On, fault: Fault) -> Result<String, Failure> {
    let line = Line::start(worlds()?).await?;
    line.fake.fault(FaultRule::new(on, fault));
    let worker = worker(&line, "one", &Hands::default())?;
    worker.look_at_catalog().await?;
    assert_eq!(line.store.present_edition_id().await?, None, "{fault:?}");
    assert_eq!(worker.catalog.now().version(), Catalog::built_in().version());
    Ok(line.store.refresh_standing(now()).await?.failure.ok_or("it went well")?)
}

#[tokio::test]
async fn every_way_in_which_a_download_goes_wrong_is_one_sentence() -> Test {
    let elsewhere = || On::Path("_codeload".to_owned());
    for (on, fault, says) in [
        (elsewhere(), Fault::Malformed, "the archive could not be read"),
        (elsewhere(), Fault::NotJson, "the archive could not be read"),
        (elsewhere(), Fault::Status(404), "GitHub knows nothing of that name"),
        (On::Path("tarball".to_owned()), Fault::SecondaryLimit(600), "rate limit is reached"),
        (On::Graphql, Fault::PrimaryLimit(600), "rate limit is reached"),
    ] {
        let failure = failure_of_first_look(on, fault).await?;
        assert!(failure.contains(says), "{fault:?}: {failure}");
    }
    Ok(())
}

#[tokio::test]
async fn a_repository_that_is_empty_missing_or_a_piece_is_told() -> Test {
    for (repository, says) in [
        ("acme/nothing", "GitHub knows nothing of that name"),
        ("acme/empty", "the repository is empty"),
        ("acme/shop", "there are no image definitions"),
        ("acme/piece", "1 of 5"),
    ] {
        let mut world = worlds()?;
        for name in ["empty", "piece"] {
            world.create(NewRepository::named("acme", name)?)?;
        }
        let piece = definition("runtime", &["1"]);
        world.push("acme/piece", Push::new("x").file("image/a/debian-13/1.yaml", &piece))?;
        let line = Line::start(world).await?;
        let mut worker = worker(&line, "one", &Hands::default())?;
        let source = worker.catalog_source.as_mut().ok_or("no source")?;
        source.repository = repository.parse()?;
        worker.look_at_catalog().await?;
        let failure = line.store.refresh_standing(now()).await?.failure.ok_or("it went well")?;
        assert!(failure.contains(says), "{repository}: {failure}");
    }
    Ok(())
}

#[tokio::test]
async fn an_edition_of_another_form_is_passed_over_until_the_next_look() -> Test {
    let (line, worker, hands) = looked().await?;
    sqlx::query("UPDATE catalog_edition SET content = 'x'").execute(line.store.pool()).await?;
    assert!(Standing::of(&line.store).await?.edition.is_none());
    let other = PresentCatalog::of(&line.store).await?;
    assert_eq!(other.now().version(), Catalog::built_in().version());
    look_a_day_later(&worker, &hands).await?;
    other.follow(&line.store).await?;
    assert!(other.now().version().starts_with("dhi-"));
    Ok(())
}

/// What the changes page tells, as `kind cause item from to`.
async fn changes(line: &Line) -> Result<Vec<String>, Failure> {
    let rows = sqlx::query_scalar(
        "SELECT concat_ws(' ', repository, kind, cause, item, from_verdict, to_verdict)
         FROM change_line WHERE cause <> 'first-sight' ORDER BY 1",
    );
    Ok(rows.fetch_all(line.store.pool()).await?)
}

async fn days(line: &Line) -> Result<Vec<String>, Failure> {
    let rows = sqlx::query_scalar(
        "SELECT concat_ws(' ', day - '2026-09-21'::date, met, remaining, verify,
                dense_rank() OVER (ORDER BY catalog_version))
         FROM organization_day ORDER BY day",
    );
    Ok(rows.fetch_all(line.store.pool()).await?)
}

#[tokio::test]
async fn a_new_edition_moves_verdicts_at_once_without_github_and_is_no_progress() -> Test {
    let (line, worker, hands) = looked().await?;
    let stop = CancellationToken::new();
    while worker.work_once(&stop).await? {}
    let request = crawl::Request {
        organization: &line.organization,
        kind: CrawlKind::Full,
        trigger: store::Trigger::Command,
        catalog: &worker.catalog.now(),
    };
    crawl::run(&line.store, &line.client, &request, &hands.clock(), &|_| {}).await?;
    assert_eq!(changes(&line).await?, Vec::<String>::new());

    let push = Push::new("Go on")
        .remove("image/node/debian-13/22.yaml")
        .file("image/fresh/debian-13/1.yaml", &definition("runtime", &["1"]))
        .file("image/alpine-base/alpine-3.22/3.yaml", &definition("runtime", &["3.22"]));
    line.fake.world(|world| world.push(REPOSITORY, push))?;
    let organization = line.store.organization(&line.organization).await?.ok_or("none")?;
    let revision = organization_revision(&line).await?;
    look_a_day_later(&worker, &hands).await?;

    // What an import would have told beforehand is what then happens.
    let (moves, looked_at) = preview(&line.store, organization.id, &worker.catalog.now()).await?;
    assert_eq!(looked_at, 3);
    drop(line.fake.take_account());
    // Its job, before any crawl that is due.
    rescore(&line, &worker, &stop).await?;
    let account = line.fake.take_account();
    assert_eq!((account.rest.len(), account.graphql.len()), (0, 0));
    let changes = changes(&line).await?;
    assert!(changes.iter().all(|it| it.contains(" ours catalog ")), "{changes:?}");
    let listed = "billing ours catalog base-image verify met";
    assert!(changes.contains(&listed.to_owned()), "{changes:?}");
    let codes = found(&line, "shop").await?;
    assert!(codes.contains(&"withdrawn-tag".to_owned()), "{codes:?}");
    assert_eq!(bases(&line, "search").await?, ["dhi.io/alpine-base"]);
    assert_eq!(moves.values().sum::<u64>(), u64::try_from(changes.len())?);
    assert!(organization_revision(&line).await? > revision);
    // The day after is of another catalogue: the chart has its mark, and no pace is read of it.
    let days = days(&line).await?;
    assert_eq!(days.len(), 2, "{days:?}");
    let of = |it: &String| it.rsplit(' ').next().map(str::to_owned);
    assert!(of(&days[0]) != of(&days[1]), "{days:?}");
    // Nothing is left to do, and nothing would move.
    let (moves, _) = preview(&line.store, organization.id, &worker.catalog.now()).await?;
    assert_eq!(moves, Moves::new());
    Ok(())
}

/// The codes of what stands against a repository's Dockerfiles.
async fn found(line: &Line, repository: &str) -> Result<Vec<String>, Failure> {
    let codes = "SELECT finding.code FROM repository JOIN dockerfile USING (repository_id)
        JOIN finding USING (report_id) WHERE repository.name = $1";
    Ok(sqlx::query_scalar(codes).bind(repository).fetch_all(line.store.pool()).await?)
}

/// The images that a repository's Dockerfiles should be on.
async fn bases(line: &Line, repository: &str) -> Result<Vec<String>, Failure> {
    let bases = "SELECT split_part(base_use.suggestion, ':', 1)
        FROM repository JOIN dockerfile USING (repository_id) JOIN base_use USING (report_id)
        WHERE repository.name = $1 AND base_use.suggestion IS NOT NULL";
    Ok(sqlx::query_scalar(bases).bind(repository).fetch_all(line.store.pool()).await?)
}

async fn rescore(line: &Line, worker: &Worker, stop: &CancellationToken) -> Test {
    let others = "UPDATE schedule_run SET next_at = next_at + interval '9 days'";
    sqlx::query(others).execute(line.store.pool()).await?;
    assert!(worker.work_once(stop).await?);
    let done = "SELECT count(*) FROM job WHERE kind = $1 AND state = 'done'";
    let done: i64 =
        sqlx::query_scalar(done).bind(JobKind::Rescore.slug()).fetch_one(line.store.pool()).await?;
    assert!(done > 0);
    Ok(())
}

async fn organization_revision(line: &Line) -> Result<i64, Failure> {
    let revision = sqlx::query_scalar("SELECT revision FROM organization");
    Ok(revision.fetch_one(line.store.pool()).await?)
}

/// Every file of the shared archive; none where it is not beside the project.
#[expect(clippy::print_stderr, reason = "says aloud that it skips")]
fn shared() -> Result<Option<Vec<(String, String)>>, Failure> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/dhi/definitions.tar.gz");
    let Ok(file) = File::open(&path) else {
        eprintln!("skipped: {} is not there", path.display());
        return Ok(None);
    };
    let mut files = Vec::new();
    for entry in tar::Archive::new(GzDecoder::new(file)).entries()? {
        let mut entry = entry?;
        let path = entry.path()?.display().to_string();
        let Some((_, path)) = path.split_once('/').filter(|(_, it)| it.ends_with(".yaml")) else {
            continue;
        };
        let path = path.to_owned();
        let mut text = String::new();
        entry.read_to_string(&mut text)?;
        files.push((path, text));
    }
    Ok(Some(files))
}

#[tokio::test]
async fn the_whole_catalogue_is_read_as_an_archive_and_then_by_what_changed() -> Test {
    let Some(files) = shared()? else { return Ok(()) };
    let mut world = worlds()?;
    let all = files.iter().fold(Push::new("All"), |push, (path, text)| push.file(path, text));
    world.push(REPOSITORY, all)?;
    let line = Line::start(world).await?;
    let hands = Hands::default();
    let worker = worker(&line, "one", &hands)?;
    let mut begun = Instant::now();
    let mut told = async |what: &str| -> Test {
        let account = line.fake.take_account();
        let (queries, requests, points) = asked(&account);
        println!(
            "{what}: {:.1} s, {requests} REST and {queries} GraphQL requests, {points} points, {} blobs",
            begun.elapsed().as_secs_f64(),
            account.blobs
        );
        begun = Instant::now();
        Ok(())
    };
    worker.look_at_catalog().await?;
    told("by archive").await?;
    let kept = line.store.present_edition().await?.ok_or("nothing was kept")?;
    assert!(kept.images > 800 && kept.tags > 18_000, "{kept:?}");
    look_a_day_later(&worker, &hands).await?;
    told("unchanged").await?;
    let some = files.iter().step_by(20).map(|(path, text)| (path, format!("{text}\n# again\n")));
    let some = some.fold(Push::new("Some"), |push, (path, text)| push.file(path, &text));
    line.fake.world(|world| world.push(REPOSITORY, some))?;
    look_a_day_later(&worker, &hands).await?;
    told("by blobs").await?;
    // Comments are no facts; a maintenance may have ended on one of the days.
    let again = line.store.present_edition().await?.ok_or("nothing was kept")?;
    assert_eq!((again.images, again.tags), (kept.images, kept.tags));
    assert!(again.id == kept.id || again.brought == Some(store::Brought::default()), "{again:?}");
    let content = line.store.edition_content(kept.id).await?.ok_or("forgotten")?;
    let begun = Instant::now();
    PresentCatalog::of(&line.store).await?;
    println!("{} KB kept, loaded in {:.1} s", content.len() / 1024, begun.elapsed().as_secs_f64());
    Ok(())
}
