//! Names in small letters, to look for parts of them.

use std::collections::HashMap;

/// Names, each once: most Dockerfiles have the path of many others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::read) struct NameList {
    /// Each with the places of what is called so, in their order.
    pub(in crate::read) each: Vec<(String, Vec<usize>)>,
}

impl NameList {
    pub(super) fn of<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut known: HashMap<String, usize> = HashMap::new();
        let mut each: Vec<(String, Vec<usize>)> = Vec::new();
        for (place, name) in names.enumerate() {
            let name = name.to_lowercase();
            match known.get(&name).and_then(|it| each.get_mut(*it)) {
                Some((_, places)) => places.push(place),
                None => {
                    known.insert(name.clone(), each.len());
                    each.push((name, vec![place]));
                }
            }
        }
        Self { each }
    }
}
