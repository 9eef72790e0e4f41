//! A stand-in GitHub, a database of its own, and crawls from the one to the other.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use crawl::{Clock, CrawlError, PresentCatalog, Progress, Request, Summary};
use github::{Client, Endpoints};
use github_fake::{Account, Fake, FakeError, NewRepository, Options, Push, World};
use names::{OrgLogin, RepositoryId};
use secrecy::SecretString;
use store::testing::TestStore;
use store::{CrawlKind, NewOrganization, Trigger};

pub(crate) type Failure = Box<dyn std::error::Error>;
pub(crate) type Test = Result<(), Failure>;

pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap_or_default()
}

/// The clock of a test: it stands still until it is moved.
pub(crate) fn clock(moment: DateTime<Utc>) -> Clock {
    Arc::new(move || moment)
}

/// Everything one test needs.
pub(crate) struct Line {
    pub(crate) fake: Fake,
    pub(crate) store: TestStore,
    pub(crate) client: Client,
    pub(crate) organization: OrgLogin,
    /// What the crawls told while they ran.
    pub(crate) progress: Mutex<Vec<Progress>>,
}

impl Line {
    pub(crate) async fn start(world: World) -> Result<Self, Failure> {
        Self::start_with(world, Options::default()).await
    }

    pub(crate) async fn start_with(world: World, options: Options) -> Result<Self, Failure> {
        let fake = Fake::start(world, options).await?;
        let store = store::testing::store().await;
        let organization: OrgLogin = "acme".parse()?;
        let new = NewOrganization { login: organization.clone(), is_sample: false };
        store.add_organization(&new, now()).await?;
        let client = client(&fake, fake.token())?;
        Ok(Self { fake, store, client, organization, progress: Mutex::default() })
    }

    pub(crate) async fn crawl(&self, kind: CrawlKind) -> Result<Summary, CrawlError> {
        self.crawl_at(kind, now()).await
    }

    pub(crate) async fn crawl_at(
        &self,
        kind: CrawlKind,
        moment: DateTime<Utc>,
    ) -> Result<Summary, CrawlError> {
        let request = Request {
            organization: &self.organization,
            kind,
            trigger: Trigger::Command,
            catalog: &PresentCatalog::built_in().now(),
        };
        let told = |it: &Progress| {
            if let Ok(mut progress) = self.progress.lock() {
                progress.push(it.clone());
            }
        };
        crawl::run(&self.store, &self.client, &request, &clock(moment), &told).await
    }

    /// Crawls, and gives what that asked of GitHub.
    pub(crate) async fn asked_by(&self, kind: CrawlKind) -> Result<(Summary, Account), CrawlError> {
        drop(self.fake.take_account());
        let summary = self.crawl(kind).await?;
        Ok((summary, self.fake.take_account()))
    }

    /// GitHub's id of a repository.
    pub(crate) fn id(&self, name: &str) -> Result<RepositoryId, Failure> {
        Ok(self.fake.world(|world| world.repository_mut(name).map(|it| it.id))?)
    }

    /// The paths of all Dockerfiles that are there, as `repository/path`.
    pub(crate) async fn paths(&self) -> Vec<String> {
        let files = self.store.dockerfile_rows().await;
        files.into_iter().map(|it| format!("{}/{}", it.repository, it.path)).collect()
    }
}

pub(crate) fn client(fake: &Fake, token: &str) -> Result<Client, Failure> {
    let endpoints = Endpoints::from_settings(Some(&fake.api_url()), None)?;
    Ok(Client::new(endpoints, Some(SecretString::from(token.to_owned())))?)
}

/// An organization `acme` with these repositories, each with one Dockerfile at its root,
/// pushed an hour after one another, the first one last.
pub(crate) fn world(repositories: &[&str]) -> Result<World, FakeError> {
    let mut world = World::new(now());
    world.add_organization("acme")?;
    for (hours, name) in (1..).zip(repositories) {
        world.create(NewRepository::named("acme", name)?)?;
        let push = Push::new("Begin")
            .file("Dockerfile", &format!("FROM alpine:3.{hours}\nCMD [\"/{name}\"]\n"))
            .file("README.md", "read me\n")
            .at(now() - TimeDelta::hours(hours));
        world.push(&format!("acme/{name}"), push)?;
    }
    Ok(world)
}
