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
