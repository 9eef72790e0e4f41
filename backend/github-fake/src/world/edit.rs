//! What a push does to a tree: changes at paths, gathered by directory.

use std::collections::BTreeMap;

use super::objects::Content;

/// The changes below one directory.
#[derive(Default)]
pub(super) struct Edit<'a> {
    /// Whether what stood here before is gone.
    pub(super) is_cleared: bool,
    pub(super) changes: BTreeMap<&'a str, Change<'a>>,
}

/// What becomes of one name in a directory.
pub(super) enum Change<'a> {
    Put(&'a Content),
    Remove,
    Below(Edit<'a>),
}

impl<'a> Edit<'a> {
    /// Changes in the order they are told: content to put at a path, or `None` to
    /// remove what stands there.
    pub(super) fn of(changes: &'a [(String, Option<Content>)]) -> Self {
        let mut edit = Self::default();
        for (path, content) in changes {
            edit.place(path, content.as_ref());
        }
        edit
    }

    fn place(&mut self, path: &'a str, content: Option<&'a Content>) {
        let Some((name, rest)) = path.split_once('/') else {
            self.changes.insert(path, content.map_or(Change::Remove, Change::Put));
            return;
        };
        let change = self.changes.entry(name).or_insert_with(|| Change::Below(Self::default()));
        if !matches!(change, Change::Below(_)) {
            *change = Change::Below(Self { is_cleared: true, changes: BTreeMap::new() });
        }
        if let Change::Below(below) = change {
            below.place(rest, content);
        }
    }
}
