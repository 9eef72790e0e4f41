//! Signing in with the stand-in GitHub.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use github::Endpoints;
use github_fake::{Fake, Fault, FaultRule, NewRepository, OauthApp, On, Options, World};
use secrecy::{ExposeSecret as _, SecretString};
use web::sign_in::{Answer, SignIn as _, SignInError, SignedIn};

use super::{Fails, Test, brought_back, browser, clock, flow, location, noon};
use crate::settings::sign_in::{GithubSignIn, SignInSettings};
use crate::sign_in::Providers;

/// `acme` with a private repository that `alice`, a member, may read; `mallory` is nobody.
struct Stage {
    fake: Fake,
    providers: Providers,
    seconds: Arc<AtomicI64>,
}

impl Stage {
    async fn set(organizations: &[&str]) -> Result<Self, Fails> {
        let mut world = World::new(noon());
        world.add_organization("acme")?;
        world.create(NewRepository::named("acme", "vault")?)?;
        world.add_user("alice")?;
        world.add_user("mallory")?;
        world.add_member("acme", "alice")?;
        world.let_read("acme/vault", "alice")?;
        let (clock, seconds) = clock();
        let app = OauthApp::default();
        let options =
            Options { oauth_apps: vec![app.clone()], clock: clock.clone(), ..Options::default() };
        let fake = Fake::start(world, options).await?;
        let endpoints = Endpoints::from_settings(Some(&fake.api_url()), None)?;
        let settings = SignInSettings {
            public_url: Some("http://127.0.0.1:4711".to_owned()),
            github: Some(GithubSignIn {
                client_id: app.client_id,
                client_secret: SecretString::from(app.client_secret),
                organizations: organizations
                    .iter()
                    .map(|it| it.parse())
                    .collect::<Result<_, _>>()?,
            }),
            ..SignInSettings::default()
        };
        let providers = Providers::new(&settings, &endpoints, clock)?;
        Ok(Self { fake, providers, seconds })
    }

    /// What the browser of a person brings back.
    async fn answered(&self, person: &str, answer: &str) -> Result<Answer, Fails> {
        let page = self.providers.begin("github", &flow()).await?;
        let shown = browser()?.get(&page).send().await?;
        assert_eq!(shown.status(), 200);
        let query = page.split_once('?').ok_or("no query")?.1;
        let form = format!("{query}&person={person}&answer={answer}");
        let posted = browser()?
            .post(format!("{}/login/oauth/authorize", self.fake.api_url()))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        brought_back(&location(&posted.send().await?)?)
    }

    async fn finished(&self, answer: &Answer) -> Result<SignedIn, SignInError> {
        self.providers.finish("github", answer, &flow()).await
    }

    async fn signed_in(&self) -> Result<SecretString, Fails> {
        let answer = self.answered("alice", "approve").await?;
        Ok(self.finished(&answer).await?.token.ok_or("no token")?)
    }

    async fn seen(&self, token: &SecretString) -> Result<usize, SignInError> {
        let acme = "acme".parse().unwrap();
        Ok(self.providers.sight(token, &acme).await?.repositories.len())
    }
}

#[tokio::test]
async fn a_person_is_known_by_their_id_and_called_by_their_login() -> Test {
    let stage = Stage::set(&["acme"]).await?;
    assert_eq!(stage.providers.methods()[0].words, "Sign in with GitHub");
    let answer = stage.answered("alice", "approve").await?;
    let person = stage.finished(&answer).await?;
    let id = stage.fake.world(|it| it.owner("alice").unwrap().id);
    assert_eq!(person.subject, format!("{} {id}", stage.fake.api_url()));
    assert_eq!(person.handles, ["github:alice".to_owned(), format!("github-id:{id}")]);
    let token = person.token.ok_or("no token")?;
    assert_eq!(stage.seen(&token).await?, 1);
    Ok(())
}

#[tokio::test]
async fn who_says_no_is_told_so_and_a_code_is_good_once() -> Test {
    let stage = Stage::set(&[]).await?;
    let denied = stage.answered("alice", "deny").await?;
    assert_eq!(stage.finished(&denied).await.err(), Some(SignInError::Denied));
    let answer = stage.answered("alice", "approve").await?;
    stage.finished(&answer).await?;
    assert_eq!(stage.finished(&answer).await.err(), Some(SignInError::Over));
    Ok(())
}

#[tokio::test]
async fn only_members_are_let_in_and_only_as_long_as_they_are() -> Test {
    let stage = Stage::set(&["acme"]).await?;
    let answer = stage.answered("mallory", "approve").await?;
    let error = stage.finished(&answer).await.err().ok_or("let in")?;
    assert_eq!(error.to_string(), "only members of acme on GitHub are let in");
    let token = stage.signed_in().await?;
    assert!(stage.providers.still_let_in(&token).await?.is_none());
    stage.fake.world(|it| it.remove_member("acme", "alice"))?;
    let error = stage.providers.still_let_in(&token).await.err();
    assert!(matches!(error, Some(SignInError::NotLetIn(_))), "{error:?}");
    assert_eq!(stage.seen(&token).await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_token_that_ends_is_renewed_once_for_all_who_want_it() -> Test {
    let stage = Stage::set(&[]).await?;
    let token = stage.signed_in().await?;
    stage.seconds.store(28_800, Ordering::Relaxed);
    let acme = "acme".parse()?;
    let _ = stage.fake.take_account();
    let both = [stage.providers.sight(&token, &acme), stage.providers.sight(&token, &acme)];
    let [first, second] = both;
    let (first, second) = tokio::try_join!(first, second)?;
    let next = first.renewed.ok_or("not renewed")?;
    assert_eq!(Some(next.expose_secret()), second.renewed.as_ref().map(|it| it.expose_secret()));
    assert_eq!(stage.fake.account().rest.len(), 1);
    assert_eq!(stage.seen(&next).await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_token_that_is_good_no_more_ends_the_session() -> Test {
    let stage = Stage::set(&[]).await?;
    let token = stage.signed_in().await?;
    stage.fake.revoke_tokens_of("alice");
    assert_eq!(stage.seen(&token).await.err(), Some(SignInError::SignedOut));
    // What could renew it is gone, too.
    stage.seconds.store(28_800, Ordering::Relaxed);
    assert_eq!(stage.seen(&token).await.err(), Some(SignInError::SignedOut));
    let nonsense = SecretString::from("nonsense");
    assert_eq!(stage.seen(&nonsense).await.err(), Some(SignInError::SignedOut));
    Ok(())
}

#[tokio::test]
async fn github_that_does_not_answer_ends_no_session() -> Test {
    let stage = Stage::set(&[]).await?;
    let token = stage.signed_in().await?;
    stage.fake.fault(FaultRule::new(On::Any, Fault::Status(502)));
    let error = stage.seen(&token).await.err();
    assert!(matches!(error, Some(SignInError::Unreachable(_))), "{error:?}");
    Ok(())
}

#[tokio::test]
async fn another_method_is_none() -> Test {
    let stage = Stage::set(&[]).await?;
    let unknown = Some(SignInError::UnknownMethod);
    assert_eq!(stage.providers.begin("oidc", &flow()).await.err(), unknown);
    Ok(())
}
