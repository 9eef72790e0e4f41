//! Programs that run another program given in their arguments.

use super::Word;
use super::options::Options;

/// A prefix: its name, its options that take a value, and how many operands stand before the
/// program.
struct Prefix {
    name: &'static str,
    valued: &'static [&'static str],
    operands: usize,
}

const fn prefix(name: &'static str, valued: &'static [&'static str], operands: usize) -> Prefix {
    Prefix { name, valued, operands }
}

const SUDO: &[&str] = &[
    "-u",
    "-g",
    "-h",
    "-p",
    "-C",
    "-r",
    "-t",
    "-U",
    "-D",
    "-R",
    "-T",
    "--user",
    "--group",
    "--host",
    "--prompt",
    "--close-from",
    "--role",
    "--type",
    "--other-user",
    "--chdir",
    "--chroot",
    "--command-timeout",
];
const XARGS: &[&str] = &[
    "-n",
    "-P",
    "-I",
    "-L",
    "-s",
    "-d",
    "-E",
    "-a",
    "--max-args",
    "--max-procs",
    "--max-chars",
    "--delimiter",
    "--arg-file",
];

/// `retry` stands for the programs of that name, which take their count as an option or first.
const PREFIXES: &[Prefix] = &[
    prefix("sudo", SUDO, 0),
    prefix("doas", &["-u", "-C"], 0),
    prefix("env", &["-u", "-C", "--unset", "--chdir"], 0),
    prefix("exec", &["-a"], 0),
    prefix("command", &[], 0),
    prefix("builtin", &[], 0),
    prefix("nohup", &[], 0),
    prefix("eatmydata", &[], 0),
    prefix("fakeroot", &["-l", "--lib", "--faked", "-s", "-i", "-b"], 0),
    prefix("busybox", &[], 0),
    prefix("setsid", &[], 0),
    prefix("linux32", &[], 0),
    prefix("linux64", &[], 0),
    prefix("setarch", &[], 1),
    prefix("time", &["-f", "-o", "--format", "--output"], 0),
    prefix("nice", &["-n", "--adjustment"], 0),
    prefix("ionice", &["-c", "-n", "-p", "--class", "--classdata"], 0),
    prefix("stdbuf", &["-i", "-o", "-e", "--input", "--output", "--error"], 0),
    prefix("timeout", &["-s", "-k", "--signal", "--kill-after"], 1),
    prefix("retry", &["-t", "--tries", "-s", "--sleep", "-d", "--delay", "--times"], 0),
    prefix("xargs", XARGS, 0),
    prefix("unbuffer", &[], 0),
    prefix("flock", &["-w", "--wait", "--timeout", "-E", "--conflict-exit-code"], 1),
    prefix("gosu", &[], 1),
    prefix("su-exec", &[], 1),
    prefix("chroot", &[], 1),
];

/// Prefixes that take `NAME=value` before the program.
const ASSIGNING: [&str; 3] = ["env", "sudo", "doas"];

/// The words from the program itself on.
pub(super) fn behind(words: &[Word]) -> &[Word] {
    let mut words = words;
    // Each round takes a word off: at most as many rounds as words.
    while let Some(next) = one(words) {
        words = next;
    }
    words
}

/// The words behind the first prefix; none if there is no prefix or nothing behind it.
fn one(words: &[Word]) -> Option<&[Word]> {
    let (first, mut rest) = words.split_first()?;
    let name = file_name(first.text.as_deref()?);
    let prefix = PREFIXES.iter().find(|it| it.name == name)?;
    let mut operands = prefix.operands;
    let mut ended = false;
    loop {
        let (word, behind) = rest.split_first()?;
        let text = word.text.as_deref().unwrap_or_default();
        let is_number = !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
        let is_count = name == "retry" && is_number;
        let is_assignment = ASSIGNING.contains(&name) && text.contains('=');
        if name == "command" && matches!(text, "-v" | "-V") {
            return None;
        }
        if !ended && text.starts_with('-') {
            ended = text == "--";
            let takes_next = !ended && Options::of(text, prefix.valued).takes_next;
            rest = if takes_next { behind.split_first()?.1 } else { behind };
        } else if is_count || is_assignment {
            rest = behind;
        } else if operands > 0 {
            operands -= 1;
            rest = behind;
        } else {
            return Some(rest);
        }
    }
}

/// The last part of a path.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// What a shell program gets to run.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Script {
    /// The text in the word of this index (`sh -c TEXT`).
    Word(usize),
    /// Standard input (`sh`, `sh -s`).
    Input,
}

/// The options of `su` whose value is a script.
const SU_TEXT: [&str; 2] = ["-c", "--command"];

/// What a command runs if it is a shell, `su -c` or `eval`. `index` counts from the first word
/// of `words`.
pub(super) fn script(words: &[Word]) -> Option<Script> {
    let name = file_name(words.first()?.text.as_deref()?);
    match name {
        "sh" | "bash" | "ash" | "dash" | "zsh" | "ksh" => Some(shell_script(words)?),
        "su" | "runuser" => {
            let takes_text = |it: &Word| {
                let option = it.text.as_deref().filter(|it| it.starts_with('-'));
                option.is_some_and(|it| Options::of(it, &SU_TEXT).takes_next)
            };
            Some(Script::Word(words.iter().skip(1).position(takes_text)? + 2))
        }
        "eval" => Some(Script::Word(1)),
        _ => None,
    }
}

fn shell_script(words: &[Word]) -> Option<Script> {
    let mut index = 1;
    let mut takes_text = false;
    while let Some(word) = words.get(index) {
        let text = word.text.as_deref().unwrap_or_default();
        if matches!(text, "-o" | "+o" | "-O" | "+O" | "--rcfile" | "--init-file") {
            index += 2;
            continue;
        }
        if !text.starts_with(['-', '+']) {
            return takes_text.then_some(Script::Word(index));
        }
        takes_text |= text.starts_with('-') && !text.starts_with("--") && text.contains('c');
        // `-euo pipefail`: the last letter takes the next word.
        index += if text.ends_with('o') && !text.starts_with("--") { 2 } else { 1 };
    }
    (!takes_text).then_some(Script::Input)
}
