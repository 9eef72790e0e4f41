//! Names in small letters, to look for parts of them.

use std::collections::HashMap;

use memchr::memmem::Finder;

/// Stands behind each name: Postgres keeps no text with it.
const END: char = '\0';

/// Names, each once: most Dockerfiles have the path of many others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::read) struct NameList {
    /// All of them: one long text is searched much faster than many short ones.
    text: String,
    /// Where each ends in the text.
    ends: Vec<usize>,
    /// The places of what is called by each, in their order.
    places: Vec<Vec<usize>>,
}

impl NameList {
    pub(super) fn of<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut known: HashMap<String, usize> = HashMap::new();
        let mut list = Self::default();
        for (place, name) in names.enumerate() {
            let name = name.to_lowercase();
            match known.get(&name).and_then(|it| list.places.get_mut(*it)) {
                Some(places) => places.push(place),
                None => {
                    list.text.push_str(&name);
                    list.ends.push(list.text.len());
                    list.text.push(END);
                    list.places.push(vec![place]);
                    known.insert(name, list.places.len() - 1);
                }
            }
        }
        list
    }

    /// The names that have a part, which is in small letters, each with its places.
    pub(in crate::read) fn with<'a>(
        &'a self,
        part: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a [usize])> {
        let finder = Finder::new(part);
        let mut from = if part.contains(END) { self.text.len() } else { 0 };
        std::iter::from_fn(move || {
            let rest = self.text.as_bytes().get(from..)?;
            let found = from + finder.find(rest)?;
            let nth = self.ends.partition_point(|end| *end < found);
            let start = nth.checked_sub(1).and_then(|it| self.ends.get(it)).map_or(0, |it| it + 1);
            let end = *self.ends.get(nth)?;
            from = end + 1;
            Some((self.text.get(start..end)?, self.places.get(nth)?.as_slice()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(part: &str) -> Vec<(String, Vec<usize>)> {
        let list = NameList::of(["api", "Web-API", "shop", "api", "", "añb"].into_iter());
        list.with(part).map(|(name, places)| (name.to_owned(), places.to_vec())).collect()
    }

    #[test]
    fn each_name_with_the_part_is_found_once_with_all_its_places() {
        assert_eq!(
            found("p"),
            [
                ("api".to_owned(), vec![0, 3]),
                ("web-api".to_owned(), vec![1]),
                ("shop".to_owned(), vec![2])
            ]
        );
        assert_eq!(found("ñ"), [("añb".to_owned(), vec![5])]);
        assert_eq!(found("").len(), 5);
    }

    #[test]
    fn a_part_does_not_reach_from_one_name_into_the_next() {
        assert_eq!(found("apiw"), []);
        assert_eq!(found("api\0web"), []);
        assert_eq!(found("\0"), []);
    }
}
