//! Entry point: `ENTRYPOINT` and `CMD` fit the image's own entry point and need nothing that
//! the image does not have.

use crate::catalog::Variant;
use crate::dockerfile::{Instruction, Keyword};
use crate::packages::installation;
use crate::reasons::entry_point as reasons;
use crate::rules::start::{self, First, Start, file_name};
use crate::shell::Command;
use crate::subject::{Footing, Ground, Subject};
use crate::{Finding, LineRange, Outcome, Verdict};

/// Judges what starts the container.
pub(super) fn check(subject: &Subject<'_>) -> Outcome {
    let Some(stage) = subject.final_stage() else {
        return Outcome::of(Vec::new(), Verdict::NotApplicable);
    };
    let (entry, cmd) = (start::entry_point(stage), start::cmd(stage));
    let findings = match (&entry, &cmd) {
        (None, None) => return nothing_set(subject),
        (Some(entry), _) => entry_findings(subject, entry, cmd.as_ref()),
        (None, Some(cmd)) => {
            let is_cleared = stage.entrypoint.is_some();
            cmd_findings(subject, cmd, is_cleared)
        }
    };
    Outcome::of(findings, Verdict::Met)
}

fn nothing_set(subject: &Subject<'_>) -> Outcome {
    let footing = subject.final_footing();
    if footing.ground() == Ground::Scratch {
        return Outcome::of(Vec::new(), Verdict::NotApplicable);
    }
    let own = footing.variant().map(own_command).filter(|it| !it.is_empty());
    let runs =
        own.map_or("the image's own runs".to_owned(), |it| format!("the image's own runs: `{it}`"));
    let message = format!("Nothing sets ENTRYPOINT or CMD, so {runs}.");
    let finding = reasons::INHERITED
        .at(subject.final_from(), message)
        .fix("Confirm that this is what shall start, or write it down.");
    Outcome::of(vec![finding], Verdict::NotApplicable)
}

