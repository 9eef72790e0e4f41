//! What is checked: the files that the arguments name, each once, in a stable order.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use checklist::SIZE_LIMIT;
use ignore::WalkBuilder;

/// A file that is to be checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Input {
    /// Standard input.
    Standard,
    /// A file, as it was named or found.
    File(PathBuf),
}

/// Something that was named and could not be read.
#[derive(Debug)]
pub(super) struct NotRead {
    /// The path, as it was named or found.
    pub(super) path: String,
    /// Why, one sentence without an end.
    pub(super) reason: String,
}

/// All that the arguments name.
#[derive(Debug, Default)]
pub(super) struct Inputs {
    /// The files.
    pub(super) files: Vec<Input>,
    /// What could not be opened or walked.
    pub(super) not_read: Vec<NotRead>,
    /// The files by what they really are: links and detours end at the same.
    seen: HashSet<PathBuf>,
}

impl Input {
    /// Its name in reports, as it was named or found.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Standard => "-".to_owned(),
            Self::File(path) => path.to_string_lossy().into_owned(),
        }
    }

    /// Its content, and one byte more than the engine's limit at most, which is enough for
    /// the engine to say that it is over.
    pub(super) fn read(&self) -> Result<Vec<u8>, NotRead> {
        let limit = u64::try_from(SIZE_LIMIT).unwrap_or(u64::MAX).saturating_add(1);
        let mut bytes = Vec::new();
        let read = match self {
            Self::Standard => io::stdin().lock().take(limit).read_to_end(&mut bytes),
            Self::File(path) => {
                File::open(path).and_then(|it| it.take(limit).read_to_end(&mut bytes))
            }
        };
        match read {
            Ok(_) => Ok(bytes),
            Err(error) => Err(NotRead { path: self.name(), reason: error.to_string() }),
        }
    }
}

impl Inputs {
    /// Finds what the arguments name: `-`, a file whatever its name, or every container file
    /// below a folder, by path.
    pub(super) fn find(paths: &[PathBuf]) -> Self {
        let mut inputs = Self::default();
        for path in paths {
            inputs.add_named(path);
        }
        inputs
    }

    fn add_named(&mut self, path: &Path) {
        if path.as_os_str() == "-" {
            if !self.files.contains(&Input::Standard) {
                self.files.push(Input::Standard);
            }
            return;
        }
        match std::fs::metadata(path) {
            Ok(it) if it.is_dir() => self.add_folder(path),
            Ok(_) => self.add_file(path.to_owned()),
            Err(error) => self.add_not_read(path, &error),
        }
    }

    fn add_file(&mut self, path: PathBuf) {
        let real = path.canonicalize().unwrap_or_else(|_| path.clone());
        if self.seen.insert(real) {
            self.files.push(Input::File(path));
        }
    }

    /// Every container file below a folder: hidden folders too, `.gitignore` respected,
    /// links not followed.
    fn add_folder(&mut self, folder: &Path) {
        let walk = WalkBuilder::new(folder)
            .hidden(false)
            .require_git(false)
            .filter_entry(|it| it.file_name() != ".git")
            .sort_by_file_path(Path::cmp)
            .build();
        for entry in walk {
            match entry {
                Ok(it) if it.file_type().is_some_and(|it| it.is_file()) => {
                    if checklist::file_kind(&it.path().to_string_lossy()).is_some() {
                        self.add_file(it.into_path());
                    }
                }
                Ok(_) => {}
                Err(error) => self.add_not_walked(folder, &error),
            }
        }
    }

    fn add_not_read(&mut self, path: &Path, error: &io::Error) {
        let path = path.to_string_lossy().into_owned();
        self.not_read.push(NotRead { path, reason: error.to_string() });
    }

    fn add_not_walked(&mut self, folder: &Path, error: &ignore::Error) {
        let path = path_of(error).unwrap_or(folder).to_string_lossy().into_owned();
        let reason = error.io_error().map_or_else(|| error.to_string(), |it| it.kind().to_string());
        self.not_read.push(NotRead { path, reason });
    }
}

/// The path that a walk stopped at.
fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            path_of(err)
        }
        ignore::Error::Partial(_)
        | ignore::Error::Loop { .. }
        | ignore::Error::Io(_)
        | ignore::Error::Glob { .. }
        | ignore::Error::UnrecognizedFileType(_)
        | ignore::Error::InvalidDefinition => None,
    }
}
