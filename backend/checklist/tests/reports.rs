//! Whole reports of the files in `fixtures`, as a person would read them.

use std::fmt::Write;

use checklist::{Catalog, FileKind, Item, Policy, Report, SourceFile, check};

fn rendered(text: &str) -> String {
    let file = SourceFile { kind: FileKind::Dockerfile, bytes: text.as_bytes() };
    written(&check(&file, Catalog::built_in(), &Policy::default())).unwrap_or_default()
}

fn written(report: &Report) -> Result<String, std::fmt::Error> {
    let mut page = String::new();
    for stage in &report.stages {
        writeln!(page, "stage {} {:?} on {}", stage.index, stage.role, stage.base)?;
    }
    for item in Item::ALL {
        let outcome = report.outcome(item);
        let settled = outcome.settled_by.map_or("", |_| ", settled by the base image");
        writeln!(page, "\n{}: {}{settled}", item.title(), outcome.verdict.slug())?;
        for finding in &outcome.findings {
            let line = finding.lines.map_or(0, |it| it.first);
            writeln!(page, "  line {line}, {}: {}", finding.code, finding.message)?;
            if let Some(fix) = &finding.fix {
                writeln!(page, "    {fix}")?;
            }
        }
    }
    Ok(page)
}

#[test]
fn a_file_before_its_migration() {
    insta::assert_snapshot!(rendered(include_str!("../fixtures/storefront-before.Dockerfile")));
}

#[test]
fn the_same_file_after_its_migration() {
    insta::assert_snapshot!(rendered(include_str!("../fixtures/storefront-after.Dockerfile")));
}

#[test]
fn a_file_halfway() {
    insta::assert_snapshot!(rendered(include_str!("../fixtures/payments-halfway.Dockerfile")));
}
