//! What starts the container: shared by the rules on the entry point and on the shell.

use crate::LineRange;
use crate::stages::{CommandLine, Set, Stage};
use crate::subject::Subject;

const SHELLS: [&str; 7] = ["sh", "bash", "ash", "dash", "zsh", "ksh", "fish"];

/// Programs of Node.js that run scripts through a shell and are not in runtime images.
const NODE_RUNNERS: [&str; 5] = ["npm", "npx", "yarn", "yarnpkg", "pnpm"];

/// Small programs that only start another one.
const INITS: [&str; 5] = ["tini", "tini-static", "dumb-init", "catatonit", "s6-svscan"];

/// Two words that only start another program in its environment.
const RUNNERS: [(&str, &str); 4] =
    [("uv", "run"), ("poetry", "run"), ("pipenv", "run"), ("bundle", "exec")];

/// Endings of files that an interpreter reads: alone they are arguments, no programs.
const SOURCE_ENDINGS: [&str; 11] =
    [".js", ".mjs", ".cjs", ".ts", ".py", ".jar", ".rb", ".php", ".dll", ".pl", ".exs"];

/// Names of scripts that say what they do but not in which language.
const SCRIPT_NAMES: [&str; 6] = ["entrypoint", "start", "startup", "bootstrap", "launch", "run"];

/// An `ENTRYPOINT` or `CMD` in force.
#[derive(Debug, Clone)]
pub(super) struct Start<'s> {
    /// `ENTRYPOINT` or `CMD`.
    pub(super) instruction: &'static str,
    /// The words, without a shell that the form itself brings along.
    pub(super) words: &'s [String],
    /// Whether a shell runs it because of its form.
    pub(super) shell_form: bool,
    /// The text in shell form.
    pub(super) text: &'s str,
    pub(super) lines: LineRange,
}

/// What the first word of a start command is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum First<'s> {
    /// A program.
    Program,
    /// A shell.
    Shell(&'s str),
    /// A file ending in `.sh`.
    ShellScript(&'s str),
    /// npm and the like.
    NodeRunner(&'s str),
    /// A file that may be a shell script.
    PerhapsScript(&'s str),
    /// An option, or a file that an interpreter reads.
    Argument(&'s str),
    /// Nothing behind an init: the next command's words follow.
    Nothing,
}

/// The entry point in force, if one is set and not cleared.
pub(super) fn entry_point<'s>(stage: &'s Stage<'_>) -> Option<Start<'s>> {
    start("ENTRYPOINT", stage.entrypoint.as_ref()?)
}

/// The command in force, if one is set and not cleared.
pub(super) fn cmd<'s>(stage: &'s Stage<'_>) -> Option<Start<'s>> {
    start("CMD", stage.cmd.as_ref()?)
}

fn start<'s>(instruction: &'static str, set: &'s Set<CommandLine<'_>>) -> Option<Start<'s>> {
    let command = &set.value;
    let shell_form = command.instruction.is_shell_form();
    let text = command.instruction.text.as_str().trim();
    let words = command.words.as_slice();
    let is_empty = words.is_empty() || (shell_form && text.is_empty());
    let lines = LineRange::one(set.lines.first);
    (!is_empty).then_some(Start { instruction, words, shell_form, text, lines })
}

impl Start<'_> {
    /// The init at the front, if there is one: `tini` of `["/usr/bin/tini", "--", "app"]`.
    pub(super) fn init(&self) -> Option<&str> {
        self.words.first().map(String::as_str).filter(|it| INITS.contains(&file_name(it)))
    }

    /// What it starts, behind an init and behind `uv run` and the like.
    pub(super) fn first(&self) -> First<'_> {
        let words = match self.words {
            [_, rest @ ..] if self.init().is_some() => behind_options(rest),
            words => words,
        };
        let behind_runner = match words {
            [runner, run, rest @ ..] if RUNNERS.contains(&(runner.as_str(), run.as_str())) => {
                behind_options(rest).first()
            }
            _ => None,
        };
        match behind_runner.map(|it| first(it)) {
            // `uv run main.py` starts the interpreter itself.
            None | Some(First::Argument(_)) => words.first().map_or(First::Nothing, |it| first(it)),
            Some(found) => found,
        }
    }

    /// The program's words as an exec form, for a shell form simple enough to be one. None if
    /// that would only start a shell in another way.
    /// `own` is the entry point of the image that will run it: it is not repeated.
    pub(super) fn as_exec_form(&self, own: &[String]) -> Option<String> {
        let mut words = plain_words(self.text)?;
        let starts_program = words.first().is_some_and(|it| first(it) == First::Program);
        if !starts_program || words.iter().any(|it| it.contains(['"', '='])) {
            return None;
        }
        let starts_itself = |own: &String| words.first().is_some_and(|it| same_program(it, own));
        if self.instruction == "CMD" && words.len() > 1 && own.first().is_some_and(starts_itself) {
            words.remove(0);
        }
        let quoted: Vec<String> = words.iter().map(|it| format!("\"{it}\"")).collect();
        Some(format!("{} [{}]", self.instruction, quoted.join(", ")))
    }
}

