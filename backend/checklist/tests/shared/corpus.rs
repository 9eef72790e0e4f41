//! The corpus of real repositories beside the project's root, where it is there.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use serde_json::Value;

/// The folder that holds it; none on a machine that has the project alone.
pub(crate) fn shared() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = root.ancestors().map(|it| it.join("shared")).find(|it| it.join("corpus").is_dir());
    found.filter(|it| it.join("corpus/blobs.jsonl.gz").is_file())
}

/// The JSON values of a compressed file, one a line.
pub(crate) fn rows(path: &Path) -> Result<Vec<Value>, Box<dyn Error>> {
    let lines = BufReader::new(GzDecoder::new(File::open(path)?)).lines();
    lines.map(|line| Ok(serde_json::from_str(&line?)?)).collect()
}

/// The distinct Dockerfiles.
pub(crate) fn dockerfiles(shared: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let mut wanted = BTreeSet::new();
    for row in rows(&shared.join("corpus/files.jsonl.gz"))? {
        let kind = row.get("kind").and_then(Value::as_str).unwrap_or_default();
        if kind.starts_with("dockerfile") && kind != "dockerfile_named_other" {
            wanted.extend(row.get("sha").and_then(Value::as_str).map(str::to_owned));
        }
    }
    let is_wanted =
        |row: &Value| row.get("sha").and_then(Value::as_str).is_some_and(|it| wanted.contains(it));
    let blobs = rows(&shared.join("corpus/blobs.jsonl.gz"))?;
    let texts = blobs.iter().filter(|it| is_wanted(it)).filter_map(|it| it.get("text")?.as_str());
    Ok(texts.map(str::to_owned).collect())
}
