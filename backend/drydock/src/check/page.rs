//! Where a reason code is explained: on the checklist page of one's own dashboard.

/// The path of the page on every dashboard; `web::links` has the same.
const PATH: &str = "/checklist";
/// Docker's own page on the checklist, for those who need an address and have no dashboard.
const DOCKERS_PAGE: &str = "https://docs.docker.com/dhi/migration/checklist/";

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

    /// An address in every case.
    pub(super) fn address(&self, code: &str) -> String {
        match &self.base {
            Some(base) => format!("{base}#{code}"),
            None => DOCKERS_PAGE.to_owned(),
        }
    }
}
