//! Settings: what the flags, the environment and the settings file say, resolved
//! once at the start. Nothing else reads the environment.

pub(crate) mod sign_in;

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use crawl::Backfill;
use github::Endpoints;
use secrecy::SecretString;
use serde::Deserialize;

use crate::arguments::SharedArguments;
use crate::catalog_setting::CatalogSetting;
use crate::credentials::{AppId, GivenApp};
use crate::secret_key::GivenKeys;
use sign_in::{SignInFile, SignInSettings};

/// The name of the settings file that is looked for in the data folder.
const SETTINGS_FILE: &str = "drydock.toml";

/// Everything that a command needs to know about its surroundings.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// Where the dashboard listens.
    pub(crate) listen: SocketAddr,
    /// The data folder.
    pub(crate) data: PathBuf,
    /// The database of the operator, if there is one.
    pub(crate) database_url: Option<String>,
    /// Where the Postgres binaries are, if the operator says so.
    pub(crate) postgres_bin: Option<PathBuf>,
    /// The token from the flag, the environment or the settings file.
    pub(crate) github_token: Option<SecretString>,
    /// The GitHub App to act as, if one is configured.
    pub(crate) github_app: Option<github::App>,
    /// Where GitHub is.
    pub(crate) endpoints: Endpoints,
    /// The secrets that sign GitHub's webhooks: the present one and the one before it.
    pub(crate) webhook_secrets: Vec<SecretString>,
    /// The keys that seal secrets, if they are given.
    pub(crate) secret_keys: GivenKeys,
    /// How much of GitHub's hourly budget may be used, in percent.
    pub(crate) budget_share: u8,
    /// How the history before the first crawl is read.
    pub(crate) backfill: Backfill,
    /// Where the catalogue is read.
    pub(crate) catalog: CatalogSetting,
    /// How long a process may be silent before another one goes on with its work.
    pub(crate) lease: Duration,
    /// The log filter, if one is asked for.
    pub(crate) log: Option<String>,
    /// Organizations that the settings file names.
    pub(crate) organizations: Vec<String>,
    /// How people sign in.
    pub(crate) sign_in: SignInSettings,
}

/// The settings file: the same names as the flags.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SettingsFile {
    listen: Option<String>,
    database_url: Option<String>,
    postgres_bin: Option<PathBuf>,
    github_token: Option<String>,
    github_app_id: Option<AppId>,
    github_app_key_file: Option<PathBuf>,
    github_api_url: Option<String>,
    github_graphql_url: Option<String>,
    github_webhook_secret: Option<String>,
    github_webhook_secret_old: Option<String>,
    secret_key_file: Option<PathBuf>,
    secret_key_old_file: Option<PathBuf>,
    budget_share: Option<u8>,
    history_share: Option<u8>,
    history_months: Option<u16>,
    catalog_repository: Option<String>,
    lease: Option<u64>,
    log: Option<String>,
    #[serde(default)]
    organizations: Vec<String>,
    public_url: Option<String>,
    proxy_addresses: Option<Vec<String>>,
    #[serde(default)]
    sign_in: SignInFile,
}

impl Settings {
    /// Resolves the arguments against the settings file and the defaults.
    ///
    /// # Errors
    /// A sentence that names the setting that could not be read.
    pub(crate) fn resolve(arguments: SharedArguments) -> Result<Self> {
        let data = match arguments.data {
            Some(folder) => folder,
            None => default_data_folder()?,
        };
        let file = settings_file(arguments.settings.as_deref(), &data)?;
        let api = arguments.github_api_url.or(file.github_api_url);
        let graphql = arguments.github_graphql_url.or(file.github_graphql_url);
        let secrets = [
            given(arguments.github_webhook_secret).or(given(file.github_webhook_secret)),
            given(arguments.github_webhook_secret_old).or(given(file.github_webhook_secret_old)),
        ];
        let token = given(arguments.github_token).or(given(file.github_token));
        let app = GivenApp {
            id: given(arguments.github_app_id).or(file.github_app_id.map(String::from)),
            key_file: arguments.github_app_key_file.or(file.github_app_key_file),
            key: given(arguments.github_app_private_key).map(SecretString::from),
        };
        let endpoints = Endpoints::from_settings(api.as_deref(), graphql.as_deref())?;
        let catalog = given(arguments.catalog_repository).or(given(file.catalog_repository));
        let mut sign_in = file.sign_in.below(arguments.sign_in);
        sign_in.public_url = sign_in.public_url.or(given(file.public_url));
        sign_in.proxy_addresses = sign_in.proxy_addresses.or(file.proxy_addresses);
        Ok(Self {
            listen: listen_address(arguments.listen.or(file.listen).as_deref())?,
            data,
            database_url: given(arguments.database_url).or(given(file.database_url)),
            postgres_bin: arguments.postgres_bin.or(file.postgres_bin),
            github_token: token.map(SecretString::from),
            github_app: app.read()?,
            catalog: CatalogSetting::of(catalog.as_deref(), &endpoints)?,
            endpoints,
            webhook_secrets: secrets.into_iter().flatten().map(SecretString::from).collect(),
            secret_keys: GivenKeys::read(
                arguments.secrets,
                [file.secret_key_file, file.secret_key_old_file],
            )?,
            budget_share: budget_share(arguments.budget_share.or(file.budget_share))?,
            backfill: backfill(
                arguments.history_share.or(file.history_share),
                arguments.history_months.or(file.history_months),
            )?,
            lease: lease(arguments.lease.or(file.lease))?,
            log: given(arguments.log).or(given(file.log)),
            organizations: file.organizations,
            sign_in: SignInSettings::read(sign_in)?,
        })
    }
}

