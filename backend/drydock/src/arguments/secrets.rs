//! The arguments about sealed secrets.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// The keys that seal secrets. The keys themselves come from the environment alone: a flag
/// would show them to everyone.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct SecretArguments {
    /// The file with the key that seals secrets, 32 bytes in base64 [default: secret-key in
    /// the data folder, which is made when it is needed first].
    #[arg(long, global = true, env = "DRYDOCK_SECRET_KEY_FILE", value_name = "FILE")]
    pub(crate) secret_key_file: Option<PathBuf>,
    /// The file with the key before that, which still opens what it sealed [default:
    /// secret-key-old in the data folder, if it is there].
    #[arg(long, global = true, env = "DRYDOCK_SECRET_KEY_OLD_FILE", value_name = "FILE")]
    pub(crate) secret_key_old_file: Option<PathBuf>,
    /// The key itself.
    #[arg(long, global = true, env = "DRYDOCK_SECRET_KEY", hide = true, hide_env_values = true)]
    pub(crate) secret_key: Option<String>,
    /// The key before that itself.
    #[arg(
        long,
        global = true,
        env = "DRYDOCK_SECRET_KEY_OLD",
        hide = true,
        hide_env_values = true
    )]
    pub(crate) secret_key_old: Option<String>,
}

/// How to change the key.
const ROTATION: &str = "\
To change a key that is in the data folder:
  1. stop Drydock, and rename secret-key to secret-key-old
  2. start Drydock, which makes a new secret-key
  3. drydock secrets rotate
  4. remove secret-key-old

To change one that you give: set the new one as DRYDOCK_SECRET_KEY (or _FILE) and the present
one as DRYDOCK_SECRET_KEY_OLD (or _OLD_FILE) for every process, restart, run
`drydock secrets rotate`, and take the old one away.";

/// What can be done about secrets.
#[derive(Debug, Subcommand)]
pub(crate) enum SecretsCommand {
    /// Seal everything with the present key, so that the one before it can be taken away.
    ///
    /// May run beside a dashboard, and twice. A sign-in at GitHub that is under way just now
    /// must be begun again once the old key is gone.
    #[command(after_long_help = ROTATION)]
    Rotate,
}
