//! A site that people sign in to, with a GitHub behind it that does what a test says.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::{Request, StatusCode, header, request};
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use names::OrgLogin;
use secrecy::{ExposeSecret as _, SecretString};
use store::{
    AccountName, Actor, NewApiToken, NewPassword, NewSession, Person, Recognized, Role, SecretKeys,
    SessionRules, SignInMethod, Store, Token, TokenScope,
};
use tokio::sync::Notify;
use tower::ServiceExt as _;

use crate::Site;
use crate::access::{Access, Gate, KnownSights, Questions, SightRule};
use crate::sign_in::{
    Answer, Answering, Flow, Method, Operators, Proxies, Sight, SignIn, SignInError, SignedIn,
};
use crate::testing::{app, now};

/// A password that is good enough.
pub(crate) const PASSWORD: &str = "otter-lamp-gravel-nine";

/// GitHub, and OpenID Connect, as far as the port goes.
pub(crate) struct Hub {
    methods: Vec<Method>,
    said: Mutex<Said>,
    /// While it is set, an answer waits for it.
    pub(crate) held: Mutex<Option<Arc<Notify>>>,
}

#[derive(Default)]
struct Said {
    /// By the person's token and the organization.
    sights: HashMap<(String, String), Result<Vec<i64>, SignInError>>,
    still: Option<SignInError>,
    renewed: Option<String>,
    /// How often it was asked.
    asked: usize,
}

impl Hub {
    pub(crate) fn new() -> Arc<Self> {
        let method = |slug, words: &str| Method { slug, words: words.to_owned() };
        let methods =
            vec![method("github", "Sign in with GitHub"), method("oidc", "Sign in with Acme")];
        Arc::new(Self { methods, said: Mutex::default(), held: Mutex::default() })
    }

    /// From now on this is what somebody may read of an organization.
    pub(crate) fn lets_see(&self, token: &str, org: &str, answer: Result<Vec<i64>, SignInError>) {
        let key = (token.to_owned(), org.to_owned());
        self.said.lock().unwrap().sights.insert(key, answer);
    }

    /// From now on nobody is let in.
    pub(crate) fn lets_nobody_in(&self, why: SignInError) {
        self.said.lock().unwrap().still = Some(why);
    }

    /// The next answer comes with another token to be kept.
    pub(crate) fn renews(&self, token: &str) {
        self.said.lock().unwrap().renewed = Some(token.to_owned());
    }

    pub(crate) fn asked(&self) -> usize {
        self.said.lock().unwrap().asked
    }

    /// Holds answers back until the notice is given.
    pub(crate) fn holds(&self) -> Arc<Notify> {
        let notify = Arc::new(Notify::new());
        *self.held.lock().unwrap() = Some(notify.clone());
        notify
    }

    async fn wait(&self) -> Option<SecretString> {
        let held = self.held.lock().unwrap().clone();
        if let Some(held) = held {
            held.notified().await;
        }
        let mut said = self.said.lock().unwrap();
        said.asked += 1;
        said.renewed.take().map(SecretString::from)
    }
}

impl SignIn for Hub {
    fn methods(&self) -> &[Method] {
        &self.methods
    }

    fn begin<'a>(&'a self, method: &'a str, flow: &'a Flow) -> Answering<'a, String> {
        let place = format!("https://{method}.example/authorize?state={}", flow.state);
        Box::pin(async move { Ok(place) })
    }

    fn finish<'a>(
        &'a self,
        _: &'a str,
        answer: &'a Answer,
        flow: &'a Flow,
    ) -> Answering<'a, SignedIn> {
        Box::pin(async move {
            assert_eq!(flow.verifier.expose_secret().len(), 43);
            if answer.error.is_some() {
                return Err(SignInError::Denied);
            }
            let code = answer.code.as_ref().map(|it| it.expose_secret().to_owned());
            match code.as_deref() {
                Some("outsider") => Err(SignInError::NotLetIn("only members are let in".into())),
                Some(code) if code != "wrong" => Ok(SignedIn {
                    subject: code.to_owned(),
                    name: code.to_owned(),
                    handles: vec![format!("github:{code}")],
                    token: Some(token_of(code).into()),
                }),
                _ => Err(SignInError::Failed("the secret inside".to_owned())),
            }
        })
    }

    fn still_let_in<'a>(&'a self, _: &'a SecretString) -> Answering<'a, Option<SecretString>> {
        Box::pin(async move {
            let renewed = self.wait().await;
            match self.said.lock().unwrap().still.clone() {
                Some(why) => Err(why),
                None => Ok(renewed),
            }
        })
    }

    fn sight<'a>(&'a self, token: &'a SecretString, of: &'a OrgLogin) -> Answering<'a, Sight> {
        Box::pin(async move {
            let renewed = self.wait().await;
            let key = (token.expose_secret().to_owned(), of.to_string());
            let answer = self.said.lock().unwrap().sights.get(&key).cloned();
            let repositories = answer.unwrap_or(Ok(Vec::new()))?;
            Ok(Sight { repositories, renewed })
        })
    }
}

