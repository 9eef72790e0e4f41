//! How much processor time the whole check takes on files of 1 MB that are made to be slow, on the small stack
//! of a worker thread.
//!
//! `cargo bench -p checklist --bench hostile`, and without optimization
//! `cargo test -p checklist --bench hostile`.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

#[path = "shared/clock.rs"]
mod clock;

use std::error::Error;
use std::thread;
use std::time::Duration;

use checklist::{Catalog, FileKind, Policy, SIZE_LIMIT, SourceFile, check};
use clock::now;

/// The stack of a worker thread of tokio.
const STACK: usize = 2 * 1024 * 1024;

/// The longest line that is read, less what stands before the repeated part.
const LINE: usize = 65_400;

fn file(head: &str, part: &str, tail: &str) -> String {
    let room = SIZE_LIMIT - head.len() - tail.len();
    format!("{head}{}{tail}", part.repeat(room / part.len()))
}

/// As many lines as fit, each filled with one part.
fn lines(keyword: &str, part: &str) -> String {
    file("FROM a\n", &format!("{keyword} {}\n", part.repeat(LINE / part.len())), "")
}

fn inputs() -> Vec<(String, String)> {
    let mut inputs = vec![
        ("backslashes on one line".to_owned(), file("FROM a\nRUN ", "\\", "")),
        ("continuation lines".to_owned(), file("FROM a\nRUN a", " \\\n b", "\n")),
        ("commands in one RUN".to_owned(), file("FROM a\nRUN a", " && \\\n b", "\n")),
        ("comments in a continuation".to_owned(), file("FROM a\nRUN a \\\n", "# c\n", "b\n")),
        ("a long heredoc".to_owned(), file("FROM a\nRUN <<E\n", "ab cdefg\n", "E\n")),
        ("stages".to_owned(), file("", "FROM a\n", "")),
        ("stages with commands".to_owned(), file("", "FROM node:20\nRUN apt-get install x\n", "")),
        ("blank lines".to_owned(), file("FROM a\n", "\n", "")),
        ("short RUN".to_owned(), file("FROM a\n", "RUN apk add x\n", "")),
        ("COPY".to_owned(), file("FROM dhi.io/node:24\n", "COPY --chown=a b c\n", "")),
        ("EXPOSE".to_owned(), file("FROM a\n", "EXPOSE 80\n", "")),
        ("ENV".to_owned(), file("FROM a\n", "ENV A=$A$A\n", "")),
    ];
    for part in ["[", "{\"a\":["] {
        inputs.push((format!("CMD {part}"), lines("CMD", part)));
    }
    for part in [
        "(",
        "{ ",
        "$(",
        "`",
        "\"$(",
        "${a:-",
        "((",
        "if a; then ",
        "for a in b; do ",
        "[[ ( ",
        "case a in b) ",
        "a && ",
        "a | ",
        "<<E ",
        "<",
        "a=(",
        "f() { ",
        "sh -c '",
        "sudo ",
        "'",
        "\"",
        "$((",
        "! ",
        "a[",
        "~",
    ] {
        inputs.push((format!("RUN {part}"), lines("RUN", part)));
    }
    inputs
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut slowest = (Duration::ZERO, String::new());
    // The catalogue is read once for all files.
    let catalog = Catalog::built_in();
    for (name, text) in inputs() {
        let worker = thread::Builder::new().stack_size(STACK).spawn(move || {
            let file = SourceFile { kind: FileKind::Dockerfile, bytes: text.as_bytes() };
            let start = now();
            let report = check(&file, catalog, &Policy::default());
            let taken = now().saturating_sub(start);
            drop(report);
            taken
        })?;
        let taken = worker.join().map_err(|_| format!("{name} ended its thread"))?;
        println!("{:>9.1} ms  {name}", taken.as_secs_f64() * 1_000.0);
        slowest = slowest.max((taken, name));
    }
    println!("slowest: {:.1} ms, {}", slowest.0.as_secs_f64() * 1_000.0, slowest.1);
    Ok(())
}
