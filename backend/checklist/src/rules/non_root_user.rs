//! Non-root user: the image runs as an account other than root, and what is copied into it
//! belongs to that account. The uid is the image's own: 65532 for most, 1000 for node.

mod files;

use crate::catalog::Variant;
use crate::dockerfile::Keyword;
use crate::reasons::non_root_user as reasons;
use crate::rules::named;
use crate::stages::{Expanded, Set};
use crate::subject::{Footing, Ground, Subject};
use crate::suggest::Use;
use crate::{Finding, LineRange, Outcome, Verdict};
use files::Accounts;

/// Judges who runs the container and who owns what was copied.
pub(super) fn check(subject: &Subject<'_>) -> Outcome {
    let accounts = Accounts::of(subject);
    let (runner, finding) = runner(subject, &accounts);
    let mut findings: Vec<Finding> = finding.into_iter().collect();
    findings.extend(files::missing_owners(subject, &accounts));
    if findings.iter().any(|it| it.verdict == Verdict::Remaining) {
        let outcome = Outcome::of(findings, Verdict::Met);
        return match is_settled_by_base(subject, &accounts) {
            true => outcome.settled_by_base_image(&[&reasons::ROOT_BY_DEFAULT]),
            false => outcome,
        };
    }
    // Who owns the files says nothing where root runs the container by design.
    if !runner.is_root() {
        findings.extend(files::findings(subject, &runner, &accounts));
    }
    Outcome::of(findings, Verdict::Met)
}

/// The account that runs the container, by name and number as far as they are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Runner {
    name: Option<String>,
    uid: Option<u32>,
}

impl Runner {
    /// The account of a name or number, completed by what the image knows of it.
    fn of(text: &str, variant: Option<&Variant>) -> Self {
        match text.parse::<u32>() {
            Ok(uid) => {
                let name = variant.and_then(|it| it.users.iter().find(|(_, it)| **it == uid));
                Self { name: name.map(|(name, _)| name.clone()), uid: Some(uid) }
            }
            Err(_) => Self {
                name: Some(text.to_owned()),
                uid: variant.and_then(|it| it.users.get(text).copied()),
            },
        }
    }

    /// The account that an image brings along.
    fn own(variant: &Variant) -> Self {
        Self { name: Some(variant.user.clone()), uid: Some(variant.uid) }
    }

    fn is_root(&self) -> bool {
        self.uid == Some(0)
    }

    /// Whether an owner in `--chown` is this account.
    fn is(&self, owner: &str) -> bool {
        match owner.parse::<u32>() {
            Ok(uid) => self.uid == Some(uid),
            Err(_) => self.name.as_deref() == Some(owner),
        }
    }
}

/// Who runs the container now, and what is wrong with that.
fn runner(subject: &Subject<'_>, accounts: &Accounts) -> (Runner, Option<Finding>) {
    let variant = subject.final_footing().variant();
    match subject.final_stage().and_then(|it| it.user.as_ref()) {
        Some(user) => match user.value.known() {
            Some(text) => {
                let (runner, finding) =
                    written_user(subject, accounts, account_of(text), user.lines);
                let finding = finding.or_else(|| chosen_at_build(subject, account_of(text)));
                (runner, finding)
            }
            None => (Runner::default(), Some(variable_user(user))),
        },
        None => {
            let foreign = || subject.foreign_user().map(|it| Runner::of(it, None));
            let own = variant.map(Runner::own).or_else(foreign);
            (own.unwrap_or_default(), inherited_user(subject))
        }
    }
}

/// The hardened image to ship on instead, unless it runs as root by design.
fn hardened_variant<'a>(subject: &Subject<'a>) -> Option<&'a Variant> {
    subject.counterpart_of_final().filter(|it| it.uid != 0)
}

/// Whether a hardened base without `USER` would leave nothing to look at.
fn is_settled_by_base(subject: &Subject<'_>, accounts: &Accounts) -> bool {
    let hardened = subject.counterpart_of_final().map(Runner::own).unwrap_or_default();
    !hardened.is_root() && files::findings(subject, &hardened, accounts).is_empty()
}

/// `node` of `node:node`.
fn account_of(user: &str) -> &str {
    user.split(':').next().unwrap_or(user)
}

fn is_root(account: &str) -> bool {
    account == "root" || account.parse::<u32>() == Ok(0)
}

fn variable_user(user: &Set<Expanded>) -> Finding {
    let names = user.value.missing.join("`, `");
    let message = format!(
        "USER depends on `{names}`, which has no value in this file; the base image may set it."
    );
    reasons::VARIABLE_USER
        .at(user.lines, message)
        .fix("Write the account itself, or confirm that it is not root.")
}

