//! Who Drydock may be served to: to this machine alone, or to people who sign in. Anything
//! in between is refused at the start, in a sentence that says what to set.

use std::net::SocketAddr;

use anyhow::{Result, bail};

use crate::settings::sign_in::{SightRule, SignInSettings};

/// Providers where anybody can have an account.
const OPEN_TO_ALL: [&str; 4] = [
    "https://accounts.google.com",
    "https://gitlab.com",
    "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0",
    "https://appleid.apple.com",
];

/// The ways to sign in that there are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Methods<'a> {
    /// Those that are settings.
    pub(crate) settings: &'a SignInSettings,
    /// Whether `drydock user add` has made an account.
    pub(crate) has_accounts: bool,
}

/// How Drydock is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// To this machine alone, to whoever is on it, without signing in.
    Open,
    /// To people who sign in.
    SignedIn {
        /// What they see.
        sight: SightRule,
    },
}

/// How Drydock may be served at an address.
///
/// # Errors
/// A sentence that says why it may not, and what to set.
pub(crate) fn allowed(listen: SocketAddr, methods: &Methods<'_>) -> Result<Mode> {
    let Methods { settings, has_accounts } = methods;
    let has_proxy = settings.proxies.header.is_some();
    let leads_away = settings.github.is_some() || settings.oidc.is_some();
    let is_here = listen.ip().to_canonical().is_loopback();
    if !leads_away && !has_proxy && !has_accounts {
        if is_here && settings.public_url.is_none() {
            return Ok(Mode::Open);
        }
        if is_here {
            bail!(
                "DRYDOCK_PUBLIC_URL is set, so people come from elsewhere, but there is no way to sign in: set DRYDOCK_SIGN_IN_GITHUB_CLIENT_ID, DRYDOCK_SIGN_IN_OIDC_ISSUER or DRYDOCK_SIGN_IN_PROXY_HEADER, or make an account with drydock user add; or unset it"
            );
        }
        bail!(
            "Drydock shows private repositories, so it is not served on {listen} without a way to sign in: set DRYDOCK_SIGN_IN_GITHUB_CLIENT_ID, DRYDOCK_SIGN_IN_OIDC_ISSUER or DRYDOCK_SIGN_IN_PROXY_HEADER, or make an account with drydock user add; or listen on 127.0.0.1"
        );
    }
    if settings.public_url.is_none() && (leads_away || !is_here) {
        bail!(
            "DRYDOCK_PUBLIC_URL is not set: browsers that sign in are sent back to it; write the address that people reach Drydock at, like https://drydock.example"
        );
    }
    let sight = sight(methods)?;
    if let Some(oidc) = &settings.oidc {
        let is_open = OPEN_TO_ALL.contains(&oidc.issuer.trim_end_matches('/'));
        if is_open && oidc.email_domains.is_empty() {
            bail!(
                "anybody can have an account at {}: name whose are let in with DRYDOCK_SIGN_IN_OIDC_EMAIL_DOMAINS",
                oidc.issuer
            );
        }
    }
    Ok(Mode::SignedIn { sight })
}

/// What people see. Accounts that were made on this machine see everything anyway.
fn sight(methods: &Methods<'_>) -> Result<SightRule> {
    let settings = methods.settings;
    let has_others = settings.oidc.is_some() || settings.proxies.header.is_some();
    match (settings.sight, &settings.github) {
        (None, Some(_)) if !has_others => Ok(SightRule::Github),
        (None, None) if !has_others => Ok(SightRule::Everyone),
        (None, _) => bail!(
            "only GitHub says which repositories a person may read: set DRYDOCK_SIGHT to everyone if all who sign in may see all of them"
        ),
        (Some(SightRule::Github), Some(_)) if !has_others => Ok(SightRule::Github),
        (Some(SightRule::Github), _) => bail!(
            "DRYDOCK_SIGHT is github, but people sign in without GitHub, which alone says what they may read: set DRYDOCK_SIGHT to everyone, or let people sign in with GitHub alone"
        ),
        (Some(SightRule::Everyone), Some(github)) if github.organizations.is_empty() => bail!(
            "DRYDOCK_SIGHT is everyone, and everyone can have an account on GitHub: name whose members are let in with DRYDOCK_SIGN_IN_GITHUB_ORGANIZATIONS"
        ),
        (Some(SightRule::Everyone), _) => Ok(SightRule::Everyone),
    }
}
