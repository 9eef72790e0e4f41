//! Who owns what a Dockerfile copies into the image that ships.

use super::{Runner, account_of, is_root};
use std::collections::{BTreeMap, BTreeSet};

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
pub(super) fn findings(
    subject: &Subject<'_>,
    runner: &Runner,
    accounts: &Accounts,
) -> Vec<Finding> {
    let copies = copies(subject);
    let owned = copies.iter().filter_map(|it| owner_finding(subject, it, runner, accounts));
    owned.chain(volumes(subject, runner)).collect()
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

/// What is wrong with the owner of what a `COPY` or `ADD` brings.
fn owner_finding(
    subject: &Subject<'_>,
    step: &Step<'_>,
    runner: &Runner,
    accounts: &Accounts,
) -> Option<Finding> {
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
        Some(owner) if accounts.number_of(&owner).is_some_and(|it| runner.uid == Some(it)) => None,
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
    /// The numbers that the chain gives to accounts.
    numbers: BTreeMap<String, u32>,
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
        let known = variant.into_iter().flat_map(|it| it.users.keys()).cloned().collect();
        let mut accounts = Self { known, numbers: BTreeMap::new(), open };
        subject.chain_commands().for_each(|it| accounts.take(it));
        accounts
    }

    /// Takes up what a command makes: one of its words is the account's name.
    fn take(&mut self, command: &Command) {
        if !command.program_name().is_some_and(|it| ACCOUNT_PROGRAMS.contains(&it)) {
            return;
        }
        let words: Vec<&str> = command.words.iter().filter_map(|it| it.text.as_deref()).collect();
        let pairs = words.windows(2).filter_map(|pair| match pair {
            [option, word] if !GROUP_OPTIONS.contains(option) => Some((*word).to_owned()),
            _ => None,
        });
        let names: Vec<String> = pairs.collect();
        if let Some(number) = uid(&words) {
            self.numbers.extend(names.iter().map(|it| (it.clone(), number)));
        }
        self.known.extend(names);
    }

    /// The number that the chain gives to an account.
    pub(super) fn number_of(&self, account: &str) -> Option<u32> {
        self.numbers.get(account).copied()
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

/// The number that a command gives to an account.
fn uid(words: &[&str]) -> Option<u32> {
    let joined = words.iter().find_map(|it| it.strip_prefix("--uid="));
    let separate = words.windows(2).find_map(|pair| match pair {
        ["-u" | "--uid", number] => Some(*number),
        _ => None,
    });
    joined.or(separate)?.parse().ok()
}

/// Reports volumes whose directory nothing gives to an account.
fn volumes(subject: &Subject<'_>, runner: &Runner) -> Vec<Finding> {
    let chain = subject.graph.chain();
    let volumes = chain.iter().filter(|it| it.instruction.keyword == Keyword::Volume);
    let words = volumes.flat_map(|step| step.instruction.words().iter().map(move |it| (step, it)));
    let paths = words.take(MOST_VOLUMES).map(|(step, word)| {
        let path = subject.graph.scope(step).expand(&word.text).text;
        (path.trim_end_matches('/').to_owned(), LineRange::one(word.line))
    });
    let mut unowned: Vec<(String, LineRange)> =
        paths.filter(|(path, _)| !is_given_away(subject, path)).collect();
    remove_made_directories(subject, runner, &mut unowned);
    let finding = |(path, lines)| {
        let message = format!("Nothing gives the volume `{path}` to the account that runs.");
        let fix = "Copy the directory with `--chown`, or confirm that nothing writes to it.";
        reasons::VOLUME.at(lines, message).fix(fix)
    };
    unowned.into_iter().map(finding).collect()
}

/// Removes the directories that `WORKDIR` makes for the runner: BuildKit makes them for the
/// user at that place.
fn remove_made_directories(
    subject: &Subject<'_>,
    runner: &Runner,
    unowned: &mut Vec<(String, LineRange)>,
) {
    let own = subject.final_footing().variant().map(|it| it.user.as_str());
    let own = own.or_else(|| subject.foreign_user());
    let has_user = subject.final_stage().is_some_and(|it| it.user.is_some());
    let mut is_runner = !has_user || own.is_some_and(|it| runner.is(it));
    let mut current = None;
    for step in subject.graph.chain() {
        let Some(word) = step.instruction.words().first() else { continue };
        let text = || subject.graph.scope(&step).expand(&word.text).text;
        match step.instruction.keyword {
            Keyword::User => is_runner = runner.is(account_of(&text())),
            Keyword::Workdir => {
                current = below(current, text().trim_end_matches('/'));
                unowned.retain(|(path, _)| !is_runner || current.as_ref() != Some(path));
            }
            _ => {}
        }
    }
}

/// A path, seen from a directory; none if that is not known.
fn below(directory: Option<String>, path: &str) -> Option<String> {
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
