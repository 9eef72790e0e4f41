//! The addresses by which people come in and go out.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// The ways in.
pub(crate) const SIGN_IN: &str = "/sign-in";
/// Where a name and a password are sent, by POST.
pub(crate) const SIGN_IN_LOCAL: &str = "/sign-in/local";
/// The way out, by POST.
pub(crate) const SIGN_OUT: &str = "/sign-out";

/// The ways in for somebody who asked for a path of ours.
pub(crate) fn sign_in_for(to: &str) -> String {
    format!("{SIGN_IN}?to={}", utf8_percent_encode(to, NON_ALPHANUMERIC))
}

/// The way in by a method.
pub(crate) fn sign_in_with(method: &str, to: &str) -> String {
    format!("{SIGN_IN}/{method}?to={}", utf8_percent_encode(to, NON_ALPHANUMERIC))
}
