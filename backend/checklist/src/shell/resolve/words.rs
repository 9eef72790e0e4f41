//! Words and what they give: fields, values, what a variable then holds.

use super::Resolver;
use crate::dockerfile::MappedText;
use crate::shell::script::RawWord;
use crate::shell::variables::{Held, mentioned};
use crate::shell::word::{self, Field};

impl Resolver<'_, '_> {
    /// The fields of a word; of one that asks for a list, those for each value.
    pub(super) fn fields(&mut self, raw: &RawWord, text: &MappedText) -> Vec<Field> {
        let list = if raw.raw.contains('$') { self.variables.list_in(&raw.raw) } else { None };
        let Some((name, values)) = list else { return self.fields_with(raw, text, None) };
        let mut all: Vec<Field> = Vec::new();
        for value in values {
            let fields = self.fields_with(raw, text, Some((&name, value)));
            // The name stood in single quotes.
            if all != fields {
                all.extend(fields);
            }
        }
        all
    }

    /// The fields of a word while a variable has one of its values.
    fn fields_with(
        &mut self,
        raw: &RawWord,
        text: &MappedText,
        bound: Option<(&str, Option<String>)>,
    ) -> Vec<Field> {
        if self.words_left == 0 || self.text_left == 0 {
            return Vec::new();
        }
        let lookup = |name: &str| match &bound {
            Some((list, value)) if *list == name => Some(value.clone()),
            Some(_) | None => match self.variables.value(name) {
                Some(value) => Some(value),
                None => self.scope.value(name).map(Some),
            },
        };
        let fields = word::fields(raw, text, &lookup);
        let text: usize = fields.iter().map(|it| it.text.as_str().len()).sum();
        self.words_left = self.words_left.saturating_sub(fields.len().max(1));
        self.text_left = self.text_left.saturating_sub(text);
        fields
    }

    /// The values of words, one a field.
    pub(super) fn values(&mut self, words: &[RawWord], text: &MappedText) -> Vec<Option<String>> {
        let mut values = Vec::new();
        for word in words {
            let fields = self.fields(word, text).into_iter();
            values.extend(fields.map(known));
        }
        values
    }

    /// A word as one value; none if a part of it is not known.
    pub(super) fn joined(&mut self, word: &RawWord, text: &MappedText) -> Option<String> {
        let values: Option<Vec<String>> =
            self.fields_with(word, text, None).into_iter().map(known).collect();
        values.map(|it| it.join(" "))
    }

    /// What a variable holds to which a word is assigned.
    pub(super) fn held(&mut self, name: &str, value: &RawWord, text: &MappedText) -> Held {
        let collects = mentioned(&value.raw).any(|it| it == name);
        match self.variables.list_in(&value.raw) {
            Some(_) if !collects => Held::Each(self.values(std::slice::from_ref(value), text)),
            Some(_) | None => Held::Text(self.joined(value, text)),
        }
    }

    pub(super) fn assign(&mut self, name: &str, held: Held, append: bool) {
        let name = name.to_owned();
        if append {
            let before = self.scope.value(&name);
            self.variables.append(name, held, before);
        } else {
            self.variables.set(name, held);
        }
    }
}

/// The text of a field.
fn known(field: Field) -> Option<String> {
    field.known.then(|| field.text.as_str().to_owned())
}
