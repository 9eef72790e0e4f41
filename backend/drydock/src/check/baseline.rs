//! The known findings: written once, so that a pipeline fails only on what comes on top.
//!
//! A finding is known by path, item, code and the text of its lines, not by their
//! numbers. Identical ones are counted, so one more of the same is new.

use std::collections::{BTreeMap, HashSet};
use std::ffi::OsStr;
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail};
use checklist::Item;
use serde::{Deserialize, Serialize};

use super::findings::Checked;
use super::input::Input;

/// The version of the file's shape that is written, and the newest that is read.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Document {
    version: u32,
    findings: Vec<Entry>,
}

/// What every version says, whatever else it holds.
#[derive(Deserialize)]
struct AnyDocument {
    version: u32,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    #[serde(flatten)]
    key: Key,
    count: u32,
}

/// By what a finding is known. The order is that of the file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Key {
    /// From the baseline's folder, with forward slashes; `-` for standard input.
    path: String,
    item: String,
    code: String,
    fingerprint: String,
}

/// How the findings of a run stand to the baseline.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(super) struct Comparison {
    /// Findings that the baseline has.
    pub(super) known: u32,
    /// Findings that it has not.
    pub(super) new: u32,
    /// Entries of the baseline that were looked for and are gone.
    pub(super) settled: u32,
}

/// A baseline: one that was read, or one that is being gathered.
#[derive(Debug)]
pub(super) struct Baseline {
    file: PathBuf,
    /// The real folder of the file.
    folder: PathBuf,
    /// How often each finding is known and was not met yet.
    left: BTreeMap<Key, u32>,
    visited: HashSet<String>,
    known: u32,
    new: u32,
}

impl Baseline {
    /// A baseline without findings, to be gathered and written.
    ///
    /// # Errors
    /// The file's folder is not there.
    pub(super) fn empty(file: &Path) -> Result<Self> {
        let parent = file.parent().filter(|it| !it.as_os_str().is_empty());
        let folder = parent.unwrap_or(Path::new("."));
        let folder = folder.canonicalize().with_context(|| {
            format!("the baseline's folder {} could not be opened", folder.display())
        })?;
        let (left, visited) = (BTreeMap::new(), HashSet::new());
        Ok(Self { file: file.to_owned(), folder, left, visited, known: 0, new: 0 })
    }

    /// Reads a baseline that was written before.
    ///
    /// # Errors
    /// The file is missing, broken, or of a newer version than this program knows.
    pub(super) fn read(file: &Path) -> Result<Self> {
        let mut baseline = Self::empty(file)?;
        let shown = file.display();
        let bytes = fs::read(file).with_context(|| {
            format!(
                "the baseline {shown} could not be read; write it with --write-baseline {shown}"
            )
        })?;
        let broken =
            || format!("{shown} is no baseline; write it again with --write-baseline {shown}");
        let AnyDocument { version } = serde_json::from_slice(&bytes).with_context(broken)?;
        if version > VERSION {
            bail!(
                "the baseline {shown} has version {version} and this Drydock reads up to \
                 {VERSION}; use a newer Drydock, or write it again with --write-baseline {shown}"
            );
        }
        let document: Document = serde_json::from_slice(&bytes).with_context(broken)?;
        for Entry { key, count } in document.findings {
            let left = baseline.left.entry(key).or_default();
            *left = left.saturating_add(count);
        }
        Ok(baseline)
    }

    /// The file that it is read from or written to.
    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    /// Marks those findings of a file that are known.
    pub(super) fn recognize(&mut self, file: &mut Checked) {
        let path = self.path_of(&file.input);
        for place in 0..file.open.len() {
            let Some(key) = key(&path, file, place) else { continue };
            let left = self.left.get_mut(&key).filter(|it| **it > 0);
            let is_known = left.is_some();
            match left {
                Some(left) => {
                    *left -= 1;
                    self.known += 1;
                }
                None => self.new += 1,
            }
            if let Some(open) = file.open.get_mut(place) {
                open.is_known = is_known;
            }
        }
        self.visited.insert(path);
    }

    /// Takes up the findings of a file.
    pub(super) fn gather(&mut self, file: &Checked) {
        let path = self.path_of(&file.input);
        for place in 0..file.open.len() {
            if let Some(key) = key(&path, file, place) {
                *self.left.entry(key).or_default() += 1;
                self.new += 1;
            }
        }
    }

    /// How the run stands to the baseline, once every file was looked at. What belongs to
    /// an item or an existing file that was not asked for is not settled.
    pub(super) fn comparison(&self, items: &[Item]) -> Comparison {
        let is_asked = |it: &Key| items.iter().any(|item| item.slug() == it.item);
        let was_looked_for = |it: &Key| {
            let is_file = it.path != "-";
            self.visited.contains(&it.path) || (is_file && !self.folder.join(&it.path).exists())
        };
        let gone = self.left.iter().filter(|(key, _)| is_asked(key) && was_looked_for(key));
        let settled = gone.map(|(_, count)| *count).fold(0, u32::saturating_add);
        Comparison { known: self.known, new: self.new, settled }
    }

    /// Writes what was gathered and says how many findings that is. The file is replaced as
    /// a whole, so that a reader never sees half of it.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn write(&self) -> Result<u32> {
        let entries = self.left.iter();
        let findings =
            entries.map(|(key, count)| Entry { key: key.clone(), count: *count }).collect();
        let mut text = serde_json::to_vec_pretty(&Document { version: VERSION, findings })?;
        text.push(b'\n');
        let shown = self.file.display();
        let mut unfinished = self.file.clone().into_os_string();
        unfinished.push(".unfinished");
        let written =
            fs::write(&unfinished, &text).and_then(|()| fs::rename(&unfinished, &self.file));
        if written.is_err() {
            // It may not be there at all; the error that matters is the one at hand.
            let _ = fs::remove_file(&unfinished);
        }
        written.with_context(|| format!("the baseline {shown} could not be written"))?;
        Ok(self.new)
    }

    /// A file's path from the baseline's folder, with forward slashes.
    fn path_of(&self, input: &Input) -> String {
        match input {
            Input::Standard => "-".to_owned(),
            Input::File(path) => {
                let real = path.canonicalize().unwrap_or_else(|_| path.clone());
                relative(&self.folder, &real)
            }
        }
    }
}

fn key(path: &str, file: &Checked, place: usize) -> Option<Key> {
    let open = file.open.get(place)?;
    let finding = file.report.outcome(open.item).findings.get(open.place)?;
    // What is said of a whole file is listed with the first item, whichever were asked for.
    let item = if file.report.state_reason.is_some() { Item::BaseImage } else { open.item };
    Some(Key {
        path: path.to_owned(),
        item: item.slug().to_owned(),
        code: finding.code.clone(),
        fingerprint: open.fingerprint.clone(),
    })
}

/// The way from a folder to a file, both absolute.
fn relative(folder: &Path, file: &Path) -> String {
    let shared =
        folder.components().zip(file.components()).take_while(|(one, other)| one == other).count();
    let up = folder.components().skip(shared).map(|_| Component::ParentDir);
    let way = up.chain(file.components().skip(shared));
    let names: Vec<_> = way.map(|it| OsStr::to_string_lossy(it.as_os_str())).collect();
    names.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_from_the_folder_with_forward_slashes() {
        let from = |folder: &str, file: &str| relative(Path::new(folder), Path::new(file));
        assert_eq!(from("/r", "/r/a/Dockerfile"), "a/Dockerfile");
        assert_eq!(from("/r/ci", "/r/a/Dockerfile"), "../a/Dockerfile");
    }
}
