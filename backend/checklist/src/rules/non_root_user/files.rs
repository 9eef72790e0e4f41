//! Who owns what a Dockerfile copies into the image that ships.

use super::{Runner, account_of, is_root};
use std::collections::BTreeSet;

use crate::dockerfile::Keyword;
use crate::reasons::non_root_user as reasons;
use crate::shell::Command;
use crate::stages::Step;
use crate::subject::{Ground, Subject};
use crate::{Finding, LineRange};

/// Programs that create or rename an account.
const ACCOUNT_PROGRAMS: [&str; 3] = ["useradd", "adduser", "usermod"];

/// Their options behind which a group stands.
const GROUP_OPTIONS: [&str; 5] = ["-g", "-G", "--gid", "--groups", "--ingroup"];

/// How many volumes are looked at; no image has more.
const MOST_VOLUMES: usize = 100;

/// Reports files and volumes that do not belong to the account that runs.
pub(super) fn findings(subject: &Subject<'_>, runner: &Runner) -> Vec<Finding> {
    let mut findings = ownership(subject, runner);
    findings.extend(volumes(subject, runner));
    findings
}

/// Reports every `COPY` and `ADD` whose files do not belong to the runner.
fn ownership(subject: &Subject<'_>, runner: &Runner) -> Vec<Finding> {
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
        // Another name of the same number.
        Some(owner) if runner.uid.is_some() && made_uid(subject, &owner) == runner.uid => None,
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
        let open = !listed || subject.graph.chain().iter().any(brings_list);
        let image = variant.into_iter().flat_map(|it| it.users.keys());
        let known = image.cloned().chain(made_accounts(subject)).collect();
        Self { known, open }
    }

    /// Whether an account can be resolved; numbers always can.
    pub(super) fn has(&self, account: &str) -> bool {
        let is_number = account.parse::<u32>().is_ok();
        self.open || is_number || is_root(account) || self.known.contains(account)
    }
}

/// Whether a step may bring a list of accounts along: by its name, or in a whole file system.
fn brings_list(step: &Step<'_>) -> bool {
    let instruction = step.instruction;
    if instruction.text.as_str().contains("/etc/passwd") {
        return true;
    }
    if !matches!(instruction.keyword, Keyword::Copy | Keyword::Add) {
        return false;
    }
    let Some((target, sources)) = instruction.words().split_last() else { return false };
    let is_tree = |it: &str| it.ends_with('/') || it.contains("rootfs") || it.contains(".tar");
    target.text == "/" && sources.iter().any(|it| is_tree(&it.text))
}

/// The words of the commands that make accounts, without groups; one of them is the account's
/// name.
fn made_accounts(subject: &Subject<'_>) -> impl Iterator<Item = String> {
    let makes = |it: &&Command| it.program_name().is_some_and(|it| ACCOUNT_PROGRAMS.contains(&it));
    subject.chain_commands().filter(makes).flat_map(|command| {
        let names_group = |it: Option<&str>| it.is_some_and(|it| GROUP_OPTIONS.contains(&it));
        command.words.windows(2).filter_map(move |pair| match pair {
            [option, word] if !names_group(option.text.as_deref()) => word.text.clone(),
            _ => None,
        })
    })
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
fn volumes(subject: &Subject<'_>, runner: &Runner) -> Vec<Finding> {
    let chain = subject.graph.chain();
    let made = made_directories(subject, runner);
    let volumes = chain.iter().filter(|it| it.instruction.keyword == Keyword::Volume);
    let paths = volumes.flat_map(|step| step.instruction.words().iter().map(move |it| (step, it)));
    let unowned = paths.take(MOST_VOLUMES).filter_map(|(step, word)| {
        let path = subject.graph.scope(step).expand(&word.text).text;
        let is_owned = made.contains(&path) || is_given_away(subject, &path);
        (!is_owned).then_some((path, word.line))
    });
    unowned
        .map(|(path, line)| {
            let message = format!("Nothing gives the volume `{path}` to the account that runs.");
            let fix = "Copy the directory with `--chown`, or confirm that nothing writes to it.";
            reasons::VOLUME.at(LineRange::one(line), message).fix(fix)
        })
        .collect()
}

/// The directories that `WORKDIR` makes for the runner: BuildKit makes them for the user at
/// that place.
fn made_directories(subject: &Subject<'_>, runner: &Runner) -> BTreeSet<String> {
    let own = subject.final_footing().variant().map(|it| it.user.as_str());
    let own = own.or_else(|| subject.foreign_user());
    let has_user = subject.final_stage().is_some_and(|it| it.user.is_some());
    let mut is_runner = !has_user || own.is_some_and(|it| runner.is(it));
    let (mut current, mut made) = (None, BTreeSet::new());
    for step in subject.graph.chain() {
        let Some(word) = step.instruction.words().first() else { continue };
        let text = || subject.graph.scope(&step).expand(&word.text).text;
        match step.instruction.keyword {
            Keyword::User => is_runner = runner.is(account_of(&text())),
            Keyword::Workdir => {
                current = below(current, &text());
                made.extend(current.clone().filter(|_| is_runner));
            }
            _ => {}
        }
    }
    made
}

/// A path, seen from a directory; none if that is not known.
fn below(directory: Option<String>, path: &str) -> Option<String> {
    let path = path.trim_end_matches('/');
    if path.starts_with('/') { Some(path.to_owned()) } else { Some(directory? + "/" + path) }
}

fn is_given_away(subject: &Subject<'_>, path: &str) -> bool {
    let copied = copies(subject).iter().any(|it| {
        it.instruction.flag("chown").is_some() && it.instruction.text.as_str().contains(path)
    });
    let holds = |directory: &str| {
        let rest = path.strip_prefix(directory.trim_end_matches('/'));
        rest.is_some_and(|it| it.is_empty() || it.starts_with('/'))
    };
    let by_command = subject.chain_commands().any(|it| {
        matches!(it.program_name(), Some("chown" | "install"))
            && it.words.iter().filter_map(|it| it.text.as_deref()).any(holds)
    });
    copied || by_command
}
