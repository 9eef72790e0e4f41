//! A repository's archive, which comes from a host that must not be told the token.

use std::collections::BTreeMap;
use std::io::Read as _;

use chrono::{DateTime, Utc};
use flate2::read::GzDecoder;
use github::{Client, Endpoints, GithubError};
use github_fake::{
    Facts, Fake, Fault, FaultRule, NewRepository, On, Options, Push, Visibility, World,
};
use names::{CommitSha, OrgLogin, RepoName};
use secrecy::SecretString;

type Failure = Box<dyn std::error::Error>;
type Test = Result<(), Failure>;

/// A public repository with a commit, and a client that asks for it.
struct Place {
    fake: Fake,
    client: Client,
    owner: OrgLogin,
    repository: RepoName,
    head: CommitSha,
}

impl Place {
    async fn start() -> Result<Self, Failure> {
        let mut world =
            World::new(DateTime::<Utc>::from_timestamp(1_790_000_000, 0).ok_or("time")?);
        world.add_organization("hardened")?;
        let mut new = NewRepository::named("hardened", "catalog")?;
        new.facts = Facts { visibility: Visibility::Public, ..Facts::default() };
        world.create(new)?;
        let push = Push::new("Begin")
            .file("image/node/info.yaml", "name: node\n")
            .file("README.md", "read me\n")
            .symlink("link", "README.md");
        let head = world.push("hardened/catalog", push)?.to_string().parse()?;
        let fake = Fake::start(world, Options::default()).await?;
        let endpoints = Endpoints::from_settings(Some(&fake.api_url()), None)?;
        let client = Client::new(endpoints, Some(SecretString::from(fake.token().to_owned())))?;
        let (owner, repository) = ("hardened".parse()?, "catalog".parse()?);
        Ok(Self { fake, client, owner, repository, head })
    }

    async fn archive(&self) -> Result<Vec<u8>, GithubError> {
        self.client.archive(&self.owner, &self.repository, &self.head).await
    }
}

fn files(archive: &[u8]) -> Result<BTreeMap<String, String>, Failure> {
    let mut archive = tar::Archive::new(GzDecoder::new(archive));
    let mut files = BTreeMap::new();
    for entry in archive.entries()? {
        let mut entry = entry?;
        let mut text = String::new();
        entry.read_to_string(&mut text)?;
        files.insert(entry.path()?.display().to_string(), text);
    }
    Ok(files)
}

#[tokio::test]
async fn an_archive_comes_whole_and_its_host_is_not_told_the_token() -> Test {
    let place = Place::start().await?;
    let files = files(&place.archive().await?)?;
    let top = format!("catalog-{}", place.head);
    let paths: Vec<&String> = files.keys().collect();
    assert_eq!(paths, [&format!("{top}/README.md"), &format!("{top}/image/node/info.yaml")]);
    // The stand-in refuses a token there, as would be seen here.
    let asked = place.fake.account().rest;
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert!(asked[1].starts_with("GET /_codeload/"), "{asked:?}");
    assert_eq!(place.client.spent().rest_requests, 1);
    assert_eq!(place.client.spent().rest_left, None, "the other host knows no budget");
    Ok(())
}

#[tokio::test]
async fn a_download_that_breaks_off_is_tried_again() -> Test {
    let place = Place::start().await?;
    place.fake.fault(FaultRule::new(On::Path("_codeload".to_owned()), Fault::Cut).times(2));
    assert_eq!(files(&place.archive().await?)?.len(), 2);
    Ok(())
}

#[tokio::test]
async fn an_archive_that_is_not_there_or_withheld_is_told_in_one_sentence() -> Test {
    let place = Place::start().await?;
    for (status, expected) in [(404, "NotFound"), (451, "Unavailable"), (403, "Forbidden")] {
        place.fake.fault(FaultRule::new(On::Path("tarball".to_owned()), Fault::Status(status)));
        let error = place.archive().await.err().ok_or("no error")?;
        assert!(format!("{error:?}").starts_with(expected), "{status}: {error:?}");
        place.fake.clear_faults();
    }
    let limit = Fault::SecondaryLimit(120);
    place.fake.fault(FaultRule::new(On::Path("tarball".to_owned()), limit).times(1));
    assert!(matches!(place.archive().await, Err(GithubError::RateLimited { .. })));
    Ok(())
}
