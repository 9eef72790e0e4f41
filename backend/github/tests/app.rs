//! A GitHub App against the stand-in GitHub: it signs, gets tokens, and renews them.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use github::{App, Client, Clock, Endpoints, GithubError, Heads, Selection};
use github_fake::{Fake, Installation, NewRepository, Options, Push, World};
use names::OrgLogin;
use secrecy::SecretString;

type Test = Result<(), Box<dyn std::error::Error>>;

fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap_or_default()
}

fn acme() -> Result<OrgLogin, names::NameError> {
    "acme".parse()
}

/// A stand-in with an App on `acme`, and a clock that both sides go by.
struct Stage {
    fake: Fake,
    clock: Clock,
    seconds: Arc<AtomicI64>,
}

impl Stage {
    async fn set(installations: Vec<Installation>) -> Result<Self, Box<dyn std::error::Error>> {
        let mut world = World::new(noon());
        world.add_organization("acme")?;
        for name in ["shop", "vault"] {
            world.create(NewRepository::named("acme", name)?)?;
            let push = Push::new("Begin").file("Dockerfile", "FROM alpine\n");
            world.push(&format!("acme/{name}"), push)?;
        }
        let seconds = Arc::new(AtomicI64::new(0));
        let moved = Arc::clone(&seconds);
        let clock: Clock =
            Arc::new(move || noon() + TimeDelta::seconds(moved.load(Ordering::Relaxed)));
        let app = github_fake::App { installations, ..github_fake::App::default() };
        let options = Options { apps: vec![app], clock: clock.clone(), ..Options::default() };
        Ok(Self { fake: Fake::start(world, options).await?, clock, seconds })
    }

    async fn of_one() -> Result<Self, Box<dyn std::error::Error>> {
        Self::set(vec![Installation::reading(7, "acme")]).await
    }

    fn endpoints(&self) -> Result<Endpoints, GithubError> {
        Endpoints::from_settings(Some(&self.fake.api_url()), None)
    }

    fn app(&self, id: &str) -> Result<App, GithubError> {
        let key = SecretString::from(github_fake::App::default().private_key);
        App::new(id, &key, self.clock.clone())
    }

    fn client(&self) -> Result<Client, GithubError> {
        Client::for_installation(self.endpoints()?, self.app("1234")?, 7)
    }

    /// How many tokens were asked for.
    fn tokens(&self) -> usize {
        let rest = self.fake.account().rest;
        rest.iter().filter(|it| it.ends_with("/access_tokens")).count()
    }
}

#[tokio::test]
async fn an_app_finds_where_it_is_installed() -> Test {
    let mut some = Installation::reading(8, "acme");
    some.repositories = Some(vec!["shop".to_owned()]);
    some.suspended_at = Some(noon());
    let mut installations = vec![Installation::reading(7, "acme"), some];
    installations.extend((100..200).map(|id| Installation::reading(id, "acme")));
    let stage = Stage::set(installations).await?;
    let found = stage.app("Iv23liDrydockReader0")?.installations(&stage.endpoints()?).await?;
    assert_eq!((found.len(), stage.fake.account().rest.len()), (102, 2));
    assert_eq!((found[0].id, &found[0].account.login), (7, &acme()?));
    assert_eq!(found[0].account.kind, "Organization");
    assert_eq!(found[0].permissions["contents"], "read");
    assert_eq!((found[0].repository_selection, found[0].suspended_at), (Selection::All, None));
    assert_eq!(found[1].repository_selection, Selection::Selected);
    assert_eq!(found[1].suspended_at, Some(noon()));
    Ok(())
}

#[tokio::test]
async fn an_app_that_github_does_not_know_is_told_what_to_look_at() -> Test {
    let stage = Stage::of_one().await?;
    let stranger = stage.app("99")?.installations(&stage.endpoints()?).await;
    assert_eq!(stranger, Err(GithubError::AppRefused));
    let key = SecretString::from(include_str!("../../github-fake/tests/app/other-key.pem"));
    let forged = App::new("1234", &key, stage.clock.clone())?;
    assert_eq!(forged.installations(&stage.endpoints()?).await, Err(GithubError::AppRefused));
    let client = Client::for_installation(stage.endpoints()?, forged, 7)?;
    assert_eq!(
        client.listing(&acme()?, None, Heads::Ids).await.err(),
        Some(GithubError::AppRefused)
    );
    Ok(())
}

