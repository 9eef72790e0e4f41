//! A folder of snapshots as one organization.

use std::error::Error;
use std::fs::{File, create_dir_all, write};
use std::io::Write;
use std::path::Path;

use crate::common::{Tested, fetch, query};
use flate2::{Compression, write::GzEncoder};
use github_fake::{Fake, FakeError, Options, World};
use serde_json::{Value, json};

/// No object here hashes to its sha, which shows that shas are taken as given.
const HEAD: &str = "1111111111111111111111111111111111111111";
const ROOT: &str = "2222222222222222222222222222222222222222";
const DIRECTORY: &str = "3333333333333333333333333333333333333333";
const CARRIED: &str = "4444444444444444444444444444444444444444";
const LISTED: &str = "5555555555555555555555555555555555555555";
const LINK: &str = "6666666666666666666666666666666666666666";

fn compressed(path: &Path, lines: &[Value]) -> Result<(), Box<dyn Error>> {
    let mut file = GzEncoder::new(File::create(path)?, Compression::fast());
    for line in lines {
        writeln!(file, "{line}")?;
    }
    file.finish()?;
    Ok(())
}

fn corpus() -> Result<tempfile::TempDir, Box<dyn Error>> {
    let shared = tempfile::tempdir()?;
    let folder = shared.path().join("corpus");
    create_dir_all(folder.join("trees"))?;
    let repository = json!({
        "owner": "Docker", "name": "cli", "default_branch": "master", "head_sha": HEAD,
        "root_tree_sha": ROOT, "committed_at": "2026-08-20T12:00:00+02:00", "readme_title": null,
    });
    write(folder.join("repos.jsonl"), format!("{repository}\n"))?;
    compressed(
        &folder.join("trees/Docker__cli.jsonl.gz"),
        &[
            json!(["040000", "tree", DIRECTORY, null, "a"]),
            json!(["100644", "blob", CARRIED, 7, "a/Dockerfile"]),
            json!(["120000", "blob", LINK, 12, "a/link"]),
            json!(["100644", "blob", LISTED, null, "main.go"]),
        ],
    )?;
    compressed(
        &folder.join("blobs.jsonl.gz"),
        &[
            json!({"sha": CARRIED, "size": 7, "enc": "utf-8", "text": "FROM a\n"}),
            json!({"sha": LINK, "size": 12, "enc": "withheld", "text": null}),
        ],
    )?;
    Ok(shared)
}

#[tokio::test]
async fn trees_and_blobs_have_the_shas_they_are_listed_with() -> Tested {
    let shared = corpus()?;
    let world = World::corpus(shared.path(), &"corpus".parse()?)?;
    let fake = Fake::start(world, Options::default()).await?;
    let path = format!("/repos/corpus/Docker__cli/git/trees/{ROOT}?recursive=1");
    let listed = fetch(&fake, &path).await?.json();
    let entries: Vec<Value> = listed["tree"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|it| json!([it["mode"], it["sha"], it["size"], it["path"]]))
        .collect();
    assert_eq!(
        Value::Array(entries),
        json!([
            ["040000", DIRECTORY, null, "a"],
            ["100644", CARRIED, 7, "a/Dockerfile"],
            ["120000", LINK, 12, "a/link"],
            ["100644", LISTED, null, "main.go"],
        ])
    );
    Ok(())
}

#[tokio::test]
async fn a_content_that_the_folder_lacks_is_not_there() -> Tested {
    let shared = corpus()?;
    let world = World::corpus(shared.path(), &"corpus".parse()?)?;
    let fake = Fake::start(world, Options::default()).await?;
    let text = "query($oid: GitObjectID) { repository(owner: \"corpus\", name: \"docker__cli\") {
        object(oid: $oid) { ... on Blob { text } } } }";
    for (sha, status, found) in [
        (CARRIED, 200, json!({"text": "FROM a\n"})),
        (LINK, 404, Value::Null),
        (LISTED, 404, Value::Null),
    ] {
        let path = format!("/repos/corpus/Docker__cli/git/blobs/{sha}");
        assert_eq!(fetch(&fake, &path).await?.status, status);
        let answer = query(&fake, text, json!({"oid": sha})).await?;
        assert_eq!(answer["data"]["repository"]["object"], found);
    }
    Ok(())
}

#[test]
fn a_folder_that_is_no_corpus_is_refused_with_the_file_s_name() -> Tested {
    let folder = tempfile::tempdir()?;
    let refused = World::corpus(folder.path(), &"corpus".parse()?);
    let Err(error @ FakeError::Corpus { .. }) = refused else { return Err("it was read".into()) };
    assert!(error.to_string().contains("repos.jsonl"), "{error}");
    Ok(())
}
