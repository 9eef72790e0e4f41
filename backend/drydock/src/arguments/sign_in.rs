//! The flags and variables of signing in. Secrets come from variables and files alone: a
//! flag would show them to everyone on the machine.

use std::path::PathBuf;

use clap::Args;

/// How people sign in, and what they may see.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct SignInArguments {
    /// The address that people reach Drydock at, `https://drydock.example`: browsers are sent
    /// back to it, whatever they say they asked.
    #[arg(long, global = true, env = "DRYDOCK_PUBLIC_URL", value_name = "URL")]
    pub(crate) public_url: Option<String>,
    /// The addresses of reverse proxies, like 10.1.0.0/16: what they say of where a request
    /// comes from is believed.
    #[arg(
        long,
        global = true,
        env = "DRYDOCK_PROXY_ADDRESSES",
        value_name = "NETWORKS",
        value_delimiter = ','
    )]
    pub(crate) proxy_addresses: Option<Vec<String>>,
    /// What people see: github, each what GitHub lets them read; everyone, all of it.
    #[arg(long, global = true, env = "DRYDOCK_SIGHT", value_name = "RULE")]
    pub(crate) sight: Option<String>,
    /// What people may do who sign in for the first time: viewer, editor or operator
    /// [default: viewer].
    #[arg(long, global = true, env = "DRYDOCK_DEFAULT_ROLE", value_name = "ROLE")]
    pub(crate) default_role: Option<String>,
    /// Who is an operator: github:LOGIN, github-id:ID, oidc:EMAIL, oidc-sub:SUBJECT or proxy:NAME.
    /// A login that is given up can become somebody else's; an ID (a number, in GitHub's answer
    /// for /users/LOGIN) cannot.
    #[arg(
        long,
        global = true,
        env = "DRYDOCK_OPERATORS",
        value_name = "WHO",
        value_delimiter = ','
    )]
    pub(crate) operators: Option<Vec<String>>,
    /// The client ID of the GitHub App or OAuth app that people sign in to.
    #[arg(long, global = true, env = "DRYDOCK_SIGN_IN_GITHUB_CLIENT_ID", value_name = "ID")]
    pub(crate) sign_in_github_client_id: Option<String>,
    /// The file with its client secret.
    #[arg(
        long,
        global = true,
        env = "DRYDOCK_SIGN_IN_GITHUB_CLIENT_SECRET_FILE",
        value_name = "FILE"
    )]
    pub(crate) sign_in_github_client_secret_file: Option<PathBuf>,
    /// Its client secret, from the environment alone.
    #[arg(
        long,
        global = true,
        env = "DRYDOCK_SIGN_IN_GITHUB_CLIENT_SECRET",
        hide = true,
        hide_env_values = true
    )]
    pub(crate) sign_in_github_client_secret: Option<String>,
    /// The organizations whose members are let in.
    #[arg(
        long,
        global = true,
        env = "DRYDOCK_SIGN_IN_GITHUB_ORGANIZATIONS",
        value_name = "ORGS",
        value_delimiter = ','
    )]
    pub(crate) sign_in_github_organizations: Option<Vec<String>>,
    /// The issuer of an OpenID Connect provider, exactly as it writes itself.
    #[arg(long, global = true, env = "DRYDOCK_SIGN_IN_OIDC_ISSUER", value_name = "URL")]
    pub(crate) sign_in_oidc_issuer: Option<String>,
    /// What people call that provider.
    #[arg(long, global = true, env = "DRYDOCK_SIGN_IN_OIDC_NAME", value_name = "NAME")]
    pub(crate) sign_in_oidc_name: Option<String>,
    /// The client id that it gave to Drydock.
    #[arg(long, global = true, env = "DRYDOCK_SIGN_IN_OIDC_CLIENT_ID", value_name = "ID")]
    pub(crate) sign_in_oidc_client_id: Option<String>,
    /// The file with the client secret.
    #[arg(
        long,
        global = true,
        env = "DRYDOCK_SIGN_IN_OIDC_CLIENT_SECRET_FILE",
        value_name = "FILE"
    )]
    pub(crate) sign_in_oidc_client_secret_file: Option<PathBuf>,
    /// The client secret, from the environment alone.
    #[arg(
        long,
        global = true,
        env = "DRYDOCK_SIGN_IN_OIDC_CLIENT_SECRET",
        hide = true,
        hide_env_values = true
    )]
    pub(crate) sign_in_oidc_client_secret: Option<String>,
    /// The domains whose confirmed e-mail addresses are let in.
    #[arg(
        long,
        global = true,
        env = "DRYDOCK_SIGN_IN_OIDC_EMAIL_DOMAINS",
        value_name = "DOMAINS",
        value_delimiter = ','
    )]
    pub(crate) sign_in_oidc_email_domains: Option<Vec<String>>,
    /// The header by which a reverse proxy names the person that it has signed in.
    #[arg(long, global = true, env = "DRYDOCK_SIGN_IN_PROXY_HEADER", value_name = "HEADER")]
    pub(crate) sign_in_proxy_header: Option<String>,
}
