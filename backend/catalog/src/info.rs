//! What `info.yaml` says of an image: what it is called and where it belongs.

use serde::{Deserialize, Serialize};

use crate::fields::Fields;
use crate::yaml::Node;

/// What an image is called and where it belongs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Info {
    /// Its name for people, `Node.js`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its categories in the catalogue, `languages-and-frameworks`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Whether the catalogue shows it first.
    pub is_featured: bool,
}

impl Info {
    /// Reads the document; what was odd about it, one clause each, stands beside it.
    pub(crate) fn read(root: &Node) -> (Self, Vec<String>) {
        let mut fields = Fields::of(root);
        fields.expect_mappings(&["metadata"]);
        let info = Self {
            title: fields.text(&["metadata", "display-name"]).map(str::to_owned),
            categories: fields.texts(&["metadata", "categories"]),
            is_featured: fields.flag(&["metadata", "featured"]),
        };
        (info, fields.into_doubts())
    }
}
