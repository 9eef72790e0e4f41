//! `drydock-bench load`: asks a running server for pages and measures its answers.
//!
//! Times are taken here, over loopback, from the request to the last byte of the answer: what
//! a user waits for. Client and server share the machine.

use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use github_fake::Dice;
use http::{Request, StatusCode, header};
use http_body_util::{BodyExt as _, Empty};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use store::Store;
use store::seed::SeededNames;

use crate::arguments::LoadArguments;
use crate::kinds::{KINDS, Kind};
use crate::table::{self, Measured};

/// A browser that keeps its connection.
struct User {
    client: Client<HttpConnector, Empty<&'static [u8]>>,
    url: String,
    asks_for_fresh: bool,
    cookie: Option<String>,
}

/// One answer.
struct Answer {
    status: StatusCode,
    took: Duration,
    /// Of the body as it came, compressed.
    bytes: usize,
    /// It was made for somebody before.
    is_kept: bool,
}

/// What is asked for.
struct Asked {
    names: SeededNames,
    kinds: Vec<Kind>,
    url: String,
    fresh: bool,
    cookie: Option<String>,
    seed: u64,
    pause: Duration,
    until: Instant,
}

/// Measures, and prints a table.
///
/// # Errors
/// The server or the database does not answer.
pub async fn load(arguments: &LoadArguments, out: &mut impl Write) -> Result<()> {
    let begun = Instant::now();
    let measured = measure(arguments, out).await?;
    let took = begun.elapsed().min(Duration::from_secs(arguments.seconds));
    table::print(&measured, took, out)
}

/// Asks for pages of every kind as `arguments` say; kinds that are not there are named on `out`.
///
/// # Errors
/// The server or the database does not answer.
pub async fn measure(arguments: &LoadArguments, out: &mut dyn Write) -> Result<Vec<Measured>> {
    let store = Store::connect(&arguments.database, 2).await?;
    let names = store.seeded_names().await?.context("the database holds no organization")?;
    let url = arguments.url.trim_end_matches('/').to_owned();
    let chosen: Vec<Kind> = KINDS.iter().copied().filter(|it| is_chosen(arguments, it)).collect();
    if chosen.is_empty() {
        bail!("there is no such kind of page; the kinds are {}", kind_names(KINDS));
    }
    let user = User::new(&url, true, arguments.cookie.as_deref());
    let (kinds, missing) = built(&user, &names, &chosen).await?;
    if !missing.is_empty() {
        writeln!(out, "not built yet: {}", kind_names(&missing))?;
    }
    let asked = Arc::new(Asked {
        names,
        kinds,
        url,
        fresh: arguments.fresh,
        cookie: arguments.cookie.clone(),
        seed: arguments.seed,
        pause: Duration::from_millis(arguments.pause),
        until: Instant::now() + Duration::from_secs(arguments.seconds),
    });
    let users: Vec<_> =
        (0..arguments.users).map(|it| tokio::spawn(visit(Arc::clone(&asked), it))).collect();
    let mut all = Vec::new();
    for user in users {
        table::add(&mut all, user.await?);
    }
    Ok(all)
}

fn is_chosen(arguments: &LoadArguments, kind: &Kind) -> bool {
    arguments.only.is_empty() || arguments.only.iter().any(|it| it == kind.name)
}

fn kind_names(kinds: &[Kind]) -> String {
    kinds.iter().map(|it| format!("“{}”", it.name)).collect::<Vec<_>>().join(", ")
}

/// The kinds that the server has, each asked for once so that nothing is cold, and the others.
async fn built(
    user: &User,
    names: &SeededNames,
    chosen: &[Kind],
) -> Result<(Vec<Kind>, Vec<Kind>)> {
    let dice = &mut Dice::new(0);
    let (mut kinds, mut missing) = (Vec::new(), Vec::new());
    for kind in chosen {
        let there = match kind.address(names, dice) {
            None => false,
            Some(address) => user.get(&address).await?.status != StatusCode::NOT_FOUND,
        };
        if there { kinds.push(*kind) } else { missing.push(*kind) }
    }
    Ok((kinds, missing))
}

/// One user, who asks for one page after the other until the time is over.
async fn visit(asked: Arc<Asked>, number: u64) -> Vec<Measured> {
    let user = User::new(&asked.url, asked.fresh, asked.cookie.as_deref());
    let dice = &mut Dice::for_each(asked.seed, number);
    let mut measured: Vec<Measured> = asked.kinds.iter().map(|it| Measured::new(it.name)).collect();
    // Users do not come all at once.
    tokio::time::sleep(asked.pause.mul_f64(f64::from(dice.below(100) as u32) / 100.0)).await;
    while Instant::now() < asked.until && !asked.kinds.is_empty() {
        let place = dice.index(asked.kinds.len());
        let (Some(kind), Some(of_kind)) = (asked.kinds.get(place), measured.get_mut(place)) else {
            continue;
        };
        let Some(address) = kind.address(&asked.names, dice) else { continue };
        match user.get(&address).await {
            Ok(answer) if answer.status.is_success() => {
                of_kind.note(answer.took, answer.bytes, answer.is_kept)
            }
            Ok(answer) => of_kind.fail(format!("{address} answers {}", answer.status)),
            Err(error) => of_kind.fail(format!("{address}: {error}")),
        }
        if !asked.pause.is_zero() {
            tokio::time::sleep(asked.pause).await;
        }
    }
    measured
}

impl User {
    fn new(url: &str, asks_for_fresh: bool, cookie: Option<&str>) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Self { client, url: url.to_owned(), asks_for_fresh, cookie: cookie.map(str::to_owned) }
    }

    async fn get(&self, address: &str) -> Result<Answer> {
        let mut request = Request::get(format!("{}{address}", self.url))
            .header(header::ACCEPT_ENCODING, "gzip")
            .header(header::ACCEPT, "text/html,*/*");
        if self.asks_for_fresh {
            request = request.header(header::CACHE_CONTROL, "no-cache");
        }
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let request = request.body(Empty::new())?;
        let begun = Instant::now();
        let response = self.client.request(request).await.context("the server does not answer")?;
        let status = response.status();
        let is_kept = response.headers().contains_key(header::AGE);
        let body = response.into_body().collect().await.context("the answer was cut off")?;
        let took = begun.elapsed();
        Ok(Answer { status, took, bytes: body.to_bytes().len(), is_kept })
    }
}
