//! Real repositories: every Dockerfile that is known to be there is accounted for.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use github_fake::World;
use serde::Deserialize;
use store::CrawlKind;

use crate::support::{Failure, Line, Test};

#[derive(Deserialize)]
struct CorpusFile {
    repo: String,
    path: String,
    kind: String,
}

fn shared() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared")
}

/// The container files of the corpus whose names are ours to find.
fn expected(shared: &Path) -> Result<BTreeSet<String>, Failure> {
    let file = std::fs::File::open(shared.join("corpus/files.jsonl.gz"))?;
    let mut text = String::new();
    MultiGzDecoder::new(file).read_to_string(&mut text)?;
    let mut expected = BTreeSet::new();
    for line in text.lines() {
        let CorpusFile { repo, path, kind } = serde_json::from_str(line)?;
        let is_one =
            matches!(kind.as_str(), "dockerfile" | "dockerfile_template" | "dockerfile_like");
        if is_one && checklist::file_kind(&path).is_some() {
            expected.insert(format!("{}/{path}", repo.replace('/', "__")));
        }
    }
    Ok(expected)
}

#[tokio::test]
async fn every_dockerfile_of_the_corpus_is_accounted_for() -> Test {
    let shared = shared();
    if !shared.join("corpus").is_dir() {
        println!("SKIPPED: there is no corpus at {}", shared.display());
        return Ok(());
    }
    let expected = expected(&shared)?;
    let line = Line::start(World::corpus(&shared, &"acme".parse()?)?).await?;
    let (summary, account) = line.asked_by(CrawlKind::Full).await?;
    let files = line.store.dockerfile_rows().await;
    let found: BTreeMap<String, bool> = files
        .iter()
        .map(|it| {
            (format!("{}/{}", it.repository, it.path), it.is_scored || it.unread_reason.is_some())
        })
        .collect();
    let lost: Vec<_> = expected.iter().filter(|it| found.get(*it) != Some(&true)).collect();
    assert!(lost.is_empty(), "{} of {} lost: {lost:?}", lost.len(), expected.len());
    assert!(files.iter().all(|it| it.items == 8));
    assert_eq!(summary.counts.repositories_listed, 148);
    println!(
        "{} Dockerfiles ({} scored), {} REST requests, {} points, {:?}",
        files.len(),
        files.iter().filter(|it| it.is_scored).count(),
        account.rest.len(),
        account.points,
        summary.counts,
    );
    let (_, again) = line.asked_by(CrawlKind::Full).await?;
    assert_eq!((again.rest.len(), again.blobs), (0, 0));
    Ok(())
}
