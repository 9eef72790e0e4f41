//! What a definition takes from other images: `contents.artifacts`, each with the paths
//! that it takes and leaves.

use saphyr::Yaml;

use crate::yaml::{get, list_of, text_of, texts_of};

/// An image that files are taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The repository of the image, `static`.
    pub name: String,
    /// Its tag.
    pub tag: String,
    /// The paths that are taken, `usr/**`; all if there are none.
    pub includes: Vec<String>,
    /// The paths that are left out of those.
    pub excludes: Vec<String>,
}

impl Merged {
    /// Whether a file of the other image is taken, by its path without a leading slash.
    pub(crate) fn takes(&self, path: &str) -> bool {
        let has = |list: &[String]| list.iter().any(|it| covers(it, path));
        (self.includes.is_empty() || has(&self.includes)) && !has(&self.excludes)
    }
}

/// Whether a path of a list is the file or a folder above it. Other patterns than a
/// `/**` at the end name no file that is asked for here.
fn covers(listed: &str, path: &str) -> bool {
    let listed = listed.trim_start_matches('/').trim_end_matches("/**").trim_end_matches('/');
    path.strip_prefix(listed).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The images that a definition takes files from. A name that is no `…/NAME:TAG` is
/// passed over.
pub(crate) fn merged_images(root: &Yaml<'_>) -> Vec<Merged> {
    let Some(contents) = get(root, "contents") else { return Vec::new() };
    list_of(contents, "artifacts").filter_map(merged_image).collect()
}

fn merged_image(node: &Yaml<'_>) -> Option<Merged> {
    let reference = text_of(node, "name")?.split('@').next()?;
    let (name, tag) = reference.rsplit('/').next()?.split_once(':')?;
    Some(Merged {
        name: name.to_owned(),
        tag: tag.to_owned(),
        includes: texts_of(node, "includes"),
        excludes: texts_of(node, "excludes"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::document;

    fn merged(artifact: &str) -> Merged {
        let text = format!("contents:\n  artifacts:\n    - {artifact}\n");
        merged_images(&document(&text).unwrap()).remove(0)
    }

    #[test]
    fn an_image_without_a_list_of_paths_is_taken_whole() {
        let merged = merged("{name: 'dhi.io/static:20250419-debian13@sha256:0'}");
        assert_eq!((merged.name.as_str(), merged.tag.as_str()), ("static", "20250419-debian13"));
        assert!(merged.takes("usr/bin/bash"));
    }

    #[test]
    fn a_folder_takes_what_is_below_it_and_nothing_beside_it() {
        let merged = merged("{name: 'x/a:1', includes: [usr/**, etc], excludes: [etc/ssl]}");
        assert!(merged.takes("usr/bin/bash"));
        assert!(!merged.takes("usrlocal/bash"));
        assert!(merged.takes("etc/passwd"));
        assert!(!merged.takes("etc/ssl/certs/ca-certificates.crt"));
    }
}
