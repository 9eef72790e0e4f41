//! The badge of a repository, and the text to copy into its README.

use names::{OrgLogin, RepoName};

use crate::links;

/// The picture and its Markdown.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Badge {
    pub(super) picture: String,
    pub(super) markdown: String,
}

impl Badge {
    /// `base` is where we are reached, `https://drydock.example`.
    pub(super) fn new(base: &str, owner: &OrgLogin, name: &RepoName) -> Self {
        let picture = links::badge(owner, name);
        let page = links::repository(owner, name);
        let markdown = format!("[![hardened]({base}{picture})]({base}{page})");
        Self { picture, markdown }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_badge_leads_back_to_the_page() {
        let badge =
            Badge::new("https://dry.example", &"acme".parse().unwrap(), &"shop".parse().unwrap());
        insta::assert_snapshot!(badge.markdown, @"[![hardened](https://dry.example/badge/acme/shop.svg)](https://dry.example/repos/acme/shop)");
    }
}