fn behind_options(words: &[String]) -> &[String] {
    let options = words.iter().take_while(|it| it.starts_with('-')).count();
    words.get(options..).unwrap_or_default()
}

/// What one word is when it stands first.
pub(super) fn first(word: &str) -> First<'_> {
    let name = file_name(word);
    let stem = name.rsplit('-').next().unwrap_or(name);
    if SHELLS.contains(&name) {
        First::Shell(word)
    } else if name.ends_with(".sh") || name.ends_with(".bash") {
        First::ShellScript(word)
    } else if NODE_RUNNERS.contains(&name) {
        First::NodeRunner(word)
    } else if word.starts_with('-') || (!word.starts_with(['/', '.']) && is_source(name)) {
        First::Argument(word)
    } else if stem == "entrypoint" || (word.contains('/') && SCRIPT_NAMES.contains(&stem)) {
        First::PerhapsScript(word)
    } else {
        First::Program
    }
}

fn is_source(name: &str) -> bool {
    SOURCE_ENDINGS.iter().any(|it| name.ends_with(it))
}

/// Whether two words name the same program, by path or without.
pub(super) fn same_program(one: &str, other: &str) -> bool {
    file_name(one) == file_name(other)
}

/// The entry point that the image of the final stage has, or that of its hardened counterpart;
/// empty where the file sets one.
pub(super) fn own_entry_point<'a>(subject: &Subject<'a>) -> &'a [String] {
    if subject.final_stage().is_some_and(|it| it.entrypoint.is_some()) {
        return &[];
    }
    let variant = subject.final_footing().variant().or_else(|| subject.counterpart_of_final());
    variant.map_or(&[], |it| it.entrypoint.as_slice())
}

/// The last part of a path.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The words of a command line that asks nothing of a shell but to remove quotes; none if
/// it asks for more or a quote is open.
fn plain_words(text: &str) -> Option<Vec<String>> {
    const ASKS_MORE: &[char] = &['&', '|', ';', '<', '>', '(', ')', '*', '?', '~', '#', '\n'];
    const ASKS_IN_QUOTES: &[char] = &['$', '`', '\\'];
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for character in text.chars() {
        let asks = quote != Some('\'') && ASKS_IN_QUOTES.contains(&character)
            || quote.is_none() && ASKS_MORE.contains(&character);
        if asks {
            return None;
        }
        match (quote, character) {
            (Some(open), it) if it == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None, it) if it.is_whitespace() => words.extend(word.take()),
            (_, it) => word.get_or_insert_default().push(it),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_word_says_what_is_started() {
        assert_eq!(first("/bin/sh"), First::Shell("/bin/sh"));
        assert_eq!(first("./docker-entrypoint.sh"), First::ShellScript("./docker-entrypoint.sh"));
        assert_eq!(first("npm"), First::NodeRunner("npm"));
        assert_eq!(first("index.js"), First::Argument("index.js"));
        assert_eq!(first("-jar"), First::Argument("-jar"));
        assert_eq!(first("/docker-entrypoint"), First::PerhapsScript("/docker-entrypoint"));
        assert_eq!(first("/app/server"), First::Program);
    }

    #[test]
    fn what_needs_a_shell_has_no_plain_words() {
        for text in ["a && b", "a $B", "a \"$B\"", "a > b", "a *.js"] {
            assert_eq!(plain_words(text), None, "{text}");
        }
    }

    #[test]
    fn quoted_words_stay_together() {
        assert_eq!(
            plain_words("nginx -g \"daemon off;\"").unwrap(),
            ["nginx", "-g", "daemon off;"]
        );
        assert_eq!(plain_words("echo 'open"), None);
    }
}
