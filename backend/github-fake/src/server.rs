//! The running stand-in: it listens, reads requests, and hands them on.

pub(crate) mod faulty;
mod respond;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::response::Response;
use chrono::{DateTime, Utc};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::account::Account;
use crate::answer::Answer;
use crate::apps::{App, Apps};
use crate::credential::Credential;
use crate::error::FakeError;
use crate::faults::{FaultRule, Faults};
use crate::gate::Budgets;
use crate::graphql::Schema;
use crate::noted;
use crate::oauth::{OauthApp, Tokens};
use crate::pace::Pace;
use crate::world::World;

/// Larger requests are refused, as GitHub refuses oversized queries.
const REQUEST_LIMIT: usize = 4_000_000;

/// When a recursive listing ends early.
#[derive(Debug, Clone, Copy)]
pub struct TreeLimits {
    /// At most so many entries.
    pub entries: usize,
    /// At most so many bytes of JSON, as far as entries go.
    pub bytes: usize,
}

/// How the stand-in behaves.
#[derive(Clone)]
pub struct Options {
    /// Where to listen; port 0 is any free one.
    pub address: SocketAddr,
    /// The tokens it accepts.
    pub credentials: Vec<Credential>,
    /// Whether there are limits at all: an enterprise server has none unless its
    /// administrator switches them on, and then says nothing about them.
    pub has_rate_limits: bool,
    /// Whether the secondary limits hold: 100 requests at once, 900 REST points and 2,000
    /// GraphQL points a minute. GitHub's always do; tests of other things are faster.
    pub has_secondary_limits: bool,
    /// REST requests an hour without a token.
    pub anonymous_limit: u64,
    /// REST requests an hour.
    pub rest_limit: u64,
    /// GraphQL points an hour.
    pub graphql_limit: u64,
    /// More looked up objects than this make a query run out of time, which is a 502.
    pub graphql_lookup_limit: Option<usize>,
    /// When a recursive listing ends early.
    pub tree_limits: TreeLimits,
    /// The wall clock that rate limits go by. GitHub's is the real one, whatever
    /// moment the world is at.
    pub clock: Clock,
    /// The GitHub Apps there are.
    pub apps: Vec<App>,
    /// The apps that people sign in to.
    pub oauth_apps: Vec<OauthApp>,
}

/// Where the time comes from.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

impl std::fmt::Debug for Options {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Options").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            address: (Ipv4Addr::LOCALHOST, 0).into(),
            credentials: vec![Credential::default()],
            has_rate_limits: true,
            has_secondary_limits: false,
            anonymous_limit: 60,
            rest_limit: 5_000,
            graphql_limit: 5_000,
            graphql_lookup_limit: None,
            tree_limits: TreeLimits { entries: 100_000, bytes: 7_000_000 },
            clock: Arc::new(Utc::now),
            apps: Vec::new(),
            oauth_apps: Vec::new(),
        }
    }
}

/// What requests share.
pub(crate) struct Shared {
    pub(crate) address: SocketAddr,
    pub(crate) options: Options,
    pub(crate) schema: Schema,
    pub(crate) world: Mutex<World>,
    pub(crate) account: Mutex<Account>,
    pub(crate) faults: Mutex<Faults>,
    pub(crate) apps: Mutex<Apps>,
    pub(crate) oauth: Mutex<Tokens>,
    pub(crate) budgets: Mutex<Budgets>,
    pub(crate) pace: Mutex<Pace>,
}

/// A poisoned lock means a test panicked while holding it; the data is still whole.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A running stand-in GitHub. It stops when it is dropped.
pub struct Fake {
    shared: Arc<Shared>,
    stop: CancellationToken,
    task: Option<JoinHandle<()>>,
}

impl Fake {
    /// Serves a world.
    ///
    /// # Errors
    /// The address cannot be bound.
    pub async fn start(world: World, options: Options) -> Result<Self, FakeError> {
        noted::secrets_of(&options);
        let asked = options.address;
        let bind = |source| FakeError::Bind { address: asked, source };
        let listener = TcpListener::bind(asked).await.map_err(bind)?;
        let address = listener.local_addr().map_err(bind)?;
        let shared = Arc::new(Shared {
            address,
            schema: Schema::load()?,
            world: Mutex::new(world),
            account: Mutex::default(),
            faults: Mutex::default(),
            apps: Mutex::new(Apps::new(options.apps.clone())),
            oauth: Mutex::default(),
            budgets: Mutex::new(Budgets::new(&options)),
            pace: Mutex::default(),
            options,
        });
        let stop = CancellationToken::new();
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        let stopped = stop.clone().cancelled_owned();
        let task = tokio::spawn(async move {
            let served = axum::serve(listener, router).with_graceful_shutdown(stopped).await;
            if let Err(error) = served {
                tracing::error!(%error, "The stand-in GitHub ended");
            }
        });
        Ok(Self { shared, stop, task: Some(task) })
    }

