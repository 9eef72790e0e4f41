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
    /// The material, or a word on the terminal that it is not there.
    pub(crate) fn find() -> Option<Self> {
        let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
        if shared.join("conformance").is_dir() {
            return Some(Self { shared });
        }
        println!("skipped: there is no ../shared/conformance beside the repository");
        None
    }

    /// The hand-made cases of one kind: `syntax` or `semantics`.
    pub(crate) fn cases(&self, kind: &str) -> Vec<Case> {
        let folder = self.shared.join("conformance/cases");
        let expected = rows(&folder.join(format!("expected_{kind}.jsonl")));
        let case = |expected: Value| {
            let id = text(&expected, "id");
            let bytes = fs::read(folder.join(kind).join(format!("{id}.Dockerfile"))).unwrap();
            Case { id, bytes, expected }
        };
        expected.into_iter().map(case).collect()
    }

    /// The files of the corpus with BuildKit's `parse` or `semantics` rows.
    pub(crate) fn truth(&self, kind: &str) -> Vec<Case> {
        let blobs = self.blobs();
        let folder = self.shared.join("conformance/truth");
        let names = [format!("shared_{kind}.jsonl.gz"), format!("shared_edge_{kind}.jsonl.gz")];
        let expected = names.iter().flat_map(|name| rows(&folder.join(name)));
        let case = |expected: Value| {
            let id = text(&expected, "id");
            Some(Case { bytes: blobs.get(&id)?.clone(), id, expected })
        };
        expected.filter_map(case).collect()
    }

    fn blobs(&self) -> HashMap<String, Vec<u8>> {
        let names = ["corpus/blobs.jsonl.gz", "corpus/edge.jsonl.gz"];
        let rows = names.iter().flat_map(|name| rows(&self.shared.join(name)));
        let blob = |row: Value| {
            let content = text(&row, "text");
            let bytes = match text(&row, "enc").as_str() {
                "utf-8" => content.into_bytes(),
                "base64" => STANDARD.decode(content).ok()?,
                _ => return None,
            };
            Some((text(&row, "sha"), bytes))
        };
        rows.filter_map(blob).collect()
    }
}

fn rows(path: &Path) -> Vec<Value> {
    let file = File::open(path).unwrap();
    let lines: Box<dyn BufRead> = if path.extension().is_some_and(|it| it == "gz") {
        Box::new(BufReader::new(GzDecoder::new(file)))
    } else {
        Box::new(BufReader::new(file))
    };
    lines.lines().map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect()
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
