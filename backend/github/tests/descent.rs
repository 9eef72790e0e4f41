//! What changed between two commits, found over real HTTP, and what that cost.

use chrono::{DateTime, Utc};
use github::{Client, Compared, Difference, Endpoints, GithubError, Heads};
use github_fake::{Fake, NewRepository, Options, Push, World};
use names::OrgLogin;
use secrecy::SecretString;

type Failure = Box<dyn std::error::Error>;
type Test = Result<(), Failure>;

fn acme() -> Result<OrgLogin, names::NameError> {
    "acme".parse()
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap_or_default()
}

fn is_wanted(name: &str) -> bool {
    name.contains("Dockerfile")
}

/// A stand-in with repositories `shop-0` …, their state before, and a client.
struct Line {
    fake: Fake,
    client: Client,
    before: Vec<Compared>,
}

impl Line {
    async fn start(repositories: usize) -> Result<Self, Failure> {
        let mut world = World::new(now());
        world.add_organization("acme")?;
        for index in 0..repositories {
            world.create(NewRepository::named("acme", &format!("shop-{index}"))?)?;
            let push = Push::new("Begin")
                .file("Dockerfile", "FROM alpine\n")
                .file("a/b/c/Dockerfile", "FROM alpine\n")
                .file("a/b/src/main.rs", "fn main() {}\n")
                .file("docs/read.md", "read\n")
                .file("old/deep/Dockerfile", "FROM alpine\n")
                .file("1/2/3/4/5/6/7/8/Dockerfile", "FROM alpine\n");
            world.push(&format!("acme/shop-{index}"), push)?;
        }
        let fake = Fake::start(world, Options::default()).await?;
        let endpoints = Endpoints::from_settings(Some(&fake.api_url()), None)?;
        let token = SecretString::from(fake.token().to_owned());
        let client = Client::new(endpoints, Some(token))?;
        let mut line = Self { fake, client, before: Vec::new() };
        line.before = line.states().await?;
        Ok(line)
    }

    async fn states(&self) -> Result<Vec<Compared>, Failure> {
        let page = self.client.listing(&acme()?, None, Heads::Facts).await?;
        let state = |it: github::ListedRepository| {
            let before = it.head_facts?.tree;
            Some(Compared { repository: it.name, before, head: it.head? })
        };
        Ok(page.repositories.into_iter().filter_map(state).collect())
    }

    fn push(&self, index: usize, push: Push) -> Test {
        self.fake.world(|it| it.push(&format!("acme/shop-{index}"), push))?;
        Ok(())
    }

    /// What differs, by repository, and forgets what was asked before.
    async fn differences(&self) -> Result<Vec<Option<Difference>>, Failure> {
        let mut compared = self.before.clone();
        for state in self.states().await? {
            let known = compared.iter_mut().find(|it| it.repository == state.repository);
            known.ok_or("a new repository")?.head = state.head;
        }
        drop(self.fake.take_account());
        let found = self.client.differences(&acme()?, &compared, &is_wanted).await?;
        Ok(found.into_iter().collect::<Result<_, GithubError>>()?)
    }
}

/// The difference as a person would read it.
fn words(difference: &Difference) -> String {
    let paths = |files: &[github::TreeEntry]| {
        files.iter().map(|it| it.path.to_string()).collect::<Vec<_>>().join(" ")
    };
    let mut lines: Vec<String> = difference
        .directories
        .iter()
        .map(|(path, files)| format!("{path}/: {}", paths(files)).trim_end().to_owned())
        .chain(difference.removed.iter().map(|it| format!("-{it}")))
        .chain(
            (!difference.below.is_empty()).then(|| format!("below: {}", paths(&difference.below))),
        )
        .collect();
    lines.sort();
    lines.join("\n")
}

#[tokio::test]
async fn only_directories_that_differ_are_opened() -> Test {
    let line = Line::start(1).await?;
    line.push(0, Push::new("Edit").file("a/b/c/Dockerfile", "FROM busybox\n"))?;
    let found = line.differences().await?;
    let expected = "/: Dockerfile\na/:\na/b/:\na/b/c/: a/b/c/Dockerfile";
    assert_eq!(words(found[0].as_ref().ok_or("none")?), expected);
    let account = line.fake.account();
    assert_eq!((account.graphql.len(), account.points, account.rest.len()), (4, 4, 0));
    Ok(())
}

#[tokio::test]
async fn a_commit_that_changes_no_file_opens_the_root_alone() -> Test {
    let line = Line::start(1).await?;
    line.push(0, Push::new("Nothing"))?;
    let found = line.differences().await?;
    assert_eq!(words(found[0].as_ref().ok_or("none")?), "");
    assert_eq!(line.fake.account().graphql.len(), 1);
    Ok(())
}