    /// The REST address in the github.com form.
    #[must_use]
    pub fn api_url(&self) -> String {
        format!("http://{}", self.shared.address)
    }

    /// The GraphQL address in the github.com form.
    #[must_use]
    pub fn graphql_url(&self) -> String {
        format!("http://{}/graphql", self.shared.address)
    }

    /// The REST address in the form of an enterprise server.
    #[must_use]
    pub fn enterprise_api_url(&self) -> String {
        format!("http://{}/api/v3", self.shared.address)
    }

    /// The GraphQL address in the form of an enterprise server.
    #[must_use]
    pub fn enterprise_graphql_url(&self) -> String {
        format!("http://{}/api/graphql", self.shared.address)
    }

    /// The first token that is accepted; empty if none is.
    #[must_use]
    pub fn token(&self) -> &str {
        self.shared.options.credentials.first().map_or("", |it| it.token.as_str())
    }

    /// Installs, suspends or removes Apps between two requests.
    pub fn apps<T>(&self, change: impl FnOnce(&mut Vec<App>) -> T) -> T {
        change(&mut lock(&self.shared.apps).apps)
    }

    /// Ends every installation's token before its hour is over.
    pub fn revoke_installation_tokens(&self) {
        lock(&self.shared.apps).issued.clear();
    }

    /// Ends every token that a person got by signing in to an app.
    pub fn revoke_tokens_of(&self, login: &str) {
        let person = self.world(|it| it.owner(login).map(|it| it.id));
        if let Some(person) = person {
            lock(&self.shared.oauth).revoke(person);
        }
    }

    /// Moves the world to another moment.
    pub fn set_now(&self, now: DateTime<Utc>) {
        lock(&self.shared.world).set_now(now);
    }

    /// Reads or changes the world between two requests.
    pub fn world<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        change(&mut lock(&self.shared.world))
    }

    /// Everything asked since the start or the last reset.
    #[must_use]
    pub fn account(&self) -> Account {
        lock(&self.shared.account).clone()
    }

    /// Begins a new account and returns the old one.
    #[must_use]
    pub fn take_account(&self) -> Account {
        std::mem::take(&mut lock(&self.shared.account))
    }

    /// Orders a fault.
    pub fn fault(&self, rule: FaultRule) {
        lock(&self.shared.faults).add(rule);
    }

    /// Lets each request go wrong with this probability, in any of GitHub's ways and those
    /// of networks; the seed decides the sequence. Waits that are ordered are a second or two.
    pub fn faults_at(&self, rate: f64, seed: u64) {
        lock(&self.shared.faults).at_random(rate, seed);
    }

    /// Takes every ordered fault back, the random ones too.
    pub fn clear_faults(&self) {
        lock(&self.shared.faults).clear();
    }

    /// Stops listening and ends once running answers are out.
    pub async fn stop(mut self) {
        self.stop.cancel();
        let Some(task) = self.task.take() else { return };
        if let Err(error) = task.await {
            tracing::error!(%error, "The stand-in GitHub did not end cleanly");
        }
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, REQUEST_LIMIT).await else {
        return Answer::error(413, "Payload Too Large").into_response();
    };
    let _running = Running::begin(&shared);
    let (answer, delay) = respond::respond(&shared, &head, &body);
    if let Some(delay) = delay {
        tokio::time::sleep(delay).await;
    }
    if let (false, Some(lane)) = (answer.cut, respond::lane_of(&shared, &head)) {
        lock(&shared.pace).told(lane, &answer, (shared.options.clock)());
    }
    answer.into_response()
}

/// A request that is being answered; it ends even if its connection does before.
struct Running<'s>(&'s Shared);

impl<'s> Running<'s> {
    fn begin(shared: &'s Shared) -> Self {
        let mut account = lock(&shared.account);
        lock(&shared.pace).begin(&mut account);
        Self(shared)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        lock(&self.0.pace).end();
    }
}
