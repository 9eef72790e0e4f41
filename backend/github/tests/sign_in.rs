//! People who sign in, against the stand-in GitHub: who they are and what they may read.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use github::{Client, Departure, Endpoints, GithubError, Readable, SignInApp, UserToken};
use github_fake::{
    Fake, Fault, FaultRule, NewRepository, OauthApp, On, Options, Visibility, World,
};
use names::OrgLogin;
use secrecy::{ExposeSecret as _, SecretString};

type Fails = Box<dyn std::error::Error>;
type Test = Result<(), Fails>;

const BACK: &str = "http://127.0.0.1:4711/sign-in/github/answer";
// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap_or_default()
}

/// A stand-in with an app, and `acme` whose member `alice` reads all but `vault`.
struct Stage {
    fake: Fake,
    endpoints: Endpoints,
    app: SignInApp,
    seconds: Arc<AtomicI64>,
}

impl Stage {
    async fn set(app: OauthApp, repositories: usize) -> Result<Self, Fails> {
        let mut world = World::new(noon());
        world.add_organization("acme")?;
        world.add_user("alice")?;
        world.add_member("acme", "alice")?;
        world.create(NewRepository::named("acme", "vault")?)?;
        for number in 1..repositories {
            let name = format!("shop-{number}");
            world.create(NewRepository::named("acme", &name)?)?;
            world.let_read(&format!("acme/{name}"), "alice")?;
        }
        let seconds = Arc::new(AtomicI64::new(0));
        let moved = Arc::clone(&seconds);
        let options = Options {
            oauth_apps: vec![app.clone()],
            clock: Arc::new(move || noon() + TimeDelta::seconds(moved.load(Ordering::Relaxed))),
            ..Options::default()
        };
        let fake = Fake::start(world, options).await?;
        let endpoints = Endpoints::from_settings(
            Some(&fake.enterprise_api_url()),
            Some(&fake.enterprise_graphql_url()),
        )?;
        let secret = SecretString::from(app.client_secret);
        let app = SignInApp::new(&endpoints, app.client_id, secret)?;
        Ok(Self { fake, endpoints, app, seconds })
    }

    async fn of(repositories: usize) -> Result<Self, Fails> {
        Self::set(OauthApp::default(), repositories).await
    }

    /// The code that a browser brings back after the person approved.
    async fn code(&self) -> Result<SecretString, Fails> {
        let departure = Departure { redirect_uri: BACK, state: "s", challenge: CHALLENGE };
        let page = self.app.page(&departure);
        let (page, query) = page.split_once('?').ok_or("no query")?;
        let location =
            browser::posted(page, &format!("{query}&person=alice&answer=approve")).await?;
        let code = location.split("code=").nth(1).and_then(|it| it.split('&').next());
        let code = code.ok_or("no code")?.replace("%5F", "_").replace("%2D", "-");
        Ok(SecretString::from(code))
    }

    async fn exchanged(&self, code: &SecretString) -> Result<UserToken, GithubError> {
        self.app.exchange(code, &SecretString::from(VERIFIER), BACK).await
    }

    async fn signed_in(&self) -> Result<UserToken, Fails> {
        Ok(self.exchanged(&self.code().await?).await?)
    }

    fn client(&self, token: &UserToken) -> Result<Client, GithubError> {
        Client::for_person(self.endpoints.clone(), token.token.clone())
    }
}

/// As much of a browser as a form needs.
mod browser {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    /// Where a form that is posted sends the browser.
    pub(crate) async fn posted(page: &str, form: &str) -> Result<String, super::Fails> {
        let (host, path) = page.trim_start_matches("http://").split_once('/').ok_or("no path")?;
        let length = form.len();
        let request = format!(
            "POST /{path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             content-length: {length}\r\nconnection: close\r\n\r\n{form}"
        );
        let mut stream = tokio::net::TcpStream::connect(host).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        let location = answer.lines().find_map(|it| it.strip_prefix("location: "));
        Ok(location.ok_or("no location")?.to_owned())
    }
}

fn acme() -> Result<OrgLogin, names::NameError> {
    "acme".parse()
}

#[tokio::test]
async fn a_person_signs_in_to_a_github_app_and_is_known_by_id() -> Test {
    let stage = Stage::of(2).await?;
    let token = stage.signed_in().await?;
    assert_eq!(token.lasts, Some(Duration::from_secs(28_800)));
    let person = stage.client(&token)?.person().await?;
    let id = stage.fake.world(|it| it.owner("alice").map(|it| it.id));
    assert_eq!((Some(person.id), person.login.as_str()), (id, "alice"));
    Ok(())
}

#[tokio::test]
async fn the_token_of_an_oauth_app_has_no_end() -> Test {
    let app =
        OauthApp { client_id: "Ov23li0".to_owned(), is_github_app: false, ..OauthApp::default() };
    let stage = Stage::set(app, 3).await?;
    let token = stage.signed_in().await?;
    assert!(token.lasts.is_none() && token.renewal.is_none());
    let readable = stage.client(&token)?.readable(&acme()?).await?;
    assert_eq!(readable.repositories.len(), 2);
    Ok(())
}

