//! Finds and unpacks the cases and the corpus.

use std::collections::HashMap;
use std::fmt;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;
use serde_json::Value;

/// Why the material cannot be read.
pub(crate) type Failure = Box<dyn std::error::Error>;

/// What a test prints that finds no material.
pub(crate) const SKIPPED: &str = "skipped: there is no ../shared/conformance beside the repository";

/// A file and what BuildKit makes of it.
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) expected: Value,
}

/// The folder of the material.
pub(crate) struct Material {
    shared: PathBuf,
}

impl Material {
    /// The material, if it lies beside the repository.
    pub(crate) fn find() -> Option<Self> {
        let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
        shared.join("conformance").is_dir().then_some(Self { shared })
    }

    /// The hand-made cases of one kind: `syntax` or `semantics`.
    pub(crate) fn cases(&self, kind: &str) -> Result<Vec<Case>, Failure> {
        let folder = self.shared.join("conformance/cases");
        let expected = rows(&folder.join(format!("expected_{kind}.jsonl")))?;
        let case = |expected: Value| {
            let id = text(&expected, "id");
            let bytes = fs::read(folder.join(kind).join(format!("{id}.Dockerfile")))?;
            Ok(Case { id, bytes, expected })
        };
        expected.into_iter().map(case).collect()
    }

    /// The files of the corpus with BuildKit's `parse` or `semantics` rows.
    pub(crate) fn truth(&self, kind: &str) -> Result<Vec<Case>, Failure> {
        let blobs = self.blobs()?;
        let folder = self.shared.join("conformance/truth");
        let mut expected = rows(&folder.join(format!("shared_{kind}.jsonl.gz")))?;
        expected.extend(rows(&folder.join(format!("shared_edge_{kind}.jsonl.gz")))?);
        let case = |expected: Value| {
            let id = text(&expected, "id");
            Some(Case { bytes: blobs.get(&id)?.clone(), id, expected })
        };
        Ok(expected.into_iter().filter_map(case).collect())
    }

    fn blobs(&self) -> Result<HashMap<String, Vec<u8>>, Failure> {
        let mut all = rows(&self.shared.join("corpus/blobs.jsonl.gz"))?;
        all.extend(rows(&self.shared.join("corpus/edge.jsonl.gz"))?);
        let blob = |row: Value| {
            let content = text(&row, "text");
            let bytes = match text(&row, "enc").as_str() {
                "utf-8" => content.into_bytes(),
                "base64" => STANDARD.decode(content).ok()?,
                _ => return None,
            };
            Some((text(&row, "sha"), bytes))
        };
        Ok(all.into_iter().filter_map(blob).collect())
    }
}

fn rows(path: &Path) -> Result<Vec<Value>, Failure> {
    let file = File::open(path)?;
    let lines: Box<dyn BufRead> = if path.extension().is_some_and(|it| it == "gz") {
        Box::new(BufReader::new(GzDecoder::new(file)))
    } else {
        Box::new(BufReader::new(file))
    };
    lines.lines().map(|line| Ok(serde_json::from_str(&line?)?)).collect()
}

/// A text field; empty if it is missing or null.
pub(crate) fn text(row: &Value, field: &str) -> String {
    row[field].as_str().unwrap_or_default().to_owned()
}

/// A list of texts; empty if it is missing or null.
pub(crate) fn texts(row: &Value, field: &str) -> Vec<String> {
    let list = row[field].as_array().cloned().unwrap_or_default();
    list.iter().map(|it| it.as_str().unwrap_or_default().to_owned()).collect()
}

/// How many cases agree, and the first that do not.
#[derive(Default)]
pub(crate) struct Score {
    pub(crate) total: usize,
    pub(crate) wrong: usize,
    first: Vec<String>,
}

impl Score {
    pub(crate) fn fail(&mut self, id: &str, text: String) {
        self.total += 1;
        self.wrong += 1;
        if self.first.len() < 25 {
            self.first.push(format!("{id}: {text}"));
        }
    }
}

impl fmt::Display for Score {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{} of {} agree", self.total - self.wrong, self.total)?;
        self.first.iter().try_for_each(|it| writeln!(out, "  {it}"))
    }
}