fn own_command(variant: &Variant) -> String {
    let words = variant.entrypoint.iter().chain(&variant.cmd);
    words.map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// Whether the final image has a shell: none if that cannot be said.
fn has_shell(footing: &Footing<'_>) -> Option<bool> {
    match footing.ground() {
        Ground::Scratch => Some(false),
        Ground::Dev => Some(true),
        Ground::Runtime => footing.variant().map(|it| it.shell.is_some()),
        Ground::Unclear | Ground::Unknown => None,
        Ground::Foreign => Some(!footing.is_without_shell()),
    }
}

fn entry_findings(
    subject: &Subject<'_>,
    entry: &Start<'_>,
    cmd: Option<&Start<'_>>,
) -> Vec<Finding> {
    let footing = subject.final_footing();
    if entry.shell_form {
        return shell_form(subject, entry).into_iter().collect();
    }
    let mut findings = Vec::new();
    findings.extend(missing_init(subject, entry));
    findings.extend(needs_shell(footing, entry));
    findings.extend(cmd.and_then(|it| match it.shell_form {
        true => shell_form(subject, it),
        // An init at the end of the entry point starts what CMD says.
        false if entry.first() == First::Nothing => needs_shell(footing, it),
        false => None,
    }));
    findings
}

/// A command line for a shell, where there may be none.
fn shell_form(subject: &Subject<'_>, start: &Start<'_>) -> Option<Finding> {
    let (footing, instruction) = (subject.final_footing(), start.instruction);
    let fix = match start.as_exec_form(start::own_entry_point(subject)) {
        Some(exec) => format!("Write `{exec}`."),
        None => format!("Write {instruction} as a JSON array that starts the program itself."),
    };
    match has_shell(footing) {
        Some(true) if footing.ground() == Ground::Foreign => {
            let message = format!(
                "{instruction} in shell form needs `/bin/sh`, which a hardened runtime image does \
                 not have."
            );
            Some(reasons::SHELL_FORM_ON_OTHER_IMAGE.at(start.lines, message).fix(fix))
        }
        Some(true) => None,
        Some(false) => {
            let message = format!(
                "{instruction} in shell form needs `/bin/sh`, which `{}` does not have.",
                footing.name()
            );
            Some(reasons::SHELL_FORM.at(start.lines, message).fix(fix))
        }
        None => {
            let message = format!(
                "{instruction} in shell form needs `/bin/sh`; whether `{}` has one is not known.",
                footing.name()
            );
            Some(reasons::SHELL_FORM_UNCLEAR.at(start.lines, message).fix(fix))
        }
    }
}

/// A start command in exec form that is, or may be, a shell's.
fn needs_shell(footing: &Footing<'_>, start: &Start<'_>) -> Option<Finding> {
    let (lines, base) = (start.lines, footing.name());
    match start.first() {
        First::Shell(word) | First::ShellScript(word) => shell_word(footing, word, lines),
        First::PerhapsScript(word) => {
            let message = format!("`{word}` may be a shell script; its text is not in this file.");
            Some(reasons::UNKNOWN_SCRIPT.at(lines, message).fix("Confirm that it is a program."))
        }
        First::NodeRunner(word) if footing.ground() == Ground::Runtime => {
            let message = format!("`{base}` has no `{word}`.");
            Some(reasons::NODE_RUNNER.at(lines, message).fix("Start the script with `node`."))
        }
        First::NodeRunner(_) | First::Program | First::Argument(_) | First::Nothing => None,
    }
}

fn shell_word(footing: &Footing<'_>, word: &str, lines: LineRange) -> Option<Finding> {
    let base = footing.name();
    let fix = "Start the program itself.";
    match has_shell(footing) {
        Some(true) => None,
        Some(false) => {
            let message = format!("`{word}` needs a shell, which `{base}` does not have.");
            Some(reasons::NEEDS_SHELL.at(lines, message).fix(fix))
        }
        None => {
            let message = format!("`{word}` needs a shell; whether `{base}` has one is not known.");
            Some(reasons::SHELL_FORM_UNCLEAR.at(lines, message).fix(fix))
        }
    }
}

/// tini and the like, where nothing brings them into the image.
fn missing_init(subject: &Subject<'_>, start: &Start<'_>) -> Option<Finding> {
    let path = start.init()?;
    let name = file_name(path);
    let footing = subject.final_footing();
    let own =
        footing.variant().is_some_and(|it| it.entrypoint.iter().any(|it| file_name(it) == name));
    let starts = |it: &Instruction| matches!(it.keyword, Keyword::Entrypoint | Keyword::Cmd);
    let installs = |it: &Command| {
        installation(it).is_some_and(|it| it.packages.iter().any(|it| it.name == name))
    };
    let installed = subject.chain_commands().any(installs);
    // A download in a RUN, or a mount, brings it in as well as a COPY does; a package does not.
    let brings = |it: &Instruction| {
        let by_package = installed && it.keyword == Keyword::Run;
        it.text.as_str().contains(name) && !starts(it) && !by_package
    };
    let copied = subject.graph.chain().iter().any(|it| brings(it.instruction));
    if own || copied {
        return None;
    }
    let message = match installed {
        true => {
            format!("`{path}` comes from a package, and a hardened runtime image installs none.")
        }
        false => format!("Nothing in this file brings `{path}` into the image."),
    };
    Some(reasons::MISSING_INIT.at(start.lines, message).fix(format!(
        "Copy `{name}` from a build stage, or leave it out: `docker run --init` does the same."
    )))
}

/// A `CMD` alone: what it means depends on the image's own entry point.
fn cmd_findings(subject: &Subject<'_>, cmd: &Start<'_>, is_cleared: bool) -> Vec<Finding> {
    let footing = subject.final_footing();
    if cmd.shell_form && footing.ground() == Ground::Foreign {
        return shell_form(subject, cmd).into_iter().collect();
    }
    let own: &[String] = match (footing.ground(), is_cleared) {
        (Ground::Scratch, _) | (Ground::Dev | Ground::Runtime | Ground::Foreign, true) => &[],
        (Ground::Foreign, false) => return vec![on_other_image(subject, cmd)],
        (Ground::Unknown | Ground::Unclear, _) => return vec![unclear(footing, cmd.lines)],
        (Ground::Dev | Ground::Runtime, false) => match footing.variant() {
            Some(variant) => &variant.entrypoint,
            None => return vec![unclear(footing, cmd.lines)],
        },
    };
    let executes = own.last().is_none_or(|it| it == "--" || it.ends_with(".sh"));
    let finding = match (cmd.shell_form, executes) {
        (true, true) => shell_form(subject, cmd),
        (true, false) => Some(repeats(footing, own, cmd)),
        (false, true) => missing_init(subject, cmd).or_else(|| as_program(footing, own, cmd)),
        (false, false) => as_arguments(footing, own, cmd),
    };
    finding.into_iter().collect()
}

fn on_other_image(subject: &Subject<'_>, cmd: &Start<'_>) -> Finding {
    let message = format!(
        "CMD alone is passed to the image's own entry point, and `{}` is no hardened image.",
        subject.final_footing().name()
    );
    let own = subject.counterpart_of_final().map(|it| it.entrypoint.join(" "));
    let fix = match own.as_deref() {
        Some("") => "The hardened image has no entry point: let CMD name the program.".to_owned(),
        Some(own) => format!("The hardened image starts `{own}` itself: see that CMD fits it."),
        None => "Look again once the base image is hardened, or set ENTRYPOINT.".to_owned(),
    };
    reasons::OTHER_IMAGE.at(cmd.lines, message).fix(fix)
}

fn unclear(footing: &Footing<'_>, lines: LineRange) -> Finding {
    let message = format!(
        "CMD alone is passed to the entry point of `{}`, which is not known.",
        footing.name()
    );
    if footing.ground() == Ground::Unknown {
        return reasons::BASE_UNKNOWN
            .at(lines, message)
            .fix("Give the base image's argument a default.");
    }
    reasons::UNCLEAR.at(lines, message).fix("Confirm that the command fits, or set ENTRYPOINT.")
}

/// The command is what is run, by the image itself or by an entry point that runs its
/// arguments. A script that does so puts its own program before options.
fn as_program(footing: &Footing<'_>, own: &[String], cmd: &Start<'_>) -> Option<Finding> {
    if let First::Argument(word) = cmd.first() {
        if word.starts_with('-') && own.last().is_some_and(|it| it.ends_with(".sh")) {
            return None;
        }
        let image = footing.name();
        let message = match own.first() {
            None => {
                format!("`{word}` is no program, and `{image}` has no entry point to pass it to.")
            }
            Some(entry) => format!(
                "`{word}` is no program, and `{entry}` of `{image}` runs what it is passed."
            ),
        };
        return Some(
            reasons::ONLY_ARGUMENT
                .at(cmd.lines, message)
                .fix("Name the program first, as in `CMD [\"node\", \"index.js\"]`."),
        );
    }
    needs_shell(footing, cmd)
}

/// The command is passed to the image's entry point.
fn as_arguments(footing: &Footing<'_>, own: &[String], cmd: &Start<'_>) -> Option<Finding> {
    let word = cmd.words.first()?;
    let names_program = own.first().is_some_and(|it| start::same_program(it, word))
        || matches!(
            start::first(word),
            First::Shell(_) | First::NodeRunner(_) | First::ShellScript(_)
        );
    if names_program {
        return Some(repeats(footing, own, cmd));
    }
    if matches!(start::first(word), First::Argument(_)) {
        return None;
    }
    let message = format!(
        "`{word}` is passed to `{}`, the entry point of `{}`.",
        own.join(" "),
        footing.name()
    );
    Some(
        reasons::UNCLEAR
            .at(cmd.lines, message)
            .fix("Confirm that it is an argument and no program, or set ENTRYPOINT."),
    )
}

fn repeats(footing: &Footing<'_>, own: &[String], cmd: &Start<'_>) -> Finding {
    let message = format!(
        "`{}` starts `{}` itself and would get this CMD as arguments.",
        footing.name(),
        own.join(" ")
    );
    let fix = "Leave the program out of CMD, or set ENTRYPOINT to the program.";
    reasons::REPEATS_ENTRY_POINT.at(cmd.lines, message).fix(fix)
}

#[cfg(test)]
mod tests {
    use crate::Item::EntryPoint;
    use crate::rules::testing::{sentences, verdict};

    fn on(base: &str, rest: &str) -> String {
        verdict(EntryPoint, &format!("FROM {base}\n{rest}\n"))
    }

    #[test]
    fn an_entry_point_in_exec_form_replaces_the_images_own() {
        assert_eq!(on("dhi.io/nginx:1", "ENTRYPOINT [\"nginx\", \"-g\", \"daemon off;\"]"), "met");
        assert_eq!(on("scratch", "ENTRYPOINT [\"/app\"]"), "met");
    }

    #[test]
    fn a_command_is_enough_where_the_image_has_no_entry_point() {
        assert_eq!(on("dhi.io/node:24", "CMD [\"node\", \"index.js\"]"), "met");
        assert_eq!(on("dhi.io/node:24", "CMD [\"index.js\"]"), "remaining: cmd-only-argument@2");
        assert_eq!(
            on("dhi.io/eclipse-temurin:21", "CMD [\"-jar\", \"/a.jar\"]"),
            "remaining: cmd-only-argument@2"
        );
    }

    #[test]
    fn a_command_must_not_repeat_the_images_program() {
        assert_eq!(
            on("dhi.io/nginx:1", "CMD [\"nginx\", \"-g\", \"daemon off;\"]"),
            "remaining: cmd-repeats-entry-point@2"
        );
        assert_eq!(on("dhi.io/nginx:1", "CMD [\"-g\", \"daemon off;\"]"), "met");
    }

    #[test]
    fn an_entry_point_that_executes_its_arguments_takes_a_program() {
        assert_eq!(on("dhi.io/redis:8-alpine", "CMD [\"redis-server\", \"--save\", \"\"]"), "met");
    }

    #[test]
    fn an_entry_point_that_is_a_script_puts_its_program_before_options() {
        assert_eq!(on("dhi.io/postgres:17", "CMD [\"-c\", \"max_connections=200\"]"), "met");
    }

    #[test]
    fn shell_form_needs_a_shell() {
        assert_eq!(on("dhi.io/node:24", "CMD node index.js"), "remaining: shell-form-start@2");
        assert_eq!(on("gcr.io/distroless/base", "CMD app"), "remaining: shell-form-start@2");
        assert_eq!(on("node:24", "CMD node index.js"), "verify: shell-form-on-other-image@2");
        assert_eq!(on("node:24", "ENTRYPOINT node a"), "verify: shell-form-on-other-image@2");
        assert_eq!(
            sentences(EntryPoint, "FROM nginx:1.25\nCMD nginx -g \"daemon off;\"\n"),
            "CMD in shell form needs `/bin/sh`, which a hardened runtime image does not have. Write `CMD [\"-g\", \"daemon off;\"]`."
        );
    }

    #[test]
    fn shell_form_works_where_the_image_lists_a_shell() {
        assert_eq!(on("dhi.io/golang:1.26-alpine3.24", "CMD /app"), "met");
    }

    #[test]
    fn a_shell_script_needs_a_shell() {
        assert_eq!(
            on("dhi.io/node:24", "ENTRYPOINT [\"/docker-entrypoint.sh\"]"),
            "remaining: start-needs-shell@2"
        );
        assert_eq!(
            on("dhi.io/node:24", "ENTRYPOINT [\"/docker-entrypoint\"]"),
            "verify: unknown-start-script@2"
        );
        assert_eq!(
            on("node:24", "ENTRYPOINT [\"docker-entrypoint\"]"),
            "verify: unknown-start-script@2"
        );
        assert_eq!(on("node:24", "ENTRYPOINT [\"docker-entrypoint.sh\"]"), "met");
        assert_eq!(
            on("cgr.dev/chainguard/static", "ENTRYPOINT [\"/a.sh\"]"),
            "remaining: start-needs-shell@2"
        );
    }

    #[test]
    fn npm_is_not_in_a_runtime_image() {
        assert_eq!(
            on("dhi.io/node:24", "CMD [\"npm\", \"start\"]"),
            "remaining: npm-on-runtime-image@2"
        );
    }

    #[test]
    fn an_init_must_come_from_somewhere() {
        let text = "ENTRYPOINT [\"/sbin/tini\", \"--\", \"/app\"]";
        assert_eq!(on("dhi.io/static:20250419", text), "verify: init-not-copied@2");
        let copied = format!("COPY --from=krallin/tini /tini /sbin/tini\n{text}");
        assert_eq!(on("dhi.io/static:20250419", &copied), "met");
        let installed = format!("RUN apk add tini\n{text}");
        assert_eq!(on("alpine:3.22", &installed), "verify: init-not-copied@3");
        let downloaded = format!("RUN wget -O /sbin/tini https://example.com/tini\n{text}");
        assert_eq!(on("alpine:3.22", &downloaded), "met");
    }

    #[test]
    fn a_command_alone_on_another_image_is_for_a_person_to_judge() {
        assert_eq!(on("node:24", "CMD [\"node\", \"index.js\"]"), "verify: cmd-on-other-image@2");
    }

    #[test]
    fn nothing_set_is_for_a_person_to_judge_but_on_scratch() {
        assert_eq!(on("dhi.io/nginx:1", "COPY a /a"), "verify: start-inherited@1");
        assert_eq!(on("scratch", "COPY a /a"), "not-applicable");
    }
}
