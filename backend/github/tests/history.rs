//! The past of files, asked for over real HTTP, and what that costs.

use chrono::{DateTime, TimeDelta, Utc};
use github::{Client, Endpoints, FileHistory, GithubError, Standing, WantedHistory};
use github_fake::{Fake, Fault, FaultRule, NewRepository, On, Options, Push, World};
use names::OrgLogin;
use secrecy::SecretString;

type Failure = Box<dyn std::error::Error>;
type Test = Result<(), Failure>;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap_or_default()
}

fn days_ago(days: i64) -> DateTime<Utc> {
    now() - TimeDelta::days(days)
}

fn acme() -> Result<OrgLogin, Failure> {
    Ok("acme".parse()?)
}

/// An organization with these repositories.
fn world(repositories: &[&str]) -> Result<World, Failure> {
    let mut world = World::new(now());
    world.add_organization("acme")?;
    for name in repositories {
        world.create(NewRepository::named("acme", name)?)?;
    }
    Ok(world)
}

fn pushed(days: i64, path: &str, text: &str) -> Push {
    Push::new("Change").at(days_ago(days)).file(path, text)
}

async fn start(world: World) -> Result<(Fake, Client), Failure> {
    let fake = Fake::start(world, Options::default()).await?;
    let endpoints = Endpoints::from_settings(Some(&fake.api_url()), None)?;
    let client = Client::new(endpoints, Some(SecretString::from(fake.token().to_owned())))?;
    Ok((fake, client))
}

fn wanted(repository: &str, path: &str) -> Result<WantedHistory, Failure> {
    let (repository, path) = (repository.parse()?, path.parse()?);
    Ok(WantedHistory { repository, path, since: days_ago(365) })
}

fn all_wanted(repository: &str, paths: &[&str]) -> Result<Vec<WantedHistory>, Failure> {
    paths.iter().map(|it| wanted(repository, it)).collect()
}

/// How many days ago each version was, and whether there was a file then.
fn told(history: &FileHistory) -> Vec<(i64, bool)> {
    let is_file = |it: &Standing| matches!(it, Standing::File { .. });
    history.iter().map(|it| ((now() - it.committed_at).num_days(), is_file(&it.standing))).collect()
}

#[tokio::test]
async fn the_past_begins_with_what_stood_there_then() -> Test {
    let mut world = world(&["shop"])?;
    for (days, text) in [(500, "FROM a\n"), (400, "FROM b\n"), (300, "FROM c\n"), (2, "FROM d\n")] {
        world.push("acme/shop", pushed(days, "a/Dockerfile", text))?;
        world.push("acme/shop", pushed(days, "README.md", text))?;
    }
    world.push("acme/shop", pushed(200, "b/Dockerfile", "FROM a\n"))?;
    world.push("acme/shop", Push::new("Remove").at(days_ago(100)).remove("b/Dockerfile"))?;
    world.push("acme/shop", pushed(50, "b/Dockerfile", "FROM a\n"))?;
    world.push("acme/shop", Push::new("Link").at(days_ago(1)).symlink("c/Dockerfile", "x"))?;
    let (_fake, client) = start(world).await?;
    let files = ["a/Dockerfile", "b/Dockerfile", "c/Dockerfile", "none/Dockerfile"];
    let found = client.file_histories(&acme()?, &all_wanted("shop", &files)?).await?;
    let found: Vec<_> = found.into_iter().map(|it| it.unwrap().unwrap()).collect();
    assert_eq!(told(&found[0]), [(400, true), (300, true), (2, true)]);
    assert_eq!(told(&found[1]), [(200, true), (100, false), (50, true)]);
    assert_eq!(found[2][0].standing, Standing::Other);
    assert_eq!(told(&found[3]), []);
    Ok(())
}

#[tokio::test]
async fn points_are_known_before_they_are_spent() -> Test {
    let mut world = world(&["shop", "billing"])?;
    let mut all = Vec::new();
    for (repository, count) in [("shop", 70), ("billing", 50)] {
        let mut push = Push::new("Begin").at(days_ago(9));
        for index in 0..count {
            let path = format!("{index}/Dockerfile");
            push = push.file(&path, "FROM a\n");
            all.push(wanted(repository, &path)?);
        }
        world.push(&format!("acme/{repository}"), push)?;
    }
    // A year in which one file was changed 250 times.
    for change in 0..250 {
        let at = days_ago(8) + TimeDelta::minutes(change);
        let push = Push::new("Bump").file("0/Dockerfile", &format!("FROM a:{change}\n")).at(at);
        world.push("acme/billing", push)?;
    }
    let (fake, client) = start(world).await?;
    let found = client.file_histories(&acme()?, &all).await?;
    let counts: Vec<_> =
        found.iter().map(|it| it.as_ref().unwrap().as_ref().unwrap().len()).collect();
    assert_eq!((counts[0], counts[70], counts[71]), (1, 251, 1));
    let account = fake.take_account();
    // 120 files at fifty a query, and two more pages of one.
    assert_eq!((account.graphql.len(), account.points), (5, 5));
    assert_eq!(client.spent().graphql_points, 5);
    assert_eq!((account.blobs, account.rest.len()), (0, 0));
    Ok(())
}

#[tokio::test]
async fn what_is_too_much_is_asked_in_halves_and_remembered() -> Test {
    let mut world = world(&["shop"])?;
    world.push("acme/shop", pushed(9, "Dockerfile", "FROM a\n"))?;
    let (fake, client) = start(world).await?;
    fake.fault(FaultRule::new(On::Graphql, Fault::Status(502)).times(1));
    let all = all_wanted("shop", &["Dockerfile"; 50])?;
    let found = client.file_histories(&acme()?, &all).await?;
    assert!(found.iter().all(|it| told(it.as_ref().unwrap().as_ref().unwrap()) == [(9, true)]));
    assert_eq!(fake.take_account().graphql.len(), 3);
    assert!(client.remember().contains(r#""histories":25"#));
    Ok(())
}

#[tokio::test]
async fn a_repository_that_is_not_there_keeps_no_other_back() -> Test {
    let mut world = world(&["shop", "empty"])?;
    world.push("acme/shop", pushed(9, "Dockerfile", "FROM a\n"))?;
    let (_fake, client) = start(world).await?;
    let all = ["gone", "empty", "shop"].map(|it| wanted(it, "Dockerfile"));
    let all = all.into_iter().collect::<Result<Vec<_>, _>>()?;
    let found = client.file_histories(&acme()?, &all).await?;
    assert_eq!(found[0], Err(GithubError::NotFound));
    assert_eq!(found[1], Ok(None));
    assert_eq!(told(found[2].as_ref().unwrap().as_ref().unwrap()), [(9, true)]);
    Ok(())
}
