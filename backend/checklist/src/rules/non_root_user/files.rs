//! Who owns what a Dockerfile copies into the image that ships.

use super::{Runner, account_of, is_root};
use crate::dockerfile::Keyword;
use crate::reasons::non_root_user as reasons;
use crate::stages::Step;
use crate::subject::{Ground, Subject};
use crate::{Finding, LineRange};

/// Programs that create an account or a group.
const ACCOUNT_PROGRAMS: [&str; 6] =
    ["useradd", "adduser", "groupadd", "addgroup", "usermod", "groupmod"];

/// Reports every `COPY` and `ADD` whose files do not belong to the runner.
pub(super) fn ownership(subject: &Subject<'_>, runner: &Runner) -> Vec<Finding> {
    copies(subject).iter().filter_map(|it| owner_finding(subject, it, runner)).collect()
}

fn copies<'a>(subject: &Subject<'a>) -> Vec<Step<'a>> {
    let is_copy = |it: &Step<'_>| matches!(it.instruction.keyword, Keyword::Copy | Keyword::Add);
    subject.graph.chain().into_iter().filter(is_copy).collect()
}

/// The owner that a `COPY` names: none without `--chown`, empty if it cannot be read.
fn owner(subject: &Subject<'_>, step: &Step<'_>) -> Option<String> {
    let flag = step.instruction.flag("chown")?;
    let value = subject.graph.scope(step).expand(flag);
    Some(value.known().map(|it| account_of(it).to_owned()).unwrap_or_default())
}

fn owner_finding(subject: &Subject<'_>, step: &Step<'_>, runner: &Runner) -> Option<Finding> {
    let lines = LineRange::one(step.instruction.lines.first);
    let by = match (&runner.name, runner.uid) {
        (Some(name), Some(uid)) => format!("{name} ({uid})"),
        (Some(name), None) => name.clone(),
        (None, Some(uid)) => format!("UID {uid}"),
        (None, None) => "the nonroot user".to_owned(),
    };
    let chown = runner.name.clone().or_else(|| runner.uid.map(|it| it.to_string()));
    let chown = chown.unwrap_or_else(|| "65532".to_owned());
    let fix = format!("Confirm that nothing writes here, or add `--chown={chown}`.");
    match owner(subject, step) {
        None => {
            let message = format!("Files arrive owned by root: readable by {by}, not writable.");
            Some(reasons::COPIED_AS_ROOT.at(lines, message).fix(fix))
        }
        Some(owner) if runner.is(&owner) => None,
        Some(owner) if owner.is_empty() => {
            let message = format!(
                "Whom the files belong to is a variable without a value; {by} runs the container."
            );
            Some(reasons::COPIED_FOR_ANOTHER.at(lines, message).fix("Give the argument a default."))
        }
        Some(owner) => {
            let message = format!("Files arrive owned by {owner}, while {by} runs the container.");
            Some(reasons::COPIED_FOR_ANOTHER.at(lines, message).fix(fix))
        }
    }
}

/// Reports owners in `--chown` that the image does not have: the build fails on them.
pub(super) fn missing_owners(subject: &Subject<'_>) -> Vec<Finding> {
    let footing = subject.final_footing();
    let missing = |step: &Step<'_>| {
        let owner = owner(subject, step).filter(|it| !it.is_empty())?;
        let exists = owner.parse::<u32>().is_ok() || account_exists(subject, &owner);
        (!exists).then(|| {
            super::no_such_account(footing, &owner, LineRange::one(step.instruction.lines.first))
        })
    };
    copies(subject).iter().filter_map(missing).collect()
}

/// Whether an account is in the image or made in the chain. Accounts of other images are
/// not known, so they are taken on trust.
pub(super) fn account_exists(subject: &Subject<'_>, account: &str) -> bool {
    let footing = subject.final_footing();
    let in_image = match footing.ground() {
        Ground::Scratch => false,
        Ground::Dev | Ground::Runtime => {
            footing.variant().is_none_or(|it| it.has_account(account) || it.has_group(account))
        }
        Ground::Unclear | Ground::Foreign | Ground::Unknown => true,
    };
    in_image || is_root(account) || is_made(subject, account)
}

/// Whether the chain makes the account: by a program, or by bringing an account list.
fn is_made(subject: &Subject<'_>, account: &str) -> bool {
    let by_program = subject.chain_commands().any(|it| {
        let is_program = it.program_name().is_some_and(|it| ACCOUNT_PROGRAMS.contains(&it));
        is_program && it.words.iter().any(|it| it.text.as_deref() == Some(account))
    });
    let chain = subject.graph.chain();
    by_program || chain.iter().any(|it| it.instruction.text.as_str().contains("/etc/passwd"))
}

/// The number that the chain gives an account it makes.
pub(super) fn made_uid(subject: &Subject<'_>, account: &str) -> Option<u32> {
    subject.chain_commands().find_map(|it| {
        let makes = matches!(it.program_name(), Some("useradd" | "adduser"));
        let words: Vec<&str> = it.words.iter().filter_map(|it| it.text.as_deref()).collect();
        if !makes || !words.contains(&account) {
            return None;
        }
        let joined = words.iter().find_map(|it| it.strip_prefix("--uid="));
        let separate = words.windows(2).find_map(|pair| match pair {
            ["-u" | "--uid", number] => Some(*number),
            _ => None,
        });
        joined.or(separate)?.parse().ok()
    })
}

/// Reports volumes whose directory nothing gives to an account.
pub(super) fn volumes(subject: &Subject<'_>) -> Vec<Finding> {
    let chain = subject.graph.chain();
    let volumes = chain.iter().filter(|it| it.instruction.keyword == Keyword::Volume);
    let paths = volumes.flat_map(|step| step.instruction.words());
    let unowned = paths.filter(|path| !is_given_away(subject, &path.text));
    unowned
        .map(|path| {
            let message =
                format!("Nothing gives the volume `{}` to the account that runs.", path.text);
            let fix = "Copy the directory with `--chown`, or confirm that nothing writes to it.";
            reasons::VOLUME.at(LineRange::one(path.line), message).fix(fix)
        })
        .collect()
}

fn is_given_away(subject: &Subject<'_>, path: &str) -> bool {
    let copied = copies(subject).iter().any(|it| {
        it.instruction.flag("chown").is_some() && it.instruction.text.as_str().contains(path)
    });
    let by_command = subject.chain_commands().any(|it| {
        matches!(it.program_name(), Some("chown" | "install"))
            && it.words.iter().filter_map(|it| it.text.as_deref()).any(|it| {
                it == path
                    || (it.len() > 1
                        && path.strip_prefix(it).is_some_and(|rest| rest.starts_with('/')))
            })
    });
    copied || by_command
}
