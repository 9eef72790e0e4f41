//! A generated organization, a database of its own, and crawls from the one to the other.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use crawl::{Clock, CrawlError, PresentCatalog, Request, Summary};
use github::{Client, Endpoints};
use github_fake::{Account, Fake, Options, Push, Shape, World};
use names::OrgLogin;
use secrecy::SecretString;
use store::testing::TestStore;
use store::{CrawlKind, NewOrganization, Trigger};

pub(crate) type Failure = Box<dyn std::error::Error>;
pub(crate) type Test = Result<(), Failure>;

const SEED: u64 = 4;

/// Everything one test needs.
pub(crate) struct Line {
    pub(crate) fake: Fake,
    pub(crate) store: TestStore,
    pub(crate) client: Client,
    pub(crate) organization: OrgLogin,
    now: DateTime<Utc>,
}

pub(crate) fn generated(repositories: usize) -> Result<World, Failure> {
    Ok(World::generated(&Shape::default(), repositories, SEED)?)
}

impl Line {
    pub(crate) async fn start(world: World, options: Options) -> Result<Self, Failure> {
        let now = world.now();
        let fake = Fake::start(world, options).await?;
        let store = store::testing::store().await;
        let organization: OrgLogin = "acme".parse()?;
        let new = NewOrganization { login: organization.clone(), is_sample: false };
        store.add_organization(&new, now).await?;
        let endpoints = Endpoints::from_settings(Some(&fake.api_url()), None)?;
        let token = SecretString::from(fake.token().to_owned());
        let client = Client::new(endpoints, Some(token))?;
        Ok(Self { fake, store, client, organization, now })
    }

    /// Without limits, for tests that count what is asked and not how it is slowed down.
    pub(crate) async fn unlimited(world: World) -> Result<Self, Failure> {
        Self::start(world, Options { has_rate_limits: false, ..Options::default() }).await
    }

    pub(crate) async fn crawl(&self, kind: CrawlKind) -> Result<Summary, CrawlError> {
        let now = self.now;
        let clock: Clock = Arc::new(move || now);
        let request = Request {
            organization: &self.organization,
            kind,
            trigger: Trigger::Command,
            catalog: &PresentCatalog::built_in().now(),
        };
        crawl::run(&self.store, &self.client, &request, &clock, &|_| {}).await
    }

    /// Crawls, and gives what that asked of GitHub.
    pub(crate) async fn asked_by(&self, kind: CrawlKind) -> Result<(Summary, Account), CrawlError> {
        drop(self.fake.take_account());
        let summary = self.crawl(kind).await?;
        Ok((summary, self.fake.take_account()))
    }

    /// Pushes one file to every `step`th repository that has one, half of them a container
    /// file and half another one, at any depth; gives the number of pushes.
    pub(crate) fn push_to_every(&self, step: usize) -> Result<usize, Failure> {
        let organization = self.organization.clone();
        self.fake.world(|world| {
            let pushes: Vec<(String, String)> = world
                .repositories_of(&organization)
                .step_by(step)
                .enumerate()
                .filter_map(|(number, it)| {
                    let listed = it.recursive(it.head()?.tree);
                    let files = listed.iter().filter(|it| it.mode.object_type() == "blob");
                    let (container, other): (Vec<_>, Vec<_>) =
                        files.partition(|it| is_container_file(&it.path));
                    let preferred = if number % 2 == 0 { container } else { other };
                    let file = preferred.get(number % preferred.len().max(1))?;
                    let name = it.repository.name.to_string();
                    Some((format!("{organization}/{name}"), file.path.clone()))
                })
                .collect();
            let at = world.now() + chrono::TimeDelta::minutes(1);
            for (number, (repository, path)) in pushes.iter().enumerate() {
                let text = format!("FROM alpine:3.{number}\nRUN echo {number}\n");
                world.push(repository, Push::new("Edit").file(path, &text).at(at))?;
            }
            world.set_now(at);
            Ok(pushes.len())
        })
    }
}

fn is_container_file(path: &str) -> bool {
    checklist::file_kind(path).is_some()
}
