//! Serves the sample organization, or a corpus, until it is interrupted.
//!
//! Prints one line of JSON with the addresses and the token. Beside the sample it
//! has an organization `contract` with one repository for each refusal, for the
//! contract check, one `vacant` without any, one `hostile` full of text that breaks
//! careless pages, and the default GitHub App in three places. People can sign in to the
//! default app: `alice` may read all of `acme`, `bob` half of it, `mallory` what is public. With a folder as argument it serves that folder's `corpus` as
//! the organization `corpus`; a second argument is the port. `--generated N` serves an
//! organization of N repositories made from `--seed S`; `--no-limits` lifts the limits.

use std::error::Error;
use std::io::Write;
use std::net::Ipv4Addr;
use std::path::Path;

use chrono::Utc;
use github_fake::{
    App, Facts, Fake, Installation, NewRepository, OauthApp, Options, Push, Shape, Visibility,
    World,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let generated = take(&mut arguments, "--generated").map(|it| it.parse()).transpose()?;
    let seed = take(&mut arguments, "--seed").map_or(Ok(1), |it| it.parse())?;
    let count = arguments.len();
    arguments.retain(|it| it != "--no-limits");
    let has_rate_limits = arguments.len() == count;
    let world = match (generated, arguments.first()) {
        (Some(repositories), _) => World::generated(&Shape::default(), repositories, seed)?,
        (None, Some(shared)) => World::corpus(Path::new(shared), &"corpus".parse()?)?,
        (None, None) => sample()?,
    };
    let port = arguments.get(1).map_or(Ok(0), |it| it.parse())?;
    let address = (Ipv4Addr::LOCALHOST, port).into();
    let options = Options {
        address,
        has_rate_limits,
        apps: vec![app()],
        oauth_apps: vec![OauthApp::default()],
        ..Options::default()
    };
    let fake = Fake::start(world, options).await?;
    writeln!(
        std::io::stdout(),
        r#"{{"api":"{}","graphql":"{}","enterprise":"{}","token":"{}"}}"#,
        fake.api_url(),
        fake.graphql_url(),
        fake.enterprise_api_url(),
        fake.token()
    )?;
    tokio::signal::ctrl_c().await?;
    fake.stop().await;
    Ok(())
}

/// Takes an option and its value out of the arguments.
fn take(arguments: &mut Vec<String>, option: &str) -> Option<String> {
    let at = arguments.iter().position(|it| it == option)?;
    let value = arguments.get(at + 1).cloned();
    arguments.drain(at..(at + 2).min(arguments.len()));
    value
}

/// An App that sees all of one account, some of another, and is suspended at a third.
fn app() -> App {
    let mut some = Installation::reading(8, "contract");
    some.repositories = Some(vec!["plain".to_owned(), "empty".to_owned()]);
    let mut suspended = Installation::reading(9, "octavia");
    suspended.suspended_at = Some(Utc::now());
    let installations = vec![Installation::reading(7, "acme"), some, suspended];
    App { installations, ..App::default() }
}

fn add_people(world: &mut World) -> Result<(), Box<dyn Error>> {
    let acme = "acme".parse()?;
    let names: Vec<String> =
        world.repositories_of(&acme).map(|it| it.repository.full_name()).collect();
    for person in ["alice", "bob", "mallory"] {
        world.add_user(person)?;
    }
    for person in ["alice", "bob"] {
        world.add_member("acme", person)?;
    }
    for (place, name) in names.iter().enumerate() {
        world.let_read(name, "alice")?;
        if place % 2 == 0 {
            world.let_read(name, "bob")?;
        }
    }
    Ok(())
}

fn sample() -> Result<World, Box<dyn Error>> {
    let mut world = World::sample(Utc::now())?;
    world.add_organization("contract")?;
    world.add_organization("vacant")?;
    world.add_hostile("hostile")?;
    world.add_user("octavia")?;
    add_people(&mut world)?;
    let public = || Facts { visibility: Visibility::Public, ..Facts::default() };
    for name in ["plain", "former", "blocked", "disabled", "empty"] {
        world.create(NewRepository::named("contract", name)?.facts(public()))?;
        if name != "empty" {
            let push = Push::new("Begin").file("Dockerfile", "FROM scratch\n");
            world.push(&format!("contract/{name}"), push.file("docs/a.md", "# A\n"))?;
        }
    }
    let submodule = github_fake::Content::Submodule(github_fake::git::blob_oid(b"elsewhere"));
    let push = Push::new("Grow").symlink("docs/link", "../Dockerfile");
    world.push("contract/plain", push.content("vendored", submodule))?;
    world.rename("contract/former", "latter")?;
    world.repository_mut("contract/blocked")?.facts.unreadable = Some("a notice".to_owned());
    world.repository_mut("contract/disabled")?.facts.disabled = true;
    let said = &mut world.repository_mut("contract/plain")?.facts.properties;
    said.insert("squad".to_owned(), "payments".to_owned());
    Ok(world)
}