#[tokio::test]
async fn a_code_is_good_once() -> Test {
    let stage = Stage::of(1).await?;
    let code = stage.code().await?;
    stage.exchanged(&code).await?;
    assert_eq!(stage.exchanged(&code).await.err(), Some(GithubError::SignInOver));
    Ok(())
}

#[tokio::test]
async fn a_code_without_its_verifier_is_worth_nothing() -> Test {
    let stage = Stage::of(1).await?;
    let stolen = stage.app.exchange(&stage.code().await?, &SecretString::from("guess"), BACK).await;
    assert_eq!(stolen.err(), Some(GithubError::SignInOver));
    Ok(())
}

#[tokio::test]
async fn an_app_that_is_set_up_wrongly_is_said_to_be_so() -> Test {
    let stage = Stage::of(1).await?;
    let wrong = SignInApp::new(
        &stage.endpoints,
        OauthApp::default().client_id,
        SecretString::from("another secret"),
    )?;
    let verifier = SecretString::from(VERIFIER);
    let error = wrong.exchange(&stage.code().await?, &verifier, BACK).await.err();
    let error = error.ok_or("accepted")?.to_string();
    assert!(error.contains("client_secret passed are incorrect"), "{error}");
    assert!(!error.contains("another secret"), "{error}");
    Ok(())
}

#[tokio::test]
async fn an_exchange_is_not_tried_twice() -> Test {
    let stage = Stage::of(1).await?;
    let code = stage.code().await?;
    stage.fake.fault(FaultRule::new(On::Any, Fault::Status(502)).times(1));
    let _ = stage.fake.take_account();
    let error = stage.exchanged(&code).await.err();
    assert!(matches!(error, Some(GithubError::Unreachable(_))), "{error:?}");
    assert_eq!(stage.fake.account().rest.len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_token_is_renewed_once_and_the_old_one_ends() -> Test {
    let stage = Stage::of(1).await?;
    let first = stage.signed_in().await?;
    stage.seconds.store(28_800, Ordering::Relaxed);
    assert_eq!(stage.client(&first)?.person().await.err(), Some(GithubError::Unauthorized));
    let renewal = first.renewal.ok_or("no renewal")?;
    let second = stage.app.renew(&renewal).await?;
    assert_ne!(second.token.expose_secret(), first.token.expose_secret());
    stage.client(&second)?.person().await?;
    assert_eq!(stage.app.renew(&renewal).await.err(), Some(GithubError::SignInOver));
    Ok(())
}

#[tokio::test]
async fn what_a_person_may_read_costs_a_point_for_each_hundred() -> Test {
    let stage = Stage::of(251).await?;
    let client = stage.client(&stage.signed_in().await?)?;
    let _ = stage.fake.take_account();
    let readable = client.readable(&acme()?).await?;
    assert_eq!((readable.repositories.len(), readable.is_member), (250, true));
    let account = stage.fake.account();
    assert_eq!((account.graphql.len(), account.points, account.rest.len()), (3, 3, 0));
    assert!(client.is_member(&acme()?).await? && client.is_member(&"alice".parse()?).await?);
    assert!(!client.is_member(&"nobody".parse()?).await?);
    assert_eq!((client.spent().rest_requests, client.spent().graphql_points), (0, 6));
    Ok(())
}

#[tokio::test]
async fn who_left_the_organization_reads_what_everyone_does() -> Test {
    let stage = Stage::of(4).await?;
    let client = stage.client(&stage.signed_in().await?)?;
    stage.fake.world(|it| {
        it.set_visibility("acme/shop-1", Visibility::Public)?;
        it.remove_member("acme", "alice")
    })?;
    let readable = client.readable(&acme()?).await?;
    assert_eq!((readable.repositories.len(), readable.is_member), (1, false));
    assert!(!client.is_member(&acme()?).await?);
    Ok(())
}

#[tokio::test]
async fn of_an_unknown_account_a_person_reads_nothing() -> Test {
    let stage = Stage::of(2).await?;
    let client = stage.client(&stage.signed_in().await?)?;
    assert_eq!(client.readable(&"nobody".parse()?).await?, Readable::default());
    Ok(())
}

#[tokio::test]
async fn a_revoked_token_reads_nothing_and_says_so() -> Test {
    let stage = Stage::of(2).await?;
    let client = stage.client(&stage.signed_in().await?)?;
    stage.fake.revoke_tokens_of("alice");
    assert_eq!(client.readable(&acme()?).await.err(), Some(GithubError::Unauthorized));
    Ok(())
}

#[tokio::test]
async fn single_sign_on_that_is_missing_is_told_from_nothing_to_read() -> Test {
    let mut world = World::new(noon());
    world.add_organization("acme")?;
    let token = github_fake::Credential {
        not_authorized_for: vec!["acme".to_owned()],
        ..github_fake::Credential::default()
    };
    let options = Options { credentials: vec![token], ..Options::default() };
    let fake = Fake::start(world, options).await?;
    let endpoints = Endpoints::from_settings(Some(&fake.api_url()), None)?;
    let client = Client::for_person(endpoints, SecretString::from(fake.token().to_owned()))?;
    assert_eq!(client.readable(&acme()?).await.err(), Some(GithubError::SingleSignOn));
    assert_eq!(client.is_member(&acme()?).await.err(), Some(GithubError::SingleSignOn));
    Ok(())
}
