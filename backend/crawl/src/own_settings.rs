//! A repository's own `.drydock.yml`: what is in scope, which stage ships, and what its
//! people decided, reviewed like code. `docs/drydock-yml.md` describes it.
//!
//! Reading is total: what is odd becomes an error with its line, and the rest counts.

mod yaml;

use checklist::{Item, PathGlob};
use chrono::NaiveDate;
use saphyr::MarkedYaml;
use store::{OwnDecision, OwnSettings, SettingsError};

use yaml::{document, is_nothing, line, text};

/// Where it lies.
pub(crate) const PATH: &str = ".drydock.yml";
/// A larger file is an error.
pub(crate) const SIZE_LIMIT: usize = 100_000;
const MOST_ENTRIES: usize = 200;
const MOST_ERRORS: usize = 50;
const LONGEST_REASON: usize = 1_000;
const LONGEST_TARGET: usize = 128;
/// So much of a text of the file is repeated in an error.
const LONGEST_QUOTE: usize = 60;

/// What the file says.
pub(crate) fn read(content: &[u8]) -> OwnSettings {
    let mut reader = Reader::default();
    match std::str::from_utf8(content) {
        _ if content.len() > SIZE_LIMIT => reader.error(1, "the file is larger than 100 kB"),
        Err(_) => reader.error(1, "the file is not UTF-8"),
        Ok(text) => match document(text) {
            Err((line, message)) => reader.error(line, message),
            Ok(None) => {}
            Ok(Some(root)) => reader.root(&root),
        },
    }
    reader.settings
}

#[derive(Default)]
struct Reader {
    settings: OwnSettings,
    entries: usize,
}

/// A decision as far as it is read.
#[derive(Default)]
struct Entry {
    path: Option<String>,
    item: Option<Item>,
    reason: Option<String>,
    expires_on: Option<NaiveDate>,
    /// Something is there that could not be read, and is an error already.
    is_broken: bool,
}

impl Reader {
    fn error(&mut self, line: u32, message: impl Into<String>) {
        if self.settings.errors.len() < MOST_ERRORS {
            self.settings.errors.push(SettingsError { line, message: message.into() });
        }
    }

    fn root(&mut self, root: &MarkedYaml<'_>) {
        for (key, value) in self.pairs(root, "the file") {
            match text(key) {
                Some("scope") => self.scope(value),
                Some("target") => self.settings.final_target = self.target(value),
                Some("waivers") => self.decisions(value, true),
                Some("verified") => self.decisions(value, false),
                _ => self.unknown(key, "`scope`, `target`, `waivers` and `verified`"),
            }
        }
    }

    fn scope(&mut self, scope: &MarkedYaml<'_>) {
        for (key, value) in self.pairs(scope, "`scope`") {
            match text(key) {
                Some("exclude") => self.settings.exclude = self.globs(value),
                Some("include") => self.settings.include = self.globs(value),
                _ => self.unknown(key, "`exclude` and `include`"),
            }
        }
    }

    fn globs(&mut self, list: &MarkedYaml<'_>) -> Vec<String> {
        let entries = self.list(list);
        entries.into_iter().filter_map(|it| self.glob(it)).collect()
    }

    fn glob(&mut self, node: &MarkedYaml<'_>) -> Option<String> {
        let glob = self.text(node, "a glob")?;
        if let Err(error) = PathGlob::new(glob) {
            self.error(line(node), format!("{} cannot be used: {error}", quoted(glob)));
            return None;
        }
        Some(glob.to_owned())
    }

    fn target(&mut self, node: &MarkedYaml<'_>) -> Option<String> {
        let target = self.text(node, "the name of a stage")?;
        let is_sign = |it: char| it.is_ascii_alphanumeric() || "-_.".contains(it);
        if target.len() > LONGEST_TARGET || !target.chars().all(is_sign) {
            self.error(line(node), format!("{} is no name of a stage", quoted(target)));
            return None;
        }
        Some(target.to_owned())
    }

    fn decisions(&mut self, list: &MarkedYaml<'_>, is_waiver: bool) {
        for node in self.list(list) {
            if let Some(decision) = self.decision(node, is_waiver) {
                self.settings.decisions.push(decision);
            }
        }
    }

