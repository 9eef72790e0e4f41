//! To whom the real program is served, and where it refuses to be.

#![expect(clippy::unwrap_used, reason = "a test stops at once")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use store::testing::{TestStore, store};

/// The program over a database of its own, killed when it is dropped.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn command(place: (&TestStore, &tempfile::TempDir), arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_drydock"));
    command
        .args(arguments)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("DRYDOCK_DATA", place.1.path())
        .env("DATABASE_URL", place.0.url())
        .env("DRYDOCK_CATALOG_REPOSITORY", "off")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Starts it on a free port; gives its address.
fn start(place: (&TestStore, &tempfile::TempDir), arguments: &[&str]) -> (Program, String) {
    let all = [&["serve", "--listen", "127.0.0.1:0"], arguments].concat();
    let mut command = command(place, &all);
    test_logs::keep_log_of(&mut command);
    let mut program = Program(command.spawn().unwrap());
    let mut line = String::new();
    BufReader::new(program.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("Drydock is on http://").unwrap().to_owned();
    (program, address)
}

/// The answer to a request for a page under the name of a host.
fn answer(address: &str, host: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!(
        "GET /checklist HTTP/1.1\r\nhost: {host}\r\naccept: text/html\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_way_to_sign_in_it_serves_this_machine_by_its_own_names_alone() {
    let place = (&store().await, &tempfile::tempdir().unwrap());
    let (_program, address) = start(place, &[]);
    let here = answer(&address, &address);
    assert!(here.contains("Open to this machine alone: no sign-in is set."), "{here}");
    assert!(answer(&address, "evil.example").starts_with("HTTP/1.1 421"));
}

#[tokio::test(flavor = "multi_thread")]
async fn with_an_account_it_asks_everybody_to_sign_in() {
    let place = (&store().await, &tempfile::tempdir().unwrap());
    let mut add = command(place, &["user", "add", "anna", "--password-stdin"]).spawn().unwrap();
    add.stdin.take().unwrap().write_all(b"otter-lamp-gravel-nine\n").unwrap();
    assert!(add.wait().unwrap().success());
    let (_program, address) = start(place, &[]);
    let answer = answer(&address, &address).to_lowercase();
    assert!(answer.starts_with("http/1.1 303"), "{answer}");
    assert!(answer.contains("location: /sign-in?to=%2f"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_may_not_be_served_it_says_in_a_sentence_what_to_set() {
    let place = (&store().await, &tempfile::tempdir().unwrap());
    let elsewhere = ["serve", "--listen", "0.0.0.0:0"].as_slice();
    let public = &["serve", "--listen", "127.0.0.1:0", "--public-url", "https://drydock.example"];
    for (arguments, sentence) in
        [(elsewhere, "not served on 0.0.0.0"), (public, "there is no way to sign in")]
    {
        let output = command(place, arguments).output().unwrap();
        test_logs::keep_output(&output);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        let last = said.lines().last().unwrap_or_default();
        assert!(last.starts_with("drydock: ") && last.contains(sentence), "{said}");
    }
}
