//! Reading the fields of a document, and noting each that is of another shape than expected:
//! what it says is unknown then, which is something else than its not being there.

use std::collections::BTreeMap;

use crate::yaml::Node;

/// The most odd fields of one file that are named.
const MOST_DOUBTS: usize = 8;
/// The most characters of a foreign word that a doubt quotes.
const LONGEST_WORD: usize = 40;

/// A document's fields, and what was odd about those that were asked for.
pub(crate) struct Fields<'n> {
    root: &'n Node,
    doubts: Vec<String>,
}

impl<'n> Fields<'n> {
    pub(crate) fn of(root: &'n Node) -> Self {
        Self { root, doubts: Vec::new() }
    }

    /// What was odd, one clause each.
    pub(crate) fn into_doubts(self) -> Vec<String> {
        self.doubts
    }

    /// Notes something odd.
    pub(crate) fn doubt(&mut self, doubt: String) {
        if self.doubts.len() < MOST_DOUBTS {
            self.doubts.push(doubt);
        }
    }

    /// Notes those of some names under which something else than a mapping stands.
    pub(crate) fn expect_mappings(&mut self, names: &[&str]) {
        for name in names {
            let is_odd = self.node(&[name]).is_some_and(|it| !matches!(it, Node::Map(_)));
            self.expect(!is_odd, &[name], "a mapping");
        }
    }

    /// The scalar at a path of names.
    pub(crate) fn text(&mut self, path: &[&str]) -> Option<&'n str> {
        let node = self.node(path)?;
        let text = node.text();
        self.expect(text.is_some(), path, "a word");
        text
    }

    /// The entries of the list at a path of names; none if it is missing.
    pub(crate) fn list(&mut self, path: &[&str]) -> &'n [Node] {
        let Some(node) = self.node(path) else { return &[] };
        self.expect(matches!(node, Node::List(_)), path, "a list");
        node.list()
    }

    /// The scalars of the list at a path of names; none if it is missing.
    pub(crate) fn texts(&mut self, path: &[&str]) -> Vec<String> {
        let texts: Vec<Option<&str>> = self.list(path).iter().map(Node::text).collect();
        self.expect(texts.iter().all(Option::is_some), path, "a list of words");
        texts.into_iter().flatten().map(str::to_owned).collect()
    }

    /// The words of a command; none where it is not set.
    pub(crate) fn command(&mut self, name: &str) -> Option<Vec<String>> {
        self.node(&[name]).is_some().then(|| self.texts(&[name]))
    }

    /// Names and values of the mapping at a path.
    pub(crate) fn pairs(&mut self, path: &[&str]) -> Vec<(String, String)> {
        let Some(node) = self.node(path) else { return Vec::new() };
        self.expect(matches!(node, Node::Map(_)), path, "a mapping");
        let pairs = node.entries().iter();
        pairs.filter_map(|(key, value)| Some((key.text()?.into(), value.text()?.into()))).collect()
    }

    /// The names of the list at a path, each with its number.
    pub(crate) fn numbers(&mut self, path: &[&str], number: &str) -> BTreeMap<String, u32> {
        let entry = |it: &Node| {
            let name = it.get("name")?.text()?.to_owned();
            Some((name, it.get(number)?.text()?.parse().ok()?))
        };
        let listed: Vec<_> = self.list(path).iter().map(entry).collect();
        self.expect(listed.iter().all(Option::is_some), path, "a list of names with numbers");
        listed.into_iter().flatten().collect()
    }

    /// Whether the mapping at a path says yes to a name.
    pub(crate) fn flag(&mut self, path: &[&str]) -> bool {
        let text = self.text(path);
        self.expect(matches!(text, None | Some("true" | "false")), path, "true or false");
        text == Some("true")
    }

    /// The names at a path that are none of the known ones.
    pub(crate) fn unknown(&self, path: &[&str], known: &[&str]) -> Vec<String> {
        let Some(node) = self.node(path) else { return Vec::new() };
        let names = node.entries().iter().filter_map(|(key, _)| key.text());
        let names = names.filter(|it| !known.contains(it)).take(MOST_DOUBTS);
        let place = |it: &str| [path, &[it]].concat().join(".");
        names.map(|it| place(&short(it))).collect()
    }

    fn node(&self, path: &[&str]) -> Option<&'n Node> {
        path.iter().try_fold(self.root, |node, name| node.get(name))
    }

    fn expect(&mut self, holds: bool, path: &[&str], what: &str) {
        if !holds {
            self.doubt(format!("its `{}` is not {what}", path.join(".")));
        }
    }
}

/// A word of somebody else as far as it is worth reading.
pub(crate) fn short(word: &str) -> String {
    word.chars().filter(|it| !it.is_control()).take(LONGEST_WORD).collect()
}
