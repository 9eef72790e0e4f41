//! What a definition takes from other images: `contents.artifacts`, each with the paths
//! that it takes and leaves.

use serde::{Deserialize, Serialize};

use crate::fields::Fields;
use crate::yaml::Node;

/// An image that files are taken from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merged {
    /// The repository of the image, `static`.
    pub name: String,
    /// Its tag.
    pub tag: String,
    /// The paths that are taken, `usr/**`; all if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub includes: Vec<String>,
    /// The paths that are left out of those.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
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
/// passed over: images of others, by digest alone.
pub(crate) fn merged_images(fields: &mut Fields<'_>) -> Vec<Merged> {
    let artifacts = fields.list(&["contents", "artifacts"]);
    artifacts.iter().filter_map(merged_image).collect()
}

fn merged_image(node: &Node) -> Option<Merged> {
    let reference = node.get("name")?.text()?.split('@').next()?;
    let (name, tag) = reference.rsplit('/').next()?.split_once(':')?;
    Some(Merged {
        name: name.to_owned(),
        tag: tag.to_owned(),
        includes: paths(node, "includes"),
        excludes: paths(node, "excludes"),
    })
}

fn paths(node: &Node, name: &str) -> Vec<String> {
    let listed = node.get(name).map_or(&[][..], Node::list);
    listed.iter().filter_map(Node::text).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::document;

    fn merged(artifact: &str) -> Merged {
        let text = format!("contents:\n  artifacts:\n    - {artifact}\n");
        let document = document(&text).unwrap();
        merged_images(&mut Fields::of(&document.root)).remove(0)
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
