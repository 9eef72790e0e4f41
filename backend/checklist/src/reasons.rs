//! Every reason for a verdict, documented with an example that shows it and one that does
//! not; and what each of the eight items asks.

pub(crate) mod base_image;
pub(crate) mod entry_point;
pub(crate) mod file;
mod guide;
pub(crate) mod multi_stage_build;
pub(crate) mod no_shell;
pub(crate) mod non_root_user;
pub(crate) mod package_management;
pub(crate) mod ports;
pub(crate) mod tls_certificates;

pub use guide::{ItemGuide, item_guide};

use crate::{Item, Verdict};

/// A reason for a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reason {
    /// Its name in reports and addresses.
    pub code: &'static str,
    /// The item it is about.
    pub item: Item,
    /// What it alone makes of the item.
    pub verdict: Verdict,
    /// Its name on pages.
    pub title: &'static str,
    /// Why it matters, one sentence.
    pub why: &'static str,
    /// The smallest Dockerfile that shows it.
    pub bad: &'static str,
    /// The same without it.
    pub good: &'static str,
}

/// All reasons, in the order of the items.
pub static REASONS: &[Reason] = &[
    base_image::NOT_HARDENED,
    base_image::NO_SUCH_TAG,
    base_image::ARTIFACT_IMAGE,
    base_image::SCRATCH,
    base_image::COPIED_IMAGE,
    base_image::MIRROR,
    base_image::NOT_LISTED,
    base_image::PLACEHOLDER_TAG,
    base_image::BASE_UNKNOWN,
    base_image::WITHDRAWN_TAG,
    base_image::END_OF_LIFE,
    package_management::IN_RUNTIME,
    package_management::OUTSIDE_DEV,
    package_management::ON_RUNTIME_VARIANT,
    package_management::WRONG_MANAGER,
    package_management::VARIANT_UNKNOWN,
    package_management::BASE_UNKNOWN,
    package_management::OTHER_TARGET,
    package_management::VARIABLE_MANAGER,
    package_management::INSTALL_SCRIPT,
    non_root_user::ROOT,
    non_root_user::ROOT_BY_DEFAULT,
    non_root_user::ROOT_BY_DESIGN,
    non_root_user::NO_SUCH_ACCOUNT,
    non_root_user::ANOTHER_ACCOUNT,
    non_root_user::VARIABLE_USER,
    non_root_user::USER_UNKNOWN,
    non_root_user::BASE_UNKNOWN,
    non_root_user::COPIED_AS_ROOT,
    non_root_user::COPIED_FOR_ANOTHER,
    non_root_user::VOLUME,
    multi_stage_build::DEV_SHIPS,
    multi_stage_build::SINGLE_STAGE,
    multi_stage_build::RUN_SHIPS,
    multi_stage_build::BUILD_STAGE_NOT_DEV,
    multi_stage_build::FINAL_NOT_HARDENED,
    multi_stage_build::VARIANT_UNKNOWN,
    multi_stage_build::BASE_UNKNOWN,
    multi_stage_build::OTHER_TARGET,
    multi_stage_build::ONBUILD,
    tls_certificates::INSTALLED,
    tls_certificates::OTHER_TARGET,
    tls_certificates::UPDATED,
    tls_certificates::COPIED,
    tls_certificates::COPIED_TO_SCRATCH,
    ports::LOW_PORT,
    ports::EXACTLY_1024,
    ports::VARIABLE,
    ports::BASE_IMAGE_PORT,
    ports::BASE_IMAGE_LOW_PORT,
    ports::OTHER_TARGET,
    entry_point::SHELL_FORM,
    entry_point::SHELL_FORM_ON_OTHER_IMAGE,
    entry_point::SHELL_FORM_UNCLEAR,
    entry_point::NEEDS_SHELL,
    entry_point::UNKNOWN_SCRIPT,
    entry_point::NODE_RUNNER,
    entry_point::MISSING_INIT,
    entry_point::ONLY_ARGUMENT,
    entry_point::REPEATS_ENTRY_POINT,
    entry_point::UNCLEAR,
    entry_point::OTHER_IMAGE,
    entry_point::INHERITED,
    entry_point::BASE_UNKNOWN,
    no_shell::RUN,
    no_shell::SHELL,
    no_shell::HEALTH_CHECK,
    no_shell::START,
    no_shell::START_WITH_LISTED_SHELL,
    no_shell::UNKNOWN_SCRIPT,
    no_shell::ONBUILD,
    file::TEMPLATE,
    file::UNREADABLE,
    file::WINDOWS,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Report;
    use crate::rules::testing::report;

    fn has(report: &Report, reason: &Reason) -> bool {
        let findings = &report.outcome(reason.item).findings;
        findings.iter().any(|it| it.code == reason.code && it.verdict == reason.verdict)
    }

    #[test]
    fn every_bad_example_shows_its_reason() {
        for reason in REASONS {
            let report = report(reason.bad);
            assert!(has(&report, reason), "{}: {:#?}", reason.code, report.outcome(reason.item));
        }
    }

    #[test]
    fn every_good_example_is_without_it() {
        for reason in REASONS {
            assert!(!has(&report(reason.good), reason), "{}", reason.code);
        }
    }

    #[test]
    fn every_code_is_used_once() {
        let mut codes: Vec<&str> = REASONS.iter().map(|it| it.code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), REASONS.len());
    }

    #[test]
    fn the_guide_speaks_about_each_item() {
        for item in Item::ALL {
            let guide = item_guide(item);
            assert!(guide.asks.ends_with('.') && guide.how.ends_with('.'), "{}", item.slug());
        }
    }
}
