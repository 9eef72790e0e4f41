//! What is kept, seen from a process that has a folder to keep it in.

#![expect(clippy::unwrap_used, reason = "a test stops at once")]

use std::fs;
use std::path::Path;
use std::process::Command;

/// All files of a folder as one text.
fn text(folder: &Path) -> String {
    let files = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    files.map(|it| fs::read_to_string(it).unwrap()).collect()
}

/// Runs a test of this file that does something only if there is such a folder.
fn run(test: &str, folder: &Path) {
    let this = std::env::current_exe().unwrap();
    let mut command = Command::new(this);
    let output = command.args(["--exact", test]).env("DRYDOCK_TEST_LOGS", folder).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn speaks_of_its_secrets() {
    for secret in ["otter-lamp-gravel", "otter-lamp-gravel", "short"] {
        test_logs::secret(secret);
    }
    test_logs::secret("-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n-----END PRIVATE KEY-----\n");
    tracing::trace!(word = "spoken", "Something of little weight");
    drop(tracing::debug_span!("a span", word = "within"));
    let panicked = std::thread::spawn(|| std::panic::panic_any("what a panic says")).join();
    assert!(panicked.is_err());
    let mut program = Command::new("sh");
    program.args(["-c", "echo printed by a program; echo \"at $DRYDOCK_LOG\" >&2"]);
    test_logs::keep_output(&program.output().unwrap());
    test_logs::keep_log_of(&mut program);
    program.output().unwrap();
}

#[test]
fn whatever_a_process_and_its_programs_say_is_kept_apart_from_the_secrets() {
    let folder = tempfile::tempdir().unwrap();
    run("speaks_of_its_secrets", folder.path());
    assert_eq!(text(&folder.path().join("secrets")), "otter-lamp-gravel\nMIIEvQIBADANBg\n");
    let log = text(&folder.path().join("log"));
    for words in ["spoken", "within", "what a panic says", "printed by a program", "at debug"] {
        assert!(log.contains(words), "{words}: {log}");
    }
    assert!(!log.contains("otter-lamp-gravel"), "{log}");
}
