//! `drydock user` and `drydock secrets`, as a person at a terminal runs them.

#![expect(clippy::unwrap_used, reason = "a test stops at once")]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use local_postgres::Cluster;
use store::testing::{TestStore, store};
use store::{PasswordAnswer, Role, SignInMethod};

const PASSWORD: &str = "otter-lamp-gravel-nine";

/// Runs `drydock` with this on standard input.
fn drydock(arguments: &[&str], environment: &[(&str, &str)], stdin: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_drydock"))
        .args(arguments)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .envs(environment.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A run that asks for nothing may be over before.
    drop(child.stdin.take().unwrap().write_all(stdin.as_bytes()));
    let output = child.wait_with_output().unwrap();
    test_logs::keep_output(&output);
    output
}

/// A database of its own and a data folder, for several runs.
struct Place {
    store: TestStore,
    data: tempfile::TempDir,
}

impl Place {
    async fn new() -> Self {
        Self { store: store().await, data: tempfile::tempdir().unwrap() }
    }

    fn run(&self, arguments: &[&str], stdin: &str) -> Output {
        let data = self.data.path().to_str().unwrap();
        drydock(arguments, &[("DRYDOCK_DATA", data), ("DATABASE_URL", self.store.url())], stdin)
    }

    /// What a run that succeeded printed.
    fn said(&self, arguments: &[&str], stdin: &str) -> String {
        let output = self.run(arguments, stdin);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The sentence of a run that failed.
    fn complaint(&self, arguments: &[&str], stdin: &str) -> String {
        let output = self.run(arguments, stdin);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(!text.contains("panicked") && !text.contains(PASSWORD), "{text}");
        text
    }

    async fn answer(&self, name: &str, password: &str) -> PasswordAnswer {
        let (here, now) = ([127, 0, 0, 1].into(), chrono::Utc::now());
        let password = password.to_owned().into();
        self.store.check_password(name, password, here, now).await.unwrap()
    }
}

#[tokio::test]
async fn an_account_lives_from_being_added_to_being_removed() {
    let place = Place::new().await;
    let line = format!("{PASSWORD}\r\nand what follows is nothing\n");
    let said = place.said(&["user", "add", "Anna", "--password-stdin"], &line);
    assert_eq!(said, "anna may sign in as an operator.\n");
    assert!(matches!(place.answer("anna", PASSWORD).await, PasswordAnswer::Right(_)));
    assert_eq!(place.said(&["user", "role", "anna", "viewer"], ""), "anna is a viewer now.\n");
    assert_eq!(place.said(&["user", "disable", "ANNA"], ""), "anna is kept out.\n");
    assert_eq!(place.answer("anna", PASSWORD).await, PasswordAnswer::Wrong);
    let list = place.said(&["user", "list"], "");
    let row: Vec<_> = list.lines().nth(1).unwrap().split_whitespace().collect();
    assert_eq!(
        (row.first(), row.get(2), row.last()),
        (Some(&"anna"), Some(&"viewer"), Some(&"disabled"))
    );
    place.said(&["user", "enable", "anna"], "");
    let changed = ["user", "password", "anna", "--password-stdin"];
    let expected =
        "anna has another password; their sessions ended, and their API tokens are revoked.\n";
    assert_eq!(place.said(&changed, "another good password"), expected);
    let answer = place.answer("anna", "another good password").await;
    assert!(matches!(answer, PasswordAnswer::Right(it) if it.role == Role::Viewer));
    assert_eq!(place.said(&["user", "remove", "anna"], ""), "anna is removed.\n");
    assert!(place.said(&["user", "list"], "").contains("Nobody is known yet"));
    let audit = "SELECT action FROM audit WHERE actor = 'command line' ORDER BY audit_id";
    let audit: Vec<String> = sqlx::query_scalar(audit).fetch_all(place.store.pool()).await.unwrap();
    let expected = "person-added role-changed person-disabled person-enabled password-changed \
                    person-removed";
    assert_eq!(audit.join(" "), expected);
}

#[tokio::test]
async fn each_mistake_has_a_sentence_and_adds_nobody() {
    let place = Place::new().await;
    let add = ["user", "add", "anna", "--password-stdin"];
    for (arguments, stdin, words) in [
        (&add[..], "", "at least 12 characters"),
        (&add[..], "password1234", "tried first"),
        (&add[..], "Unbelievable", "one of the 3,000 that are used most"),
        (&add[..], "annaannaanna", "own name"),
        (&["user", "add", "an na", "--password-stdin"], PASSWORD, "letters, digits"),
        (&["user", "add", "anna"], PASSWORD, "--password-stdin"),
        (&["user", "disable", "bert"], "", "drydock user list"),
        (&["user", "role", "ldap:bert", "viewer"], "", "no method to sign in"),
        (&["user", "password", "bert", "--password-stdin"], PASSWORD, "nobody is known as bert"),
    ] {
        let said = place.complaint(arguments, stdin);
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
    assert!(place.store.persons(None).await.unwrap().is_empty());
    place.said(&add, PASSWORD);
    assert!(place.complaint(&add, "another good password").contains("already"));
    assert!(matches!(place.answer("anna", PASSWORD).await, PasswordAnswer::Right(_)));
}

#[tokio::test]
async fn people_of_other_methods_are_named_as_the_list_names_them() {
    let place = Place::new().await;
    let mona = store::Recognized {
        method: SignInMethod::Github,
        subject: "583231",
        name: "mona",
        address: "",
        first_role: Role::Viewer,
        named_as: None,
    };
    place.store.recognize_person(&mona, chrono::Utc::now()).await.unwrap();
    assert!(place.said(&["user", "list", "MONA"], "").contains("github:583231  mona"));
    let said = place.said(&["user", "role", "github:583231", "editor"], "");
    assert_eq!(said, "github:583231 is an editor now.\n");
}

#[tokio::test]
async fn every_command_and_argument_is_explained() {
    let place = Place::new().await;
    let help = |command: &'static str| place.said(&["user", command, "--help"], "");
    for command in ["add", "list", "disable", "enable", "role", "password", "remove"] {
        assert!(place.said(&["user", "--help"], "").contains(command), "{command}");
        assert!(help(command).contains("Usage: drydock user"), "{command}");
    }
    let add = help("add");
    for words in ["--password-stdin", "viewer, editor, operator", "12 characters", "Argon2id"] {
        assert!(add.contains(words), "{words}: {add}");
    }
    assert!(place.said(&["secrets", "rotate", "--help"], "").contains("secret-key-old"));
}

#[tokio::test]
async fn a_password_is_never_an_argument() {
    let place = Place::new().await;
    let output = place.run(&["user", "add", "anna", "--password", PASSWORD], "");
    assert_eq!(output.status.code(), Some(2));
}

#[tokio::test]
async fn a_database_elsewhere_that_may_be_reached_without_tls_is_warned_of_without_its_password() {
    let place = Place::new().await;
    let data = place.data.path().to_str().unwrap();
    for (mode, is_warned) in [("prefer", true), ("disable", false)] {
        // An address that is kept for documents, where nobody answers.
        let url =
            format!("postgres://anna:{PASSWORD}@192.0.2.7/drydock?sslmode={mode}&pass={PASSWORD}");
        let output =
            drydock(&["user", "list"], &[("DRYDOCK_DATA", data), ("DATABASE_URL", &url)], "");
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(said.contains("192.0.2.7 may be reached without TLS"), is_warned, "{said}");
        assert!(said.contains("could not be reached") && !said.contains(PASSWORD), "{said}");
    }
}

#[tokio::test]
async fn rotating_says_how_much_was_sealed_anew() {
    let place = Place::new().await;
    let said = place.said(&["secrets", "rotate"], "");
    assert_eq!(said, "0 secrets were sealed anew; all are sealed with the present key.\n");
}

#[tokio::test]
async fn nothing_is_logged_beside_what_a_command_says_unless_it_is_asked_for() {
    let place = Place::new().await;
    let logged = |arguments: &[&str]| {
        let output = place.run(arguments, PASSWORD);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert_eq!(logged(&["user", "add", "anna", "--password-stdin"]), "");
    assert_eq!(logged(&["secrets", "rotate"]), "");
    let asked = logged(&["user", "add", "bert", "--password-stdin", "--log", "info"]);
    assert!(asked.contains("An entry of the audit log"), "{asked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_added_beside_a_dashboard_that_runs_its_private_database() {
    let folder = tempfile::tempdir().unwrap();
    let data: &Path = folder.path();
    // Root's Postgres runs as somebody else, who must come by.
    std::fs::set_permissions(data, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let settings = local_postgres::Settings::new(data.join("postgres"));
    let dashboard = Cluster::start(&settings).await.unwrap();
    dashboard.ensure_database("drydock").await.unwrap();
    let environment = [("DRYDOCK_DATA", data.to_str().unwrap())];
    for (arguments, stdin) in
        [(&["user", "add", "anna", "--password-stdin"][..], PASSWORD), (&["user", "list"][..], "")]
    {
        let output = drydock(arguments, &environment, stdin);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success() && said.contains("anna"), "{output:?}");
    }
    dashboard.stop().await.unwrap();
}
