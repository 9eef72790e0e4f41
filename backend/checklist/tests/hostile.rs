//! Input made to break a reader: nothing may abort, nothing may take long, on the small stack
//! of a worker thread.

use std::thread;
use std::time::{Duration, Instant};

use checklist::dockerfile;
use checklist::highlight;
use checklist::shell::commands;
use checklist::stages::{BuildOptions, StageGraph};

const STACK: usize = 2 * 1024 * 1024;
const SIZE: usize = 300_000;
/// Far above what a linear reading takes in a debug build on a busy machine, far below what a
/// quadratic one takes.
const LONGEST: Duration = Duration::from_secs(10);

/// Everything that is read of a file, one after the other.
fn read(bytes: &[u8]) -> usize {
    let file = dockerfile::read(bytes);
    let graph = StageGraph::of(&file, &BuildOptions::default());
    let steps = graph.stages.iter().flat_map(|it| it.steps.iter());
    let found: usize = steps.map(|step| commands(step.instruction, &graph.scope(step)).len()).sum();
    let env = graph.target.map_or(0, |it| graph.env(it).len());
    found + env + highlight(bytes).len()
}

fn repeated(head: &str, part: &str, tail: &str) -> Vec<u8> {
    let count = SIZE / part.len();
    format!("{head}{}{tail}", part.repeat(count)).into_bytes()
}

/// A line that stays under the limit of 65,535 bytes.
fn line(head: &str, part: &str, tail: &str) -> Vec<u8> {
    let count = 65_000 / part.len();
    format!("FROM a\n{head}{}{tail}\n", part.repeat(count)).into_bytes()
}

fn numbered(part: impl Fn(usize) -> String) -> Vec<u8> {
    let mut text = "FROM a AS s0\n".to_owned();
    let mut index = 1;
    while text.len() < SIZE {
        text.push_str(&part(index));
        index += 1;
    }
    text.into_bytes()
}

/// Short texts at which a recursive reader tries everything several times.
fn tried_again() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        (
            "a subscript before expansions",
            b"FROM a\nRUN mZ[\"i\"a65}${ncti-ycwn}${nctiondo}${!K[\"a\"-ca65}${5}${n{nctiondo}${!K[\"a\"-ca65}${5}${ncti-ycwn}${nctiondo}${!K[\"a\"-ca6/x5}${nct-cti-ycwn}${nctiondo}${!K[\"a\"-ca6/x5}${nct-ciy$n}${nctdinoo}%>{EOFmc R_str() == e]\"a\"-ca66}${ncti-y\n"
                .to_vec(),
        ),
        (
            "subscripts that the recursive reader would try again and again",
            b"FROM a\nRUN ma[\"a\"a[\"aa[r.cro{z{di\\\n\rma[\"a\"a[\"aa[r.cro{z{di[a\"a[\"aa[r.c{z65}${n[iC.s}p$$nt[iC.s}p$$nk={a[\"aa[r.c{z{d[a\"a[\"aa[r.c{z65}${n[iC\n"
                .to_vec(),
        ),
    ]
}

fn inputs() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        (
            "parentheses that the recursive reader would try again and again",
            b"FROM a\nRUN ((i=(r ((Y<((<((idumb-ini}}<A=(r ((Y<scratch((<((idumb-ini}}<A_c<((<((_ca@c((<((\n"
                .to_vec(),
        ),
        ("one line of backslashes", repeated("FROM a\nRUN ", "\\", "")),
        ("continuations", repeated("FROM a\nRUN a", " \\\nb", "")),
        ("comments in a continuation", repeated("FROM a\nRUN a \\\n", "# c\n", "")),
        ("an open heredoc", repeated("FROM a\n", "RUN <<E\n", "")),
        ("open heredocs of other names", numbered(|it| format!("RUN <<E{it}\n"))),
        ("a long heredoc", repeated("FROM a\nRUN <<E\n", "a b\n", "E\n")),
        ("stages", repeated("", "FROM a\n", "")),
        ("blank lines", repeated("", "\n", "")),
        ("a chain of stages", numbered(|it| format!("FROM s{} AS s{it}\nENV v{it}=1\n", it - 1))),
        ("children of one stage", numbered(|it| format!("FROM s0 AS s{it}\nEXPOSE {it}\n"))),
        ("triggers", {
            let children = "FROM x\n".repeat(20_000);
            format!("FROM a AS x\n{}{children}", "ONBUILD RUN a\n".repeat(10_000)).into_bytes()
        }),
        ("doubling variables", repeated("FROM a\nENV A=abcdefgh\n", "ENV A=$A$A\n", "")),
        ("long variables", {
            let mut text = format!("FROM a\nENV A={}\n", "x".repeat(60_000)).into_bytes();
            text.extend(repeated("", "ENV B=$A$A\n", ""));
            text
        }),
        ("doubling in a shell", line("RUN A=abcdefgh", ";A=$A$A;b $A $A", "")),
        ("functions and calls", line("RUN ", "f() { a \"$@\" $1; }; f b $c; ", "")),
        ("calls of one function", line("RUN f() { a \"$@\" $1; }; ", "f b $c; ", "")),
        ("functions that run their arguments", line("RUN f() { \"$@\"; }; ", "f 3 ", "a")),
        ("the values of a loop", {
            let (values, uses) = ("a ".repeat(900), "b $i '$i' \"c$i\"; ".repeat(3_000));
            format!("FROM a\nRUN for i in {values}; do {uses} done\n").into_bytes()
        }),
        ("loops over their own values", line("RUN i=a; ", "for i in $i $i; do ", "")),
        ("an array that takes itself in", line("RUN a=(b); ", "a+=(\"${a[@]}\"); ", "")),
        ("a long array", {
            let value = "x".repeat(8_000);
            let uses = "b \"${a[@]:+c}\" '$a'; ".repeat(2_500);
            format!("FROM a\nRUN V={value}; a=($V $V $V $V $V $V $V); {uses}\n").into_bytes()
        }),
        ("a glob", line("ARG A=aaaaaaaaaaaaaaaaaaaaaaaaaaaa\nENV B=${A/", "*a", "/b}")),
        ("nested JSON", line("CMD ", "[", "")),
        ("nested JSON objects", line("CMD [", "{\"a\":[", "")),
        ("nested defaults", line("ENV A=", "${a:-", "")),
        ("heredoc markers", line("RUN ", "<<a ", "")),
        ("quotes", line("ENV ", "\"'", "")),
        ("pairs", line("ENV ", "a=b ", "")),
        ("mounts", line("RUN ", "--mount=from=a ", "b")),
    ]
}