/// A `USER` that a build argument can make another one, root too.
fn chosen_at_build(subject: &Subject<'_>, account: &str) -> Option<Finding> {
    let chain = subject.graph.chain();
    let step = chain.iter().rfind(|it| it.instruction.keyword == Keyword::User)?;
    let word = step.instruction.words().first()?;
    let name = subject.graph.scope(step).argument_in(&word.text)?;
    let message = format!(
        "USER is the build argument `{name}`: {account}, unless a build passes another value."
    );
    let fix = "Write the account itself, or confirm that no build makes it root.";
    Some(reasons::VARIABLE_USER.at(step.instruction.lines, message).fix(fix))
}

fn written_user(
    subject: &Subject<'_>,
    accounts: &Accounts,
    account: &str,
    lines: LineRange,
) -> (Runner, Option<Finding>) {
    let footing = subject.final_footing();
    let variant = footing.variant();
    let mut runner = Runner::of(account, variant);
    runner.uid = runner.uid.or_else(|| accounts.number_of(account));
    if is_root(account) || runner.is_root() {
        let message = format!("USER {account} makes root run the container.");
        let own = variant.filter(|it| it.uid != 0).or_else(|| hardened_variant(subject));
        let own = own.map_or("65532", |it| it.user.as_str());
        let fix = format!("End with `USER {own}`, or leave USER out.");
        return (runner, Some(reasons::ROOT.at(lines, message).fix(fix)));
    }
    if !accounts.has(account) {
        return (runner, Some(no_such_account(footing, account, lines)));
    }
    let own = variant.filter(|it| it.uid != 0).filter(|_| footing.ground() == Ground::Runtime);
    let finding = own.filter(|it| runner.uid.is_some() && runner.uid != Some(it.uid)).map(|it| {
        let message = format!(
            "USER {account} is not the account of `{}`, {} ({}).",
            footing.name(),
            it.user,
            it.uid
        );
        let fix =
            format!("Use `USER {}`, or confirm that this account can read what it needs.", it.user);
        reasons::ANOTHER_ACCOUNT.at(lines, message).fix(fix)
    });
    (runner, finding)
}

fn no_such_account(footing: &Footing<'_>, account: &str, lines: LineRange) -> Finding {
    let base = footing.name();
    let is_group = footing.variant().is_some_and(|it| it.groups.contains_key(account));
    let message = match is_group {
        true => format!("`{account}` is a group of `{base}`, and nothing here creates an account."),
        false => format!("`{base}` has no account `{account}`, and nothing here creates it."),
    };
    let own = footing.variant().filter(|it| it.uid != 0);
    let fix = match own {
        Some(it) => format!("Use `{}` ({}).", it.user, it.uid),
        None => "Use a number, such as 65532.".to_owned(),
    };
    reasons::NO_SUCH_ACCOUNT.at(lines, message).fix(fix)
}

/// No `USER`: the image's own account runs the container.
fn inherited_user(subject: &Subject<'_>) -> Option<Finding> {
    let footing = subject.final_footing();
    let (lines, base) = (subject.final_from(), footing.name());
    let root = || {
        let message = format!("No USER is set, and `{base}` runs as root.");
        reasons::ROOT_BY_DEFAULT.at(lines, message).fix(root_fix(subject))
    };
    match footing.ground() {
        Ground::Scratch | Ground::Dev => Some(root()),
        Ground::Runtime => match footing.variant() {
            Some(it) if it.uid == 0 => {
                let message = format!("`{base}` runs as root by design.");
                Some(reasons::ROOT_BY_DESIGN.at(lines, message).fix("Confirm that it must."))
            }
            Some(_) => None,
            None => Some(not_known(base, lines)),
        },
        Ground::Unclear => Some(not_known(base, lines)),
        Ground::Unknown => {
            let message = format!("No USER is set, and `{base}` cannot be read.");
            Some(
                reasons::BASE_UNKNOWN
                    .at(lines, message)
                    .fix("Give the build argument a default, or set USER."),
            )
        }
        Ground::Foreign => match subject.foreign_user() {
            Some(user) if is_root(user) => Some(root()),
            Some(_) => None,
            None => Some(not_known(base, lines)),
        },
    }
}

fn not_known(base: &str, lines: LineRange) -> Finding {
    let message = format!("No USER is set, and who runs `{base}` is not known.");
    reasons::USER_UNKNOWN.at(lines, message).fix("Set USER, or confirm that the image does.")
}

