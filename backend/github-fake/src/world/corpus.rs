//! Real repositories from a folder of snapshots, as one organization.
//!
//! The folder lists whole trees with their shas but carries only the contents of
//! container files and scripts, so objects keep the shas they are listed with.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Duration, FixedOffset, Utc};
use flate2::read::MultiGzDecoder;
use names::OrgLogin;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::World;
use super::changes::NewRepository;
use super::objects::Objects;
use super::repository::{Facts, Visibility};
use crate::error::FakeError;
use crate::git::{Blob, Commit, Mode, Oid, TreeEntry};

/// A line of `repos.jsonl`.
#[derive(Debug, Deserialize)]
struct Row {
    owner: String,
    name: String,
    default_branch: String,
    head_sha: String,
    root_tree_sha: String,
    committed_at: DateTime<FixedOffset>,
    readme_title: Option<String>,
}

/// A line of `trees/*.jsonl.gz`: mode, type, sha, size, path.
type Entry = (String, String, String, Option<u64>, String);

/// A line of `blobs.jsonl.gz` and `scripts.jsonl.gz`.
#[derive(Debug, Deserialize)]
struct Text {
    sha: String,
    enc: String,
    text: Option<String>,
}

type Contents = HashMap<Oid, Arc<[u8]>>;

impl World {
    /// The corpus under `shared/corpus` as one organization of public
    /// repositories called `OWNER__NAME`, an hour after its last commit.
    ///
    /// # Errors
    /// A file is missing or not as the corpus' README says.
    pub fn corpus(shared: &Path, login: &OrgLogin) -> Result<Self, FakeError> {
        let folder = shared.join("corpus");
        let rows: Vec<Row> = lines(&folder.join("repos.jsonl"))?;
        let mut contents = Contents::new();
        for name in ["blobs.jsonl.gz", "scripts.jsonl.gz"] {
            read_contents(&folder.join(name), &mut contents)?;
        }
        let last = rows.iter().map(|it| it.committed_at.to_utc()).max().unwrap_or_default();
        let mut world = Self::new(last + Duration::hours(1));
        world.add_organization(login.as_str())?;
        for row in &rows {
            add_repository(&mut world, (&folder, login), row, &contents)?;
        }
        Ok(world)
    }
}

fn add_repository(
    world: &mut World,
    (folder, login): (&Path, &OrgLogin),
    row: &Row,
    contents: &Contents,
) -> Result<(), FakeError> {
    let name = format!("{}__{}", row.owner, row.name);
    let file = folder.join("trees").join(format!("{name}.jsonl.gz"));
    let at = row.committed_at.to_utc();
    let root = oid(&file, &row.root_tree_sha)?;
    let mut new = NewRepository::named(login.as_str(), &name)?.facts(Facts {
        description: row.readme_title.clone(),
        visibility: Visibility::Public,
        ..Facts::default()
    });
    new.default_branch.clone_from(&row.default_branch);
    new.created_at = Some(at - Duration::days(1));
    let commit = Commit {
        oid: oid(&file, &row.head_sha)?,
        tree: root,
        parent: None,
        author: row.owner.clone(),
        message: "Snapshot".to_owned(),
        at,
    };
    let objects = read_objects(&file, (root, at), contents)?;
    let id = world.create(new)?;
    world.adopt(id, commit, objects);
    Ok(())
}

/// Reads a full listing; a directory's entries keep the order they are listed in,
/// which is git's.
fn read_objects(
    file: &Path,
    (root, at): (Oid, DateTime<Utc>),
    contents: &Contents,
) -> Result<Objects, FakeError> {
    let mut objects = Objects::default();
    let mut directories: HashMap<String, (Oid, Vec<TreeEntry>)> = HashMap::new();
    directories.insert(String::new(), (root, Vec::new()));
    for (mode, _, sha, size, path) in lines::<Entry>(file)? {
        let (mode, oid) = (Mode::from_digits(&mode), oid(file, &sha)?);
        if mode == Mode::Directory {
            directories.insert(path.clone(), (oid, Vec::new()));
        } else if mode != Mode::Submodule {
            let blob = Blob { bytes: contents.get(&oid).cloned(), size };
            objects.add_blob(oid, blob, at);
        }
        let (directory, name) = path.rsplit_once('/').unwrap_or(("", &path));
        let entry = TreeEntry { mode, name: name.to_owned(), oid };
        let Some((_, entries)) = directories.get_mut(directory) else {
            return Err(wrong(file, format!("`{path}` is listed before its directory")));
        };
        entries.push(entry);
    }
    for (oid, entries) in directories.into_values() {
        objects.add_tree(oid, entries, at);
    }
    Ok(objects)
}

fn read_contents(file: &Path, contents: &mut Contents) -> Result<(), FakeError> {
    for line in lines::<Text>(file)? {
        let bytes = match (line.enc.as_str(), line.text) {
            ("utf-8", Some(text)) => text.into_bytes(),
            ("base64", Some(text)) => {
                STANDARD.decode(text).map_err(|error| wrong(file, error.to_string()))?
            }
            _ => continue,
        };
        contents.insert(oid(file, &line.sha)?, bytes.into());
    }
    Ok(())
}

/// Every line of a file of JSON lines, compressed or not. A file that the folder
/// may lack has no lines.
fn lines<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, FakeError> {
    if path.ends_with("scripts.jsonl.gz") && !path.exists() {
        return Ok(Vec::new());
    }
    let file = File::open(path).map_err(|error| wrong(path, error.to_string()))?;
    if path.extension().is_some_and(|it| it == "gz") {
        parse(path, BufReader::new(MultiGzDecoder::new(file)))
    } else {
        parse(path, BufReader::new(file))
    }
}

fn parse<T: DeserializeOwned>(path: &Path, reader: impl BufRead) -> Result<Vec<T>, FakeError> {
    let mut values = Vec::new();
    for line in reader.lines() {
        let line = line.map_err(|error| wrong(path, error.to_string()))?;
        values.push(serde_json::from_str(&line).map_err(|error| wrong(path, error.to_string()))?);
    }
    Ok(values)
}

fn oid(file: &Path, sha: &str) -> Result<Oid, FakeError> {
    sha.parse().map_err(|_| wrong(file, format!("`{sha}` is not a sha")))
}

fn wrong(file: &Path, reason: String) -> FakeError {
    FakeError::Corpus { file: PathBuf::from(file), reason }
}
