//! What the variables of a script hold, as far as it can be read.

use std::collections::HashMap;

use super::word::name_length;

/// The longest value that is kept for a variable, of a list all together.
const LONGEST_VALUE: usize = 65_536;
/// The most values that are kept for a list; real ones have some dozens.
const MOST_VALUES: usize = 1_000;

/// What a variable holds; of a value that only the build knows, none.
#[derive(Debug, Clone)]
pub(super) enum Held {
    /// One text.
    Text(Option<String>),
    /// Values that a word gets one after the other: of a loop, an array, a function's arguments.
    Each(Vec<Option<String>>),
}

impl Held {
    /// All of it as one text.
    fn joined(&self) -> Option<String> {
        match self {
            Self::Text(text) => text.clone(),
            Self::Each(values) => {
                let values: Option<Vec<&str>> = values.iter().map(Option::as_deref).collect();
                values.map(|it| it.join(" "))
            }
        }
    }
}

/// The variables that a script sets.
#[derive(Debug, Default)]
pub(super) struct Variables {
    held: HashMap<String, Held>,
}

impl Variables {
    /// The value of a variable: none if the script did not set it.
    pub(super) fn value(&self, name: &str) -> Option<Option<String>> {
        self.held.get(name).map(Held::joined)
    }

    /// The first list that a word as written asks for.
    pub(super) fn list_in(&self, raw: &str) -> Option<(String, Vec<Option<String>>)> {
        mentioned(raw).find_map(|name| match self.held.get(name) {
            Some(Held::Each(values)) => Some((name.to_owned(), values.clone())),
            Some(Held::Text(_)) | None => None,
        })
    }

    /// Sets a variable.
    pub(super) fn set(&mut self, name: String, held: Held) {
        let held = match held {
            Held::Text(text) => Held::Text(text.filter(|it| it.len() <= LONGEST_VALUE)),
            Held::Each(values) => {
                let length: usize = values.iter().flatten().map(String::len).sum();
                let fits = length <= LONGEST_VALUE && values.len() <= MOST_VALUES;
                if fits { Held::Each(values) } else { Held::Text(None) }
            }
        };
        self.held.insert(name, held);
    }

    /// Appends to a variable (`+=`) that held `before` where the script did not set it.
    pub(super) fn append(&mut self, name: String, held: Held, before: Option<String>) {
        let old = self.held.remove(&name).or_else(|| before.map(|it| Held::Text(Some(it))));
        let new = match (old, held) {
            (Some(Held::Each(mut old)), Held::Each(new)) => {
                old.extend(new);
                Held::Each(old)
            }
            (Some(Held::Text(Some(old))), Held::Each(mut new)) => {
                new.insert(0, Some(old));
                Held::Each(new)
            }
            (None, Held::Each(new)) => Held::Each(new),
            (Some(Held::Text(Some(old))), Held::Text(Some(new))) => Held::Text(Some(old + &new)),
            (Some(_) | None, Held::Each(_) | Held::Text(_)) => Held::Text(None),
        };
        self.set(name, new);
    }

    /// Gives a function's arguments, or those of `set --`, their names.
    pub(super) fn set_arguments(&mut self, calls: Vec<Vec<Option<String>>>) {
        for place in 0..9 {
            let each: Vec<_> = calls.iter().filter_map(|it| it.get(place).cloned()).collect();
            self.set((place + 1).to_string(), Held::Each(each));
        }
        let all: Vec<_> = calls.into_iter().flatten().collect();
        self.set("@".to_owned(), Held::Each(all.clone()));
        self.set("*".to_owned(), Held::Each(all));
    }

    /// From here on nobody knows which arguments are left (`shift`).
    pub(super) fn forget_arguments(&mut self) {
        for name in ["@", "*", "1", "2", "3", "4", "5", "6", "7", "8", "9"] {
            self.set(name.to_owned(), Held::Text(None));
        }
    }
}

/// The variables that a word as written asks for; perhaps some that it only quotes.
pub(super) fn mentioned(raw: &str) -> impl Iterator<Item = &str> {
    raw.split('$').skip(1).filter_map(|rest| {
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        rest.get(..name_length(rest)).filter(|it| !it.is_empty())
    })
}
