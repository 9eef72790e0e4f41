//! Where a reason code is explained: on the checklist page of one's own dashboard.

/// The path of the page on every dashboard; `web::links` has the same.
const PATH: &str = "/checklist";

/// The addresses of the explanations.
pub(super) struct Pages {
    /// The checklist page's address, without a slash at its end.
    base: Option<String>,
}

impl Pages {
    pub(super) const fn new(base: Option<String>) -> Self {
        Self { base }
    }

    /// The address, or words that lead there.
    pub(super) fn named(&self, code: &str) -> String {
        match &self.base {
            Some(base) => format!("{base}#{code}"),
            None => format!("{PATH}#{code} on your dashboard"),
        }
    }
}
