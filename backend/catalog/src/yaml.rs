//! Looking into a YAML document without guessing types: a tag written `3.10` stays
//! the text `3.10`, where a YAML number would have become 3.1.

use saphyr::{Yaml, YamlLoader};
use saphyr_parser::Parser;

/// The only document of a text, its scalars kept as they are written.
pub(crate) fn document(text: &str) -> Result<Yaml<'_>, String> {
    let mut loader = YamlLoader::default();
    loader.early_parse(false);
    Parser::new_from_str(text).load(&mut loader, true).map_err(|it| it.to_string())?;
    if let Some(error) = loader.error() {
        return Err(error.to_string());
    }
    loader.into_documents().into_iter().next().ok_or_else(|| "the file is empty".to_owned())
}

/// The value under a name.
pub(crate) fn get<'a, 'y>(node: &'a Yaml<'y>, name: &str) -> Option<&'a Yaml<'y>> {
    node.as_mapping()?.iter().find(|(key, _)| text(key) == Some(name)).map(|(_, value)| value)
}

/// A scalar as it is written.
pub(crate) fn text<'a>(node: &'a Yaml<'_>) -> Option<&'a str> {
    match node {
        Yaml::Representation(text, _, _) => Some(text),
        _ => None,
    }
}

/// The scalar under a name.
pub(crate) fn text_of<'a>(node: &'a Yaml<'_>, name: &str) -> Option<&'a str> {
    get(node, name).and_then(text)
}

/// The scalars of the list under a name; none if it is missing.
pub(crate) fn texts_of(node: &Yaml<'_>, name: &str) -> Vec<String> {
    list_of(node, name).filter_map(text).map(str::to_owned).collect()
}

/// The scalars of the mapping under a name, with their keys; none if it is missing.
pub(crate) fn pairs_of(node: &Yaml<'_>, name: &str) -> Vec<(String, String)> {
    let pairs = get(node, name).and_then(Yaml::as_mapping).into_iter().flatten();
    pairs
        .filter_map(|(key, value)| Some((text(key)?.to_owned(), text(value)?.to_owned())))
        .collect()
}

/// The entries of the list under a name.
pub(crate) fn list_of<'a, 'y>(
    node: &'a Yaml<'y>,
    name: &str,
) -> impl Iterator<Item = &'a Yaml<'y>> + use<'a, 'y> {
    get(node, name).and_then(Yaml::as_vec).into_iter().flatten()
}
