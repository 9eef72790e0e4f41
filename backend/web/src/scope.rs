//! Why something is out of scope, in words.

use store::Exclusion;

/// "the repository is …".
pub(crate) const fn exclusion_words(exclusion: Exclusion) -> &'static str {
    match exclusion {
        Exclusion::Archived => "archived",
        Exclusion::Disabled => "disabled by GitHub",
        Exclusion::Fork => "a fork",
        Exclusion::Template => "a template for other repositories",
        Exclusion::Gone => "not listed by its organization any more",
    }
}
