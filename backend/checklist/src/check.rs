//! From the bytes of one file to its report: what the file is, then the eight items.

use crate::catalog::Catalog;
use crate::dockerfile::{self, Dockerfile, Instruction, Keyword};
use crate::file_kind::FileKind;
use crate::policy::Policy;
use crate::reasons::file as reasons;
use crate::reference::{Standing, familiar_name, is_windows as is_windows_image};
use crate::stages::Stage;
use crate::subject::{Footing, Subject, graph_of, purpose};
use crate::{
    BaseUse, FileState, Finding, Item, Outcome, Reason, Report, StageSummary, Suggestion, rules,
    template,
};

/// The most bytes of a file that is read; larger ones are no Dockerfiles of people.
pub const SIZE_LIMIT: usize = 1_000_000;

/// The most lines of a file that is read: thirty times those of the longest that is known.
const MOST_LINES: usize = 20_000;

/// The most stages of a file that is read; the most that is known is 49.
const MOST_STAGES: usize = 1_000;

/// The most text of commands that is read in a file, in bytes: five times the longest file
/// that is known.
const MOST_COMMAND_TEXT: usize = 128 * 1024;

/// A file to check.
#[derive(Debug, Clone, Copy)]
pub struct SourceFile<'a> {
    /// What its name says it is.
    pub kind: FileKind,
    /// Its content.
    pub bytes: &'a [u8],
}

/// Decides the eight items of one file.
#[must_use]
pub fn check(file: &SourceFile<'_>, catalog: &Catalog, policy: &Policy) -> Report {
    if let Some(reason) = unreadable_bytes(file.bytes) {
        return unread(reason);
    }
    if file.kind == FileKind::Template {
        return template("The file's name says that it is a template.");
    }
    let dockerfile = dockerfile::read(file.bytes);
    if let Some(line) = template::mark(file.bytes, &dockerfile) {
        return template(&format!("Line {line} holds a mark that a generator fills in."));
    }
    if let Some(reason) = unreadable_file(&dockerfile) {
        return unread(&reason);
    }
    let graph = graph_of(&dockerfile, policy);
    if graph.final_stage().is_none() {
        return unread("The file has no stage: no FROM can be read.");
    }
    let subject = Subject::new(&graph, catalog, policy);
    readable(&dockerfile, &subject)
}

/// The report on a Dockerfile whose content could not be had or read.
#[must_use]
pub fn unread(reason: &str) -> Report {
    same_for_all(FileState::Unreadable, reason, &reasons::UNREADABLE)
}

fn template(reason: &str) -> Report {
    same_for_all(FileState::Template, reason, &reasons::TEMPLATE)
}

/// One verdict for all eight items, said once: by the report's state.
fn same_for_all(state: FileState, message: &str, reason: &Reason) -> Report {
    let finding = Finding {
        code: reason.code.to_owned(),
        verdict: reason.verdict,
        lines: None,
        message: message.to_owned(),
        fix: None,
    };
    let outcome = Outcome { verdict: reason.verdict, settled_by: None, findings: vec![finding] };
    Report {
        state,
        state_reason: Some(message.to_owned()),
        outcomes: std::array::from_fn(|_| outcome.clone()),
        stages: Vec::new(),
        bases: Vec::new(),
        uses_dhi: false,
    }
}

fn readable(file: &Dockerfile, subject: &Subject<'_>) -> Report {
    let stages = subject.graph.stages.iter().map(summary).collect();
    let bases: Vec<BaseUse> =
        subject.graph.stages.iter().filter_map(|it| base_use(subject, it)).collect();
    let uses_dhi = bases.iter().any(|it| it.hardened == Some(true));
    if is_windows(file, subject) {
        let message = "It builds a Windows container, for which there are no hardened images.";
        let report = same_for_all(FileState::Windows, message, &reasons::WINDOWS);
        return Report { stages, bases, ..report };
    }
    Report {
        state: FileState::Readable,
        state_reason: None,
        outcomes: Item::ALL.map(|it| rules::outcome(it, subject)),
        stages,
        bases,
        uses_dhi,
    }
}

fn unreadable_bytes(bytes: &[u8]) -> Option<&'static str> {
    if bytes.len() > SIZE_LIMIT {
        return Some("The file is larger than 1 MB.");
    }
    if bytes.iter().filter(|it| **it == b'\n').count() > MOST_LINES {
        return Some("The file has more than 20,000 lines.");
    }
    if bytes.contains(&0) {
        return Some("The file is binary.");
    }
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let is_blank = text.iter().all(u8::is_ascii_whitespace);
    is_blank.then_some("The file is empty.")
}

