//! What remains in a repository in the order in which it is best done: what a
//! change of the base image settles stands under that change.

use std::collections::BTreeSet;

use checklist::{Item, Verdict};
use names::{FilePath, OrgLogin, RepoName};
use store::read::remaining::{OpenFinding, Reason};

use crate::format;
use crate::links;
use crate::parts::Mark;
use crate::prose::Prose;

/// The base image first, since most falls away with it; then what decides the
/// shape of the file, then what runs in it, then single values.
const ORDER: [Item; 8] = [
    Item::BaseImage,
    Item::MultiStageBuild,
    Item::PackageManagement,
    Item::TlsCertificates,
    Item::NoShell,
    Item::EntryPoint,
    Item::NonRootUser,
    Item::Ports,
];

/// Dockerfiles named in one step; the table above has them all.
const SHOWN_FILES: usize = 40;

/// All that is to be done.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Work {
    pub(super) steps: Vec<WorkStep>,
    pub(super) unknown: Vec<UnknownFile>,
}

/// A Dockerfile of which nothing is known.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct UnknownFile {
    pub(super) path: String,
    pub(super) path_link: String,
    pub(super) why: Option<Prose>,
}

/// Leaves each suggested Dockerfile's address where it stands first.
fn name_once(steps: &mut [WorkStep]) {
    let mut named = BTreeSet::new();
    for file in steps.iter_mut().flat_map(|it| &mut it.files) {
        file.suggested_link = file.suggested_link.take().filter(|it| named.insert(it.clone()));
    }
}

/// Whether all eight items of a file are unknown.
fn is_unknown(findings: &[OpenFinding]) -> bool {
    ORDER
        .iter()
        .all(|item| findings.iter().any(|it| it.item == *item && it.verdict == Verdict::Unknown))
}

/// One step of the work: an item, and what else it settles.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct WorkStep {
    pub(super) item: Item,
    pub(super) guide_link: String,
    /// The worst verdict in the step.
    pub(super) mark: Mark,
    pub(super) files: Vec<FileWork>,
    /// How many Dockerfiles more the step has.
    pub(super) more: usize,
    pub(super) settled: Vec<Settled>,
}

/// What is to be done in one Dockerfile.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FileWork {
    pub(super) path: String,
    pub(super) path_link: String,
    /// The Dockerfile that is suggested in its place, where the file is named first.
    pub(super) suggested_link: Option<String>,
    pub(super) mark: Mark,
    pub(super) points: Vec<Point>,
}

/// One reason.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) message: Prose,
    pub(super) fix: Option<Prose>,
    pub(super) lines: Vec<LineLink>,
}

/// The way to evidence lines.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct LineLink {
    /// "line 8".
    pub(super) text: String,
    pub(super) link: String,
}

/// An item that the step settles too.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Settled {
    pub(super) item: Item,
    /// In which Dockerfiles, with their links.
    pub(super) files: Vec<(String, String)>,
}

/// Where the findings are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) owner: &'a OrgLogin,
    pub(super) name: &'a RepoName,
}