fn root_fix(subject: &Subject<'_>) -> String {
    let suggestion = subject.suggestion_for(subject.final_footing(), Use::Ship);
    match hardened_variant(subject) {
        Some(it) => format!(
            "{} runs as {} ({}).",
            named(&suggestion, "The hardened image"),
            it.user,
            it.uid
        ),
        None => "Ship a runtime image, or set USER to an account that is not root.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::Item::NonRootUser;
    use crate::rules::testing::{sentences, verdict};

    fn on(base: &str, rest: &str) -> String {
        verdict(NonRootUser, &format!("FROM {base}\n{rest}\n"))
    }

    #[test]
    fn a_runtime_image_brings_its_own_account() {
        assert_eq!(on("dhi.io/node:24", "CMD [\"node\"]"), "met");
        assert_eq!(on("dhi.io/node:24", "COPY --chown=node:node . ."), "met");
        assert_eq!(on("dhi.io/node:24", "COPY --chown=1000 . ."), "met");
    }

    #[test]
    fn root_by_name_or_number_remains() {
        assert_eq!(on("dhi.io/node:24", "USER root"), "remaining: root-user@2");
        assert_eq!(on("node:24", "USER 0:0"), "remaining: root-user@2");
        assert_eq!(on("node:24", "USER root\nUSER node"), "met");
    }

    #[test]
    fn dev_images_and_well_known_bases_run_as_root() {
        assert_eq!(
            on("dhi.io/node:24-dev", "CMD [\"node\"]"),
            "remaining (base-image): root-by-default@1"
        );
        assert_eq!(on("nginx:1.25", "EXPOSE 8080"), "remaining (base-image): root-by-default@1");
        assert_eq!(on("node:24", "COPY . ."), "remaining: root-by-default@1");
        assert_eq!(on("scratch", "COPY --chown=1:1 a /a"), "remaining: root-by-default@1");
    }

    #[test]
    fn files_of_root_are_for_a_person_to_judge() {
        assert_eq!(on("dhi.io/node:24", "COPY . ."), "verify: copied-as-root@2");
        assert_eq!(on("dhi.io/node:24", "COPY --chown=nginx . ."), "remaining: no-such-account@2");
        assert_eq!(
            on("node:24", "USER node\nCOPY --chown=0:0 . ."),
            "verify: copied-for-another@3"
        );
        assert_eq!(
            sentences(NonRootUser, "FROM dhi.io/nginx:1\nCOPY dist /usr/share/nginx/html\n"),
            "Files arrive owned by root: readable by nginx (65532), not writable. Confirm that nothing writes here, or add `--chown=nginx`."
        );
    }

    #[test]
    fn an_account_must_exist() {
        assert_eq!(on("dhi.io/node:24", "USER nonroot"), "remaining: no-such-account@2");
        assert_eq!(on("dhi.io/static:20250419", "USER app"), "remaining: no-such-account@2");
        assert_eq!(on("scratch", "USER app"), "remaining: no-such-account@2");
        assert_eq!(
            on("scratch", "COPY --from=b --chown=app /etc/passwd /etc/passwd\nUSER app"),
            "met"
        );
        assert_eq!(on("debian:13", "RUN useradd -m app\nUSER app"), "met");
        let numbered = "RUN useradd -m -u 1234 app\nUSER app\nCOPY --chown=1234:1234 a /a";
        assert_eq!(on("debian:13", numbered), "met");
    }

    #[test]
    fn another_number_is_for_a_person_to_judge() {
        assert_eq!(on("dhi.io/python:3.13", "USER 1001"), "verify: another-account@2");
        assert_eq!(on("debian:13", "USER 1001"), "met");
    }

    #[test]
    fn values_that_are_not_in_the_file_are_said() {
        assert_eq!(on("debian:13", "ARG UID\nUSER $UID"), "verify: variable-user@3");
        assert_eq!(on("debian:13", "ENV UID=1001\nUSER $UID"), "met");
        assert_eq!(on("ghcr.io/acme/base:1", "EXPOSE 8080"), "verify: user-unknown@1");
        assert_eq!(verdict(NonRootUser, "ARG B\nFROM $B\n"), "unknown: user-base-unknown@2");
    }

    #[test]
    fn a_build_argument_can_make_the_user_another_one() {
        assert_eq!(on("debian:13", "ARG UID=1001\nUSER $UID"), "verify: variable-user@3");
        assert_eq!(on("debian:13", "ARG UID=1001\nUSER ${UID}:0"), "verify: variable-user@3");
        assert_eq!(on("debian:13", "ARG UID=0\nUSER $UID"), "remaining: root-user@3");
        assert_eq!(on("debian:13", "ARG UID=1001\nENV UID=1002\nUSER $UID"), "met");
        assert_eq!(
            sentences(NonRootUser, "FROM debian:13\nARG U=app\nRUN useradd app\nUSER $U\n"),
            "USER is the build argument `U`: app, unless a build passes another value. Write the account itself, or confirm that no build makes it root."
        );
    }

    #[test]
    fn a_hardened_base_settles_only_what_leaves_nothing_to_look_at() {
        assert_eq!(on("nginx:1.25", "VOLUME /data"), "remaining: root-by-default@1");
        assert_eq!(
            on("nginx:1.25", "COPY --chown=nginx a /a"),
            "remaining (base-image): root-by-default@1"
        );
    }

    #[test]
    fn a_volume_that_nobody_owns_is_for_a_person_to_judge() {
        assert_eq!(on("dhi.io/node:24", "VOLUME /data"), "verify: volume-ownership@2");
        assert_eq!(on("dhi.io/node:24", "COPY --chown=node d /data\nVOLUME /data"), "met");
    }
}
