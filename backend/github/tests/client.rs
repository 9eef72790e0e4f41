//! The client against the stand-in GitHub, over real HTTP.

use chrono::{DateTime, Utc};
use github::{Client, Endpoints, GithubError, Heads, WantedBlob};
use github_fake::{Fake, Fault, FaultRule, NewRepository, On, Options, Push, TreeLimits, World};
use names::{CommitSha, OrgLogin, RepoName};
use secrecy::SecretString;

type Test = Result<(), Box<dyn std::error::Error>>;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap_or_default()
}

fn acme() -> Result<OrgLogin, names::NameError> {
    "acme".parse()
}

/// An organization with repositories `shop-0` … each with one Dockerfile of its own.
fn world(repositories: usize) -> Result<World, github_fake::FakeError> {
    let mut world = World::new(now());
    world.add_organization("acme")?;
    for index in 0..repositories {
        world.create(NewRepository::named("acme", &format!("shop-{index}"))?)?;
        let push = Push::new("Begin")
            .file("Dockerfile", &format!("FROM alpine:3.{index}\n"))
            .file("deep/er/Dockerfile", "FROM busybox\n")
            .symlink("deep/Dockerfile", "er/Dockerfile")
            .at(now() - chrono::TimeDelta::hours(i64::try_from(index).unwrap_or(0)));
        world.push(&format!("acme/shop-{index}"), push)?;
    }
    Ok(world)
}

async fn fake(repositories: usize) -> Result<Fake, Box<dyn std::error::Error>> {
    Ok(Fake::start(world(repositories)?, Options::default()).await?)
}

fn client_of(fake: &Fake, api: &str, token: Option<&str>) -> Result<Client, GithubError> {
    let endpoints = Endpoints::from_settings(Some(api), None)?;
    let token = token.unwrap_or_else(|| fake.token());
    Client::new(endpoints, Some(SecretString::from(token.to_owned())))
}

fn client(fake: &Fake) -> Result<Client, GithubError> {
    client_of(fake, &fake.api_url(), None)
}

async fn head(client: &Client) -> Result<(RepoName, CommitSha), Box<dyn std::error::Error>> {
    let page = client.listing(&acme()?, None, Heads::Ids).await?;
    let first = page.repositories.into_iter().next().ok_or("an empty listing")?;
    Ok((first.name, first.head.ok_or("no head")?))
}

#[tokio::test]
async fn the_listing_comes_in_pages_of_a_hundred_latest_push_first() -> Test {
    let fake = fake(103).await?;
    let client = client(&fake)?;
    let first = client.listing(&acme()?, None, Heads::Ids).await?;
    let second = client.listing(&acme()?, first.next.as_deref(), Heads::Ids).await?;
    assert_eq!((first.repositories.len(), second.repositories.len(), first.total), (100, 3, 103));
    assert_eq!((first.missing, second.next), (None, None));
    assert_eq!(first.repositories[0].name.as_str(), "shop-0");
    assert_eq!(first.repositories[0].default_branch.as_deref(), Some("main"));
    assert!(first.repositories.is_sorted_by_key(|it| std::cmp::Reverse(it.pushed_at)));
    assert_eq!((client.spent().graphql_requests, client.spent().graphql_points), (2, 2));
    assert_eq!(fake.account().points, 2);
    Ok(())
}

#[tokio::test]
async fn a_tree_holds_every_file_at_any_depth() -> Test {
    let fake = fake(1).await?;
    let client = client(&fake)?;
    let (name, head) = head(&client).await?;
    let tree = client.tree(&acme()?, &name, &head).await?;
    let paths: Vec<&str> = tree.entries.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(paths, ["Dockerfile", "deep/Dockerfile", "deep/er/Dockerfile"]);
    assert_eq!(client.spent().rest_requests, 1);
    Ok(())
}

#[tokio::test]
async fn a_cut_tree_is_walked_and_nothing_is_lost() -> Test {
    let mut world = world(1)?;
    let mut push = Push::new("Grow");
    for index in 0..40 {
        push = push.file(&format!("part-{}/x/{index}/Dockerfile", index % 3), "FROM scratch\n");
    }
    world.push("acme/shop-0", push)?;
    let whole = Fake::start(world.clone(), Options::default()).await?;
    let tree_limits = TreeLimits { entries: 15, bytes: 7_000_000 };
    let cut = Fake::start(world, Options { tree_limits, ..Options::default() }).await?;
    let mut paths = Vec::new();
    for fake in [&whole, &cut] {
        let client = client(fake)?;
        let (name, head) = head(&client).await?;
        let tree = client.tree(&acme()?, &name, &head).await?;
        assert_eq!(tree.unread_directories, []);
        let mut files: Vec<String> = tree.entries.iter().map(|it| it.path.to_string()).collect();
        files.sort();
        paths.push(files);
    }
    assert_eq!(paths[0].len(), 43);
    assert_eq!(paths[0], paths[1]);
    let account = cut.account();
    // The cut answer, the root, its parts and their `x`, one query a level, and the leaves.
    assert_eq!((account.rest.len(), account.graphql.len()), (1, 5));
    Ok(())
}