    fn decision(&mut self, node: &MarkedYaml<'_>, is_waiver: bool) -> Option<OwnDecision> {
        let pairs = self.pairs(node, "an entry");
        let mut entry = Entry { is_broken: pairs.is_empty(), ..Entry::default() };
        for (key, value) in pairs {
            let is_read = match text(key) {
                Some("path") => keep(&mut entry.path, self.glob(value)),
                Some("item") => keep(&mut entry.item, self.item(value)),
                Some("reason") => keep(&mut entry.reason, self.reason(value)),
                // A verdict that was verified stays so until its lines change.
                Some("expires") if is_waiver => keep(&mut entry.expires_on, self.date(value)),
                _ => {
                    let more = if is_waiver { ", `reason` and `expires`" } else { " and `reason`" };
                    self.unknown(key, &format!("`path`, `item`{more}"));
                    false
                }
            };
            entry.is_broken |= !is_read;
        }
        match entry {
            // Half of what somebody meant must not settle anything.
            Entry { is_broken: true, .. } => None,
            Entry {
                path: Some(path), item: Some(item), reason: Some(reason), expires_on, ..
            } => Some(OwnDecision { is_waiver, path, item, reason, expires_on, line: line(node) }),
            Entry { path, item, .. } => {
                let missing = match (path, item) {
                    (None, _) => "`path`",
                    (_, None) => "`item`",
                    _ => "`reason`",
                };
                self.error(line(node), format!("{missing} is missing"));
                None
            }
        }
    }

    fn item(&mut self, node: &MarkedYaml<'_>) -> Option<Item> {
        let slug = self.text(node, "an item of the checklist")?;
        let item = Item::from_slug(slug);
        if item.is_none() {
            let items = Item::ALL.map(Item::slug).join(", ");
            self.error(line(node), format!("{} is no item; these are: {items}", quoted(slug)));
        }
        item
    }

    fn reason(&mut self, node: &MarkedYaml<'_>) -> Option<String> {
        let reason = self.text(node, "a reason")?.trim();
        if reason.chars().count() > LONGEST_REASON {
            self.error(line(node), "the reason is longer than 1,000 characters");
            return None;
        }
        Some(reason.to_owned())
    }

    fn date(&mut self, node: &MarkedYaml<'_>) -> Option<NaiveDate> {
        let date = self.text(node, "a date")?;
        let parsed = NaiveDate::parse_from_str(date, "%Y-%m-%d").ok();
        if parsed.is_none() {
            self.error(line(node), format!("{} is no date such as 2027-03-31", quoted(date)));
        }
        parsed
    }

    /// A scalar that says something.
    fn text<'a>(&mut self, node: &'a MarkedYaml<'_>, what: &str) -> Option<&'a str> {
        let text = text(node).filter(|it| !it.trim().is_empty() && !is_nothing(node));
        if text.is_none() {
            self.error(line(node), format!("{what} is expected here"));
        }
        text
    }

    /// The pairs of a mapping.
    fn pairs<'a, 'y>(
        &mut self,
        node: &'a MarkedYaml<'y>,
        what: &str,
    ) -> Vec<(&'a MarkedYaml<'y>, &'a MarkedYaml<'y>)> {
        if let Some(mapping) = node.data.as_mapping() {
            return mapping.iter().collect();
        }
        if !is_nothing(node) || what == "an entry" {
            self.error(line(node), format!("{what} has names with values"));
        }
        Vec::new()
    }

    /// The entries of a list, as many as are read at all.
    fn list<'a, 'y>(&mut self, node: &'a MarkedYaml<'y>) -> Vec<&'a MarkedYaml<'y>> {
        let Some(list) = node.data.as_sequence() else {
            if !is_nothing(node) {
                self.error(line(node), "a list is expected here");
            }
            return Vec::new();
        };
        let (read, rest) = list.split_at(list.len().min(MOST_ENTRIES - self.entries));
        self.entries += read.len();
        if let Some(first) = rest.first() {
            self.error(line(first), "more than 200 entries: those from here on are not read");
        }
        read.iter().collect()
    }

    fn unknown(&mut self, key: &MarkedYaml<'_>, known: &str) {
        let name = quoted(text(key).unwrap_or_default());
        self.error(line(key), format!("{name} is not known here; known are {known}"));
    }
}

/// Keeps what was read; false if nothing was.
fn keep<T>(slot: &mut Option<T>, read: Option<T>) -> bool {
    let is_read = read.is_some();
    *slot = read;
    is_read
}

fn quoted(text: &str) -> String {
    let short: String = text.chars().take(LONGEST_QUOTE).collect();
    let end = if short.len() < text.len() { "\u{2026}" } else { "" };
    format!("\u{201c}{short}{end}\u{201d}")
}

#[cfg(test)]
mod tests;