#[tokio::test]
async fn a_token_is_kept_until_five_minutes_before_its_end() -> Test {
    let stage = Stage::of_one().await?;
    let client = stage.client()?;
    for (seconds, tokens) in [(0, 1), (3_299, 1), (3_300, 2), (6_599, 2), (20_000, 3)] {
        stage.seconds.store(seconds, Ordering::Relaxed);
        assert_eq!(client.listing(&acme()?, None, Heads::Ids).await?.total, 2);
        assert_eq!(stage.tokens(), tokens, "after {seconds} s");
    }
    assert_eq!(client.identity(), "installation:7");
    Ok(())
}

#[tokio::test]
async fn many_tasks_share_one_renewal() -> Test {
    let stage = Stage::of_one().await?;
    let client = stage.client()?;
    for expected in [1, 2] {
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let client = client.counted_apart();
                tokio::spawn(async move { client.organization(&"acme".parse().unwrap()).await })
            })
            .collect();
        for task in tasks {
            assert_eq!(task.await??.login, acme()?);
        }
        assert_eq!(stage.tokens(), expected);
        // The second time all twenty are refused at once.
        stage.fake.revoke_installation_tokens();
    }
    Ok(())
}

#[tokio::test]
async fn a_surprising_refusal_is_answered_with_one_new_token() -> Test {
    let stage = Stage::of_one().await?;
    let client = stage.client()?;
    client.listing(&acme()?, None, Heads::Ids).await?;
    stage.fake.revoke_installation_tokens();
    assert_eq!(client.listing(&acme()?, None, Heads::Ids).await?.total, 2);
    assert_eq!(stage.tokens(), 2);
    Ok(())
}

#[tokio::test]
async fn a_suspended_installation_and_a_removed_one_are_told() -> Test {
    let stage = Stage::of_one().await?;
    let client = stage.client()?;
    client.listing(&acme()?, None, Heads::Ids).await?;
    stage.fake.apps(|apps| apps[0].installations[0].suspended_at = Some(noon()));
    assert_eq!(
        client.listing(&acme()?, None, Heads::Ids).await.err(),
        Some(GithubError::NotInstalled)
    );
    stage.fake.apps(|apps| apps[0].installations.clear());
    assert_eq!(
        client.listing(&acme()?, None, Heads::Ids).await.err(),
        Some(GithubError::NotInstalled)
    );
    Ok(())
}

#[tokio::test]
async fn a_selection_is_all_that_is_seen() -> Test {
    let mut some = Installation::reading(7, "acme");
    some.repositories = Some(vec!["vault".to_owned()]);
    let stage = Stage::set(vec![some]).await?;
    let listing = stage.client()?.listing(&acme()?, None, Heads::Ids).await?;
    let names: Vec<_> = listing.repositories.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["vault"]);
    Ok(())
}

#[tokio::test]
async fn an_app_works_on_an_enterprise_server_too() -> Test {
    let stage = Stage::of_one().await?;
    let endpoints = Endpoints::from_settings(Some(&stage.fake.enterprise_api_url()), None)?;
    assert_eq!(stage.app("1234")?.installations(&endpoints).await?.len(), 1);
    let client = Client::for_installation(endpoints, stage.app("1234")?, 7)?;
    assert_eq!(client.listing(&acme()?, None, Heads::Ids).await?.total, 2);
    assert!(stage.fake.account().rest.iter().all(|it| it.contains(" /api/v3/app/")));
    Ok(())
}

#[tokio::test]
async fn no_text_of_ours_holds_a_key_or_a_token() -> Test {
    let stage = Stage::of_one().await?;
    let (app, client) = (stage.app("1234")?, stage.client()?);
    client.listing(&acme()?, None, Heads::Ids).await?;
    let texts = format!("{app:?} {client:?} {}", client.identity());
    assert!(!texts.contains("ghs_") && !texts.contains("eyJ") && !texts.contains("PRIVATE"));
    Ok(())
}

#[tokio::test]
async fn an_installation_is_checked_without_asking_for_a_person() -> Test {
    let stage = Stage::of_one().await?;
    let credential = stage.client()?.credential_for(&acme()?).await?;
    assert_eq!(credential.in_words()[0], "The GitHub App is installed at acme.");
    assert_eq!(credential.seen.map(|it| (it.repositories, it.private)), Some((2, None)));
    assert!(credential.warnings(noon()).is_empty() && credential.expires_at.is_none());
    assert!(!stage.fake.account().rest.iter().any(|it| it.ends_with("/user")));
    stage.fake.apps(|apps| apps[0].installations[0].suspended_at = Some(noon()));
    let credential = stage.client()?.credential_for(&acme()?).await?;
    assert!(credential.warnings(noon())[0].contains("suspended"));
    Ok(())
}
