//! The commands inside a `RUN`, `CMD`, `ENTRYPOINT` or `HEALTHCHECK`.
//!
//! Commands are found wherever they stand: behind `&&`, `||`, `;`, `|`, in subshells, groups,
//! `if`, `for`, `case`, functions, heredocs, command substitutions, and in the text given to
//! `sh -c`. Prefixes such as `sudo`, `env`, `exec` and `xargs` stay in the words; `Command::program`
//! looks behind them.

mod brush;
mod nesting;
mod options;
mod prefix;
mod resolve;
mod scanner;
mod script;
mod tokens;
mod variables;
mod word;

use crate::dockerfile::{Arguments, Instruction, Keyword, MappedText, Piece};
use crate::stages::Scope;
pub(crate) use options::Options;
use resolve::Resolver;

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
        prefix::behind(&self.words)
    }

    /// The file name of the program: `apt-get` for `/usr/bin/apt-get`.
    #[must_use]
    pub fn program_name(&self) -> Option<&str> {
        self.program().first()?.text.as_deref().map(prefix::file_name)
    }
}

/// The commands of an instruction in their order. In exec form the array is the one command,
/// unless it is `sh -c TEXT`, whose text is read. Empty for instructions that run nothing.
#[must_use]
pub fn commands(instruction: &Instruction, scope: &Scope<'_>) -> Vec<Command> {
    commands_by(script::read, instruction, scope)
}

/// The same, everything read by the scanner that otherwise takes what is too large or odd.
#[cfg(test)]
pub(crate) fn commands_by_scanner(instruction: &Instruction, scope: &Scope<'_>) -> Vec<Command> {
    commands_by(scanner::read, instruction, scope)
}

fn commands_by(read: script::Reader, instruction: &Instruction, scope: &Scope<'_>) -> Vec<Command> {
    let mut resolver = Resolver::new(read, scope);
    match &instruction.arguments {
        Arguments::Shell(text) => resolver.script(&with_heredocs(text, instruction), 0),
        Arguments::Exec(pieces) if runs(instruction) => {
            let word = |it: &Piece| Word {
                text: Some(it.text.clone()),
                raw: it.text.clone(),
                line: it.line,
            };
            resolver.list(pieces.iter().map(word).collect());
        }
        Arguments::Exec(_)
        | Arguments::Words(_)
        | Arguments::Pairs(_)
        | Arguments::Trigger(_)
        | Arguments::NoHealthcheck
        | Arguments::Nothing => {}
    }
    resolver.commands
}

fn runs(instruction: &Instruction) -> bool {
    let keywords = [Keyword::Run, Keyword::Cmd, Keyword::Entrypoint, Keyword::Healthcheck];
    keywords.contains(&instruction.keyword)
}

/// The text as the shell gets it: the heredoc bodies behind the command line.
fn with_heredocs(text: &MappedText, instruction: &Instruction) -> MappedText {
    let mut script = text.clone();
    for heredoc in &instruction.heredocs {
        let end = script.last_line();
        script.push("\n", end);
        script.append(&heredoc.body);
        let end = script.last_line();
        script.push(&heredoc.name, end);
    }
    script
}

#[cfg(test)]
mod tests {
    use super::commands;
    use crate::dockerfile;
    use crate::stages::{BuildOptions, StageGraph};

    /// The commands of every instruction of the last stage, `line: words`, `?` before a word
    /// that is not known.
    fn shown(source: &str) -> String {
        let file = dockerfile::read(source.as_bytes());
        let graph = StageGraph::of(&file, &BuildOptions::default());
        let mut shown = String::new();
        for step in graph.chain() {
            for command in commands(step.instruction, &graph.scope(&step)) {
                let words = command
                    .words
                    .iter()
                    .map(|it| it.text.clone().unwrap_or_else(|| format!("?{}", it.raw)));
                let words: Vec<String> = words.collect();
                shown.push_str(&format!("{}: {}\n", command.line, words.join(" ")));
            }
        }
        shown
    }