#[tokio::test]
async fn what_was_removed_and_what_is_new_are_told() -> Test {
    let line = Line::start(1).await?;
    let push = Push::new("Move")
        .remove("old")
        .remove("Dockerfile")
        .file("new/x/api.Dockerfile", "FROM scratch\n");
    line.push(0, push)?;
    let found = line.differences().await?;
    let expected = "-old\n/:\nnew/:\nnew/x/: new/x/api.Dockerfile";
    assert_eq!(words(found[0].as_ref().ok_or("none")?), expected);
    Ok(())
}

#[tokio::test]
async fn a_file_that_became_a_directory_is_replaced() -> Test {
    let line = Line::start(1).await?;
    let push = Push::new("Turn").remove("Dockerfile").file("Dockerfile/Dockerfile", "FROM x\n");
    line.push(0, push)?;
    let found = line.differences().await?;
    let expected = "/:\nDockerfile/: Dockerfile/Dockerfile";
    assert_eq!(words(found[0].as_ref().ok_or("none")?), expected);
    Ok(())
}

#[tokio::test]
async fn below_six_levels_the_rest_is_read_in_one_request() -> Test {
    let line = Line::start(1).await?;
    line.push(0, Push::new("Deep").file("1/2/3/4/5/6/7/8/Dockerfile", "FROM busybox\n"))?;
    let found = line.differences().await?;
    let words = words(found[0].as_ref().ok_or("none")?);
    assert!(words.contains("-1/2/3/4/5/6\n"), "{words}");
    assert!(words.contains("below: 1/2/3/4/5/6/7/8/Dockerfile"), "{words}");
    let account = line.fake.account();
    assert_eq!((account.graphql.len(), account.rest.len()), (6, 1));
    Ok(())
}

#[tokio::test]
async fn a_push_that_touches_everything_is_not_compared() -> Test {
    let line = Line::start(2).await?;
    let wide = (0..40).fold(Push::new("Wide"), |push, index| {
        push.file(&format!("services/{index}/Dockerfile"), "FROM alpine\n")
    });
    line.push(0, wide)?;
    line.push(1, Push::new("Small").file("x/Dockerfile", "FROM alpine\n"))?;
    let found = line.differences().await?;
    let by_name: Vec<_> = line
        .before
        .iter()
        .zip(&found)
        .map(|(it, found)| (it.repository.as_str(), found.is_some()))
        .collect();
    assert!(by_name.contains(&("shop-0", false)) && by_name.contains(&("shop-1", true)));
    Ok(())
}

#[tokio::test]
async fn an_old_state_that_is_not_there_any_more_is_not_compared() -> Test {
    let mut line = Line::start(1).await?;
    line.push(0, Push::new("Edit").file("Dockerfile", "FROM busybox\n"))?;
    line.before[0].before = "0123456789abcdef0123456789abcdef01234567".parse()?;
    assert_eq!(line.differences().await?, [None]);
    Ok(())
}

#[tokio::test]
async fn fifty_repositories_are_compared_in_one_query_a_level() -> Test {
    let line = Line::start(50).await?;
    for index in 0..50 {
        line.push(index, Push::new("Edit").file("a/b/c/Dockerfile", "FROM busybox\n"))?;
    }
    let found = line.differences().await?;
    assert!(found.iter().all(Option::is_some));
    assert_eq!(line.fake.account().points, 4);
    Ok(())
}

#[tokio::test]
async fn a_look_tells_what_is_behind_a_name_now() -> Test {
    let line = Line::start(3).await?;
    line.fake.world(|world| {
        world.add_organization("other")?;
        world.rename("acme/shop-0", "store")?;
        world.transfer("acme/shop-1", "other")?;
        world.delete("acme/shop-2")
    })?;
    let names = ["shop-0", "shop-1", "shop-2"].map(|it| it.parse().unwrap());
    drop(line.fake.take_account());
    let looks = line.client.looks(&acme()?, &names).await?;
    let found: Vec<_> = looks
        .iter()
        .map(|it| it.as_ref().map(|it| format!("{}/{}", it.owner, it.repository.name)))
        .collect();
    assert_eq!(found, [Some("acme/store".to_owned()), Some("other/shop-1".to_owned()), None]);
    assert_eq!(line.fake.account().points, 1);
    Ok(())
}

#[tokio::test]
async fn a_client_leaves_the_others_their_part_of_the_budget() -> Test {
    let world = World::new(now());
    let options = Options { graphql_limit: 10, ..Options::default() };
    let fake = Fake::start(world, options).await?;
    fake.world(|it| it.add_organization("acme"))?;
    let endpoints = Endpoints::from_settings(Some(&fake.api_url()), None)?;
    let token = SecretString::from(fake.token().to_owned());
    let client = Client::new(endpoints, Some(token))?.within(80);
    for _ in 0..8 {
        client.listing(&acme()?, None, Heads::Ids).await?;
    }
    let refused = client.listing(&acme()?, None, Heads::Ids).await;
    assert!(matches!(refused, Err(GithubError::RateLimited { .. })), "{refused:?}");
    assert_eq!(fake.account().points, 8);
    Ok(())
}
