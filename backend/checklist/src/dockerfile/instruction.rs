//! One instruction of a Dockerfile, typed as BuildKit reads it.

use crate::LineRange;
use crate::dockerfile::text::{MappedText, Piece};

/// The instruction words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Keyword {
    /// `ADD`
    Add,
    /// `ARG`
    Arg,
    /// `CMD`
    Cmd,
    /// `COPY`
    Copy,
    /// `ENTRYPOINT`
    Entrypoint,
    /// `ENV`
    Env,
    /// `EXPOSE`
    Expose,
    /// `FROM`
    From,
    /// `HEALTHCHECK`
    Healthcheck,
    /// `LABEL`
    Label,
    /// `MAINTAINER`
    Maintainer,
    /// `ONBUILD`
    Onbuild,
    /// `RUN`
    Run,
    /// `SHELL`
    Shell,
    /// `STOPSIGNAL`
    Stopsignal,
    /// `USER`
    User,
    /// `VOLUME`
    Volume,
    /// `WORKDIR`
    Workdir,
    /// Anything else: an error of the instruction, not of the file.
    Unknown,
}

impl Keyword {
    /// The keyword of a word, in any case.
    #[must_use]
    pub fn of(word: &str) -> Self {
        match word.to_ascii_uppercase().as_str() {
            "ADD" => Self::Add,
            "ARG" => Self::Arg,
            "CMD" => Self::Cmd,
            "COPY" => Self::Copy,
            "ENTRYPOINT" => Self::Entrypoint,
            "ENV" => Self::Env,
            "EXPOSE" => Self::Expose,
            "FROM" => Self::From,
            "HEALTHCHECK" => Self::Healthcheck,
            "LABEL" => Self::Label,
            "MAINTAINER" => Self::Maintainer,
            "ONBUILD" => Self::Onbuild,
            "RUN" => Self::Run,
            "SHELL" => Self::Shell,
            "STOPSIGNAL" => Self::Stopsignal,
            "USER" => Self::User,
            "VOLUME" => Self::Volume,
            "WORKDIR" => Self::Workdir,
            _ => Self::Unknown,
        }
    }
}

/// A `--name=value` behind the keyword.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// The name without dashes.
    pub name: String,
    /// What follows `=`, quotes removed, variables as written; none without `=`.
    pub value: Option<String>,
    /// The physical line on which it begins.
    pub line: u32,
}

/// A name and its value in `ENV`, `LABEL` or `ARG`, quotes and variables as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The name.
    pub name: Piece,
    /// The value; none only in `ARG NAME`.
    pub value: Option<Piece>,
}

/// What an instruction says, by its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arguments {
    /// A JSON array of strings, unescaped (`RUN`, `CMD`, `ENTRYPOINT`, `SHELL`, `HEALTHCHECK CMD`,
    /// `COPY`, `ADD`, `VOLUME`).
    Exec(Vec<Piece>),
    /// A command line for the shell: `RUN`, `CMD`, `ENTRYPOINT`, `HEALTHCHECK CMD` in shell form.
    Shell(MappedText),
    /// Words at white space, quotes as written (`FROM`, `COPY`, `ADD`, `EXPOSE`, `VOLUME`), or
    /// the one text of `USER`, `WORKDIR`, `STOPSIGNAL`, `MAINTAINER`.
    Words(Vec<Piece>),
    /// `ENV`, `LABEL`, `ARG`.
    Pairs(Vec<Pair>),
    /// The instruction behind `ONBUILD`.
    Trigger(Box<Instruction>),
    /// `HEALTHCHECK NONE`.
    NoHealthcheck,
    /// Nothing, or nothing that can be read; `Instruction::error` says why.
    Nothing,
}

/// A heredoc of `RUN`, `COPY` or `ADD`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heredoc {
    /// The terminator word without quotes.
    pub name: String,
    /// False if the word was quoted: no variable is filled in.
    pub expand: bool,
    /// True for `<<-`: leading tabs are dropped.
    pub chomp: bool,
    /// The body, each line with its line feed; without leading tabs if `chomp`.
    pub body: MappedText,
    /// How many lines the body has.
    pub line_count: usize,
}

/// One instruction with everything that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// What kind it is.
    pub keyword: Keyword,
    /// The keyword as written, in upper case.
    pub word: String,
    /// From the keyword to the last continuation line or heredoc terminator.
    pub lines: LineRange,
    /// The flags in their order.
    pub flags: Vec<Flag>,
    /// What it says.
    pub arguments: Arguments,
    /// Everything behind keyword and flags, continuations joined, comment lines gone.
    pub text: MappedText,
    /// The heredocs in their order.
    pub heredocs: Vec<Heredoc>,
    /// Why BuildKit would refuse this instruction.
    pub error: Option<String>,
}

impl Instruction {
    /// The value of a flag, the last one if it stands there twice. `Some("")` for a flag
    /// without `=`.
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<&str> {
        let flag = self.flags.iter().rev().find(|it| it.name == name)?;
        Some(flag.value.as_deref().unwrap_or_default())
    }

    /// The words or the strings of the JSON form; empty in every other form.
    #[must_use]
    pub fn words(&self) -> &[Piece] {
        match &self.arguments {
            Arguments::Exec(words) | Arguments::Words(words) => words,
            Arguments::Shell(_)
            | Arguments::Pairs(_)
            | Arguments::Trigger(_)
            | Arguments::NoHealthcheck
            | Arguments::Nothing => &[],
        }
    }

    /// The pairs of `ENV`, `LABEL` and `ARG`; empty for others.
    #[must_use]
    pub fn pairs(&self) -> &[Pair] {
        match &self.arguments {
            Arguments::Pairs(pairs) => pairs,
            Arguments::Exec(_)
            | Arguments::Words(_)
            | Arguments::Shell(_)
            | Arguments::Trigger(_)
            | Arguments::NoHealthcheck
            | Arguments::Nothing => &[],
        }
    }

    /// True for the JSON form.
    #[must_use]
    pub fn is_exec_form(&self) -> bool {
        matches!(self.arguments, Arguments::Exec(_))
    }

    /// True for a command line that a shell runs, heredocs included.
    #[must_use]
    pub fn is_shell_form(&self) -> bool {
        matches!(self.arguments, Arguments::Shell(_))
    }
}
