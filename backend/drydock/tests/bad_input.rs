//! Bad input gets one clear sentence that says what to do, a status that is not
//! zero, and leaves nothing half-written.

#![expect(clippy::unwrap_used, reason = "a test stops at once")]

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};

use github_fake::{Fake, Options, World};

/// What no GitHub and no database here knows.
const TOKEN: &str = "a-token-of-nobody";
const PASSWORD: &str = "a-password-of-nobody";

/// Runs `drydock` with these arguments and this environment, and no other.
fn drydock(data: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_drydock"))
        .args(arguments)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("DRYDOCK_DATA", data)
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    [TOKEN, PASSWORD].iter().for_each(|it| test_logs::secret(it));
    test_logs::keep_output(&output);
    output
}

/// The one sentence on standard error of a run that failed.
fn sentence(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(!text.contains("panicked") && !text.contains("stack backtrace"), "{text}");
    text.lines().next().unwrap_or_default().to_owned()
}

/// A folder of our own whose `data` does not exist yet.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn a_crawl_without_a_token_says_where_to_put_one() {
    let folder = folder();
    let said = sentence(&drydock(&folder.path().join("data"), &["crawl", "acme"], &[]));
    assert!(said.contains("GITHUB_TOKEN"), "{said}");
    assert!(!folder.path().join("data").exists(), "nothing may be written");
}

#[test]
fn a_login_that_is_none_is_refused_before_anything_is_asked() {
    let folder = folder();
    let said =
        sentence(&drydock(folder.path(), &["crawl", "acme/shop"], &[("GITHUB_TOKEN", TOKEN)]));
    assert!(said.contains("acme/shop") && said.contains("login"), "{said}");
}

#[test]
fn a_github_that_is_down_is_named_and_nothing_is_written() {
    let folder = folder();
    let environment = [("GITHUB_TOKEN", TOKEN), ("GITHUB_API_URL", "http://127.0.0.1:1")];
    let said = sentence(&drydock(&folder.path().join("data"), &["crawl", "acme"], &environment));
    assert!(said.contains("could not be reached"), "{said}");
    assert!(!folder.path().join("data").exists(), "nothing may be written");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_and_an_unknown_organization_are_told_apart() {
    let fake =
        Fake::start(World::sample(chrono::Utc::now()).unwrap(), Options::default()).await.unwrap();
    let crawl = |organization: &'static str, token: String| {
        let (api, graphql) = (fake.api_url(), fake.graphql_url());
        async move {
            tokio::task::spawn_blocking(move || {
                let environment = [
                    ("GITHUB_TOKEN", token.as_str()),
                    ("GITHUB_API_URL", api.as_str()),
                    ("GITHUB_GRAPHQL_URL", graphql.as_str()),
                ];
                sentence(&drydock(
                    &folder().path().join("data"),
                    &["crawl", organization],
                    &environment,
                ))
            })
            .await
            .unwrap()
        }
    };
    let wrong = crawl("acme", TOKEN.to_owned()).await;
    assert!(wrong.contains("did not accept the token"), "{wrong}");
    let unknown = crawl("no-such-organization", fake.token().to_owned()).await;
    assert!(unknown.contains("knows nothing of that name"), "{unknown}");
}

#[test]
fn a_taken_port_is_named_with_the_way_out() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = folder();
    let said =
        sentence(&drydock(&folder.path().join("data"), &["serve", "--listen", &address], &[]));
    assert!(said.contains(&address) && said.contains("--listen"), "{said}");
    assert!(!folder.path().join("data").exists(), "nothing may be written");
}

#[test]
fn a_data_folder_that_is_a_file_is_left_alone() {
    let folder = folder();
    let file = folder.path().join("data");
    fs::write(&file, "mine").unwrap();
    let said = sentence(&drydock(&file, &["serve", "--listen", "127.0.0.1:0"], &[]));
    assert!(said.contains(&file.display().to_string()), "{said}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
}

#[test]
fn a_database_that_cannot_be_reached_is_not_replaced_by_another() {
    let folder = folder();
    let url = format!("postgres://drydock:{PASSWORD}@127.0.0.1:1/drydock");
    let environment = [("DATABASE_URL", url.as_str())];
    let output = drydock(folder.path(), &["serve", "--listen", "127.0.0.1:0"], &environment);
    let said = sentence(&output);
    assert!(said.contains("database could not be reached"), "{said}");
    assert!(!String::from_utf8_lossy(&output.stderr).contains(PASSWORD), "{output:?}");
    assert!(!folder.path().join("postgres").exists(), "no private database may appear");
}

#[test]
fn a_corrupt_settings_file_is_named_with_its_line() {
    let folder = folder();
    fs::write(folder.path().join("drydock.toml"), "listen = \"127.0.0.1:0\"\nlog = [\n").unwrap();
    let said = sentence(&drydock(folder.path(), &["serve"], &[]));
    assert!(said.contains("drydock.toml") && said.contains("line"), "{said}");
}

#[test]
fn an_organization_to_serve_without_a_token_is_refused() {
    let folder = folder();
    let arguments = ["serve", "--org", "acme", "--listen", "127.0.0.1:0"];
    let said = sentence(&drydock(&folder.path().join("data"), &arguments, &[]));
    assert!(said.contains("acme") && said.contains("GITHUB_TOKEN"), "{said}");
}