/// What the hub knows somebody by.
pub(crate) fn token_of(name: &str) -> String {
    format!("token-of-{name}")
}

/// A site over TLS where GitHub says what people see.
pub(crate) fn gate(hub: &Arc<Hub>) -> Gate {
    Gate {
        sign_in: hub.clone(),
        proxies: Proxies::default(),
        operators: Operators::default(),
        default_role: Role::Viewer,
        rules: SessionRules::default(),
        keys: SecretKeys::read(&SecretKeys::random_key().unwrap(), None).unwrap(),
        public_url: Some("https://drydock.example".to_owned()),
        sight: SightRule::Github,
        questions: Questions::default(),
        known_sights: KnownSights::default(),
    }
}

/// The site with this gate.
pub(crate) fn site(store: &Store, gate: Gate) -> Site {
    Site { access: Access::SignedIn(Arc::new(gate)), ..app(store) }
}

/// The same site some time later.
pub(crate) fn later(site: &Site, by: TimeDelta) -> Site {
    let then: DateTime<Utc> = site.now() + by;
    Site { clock: Arc::new(move || then), ..site.clone() }
}

/// A person of the hub's.
pub(crate) async fn github_person(store: &Store, name: &str, role: Role) -> Person {
    let recognized = Recognized {
        method: SignInMethod::Github,
        subject: name,
        name,
        address: "192.0.2.1",
        first_role: role,
        named_as: None,
    };
    store.recognize_person(&recognized, now()).await.unwrap()
}

/// An account with the password that all have.
pub(crate) async fn local_person(store: &Store, name: &str, role: Role) -> Person {
    let name: AccountName = name.parse().unwrap();
    let password = NewPassword::of(&name, PASSWORD.to_owned().into()).unwrap();
    let password = password.hashed().await.unwrap();
    let by = (&Actor::command_line(), now());
    let added = store.add_local_account(&name, &password, role, by).await.unwrap();
    store.person(added.unwrap()).await.unwrap().unwrap()
}

/// The cookie of a session that begins now.
pub(crate) async fn cookie(site: &Site, person: &Person) -> String {
    let gate = site.access.gate().unwrap();
    let (token, user_token) = (Token::random().unwrap(), token_of(&person.name).into());
    let is_github = person.method == SignInMethod::Github;
    let new = NewSession {
        person,
        token: &token,
        replaces: None,
        address: "192.0.2.1",
        browser: "Firefox",
        user_token: is_github.then_some((&user_token, &gate.keys)),
    };
    site.store.begin_session(&new, gate.rules, site.now()).await.unwrap().unwrap();
    let name = if gate.is_secure() { "__Host-drydock" } else { "drydock" };
    format!("{name}={}", token.expose())
}

/// What a program with a token of the person's sends.
pub(crate) async fn bearer(site: &Site, person: &Person, scope: TokenScope) -> String {
    let expires_at = site.now() + TimeDelta::days(30);
    let new = NewApiToken { person, name: "a program", scope, expires_at };
    let actor = person.acting_from("192.0.2.1");
    let token = site.store.make_api_token(&new, &actor, site.now()).await.unwrap().unwrap();
    format!("Bearer {}", token.expose())
}

/// A request as a browser sends it with a link.
pub(crate) fn browses(address: &str, cookie: &str) -> request::Builder {
    Request::get(address).header(header::ACCEPT, "text/html").header(header::COOKIE, cookie)
}

/// The answer to a request without a body.
pub(crate) async fn answer(site: &Site, request: request::Builder) -> Response {
    let request = request.body(Body::empty()).unwrap();
    crate::router(site.clone()).oneshot(request).await.unwrap()
}

/// Status and body of the answer.
pub(crate) async fn read(site: &Site, request: request::Builder) -> (StatusCode, String) {
    crate::testing::read(answer(site, request).await).await
}

/// A header of an answer, empty if it is not there.
pub(crate) fn shown(response: &Response, name: header::HeaderName) -> String {
    let value = response.headers().get(name);
    value.map_or_else(String::new, |it| it.to_str().unwrap().to_owned())
}
