//! What a proposal leaves to a person: what the passes could not prove to be safe, what
//! becomes different with the advised images, and what the report on the proposal still finds.

use super::Draft;
use crate::advice::{About, Remark, advice};
use crate::check::SourceFile;
use crate::{Finding, Item, LineRange, Verdict};

/// How many remarks are kept: a person reads no more.
const MOST_REMARKS: usize = 100;

/// The remarks, each subject said once, in the order of the lines.
pub(super) fn remarks(draft: &Draft<'_>, file: &SourceFile<'_>) -> Vec<Remark> {
    let mut remarks = Vec::new();
    draft.left.iter().for_each(|it| add(&mut remarks, it.clone()));
    let advised = advice(file, draft.catalog, draft.policy);
    for it in advised.into_iter().flat_map(|it| it.remarks) {
        if is_open(draft, it.about) {
            add(&mut remarks, it);
        }
    }
    for item in Item::ALL {
        let findings = draft.after.outcome(item).findings.iter();
        for it in findings.filter(|it| it.verdict > Verdict::Met) {
            add(&mut remarks, of_finding(draft, item, it));
        }
    }
    remarks.sort_by_key(|it| (it.lines.map_or(0, |it| it.first), it.about));
    remarks.truncate(MOST_REMARKS);
    remarks
}

/// Adds a remark unless the same place has one about the same.
fn add(remarks: &mut Vec<Remark>, new: Remark) {
    let first = |it: &Remark| it.lines.map(|it| it.first);
    let is_said = remarks.iter().any(|it| {
        it.about == new.about && (first(it) == first(&new) || it.sentence == new.sentence)
    });
    if !is_said && remarks.len() < 2 * MOST_REMARKS {
        remarks.push(new);
    }
}

/// Whether a remark still says something: its item is not settled, or none speaks of it.
fn is_open(draft: &Draft<'_>, about: About) -> bool {
    let item = match about {
        About::User => Item::NonRootUser,
        About::EntryPoint => Item::EntryPoint,
        About::Shell => Item::NoShell,
        About::Packages => Item::PackageManagement,
        About::RuntimeVariant => Item::MultiStageBuild,
        About::Tag
        | About::Version
        | About::Distribution
        | About::EndOfLife
        | About::Ports
        | About::Certificates => return true,
    };
    draft.after.outcome(item).verdict > Verdict::Met
}

fn of_finding(draft: &Draft<'_>, item: Item, finding: &Finding) -> Remark {
    let about = match item {
        Item::BaseImage => About::Tag,
        Item::PackageManagement => About::Packages,
        Item::NonRootUser => About::User,
        Item::MultiStageBuild => About::RuntimeVariant,
        Item::TlsCertificates => About::Certificates,
        Item::Ports => About::Ports,
        Item::EntryPoint => About::EntryPoint,
        Item::NoShell => About::Shell,
    };
    let lines: Option<LineRange> = finding.lines.and_then(|it| draft.document.old_lines(it));
    let fix = finding.fix.as_deref().unwrap_or_default();
    let sentence = format!("{} {fix}", finding.message).trim().to_owned();
    Remark { about, lines, sentence }
}
