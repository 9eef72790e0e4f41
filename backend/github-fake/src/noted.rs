//! Secrets that the stand-in is shown and hands out: tests note them, so that whatever they made
//! Drydock log is searched for them (`test-logs`). Anywhere else nothing is noted.

use crate::server::Options;

#[cfg(feature = "testing")]
pub(crate) use test_logs::secret;

#[cfg(not(feature = "testing"))]
pub(crate) const fn secret(_: &str) {}

/// Notes what a stand-in is started with.
pub(crate) fn secrets_of(options: &Options) {
    options.credentials.iter().for_each(|it| secret(&it.token));
    options.apps.iter().for_each(|it| secret(&it.private_key));
    options.oauth_apps.iter().for_each(|it| secret(&it.client_secret));
}