/// Beginnings without an end.
const PARTS: &[&str] = &[
    "$(",
    "`",
    "\"$(",
    "${a:-",
    "((",
    "(",
    "{ ",
    "if a; then ",
    "for a in b; do ",
    "case a in b) ",
    "while a; do ",
    "! ",
    "time ",
    "coproc ",
    "[[ ! ",
    "[[ a && ",
    "[[ ( ",
    "function f ",
    "elif a; then ",
    "else ",
    "a=(",
    "$[",
    "<<",
    "< ",
    "<(",
    "a && ",
    "a | ",
    "a; ",
    "f() { ",
    "sh -c '",
    "eval ",
    "$((",
    "@(",
    "a=$(b ",
    "\\",
    "'",
    "\"",
    "sudo ",
    "env a=b ",
    ";;",
    "&",
    "# ",
    "time ! ",
    "select a in b; do ",
    "until a; do ",
    "then ",
    "do ",
    "] ",
    "<<< ",
    "$'",
    "<<E; ",
    "${",
    "{a,",
    "[ ",
    "-",
    "a[",
    "a[1]=",
    "~",
    "esac ",
    "} ",
    "!",
    "\u{e9}",
];

fn shell_inputs() -> Vec<(String, Vec<u8>)> {
    let body = |it: &&str| {
        let text = format!("FROM a\nRUN {}\n", it.repeat(16_000 / it.len()));
        (format!("shell {it}"), text.into_bytes())
    };
    let short = |it: &&str| {
        (format!("short shell {it}"), format!("FROM a\nRUN {}\n", it.repeat(64)).into_bytes())
    };
    let heredoc = |it: &&str| {
        let text = format!("FROM a\nRUN <<E\n{}\nE\n", format!("{it}\n").repeat(16_000 / it.len()));
        (format!("heredoc {it}"), text.into_bytes())
    };
    PARTS.iter().map(body).chain(PARTS.iter().map(short)).chain(PARTS.iter().map(heredoc)).collect()
}

fn survives(name: &str, bytes: Vec<u8>) -> Result<(), String> {
    let worker = thread::Builder::new().stack_size(STACK).spawn(move || {
        let start = Instant::now();
        read(&bytes);
        start.elapsed()
    });
    let worker = worker.map_err(|it| it.to_string())?;
    let taken = worker.join().map_err(|_| format!("{name} panics"))?;
    (taken <= LONGEST).then_some(()).ok_or_else(|| format!("{name} takes {taken:?}"))
}

#[test]
fn a_hostile_file_is_read_to_its_end() {
    let slow: Vec<String> = inputs()
        .into_iter()
        .chain(tried_again())
        .filter_map(|(name, bytes)| survives(name, bytes).err())
        .collect();
    assert_eq!(slow, Vec::<String>::new());
}

#[test]
fn hostile_shell_is_read_to_its_end() {
    let slow: Vec<String> = shell_inputs()
        .into_iter()
        .filter_map(|(name, bytes)| survives(&name, bytes).err())
        .collect();
    assert_eq!(slow, Vec::<String>::new());
}
