//! The watch over credentials: once an hour it finds the App's installations and follows
//! them; once a day it looks at what each organization's credential is good for.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use chrono::TimeDelta;
use names::OrgLogin;
use store::{CredentialCheck, NewOrganization, Organization, Store};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::clock;
use crate::connect::{Connection, described};

const HOUR: Duration = Duration::from_secs(3_600);
/// However much is missing, GitHub is not asked for installations more often.
const AT_MOST: Duration = Duration::from_secs(60);
const A_DAY: TimeDelta = TimeDelta::hours(24);

/// Watches until `stop`. What fails is logged and tried again the next time.
pub(crate) async fn run(store: Store, connection: Arc<Connection>, stop: CancellationToken) {
    let mut is_first = true;
    while !stop.is_cancelled() {
        let round = round(&store, &connection, is_first);
        tokio::select! {
            done = round => if let Err(error) = done {
                warn!("The credentials could not be looked at: {error:#}");
            },
            () = stop.cancelled() => return,
        }
        is_first = false;
        tokio::select! {
            () = pause(&connection) => {}
            () = stop.cancelled() => return,
        }
    }
}

async fn pause(connection: &Connection) {
    tokio::time::sleep(AT_MOST).await;
    tokio::select! {
        () = tokio::time::sleep(HOUR - AT_MOST) => {}
        () = connection.missing() => {}
    }
}

async fn round(store: &Store, connection: &Connection, is_first: bool) -> Result<()> {
    if let Err(error) = discover(store, connection).await {
        // A token may be good while the App is not.
        warn!("The GitHub App's installations could not be found: {error:#}");
    }
    let checks = store.credential_checks().await?;
    for organization in store.organizations().await? {
        let last = checks.iter().find(|(id, _)| *id == organization.id);
        let is_due = last.is_none_or(|(_, it)| it.checked_at + A_DAY <= clock()());
        if (is_first || is_due) && !organization.is_sample {
            learn_budget(store, connection, &organization.login).await?;
            let check = check(connection, &organization).await;
            store.save_credential_check(organization.id, &check).await?;
        }
    }
    Ok(())
}

/// What another process was told, such as to wait, holds for this look too.
async fn learn_budget(store: &Store, connection: &Connection, login: &OrgLogin) -> Result<()> {
    let Some(client) = connection.client(login) else { return Ok(()) };
    if let Some(told) = store.budget(&client.identity()).await? {
        client.learn(&told, clock()());
    }
    Ok(())
}

/// Follows every account that has the App installed.
async fn discover(store: &Store, connection: &Connection) -> Result<()> {
    for login in connection.find_installations().await? {
        if store.organization(&login).await?.is_none() {
            info!(organization = %login, "Following {login}, where the GitHub App is installed");
            store.add_organization(&NewOrganization { login, is_sample: false }, clock()()).await?;
        }
    }
    Ok(())
}

async fn check(connection: &Connection, organization: &Organization) -> CredentialCheck {
    let login = &organization.login;
    let told = match connection.client(login) {
        Some(client) => client.credential_for(login).await.map_err(|error| format!("{error}.")),
        None => Err(format!(
            "No credential is known for {login}: install the GitHub App there, or give a token."
        )),
    };
    match told {
        Ok(credential) => {
            let check = described(&credential);
            for warning in &check.warnings {
                warn!(organization = %login, "{login}: {warning}");
            }
            check
        }
        Err(sentence) => {
            warn!(organization = %login, "{login}: {sentence}");
            CredentialCheck {
                checked_at: clock()(),
                sentences: Vec::new(),
                warnings: vec![sentence],
                expires_at: None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::Utc;
    use github_fake::{Fake, Installation, Options, World};
    use names::OrgLogin;
    use secrecy::SecretString;

    use super::*;
    use crate::arguments::SharedArguments;
    use crate::settings::Settings;

    /// A stand-in with the App at `acme` and, suspended, at `other`.
    async fn stand_in() -> Fake {
        let mut world = World::new(Utc::now());
        for login in ["acme", "other"] {
            world.add_organization(login).unwrap();
        }
        let mut suspended = Installation::reading(8, "other");
        suspended.suspended_at = Some(Utc::now());
        let installations = vec![Installation::reading(7, "acme"), suspended];
        let app = github_fake::App { installations, ..github_fake::App::default() };
        Fake::start(world, Options { apps: vec![app], ..Options::default() }).await.unwrap()
    }

    fn settings(fake: &Fake, data: &std::path::Path, token: Option<&str>) -> Settings {
        let arguments = SharedArguments {
            data: Some(data.to_path_buf()),
            github_app_id: Some("1234".to_owned()),
            github_app_private_key: Some(github_fake::App::default().private_key),
            github_api_url: Some(fake.api_url()),
            github_token: token.map(str::to_owned),
            ..SharedArguments::default()
        };
        Settings::resolve(arguments).unwrap()
    }

    #[tokio::test]
    async fn with_an_app_alone_its_installations_are_followed_and_looked_at() {
        let (store, fake) = (store::testing::store().await, stand_in().await);
        let folder = tempfile::tempdir().unwrap();
        let connection = Connection::new(&settings(&fake, folder.path(), None)).unwrap();
        round(&store, &connection, true).await.unwrap();
        let followed = store.organizations().await.unwrap();
        let logins: Vec<&str> = followed.iter().map(|it| it.login.as_str()).collect();
        assert_eq!(logins, ["acme"]);
        let checks = store.credential_checks().await.unwrap();
        assert_eq!(checks[0].1.sentences[0], "The GitHub App is installed at acme.");
        assert!(checks[0].1.warnings.is_empty(), "{checks:?}");
        let asked = fake.take_account().rest.len();
        round(&store, &connection, false).await.unwrap();
        assert!(asked > 1);
        assert_eq!(fake.account().rest.len(), 1, "within the day only installations are asked for");
    }

    #[tokio::test]
    async fn a_kept_token_comes_before_the_app_and_the_app_before_the_token_for_all() {
        let fake = stand_in().await;
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(&fake, folder.path(), Some("general"));
        let connection = Connection::new(&settings).unwrap();
        let acme: OrgLogin = "acme".parse().unwrap();
        let identity = || connection.client(&acme).unwrap().identity();
        let general = identity();
        assert!(general.starts_with("token:"), "{general}");
        connection.find_installations().await.unwrap();
        assert_eq!(identity(), "installation:7");
        settings.keep_token(&acme, &SecretString::from("ghp_of_acme".to_owned())).unwrap();
        assert!(identity().starts_with("token:") && identity() != general);
        let other = connection.client(&"other".parse().unwrap()).unwrap();
        assert_eq!(other.identity(), general, "a suspended installation is none");
    }
}
