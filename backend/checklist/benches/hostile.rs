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

/// What a line is filled up with where a file may only have so many.
const FILLING: &str = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

fn file(head: &str, part: &str, tail: &str) -> String {
    let room = SIZE_LIMIT - head.len() - tail.len();
    format!("{head}{}{tail}", part.repeat(room / part.len()))
}

/// As much text of commands as is read, in two lines, and comments up to the limit.
fn shell(part: &str) -> String {
    let line = format!("RUN {}\n", part.repeat(LINE / part.len()));
    file(&format!("FROM a\n{line}{line}"), &format!("# {FILLING}\n"), "")
}

/// Files of many instructions.
fn long() -> Vec<(String, String)> {
    let filled = |head: &str, part: &str, tail: &str| {
        (part.escape_default().to_string(), file(head, &part.replace('~', FILLING), tail))
    };
    vec![
        filled("FROM a\nRUN ", "\\", ""),
        filled("FROM a\n", "\n", ""),
        filled("FROM a\nENV a=", "~ \\\n", "\n"),
        filled("FROM a\nRUN a \\\n", "# ~\n", "b\n"),
        filled("FROM a\nCOPY <<E /e\n", "~\n", "E\n"),
        filled("", "FROM ~\n", ""),
        filled("", "FROM node:20 AS ~\n", ""),
        filled("FROM a AS ~0\n", "FROM ~0 AS ~0\n", ""),
        filled("FROM dhi.io/node:24\n", "COPY --chown=a b /~\n", ""),
        filled("FROM a\n", "EXPOSE 80 $~\n", ""),
        filled("FROM a\n", "ENV A=$A$A ~=1\n", ""),
        filled("FROM a\nENV A=abcdefgh\n", "ENV A=$A$A B~=1\n", ""),
        filled("FROM a\n", "ONBUILD COPY ~ b\n", ""),
        filled("FROM a\n", "VOLUME /~\n", ""),
    ]
}

/// Files of lines that open more than they close.
fn deep() -> Vec<(String, String)> {
    let mut inputs = Vec::new();
    for part in ["[", "{\"a\":["] {
        let line = format!("CMD {}\n", part.repeat(LINE / part.len()));
        inputs.push((format!("CMD {part}"), file("FROM a\n", &line, "")));
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
        "A=$A$A;b $A ",
        "apt-get install a;",
    ] {
        inputs.push((format!("RUN {part}"), shell(part)));
    }
    inputs
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut slowest = (Duration::ZERO, String::new());
    // The catalogue is read once for all files.
    let catalog = Catalog::built_in();
    for (name, text) in long().into_iter().chain(deep()) {
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
