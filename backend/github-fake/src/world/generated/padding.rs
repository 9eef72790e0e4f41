//! The directories and files that fill a generated repository. They come from a pool
//! that all repositories share: what a crawl never reads need not differ.

use std::sync::Arc;

use super::super::dice::Dice;
use super::super::objects::Pool;
use crate::git::{Blob, Mode, Oid, TreeEntry, blob_oid, tree_oid};

/// How many entries a directory of the pool has in all, largest first.
const SIZES: [usize; 7] = [400, 200, 100, 50, 25, 12, 6];

/// Directories of each size.
const VARIANTS: u64 = 24;

/// Different contents of files.
const CONTENTS: u64 = 600;

const STEMS: [&str; 24] = [
    "account", "audit", "batch", "cache", "client", "config", "cursor", "driver", "event",
    "filter", "format", "handler", "index", "job", "ledger", "mapper", "parser", "query", "router",
    "schema", "session", "store", "token", "worker",
];
const ENDINGS: [&str; 8] = [".go", "_test.go", ".py", ".ts", ".java", ".md", ".yaml", ".sql"];
const ROOT_FILES: [&str; 12] = [
    "README.md",
    "LICENSE",
    ".gitignore",
    "Makefile",
    ".editorconfig",
    "CODEOWNERS",
    "CHANGELOG.md",
    "go.mod",
    "go.sum",
    "package.json",
    "pom.xml",
    "requirements.txt",
];
const ROOT_DIRECTORIES: [&str; 16] = [
    "src",
    "docs",
    "internal",
    "test",
    "web",
    "lib",
    "scripts",
    "config",
    "pkg",
    "api",
    "assets",
    "examples",
    "migrations",
    "proto",
    ".github",
    "vendor",
];

/// The pool and what of it can be put at the root of a repository.
pub(super) struct Padding {
    pub(super) pool: Arc<Pool>,
    files: Vec<Oid>,
    /// The directories of each size, in the order of `SIZES`.
    directories: Vec<(usize, Vec<Oid>)>,
}

impl Padding {
    pub(super) fn new(dice: &mut Dice) -> Self {
        let mut pool = Pool::default();
        let files: Vec<Oid> = (0..CONTENTS).map(|it| add_file(&mut pool, it, dice)).collect();
        let mut directories = Vec::new();
        for size in SIZES {
            let same = (0..VARIANTS).map(|_| add_directory(&mut pool, &files, size, dice));
            directories.push((size, same.collect()));
        }
        Self { pool: Arc::new(pool), files, directories }
    }

    /// The root of a repository with about so many entries below it.
    pub(super) fn root(&self, entries: usize, dice: &mut Dice) -> Vec<TreeEntry> {
        let files = ROOT_FILES.iter().take(2 + dice.index(ROOT_FILES.len() - 2));
        let mut root: Vec<TreeEntry> =
            files.filter_map(|it| self.entry(Mode::File, it, dice.pick(&self.files))).collect();
        let mut left = entries.saturating_sub(root.len());
        for (number, name) in ROOT_DIRECTORIES.iter().enumerate() {
            let is_last = number + 1 == ROOT_DIRECTORIES.len();
            let portion = if is_last || dice.happens(300) { left } else { left / 2 };
            let fitting = self.directories.iter().find(|(size, _)| *size < portion);
            let Some((size, same)) = fitting else { break };
            root.extend(self.entry(Mode::Directory, name, dice.pick(same)));
            left = left.saturating_sub(size + 1);
        }
        root
    }

    fn entry(&self, mode: Mode, name: &str, oid: Option<&Oid>) -> Option<TreeEntry> {
        Some(TreeEntry { mode, name: name.to_owned(), oid: *oid? })
    }
}

fn add_file(pool: &mut Pool, number: u64, dice: &mut Dice) -> Oid {
    let lines = (0..=dice.below(12)).map(|it| format!("{} {}\n", dice.word(&STEMS), it));
    let text = format!("{number}\n{}", lines.collect::<String>());
    let oid = blob_oid(text.as_bytes());
    let size = u64::try_from(text.len()).ok();
    pool.blobs.insert(oid, Blob { bytes: Some(text.into_bytes().into()), size });
    oid
}

/// A directory of the pool: a third to two thirds of it are files, the rest is below.
fn add_directory(pool: &mut Pool, files: &[Oid], size: usize, dice: &mut Dice) -> Oid {
    let here = if size < 8 { size } else { size / 3 + dice.index(size / 3) };
    let mut entries = Vec::new();
    for number in 0..here {
        let name = format!("{}{number}{}", dice.word(&STEMS), dice.word(&ENDINGS));
        let oid = dice.pick(files).copied();
        entries.extend(oid.map(|oid| TreeEntry { mode: Mode::File, name, oid }));
    }
    let mut left = size - here;
    while left > 1 {
        let below = (1 + dice.index(left - 1)).min(left - 1);
        let name = format!("{}{left}", dice.word(&STEMS));
        let oid = add_directory(pool, files, below, dice);
        entries.push(TreeEntry { mode: Mode::Directory, name, oid });
        left -= below + 1;
    }
    let oid = tree_oid(&mut entries);
    pool.trees.insert(oid, entries.into());
    oid
}
