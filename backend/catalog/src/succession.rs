//! From one edition to the next: what is withdrawn is remembered, and a catalogue that is
//! not to be trusted does not take the place of a good one.

use checklist::Catalog;

use crate::CatalogError;
use crate::edition::{Edition, Image, Withdrawal};

/// How many images may be gone at once without a question.
const FEW_IMAGES: usize = 5;

/// The new edition with everything that the previous one remembers.
///
/// # Errors
/// The new one is older than the previous one, or has lost more than a day explains.
pub fn merge(previous: &Edition, new: Edition, day: &str) -> Result<Edition, CatalogError> {
    new.judge(previous)?;
    Ok(new.remember(previous, day))
}

impl Edition {
    /// Whether this may take the place of another edition.
    ///
    /// From 2025-12 to 2026-08 the catalogue lost 7 of some 550 images, never more than three
    /// in a day, and on its worst day a fifth of its tags. So more than a tenth of the images,
    /// or half of the tags, is a broken download or another repository.
    ///
    /// # Errors
    /// This one is older, or has lost too much.
    pub fn judge(&self, previous: &Self) -> Result<(), CatalogError> {
        if self.day < previous.day {
            return Err(CatalogError::Older {
                day: self.day.clone(),
                previous: previous.day.clone(),
            });
        }
        let is_left = |it: &&str| self.images.get(*it).is_some_and(|it| !it.definitions.is_empty());
        let images = previous.live_images().count();
        let images_left = previous.live_images().filter(is_left).count();
        let images_gone = images - images_left;
        let (tags, tags_left) = (previous.live_tags(), self.live_tags());
        if images_gone > FEW_IMAGES.max(images / 10) || tags_left * 2 < tags {
            return Err(CatalogError::Shrunken { images, images_left, tags, tags_left });
        }
        Ok(())
    }

    /// Whether this may take the place of the facts that come with the program, which know
    /// the name of every image of their day: with less than half of those it is a piece of
    /// the catalogue, and all the others would be said not to exist.
    ///
    /// # Errors
    /// This one has too few images.
    pub fn judge_first(&self) -> Result<(), CatalogError> {
        let (images, tags) = Catalog::built_in().size();
        let (images_left, tags_left) = (self.live_images().count(), self.live_tags());
        if images_left * 2 < images {
            return Err(CatalogError::Shrunken { images, images_left, tags, tags_left });
        }
        Ok(())
    }

    /// This edition with everything that the previous one remembers, and the tags that are
    /// missed since as withdrawn on `day`. A definition whose file was not understood this
    /// time stays as it was.
    #[must_use]
    pub fn remember(mut self, previous: &Self, day: &str) -> Self {
        for (name, known) in &previous.images {
            for (id, definition) in &known.definitions {
                if self.unread.contains_key(&format!("image/{name}/{id}.yaml")) {
                    let image = self.images.entry(name.clone()).or_default();
                    image.definitions.entry(id.clone()).or_insert_with(|| definition.clone());
                }
            }
            let image = self.images.entry(name.clone()).or_default();
            if image.info.title.is_none() {
                image.info.clone_from(&known.info);
            }
            image.remember(known, day);
        }
        self.images.retain(|_, it| !it.definitions.is_empty() || !it.withdrawn.is_empty());
        self
    }
}

