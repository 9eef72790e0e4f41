//! What an organization declares about its own images and builds.

const PREFIX: &str = "prefix ";
const TARGET: &str = "target ";

/// The settings that a report depends on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// Prefixes under which the organization keeps hardened images, such as
    /// `registry.acme.example/dhi/`: whatever starts with one is a DHI.
    pub hardened_prefixes: Vec<String>,
    /// The stage that ships, where it is not the last one.
    pub target: Option<String>,
}

impl Policy {
    /// The policy as one text, by which reports are told apart: the same settings in any
    /// order are the same text, and no settings are the empty one.
    #[must_use]
    pub fn text(&self) -> String {
        let mut prefixes: Vec<&str> = self.hardened_prefixes.iter().map(String::as_str).collect();
        prefixes.sort_unstable();
        prefixes.dedup();
        let prefixes = prefixes.into_iter().map(|it| format!("{PREFIX}{it}\n"));
        let target = self.target.iter().map(|it| format!("{TARGET}{it}\n"));
        prefixes.chain(target).collect()
    }

    /// The policy of such a text. Neither a prefix nor a stage's name holds a line's end.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        let prefixes = text.lines().filter_map(|it| it.strip_prefix(PREFIX));
        let target = text.lines().find_map(|it| it.strip_prefix(TARGET));
        Self {
            hardened_prefixes: prefixes.map(str::to_owned).collect(),
            target: target.map(str::to_owned),
        }
    }

    /// What is wrong with a prefix that somebody declares, in words for people.
    ///
    /// # Errors
    /// If it could not be the beginning of an image's reference.
    pub fn check_prefix(prefix: &str) -> Result<(), &'static str> {
        let is_sign = |it: char| it.is_ascii_alphanumeric() || "-_./:".contains(it);
        if !prefix.ends_with(['/', '-']) {
            // Without that, `acme/dhi` would name `acme/dhi` itself or `acme/dhinode`.
            return Err("a prefix ends with `/` or, inside a name, with `-`");
        }
        if prefix.len() > 255 || !prefix.chars().all(is_sign) {
            return Err("a prefix is the beginning of an image's reference, at most 255 signs");
        }
        if prefix.trim_end_matches(['/', '-']).is_empty() || prefix.contains("//") {
            return Err("a prefix names a registry or an account, such as `registry.example/dhi/`");
        }
        Ok(())
    }

    /// What follows the longest declared prefix, if the reference starts with one.
    pub(crate) fn below_hardened_prefix<'r>(&self, reference: &'r str) -> Option<&'r str> {
        let rests = self.hardened_prefixes.iter().filter_map(|it| below(reference, it));
        rests.min_by_key(|it| it.len())
    }
}

/// What follows a prefix that ends where a name of the path ends.
fn below<'r>(reference: &'r str, prefix: &str) -> Option<&'r str> {
    let rest = reference.strip_prefix(prefix.trim_end_matches('/'))?;
    // A prefix such as `acme/dhi-` ends inside a name on purpose.
    if prefix.ends_with('-') { Some(rest) } else { rest.strip_prefix('/') }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(prefix: &str) -> Policy {
        Policy { hardened_prefixes: vec![prefix.to_owned()], target: None }
    }

    #[test]
    fn a_prefix_ends_where_a_name_ends() {
        let policy = policy("registry.acme.example/dhi");
        assert_eq!(policy.below_hardened_prefix("registry.acme.example/dhi/node"), Some("node"));
        assert_eq!(policy.below_hardened_prefix("registry.acme.example/dhinode"), None);
    }

    #[test]
    fn the_same_settings_are_the_same_text_in_any_order() {
        let policy = |prefixes: &[&str], target: Option<&str>| Policy {
            hardened_prefixes: prefixes.iter().map(|it| (*it).to_owned()).collect(),
            target: target.map(str::to_owned),
        };
        assert_eq!(Policy::default().text(), "");
        let text = policy(&["b/", "a/", "b/"], Some("runtime")).text();
        assert_eq!(text, "prefix a/\nprefix b/\ntarget runtime\n");
        assert_eq!(Policy::of_text(&text), policy(&["a/", "b/"], Some("runtime")));
        assert_eq!(Policy::of_text(""), Policy::default());
    }

    #[test]
    fn a_declared_prefix_begins_a_reference() {
        for prefix in ["registry.acme.example/dhi/", "acme/dhi-", "localhost:5000/dhi/"] {
            assert_eq!(Policy::check_prefix(prefix), Ok(()), "{prefix}");
        }
        for prefix in ["", "/", "-", "acme/dhi", "a b/", "a//b/", "<b>/", "a\n/"] {
            assert!(Policy::check_prefix(prefix).is_err(), "{prefix}");
        }
    }

    #[test]
    fn a_prefix_may_end_in_a_dash() {
        assert_eq!(policy("acme/dhi-").below_hardened_prefix("acme/dhi-node"), Some("node"));
    }
}