/// An empty variable counts as one that is not set.
pub(crate) fn given(text: Option<String>) -> Option<String> {
    text.filter(|it| !it.trim().is_empty())
}

fn budget_share(percent: Option<u8>) -> Result<u8> {
    let percent = percent.unwrap_or(80);
    if !(1..=100).contains(&percent) {
        bail!("a budget share of {percent} is not possible; give 1 to 100 percent");
    }
    Ok(percent)
}

/// GitHub is asked for no more than ten years: the chart could not show them.
fn backfill(share: Option<u8>, months: Option<u16>) -> Result<Backfill> {
    let backfill = Backfill { share: share.unwrap_or(30), months: months.unwrap_or(12) };
    if backfill.share > 100 {
        bail!("a history share of {} is not possible; give 0 to 100 percent", backfill.share);
    }
    if backfill.months > 120 {
        bail!("a history of {} months is not possible; give 0 to 120", backfill.months);
    }
    Ok(backfill)
}

/// Heartbeats come four times a lease; below some seconds a slow moment would end one.
fn lease(seconds: Option<u64>) -> Result<Duration> {
    let seconds = seconds.unwrap_or(60);
    if !(2..=3600).contains(&seconds) {
        bail!("a lease of {seconds} seconds is not possible; give 2 to 3600");
    }
    Ok(Duration::from_secs(seconds))
}

fn listen_address(text: Option<&str>) -> Result<SocketAddr> {
    let text = text.unwrap_or("127.0.0.1:8080");
    text.parse().ok().with_context(|| {
        format!("“{text}” is no address to listen on; write it as ADDRESS:PORT, for example 127.0.0.1:8080")
    })
}

fn settings_file(named: Option<&Path>, data: &Path) -> Result<SettingsFile> {
    let path = named.map_or_else(|| data.join(SETTINGS_FILE), Path::to_path_buf);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if named.is_none() && error.kind() == io::ErrorKind::NotFound => {
            return Ok(SettingsFile::default());
        }
        Err(error) => {
            return Err(error).with_context(|| {
                format!("the settings file {} could not be read", path.display())
            });
        }
    };
    // The parser's own message would quote the line, and a line may hold a token.
    toml::from_str(&text).map_err(|error| {
        let line = error
            .span()
            .map_or(1, |it| text.bytes().take(it.start).filter(|&it| it == b'\n').count() + 1);
        anyhow::anyhow!(
            "the settings file {} is not right in line {line}: {}; correct or remove that line",
            path.display(),
            error.message()
        )
    })
}

/// Root's home is closed to the account that runs Postgres, so root has
/// `/var/lib/drydock`; everyone else the data folder of their desktop's convention.
fn default_data_folder() -> Result<PathBuf> {
    if rustix::process::geteuid().is_root() {
        return Ok(PathBuf::from("/var/lib/drydock"));
    }
    if let Some(folder) = std::env::var_os("XDG_DATA_HOME").filter(|it| !it.is_empty()) {
        return Ok(PathBuf::from(folder).join("drydock"));
    }
    let Some(home) = std::env::var_os("HOME").filter(|it| !it.is_empty()) else {
        bail!("no data folder is known because HOME is not set; name one with --data FOLDER");
    };
    Ok(PathBuf::from(home).join(".local/share/drydock"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(file: &str) -> Result<Settings> {
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join(SETTINGS_FILE), file)?;
        let data = Some(folder.path().to_path_buf());
        Settings::resolve(SharedArguments { data, ..SharedArguments::default() })
    }

    #[test]
    fn an_address_without_a_port_says_how_to_write_one() {
        let error = resolved("listen = \"localhost\"").unwrap_err().to_string();
        assert!(error.contains("ADDRESS:PORT"), "{error}");
    }

    #[test]
    fn a_settings_file_with_an_unknown_name_says_the_line_and_not_its_text() {
        let error =
            resolved("listen = \"127.0.0.1:1\"\ngithub_tokn = \"ghp_secret\"\n").unwrap_err();
        let error = error.to_string();
        assert!(error.contains("line 2") && !error.contains("ghp_secret"), "{error}");
    }

    #[test]
    fn a_share_or_a_lease_that_cannot_be_is_said() {
        for (line, word) in [
            ("budget_share = 0", "1 to 100"),
            ("history_share = 101", "0 to 100"),
            ("history_months = 121", "0 to 120"),
            ("lease = 1", "2 to 3600"),
        ] {
            let error = resolved(line).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
        assert_eq!(resolved("budget_share = 50").unwrap().budget_share, 50);
    }

    #[test]
    fn an_empty_variable_counts_as_not_set() {
        assert!(resolved("github_token = \" \"").unwrap().github_token.is_none());
    }

    #[test]
    fn two_webhook_secrets_are_good_while_one_is_replaced() {
        let secrets = |file: &str| resolved(file).unwrap().webhook_secrets.len();
        let both = "github_webhook_secret = \"new\"\ngithub_webhook_secret_old = \"old\"";
        assert_eq!([secrets(both), secrets("github_webhook_secret = \"\"")], [2, 0]);
    }
}