impl Image {
    fn remember(&mut self, previous: &Self, day: &str) {
        for definition in previous.definitions.values() {
            let missed = Withdrawal { day: day.to_owned(), kind: definition.kind };
            for tag in &definition.tags {
                self.withdrawn.entry(tag.clone()).or_insert_with(|| missed.clone());
            }
        }
        let known = previous.withdrawn.iter().map(|(tag, it)| (tag.clone(), it.clone()));
        self.withdrawn.extend(known);
        for tag in self.definitions.values().flat_map(|it| &it.tags) {
            self.withdrawn.remove(tag);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Collection;

    /// An edition with a definition for each NAME:TAG.
    fn edition(day: &str, references: &[&str]) -> Edition {
        let mut collection = Collection::default();
        for reference in references {
            let (name, tag) = reference.split_once(':').unwrap();
            let text = format!("variant: dev\ntags: ['{tag}']\naccounts: {{run-as: root}}\n");
            collection.add(&format!("image/{name}/debian-13/{tag}.yaml"), text.as_bytes());
        }
        collection.edition(day).unwrap()
    }

    fn withdrawn(edition: &Edition, name: &str) -> Vec<String> {
        let withdrawn = edition.images[name].withdrawn.iter();
        withdrawn.map(|(tag, it)| format!("{tag} {}", it.day)).collect()
    }

    #[test]
    fn a_tag_that_is_missed_was_withdrawn_on_that_day_and_is_never_forgotten() {
        let first = edition("2026-11-20", &["a:1", "a:2", "a:3"]);
        let second = merge(&first, edition("2026-11-21", &["a:2", "a:3"]), "2026-11-21").unwrap();
        assert_eq!(withdrawn(&second, "a"), ["1 2026-11-21"]);
        let third = merge(&second, edition("2026-11-22", &["a:2", "a:4"]), "2026-11-22").unwrap();
        assert_eq!(withdrawn(&third, "a"), ["1 2026-11-21", "3 2026-11-22"]);
    }

    #[test]
    fn a_tag_that_lives_again_is_not_withdrawn() {
        let first = edition("2026-11-20", &["a:1", "a:2"]);
        let second = merge(&first, edition("2026-11-21", &["a:2"]), "2026-11-21").unwrap();
        let third = merge(&second, edition("2026-11-22", &["a:1", "a:2"]), "2026-11-22").unwrap();
        assert!(withdrawn(&third, "a").is_empty());
    }

    #[test]
    fn an_image_that_is_gone_is_remembered_by_its_tags() {
        let first = edition("2026-11-20", &["a:1", "b:1"]);
        let second = merge(&first, edition("2026-11-21", &["b:1"]), "2026-11-21").unwrap();
        assert_eq!(withdrawn(&second, "a"), ["1 2026-11-21"]);
        let again = merge(&second, edition("2026-11-22", &["b:1"]), "2026-11-22").unwrap();
        assert_eq!(withdrawn(&again, "a"), ["1 2026-11-21"]);
    }

    #[test]
    fn the_same_facts_again_change_nothing() {
        let first = edition("2026-11-20", &["a:1", "b:1"]);
        let second = merge(&first, edition("2026-11-20", &["b:1"]), "2026-11-20").unwrap();
        let again = merge(&second, edition("2026-11-21", &["b:1"]), "2026-11-21").unwrap();
        assert_eq!(again.version().unwrap(), second.version().unwrap());
    }

    #[test]
    fn a_definition_that_is_not_understood_this_time_stays_as_it_was() {
        let names: Vec<String> = (0..20).map(|it| format!("a:{it}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let first = edition("2026-11-20", &names);
        let mut collection = Collection::resume(&first);
        collection.add("image/a/debian-13/1.yaml", b"- 1");
        let second =
            merge(&first, collection.edition("2026-11-21").unwrap(), "2026-11-21").unwrap();
        assert_eq!(second.images["a"], first.images["a"]);
    }

    #[test]
    fn a_piece_of_the_catalogue_is_refused_as_the_first_edition() {
        let error = edition("2026-11-20", &["a:1"]).judge_first().unwrap_err();
        assert!(matches!(error, CatalogError::Shrunken { images_left: 1, .. }), "{error}");
        let many: Vec<String> = (0..400).map(|it| format!("i{it}:1")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(edition("2026-11-20", &many).judge_first().is_ok());
    }

    #[test]
    fn a_catalogue_that_lost_too_much_or_is_older_is_refused() {
        let many =
            |from: usize| -> Vec<String> { (from..60).map(|it| format!("i{it}:1")).collect() };
        let edition_of = |day: &str, names: &[String]| {
            edition(day, &names.iter().map(String::as_str).collect::<Vec<_>>())
        };
        let first = edition_of("2026-11-20", &many(0));
        let six_gone = edition_of("2026-11-21", &many(6));
        assert!(merge(&first, six_gone, "2026-11-21").is_ok());
        let seven_gone = edition_of("2026-11-21", &many(7));
        let error = merge(&first, seven_gone, "2026-11-21").unwrap_err();
        assert_eq!(
            error.to_string(),
            "the new catalogue has 53 of 60 images and 53 live tags instead of 60: this is no change of a \
             day but a broken download"
        );
        let older = edition_of("2026-11-19", &many(0));
        assert!(matches!(merge(&first, older, "2026-11-21"), Err(CatalogError::Older { .. })));
    }
}
