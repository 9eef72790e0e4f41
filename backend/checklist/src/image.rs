//! Image references. The one file that names `dockerfile_parser`: its reference reader equals
//! Docker's own once the digest is cut off. Its file reader is not used, because it refuses
//! one real Dockerfile in seven and can exhaust the stack on long ones.

/// An image reference in its parts, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The registry host, if one is written.
    pub registry: Option<String>,
    /// The repository path, without registry.
    pub repository: String,
    /// The tag.
    pub tag: Option<String>,
    /// The digest (`sha256:…`).
    pub digest: Option<String>,
}

impl Reference {
    /// Reads a reference whose variables are filled in.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let (name, digest) = match text.split_once('@') {
            Some((name, digest)) => (name, Some(digest.to_owned())),
            None => (text, None),
        };
        let parsed = dockerfile_parser::ImageRef::parse(name);
        Self { registry: parsed.registry, repository: parsed.image, tag: parsed.tag, digest }
    }
}

impl Reference {
    /// The reference with everything that Docker adds to a short one: `node` becomes
    /// `docker.io/library/node:latest`.
    #[must_use]
    pub fn full_name(&self) -> String {
        let registry = match self.registry.as_deref() {
            None | Some("index.docker.io") => "docker.io",
            Some(host) => host,
        };
        let is_official = registry == "docker.io" && !self.repository.contains('/');
        let library = if is_official { "library/" } else { "" };
        let mut name = format!("{registry}/{library}{}", self.repository);
        match (&self.tag, &self.digest) {
            (Some(tag), _) => name.extend([":", tag]),
            (None, None) => name.push_str(":latest"),
            (None, Some(_)) => {}
        }
        if let Some(digest) = &self.digest {
            name.extend(["@", digest]);
        }
        name
    }
}

impl Reference {
    /// True if Docker takes it as a reference: lower-case path, a tag and digest of their form.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        let tag = self.tag.as_deref().is_none_or(is_tag);
        let digest = self.digest.as_deref().is_none_or(is_digest);
        let path = self.repository.split('/').all(is_path_component);
        path && tag && digest
    }
}

/// Letters and digits, with single separators between them: `.`, `_`, `__` or any number of `-`.
fn is_path_component(text: &str) -> bool {
    let is_plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit();
    let separators = text.split(is_plain).filter(|it| !it.is_empty());
    let valid = |it: &str| matches!(it, "." | "_" | "__") || it.chars().all(|it| it == '-');
    text.starts_with(is_plain) && text.ends_with(is_plain) && separators.into_iter().all(valid)
}

fn is_tag(text: &str) -> bool {
    let is_word = |it: char| it.is_ascii_alphanumeric() || it == '_';
    let rest = text.chars().all(|it| is_word(it) || matches!(it, '.' | '-'));
    text.starts_with(is_word) && rest && text.len() <= 128
}

fn is_digest(text: &str) -> bool {
    let Some((algorithm, hex)) = text.split_once(':') else { return false };
    let known = match algorithm {
        "sha256" => hex.len() == 64,
        "sha384" => hex.len() == 96,
        "sha512" => hex.len() == 128,
        _ => hex.len() >= 32,
    };
    known && !algorithm.is_empty() && hex.chars().all(|it| it.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::Reference;

    #[test]
    fn a_short_name_is_completed() {
        let full = |it| Reference::parse(it).full_name();
        assert_eq!(full("node"), "docker.io/library/node:latest");
        assert_eq!(full("localhost:5000/a/b:1"), "localhost:5000/a/b:1");
        assert_eq!(full("a/b@sha256:00"), "docker.io/a/b@sha256:00");
    }

    #[test]
    fn a_tag_is_kept_beside_a_digest() {
        let reference = Reference::parse("dhi.io/node:20@sha256:00");
        assert_eq!(reference.tag.as_deref(), Some("20"));
        assert_eq!(reference.digest.as_deref(), Some("sha256:00"));
    }

    #[test]
    fn broken_references_are_told() {
        for broken in ["a:", "a@sha256:v2", "cgr.dev/ORG/node", "node:-alpine", "/a", "a..b", ""] {
            assert!(!Reference::parse(broken).is_valid(), "{broken}");
        }
        for valid in ["a", "a:1", "a/b__c--d.e:X_1.2-3", "localhost:5000/a"] {
            assert!(Reference::parse(valid).is_valid(), "{valid}");
        }
    }
}