/// Why the file as a whole is no Dockerfile.
fn unreadable_file(file: &Dockerfile) -> Option<String> {
    if file.instructions.is_empty() {
        return Some("The file holds no instruction.".to_owned());
    }
    let stages = file.instructions.iter().filter(|it| it.keyword == Keyword::From).count();
    if stages == 0 {
        return Some("The file has no FROM: it is a part of a Dockerfile, or none.".to_owned());
    }
    if stages > MOST_STAGES {
        return Some("The file has more than 1,000 stages.".to_owned());
    }
    if command_text(file) > MOST_COMMAND_TEXT {
        return Some("The commands of the file are longer than 128 KiB together.".to_owned());
    }
    let rejection = file.diagnostics.iter().find(|it| it.reach == dockerfile::Reach::File)?;
    let place = rejection.lines.map_or(String::new(), |it| format!(" in line {}", it.first));
    Some(format!("BuildKit refuses the file{place}: {}.", rejection.message))
}

/// How much text the file gives to shells.
fn command_text(file: &Dockerfile) -> usize {
    let text = |it: &Instruction| {
        let bodies = it.heredocs.iter().map(|it| it.body.as_str().len());
        it.text.as_str().len() + bodies.sum::<usize>()
    };
    file.instructions.iter().filter(|it| it.is_shell_form()).map(text).sum()
}

/// Whether what ships is a Windows container.
fn is_windows(file: &Dockerfile, subject: &Subject<'_>) -> bool {
    let from = subject.final_stage().and_then(|it| subject.graph.root_of(it.index));
    let named = from.is_some_and(|it| {
        let platform = it.from.platform.as_deref().unwrap_or_default();
        is_windows_image(&it.from.expanded) || platform.starts_with("windows")
    });
    // Chocolatey installs on Windows alone.
    let installs = || subject.chain_commands().any(|it| it.program_name() == Some("choco"));
    let has_windows_shell = || subject.chain_shells().any(is_windows_shell);
    let has_windows_paths = || {
        file.instructions.iter().any(|it| {
            let text = it.text.as_str().to_ascii_lowercase();
            ["c:\\", "c:/", "powershell", "cmd /s"].iter().any(|mark| text.contains(mark))
        })
    };
    named || has_windows_shell() || installs() || (file.escape == '`' && has_windows_paths())
}

/// Shells that only Windows has; `pwsh` runs elsewhere too.
fn is_windows_shell(word: &str) -> bool {
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word).to_ascii_lowercase();
    let stem = name.strip_suffix(".exe").unwrap_or(&name);
    matches!(stem, "cmd" | "powershell")
}

fn summary(stage: &Stage<'_>) -> StageSummary {
    let place = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
    let mut copies_from: Vec<u32> = stage
        .copies_from
        .iter()
        .filter_map(|it| match it.source {
            crate::stages::Source::Stage(index) => Some(place(index)),
            crate::stages::Source::Image(_) | crate::stages::Source::Unknown(_) => None,
        })
        .collect();
    copies_from.sort_unstable();
    copies_from.dedup();
    let base_stage = match stage.base {
        crate::stages::Base::Stage(index) => Some(place(index)),
        crate::stages::Base::Scratch
        | crate::stages::Base::Image(_)
        | crate::stages::Base::Unknown { .. } => None,
    };
    StageSummary {
        index: place(stage.index),
        name: stage.name.clone(),
        role: stage.role,
        base: stage.from.raw.clone(),
        base_stage,
        copies_from,
        lines: stage.from.lines,
    }
}

