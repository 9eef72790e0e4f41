//! No shell: what ships is made and started without one. `RUN` and `SHELL` belong in build
//! stages, because a hardened runtime image has no shell to run them.

use crate::dockerfile::{Arguments, Instruction, Keyword};
use crate::reasons::no_shell as reasons;
use crate::rules::start::{self, First, Start};
use crate::stages::Step;
use crate::subject::Subject;
use crate::{Finding, LineRange, Outcome, Verdict};

/// Reports everything in the chain that needs a shell.
pub(super) fn check(subject: &Subject<'_>) -> Outcome {
    let chain = subject.graph.chain();
    let mut findings: Vec<Finding> =
        chain.iter().filter_map(|it| at_build_time(subject, it)).collect();
    findings.extend(health_check(&chain));
    findings.extend(start_findings(subject));
    findings.extend(triggers(subject));
    Outcome::of(findings, Verdict::Met)
}

/// `RUN` and `SHELL`.
fn at_build_time(subject: &Subject<'_>, step: &Step<'_>) -> Option<Finding> {
    let instruction = step.instruction;
    let lines = LineRange::one(instruction.lines.first);
    match instruction.keyword {
        Keyword::Run if runs_shell(instruction) => {
            let message = "RUN needs a shell in the image that ships.";
            Some(reasons::RUN.at(lines, message).fix(run_fix(subject)))
        }
        Keyword::Shell => {
            let message = "SHELL sets a shell for the image that ships.";
            Some(reasons::SHELL.at(lines, message).fix("Leave it to build stages."))
        }
        _ => None,
    }
}