/// Every Dockerfile of the organization, in the listing's order.
async fn every_dockerfile(client: &Client) -> Result<Vec<WantedBlob>, Box<dyn std::error::Error>> {
    let mut wanted = Vec::new();
    for listed in client.listing(&acme()?, None, Heads::Ids).await?.repositories {
        let Some(head) = listed.head else { continue };
        for entry in client.tree(&acme()?, &listed.name, &head).await?.entries {
            let repository = listed.name.clone();
            wanted.push(WantedBlob { repository, sha: entry.sha, size: entry.size });
        }
    }
    Ok(wanted)
}

#[tokio::test]
async fn blobs_of_several_repositories_come_in_one_query() -> Test {
    let fake = fake(5).await?;
    let client = client(&fake)?;
    let wanted = every_dockerfile(&client).await?;
    drop(fake.take_account());
    let blobs = client.blobs(&acme()?, &wanted).await?;
    assert_eq!((blobs.len(), fake.account().graphql.len(), fake.account().rest.len()), (15, 1, 0));
    let first = blobs[0].content.clone()?;
    assert_eq!(String::from_utf8(first)?, "FROM alpine:3.0\n");
    Ok(())
}

#[tokio::test]
async fn a_file_that_is_no_text_comes_byte_for_byte() -> Test {
    let mut world = world(1)?;
    let latin = b"FROM alpine\n# caf\xe9\n".to_vec();
    let binary = b"FROM\0alpine".to_vec();
    let large = vec![b'#'; 600_000];
    for (path, bytes) in
        [("a/Dockerfile", &latin), ("b/Dockerfile", &binary), ("c/Dockerfile", &large)]
    {
        let content =
            github_fake::Content::Bytes(github_fake::git::Mode::File, bytes.as_slice().into());
        world.push("acme/shop-0", Push::new("Add").content(path, content))?;
    }
    let fake = Fake::start(world, Options::default()).await?;
    let client = client(&fake)?;
    let mut wanted = every_dockerfile(&client).await?;
    // One whose size nobody told, so that the text arrives cut.
    wanted.iter_mut().for_each(|it| it.size = None);
    let blobs = client.blobs(&acme()?, &wanted).await?;
    for bytes in [latin, binary, large] {
        assert!(blobs.iter().any(|it| it.content.as_deref() == Ok(bytes.as_slice())));
    }
    Ok(())
}

#[tokio::test]
async fn a_batch_says_of_each_blob_what_became_of_it() -> Test {
    let fake = fake(2).await?;
    let client = client(&fake)?;
    let mut wanted = every_dockerfile(&client).await?;
    let sha = wanted[0].sha.clone();
    wanted.push(WantedBlob { repository: "nowhere".parse()?, sha, size: None });
    wanted.push(WantedBlob {
        repository: "shop-1".parse()?,
        sha: "0".repeat(40).parse()?,
        size: None,
    });
    let blobs = client.blobs(&acme()?, &wanted).await?;
    let lost: Vec<_> = blobs.iter().filter_map(|it| it.content.as_ref().err()).collect();
    assert_eq!((blobs.len(), lost), (8, vec![&GithubError::NotFound, &GithubError::NotFound]));
    Ok(())
}

#[tokio::test]
async fn commits_tell_when_they_were_made_and_their_tree() -> Test {
    let fake = fake(2).await?;
    let client = client(&fake)?;
    let page = client.listing(&acme()?, None, Heads::Ids).await?;
    let heads: Vec<(RepoName, CommitSha)> =
        page.repositories.into_iter().filter_map(|it| Some((it.name, it.head?))).collect();
    let facts = client.commits(&acme()?, &heads).await?;
    let dates: Vec<_> = facts
        .into_iter()
        .map(|it| Ok(it?.ok_or(GithubError::NotFound)?.committed_at))
        .collect::<Result<_, GithubError>>()?;
    assert_eq!(dates, [now(), now() - chrono::TimeDelta::hours(1)]);
    Ok(())
}

#[tokio::test]
async fn an_enterprise_server_is_reached_at_its_own_addresses() -> Test {
    let fake = fake(1).await?;
    let client = client_of(&fake, &fake.enterprise_api_url(), None)?;
    let (name, head) = head(&client).await?;
    assert_eq!(client.tree(&acme()?, &name, &head).await?.entries.len(), 3);
    assert_eq!(client.organization(&acme()?).await?.login, acme()?);
    Ok(())
}

#[tokio::test]
async fn a_wrong_token_and_an_unknown_organization_are_told_apart() -> Test {
    let fake = fake(1).await?;
    let stranger = client_of(&fake, &fake.api_url(), Some("ghp_wrong"))?;
    assert_eq!(stranger.listing(&acme()?, None, Heads::Ids).await, Err(GithubError::Unauthorized));
    assert_eq!(stranger.credential().await, Err(GithubError::Unauthorized));
    let nobody = Client::new(Endpoints::from_settings(Some(&fake.api_url()), None)?, None)?;
    assert_eq!(nobody.listing(&acme()?, None, Heads::Ids).await, Err(GithubError::NoToken));
    let client = client(&fake)?;
    let unknown = "no-such".parse()?;
    assert_eq!(client.listing(&unknown, None, Heads::Ids).await, Err(GithubError::NotFound));
    assert_eq!(client.organization(&unknown).await, Err(GithubError::NotFound));
    Ok(())
}

