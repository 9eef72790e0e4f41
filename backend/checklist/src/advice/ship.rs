//! What becomes different in what ships.

use crate::footing::BaseImage;
use crate::packages::installation;
use crate::rules::{self, listed, ports::own_port_of};
use crate::stages::Stage;
use crate::subject::Subject;
use crate::suggest;
use crate::{Item, LineRange, Verdict};

use super::{About, Advised, Remark};

/// How many installed packages are named one by one.
const MOST_REMARKS: usize = 50;

/// What the advised image changes for the file's own instructions.
pub(super) fn remarks(
    subject: &Subject<'_>,
    image: &BaseImage<'_>,
    advised: &Advised<'_>,
) -> Vec<Remark> {
    // A dev image has a shell, a package manager and root; that it must not ship is said.
    if advised.variant.kind.builds() {
        return Vec::new();
    }
    let Some(stage) = subject.final_stage() else { return Vec::new() };
    let mut remarks = shell(subject, advised);
    remarks.extend(packages(subject, advised));
    remarks.extend(user(subject, stage, image, advised));
    remarks.extend(entry_point(stage, advised));
    remarks.extend(ports(subject, image, advised));
    if advised.variant.lacks_bundle {
        let sentence = format!(
            "`{}` declares no bundle of certificate authorities: copy one in if the application \
             speaks TLS to others.",
            advised.reference
        );
        remarks.push(Remark { about: About::Certificates, lines: None, sentence });
    }
    remarks
}

/// Who runs the container.
fn user(
    subject: &Subject<'_>,
    stage: &Stage<'_>,
    image: &BaseImage<'_>,
    advised: &Advised<'_>,
) -> Option<Remark> {
    let (reference, variant) = (advised.reference, advised.variant);
    let own = variant.runner();
    let Some(user) = &stage.user else {
        let before = subject.foreign_user()?;
        let sentence = match variant.uid {
            0 => format!("`{reference}` runs as root by design."),
            _ if before == variant.user => return None,
            _ => format!(
                "`{reference}` runs as {own}, `{}` as {before}: what is written must belong to \
                 that account.",
                image.short
            ),
        };
        return Some(Remark { about: About::User, lines: None, sentence });
    };
    let account = user.value.known()?.split(':').next()?;
    (!variant.has_account(account) && account != "root").then(|| Remark {
        about: About::User,
        lines: Some(user.lines),
        sentence: format!("`{reference}` has no account `{account}`; its own is {own}."),
    })
}

/// What the image starts by itself.
fn entry_point(stage: &Stage<'_>, advised: &Advised<'_>) -> Option<Remark> {
    if stage.entrypoint.is_some() {
        return None;
    }
    let (reference, variant) = (advised.reference, advised.variant);
    let (entry, own) = (variant.entrypoint.join(" "), variant.cmd.join(" "));
    let cmd = stage.cmd.as_ref();
    let sentence = match (cmd, variant.entrypoint.as_slice()) {
        (Some(_), []) => return None,
        (Some(cmd), [first, ..]) => {
            let program = cmd.value.words.first().map(String::as_str).unwrap_or_default();
            let name = |it: &str| it.rsplit('/').next().map(str::to_owned);
            match name(program) == name(first) {
                true => {
                    format!("`{reference}` starts `{entry}` itself: leave `{program}` out of CMD.")
                }
                false => format!(
                    "`{reference}` starts `{entry}`, and CMD holds its arguments: set ENTRYPOINT \
                     if another program shall start."
                ),
            }
        }
        (None, [_, ..]) => {
            let whole = [entry, own].join(" ");
            format!("`{reference}` starts `{}` by itself.", whole.trim())
        }
        (None, []) if own.is_empty() => format!("`{reference}` starts nothing by itself."),
        (None, []) => format!(
            "`{reference}` has no entry point and starts `{own}`: say in the file what shall start."
        ),
    };
    Some(Remark { about: About::EntryPoint, lines: cmd.map(|it| it.lines), sentence })
}

/// Another port than that of the image today.
fn ports(subject: &Subject<'_>, image: &BaseImage<'_>, advised: &Advised<'_>) -> Option<Remark> {
    let (before, now) = (subject.foreign_final()?.port?, own_port_of(advised.variant)?);
    (before != now).then(|| Remark {
        about: About::Ports,
        lines: None,
        sentence: format!(
            "`{}` listens on {now}, `{}` on {before}: let whoever calls it know.",
            advised.reference, image.short
        ),
    })
}

/// Every place in what ships that needs a shell.
fn shell(subject: &Subject<'_>, advised: &Advised<'_>) -> Vec<Remark> {
    let outcome = rules::outcome(Item::NoShell, subject);
    let needing: Vec<LineRange> = outcome
        .findings
        .iter()
        .filter(|it| it.verdict == Verdict::Remaining)
        .filter_map(|it| it.lines)
        .collect();
    let Some(first) = needing.first() else { return Vec::new() };
    let times = match needing.len() {
        1 => "once".to_owned(),
        many => format!("in {many} places"),
    };
    let remark = |sentence| Remark { about: About::Shell, lines: Some(*first), sentence };
    let reference = advised.reference;
    if let Some(shell) = &advised.variant.shell {
        let sentence = format!(
            "What ships needs a shell {times}; `{reference}` lists `{shell}` today, other runtime \
             images have none."
        );
        return vec![remark(sentence)];
    }
    let sentence = format!("What ships needs a shell {times}, and `{reference}` has none.");
    let compatible = suggest::compatible(subject.catalog, &advised.name, &advised.tag);
    let compatible = compatible
        .map(|it| remark(format!("Where a shell cannot be done without, `{it}` has one.")));
    std::iter::once(remark(sentence)).chain(compatible).collect()
}

/// What is installed in what ships.
fn packages(subject: &Subject<'_>, advised: &Advised<'_>) -> Vec<Remark> {
    let installations = subject.chain_commands().filter_map(installation).take(MOST_REMARKS);
    let remark = |it: crate::packages::Installation| {
        let names: Vec<String> = it.packages.iter().map(|it| format!("`{}`", it.name)).collect();
        let names = if names.is_empty() { "what it installs".to_owned() } else { listed(&names) };
        let has = match &advised.variant.package_manager {
            Some(own) => format!(
                "`{}` lists `{own}` today, other runtime images have no package manager",
                advised.reference
            ),
            None => format!("`{}` has no package manager", advised.reference),
        };
        Remark {
            about: About::Packages,
            lines: Some(LineRange::one(it.line)),
            sentence: format!(
                "{has}: install {names} in a build stage and copy over what is needed."
            ),
        }
    };
    installations.map(remark).collect()
}