fn run_fix(subject: &Subject<'_>) -> &'static str {
    let has_other_stages = subject.graph.stages.len() > subject.graph.chain_stages().len();
    if has_other_stages {
        "Move it to a build stage and copy the result."
    } else {
        "Do it in a build stage on a dev image and copy the result."
    }
}

/// Whether an instruction's command is given to a shell, by its form or by name.
fn runs_shell(instruction: &Instruction) -> bool {
    match &instruction.arguments {
        Arguments::Shell(text) => !text.is_empty(),
        Arguments::Exec(words) => {
            let first = words.first().map(|it| start::first(&it.text));
            matches!(first, Some(First::Shell(_) | First::ShellScript(_)))
        }
        Arguments::Words(_)
        | Arguments::Pairs(_)
        | Arguments::Trigger(_)
        | Arguments::NoHealthcheck
        | Arguments::Nothing => false,
    }
}

/// The health check in force: the last one.
fn health_check(chain: &[Step<'_>]) -> Option<Finding> {
    let step = chain.iter().rev().find(|it| it.instruction.keyword == Keyword::Healthcheck)?;
    if !runs_shell(step.instruction) {
        return None;
    }
    let lines = LineRange::one(step.instruction.lines.first);
    let message = "HEALTHCHECK runs its command through a shell.";
    let fix = "Write it as `CMD [\"program\", \"argument\"]` with a program that the image has.";
    Some(reasons::HEALTH_CHECK.at(lines, message).fix(fix))
}

/// `ENTRYPOINT` and `CMD` in force.
fn start_findings(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(stage) = subject.final_stage() else { return Vec::new() };
    let entry = start::entry_point(stage);
    let cmd = start::cmd(stage);
    // With an entry point a command in exec form holds its arguments, unless that is an init.
    let runs_cmd = entry.as_ref().is_none_or(|it| it.first() == First::Nothing);
    let cmd = cmd.filter(|it| it.shell_form || runs_cmd);
    entry.iter().chain(&cmd).filter_map(|it| start_finding(subject, it)).collect()
}

fn start_finding(subject: &Subject<'_>, start: &Start<'_>) -> Option<Finding> {
    let (instruction, lines) = (start.instruction, start.lines);
    if let (false, First::PerhapsScript(word)) = (start.shell_form, start.first()) {
        let message = format!("{instruction} starts `{word}`, which may be a shell script.");
        let fix = "Confirm that it is a program.";
        return Some(reasons::UNKNOWN_SCRIPT.at(lines, message).fix(fix));
    }
    let what = through_shell(start)?;
    let footing = subject.final_footing();
    let finding = match footing.variant().and_then(|it| it.shell.as_deref()) {
        Some(shell) => {
            let message =
                format!("{instruction} {what}; `{}` lists `{shell}` today.", footing.name());
            reasons::START_WITH_LISTED_SHELL.at(lines, message)
        }
        None => {
            let message = format!("{instruction} {what}, and a hardened runtime image has none.");
            reasons::START.at(lines, message)
        }
    };
    Some(finding.fix(fix(subject, start)))
}

/// How a start command comes to need a shell, as the end of a sentence; none if it does not.
fn through_shell(start: &Start<'_>) -> Option<String> {
    if start.shell_form {
        return Some("in shell form runs through a shell".to_owned());
    }
    match start.first() {
        First::Shell(word) => Some(format!("starts `{word}`")),
        First::ShellScript(word) => Some(format!("starts the shell script `{word}`")),
        First::NodeRunner(word) => {
            Some(format!("starts `{word}`, which runs scripts through a shell"))
        }
        First::PerhapsScript(_) | First::Program | First::Argument(_) | First::Nothing => None,
    }
}

fn fix(subject: &Subject<'_>, start: &Start<'_>) -> String {
    let exec = start.as_exec_form(start::own_entry_point(subject));
    match (start.shell_form, exec, start.first()) {
        (true, Some(exec), _) => format!("Write `{exec}`."),
        (true, None, _) => "Write a JSON array that starts the program itself.".to_owned(),
        (false, _, First::NodeRunner(_)) => {
            "Start the script itself, as in `CMD [\"node\", \"server.js\"]`.".to_owned()
        }
        (false, _, First::ShellScript(_)) => {
            "Start the program itself; do what the script does in the application.".to_owned()
        }
        (false, ..) => "Start the program itself.".to_owned(),
    }
}

/// `ONBUILD RUN`: it runs in the image that is built on this one.
fn triggers(subject: &Subject<'_>) -> Vec<Finding> {
    let stage = subject.final_stage();
    let triggers = stage.into_iter().flat_map(|it| it.onbuild.iter().copied());
    let runs = triggers.filter(|it| {
        it.keyword == Keyword::Run
            || matches!(&it.arguments, Arguments::Trigger(inner) if inner.keyword == Keyword::Run)
    });
    runs.map(|it| {
        let message = "ONBUILD RUN needs a shell in whatever is built on this image.";
        reasons::ONBUILD
            .at(LineRange::one(it.lines.first), message)
            .fix("Confirm that only dev images are built on it.")
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use crate::Item::NoShell;
    use crate::rules::testing::{sentences, verdict};

    fn on(base: &str, rest: &str) -> String {
        verdict(NoShell, &format!("FROM {base}\n{rest}\n"))
    }

    #[test]
    fn commands_in_build_stages_do_not_count() {
        let text = "FROM dhi.io/node:24-dev AS build\nSHELL [\"/bin/bash\", \"-c\"]\nRUN npm ci\nFROM dhi.io/node:24\nCOPY --from=build /a /a\nCMD [\"node\", \"a.js\"]\n";
        assert_eq!(verdict(NoShell, text), "met");
    }

    #[test]
    fn each_run_that_ships_is_named() {
        let rest = "RUN --mount=type=cache,target=/c npm ci\nRUN <<EOF\nnpm ci\nEOF\nRUN [\"sh\", \"-c\", \"npm ci\"]";
        assert_eq!(
            on("dhi.io/node:24", rest),
            "remaining: run-in-runtime@2 run-in-runtime@3 run-in-runtime@6"
        );
    }

    #[test]
    fn a_program_in_exec_form_needs_no_shell() {
        assert_eq!(on("dhi.io/node:24", "RUN [\"node\", \"prepare.js\"]"), "met");
    }

    #[test]
    fn a_stage_that_is_inherited_from_ships() {
        let text = "FROM dhi.io/node:24-dev AS base\nRUN npm ci\nFROM base\n";
        assert_eq!(verdict(NoShell, text), "remaining: run-in-runtime@2");
    }

    #[test]
    fn start_commands_through_a_shell_are_named() {
        assert_eq!(on("dhi.io/node:24", "CMD node a.js"), "remaining: start-through-shell@2");
        assert_eq!(on("node:24", "CMD [\"npm\", \"start\"]"), "remaining: start-through-shell@2");
        assert_eq!(
            on("node:24", "ENTRYPOINT [\"/entrypoint.sh\"]"),
            "remaining: start-through-shell@2"
        );
        assert_eq!(
            on("dhi.io/redis:8", "CMD [\"sh\", \"-c\", \"redis-server\"]"),
            "remaining: start-through-shell@2"
        );
    }

    #[test]
    fn a_listed_shell_softens_the_start_command_only() {
        let rest = "RUN true\nCMD /app";
        assert_eq!(
            on("dhi.io/golang:1.26-alpine3.24", rest),
            "remaining: run-in-runtime@2 start-with-listed-shell@3"
        );
        assert_eq!(
            on("dhi.io/golang:1.26-alpine3.24", "CMD /app"),
            "verify: start-with-listed-shell@2"
        );
    }

    #[test]
    fn only_the_last_health_check_counts() {
        assert_eq!(
            on("dhi.io/node:24", "HEALTHCHECK CMD curl -f http://localhost/"),
            "remaining: health-check-through-shell@2"
        );
        assert_eq!(on("dhi.io/node:24", "HEALTHCHECK CMD curl x\nHEALTHCHECK NONE"), "met");
        assert_eq!(on("dhi.io/node:24", "HEALTHCHECK CMD [\"node\", \"health.js\"]"), "met");
        assert_eq!(
            on("dhi.io/node:24", "HEALTHCHECK CMD [\"/health.sh\"]"),
            "remaining: health-check-through-shell@2"
        );
    }

    #[test]
    fn arguments_of_an_entry_point_are_no_start_command() {
        assert_eq!(on("dhi.io/node:24", "ENTRYPOINT [\"/app\"]\nCMD [\"npm\"]"), "met");
        assert_eq!(
            on("node:24", "ENTRYPOINT [\"tini\", \"--\"]\nCMD [\"npm\", \"start\"]"),
            "remaining: start-through-shell@3"
        );
    }

    #[test]
    fn a_script_of_unknown_kind_is_for_a_person_to_judge() {
        assert_eq!(
            on("dhi.io/node:24", "ENTRYPOINT [\"/docker-entrypoint\"]"),
            "verify: perhaps-shell-script@2"
        );
        assert_eq!(on("dhi.io/node:24-dev", "ONBUILD RUN npm ci"), "verify: onbuild-needs-shell@2");
    }

    #[test]
    fn sentences_say_what_to_write() {
        assert_eq!(
            sentences(NoShell, "FROM node:24\nCMD node server.js\n"),
            "CMD in shell form runs through a shell, and a hardened runtime image has none. Write `CMD [\"node\", \"server.js\"]`."
        );
    }
}