#[tokio::test]
async fn a_good_credential_is_described_in_words() -> Test {
    let fake = fake(1).await?;
    let credential = client(&fake)?.credential().await?;
    assert!(credential.login.is_some() && credential.graphql.is_some(), "{credential:?}");
    assert!(credential.in_words().len() >= 3);
    Ok(())
}

#[tokio::test]
async fn passing_faults_are_ridden_out() -> Test {
    let fake = fake(1).await?;
    let client = client(&fake)?;
    for fault in [Fault::Status(500), Fault::Status(502), Fault::Cut, Fault::Malformed] {
        fake.fault(FaultRule::new(On::Any, fault).times(2));
        let (name, head) = head(&client).await.map_err(|it| format!("{fault:?}: {it}"))?;
        fake.fault(FaultRule::new(On::Rest, fault).times(2));
        let tree = client.tree(&acme()?, &name, &head).await;
        assert_eq!(tree.map(|it| it.entries.len()), Ok(3), "{fault:?}");
        fake.clear_faults();
    }
    Ok(())
}

#[tokio::test]
async fn a_fault_that_stays_ends_in_one_sentence() -> Test {
    let fake = fake(1).await?;
    let client = client(&fake)?;
    let (name, head) = head(&client).await?;
    fake.fault(FaultRule::new(On::Rest, Fault::Status(500)));
    let error = client.tree(&acme()?, &name, &head).await.err().ok_or("no error")?;
    assert!(matches!(error, GithubError::Unreachable(_)), "{error}");
    assert_eq!(fake.account().rest.len(), 4);
    fake.clear_faults();
    for (status, expected) in [(404, "NotFound"), (451, "Unavailable"), (409, "EmptyRepository")] {
        fake.fault(FaultRule::new(On::Rest, Fault::Status(status)));
        let error = client.tree(&acme()?, &name, &head).await.err().ok_or("no error")?;
        assert!(format!("{error:?}").starts_with(expected), "{status}: {error:?}");
        fake.clear_faults();
    }
    Ok(())
}

#[tokio::test]
async fn a_rate_limit_says_until_when_and_nothing_is_asked_before() -> Test {
    for (on, fault) in
        [(On::Graphql, Fault::PrimaryLimit(120)), (On::Graphql, Fault::SecondaryLimit(120))]
    {
        let fake = fake(1).await?;
        let client = client(&fake)?;
        fake.fault(FaultRule::new(on, fault).times(1));
        let error = client.listing(&acme()?, None, Heads::Ids).await.err().ok_or("no error")?;
        let GithubError::RateLimited { wait, until } = error else { panic!("{error:?}") };
        assert!((115..=122).contains(&wait.as_secs()) && until.is_some(), "{fault:?}: {wait:?}");
        let asked = fake.account().graphql.len();
        assert!(client.listing(&acme()?, None, Heads::Ids).await.is_err());
        assert_eq!(fake.account().graphql.len(), asked, "asked while told to wait");
    }
    Ok(())
}

#[tokio::test]
async fn a_short_rate_limit_is_over_when_it_said() -> Test {
    let fake = fake(1).await?;
    let client = client(&fake)?;
    fake.fault(FaultRule::new(On::Graphql, Fault::SecondaryLimit(0)).times(1));
    let error = client.listing(&acme()?, None, Heads::Ids).await.err().ok_or("no error")?;
    let GithubError::RateLimited { wait, .. } = error else { panic!("{error:?}") };
    tokio::time::sleep(wait).await;
    assert_eq!(client.listing(&acme()?, None, Heads::Ids).await?.repositories.len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_batch_that_is_too_much_is_halved_and_the_size_remembered() -> Test {
    let fake = fake(40).await?;
    let client = client(&fake)?;
    fake.fault(FaultRule::new(On::Graphql, Fault::Status(502)).times(2));
    let page = client.listing(&acme()?, None, Heads::Ids).await?;
    assert_eq!((page.repositories.len(), page.total), (25, 40));
    let rest = client.listing(&acme()?, page.next.as_deref(), Heads::Ids).await?;
    assert_eq!(rest.repositories.len(), 15);
    assert_eq!(client.spent().graphql_requests, 4);
    Ok(())
}

#[tokio::test]
async fn a_server_that_is_down_is_said_to_be() -> Test {
    let fake = fake(1).await?;
    let client = client(&fake)?;
    fake.stop().await;
    let error = client.listing(&acme()?, None, Heads::Ids).await.err().ok_or("no error")?;
    assert!(matches!(error, GithubError::Unreachable(_)), "{error}");
    let sentence = error.to_string();
    assert!(!sentence.contains('\n') && !sentence.contains("Backtrace"), "{sentence}");
    Ok(())
}
