//! What BuildKit refuses in an instruction that its line parser passed.

use crate::dockerfile::heredoc;
use crate::dockerfile::instruction::{Arguments, Instruction, Keyword};

/// Why the instruction is refused, if it is.
pub(super) fn error_of(instruction: &Instruction) -> Option<String> {
    let word = &instruction.word;
    match instruction.keyword {
        Keyword::Unknown => Some(format!("unknown instruction: {word}")),
        Keyword::From => stage_name(instruction).or_else(|| flags(instruction)),
        Keyword::Add | Keyword::Copy => files(instruction).or_else(|| flags(instruction)),
        Keyword::Run | Keyword::Cmd | Keyword::Entrypoint => flags(instruction),
        Keyword::Arg | Keyword::Stopsignal => needs_argument(instruction),
        Keyword::Env | Keyword::Label => needs_argument(instruction)
            .or_else(|| blank_name(instruction))
            .or_else(|| flags(instruction)),
        Keyword::Expose | Keyword::User | Keyword::Workdir | Keyword::Maintainer => {
            needs_argument(instruction).or_else(|| flags(instruction))
        }
        Keyword::Volume => volume(instruction).or_else(|| flags(instruction)),
        Keyword::Shell => shell(instruction).or_else(|| flags(instruction)),
        Keyword::Onbuild => trigger(instruction).or_else(|| flags(instruction)),
        Keyword::Healthcheck => healthcheck(instruction).or_else(|| flags(instruction)),
    }
}

fn needs_argument(instruction: &Instruction) -> Option<String> {
    let Instruction { word, text, .. } = instruction;
    text.is_empty().then(|| format!("{word} needs an argument"))
}

fn blank_name(instruction: &Instruction) -> Option<String> {
    let blank = instruction.pairs().iter().any(|it| it.name.text.is_empty());
    blank.then(|| format!("a name in {} is blank", instruction.word))
}

fn stage_name(instruction: &Instruction) -> Option<String> {
    match instruction.words() {
        [_] => None,
        [_, as_word, name] if as_word.text.eq_ignore_ascii_case("as") => {
            let name = name.text.to_lowercase();
            let mut characters = name.chars();
            let valid = characters.next().is_some_and(|it| it.is_ascii_lowercase())
                && characters.all(|it| matches!(it, 'a'..='z' | '0'..='9' | '-' | '_' | '.'));
            (!valid).then(|| format!("invalid name for a build stage: {name:?}"))
        }
        _ => Some("FROM takes one or three arguments".to_owned()),
    }
}

fn files(instruction: &Instruction) -> Option<String> {
    let word = &instruction.word;
    match instruction.words() {
        [_, .., target] if heredoc::is_marker(&target.text) => {
            Some(format!("{word} takes no heredoc as its destination"))
        }
        [_, .., _] => None,
        _ => Some(format!("{word} needs a source and a destination")),
    }
}

fn volume(instruction: &Instruction) -> Option<String> {
    let words = instruction.words();
    let blank = words.iter().any(|it| it.text.trim().is_empty());
    (words.is_empty() || blank).then(|| "VOLUME needs a path".to_owned())
}

fn shell(instruction: &Instruction) -> Option<String> {
    match &instruction.arguments {
        Arguments::Exec(words) if !words.is_empty() => None,
        Arguments::Exec(_) | Arguments::Nothing => Some("SHELL needs an argument".to_owned()),
        Arguments::Shell(_)
        | Arguments::Words(_)
        | Arguments::Pairs(_)
        | Arguments::Trigger(_)
        | Arguments::NoHealthcheck => Some("SHELL takes the JSON form only".to_owned()),
    }
}

fn trigger(instruction: &Instruction) -> Option<String> {
    let Arguments::Trigger(trigger) = &instruction.arguments else {
        return needs_argument(instruction);
    };
    let forbidden =
        matches!(trigger.keyword, Keyword::Onbuild | Keyword::Maintainer | Keyword::From);
    forbidden.then(|| format!("{} is no trigger for ONBUILD", trigger.word))
}

fn healthcheck(instruction: &Instruction) -> Option<String> {
    let kind = instruction.text.as_str().split_whitespace().next()?.to_uppercase();
    match (kind.as_str(), &instruction.arguments) {
        ("NONE", Arguments::NoHealthcheck) => None,
        ("NONE", _) => Some("HEALTHCHECK NONE takes no arguments".to_owned()),
        ("CMD", Arguments::Shell(_)) => None,
        ("CMD", Arguments::Exec(words)) if !words.is_empty() => None,
        ("CMD", _) => Some("a command is missing behind HEALTHCHECK CMD".to_owned()),
        _ => Some(format!("HEALTHCHECK takes CMD or NONE, not {kind}")),
    }
    .or_else(|| needs_argument(instruction))
}

/// How a flag is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `--x=value`, once.
    Value,
    /// `--x=value`, any number of times.
    Values,
    /// `--x`, `--x=true`, `--x=false`, once.
    Switch,
}

fn known_flags(keyword: Keyword) -> &'static [(&'static str, Kind)] {
    match keyword {
        Keyword::Add => &[
            ("chown", Kind::Value),
            ("chmod", Kind::Value),
            ("link", Kind::Switch),
            ("keep-git-dir", Kind::Switch),
            ("checksum", Kind::Value),
            ("unpack", Kind::Switch),
            ("exclude", Kind::Values),
        ],
        Keyword::Copy => &[
            ("chown", Kind::Value),
            ("from", Kind::Value),
            ("chmod", Kind::Value),
            ("link", Kind::Switch),
            ("parents", Kind::Switch),
            ("exclude", Kind::Values),
        ],
        Keyword::From => &[("platform", Kind::Value)],
        Keyword::Run => &[
            ("mount", Kind::Values),
            ("network", Kind::Value),
            ("security", Kind::Value),
            ("device", Kind::Values),
        ],
        Keyword::Healthcheck => &[
            ("interval", Kind::Value),
            ("timeout", Kind::Value),
            ("start-period", Kind::Value),
            ("start-interval", Kind::Value),
            ("retries", Kind::Value),
        ],
        Keyword::Arg
        | Keyword::Cmd
        | Keyword::Entrypoint
        | Keyword::Env
        | Keyword::Expose
        | Keyword::Label
        | Keyword::Maintainer
        | Keyword::Onbuild
        | Keyword::Shell
        | Keyword::Stopsignal
        | Keyword::User
        | Keyword::Volume
        | Keyword::Workdir
        | Keyword::Unknown => &[],
    }
}

fn flags(instruction: &Instruction) -> Option<String> {
    let known = known_flags(instruction.keyword);
    let mut once = Vec::new();
    for flag in &instruction.flags {
        let name = &flag.name;
        let Some((_, kind)) = known.iter().find(|(it, _)| it == name) else {
            return Some(format!("unknown flag: --{name}"));
        };
        if once.contains(&name) {
            return Some(format!("--{name} stands there twice"));
        }
        if *kind != Kind::Values {
            once.push(name);
        }
        let value = flag.value.as_deref();
        let valid = match kind {
            Kind::Value | Kind::Values => value.is_some(),
            Kind::Switch => value.is_none_or(|it| {
                it.eq_ignore_ascii_case("true") || it.eq_ignore_ascii_case("false")
            }),
        };
        if !valid {
            return Some(format!("--{name} has no valid value"));
        }
    }
    None
}
