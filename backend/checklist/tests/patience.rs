//! Hostile files up to the size limit are decided in a time that grows with their size.

use std::time::{Duration, Instant};

use checklist::{Catalog, FileKind, Policy, SIZE_LIMIT, SourceFile, check};

/// Much more than any of them needs, even unoptimized beside other work, and much less than
/// a quadratic rule would take.
const PATIENCE: Duration = Duration::from_secs(30);

/// As many lines as are read at the most.
const LINES: usize = 19_990;

fn repeated(head: &str, line: impl Fn(usize) -> String) -> String {
    let mut text = head.to_owned();
    for number in 0..LINES {
        let next = line(number);
        if text.len() + next.len() > SIZE_LIMIT {
            break;
        }
        text.push_str(&next);
    }
    text
}

#[test]
fn hostile_files_are_decided_in_time() {
    let inputs = [
        ("bases", repeated("", |n| format!("FROM node:{n} AS s{n}\n"))),
        ("impossible tags", repeated("", |n| format!("FROM dhi.io/node:24-x{n}y\nRUN a\n"))),
        ("a chain of stages", repeated("FROM a AS s0\n", |n| format!("FROM s{n} AS s{}\n", n + 1))),
        ("installations", repeated("FROM a\n", |_| "RUN apt-get install x\n".to_owned())),
        ("packages", repeated("FROM a\nRUN apt-get install", |n| format!(" \\\n p{n}"))),
        (
            "braces",
            repeated("FROM a\nRUN yum install", |n| {
                format!(" \\\n p{n}{}", "{a,b,c,d,e,f}".repeat(2))
            }),
        ),
        ("owners", repeated("FROM dhi.io/node:24\n", |n| format!("COPY --chown=u{n} a b\n"))),
        ("volumes", repeated("FROM dhi.io/node:24\n", |n| format!("VOLUME /v{n}\n"))),
        ("ports", repeated("FROM a\n", |n| format!("EXPOSE {}\n", n % 1000))),
        ("variables", repeated("FROM a\n", |n| format!("ENV A{n}_HTTP_PORT=80\n"))),
        ("marks", repeated("FROM a\n", |_| "RUN a {{ b }}\n".to_owned())),
    ];
    for (name, text) in inputs {
        let file = SourceFile { kind: FileKind::Dockerfile, bytes: text.as_bytes() };
        let start = Instant::now();
        let report = check(&file, Catalog::built_in(), &Policy::default());
        let taken = start.elapsed();
        println!("{name}: {taken:?}, {:?}", report.progress());
        assert!(taken < PATIENCE, "{name} took {taken:?}");
    }
}
