//! The program with a GitHub App and nothing else: it finds where it is installed, and
//! crawls there.

use github_fake::{App, Fake, Installation, Options};
use store::JobKind;

use crate::support::{Place, Test, world};

const REPOSITORIES: usize = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_alone_is_enough_to_follow_and_crawl_where_it_is_installed() -> Test {
    let app = App { installations: vec![Installation::reading(7, "acme")], ..App::default() };
    let (id, key) = (app.client_id.clone(), app.private_key.clone());
    let options = Options { apps: vec![app], has_rate_limits: false, ..Options::default() };
    let fake = Fake::start(world(REPOSITORIES)?, options).await?;
    let mut place = Place::with(fake).await?;
    let environment =
        [("GITHUB_TOKEN", ""), ("GITHUB_APP_ID", &id), ("GITHUB_APP_PRIVATE_KEY", &key)];
    let process = place.start(&["worker"], &environment)?;
    place.follow("acme").await?;
    place.ask_for(JobKind::FullCrawl).await?;
    place.wait_for(JobKind::FullCrawl).await?;
    assert_eq!(place.store.dockerfile_rows().await.len(), REPOSITORIES * 3);
    let asked = place.fake.account().rest;
    let tokens = asked.iter().filter(|it| it.ends_with("/access_tokens")).count();
    assert_eq!(tokens, 1, "{asked:?}");
    process.kill()
}