impl Place<'_> {
    /// The work of a repository. A Dockerfile of which nothing is known is named
    /// once instead of under each item.
    pub(super) fn work(self, findings: &[OpenFinding]) -> Work {
        let (unknown, known): (Vec<_>, Vec<_>) =
            findings.chunk_by(|one, other| one.path == other.path).partition(|it| is_unknown(it));
        let known: Vec<OpenFinding> = known.concat();
        let mut steps: Vec<WorkStep> =
            ORDER.into_iter().filter_map(|item| self.step(item, &known)).collect();
        name_once(&mut steps);
        Work { steps, unknown: unknown.iter().filter_map(|it| self.unknown(it)).collect() }
    }

    fn unknown(self, findings: &[OpenFinding]) -> Option<UnknownFile> {
        let first = findings.first()?;
        let reason = findings.iter().find_map(|it| it.reason.as_ref());
        Some(UnknownFile {
            path: first.path.to_string(),
            path_link: self.link(&first.path),
            why: reason.map(|it| Prose::sentence(&it.message)),
        })
    }

    fn step(self, item: Item, findings: &[OpenFinding]) -> Option<WorkStep> {
        let own: Vec<&OpenFinding> =
            findings.iter().filter(|it| it.item == item && it.settled_by.is_none()).collect();
        let settled = self.settled_by(item, findings);
        let worst = own.iter().map(|it| it.verdict).max();
        let worst = worst.or((!settled.is_empty()).then_some(Verdict::Remaining))?;
        let mut files: Vec<FileWork> = own
            .chunk_by(|one, other| one.path == other.path)
            .filter_map(|it| self.file(it))
            .collect();
        let more = files.len().saturating_sub(SHOWN_FILES);
        files.truncate(SHOWN_FILES);
        Some(WorkStep {
            item,
            guide_link: links::item_guide(item),
            mark: Mark::of(worst),
            files,
            more,
            settled,
        })
    }

    fn file(self, findings: &[&OpenFinding]) -> Option<FileWork> {
        let first = findings.first()?;
        let reasons = findings.iter().filter_map(|it| it.reason.as_ref());
        Some(FileWork {
            path: first.path.to_string(),
            path_link: self.link(&first.path),
            suggested_link: Some(links::suggested(self.owner, self.name, &first.path)),
            mark: Mark::of(first.verdict),
            points: self.points(&first.path, reasons),
        })
    }

    /// The reasons of a file; what is said of several lines is said once.
    fn points<'a>(self, path: &FilePath, reasons: impl Iterator<Item = &'a Reason>) -> Vec<Point> {
        let mut gathered: Vec<(&Reason, Vec<LineLink>)> = Vec::new();
        for reason in reasons {
            let line = reason.lines.map(|it| self.line_link(path, it));
            let same = |it: &&mut (&Reason, Vec<LineLink>)| {
                it.0.message == reason.message && it.0.fix == reason.fix
            };
            match gathered.iter_mut().find(same) {
                Some((_, lines)) => lines.extend(line),
                None => gathered.push((reason, line.into_iter().collect())),
            }
        }
        let point = |(reason, lines): (&Reason, Vec<LineLink>)| Point {
            message: Prose::sentence(&reason.message),
            fix: reason.fix.as_deref().map(Prose::sentence),
            lines,
        };
        gathered.into_iter().map(point).collect()
    }

    fn line_link(self, path: &FilePath, (first, last): (u32, u32)) -> LineLink {
        LineLink { text: format::lines(first, last), link: format!("{}#L{first}", self.link(path)) }
    }

    fn settled_by(self, item: Item, findings: &[OpenFinding]) -> Vec<Settled> {
        let settled = |other: Item| {
            let mut paths: Vec<&FilePath> = findings
                .iter()
                .filter(|it| it.item == other && it.settled_by == Some(item))
                .map(|it| &it.path)
                .collect();
            paths.dedup();
            let files = paths.iter().map(|it| (it.to_string(), self.link(it))).collect();
            Settled { item: other, files }
        };
        ORDER.into_iter().map(settled).filter(|it| !it.files.is_empty()).collect()
    }

    fn link(self, path: &FilePath) -> String {
        links::dockerfile(self.owner, self.name, path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(path: &str, item: Item, line: u32, settled_by: Option<Item>) -> OpenFinding {
        OpenFinding {
            path: path.parse().unwrap(),
            item,
            verdict: Verdict::Remaining,
            settled_by,
            reason: Some(Reason {
                code: "a-code".to_owned(),
                lines: Some((line, line)),
                message: "not hardened".to_owned(),
                fix: None,
            }),
        }
    }

    fn told(findings: &[OpenFinding]) -> String {
        let (owner, name) = ("acme".parse().unwrap(), "shop".parse().unwrap());
        let mut lines = Vec::new();
        let work = (Place { owner: &owner, name: &name }).work(findings);
        for step in work.steps {
            lines.push(step.item.title().to_owned());
            for file in step.files {
                let points = file.points.iter().flat_map(|it| &it.lines);
                let points: Vec<_> = points.map(|it| it.text.as_str()).collect();
                lines.push(format!("  {}: {}", file.path, points.join(", ")));
            }
            for settled in step.settled {
                lines.push(format!(
                    "  settles {} in {}",
                    settled.item.title(),
                    settled.files.len()
                ));
            }
        }
        lines.extend(work.unknown.iter().map(|it| format!("unknown: {}", it.path)));
        lines.join("\n")
    }

    #[test]
    fn the_base_image_comes_first_with_what_it_settles() {
        let told = told(&[
            open("Dockerfile", Item::Ports, 10, None),
            open("Dockerfile", Item::NoShell, 4, Some(Item::BaseImage)),
            open("Dockerfile", Item::NoShell, 5, Some(Item::BaseImage)),
            open("Dockerfile", Item::BaseImage, 1, None),
            open("api/Dockerfile", Item::BaseImage, 1, None),
            open("api/Dockerfile", Item::BaseImage, 7, None),
        ]);
        insta::assert_snapshot!(told, @r"
        Base image
          Dockerfile: line 1
          api/Dockerfile: line 1, line 7
          settles No shell in 1
        Ports
          Dockerfile: line 10
        ");
    }

    #[test]
    fn a_dockerfile_of_which_nothing_is_known_is_named_once() {
        let unknown =
            |item| OpenFinding { verdict: Verdict::Unknown, ..open("t/a.j2", item, 1, None) };
        let mut findings = ORDER.map(unknown).to_vec();
        findings.insert(0, open("Dockerfile", Item::Ports, 3, None));
        insta::assert_snapshot!(told(&findings), @r"
        Ports
          Dockerfile: line 3
        unknown: t/a.j2
        ");
    }

    #[test]
    fn what_is_said_of_several_lines_is_said_once() {
        let (owner, name) = ("acme".parse().unwrap(), "shop".parse().unwrap());
        let findings = [3, 9].map(|line| open("Dockerfile", Item::NoShell, line, None));
        let work = Place { owner: &owner, name: &name }.work(&findings);
        let points = &work.steps[0].files[0].points;
        assert_eq!((points.len(), points[0].lines.len()), (1, 2));
        assert_eq!(points[0].lines[1].link, "/repos/acme/shop/dockerfiles/Dockerfile#L9");
    }

    #[test]
    fn an_endless_step_is_cut_and_says_by_how_much() {
        let (owner, name) = ("acme".parse().unwrap(), "shop".parse().unwrap());
        let open = |it: usize| open(&format!("{it:03}/Dockerfile"), Item::Ports, 1, None);
        let findings: Vec<OpenFinding> = (0..SHOWN_FILES + 2).map(open).collect();
        let work = Place { owner: &owner, name: &name }.work(&findings);
        assert_eq!((work.steps[0].files.len(), work.steps[0].more), (SHOWN_FILES, 2));
    }

    #[test]
    fn a_finished_repository_has_no_work() {
        assert_eq!(told(&[]), "");
    }

    #[test]
    fn an_item_without_a_reason_of_its_own_still_names_its_dockerfile() {
        let mut unread = open("Dockerfile", Item::Ports, 1, None);
        unread.verdict = Verdict::Unknown;
        unread.reason = None;
        assert_eq!(told(&[unread]), "Ports\n  Dockerfile: ");
    }
}