    #[test]
    fn commands_are_found_wherever_they_stand() {
        let source = "FROM a\nRUN set -eux; \\\n  # why\n  if [ x = y ]; then a 1 && b; else c | d; fi; \\\n  \
            for p in q r; do e $p; done; (f); { g; }; \\\n  case z in x|y) h;; *) i;; esac; j() { k; }; ! l\n";
        insta::assert_snapshot!(shown(source), @r#"
        2: set -eux
        4: [ x = y ]
        4: a 1
        4: b
        4: c
        4: d
        5: e q r
        5: f
        5: g
        6: h
        6: i
        6: k
        6: l
        "#);
    }

    #[test]
    fn scripts_inside_commands_are_read() {
        let source = "FROM a\nRUN bash -euo pipefail -c 'a \\\n  && b' && sudo -E sh -c \"c $(d)\" > \"$(e)\"\n\
            RUN [\"/bin/sh\", \"-c\", \"f && g\"]\nRUN eval \"h\" && su -c 'i j' k\n";
        insta::assert_snapshot!(shown(source), @r#"
        2: bash -euo pipefail -c a   && b
        2: a
        3: b
        3: e
        3: sudo -E sh -c ?"c $(d)"
        3: d
        3: c ?$(d)
        4: /bin/sh -c f && g
        4: f
        4: g
        5: eval h
        5: h
        5: su -c i j k
        5: i j
        "#);
    }

    #[test]
    fn heredocs_that_a_shell_reads_are_scripts() {
        let source = "FROM a\nRUN <<A\na\nb | c\nA\nRUN bash <<-B && d\n\te\n\tB\nRUN cat <<C >/x\nf\nC\n\
            RUN <<D\n#!/usr/bin/env python3\ng\nD\nRUN <<E\n#!/bin/bash -e\nh\nE\n";
        insta::assert_snapshot!(shown(source), @r#"
        3: a
        4: b
        4: c
        6: bash
        7: e
        6: d
        9: cat
        18: h
        "#);
    }

    #[test]
    fn variables_are_filled_in() {
        let source = "FROM a\nARG V=1\nARG W\nENV P=\"x y\"\nRUN L='u \\\n  v' \\\n && a $L $P z=$V $W $(b) \"$P\"\n\
            RUN M=\"$(c)\"; d $M; export N=n; e $N; for i in 1 2; do f $i; done; g=(h i); j \"${g[@]}\"\n";
        insta::assert_snapshot!(shown(source), @r#"
        7: b
        7: a u v x y z=1 ?$W ?$(b) x y
        8: c
        8: d ?$M
        8: export N=n
        8: e n
        8: f 1 2
        8: j h i
        "#);
    }

    #[test]
    fn a_list_gives_a_word_for_each_value() {
        let source = "FROM a\nENV L=\"x y\"\n\
            RUN for i in p \"q r\" $L $(s); do a lib$i-dev \"$i\"; n=\"$i.\"; c \"$n\" '$i'; done\n\
            RUN g=(h i); g+=(j); k \"${g[@]}\" ${g[*]}; e=(); l \"${e[@]}\"\n\
            RUN A=; for i in b c; do A=\"$A $i\"; B+=\" $i\"; done; m $A $B\n\
            RUN set -eux; set -- o p; q \"$@\" $1\n";
        insta::assert_snapshot!(shown(source), @r#"
        3: s
        3: a libp-dev libq r-dev libx-dev liby-dev ?lib$i-dev p q r x y ?"$i"
        3: c p. q r. x. y. ?"$n" $i
        4: k h i j h i j
        4: l
        5: m b c ?$B
        6: set -eux
        6: set -- o p
        6: q o p o
        "#);
    }

    #[test]
    fn the_arguments_of_a_function_are_those_of_its_calls() {
        let source = "FROM a\nENV L=\"x y\"\n\
            RUN f() { a \"$@\"; b \"$1\" $2; }; f c \"d e\"; f $L\n\
            RUN function g { a \"$@\"; shift; b \"$@\"; }; M=c; g $M d\n\
            RUN h() { a \"$@\"; }\n\
            RUN again() { n=1; until \"$@\"; do sleep 5; done; }; again a; again 3 sh -c 'b $n && c'\n";
        insta::assert_snapshot!(shown(source), @r#"
        3: a c d e x y
        3: b c x d e y
        3: f c d e
        3: f x y
        4: a ?"$@" d
        4: shift
        4: b ?"$@"
        4: g c d
        5: a ?"$@"
        6: ?"$@"
        6: sleep 5
        6: again a
        6: a
        6: again 3 sh -c b $n && c
        6: sh -c b $n && c
        6: b 1
        6: c
        "#);
    }

    #[test]
    fn the_program_is_found_behind_prefixes() {
        let cases = [
            ("sudo -u x A=b /usr/bin/apt-get i", "apt-get"),
            ("sudo -Eu x --chdir / -- apt-get", "apt-get"),
            ("env -u Q A=b - apk", "apk"),
            ("env - PATH=/x apk", "apk"),
            ("xargs -n 1 yum", "yum"),
            ("xargs -0rn1 --max-procs 2 -I{} yum {}", "yum"),
            ("exec timeout -k 5 9 nice -n 3 dnf", "dnf"),
            ("timeout --signal=KILL 1h eatmydata -- apt", "apt"),
            ("command -v rpm", "command"),
            ("command -p rpm", "rpm"),
            ("time zypper", "zypper"),
            ("! nohup zypper", "zypper"),
            ("retry -t 3 -- apt-get", "apt-get"),
            ("retry 5 apt-get", "apt-get"),
            ("gosu root apt", "apt"),
            ("chroot /mnt apt-get", "apt-get"),
            ("linux32 yum", "yum"),
            ("flock -w 9 /lock apk", "apk"),
            ("A=b \\apt-get", "apt-get"),
        ];
        for (line, expected) in cases {
            let source = format!("FROM a\nRUN {line}\n");
            let file = dockerfile::read(source.as_bytes());
            let graph = StageGraph::of(&file, &BuildOptions::default());
            let steps = graph.chain();
            let step = &steps[0];
            let found = commands(step.instruction, &graph.scope(step));
            assert_eq!(found[0].program_name(), Some(expected), "{line}");
        }
    }

    #[test]
    fn the_text_for_su_is_a_script() {
        let source = "FROM a\nRUN su - x -lc 'a b' && su -s /bin/sh x --command 'c' -- d\n";
        insta::assert_snapshot!(shown(source), @r#"
        2: su - x -lc a b
        2: a b
        2: su -s /bin/sh x --command c -- d
        2: c
        "#);
    }

    #[test]
    fn invalid_shell_still_gives_its_commands() {
        let source = "FROM a\nRUN if a; then b && (c; d 'e\n";
        insta::assert_snapshot!(shown(source), @r#"
        2: a
        2: b
        2: c
        2: d
        "#);
    }
}
