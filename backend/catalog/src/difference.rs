//! What one edition has that another has not.

use std::collections::BTreeSet;

use crate::Edition;

/// What changed from one edition to another, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// The images that had no live tag before.
    pub images_new: Vec<String>,
    /// The images that have no live tag any more.
    pub images_gone: Vec<String>,
    /// The tags that were not live before, as `node:24-dev`.
    pub tags_new: Vec<String>,
    /// The tags that are not live any more.
    pub tags_withdrawn: Vec<String>,
}

impl Edition {
    /// What changed since another edition.
    #[must_use]
    pub fn since(&self, previous: &Self) -> Difference {
        let (tags, tags_before) = (self.tags(), previous.tags());
        let (images, images_before) = (self.live(), previous.live());
        Difference {
            images_new: beyond(&images, &images_before),
            images_gone: beyond(&images_before, &images),
            tags_new: beyond(&tags, &tags_before),
            tags_withdrawn: beyond(&tags_before, &tags),
        }
    }

    fn live(&self) -> BTreeSet<String> {
        self.live_images().map(str::to_owned).collect()
    }

    fn tags(&self) -> BTreeSet<String> {
        let tags = self.images.iter().flat_map(|(name, image)| {
            let tags = image.definitions.values().flat_map(|it| &it.tags);
            tags.map(move |tag| format!("{name}:{tag}"))
        });
        tags.collect()
    }
}

fn beyond(these: &BTreeSet<String>, others: &BTreeSet<String>) -> Vec<String> {
    these.difference(others).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Collection;

    fn edition(references: &[&str]) -> Edition {
        let mut collection = Collection::default();
        for reference in references {
            let (name, tag) = reference.split_once(':').unwrap();
            let text = format!("variant: dev\ntags: ['{tag}']\naccounts: {{run-as: root}}\n");
            collection.add(&format!("image/{name}/debian-13/{tag}.yaml"), text.as_bytes());
        }
        collection.edition("2026-11-23").unwrap()
    }

    #[test]
    fn what_came_and_what_went_is_named() {
        let before = edition(&["a:1", "a:2", "b:1"]);
        let after = edition(&["a:2", "a:3", "c:1"]).remember(&before, "2026-11-24");
        let difference = after.since(&before);
        assert_eq!(difference.images_new, ["c"]);
        assert_eq!(difference.images_gone, ["b"]);
        assert_eq!(difference.tags_new, ["a:3", "c:1"]);
        assert_eq!(difference.tags_withdrawn, ["a:1", "b:1"]);
        assert_eq!(after.since(&after), Difference::default());
    }
}
