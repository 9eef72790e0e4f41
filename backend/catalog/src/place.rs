//! What a path of the catalogue's repository is.

/// A file that says something about an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place<'p> {
    /// `image/NAME/info.yaml`.
    Info { image: &'p str },
    /// `image/NAME/DISTRIBUTION/FILE.yaml`, its id DISTRIBUTION/FILE.
    Definition { image: &'p str, id: &'p str },
}

impl<'p> Place<'p> {
    /// What stands at a path; none if it says nothing here, as guides, logos and the
    /// configuration files that a build copies.
    pub(crate) fn of(path: &'p str) -> Option<Self> {
        let (image, rest) = path.strip_prefix("image/")?.split_once('/')?;
        if !is_name(image) {
            return None;
        }
        if rest == "info.yaml" {
            return Some(Self::Info { image });
        }
        let id = rest.strip_suffix(".yaml")?;
        let (distribution, file) = id.split_once('/')?;
        (is_distribution(distribution) && is_name(file)).then_some(Self::Definition { image, id })
    }
}

/// The name of an image or a file: what may stand in a reference and an address.
fn is_name(text: &str) -> bool {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '_' | '-');
    text.starts_with(|it: char| it.is_ascii_alphanumeric())
        && text.len() <= 128
        && text.chars().all(is_plain)
}

/// `debian-13`; what stands beside such folders belongs to a build and is no definition.
fn is_distribution(text: &str) -> bool {
    let version = text.rsplit_once('-').map_or("", |(_, version)| version);
    is_name(text) && version.starts_with(|it: char| it.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_and_infos_are_told_from_everything_else() {
        assert_eq!(
            Place::of("image/node/debian-13/24.1-dev.yaml"),
            Some(Place::Definition { image: "node", id: "debian-13/24.1-dev" })
        );
        assert_eq!(Place::of("image/node/info.yaml"), Some(Place::Info { image: "node" }));
        for path in [
            "README.md",
            "image/node/guide.md",
            "image/node/debian-13/24.md",
            "image/tempo/config/tempo-v3.yaml",
            "image/influxdb/data/2/default-config.yaml",
            "image/../debian-13/24.yaml",
            "image/a b/debian-13/24.yaml",
            "image//debian-13/24.yaml",
            "chart/node/debian-13/24.yaml",
        ] {
            assert_eq!(Place::of(path), None, "{path}");
        }
    }
}