fn base_use(subject: &Subject<'_>, stage: &Stage<'_>) -> Option<BaseUse> {
    let footing = subject.own_footing(stage)?;
    let (reference, image, hardened) = match footing {
        Footing::Scratch => return None,
        Footing::Unknown { raw, .. } => {
            let image = raw.split(['@', ':']).next().unwrap_or(raw).to_owned();
            (raw.clone(), image, None)
        }
        Footing::Image(it) => {
            let hardened = match &it.standing {
                Standing::Hardened(_) => Some(true),
                Standing::Impossible { .. } | Standing::Other => Some(false),
                Standing::Placeholder { .. }
                | Standing::PerhapsMirror
                | Standing::Unlisted { .. } => None,
            };
            (it.short.clone(), familiar_name(&it.reference), hardened)
        }
    };
    let suggestion = match hardened {
        Some(true) => Suggestion::AlreadyHardened,
        Some(false) | None => subject.suggestion_for(footing, purpose(stage)),
    };
    let stage_index = u32::try_from(stage.index).unwrap_or(u32::MAX);
    Some(BaseUse {
        stage: stage_index,
        role: stage.role,
        reference,
        image,
        hardened,
        suggestion,
        lines: stage.from.lines,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Verdict;
    use crate::rules::testing::report;

    fn state(text: &str) -> (FileState, Verdict) {
        let report = report(text);
        (report.state, report.outcome(Item::Ports).verdict)
    }

    #[test]
    fn a_template_is_unknown_all_through() {
        for text in [
            "FROM {{ base }}\nRUN x\n",
            "FROM a\n{% if x %}\nRUN x\n{% endif %}\n",
            "FROM <%= base %>\n",
            "FROM @@BASE@@\n",
            "{{ template \"head\" }}\nFROM a\n",
        ] {
            assert_eq!(state(text), (FileState::Template, Verdict::Unknown), "{text}");
        }
    }

    #[test]
    fn marks_inside_commands_make_no_template() {
        for text in [
            "FROM a\nRUN docker inspect -f '{{.Id}}' x\n",
            "FROM a\n# {{ comment }}\nRUN x\n",
            "FROM a\nCOPY <<EOF /t\n{{ value }}\nEOF\n",
        ] {
            assert_eq!(state(text).0, FileState::Readable, "{text}");
        }
    }

    #[test]
    fn a_windows_container_is_not_applicable_all_through() {
        for text in [
            "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN dir\n",
            "FROM mcr.microsoft.com/dotnet/sdk:8.0-nanoserver-1809 AS b\nFROM mcr.microsoft.com/windows/nanoserver:1809\n",
            "# escape=`\nARG B=x\nFROM ${B}\nWORKDIR C:\\app\n",
            "FROM acme/base\nSHELL [\"powershell\", \"-Command\"]\nRUN dir\n",
            "FROM acme/base\nSHELL [\"C:\\\\Windows\\\\cmd.exe\", \"/S\", \"/C\"]\nRUN dir\n",
            "FROM acme/base\nRUN choco install -y git\n",
        ] {
            assert_eq!(state(text), (FileState::Windows, Verdict::NotApplicable), "{text}");
        }
    }

    #[test]
    fn a_program_called_like_a_shell_of_windows_is_none() {
        for text in ["FROM a\nRUN /app/cmd build\n", "FROM a\nSHELL [\"pwsh\"]\nRUN dir\n"] {
            assert_eq!(state(text).0, FileState::Readable, "{text}");
        }
    }

    #[test]
    fn what_is_no_dockerfile_is_unknown_all_through() {
        for text in [
            "",
            " \n",
            "RUN x\n",
            "hello world\n",
            "# only a comment\n",
            "FROM a\nRUN <<EOF\nx\n",
            "a\0b",
        ] {
            assert_eq!(state(text), (FileState::Unreadable, Verdict::Unknown), "{text:?}");
        }
    }

    #[test]
    fn a_file_over_the_limit_is_not_read() {
        let text = format!("FROM a\n# {}\n", "x".repeat(SIZE_LIMIT));
        assert_eq!(state(&text).0, FileState::Unreadable);
        let commands = |count| format!("FROM a\n{}", "RUN a 345678\n".repeat(count));
        assert_eq!(state(&commands(MOST_COMMAND_TEXT / 8)).0, FileState::Readable);
        assert_eq!(state(&commands(MOST_COMMAND_TEXT / 8 + 1)).0, FileState::Unreadable);
        let stages = |count| "FROM a\n".repeat(count);
        assert_eq!(state(&stages(MOST_STAGES)).0, FileState::Readable);
        assert_eq!(state(&stages(MOST_STAGES + 1)).0, FileState::Unreadable);
        let lines = |count| format!("FROM a{}", "\n".repeat(count));
        assert_eq!(state(&lines(MOST_LINES)).0, FileState::Readable);
        assert_eq!(state(&lines(MOST_LINES + 1)).0, FileState::Unreadable);
    }

    #[test]
    fn a_policy_names_the_target_and_the_hardened_prefixes() {
        let text =
            "FROM registry.acme.example/h/node:24 AS web\nEXPOSE 8080\nFROM debian:13\nRUN x\n";
        let policy = Policy {
            hardened_prefixes: vec!["registry.acme.example/h/".to_owned()],
            target: Some("web".to_owned()),
        };
        let file = SourceFile { kind: FileKind::Dockerfile, bytes: text.as_bytes() };
        let report = check(&file, Catalog::built_in(), &policy);
        assert_eq!(report.outcome(Item::Ports).verdict, Verdict::Met);
        assert_eq!(report.outcome(Item::NonRootUser).verdict, Verdict::Met);
        assert!(report.uses_dhi);
    }

    #[test]
    fn bases_are_listed_with_their_counterparts() {
        let report = report(
            "FROM node:24-alpine AS build\nRUN npm ci\nFROM dhi.io/node:24\nCOPY --from=build /a /a\n",
        );
        let bases: Vec<String> =
            report.bases.iter().map(|it| format!("{} {:?}", it.reference, it.suggestion)).collect();
        assert_eq!(
            bases,
            [
                "node:24-alpine Use(\"dhi.io/node:24-alpine3.24-dev\")",
                "dhi.io/node:24 AlreadyHardened",
            ]
        );
        assert!(report.uses_dhi);
        assert_eq!(report.stages[1].copies_from, [0]);
    }
}
