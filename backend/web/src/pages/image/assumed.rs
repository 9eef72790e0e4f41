//! What our Dockerfiles on an image assume, as far as their reports say, beside what its
//! hardened counterpart brings.

use checklist::VariantFacts;
use names::OrgLogin;
use store::read::dockerfiles::{DockerfileFilter, ImageFilter, ReasonFilter};
use store::read::snapshot::Snapshot;

use super::variants::VariantWords;
use crate::counts::number;
use crate::links;
use crate::parts::Linked;
use crate::prose::Prose;

/// What Dockerfiles may assume about an image, by the reasons that their reports give.
const ASSUMED: [(Subject, &str, &str); 16] = [
    (Subject::User, "root-user", "name root as their user"),
    (Subject::User, "root-by-default", "run as root because they name no user"),
    (Subject::User, "no-such-account", "name an account that is not there"),
    (Subject::EntryPoint, "cmd-on-other-image", "set CMD alone and rely on the entry point"),
    (Subject::EntryPoint, "start-inherited", "start whatever the image starts"),
    (Subject::EntryPoint, "cmd-only-argument", "give an argument alone as CMD"),
    (Subject::EntryPoint, "cmd-repeats-entry-point", "name the program again in CMD"),
    (Subject::Ports, "low-port", "use a port below 1025"),
    (Subject::Ports, "base-image-port", "rely on the image\u{2019}s own low port"),
    (Subject::Ports, "base-image-low-port", "take a low port over from the image"),
    (Subject::Shell, "start-through-shell", "start through a shell"),
    (Subject::Shell, "health-check-through-shell", "check health through a shell"),
    (Subject::Shell, "run-in-runtime", "run commands in what ships"),
    (Subject::Packages, "packages-in-runtime", "install packages in what ships"),
    (Subject::Packages, "packages-outside-dev", "install packages to build"),
    (Subject::Certificates, "installs-certificates", "install certificates"),
];

/// What an image brings or lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    User,
    EntryPoint,
    Ports,
    Shell,
    Packages,
    Certificates,
}

/// One subject, seen from both sides.
pub(super) struct AssumedRow {
    pub(super) subject: &'static str,
    /// How many Dockerfiles, and what they do.
    pub(super) ours: Vec<(Linked, &'static str)>,
    /// What the hardened image has; none where that is not known.
    pub(super) theirs: Option<Prose>,
}

/// A row for each subject; nothing where no Dockerfile assumes anything.
pub(super) fn assumed(
    (org, snapshot): (&OrgLogin, &Snapshot),
    reference: &str,
    facts: Option<&VariantFacts>,
) -> Vec<AssumedRow> {
    let words = facts.map(VariantWords::from);
    let row = |subject: Subject| {
        let of_subject = ASSUMED.iter().filter(|(it, _, _)| *it == subject);
        let ours = of_subject.filter_map(|(_, code, does)| {
            let link = links::dockerfiles_where(org, &[("code", code), ("image", reference)]);
            let count = files_that_say(snapshot, reference, code);
            (count > 0).then(|| (Linked::new(number(count), link), *does))
        });
        AssumedRow {
            subject: subject.title(),
            ours: ours.collect(),
            theirs: words.as_ref().map(|it| Prose::of(&subject.of(it))),
        }
    };
    let rows: Vec<AssumedRow> = Subject::ALL.into_iter().map(row).collect();
    if rows.iter().all(|it| it.ours.is_empty()) { Vec::new() } else { rows }
}

/// The Dockerfiles on an image that have an item left for this reason: as the table counts them.
fn files_that_say(snapshot: &Snapshot, reference: &str, code: &str) -> usize {
    let filter = DockerfileFilter {
        reason: Some(ReasonFilter::Code(code.to_owned())),
        image: Some(ImageFilter::Written(reference.to_owned())),
        ..DockerfileFilter::default()
    };
    snapshot.dockerfiles_matching(&filter).len()
}

impl Subject {
    const ALL: [Self; 6] = [
        Self::User,
        Self::EntryPoint,
        Self::Ports,
        Self::Shell,
        Self::Packages,
        Self::Certificates,
    ];

    const fn title(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::EntryPoint => "Entry point",
            Self::Ports => "Ports",
            Self::Shell => "Shell",
            Self::Packages => "Packages",
            Self::Certificates => "Certificates",
        }
    }

    /// What a variant says about it.
    fn of(self, it: &VariantWords) -> String {
        let code = |it: &Option<String>| it.as_ref().map(|it| format!("`{it}`"));
        let listed = |it: &Option<String>, none: &str| code(it).unwrap_or_else(|| none.to_owned());
        match self {
            Self::User => format!("runs as {}", it.user),
            Self::EntryPoint => match (code(&it.entry_point), code(&it.command)) {
                (Some(entry), Some(command)) => format!("starts {entry} with {command}"),
                (Some(entry), None) => format!("starts {entry}"),
                (None, Some(command)) => format!("no entry point; starts {command}"),
                (None, None) => "no entry point and no command".to_owned(),
            },
            Self::Ports if it.ports.is_empty() => "exposes none".to_owned(),
            Self::Ports => format!("exposes {}", it.ports),
            Self::Shell => listed(&it.shell, "lists none"),
            Self::Packages => listed(&it.package_manager, "lists no package manager"),
            Self::Certificates if it.has_certificates => "has a bundle".to_owned(),
            Self::Certificates => "declares no bundle".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use checklist::rules::REASONS;

    use super::*;

    #[test]
    fn every_code_is_one_that_reports_give() {
        for (_, code, _) in ASSUMED {
            assert!(REASONS.iter().any(|it| it.code == code), "{code}");
        }
    }
}
