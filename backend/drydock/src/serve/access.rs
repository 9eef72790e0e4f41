//! To whom the dashboard is served: what the settings and the accounts in the database come to.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Result;
use store::{Role, SessionRules, Store};
use web::access::{Access, Gate, KnownSights, Questions};

use crate::clock;
use crate::settings::Settings;
use crate::settings::sign_in::{DefaultRole, SightRule};
use crate::sign_in::{Methods, Mode, Providers, allowed};

/// To whom the dashboard may be served at an address.
///
/// # Errors
/// A sentence that says why it may not be served there, and what to set.
pub(crate) async fn access(
    settings: &Settings,
    store: &Store,
    address: SocketAddr,
) -> Result<Access> {
    let has_accounts = store.has_local_accounts().await?;
    let said = &settings.sign_in;
    let sight = match allowed(address, &Methods { settings: said, has_accounts })? {
        Mode::Open => return Ok(Access::Open),
        Mode::SignedIn { sight } => sight,
    };
    let default_role = match said.default_role {
        DefaultRole::Viewer => Role::Viewer,
        DefaultRole::Editor => Role::Editor,
        DefaultRole::Operator => Role::Operator,
    };
    store.follow_list_of_operators(&said.operators.0, default_role, (clock())()).await?;
    Ok(Access::SignedIn(Arc::new(Gate {
        sign_in: Arc::new(Providers::new(said, &settings.endpoints, clock())?),
        proxies: said.proxies.clone(),
        operators: said.operators.clone(),
        default_role,
        rules: SessionRules::default(),
        keys: settings.secret_keys()?,
        public_url: said.public_url.clone(),
        sight: match sight {
            SightRule::Github => web::access::SightRule::Github,
            SightRule::Everyone => web::access::SightRule::Everyone,
        },
        questions: Questions::default(),
        known_sights: KnownSights::default(),
    })))
}
