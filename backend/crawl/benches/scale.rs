//! How long a first crawl takes and how much memory, for 1,000 and for 10,000
//! repositories side by side: `cargo bench -p crawl --bench scale [-- NUMBER…]`.
//!
//! Three processes share the machine: the stand-in GitHub (its limits off), Postgres, and
//! the crawl, whose own memory is what is printed.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use chrono::Utc;
use crawl::{PresentCatalog, Request};
use github::{Client, Endpoints};
use github_fake::{Fake, Options, Shape, World};
use names::OrgLogin;
use secrecy::SecretString;
use store::{CrawlKind, NewOrganization, Store, Trigger};

type Failure = Box<dyn std::error::Error>;

const SEED: u64 = 4;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Runtime::new()?;
    match words.as_slice() {
        ["stand-in", repositories] => runtime.block_on(stand_in(repositories.parse()?)),
        ["crawl", api, token, database] => runtime.block_on(crawl_once(api, token, database)),
        [] => runtime.block_on(compare(&[1_000, 10_000])),
        numbers => {
            let numbers: Result<Vec<usize>, _> = numbers.iter().map(|it| it.parse()).collect();
            runtime.block_on(compare(&numbers?))
        }
    }
}

/// Serves a generated organization until its standard input ends.
async fn stand_in(repositories: usize) -> Result<(), Failure> {
    let world = World::generated(&Shape::default(), repositories, SEED)?;
    let options = Options { has_rate_limits: false, ..Options::default() };
    let fake = Fake::start(world, options).await?;
    writeln!(std::io::stdout(), "{} {}", fake.api_url(), fake.token())?;
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
    Ok(())
}

/// Crawls a first time, and a second time when nothing has changed.
async fn crawl_once(api: &str, token: &str, database: &str) -> Result<(), Failure> {
    let store = Store::connect(database, 8).await?;
    let organization: OrgLogin = "acme".parse()?;
    let new = NewOrganization { login: organization.clone(), is_sample: false };
    store.add_organization(&new, Utc::now()).await?;
    let endpoints = Endpoints::from_settings(Some(api), None)?;
    let client = Client::new(endpoints, Some(SecretString::from(token.to_owned())))?;
    let clock: crawl::Clock = std::sync::Arc::new(Utc::now);
    for name in ["first", "again"] {
        let request = Request {
            organization: &organization,
            kind: CrawlKind::Full,
            trigger: Trigger::Command,
            catalog: &PresentCatalog::built_in().now(),
        };
        let begun = Instant::now();
        let summary = crawl::run(&store, &client, &request, &clock, &|_| {}).await?;
        let counts = summary.counts;
        writeln!(
            std::io::stdout(),
            "{name:>6}: {:>6.1} s, at most {:>4} MB resident; {} repositories, {} read, {} failed, \
             {} Dockerfiles, {} blobs; {} REST requests, {} GraphQL points",
            begun.elapsed().as_secs_f64(),
            peak_megabytes()?,
            counts.repositories_listed,
            counts.repositories_read,
            counts.repositories_failed,
            counts.dockerfiles,
            counts.blobs_fetched,
            counts.rest_requests,
            counts.graphql_points,
        )?;
    }
    Ok(())
}

fn peak_megabytes() -> Result<u64, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|it| it.starts_with("VmHWM:")).ok_or("no VmHWM")?;
    let kilobytes = line.split_whitespace().nth(1).ok_or("no number")?;
    Ok(kilobytes.parse::<u64>()?.div_ceil(1024))
}

async fn compare(numbers: &[usize]) -> Result<(), Failure> {
    for number in numbers {
        let store = store::testing::store().await;
        let mut stand_in = spawn(&["stand-in", &number.to_string()])?;
        let out = stand_in.stdout.take().ok_or("no output")?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        let (api, token) = line.trim().split_once(' ').ok_or("the stand-in did not start")?;
        let crawl = spawn(&["crawl", api, token, store.url()])?;
        let output = crawl.wait_with_output()?;
        writeln!(std::io::stdout(), "{number} repositories")?;
        std::io::stdout().write_all(&output.stdout)?;
        drop(stand_in.stdin.take());
        stand_in.wait()?;
    }
    Ok(())
}

fn spawn(arguments: &[&str]) -> Result<Child, Failure> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
    Ok(command.spawn()?)
}
