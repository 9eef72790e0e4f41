//! Who owns what a Dockerfile copies into the image that ships.

use super::{Runner, account_of, is_root};
use std::collections::BTreeSet;

use crate::dockerfile::Keyword;
use crate::reasons::non_root_user as reasons;
use crate::shell::Command;
use crate::stages::Step;
use crate::subject::{Ground, Subject};
use crate::{Finding, LineRange};

/// Programs that create an account or a group.
const ACCOUNT_PROGRAMS: [&str; 6] =
    ["useradd", "adduser", "groupadd", "addgroup", "usermod", "groupmod"];

/// How many volumes are looked at; no image has more.
const MOST_VOLUMES: usize = 100;

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
pub(super) fn missing_owners(subject: &Subject<'_>, accounts: &Accounts) -> Vec<Finding> {
    let footing = subject.final_footing();
    let missing = |step: &Step<'_>| {
        let owner = owner(subject, step).filter(|it| !it.is_empty())?;
        let lines = LineRange::one(step.instruction.lines.first);
        (!accounts.has(&owner)).then(|| super::no_such_account(footing, &owner, lines))
    };
    copies(subject).iter().filter_map(missing).collect()
}

/// The accounts that may be named: those of the image and those that the chain makes.
pub(super) struct Accounts {
    /// Names whose existence is certain.
    known: BTreeSet<String>,
    /// True if others may exist: the image's list is not known, or a list is brought along.
    open: bool,
}

impl Accounts {
    /// Collects the accounts of what ships.
    pub(super) fn of(subject: &Subject<'_>) -> Self {
        let footing = subject.final_footing();
        let variant = footing.variant();
        let listed = match footing.ground() {
            Ground::Scratch => true,
            Ground::Dev | Ground::Runtime => variant.is_some(),
            // Accounts of other images are not known, so they are taken on trust.
            Ground::Unclear | Ground::Foreign | Ground::Unknown => false,
        };
        let brings_list = |it: &Step<'_>| it.instruction.text.as_str().contains("/etc/passwd");
        let open = !listed || subject.graph.chain().iter().any(brings_list);
        let image = variant.into_iter().flat_map(|it| it.users.keys().chain(it.groups.keys()));
        let known = image.cloned().chain(made_accounts(subject)).collect();
        Self { known, open }
    }

    /// Whether an account can be resolved; numbers always can.
    pub(super) fn has(&self, account: &str) -> bool {
        let is_number = account.parse::<u32>().is_ok();
        self.open || is_number || is_root(account) || self.known.contains(account)
    }
}

/// The words of the commands that make accounts; one of them is the account's name.
fn made_accounts(subject: &Subject<'_>) -> impl Iterator<Item = String> {
    let makes = |it: &&Command| it.program_name().is_some_and(|it| ACCOUNT_PROGRAMS.contains(&it));
    let words = subject.chain_commands().filter(makes).flat_map(|it| &it.words);
    words.filter_map(|it| it.text.clone())
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
    let unowned = paths.take(MOST_VOLUMES).filter(|path| !is_given_away(subject, &path.text));
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
