//! Programs that run another program given in their arguments.

use super::Word;

/// A prefix: its name, its options that take a value in the next word, and how many operands
/// stand before the program.
struct Prefix {
    name: &'static str,
    valued: &'static [&'static str],
    operands: usize,
}

const fn prefix(name: &'static str, valued: &'static [&'static str], operands: usize) -> Prefix {
    Prefix { name, valued, operands }
}

const PREFIXES: &[Prefix] = &[
    prefix("sudo", &["-u", "-g", "-h", "-p", "-C", "-r", "-t", "-U", "-D", "-R", "-T"], 0),
    prefix("doas", &["-u", "-C"], 0),
    prefix("env", &["-u", "-C", "--unset", "--chdir"], 0),
    prefix("exec", &["-a"], 0),
    prefix("command", &[], 0),
    prefix("builtin", &[], 0),
    prefix("nohup", &[], 0),
    prefix("eatmydata", &[], 0),
    prefix("fakeroot", &[], 0),
    prefix("busybox", &[], 0),
    prefix("setsid", &[], 0),
    prefix("time", &["-f", "-o"], 0),
    prefix("nice", &["-n"], 0),
    prefix("ionice", &["-c", "-n", "-p"], 0),
    prefix("stdbuf", &["-i", "-o", "-e"], 0),
    prefix("timeout", &["-s", "-k", "--signal", "--kill-after"], 1),
    prefix("xargs", &["-n", "-P", "-I", "-L", "-s", "-d", "-E", "-a", "--arg-file"], 0),
    prefix("gosu", &[], 1),
    prefix("su-exec", &[], 1),
    prefix("chroot", &[], 1),
];

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
    loop {
        let (word, behind) = rest.split_first()?;
        let text = word.text.as_deref().unwrap_or_default();
        let is_assignment = name == "env" && text.contains('=');
        if name == "command" && matches!(text, "-v" | "-V") {
            return None;
        }
        if prefix.valued.contains(&text) {
            rest = behind.split_first()?.1;
        } else if (text.starts_with('-') && text.len() > 1) || is_assignment || operands > 0 {
            let is_operand = !text.starts_with('-') && !is_assignment;
            operands -= usize::from(is_operand);
            rest = behind;
        } else if name == "sudo" && text.contains('=') {
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

/// What a command runs if it is a shell, `su -c` or `eval`. `index` counts from the first word
/// of `words`.
pub(super) fn script(words: &[Word]) -> Option<Script> {
    let name = file_name(words.first()?.text.as_deref()?);
    match name {
        "sh" | "bash" | "ash" | "dash" | "zsh" | "ksh" => Some(shell_script(words)?),
        "su" | "runuser" => {
            let option = |it: &Word| matches!(it.text.as_deref(), Some("-c" | "--command"));
            Some(Script::Word(words.iter().position(option)? + 1))
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
